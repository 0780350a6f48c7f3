// SPDX-License-Identifier: Apache-2.0
// Rows of a breakdown: how far the units of each value got. Open addressing by value; beyond VALUES_MAX different ones the
// rest is counted together.
#include "funnel.h"

#include <stdlib.h>

#define VALUES_MAX (1u << 19)
enum { NO_VALUE, OTHER, SPECIAL };

struct slot {
    uint64_t value;  // 0: free
    uint64_t seen;   // number of the person counted last
    uint32_t seen_level;
    uint32_t counts[]; // per step: units, then people
};
struct funnel_tally {
    uint32_t steps;
    size_t stride, cap, count;
    char *slots, *special;
};

struct funnel_tally *funnel_tally_new(uint32_t steps)
{
    struct funnel_tally *t = cu_calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->steps = steps;
    t->stride = (sizeof(struct slot) + 2 * steps * sizeof(uint32_t) + 7) / 8 * 8;
    t->special = cu_calloc(SPECIAL, t->stride);
    if (t->special)
        return t;
    cu_free(t);
    return NULL;
}

void funnel_tally_free(struct funnel_tally *t)
{
    if (!t)
        return;
    cu_free(t->slots);
    cu_free(t->special);
    cu_free(t);
}

static struct slot *slot_at(const struct funnel_tally *t, size_t i)
{
    return (struct slot *)(void *)(t->slots + i * t->stride);
}

static struct slot *special(const struct funnel_tally *t, size_t i)
{
    return (struct slot *)(void *)(t->special + i * t->stride);
}

static struct slot *find(const struct funnel_tally *t, uint64_t value)
{
    size_t i = (value ^ value >> 32) * UINT64_C(0x9e3779b97f4a7c15) >> 20 & (t->cap - 1);
    while (slot_at(t, i)->value != 0 && slot_at(t, i)->value != value)
        i = (i + 1) & (t->cap - 1);
    return slot_at(t, i);
}

static bool grow(struct funnel_tally *t)
{
    struct funnel_tally old = *t;
    t->cap = old.cap ? old.cap * 2 : 256;
    t->slots = cu_calloc(t->cap, t->stride);
    if (!t->slots) {
        t->slots = old.slots;
        t->cap = old.cap;
        return false;
    }
    for (size_t i = 0; i < old.cap; i++) {
        const struct slot *from = slot_at(&old, i);
        if (from->value)
            memcpy(find(t, from->value), from, t->stride);
    }
    cu_free(old.slots);
    return true;
}

static struct slot *slot_of(struct funnel_tally *t, uint64_t value)
{
    if (value == FUNNEL_NO_VALUE)
        return special(t, NO_VALUE);
    if ((t->count + 1) * 2 > t->cap && !grow(t))
        return NULL;
    struct slot *s = find(t, value);
    if (s->value)
        return s;
    if (t->count == VALUES_MAX)
        return special(t, OTHER);
    t->count++;
    s->value = value;
    return s;
}

bool funnel_tally_add(struct funnel_tally *t, uint64_t value, uint32_t level, uint64_t person)
{
    struct slot *s = slot_of(t, value);
    if (!s)
        return false;
    for (uint32_t i = 0; i < level; i++)
        s->counts[i]++;
    if (s->seen != person)
        s->seen_level = 0;
    s->seen = person;
    for (; s->seen_level < level; s->seen_level++)
        s->counts[t->steps + s->seen_level]++;
    return true;
}

static void add(struct slot *to, const struct slot *from, uint32_t steps)
{
    for (uint32_t i = 0; i < 2 * steps; i++)
        to->counts[i] += from->counts[i];
}

bool funnel_tally_join(struct funnel_tally *to, const struct funnel_tally *from)
{
    for (size_t i = 0; i < SPECIAL; i++)
        add(special(to, i), special(from, i), to->steps);
    for (size_t i = 0; i < from->cap; i++) {
        const struct slot *s = slot_at(from, i);
        struct slot *into = s->value ? slot_of(to, s->value) : NULL;
        if (s->value && !into)
            return false;
        if (into)
            add(into, s, to->steps);
    }
    return true;
}

// ---- rows

static void row_of(const struct funnel_tally *t, const struct slot *s, struct funnel_row_counts *to)
{
    to->value = s->value;
    for (uint32_t i = 0; i < t->steps; i++) {
        to->reached[i] += s->counts[i];
        to->people[i] += s->counts[t->steps + i];
    }
}

static int most(const void *a, const void *b)
{
    const struct slot *x = *(const struct slot *const *)a, *y = *(const struct slot *const *)b;
    if (x->counts[0] != y->counts[0])
        return x->counts[0] > y->counts[0] ? -1 : 1;
    return x->value < y->value ? -1 : x->value > y->value;
}

cu_code funnel_tally_rows(const struct funnel_tally *t, size_t max, struct cu_arena *a, struct funnel_row_counts **ret,
    size_t *ret_count, size_t *ret_more, struct funnel_row_counts *ret_other, struct funnel_row_counts *ret_none,
    struct cu_error *err)
{
    const struct slot **all = cu_alloc((t->count + 1) * sizeof *all);
    size_t count = 0, shown = t->count < max ? t->count : max;
    struct funnel_row_counts *rows = cu_arena_alloc(a, (shown + 1) * sizeof *rows);
    if (!all || !rows) {
        cu_free(all);
        return cu_fail(err, CU_MEMORY, "", "no memory for a breakdown");
    }
    for (size_t i = 0; i < t->cap; i++) {
        if (slot_at(t, i)->value)
            all[count++] = slot_at(t, i);
    }
    if (count > 1)
        qsort(all, count, sizeof *all, most);
    *ret_other = *ret_none = (struct funnel_row_counts){.value = 0};
    for (size_t i = 0; i < count; i++)
        row_of(t, all[i], i < shown ? &rows[i] : ret_other);
    row_of(t, special(t, OTHER), ret_other);
    row_of(t, special(t, NO_VALUE), ret_none);
    cu_free(all);
    *ret = rows;
    *ret_count = shown;
    *ret_more = count - shown;
    return CU_OK;
}
