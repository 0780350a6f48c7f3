// SPDX-License-Identifier: Apache-2.0
// The tables of sql.h as SQLite's virtual tables: eponymous, read-only, one module for all. What a
// table can use of the question's conditions goes to it as text: "used;column compare,column compare,".
#include "sql_private.h"

#include <stdio.h>
#include <stdlib.h>

enum { FILTERS_MAX = 16, DECLARATION_MAX = 64 * 1024 };

struct table {
    sqlite3_vtab base;
    const struct sql_bound *bound;
};
struct cursor {
    sqlite3_vtab_cursor base;
    void *inner; // the table's own
    bool row;
    int64_t number;
};

static const struct sql_table *table_of(sqlite3_vtab *v)
{
    return ((struct table *)v)->bound->table;
}

static int fail(sqlite3_vtab *v, cu_code code, const struct cu_error *e)
{
    struct sql *s = ((struct table *)v)->bound->sql;
    s->table_code = code;
    s->table_error = *e;
    return SQLITE_ERROR;
}

static int connect_table(sqlite3 *db, void *context, int argc, const char *const *argv, sqlite3_vtab **ret, char **ret_text)
{
    static const char *const types[] = {"", "INTEGER", "REAL", "TEXT"};
    const struct sql_bound *bound = context;
    (void)argc;
    (void)argv;
    (void)ret_text;
    struct cu_buf b;
    cu_buf_init(&b, DECLARATION_MAX);
    cu_buf_str(&b, CU_LIT("CREATE TABLE x("));
    for (size_t i = 0; i < bound->table->column_count; i++) {
        const struct sql_column *c = &bound->table->columns[i];
        cu_buf_printf(&b, "%s\"%s\" %s", i ? ", " : "", c->name, types[c->kind]);
    }
    cu_buf_char(&b, ')');
    bound->sql->declaring = true;
    int rc = b.failed ? SQLITE_NOMEM : sqlite3_declare_vtab(db, b.ptr);
    bound->sql->declaring = false;
    cu_buf_clear(&b);
    if (rc != SQLITE_OK)
        return rc;
    struct table *t = cu_calloc(1, sizeof *t);
    if (!t)
        return SQLITE_NOMEM;
    t->bound = bound;
    *ret = &t->base;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *v)
{
    cu_free(v);
    return SQLITE_OK;
}

static int compare_of(unsigned char op)
{
    switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
        return SQL_EQ;
    case SQLITE_INDEX_CONSTRAINT_LT:
        return SQL_LT;
    case SQLITE_INDEX_CONSTRAINT_LE:
        return SQL_LE;
    case SQLITE_INDEX_CONSTRAINT_GT:
        return SQL_GT;
    case SQLITE_INDEX_CONSTRAINT_GE:
        return SQL_GE;
    default:
        return -1;
    }
}

static int best_index(sqlite3_vtab *v, sqlite3_index_info *info)
{
    const struct sql_table *t = table_of(v);
    char text[512];
    int len = snprintf(text, sizeof text, "%llu;", (unsigned long long)info->colUsed), given = 0;
    double rows = t->rows < 1 ? 1 : t->rows;
    for (int i = 0; i < info->nConstraint && given < FILTERS_MAX; i++) {
        const struct sqlite3_index_constraint *c = &info->aConstraint[i];
        int compare = compare_of(c->op);
        if (!c->usable || compare < 0 || c->iColumn < 0 || !t->columns[c->iColumn].filter)
            continue;
        info->aConstraintUsage[i].argvIndex = ++given;
        len += snprintf(text + len, sizeof text - (size_t)len, "%d %d,", c->iColumn, compare);
        rows /= compare == SQL_EQ ? 1000 : 3;
    }
    info->idxStr = sqlite3_mprintf("%s", text);
    info->needToFreeIdxStr = 1;
    info->estimatedRows = rows < 1 ? 1 : (sqlite3_int64)rows;
    info->estimatedCost = rows < 1 ? 1 : rows;
    return info->idxStr ? SQLITE_OK : SQLITE_NOMEM;
}

static int open_cursor(sqlite3_vtab *v, sqlite3_vtab_cursor **ret)
{
    (void)v;
    struct cursor *c = cu_calloc(1, sizeof *c);
    if (!c)
        return SQLITE_NOMEM;
    *ret = &c->base;
    return SQLITE_OK;
}

