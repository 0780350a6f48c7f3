// SPDX-License-Identifier: Apache-2.0
// A funnel asked of everybody: one scan; each thread counts its people, then all is added up.
#include "funnel_scan.h"

#include <roaring/roaring.h>

#define S INT64_C(1000)
#define MINUTE (60 * S)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
const int64_t funnel_bucket_ms[FUNNEL_BUCKETS] = {S, 5 * S, 10 * S, 30 * S, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE,
    20 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR, DAY, 2 * DAY, 3 * DAY, 5 * DAY, 7 * DAY,
    14 * DAY, 30 * DAY, 90 * DAY, INT64_MAX};

static bool fail(struct funnel_thread *s, enum funnel_fault fault)
{
    s->fault = s->fault == FUNNEL_FINE ? fault : s->fault;
    return false;
}

// ---- one chain more

static bool add_time(struct funnel_thread *s, struct funnel_times *t, int64_t ms)
{
    if (t->count == s->times_max)
        return fail(s, FUNNEL_TOO_MANY_TIMES);
    if (!funnel_grow((void **)&t->ms, &t->cap, t->count, sizeof *t->ms))
        return fail(s, FUNNEL_NO_MEMORY);
    t->ms[t->count++] = ms;
    uint32_t b = 0;
    while (ms > funnel_bucket_ms[b])
        b++;
    t->buckets[b].units++;
    t->buckets[b].people += t->buckets[b].last != s->person;
    t->buckets[b].last = s->person;
    return true;
}

static bool add_times(struct funnel_thread *s, const struct funnel_chain *c)
{
    const int64_t *time = s->scan->time_ms;
    for (uint32_t i = 1; i < c->level; i++) {
        if (!add_time(s, &s->counts.times[i], time[c->row[i]] - time[c->row[i - 1]]))
            return false;
    }
    if (c->level < s->p->steps || c->level < 2)
        return true;
    return add_time(s, &s->counts.times[0], time[c->row[c->level - 1]] - time[c->row[0]]);
}

static size_t period_of(const struct funnel_plan *p, int64_t time)
{
    size_t low = 0, high = p->period_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (p->edges[middle] <= time)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static void add_period(struct funnel_thread *s, size_t period, bool converted)
{
    struct funnel_period *t = &s->counts.periods[period];
    t->entered++;
    t->entered_people += t->last_entered != s->person;
    t->last_entered = s->person;
    if (!converted)
        return;
    t->converted++;
    t->converted_people += t->last_converted != s->person;
    t->last_converted = s->person;
}

// The visit in which the chain began; of first touch the first one of the period.
static const struct visit *visit_of(const struct funnel_thread *s, uint32_t row)
{
    size_t low = 0, high = s->visit_count;
    if (s->visit)
        return s->visit;
    for (size_t i = 0; s->p->first_touch && i < s->visit_count; i++) {
        if (s->visits[i].last_ms >= s->p->q->from_ms)
            return &s->visits[i];
    }
    while (low < high) { // the last that begins at this row or before
        size_t middle = low + (high - low) / 2;
        if (s->visits[middle].first_row <= row)
            low = middle + 1;
        else
            high = middle;
    }
    const struct visit *v = low > 0 ? &s->visits[low - 1] : NULL;
    return v && !s->p->first_touch && row < v->first_row + v->rows ? v : NULL;
}

// The values of the breakdown; at least one (FUNNEL_NO_VALUE).
struct values {
    const int64_t *at;
    size_t count;
    int64_t room;
};

static uint64_t value_at(const struct funnel_plan *p, int64_t value)
{
    // numbers: 0 is a value; moved away from FUNNEL_NO_VALUE as enum channel is
    return p->by == FUNNEL_BY_PROPERTY && p->columns.at[p->by_column].type != TIMELINE_TEXT ? funnel_number_value(value)
                                                                                            : (uint64_t)value;
}

static void values_of(const struct funnel_thread *s, const struct funnel_chain *c, struct values *ret)
{
    *ret = (struct values){.at = &ret->room, .count = 1, .room = FUNNEL_NO_VALUE};
    if (s->p->by == FUNNEL_BY_DIMENSION) {
        const struct visit *v = visit_of(s, c->row[0]);
        ret->room = v ? (int64_t)funnel_dimension_of(s->p->dimension, v) : FUNNEL_NO_VALUE;
        return;
    }
    const struct scan_cells *cells = &s->scan->column[s->p->by_column];
    uint32_t first = cells->first[c->row[0]], end = cells->first[c->row[0] + 1];
    if (first < end)
        *ret = (struct values){.at = cells->value + first, .count = end - first};
}

static bool again(const struct values *v, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (v->at[k] == v->at[i])
            return true;
    }
    return false;
}

