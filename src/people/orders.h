// SPDX-License-Identifier: Apache-2.0
// Orders with lines, refunds and cancellations, from whatever door. Every message about an order is a
// version row (evidence); the order is folded from its versions, so nothing counts twice and a
// reverted import disappears exactly. Order ids are unique per shop.
#pragma once

#include "people.h"

// orders stage: Order Completed / Updated / Refunded / Cancelled (semantic events, aliases resolved by
// the caller to event->name). pno 0: nobody's order. Does nothing for other events.
// *ret_revenue: what this event adds to revenue on its day (0 when it repeats what is known).
cu_code orders_project(struct people *p, uint32_t pno, cu_str event_name, json properties, const struct evidence *ev,
    uint64_t import_row, int64_t *ret_revenue, struct cu_error *err) CU_MUST;
// The orders of a person, newest first, as JSON array members written to w.
cu_code orders_of_person(struct people *p, struct db *d, const uint32_t *pnos, size_t count, int64_t before_ms, int limit,
    struct json_writer *w, struct cu_error *err) CU_MUST;
struct orders_totals {
    int64_t orders, cancelled, refunds; // numbers of orders
    int64_t revenue, refunded;          // minor units, shop currency
    int64_t customers;                  // persons with an order
    int64_t last_ms;
};
cu_code orders_totals_of(struct people *p, struct db *d, const uint32_t *pnos, size_t count, struct orders_totals *ret, struct cu_error *err) CU_MUST;
// Per UTC day of placing: revenue, orders, refunds. Cancelled orders do not count.
typedef bool orders_day_visit(void *context, int32_t day, const struct orders_totals *t);
cu_code orders_days(struct people *p, struct db *d, int32_t from_day, int32_t to_day, orders_day_visit *visit, void *context, struct cu_error *err) CU_MUST;
cu_code orders_forget_people(struct people *p, const uint32_t *pnos, size_t count, struct cu_error *err) CU_MUST; // under the lock
cu_code orders_forget_import(struct people *p, uint32_t import, bool *ret_done, struct cu_error *err) CU_MUST;
cu_code orders_forget_sample(struct people *p, bool *ret_done, struct cu_error *err) CU_MUST;
