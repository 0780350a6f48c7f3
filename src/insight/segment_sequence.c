// SPDX-License-Identifier: Apache-2.0
// "A then B within d then C ... with the same p, without X". Exact, by dynamic programming over the rows from the
// newest to the oldest: next[j] is the time of the earliest row so far from which steps j, j + 1, .. to the last are
// possible. Earlier is never worse for what comes before it, so one time per step is enough; and the first row
// at which step 0 succeeds is the latest possible beginning, the one that leaves a moving window last.
//
// Shared properties: one such state ("lane") per value, found by hash. A row with lists stands for every
// combination of its elements, at most COMBINATIONS_MAX of them. Time is O(rows x steps) without shared properties and
// O(rows x (steps + combinations)) for each LANES_MAX / 2 different values with them. Memory is on the stack.
//
// What must not happen (X): a row of X strictly between the first and the last step (also when it is a step in the
// middle itself) ends every state that is under way; a row of X behind the last step, within without_ms, makes that
// last step none. As long as no X came it has not happened.
#include "segment_distinct.h"
#include "segment_program.h"

#define LANES_MAX 512u
#define COMBINATIONS_MAX 4096u
#define PARTS_MAX 4096u

struct lane {
    uint64_t key;
    uint32_t epoch; // 0: free; states of an earlier epoch are over
    uint32_t have;  // bit j: next[j] is there
    int64_t next[SEG_EVENTS_MAX];
};
struct sweep {
    const struct seg_run *r;
    const struct seg_sequence *q;
    const struct seg_part_sequence *c;
    struct seg_span span;
    struct lane lanes[LANES_MAX];
    uint32_t cap, used, epoch;
    uint32_t parts, part; // only keys of this part
    bool full;
    bool has_x;
    int64_t x_ms; // the X next behind the row
    bool traced;  // only this key, and the way it went
    uint64_t only;
    size_t trail[SEG_EVENTS_MAX][SEG_EVENTS_MAX];
    uint64_t found_key;
};

// ---- keys of a row: every combination of the shared properties' values

struct keys {
    const int64_t *values[SEG_SHARED_MAX];
    int64_t room[SEG_SHARED_MAX], scale[SEG_SHARED_MAX];
    size_t count[SEG_SHARED_MAX], at[SEG_SHARED_MAX];
    uint32_t properties, given;
};

static bool keys_begin(struct keys *k, const struct sweep *s, uint32_t step, size_t row)
{
    k->properties = s->q->same_count;
    k->given = 0;
    for (uint32_t i = 0; i < k->properties; i++) {
        if (s->c->shared[step][i] == SEG_COLUMN_NONE)
            return false;
        k->count[i] = seg_row_values(s->r, s->c->shared[step][i], row, &k->values[i], &k->room[i]);
        k->scale[i] = s->c->shared_scale[step][i];
        k->at[i] = 0;
        if (k->count[i] == 0)
            return false;
    }
    return true;
}

static bool keys_next(struct keys *k, uint64_t *ret)
{
    if (k->given++ >= COMBINATIONS_MAX || (k->properties == 0 && k->given > 1))
        return false;
    if (k->given > 1) {
        uint32_t i = 0;
        while (i < k->properties && ++k->at[i] == k->count[i])
            k->at[i++] = 0;
        if (i == k->properties)
            return false;
    }
    uint64_t key = 0;
    for (uint32_t i = 0; i < k->properties; i++)
        key = seg_mix(key + (uint64_t)seg_scaled(k->values[i][k->at[i]], k->scale[i]));
    *ret = key;
    return true;
}

// ---- lanes

static struct lane *lane_of(struct sweep *s, uint64_t key, bool create)
{
    uint64_t at = (key >> 40) & (s->cap - 1);
    while (s->lanes[at].epoch != 0 && s->lanes[at].key != key)
        at = (at + 1) & (s->cap - 1);
    struct lane *lane = &s->lanes[at];
    if (lane->epoch != 0)
        return lane;
    if (!create)
        return NULL;
    if (s->used >= s->cap / 2 && s->cap > 1) {
        s->full = true;
        return NULL;
    }
    s->used++;
    lane->key = key;
    lane->epoch = s->epoch;
    lane->have = 0;
    return lane;
}

