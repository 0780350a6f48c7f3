// SPDX-License-Identifier: Apache-2.0
// The table of figures. See metric.h.
#include "metric_parts.h"

#define END {.name = NULL}

// --- money
static const struct metric_variant revenue[] = {
    {"goods", "", "goods after discounts, without tax and shipping, before refunds; cancelled orders count 0",
        "revenue of the orders placed in the period", "", PART_REVENUE, 0},
    {"gross", "WooCommerce reports", "goods before discounts, without tax and shipping, before refunds", "revenue + discounts", "", PART_GROSS, 0},
    {"net", "", "goods after discounts and after the refunds of these orders, whenever they came", "revenue - refunded", "", PART_NET, 0},
    {"total", "Matomo", "all that was paid: goods after discounts, tax and shipping", "totals of the orders", "", PART_TOTAL, 0},
    {"total_net", "", "all that was paid, after the refunds of these orders", "totals - refunded", "", PART_TOTAL_NET, 0},
    END,
};
static const struct metric_variant orders[] = {
    {"placed", "", "orders placed in the period, each id once, without cancelled ones", "orders", "", PART_ORDERS, 0},
    {"all", "", "with the cancelled ones", "orders and cancelled orders", "", PART_PLACED, 0},
    {"first", "", "somebody's first order ever; orders of guests are nobody's", "first orders", "", PART_NEW_ORDERS, 0},
    {"repeat", "", "somebody's second or later order", "orders of people who had ordered before", "", PART_REPEAT_ORDERS, 0},
    END,
};
static const struct metric_variant average_order_value[] = {
    {"goods", "", "revenue / orders: goods after discounts, without tax and shipping, before refunds", "revenue", "orders", PART_REVENUE, PART_PRICED},
    {"shopify", "Shopify", "(gross sales - discounts) / orders", "goods before discounts - discounts", "orders", PART_REVENUE, PART_PRICED},
    {"matomo", "Matomo", "order totals with tax and shipping / orders", "totals", "orders", PART_TOTAL, PART_PRICED},
    {"gross", "WordPress vendors", "goods before discounts / orders", "revenue + discounts", "orders", PART_GROSS, PART_PRICED},
    {"smartenapps", "SmartenApps", "(orders - discounts - refunds + tax + shipping) / orders", "totals - refunded", "orders", PART_TOTAL_NET, PART_PRICED},
    {"net", "", "goods after discounts and refunds / orders", "revenue - refunded", "orders", PART_NET, PART_PRICED},
    END,
};
static const struct metric_variant refunds[] = {
    {"amount", "", "refunded of the orders placed in the period, whenever it was, and credit notes of the period", "refunded", "", PART_REFUNDED, 0},
    END,
};
static const struct metric_variant refund_rate[] = {
    {"orders", "", "orders of which something was refunded / orders", "orders with a refund", "orders", PART_REFUNDED_ORDERS, PART_ORDERS},
    {"amount", "", "refunded / all that was paid", "refunded", "totals", PART_REFUNDED, PART_TOTAL},
    END,
};
static const struct metric_variant cancellation_rate[] = {
    {"orders", "", "cancelled orders / orders with the cancelled ones", "cancelled orders", "all orders placed", PART_CANCELLED, PART_PLACED},
    END,
};
static const struct metric_variant discount_share[] = {
    {"gross", "", "discounts / goods before discounts", "discounts", "revenue + discounts", PART_DISCOUNT, PART_GROSS},
    END,
};
static const struct metric_variant new_customer_revenue_share[] = {
    {"known", "", "revenue of first orders / revenue of orders of known people", "revenue of first orders", "revenue without guests",
        PART_NEW_REVENUE, PART_KNOWN_REVENUE},
    {"all", "", "revenue of first orders / revenue with guests", "revenue of first orders", "revenue", PART_NEW_REVENUE, PART_REVENUE},
    END,
};
static const struct metric_variant units[] = {
    {"pieces", "", "quantities of the lines of orders", "pieces", "", PART_UNITS, 0},
    END,
};
static const struct metric_variant items_per_order[] = {
    {"pieces", "", "quantities / orders", "pieces", "orders", PART_UNITS, PART_ORDERS},
    {"lines", "", "lines / orders", "lines", "orders", PART_LINES, PART_ORDERS},
    END,
};
static const struct metric_variant revenue_per_visit[] = {
    {"goods", "", "revenue / visits", "revenue", "visits", PART_REVENUE, PART_VISITS},
    END,
};
static const struct metric_variant revenue_per_visitor[] = {
    {"goods", "", "revenue / visitors", "revenue", "people with a visit", PART_REVENUE, PART_VISITORS},
    END,
};
static const struct metric_variant revenue_per_customer[] = {
    {"goods", "", "revenue of orders of known people / customers who ordered", "revenue without guests", "people with an order", PART_KNOWN_REVENUE,
        PART_CUSTOMERS},
    END,
};
// --- visits
static const struct metric_variant visits[] = {
    {"pause", "GA4, PostHog", "a new visit after 30 minutes without an event; a visit belongs to the period in which it began", "visits", "", PART_VISITS, 0},
    {"midnight", "Plausible", "30 minutes, and a new visit at midnight of the shop's zone", "visits", "", PART_VISITS_MIDNIGHT, 0},
    {"campaign", "", "30 minutes, and a new visit when the campaign changes", "visits", "", PART_VISITS_CAMPAIGN, 0},
    {"matomo", "Matomo, Universal Analytics", "30 minutes, midnight and campaign", "visits", "", PART_VISITS_BOTH, 0},
    END,
};
static const struct metric_variant visitors[] = {
    {"people", "", "different people with a visit; merged profiles are one", "people with a visit", "", PART_VISITORS, 0},
    END,
};
static const struct metric_variant page_views[] = {
    {"all", "", "pages and screens shown during visits", "pages and screens", "", PART_VIEWS, 0},
    END,
};
static const struct metric_variant views_per_visit[] = {
    {"all", "", "page views / visits", "pages and screens", "visits", PART_VIEWS, PART_VISITS},
    {"viewed", "PostHog", "page views / visits that show a page", "pages and screens", "visits with a page or screen", PART_VIEWS, PART_VISITS_VIEWED},
    END,
};
static const struct metric_variant time_on_site[] = {
    {"events", "PostHog", "mean of last less first event, over all visits", "seconds from the first to the last event", "visits", PART_MS, PART_VISITS},
    {"matomo", "Matomo", "mean of 1 s + last less first action; visits of one action count 0 s", "seconds", "visits", PART_MS_MATOMO, PART_VISITS},
    {"plausible", "Plausible", "mean of last less first event; bounced visits count 0 s", "seconds of visits that did not bounce", "visits",
        PART_MS_PLAUSIBLE, PART_VISITS},
    {"ga4_like", "GA4, nearly", "time of engaged visits / all visits; GA4 counts only time in the foreground, which is not known here",
        "seconds of engaged visits", "visits", PART_MS_ENGAGED, PART_VISITS},
    END,
};
static const struct metric_variant bounce_rate[] = {
    {"plausible", "Plausible", "visits of one page in which nothing else was done / visits", "visits with one view and no other event", "visits",
        PART_BOUNCE_VIEW, PART_VISITS},
    {"matomo", "Matomo", "visits with at most one action / visits", "visits with one event", "visits", PART_BOUNCE_ACTION, PART_VISITS},
    {"ga4", "GA4", "1 - engaged: under 10 s, fewer than two views and no order / visits", "visits that are not engaged", "visits", PART_BOUNCE_ENGAGED,
        PART_VISITS},
    {"posthog", "PostHog", "one view at most, no other event and under 10 s / visits that show a page", "such visits", "visits with a page or screen",
        PART_BOUNCE_SHORT, PART_VISITS_VIEWED},
    END,
};
static const struct metric_variant conversion_rate[] = {
    {"visit", "Matomo, Shopify", "visits with an order / visits", "visits with an order", "visits", PART_VISITS_ORDERED, PART_VISITS},
    {"visitor", "Plausible", "different people who ordered during a visit / visitors", "people with an order", "people with a visit",
        PART_VISITORS_ORDERED, PART_VISITORS},
    {"orders_per_visitor", "WordPress vendors", "orders / visitors", "orders", "people with a visit", PART_ORDERS, PART_VISITORS},
    {"entrant", "PostHog, Mixpanel", "people who looked at a product and ordered within 7 days after / people who looked at a product",
        "people who ordered afterwards", "people who looked at a product", PART_ENTRANTS_ORDERED, PART_ENTRANTS},
    END,
};
static const struct metric_variant cart_abandonment[] = {
    {"cart", "", "visits that put something into the cart and did not order / visits that put something into the cart", "such visits without an order",
        "visits with something in the cart", PART_VISITS_CART_LEFT, PART_VISITS_CART},
    {"checkout", "", "visits that began checkout and did not order / visits that began checkout", "such visits without an order",
        "visits with checkout begun", PART_VISITS_CHECKOUT_LEFT, PART_VISITS_CHECKOUT},
    END,
};
static const struct metric_variant searches[] = {
    {"all", "", "searches in the shop during visits", "searches", "", PART_SEARCHES, 0},
    END,
};
static const struct metric_variant searches_without_result[] = {
    {"share", "", "searches that found nothing / searches", "searches that found nothing", "searches", PART_SEARCHES_EMPTY, PART_SEARCHES},
    END,
};
// --- people
static const struct metric_variant active_customers[] = {
    {"event", "", "different people with an event of any kind in the period", "people with an event", "", PART_ACTIVE, 0},
    {"visit", "", "different people with a visit", "people with a visit", "", PART_VISITORS, 0},
    {"order", "", "different people with an order", "people with an order", "", PART_CUSTOMERS, 0},
    END,
};
static const struct metric_variant new_customers[] = {
    {"seen", "", "people first seen in the period", "people first seen in the period", "", PART_SEEN_FIRST, 0},
    {"order", "Shopify", "people whose first order ever lies in the period", "people with their first order", "", PART_FIRST_CUSTOMERS, 0},
    END,
};
static const struct metric_variant returning_customers[] = {
    {"seen", "", "people active in the period who were first seen before it", "active people seen before", "", PART_SEEN_BEFORE, 0},
    {"order", "Shopify", "people with an order in the period who had ordered before it", "people who ordered before", "", PART_OLD_CUSTOMERS, 0},
    END,
};
static const struct metric_variant repeat_purchase_rate[] = {
    {"datma", "Datma", "customers with two orders or more in the period / customers with an order", "people with two orders", "people with an order",
        PART_TWICE_CUSTOMERS, PART_CUSTOMERS},
    {"shopify", "Shopify", "customers who had ordered before the period / all customers of the period; all history counts", "people who ordered before",
        "people with an order", PART_OLD_CUSTOMERS, PART_CUSTOMERS},
    END,
};
static const struct metric_variant retention_rate[] = {
    {"bracket", "Amplitude N-day, ClickHouse", "active in this period too / active in the period before", "of them: active again", "people active before",
        PART_STAYED, PART_WERE_ACTIVE},
    {"rolling", "Amplitude unbounded", "active in this period or at any time after it / active in the period before", "of them: seen again",
        "people active before", PART_STAYED_EVER, PART_WERE_ACTIVE},
    {"order", "", "ordered in this period too / ordered in the period before", "of them: ordered again", "people who ordered before", PART_ORDERED_AGAIN,
        PART_ORDERED_BEFORE},
    END,
};
static const struct metric_variant churn_rate[] = {
    {"active", "Segment", "not active in this period / active in the period before", "of them: not seen again in the period", "people active before",
        PART_WENT, PART_WERE_ACTIVE},
    {"order", "", "no order in this period / ordered in the period before", "of them: no order", "people who ordered before", PART_ORDERED_NO_MORE,
        PART_ORDERED_BEFORE},
    {"lapsed", "", "customers without an order for 180 days / everybody who ever ordered, at the period's end", "people without an order for 180 days",
        "people with an order ever", PART_LAPSED_CUSTOMERS, PART_EVER_CUSTOMERS},
    END,
};
// --- their place is kept
static const struct metric_variant later[] = {
    {"model", "", "not computed by this version", "", "", 0, 0},
    END,
};

