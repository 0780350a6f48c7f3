// SPDX-License-Identifier: Apache-2.0
// Every route is called by some test with the real server. The servers of a run write the routes they
// served to build/routes-exercised.txt (tests/lib/server.mjs); script/test empties it before the scenarios.
import { test } from "node:test";
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { haveBinary, root, run } from "../lib/server.mjs";

const noted = join(root, "build", "routes-exercised.txt");
const skip = !haveBinary ? "build/custos is not built"
    : !process.env.CUSTOS_ROUTES_NOTED ? "the scenarios did not run in this run of script/test"
    : !existsSync(noted) && "no server noted its routes";

// The rows of the tables themselves: hidden ones (second names of doors) are in no printed document.
function rows() {
    const names = new Set();
    for (const folder of readdirSync(join(root, "src")).filter((n) => !n.includes(".")))
        for (const file of readdirSync(join(root, "src", folder)).filter((n) => n.endsWith(".c"))) {
            const text = readFileSync(join(root, "src", folder, file), "utf8");
            const prefix = /#define ROUTE\([^)]*\)[\s\\]*\.name = "([a-z_]+\.)" n/.exec(text)?.[1] ?? "";
            for (const [, name] of text.matchAll(/\.name = "([a-z0-9_.]+)",\s*\.method = "[A-Z]+"/g)) names.add(name);
            for (const [, name] of text.matchAll(/\bROUTE\("([a-z0-9_.]+)",\s*"[A-Z]+"/g)) names.add(prefix + name);
            for (const [, macro, name] of text.matchAll(/^ {4}(POST|GET|GET_ROW|JITSU_ROW)\("(collect\.[a-z0-9_.]+)"/gm)) {
                names.add(name);
                if (macro === "POST" || macro === "GET") names.add(`${name}.slash`);
            }
        }
    return names;
}

const printed = () => Object.values(JSON.parse(run(["spec", "openapi"]).out).paths).flatMap((methods) => Object.values(methods).map((op) => op.operationId)).filter(Boolean);

test("the rows in the tables and the printed routes are the same", { skip: !haveBinary && "build/custos is not built" }, () => {
    const all = rows();
    assert.deepEqual(printed().filter((name) => !all.has(name)), [], "printed, but not found in the sources: this test reads them wrongly");
    assert.ok(all.size > 80, `${all.size} rows`);
});

test("every JSON answer was held against its row in some scenario", { skip }, () => {
    const checked = new Set(readFileSync(join(root, "build", "contract-checked.txt"), "utf8").split("\n"));
    const operations = Object.values(JSON.parse(run(["spec", "openapi"]).out).paths).flatMap((methods) => Object.values(methods));
    const json = operations.filter((op) => op.responses?.["2XX"]?.content?.["application/json"]?.schema).map((op) => op.operationId);
    assert.deepEqual(json.filter((name) => !checked.has(name) && name !== "openapi"), []);
});

test("every route is called by some scenario", { skip }, () => {
    const called = new Set(readFileSync(noted, "utf8").split("\n").filter(Boolean));
    const wanted = new Set([...rows(), ...printed()]);
    assert.deepEqual([...wanted].filter((name) => !called.has(name)), []);
    assert.deepEqual([...called].filter((name) => !wanted.has(name)), [], "called, but in no table: this test reads the sources wrongly");
});
