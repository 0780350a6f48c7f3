// SPDX-License-Identifier: Apache-2.0
// The words of rows (timeline_block.h): plain JSON in pieces of about 16 KiB, compressed with zstd against a
// sample of the run's first words, so that a small piece is nearly as small as a large one would be; sealed
// bytes as they are. A piece begins with the two lengths of each row, as numbers of 7 bits a byte.
#define ZSTD_STATIC_LINKING_ONLY
#include "timeline_run_private.h"

#include <stdio.h>
#include <zstd.h>

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

struct sample { // of one run, made at first use
    ZSTD_DDict *dictionary;
    size_t len;
    char bytes[];
};

// Contexts of zstd are large and are lent from call to call; at most so many are kept.
static _Atomic(ZSTD_DCtx *) contexts[8];

static ZSTD_DCtx *context_take(void)
{
    for (size_t i = 0; i < CU_COUNT(contexts); i++) {
        ZSTD_DCtx *c = atomic_load_explicit(&contexts[i], memory_order_relaxed);
        if (c && (c = atomic_exchange(&contexts[i], NULL)) != NULL)
            return c;
    }
    return ZSTD_createDCtx_advanced(zstd_memory);
}

static void context_give(ZSTD_DCtx *c)
{
    for (size_t i = 0; i < CU_COUNT(contexts); i++) {
        ZSTD_DCtx *none = NULL;
        if (atomic_compare_exchange_strong(&contexts[i], &none, c))
            return;
    }
    ZSTD_freeDCtx(c);
}

cu_code timeline_words_new(struct timeline_words **ret, struct cu_error *err)
{
    struct timeline_words *w = cu_calloc(1, sizeof *w);
    if (!w)
        return cu_fail(err, CU_MEMORY, "", "no memory to read the timeline");
    cu_buf_init(&w->raw, SIZE_MAX / 4);
    *ret = w;
    return CU_OK;
}

void timeline_words_free(struct timeline_words *w)
{
    if (!w)
        return;
    cu_buf_clear(&w->raw);
    cu_free(w->plain_at);
    cu_free(w);
}

// ---- the sample

static void sample_end(struct sample *s)
{
    if (s)
        ZSTD_freeDDict(s->dictionary);
    cu_free(s);
}

void timeline_sample_free(struct timeline_run *r)
{
    sample_end(atomic_load(&r->sample));
}

static cu_code sample_load(const struct timeline_run *r, struct sample **ret, struct cu_error *err)
{
    struct sample *s = cu_calloc(1, sizeof *s + r->sample_raw);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "no memory to read the timeline");
    for (int copy = 0; copy < 2 && s->len == 0; copy++) {
        const uint8_t *at = r->map + r->sample_at[copy];
        if (cu_crc32c(0, at, timeline_round8(r->sample_len)) != r->sample_crc)
            continue; // the other copy will do; timeline_verify names this one
        size_t n = ZSTD_decompress(s->bytes, r->sample_raw, at, r->sample_len);
        if (!ZSTD_isError(n) && n == r->sample_raw)
            s->len = n;
    }
    if (s->len == 0) {
        sample_end(s);
        return timeline_run_damaged(r, err, "the sample of its words fails its checksum");
    }
    s->dictionary = ZSTD_createDDict_advanced(s->bytes, s->len, ZSTD_dlm_byRef, ZSTD_dct_rawContent, zstd_memory);
    if (!s->dictionary) {
        sample_end(s);
        return cu_fail(err, CU_MEMORY, "", "no memory to read the timeline");
    }
    *ret = s;
    return CU_OK;
}

static cu_code sample_of(const struct timeline_run *r, struct sample **ret, struct cu_error *err)
{
    struct timeline_run *m = (struct timeline_run *)(uintptr_t)r; // made once, kept with the run
    struct sample *s = atomic_load_explicit(&m->sample, memory_order_acquire);
    if (!s) {
        void *before = NULL;
        CU_TRY(sample_load(r, &s, err));
        if (!atomic_compare_exchange_strong(&m->sample, &before, s)) {
            sample_end(s);
            s = before;
        }
    }
    *ret = s;
    return CU_OK;
}

cu_code timeline_run_sample(const struct timeline_run *r, cu_str *ret, struct cu_error *err)
{
    struct sample *s;
    *ret = CU_NONE;
    if (r->sample_len == 0)
        return CU_OK;
    CU_TRY(sample_of(r, &s, err));
    *ret = (cu_str){s->bytes, s->len};
    return CU_OK;
}

// ---- one piece

static bool take(const uint8_t **at, const uint8_t *end, uint32_t *ret)
{
    uint32_t value = 0;
    for (unsigned shift = 0; *at < end && shift < 32; shift += 7) {
        uint8_t byte = *(*at)++;
        value |= (uint32_t)(byte & 127) << shift;
        if (byte < 128) {
            *ret = value;
            return true;
        }
    }
    return false;
}

