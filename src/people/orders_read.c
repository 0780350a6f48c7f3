// SPDX-License-Identifier: Apache-2.0
// Reads one event about an order into a version: money to minor units, product lines packed, what
// is personal or undeclared aside to be sealed. Pure: no database, no clock. Called by
// orders_project and by the pipeline's check before anything is written.
//
// Texts are kept plain only where the dictionary declares the property P0 or P1; amounts always
// are.
#include "orders_internal.h"

#include "base/hash.h"
#include "text/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define ORDER_SUM_MAX                                                                              \
    INT64_C(9000000000000000) // as text_money_parse; so that no sum of 1,000 overflows

const char *const order_money_names[ORDER_MONEY_COUNT] = {
    [ORDER_TOTAL] = "total",
    [ORDER_REVENUE] = "revenue",
    [ORDER_SUBTOTAL] = "subtotal",
    [ORDER_SHIPPING] = "shipping",
    [ORDER_TAX] = "tax",
    [ORDER_DISCOUNT] = "discount",
};

struct reading {
    const struct dict_event *event;
    struct order_message *m;
    struct cu_arena *arena;
    struct json_writer extras;
    int exponent;
    bool has_lines;
};

bool order_kind_of(cu_str event_name, enum order_kind *ret)
{
    static const char *const names[] = {[ORDER_COMPLETED] = "Order Completed",
        [ORDER_UPDATED] = "Order Updated",
        [ORDER_REFUNDED] = "Order Refunded",
        [ORDER_CANCELLED] = "Order Cancelled"};
    if (!cu_str_starts(event_name, CU_LIT("Order ")))
        return false;
    for (size_t i = 1; i < CU_COUNT(names); i++) {
        if (cu_str_eqz(event_name, names[i])) {
            *ret = (enum order_kind)i;
            return true;
        }
    }
    return false;
}

void order_message_init(struct order_message *m)
{
    memset(m, 0, sizeof *m);
    for (size_t i = 0; i < ORDER_MONEY_COUNT; i++)
        m->version.money[i] = ORDER_NO_MONEY;
    cu_buf_init(&m->lines, 4 * 1024 * 1024);
    cu_buf_init(&m->extras, 4 * 1024 * 1024);
}

void order_message_clear(struct order_message *m)
{
    cu_buf_clear(&m->lines);
    cu_buf_wipe(&m->extras);
}

// A decimal as clients send it: number or text, at most four decimals. "" and null are absent.
static cu_code read_decimal(
    json v, int exponent, const char *pointer, int64_t *ret, struct cu_error *err)
{
    *ret = ORDER_NO_MONEY;
    int64_t whole = 0;
    double real = 0;
    bool good = true;
    switch (json_type_of(v)) {
    case JSON_ABSENT:
    case JSON_NULL:
        return CU_OK;
    case JSON_STRING:
        if (cu_str_trim(json_str(v)).len == 0)
            return CU_OK;
        good = text_money_parse(json_str(v), exponent, ret);
        break;
    case JSON_INT:
        // through the same limits as text: the largest whole number that still fits is checked
        // there
        good = json_i64(v, &whole) && json_double(v, &real) && fabs(real) <= 9e15 &&
               text_money_from_double(real, exponent, ret);
        break;
    case JSON_DOUBLE:
        good = json_double(v, &real) && text_money_from_double(real, exponent, ret);
        break;
    case JSON_BOOL:
    case JSON_ARRAY:
    case JSON_OBJECT:
    default:
        good = false;
    }
    if (good)
        return CU_OK;
    *ret = ORDER_NO_MONEY;
    return cu_fail(
        err, CU_INVALID, pointer, "a decimal number with at most four decimals is accepted here");
}

// Text of a string or a whole number (ids are often numbers); CU_NONE for what is neither.
static cu_code read_text(const struct reading *r, json v, size_t max, const char *pointer,
    cu_str *ret, struct cu_error *err)
{
    int64_t number = 0;
    *ret = CU_NONE;
    if (json_is(v, JSON_STRING)) {
        cu_str s = cu_str_trim(json_str(v));
        if (s.len > max)
            return cu_fail(err, CU_TOO_LARGE, pointer, "at most %zu bytes are accepted here", max);
        if (s.len > 0)
            *ret = s;
        return CU_OK;
    }
    if (!json_is(v, JSON_INT) || !json_i64(v, &number))
        return CU_OK;
    *ret = cu_arena_printf(r->arena, "%lld", (long long)number);
    return ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, pointer, "no memory to read the order");
}

