// SPDX-License-Identifier: Apache-2.0
// A thread that does one thing again and again, with calls to others' machines in it: kept apart from the jobs, which
// would all wait with it.
#pragma once

#include "base/memory.h"

struct recipient_worker;
// run is called on the thread, as the system ("rights", action), every half second or sooner after a poke.
cu_code recipient_worker_start(const char *action, void (*run)(void *context), void *context, struct recipient_worker **ret,
    struct cu_error *err) CU_MUST;
void recipient_worker_poke(struct recipient_worker *w);         // NULL is fine
void recipient_worker_stop(struct recipient_worker *w);         // waits for the run under way; NULL is fine
bool recipient_worker_ending(const struct recipient_worker *w); // for long runs: somebody waits in stop
