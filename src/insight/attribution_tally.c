// SPDX-License-Identifier: Apache-2.0
// Sums by channel, source or campaign, and how often one followed another. One per thread, added up at the end.
#include "attribution_private.h"

static size_t slot_of(uint64_t hash, size_t cap)
{
    hash *= UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(hash >> 20) & (cap - 1);
}

static bool grow_rows(struct attribution_tally *t)
{
    size_t cap = t->cap ? t->cap * 2 : 64;
    struct attribution_row *rows = cu_realloc(t->rows, cap * sizeof *rows);
    if (!rows)
        return false;
    t->rows = rows;
    t->cap = cap;
    uint32_t *slots = cu_calloc(cap * 2, sizeof *slots);
    if (!slots)
        return false;
    cu_free(t->slots);
    t->slots = slots;
    t->slot_cap = cap * 2;
    for (size_t i = 0; i < t->count; i++) {
        size_t s = slot_of(t->rows[i].key, t->slot_cap);
        while (slots[s])
            s = (s + 1) & (t->slot_cap - 1);
        slots[s] = (uint32_t)i + 1;
    }
    return true;
}

uint32_t attribution_tally_row(struct attribution_tally *t, uint64_t key)
{
    if (t->count + 1 >= t->cap && !grow_rows(t)) {
        t->no_memory = true;
        if (!t->slot_cap || t->count == 0)
            return UINT32_MAX;
    }
    for (;;) {
        size_t s = slot_of(key, t->slot_cap);
        for (; t->slots[s]; s = (s + 1) & (t->slot_cap - 1)) {
            if (t->rows[t->slots[s] - 1].key == key)
                return t->slots[s] - 1;
        }
        if (t->no_memory)
            return UINT32_MAX;
        if (t->count < ATTRIBUTION_KEYS_MAX || key == ATTRIBUTION_OTHER) {
            t->slots[s] = (uint32_t)t->count + 1;
            t->rows[t->count] = (struct attribution_row){.key = key};
            return (uint32_t)t->count++;
        }
        key = ATTRIBUTION_OTHER;
    }
}

static bool grow_pairs(struct attribution_tally *t)
{
    size_t cap = t->pair_cap ? t->pair_cap * 2 : 256;
    struct attribution_pair *pairs = cu_realloc(t->pairs, cap * sizeof *pairs);
    if (!pairs)
        return false;
    t->pairs = pairs;
    t->pair_cap = cap;
    uint32_t *slots = cu_calloc(cap * 2, sizeof *slots);
    if (!slots)
        return false;
    cu_free(t->pair_slots);
    t->pair_slots = slots;
    t->pair_slot_cap = cap * 2;
    for (size_t i = 0; i < t->pair_count; i++) {
        size_t s = slot_of((uint64_t)pairs[i].from << 32 | pairs[i].to, t->pair_slot_cap);
        while (slots[s])
            s = (s + 1) & (t->pair_slot_cap - 1);
        slots[s] = (uint32_t)i + 1;
    }
    return true;
}

void attribution_tally_pair(struct attribution_tally *t, uint32_t from, uint32_t to, uint64_t count)
{
    if (t->pair_count >= ATTRIBUTION_PAIRS_MAX) {
        t->too_many = true;
        return;
    }
    if (t->pair_count + 1 >= t->pair_cap && !grow_pairs(t)) {
        t->no_memory = true;
        return;
    }
    size_t s = slot_of((uint64_t)from << 32 | to, t->pair_slot_cap);
    for (; t->pair_slots[s]; s = (s + 1) & (t->pair_slot_cap - 1)) {
        struct attribution_pair *p = &t->pairs[t->pair_slots[s] - 1];
        if (p->from == from && p->to == to) {
            p->count += count;
            return;
        }
    }
    t->pair_slots[s] = (uint32_t)t->pair_count + 1;
    t->pairs[t->pair_count++] = (struct attribution_pair){from, to, count};
}

void attribution_tally_free(struct attribution_tally *t)
{
    cu_free(t->rows);
    cu_free(t->slots);
    cu_free(t->pairs);
    cu_free(t->pair_slots);
    *t = (struct attribution_tally){0};
}

static void add_row(struct attribution_row *into, const struct attribution_row *from)
{
    for (size_t m = 0; m < ATTRIBUTION_MODELS; m++) {
        into->orders[m] += from->orders[m];
        into->revenue[m] += from->revenue[m];
        into->buyers[m] += from->buyers[m];
    }
    into->visits += from->visits;
    into->visitors += from->visitors;
    into->converted += from->converted;
    into->ended += from->ended;
    into->value += from->value;
    into->spend += from->spend;
}

void attribution_tally_merge(struct attribution_tally *into, const struct attribution_tally *from)
{
    uint32_t *at = cu_alloc((from->count + 1) * sizeof *at);
    into->no_memory = into->no_memory || from->no_memory || !at;
    into->too_many = into->too_many || from->too_many;
    for (size_t i = 0; i < from->count && !into->no_memory; i++) {
        at[i] = attribution_tally_row(into, from->rows[i].key);
        if (at[i] != UINT32_MAX)
            add_row(&into->rows[at[i]], &from->rows[i]);
    }
    for (size_t i = 0; i < from->pair_count && !into->no_memory; i++) {
        const struct attribution_pair *p = &from->pairs[i];
        attribution_tally_pair(into, p->from ? at[p->from - 1] + 1 : 0, at[p->to], p->count);
    }
    cu_free(at);
}
