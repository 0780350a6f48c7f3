// SPDX-License-Identifier: Apache-2.0
// The question of a report as it was asked, and which parts it needs.
#include "report_private.h"

#include <stdio.h>

#include <roaring/roaring.h>

static const char *const by_names[] = {"hour", "day", "week", "month", "total", NULL};
static const char *const compare_names[] = {"none", "previous", "year", NULL};
static const struct spec_field metric_fields[] = {
    {.name = "", .type = SPEC_STRING, .min = 1, .max = 80, .doc = "A metric, or a metric and a variant: `average_order_value:shopify`."},
    {.name = NULL},
};
static const struct spec_field value_fields[] = {
    {.name = "", .type = SPEC_STRING, .max = 1024, .doc = "A value; empty: those without one."},
    {.name = NULL},
};
static const struct spec_field filter_fields[] = {
    {.name = "dimension", .type = SPEC_STRING, .min = 1, .max = 40, .required = true, .doc = "A dimension; GET /v1/insight/dimensions lists them."},
    {.name = "in", .type = SPEC_ARRAY, .max = REPORT_VALUES_MAX, .required = true, .fields = value_fields,
        .doc = "Values of which one must hold; `(no visit)`: orders that lie in no visit."},
    {.name = NULL},
};
const struct spec_field report_question_fields[] = {
    {.name = "metrics", .type = SPEC_ARRAY, .max = REPORT_METRICS_MAX, .required = true, .fields = metric_fields,
        .doc = "Figures; GET /v1/insight/metrics lists them."},
    {.name = "by", .type = SPEC_ENUM, .options = by_names, .fallback = "day", .doc = "Length of the periods of the series; weeks begin on Monday."},
    {.name = "compare", .type = SPEC_ENUM, .options = compare_names, .fallback = "none",
        .doc = "Compare with as many days directly before, or with the same dates a year before."},
    {.name = "breakdown", .type = SPEC_STRING, .min = 1, .max = 40, .doc = "A dimension whose values become rows."},
    {.name = "filters", .type = SPEC_ARRAY, .max = REPORT_FILTERS_MAX, .fields = filter_fields, .doc = "Only what all of these hold of."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = REPORT_ROWS_MAX, .fallback = "50", .doc = "Rows of the breakdown at most; the rest is added up."},
    {.name = NULL},
};

static unsigned option_of(const struct spec_values *v, const char *name, const char *const *options)
{
    unsigned i = 0;
    while (options[i] && !cu_str_eqz(spec_str(v, name), options[i]))
        i++;
    return i;
}

static cu_code read_metrics(struct report *r, const struct spec_values *v, struct cu_error *err)
{
    char field[40];
    struct json_iter it = json_each(spec_get(v, "metrics")->raw);
    while (json_next(&it)) {
        cu_str name = json_str(it.value);
        (void)snprintf(field, sizeof field, "/question/metrics/%zu", r->asked_count);
        if (r->asked_count == REPORT_METRICS_MAX)
            return cu_fail(err, CU_TOO_LARGE, "/question/metrics", "at most %d metrics in one report", REPORT_METRICS_MAX);
        if (!name.ptr)
            return cu_fail(err, CU_INVALID, field, "the name of a metric is accepted");
        CU_TRY(metric_find(name, field, &r->asked[r->asked_count].metric, &r->asked[r->asked_count].variant, err));
        r->asked_count++;
    }
    if (r->asked_count == 0)
        return cu_fail(err, CU_MISSING, "/question/metrics", "at least one metric is needed; GET /v1/insight/metrics lists them");
    return CU_OK;
}

// ---- filters

static cu_code segment_value(struct report *r, struct report_filter *f, cu_str name, const char *field, struct cu_error *err)
{
    struct audience_row row;
    roaring_bitmap_t *people = NULL;
    cu_code code = audience_get(r->q->o->audiences, name, r->q->arena, &row, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, CU_INVALID, field, "there is no segment of this name; GET /v1/segments lists them");
    CU_TRY(code);
    CU_TRY(audience_people(r->q->o->audiences, row.number, &people, err));
    if (!f->people) {
        f->people = people;
        return CU_OK;
    }
    roaring_bitmap_or_inplace(f->people, people);
    roaring_bitmap_free(people);
    return CU_OK;
}

