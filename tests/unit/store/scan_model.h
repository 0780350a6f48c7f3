// SPDX-License-Identifier: Apache-2.0
// A naive scan: events whose values are known from how they were made (not from reading their words), and the
// rows that a plan must show of each person, found by looking at all events. The tests hold the scan against it.
#pragma once

#include "store_test.h"

#include "store/scan.h"
#include "text/text.h"

enum { MODEL_PNOS = 60, MODEL_KINDS = 6, MODEL_PRODUCTS = 3 };
static const char *const model_texts[] = {"web", "App", "Café", "store \\\"7\\\"", "", "newsletter",
    "a much longer value, as campaigns have them: spring-2026"};
static const char *const model_text_values[] = {
    "web", "App", "Café", "store \"7\"", "", "newsletter", "a much longer value, as campaigns have them: spring-2026"};
enum { MODEL_TEXTS = 7 };

struct model_row {
    struct timeline_event e;
    char words[512];
    int channel, source; // index of text; -1: absent
    bool has_total, has_n, has_ok, has_at, ok, has_list;
    int64_t total, n, at; // total in ten-thousandths
    size_t products;
    int sku[MODEL_PRODUCTS];     // -1: absent
    int64_t price[MODEL_PRODUCTS]; // ten-thousandths; INT64_MIN: absent
};

struct scan_model {
    struct model_row *rows;
    size_t count, cap;
    uint64_t seq, random;
    bool removed[MODEL_PNOS];
};

static inline uint64_t model_dice(struct scan_model *m, uint64_t sides)
{
    return (test_random(&m->random) >> 16) % sides;
}

// The members after the first comma; the number as JSON number or as text.
static inline void model_number(struct scan_model *m, FILE *f, const char *name, int64_t value, int decimals)
{
    const char *quote = model_dice(m, 3) == 0 ? "\"" : "";
    if (decimals == 0)
        fprintf(f, "\"%s\":%s%lld%s,", name, quote, (long long)value, quote);
    else
        fprintf(f, "\"%s\":%s%s%lld.%04lld%s,", name, quote, value < 0 ? "-" : "", (long long)(llabs(value) / 10000),
            (long long)(llabs(value) % 10000), quote);
}

static inline void model_products(struct scan_model *m, FILE *f, struct model_row *r)
{
    r->has_list = true;
    r->products = model_dice(m, MODEL_PRODUCTS + 1);
    fprintf(f, "\"products\":[");
    for (size_t i = 0; i < r->products; i++) {
        fprintf(f, "%s{", i ? "," : "");
        r->sku[i] = model_dice(m, 5) ? (int)model_dice(m, MODEL_TEXTS) : -1;
        r->price[i] = model_dice(m, 5) ? (int64_t)model_dice(m, 5000000) : INT64_MIN;
        if (r->sku[i] >= 0)
            fprintf(f, "\"sku\":\"%s\",", model_texts[r->sku[i]]);
        if (r->price[i] != INT64_MIN)
            model_number(m, f, "price", r->price[i], 4);
        fprintf(f, "\"x\":null}");
    }
    fprintf(f, "],");
}

static inline void model_words(struct scan_model *m, struct model_row *r)
{
    FILE *f = fmemopen(r->words, sizeof r->words, "w");
    assert_non_null(f);
    fprintf(f, "{");
    r->channel = model_dice(m, 4) ? (int)model_dice(m, MODEL_TEXTS) : -1;
    r->source = model_dice(m, 3) == 0 ? (int)model_dice(m, MODEL_TEXTS) : -1;
    if (r->channel >= 0)
        fprintf(f, "\"channel\":\"%s\",", model_texts[r->channel]);
    if ((r->has_total = model_dice(m, 3) != 0)) {
        r->total = (int64_t)model_dice(m, 30000000) - 5000000;
        model_number(m, f, "total", r->total, 4);
    }
    if ((r->has_n = model_dice(m, 3) != 0)) {
        r->n = (int64_t)model_dice(m, 7) == 0 ? INT64_C(900000000000000) : (int64_t)model_dice(m, 100) - 50;
        model_number(m, f, "n", r->n, 0);
    }
    if ((r->has_ok = model_dice(m, 3) == 0))
        fprintf(f, "\"ok\":%s,", (r->ok = model_dice(m, 2)) ? "true" : "false");
    if ((r->has_at = model_dice(m, 4) == 0)) {
        char z[TEXT_TIME_MAX];
        r->at = (int64_t)model_dice(m, UINT64_C(2000000000000));
        text_time_format(r->at, z);
        fprintf(f, "\"at\":\"%s\",", z);
    }
    if (r->source >= 0)
        fprintf(f, "\"campaign\":{\"source\":\"%s\"},", model_texts[r->source]);
    if (model_dice(m, 3) == 0)
        model_products(m, f, r);
    fprintf(f, "\"other\":\"total\"}");
    r->e.plain = (cu_str){NULL, (size_t)ftell(f)};
    assert_int_equal(fclose(f), 0);
}

