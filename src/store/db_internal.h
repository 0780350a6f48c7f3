// SPDX-License-Identifier: Apache-2.0
// What db.c (files, transactions, migrations), db_query.c (statements) and db_fault.c (SQLite's
// memory and file calls behind base/fault.h) share. Nobody else includes this.
#pragma once

#include "db.h"

#include <sqlite3.h>

struct db_cached { // one prepared statement of the connection, found by the address of its row
    const struct db_statement *statement;
    sqlite3_stmt *stmt;
    bool taken; // between db_prepare and db_end
};

struct db {
    sqlite3 *handle;
    const char *name; // of the schema, for error texts
    int version;
    bool begun;              // db_begin succeeded, neither db_commit nor db_rollback came since
    struct db_cached *cache; // open addressing, a power of two, at most half full
    uint32_t cache_cap, cache_count;
};

// SQLite ends the whole transaction when memory or storage fails, even in a SELECT; what followed
// would then be stored row by row. Such a transaction is lost: nothing runs in it any more.
static inline bool db_lost(const struct db *d)
{
    return d->begun && sqlite3_get_autocommit(d->handle) != 0;
}
// Turns a SQLite result into a code and a text: "<database>: <what>: <reason>".
cu_code db_fail(const struct db *d, struct cu_error *err, int rc, const char *what);
// Resets every query still taken; returns how many there were.
uint32_t db_reset_all(struct db *d);
void db_finalize_all(struct db *d);

// Before the first connection: SQLite's allocator and file system go through cu_alloc and
// cu_fault_hit, so that tests can make any of their calls fail. Costs one relaxed load each.
#define DB_VFS "custos"
void db_fault_install(void);
bool db_memory_was_short(void); // an allocation failed on this thread since it was last asked
// Memory of the connections this thread uses: bytes held more than when counting was switched on.
void db_memory_count(bool on);
int64_t db_memory_counted(void);
