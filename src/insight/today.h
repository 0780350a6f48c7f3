// SPDX-License-Identifier: Apache-2.0
// Today: five numbers with their change against the period before, their daily series, and the live
// feed. Days are UTC days. Definitions, printed in the reference:
//   revenue               sum over orders placed in the period, cancelled ones left out (people/orders.h)
//   orders                number of those orders
//   average_order_value   revenue / orders, rounded half away from zero to minor units
//   active_customers      persons with at least one event in the period; merged profiles count once
//   new_customers         persons first seen in the period
#pragma once

#include "collect/pipeline.h"
#include "collect/sources.h"

enum { TODAY_DAYS_MAX = 366 };

struct today_numbers {
    int64_t revenue, orders, active, fresh;
};
struct today {
    int32_t from_day, to_day; // [from, to)
    struct today_numbers days[TODAY_DAYS_MAX];
    struct today_numbers now, before;
};
// The period of `days` days (1 .. TODAY_DAYS_MAX) that ends with the day of now_ms.
cu_code today_compute(struct people *p, int days, int64_t now_ms, struct today *ret, struct cu_error *err) CU_MUST;

struct insight;
struct insight_options {
    struct people *people;
    struct pipeline *pipeline;
    struct sources *sources;
    const char *currency;
};
cu_code insight_open(const struct insight_options *o, struct insight **ret, struct cu_error *err) CU_MUST;
void insight_close(struct insight *i);
extern const struct module insight_module;
