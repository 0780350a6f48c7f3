// SPDX-License-Identifier: Apache-2.0
// What the files gate*.c share. Not for others; they use gate.h.
#pragma once

#include "record_machine.h"

#include "base/clock.h"

#include <pthread.h>
#include <roaring/roaring.h>

struct gate_row { // one statement, as stored
    int64_t id;
    enum gate_heard heard;
    enum gate_state state;
    int64_t time_ms, last_ms, generation, until_ms;
    char method[40];
};
struct gate_folded {
    enum gate_state state;
    int64_t since_ms;
    const char *method; // of the row that decides; NULL when unknown
    int64_t generation, until_ms; // of the consent that stands
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
// What is in force, from memory: generations of purposes and versions of the policy. policy.c keeps it.
struct gate_generation {
    char purpose[104];
    int64_t number, since_ms;
};
struct gate_policies {
    pthread_rwlock_t lock;
    struct gate_generation *at; // of one purpose in ascending order
    size_t count;
    int64_t *made_ms; // of versions 1, 2 ...
    size_t version_count;
};
// ---- parts of a purpose (gate_scope.c). A part's statements and state are stored under the key PURPOSE[:CHANNEL][/RECIPIENT].
enum { GATE_KEY_MAX = 192 };
cu_code gate_key(cu_str purpose, struct gate_part part, char ret[GATE_KEY_MAX], struct cu_error *err) CU_MUST; // CU_INVALID
cu_str gate_key_purpose(cu_str key);
struct gate_part gate_key_part(cu_str key);
// Pure: the whole's and the part's folded state.
enum gate_reason gate_decide_part(enum dict_basis basis, const struct gate_folded *whole, const struct gate_folded *part);
// "parts": [..] of a purpose, a member of its object.
cu_code gate_print_parts(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, const struct dict_purpose *p,
    struct json_writer *w, struct cu_error *err) CU_MUST;

// When the person may be asked again after a refusal; 0: now.
int64_t gate_ask_again(enum gate_state s, int64_t since_ms);
// What the columns state, generation, until_ms from `column` on are worth now.
enum gate_state gate_standing(struct gate *g, cu_str purpose, struct db_query *q, int column, int64_t now_ms);
// GATE_UNDER_AGE instead of an invalidated consent, when that is why (gate_age.c).
cu_code gate_age_reason(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, enum gate_reason *ret,
    struct cu_error *err) CU_MUST;
// A consent of somebody under age is stored as invalidated.
cu_code gate_age_weigh(struct gate *g, uint32_t pno, int64_t time_ms, enum gate_state *state, struct cu_error *err) CU_MUST;
bool gate_is_marketing(const struct dict_purpose *p); // its name says so, or a category of it does
bool gate_sells(const struct dict_purpose *p);        // advertises, sells or shares: what Sec-GPC objects to
int64_t gate_generation_at(struct gate *g, cu_str purpose, int64_t time_ms); // 1 when nothing is known
int64_t gate_policy_at(struct gate *g, int64_t time_ms);
struct gate_restricted {
    pthread_rwlock_t lock;
    roaring_bitmap_t *profiles; // NULL: nobody
};
struct gate {
    struct people *people;
    struct gate_restricted restricted;
    struct gate_policies policies;
    struct gate_cached *cache; // touched under people_lock only
    uint64_t *signalled;       // the same: profiles whose signal was heard
    int32_t consent_age;       // years
    char *shop_name, *shop_url, *audit_folder; // record.h
    bool (*key_good)(void *context, cu_str key);
    void *key_context;
    bool started;
    int64_t expired_ms; // consents that ended until then were told of
    pthread_mutex_t noting;
    struct cu_metric *refusals[GATE_REASON_COUNT];
    struct cu_metric *passes, *conflicts;
};

struct gate_statement { // one to be stored
    uint32_t pno;
    cu_str purpose;
    enum gate_heard heard;
    enum gate_state state;
    cu_str method, proof_text;
    const struct evidence *ev;
    const struct gate_saying *said; // details; may be NULL
};
#define GATE_ROWS_MAX 512
enum { RECORD_LANGUAGE_MAX = 20, RECORD_TEXT_MAX = 100 }; // bytes kept of a statement's details
// Stores a statement (or only that it was repeated) and folds the profile's state for the purpose
// again.
cu_code gate_store(struct gate *g, const struct gate_statement *s, struct cu_error *err) CU_MUST;
cu_code gate_refold(struct db *d, uint32_t pno, cu_str purpose, struct cu_error *err) CU_MUST;
// The person's state now: most restrictive over the profiles, by the clock and the policy in force. method is copied to
// method_out (40 bytes).
cu_code gate_state_of(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, cu_str purpose,
    struct gate_folded *ret, char method_out[40], struct cu_error *err) CU_MUST;
