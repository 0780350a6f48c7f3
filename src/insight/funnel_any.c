// SPDX-License-Identifier: Apache-2.0
// Steps in any order: how many different ones lie within one window. With strict_once an event is one step only: then as
// many as can be matched with different events.
#include "funnel_machine.h"

enum { WAYS_MAX = 64 }; // different sets of steps that one event can be

struct way {
    uint32_t steps, count; // events of the window that can be these steps
};
struct any {
    const struct funnel_rules *r;
    const struct funnel_row *rows;
    uint32_t all;
    bool once;
    uint32_t seen[FUNNEL_STEPS_MAX]; // events of the window per step
    struct way ways[WAYS_MAX];
    uint32_t way_count;
};

// Does not find room for the 65th way.
static bool count_way(struct any *a, uint32_t steps, bool in)
{
    for (uint32_t i = 0; i < a->way_count; i++) {
        if (a->ways[i].steps == steps) {
            a->ways[i].count = in ? a->ways[i].count + 1 : a->ways[i].count - 1;
            return true;
        }
    }
    if (a->way_count == WAYS_MAX)
        return false;
    a->ways[a->way_count++] = (struct way){steps, 1};
    return true;
}

static bool count_row(struct any *a, const struct funnel_row *row, bool in)
{
    uint32_t steps = row->steps & a->all;
    for (uint32_t rest = steps; rest; rest &= rest - 1) {
        uint32_t s = (uint32_t)__builtin_ctz(rest);
        a->seen[s] = in ? a->seen[s] + 1 : a->seen[s] - 1;
    }
    return !a->once || steps == 0 || count_way(a, steps, in);
}

static uint32_t different(const struct any *a)
{
    uint32_t n = 0;
    for (uint32_t s = 0; s < a->r->steps; s++)
        n += a->seen[s] > 0;
    return n;
}

// ---- matching steps with ways, each as often as it has events

struct matching {
    uint32_t way[FUNNEL_STEPS_MAX]; // of a step + 1; 0: none
    uint32_t used[WAYS_MAX];
};

static bool match(const struct any *a, struct matching *m, uint32_t s, uint64_t *visited)
{
    for (uint32_t i = 0; i < a->way_count; i++) {
        if (!(a->ways[i].steps >> s & 1) || a->ways[i].count == 0 || (*visited >> i & 1))
            continue;
        *visited |= UINT64_C(1) << i;
        if (m->used[i] < a->ways[i].count) {
            m->used[i]++;
            m->way[s] = i + 1;
            return true;
        }
        for (uint32_t other = 0; other < a->r->steps; other++) {
            if (m->way[other] == i + 1 && match(a, m, other, visited)) { // as deep as there are ways
                m->way[s] = i + 1;
                return true;
            }
        }
    }
    return false;
}

static uint32_t most(const struct any *a)
{
    struct matching m = {0};
    uint32_t n = 0;
    for (uint32_t s = 0; s < a->r->steps; s++) {
        uint64_t visited = 0;
        n += match(a, &m, s, &visited);
    }
    return n;
}

// ---- windows

static bool within(const struct any *a, int64_t first, int64_t time)
{
    return (uint64_t)time - (uint64_t)first <= (uint64_t)a->r->window_ms;
}

// The rows of the best window by which one step more was done.
static void chain_of(struct any *a, size_t from, size_t count, struct funnel_chain *c)
{
    uint32_t before = 0, wanted = c->level;
    memset(a->seen, 0, sizeof a->seen);
    a->way_count = 0;
    for (size_t i = from; i < count && before < wanted; i++) {
        if (!(a->rows[i].steps & a->all))
            continue;
        (void)count_row(a, &a->rows[i], true);
        uint32_t now = different(a);
        now = a->once && now > before ? most(a) : now;
        for (; before < now && before < wanted; before++)
            c->row[before] = (uint32_t)i;
    }
}

enum funnel_outcome funnel_walk_any(const struct funnel_rules *r, const struct funnel_row *rows, size_t count,
    int64_t starts_before, funnel_chain_fn *fn, void *context)
{
    struct any a = {
        .r = r, .rows = rows, .all = (UINT32_C(1) << r->steps) - 1, .once = (r->modes & FUNNEL_STRICT_ONCE) != 0};
    struct funnel_chain best = {0};
    size_t begins = 0, end = 0;
    for (size_t i = 0; i < count && rows[i].time_ms < starts_before && best.level < r->steps; i++) {
        for (; end < count && within(&a, rows[i].time_ms, rows[end].time_ms); end++) {
            if (!count_row(&a, &rows[end], true))
                return FUNNEL_TOO_MANY;
        }
        uint32_t level = different(&a);
        if (level > best.level && a.once)
            level = most(&a);
        if (level > best.level) {
            best.level = level;
            begins = i;
        }
        (void)count_row(&a, &rows[i], false);
    }
    if (best.level > 0) {
        chain_of(&a, begins, count, &best);
        fn(context, &best);
    }
    return FUNNEL_WALKED;
}
