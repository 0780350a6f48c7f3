// SPDX-License-Identifier: Apache-2.0
// What was said decides: pure functions from statements to a state, from states of profiles to the
// state of a person, from basis and state to an answer. Called by gate.c and gate_store.c.
#include "gate_internal.h"

static void refuse(const struct gate_row *r, struct gate_folded *ret)
{
    bool had = ret->state == GATE_GRANTED || ret->state == GATE_WITHDRAWN;
    enum gate_state to = had || r->state == GATE_WITHDRAWN ? GATE_WITHDRAWN : GATE_REFUSED;
    if (to == ret->state)
        return; // since stays the first time
    *ret = (struct gate_folded){to, r->time_ms, r->method};
}

void gate_fold(const struct gate_row *rows, size_t count, struct gate_folded *ret)
{
    *ret = (struct gate_folded){GATE_UNKNOWN, INT64_MIN, NULL};
    enum gate_state client = GATE_UNKNOWN; // what the client said last
    for (size_t i = 0; i < count; i++) {
        const struct gate_row *r = &rows[i];
        bool repeats = r->heard == GATE_BY_CONTEXT && r->state == client;
        if (gate_by_client(r))
            client = r->state;
        if (repeats)
            continue;
        switch (r->state) {
        case GATE_GRANTED:
            if (ret->state != GATE_GRANTED)
                *ret = (struct gate_folded){GATE_GRANTED, r->time_ms, r->method};
            break;
        case GATE_REFUSED:
        case GATE_WITHDRAWN:
            refuse(r, ret);
            break;
        case GATE_UNPROVEN: // a claim without evidence replaces nothing
            if (ret->state == GATE_UNKNOWN)
                *ret = (struct gate_folded){GATE_UNPROVEN, r->time_ms, r->method};
            break;
        case GATE_UNKNOWN:
        default:
            break;
        }
    }
}

enum gate_state gate_most_restrictive(enum gate_state a, enum gate_state b)
{
    static const int rank[] = {[GATE_UNKNOWN] = 0,
        [GATE_GRANTED] = 1,
        [GATE_UNPROVEN] = 2,
        [GATE_REFUSED] = 3,
        [GATE_WITHDRAWN] = 4};
    return rank[a] >= rank[b] ? a : b;
}

enum gate_reason gate_decide(enum dict_basis basis, enum gate_state state)
{
    static const enum gate_reason by_consent[] = {[GATE_UNKNOWN] = GATE_NO_CONSENT,
        [GATE_GRANTED] = GATE_OK,
        [GATE_REFUSED] = GATE_CONSENT_REFUSED,
        [GATE_WITHDRAWN] = GATE_CONSENT_WITHDRAWN,
        [GATE_UNPROVEN] = GATE_CONSENT_UNPROVEN};
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
