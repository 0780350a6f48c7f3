// SPDX-License-Identifier: Apache-2.0
// A small S3-compatible store for tests. It checks every request's AWS Signature Version 4 with its own arithmetic
// (node:crypto) and the body's hash, and can be told to misbehave: `fail` is a list of steps for coming requests,
// {status, code} answers so, "cut" drops the connection after half of the body or answer, "pass" does nothing.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import http from "node:http";

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => "%" + c.charCodeAt(0).toString(16).toUpperCase());

function canonicalQuery(search) {
    return [...search.entries()].map(([k, v]) => [encode(k), encode(v)]).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${k}=${v}`).join("&");
}

// null when the signature is right, else S3's word for what is wrong.
function refuse(rq, url, body, keys, region) {
    const m = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(rq.headers.authorization ?? "");
    if (!m) return "AccessDenied";
    const [, id, day, where, names, given] = m;
    const secret = keys[id];
    if (!secret) return "InvalidAccessKeyId";
    if (where !== region) return "AuthorizationHeaderMalformed";
    for (const name of ["host", "x-amz-content-sha256", "x-amz-date"]) if (!names.split(";").includes(name)) return "AccessDenied";
    const date = rq.headers["x-amz-date"] ?? "";
    const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
    if (!date.startsWith(day) || !(Math.abs(Date.now() - at) < 15 * 60000)) return "RequestTimeTooSkewed";
    if (rq.headers["x-amz-content-sha256"] !== sha256(body)) return "XAmzContentSHA256Mismatch";
    const headers = names.split(";").map((n) => `${n}:${String(rq.headers[n]).trim()}\n`).join("");
    const request = [rq.method, url.pathname, canonicalQuery(url.searchParams), headers, names, rq.headers["x-amz-content-sha256"]].join("\n");
    const text = ["AWS4-HMAC-SHA256", date, `${day}/${where}/s3/aws4_request`, sha256(request)].join("\n");
    const key = hmac(hmac(hmac(hmac("AWS4" + secret, day), where), "s3"), "aws4_request");
    const right = hmac(key, text);
    return timingSafeEqual(right, Buffer.from(given, "hex")) ? null : "SignatureDoesNotMatch";
}

export async function startS3({ keys = { AKTEST: "a secret of the test" }, region = "eu-test-1", bucket = "shopbackup", page = 1000 } = {}) {
    const objects = new Map(); // key -> Buffer
    const seen = [];
    const store = { objects, seen, fail: [], keys, region, bucket };
    function answer(rs, status, code) {
        rs.writeHead(status, { "content-type": "application/xml" });
        rs.end(code ? `<?xml version="1.0"?><Error><Code>${code}</Code></Error>` : "");
    }
    function list(url, rs) {
        const prefix = url.searchParams.get("prefix") ?? "", after = url.searchParams.get("continuation-token") ?? "";
        const all = [...objects.keys()].filter((k) => k.startsWith(prefix) && k > after).sort();
        const some = all.slice(0, page);
        const more = all.length > some.length;
        const items = some.map((k) => `<Contents><Key>${k}</Key><LastModified>2026-01-01T00:00:00Z</LastModified><Size>${objects.get(k).length}</Size></Contents>`).join("");
        rs.writeHead(200, { "content-type": "application/xml" });
        rs.end(`<?xml version="1.0"?><ListBucketResult><Name>${bucket}</Name><IsTruncated>${more}</IsTruncated>${items}${more ? `<NextContinuationToken>${some.at(-1)}</NextContinuationToken>` : ""}</ListBucketResult>`);
    }
    function serve(rq, rs, body, step) {
        const url = new URL(rq.url, "http://localhost");
        const wrong = refuse(rq, url, body, keys, region);
        seen.push({ method: rq.method, path: url.pathname, bytes: body.length, step, wrong });
        if (step?.status) return answer(rs, step.status, step.code ?? "InternalError");
        if (wrong) return answer(rs, 403, wrong);
        const [, where, ...rest] = url.pathname.split("/");
        const key = decodeURIComponent(rest.join("/"));
        if (where !== bucket) return answer(rs, 404, "NoSuchBucket");
        if (rq.method === "GET" && !key) return list(url, rs);
        if (rq.method === "PUT") { objects.set(key, body); return answer(rs, 200); }
        if (rq.method === "DELETE") { objects.delete(key); return answer(rs, 204); }
        if (!objects.has(key)) return answer(rs, 404, "NoSuchKey");
        const bytes = objects.get(key);
        rs.writeHead(200, { "content-length": bytes.length });
        if (step === "cut") { rs.write(bytes.subarray(0, bytes.length >> 1)); return setTimeout(() => rs.socket.destroy(), 20); }
        rs.end(bytes);
    }
    const server = http.createServer((rq, rs) => {
        const parts = [];
        const step = store.fail.shift() ?? "pass";
        rq.on("error", () => {});
        if (step === "cut" && rq.method === "PUT") return rq.once("data", () => rq.socket.destroy());
        rq.on("data", (p) => parts.push(p));
        rq.on("end", () => serve(rq, rs, Buffer.concat(parts), step));
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    store.url = `http://127.0.0.1:${server.address().port}`;
    store.count = (part) => [...objects.keys()].filter((k) => k.includes(part)).length;
    store.close = () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
    return store;
}
