#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Embeds the built console: embed_console.py DIST output.c

DIST holds manifest.json: [{"path", "file", "content_type", "immutable", "policy"?}]. An empty DIST gives an
empty table: a build without the console.
"""
import gzip
import hashlib
import json
import sys
from pathlib import Path

dist, output = sys.argv[1], Path(sys.argv[2])
out = ["// Generated from the built console by tools/embed_console.py.", '#include "app/site.h"', ""]
rows = []


def array(name, data):
    out.append(f"static const unsigned char {name}[] = {{")
    for i in range(0, len(data), 32):
        out.append(",".join(map(str, data[i:i + 32])) + ",")
    out.append("0};")


if dist:
    manifest = json.loads((Path(dist) / "manifest.json").read_text(encoding="utf-8"))
    files = manifest["files"] if isinstance(manifest, dict) else manifest
    for i, row in enumerate(files):
        data = (Path(dist) / row["file"]).read_bytes()
        packed = gzip.compress(data, 9, mtime=0)
        small = len(packed) < len(data)
        array(f"bytes_{i}", data)
        if small:
            array(f"gzip_{i}", packed)
        path = row["path"] if row["path"].startswith("/") else "/" + row["path"]
        etag = '\\"' + hashlib.sha256(data).hexdigest()[:20] + '\\"'
        rows.append(f'    {{"{path}", "{row["content_type"]}", bytes_{i}, {f"gzip_{i}" if small else "NULL"}, '
                    f'{len(data)}, {len(packed) if small else 0}, "{etag}", {"true" if row.get("immutable") else "false"}, '
                    f'{json.dumps(row["policy"]) if "policy" in row else "NULL"}}},')
out.append("const struct console_file console_files[] = {")
out += rows
out.append("    {.path = NULL},\n};\n")
output.write_text("\n".join(out), encoding="utf-8")
