// SPDX-License-Identifier: Apache-2.0
// Tiles and views: the fields of their questions, checked by the fields of the kind and then asked about a day on which nothing
// happened, so that a name that does not exist is heard of when the tile is kept and not when it is looked at.
#include "dashboard_private.h"

#include <stdio.h>

const char *const dashboard_shows[] = {"number", "line", "area", "bars", "stacked", "table", "funnel", "heat", "flow", NULL};
const char *const dashboard_compares[] = {"none", "previous", "year", NULL};
#define QUIET_DAY "1971-01-01"

#define END {.name = NULL}
const struct spec_field dashboard_query_body[] = {
    {.name = "kind",
        .type = SPEC_STRING,
        .min = 1,
        .max = 40,
        .required = true,
        .doc = "Kind of question; GET /v1/insight/kinds lists them."},
    {.name = "segment", .type = SPEC_STRING, .min = 1, .max = 63, .doc = "Only people who are in this segment."},
    {.name = "consented", .type = SPEC_BOOL, .doc = "Only people who allow analytics."},
    {.name = "shared", .type = SPEC_BOOL, .doc = "Hide figures about small groups for every reader."},
    {.name = "question", .type = SPEC_OBJECT, .max = DASHBOARD_QUESTION_MAX, .doc = "The fields of the kind."},
    END,
};
const struct spec_field dashboard_tile_body[] = {
    {.name = "id",
        .type = SPEC_STRING,
        .min = 1,
        .max = 40,
        .required = true,
        .doc = "Name of the tile in its dashboard: small letters, digits, - and _."},
    {.name = "title",
        .type = SPEC_STRING,
        .min = 1,
        .max = DASHBOARD_TITLE_MAX,
        .required = true,
        .doc = "What stands above it."},
    {.name = "query",
        .type = SPEC_OBJECT,
        .max = DASHBOARD_QUESTION_MAX + 1024,
        .required = true,
        .fields = dashboard_query_body,
        .doc = "The question, as of POST /v1/insight/query without its period."},
    {.name = "show", .type = SPEC_ENUM, .options = dashboard_shows, .required = true, .doc = "How the answer is shown."},
    {.name = "width", .type = SPEC_INT, .min = 1, .max = 4, .doc = "Columns of four that it takes; default: 2."},
    {.name = "metric",
        .type = SPEC_STRING,
        .min = 1,
        .max = 80,
        .doc = "Of several figures, the one that is shown; default: the first."},
    END,
};
const struct spec_field dashboard_tile_answer[] = {
    {.name = "id", .type = SPEC_STRING, .max = 40, .doc = "Name of the tile in its dashboard."},
    {.name = "title", .type = SPEC_STRING, .max = DASHBOARD_TITLE_MAX, .doc = "What stands above it."},
    {.name = "query",
        .type = SPEC_OBJECT,
        .max = DASHBOARD_QUESTION_MAX + 1024,
        .doc = "The question, as of POST /v1/insight/query without its period."},
    {.name = "show", .type = SPEC_ENUM, .options = dashboard_shows, .doc = "How the answer is shown."},
    {.name = "width", .type = SPEC_INT, .min = 1, .max = 4, .doc = "Columns of four that it takes."},
    {.name = "metric",
        .type = SPEC_STRING,
        .max = 80,
        .nullable = true,
        .doc = "Of several figures, the one that is shown; null: the first."},
    END,
};

static void print_given(json object, const char *name, struct json_writer *w)
{
    json v = json_get(object, name);
    if (json_is(v, JSON_ABSENT) || json_is(v, JSON_NULL))
        return;
    jw_key(w, name);
    jw_value(w, v);
}

void dashboard_query_print(json query, struct json_writer *w)
{
    jw_object(w);
    for (size_t i = 0; dashboard_query_body[i].name; i++)
        print_given(query, dashboard_query_body[i].name, w);
    jw_object_end(w);
}

