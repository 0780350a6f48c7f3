// SPDX-License-Identifier: Apache-2.0
// The spool: sealed files for what is too large for memory or for a database row: uploads while
// they arrive, the rows an import refused. Each file has a random key, wrapped by the keyring's
// branch "spool" and kept in the file's header; deleting destroys that key first. Plaintext never
// touches the disk. A file is written once, front to back, by one writer; a broken one is never
// continued.
//
// Threads: the spool itself any; one writer or reader belongs to one thread at a time.
#pragma once

#include "base/memory.h"

struct spool;
struct keyring;
struct spool_options {
    const char *folder; // DATA/spool, made when absent
    struct keyring *keyring;
    int64_t free_bytes_min; // appending stops (CU_FULL) while less is free on the disk, so that an
                            // upload never starves the journal; default 64 MiB, -1 for none
};
cu_code spool_open(const struct spool_options *o, struct spool **ret, struct cu_error *err) CU_MUST;
void spool_close(struct spool *s); // every writer and reader was ended before

#define SPOOL_CHUNK 65536 // plaintext bytes sealed at once

// Writing. Numbers grow, are never used again and fit into 53 bits.
struct spool_writer;
cu_code spool_create(struct spool *s, struct spool_writer **ret, struct cu_error *err) CU_MUST;
int64_t spool_writer_number(const struct spool_writer *w);
int64_t spool_writer_size(const struct spool_writer *w); // plaintext bytes appended so far
cu_code spool_append(
    struct spool_writer *w, const void *bytes, size_t len, struct cu_error *err) CU_MUST;
// Everything appended so far is durable and readable (SPOOL_SYNCED) when this returns.
cu_code spool_sync(struct spool_writer *w, struct cu_error *err) CU_MUST;
// Ends the file durably and frees w, also on failure (then the file is deleted).
cu_code spool_finish(struct spool_writer *w, struct cu_error *err) CU_MUST;
void spool_abort(struct spool_writer *w); // deletes the file; NULL is fine
// Frees w and leaves the file unfinished but durable up to the last spool_sync: what a crash
// leaves.
void spool_leave(struct spool_writer *w);

// Reading.
enum spool_part {
    SPOOL_WHOLE,  // the file must have been finished: CU_CORRUPT where it breaks off
    SPOOL_SYNCED, // a file still being written or left by a crash: ends where no whole chunk
                  // follows
};
struct spool_reader;
// CU_NOT_FOUND when there is no such file; CU_KEY when its key does not open; CU_CORRUPT.
cu_code spool_read_open(struct spool *s, int64_t number, enum spool_part part,
    struct spool_reader **ret, struct cu_error *err) CU_MUST;
void spool_read_close(struct spool_reader *r); // NULL is fine
// Up to room bytes; *ret_len 0 at the end.
cu_code spool_read(
    struct spool_reader *r, void *into, size_t room, size_t *ret_len, struct cu_error *err) CU_MUST;
// The next read starts at this plaintext byte (clamped to the end). Walks chunk headers only.
cu_code spool_seek(struct spool_reader *r, int64_t offset, struct cu_error *err) CU_MUST;
int64_t spool_tell(const struct spool_reader *r);
// Plaintext bytes of a finished file.
cu_code spool_size(struct spool *s, int64_t number, int64_t *ret, struct cu_error *err) CU_MUST;

// Destroys the key, then the file. Absent is fine.
cu_code spool_delete(struct spool *s, int64_t number, struct cu_error *err) CU_MUST;
// The numbers of all files, ascending, in the arena: for those who know which ones are still
// wanted.
cu_code spool_list(struct spool *s, struct cu_arena *a, int64_t **ret, size_t *ret_count,
    struct cu_error *err) CU_MUST;
