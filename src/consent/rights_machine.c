// SPDX-License-Identifier: Apache-2.0
// The table of a request's machine, its names, and what other protocols call its states. See rights_machine.h.
#include "rights_machine.h"

#define O RIGHTS_OPEN
#define V RIGHTS_VERIFYING
#define P RIGHTS_IN_PROGRESS
#define W RIGHTS_WAITING
#define F RIGHTS_FULFILLED
#define D RIGHTS_DENIED
#define R RIGHTS_REVOKED
#define E RIGHTS_EXPIRED
#define U RIGHTS_DUPLICATE

// clang-format off
// What was done cannot be refused, taken back or undone; what lapsed or was refused can be opened again, when the proof
// comes after all. What the person took back stays so: they ask anew. Nothing is done for somebody who is not proved.
static const uint8_t next[RIGHTS_STATE_COUNT][RIGHTS_EVENT_COUNT] = {
    //      ask prove begin pass finish refuse take lapse link reopen
    [O] =  { V,  P,    0,    0,   0,     D,     R,   E,    U,   0 },
    [V] =  { V,  P,    0,    0,   0,     D,     R,   E,    U,   0 },
    [P] =  { 0,  P,    P,    W,   F,     D,     R,   0,    U,   0 },
    [W] =  { 0,  0,    0,    W,   F,     0,     0,   0,    0,   0 },
    [F] =  { 0,  0,    0,    0,   F,     0,     0,   0,    0,   0 },
    [D] =  { 0,  0,    0,    0,   0,     D,     0,   0,    0,   O },
    [R] =  { 0,  0,    0,    0,   0,     0,     R,   0,    0,   0 },
    [E] =  { 0,  0,    0,    0,   0,     0,     0,   E,    0,   O },
    [U] =  { 0,  0,    0,    0,   0,     0,     R,   0,    U,   O },
};
// clang-format on

enum rights_state rights_next(enum rights_state from, enum rights_event e)
{
    return (enum rights_state)next[from][e];
}

bool rights_is_open(enum rights_state s)
{
    return s == RIGHTS_OPEN || s == RIGHTS_VERIFYING || s == RIGHTS_IN_PROGRESS || s == RIGHTS_WAITING;
}

bool rights_needs_proof(enum rights_right r)
{
    return r != RIGHTS_OPT_OUT && r != RIGHTS_LIMIT;
}

// ---- names

const char *rights_event_name(enum rights_event e)
{
    static const char *const names[RIGHTS_EVENT_COUNT] = {
        "ask_proof", "prove", "begin", "pass_on", "finish", "refuse", "take_back", "lapse", "link", "reopen"};
    return e < RIGHTS_EVENT_COUNT ? names[e] : "";
}

static const char *const right_names[RIGHTS_RIGHT_COUNT] = {"", "access", "portability", "rectification", "erasure",
    "restriction", "objection", "opt_out", "limit", "complaint"};

const char *rights_right_name(enum rights_right r)
{
    return r < RIGHTS_RIGHT_COUNT ? right_names[r] : "";
}

enum rights_right rights_right_find(cu_str name)
{
    for (int r = 1; r < RIGHTS_RIGHT_COUNT; r++) {
        if (cu_str_eqz(name, right_names[r]))
            return (enum rights_right)r;
    }
    return (enum rights_right)0;
}

const char *rights_state_name(enum rights_state s)
{
    static const char *const names[RIGHTS_STATE_COUNT] = {
        "", "open", "verifying", "in_progress", "waiting", "fulfilled", "denied", "revoked", "expired", "duplicate"};
    return s < RIGHTS_STATE_COUNT ? names[s] : "";
}

const char *rights_regime_name(enum rights_regime r)
{
    static const char *const names[] = {"", "gdpr", "uk", "ccpa"};
    return r < CU_COUNT(names) ? names[r] : "";
}

const char *rights_channel_name(enum rights_channel c)
{
    static const char *const names[] = {"", "centre", "staff", "api", "shopify", "opendsr", "drp", "canary"};
    return c < CU_COUNT(names) ? names[c] : "";
}

// ---- other protocols

// Data Rights Protocol 1.0, 3.02. A duplicate goes on as another: whoever asks twice is told of that one.
const char *rights_drp_status(enum rights_state s, const char *reason)
{
    static const char *const names[RIGHTS_STATE_COUNT] = {"open", "open", "in_progress", "in_progress", "in_progress",
        "fulfilled", "denied", "revoked", "expired", "in_progress"};
    (void)reason;
    return s < RIGHTS_STATE_COUNT ? names[s] : "open";
}

const char *rights_drp_reason(enum rights_state s, const char *reason)
{
    if (s == RIGHTS_VERIFYING)
        return "need_user_verification";
    if (s != RIGHTS_DENIED)
        return NULL;
    const struct rights_ground *g = rights_ground_find(cu_str_of(reason));
    return g ? g->drp : "other";
}

// OpenDSR 2.0: pending, in_progress, completed, cancelled.
const char *rights_opendsr_status(enum rights_state s, const char *reason)
{
    static const char *const names[RIGHTS_STATE_COUNT] = {"pending", "pending", "pending", "in_progress", "in_progress",
        "completed", "cancelled", "cancelled", "cancelled", "in_progress"};
    (void)reason;
    return s < RIGHTS_STATE_COUNT ? names[s] : "pending";
}
