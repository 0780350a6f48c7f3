// SPDX-License-Identifier: Apache-2.0
// Going through one source's rows (scan_cursor.h).
#include "scan_cursor.h"

// ---- trays

static struct scan_tray *tray_take(struct scan_belt *b)
{
    struct scan_tray *t = b->trays;
    if (t) {
        b->trays = t->next;
        return t;
    }
    t = cu_alloc(sizeof *t);
    if (t)
        scan_batch_init(&t->rows, b->wants | SCAN_SEQ, b->desk->shared->plan->column_count);
    return t;
}

void scan_cursor_end(struct scan_belt *b, struct scan_cursor *c)
{
    if (!c->tray)
        return;
    c->tray->next = b->trays;
    b->trays = c->tray;
    c->tray = NULL;
}

void scan_belt_clear(struct scan_belt *b)
{
    while (b->trays) {
        struct scan_tray *t = b->trays;
        b->trays = t->next;
        scan_batch_clear(&t->rows);
        cu_free(t);
    }
}

// ---- cutting a piece

// The profile of a row of the piece, and the first row of the piece that is somebody else's.
static uint32_t profile_at(struct scan_cursor *c, uint32_t row, uint32_t *ret_end)
{
    const struct scan_piece *p = &c->piece;
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
static cu_code cut_piece(struct scan_belt *b, struct scan_cursor *c, struct cu_error *err)
{
    struct scan_desk *d = b->desk;
    struct scan_cut *cuts = c->tray->cuts;
    uint32_t kept = 0, i = 0;
    while (i < d->selected) {
        uint32_t end, pno = profile_at(c, d->select[i], &end), from = i;
        while (i < d->selected && d->select[i] < end)
            i++;
        enum scan_whose whose = b->whose(b->walk, pno);
        if (whose == SCAN_FAILED)
            return cu_fail(err, CU_MEMORY, "", "no memory to read events");
        if (whose == SCAN_DROP)
            continue;
        cuts[c->cut_count++] = (struct scan_cut){pno, kept};
        if (kept != from)
            memmove(d->select + kept, d->select + from, (i - from) * sizeof d->select[0]);
        kept += i - from;
    }
    d->selected = kept;
    cuts[c->cut_count] = (struct scan_cut){0, kept};
    return CU_OK;
}

// ---- pieces

static bool next_piece(struct scan_cursor *c)
{
    struct scan_piece *p = &c->piece;
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

static cu_code read_piece(struct scan_belt *b, struct scan_cursor *c, struct cu_error *err)
{
    struct scan_batch *rows = &c->tray->rows;
    scan_batch_reset(rows);
    rows->no_seq = !b->seq && !(b->wants & SCAN_SEQ);
    if (c->source->damaged)
        return cu_fail(err, CU_CORRUPT, "", "a dictionary is damaged");
    CU_TRY(scan_select(b->desk, &c->piece, err));
    CU_TRY(cut_piece(b, c, err));
    if (b->desk->selected == 0)
        return CU_OK;
    memcpy(c->tray->row, b->desk->select, b->desk->selected * sizeof b->desk->select[0]);
    CU_TRY(scan_decode(b->desk, &c->piece, rows, err));
    scan_batch_words(rows);
    for (uint32_t i = 0; (rows->wants & SCAN_PNO) && i < c->cut_count; i++)
        for (uint32_t k = c->tray->cuts[i].from; k < c->tray->cuts[i + 1].from; k++)
            rows->pno[k] = c->tray->cuts[i].pno;
    return CU_OK;
}

// Moves c to the next piece in which somebody is to be shown.
static cu_code load(struct scan_belt *b, struct scan_cursor *c, struct cu_error *err)
{
    while (!b->stopped(b->walk) && next_piece(c)) {
        c->cut = c->cut_count = 0;
        if (!scan_piece_matters(b->desk->shared, &c->piece))
            continue;
        CU_TRY(b->piece(b->walk, c->piece.to - c->piece.from, err));
        cu_code code = read_piece(b, c, err);
        if (code == CU_CORRUPT) {
            scan_left_out(b->desk, &c->piece);
            continue;
        }
        CU_TRY(code);
        if (c->cut_count > 0) {
            c->goes_on = c->at < c->end;
            return CU_OK;
        }
    }
    scan_cursor_end(b, c);
    return CU_OK;
}

cu_code scan_cursor_next(struct scan_belt *b, struct scan_cursor *c, struct cu_error *err)
{
    return ++c->cut == c->cut_count ? load(b, c, err) : CU_OK;
}

cu_code scan_cursor_seq(struct scan_cursor *c, struct cu_error *err)
{
    return c->tray->rows.no_seq ? scan_decode_seq(&c->piece, c->tray->row, &c->tray->rows, err) : CU_OK;
}

cu_code scan_cursor_start(struct scan_belt *b, struct scan_cursor *c, uint64_t from, uint64_t to, struct cu_error *err)
{
    const struct timeline_run *r = c->source->run;
    const struct timeline_chunk *chunk = c->source->chunk;
    if (r) {
        if (r->person_count == 0 || r->last_pno < from || r->first_pno >= to || !scan_run_matters(b->desk->shared, r))
            return CU_OK;
        c->person = timeline_run_person(r, (uint32_t)from);
        c->at = r->first[c->person];
        c->end = r->first[to > UINT32_MAX ? r->person_count : timeline_run_person(r, (uint32_t)to)];
    } else {
        struct timeline_row low = {.pno = (uint32_t)from, .time_ms = INT64_MIN};
        struct timeline_row high = {.pno = (uint32_t)to, .time_ms = INT64_MIN};
        c->at = (uint32_t)timeline_chunk_find(chunk, &low);
        c->end = (uint32_t)(to > UINT32_MAX ? chunk->count : timeline_chunk_find(chunk, &high));
    }
    if (c->at >= c->end)
        return CU_OK;
    c->tray = tray_take(b);
    if (!c->tray)
        return cu_fail(err, CU_MEMORY, "", "no memory to read events");
    return load(b, c, err);
}
