// SPDX-License-Identifier: Apache-2.0
// Funnels: how far people get through a row of steps. The machine is the one of ClickHouse's windowFunnel, held
// against recorded answers of that engine (tests/fixtures/windowfunnel.tsv).
//
// As there, events of the same time are taken in the order of steps, whatever order they came in, and an event
// that is no step comes first among them. All of one time are therefore looked at as a group.
#include "funnel_machine.h"

#include <assert.h>

enum { CANDIDATES = FUNNEL_STEPS_MAX + 1 }; // of a step in a group: more can never be missed in a matching

static uint32_t highest(uint32_t has)
{
    return has ? 32u - (uint32_t)__builtin_clz(has) : 0;
}

static bool within(const struct funnel *f, int64_t first, int64_t time)
{
    return funnel_within(f, first, time);
}

static bool may_begin(const struct funnel *f, int64_t time)
{
    return time < f->starts_before && !(f->never_again && f->begun);
}

// What the strict modes say about an event of step s > 0 when `has` is reached. FUNNEL_ENDS with the level in *ret.
// FUNNEL_GOES_ON with *ret 1: it is passed over.
static enum funnel_verdict strictly(const struct funnel *f, uint32_t has, uint32_t s, uint32_t *ret)
{
    *ret = 0;
    if ((f->modes & FUNNEL_STRICT_DEDUPLICATION) && (has >> s & 1)) {
        *ret = highest(has);
        return FUNNEL_ENDS;
    }
    if ((f->modes & FUNNEL_STRICT_ORDER) && f->begun && !(has >> (s - 1) & 1)) {
        *ret = 1;
        if (f->modes & FUNNEL_STRICT_REENTRY)
            return FUNNEL_GOES_ON;
        *ret = (uint32_t)__builtin_ctz(~has);
        return FUNNEL_ENDS;
    }
    return FUNNEL_GOES_ON;
}

// ---- one chain at a time (all modes but strict_once)

// A chain that reached s - 1 goes on with this row.
static void trail_on(struct funnel *f, uint32_t s, uint32_t row)
{
    f->gone_on = (f->gone_on & ~(UINT32_C(1) << s)) | (s > 0 ? UINT32_C(1) << (s - 1) : 0);
    if (!f->trail)
        return;
    if (s > 0)
        memcpy(f->trail->row[s], f->trail->row[s - 1], s * sizeof row);
    f->trail->row[s][s] = row;
}

static enum funnel_verdict take_step(struct funnel *f, int64_t time, uint32_t s, uint32_t row, uint32_t *ret)
{
    if (s == 0 && !may_begin(f, time))
        return FUNNEL_GOES_ON;
    if (s == 0) {
        trail_on(f, 0, row);
        f->first[0] = f->last[0] = time;
        f->has |= 1;
        f->begun = true;
        return FUNNEL_GOES_ON;
    }
    if (strictly(f, f->has, s, ret) == FUNNEL_ENDS)
        return FUNNEL_ENDS;
    if (*ret != 0 || !(f->has >> (s - 1) & 1) || !within(f, f->first[s - 1], time))
        return FUNNEL_GOES_ON;
    if ((f->modes & FUNNEL_STRICT_INCREASE) && f->last[s - 1] >= time)
        return FUNNEL_GOES_ON;
    trail_on(f, s, row);
    f->first[s] = f->first[s - 1];
    f->last[s] = time;
    f->has |= UINT32_C(1) << s;
    *ret = f->steps;
    return s + 1 == f->steps ? FUNNEL_ENDS : FUNNEL_GOES_ON;
}

// The first row of a group that can be step s; the second when `again`.
static uint32_t row_of(const struct funnel *f, const struct funnel_row *rows, size_t count, uint32_t s, bool again)
{
    for (size_t i = 0; f->trail && i < count; i++) {
        if (!(rows[i].steps >> s & 1))
            continue;
        if (!again)
            return f->base + (uint32_t)i;
        again = false;
    }
    return f->base;
}

static enum funnel_verdict take_group(struct funnel *f, const struct funnel_row *rows, size_t count, uint32_t *ret)
{
    uint32_t all = (UINT32_C(1) << f->steps) - 1, once = 0, again = 0;
    bool none = false;
    for (size_t i = 0; i < count; i++) {
        uint32_t steps = rows[i].steps & all;
        again |= once & steps; // a second event of a step matters to strict_deduplication only
        once |= steps;
        none = none || steps == 0;
    }
    *ret = highest(f->has);
    if (none && f->begun && (f->modes & FUNNEL_STRICT_ORDER))
        return FUNNEL_ENDS;
    for (; once; once &= once - 1) {
        uint32_t s = (uint32_t)__builtin_ctz(once);
        if (take_step(f, rows[0].time_ms, s, row_of(f, rows, count, s, false), ret) == FUNNEL_ENDS)
            return FUNNEL_ENDS;
        if ((again >> s & 1) && take_step(f, rows[0].time_ms, s, row_of(f, rows, count, s, true), ret) == FUNNEL_ENDS)
            return FUNNEL_ENDS;
    }
    return FUNNEL_GOES_ON;
}

