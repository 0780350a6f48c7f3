// SPDX-License-Identifier: Apache-2.0
// Private to the kinds "funnel" and "paths": a question as it is asked of every row, and what comes of it.
//
// A unit is a person, a visit, or the person's events with one value of a property. A unit enters by a first step within the
// period; it may finish after it, up to the window (finish "period": not). Of each unit the chain that got furthest counts.
#pragma once

#include "funnel_machine.h"
#include "query.h"
#include "visit.h"

struct seg_catalog;

enum { FUNNEL_WHERE_MAX = 8, FUNNEL_VALUES_MAX = 100, FUNNEL_SAME_MAX = 3, FUNNEL_ROWS_MAX = 1000, FUNNEL_NOTES_MAX = 24 };
#define FUNNEL_EVENTS_MAX (FUNNEL_STEPS_MAX + FUNNEL_BANS_MAX)

enum funnel_op {
    FUNNEL_IS,
    FUNNEL_IS_NOT,
    FUNNEL_CONTAINS,
    FUNNEL_STARTS,
    FUNNEL_ENDS_WITH,
    FUNNEL_AT_LEAST,
    FUNNEL_AT_MOST,
    FUNNEL_PRESENT
};
struct funnel_test {
    enum funnel_op op;
    int column;             // of the plan
    bool matched;           // the column says 1 or 0 by itself
    int64_t scale;          // else: what a value of the column is multiplied with to compare it
    const int64_t *values;
    uint32_t value_count;
};
// One event with its conditions: a step, or what must not happen.
struct funnel_event {
    cu_str name, label;
    uint32_t kind;          // 0: any, or never seen
    bool any, seen;
    struct funnel_test tests[FUNNEL_WHERE_MAX];
    uint32_t test_count;
    int same[FUNNEL_SAME_MAX];     // columns; -1: this event has no such property
    int64_t scale[FUNNEL_SAME_MAX];
};

enum funnel_unit { FUNNEL_PERSON, FUNNEL_VISIT, FUNNEL_PROPERTY };
enum funnel_by { FUNNEL_BY_NOTHING, FUNNEL_BY_DIMENSION, FUNNEL_BY_PROPERTY };

// What is read and how: columns are shared by all who ask for the same.
struct funnel_columns {
    struct scan_column at[SCAN_COLUMNS_MAX];
    uint32_t count;
};
struct funnel_plan {
    struct insight_query *q;
    struct seg_catalog *catalog;
    struct funnel_columns columns;
    struct funnel_event events[FUNNEL_EVENTS_MAX]; // steps, then what must not happen
    uint32_t steps, events_count;
    uint8_t place[FUNNEL_STEPS_MAX]; // of an asked step among those of the chain; 255: it never came and is left out
    uint32_t asked;                  // steps as asked; `steps` of them are in the chain
    cu_str asked_event[FUNNEL_STEPS_MAX], asked_label[FUNNEL_STEPS_MAX];
    bool asked_seen[FUNNEL_STEPS_MAX];
    struct funnel_rules rules;
    bool whole_period;      // later steps lie within the period too
    enum funnel_unit unit;
    cu_str unit_property;
    int unit_columns[FUNNEL_STEPS_MAX];
    uint32_t unit_column_count;
    uint32_t same_count;
    enum funnel_by by;
    int dimension;          // index of funnel_dimensions
    bool first_touch;       // of persons: the first visit of the period, else the one in which the chain began
    int by_column;
    const struct dict_field *by_field;
    cu_str by_path;
    uint32_t rows_max;
    bool trend;
    int64_t *edges;         // of the trend's periods: period_count + 1
    uint32_t period_count;
    bool visits;            // visits are made of the rows: visit_columns come first
    struct visit_maker *maker; // also says what a person does, where any event is asked for
    uint32_t *masks, mask_end, mask_any; // by kind: bits as of funnel_row.steps
    bool all_kinds;
    bool by_kind;           // what a row is depends on its kind alone
    uint32_t kinds[FUNNEL_EVENTS_MAX], kind_count;
    const char *notes[FUNNEL_NOTES_MAX]; // sentences for the answer
    uint32_t note_count;
};

// Reads the question into a plan; p is all zero but for q. Then funnel_plan_clear, whatever came of it.
cu_code funnel_plan_read(struct funnel_plan *p, struct cu_error *err) CU_MUST;
void funnel_plan_clear(struct funnel_plan *p);
// Names of dimensions by which visits can be broken down; NULL-terminated.
extern const char *const funnel_dimensions[];
enum { FUNNEL_CHANNEL }; // the first is no hash but enum channel
uint64_t funnel_dimension_of(int dimension, const struct visit *v);
enum visit_column funnel_dimension_column(int dimension);

