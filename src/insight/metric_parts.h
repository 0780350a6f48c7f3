// SPDX-License-Identifier: Apache-2.0
// The sums that metrics are made of, per group and period. Sums of two groups or of two periods add up; those that count people
// ("distinct") do not, and are counted anew for each cell.
#pragma once

#include "metric.h"

enum metric_part {
    PART_NONE,
    // --- of orders that count, by the day of placing
    PART_ORDERS,
    PART_PRICED,           // orders whose amounts are known: not those in another currency without a rate
    PART_REVENUE,          // goods after discounts
    PART_GROSS,            // goods before discounts
    PART_NET,              // goods after discounts and refunds
    PART_TOTAL,            // with tax and shipping
    PART_TOTAL_NET,        // with tax and shipping, after refunds
    PART_DISCOUNT,
    PART_REFUNDED,         // of these orders, of whatever day; and credit notes of the period
    PART_REFUNDED_ORDERS,  // orders of which something was refunded
    PART_CANCELLED,        // orders that were cancelled
    PART_PLACED,           // orders with the cancelled ones
    PART_UNITS,            // hundredths of pieces
    PART_LINES,
    PART_NEW_ORDERS,       // somebody's first order ever
    PART_REPEAT_ORDERS,    // somebody's second or later
    PART_NEW_REVENUE,
    PART_KNOWN_REVENUE,    // of orders of known people
    PART_GUEST_ORDERS,     // documents of nobody known: each counts as one more for the rule of small groups
    // people with orders (distinct)
    PART_BUYERS,           // with an order, a cancelled one or a credit note
    PART_CUSTOMERS,
    PART_FIRST_CUSTOMERS,  // whose first order lies in the cell's period
    PART_OLD_CUSTOMERS,    // who had ordered before the cell's period
    PART_TWICE_CUSTOMERS,  // with two orders or more in the cell
    PART_ORDERED_BEFORE,   // who ordered in the period before
    PART_ORDERED_AGAIN,    // of them: who ordered in this one too
    PART_ORDERED_NO_MORE,  // of them: who did not
    PART_EVER_CUSTOMERS,   // with an order at any time before the period's end
    PART_LAPSED_CUSTOMERS, // of them: without one in the last 180 days before it
    // --- of visits, by the moment of beginning
    PART_VISITS,
    PART_VISITS_MIDNIGHT,  // cut at midnight too
    PART_VISITS_CAMPAIGN,  // cut by another campaign too
    PART_VISITS_BOTH,
    PART_VIEWS,
    PART_VISITS_VIEWED,    // visits with a page or screen
    PART_MS,               // last less first event
    PART_MS_MATOMO,        // one second more; 0 with one action
    PART_MS_PLAUSIBLE,     // 0 when bounced
    PART_MS_ENGAGED,       // only of engaged visits
    PART_BOUNCE_VIEW,      // BOUNCE_ONE_VIEW
    PART_BOUNCE_ACTION,
    PART_BOUNCE_ENGAGED,
    PART_BOUNCE_SHORT,
    PART_VISITS_ORDERED,   // visits with an order
    PART_VISITS_CART,      // something was put into the cart
    PART_VISITS_CART_LEFT, // of them: no order
    PART_VISITS_CHECKOUT,  // checkout began
    PART_VISITS_CHECKOUT_LEFT,
    PART_SEARCHES,
    PART_SEARCHES_EMPTY,
    // people with visits (distinct)
    PART_VISITORS,
    PART_VISITORS_ORDERED,
    PART_ENTRANTS,         // who looked at a product
    PART_ENTRANTS_ORDERED, // of them: who ordered within seven days after it
    // --- people (distinct)
    PART_ACTIVE,           // with an event
    PART_SEEN_FIRST,       // first seen in the cell's period
    PART_SEEN_BEFORE,      // active, first seen before the cell's period
    PART_WERE_ACTIVE,      // active in the period before
    PART_STAYED,           // of them: active in this one too
    PART_WENT,             // of them: not
    PART_STAYED_EVER,      // of them: active in this one or at any time after it
    PART_COUNT
};
_Static_assert(PART_COUNT <= 63, "parts are bits of a word");
#define PART_BIT(p) (UINT64_C(1) << (p))
enum { METRIC_LAPSED_DAYS = 180, METRIC_ENTRANT_DAYS = 7 };

// Which parts a figure needs; which of all count people.
uint64_t metric_parts_of(const struct metric_variant *v);
uint64_t metric_parts_distinct(void);
bool metric_part_is_distinct(enum metric_part p);
enum metric_source metric_part_source(enum metric_part p);

// A figure from its parts; known false: nothing to divide by. Money and counts are whole numbers in `whole` (ratios of money
// are rounded half away from zero); all kinds are in `real` too, in the metric's unit (seconds, share, number).
struct metric_value {
    bool known;
    int64_t whole;
    double real;
};
struct metric_value metric_value_of(const struct metric *m, const struct metric_variant *v, const int64_t parts[PART_COUNT]);
struct json_writer;
void metric_value_write(struct json_writer *w, const struct metric *m, struct metric_value value); // null when not known
