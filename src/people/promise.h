// SPDX-License-Identifier: Apache-2.0
// Promises: what was decided for people and must outlive the restore of an older backup: that they were
// erased, that a consent was withdrawn or refused. Each is a row in the transaction of the deed itself
// (table promise); app/backup_promise.c carries the rows off and drops them here. Restoring applies them.
//
// A promise names a profile by its public id and, for profiles that are made anew when the journal is
// replayed, by the keyed tags of its identifiers. Nothing of it can be read without the root key.
#pragma once

#include "people.h"

enum promise_kind { PROMISE_ERASED = 1, PROMISE_CONSENT = 2 };
enum { PROMISE_TAGS_MAX = 64 };
struct promise {
    int64_t id, at_ms;
    uint64_t seq; // it holds for everything up to this journal record
    enum promise_kind kind;
    int state;    // PROMISE_CONSENT: enum gate_state
    struct cu_uuid uuid;
    char purpose[64];
    uint8_t tags[PROMISE_TAGS_MAX][16];
    size_t tag_count;
    uint32_t tag_version; // of the key the tags are under
};

// Inside a transaction, under people_lock. seq 0: as far as events have been counted.
cu_code promise_note(struct people *p, enum promise_kind kind, uint32_t pno, uint64_t seq, int state, cu_str purpose,
    struct cu_error *err) CU_MUST;
// The rows after id, oldest first, at most max. Any reading connection.
cu_code promises_read(struct db *d, int64_t after, struct promise *ret, size_t max, size_t *ret_count,
    struct cu_error *err) CU_MUST;
cu_code promises_last(struct db *d, int64_t *ret, struct cu_error *err) CU_MUST;    // id ever given; 0: none
cu_code promises_waiting(struct db *d, int64_t *ret, struct cu_error *err) CU_MUST; // rows there
// Rows up to id, and rows older than before_ms, are gone. A transaction of its own.
cu_code promises_drop(struct people *p, int64_t id, int64_t before_ms, struct cu_error *err) CU_MUST;

// --- restoring. Each is a transaction of its own.

// The profiles a promise speaks of, as stored now; at most max. Tags of another version of their key than the index
// has are looked up in one of that version: it is built first, and the job people-reindex brings it back up.
cu_code promise_profiles(struct people *p, const struct promise *m, uint32_t *ret, size_t max, size_t *ret_count,
    struct cu_error *err) CU_MUST;
// Erases these profiles, as people_forget_person does.
cu_code promise_erase(struct people *p, const uint32_t *pnos, size_t count, struct cu_error *err) CU_MUST;
// Every profile whose key was destroyed since: rows and events go. *ret_count: how many there were.
cu_code promise_fences(struct people *p, uint64_t *ret_count, struct cu_error *err) CU_MUST;
// New profiles get numbers above every one the key store has known since: a fenced number would refuse them, and a
// living one is somebody else's.
cu_code promise_raise_numbers(struct people *p, uint32_t *ret_next, struct cu_error *err) CU_MUST;

// For drills: does an identifier of this profile, as it stands in another copy of records.db, open with the keys of
// today? CU_OK, CU_ERASED, CU_KEY, CU_CORRUPT; CU_NOT_FOUND: it has none there.
cu_code promise_probe(struct people *p, struct db *copy, uint32_t pno, struct cu_error *err) CU_MUST;
// The first profile in a copy at or after pno; 0: none.
cu_code promise_profile_at(struct db *copy, uint32_t pno, uint32_t *ret, struct cu_error *err) CU_MUST;
// Ids of the forgotten here that the copy still has as profiles: numbers in the copy, at most max.
cu_code promise_forgotten_in(struct people *p, struct db *copy, uint32_t *ret, size_t max, size_t *ret_count,
    struct cu_error *err) CU_MUST;
cu_code promise_counts(struct db *copy, int64_t *ret_profiles, int64_t *ret_orders, struct cu_error *err) CU_MUST;
