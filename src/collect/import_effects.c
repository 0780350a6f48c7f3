// SPDX-License-Identifier: Apache-2.0
// The rest of what imports store and ask of records.db: which one is next, what an import did (told
// from the evidence it left, so a crash can neither lose nor double a count), and saved maps.
#include "import_store.h"

#include "import_sql.h"

cu_code import_next_work(struct people *p, uint32_t *ret_number, struct cu_error *err)
{
    struct db_query q;
    struct db *d = NULL;
    *ret_number = 0;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = db_prepare(d, &import_sql_next_work, &q, err);
    if (code == CU_OK) {
        if (db_step(&q))
            *ret_number = (uint32_t)db_i64(&q, 0);
        code = db_end(&q, err);
    }
    people_read_give(p, d);
    return code;
}

static uint64_t less(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

static cu_code count_orders(struct db *d, struct import_state *s, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &import_sql_count_orders, &q, err));
    db_bind_i64(&q, ":number", s->number);
    if (db_step(&q)) {
        s->made = (uint64_t)db_i64(&q, 1);
        s->unchanged = (uint64_t)db_i64(&q, 2);
        s->updated = less((uint64_t)db_i64(&q, 0), s->made + s->unchanged);
    }
    return db_end(&q, err);
}

// Rows that the pipeline did not count as new or changed said what was known.
static cu_code count_tally(struct db *d, struct import_state *s, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &import_sql_tally, &q, err));
    db_bind_i64(&q, ":number", s->number);
    if (db_step(&q)) {
        s->made = (uint64_t)db_i64(&q, 0);
        s->updated = (uint64_t)db_i64(&q, 1);
        s->unchanged = less(s->rows_ok, s->made + s->updated + s->quarantined);
    }
    return db_end(&q, err);
}

static cu_code count_with(struct db *d, struct import_state *s, struct cu_error *err)
{
    struct db_query q;
    s->made = s->updated = s->unchanged = s->quarantined = 0;
    CU_TRY(db_prepare(d, &import_sql_count_quarantine, &q, err));
    db_bind_i64(&q, ":number", s->number);
    if (db_step(&q))
        s->quarantined = (uint64_t)db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    return s->kind == IMPORT_ORDERS ? count_orders(d, s, err) : count_tally(d, s, err);
}

cu_code import_count_effects(struct people *p, struct import_state *s, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = count_with(d, s, err);
    people_read_give(p, d);
    return code;
}

// ---- saved maps

cu_code import_map_load(struct db *d, cu_str name, struct cu_arena *a, enum import_kind *ret_kind,
    cu_str *ret_columns, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &import_sql_map_get, &q, err));
    db_bind_str(&q, ":name", name);
    bool found = db_step(&q);
    *ret_columns = CU_NONE;
    if (found) {
        *ret_kind = (enum import_kind)db_i64(&q, 0);
        *ret_columns = cu_arena_dup(a, db_str(&q, 1));
    }
    CU_TRY(db_end(&q, err));
    if (!found)
        return cu_fail(err, CU_NOT_FOUND, "map",
            "There is no map of that name; `GET /v1/import-maps` lists them.");
    return ret_columns->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "No memory to read a map.");
}

cu_code import_map_save(
    struct people *p, cu_str name, enum import_kind kind, cu_str columns, struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_lock(p);
    cu_code code = db_prepare(d, &import_sql_map_put, &q, err);
    if (code == CU_OK) {
        db_bind_str(&q, ":name", name);
        db_bind_i64(&q, ":kind", kind);
        db_bind_str(&q, ":columns", columns);
        code = db_run(&q, err);
    }
    people_unlock(p);
    return code;
}

cu_code import_map_remove(struct people *p, cu_str name, struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_lock(p);
    int64_t changes = 0;
    cu_code code = db_prepare(d, &import_sql_map_delete, &q, err);
    if (code == CU_OK) {
        db_bind_str(&q, ":name", name);
        code = db_run(&q, err);
        changes = db_changes(d);
    }
    people_unlock(p);
    if (code == CU_OK && changes == 0)
        return cu_fail(err, CU_NOT_FOUND, "/name", "There is no saved map of that name.");
    return code;
}

static cu_code mapping_row(enum import_kind kind, json row, size_t number,
    struct import_mapping *ret, struct cu_arena *a, struct cu_error *err)
{
    enum import_to to;
    cu_str name, column = json_str(json_get(row, "column")),
                 field = json_str(json_get(row, "field"));
    if (column.len == 0 || column.len > IMPORT_NAME_MAX || !field.ptr ||
        field.len > IMPORT_NAME_MAX)
        return cu_fail(err, CU_INVALID, "/mapping",
            "Row %zu: a column (1-200 bytes) and a field (may be empty) are expected.", number);
    CU_TRY(import_field_parse(kind, field, &to, &name, err));
    *ret = (struct import_mapping){cu_arena_dup(a, column), cu_arena_dup(a, field)};
    return ret->column.ptr && ret->field.ptr
               ? CU_OK
               : cu_fail(err, CU_MEMORY, "", "No memory for a mapping.");
}

cu_code import_mapping_parse(enum import_kind kind, cu_str text, struct cu_arena *a,
    struct import_mapping **ret, size_t *ret_count, struct cu_error *err)
{
    struct json_parser *parser = json_parser_new(text.len + 64);
    json list;
    if (!parser)
        return cu_fail(err, CU_MEMORY, "", "No memory for a mapping.");
    cu_code code = json_parse(parser, text, &list, err);
    size_t count = code == CU_OK ? json_count(list) : 0, n = 0;
    if (code == CU_OK && (!json_is(list, JSON_ARRAY) || count > CSV_COLUMNS_MAX))
        code = cu_fail(err, CU_INVALID, "/mapping",
            "An array of at most %d {column, field} is expected.", CSV_COLUMNS_MAX);
    struct import_mapping *rows =
        code == CU_OK ? cu_arena_alloc(a, (count + 1) * sizeof *rows) : NULL;
    if (code == CU_OK && !rows)
        code = cu_fail(err, CU_MEMORY, "", "No memory for a mapping.");
    struct json_iter it = json_each(list);
    while (code == CU_OK && json_next(&it)) {
        code = mapping_row(kind, it.value, n + 1, &rows[n], a, err);
        n++;
    }
    json_parser_free(parser);
    *ret = rows;
    *ret_count = n;
    return code;
}
