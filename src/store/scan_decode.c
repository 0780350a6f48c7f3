// SPDX-License-Identifier: Apache-2.0
// The selected rows of a piece as arrays: the columns that the plan names, and no others (scan_source.h).
#include "scan_source.h"

static cu_code no_memory(struct cu_error *err)
{
    return cu_fail(err, CU_MEMORY, "", "no memory to read events");
}

// ---- fixed columns of runs

#define DECODE(name, type)                                                                                              \
    static void name(const struct scan_desk *d, const struct timeline_values *v, type *at)                              \
    {                                                                                                                   \
        if (v->present || v->none) {                                                                                    \
            for (uint32_t i = 0; i < d->selected; i++)                                                                  \
                at[i] = (type)timeline_fixed(v, d->select[i]);                                                          \
        } else {                                                                                                        \
            for (uint32_t i = 0; i < d->selected; i++)                                                                  \
                at[i] = (type)timeline_value(v, d->select[i]);                                                          \
        }                                                                                                               \
    }
DECODE(decode64, int64_t)
DECODE(decode32, uint32_t)

static cu_code fixed64(struct scan_desk *d, const struct scan_piece *p, uint32_t column, int64_t *at, struct cu_error *err)
{
    struct timeline_values v;
    CU_TRY(timeline_run_part(p->source->run, p->block, column, &v, err));
    decode64(d, &v, at);
    return CU_OK;
}

static cu_code fixed32(struct scan_desk *d, const struct scan_piece *p, uint32_t column, uint32_t *at, struct cu_error *err)
{
    struct timeline_values v;
    CU_TRY(timeline_run_part(p->source->run, p->block, column, &v, err));
    decode32(d, &v, at);
    return CU_OK;
}

static cu_code decode_fixed(struct scan_desk *d, const struct scan_piece *p, struct scan_batch *b, struct cu_error *err)
{
    unsigned wants = b->wants;
    size_t at = b->count;
    CU_TRY(fixed64(d, p, TIMELINE_COL_TIME, b->time_ms + at, err));
    CU_TRY(fixed32(d, p, TIMELINE_COL_KIND, b->kind + at, err));
    if ((wants & SCAN_SEQ) && !b->no_seq)
        CU_TRY(fixed64(d, p, TIMELINE_COL_SEQ, (int64_t *)b->seq + at, err));
    if (wants & SCAN_REVENUE)
        CU_TRY(fixed64(d, p, TIMELINE_COL_REVENUE, b->revenue + at, err));
    if (wants & SCAN_SOURCE)
        CU_TRY(fixed32(d, p, TIMELINE_COL_SOURCE, b->source + at, err));
    if (wants & SCAN_IMPORT)
        CU_TRY(fixed32(d, p, TIMELINE_COL_IMPORT, b->import + at, err));
    if (wants & SCAN_FLAGS)
        CU_TRY(fixed32(d, p, TIMELINE_COL_FLAGS, b->flags + at, err));
    return CU_OK;
}

// ---- properties of runs

struct texts { // how the values of a text column are read
    const struct scan_column *column;
    const struct scan_bound *bound;
    struct scan_desk *desk;
    uint32_t number;
};

static int64_t text_value(const struct texts *t, int64_t id)
{
    const struct timeline_texts *texts = &t->bound->texts;
    if (t->column->match == SCAN_VALUE)
        return (int64_t)texts->hash[id];
    cu_str text = timeline_text(texts, (uint32_t)id);
    if (!t->bound->matches)
        return scan_text_cached(
            t->desk->texts, t->desk->shared->plan->columns, t->number, text, texts->hash[id], &t->desk->scratch);
    atomic_uchar *known = &t->bound->matches[id];
    unsigned char state = atomic_load_explicit(known, memory_order_relaxed);
    if (state == 0) { // two threads may work it out: the same
        state = (unsigned char)(1 + scan_text_value(t->column, text, texts->hash[id], &t->desk->scratch));
        atomic_store_explicit(known, state, memory_order_relaxed);
    }
    return state - 1;
}

static void put_texts(const struct texts *t, struct scan_made *m, size_t from)
{
    size_t kept = from;
    for (size_t i = from; i < m->count; i++) { // ids at first; one beyond the dictionary is damage and no value
        bool there = m->value[i] >= 0 && m->value[i] < t->bound->texts.count;
        if (there)
            m->value[kept] = text_value(t, m->value[i]);
        kept += there;
    }
    m->count = kept;
}

static bool put_row(const struct timeline_values *v, uint32_t row, struct scan_made *m)
{
    if (!timeline_present(v, row))
        return true;
    uint32_t k = timeline_rank(v, row), from = k, to = k + 1;
    if (v->ends) {
        from = timeline_list_from(v, k);
        to = timeline_list_from(v, k + 1);
    }
    if (!scan_made_room(m, to - from))
        return false;
    for (; from < to; from++)
        m->value[m->count++] = timeline_value(v, from);
    return true;
}

