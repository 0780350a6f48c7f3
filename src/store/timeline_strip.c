// SPDX-License-Identifier: Apache-2.0
// A run written again without some people (timeline_copy.h), fast: blocks that hold none of their rows are copied
// as they are, bytes and checksums, also when they are damaged; the others are encoded again. Dictionaries keep
// their ids and lose the texts that nobody has any more; day counts and kinds lose what the rows had put there.
#include "timeline_copy.h"
#include "timeline_run_writer.h"

struct strip {
    const struct timeline_run *run;
    struct timeline_run_writer *w;
    uint32_t *gone; // indexes in the directory, ascending
    size_t gone_count, at;
    struct timeline_words *words;
    struct timeline_row *rows; // of one block
    struct timeline_values *values;
    struct timeline_run_value *row_values;
    size_t row_value_count, row_value_cap;
};

static cu_code no_memory(struct cu_error *err)
{
    return cu_fail(err, CU_MEMORY, "", "no memory to write a timeline run");
}

// ---- tables of the run, as they are before

static cu_code take_cells(struct strip *s, struct cu_error *err)
{
    const struct timeline_cell *cells;
    size_t count;
    CU_TRY(timeline_run_cells(s->run, &cells, &count, err));
    for (size_t i = 0; i < count; i++)
        if (!timeline_cells_add(&s->w->cells, &cells[i]))
            return no_memory(err);
    return CU_OK;
}

static cu_code take_kinds(struct strip *s, struct cu_error *err)
{
    const struct timeline_run *r = s->run;
    cu_str bitmap;
    CU_TRY(timeline_run_kind_people(r, 0, &bitmap, err)); // the table is checked
    const struct timeline_kind_entry *entries =
        (const struct timeline_kind_entry *)(const void *)(r->map + r->kinds_at);
    for (uint32_t i = 0; i < r->kind_count; i++) {
        uint32_t kind = entries[i].kind;
        CU_TRY(timeline_run_kind_people(r, kind, &bitmap, err));
        if (kind > UINT16_MAX + 1u || !bitmap.ptr)
            return timeline_run_damaged(r, err, "the table of kinds is not what was written");
        CU_TRY(timeline_writer_kind_room(s->w, kind, err));
        roaring_bitmap_t *people = roaring_bitmap_portable_deserialize_safe(bitmap.ptr, bitmap.len);
        if (!people)
            return no_memory(err);
        for (size_t g = 0; g < s->gone_count; g++)
            roaring_bitmap_remove(people, r->pnos[s->gone[g]]);
        if (roaring_bitmap_is_empty(people)) {
            roaring_bitmap_free(people);
            continue;
        }
        s->w->kinds[kind].people = people;
        s->w->kind_count++;
    }
    return CU_OK;
}

static cu_code take_tables(struct strip *s, struct cu_error *err)
{
    cu_str sample;
    CU_TRY(take_cells(s, err));
    CU_TRY(take_kinds(s, err));
    CU_TRY(timeline_run_sample(s->run, &sample, err));
    if (sample.ptr)
        CU_TRY(timeline_writer_sample(s->w, sample, err));
    s->w->sample_rows = s->run->sample_rows;
    for (uint32_t c = TIMELINE_COL_FIXED; c < s->run->column_count; c++) {
        struct timeline_texts texts;
        if (s->run->columns[c - TIMELINE_COL_FIXED].type != TIMELINE_TEXT)
            continue;
        CU_TRY(timeline_run_texts(s->run, c, &texts, err));
        CU_TRY(timeline_texts_take(&s->w->made[c - TIMELINE_COL_FIXED].texts, &texts, err));
    }
    return CU_OK;
}

// ---- a block that keeps all its rows

static cu_code raw(struct strip *s, uint64_t from, uint64_t len, uint64_t *ret_at, struct cu_error *err)
{
    *ret_at = (uint64_t)outfile_at(&s->w->out);
    return outfile_add(&s->w->out, s->run->map + from, len, err);
}

