// SPDX-License-Identifier: Apache-2.0
// The ASVS page says what is true: every requirement has a row, every test it names exists. And the bill of
// materials is made from what the program really links.
import { test } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { binary, haveBinary, root } from "../lib/server.mjs";

test("the ASVS page is the one its evidence prints", () => {
    const printed = execFileSync("python3", [join(root, "tools", "asvs.py")], { encoding: "utf8" });
    assert.equal(readFileSync(join(root, "docs", "reference", "asvs.md"), "utf8"), printed, "run script/golden");
    assert.equal(printed.match(/^\| \d+\.\d+\.\d+ L[12] /gm).length, 196);
});

test("the bill of materials names what is linked", { skip: !haveBinary && "build/custos is not built" }, () => {
    const bill = JSON.parse(execFileSync("python3", [join(root, "tools", "sbom.py"), binary], { encoding: "utf8" }));
    const names = bill.components.map((c) => c.name);
    for (const wanted of ["libsodium23", "libssl3", "libsqlite3-0", "libmicrohttpd12", "preact"]) assert.ok(names.includes(wanted), wanted);
    for (const c of bill.components) assert.ok(c.version && c.purl, c.name);
});
