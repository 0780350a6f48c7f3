// SPDX-License-Identifier: Apache-2.0
// The routes of SQL: the schema, asking, taking away as a file, cancelling, kept questions. See question.h.
#include "question_print.h"
#include "question_sql.h"

#include "store/module.h"

#include <pthread.h>
#include <stdio.h>

enum { ASK_ROWS = 1000, ASK_MS = 30000, EXPORT_MS = 120000, ARENA_MAX = 8 * 1024 * 1024 };
static const uint64_t ask_operations = UINT64_C(2000000000);
static const int64_t ask_memory = INT64_C(256) << 20;

struct running { // a question under way, so that it can be cancelled
    char id[41];
    bool used;
    atomic_bool cancel;
};
struct questions {
    struct questions_options o;
    pthread_mutex_t lock;
    struct running running[QUESTIONS_AT_ONCE];
};

cu_code questions_open(const struct questions_options *o, struct questions **ret, struct cu_error *err)
{
    struct questions *q = cu_calloc(1, sizeof *q);
    if (!q)
        return cu_fail(err, CU_MEMORY, "", "no memory for questions");
    q->o = *o;
    (void)pthread_mutex_init(&q->lock, NULL);
    *ret = q;
    return CU_OK;
}

void questions_close(struct questions *q)
{
    if (!q)
        return;
    (void)pthread_mutex_destroy(&q->lock);
    cu_free(q);
}

struct people *questions_people(struct questions *q)
{
    return q->o.people;
}

// NULL: as many as may run do.
static struct running *enter(struct questions *q, cu_str id)
{
    struct running *ret = NULL;
    (void)pthread_mutex_lock(&q->lock);
    for (size_t i = 0; i < QUESTIONS_AT_ONCE && !ret; i++) {
        if (!q->running[i].used)
            ret = &q->running[i];
    }
    if (ret) {
        ret->used = true;
        atomic_store(&ret->cancel, false);
        (void)snprintf(ret->id, sizeof ret->id, "%.*s", CU_ARG(id));
    }
    (void)pthread_mutex_unlock(&q->lock);
    return ret;
}

static void leave(struct questions *q, struct running *r)
{
    (void)pthread_mutex_lock(&q->lock);
    r->used = false;
    r->id[0] = 0;
    (void)pthread_mutex_unlock(&q->lock);
}

// The audit log says which tables were looked at and how many rows came of it, never the words of the question.
static cu_code note(struct questions *q, const struct question_tables *t, const struct sql_stats *s, struct cu_error *err)
{
    char bytes[512];
    struct json_writer w;
    struct cu_buf b;
    cu_buf_init(&b, sizeof bytes);
    jw_start(&w, &b);
    jw_object(&w);
    jw_key(&w, "tables");
    jw_array(&w);
    for (size_t i = 0; i < t->table_count; i++) {
        if (t->opened >> i & 1)
            jw_z(&w, t->tables[i].name);
    }
    jw_array_end(&w);
    jw_ki64(&w, "rows", (int64_t)s->rows);
    jw_object_end(&w);
    cu_code code = guard_note(people_guard(q->o.people), GUARD_DONE, NULL, 0, cu_buf_view(&b), true, err);
    cu_buf_clear(&b);
    return code;
}

static cu_code ask_into(struct questions *q, struct request *rq, const struct sql_limits *l, struct question_print *print,
    struct sql_stats *stats, struct cu_error *err)
{
    struct question_tables tables;
    struct sql *sql = NULL;
    struct sql_sink sink = question_sink(print);
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(ARENA_MAX);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    cu_code code = question_tables_open(&q->o, &rq->caller, a, &tables, err);
    if (code == CU_OK)
        code = sql_open(tables.tables, tables.table_count, &sql, err);
    if (code == CU_OK)
        code = sql_ask(sql, spec_str(&rq->body_values, "sql"), l, &sink, stats, err);
    sql_close(sql);
    if (code == CU_OK)
        code = note(q, &tables, stats, err);
    question_tables_close(&tables);
    return code;
}

static cu_code ask(struct questions *q, struct request *rq, uint64_t rows, int64_t ms, struct question_print *print,
    struct sql_stats *stats, struct cu_error *err)
{
    struct running *r = enter(q, spec_str(&rq->body_values, "id"));
    if (!r)
        return cu_fail(err, CU_BUSY, "", "%d questions are being answered already; try again in a moment", QUESTIONS_AT_ONCE);
    const struct sql_limits l = {ask_operations, ms, rows, ask_memory, &r->cancel};
    cu_code code = ask_into(q, rq, &l, print, stats, err);
    leave(q, r);
    return code;
}

// ---- handlers

