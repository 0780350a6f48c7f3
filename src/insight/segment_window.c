// SPDX-License-Identifier: Apache-2.0
// Where a window's edges stand and when a moment crosses them (segment_window.h).
#include "segment_window.h"

#define DAY_MS INT64_C(86400000)
#define FAR_MS INT64_C(4000000000000000) // times beyond it (the year 128,000) are taken as it in calendars

static int64_t add(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return b > 0 ? INT64_MAX : INT64_MIN;
    return sum;
}

static int64_t clamp(int64_t t)
{
    return t > FAR_MS ? FAR_MS : t < -FAR_MS ? -FAR_MS : t;
}

// ---- the calendar (Howard Hinnant's days_from_civil and its inverse: years begin on 1 March)

struct seg_civil seg_civil_of(int32_t day)
{
    int64_t z = (int64_t)day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    int32_t month = (int32_t)(mp < 10 ? mp + 3 : mp - 9);
    return (struct seg_civil){.year = (int32_t)(yoe + era * 400) + (month <= 2),
        .month = month,
        .day = (int32_t)(doy - (153 * mp + 2) / 5 + 1)};
}

int32_t seg_day_of(int32_t year, int32_t month, int32_t day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return (int32_t)(era * 146097 + doe - 719468);
}

int32_t seg_month_days(int32_t year, int32_t month)
{
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

bool seg_day_shift(int32_t day, int64_t months, int32_t *ret)
{
    struct seg_civil c = seg_civil_of(day);
    int64_t month = (int64_t)c.year * 12 + c.month - 1 + months;
    int32_t year = (int32_t)floor_div(month, 12), number = (int32_t)(month - floor_div(month, 12) * 12) + 1;
    int32_t days = seg_month_days(year, number);
    *ret = seg_day_of(year, number, c.day <= days ? c.day : days) + (c.day > days);
    return c.day <= days;
}

// ---- shifting

static int64_t unit_ms(enum seg_unit unit)
{
    static const int64_t ms[] = {
        [SEG_MINUTES] = 60000, [SEG_HOURS] = 3600000, [SEG_DAYS] = DAY_MS, [SEG_WEEKS] = 7 * DAY_MS};
    return ms[unit];
}

static bool by_calendar(enum seg_unit unit)
{
    return unit == SEG_MONTHS || unit == SEG_YEARS;
}

static int64_t months_of(int64_t n, enum seg_unit unit)
{
    return unit == SEG_YEARS ? n * 12 : n;
}

int64_t seg_shift(const struct text_zone *zone, int64_t t, int64_t n, enum seg_unit unit)
{
    if (!by_calendar(unit))
        return add(t, n * unit_ms(unit));
    t = clamp(t);
    int32_t day = text_zone_day(zone, t), target;
    if (!seg_day_shift(day, months_of(n, unit), &target))
        return text_zone_day_start(zone, target);
    int64_t at = text_zone_day_start(zone, target) + (t - text_zone_day_start(zone, day));
    int64_t end = text_zone_day_start(zone, target + 1);
    return at < end ? at : end;
}

// The inverse of shift: exact where the days have a fellow; where they have none, the day after all that had one.
// At the very beginning of a day, the rest of a longer day (25 hours) before may be there already.
int64_t seg_reach(const struct text_zone *zone, int64_t t, int64_t n, enum seg_unit unit)
{
    if (!by_calendar(unit))
        return add(t, n * unit_ms(unit));
    t = clamp(t);
    int64_t months = months_of(n, unit);
    int32_t day = text_zone_day(zone, t), fellow;
    int64_t start = text_zone_day_start(zone, day), since = t - start;
    if (since == 0 && seg_day_shift(day - 1, months, &fellow)) {
        int64_t at = text_zone_day_start(zone, fellow) + (start - text_zone_day_start(zone, day - 1));
        int64_t next = text_zone_day_start(zone, fellow + 1);
        return at < next ? at : next;
    }
    if (!seg_day_shift(day, months, &fellow))
        return text_zone_day_start(zone, fellow);
    int64_t at = text_zone_day_start(zone, fellow) + since;
    int64_t next = text_zone_day_start(zone, fellow + 1);
    return at < next ? at : next;
}

// ---- calendar periods, numbered

static int64_t period_of(enum seg_unit unit, const struct text_zone *zone, int64_t t)
{
    int32_t day = text_zone_day(zone, clamp(t));
    if (unit == SEG_WEEKS)
        return floor_div((int64_t)day + 3, 7); // 1970-01-01 was a Thursday
    if (!by_calendar(unit))
        return day;
    struct seg_civil c = seg_civil_of(day);
    return unit == SEG_YEARS ? c.year : (int64_t)c.year * 12 + c.month - 1;
}

static int64_t period_start(enum seg_unit unit, const struct text_zone *zone, int64_t period)
{
    if (unit == SEG_WEEKS)
        return text_zone_day_start(zone, (int32_t)(period * 7 - 3));
    if (!by_calendar(unit))
        return text_zone_day_start(zone, (int32_t)period);
    if (unit == SEG_YEARS)
        return text_zone_day_start(zone, seg_day_of((int32_t)period, 1, 1));
    int64_t year = floor_div(period, 12);
    return text_zone_day_start(zone, seg_day_of((int32_t)year, (int32_t)(period - year * 12) + 1, 1));
}

// ---- windows

struct seg_range seg_window_range(const struct seg_window *w, const struct text_zone *zone, int64_t now_ms)
{
    int64_t period;
    switch (w->kind) {
    case SEG_EVER:
        break;
    case SEG_LAST:
        return (struct seg_range){add(seg_shift(zone, now_ms, -(int64_t)w->a, w->unit), 1), now_ms};
    case SEG_NEXT:
        return (struct seg_range){add(now_ms, 1), seg_shift(zone, now_ms, w->a, w->unit)};
    case SEG_AGO:
        return (struct seg_range){
            add(seg_shift(zone, now_ms, -(int64_t)w->a, w->unit), 1), seg_shift(zone, now_ms, -(int64_t)w->b, w->unit)};
    case SEG_BEFORE_AGO:
        return (struct seg_range){INT64_MIN, seg_shift(zone, now_ms, -(int64_t)w->a, w->unit)};
    case SEG_CALENDAR:
        period = period_of(w->unit, zone, now_ms) - w->a;
        return (struct seg_range){period_start(w->unit, zone, period), period_start(w->unit, zone, period + 1) - 1};
    case SEG_DATES:
        return (struct seg_range){w->from_ms, w->to_ms == INT64_MAX ? INT64_MAX : add(w->to_ms, -1)};
    }
    return (struct seg_range){INT64_MIN, INT64_MAX};
}

int64_t seg_window_enter(const struct seg_window *w, const struct text_zone *zone, int64_t t)
{
    switch (w->kind) {
    case SEG_EVER:
        return INT64_MIN;
    case SEG_LAST:
        return t;
    case SEG_NEXT:
        return seg_reach(zone, t, -(int64_t)w->a, w->unit);
    case SEG_AGO:
        return seg_reach(zone, t, w->b, w->unit);
    case SEG_BEFORE_AGO:
        return seg_reach(zone, t, w->a, w->unit);
    case SEG_CALENDAR:
        return period_start(w->unit, zone, period_of(w->unit, zone, t) + w->a);
    case SEG_DATES:
        return w->to_ms == INT64_MAX || t < w->to_ms ? INT64_MIN : INT64_MAX;
    }
    return INT64_MAX;
}

int64_t seg_window_leave(const struct seg_window *w, const struct text_zone *zone, int64_t t)
{
    switch (w->kind) {
    case SEG_EVER:
    case SEG_BEFORE_AGO:
        return INT64_MAX;
    case SEG_LAST:
    case SEG_AGO:
        return seg_reach(zone, t, w->a, w->unit);
    case SEG_NEXT:
        return t;
    case SEG_CALENDAR:
        return period_start(w->unit, zone, period_of(w->unit, zone, t) + w->a + 1);
    case SEG_DATES:
        return t >= w->from_ms ? INT64_MAX : INT64_MIN;
    }
    return INT64_MIN;
}

int64_t seg_window_turn(const struct seg_window *w, const struct text_zone *zone, int64_t t, int64_t now_ms)
{
    int64_t leave = seg_window_leave(w, zone, t);
    if (leave <= now_ms)
        return INT64_MAX;
    int64_t enter = seg_window_enter(w, zone, t);
    if (enter >= leave)
        return INT64_MAX;
    return enter > now_ms ? enter : leave;
}
