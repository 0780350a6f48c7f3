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
#include "guard/guard.h"
#include "store/module.h"
#include "store/timeline.h"
#include "base/clock.h"

struct people;
struct people_options {
    const char *records_path, *index_path; // records.db; index.db (identifier tags, never in a backup)
    const struct db_schema *records_schema;
    struct keyring *keyring;
    struct guard *guard;
    struct timeline *timeline;
};
// Opens records.db (migrating) and index.db. Repairs index.db after a crash between the two commits,
// rebuilds it when it is absent or belongs to another records.db, and finishes interrupted deletions.
cu_code people_open(const struct people_options *o, struct people **ret, struct cu_error *err) CU_MUST;
void people_close(struct people *p); // stops the search thread; writes the counters that wait
// Shared; outlives people or the next set (readers may hold the old one a little longer: keep it until
// nothing reads). Not under people_lock. Nothing is identified before the first set (CU_UNAVAILABLE).
void people_set_dictionary(struct people *p, const struct dictionary *d);
const struct dictionary *people_dictionary(struct people *p);

// Hooks of layers above, set once before anything is served.
// Rows keyed by profile that must vanish with a person: called inside the deleting transaction.
typedef cu_code people_forget_fn(void *ctx, const uint32_t *pnos, size_t count, struct cu_error *err);
void people_on_forget(struct people *p, people_forget_fn *fn, void *ctx); // at most 16
// Every reading route asks it before a person is read; without it every read is refused.
struct caller; // spec/request.h
typedef cu_code people_gate_fn(void *ctx, struct db *d, const uint32_t *pnos, size_t count, cu_str purpose,
    const struct caller *caller, struct cu_error *err);
void people_set_gate(struct people *p, people_gate_fn *fn, void *ctx);
// May this person be erased? Asked by everything that erases on request; without it everybody may.
typedef cu_code people_hold_fn(void *ctx, uint32_t pno, bool *ret_held, struct cu_error *err);
void people_set_hold(struct people *p, people_hold_fn *fn, void *ctx);
cu_code people_check_hold(struct people *p, uint32_t pno, struct cu_error *err) CU_MUST; // CU_CONFLICT: held for a legal claim
// Writes the elements of "consents" of a person's JSON ({"purpose","state",...}).
typedef cu_code people_consent_fn(void *ctx, struct db *d, const uint32_t *pnos, size_t count, struct json_writer *w,
    struct cu_error *err);
void people_set_consent_view(struct people *p, people_consent_fn *fn, void *ctx);
extern const struct spec_field people_consent_fields[]; // of one of those

// Told what changed, once it is stored: after each commit of the pipeline, an import or staff, in the writer's thread
// under people_lock, so it must be quick and may call nothing that takes the lock. A profile may come more than once.
// Also after a rollback, for profiles whose persons a reader may have seen joined otherwise meanwhile. changes NULL: memory
// was short, anything may have changed.
enum {
    PEOPLE_TRAITS = 1,
    PEOPLE_ORDERS = 2,
    PEOPLE_CONSENTS = 4,
    PEOPLE_IDENTIFIERS = 8,
    PEOPLE_COUNTERS = 16, // events, first and last seen, sums of orders, known or not
    PEOPLE_JOINED = 32    // who belongs together: made, merged, parted, erased. All profiles that it concerns are named
};
struct people_change {
    uint32_t pno;
    unsigned what;
};
typedef void people_change_fn(void *ctx, const struct people_change *changes, size_t count);
void people_on_change(struct people *p, people_change_fn *fn, void *ctx); // at most 16
// For modules that keep what belongs to a profile (consent/): inside a batch, told after its commit.
void people_note(struct people *p, uint32_t pno, unsigned what);
// Told when another dictionary was set, not under the lock.
typedef void people_dictionary_fn(void *ctx, const struct dictionary *d);
void people_on_dictionary(struct people *p, people_dictionary_fn *fn, void *ctx); // at most 16

// Takes the hooks with this context back (changes, dictionary, forgetting): before what they call is closed.
void people_unhook(struct people *p, const void *ctx);

// A snapshot of who belongs together, for scans (store/scan.h): one per generation, shared. Give it back.
struct scan_persons;
cu_code people_persons_take(struct people *p, const struct scan_persons **ret, struct cu_error *err) CU_MUST;
void people_persons_give(struct people *p, const struct scan_persons *s);
// What the roster knows of a person, from memory; false when there is no such profile.
struct people_figures {
    uint32_t root;
    int64_t first_ms, last_ms; // INT64_MAX, INT64_MIN: never seen
    uint64_t events;
    bool known; // more than a browser's number
};
bool people_figures(struct people *p, uint32_t pno, struct people_figures *ret);
// The members of pno's person from memory, ascending, at most max into ret; how many there are, 0 when there is no such profile.
size_t people_profiles(struct people *p, uint32_t pno, uint32_t *ret, size_t max);

