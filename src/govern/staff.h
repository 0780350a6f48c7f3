// SPDX-License-Identifier: Apache-2.0
// Inside govern/: its state, staff rows and sessions.
#pragma once

#include "govern.h"

#include "crypto/secret.h"
#include "base/limit.h"

enum {
    SESSION_IDLE_MS = 30 * 60 * 1000,
    SESSION_MAX_MS = 12 * 60 * 60 * 1000,
    SESSION_TOUCH_MS = 60 * 1000 // last use is stored at most once a minute
};

struct govern {
    struct govern_options options;
    struct limit *by_account, *by_network; // sign-in attempts; in memory: a restart forgives
};

struct session {
    int64_t staff_id;
    uint8_t hash[32];
    char role[16];
};

cu_code staff_count(struct govern *g, int64_t *ret, struct cu_error *err) CU_MUST;
// Under one transaction: uses up the set-up link and makes the owner. CU_FORBIDDEN for a bad link,
// CU_CONFLICT when there is an owner.
cu_code staff_create_owner(struct govern *g, cu_str token, cu_str email, cu_str password, int64_t *ret_id,
    struct cu_error *err) CU_MUST;
// CU_UNAUTHENTICATED for a wrong address or password alike, CU_BUSY after too many attempts on this
// account or from this network (the owner is never locked out: attempts flow back every minute).
cu_code staff_sign_in(struct govern *g, cu_str email, cu_str password, cu_str remote_ip, int64_t *ret_id,
    struct cu_error *err) CU_MUST;
cu_code staff_email(struct govern *g, int64_t id, struct cu_buf *out, struct cu_error *err) CU_MUST;

cu_code session_create(struct govern *g, int64_t staff_id, char ret_token[SECRET_TOKEN_MAX], struct session *ret,
    struct cu_error *err) CU_MUST;
cu_code session_find(struct govern *g, cu_str token, struct session *ret, struct cu_error *err) CU_MUST; // CU_UNAUTHENTICATED
cu_code session_end(struct govern *g, const uint8_t hash[32], struct cu_error *err) CU_MUST;
void session_csrf(struct govern *g, const uint8_t hash[32], char ret[48]);