// ---- strict_once: an event counts for one step of a chain. Chains can share events only within a group, so of the
// chains that came before it the newest begun is the only one that matters at each step; within the group a chain
// takes distinct events, which is a matching of steps to events.

struct group {
    const struct funnel_row *rows;
    size_t count;
    uint32_t candidate_count[FUNNEL_STEPS_MAX];
    uint32_t candidates[FUNNEL_STEPS_MAX][CANDIDATES];
    uint32_t taken[FUNNEL_STEPS_MAX]; // event + 1 of a step in the matching
    uint32_t has;
    int64_t first[FUNNEL_STEPS_MAX];
};

static bool match_step(struct group *g, uint32_t s, uint32_t without, uint32_t *visited)
{
    *visited |= UINT32_C(1) << s;
    for (uint32_t i = 0; i < g->candidate_count[s]; i++) {
        uint32_t event = g->candidates[s][i], owner = 0;
        if (event == without)
            continue;
        while (owner < FUNNEL_STEPS_MAX && g->taken[owner] != event + 1)
            owner++;
        if (owner == FUNNEL_STEPS_MAX || (!(*visited >> owner & 1) && match_step(g, owner, without, visited))) {
            g->taken[s] = event + 1; // as deep as there are steps
            return true;
        }
    }
    return false;
}

// When the newest chain began that reaches step s with this event; false: none does. *ret_from: its first step that is of
// this group.
static bool newest_chain(
    const struct funnel *f, struct group *g, uint32_t s, uint32_t event, int64_t *ret, uint32_t *ret_from)
{
    int64_t time = g->rows[0].time_ms;
    bool found = false;
    memset(g->taken, 0, sizeof g->taken);
    for (uint32_t k = s;; k--) { // steps k .. s - 1 are of this group
        if (k < s) {
            uint32_t visited = 0;
            if ((f->modes & FUNNEL_STRICT_INCREASE) || !match_step(g, k, event, &visited))
                return found;
        }
        if (k == 0 && !(g->has & 1))
            return found; // a first step of this group begins nothing
        if (k == 0) {
            *ret = time;
            *ret_from = 0;
            return true;
        }
        if ((f->has >> (k - 1) & 1) && within(f, f->first[k - 1], time) && (!found || f->first[k - 1] > *ret)) {
            *ret = f->first[k - 1];
            *ret_from = k;
            found = true;
        }
    }
}

// Of a chain whose steps from .. s are of this group (matched in g->taken), the ones before of an older chain.
static void trail_once(struct funnel *f, const struct group *g, uint32_t from, uint32_t s, uint32_t event)
{
    f->gone_on &= ~(UINT32_C(1) << s);
    for (uint32_t k = from > 0 ? from - 1 : 0; k < s; k++)
        f->gone_on |= UINT32_C(1) << k;
    if (!f->trail)
        return;
    uint32_t *to = f->trail->group[s];
    if (from > 0)
        memcpy(to, f->trail->row[from - 1], from * sizeof *to);
    for (uint32_t k = from; k < s; k++)
        to[k] = f->base + g->taken[k] - 1;
    to[s] = f->base + event;
}

static enum funnel_verdict take_step_once(struct funnel *f, struct group *g, uint32_t s, uint32_t event, uint32_t *ret)
{
    int64_t first = 0;
    uint32_t from = 0;
    if (s == 0 && !may_begin(f, g->rows[0].time_ms))
        return FUNNEL_GOES_ON;
    if (s == 0) {
        trail_once(f, g, 0, 0, event);
        g->first[0] = g->rows[0].time_ms;
        g->has |= 1;
        f->begun = true;
        return FUNNEL_GOES_ON;
    }
    if (strictly(f, f->has | g->has, s, ret) == FUNNEL_ENDS)
        return FUNNEL_ENDS;
    if (*ret != 0 || !newest_chain(f, g, s, event, &first, &from))
        return FUNNEL_GOES_ON;
    if (!(g->has >> s & 1) || first > g->first[s]) {
        trail_once(f, g, from, s, event);
        g->first[s] = first;
    }
    g->has |= UINT32_C(1) << s;
    *ret = f->steps;
    return s + 1 == f->steps ? FUNNEL_ENDS : FUNNEL_GOES_ON;
}

static void group_end(struct funnel *f, const struct group *g)
{
    for (uint32_t s = 0; s < f->steps; s++) {
        if (!(g->has >> s & 1) || ((f->has >> s & 1) && g->first[s] <= f->first[s]))
            continue;
        f->first[s] = g->first[s];
        if (f->trail)
            memcpy(f->trail->row[s], f->trail->group[s], (s + 1) * sizeof f->trail->group[s][0]);
    }
    f->has |= g->has;
}

