// SPDX-License-Identifier: Apache-2.0
// SQLite connections: opening with the settings every Custos file has, migrations through
// PRAGMA user_version, transactions, checkpoints. Statements are in db_query.c.
// Called by everything that keeps rows (people, consent, collect, keys). It knows no table.
#include "db_internal.h"

#include "base/file.h"
#include "base/hash.h"
#include "base/log.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

// A row or statement may not be larger: a damaged length must not make SQLite allocate a gigabyte.
#define DB_ROW_BYTES_MAX (64 * 1024 * 1024)

static const struct db_statement sql_begin = {"begin", "BEGIN IMMEDIATE"};
static const struct db_statement sql_commit = {"commit", "COMMIT"};
static const struct db_statement sql_rollback = {"rollback", "ROLLBACK"};

static bool errno_is_full(int e)
{
    return e == ENOSPC || e == EDQUOT || e == EROFS;
}

static cu_code code_of(const struct db *d, int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return CU_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return CU_LOCKED;
    case SQLITE_FULL:
    case SQLITE_READONLY:
        return CU_FULL;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return CU_CORRUPT;
    case SQLITE_NOMEM:
        return CU_MEMORY;
    case SQLITE_CONSTRAINT:
        return CU_CONFLICT;
    case SQLITE_TOOBIG:
        return CU_TOO_LARGE;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
    case SQLITE_ABORT: // the rows of a query whose transaction was rolled back
        if (rc == SQLITE_IOERR_NOMEM)
            return CU_MEMORY;
        return errno_is_full(sqlite3_system_errno(d->handle)) ? CU_FULL : CU_IO;
    default:
        return CU_INTERNAL;
    }
}

cu_code db_fail(const struct db *d, struct cu_error *err, int rc, const char *what)
{
    // SQLite's own message names the violated constraint's table and columns. Elsewhere it could
    // quote a value (a JSON path, a search expression), so only the result code's text is used.
    cu_code code = code_of(d, rc);
    if (db_memory_was_short() && code == CU_INTERNAL)
        code = CU_MEMORY;
    const char *reason = code == CU_CONFLICT ? sqlite3_errmsg(d->handle) : sqlite3_errstr(rc);
    return cu_fail(err, code, "", "%s: %s: %s", d->name, what, reason);
}

static cu_code exec(struct db *d, const char *what, const char *sql, struct cu_error *err)
{
    int rc = sqlite3_exec(d->handle, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? CU_OK : db_fail(d, err, rc, what);
}

static cu_code pragma_i64(struct db *d, const char *sql, int64_t *ret, struct cu_error *err)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(d->handle, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    int64_t value = rc == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
    cu_code code = rc == SQLITE_ROW ? CU_OK : db_fail(d, err, rc, "open");
    sqlite3_finalize(stmt);
    if (code == CU_OK)
        *ret = value;
    return code;
}

// SQLite would create the file 0644 and, where it may only read, silently open it read-only: so the
// file is made here first, 0600, and WAL and shared memory files inherit its mode.
static cu_code create_file(const char *path, const char *name, struct cu_error *err)
{
    CU_AUTO_FD int fd = -1;
    bool absent = access(path, F_OK) != 0;
    cu_code code = cu_file_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600, &fd, err);
    if (code == CU_IO && (errno == EACCES || errno == EPERM || errno == EROFS))
        return cu_fail(err, CU_FULL, "", "%s: the file or its folder is read-only", name);
    CU_TRY(code);
    if (!absent)
        return CU_OK;
    char folder[4096] = ".";
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 0;
    if (len >= sizeof folder)
        return cu_fail(err, CU_TOO_LARGE, "", "%s: the path is longer than 4095 bytes", name);
    if (len > 0) {
        memcpy(folder, path, len);
        folder[len] = '\0';
    }
    return cu_dir_sync(folder, err);
}

