// SPDX-License-Identifier: Apache-2.0
// API tokens, for programs: "cust_..." in Authorization: Bearer. Stored as hashes; each may do at most
// what its maker may, today: the rights of the token and of the maker's present role are cut with one
// another at every request, and it sees and works as that role does. It ends by its date (at most 400
// days), by hand, or with its maker.
//
// What needs a person cannot be done by a token: the own account (sign-in, factors, passwords), staff and
// roles, keys, approvals, break-glass, more tokens, and every route that asks for a fresh proof.
#pragma once

#include "staff.h"

enum { TOKEN_DAYS_MAX = 400, TOKENS_PER_STAFF_MAX = 50, TOKEN_NAME_MAX = 80 };

// *ret_found: the request carries a token; rq->caller is then CALLER_TOKEN. CU_UNAUTHENTICATED: forged, unknown, expired
// or its maker is gone; CU_FORBIDDEN: a token cannot do this.
cu_code token_authenticate(struct govern *g, struct request *rq, bool *ret_found, struct cu_error *err) CU_MUST;

extern const struct module govern_token_module; // instance: struct govern