static cu_code listed(cu_str text, const char *const *names, uint64_t *ret, const char *field, struct cu_error *err)
{
    for (uint64_t i = 0; names[i]; i++) {
        *ret = REPORT_KEY_FIRST + i;
        if (cu_str_eqz(text, names[i]))
            return CU_OK;
    }
    return cu_fail(err, CU_INVALID, field, "new, returning and guest are accepted");
}

static cu_code read_value(struct report *r, struct report_filter *f, cu_str text, const char *field, struct cu_error *err)
{
    enum channel channel;
    uint64_t *key = &f->key[f->count++];
    if (f->dimension == DIMENSION_SEGMENT)
        return segment_value(r, f, text, field, err);
    if (f->dimension == DIMENSION_NEW_OR_RETURNING)
        return listed(text, report_status_names, key, field, err);
    if (text.len == 0)
        *key = REPORT_KEY_NONE;
    else if (dimensions[f->dimension].way <= DIMENSION_BY_VIEW && cu_str_eqz(text, "(no visit)"))
        *key = REPORT_KEY_NO_VISIT;
    else if (f->dimension != DIMENSION_CHANNEL)
        *key = timeline_text_hash(text);
    else if (channel_parse(text, &channel))
        *key = REPORT_KEY_FIRST + (uint64_t)channel;
    else
        return cu_fail(err, CU_INVALID, field, "a channel is accepted; GET /v1/insight/values?dimension=channel lists them");
    return CU_OK;
}

static cu_code read_filter(struct report *r, json object, struct cu_error *err)
{
    char field[64];
    struct spec_values v;
    struct report_filter *f = &r->filter[r->filter_count];
    (void)snprintf(field, sizeof field, "/question/filters/%zu", r->filter_count);
    cu_code code = spec_decode_json(filter_fields, object, &v, err);
    if (code != CU_OK) {
        cu_error_prefix(err, "%s", field);
        return code;
    }
    r->filter_count++;
    (void)snprintf(field, sizeof field, "/question/filters/%zu/dimension", r->filter_count - 1);
    CU_TRY(dimension_find(spec_str(&v, "dimension"), field, &f->dimension, err));
    struct json_iter it = json_each(spec_get(&v, "in")->raw);
    while (json_next(&it)) {
        (void)snprintf(field, sizeof field, "/question/filters/%zu/in/%zu", r->filter_count - 1, f->count);
        bool none = json_is(it.value, JSON_NULL);
        if (f->count == REPORT_VALUES_MAX)
            return cu_fail(err, CU_TOO_LARGE, field, "at most %d values", REPORT_VALUES_MAX);
        if (!none && !json_is(it.value, JSON_STRING))
            return cu_fail(err, CU_INVALID, field, "text is accepted; null: those without a value");
        CU_TRY(read_value(r, f, none ? CU_LIT("") : json_str(it.value), field, err));
    }
    return CU_OK;
}

static cu_code read_filters(struct report *r, const struct spec_values *v, struct cu_error *err)
{
    struct json_iter it = json_each(spec_get(v, "filters")->raw);
    while (spec_has(v, "filters") && json_next(&it)) {
        if (r->filter_count == REPORT_FILTERS_MAX)
            return cu_fail(err, CU_TOO_LARGE, "/question/filters", "at most %d filters", REPORT_FILTERS_MAX);
        CU_TRY(read_filter(r, it.value, err));
    }
    return CU_OK;
}

// ---- what cannot be told

#define RANGE(first, last) ((PART_BIT((last) + 1) - 1) & ~(PART_BIT(first) - 1))
#define LINE_PARTS \
    (PART_BIT(PART_ORDERS) | PART_BIT(PART_PRICED) | PART_BIT(PART_REVENUE) | PART_BIT(PART_UNITS) | PART_BIT(PART_LINES) | \
        PART_BIT(PART_NEW_ORDERS) | PART_BIT(PART_REPEAT_ORDERS) | PART_BIT(PART_NEW_REVENUE) | PART_BIT(PART_KNOWN_REVENUE) | \
        PART_BIT(PART_CUSTOMERS) | PART_BIT(PART_FIRST_CUSTOMERS) | PART_BIT(PART_OLD_CUSTOMERS) | PART_BIT(PART_TWICE_CUSTOMERS) | \
        PART_BIT(PART_GUEST_ORDERS) | PART_BIT(PART_BUYERS))
