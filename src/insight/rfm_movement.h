// SPDX-License-Identifier: Apache-2.0
// RFM movement: who was in which group (rfm.h) at the beginning of the days asked for, and who is in which at their end.
// Both times everybody is scored anew from the orders placed until then, with the borders of groups as they are set now.
// Refunds and cancellations are those known today, also for the earlier date: what was given back later was never revenue.
// Scores are among all customers, also when only some are counted.
//
// The kind "rfm_movement" asks {} and answers {"groups":[names],"customers_before","customers_after","moves":[{"from": name
// or null (no customer yet),"to","people"}],"before":[n],"after":[n]}, before and after in the order of groups.
#pragma once

#include "rfm.h"

#include <roaring/roaring.h>

#define MOVEMENT_NONE RFM_GROUPS // no customer
struct movement {
    uint64_t people[RFM_GROUPS + 1][RFM_GROUPS + 1]; // [before][after]
};
// Both scored and ascending by person. among: who is counted; NULL: everybody. visit (may be NULL) is told of each of these.
typedef void movement_visit(void *context, uint32_t person, unsigned before, unsigned after);
void movement_count(const struct rfm_customer *before, size_t before_count, const struct rfm_customer *after,
    size_t after_count, const roaring_bitmap_t *among, struct movement *ret, movement_visit *visit, void *context);
