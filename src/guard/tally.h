// SPDX-License-Identifier: Apache-2.0
// Inside guard/: what the program itself opens is not named person by person in the log; it is counted by
// purpose and action, and the counts become entries, once a minute. So a server that was taken over and
// reads under the program's own name leaves a number that does not fit.
// Threads: any.
#pragma once

#include "audit.h"

struct tally;
struct tally *tally_new(void) CU_MUST; // NULL: out of memory
void tally_free(struct tally *t);      // NULL is fine
void tally_add(struct tally *t, const struct guard_access *a, size_t opened);
// Writes what is due; all of it with `end`. audit NULL: forgets it. CU_UNAVAILABLE: the log cannot be written,
// and nothing more may be opened until it can.
cu_code tally_write(struct tally *t, struct audit *audit, bool end, struct cu_error *err) CU_MUST;
