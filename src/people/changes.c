// SPDX-License-Identifier: Apache-2.0
// Telling layers above what a commit changed, and the snapshots of who belongs together. Called by people.c
// around commit and rollback, and by whatever reads many people at once.
//
// Invariants
// 1. What is told is stored; what is stored is told, unless the process ends in between (then everything is read again).
// 2. PEOPLE_JOINED and PEOPLE_COUNTERS come from the roster's undo list, so nothing that changes it can forget to tell.
// 3. Readers see the roster of a batch before it commits. When it is rolled back, those profiles are told as joined
//    once more, so that nobody keeps what was never true.
#include "internal.h"

#include "store/scan.h"

#include <assert.h>

void people_on_change(struct people *p, people_change_fn *fn, void *ctx)
{
    assert(p->change_count < PEOPLE_HOOKS_MAX);
    p->change[p->change_count].fn = fn;
    p->change[p->change_count++].ctx = ctx;
}

void people_on_dictionary(struct people *p, people_dictionary_fn *fn, void *ctx)
{
    assert(p->dictionary_hook_count < PEOPLE_HOOKS_MAX);
    p->dictionary_hook[p->dictionary_hook_count].fn = fn;
    p->dictionary_hook[p->dictionary_hook_count++].ctx = ctx;
}

void orders_on_change(struct people *p, orders_change_fn *fn, void *ctx)
{
    assert(p->order_hook_count < PEOPLE_HOOKS_MAX);
    p->order_hook[p->order_hook_count].fn = fn;
    p->order_hook[p->order_hook_count++].ctx = ctx;
}

void people_unhook(struct people *p, const void *ctx)
{
    size_t changes = 0, dictionaries = 0, forgets = 0, orders = 0;
    (void)people_lock(p);
    for (size_t i = 0; i < p->change_count; i++) {
        if (p->change[i].ctx != ctx)
            p->change[changes++] = p->change[i];
    }
    for (size_t i = 0; i < p->dictionary_hook_count; i++) {
        if (p->dictionary_hook[i].ctx != ctx)
            p->dictionary_hook[dictionaries++] = p->dictionary_hook[i];
    }
    for (size_t i = 0; i < p->forget_count; i++) {
        if (p->forget[i].ctx != ctx)
            p->forget[forgets++] = p->forget[i];
    }
    for (size_t i = 0; i < p->order_hook_count; i++) {
        if (p->order_hook[i].ctx != ctx)
            p->order_hook[orders++] = p->order_hook[i];
    }
    p->order_hook_count = orders;
    p->change_count = changes;
    p->dictionary_hook_count = dictionaries;
    p->forget_count = forgets;
    people_unlock(p);
}

static bool note(struct people *p, uint32_t pno, unsigned what)
{
    if (pno == 0 || p->change_count == 0)
        return true;
    if (p->note_count && p->notes[p->note_count - 1].pno == pno) {
        p->notes[p->note_count - 1].what |= what;
        return true;
    }
    if (p->note_count == p->note_cap) {
        size_t cap = p->note_cap ? p->note_cap * 2 : 256;
        struct people_change *notes = cu_realloc(p->notes, cap * sizeof(*notes));
        if (!notes)
            return false;
        p->notes = notes;
        p->note_cap = cap;
    }
    p->notes[p->note_count++] = (struct people_change){pno, what};
    return true;
}

void people_note(struct people *p, uint32_t pno, unsigned what)
{
    if (!note(p, pno, what))
        p->sticky = CU_MEMORY; // the batch is repeated
}

void orders_note(struct people *p, int64_t number)
{
    if (p->order_hook_count == 0 || (p->order_note_count && p->order_notes[p->order_note_count - 1] == number))
        return;
    if (p->order_note_count == p->order_note_cap) {
        size_t cap = p->order_note_cap ? p->order_note_cap * 2 : 256;
        int64_t *notes = cu_realloc(p->order_notes, cap * sizeof(*notes));
        if (!notes) {
            p->sticky = CU_MEMORY; // the batch is repeated
            return;
        }
        p->order_notes = notes;
        p->order_note_cap = cap;
    }
    p->order_notes[p->order_note_count++] = number;
}

static void tell_orders(struct people *p)
{
    for (size_t i = 0; p->order_note_count && i < p->order_hook_count; i++)
        p->order_hook[i].fn(p->order_hook[i].ctx, p->order_notes, p->order_note_count);
}

static void tell(struct people *p, const struct people_change *changes, size_t count)
{
    for (size_t i = 0; i < p->change_count; i++)
        p->change[i].fn(p->change[i].ctx, changes, count);
}

struct teller {
    struct people *people;
    struct people_change at[256];
    size_t count;
};

static void tell_row(void *ctx, uint32_t pno, bool joined)
{
    struct teller *t = ctx;
    unsigned what = joined ? (unsigned)(PEOPLE_JOINED | PEOPLE_COUNTERS) : (unsigned)PEOPLE_COUNTERS;
    if (t->count && t->at[t->count - 1].pno == pno) {
        t->at[t->count - 1].what |= what;
        return;
    }
    if (t->count == CU_COUNT(t->at)) {
        tell(t->people, t->at, t->count);
        t->count = 0;
    }
    t->at[t->count++] = (struct people_change){pno, what};
}

