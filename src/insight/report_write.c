// SPDX-License-Identifier: Apache-2.0
// The answer of a report. See report_private.h.
#include "report_private.h"

#include "text/text.h"

#include <math.h>
#include <stdlib.h>

static const char *const unit_names[] = {"count", "money", "share", "seconds", "number", NULL};

static struct metric_value value_of(const struct report *r, size_t asked, const int64_t part[PART_COUNT], uint64_t untold)
{
    const struct metric_variant *v = r->asked[asked].variant;
    if (metric_parts_of(v) & untold)
        return (struct metric_value){.known = false};
    return metric_value_of(r->asked[asked].metric, v, part);
}

static void write_periods(const struct report *r, struct json_writer *w, size_t span)
{
    char text[TEXT_TIME_MAX];
    jw_array(w);
    for (size_t i = 0; span < r->spans && i < r->span[span].count; i++) {
        int64_t at = r->span[span].edge[i];
        if (r->by == REPORT_HOUR) {
            jw_time(w, at);
            continue;
        }
        text_time_format(text_day_start(text_zone_day(r->q->o->zone, at)), text);
        jw_str(w, (cu_str){text, 10});
    }
    jw_array_end(w);
}

static size_t partial_of(const struct report *r) // periods at the end that are not over
{
    size_t n = 0;
    for (size_t i = 0; i < r->span[0].count; i++)
        n += r->span[0].edge[i + 1] > r->now_ms;
    return n;
}

// ---- one metric

struct series {
    struct metric_value value, at[REPORT_PERIODS_MAX];
    double top[REPORT_PERIODS_MAX];
    bool hidden[REPORT_PERIODS_MAX];
    bool all_hidden;
    int64_t part[PART_COUNT]; // of the whole
    size_t count;
};

static void make_series(const struct report *r, size_t asked, size_t span, struct series *s)
{
    uint64_t people[REPORT_PERIODS_MAX];
    const struct metric_variant *v = r->asked[asked].variant;
    s->count = r->span[span].count;
    for (size_t i = 0; i < s->count; i++) {
        report_parts_of(r, report_whole(&r->all, span, i), s->part);
        s->at[i] = value_of(r, asked, s->part, r->unknown_parts);
        s->top[i] = (double)s->part[v->top];
        people[i] = report_people(r, v, s->part);
    }
    report_parts_of(r, report_whole(&r->all, span, s->count), s->part);
    s->value = value_of(r, asked, s->part, r->unknown_parts);
    s->all_hidden = insight_small(r->q, report_people(r, v, s->part));
    memset(s->hidden, s->all_hidden, sizeof s->hidden);
    if (s->all_hidden)
        r->q->hidden++;
    else
        insight_hide(r->q, people, s->count, s->hidden);
}

static void write_value(const struct report *r, struct json_writer *w, size_t asked, struct metric_value value, bool hidden)
{
    if (hidden)
        jw_null(w);
    else
        metric_value_write(w, r->asked[asked].metric, value);
}

static void write_series(const struct report *r, struct json_writer *w, size_t asked, const struct series *s)
{
    jw_array(w);
    for (size_t i = 0; i < s->count; i++)
        write_value(r, w, asked, s->at[i], s->hidden[i]);
    jw_array_end(w);
}

static bool is_part_of(enum metric_part top, enum metric_part bottom) // a share of people, visits or orders, not of money
{
    return !(top >= PART_REVENUE && top <= PART_REFUNDED) && !(top == PART_NEW_REVENUE || top == PART_KNOWN_REVENUE) && bottom != PART_NONE;
}

