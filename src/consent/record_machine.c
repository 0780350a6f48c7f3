// SPDX-License-Identifier: Apache-2.0
// The table of the consent machine. See record_machine.h.
#include "record_machine.h"

#define N GATE_UNKNOWN
#define Q GATE_REQUESTED
#define G GATE_GRANTED
#define C GATE_RECONFIRMED
#define R GATE_REFUSED
#define W GATE_WITHDRAWN
#define E GATE_EXPIRED
#define I GATE_INVALIDATED
#define S GATE_STALE
#define U GATE_UNPROVEN

// clang-format off
// Asking changes nothing that was said. A refusal is a withdrawal where a consent stood (also a stale one); an expired
// or invalidated one is gone, so that refusing it anew is a refusal. Nothing but giving lifts a refusal. What is not
// there cannot be confirmed, expire or become stale; a claim without evidence replaces nothing.
static const uint8_t next[GATE_STATE_COUNT][RECORD_EVENT_COUNT] = {
    //      ask give refuse reconfirm withdraw expire invalidate change claim
    [N] =  { Q,  G,   R,     N,        W,       N,     N,         N,     U },
    [Q] =  { Q,  G,   R,     Q,        W,       Q,     Q,         Q,     Q },
    [G] =  { G,  G,   W,     C,        W,       E,     I,         S,     G },
    [C] =  { C,  C,   W,     C,        W,       E,     I,         S,     C },
    [R] =  { R,  G,   R,     R,        W,       R,     R,         R,     R },
    [W] =  { W,  G,   W,     W,        W,       W,     W,         W,     W },
    [E] =  { Q,  G,   R,     C,        W,       E,     I,         E,     E },
    [I] =  { Q,  G,   R,     I,        W,       I,     I,         I,     I },
    [S] =  { S,  C,   W,     C,        W,       E,     I,         S,     S },
    [U] =  { U,  G,   R,     U,        W,       U,     I,         U,     U },
};
// clang-format on

enum gate_state record_next(enum gate_state from, enum record_event e)
{
    return (enum gate_state)next[from][e];
}

bool record_permits(enum gate_state s)
{
    return s == GATE_GRANTED || s == GATE_RECONFIRMED;
}

enum record_event record_event_of(enum gate_state said)
{
    static const uint8_t events[GATE_STATE_COUNT] = {[N] = RECORD_EVENT_COUNT,
        [Q] = RECORD_ASK,
        [G] = RECORD_GIVE,
        [C] = RECORD_RECONFIRM,
        [R] = RECORD_REFUSE,
        [W] = RECORD_WITHDRAW,
        [E] = RECORD_EXPIRE,
        [I] = RECORD_INVALIDATE,
        [S] = RECORD_CHANGE,
        [U] = RECORD_CLAIM};
    return (enum record_event)events[said];
}

const char *record_event_name(enum record_event e)
{
    static const char *const names[RECORD_EVENT_COUNT] = {
        "ask", "give", "refuse", "reconfirm", "withdraw", "expire", "invalidate", "change", "claim"};
    return names[e];
}

enum gate_state record_standing(enum gate_state folded, int64_t until_ms, int64_t generation, int64_t now_ms,
    int64_t generation_now)
{
    if (!record_permits(folded))
        return folded;
    if (generation < generation_now)
        folded = record_next(folded, RECORD_CHANGE);
    if (until_ms > 0 && now_ms >= until_ms)
        folded = record_next(folded, RECORD_EXPIRE);
    return folded;
}
