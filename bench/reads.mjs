// SPDX-License-Identifier: Apache-2.0
// Profile reads by id over HTTP with a staff session: as fast as it goes, then paced at 10,000 a second.
//   reads.mjs URL DATA SECONDS
import http from "node:http";
import { join } from "node:path";

const [, , , data, seconds] = process.argv;
const socketPath = join(data, "custos.sock");
const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });

function call(path, options = {}) {
    return new Promise((resolve, reject) => {
        const rq = http.request({ ...options, path }, (rs) => {
            const parts = [];
            rs.on("data", (p) => parts.push(p));
            rs.on("end", () => resolve({ status: rs.statusCode, text: Buffer.concat(parts).toString(), headers: rs.headers }));
        });
        rq.on("error", reject);
        rq.end(options.body);
    });
}

const ids = [];
let cursor = "";
while (ids.length < 2000) {
    const page = JSON.parse((await call(`/v1/people?limit=200${cursor ? "&cursor=" + encodeURIComponent(cursor) : ""}`, { socketPath })).text);
    ids.push(...page.items.map((p) => p.id));
    if (!page.next) break;
    cursor = page.next;
}

// The same calls through wrk-like closed loops of keep-alive connections on the local socket.
async function run(rate, duration) {
    const times = [];
    const end = performance.now() + duration * 1000;
    let sent = 0;
    const start = performance.now();
    const worker = async () => {
        while (performance.now() < end) {
            if (rate) {
                const due = start + (sent / rate) * 1000;
                const wait = due - performance.now();
                if (wait > 1) await new Promise((r) => setTimeout(r, wait));
            }
            const id = ids[(sent++ * 7919) % ids.length];
            const from = performance.now();
            const r = await call(`/v1/people/${id}`, { socketPath, agent });
            if (r.status !== 200) throw new Error(`${r.status} ${r.text}`);
            times.push(performance.now() - from);
        }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    times.sort((a, b) => a - b);
    const at = (q) => times[Math.floor(times.length * q)].toFixed(2);
    return { rate: Math.round(times.length / ((performance.now() - start) / 1000)), p50: at(0.5), p99: at(0.99) };
}

await run(0, 1);
const free = await run(0, Number(seconds));
console.log(`  ${"profile reads, 16 callers (client: one node process)".padEnd(58)} ${free.rate}/s, p50 ${free.p50} ms, p99 ${free.p99} ms`);
const base = await (async () => {
    const times = [];
    for (let i = 0; i < 5000; i++) {
        const from = performance.now();
        await call("/health/live", { socketPath, agent });
        times.push(performance.now() - from);
    }
    times.sort((a, b) => a - b);
    return times[2500].toFixed(2);
})();
console.log(`  ${"baseline: /health/live, one caller, same client".padEnd(58)} p50 ${base} ms`);
agent.destroy();
