// SPDX-License-Identifier: Apache-2.0
// Private to the files of passkeys: rows.
#pragma once

#include "crypto/webauthn.h"
#include "enrolment.h"
#include "passkey.h"

enum { PASSKEY_HANDLE = 32 };
struct passkey_user {
    int64_t staff_id;
    uint8_t handle[PASSKEY_HANDLE]; // the answer: random, the same for all passkeys of the account
};
cu_code passkey_user(struct govern *g, struct passkey_user *u, struct cu_error *err) CU_MUST;

struct passkey_row { // views end with the call
    int64_t id, created_ms, used_ms;
    cu_str credential, name_sealed;
};
typedef cu_code passkey_visit(void *context, const struct passkey_row *row, struct cu_error *err);
cu_code passkey_each(struct db *d, int64_t staff_id, passkey_visit *visit, void *context, struct cu_error *err) CU_MUST;

struct passkey_making {
    const struct request *rq;
    cu_str name;
    const struct webauthn_credential *credential;
    int64_t id; // answers
    char codes[RECOVERY_CODES][RECOVERY_TEXT];
    bool made_codes;
};
// Ends the enrolment and stores the passkey. CU_CONFLICT: it is there already, or there are too many.
cu_code passkey_make(struct govern *g, struct passkey_making *m, struct cu_error *err) CU_MUST;

struct passkey_use {
    struct webauthn_expect expect;
    int64_t staff_id; // who it must belong to; 0: whoever its handle says
    cu_str id, handle, client_data, authenticator_data, signature;
    struct webauthn_credential *credential; // room
    // answers
    int64_t row, found_staff;
    bool handle_fits, handle_absent;
};
// Verified and counted in one transaction. CU_INVALID with the step as field (crypto/webauthn.h).
cu_code passkey_use(struct govern *g, struct passkey_use *u, struct cu_error *err) CU_MUST;
cu_code passkey_remove(struct govern *g, const struct request *rq, int64_t id, struct cu_error *err) CU_MUST; // CU_NOT_FOUND
