// SPDX-License-Identifier: Apache-2.0
// Small conversions between text and values. No I/O, no allocation beyond the given buffer or arena.
#pragma once

#include "base/memory.h"

// Time. ISO 8601 / RFC 3339 with date, optional time, fraction and zone ("2026-11-21",
// "2026-11-21 10:00:00", "2026-11-21T10:00:00.123+01:00"); no zone means UTC. Years 0001-9999.
bool text_time_parse(cu_str s, int64_t *ret_ms);
#define TEXT_TIME_MAX 32
void text_time_format(int64_t ms, char ret[TEXT_TIME_MAX]); // always "YYYY-MM-DDThh:mm:ss.mmmZ"
int32_t text_day_of(int64_t ms);                            // days since 1970-01-01, UTC, floor
int64_t text_day_start(int32_t day);

// Money: minor units of a currency (ISO 4217 exponent: JPY 0, EUR 2, KWD 3). At most 4 decimals are
// accepted and rounded half away from zero; floating-point dust of binary doubles (0.1+0.2) is not
// a decimal. false: not a number, more decimals, or beyond +-9e15 minor units.
int text_currency_exponent(cu_str currency); // 2 for unknown codes, -1 when not three letters
bool text_money_parse(cu_str s, int exponent, int64_t *ret_minor);
bool text_money_from_double(double v, int exponent, int64_t *ret_minor);
void text_money_format(int64_t minor, int exponent, struct cu_buf *out); // "12.50"

// UTF-8
bool text_utf8_valid(cu_str s); // also refuses NUL
// Simple case folding and accent removal for search: Latin, Greek, Cyrillic; others unchanged.
void text_fold(cu_str s, struct cu_buf *out);

// Identifiers, normalised before tagging (the version below is part of the tag's label).
#define TEXT_NORM_VERSION 1
// Trim, lower-case; exactly one '@', a dot in the domain, no white space or control; <= 254 bytes.
bool text_email_normalise(cu_str s, struct cu_buf *out);
// E.164: "+" and 7-15 digits after removing spaces ( ) - . /; "00" counts as "+". National numbers are refused.
bool text_phone_normalise(cu_str s, struct cu_buf *out);

// Encodings. Decoders append; false on a malformed input.
void text_base64(cu_str bytes, bool url_safe, struct cu_buf *out); // url_safe: no padding
bool text_base64_decode(cu_str s, struct cu_buf *out);             // either alphabet, padding optional
void text_hex(cu_str bytes, struct cu_buf *out);
bool text_hex_decode(cu_str s, struct cu_buf *out);
void text_html(cu_str s, struct cu_buf *out); // & < > " ' escaped
void text_url(cu_str s, struct cu_buf *out);  // RFC 3986 unreserved kept, others %XX
bool text_url_decode(cu_str s, bool plus_is_space, struct cu_buf *out); // refuses %00 and bad escapes
// One value out of "a=1&b=2": appended decoded; false when absent or malformed.
bool text_query_get(cu_str query, const char *name, struct cu_buf *out);
