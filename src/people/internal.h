// SPDX-License-Identifier: Apache-2.0
// Private to people/: the shared state and what its files offer one another. Nothing outside this
// folder includes it.
#pragma once

#include "people.h"
#include "idcache.h"
#include "orders.h"
#include "roster.h"

#include <pthread.h>
#include <stdatomic.h>

// What a ciphertext is bound to (seal_place.table). orders.c and consent/ have numbers from 0x200 on.
enum {
    PEOPLE_SEAL_IDENTIFIER = 0x101, // record: identifier.id
    PEOPLE_SEAL_HISTORY = 0x102,    // record: trait_history.id
    PEOPLE_SEAL_CURRENT = 0x103,    // record: trait_current.id, version: its version
    PEOPLE_SEAL_REASON = 0x104,     // record: edge.id, version: 0 reason, 1 ended_reason
    PEOPLE_SEAL_EVENT = 0x105       // record: seq
};
#define PEOPLE_SUBJECT_NOBODY KEYS_FIRST(KEYS_NOBODY) // key of events that belong to no profile

#define PERSON_PROFILES_MAX 1000u // profiles one person may have
#define PERSON_KINDS_MAX 256u     // identifier kinds known to one folder
#define IDENTIFIER_VALUE_MAX 256u // bytes after normalising
#define PEOPLE_READERS_MAX 8u
#define PEOPLE_HOOKS_MAX 16u

// Which evidence can take a row back; see people_schema.sql.
int64_t evidence_origin(const struct evidence *ev);
#define ORIGIN_SAMPLE (INT64_C(1) << 32)

// --- identifier kinds (kinds.c): dense numbers for names, and the rules that hold for each
struct identity_kind {
    char name[65];
    uint8_t len;
    const struct dict_identifier *row; // of the current dictionary
    int32_t priority, limit; // 1 is the strongest; limit: values one person may have
    bool declared;
    bool weak;               // as weak as anonymous_id or weaker: does not make a person known
};
struct identity_kinds {
    struct identity_kind at[PERSON_KINDS_MAX]; // [0] unused
    uint32_t count;           // numbers in use: 1..count-1
    uint32_t committed;
    uint64_t version;         // hash of kinds, priorities, limits, blocked values
    pthread_mutex_t lock;     // readers of names; the writer may read without
};
cu_code kinds_load(struct people *p, struct cu_error *err) CU_MUST;
void kinds_apply_dictionary(struct people *p, const struct dictionary *d);
void kinds_rollback(struct people *p);
// Number of a kind, making one when it is new (make: within a transaction). 0: not a usable name, or
// PERSON_KINDS_MAX are in use.
cu_code kinds_number(struct people *p, cu_str name, bool make, uint16_t *ret, struct cu_error *err) CU_MUST;
void kinds_name(struct people *p, uint16_t number, char ret[65]); // any thread; "" when unknown
bool kinds_weak(struct people *p, uint16_t number);                // any thread

// --- normalising (kinds.c). One identifier on its way through a decision.
struct candidate {
    cu_str value;       // normalised; view into the caller's buffer
    uint8_t tag[16];
    uint32_t version;   // of the tag's key
    uint16_t kind;
    uint32_t pno;       // 0: not stored
    int64_t identifier;
    bool anchor, covered; // covered: its origins include the event's, or 0
    bool known, accepted;
    int32_t first_day, day; // seen, as stored
};
// Normalises, drops blocked and unusable values and repetitions, sorts strongest first. buf holds the values;
// out has room for PERSON_IDS_MAX. make: new kinds get numbers (writer).
cu_code candidates_prepare(struct people *p, const struct person_id *ids, size_t count, bool make, struct cu_buf *buf,
    struct candidate *out, size_t *ret_count, struct cu_error *err) CU_MUST;
#define CANDIDATES_BUF_MAX (PERSON_IDS_MAX * 600u)

