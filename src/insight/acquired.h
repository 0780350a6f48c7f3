// SPDX-License-Identifier: Apache-2.0
// How people came: by their first visit on record. Value breaks down by its channel; cohorts, value, churn and RFM movement
// can be asked of those only who came in some way ("acquired").
#pragma once

#include "query.h"
#include "visit.h"

#include <roaring/roaring.h>

// The first visit of each of `who` (NULL: of everybody who is counted) among the events before a moment. fn: any thread,
// each person once; persons are below q->persons->end.
typedef void acquired_visit(void *context, uint32_t person, const struct visit *v);
cu_code acquired_each(struct insight_query *q, roaring_bitmap_t *who, int64_t before_ms, acquired_visit *fn, void *context,
    struct cu_error *err) CU_MUST;

// The field of a question, and its work: only those are counted who came so, until acquired_end. CU_INVALID names the place.
extern const struct spec_field acquired_fields[];
#define ACQUIRED_FIELD                                                                                                     \
    {                                                                                                                      \
        .name = "acquired", .type = SPEC_OBJECT, .max = 16384, .fields = acquired_fields,                                  \
        .doc = "Only people whose first visit on record was so."                                                           \
    }
struct acquired {
    roaring_bitmap_t *people;
    const roaring_bitmap_t *among; // as it was
    struct scan_limits limits;
};
cu_code acquired_begin(
    struct insight_query *q, struct acquired *a, struct cu_error *err) CU_MUST; // then acquired_end, also on failure
void acquired_end(struct insight_query *q, struct acquired *a);
