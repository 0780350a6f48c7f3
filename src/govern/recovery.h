// SPDX-License-Identifier: Apache-2.0
// Recovery codes: ten of 128 random bits, stored as hashes, each good once. The row of factors[] is recovery_factor.
#pragma once

#include "staff.h"

enum { RECOVERY_CODES = 10, RECOVERY_TEXT = 32 }; // "xxxxx-xxxxx-xxxxx-xxxxx-xxxxxx" in base 32
// In a transaction: new codes, the old ones end.
cu_code recovery_make_in(
    struct db *d, int64_t staff_id, char ret[RECOVERY_CODES][RECOVERY_TEXT], struct cu_error *err) CU_MUST;
cu_code recovery_left_in(struct db *d, int64_t staff_id, int64_t *ret, struct cu_error *err) CU_MUST;
