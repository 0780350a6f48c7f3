// SPDX-License-Identifier: Apache-2.0
// What the files rights*.c share. Not for others; they use rights.h.
#pragma once

#include "rights_machine.h"
#include "rights_rules.h"
#include "rights_texts.h"

#include "gate_internal.h"

#include "base/clock.h"

#include <pthread.h>

#define RIGHTS_SUBJECT KEYS_FIRST(KEYS_REQUESTS) // + number of the request: keys of requests of nobody known
enum {
    RIGHTS_DETAIL_MAX = 4096, RIGHTS_ADDRESS_MAX = 254, RIGHTS_FOREIGN_MAX = 200, RIGHTS_NOTE_MAX = 2000,
        RIGHTS_PURPOSE_MAX = 100,
    RIGHTS_SEALED_MAX = 16384, RIGHTS_PROFILES_MAX = 1000, RIGHTS_DUPLICATES_MAX = 20, RIGHTS_ARENA = 1 << 20,
    RIGHTS_LOCKS = 16, RIGHTS_PROOF_DAYS = 30, RIGHTS_LINK_DAYS = 7, RIGHTS_LIFT_DAYS = 3
};
#define RIGHTS_DAY_MS INT64_C(86400000)

struct rights {
    struct rights_options o;
    rights_told *told;
    char *shop_name, *base_url;
    enum rights_regime regime;
    pthread_mutex_t erasing[RIGHTS_LOCKS]; // by request: the same one is erased for by one thread at a time
};

struct rights_full { // a row; strings in the arena
    int64_t number;
    struct cu_uuid id;
    uint32_t pno;
    enum rights_right right;
    enum rights_regime regime;
    enum rights_channel channel;
    enum rights_state state;
    cu_str reason, foreign_id, purpose, language;
    int64_t received_ms, due_ms, confirm_ms, confirmed_ms, challenged_ms, proved_ms, begun_ms, closed_ms;
    bool extended, restricted;
    int64_t reminded, waiting_for, lift_ms;
    struct cu_uuid duplicate_of;
    bool is_duplicate;
    uint64_t subject;
    cu_str asker, detail, answer_to; // sealed
};
#define RIGHTS_NOT_FOUND_TEXT "no request has that id"

// ---- rights_store.c

// On behalf of the program, for what a request needs whoever asks; give it back to guard_enter.
#define RIGHTS_BORROW guard_borrow_system("rights", "rights desk")
void rights_read_row(struct db_query *q, struct cu_arena *a, struct rights_full *ret);
// CU_NOT_FOUND
cu_code rights_load(struct db *d, struct cu_uuid id, struct cu_arena *a, struct rights_full *ret,
    struct cu_error *err) CU_MUST;
cu_code rights_load_number(struct db *d, int64_t number, struct cu_arena *a, struct rights_full *ret,
    struct cu_error *err) CU_MUST;
cu_code rights_store(struct db *d, const struct rights_full *f, struct cu_error *err) CU_MUST; // what may change
int64_t rights_actor(void); // of this thread, for steps: see rights_step.actor
struct rights_note {
    const char *what; // "received"
    int64_t actor;
    const char *code; // may be NULL
    cu_str note;      // sealed; may be empty
};
// Under the lock inside a transaction.
cu_code rights_step(struct rights *r, const struct rights_full *f, const struct rights_note *n,
    struct cu_error *err) CU_MUST;
enum rights_what { RIGHTS_SEAL_ASKER = 0x52474153, RIGHTS_SEAL_DETAIL = 0x52474445, RIGHTS_SEAL_NOTE = 0x52474e4f,
    RIGHTS_SEAL_LETTER = 0x52474c45, RIGHTS_SEAL_ANSWER = 0x5247414e };
cu_code rights_seal(struct rights *r, enum rights_what what, uint64_t subject, int64_t record, cu_str plain,
    struct cu_buf *out, struct cu_error *err) CU_MUST;
// Appends nothing when it is sealed under a key that is no more. With the access of this thread.
cu_code rights_unseal(struct rights *r, enum rights_what what, uint64_t subject, int64_t record, cu_str sealed,
    struct cu_buf *out, struct cu_error *err) CU_MUST;
uint64_t rights_subject(const struct rights_full *f); // whose key new texts go under: the person's, else the request's own
// One transaction under the lock.
typedef cu_code rights_change(struct rights *r, struct db *d, void *context, struct cu_error *err);
cu_code rights_within(struct rights *r, rights_change *fn, void *context, struct cu_error *err) CU_MUST;
// The event and what it does to the row's times; CU_CONFLICT (field "state") when it is not possible. Not stored.
cu_code rights_move(struct rights_full *f, enum rights_event e, struct cu_error *err) CU_MUST;
cu_code rights_members(struct rights *r, struct db *d, uint32_t pno, struct cu_arena *a, uint32_t **ret, size_t *ret_count,
    struct cu_error *err) CU_MUST;
