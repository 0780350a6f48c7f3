// SPDX-License-Identifier: Apache-2.0
// Rows as arrays (scan_batch.h).
#include "scan_batch.h"

#include <stdlib.h>

#define WORDS_MAX ((size_t)4 << 30) // of one person

void scan_batch_init(struct scan_batch *b, unsigned wants, size_t column_count)
{
    *b = (struct scan_batch){.wants = wants, .column_count = column_count};
    cu_buf_init(&b->bytes, WORDS_MAX);
}

void scan_batch_clear(struct scan_batch *b)
{
    cu_free(b->time_ms);
    cu_free(b->revenue);
    cu_free(b->kind);
    cu_free(b->source);
    cu_free(b->import);
    cu_free(b->flags);
    cu_free(b->pno);
    cu_free(b->seq);
    cu_free(b->words);
    cu_buf_clear(&b->bytes);
    for (size_t i = 0; i < b->column_count; i++) {
        cu_free(b->columns[i].first);
        cu_free(b->columns[i].value);
    }
    *b = (struct scan_batch){0};
}

void scan_batch_reset(struct scan_batch *b)
{
    b->count = 0;
    cu_buf_reset(&b->bytes);
    for (size_t i = 0; i < b->column_count; i++)
        b->columns[i].count = 0;
}

static bool grow(void *array, size_t size, size_t cap)
{
    void **at = array, *more = cu_realloc(*at, size * cap);
    if (more)
        *at = more;
    return more != NULL;
}

bool scan_batch_room(struct scan_batch *b, size_t rows)
{
    if (rows <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap * 2 : 256;
    cap = cap < rows ? rows : cap;
    unsigned wants = b->wants;
    bool done = cap < UINT32_MAX && grow(&b->time_ms, sizeof *b->time_ms, cap) && grow(&b->kind, sizeof *b->kind, cap) &&
                (!(wants & SCAN_SEQ) || grow(&b->seq, sizeof *b->seq, cap)) &&
                (!(wants & SCAN_REVENUE) || grow(&b->revenue, sizeof *b->revenue, cap)) &&
                (!(wants & SCAN_SOURCE) || grow(&b->source, sizeof *b->source, cap)) &&
                (!(wants & SCAN_IMPORT) || grow(&b->import, sizeof *b->import, cap)) &&
                (!(wants & SCAN_FLAGS) || grow(&b->flags, sizeof *b->flags, cap)) &&
                (!(wants & SCAN_PNO) || grow(&b->pno, sizeof *b->pno, cap)) &&
                (!(wants & SCAN_WORDS) || grow(&b->words, sizeof *b->words, cap));
    for (size_t i = 0; done && i < b->column_count; i++)
        done = grow(&b->columns[i].first, sizeof *b->columns[i].first, cap + 1);
    if (done)
        b->cap = cap;
    return done;
}

bool scan_made_room(struct scan_made *m, size_t values)
{
    if (m->count + values <= m->cap)
        return true;
    size_t cap = m->cap ? m->cap * 2 : 256;
    cap = cap < m->count + values ? m->count + values : cap;
    if (cap > UINT32_MAX || !grow(&m->value, sizeof *m->value, cap))
        return false;
    m->cap = cap;
    return true;
}

static bool append_column(struct scan_made *to, const struct scan_made *from, size_t at, size_t row, size_t end)
{
    uint32_t begin = from->first[row];
    size_t values = from->first[end] - begin;
    if (!scan_made_room(to, values))
        return false;
    for (size_t i = row; i <= end; i++)
        to->first[at + (i - row)] = (uint32_t)(to->count + (from->first[i] - begin));
    if (values > 0)
        memcpy(to->value + to->count, from->value + begin, values * sizeof *to->value);
    to->count += values;
    return true;
}

static void append_words(struct scan_batch *b, const struct scan_batch *rows, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        b->words[b->count + (i - from)] = (cu_str){(const char *)(uintptr_t)b->bytes.len, rows->words[i].len};
        if (rows->words[i].len > 0)
            cu_buf_str(&b->bytes, rows->words[i]);
    }
}

