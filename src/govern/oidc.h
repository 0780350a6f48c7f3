// SPDX-License-Identifier: Apache-2.0
// Signing staff in through the house's identity provider: OpenID Connect, authorization code with PKCE, any
// provider by discovery. Nobody is made by it: who signs in is known already, by the address that the
// provider has verified. Whether that counts as a second factor the token says (amr, acr), or the setting.
// Source: OpenID Connect Core 1.0 and Discovery 1.0, RFC 7636, RFC 9207, RFC 9700.
//
// Threads: any. What the provider publishes is kept for an hour; its keys are asked for again, at most every
// two seconds, when a token names one that is not known.
#pragma once

#include "crypto/jwt.h"
#include "net/outgoing.h"

struct oidc_options { // strings live as long as oidc
    const char *issuer;      // "https://id.example"; "": nobody signs in this way
    const char *client_id;
    const char *secret_file; // ""; a public client
    const char *name;        // for the button
    bool trust;              // the provider asks everybody for two factors: its word is taken
};
struct oidc;
// No issuer: *ret is NULL. CU_INVALID names the setting; CU_KEY: the secret's file is readable by others. Nobody is asked
// yet.
cu_code oidc_open(const struct oidc_options *o, struct outgoing *out, struct oidc **ret, struct cu_error *err) CU_MUST;
void oidc_close(struct oidc *o); // NULL is fine
const struct oidc_options *oidc_options(const struct oidc *o);

// What strangers of one network may ask of the provider in a minute. false: *ret_wait_s tells how long to wait.
bool oidc_admits(struct oidc *o, cu_str network, int64_t *ret_wait_s);

enum { OIDC_ADDRESS_MAX = 1024, OIDC_TEXT_MAX = 44 }; // 43 characters of base64url

// Where the browser goes. The texts are OIDC_TEXT_MAX long; challenge: S256 of the verifier.
struct oidc_start {
    const char *redirect_uri, *state, *nonce, *challenge;
};
cu_code oidc_address(struct oidc *o, const struct oidc_start *s, struct cu_buf *out, struct cu_error *err) CU_MUST;

struct oidc_answer {
    cu_str code;
    const char *redirect_uri, *verifier, *nonce;
};
// Exchanges the code and checks the ID token; the claims live in the arena. CU_INVALID with the step as field;
// CU_UNAVAILABLE: the provider does not answer.
cu_code oidc_redeem(struct oidc *o, const struct oidc_answer *a, struct cu_arena *arena, struct jwt_claims *ret,
    struct cu_error *err) CU_MUST;
