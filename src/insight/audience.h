// SPDX-License-Identifier: Apache-2.0
// Audiences: who is in which segment, now and at any time before. A person is decided anew when an event or fact
// arrives that one of a segment's clauses asks for, or when the moment comes that the last decision named
// (segment_eval.h); nobody is decided anew for any other reason, and everybody only when a definition is new.
//
// Invariants are numbered in audience.c. Membership stands in roaring bitmaps by person (root profile number);
// who entered and left when stands in DATA/audiences.db (numbers and times, nothing personal), written about
// four times a second; deciding again after a crash is harmless, so nothing waits for the disk.
//
// Threads: one deciding thread; readers from any thread.
#pragma once

#include "facts.h"
#include "machines.h"

struct audiences;
struct audiences_options {
    struct people *people;
    struct gate *gate;
    struct facts *facts;
    const char *path;            // DATA/audiences.db
    const struct text_zone *zone;
    uint32_t (*source)(void *context, cu_str name); // number of a source by name, for definitions; may be NULL
    void *source_context;
};
cu_code audiences_open(const struct audiences_options *o, struct audiences **ret, struct cu_error *err) CU_MUST;
cu_code audiences_start(struct audiences *a, struct cu_error *err) CU_MUST; // the deciding thread
void audiences_close(struct audiences *a);
// For backups: the history as it is, frozen (store/db_copy.h); between two batches. And for the doctor: is it whole?
struct db_frozen;
cu_code audiences_freeze(struct audiences *a, struct db_frozen *ret, struct cu_error *err) CU_MUST;
cu_code audiences_verify(struct audiences *a, struct cu_error *err) CU_MUST;
// Retention: moves before before_ms that nothing rests on any more, at most `limit` a call (0 went: done). Counted likewise.
cu_code audiences_moves_expire(struct audiences *a, int64_t before_ms, int64_t limit, int64_t *ret_rows, struct cu_error *err) CU_MUST;
cu_code audiences_moves_count(struct audiences *a, int64_t before_ms, int64_t *ret_rows, int64_t *ret_people, struct cu_error *err) CU_MUST;
void audiences_settle(struct audiences *a); // waits until nothing waits to be decided: tests and commands

// --- news. Any thread, quick, never fails: without memory everybody is decided again later.
enum { AUDIENCE_FACTS = 1, AUDIENCE_JOINED = 2 /* merged, un-merged, erased: members changed */ };
struct audience_news {
    uint32_t pno, kind; // kind 0: no event
    unsigned what;
    int64_t received_ms; // of the event, for the metric custos_audience_lag; 0: not known
};
void audiences_news(struct audiences *a, const struct audience_news *news, size_t count);

// --- definitions: rows of records.db (migration 13)
#define AUDIENCE_MAX 500u
#define AUDIENCE_NAME_MAX 64u // [a-z0-9_-], starts with a letter
struct audience_row {
    uint32_t number;             // never used again
    char name[AUDIENCE_NAME_MAX + 1];
    cu_str title, doc;           // in the caller's arena
    cu_str text;                 // the definition as kept: canonical text
    bool persona;                // shown among the personas
    cu_str card;                 // JSON of the persona's card, or CU_NONE
    int64_t created_ms, changed_ms;
    uint32_t version;
    enum audience_state { AUDIENCE_FILLING, AUDIENCE_LIVE,
        AUDIENCE_BROKEN /* the dictionary changed: fault says what to mend */ } state;
    cu_str fault;
    uint32_t filled_permille;    // FILLING
    uint64_t size;               // persons
};
cu_code audience_list(struct audiences *a, struct cu_arena *arena, struct audience_row **ret, size_t *ret_count,
    struct cu_error *err) CU_MUST;
// CU_NOT_FOUND
cu_code audience_get(struct audiences *a, cu_str name, struct cu_arena *arena, struct audience_row *ret,
    struct cu_error *err) CU_MUST;