// --- index.db (index.c), writer only but for index_lookup
struct index_row {
    uint32_t pno;
    uint16_t kind;
    int64_t identifier;
};
cu_code index_open(struct people *p, struct cu_error *err) CU_MUST;
cu_code index_find(struct people *p, const uint8_t tag[16], struct index_row *ret, bool *ret_found, struct cu_error *err) CU_MUST;
cu_code index_put(struct people *p, const uint8_t tag[16], const struct index_row *row, struct cu_error *err) CU_MUST; // new or moved
cu_code index_remove(struct people *p, const uint8_t tag[16], struct cu_error *err) CU_MUST;
cu_code index_remove_identifier(struct people *p, int64_t identifier, struct cu_error *err) CU_MUST; // without its value: a scan
cu_code index_stamp(struct people *p, struct cu_error *err) CU_MUST;  // before commit: generation into both files
cu_code index_repair(struct people *p, struct cu_error *err) CU_MUST; // index.db back to the generation of records.db
// Any thread, committed state. CU_PRECONDITION: the tag is of another version than the index by now; make it again.
cu_code index_lookup(struct people *p, const struct candidate *c, struct index_row *ret, bool *ret_found, struct cu_error *err) CU_MUST;
cu_code index_meta_set(struct people *p, int64_t generation, uint32_t version, struct cu_error *err) CU_MUST;
uint32_t index_version(struct people *p); // of the tags in it, any thread; the writer's stays while it has the lock

// --- the index under another version of the key of tags (reindex.c), under the lock and not in a batch
struct reindex {
    bool active, lost;   // lost: memory was short, it begins anew
    uint32_t version;    // what the rows beside the index are tagged with
    int64_t after;       // identifiers up to here are among them
    uint64_t done, total;
    int64_t *touched;    // identifiers of which the index changed since
    size_t touched_count, touched_cap;
};
void reindex_touch(struct people *p, int64_t identifier); // the index changed for it
void reindex_clear(struct people *p);
cu_code reindex_run(struct people *p, int64_t budget_us, struct cu_error *err) CU_MUST; // not under the lock; at least a step
cu_code reindex_at_once(struct people *p, uint32_t version, struct cu_error *err) CU_MUST; // however long it takes

// --- edges (edges.c), writer
enum edge_evidence { EDGE_EVENT = 1, EDGE_ALIAS, EDGE_STAFF, EDGE_SPLIT /* an import's link between two ids, given its own row */ };
enum { EDGE_LIVE = 0, EDGE_ENDED = 1, EDGE_REFUSED = 2 };
cu_code edge_ensure(struct people *p, uint32_t x, uint32_t y, enum edge_evidence how, uint16_t kind, const struct evidence *ev,
    struct cu_error *err) CU_MUST; // adds or confirms, and joins
cu_code edge_refuse(struct people *p, uint32_t x, uint32_t y, enum edge_evidence how, uint16_t kind, const struct evidence *ev,
    struct cu_error *err) CU_MUST;
struct edge_new {
    uint32_t x, y;
    enum edge_evidence how;
    uint16_t kind;
    int64_t origin, actor;
    cu_str reason;
};
cu_code edge_insert(struct people *p, const struct edge_new *e, const struct evidence *ev, int64_t *ret_id, struct cu_error *err) CU_MUST;
// After edges of pno's person went away: recomputes the components among these former members.
cu_code edges_recompute(struct people *p, const uint32_t *members, size_t count, struct cu_error *err) CU_MUST;
cu_code never_link_between(struct people *p, uint32_t x, uint32_t y, bool *ret, struct cu_error *err) CU_MUST; // persons of x and y
cu_code people_reason_seal(struct people *p, uint32_t pno, int64_t edge, int part, cu_str text, struct cu_buf *out,
    struct cu_error *err) CU_MUST;

// Further origins of identifiers and edges.
enum { CONFIRM_IDENTIFIER = 1, CONFIRM_EDGE = 2 };
cu_code confirmation_covers(struct people *p, int entity, int64_t id, int64_t own, int64_t origin, bool *ret, struct cu_error *err) CU_MUST;
cu_code confirmation_add(struct people *p, int entity, int64_t id, int64_t own, int64_t origin, struct cu_error *err) CU_MUST;

