// SPDX-License-Identifier: Apache-2.0
// Reading a run of the seen set (seen_run.h). A look-up asks the filter first: for a tag that is
// not in the run (99 of 100) that is all. Every block read from disk is checked: a flipped bit in
// the filter would let a duplicate pass in silence.
#include "seen_run.h"

#include "base/file.h"
#include "base/hash.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define FILTER_BITS 480u
#define FILTER_PROBES 7u
#define NO_BLOCK SIZE_MAX

static const uint8_t footer_magic[8] = {'C', 'U', 'S', 'E', 'E', 'N', 'R', '1'};

void seen_run_path(char ret[SEEN_PATH_MAX], const char *folder, uint64_t number, const char *suffix)
{
    int n =
        snprintf(ret, SEEN_PATH_MAX, "%s/%010llu%s", folder, (unsigned long long)number, suffix);
    assert(n > 0 && n < SEEN_PATH_MAX);
}

void seen_footer_put(const struct seen_footer *f, uint8_t at[SEEN_FOOTER])
{
    memset(at, 0, SEEN_FOOTER);
    memcpy(at, footer_magic, 8);
    wire_put64(at + 8, f->number);
    wire_put64(at + 16, f->entries);
    wire_put64(at + 24, f->blocks);
    wire_put64(at + 32, f->filter_blocks);
    wire_put32(at + 40, f->prefixes_crc);
    wire_put32(at + 60, cu_crc32c(0, at, 60));
}

bool seen_footer_get(const uint8_t at[SEEN_FOOTER], struct seen_footer *ret)
{
    if (memcmp(at, footer_magic, 8) != 0 || wire_get32(at + 60) != cu_crc32c(0, at, 60))
        return false;
    *ret = (struct seen_footer){
        .number = wire_get64(at + 8),
        .entries = wire_get64(at + 16),
        .blocks = wire_get64(at + 24),
        .filter_blocks = wire_get64(at + 32),
        .prefixes_crc = wire_get32(at + 40),
    };
    return ret->entries >= 1 && ret->entries < UINT64_C(1) << 48 && ret->filter_blocks >= 1 &&
           ret->filter_blocks < UINT64_C(1) << 42 &&
           ret->blocks == (ret->entries + SEEN_BLOCK_ENTRIES - 1) / SEEN_BLOCK_ENTRIES;
}

uint64_t seen_filter_place(const seen_tag *t, uint64_t filter_blocks)
{
    __extension__ unsigned __int128 wide = (unsigned __int128)seen_prefix(t) * filter_blocks;
    return (uint64_t)(wide >> 64);
}

// Bit positions from the trailing half of the tag, which the place did not use (double hashing).
static uint32_t filter_bit(const seen_tag *t, uint32_t probe)
{
    uint64_t h = wire_get64(t->bytes + 8);
    uint32_t a = (uint32_t)h, b = (uint32_t)(h >> 32) | 1;
    uint32_t mixed = (a + probe * b) * UINT32_C(0x9e3779b1);
    return (uint32_t)((uint64_t)mixed * FILTER_BITS >> 32);
}

void seen_filter_set(uint8_t block[SEEN_FILTER_BLOCK], const seen_tag *t)
{
    for (uint32_t i = 0; i < FILTER_PROBES; i++) {
        uint32_t bit = filter_bit(t, i);
        block[bit / 8] |= (uint8_t)(1u << bit % 8);
    }
}

bool seen_filter_has(const uint8_t block[SEEN_FILTER_BLOCK], const seen_tag *t)
{
    for (uint32_t i = 0; i < FILTER_PROBES; i++) {
        uint32_t bit = filter_bit(t, i);
        if ((block[bit / 8] & (1u << bit % 8)) == 0)
            return false;
    }
    return true;
}

static cu_code damaged(const struct seen_run *r, const char *what, struct cu_error *err)
{
    return cu_fail(err, CU_CORRUPT, "", "seen run %010llu is damaged: %s",
        (unsigned long long)r->info.number, what);
}

static cu_code read_at(
    const struct seen_run *r, int fd, void *at, size_t len, int64_t offset, struct cu_error *err)
{
    cu_code code = cu_file_pread(fd, at, len, offset, err);
    return code == CU_CORRUPT ? damaged(r, "a file ends too early", err) : code;
}

static bool filter_block_whole(const uint8_t block[SEEN_FILTER_BLOCK])
{
    return wire_get32(block + 60) == cu_crc32c(0, block, 60);
}

