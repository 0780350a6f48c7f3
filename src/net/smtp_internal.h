// SPDX-License-Identifier: Apache-2.0
// Between smtp.c and smtp_compose.c, and for their tests.
#pragma once

#include "smtp.h"

cu_str smtp_domain(const struct smtp_options *o); // of the sender
cu_code smtp_message_check(const struct smtp_message *m, struct cu_error *err) CU_MUST;
void smtp_words(cu_str s, struct cu_buf *out);            // RFC 2047, Q
void smtp_quoted_printable(cu_str s, struct cu_buf *out); // RFC 2045 6.7
