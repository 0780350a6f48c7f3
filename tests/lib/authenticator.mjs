// SPDX-License-Identifier: Apache-2.0
// A small software authenticator with a browser around it: makes passkeys and uses them as W3C Web
// Authentication Level 2 describes, or wrongly in whatever way a test asks for. No hardware, no browser.
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";

export const b64u = (bytes) => Buffer.from(bytes).toString("base64url");
const sha256 = (bytes) => createHash("sha256").update(bytes).digest();

// CBOR, as far as passkeys need it: integers, bytes, text, arrays, maps (Map), booleans.
export function cbor(value) {
    const head = (major, n) => {
        if (n < 24) return Buffer.from([(major << 5) | n]);
        if (n < 256) return Buffer.from([(major << 5) | 24, n]);
        if (n < 65536) return Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
        const b = Buffer.alloc(5);
        b[0] = (major << 5) | 26;
        b.writeUInt32BE(n, 1);
        return b;
    };
    if (typeof value === "boolean") return Buffer.from([value ? 0xf5 : 0xf4]);
    if (typeof value === "number") return value >= 0 ? head(0, value) : head(1, -1 - value);
    if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
    if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
    if (Array.isArray(value)) return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
    return Buffer.concat([head(5, value.size), ...[...value].flatMap(([k, v]) => [cbor(k), cbor(v)])]);
}

export const UP = 1, UV = 4, BE = 8, BS = 16, AT = 64, ED = 128;
export const ES256 = -7, EDDSA = -8, RS256 = -257;

function newKey(algorithm) {
    if (algorithm === EDDSA) return generateKeyPairSync("ed25519").privateKey;
    if (algorithm === RS256) return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
    return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

function coseKey(algorithm, key) {
    const jwk = key.export({ format: "jwk" });
    const b = (name) => Buffer.from(jwk[name], "base64url");
    if (algorithm === EDDSA) return new Map([[1, 1], [3, EDDSA], [-1, 6], [-2, b("x")]]);
    if (algorithm === RS256) return new Map([[1, 3], [3, RS256], [-1, b("n")], [-2, b("e")]]);
    return new Map([[1, 2], [3, ES256], [-1, 1], [-2, b("x")], [-3, b("y")]]);
}

export class Passkey {
    constructor({ rpId, origin, algorithm = ES256, id = randomBytes(32), counter = 0, flags = UP | UV | BE | BS, userHandle, key }) {
        Object.assign(this, { rpId, origin, algorithm, id, counter, flags, userHandle });
        this.key = key ? createPrivateKey(key) : newKey(algorithm);
    }

    clientData(type, challenge, wrong = {}) {
        const data = { type, challenge: b64u(challenge), origin: this.origin, crossOrigin: false, ...wrong.client };
        return wrong.clientText ?? Buffer.from(JSON.stringify(data));
    }

    authData({ attested, wrong = {} }) {
        const flags = wrong.flags ?? (this.flags | (attested ? AT : 0) | (wrong.extensions ? ED : 0));
        const counter = Buffer.alloc(4);
        counter.writeUInt32BE(wrong.counter ?? this.counter);
        const parts = [wrong.rpIdHash ?? sha256(wrong.rpId ?? this.rpId), Buffer.from([flags]), counter];
        if (attested) {
            const length = Buffer.alloc(2);
            length.writeUInt16BE(wrong.idLength ?? this.id.length);
            parts.push(wrong.aaguid ?? Buffer.alloc(16), length, this.id, cbor(wrong.cose ?? coseKey(this.algorithm, this.key)));
        }
        if (wrong.extensions) parts.push(cbor(wrong.extensions));
        if (wrong.tail) parts.push(wrong.tail);
        const all = Buffer.concat(parts);
        return wrong.cut ? all.subarray(0, all.length - wrong.cut) : all;
    }

    signature(bytes, wrong = {}) {
        const key = wrong.key ?? this.key;
        return sign(key.asymmetricKeyType === "ed25519" ? null : "sha256", bytes, key);
    }

    // What the browser hands over after navigator.credentials.create; `wrong` says what to get wrong.
    make(challenge, wrong = {}) {
        const client = this.clientData("webauthn.create", challenge, wrong);
        const authData = this.authData({ attested: wrong.attested ?? true, wrong });
        const statement = wrong.statement ?? new Map();
        if (wrong.self) {
            statement.set("alg", wrong.self.alg ?? this.algorithm);
            statement.set("sig", this.signature(Buffer.concat([authData, sha256(client)]), wrong.self));
        }
        let object = wrong.object ?? cbor(new Map([["fmt", wrong.format ?? (wrong.self ? "packed" : "none")], ["attStmt", statement], ["authData", authData]]));
        if (wrong.cutObject) object = object.subarray(0, object.length - wrong.cutObject);
        if (wrong.tailObject) object = Buffer.concat([object, wrong.tailObject]);
        return {
            id: b64u(wrong.id ?? this.id), rawId: b64u(wrong.id ?? this.id), type: "public-key", authenticatorAttachment: "platform", clientExtensionResults: {},
            response: { clientDataJSON: b64u(client), attestationObject: b64u(object), transports: ["internal"] },
        };
    }

    // What the browser hands over after navigator.credentials.get.
    use(challenge, wrong = {}) {
        if (wrong.counter === undefined && this.counter > 0) this.counter++;
        const client = this.clientData("webauthn.get", challenge, wrong);
        const authData = this.authData({ attested: wrong.attested ?? false, wrong });
        let signature = this.signature(Buffer.concat([authData, sha256(wrong.signedClient ?? client)]), wrong);
        if (wrong.flipSignature) signature[signature.length - 1] ^= 1;
        if (wrong.signature) signature = wrong.signature;
        const handle = wrong.userHandle === undefined ? this.userHandle : wrong.userHandle;
        return {
            id: b64u(wrong.id ?? this.id), rawId: b64u(wrong.id ?? this.id), type: "public-key", authenticatorAttachment: "platform", clientExtensionResults: {},
            response: { clientDataJSON: b64u(client), authenticatorData: b64u(authData), signature: b64u(signature), userHandle: handle ? b64u(handle) : null },
        };
    }
}
