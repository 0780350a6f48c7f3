// SPDX-License-Identifier: Apache-2.0
// Statements in rows. A client repeats its state with every event; only a change is a row, a
// repetition moves last_ms. Statements may arrive late and out of order; what is stored is such
// that the fold gives what it would have given in order (to GATE_REPEAT_MS; where it cannot be
// known, the answer is the one that protects the person). Inside the caller's transaction.
#include "gate_internal.h"

#include "base/log.h"
#include "base/metric.h"
#include "gate_sql.h"
#include "people/promise.h"

#include <stdio.h>

#define GATE_SEAL_TABLE 0x434f4e53U // "CONS"
#define GATE_CLIENT_ROWS_MAX 400    // a client that flips for ever keeps only its newest statements

struct rows {
    struct gate_row at[GATE_ROWS_MAX + 1];
    size_t count;
};

static void copy_method(cu_str s, char ret[40])
{
    (void)snprintf(ret, 40, "%.*s", CU_ARG(cu_str_sub(s, 0, 39)));
}

static cu_code load(
    struct db *d, uint32_t pno, cu_str purpose, struct rows *ret, struct cu_error *err)
{
    struct db_query q;
    ret->count = 0;
    CU_TRY(db_prepare(d, &gate_sql_evidence_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    db_bind_str(&q, ":purpose", purpose);
    db_bind_i64(&q, ":limit", GATE_ROWS_MAX);
    while (db_step(&q)) {
        struct gate_row *r = &ret->at[ret->count++];
        *r = (struct gate_row){.id = db_i64(&q, 0),
            .heard = (enum gate_heard)db_i64(&q, 1),
            .state = (enum gate_state)db_i64(&q, 2),
            .time_ms = db_i64(&q, 3),
            .last_ms = db_i64(&q, 4),
            .generation = db_i64(&q, 6),
            .until_ms = db_i64(&q, 7)};
        copy_method(db_str(&q, 5), r->method);
    }
    for (size_t i = 0; i < ret->count / 2;
         i++) { // newest first from the index; the fold wants oldest first
        struct gate_row swap = ret->at[i];
        ret->at[i] = ret->at[ret->count - 1 - i];
        ret->at[ret->count - 1 - i] = swap;
    }
    return db_end(&q, err);
}

static cu_code store_state(
    struct db *d, uint32_t pno, cu_str purpose, const struct rows *rows, struct cu_error *err)
{
    struct gate_folded f;
    struct db_query q;
    gate_fold(rows->at, rows->count, &f);
    bool none = f.state == GATE_UNKNOWN;
    CU_TRY(db_prepare(d, none ? &gate_sql_state_delete : &gate_sql_state_put, &q, err));
    db_bind_i64(&q, ":pno", pno);
    db_bind_str(&q, ":purpose", purpose);
    if (!none) {
        db_bind_i64(&q, ":state", f.state);
        db_bind_i64(&q, ":since_ms", f.since_ms);
        db_bind_str(&q, ":method", cu_str_of(f.method));
        db_bind_i64(&q, ":generation", f.generation);
        db_bind_i64(&q, ":until_ms", f.until_ms);
    }
    return db_run(&q, err);
}

cu_code gate_refold(struct db *d, uint32_t pno, cu_str purpose, struct cu_error *err)
{
    struct rows rows;
    CU_TRY(load(d, pno, purpose, &rows, err));
    return store_state(d, pno, purpose, &rows, err);
}

static cu_code run_on_row(struct db *d, const struct db_statement *statement, int64_t id,
    const char *name, int64_t value, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, statement, &q, err));
    db_bind_i64(&q, ":id", id);
    if (name)
        db_bind_i64(&q, name, value);
    return db_run(&q, err);
}

