// SPDX-License-Identifier: Apache-2.0
// Orders with lines, refunds and cancellations, from whatever door. Every message about an order is a
// version row (evidence); the order is folded from its versions, so nothing counts twice and a
// reverted import disappears exactly. Order ids are unique per shop. The rules are in orders_fold.c.
//
// Money is in minor units of the order's currency. Only orders in the shop's currency are in any sum;
// others are kept, shown and counted in `other`.
#pragma once

#include "people.h"

// The definition, for the documentation of every field that shows it.
#define ORDERS_REVENUE_DOC                                                                         \
    "Revenue in minor units, before refunds, 0 once cancelled: the revenue given, else the subtotal "  \
    "(after discounts), else total - shipping - tax, else the sum of the lines - discount."

// Once, after people_open: registers with people's forgetting and sets the shop's currency (ISO 4217, from
// the settings; "EUR" until then). CU_INVALID when it is not three letters. What is folded already keeps
// the currency it was folded in.
cu_code orders_open(struct people *p, cu_str currency, struct cu_error *err) CU_MUST;

// The check before anything is written: would orders_project accept this event? Pure. CU_OK for others.
cu_code orders_check(cu_str event_name, const struct dict_event *event, json properties, struct cu_arena *a,
    struct cu_error *err) CU_MUST;
// orders stage: Order Completed / Updated / Refunded / Cancelled (semantic events, aliases resolved by
// the caller to event->name). pno 0: nobody's order. Does nothing for other events. Inside a batch.
// *ret_revenue: what this event adds to revenue (may be negative; 0 when it repeats what is known, and
// for refunds, which are counted by themselves).
cu_code orders_project(struct people *p, uint32_t pno, cu_str event_name, json properties, const struct evidence *ev,
    uint64_t import_row, int64_t *ret_revenue, struct cu_error *err) CU_MUST;
// What orders_project gave for the event of this seq (0: none), for replays of the timeline.
cu_code orders_revenue_of(struct people *p, struct db *d, uint64_t seq, int64_t *ret_revenue, struct cu_error *err) CU_MUST;
// The orders of a person placed before before_ms, newest first, as JSON array members written to w; at
// least `limit` when there are as many, and never cut between orders placed in the same millisecond.
// *ret_last_ms (may be NULL): placing of the last one written, for the cursor; INT64_MIN: no more. Texts are written as far
// as the caller sees the rows of "Order Completed" that they came by.
struct caller; // spec/request.h
cu_code orders_of_person(struct people *p, struct db *d, const uint32_t *pnos, size_t count, int64_t before_ms, int limit,
    const struct caller *caller, struct json_writer *w, int64_t *ret_last_ms, struct cu_error *err) CU_MUST;
struct orders_totals {
    int64_t orders, cancelled, refunds; // numbers of orders; refunds: fully, partly, and credit notes
    int64_t revenue, refunded;          // minor units, shop currency; revenue without shipping and tax,
                                        // before refunds, without cancelled orders
    int64_t customers;                  // persons with an order
    int64_t other;                      // orders in another currency: in no other number here
    int64_t last_ms;
};
cu_code orders_totals_of(struct people *p, struct db *d, const uint32_t *pnos, size_t count, struct orders_totals *ret, struct cu_error *err) CU_MUST;
// Per UTC day of placing, from_day <= day < to_day, days without any order left out. Guest orders are
// in all numbers but customers.
typedef bool orders_day_visit(void *context, int32_t day, const struct orders_totals *t);
cu_code orders_days(struct people *p, struct db *d, int32_t from_day, int32_t to_day, orders_day_visit *visit, void *context, struct cu_error *err) CU_MUST;
// Told which orders changed (came, were folded anew, went), once it is stored, in the writer's thread under people_lock: quick,
// calling nothing that takes the lock. An order may come more than once.
typedef void orders_change_fn(void *ctx, const int64_t *numbers, size_t count);
void orders_on_change(struct people *p, orders_change_fn *fn, void *ctx); // at most 16; people_unhook takes it back
void orders_note(struct people *p, int64_t number); // for orders_store.c, the one place that writes orders

// Every order as it stands with its live lines (packed, order_line_next), a range of numbers or one, for what is kept of
// all of them in memory (insight/order_book). Orders of which only a refund was heard are not visited. A reading connection.
enum order_standing { ORDER_STANDS, ORDER_STANDS_CANCELLED, ORDER_STANDS_CREDIT_NOTE };
struct order_known {
    int64_t number, placed_ms;
    cu_str order_id;
    uint32_t pno;
    enum order_standing standing;
    bool sample, refunded_wholly;
    char currency[4];
    int64_t total, revenue, shipping, tax, discount, refunded; // minor units of the currency
    const cu_str *lines; // of each live version
    size_t line_parts;
};
typedef cu_code order_known_visit(void *ctx, const struct order_known *o, struct cu_error *err);
cu_code orders_known(struct db *d, int64_t first, int64_t last, order_known_visit *visit, void *ctx, struct cu_error *err) CU_MUST;
cu_code orders_last_number(struct db *d, int64_t *ret, struct cu_error *err) CU_MUST;
// One product line of `lines`; false at the end, or where the bytes are no line (*ret_bad). Texts that are absent: CU_NONE.
struct order_known_line {
    cu_str product_id, sku, name, category, brand, variant;
    int64_t quantity_e4, amount; // minor units of `exponent` digits, half away from zero; 0 where no price was given
};
bool order_known_line(cu_str *lines, int exponent, struct order_known_line *ret, bool *ret_bad);

// Forgetting, under the lock inside a transaction. The last two in bounded steps.
cu_code orders_forget_people(struct people *p, const uint32_t *pnos, size_t count, struct cu_error *err) CU_MUST;
cu_code orders_forget_import(struct people *p, uint32_t import, bool *ret_done, struct cu_error *err) CU_MUST;
// Orders placed before, of the profiles that `goes` (people/expire.h) lets go, above *after, which moves on: 0 when done.
typedef bool orders_goes(void *context, uint32_t pno);
cu_code orders_forget_before(struct people *p, int64_t before_ms, orders_goes *goes, void *context, int64_t *after, uint64_t *ret_orders,
    struct cu_error *err) CU_MUST;
cu_code orders_count_before(struct db *d, int64_t before_ms, int64_t *ret_orders, int64_t *ret_people, struct cu_error *err) CU_MUST;
cu_code orders_forget_sample(struct people *p, bool *ret_done, struct cu_error *err) CU_MUST;
