// SPDX-License-Identifier: Apache-2.0
// Between canary_rights.c, which runs and keeps, and canary_rights_steps.c, which does.
#pragma once

#include "canary_rights.h"

#include <pthread.h>

enum { CANARY_STEPS_MAX = 12, CANARY_TOKEN_MAX = 40, CANARY_FAULT_MAX = 256 };
struct canary_run {
    struct engine *e;
    struct cu_arena *arena;
    struct source source;
    char token[CANARY_TOKEN_MAX];       // the made-up person's name everywhere
    char email[CANARY_TOKEN_MAX + 24];
    uint32_t pno;                       // 0: not there yet
    struct cu_uuid person;
    const struct dict_purpose *purpose; // that it consents to; NULL: no purpose here rests on consent
    int calls;                          // of the door so far
    const char *left_out;               // why the step had nothing to try; NULL: it had
};
struct canary_step {
    const char *name;
    cu_code (*run)(struct canary_run *r, struct cu_error *err);
    bool always; // also when an earlier one failed and nobody was made
};
extern const struct canary_step canary_steps[]; // ends with name NULL
cu_code canary_source(
    struct engine *e, struct source *ret, struct cu_error *err) CU_MUST; // made when it is not there, switched on
void canary_clear(struct canary_run *r); // whatever happened: the person and the counts of the source go

// Is it time? Once in the hour that is set, and when a day was missed; not in the first hours of a new shop, in which
// somebody looks at every figure.
struct canary_clock {
    const struct text_zone *zone;
    int64_t hour, first_ms, last_ms; // last_ms 0: it never ran
};
bool canary_due(const struct canary_clock *c, int64_t now_ms);
