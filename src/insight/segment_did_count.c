// SPDX-License-Identifier: Apache-2.0
// Measures that are counts: of events, of days, of different values. "At least n" is asked from the newest row
// backwards, so that the row which makes it enough is also the one whose leaving makes it too few: the next moment
// is exact without looking further. Every other comparison is made of these.
#include "segment_did.h"
#include "segment_distinct.h"

#define UNIT 10000    // numbers are ten-thousandths
#define CHOICES_MAX 4 // "count is one of": so many are asked each by itself

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

static struct seg_answer counts_to(
    const struct seg_run *r, const struct seg_part *part, struct seg_span s, int64_t n, struct counter *c)
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
    return (struct seg_answer){false, seg_next_entering(r, part, s, each_one ? n - count : 1)};
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
    return seg_both(reaches(r, part, s, v / UNIT), seg_opposite(reaches(r, part, s, v / UNIT + 1)));
}

static struct seg_answer is_any(const struct seg_run *r, const struct seg_part *part, struct seg_span s)
{
    const struct seg_check_value *c = &part->did->value;
    struct seg_answer none = {true, INT64_MAX};
    for (uint32_t i = 0; i < c->number_count; i++)
        none = seg_both(none, seg_opposite(is_exactly(r, part, s, c->numbers[i])));
    return seg_opposite(none);
}

// False: this comparison is not one of thresholds.
bool seg_did_by_count(const struct seg_run *r, const struct seg_part *part, struct seg_span s, struct seg_answer *ret)
{
    const struct seg_check_value *c = &part->did->value;
    const int64_t *v = c->numbers;
    if (part->node->did.measure == SEG_DISTINCT &&
        (c->number_count == 0 || v[c->number_count - 1] >= SEG_DISTINCT_MAX * UNIT))
        return false;
    switch (c->cmp) {
    case SEG_AT_LEAST:
        *ret = reaches(r, part, s, ceil_unit(v[0]));
        return true;
    case SEG_MORE:
        *ret = reaches(r, part, s, floor_unit(v[0]) + 1);
        return true;
    case SEG_LESS:
        *ret = seg_opposite(reaches(r, part, s, ceil_unit(v[0])));
        return true;
    case SEG_AT_MOST:
        *ret = seg_opposite(reaches(r, part, s, floor_unit(v[0]) + 1));
        return true;
    case SEG_BETWEEN:
        *ret = seg_both(reaches(r, part, s, ceil_unit(v[0])), seg_opposite(reaches(r, part, s, floor_unit(v[1]) + 1)));
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

// ---- for other comparisons and explanations

int64_t seg_did_days(const struct seg_run *r, const struct seg_part *part, struct seg_span s)
{
    struct counter c = counter_of(r, part, NULL);
    int64_t days = 0;
    for (size_t i = s.end; i-- > s.first;)
        if (seg_filter_matches(r, &part->did->filter, i))
            days += counter_add(&c, i);
    return days;
}

int64_t seg_did_distinct(const struct seg_run *r, const struct seg_part *part, struct seg_span s)
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
