// SPDX-License-Identifier: Apache-2.0
// Routes of advertising costs. Instance: struct spend.
#include "spend_private.h"

#include "sheet.h"
#include "spend_sql.h"
#include "text/text.h"

#include <ctype.h>
#include <stdio.h>

enum { BODY_MAX = 16 << 20, LIST_MAX = 1000, DEFAULT_DAYS = 30 };
#define ROWS_ARENA_MAX ((size_t)128 << 20)

// --- rows as JSON

static const struct spec_field row_fields[] = {
    {.name = "day", .type = SPEC_DATE, .required = true, .doc = "Day of the cost."},
    {.name = "channel", .type = SPEC_STRING, .min = 1, .max = 40, .required = true, .doc = "A name of a channel: paid_search, paid_social, display ..."},
    {.name = "campaign", .type = SPEC_STRING, .max = SPEND_CAMPAIGN_MAX, .doc = "As the links of the campaign name it (utm_campaign); empty: of no campaign."},
    {.name = "amount", .type = SPEC_INT, .max = INT64_C(9000000000000000), .required = true, .doc = "In minor units of the currency; 0 takes the row away."},
    {.name = "currency", .type = SPEC_STRING, .min = 3, .max = 3, .doc = "Three letters of ISO 4217; default: the shop's."},
    {.name = NULL},
};
static const struct spec_field put_fields[] = {
    {.name = "rows", .type = SPEC_ARRAY, .max = SPEND_PUT_MAX, .required = true, .fields = row_fields,
        .doc = "Costs; one of the same day, channel and campaign is replaced."},
    {.name = NULL},
};

static cu_code read_row(const struct spend *s, json item, struct spend_row *ret, struct cu_error *err)
{
    struct spec_values v;
    CU_TRY(spec_decode_json(row_fields, item, &v, err));
    *ret = (struct spend_row){.day = text_day_of(spec_i64(&v, "day")), .campaign = cu_str_trim(spec_str(&v, "campaign")), .amount = spec_i64(&v, "amount")};
    memcpy(ret->currency, s->currency, 4);
    if (!channel_parse(spec_str(&v, "channel"), &ret->channel))
        return cu_fail(err, CU_INVALID, "/channel", "a name of a channel is accepted: paid_search, paid_social, shopping, display, video, email ...");
    cu_str currency = spec_str(&v, "currency");
    if (currency.len && text_currency_exponent(currency) < 0)
        return cu_fail(err, CU_INVALID, "/currency", "three letters of ISO 4217 are accepted");
    for (size_t i = 0; i < currency.len && i < 3; i++)
        ret->currency[i] = (char)toupper((unsigned char)currency.ptr[i]);
    return CU_OK;
}

static cu_code read_json(struct request *rq, struct spend_rows *rows, struct cu_error *err)
{
    struct spec_values v;
    struct spend_row row;
    json object;
    size_t at = 0;
    CU_TRY(json_parse(rq->json, rq->body, &object, err));
    CU_TRY(spec_decode_json(put_fields, object, &v, err));
    struct json_iter it = json_each(spec_get(&v, "rows")->raw);
    for (; json_next(&it); at++) {
        cu_code code = read_row(rq->module, it.value, &row, err);
        if (code == CU_OK)
            code = spend_add(rows, &row, err);
        if (code != CU_OK) {
            cu_error_prefix(err, "/rows/%zu", at);
            return code;
        }
    }
    return spend_rows_sum(rows, err);
}

static cu_code read_channel(struct request *rq, enum channel *ret, const enum channel **ret_given, struct cu_error *err)
{
    *ret_given = NULL;
    if (!spec_has(&rq->query_values, "channel"))
        return CU_OK;
    if (!channel_parse(spec_str(&rq->query_values, "channel"), ret))
        return cu_fail(err, CU_INVALID, "channel", "a name of a channel is accepted: paid_search, paid_social, shopping, display, video, email ...");
    *ret_given = ret;
    return CU_OK;
}

static cu_code answer_put(struct request *rq, const struct spend_rows *rows, struct cu_error *err)
{
    char from[TEXT_TIME_MAX] = "", to[TEXT_TIME_MAX] = "";
    if (rows->count) { // by day
        text_time_format(text_day_start(rows->at[0].day), from);
        text_time_format(text_day_start(rows->at[rows->count - 1].day), to);
    }
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "rows", (int64_t)rows->count);
    jw_kstr(&w, "from", rows->count ? (cu_str){from, 10} : CU_NONE);
    jw_kstr(&w, "to", rows->count ? (cu_str){to, 10} : CU_NONE);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code put_spend(struct request *rq, struct cu_error *err)
{
    struct spend *s = rq->module;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(ROWS_ARENA_MAX);
    struct spend_rows rows = {.arena = a};
    enum channel channel = CHANNEL_OTHER;
    const enum channel *given = NULL;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for advertising costs");
    CU_TRY(read_channel(rq, &channel, &given, err));
    cu_code code = sheet_is_json(rq->body) ? read_json(rq, &rows, err) : spend_read_csv(rq->body, s->currency, given, &rows, err);
    if (code == CU_OK)
        code = spend_put(s, rows.at, rows.count, rq->caller.kind == CALLER_STAFF ? rq->caller.staff_id : -1, err);
    if (code == CU_OK)
        code = answer_put(rq, &rows, err);
    cu_free(rows.at);
    return code;
}

