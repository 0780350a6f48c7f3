// SPDX-License-Identifier: Apache-2.0
// The table of cohorts, person by person. Pure; see cohort.h for the definitions.
#include "cohort.h"

#define HOUR_MS (INT64_C(3600) * 1000)
#define FAR UINT32_MAX // no cohort, no column

int64_t cohort_add(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return b > 0 ? INT64_MAX : INT64_MIN;
    return sum;
}

int64_t cohort_block_ms(enum retention_period period)
{
    static const int64_t hours[] = {[RETENTION_DAY] = 24, [RETENTION_WEEK] = 7 * 24, [RETENTION_MONTH] = 30 * 24};
    return hours[period] * HOUR_MS;
}

cu_code cohort_edges(
    struct cohort_rules *r, const struct text_zone *zone, int32_t from_day, int32_t to_day, struct cu_error *err)
{
    int64_t from_ms = text_zone_day_start(zone, from_day), to_ms = text_zone_day_start(zone, to_day);
    r->cohorts = 1;
    while (r->cohorts <= COHORTS_MAX && retention_edge(zone, r->period, from_ms, r->cohorts) < to_ms)
        r->cohorts++;
    if (r->cohorts > COHORTS_MAX)
        return cu_fail(
            err, CU_TOO_LARGE, "/from", "at most %u cohorts in one question: a shorter time, weeks, or months", COHORTS_MAX);
    for (uint32_t i = 0; i <= r->cohorts + r->periods; i++)
        r->edges[i] = retention_edge(zone, r->period, from_ms, i);
    return CU_OK;
}

// When a column begins for the first of a cohort, and is over for the last.
static int64_t column_from(const struct cohort_rules *r, uint32_t cohort, uint32_t column)
{
    if (r->mode == COHORT_ROLLING_24H)
        return r->edges[cohort] + column * cohort_block_ms(r->period);
    return r->edges[cohort + column];
}

static int64_t column_to(const struct cohort_rules *r, uint32_t cohort, uint32_t column)
{
    if (r->mode == COHORT_ROLLING_24H)
        return r->edges[cohort + 1] + (column + 1) * cohort_block_ms(r->period);
    return r->edges[cohort + column + 1];
}

uint32_t cohort_complete(const struct cohort_rules *r, uint32_t cohort, int64_t now_ms)
{
    uint32_t n = 0;
    while (n < r->periods && column_to(r, cohort, n) <= now_ms)
        n++;
    return n;
}

bool cohort_begun(const struct cohort_rules *r, uint32_t cohort, uint32_t column, int64_t now_ms)
{
    return column_from(r, cohort, column) <= now_ms;
}

// ---- starts

// The period of a moment among from .. end - 1; it is not before `from`, or before all.
static uint32_t period_of(const struct cohort_rules *r, uint32_t from, uint32_t end, int64_t at_ms)
{
    if (at_ms < r->edges[0] || at_ms >= r->edges[end])
        return FAR;
    if (at_ms < r->edges[from + 1]) // as most are
        return from;
    for (uint32_t to = end; to - from > 1;) { // it lies in from .. to - 1
        uint32_t middle = from + (to - from) / 2;
        if (at_ms >= r->edges[middle])
            from = middle;
        else
            to = middle;
    }
    return from;
}

void cohort_start_at(struct cohort_start *s, const struct cohort_rules *r, int64_t at_ms)
{
    if (at_ms < s->first_ms)
        s->first_ms = at_ms;
    uint32_t cohort = r->every ? period_of(r, 0, r->cohorts, at_ms) : FAR;
    if (cohort != FAR)
        s->periods |= UINT64_C(1) << cohort;
}

// ---- one person

bool cohort_begin(struct cohort_person *p, const struct cohort_rules *r, const struct cohort_start *start)
{
    uint32_t cohort = start->first_ms == INT64_MAX ? FAR : period_of(r, 0, r->cohorts, start->first_ms);
    if (r->every ? start->periods == 0 : cohort == FAR)
        return false;
    p->rules = r;
    p->start = *start;
    p->cohort = r->every ? 0 : cohort;
    p->at = p->cohort;
    p->furthest = 0;
    p->came[0] = p->came[1] = 0;
    uint32_t columns = r->every ? r->cohorts + r->periods : r->periods;
    memset(p->orders, 0, columns * sizeof *p->orders);
    memset(p->amount, 0, columns * sizeof *p->amount);
    return true;
}