static const struct dict_field *declared(const struct reading *r, cu_str name)
{
    return r->event ? dictionary_event_field(r->event, name) : NULL;
}

static bool is_plain(const struct dict_field *f)
{
    return f && f->level <= DICT_P1;
}

// ---- product lines

enum line_text {
    LINE_PRODUCT_ID,
    LINE_SKU,
    LINE_NAME,
    LINE_CATEGORY,
    LINE_BRAND,
    LINE_VARIANT,
    LINE_COUPON,
    LINE_TEXTS
};
static const char *const line_text_names[LINE_TEXTS] = {
    "product_id", "sku", "name", "category", "brand", "variant", "coupon"};

static cu_str *line_text(struct order_line *line, size_t i)
{
    cu_str *const at[LINE_TEXTS] = {&line->product_id, &line->sku, &line->name, &line->category,
        &line->brand, &line->variant, &line->coupon};
    return at[i];
}

static cu_code read_line_member(struct reading *r, struct order_line *line, cu_str key, json value,
    const char *pointer, struct cu_error *err)
{
    char path[96] = "products.$.", where[96];
    if (key.len >= sizeof path - 12)
        return CU_OK; // longer than any declared name
    memcpy(path + 11, key.ptr, key.len);
    const struct dict_field *f = declared(r, (cu_str){path, 11 + key.len});
    cu_str name = f ? cu_str_sub(f->name, 11, SIZE_MAX) : key;
    (void)snprintf(where, sizeof where, "%s/%.*s", pointer, CU_ARG(name));
    if (cu_str_eqz(name, "price"))
        return read_decimal(value, 4, where, &line->price_e4, err);
    if (cu_str_eqz(name, "quantity"))
        return read_decimal(value, 4, where, &line->quantity_e4, err);
    if (!is_plain(f))
        return CU_OK; // stays in the timeline's sealed part
    for (size_t i = 0; i < LINE_TEXTS; i++) {
        if (cu_str_eqz(name, line_text_names[i]))
            return read_text(r, value, 4096, where, line_text(line, i), err);
    }
    return CU_OK;
}

static cu_code read_line(struct reading *r, json product, const char *pointer, struct cu_error *err)
{
    struct order_version *v = &r->m->version;
    struct order_line line = {.quantity_e4 = ORDER_NO_MONEY, .price_e4 = ORDER_NO_MONEY};
    if (!json_is(product, JSON_OBJECT))
        return cu_fail(err, CU_INVALID, pointer, "each product must be an object");
    struct json_iter it = json_each(product);
    while (json_next(&it))
        CU_TRY(read_line_member(r, &line, it.key, it.value, pointer, err));
    if (line.quantity_e4 == ORDER_NO_MONEY)
        line.quantity_e4 = 10000; // the tracking specification: one when absent
    int64_t total = 0;
    if (line.price_e4 == ORDER_NO_MONEY)
        v->lines_unpriced = true;
    else if (!order_line_total(&line, r->exponent, &total) ||
             llabs(v->line_sum += total) > ORDER_SUM_MAX)
        return cu_fail(
            err, CU_INVALID, pointer, "price times quantity is beyond what money may be");
    v->line_count++;
    order_line_pack(&line, &r->m->lines);
    return CU_OK;
}

static cu_code read_products(struct reading *r, json products, struct cu_error *err)
{
    if (json_is(products, JSON_NULL))
        return CU_OK;
    if (!json_is(products, JSON_ARRAY))
        return cu_fail(
            err, CU_INVALID, "/properties/products", "an array of products is accepted here");
    if (json_count(products) > ORDER_LINES_MAX)
        return cu_fail(err, CU_TOO_LARGE, "/properties/products",
            "at most %d products are accepted", ORDER_LINES_MAX);
    struct json_iter it = json_each(products);
    for (unsigned i = 0; json_next(&it); i++) {
        char pointer[48];
        (void)snprintf(pointer, sizeof pointer, "/properties/products/%u", i);
        CU_TRY(read_line(r, it.value, pointer, err));
    }
    CU_TRY(cu_buf_code(&r->m->lines, err));
    r->m->version.line_hash = cu_hash64(r->m->lines.ptr, r->m->lines.len, 0);
    return CU_OK;
}

// ---- the order's own properties

