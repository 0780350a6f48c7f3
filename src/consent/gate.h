// SPDX-License-Identifier: Apache-2.0
// The gate: the one function through which every read for a purpose, every export and every message
// passes. Purpose is a parameter, not a convention: the dictionary's legal basis and a state per person and purpose,
// folded from statements each of which is a record that can be proved (record.h).
//
// The rules (gate_fold.c, decided by pure functions, tested exhaustively):
//  - contract and legal obligation pass whatever was said; legitimate interest passes unless the person
//    objected; consent passes only when given, so deny is the default.
//  - what counts for a profile is the newest statement. A client that repeats with every event what it
//    said before makes no new statement, so it does not lift a later withdrawal by another way.
//  - of a person's profiles the most restrictive statement counts; a profile without one is neutral.
//  - an imported consent without evidence is unproven: it never passes and never replaces a statement.
//  - a consent ends with its time (the purpose's validity_days) and with a material change of its purpose (policy.h),
//    by the clock, whenever it is asked about; a lapsed consent closes nothing that another profile of the person opens.
//  - Sec-GPC: 1 objects to the purposes that sell, share or advertise (gpc.h). A cookie cannot lift that; an act of the
//    person, staff or an import with evidence can, when it is later.
#pragma once

#include "people/people.h"
#include "spec/request.h"

enum gate_state { // stored as numbers; record_machine.h says what makes what
    GATE_UNKNOWN, GATE_GRANTED, GATE_REFUSED, GATE_WITHDRAWN, GATE_UNPROVEN /* imported without evidence */,
    GATE_REQUESTED, GATE_RECONFIRMED, GATE_EXPIRED, GATE_INVALIDATED, GATE_STALE /* its purpose changed materially */,
    GATE_STATE_COUNT
};
enum gate_reason { // why it was refused; coded, in logs and answers
    GATE_OK, GATE_NO_PURPOSE, GATE_NO_CONSENT, GATE_CONSENT_REFUSED, GATE_CONSENT_WITHDRAWN, GATE_CONSENT_UNPROVEN,
    GATE_OBJECTED, GATE_NOT_PERMITTED, GATE_PERSON_ERASED, GATE_CONSENT_EXPIRED, GATE_CONSENT_STALE,
    GATE_CONSENT_INVALIDATED, GATE_UNDER_AGE, GATE_RESTRICTED, GATE_REASON_COUNT
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

// GDPR 18: what is kept of these profiles is stored and used for nothing but legal obligations and work whose purpose opens
// restricted people (guard_purposes). The guard enforces it where values are opened; this does for what is not sealed: segments,
// exports, personalisation. The rights desk tells of it at the start and at every change. Any thread.
cu_code gate_restrict(struct gate *g, const uint32_t *pnos, size_t count, bool on, struct cu_error *err) CU_MUST;
bool gate_is_restricted(struct gate *g, uint32_t pno);

enum gate_heard { // who said it
    GATE_BY_CONTEXT = 1, // a client repeats its state with an event (context.consent)
    GATE_BY_ACT,         // the person just decided ("Segment Consent Preference Updated")
    GATE_BY_STAFF, GATE_BY_IMPORT,
    GATE_BY_SIGNAL, // Sec-GPC of a browser
    GATE_BY_RULE    // Custos itself: the age gate
};
// consent stage, inside a batch. consent_object is context.consent:
//   {"categoryPreferences": {category: bool}}  mapped to purposes by the dictionary: granted when
//     all of its categories that are named are true, refused when one is false, unchanged when none is
//     named; {} refuses every purpose that has categories; absent or null changes nothing
//   {"tcString": text, "gppString": text}  what IAB strings say of purposes that nothing else names (gpp_map.h)
//   {"purposes": {purpose: bool}, "evidence": text}  for imports: purposes by name; the evidence is
//     sealed, and without it a consent is unproven (evidence is used of imports only)
cu_code gate_project(struct gate *g, uint32_t pno, json consent_object, enum gate_heard heard, const struct evidence *ev,
    struct cu_error *err) CU_MUST;
// The browser of this profile sends Sec-GPC: 1 (collect's doors): an objection to the purposes that sell, share or advertise
// (gate_sells). The first is a statement, its repetitions are none. Inside a batch.
cu_code gate_signal(struct gate *g, uint32_t pno, const struct evidence *ev, struct cu_error *err) CU_MUST;
// Traits of a profile as they arrive: a birthday or an age under the shop's consent_age takes back what the profile
// consented to for marketing, and keeps it from consenting. Inside a batch.
cu_code gate_traits(struct gate *g, uint32_t pno, json traits, const struct evidence *ev, struct cu_error *err) CU_MUST;
void gate_set_age(struct gate *g, int32_t years); // setting consent_age; 0: nobody is too young
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
// A part of a purpose: one way of reaching the person ("sms"), one recipient ("acme"), or both. Names of [a-z0-9_.-], at most
// 40 bytes; both empty: the purpose whole. What is said of a part holds for it alone (gate_scope.c).
enum { GATE_PART_MAX = 40 };
struct gate_part {
    cu_str channel, recipient;
};
// gate_check for a part of a purpose.
//  - a refusal of the part closes it, whatever is said of the whole, until something else is said of the part;
//  - a consent to the part alone opens it, unless the whole was refused or withdrawn later;
//  - else the whole decides.
cu_code gate_check_part(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, cu_str purpose, struct gate_part part,
    const struct caller *actor, enum gate_reason *ret_reason, struct cu_error *err) CU_MUST;
// What was said, with all that a record keeps of it. Lengths beyond those of record.h are cut.
struct gate_saying {
    cu_str purpose;
    enum gate_state state; // granted, refused, withdrawn, requested, invalidated
    cu_str method, evidence; // the evidence is sealed
    cu_str language, form, button, channel, recipient; // may be empty
    struct gate_part only;   // it was said of this part alone
    bool by_person;          // the person said it here (privacy centre, unsubscribe); else staff, or an import
    int64_t wording;         // number of the purpose's wording that was shown; 0: the newest in that language, if any
};
// gate_set with all of it. CU_CONFLICT besides: asked again too early after a refusal (legal_clock.h, ccpa_no_re_ask), or a
// consent for marketing of somebody under the age of consent.
cu_code gate_say(struct gate *g, uint32_t pno, const struct gate_saying *s, const struct evidence *ev,
    struct cu_error *err) CU_MUST;
// Per purpose state, since when, how; written as members of a JSON array.
cu_code gate_print(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, struct json_writer *w, struct cu_error *err) CU_MUST;
cu_code gate_forget_people(struct gate *g, const uint32_t *pnos, size_t count, struct cu_error *err) CU_MUST; // under the lock
cu_code gate_forget_import(struct gate *g, uint32_t import, bool *ret_done, struct cu_error *err) CU_MUST;
cu_code gate_forget_sample(struct gate *g, bool *ret_done, struct cu_error *err) CU_MUST;

extern const struct module consent_module; // instance: struct gate *
