// SPDX-License-Identifier: Apache-2.0
// One-time passwords: HOTP (RFC 4226) and TOTP (RFC 6238), and base 32 (RFC 4648) for authenticator apps.
#pragma once

#include "base/memory.h"

enum otp_hash { OTP_SHA1, OTP_SHA256, OTP_SHA512 };
enum { OTP_SEED = 20, OTP_STEP_S = 30, OTP_DIGITS = 6, OTP_DIGITS_MAX = 8 };

// digits: 6 to 8; ret is NUL-terminated.
void otp_code(enum otp_hash hash, cu_str seed, uint64_t counter, int digits, char ret[OTP_DIGITS_MAX + 1]);
int64_t otp_step(int64_t now_ms); // the counter of TOTP
// The step of `now_ms`, the one before or the one after whose code this is and that lies above `after`: a step that
// was accepted once is never accepted again. -1: none. Six digits, spaces between them allowed. Constant time.
int64_t otp_match(cu_str seed, cu_str code, int64_t now_ms, int64_t after);
void otp_base32(cu_str bytes, struct cu_buf *out); // upper case, without padding