const struct metric metrics[] = {
    {"revenue", "Revenue", "What customers bought, in the shop's currency, by the day of placing.", METRIC_MONEY, METRIC_UP, METRIC_OF_ORDERS, revenue},
    {"orders", "Orders", "Orders placed. An order that is sent again is the same order.", METRIC_COUNT, METRIC_UP, METRIC_OF_ORDERS, orders},
    {"average_order_value", "Average order value", "What an order is worth on average.", METRIC_MONEY, METRIC_UP, METRIC_OF_ORDERS, average_order_value},
    {"conversion_rate", "Conversion rate", "How often a visit becomes an order.", METRIC_SHARE, METRIC_UP, METRIC_OF_VISITS, conversion_rate},
    {"visits", "Visits", "Stays (sessions) of people in the shop.", METRIC_COUNT, METRIC_UP, METRIC_OF_VISITS, visits},
    {"visitors", "Visitors", "Different people who were there.", METRIC_COUNT, METRIC_UP, METRIC_OF_VISITS, visitors},
    {"page_views", "Page views", "Pages and screens shown.", METRIC_COUNT, METRIC_UP, METRIC_OF_VISITS, page_views},
    {"views_per_visit", "Views per visit", "Pages and screens shown in a visit.", METRIC_NUMBER, METRIC_UP, METRIC_OF_VISITS, views_per_visit},
    {"time_on_site", "Time on site", "How long a visit lasts on average.", METRIC_SECONDS, METRIC_UP, METRIC_OF_VISITS, time_on_site},
    {"bounce_rate", "Bounce rate", "Visits that ended where they began.", METRIC_SHARE, METRIC_DOWN, METRIC_OF_VISITS, bounce_rate},
    {"cart_abandonment", "Cart abandonment", "Visits that came near an order and left.", METRIC_SHARE, METRIC_DOWN, METRIC_OF_VISITS, cart_abandonment},
    {"searches", "Searches", "Searches in the shop.", METRIC_COUNT, METRIC_NEITHER, METRIC_OF_VISITS, searches},
    {"searches_without_result", "Searches without result", "Searches that found nothing, where the shop says how many it found.", METRIC_SHARE,
        METRIC_DOWN, METRIC_OF_VISITS, searches_without_result},
    {"active_customers", "Active customers", "Different people who did anything.", METRIC_COUNT, METRIC_UP, METRIC_OF_PEOPLE, active_customers},
    {"new_customers", "New customers", "People who came for the first time.", METRIC_COUNT, METRIC_UP, METRIC_OF_PEOPLE, new_customers},
    {"returning_customers", "Returning customers", "People who came again.", METRIC_COUNT, METRIC_UP, METRIC_OF_PEOPLE, returning_customers},
    {"repeat_purchase_rate", "Repeat purchase rate", "Customers who bought more than once.", METRIC_SHARE, METRIC_UP, METRIC_OF_ORDERS,
        repeat_purchase_rate},
    {"retention_rate", "Retention rate", "Of the people of the period before, who is still there. The period before is as long and lies directly before.",
        METRIC_SHARE, METRIC_UP, METRIC_OF_PEOPLE, retention_rate},
    {"churn_rate", "Churn rate", "Of the people of the period before, who did not come again. A shop has no contract that ends: this is a rule, no certainty.",
        METRIC_SHARE, METRIC_DOWN, METRIC_OF_PEOPLE, churn_rate},
    {"refunds", "Refunds", "Money given back.", METRIC_MONEY, METRIC_DOWN, METRIC_OF_ORDERS, refunds},
    {"refund_rate", "Refund rate", "How often an order is refunded, in part or whole.", METRIC_SHARE, METRIC_DOWN, METRIC_OF_ORDERS, refund_rate},
    {"cancellation_rate", "Cancellation rate", "How often an order is cancelled.", METRIC_SHARE, METRIC_DOWN, METRIC_OF_ORDERS, cancellation_rate},
    {"units", "Units", "Pieces sold.", METRIC_NUMBER, METRIC_UP, METRIC_OF_ORDERS, units},
    {"items_per_order", "Items per order", "How much an order holds.", METRIC_NUMBER, METRIC_UP, METRIC_OF_ORDERS, items_per_order},
    {"discount_share", "Discount share", "Discounts as a part of the goods' prices.", METRIC_SHARE, METRIC_DOWN, METRIC_OF_ORDERS, discount_share},
    {"new_customer_revenue_share", "Revenue of new customers", "Which part of the revenue first orders bring.", METRIC_SHARE, METRIC_NEITHER,
        METRIC_OF_ORDERS, new_customer_revenue_share},
    {"revenue_per_visit", "Revenue per visit", "What a visit brings on average.", METRIC_MONEY, METRIC_UP, METRIC_OF_VISITS, revenue_per_visit},
    {"revenue_per_visitor", "Revenue per visitor", "What a visitor brings on average.", METRIC_MONEY, METRIC_UP, METRIC_OF_VISITS, revenue_per_visitor},
    {"revenue_per_customer", "Revenue per customer", "What a customer who orders brings on average.", METRIC_MONEY, METRIC_UP, METRIC_OF_ORDERS,
        revenue_per_customer},
    {"predicted_orders", "Predicted orders (BG/NBD)", "Orders to be expected of a customer; a later version computes it.", METRIC_NUMBER, METRIC_UP,
        METRIC_LATER, later},
    {"predicted_value", "Predicted customer value (Gamma-Gamma)", "Revenue to be expected of a customer; a later version computes it.", METRIC_MONEY,
        METRIC_UP, METRIC_LATER, later},
    {"experiment_effect", "Effect of an experiment", "What a change brings, against a group without it; a later version computes it.", METRIC_SHARE,
        METRIC_UP, METRIC_LATER, later},
    {"recommendation_revenue", "Revenue of recommendations", "What recommended products bring; a later version computes it.", METRIC_MONEY, METRIC_UP,
        METRIC_LATER, later},
    END,
};
