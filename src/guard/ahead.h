// SPDX-License-Identifier: Apache-2.0
// Opening ahead: what a thread is about to open, one by one and in code that knows nothing of it, is opened
// by one call before. A question to the key process costs some 20 microseconds however much it asks.
//   guard_ahead_add ...; guard_ahead_open; (guard_open finds it); guard_ahead_end
// What guard_open does not find there, or what did not open, it asks for as ever. Belongs to the thread;
// void when the thread works on another's behalf.
#pragma once

#include "guard.h"

#define GUARD_AHEAD_MAX 4096
// Copies the sealed bytes. Beyond the maximum, or without memory, it is left for later: no error.
void guard_ahead_add(const struct seal_place *place, cu_str sealed);
// Nothing is kept unless all could be asked: CU_UNAVAILABLE, CU_BUSY, CU_FORBIDDEN ... as guard_open_many.
cu_code guard_ahead_open(struct guard *g, struct cu_error *err) CU_MUST;
void guard_ahead_end(void); // wipes; at any time