static cu_code open_handle(struct db *d, const char *path, enum db_mode mode, struct cu_error *err)
{
    if (mode == DB_WRITE)
        CU_TRY(create_file(path, d->name, err));
    else if (access(path, F_OK) != 0)
        return cu_fail(err, CU_NOT_FOUND, "", "%s: there is no such database", d->name);
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                (mode == DB_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
    int rc = sqlite3_open_v2(path, &d->handle, flags, DB_VFS);
    if (d->handle == NULL)
        return cu_fail(err, CU_MEMORY, "", "%s: no memory to open the database", d->name);
    return rc == SQLITE_OK ? CU_OK : db_fail(d, err, rc, "open");
}

#define DB_TEXT_OF(x) #x
#define DB_TEXT(x) DB_TEXT_OF(x)

static cu_code configure(struct db *d, enum db_mode mode, struct cu_error *err)
{
    sqlite3_busy_timeout(d->handle, DB_BUSY_MS);
    sqlite3_db_config(d->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(d->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(d->handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_limit(d->handle, SQLITE_LIMIT_LENGTH, DB_ROW_BYTES_MAX);
    sqlite3_limit(d->handle, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(d->handle, SQLITE_LIMIT_WORKER_THREADS, 0);
    CU_TRY(exec(d, "open",
        "PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
        "PRAGMA mmap_size=0; PRAGMA cell_size_check=ON;",
        err));
    if (mode == DB_READ)
        return exec(d, "open",
            "PRAGMA query_only=ON; PRAGMA cache_size=-" DB_TEXT(DB_READ_CACHE_KIB) ";", err);
    // secure_delete before anything is written. The WAL is copied back every 16 MiB (not 4: each
    // copy costs two fsyncs) and cut to 32 MiB afterwards, should a long reader have let it grow.
    CU_TRY(exec(d, "open",
        "PRAGMA secure_delete=ON; PRAGMA cache_size=-" DB_TEXT(
            DB_WRITE_CACHE_KIB) ";"
                                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
                                "wal_autocheckpoint=4000;"
                                "PRAGMA journal_size_limit=33554432;",
        err));
    return CU_OK;
}

// The application id says which schema a file belongs to, so that index.db restored under the name
// keys.db is refused before a statement touches it. Positive: SQLite keeps it as a signed 32 bit.
static int application_id(const char *name)
{
    return (int)(cu_crc32c(0, name, strlen(name)) & 0x7fffffff) | 1;
}

static cu_code migrate_step(struct db *d, const struct db_migration *m, struct cu_error *err)
{
    CU_TRY(db_begin(d, err));
    int64_t now = 0; // read again under the lock: another process may have just done it
    cu_code code = pragma_i64(d, "PRAGMA user_version", &now, err);
    if (code == CU_OK && now < m->version) {
        code = exec(d, "migrate", m->sql, err);
        char sql[96]; // a PRAGMA takes no parameters; both are our own numbers
        snprintf(sql, sizeof sql, "PRAGMA user_version=%d; PRAGMA application_id=%d;", m->version,
            application_id(d->name));
        if (code == CU_OK)
            code = exec(d, "migrate", sql, err);
    }
    if (code != CU_OK) {
        db_rollback(d);
        return code;
    }
    return db_commit(d, err);
}

static cu_code migrate(
    struct db *d, const struct db_schema *schema, enum db_mode mode, struct cu_error *err)
{
    int newest = 0;
    for (size_t i = 0; i < schema->migration_count; i++) {
        assert(schema->migrations[i].version > newest);
        newest = schema->migrations[i].version;
    }
    int64_t version = 0, id = 0;
    CU_TRY(pragma_i64(d, "PRAGMA user_version", &version, err));
    CU_TRY(pragma_i64(d, "PRAGMA application_id", &id, err));
    if (id != (version == 0 ? 0 : application_id(d->name)))
        return cu_fail(err, CU_VERSION, "", "%s: the file is not this database", d->name);
    if (version > newest)
        return cu_fail(err, CU_VERSION, "",
            "%s: schema %lld was written by a newer Custos; this one knows %d", d->name,
            (long long)version, newest);
    if (mode == DB_READ && version < newest)
        return cu_fail(err, CU_VERSION, "",
            "%s: schema %lld is older than %d; a start of the server migrates it", d->name,
            (long long)version, newest);
    for (size_t i = 0; i < schema->migration_count; i++)
        if (schema->migrations[i].version > version)
            CU_TRY(migrate_step(d, &schema->migrations[i], err));
    d->version = newest;
    return CU_OK;
}

cu_code db_open(const char *path, const struct db_schema *schema, enum db_mode mode,
    struct db **ret, struct cu_error *err)
{
    db_fault_install();
    struct db *d = cu_calloc(1, sizeof *d);
    if (d == NULL)
        return cu_fail(err, CU_MEMORY, "", "%s: no memory to open the database", schema->name);
    d->name = schema->name;
    cu_code code = open_handle(d, path, mode, err);
    if (code == CU_OK)
        code = configure(d, mode, err);
    if (code == CU_OK)
        code = migrate(d, schema, mode, err);
    if (code != CU_OK) {
        db_close(d);
        return code;
    }
    *ret = d;
    return CU_OK;
}

void db_close(struct db *d)
{
    if (d == NULL)
        return;
    uint32_t left = d->handle ? db_reset_all(d) : 0;
    if (left > 0)
        cu_log(
            CU_LOG_WARN, "db.queries_not_ended", CU_LS("database", d->name), CU_LI("count", left));
    if (d->handle)
        db_finalize_all(d);
    int rc = sqlite3_close(d->handle); // NULL is fine; an open transaction is rolled back
    assert(rc == SQLITE_OK);
    (void)rc;
    cu_free(d);
}

static cu_code run_now(struct db *d, const struct db_statement *s, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    return db_run(&q, err);
}

cu_code db_begin(struct db *d, struct cu_error *err)
{
    assert(!db_in_transaction(d));
    struct db_query ready; // a rollback must not depend on memory that may be gone by then
    CU_TRY(db_prepare(d, &sql_rollback, &ready, err));
    CU_TRY(db_end(&ready, err));
    d->begun = false;
    cu_code code = run_now(d, &sql_begin, err);
    if (code != CU_OK) { // the transaction may have begun although memory failed right after
        db_rollback(d);
        return code;
    }
    d->begun = true;
    return CU_OK;
}

cu_code db_commit(struct db *d, struct cu_error *err)
{
    cu_code code = run_now(d, &sql_commit, err); // refused when the transaction is lost
    if (code != CU_OK)
        db_rollback(d);
    d->begun = false;
    return code;
}

void db_rollback(struct db *d)
{
    db_reset_all(d);
    d->begun = false;
    if (!db_in_transaction(d))
        return;
    struct cu_error err;
    if (run_now(d, &sql_rollback, &err) == CU_OK || !db_in_transaction(d))
        return;
    // ROLLBACK fails only when memory for its statement is gone; without one it needs none.
    sqlite3_exec(d->handle, "ROLLBACK", NULL, NULL, NULL);
    if (db_in_transaction(d))
        cu_log_error("db.rollback_failed", &err);
}

bool db_in_transaction(const struct db *d)
{
    return sqlite3_get_autocommit(d->handle) == 0;
}

cu_code db_checkpoint(struct db *d, struct cu_error *err)
{
    int rc = sqlite3_wal_checkpoint_v2(d->handle, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    return rc == SQLITE_OK ? CU_OK : db_fail(d, err, rc, "checkpoint");
}

int64_t db_changes(const struct db *d)
{
    return sqlite3_changes64(d->handle);
}

int64_t db_last_rowid(const struct db *d)
{
    return sqlite3_last_insert_rowid(d->handle);
}

int db_version(const struct db *d)
{
    return d->version;
}

cu_code db_integrity(struct db *d, struct cu_error *err)
{
    static const struct db_statement pages = {"integrity_check", "PRAGMA integrity_check(1)"};
    static const struct db_statement keys = {"foreign_key_check", "PRAGMA foreign_key_check"};
    struct db_query q;
    CU_TRY(db_prepare(d, &pages, &q, err));
    bool sound = db_step(&q) && cu_str_eqz(db_str(&q, 0), "ok");
    cu_code code = db_end(&q, err);
    if (code == CU_OK && !sound)
        code = cu_fail(
            err, CU_CORRUPT, "", "%s: the integrity check found damaged pages or indexes", d->name);
    CU_TRY(code);
    CU_TRY(db_prepare(d, &keys, &q, err));
    bool dangling = db_step(&q);
    CU_TRY(db_end(&q, err));
    return dangling ? cu_fail(err, CU_CORRUPT, "", "%s: a row refers to a row that is not there",
                          d->name)
                    : CU_OK;
}
