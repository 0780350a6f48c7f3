// SPDX-License-Identifier: Apache-2.0
// Private to spec/: checks of one value against its row, shared by the decoders of bodies, queries
// and command lines. `at` is where the value stands (JSON pointer or name), for the error.
#pragma once

#include "spec.h"

cu_code spec_check_int(const struct spec_field *f, bool is_int, int64_t n, const char *at,
    struct cu_error *err) CU_MUST;
cu_code spec_check_number(const struct spec_field *f, bool is_number, double n, const char *at,
    struct cu_error *err) CU_MUST;
// STRING, ENUM, UUID, EMAIL, DATE and TIME: types whose JSON form is a string.
cu_code spec_take_text(const struct spec_field *f, cu_str text, const char *at,
    struct spec_value *ret, struct cu_error *err) CU_MUST;
const char *spec_plural(int64_t n); // "" or "s"
