// SPDX-License-Identifier: Apache-2.0
// Statements of one SQLite connection: each named statement is prepared once per connection and
// found again by the address of its row. Errors of binding and stepping wait in the query until
// db_end, so that the code between reads without a check per line.
#include "db_internal.h"

#include <math.h>
#include <assert.h>

#define DB_CACHE_FIRST                                                                             \
    32 // slots; doubled when half full. The program has a few hundred statements.

static struct db_cached *slot_of(
    struct db_cached *cache, uint32_t cap, const struct db_statement *s)
{
    // Rows of one table lie 16 bytes apart: the multiplication spreads them.
    uint64_t h = ((uint64_t)(uintptr_t)s >> 4) * 0x9e3779b97f4a7c15u;
    for (uint32_t i = (uint32_t)(h >> 32) & (cap - 1);; i = (i + 1) & (cap - 1))
        if (cache[i].statement == s || cache[i].statement == NULL)
            return &cache[i];
}

static bool make_room(struct db *d)
{
    if (d->cache_cap > 0 && d->cache_count < d->cache_cap / 2)
        return true;
    uint32_t cap = d->cache_cap ? d->cache_cap * 2 : DB_CACHE_FIRST;
    struct db_cached *cache = cu_calloc(cap, sizeof *cache);
    if (cache == NULL)
        return false;
    for (uint32_t i = 0; i < d->cache_cap; i++)
        if (d->cache[i].statement)
            *slot_of(cache, cap, d->cache[i].statement) = d->cache[i];
    cu_free(d->cache);
    d->cache = cache;
    d->cache_cap = cap;
    return true;
}

uint32_t db_reset_all(struct db *d)
{
    uint32_t taken = 0;
    for (uint32_t i = 0; i < d->cache_cap; i++) {
        taken += d->cache[i].taken;
        d->cache[i].taken = false;
    }
    // Asked of SQLite itself, so that nested queries, which are not in the cache, are reset, too.
    sqlite3_stmt *s = sqlite3_next_stmt(d->handle, NULL);
    for (; s; s = sqlite3_next_stmt(d->handle, s))
        if (sqlite3_stmt_busy(s))
            sqlite3_reset(s);
    return taken;
}

void db_finalize_all(struct db *d)
{
    for (sqlite3_stmt *s; (s = sqlite3_next_stmt(d->handle, NULL)) != NULL;)
        sqlite3_finalize(s);
    cu_free(d->cache);
    d->cache = NULL;
    d->cache_cap = d->cache_count = 0;
}

cu_code db_prepare(
    struct db *d, const struct db_statement *s, struct db_query *q, struct cu_error *err)
{
    *q = (struct db_query){.db = d, .statement = s, .rc = SQLITE_OK};
    // A statement that is there needs no memory: ROLLBACK must run when none is left.
    struct db_cached *slot = d->cache_cap > 0 ? slot_of(d->cache, d->cache_cap, s) : NULL;
    if (!slot || !slot->statement) {
        if (!make_room(d))
            return cu_fail(err, CU_MEMORY, "", "%s: no memory for a statement", d->name);
        slot = slot_of(d->cache, d->cache_cap, s);
    }
    if (slot->statement && !slot->taken) {
        slot->taken = true;
        q->stmt = slot->stmt;
        return CU_OK;
    }
    sqlite3_stmt *stmt = NULL;
    bool nested =
        slot->statement != NULL; // its rows are being read further up: a second one, not kept
    unsigned flags = nested ? 0 : SQLITE_PREPARE_PERSISTENT;
    int rc = sqlite3_prepare_v3(d->handle, s->sql, -1, flags, &stmt, NULL);
    if (rc == SQLITE_ERROR) // our SQL does not fit our schema; the message can only quote that SQL
        return cu_fail(
            err, CU_INTERNAL, "", "%s: %s: %s", d->name, s->name, sqlite3_errmsg(d->handle));
    if (rc != SQLITE_OK)
        return db_fail(d, err, rc, s->name);
    assert(stmt != NULL);
    if (!nested) {
        *slot = (struct db_cached){.statement = s, .stmt = stmt, .taken = true};
        d->cache_count++;
    }
    q->stmt = stmt;
    return CU_OK;
}

