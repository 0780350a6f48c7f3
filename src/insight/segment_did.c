// SPDX-License-Identifier: Apache-2.0
// "did E where .. in W", with a measure. Counts are asked from the newest row backwards, so that the row which
// makes it enough is also the one whose leaving makes it too few: the next moment is exact without looking
// further. Other measures name the next moment at which a matching row comes into the window or leaves it.
#include "segment_distinct.h"
#include "segment_program.h"

#define UNIT 10000 // numbers are ten-thousandths
#define CHOICES_MAX 4 // "count is one of": so many are asked each by itself

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

static size_t rows_of(const struct seg_run *r)
{
    return r->rows ? r->rows->count : 0;
}

// ---- thresholds: events, days or values

struct counter {
    const struct seg_run *r;
    const struct seg_part *part;
    int64_t day_start;         // DAYS_ACTIVE: of the earliest day so far
    struct seg_distinct *seen; // DISTINCT
};

static struct counter counter_of(const struct seg_run *r, const struct seg_part *part, struct seg_distinct *seen)
{
    if (seen)
        seg_distinct_init(seen);
    return (struct counter){r, part, INT64_MAX, seen};
}

// How many more there are with this row; rows come newest first.
static int64_t counter_add(struct counter *c, size_t row)
{
    int64_t t = c->r->rows->time_ms[row], room, added = 0;
    if (c->part->node->did.measure == SEG_COUNT)
        return 1;
    if (!c->seen) {
        if (t >= c->day_start)
            return 0;
        const struct text_zone *zone = c->r->program->with.zone;
        c->day_start = text_zone_day_start(zone, text_zone_day(zone, t));
        return 1;
    }
    const int64_t *values;
    size_t count = seg_row_values(c->r, c->part->did->value.column, row, &values, &room);
    for (size_t i = 0; i < count; i++)
        added += seg_distinct_add(c->seen, (uint64_t)values[i]) == SEG_DISTINCT_NEW;
    return added;
}

static int64_t next_entering(const struct seg_run *r, const struct seg_part *part, struct seg_span s, int64_t need)
{
    for (size_t i = s.first > s.end ? s.first : s.end; i < rows_of(r); i++) {
        if (!seg_filter_matches(r, &part->did->filter, i))
            continue;
        int64_t enters = seg_row_enters(r, &part->node->did.window, i);
        if (enters < INT64_MAX && --need <= 0) // some never do: dates that lie ahead
            return enters;
    }
    return INT64_MAX;
}

static struct seg_answer counts_to(const struct seg_run *r, const struct seg_part *part, struct seg_span s, int64_t n,
    struct counter *c)
{
    int64_t count = 0;
    for (size_t i = s.end; i-- > s.first;) {
        if (!seg_filter_matches(r, &part->did->filter, i))
            continue;
        count += counter_add(c, i);
        if (count >= n)
            return (struct seg_answer){true, seg_row_leaves(r, &part->node->did.window, i)};
    }
    bool each_one = part->node->did.measure == SEG_COUNT;
    return (struct seg_answer){false, next_entering(r, part, s, each_one ? n - count : 1)};
}

static __attribute__((noinline)) struct seg_answer distinct_to(
    const struct seg_run *r, const struct seg_part *part, struct seg_span s, int64_t n)
{
    struct seg_distinct seen;
    struct counter c = counter_of(r, part, &seen);
    return counts_to(r, part, s, n, &c);
}

// Are there at least n? The nth from now leaving is what makes it false; the nth coming what makes it true
// (others leaving meanwhile only delays it).
static struct seg_answer reaches(const struct seg_run *r, const struct seg_part *part, struct seg_span s, int64_t n)
{
    if (n <= 0)
        return (struct seg_answer){true, INT64_MAX};
    if (part->node->did.measure == SEG_DISTINCT)
        return distinct_to(r, part, s, n);
    struct counter c = counter_of(r, part, NULL);
    return counts_to(r, part, s, n, &c);
}

static struct seg_answer opposite(struct seg_answer a)
{
    return (struct seg_answer){!a.in, a.until_ms};
}

static struct seg_answer both(struct seg_answer a, struct seg_answer b)
{
    if (a.in == b.in) {
        bool a_first = a.until_ms < b.until_ms;
        return a_first == a.in ? a : b; // both hold: the earlier one; none does: the later one
    }
    return a.in ? b : a;
}

