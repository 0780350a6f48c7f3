// SPDX-License-Identifier: Apache-2.0
// Inside guard/: this thread's session.
#pragma once

#include "guard_private.h"

struct guard_session *guard_session_of_thread(void);
