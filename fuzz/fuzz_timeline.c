// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as the timeline's files. The first byte chooses: the rest is a run as it is; or the rest is a list of
// changes (three bytes of offset, one of value) to a run that was written properly, with every checksum made right
// again, so that what lies behind the checksums is reached; or it is a manifest, with a right checksum.
#include "store/timeline_admin.h"
#include "store/timeline_manifest.h"
#include "store/timeline_run_private.h"

#include <assert.h>
#include <roaring/roaring.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t *whole; // a run of some hundred rows
static size_t whole_len;

static void must(cu_code code)
{
    if (code != CU_OK)
        abort();
}

static void write_whole(void)
{
    char folder[] = "/tmp/fuzz-timeline-XXXXXX", path[TIMELINE_PATH_MAX];
    static const struct timeline_column columns[] = {{.path = {"t", 1}, .type = TIMELINE_TEXT},
        {.path = {"l.$", 3}, .type = TIMELINE_INTEGER}, {.path = {"d", 1}, .type = TIMELINE_DECIMAL}};
    struct timeline_columns *c;
    struct timeline_run_writer *w;
    if (!mkdtemp(folder))
        abort();
    must(timeline_columns_new(columns, 3, &c, NULL));
    must(timeline_run_create(folder, 1, 1, c, &w, NULL));
    for (uint32_t i = 0; i < 400; i++) {
        struct timeline_row row = {
            .pno = i / 7, .kind = 1 + i % 5, .time_ms = i * 1000, .seq = i + 1, .revenue = i % 9 ? 0 : i};
        char plain[128];
        int n = snprintf(plain, sizeof plain,
            "{\"t\":\"text %u\",\"l\":[1,2,%u],\"filler\":\"something that is longer %u\"}", i % 17, i, i * 7);
        struct timeline_run_value v[4] = {
            {.column = 0}, {.column = 1, .value = i}, {.column = 1, .value = 2}, {.column = 2, .value = i * 100}};
        uint32_t id;
        cu_str text = {plain, 4 + i % 17};
        must(timeline_run_text(w, 0, timeline_text_hash(text), text, &id, NULL));
        v[0].value = id;
        must(timeline_run_add(w, &row, (cu_str){plain, (size_t)n}, (cu_str){plain, i % 11}, v, i % 3 ? 4 : 1, NULL));
    }
    must(timeline_run_finish(w, NULL));
    timeline_columns_unref(c);
    timeline_run_path(path, folder, 1);
    FILE *f = fopen(path, "rb");
    whole = malloc(1 << 20);
    whole_len = f && whole ? fread(whole, 1, 1 << 20, f) : 0;
    if (f)
        (void)fclose(f);
    (void)unlink(path);
    (void)rmdir(folder);
    if (whole_len < 1000)
        abort();
}

// ---- checksums made right, wherever they point inside

static uint32_t crc_of(const uint8_t *file, size_t size, uint64_t at, uint64_t len)
{
    return at <= size && len <= size - at ? cu_crc32c(0, file + at, len) : 0;
}

static void right_again(uint8_t *file, size_t size)
{
    struct timeline_footer f;
    memcpy(&f, file + size - sizeof f, sizeof f);
    const struct timeline_extent *e = &f.section[TIMELINE_S_PARTS];
    for (uint64_t at = e->at; e->at < size && e->len <= size - e->at && at + 40 <= e->at + e->len; at += 40) {
        struct timeline_part p;
        memcpy(&p, file + at, sizeof p);
        p.crc = crc_of(file, size, p.at, p.len);
        memcpy(file + at, &p, sizeof p);
    }
    e = &f.section[TIMELINE_S_WORDS];
    for (uint64_t at = e->at; e->at < size && e->len <= size - e->at && at + 48 <= e->at + e->len; at += 48) {
        struct timeline_words_block b;
        memcpy(&b, file + at, sizeof b);
        b.crc = crc_of(file, size, b.at, timeline_round8(b.len));
        b.sealed_crc = crc_of(file, size, b.sealed_at, timeline_round8(b.sealed_len));
        memcpy(file + at, &b, sizeof b);
    }
    e = &f.section[TIMELINE_S_COLUMNS];
    for (uint64_t at = e->at; e->at < size && e->len <= size - e->at && at + 32 <= e->at + e->len;) {
        struct timeline_column_entry c;
        memcpy(&c, file + at, sizeof c);
        c.texts_crc = crc_of(file, size, c.texts_at, c.texts_len);
        memcpy(file + at, &c, sizeof c);
        at += sizeof c + timeline_round8(c.path_len);
    }
    for (unsigned i = 0; i < TIMELINE_SECTIONS; i++)
        f.section[i].crc = crc_of(file, size, f.section[i].at, f.section[i].len);
    f.sample_crc = crc_of(file, size, f.sample_at[0], timeline_round8(f.sample_len));
    f.crc = cu_crc32c(0, &f, sizeof f - 4);
    memcpy(file + size - sizeof f, &f, sizeof f);
}