static inline struct model_row *model_new(struct scan_model *m, uint32_t pnos, int64_t span_ms)
{
    if (m->count == m->cap) {
        m->cap = m->cap ? m->cap * 2 : 1024;
        m->rows = realloc(m->rows, m->cap * sizeof *m->rows);
        assert_non_null(m->rows);
    }
    struct model_row *r = &m->rows[m->count];
    memset(r, 0, sizeof *r);
    r->channel = r->source = -1;
    // a few people have most events
    uint32_t pno = model_dice(m, 2) ? (uint32_t)model_dice(m, pnos) : (uint32_t)model_dice(m, 5);
    r->e = (struct timeline_event){.pno = pno,
        .kind = 1 + (uint32_t)model_dice(m, MODEL_KINDS),
        .source = 1 + (uint32_t)model_dice(m, 3),
        .import = (uint32_t)model_dice(m, 4),
        .time_ms = (int64_t)model_dice(m, (uint64_t)span_ms) / 1000 * 1000, // many at the same time
        .seq = ++m->seq,
        .revenue = (int64_t)model_dice(m, 3) == 0 ? (int64_t)model_dice(m, 100000) - 20000 : 0,
        .flags = (uint32_t)model_dice(m, 4)};
    if (model_dice(m, 9) == 0)
        r->e.plain = CU_NONE;
    else
        model_words(m, r);
    m->count++;
    return r;
}

static inline struct timeline_event model_event(const struct model_row *r)
{
    struct timeline_event e = r->e;
    e.plain.ptr = r->words;
    return e;
}

// ---- columns

enum { MODEL_COLUMNS = 12 };
static const cu_str model_two[] = {{"WEB", 3}, {"cafe", 4}};
static const cu_str model_part[] = {{"e", 1}};
static const struct scan_column model_columns[MODEL_COLUMNS] = {
    {.path = {"channel", 7}, .type = TIMELINE_TEXT},
    {.path = {"channel", 7},
        .type = TIMELINE_TEXT,
        .match = SCAN_IS,
        .fold = true,
        .texts = model_two,
        .text_count = 2},
    {.path = {"channel", 7}, .type = TIMELINE_TEXT, .match = SCAN_IS, .texts = model_two, .text_count = 2},
    {.path = {"campaign.source", 15},
        .type = TIMELINE_TEXT,
        .match = SCAN_CONTAINS,
        .texts = model_part,
        .text_count = 1},
    {.path = {"campaign.source", 15},
        .type = TIMELINE_TEXT,
        .match = SCAN_ENDS,
        .fold = true,
        .texts = model_two,
        .text_count = 2},
    {.path = {"total", 5}, .type = TIMELINE_DECIMAL},
    {.path = {"n", 1}, .type = TIMELINE_INTEGER},
    {.path = {"ok", 2}, .type = TIMELINE_BOOLEAN},
    {.path = {"at", 2}, .type = TIMELINE_TIME},
    {.path = {"products.$.sku", 14}, .type = TIMELINE_TEXT},
    {.path = {"products.$.price", 16}, .type = TIMELINE_DECIMAL},
    {.path = {"nowhere", 7}, .type = TIMELINE_DECIMAL},
};

static inline bool model_matches(size_t column, int text)
{
    static const bool folded[MODEL_TEXTS] = {true, false, true, false, false, false, false};
    switch (column) {
    case 1: // web, Café
        return folded[text];
    case 3: // has an e
        return strchr(model_text_values[text], 'e') != NULL;
    case 4:
        return folded[text];
    default:
        return false; // exactly WEB or cafe: nothing
    }
}

static inline int64_t model_text(size_t column, int text)
{
    if (model_columns[column].match != SCAN_VALUE)
        return model_matches(column, text);
    return (int64_t)timeline_text_hash(cu_str_of(model_text_values[text]));
}

static inline size_t model_values(const struct model_row *r, size_t column, int64_t *ret)
{
    size_t count = 0;
    int text = column <= 2 ? r->channel : r->source;
    if (column <= 4 && r->e.plain.len > 0 && text >= 0)
        ret[count++] = model_text(column, text);
    if (column == 5 && r->has_total)
        ret[count++] = r->total;
    if (column == 6 && r->has_n)
        ret[count++] = r->n;
    if (column == 7 && r->has_ok)
        ret[count++] = r->ok;
    if (column == 8 && r->has_at)
        ret[count++] = r->at;
    for (size_t i = 0; column == 9 && i < r->products; i++)
        if (r->sku[i] >= 0)
            ret[count++] = model_text(column, r->sku[i]);
    for (size_t i = 0; column == 10 && i < r->products; i++)
        if (r->price[i] != INT64_MIN)
            ret[count++] = r->price[i];
    return count;
}

// ---- people

struct model_people {
    uint32_t root[MODEL_PNOS], next[MODEL_PNOS];
    struct scan_persons persons;
};