static cu_code copy_words(struct strip *s, uint32_t block, uint32_t made, struct cu_error *err)
{
    const struct timeline_run *r = s->run;
    uint32_t end = block + 1 < r->block_count ? r->blocks[block + 1].words : r->words_count;
    for (uint32_t i = r->blocks[block].words; i < end; i++) {
        struct timeline_words_block b = r->words[i];
        CU_TRY(raw(s, b.at, timeline_round8(b.len), &b.at, err));
        CU_TRY(raw(s, b.sealed_at, timeline_round8(b.sealed_len), &b.sealed_at, err));
        b.place = made << TIMELINE_BLOCK_SHIFT | (b.place & (TIMELINE_BLOCK_ROWS - 1));
        cu_buf_add(&s->w->words, &b, sizeof b);
    }
    return cu_buf_code(&s->w->words, err);
}

static cu_code copy_block(struct strip *s, uint32_t block, struct cu_error *err)
{
    const struct timeline_run *r = s->run;
    struct timeline_run_writer *w = s->w;
    uint32_t made = (uint32_t)(w->blocks.len / sizeof(struct timeline_block)), start = block << TIMELINE_BLOCK_SHIFT;
    for (uint32_t p = r->blocks[block].person; p < r->person_count && r->first[p] < start + TIMELINE_BLOCK_ROWS; p++)
        CU_TRY(timeline_writer_person(w, r->pnos[p], r->first[p] > start ? r->first[p] - start : 0, err));
    for (uint32_t c = 0; c < r->column_count; c++) {
        struct timeline_part p = r->parts[(uint64_t)block * r->column_count + c];
        if (p.form & TIMELINE_PART_HAS)
            CU_TRY(raw(s, p.at, p.len, &p.at, err));
        cu_buf_add(&w->parts, &p, sizeof p);
    }
    CU_TRY(cu_buf_code(&w->parts, err));
    CU_TRY(copy_words(s, block, made, err));
    struct timeline_block b = r->blocks[block];
    b.person = w->block_person;
    b.words = w->block_words;
    cu_buf_add(&w->blocks, &b, sizeof b);
    w->block_words = (uint32_t)(w->words.len / sizeof(struct timeline_words_block));
    w->count += b.rows;
    return cu_buf_code(&w->blocks, err);
}

// ---- a block that loses some

static cu_code add_value(struct strip *s, uint32_t column, int64_t value, struct cu_error *err)
{
    if (s->row_value_count == s->row_value_cap) {
        size_t cap = s->row_value_cap ? s->row_value_cap * 2 : 256;
        struct timeline_run_value *values = cu_realloc(s->row_values, cap * sizeof *values);
        if (!values)
            return no_memory(err);
        s->row_values = values;
        s->row_value_cap = cap;
    }
    s->row_values[s->row_value_count++] = (struct timeline_run_value){.column = column, .value = value};
    return CU_OK;
}

// The row's values; its texts are counted down, for they are counted again when the row is written.
static cu_code values_of(struct strip *s, uint32_t row, struct cu_error *err)
{
    s->row_value_count = 0;
    for (uint32_t c = 0; c + TIMELINE_COL_FIXED < s->run->column_count; c++) {
        const struct timeline_values *v = &s->values[c];
        struct timeline_texts_made *texts = &s->w->made[c].texts;
        bool text = s->run->columns[c].type == TIMELINE_TEXT;
        if (!timeline_present(v, row))
            continue;
        uint32_t k = timeline_rank(v, row), end = k + 1;
        if (v->ends) {
            end = timeline_list_from(v, k + 1);
            k = timeline_list_from(v, k);
        }
        for (; k < end; k++) {
            int64_t value = timeline_value(v, k);
            if (text && (value < 0 || value >= texts->count || texts->rows[value] == 0))
                return timeline_run_damaged(s->run, err, "a text that is not in its dictionary");
            if (text)
                texts->rows[value]--;
            CU_TRY(add_value(s, c, value, err));
        }
    }
    return CU_OK;
}