static enum funnel_verdict take_group_once(struct funnel *f, const struct funnel_row *rows, size_t count, uint32_t *ret)
{
    struct group g = {.rows = rows, .count = count};
    for (size_t i = 0; i < count; i++) {
        for (uint32_t s = 0; s < f->steps; s++)
            if ((rows[i].steps >> s & 1) && g.candidate_count[s] < CANDIDATES)
                g.candidates[s][g.candidate_count[s]++] = (uint32_t)i;
        *ret = highest(f->has);
        if (!(rows[i].steps & ((UINT32_C(1) << f->steps) - 1)) && f->begun && (f->modes & FUNNEL_STRICT_ORDER))
            return FUNNEL_ENDS;
    }
    for (uint32_t s = 0; s < f->steps; s++)
        for (uint32_t i = 0; i < g.candidate_count[s]; i++)
            if (take_step_once(f, &g, s, g.candidates[s][i], ret) == FUNNEL_ENDS) {
                group_end(f, &g);
                return FUNNEL_ENDS;
            }
    group_end(f, &g);
    return FUNNEL_GOES_ON;
}

// ---- no mode at all: one event after the other

// An event alone at its time. Returns the level when the last step was reached, else 0.
static uint32_t take_alone(struct funnel *f, const struct funnel_row *row, uint32_t all)
{
    for (uint32_t steps = row->steps & all; steps; steps &= steps - 1) {
        uint32_t s = (uint32_t)__builtin_ctz(steps);
        if (s == 0)
            f->first[0] = row->time_ms;
        else if ((f->has >> (s - 1) & 1) && within(f, f->first[s - 1], row->time_ms))
            f->first[s] = f->first[s - 1];
        else
            continue;
        f->has |= UINT32_C(1) << s;
        if (s + 1 == f->steps && s > 0)
            return f->steps;
    }
    return 0;
}

static uint32_t level_plain(struct funnel *f, const struct funnel_row *rows, size_t count)
{
    uint32_t all = (UINT32_C(1) << f->steps) - 1, level;
    for (size_t i = 0; i < count; i++) {
        struct funnel_row row = rows[i];
        for (; i + 1 < count && rows[i + 1].time_ms == row.time_ms; i++)
            row.steps |= rows[i + 1].steps; // a step twice at one time is once
        level = take_alone(f, &row, all);
        if (level > 0)
            return level;
    }
    return highest(f->has);
}

// ---- all groups

void funnel_begin(struct funnel *f, uint32_t step_count, int64_t window_ms, unsigned modes)
{
    assert(step_count >= 1 && step_count <= FUNNEL_STEPS_MAX);
    f->steps = step_count; // first, last and the trail are looked at only where something was reached
    f->window = window_ms > 0 ? (uint64_t)window_ms : 0;
    f->modes = modes;
    f->begun = f->never_again = false;
    f->starts_before = INT64_MAX;
    f->has = f->gone_on = 0;
    f->trail = NULL;
    f->base = 0;
}

enum funnel_verdict funnel_take(struct funnel *f, const struct funnel_row *rows, size_t count, uint32_t *ret)
{
    return f->modes & FUNNEL_STRICT_ONCE ? take_group_once(f, rows, count, ret) : take_group(f, rows, count, ret);
}

uint32_t funnel_level(const struct funnel_row *rows, size_t count, uint32_t step_count, int64_t window_ms, unsigned modes)
{
    struct funnel f;
    funnel_begin(&f, step_count, window_ms, modes);
    uint32_t level;
    if ((modes & ~(unsigned)FUNNEL_STRICT_REENTRY) == 0)
        return level_plain(&f, rows, count);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && rows[end].time_ms == rows[i].time_ms;)
            end++;
        if (funnel_take(&f, rows + i, end - i, &level) == FUNNEL_ENDS)
            return level;
    }
    return highest(f.has);
}

// ---- asked of everybody

struct funnel_thread {
    const struct funnel_question *q;
    const uint32_t *masks; // per kind below kind_end: the steps it can be
    uint32_t kind_end, any; // any: steps of any kind
    struct funnel_row *rows;
    size_t cap;
    struct funnel_answer answer;
    bool untested; // no step tests a property
    bool no_memory;
};

static uint32_t steps_of(const struct funnel_thread *s, const struct scan_rows *rows, size_t i)
{
    uint32_t steps = s->any | (rows->kind[i] < s->kind_end ? s->masks[rows->kind[i]] : 0), ret = 0;
    if (s->untested)
        return steps;
    for (; steps; steps &= steps - 1) {
        uint32_t step = (uint32_t)__builtin_ctz(steps);
        int column = s->q->steps[step].column;
        bool holds = column < 0;
        if (!holds) {
            const struct scan_cells *c = &rows->column[column];
            for (uint32_t v = c->first[i]; v < c->first[i + 1]; v++)
                holds = holds || c->value[v] == 1;
        }
        ret |= (uint32_t)holds << step;
    }
    return ret;
}

