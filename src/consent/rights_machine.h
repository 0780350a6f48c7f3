// SPDX-License-Identifier: Apache-2.0
// The machine of a request: which event makes which state of which. Pure, one table; explored exhaustively in a test. A
// superset of the Data Rights Protocol's: a request that a recipient still has to answer, and one that is the same as
// another, are states of their own.
#pragma once

#include "rights.h"

enum rights_event {
    RIGHTS_ASK_PROOF, // the person is asked to show who they are
    RIGHTS_PROVE,     // they did, or the right needs no proof
    RIGHTS_BEGIN,     // it is being executed: from here on it cannot be taken back
    RIGHTS_PASS_ON,   // done here, recipients have to answer
    RIGHTS_FINISH,    // done
    RIGHTS_REFUSE,    // with a coded ground
    RIGHTS_TAKE_BACK, // by the person
    RIGHTS_LAPSE,     // nobody showed who they are in time
    RIGHTS_LINK,      // found to be the same as another
    RIGHTS_REOPEN,    // by staff
    RIGHTS_EVENT_COUNT
};
// The state after it; 0: not possible from there.
enum rights_state rights_next(enum rights_state from, enum rights_event e);
const char *rights_event_name(enum rights_event e); // "ask_proof"
bool rights_is_open(enum rights_state s);           // still to be answered: its clock runs
bool rights_needs_proof(enum rights_right r);       // opt-out and limit need none: 11 CCR 7060(b)
