// SPDX-License-Identifier: Apache-2.0
// Private to proposal*.c.
#pragma once

#include "proposal.h"

enum { PROPOSAL_TABLE = 0x70726f70 /* "prop": what a sealed text is bound to */, PROPOSAL_WHY_MAX = 2000,
    PROPOSAL_WAITING_MAX = 100 };
#define PROPOSAL_DIFF_MAX ((size_t)4 << 20)
#define PROPOSAL_JSON_MAX ((size_t)8 << 20)

struct proposals {
    struct proposals_options o;
};

struct proposal { // strings in the arena
    struct cu_uuid id;
    cu_str form, change, base, state, target, diff, why_sealed, note_sealed;
    int64_t made_by, made_ms, decided_by, decided_ms; // decided: -1 not yet
    bool own;
};

// --- rows (proposal_store.c)
// CU_NOT_FOUND
cu_code proposal_get(struct proposals *p, struct cu_uuid id, struct cu_arena *a, struct proposal *ret,
    struct cu_error *err) CU_MUST;
void proposal_read(struct db_query *q, struct cu_arena *a, struct proposal *ret); // columns of get, list
cu_code proposal_put(struct proposals *p, const struct proposal *row, cu_str why, struct cu_error *err) CU_MUST;
// From `from` to `to`; CU_CONFLICT when it is in another state. target, diff, note: NONE leaves them.
struct proposal_move {
    struct cu_uuid id;
    const char *from, *to;
    cu_str target, diff, note;
    int64_t by;
    bool decides, own;
};
cu_code proposal_move(struct proposals *p, const struct proposal_move *m, struct cu_error *err) CU_MUST;
// How many active members of staff may review: dictionary_write or approve.
cu_code proposal_reviewers(struct proposals *p, int64_t *ret, struct cu_error *err) CU_MUST;
cu_code proposal_settle(struct proposals *p, struct cu_error *err) CU_MUST; // what a crash left half applied

// --- the text (proposal.c)
// The text that the change makes of the one in force, whose version is returned. CU_CONFLICT: it cannot be laid over.
cu_code proposal_text(struct proposals *p, cu_str form, cu_str change, struct cu_buf *out, char version[17],
    struct cu_error *err) CU_MUST;
// Loads it; CU_INVALID with the first fault, as the dictionary's own checker says it. *ret: dictionary_free.
cu_code proposal_check(cu_str text, struct dictionary **ret, struct cu_error *err) CU_MUST;

// --- what it touches (proposal_touch.c): the members of an object
cu_code proposal_touches(struct proposals *p, const struct dictionary *next, cu_str diff, struct cu_arena *a,
    struct json_writer *w, struct cu_error *err) CU_MUST;

// --- versions (proposal_history.c)
// the version in force, when it is not the newest noted
cu_code history_catch_up(struct proposals *p, struct cu_error *err) CU_MUST;
void history_changed(void *context, const struct dictionary *before, const struct dictionary *after, cu_str text, bool file);
void history_by_proposal(const struct cu_uuid *id, int64_t by); // of what this thread puts in force next; NULL: no more
cu_code history_text(struct proposals *p, int64_t number, struct cu_buf *out, struct cu_error *err) CU_MUST; // CU_NOT_FOUND
spec_handler history_list;
