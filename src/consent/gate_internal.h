// SPDX-License-Identifier: Apache-2.0
// What the files gate*.c share. Not for others; they use gate.h.
#pragma once

#include "gate.h"

struct gate_row { // one statement, as stored
    int64_t id;
    enum gate_heard heard;
    enum gate_state state;
    int64_t time_ms, last_ms;
    char method[40];
};
struct gate_folded {
    enum gate_state state;
    int64_t since_ms;
    const char *method; // of the row that decides; NULL when unknown
};
// Pure. rows sorted by (time, id).
void gate_fold(const struct gate_row *rows, size_t count, struct gate_folded *ret);
// Pure: the state of a person from the states of two profiles.
enum gate_state gate_most_restrictive(enum gate_state a, enum gate_state b);
// Pure: what a basis makes of a state.
enum gate_reason gate_decide(enum dict_basis basis, enum gate_state state);
static inline bool gate_by_client(const struct gate_row *r)
{
    return r->heard == GATE_BY_CONTEXT || r->heard == GATE_BY_ACT;
}

// What a profile's client said last, so that a state repeated with every event costs no statement.
// Direct-mapped by pno; exact for what it holds; forgotten on rollback.
#define GATE_CACHE_SIZE 65536
#define GATE_REPEAT_MS (10 * 60 * 1000) // how exactly last_ms is kept
struct gate_cached {
    uint64_t fingerprint; // of the consent object and the dictionary
    int64_t from_ms, until_ms;
    uint32_t pno;
};
struct gate {
    struct people *people;
    struct gate_cached *cache; // touched under people_lock only
    struct cu_metric *refusals[GATE_REASON_COUNT];
    struct cu_metric *passes;
};

struct gate_statement { // one to be stored
    uint32_t pno;
    cu_str purpose;
    enum gate_heard heard;
    enum gate_state state;
    cu_str method, proof_text;
    const struct evidence *ev;
};
#define GATE_ROWS_MAX 512
// Stores a statement (or only that it was repeated) and folds the profile's state for the purpose
// again.
cu_code gate_store(struct gate *g, const struct gate_statement *s, struct cu_error *err) CU_MUST;
cu_code gate_refold(struct db *d, uint32_t pno, cu_str purpose, struct cu_error *err) CU_MUST;
// The person's state: most restrictive over the profiles. method is copied to method_out (40
// bytes).
cu_code gate_state_of(struct db *d, const uint32_t *pnos, size_t count, cu_str purpose,
    struct gate_folded *ret, char method_out[40], struct cu_error *err) CU_MUST;