static cu_code load_prefixes(struct seen_run *r, const struct seen_footer *f, struct cu_error *err)
{
    size_t len = r->block_count * sizeof *r->prefixes;
    r->prefixes = cu_alloc(len);
    if (!r->prefixes)
        return cu_fail(err, CU_MEMORY, "", "no memory for the index of a seen run");
    CU_TRY(read_at(r, r->tags_fd, r->prefixes, len, (int64_t)(f->blocks * SEEN_BLOCK), err));
    if (cu_crc32c(0, r->prefixes, len) != f->prefixes_crc)
        return damaged(r, "the index fails its checksum", err);
    return CU_OK;
}

// Small filters are held in memory as far as the budget goes; for the rest the page cache does.
static cu_code load_filter(struct seen_run *r, size_t filter_max, struct cu_error *err)
{
    size_t len = (size_t)(r->filter_blocks * SEEN_FILTER_BLOCK);
    if (len > filter_max)
        return CU_OK;
    r->filter = cu_alloc(len);
    if (!r->filter)
        return cu_fail(err, CU_MEMORY, "", "no memory for the filter of a seen run");
    CU_TRY(read_at(r, r->filter_fd, r->filter, len, 0, err));
    for (uint64_t i = 0; i < r->filter_blocks; i++)
        if (!filter_block_whole(r->filter + i * SEEN_FILTER_BLOCK))
            return damaged(r, "the filter fails its checksum", err);
    return CU_OK;
}

static cu_code load(struct seen_run *r, size_t filter_max, struct cu_error *err)
{
    int64_t tags_size, filter_size;
    uint8_t bytes[SEEN_FOOTER];
    struct seen_footer f;
    CU_TRY(cu_file_size(r->tags_fd, &tags_size, err));
    CU_TRY(cu_file_size(r->filter_fd, &filter_size, err));
    if (tags_size < SEEN_FOOTER)
        return damaged(r, "it is too short", err);
    CU_TRY(read_at(r, r->tags_fd, bytes, sizeof bytes, tags_size - SEEN_FOOTER, err));
    if (!seen_footer_get(bytes, &f))
        return damaged(r, "the footer fails its checksum", err);
    int64_t want = (int64_t)(f.blocks * (SEEN_BLOCK + sizeof *r->prefixes)) + SEEN_FOOTER;
    if (f.number != r->info.number || f.entries != r->info.entries || want != tags_size ||
        (int64_t)(f.filter_blocks * SEEN_FILTER_BLOCK) != filter_size)
        return damaged(r, "its size is not what the manifest and the footer say", err);
    r->block_count = (size_t)f.blocks;
    r->filter_blocks = f.filter_blocks;
    CU_TRY(load_prefixes(r, &f, err));
    return load_filter(r, filter_max, err);
}

cu_code seen_run_open(const char *folder, const struct seen_info *info, size_t filter_max,
    struct seen_run **ret, struct cu_error *err)
{
    char path[SEEN_PATH_MAX];
    struct seen_run *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory for a seen run");
    r->info = *info;
    r->tags_fd = r->filter_fd = -1;
    r->block_number = NO_BLOCK;
    seen_run_path(path, folder, info->number, ".tags");
    cu_code code = cu_file_open(path, O_RDONLY, 0, &r->tags_fd, err);
    seen_run_path(path, folder, info->number, ".filter");
    if (code == CU_OK)
        code = cu_file_open(path, O_RDONLY, 0, &r->filter_fd, err);
    if (code == CU_NOT_FOUND)
        code = damaged(r, "a file is missing", err);
    if (code == CU_OK)
        code = load(r, filter_max, err);
    if (code != CU_OK) {
        seen_run_close(r);
        return code;
    }
    *ret = r;
    return CU_OK;
}

void seen_run_close(struct seen_run *r)
{
    if (!r)
        return;
    if (r->tags_fd >= 0)
        (void)close(r->tags_fd);
    if (r->filter_fd >= 0)
        (void)close(r->filter_fd);
    cu_free(r->prefixes);
    cu_free(r->filter);
    cu_free(r);
}

size_t seen_run_memory(const struct seen_run *r)
{
    return r->filter ? (size_t)(r->filter_blocks * SEEN_FILTER_BLOCK) : 0;
}

cu_code seen_run_unlink(const char *folder, uint64_t number, struct cu_error *err)
{
    char path[SEEN_PATH_MAX];
    seen_run_path(path, folder, number, ".tags");
    CU_TRY(cu_file_unlink(path, err));
    seen_run_path(path, folder, number, ".filter");
    return cu_file_unlink(path, err);
}

