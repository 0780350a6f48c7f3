// SPDX-License-Identifier: Apache-2.0
// Counts and revenue per (day, kind): a small hash table, written sorted at the end of each run and
// summed up again by timeline_days.
#pragma once

#include "base/memory.h"

struct timeline_cell {
    int32_t day;
    uint32_t kind; // 0: an empty place
    uint64_t count;
    int64_t revenue;
};
_Static_assert(sizeof(struct timeline_cell) == 24, "the cell is a file format");

struct timeline_cells {
    struct timeline_cell *cells;
    size_t cap, count;
};

bool timeline_cells_add(
    struct timeline_cells *t, const struct timeline_cell *c); // false: no memory
// Packs the cells to the front, sorted by day and kind; the table can only be read and cleared
// then.
void timeline_cells_sort(struct timeline_cells *t);
void timeline_cells_clear(struct timeline_cells *t);
