// SPDX-License-Identifier: Apache-2.0
// The staff routes of the quarantine.
#include "quarantine_private.h"

#include "quarantine_sql.h"
#include "people/sight.h"
#include "text/text.h"

#define LIST_MAX 200
#define BODY_SHOWN_MAX (2 * 1024 * 1024)

static const char *const status_names[] = {[QUARANTINE_OPEN] = "open",
    [QUARANTINE_REPLAYED] = "replayed",
    [QUARANTINE_DISCARDED] = "discarded"};

static void write_members(struct json_writer *w, struct db_query *q)
{
    int64_t status = db_i64(q, 7);
    jw_ki64(w, "id", db_i64(q, 0));
    jw_ktime(w, "received", db_i64(q, 1));
    jw_ki64(w, "source", db_i64(q, 2));
    jw_kstr(w, "code", db_str(q, 3));
    jw_kstr(w, "field", db_str(q, 4));
    jw_kstr(w, "text", db_str(q, 5));
    jw_ki64(w, "bytes", db_i64(q, 6));
    jw_kz(w, "status",
        status_names[status >= 0 && status <= QUARANTINE_DISCARDED ? status : QUARANTINE_OPEN]);
    jw_ki64(w, "seq", db_i64(q, 8));
    jw_ki64(w, "import", db_i64(q, 9));
}

static cu_code write_counts(
    struct db *d, uint32_t source, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &quarantine_sql_counts, &q, err));
    db_bind_i64(&q, ":source", source);
    jw_key(w, "counts");
    jw_array(w);
    while (db_step(&q)) {
        jw_object(w);
        jw_kstr(w, "code", db_str(&q, 0));
        jw_ki64(w, "count", db_i64(&q, 1));
        jw_object_end(w);
    }
    jw_array_end(w);
    return db_end(&q, err);
}

static int64_t status_wanted(cu_str name)
{
    for (int64_t i = 0; i <= QUARANTINE_DISCARDED; i++) {
        if (cu_str_eqz(name, status_names[i]))
            return i;
    }
    return -1;
}

static cu_code write_list(
    struct request *rq, struct db *d, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    int64_t before = INT64_MAX, limit = spec_i64(&rq->query_values, "limit"), count = 0, last = 0;
    if (spec_has(&rq->query_values, "cursor") &&
        !cu_str_i64(spec_str(&rq->query_values, "cursor"), &before))
        return cu_fail(err, CU_INVALID, "cursor", "the cursor is not one of this list");
    CU_TRY(db_prepare(d, &quarantine_sql_list, &q, err));
    db_bind_i64(&q, ":before", before);
    db_bind_i64(&q, ":source", spec_i64(&rq->query_values, "source"));
    db_bind_str(&q, ":code", spec_str(&rq->query_values, "code"));
    db_bind_i64(&q, ":status", status_wanted(spec_str(&rq->query_values, "status")));
    db_bind_i64(&q, ":limit", limit);
    jw_key(w, "items");
    jw_array(w);
    for (; db_step(&q); count++) {
        last = db_i64(&q, 0);
        jw_object(w);
        write_members(w, &q);
        jw_object_end(w);
    }
    jw_array_end(w);
    CU_TRY(db_end(&q, err));
    char cursor[32] = "";
    struct cu_buf text = {.ptr = cursor, .cap = sizeof cursor, .max = sizeof cursor - 1};
    cu_buf_i64(&text, last);
    jw_kstr(w, "next", count == limit ? cu_buf_view(&text) : CU_NONE);
    return CU_OK;
}

