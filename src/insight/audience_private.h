// SPDX-License-Identifier: Apache-2.0
// Shared by audience*.c. The invariants are in audience.c.
#pragma once

#include "audience.h"
#include "facts_private.h"

#include <pthread.h>
#include <roaring/roaring.h>

// The library's own does not take NULL.
static inline void audience_set_free(roaring_bitmap_t *set)
{
    if (set)
        roaring_bitmap_free(set);
}

#define AUDIENCE_WORDS 8u // of a set: AUDIENCE_MAX places
struct audience_set {     // of places in a view
    uint64_t word[AUDIENCE_WORDS];
};
static inline void set_add(struct audience_set *s, uint32_t at)
{
    s->word[at / 64] |= UINT64_C(1) << (at % 64);
}
static inline bool set_has(const struct audience_set *s, uint32_t at)
{
    return s->word[at / 64] >> (at % 64) & 1;
}
static inline void set_unite(struct audience_set *s, const struct audience_set *with)
{
    for (uint32_t i = 0; i < AUDIENCE_WORDS; i++)
        s->word[i] |= with->word[i];
}
static inline bool set_any(const struct audience_set *s)
{
    uint64_t any = 0;
    for (uint32_t i = 0; i < AUDIENCE_WORDS; i++)
        any |= s->word[i];
    return any != 0;
}
static inline bool set_meets(const struct audience_set *a, const struct audience_set *b)
{
    uint64_t any = 0;
    for (uint32_t i = 0; i < AUDIENCE_WORDS; i++)
        any |= a->word[i] & b->word[i];
    return any != 0;
}

static inline void bitmap_free(roaring_bitmap_t *b) // NULL is fine, which the library does not take
{
    if (b)
        roaring_bitmap_free(b);
}

struct audience_catalog {
    struct seg_catalog *catalog;
    uint32_t references; // under a->lock
    struct audience_catalog *next;
};

struct audience_stay { // stored ^ INT64_MIN, so that zeros mean never
    uint64_t entered, left;
};
// Who is in one segment by one version of its definition.
struct audience_live {
    atomic_uint references;
    uint32_t number, version;
    bool filled;                  // everybody was decided once. Deciding thread
    bool catching;                // ... and what happened meanwhile is being made good
    struct facts_array due;       // uint32_t: second at which to look again. Deciding thread
    // under a->members
    roaring_bitmap_t *people;
    bool tracked;                 // stays are kept: a segment asks who entered or left
    struct facts_array stays;     // struct audience_stay
    bool changed;                 // since the last snapshot
};
// A definition as it is decided; immutable.
struct audience_slot {
    atomic_uint references;
    struct audiences *owner;
    uint32_t number, version;
    struct audience_catalog *catalog;
    struct seg_program *program;
    facts_place *places;
    const struct seg_field *const *fields;
    uint32_t field_count;
    uint64_t bits;
    const uint32_t *deps;
    uint32_t dep_count;
    bool times; // asks for entered or left
    struct audience_live *live;
};
struct audience_def { // under a->lock
    uint32_t number, version;
    char name[AUDIENCE_NAME_MAX + 1];
    bool broken;
    char fault[256];
    struct audience_slot *slot; // NULL: broken
    uint32_t deps[SEG_NODES_MAX];
    uint32_t dep_count;
};

// --- the deciding thread's view of all definitions, in the order of what they refer to
struct audience_view {
    uint32_t count;
    struct audience_slot *slot[AUDIENCE_MAX];
    struct audience_set dependents[AUDIENCE_MAX]; // those that ask for this one
    struct audience_set closure[AUDIENCE_MAX];    // and those that ask for them
    struct audience_set all;
    struct audience_set *kinds; // by kind: whom it matters to
    uint8_t *kind_known;
    uint32_t kind_count;
};
// One plan for several programs.
struct audience_plan {
    struct scan_plan plan;
    bool none;                                   // no event matters
    uint32_t *kinds;
    struct scan_column columns[SCAN_COLUMNS_MAX];
    uint16_t *map[AUDIENCE_MAX];                 // by place: its columns; NULL: as they are
    struct cu_arena *arena;
};
// Lays the program's plan over what is there; false: its columns do not fit any more (nothing changed). CU_MEMORY in code.
bool audience_plan_add(struct audience_plan *p, uint32_t place, const struct seg_program *program, int64_t now_ms,
    cu_code *code);
