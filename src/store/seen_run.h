// SPDX-License-Identifier: Apache-2.0
// A run of the seen set: entries (tag, seq) sorted by tag in two immutable files.
//
//   0000000007.tags    blocks of 4 KiB: 170 entries of 24 bytes, CRC32C; then the first 8 bytes of
//   each
//                      block's first tag, then a footer (64 bytes)
//   0000000007.filter  blocked Bloom filter: blocks of 64 bytes, 480 bits and a CRC32C, 12 bits an
//   entry
//
// Tags are uniform (keyed hashes), so the filter block of a tag is chosen by its leading bits: in
// the order of the entries, which lets a merge write the filter as a stream in constant memory.
#pragma once

#include "base/memory.h"
#include "seen.h"
#include "wire.h"

#define SEEN_BLOCK 4096u
#define SEEN_BLOCK_ENTRIES 170u
#define SEEN_FILTER_BLOCK 64u
#define SEEN_PATH_MAX 4096

struct seen_entry { // as on disk
    seen_tag tag;
    uint64_t seq;
};
_Static_assert(sizeof(struct seen_entry) == 24, "the entry is a file format");

static inline int seen_tag_cmp(const seen_tag *a, const seen_tag *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static inline uint64_t seen_prefix(const seen_tag *t) // orders as the tag does
{
    return __builtin_bswap64(wire_get64(t->bytes));
}

struct seen_info { // what the manifest says of a run
    uint64_t number, entries;
    int64_t min_ms, max_ms; // times at which its entries were checked
};

struct seen_run {
    struct seen_info info;
    int tags_fd, filter_fd;
    uint64_t *prefixes; // of each block's first tag
    size_t block_count;
    uint64_t filter_blocks;
    uint8_t *filter;           // the whole filter, checked; NULL: read a block at a time
    uint8_t block[SEEN_BLOCK]; // the last block read, checked
    size_t block_number;
    bool merging; // the merger reads it: ageing out spares it (under the set's lock)
};

// A filter of at most filter_max bytes is held in memory.
cu_code seen_run_open(const char *folder, const struct seen_info *info, size_t filter_max,
    struct seen_run **ret, struct cu_error *err) CU_MUST;
void seen_run_close(struct seen_run *r);          // NULL is fine
size_t seen_run_memory(const struct seen_run *r); // bytes of the filter it holds
cu_code seen_run_unlink(const char *folder, uint64_t number, struct cu_error *err) CU_MUST;
// *ret_seq: what the tag was stored with, 0 when it is not in this run.
cu_code seen_run_find(
    struct seen_run *r, const seen_tag *tag, uint64_t *ret_seq, struct cu_error *err) CU_MUST;
// The entries of a block into at (room for SEEN_BLOCK_ENTRIES); does not touch r->block.
cu_code seen_run_block(const struct seen_run *r, size_t block, struct seen_entry *at,
    size_t *ret_count, struct cu_error *err) CU_MUST;
cu_code seen_run_verify(struct seen_run *r, struct cu_error *err) CU_MUST; // reads everything

// Writing: entries in order, each tag once. entries_max bounds what will be added (sizes the
// filter).
struct seen_writer;
cu_code seen_writer_new(const char *folder, uint64_t number, uint64_t entries_max,
    struct seen_writer **ret, struct cu_error *err) CU_MUST;
cu_code seen_writer_add(
    struct seen_writer *w, const struct seen_entry *e, struct cu_error *err) CU_MUST;
// Syncs both files, frees w in any case; on failure the files are removed.
cu_code seen_writer_finish(
    struct seen_writer *w, uint64_t *ret_entries, struct cu_error *err) CU_MUST;
void seen_writer_abandon(struct seen_writer *w); // NULL is fine

// Shared by reader and writer.
#define SEEN_FOOTER 64
struct seen_footer {
    uint64_t number, entries, blocks, filter_blocks;
    uint32_t prefixes_crc;
};
void seen_footer_put(const struct seen_footer *f, uint8_t at[SEEN_FOOTER]);
bool seen_footer_get(const uint8_t at[SEEN_FOOTER], struct seen_footer *ret);
void seen_run_path(
    char ret[SEEN_PATH_MAX], const char *folder, uint64_t number, const char *suffix);
uint64_t seen_filter_place(const seen_tag *t, uint64_t filter_blocks);
void seen_filter_set(uint8_t block[SEEN_FILTER_BLOCK], const seen_tag *t);
bool seen_filter_has(const uint8_t block[SEEN_FILTER_BLOCK], const seen_tag *t);
