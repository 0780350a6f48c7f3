// SPDX-License-Identifier: Apache-2.0
// The audit log: every act and every read of a person's record, one canonical JSON line each, leaves of
// an append-only RFC 6962 Merkle tree (store/ledger). Who, role, purpose, what (names of fields, never
// values), when, from where, how it ended. People stand in it by pseudonyms that only their own key can
// make again (guard_pseudonym): the log verifies for ever, and says nothing of an erased person.
//
// Its folder: the ledger's files, and
//   checkpoint   size and root of the log, signed (C2SP signed note): when it has grown, at least every
//                minute, at every start and end
//   cosigned     the newest checkpoint that a witness signed, too (audit_read.h)
//   sign.key     the signing key, wrapped by the root key; public.keys: verifier keys, oldest first
//   rotated-KEY  a checkpoint signed by an old key and the new one: whoever trusts the old may follow
// What is signed was durable before. Reading and verifying: audit_read.h, from any process.
//
// Threads: any. Appends of many threads share one fdatasync (group commit).
#pragma once

#include "guard.h"

struct audit;
struct audit_options {
    const char *folder;
    const char *origin;        // the log's name in checkpoints; NULL: what the folder has, or a new random one
    struct keyring *keyring;   // wraps the signing key; outlives the log
    int64_t checkpoint_ms;     // 0: 60 s
    int64_t segment_bytes_max; // 0: the ledger's
};
// CU_CORRUPT: the log does not fit its last checkpoint, or lacks it. CU_KEY: the signing key is missing
// or another root key's. CU_LOCKED: another process writes it.
cu_code audit_open(const struct audit_options *o, struct audit **ret, struct cu_error *err) CU_MUST;
void audit_close(struct audit *a); // writes what waits, signs; NULL is fine

struct audit_entry {
    const struct guard_access *access;
    enum guard_outcome outcome;
    const uint8_t (*people)[16]; // pseudonyms
    size_t people_count;
    cu_str fields; // "email,orders": names of what was read; or empty
    cu_str detail; // a JSON object of names and numbers, or CU_NONE
};
// The entry's index in the log (only with wait). wait: durable on return; else within a moment.
// CU_UNAVAILABLE (storage fails, disk full): it is not stored, and what it announces must not happen.
// CU_INVALID: detail is no JSON object on one line, or the entry is too long.
cu_code audit_append(struct audit *a, const struct audit_entry *e, bool wait, uint64_t *ret_index,
    struct cu_error *err);

cu_code audit_sign(struct audit *a, struct cu_error *err) CU_MUST; // a checkpoint now, when the log has grown
// A new signing key: noted in the log, and a checkpoint signed by the old one, too. The old key is gone.
cu_code audit_rotate_key(struct audit *a, struct cu_error *err) CU_MUST;
