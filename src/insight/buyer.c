// SPDX-License-Identifier: Apache-2.0
// Buyers: see buyer.h.
#include "buyer.h"

#include "base/clock.h"
#include "cohort.h"

#include <roaring/roaring.h>
#include <stdlib.h>

struct note { // a credit note
    uint32_t person;
    int64_t placed_ms, refunded;
};
struct buyers {
    const struct insight_query *q;
    const struct book_view *v;
    int64_t before_ms;
    buyers_visit *visit;
    void *context;
    struct purchase *at;
    size_t room;
    struct note *notes; // by (person, placed_ms)
    size_t note_count, note_at;
    bool no_memory;
};

static int by_person(const void *a, const void *b)
{
    const struct note *x = a, *y = b;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    return (x->placed_ms > y->placed_ms) - (x->placed_ms < y->placed_ms);
}

// Credit notes are no orders, so the book does not show them with their person; they are few.
static bool find_notes(struct buyers *b)
{
    const uint32_t end = b->q->persons->end, *root = b->q->persons->root;
    size_t count = 0;
    for (size_t i = 0; i < b->v->count; i++)
        count += b->v->orders[i].pno && b->v->orders[i].flags & BOOK_CREDIT_NOTE;
    b->notes = cu_alloc((count + 1) * sizeof *b->notes);
    if (!b->notes)
        return false;
    for (size_t i = 0; i < b->v->count; i++) {
        const struct book_order *o = &b->v->orders[i];
        if (o->pno && o->flags & BOOK_CREDIT_NOTE)
            b->notes[b->note_count++] = (struct note){o->pno < end ? root[o->pno] : o->pno, o->placed_ms, o->refunded};
    }
    qsort(b->notes, b->note_count, sizeof *b->notes, by_person);
    return true;
}

// Each lessens the purchase before it. Persons come in the order of their numbers.
static void take_notes(struct buyers *b, uint32_t person, size_t count)
{
    size_t k = 0;
    while (b->note_at < b->note_count && b->notes[b->note_at].person < person)
        b->note_at++;
    for (; b->note_at < b->note_count && b->notes[b->note_at].person == person; b->note_at++) {
        const struct note *n = &b->notes[b->note_at];
        while (k < count && b->at[k].placed_ms <= n->placed_ms)
            k++;
        if (k > 0 && n->placed_ms < b->before_ms)
            b->at[k - 1].amount = cohort_add(b->at[k - 1].amount, -n->refunded);
    }
}

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
        int64_t amount = cohort_add(o->revenue, -o->refunded);
        if (o->placed_ms >= b->before_ms)
            break;
        b->at[n++] = (struct purchase){.placed_ms = o->placed_ms, .amount = amount, .order = o};
    }
    take_notes(b, p->person, n);
    return n == 0 || b->visit(b->context, p->person, b->at, n);
}

cu_code buyers_each(const struct insight_query *q, const struct book_view *v, int64_t before_ms, buyers_visit *visit,
    void *context, struct cu_error *err)
{
    struct buyers b = {.q = q, .v = v, .before_ms = before_ms, .visit = visit, .context = context};
    if (!find_notes(&b))
        return cu_fail(err, CU_MEMORY, "", "no memory for the orders of each person");
    cu_code code = book_each_person(v, q->persons, one_person, &b, err);
    cu_free(b.at);
    cu_free(b.notes);
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
