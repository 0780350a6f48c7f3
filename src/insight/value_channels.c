// SPDX-License-Identifier: Apache-2.0
// The channel that brought a customer: that of the first visit on record.
#include "value_private.h"
#include "visit.h"

#include <roaring/roaring.h>

struct first_visits {
    const struct visit_maker *maker;
    uint8_t *channels;
    uint32_t end;
};

static bool take_first(void *context, const struct scan_rows *rows, const struct visit *v)
{
    struct first_visits *f = context;
    if (rows->person < f->end)
        f->channels[rows->person] = (uint8_t)v->channel;
    return false; // one is enough
}

static bool visit(void *state, const struct scan_rows *rows)
{
    struct first_visits *f = state;
    (void)visit_each(f->maker, rows, take_first, f);
    return true;
}

static bool add_customer(void *context, uint32_t person, const struct purchase *p, size_t count)
{
    (void)p;
    (void)count;
    roaring_bitmap_add(context, person);
    return true;
}

static bool is_customer(void *context, uint32_t root)
{
    return roaring_bitmap_contains(context, root);
}

static cu_code customers(struct value_work *b, roaring_bitmap_t *ret, struct cu_error *err)
{
    const struct book_view *v;
    CU_TRY(order_book_take(b->q->o->orders, &v, err));
    cu_code code = buyers_each(b->q, v, b->as_of, add_customer, ret, err);
    order_book_give(b->q->o->orders, v);
    return code;
}

static cu_code scan(struct value_work *b, struct first_visits *f, roaring_bitmap_t *who, struct cu_error *err)
{
    struct scan_plan plan;
    struct scan_stats stats = {0};
    void *states[SCAN_THREADS_MAX];
    scan_plan_limits(&plan, &b->q->limits);
    plan.from_ms = INT64_MIN;
    plan.to_ms = b->as_of;
    plan.columns = visit_columns;
    plan.column_count = VISIT_COLUMNS;
    plan.person = is_customer;
    plan.context = who;
    unsigned count = scan_threads(&plan);
    for (unsigned i = 0; i < count; i++)
        states[i] = f; // each person is written by one thread
    CU_TRY(timeline_scan_people(insight_timeline(b->q), &plan, b->q->persons, visit, states, count, &stats, err));
    b->q->damaged_blocks += stats.damaged_blocks;
    return CU_OK;
}

cu_code value_channels(struct value_work *b, struct cu_error *err)
{
    const struct visit_rules rules = {.gap_ms = VISIT_GAP_MS, .zone = b->q->o->zone};
    struct visit_maker *maker = NULL;
    roaring_bitmap_t *who = roaring_bitmap_create();
    b->channels = cu_alloc((size_t)b->q->persons->end + 1);
    cu_code code = who && b->channels ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for channels");
    if (code == CU_OK) {
        memset(b->channels, 255, (size_t)b->q->persons->end + 1);
        code = customers(b, who, err);
    }
    if (code == CU_OK)
        code = visit_maker_new(insight_timeline(b->q), b->q->dictionary, &rules, &maker, err);
    struct first_visits f = {maker, b->channels, b->q->persons->end};
    if (code == CU_OK)
        code = scan(b, &f, who, err);
    visit_maker_free(maker);
    if (who)
        roaring_bitmap_free(who);
    return code;
}
