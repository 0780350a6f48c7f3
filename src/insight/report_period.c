// SPDX-License-Identifier: Apache-2.0
// Periods of a report: hours, days, weeks from Monday and months of the shop's zone. A day with a change of the clocks has 23 or
// 25 hours. The first and last period are cut by the days that are asked for.
#include "report_private.h"

#include "base/clock.h"
#include "text/text.h"

static const int64_t hour_ms = INT64_C(3600) * 1000;

// Calendar dates of days since 1970 (proleptic Gregorian).
struct date { int64_t year; int month, day; };

static struct date date_of(int32_t day)
{
    int64_t z = (int64_t)day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    struct date d = {.day = (int)(doy - (153 * mp + 2) / 5 + 1), .month = (int)(mp < 10 ? mp + 3 : mp - 9)};
    d.year = yoe + era * 400 + (d.month <= 2);
    return d;
}

static int32_t day_of(struct date d)
{
    int64_t y = d.year - (d.month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    return (int32_t)(era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468);
}

static int32_t year_before(int32_t day)
{
    struct date d = date_of(day);
    d.year--;
    if (d.month == 2 && d.day == 29)
        d.day = 28;
    return day_of(d);
}

// The first day of the period after the one of `day`.
static int32_t next_of(enum report_by by, int32_t day, int32_t end)
{
    int32_t next = end;
    if (by == REPORT_DAY)
        next = day + 1;
    else if (by == REPORT_WEEK)
        next = day + 7 - ((day + 3) % 7 + 7) % 7; // 1970-01-01 was a Thursday
    else if (by == REPORT_MONTH) {
        struct date d = date_of(day);
        next = day_of((struct date){.year = d.month == 12 ? d.year + 1 : d.year, .month = d.month == 12 ? 1 : d.month + 1, .day = 1});
    }
    return next < end ? next : end;
}

static cu_code too_many(struct cu_error *err)
{
    return cu_fail(err, CU_TOO_LARGE, "/question/by", "at most %d periods in one answer; ask for longer periods or fewer days", REPORT_PERIODS_MAX);
}

static cu_code make_hours(struct report_span *s, struct cu_error *err)
{
    for (int64_t at = s->from_ms; at < s->to_ms; at += hour_ms) {
        if (s->count == REPORT_PERIODS_MAX)
            return too_many(err);
        s->before[s->count] = at - hour_ms;
        s->edge[s->count++] = at;
    }
    return CU_OK;
}

static cu_code make_days(const struct report *r, struct report_span *s, struct cu_error *err)
{
    const struct text_zone *zone = r->q->o->zone;
    for (int32_t day = s->from_day; day < s->to_day;) {
        int32_t next = next_of(r->by, day, s->to_day);
        if (s->count == REPORT_PERIODS_MAX)
            return too_many(err);
        s->before[s->count] = text_zone_day_start(zone, day - (next - day));
        s->edge[s->count++] = text_zone_day_start(zone, day);
        day = next;
    }
    return CU_OK;
}

static cu_code make_span(struct report *r, struct report_span *s, struct cu_error *err)
{
    const struct text_zone *zone = r->q->o->zone;
    s->from_ms = text_zone_day_start(zone, s->from_day);
    s->to_ms = text_zone_day_start(zone, s->to_day);
    s->count = 0;
    s->edge = cu_arena_alloc(r->q->arena, (REPORT_PERIODS_MAX + 1) * sizeof *s->edge);
    s->before = cu_arena_alloc(r->q->arena, (REPORT_PERIODS_MAX + 1) * sizeof *s->before);
    if (!s->edge || !s->before)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    CU_TRY(r->by == REPORT_HOUR ? make_hours(s, err) : make_days(r, s, err));
    s->edge[s->count] = s->to_ms;
    s->before[s->count] = text_zone_day_start(zone, s->from_day - (s->to_day - s->from_day));
    return CU_OK;
}

cu_code report_spans(struct report *r, struct cu_error *err)
{
    const struct insight_query *q = r->q;
    struct report_span *now = &r->span[0], *then = &r->span[1];
    r->now_ms = cu_now_ms();
    now->from_day = q->from_day;
    now->to_day = q->to_day;
    r->spans = r->compare == REPORT_ALONE ? 1 : 2;
    if (r->compare == REPORT_PREVIOUS) {
        then->from_day = q->from_day - (q->to_day - q->from_day);
        then->to_day = q->from_day;
    } else if (r->compare == REPORT_YEAR) {
        then->from_day = year_before(q->from_day);
        then->to_day = year_before(q->to_day - 1) + 1;
    }
    for (size_t i = 0; i < r->spans; i++)
        CU_TRY(make_span(r, &r->span[i], err));
    return CU_OK;
}

size_t report_period_of(const struct report_span *s, int64_t at_ms)
{
    size_t low = 0, high = s->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (s->edge[middle] <= at_ms)
            low = middle;
        else
            high = middle;
    }
    return low;
}
