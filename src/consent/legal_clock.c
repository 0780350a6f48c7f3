// SPDX-License-Identifier: Apache-2.0
// The table of legal clocks and how they are counted. See legal_clock.h.
#include "legal_clock.h"

const struct legal_clock legal_clocks[] = {
    {"gdpr_answer", "An answer to a request of the person: what was done about it.", 1, 2, LEGAL_MONTHS, LEGAL_NO_CALENDAR, "GDPR 12(3)"},
    {"gdpr_refusal", "The reasons, when nothing is done, and where to complain.", 1, 0, LEGAL_MONTHS, LEGAL_NO_CALENDAR, "GDPR 12(4)"},
    {"gdpr_inform", "Telling people whose data came from somebody else.", 1, 0, LEGAL_MONTHS, LEGAL_NO_CALENDAR, "GDPR 14(3)(a)"},
    {"gdpr_breach", "Telling the authority of a breach, from becoming aware of it.", 72, 0, LEGAL_HOURS, LEGAL_NO_CALENDAR, "GDPR 33(1)"},
    {"ccpa_confirm", "Confirming that a request was received.", 10, 0, LEGAL_BUSINESS_DAYS, LEGAL_US_FEDERAL, "11 CCR 7021(a)"},
    {"ccpa_answer", "An answer to a request to know, delete or correct.", 45, 45, LEGAL_DAYS, LEGAL_NO_CALENDAR, "11 CCR 7021(b)"},
    {"ccpa_opt_out", "Ending sale and sharing after an opt-out.", 15, 0, LEGAL_BUSINESS_DAYS, LEGAL_US_FEDERAL, "11 CCR 7026(f)"},
    {"ccpa_no_re_ask", "Not asking again after an opt-out.", 12, 0, LEGAL_MONTHS, LEGAL_NO_CALENDAR, "CCPA 1798.135(c)(4)"},
    {"ccpa_policy", "Reviewing the privacy policy.", 12, 0, LEGAL_MONTHS, LEGAL_NO_CALENDAR, "CCPA 1798.130(a)(5)"},
    {"ccpa_records", "Keeping records of requests, from their closing.", 24, 0, LEGAL_MONTHS, LEGAL_NO_CALENDAR, "11 CCR 7101(a)"},
    {"tcf_re_ask", "Asking again for consent given through a TC string.", 13, 0, LEGAL_MONTHS, LEGAL_NO_CALENDAR, "IAB TCF"},
    {"can_spam_opt_out", "Ending commercial mail after an opt-out.", 10, 0, LEGAL_BUSINESS_DAYS, LEGAL_US_FEDERAL, "16 CFR 316.4"},
    {"bulk_unsubscribe", "Honouring an unsubscription, as large mailbox providers ask.", 48, 0, LEGAL_HOURS, LEGAL_NO_CALENDAR, "sender guidelines"},
    {"uk_complaint", "Acknowledging a complaint.", 30, 0, LEGAL_DAYS, LEGAL_NO_CALENDAR, "UK DPA 164A"},
    {NULL, NULL, 0, 0, LEGAL_HOURS, LEGAL_NO_CALENDAR, NULL},
};

const struct legal_clock *legal_clock_find(const char *name)
{
    for (const struct legal_clock *c = legal_clocks; c->name; c++) {
        if (strcmp(c->name, name) == 0)
            return c;
    }
    return NULL;
}

// ---- the civil calendar: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"