// --- listing

struct place { // where the list goes on
    int32_t day;
    cu_str channel, campaign;
};

// "20778-paid_search-autumn"
static bool parse_place(cu_str cursor, struct place *ret)
{
    int64_t day = 0;
    enum channel channel;
    cu_str number = cu_str_cut(&cursor, '-');
    ret->channel = cu_str_cut(&cursor, '-');
    ret->campaign = cursor.ptr ? cursor : CU_LIT("");
    if (!cu_str_i64(number, &day) || day < -4000000 || day > 4000000 || !channel_parse(ret->channel, &channel))
        return false;
    ret->day = (int32_t)day;
    return true;
}

static cu_code write_list(struct db *d, struct request *rq, const struct place *at, int32_t from, int32_t to, struct cu_error *err)
{
    struct json_writer w = request_json(rq, 200);
    struct db_query q;
    char day[TEXT_TIME_MAX];
    int64_t limit = spec_i64(&rq->query_values, "limit"), count = 0;
    cu_str next = CU_NONE;
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    CU_TRY(db_prepare(d, &spend_sql_page, &q, err));
    db_bind_i64(&q, ":from", from);
    db_bind_i64(&q, ":to", to);
    db_bind_i64(&q, ":day", at->day);
    db_bind_str(&q, ":channel", at->channel);
    db_bind_str(&q, ":campaign", at->campaign);
    db_bind_i64(&q, ":limit", limit);
    while (db_step(&q)) {
        text_time_format(text_day_start((int32_t)db_i64(&q, 0)), day);
        jw_object(&w);
        jw_kstr(&w, "day", (cu_str){day, 10});
        jw_kstr(&w, "channel", db_str(&q, 1));
        jw_kstr(&w, "campaign", db_str(&q, 2));
        jw_ki64(&w, "amount", db_i64(&q, 4));
        jw_kstr(&w, "currency", db_str(&q, 3));
        jw_object_end(&w);
        if (++count == limit)
            next = cu_arena_printf(rq->arena, "%d-%.*s-%.*s", (int)db_i64(&q, 0), CU_ARG(db_str(&q, 1)), CU_ARG(db_str(&q, 2)));
    }
    CU_TRY(db_end(&q, err));
    jw_array_end(&w);
    jw_kstr(&w, "next", next);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code get_spend(struct request *rq, struct cu_error *err)
{
    struct spend *s = rq->module;
    const struct spec_values *v = &rq->query_values;
    struct db *d = NULL;
    int32_t to = text_day_of(spec_has(v, "to") ? spec_i64(v, "to") : cu_now_ms());
    int32_t from = spec_has(v, "from") ? text_day_of(spec_i64(v, "from")) : to - DEFAULT_DAYS;
    struct place at = {.day = INT32_MIN, .channel = CU_LIT(""), .campaign = CU_LIT("")};
    if (from > to)
        return cu_fail(err, CU_INVALID, "from", "the first day lies after the last");
    if (spec_has(v, "cursor") && !parse_place(spec_str(v, "cursor"), &at))
        return cu_fail(err, CU_INVALID, "cursor", "the value of `next` of an answer is accepted");
    CU_TRY(people_read_take(s->people, &d, err));
    cu_code code = write_list(d, rq, &at, from, to, err);
    people_read_give(s->people, d);
    return code;
}

// --- deleting

struct deleting {
    int32_t from, to;
    cu_str channel, campaign; // CU_NONE: any
    int64_t count;
};

static cu_code delete_rows(struct db *d, void *what, struct cu_error *err)
{
    struct deleting *x = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &spend_sql_delete, &q, err));
    db_bind_i64(&q, ":from", x->from);
    db_bind_i64(&q, ":to", x->to);
    db_bind_str(&q, ":channel", x->channel);
    db_bind_str(&q, ":campaign", x->campaign);
    CU_TRY(db_run(&q, err));
    x->count = db_changes(d);
    return CU_OK;
}

