// SPDX-License-Identifier: Apache-2.0
// What the files of the kind "cohort" share. Others use cohort.h.
#pragma once

#include "buyer.h"
#include "cohort.h"
#include "visit.h"

struct cohort_side { // where starts, or returns, come from
    bool orders, any, nothing; // nothing: an event that never came
    uint32_t kind;
};
struct cohort_asked {
    struct insight_query *q;
    struct cohort_rules rules;
    enum cohort_measure measure;
    struct cohort_side start, back;
    struct visit_maker *maker;    // says what people do, for "*"
    struct cohort_start *starts; // by root; NULL: starts and returns are found together
    uint64_t no_rate;
};
// The table of everybody who is counted; pick NULL, or with a bitmap that gets the people of a cell.
cu_code cohort_work(
    struct cohort_asked *a, struct cohort_table *ret, const struct cohort_pick *pick, struct cu_error *err) CU_MUST;
