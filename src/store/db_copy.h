// SPDX-License-Identifier: Apache-2.0
// Copying a database while it is in use, for backups.
//
// Freezing: the write-ahead log is copied back and emptied, then a reading connection takes its
// snapshot. SQLite promises that nothing touches the main file while a reader is on it that needs no
// log, so the file's bytes are the snapshot, and can be read without a second copy on the disk. Writers go
// on into the log, which grows until db_thaw: read fast, then thaw.
#pragma once

#include "db.h"

struct db_frozen {
    struct db *reader;
    int64_t bytes; // size of the file
};
// Nobody may write while this runs (the caller holds the writer's lock). CU_LOCKED: a reader kept the log
// from being emptied for 200 ms; try again.
cu_code db_freeze(const char *path, const struct db_schema *schema, struct db *writer, struct db_frozen *ret,
    struct cu_error *err) CU_MUST;
cu_code db_frozen_read(const struct db_frozen *f, void *at, size_t len, int64_t offset, struct cu_error *err) CU_MUST;
void db_thaw(struct db_frozen *f); // idempotent