struct audience_plan *audience_plan_new(void); // NULL: no memory
void audience_plan_clear(struct audience_plan *p);

// --- deadlines (audience_due.c), deciding thread
struct audience_due {
    int64_t until_ms;
    uint32_t person, number;
};
struct audience_heap {
    struct audience_due *at;
    size_t count, cap;
    int64_t horizon_ms; // what is due before it is here
    size_t swept;       // count after the last sweep
};

// --- moves waiting for the disk (audience_history.c)
struct audience_pending {
    uint32_t number, person;
    int64_t at_ms;
    bool entered;
};
struct audience_bulk {
    uint32_t number;
    int64_t at_ms;
    size_t after; // so many moves waited before it
    roaring_bitmap_t *entered, *left;
    struct audience_bulk *next;
};
struct audience_tally { // of a segment since the last write
    uint32_t number;
    uint64_t entered, left;
};
struct history;
struct audiences;
cu_code history_open(struct audiences *a, const char *path, struct cu_error *err);
cu_code history_start(struct audiences *a, struct cu_error *err);
void history_close(struct audiences *a); // writes what waits
void history_flush(struct audiences *a); // waits until what happened before is on disk, or was tried
// The stored people of a segment; *ret_version 0: nothing is stored.
cu_code history_people(struct audiences *a, uint32_t number, roaring_bitmap_t **ret, uint32_t *ret_version,
    struct cu_error *err);
cu_code history_stays(struct audiences *a, uint32_t number, struct facts_array *ret, size_t *bytes, struct cu_error *err);
cu_code history_stay_at(struct audiences *a, uint32_t number, uint32_t person, int64_t at_ms, struct seg_stay *ret,
    struct cu_error *err);
void history_dropped(struct audiences *a, uint32_t number); // its rows go
cu_code history_erase_begins(void *audiences, const uint32_t *pnos, size_t count, struct cu_error *err);

// --- work in the background (audience_fill.c)
struct audience_job {
    uint32_t count;
    struct audience_slot *slot[AUDIENCE_MAX]; // in the view's order
    bool fresh[AUDIENCE_MAX];                 // was not filled before
    roaring_bitmap_t *result[AUDIENCE_MAX];
    struct facts_array due[AUDIENCE_MAX];
    size_t bytes;
    roaring_bitmap_t *dirty; // whom something happened to meanwhile. Deciding thread
    int64_t now_ms;
    atomic_uint permille;
    atomic_bool cancel;
    cu_code code;
    bool finished;           // under a->lock
    bool finished_here;      // taken over: dirty is used up. Deciding thread
};
struct audience_backlog { // people to decide anew, a slice at a time
    roaring_bitmap_t *people;
    uint32_t numbers[AUDIENCE_MAX];
    uint32_t count;
    struct audience_backlog *next;
};

struct audiences {
    struct audiences_options o;
    char *path;
    // lock: definitions, catalogues, what threads ask of one another
    pthread_mutex_t lock;
    pthread_mutex_t edit; // one change of definitions at a time; taken before lock
    pthread_cond_t wake;  // the deciding thread
    pthread_cond_t work;  // the background thread
    pthread_cond_t idle;  // audiences_settle
    struct audience_def *defs[AUDIENCE_MAX];
    uint32_t def_count;
    struct audience_catalog *catalogs, *catalog;
    bool stale;       // the view
    bool dictionary;  // changed
    bool everybody;   // is to be decided anew
    bool stop;
    struct audience_news *news;
    size_t news_count, news_cap;
    struct audience_change { // from facts_on_rfm
        uint32_t person;
        uint64_t bits;
    } *changes;
    size_t change_count, change_cap;
    uint64_t asked, settled;
    struct audience_job *job;
    bool job_ready;   // for the background thread
    bool background;  // it is at work

