// SPDX-License-Identifier: Apache-2.0
// Passkeys: the server's questions in JSON (WebAuthn Level 3) to what the browser takes, and back.

import { Cancelled } from '../api/client';

// A passkey belongs to a host's name: where the address is a number, there are none.
const numeric = (host: string): boolean => /^[\d.]+$/.test(host) || host.includes(':');
export const passkeysWork = (): boolean =>
    typeof PublicKeyCredential === 'function' && !!navigator.credentials && !numeric(location.hostname);

function bytes(text: string): Uint8Array<ArrayBuffer> {
    const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
    return Uint8Array.from(plain, (c) => c.charCodeAt(0));
}

function text(buffer: ArrayBuffer): string {
    let plain = '';
    for (const byte of new Uint8Array(buffer)) plain += String.fromCharCode(byte);
    return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

const known = (list: PublicKeyCredentialDescriptorJSON[] | undefined): PublicKeyCredentialDescriptor[] =>
    (list ?? []).map((c) => ({ ...c, id: bytes(c.id) }) as PublicKeyCredentialDescriptor);

// The browser asks; whoever closes its window has decided against it.
async function asked(run: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
    try {
        const found = await run();
        if (!found) throw new Cancelled();
        return found as PublicKeyCredential;
    } catch (error) {
        if (error instanceof DOMException && (error.name === 'NotAllowedError' || error.name === 'AbortError')) throw new Cancelled();
        throw error;
    }
}

const base = (c: PublicKeyCredential) => ({
    id: c.id, rawId: text(c.rawId), type: c.type, authenticatorAttachment: c.authenticatorAttachment,
    clientExtensionResults: c.getClientExtensionResults() as Record<string, unknown>,
});

export async function makePasskey(options: PublicKeyCredentialCreationOptionsJSON): Promise<object> {
    const made = await asked(() => navigator.credentials.create({
        publicKey: {
            ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
            excludeCredentials: known(options.excludeCredentials),
        } as PublicKeyCredentialCreationOptions,
    }));
    const r = made.response as AuthenticatorAttestationResponse;
    return {
        ...base(made),
        response: {
            clientDataJSON: text(r.clientDataJSON), attestationObject: text(r.attestationObject), transports: r.getTransports?.() ?? [],
        },
    };
}

export async function usePasskey(options: PublicKeyCredentialRequestOptionsJSON): Promise<object> {
    const found = await asked(() => navigator.credentials.get({
        publicKey: {
            ...options, challenge: bytes(options.challenge), allowCredentials: known(options.allowCredentials),
        } as PublicKeyCredentialRequestOptions,
    }));
    const r = found.response as AuthenticatorAssertionResponse;
    return {
        ...base(found),
        response: {
            clientDataJSON: text(r.clientDataJSON), authenticatorData: text(r.authenticatorData), signature: text(r.signature),
            userHandle: r.userHandle ? text(r.userHandle) : null,
        },
    };
}
