// SPDX-License-Identifier: Apache-2.0
// Extremes and sums, and when they turn. A maximum is more than v when there is a value more than v: asked from
// the newest row backwards like a count, so that the next moment is exact. For sums, rows come and go in thought.
#include "segment_did.h"

#define TURNS_MAX 64 // so many rows come and go in thought; then it is looked at again

enum beyond { ANY_VALUE, ABOVE, ABOVE_OR_AT, BELOW, BELOW_OR_AT };

static bool row_beyond(const struct seg_run *r, const struct seg_part *part, size_t row, enum beyond b, int64_t v)
{
    const struct seg_check_value *c = &part->did->value;
    const int64_t *values;
    int64_t room;
    size_t count = seg_row_values(r, c->column, row, &values, &room);
    if (b == ANY_VALUE)
        return count > 0;
    for (size_t i = 0; i < count; i++) {
        int64_t x = seg_scaled(values[i], c->scale);
        if (b == ABOVE ? x > v : b == ABOVE_OR_AT ? x >= v : b == BELOW ? x < v : x <= v)
            return true;
    }
    return false;
}

static struct seg_answer exists(
    const struct seg_run *r, const struct seg_part *part, struct seg_span s, enum beyond b, int64_t v)
{
    const struct seg_window *w = &part->node->did.window;
    for (size_t i = s.end; i-- > s.first;)
        if (seg_filter_matches(r, &part->did->filter, i) && row_beyond(r, part, i, b, v))
            return (struct seg_answer){true, seg_row_leaves(r, w, i)};
    for (size_t i = s.first > s.end ? s.first : s.end; i < seg_rows_of(r); i++) {
        if (!seg_filter_matches(r, &part->did->filter, i) || !row_beyond(r, part, i, b, v))
            continue;
        int64_t enters = seg_row_enters(r, w, i);
        if (enters < INT64_MAX)
            return (struct seg_answer){false, enters};
    }
    return (struct seg_answer){false, INT64_MAX};
}

// The extreme is on the far side of v (a maximum: above), or at it; the near side: there is one, and none is far.
bool seg_did_by_extreme(const struct seg_run *r, const struct seg_part *part, struct seg_span s, struct seg_answer *ret)
{
    const struct seg_check_value *c = &part->did->value;
    bool most = part->node->did.measure == SEG_MAXIMUM;
    enum beyond far = most ? ABOVE : BELOW, far_or_at = most ? ABOVE_OR_AT : BELOW_OR_AT;
    enum seg_cmp cmp = c->cmp;
    if (c->type != SEG_NUMBER)
        return false;
    if (cmp == SEG_KNOWN || cmp == SEG_UNKNOWN) {
        *ret = exists(r, part, s, ANY_VALUE, 0);
        ret->in ^= cmp == SEG_UNKNOWN;
        return true;
    }
    if (c->number_count != (cmp == SEG_BETWEEN ? 2u : 1u))
        return false;
    int64_t low = c->numbers[0], high = c->numbers[c->number_count - 1];
    if (cmp == (most ? SEG_MORE : SEG_LESS))
        *ret = exists(r, part, s, far, low);
    else if (cmp == (most ? SEG_AT_LEAST : SEG_AT_MOST))
        *ret = exists(r, part, s, far_or_at, low);
    else if (cmp == (most ? SEG_LESS : SEG_MORE))
        *ret = seg_both(exists(r, part, s, ANY_VALUE, 0), seg_opposite(exists(r, part, s, far_or_at, low)));
    else if (cmp == (most ? SEG_AT_MOST : SEG_AT_LEAST))
        *ret = seg_both(exists(r, part, s, ANY_VALUE, 0), seg_opposite(exists(r, part, s, far, low)));
    else if (cmp == SEG_IS || cmp == SEG_IS_NOT || cmp == SEG_BETWEEN)
        *ret = seg_both(
            exists(r, part, s, far_or_at, most ? low : high), seg_opposite(exists(r, part, s, far, most ? high : low)));
    else
        return false;
    ret->in ^= cmp == SEG_IS_NOT;
    return true;
}

// ---- sums

struct slide { // the window moving on over the rows
    const struct seg_run *r;
    const struct seg_part *part;
    size_t oldest, next; // matching rows; at or beyond the other's end: none
    seg_wide sum;
    int64_t count;
};

static size_t next_match(const struct slide *s, size_t row, size_t end)
{
    while (row < end && !seg_filter_matches(s->r, &s->part->did->filter, row))
        row++;
    return row;
}

static int64_t oldest_leaves(const struct slide *s)
{
    return s->oldest < s->next ? seg_row_leaves(s->r, &s->part->node->did.window, s->oldest) : INT64_MAX;
}

static int64_t next_enters(const struct slide *s)
{
    return s->next < seg_rows_of(s->r) ? seg_row_enters(s->r, &s->part->node->did.window, s->next) : INT64_MAX;
}

static void leave(struct slide *s)
{
    seg_wide sum = 0;
    int64_t count = 0;
    seg_did_row_sum(s->r, s->part, s->oldest, &sum, &count);
    s->sum -= sum;
    s->count -= count;
    s->oldest = next_match(s, s->oldest + 1, s->next);
}

static void enter(struct slide *s)
{
    seg_did_row_sum(s->r, s->part, s->next, &s->sum, &s->count);
    if (s->oldest >= s->next)
        s->oldest = s->next;
    s->next = next_match(s, s->next + 1, seg_rows_of(s->r));
}

static bool slide_holds(const struct slide *s)
{
    const struct seg_check_value *c = &s->part->did->value;
    if (s->part->node->did.measure == SEG_AVERAGE && s->count == 0)
        return c->cmp == SEG_UNKNOWN || c->cmp == SEG_IS_NOT;
    return seg_sum_holds(c, s->sum, s->part->node->did.measure == SEG_AVERAGE ? s->count : 1);
}

int64_t seg_did_sum_turn(const struct seg_run *r, const struct seg_part *part, const struct seg_measured *m, bool holds)
{
    struct seg_span span = seg_rows_in(r, &part->node->did.window);
    struct slide s = {.r = r, .part = part, .sum = m->sum, .count = m->count};
    int64_t moment = INT64_MAX;
    s.next = next_match(&s, span.first > span.end ? span.first : span.end, seg_rows_of(r));
    s.oldest = m->first < s.next ? m->first : s.next;
    for (int turns = 0; turns < TURNS_MAX; turns++) {
        int64_t leaves = oldest_leaves(&s), enters = next_enters(&s);
        moment = leaves < enters ? leaves : enters;
        if (moment == INT64_MAX)
            return INT64_MAX;
        while (oldest_leaves(&s) == moment)
            leave(&s);
        while (next_enters(&s) == moment)
            enter(&s);
        if (slide_holds(&s) != holds)
            return moment;
    }
    return moment;
}
