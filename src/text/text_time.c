// SPDX-License-Identifier: Apache-2.0
// Time as text. Civil-date arithmetic after Hinnant, "chrono-Compatible Low-Level Date Algorithms".
#include "text.h"

#include <stdio.h>

enum { DAY_MS = 86400000 };

static int64_t days_from_civil(int64_t y, int m, int d)
{
    y -= m <= 2;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void civil_from_days(int64_t z, int *ret_y, int *ret_m, int *ret_d)
{
    z += 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *ret_d = (int)(doy - (153 * mp + 2) / 5 + 1);
    *ret_m = (int)(mp < 10 ? mp + 3 : mp - 9);
    *ret_y = (int)(yoe + era * 400 + (*ret_m <= 2));
}

static bool digits(cu_str *s, size_t count, int *ret)
{
    if (s->len < count)
        return false;
    int v = 0;
    for (size_t i = 0; i < count; i++) {
        if (s->ptr[i] < '0' || s->ptr[i] > '9')
            return false;
        v = v * 10 + (s->ptr[i] - '0');
    }
    *s = cu_str_sub(*s, count, s->len);
    *ret = v;
    return true;
}

static bool skip(cu_str *s, char c)
{
    if (s->len == 0 || s->ptr[0] != c)
        return false;
    *s = cu_str_sub(*s, 1, s->len);
    return true;
}

static int month_days(int y, int m)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return m == 2 && leap ? 29 : lengths[m - 1];
}

static bool parse_date(cu_str *s, int64_t *ret_day)
{
    int y = 0, m = 0, d = 0;
    if (!digits(s, 4, &y) || !skip(s, '-') || !digits(s, 2, &m) || !skip(s, '-') ||
        !digits(s, 2, &d))
        return false;
    if (y < 1 || m < 1 || m > 12 || d < 1 || d > month_days(y, m))
        return false;
    *ret_day = days_from_civil(y, m, d);
    return true;
}

static bool parse_fraction(cu_str *s, int *ret_ms)
{
    int ms = 0, scale = 100;
    size_t count = 0;
    while (s->len && s->ptr[0] >= '0' && s->ptr[0] <= '9') {
        ms += (s->ptr[0] - '0') * scale; // digits beyond milliseconds add nothing
        scale /= 10;
        count++;
        *s = cu_str_sub(*s, 1, s->len);
    }
    *ret_ms = ms;
    return count > 0 && count <= 12;
}

static bool parse_zone(cu_str *s, int *ret_minutes)
{
    if (s->len == 0 || skip(s, 'Z') || skip(s, 'z'))
        return true;
    bool west = s->ptr[0] == '-';
    int h = 0, m = 0;
    if (!west && s->ptr[0] != '+')
        return false;
    *s = cu_str_sub(*s, 1, s->len);
    if (!digits(s, 2, &h))
        return false;
    (void)skip(s, ':');
    if (s->len && !digits(s, 2, &m))
        return false;
    if (h > 18 || m > 59)
        return false;
    *ret_minutes = (west ? -1 : 1) * (h * 60 + m);
    return true;
}

bool text_time_parse(cu_str s, int64_t *ret_ms)
{
    int64_t day = 0;
    int h = 0, m = 0, sec = 0, ms = 0, zone = 0;
    s = cu_str_trim(s);
    if (!parse_date(&s, &day))
        return false;
    if (s.len) {
        if (!skip(&s, 'T') && !skip(&s, 't') && !skip(&s, ' '))
            return false;
        if (!digits(&s, 2, &h) || !skip(&s, ':') || !digits(&s, 2, &m))
            return false;
        if (skip(&s, ':') && !digits(&s, 2, &sec))
            return false;
        if ((skip(&s, '.') || skip(&s, ',')) && !parse_fraction(&s, &ms))
            return false;
        if (s.len && s.ptr[0] == ' ')
            s = cu_str_trim(s); // "2026-11-21 10:00:00 +0000", as Shopify exports write it
        if (!parse_zone(&s, &zone) || s.len)
            return false;
    }
    if (h > 23 || m > 59 || sec > 60)
        return false;
    *ret_ms = day * DAY_MS + ((int64_t)h * 60 + m - zone) * 60000 + (int64_t)sec * 1000 + ms;
    return true;
}

int32_t text_day_of(int64_t ms)
{
    int64_t day = ms / DAY_MS;
    return (int32_t)(ms % DAY_MS < 0 ? day - 1 : day);
}

int64_t text_day_start(int32_t day)
{
    return (int64_t)day * DAY_MS;
}

void text_time_format(int64_t ms, char ret[TEXT_TIME_MAX])
{
    int32_t day = text_day_of(ms);
    int64_t rest = ms - text_day_start(day);
    int y = 0, m = 0, d = 0;
    civil_from_days(day, &y, &m, &d);
    if (y < 1 || y > 9999) { // outside what ISO 8601 writes in four digits
        memcpy(ret, y < 1 ? "0001-01-01T00:00:00.000Z" : "9999-12-31T23:59:59.999Z", 25);
        return;
    }
    char text[96];
    (void)snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", y, m, d,
        (int)(rest / 3600000), (int)(rest / 60000 % 60), (int)(rest / 1000 % 60),
        (int)(rest % 1000));
    memcpy(ret, text, 25);
}
