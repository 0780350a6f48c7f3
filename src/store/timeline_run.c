// SPDX-License-Identifier: Apache-2.0
// Opening a run (timeline_run.h): the file is mapped, its tables are checked and held against each other, so
// that nothing which reads the run later can leave the map. A disk that cannot read a mapped page ends the
// process with SIGBUS: there is no error to give for it.
#include "timeline_run_private.h"

#include "base/file.h"
#include "base/metric.h"

#include <assert.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

void timeline_run_path(char ret[TIMELINE_PATH_MAX], const char *folder, uint64_t number)
{
    int n = snprintf(ret, TIMELINE_PATH_MAX, "%s/%010llu.run", folder, (unsigned long long)number);
    assert(n > 0 && n < TIMELINE_PATH_MAX);
}

cu_code timeline_run_damaged(const struct timeline_run *r, struct cu_error *err, const char *fmt, ...)
{
    char text[160];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return cu_fail(err, CU_CORRUPT, "", "timeline/%010llu.run is damaged: %s", (unsigned long long)r->number, text);
}

static void count_damage(const struct timeline_run *r)
{
    struct timeline_run *m = (struct timeline_run *)(uintptr_t)r; // a count, not part of the run
    atomic_fetch_add(&m->damaged, 1);
    cu_metric_add(cu_metric_get(CU_COUNTER, "custos_timeline_damaged_blocks_total", NULL,
                      "Blocks of the timeline whose checksum was found wrong since the start."),
        1);
}

cu_code timeline_run_bytes(const struct timeline_run *r, uint64_t at, uint64_t len, uint32_t crc, atomic_uchar *state,
    const char *what, const uint8_t **ret, struct cu_error *err)
{
    unsigned char known = atomic_load_explicit(state, memory_order_relaxed);
    if (known == 0) {
        known = cu_crc32c(0, r->map + at, len) == crc ? 1 : 2;
        unsigned char before = 0;
        if (atomic_compare_exchange_strong(state, &before, known) && known == 2)
            count_damage(r);
    }
    if (known == 2)
        return timeline_run_damaged(r, err, "%s fails its checksum", what);
    *ret = r->map + at;
    return CU_OK;
}

// ---- the tables, none of which may point outside

static bool inside(uint64_t size, uint64_t at, uint64_t len)
{
    return at % 8 == 0 && len % 8 == 0 && at >= TIMELINE_HEADER && at <= size - TIMELINE_FOOTER &&
           len <= size - TIMELINE_FOOTER - at;
}

static cu_code section(const struct timeline_run *r, const struct timeline_footer *f, unsigned which, const char *name,
    uint64_t len, const uint8_t **ret, struct cu_error *err)
{
    const struct timeline_extent *e = &f->section[which];
    if (e->zero != 0 || !inside(r->bytes, e->at, e->len) || (len != UINT64_MAX && timeline_round8(len) != e->len))
        return timeline_run_damaged(r, err, "%s are not where the footer says", name);
    if (cu_crc32c(0, r->map + e->at, e->len) != e->crc)
        return timeline_run_damaged(r, err, "%s fail their checksum", name);
    *ret = r->map + e->at;
    return CU_OK;
}

static cu_code load_columns(struct timeline_run *r, const struct timeline_footer *f, struct cu_error *err)
{
    const uint8_t *at;
    uint32_t count = f->column_count;
    CU_TRY(section(r, f, TIMELINE_S_COLUMNS, "the columns", UINT64_MAX, &at, err));
    if (count > TIMELINE_COLUMNS_MAX)
        return timeline_run_damaged(r, err, "it has too many columns");
    r->column_count = TIMELINE_COL_FIXED + count;
    r->columns = cu_calloc(count, sizeof *r->columns);
    if (!r->columns)
        return cu_fail(err, CU_MEMORY, "", "no memory to open a timeline run");
    uint64_t left = f->section[TIMELINE_S_COLUMNS].len;
    for (uint32_t i = 0; i < count; i++) {
        struct timeline_column_entry e = {0};
        if (left >= sizeof e)
            memcpy(&e, at, sizeof e);
        if (left < sizeof e || e.path_len > left - sizeof e || timeline_round8(e.path_len) > left - sizeof e ||
            e.type > TIMELINE_BOOLEAN || (e.texts_len > 0 && !inside(r->bytes, e.texts_at, e.texts_len)) ||
            (e.texts_len == 0 && e.text_count > 0))
            return timeline_run_damaged(r, err, "column %u is not what was written", i);
        r->columns[i].path = (cu_str){(const char *)at + sizeof e, e.path_len};
        r->columns[i].type = (enum timeline_type)e.type;
        r->columns[i].texts_at = e.texts_at;
        r->columns[i].texts_len = e.texts_len;
        r->columns[i].texts_crc = e.texts_crc;
        r->columns[i].text_count = e.text_count;
        at += sizeof e + timeline_round8(e.path_len);
        left -= sizeof e + timeline_round8(e.path_len);
    }
    return CU_OK;
}