// The one writing connection and its lock, shared by orders, consent and the pipeline. keyring, guard
// and timeline for those who have only people.
struct db *people_lock(struct people *p);   // returns records.db for writing; blocks, first come first served
void people_unlock(struct people *p);
struct db *people_db(struct people *p); // the same connection, for what is called under the lock
cu_code people_begin(struct people *p, struct cu_error *err) CU_MUST;  // under the lock: records + index
cu_code people_commit(struct people *p, struct cu_error *err) CU_MUST; // keys, then index, then records
void people_rollback(struct people *p);  // also drops caches that may hold what was not committed
// All of it: the lock, a transaction, `write`, and its commit or, when it fails, its end.
typedef cu_code people_write(struct db *d, void *what, struct cu_error *err);
cu_code people_store(struct people *p, people_write *write, void *what, struct cu_error *err) CU_MUST;
// A reading connection from the pool; give it back.
cu_code people_read_take(struct people *p, struct db **ret, struct cu_error *err) CU_MUST;
void people_read_give(struct people *p, struct db *d);
// Goes on sealing rows anew after a class key was rotated, for a quarter of a second; a job calls it (reseal.c).
cu_code people_reseal(struct people *p, struct cu_error *err) CU_MUST;
// Goes on building the index of identifiers under the key that was rotated to, likewise (reindex.c).
cu_code people_reindex(struct people *p, struct cu_error *err) CU_MUST;
uint32_t people_index_version(struct people *p); // of the key its tags are under
struct keyring *people_keyring(struct people *p);
struct guard *people_guard(struct people *p);
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
// Read-only look-up of the profile an identifier belongs to (0: none). Any thread.
cu_code people_lookup(struct people *p, struct person_id id, uint32_t *ret_pno, struct cu_error *err) CU_MUST;
// Read-only form of people_identify for replaying events whose effects on people are stored already
// (timeline tail, counters): the profile of the strongest not-blocked identifier; 0: none, or forgotten.
cu_code people_find(struct people *p, const struct person_id *ids, size_t count, uint32_t *ret_pno,
    struct cu_error *err) CU_MUST;
// Appends the identifiers that traits also are (e-mail, phone: rows with `identifier`) to ids[count..max);
// returns the new count. Values are views into traits; people_identify normalises.
size_t people_ids_of_traits(struct people *p, json traits, struct person_id *ids, size_t count, size_t max);
// traits stage: declared traits into their sealed groups with source and time per field and history;
// undeclared ones into the "undeclared" group. null clears. Only differences write. A value that does not fit its
// row is kept as undeclared.
cu_code people_traits(struct people *p, uint32_t pno, json traits, const struct evidence *ev, struct cu_error *err) CU_MUST;
// Counts and first/last seen of the profile: added in memory, visible after the commit, written about
// once a second with a later commit. After a crash the events above people_touched_seq must be touched
// again (replay with people_find; touches at or below it are ignored), so the journal keeps them.
void people_touch(struct people *p, uint32_t pno, const struct evidence *ev);
uint64_t people_touched_seq(struct people *p);
cu_code people_flush(struct people *p, struct cu_error *err) CU_MUST; // writes them now, a transaction of its own; not under the lock
// What this process' writer has done so far: profiles made, values of fields that were news (and not
// only said again). For telling what one call changed: asked before and after it.
struct people_tally {
    uint64_t profiles, values;
};
struct people_tally people_tally(struct people *p);
// What the fold of the orders of a profile changed: written with this batch, for lists and sorting.
void people_count_orders(struct people *p, uint32_t pno, int32_t orders_delta, int64_t revenue_delta);
// A name nobody declared was seen: a trait (scope "person") or a property (scope: the event's name).
void people_undeclared_note(struct people *p, cu_str scope, cu_str name, const struct evidence *ev);
// The sealed part of an event row: one JSON object {"type","properties":{...},"context":{...}}, under the
// profile's key (pno 0: a key of nobody), bound to pno and seq. The person's event list reads it.
cu_code people_event_seal(struct people *p, uint32_t pno, uint64_t seq, cu_str plain, struct cu_buf *out,
    struct cu_error *err) CU_MUST;
