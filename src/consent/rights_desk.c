// SPDX-License-Identifier: Apache-2.0
// What is decided about a request: proved, asked for a proof, refused, extended, confirmed, held, opened again, taken back.
// Each is one transaction: the row, a step of its log, a letter. See rights.h.
#include "rights_private.h"

#include "rights_sql.h"

struct act { // what an act needs inside its transaction
    struct cu_uuid id;
    int64_t actor;
    const char *how;
    cu_str note;
    const struct rights_ground *ground;
    bool on;
    struct cu_arena *arena;
    struct rights_full row; // afterwards
};

static cu_code run(struct rights *r, rights_change *fn, struct act *act, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(RIGHTS_ARENA);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    act->arena = a;
    act->actor = rights_actor();
    return rights_within(r, fn, act, err);
}

static cu_code moved(struct rights *r, struct db *d, struct act *act, enum rights_event e, const char *what,
    const char *code, struct cu_error *err)
{
    CU_TRY(rights_load(d, act->id, act->arena, &act->row, err));
    CU_TRY(rights_move(&act->row, e, err));
    if (code)
        act->row.reason = cu_str_of(code);
    CU_TRY(rights_store(d, &act->row, err));
    return rights_step(r, &act->row, &(struct rights_note){.what = what, .actor = act->actor, .code = code,
        .note = act->note}, err);
}

// ---- proof

static cu_code prove(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct act *act = context;
    CU_TRY(rights_load(d, act->id, act->arena, &act->row, err));
    if (act->row.proved_ms && act->row.state != RIGHTS_OPEN)
        return CU_OK; // a link tapped twice
    CU_TRY(rights_move(&act->row, RIGHTS_PROVE, err));
    CU_TRY(rights_store(d, &act->row, err));
    return rights_step(r, &act->row, &(struct rights_note){.what = "proved", .actor = act->actor, .code = act->how,
        .note = act->note}, err);
}

cu_code rights_verified(struct rights *r, struct cu_uuid id, const char *how, struct cu_error *err)
{
    static const char *const known[] = {"link", "code", "staff", "token", "channel", "not_needed"};
    struct act act = {.id = id};
    for (size_t i = 0; i < CU_COUNT(known); i++) {
        if (strcmp(how, known[i]) == 0)
            act.how = known[i];
    }
    if (!act.how)
        return cu_fail(err, CU_INVALID, "how", "link, code, staff or token is accepted here");
    CU_TRY(run(r, prove, &act, err));
    rights_go_on(r, id);
    return CU_OK;
}

static cu_code challenge(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct act *act = context;
    struct rights_words w = {.count = 0};
    CU_TRY(moved(r, d, act, RIGHTS_ASK_PROOF, "challenged", NULL, err));
    act->row.challenged_ms = cu_now_ms();
    CU_TRY(rights_store(d, &act->row, err));
    CU_TRY(rights_link(r, &act->row, CENTRE_LINK_VERIFY, act->arena, &w.link, err));
    if (w.link.len == 0)
        return cu_fail(err, CU_UNAVAILABLE, "", "no links can be made here: the setting public_url is missing");
    return rights_write(r, &act->row, "verify", &w, NULL, err);
}

cu_code rights_challenge(struct rights *r, struct cu_uuid id, struct cu_error *err)
{
    struct act act = {.id = id};
    return run(r, challenge, &act, err);
}

// ---- refusing, taking back

static cu_code refuse(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct act *act = context;
    const struct rights_ground *g = act->ground;
    CU_TRY(rights_load(d, act->id, act->arena, &act->row, err));
    if (!(g->rights >> act->row.right & 1) || !(g->regimes >> act->row.regime & 1))
        return cu_fail(err, CU_INVALID, "ground",
            "that is no ground to refuse this right under this law; GET /v1/requests/grounds lists them");
    if (act->row.state == RIGHTS_DENIED)
        return cu_fail(err, CU_CONFLICT, "state", "it was refused already; open it again first");
    if (act->row.begun_ms)
        return cu_fail(err, CU_CONFLICT, "state", "it is being executed");
    CU_TRY(moved(r, d, act, RIGHTS_REFUSE, "refused", g->code, err));
    const struct rights_words w = {.ground = g, .note = act->note};
    return rights_write(r, &act->row, "refusal", &w, NULL, err);
}

