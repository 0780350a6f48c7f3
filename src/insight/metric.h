// SPDX-License-Identifier: Apache-2.0
// The metric catalogue: every figure that Insight shows, once. Name, formula in words, numerator and denominator, unit, the
// default variant and the named variants of other vendors. A report computes sums ("parts") per group and period; a metric is
// one part or the ratio of two, so that a total is made of parts and never of averages.
#pragma once

#include "base/memory.h"

enum metric_unit { METRIC_COUNT, METRIC_MONEY /* minor units */, METRIC_SHARE /* 0 .. 1 */, METRIC_SECONDS, METRIC_NUMBER /* two decimals */ };
enum metric_good { METRIC_NEITHER, METRIC_UP, METRIC_DOWN }; // which direction is good: colours
enum metric_source { METRIC_OF_ORDERS, METRIC_OF_VISITS, METRIC_OF_PEOPLE, METRIC_LATER /* its place is kept: a later version computes it */ };
struct metric_variant {
    const char *name;      // "gross"; the first row is the default
    const char *vendor;    // who counts this way: "Shopify", or ""
    const char *formula;   // in words
    const char *numerator, *denominator; // in words; denominator "" for a count
    uint16_t top, bottom;  // enum metric_part of metric_parts.h; bottom 0: none
};
struct metric {
    const char *name, *title, *doc;
    enum metric_unit unit;
    enum metric_good good;
    enum metric_source source;
    const struct metric_variant *variants; // ends with name NULL
};
extern const struct metric metrics[]; // ends with name NULL
// "revenue", or "average_order_value:shopify". CU_INVALID names the field and the nearest that there are.
cu_code metric_find(cu_str text, const char *field, const struct metric **ret, const struct metric_variant **ret_variant, struct cu_error *err) CU_MUST;
