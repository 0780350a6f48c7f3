// SPDX-License-Identifier: Apache-2.0
// SQLite behind named statements. SQL text lives in .sql files beside the code that uses it:
//     -- name: person_by_uuid
//     SELECT pno FROM profile WHERE uuid = :uuid;
// tools/sql2c.py turns each file into a table of struct db_statement at build time; a test prepares
// every one on a freshly migrated database. No SQL is ever built from strings at run time.
//
// Files are opened WAL, synchronous=FULL, secure_delete=ON, foreign_keys=ON, trusted_schema=OFF,
// temp_store=MEMORY (nothing is ever spilled to a temporary file), no mmap, mode 0600.
// One struct db is one connection and belongs to one thread at a time.
//
// Codes: CU_LOCKED another connection held the lock for DB_BUSY_MS; CU_FULL disk full or read-only;
// CU_CORRUPT not our file or damaged; CU_CONFLICT a constraint; CU_MEMORY; CU_IO; CU_INTERNAL bad
// SQL. Texts name the database and the statement, never a value.
#pragma once

#include "base/memory.h"

struct db;
struct db_statement {
    const char *name;
    const char *sql;
};
struct db_migration {
    int version;     // 1, 2, 3 ... forward only
    const char *sql; // several statements
};
struct db_schema {
    const char *name; // "records", "keys", "index"
    const struct db_migration *migrations;
    size_t migration_count;
};
enum db_mode { DB_WRITE, DB_READ };
#define DB_BUSY_MS 5000         // how long a lock is waited for
#define DB_WRITE_CACHE_KIB 8192 // page cache at most; grows only as pages are read
#define DB_READ_CACHE_KIB 2048

// Opens. DB_WRITE creates the file (folder must exist) and migrates it forward, one transaction per
// step. DB_READ never writes: CU_NOT_FOUND when absent, CU_VERSION when older than the schema too.
// CU_VERSION for a newer schema or for a file of another schema name; CU_LOCKED, CU_FULL,
// CU_CORRUPT.
cu_code db_open(const char *path, const struct db_schema *schema, enum db_mode mode,
    struct db **ret, struct cu_error *err) CU_MUST;
void db_close(struct db *d); // NULL is fine; rolls back what is open
// BEGIN IMMEDIATE. When memory or storage fails inside a transaction, SQLite ends all of it: from
// there on every query and db_commit fail with CU_IO until db_rollback, so that nothing of a lost
// batch is stored by itself.
cu_code db_begin(struct db *d, struct cu_error *err) CU_MUST;
cu_code db_commit(struct db *d, struct cu_error *err) CU_MUST; // a failed commit is rolled back
// Fine when no transaction is open. Also resets every query an error path left without db_end: call
// it before a reading connection goes back to its pool, or its snapshot would pin the WAL.
void db_rollback(struct db *d);
bool db_in_transaction(const struct db *d);
cu_code db_checkpoint(struct db *d, struct cu_error *err) CU_MUST; // wal_checkpoint(TRUNCATE)

// A statement taken from the connection's cache, reset and unbound. Use as:
//     struct db_query q;
//     CU_TRY(db_prepare(d, &people_sql_person_by_uuid, &q, err));
//     db_bind_blob(&q, ":uuid", id, 16);
//     while (db_step(&q)) { pno = db_i64(&q, 0); }
//     CU_TRY(db_end(&q, err));
// Binding and stepping errors are kept and returned by db_end. A name the statement does not have
// is a bug (assert). The same statement may be prepared again while its rows are still being read.
struct db_query {
    struct db *db;
    const struct db_statement *statement;
    void *stmt;
    int rc;
};
cu_code db_prepare(
    struct db *d, const struct db_statement *s, struct db_query *q, struct cu_error *err) CU_MUST;
void db_bind_i64(struct db_query *q, const char *name, int64_t v);
void db_bind_str(struct db_query *q, const char *name, cu_str v); // ptr NULL binds NULL; not copied
void db_bind_blob(
    struct db_query *q, const char *name, const void *p, size_t len); // p NULL binds NULL
void db_bind_null(struct db_query *q, const char *name);
void db_bind_f64(struct db_query *q, const char *name, double v); // NaN binds NULL
bool db_step(struct db_query *q); // true: a row is there
int64_t db_i64(struct db_query *q, int column);
bool db_is_null(struct db_query *q, int column);
double db_f64(struct db_query *q, int column); // NaN when NULL
cu_str db_str(struct db_query *q, int column);  // valid until the next step or end
cu_str db_blob(struct db_query *q, int column); // the same
cu_code db_end(
    struct db_query *q, struct cu_error *err) CU_MUST; // resets; CU_CONFLICT for a constraint
cu_code db_run(struct db_query *q, struct cu_error *err) CU_MUST; // step to the end, then db_end
int64_t db_changes(const struct db *d); // rows changed by the last statement
int64_t db_last_rowid(const struct db *d);
cu_code db_integrity(
    struct db *d, struct cu_error *err) CU_MUST; // integrity_check + foreign keys: CU_CORRUPT
int db_version(const struct db *d);              // the schema version the file has
