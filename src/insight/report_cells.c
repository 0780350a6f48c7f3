// SPDX-License-Identifier: Apache-2.0
// Cells of a report, and the table of the breakdown's values. See report_private.h.
//
// Bounded: a thread keeps at most VALUES_MAX values apart. When there are more, the half with the least is given up and added to
// the rest; then the question is worked out a second time for the values that remained, which is exact for these.
#include "report_private.h"

#include <stdlib.h>

enum { VALUES_MAX = 196608 };

static size_t mix(uint64_t key)
{
    key *= UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(key ^ key >> 29);
}

static uint64_t key_at(const char *slots, size_t size, size_t i)
{
    return ((const struct report_slot *)(const void *)(slots + i * size))->key;
}

static char *slot_of(char *slots, size_t cap, size_t size, uint64_t key)
{
    size_t at = mix(key) & (cap - 1);
    while (key_at(slots, size, at) != 0 && key_at(slots, size, at) != key)
        at = (at + 1) & (cap - 1);
    return slots + at * size;
}

struct report_cell *report_slot_cell(const struct report_cells *c, char *slot, size_t span)
{
    return (struct report_cell *)(void *)(slot + sizeof(struct report_slot) + span * c->r->cell_size);
}

struct report_cell *report_whole(const struct report_cells *c, size_t span, size_t period)
{
    return (struct report_cell *)(void *)(c->whole[span] + period * c->r->cell_size);
}

cu_code report_cells_init(const struct report *r, struct report_cells *c, struct cu_error *err)
{
    *c = (struct report_cells){.r = r};
    bool good = true;
    for (size_t s = 0; s < r->spans; s++) {
        c->whole[s] = cu_calloc(r->span[s].count + 1, r->cell_size);
        c->square[s] = cu_calloc(r->part_count + 1, sizeof(double));
        good = good && c->whole[s] && c->square[s];
    }
    c->other = cu_calloc(1, r->slot_size);
    if (good && c->other)
        return CU_OK;
    report_cells_clear(c);
    return cu_fail(err, CU_MEMORY, "", "no memory for a report");
}

void report_cells_clear(struct report_cells *c)
{
    for (size_t s = 0; s < REPORT_SPANS; s++) {
        cu_free(c->whole[s]);
        cu_free(c->square[s]);
    }
    cu_free(c->slots);
    cu_free(c->other);
    *c = (struct report_cells){.r = c->r};
}

// ---- the table

static bool rehash(struct report_cells *c, size_t cap)
{
    const size_t size = c->r->slot_size;
    char *slots = cu_calloc(cap, size);
    if (!slots)
        return false;
    for (size_t i = 0; i < c->cap; i++) {
        if (key_at(c->slots, size, i))
            memcpy(slot_of(slots, cap, size, key_at(c->slots, size, i)), c->slots + i * size, size);
    }
    cu_free(c->slots);
    c->slots = slots;
    c->cap = cap;
    return true;
}

static void add_cell(const struct report *r, struct report_cell *to, const struct report_cell *from)
{
    for (size_t i = 0; i < r->part_count; i++)
        to->at[i] += from->at[i];
}

static int64_t weight(const struct report_cells *c, size_t i)
{
    const struct report *r = c->r;
    char *slot = c->slots + i * r->slot_size;
    int64_t rank = 0, any = 0;
    for (size_t s = 0; s < r->spans; s++) {
        const struct report_cell *cell = report_slot_cell(c, slot, s);
        rank += r->place[r->rank] >= 0 ? cell->at[r->place[r->rank]] : 0;
        for (size_t k = 0; k < r->part_count; k++)
            any += cell->at[k];
    }
    return rank > 0 ? rank * 2 + 1 : any > 0;
}

