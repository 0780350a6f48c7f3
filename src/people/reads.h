// SPDX-License-Identifier: Apache-2.0
// When which field was last shown to somebody: counted in memory where a value's view is decided (sight.c), taken by the
// job that keeps account of unused fields (govern/usage.c). Bounded, without locks; what a crash loses is a minute.
#pragma once

#include "spec/dictionary.h"

enum { READS_MAX = 2048 }; // fields between two takings; further ones are passed over

void reads_note(const struct dict_field *f); // any thread
// Each field noted since the last call, once. The pointer is good for comparing only: its dictionary may be gone.
typedef void reads_visit(void *context, const struct dict_field *f, int64_t last_ms);
void reads_take(reads_visit *visit, void *context);
