// SPDX-License-Identifier: Apache-2.0
// Inside guard/: how many different people one member of staff or one token may open within an hour, by
// role. It bounds what a stolen session or a curious colleague can carry away, and never a day's work.
// Threads: any.
#pragma once

#include "guard.h"

struct rate;
struct rate *rate_new(void) CU_MUST; // NULL: out of memory
void rate_free(struct rate *r);      // NULL is fine
struct rate_answer {
    uint32_t limit;  // of the role; 0: none
    int64_t wait_s;  // when refused: until the hour is over
    bool first;      // refused, and the first time in the last minute: worth an entry
};
// Counts those of the subjects that this actor did not open within the hour. CU_BUSY: they would be too
// many, and none is counted; CU_MEMORY.
cu_code rate_take(struct rate *r, const struct guard_access *a, const uint64_t *subjects, size_t count,
    struct rate_answer *ret, struct cu_error *err) CU_MUST;