static bool wanted_value(const struct funnel_thread *s, const struct funnel_chain *c)
{
    struct values v;
    if (!s->pick->by_value)
        return true;
    values_of(s, c, &v);
    for (size_t i = 0; i < v.count; i++) {
        uint64_t value = v.at == &v.room ? (uint64_t)v.room : value_at(s->p, v.at[i]);
        if (value == s->pick->value)
            return true;
    }
    return false;
}

static bool add_values(struct funnel_thread *s, const struct funnel_chain *c)
{
    struct values v;
    values_of(s, c, &v);
    for (size_t i = 0; i < v.count; i++) {
        if (again(&v, i))
            continue; // a list with the same value twice counts once
        uint64_t value = v.at == &v.room ? (uint64_t)v.room : value_at(s->p, v.at[i]);
        if (!funnel_tally_add(s->counts.tally, value, c->level, s->person))
            return fail(s, FUNNEL_NO_MEMORY);
    }
    return true;
}

void funnel_chain_add(struct funnel_thread *s, const struct funnel_chain *c)
{
    const struct funnel_plan *p = s->p;
    if (s->pick) {
        bool picked = s->pick->dropped ? c->level == s->pick->step : c->level > s->pick->step;
        if (picked && wanted_value(s, c))
            roaring_bitmap_add(s->people, s->scan->person);
        return;
    }
    for (uint32_t i = 0; i < c->level; i++)
        s->counts.reached[i]++;
    for (; s->person_level < c->level; s->person_level++)
        s->counts.people[s->person_level]++;
    if (!add_times(s, c) || (p->by != FUNNEL_BY_NOTHING && !add_values(s, c)))
        return;
    if (p->trend && (p->rules.attempts || p->unit == FUNNEL_VISIT))
        add_period(s, period_of(p, s->visit ? s->visit->start_ms : s->scan->time_ms[c->row[0]]), c->level == p->steps);
}

// ---- one unit

// Who enters in each period of the trend: a unit enters in every one in which it does the first step, and converts in it
// when a chain that began there gets to the end.
static bool trend(struct funnel_thread *s)
{
    const struct funnel_plan *p = s->p;
    const struct funnel_row *rows = s->rows.row;
    uint32_t begins = p->rules.any_order ? (UINT32_C(1) << p->steps) - 1 : 1;
    for (size_t i = 0; i < s->rows.count && rows[i].time_ms < p->q->to_ms;) {
        struct funnel_found found;
        if (!(rows[i].steps & begins)) {
            i++;
            continue;
        }
        size_t period = period_of(p, rows[i].time_ms), end = i;
        int64_t before = p->edges[period + 1] < p->q->to_ms ? p->edges[period + 1] : p->q->to_ms;
        while (end < s->rows.count && rows[end].time_ms - before < p->rules.window_ms)
            end++;
        s->work += end - i;
        if (s->work > FUNNEL_WORK_MAX)
            return fail(s, FUNNEL_TOO_MUCH_WORK);
        if (!funnel_unit_run(s, i, end, before, &found))
            return false;
        if (found.chain.level > 0 && !found.banned)
            add_period(s, period, found.chain.level == p->steps);
        while (i < s->rows.count && rows[i].time_ms < before)
            i++;
    }
    return true;
}

static bool run_unit(struct funnel_thread *s, const struct funnel_entry *entries, size_t first, size_t end)
{
    const struct funnel_plan *p = s->p;
    struct funnel_found found;
    if (!funnel_unit_rows(s, entries, first, end))
        return false;
    if (s->rows.count == 0)
        return true;
    if (!funnel_unit_run(s, 0, s->rows.count, s->visit ? INT64_MAX : p->q->to_ms, &found))
        return false;
    if (found.banned) {
        s->counts.banned++;
        return true;
    }
    if (found.chain.level > 0 && !p->rules.attempts)
        funnel_chain_add(s, &found.chain);
    if (s->fault == FUNNEL_FINE && p->trend && !s->pick && !p->rules.attempts && p->unit != FUNNEL_VISIT)
        return trend(s);
    return s->fault == FUNNEL_FINE;
}

