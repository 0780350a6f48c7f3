// SPDX-License-Identifier: Apache-2.0
// Reading every order as it stands with the lines it has, for what is kept of all orders in memory. One statement reads both, so
// that an order and its lines are of the same moment.
#include "orders_internal.h"

#include "orders_sql.h"

enum { PARTS_MAX = ORDER_VERSIONS_MAX };
#define PARTS_BYTES_MAX ((size_t)256 << 20)

struct known_reading {
    struct order_known order;
    struct cu_buf id, lines; // what stands behind the views, until the next order
    size_t from[PARTS_MAX + 1];
    cu_str parts[PARTS_MAX];
    order_known_visit *visit;
    void *context;
};

static cu_code hand_over(struct known_reading *r, struct cu_error *err)
{
    struct order_known *o = &r->order;
    if (o->number == 0)
        return CU_OK;
    CU_TRY(cu_buf_code(&r->id, err));
    CU_TRY(cu_buf_code(&r->lines, err));
    r->from[o->line_parts] = r->lines.len;
    for (size_t i = 0; i < o->line_parts; i++)
        r->parts[i] = (cu_str){r->lines.ptr ? r->lines.ptr + r->from[i] : "", r->from[i + 1] - r->from[i]};
    o->order_id = cu_buf_view(&r->id);
    o->lines = r->parts;
    return r->visit(r->context, o, err);
}

static enum order_standing standing_of(int64_t status)
{
    if (status == ORDER_IS_CREDIT_NOTE)
        return ORDER_STANDS_CREDIT_NOTE;
    return order_counts((enum order_status)status) ? ORDER_STANDS : ORDER_STANDS_CANCELLED;
}

static void begin_order(struct known_reading *r, struct db_query *q)
{
    cu_buf_reset(&r->id);
    cu_buf_reset(&r->lines);
    cu_buf_str(&r->id, db_str(q, 1));
    r->order = (struct order_known){.number = db_i64(q, 0), .pno = (uint32_t)db_i64(q, 2), .standing = standing_of(db_i64(q, 3)),
        .refunded_wholly = db_i64(q, 3) == ORDER_IS_REFUNDED, .sample = db_i64(q, 4) != 0, .placed_ms = db_i64(q, 5),
        .total = db_i64(q, 7), .revenue = db_i64(q, 8), .shipping = db_i64(q, 9), .tax = db_i64(q, 10), .discount = db_i64(q, 11),
        .refunded = db_i64(q, 12)};
    cu_str currency = db_str(q, 6);
    if (currency.len == 3)
        memcpy(r->order.currency, currency.ptr, 3);
}

static cu_code read_orders(struct db *d, struct known_reading *r, int64_t first, int64_t last, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    CU_TRY(db_prepare(d, &orders_sql_known_range, &q, err));
    db_bind_i64(&q, ":first", first);
    db_bind_i64(&q, ":last", last);
    while (code == CU_OK && db_step(&q)) {
        if (db_i64(&q, 0) != r->order.number) {
            code = hand_over(r, err);
            begin_order(r, &q);
        }
        cu_str lines = db_blob(&q, 13);
        if (lines.len > 0 && r->order.line_parts < PARTS_MAX) {
            r->from[r->order.line_parts++] = r->lines.len;
            cu_buf_str(&r->lines, lines);
        }
    }
    cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
    CU_TRY(code);
    CU_TRY(ended);
    return hand_over(r, err);
}

cu_code orders_known(struct db *d, int64_t first, int64_t last, order_known_visit *visit, void *ctx, struct cu_error *err)
{
    struct known_reading *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory to read orders");
    r->visit = visit;
    r->context = ctx;
    cu_buf_init(&r->id, ORDER_ID_MAX + 64);
    cu_buf_init(&r->lines, PARTS_BYTES_MAX);
    cu_code code = read_orders(d, r, first, last, err);
    cu_buf_wipe(&r->id);
    cu_buf_wipe(&r->lines);
    cu_free(r);
    return code;
}

cu_code orders_last_number(struct db *d, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    *ret = 0;
    CU_TRY(db_prepare(d, &orders_sql_last_number, &q, err));
    if (db_step(&q))
        *ret = db_i64(&q, 0);
    return db_end(&q, err);
}

bool order_known_line(cu_str *lines, int exponent, struct order_known_line *ret, bool *ret_bad)
{
    struct order_line line;
    if (!order_line_next(lines, &line, ret_bad) || *ret_bad)
        return false;
    *ret = (struct order_known_line){.product_id = line.product_id, .sku = line.sku, .name = line.name, .category = line.category,
        .brand = line.brand, .variant = line.variant, .quantity_e4 = line.quantity_e4};
    if (line.price_e4 != ORDER_NO_MONEY && !order_line_total(&line, exponent, &ret->amount))
        ret->amount = 0; // beyond what money may be: it was refused on its way in
    return true;
}