// Amounts of a refund have many names; the first that is there counts. All of them mean: this much.
static bool is_amount(enum order_kind kind, cu_str name)
{
    return kind == ORDER_REFUNDED &&
           (cu_str_eqz(name, "amount") || cu_str_eqz(name, "refund_amount") ||
               cu_str_eqz(name, "value"));
}

static cu_code read_money(
    struct reading *r, cu_str name, json value, bool *ret_taken, struct cu_error *err)
{
    char pointer[96];
    (void)snprintf(pointer, sizeof pointer, "/properties/%.*s", CU_ARG(name));
    int64_t *money = r->m->version.money;
    *ret_taken = true;
    for (size_t i = 0; i < ORDER_MONEY_COUNT; i++) {
        if (cu_str_eqz(name, order_money_names[i]))
            return read_decimal(value, r->exponent, pointer, &money[i], err);
    }
    if (!is_amount(r->m->version.kind, name)) {
        *ret_taken = false;
        return CU_OK;
    }
    return money[ORDER_TOTAL] == ORDER_NO_MONEY
               ? read_decimal(value, r->exponent, pointer, &money[ORDER_TOTAL], err)
               : CU_OK;
}

static void keep_extra(struct reading *r, cu_str key, json value)
{
    if (r->m->extras.len == 0) {
        jw_start(&r->extras, &r->m->extras);
        jw_object(&r->extras);
    }
    jw_keys(&r->extras, key);
    jw_value(&r->extras, value);
}

static cu_code read_property(struct reading *r, cu_str key, json value, struct cu_error *err)
{
    const struct dict_field *f = declared(r, key);
    cu_str name = f ? f->name : key;
    bool taken = false;
    CU_TRY(read_money(r, name, value, &taken, err));
    if (taken || cu_str_eqz(name, "currency"))
        return CU_OK;
    if (cu_str_eqz(name, "products"))
        return read_products(r, value, err);
    if (cu_str_eqz(name, "order_id"))
        return read_text(r, value, ORDER_ID_MAX, "/properties/order_id", &r->m->order_id, err);
    if (cu_str_eqz(name, "refund_id"))
        return read_text(
            r, value, ORDER_TEXT_MAX, "/properties/refund_id", &r->m->version.refund_id, err);
    if (cu_str_eqz(name, "coupon") && is_plain(f) && !json_is(value, JSON_ARRAY))
        return read_text(
            r, value, ORDER_TEXT_MAX, "/properties/coupon", &r->m->version.coupon, err);
    if (!json_is(value, JSON_NULL))
        keep_extra(r, key, value);
    return CU_OK;
}

static cu_code read_currency(
    struct reading *r, json properties, cu_str shop_currency, struct cu_error *err)
{
    json v = json_get(properties, "currency");
    struct json_iter it = json_each(properties);
    while (json_type_of(v) == JSON_ABSENT && json_next(&it)) {
        const struct dict_field *f = declared(r, it.key);
        if (f && cu_str_eqz(f->name, "currency"))
            v = it.value;
    }
    cu_str s = cu_str_trim(json_str(v));
    if (s.len > 0) {
        if (text_currency_exponent(s) < 0)
            return cu_fail(err, CU_INVALID, "/properties/currency",
                "three letters of ISO 4217 are accepted here");
        for (size_t i = 0; i < 3; i++)
            r->m->version.currency[i] = (char)(s.ptr[i] & ~0x20);
    }
    r->exponent = text_currency_exponent(s.len > 0 ? s : shop_currency);
    return CU_OK;
}

cu_code order_message_read(enum order_kind kind, const struct dict_event *event, json properties,
    cu_str shop_currency, struct cu_arena *a, struct order_message *m, struct cu_error *err)
{
    struct reading r = {.event = event, .m = m, .arena = a};
    m->version.kind = kind;
    CU_TRY(read_currency(&r, properties, shop_currency, err));
    struct json_iter it = json_each(properties);
    while (json_next(&it))
        CU_TRY(read_property(&r, it.key, it.value, err));
    if (m->extras.len > 0)
        jw_object_end(&r.extras);
    CU_TRY(cu_buf_code(&m->extras, err));
    int64_t *money = m->version.money;
    if (kind == ORDER_REFUNDED && money[ORDER_TOTAL] == ORDER_NO_MONEY)
        money[ORDER_TOTAL] = money[ORDER_REVENUE];
    if (m->order_id.len == 0 && (kind == ORDER_REFUNDED || kind == ORDER_CANCELLED))
        return cu_fail(err, CU_MISSING, "/properties/order_id",
            "a refund or cancellation must name its order");
    return CU_OK;
}
