// SPDX-License-Identifier: Apache-2.0
// Private to funnel_count.c and funnel_unit.c: what one thread of the scan holds.
#pragma once

#include "funnel.h"

enum funnel_fault {
    FUNNEL_FINE,
    FUNNEL_NO_MEMORY,
    FUNNEL_TOO_MANY_WAYS,
    FUNNEL_TOO_MANY_VALUES,
    FUNNEL_TOO_MANY_TIMES,
    FUNNEL_TOO_MUCH_WORK
};
#define FUNNEL_COMBINATIONS_MAX 4096u        // of a row's values of the properties that steps share
#define FUNNEL_WORK_MAX UINT64_C(2000000000) // rows looked at in one thread for shared values and trends

struct funnel_entry { // a row with one value
    uint64_t key;
    uint32_t row, steps;
};
struct funnel_rows { // of one unit: what the machine sees, and which row of the scan it is
    struct funnel_row *row;
    uint32_t *at;
    size_t count, cap;
};
struct funnel_entries {
    struct funnel_entry *at;
    size_t count, cap;
};
struct funnel_thread {
    const struct funnel_plan *p;
    const struct funnel_pick *pick;
    struct roaring_bitmap_s *people;
    struct funnel_counts counts;
    size_t times_max;
    enum funnel_fault fault;
    uint64_t work;
    // of the person under way
    const struct scan_rows *scan;
    uint64_t person;       // its number, from 1
    uint32_t person_level;
    struct visit *visits;
    size_t visit_count, visit_cap;
    struct funnel_rows rows, lane;
    struct funnel_entries units, shared;
    const struct visit *visit; // of the unit, when it is one
};
struct funnel_found { // of a unit, or of a part of its time
    struct funnel_chain chain; // rows of the scan; level 0: it did not enter
    bool banned;
};

bool funnel_grow(void **at, size_t *cap, size_t count, size_t size); // room for one more. False: no memory
uint32_t funnel_steps_of(const struct funnel_thread *s, size_t row); // bits as of funnel_row.steps
// Rows of a unit: all of [first, end), or those of the entries (NULL: all).
bool funnel_unit_rows(struct funnel_thread *s, const struct funnel_entry *entries, size_t first, size_t end);
// The unit's chain that got furthest, among rows [first, end) of s->rows; attempts: each is told to funnel_chain_add.
bool funnel_unit_run(struct funnel_thread *s, size_t first, size_t end, int64_t starts_before, struct funnel_found *ret);
bool funnel_units_of_property(struct funnel_thread *s); // fills s->units, by value and row
void funnel_chain_add(struct funnel_thread *s, const struct funnel_chain *c); // rows of the scan
