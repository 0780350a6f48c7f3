// SPDX-License-Identifier: Apache-2.0
// The chains of one unit: the machine of windowFunnel, row by row, with what may end an attempt and where the next begins.
#include "funnel_machine.h"

struct walk {
    const struct funnel_rules *r;
    struct funnel f;
    struct funnel_trail trail;
    struct funnel_chain best; // of the attempt under way; level 0: none
    int64_t starts_before;
    funnel_chain_fn *fn;
    void *context;
};

static void attempt_begin(struct walk *w)
{
    funnel_begin(&w->f, w->r->steps, w->r->window_ms, w->r->modes);
    w->f.trail = &w->trail;
    w->f.never_again = w->r->never_again;
    w->f.starts_before = w->starts_before;
    w->best.level = 0;
}

static void keep(struct walk *w, uint32_t level)
{
    if (level <= w->best.level)
        return;
    w->best.level = level;
    memcpy(w->best.row, w->trail.row[level - 1], level * sizeof w->best.row[0]);
}

static uint32_t reached(const struct walk *w)
{
    return w->f.has ? 32u - (uint32_t)__builtin_clz(w->f.has) : 0;
}

static void attempt_end(struct walk *w)
{
    if (w->best.level > 0)
        w->fn(w->context, &w->best);
    attempt_begin(w);
}

// Is any chain still under way at this time?
static bool alive(const struct walk *w, int64_t time)
{
    for (uint32_t s = 0; s < w->r->steps; s++) {
        if ((w->f.has >> s & 1) && funnel_within(&w->f, w->f.first[s], time))
            return true;
    }
    return false;
}

// What must not happen did: chains between the two steps are over. False: the unit is out, because its newest one was there.
static bool ban(struct walk *w, uint32_t bans, int64_t time)
{
    uint32_t lost = 0;
    for (; bans; bans &= bans - 1) {
        const struct funnel_ban *b = &w->r->bans[__builtin_ctz(bans)];
        for (uint32_t s = b->from; s < b->to; s++) {
            bool under_way = (w->f.has >> s & 1) && funnel_within(&w->f, w->f.first[s], time);
            lost |= (uint32_t)under_way << s;
        }
    }
    if (!lost)
        return true;
    if (w->r->whole && (lost & ~w->f.gone_on))
        return false;
    keep(w, reached(w));
    w->f.has &= ~lost;
    if (w->r->attempts && !alive(w, time))
        attempt_end(w);
    return true;
}

static uint32_t bans_of(const struct funnel_row *rows, size_t count)
{
    uint32_t bans = 0;
    for (size_t i = 0; i < count; i++)
        bans |= rows[i].steps >> FUNNEL_BAN_SHIFT;
    return bans;
}

// The rows of one time. False: nothing more can change the answer.
static bool take(struct walk *w, const struct funnel_row *rows, size_t first, size_t count)
{
    uint32_t level = 0;
    if (w->r->attempts && w->f.begun && !alive(w, rows[first].time_ms)) {
        keep(w, reached(w));
        attempt_end(w);
    }
    w->f.base = (uint32_t)first;
    enum funnel_verdict v = funnel_take(&w->f, rows + first, count, &level);
    if (v == FUNNEL_GOES_ON)
        return true;
    keep(w, level > reached(w) ? level : reached(w));
    if (w->r->attempts)
        attempt_end(w);
    return w->r->attempts;
}

// ---- the usual case: no mode, nothing excluded, one chain. The same as above, without its questions.

struct plain {
    uint32_t has;
    int64_t first[FUNNEL_STEPS_MAX];
    uint32_t row[FUNNEL_STEPS_MAX][FUNNEL_STEPS_MAX];
};

static bool plain_step(struct plain *p, const struct funnel_rules *r, uint32_t s, int64_t time, uint32_t row)
{
    if (s == 0) {
        p->first[0] = time;
    } else if ((p->has >> (s - 1) & 1) && (uint64_t)time - (uint64_t)p->first[s - 1] <= (uint64_t)r->window_ms) {
        p->first[s] = p->first[s - 1];
        for (uint32_t k = 0; k < s; k++)
            p->row[s][k] = p->row[s - 1][k];
    } else {
        return false;
    }
    p->row[s][s] = row;
    p->has |= UINT32_C(1) << s;
    return s > 0 && s + 1 == r->steps;
}

// Rows i .. end - 1 are of one time.
static bool plain_group(
    struct plain *p, const struct funnel_rules *r, const struct funnel_row *rows, size_t i, size_t end, bool begins)
{
    uint32_t all = (UINT32_C(1) << r->steps) - 1, steps = 0;
    for (size_t k = i; k < end; k++)
        steps |= rows[k].steps;
    for (steps &= begins ? all : all & ~UINT32_C(1); steps; steps &= steps - 1) {
        uint32_t s = (uint32_t)__builtin_ctz(steps), row = (uint32_t)i;
        while (!(rows[row].steps >> s & 1))
            row++;
        if (plain_step(p, r, s, rows[i].time_ms, row))
            return true;
    }
    return false;
}

static void walk_plain(const struct funnel_rules *r, const struct funnel_row *rows, size_t count, int64_t starts_before,
    funnel_chain_fn *fn, void *context)
{
    struct plain p;
    struct funnel_chain best;
    p.has = 0;
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && rows[end].time_ms == rows[i].time_ms;)
            end++;
        if (plain_group(&p, r, rows, i, end, rows[i].time_ms < starts_before))
            break;
    }
    if (!p.has)
        return;
    best.level = 32u - (uint32_t)__builtin_clz(p.has);
    memcpy(best.row, p.row[best.level - 1], best.level * sizeof best.row[0]);
    fn(context, &best);
}

enum funnel_outcome funnel_walk(const struct funnel_rules *r, const struct funnel_row *rows, size_t count,
    int64_t starts_before, funnel_chain_fn *fn, void *context)
{
    struct walk w;
    if (r->any_order)
        return funnel_walk_any(r, rows, count, starts_before, fn, context);
    if ((r->modes & ~(unsigned)FUNNEL_STRICT_REENTRY) == 0 && r->ban_count == 0 && !r->attempts && !r->never_again) {
        walk_plain(r, rows, count, starts_before, fn, context);
        return FUNNEL_WALKED;
    }
    w.r = r;
    w.starts_before = starts_before;
    w.fn = fn;
    w.context = context;
    attempt_begin(&w);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && rows[end].time_ms == rows[i].time_ms;)
            end++;
        if (r->ban_count && !ban(&w, bans_of(rows + i, end - i), rows[i].time_ms))
            return FUNNEL_BANNED;
        if (!take(&w, rows, i, end - i)) {
            attempt_end(&w);
            return FUNNEL_WALKED;
        }
    }
    keep(&w, reached(&w));
    attempt_end(&w);
    return FUNNEL_WALKED;
}
