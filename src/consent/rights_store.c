// SPDX-License-Identifier: Apache-2.0
// Rows of requests, their steps, and what is sealed with them. See rights_private.h.
#include "rights_private.h"

#include "rights_sql.h"

#include <stdio.h>

// ---- rows

static cu_str text_of(struct db_query *q, int column, struct cu_arena *a)
{
    cu_str s = db_str(q, column);
    return s.len ? cu_arena_dup(a, s) : CU_NONE;
}

static cu_str blob_of(struct db_query *q, int column, struct cu_arena *a)
{
    cu_str s = db_blob(q, column);
    return s.len ? cu_arena_dup(a, s) : CU_NONE;
}

void rights_read_row(struct db_query *q, struct cu_arena *a, struct rights_full *ret)
{
    *ret = (struct rights_full){.number = db_i64(q, 0), .pno = (uint32_t)db_i64(q, 2), .right = (enum rights_right)db_i64(q,
        3), .regime = (enum rights_regime)db_i64(q, 4), .channel = (enum rights_channel)db_i64(q, 5),
        .state = (enum rights_state)db_i64(q, 6), .received_ms = db_i64(q, 11), .due_ms = db_i64(q, 12),
            .confirm_ms = db_i64(q, 13),
        .confirmed_ms = db_i64(q, 14), .challenged_ms = db_i64(q, 15), .proved_ms = db_i64(q, 16), .begun_ms = db_i64(q, 17),
        .closed_ms = db_i64(q, 18), .extended = db_i64(q, 19) != 0, .reminded = db_i64(q, 20), .waiting_for = db_i64(q, 22),
        .lift_ms = db_i64(q, 23), .restricted = db_i64(q, 24) != 0, .subject = (uint64_t)db_i64(q, 25)};
    if (db_blob(q, 1).len == sizeof ret->id.bytes)
        memcpy(ret->id.bytes, db_blob(q, 1).ptr, sizeof ret->id.bytes);
    ret->reason = text_of(q, 7, a);
    ret->foreign_id = text_of(q, 8, a);
    ret->purpose = text_of(q, 9, a);
    ret->language = text_of(q, 10, a);
    cu_str original = db_blob(q, 21);
    ret->is_duplicate = original.len == sizeof ret->duplicate_of.bytes;
    if (ret->is_duplicate)
        memcpy(ret->duplicate_of.bytes, original.ptr, original.len);
    ret->asker = blob_of(q, 26, a);
    ret->detail = blob_of(q, 27, a);
    ret->answer_to = blob_of(q, 28, a);
}

static cu_code one(struct db_query *q, struct cu_arena *a, struct rights_full *ret, struct cu_error *err)
{
    bool found = db_step(q);
    if (found)
        rights_read_row(q, a, ret);
    CU_TRY(db_end(q, err));
    return found ? CU_OK : cu_fail(err, CU_NOT_FOUND, "id", RIGHTS_NOT_FOUND_TEXT);
}

cu_code rights_load(struct db *d, struct cu_uuid id, struct cu_arena *a, struct rights_full *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &rights_sql_get, &q, err));
    db_bind_blob(&q, ":id", id.bytes, sizeof id.bytes);
    return one(&q, a, ret, err);
}

cu_code rights_load_number(struct db *d, int64_t number, struct cu_arena *a, struct rights_full *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &rights_sql_by_number, &q, err));
    db_bind_i64(&q, ":number", number);
    return one(&q, a, ret, err);
}

cu_code rights_store(struct db *d, const struct rights_full *f, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &rights_sql_update, &q, err));
    db_bind_i64(&q, ":number", f->number);
    db_bind_i64(&q, ":pno", f->pno);
    db_bind_i64(&q, ":state", f->state);
    db_bind_str(&q, ":reason", f->reason.ptr ? f->reason : CU_LIT(""));
    db_bind_i64(&q, ":due_ms", f->due_ms);
    db_bind_i64(&q, ":confirmed_ms", f->confirmed_ms);
    db_bind_i64(&q, ":challenged_ms", f->challenged_ms);
    db_bind_i64(&q, ":proved_ms", f->proved_ms);
    db_bind_i64(&q, ":begun_ms", f->begun_ms);
    db_bind_i64(&q, ":closed_ms", f->closed_ms);
    db_bind_i64(&q, ":extended", f->extended);
    db_bind_i64(&q, ":reminded", f->reminded);
    db_bind_blob(&q, ":duplicate_of", f->is_duplicate ? f->duplicate_of.bytes : NULL, sizeof f->duplicate_of.bytes);
    db_bind_i64(&q, ":waiting_for", f->waiting_for);
    db_bind_i64(&q, ":lift_ms", f->lift_ms);
    db_bind_i64(&q, ":restricted", f->restricted);
    return db_run(&q, err);
}

cu_code rights_within(struct rights *r, rights_change *fn, void *context, struct cu_error *err)
{
    struct db *d = people_lock(r->o.people);
    cu_code code = people_begin(r->o.people, err);
    if (code == CU_OK) {
        code = fn(r, d, context, err);
        if (code == CU_OK)
            code = people_commit(r->o.people, err);
        if (code != CU_OK) {
            people_rollback(r->o.people);
            gate_rolled_back(r->o.gate);
        }
    }
    people_unlock(r->o.people);
    return code;
}

