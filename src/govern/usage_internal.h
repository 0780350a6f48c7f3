// SPDX-License-Identifier: Apache-2.0
// Private to usage*.c.
#pragma once

#include "usage.h"

#include <stdatomic.h>

struct people *usage_people(struct usage *u);
void usage_wake(struct usage *u);                               // counts anew, soon
cu_code usage_flush(struct usage *u, struct cu_error *err) CU_MUST; // stores which fields were read
cu_code usage_job(struct usage *u, struct cu_error *err) CU_MUST;
bool usage_mentions(cu_str text, cu_str name);                  // pure