static cu_code post_ask(struct request *rq, struct cu_error *err)
{
    struct questions *q = rq->module;
    struct sql_stats stats;
    int64_t rows = spec_has(&rq->body_values, "limit") ? spec_i64(&rq->body_values, "limit") : ASK_ROWS;
    struct question_print print = {.format = QUESTION_JSON, .out = &rq->response.body};
    print.w = request_json(rq, 200);
    jw_object(&print.w);
    cu_code code = ask(q, rq, (uint64_t)rows, ASK_MS, &print, &stats, err);
    if (code == CU_OK)
        code = question_print_end(&print, err);
    question_print_clear(&print);
    CU_TRY(code);
    jw_kbool(&print.w, "truncated", stats.truncated);
    jw_ki64(&print.w, "took_ms", stats.took_us / 1000);
    jw_ki64(&print.w, "operations", (int64_t)stats.operations);
    jw_object_end(&print.w);
    return CU_OK;
}

static cu_code post_export(struct request *rq, struct cu_error *err)
{
    static const struct {
        const char *type, *disposition;
    } forms[] = {[QUESTION_CSV] = {"text/csv; charset=utf-8; header=present", "attachment; filename=\"answer.csv\""},
        [QUESTION_JSONL] = {"application/x-ndjson", "attachment; filename=\"answer.jsonl\""},
        [QUESTION_PARQUET] = {"application/vnd.apache.parquet", "attachment; filename=\"answer.parquet\""}};
    struct questions *q = rq->module;
    struct sql_stats stats;
    struct question_print print = {.format = QUESTION_CSV, .out = &rq->response.body};
    cu_str wanted = spec_str(&rq->body_values, "format");
    for (int i = 0; question_format_names[i]; i++) {
        if (cu_str_eqz(wanted, question_format_names[i]))
            print.format = (enum question_format)(QUESTION_CSV + i);
    }
    cu_code code = ask(q, rq, QUESTION_EXPORT_ROWS_MAX, EXPORT_MS, &print, &stats, err);
    if (code == CU_OK && stats.truncated)
        code = cu_fail(err, CU_TOO_LARGE, "sql", "more than %d rows: narrow the question or add a LIMIT", QUESTION_EXPORT_ROWS_MAX);
    if (code == CU_OK)
        code = question_print_end(&print, err);
    question_print_clear(&print);
    CU_TRY(code);
    rq->response.status = 200;
    rq->response.content_type = forms[print.format].type;
    return request_header_add(rq, "Content-Disposition", cu_str_of(forms[print.format].disposition));
}

static cu_code delete_running(struct request *rq, struct cu_error *err)
{
    struct questions *q = rq->module;
    cu_str id = request_path_str(rq, "id");
    bool found = false;
    (void)pthread_mutex_lock(&q->lock);
    for (size_t i = 0; i < QUESTIONS_AT_ONCE; i++) {
        if (q->running[i].used && cu_str_eqz(id, q->running[i].id)) {
            atomic_store(&q->running[i].cancel, true);
            found = true;
        }
    }
    (void)pthread_mutex_unlock(&q->lock);
    if (!found)
        return cu_fail(err, CU_NOT_FOUND, "id", "no question of that id is being answered: it may be done");
    rq->response.status = 204;
    return CU_OK;
}

