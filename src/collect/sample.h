// SPDX-License-Identifier: Apache-2.0
// Sample data: everything that came through a source marked as sample, removable in one act.
#pragma once

#include "consent/gate.h"
#include "pipeline.h"
#include "quarantine.h"
#include "sources.h"

struct sample {
    struct people *people;
    struct gate *gate;
    struct sources *sources;
    struct journal *journal;
    struct pipeline *pipeline;
};
// Disables the sample sources, then removes their evidence step by step. Safe to repeat after a crash.
cu_code sample_remove(struct sample *s, struct cu_error *err) CU_MUST;
extern const struct module collect_sample_module; // instance: struct sample *
