// SPDX-License-Identifier: Apache-2.0
// Orders as answers: a person's orders with lines as JSON, sums of a person, sums per day. Reads on
// a connection of the reading pool; called by routes of people/ and by insight/.
#include "orders_internal.h"

#include "orders_sql.h"
#include "sight.h"
#include "text/text.h"

#include <stdlib.h>

// Never more than this many orders in one answer, however many were placed in the same millisecond.
#define ORDER_PAGE_MAX 2000

struct listed {
    int64_t number, placed_ms;
    cu_str order_id, coupon;
    struct order_state state;
};
struct listing {
    struct listed *at;
    size_t count, capacity;
    struct cu_arena *arena;
};

static const char *status_name(enum order_status s)
{
    switch (s) {
    case ORDER_IS_PARTIALLY_REFUNDED:
        return "partially_refunded";
    case ORDER_IS_REFUNDED:
        return "refunded";
    case ORDER_IS_CANCELLED:
    case ORDER_IS_CREDIT_NOTE:
        return "cancelled";
    case ORDER_IS_PENDING:
    case ORDER_IS_COMPLETED:
    default:
        return "completed";
    }
}

static struct listed *add_listed(struct listing *l)
{
    if (l->count == l->capacity) {
        size_t capacity = l->capacity ? l->capacity * 2 : 32;
        struct listed *more = cu_arena_alloc(l->arena, capacity * sizeof *more);
        if (!more)
            return NULL;
        if (l->count > 0)
            memcpy(more, l->at, l->count * sizeof *more);
        l->at = more;
        l->capacity = capacity;
    }
    return &l->at[l->count++];
}

static cu_code list_order(struct listing *l, struct db_query *q, struct cu_error *err)
{
    struct listed *o = add_listed(l);
    if (!o)
        return cu_fail(err, CU_MEMORY, "", "no memory to list orders");
    memset(o, 0, sizeof *o);
    o->number = db_i64(q, 0);
    o->placed_ms = db_i64(q, 4);
    o->order_id = cu_arena_dup(l->arena, db_str(q, 1));
    if (!db_is_null(q, 12))
        o->coupon = cu_arena_dup(l->arena, db_str(q, 12));
    cu_str currency = db_str(q, 5);
    o->state = (struct order_state){.status = (enum order_status)db_i64(q, 2),
        .source = (uint32_t)db_i64(q, 3),
        .total = db_i64(q, 6),
        .revenue = db_i64(q, 7),
        .shipping = db_i64(q, 8),
        .tax = db_i64(q, 9),
        .discount = db_i64(q, 10),
        .refunded = db_i64(q, 11)};
    memcpy(o->state.currency, currency.ptr, currency.len < 3 ? currency.len : 3);
    return o->order_id.ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to list orders");
}

static cu_code list_profile(struct listing *l, struct db *d, uint32_t pno, int64_t before_ms,
    int limit, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    size_t from = l->count;
    CU_TRY(db_prepare(d, &orders_sql_of_person, &q, err));
    db_bind_i64(&q, ":pno", pno);
    db_bind_i64(&q, ":before", before_ms);
    db_bind_i64(&q, ":limit", ORDER_PAGE_MAX);
    while (code == CU_OK && db_step(&q)) {
        size_t n = l->count - from;
        if (n >= (size_t)limit && db_i64(&q, 4) != l->at[l->count - 1].placed_ms)
            break;
        code = list_order(l, &q, err);
    }
    cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : ended;
}

static int newest_first(const void *a, const void *b)
{
    const struct listed *x = a, *y = b;
    if (x->placed_ms != y->placed_ms)
        return x->placed_ms < y->placed_ms ? 1 : -1;
    return x->number < y->number ? 1 : x->number > y->number ? -1 : 0;
}

// ---- JSON

static int64_t minor_of_e4(int64_t price_e4, int exponent)
{
    const struct order_line one = {.price_e4 = price_e4, .quantity_e4 = 10000};
    int64_t minor = 0;
    return order_line_total(&one, exponent, &minor) ? minor : 0;
}

// How much the caller sees of each text: looked up once for an answer. Only what was P0 or P1 when it came stands here
// at all; a row may have risen since.
enum order_text { TEXT_ORDER_ID, TEXT_COUPON, TEXT_PRODUCT_ID, TEXT_SKU, TEXT_NAME, TEXT_CATEGORY, TEXT_BRAND, TEXT_VARIANT,
    TEXT_LINE_COUPON, TEXT_COUNT };
struct order_sight {
    enum spec_view shown[TEXT_COUNT];
};

