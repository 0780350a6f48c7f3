// SPDX-License-Identifier: Apache-2.0
// The questions that are asked of everybody: each a small machine over one person's rows, with a state per
// thread that is added up at the end. Definitions: docs/explanation/metrics.md (variants are named switches, never silent).
#pragma once

#include "store/scan.h"
#include "text/zone.h"

// --- funnel: semantics of ClickHouse's windowFunnel(window, mode...) over time in ms
enum {
    FUNNEL_STRICT_ORDER = 1,
    FUNNEL_STRICT_INCREASE = 2,
    FUNNEL_STRICT_DEDUPLICATION = 4,
    FUNNEL_STRICT_ONCE = 8,
    FUNNEL_STRICT_REENTRY = 16
};
#define FUNNEL_STEPS_MAX 16u
struct funnel_row { // one event that matches at least one step
    int64_t time_ms;
    uint32_t steps; // bit i: it matches step i
};
// The furthest step reached (0: none). rows in time order (those of the same time in any order: they are taken in the
// order of steps); with FUNNEL_STRICT_ORDER rows that match no step (steps 0) matter. The modes combine as there:
// strict_order stops at any other event; with STRICT_REENTRY a later step that comes too early is passed over;
// strict_increase: later steps at later times; strict_deduplication: stops at a repeated step; strict_once: an event is
// one step of a chain only. The window is inclusive, from the first step of the chain; chains begin again at each first
// step.
uint32_t funnel_level(const struct funnel_row *rows, size_t count, uint32_t step_count, int64_t window_ms, unsigned modes);
struct funnel_step {
    uint32_t kind;          // 0: any
    int column;             // of the scan plan, a match column (1 holds); -1: no test
};
struct funnel_question {
    const struct funnel_step *steps;
    uint32_t step_count;
    int64_t from_ms, to_ms, window_ms;
    unsigned modes;
    const struct scan_column *columns;
    size_t column_count;
};
struct funnel_answer {
    uint64_t reached[FUNNEL_STEPS_MAX]; // persons that got at least so far
};
struct scan_limits { // how long and wide a question may be; all may be 0 or NULL
    unsigned threads;
    uint64_t rows_max;
    int64_t ends_ms;
    const atomic_bool *cancel;
    atomic_uint *progress;
    bool (*person)(void *context, uint32_t root);
    void *context;
};
static inline void scan_plan_limits(struct scan_plan *plan, const struct scan_limits *l) // l may be NULL
{
    *plan = (struct scan_plan){0};
    if (l)
        *plan = (struct scan_plan){.threads = l->threads,
            .rows_max = l->rows_max,
            .ends_ms = l->ends_ms,
            .cancel = l->cancel,
            .progress = l->progress,
            .person = l->person,
            .context = l->context};
}
cu_code funnel_run(struct timeline *t, const struct scan_persons *persons, const struct funnel_question *q,
    const struct scan_limits *l, struct funnel_answer *ret, struct scan_stats *stats, struct cu_error *err) CU_MUST;

// --- retention: cohorts by the period of a person's first `start` event ever (who started before from_ms is in no
// cohort), and in which later periods they `return`. ROLLING: in that period or at any time after it.
enum retention_period { RETENTION_DAY, RETENTION_WEEK, RETENTION_MONTH };
enum retention_mode { RETENTION_BRACKET /* in that period */, RETENTION_ROLLING /* in it or later */ };
#define RETENTION_PERIODS_MAX 64u
struct retention_question {
    uint32_t start_kind, return_kind; // 0: any event
    enum retention_period period;     // calendar periods of the zone; weeks start on Monday
    enum retention_mode mode;
    int64_t from_ms;                  // any moment of the first period
    uint32_t periods;                 // cohorts, and as many periods of each (the first is its own)
    const struct text_zone *zone;     // NULL: UTC
};
struct retention_answer {
    uint64_t cohort[RETENTION_PERIODS_MAX];
    uint64_t returned[RETENTION_PERIODS_MAX][RETENTION_PERIODS_MAX]; // [cohort][periods later]; [..][0]: the cohort itself
};
// The first moment of the period that is `later` periods after the one of from_ms.
int64_t retention_edge(const struct text_zone *zone, enum retention_period period, int64_t from_ms, uint32_t later);
// Whole months from one day to a later one, by the calendar: from the 31st of January one month is over on the last of February.
// 0 when it is not later.
uint32_t retention_months(int32_t from_day, int32_t to_day);
void retention_month_of(int32_t day, int32_t *ret_year, int32_t *ret_month); // 1 .. 12
cu_code retention_run(struct timeline *t, const struct scan_persons *persons, const struct retention_question *q,
    const struct scan_limits *l, struct retention_answer *ret, struct scan_stats *stats, struct cu_error *err) CU_MUST;

// --- how many people and how often, broken down by a text property ("distinct buyers by channel"). An event with a
// list of values counts in the row of each. Most people first; then "(other)" (its people are added up, not distinct),
// then no value.
struct breakdown_question {
    uint32_t kind;                  // 0: any
    int64_t from_ms, to_ms;
    cu_str path;                    // text column; "" : all in one row
    bool with_revenue;
};
struct breakdown_row {
    cu_str text;                    // CU_NONE: rows without a value
    uint64_t persons, events;
    int64_t revenue;
};
#define BREAKDOWN_ROWS_MAX 1000u    // the rest is added up in a row "(other)"
cu_code breakdown_run(struct timeline *t, const struct scan_persons *persons, const struct breakdown_question *q,
    const struct scan_limits *l, struct cu_arena *a, struct breakdown_row **ret, size_t *ret_count,
    struct scan_stats *stats, struct cu_error *err) CU_MUST;
