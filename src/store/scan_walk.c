// SPDX-License-Identifier: Apache-2.0
// One thread's part of a scan (scan_walk.h).
//
// Each source has a cursor that goes through its rows of the range, a piece (at most a block) at a time: the piece
// is selected and decoded as a whole, then cut into people. Who has rows in one piece only, as nearly everybody, is
// shown right out of the piece's arrays. Rows of one person from several pieces are put together first.
// A person with several profiles is claimed by whoever meets one of them first, and read by themselves (scan_profile).
#include "scan_walk.h"

#include "base/clock.h"

enum { LOOK_EVERY = 256 }; // visits between two looks at cancel and clock (pieces look as well)

struct cut { // rows of one profile in a piece: from here to the next cut
    uint32_t pno, from;
};
struct cursor {
    const struct scan_source *source;
    uint32_t at, end;        // places of the run, or rows of the chunk, that are still to be read
    uint32_t person;         // run: index in the directory, at or before `at`
    struct scan_batch piece;
    struct cut *cuts;        // SCAN_PIECE + 1
    uint32_t cut, cut_count; // the current one
    bool goes_on;            // the last cut's profile may have more rows in what follows
};

struct scan_walker {
    struct scan_shared *shared;
    struct scan_desk *desk;
    void *state;
    struct cursor *cursors; // one per source
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
    for (size_t i = 0; w->cursors && i < w->shared->sources.count; i++) {
        scan_batch_clear(&w->cursors[i].piece);
        cu_free(w->cursors[i].cuts);
    }
    cu_free(w->cursors);
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
    w->rows = cu_calloc(1, sizeof *w->rows + plan->column_count * sizeof w->rows->column[0]);
    cu_code code = w->cursors && w->rows ? scan_desk_open(s, &w->desk, err) : no_memory(err);
    for (size_t i = 0; code == CU_OK && i < s->count; i++) {
        w->cursors[i].source = &s->list[i];
        scan_batch_init(&w->cursors[i].piece, plan->wants | SCAN_SEQ, plan->column_count);
        w->cursors[i].cuts = cu_alloc((SCAN_PIECE + 1) * sizeof w->cursors[i].cuts[0]);
        code = w->cursors[i].cuts ? CU_OK : no_memory(err);
    }
    if (code != CU_OK) {
        scan_walker_free(w);
        return code;
    }
    if (s->count == 1 && !(plan->wants & SCAN_SEQ)) // pieces follow each other: nothing is put in order
        w->cursors[0].piece.wants = plan->wants;
    *ret = w;
    return CU_OK;
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

static cu_code show(struct scan_walker *w, const struct scan_batch *b, uint32_t person, size_t from, size_t to, struct cu_error *err)
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
    CU_TRY(scan_batch_sort(&w->pile, &w->other, err));
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

// ---- who the rows of a piece are

enum whose { NOBODYS, MET, ALONE, FAILED };

static enum whose whose(struct scan_walker *w, uint32_t pno)
{
    const struct scan_persons *p = w->shared->sources.persons;
    bool known = p && pno < p->end;
    if (pno == 0 || (known && p->root[pno] == 0) || scan_hidden_pno(&w->shared->sources, pno))
        return NOBODYS;
    if (!known || p->next[pno] == 0)
        return asked_for(w, pno) ? ALONE : NOBODYS;
    uint32_t root = p->root[pno];
    if (!asked_for(w, root) || !claim(w, root))
        return NOBODYS;
    if (w->met_count == w->met_cap) {
        size_t cap = w->met_cap ? w->met_cap * 2 : 64;
        uint32_t *met = cu_realloc(w->met, cap * sizeof *met);
        if (!met)
            return FAILED;
        w->met = met;
        w->met_cap = cap;
    }
    w->met[w->met_count++] = root;
    return MET;
}

// The profile of the row `place` of a piece, and the first row of the piece that is somebody else's.
static uint32_t profile_at(struct cursor *c, const struct scan_piece *p, uint32_t row, uint32_t *ret_end)
{
    if (p->source->chunk) {
        const struct timeline_row *rows = p->source->chunk->rows + p->from;
        uint32_t end = row + 1, count = p->to - p->from;
        while (end < count && rows[end].pno == rows[row].pno)
            end++;
        *ret_end = end;
        return rows[row].pno;
    }
    const struct timeline_run *r = p->source->run;
    uint32_t place = p->block << TIMELINE_BLOCK_SHIFT | row;
    while (r->first[c->person + 1] <= place)
        c->person++;
    uint32_t end = r->first[c->person + 1];
    *ret_end = end >> TIMELINE_BLOCK_SHIFT == p->block ? end & (TIMELINE_BLOCK_ROWS - 1) : UINT32_MAX;
    return r->pnos[c->person];
}

// Cuts the selected rows into profiles and drops those that are not to be shown here.
static cu_code cut_piece(struct scan_walker *w, struct cursor *c, const struct scan_piece *p, struct cu_error *err)
{
    struct scan_desk *d = w->desk;
    uint32_t kept = 0, i = 0;
    c->cut = c->cut_count = 0;
    while (i < d->selected) {
        uint32_t end, pno = profile_at(c, p, d->select[i], &end), from = i;
        while (i < d->selected && d->select[i] < end)
            i++;
        enum whose who = whose(w, pno);
        if (who == FAILED)
            return no_memory(err);
        if (who != ALONE)
            continue;
        c->cuts[c->cut_count++] = (struct cut){pno, kept};
        if (kept != from)
            memmove(d->select + kept, d->select + from, (i - from) * sizeof d->select[0]);
        kept += i - from;
    }
    d->selected = kept;
    c->cuts[c->cut_count] = (struct cut){0, kept};
    return CU_OK;
}

// ---- cursors

static bool next_piece(struct cursor *c, struct scan_piece *p)
{
    p->source = c->source;
    if (c->source->run)
        return timeline_span(c->source->run, &c->at, c->end, &p->block, &p->from, &p->to);
    if (c->at >= c->end)
        return false;
    p->block = 0;
    p->from = c->at;
    p->to = c->end - c->at > SCAN_PIECE ? c->at + SCAN_PIECE : c->end;
    c->at = p->to;
    return true;
}

static cu_code read_piece(struct scan_walker *w, struct cursor *c, const struct scan_piece *p, struct cu_error *err)
{
    c->cut = c->cut_count = 0;
    scan_batch_reset(&c->piece);
    if (p->source->damaged)
        return cu_fail(err, CU_CORRUPT, "", "a dictionary is damaged");
    CU_TRY(scan_select(w->desk, p, err));
    CU_TRY(cut_piece(w, c, p, err));
    if (w->desk->selected == 0)
        return CU_OK;
    CU_TRY(scan_decode(w->desk, p, &c->piece, err));
    scan_batch_words(&c->piece);
    for (uint32_t i = 0; (c->piece.wants & SCAN_PNO) && i < c->cut_count; i++)
        for (uint32_t k = c->cuts[i].from; k < c->cuts[i + 1].from; k++)
            c->piece.pno[k] = c->cuts[i].pno;
    return CU_OK;
}

// Moves c to the next piece in which somebody is to be shown. cut == cut_count: there is none.
static cu_code load(struct scan_walker *w, struct cursor *c, struct cu_error *err)
{
    struct scan_piece p;
    c->cut = c->cut_count = 0;
    c->goes_on = false;
    while (!stopped(w) && next_piece(c, &p)) {
        if (!scan_piece_matters(&w->shared->sources, &p))
            continue;
        w->stats.rows_read += p.to - p.from;
        atomic_fetch_add_explicit(&w->shared->rows_read, p.to - p.from, memory_order_relaxed);
        CU_TRY(keep_on(w, err));
        cu_code code = read_piece(w, c, &p, err);
        if (code == CU_CORRUPT) {
            scan_left_out(w->desk, &p);
            c->cut = c->cut_count = 0;
            continue;
        }
        CU_TRY(code);
        if (c->cut_count > 0) {
            c->goes_on = c->at < c->end;
            return CU_OK;
        }
    }
    return CU_OK;
}

static cu_code start(struct scan_walker *w, struct cursor *c, uint64_t from, uint64_t to, struct cu_error *err)
{
    const struct scan_source *x = c->source;
    if (x->run) {
        uint32_t first = timeline_run_person(x->run, (uint32_t)from);
        uint32_t last = to > UINT32_MAX ? x->run->person_count : timeline_run_person(x->run, (uint32_t)to);
        c->person = first;
        c->at = x->run->first[first];
        c->end = x->run->first[last];
    } else {
        struct timeline_row low = {.pno = (uint32_t)from, .time_ms = INT64_MIN};
        struct timeline_row high = {.pno = (uint32_t)to, .time_ms = INT64_MIN};
        c->at = (uint32_t)timeline_chunk_find(x->chunk, &low);
        c->end = (uint32_t)(to > UINT32_MAX ? x->chunk->count : timeline_chunk_find(x->chunk, &high));
    }
    return load(w, c, err);
}

static uint64_t current(const struct cursor *c)
{
    return c->cut < c->cut_count ? c->cuts[c->cut].pno : UINT64_MAX;
}

// The rows of the current profile to the pile, also those in following pieces; moves behind them.
static cu_code pile_up(struct scan_walker *w, struct cursor *c, struct cu_error *err)
{
    uint64_t pno = current(c);
    while (current(c) == pno) {
        CU_TRY(scan_batch_append(&w->pile, &c->piece, c->cuts[c->cut].from, c->cuts[c->cut + 1].from, err));
        if (++c->cut == c->cut_count)
            CU_TRY(load(w, c, err));
    }
    return CU_OK;
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

// The cursor with the lowest number, and the lowest number of all others.
static struct cursor *lowest(struct scan_walker *w, uint64_t *ret_others)
{
    struct cursor *lead = NULL;
    uint64_t low = UINT64_MAX, others = UINT64_MAX;
    for (size_t i = 0; i < w->shared->sources.count; i++) {
        uint64_t pno = current(&w->cursors[i]);
        if (pno < low) {
            others = low;
            low = pno;
            lead = &w->cursors[i];
        } else if (pno < others) {
            others = pno;
        }
    }
    *ret_others = others;
    return lead;
}

static cu_code show_together(struct scan_walker *w, uint32_t pno, struct cu_error *err)
{
    scan_batch_reset(&w->pile);
    for (size_t i = 0; i < w->shared->sources.count; i++)
        if (current(&w->cursors[i]) == pno)
            CU_TRY(pile_up(w, &w->cursors[i], err));
    return show_pile(w, pno, err);
}

static cu_code show_one(struct scan_walker *w, struct cursor *c, struct cu_error *err)
{
    const struct cut *cut = &c->cuts[c->cut];
    if (c->cut + 1 == c->cut_count && c->goes_on)
        return show_together(w, cut->pno, err);
    CU_TRY(show(w, &c->piece, cut->pno, cut->from, cut[1].from, err));
    return ++c->cut == c->cut_count ? load(w, c, err) : CU_OK;
}

static cu_code walk_range(struct scan_walker *w, uint64_t from, uint64_t to, struct cu_error *err)
{
    w->gap = from;
    for (size_t i = 0; i < w->shared->sources.count; i++)
        CU_TRY(start(w, &w->cursors[i], from, to, err));
    uint64_t others;
    for (struct cursor *lead = lowest(w, &others); lead && !stopped(w); lead = lowest(w, &others)) {
        for (uint64_t pno = current(lead); pno <= others && pno != UINT64_MAX && !stopped(w); pno = current(lead)) {
            CU_TRY(show_met(w, err));
            CU_TRY(show_gap(w, pno, err));
            w->gap = pno + 1;
            CU_TRY(pno == others ? show_together(w, (uint32_t)pno, err) : show_one(w, lead, err));
            if (pno == others)
                break;
        }
    }
    CU_TRY(show_met(w, err));
    return show_gap(w, to, err);
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
