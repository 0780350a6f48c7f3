// SPDX-License-Identifier: Apache-2.0
// Checks what Custos handed out, in any browser and without the shop: src/consent/proof.c in other words. The document is
// whole, an entry of the log names it, a path leads from the entry to a root (RFC 6962), the root is signed (C2SP
// signed-note, Ed25519).

import { verifyAsync } from '@noble/ed25519';

export type Facts = { kind: string; noted: string; log: string; index: number; size: number; key: string; trusted: boolean; document: unknown };
export type Fault = 'not_json' | 'not_proof' | 'changed' | 'path' | 'checkpoint' | 'signature' | 'other_key' | 'bad_key';
export class Refused extends Error {
    constructor(readonly fault: Fault) {
        super(fault);
    }
}

const utf8 = new TextEncoder();
const plain = new TextDecoder('utf-8', { fatal: true });
const sha256 = async (bytes: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
const hex = (bytes: Uint8Array) => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join('');
const same = (a: Uint8Array, b: Uint8Array) => a.length === b.length && a.every((x, i) => x === b[i]);

function need<T>(value: T | undefined | null | false, fault: Fault): T {
    if (value === undefined || value === null || value === false) throw new Refused(fault);
    return value;
}

function fromHex(value: unknown): Uint8Array {
    const text = need(typeof value === 'string' && /^[0-9a-f]{64}$/.test(value) && value, 'path');
    return Uint8Array.from(text.match(/../g) ?? [], (two) => parseInt(two, 16));
}

function fromBase64(text: string, fault: Fault): Uint8Array<ArrayBuffer> {
    try {
        return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    } catch {
        throw new Refused(fault);
    }
}

// ---- the canonical form (RFC 8785 for texts, whole numbers, booleans, lists, objects): members by their bytes

function byBytes(a: string, b: string): number {
    const x = utf8.encode(a);
    const y = utf8.encode(b);
    for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return (x[i] ?? 0) - (y[i] ?? 0);
    return x.length - y.length;
}

export function canonical(v: unknown): string {
    if (Array.isArray(v)) return `[${v.map(canonical).join(',')}]`;
    if (v !== null && typeof v === 'object') {
        const members = Object.entries(v).sort(([a], [b]) => byBytes(a, b));
        return `{${members.map(([k, value]) => `${JSON.stringify(k)}:${canonical(value)}`).join(',')}}`;
    }
    if (typeof v === 'number' && !Number.isSafeInteger(v)) throw new Refused('not_proof');
    return JSON.stringify(v);
}

// ---- the tree (RFC 6962, 9.1.1 of RFC 9162)

const joined = (...parts: Uint8Array[]) => {
    const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
    let at = 0;
    for (const p of parts) {
        out.set(p, at);
        at += p.length;
    }
    return out;
};
const leafOf = (bytes: Uint8Array) => sha256(joined(Uint8Array.of(0), bytes));
const nodeOf = (left: Uint8Array, right: Uint8Array) => sha256(joined(Uint8Array.of(1), left, right));

async function included(entry: Uint8Array, index: unknown, size: unknown, inclusion: unknown, root: Uint8Array): Promise<boolean> {
    if (typeof index !== 'number' || typeof size !== 'number' || !Number.isSafeInteger(index) || !Number.isSafeInteger(size)) return false;
    if (index < 0 || index >= size || !Array.isArray(inclusion) || inclusion.length > 64) return false;
    let fn = BigInt(index);
    let sn = BigInt(size - 1);
    let r = await leafOf(entry);
    for (const step of inclusion) {
        const beside = fromHex(step);
        if (sn === 0n) return false;
        if ((fn & 1n) === 1n || fn === sn) {
            r = await nodeOf(beside, r);
            for (; (fn & 1n) === 0n && fn !== 0n; fn >>= 1n) sn >>= 1n;
        } else {
            r = await nodeOf(r, beside);
        }
        fn >>= 1n;
        sn >>= 1n;
    }
    return sn === 0n && same(r, root);
}

// ---- signed notes

type Key = { name: string; hash: Uint8Array; key: Uint8Array };

async function parseKey(text: string, fault: Fault): Promise<Key> {
    const m = need(/^([^+\s]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text), fault);
    const name = m[1] ?? '';
    const bytes = fromBase64(m[3] ?? '', fault);
    need(bytes.length === 33 && bytes[0] === 1, fault);
    const hash = (await sha256(joined(utf8.encode(`${name}\n`), bytes))).subarray(0, 4);
    need(hex(hash) === m[2], fault);
    return { name, hash, key: bytes.subarray(1) };
}

async function signed(note: string, key: Key): Promise<string> {
    const end = note.lastIndexOf('\n\n');
    need(end > 0 && note.endsWith('\n'), 'checkpoint');
    const text = note.slice(0, end + 1);
    for (const line of note.slice(end + 2, -1).split('\n')) {
        const m = need(/^— (\S+) ([A-Za-z0-9+/=]+)$/.exec(line), 'checkpoint');
        const bytes = fromBase64(m[2] ?? '', 'checkpoint');
        if (m[1] !== key.name || !same(bytes.subarray(0, 4), key.hash)) continue;
        need(bytes.length === 68 && (await verifyAsync(bytes.subarray(4), utf8.encode(text), key.key, { zip215: false })), 'signature');
        return text;
    }
    throw new Refused('signature');
}

// ---- all of it

type Proof = { origin: unknown; index: unknown; size: unknown; root: unknown; entry: unknown; inclusion: unknown; checkpoint: unknown; key: unknown; batch?: Batch };
type Batch = { index: unknown; inclusion: unknown; document: { records: unknown; root: unknown } };

// Documents noted together: the log holds the hash of {"records","root"}, and the document is a leaf below that root.
async function noted(document: Uint8Array<ArrayBuffer>, batch: Batch | undefined): Promise<string> {
    if (batch === undefined) return hex(await sha256(document));
    need(Object.keys(batch).length === 3 && batch.document && Object.keys(batch.document).length === 2, 'changed');
    const root = fromHex(batch.document.root);
    need(await included(document, batch.index, batch.document.records, batch.inclusion, root), 'changed');
    return hex(await sha256(utf8.encode(canonical(batch.document))));
}

function parse(bytes: Uint8Array | string, fault: Fault): unknown {
    try {
        return JSON.parse(typeof bytes === 'string' ? bytes : plain.decode(bytes));
    } catch {
        throw new Refused(fault);
    }
}

// file: what was handed out; trusted: the log's public key as the shop publishes it, or "": the one in the file is believed.
export async function check(file: Uint8Array | string, trusted = ''): Promise<Facts> {
    const whole = parse(file, 'not_json') as { document: unknown; proof: Proof } | null;
    need(whole !== null && typeof whole === 'object' && Object.keys(whole).length === 2 && whole.document && whole.proof, 'not_proof');
    const { document, proof } = whole as { document: unknown; proof: Proof };
    need(typeof proof.entry === 'string' && typeof proof.checkpoint === 'string' && typeof proof.key === 'string', 'not_proof');
    const entry = parse(proof.entry as string, 'not_proof') as { time?: unknown; detail?: { document?: unknown; kind?: unknown } };
    need(entry.detail?.document === (await noted(utf8.encode(canonical(document)), proof.batch)), 'changed');
    const root = fromHex(proof.root);
    need(await included(utf8.encode(proof.entry as string), proof.index, proof.size, proof.inclusion, root), 'path');
    const key = await parseKey(proof.key as string, 'signature');
    if (trusted.trim()) {
        const wanted = await parseKey(trusted.trim(), 'bad_key');
        need(wanted.name === key.name && same(wanted.key, key.key), 'other_key');
    }
    const lines = (await signed(proof.checkpoint as string, key)).split('\n');
    need(lines[0] === proof.origin && lines[1] === String(proof.size) && same(fromBase64(lines[2] ?? '', 'checkpoint'), root), 'checkpoint');
    return {
        kind: String(entry.detail?.kind), noted: String(entry.time), log: String(proof.origin), index: proof.index as number,
        size: proof.size as number, key: proof.key as string, trusted: trusted.trim() !== '', document,
    };
}
