// SPDX-License-Identifier: Apache-2.0
// Shared by audience_history*.c: the connections to audiences.db.
#pragma once

#include "audience_private.h"

#include "store/db.h"

struct history {
    char *path;
    pthread_mutex_t write; // writer, and what goes with it
    struct db *writer;
    int64_t last_id;
    int64_t snapshot_us;
    bool erasing; // rows of `erase` are to be looked at
    pthread_mutex_t read;
    struct db *reader;
    pthread_mutex_t lock; // what follows
    pthread_cond_t wake, done;
    bool stop, running;
    uint64_t asked, written;
    uint32_t *dropped;
    size_t dropped_count, dropped_cap;
    pthread_t thread;
};
extern const struct db_schema *history_schema(void);
// Takes the rows of segments and people away that are no more. write is held, inside a transaction.
cu_code history_remove(struct audiences *a, const uint32_t *dropped, size_t dropped_count, const uint32_t *erased,
    size_t erased_count,
    struct cu_error *err);
cu_code history_bitmap(cu_str bytes, roaring_bitmap_t **ret, struct cu_error *err); // CU_CORRUPT
cu_code history_bitmap_bytes(const roaring_bitmap_t *b, struct cu_buf *out, struct cu_error *err);
