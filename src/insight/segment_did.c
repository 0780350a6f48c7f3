// SPDX-License-Identifier: Apache-2.0
// "did E where .. in W", with a measure. Counts and extremes know exactly when their answer turns
// (segment_did_count.c, segment_did_extreme.c); the other measures name the next moment at which a row that
// decides them comes into the window or leaves it.
#include "segment_did.h"

#define UNIT 10000 // numbers are ten-thousandths

// ---- rows and windows

static size_t rows_until(const struct scan_rows *rows, int64_t t) // rows with time <= t
{
    size_t lo = 0, hi = rows->count;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (rows->time_ms[mid] <= t)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

struct seg_span seg_rows_in(const struct seg_run *r, const struct seg_window *w)
{
    if (!r->rows)
        return (struct seg_span){0, 0};
    if (w->kind == SEG_EVER)
        return (struct seg_span){0, r->seen};
    struct seg_range range = seg_window_range(w, r->program->with.zone, r->now_ms);
    struct seg_span s = {0, range.hi >= r->now_ms ? r->seen : rows_until(r->rows, range.hi)};
    if (range.lo > INT64_MIN)
        s.first = rows_until(r->rows, range.lo - 1);
    return s;
}

int64_t seg_row_enters(const struct seg_run *r, const struct seg_window *w, size_t row)
{
    int64_t t = r->rows->time_ms[row];
    int64_t enter = seg_window_enter(w, r->program->with.zone, t);
    if (enter < t)
        enter = t;
    return enter > r->now_ms && enter < seg_window_leave(w, r->program->with.zone, t) ? enter : INT64_MAX;
}

int64_t seg_row_leaves(const struct seg_run *r, const struct seg_window *w, size_t row)
{
    return seg_window_leave(w, r->program->with.zone, r->rows->time_ms[row]);
}

size_t seg_rows_of(const struct seg_run *r)
{
    return r->rows ? r->rows->count : 0;
}

int64_t seg_next_entering(const struct seg_run *r, const struct seg_part *part, struct seg_span s, int64_t need)
{
    for (size_t i = s.first > s.end ? s.first : s.end; i < seg_rows_of(r); i++) {
        if (!seg_filter_matches(r, &part->did->filter, i))
            continue;
        int64_t enters = seg_row_enters(r, &part->node->did.window, i);
        if (enters < INT64_MAX && --need <= 0) // some never do: dates that lie ahead
            return enters;
    }
    return INT64_MAX;
}

struct seg_answer seg_opposite(struct seg_answer a)
{
    return (struct seg_answer){!a.in, a.until_ms};
}

struct seg_answer seg_both(struct seg_answer a, struct seg_answer b)
{
    if (a.in == b.in) {
        bool a_first = a.until_ms < b.until_ms;
        return a_first == a.in ? a : b; // both hold: the earlier one; none does: the later one
    }
    return a.in ? b : a;
}

// ---- all measures

void seg_did_row_sum(const struct seg_run *r, const struct seg_part *part, size_t row, seg_wide *sum, int64_t *count)
{
    const struct seg_check_value *c = &part->did->value;
    const int64_t *values;
    int64_t room;
    size_t n = seg_row_values(r, c->column, row, &values, &room);
    for (size_t i = 0; i < n; i++)
        *sum += (seg_wide)values[i] * c->scale;
    *count += (int64_t)n;
}

static void row_extreme(const struct seg_run *r, const struct seg_part *part, size_t row, struct seg_measured *m)
{
    const struct seg_check_value *c = &part->did->value;
    bool least = part->node->did.measure == SEG_MINIMUM;
    const int64_t *values;
    int64_t room;
    size_t count = seg_row_values(r, c->column, row, &values, &room);
    for (size_t i = 0; i < count; i++, m->count++) {
        seg_wide v = (seg_wide)values[i] * c->scale;
        if (m->count > 0 && (least ? v >= m->sum : v <= m->sum))
            continue;
        m->sum = v;
        m->row = row;
    }
}

static void measure_row(const struct seg_run *r, const struct seg_part *part, size_t row, struct seg_measured *m)
{
    enum seg_measure measure = part->node->did.measure;
    m->matches++;
    m->last = row;
    if (m->first == SIZE_MAX)
        m->first = row;
    if (measure == SEG_SUM || measure == SEG_AVERAGE)
        seg_did_row_sum(r, part, row, &m->sum, &m->count);
    else if (measure == SEG_MINIMUM || measure == SEG_MAXIMUM)
        row_extreme(r, part, row, m);
}

void seg_did_measure(const struct seg_run *r, const struct seg_part *part, struct seg_measured *ret)
{
    const struct seg_did *did = &part->node->did;
    struct seg_span s = seg_rows_in(r, &did->window);
    struct seg_measured m = {.first = SIZE_MAX, .last = SIZE_MAX, .row = SIZE_MAX};
    for (size_t i = s.first; i < s.end; i++)
        if (seg_filter_matches(r, &part->did->filter, i))
            measure_row(r, part, i, &m);
    if (did->measure == SEG_FIRST || did->measure == SEG_FIRST_TIME)
        m.row = m.first;
    else if (did->measure == SEG_LATEST || did->measure == SEG_LAST_TIME)
        m.row = m.last;
    else if (did->measure == SEG_COUNT)
        m.sum = (seg_wide)m.matches * UNIT;
    else if (did->measure == SEG_DISTINCT)
        m.sum = (seg_wide)seg_did_distinct(r, part, s) * UNIT;
    else if (did->measure == SEG_DAYS_ACTIVE)
        m.sum = (seg_wide)seg_did_days(r, part, s) * UNIT;
    *ret = m;
}

// sum / of against the values, without dividing.
bool seg_sum_holds(const struct seg_check_value *c, seg_wide sum, int64_t of)
{
    const int64_t *v = c->numbers;
    bool any = false;
    switch (c->cmp) {
    case SEG_IS:
    case SEG_IS_NOT:
        for (uint32_t i = 0; i < c->number_count; i++)
            any |= sum == (seg_wide)v[i] * of;
        return any == (c->cmp == SEG_IS);
    case SEG_LESS:
        return sum < (seg_wide)v[0] * of;
    case SEG_AT_MOST:
        return sum <= (seg_wide)v[0] * of;
    case SEG_MORE:
        return sum > (seg_wide)v[0] * of;
    case SEG_AT_LEAST:
        return sum >= (seg_wide)v[0] * of;
    case SEG_BETWEEN:
        return sum >= (seg_wide)v[0] * of && sum <= (seg_wide)v[1] * of;
    case SEG_KNOWN:
        return true;
    case SEG_UNKNOWN:
    case SEG_CONTAINS:
    case SEG_CONTAINS_NOT:
    case SEG_STARTS:
    case SEG_ENDS:
    case SEG_WITHIN:
    case SEG_NOT_WITHIN:
    case SEG_ANNIVERSARY:
        break;
    }
    return false;
}

static bool measured_holds(
    const struct seg_run *r, const struct seg_part *part, const struct seg_measured *m, int64_t *until)
{
    const struct seg_check_value *c = &part->did->value;
    const int64_t *values = NULL;
    int64_t room = 0;
    size_t count = 0;
    switch (part->node->did.measure) {
    case SEG_COUNT:
    case SEG_SUM:
    case SEG_DISTINCT:
    case SEG_DAYS_ACTIVE:
        return seg_sum_holds(c, m->sum, 1);
    case SEG_AVERAGE:
        if (m->count > 0)
            return seg_sum_holds(c, m->sum, m->count);
        break;
    case SEG_MINIMUM:
    case SEG_MAXIMUM:
        if (m->count > 0 && c->type == SEG_NUMBER)
            return seg_sum_holds(c, m->sum, 1);
        count = m->count > 0;
        room = (int64_t)m->sum;
        values = &room;
        break;
    case SEG_FIRST:
    case SEG_LATEST:
        if (m->row != SIZE_MAX)
            count = seg_row_values(r, c->column, m->row, &values, &room);
        break;
    case SEG_FIRST_TIME:
    case SEG_LAST_TIME:
        if (m->row != SIZE_MAX) {
            count = 1;
            values = &r->rows->time_ms[m->row];
        }
        break;
    }
    return seg_values_hold(r, c, values, count, until);
}

// ---- when does it turn?

// The next matching row that comes or goes; of the newest and oldest only those that decide the measure.
static void set_until(
    const struct seg_run *r, const struct seg_part *part, const struct seg_measured *m, int64_t *until)
{
    const struct seg_did *did = &part->node->did;
    bool of_first = did->measure == SEG_FIRST || did->measure == SEG_FIRST_TIME;
    bool of_last = did->measure == SEG_LATEST || did->measure == SEG_LAST_TIME;
    size_t oldest = of_last ? m->last : m->first;
    if (oldest != SIZE_MAX)
        seg_lower(until, seg_row_leaves(r, &did->window, oldest));
    if (!of_first || oldest == SIZE_MAX)
        seg_lower(until, seg_next_entering(r, part, seg_rows_in(r, &did->window), 1));
}

// Tests that depend on now: whatever row comes, goes or turns.
static int64_t moving_until(const struct seg_run *r, const struct seg_part *part)
{
    const struct seg_filter *f = &part->did->filter;
    const struct seg_window *w = &part->node->did.window;
    struct seg_span s = seg_rows_in(r, w);
    int64_t until = INT64_MAX;
    for (size_t i = s.first; i < seg_rows_of(r); i++) {
        if (!f->any && r->rows->kind[i] != f->kind)
            continue;
        seg_filter_until(r, f, i, &until);
        seg_lower(&until, i < s.end ? seg_row_leaves(r, w, i) : seg_row_enters(r, w, i));
    }
    return until;
}

static bool exactly(const struct seg_run *r, const struct seg_part *part, struct seg_answer *ret)
{
    struct seg_span s = seg_rows_in(r, &part->node->did.window);
    switch (part->node->did.measure) {
    case SEG_COUNT:
    case SEG_DAYS_ACTIVE:
    case SEG_DISTINCT:
        return seg_did_by_count(r, part, s, ret);
    case SEG_MINIMUM:
    case SEG_MAXIMUM:
        return seg_did_by_extreme(r, part, s, ret);
    case SEG_SUM:
    case SEG_AVERAGE:
    case SEG_FIRST:
    case SEG_LATEST:
    case SEG_FIRST_TIME:
    case SEG_LAST_TIME:
        break;
    }
    return false;
}

void seg_did_eval(const struct seg_run *r, const struct seg_part *part, struct seg_answer *ret)
{
    enum seg_measure measure = part->node->did.measure;
    int64_t value_turns = INT64_MAX;
    if (!exactly(r, part, ret)) {
        struct seg_measured m;
        seg_did_measure(r, part, &m);
        ret->in = measured_holds(r, part, &m, &value_turns);
        ret->until_ms = value_turns;
        if (measure == SEG_SUM || measure == SEG_AVERAGE)
            ret->until_ms = seg_did_sum_turn(r, part, &m, ret->in);
        else
            set_until(r, part, &m, &ret->until_ms);
    }
    if (part->did->filter.moving) {
        ret->until_ms = moving_until(r, part);
        seg_lower(&ret->until_ms, value_turns);
    }
}