cu_code scan_batch_append(struct scan_batch *b, const struct scan_batch *rows, size_t from, size_t to, struct cu_error *err)
{
    size_t n = to - from, at = b->count;
    unsigned wants = b->wants;
    bool done = scan_batch_room(b, at + n);
    for (size_t i = 0; done && i < b->column_count; i++)
        done = append_column(&b->columns[i], &rows->columns[i], at, from, to);
    if (!done)
        return cu_fail(err, CU_MEMORY, "", "no memory to read events");
    memcpy(b->time_ms + at, rows->time_ms + from, n * sizeof *b->time_ms);
    memcpy(b->kind + at, rows->kind + from, n * sizeof *b->kind);
    if ((wants & SCAN_SEQ) && !rows->no_seq)
        memcpy(b->seq + at, rows->seq + from, n * sizeof *b->seq);
    else if (wants & SCAN_SEQ)
        memset(b->seq + at, 0, n * sizeof *b->seq);
    if (wants & SCAN_REVENUE)
        memcpy(b->revenue + at, rows->revenue + from, n * sizeof *b->revenue);
    if (wants & SCAN_SOURCE)
        memcpy(b->source + at, rows->source + from, n * sizeof *b->source);
    if (wants & SCAN_IMPORT)
        memcpy(b->import + at, rows->import + from, n * sizeof *b->import);
    if (wants & SCAN_FLAGS)
        memcpy(b->flags + at, rows->flags + from, n * sizeof *b->flags);
    if (wants & SCAN_PNO)
        memcpy(b->pno + at, rows->pno + from, n * sizeof *b->pno);
    if (wants & SCAN_WORDS)
        append_words(b, rows, from, to);
    b->count += n;
    return cu_buf_code(&b->bytes, err);
}

static bool before(const struct scan_batch *b, size_t x, size_t y)
{
    return b->time_ms[x] != b->time_ms[y] ? b->time_ms[x] < b->time_ms[y] : b->seq[x] < b->seq[y];
}

// Merges the sorted stretches of order[0 .. count) pairwise until one is left.
static void merge_stretches(const struct scan_batch *b, uint32_t *order, uint32_t *room, size_t count)
{
    for (bool sorted = false; !sorted;) {
        size_t at = 0, stretches = 0;
        while (at < count) {
            size_t middle = at + 1, end;
            while (middle < count && !before(b, order[middle], order[middle - 1]))
                middle++;
            for (end = middle + (middle < count); end < count && !before(b, order[end], order[end - 1]);)
                end++;
            size_t x = at, y = middle, to = at;
            while (x < middle && y < end)
                room[to++] = before(b, order[y], order[x]) ? order[y++] : order[x++];
            while (x < middle)
                room[to++] = order[x++];
            while (y < end)
                room[to++] = order[y++];
            stretches++;
            at = end;
        }
        memcpy(order, room, count * sizeof *order);
        sorted = stretches <= 1;
    }
}

cu_code scan_batch_sort(struct scan_batch *b, struct scan_batch *other, struct cu_error *err)
{
    size_t in_order = 1;
    while (in_order < b->count && !before(b, in_order, in_order - 1))
        in_order++;
    if (in_order >= b->count)
        return CU_OK;
    uint32_t *order = cu_alloc(2 * b->count * sizeof *order);
    if (!order)
        return cu_fail(err, CU_MEMORY, "", "no memory to read events");
    for (size_t i = 0; i < b->count; i++)
        order[i] = (uint32_t)i;
    merge_stretches(b, order, order + b->count, b->count);
    scan_batch_reset(other);
    scan_batch_words(b);
    cu_code code = CU_OK;
    for (size_t i = 0, end; i < b->count && code == CU_OK; i = end) { // neighbours together
        for (end = i + 1; end < b->count && order[end] == order[end - 1] + 1;)
            end++;
        code = scan_batch_append(other, b, order[i], order[i] + (end - i), err);
    }
    cu_free(order);
    if (code == CU_OK) {
        struct scan_batch swap = *b;
        *b = *other;
        *other = swap;
    }
    return code;
}

void scan_batch_words(struct scan_batch *b)
{
    for (size_t i = 0; (b->wants & SCAN_WORDS) && i < b->count; i++)
        b->words[i].ptr = b->words[i].len ? b->bytes.ptr + (uintptr_t)b->words[i].ptr : "";
}

void scan_batch_show(
    const struct scan_batch *b, unsigned wants, uint32_t person, size_t from, size_t to, struct scan_rows *rows)
{
    static const uint32_t none[1];
    rows->person = person;
    rows->count = to - from;
    rows->time_ms = b->time_ms + from;
    rows->kind = b->kind + from;
    rows->seq = wants & SCAN_SEQ ? b->seq + from : NULL;
    rows->revenue = wants & SCAN_REVENUE ? b->revenue + from : NULL;
    rows->source = wants & SCAN_SOURCE ? b->source + from : NULL;
    rows->import = wants & SCAN_IMPORT ? b->import + from : NULL;
    rows->flags = wants & SCAN_FLAGS ? b->flags + from : NULL;
    rows->pno = wants & SCAN_PNO ? b->pno + from : NULL;
    rows->words = wants & SCAN_WORDS ? b->words + from : NULL;
    for (size_t i = 0; i < b->column_count; i++) {
        rows->column[i].first = to > from ? b->columns[i].first + from : none;
        rows->column[i].value = b->columns[i].value;
    }
}
