// SPDX-License-Identifier: Apache-2.0
// Orders: a message comes in, is stored as evidence, and the order is folded again. Called by the
// pipeline inside a batch. Reading an event is in orders_read.c, deciding in orders_fold*.c, rows
// in orders_store.c, answers in orders_list.c, forgetting in orders_forget.c.
#include "orders_internal.h"

#include "orders_sql.h"
#include "text/text.h"

#include <stdatomic.h>
#include <stdio.h>

#define ORDER_SEAL_TABLE 0x4f524452U             // "ORDR"
#define ORDER_NOBODY_SUBJECT KEYS_FIRST(KEYS_STAFF) // extras of guest orders: a key that is nobody's (staff are numbered from 1)

// One shop per process: its currency is three letters in one word, so that reading needs no lock.
static _Atomic uint32_t shop_currency = 'E' | 'U' << 8 | 'R' << 16;

static cu_code forget_hook(void *ctx, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    return orders_forget_people(ctx, pnos, count, err);
}

cu_code orders_open(struct people *p, cu_str currency, struct cu_error *err)
{
    if (text_currency_exponent(currency) < 0)
        return cu_fail(err, CU_INVALID, "currency", "three letters of ISO 4217 are accepted here");
    uint32_t packed = 0;
    for (size_t i = 0; i < 3; i++)
        packed |= (uint32_t)(currency.ptr[i] & ~0x20) << (8 * i);
    atomic_store(&shop_currency, packed);
    people_on_forget(p, forget_hook, p);
    return CU_OK;
}

void order_shop_currency(char ret[4])
{
    uint32_t packed = atomic_load(&shop_currency);
    for (size_t i = 0; i < 4; i++)
        ret[i] = (char)(packed >> (8 * i) & 0x7f);
}

cu_code orders_check(cu_str event_name, const struct dict_event *event, json properties,
    struct cu_arena *a, struct cu_error *err)
{
    enum order_kind kind = ORDER_COMPLETED;
    char shop[4];
    if (!order_kind_of(event_name, &kind))
        return CU_OK;
    struct order_message m;
    order_message_init(&m);
    order_shop_currency(shop);
    cu_code code = order_message_read(kind, event, properties, cu_str_of(shop), a, &m, err);
    order_message_clear(&m);
    return code;
}

static cu_code seal_extras(
    struct people *p, const struct order_message *m, struct cu_buf *out, struct cu_error *err)
{
    if (m->extras.len == 0)
        return CU_OK;
    uint64_t subject = m->version.pno ? m->version.pno : ORDER_NOBODY_SUBJECT;
    const struct seal_place place = {
        .table = ORDER_SEAL_TABLE, .subject = subject, .record = m->version.ev.seq, .version = 1};
    return guard_seal(people_guard(p), SEAL_ORDER, &place, cu_buf_view(&m->extras), true, out, err);
}

static void bind_money(struct db_query *q, const int64_t money[ORDER_MONEY_COUNT])
{
    for (size_t i = 0; i < ORDER_MONEY_COUNT; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, ":%s", order_money_names[i]);
        if (money[i] == ORDER_NO_MONEY)
            db_bind_null(q, name);
        else
            db_bind_i64(q, name, money[i]);
    }
}

static cu_code insert_version(struct db *d, int64_t number, const struct order_message *m,
    const struct cu_buf *sealed, struct cu_error *err)
{
    const struct order_version *v = &m->version;
    struct db_query q;
    CU_TRY(db_prepare(d, &orders_sql_version_insert, &q, err));
    db_bind_i64(&q, ":number", number);
    db_bind_i64(&q, ":kind", v->kind);
    db_bind_i64(&q, ":pno", v->pno);
    db_bind_i64(&q, ":source", v->ev.source);
    db_bind_i64(&q, ":import", v->ev.import);
    db_bind_i64(&q, ":import_row", (int64_t)v->import_row);
    db_bind_i64(&q, ":seq", (int64_t)v->ev.seq);
    db_bind_i64(&q, ":time_ms", v->ev.time_ms);
    db_bind_i64(&q, ":received_ms", v->ev.received_ms);
    db_bind_i64(&q, ":sample", v->ev.sample);
    db_bind_str(&q, ":currency", v->currency[0] ? cu_str_of(v->currency) : CU_NONE);
    bind_money(&q, v->money);
    db_bind_i64(&q, ":line_count", v->line_count);
    db_bind_i64(&q, ":line_sum", v->line_sum);
    db_bind_i64(&q, ":line_hash", (int64_t)v->line_hash);
    db_bind_i64(&q, ":lines_unpriced", v->lines_unpriced);
    db_bind_i64(&q, ":lines_live", v->lines_live);
    db_bind_blob(&q, ":lines", m->lines.len > 0 ? m->lines.ptr : NULL, m->lines.len);
    db_bind_str(&q, ":refund_id", v->refund_id);
    db_bind_str(&q, ":coupon", v->coupon);
    db_bind_i64(&q, ":added", v->added);
    db_bind_blob(&q, ":extras", sealed->len > 0 ? sealed->ptr : NULL, sealed->len);
    return db_run(&q, err);
}

