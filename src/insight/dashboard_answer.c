// SPDX-License-Identifier: Apache-2.0
// Answers as drawings: reports, and what all kinds share. See dashboard_answer.h.
#include "dashboard_answer.h"

#include <math.h>

// ---- parts

struct drawing_value answer_value(const struct answer_reader *r, json v)
{
    double number = 0;
    if (json_double(v, &number))
        return (struct drawing_value){number, DRAWING_SHOWN};
    return (struct drawing_value){0, json_is(v, JSON_NULL) && r->hides ? DRAWING_HIDDEN : DRAWING_NONE};
}

static void *room(struct answer_reader *r, size_t count, size_t size)
{
    void *p = count <= DRAWING_POINTS_MAX ? cu_arena_alloc(r->arena, (count ? count : 1) * size) : NULL;
    r->no_room = r->no_room || !p;
    return p;
}

const struct drawing_value *answer_values(struct answer_reader *r, json array, size_t count)
{
    struct drawing_value *v = room(r, count, sizeof *v);
    struct json_iter it = json_each(array);
    for (size_t i = 0; v && i < count && json_next(&it); i++)
        v[i] = answer_value(r, it.value);
    return v;
}

cu_str *answer_labels(struct answer_reader *r, size_t count)
{
    cu_str *labels = room(r, count, sizeof *labels);
    r->d->labels = labels;
    r->d->count = labels ? count : 0;
    return labels;
}

struct drawing_series *answer_series(struct answer_reader *r, size_t count)
{
    struct drawing_series *s = count <= DRAWING_SERIES_MAX ? room(r, count, sizeof *s) : NULL;
    r->no_room = r->no_room || !s;
    r->d->series = s;
    r->d->series_count = s ? count : 0;
    return s;
}

static cu_str label_of(json row, const char *label, const char *label_else)
{
    cu_str text = json_str(json_get(row, label));
    if (text.len == 0 && label_else)
        text = json_str(json_get(row, label_else));
    return text.len ? text : CU_LIT("(none)");
}

void answer_rows(struct answer_reader *r, json rows, const char *label, const char *label_else,
    const struct answer_column *columns, size_t count)
{
    const size_t n = json_count(rows);
    cu_str *labels = answer_labels(r, n);
    struct drawing_series *series = answer_series(r, count);
    struct drawing_value **values = room(r, count, sizeof *values);
    for (size_t k = 0; series && values && k < count; k++) {
        values[k] = room(r, n, sizeof **values);
        series[k] =
            (struct drawing_series){.name = cu_str_of(columns[k].name), .unit = columns[k].unit, .values = values[k]};
    }
    if (r->no_room)
        return;
    struct json_iter it = json_each(rows);
    for (size_t i = 0; json_next(&it); i++) {
        labels[i] = label_of(it.value, label, label_else);
        for (size_t k = 0; k < count; k++)
            values[k][i] = answer_value(r, json_get(it.value, columns[k].member));
    }
}

// ---- reports

static enum metric_unit unit_named(cu_str name)
{
    static const struct {
        const char *name;
        enum metric_unit unit;
    } units[] = {{"money", METRIC_MONEY}, {"share", METRIC_SHARE}, {"seconds", METRIC_SECONDS}, {"number", METRIC_NUMBER}};
    for (size_t i = 0; i < CU_COUNT(units); i++) {
        if (cu_str_eqz(name, units[i].name))
            return units[i].unit;
    }
    return METRIC_COUNT;
}

// "revenue" means any variant of it, "revenue:net" that one.
static bool is_metric(json metric, cu_str wanted)
{
    cu_str variant = wanted, name = cu_str_cut(&variant, ':');
    return cu_str_eq(json_str(json_get(metric, "name")), name) &&
           (!variant.ptr || cu_str_eq(json_str(json_get(metric, "variant")), variant));
}

static size_t first_metric(const struct answer_reader *r, json list)
{
    struct json_iter it = json_each(list);
    for (size_t i = 0; r->a->metric.len && json_next(&it); i++) {
        if (is_metric(it.value, r->a->metric))
            return i;
    }
    return 0;
}

static json element(json array, size_t index)
{
    struct json_iter it = json_each(array);
    json none = {0};
    for (size_t i = 0; json_next(&it); i++) {
        if (i == index)
            return it.value;
    }
    return none;
}

static struct drawing_series series_of(struct answer_reader *r, json metric)
{
    const struct metric *known = NULL;
    const struct metric_variant *variant = NULL;
    cu_str name = json_str(json_get(metric, "name"));
    struct drawing_series s = {.name = name, .unit = unit_named(json_str(json_get(metric, "unit")))};
    if (metric_find(name, "", &known, &variant, NULL) == CU_OK) {
        s.name = cu_str_of(known->title);
        s.good = known->good;
    }
    s.value = answer_value(r, json_get(metric, "value"));
    s.before = answer_value(r, json_get(metric, "previous"));
    s.change = answer_value(r, json_get(metric, "change"));
    if (s.change.state == DRAWING_HIDDEN)
        s.change.state = DRAWING_NONE;
    return s;
}

// Which metrics are drawn: for a table all, for one number one, else the first and those that share its scale.
static size_t choose(const struct answer_reader *r, json list, size_t *ret, size_t max)
{
    const size_t first = first_metric(r, list), all = json_count(list);
    const enum drawing_show show = r->d->show;
    enum metric_unit unit = unit_named(json_str(json_get(element(list, first), "unit")));
    size_t count = 0;
    if (all == 0)
        return 0;
    ret[count++] = first;
    for (size_t i = 0; i < all && count < max && show != DRAWING_NUMBER; i++) {
        bool fits =
            show == DRAWING_TABLE || (!r->a->metric.len && unit_named(json_str(json_get(element(list, i), "unit"))) == unit);
        if (i != first && fits)
            ret[count++] = i;
    }
    return count;
}

