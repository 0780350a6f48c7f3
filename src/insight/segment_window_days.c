// SPDX-License-Identifier: Apache-2.0
// Anniversaries: windows as whole local days, and when a birthday comes into one or out of it.
#include "segment_window.h"

#define LOOK_DAYS (2 * 366) // every anniversary comes and goes within so many days
#define ALWAYS_DAYS 400     // a window so wide holds every anniversary, whatever its months are

struct days {
    int64_t first, last; // both belong to it; first > last: none
};

static int64_t whole_days(int64_t n, enum seg_unit unit)
{
    switch (unit) {
    case SEG_MINUTES:
        return (n + 1439) / 1440;
    case SEG_HOURS:
        return (n + 23) / 24;
    case SEG_WEEKS:
        return n * 7;
    case SEG_DAYS:
    case SEG_MONTHS:
    case SEG_YEARS:
        break;
    }
    return n;
}

static int64_t moved(int32_t today, int64_t n, enum seg_unit unit)
{
    if (unit != SEG_MONTHS && unit != SEG_YEARS)
        return today + (n < 0 ? -whole_days(-n, unit) : whole_days(n, unit));
    int32_t day;
    (void)seg_day_shift(today, unit == SEG_YEARS ? n * 12 : n, &day);
    return day;
}

static struct days calendar_days(const struct seg_window *w, int32_t today)
{
    struct seg_civil c = seg_civil_of(today);
    if (w->unit == SEG_WEEKS) {
        int64_t monday = today - (((int64_t)today + 3) % 7 + 7) % 7 - 7 * (int64_t)w->a;
        return (struct days){monday, monday + 6};
    }
    if (w->unit == SEG_YEARS)
        return (struct days){seg_day_of(c.year - w->a, 1, 1), seg_day_of(c.year - w->a, 12, 31)};
    if (w->unit != SEG_MONTHS)
        return (struct days){today - w->a, today - w->a};
    int32_t first, next;
    (void)seg_day_shift(seg_day_of(c.year, c.month, 1), -(int64_t)w->a, &first);
    (void)seg_day_shift(first, 1, &next);
    return (struct days){first, next - 1};
}

static struct days window_days(const struct seg_window *w, const struct text_zone *zone, int32_t today)
{
    switch (w->kind) {
    case SEG_EVER:
        break;
    case SEG_LAST:
        return (struct days){moved(today, -(int64_t)w->a, w->unit) + 1, today};
    case SEG_NEXT:
        return (struct days){today, moved(today, w->a, w->unit) - 1};
    case SEG_AGO:
        return (struct days){moved(today, -(int64_t)w->a, w->unit) + 1, moved(today, -(int64_t)w->b, w->unit)};
    case SEG_BEFORE_AGO:
        return (struct days){INT32_MIN, moved(today, -(int64_t)w->a, w->unit)};
    case SEG_CALENDAR:
        return calendar_days(w, today);
    case SEG_DATES:
        return (struct days){w->from_ms == INT64_MIN ? INT32_MIN : text_zone_day(zone, w->from_ms),
            w->to_ms == INT64_MAX ? INT32_MAX : text_zone_day(zone, w->to_ms - 1)};
    }
    return (struct days){INT32_MIN, INT32_MAX};
}

// The first anniversary on or after a day.
static int32_t anniversary_from(struct seg_civil born, int32_t from)
{
    struct seg_civil c = seg_civil_of(from);
    for (int32_t year = c.year;; year++) {
        int32_t days = seg_month_days(year, born.month);
        int32_t day = seg_day_of(year, born.month, born.day <= days ? born.day : days);
        if (day >= from)
            return day;
    }
}

static bool has_anniversary(struct seg_civil born, struct days d)
{
    if (d.last - d.first >= 366)
        return true;
    return d.first <= d.last && anniversary_from(born, (int32_t)d.first) <= d.last;
}

bool seg_anniversary(const struct seg_window *w, const struct text_zone *zone, int32_t day, int64_t now_ms)
{
    return has_anniversary(seg_civil_of(day), window_days(w, zone, text_zone_day(zone, now_ms)));
}

// The first day after today whose window ends at or behind `edge` (by_end) or begins behind it; both only move forward.
static int64_t first_day(
    const struct seg_window *w, const struct text_zone *zone, int32_t today, bool by_end, int32_t edge)
{
    int32_t lo = today, hi = today + LOOK_DAYS;
    while (hi - lo > 1) {
        int32_t mid = lo + (hi - lo) / 2;
        struct days d = window_days(w, zone, mid);
        if (by_end ? d.last >= edge : d.first > edge)
            hi = mid;
        else
            lo = mid;
    }
    return text_zone_day_start(zone, hi); // where it never does: looked at again in two years
}

int64_t seg_anniversary_turn(const struct seg_window *w, const struct text_zone *zone, int32_t day, int64_t now_ms)
{
    int32_t today = text_zone_day(zone, now_ms);
    struct seg_civil born = seg_civil_of(day);
    struct days d = window_days(w, zone, today);
    if (w->kind == SEG_EVER || w->kind == SEG_DATES || w->kind == SEG_BEFORE_AGO || d.last - d.first >= ALWAYS_DAYS)
        return INT64_MAX;
    if (!has_anniversary(born, d))
        return first_day(w, zone, today, true, anniversary_from(born, (int32_t)d.last + 1));
    int32_t latest = anniversary_from(born, (int32_t)d.first);
    for (int32_t next; (next = anniversary_from(born, latest + 1)) <= d.last; latest = next)
        ;
    return first_day(w, zone, today, false, latest);
}
