// SPDX-License-Identifier: Apache-2.0
// Cohorts: people by the period in which they began, and what they did in the periods after it. The table is made of one
// person after another, each streamed through in the order of time; it knows neither timeline nor order book.
//
// Definitions (docs/explanation/cohorts.md)
//  - Periods are days, weeks from Monday and months of the shop's zone. Column 0 is the cohort's own period.
//  - first: a person is in one cohort, that of the first start ever. every: in the cohort of each period with a start
//    (ClickHouse's retention(c1 .. cn) is one row of this: c1, and c1 with ci).
//  - bracket (N-day): a return within that period. rolling (unbounded): in that period or at any time after it.
//    rolling_24h (Amplitude): columns are blocks of 24 hours, 7 days or 30 days from the person's own start, both moments
//    rounded down to the hour; only with first. full (Countly): a return in each of the periods 1 .. k.
//  - cumulative: in any of the columns 1 .. k; of amounts and orders in the columns 0 .. k.
//
// The kind "cohort" asks {"start","return","period","mode","entry","periods","measure","cumulative"} and answers {"period",
// "mode","measure","cohorts":[{"from","size","values":[n or null],"complete"}],"total":[n or null],"total_size":[n],
// "average":[n or null],"no_rate"}: a column that has not begun, or that is hidden, is null; `complete` of the columns are
// over for the whole cohort. total: the sum over the cohorts whose column is complete, total_size: the people in these
// cohorts, average: total / total_size (a share of people; orders or money per person).
#pragma once

#include "machines.h"

#include <roaring/roaring.h>

enum cohort_mode { COHORT_BRACKET, COHORT_ROLLING, COHORT_ROLLING_24H, COHORT_FULL };
enum cohort_measure { COHORT_PEOPLE, COHORT_ORDERS, COHORT_REVENUE, COHORT_REVENUE_PER_PERSON };
#define COHORTS_MAX 64u
#define COHORT_EDGES_MAX (2 * COHORTS_MAX + 1)

struct cohort_rules {
    enum retention_period period;
    enum cohort_mode mode;
    bool every, cumulative;
    uint32_t cohorts, periods; // rows; columns, with the cohort's own
    int64_t edges[COHORT_EDGES_MAX]; // of cohorts + periods periods, and where the last one ends
};
// Edges for all cohorts that the days from_day .. to_day - 1 touch, whole periods. CU_TOO_LARGE: more than COHORTS_MAX.
cu_code cohort_edges(
    struct cohort_rules *r, const struct text_zone *zone, int32_t from_day, int32_t to_day, struct cu_error *err) CU_MUST;
int64_t cohort_block_ms(enum retention_period period); // of rolling_24h
uint32_t cohort_complete(const struct cohort_rules *r, uint32_t cohort, int64_t now_ms); // columns that are over
bool cohort_begun(const struct cohort_rules *r, uint32_t cohort, uint32_t column, int64_t now_ms);

struct cohort_table {
    uint64_t size[COHORTS_MAX];
    uint64_t people[COHORTS_MAX][COHORTS_MAX]; // who returned; column 0: within the own period, at or after the start
    uint64_t orders[COHORTS_MAX][COHORTS_MAX];
    int64_t amount[COHORTS_MAX][COHORTS_MAX];
};
void cohort_table_add(struct cohort_table *to, const struct cohort_table *from, const struct cohort_rules *r);
void cohort_table_sum_up(
    struct cohort_table *t, const struct cohort_rules *r); // cumulative orders and amounts, once, at the end

// Where a person began; kept for everybody when starts and returns come from different places.
struct cohort_start {
    int64_t first_ms; // INT64_MAX: never
    uint64_t periods; // bit c: a start in the period of cohort c; only kept for `every`
};
#define COHORT_NEVER ((struct cohort_start){.first_ms = INT64_MAX})
void cohort_start_at(struct cohort_start *s, const struct cohort_rules *r, int64_t at_ms);

// One cell whose people are wanted; column 0: the whole cohort. among gets the persons.
struct cohort_pick {
    uint32_t cohort, column;
    roaring_bitmap_t *among;
};
// One person: begin, then every return in the order of time, then end.
struct cohort_person {
    const struct cohort_rules *rules;
    struct cohort_start start;
    uint32_t cohort, at, furthest; // of the first start; the period of the last return; its column
    uint64_t came[2];              // columns (first) or periods (every) with a return
    uint64_t orders[2 * COHORTS_MAX];
    int64_t amount[2 * COHORTS_MAX];
};
bool cohort_begin(
    struct cohort_person *p, const struct cohort_rules *r, const struct cohort_start *start); // false: in no cohort
void cohort_return(struct cohort_person *p, int64_t at_ms, int64_t amount);
void cohort_end(const struct cohort_person *p, uint32_t person, struct cohort_table *t, const struct cohort_pick *pick);
int64_t cohort_add(int64_t a, int64_t b); // stops at the ends of the range