// The new message takes its place among the others by (time, seq). Returns that place.
static size_t insert_sorted(
    struct order_version *v, size_t count, const struct order_version *fresh)
{
    size_t at = count;
    while (at > 0 &&
           (v[at - 1].ev.time_ms > fresh->ev.time_ms ||
               (v[at - 1].ev.time_ms == fresh->ev.time_ms && v[at - 1].ev.seq > fresh->ev.seq))) {
        v[at] = v[at - 1];
        at--;
    }
    v[at] = *fresh;
    return at;
}

static int64_t shop_revenue(const struct order_state *s)
{
    return s->in_shop_currency ? s->revenue : 0;
}

// Loads what is known of the order, adds the message, folds and stores all of it.
static cu_code add_message(struct people *p, struct db *d, struct order_message *m,
    struct cu_arena *a, struct cu_error *err)
{
    struct order_version alone[1], *v = alone;
    struct order_state before, now;
    size_t count = 0;
    int64_t number = 0;
    CU_TRY(order_load(d, m->order_id, &number, &before, err));
    if (number)
        CU_TRY(order_versions_load(d, number, a, &v, &count, err));
    if (count >= ORDER_VERSIONS_MAX)
        return cu_fail(err, CU_TOO_LARGE, "/properties/order_id",
            "an order takes at most %d messages", ORDER_VERSIONS_MAX);
    size_t at = insert_sorted(v, count, &m->version);
    CU_TRY(order_settle(d, v, count + 1, m, a, &now, err));
    m->version.lines_live = v[at].lines_live;
    m->version.added = shop_revenue(&now) - shop_revenue(&before);
    struct cu_buf sealed CU_AUTO_BUF;
    cu_buf_init(&sealed, 8 * 1024 * 1024);
    CU_TRY(seal_extras(p, m, &sealed, err));
    CU_TRY(order_store(p, d, &number, m->order_id, &before, &now, err));
    CU_TRY(order_lines_mark(d, v, count + 1, err));
    return insert_version(d, number, m, &sealed, err);
}

cu_code orders_project(struct people *p, uint32_t pno, cu_str event_name, json properties,
    const struct evidence *ev, uint64_t import_row, int64_t *ret_revenue, struct cu_error *err)
{
    enum order_kind kind = ORDER_COMPLETED;
    char shop[4];
    *ret_revenue = 0;
    if (!order_kind_of(event_name, &kind))
        return CU_OK;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(8 * 1024 * 1024);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to project an order");
    struct order_message m;
    order_message_init(&m);
    order_shop_currency(shop);
    const struct dict_event *event = dictionary_event(people_dictionary(p), event_name);
    cu_code code = order_message_read(kind, event, properties, cu_str_of(shop), a, &m, err);
    m.version.ev = *ev;
    m.version.pno = pno;
    m.version.import_row = import_row;
    if (code == CU_OK &&
        m.order_id.len == 0) { // an order that cannot be spoken of again: its message names it
        m.order_id = cu_arena_printf(a, "~%llu", (unsigned long long)ev->seq);
        code =
            m.order_id.ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to project an order");
    }
    if (code == CU_OK)
        code = add_message(p, people_db(p), &m, a, err);
    if (code == CU_OK)
        *ret_revenue = m.version.added;
    order_message_clear(&m);
    return code;
}

cu_code orders_revenue_of(
    struct people *p, struct db *d, uint64_t seq, int64_t *ret_revenue, struct cu_error *err)
{
    (void)p;
    struct db_query q;
    *ret_revenue = 0;
    CU_TRY(db_prepare(d, &orders_sql_version_added, &q, err));
    db_bind_i64(&q, ":seq", (int64_t)seq);
    if (db_step(&q))
        *ret_revenue = db_i64(&q, 0);
    return db_end(&q, err);
}