static bool keep_visit(void *context, const struct scan_rows *rows, const struct visit *v)
{
    struct funnel_thread *s = context;
    (void)rows;
    if (!funnel_grow((void **)&s->visits, &s->visit_cap, s->visit_count, sizeof *s->visits))
        return fail(s, FUNNEL_NO_MEMORY);
    s->visits[s->visit_count++] = *v;
    return true;
}

static bool run_visits(struct funnel_thread *s)
{
    bool good = true;
    for (size_t i = 0; good && i < s->visit_count; i++) {
        const struct visit *v = &s->visits[i];
        if (v->start_ms < s->p->q->from_ms || v->start_ms >= s->p->q->to_ms)
            continue;
        s->visit = v;
        good = run_unit(s, NULL, v->first_row, v->first_row + v->rows);
        s->visit = NULL;
    }
    return good;
}

static bool run_properties(struct funnel_thread *s)
{
    if (!funnel_units_of_property(s))
        return false;
    const struct funnel_entry *e = s->units.at;
    bool good = true;
    for (size_t i = 0, end; good && i < s->units.count; i = end) {
        for (end = i + 1; end < s->units.count && e[end].key == e[i].key;)
            end++;
        good = run_unit(s, e, i, end);
    }
    return good;
}

static bool person(void *state, const struct scan_rows *rows)
{
    struct funnel_thread *s = state;
    s->scan = rows;
    s->person++;
    s->person_level = 0;
    s->visit_count = 0;
    if (s->p->visits && !visit_each(s->p->maker, rows, keep_visit, s))
        return false;
    switch (s->p->unit) {
    case FUNNEL_VISIT:
        return run_visits(s);
    case FUNNEL_PROPERTY:
        return run_properties(s);
    case FUNNEL_PERSON:
        break;
    }
    return run_unit(s, NULL, 0, rows->count);
}

// ---- all of them

static bool thread_begin(
    struct funnel_thread *s, const struct funnel_plan *p, const struct funnel_pick *pick, unsigned threads)
{
    *s = (struct funnel_thread){.p = p, .pick = pick, .times_max = FUNNEL_TIMES_MAX / threads};
    if (pick)
        return (s->people = roaring_bitmap_create()) != NULL;
    if (p->trend && !(s->counts.periods = cu_calloc(p->period_count, sizeof *s->counts.periods)))
        return false;
    return p->by == FUNNEL_BY_NOTHING || (s->counts.tally = funnel_tally_new(p->steps)) != NULL;
}

static bool join_times(struct funnel_times *to, const struct funnel_times *from)
{
    for (uint32_t b = 0; b < FUNNEL_BUCKETS; b++) {
        to->buckets[b].units += from->buckets[b].units;
        to->buckets[b].people += from->buckets[b].people;
    }
    if (from->count == 0)
        return true;
    int64_t *all = cu_realloc(to->ms, (to->count + from->count) * sizeof *all);
    if (!all)
        return false;
    memcpy(all + to->count, from->ms, from->count * sizeof *all);
    to->ms = all;
    to->count += from->count;
    return true;
}

static bool join(struct funnel_counts *to, struct funnel_counts *from, const struct funnel_plan *p)
{
    bool good = true;
    for (uint32_t i = 0; i < p->steps; i++) {
        to->reached[i] += from->reached[i];
        to->people[i] += from->people[i];
        good = good && join_times(&to->times[i], &from->times[i]);
    }
    to->banned += from->banned;
    for (uint32_t i = 0; p->trend && i < p->period_count; i++) {
        to->periods[i].entered += from->periods[i].entered;
        to->periods[i].converted += from->periods[i].converted;
        to->periods[i].entered_people += from->periods[i].entered_people;
        to->periods[i].converted_people += from->periods[i].converted_people;
    }
    return good && (!to->tally || funnel_tally_join(to->tally, from->tally));
}

