// SPDX-License-Identifier: Apache-2.0
// One thread's part of a scan (scan_walk.h).
//
// Each source has a cursor (scan_cursor.h). Who has rows in one piece only, as nearly everybody, is shown right out of
// the piece's arrays. Rows of one person from several pieces are put together first; they mostly follow each other.
// A person with several profiles is claimed by whoever meets one of them first, and read by themselves (scan_profile).
#include "scan_walk.h"

#include "base/clock.h"
#include "scan_cursor.h"

enum { LOOK_EVERY = 64 }; // visits between two looks at cancel and clock (pieces look as well)

struct scan_walker {
    struct scan_shared *shared;
    struct scan_desk *desk;
    void *state;
    struct scan_belt belt;
    struct scan_cursor *cursors;  // one per source
    struct scan_cursor **active;  // those with rows in this range, in the order of the sources
    uint64_t *now;                // of each active one: its current profile, side by side (looked at for every person)
    size_t *same;                 // numbers of active ones that are at the same profile
    size_t active_count;
    struct scan_batch pile, other; // rows that are put together
    uint32_t *met;          // roots claimed while a piece was cut
    size_t met_count, met_cap;
    uint64_t gap;           // also_without_rows: numbers below were dealt with
    struct scan_stats stats;
    uint32_t since_look;
    struct scan_rows *rows;
};

void scan_walker_free(struct scan_walker *w)
{
    if (!w)
        return;
    for (size_t i = 0; w->cursors && i < w->shared->sources.count; i++)
        scan_cursor_end(&w->belt, &w->cursors[i]);
    scan_belt_clear(&w->belt);
    cu_free(w->cursors);
    cu_free(w->active);
    cu_free(w->now);
    cu_free(w->same);
    scan_batch_clear(&w->pile);
    scan_batch_clear(&w->other);
    scan_desk_close(w->desk);
    cu_free(w->met);
    cu_free(w->rows);
    cu_free(w);
}

static cu_code no_memory(struct cu_error *err)
{
    return cu_fail(err, CU_MEMORY, "", "no memory to read events");
}

void scan_walker_stats(const struct scan_walker *w, struct scan_stats *add)
{
    add->persons += w->stats.persons;
    add->rows += w->stats.rows;
    add->rows_read += w->stats.rows_read;
}

// ---- limits

static cu_code keep_on(struct scan_walker *w, struct cu_error *err)
{
    struct scan_shared *s = w->shared;
    const struct scan_plan *p = s->sources.plan;
    w->since_look = 0;
    if (p->cancel && atomic_load_explicit(p->cancel, memory_order_relaxed)) {
        atomic_store(&s->cancelled, true);
        atomic_store(&s->stop, true);
    }
    if (p->rows_max && atomic_load_explicit(&s->rows_read, memory_order_relaxed) > p->rows_max)
        return cu_fail(err, CU_TOO_LARGE, "", "more than %llu events would have to be read; narrow the dates or the events",
            (unsigned long long)p->rows_max);
    if (p->ends_ms && cu_mono_us() / 1000 >= p->ends_ms)
        return cu_fail(err, CU_TIMEOUT, "", "the question took longer than it may; narrow the dates or the events");
    return CU_OK;
}

static bool stopped(const struct scan_walker *w)
{
    return atomic_load_explicit(&w->shared->stop, memory_order_relaxed);
}

// ---- showing

static bool asked_for(const struct scan_walker *w, uint32_t root)
{
    const struct scan_plan *p = w->shared->sources.plan;
    return !p->person || p->person(p->context, root);
}

static cu_code show(
    struct scan_walker *w, const struct scan_batch *b, uint32_t person, size_t from, size_t to, struct cu_error *err)
{
    scan_batch_show(b, w->shared->sources.plan->wants, person, from, to, w->rows);
    w->stats.persons++;
    w->stats.rows += to - from;
    if (!w->shared->visit(w->state, w->rows))
        atomic_store(&w->shared->stop, true);
    return ++w->since_look >= LOOK_EVERY ? keep_on(w, err) : CU_OK;
}

static cu_code show_pile(struct scan_walker *w, uint32_t person, struct cu_error *err)
{
    scan_batch_words(&w->pile);
    return show(w, &w->pile, person, 0, w->pile.count, err);
}

// ---- people with several profiles

static bool claim(struct scan_walker *w, uint32_t root)
{
    unsigned char bit = (unsigned char)(1u << root % 8);
    return (atomic_fetch_or_explicit(&w->shared->claimed[root / 8], bit, memory_order_relaxed) & bit) == 0;
}

static cu_code show_merged(struct scan_walker *w, uint32_t root, struct cu_error *err)
{
    const struct scan_persons *p = w->shared->sources.persons;
    uint64_t ignored = 0; // the rows are counted where the ranges have them
    uint32_t pno = root;
    scan_batch_reset(&w->pile);
    do {
        CU_TRY(scan_profile(w->desk, pno, &w->pile, &ignored, err));
        pno = p->next[pno];
    } while (pno != root && pno != 0 && pno < p->end);
    if (w->pile.count == 0 && !w->shared->sources.plan->also_without_rows)
        return CU_OK;
    CU_TRY(scan_batch_sort(&w->pile, &w->other, err));
    return show_pile(w, root, err);
}

