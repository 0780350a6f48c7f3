// SPDX-License-Identifier: Apache-2.0
// What follows from the facts of a breach: which step may follow which, whether the people need not be told because what
// got out cannot be read (GDPR 34(3)(a)), what kind of data a name in the audit log stands for. Pure.
#pragma once

#include "spec/dictionary.h"

enum breach_state { BREACH_OPEN, BREACH_ASSESSED, BREACH_NOTIFIED, BREACH_NO_RISK, BREACH_CLOSED, BREACH_STATES };
extern const char *const breach_state_names[]; // NULL-terminated, in enum order
extern const char *const breach_kinds[];       // "account", "storage", "transmission", "keys", "loss", "other"
extern const char *const breach_risks[];       // "none", "risk", "high"
bool breach_state_find(cu_str name, enum breach_state *ret);

struct breach_case { // of a change of state
    enum breach_state from, to;
    cu_str risk, reasons;
    bool authority_told;
    bool people_told, people_need; // high risk, and no exemption was found
};
// CU_CONFLICT: not from here; CU_INVALID names what is missing: an assessment needs a risk; "no_risk" and closing without
// telling the authority need reasons (33(1), 33(5)); a high risk is not closed before the people were told.
cu_code breach_may_become(const struct breach_case *c, struct cu_error *err) CU_MUST;

enum breach_answer { BREACH_NO, BREACH_YES, BREACH_UNKNOWN };
extern const char *const breach_answers[]; // by enum
struct breach_exempt_facts {
    cu_str kind;
    int keys_exposed;                    // -1 not known, 0, 1
    bool asked;                          // the log was searched
    int64_t persons;                     // whose records were opened, as the log says
    int64_t unknown;                     // names of people who are not here any more
    bool key_process;                    // keys are held by a process of their own
    int64_t sealed_fields, plain_fields; // of persons and events, by the dictionary's levels
};
struct breach_check {
    const char *name; // "opened_through_the_application"
    bool speaks_for;  // the exemption
    const char *text; // one sentence
};
enum { BREACH_CHECKS_MAX = 6 };
// Whether telling the people may be left out because the data cannot be read by whoever has it.
enum breach_answer breach_exempt(
    const struct breach_exempt_facts *f, struct breach_check ret[BREACH_CHECKS_MAX], size_t *ret_count);

// Category and level of what the audit log calls by this name: a person's field, or a part of the record ("events").
struct breach_datum {
    cu_str category;
    enum dict_level level;
};
struct breach_datum breach_datum_of(const struct dictionary *d, cu_str name);
