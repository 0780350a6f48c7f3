// SPDX-License-Identifier: Apache-2.0
// The orders' side of a report: one pass over the orders of the periods, by person, so that people are counted once.
#include "report_private.h"

#include <stdlib.h>

#define NOBODY UINT32_MAX
enum { AHEAD = 12 };
static const int64_t day_ms = INT64_C(24) * 3600 * 1000;

struct ledger {
    struct report *r;
    const struct book_view *v;
    const struct scan_persons *persons;
    uint64_t *sorted;        // person << 32 | index
    size_t count;
    uint32_t *first;         // by root: index of the first order that counts; NULL: not needed
    uint32_t *last_counted;  // scratch
    uint64_t *product_key;   // by product; of the breakdown
    uint8_t *product_passes; // by product
    struct keyed { uint64_t key; uint32_t line; } *keyed; // lines of one order by value
    size_t keyed_cap;
    struct report_aim *aim;
    bool history;            // all orders of a person are looked at
    bool sums;               // lines are looked at
};

static uint32_t root_of(const struct ledger *l, uint32_t pno)
{
    return pno < l->persons->end ? l->persons->root[pno] : pno;
}

// ---- who ordered when

static cu_code find_first(struct ledger *l, struct cu_error *err)
{
    uint32_t end = l->persons->end;
    l->first = cu_alloc(((size_t)end + 1) * sizeof *l->first);
    if (!l->first)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    memset(l->first, 0xff, ((size_t)end + 1) * sizeof *l->first);
    for (size_t i = 0; i < l->v->count; i++) {
        const struct book_order *o = &l->v->orders[i];
        uint32_t root = o->flags & BOOK_COUNTS && o->pno ? root_of(l, o->pno) : 0;
        if (root && root < end && l->first[root] == NOBODY)
            l->first[root] = (uint32_t)i;
    }
    return CU_OK;
}

static void radix_pass(const uint64_t *from, uint64_t *to, size_t count, unsigned shift)
{
    size_t at[1u << 11] = {0}, sum = 0;
    for (size_t i = 0; i < count; i++)
        at[from[i] >> shift & 0x7ff]++;
    for (size_t i = 0; i < CU_COUNT(at); i++) {
        size_t n = at[i];
        at[i] = sum;
        sum += n;
    }
    for (size_t i = 0; i < count; i++)
        to[at[from[i] >> shift & 0x7ff]++] = from[i];
}

// By person; the orders of one in the order of placing, as they come.
static cu_code collect(struct ledger *l, size_t from, size_t to, struct cu_error *err)
{
    uint64_t *other = cu_alloc((to - from + 1) * sizeof *other);
    l->sorted = cu_alloc((to - from + 1) * sizeof *l->sorted);
    if (!other || !l->sorted) {
        cu_free(other);
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    }
    for (size_t i = from; i < to; i++) {
        const struct book_order *o = &l->v->orders[i];
        uint32_t root = o->pno ? root_of(l, o->pno) : 0;
        if (o->flags & (BOOK_COUNTS | BOOK_CANCELLED | BOOK_CREDIT_NOTE) && report_person_passes(l->r, root))
            l->sorted[l->count++] = (uint64_t)root << 32 | i;
    }
    for (unsigned shift = 32; shift < 64; shift += 11) {
        radix_pass(l->sorted, other, l->count, shift);
        uint64_t *swap = l->sorted;
        l->sorted = other;
        other = swap;
    }
    cu_free(other);
    return CU_OK;
}

// ---- products

static cu_str product_text(const struct book_product *p, enum dimension_name d)
{
    return d == DIMENSION_PRODUCT ? p->id : d == DIMENSION_CATEGORY ? p->category : p->brand;
}

static uint64_t text_key(cu_str text)
{
    return text.len ? timeline_text_hash(text) : REPORT_KEY_NONE;
}

static cu_code look_at_products(struct ledger *l, struct cu_error *err)
{
    const struct report *r = l->r;
    l->product_key = cu_calloc(l->v->product_count + 1, sizeof *l->product_key);
    l->product_passes = cu_calloc(l->v->product_count + 1, 1);
    if (!l->product_key || !l->product_passes)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    bool keys = r->broken_down && dimensions[r->breakdown].way == DIMENSION_BY_LINE;
    for (size_t i = 0; i < l->v->product_count; i++) {
        const struct book_product *p = &l->v->products[i];
        bool passes = true;
        for (size_t k = 0; k < r->filter_count; k++) {
            const struct report_filter *f = &r->filter[k];
            if (dimensions[f->dimension].way == DIMENSION_BY_LINE)
                passes = passes && report_filter_has(f, text_key(product_text(p, f->dimension)));
        }
        l->product_passes[i] = passes;
        l->product_key[i] = keys ? text_key(product_text(p, r->breakdown)) : 0;
    }
    return CU_OK;
}

