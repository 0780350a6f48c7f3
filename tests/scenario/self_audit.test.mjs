// SPDX-License-Identifier: Apache-2.0
// The self-audit of a real installation: it says what is so, the worst first, and a thing that is mended turns good.
import { test, before, after } from "node:test";
import assert from "node:assert/strict";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { Server, haveBinary } from "../lib/server.mjs";

const skip = !haveBinary && "build/custos is not built";
let server;
before(async () => {
    if (skip) return;
    server = await Server.start();
    await server.owner();
});
after(async () => { await server?.close(); });

const findings = async () => {
    const r = await server.staff("GET", "/v1/self-audit");
    assert.equal(r.status, 200, r.text);
    return new Map(r.json.items.map((i) => [i.id, i]));
};

test("a new shop hears what is still to be done, the worst first", { skip }, async () => {
    const r = await server.staff("GET", "/v1/self-audit");
    const order = r.json.items.map((i) => ["danger", "warning", "good"].indexOf(i.severity));
    assert.deepEqual(order, [...order].sort((a, b) => a - b));
    const found = await findings();
    assert.equal(found.get("second-factor").severity, "danger");
    assert.equal(found.get("owners").severity, "warning");
    assert.equal(found.get("backups").severity, "warning", "no people yet: not a danger");
    assert.equal(found.get("recovery-kit").severity, "warning");
    assert.equal(found.get("transport").severity, "good", "it listens on this machine only");
    assert.equal(found.get("key-process").severity, "good", found.get("key-process").text);
    assert.equal(found.get("data-folder").severity, "good");
    assert.equal(found.get("audit-log").severity, "warning", "nobody verified it yet");
    for (const item of found.values()) assert.equal(item.mend === null, item.severity === "good", item.id);
});

test("what is mended turns good, what is broken is told", { skip }, async () => {
    assert.equal((await server.staff("POST", "/v1/audit/verify", {})).status, 200);
    assert.equal((await findings()).get("audit-log").severity, "good");
    assert.equal((await server.staff("POST", "/v1/keys/recovery-kit", {})).status, 200);
    assert.equal((await findings()).get("recovery-kit").severity, "good");
    chmodSync(server.data, 0o755);
    assert.equal((await findings()).get("data-folder").severity, "danger");
    chmodSync(server.data, 0o700);
    assert.equal((await findings()).get("data-folder").severity, "good");
});

test("with people in it, what is missing is a danger", { skip }, async () => {
    await server.track("/v1/identify", { userId: "audit-1", traits: { email: "self-audit@example.com" } });
    await server.settled();
    const found = await findings();
    for (const id of ["backups", "key-copies"]) assert.equal(found.get(id).severity, "danger", id);
});