static int index_of(const struct db_query *q, const char *name)
{
    int index = sqlite3_bind_parameter_index(q->stmt, name);
    assert(index > 0 && "the statement has no such parameter");
    return index;
}

static void keep(struct db_query *q, int rc)
{
    if (rc != SQLITE_OK && q->rc == SQLITE_OK)
        q->rc = rc;
}

void db_bind_i64(struct db_query *q, const char *name, int64_t v)
{
    keep(q, sqlite3_bind_int64(q->stmt, index_of(q, name), v));
}

void db_bind_f64(struct db_query *q, const char *name, double v)
{
    keep(q, isnan(v) ? sqlite3_bind_null(q->stmt, index_of(q, name)) : sqlite3_bind_double(q->stmt, index_of(q, name), v));
}

void db_bind_str(struct db_query *q, const char *name, cu_str v)
{
    keep(q,
        sqlite3_bind_text64(q->stmt, index_of(q, name), v.ptr, v.len, SQLITE_STATIC, SQLITE_UTF8));
}

void db_bind_blob(struct db_query *q, const char *name, const void *p, size_t len)
{
    keep(q, sqlite3_bind_blob64(q->stmt, index_of(q, name), p, len, SQLITE_STATIC));
}

void db_bind_null(struct db_query *q, const char *name)
{
    keep(q, sqlite3_bind_null(q->stmt, index_of(q, name)));
}

bool db_step(struct db_query *q)
{
    if (q->rc != SQLITE_OK && q->rc != SQLITE_ROW)
        return false; // failed, or at its end: stepping again would start over
    if (q->rc == SQLITE_OK && db_lost(q->db)) {
        q->rc = SQLITE_ABORT_ROLLBACK;
        return false;
    }
    q->rc = sqlite3_step(q->stmt);
    return q->rc == SQLITE_ROW;
}

int64_t db_i64(struct db_query *q, int column)
{
    return sqlite3_column_int64(q->stmt, column);
}

double db_f64(struct db_query *q, int column)
{
    return db_is_null(q, column) ? (double)NAN : sqlite3_column_double(q->stmt, column);
}

bool db_is_null(struct db_query *q, int column)
{
    return sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

cu_str db_str(struct db_query *q, int column)
{
    const void *text = sqlite3_column_text(q->stmt, column);
    return text ? (cu_str){text, (size_t)sqlite3_column_bytes(q->stmt, column)} : CU_NONE;
}

cu_str db_blob(struct db_query *q, int column)
{
    const void *bytes = sqlite3_column_blob(q->stmt, column);
    return bytes ? (cu_str){bytes, (size_t)sqlite3_column_bytes(q->stmt, column)} : CU_NONE;
}

cu_code db_end(struct db_query *q, struct cu_error *err)
{
    struct db *d = q->db;
    int rc = q->rc;
    bool failed = rc != SQLITE_OK && rc != SQLITE_ROW && rc != SQLITE_DONE;
    // The text is made before the reset, which clears what SQLite knows of the failure.
    cu_code code = failed ? db_fail(d, err, rc, q->statement->name) : CU_OK;
    struct db_cached *slot = slot_of(d->cache, d->cache_cap, q->statement);
    if (slot->stmt == q->stmt) {
        sqlite3_reset(q->stmt);
        sqlite3_clear_bindings(q->stmt); // the caller's bytes may go away now
        slot->taken = false;
    } else {
        sqlite3_finalize(q->stmt);
    }
    q->stmt = NULL;
    return code;
}

cu_code db_run(struct db_query *q, struct cu_error *err)
{
    while (db_step(q))
        continue;
    return db_end(q, err);
}