// ---- one order

struct sums { int64_t revenue, units, lines; };

static void sum_line(const struct ledger *l, uint32_t line, struct sums *to)
{
    to->revenue += l->v->lines[line].amount;
    to->units += l->v->lines[line].quantity_e4_hundredth;
    to->lines++;
}

static struct sums sum_of(const struct ledger *l, const struct book_order *o)
{
    struct sums s = {0};
    for (uint32_t i = o->first_line; i < o->first_line + o->lines; i++) {
        if (!l->product_passes || l->product_passes[l->v->lines[i].product])
            sum_line(l, i, &s);
    }
    return s;
}

struct sale { // an order in the eyes of the question
    const struct book_order *order;
    uint32_t index, root;
    enum report_status status;
    int64_t first_ms; // of the person's first order
    bool refund_only; // a credit note
};

static void count_people(const struct report_aim *a, const struct sale *s)
{
    if (s->root == 0) {
        report_add(a, PART_GUEST_ORDERS, 1);
        return;
    }
    report_mark(a, PART_BUYERS);
    if (!(s->order->flags & BOOK_COUNTS))
        return;
    report_mark(a, PART_CUSTOMERS);
    if (s->status == REPORT_NEW)
        report_mark(a, PART_FIRST_CUSTOMERS);
    const struct report *r = a->cells->r;
    int old = r->place[PART_OLD_CUSTOMERS], twice = r->place[PART_TWICE_CUSTOMERS];
    for (size_t i = 0; i < a->count; i++) {
        struct report_cell *cell = a->at[i].cell;
        report_touch(cell, a->person);
        cell->orders++;
        if (twice >= 0 && cell->orders == 2)
            cell->at[twice]++;
        if (old >= 0 && s->first_ms < a->at[i].from_ms && !(cell->bits >> old & 1)) {
            cell->at[old]++;
            cell->bits |= UINT64_C(1) << old;
        }
    }
}

static void count_amounts(const struct ledger *l, const struct sale *s, const struct sums *lines)
{
    const struct book_order *o = s->order;
    const struct report_aim *a = l->aim;
    int64_t revenue = l->r->by_line ? lines->revenue : o->revenue;
    report_add(a, PART_REVENUE, revenue);
    report_add(a, PART_PRICED, !(o->flags & BOOK_NO_RATE));
    if (s->status == REPORT_NEW)
        report_add(a, PART_NEW_REVENUE, revenue);
    if (s->root)
        report_add(a, PART_KNOWN_REVENUE, revenue);
    if (l->r->by_line)
        return;
    report_add(a, PART_GROSS, o->revenue + o->discount);
    report_add(a, PART_NET, o->revenue - o->refunded);
    report_add(a, PART_TOTAL, o->total);
    report_add(a, PART_TOTAL_NET, o->total - o->refunded);
    report_add(a, PART_DISCOUNT, o->discount);
    report_add(a, PART_REFUNDED, o->refunded);
    report_add(a, PART_REFUNDED_ORDERS, o->refunded > 0);
}

static void count_sale(const struct ledger *l, const struct sale *s, const struct sums *lines)
{
    const struct book_order *o = s->order;
    const struct report_aim *a = l->aim;
    count_people(a, s);
    if (o->flags & BOOK_CREDIT_NOTE) {
        report_add(a, PART_REFUNDED, o->refunded);
        return;
    }
    report_add(a, PART_PLACED, 1);
    if (!(o->flags & BOOK_COUNTS)) {
        report_add(a, PART_CANCELLED, 1);
        return;
    }
    report_add(a, PART_ORDERS, 1);
    report_add(a, PART_NEW_ORDERS, s->status == REPORT_NEW);
    report_add(a, PART_REPEAT_ORDERS, s->status == REPORT_RETURNING);
    report_add(a, PART_UNITS, lines->units);
    report_add(a, PART_LINES, lines->lines);
    count_amounts(l, s, lines);
}

// ---- where it goes

static const struct report_join *find_join(const struct report *r, uint64_t order)
{
    size_t low = 0, high = r->join_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->join[middle].order < order)
            low = middle + 1;
        else
            high = middle;
    }
    return low < r->join_count && r->join[low].order == order ? &r->join[low] : NULL;
}

static int by_value(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->line > y->line) - (x->line < y->line);
}