int32_t legal_day_of(int32_t year, int32_t month, int32_t day)
{
    year -= month <= 2;
    int32_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    int32_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void legal_date_of(int32_t day, int32_t *year, int32_t *month, int32_t *ret_day)
{
    day += 719468;
    int32_t era = (day >= 0 ? day : day - 146096) / 146097, of_era = day - era * 146097;
    int32_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int32_t of_year = of_era - (365 * years + years / 4 - years / 100), m = (5 * of_year + 2) / 153;
    *ret_day = of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = years + era * 400 + (*month <= 2);
}

static int32_t month_length(int32_t year, int32_t month)
{
    static const int32_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return lengths[month - 1] + (month == 2 && leap);
}

int32_t legal_months_later(int32_t from, int32_t months)
{
    int32_t year, month, day;
    legal_date_of(from, &year, &month, &day);
    int32_t at = year * 12 + month - 1 + months;
    year = at >= 0 ? at / 12 : -((11 - at) / 12);
    month = at - year * 12 + 1;
    int32_t last = month_length(year, month);
    return legal_day_of(year, month, day < last ? day : last);
}

// ---- holidays

static int32_t weekday(int32_t day) // 0 Monday .. 6 Sunday
{
    return ((day + 3) % 7 + 7) % 7;
}

// The n-th (from 1; -1: the last) such weekday of a month.
static int32_t nth_weekday(int32_t year, int32_t month, int32_t wanted, int32_t n)
{
    if (n < 0) {
        int32_t last = legal_day_of(year, month, month_length(year, month));
        return last - (weekday(last) - wanted + 7) % 7;
    }
    int32_t first = legal_day_of(year, month, 1);
    return first + (wanted - weekday(first) + 7) % 7 + (n - 1) * 7;
}

// 5 U.S.C. 6103: a holiday on Saturday is observed on Friday, one on Sunday on Monday.
static bool us_observed(int32_t day, int32_t holiday)
{
    int32_t w = weekday(holiday);
    return day == holiday - (w == 5) + (w == 6);
}

static bool us_federal(int32_t day)
{
    static const struct {
        int32_t month, weekday, n;
    } moving[] = {{1, 0, 3}, {2, 0, 3}, {5, 0, -1}, {9, 0, 1}, {10, 0, 2}, {11, 3, 4}};
    static const struct {
        int32_t month, day, since;
    } fixed[] = {{1, 1, 1870}, {6, 19, 2021}, {7, 4, 1870}, {11, 11, 1938}, {12, 25, 1870}};
    int32_t year, month, of_month;
    legal_date_of(day, &year, &month, &of_month);
    for (size_t i = 0; i < CU_COUNT(moving); i++) {
        if (day == nth_weekday(year, moving[i].month, moving[i].weekday, moving[i].n))
            return true;
    }
    for (size_t i = 0; i < CU_COUNT(fixed); i++) {
        if (year >= fixed[i].since && us_observed(day, legal_day_of(year, fixed[i].month, fixed[i].day)))
            return true;
    }
    return us_observed(day, legal_day_of(year + 1, 1, 1)); // New Year's Day on a Saturday
}

// Easter Sunday: the anonymous Gregorian computus (Meeus, Jones, Butcher).
static int32_t easter(int32_t year)
{
    int32_t a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    int32_t h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
    int32_t m = (a + 11 * h + 22 * l) / 451, month = (h + l - 7 * m + 114) / 31;
    return legal_day_of(year, month, (h + l - 7 * m + 114) % 31 + 1);
}

static bool eu_target(int32_t day)
{
    int32_t year, month, of_month;
    legal_date_of(day, &year, &month, &of_month);
    int32_t sunday = easter(year);
    return (month == 1 && of_month == 1) || day == sunday - 2 || day == sunday + 1 || (month == 5 && of_month == 1) ||
           (month == 12 && (of_month == 25 || of_month == 26));
}

bool legal_holiday(enum legal_calendar c, int32_t day)
{
    if (weekday(day) >= 5)
        return true;
    switch (c) {
    case LEGAL_US_FEDERAL:
        return us_federal(day);
    case LEGAL_EU_TARGET:
        return eu_target(day);
    case LEGAL_NO_CALENDAR:
        break;
    }
    return false;
}

// ---- counting

static int32_t business_days_later(int32_t day, int32_t count, enum legal_calendar c)
{
    while (count > 0)
        count -= !legal_holiday(c, ++day);
    return day;
}

int64_t legal_clock_due(const struct legal_clock *c, int64_t start_ms, bool extended, const struct text_zone *zone)
{
    int32_t length = c->length + (extended ? c->extension : 0), day = text_zone_day(zone, start_ms);
    switch (c->unit) {
    case LEGAL_HOURS:
        return start_ms + (int64_t)length * 3600000;
    case LEGAL_DAYS:
        day += length;
        break;
    case LEGAL_BUSINESS_DAYS:
        day = business_days_later(day, length, c->calendar);
        break;
    case LEGAL_MONTHS:
        day = legal_months_later(day, length);
        break;
    }
    return text_zone_day_start(zone, day + 1);
}

int64_t legal_clock_used(int64_t start_ms, int64_t due_ms, int64_t now_ms)
{
    if (due_ms <= start_ms)
        return 1000;
    return now_ms <= start_ms ? 0 : (now_ms - start_ms) * 1000 / (due_ms - start_ms);
}
