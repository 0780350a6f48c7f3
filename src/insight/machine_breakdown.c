// SPDX-License-Identifier: Apache-2.0
// How many people, how often and for how much, by the values of a text property.
#include "machines.h"

#include <stdlib.h>

#define VALUES_MAX (1u << 20) // different values a thread keeps apart; further ones are "(other)"
enum { NO_VALUE = 0, OTHER = 1, SPECIAL = 2 };

struct tally {
    uint64_t hash; // 0: free
    uint64_t persons, events;
    int64_t revenue;
    uint64_t seen; // number of the person counted last
};

struct breakdown_thread {
    const struct breakdown_question *q;
    struct tally special[SPECIAL];
    struct tally *slots;
    size_t cap, count;
    uint64_t person; // how many were visited
    bool no_memory;
};

static struct tally *slot_of(struct tally *slots, size_t cap, uint64_t hash)
{
    size_t at = (hash ^ hash >> 32) & (cap - 1);
    while (slots[at].hash != 0 && slots[at].hash != hash)
        at = (at + 1) & (cap - 1);
    return &slots[at];
}

static bool grow(struct breakdown_thread *s)
{
    size_t cap = s->cap ? s->cap * 2 : 256;
    struct tally *slots = cu_calloc(cap, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < s->cap; i++)
        if (s->slots[i].hash)
            *slot_of(slots, cap, s->slots[i].hash) = s->slots[i];
    cu_free(s->slots);
    s->slots = slots;
    s->cap = cap;
    return true;
}

static struct tally *tally_of(struct breakdown_thread *s, uint64_t hash)
{
    if ((s->count + 1) * 2 > s->cap && !grow(s)) {
        s->no_memory = true;
        return NULL;
    }
    struct tally *slot = slot_of(s->slots, s->cap, hash);
    if (slot->hash)
        return slot;
    if (s->count == VALUES_MAX)
        return &s->special[OTHER];
    s->count++;
    slot->hash = hash;
    return slot;
}

static void count_row(struct tally *c, uint64_t person, int64_t revenue)
{
    c->persons += c->seen != person;
    c->seen = person;
    c->events++;
    c->revenue += revenue;
}

static bool breakdown_visit(void *state, const struct scan_rows *rows)
{
    struct breakdown_thread *s = state;
    bool by_text = s->q->path.len > 0;
    s->person++;
    for (size_t i = 0; i < rows->count; i++) {
        int64_t revenue = rows->revenue ? rows->revenue[i] : 0;
        const struct scan_cells *c = by_text ? &rows->column[0] : NULL;
        if (!c || c->first[i] == c->first[i + 1]) {
            count_row(&s->special[NO_VALUE], s->person, revenue);
            continue;
        }
        for (uint32_t v = c->first[i]; v < c->first[i + 1]; v++) {
            bool again = false; // a list with the same value twice counts once
            for (uint32_t w = c->first[i]; w < v; w++)
                again = again || c->value[w] == c->value[v];
            struct tally *slot = again ? NULL : tally_of(s, (uint64_t)c->value[v]);
            if (slot)
                count_row(slot, s->person, revenue);
            else if (s->no_memory)
                return false;
        }
    }
    return true;
}

// ---- the answer

static void add_tally(struct tally *to, const struct tally *from)
{
    to->persons += from->persons;
    to->events += from->events;
    to->revenue += from->revenue;
}

static bool add_thread(struct breakdown_thread *to, const struct breakdown_thread *from)
{
    for (size_t i = 0; i < SPECIAL; i++)
        add_tally(&to->special[i], &from->special[i]);
    for (size_t i = 0; i < from->cap; i++) {
        struct tally *slot = from->slots[i].hash ? tally_of(to, from->slots[i].hash) : NULL;
        if (slot)
            add_tally(slot, &from->slots[i]);
    }
    return !to->no_memory && !from->no_memory;
}

static int most_people(const void *a, const void *b)
{
    const struct tally *x = a, *y = b;
    if (x->persons != y->persons)
        return x->persons > y->persons ? -1 : 1;
    if (x->events != y->events)
        return x->events > y->events ? -1 : 1;
    return x->hash < y->hash ? -1 : x->hash > y->hash;
}