static uint64_t values_before(uint32_t rows) // bitmap and ranks
{
    uint32_t words = (rows + 63) / 64;
    return words * 8 + timeline_round8(words * 2);
}

// The smallest length a part of this form can have; lists: without values.
static bool part_fits(const struct timeline_run *r, const struct timeline_part *p, uint32_t rows, bool may_list)
{
    if (!(p->form & TIMELINE_PART_HAS))
        return p->form == 0 && p->len == 0 && p->count == 0;
    if (p->form > 7 || p->bits > 64 || p->end_bits > 32 || p->zero != 0 || p->count > rows || p->count == 0 ||
        !inside(r->bytes, p->at, p->len) || p->min > p->max)
        return false;
    bool sparse = p->form & TIMELINE_PART_SPARSE, list = p->form & TIMELINE_PART_LIST;
    if ((!sparse && p->count != rows) || (list && !may_list))
        return false;
    uint64_t want = sparse ? values_before(rows) : 0;
    if (list)
        return p->len >= want + timeline_bits8((uint64_t)p->count + 1, p->end_bits);
    return p->len == want + timeline_bits8(p->count, p->bits);
}

static cu_code load_blocks(struct timeline_run *r, const struct timeline_footer *f, struct cu_error *err)
{
    const uint8_t *at;
    uint64_t rows = 0, parts = (uint64_t)f->block_count * r->column_count;
    if (f->block_count >= UINT32_MAX >> TIMELINE_BLOCK_SHIFT)
        return timeline_run_damaged(r, err, "it has too many blocks");
    r->block_count = f->block_count;
    CU_TRY(section(r, f, TIMELINE_S_BLOCKS, "the blocks", r->block_count * sizeof *r->blocks, &at, err));
    r->blocks = (const struct timeline_block *)(const void *)at;
    CU_TRY(section(r, f, TIMELINE_S_PARTS, "the parts", parts * sizeof *r->parts, &at, err));
    r->parts = (const struct timeline_part *)(const void *)at;
    for (uint32_t b = 0; b < r->block_count; b++) {
        const struct timeline_block *block = &r->blocks[b];
        if (block->rows == 0 || block->rows > TIMELINE_BLOCK_ROWS || block->person >= f->person_count ||
            block->zero != 0 || block->words > f->words_count)
            return timeline_run_damaged(r, err, "block %u is not what was written", b);
        rows += block->rows;
        for (uint32_t c = 0; c < r->column_count; c++)
            if (!part_fits(r, &r->parts[(uint64_t)b * r->column_count + c], block->rows, c >= TIMELINE_COL_FIXED))
                return timeline_run_damaged(r, err, "block %u is not what was written", b);
    }
    return rows == r->rows && rows > 0 ? CU_OK : timeline_run_damaged(r, err, "it has not as many rows as it says");
}

static cu_code load_directory(struct timeline_run *r, const struct timeline_footer *f, struct cu_error *err)
{
    const uint8_t *at;
    uint64_t pnos = timeline_round8((uint64_t)f->person_count * 4);
    CU_TRY(section(r, f, TIMELINE_S_DIRECTORY, "the persons", pnos + ((uint64_t)f->person_count + 1) * 4, &at, err));
    r->person_count = f->person_count;
    r->pnos = (const uint32_t *)(const void *)at;
    r->first = (const uint32_t *)(const void *)(at + pnos);
    bool good =
        r->person_count > 0 && r->first[0] == 0 && r->first[r->person_count] == r->block_count << TIMELINE_BLOCK_SHIFT;
    for (uint32_t i = 0; i < r->person_count && good; i++)
        good = r->first[i] < r->first[i + 1] && (i == 0 || r->pnos[i - 1] < r->pnos[i]) &&
               r->first[i] >> TIMELINE_BLOCK_SHIFT < r->block_count &&
               (r->first[i] & (TIMELINE_BLOCK_ROWS - 1)) < r->blocks[r->first[i] >> TIMELINE_BLOCK_SHIFT].rows;
    for (uint32_t b = 0; b < r->block_count && good; b++) {
        uint32_t p = r->blocks[b].person;
        good = r->first[p] <= b << TIMELINE_BLOCK_SHIFT && b << TIMELINE_BLOCK_SHIFT < r->first[p + 1];
    }
    if (!good)
        return timeline_run_damaged(r, err, "its persons are not what was written");
    r->first_pno = r->pnos[0];
    r->last_pno = r->pnos[r->person_count - 1];
    return CU_OK;
}