static cu_code decode_column(struct scan_desk *d, const struct scan_piece *p, struct scan_batch *b, uint32_t number,
    struct cu_error *err)
{
    const struct scan_bound *bound = &p->source->bound[number];
    struct texts texts = {&d->shared->plan->columns[number], bound, d, number};
    struct scan_made *m = &b->columns[number];
    struct timeline_values v;
    CU_TRY(timeline_run_part(p->source->run, p->block, bound->column, &v, err));
    if (!scan_made_room(m, d->selected))
        return no_memory(err);
    for (uint32_t i = 0; i < d->selected; i++) {
        size_t from = m->count;
        m->first[b->count + i] = (uint32_t)from;
        if (!put_row(&v, d->select[i], m))
            return no_memory(err);
        if (texts.column->type == TIMELINE_TEXT)
            put_texts(&texts, m, from);
    }
    m->first[b->count + d->selected] = (uint32_t)m->count;
    return CU_OK;
}

// ---- drawn from words

static cu_code put_drawn(struct scan_desk *d, const struct scan_source *x, struct scan_batch *b, size_t at,
    const struct timeline_drawn *drawn, size_t count, struct cu_error *err)
{
    const struct scan_plan *plan = d->shared->plan;
    for (uint32_t c = 0; c < plan->column_count; c++) {
        struct scan_made *m = &b->columns[c];
        if (x->bound[c].column != UINT32_MAX)
            continue;
        m->first[at] = (uint32_t)m->count;
        for (size_t i = 0; i < count; i++) {
            if (drawn[i].column != d->shared->drawn_of[c])
                continue;
            if (!scan_made_room(m, 1))
                return no_memory(err);
            m->value[m->count++] = plan->columns[c].type != TIMELINE_TEXT
                ? drawn[i].value
                : scan_text_cached(d->texts, plan->columns, c, drawn[i].text, (uint64_t)drawn[i].value, &d->scratch);
        }
        m->first[at + 1] = (uint32_t)m->count;
    }
    return CU_OK;
}

static cu_code put_words(struct scan_desk *d, const struct scan_piece *p, struct scan_batch *b, uint32_t i, cu_str plain,
    struct cu_error *err)
{
    const struct timeline_drawn *drawn;
    size_t count;
    if (b->wants & SCAN_WORDS) {
        b->words[b->count + i] = (cu_str){(const char *)(uintptr_t)b->bytes.len, plain.len};
        cu_buf_str(&b->bytes, plain);
        CU_TRY(cu_buf_code(&b->bytes, err));
    }
    if (!p->source->draws)
        return CU_OK;
    CU_TRY(timeline_draw(d->drawer, plain, &drawn, &count, err));
    return put_drawn(d, p->source, b, b->count + i, drawn, count, err);
}

static cu_code decode_words(struct scan_desk *d, const struct scan_piece *p, struct scan_batch *b, struct cu_error *err)
{
    if (!p->source->draws && !(b->wants & SCAN_WORDS))
        return CU_OK;
    for (uint32_t i = 0; i < d->selected; i++) {
        cu_str plain;
        if (p->source->run) {
            uint32_t place = p->block << TIMELINE_BLOCK_SHIFT | d->select[i];
            CU_TRY(timeline_run_words(p->source->run, d->words, place, &plain, NULL, err));
        } else {
            const struct timeline_row *r = &p->source->chunk->rows[p->from + d->select[i]];
            plain = (cu_str){timeline_tail_bytes(r), r->plain_len};
        }
        CU_TRY(put_words(d, p, b, i, plain, err));
    }
    return CU_OK;
}

// ---- the tail

static cu_code tail_column(
    struct scan_desk *d, const struct scan_piece *p, struct scan_batch *b, uint32_t number, struct cu_error *err)
{
    const struct scan_plan *plan = d->shared->plan;
    struct scan_made *m = &b->columns[number];
    uint32_t column = p->source->bound[number].column;
    for (uint32_t i = 0; i < d->selected; i++) {
        const struct timeline_row *r = &p->source->chunk->rows[p->from + d->select[i]];
        m->first[b->count + i] = (uint32_t)m->count;
        for (uint32_t k = 0; k < r->value_count; k++) {
            const struct timeline_tail_value *v = &r->values[k];
            if (v->column != column)
                continue;
            if (!scan_made_room(m, 1))
                return no_memory(err);
            int64_t value = v->value;
            if (plan->columns[number].type == TIMELINE_TEXT) {
                const struct timeline_tail_text *text = timeline_tail_text(v);
                value = scan_text_cached(
                    d->texts, plan->columns, number, (cu_str){text->bytes, text->len}, text->hash, &d->scratch);
            }
            m->value[m->count++] = value;
        }
    }
    m->first[b->count + d->selected] = (uint32_t)m->count;
    return CU_OK;
}

static void tail_fixed(const struct scan_desk *d, const struct scan_piece *p, struct scan_batch *b)
{
    unsigned wants = b->wants;
    for (uint32_t i = 0; i < d->selected; i++) {
        const struct timeline_row *r = &p->source->chunk->rows[p->from + d->select[i]];
        size_t at = b->count + i;
        b->time_ms[at] = r->time_ms;
        b->kind[at] = r->kind;
        if ((wants & SCAN_SEQ) && !b->no_seq)
            b->seq[at] = r->seq;
        if (wants & SCAN_REVENUE)
            b->revenue[at] = r->revenue;
        if (wants & SCAN_SOURCE)
            b->source[at] = r->source;
        if (wants & SCAN_IMPORT)
            b->import[at] = r->import;
        if (wants & SCAN_FLAGS)
            b->flags[at] = r->flags;
    }
}

