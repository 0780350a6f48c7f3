// SPDX-License-Identifier: Apache-2.0
// The full check of a run (timeline_run.h): every byte of the file is in exactly one extent, every extent has its
// checksum, and what they hold agrees: order, zone maps, dictionaries, words, day counts, kinds.
#include "timeline_run_private.h"

#include <roaring/roaring.h>
#include <stdio.h>
#include <stdlib.h>

struct verify {
    const struct timeline_run *run;
    timeline_damage *damage;
    void *context;
    struct cu_error *err; // the first damage
    bool damaged;
    struct timeline_row rows[256], last;
    uint64_t seen;
    struct timeline_cells cells;
    struct timeline_words *words;
    uint32_t *text_rows; // of the column at hand
};

static void found(struct verify *v, const struct cu_error *why)
{
    if (!v->damaged && v->err)
        *v->err = *why;
    v->damaged = true;
    if (v->damage)
        v->damage(v->context, why->text);
}

static void say(struct verify *v, const char *what)
{
    struct cu_error why = {0};
    (void)timeline_run_damaged(v->run, &why, "%s", what);
    found(v, &why);
}

// ---- every byte belongs to something

static int by_at(const void *a, const void *b)
{
    const struct timeline_extent *x = a, *y = b;
    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->len < y->len ? -1 : x->len > y->len;
}

static size_t extents_of(const struct timeline_run *r, struct timeline_extent *e)
{
    size_t n = 0;
    struct timeline_footer f;
    memcpy(&f, r->map + r->bytes - TIMELINE_FOOTER, sizeof f);
    e[n++] = (struct timeline_extent){.at = 0, .len = TIMELINE_HEADER};
    e[n++] = (struct timeline_extent){.at = r->bytes - TIMELINE_FOOTER, .len = TIMELINE_FOOTER};
    for (unsigned i = 0; i < TIMELINE_SECTIONS; i++)
        e[n++] = f.section[i];
    for (int i = 0; i < 2; i++)
        e[n++] = (struct timeline_extent){.at = r->sample_at[i], .len = timeline_round8(r->sample_len)};
    for (uint64_t i = 0; i < (uint64_t)r->block_count * r->column_count; i++)
        e[n++] = (struct timeline_extent){.at = r->parts[i].at, .len = r->parts[i].len};
    for (uint32_t i = 0; i + TIMELINE_COL_FIXED < r->column_count; i++)
        e[n++] = (struct timeline_extent){.at = r->columns[i].texts_at, .len = r->columns[i].texts_len};
    for (uint32_t i = 0; i < r->words_count; i++) {
        e[n++] = (struct timeline_extent){.at = r->words[i].at, .len = timeline_round8(r->words[i].len)};
        e[n++] = (struct timeline_extent){.at = r->words[i].sealed_at, .len = timeline_round8(r->words[i].sealed_len)};
    }
    return n;
}

static cu_code check_extents(struct verify *v, struct cu_error *err)
{
    const struct timeline_run *r = v->run;
    size_t most = 16 + (size_t)r->block_count * r->column_count + r->column_count + 2 * (size_t)r->words_count;
    struct timeline_extent *e = cu_alloc(most * sizeof *e);
    if (!e)
        return cu_fail(err, CU_MEMORY, "", "no memory to check a timeline run");
    size_t count = extents_of(r, e);
    qsort(e, count, sizeof *e, by_at);
    uint64_t at = 0;
    for (size_t i = 0; i < count && at != UINT64_MAX; i++)
        if (e[i].len > 0)
            at = e[i].at == at ? at + e[i].len : UINT64_MAX;
    cu_free(e);
    if (at != r->bytes)
        say(v, "there are bytes that belong to nothing, or to two things");
    return CU_OK;
}

// ---- rows

static void check_row(struct verify *v, const struct timeline_row *row)
{
    if (v->seen++ > 0 && timeline_row_cmp(&v->last, row) >= 0)
        say(v, "its rows are out of order");
    if (row->kind == 0 || row->time_ms < v->run->min_time || row->time_ms > v->run->max_time)
        say(v, "a row is not what was written");
    v->last = *row;
}

static cu_code check_rows(struct verify *v, uint32_t block, struct cu_error *err)
{
    struct timeline_values values[TIMELINE_COL_FIXED];
    uint32_t values_block = UINT32_MAX, person = 0, rows = v->run->blocks[block].rows;
    for (uint32_t i = 0; i < rows; i += (uint32_t)CU_COUNT(v->rows)) {
        uint32_t n = rows - i < CU_COUNT(v->rows) ? rows - i : (uint32_t)CU_COUNT(v->rows);
        struct cu_error why = {0};
        if (timeline_run_batch(
                v->run, (block << TIMELINE_BLOCK_SHIFT) + i, n, values, &values_block, &person, v->rows, &why) != CU_OK)
            return CU_OK; // the part was named already
        for (uint32_t k = 0; k < n; k++) {
            check_row(v, &v->rows[k]);
            if (!timeline_block_may_have(&v->run->blocks[block], v->rows[k].kind))
                say(v, "a block does not know one of its kinds");
            struct timeline_cell cell = {.day = timeline_day(v->rows[k].time_ms),
                .kind = v->rows[k].kind,
                .count = 1,
                .revenue = v->rows[k].revenue};
            if (v->rows[k].kind != 0 && !timeline_cells_add(&v->cells, &cell))
                return cu_fail(err, CU_MEMORY, "", "no memory to check a timeline run");
        }
    }
    return CU_OK;
}

static bool in_zone(const struct timeline_part *p, const struct timeline_values *v, uint32_t count)
{
    for (uint32_t k = 0; k < count; k++) {
        int64_t value = timeline_value(v, k);
        if (value < p->min || value > p->max)
            return false;
    }
    return true;
}