// Words blocks follow each other without a gap within a block and cover all its rows.
static cu_code load_words(struct timeline_run *r, const struct timeline_footer *f, struct cu_error *err)
{
    const uint8_t *at;
    CU_TRY(section(r, f, TIMELINE_S_WORDS, "the words", (uint64_t)f->words_count * sizeof *r->words, &at, err));
    r->words = (const struct timeline_words_block *)(const void *)at;
    r->words_count = f->words_count;
    uint32_t i = 0;
    for (uint32_t b = 0; b < r->block_count; b++) {
        uint32_t row = 0;
        if (r->blocks[b].words != i)
            return timeline_run_damaged(r, err, "the words of block %u are not what was written", b);
        for (; i < r->words_count && row < r->blocks[b].rows; i++) {
            const struct timeline_words_block *w = &r->words[i];
            if (w->place != (b << TIMELINE_BLOCK_SHIFT | row) || w->rows == 0 || w->rows > r->blocks[b].rows - row ||
                !inside(r->bytes, w->at, timeline_round8(w->len)) || w->sampled > (r->sample_len > 0) ||
                !inside(r->bytes, w->sealed_at, timeline_round8(w->sealed_len)) || w->raw_len > (16u << 20))
                return timeline_run_damaged(r, err, "the words of block %u are not what was written", b);
            row += w->rows;
        }
        if (row != r->blocks[b].rows)
            return timeline_run_damaged(r, err, "the words of block %u are not what was written", b);
    }
    return i == r->words_count ? CU_OK : timeline_run_damaged(r, err, "it has too many words");
}

static cu_code load_rest(struct timeline_run *r, const struct timeline_footer *f, struct cu_error *err)
{
    const struct timeline_extent *cells = &f->section[TIMELINE_S_CELLS], *kinds = &f->section[TIMELINE_S_KINDS];
    r->min_time = f->min_time;
    r->max_time = f->max_time;
    r->group = f->group;
    r->cells_at = cells->at;
    r->cell_count = f->cell_count;
    r->cells_crc = cells->crc;
    r->kinds_at = kinds->at;
    r->kinds_len = kinds->len;
    r->kinds_crc = kinds->crc;
    r->kind_count = f->kind_count;
    r->sample_at[0] = f->sample_at[0];
    r->sample_at[1] = f->sample_at[1];
    r->sample_len = f->sample_len;
    r->sample_raw = f->sample_raw;
    r->sample_crc = f->sample_crc;
    r->sample_rows = f->sample_rows;
    uint64_t sample = timeline_round8(f->sample_len);
    if (!inside(r->bytes, cells->at, cells->len) || cells->len != f->cell_count * sizeof(struct timeline_cell) ||
        !inside(r->bytes, kinds->at, kinds->len) || cells->zero != 0 || kinds->zero != 0 ||
        kinds->len < (uint64_t)f->kind_count * sizeof(struct timeline_kind_entry) ||
        f->sample_raw > TIMELINE_SAMPLE_MAX ||
        (sample > 0 && (!inside(r->bytes, f->sample_at[0], sample) || !inside(r->bytes, f->sample_at[1], sample))))
        return timeline_run_damaged(r, err, "its tables are not where the footer says");
    return CU_OK;
}