struct names { // of the values that are shown
    struct breakdown_row *rows;
    const struct tally *tallies; // sorted as rows
    size_t count;
    struct cu_arena *arena;
    bool no_memory;
};

static bool name_one(void *context, cu_str text, uint64_t hash, uint64_t rows)
{
    struct names *n = context;
    (void)rows;
    for (size_t i = 0; i < n->count; i++) {
        if (n->tallies[i].hash != hash || n->rows[i].text.ptr)
            continue;
        n->rows[i].text = cu_arena_dup(n->arena, text);
        n->no_memory = n->rows[i].text.ptr == NULL;
        break;
    }
    return !n->no_memory;
}

static struct breakdown_row row_of(const struct tally *c, cu_str text)
{
    return (struct breakdown_row){.text = text, .persons = c->persons, .events = c->events, .revenue = c->revenue};
}

static cu_code answer(struct timeline *t, struct breakdown_thread *all, struct cu_arena *a, struct breakdown_row **ret,
    size_t *ret_count, struct cu_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < all->cap; i++)
        if (all->slots[i].hash)
            all->slots[count++] = all->slots[i];
    if (count > 1)
        qsort(all->slots, count, sizeof *all->slots, most_people);
    size_t shown = count < BREAKDOWN_ROWS_MAX ? count : BREAKDOWN_ROWS_MAX;
    for (size_t i = shown; i < count; i++)
        add_tally(&all->special[OTHER], &all->slots[i]);
    struct breakdown_row *rows = cu_arena_alloc(a, (shown + SPECIAL) * sizeof *rows);
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for a breakdown");
    uint64_t hashes[BREAKDOWN_ROWS_MAX];
    for (size_t i = 0; i < shown; i++) {
        rows[i] = row_of(&all->slots[i], CU_NONE);
        hashes[i] = all->slots[i].hash;
    }
    struct names names = {.rows = rows, .tallies = all->slots, .count = shown, .arena = a};
    CU_TRY(timeline_texts_of(t, all->q->path, hashes, shown, name_one, &names, err));
    if (names.no_memory)
        return cu_fail(err, CU_MEMORY, "", "no memory for a breakdown");
    if (all->special[OTHER].events)
        rows[shown++] = row_of(&all->special[OTHER], CU_LIT("(other)"));
    if (all->special[NO_VALUE].events)
        rows[shown++] = row_of(&all->special[NO_VALUE], CU_NONE);
    *ret = rows;
    *ret_count = shown;
    return CU_OK;
}

cu_code breakdown_run(struct timeline *t, const struct scan_persons *persons, const struct breakdown_question *q,
    const struct scan_limits *l, struct cu_arena *a, struct breakdown_row **ret, size_t *ret_count, struct scan_stats *stats,
    struct cu_error *err)
{
    struct scan_plan plan;
    struct scan_column column = {.path = q->path, .type = TIMELINE_TEXT};
    scan_plan_limits(&plan, l);
    plan.from_ms = q->from_ms;
    plan.to_ms = q->to_ms;
    plan.wants = q->with_revenue ? SCAN_REVENUE : 0;
    if (q->path.len > 0) {
        plan.columns = &column;
        plan.column_count = 1;
    }
    if (q->kind != 0) {
        plan.kinds = &q->kind;
        plan.kind_count = 1;
    }
    struct breakdown_thread threads[SCAN_THREADS_MAX], all = {.q = q};
    void *states[SCAN_THREADS_MAX];
    unsigned count = scan_threads(&plan);
    for (unsigned i = 0; i < count; i++) {
        threads[i] = (struct breakdown_thread){.q = q};
        states[i] = &threads[i];
    }
    cu_code code = timeline_scan_people(t, &plan, persons, breakdown_visit, states, count, stats, err);
    for (unsigned i = 0; i < count; i++) {
        if (!add_thread(&all, &threads[i]) && code == CU_OK)
            code = cu_fail(err, CU_MEMORY, "", "no memory for a breakdown");
        cu_free(threads[i].slots);
    }
    if (code == CU_OK)
        code = answer(t, &all, a, ret, ret_count, err);
    cu_free(all.slots);
    return code;
}