static bool near(int64_t later, int64_t earlier, int64_t within)
{
    int64_t gap;
    return within == 0 || (!__builtin_sub_overflow(later, earlier, &gap) && gap <= within);
}

static void remember(struct sweep *s, uint32_t step, size_t row)
{
    if (!s->traced)
        return;
    s->trail[step][step] = row;
    for (uint32_t i = step + 1; i < s->q->step_count; i++)
        s->trail[step][i] = s->trail[step + 1][i];
}

// Step `step` at this row, for one key. True: the first step succeeded.
static bool advance(struct sweep *s, uint32_t step, size_t row, uint64_t key)
{
    uint32_t last = s->q->step_count - 1;
    int64_t t = s->r->rows->time_ms[row];
    struct lane *lane = lane_of(s, key, step == last);
    if (!lane)
        return false;
    if (lane->epoch != s->epoch) {
        lane->epoch = s->epoch;
        lane->have = 0;
    }
    if (step < last &&
        (!(lane->have & (2u << step)) || !near(lane->next[step + 1], t, s->q->steps[step + 1].within_ms)))
        return false;
    lane->have |= 1u << step;
    lane->next[step] = t;
    remember(s, step, row);
    s->found_key = key;
    return step == 0;
}

static bool advance_all(struct sweep *s, uint32_t step, size_t row)
{
    struct keys keys;
    uint64_t key;
    if (!keys_begin(&keys, s, step, row))
        return false;
    while (keys_next(&keys, &key)) {
        if ((s->traced && key != s->only) || (key & (s->parts - 1)) != s->part)
            continue;
        if (advance(s, step, row, key))
            return true;
    }
    return false;
}

// ---- rows

static bool is_x(const struct sweep *s, size_t row)
{
    for (uint32_t i = 0; i < s->q->without_count; i++)
        if (seg_filter_matches(s->r, &s->c->without[i], row))
            return true;
    return false;
}

static bool last_stands(const struct sweep *s, int64_t t)
{
    if (s->q->without_ms == 0 || !s->has_x)
        return true;
    int64_t gap;
    return s->q->without_ms != INT64_MAX && !__builtin_sub_overflow(s->x_ms, t, &gap) && gap > s->q->without_ms;
}

static bool sweep_row(struct sweep *s, size_t row)
{
    uint32_t last = s->q->step_count - 1;
    int64_t t = s->r->rows->time_ms[row];
    bool x = is_x(s, row), in_window = row < s->span.end;
    for (uint32_t j = 0; j < s->q->step_count; j++) {
        if (j == last && x) // all that is under way ends here, itself as a middle step too; it may be the last step
            s->epoch++;
        if (!in_window || (j == last && !last_stands(s, t)))
            continue;
        if (seg_filter_matches(s->r, &s->c->steps[j], row) && advance_all(s, j, row))
            return true;
    }
    if (x) {
        s->has_x = true;
        s->x_ms = t;
    }
    return false;
}

// The row of the first step, SIZE_MAX: none at or behind `from`, or too many keys (full).
static size_t sweep_rows(struct sweep *s, size_t from)
{
    memset(s->lanes, 0, s->cap * sizeof s->lanes[0]);
    s->used = 0;
    s->epoch = 1;
    s->full = s->has_x = false;
    bool looks_behind = s->q->without_count > 0 && s->q->without_ms != 0;
    for (size_t row = looks_behind ? s->r->seen : s->span.end; row-- > from;) {
        if (sweep_row(s, row))
            return row;
        if (s->full && (s->cap < LANES_MAX || s->parts < PARTS_MAX))
            return SIZE_MAX;
    }
    return SIZE_MAX;
}

