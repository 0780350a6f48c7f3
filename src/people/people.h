// SPDX-License-Identifier: Apache-2.0
// People: profiles, identifiers, edges, traits. A *profile* (pno) is what one strongest identifier
// brought into being; a *person* is the set of profiles joined by live edges, known by the oldest
// profile's uuid. Everything is evidence: merge adds an edge, un-merge ends it, a reverted import
// removes its evidence; what is current is folded from what remains. ARCHITECTURE.md section 4.
//
// Writing happens under people_lock by one thread at a time (the pipeline for a whole batch, or one
// staff action); reading uses connections of its own. Names say which: *_project runs inside a batch.
#pragma once

#include "spec/dictionary.h"
#include "store/db.h"
#include "store/keys.h"
#include "store/timeline.h"
#include "base/clock.h"

struct people;
struct people_options {
    const char *records_path, *index_path; // records.db; index.db (identifier tags, never in a backup)
    const struct db_schema *records_schema;
    struct keyring *keyring;
    struct keys *keys;
    struct timeline *timeline;
};
cu_code people_open(const struct people_options *o, struct people **ret, struct cu_error *err) CU_MUST;
void people_close(struct people *p);
void people_set_dictionary(struct people *p, const struct dictionary *d); // shared, outlives people or the next set
const struct dictionary *people_dictionary(struct people *p);

// The one writing connection and its lock, shared by orders, consent and the pipeline. keyring, keys
// and timeline for those who have only people.
struct db *people_lock(struct people *p);   // returns records.db for writing; blocks
void people_unlock(struct people *p);
cu_code people_begin(struct people *p, struct cu_error *err) CU_MUST;  // under the lock: records + index
cu_code people_commit(struct people *p, struct cu_error *err) CU_MUST; // keys, then index, then records
void people_rollback(struct people *p);  // also drops caches that may hold what was not committed
// A reading connection from the pool; give it back.
cu_code people_read_take(struct people *p, struct db **ret, struct cu_error *err) CU_MUST;
void people_read_give(struct people *p, struct db *d);
struct keyring *people_keyring(struct people *p);
struct keys *people_keys(struct people *p);
struct timeline *people_timeline(struct people *p);

// One identifier as a client gave it.
struct person_id {
    cu_str kind;   // "user_id" ...
    cu_str value;  // raw
};
#define PERSON_IDS_MAX 16
struct evidence { // where something came from; goes into every row it makes
    uint32_t source, import;
    uint64_t seq;
    int64_t time_ms;     // when it happened
    int64_t received_ms;
    bool sample;
};
// identify stage: which profile does an event with these identifiers belong to? Makes the profile,
// attaches new identifiers, adds edges where the rules allow. *ret_pno 0 only when ids is empty or
// every id is blocked (CU_OK; the caller decides). Deterministic for a given stored state.
cu_code people_identify(struct people *p, const struct person_id *ids, size_t count, const struct evidence *ev,
    uint32_t *ret_pno, struct cu_error *err) CU_MUST;
// alias call: previous -> user.
cu_code people_alias(struct people *p, struct person_id previous, struct person_id current, const struct evidence *ev,
    uint32_t *ret_pno, struct cu_error *err) CU_MUST;
// Read-only look-up of the profile an identifier belongs to (0: none), for replays of the timeline.
cu_code people_lookup(struct people *p, struct person_id id, uint32_t *ret_pno, struct cu_error *err) CU_MUST;
// traits stage: declared traits into their sealed groups with source and time per field and history;
// undeclared ones into the "undeclared" group. null clears. Only differences write.
cu_code people_traits(struct people *p, uint32_t pno, json traits, const struct evidence *ev, struct cu_error *err) CU_MUST;
// Counts and last-seen of the profile (kept in memory, written once per batch).
void people_touch(struct people *p, uint32_t pno, const struct evidence *ev);

// All profile numbers of the person that pno belongs to (including pno), for the timeline.
cu_code people_members(struct people *p, struct db *d, uint32_t pno, struct cu_arena *a, uint32_t **ret, size_t *ret_count,
    struct cu_error *err) CU_MUST;
uint32_t people_root(struct people *p, uint32_t pno); // from memory: the person's oldest profile
cu_code people_uuid(struct people *p, struct db *d, uint32_t pno, struct cu_uuid *ret, struct cu_error *err) CU_MUST;
cu_code people_by_uuid(struct people *p, struct db *d, struct cu_uuid id, uint32_t *ret_root, struct cu_error *err) CU_MUST; // CU_NOT_FOUND, CU_ERASED
// Display name for feeds: sealed name opened, or e-mail, or "Visitor 1a2b"; empty when nothing.
cu_code people_label(struct people *p, struct db *d, uint32_t pno, struct cu_buf *out, struct cu_error *err) CU_MUST;
// Removes all evidence of an import or of sample sources (profiles left without evidence vanish); called
// under people_lock inside a transaction, in bounded steps: *ret_done true when nothing is left.
cu_code people_forget_import(struct people *p, uint32_t import, bool *ret_done, struct cu_error *err) CU_MUST;
cu_code people_forget_sample(struct people *p, bool *ret_done, struct cu_error *err) CU_MUST;
// Counts for Today: profiles first seen per day, as persons (merged count once).
typedef bool people_day_visit(void *context, int32_t day, uint64_t persons);
cu_code people_new_days(struct people *p, struct db *d, int32_t from_day, int32_t to_day, people_day_visit *visit, void *context,
    struct cu_error *err) CU_MUST;
uint64_t people_count(struct people *p); // persons
