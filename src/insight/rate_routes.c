// SPDX-License-Identifier: Apache-2.0
// Routes of exchange rates: rows as JSON, or the file of the European Central Bank as it is (eurofxref.csv, eurofxref-hist.csv:
// a column per currency, one euro in it).
#include "rate_private.h"

#include "rate_sql.h"
#include "sheet.h"
#include "text/text.h"

#include <ctype.h>
#include <stdio.h>

enum { BODY_MAX = 16 << 20, LIST_MAX = 1000, PUT_MAX = 500000, DEFAULT_DAYS = 30 };

struct rows {
    struct rate_row *at;
    size_t count, cap;
};

static cu_code add(struct rows *r, const struct rate_row *row, struct cu_error *err)
{
    if (r->count == PUT_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "at most %d rates are accepted at once", PUT_MAX);
    if (r->count == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 256;
        struct rate_row *at = cu_realloc(r->at, cap * sizeof *at);
        if (!at)
            return cu_fail(err, CU_MEMORY, "", "no memory for exchange rates");
        r->at = at;
        r->cap = cap;
    }
    r->at[r->count++] = *row;
    return CU_OK;
}

static bool currency_of(cu_str s, char ret[4])
{
    if (s.len != 3 || text_currency_exponent(s) < 0)
        return false;
    memset(ret, 0, 4);
    for (size_t i = 0; i < 3; i++)
        ret[i] = (char)toupper((unsigned char)s.ptr[i]);
    return true;
}

// --- JSON

static const struct spec_field row_fields[] = {
    {.name = "day", .type = SPEC_DATE, .required = true, .doc = "Day of the rate."},
    {.name = "base", .type = SPEC_STRING, .min = 3, .max = 3, .doc = "Currency of which one unit is meant; default: the shop's."},
    {.name = "currency", .type = SPEC_STRING, .min = 3, .max = 3, .required = true, .doc = "Three letters of ISO 4217."},
    {.name = "rate", .type = SPEC_ANY, .max = 64, .required = true,
        .doc = "How many units of `currency` one unit of `base` is worth: a number or a decimal in text, at most ten decimals."},
    {.name = NULL},
};
static const struct spec_field put_fields[] = {
    {.name = "rows", .type = SPEC_ARRAY, .max = PUT_MAX, .required = true, .fields = row_fields, .doc = "Rates; one of a day that is there is replaced."},
    {.name = NULL},
};

static bool rate_of(json value, int64_t *ret)
{
    struct cu_buf text CU_AUTO_BUF;
    cu_buf_init(&text, 256);
    if (json_is(value, JSON_STRING))
        return rate_parse(cu_str_trim(json_str(value)), ret);
    if (json_is(value, JSON_INT) || json_is(value, JSON_DOUBLE))
        json_print(&text, value); // the shortest text that is the number
    return !text.failed && rate_parse(cu_buf_view(&text), ret);
}

static cu_code read_row(const struct rates *r, json item, struct rate_row *ret, struct cu_error *err)
{
    struct spec_values v;
    CU_TRY(spec_decode_json(row_fields, item, &v, err));
    *ret = (struct rate_row){.day = text_day_of(spec_i64(&v, "day"))};
    memcpy(ret->base, r->currency, 4);
    if (spec_has(&v, "base") && !currency_of(spec_str(&v, "base"), ret->base))
        return cu_fail(err, CU_INVALID, "/base", "three letters of ISO 4217 are accepted");
    if (!currency_of(spec_str(&v, "currency"), ret->currency))
        return cu_fail(err, CU_INVALID, "/currency", "three letters of ISO 4217 are accepted");
    if (strcmp(ret->base, ret->currency) == 0)
        return cu_fail(err, CU_INVALID, "/currency", "another currency than the base is accepted");
    if (!rate_of(spec_get(&v, "rate")->raw, &ret->rate_e10))
        return cu_fail(err, CU_INVALID, "/rate", "a number above 0, at most 10,000,000, with at most ten decimals is accepted");
    return CU_OK;
}

