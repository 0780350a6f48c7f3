// SPDX-License-Identifier: Apache-2.0
// Private to segment_check*.c.
#pragma once

#include "segment_language.h"

struct seg_checker {
    struct seg_sink sink;
    const struct seg_catalog *catalog;
    const struct text_zone *zone;
    struct cu_arena *arena;
    struct seg_counts counts;
    struct seg_path path;
};
struct seg_place seg_check_place(const struct seg_checker *x, uint32_t at, uint32_t len);

// What a test compares: its type, and the row that limits its values (may be NULL).
struct seg_compared {
    enum seg_type type;
    bool whole;                       // a number of things: whole, from 0
    const struct dict_field *row;
    const char *const *options;       // of derived fields
};
// The comparison, its values and its window against what is compared; values become typed.
void seg_check_compare(struct seg_checker *x, struct seg_test *t, const struct seg_compared *c);

enum seg_window_use { SEG_USE_EVENTS, SEG_USE_TIMES, SEG_USE_ANNIVERSARY };
void seg_check_window(struct seg_checker *x, struct seg_window *w, enum seg_window_use use, struct seg_place where);