// --- events with conditions: funnel_event.c
extern const struct spec_field funnel_where_fields[];
// An event with its "where"; members event, where of the object.
cu_code funnel_event_read(struct funnel_plan *p, json object, struct funnel_event *ret, struct cu_error *err) CU_MUST;
// The column of a property of an event. CU_INVALID: unknown, sealed, or no single value.
cu_code funnel_property(struct funnel_plan *p, cu_str event, cu_str name, struct scan_column *ret,
    const struct dict_field **ret_field, struct cu_error *err) CU_MUST;
cu_code funnel_column(struct funnel_plan *p, const struct scan_column *c, int *ret, struct cu_error *err) CU_MUST;
bool funnel_event_holds(const struct funnel_event *e, const struct scan_rows *rows, size_t row);
bool funnel_note(struct funnel_plan *p, const char *fmt, ...) CU_PRINTF(2, 3);

// --- what came of it: funnel_count.c
#define FUNNEL_BUCKETS 24u
extern const int64_t funnel_bucket_ms[FUNNEL_BUCKETS]; // upper ends, inclusive; the last has none
struct funnel_bucket {
    uint64_t units, people, last; // last: number of the person counted last
};
struct funnel_times { // from the step before
    int64_t *ms;
    size_t count, cap;
    struct funnel_bucket buckets[FUNNEL_BUCKETS];
};
struct funnel_period {
    uint64_t entered, converted, entered_people, converted_people, last_entered, last_converted;
};
struct funnel_tally;    // rows of a breakdown: funnel_tally.c
struct funnel_pick {    // whose names are wanted
    uint32_t step;      // of the chain, from 0
    bool dropped;
    bool by_value;
    uint64_t value;
};
struct funnel_counts {
    uint64_t reached[FUNNEL_STEPS_MAX], people[FUNNEL_STEPS_MAX];
    uint64_t banned;    // units that are out
    struct funnel_times times[FUNNEL_STEPS_MAX]; // [0]: from the first to the last step
    struct funnel_period *periods;
    struct funnel_tally *tally;
};
cu_code funnel_count_run(struct funnel_plan *p, const struct funnel_pick *pick, struct roaring_bitmap_s *ret_people,
    struct funnel_counts *ret, struct cu_error *err) CU_MUST;
void funnel_counts_clear(struct funnel_counts *c);
#define FUNNEL_TIMES_MAX (16u * 1024 * 1024) // times that are kept apart, for exact medians

// --- rows of a breakdown
#define FUNNEL_NO_VALUE 0 // of a unit that has none
static inline uint64_t funnel_number_value(int64_t number) // of a property that is no text; and back
{
    return (uint64_t)number ^ UINT64_C(1) << 63;
}
cu_code funnel_value_parse(
    const struct funnel_plan *p, cu_str text, uint64_t *ret, struct cu_error *err); // as rows print it
struct funnel_tally *funnel_tally_new(uint32_t steps);
void funnel_tally_free(struct funnel_tally *t);
// A unit of the person (its number from 1) got so far. False: no memory.
bool funnel_tally_add(struct funnel_tally *t, uint64_t value, uint32_t level, uint64_t person);
bool funnel_tally_join(struct funnel_tally *to, const struct funnel_tally *from); // different persons
struct funnel_row_counts {
    uint64_t value;
    uint64_t reached[FUNNEL_STEPS_MAX], people[FUNNEL_STEPS_MAX];
};
// The `max` with most units, first; then the rest added up in *ret_other (its people are added too), and those without a
// value in *ret_none.
cu_code funnel_tally_rows(const struct funnel_tally *t, size_t max, struct cu_arena *a, struct funnel_row_counts **ret,
    size_t *ret_count, size_t *ret_more, struct funnel_row_counts *ret_other, struct funnel_row_counts *ret_none,
    struct cu_error *err) CU_MUST;

cu_code funnel_write(
    struct funnel_plan *p, struct funnel_counts *c, struct json_writer *w, struct cu_error *err) CU_MUST; // funnel_answer.c
// Of figures that are nested (people[i + 1] of people[i]): those that would show a small group, by themselves or as a
// difference.
void funnel_hide(struct insight_query *q, const uint64_t *people, uint32_t steps, bool *hidden);