static bool take_lengths(struct timeline_words *w, const struct timeline_words_block *b)
{
    const uint8_t *at = (const uint8_t *)w->raw.ptr, *end = at + b->raw_len;
    uint64_t plain = 0, sealed = 0;
    for (uint32_t i = 0; i < b->rows; i++) {
        uint32_t a, c;
        if (!take(&at, end, &a) || !take(&at, end, &c))
            return false;
        w->plain_at[i] = (uint32_t)plain;
        w->sealed_at[i] = (uint32_t)sealed;
        plain += a;
        sealed += c;
        if (plain > b->raw_len || sealed > b->sealed_len)
            return false;
    }
    w->plain_at[b->rows] = (uint32_t)plain;
    w->sealed_at[b->rows] = (uint32_t)sealed;
    w->plain = (const char *)at;
    return plain == (uint64_t)(end - at) && sealed == b->sealed_len;
}

static cu_code decompress(const struct timeline_run *r, struct timeline_words *w, const struct timeline_words_block *b,
    struct cu_error *err)
{
    struct sample *s = NULL;
    if (b->sampled)
        CU_TRY(sample_of(r, &s, err));
    cu_buf_reset(&w->raw);
    char *room = cu_buf_room(&w->raw, b->raw_len ? b->raw_len : 1);
    if (!room)
        return cu_buf_code(&w->raw, err);
    const uint8_t *from = r->map + b->at;
    ZSTD_DCtx *c = context_take();
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory to read the timeline");
    size_t n = s ? ZSTD_decompress_usingDDict(c, room, b->raw_len, from, b->len, s->dictionary)
                 : ZSTD_decompressDCtx(c, room, b->raw_len, from, b->len);
    context_give(c);
    if (ZSTD_isError(n) || n != b->raw_len)
        return timeline_run_damaged(r, err, "the words of block %u do not decompress", b->place >> TIMELINE_BLOCK_SHIFT);
    return CU_OK;
}

static cu_code rows_room(struct timeline_words *w, uint32_t rows, struct cu_error *err)
{
    if (w->rows_cap > rows)
        return CU_OK;
    uint32_t cap = rows + 256;
    cu_free(w->plain_at);
    w->plain_at = cu_alloc(2 * cap * sizeof *w->plain_at);
    w->rows_cap = w->plain_at ? cap : 0;
    w->sealed_at = w->plain_at + w->rows_cap;
    return w->plain_at ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to read the timeline");
}

cu_code timeline_words_load(const struct timeline_run *r, struct timeline_words *w, uint32_t index, struct cu_error *err)
{
    const struct timeline_words_block *b = &r->words[index];
    w->run = NULL;
    CU_TRY(rows_room(w, b->rows, err));
    atomic_uchar *state = &r->words_states[index];
    if (atomic_load_explicit(state, memory_order_relaxed) == 0 &&
        cu_crc32c(0, r->map + b->sealed_at, timeline_round8(b->sealed_len)) != b->sealed_crc)
        atomic_store(state, 2);
    const uint8_t *at;
    char what[64];
    (void)snprintf(what, sizeof what, "words %u of block %u", index, b->place >> TIMELINE_BLOCK_SHIFT);
    CU_TRY(timeline_run_bytes(r, b->at, timeline_round8(b->len), b->crc, state, what, &at, err));
    CU_TRY(decompress(r, w, b, err));
    w->sealed = (const char *)r->map + b->sealed_at;
    if (!take_lengths(w, b))
        return timeline_run_damaged(r, err, "%s are not what was written", what);
    w->run = r;
    w->number = r->number;
    w->index = index;
    w->rows = b->rows;
    return CU_OK;
}

uint32_t timeline_words_index(const struct timeline_run *r, uint32_t place)
{
    uint32_t block = place >> TIMELINE_BLOCK_SHIFT, low = r->blocks[block].words;
    uint32_t high = block + 1 < r->block_count ? r->blocks[block + 1].words : r->words_count;
    while (high - low > 1) { // the last one that begins at or below place
        uint32_t middle = low + (high - low) / 2;
        if (r->words[middle].place <= place)
            low = middle;
        else
            high = middle;
    }
    return low;
}

cu_code timeline_run_words(const struct timeline_run *r, struct timeline_words *w, uint32_t place, cu_str *ret_plain,
    cu_str *ret_sealed, struct cu_error *err)
{
    bool here = w->run == r && w->number == r->number && place >= r->words[w->index].place &&
                place - r->words[w->index].place < w->rows;
    if (!here)
        CU_TRY(timeline_words_load(r, w, timeline_words_index(r, place), err));
    uint32_t i = place - r->words[w->index].place;
    *ret_plain = (cu_str){w->plain + w->plain_at[i], w->plain_at[i + 1] - w->plain_at[i]};
    if (ret_sealed)
        *ret_sealed = (cu_str){w->sealed + w->sealed_at[i], w->sealed_at[i + 1] - w->sealed_at[i]};
    return CU_OK;
}
