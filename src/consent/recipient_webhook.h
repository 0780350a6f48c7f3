// SPDX-License-Identifier: Apache-2.0
// Signatures of webhooks, as Standard Webhooks 1.0 has them: "v1," and base64 of HMAC-SHA256 over "<id>.<seconds>.<body>".
// secret: "whsec_" and base64, or any text, which is then the key as it is. Pure.
#pragma once

#include "base/memory.h"

cu_code recipient_webhook_sign(
    cu_str secret, cu_str id, int64_t time_s, cu_str body, struct cu_buf *out, struct cu_error *err) CU_MUST;
