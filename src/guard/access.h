// SPDX-License-Identifier: Apache-2.0
// Inside guard/: this thread's session.
#pragma once

#include "guard_private.h"

struct guard_session *guard_session_of_thread(void);
// Appends what this thread opened ahead (ahead.h); false: it did not, or it is to be asked for.
bool guard_ahead_take(struct guard *g, const struct seal_place *place, cu_str sealed, struct cu_buf *out);