cu_code rights_refuse(struct rights *r, struct cu_uuid id, cu_str ground, cu_str note, struct cu_error *err)
{
    struct act act = {.id = id, .note = note, .ground = rights_ground_find(ground)};
    if (!act.ground)
        return cu_fail(err, CU_INVALID, "ground",
            "a code of the list of grounds is accepted here: GET /v1/requests/grounds");
    if (note.len > RIGHTS_NOTE_MAX)
        return cu_fail(err, CU_TOO_LARGE, "note", "at most %d bytes are accepted here", RIGHTS_NOTE_MAX);
    if (strcmp(act.ground->code, "other") == 0 && cu_str_trim(note).len == 0)
        return cu_fail(err, CU_MISSING, "note", "another ground than those of the list has to be explained");
    return run(r, refuse, &act, err);
}

static cu_code take_back(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct act *act = context;
    CU_TRY(rights_load(d, act->id, act->arena, &act->row, err));
    if (act->row.state == RIGHTS_REVOKED)
        return CU_OK;
    if (act->row.begun_ms || !rights_next(act->row.state, RIGHTS_TAKE_BACK))
        return cu_fail(err, CU_CONFLICT, "state", "it is %s: what was done cannot be taken back",
            act->row.begun_ms && rights_is_open(act->row.state) ? "being executed" : rights_state_name(act->row.state));
    return moved(r, d, act, RIGHTS_TAKE_BACK, "revoked", NULL, err);
}

cu_code rights_revoke(struct rights *r, struct cu_uuid id, struct cu_error *err)
{
    struct act act = {.id = id};
    return run(r, take_back, &act, err);
}

static cu_code reopen(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct act *act = context;
    CU_TRY(moved(r, d, act, RIGHTS_REOPEN, "reopened", NULL, err));
    act->row.proved_ms = 0;
    return rights_store(d, &act->row, err);
}

cu_code rights_reopen(struct rights *r, struct cu_uuid id, cu_str reason, struct cu_error *err)
{
    struct act act = {.id = id, .note = reason};
    return run(r, reopen, &act, err);
}

// ---- clocks

static cu_code extend(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct act *act = context;
    CU_TRY(rights_load(d, act->id, act->arena, &act->row, err));
    struct rights_full *f = &act->row;
    int64_t until = rights_extend_until(f->regime, f->right, f->received_ms, r->o.zone);
    if (!rights_is_open(f->state))
        return cu_fail(err, CU_CONFLICT, "state", "it is %s: no clock runs any more", rights_state_name(f->state));
    if (f->extended)
        return cu_fail(err, CU_CONFLICT, "state", "it was extended already, and that is possible once");
    if (!until)
        return cu_fail(err, CU_CONFLICT, "state", "the law knows no extension of this clock");
    if (cu_now_ms() >= until)
        return cu_fail(err, CU_CONFLICT, "state", "too late: the person has to be told within the first term");
    f->extended = true;
    f->due_ms = rights_due(f->regime, f->right, false, f->received_ms, true, r->o.zone);
    f->reminded = 0;
    CU_TRY(rights_store(d, f, err));
    CU_TRY(rights_step(r, f, &(struct rights_note){.what = "extended", .actor = act->actor, .note = act->note}, err));
    const struct rights_words w = {.note = act->note};
    return rights_write(r, f, "extension", &w, NULL, err);
}

cu_code rights_extend(struct rights *r, struct cu_uuid id, cu_str reason, struct cu_error *err)
{
    struct act act = {.id = id, .note = reason};
    if (cu_str_trim(reason).len == 0)
        return cu_fail(err, CU_MISSING, "reason", "the person has to be told why it takes longer");
    return run(r, extend, &act, err);
}

static cu_code confirm(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct act *act = context;
    CU_TRY(rights_load(d, act->id, act->arena, &act->row, err));
    if (act->row.confirmed_ms)
        return CU_OK;
    if (!rights_is_open(act->row.state))
        return cu_fail(err, CU_CONFLICT, "state", "it is %s already", rights_state_name(act->row.state));
    act->row.confirmed_ms = cu_now_ms();
    CU_TRY(rights_store(d, &act->row, err));
    CU_TRY(rights_step(r, &act->row, &(struct rights_note){.what = "confirmed", .actor = act->actor}, err));
    const struct rights_words w = {.count = 0};
    bool sent = false;
    CU_TRY(rights_write(r, &act->row, "received", &w, &sent, err));
    return sent || !act->on ? CU_OK : cu_fail(err, CU_NOT_FOUND, "", "there is no address to confirm it to");
}

cu_code rights_confirm(struct rights *r, struct cu_uuid id, struct cu_error *err)
{
    struct act act = {.id = id};
    return run(r, confirm, &act, err);
}

// ---- by itself