cu_code rights_move(struct rights_full *f, enum rights_event e, struct cu_error *err)
{
    enum rights_state to = rights_next(f->state, e);
    if (!to)
        return cu_fail(err, CU_CONFLICT, "state", "a request that is %s does not take %s", rights_state_name(f->state),
            rights_event_name(e));
    if (e == RIGHTS_PROVE && !f->proved_ms)
        f->proved_ms = cu_now_ms();
    if (e == RIGHTS_BEGIN && !f->begun_ms)
        f->begun_ms = cu_now_ms();
    if (e == RIGHTS_REOPEN) {
        f->closed_ms = f->begun_ms = 0;
        f->is_duplicate = false;
        f->reason = CU_NONE;
        f->challenged_ms = cu_now_ms(); // the time for a proof begins anew
    }
    if (!rights_is_open(to) && !f->closed_ms)
        f->closed_ms = cu_now_ms();
    f->state = to;
    return CU_OK;
}

cu_code rights_members(struct rights *r, struct db *d, uint32_t pno, struct cu_arena *a, uint32_t **ret, size_t *ret_count,
    struct cu_error *err)
{
    return people_members(r->o.people, d, pno, a, ret, ret_count, err);
}

// ---- sealing

cu_code rights_seal(struct rights *r, enum rights_what what, uint64_t subject, int64_t record, cu_str plain,
    struct cu_buf *out, struct cu_error *err)
{
    const struct seal_place place = {.table = (uint32_t)what, .subject = subject, .record = (uint64_t)record, .version = 1};
    const struct guard_access former = RIGHTS_BORROW;
    cu_code code = guard_seal(people_guard(r->o.people), SEAL_NOTES, &place, plain, false, out, err);
    guard_enter(&former);
    return code;
}

cu_code rights_unseal(struct rights *r, enum rights_what what, uint64_t subject, int64_t record, cu_str sealed,
    struct cu_buf *out, struct cu_error *err)
{
    if (sealed.len == 0)
        return CU_OK;
    const struct seal_place place = {.table = (uint32_t)what, .subject = subject, .record = (uint64_t)record, .version = 1};
    cu_code code = guard_open(people_guard(r->o.people), &place, sealed, out, err);
    return code == CU_ERASED || code == CU_NOT_FOUND ? CU_OK : code;
}

uint64_t rights_subject(const struct rights_full *f)
{
    return f->pno ? f->pno : RIGHTS_SUBJECT + (uint64_t)f->number;
}

cu_code rights_asker(struct rights *r, const struct rights_full *f, struct cu_arena *a, struct rights_address *ret,
    struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf plain;
    json v;
    *ret = (struct rights_address){CU_NONE, CU_NONE};
    cu_buf_init(&plain, RIGHTS_SEALED_MAX);
    CU_TRY(rights_unseal(r, RIGHTS_SEAL_ASKER, f->subject, f->number, f->asker, &plain, err));
    if (plain.len == 0)
        return CU_OK;
    struct json_parser *p = json_parser_new(RIGHTS_SEALED_MAX);
    cu_code code = p ? json_parse(p, cu_buf_view(&plain), &v, err) : cu_fail(err, CU_MEMORY, "", "no memory for a request");
    if (code == CU_OK) {
        ret->email = cu_arena_dup(a, json_str(json_get(v, "email")));
        ret->phone = cu_arena_dup(a, json_str(json_get(v, "phone")));
    }
    json_parser_free(p);
    cu_buf_wipe(&plain);
    return code;
}

// ---- steps

int64_t rights_actor(void)
{
    const struct guard_access *a = guard_current();
    switch (a->actor) {
    case GUARD_STAFF:
        return a->actor_id;
    case GUARD_LOCAL:
        return -1;
    case GUARD_TOKEN:
        return -3;
    case GUARD_PERSON:
        return -2;
    case GUARD_SYSTEM:
    case GUARD_NOBODY:
        break;
    }
    return 0;
}

cu_code rights_step(struct rights *r, const struct rights_full *f, const struct rights_note *n, struct cu_error *err)
{
    struct db *d = people_db(r->o.people);
    struct db_query q;
    CU_TRY(db_prepare(d, &rights_sql_step_add, &q, err));
    db_bind_i64(&q, ":request", f->number);
    db_bind_i64(&q, ":at_ms", cu_now_ms());
    db_bind_str(&q, ":what", cu_str_of(n->what));
    db_bind_i64(&q, ":actor", n->actor);
    db_bind_str(&q, ":code", cu_str_of(n->code ? n->code : ""));
    db_bind_i64(&q, ":subject", (int64_t)rights_subject(f));
    CU_TRY(db_run(&q, err));
    if (n->note.len == 0)
        return CU_OK;
    int64_t id = db_last_rowid(d);
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, RIGHTS_SEALED_MAX);
    CU_TRY(rights_seal(r, RIGHTS_SEAL_NOTE, rights_subject(f), id, n->note, &sealed, err));
    CU_TRY(db_prepare(d, &rights_sql_step_note, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_blob(&q, ":note", sealed.ptr, sealed.len);
    return db_run(&q, err);
}
