// SPDX-License-Identifier: Apache-2.0
// Taking an import back: its events, orders, consents and people evidence, step by step. A step is
// one transaction and may be repeated, so a crash in between only costs the step.
#include "import_job.h"

#include "base/clock.h"
#include "pipeline.h"
#include "quarantine.h"
enum { WAIT_MS = 500, STEP_US = 100000 };

static bool interrupted(const struct imports *s)
{
    return atomic_load(&s->stopping);
}

// Records of the import that still wait in the journal would bring evidence back after its removal.
static cu_code wait_for_pipeline(struct imports *s, uint64_t seq, struct cu_error *err)
{
    cu_code code = s->o.pipeline ? CU_TIMEOUT : CU_OK;
    while (code == CU_TIMEOUT) {
        if (interrupted(s))
            return cu_fail(err, CU_UNAVAILABLE, "",
                "The revert was interrupted; it goes on at the next start.");
        code = pipeline_wait(s->o.pipeline, seq, WAIT_MS, err);
    }
    return code;
}

// Rows after the last checkpoint may be in the journal although no checkpoint speaks of them: all
// that is durable now is waited for.
static uint64_t newest_seq(const struct imports *s, const struct import_state *state)
{
    uint64_t durable = journal_last_durable(s->o.journal);
    return durable > state->last_seq ? durable : state->last_seq;
}

// Bounded steps of each module, profiles last: they vanish when no evidence is left.
static cu_code forget_some(struct imports *s, uint32_t number, bool *ret_done, struct cu_error *err)
{
    bool orders = false, consents = false, people = false;
    struct people *p = s->o.people;
    CU_TRY(orders_forget_import(p, number, &orders, err));
    CU_TRY(gate_forget_import(s->o.gate, number, &consents, err));
    if (orders && consents)
        CU_TRY(people_forget_import(p, number, &people, err));
    if (people)
        CU_TRY(quarantine_forget_import(p, number, err));
    *ret_done = people;
    return CU_OK;
}

// One transaction: as many steps as fit into a moment, so that live events do not wait long for the
// lock and the disk is not asked to sync for every few rows.
static cu_code step(struct imports *s, uint32_t number, bool *ret_done, struct cu_error *err)
{
    struct people *p = s->o.people;
    (void)people_lock(p);
    int64_t started_us = cu_mono_us();
    cu_code code = people_begin(p, err);
    *ret_done = false;
    while (code == CU_OK && !*ret_done && cu_mono_us() - started_us < STEP_US)
        code = forget_some(s, number, ret_done, err);
    if (code == CU_OK)
        code = people_commit(p, err);
    else
        people_rollback(p);
    if (code != CU_OK)
        gate_rolled_back(s->o.gate);
    people_unlock(p);
    return code;
}

// What is still in the timeline's memory is written first: a later replay of the journal ignores
// what the timeline has durably, so removed rows cannot come back.
static cu_code remove_events(struct imports *s, uint32_t number, struct cu_error *err)
{
    struct timeline *t = people_timeline(s->o.people);
    CU_TRY(timeline_flush(t, err));
    return timeline_remove_import(t, number, err);
}

cu_code import_revert_all(struct imports *s, const struct import_state *state, struct cu_error *err)
{
    CU_TRY(wait_for_pipeline(s, newest_seq(s, state), err));
    CU_TRY(remove_events(s, state->number, err));
    for (bool done = false; !done;) {
        if (interrupted(s))
            return cu_fail(err, CU_UNAVAILABLE, "",
                "The revert was interrupted; it goes on at the next start.");
        CU_TRY(step(s, state->number, &done, err));
    }
    return CU_OK;
}
