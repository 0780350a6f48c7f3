// SPDX-License-Identifier: Apache-2.0
// Private to friction*.c: what a thread counts while it scans.
#pragma once

#include "friction.h"

struct friction_tally {
    struct friction_row row;
    bool used;
    uint64_t person, visit, bad_visit; // counted last
    double position_sum;
    uint32_t *times; // buckets; of pages that were measured
};
struct friction_counts { // of one thread
    struct friction_tally *slots;
    size_t cap, count;
    size_t timed; // pages with buckets
    struct friction_sums sums;
    uint64_t left_out;
    bool no_memory;
};
// NULL: no memory (no_memory is set), or more rows than are kept. Valid until the next call.
struct friction_tally *friction_tally_of(struct friction_counts *c, enum friction_section section, uint64_t a, uint64_t b);
void friction_time(struct friction_counts *c, struct friction_tally *t, double ms); // one measurement of a page
void friction_add_share(struct friction_share *s, bool converted);
void friction_add(struct friction_counts *to, struct friction_counts *from);
void friction_counts_clear(struct friction_counts *c);
cu_code friction_finish(const struct friction_question *q, struct friction_counts *all, struct friction_answer *ret,
    struct cu_error *err) CU_MUST;
