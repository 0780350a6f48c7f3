// SPDX-License-Identifier: Apache-2.0
// What stands in the cells of exports, as values: numbers with thousands and decimal signs, times
// in the forms shop systems write, yes and no, ids a spreadsheet turned into decimals. Pure
// functions.
#pragma once

#include "base/memory.h"

// How a date of the form 3/4/2026 is meant. Other forms say it themselves.
enum import_dates { IMPORT_DATES_UNKNOWN, IMPORT_DATES_DMY, IMPORT_DATES_MDY };

// A decimal number as JSON text, at most four decimals that mean something. Accepts a currency
// sign, "1,234.56", "1.234,56", "12,5", "1 234", "(5.00)" is not a number. false: not a number, or
// more decimals.
bool import_number(cu_str cell, struct cu_buf *out);
// ISO 8601, "2026-01-31 10:00:00 +0100", "... UTC", "31.1.2026 10:00", "1/31/2026 10:00 PM" (needs
// dates), seconds or milliseconds since 1970.
bool import_time(cu_str cell, enum import_dates dates, int64_t *ret_ms);
// Looks at one date cell of the form a/b/year: *first_max and *second_max grow. false: another
// form.
bool import_dates_look(cu_str cell, int *first_max, int *second_max);
bool import_bool(
    cu_str cell, bool *ret); // yes/no, true/false, 1/0, y/n, on/off, subscribed/unsubscribed
// Trimmed; a whole number that a spreadsheet wrote as a decimal ("17850.0") without its ".0".
cu_str import_id(cu_str cell);
