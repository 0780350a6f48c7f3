// SPDX-License-Identifier: Apache-2.0
// Recurring work: one thread runs the jobs of all modules in turn, each at its interval.
#pragma once

#include "dispatch.h"

struct jobs;
cu_code jobs_start(const struct dispatch_module *modules, size_t count, struct jobs **ret, struct cu_error *err) CU_MUST;
void jobs_stop(struct jobs *j); // runs every job once more, then ends; NULL is fine
