// SPDX-License-Identifier: Apache-2.0
// ID tokens of OpenID Connect: a signed JSON Web Token (RFC 7519, 7515) checked against the provider's
// published keys (RFC 7517) and against what this sign-in expects (OpenID Connect Core 3.1.3.7; RFC 8725).
// The algorithm is what the key is made for and one of RS256, ES256, EdDSA: never what the token would
// like ("none", HMAC with a public key as secret). Pure functions.
//
// Errors: CU_INVALID, field: the step that failed: "token" (form), "header", "algorithm", "key" (none
// fits), "signature", "claims", "iss", "aud", "azp", "exp", "iat", "nbf", "nonce", "sub". CU_MEMORY.
#pragma once

#include "base/memory.h"

enum { JWT_MAX = 16 * 1024, JWT_KEYS_MAX = 32 };

struct jwt_expect {
    cu_str issuer, audience, nonce;
    int64_t now_ms;
};
struct jwt_claims {
    cu_str subject, email; // email CU_NONE when absent
    bool email_verified;   // true only for the JSON value true
    bool many_factors;     // amr or acr say that more than one factor was used
};
#define JWT_LEEWAY_MS (60 * 1000)            // for clocks that differ
#define JWT_AGE_MS (10 * 60 * 1000)          // oldest iat

// jwks: the JSON of the provider's keys. The claims live in the arena.
cu_code jwt_verify(cu_str token, cu_str jwks, const struct jwt_expect *e, struct cu_arena *arena, struct jwt_claims *ret,
    struct cu_error *err) CU_MUST;
