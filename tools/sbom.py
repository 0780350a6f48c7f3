#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the software bill of materials (CycloneDX 1.5): the Debian libraries the program links and the npm packages
built into the console, with versions and licences as this machine has them. Usage: sbom.py BINARY"""
import json
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def libraries(binary):
    for line in output("ldd", binary).splitlines():
        parts = line.split()
        if "=>" in parts and parts[2].startswith("/"):
            yield str(pathlib.Path(parts[2]).resolve())


def debian(path):
    for candidate in (path, path.removeprefix("/usr")):
        found = subprocess.run(["dpkg-query", "-S", candidate], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.split(":")[0]
    return None


def components(binary):
    packages = sorted({p for p in map(debian, libraries(binary)) if p})
    for name in packages:
        version = output("dpkg-query", "-W", "-f", "${Version}", name + ("" if ":" in name else "")).strip()
        yield {"type": "library", "name": name, "version": version, "purl": f"pkg:deb/debian/{name}@{version}"}
    lock = json.loads((root / "console/package-lock.json").read_text(encoding="utf8"))
    for path, row in sorted(lock["packages"].items()):
        if path:
            name = path.split("node_modules/")[-1]
            entry = {"type": "library", "name": name, "version": row["version"], "purl": f"pkg:npm/{name}@{row['version']}",
                     "scope": "excluded" if row.get("dev") else "required"}
            if row.get("license"):
                entry["licenses"] = [{"license": {"name": row["license"]}}]
            yield entry


def main():
    if len(sys.argv) != 2 or not pathlib.Path(sys.argv[1]).is_file():
        sys.exit("usage: sbom.py BINARY (script/build makes build/custos)")
    version = output(sys.argv[1], "--version").split()[-1]
    print(json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
                      "metadata": {"component": {"type": "application", "name": "custos", "version": version}},
                      "components": list(components(sys.argv[1]))}, indent=1))


main()
