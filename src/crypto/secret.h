// SPDX-License-Identifier: Apache-2.0
// Passwords (Argon2id), opaque tokens, and memory for keys.
#pragma once

#include "keyring.h"

// Passwords: Argon2id over the peppered password (BLAKE2b under a key of the root key), as a PHC string. At
// most two computations at once in the process, so that a flood of sign-ins takes 2 x memory_kib and no more.
#define SECRET_PASSWORD_MAX 160
struct secret_cost { // p = 1
    uint32_t memory_kib, passes;
};
// OWASP's least; nothing weaker is ever chosen.
#define SECRET_COST_LEAST ((struct secret_cost){19 * 1024, 2})
// Measures what takes 100 to 250 ms on this machine; takes about a second.
cu_code secret_cost_tune(struct secret_cost *ret, struct cu_error *err) CU_MUST;
// first: goes before all others who wait for a turn (a browser that is known). CU_BUSY: too many wait already,
// never said to one who goes first. CU_MEMORY.
cu_code secret_password_hash(const struct keyring *k, cu_str password, const struct secret_cost *cost, bool first,
    char ret[SECRET_PASSWORD_MAX], struct cu_error *err) CU_MUST;
// A damaged hash is never right. Callers without a user pass somebody else's hash and ignore the answer.
cu_code secret_password_check(const struct keyring *k, cu_str password, const char *stored, bool first, bool *ret_right,
    struct cu_error *err) CU_MUST;
// Made with another cost than this: hash again after a successful check.
bool secret_password_stale(const char *stored, const struct secret_cost *cost);

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

// A secret in a file of its own (a password, an API key), without white space at both ends; "" when path is "". setting: the name
// for the error. CU_KEY: others than its owner may read it, or it is not there, or longer than SECRET_FILE_MAX - 1 bytes.
#define SECRET_FILE_MAX 1024
cu_code secret_file_read(const char *path, const char *setting, char ret[SECRET_FILE_MAX], struct cu_error *err) CU_MUST;