static int64_t floor_unit(int64_t v)
{
    return v / UNIT - (v % UNIT < 0);
}

static int64_t ceil_unit(int64_t v)
{
    return v / UNIT + (v % UNIT > 0);
}

static struct seg_answer is_exactly(const struct seg_run *r, const struct seg_part *part, struct seg_span s, int64_t v)
{
    if (v % UNIT != 0)
        return (struct seg_answer){false, INT64_MAX};
    return both(reaches(r, part, s, v / UNIT), opposite(reaches(r, part, s, v / UNIT + 1)));
}

static struct seg_answer is_any(const struct seg_run *r, const struct seg_part *part, struct seg_span s)
{
    const struct seg_check_value *c = &part->did->value;
    struct seg_answer none = {true, INT64_MAX};
    for (uint32_t i = 0; i < c->number_count; i++)
        none = both(none, opposite(is_exactly(r, part, s, c->numbers[i])));
    return opposite(none);
}

// False: this comparison is not one of thresholds.
static bool by_thresholds(const struct seg_run *r, const struct seg_part *part, struct seg_span s, struct seg_answer *ret)
{
    const struct seg_check_value *c = &part->did->value;
    const int64_t *v = c->numbers;
    if (part->node->did.measure == SEG_DISTINCT && (c->number_count == 0 || v[c->number_count - 1] >= SEG_DISTINCT_MAX * UNIT))
        return false;
    switch (c->cmp) {
    case SEG_AT_LEAST:
        *ret = reaches(r, part, s, ceil_unit(v[0]));
        return true;
    case SEG_MORE:
        *ret = reaches(r, part, s, floor_unit(v[0]) + 1);
        return true;
    case SEG_LESS:
        *ret = opposite(reaches(r, part, s, ceil_unit(v[0])));
        return true;
    case SEG_AT_MOST:
        *ret = opposite(reaches(r, part, s, floor_unit(v[0]) + 1));
        return true;
    case SEG_BETWEEN:
        *ret = both(reaches(r, part, s, ceil_unit(v[0])), opposite(reaches(r, part, s, floor_unit(v[1]) + 1)));
        return true;
    case SEG_IS:
    case SEG_IS_NOT:
        if (c->number_count > CHOICES_MAX)
            return false;
        *ret = is_any(r, part, s);
        ret->in ^= c->cmp == SEG_IS_NOT;
        return true;
    case SEG_CONTAINS:
    case SEG_CONTAINS_NOT:
    case SEG_STARTS:
    case SEG_ENDS:
    case SEG_KNOWN:
    case SEG_UNKNOWN:
    case SEG_WITHIN:
    case SEG_NOT_WITHIN:
    case SEG_ANNIVERSARY:
        break;
    }
    return false;
}

// ---- all measures

static __attribute__((noinline)) int64_t count_distinct(const struct seg_run *r, const struct seg_part *part, struct seg_span s)
{
    struct seg_distinct d;
    seg_distinct_init(&d);
    do {
        for (size_t row = s.first; row < s.end; row++) {
            const int64_t *values;
            int64_t room;
            if (!seg_filter_matches(r, &part->did->filter, row))
                continue;
            size_t count = seg_row_values(r, part->did->value.column, row, &values, &room);
            for (size_t i = 0; i < count; i++)
                (void)seg_distinct_add(&d, (uint64_t)values[i]);
        }
    } while (seg_distinct_again(&d));
    return (int64_t)seg_distinct_count(&d);
}

// Adds a row to sums and extremes; rows come oldest first.
static void measure_row(const struct seg_run *r, const struct seg_part *part, size_t row, struct seg_measured *m)
{
    enum seg_measure measure = part->node->did.measure;
    const struct seg_check_value *c = &part->did->value;
    const int64_t *values;
    int64_t room;
    size_t count = seg_row_values(r, c->column, row, &values, &room);
    for (size_t i = 0; i < count; i++) {
        seg_wide v = (seg_wide)values[i] * c->scale;
        if (measure == SEG_SUM || measure == SEG_AVERAGE)
            m->sum += v;
        else if (m->count == 0 || (measure == SEG_MINIMUM ? v < m->sum : v > m->sum)) {
            m->sum = v;
            m->row = row;
        }
        m->count++;
    }
}