struct audience_edit {
    cu_str name, title, doc, card;
    bool persona;
    const struct seg_node *definition; // parsed; checked here
    uint32_t if_version;         // of the row that was read; 0: a new one. CU_PRECONDITION
    int64_t actor;
};
// CU_CONFLICT: the name is taken; a cycle (A in B in A) names its members; CU_INVALID: a fault of the definition (also in
// faults).
cu_code audience_put(struct audiences *a, const struct audience_edit *e, struct seg_faults *faults, uint32_t *ret_number,
    struct cu_error *err) CU_MUST;
// CU_CONFLICT: another segment refers to it
cu_code audience_drop(struct audiences *a, cu_str name, struct cu_error *err) CU_MUST;
const struct seg_catalog *audience_catalog(struct audiences *a); // of the dictionary in force; give back:
void audience_catalog_done(struct audiences *a, const struct seg_catalog *c);
// The dictionary changed: every definition is checked again; what no longer fits is kept, marked and left out.
void audiences_dictionary(struct audiences *a);

// --- who
bool audience_has(struct audiences *a, uint32_t number, uint32_t person);
typedef struct roaring_bitmap_s roaring_bitmap_t;
// A copy; roaring_bitmap_free
cu_code audience_people(struct audiences *a, uint32_t number, roaring_bitmap_t **ret, struct cu_error *err) CU_MUST;
// Numbers of the segments the person is in
size_t audiences_of(struct audiences *a, uint32_t person, uint32_t *ret, size_t max);
struct audience_move {
    uint32_t person;
    int64_t at_ms;
    bool entered;
};
typedef bool audience_move_visit(void *context, uint32_t number, const struct audience_move *m);
// Newest first. person 0: everybody. CU_INVALID for a cursor of another list (opaque, at most 64 bytes, "" first).
cu_code audience_history(struct audiences *a, uint32_t number, uint32_t person, char cursor[65], size_t limit,
    audience_move_visit *visit,
    void *context, struct cu_error *err) CU_MUST;
struct audience_size { int64_t at_ms; uint64_t size, entered, left; };
cu_code audience_sizes(struct audiences *a, uint32_t number, int64_t from_ms, int64_t to_ms, size_t points,
    struct audience_size *ret,
    size_t *ret_count, struct cu_error *err) CU_MUST;
// Why is the person in it or not, at that moment (now or earlier; events are taken as known now)? seg_explain.
cu_code audience_why(struct audiences *a, uint32_t number, uint32_t person, int64_t at_ms, struct json_writer *w,
    struct cu_error *err) CU_MUST;
// Told after a move is decided, in the deciding thread: journeys, webhooks and audiences elsewhere (reach/). At most 8.
typedef void audience_moved_fn(void *context, uint32_t number, const struct audience_move *m);
void audiences_on_move(struct audiences *a, audience_moved_fn *fn, void *context);

// --- asking without storing: the editor's preview
#define AUDIENCE_SAMPLE 1000u // of those in it: the same ones each time, in an order that says nothing
struct audience_preview {
    uint64_t people;        // in it; of `persons` looked at
    uint64_t persons, total;
    bool whole;             // everybody was looked at; else a stable sample of them, `people` is the estimate of the whole
    uint64_t low, high;     // 95 % interval of the estimate
    uint32_t sample[AUDIENCE_SAMPLE];
    size_t sample_count;
    int64_t took_us;
    // Persons (of those looked at) for whom each node holds
    struct { uint32_t number; uint64_t people; } clause[SEG_NODES_MAX];
    size_t clause_count;
    uint64_t rows_read;
};
// At most `budget_ms`: what cannot be scanned in that time is estimated from a stable sample. budget_ms 0: exact, however
// long.
cu_code audience_preview(struct audiences *a, const struct seg_node *checked, int64_t budget_ms, const atomic_bool *cancel,
    struct audience_preview *ret, struct cu_error *err) CU_MUST;
// A snapshot of who belongs together, for scans; give back.
cu_code audience_persons(struct audiences *a, const struct scan_persons **ret, struct cu_error *err) CU_MUST;
void audience_persons_done(struct audiences *a, const struct scan_persons *p);

extern const struct module insight_audience_module; // instance: struct audiences
