// SPDX-License-Identifier: Apache-2.0
// Private to the files of text messages.
#pragma once

#include "enrolment.h"
#include "sms.h"
#include "sms_gateway.h"

// CU_FORBIDDEN: not for this role; CU_CONFLICT: no gateway.
cu_code sms_allowed(struct govern *g, int64_t staff_id, struct cu_error *err) CU_MUST;
void sms_code_new(char ret[SMS_DIGITS + 1]);
void sms_code_hash(struct govern *g, cu_str bound_to, cu_str code, uint8_t ret[32]);
// Counts against the caps (CU_BUSY), then sends (CU_UNAVAILABLE).
cu_code sms_send(struct govern *g, int64_t staff_id, cu_str number, const char *code, struct cu_error *err) CU_MUST;
cu_code sms_number_seal(struct govern *g, int64_t staff_id, cu_str number, struct cu_buf *out, struct cu_error *err) CU_MUST;
// CU_NOT_FOUND
cu_code sms_number_in(struct govern *g, struct db *d, int64_t staff_id, struct cu_buf *out, struct cu_error *err) CU_MUST;
cu_code sms_number(struct govern *g, int64_t staff_id, struct cu_buf *out, struct cu_error *err) CU_MUST;
