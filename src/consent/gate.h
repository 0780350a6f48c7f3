// SPDX-License-Identifier: Apache-2.0
// The gate: the one function through which every read for a purpose, every export and every message
// passes. Purpose is a parameter, not a convention. First form: the dictionary's legal basis and a
// per-person, per-purpose state; a later issue makes each state provable.
//
// The rules (gate_fold.c, decided by pure functions, tested exhaustively):
//  - contract and legal obligation pass whatever was said; legitimate interest passes unless the person
//    objected; consent passes only when given, so deny is the default.
//  - what counts for a profile is the newest statement. A client that repeats with every event what it
//    said before makes no new statement, so it does not lift a later withdrawal by another way.
//  - of a person's profiles the most restrictive statement counts; a profile without one is neutral.
//  - an imported consent without evidence is unproven: it never passes and never replaces a statement.
#pragma once

#include "people/people.h"
#include "spec/request.h"

enum gate_state { GATE_UNKNOWN, GATE_GRANTED, GATE_REFUSED, GATE_WITHDRAWN, GATE_UNPROVEN /* imported without evidence */ };
enum gate_reason { // why it was refused; coded, in logs and answers
    GATE_OK, GATE_NO_PURPOSE, GATE_NO_CONSENT, GATE_CONSENT_REFUSED, GATE_CONSENT_WITHDRAWN, GATE_CONSENT_UNPROVEN,
    GATE_OBJECTED, GATE_NOT_PERMITTED, GATE_PERSON_ERASED, GATE_REASON_COUNT
};
const char *gate_reason_name(enum gate_reason r);
const char *gate_state_name(enum gate_state s);

struct gate;
// Registers with people: the gate of its reading routes, the consents of its person view, its forgetting.
cu_code gate_open(struct people *p, struct gate **ret, struct cu_error *err) CU_MUST;
void gate_close(struct gate *g);
// May `actor` use this person's data for `purpose`? CU_OK or CU_REFUSED with *ret_reason (may be NULL).
// Purpose "service" (staff serving the customer) rests on contract; the actor's permission to read
// people is checked too. Any thread with a reading connection d.
cu_code gate_check(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, cu_str purpose, const struct caller *actor,
    enum gate_reason *ret_reason, struct cu_error *err) CU_MUST;

// The same decision about a state that is known already (columns in memory, insight/facts.h): pure, touches no
// database, and does not look at who asks. GATE_NO_PURPOSE when the dictionary does not have it.
enum gate_reason gate_weigh(const struct dictionary *d, cu_str purpose, enum gate_state state);

enum gate_heard { // who said it
    GATE_BY_CONTEXT = 1, // a client repeats its state with an event (context.consent)
    GATE_BY_ACT,         // the person just decided ("Segment Consent Preference Updated")
    GATE_BY_STAFF, GATE_BY_IMPORT
};
// consent stage, inside a batch. consent_object is context.consent:
//   {"categoryPreferences": {category: bool}}  mapped to purposes by the dictionary: granted when
//     all of its categories that are named are true, refused when one is false, unchanged when none is
//     named; {} refuses every purpose that has categories; absent or null changes nothing
//   {"purposes": {purpose: bool}, "evidence": text}  for imports: purposes by name; the evidence is
//     sealed, and without it a consent is unproven (evidence is used of imports only)
cu_code gate_project(struct gate *g, uint32_t pno, json consent_object, enum gate_heard heard, const struct evidence *ev,
    struct cu_error *err) CU_MUST;
// What was heard since the last commit was rolled back: forgets what the gate remembers of it.
void gate_rolled_back(struct gate *g);
// A change by staff (ev->import 0) or an import, with the evidence text (sealed) or none (import: a
// grant becomes unproven; staff: CU_MISSING for a grant). Under the lock inside a transaction.
// CU_NOT_FOUND for a purpose the dictionary does not have.
cu_code gate_set(struct gate *g, uint32_t pno, cu_str purpose, enum gate_state state, cu_str method, cu_str evidence_text,
    const struct evidence *ev, struct cu_error *err) CU_MUST;
// The state of each purpose somebody spoke of, as stored with the profiles first <= number < end, in their order; the person's
// is the most restrictive of its profiles (gate_stricter). For what is kept of everybody in memory.
typedef cu_code gate_state_visit(void *context, uint32_t pno, cu_str purpose, enum gate_state state, struct cu_error *err);
cu_code gate_states(struct gate *g, struct db *d, uint32_t first, uint32_t end, gate_state_visit *visit, void *context,
    struct cu_error *err) CU_MUST;
enum gate_state gate_stricter(enum gate_state a, enum gate_state b);
// Per purpose state, since when, how; written as members of a JSON array.
cu_code gate_print(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, struct json_writer *w, struct cu_error *err) CU_MUST;
cu_code gate_forget_people(struct gate *g, const uint32_t *pnos, size_t count, struct cu_error *err) CU_MUST; // under the lock
cu_code gate_forget_import(struct gate *g, uint32_t import, bool *ret_done, struct cu_error *err) CU_MUST;
cu_code gate_forget_sample(struct gate *g, bool *ret_done, struct cu_error *err) CU_MUST;

extern const struct module consent_module; // instance: struct gate *