// The lines that are asked for, by the breakdown's value.
static size_t key_lines(struct ledger *l, const struct book_order *o)
{
    size_t n = 0;
    if (o->lines > l->keyed_cap) {
        cu_free(l->keyed);
        l->keyed_cap = 0;
        l->keyed = cu_alloc(o->lines * 2 * sizeof *l->keyed);
        l->aim->cells->no_memory = l->aim->cells->no_memory || !l->keyed;
        if (!l->keyed)
            return 0;
        l->keyed_cap = o->lines * 2;
    }
    for (uint32_t i = o->first_line; i < o->first_line + o->lines; i++) {
        uint32_t product = l->v->lines[i].product;
        if (l->product_passes[product])
            l->keyed[n++] = (struct keyed){l->product_key[product], i};
    }
    if (n > 1)
        qsort(l->keyed, n, sizeof *l->keyed, by_value);
    return n;
}

// An order is once in the row of each value, with the lines that have it. An order without lines is in that of none.
static void place_lines(struct ledger *l, const struct sale *s, size_t span)
{
    size_t n = key_lines(l, s->order);
    uint64_t none = REPORT_KEY_NONE;
    if (s->order->lines == 0 && l->r->filter_count == 0) {
        l->aim->count = 0;
        report_aim_rows(l->aim, span, &none, 1);
        count_sale(l, s, &(struct sums){0});
    }
    for (size_t i = 0; i < n;) {
        struct sums sums = {0};
        uint64_t key = l->keyed[i].key;
        for (; i < n && l->keyed[i].key == key; i++)
            sum_line(l, l->keyed[i].line, &sums);
        l->aim->count = 0;
        report_aim_rows(l->aim, span, &key, 1);
        count_sale(l, s, &sums);
    }
}

static bool lines_pass(const struct ledger *l, const struct book_order *o)
{
    bool filtered = false;
    for (size_t k = 0; k < l->r->filter_count; k++)
        filtered = filtered || dimensions[l->r->filter[k].dimension].way == DIMENSION_BY_LINE;
    bool any = !filtered;
    for (uint32_t i = 0; i < o->lines && !any; i++)
        any = l->product_passes[l->v->lines[o->first_line + i].product];
    return any;
}

static size_t keys_of(const struct ledger *l, const struct sale *s, const struct report_join *join, uint64_t *ret)
{
    const struct report *r = l->r;
    if (!r->broken_down || dimensions[r->breakdown].way == DIMENSION_BY_LINE || dimensions[r->breakdown].way == DIMENSION_BY_VIEW)
        return 0;
    if (r->breakdown == DIMENSION_SEGMENT)
        return report_person_keys(r, s->root, ret, REPORT_KEYS_MAX);
    ret[0] = r->breakdown == DIMENSION_NEW_OR_RETURNING ? REPORT_KEY_FIRST + (uint64_t)s->status : join ? join->key : REPORT_KEY_NO_VISIT;
    return 1;
}

static void place_sale(struct ledger *l, const struct sale *s)
{
    const struct report *r = l->r;
    const struct book_order *o = s->order;
    uint64_t keys[REPORT_KEYS_MAX];
    const struct report_join *join = r->by_visit ? find_join(r, o->id_hash) : NULL;
    if (!report_status_passes(r, s->status) || (r->by_visit && !(join ? join->passes : report_visit_passes(r, NULL))))
        return;
    if (r->by_line && (o->flags & BOOK_CREDIT_NOTE || !lines_pass(l, o)))
        return;
    size_t key_count = keys_of(l, s, join, keys);
    const struct sums sums = l->sums && o->flags & BOOK_COUNTS ? sum_of(l, o) : (struct sums){0};
    bool lines = r->broken_down && dimensions[r->breakdown].way == DIMENSION_BY_LINE && o->flags & BOOK_COUNTS;
    for (size_t i = 0; i < r->spans; i++) {
        const struct report_span *span = &r->span[i];
        if (o->placed_ms < span->from_ms || o->placed_ms >= span->to_ms)
            continue;
        l->aim->person = s->root;
        l->aim->count = 0;
        report_aim_at(l->aim, i, report_period_of(span, o->placed_ms), keys, key_count);
        count_sale(l, s, &sums);
        if (lines)
            place_lines(l, s, i);
    }
}

// ---- people who came and went: all their orders

static bool ordered_in(const struct ledger *l, const uint64_t *at, size_t count, int64_t from_ms, int64_t to_ms)
{
    for (size_t i = 0; i < count; i++) {
        const struct book_order *o = &l->v->orders[(uint32_t)at[i]];
        if (o->flags & BOOK_COUNTS && o->placed_ms >= from_ms && o->placed_ms < to_ms)
            return true;
    }
    return false;
}

