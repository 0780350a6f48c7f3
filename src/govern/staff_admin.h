// SPDX-License-Identifier: Apache-2.0
// Private to the routes by which staff look after other staff: who may do what to whom.
#pragma once

#include "staff_rows.h"

// The caller's role; the local operator counts as an owner.
cu_code staff_caller_role(struct db *d, const struct request *rq, struct role *ret, struct cu_error *err) CU_MUST;
// Loads a member (never an invited one) whom the caller may look after: not themselves, and of a role that the caller
// may give. CU_NOT_FOUND, CU_FORBIDDEN.
cu_code staff_load_other(struct db *d, const struct request *rq, struct staff *ret, struct role *ret_caller_role,
    struct cu_error *err) CU_MUST;
// Whether the shop has another owner who can sign in; CU_CONFLICT when this is the last.
cu_code staff_not_last_owner(struct db *d, const struct staff *s, struct cu_error *err) CU_MUST;
// A new one-time link of that kind; the older one of the kind ends. made_by 0: the local operator.
cu_code staff_link_make(struct db *d, const char *kind, int64_t staff_id, int64_t made_by, int64_t lasts_ms,
    char ret_token[SECRET_TOKEN_MAX], struct cu_error *err) CU_MUST;
// CU_FORBIDDEN, field "/token": unknown, used, too old.
cu_code staff_link_find(struct db *d, const char *kind, cu_str token, int64_t *ret_staff, int64_t *ret_expires_ms,
    struct cu_error *err) CU_MUST;
// After their row is gone: nothing of them can be opened any more, wherever copies lie.
cu_code staff_erase_key(struct govern *g, int64_t id, struct cu_error *err) CU_MUST;
int64_t staff_path_id(const struct request *rq); // of {id}; 0 when it is no number
