// SPDX-License-Identifier: Apache-2.0
// Writing words (timeline_run_writer.h; timeline_words.c reads them). The sample is the beginning of the run's
// first words: text of these rows, so it goes when they go (timeline_strip.c).
#define ZSTD_STATIC_LINKING_ONLY
#include "timeline_run_writer.h"

#include <zstd.h>

#define LEVEL 1

static void *zstd_room(void *opaque, size_t size)
{
    (void)opaque;
    return cu_alloc(size);
}

static void zstd_free(void *opaque, void *at)
{
    (void)opaque;
    cu_free(at);
}

static const ZSTD_customMem zstd_memory = {zstd_room, zstd_free, NULL};

static void put_length(struct cu_buf *b, uint32_t n)
{
    uint8_t bytes[5];
    size_t len = 0;
    for (; n > 127; n >>= 7)
        bytes[len++] = (uint8_t)(n | 128);
    bytes[len++] = (uint8_t)n;
    cu_buf_add(b, bytes, len);
}

static cu_code prepare_sample(struct timeline_run_writer *w, struct cu_error *err)
{
    ZSTD_compressionParameters how = ZSTD_getCParams(LEVEL, TIMELINE_WORDS_BYTES, w->sample.len);
    w->cdict =
        ZSTD_createCDict_advanced(w->sample.ptr, w->sample.len, ZSTD_dlm_byRef, ZSTD_dct_rawContent, how, zstd_memory);
    return w->cdict ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to write a timeline run");
}

cu_code timeline_writer_sample(struct timeline_run_writer *w, cu_str sample, struct cu_error *err)
{
    cu_buf_str(&w->sample, sample);
    w->sampled = true;
    return cu_buf_code(&w->sample, err);
}

// Compresses lengths and plain into w->packed.
static cu_code pack(struct timeline_run_writer *w, struct timeline_words_block *b, struct cu_error *err)
{
    cu_buf_add(&w->lengths, w->plain.ptr, w->plain.len);
    CU_TRY(cu_buf_code(&w->lengths, err));
    size_t bound = ZSTD_compressBound(w->lengths.len), n;
    cu_buf_reset(&w->packed);
    char *room = cu_buf_room(&w->packed, bound);
    if (!room)
        return cu_buf_code(&w->packed, err);
    if (!w->cctx)
        w->cctx = ZSTD_createCCtx_advanced(zstd_memory);
    if (!w->cctx)
        return cu_fail(err, CU_MEMORY, "", "no memory to write a timeline run");
    if (w->sample.len > 0 && !w->cdict)
        CU_TRY(prepare_sample(w, err));
    if (w->cdict) {
        n = ZSTD_compress_usingCDict(w->cctx, room, bound, w->lengths.ptr, w->lengths.len, w->cdict);
        b->sampled = 1;
        w->sampled = true;
    } else {
        n = ZSTD_compressCCtx(w->cctx, room, bound, w->lengths.ptr, w->lengths.len, LEVEL);
    }
    if (ZSTD_isError(n))
        return cu_fail(err, CU_MEMORY, "", "no memory to write a timeline run");
    b->len = (uint32_t)n;
    b->raw_len = (uint32_t)w->lengths.len;
    return CU_OK;
}

cu_code timeline_writer_words_end(struct timeline_run_writer *w, struct cu_error *err)
{
    if (w->words_rows == 0)
        return CU_OK;
    struct timeline_words_block b = {
        .place = w->words_place, .rows = w->words_rows, .sealed_len = (uint32_t)w->sealed.len};
    CU_TRY(pack(w, &b, err));
    CU_TRY(timeline_out(&w->out, w->packed.ptr, b.len, &b.at, &b.crc, err));
    CU_TRY(timeline_out(&w->out, w->sealed.ptr, w->sealed.len, &b.sealed_at, &b.sealed_crc, err));
    if (w->words.len == 0 && w->sample.len == 0 && w->plain.len >= 64) {
        size_t len = w->plain.len < TIMELINE_SAMPLE_MAX ? w->plain.len : TIMELINE_SAMPLE_MAX;
        cu_buf_add(&w->sample, w->plain.ptr, len);
        w->sample_rows = w->words_rows;
        CU_TRY(cu_buf_code(&w->sample, err));
    }
    cu_buf_add(&w->words, &b, sizeof b);
    CU_TRY(cu_buf_code(&w->words, err));
    cu_buf_reset(&w->lengths);
    cu_buf_reset(&w->plain);
    cu_buf_reset(&w->sealed);
    w->words_rows = 0;
    return CU_OK;
}

cu_code timeline_writer_words_add(struct timeline_run_writer *w, cu_str plain, cu_str sealed, struct cu_error *err)
{
    if (w->words_rows == 0)
        w->words_place = (uint32_t)(w->blocks.len / sizeof(struct timeline_block)) << TIMELINE_BLOCK_SHIFT | w->rows;
    put_length(&w->lengths, (uint32_t)plain.len);
    put_length(&w->lengths, (uint32_t)sealed.len);
    cu_buf_str(&w->plain, plain);
    cu_buf_str(&w->sealed, sealed);
    CU_TRY(cu_buf_code(&w->lengths, err));
    CU_TRY(cu_buf_code(&w->plain, err));
    CU_TRY(cu_buf_code(&w->sealed, err));
    w->words_rows++;
    if (w->plain.len >= TIMELINE_WORDS_BYTES || w->sealed.len >= TIMELINE_SEALED_BYTES)
        return timeline_writer_words_end(w, err);
    return CU_OK;
}