// ---- reading all there is

static void read_values(const struct timeline_run *r, uint32_t block, uint32_t column)
{
    struct timeline_values v;
    volatile int64_t sink = 0;
    if (timeline_run_part(r, block, column, &v, NULL) != CU_OK)
        return;
    for (uint32_t i = 0; i < r->blocks[block].rows; i++) {
        if (!timeline_present(&v, i))
            continue;
        uint32_t k = timeline_rank(&v, i), end = k + 1;
        if (v.ends) {
            end = timeline_list_from(&v, k + 1);
            k = timeline_list_from(&v, k);
        }
        for (; k < end; k++)
            sink = timeline_value(&v, k);
    }
    (void)sink;
}

static void read_run(const uint8_t *file, size_t size)
{
    struct timeline_run *r;
    struct timeline_words *w;
    cu_str plain, sealed;
    if (timeline_run_of_bytes(1, file, size, &r, NULL) != CU_OK)
        return;
    (void)!timeline_run_verify(r, NULL, NULL, NULL);
    must(timeline_words_new(&w, NULL));
    for (uint32_t b = 0; b < r->block_count; b++) {
        for (uint32_t c = 0; c < r->column_count; c++)
            read_values(r, b, c);
        for (uint32_t i = 0; i < r->blocks[b].rows; i++)
            (void)!timeline_run_words(r, w, (b << TIMELINE_BLOCK_SHIFT) + i, &plain, &sealed, NULL);
    }
    for (uint32_t p = 0; p < r->person_count; p++) {
        uint32_t at = r->first[p], b, from, to;
        while (timeline_span(r, &at, r->first[p + 1], &b, &from, &to))
            assert(to <= r->blocks[b].rows);
        struct timeline_row key = {.pno = r->pnos[p], .time_ms = 5000};
        (void)!timeline_run_find(r, &key, &from, &to, NULL);
    }
    for (uint32_t c = TIMELINE_COL_FIXED; c < r->column_count; c++) {
        struct timeline_texts t;
        uint64_t sum = 0;
        if (timeline_run_texts(r, c, &t, NULL) == CU_OK)
            for (uint32_t i = 0; i < t.count; i++)
                sum += timeline_text(&t, i).len;
        assert(sum <= size);
    }
    for (uint32_t k = 0; k < 8; k++)
        (void)!timeline_run_kind_people(r, k, &plain, NULL);
    timeline_words_free(w);
    timeline_run_unref(r);
}

static void changed_run(const uint8_t *data, size_t size)
{
    uint8_t *file = aligned_alloc(8, (whole_len + 7) & ~(size_t)7);
    if (!file)
        abort();
    memcpy(file, whole, whole_len);
    for (size_t i = 0; i + 4 <= size && i < 4 * 64; i += 4) {
        size_t at = (data[i] | (size_t)data[i + 1] << 8 | (size_t)data[i + 2] << 16) % whole_len;
        file[whole_len - 1 - at] = data[i + 3]; // small offsets are the footer and the tables
    }
    right_again(file, whole_len);
    read_run(file, whole_len);
    free(file);
}

static void manifest(const uint8_t *data, size_t size)
{
    struct timeline_manifest m = {0};
    uint8_t *file = malloc(size + 12);
    if (!file)
        abort();
    memcpy(file, "CUTLMAN2", 8);
    memcpy(file + 8, data, size);
    uint32_t crc = cu_crc32c(0, file, size + 8);
    memcpy(file + 8 + size, &crc, 4);
    (void)!timeline_manifest_parse((cu_str){(const char *)file, size + 12}, &m, NULL);
    timeline_manifest_clear(&m);
    free(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!whole)
        write_whole();
    if (size < 1)
        return 0;
    if (data[0] % 4 == 0 && size > 1) {
        uint8_t *file = aligned_alloc(8, (size + 7) & ~(size_t)7);
        if (!file)
            abort();
        memcpy(file, data + 1, size - 1);
        read_run(file, size - 1);
        free(file);
    } else if (data[0] % 4 == 1) {
        manifest(data + 1, size - 1);
    } else {
        changed_run(data + 1, size - 1);
    }
    return 0;
}
