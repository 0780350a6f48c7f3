// SPDX-License-Identifier: Apache-2.0
// The fold with prices: a refund may name only products and quantities (the tracking
// specification's partial refund); what they cost stands in the order's own lines. Rare, so only
// then are lines read.
#include "orders_internal.h"

#include "orders_sql.h"
#include "text/text.h"

#include <stdlib.h>

bool order_refunds_unpriced(const struct order_version *v, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (v[i].kind == ORDER_REFUNDED && v[i].lines_unpriced &&
            v[i].money[ORDER_TOTAL] == ORDER_NO_MONEY)
            return true;
    }
    return false;
}

static cu_code packed_lines(struct db *d, const struct order_version *v,
    const struct order_message *fresh, struct cu_arena *a, cu_str *ret, struct cu_error *err)
{
    if (v->id == 0) {
        *ret = fresh ? cu_buf_view(&fresh->lines) : CU_NONE;
        return CU_OK;
    }
    struct db_query q;
    bool memory = true;
    *ret = CU_NONE;
    CU_TRY(db_prepare(d, &orders_sql_version_lines, &q, err));
    db_bind_i64(&q, ":id", v->id);
    if (db_step(&q) && db_blob(&q, 0).len > 0) {
        *ret = cu_arena_dup(a, db_blob(&q, 0));
        memory = ret->ptr != NULL;
    }
    CU_TRY(db_end(&q, err));
    return memory ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to read the lines of an order");
}

static bool same_product(const struct order_line *a, const struct order_line *b)
{
    if (a->product_id.len > 0 && b->product_id.len > 0)
        return cu_str_eq(a->product_id, b->product_id);
    return a->sku.len > 0 && cu_str_eq(a->sku, b->sku);
}

struct pricing {
    struct db *d;
    struct order_version *v;
    size_t count;
    const struct order_message *fresh;
    cu_str *lines; // of each version that is live, loaded once
    int exponent;
};

static int64_t price_of(const struct pricing *p, const struct order_line *wanted)
{
    struct order_line line;
    for (size_t i = 0; i < p->count; i++) {
        cu_str packed = p->lines[i];
        bool bad = false;
        while (p->v[i].lines_live && p->v[i].kind != ORDER_REFUNDED &&
               order_line_next(&packed, &line, &bad)) {
            if (line.price_e4 != ORDER_NO_MONEY && same_product(&line, wanted))
                return line.price_e4;
        }
    }
    return 0; // not in the order: nothing known to give back
}

static cu_code price_refund(const struct pricing *p, size_t i, struct cu_error *err)
{
    struct order_line line;
    cu_str packed = p->lines[i];
    bool bad = false;
    int64_t sum = 0;
    while (order_line_next(&packed, &line, &bad)) {
        int64_t total = 0;
        if (line.price_e4 == ORDER_NO_MONEY)
            line.price_e4 = price_of(p, &line);
        if (order_line_total(&line, p->exponent, &total) &&
            llabs(sum + total) < INT64_C(9000000000000000))
            sum += total;
    }
    p->v[i].line_sum = sum;
    p->v[i].lines_unpriced = false;
    return bad ? cu_fail(err, CU_CORRUPT, "", "stored product lines cannot be read") : CU_OK;
}

cu_code order_price_refunds(struct db *d, struct order_version *v, size_t count,
    const struct order_message *fresh, int exponent, struct cu_arena *a, struct cu_error *err)
{
    struct pricing p = {.d = d, .v = v, .count = count, .fresh = fresh, .exponent = exponent};
    p.lines = cu_arena_alloc(a, count * sizeof *p.lines);
    if (!p.lines)
        return cu_fail(err, CU_MEMORY, "", "no memory to read the lines of an order");
    for (size_t i = 0; i < count; i++) {
        if (v[i].lines_live || (v[i].kind == ORDER_REFUNDED && v[i].lines_unpriced))
            CU_TRY(packed_lines(d, &v[i], fresh, a, &p.lines[i], err));
    }
    for (size_t i = 0; i < count; i++) {
        if (v[i].kind == ORDER_REFUNDED && v[i].lines_unpriced)
            CU_TRY(price_refund(&p, i, err));
    }
    return CU_OK;
}

cu_code order_settle(struct db *d, struct order_version *v, size_t count,
    const struct order_message *fresh, struct cu_arena *a, struct order_state *ret,
    struct cu_error *err)
{
    char shop[4];
    order_shop_currency(shop);
    order_fold(v, count, shop, ret);
    if (!order_refunds_unpriced(v, count))
        return CU_OK;
    CU_TRY(order_price_refunds(
        d, v, count, fresh, text_currency_exponent(cu_str_of(ret->currency)), a, err));
    order_fold(v, count, shop, ret);
    return CU_OK;
}