static struct report_chance chance_of(const struct report *r, size_t asked, const struct series *now, const struct series *then)
{
    const struct metric *m = r->asked[asked].metric;
    const struct metric_variant *v = r->asked[asked].variant;
    enum metric_part top = (enum metric_part)v->top, bottom = (enum metric_part)v->bottom;
    struct report_sample s[REPORT_SPANS];
    const struct series *series[REPORT_SPANS] = {now, then};
    if (partial_of(r) > 0)
        return (struct report_chance){.method = "none", .p = NAN, .words = "The period is not over yet: nothing is claimed."};
    for (size_t i = 0; i < REPORT_SPANS; i++)
        s[i] = (struct report_sample){series[i]->part[top], series[i]->part[bottom], r->all.square[i][r->place[top]], series[i]->top, series[i]->count};
    if (m->unit == METRIC_SHARE)
        return is_part_of(top, bottom) ? report_chance_share(s[0].top, s[0].bottom, s[1].top, s[1].bottom)
                                       : (struct report_chance){.method = "none", .p = NAN, .words = "For a share of money nothing is claimed."};
    if (bottom && !metric_part_is_distinct(bottom) && metric_part_source(top) == metric_part_source(bottom))
        return report_chance_mean(&s[0], &s[1]);
    if (bottom)
        return (struct report_chance){.method = "none", .p = NAN, .words = "For this ratio nothing is claimed."};
    if (m->unit == METRIC_COUNT && !metric_part_is_distinct(top))
        return report_chance_count(&s[0], &s[1]);
    return report_chance_sum(&s[0], &s[1]);
}

static void write_chance(const struct report *r, struct json_writer *w, size_t asked, const struct series *now, const struct series *then)
{
    jw_key(w, "significance");
    if (!now->value.known || !then->value.known || now->all_hidden || then->all_hidden) {
        jw_null(w);
        return;
    }
    struct report_chance c = chance_of(r, asked, now, then);
    jw_object(w);
    jw_key(w, "p");
    if (c.known)
        jw_double(w, c.p);
    else
        jw_null(w);
    jw_kz(w, "method", c.method);
    jw_kz(w, "words", c.words);
    jw_object_end(w);
}

static void write_change(const struct report *r, struct json_writer *w, size_t asked, const struct series *now, const struct series *then)
{
    bool compared = r->spans == 2 && !now->all_hidden && !then->all_hidden;
    jw_key(w, "previous");
    if (r->spans == 2)
        write_value(r, w, asked, then->value, then->all_hidden);
    else
        jw_null(w);
    jw_key(w, "change");
    if (compared && now->value.known && then->value.known && then->value.real > 0)
        jw_double(w, (now->value.real - then->value.real) / then->value.real);
    else
        jw_null(w);
    if (r->spans == 2) {
        write_chance(r, w, asked, now, then);
    } else {
        jw_key(w, "significance");
        jw_null(w);
    }
}

static cu_code write_metrics(struct report *r, struct json_writer *w, struct cu_error *err)
{
    struct series *now = cu_arena_alloc(r->q->arena, sizeof *now), *then = cu_arena_alloc(r->q->arena, sizeof *then);
    if (!now || !then)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    jw_key(w, "metrics");
    jw_array(w);
    for (size_t i = 0; i < r->asked_count; i++) {
        make_series(r, i, 0, now);
        if (r->spans == 2)
            make_series(r, i, 1, then);
        jw_object(w);
        jw_kz(w, "name", r->asked[i].metric->name);
        jw_kz(w, "variant", r->asked[i].variant->name);
        jw_kz(w, "unit", unit_names[r->asked[i].metric->unit]);
        jw_key(w, "value");
        write_value(r, w, i, now->value, now->all_hidden);
        write_change(r, w, i, now, then);
        jw_key(w, "series");
        write_series(r, w, i, now);
        jw_key(w, "previous_series");
        if (r->spans == 2) {
            write_series(r, w, i, then);
        } else {
            jw_array(w);
            jw_array_end(w);
        }
        jw_object_end(w);
    }
    jw_array_end(w);
    return CU_OK;
}

// ---- rows

static uint64_t row_people(const struct report *r, const struct report_row *row, bool *ret_hidden)
{
    uint64_t most = 0;
    for (size_t i = 0; i < r->asked_count; i++) {
        if (metric_parts_of(r->asked[i].variant) & r->hidden_parts)
            continue;
        uint64_t people = report_people(r, r->asked[i].variant, row->part[0]);
        most = people > most ? people : most;
    }
    *ret_hidden = insight_small(r->q, most);
    return most;
}

// hidden[metric * rows + row], of one span; the rest is a row among them.
static bool *hide_rows(struct report *r, const struct report_row *rows, size_t count, size_t span)
{
    bool *hidden = cu_arena_alloc(r->q->arena, (r->asked_count * count + 1) * sizeof *hidden);
    uint64_t *people = cu_arena_alloc(r->q->arena, (count + 1) * sizeof *people);
    for (size_t m = 0; hidden && people && m < r->asked_count; m++) {
        for (size_t i = 0; i < count; i++)
            people[i] = report_people(r, r->asked[m].variant, rows[i].part[span]);
        insight_hide(r->q, people, count, hidden + m * count);
    }
    return people ? hidden : NULL;
}

