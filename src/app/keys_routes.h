// SPDX-License-Identifier: Apache-2.0
// The routes about keys: what there is, rotation, the recovery kit. The work is the guard's (guard/admin.h); a
// rotation of every node takes seconds to minutes, so it has a thread of its own, one at a time.
#pragma once

#include "engine.h"

struct keys_desk;
cu_code keys_desk_open(struct engine *e, struct keys_desk **ret, struct cu_error *err) CU_MUST;
void keys_desk_close(struct keys_desk *d); // waits for a rotation under way; NULL is fine
extern const struct module app_keys_module; // instance: struct keys_desk *
