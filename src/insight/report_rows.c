// SPDX-License-Identifier: Apache-2.0
// The rows of a breakdown: which values come first, and what they are called.
#include "report_private.h"

#include <stdlib.h>

// How many people a figure is about, for the rule of small groups.
uint64_t report_people(const struct report *r, const struct metric_variant *v, const int64_t part[PART_COUNT])
{
    enum metric_part p = (enum metric_part)(v->bottom ? v->bottom : v->top);
    int64_t people = part[p];
    (void)r;
    if (!metric_part_is_distinct(p))
        people = metric_part_source(p) == METRIC_OF_ORDERS ? part[PART_BUYERS] + part[PART_GUEST_ORDERS] : part[PART_VISITORS];
    return people > 0 ? (uint64_t)people : 0;
}

static int most_first(const void *a, const void *b, void *context)
{
    const struct report *r = context;
    const struct report_row *x = *(const struct report_row *const *)a, *y = *(const struct report_row *const *)b;
    for (size_t s = 0; s < r->spans; s++) {
        int64_t v = x->part[s][r->rank], w = y->part[s][r->rank];
        if (v != w)
            return v > w ? -1 : 1;
    }
    for (size_t i = 0; i < r->part_count; i++) {
        int64_t v = x->part[0][r->part_at[i]], w = y->part[0][r->part_at[i]];
        if (v != w)
            return v > w ? -1 : 1;
    }
    return (x->key > y->key) - (x->key < y->key);
}

static bool is_empty(const struct report *r, char *slot)
{
    for (size_t s = 0; s < r->spans; s++) {
        const struct report_cell *cell = report_slot_cell(&r->all, slot, s);
        for (size_t i = 0; i < r->part_count; i++) {
            if (cell->at[i] && r->shown_parts >> r->part_at[i] & 1)
                return false;
        }
    }
    return true;
}

// The largest `limit` values, by a heap of what is kept so far: the least of them on top.
struct heap { struct report_row **at; size_t count; const struct report *r; };

static bool before(const struct heap *h, size_t a, size_t b)
{
    return most_first(&h->at[a], &h->at[b], (void *)(uintptr_t)h->r) > 0;
}

static void swap_at(struct heap *h, size_t a, size_t b)
{
    struct report_row *row = h->at[a];
    h->at[a] = h->at[b];
    h->at[b] = row;
}

static void sift_down(struct heap *h, size_t i)
{
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < h->count; child++)
            least = before(h, child, least) ? child : least;
        if (least == i)
            return;
        swap_at(h, i, least);
        i = least;
    }
}

static void sift_up(struct heap *h, size_t i)
{
    while (i > 0 && before(h, i, (i - 1) / 2)) {
        swap_at(h, i, (i - 1) / 2);
        i = (i - 1) / 2;
    }
}

static void load(const struct report *r, char *slot, struct report_row *row)
{
    *row = (struct report_row){.key = ((const struct report_slot *)(const void *)slot)->key};
    for (size_t s = 0; s < r->spans; s++)
        report_parts_of(r, report_slot_cell(&r->all, slot, s), row->part[s]);
}

static void add_row(struct report_row *to, const struct report_row *from)
{
    for (size_t s = 0; s < REPORT_SPANS; s++) {
        for (size_t p = 0; p < PART_COUNT; p++)
            to->part[s][p] += from->part[s][p];
    }
}

// ---- names

struct naming {
    struct report *r;
    struct report_row *rows;
    size_t count;
    bool no_memory;
};

static bool name_text(void *context, cu_str text, uint64_t hash, uint64_t times)
{
    struct naming *n = context;
    (void)times;
    for (size_t i = 0; i < n->count; i++) {
        struct report_row *row = &n->rows[i];
        if (row->key != hash || row->value.ptr)
            continue;
        row->value = row->label = cu_arena_dup(n->r->q->arena, text);
        n->no_memory = n->no_memory || !row->value.ptr;
    }
    return !n->no_memory;
}

static cu_code name_by_texts(struct naming *n, struct cu_error *err)
{
    static const int column[DIMENSION_COUNT] = {[DIMENSION_SOURCE] = VISIT_SOURCE, [DIMENSION_MEDIUM] = VISIT_MEDIUM,
        [DIMENSION_CAMPAIGN] = VISIT_CAMPAIGN, [DIMENSION_REFERRER] = VISIT_REFERRER, [DIMENSION_LANDING] = VISIT_LANDING, [DIMENSION_PAGE] = VISIT_LANDING,
        [DIMENSION_DEVICE] = VISIT_DEVICE, [DIMENSION_COUNTRY] = VISIT_COUNTRY};
    uint64_t *hashes = cu_arena_alloc(n->r->q->arena, (n->count + 1) * sizeof *hashes);
    if (!hashes)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    for (size_t i = 0; i < n->count; i++)
        hashes[i] = n->rows[i].key;
    return timeline_texts_of(insight_timeline(n->r->q), visit_columns[column[n->r->breakdown]].path, hashes, n->count, name_text, n, err);
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = (*(struct report_row *const *)a)->key, y = (*(struct report_row *const *)b)->key;
    return (x > y) - (x < y);
}

static struct report_row *row_of(struct report_row **sorted, size_t count, uint64_t key)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (sorted[middle]->key < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && sorted[low]->key == key ? sorted[low] : NULL;
}

