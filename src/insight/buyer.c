// SPDX-License-Identifier: Apache-2.0
// Buyers: see buyer.h.
#include "buyer.h"

#include "base/clock.h"
#include "cohort.h"

#include <roaring/roaring.h>

struct buyers {
    const struct insight_query *q;
    const struct book_view *v;
    int64_t before_ms;
    buyers_visit *visit;
    void *context;
    struct purchase *at;
    size_t room;
    bool no_memory;
};

static bool make_room(struct buyers *b, size_t count)
{
    if (count <= b->room)
        return true;
    struct purchase *more = cu_realloc(b->at, count * 2 * sizeof *more);
    if (!more)
        return false;
    b->at = more;
    b->room = count * 2;
    return true;
}

static bool one_person(void *context, const struct book_person *p)
{
    struct buyers *b = context;
    size_t n = 0;
    if (b->q->among && !roaring_bitmap_contains(b->q->among, p->person))
        return true;
    if (!make_room(b, p->count)) {
        b->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < p->count; i++) {
        const struct book_order *o = &b->v->orders[p->orders[i]];
        int64_t amount = cohort_add(o->revenue, o->refunded == INT64_MIN ? 0 : -o->refunded);
        if (o->placed_ms >= b->before_ms)
            break;
        if (o->flags & BOOK_CREDIT_NOTE) {
            if (n)
                b->at[n - 1].amount = cohort_add(b->at[n - 1].amount, amount);
        } else if (o->flags & BOOK_COUNTS) {
            b->at[n++] = (struct purchase){.placed_ms = o->placed_ms, .amount = amount, .order = o};
        }
    }
    return n == 0 || b->visit(b->context, p->person, b->at, n);
}

cu_code buyers_each(const struct insight_query *q, const struct book_view *v, int64_t before_ms, buyers_visit *visit, void *context,
    struct cu_error *err)
{
    struct buyers b = {.q = q, .v = v, .before_ms = before_ms, .visit = visit, .context = context};
    cu_code code = book_each_person(v, q->persons, one_person, &b, err);
    cu_free(b.at);
    if (code == CU_OK && b.no_memory)
        return cu_fail(err, CU_MEMORY, "", "no memory for the orders of a person");
    return code;
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
