// SPDX-License-Identifier: Apache-2.0
// The arrays that a scan shows (scan_gather.h).
#include "scan_gather.h"

#define WORDS_MAX (1u << 30) // of one person

struct cells {
    uint32_t *first;
    int64_t *value;
    size_t count, cap;
};

struct scan_gather {
    const struct scan_plan *plan;
    struct scan_drawer *drawer; // NULL: no columns
    size_t count, cap;
    int64_t *time_ms, *revenue;
    uint32_t *kind, *source, *import, *flags, *pno;
    uint64_t *seq;
    cu_str *words; // ptr is set when the rows are shown: the buffer moves
    struct cu_buf bytes;
    struct cells cells[SCAN_COLUMNS_MAX];
    uint32_t person;
    struct scan_rows *rows; // has room for the plan's columns
};

cu_code scan_gather_new(const struct scan_plan *plan, struct scan_gather **ret, struct cu_error *err)
{
    if (plan->column_count > SCAN_COLUMNS_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "a question can name at most %d properties", SCAN_COLUMNS_MAX);
    struct scan_gather *g = cu_calloc(1, sizeof *g);
    if (!g)
        return cu_fail(err, CU_MEMORY, "", "no memory to read events");
    cu_buf_init(&g->bytes, WORDS_MAX);
    g->plan = plan;
    g->rows = cu_calloc(1, sizeof *g->rows + plan->column_count * sizeof g->rows->column[0]);
    cu_code code = g->rows ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to read events");
    if (code == CU_OK && plan->column_count > 0)
        code = scan_drawer_new(plan->columns, plan->column_count, &g->drawer, err);
    if (code != CU_OK) {
        scan_gather_free(g);
        return code;
    }
    *ret = g;
    return CU_OK;
}

void scan_gather_free(struct scan_gather *g)
{
    if (!g)
        return;
    scan_drawer_free(g->drawer);
    cu_free(g->time_ms);
    cu_free(g->revenue);
    cu_free(g->kind);
    cu_free(g->source);
    cu_free(g->import);
    cu_free(g->flags);
    cu_free(g->pno);
    cu_free(g->seq);
    cu_free(g->words);
    cu_buf_clear(&g->bytes);
    for (size_t i = 0; i < SCAN_COLUMNS_MAX; i++) {
        cu_free(g->cells[i].first);
        cu_free(g->cells[i].value);
    }
    cu_free(g->rows);
    cu_free(g);
}

void scan_gather_start(struct scan_gather *g, uint32_t person)
{
    g->person = person;
    g->count = 0;
    cu_buf_reset(&g->bytes);
    for (size_t i = 0; i < g->plan->column_count; i++)
        g->cells[i].count = 0;
}

bool scan_gather_wants(const struct scan_plan *plan, uint32_t kind, int64_t time_ms)
{
    if (time_ms < plan->from_ms || time_ms >= plan->to_ms)
        return false;
    if (!plan->kinds)
        return true;
    for (size_t i = 0; i < plan->kind_count; i++)
        if (plan->kinds[i] == kind)
            return true;
    return false;
}

static bool grow(void *array, size_t size, size_t cap)
{
    void **at = array, *more = cu_realloc(*at, size * cap);
    if (more)
        *at = more;
    return more != NULL;
}

static cu_code make_room(struct scan_gather *g, struct cu_error *err)
{
    if (g->count + 1 < g->cap)
        return CU_OK;
    size_t cap = g->cap ? g->cap * 2 : 256;
    unsigned wants = g->plan->wants;
    bool done = grow(&g->time_ms, sizeof *g->time_ms, cap) && grow(&g->kind, sizeof *g->kind, cap) &&
                (!(wants & SCAN_SEQ) || grow(&g->seq, sizeof *g->seq, cap)) &&
                (!(wants & SCAN_REVENUE) || grow(&g->revenue, sizeof *g->revenue, cap)) &&
                (!(wants & SCAN_SOURCE) || grow(&g->source, sizeof *g->source, cap)) &&
                (!(wants & SCAN_IMPORT) || grow(&g->import, sizeof *g->import, cap)) &&
                (!(wants & SCAN_FLAGS) || grow(&g->flags, sizeof *g->flags, cap)) &&
                (!(wants & SCAN_PNO) || grow(&g->pno, sizeof *g->pno, cap)) &&
                (!(wants & SCAN_WORDS) || grow(&g->words, sizeof *g->words, cap));
    for (size_t i = 0; done && i < g->plan->column_count; i++)
        done = grow(&g->cells[i].first, sizeof *g->cells[i].first, cap);
    if (!done)
        return cu_fail(err, CU_MEMORY, "", "no memory to read events");
    g->cap = cap;
    return CU_OK;
}

