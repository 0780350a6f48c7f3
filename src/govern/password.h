// SPDX-License-Identifier: Apache-2.0
// Passwords of staff: what is accepted (SP 800-63B-4: length and a block-list, no rules of composition), how
// they are hashed, and the check of one with all that keeps guessing slow and answers alike.
#pragma once

#include "staff.h"

enum { PASSWORD_MIN_ALONE = 15, PASSWORD_MIN_WITH_FACTOR = 8, PASSWORD_BYTES_MAX = GOVERN_PASSWORD_MAX };

struct password_verdict {
    int score;          // 0..4 of zxcvbn
    bool acceptable;
    char reason[200];   // why not, or how to do better; "" when there is nothing to say
};
// context: words that say nothing new here (address, name of the shop); at most PASSWORD_CONTEXT_MAX are used.
enum { PASSWORD_CONTEXT_MAX = 16 };
void password_judge(cu_str password, size_t least, const cu_str *context, size_t count, struct password_verdict *ret);
// As password_judge with the shop's own words and the address, as an error; field "/password".
cu_code password_check_new(struct govern *g, cu_str password, cu_str email, size_t least, struct cu_error *err) CU_MUST;
// The words of that member of staff and of the shop; returns how many were written.
size_t password_context(struct govern *g, cu_str email, cu_str *list, size_t max);
// Canonical composition of Unicode (NFC); false: no UTF-8, or too long. To be wiped.
struct password_text {
    size_t len;
    char text[PASSWORD_BYTES_MAX + 1];
};
bool password_normalise(cu_str password, struct password_text *ret);

// Checks as new, normalises and hashes at today's cost.
cu_code password_hash_new(struct govern *g, cu_str password, cu_str email, size_t least, char ret[SECRET_PASSWORD_MAX],
    struct cu_error *err) CU_MUST;
bool password_is_long(cu_str password); // may stand without a second factor
// In a transaction; ends no session by itself.
cu_code password_store(struct db *d, int64_t staff_id, const char *hash, bool is_long, struct cu_error *err) CU_MUST;
// Whether it is that member of staff's; first as secret_password_check. Hashes it again when the cost has changed.
cu_code password_is_right(
    struct govern *g, int64_t staff_id, cu_str password, bool first, bool *ret, struct cu_error *err) CU_MUST;
// The first proof of a sign-in: throttled, uniform in answer and time for unknown, wrong, disabled.
// CU_UNAUTHENTICATED, CU_BUSY.
cu_code password_sign_in(struct govern *g, struct request *rq, cu_str email, cu_str password, int64_t *ret_id,
    struct cu_error *err) CU_MUST;
// The caller types their own password again. CU_FORBIDDEN with that field, not CU_UNAUTHENTICATED: the session goes on.
cu_code password_prove(
    struct govern *g, struct request *rq, cu_str password, const char *field, struct cu_error *err) CU_MUST;
