// SPDX-License-Identifier: Apache-2.0
// From where a scan reads: the runs and the chunks of the tail of one view, each bound to the plan (which column
// is where), and how a piece of one becomes arrays.
//
// Reading a piece: select the rows that matter (kind, time, hidden, whose), then decode what the plan names of
// those and of no others.
#pragma once

#include "scan_batch.h"
#include "scan_text.h"
#include "timeline_private.h"

enum { SCAN_PIECE = TIMELINE_BLOCK_ROWS }; // rows looked at together at most

struct scan_bound { // a column of the plan in one source
    uint32_t column;              // of the run or the tail; UINT32_MAX: none, values are drawn from words
    struct timeline_texts texts;  // text columns of runs
    atomic_uchar *matches;        // per text: 0 unknown, 1 no, 2 yes; NULL: not kept
};
struct scan_source {
    const struct timeline_run *run; // one of these two
    const struct timeline_chunk *chunk;
    int64_t min_time; // for putting older sources first
    bool draws;       // some column must be drawn from words
    bool damaged;     // a dictionary: its rows are left out
    atomic_uchar *bad; // bit per block that was left out
    struct scan_bound *bound; // per column of the plan
};

// Everything of one scan that its threads share.
struct scan_sources {
    struct timeline *t;
    struct timeline_view *view;
    const struct scan_plan *plan;
    const struct scan_persons *persons; // NULL: everybody alone
    struct scan_source *list;
    struct scan_bound *bounds; // of all
    size_t count;
    struct timeline_columns *drawn;          // what is drawn from words; NULL: nothing is
    uint32_t drawn_of[SCAN_COLUMNS_MAX];     // plan column -> column of drawn
    bool any_kind;
    uint32_t kinds[4], kind_count;           // when there are few
    uint64_t kind_set[1024];                 // bit per kind
    bool hides_pnos, hides_rows;             // hidden people; hidden imports or sources
    atomic_ullong damaged;                   // blocks left out
};
// Takes the timeline's view. only: the sources that may have rows of these profiles; NULL: all of them, and many rows
// will come (tests are remembered per dictionary entry, damage per block).
cu_code scan_sources_open(struct timeline *t, const struct scan_plan *plan, const struct scan_persons *persons,
    const uint32_t *only, size_t only_count, struct scan_sources *ret, struct cu_error *err) CU_MUST;
void scan_sources_close(struct scan_sources *s);

// What a thread needs for reading pieces.
struct scan_desk {
    struct scan_sources *shared;
    struct timeline_words *words;
    struct timeline_drawer *drawer;
    struct scan_text_cache *texts;
    struct cu_buf scratch;
    uint32_t selected;
    uint16_t select[SCAN_PIECE + 8]; // rows of the piece; room for what is written ahead
    uint8_t mask[SCAN_PIECE + 8];
};
cu_code scan_desk_open(struct scan_sources *shared, struct scan_desk **ret, struct cu_error *err) CU_MUST;
void scan_desk_close(struct scan_desk *d); // NULL is fine

struct scan_piece { // rows [from, to) of a block of a run, or of a chunk
    const struct scan_source *source;
    uint32_t block;
    uint32_t from, to;
};
static inline bool scan_run_matters(const struct scan_sources *s, const struct timeline_run *r)
{
    return r->max_time >= s->plan->from_ms && r->min_time < s->plan->to_ms;
}
bool scan_piece_matters(const struct scan_sources *s, const struct scan_piece *p); // by kinds and times: cheap
// Fills desk->select with the rows that the plan wants by kind and time and that no removal of an import or a source
// hides. CU_CORRUPT: the piece is damaged.
cu_code scan_select(struct scan_desk *d, const struct scan_piece *p, struct cu_error *err) CU_MUST;
// Appends the selected rows to b (pno is left to the caller). A failure leaves b as it was.
cu_code scan_decode(struct scan_desk *d, const struct scan_piece *p, struct scan_batch *b, struct cu_error *err) CU_MUST;
// The seqs of b's rows (which were left out, no_seq); they stand at these rows of the piece.
cu_code scan_decode_seq(const struct scan_piece *p, const uint16_t *row, struct scan_batch *b, struct cu_error *err) CU_MUST;
void scan_left_out(struct scan_desk *d, const struct scan_piece *p); // a damaged one: counts its block, once
bool scan_hidden_pno(const struct scan_sources *s, uint32_t pno);

// All rows of one profile, in the order of the sources: select and decode them into b. Damaged pieces are left out.
cu_code scan_profile(
    struct scan_desk *d, uint32_t pno, struct scan_batch *b, uint64_t *rows_read, struct cu_error *err) CU_MUST;