static bool is_gone(struct strip *s, uint32_t place) // places ascend
{
    const struct timeline_run *r = s->run;
    while (s->at < s->gone_count && r->first[s->gone[s->at] + 1] <= place)
        s->at++;
    return s->at < s->gone_count && r->first[s->gone[s->at]] <= place;
}

static cu_code strip_block(struct strip *s, uint32_t block, struct cu_error *err)
{
    const struct timeline_run *r = s->run;
    struct timeline_values fixed[TIMELINE_COL_FIXED];
    uint32_t fixed_block = UINT32_MAX, person = 0, start = block << TIMELINE_BLOCK_SHIFT;
    CU_TRY(timeline_run_batch(r, start, r->blocks[block].rows, fixed, &fixed_block, &person, s->rows, err));
    for (uint32_t c = TIMELINE_COL_FIXED; c < r->column_count; c++)
        CU_TRY(timeline_run_part(r, block, c, &s->values[c - TIMELINE_COL_FIXED], err));
    for (uint32_t i = 0; i < r->blocks[block].rows; i++) {
        const struct timeline_row *row = &s->rows[i];
        cu_str plain, sealed;
        CU_TRY(values_of(s, i, err));
        if (is_gone(s, start + i)) {
            struct timeline_cell cell = {.day = timeline_day(row->time_ms),
                .kind = row->kind,
                .count = UINT64_MAX,
                .revenue = (int64_t)(0 - (uint64_t)row->revenue)};
            if (!timeline_cells_add(&s->w->cells, &cell))
                return no_memory(err);
            continue;
        }
        CU_TRY(timeline_run_words(r, s->words, start + i, &plain, &sealed, err));
        CU_TRY(timeline_writer_person(s->w, row->pno, s->w->rows, err));
        CU_TRY(timeline_writer_row(s->w, row, plain, sealed, s->row_values, s->row_value_count, err));
    }
    return timeline_writer_block_end(s->w, err);
}

// ---- all of it

static bool block_touched(const struct strip *s, size_t *at, uint32_t block)
{
    const struct timeline_run *r = s->run;
    uint32_t start = block << TIMELINE_BLOCK_SHIFT;
    while (*at < s->gone_count && r->first[s->gone[*at] + 1] <= start)
        ++*at;
    return *at < s->gone_count && r->first[s->gone[*at]] < start + TIMELINE_BLOCK_ROWS;
}

static cu_code drop_empty_cells(struct strip *s, struct cu_error *err)
{
    struct timeline_cells kept = {0};
    for (size_t i = 0; i < s->w->cells.cap; i++)
        if (s->w->cells.cells[i].kind != 0 && s->w->cells.cells[i].count != 0 &&
            !timeline_cells_add(&kept, &s->w->cells.cells[i])) {
            timeline_cells_clear(&kept);
            return no_memory(err);
        }
    timeline_cells_clear(&s->w->cells);
    s->w->cells = kept;
    return CU_OK;
}

static void times_of_parts(struct timeline_run_writer *w)
{
    size_t columns = TIMELINE_COL_FIXED + w->columns->count, blocks = w->blocks.len / sizeof(struct timeline_block);
    for (size_t b = 0; b < blocks; b++) {
        struct timeline_part p;
        memcpy(&p, w->parts.ptr + (b * columns + TIMELINE_COL_TIME) * sizeof p, sizeof p);
        w->min_time = b == 0 || p.min < w->min_time ? p.min : w->min_time;
        w->max_time = b == 0 || p.max > w->max_time ? p.max : w->max_time;
    }
}

