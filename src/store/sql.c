// SPDX-License-Identifier: Apache-2.0
// Asking: one statement over the tables of sql_tables.c, authorised and limited. See sql.h.
#include "sql_private.h"

#include "base/clock.h"

#include <stdio.h>

enum { OPERATIONS_A_LOOK = 1000, TEXT_MAX = 64 * 1024, COLUMNS_MAX = 200, DEPTH_MAX = 100 };

// Reading and computing; everything else (PRAGMA, ATTACH, writing, transactions) is refused.
static int authorise(void *context, int action, const char *a, const char *b, const char *database, const char *inner)
{
    (void)a;
    (void)database;
    (void)inner;
    if (((const struct sql *)context)->declaring)
        return SQLITE_OK; // the shape of one of our own tables
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return b && strcmp(b, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    default:
        return SQLITE_DENY;
    }
}

// Every OPERATIONS_A_LOOK operations; not 0 ends the statement.
static int look(void *context)
{
    struct sql *s = context;
    s->operations += OPERATIONS_A_LOOK;
    const struct sql_limits *l = s->limits;
    if (s->operations > l->operations)
        return s->stopped = SQL_STOPPED_OPERATIONS;
    if (db_memory_counted() > l->memory)
        return s->stopped = SQL_STOPPED_MEMORY;
    if (cu_mono_us() - s->started_us > l->ms * 1000)
        return s->stopped = SQL_STOPPED_TIME;
    if (l->cancel && atomic_load_explicit(l->cancel, memory_order_relaxed))
        return s->stopped = SQL_STOPPED_CANCEL;
    return 0;
}

static void limit_words(sqlite3 *db)
{
    (void)sqlite3_limit(db, SQLITE_LIMIT_SQL_LENGTH, TEXT_MAX);
    (void)sqlite3_limit(db, SQLITE_LIMIT_COLUMN, COLUMNS_MAX);
    (void)sqlite3_limit(db, SQLITE_LIMIT_EXPR_DEPTH, DEPTH_MAX);
    (void)sqlite3_limit(db, SQLITE_LIMIT_COMPOUND_SELECT, 50);
    (void)sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
    (void)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 8 * 1024 * 1024);
    (void)sqlite3_limit(db, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000);
    (void)sqlite3_limit(db, SQLITE_LIMIT_VARIABLE_NUMBER, 0);
    (void)sqlite3_limit(db, SQLITE_LIMIT_TRIGGER_DEPTH, 0);
    (void)sqlite3_limit(db, SQLITE_LIMIT_WORKER_THREADS, 0);
}

