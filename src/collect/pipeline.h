// SPDX-License-Identifier: Apache-2.0
// The pipeline: one thread that takes records out of the journal in order and runs them through an
// array of stages; the array is the documentation. A batch is one transaction: effects and position
// are stored together, so a crash anywhere replays without loss or double effect.
#pragma once

#include "consent/gate.h"
#include "people/orders.h"
#include "store/journal.h"
#include "store/seen.h"

struct pipeline;
struct pipeline_options {
    struct journal *journal;
    struct seen *seen;
    struct people *people;
    struct gate *gate;
    uint32_t batch_max; // records per transaction; default 2,000
};
cu_code pipeline_open(const struct pipeline_options *o, struct pipeline **ret, struct cu_error *err) CU_MUST; // replays what the timeline and seen lost
cu_code pipeline_start(struct pipeline *p, struct cu_error *err) CU_MUST;
void pipeline_stop(struct pipeline *p); // finishes the batch under way, flushes, joins
void pipeline_close(struct pipeline *p);
uint64_t pipeline_position(struct pipeline *p); // last seq whose effects are stored
// Waits until seq is projected; CU_TIMEOUT after wait_ms. For commands and tests.
cu_code pipeline_wait(struct pipeline *p, uint64_t seq, int64_t wait_ms, struct cu_error *err) CU_MUST;
// The newest events for the live feed: a small ring in memory.
struct pipeline_recent {
    uint64_t seq;
    int64_t received_ms;
    uint32_t pno, kind, source;
    uint32_t refused; // 1: went to quarantine
};
size_t pipeline_recent(struct pipeline *p, uint64_t after_seq, struct pipeline_recent *ret, size_t max);