static cu_code list(struct request *rq, struct cu_error *err)
{
    struct quarantine *q = rq->module;
    struct db *d = NULL;
    CU_TRY(people_read_take(q->o.people, &d, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    cu_code code = write_list(rq, d, &w, err);
    if (code == CU_OK)
        code = write_counts(d, (uint32_t)spec_i64(&rq->query_values, "source"), &w, err);
    jw_object_end(&w);
    people_read_give(q->o.people, d);
    return code;
}

struct shown_body {
    struct cu_buf bytes;
    bool none, base64;
    enum spec_view shown; // the least of its values
};

static void show_as_it_came(cu_str body, struct shown_body *ret)
{
    ret->shown = SPEC_VIEW_FULL;
    ret->base64 = !text_utf8_valid(body);
    if (ret->base64)
        text_base64(body, false, &ret->bytes); // damaged bytes travel as base64
    else
        cu_buf_str(&ret->bytes, body);
}

static void show_masked(struct sight *sight, json call, struct shown_body *ret)
{
    struct json_writer w;
    jw_start(&w, &ret->bytes);
    sight_call(sight, call, &w);
    ret->shown = sight_least_shown(sight);
}

// What can be read is masked value by value; what cannot is for those who see all that the dictionary knows.
static cu_code show_body(struct quarantine *q, const struct caller *c, cu_str body, struct shown_body *ret,
    struct cu_error *err)
{
    struct sight sight = {.caller = c, .dictionary = people_dictionary(q->o.people)};
    json call;
    *ret = (struct shown_body){.shown = SPEC_VIEW_NONE};
    cu_buf_init(&ret->bytes, BODY_SHOWN_MAX * 2);
    if (sight_all(c)) {
        show_as_it_came(body, ret);
        return CU_OK;
    }
    struct json_parser *parser = json_parser_new(BODY_SHOWN_MAX);
    if (!parser)
        return cu_fail(err, CU_MEMORY, "", "no memory to read an event");
    if (text_utf8_valid(body) && json_parse(parser, body, &call, NULL) == CU_OK)
        show_masked(&sight, call, ret);
    else
        ret->none = !sight_raw(c, sight.dictionary);
    bool whole = ret->shown == SPEC_VIEW_FULL || (ret->bytes.len == 0 && !ret->none);
    json_parser_free(parser);
    if (whole) { // nothing to hide: byte by byte, so that it can be mended
        cu_buf_wipe(&ret->bytes);
        show_as_it_came(body, ret);
    }
    return CU_OK;
}

static void write_body(const struct shown_body *b, struct json_writer *w)
{
    jw_kstr(w, "body", b->none ? CU_NONE : b->bytes.len ? cu_buf_view(&b->bytes) : CU_LIT(""));
    jw_kz(w, "body_encoding", b->base64 ? "base64" : "text");
    jw_kz(w, "shown", sight_name(b->shown));
}

static cu_code write_row(struct quarantine *q, struct request *rq, struct db *d, uint64_t id,
    bool with_body, struct cu_error *err)
{
    struct cu_buf body;
    struct db_query query;
    bool found = false;
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    CU_TRY(db_prepare(d, &quarantine_sql_row, &query, err));
    db_bind_i64(&query, ":id", (int64_t)id);
    if (db_step(&query)) {
        found = true;
        write_members(&w, &query);
    }
    CU_TRY(db_end(&query, err));
    if (!found)
        return cu_fail(err, CU_NOT_FOUND, "id", "nothing is in quarantine under that number");
    struct shown_body shown = {.none = true, .shown = SPEC_VIEW_FULL};
    cu_buf_init(&body, BODY_SHOWN_MAX);
    cu_code code = with_body ? quarantine_body(q, d, id, &body, err) : CU_ERASED;
    if (code == CU_OK)
        code = show_body(q, &rq->caller, cu_buf_view(&body), &shown, err);
    if (code == CU_OK)
        code = cu_buf_code(&shown.bytes, err);
    write_body(&shown, &w);
    jw_object_end(&w);
    cu_buf_wipe(&shown.bytes);
    cu_buf_wipe(&body);
    return code == CU_ERASED ? CU_OK : code;
}

static cu_code answer_row(struct request *rq, bool with_body, struct cu_error *err)
{
    struct quarantine *q = rq->module;
    struct db *d = NULL;
    CU_TRY(people_read_take(q->o.people, &d, err));
    cu_code code = write_row(q, rq, d, (uint64_t)spec_i64(&rq->path_values, "id"), with_body, err);
    people_read_give(q->o.people, d);
    return code;
}

static cu_code show(struct request *rq, struct cu_error *err)
{
    return answer_row(rq, true, err);
}

// Whoever sees only a part of an event cannot send the whole of it mended: the masks would become its values.
static cu_code check_sees_whole(struct quarantine *q, struct request *rq, struct db *d, struct cu_error *err)
{
    struct cu_buf body;
    struct shown_body shown = {.shown = SPEC_VIEW_NONE};
    cu_buf_init(&body, BODY_SHOWN_MAX);
    cu_code code = quarantine_body(q, d, (uint64_t)spec_i64(&rq->path_values, "id"), &body, err);
    if (code == CU_OK)
        code = show_body(q, &rq->caller, cu_buf_view(&body), &shown, err);
    if (code == CU_OK && (shown.none || shown.shown != SPEC_VIEW_FULL))
        code = cu_fail(err, CU_FORBIDDEN, "/body",
            "this role does not see all of the event, so it can only replay it as it is");
    cu_buf_wipe(&shown.bytes);
    cu_buf_wipe(&body);
    return code;
}

static cu_code check_may_mend(struct request *rq, struct cu_error *err)
{
    struct quarantine *q = rq->module;
    struct db *d = NULL;
    if (!spec_has(&rq->body_values, "body") || sight_all(&rq->caller))
        return CU_OK;
    CU_TRY(people_read_take(q->o.people, &d, err));
    cu_code code = check_sees_whole(q, rq, d, err);
    people_read_give(q->o.people, d);
    return code;
}

static cu_code replay_one(struct request *rq, struct cu_error *err)
{
    cu_str body = spec_has(&rq->body_values, "body") ? spec_str(&rq->body_values, "body") : CU_NONE;
    CU_TRY(check_may_mend(rq, err));
    CU_TRY(quarantine_replay(rq->module, (uint64_t)spec_i64(&rq->path_values, "id"), body, err));
    return answer_row(rq, false, err);
}

static cu_code replay_many(struct request *rq, struct cu_error *err)
{
    uint64_t replayed = 0, refused = 0;
    CU_TRY(quarantine_replay_all(rq->module, spec_str(&rq->body_values, "code"),
        (uint32_t)spec_i64(&rq->body_values, "source"), &replayed, &refused, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "replayed", (int64_t)replayed);
    jw_ki64(&w, "refused", (int64_t)refused);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code discard(struct request *rq, struct cu_error *err)
{
    CU_TRY(quarantine_discard(rq->module, (uint64_t)spec_i64(&rq->path_values, "id"), err));
    rq->response.status = 204;
    return CU_OK;
}

static const char *const status_options[] = {"open", "replayed", "discarded", NULL};
static const char *const encoding_options[] = {"text", "base64", NULL};

#define ROW_FIELDS                                                                                 \
    {.name = "id", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .doc = "Number of the row."},     \
        {.name = "received", .type = SPEC_TIME, .doc = "When it came."},                           \
        {.name = "source",                                                                         \
            .type = SPEC_INT,                                                                      \
            .min = 0,                                                                              \
            .max = UINT32_MAX,                                                                     \
            .doc = "Number of the source it came from."},                                          \
        {.name = "code",                                                                           \
            .type = SPEC_STRING,                                                                   \
            .max = 32,                                                                             \
            .doc = "Why it was refused: an error code."},                                          \
        {.name = "field",                                                                          \
            .type = SPEC_STRING,                                                                   \
            .max = 96,                                                                             \
            .doc = "Where: a JSON pointer, or empty."},                                            \
        {.name = "text",                                                                           \
            .type = SPEC_STRING,                                                                   \
            .max = 256,                                                                            \
            .doc = "What would have been accepted."},                                              \
        {.name = "bytes",                                                                          \
            .type = SPEC_INT,                                                                      \
            .min = 0,                                                                              \
            .max = INT64_MAX,                                                                      \
            .doc = "Size of the event."},                                                          \
        {.name = "status",                                                                         \
            .type = SPEC_ENUM,                                                                     \
            .options = status_options,                                                             \
            .doc = "What became of it."},                                                          \
        {.name = "seq",                                                                            \
            .type = SPEC_INT,                                                                      \
            .min = 1,                                                                              \
            .max = INT64_MAX,                                                                      \
            .doc = "Its number in the journal."},                                                  \
    {                                                                                              \
        .name = "import", .type = SPEC_INT, .min = 0, .max = UINT32_MAX,                           \
        .doc = "Import it belongs to; 0: none."                                                    \
    }

static const struct spec_field row_fields[] = {ROW_FIELDS, {.name = NULL}};
static const struct spec_field shown_fields[] = {
    ROW_FIELDS,
    {.name = "body",
        .type = SPEC_STRING,
        .max = BODY_SHOWN_MAX,
        .nullable = true,
        .doc = "The event as it came, with what the role does not see masked; null once discarded, or when it "
               "cannot be read and the role does not see all levels."},
    {.name = "body_encoding",
        .type = SPEC_ENUM,
        .options = encoding_options,
        .doc = "base64 when it is not valid UTF-8 text."},
    {.name = "shown",
        .type = SPEC_ENUM,
        .options = sight_names,
        .doc = "The least that a value of the body is shown: in full, masked, or hidden."},
    {.name = NULL},
};
static const struct spec_field count_fields[] = {
    {.name = "code", .type = SPEC_STRING, .max = 32, .doc = "An error code."},
    {.name = "count", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .doc = "Open rows with it."},
    {.name = NULL},
};
static const struct spec_field list_answer[] = {
    {.name = "items",
        .type = SPEC_ARRAY,
        .max = LIST_MAX,
        .fields = row_fields,
        .doc = "Newest first."},
    {.name = "next",
        .type = SPEC_STRING,
        .max = 32,
        .nullable = true,
        .doc = "Cursor of the next page, or null."},
    {.name = "counts",
        .type = SPEC_ARRAY,
        .max = 64,
        .fields = count_fields,
        .doc = "Open rows by code."},
    {.name = NULL},
};
static const struct spec_field list_query[] = {
    {.name = "source",
        .type = SPEC_INT,
        .min = 0,
        .max = UINT32_MAX,
        .doc = "Only of this source."},
    {.name = "code", .type = SPEC_STRING, .min = 1, .max = 32, .doc = "Only with this code."},
    {.name = "status",
        .type = SPEC_ENUM,
        .options = status_options,
        .doc = "Only with this status; else all."},
    {.name = "cursor", .type = SPEC_STRING, .min = 1, .max = 32, .doc = "From the page before."},
    {.name = "limit",
        .type = SPEC_INT,
        .min = 1,
        .max = LIST_MAX,
        .fallback = "50",
        .doc = "Rows of a page."},
    {.name = NULL},
};
static const struct spec_field id_path[] = {
    {.name = "id",
        .type = SPEC_INT,
        .min = 1,
        .max = INT64_MAX,
        .required = true,
        .doc = "Number of the row."},
    {.name = NULL},
};
static const struct spec_field replay_body[] = {
    {.name = "body",
        .type = SPEC_STRING,
        .min = 2,
        .max = 524288,
        .doc = "The event, repaired, as JSON text; absent: as it is."},
    {.name = NULL},
};
static const struct spec_field replay_all_body[] = {
    {.name = "code", .type = SPEC_STRING, .min = 1, .max = 32, .doc = "Only rows with this code."},
    {.name = "source",
        .type = SPEC_INT,
        .min = 0,
        .max = UINT32_MAX,
        .doc = "Only rows of this source."},
    {.name = NULL},
};
static const struct spec_field replay_answer[] = {
    {.name = "replayed",
        .type = SPEC_INT,
        .min = 0,
        .max = INT64_MAX,
        .doc = "Rows that passed and are in the journal."},
    {.name = "refused",
        .type = SPEC_INT,
        .min = 0,
        .max = INT64_MAX,
        .doc = "Rows that still do not pass."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "quarantine.list",
        .method = "GET",
        .path = "/v1/quarantine",
        .permission = SPEC_QUARANTINE,
        .query = list_query,
        .answer = list_answer,
        .doc = "What was refused, newest first, with counts by reason.",
        .handler = list},
    {.name = "quarantine.get",
        .method = "GET",
        .path = "/v1/quarantine/{id}",
        .permission = SPEC_QUARANTINE,
        .path_fields = id_path,
        .answer = shown_fields,
        .doc = "One refused event with its body.",
        .handler = show},
    {.name = "quarantine.replay_all",
        .method = "POST",
        .path = "/v1/quarantine/replay",
        .permission = SPEC_QUARANTINE,
        .body_kind = SPEC_BODY_JSON,
        .body_max = 4096,
        .body = replay_all_body,
        .answer = replay_answer,
        .doc = "Sends all open rows, or those of a code or source, through the checks again.",
        .handler = replay_many},
    {.name = "quarantine.replay",
        .method = "POST",
        .path = "/v1/quarantine/{id}/replay",
        .permission = SPEC_QUARANTINE,
        .body_kind = SPEC_BODY_JSON,
        .body_max = 1048576,
        .path_fields = id_path,
        .body = replay_body,
        .answer = shown_fields,
        .doc = "Sends one row through the checks again, repaired or as it is.",
        .handler = replay_one},
    {.name = "quarantine.discard",
        .method = "DELETE",
        .path = "/v1/quarantine/{id}",
        .permission = SPEC_QUARANTINE,
        .path_fields = id_path,
        .doc = "Destroys the body of a row for good; the reason stays.",
        .handler = discard},
};
static const char *const personal_tables[] = {"quarantine", NULL};

const struct module collect_quarantine_module = {
    .name = "quarantine",
    .doc = "What was refused, kept whole and sealed, to be repaired and replayed.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = quarantine_sql_all,
    .personal_tables = personal_tables,
};
