// SPDX-License-Identifier: Apache-2.0
// The channel that brought a customer: that of the first visit on record.
#include "acquired.h"
#include "value_private.h"

static void keep(void *context, uint32_t person, const struct visit *v)
{
    uint8_t *channels = context;
    channels[person] = (uint8_t)v->channel;
}

static bool add_customer(void *context, uint32_t person, const struct purchase *p, size_t count)
{
    (void)p;
    (void)count;
    roaring_bitmap_add(context, person);
    return true;
}

static cu_code customers(struct value_work *b, roaring_bitmap_t *ret, struct cu_error *err)
{
    const struct book_view *v;
    CU_TRY(order_book_take(b->q->o->orders, &v, err));
    cu_code code = buyers_each(b->q, v, b->as_of, add_customer, ret, err);
    order_book_give(b->q->o->orders, v);
    return code;
}

cu_code value_channels(struct value_work *b, struct cu_error *err)
{
    roaring_bitmap_t *who = roaring_bitmap_create();
    b->channels = cu_alloc((size_t)b->q->persons->end + 1);
    cu_code code = who && b->channels ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for channels");
    if (code == CU_OK) {
        memset(b->channels, 255, (size_t)b->q->persons->end + 1);
        code = customers(b, who, err);
    }
    if (code == CU_OK)
        code = acquired_each(b->q, who, b->as_of, keep, b->channels, err);
    if (who)
        roaring_bitmap_free(who);
    return code;
}
