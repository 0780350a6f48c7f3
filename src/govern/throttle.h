// SPDX-License-Identifier: Apache-2.0
// Making and ending what throttle.c and ticket.c keep; their use is in staff.h.
#pragma once

#include "staff.h"

struct throttle *throttle_new(void) CU_MUST; // NULL when out of memory
void throttle_free(struct throttle *t);
struct tickets *tickets_new(void) CU_MUST;   // NULL when out of memory
void tickets_free(struct tickets *t);