cu_code sql_open(const struct sql_table *tables, size_t count, struct sql **ret, struct cu_error *err)
{
    db_fault_install();
    struct sql *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    if (sqlite3_open_v2(":memory:", &s->handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        goto no_memory;
    (void)sqlite3_db_config(s->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(s->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_db_config(s->handle, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    (void)sqlite3_exec(s->handle, "PRAGMA temp_store = MEMORY", NULL, NULL, NULL);
    if (!sql_tables_add(s, tables, count))
        goto no_memory;
    limit_words(s->handle);
    (void)sqlite3_set_authorizer(s->handle, authorise, s);
    *ret = s;
    return CU_OK;
no_memory:
    sql_close(s);
    return cu_fail(err, CU_MEMORY, "", "no memory for a question");
}

void sql_close(struct sql *s)
{
    if (!s)
        return;
    (void)sqlite3_close(s->handle);
    cu_free(s->tables);
    cu_free(s);
}

static cu_code stopped(const struct sql *s, struct cu_error *err)
{
    switch (s->stopped) {
    case SQL_STOPPED_OPERATIONS:
        return cu_fail(err, CU_TOO_LARGE, "sql", "the question takes more than %llu operations; ask for less, or narrow it by time or event",
            (unsigned long long)s->limits->operations);
    case SQL_STOPPED_MEMORY:
        return cu_fail(err, CU_TOO_LARGE, "sql", "the question needs more than %lld MB; group or filter earlier",
            (long long)(s->limits->memory >> 20));
    case SQL_STOPPED_TIME:
        return cu_fail(err, CU_TIMEOUT, "sql", "the question takes longer than %lld s; narrow it by time or event",
            (long long)(s->limits->ms / 1000));
    default:
        return cu_fail(err, CU_UNAVAILABLE, "sql", "the question was cancelled");
    }
}

static cu_code failed(struct sql *s, int rc, struct cu_error *err)
{
    if (s->stopped)
        return stopped(s, err);
    if (s->table_code != CU_OK) {
        if (err)
            *err = s->table_error;
        return s->table_code;
    }
    if (rc == SQLITE_NOMEM)
        return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    if (rc == SQLITE_AUTH)
        return cu_fail(err, CU_INVALID, "sql", "only reading is possible: one SELECT over the tables of the schema");
    int at = sqlite3_error_offset(s->handle);
    if (at >= 0)
        return cu_fail(err, CU_INVALID, "sql", "at character %d: %s", at + 1, sqlite3_errmsg(s->handle));
    return cu_fail(err, CU_INVALID, "sql", "%s", sqlite3_errmsg(s->handle));
}

static cu_code prepare(struct sql *s, cu_str text, sqlite3_stmt **ret, struct cu_error *err)
{
    const char *rest = NULL;
    if (text.len == 0)
        return cu_fail(err, CU_MISSING, "sql", "a SELECT is expected");
    if (text.len >= TEXT_MAX)
        return cu_fail(err, CU_TOO_LARGE, "sql", "at most %d bytes are accepted", TEXT_MAX - 1);
    int rc = sqlite3_prepare_v2(s->handle, text.ptr, (int)text.len, ret, &rest);
    if (rc != SQLITE_OK)
        return failed(s, rc, err);
    if (!*ret)
        return cu_fail(err, CU_MISSING, "sql", "a SELECT is expected");
    sqlite3_stmt *second = NULL;
    rc = sqlite3_prepare_v2(s->handle, rest, (int)(text.ptr + text.len - rest), &second, NULL);
    (void)sqlite3_finalize(second);
    if (rc != SQLITE_OK || second)
        return cu_fail(err, CU_INVALID, "sql", "one SELECT at a time is accepted");
    if (!sqlite3_stmt_readonly(*ret) || sqlite3_column_count(*ret) == 0)
        return cu_fail(err, CU_INVALID, "sql", "only reading is possible: one SELECT over the tables of the schema");
    return CU_OK;
}

static struct sql_value value_of(sqlite3_stmt *st, int i)
{
    switch (sqlite3_column_type(st, i)) {
    case SQLITE_INTEGER:
        return (struct sql_value){.kind = SQL_INT, .number = sqlite3_column_int64(st, i)};
    case SQLITE_FLOAT:
        return (struct sql_value){.kind = SQL_REAL, .real = sqlite3_column_double(st, i)};
    case SQLITE_TEXT:
    case SQLITE_BLOB: {
        const char *text = (const char *)sqlite3_column_text(st, i);
        return (struct sql_value){.kind = text ? SQL_TEXT : SQL_NULL, .text = {text, (size_t)sqlite3_column_bytes(st, i)}};
    }
    default:
        return (struct sql_value){.kind = SQL_NULL};
    }
}

static cu_code read_rows(struct sql *s, sqlite3_stmt *st, const struct sql_sink *sink, struct sql_stats *ret, struct cu_error *err)
{
    const char *names[COLUMNS_MAX];
    struct sql_value values[COLUMNS_MAX];
    size_t count = (size_t)sqlite3_column_count(st);
    for (size_t i = 0; i < count; i++) {
        names[i] = sqlite3_column_name(st, (int)i);
        if (!names[i])
            return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    }
    CU_TRY(sink->columns(sink->context, names, count, err));
    int rc;
    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        if (ret->rows == s->limits->rows) {
            ret->truncated = true;
            return CU_OK;
        }
        for (size_t i = 0; i < count; i++)
            values[i] = value_of(st, (int)i);
        CU_TRY(sink->row(sink->context, values, count, err));
        ret->rows++;
    }
    return rc == SQLITE_DONE ? CU_OK : failed(s, rc, err);
}

cu_code sql_ask(struct sql *s, cu_str text, const struct sql_limits *limits, const struct sql_sink *sink, struct sql_stats *ret,
    struct cu_error *err)
{
    sqlite3_stmt *st = NULL;
    *ret = (struct sql_stats){0};
    s->limits = limits;
    s->operations = 0;
    s->stopped = 0;
    s->table_code = CU_OK;
    db_memory_count(true);
    s->started_us = cu_mono_us();
    sqlite3_progress_handler(s->handle, OPERATIONS_A_LOOK, look, s);
    cu_code code = prepare(s, text, &st, err);
    if (code == CU_OK)
        code = read_rows(s, st, sink, ret, err);
    (void)sqlite3_finalize(st);
    sqlite3_progress_handler(s->handle, 0, NULL, NULL);
    db_memory_count(false);
    ret->operations = s->operations;
    ret->took_us = cu_mono_us() - s->started_us;
    s->limits = NULL;
    return code;
}

// For a cursor that reads much between two rows: should it end?
bool sql_stopped(struct sql *s)
{
    return s->stopped || look(s) != 0;
}