static cu_code show_met(struct scan_walker *w, struct cu_error *err)
{
    cu_code code = CU_OK;
    for (size_t i = 0; i < w->met_count && code == CU_OK && !stopped(w); i++)
        code = show_merged(w, w->met[i], err);
    w->met_count = 0;
    return code;
}

// ---- what cursors ask

static enum scan_whose whose(void *walk, uint32_t pno)
{
    struct scan_walker *w = walk;
    const struct scan_persons *p = w->shared->sources.persons;
    bool known = p && pno < p->end;
    if (pno == 0 || (known && p->root[pno] == 0))
        return SCAN_DROP;
    if (w->shared->sources.hides_pnos && scan_hidden_pno(&w->shared->sources, pno))
        return SCAN_DROP;
    if (!known || p->next[pno] == 0)
        return asked_for(w, pno) ? SCAN_KEEP : SCAN_DROP;
    uint32_t root = p->root[pno];
    if (!asked_for(w, root) || !claim(w, root))
        return SCAN_DROP;
    if (w->met_count == w->met_cap) {
        size_t cap = w->met_cap ? w->met_cap * 2 : 64;
        uint32_t *met = cu_realloc(w->met, cap * sizeof *met);
        if (!met)
            return SCAN_FAILED;
        w->met = met;
        w->met_cap = cap;
    }
    w->met[w->met_count++] = root;
    return SCAN_DROP;
}

static cu_code before_piece(void *walk, uint32_t rows, struct cu_error *err)
{
    struct scan_walker *w = walk;
    w->stats.rows_read += rows;
    atomic_fetch_add_explicit(&w->shared->rows_read, rows, memory_order_relaxed);
    return keep_on(w, err);
}

static bool walk_stopped(void *walk)
{
    return stopped(walk);
}

// ---- people without rows

static cu_code show_gap(struct scan_walker *w, uint64_t below, struct cu_error *err)
{
    const struct scan_persons *p = w->shared->sources.persons;
    if (!w->shared->sources.plan->also_without_rows || !p)
        return CU_OK;
    for (; w->gap < below && w->gap < p->end && !stopped(w); w->gap++) {
        uint32_t pno = (uint32_t)w->gap;
        if (p->root[pno] != pno || pno == 0 || !asked_for(w, pno))
            continue;
        if (p->next[pno] == 0) {
            scan_batch_reset(&w->pile);
            CU_TRY(show_pile(w, pno, err));
        } else if (claim(w, pno)) {
            CU_TRY(show_merged(w, pno, err));
        }
    }
    w->gap = below;
    return CU_OK;
}

// ---- a range

// The number of the active cursor with the lowest profile, and the lowest profile of all others. Drops those that
// are at their end. active_count: none is left.
static size_t lowest(struct scan_walker *w, uint64_t *ret_others)
{
    uint64_t low = UINT64_MAX, others = UINT64_MAX;
    size_t lead = 0, left = 0;
    for (size_t i = 0; i < w->active_count; i++) {
        uint64_t pno = w->now[i];
        if (pno == UINT64_MAX)
            continue;
        w->now[left] = pno;
        w->active[left] = w->active[i];
        if (pno < low) {
            others = low;
            low = pno;
            lead = left;
        } else if (pno < others) {
            others = pno;
        }
        left++;
    }
    w->active_count = left;
    *ret_others = others;
    return lead;
}

static cu_code step(struct scan_walker *w, size_t number, struct cu_error *err)
{
    CU_TRY(scan_cursor_next(&w->belt, w->active[number], err));
    w->now[number] = scan_current(w->active[number]);
    return CU_OK;
}

// Do the rows follow each other from source to source? Only then is seq not needed for their order.
static bool in_order(const struct scan_walker *w, size_t count)
{
    int64_t last = 0;
    for (size_t i = 0; i < count; i++) {
        const struct scan_cursor *c = w->active[w->same[i]];
        const struct scan_cut *cut = scan_cut(c);
        const int64_t *times = c->tray->rows.time_ms;
        if (i > 0 && times[cut->from] <= last)
            return false;
        last = times[cut[1].from - 1];
        if (i + 1 < count && c->cut + 1 == c->cut_count && c->goes_on) // more rows may come
            return false;
    }
    return true;
}

// The rows of the profile from these sources to the pile; moves their cursors behind them.
static cu_code pile_up(struct scan_walker *w, uint64_t pno, size_t count, struct cu_error *err)
{
    for (size_t i = 0; i < count; i++) {
        size_t number = w->same[i];
        while (w->now[number] == pno) {
            struct scan_cursor *c = w->active[number];
            const struct scan_cut *cut = scan_cut(c);
            if (w->belt.seq)
                CU_TRY(scan_cursor_seq(c, err));
            CU_TRY(scan_batch_append(&w->pile, &c->tray->rows, cut->from, cut[1].from, err));
            CU_TRY(step(w, number, err));
        }
    }
    return CU_OK;
}

