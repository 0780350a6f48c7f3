#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Embeds one text or binary file as a C array: embed.py NAME input output.c

Gives `const unsigned char NAME_bytes[]` (NUL-terminated) and `const size_t NAME_size`.
"""
import sys
from pathlib import Path

name, source, output = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
data = source.read_bytes()
rows = [", ".join(str(b) for b in data[i:i + 24]) + "," for i in range(0, len(data), 24)]
output.write_text(
    f"// Generated from {source.name} by tools/embed.py.\n#include <stddef.h>\n"
    f"extern const unsigned char {name}_bytes[];\nextern const size_t {name}_size;\n"
    f"const unsigned char {name}_bytes[] = {{\n" + "\n".join(rows) + f" 0}};\nconst size_t {name}_size = {len(data)};\n",
    encoding="ascii")
