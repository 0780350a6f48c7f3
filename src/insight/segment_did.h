// SPDX-License-Identifier: Apache-2.0
// Private to segment_did*.c: the measures of "did".
#pragma once

#include "segment_program.h"

size_t seg_rows_of(const struct seg_run *r);
// When does the need-th matching row come into the window? INT64_MAX: never.
int64_t seg_next_entering(const struct seg_run *r, const struct seg_part *part, struct seg_span s, int64_t need);
struct seg_answer seg_opposite(struct seg_answer a);
struct seg_answer seg_both(struct seg_answer a, struct seg_answer b); // and
// sum / of against the values, without dividing.
bool seg_sum_holds(const struct seg_check_value *c, seg_wide sum, int64_t of);

// These answer themselves, with the exact next moment; false: not this comparison.
bool seg_did_by_count(const struct seg_run *r, const struct seg_part *part, struct seg_span s, struct seg_answer *ret);
bool seg_did_by_extreme(
    const struct seg_run *r, const struct seg_part *part, struct seg_span s, struct seg_answer *ret);
// SUM and AVERAGE: rows come and go in thought until the answer turns.
int64_t seg_did_sum_turn(
    const struct seg_run *r, const struct seg_part *part, const struct seg_measured *m, bool holds);
void seg_did_row_sum(const struct seg_run *r, const struct seg_part *part, size_t row, seg_wide *sum, int64_t *count);
int64_t seg_did_days(const struct seg_run *r, const struct seg_part *part, struct seg_span s);
int64_t seg_did_distinct(const struct seg_run *r, const struct seg_part *part, struct seg_span s);