// One that just came: a right that needs no proof goes on, so does one that the channel proved. A program that asks for
// somebody else has that person asked, once; who works here decides about the others.
void rights_begin_by_itself(struct rights *r, const struct rights_full *f, bool verified)
{
    struct cu_error err;
    cu_code code = CU_OK;
    if (verified || !rights_needs_proof(f->right))
        code = rights_verified(r, f->id, verified ? "channel" : "not_needed", &err);
    else if ((f->channel == RIGHTS_BY_API || f->channel == RIGHTS_BY_DRP) && f->state == RIGHTS_OPEN && r->o.links &&
        r->o.send)
        code = rights_challenge(r, f->id, &err);
    // what the law wants confirmed is, at once, when there is a way; else it stays due, and its clock says so
    struct act act = {.id = f->id, .on = true};
    if (f->confirm_ms && r->o.send)
        code = run(r, confirm, &act, &err);
    (void)code;
}

// ---- legal hold

static cu_code hold(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct act *act = context;
    struct db_query q;
    uint32_t *pnos = NULL;
    size_t count = 0;
    CU_TRY(rights_load(d, act->id, act->arena, &act->row, err));
    if (!act->row.pno)
        return cu_fail(err, CU_CONFLICT, "person", "nobody is known to be the person, so nothing can be held");
    CU_TRY(rights_members(r, d, act->row.pno, act->arena, &pnos, &count, err));
    for (size_t i = 0; i < count; i++) {
        CU_TRY(db_prepare(d, act->on ? &rights_sql_hold_add : &rights_sql_hold_drop, &q, err));
        db_bind_i64(&q, ":pno", pnos[i]);
        if (act->on) {
            db_bind_i64(&q, ":request", act->row.number);
            db_bind_i64(&q, ":since_ms", cu_now_ms());
            db_bind_i64(&q, ":actor", act->actor);
        }
        CU_TRY(db_run(&q, err));
    }
    return rights_step(r, &act->row, &(struct rights_note){.what = act->on ? "hold" : "hold_lifted", .actor = act->actor,
        .note = act->note}, err);
}

cu_code rights_hold(struct rights *r, struct cu_uuid id, cu_str reason, bool on, struct cu_error *err)
{
    struct act act = {.id = id, .note = reason, .on = on};
    if (cu_str_trim(reason).len == 0)
        return cu_fail(err, CU_MISSING, "reason", "which claim the data is needed for, or why no more, has to be said");
    return run(r, hold, &act, err);
}

cu_code rights_held(struct rights *r, uint32_t pno, bool *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct rights_facts f;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(RIGHTS_ARENA);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    CU_TRY(people_read_take(r->o.people, &d, err));
    const struct rights_full asked = {.pno = pno, .right = RIGHTS_ERASURE, .regime = RIGHTS_GDPR};
    cu_code code = rights_facts_of(r, d, &asked, &f, err);
    people_read_give(r->o.people, d);
    *ret = code == CU_OK && (f.facts & RIGHTS_FACT_HELD);
    return code;
}

// ---- lifting a restriction: the person is told first (GDPR 18(3))

static cu_code lift(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct act *act = context;
    CU_TRY(rights_load(d, act->id, act->arena, &act->row, err));
    if (!act->row.restricted)
        return cu_fail(err, CU_CONFLICT, "state", "this request restricts nothing now");
    if (act->row.lift_ms)
        return CU_OK;
    act->row.lift_ms = cu_now_ms() + RIGHTS_LIFT_DAYS * RIGHTS_DAY_MS;
    CU_TRY(rights_store(d, &act->row, err));
    CU_TRY(rights_step(r, &act->row, &(struct rights_note){.what = "lift_announced", .actor = act->actor, .note = act->note},
        err));
    const struct rights_words w = {.note = act->note, .until_ms = act->row.lift_ms};
    return rights_write(r, &act->row, "lift", &w, NULL, err);
}

cu_code rights_lift(struct rights *r, struct cu_uuid id, cu_str reason, struct cu_error *err)
{
    struct act act = {.id = id, .note = reason};
    return run(r, lift, &act, err);
}

// ---- recipients

static cu_code recipients_done(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct act *act = context;
    CU_TRY(rights_load(d, act->id, act->arena, &act->row, err));
    if (act->row.state == RIGHTS_IN_PROGRESS && act->row.waiting_for) { // they were quicker than we
        act->row.waiting_for = 0;
        return rights_store(d, &act->row, err);
    }
    if (act->row.state != RIGHTS_WAITING)
        return CU_OK;
    return moved(r, d, act, RIGHTS_FINISH, "recipients_done", NULL, err);
}

cu_code rights_recipients_done(struct rights *r, struct cu_uuid request, struct cu_error *err)
{
    struct act act = {.id = request};
    return run(r, recipients_done, &act, err);
}