// --- profiles and identifiers (profile.c), writer
cu_code profile_make(struct people *p, const struct evidence *ev, int64_t origin, uint32_t *ret_pno, struct cu_error *err) CU_MUST;
cu_code identifier_attach(struct people *p, struct candidate *c, uint32_t pno, bool anchor, const struct evidence *ev, struct cu_error *err) CU_MUST;
cu_code identifier_confirm(struct people *p, struct candidate *c, int64_t own, const struct evidence *ev, struct cu_error *err) CU_MUST; // own: the row's origin
cu_code identifier_split(struct people *p, struct candidate *c, int64_t own, const struct evidence *ev, struct cu_error *err) CU_MUST; // to a profile of its own
cu_code identifier_seal(struct people *p, uint32_t pno, int64_t id, cu_str value, struct cu_buf *out, struct cu_error *err) CU_MUST;
cu_code identifier_open(struct people *p, uint32_t pno, int64_t id, cu_str sealed, struct cu_buf *out, struct cu_error *err) CU_MUST;
cu_code profile_own(struct people *p, uint32_t pno, struct roster_own *ret, unsigned *ret_flags, struct cu_error *err) CU_MUST;
cu_code profile_known(struct people *p, uint32_t pno, struct cu_error *err) CU_MUST; // it has contact fields
cu_code profile_flags_refresh(struct people *p, uint32_t pno, struct cu_error *err) CU_MUST; // from its rows
cu_code roster_load(struct people *p, struct cu_error *err) CU_MUST; // at start

// --- counters (stats.c)
struct touch;
struct touches {
    struct touch *slots; // open addressing
    uint32_t cap, used;
    uint32_t *batch;     // slots touched since the last commit
    uint32_t batch_count, batch_cap;
    uint64_t touched_seq;   // stored: counters up to here are in the tables
    uint64_t seen_seq, committed_seq, flush_seq; // highest touched; with the last commit; by the running flush
    int64_t flushed_us;
    bool flushing;          // the running transaction has written what waited
};
struct order_count {
    uint32_t pno;
    int32_t orders;
    int64_t revenue;
};
struct order_counts {
    struct order_count *at;
    size_t count, cap;
};
cu_code stats_before_commit(struct people *p, bool flush, struct cu_error *err) CU_MUST;
// Inside a transaction: afterwards the tables hold every counter and the roster shows them.
cu_code stats_flush_in(struct people *p, struct cu_error *err) CU_MUST;
void stats_after_commit(struct people *p);
void stats_rollback(struct people *p);
void stats_clear(struct people *p);

// --- the undeclared register (undeclared.c)
#define UNDECLARED_MAX 4096u // names; what comes later counts under "(other)"
struct undeclared_row;
struct undeclared {
    struct undeclared_row *slots;
    uint32_t used, changed_count;
    uint16_t changed[UNDECLARED_MAX]; // slots the running batch counted in
    pthread_mutex_t lock;
};
cu_code undeclared_init(struct people *p, struct cu_error *err) CU_MUST;
cu_code undeclared_load(struct people *p, struct cu_error *err) CU_MUST;
cu_code undeclared_before_commit(struct people *p, struct cu_error *err) CU_MUST;
void undeclared_settle(struct people *p, bool committed);
void undeclared_close(struct people *p);
void undeclared_print(struct people *p, struct json_writer *w);

// --- forgetting (forget.c)
cu_code forget_finish(struct people *p, struct cu_error *err) CU_MUST; // keys and timeline of what is marked in forget_intent
// --- removing rows (vanish.c), inside a transaction
cu_code profiles_vanish(struct people *p, const uint32_t *pnos, size_t count, bool timeline, struct cu_error *err) CU_MUST; // of every module
cu_code forgotten_note(struct people *p, uint32_t pno, struct cu_error *err) CU_MUST; // its uuid answers CU_ERASED from then on
cu_code identifier_unindex(struct people *p, uint32_t pno, int64_t id, uint16_t kind, cu_str sealed, struct cu_error *err) CU_MUST;

