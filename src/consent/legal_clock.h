// SPDX-License-Identifier: Apache-2.0
// The clocks of the law as data: how long an answer may take, from when, in what unit. Sources stand in the
// table (legal_clock.c). Pure but for the zone's file.
//
// The rules of counting (Regulation (EEC, Euratom) 1182/71 art. 3; 11 CCR 7021):
//  - the day on which it begins does not count; a clock of days, business days or months ends with the last
//    moment of its last day in the shop's zone; hours are counted to the millisecond;
//  - a month later is the same day of that month, or its last day when it has no such day; an extension is
//    counted from the first day again (one month and two are three months), so it cannot lose days twice;
//  - business days are Monday to Friday without the holidays of the calendar. A clock of calendar days or months
//    that ends on a holiday is not made longer: the stricter reading.
#pragma once

#include "text/zone.h"

enum legal_unit { LEGAL_HOURS, LEGAL_DAYS, LEGAL_BUSINESS_DAYS, LEGAL_MONTHS };
enum legal_calendar { LEGAL_NO_CALENDAR, LEGAL_US_FEDERAL, LEGAL_EU_TARGET /* of the European Central Bank */ };
struct legal_clock {
    const char *name;    // "gdpr_answer"
    const char *doc;     // one sentence
    int32_t length, extension; // extension 0: cannot be extended
    enum legal_unit unit;
    enum legal_calendar calendar; // of LEGAL_BUSINESS_DAYS
    const char *source;  // "GDPR 12(3)"
};
extern const struct legal_clock legal_clocks[]; // ends with name NULL
const struct legal_clock *legal_clock_find(const char *name); // NULL when unknown
// The first moment that is too late. extended: with the extension. zone NULL: UTC.
int64_t legal_clock_due(const struct legal_clock *c, int64_t start_ms, bool extended, const struct text_zone *zone);
// How much of the clock has run: 0 .. 1000 (per mille), more when it is over.
int64_t legal_clock_used(int64_t start_ms, int64_t due_ms, int64_t now_ms);

bool legal_holiday(enum legal_calendar c, int32_t day); // day since 1970-01-01; also Saturday and Sunday
// The civil calendar (proleptic Gregorian): days since 1970-01-01 and back; month 1..12.
int32_t legal_day_of(int32_t year, int32_t month, int32_t day);
void legal_date_of(int32_t day, int32_t *year, int32_t *month, int32_t *ret_day);
int32_t legal_months_later(int32_t day, int32_t months); // with clamping
