// SPDX-License-Identifier: Apache-2.0
// Enrolling an authenticator app (RFC 6238). The row of factors[] is totp_factor.
#pragma once

#include "staff.h"

struct totp_offer {
    struct cu_buf secret, uri, qr; // initialised by the caller; to be wiped
};
// A new seed, not in force before totp_confirm_in. The old one stays until then.
cu_code totp_offer(struct govern *g, int64_t staff_id, cu_str email, struct totp_offer *ret, struct cu_error *err) CU_MUST;
// In a transaction. CU_CONFLICT: nothing was offered in the last 30 minutes; CU_UNAUTHENTICATED: a wrong code.
cu_code totp_confirm_in(struct govern *g, struct db *d, int64_t staff_id, cu_str code, struct cu_error *err) CU_MUST;
cu_code totp_qr(cu_str uri, struct cu_buf *out, struct cu_error *err) CU_MUST; // an SVG without scripts, styles or links