    // members: who is in what
    pthread_rwlock_t members;
    struct audience_live **shown; // by number
    uint32_t shown_count;
    struct audience_pending *pending;
    size_t pending_count, pending_cap;
    struct audience_bulk *bulks, **bulks_end;
    bool pending_lost; // more moves than could be remembered: the difference is written instead

    // the deciding thread's
    struct audience_view *view;
    struct scan_reader *reader;
    struct audience_plan *plan; // the last one, of plan_set, for plan_now_ms
    struct audience_set plan_set;
    int64_t plan_now_ms;
    uint32_t plan_end;
    struct audience_heap heap;
    struct audience_backlog *backlog;
    size_t bytes;
    int64_t now_ms, now_us, retry_us;
    bool facts_ready;
    struct { audience_moved_fn *fn; void *context; } on_move[8];
    size_t on_move_count;
    pthread_t decider, worker;
    bool deciding, working;
    struct history *history;
    struct cu_metric *lag, *decided, *moved, *waiting, *rows;
};

int64_t audience_now(struct audiences *a); // never back by less than ten seconds; deciding thread

// definitions (audience_rows.c, audience_slot.c)
cu_code audience_slot_new(struct audiences *a, const struct seg_node *checked, struct audience_catalog *c, uint32_t number,
    uint32_t version, struct audience_live *live, struct audience_slot **ret, struct cu_error *err);
void audience_slot_give(struct audience_slot *s);
struct audience_live *audience_live_new(uint32_t number, uint32_t version); // NULL: no memory
struct audience_live *audience_live_take(struct audience_live *l);
void audience_live_give(struct audience_live *l);
struct audience_catalog *audience_catalog_take(struct audiences *a); // the one in force; NULL: no memory
void audience_catalog_give(struct audiences *a, struct audience_catalog *c);
void audience_catalog_give_locked(struct audiences *a, struct audience_catalog *c);
cu_code audience_rows_load(struct audiences *a, struct cu_error *err); // at start and when the dictionary changed
void audience_stale(struct audiences *a); // under lock: the view is made anew
struct audience_def *audience_def_find(struct audiences *a, cu_str name);      // under lock
struct audience_def *audience_def_numbered(struct audiences *a, uint32_t number);

// deciding (audience_view.c, audience_decide.c, audience_round.c)
cu_code audience_view_build(struct audiences *a, struct audience_view **ret, struct cu_error *err);
void audience_view_free(struct audience_view *v);
uint32_t audience_place(const struct audience_view *v, uint32_t number); // UINT32_MAX: none
// Whom an event of this kind matters to
const struct audience_set *audience_view_kind(struct audience_view *v, uint32_t kind);
void *audience_decide_run(void *audiences);
void audience_decide(struct audiences *a, uint32_t person, const struct audience_set *set);
void audience_plans_forget(struct audiences *a);
struct seg_stay audience_stay_of(const struct audience_live *l, uint32_t person); // under members

// membership (audience.c)
void audience_move_to(struct audiences *a, struct audience_live *l, uint32_t person, bool entered);
void audience_show(struct audiences *a, struct audience_live *l, const roaring_bitmap_t *people); // people NULL: its own
void audience_hide(struct audiences *a, uint32_t number);
void audience_leave_all(struct audiences *a, uint32_t person); // it is nobody by itself (any more)
// Makes the differences between what is shown and l history, and shows l. The people that moved in *ret_moved.
void audience_track(struct audiences *a); // keeps stays where a segment asks for them
void audience_publish(struct audiences *a, struct audience_live *l, roaring_bitmap_t **ret_moved);

void due_set(struct audiences *a, struct audience_live *l, uint32_t person, int64_t until_ms);
void due_sweep(struct audiences *a);
bool due_pop(struct audiences *a, int64_t now_ms, struct audience_due *ret);

void *audience_work_run(void *audiences);
void audience_job_free(struct audience_job *j);
