// SPDX-License-Identifier: Apache-2.0
// The pipeline: one thread that takes records out of the journal in order and runs them through an
// array of stages; the array (pipeline_stages.c) is the documentation. A batch is one transaction:
// effects and position are stored together, so a crash anywhere replays without loss or double effect.
// Invariants are numbered in pipeline_batch.c.
#pragma once

#include "consent/gate.h"
#include "people/orders.h"
#include "store/journal.h"
#include "store/module.h"
#include "store/seen.h"

// Events that just became visible in the timeline: told by the pipeline's thread after each batch, so it must be quick.
struct pipeline_news {
    uint32_t pno, kind; // pno is never 0
    int64_t received_ms; // by the door; 0: not known
};
typedef void pipeline_news_fn(void *context, const struct pipeline_news *news, size_t count);

struct pipeline;
struct pipeline_options {
    struct journal *journal;
    struct seen *seen;
    struct people *people;
    struct gate *gate;
    pipeline_news_fn *news; // NULL: nobody wants to know
    void *news_context;
    uint32_t batch_max; // records per transaction at most; default 8,000 (and never longer than 200 ms)
};
// Replays what timeline, seen and the counters of people lost in a crash, before it returns.
// CU_CORRUPT when the journal ends before the stored position or was released too early.
cu_code pipeline_open(const struct pipeline_options *o, struct pipeline **ret, struct cu_error *err) CU_MUST;
cu_code pipeline_start(struct pipeline *p, struct cu_error *err) CU_MUST;
void pipeline_stop(struct pipeline *p); // finishes the batch under way, flushes, joins
void pipeline_close(struct pipeline *p);
uint64_t pipeline_position(struct pipeline *p); // last seq whose effects are stored and visible
// Waits until seq is projected; CU_TIMEOUT after wait_ms. For commands and tests.
cu_code pipeline_wait(struct pipeline *p, uint64_t seq, int64_t wait_ms, struct cu_error *err) CU_MUST;
// Calls fn at a moment when records, timeline and seen are durable and agree, up to position: nobody writes to
// records.db until fn returns, so it must be quick. CU_TIMEOUT when no such moment came within wait_ms, CU_BUSY,
// CU_UNAVAILABLE (stopping, or storing fails), or what fn returned.
typedef cu_code pipeline_cut_fn(void *context, uint64_t position, struct cu_error *err);
cu_code pipeline_cut(struct pipeline *p, int64_t wait_ms, pipeline_cut_fn *fn, void *context, struct cu_error *err) CU_MUST;
// Up to here everything is durable in every projection: what journal_release may be given.
uint64_t pipeline_releasable(struct pipeline *p);
// false while a batch fails for lack of storage or memory and is tried again. For /health/ready.
bool pipeline_ready(struct pipeline *p);

// The newest events for the live feed: a small ring in memory. The newest `max` of those after
// after_seq, oldest first.
struct pipeline_recent {
    uint64_t seq;
    int64_t received_ms;
    uint32_t pno, kind, source;
    uint32_t refused; // 1: went to quarantine
};
size_t pipeline_recent(struct pipeline *p, uint64_t after_seq, struct pipeline_recent *ret, size_t max);

extern const struct module collect_pipeline_module; // instance: struct pipeline *