static cu_code delete_spend(struct request *rq, struct cu_error *err)
{
    struct spend *s = rq->module;
    const struct spec_values *v = &rq->query_values;
    enum channel channel = CHANNEL_OTHER;
    const enum channel *given = NULL;
    struct deleting x = {.from = text_day_of(spec_i64(v, "from")), .to = text_day_of(spec_i64(v, "to")), .campaign = spec_str(v, "campaign")};
    if (x.from > x.to)
        return cu_fail(err, CU_INVALID, "from", "the first day lies after the last");
    CU_TRY(read_channel(rq, &channel, &given, err));
    x.channel = given ? cu_str_of(channel_name(channel)) : CU_NONE;
    CU_TRY(people_store(s->people, delete_rows, &x, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "deleted", x.count);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

// --- tables

static const struct spec_field put_query[] = {
    {.name = "channel", .type = SPEC_STRING, .min = 1, .max = 40, .doc = "Channel of the rows of a CSV file that name none."},
    {.name = NULL},
};
static const struct spec_field list_query[] = {
    {.name = "from", .type = SPEC_DATE, .doc = "First day; default: 30 days before the last."},
    {.name = "to", .type = SPEC_DATE, .doc = "Last day; default: today."},
    {.name = "cursor", .type = SPEC_STRING, .max = 900, .doc = "The `next` of the answer before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = LIST_MAX, .fallback = "200", .doc = "Rows at most."},
    {.name = NULL},
};
static const struct spec_field delete_query[] = {
    {.name = "from", .type = SPEC_DATE, .required = true, .doc = "First day."},
    {.name = "to", .type = SPEC_DATE, .required = true, .doc = "Last day."},
    {.name = "channel", .type = SPEC_STRING, .min = 1, .max = 40, .doc = "Only of this channel."},
    {.name = "campaign", .type = SPEC_STRING, .min = 1, .max = SPEND_CAMPAIGN_MAX, .doc = "Only of this campaign."},
    {.name = NULL},
};
static const struct spec_field item_fields[] = {
    {.name = "day", .type = SPEC_DATE, .doc = "Day of the cost."},
    {.name = "channel", .type = SPEC_STRING, .max = 40, .doc = "Name of the channel."},
    {.name = "campaign", .type = SPEC_STRING, .max = SPEND_CAMPAIGN_MAX, .doc = "Campaign; empty: of none."},
    {.name = "amount", .type = SPEC_INT, .max = INT64_MAX, .doc = "In minor units of the currency."},
    {.name = "currency", .type = SPEC_STRING, .max = 3, .doc = "Three letters of ISO 4217."},
    {.name = NULL},
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_MAX, .fields = item_fields, .doc = "By day, channel and campaign."},
    {.name = "next", .type = SPEC_STRING, .max = 900, .nullable = true, .doc = "Cursor of what follows; null: nothing."},
    {.name = NULL},
};
static const struct spec_field put_answer[] = {
    {.name = "rows", .type = SPEC_INT, .max = INT64_MAX, .doc = "Rows that were stored; those of the same day, channel and campaign are added up."},
    {.name = "from", .type = SPEC_DATE, .nullable = true, .doc = "Day of the first."},
    {.name = "to", .type = SPEC_DATE, .nullable = true, .doc = "Day of the last."},
    {.name = NULL},
};
static const struct spec_field delete_answer[] = {
    {.name = "deleted", .type = SPEC_INT, .max = INT64_MAX, .doc = "Rows that are gone."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "spend.list", .method = "GET", .path = "/v1/spend", .permission = SPEC_ANALYTICS_READ, .query = list_query, .answer = list_answer,
        .doc = "What advertising cost, by day, channel and campaign.", .handler = get_spend},
    {.name = "spend.put", .method = "PUT", .path = "/v1/spend", .permission = SPEC_INSIGHT_WRITE, .body_kind = SPEC_BODY_RAW, .body_max = BODY_MAX,
        .query = put_query, .answer = put_answer, .handler = put_spend,
        .doc = "Stores advertising costs: JSON {\"rows\":[{\"day\",\"channel\",\"campaign\",\"amount\",\"currency\"}]} with amounts in minor units, or a "
               "CSV file with such columns (decimal amounts), or an export of Google Ads or Meta Ads by day. The same day, channel and campaign again replaces."},
    {.name = "spend.delete", .method = "DELETE", .path = "/v1/spend", .permission = SPEC_INSIGHT_WRITE, .query = delete_query,
        .answer = delete_answer, .doc = "Deletes advertising costs of a range of days.", .handler = delete_spend},
};
const struct module insight_spend_module = {
    .name = "insight_spend",
    .doc = "Advertising costs by day, channel and campaign, for cost per order and return on spend.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = spend_sql_all,
};
