// SPDX-License-Identifier: Apache-2.0
// Windows as intervals of time. Two views of the same definition, held against each other by tests:
// the range of moments that a window covers at `now`, and the interval of nows at which a moment is covered.
// Both edges of every window move forward only, so a moment is covered during one interval [enter, leave).
//
//   last a         shift(now, -a) < t <= now
//   next a         now < t <= shift(now, +a)
//   a to b ago     shift(now, -a) < t <= shift(now, -b)
//   before a ago   t <= shift(now, -a)
//   calendar       the whole local day, week, month or year, `a` periods before the one that holds now
//   dates          from <= t < to
//
// shift: minutes to weeks are so many milliseconds. Months and years go from the local day to the day of the same
// number in the other month and keep the time since its beginning (at most its length); where that month has
// no such day, the beginning of the next one.
#pragma once

#include "segment.h"
#include "text/zone.h"

struct seg_range {
    int64_t lo, hi; // both belong to it; lo > hi: empty
};
struct seg_range seg_window_range(const struct seg_window *w, const struct text_zone *zone, int64_t now_ms);
// enter: INT64_MIN: always since; INT64_MAX: never. leave: INT64_MIN: never in it; INT64_MAX: never out of it.
int64_t seg_window_enter(const struct seg_window *w, const struct text_zone *zone, int64_t t);
int64_t seg_window_leave(const struct seg_window *w, const struct text_zone *zone, int64_t t);
// The first moment after now at which `t in window` turns; INT64_MAX: never.
int64_t seg_window_turn(const struct seg_window *w, const struct text_zone *zone, int64_t t, int64_t now_ms);
int64_t seg_shift(const struct text_zone *zone, int64_t t, int64_t n, enum seg_unit unit);
// The earliest now with seg_shift(now, -n) >= t.
int64_t seg_reach(const struct text_zone *zone, int64_t t, int64_t n, enum seg_unit unit);

// Calendar arithmetic in days since 1970-01-01.
struct seg_civil {
    int32_t year, month, day; // month 1..12
};
struct seg_civil seg_civil_of(int32_t day);
int32_t seg_day_of(int32_t year, int32_t month, int32_t day);
int32_t seg_month_days(int32_t year, int32_t month);
// The day of the same number `months` later; false where there is none: *ret is the first of the month after.
bool seg_day_shift(int32_t day, int64_t months, int32_t *ret);

// Anniversaries: does a local day of the window fall on the month and day of `day`? 29 February counts on the 28th in
// other years. Windows are whole days: "last 7 days" are today and the six before, "next 7 days" today and the six after.
bool seg_anniversary(const struct seg_window *w, const struct text_zone *zone, int32_t day, int64_t now_ms);
int64_t seg_anniversary_turn(const struct seg_window *w, const struct text_zone *zone, int32_t day, int64_t now_ms);
