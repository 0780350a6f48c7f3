// SPDX-License-Identifier: Apache-2.0
// Buyers: the purchases of each person out of the order book, as cohorts, value, churn and RFM movement count them. A
// purchase is an order that counts (not cancelled, once however often it was sent); its amount is its revenue less what was
// given back for it, whenever that was. A credit note, which is a document of its own, lessens the purchase before it.
#pragma once

#include "query.h"

struct purchase {
    int64_t placed_ms, amount; // minor units of the shop's currency; 0 for an order without a rate
    const struct book_order *order;
};
// Return false to stop. Persons come in the order of their numbers; purchases in the order of placing, at least one; valid during the call.
typedef bool buyers_visit(void *context, uint32_t person, const struct purchase *purchases, size_t count);
// Every person who is counted in the question and has a purchase before `before_ms` (only these are shown); guests are not.
cu_code buyers_each(const struct insight_query *q, const struct book_view *v, int64_t before_ms, buyers_visit *visit,
    void *context, struct cu_error *err) CU_MUST;
int64_t buyer_ratio(int64_t amount, uint64_t count); // amount / count, half away from zero; 0 without a count
// The end of what a question about the state of things sees: the end of its last day, or now.
int64_t buyer_as_of(const struct insight_query *q);
