// SPDX-License-Identifier: Apache-2.0
// The staff routes of sources: list, create, rename, disable.
#include "sources.h"
#include "sources_sql.h"
#include "store/module.h"

static void write_source(struct json_writer *w, struct sources *s, const struct source *row)
{
    struct source_stats stats = {0};
    (void)sources_stats(s, row->number, &stats);
    jw_object(w);
    jw_ki64(w, "number", row->number);
    jw_kz(w, "name", row->name);
    jw_kz(w, "kind", row->kind);
    jw_kbool(w, "enabled", row->enabled);
    jw_kbool(w, "sample", row->sample);
    jw_kz(w, "write_key", row->write_key);
    jw_ktime(w, "created", row->created_ms);
    jw_ktime(w, "last_seen", stats.last_seen_ms ? stats.last_seen_ms : INT64_MIN);
    jw_ki64(w, "accepted", (int64_t)stats.accepted);
    jw_ki64(w, "refused", (int64_t)stats.refused);
    jw_kstr(w, "last_error", stats.last_error[0] ? cu_str_of(stats.last_error) : CU_NONE);
    jw_ktime(w, "last_error_at", stats.last_error_ms ? stats.last_error_ms : INT64_MIN);
    jw_object_end(w);
}

static cu_code list(struct request *rq, struct cu_error *err)
{
    enum { MOST = 512 };
    struct sources *s = rq->module;
    struct source *rows = cu_arena_alloc(rq->arena, MOST * sizeof *rows);
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory to list sources");
    size_t count = sources_list(s, rows, MOST);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count; i++)
        write_source(&w, s, &rows[i]);
    jw_array_end(&w);
    jw_key(&w, "next");
    jw_null(&w);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code create(struct request *rq, struct cu_error *err)
{
    struct sources *s = rq->module;
    struct source row;
    bool sample = spec_i64(&rq->body_values, "sample") != 0;
    CU_TRY(sources_create(s, spec_str(&rq->body_values, "name"),
        sample ? CU_LIT("sample") : CU_LIT("http"), sample, &row, err));
    struct json_writer w = request_json(rq, 201);
    write_source(&w, s, &row);
    return CU_OK;
}

static cu_code update(struct request *rq, struct cu_error *err)
{
    struct sources *s = rq->module;
    uint32_t number = (uint32_t)spec_i64(&rq->path_values, "number");
    int enabled = spec_has(&rq->body_values, "enabled")
                      ? (int)spec_i64(&rq->body_values, "enabled")
                      : -1;
    cu_str name = spec_has(&rq->body_values, "name") ? spec_str(&rq->body_values, "name") : CU_NONE;
    CU_TRY(sources_update(s, number, name, enabled, err));
    struct source row;
    if (!sources_by_number(s, number, &row))
        return cu_fail(err, CU_NOT_FOUND, "number", "there is no source of that number");
    struct json_writer w = request_json(rq, 200);
    write_source(&w, s, &row);
    return CU_OK;
}

static cu_code save(void *instance, struct cu_error *err)
{
    return sources_save(instance, err);
}

static const struct spec_field number_path[] = {
    {.name = "number", .type = SPEC_INT, .min = 1, .max = UINT32_MAX, .required = true,
        .doc = "The source's number."},
    {.name = NULL},
};
static const struct spec_field create_body[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = 127, .required = true,
        .doc = "What the shop calls this source, for instance \"Web shop\"."},
    {.name = "sample", .type = SPEC_BOOL,
        .doc = "Marks everything that comes through this source as sample data."},
    {.name = NULL},
};
static const struct spec_field update_body[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = 127, .doc = "A new name."},
    {.name = "enabled", .type = SPEC_BOOL, .doc = "false: its write key is refused."},
    {.name = NULL},
};
static const struct spec_field source_fields[] = {
    {.name = "number", .type = SPEC_INT, .min = 1, .max = UINT32_MAX, .doc = "The source's number."},
    {.name = "name", .type = SPEC_STRING, .max = 127, .doc = "What the shop calls it."},
    {.name = "kind", .type = SPEC_STRING, .max = 15, .doc = "http, import or sample."},
    {.name = "enabled", .type = SPEC_BOOL, .doc = "Whether its write key is accepted."},
    {.name = "sample", .type = SPEC_BOOL, .doc = "Whether its data is marked as sample data."},
    {.name = "write_key", .type = SPEC_STRING, .max = 39, .doc = "The key clients send; it can only put data in."},
    {.name = "created", .type = SPEC_TIME, .doc = "When it was made."},
    {.name = "last_seen", .type = SPEC_TIME, .nullable = true, .doc = "When it last sent something, or null."},
    {.name = "accepted", .type = SPEC_INT, .max = INT64_MAX, .doc = "Calls accepted."},
    {.name = "refused", .type = SPEC_INT, .max = INT64_MAX, .doc = "Calls refused and kept in quarantine."},
    {.name = "last_error", .type = SPEC_STRING, .max = 31, .nullable = true, .doc = "The code of the last refusal, or null."},
    {.name = "last_error_at", .type = SPEC_TIME, .nullable = true, .doc = "When that was, or null."},
    {.name = NULL},
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 512, .fields = source_fields, .doc = "All sources, oldest first."},
    {.name = "next", .type = SPEC_STRING, .max = 1, .nullable = true, .doc = "Always null: all sources fit one answer."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "sources.list", .method = "GET", .path = "/v1/sources", .permission = SPEC_SOURCES_READ,
        .answer = list_answer, .doc = "All sources with write key, counters and last error.", .handler = list},
    {.name = "sources.create", .method = "POST", .path = "/v1/sources", .permission = SPEC_SOURCES_WRITE,
        .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = create_body, .answer = source_fields,
        .doc = "Makes a source and its write key.", .handler = create},
    {.name = "sources.update", .method = "PATCH", .path = "/v1/sources/{number}", .permission = SPEC_SOURCES_WRITE,
        .body_kind = SPEC_BODY_JSON, .body_max = 4096, .path_fields = number_path, .body = update_body,
        .answer = source_fields, .doc = "Renames, enables or disables a source.", .handler = update},
};
static const struct spec_job jobs[] = {
    {.name = "sources-save", .doc = "Stores the counters of sources.", .every_ms = 5000, .run = save},
};

const struct module collect_sources_module = {
    .name = "sources",
    .doc = "Where data comes from, each with a write key.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = sources_sql_all,
};
