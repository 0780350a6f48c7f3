// SPDX-License-Identifier: Apache-2.0
// Writing a run of the seen set (seen_run.h): entries and filter stream out side by side; only the
// index (8 bytes per 170 entries) is gathered in memory until the end.
#include "outfile.h"
#include "seen_run.h"

#include "base/file.h"
#include "base/hash.h"

#include <assert.h>

#define OUT_BYTES (64u * SEEN_BLOCK)
#define FILTER_ENTRIES 40u // 480 bits at 12 each

struct seen_writer {
    struct outfile tags, filter;
    uint8_t block[SEEN_BLOCK];
    size_t block_len; // entries
    uint8_t filter_block[SEEN_FILTER_BLOCK];
    uint64_t filter_at, filter_blocks; // the block being filled, of how many
    struct cu_buf prefixes;
    uint64_t number, entries, blocks;
    struct seen_entry last;
    char folder[SEEN_PATH_MAX - 64];
};

static cu_code open_part(struct outfile *o, const char *folder, uint64_t number, const char *suffix,
    struct cu_error *err)
{
    char path[SEEN_PATH_MAX];
    seen_run_path(path, folder, number, suffix);
    return outfile_open(o, path, OUT_BYTES, err);
}

static void writer_free(struct seen_writer *w)
{
    outfile_clear(&w->tags);
    outfile_clear(&w->filter);
    cu_buf_clear(&w->prefixes);
    cu_free(w);
}

void seen_writer_abandon(struct seen_writer *w)
{
    if (!w)
        return;
    (void)!seen_run_unlink(w->folder, w->number, NULL);
    writer_free(w);
}

cu_code seen_writer_new(const char *folder, uint64_t number, uint64_t entries_max,
    struct seen_writer **ret, struct cu_error *err)
{
    struct seen_writer *w = cu_calloc(1, sizeof *w);
    size_t len = strlen(folder);
    if (!w)
        return cu_fail(err, CU_MEMORY, "", "no memory to write a seen run");
    assert(len < sizeof w->folder && entries_max > 0); // seen_open refused longer ones
    memcpy(w->folder, folder, len + 1);
    w->number = number;
    w->filter_blocks = (entries_max + FILTER_ENTRIES - 1) / FILTER_ENTRIES;
    outfile_init(&w->tags);
    outfile_init(&w->filter);
    cu_buf_init(&w->prefixes, SIZE_MAX / 4);
    cu_code code = open_part(&w->tags, folder, number, ".tags", err);
    if (code == CU_OK)
        code = open_part(&w->filter, folder, number, ".filter", err);
    if (code != CU_OK) {
        seen_writer_abandon(w);
        return code;
    }
    *ret = w;
    return CU_OK;
}

static cu_code filter_advance(struct seen_writer *w, uint64_t to, struct cu_error *err)
{
    for (; w->filter_at < to; w->filter_at++) {
        wire_put32(w->filter_block + 60, cu_crc32c(0, w->filter_block, 60));
        CU_TRY(outfile_add(&w->filter, w->filter_block, sizeof w->filter_block, err));
        memset(w->filter_block, 0, sizeof w->filter_block);
    }
    return CU_OK;
}

static cu_code block_end(struct seen_writer *w, struct cu_error *err)
{
    if (w->block_len == 0)
        return CU_OK;
    seen_tag first;
    memcpy(&first, w->block, sizeof first);
    uint64_t prefix = seen_prefix(&first);
    cu_buf_add(&w->prefixes, &prefix, sizeof prefix);
    CU_TRY(cu_buf_code(&w->prefixes, err));
    wire_put32(w->block + SEEN_BLOCK - 4, cu_crc32c(0, w->block, SEEN_BLOCK - 4));
    CU_TRY(outfile_add(&w->tags, w->block, SEEN_BLOCK, err));
    memset(w->block, 0, sizeof w->block);
    w->block_len = 0;
    w->blocks++;
    return CU_OK;
}

cu_code seen_writer_add(struct seen_writer *w, const struct seen_entry *e, struct cu_error *err)
{
    assert(w->entries == 0 || seen_tag_cmp(&w->last.tag, &e->tag) < 0);
    memcpy(w->block + w->block_len++ * sizeof *e, e, sizeof *e);
    w->last = *e;
    w->entries++;
    CU_TRY(filter_advance(w, seen_filter_place(&e->tag, w->filter_blocks), err));
    seen_filter_set(w->filter_block, &e->tag);
    return w->block_len == SEEN_BLOCK_ENTRIES ? block_end(w, err) : CU_OK;
}

static cu_code write_end(struct seen_writer *w, struct cu_error *err)
{
    uint8_t footer[SEEN_FOOTER];
    CU_TRY(block_end(w, err));
    CU_TRY(filter_advance(w, w->filter_blocks, err));
    struct seen_footer f = {.number = w->number,
        .entries = w->entries,
        .blocks = w->blocks,
        .filter_blocks = w->filter_blocks,
        .prefixes_crc = cu_crc32c(0, w->prefixes.ptr, w->prefixes.len)};
    seen_footer_put(&f, footer);
    CU_TRY(outfile_add(&w->tags, w->prefixes.ptr, w->prefixes.len, err));
    CU_TRY(outfile_add(&w->tags, footer, sizeof footer, err));
    CU_TRY(outfile_end(&w->filter, err));
    return outfile_end(&w->tags, err);
}

cu_code seen_writer_finish(struct seen_writer *w, uint64_t *ret_entries, struct cu_error *err)
{
    cu_code code = write_end(w, err);
    *ret_entries = w->entries;
    if (code != CU_OK)
        seen_writer_abandon(w);
    else
        writer_free(w);
    return code;
}
