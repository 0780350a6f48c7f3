// SPDX-License-Identifier: Apache-2.0
// What was said decides: pure functions from statements to a state, from states of profiles to the
// state of a person, from basis and state to an answer. Called by gate.c and gate_store.c.
#include "gate_internal.h"

// Time and change come before what is said then.
static void lapse(const struct gate_row *r, struct gate_folded *ret)
{
    if (!record_permits(ret->state))
        return;
    if (ret->until_ms > 0 && r->time_ms >= ret->until_ms)
        *ret = (struct gate_folded){GATE_EXPIRED, ret->until_ms, ret->method, ret->generation, ret->until_ms};
    else if (r->generation > ret->generation)
        ret->state = record_next(ret->state, RECORD_CHANGE);
}

static void apply(const struct gate_row *r, struct gate_folded *ret)
{
    lapse(r, ret);
    enum record_event e = record_event_of(r->state);
    if (e == RECORD_EVENT_COUNT)
        return;
    enum gate_state to = record_next(ret->state, e);
    if (to != ret->state) { // else since stays the first time
        *ret = (struct gate_folded){to, r->time_ms, r->method, r->generation, r->until_ms};
    } else if (record_permits(to) && (e == RECORD_GIVE || e == RECORD_RECONFIRM)) { // given again: it counts from now
        ret->generation = r->generation;
        ret->until_ms = r->until_ms;
    }
}

void gate_fold(const struct gate_row *rows, size_t count, struct gate_folded *ret)
{
    *ret = (struct gate_folded){.state = GATE_UNKNOWN, .since_ms = INT64_MIN};
    enum gate_state client = GATE_UNKNOWN; // what the client said last
    bool signalled = false;                // a browser's signal stands: a cookie cannot lift it
    for (size_t i = 0; i < count; i++) {
        const struct gate_row *r = &rows[i];
        bool context = r->heard == GATE_BY_CONTEXT, repeats = context && r->state == client;
        if (gate_by_client(r))
            client = r->state;
        if (repeats || (context && signalled && r->state == GATE_GRANTED))
            continue;
        signalled = r->heard == GATE_BY_SIGNAL || (signalled && (context || r->state != GATE_GRANTED));
        apply(r, ret);
    }
}

enum gate_state gate_most_restrictive(enum gate_state a, enum gate_state b)
{
    // a consent that lapsed is no word of the person's: it closes nothing that another profile opens
    static const int rank[GATE_STATE_COUNT] = {[GATE_UNKNOWN] = 0,
        [GATE_REQUESTED] = 1,
        [GATE_EXPIRED] = 2,
        [GATE_STALE] = 3,
        [GATE_GRANTED] = 4,
        [GATE_RECONFIRMED] = 5,
        [GATE_UNPROVEN] = 6,
        [GATE_INVALIDATED] = 7,
        [GATE_REFUSED] = 8,
        [GATE_WITHDRAWN] = 9};
    return rank[a] >= rank[b] ? a : b;
}

enum gate_reason gate_decide(enum dict_basis basis, enum gate_state state)
{
    static const enum gate_reason by_consent[GATE_STATE_COUNT] = {[GATE_UNKNOWN] = GATE_NO_CONSENT,
        [GATE_GRANTED] = GATE_OK,
        [GATE_REFUSED] = GATE_CONSENT_REFUSED,
        [GATE_WITHDRAWN] = GATE_CONSENT_WITHDRAWN,
        [GATE_UNPROVEN] = GATE_CONSENT_UNPROVEN,
        [GATE_REQUESTED] = GATE_NO_CONSENT,
        [GATE_RECONFIRMED] = GATE_OK,
        [GATE_EXPIRED] = GATE_CONSENT_EXPIRED,
        [GATE_INVALIDATED] = GATE_CONSENT_INVALIDATED,
        [GATE_STALE] = GATE_CONSENT_STALE};
    switch (basis) {
    case DICT_CONTRACT:
    case DICT_LEGAL_OBLIGATION:
        return GATE_OK;
    case DICT_LEGITIMATE_INTEREST:
        return state == GATE_REFUSED || state == GATE_WITHDRAWN ? GATE_OBJECTED : GATE_OK;
    case DICT_CONSENT:
    default: // a basis nobody knows is none
        return by_consent[state];
    }
}
