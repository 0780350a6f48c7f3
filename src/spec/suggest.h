// SPDX-License-Identifier: Apache-2.0
// "Did you mean ...?": the nearest of a list of known names, for errors about unknown ones.
#pragma once

#include "base/memory.h"

// Damerau edit distance without case, at most `limit` (limit + 1 stands for "further away").
int spec_distance(cu_str a, cu_str b, int limit);

// Remembers the known name nearest to `given` while a caller walks over them.
struct spec_nearest {
    cu_str given, best;
    int distance;
};
struct spec_nearest spec_nearest_to(cu_str given);
void spec_nearest_offer(struct spec_nearest *n, cu_str known);
cu_str spec_nearest_best(const struct spec_nearest *n); // CU_NONE when nothing is near enough

// May a name that a client sent stand in an error or a log? Letters, digits and _ - . $ only, at
// most 64 bytes: so no e-mail address, sentence or number in somebody's key is ever repeated.
bool spec_name_is_plain(cu_str name);
