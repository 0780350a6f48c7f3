// SPDX-License-Identifier: Apache-2.0
// Copies of rows, to be put in the order of (person, time, seq).
#pragma once

#include "timeline.h"

struct scan_pile_row {
    uint32_t person;
    struct timeline_event e; // plain.ptr: offset in bytes
};
struct scan_pile {
    struct scan_pile_row *rows;
    size_t count, cap;
    struct cu_buf bytes;
};
void scan_pile_init(struct scan_pile *p);
void scan_pile_reset(struct scan_pile *p);
void scan_pile_clear(struct scan_pile *p);
cu_code scan_pile_add(struct scan_pile *p, uint32_t person, const struct timeline_event *e, struct cu_error *err) CU_MUST;
void scan_pile_sort(struct scan_pile *p);
struct timeline_event scan_pile_event(const struct scan_pile *p, size_t i); // without sealed