static cu_code code_of(enum funnel_fault fault, struct cu_error *err)
{
    switch (fault) {
    case FUNNEL_FINE:
        return CU_OK;
    case FUNNEL_NO_MEMORY:
        break;
    case FUNNEL_TOO_MANY_WAYS:
        return cu_fail(err, CU_TOO_LARGE, "/question/steps",
            "the steps overlap in more ways than can be told apart in any order; ask with modes [] or fewer steps");
    case FUNNEL_TOO_MANY_VALUES:
        return cu_fail(err, CU_TOO_LARGE, "/question/same",
            "an event has more than %u combinations of these properties' values", FUNNEL_COMBINATIONS_MAX);
    case FUNNEL_TOO_MANY_TIMES:
        return cu_fail(
            err, CU_TOO_LARGE, "/from", "more than %u times between steps: ask for a shorter period", FUNNEL_TIMES_MAX);
    case FUNNEL_TOO_MUCH_WORK:
        return cu_fail(err, CU_TOO_LARGE, "/from",
            "too much work for one answer: ask for a shorter period or window, or longer periods of the trend");
    }
    return cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
}

static void plan_of(const struct funnel_plan *p, struct scan_plan *ret)
{
    const struct insight_query *q = p->q;
    int64_t more = p->unit == FUNNEL_VISIT ? VISIT_MAX_MS : p->rules.window_ms;
    scan_plan_limits(ret, &q->limits);
    ret->from_ms = p->visits ? q->from_ms - VISIT_CONTEXT_MS : q->from_ms;
    ret->to_ms = p->whole_period ? q->to_ms : q->to_ms + more; // who began in the last moment has the whole window
    ret->columns = p->columns.at;
    ret->column_count = p->columns.count;
    if (!p->all_kinds) {
        ret->kinds = p->kinds;
        ret->kind_count = p->kind_count;
    }
}

static void thread_end(struct funnel_thread *s)
{
    cu_free(s->visits);
    cu_free(s->rows.row);
    cu_free(s->rows.at);
    cu_free(s->lane.row);
    cu_free(s->lane.at);
    cu_free(s->units.at);
    cu_free(s->shared.at);
    if (s->people)
        roaring_bitmap_free(s->people);
}

cu_code funnel_count_run(struct funnel_plan *p, const struct funnel_pick *pick, struct roaring_bitmap_s *ret_people,
    struct funnel_counts *ret, struct cu_error *err)
{
    struct scan_plan plan;
    struct scan_stats stats = {0};
    void *states[SCAN_THREADS_MAX];
    plan_of(p, &plan);
    unsigned count = scan_threads(&plan), begun = 0;
    struct funnel_thread *threads = cu_calloc(count, sizeof *threads); // too much for the stack
    cu_code code = threads ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
    *ret = (struct funnel_counts){.reached = {0}};
    for (; code == CU_OK && begun < count; begun++) {
        states[begun] = &threads[begun];
        if (!thread_begin(&threads[begun], p, pick, count))
            code = cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
    }
    if (code == CU_OK && p->steps > 0 && (p->all_kinds || p->kind_count > 0))
        code = timeline_scan_people(insight_timeline(p->q), &plan, p->q->persons, person, states, count, &stats, err);
    p->q->damaged_blocks += stats.damaged_blocks;
    if (code == CU_OK && stats.cancelled)
        code = cu_fail(err, CU_TIMEOUT, "", "the question was cancelled");
    for (unsigned i = 0; i < begun; i++) {
        struct funnel_thread *s = &threads[i];
        if (code == CU_OK)
            code = code_of(s->fault, err);
        if (i == 0)
            *ret = s->counts;
        else if (code == CU_OK && !pick && !join(ret, &s->counts, p))
            code = cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
        if (i > 0)
            funnel_counts_clear(&s->counts);
        if (code == CU_OK && pick)
            roaring_bitmap_or_inplace(ret_people, s->people);
        thread_end(s);
    }
    cu_free(threads);
    return code;
}

void funnel_counts_clear(struct funnel_counts *c)
{
    for (uint32_t i = 0; i < FUNNEL_STEPS_MAX; i++)
        cu_free(c->times[i].ms);
    cu_free(c->periods);
    funnel_tally_free(c->tally);
    *c = (struct funnel_counts){.reached = {0}};
}
