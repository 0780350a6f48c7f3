// SPDX-License-Identifier: Apache-2.0
// Whether a folder may be opened: not while a restore into it is unfinished. Asked by folder_open.
#pragma once

#include "base/error.h"

// CU_UNAVAILABLE while a restore into this folder is not finished, except for the restore itself.
cu_code restore_state_check(const char *folder, struct cu_error *err) CU_MUST;
bool restore_state_pending(const char *folder); // jobs that reach outside stand still
void restore_state_allow(const char *folder);   // this process restores into it; NULL: no longer
cu_code restore_state_set(const char *folder, const char *step, struct cu_error *err) CU_MUST; // step NULL: done
