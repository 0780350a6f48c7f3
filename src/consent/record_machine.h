// SPDX-License-Identifier: Apache-2.0
// The states of a consent as a table: what each event makes of each state. Pure, and explored exhaustively by its
// test. Only `granted` and `reconfirmed` permit. gate_fold.c puts the statements of a profile through it, in order.
#pragma once

#include "gate.h"

enum record_event {
    RECORD_ASK,        // the person was asked and has not answered
    RECORD_GIVE,       // consented
    RECORD_REFUSE,     // said no; after a consent that is a withdrawal
    RECORD_RECONFIRM,  // confirmed what was given before
    RECORD_WITHDRAW,   // took it back
    RECORD_EXPIRE,     // its time is over
    RECORD_INVALIDATE, // found not to be a consent: not free, not informed, by a child
    RECORD_CHANGE,     // what it was given for has changed materially
    RECORD_CLAIM,      // somebody says there was a consent, without evidence
    RECORD_EVENT_COUNT
};
enum gate_state record_next(enum gate_state from, enum record_event e);
bool record_permits(enum gate_state s);
enum record_event record_event_of(enum gate_state said); // what a stored statement does
const char *record_event_name(enum record_event e);
// What a folded state is worth now: a consent ends with its time and with a newer generation of its purpose.
enum gate_state record_standing(enum gate_state folded, int64_t until_ms, int64_t generation, int64_t now_ms,
    int64_t generation_now);
