// SPDX-License-Identifier: Apache-2.0
// The newest rows, in memory until they are written as a run. The bytes of all of them live in one
// store that only grows; published rows live in sorted, immutable chunks that point into it. Both
// are shared with readers by counted references and replayed from the journal after a crash.
#pragma once

#include "timeline_block.h"

struct timeline_store_block {
    struct timeline_store_block *next; // older
    size_t cap, used;
    char bytes[];
};

struct timeline_store { // bytes, values and texts; appended to by the writer, read by everybody
    _Atomic uint32_t references;
    struct timeline_store_block *newest;
    size_t bytes; // allocated
    struct timeline_tail_text **texts; // open addressing; the writer's own
    size_t text_count, text_cap;
};

struct timeline_store *timeline_store_new(void); // NULL: no memory
struct timeline_store *timeline_store_ref(struct timeline_store *s);
void timeline_store_unref(struct timeline_store *s); // NULL is fine
// A place for len bytes that does not move; NULL when out of memory.
char *timeline_store_room(struct timeline_store *s, size_t len);
void *timeline_store_aligned(struct timeline_store *s, size_t len); // at a multiple of 8
// The record of a text, the same for the same text; NULL when out of memory.
const struct timeline_tail_text *timeline_store_text(struct timeline_store *s, uint64_t hash, cu_str text);

// Sorts a copy of rows.
struct timeline_chunk *timeline_chunk_of(const struct timeline_row *rows, size_t count);
struct timeline_chunk *timeline_chunk_merge(
    const struct timeline_chunk *a, const struct timeline_chunk *b);
struct timeline_chunk *timeline_chunk_ref(struct timeline_chunk *c);
void timeline_chunk_unref(struct timeline_chunk *c); // NULL is fine
// The index of the first row whose key is not below key.
size_t timeline_chunk_find(const struct timeline_chunk *c, const struct timeline_row *key);

static inline const char *timeline_tail_bytes(const struct timeline_row *r)
{
    return (const char *)(uintptr_t)r->bytes_at;
}
