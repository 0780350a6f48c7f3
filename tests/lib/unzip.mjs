// SPDX-License-Identifier: Apache-2.0
// The members of a ZIP archive, by its directory: {name: Buffer}. Checks CRCs.
import { inflateRawSync } from "node:zlib";

const table = Uint32Array.from({ length: 256 }, (_, n) => { for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1; return n >>> 0; });
const crc32 = (bytes) => { let c = 0xffffffff; for (const b of bytes) c = table[(c ^ b) & 255] ^ (c >>> 8); return (c ^ 0xffffffff) >>> 0; };

export function unzip(bytes) {
    const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
    if (end < 0) throw new Error("no directory");
    const out = {};
    let at = bytes.readUInt32LE(end + 16);
    for (let i = bytes.readUInt16LE(end + 10); i > 0; i--) {
        if (bytes.readUInt32LE(at) !== 0x02014b50) throw new Error("not a directory entry");
        const crc = bytes.readUInt32LE(at + 16), packed = bytes.readUInt32LE(at + 20), len = bytes.readUInt16LE(at + 28), local = bytes.readUInt32LE(at + 42);
        const name = bytes.subarray(at + 46, at + 46 + len).toString("utf8");
        const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
        out[name] = inflateRawSync(bytes.subarray(from, from + packed));
        if (crc32(out[name]) !== crc) throw new Error(`${name} is damaged`);
        at += 46 + len + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    }
    return out;
}
