// SPDX-License-Identifier: Apache-2.0
// Private to the files of sessions: rows, without cookies.
#pragma once

#include "staff.h"

enum { SESSION_NAME = 16 }; // the first bytes of a session's id name it in lists

struct new_session {
    uint8_t id[32], hash[32];
    uint8_t presented[32];              // hash of the session cookie the browser sent: ended; zeros: none
    uint8_t device[32], former_device[32];
    int64_t staff_id;
    char network[48], browser[40], factor[16];
};
cu_code session_insert(struct govern *g, const struct new_session *n, struct cu_error *err) CU_MUST;
// A new token; factor: what proved the caller anew, or NULL. limited: what the former token may still be used for.
cu_code session_renew(struct govern *g, const uint8_t id[32], bool limited, const char *factor,
    char ret_token[SECRET_TOKEN_MAX], struct cu_error *err) CU_MUST;
cu_code session_end_named(
    struct govern *g, int64_t staff_id, const uint8_t name[SESSION_NAME], struct cu_error *err) CU_MUST;
cu_code session_device_find(
    struct govern *g, const uint8_t hash[32], int64_t staff_id, bool *ret, struct cu_error *err) CU_MUST;
cu_code session_sweep(struct db *d, struct cu_error *err) CU_MUST; // ended sessions, forgotten browsers
// Cookies and caller (session_caller.c)
void session_browser(cu_str user_agent, char ret[40]); // "Firefox on Linux"
