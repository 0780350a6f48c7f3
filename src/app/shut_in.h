// SPDX-License-Identifier: Apache-2.0
// What the server gives up when it has read the settings and started the key process: all files but its
// own, and the system calls of an intruder (guard/sandbox.h). Commands that end by themselves do not.
#pragma once

#include "engine.h"

// After the key process was started, before any thread. Nothing for settings.sandbox = false.
cu_code shut_in_files(struct engine *e, struct cu_error *err) CU_MUST;
// When all threads are there.
cu_code shut_in_calls(struct engine *e, struct cu_error *err) CU_MUST;
