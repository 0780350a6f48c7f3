// SPDX-License-Identifier: Apache-2.0
// Churn of a shop without contracts: nobody says that they leave, they only stay away longer than is usual for them. A first
// model that can be explained to everybody (docs/explanation/churn.md):
//
//  - A purchase day is a local day with an order that counts. Between two purchase days lies an interval.
//  - A person's own rhythm is the median of the own intervals. The shop's rhythm is the median of these, over everybody with
//    at least one interval. Few intervals say little: the rhythm that is expected of a person is
//    (n x own + WEIGHT x shop) / (n + WEIGHT) with n own intervals; who bought once has the shop's. Where nobody
//    ever came back, `fallback_days` stands in for the shop's rhythm. The shop is everybody, also when a question is about
//    some: nobody's band depends on who else is asked for.
//  - Bands by the days since the last purchase day, in rhythms: active to 1, slowing to 2, at risk to 4, lost beyond (ends
//    belong to the band before). Somebody who buys at random at that median stays away for longer than 1, 2, 4
//    rhythms in a half, a quarter, a sixteenth of all cases.
//  - "segment" (Segment's wording): of those who ordered in the N days before the last N days, who did not in the
//    last N days.
//
// The kind "churn" asks {"days","active","slowing","at_risk","fallback_days"} and answers {"customers","bands":[{"name",
// "title","people","revenue","revenue_ever","doc"}],"revenue_at_risk","rhythm":{"median_days","repeat_customers","weight",
// "fallback"},"method","variants":[{"name","vendor","formula","days","among","churned","share"}],"no_rate"}; revenue: of the
// last 365 days.
#pragma once

#include "base/memory.h"

enum churn_band { CHURN_ACTIVE, CHURN_SLOWING, CHURN_AT_RISK, CHURN_LOST, CHURN_BANDS };
#define CHURN_WEIGHT 2.0
#define CHURN_YEAR_DAYS 365

struct churn_customer {
    uint32_t person;
    uint32_t intervals;
    float own;                 // median of them, days; 0: none
    int32_t last_day;
    bool counted;              // false: is in the shop's rhythm only, not in the answer
    bool among, back;          // of "segment": ordered in the N days before the last N days; in the last N days
    int64_t revenue, ever;     // of the last 365 days; of all days
};
struct churn_limits {
    double active, slowing, at_risk; // in rhythms
    double fallback_days;
};
// days: purchase days, ascending, each once; changed in place (they become the intervals). The median and the number of
// intervals.
float churn_own(int32_t *days, size_t count, uint32_t *ret_intervals);
// The shop's rhythm: the median over customers with an interval; NAN without one. CU_MEMORY.
cu_code churn_shop(
    const struct churn_customer *c, size_t count, double *ret, uint64_t *ret_repeat, struct cu_error *err) CU_MUST;
double churn_rhythm(const struct churn_customer *c, double shop); // in days
enum churn_band churn_band_of(const struct churn_customer *c, double shop, const struct churn_limits *l, int32_t today);
