// SPDX-License-Identifier: Apache-2.0
// What wins when a request stands against something else: a legal hold, a law that wants data kept, another wish of the
// same person, an erasure under way. A table of rules over facts; each that applies is shown on the request. Pure.
#pragma once

#include "rights.h"

enum rights_fact { // bits
    RIGHTS_FACT_HELD = 1,             // needed for a legal claim
    RIGHTS_FACT_ORDERS_KEPT = 2,      // orders within the time the law wants them kept
    RIGHTS_FACT_ACCESS_OPEN = 4,      // the same person also asked for a copy, and has none yet
    RIGHTS_FACT_RESTRICTED = 8,       // processing is restricted already
    RIGHTS_FACT_ERASURE_OPEN = 16,    // the same person asked for erasure, too
    RIGHTS_FACT_ERASED = 32,          // the person was erased meanwhile
    RIGHTS_FACT_UNKNOWN = 64,         // nobody is known to be the person
    RIGHTS_FACT_CONTRACT = 128,       // the purpose objected to rests on contract or law
    RIGHTS_FACT_IMPORT = 256          // always: an import or a backup may run at any time
};
struct rights_facts {
    enum rights_right right;
    enum rights_regime regime;
    uint32_t facts;
};
enum rights_outcome { RIGHTS_GOES_ON, RIGHTS_STOPS };
struct rights_rule {
    const char *name;     // "legal_hold"
    uint32_t rights, regimes, facts; // applies when the right and the regime are among these and all facts hold
    enum rights_outcome outcome;
    const char *won;      // "request", "hold", "law", "person"
    const char *why;      // one sentence with its source
};
extern const struct rights_rule rights_rules[]; // ends with name NULL
bool rights_rule_applies(const struct rights_rule *rule, const struct rights_facts *f);
// The first rule that stops it; NULL: it may go on.
const struct rights_rule *rights_stopped_by(const struct rights_facts *f);
