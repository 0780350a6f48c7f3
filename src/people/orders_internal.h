// SPDX-License-Identifier: Apache-2.0
// What the files orders*.c share: one message about an order, as read from an event and as stored
// in order_version, and the order that is folded from all of them. Not for others; they use
// orders.h.
#pragma once

#include "orders.h"

enum order_kind { ORDER_COMPLETED = 1, ORDER_UPDATED = 2, ORDER_REFUNDED = 3, ORDER_CANCELLED = 4 };

// Stored in orders.status. Up to REFUNDED an order counts in totals; PENDING is an order of which
// only a refund was heard so far; CREDIT_NOTE is a document of its own with a negative total.
enum order_status {
    ORDER_IS_PENDING = 0,
    ORDER_IS_COMPLETED = 1,
    ORDER_IS_PARTIALLY_REFUNDED = 2,
    ORDER_IS_REFUNDED = 3,
    ORDER_IS_CANCELLED = 4,
    ORDER_IS_CREDIT_NOTE = 5
};

enum order_money {
    ORDER_TOTAL,
    ORDER_REVENUE,
    ORDER_SUBTOTAL,
    ORDER_SHIPPING,
    ORDER_TAX,
    ORDER_DISCOUNT,
    ORDER_MONEY_COUNT
};
extern const char *const order_money_names[ORDER_MONEY_COUNT];
#define ORDER_NO_MONEY INT64_MIN // the message says nothing of it

// More messages about one order than this are a fault of the sender, not an order.
#define ORDER_VERSIONS_MAX 1000
#define ORDER_ID_MAX 255
#define ORDER_TEXT_MAX 255 // coupon, affiliation, refund id
#define ORDER_LINES_MAX 10000

// One product line. Prices and quantities have four decimals, exactly as sent.
struct order_line {
    cu_str product_id, sku, name, category, brand, variant,
        coupon; // CU_NONE when absent or not plain
    int64_t quantity_e4;
    int64_t
        price_e4; // ORDER_NO_MONEY: not given (a refund of products names only what and how many)
};
// Appends the line to packed lines (a private binary form: length-prefixed texts and varints).
void order_line_pack(const struct order_line *line, struct cu_buf *out);
// Takes the next line off *packed; false at its end or where the bytes are no line (*ret_bad).
bool order_line_next(cu_str *packed, struct order_line *ret, bool *ret_bad);
// price x quantity in minor units, rounded half away from zero; false beyond what money may be.
bool order_line_total(const struct order_line *line, int exponent, int64_t *ret);

struct order_version {
    int64_t id; // row, 0 before it is stored
    enum order_kind kind;
    struct evidence ev;
    uint32_t pno;
    uint64_t import_row;
    char currency[4];                 // "" when the message names none
    int64_t money[ORDER_MONEY_COUNT]; // minor units of the currency (the shop's when it names none)
    uint32_t line_count;
    int64_t line_sum;    // sum of the lines' totals
    uint64_t line_hash;  // of the packed lines: the same lines said twice
    bool lines_unpriced; // some line has no price
    bool lines_live;     // its lines are (part of) the order's lines: set by the fold
    bool lines_live_stored;
    cu_str refund_id, coupon;
    int64_t added; // what it added to revenue when it came
};

// An event about an order, read and checked; texts are views into the JSON or the arena.
struct order_message {
    struct order_version version;
    cu_str order_id;
    struct cu_buf lines;  // packed
    struct cu_buf extras; // JSON object of what is personal or undeclared; empty when nothing is
};
// false: not an event about an order.
bool order_kind_of(cu_str event_name, enum order_kind *ret);
// Pure: no database. m is zeroed by the caller's order_message_init and freed by _clear. Errors
// name the property ("/properties/products/3/price").
void order_message_init(struct order_message *m);
void order_message_clear(struct order_message *m);
cu_code order_message_read(enum order_kind kind, const struct dict_event *event, json properties,
    cu_str shop_currency, struct cu_arena *a, struct order_message *m,
    struct cu_error *err) CU_MUST;

struct order_state {
    enum order_status status;
    uint32_t pno, source;
    bool sample, credit;
    bool in_shop_currency;
    int64_t placed_ms;
    char currency[4];
    int64_t total, revenue, shipping, tax, discount, refunded;
    cu_str coupon;
};
// The fold: pure, from all versions sorted by (time, seq). Sets lines_live of each.
void order_fold(
    struct order_version *v, size_t count, const char shop_currency[4], struct order_state *ret);
// Which versions' lines make up the order (orders_fold_lines.c): kinds is a mask of 1 <<
// order_kind. Returns false when none of these kinds has lines; else their sum.
bool order_fold_lines(
    struct order_version *v, size_t count, unsigned kinds, const bool *usable, int64_t *ret_sum);
// The refunds, each once; *ret_all: one of them was for the whole order.
int64_t order_fold_refunds(
    const struct order_version *v, size_t count, const bool *usable, bool *ret_all);
static inline bool order_counts(enum order_status s)
{
    return s >= ORDER_IS_COMPLETED && s <= ORDER_IS_REFUNDED;
}

// Loads the versions of an order, sorted by (time, seq), with room for one more at the end.
cu_code order_versions_load(struct db *d, int64_t number, struct cu_arena *a,
    struct order_version **ret, size_t *ret_count, struct cu_error *err) CU_MUST;
// Refund lines without prices (a refund may name only products and quantities) take them from the
// lines the order has: sets line_sum and clears lines_unpriced, in memory only. fresh: the message
// that is not stored yet (id 0 in v), or NULL.
bool order_refunds_unpriced(const struct order_version *v, size_t count);
cu_code order_price_refunds(struct db *d, struct order_version *v, size_t count,
    const struct order_message *fresh, int exponent, struct cu_arena *a,
    struct cu_error *err) CU_MUST;
// The order row as stored. CU_OK with *ret_number 0 when there is none.
cu_code order_load(struct db *d, cu_str order_id, int64_t *ret_number, struct order_state *ret,
    struct cu_error *err) CU_MUST;
// Writes the order row (inserts and sets *number when it is 0) and the difference to the person's
// sums.
cu_code order_store(struct people *p, struct db *d, int64_t *number, cu_str order_id,
    const struct order_state *before, const struct order_state *now, struct cu_error *err) CU_MUST;
cu_code order_lines_mark(struct db *d, const struct order_version *v, size_t count,
    struct cu_error *err) CU_MUST; // stores lines_live
// fold, with prices for refunds
cu_code order_settle(struct db *d, struct order_version *v, size_t count,
    const struct order_message *fresh, struct cu_arena *a, struct order_state *ret,
    struct cu_error *err) CU_MUST;
// Folds the order again from what is left of its versions; removes it when nothing is.
cu_code order_refold(struct people *p, struct db *d, int64_t number, struct cu_error *err) CU_MUST;
void order_shop_currency(char ret[4]);