static cu_code get_schema(struct request *rq, struct cu_error *err)
{
    static const char *const types[] = {"null", "integer", "real", "text"};
    struct questions *q = rq->module;
    struct question_tables t;
    CU_TRY(question_tables_open(&q->o, &rq->caller, rq->arena, &t, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "tables");
    jw_array(&w);
    for (size_t i = 0; i < t.table_count; i++) {
        jw_object(&w);
        jw_kz(&w, "name", t.tables[i].name);
        jw_kz(&w, "doc", t.tables[i].doc);
        jw_key(&w, "columns");
        jw_array(&w);
        for (size_t k = 0; k < t.tables[i].column_count; k++) {
            const struct sql_column *c = &t.tables[i].columns[k];
            jw_object(&w);
            jw_kz(&w, "name", c->name);
            jw_kz(&w, "type", types[c->kind]);
            jw_kz(&w, "doc", c->doc);
            jw_object_end(&w);
        }
        jw_array_end(&w);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_ki64(&w, "rows_max", QUESTION_ROWS_MAX);
    jw_ki64(&w, "export_rows_max", QUESTION_EXPORT_ROWS_MAX);
    jw_object_end(&w);
    question_tables_close(&t);
    return CU_OK;
}

// ---- rows

#define END {0}
#define TEXT(n, m, d) {.name = n, .type = SPEC_STRING, .max = m, .doc = d}
#define COUNT(n, d) {.name = n, .type = SPEC_INT, .max = INT64_MAX, .doc = d}
#define SQL_FIELD {.name = "sql", .type = SPEC_STRING, .min = 1, .max = 65535, .required = true, .doc = "One SELECT."}
#define ID_FIELD {.name = "id", .type = SPEC_STRING, .min = 1, .max = 40, .doc = "A name for this asking, to cancel it by."}
static const struct spec_field ask_body[] = {
    SQL_FIELD,
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = QUESTION_ROWS_MAX, .doc = "Rows of the answer at most; 1,000 unless said."},
    ID_FIELD,
    END,
};
static const struct spec_field export_body[] = {
    SQL_FIELD,
    {.name = "format", .type = SPEC_ENUM, .options = question_format_names, .required = true, .doc = "Form of the file."},
    ID_FIELD,
    END,
};
static const struct spec_field column_name[] = {TEXT("", 1000, "Name of a column."), END};
static const struct spec_field any_value[] = {{.name = "", .type = SPEC_ANY, .max = 1, .doc = "A row: one value for each column."}, END};
static const struct spec_field ask_answer[] = {
    {.name = "columns", .type = SPEC_ARRAY, .max = 200, .fields = column_name, .doc = "Names of the columns."},
    {.name = "rows", .type = SPEC_ARRAY, .max = QUESTION_ROWS_MAX, .fields = any_value, .doc = "The rows."},
    {.name = "truncated", .type = SPEC_BOOL, .doc = "There were more rows than the limit."},
    COUNT("took_ms", "How long it took, in milliseconds."),
    COUNT("operations", "How much work it was, in operations of the SQL machine."),
    END,
};
static const struct spec_field column_fields[] = {
    TEXT("name", 200, "Name of the column."),
    TEXT("type", 16, "integer, real or text."),
    TEXT("doc", 1000, "What it holds."),
    END,
};
static const struct spec_field table_fields[] = {
    TEXT("name", 64, "Name of the table."),
    TEXT("doc", 1000, "What a row is."),
    {.name = "columns", .type = SPEC_ARRAY, .max = 1000, .fields = column_fields, .doc = "Its columns."},
    END,
};
static const struct spec_field schema_answer[] = {
    {.name = "tables", .type = SPEC_ARRAY, .max = QUESTION_TABLES_MAX, .fields = table_fields, .doc = "What can be asked."},
    COUNT("rows_max", "Rows an answer may have at most."),
    COUNT("export_rows_max", "Rows a file may have at most."),
    END,
};
static const struct spec_field id_path[] = {TEXT("id", 40, "The name that was given with the question."), END};
static const struct spec_field name_path[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = 64, .required = true, .doc = "Name of the kept question: letters, digits, - and _."},
    END,
};
static const struct spec_field put_body[] = {
    {.name = "title", .type = SPEC_STRING, .min = 1, .max = 200, .required = true, .doc = "What it answers, in a few words."},
    SQL_FIELD,
    {.name = "version", .type = SPEC_INT, .min = 0, .max = INT32_MAX, .required = true, .doc = "Version that was read; 0 for a new one."},
    END,
};
static const struct spec_field kept_fields[] = {
    TEXT("name", 64, "Its name."),
    TEXT("title", 200, "What it answers."),
    TEXT("sql", 65535, "The question."),
    COUNT("version", "Goes up with each change."),
    {.name = "changed", .type = SPEC_TIME, .doc = "When it was changed last."},
    {.name = "by", .type = SPEC_INT, .min = -1, .max = INT64_MAX, .doc = "Number of the member of staff; -1: the local operator."},
    END,
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 1000, .fields = kept_fields, .doc = "By name."},
    END,
};
static const struct spec_field put_answer[] = {COUNT("version", "The version it has now."), END};

static const struct spec_route routes[] = {
    {.name = "sql.schema", .method = "GET", .path = "/v1/sql/schema", .permission = SPEC_SQL, .answer = schema_answer,
        .doc = "The tables and columns that can be asked for.", .handler = get_schema},
    {.name = "sql.ask", .method = "POST", .path = "/v1/sql", .permission = SPEC_SQL, .body_kind = SPEC_BODY_JSON, .body_max = 131072,
        .body = ask_body, .answer = ask_answer, .doc = "Answers one SELECT. Its purpose is X-Custos-Purpose, else the role's first.", .handler = post_ask},
    {.name = "sql.export", .method = "POST", .path = "/v1/sql/export", .permission = SPEC_SQL, .body_kind = SPEC_BODY_JSON, .body_max = 131072,
        .body = export_body, .doc = "The same as a file: CSV, lines of JSON, or Parquet.", .handler = post_export},
    {.name = "sql.cancel", .method = "DELETE", .path = "/v1/sql/running/{id}", .permission = SPEC_SQL, .path_fields = id_path,
        .doc = "Ends a question that is being answered.", .handler = delete_running},
    {.name = "sql.queries", .method = "GET", .path = "/v1/sql/queries", .permission = SPEC_SQL, .answer = list_answer,
        .doc = "Questions that were kept.", .handler = question_list},
    {.name = "sql.keep", .method = "PUT", .path = "/v1/sql/queries/{name}", .permission = SPEC_SQL, .path_fields = name_path,
        .body_kind = SPEC_BODY_JSON, .body_max = 131072, .body = put_body, .answer = put_answer, .doc = "Keeps a question under a name.", .handler = question_put},
    {.name = "sql.drop", .method = "DELETE", .path = "/v1/sql/queries/{name}", .permission = SPEC_SQL, .path_fields = name_path,
        .doc = "Forgets a kept question.", .handler = question_drop},
};
const struct module insight_question_module = {
    .name = "sql",
    .doc = "Questions in SQL over what the role may see.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = question_sql_all,
};