void seg_did_measure(const struct seg_run *r, const struct seg_part *part, struct seg_measured *ret)
{
    const struct seg_did *did = &part->node->did;
    struct seg_span s = seg_rows_in(r, &did->window);
    struct counter days = counter_of(r, part, NULL);
    struct seg_measured m = {.first = SIZE_MAX, .last = SIZE_MAX, .row = SIZE_MAX};
    for (size_t i = s.first; i < s.end; i++) {
        if (!seg_filter_matches(r, &part->did->filter, i))
            continue;
        m.matches++;
        m.last = i;
        if (m.first == SIZE_MAX)
            m.first = i;
        if (did->measure == SEG_SUM || did->measure == SEG_AVERAGE || did->measure == SEG_MINIMUM || did->measure == SEG_MAXIMUM)
            measure_row(r, part, i, &m);
    }
    if (did->measure == SEG_FIRST || did->measure == SEG_FIRST_TIME)
        m.row = m.first;
    else if (did->measure == SEG_LATEST || did->measure == SEG_LAST_TIME)
        m.row = m.last;
    else if (did->measure == SEG_COUNT)
        m.sum = (seg_wide)m.matches * UNIT;
    else if (did->measure == SEG_DISTINCT)
        m.sum = (seg_wide)count_distinct(r, part, s) * UNIT;
    if (did->measure == SEG_DAYS_ACTIVE) {
        for (size_t i = s.end; i-- > s.first;)
            if (seg_filter_matches(r, &part->did->filter, i))
                m.sum += (seg_wide)counter_add(&days, i) * UNIT;
    }
    *ret = m;
}

// sum / of against the values, without dividing.
static bool sum_holds(const struct seg_check_value *c, seg_wide sum, int64_t of)
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

static bool measured_holds(const struct seg_run *r, const struct seg_part *part, const struct seg_measured *m, int64_t *until)
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
        return sum_holds(c, m->sum, 1);
    case SEG_AVERAGE:
        if (m->count > 0)
            return sum_holds(c, m->sum, m->count);
        break;
    case SEG_MINIMUM:
    case SEG_MAXIMUM:
        if (m->count > 0 && c->type == SEG_NUMBER)
            return sum_holds(c, m->sum, 1);
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
static void set_until(const struct seg_run *r, const struct seg_part *part, const struct seg_measured *m, int64_t *until)
{
    const struct seg_did *did = &part->node->did;
    bool of_first = did->measure == SEG_FIRST || did->measure == SEG_FIRST_TIME;
    bool of_last = did->measure == SEG_LATEST || did->measure == SEG_LAST_TIME;
    size_t oldest = of_last ? m->last : m->first;
    if (oldest != SIZE_MAX)
        seg_lower(until, seg_row_leaves(r, &did->window, oldest));
    if (!of_first || oldest == SIZE_MAX)
        seg_lower(until, next_entering(r, part, seg_rows_in(r, &did->window), 1));
}

// Tests that depend on now: whatever row comes, goes or turns.
static int64_t moving_until(const struct seg_run *r, const struct seg_part *part)
{
    const struct seg_filter *f = &part->did->filter;
    const struct seg_window *w = &part->node->did.window;
    struct seg_span s = seg_rows_in(r, w);
    int64_t until = INT64_MAX;
    for (size_t i = s.first; i < rows_of(r); i++) {
        if (!f->any && r->rows->kind[i] != f->kind)
            continue;
        seg_filter_until(r, f, i, &until);
        seg_lower(&until, i < s.end ? seg_row_leaves(r, w, i) : seg_row_enters(r, w, i));
    }
    return until;
}

void seg_did_eval(const struct seg_run *r, const struct seg_part *part, struct seg_answer *ret)
{
    const struct seg_did *did = &part->node->did;
    bool counts = did->measure == SEG_COUNT || did->measure == SEG_DAYS_ACTIVE || did->measure == SEG_DISTINCT;
    if (!counts || !by_thresholds(r, part, seg_rows_in(r, &did->window), ret)) {
        struct seg_measured m;
        seg_did_measure(r, part, &m);
        ret->until_ms = INT64_MAX;
        ret->in = measured_holds(r, part, &m, &ret->until_ms);
        set_until(r, part, &m, &ret->until_ms);
    }
    if (part->did->filter.moving) {
        int64_t value_turns = counts ? INT64_MAX : ret->until_ms;
        ret->until_ms = moving_until(r, part);
        seg_lower(&ret->until_ms, value_turns);
    }
}