static uint32_t first_cap(const struct sweep *s)
{
    uint32_t cap = 1;
    if (s->q->same_count > 0)
        for (cap = 16; cap < LANES_MAX && s->span.first + cap / 4 < s->span.end; cap *= 2)
            ;
    return cap;
}

// The latest first step over all parts of the keys.
static size_t search(struct sweep *s)
{
    size_t best = SIZE_MAX;
    uint64_t key = 0;
    s->cap = first_cap(s);
    s->parts = 1;
    for (s->part = 0; s->part < s->parts; s->part++) {
        size_t row = sweep_rows(s, best == SIZE_MAX ? s->span.first : best + 1);
        if (row != SIZE_MAX) {
            best = row;
            key = s->found_key;
        } else if (s->full && s->cap < LANES_MAX) {
            s->cap = LANES_MAX;
            s->part--;
        } else if (s->full && s->parts < PARTS_MAX) {
            s->parts *= 4;
            s->part = UINT32_MAX;
        }
    }
    s->found_key = key;
    return best;
}

// ---- when does it turn?

static void turns_in(const struct sweep *s, size_t first, int64_t *until)
{
    const struct seg_run *r = s->r;
    if (first != SIZE_MAX) {
        seg_lower(until, seg_row_leaves(r, &s->q->window, first));
        for (size_t row = r->seen; row < r->rows->count && s->q->without_ms != 0; row++)
            if (is_x(s, row)) {
                seg_lower(until, r->rows->time_ms[row]);
                return;
            }
        return;
    }
    size_t next = s->span.first > s->span.end ? s->span.first : s->span.end;
    const struct seg_filter *last = &s->c->steps[s->q->step_count - 1]; // only one more of these can complete it
    for (size_t row = next; row < r->rows->count && *until == INT64_MAX; row++)
        if (seg_filter_matches(r, last, row))
            seg_lower(until, seg_row_enters(r, &s->q->window, row));
}

static bool turn_of(const struct sweep *s, const struct seg_filter *filters, uint32_t count, size_t row, int64_t *until)
{
    bool concerned = false;
    for (uint32_t j = 0; j < count; j++) {
        concerned |= filters[j].any || s->r->rows->kind[row] == filters[j].kind;
        seg_filter_until(s->r, &filters[j], row, until);
    }
    return concerned;
}

// Tests that depend on now: whatever row comes, goes or turns.
static void moving_turns(const struct sweep *s, int64_t *until)
{
    const struct seg_run *r = s->r;
    for (size_t row = s->span.first; row < r->rows->count; row++) {
        bool step = turn_of(s, s->c->steps, s->q->step_count, row, until);
        bool x = turn_of(s, s->c->without, s->q->without_count, row, until);
        if (step)
            seg_lower(until,
                row < s->span.end ? seg_row_leaves(r, &s->q->window, row) : seg_row_enters(r, &s->q->window, row));
        if (x && row >= r->seen)
            seg_lower(until, r->rows->time_ms[row]);
    }
}

void seg_sequence_eval(
    const struct seg_run *r, const struct seg_part *part, struct seg_answer *ret, struct seg_chain *chain)
{
    struct sweep s;
    *ret = (struct seg_answer){false, INT64_MAX};
    if (chain)
        chain->found = false;
    if (!r->rows)
        return;
    s.r = r;
    s.q = &part->node->sequence;
    s.c = part->sequence;
    s.span = seg_rows_in(r, &s.q->window);
    s.traced = false;
    size_t first = search(&s);
    ret->in = first != SIZE_MAX;
    if (s.c->moving)
        moving_turns(&s, &ret->until_ms);
    else
        turns_in(&s, first, &ret->until_ms);
    if (!chain || !ret->in)
        return;
    s.traced = true;
    s.only = s.found_key;
    s.parts = 1;
    s.part = 0;
    s.cap = 1;
    chain->found = sweep_rows(&s, first) == first;
    memcpy(chain->row, s.trail[0], sizeof chain->row);
}
