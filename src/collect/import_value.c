// SPDX-License-Identifier: Apache-2.0
// Cells to values. Strict where money and time are concerned: what could be meant in two ways is
// refused, and the row goes to the file of bad rows with the reason.
#include "import_value.h"

#include "text/text.h"

#include <stdio.h>

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

// ---- numbers

// Strips sign, blanks and one currency sign at either end.
static cu_str bare_number(cu_str s, bool *ret_negative)
{
    static const char *const signs[] = {
        "\xe2\x82\xac", "\xc2\xa3", "$", "\xc2\xa5"}; // EUR GBP USD JPY
    s = cu_str_trim(s);
    *ret_negative = false;
    bool sign_seen = false;
    for (int turn = 0; turn < 2 && s.len > 0; turn++) {
        if (!sign_seen && (s.ptr[0] == '-' || s.ptr[0] == '+')) {
            sign_seen = true;
            *ret_negative = s.ptr[0] == '-';
            s = cu_str_trim(cu_str_sub(s, 1, s.len));
        }
        for (size_t i = 0; i < CU_COUNT(signs); i++) {
            cu_str sign = cu_str_of(signs[i]);
            if (cu_str_starts(s, sign))
                s = cu_str_trim(cu_str_sub(s, sign.len, s.len));
            else if (cu_str_ends(s, sign))
                s = cu_str_trim(cu_str_sub(s, 0, s.len - sign.len));
        }
    }
    return s;
}

static size_t count_of(cu_str s, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += s.ptr[i] == c;
    return n;
}

// Which signs separate decimals and thousands; 0 when none does. A single comma before exactly
// three digits separates thousands, as spreadsheets write them.
static void number_signs(cu_str s, char *ret_decimal, char *ret_thousands)
{
    size_t commas = count_of(s, ','), points = count_of(s, '.');
    *ret_decimal = points == 1 ? '.' : 0;
    *ret_thousands = points > 1 ? '.' : ',';
    if (s.ptr && commas > 0 && points > 0) {
        bool comma_last = memrchr(s.ptr, ',', s.len) > memrchr(s.ptr, '.', s.len);
        *ret_decimal = comma_last ? ',' : '.';
        *ret_thousands = comma_last ? '.' : ',';
    } else if (commas == 1 && s.len - (size_t)cu_str_find(s, ',') - 1 != 3) {
        *ret_decimal = ',';
        *ret_thousands = '.';
    }
}

// Digits in groups of three behind `thousands`, or without groups.
static bool whole_digits(cu_str s, char thousands, char digits[24], size_t *ret_len)
{
    size_t len = 0, group = 0;
    bool grouped = false;
    for (size_t i = 0; i < s.len; i++) {
        if (digit(s.ptr[i])) {
            if (len == 18)
                return false;
            digits[len++] = s.ptr[i];
            group++;
            continue;
        }
        bool separator = s.ptr[i] == thousands || s.ptr[i] == ' ' || s.ptr[i] == '\'';
        if (!separator || len == 0 || (grouped ? group != 3 : group > 3))
            return false;
        grouped = true;
        group = 0;
    }
    *ret_len = len;
    return !grouped || group == 3;
}

bool import_number(cu_str cell, struct cu_buf *out)
{
    bool negative;
    cu_str s = bare_number(cell, &negative);
    char sign, thousands, digits[24];
    number_signs(s, &sign, &thousands);
    ptrdiff_t at = sign ? cu_str_find(s, sign) : -1;
    cu_str whole = at < 0 ? s : cu_str_sub(s, 0, (size_t)at);
    cu_str part = at < 0 ? CU_LIT("") : cu_str_sub(s, (size_t)at + 1, s.len);
    size_t len = 0, zeros = 0;
    if (!whole_digits(whole, thousands, digits, &len))
        return false;
    while (part.len > 0 && part.ptr[part.len - 1] == '0')
        part.len--;
    for (size_t i = 0; i < part.len; i++)
        if (!digit(part.ptr[i]))
            return false;
    if (part.len > 4 || (len == 0 && part.len == 0))
        return false;
    while (zeros + 1 < len && digits[zeros] == '0')
        zeros++;
    if (negative)
        cu_buf_char(out, '-');
    if (len == 0)
        cu_buf_char(out, '0');
    cu_buf_add(out, digits + zeros, len - zeros);
    if (part.len > 0) {
        cu_buf_char(out, '.');
        cu_buf_str(out, part);
    }
    return !out->failed;
}

// ---- times

static bool take_int(cu_str *s, int *ret)
{
    int v = 0;
    size_t n = 0;
    while (n < s->len && n < 4 && digit(s->ptr[n]))
        v = v * 10 + (s->ptr[n++] - '0');
    *s = cu_str_sub(*s, n, s->len);
    *ret = v;
    return n > 0;
}

static bool take_char(cu_str *s, char c)
{
    if (s->len == 0 || s->ptr[0] != c)
        return false;
    *s = cu_str_sub(*s, 1, s->len);
    return true;
}

