// SPDX-License-Identifier: Apache-2.0
// Retention: who comes back after the first time. The edges of all periods are worked out once, in the shop's zone;
// a person's events then walk along them.
#include "machines.h"

#define EDGES_MAX (2 * RETENTION_PERIODS_MAX)

// ---- periods

static int32_t civil_to_day(int32_t year, int32_t month) // the first of a month; month may be beyond 1..12
{
    int32_t m = year * 12 + month - 1;
    year = m >= 0 ? m / 12 : -((11 - m) / 12);
    month = m - year * 12 + 1;
    // days from civil, Gregorian, with years that begin in March
    int32_t y = month <= 2 ? year - 1 : year, era = (y >= 0 ? y : y - 399) / 400, yoe = y - era * 400;
    int32_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5, doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

static void day_to_civil(int32_t day, int32_t *year, int32_t *month)
{
    int32_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int32_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int32_t mp = (5 * doy + 2) / 153;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = yoe + era * 400 + (*month <= 2);
}

int64_t retention_edge(const struct text_zone *zone, enum retention_period period, int64_t from_ms, uint32_t later)
{
    int32_t day = text_zone_day(zone, from_ms), year, month, n = (int32_t)later;
    switch (period) {
    case RETENTION_DAY:
        day += n;
        break;
    case RETENTION_WEEK: // 1970-01-01 was a Thursday
        day += 7 * n - ((day % 7 + 10) % 7);
        break;
    case RETENTION_MONTH:
        day_to_civil(day, &year, &month);
        day = civil_to_day(year, month + n);
        break;
    }
    return text_zone_day_start(zone, day);
}

void retention_month_of(int32_t day, int32_t *ret_year, int32_t *ret_month)
{
    day_to_civil(day, ret_year, ret_month);
}

uint32_t retention_months(int32_t from_day, int32_t to_day)
{
    int32_t from_year, from_month, to_year, to_month;
    if (to_day <= from_day)
        return 0;
    day_to_civil(from_day, &from_year, &from_month);
    day_to_civil(to_day, &to_year, &to_month);
    int32_t months = (to_year - from_year) * 12 + to_month - from_month;
    int32_t date = from_day - civil_to_day(from_year, from_month), last = civil_to_day(to_year, to_month + 1) - civil_to_day(to_year, to_month) - 1;
    int32_t due = civil_to_day(to_year, to_month) + (date < last ? date : last);
    return (uint32_t)(months - (to_day < due));
}

// ---- one person

struct retention_thread {
    const struct retention_question *q;
    const int64_t *edges; // of 2 * periods periods
    struct retention_answer answer;
};

static bool is(uint32_t wanted, uint32_t kind)
{
    return wanted == 0 || wanted == kind;
}

static bool retention_visit(void *state, const struct scan_rows *rows)
{
    struct retention_thread *s = state;
    const struct retention_question *q = s->q;
    const int64_t *edges = s->edges;
    size_t i = 0;
    while (i < rows->count && !is(q->start_kind, rows->kind[i]))
        i++;
    if (i == rows->count || rows->time_ms[i] < edges[0] || rows->time_ms[i] >= edges[q->periods])
        return true;
    uint32_t cohort = 0, period, furthest = 0;
    while (rows->time_ms[i] >= edges[cohort + 1])
        cohort++;
    s->answer.cohort[cohort]++;
    s->answer.returned[cohort][0]++;
    for (period = cohort; i < rows->count; i++) {
        if (rows->time_ms[i] < edges[period + 1] || !is(q->return_kind, rows->kind[i]))
            continue;
        while (period + 1 < cohort + q->periods && rows->time_ms[i] >= edges[period + 1])
            period++;
        furthest = period - cohort;
        if (rows->time_ms[i] >= edges[period + 1]) // behind the last period: only for "or later"
            break;
        if (q->mode == RETENTION_BRACKET)
            s->answer.returned[cohort][furthest]++;
    }
    for (uint32_t k = 1; q->mode == RETENTION_ROLLING && k <= furthest; k++)
        s->answer.returned[cohort][k]++;
    return true;
}

static void add_up(struct retention_answer *to, const struct retention_answer *from, uint32_t periods)
{
    for (uint32_t c = 0; c < periods; c++) {
        to->cohort[c] += from->cohort[c];
        for (uint32_t k = 0; k < periods; k++)
            to->returned[c][k] += from->returned[c][k];
    }
}

cu_code retention_run(struct timeline *t, const struct scan_persons *persons, const struct retention_question *q,
    const struct scan_limits *l, struct retention_answer *ret, struct scan_stats *stats, struct cu_error *err)
{
    if (q->periods < 1 || q->periods > RETENTION_PERIODS_MAX)
        return cu_fail(err, CU_INVALID, "/periods", "1 to %u periods", RETENTION_PERIODS_MAX);
    int64_t edges[EDGES_MAX + 1];
    for (uint32_t i = 0; i <= 2 * q->periods; i++)
        edges[i] = retention_edge(q->zone, q->period, q->from_ms, i);
    struct scan_plan plan;
    scan_plan_limits(&plan, l);
    uint32_t kinds[2] = {q->start_kind, q->return_kind};
    if (q->start_kind != 0 && q->return_kind != 0) {
        plan.kinds = kinds;
        plan.kind_count = 2;
    }
    plan.from_ms = INT64_MIN; // who came before the first period is in no cohort
    plan.to_ms = q->mode == RETENTION_ROLLING ? INT64_MAX : edges[2 * q->periods - 1];
    unsigned count = scan_threads(&plan);
    struct retention_thread *threads = cu_calloc(count, sizeof *threads);
    if (!threads)
        return cu_fail(err, CU_MEMORY, "", "no memory for cohorts");
    void *states[SCAN_THREADS_MAX];
    for (unsigned i = 0; i < count; i++) {
        threads[i].q = q;
        threads[i].edges = edges;
        states[i] = &threads[i];
    }
    cu_code code = timeline_scan_people(t, &plan, persons, retention_visit, states, count, stats, err);
    *ret = (struct retention_answer){0};
    for (unsigned i = 0; i < count; i++)
        add_up(ret, &threads[i].answer, q->periods);
    cu_free(threads);
    return code;
}