// ---- a piece

static cu_code decode(struct scan_desk *d, const struct scan_piece *p, struct scan_batch *b, struct cu_error *err)
{
    if (!scan_batch_room(b, b->count + d->selected))
        return no_memory(err);
    if (p->source->run)
        CU_TRY(decode_fixed(d, p, b, err));
    else
        tail_fixed(d, p, b);
    for (uint32_t c = 0; c < b->column_count; c++) {
        if (p->source->bound[c].column == UINT32_MAX)
            continue; // with the words
        CU_TRY(p->source->run ? decode_column(d, p, b, c, err) : tail_column(d, p, b, c, err));
    }
    return decode_words(d, p, b, err);
}

cu_code scan_decode(struct scan_desk *d, const struct scan_piece *p, struct scan_batch *b, struct cu_error *err)
{
    size_t values[SCAN_COLUMNS_MAX], bytes = b->bytes.len;
    for (size_t i = 0; i < b->column_count; i++)
        values[i] = b->columns[i].count;
    cu_code code = decode(d, p, b, err);
    if (code == CU_OK) {
        b->count += d->selected;
        return CU_OK;
    }
    for (size_t i = 0; i < b->column_count; i++) // as before: a damaged piece is left out whole
        b->columns[i].count = values[i];
    b->bytes.len = bytes;
    return code;
}

cu_code scan_decode_seq(const struct scan_piece *p, const uint16_t *row, struct scan_batch *b, struct cu_error *err)
{
    struct timeline_values v;
    if (p->source->run)
        CU_TRY(timeline_run_part(p->source->run, p->block, TIMELINE_COL_SEQ, &v, err));
    for (size_t i = 0; i < b->count; i++)
        b->seq[i] = p->source->run ? (uint64_t)timeline_fixed(&v, row[i]) : p->source->chunk->rows[p->from + row[i]].seq;
    b->no_seq = false;
    return CU_OK;
}

// ---- one profile

static cu_code read_piece(struct scan_desk *d, const struct scan_piece *p, uint32_t pno, struct scan_batch *b,
    uint64_t *rows_read, struct cu_error *err)
{
    if (!scan_piece_matters(d->shared, p))
        return CU_OK;
    *rows_read += p->to - p->from;
    cu_code code = p->source->damaged ? CU_CORRUPT : scan_select(d, p, err);
    if (code == CU_OK && d->selected > 0) {
        size_t at = b->count;
        code = scan_decode(d, p, b, err);
        for (; (b->wants & SCAN_PNO) && at < b->count; at++)
            b->pno[at] = pno;
    }
    if (code != CU_CORRUPT)
        return code;
    scan_left_out(d, p);
    return CU_OK;
}

static cu_code profile_in_run(struct scan_desk *d, const struct scan_source *x, uint32_t pno, struct scan_batch *b,
    uint64_t *rows_read, struct cu_error *err)
{
    const struct timeline_run *r = x->run;
    if (pno < r->first_pno || pno > r->last_pno || !scan_run_matters(d->shared, r))
        return CU_OK;
    uint32_t person = timeline_run_person(r, pno);
    if (person == r->person_count || r->pnos[person] != pno)
        return CU_OK;
    uint32_t at = r->first[person];
    struct scan_piece p = {.source = x};
    while (timeline_span(r, &at, r->first[person + 1], &p.block, &p.from, &p.to))
        CU_TRY(read_piece(d, &p, pno, b, rows_read, err));
    return CU_OK;
}

static cu_code profile_in_chunk(struct scan_desk *d, const struct scan_source *x, uint32_t pno, struct scan_batch *b,
    uint64_t *rows_read, struct cu_error *err)
{
    struct timeline_row key = {.pno = pno, .time_ms = INT64_MIN};
    size_t at = timeline_chunk_find(x->chunk, &key), end;
    while (at < x->chunk->count && x->chunk->rows[at].pno == pno) {
        for (end = at; end < x->chunk->count && end - at < SCAN_PIECE && x->chunk->rows[end].pno == pno;)
            end++;
        struct scan_piece p = {.source = x, .from = (uint32_t)at, .to = (uint32_t)end};
        CU_TRY(read_piece(d, &p, pno, b, rows_read, err));
        at = end;
    }
    return CU_OK;
}

cu_code scan_profile(struct scan_desk *d, uint32_t pno, struct scan_batch *b, uint64_t *rows_read, struct cu_error *err)
{
    const struct scan_sources *s = d->shared;
    if (scan_hidden_pno(s, pno))
        return CU_OK;
    for (size_t i = 0; i < s->count; i++) {
        const struct scan_source *x = &s->list[i];
        CU_TRY(x->run ? profile_in_run(d, x, pno, b, rows_read, err) : profile_in_chunk(d, x, pno, b, rows_read, err));
    }
    return CU_OK;
}