static bool put_value(void *context, int64_t value)
{
    struct cells *c = context;
    if (c->count == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 256;
        if (cap > UINT32_MAX || !grow(&c->value, sizeof *c->value, cap))
            return false;
        c->cap = cap;
    }
    c->value[c->count++] = value;
    return true;
}

static cu_code draw(struct scan_gather *g, cu_str words, struct cu_error *err)
{
    if (!g->drawer)
        return CU_OK;
    CU_TRY(scan_draw_row(g->drawer, words, err));
    for (size_t i = 0; i < g->plan->column_count; i++) {
        g->cells[i].first[g->count] = (uint32_t)g->cells[i].count;
        if (!scan_draw_values(g->drawer, i, put_value, &g->cells[i]))
            return cu_fail(err, CU_MEMORY, "", "no memory to read events");
    }
    return CU_OK;
}

cu_code scan_gather_add(struct scan_gather *g, const struct timeline_event *e, struct cu_error *err)
{
    CU_TRY(make_room(g, err));
    CU_TRY(draw(g, e->plain, err));
    size_t i = g->count;
    unsigned wants = g->plan->wants;
    g->time_ms[i] = e->time_ms;
    g->kind[i] = e->kind;
    if (wants & SCAN_SEQ)
        g->seq[i] = e->seq;
    if (wants & SCAN_REVENUE)
        g->revenue[i] = e->revenue;
    if (wants & SCAN_SOURCE)
        g->source[i] = e->source;
    if (wants & SCAN_IMPORT)
        g->import[i] = e->import;
    if (wants & SCAN_FLAGS)
        g->flags[i] = e->flags;
    if (wants & SCAN_PNO)
        g->pno[i] = e->pno;
    if (wants & SCAN_WORDS) {
        cu_buf_add(&g->bytes, e->plain.ptr, e->plain.len);
        g->words[i].len = e->plain.len;
        CU_TRY(cu_buf_code(&g->bytes, err));
    }
    g->count++;
    return CU_OK;
}

size_t scan_gather_count(const struct scan_gather *g)
{
    return g->count;
}

const struct scan_rows *scan_gather_rows(struct scan_gather *g)
{
    unsigned wants = g->plan->wants;
    struct scan_rows *r = g->rows;
    *r = (struct scan_rows){.person = g->person,
        .count = g->count,
        .time_ms = g->time_ms,
        .kind = g->kind,
        .seq = wants & SCAN_SEQ ? g->seq : NULL,
        .revenue = wants & SCAN_REVENUE ? g->revenue : NULL,
        .source = wants & SCAN_SOURCE ? g->source : NULL,
        .import = wants & SCAN_IMPORT ? g->import : NULL,
        .flags = wants & SCAN_FLAGS ? g->flags : NULL,
        .pno = wants & SCAN_PNO ? g->pno : NULL,
        .words = wants & SCAN_WORDS ? g->words : NULL};
    size_t at = 0;
    for (size_t i = 0; (wants & SCAN_WORDS) && i < g->count; i++) {
        g->words[i].ptr = g->words[i].len ? g->bytes.ptr + at : "";
        at += g->words[i].len;
    }
    static const uint32_t none[1];
    for (size_t i = 0; i < g->plan->column_count; i++) {
        if (g->count > 0)
            g->cells[i].first[g->count] = (uint32_t)g->cells[i].count;
        r->column[i].first = g->count > 0 ? g->cells[i].first : none;
        r->column[i].value = g->cells[i].value;
    }
    return r;
}