static void write_values(const struct report *r, struct json_writer *w, const struct report_row *row, size_t span, const bool *hidden, size_t i,
    size_t count)
{
    jw_array(w);
    for (size_t m = 0; m < r->asked_count; m++)
        write_value(r, w, m, value_of(r, m, row->part[span], r->hidden_parts), hidden[m * count + i]);
    jw_array_end(w);
}

static void write_row(const struct report *r, struct json_writer *w, const struct report_row *row, bool *const *hidden, size_t i, size_t count)
{
    bool small = false;
    uint64_t people = row_people(r, row, &small);
    bool shown = true;
    for (size_t m = 0; m < r->asked_count; m++)
        shown = shown && !hidden[0][m * count + i];
    jw_object(w);
    jw_kstr(w, "value", small ? CU_LIT("(hidden)") : row->value.ptr ? row->value : CU_LIT("")); // a path can name somebody
    jw_kstr(w, "label", small ? CU_LIT("Hidden") : row->label.ptr ? row->label : CU_LIT(""));
    jw_key(w, "values");
    write_values(r, w, row, 0, hidden[0], i, count);
    jw_key(w, "previous");
    if (r->spans == 2) {
        write_values(r, w, row, 1, hidden[1], i, count);
    } else {
        jw_array(w);
        jw_array_end(w);
    }
    jw_key(w, "people");
    if (small || !shown)
        jw_null(w);
    else
        jw_i64(w, (int64_t)people);
    jw_object_end(w);
}

static bool has_any(const struct report *r, const struct report_row *row)
{
    bool any = false;
    for (size_t s = 0; s < r->spans; s++) {
        for (size_t p = 1; p < PART_COUNT; p++)
            any = any || (row->part[s][p] && r->shown_parts >> p & 1);
    }
    return any;
}

static cu_code write_rows(struct report *r, struct json_writer *w, struct cu_error *err)
{
    struct report_row *rows = NULL, other;
    size_t count = 0, more = 0;
    CU_TRY(report_top(r, &rows, &count, &other, &more, err));
    size_t all = count;
    if (has_any(r, &other)) { // report_top leaves room for one
        other.value = CU_LIT("(other)");
        other.label = CU_LIT("Other");
        rows[all++] = other;
    }
    bool *hidden[REPORT_SPANS] = {hide_rows(r, rows, all, 0), r->spans == 2 ? hide_rows(r, rows, all, 1) : NULL};
    if (!hidden[0] || (r->spans == 2 && !hidden[1]))
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    jw_key(w, "rows");
    jw_array(w);
    for (size_t i = 0; i < count; i++)
        write_row(r, w, &rows[i], hidden, i, all);
    jw_array_end(w);
    jw_key(w, "rows_more");
    if (r->only)
        jw_null(w);
    else
        jw_i64(w, (int64_t)more);
    jw_key(w, "other");
    if (all > count)
        write_row(r, w, &rows[count], hidden, count, all);
    else
        jw_null(w);
    return CU_OK;
}

cu_code report_write(struct report *r, struct json_writer *w, struct cu_error *err)
{
    jw_key(w, "periods");
    write_periods(r, w, 0);
    jw_key(w, "previous_periods");
    write_periods(r, w, 1);
    jw_ki64(w, "partial", (int64_t)partial_of(r));
    CU_TRY(write_metrics(r, w, err));
    if (r->broken_down) {
        CU_TRY(write_rows(r, w, err));
    } else {
        jw_key(w, "rows");
        jw_array(w);
        jw_array_end(w);
        jw_ki64(w, "rows_more", 0);
        jw_key(w, "other");
        jw_null(w);
    }
    jw_ki64(w, "no_rate", (int64_t)r->no_rate);
    return CU_OK;
}

// ---- the answer's rows

