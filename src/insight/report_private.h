// SPDX-License-Identifier: Apache-2.0
// What the files of the report share: a question of kind "report" while it is worked out.
//
// All metrics of a question are sums ("parts", metric_parts.h) in cells: one for each period and for the whole, of the period
// asked for and of the one compared with; and one pair for each value of the breakdown. The people's events are read once, each
// person by one thread, so that counting different people needs no sets: a cell remembers the person it saw last.
#pragma once

#include "dimension.h"
#include "metric_parts.h"
#include "query.h"
#include "visit.h"

enum { REPORT_METRICS_MAX = 16, REPORT_FILTERS_MAX = 8, REPORT_VALUES_MAX = 200, REPORT_PERIODS_MAX = 1500, REPORT_ROWS_MAX = 5000 };
enum report_by { REPORT_HOUR, REPORT_DAY, REPORT_WEEK, REPORT_MONTH, REPORT_TOTAL };
enum report_compare { REPORT_ALONE, REPORT_PREVIOUS, REPORT_YEAR };
enum { REPORT_SPANS = 2 };

struct report_span { // the period asked for, or the one compared with
    int32_t from_day, to_day;
    int64_t from_ms, to_ms;
    int64_t *edge;        // count + 1
    int64_t *before;      // count + 1: where the period as long before each begins; the last is of the whole
    size_t count;
};
// Values of a dimension are 64-bit keys: the hash of a text, or a number from REPORT_KEY_FIRST on.
enum { REPORT_KEY_NONE = 1, REPORT_KEY_NO_VISIT = 2, REPORT_KEY_FIRST = 16 };
enum report_status { REPORT_NEW, REPORT_RETURNING, REPORT_GUEST, REPORT_STATUSES };
struct report_filter {
    enum dimension_name dimension;
    uint64_t key[REPORT_VALUES_MAX];
    size_t count;
    roaring_bitmap_t *people; // of segments: who is in one of them
};
struct report_cell {
    uint32_t person, orders; // seen last, and how many orders of that person
    uint64_t bits;           // which parts that person is counted in
    int64_t at[];            // one for each part that is needed
};
struct report_slot {
    uint64_t key;            // 0: free
    // then REPORT_SPANS cells
};
struct report_cells {
    const struct report *r;
    char *whole[REPORT_SPANS];     // count + 1 cells
    double *square[REPORT_SPANS];  // per part: squares of what one order or visit adds, of the whole
    char *slots, *other;
    size_t cap, count;
    bool pruned, no_memory;
};
struct report {
    struct insight_query *q;
    struct { const struct metric *metric; const struct metric_variant *variant; } asked[REPORT_METRICS_MAX];
    size_t asked_count;
    enum report_by by;
    enum report_compare compare;
    bool broken_down;
    enum dimension_name breakdown;
    struct report_filter filter[REPORT_FILTERS_MAX];
    size_t filter_count;
    size_t limit;
    struct report_span span[REPORT_SPANS];
    size_t spans;
    uint64_t parts;          // needed
    uint64_t shown_parts;    // of them: in figures that are asked for
    uint64_t hidden_parts;   // cannot be told in rows of the breakdown
    uint64_t unknown_parts;  // cannot be told at all with these filters
    int8_t place[PART_COUNT];// of a part in cells; -1: not needed
    enum metric_part part_at[PART_COUNT];
    size_t part_count, cell_size, slot_size;
    enum metric_part rank;   // rows with most of it come first
    bool by_visit, by_line;  // something asked rests on the visit, on lines
    bool by_status;          // on new or returning
    struct report_cells all;
    // Second time over, when there were too many values to keep apart: only these are.
    const uint64_t *only;
    size_t only_count;
    // Which visit an order lies in, by the hash of its id.
    struct report_join { uint64_t order; int64_t at_ms; uint64_t key; bool passes; } *join; // by order
    size_t join_count;
    uint64_t no_rate;
    int64_t now_ms;
};

// --- report_read.c
extern const struct spec_field report_question_fields[], report_answer_fields[];
cu_code report_read(struct insight_query *q, struct report *r, struct cu_error *err) CU_MUST;
// --- report_period.c
cu_code report_spans(struct report *r, struct cu_error *err) CU_MUST;
size_t report_period_of(const struct report_span *s, int64_t at_ms); // of a moment within the span

