// SPDX-License-Identifier: Apache-2.0
// From the dictionary's rows to the timeline's columns (store/scan.h): the one place that says where the
// value of a declared property stands.
#pragma once

#include "spec/dictionary.h"
#include "store/scan.h"

// The column of a property; false when it has none: sealed (P2 and above), or no single value. The path may
// be made in the arena (members of "$context").
bool column_of_property(const struct dict_event *e, const struct dict_field *f, struct cu_arena *a, struct timeline_column *ret);
// Every column once; paths are views into the dictionary or the arena.
size_t columns_of_dictionary(const struct dictionary *d, struct cu_arena *a, struct timeline_column ret[TIMELINE_COLUMNS_MAX]);
// Tells the timeline; new runs have these columns from now on.
cu_code columns_follow(struct timeline *t, const struct dictionary *d, struct cu_error *err) CU_MUST;
