// SPDX-License-Identifier: Apache-2.0
// Messages of the Data Rights Protocol. Pure; see drp.c.
#pragma once

#include "text/json.h"

// The JSON of a message, once its signature (first 64 bytes of what is base64) was found to be of that key (32 bytes).
// CU_MALFORMED; CU_FORBIDDEN, field "signature".
cu_code drp_open(cu_str body, cu_str key, struct cu_buf *out, struct cu_error *err) CU_MUST;
// Whether it is of this agent, for this business, and in its ten minutes. *ret_until_ms: it need not be remembered longer.
// CU_FORBIDDEN or CU_INVALID; the field is the member.
cu_code drp_check(
    json message, cu_str agent, cu_str business, int64_t now_ms, int64_t *ret_until_ms, struct cu_error *err) CU_MUST;