void dashboard_tiles_print(json tiles, struct json_writer *w)
{
    struct json_iter it = json_each(tiles);
    jw_array(w);
    while (json_next(&it)) {
        int64_t width = 2;
        (void)json_i64(json_get(it.value, "width"), &width);
        jw_object(w);
        jw_kstr(w, "id", json_str(json_get(it.value, "id")));
        jw_kstr(w, "title", json_str(json_get(it.value, "title")));
        jw_key(w, "query");
        dashboard_query_print(json_get(it.value, "query"), w);
        jw_kstr(w, "show", json_str(json_get(it.value, "show")));
        jw_ki64(w, "width", width);
        jw_kstr(w, "metric", json_str(json_get(it.value, "metric")));
        jw_object_end(w);
    }
    jw_array_end(w);
}

// ---- checking

static cu_code try_asking(struct dashboards *d, const struct caller *c, json query, struct cu_error *err)
{
    struct json_writer w;
    CU_AUTO_BUF struct cu_buf body;
    CU_AUTO_BUF struct cu_buf answer;
    cu_buf_init(&body, DASHBOARD_QUESTION_MAX + 4096);
    cu_buf_init(&answer, DASHBOARD_ANSWER_MAX);
    jw_start(&w, &body);
    jw_object(&w);
    jw_kz(&w, "from", QUIET_DAY);
    jw_kz(&w, "to", QUIET_DAY);
    for (size_t i = 0; dashboard_query_body[i].name; i++)
        print_given(query, dashboard_query_body[i].name, &w);
    jw_object_end(&w);
    CU_TRY(cu_buf_code(&body, err));
    cu_code code = insight_ask(d->o.desk, c, cu_buf_view(&body), &answer, err);
    bool wrong = code != CU_OK &&
                 cu_code_rows[code].http < 429; // what is only short of memory or time now is not the question's fault
    return wrong ? code : CU_OK;
}

cu_code dashboard_query_check(struct dashboards *d, const struct caller *c, json query, struct cu_error *err)
{
    struct spec_values v;
    cu_str name = json_str(json_get(query, "kind"));
    const struct insight_kind *kind = insight_kind_find(name);
    if (!kind)
        return cu_fail(err, CU_INVALID, "/kind", "there is no kind of question \"%.*s\"; GET /v1/insight/kinds lists them",
            CU_ARG(name));
    json question = json_get(query, "question");
    if (!json_is(question, JSON_ABSENT) && !json_is(question, JSON_NULL)) {
        cu_code code = spec_decode_json(kind->body, question, &v, err);
        if (code != CU_OK)
            cu_error_prefix(err, "/question");
        CU_TRY(code);
    }
    return try_asking(d, c, query, err);
}

static cu_code check_tile(
    struct dashboards *d, const struct caller *c, json tiles, size_t index, json tile, struct cu_error *err)
{
    cu_str id = json_str(json_get(tile, "id"));
    struct json_iter it = json_each(tiles);
    if (!dashboard_name_good(id))
        return cu_fail(err, CU_INVALID, "/id", "small letters, digits, - and _ are accepted");
    for (size_t i = 0; i < index && json_next(&it); i++) {
        if (cu_str_eq(json_str(json_get(it.value, "id")), id))
            return cu_fail(err, CU_CONFLICT, "/id", "another tile of this dashboard has this id");
    }
    cu_code code = dashboard_query_check(d, c, json_get(tile, "query"), err);
    if (code != CU_OK)
        cu_error_prefix(err, "/query");
    return code;
}

cu_code dashboard_tiles_check(struct dashboards *d, const struct caller *c, json tiles, struct cu_error *err)
{
    struct json_iter it = json_each(tiles);
    for (size_t i = 0; json_next(&it); i++) {
        cu_code code = check_tile(d, c, tiles, i, it.value, err);
        if (code != CU_OK)
            cu_error_prefix(err, "/tiles/%zu", i);
        CU_TRY(code);
    }
    return CU_OK;
}