static void forget_notes(struct people *p)
{
    p->order_note_count = 0;
    if (p->order_note_cap > 65536) {
        cu_free(p->order_notes);
        p->order_notes = NULL;
        p->order_note_cap = 0;
    }
    p->note_count = 0;
    if (p->note_cap > 65536) { // a large batch must not hold its memory for ever
        cu_free(p->notes);
        p->notes = NULL;
        p->note_cap = 0;
    }
}

void changes_tell(struct people *p)
{
    if (p->change_count) {
        struct teller t = {.people = p};
        roster_changes(&p->roster, tell_row, &t);
        if (t.count)
            tell(p, t.at, t.count);
        if (p->note_count)
            tell(p, p->notes, p->note_count);
    }
    tell_orders(p);
    forget_notes(p);
}

static void keep_row(void *ctx, uint32_t pno, bool joined)
{
    struct people *p = ctx;
    if (joined && !note(p, pno, PEOPLE_JOINED))
        p->notes_lost = true;
}

void changes_keep(struct people *p)
{
    p->note_count = 0;
    p->notes_lost = false;
    if (p->change_count)
        roster_changes(&p->roster, keep_row, p);
}

void changes_rolled_back(struct people *p)
{
    if (p->notes_lost)
        tell(p, NULL, 0);
    else if (p->note_count)
        tell(p, p->notes, p->note_count);
    p->notes_lost = false;
    forget_notes(p);
}

// --- snapshots of who belongs together

struct persons_snapshot {
    struct scan_persons persons; // first: what others hold
    uint64_t generation;
    uint32_t references; // under people->persons.lock
    uint32_t *numbers;
};

static void unreference(struct persons_snapshot *s)
{
    if (!s || --s->references)
        return;
    cu_free(s->numbers);
    cu_free(s);
}

void changes_clear(struct people *p)
{
    unreference(p->persons.current);
    p->persons.current = NULL;
    cu_free(p->notes);
    cu_free(p->order_notes);
    p->notes = NULL;
    p->order_notes = NULL;
    p->note_count = p->note_cap = p->order_note_count = p->order_note_cap = 0;
}

static cu_code snapshot(struct people *p, uint32_t end, struct persons_snapshot **ret, struct cu_error *err)
{
    struct persons_snapshot *s = cu_calloc(1, sizeof(*s));
    uint32_t *numbers = s ? cu_alloc((size_t)(end ? end : 1) * 2 * sizeof(*numbers)) : NULL;
    if (!numbers) {
        cu_free(s);
        return cu_fail(err, CU_MEMORY, "", "No memory for a snapshot of who belongs together.");
    }
    s->numbers = numbers;
    s->references = 1;
    s->generation = roster_copy(&p->roster, end, numbers, numbers + end);
    s->persons = (struct scan_persons){.end = end, .root = numbers, .next = numbers + end};
    *ret = s;
    return CU_OK;
}

cu_code people_persons_take(struct people *p, const struct scan_persons **ret, struct cu_error *err)
{
    uint32_t end = 0;
    cu_code code = CU_OK;
    pthread_mutex_lock(&p->persons.lock);
    uint64_t generation = roster_generation(&p->roster, &end);
    struct persons_snapshot *s = p->persons.current;
    if (!s || s->generation != generation) {
        code = snapshot(p, end, &s, err);
        if (code == CU_OK) {
            unreference(p->persons.current);
            p->persons.current = s;
        }
    }
    if (code == CU_OK) {
        s->references++;
        *ret = &s->persons;
    }
    pthread_mutex_unlock(&p->persons.lock);
    return code;
}

void people_persons_give(struct people *p, const struct scan_persons *s)
{
    if (!s)
        return;
    struct persons_snapshot *mine = NULL; // persons is its first member
    memcpy(&mine, &s, sizeof(mine));
    pthread_mutex_lock(&p->persons.lock);
    unreference(mine);
    pthread_mutex_unlock(&p->persons.lock);
}

// --- from the roster

bool people_figures(struct people *p, uint32_t pno, struct people_figures *ret)
{
    struct roster_row row;
    if (!roster_get(&p->roster, pno, &row))
        return false;
    *ret = (struct people_figures){.root = roster_root(&p->roster, pno),
        .first_ms = row.first_ms,
        .last_ms = row.last_ms,
        .events = row.events,
        .known = row.flags & ROSTER_PERSON_KNOWN};
    return true;
}

size_t people_profiles(struct people *p, uint32_t pno, uint32_t *ret, size_t max)
{
    struct roster_row row;
    return roster_get(&p->roster, pno, &row) ? roster_members(&p->roster, pno, ret, max) : 0;
}

uint32_t people_end(struct people *p)
{
    return roster_end(&p->roster);
}
