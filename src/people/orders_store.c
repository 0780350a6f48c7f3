// SPDX-License-Identifier: Apache-2.0
// Rows of orders and order_version, and what follows from them for the person's sums. Runs on the
// writing connection inside the caller's transaction. Deciding is done by the fold, not here.
#include "orders_internal.h"

#include "orders_sql.h"
#include "text/text.h"

#include <assert.h>

static void copy_currency(cu_str s, char ret[4])
{
    memset(ret, 0, 4);
    if (s.len == 3)
        memcpy(ret, s.ptr, 3);
}

static cu_code keep(struct cu_arena *a, cu_str s, cu_str *ret, struct cu_error *err)
{
    *ret = CU_NONE;
    if (s.len == 0)
        return CU_OK;
    *ret = cu_arena_dup(a, s);
    return ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to load an order");
}

static cu_code load_version(
    struct db_query *q, struct cu_arena *a, struct order_version *v, struct cu_error *err)
{
    memset(v, 0, sizeof *v);
    v->id = db_i64(q, 0);
    v->kind = (enum order_kind)db_i64(q, 1);
    v->pno = (uint32_t)db_i64(q, 2);
    v->ev = (struct evidence){.source = (uint32_t)db_i64(q, 3),
        .import = (uint32_t)db_i64(q, 4),
        .seq = (uint64_t)db_i64(q, 6),
        .time_ms = db_i64(q, 7),
        .received_ms = db_i64(q, 8),
        .sample = db_i64(q, 9) != 0};
    v->import_row = (uint64_t)db_i64(q, 5);
    copy_currency(db_str(q, 10), v->currency);
    for (int i = 0; i < ORDER_MONEY_COUNT; i++)
        v->money[i] = db_is_null(q, 11 + i) ? ORDER_NO_MONEY : db_i64(q, 11 + i);
    v->line_count = (uint32_t)db_i64(q, 17);
    v->line_sum = db_i64(q, 18);
    v->lines_unpriced = db_i64(q, 19) != 0;
    v->lines_live = v->lines_live_stored = db_i64(q, 20) != 0;
    CU_TRY(keep(a, db_str(q, 21), &v->refund_id, err));
    CU_TRY(keep(a, db_str(q, 22), &v->coupon, err));
    v->added = db_i64(q, 23);
    v->line_hash = (uint64_t)db_i64(q, 24);
    return CU_OK;
}

cu_code order_versions_load(struct db *d, int64_t number, struct cu_arena *a,
    struct order_version **ret, size_t *ret_count, struct cu_error *err)
{
    size_t capacity = 8, count = 0;
    struct order_version *v = cu_arena_alloc(a, (capacity + 1) * sizeof *v);
    struct db_query q;
    cu_code code = v ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to load an order");
    CU_TRY(code);
    CU_TRY(db_prepare(d, &orders_sql_versions_of, &q, err));
    db_bind_i64(&q, ":number", number);
    db_bind_i64(&q, ":limit", ORDER_VERSIONS_MAX);
    while (code == CU_OK && db_step(&q)) {
        if (count == capacity) {
            struct order_version *more = cu_arena_alloc(a, (capacity * 2 + 1) * sizeof *v);
            if (!more) {
                code = cu_fail(err, CU_MEMORY, "", "no memory to load an order");
                break;
            }
            memcpy(more, v, count * sizeof *v);
            v = more;
            capacity *= 2;
        }
        code = load_version(&q, a, &v[count++], err);
    }
    cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
    CU_TRY(code);
    CU_TRY(ended);
    *ret = v;
    *ret_count = count;
    return CU_OK;
}

static cu_code load_order(
    struct db_query *q, int64_t *ret_number, struct order_state *ret, struct cu_error *err)
{
    *ret_number = 0;
    memset(ret, 0, sizeof *ret);
    if (db_step(q)) {
        *ret_number = db_i64(q, 0);
        *ret = (struct order_state){.pno = (uint32_t)db_i64(q, 1),
            .status = (enum order_status)db_i64(q, 2),
            .source = (uint32_t)db_i64(q, 3),
            .sample = db_i64(q, 4) != 0,
            .placed_ms = db_i64(q, 5),
            .in_shop_currency = db_i64(q, 7) != 0,
            .total = db_i64(q, 8),
            .revenue = db_i64(q, 9),
            .shipping = db_i64(q, 10),
            .tax = db_i64(q, 11),
            .discount = db_i64(q, 12),
            .refunded = db_i64(q, 13)};
        copy_currency(db_str(q, 6), ret->currency);
    }
    return db_end(q, err);
}

