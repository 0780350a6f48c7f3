#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints docs/reference/asvs.md: each applicable requirement of OWASP ASVS 5.0 with the tests that show it.

docs/asvs/requirements.tsv  number, level, text of OWASP (CC BY-SA 4.0)
docs/asvs/evidence.tsv      number, state (met, partly, open), evidence, remark
Evidence is "file: name of the test" or "file#heading", several split by " | ". Every file, test and heading named
must exist: a row that lies is an error, and so is a requirement without a row.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
STATES = {"met": "met", "partly": "partly", "open": "**not yet**"}
CHAPTERS = {1: "Encoding and sanitization", 2: "Validation and business logic", 3: "Web frontend", 4: "API and web service",
            5: "File handling", 6: "Authentication", 7: "Session management", 8: "Authorization", 9: "Self-contained tokens",
            11: "Cryptography", 12: "Secure communication", 13: "Configuration", 14: "Data protection",
            15: "Secure coding and architecture", 16: "Security logging and error handling"}
texts = {}


def rows(name, columns):
    for number, line in enumerate((root / "docs/asvs" / name).read_text(encoding="utf8").splitlines(), 1):
        if line and not line.startswith("#"):
            cells = line.split("\t")
            if len(cells) < columns:
                sys.exit(f"docs/asvs/{name}:{number}: {columns} columns are wanted")
            yield cells


def text_of(file):
    if file not in texts:
        path = root / file
        texts[file] = path.read_text(encoding="utf8") if path.is_file() else None
    return texts[file]


def anchor(heading):
    return re.sub(r"[^a-z0-9 -]", "", heading.lower()).strip().replace(" ", "-")


def fault_of(evidence):
    """None when what is named is there."""
    if "#" in evidence.split(":")[0]:
        file, _, name = evidence.partition("#")
        body = text_of(file)
        heads = [anchor(h) for h in re.findall(r"^#+ (.*)$", body or "", re.M)]
        return None if body and name in heads else f"no heading {evidence}"
    file, _, name = evidence.partition(": ")
    body = text_of(file)
    if body is None:
        return f"no file {file}"
    if file.endswith(".c"):
        found = re.search(r"^static void " + re.escape(name) + r"\(void \*\*", body, re.M) or (not name and "LLVMFuzzer" in body)
    else:
        found = name and name in body
    return None if found else f"no test {evidence}"


def shown(evidence):
    if "#" in evidence.split(":")[0]:
        file, _, name = evidence.partition("#")
        return f"[{pathlib.Path(file).stem}: {name.replace('-', ' ')}](../../{file}#{name})"
    file, _, name = evidence.partition(": ")
    return f"`{file}`" + (f": {name.replace('|', '/')}" if name else "")


def main():
    wanted = {number: (level, text) for number, level, text in (r[:3] for r in rows("requirements.tsv", 3))}
    known, wrong, counts = {}, [], dict.fromkeys(STATES, 0)
    for number, state, evidence, *rest in rows("evidence.tsv", 3):
        named = [e for e in evidence.split(" | ") if e]
        known[number] = (state, named, rest[0] if rest else "")
        if number not in wanted:
            wrong.append(f"{number}: not in requirements.tsv")
        if state not in STATES:
            wrong.append(f"{number}: state {state}")
            continue
        if state != "open" and not named:
            wrong.append(f"{number}: {state} without evidence")
        wrong += [f"{number}: {fault}" for fault in map(fault_of, named) if fault]
        counts[state] += 1
    wrong += [f"{number}: no row in evidence.tsv" for number in wanted if number not in known]
    if wrong:
        sys.exit("\n".join(wrong))
    print("# OWASP ASVS 5.0, levels 1 and 2\n")
    print("Each of the requirements that apply to Custos with the automated test, or the page, that shows it. This page is")
    print("printed by `script/golden` from `docs/asvs/evidence.tsv`; a test fails when a test named here is gone.")
    print("Texts: OWASP Application Security Verification Standard 5.0.0, CC BY-SA 4.0. Requirements on what Custos does")
    print("not have (LDAP, XML, GraphQL, WebRTC ...) are left out.\n")
    print(f"**{counts['met']} of {len(wanted)} met**, {counts['partly']} partly, {counts['open']} not yet.\n")
    chapter = 0
    for number, (level, text) in wanted.items():
        if int(number.split(".")[0]) != chapter:
            chapter = int(number.split(".")[0])
            print(f"\n## {chapter} {CHAPTERS.get(chapter, '')}\n\n| | requirement | state | shown by |\n|---|---|---|---|")
        state, named, remark = known[number]
        cell = "<br>".join(map(shown, named)) + ("<br>" if named and remark else "") + remark
        print(f"| {number} {level} | {text.replace('|', '/')} | {STATES[state]} | {cell} |")


main()
