// SPDX-License-Identifier: Apache-2.0
// Words, numbers and times of definitions, in both directions. Numbers are ten-thousandths; times without a
// zone are the shop's.
#include "segment_language.h"

#include "text/text.h"

#include <math.h>
#include <stdio.h>

const char *const seg_cmp_names[] = {"is", "is_not", "less", "at_most", "more", "at_least", "between", "contains",
    "contains_not", "starts", "ends", "known", "unknown", "within", "not_within", "anniversary"};
const char *const seg_unit_names[] = {"minutes", "hours", "days", "weeks", "months", "years"};
const char *const seg_measure_names[] = {"count", "sum", "average", "minimum", "maximum", "distinct", "first", "latest",
    "days_active", "first_time", "last_time"};
const char *const seg_member_names[] = {"in", "entered", "left"};
_Static_assert(CU_COUNT(seg_cmp_names) == SEG_CMP_COUNT, "a name per comparison");
_Static_assert(CU_COUNT(seg_unit_names) == SEG_UNIT_COUNT, "a name per unit");
_Static_assert(CU_COUNT(seg_measure_names) == SEG_MEASURE_COUNT, "a name per measure");

const int32_t seg_unit_most[] = {SEG_WINDOW_MAX_DAYS * 1440, SEG_WINDOW_MAX_DAYS * 24, SEG_WINDOW_MAX_DAYS,
    SEG_WINDOW_MAX_DAYS / 7, SEG_WINDOW_MAX_DAYS / 365 * 12, SEG_WINDOW_MAX_DAYS / 365};

const char *seg_type_name(enum seg_type t)
{
    static const char *const names[] = {"a text", "a number", "a time", "yes or no"};
    return names[t];
}

bool seg_measure_of(enum seg_measure m)
{
    return m >= SEG_SUM && m <= SEG_LATEST;
}

bool seg_cmp_windowed(enum seg_cmp c)
{
    return c == SEG_WITHIN || c == SEG_NOT_WITHIN || c == SEG_ANNIVERSARY;
}

bool seg_cmp_plain(enum seg_cmp c)
{
    return c == SEG_KNOWN || c == SEG_UNKNOWN;
}

int seg_word_find(cu_str word, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (cu_str_eq_nocase(word, cu_str_of(names[i])))
            return (int)i;
    return -1;
}

// --- numbers

#define WHOLE_MAX INT64_C(900000000000000)
#define DECIMAL_MAX INT64_C(100000000000)

const char *const seg_number_faults[] = {"", "This is no number.", "A number has at most four decimals.",
    "Whole numbers go up to 900,000,000,000,000, decimals up to 100,000,000,000."};

enum seg_number_fault seg_number_parse(cu_str s, int64_t *ret)
{
    bool minus = s.len > 0 && s.ptr[0] == '-';
    size_t i = minus ? 1 : 0, digits = 0, decimals = 0;
    int64_t whole = 0, part = 0;
    for (; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++, digits++)
        if (whole <= WHOLE_MAX)
            whole = whole * 10 + (s.ptr[i] - '0');
    if (digits == 0)
        return SEG_NUMBER_NONE;
    if (i < s.len && s.ptr[i] == '.') {
        for (i++; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++, decimals++) {
            if (decimals >= 4 && s.ptr[i] != '0')
                return SEG_NUMBER_DECIMALS;
            if (decimals < 4)
                part = part * 10 + (s.ptr[i] - '0');
        }
        if (decimals == 0)
            return SEG_NUMBER_NONE;
    }
    if (i < s.len)
        return SEG_NUMBER_NONE;
    for (; decimals < 4; decimals++)
        part *= 10;
    if (whole > WHOLE_MAX || (part > 0 && whole >= DECIMAL_MAX))
        return SEG_NUMBER_LARGE;
    *ret = (minus ? -1 : 1) * (whole * 10000 + part);
    return SEG_NUMBER_FINE;
}

