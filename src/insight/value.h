// SPDX-License-Identifier: Apache-2.0
// Historic customer value: what customers have brought so far, revenue less refunds of orders that count. No forecast.
//
// Definitions (docs/explanation/value.md)
//  - The customers are those whose first order lies in the days asked for. Their later orders count up to the last of
//    these days.
//  - Months since the first order go by the calendar of the shop's zone: whoever bought first on the 15th begins a month on
//    each 15th (on the last day of a shorter month). Month 0 begins with the first order.
//  - A curve's point k: the amounts of months 0 .. k / customers, both of those customers only who have been
//    customers for k + 1 whole months (`observed`): nobody's future counts as nothing. A point is complete when all of
//    the row are observed.
//  - Share of the best: the customers in the order of their amounts; the first ceil(share x customers) of them.
//
// The kind "value" asks {"by":"month|channel|first_product|total","periods","limit"} and answers {"by","customers","orders",
// "revenue","value_per_customer","orders_per_customer","repeat_customers","curves":[{"value","label","customers","revenue",
// "value_per_customer","cumulative":[minor units or null],"observed":[n or null],"complete"}],"curves_more","tops":[{
// "share_of_customers","customers","revenue","share_of_revenue"}],"guests":{"orders","revenue"},"no_rate"}.
#pragma once

#include "base/memory.h"

#define VALUE_MONTHS_MAX 60u
#define VALUE_GROUPS_MAX 250u

struct value_curve {
    uint64_t customers, orders;
    int64_t revenue;
    uint64_t observed[VALUE_MONTHS_MAX];
    int64_t amount[VALUE_MONTHS_MAX]; // months 0 .. k, of the observed
};
// One customer: the local days of orders, ascending, with their amounts; end_day: the day after the last one that is seen.
void value_customer(
    struct value_curve *c, const int32_t *days, const int64_t *amounts, size_t count, int32_t end_day, uint32_t months);
uint32_t value_complete(const struct value_curve *c, uint32_t months);

struct value_top {
    uint64_t customers;
    int64_t revenue;
};
// amounts: sorted, most first. percent 1 .. 100.
struct value_top value_top_of(const int64_t *amounts, size_t count, unsigned percent);
