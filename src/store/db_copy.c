// SPDX-License-Identifier: Apache-2.0
// Reading a database's file while it is in use. See db_copy.h. The file is read through SQLite's own
// descriptor: closing another one of the same file would drop the locks this process holds on it.
#include "db_copy.h"

#include "db_internal.h"

#include <stdio.h>
#include <sys/stat.h>

enum { FREEZE_BUSY_MS = 200 }; // everybody who writes stands still meanwhile

static const struct db_statement sql_begin = {"freeze_begin", "BEGIN"};
static const struct db_statement sql_look = {"freeze_look", "SELECT count(*) FROM sqlite_schema"};

static cu_code run_now(struct db *d, const struct db_statement *s, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    return db_run(&q, err);
}

static sqlite3_file *file_of(struct db *d)
{
    sqlite3_file *file = NULL;
    (void)sqlite3_file_control(d->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    return file && file->pMethods ? file : NULL;
}

static cu_code freeze(const char *path, struct db *writer, struct db_frozen *f, struct cu_error *err)
{
    char log[4096];
    struct stat st;
    sqlite3_busy_timeout(writer->handle, FREEZE_BUSY_MS);
    cu_code emptied = db_checkpoint(writer, err);
    sqlite3_busy_timeout(writer->handle, DB_BUSY_MS);
    CU_TRY(emptied);
    CU_TRY(run_now(f->reader, &sql_begin, err));
    CU_TRY(run_now(f->reader, &sql_look, err)); // takes the snapshot
    (void)snprintf(log, sizeof log, "%s-wal", path);
    if (stat(log, &st) == 0 && st.st_size > 0)
        return cu_fail(err, CU_LOCKED, "", "%s: somebody writes into it at this moment", f->reader->name);
    sqlite3_file *file = file_of(f->reader);
    sqlite3_int64 size = 0;
    if (!file || file->pMethods->xFileSize(file, &size) != SQLITE_OK)
        return cu_fail(err, CU_IO, "", "%s: cannot find out how large it is", f->reader->name);
    f->bytes = size;
    return CU_OK;
}

cu_code db_freeze(const char *path, const struct db_schema *schema, struct db *writer, struct db_frozen *ret,
    struct cu_error *err)
{
    struct db_frozen f = {0};
    CU_TRY(db_open(path, schema, DB_READ, &f.reader, err));
    cu_code code = freeze(path, writer, &f, err);
    if (code != CU_OK) {
        db_thaw(&f);
        return code;
    }
    *ret = f;
    return CU_OK;
}

cu_code db_frozen_read(const struct db_frozen *f, void *at, size_t len, int64_t offset, struct cu_error *err)
{
    sqlite3_file *file = file_of(f->reader);
    int rc = file ? file->pMethods->xRead(file, at, (int)len, offset) : SQLITE_IOERR;
    return rc == SQLITE_OK ? CU_OK : db_fail(f->reader, err, rc, "copy");
}

void db_thaw(struct db_frozen *f)
{
    if (!f->reader)
        return;
    db_rollback(f->reader);
    db_close(f->reader);
    *f = (struct db_frozen){0};
}
