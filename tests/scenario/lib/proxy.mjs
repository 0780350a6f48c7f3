// SPDX-License-Identifier: Apache-2.0
// A proxy that misbehaves on purpose, between a real client and the server. Each request for which
// `script` still has a step gets that step instead of being passed on:
//   {status, headers}    answered here, the server never sees it
//   "reset"              the connection is cut before the server sees anything
//   "lost"               passed on and stored, but the client's connection is cut before the answer
//   "slow"               passed on after 300 ms
//   "pass"               passed on
// Everything that came is in `seen` (method, path, status, step, the body's bytes).
import http from "node:http";

const cors = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Retry-After",
    "access-control-allow-headers": "authorization, content-type, x-retry-count",
};

function forward(target, rq, bytes, rs, entry, lose) {
    const up = http.request(target + rq.url, { method: rq.method, headers: { ...rq.headers, "content-length": bytes.length } }, (answer) => {
        const parts = [];
        answer.on("data", (p) => parts.push(p));
        answer.on("end", () => {
            entry.status = answer.statusCode;
            if (lose) return rs.socket.destroy();
            const headers = { ...answer.headers };
            delete headers["transfer-encoding"];
            delete headers.connection;
            rs.writeHead(answer.statusCode, headers);
            rs.end(Buffer.concat(parts));
        });
    });
    up.on("error", () => rs.socket.destroy());
    up.end(bytes);
}

export async function startProxy(target, script = []) {
    const seen = [];
    const server = http.createServer((rq, rs) => {
        const parts = [];
        rq.on("error", () => {});
        rq.on("data", (p) => parts.push(p));
        rq.on("end", () => {
            const body = Buffer.concat(parts);
            const counts = rq.method === "POST"; // settings and preflights always pass
            const step = (counts && script.shift()) || "pass";
            const entry = { method: rq.method, path: rq.url, headers: rq.headers, body, step, at: Date.now() };
            seen.push(entry);
            if (typeof step === "object") {
                entry.status = step.status;
                rs.writeHead(step.status, { ...cors, ...step.headers });
                rs.end(step.body ?? "");
            } else if (step === "reset") {
                rq.socket.destroy();
            } else {
                setTimeout(() => forward(target, rq, body, rs, entry, step === "lost"), step === "slow" ? 300 : 0);
            }
        });
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    return {
        url: `http://127.0.0.1:${server.address().port}`,
        seen,
        posts: () => seen.filter((e) => e.method === "POST"),
        close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }),
    };
}
