// SPDX-License-Identifier: Apache-2.0
// Buyers: see buyer.h. All purchases are laid side by side by person first: the book is in the order of time, and going
// through it person by person would wait for memory at every order.
#include "buyer.h"

#include "base/clock.h"
#include "cohort.h"

#include <roaring/roaring.h>

struct buyers {
    const struct insight_query *q;
    const struct book_view *v;
    size_t orders;       // of the view, before the moment
    uint32_t end;        // of roots
    uint32_t *root;      // of each order; 0: is not taken
    uint32_t *from;      // by root: where its purchases begin; end + 1 of them
    struct purchase *at; // by root, then time; credit notes among them
    bool notes;          // there are some
};

static bool is_taken(const struct book_order *o)
{
    return o->pno != 0 && (o->flags & (BOOK_COUNTS | BOOK_CREDIT_NOTE));
}

// Whose each order is, and the highest number.
static void find_roots(struct buyers *b)
{
    const struct scan_persons *persons = b->q->persons;
    b->end = persons->end;
    for (size_t i = 0; i < b->orders; i++) {
        const struct book_order *o = &b->v->orders[i];
        if (!is_taken(o))
            continue;
        b->root[i] = o->pno < persons->end ? persons->root[o->pno] : o->pno;
        b->notes = b->notes || (b->root[i] && o->flags & BOOK_CREDIT_NOTE);
        if (b->root[i] >= b->end)
            b->end = b->root[i] + 1;
    }
}

static void lay_out(struct buyers *b)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < b->orders; i++)
        b->from[b->root[i] + 1]++;
    b->from[1] = 0; // root 0: not taken
    for (uint32_t root = 1; root <= b->end; root++) {
        uint32_t count = b->from[root];
        b->from[root] = sum;
        sum += count;
    }
    for (size_t i = 0; i < b->orders; i++) {
        const struct book_order *o = &b->v->orders[i];
        if (b->root[i]) // from[root + 1] moves from the beginning of its purchases to their end, where the next begin
            b->at[b->from[b->root[i] + 1]++] = (struct purchase){o->placed_ms, cohort_add(o->revenue, -o->refunded), o};
    }
}

// Each credit note lessens the purchase before it; one that has none before it lessens nothing that was counted.
static size_t fold_notes(struct purchase *p, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(p[i].order->flags & BOOK_CREDIT_NOTE))
            p[n++] = p[i];
        else if (n > 0)
            p[n - 1].amount = cohort_add(p[n - 1].amount, -p[i].order->refunded);
    }
    return n;
}

static void show(struct buyers *b, buyers_visit *visit, void *context)
{
    for (uint32_t root = 1; root < b->end; root++) {
        struct purchase *p = b->at + b->from[root];
        size_t count = b->from[root + 1] - b->from[root];
        if (count == 0 || (b->q->among && !roaring_bitmap_contains(b->q->among, root)))
            continue;
        count = b->notes ? fold_notes(p, count) : count;
        if (count && !visit(context, root, p, count))
            return;
    }
}

cu_code buyers_each(const struct insight_query *q, const struct book_view *v, int64_t before_ms, buyers_visit *visit,
    void *context, struct cu_error *err)
{
    struct buyers b = {.q = q, .v = v, .orders = book_from(v, before_ms)};
    b.root = cu_calloc(b.orders + 1, sizeof *b.root);
    b.at = cu_alloc((b.orders + 1) * sizeof *b.at);
    if (b.root && b.at) {
        find_roots(&b);
        b.from = cu_calloc((size_t)b.end + 2, sizeof *b.from);
    }
    if (b.from) {
        lay_out(&b);
        show(&b, visit, context);
    }
    bool done = b.from != NULL;
    cu_free(b.root);
    cu_free(b.at);
    cu_free(b.from);
    return done ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for the orders of each person");
}

int64_t buyer_ratio(int64_t amount, uint64_t count)
{
    if (count == 0 || count > INT64_MAX)
        return 0;
    int64_t n = (int64_t)count, whole = amount / n, rest = amount % n;
    if (rest < 0)
        return whole - (-rest >= n - -rest);
    return whole + (rest > 0 && rest >= n - rest);
}

int64_t buyer_as_of(const struct insight_query *q)
{
    int64_t now = cu_now_ms() + 1;
    return q->to_ms < now ? q->to_ms : now;
}
