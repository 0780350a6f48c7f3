// SPDX-License-Identifier: Apache-2.0
// The table of orders, read a few hundred at a time in the order they became known. See question.h.
#include "question_private.h"
#include "question_sql.h"

enum { ORDERS_A_READ = 500 };
enum { ORDER_ID, ORDER_PERSON, ORDER_PLACED, ORDER_STATUS, ORDER_CURRENCY, ORDER_COUPON, ORDER_TOTAL, ORDER_REVENUE, ORDER_REFUNDED,
    ORDER_SHIPPING, ORDER_TAX, ORDER_DISCOUNT, ORDER_SAMPLE };
const struct sql_column question_order_columns[] = {
    [ORDER_ID] = {"order_id", SQL_TEXT, "The shop's number of the order.", false},
    [ORDER_PERSON] = {"person", SQL_TEXT, "Who ordered; NULL for a guest.", false},
    [ORDER_PLACED] = {"placed", SQL_TEXT, "When it was placed (UTC).", true},
    [ORDER_STATUS] = {"status", SQL_TEXT, "pending, completed, partially_refunded, refunded, cancelled or credit_note.", false},
    [ORDER_CURRENCY] = {"currency", SQL_TEXT, "Currency of its amounts, ISO 4217.", false},
    [ORDER_COUPON] = {"coupon", SQL_TEXT, "Coupon of the whole order.", false},
    [ORDER_TOTAL] = {"total", SQL_REAL, "What the customer pays.", false},
    [ORDER_REVENUE] = {"revenue", SQL_REAL, "Without shipping and tax, before refunds; 0 once cancelled.", false},
    [ORDER_REFUNDED] = {"refunded", SQL_REAL, "What was given back.", false},
    [ORDER_SHIPPING] = {"shipping", SQL_REAL, "Price of the delivery.", false},
    [ORDER_TAX] = {"tax", SQL_REAL, "Taxes.", false},
    [ORDER_DISCOUNT] = {"discount", SQL_REAL, "All discounts together.", false},
    [ORDER_SAMPLE] = {"sample", SQL_INT, "1 when it is sample data.", false},
};
const size_t question_order_column_count = CU_COUNT(question_order_columns);

struct order {
    int64_t number, placed_ms, amounts[6]; // total .. discount
    uint32_t pno;
    bool sample;
    cu_str id, currency, status, coupon;
};
struct orders_cursor {
    const struct question_tables *t;
    struct question_ids ids;
    struct cu_arena *texts;
    struct order at[ORDERS_A_READ];
    size_t count, next; // next: one past the current row
    int64_t after, from_ms, to_ms;
    bool last;
    char room[TEXT_TIME_MAX];
};

cu_code question_orders_open(void *context, const struct sql_filter *filters, size_t count, uint64_t used, void **ret,
    struct cu_error *err)
{
    const struct question_read *read = context;
    (void)used;
    struct orders_cursor *c = cu_calloc(1, sizeof *c);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    c->t = read->t;
    c->ids.t = read->t;
    c->from_ms = INT64_MIN;
    c->to_ms = INT64_MAX;
    c->texts = cu_arena_new((size_t)8 * 1024 * 1024);
    if (!c->texts) {
        question_orders_close(c);
        return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    }
    read->t->opened |= read->bit;
    question_window(filters, count, ORDER_PLACED, &c->from_ms, &c->to_ms);
    *ret = c;
    return CU_OK;
}

static void read_order(struct orders_cursor *c, struct db_query *q)
{
    struct order *o = &c->at[c->count++];
    o->number = db_i64(q, 0);
    o->pno = (uint32_t)db_i64(q, 1);
    o->placed_ms = db_i64(q, 2);
    o->id = cu_arena_dup(c->texts, db_str(q, 3));
    o->currency = cu_arena_dup(c->texts, db_str(q, 4));
    o->status = cu_arena_dup(c->texts, db_str(q, 5));
    o->coupon = db_is_null(q, 6) ? CU_NONE : cu_arena_dup(c->texts, db_str(q, 6));
    for (int i = 0; i < 6; i++)
        o->amounts[i] = db_i64(q, 7 + i);
    o->sample = db_i64(q, 13) != 0;
}

static cu_code read_more(struct orders_cursor *c, struct cu_error *err)
{
    struct people *p = c->t->o->people;
    struct db *d = NULL;
    struct db_query q;
    c->count = c->next = 0;
    cu_arena_reset(c->texts);
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = db_prepare(d, &question_sql_orders_after, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":after", c->after);
        db_bind_i64(&q, ":from", c->from_ms);
        db_bind_i64(&q, ":to", c->to_ms);
        db_bind_i64(&q, ":limit", ORDERS_A_READ);
        while (db_step(&q))
            read_order(c, &q);
        code = db_end(&q, err);
    }
    people_read_give(p, d);
    c->last = c->count < ORDERS_A_READ;
    if (c->count)
        c->after = c->at[c->count - 1].number;
    return code;
}

cu_code question_orders_next(void *cursor, bool *ret_row, struct cu_error *err)
{
    struct orders_cursor *c = cursor;
    if (c->next == c->count && !c->last)
        CU_TRY(read_more(c, err));
    *ret_row = c->next < c->count;
    c->next += *ret_row;
    return CU_OK;
}

static struct sql_value text_value(cu_str s)
{
    return (struct sql_value){.kind = s.ptr ? SQL_TEXT : SQL_NULL, .text = s};
}

void question_orders_value(void *cursor, int column, struct sql_value *ret)
{
    struct orders_cursor *c = cursor;
    const struct order *o = &c->at[c->next - 1];
    const struct scan_persons *p = c->t->persons;
    *ret = (struct sql_value){.kind = SQL_NULL};
    switch (column) {
    case ORDER_ID:
        *ret = text_value(o->id);
        break;
    case ORDER_PERSON:
        (void)question_id(&c->ids, o->pno < p->end ? p->root[o->pno] : o->pno, ret);
        break;
    case ORDER_PLACED:
        question_time(o->placed_ms, c->room, ret);
        break;
    case ORDER_STATUS:
        *ret = text_value(o->status);
        break;
    case ORDER_CURRENCY:
        *ret = text_value(o->currency);
        break;
    case ORDER_COUPON:
        *ret = text_value(o->coupon);
        break;
    case ORDER_SAMPLE:
        *ret = (struct sql_value){.kind = SQL_INT, .number = o->sample};
        break;
    default: {
        int exponent = text_currency_exponent(o->currency);
        *ret = (struct sql_value){.kind = SQL_REAL, .real = question_money(o->amounts[column - ORDER_TOTAL], exponent < 0 ? 2 : exponent)};
    }
    }
}

void question_orders_close(void *cursor)
{
    struct orders_cursor *c = cursor;
    question_ids_clear(&c->ids);
    cu_arena_free(c->texts);
    cu_free(c);
}