enum seg_number_fault seg_number_json(json v, int64_t *ret)
{
    int64_t whole = 0;
    double d = 0;
    if (json_i64(v, &whole)) {
        if (whole > WHOLE_MAX || whole < -WHOLE_MAX)
            return SEG_NUMBER_LARGE;
        *ret = whole * 10000;
        return SEG_NUMBER_FINE;
    }
    if (!json_double(v, &d))
        return SEG_NUMBER_NONE;
    if (!(fabs(d) < (double)DECIMAL_MAX))
        return SEG_NUMBER_LARGE;
    double scaled = d * 1e4, nearest = round(scaled);
    if (fabs(scaled - nearest) > 1e-6 + fabs(scaled) * 4e-16) // what a double cannot hold is no decimal
        return SEG_NUMBER_DECIMALS;
    *ret = (int64_t)nearest;
    return SEG_NUMBER_FINE;
}

void seg_number_print(int64_t v, char ret[SEG_NUMBER_TEXT])
{
    uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
    int n = snprintf(ret, SEG_NUMBER_TEXT, "%s%llu", v < 0 ? "-" : "", (unsigned long long)(u / 10000));
    if (u % 10000 == 0 || n < 0)
        return;
    n += snprintf(ret + n, SEG_NUMBER_TEXT - (size_t)n, ".%04u", (unsigned)(u % 10000));
    while (ret[n - 1] == '0')
        ret[--n] = 0;
}

// --- times

#define YEAR_1800_MS (-INT64_C(5364662400000))
#define YEAR_3000_MS INT64_C(32503680000000)
#define DAY_MS INT64_C(86400000)

bool seg_is_day(cu_str s)
{
    return s.len == 10;
}

static bool has_zone(cu_str s)
{
    char last = s.ptr[s.len - 1];
    if (last == 'Z' || last == 'z')
        return true;
    for (size_t i = 10; i < s.len; i++)
        if (s.ptr[i] == '+' || s.ptr[i] == '-')
            return true;
    return false;
}

// The moment at which clocks of the zone show this; of two the later, and where they jump over it, the moment
// as if they had not yet.
static int64_t from_local(int64_t local, const struct text_zone *z)
{
    int64_t before = local - (int64_t)text_zone_offset(z, local - DAY_MS) * 1000;
    int64_t after = local - (int64_t)text_zone_offset(z, local + DAY_MS) * 1000;
    return after + (int64_t)text_zone_offset(z, after) * 1000 == local ? after : before;
}

bool seg_time_parse(cu_str s, const struct text_zone *z, int64_t *ret_ms, bool *ret_day)
{
    int64_t ms = 0;
    s = cu_str_trim(s);
    if (s.len < 10 || !text_time_parse(s, &ms) || ms < YEAR_1800_MS || ms >= YEAR_3000_MS)
        return false;
    *ret_day = seg_is_day(s);
    if (*ret_day)
        ms = text_zone_day_start(z, text_day_of(ms));
    else if (!has_zone(s))
        ms = from_local(ms, z);
    *ret_ms = ms;
    return true;
}

int64_t seg_day_after(int64_t day_start, const struct text_zone *z)
{
    return text_zone_day_start(z, text_zone_day(z, day_start) + 1);
}

bool seg_last_day(int64_t end, const struct text_zone *z, int64_t *ret_start)
{
    int32_t day = text_zone_day(z, end);
    if (text_zone_day_start(z, day) != end)
        return false;
    *ret_start = text_zone_day_start(z, day - 1);
    return seg_day_after(*ret_start, z) == end;
}

bool seg_day_means_start(enum seg_cmp c)
{
    return c == SEG_LESS || c == SEG_AT_LEAST;
}

static void local_text(int64_t ms, const struct text_zone *z, char ret[TEXT_TIME_MAX])
{
    int64_t local = ms + (int64_t)text_zone_offset(z, ms) * 1000;
    text_time_format(local, ret);
    ret[10] = ' ';
    if (local % 1000 != 0)
        ret[23] = 0;
    else if (local % 60000 != 0)
        ret[19] = 0;
    else
        ret[16] = 0;
}

void seg_time_print(int64_t ms, const struct text_zone *z, bool day, char ret[TEXT_TIME_MAX])
{
    int64_t back = 0;
    bool whole = false;
    local_text(ms, z, ret);
    if (day && text_zone_day_start(z, text_zone_day(z, ms)) == ms) {
        ret[10] = 0;
        return;
    }
    if (!seg_time_parse(cu_str_of(ret), z, &back, &whole) || back != ms)
        text_time_format(ms, ret);
}

int64_t seg_unit_ms(enum seg_unit u)
{
    static const int64_t lengths[] = {60000, 3600000, 86400000, 604800000, 0, 0};
    return lengths[u];
}