// --- report_cells.c
cu_code report_cells_init(const struct report *r, struct report_cells *c, struct cu_error *err) CU_MUST;
void report_cells_clear(struct report_cells *c);
void report_cells_add(struct report_cells *to, struct report_cells *from);
// The cells of one span that something goes into; made anew for each, as the table may move.
enum { REPORT_KEYS_MAX = 512, REPORT_AIMS_MAX = 2 + REPORT_KEYS_MAX };
struct report_aim {
    struct report_cells *cells;
    uint32_t person; // 0: nobody
    size_t count;
    struct { struct report_cell *cell; double *square; int64_t from_ms, to_ms; } at[REPORT_AIMS_MAX];
};
void report_aim_at(struct report_aim *a, size_t span, size_t period, const uint64_t *keys, size_t key_count);
void report_aim_rows(struct report_aim *a, size_t span, const uint64_t *keys, size_t key_count); // not at the whole
void report_add(const struct report_aim *a, enum metric_part p, int64_t value);
void report_mark(const struct report_aim *a, enum metric_part p); // the person, once in each cell
struct report_cell *report_whole(const struct report_cells *c, size_t span, size_t period);
struct report_cell *report_slot_cell(const struct report_cells *c, char *slot, size_t span);
void report_parts_of(const struct report *r, const struct report_cell *cell, int64_t ret[PART_COUNT]);
static inline bool report_needs(const struct report *r, enum metric_part p)
{
    return r->parts >> p & 1;
}
static inline void report_touch(struct report_cell *cell, uint32_t person)
{
    if (cell->person == person)
        return;
    cell->person = person;
    cell->orders = 0;
    cell->bits = 0;
}
static inline void report_mark_cell(struct report_cell *cell, uint32_t person, int place) // place -1: not needed
{
    if (place < 0)
        return;
    report_touch(cell, person);
    cell->at[place] += !(cell->bits >> place & 1);
    cell->bits |= UINT64_C(1) << place;
}
bool report_needs_any(const struct report *r, enum metric_part first, enum metric_part last);

// --- report_filter.c: what is asked of a visit, an order, a person
uint64_t report_visit_key(enum dimension_name d, const struct visit *v);
bool report_filter_has(const struct report_filter *f, uint64_t key);
bool report_status_passes(const struct report *r, enum report_status s);
bool report_person_passes(const struct report *r, uint32_t person); // segments
size_t report_person_keys(const struct report *r, uint32_t person, uint64_t *ret, size_t max);
bool report_visit_passes(const struct report *r, const struct visit *v); // NULL: an order that lies in no visit
uint64_t report_breakdown_key(const struct report *r, const struct visit *v); // of a breakdown by visit
extern const char *const report_status_names[]; // by enum report_status

// --- the passes
cu_code report_scan(struct report *r, struct cu_error *err) CU_MUST;       // report_scan.c: events
cu_code report_orders(struct report *r, struct cu_error *err) CU_MUST;     // report_orders.c: the order book
cu_code report_first_seen(struct report *r, struct cu_error *err) CU_MUST; // report.c: everybody in memory
bool report_wants_scan(const struct report *r);

// --- report_significance.c
struct report_chance {
    bool known;
    double p;
    const char *method, *words;
};
// One figure of two periods. series: its numerators by period.
struct report_sample { int64_t top, bottom; double square; const double *series; size_t count; };
struct report_chance report_chance_share(int64_t a, int64_t an, int64_t b, int64_t bn);
struct report_chance report_chance_mean(const struct report_sample *a, const struct report_sample *b);
struct report_chance report_chance_count(const struct report_sample *a, const struct report_sample *b);
struct report_chance report_chance_sum(const struct report_sample *a, const struct report_sample *b);

// --- report_write.c, report_rows.c
struct report_row {
    uint64_t key;
    cu_str value, label;
    int64_t part[REPORT_SPANS][PART_COUNT];
};
cu_code report_write(struct report *r, struct json_writer *w, struct cu_error *err) CU_MUST;
cu_code report_top(struct report *r, struct report_row **ret, size_t *ret_count, struct report_row *other, size_t *ret_more,
    struct cu_error *err) CU_MUST;
uint64_t report_people(const struct report *r, const struct metric_variant *v, const int64_t part[PART_COUNT]);
