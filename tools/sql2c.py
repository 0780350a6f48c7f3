#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns a .sql file of named statements into a C table.

usage: sql2c.py people.sql people_sql.h people_sql.c

Each "-- name: foo" line starts the statement foo; it becomes
    extern const struct db_statement people_sql_foo;
and people_sql_all[] (NULL-terminated) lists every one for the test that prepares them.
"""
import re
import sys
from pathlib import Path


def parse(text, path):
    statements, name, lines = [], None, []
    for number, line in enumerate(text.splitlines(), 1):
        start = re.match(r"--\s*name:\s*([a-z][a-z0-9_]*)\s*$", line)
        if start:
            if name:
                statements.append((name, "\n".join(lines).strip()))
            name, lines = start.group(1), []
        elif name:
            lines.append(line)
        elif line.strip() and not line.startswith("--"):
            sys.exit(f"{path}:{number}: SQL before the first '-- name:' line")
    if name:
        statements.append((name, "\n".join(lines).strip()))
    names = [n for n, _ in statements]
    for n in names:
        if names.count(n) > 1:
            sys.exit(f"{path}: statement '{n}' is named twice")
    return statements


def c_string(sql):
    lines = []
    for line in sql.splitlines():
        line = re.sub(r"\s*--(?![^']*'(?:[^']*'[^']*')*[^']*$).*$", "", line).rstrip()
        if line:
            lines.append('    "' + line.replace("\\", "\\\\").replace('"', '\\"') + '\\n"')
    return "\n".join(lines)


def main():
    source, header, code = map(Path, sys.argv[1:4])
    stem = source.stem + "_sql"
    statements = parse(source.read_text(encoding="utf-8"), source)
    out = [f"// Generated from {source.name} by tools/sql2c.py.", "#pragma once", '#include "store/db.h"', ""]
    out += [f"extern const struct db_statement {stem}_{n};" for n, _ in statements]
    out += [f"extern const struct db_statement *const {stem}_all[];", ""]
    header.write_text("\n".join(out), encoding="utf-8")
    out = [f"// Generated from {source.name} by tools/sql2c.py.", f'#include "{header.name}"', ""]
    for n, sql in statements:
        out.append(f'const struct db_statement {stem}_{n} = {{"{n}",\n{c_string(sql)}}};')
    out.append(f"const struct db_statement *const {stem}_all[] = {{")
    out += [f"    &{stem}_{n}," for n, _ in statements]
    out += ["    NULL};", ""]
    code.write_text("\n".join(out), encoding="utf-8")


main()