static cu_code read_json(struct request *rq, struct rows *rows, struct cu_error *err)
{
    struct rates *r = rq->module;
    struct spec_values v;
    struct rate_row row;
    json object;
    size_t at = 0;
    CU_TRY(json_parse(rq->json, rq->body, &object, err));
    CU_TRY(spec_decode_json(put_fields, object, &v, err));
    struct json_iter it = json_each(spec_get(&v, "rows")->raw);
    for (; json_next(&it); at++) {
        cu_code code = read_row(r, it.value, &row, err);
        if (code == CU_OK)
            code = add(rows, &row, err);
        if (code != CU_OK) {
            cu_error_prefix(err, "/rows/%zu", at);
            return code;
        }
    }
    return CU_OK;
}

// --- the file of the European Central Bank

static bool is_heading(void *context, const cu_str *cells, uint32_t count)
{
    (void)context;
    char currency[4];
    bool good = count >= 2 && sheet_named(cells[0], "date"); // a line ends with a comma
    for (uint32_t i = 1; i < count && good; i++)
        good = cells[i].len == 0 || currency_of(cells[i], currency);
    return good;
}

struct heading {
    char currencies[SHEET_COLUMNS][4];
    uint32_t count;
};

static cu_code read_day(const struct sheet_row *line, const struct heading *h, struct rows *rows, struct cu_error *err)
{
    struct rate_row row = {.base = "EUR"};
    char field[48];
    (void)snprintf(field, sizeof field, "row %llu, Date", (unsigned long long)line->number);
    if (!sheet_day(line->cells[0], &row.day))
        return cu_fail(err, CU_INVALID, field, "a day is accepted: 2026-11-20 or 20 November 2026");
    for (uint32_t i = 1; i < h->count; i++) {
        cu_str cell = line->cells[i];
        if (!h->currencies[i][0] || cell.len == 0 || cu_str_eqz(cell, "N/A") || strcmp(h->currencies[i], "EUR") == 0)
            continue;
        memcpy(row.currency, h->currencies[i], 4);
        (void)snprintf(field, sizeof field, "row %llu, %s", (unsigned long long)line->number, row.currency);
        if (!rate_parse(cell, &row.rate_e10))
            return cu_fail(err, CU_INVALID, field, "a number above 0, at most 10,000,000, or N/A is accepted");
        CU_TRY(add(rows, &row, err));
    }
    return CU_OK;
}

static bool take_heading(void *context, const cu_str *cells, uint32_t count)
{
    struct heading *h = context;
    if (!is_heading(NULL, cells, count))
        return false;
    h->count = count;
    for (uint32_t i = 1; i < count; i++)
        (void)currency_of(cells[i], h->currencies[i]);
    return true;
}

static cu_code read_csv(cu_str body, struct rows *rows, struct cu_error *err)
{
    struct sheet sheet;
    struct sheet_row line;
    struct heading h = {0};
    bool more = true;
    CU_TRY(sheet_open(body, &sheet, err));
    cu_code code = sheet_find_heading(&sheet, take_heading, &h, "Date and then a column per currency, as in the ECB's eurofxref.csv, is accepted", err);
    while (code == CU_OK) {
        code = sheet_next(&sheet, &line, &more, err);
        if (code != CU_OK || !more)
            break;
        code = read_day(&line, &h, rows, err);
    }
    sheet_close(&sheet);
    return code;
}

// --- handlers

static cu_code answer_put(struct request *rq, const struct rows *rows, struct cu_error *err)
{
    int32_t first = INT32_MAX, last = INT32_MIN;
    char from[TEXT_TIME_MAX], to[TEXT_TIME_MAX];
    for (size_t i = 0; i < rows->count; i++) {
        first = rows->at[i].day < first ? rows->at[i].day : first;
        last = rows->at[i].day > last ? rows->at[i].day : last;
    }
    text_time_format(text_day_start(rows->count ? first : 0), from);
    text_time_format(text_day_start(rows->count ? last : 0), to);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "rates", (int64_t)rows->count);
    jw_kstr(&w, "from", rows->count ? (cu_str){from, 10} : CU_NONE);
    jw_kstr(&w, "to", rows->count ? (cu_str){to, 10} : CU_NONE);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code put_rates(struct request *rq, struct cu_error *err)
{
    struct rows rows = {0};
    cu_code code = sheet_is_json(rq->body) ? read_json(rq, &rows, err) : read_csv(rq->body, &rows, err);
    if (code == CU_OK)
        code = rates_put(rq->module, rows.at, rows.count, err);
    if (code == CU_OK)
        code = answer_put(rq, &rows, err);
    cu_free(rows.at);
    return code;
}

