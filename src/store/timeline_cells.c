// SPDX-License-Identifier: Apache-2.0
// Counts and revenue per (day, kind) (timeline_cells.h): open addressing, at most 70 % full.
#include "timeline_cells.h"

#include "base/hash.h"

#include <assert.h>
#include <stdlib.h>

static size_t place_of(const struct timeline_cells *t, int32_t day, uint32_t kind)
{
    uint64_t key = (uint64_t)(uint32_t)day << 32 | kind;
    size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (t->cap - 1);
    while (t->cells[at].kind != 0 && (t->cells[at].kind != kind || t->cells[at].day != day))
        at = (at + 1) & (t->cap - 1);
    return at;
}

static bool grow(struct timeline_cells *t)
{
    struct timeline_cells bigger = {.cap = t->cap ? t->cap * 2 : 64, .count = t->count};
    bigger.cells = cu_calloc(bigger.cap, sizeof *bigger.cells);
    if (!bigger.cells)
        return false;
    for (size_t i = 0; i < t->cap; i++)
        if (t->cells[i].kind != 0)
            bigger.cells[place_of(&bigger, t->cells[i].day, t->cells[i].kind)] = t->cells[i];
    cu_free(t->cells);
    *t = bigger;
    return true;
}

bool timeline_cells_add(struct timeline_cells *t, const struct timeline_cell *c)
{
    assert(c->kind != 0);
    if (t->count * 10 >= t->cap * 7 && !grow(t))
        return false;
    struct timeline_cell *at = &t->cells[place_of(t, c->day, c->kind)];
    if (at->kind == 0) {
        *at = (struct timeline_cell){.day = c->day, .kind = c->kind};
        t->count++;
    }
    at->count += c->count;
    at->revenue =
        (int64_t)((uint64_t)at->revenue + (uint64_t)c->revenue); // wraps instead of trapping
    return true;
}

static int by_day_and_kind(const void *a, const void *b)
{
    const struct timeline_cell *x = a, *y = b;
    if (x->day != y->day)
        return x->day < y->day ? -1 : 1;
    return x->kind < y->kind ? -1 : x->kind > y->kind;
}

void timeline_cells_sort(struct timeline_cells *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->cap; i++)
        if (t->cells[i].kind != 0)
            t->cells[n++] = t->cells[i];
    assert(n == t->count);
    if (n > 0)
        qsort(t->cells, n, sizeof *t->cells, by_day_and_kind);
}

void timeline_cells_clear(struct timeline_cells *t)
{
    cu_free(t->cells);
    *t = (struct timeline_cells){0};
}
