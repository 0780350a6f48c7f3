// SPDX-License-Identifier: Apache-2.0
// What a second factor needs to remember between two steps: of an enrolment (in records.db, bound to the
// session) and of a sign-in (in the ticket). Private to passkeys and text messages.
#pragma once

#include "recovery.h"

enum { ENROLMENT_MS = 5 * 60 * 1000, ENROLMENT_DATA_MAX = 512 };
struct enrolment {
    uint8_t data[ENROLMENT_DATA_MAX];
    size_t len;
};
// Begins one, or anew. kind: "passkey" or "sms".
cu_code enrolment_begin(
    struct govern *g, const struct request *rq, const char *kind, cu_str data, struct cu_error *err) CU_MUST;
// Counts a try, then reads. CU_CONFLICT: none was begun in the last five minutes, or it was tried too often.
cu_code enrolment_try(struct govern *g, const struct request *rq, const char *kind, int tries_max, struct enrolment *ret,
    struct cu_error *err) CU_MUST;
// In a transaction. CU_CONFLICT: another request ended it in between.
cu_code enrolment_end_in(struct db *d, const struct request *rq, const char *kind, struct cu_error *err) CU_MUST;

// In the transaction that adds a factor: recovery codes when there are none, and all other sessions end.
cu_code enrolment_finish_in(struct db *d, const struct request *rq, char ret_codes[RECOVERY_CODES][RECOVERY_TEXT],
    bool *ret_made, struct cu_error *err) CU_MUST;
void enrolment_write_codes(struct json_writer *w, char (*codes)[RECOVERY_TEXT]); // member "recovery_codes"; NULL: null
// In the transaction that takes one away. CU_CONFLICT: it was the last one and the password is too short to stand alone.
cu_code enrolment_removed_in(struct govern *g, struct db *d, const struct request *rq, struct cu_error *err) CU_MUST;

// Of a sign-in, in ticket.data: both factors beside each other.
struct sign_in_step {
    bool challenged; // a passkey's challenge is open
    uint8_t challenge[32];
    uint8_t sms_sent, sms_tries;
    int64_t sms_ms; // of the last message
    uint8_t sms_hash[32];
};
void sign_in_step_read(const struct ticket *t, struct sign_in_step *ret);
void sign_in_step_write(struct govern *g, struct ticket *t, const struct sign_in_step *s); // stores the ticket