static inline void model_people_reset(struct model_people *p, uint32_t end)
{
    memset(p, 0, sizeof *p);
    for (uint32_t i = 1; i < end; i++)
        p->root[i] = i;
    p->persons = (struct scan_persons){.end = end, .root = p->root, .next = p->next};
}

static inline void model_people_merge(struct model_people *p, uint32_t a, uint32_t b)
{
    if (p->root[a] == p->root[b] || p->root[a] == 0 || p->root[b] == 0)
        return;
    uint32_t keep = p->root[a] < p->root[b] ? p->root[a] : p->root[b], gone = p->root[a] ^ p->root[b] ^ keep;
    for (uint32_t i = 1; i < p->persons.end; i++)
        if (p->root[i] == gone)
            p->root[i] = keep;
    uint32_t x = p->next[a] ? p->next[a] : a, y = p->next[b] ? p->next[b] : b;
    p->next[a] = y;
    p->next[b] = x;
}

static inline uint32_t model_root(const struct scan_persons *p, uint32_t pno)
{
    return p && pno < p->end ? p->root[pno] : pno;
}

// ---- what a plan must show

static inline bool model_wanted(const struct scan_plan *plan, const struct model_row *r)
{
    if (r->e.time_ms < plan->from_ms || r->e.time_ms >= plan->to_ms)
        return false;
    for (size_t i = 0; i < plan->kind_count; i++)
        if (plan->kinds[i] == r->e.kind)
            return true;
    return plan->kinds == NULL;
}

static inline int model_in_order(const void *a, const void *b)
{
    const struct model_row *x = *(const struct model_row *const *)a, *y = *(const struct model_row *const *)b;
    if (x->e.time_ms != y->e.time_ms)
        return x->e.time_ms < y->e.time_ms ? -1 : 1;
    return x->e.seq < y->e.seq ? -1 : 1;
}

// The rows of a person in order; to be freed.
static inline const struct model_row **model_rows_of(const struct scan_model *m, const struct scan_plan *plan,
    const struct scan_persons *persons, uint32_t root, size_t *ret_count)
{
    const struct model_row **list = calloc(m->count + 1, sizeof *list);
    size_t count = 0;
    for (size_t i = 0; i < m->count; i++)
        if (m->rows[i].e.pno != 0 && model_root(persons, m->rows[i].e.pno) == root && model_wanted(plan, &m->rows[i]))
            list[count++] = &m->rows[i];
    qsort(list, count, sizeof *list, model_in_order);
    *ret_count = count;
    return list;
}

#define MODEL_SAME(cond)                                                                           \
    if (!(cond))                                                                                   \
    return #cond

// NULL: the rows are what they should be; else what is wrong. columns: model columns of the plan.
static inline const char *model_row_same(const struct scan_rows *got, size_t i, const struct model_row *want,
    const struct scan_plan *plan, const size_t *columns)
{
    MODEL_SAME(got->time_ms[i] == want->e.time_ms);
    MODEL_SAME(got->kind[i] == want->e.kind);
    MODEL_SAME(!(plan->wants & SCAN_SEQ) == !got->seq && (!got->seq || got->seq[i] == want->e.seq));
    MODEL_SAME(!(plan->wants & SCAN_REVENUE) == !got->revenue && (!got->revenue || got->revenue[i] == want->e.revenue));
    MODEL_SAME(!(plan->wants & SCAN_SOURCE) == !got->source && (!got->source || got->source[i] == want->e.source));
    MODEL_SAME(!(plan->wants & SCAN_IMPORT) == !got->import && (!got->import || got->import[i] == want->e.import));
    MODEL_SAME(!(plan->wants & SCAN_FLAGS) == !got->flags && (!got->flags || got->flags[i] == want->e.flags));
    MODEL_SAME(!(plan->wants & SCAN_PNO) == !got->pno && (!got->pno || got->pno[i] == want->e.pno));
    MODEL_SAME(!(plan->wants & SCAN_WORDS) == !got->words &&
               (!got->words || cu_str_eq(got->words[i], (cu_str){want->words, want->e.plain.len})));
    for (size_t k = 0; k < plan->column_count; k++) {
        int64_t values[MODEL_PRODUCTS];
        size_t count = model_values(want, columns[k], values);
        const struct scan_cells *cells = &got->column[k];
        MODEL_SAME(cells->first[i + 1] - cells->first[i] == count);
        for (size_t v = 0; v < count; v++)
            MODEL_SAME(cells->value[cells->first[i] + v] == values[v]);
    }
    return NULL;
}

static inline const char *model_rows_same(const struct scan_rows *got, const struct model_row *const *want, size_t count,
    const struct scan_plan *plan, const size_t *columns)
{
    MODEL_SAME(got->count == count);
    for (size_t i = 0; i < count; i++) {
        const char *bad = model_row_same(got, i, want[i], plan, columns);
        if (bad)
            return bad;
    }
    for (size_t k = 0; k < plan->column_count; k++)
        MODEL_SAME(got->column[k].first[0] == 0 || count > 0);
    return NULL;
}
