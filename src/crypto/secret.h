// SPDX-License-Identifier: Apache-2.0
// Passwords (Argon2id), opaque tokens, and memory for keys.
#pragma once

#include "keyring.h"

// PHC string of Argon2id (m = 64 MiB, t = 2, p = 1 of libsodium INTERACTIVE, about 70-120 ms) over
// the peppered password. At most two computations at once in the process; others wait.
#define SECRET_PASSWORD_MAX 160
cu_code secret_password_hash(const struct keyring *k, cu_str password,
    char ret[SECRET_PASSWORD_MAX], struct cu_error *err) CU_MUST;
// stored NULL: spends the same time and answers false (unknown user).
bool secret_password_check(const struct keyring *k, cu_str password, const char *stored);
// Made with weaker parameters than today's: hash again after a successful check.
bool secret_password_stale(const char *stored);

// "<prefix>_<43 base64url chars><6 chars checksum>": 256 random bits; scanners can recognise leaks.
#define SECRET_TOKEN_MAX 80
void secret_token_new(const char *prefix, char ret[SECRET_TOKEN_MAX]);
bool secret_token_wellformed(cu_str token, const char *prefix);
void secret_token_hash(cu_str token, uint8_t ret[32]);       // SHA-256: what is stored
bool secret_equal(const void *a, const void *b, size_t len); // constant time

// Memory for keys: between guard pages, locked where allowed, left out of core dumps, wiped when
// freed. A few pages per object: for tables, not for single keys. NULL when out of memory.
void *secret_alloc(size_t size) CU_MUST;
void secret_free(void *p);             // NULL is fine
void secret_wipe(void *p, size_t len); // never optimised away