static cu_code strip_all(struct strip *s, struct cu_error *err)
{
    size_t at = 0;
    CU_TRY(timeline_words_new(&s->words, err));
    s->rows = cu_alloc(TIMELINE_BLOCK_ROWS * sizeof *s->rows);
    s->values = cu_alloc((s->run->column_count + 1) * sizeof *s->values);
    if (!s->rows || !s->values)
        return no_memory(err);
    CU_TRY(take_tables(s, err));
    for (uint32_t b = 0; b < s->run->block_count; b++)
        CU_TRY(block_touched(s, &at, b) ? strip_block(s, b, err) : copy_block(s, b, err));
    for (uint32_t c = 0; c < s->w->columns->count; c++)
        if (s->w->columns->columns[c].type == TIMELINE_TEXT)
            timeline_texts_blank(&s->w->made[c].texts);
    times_of_parts(s->w);
    return drop_empty_cells(s, err);
}

// Whose rows go, and may the sample stay? Its text is of the first rows of the run.
static cu_code find_gone(struct strip *s, const struct timeline_hidden *h, bool *ret_possible, struct cu_error *err)
{
    const struct timeline_run *r = s->run;
    *ret_possible = h->import_count + h->source_count == 0;
    s->gone = cu_alloc(h->pno_count * sizeof *s->gone);
    if (!s->gone)
        return no_memory(err);
    for (size_t i = 0; i < h->pno_count; i++) {
        uint32_t p = timeline_run_person(r, h->pnos[i]);
        if (p < r->person_count && r->pnos[p] == h->pnos[i] && (s->gone_count == 0 || s->gone[s->gone_count - 1] != p))
            s->gone[s->gone_count++] = p;
    }
    if (s->gone_count == 0 || s->gone_count == r->person_count ||
        (r->sample_len > 0 && r->first[s->gone[0]] < r->sample_rows))
        *ret_possible = false;
    return CU_OK;
}

static cu_code columns_of(const struct timeline_run *r, struct timeline_columns **ret, struct cu_error *err)
{
    struct timeline_column columns[TIMELINE_COLUMNS_MAX];
    uint32_t count = r->column_count - TIMELINE_COL_FIXED;
    for (uint32_t i = 0; i < count; i++)
        columns[i] = (struct timeline_column){.path = r->columns[i].path, .type = r->columns[i].type};
    CU_TRY(timeline_columns_new(columns, count, ret, err));
    if ((*ret)->count == count)
        return CU_OK;
    timeline_columns_unref(*ret);
    return timeline_run_damaged(r, err, "it has a column twice");
}

static cu_code write_run(struct timeline *t, struct strip *s, struct timeline_made *ret, struct cu_error *err)
{
    struct timeline_columns *columns;
    struct timeline_run *run = NULL;
    uint64_t number = timeline_number(t);
    CU_TRY(columns_of(s->run, &columns, err));
    cu_code code = timeline_run_create(t->folder, number, s->run->group, columns, &s->w, err);
    timeline_columns_unref(columns);
    CU_TRY(code);
    code = strip_all(s, err);
    if (code != CU_OK) {
        timeline_run_abandon(s->w);
        return code;
    }
    uint64_t rows = timeline_run_added(s->w);
    CU_TRY(timeline_run_finish(s->w, err));
    code = timeline_run_open(t->folder, number, rows, &run, err);
    if (code == CU_OK)
        code = timeline_made_add(ret, run, err);
    if (code != CU_OK)
        (void)!timeline_run_unlink(t->folder, number, NULL);
    return code;
}

cu_code timeline_strip(struct timeline *t, const struct timeline_run *run, const struct timeline_hidden *h,
    struct timeline_made *ret, bool *ret_done, struct cu_error *err)
{
    struct strip s = {.run = run};
    cu_code code = find_gone(&s, h, ret_done, err);
    if (code == CU_OK && *ret_done)
        code = write_run(t, &s, ret, err);
    timeline_words_free(s.words);
    cu_free(s.gone);
    cu_free(s.rows);
    cu_free(s.values);
    cu_free(s.row_values);
    return code;
}