#define VALUES_DOC "In the order of `metrics`; null: hidden, or nothing to divide by, or not to be told by this breakdown."
static const struct spec_field number_fields[] = {
    {.name = "", .type = SPEC_NUMBER, .min = -INT64_MAX, .max = INT64_MAX, .nullable = true, .doc = "A figure in the metric's unit."},
    {.name = NULL},
};
static const struct spec_field period_fields[] = {
    {.name = "", .type = SPEC_STRING, .max = 32, .doc = "The first day (YYYY-MM-DD), or the moment an hour begins."},
    {.name = NULL},
};
static const struct spec_field chance_fields[] = {
    {.name = "p", .type = SPEC_NUMBER, .min = 0, .max = 1, .nullable = true, .doc = "How often a change this large comes by chance; null: nothing is claimed."},
    {.name = "method", .type = SPEC_STRING, .max = 120, .doc = "The test; `none`: no test was made."},
    {.name = "words", .type = SPEC_STRING, .max = 200, .doc = "What it says, for people."},
    {.name = NULL},
};
static const struct spec_field metric_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 40, .doc = "The metric."},
    {.name = "variant", .type = SPEC_STRING, .max = 40, .doc = "Its variant."},
    {.name = "unit", .type = SPEC_ENUM, .options = unit_names, .doc = "Of its values."},
    {.name = "value", .type = SPEC_NUMBER, .min = -INT64_MAX, .max = INT64_MAX, .nullable = true,
        .doc = "Of the whole period; null: hidden, nothing to divide by, or not to be told with these filters."},
    {.name = "previous", .type = SPEC_NUMBER, .min = -INT64_MAX, .max = INT64_MAX, .nullable = true, .doc = "Of the period compared with."},
    {.name = "change", .type = SPEC_NUMBER, .min = -INT64_MAX, .max = INT64_MAX, .nullable = true, .doc = "(value - previous) / previous."},
    {.name = "significance", .type = SPEC_OBJECT, .max = 1000, .nullable = true, .fields = chance_fields, .doc = "Is the change more than chance?"},
    {.name = "series", .type = SPEC_ARRAY, .max = REPORT_PERIODS_MAX, .fields = number_fields, .doc = "By `periods`."},
    {.name = "previous_series", .type = SPEC_ARRAY, .max = REPORT_PERIODS_MAX, .fields = number_fields, .doc = "By `previous_periods`."},
    {.name = NULL},
};
static const struct spec_field row_fields[] = {
    {.name = "value", .type = SPEC_STRING, .max = 8192, .doc = "The value, as a filter takes it; empty: without one; `(hidden)`: of a small group."},
    {.name = "label", .type = SPEC_STRING, .max = 8192, .doc = "For people."},
    {.name = "values", .type = SPEC_ARRAY, .max = REPORT_METRICS_MAX, .fields = number_fields, .doc = VALUES_DOC},
    {.name = "previous", .type = SPEC_ARRAY, .max = REPORT_METRICS_MAX, .fields = number_fields, .doc = "Of the period compared with."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Different people in it; guests count each order. null: hidden."},
    {.name = NULL},
};
const struct spec_field report_answer_fields[] = {
    {.name = "periods", .type = SPEC_ARRAY, .max = REPORT_PERIODS_MAX, .fields = period_fields, .doc = "When each period begins."},
    {.name = "previous_periods", .type = SPEC_ARRAY, .max = REPORT_PERIODS_MAX, .fields = period_fields, .doc = "Those compared with."},
    {.name = "partial", .type = SPEC_INT, .max = REPORT_PERIODS_MAX, .doc = "How many of the last periods are not over."},
    {.name = "metrics", .type = SPEC_ARRAY, .max = REPORT_METRICS_MAX, .fields = metric_fields, .doc = "The figures, in the order asked."},
    {.name = "rows", .type = SPEC_ARRAY, .max = REPORT_ROWS_MAX, .fields = row_fields, .doc = "Values of the breakdown, most first by the first metric."},
    {.name = "rows_more", .type = SPEC_INT, .max = INT64_MAX, .nullable = true,
        .doc = "Values that are not shown; null: more than could be kept apart (some 200,000)."},
    {.name = "other", .type = SPEC_OBJECT, .max = 65536, .nullable = true, .fields = row_fields,
        .doc = "The values not shown, added up; people in two of them count twice."},
    {.name = "no_rate", .type = SPEC_INT, .max = INT64_MAX, .doc = "Orders of the period in a currency without a rate: in no amount."},
    {.name = NULL},
};
