// SPDX-License-Identifier: Apache-2.0
// What arrives: the live feed of the newest events, and sums of events and orders that say whether everything came. Figures about
// the shop are questions of Insight (query.h).
#pragma once

#include "collect/pipeline.h"
#include "collect/sources.h"

struct insight;
struct insight_options {
    struct people *people;
    struct pipeline *pipeline;
    struct sources *sources;
    const char *currency;
};
cu_code insight_open(const struct insight_options *o, struct insight **ret, struct cu_error *err) CU_MUST;
void insight_close(struct insight *i);
extern const struct module insight_module;