// --- traits (traits.c)
cu_code traits_init(struct people *p, struct cu_error *err) CU_MUST;
void traits_clear(struct people *p);
void traits_forget_memo(struct people *p); // after anything but people_traits changed traits
cu_code traits_refold(struct people *p, uint32_t pno, int group, struct cu_error *err) CU_MUST;

// --- search (search.c)
struct search;
cu_code search_new(struct people *p, struct search **ret, struct cu_error *err) CU_MUST;
void search_free(struct search *s);
void search_mark(struct search *s, uint32_t pno);   // read it again when the thread comes by
void search_forget(struct search *s, uint32_t pno); // at once

struct people_hook {
    people_forget_fn *fn;
    void *ctx;
};
struct people {
    struct keyring *keyring;
    struct guard *guard;
    struct timeline *timeline;
    const struct db_schema *records_schema;
    char *records_path, *index_path;
    struct db *records, *index; // writer's
    struct db *index_reader;
    pthread_mutex_t index_reader_lock;
    _Atomic(const struct dictionary *) dictionary;

    struct { // first come, first served
        pthread_mutex_t mutex;
        pthread_cond_t turn;
        uint64_t next, serving;
    } lock;
    struct {
        pthread_mutex_t mutex;
        pthread_cond_t given;
        struct db *idle[PEOPLE_READERS_MAX];
        uint32_t idle_count, open_count;
    } readers;

    // writer's state, under the lock
    bool in_batch;
    bool index_dirty;       // this batch changed index.db
    bool index_behind;      // a commit failed between the two files: repair first
    bool forget_pending;    // forget_intent has rows
    struct reindex reindex;
    _Atomic(uint32_t) tag_version; // changes under the lock and index_reader_lock
    uint8_t folder[16];
    int64_t generation;
    uint32_t next_pno, next_pno_stored;
    int64_t next_identifier, next_edge, next_history;
    cu_code sticky;         // first failure of a function that cannot return one
    struct cu_buf scratch;  // sealing
    struct cu_buf ids;      // candidates
    struct cu_arena *arena; // of one call of people_traits
    struct cu_buf plain, delta, merged; // its groups
    struct trait_memo *memo; // what the last calls said: repetitions cost nothing
    uint64_t memo_seed;
    uint32_t *changed;      // profiles whose search text changes with this batch
    size_t changed_count, changed_cap;
    struct people_change *notes; // what this batch changed, for people_on_change
    size_t note_count, note_cap;
    bool notes_lost;

    struct roster roster;
    struct idcache idcache;
    struct identity_kinds kinds;
    struct touches touches;
    struct order_counts orders;
    struct undeclared undeclared;
    struct search *search;

    struct people_hook forget[PEOPLE_HOOKS_MAX];
    size_t forget_count;
    struct {
        people_change_fn *fn;
        void *ctx;
    } change[PEOPLE_HOOKS_MAX];
    size_t change_count;
    struct {
        people_dictionary_fn *fn;
        void *ctx;
    } dictionary_hook[PEOPLE_HOOKS_MAX];
    size_t dictionary_hook_count;
    struct {
        orders_change_fn *fn;
        void *ctx;
    } order_hook[PEOPLE_HOOKS_MAX];
    size_t order_hook_count;
    int64_t *order_notes; // orders that this batch changed, for orders_on_change
    size_t order_note_count, order_note_cap;
    struct { // people_persons_take
        pthread_mutex_t lock;
        struct persons_snapshot *current;
    } persons;
    people_hold_fn *hold;
    void *hold_ctx;
    people_gate_fn *gate;
    void *gate_ctx;
    people_consent_fn *consents;
    void *consents_ctx;
    struct people_tally tally;
};
void people_changed(struct people *p, uint32_t pno); // its search text
// --- telling others (changes.c)
void changes_tell(struct people *p);      // before roster_commit, when the batch is stored
void changes_keep(struct people *p);      // before roster_rollback: what others may have seen
void changes_rolled_back(struct people *p); // and after it
void changes_clear(struct people *p);
cu_code people_counters_load(struct people *p, struct cu_error *err) CU_MUST;
