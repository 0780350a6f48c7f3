// SPDX-License-Identifier: Apache-2.0
// The audit log: every act and every read of a person's record, one canonical JSON line each, leaves of
// an append-only RFC 6962 Merkle tree (store/ledger). Who, role, purpose, what (names of fields, never
// values), when, from where, how it ended. People stand in it by pseudonyms that only their own key can
// make again (guard_pseudonym): the log verifies for ever, and says nothing of an erased person.
//
// Threads: any. Appends of many threads share one fdatasync (group commit).
#pragma once

#include "guard.h"

struct audit_entry {
    const struct guard_access *access;
    enum guard_outcome outcome;
    const uint8_t (*people)[16]; // pseudonyms
    size_t people_count;
    cu_str fields; // "email,orders": names of what was read; or empty
    cu_str detail; // a JSON object of names and numbers, or CU_NONE
};
// The entry's index in the log. wait: durable on return. CU_UNAVAILABLE (storage fails, disk full): it
// is not stored, and what it announces must not happen.
cu_code audit_append(struct audit *a, const struct audit_entry *e, bool wait, uint64_t *ret_index,
    struct cu_error *err) CU_MUST;
