// SPDX-License-Identifier: Apache-2.0
// A compiled definition, private to segment_{compile,eval,did,sequence,explain}*.c. Names are numbers here,
// texts are folded, properties are columns of the plan; evaluation looks nothing up and allocates nothing.
#pragma once

#include "segment_eval.h"
#include "segment_window.h"

__extension__ typedef __int128 seg_wide;

enum { SEG_COLUMN_NONE = -1, SEG_COLUMN_REVENUE = -2, SEG_COLUMN_SOURCE = -3 };
#define SEG_SHARED_MAX 8u // properties that steps share

// One comparison of values with what the definition says.
struct seg_check_value {
    enum seg_cmp cmp;
    enum seg_type type;
    bool date;               // values are days (at 00:00 UTC), meant in the shop's zone
    bool matched;            // the column holds 1 or 0 already: does the text match?
    int column;              // of the plan, or SEG_COLUMN_*
    int64_t scale;           // values times this are ten-thousandths; 1 for all but numbers
    const int64_t *numbers;  // to compare with; IS and IS_NOT: ascending
    uint32_t number_count;
    const cu_str *texts;     // folded, ascending
    uint32_t text_count;
    struct seg_window window;
};
struct seg_filter { // which events
    bool any;
    bool moving;             // a test depends on now
    uint32_t kind;           // 0: nobody sent one yet
    cu_str name;
    const struct seg_check_value *tests;
    uint32_t test_count;
    struct seg_filter *next; // of all filters of the program
};
struct seg_part_did {
    struct seg_filter filter;
    struct seg_check_value value; // of the measure; column: of the property it is of
};
struct seg_part_sequence {
    struct seg_filter *steps, *without;
    int (*shared)[SEG_SHARED_MAX];         // per step: columns of the shared properties
    int64_t (*shared_scale)[SEG_SHARED_MAX];
    bool moving;
};
struct seg_part {
    const struct seg_node *node; // of the copy
    struct seg_part **children;  // the cheap ones first
    uint32_t child_count, cost;
    uint32_t fact;               // FIELD: which of the program's fields
    struct seg_check_value value; // FIELD
    struct seg_part_did *did;
    struct seg_part_sequence *sequence;
    uint32_t segment;            // MEMBER
};
struct seg_sources { // a comparison with names of sources: numbers, once they exist
    const struct seg_value *names;
    uint32_t name_count;
    int64_t *numbers;
    struct seg_sources *next;
};
struct seg_program {
    struct cu_arena *arena;
    struct seg_compile with;
    struct seg_node *definition;
    struct seg_part *root;
    struct seg_part *parts[SEG_NODES_MAX]; // by number
    uint32_t part_count;
    const struct seg_field *fields[SEG_NODES_MAX];
    uint32_t field_count;
    uint32_t members[SEG_NODES_MAX];
    uint32_t member_count;
    struct scan_column columns[SCAN_COLUMNS_MAX];
    uint32_t column_count;
    unsigned wants;
    struct seg_filter *filters;
    uint32_t filter_count;
    struct seg_sources *sources;
    bool any_kind;
    uint32_t *kinds; // ascending
    uint32_t kind_count;
};

// --- one evaluation

struct seg_run {
    const struct seg_program *program;
    const struct seg_person *person;
    const struct scan_rows *rows; // NULL: none
    size_t seen;                  // rows up to now
    int64_t now_ms;
};
void seg_run_begin(struct seg_run *r, const struct seg_program *p, const struct seg_person *person, int64_t now_ms);
void seg_part_eval(const struct seg_run *r, const struct seg_part *part, struct seg_answer *ret);

// segment_value.c: values against a comparison. *until (may be NULL) is lowered to the moment at which the answer may turn.
bool seg_fact_holds(const struct seg_run *r, const struct seg_check_value *c, const struct seg_fact *fact, int64_t *until);
bool seg_values_hold(const struct seg_run *r, const struct seg_check_value *c, const int64_t *values, size_t count,
    int64_t *until);
// The values of a column in a row; room: for one of them.
size_t seg_row_values(const struct seg_run *r, int column, size_t row, const int64_t **ret, int64_t *room);
bool seg_filter_matches(const struct seg_run *r, const struct seg_filter *f, size_t row);
// When does the answer of a filter turn for this row? Lowers until; only filters that move.
void seg_filter_until(const struct seg_run *r, const struct seg_filter *f, size_t row, int64_t *until);
int64_t seg_scaled(int64_t value, int64_t scale);
void seg_lower(int64_t *until, int64_t moment);

// segment_did.c, segment_sequence.c
void seg_did_eval(const struct seg_run *r, const struct seg_part *part, struct seg_answer *ret);
struct seg_chain { // the steps that decided
    size_t row[SEG_EVENTS_MAX];
    bool found;
};
void seg_sequence_eval(const struct seg_run *r, const struct seg_part *part, struct seg_answer *ret,
    struct seg_chain *chain); // chain may be NULL
// Rows first..end are in the window and seen; none if first >= end. Rows before first never come into it (again), those
// from the later of both on may.
struct seg_span {
    size_t first, end;
};
struct seg_span seg_rows_in(const struct seg_run *r, const struct seg_window *w);
int64_t seg_row_enters(const struct seg_run *r, const struct seg_window *w, size_t row); // after now
int64_t seg_row_leaves(const struct seg_run *r, const struct seg_window *w, size_t row);

// What a measure came to: for the comparison and for explanations.
struct seg_measured {
    seg_wide sum;         // COUNT, DAYS_ACTIVE, DISTINCT, SUM: ten-thousandths; AVERAGE: sum of `count`; extremes: the value
    int64_t count;        // values of the property
    size_t matches;       // events
    size_t first, last;   // matching rows; SIZE_MAX: none
    size_t row;           // the row that decides; SIZE_MAX: none
};
void seg_did_measure(const struct seg_run *r, const struct seg_part *part, struct seg_measured *ret);