static cu_code name_by_products(struct naming *n, struct cu_error *err)
{
    const struct book_view *v = NULL;
    struct report *r = n->r;
    struct report_row **sorted = cu_arena_alloc(r->q->arena, (n->count + 1) * sizeof *sorted);
    if (!sorted)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    for (size_t i = 0; i < n->count; i++)
        sorted[i] = &n->rows[i];
    qsort(sorted, n->count, sizeof *sorted, by_key);
    CU_TRY(order_book_take(r->q->o->orders, &v, err));
    for (size_t i = 0; i < v->product_count; i++) {
        const struct book_product *p = &v->products[i];
        cu_str text = r->breakdown == DIMENSION_PRODUCT ? p->id : r->breakdown == DIMENSION_CATEGORY ? p->category : p->brand;
        struct report_row *row = text.len ? row_of(sorted, n->count, timeline_text_hash(text)) : NULL;
        if (!row || row->value.ptr)
            continue;
        row->value = cu_arena_dup(r->q->arena, text);
        row->label = r->breakdown == DIMENSION_PRODUCT && p->name.len ? cu_arena_dup(r->q->arena, p->name) : row->value;
        n->no_memory = n->no_memory || !row->value.ptr || !row->label.ptr;
    }
    order_book_give(r->q->o->orders, v);
    return CU_OK;
}

static cu_code name_by_segments(struct naming *n, struct cu_error *err)
{
    struct audience_row *rows = NULL;
    size_t count = 0;
    CU_TRY(audience_list(n->r->q->o->audiences, n->r->q->arena, &rows, &count, err));
    for (size_t i = 0; i < n->count; i++) {
        for (size_t k = 0; k < count; k++) {
            if (n->rows[i].key != REPORT_KEY_FIRST + rows[k].number)
                continue;
            n->rows[i].value = cu_str_of(rows[k].name);
            n->rows[i].label = rows[k].title.len ? rows[k].title : n->rows[i].value;
        }
    }
    return CU_OK;
}

static cu_code name_rows(struct report *r, struct report_row *rows, size_t count, struct cu_error *err)
{
    struct naming n = {.r = r, .rows = rows, .count = count};
    for (size_t i = 0; i < count; i++) {
        uint64_t number = rows[i].key - REPORT_KEY_FIRST;
        if (rows[i].key == REPORT_KEY_NONE) {
            rows[i].value = CU_LIT("");
            rows[i].label = CU_LIT("(not set)");
        } else if (rows[i].key == REPORT_KEY_NO_VISIT) {
            rows[i].value = CU_LIT("(no visit)");
            rows[i].label = CU_LIT("No visit");
        } else if (r->breakdown == DIMENSION_CHANNEL && number < CHANNEL_COUNT) {
            rows[i].value = cu_str_of(channel_name((enum channel)number));
            rows[i].label = cu_str_of(channel_label((enum channel)number));
        } else if (r->breakdown == DIMENSION_NEW_OR_RETURNING && number < REPORT_STATUSES) {
            static const char *const labels[] = {"New", "Returning", "Guest"};
            rows[i].value = cu_str_of(report_status_names[number]);
            rows[i].label = cu_str_of(labels[number]);
        }
    }
    cu_code code = CU_OK;
    if (r->breakdown == DIMENSION_SEGMENT)
        code = name_by_segments(&n, err);
    else if (dimensions[r->breakdown].way == DIMENSION_BY_LINE)
        code = name_by_products(&n, err);
    else if (dimensions[r->breakdown].way != DIMENSION_BY_PERSON && r->breakdown != DIMENSION_CHANNEL)
        code = name_by_texts(&n, err);
    if (code == CU_OK && n.no_memory)
        code = cu_fail(err, CU_MEMORY, "", "no memory for a report");
    return code;
}

cu_code report_top(struct report *r, struct report_row **ret, size_t *ret_count, struct report_row *other, size_t *ret_more,
    struct cu_error *err)
{
    struct heap h = {.r = r};
    struct report_row *rows = cu_arena_alloc(r->q->arena, (r->limit + 1) * sizeof *rows);
    h.at = cu_arena_alloc(r->q->arena, (r->limit + 1) * sizeof(struct report_row *));
    if (!rows || !h.at)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    for (size_t i = 0; i <= r->limit; i++)
        h.at[i] = &rows[i];
    load(r, r->all.other, other);
    *ret_more = 0;
    for (size_t i = 0; i < r->all.cap; i++) {
        char *slot = r->all.slots + i * r->slot_size;
        if (!((const struct report_slot *)(const void *)slot)->key || is_empty(r, slot))
            continue;
        load(r, slot, h.at[h.count]);
        sift_up(&h, h.count++);
        if (h.count > r->limit) { // the least goes to the rest
            swap_at(&h, 0, --h.count);
            add_row(other, h.at[h.count]);
            sift_down(&h, 0);
            ++*ret_more;
        }
    }
    struct report_row *sorted = cu_arena_alloc(r->q->arena, (h.count + 1) * sizeof *sorted);
    if (!sorted)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    *ret_count = h.count;
    while (h.count > 0) {
        sorted[h.count - 1] = *h.at[0];
        swap_at(&h, 0, --h.count);
        sift_down(&h, 0);
    }
    *ret = sorted;
    return name_rows(r, sorted, *ret_count, err);
}
