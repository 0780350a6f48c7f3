// SPDX-License-Identifier: Apache-2.0
// What is printed from the tables and kept in the repository is what the program prints: the API, the
// command line and the settings change only together with a file that shows it. script/golden writes them.
import { test } from "node:test";
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { haveBinary, root, run } from "../lib/server.mjs";

const files = [
    ["tests/golden/api/openapi.json", "openapi"],
    ["tests/golden/api/custos.1", "man"],
    ["tests/golden/api/custos.bash", "completion"],
    ["tests/golden/api/custos.yaml", "config"],
    ["console/src/api/spec.ts", "ts"],
    ...["api", "settings", "commands", "errors", "dictionary", "insight"].map((page) => [`docs/reference/${page}.md`, "markdown", page]),
];
for (const [file, ...args] of files)
    test(`${file} is what \`custos spec ${args.join(" ")}\` prints`, { skip: !haveBinary && "build/custos is not built" }, () => {
        const printed = run(["spec", ...args]);
        assert.equal(printed.code, 0, printed.err);
        const kept = existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : "";
        if (kept === printed.out) return;
        const a = kept.split("\n"), b = printed.out.split("\n");
        const at = b.findIndex((line, i) => line !== a[i]);
        assert.fail(`run script/golden and look at the diff; line ${at + 1}:\n  kept:    ${a[at] ?? "(nothing)"}\n  printed: ${b[at] ?? "(nothing)"}`);
    });