static void check_parts(struct verify *v, uint32_t block)
{
    const struct timeline_run *r = v->run;
    for (uint32_t c = 0; c < r->column_count; c++) {
        const struct timeline_part *p = &r->parts[(uint64_t)block * r->column_count + c];
        struct timeline_values values;
        struct cu_error why = {0};
        if (timeline_run_part(r, block, c, &values, &why) != CU_OK)
            found(v, &why);
        else if (!values.none && !in_zone(p, &values, values.ends ? timeline_list_from(&values, p->count) : p->count))
            say(v, "a value lies outside of the range of its block");
    }
}

static void check_words(struct verify *v)
{
    const struct timeline_run *r = v->run;
    for (uint32_t i = 0; i < r->words_count; i++) {
        struct cu_error why = {0};
        if (timeline_words_load(r, v->words, i, &why) != CU_OK)
            found(v, &why);
    }
    for (int copy = 0; copy < 2 && r->sample_len > 0; copy++)
        if (cu_crc32c(0, r->map + r->sample_at[copy], timeline_round8(r->sample_len)) != r->sample_crc)
            say(v, copy == 0 ? "the sample of its words fails its checksum"
                             : "the second sample of its words fails its checksum");
}

// ---- tables

static cu_code check_texts(struct verify *v, uint32_t column, struct cu_error *err)
{
    const struct timeline_run *r = v->run;
    struct timeline_texts t;
    struct cu_error why = {0};
    if (timeline_run_texts(r, column, &t, &why) != CU_OK) {
        found(v, &why);
        return CU_OK;
    }
    uint32_t *rows = cu_calloc(t.count, sizeof *rows);
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory to check a timeline run");
    bool whole = true, good = true;
    for (uint32_t b = 0; b < r->block_count; b++) {
        const struct timeline_part *p = &r->parts[(uint64_t)b * r->column_count + column];
        struct timeline_values values;
        if (timeline_run_part(r, b, column, &values, NULL) != CU_OK) {
            whole = false;
            continue;
        }
        uint32_t count = values.none ? 0 : values.ends ? timeline_list_from(&values, p->count) : p->count;
        for (uint32_t k = 0; k < count; k++) {
            int64_t id = timeline_value(&values, k);
            good = good && id >= 0 && id < t.count;
            if (good)
                rows[id]++;
        }
    }
    for (uint32_t i = 0; i < t.count && good; i++)
        good =
            (!whole || rows[i] == t.rows[i]) && (t.rows[i] > 0 ? timeline_text_hash(timeline_text(&t, i)) == t.hash[i]
                                                               : timeline_text(&t, i).len == 0 && t.hash[i] == 0);
    cu_free(rows);
    if (!good)
        say(v, "a dictionary of texts does not fit its column");
    return CU_OK;
}

static void check_cells(struct verify *v)
{
    const struct timeline_cell *cells;
    size_t count;
    struct cu_error why = {0};
    if (timeline_run_cells(v->run, &cells, &count, &why) != CU_OK) {
        found(v, &why);
        return;
    }
    timeline_cells_sort(&v->cells);
    if (v->seen == v->run->rows &&
        (count != v->cells.count || memcmp(cells, v->cells.cells, count * sizeof *cells) != 0))
        say(v, "the day counts are not those of its rows");
}

static void check_kinds(struct verify *v)
{
    struct cu_error why = {0};
    cu_str bitmap;
    if (timeline_run_kind_people(v->run, 0, &bitmap, &why) != CU_OK) {
        found(v, &why);
        return;
    }
    uint32_t last = 0;
    for (size_t i = 0; i < v->cells.count; i++) { // by day, then kind
        uint32_t kind = v->cells.cells[i].kind;
        if (kind == last)
            continue;
        last = kind;
        roaring_bitmap_t *people = NULL;
        if (timeline_run_kind_people(v->run, kind, &bitmap, &why) == CU_OK && bitmap.ptr)
            people = roaring_bitmap_portable_deserialize_safe(bitmap.ptr, bitmap.len);
        if (!people || roaring_bitmap_is_empty(people))
            say(v, "the table of kinds lacks one of its kinds");
        if (people)
            roaring_bitmap_free(people);
    }
}

static cu_code verify_all(struct verify *v, struct cu_error *err)
{
    const struct timeline_run *r = v->run;
    CU_TRY(check_extents(v, err));
    for (uint32_t b = 0; b < r->block_count; b++) {
        check_parts(v, b);
        CU_TRY(check_rows(v, b, err));
    }
    check_words(v);
    for (uint32_t c = TIMELINE_COL_FIXED; c < r->column_count; c++)
        if (r->columns[c - TIMELINE_COL_FIXED].type == TIMELINE_TEXT)
            CU_TRY(check_texts(v, c, err));
    check_cells(v);
    check_kinds(v);
    return v->damaged ? CU_CORRUPT : CU_OK;
}

cu_code timeline_run_verify(const struct timeline_run *r, timeline_damage *damage, void *context, struct cu_error *err)
{
    struct cu_error first = {0};
    struct verify *v = cu_calloc(1, sizeof *v);
    if (!v)
        return cu_fail(err, CU_MEMORY, "", "no memory to check a timeline run");
    *v = (struct verify){.run = r, .damage = damage, .context = context, .err = &first};
    cu_code code = timeline_words_new(&v->words, err);
    if (code == CU_OK)
        code = verify_all(v, err);
    if (code == CU_CORRUPT && err)
        *err = first;
    timeline_words_free(v->words);
    timeline_cells_clear(&v->cells);
    cu_free(v);
    return code;
}