// a<sign>b<sign>year; the rest (a clock) stays in *s.
static bool take_three(cu_str *s, char sign, int ret[3])
{
    return take_int(s, &ret[0]) && take_char(s, sign) && take_int(s, &ret[1]) &&
           take_char(s, sign) && take_int(s, &ret[2]) && ret[2] >= 1000;
}

bool import_dates_look(cu_str cell, int *first_max, int *second_max)
{
    int parts[3];
    cell = cu_str_trim(cell);
    if (!take_three(&cell, '/', parts))
        return false;
    *first_max = parts[0] > *first_max ? parts[0] : *first_max;
    *second_max = parts[1] > *second_max ? parts[1] : *second_max;
    return true;
}

// " 10:00", " 10:00:30", " 1:05 PM", or nothing.
static bool take_clock(cu_str s, int ret[3])
{
    ret[0] = ret[1] = ret[2] = 0;
    s = cu_str_trim(s);
    if (s.len == 0)
        return true;
    (void)take_char(&s, ',');
    s = cu_str_trim(s);
    if (!take_int(&s, &ret[0]) || !take_char(&s, ':') || !take_int(&s, &ret[1]))
        return false;
    if (take_char(&s, ':') && !take_int(&s, &ret[2]))
        return false;
    s = cu_str_trim(s);
    bool am = cu_str_eq_nocase(s, CU_LIT("am")), pm = cu_str_eq_nocase(s, CU_LIT("pm"));
    if ((am || pm) && (ret[0] < 1 || ret[0] > 12))
        return false;
    if (am || pm)
        ret[0] = ret[0] % 12 + (pm ? 12 : 0);
    return s.len == 0 || am || pm;
}

static bool civil_time(int year, int month, int day, cu_str rest, int64_t *ret_ms)
{
    int clock[3];
    char iso[48];
    if (!take_clock(rest, clock))
        return false;
    int n = snprintf(iso, sizeof iso, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, clock[0],
        clock[1], clock[2]);
    return n == 20 && text_time_parse((cu_str){iso, 20}, ret_ms);
}

// "2026-01-31 10:00:00 +0100" and "... UTC": the zone moves up to the time.
static bool spaced_zone(cu_str s, int64_t *ret_ms)
{
    char copy[48];
    ptrdiff_t last = -1;
    for (size_t i = 11; i < s.len; i++)
        if (s.ptr[i] == ' ')
            last = (ptrdiff_t)i;
    if (last < 0 || s.len >= sizeof copy)
        return false;
    cu_str zone = cu_str_sub(s, (size_t)last + 1, s.len);
    bool utc = cu_str_eq_nocase(zone, CU_LIT("UTC")) || cu_str_eq_nocase(zone, CU_LIT("GMT"));
    int n =
        snprintf(copy, sizeof copy, "%.*s%.*s", (int)last, s.ptr, CU_ARG(utc ? CU_LIT("Z") : zone));
    return n > 0 && text_time_parse((cu_str){copy, (size_t)n}, ret_ms);
}

static bool since_1970(cu_str s, int64_t *ret_ms)
{
    int64_t n;
    if ((s.len != 10 && s.len != 13) || !cu_str_i64(s, &n) || n < 0)
        return false;
    *ret_ms = s.len == 10 ? n * 1000 : n;
    return true;
}

bool import_time(cu_str cell, enum import_dates dates, int64_t *ret_ms)
{
    cu_str s = cu_str_trim(cell), rest = s;
    int p[3];
    if (text_time_parse(s, ret_ms) || since_1970(s, ret_ms))
        return true;
    if (s.len > 11 && s.ptr[4] == '-')
        return spaced_zone(s, ret_ms);
    if (take_three(&rest, '.', p))
        return civil_time(p[2], p[1], p[0], rest, ret_ms);
    rest = s;
    if (!take_three(&rest, '/', p))
        return false;
    if (p[0] > 12 || dates == IMPORT_DATES_DMY)
        return dates != IMPORT_DATES_MDY && civil_time(p[2], p[1], p[0], rest, ret_ms);
    if (p[1] > 12 || dates == IMPORT_DATES_MDY || p[0] == p[1])
        return civil_time(p[2], p[0], p[1], rest, ret_ms);
    return false; // could be either
}

// ---- others

bool import_bool(cu_str cell, bool *ret)
{
    static const char *const words[2][8] = {
        {"no", "false", "0", "n", "off", "unsubscribed", "not_subscribed", NULL},
        {"yes", "true", "1", "y", "on", "subscribed", "accepted", NULL},
    };
    cu_str s = cu_str_trim(cell);
    for (int truth = 0; truth < 2; truth++)
        for (size_t i = 0; words[truth][i]; i++)
            if (cu_str_eq_nocase(s, cu_str_of(words[truth][i]))) {
                *ret = truth == 1;
                return true;
            }
    return false;
}

cu_str import_id(cu_str cell)
{
    cu_str s = cu_str_trim(cell);
    if (!cu_str_ends(s, CU_LIT(".0")))
        return s;
    for (size_t i = 0; i + 2 < s.len; i++)
        if (!digit(s.ptr[i]))
            return s;
    return s.len > 2 ? cu_str_sub(s, 0, s.len - 2) : s;
}
