// SPDX-License-Identifier: Apache-2.0
// The gate: the one function through which every read for a purpose, every export and every message
// passes. Purpose is a parameter, not a convention. First form: the dictionary's legal basis and a
// per-person, per-purpose state; a later issue makes each state provable.
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
cu_code gate_open(struct people *p, struct gate **ret, struct cu_error *err) CU_MUST;
void gate_close(struct gate *g);
// May `actor` use this person's data for `purpose`? CU_OK or CU_REFUSED with *ret_reason. The most
// restrictive state of the person's profiles wins. Purpose "service" (staff serving the customer)
// rests on contract; permission of the actor is checked too.
cu_code gate_check(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, cu_str purpose, const struct caller *actor,
    enum gate_reason *ret_reason, struct cu_error *err) CU_MUST;
// consent stage: context.consent.categoryPreferences and "Segment Consent Preference Updated".
cu_code gate_project(struct gate *g, uint32_t pno, json consent_object, const struct evidence *ev, struct cu_error *err) CU_MUST;
// A change by staff or an import, with the evidence text (sealed) or none (import: unproven).
cu_code gate_set(struct gate *g, uint32_t pno, cu_str purpose, enum gate_state state, cu_str method, cu_str evidence_text,
    const struct evidence *ev, struct cu_error *err) CU_MUST;
// Per purpose state, since when, how; written as members of a JSON array.
cu_code gate_print(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, struct json_writer *w, struct cu_error *err) CU_MUST;
cu_code gate_forget_people(struct gate *g, const uint32_t *pnos, size_t count, struct cu_error *err) CU_MUST; // under the lock
cu_code gate_forget_import(struct gate *g, uint32_t import, bool *ret_done, struct cu_error *err) CU_MUST;
cu_code gate_forget_sample(struct gate *g, bool *ret_done, struct cu_error *err) CU_MUST;