cu_code order_load(struct db *d, cu_str order_id, int64_t *ret_number, struct order_state *ret,
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &orders_sql_order_by_id, &q, err));
    db_bind_str(&q, ":order_id", order_id);
    return load_order(&q, ret_number, ret, err);
}

// The person's own sums, for lists: only orders that count, only the shop's currency.
static void count_for_person(struct people *p, const struct order_state *s, int sign)
{
    if (s->pno != 0 && s->in_shop_currency && order_counts(s->status))
        people_count_orders(p, s->pno, sign, sign * s->revenue);
}

static void bind_order(struct db_query *q, const struct order_state *s)
{
    db_bind_i64(q, ":pno", s->pno);
    db_bind_i64(q, ":status", s->status);
    db_bind_i64(q, ":source", s->source);
    db_bind_i64(q, ":sample", s->sample);
    db_bind_i64(q, ":placed_ms", s->placed_ms);
    db_bind_i64(q, ":day", text_day_of(s->placed_ms));
    db_bind_str(q, ":currency", cu_str_of(s->currency));
    db_bind_i64(q, ":in_shop_currency", s->in_shop_currency);
    db_bind_i64(q, ":total", s->total);
    db_bind_i64(q, ":revenue", s->revenue);
    db_bind_i64(q, ":shipping", s->shipping);
    db_bind_i64(q, ":tax", s->tax);
    db_bind_i64(q, ":discount", s->discount);
    db_bind_i64(q, ":refunded", s->refunded);
    db_bind_str(q, ":coupon", s->coupon);
}

cu_code order_store(struct people *p, struct db *d, int64_t *number, cu_str order_id,
    const struct order_state *before, const struct order_state *now, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, *number ? &orders_sql_order_update : &orders_sql_order_insert, &q, err));
    if (*number)
        db_bind_i64(&q, ":number", *number);
    else
        db_bind_str(&q, ":order_id", order_id);
    bind_order(&q, now);
    CU_TRY(db_run(&q, err));
    if (!*number)
        *number = db_last_rowid(d);
    count_for_person(p, before, -1);
    count_for_person(p, now, 1);
    people_note(p, before->pno, PEOPLE_ORDERS);
    people_note(p, now->pno, PEOPLE_ORDERS);
    orders_note(p, *number);
    return CU_OK;
}

static cu_code drop_order(struct people *p, struct db *d, int64_t number,
    const struct order_state *before, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &orders_sql_order_delete, &q, err));
    db_bind_i64(&q, ":number", number);
    count_for_person(p, before, -1);
    people_note(p, before->pno, PEOPLE_ORDERS);
    orders_note(p, number);
    return db_run(&q, err);
}

cu_code order_lines_mark(
    struct db *d, const struct order_version *v, size_t count, struct cu_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (v[i].id == 0 || v[i].lines_live == v[i].lines_live_stored)
            continue;
        struct db_query q;
        CU_TRY(db_prepare(d, &orders_sql_version_lines_live, &q, err));
        db_bind_i64(&q, ":id", v[i].id);
        db_bind_i64(&q, ":live", v[i].lines_live);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

cu_code order_refold(struct people *p, struct db *d, int64_t number, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(8 * 1024 * 1024);
    struct order_version *v = NULL;
    struct order_state before, now;
    size_t count = 0;
    int64_t found = 0;
    struct db_query q;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to fold an order");
    CU_TRY(db_prepare(d, &orders_sql_order_by_number, &q, err));
    db_bind_i64(&q, ":number", number);
    CU_TRY(load_order(&q, &found, &before, err));
    if (found == 0)
        return CU_OK;
    CU_TRY(order_versions_load(d, number, a, &v, &count, err));
    if (count == 0)
        return drop_order(p, d, number, &before, err);
    CU_TRY(order_settle(d, v, count, NULL, a, &now, err));
    CU_TRY(order_lines_mark(d, v, count, err));
    return order_store(p, d, &number, CU_NONE, &before, &now, err);
}