static cu_code show_together(struct scan_walker *w, uint32_t pno, struct cu_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < w->active_count; i++) {
        w->same[count] = i;
        count += w->now[i] == pno;
    }
    bool sorted = in_order(w, count);
    w->belt.seq = !sorted;
    scan_batch_reset(&w->pile);
    CU_TRY(pile_up(w, pno, count, err));
    w->belt.seq = false;
    if (!sorted)
        CU_TRY(scan_batch_sort(&w->pile, &w->other, err));
    return show_pile(w, pno, err);
}

static cu_code show_one(struct scan_walker *w, size_t number, struct cu_error *err)
{
    struct scan_cursor *c = w->active[number];
    const struct scan_cut *cut = scan_cut(c);
    if (c->cut + 1 == c->cut_count && c->goes_on)
        return show_together(w, cut->pno, err);
    CU_TRY(show(w, &c->tray->rows, cut->pno, cut->from, cut[1].from, err));
    return step(w, number, err);
}

static cu_code start_range(struct scan_walker *w, uint64_t from, uint64_t to, struct cu_error *err)
{
    w->gap = from;
    w->active_count = 0;
    for (size_t i = 0; i < w->shared->sources.count; i++) {
        struct scan_cursor *c = &w->cursors[i];
        CU_TRY(scan_cursor_start(&w->belt, c, from, to, err));
        if (!c->tray)
            continue;
        w->active[w->active_count] = c;
        w->now[w->active_count++] = scan_current(c);
    }
    return CU_OK;
}

static cu_code walk_range(struct scan_walker *w, uint64_t from, uint64_t to, struct cu_error *err)
{
    CU_TRY(start_range(w, from, to, err));
    uint64_t others;
    for (size_t lead = lowest(w, &others); lead < w->active_count && !stopped(w); lead = lowest(w, &others)) {
        for (uint64_t pno = w->now[lead]; pno <= others && pno != UINT64_MAX && !stopped(w); pno = w->now[lead]) {
            CU_TRY(show_met(w, err));
            CU_TRY(show_gap(w, pno, err));
            w->gap = pno + 1;
            if (pno == others) {
                CU_TRY(show_together(w, (uint32_t)pno, err));
                break;
            }
            CU_TRY(show_one(w, lead, err));
        }
    }
    for (size_t i = 0; i < w->shared->sources.count; i++) // stopped
        scan_cursor_end(&w->belt, &w->cursors[i]);
    CU_TRY(show_met(w, err));
    return show_gap(w, to, err);
}

// ---- all of it

cu_code scan_walker_new(struct scan_shared *shared, void *state, struct scan_walker **ret, struct cu_error *err)
{
    struct scan_sources *s = &shared->sources;
    const struct scan_plan *plan = s->plan;
    struct scan_walker *w = cu_calloc(1, sizeof *w);
    if (!w)
        return no_memory(err);
    w->shared = shared;
    w->state = state;
    scan_batch_init(&w->pile, plan->wants | SCAN_SEQ, plan->column_count);
    scan_batch_init(&w->other, plan->wants | SCAN_SEQ, plan->column_count);
    w->cursors = cu_calloc(s->count + 1, sizeof *w->cursors);
    w->active = cu_calloc(s->count + 1, sizeof(struct scan_cursor *));
    w->now = cu_calloc(s->count + 1, sizeof *w->now);
    w->same = cu_calloc(s->count + 1, sizeof *w->same);
    w->rows = cu_calloc(1, sizeof *w->rows + plan->column_count * sizeof w->rows->column[0]);
    bool whole = w->cursors && w->active && w->now && w->same && w->rows;
    cu_code code = whole ? scan_desk_open(s, &w->desk, err) : no_memory(err);
    if (code != CU_OK) {
        scan_walker_free(w);
        return code;
    }
    for (size_t i = 0; i < s->count; i++)
        w->cursors[i].source = &s->list[i];
    w->belt = (struct scan_belt){.desk = w->desk, .wants = plan->wants, .walk = w, .whose = whose, .piece = before_piece,
        .stopped = walk_stopped};
    *ret = w;
    return CU_OK;
}

cu_code scan_walker_run(struct scan_walker *w, struct cu_error *err)
{
    struct scan_shared *s = w->shared;
    const struct scan_plan *plan = s->sources.plan;
    CU_TRY(keep_on(w, err));
    while (!stopped(w)) {
        size_t range = atomic_fetch_add(&s->next_range, 1);
        if (range >= s->range_count)
            break;
        CU_TRY(walk_range(w, s->ranges[range], s->ranges[range + 1], err));
        unsigned ended = atomic_fetch_add(&s->ended, 1) + 1;
        if (plan->progress && !stopped(w))
            atomic_store(plan->progress, (unsigned)(1000 * (uint64_t)ended / s->range_count));
    }
    return CU_OK;
}