static void close_inner(struct cursor *c)
{
    if (c->inner)
        table_of(c->base.pVtab)->close(c->inner);
    c->inner = NULL;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
    close_inner((struct cursor *)base);
    cu_free(base);
    return SQLITE_OK;
}

static struct sql_value argument(sqlite3_value *v)
{
    switch (sqlite3_value_type(v)) {
    case SQLITE_INTEGER:
        return (struct sql_value){.kind = SQL_INT, .number = sqlite3_value_int64(v)};
    case SQLITE_FLOAT:
        return (struct sql_value){.kind = SQL_REAL, .real = sqlite3_value_double(v)};
    case SQLITE_TEXT: {
        const char *text = (const char *)sqlite3_value_text(v);
        return (struct sql_value){.kind = text ? SQL_TEXT : SQL_NULL, .text = {text, (size_t)sqlite3_value_bytes(v)}};
    }
    default:
        return (struct sql_value){.kind = SQL_NULL};
    }
}

static int advance(sqlite3_vtab_cursor *base)
{
    struct cursor *c = (struct cursor *)base;
    struct sql *s = ((struct table *)base->pVtab)->bound->sql;
    struct cu_error err = {0};
    c->number++;
    if (c->number % 1024 == 0 && sql_stopped(s))
        return SQLITE_INTERRUPT;
    cu_code code = table_of(base->pVtab)->next(c->inner, &c->row, &err);
    return code == CU_OK ? SQLITE_OK : fail(base->pVtab, code, &err);
}

static int filter(sqlite3_vtab_cursor *base, int number, const char *text, int argc, sqlite3_value **argv)
{
    struct cursor *c = (struct cursor *)base;
    struct sql_filter filters[FILTERS_MAX];
    struct cu_error err = {0};
    char *at = NULL;
    (void)number;
    close_inner(c);
    uint64_t used = strtoull(text, &at, 10);
    for (int i = 0; i < argc && i < FILTERS_MAX; i++) {
        int column = (int)strtol(at + 1, &at, 10), compare = (int)strtol(at + 1, &at, 10);
        filters[i] = (struct sql_filter){column, (enum sql_compare)compare, argument(argv[i])};
    }
    const struct sql_table *t = table_of(base->pVtab);
    cu_code code = t->open(t->context, filters, (size_t)argc, used, &c->inner, &err);
    c->number = 0;
    return code == CU_OK ? advance(base) : fail(base->pVtab, code, &err);
}

static int at_end(sqlite3_vtab_cursor *base)
{
    return !((struct cursor *)base)->row;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *ctx, int i)
{
    struct sql_value v = {.kind = SQL_NULL};
    table_of(base->pVtab)->value(((struct cursor *)base)->inner, i, &v);
    switch (v.kind) {
    case SQL_INT:
        sqlite3_result_int64(ctx, v.number);
        break;
    case SQL_REAL:
        sqlite3_result_double(ctx, v.real);
        break;
    case SQL_TEXT:
        sqlite3_result_text64(ctx, v.text.ptr, v.text.len, SQLITE_TRANSIENT, SQLITE_UTF8);
        break;
    case SQL_NULL:
        sqlite3_result_null(ctx);
        break;
    }
    return SQLITE_OK;
}

static int row_number(sqlite3_vtab_cursor *base, sqlite3_int64 *ret)
{
    *ret = ((struct cursor *)base)->number;
    return SQLITE_OK;
}

static const sqlite3_module module = {
    .iVersion = 0,
    .xConnect = connect_table, // no xCreate: it exists by itself and nobody can make another
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = advance,
    .xEof = at_end,
    .xColumn = column,
    .xRowid = row_number,
};

bool sql_tables_add(struct sql *s, const struct sql_table *tables, size_t count)
{
    s->tables = cu_calloc(count, sizeof *s->tables);
    if (!s->tables)
        return false;
    for (size_t i = 0; i < count; i++) {
        s->tables[i] = (struct sql_bound){s, &tables[i]};
        if (sqlite3_create_module_v2(s->handle, tables[i].name, &module, &s->tables[i], NULL) != SQLITE_OK)
            return false;
    }
    return true;
}
