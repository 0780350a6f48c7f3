// SPDX-License-Identifier: Apache-2.0
// An answer as CSV: its main table. A report without a breakdown: one line for each period; with one: one for each value. Of other
// kinds: its rows, else the list that the kind names, what is nested in it spread over columns ("reached.1", "seconds.median").
#include "query_private.h"

#include "text/csv.h"
#include "text/text.h"

enum { COLUMNS_MAX = 400, CELL_MAX = 200, DEPTH_MAX = 4 };

static void put(struct cu_buf *out, cu_str cell)
{
    csv_put(out, cell, ',', true);
}

static void put_value(struct cu_buf *out, json v)
{
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 65536);
    if (json_is(v, JSON_STRING)) {
        put(out, json_str(v));
        return;
    }
    if (!json_is(v, JSON_NULL) && !json_is(v, JSON_ABSENT))
        json_print(&text, v);
    csv_put(out, cu_buf_view(&text), ',', false); // a negative number is no formula
}

static void put_money(struct cu_buf *out, json v, int exponent)
{
    CU_AUTO_BUF struct cu_buf text;
    int64_t minor = 0;
    cu_buf_init(&text, 64);
    if (json_i64(v, &minor))
        text_money_format(minor, exponent, &text);
    csv_put(out, cu_buf_view(&text), ',', false);
}

// ---- reports

static json element(json array, size_t i)
{
    struct json_iter it = json_each(array);
    for (size_t k = 0; json_next(&it); k++) {
        if (k == i)
            return it.value;
    }
    return (json){0};
}


static void put_names(json metrics, struct cu_buf *out, bool previous)
{
    struct json_iter it = json_each(metrics);
    while (json_next(&it)) {
        CU_AUTO_BUF struct cu_buf name;
        cu_buf_init(&name, CELL_MAX);
        cu_buf_printf(&name, "%.*s:%.*s%s", CU_ARG(json_str(json_get(it.value, "name"))), CU_ARG(json_str(json_get(it.value, "variant"))),
            previous ? " previous" : "");
        put(out, cu_buf_view(&name));
    }
}

static void put_figure(json metric, json value, int exponent, struct cu_buf *out)
{
    if (cu_str_eqz(json_str(json_get(metric, "unit")), "money"))
        put_money(out, value, exponent);
    else
        put_value(out, value);
}

static void put_row(json metrics, json row, int exponent, bool compared, struct cu_buf *out)
{
    put(out, json_str(json_get(row, "value")));
    put(out, json_str(json_get(row, "label")));
    for (int side = 0; side < (compared ? 2 : 1); side++) {
        struct json_iter m = json_each(metrics), v = json_each(json_get(row, side ? "previous" : "values"));
        while (json_next(&m) && json_next(&v))
            put_figure(m.value, v.value, exponent, out);
    }
    csv_put_end(out);
}

static void put_breakdown(json answer, json metrics, int exponent, bool compared, struct cu_buf *out)
{
    put(out, CU_LIT("value"));
    put(out, CU_LIT("label"));
    put_names(metrics, out, false);
    if (compared)
        put_names(metrics, out, true);
    csv_put_end(out);
    struct json_iter it = json_each(json_get(answer, "rows"));
    while (json_next(&it))
        put_row(metrics, it.value, exponent, compared, out);
    if (json_is(json_get(answer, "other"), JSON_OBJECT))
        put_row(metrics, json_get(answer, "other"), exponent, compared, out);
}

static void put_periods(json answer, json metrics, int exponent, bool compared, struct cu_buf *out)
{
    put(out, CU_LIT("period"));
    put_names(metrics, out, false);
    if (compared) {
        put(out, CU_LIT("previous period"));
        put_names(metrics, out, true);
    }
    csv_put_end(out);
    struct json_iter period = json_each(json_get(answer, "periods"));
    for (size_t i = 0; json_next(&period); i++) {
        put(out, json_str(period.value));
        for (int side = 0; side < (compared ? 2 : 1); side++) {
            if (side)
                put(out, json_str(element(json_get(answer, "previous_periods"), i)));
            struct json_iter m = json_each(metrics);
            while (json_next(&m))
                put_figure(m.value, element(json_get(m.value, side ? "previous_series" : "series"), i), exponent, out);
        }
        csv_put_end(out);
    }
}