struct rights_address { // of whoever asked, opened; in the arena
    cu_str email, phone;
};
cu_code rights_asker(struct rights *r, const struct rights_full *f, struct cu_arena *a, struct rights_address *ret,
    struct cu_error *err) CU_MUST;

// ---- rights_clocks.c: pure
struct rights_clock_row {
    uint32_t regimes, rights;
    bool confirm;      // of the confirmation of receipt
    const char *clock; // of legal_clocks
};
const struct legal_clock *rights_clock(enum rights_regime regime, enum rights_right right, bool confirm); // NULL: none
int64_t rights_due(enum rights_regime regime, enum rights_right right, bool confirm, int64_t received_ms, bool extended,
    const struct text_zone *zone); // 0: no such clock
// The last moment in which the person can still be told of an extension; 0: it cannot be extended.
int64_t rights_extend_until(enum rights_regime regime, enum rights_right right, int64_t received_ms,
    const struct text_zone *zone);
bool rights_needs_confirm(enum rights_regime regime, enum rights_right right);

// ---- rights_letters.c
struct rights_words { // what a letter of this request may say; in the arena
    cu_str link, note;
    const struct rights_ground *ground;
    int64_t until_ms;  // 0: none
    int64_t count;     // recipients told
    cu_str attachment; // of an erasure: the certificate
    cu_str to;         // CU_NONE: the address of the record or of the request
};
// Under the lock inside a transaction: stored, and handed over for sending when there is a way. *ret_sent may be NULL.
cu_code rights_write(struct rights *r, const struct rights_full *f, const char *kind, const struct rights_words *w,
    bool *ret_sent, struct cu_error *err) CU_MUST;
cu_code rights_draft(struct rights *r, const struct rights_full *f, const char *kind, cu_str language,
    const struct rights_words *w, struct cu_arena *a, cu_str *ret_subject, cu_str *ret_text, struct cu_error *err) CU_MUST;
// BASE/privacy/l/TOKEN; CU_NONE when there is no address of our own or no links.
cu_code rights_link(struct rights *r, const struct rights_full *f, enum centre_link_purpose purpose, struct cu_arena *a,
    cu_str *ret, struct cu_error *err) CU_MUST;

// ---- rights_act.c
// What the program may do by itself for a request that is proved. A failure is a step of the log, not of the caller.
void rights_go_on(struct rights *r, struct cu_uuid id);
// The same for one that just came: proved as far as the channel or the right says so, else asked for a proof.
void rights_begin_by_itself(struct rights *r, const struct rights_full *f, bool verified);
cu_code rights_execute_with(struct rights *r, struct cu_uuid id, json values, cu_str note, struct cu_error *err) CU_MUST;
// rights_erase.c
cu_code rights_erase(struct rights *r, struct cu_uuid id, int64_t actor, cu_str note, struct cu_error *err) CU_MUST;
cu_code rights_facts_of(struct rights *r, struct db *d, const struct rights_full *f, struct rights_facts *ret,
    struct cu_error *err) CU_MUST;
// Lifts a restriction whose time came; restricts who was joined to a restricted person since.
cu_code rights_lift_due(struct rights *r, struct cu_error *err) CU_MUST;
cu_code rights_restrict_joined(struct rights *r, struct cu_error *err) CU_MUST;
cu_code rights_finish_begun(struct rights *r, struct cu_error *err) CU_MUST;

// ---- rights_desk.c: acts of staff
cu_code rights_extend(struct rights *r, struct cu_uuid id, cu_str reason, struct cu_error *err) CU_MUST;
cu_code rights_confirm(struct rights *r, struct cu_uuid id, struct cu_error *err) CU_MUST;
cu_code rights_hold(struct rights *r, struct cu_uuid id, cu_str reason, bool on, struct cu_error *err) CU_MUST;
cu_code rights_reopen(struct rights *r, struct cu_uuid id, cu_str reason, struct cu_error *err) CU_MUST;
cu_code rights_lift(struct rights *r, struct cu_uuid id, cu_str reason, struct cu_error *err) CU_MUST;

// ---- rights_jobs.c
enum { RIGHTS_JOBS = 2 };
extern const struct spec_job rights_jobs[RIGHTS_JOBS];
// ---- rights_answers.c
extern const struct spec_field rights_row_answer[], rights_person_answer[], rights_list_answer[], rights_show_answer[],
    rights_letter_answer[], rights_grounds_answer[], rights_figures_answer[];
extern const char *const rights_right_options[], *const rights_state_options[], *const rights_regime_options[];