static bool funnel_visit(void *state, const struct scan_rows *rows)
{
    struct funnel_thread *s = state;
    if (rows->count > s->cap) {
        cu_free(s->rows);
        s->cap = rows->count * 2;
        s->rows = cu_alloc(s->cap * sizeof *s->rows);
        s->no_memory = s->rows == NULL;
        if (s->no_memory)
            return false;
    }
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        struct funnel_row row = {rows->time_ms[i], steps_of(s, rows, i)};
        if (row.steps || (s->q->modes & FUNNEL_STRICT_ORDER))
            s->rows[count++] = row;
    }
    uint32_t level = funnel_level(s->rows, count, s->q->step_count, s->q->window_ms, s->q->modes);
    for (uint32_t i = 0; i < level; i++)
        s->answer.reached[i]++;
    return true;
}

struct funnel_kinds { // what the steps ask for
    uint32_t list[FUNNEL_STEPS_MAX], count, any, end;
    uint32_t *masks;
};

static cu_code kinds_of(const struct funnel_question *q, struct funnel_kinds *k, struct cu_error *err)
{
    *k = (struct funnel_kinds){.end = 1};
    for (uint32_t i = 0; i < q->step_count; i++) {
        if (q->steps[i].kind >= 1u << 20)
            return cu_fail(err, CU_INVALID, "/steps", "a step names an event that there is not");
        k->end = q->steps[i].kind >= k->end ? q->steps[i].kind + 1 : k->end;
    }
    k->masks = cu_calloc(k->end, sizeof *k->masks);
    if (!k->masks)
        return cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
    for (uint32_t i = 0; i < q->step_count; i++) {
        uint32_t kind = q->steps[i].kind;
        if (kind == 0)
            k->any |= UINT32_C(1) << i;
        else if (k->masks[kind] == 0)
            k->list[k->count++] = kind;
        k->masks[kind] |= UINT32_C(1) << i;
    }
    return CU_OK;
}

static cu_code funnel_check(const struct funnel_question *q, struct cu_error *err)
{
    if (q->step_count < 1 || q->step_count > FUNNEL_STEPS_MAX)
        return cu_fail(err, CU_INVALID, "/steps", "a funnel has 1 to %u steps", FUNNEL_STEPS_MAX);
    if (q->window_ms < 0)
        return cu_fail(err, CU_INVALID, "/window", "the window is not negative");
    for (uint32_t i = 0; i < q->step_count; i++)
        if (q->steps[i].column >= (int)q->column_count)
            return cu_fail(err, CU_INVALID, "/steps", "a step tests a property that the question does not name");
    return CU_OK;
}

cu_code funnel_run(struct timeline *t, const struct scan_persons *persons, const struct funnel_question *q,
    const struct scan_limits *l, struct funnel_answer *ret, struct scan_stats *stats, struct cu_error *err)
{
    struct funnel_kinds kinds;
    struct funnel_thread threads[SCAN_THREADS_MAX];
    void *states[SCAN_THREADS_MAX];
    CU_TRY(funnel_check(q, err));
    CU_TRY(kinds_of(q, &kinds, err));
    struct scan_plan plan;
    scan_plan_limits(&plan, l);
    plan.from_ms = q->from_ms;
    plan.to_ms = q->to_ms;
    plan.columns = q->columns;
    plan.column_count = q->column_count;
    if (!kinds.any && !(q->modes & FUNNEL_STRICT_ORDER)) {
        plan.kinds = kinds.list;
        plan.kind_count = kinds.count;
    }
    unsigned count = scan_threads(&plan);
    for (unsigned i = 0; i < count; i++) {
        threads[i] = (struct funnel_thread){
            .q = q, .masks = kinds.masks, .kind_end = kinds.end, .any = kinds.any, .untested = true};
        for (uint32_t k = 0; k < q->step_count; k++)
            threads[i].untested = threads[i].untested && q->steps[k].column < 0;
        states[i] = &threads[i];
    }
    cu_code code = timeline_scan_people(t, &plan, persons, funnel_visit, states, count, stats, err);
    *ret = (struct funnel_answer){0};
    for (unsigned i = 0; i < count; i++) {
        if (threads[i].no_memory && code == CU_OK)
            code = cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
        for (uint32_t k = 0; k < q->step_count; k++)
            ret->reached[k] += threads[i].answer.reached[k];
        cu_free(threads[i].rows);
    }
    cu_free(kinds.masks);
    return code;
}