static int64_t hour_of(int64_t ms)
{
    return ms >= 0 ? ms / HOUR_MS : -((HOUR_MS - 1 - ms) / HOUR_MS);
}

// The column of a return (first), its period (every); FAR: behind the last.
static uint32_t place_of(struct cohort_person *p, int64_t at_ms)
{
    const struct cohort_rules *r = p->rules;
    if (r->mode == COHORT_ROLLING_24H) {
        int64_t block = (hour_of(at_ms) - hour_of(p->start.first_ms)) / (cohort_block_ms(r->period) / HOUR_MS);
        return block < r->periods ? (uint32_t)block : FAR;
    }
    uint32_t end = r->every ? r->cohorts + r->periods : p->cohort + r->periods, period = period_of(r, p->at, end, at_ms);
    if (period == FAR)
        return FAR;
    p->at = period;
    return period - p->cohort;
}

void cohort_return(struct cohort_person *p, int64_t at_ms, int64_t amount)
{
    const struct cohort_rules *r = p->rules;
    if (r->every ? at_ms < r->edges[0] : at_ms < p->start.first_ms)
        return;
    uint32_t place = place_of(p, at_ms), last = (r->every ? r->cohorts : 0) + r->periods;
    uint32_t reached = place == FAR ? last - 1 : place;
    p->furthest = reached > p->furthest ? reached : p->furthest;
    if (place == FAR)
        return;
    p->came[place / 64] |= UINT64_C(1) << place % 64;
    p->orders[place]++;
    p->amount[place] = cohort_add(p->amount[place], amount);
}

static bool came_at(const struct cohort_person *p, uint32_t place)
{
    return p->came[place / 64] >> place % 64 & 1;
}

// A person's row of one cohort. base: the place of its column 0.
static void end_cohort(const struct cohort_person *p, uint32_t person, uint32_t cohort, uint32_t base,
    struct cohort_table *t, const struct cohort_pick *pick)
{
    const struct cohort_rules *r = p->rules;
    bool any = false, unbroken = true;
    t->size[cohort]++;
    if (!(p->came[0] | p->came[1]) && r->mode != COHORT_ROLLING && !pick)
        return;
    for (uint32_t k = 0; k < r->periods; k++) {
        bool now = came_at(p, base + k);
        if (r->mode == COHORT_ROLLING && k > 0)
            now = base + k <= p->furthest;
        unbroken = unbroken && (now || k == 0);
        if (r->mode == COHORT_FULL && k > 0)
            now = unbroken;
        any = any || (k > 0 && now);
        bool counted = r->cumulative && k > 0 ? any : now;
        t->people[cohort][k] += counted;
        t->orders[cohort][k] += p->orders[base + k];
        t->amount[cohort][k] = cohort_add(t->amount[cohort][k], p->amount[base + k]);
        if (pick && pick->cohort == cohort && pick->column == k && (counted || k == 0))
            roaring_bitmap_add(pick->among, person);
    }
}

void cohort_end(const struct cohort_person *p, uint32_t person, struct cohort_table *t, const struct cohort_pick *pick)
{
    if (!p->rules->every) {
        end_cohort(p, person, p->cohort, 0, t, pick);
        return;
    }
    for (uint32_t c = 0; c < p->rules->cohorts; c++) {
        if (p->start.periods >> c & 1)
            end_cohort(p, person, c, c, t, pick);
    }
}

// ---- tables

void cohort_table_add(struct cohort_table *to, const struct cohort_table *from, const struct cohort_rules *r)
{
    for (uint32_t c = 0; c < r->cohorts; c++) {
        to->size[c] += from->size[c];
        for (uint32_t k = 0; k < r->periods; k++) {
            to->people[c][k] += from->people[c][k];
            to->orders[c][k] += from->orders[c][k];
            to->amount[c][k] = cohort_add(to->amount[c][k], from->amount[c][k]);
        }
    }
}

void cohort_table_sum_up(struct cohort_table *t, const struct cohort_rules *r)
{
    for (uint32_t c = 0; c < r->cohorts && r->cumulative; c++) {
        for (uint32_t k = 1; k < r->periods; k++) {
            t->orders[c][k] += t->orders[c][k - 1];
            t->amount[c][k] = cohort_add(t->amount[c][k], t->amount[c][k - 1]);
        }
    }
}