static cu_code filter_asks(
    struct seen_run *r, const seen_tag *tag, bool *ret_maybe, struct cu_error *err)
{
    uint64_t place = seen_filter_place(tag, r->filter_blocks);
    if (r->filter) {
        *ret_maybe = seen_filter_has(r->filter + place * SEEN_FILTER_BLOCK, tag);
        return CU_OK;
    }
    uint8_t block[SEEN_FILTER_BLOCK];
    CU_TRY(
        read_at(r, r->filter_fd, block, sizeof block, (int64_t)(place * SEEN_FILTER_BLOCK), err));
    if (!filter_block_whole(block))
        return damaged(r, "the filter fails its checksum", err);
    *ret_maybe = seen_filter_has(block, tag);
    return CU_OK;
}

static size_t entries_in(const struct seen_run *r, size_t block)
{
    uint64_t left = r->info.entries - (uint64_t)block * SEEN_BLOCK_ENTRIES;
    return left < SEEN_BLOCK_ENTRIES ? (size_t)left : SEEN_BLOCK_ENTRIES;
}

static cu_code read_block(
    const struct seen_run *r, size_t block, uint8_t at[SEEN_BLOCK], struct cu_error *err)
{
    CU_TRY(read_at(r, r->tags_fd, at, SEEN_BLOCK, (int64_t)block * SEEN_BLOCK, err));
    if (wire_get32(at + SEEN_BLOCK - 4) == cu_crc32c(0, at, SEEN_BLOCK - 4))
        return CU_OK;
    return cu_fail(err, CU_CORRUPT, "", "seen run %010llu is damaged: block %zu fails its checksum",
        (unsigned long long)r->info.number, block);
}

static uint64_t find_in_block(const uint8_t *block, size_t count, const seen_tag *tag)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order =
            memcmp(block + middle * sizeof(struct seen_entry), tag->bytes, sizeof tag->bytes);
        if (order == 0)
            return wire_get64(block + middle * sizeof(struct seen_entry) + sizeof tag->bytes);
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

// The last block that starts below the prefix; blocks behind it may start with the prefix itself.
static size_t first_candidate(const struct seen_run *r, uint64_t prefix)
{
    size_t low = 0, high = r->block_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->prefixes[middle] < prefix)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? low - 1 : 0;
}

cu_code seen_run_find(
    struct seen_run *r, const seen_tag *tag, uint64_t *ret_seq, struct cu_error *err)
{
    bool maybe = false;
    *ret_seq = 0;
    CU_TRY(filter_asks(r, tag, &maybe, err));
    if (!maybe)
        return CU_OK;
    uint64_t prefix = seen_prefix(tag);
    for (size_t b = first_candidate(r, prefix);
         b < r->block_count && r->prefixes[b] <= prefix && *ret_seq == 0; b++) {
        if (r->block_number != b) {
            r->block_number = NO_BLOCK;
            CU_TRY(read_block(r, b, r->block, err));
            r->block_number = b;
        }
        *ret_seq = find_in_block(r->block, entries_in(r, b), tag);
    }
    return CU_OK;
}

cu_code seen_run_block(const struct seen_run *r, size_t block, struct seen_entry *at,
    size_t *ret_count, struct cu_error *err)
{
    uint8_t bytes[SEEN_BLOCK];
    CU_TRY(read_block(r, block, bytes, err));
    *ret_count = entries_in(r, block);
    memcpy(at, bytes, *ret_count * sizeof *at);
    return CU_OK;
}

cu_code seen_run_verify(struct seen_run *r, struct cu_error *err)
{
    struct seen_entry entries[SEEN_BLOCK_ENTRIES], last = {0};
    uint64_t seen = 0;
    for (size_t b = 0; b < r->block_count; b++) {
        size_t count;
        CU_TRY(seen_run_block(r, b, entries, &count, err));
        if (seen_prefix(&entries[0].tag) != r->prefixes[b])
            return damaged(r, "the index is not that of its blocks", err);
        for (size_t i = 0; i < count; i++) {
            bool maybe = false;
            if (seen++ > 0 && seen_tag_cmp(&last.tag, &entries[i].tag) >= 0)
                return damaged(r, "its entries are out of order", err);
            last = entries[i];
            CU_TRY(filter_asks(r, &last.tag, &maybe, err));
            if (!maybe)
                return damaged(r, "the filter lacks an entry", err);
        }
    }
    return CU_OK;
}