static void mark_history(const struct ledger *l, const uint64_t *at, size_t count, const uint64_t *keys, size_t key_count)
{
    for (size_t s = 0; s < l->r->spans; s++) {
        const struct report_span *span = &l->r->span[s];
        for (size_t p = 0; p <= span->count; p++) {
            bool total = p == span->count;
            int64_t from = total ? span->from_ms : span->edge[p], to = total ? span->to_ms : span->edge[p + 1];
            struct report_aim *a = l->aim;
            a->count = 0;
            if (total)
                report_aim_rows(a, s, keys, key_count);
            a->at[a->count].cell = report_whole(a->cells, s, p);
            a->at[a->count++].square = NULL;
            if (ordered_in(l, at, count, INT64_MIN, to)) {
                report_mark(a, PART_EVER_CUSTOMERS);
                if (!ordered_in(l, at, count, to - METRIC_LAPSED_DAYS * day_ms, to))
                    report_mark(a, PART_LAPSED_CUSTOMERS);
            }
            if (ordered_in(l, at, count, span->before[p], from)) {
                report_mark(a, PART_ORDERED_BEFORE);
                report_mark(a, ordered_in(l, at, count, from, to) ? PART_ORDERED_AGAIN : PART_ORDERED_NO_MORE);
            }
        }
    }
}

static void visit_person(struct ledger *l, const uint64_t *at, size_t count)
{
    uint64_t keys[REPORT_KEYS_MAX];
    struct sale s = {.root = (uint32_t)(at[0] >> 32), .first_ms = INT64_MAX};
    uint32_t first = s.root && l->first && s.root < l->persons->end ? l->first[s.root] : NOBODY;
    if (first != NOBODY)
        s.first_ms = l->v->orders[first].placed_ms;
    for (size_t i = 0; i < count; i++) {
        s.index = (uint32_t)at[i];
        s.order = &l->v->orders[s.index];
        s.status = s.root == 0 ? REPORT_GUEST : s.index == first ? REPORT_NEW : REPORT_RETURNING;
        place_sale(l, &s);
    }
    if (l->history && s.root) {
        bool rows = l->r->broken_down && l->r->breakdown == DIMENSION_SEGMENT;
        l->aim->person = s.root;
        mark_history(l, at, count, keys, rows ? report_person_keys(l->r, s.root, keys, REPORT_KEYS_MAX) : 0);
    }
}

static cu_code work(struct ledger *l, struct cu_error *err)
{
    const struct report *r = l->r;
    int64_t from = r->span[0].from_ms, to = r->span[0].to_ms;
    for (size_t s = 1; s < r->spans; s++) {
        from = r->span[s].from_ms < from ? r->span[s].from_ms : from;
        to = r->span[s].to_ms > to ? r->span[s].to_ms : to;
    }
    l->history = report_needs_any(r, PART_ORDERED_BEFORE, PART_LAPSED_CUSTOMERS);
    if (r->by_status || report_needs_any(r, PART_NEW_ORDERS, PART_NEW_REVENUE) || report_needs_any(r, PART_FIRST_CUSTOMERS, PART_OLD_CUSTOMERS))
        CU_TRY(find_first(l, err));
    l->sums = r->by_line || report_needs_any(r, PART_UNITS, PART_LINES);
    if (r->by_line)
        CU_TRY(look_at_products(l, err));
    CU_TRY(collect(l, l->history ? 0 : book_from(l->v, from), book_from(l->v, to), err));
    for (size_t i = 0; i < l->count;) {
        size_t end = i + 1;
        while (end < l->count && l->sorted[end] >> 32 == l->sorted[i] >> 32)
            end++;
        if (end + AHEAD < l->count) // orders of one person lie far apart
            __builtin_prefetch(&l->v->orders[(uint32_t)l->sorted[end + AHEAD]]);
        visit_person(l, l->sorted + i, end - i);
        i = end;
    }
    return l->aim->cells->no_memory ? cu_fail(err, CU_MEMORY, "", "no memory for a report") : CU_OK;
}

cu_code report_orders(struct report *r, struct cu_error *err)
{
    struct ledger l = {.r = r, .persons = r->q->persons};
    if (!report_needs_any(r, PART_ORDERS, PART_LAPSED_CUSTOMERS))
        return CU_OK;
    l.aim = cu_calloc(1, sizeof *l.aim);
    if (!l.aim)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    l.aim->cells = &r->all;
    cu_code code = order_book_take(r->q->o->orders, &l.v, err);
    if (code == CU_OK) {
        code = work(&l, err);
        r->no_rate = 0;
        for (size_t i = book_from(l.v, r->span[0].from_ms), end = book_from(l.v, r->span[0].to_ms); i < end; i++)
            r->no_rate += l.v->orders[i].flags & BOOK_COUNTS && l.v->orders[i].flags & BOOK_NO_RATE;
        order_book_give(r->q->o->orders, l.v);
    }
    cu_free(l.sorted);
    cu_free(l.first);
    cu_free(l.product_key);
    cu_free(l.product_passes);
    cu_free(l.keyed);
    cu_free(l.aim);
    return code;
}