#define VISIT_PARTS \
    (PART_BIT(PART_VISITS) | RANGE(PART_VIEWS, PART_SEARCHES_EMPTY) | PART_BIT(PART_VISITORS) | PART_BIT(PART_VISITORS_ORDERED))
#define HISTORY_PARTS \
    (RANGE(PART_ORDERED_BEFORE, PART_LAPSED_CUSTOMERS) | RANGE(PART_WERE_ACTIVE, PART_STAYED_EVER) | RANGE(PART_ENTRANTS, PART_ENTRANTS_ORDERED))

// Parts that a dimension cannot divide.
static uint64_t untold(enum dimension_name d, bool row)
{
    if (dimensions[d].way == DIMENSION_BY_LINE)
        return ~LINE_PARTS;
    if (dimensions[d].way == DIMENSION_BY_VIEW && row)
        return ~VISIT_PARTS;
    return d == DIMENSION_SEGMENT ? 0 : HISTORY_PARTS;
}

static void find_parts(struct report *r)
{
    uint64_t wanted = 0;
    for (size_t i = 0; i < r->asked_count; i++)
        wanted |= metric_parts_of(r->asked[i].variant);
    r->shown_parts = wanted;
    for (size_t i = 0; i < r->filter_count; i++)
        r->unknown_parts |= untold(r->filter[i].dimension, false);
    r->hidden_parts = r->unknown_parts | (r->broken_down ? untold(r->breakdown, true) : 0);
    for (unsigned p = 1; p < PART_COUNT; p++) { // how many people a figure is about
        enum metric_source source = metric_part_source((enum metric_part)p);
        if (!(wanted >> p & 1) || metric_part_is_distinct((enum metric_part)p))
            continue;
        wanted |= source == METRIC_OF_ORDERS ? PART_BIT(PART_BUYERS) | PART_BIT(PART_GUEST_ORDERS) : PART_BIT(PART_VISITORS);
    }
    r->parts = wanted & ~r->unknown_parts;
    const struct metric_variant *first = r->asked[0].variant;
    r->rank = (enum metric_part)(first->bottom ? first->bottom : first->top);
}

static void place_parts(struct report *r)
{
    for (unsigned p = 0; p < PART_COUNT; p++) {
        r->place[p] = -1;
        if (p && r->parts >> p & 1) {
            r->place[p] = (int8_t)r->part_count;
            r->part_at[r->part_count++] = (enum metric_part)p;
        }
    }
    r->cell_size = sizeof(struct report_cell) + r->part_count * sizeof(int64_t);
    r->slot_size = sizeof(struct report_slot) + REPORT_SPANS * r->cell_size;
}

static void look_at(struct report *r, enum dimension_name d)
{
    r->by_visit = r->by_visit || dimensions[d].way == DIMENSION_BY_VISIT || dimensions[d].way == DIMENSION_BY_VIEW;
    r->by_line = r->by_line || dimensions[d].way == DIMENSION_BY_LINE;
    r->by_status = r->by_status || d == DIMENSION_NEW_OR_RETURNING;
}

cu_code report_read(struct insight_query *q, struct report *r, struct cu_error *err)
{
    const struct spec_values *v = &q->question;
    r->q = q;
    CU_TRY(read_metrics(r, v, err));
    r->by = (enum report_by)option_of(v, "by", by_names);
    r->compare = (enum report_compare)option_of(v, "compare", compare_names);
    r->limit = (size_t)spec_i64(v, "limit");
    r->broken_down = spec_has(v, "breakdown");
    if (r->broken_down)
        CU_TRY(dimension_find(spec_str(v, "breakdown"), "/question/breakdown", &r->breakdown, err));
    CU_TRY(read_filters(r, v, err));
    for (size_t i = 0; i < r->filter_count; i++)
        look_at(r, r->filter[i].dimension);
    if (r->broken_down)
        look_at(r, r->breakdown);
    find_parts(r);
    place_parts(r);
    return report_spans(r, err);
}