static struct order_sight sight_of(const struct dictionary *dict, const struct caller *caller)
{
    static const char *const rows[TEXT_COUNT] = {"order_id", "coupon", "products.$.product_id", "products.$.sku",
        "products.$.name", "products.$.category", "products.$.brand", "products.$.variant", "products.$.coupon"};
    const struct dict_event *event = dict ? dictionary_event(dict, CU_LIT("Order Completed")) : NULL;
    struct order_sight s;
    for (size_t i = 0; i < TEXT_COUNT; i++) {
        const struct dict_field *f = event ? dictionary_event_field(event, cu_str_of(rows[i])) : NULL;
        s.shown[i] = sight_level(caller, f ? f->level : DICT_P1);
    }
    return s;
}

static void write_text(struct json_writer *w, const struct order_sight *s, enum order_text which, const char *name,
    cu_str text)
{
    jw_key(w, name);
    sight_print(w, s->shown[which], MASK_TEXT, text);
}

static void write_line(struct json_writer *w, const struct order_sight *s, const struct order_line *line, int exponent)
{
    int64_t total = 0;
    bool priced = line->price_e4 != ORDER_NO_MONEY && order_line_total(line, exponent, &total);
    jw_object(w);
    write_text(w, s, TEXT_PRODUCT_ID, "product_id", line->product_id);
    write_text(w, s, TEXT_SKU, "sku", line->sku);
    write_text(w, s, TEXT_NAME, "name", line->name);
    write_text(w, s, TEXT_CATEGORY, "category", line->category);
    write_text(w, s, TEXT_BRAND, "brand", line->brand);
    write_text(w, s, TEXT_VARIANT, "variant", line->variant);
    write_text(w, s, TEXT_LINE_COUPON, "coupon", line->coupon);
    jw_key(w, "quantity");
    if (line->quantity_e4 % 10000 == 0)
        jw_i64(w, line->quantity_e4 / 10000);
    else
        jw_double(w, (double)line->quantity_e4 / 10000.0);
    if (priced) {
        jw_ki64(w, "price", minor_of_e4(line->price_e4, exponent));
        jw_ki64(w, "price_e4", line->price_e4); // exact: ten-thousandths of the currency's unit
        jw_ki64(w, "total", total);
    } else {
        jw_kstr(w, "price", CU_NONE);
        jw_kstr(w, "price_e4", CU_NONE);
        jw_kstr(w, "total", CU_NONE);
    }
    jw_object_end(w);
}

static cu_code write_lines(struct json_writer *w, struct db *d, const struct order_sight *s, const struct listed *o,
    struct cu_error *err)
{
    int exponent = text_currency_exponent(cu_str_of(o->state.currency));
    struct db_query q;
    bool bad = false;
    CU_TRY(db_prepare(d, &orders_sql_live_lines, &q, err));
    db_bind_i64(&q, ":number", o->number);
    while (db_step(&q)) {
        cu_str packed = db_blob(&q, 0);
        struct order_line line;
        while (order_line_next(&packed, &line, &bad))
            write_line(w, s, &line, exponent);
    }
    CU_TRY(db_end(&q, err));
    return bad ? cu_fail(err, CU_CORRUPT, "", "stored product lines cannot be read") : CU_OK;
}

static cu_code write_order(struct json_writer *w, struct db *d, const struct order_sight *seen, const struct listed *o,
    struct cu_error *err)
{
    const struct order_state *s = &o->state;
    jw_object(w);
    write_text(w, seen, TEXT_ORDER_ID, "order_id", o->order_id);
    jw_ktime(w, "placed", o->placed_ms);
    jw_kz(w, "status", status_name(s->status));
    jw_kbool(w, "credit_note", s->status == ORDER_IS_CREDIT_NOTE);
    jw_ki64(w, "total", s->total);
    jw_ki64(w, "revenue", s->revenue);
    jw_ki64(w, "shipping", s->shipping);
    jw_ki64(w, "tax", s->tax);
    jw_ki64(w, "discount", s->discount);
    jw_ki64(w, "refunded", s->refunded);
    jw_kz(w, "currency", s->currency);
    write_text(w, seen, TEXT_COUPON, "coupon", o->coupon);
    jw_ki64(w, "source", s->source);
    jw_key(w, "lines");
    jw_array(w);
    CU_TRY(write_lines(w, d, seen, o, err));
    jw_array_end(w);
    jw_object_end(w);
    return CU_OK;
}