static int ascending(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool prune(struct report_cells *c)
{
    const struct report *r = c->r;
    int64_t *weights = cu_alloc(c->count * sizeof *weights);
    char *kept = weights ? cu_calloc(c->cap, r->slot_size) : NULL;
    size_t n = 0;
    if (!kept) {
        cu_free(weights);
        return false;
    }
    for (size_t i = 0; i < c->cap; i++) {
        if (key_at(c->slots, r->slot_size, i))
            weights[n++] = weight(c, i);
    }
    qsort(weights, n, sizeof *weights, ascending);
    int64_t median = weights[n / 2];
    size_t count = 0;
    for (size_t i = 0; i < c->cap; i++) {
        char *slot = c->slots + i * r->slot_size;
        if (!key_at(c->slots, r->slot_size, i))
            continue;
        if (weight(c, i) > median) {
            memcpy(slot_of(kept, c->cap, r->slot_size, key_at(c->slots, r->slot_size, i)), slot, r->slot_size);
            count++;
            continue;
        }
        for (size_t s = 0; s < r->spans; s++)
            add_cell(r, report_slot_cell(c, c->other, s), report_slot_cell(c, slot, s));
    }
    cu_free(weights);
    cu_free(c->slots);
    c->slots = kept;
    c->count = count;
    c->pruned = true;
    return true;
}

static bool is_kept(const struct report *r, uint64_t key) // ascending
{
    size_t low = 0, high = r->only_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->only[middle] == key)
            return true;
        if (r->only[middle] < key)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static char *find_slot(struct report_cells *c, uint64_t key)
{
    const struct report *r = c->r;
    if (r->only && !is_kept(r, key))
        return c->other;
    if ((c->count + 1) * 4 > c->cap * 3) {
        if (c->count >= VALUES_MAX ? !prune(c) : !rehash(c, c->cap ? c->cap * 2 : 64)) {
            c->no_memory = true;
            return c->other;
        }
    }
    char *slot = slot_of(c->slots, c->cap, r->slot_size, key);
    struct report_slot *head = (struct report_slot *)(void *)slot;
    if (head->key == 0) {
        head->key = key;
        c->count++;
    }
    return slot;
}

void report_cells_add(struct report_cells *to, struct report_cells *from)
{
    const struct report *r = to->r;
    for (size_t s = 0; s < r->spans; s++) {
        for (size_t i = 0; i <= r->span[s].count; i++)
            add_cell(r, report_whole(to, s, i), report_whole(from, s, i));
        for (size_t i = 0; i < r->part_count; i++)
            to->square[s][i] += from->square[s][i];
        add_cell(r, report_slot_cell(to, to->other, s), report_slot_cell(from, from->other, s));
    }
    for (size_t i = 0; i < from->cap; i++) {
        char *slot = from->slots + i * r->slot_size;
        uint64_t key = key_at(from->slots, r->slot_size, i);
        char *target = key ? find_slot(to, key) : NULL;
        for (size_t s = 0; target && s < r->spans; s++)
            add_cell(r, report_slot_cell(to, target, s), report_slot_cell(from, slot, s));
    }
    to->pruned = to->pruned || from->pruned;
    to->no_memory = to->no_memory || from->no_memory;
}

// ---- adding

// The table may move when it grows: values are looked up before any cell is pointed at.
void report_aim_rows(struct report_aim *a, size_t span, const uint64_t *keys, size_t key_count)
{
    struct report_cells *c = a->cells;
    const struct report_span *s = &c->r->span[span];
    for (size_t pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < key_count && a->count < REPORT_AIMS_MAX; i++) {
            char *slot = find_slot(c, keys[i]);
            if (pass == 0)
                continue;
            a->at[a->count].cell = report_slot_cell(c, slot, span);
            a->at[a->count].square = NULL;
            a->at[a->count].from_ms = s->from_ms;
            a->at[a->count++].to_ms = s->to_ms;
        }
    }
}

void report_aim_at(struct report_aim *a, size_t span, size_t period, const uint64_t *keys, size_t key_count)
{
    struct report_cells *c = a->cells;
    const struct report_span *s = &c->r->span[span];
    report_aim_rows(a, span, keys, key_count);
    for (size_t i = 0; i < 2; i++) {
        bool total = i == 1;
        a->at[a->count].cell = report_whole(c, span, total ? s->count : period);
        a->at[a->count].square = total ? c->square[span] : NULL;
        a->at[a->count].from_ms = total ? s->from_ms : s->edge[period];
        a->at[a->count++].to_ms = total ? s->to_ms : s->edge[period + 1];
    }
}

void report_add(const struct report_aim *a, enum metric_part p, int64_t value)
{
    int place = a->cells->r->place[p];
    for (size_t i = 0; place >= 0 && i < a->count; i++) {
        a->at[i].cell->at[place] += value;
        if (a->at[i].square)
            a->at[i].square[place] += (double)value * (double)value;
    }
}

void report_mark(const struct report_aim *a, enum metric_part p)
{
    int place = a->cells->r->place[p];
    for (size_t i = 0; place >= 0 && i < a->count; i++)
        report_mark_cell(a->at[i].cell, a->person, place);
}

void report_parts_of(const struct report *r, const struct report_cell *cell, int64_t ret[PART_COUNT])
{
    memset(ret, 0, PART_COUNT * sizeof *ret);
    for (size_t i = 0; i < r->part_count; i++)
        ret[r->part_at[i]] = cell->at[i];
}

bool report_needs_any(const struct report *r, enum metric_part first, enum metric_part last)
{
    for (unsigned p = first; p <= (unsigned)last; p++) {
        if (r->parts >> p & 1)
            return true;
    }
    return false;
}
