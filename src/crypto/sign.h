// SPDX-License-Identifier: Apache-2.0
// Signing keys (Ed25519, RFC 8032, libsodium) and the hash under what is signed (SHA-256). A signing
// key lives in guarded memory; on disk it is wrapped by the keyring's branch "sign".
// Threads: any; a key may be used by many at once.
#pragma once

#include "keyring.h"

#define SIGN_PUBLIC 32
#define SIGN_SIGNATURE 64
#define SIGN_SEED 32

// SHA-256 of a and b one after the other.
void sign_digest(cu_str a, cu_str b, uint8_t ret[32]);

// HMAC-SHA1, for peers that sign with nothing newer; it does not rest on SHA-1's resistance to collisions.
void sign_hmac_sha1(cu_str key, cu_str message, uint8_t ret[20]);

struct sign_key;
cu_code sign_key_new(struct sign_key **ret, struct cu_error *err) CU_MUST; // random
cu_code sign_key_from_seed(const uint8_t seed[SIGN_SEED], struct sign_key **ret, struct cu_error *err) CU_MUST;
void sign_key_free(struct sign_key *k); // wipes; NULL is fine
void sign_key_public(const struct sign_key *k, uint8_t ret[SIGN_PUBLIC]);
void sign_make(const struct sign_key *k, cu_str message, uint8_t ret[SIGN_SIGNATURE]);
bool sign_check(const uint8_t public_key[SIGN_PUBLIC], cu_str message, const uint8_t signature[SIGN_SIGNATURE]);

// As one line of text in a file of its own, mode 0400: "custos-sign-1 <base64 of the wrapped seed>".
// context binds the file to what it signs for (the log's origin). Reading: CU_NOT_FOUND when absent,
// CU_KEY for another keyring, another context or damage.
cu_code sign_key_store(const struct sign_key *k, const struct keyring *ring, cu_str context, const char *path,
    struct cu_error *err) CU_MUST;
cu_code sign_key_load(const struct keyring *ring, cu_str context, const char *path, struct sign_key **ret,
    struct cu_error *err) CU_MUST;