cu_code orders_of_person(struct people *p, struct db *d, const uint32_t *pnos, size_t count,
    int64_t before_ms, int limit, const struct caller *caller, struct json_writer *w, int64_t *ret_last_ms,
    struct cu_error *err)
{
    const struct order_sight seen = sight_of(people_dictionary(p), caller);
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16 * 1024 * 1024);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to list orders");
    struct listing l = {.arena = a};
    for (size_t i = 0; i < count; i++)
        CU_TRY(list_profile(&l, d, pnos[i], before_ms, limit, err));
    if (l.count > 1)
        qsort(l.at, l.count, sizeof *l.at, newest_first);
    size_t n = 0;
    while (n < l.count && (n < (size_t)limit || l.at[n].placed_ms == l.at[n - 1].placed_ms))
        CU_TRY(write_order(w, d, &seen, &l.at[n++], err));
    if (ret_last_ms)
        *ret_last_ms = n < (size_t)limit ? INT64_MIN : l.at[n - 1].placed_ms;
    return CU_OK;
}

// ---- sums

static void add_group(
    struct orders_totals *t, enum order_status s, int64_t n, int64_t revenue, int64_t refunded)
{
    if (order_counts(s))
        t->orders += n;
    if (s == ORDER_IS_CANCELLED)
        t->cancelled += n;
    if (s == ORDER_IS_REFUNDED || s == ORDER_IS_PARTIALLY_REFUNDED || s == ORDER_IS_CREDIT_NOTE)
        t->refunds += n;
    t->revenue += revenue;
    t->refunded += refunded;
}

cu_code orders_totals_of(struct people *p, struct db *d, const uint32_t *pnos, size_t count,
    struct orders_totals *ret, struct cu_error *err)
{
    (void)p;
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < count; i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, &orders_sql_totals_of, &q, err));
        db_bind_i64(&q, ":pno", pnos[i]);
        while (db_step(&q)) {
            enum order_status s = (enum order_status)db_i64(&q, 1);
            if (db_i64(&q, 0) == 0) {
                ret->other += order_counts(s) ? db_i64(&q, 2) : 0;
                continue;
            }
            add_group(ret, s, db_i64(&q, 2), db_i64(&q, 3), db_i64(&q, 4));
            if (order_counts(s) && db_i64(&q, 5) > ret->last_ms)
                ret->last_ms = db_i64(&q, 5);
        }
        CU_TRY(db_end(&q, err));
    }
    ret->customers = ret->orders > 0;
    return CU_OK;
}

// One day while its rows are read: the roots of those who ordered, to count merged profiles once.
struct day_sum {
    struct orders_totals t;
    int32_t day;
    uint32_t *roots;
    size_t count, capacity;
};

static int by_number(const void *a, const void *b)
{
    const uint32_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static bool add_root(struct day_sum *s, uint32_t root)
{
    if (s->count > 0 && s->roots[s->count - 1] == root)
        return true; // several groups of one profile stand together
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? s->capacity * 2 : 256;
        uint32_t *more = cu_realloc(s->roots, capacity * sizeof *more);
        if (!more)
            return false;
        s->roots = more;
        s->capacity = capacity;
    }
    s->roots[s->count++] = root;
    return true;
}

static bool end_day(struct day_sum *s, orders_day_visit *visit, void *context)
{
    if (s->count > 1)
        qsort(s->roots, s->count, sizeof *s->roots, by_number);
    for (size_t i = 0; i < s->count; i++)
        s->t.customers += i == 0 || s->roots[i] != s->roots[i - 1];
    bool more = s->day == INT32_MIN || visit(context, s->day, &s->t);
    s->count = 0;
    memset(&s->t, 0, sizeof s->t);
    return more;
}

cu_code orders_days(struct people *p, struct db *d, int32_t from_day, int32_t to_day,
    orders_day_visit *visit, void *context, struct cu_error *err)
{
    struct db_query q;
    struct day_sum s = {.day = INT32_MIN};
    bool more = true, memory = true;
    CU_TRY(db_prepare(d, &orders_sql_days, &q, err));
    db_bind_i64(&q, ":from", from_day);
    db_bind_i64(&q, ":to", to_day);
    while (more && memory && db_step(&q)) {
        enum order_status status = (enum order_status)db_i64(&q, 3);
        uint32_t pno = (uint32_t)db_i64(&q, 1);
        if (db_i64(&q, 0) != s.day)
            more = end_day(&s, visit, context);
        s.day = (int32_t)db_i64(&q, 0);
        if (db_i64(&q, 2) == 0) {
            s.t.other += order_counts(status) ? db_i64(&q, 4) : 0;
            continue;
        }
        add_group(&s.t, status, db_i64(&q, 4), db_i64(&q, 5), db_i64(&q, 6));
        if (pno != 0 && order_counts(status))
            memory = add_root(&s, people_root(p, pno));
    }
    cu_code code = db_end(&q, err);
    if (code == CU_OK && more && memory)
        (void)end_day(&s, visit, context);
    cu_free(s.roots);
    return code != CU_OK || memory ? code
                                   : cu_fail(err, CU_MEMORY, "", "no memory to count customers");
}