static void write_rate(struct json_writer *w, int64_t e10)
{
    char text[40];
    int n = snprintf(text, sizeof text, "%lld.%010lld", (long long)(e10 / RATE_E10), (long long)(e10 % RATE_E10));
    while (n > 1 && text[n - 1] == '0')
        n--;
    n -= text[n - 1] == '.';
    jw_raw(w, (cu_str){text, (size_t)n});
}

struct place { // where the list goes on
    int32_t day;
    char base[8], currency[8];
};

static bool parse_place(cu_str cursor, struct place *ret)
{
    int64_t day = 0;
    cu_str number = cu_str_cut(&cursor, '-');
    if (!cu_str_i64(number, &day) || day < -4000000 || day > 4000000 || cursor.len != 7 || cursor.ptr[3] != '-')
        return false;
    ret->day = (int32_t)day;
    return currency_of(cu_str_sub(cursor, 0, 3), ret->base) && currency_of(cu_str_sub(cursor, 4, 3), ret->currency);
}

static cu_code write_list(struct db *d, struct request *rq, struct place *at, int32_t from, int32_t to, struct cu_error *err)
{
    struct json_writer w = request_json(rq, 200);
    struct db_query q;
    char day[TEXT_TIME_MAX], next[40];
    int64_t limit = spec_i64(&rq->query_values, "limit"), count = 0;
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    CU_TRY(db_prepare(d, &rate_sql_page, &q, err));
    db_bind_i64(&q, ":from", from);
    db_bind_i64(&q, ":to", to);
    db_bind_i64(&q, ":day", at->day);
    db_bind_str(&q, ":base", cu_str_of(at->base));
    db_bind_str(&q, ":currency", cu_str_of(at->currency));
    db_bind_i64(&q, ":limit", limit);
    for (; db_step(&q); count++) {
        text_time_format(text_day_start((int32_t)db_i64(&q, 2)), day);
        jw_object(&w);
        jw_kstr(&w, "day", (cu_str){day, 10});
        jw_kstr(&w, "base", db_str(&q, 0));
        jw_kstr(&w, "currency", db_str(&q, 1));
        jw_key(&w, "rate");
        write_rate(&w, db_i64(&q, 3));
        jw_object_end(&w);
        (void)snprintf(next, sizeof next, "%d-%.*s-%.*s", (int)db_i64(&q, 2), CU_ARG(db_str(&q, 0)), CU_ARG(db_str(&q, 1)));
    }
    CU_TRY(db_end(&q, err));
    jw_array_end(&w);
    jw_kstr(&w, "next", count == limit ? cu_str_of(next) : CU_NONE);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code get_rates(struct request *rq, struct cu_error *err)
{
    struct rates *r = rq->module;
    const struct spec_values *v = &rq->query_values;
    struct db *d = NULL;
    int32_t to = text_day_of(spec_has(v, "to") ? spec_i64(v, "to") : cu_now_ms());
    int32_t from = spec_has(v, "from") ? text_day_of(spec_i64(v, "from")) : to - DEFAULT_DAYS;
    struct place at = {.day = INT32_MIN};
    if (from > to)
        return cu_fail(err, CU_INVALID, "from", "the first day lies after the last");
    if (spec_has(v, "cursor") && !parse_place(spec_str(v, "cursor"), &at))
        return cu_fail(err, CU_INVALID, "cursor", "the value of `next` of an answer is accepted");
    CU_TRY(people_read_take(r->people, &d, err));
    cu_code code = write_list(d, rq, &at, from, to, err);
    people_read_give(r->people, d);
    return code;
}

struct deleting {
    int32_t from, to;
    int64_t count;
};

static cu_code delete_rows(struct db *d, void *what, struct cu_error *err)
{
    struct deleting *x = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &rate_sql_delete, &q, err));
    db_bind_i64(&q, ":from", x->from);
    db_bind_i64(&q, ":to", x->to);
    CU_TRY(db_run(&q, err));
    x->count = db_changes(d);
    return CU_OK;
}

