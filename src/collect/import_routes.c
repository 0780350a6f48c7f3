// SPDX-License-Identifier: Apache-2.0
// The handlers of the routes of imports and maps. Their rows are in import_module.c.
#include "import_job.h"

#include "import_sql.h"
#include "people/sight.h"

#include <stdio.h>
#include <stdlib.h>

enum { BAD_ROWS_SHOWN_MAX = 48 << 20 };

static uint32_t path_number(const struct request *rq)
{
    return (uint32_t)spec_i64(&rq->path_values, "number");
}

static cu_code answer_import(struct request *rq, int status, uint32_t number, struct cu_error *err)
{
    struct json_writer w = request_json(rq, status);
    return imports_print(rq->module, number, &w, err);
}

// ---- imports

cu_code import_route_create(struct request *rq, struct cu_error *err)
{
    static const char *const date_names[] = {"", "dmy", "mdy"};
    struct import_request r = {.map = spec_str(&rq->query_values, "map"),
        .name = spec_str(&rq->query_values, "name"),
        .currency = spec_str(&rq->query_values, "currency"),
        .dry_run = spec_i64(&rq->query_values, "dry_run") != 0,
        .upload = rq->upload};
    uint32_t number = 0;
    (void)import_kind_of(spec_str(&rq->query_values, "kind"), &r.kind);
    for (int i = 1; i < (int)CU_COUNT(date_names); i++)
        if (cu_str_eqz(spec_str(&rq->query_values, "dates"), date_names[i]))
            r.dates = (enum import_dates)i;
    CU_TRY(imports_add(rq->module, &r, &number, err));
    return answer_import(rq, 202, number, err);
}

static cu_code list_numbers(struct imports *s, int64_t before, int64_t limit, uint32_t *ret,
    size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    struct db *d = NULL;
    size_t n = 0;
    CU_TRY(people_read_take(s->o.people, &d, err));
    cu_code code = db_prepare(d, &import_sql_list, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":before", before);
        db_bind_i64(&q, ":limit", limit);
        while (n < IMPORT_LIST_MAX && db_step(&q))
            ret[n++] = (uint32_t)db_i64(&q, 0);
        code = db_end(&q, err);
    }
    people_read_give(s->o.people, d);
    *ret_count = n;
    return code;
}

