// SPDX-License-Identifier: Apache-2.0
// The key store: one random key per profile, wrapped, in its own file (keys.db). These functions
// are all that others know of it, so that the key tree of the sealing design can take its place.
// Three states per subject: no key yet, living, erased (a fence: a key is never made again under
// that number). Commits before the records that use the keys do; a key without a record is
// harmless.
//
// Threads: any; locks inside, a bounded cache of unwrapped keys in guarded memory. Keys are made by
// one batch at a time (the pipeline); a look-up never waits for its commit.
#pragma once

#include "crypto/keyring.h"
#include "crypto/seal.h"

struct keys;
struct keys_options {
    const char *path; // DATA/keys.db
    struct keyring *keyring;
    uint32_t cache_max; // unwrapped keys held; default 65,536
};
// CU_KEY: the file belongs to another root key; else as db_open.
cu_code keys_open(
    const struct keys_options *options, struct keys **ret, struct cu_error *err) CU_MUST;
void keys_close(struct keys *k); // NULL is fine; what was not committed is gone
// The subject's key. make: creates one when there is none yet (durable after keys_commit).
// CU_NOT_FOUND: none yet and make is false; CU_ERASED: the fence. subject is below 2^63.
// A storage failure loses the keys made since the last commit; keys_commit then fails, so that no
// record sealed with one of them is stored. Begin the batch again from its first keys_get.
cu_code keys_get(struct keys *k, uint64_t subject, bool make, struct seal_key *ret,
    struct cu_error *err) CU_MUST;
cu_code keys_commit(struct keys *k, struct cu_error *err) CU_MUST; // before the records commit
// Forgets the keys made since the last commit: for a batch that is given up.
void keys_rollback(struct keys *k);
// Destroys the key and sets the fence, durably, WAL truncated. Idempotent.
cu_code keys_erase(
    struct keys *k, const uint64_t *subjects, size_t count, struct cu_error *err) CU_MUST;
bool keys_is_erased(struct keys *k, uint64_t subject); // true also when the store cannot tell