static cu_code delete_rates(struct request *rq, struct cu_error *err)
{
    struct rates *r = rq->module;
    const struct spec_values *v = &rq->query_values;
    struct deleting x = {text_day_of(spec_i64(v, "from")), text_day_of(spec_i64(v, "to")), 0};
    if (x.from > x.to)
        return cu_fail(err, CU_INVALID, "from", "the first day lies after the last");
    CU_TRY(people_store(r->people, delete_rows, &x, err));
    CU_TRY(rates_read_again(r, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "deleted", x.count);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

// --- rows

static const struct spec_field list_query[] = {
    {.name = "from", .type = SPEC_DATE, .doc = "First day; default: 30 days before the last."},
    {.name = "to", .type = SPEC_DATE, .doc = "Last day; default: today."},
    {.name = "cursor", .type = SPEC_STRING, .max = 40, .doc = "The `next` of the answer before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = LIST_MAX, .fallback = "200", .doc = "Rates at most."},
    {.name = NULL},
};
static const struct spec_field range_query[] = {
    {.name = "from", .type = SPEC_DATE, .required = true, .doc = "First day."},
    {.name = "to", .type = SPEC_DATE, .required = true, .doc = "Last day."},
    {.name = NULL},
};
static const struct spec_field item_fields[] = {
    {.name = "day", .type = SPEC_DATE, .doc = "Day of the rate."},
    {.name = "base", .type = SPEC_STRING, .max = 3, .doc = "Currency of which one unit is meant."},
    {.name = "currency", .type = SPEC_STRING, .max = 3, .doc = "The other currency."},
    {.name = "rate", .type = SPEC_NUMBER, .max = 10000000, .doc = "How many units of it one unit of the base is worth."},
    {.name = NULL},
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_MAX, .fields = item_fields, .doc = "By day, base and currency."},
    {.name = "next", .type = SPEC_STRING, .max = 40, .nullable = true, .doc = "Cursor of what follows; null: nothing."},
    {.name = NULL},
};
static const struct spec_field put_answer[] = {
    {.name = "rates", .type = SPEC_INT, .max = INT64_MAX, .doc = "Rates that were stored."},
    {.name = "from", .type = SPEC_DATE, .nullable = true, .doc = "Day of the first."},
    {.name = "to", .type = SPEC_DATE, .nullable = true, .doc = "Day of the last."},
    {.name = NULL},
};
static const struct spec_field delete_answer[] = {
    {.name = "deleted", .type = SPEC_INT, .max = INT64_MAX, .doc = "Rates that are gone."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "rates.list", .method = "GET", .path = "/v1/rates", .permission = SPEC_ANALYTICS_READ, .query = list_query, .answer = list_answer,
        .doc = "Exchange rates by day.", .handler = get_rates},
    {.name = "rates.put", .method = "PUT", .path = "/v1/rates", .permission = SPEC_INSIGHT_WRITE, .body_kind = SPEC_BODY_RAW, .body_max = BODY_MAX,
        .answer = put_answer, .handler = put_rates,
        .doc = "Stores exchange rates: JSON {\"rows\":[{\"day\",\"base\",\"currency\",\"rate\"}]}, or the ECB's eurofxref CSV as it is. "
               "Orders in other currencies are converted anew."},
    {.name = "rates.delete", .method = "DELETE", .path = "/v1/rates", .permission = SPEC_INSIGHT_WRITE, .query = range_query,
        .answer = delete_answer, .doc = "Deletes the rates of a range of days.", .handler = delete_rates},
};
const struct module insight_rate_module = {
    .name = "insight_rate",
    .doc = "Exchange rates by day, for orders and spend in other currencies.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = rate_sql_all,
};