static cu_code load(struct timeline_run *r, struct cu_error *err)
{
    struct timeline_footer f;
    uint64_t number;
    if (r->bytes < TIMELINE_HEADER + TIMELINE_FOOTER || r->bytes % 8 != 0)
        return timeline_run_damaged(r, err, "its size is not what was written");
    memcpy(&f, r->map + r->bytes - TIMELINE_FOOTER, sizeof f);
    memcpy(&number, r->map + 8, sizeof number);
    if (memcmp(f.magic, timeline_run_magic, 7) == 0 && f.magic[7] != timeline_run_magic[7] && f.magic[7] == r->map[7])
        return cu_fail(err, CU_VERSION, "", "timeline/%010llu.run was written by another version of Custos",
            (unsigned long long)r->number);
    if (memcmp(f.magic, timeline_run_magic, 8) != 0 || f.crc != cu_crc32c(0, &f, sizeof f - 4))
        return timeline_run_damaged(r, err, "the footer fails its checksum");
    if (memcmp(r->map, timeline_run_magic, 8) != 0 || number != r->number || f.number != r->number ||
        (r->rows != 0 && f.rows != r->rows))
        return timeline_run_damaged(r, err, "it is not the run that the manifest names");
    r->rows = f.rows;
    CU_TRY(load_rest(r, &f, err));
    CU_TRY(load_columns(r, &f, err));
    CU_TRY(load_blocks(r, &f, err));
    CU_TRY(load_directory(r, &f, err));
    CU_TRY(load_words(r, &f, err));
    r->part_states = cu_calloc((size_t)r->block_count * r->column_count + r->words_count, sizeof *r->part_states);
    if (!r->part_states)
        return cu_fail(err, CU_MEMORY, "", "no memory to open a timeline run");
    r->words_states = r->part_states + (size_t)r->block_count * r->column_count;
    return CU_OK;
}

static cu_code map_file(struct timeline_run *r, const char *path, struct cu_error *err)
{
    CU_AUTO_FD int fd = -1;
    int64_t size;
    cu_code code = cu_file_open(path, O_RDONLY, 0, &fd, err);
    if (code == CU_NOT_FOUND)
        return timeline_run_damaged(r, err, "the file is missing");
    CU_TRY(code);
    CU_TRY(cu_file_size(fd, &size, err));
    if (size < (int64_t)(TIMELINE_HEADER + TIMELINE_FOOTER))
        return timeline_run_damaged(r, err, "it is too short");
    void *map = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return cu_fail_errno(err, "timeline/%010llu.run cannot be mapped", (unsigned long long)r->number);
    r->map = map;
    r->bytes = (uint64_t)size;
    r->mapped = true;
    return CU_OK;
}

static struct timeline_run *run_new(uint64_t number, uint64_t rows)
{
    struct timeline_run *r = cu_calloc(1, sizeof *r);
    if (r) {
        r->number = number;
        r->rows = rows;
        atomic_init(&r->references, 1);
    }
    return r;
}

cu_code timeline_run_open(
    const char *folder, uint64_t number, uint64_t rows, struct timeline_run **ret, struct cu_error *err)
{
    char path[TIMELINE_PATH_MAX];
    struct timeline_run *r = run_new(number, rows);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory to open a timeline run");
    timeline_run_path(path, folder, number);
    cu_code code = map_file(r, path, err);
    if (code == CU_OK)
        code = load(r, err);
    if (code != CU_OK) {
        timeline_run_unref(r);
        return code;
    }
    *ret = r;
    return CU_OK;
}

cu_code timeline_run_of_bytes(
    uint64_t number, const uint8_t *bytes, size_t len, struct timeline_run **ret, struct cu_error *err)
{
    struct timeline_run *r = run_new(number, 0);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory to open a timeline run");
    r->map = bytes;
    r->bytes = len;
    cu_code code = load(r, err);
    if (code != CU_OK) {
        timeline_run_unref(r);
        return code;
    }
    *ret = r;
    return CU_OK;
}

struct timeline_run *timeline_run_ref(struct timeline_run *r)
{
    atomic_fetch_add(&r->references, 1);
    return r;
}

void timeline_run_unref(struct timeline_run *r)
{
    if (!r || atomic_fetch_sub(&r->references, 1) > 1)
        return;
    timeline_sample_free(r);
    if (r->mapped)
        (void)munmap((void *)(uintptr_t)r->map, r->bytes);
    cu_free(r->part_states);
    cu_free(r->columns);
    cu_free(r);
}

cu_code timeline_run_unlink(const char *folder, uint64_t number, struct cu_error *err)
{
    char path[TIMELINE_PATH_MAX];
    timeline_run_path(path, folder, number);
    return cu_file_unlink(path, err);
}