cu_code import_route_list(struct request *rq, struct cu_error *err)
{
    uint32_t numbers[IMPORT_LIST_MAX];
    size_t count = 0;
    int64_t before = INT64_MAX, limit = spec_i64(&rq->query_values, "limit");
    if (spec_has(&rq->query_values, "cursor") &&
        !cu_str_i64(spec_str(&rq->query_values, "cursor"), &before))
        return cu_fail(err, CU_INVALID, "cursor", "The cursor is not one of this list.");
    CU_TRY(list_numbers(rq->module, before, limit, numbers, &count, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count; i++) {
        cu_code code = imports_print(rq->module, numbers[i], &w, err);
        if (code != CU_OK && code != CU_NOT_FOUND) // forgotten since the list was read
            return code;
    }
    jw_array_end(&w);
    char next[16] = "";
    if (count == (size_t)limit && count > 0)
        (void)snprintf(next, sizeof next, "%u", numbers[count - 1]);
    jw_kstr(&w, "next", next[0] ? cu_str_of(next) : CU_NONE);
    jw_object_end(&w);
    return CU_OK;
}

cu_code import_route_show(struct request *rq, struct cu_error *err)
{
    return answer_import(rq, 200, path_number(rq), err);
}

cu_code import_route_start(struct request *rq, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf mapping;
    cu_buf_init(&mapping, 1 << 20);
    if (spec_has(&rq->body_values, "mapping"))
        json_print(&mapping, spec_get(&rq->body_values, "mapping")->raw);
    CU_TRY(cu_buf_code(&mapping, err));
    CU_TRY(imports_run(rq->module, path_number(rq), cu_buf_view(&mapping),
        spec_str(&rq->body_values, "map_name"), err));
    return answer_import(rq, 202, path_number(rq), err);
}

cu_code import_route_revert(struct request *rq, struct cu_error *err)
{
    CU_TRY(imports_revert(rq->module, path_number(rq), err));
    return answer_import(rq, 202, path_number(rq), err);
}

cu_code import_route_forget(struct request *rq, struct cu_error *err)
{
    CU_TRY(imports_forget(rq->module, path_number(rq), err));
    rq->response.status = 204;
    return CU_OK;
}

// ---- bad rows

static cu_code copy_part(
    struct imports *s, const struct import_bad_part *part, struct cu_buf *out, struct cu_error *err)
{
    struct spool_reader *r = NULL;
    int64_t left = part->bytes;
    char *piece = cu_alloc(SPOOL_CHUNK);
    if (!piece)
        return cu_fail(err, CU_MEMORY, "", "No memory to read bad rows.");
    cu_code code = spool_read_open(s->spool, part->upload, SPOOL_SYNCED, &r, err);
    while (code == CU_OK && left > 0 && out->len < BAD_ROWS_SHOWN_MAX) {
        size_t n = 0;
        code = spool_read(r, piece, left < SPOOL_CHUNK ? (size_t)left : SPOOL_CHUNK, &n, err);
        if (n == 0)
            break;
        cu_buf_add(out, piece, n);
        left -= (int64_t)n;
    }
    spool_read_close(r);
    explicit_bzero(piece, SPOOL_CHUNK);
    cu_free(piece);
    return code;
}

cu_code import_route_bad_rows(struct request *rq, struct cu_error *err)
{
    struct imports *s = rq->module;
    struct import_bad_part parts[IMPORT_BAD_PARTS_MAX];
    struct import_state n;
    size_t count = 0;
    struct db *d = NULL;
    if (!sight_raw(&rq->caller, people_dictionary(s->o.people)))
        return cu_fail(err, CU_FORBIDDEN, "",
            "rows of a file cannot be masked: they are for roles that see every level in use");
    // rows of a file belong to nobody's key, so opening them leaves no entry of its own
    CU_TRY(guard_note(people_guard(s->o.people), GUARD_DONE, NULL, 0, CU_NONE, true, err));
    CU_TRY(people_read_take(s->o.people, &d, err));
    cu_code code = import_state_load(s->o.people, d, path_number(rq), NULL, &n, err);
    if (code == CU_OK)
        code = import_bad_parts(d, n.number, parts, &count, err);
    people_read_give(s->o.people, d);
    for (size_t i = 0; code == CU_OK && i < count; i++)
        code = copy_part(s, &parts[i], &rq->response.body, err);
    CU_TRY(code);
    rq->response.status = 200;
    rq->response.content_type = "text/csv; charset=utf-8; header=present";
    return request_header_add(
        rq, "Content-Disposition", CU_LIT("attachment; filename=\"bad-rows.csv\""));
}

// ---- maps

static void write_map(
    struct json_writer *w, cu_str name, enum import_kind kind, bool builtin, const char *doc)
{
    jw_kstr(w, "name", name);
    jw_kz(w, "kind", import_kind_names[kind]);
    jw_kbool(w, "builtin", builtin);
    jw_kz(w, "doc", doc);
}

static void write_ready_maps(struct json_writer *w)
{
    for (size_t i = 0; i < import_builtin_map_count; i++) {
        const struct import_map *m = &import_builtin_maps[i];
        jw_object(w);
        write_map(w, cu_str_of(m->name), m->kind, true, m->doc);
        jw_key(w, "columns");
        jw_array(w);
        for (size_t k = 0; m->rows[k].column; k++) {
            jw_object(w);
            jw_kz(w, "column", m->rows[k].column);
            jw_kz(w, "field", m->rows[k].field);
            jw_object_end(w);
        }
        jw_array_end(w);
        jw_object_end(w);
    }
}

static cu_code write_saved_maps(struct imports *s, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    struct db *d = NULL;
    CU_TRY(people_read_take(s->o.people, &d, err));
    cu_code code = db_prepare(d, &import_sql_maps, &q, err);
    if (code == CU_OK) {
        while (db_step(&q)) {
            jw_object(w);
            write_map(w, db_str(&q, 0), (enum import_kind)db_i64(&q, 1), false, "Saved by staff.");
            jw_key(w, "columns");
            jw_raw(w, db_str(&q, 2));
            jw_object_end(w);
        }
        code = db_end(&q, err);
    }
    people_read_give(s->o.people, d);
    return code;
}

static void write_fields(struct json_writer *w)
{
    jw_key(w, "fields");
    jw_array(w);
    for (int i = 0; i < IMPORT_TO_COUNT; i++) {
        jw_object(w);
        jw_kz(w, "field", import_to_rows[i].field);
        jw_key(w, "kinds");
        jw_array(w);
        for (int k = 0; k < IMPORT_KINDS; k++)
            if (import_to_rows[i].kinds & 1u << k)
                jw_z(w, import_kind_names[k]);
        jw_array_end(w);
        jw_kz(w, "doc", import_to_rows[i].doc);
        jw_object_end(w);
    }
    jw_array_end(w);
}

cu_code import_route_maps(struct request *rq, struct cu_error *err)
{
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    write_ready_maps(&w);
    CU_TRY(write_saved_maps(rq->module, &w, err));
    jw_array_end(&w);
    jw_kstr(&w, "next", CU_NONE);
    write_fields(&w);
    jw_object_end(&w);
    return CU_OK;
}

cu_code import_route_put_map(struct request *rq, struct cu_error *err)
{
    struct imports *s = rq->module;
    cu_str name = spec_str(&rq->path_values, "name");
    enum import_kind kind = IMPORT_PEOPLE;
    struct import_mapping *rows = NULL;
    size_t count = 0;
    CU_AUTO_BUF struct cu_buf columns;
    cu_buf_init(&columns, 1 << 20);
    (void)import_kind_of(spec_str(&rq->body_values, "kind"), &kind);
    if (import_map_find(name))
        return cu_fail(
            err, CU_CONFLICT, "name", "That is the name of a ready map; choose another.");
    json_print(&columns, spec_get(&rq->body_values, "columns")->raw);
    CU_TRY(cu_buf_code(&columns, err));
    CU_TRY(import_mapping_parse(kind, cu_buf_view(&columns), rq->arena, &rows, &count, err));
    CU_TRY(import_map_save(s->o.people, name, kind, cu_buf_view(&columns), err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    write_map(&w, name, kind, false, "Saved by staff.");
    jw_key(&w, "columns");
    jw_raw(&w, cu_buf_view(&columns));
    jw_object_end(&w);
    return CU_OK;
}

cu_code import_route_delete_map(struct request *rq, struct cu_error *err)
{
    struct imports *s = rq->module;
    CU_TRY(import_map_remove(s->o.people, spec_str(&rq->path_values, "name"), err));
    rq->response.status = 204;
    return CU_OK;
}
