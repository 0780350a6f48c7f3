// SPDX-License-Identifier: Apache-2.0
// Dimensions: by what figures can be broken down and filtered. An order belongs to the visit in which its Order Completed lies,
// so what is known of the visit is known of the order.
#pragma once

#include "spec/spec.h"

enum dimension_name {
    DIMENSION_CHANNEL, DIMENSION_SOURCE, DIMENSION_MEDIUM, DIMENSION_CAMPAIGN, DIMENSION_REFERRER, DIMENSION_LANDING, DIMENSION_PAGE, DIMENSION_DEVICE,
    DIMENSION_COUNTRY, DIMENSION_PRODUCT, DIMENSION_CATEGORY, DIMENSION_BRAND, DIMENSION_SEGMENT, DIMENSION_NEW_OR_RETURNING, DIMENSION_COUNT
};
enum { DIMENSION_OF_ORDERS = 1, DIMENSION_OF_VISITS = 2, DIMENSION_OF_PEOPLE = 4 };
enum dimension_way { // where its value comes from
    DIMENSION_BY_VISIT,   // one value for each visit
    DIMENSION_BY_VIEW,    // of the pages of a visit: one that shows two pages is in two rows
    DIMENSION_BY_LINE,    // of the lines of an order: an order with two products is in two rows
    DIMENSION_BY_PERSON   // of the person; a person can be in many segments
};
struct dimension {
    const char *name, *title, *doc;
    unsigned of; // DIMENSION_OF_*
    enum dimension_way way;
};
extern const struct dimension dimensions[DIMENSION_COUNT]; // at its number
// CU_INVALID with the names that there are.
cu_code dimension_find(cu_str name, const char *field, enum dimension_name *ret, struct cu_error *err) CU_MUST;

// --- routes of the desk about what can be asked (metric_routes.c, dimension_values.c)
cu_code insight_get_metrics(struct request *rq, struct cu_error *err);
cu_code insight_get_dimensions(struct request *rq, struct cu_error *err);
cu_code insight_get_values(struct request *rq, struct cu_error *err);
extern const struct spec_field insight_metrics_answer[], insight_dimensions_answer[], insight_values_query[], insight_values_answer[];
