// SPDX-License-Identifier: Apache-2.0
// A cursor goes through one source's rows of a range, a piece (at most a block) at a time: the piece is selected
// and decoded as a whole, then cut into profiles.
#pragma once

#include "scan_source.h"

struct scan_cut { // rows of one profile in a piece: from here to the next cut
    uint32_t pno, from;
};
struct scan_tray { // what a cursor holds a piece in; handed from cursor to cursor
    struct scan_tray *next;
    struct scan_batch rows;
    uint16_t row[SCAN_PIECE]; // where the rows stand in the piece
    struct scan_cut cuts[SCAN_PIECE + 1];
};
struct scan_cursor {
    const struct scan_source *source;
    uint32_t at, end;       // places of the run, or rows of the chunk, that are still to be read
    uint32_t person;        // run: index in the directory, at or before `at`
    struct scan_tray *tray; // NULL: nothing is left
    struct scan_piece piece;
    uint32_t cut, cut_count; // the current one
    bool goes_on;            // the last cut's profile may have more rows in what follows
};

static inline uint64_t scan_current(const struct scan_cursor *c) // profile number; UINT64_MAX: nobody is left
{
    return c->tray ? c->tray->cuts[c->cut].pno : UINT64_MAX;
}
static inline const struct scan_cut *scan_cut(const struct scan_cursor *c)
{
    return &c->tray->cuts[c->cut];
}

// What cursors need of the walk that they belong to.
enum scan_whose { SCAN_DROP, SCAN_KEEP, SCAN_FAILED };
struct scan_belt {
    struct scan_desk *desk;
    struct scan_tray *trays; // free ones
    unsigned wants;          // arrays of pieces: what the plan wants
    bool seq;                // decode seqs at once
    void *walk;
    enum scan_whose (*whose)(void *walk, uint32_t pno); // is this profile to be shown here?
    cu_code (*piece)(void *walk, uint32_t rows, struct cu_error *err); // before a piece is read: limits
    bool (*stopped)(void *walk);
};
// To the profiles from <= pno < to of its source (set by the caller).
cu_code scan_cursor_start(
    struct scan_belt *b, struct scan_cursor *c, uint64_t from, uint64_t to, struct cu_error *err) CU_MUST;
// Behind the current profile's rows of this piece: the next cut, in the next piece when it was the last.
cu_code scan_cursor_next(struct scan_belt *b, struct scan_cursor *c, struct cu_error *err) CU_MUST;
// Decodes the seqs of the piece if that was not done.
cu_code scan_cursor_seq(struct scan_cursor *c, struct cu_error *err) CU_MUST;
void scan_cursor_end(struct scan_belt *b, struct scan_cursor *c);
void scan_belt_clear(struct scan_belt *b); // frees the trays