enum { METRICS_MAX = 16 };

static void by_period(struct answer_reader *r, json list, const size_t *chosen, size_t count)
{
    json periods = json_get(r->answer, "periods");
    int64_t partial = 0;
    const size_t n = json_count(periods);
    cu_str *labels = answer_labels(r, n);
    struct drawing_series *series = answer_series(r, count);
    if (r->no_room)
        return;
    struct json_iter it = json_each(periods);
    for (size_t i = 0; json_next(&it); i++)
        labels[i] = json_str(it.value);
    for (size_t k = 0; k < count; k++) {
        json metric = element(list, chosen[k]), previous = json_get(metric, "previous_series");
        series[k] = series_of(r, metric);
        series[k].values = answer_values(r, json_get(metric, "series"), n);
        if (k == 0 && json_count(previous))
            series[k].previous = answer_values(r, previous, n);
    }
    if (count > 1 && r->d->show != DRAWING_TABLE)
        series[0].previous = NULL; // whose it would be could not be told
    (void)json_i64(json_get(r->answer, "partial"), &partial);
    r->d->partial = partial > 0 ? (size_t)partial : 0;
    r->d->days = true;
}

static void put_row(struct answer_reader *r, json row, size_t at, const size_t *chosen, size_t count, cu_str *labels,
    struct drawing_value *const *values)
{
    labels[at] = label_of(row, "label", "value");
    for (size_t k = 0; k < count; k++)
        values[k][at] = answer_value(r, element(json_get(row, "values"), chosen[k]));
}

// Rows of small groups have no name and no figure: several of them are one.
static void join_hidden(struct answer_reader *r, cu_str *labels, struct drawing_value *const *values, size_t count)
{
    size_t kept = 0, joined = 0, first = 0;
    for (size_t i = 0; i < r->d->count; i++) {
        bool nothing = cu_str_eqz(labels[i], "Hidden");
        for (size_t k = 0; k < count; k++)
            nothing = nothing && values[k][i].state == DRAWING_HIDDEN;
        if (nothing && joined++)
            continue;
        if (nothing)
            first = kept;
        labels[kept] = labels[i];
        for (size_t k = 0; k < count; k++)
            values[k][kept] = values[k][i];
        kept++;
    }
    if (joined > 1)
        labels[first] = cu_arena_printf(r->arena, "Hidden (%zu)", joined);
    r->no_room = r->no_room || (joined > 1 && !labels[first].ptr);
    r->d->count = kept;
}

static void by_row(struct answer_reader *r, json list, const size_t *chosen, size_t count)
{
    json rows = json_get(r->answer, "rows"), other = json_get(r->answer, "other"); // all that is not in a row of its own
    const size_t own = json_count(rows), n = own + json_is(other, JSON_OBJECT);
    cu_str *labels = answer_labels(r, n);
    struct drawing_series *series = answer_series(r, count);
    struct drawing_value **values = room(r, count, sizeof *values);
    for (size_t k = 0; series && values && k < count; k++) {
        series[k] = series_of(r, element(list, chosen[k]));
        series[k].values = values[k] = room(r, n, sizeof **values);
    }
    if (r->no_room)
        return;
    struct json_iter it = json_each(rows);
    for (size_t i = 0; i < own && json_next(&it); i++)
        put_row(r, it.value, i, chosen, count, labels, values);
    if (n > own)
        put_row(r, other, own, chosen, count, labels, values);
    join_hidden(r, labels, values, count);
}

static void report(struct answer_reader *r)
{
    json list = json_get(r->answer, "metrics"), rows = json_get(r->answer, "rows");
    size_t chosen[METRICS_MAX], count = choose(r, list, chosen, METRICS_MAX);
    const enum drawing_show show = r->d->show;
    bool broken_down =
        (json_count(rows) > 0 || r->a->by_row) && show != DRAWING_NUMBER && show != DRAWING_LINE && show != DRAWING_AREA;
    if (broken_down)
        by_row(r, list, chosen, count);
    else
        by_period(r, list, chosen, count);
    if (show == DRAWING_FUNNEL || show == DRAWING_HEAT || show == DRAWING_FLOW)
        r->d->show = DRAWING_TABLE;
}

// ---- all kinds

cu_code dashboard_answer_drawing(
    const struct dashboard_answer *a, struct cu_arena *arena, struct drawing *ret, struct cu_error *err)
{
    int64_t hidden = 0;
    cu_str kind = json_str(json_get(a->document, "kind"));
    *ret = (struct drawing){
        .show = a->show, .id = a->id, .title = a->title, .currency = json_str(json_get(a->document, "currency"))};
    struct answer_reader r = {.a = a, .arena = arena, .d = ret, .answer = json_get(a->document, "answer")};
    (void)json_i64(json_get(a->document, "small_group"), &ret->small_group);
    (void)json_i64(json_get(a->document, "hidden"), &hidden);
    r.hides = hidden > 0 && ret->small_group > 0;
    bool known = true;
    if (cu_str_eqz(kind, "report"))
        report(&r);
    else
        known = answer_shape(&r, kind);
    if (r.no_room)
        return cu_fail(err, CU_TOO_LARGE, "", "more figures than a picture can show; narrow the period or the limit");
    return known ? CU_OK : cu_fail(err, CU_INVALID, "/show", "the answers of this kind of question are not drawn");
}