// The same as an item of guard_seal_many, for a batch of events.
struct guard_item people_event_item(uint32_t pno, uint64_t seq, cu_str plain);
cu_code people_event_open(struct people *p, uint32_t pno, uint64_t seq, cu_str sealed, struct cu_buf *out,
    struct cu_error *err) CU_MUST;

// All profile numbers of the person that pno belongs to (including pno), for the timeline.
cu_code people_members(struct people *p, struct db *d, uint32_t pno, struct cu_arena *a, uint32_t **ret, size_t *ret_count,
    struct cu_error *err) CU_MUST;
// Every identifier of these profiles, opened for the program itself (guard_enter_system or guard_borrow_system first).
typedef cu_code people_id_visit(void *context, struct person_id id, struct cu_error *err);
cu_code people_ids(struct people *p, struct db *d, const uint32_t *pnos, size_t count, people_id_visit *visit, void *context,
    struct cu_error *err) CU_MUST;
uint32_t people_root(struct people *p, uint32_t pno); // from memory: the person's oldest profile
cu_code people_uuid(struct people *p, struct db *d, uint32_t pno, struct cu_uuid *ret, struct cu_error *err) CU_MUST;
cu_code people_by_uuid(struct people *p, struct db *d, struct cu_uuid id, uint32_t *ret_root, struct cu_error *err) CU_MUST; // CU_NOT_FOUND, CU_ERASED
// Display name for the program itself: sealed name opened, or e-mail, or "Visitor 1a2b"; empty when nothing.
cu_code people_label(struct people *p, struct db *d, uint32_t pno, struct cu_buf *out, struct cu_error *err) CU_MUST;
// Display names for a feed, as far as the caller sees them (people/sight.h): the gate is asked for each person, and all
// who are read are announced to the guard in one entry before anything is opened. pno 0: empty. In the arena. Beyond the
// role's people an hour all labels are hidden; the feed goes on.
struct people_label {
    cu_str text;       // "Restricted" when the gate refused
    const char *shown; // "full", "masked", "hidden"
};
cu_code people_labels(struct people *p, struct db *d, const uint32_t *pnos, size_t count, const struct caller *c,
    struct cu_arena *a, struct people_label *ret, struct cu_error *err) CU_MUST;
// Announces what is about to be read of these profiles to the guard; see guard_announce.
cu_code people_announce(struct people *p, const uint32_t *pnos, size_t count, const char *fields, struct cu_error *err) CU_MUST;
// A staff decision; each is a transaction of its own, taken under the lock by the function. actor: staff
// number, -1 the local operator. reason is sealed. CU_NOT_FOUND, CU_CONFLICT (never_link, same person,
// still joined through other evidence), CU_ERASED.
cu_code people_merge(struct people *p, struct cu_uuid a, struct cu_uuid b, cu_str reason, int64_t actor, int64_t *ret_edge,
    struct cu_error *err) CU_MUST;
cu_code people_unmerge(struct people *p, struct cu_uuid person, int64_t edge, cu_str reason, bool never_link, int64_t actor,
    struct cu_error *err) CU_MUST;
// Deletes the whole person: rows of every module in one transaction, then keys (fence), then timeline.
// A crash in between is resumed by people_open.
cu_code people_forget_person(struct people *p, struct cu_uuid person, struct cu_error *err) CU_MUST;
// Removes all evidence of an import or of sample sources (profiles left without evidence vanish); called
// under people_lock inside a transaction, in bounded steps: *ret_done true when nothing is left.
cu_code people_forget_import(struct people *p, uint32_t import, bool *ret_done, struct cu_error *err) CU_MUST;
cu_code people_forget_sample(struct people *p, bool *ret_done, struct cu_error *err) CU_MUST;
uint64_t people_count(struct people *p); // persons
uint32_t people_end(struct people *p);   // one past the highest profile number in use

// Search: built by a thread of its own from people_search_start on, kept current after every commit.
cu_code people_search_start(struct people *p, struct cu_error *err) CU_MUST;
struct people_search_progress {
    bool ready;             // everything stored at the start has been read
    uint64_t indexed, total; // profiles
};
void people_search_status(struct people *p, struct people_search_progress *ret);
void people_search_settle(struct people *p); // waits until nothing waits: tests and commands
// index.db again from records.db; progress may be NULL. people_open does it when the file is absent.
typedef void people_progress(void *ctx, uint64_t done, uint64_t total);
cu_code people_rebuild_index(struct people *p, people_progress *fn, void *ctx, struct cu_error *err) CU_MUST;

extern const struct module people_module; // instance: struct people *
