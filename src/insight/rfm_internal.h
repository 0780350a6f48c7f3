// SPDX-License-Identifier: Apache-2.0
// What rfm_service.c, rfm_routes.c and lifecycle*.c share. Others use rfm.h.
#pragma once

#include "rfm.h"

#include <pthread.h>
#include <roaring/roaring.h>

struct lifecycle_stage {
    uint8_t number; // index into lifecycle_names
    char doc[240];
};
struct rfm_figures { // of the last scoring
    int64_t computed_ms; // INT64_MIN: none yet
    size_t customers;
    struct rfm_cuts cuts;
    uint64_t people[RFM_GROUPS];
    int64_t revenue[RFM_GROUPS];
};

struct rfm {
    struct rfm_options options;
    int64_t unit; // of the currency, in minor units
    pthread_t thread;
    bool running;

    pthread_mutex_t lock;
    pthread_cond_t changed;     // work for the thread; a pass has ended
    bool stop;
    bool moved;                 // somebody entered or left a stage
    bool stages_changed;        // the stages themselves
    bool score_now;             // whatever the interval says
    uint64_t asked, answered;   // passes that rfm_settle waits for
    struct rfm_border groups[RFM_GROUPS];
    struct rfm_figures figures;
    struct lifecycle_stage stages[LIFECYCLE_STAGES_MAX];
    size_t stage_count;
    uint64_t in_stage[LIFECYCLE_STAGES_MAX]; // persons, first stage that holds
    uint32_t segments[LIFECYCLE_STAGES_MAX]; // the segments that the stages are; 0: not known yet

    // of the thread alone
    struct rfm_customer *known; // as told to facts, by person
    size_t known_count;
    roaring_bitmap_t *assigned[LIFECYCLE_NAMES_MAX]; // persons by stage as told to facts; disjoint; NULL: none
    uint64_t seen_news;
    int64_t scored_us, score_took_us;
    bool failing; // logged once
};

// lifecycle.c, under rfm->lock or before the thread runs
cu_code lifecycle_load(struct rfm *r, struct cu_error *err) CU_MUST;
// The number of a name, making a new one: CU_INVALID, CU_CONFLICT when no number is left.
cu_code lifecycle_number(cu_str name, uint8_t *ret, struct cu_error *err) CU_MUST;
// Gives a stored name its number again when both are free.
void lifecycle_name_again(int64_t number, cu_str name);
// "lifecycle_at_risk": the name of the segment that a stage is.
void lifecycle_segment(uint8_t number, char ret[AUDIENCE_NAME_MAX + 1]);
struct lifecycle_default {
    const char *name, *doc, *rule;
};
extern const struct lifecycle_default lifecycle_defaults[]; // ends with name NULL
// Makes the segments of the built-in stages when the shop has none. The thread, at its start.
cu_code lifecycle_found(struct rfm *r, struct cu_error *err) CU_MUST;
// One stage's rule as a segment: parsed, checked, stored. version 0: whatever is there is replaced.
cu_code lifecycle_put_rule(struct rfm *r, uint8_t number, cu_str rule, int64_t actor, struct cu_error *err) CU_MUST;
// Who is in which stage now: `changed` gets everybody whose stage is another one. Thread.
cu_code lifecycle_assign(struct rfm *r, roaring_bitmap_t *changed, struct cu_error *err) CU_MUST;
uint8_t lifecycle_of(const struct rfm *r, uint32_t person); // 255: none. Thread
cu_code lifecycle_get(struct request *rq, struct cu_error *err) CU_MUST;
cu_code lifecycle_put(struct request *rq, struct cu_error *err) CU_MUST;
extern const struct spec_field lifecycle_answer[], lifecycle_body[];