static cu_code seal_proof(
    struct gate *g, uint32_t pno, int64_t id, cu_str text, struct cu_error *err)
{
    struct cu_buf sealed CU_AUTO_BUF;
    struct db_query q;
    cu_buf_init(&sealed, 64 * 1024);
    const struct seal_place place = {
        .table = GATE_SEAL_TABLE, .subject = pno, .record = (uint64_t)id, .version = 1};
    CU_TRY(guard_seal(people_guard(g->people), SEAL_NOTES, &place, text, false, &sealed, err));
    CU_TRY(db_prepare(people_db(g->people), &gate_sql_evidence_prove, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_blob(&q, ":proof", sealed.ptr, sealed.len);
    return db_run(&q, err);
}

// A statement's number: the same when the journal is replayed, and not to be guessed by who knows what it says.
static void record_number(struct gate *g, const struct gate_statement *s, uint8_t ret[16])
{
    char text[256];
    int n = snprintf(text, sizeof text, "%u/%d/%d/%lld/%lld/%llu/%u/%.*s", s->pno, s->heard, s->state,
        (long long)s->ev->time_ms, (long long)s->ev->received_ms, (unsigned long long)s->ev->seq, s->ev->source,
        CU_ARG(cu_str_sub(s->purpose, 0, 100)));
    keyring_tag(people_keyring(g->people), "consent record", (cu_str){text, n > 0 ? (size_t)n : 0}, ret);
    ret[6] = (uint8_t)((ret[6] & 0x0f) | 0x80); // RFC 9562 version 8
    ret[8] = (uint8_t)((ret[8] & 0x3f) | 0x80);
}

static cu_str at_most(cu_str s, size_t max)
{
    return s.ptr ? cu_str_sub(s, 0, max) : CU_LIT("");
}

// The wording that was shown: as said, when this purpose has it; or the newest in that language at that time.
static cu_code wording_shown(struct db *d, const struct gate_statement *s, cu_str language, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    bool named = s->said && s->said->wording > 0;
    *ret = 0;
    if (!named && language.len == 0)
        return CU_OK;
    CU_TRY(db_prepare(d, named ? &gate_sql_wording_of : &gate_sql_wording_newest, &q, err));
    db_bind_str(&q, ":purpose", gate_key_purpose(s->purpose));
    if (named) {
        db_bind_i64(&q, ":id", s->said->wording);
    } else {
        db_bind_str(&q, ":language", language);
        db_bind_i64(&q, ":time_ms", s->ev->time_ms);
    }
    if (db_step(&q))
        *ret = named ? s->said->wording : db_i64(&q, 0);
    return db_end(&q, err);
}

// Until when a consent holds: 0 without an end.
static int64_t ends_ms(struct gate *g, const struct gate_statement *s)
{
    const struct dict_purpose *p = dictionary_purpose(people_dictionary(g->people), gate_key_purpose(s->purpose));
    if (!p || p->validity_days <= 0 || !record_permits(s->state))
        return 0;
    return s->ev->time_ms + (int64_t)p->validity_days * 86400000;
}

static cu_code tally(struct db *d, const struct gate_statement *s, struct cu_error *err)
{
    struct db_query q;
    if (s->ev->sample)
        return CU_OK; // figures are of real people
    CU_TRY(db_prepare(d, &gate_sql_tally, &q, err));
    db_bind_str(&q, ":purpose", gate_key_purpose(s->purpose));
    db_bind_i64(&q, ":day", s->ev->time_ms / 86400000);
    db_bind_i64(&q, ":state", s->state);
    return db_run(&q, err);
}

static void bind_details(struct db_query *q, const struct gate_statement *s)
{
    static const struct gate_saying nothing = {.wording = 0};
    const struct gate_saying *said = s->said ? s->said : &nothing;
    db_bind_str(q, ":language", at_most(said->language, RECORD_LANGUAGE_MAX));
    db_bind_str(q, ":form", at_most(said->form, RECORD_TEXT_MAX));
    db_bind_str(q, ":button", at_most(said->button, RECORD_TEXT_MAX));
    db_bind_str(q, ":channel", at_most(said->channel, RECORD_TEXT_MAX));
    db_bind_str(q, ":recipient", at_most(said->recipient, RECORD_TEXT_MAX));
}

static cu_code insert(
    struct gate *g, struct db *d, const struct gate_statement *s, int64_t *ret_id, struct cu_error *err)
{
    struct db_query q;
    uint8_t record[16];
    int64_t wording = 0, known_ms = s->ev->time_ms < s->ev->received_ms ? s->ev->time_ms : s->ev->received_ms;
    record_number(g, s, record);
    CU_TRY(wording_shown(d, s, s->said ? at_most(s->said->language, RECORD_LANGUAGE_MAX) : CU_NONE, &wording, err));
    CU_TRY(db_prepare(d, &gate_sql_evidence_insert, &q, err));
    db_bind_i64(&q, ":pno", s->pno);
    db_bind_str(&q, ":purpose", s->purpose);
    db_bind_i64(&q, ":heard", s->heard);
    db_bind_i64(&q, ":state", s->state);
    db_bind_i64(&q, ":time_ms", s->ev->time_ms);
    db_bind_i64(&q, ":received_ms", s->ev->received_ms);
    db_bind_i64(&q, ":source", s->ev->source);
    db_bind_i64(&q, ":import", s->ev->import);
    db_bind_i64(&q, ":seq", (int64_t)s->ev->seq);
    db_bind_i64(&q, ":sample", s->ev->sample);
    db_bind_str(&q, ":method", s->method);
    db_bind_null(&q, ":proof");
    db_bind_blob(&q, ":record", record, sizeof record);
    db_bind_i64(&q, ":wording", wording);
    bind_details(&q, s);
    db_bind_i64(&q, ":policy", gate_policy_at(g, known_ms));
    db_bind_i64(&q, ":generation", gate_generation_at(g, s->purpose, known_ms));
    db_bind_i64(&q, ":until_ms", ends_ms(g, s));
    CU_TRY(db_run(&q, err));
    *ret_id = db_last_rowid(d);
    CU_TRY(tally(d, s, err));
    return s->proof_text.len > 0 ? seal_proof(g, s->pno, *ret_id, s->proof_text, err) : CU_OK;
}

// The client's statement before (or at) the given time; NULL when there is none.
static const struct gate_row *client_before(const struct rows *rows, int64_t time_ms)
{
    for (size_t i = rows->count; i > 0; i--) {
        if (gate_by_client(&rows->at[i - 1]) && rows->at[i - 1].time_ms <= time_ms)
            return &rows->at[i - 1];
    }
    return NULL;
}

// Did somebody else (staff, an import) speak after the client's row and up to this time?
static bool others_since(const struct rows *rows, const struct gate_row *since, int64_t time_ms)
{
    for (const struct gate_row *r = since + 1; r < rows->at + rows->count; r++) {
        if (!gate_by_client(r) && r->time_ms <= time_ms)
            return true;
    }
    return false;
}

static cu_code drop_oldest_of_client(struct db *d, const struct rows *rows, struct cu_error *err)
{
    size_t clients = 0;
    for (size_t i = 0; i < rows->count; i++)
        clients += gate_by_client(&rows->at[i]);
    for (size_t i = 0; i < rows->count && clients > GATE_CLIENT_ROWS_MAX / 2; i++) {
        if (!gate_by_client(&rows->at[i]))
            continue;
        CU_TRY(run_on_row(d, &gate_sql_evidence_delete, rows->at[i].id, NULL, 0, err));
        clients--;
    }
    return CU_OK;
}

// The client said `before` until after this statement's time, and this statement, arriving late,
// says otherwise: so the client changed its mind twice, the second time at a time that is not
// known. A grant is put as early, a refusal as late as it can have been.
static cu_code split(
    struct db *d, const struct gate_row *before, int64_t time_ms, struct cu_error *err)
{
    int64_t again_ms = before->state == GATE_GRANTED ? time_ms : before->last_ms;
    CU_TRY(run_on_row(d, &gate_sql_evidence_repeat, before->id, ":time_ms", again_ms, err));
    return run_on_row(d, &gate_sql_evidence_last, before->id, ":last_ms", time_ms, err);
}

// The same state, said again by an act in the middle of the repetitions: they go on from there.
static cu_code hand_over(
    struct db *d, const struct gate_row *before, int64_t to, int64_t time_ms, struct cu_error *err)
{
    CU_TRY(run_on_row(d, &gate_sql_evidence_last, to, ":last_ms", before->last_ms, err));
    return run_on_row(d, &gate_sql_evidence_last, before->id, ":last_ms", time_ms, err);
}

// Does what was said up to this time permit? A cookie's consent under a browser's signal against it does not.
static bool stands(const struct rows *rows, int64_t time_ms)
{
    struct gate_folded f;
    size_t count = rows->count;
    while (count > 0 && rows->at[count - 1].time_ms > time_ms)
        count--;
    gate_fold(rows->at, count, &f);
    return record_permits(f.state);
}

// Consenting to what was consented to before is news when that was to something else, or for a time that has begun to run.
static bool renews(struct gate *g, const struct gate_row *before, const struct gate_statement *s)
{
    return before->generation < gate_generation_at(g, s->purpose, s->ev->time_ms) ||
           (ends_ms(g, s) > 0 && s->ev->time_ms - before->time_ms >= 86400000);
}

// *ret_stored false: nothing new was said.
static cu_code store_of_client(struct gate *g, struct db *d, const struct gate_statement *s,
    const struct rows *rows, bool *ret_stored, struct cu_error *err)
{
    const int64_t time_ms = s->ev->time_ms;
    const struct gate_row *before = client_before(rows, time_ms);
    int64_t stored_id = 0;
    *ret_stored = false;
    // What repeats is no statement. But an act is one, unless it consents to what already counts: a
    // refusal must hold also against a consent of that time which is only told later.
    bool repeats = before && before->state == s->state;
    if (s->heard == GATE_BY_ACT)
        repeats = repeats && s->state == GATE_GRANTED && !others_since(rows, before, time_ms) && stands(rows, time_ms) &&
                  !renews(g, before, s);
    if (repeats) {
        bool later = time_ms - before->last_ms >= (s->heard == GATE_BY_ACT ? 1 : GATE_REPEAT_MS);
        return later ? run_on_row(d, &gate_sql_evidence_last, before->id, ":last_ms", time_ms, err)
                     : CU_OK;
    }
    *ret_stored = true;
    if (rows->count >= GATE_CLIENT_ROWS_MAX)
        CU_TRY(drop_oldest_of_client(d, rows, err));
    CU_TRY(insert(g, d, s, &stored_id, err));
    if (!before || before->last_ms <= time_ms)
        return CU_OK;
    if (before->state != s->state)
        return split(d, before, time_ms, err);
    return hand_over(d, before, stored_id, time_ms, err);
}

// A browser repeats its signal with every call: the first is the statement. Where the person opted in by an act since,
// that stands, and the conflict is counted and logged.
static bool signalled_before(struct gate *g, const struct rows *rows)
{
    bool before = false, lifted = false;
    for (size_t i = 0; i < rows->count; i++) {
        const struct gate_row *r = &rows->at[i];
        before = before || r->heard == GATE_BY_SIGNAL;
        lifted = before && r->heard != GATE_BY_SIGNAL && r->heard != GATE_BY_CONTEXT && record_permits(r->state);
    }
    if (before && lifted) {
        cu_metric_add(g->conflicts, 1);
        cu_log(CU_LOG_DEBUG, "consent.gpc_conflict", CU_LI("conflicts", 1));
    }
    return before;
}

cu_code gate_store(struct gate *g, const struct gate_statement *s, struct cu_error *err)
{
    struct db *d = people_db(g->people);
    struct rows rows;
    bool stored = true;
    int64_t id = 0;
    if (s->heard == GATE_BY_CONTEXT || s->heard == GATE_BY_ACT) {
        CU_TRY(load(d, s->pno, s->purpose, &rows, err));
        CU_TRY(store_of_client(g, d, s, &rows, &stored, err));
    } else if (s->heard == GATE_BY_SIGNAL) {
        CU_TRY(load(d, s->pno, s->purpose, &rows, err));
        stored = !signalled_before(g, &rows);
        if (stored)
            CU_TRY(insert(g, d, s, &id, err));
    } else {
        CU_TRY(insert(g, d, s, &id, err));
    }
    if (!stored)
        return CU_OK;
    // A refusal outlives the restore of an older backup.
    if (s->state == GATE_REFUSED || s->state == GATE_WITHDRAWN)
        CU_TRY(promise_note(g->people, PROMISE_CONSENT, s->pno, s->ev->seq, s->state, s->purpose, err));
    people_note(g->people, s->pno, PEOPLE_CONSENTS);
    return gate_refold(d, s->pno, s->purpose, err);
}

enum gate_state gate_standing(struct gate *g, cu_str purpose, struct db_query *q, int column, int64_t now_ms)
{
    enum gate_state s = (enum gate_state)db_i64(q, column);
    if (!record_permits(s))
        return s;
    return record_standing(s, db_i64(q, column + 2), db_i64(q, column + 1), now_ms, gate_generation_at(g, purpose, now_ms));
}

cu_code gate_state_of(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, cu_str purpose,
    struct gate_folded *ret, char method_out[40], struct cu_error *err)
{
    const int64_t now_ms = cu_now_ms();
    *ret = (struct gate_folded){.state = GATE_UNKNOWN, .since_ms = INT64_MIN};
    for (size_t i = 0; i < count; i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, &gate_sql_state_of, &q, err));
        db_bind_i64(&q, ":pno", pnos[i]);
        db_bind_str(&q, ":purpose", purpose);
        if (db_step(&q)) {
            enum gate_state s = record_standing((enum gate_state)db_i64(&q, 0), db_i64(&q, 4), db_i64(&q, 3), now_ms,
                gate_generation_at(g, purpose, now_ms));
            bool newer = s == ret->state && db_i64(&q, 1) > ret->since_ms;
            if (newer || (s != ret->state && gate_most_restrictive(s, ret->state) == s)) {
                copy_method(db_str(&q, 2), method_out);
                *ret = (struct gate_folded){s, db_i64(&q, 1), method_out, db_i64(&q, 3), db_i64(&q, 4)};
            }
        }
        CU_TRY(db_end(&q, err));
    }
    return CU_OK;
}