static cu_code put_report(json document, struct cu_buf *out, struct cu_error *err)
{
    json answer = json_get(document, "answer"), metrics = json_get(answer, "metrics");
    int exponent = text_currency_exponent(json_str(json_get(document, "currency")));
    bool compared = json_count(json_get(answer, "previous_periods")) > 0;
    if (json_count(json_get(answer, "rows")) > 0)
        put_breakdown(answer, metrics, exponent, compared, out);
    else
        put_periods(answer, metrics, exponent, compared, out);
    return cu_buf_code(out, err);
}

// ---- other kinds

struct columns { // names in the order in which they were met
    struct cu_buf names;
    size_t at[COLUMNS_MAX], len[COLUMNS_MAX], count;
};

typedef void leaf_fn(void *context, cu_str name, json value);

static void walk(json v, struct cu_buf *name, int depth, leaf_fn *fn, void *context)
{
    bool array = json_is(v, JSON_ARRAY);
    if (depth == DEPTH_MAX || !(array || json_is(v, JSON_OBJECT))) {
        fn(context, cu_buf_view(name), v);
        return;
    }
    struct json_iter it = json_each(v);
    size_t len = name->len;
    for (size_t i = 1; json_next(&it); i++) {
        if (name->len)
            cu_buf_char(name, '.');
        if (array)
            cu_buf_i64(name, (int64_t)i);
        else
            cu_buf_str(name, it.key);
        walk(it.value, name, depth + 1, fn, context);
        if (name->ptr)
            name->ptr[len] = 0;
        name->len = len;
    }
}

static void add_column(void *context, cu_str name, json value)
{
    struct columns *c = context;
    (void)value;
    for (size_t i = 0; i < c->count; i++) {
        if (cu_str_eq((cu_str){c->names.ptr + c->at[i], c->len[i]}, name))
            return;
    }
    if (c->count == COLUMNS_MAX || name.len > CELL_MAX)
        return;
    c->at[c->count] = c->names.len;
    c->len[c->count++] = name.len;
    cu_buf_str(&c->names, name);
}

struct wanted { cu_str name; json value; };

static void find_leaf(void *context, cu_str name, json value)
{
    struct wanted *w = context;
    if (cu_str_eq(w->name, name))
        w->value = value;
}

static void put_table(json rows, struct columns *c, struct cu_buf *out)
{
    CU_AUTO_BUF struct cu_buf name;
    cu_buf_init(&name, 4096);
    struct json_iter it = json_each(rows);
    while (json_next(&it))
        walk(it.value, &name, 0, add_column, c);
    for (size_t i = 0; i < c->count; i++)
        put(out, (cu_str){c->names.ptr + c->at[i], c->len[i]});
    csv_put_end(out);
    it = json_each(rows);
    while (json_next(&it)) {
        for (size_t i = 0; i < c->count; i++) {
            struct wanted w = {.name = {c->names.ptr + c->at[i], c->len[i]}};
            walk(it.value, &name, 0, find_leaf, &w);
            put_value(out, w.value);
        }
        csv_put_end(out);
    }
}

static json main_table(const struct insight_kind *kind, json answer)
{
    json best = json_get(answer, "rows");
    size_t most = 0;
    if (json_count(best) > 0)
        return best;
    if (kind->table)
        return json_get(answer, kind->table);
    struct json_iter it = json_each(answer);
    while (json_next(&it)) {
        size_t count = json_is(it.value, JSON_ARRAY) ? json_count(it.value) : 0;
        if (count > most && json_is(element(it.value, 0), JSON_OBJECT)) {
            most = count;
            best = it.value;
        }
    }
    return best;
}

cu_code desk_csv(const struct insight_kind *kind, json document, struct cu_buf *out, struct cu_error *err)
{
    if (cu_str_eqz(CU_LIT("report"), kind->name))
        return put_report(document, out, err);
    json answer = json_get(document, "answer"), table = main_table(kind, answer);
    struct columns *c = cu_calloc(1, sizeof *c);
    CU_AUTO_BUF struct cu_buf name;
    cu_buf_init(&name, 4096);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for a table");
    cu_buf_init(&c->names, COLUMNS_MAX * (CELL_MAX + 1));
    if (json_is(table, JSON_ARRAY))
        put_table(table, c, out);
    cu_buf_clear(&c->names);
    cu_free(c);
    return cu_buf_code(out, err);
}
