// SPDX-License-Identifier: Apache-2.0
// Requests that came through a door: the other side's name of it beside ours. See recipient_door_private.h.
#include "recipient_door_private.h"

#include "recipient_door_sql.h"

static cu_code read_request(struct db_query *q, struct cu_arena *a, struct door_request *ret, struct cu_error *err)
{
    bool found = db_step(q);
    if (found) {
        *ret = (struct door_request){.id = db_i64(q, 0),
            .door = db_i64(q, 1),
            .foreign_id = cu_arena_dup(a, db_str(q, 2)),
            .own = db_i64(q, 4) != 0,
            .ended = (enum door_end)db_i64(q, 5),
            .callbacks = cu_arena_dup(a, db_str(q, 6)),
            .received_ms = db_i64(q, 7),
            .due_ms = db_i64(q, 8),
            .said = cu_arena_dup(a, db_str(q, 9)),
            .next_ms = db_i64(q, 10),
            .tries = db_i64(q, 11)};
        if (db_blob(q, 3).len == sizeof ret->request.bytes)
            memcpy(ret->request.bytes, db_blob(q, 3).ptr, sizeof ret->request.bytes);
    }
    CU_TRY(db_end(q, err));
    return found ? CU_OK : cu_fail(err, CU_NOT_FOUND, "id", "no request came through this door under that id");
}

cu_code door_request_by_foreign(struct privacy_doors *p, const struct door *door, cu_str foreign_id, struct cu_arena *a,
    struct door_request *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = db_prepare(d, &recipient_door_sql_request_by_foreign, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":door", door->id);
        db_bind_str(&q, ":foreign_id", foreign_id);
        code = read_request(&q, a, ret, err);
    }
    people_read_give(p->o.people, d);
    return code;
}

cu_code door_request_by_id(struct privacy_doors *p, const struct door *door, struct cu_uuid request, struct cu_arena *a,
    struct door_request *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = db_prepare(d, &recipient_door_sql_request_by_id, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":door", door->id);
        db_bind_blob(&q, ":request", request.bytes, sizeof request.bytes);
        code = read_request(&q, a, ret, err);
    }
    people_read_give(p->o.people, d);
    return code;
}

cu_code door_request_load(struct privacy_doors *p, int64_t id, struct cu_arena *a, struct door_request *ret,
    struct door *ret_door, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = db_prepare(d, &recipient_door_sql_request_load, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":id", id);
        code = read_request(&q, a, ret, err);
    }
    if (code == CU_OK)
        code = db_prepare(d, &recipient_door_sql_by_id, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":id", ret->door);
        code = door_read(&q, a, ret_door, err);
    }
    people_read_give(p->o.people, d);
    return code;
}

cu_code door_request_due(struct privacy_doors *p, int64_t *ids, size_t max, size_t *ret_count, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret_count = 0;
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = db_prepare(d, &recipient_door_sql_requests_due, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":now_ms", cu_now_ms());
        while (*ret_count < max && db_step(&q))
            ids[(*ret_count)++] = db_i64(&q, 0);
        code = db_end(&q, err);
    }
    people_read_give(p->o.people, d);
    return code;
}

// ---- taking

static cu_code write_request(struct db *d, void *what, struct cu_error *err)
{
    const struct door_request *r = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_door_sql_request_add, &q, err));
    db_bind_i64(&q, ":door", r->door);
    db_bind_str(&q, ":foreign_id", r->foreign_id);
    db_bind_blob(&q, ":request", r->request.bytes, sizeof r->request.bytes);
    db_bind_i64(&q, ":own", r->own);
    db_bind_i64(&q, ":ended", r->ended);
    db_bind_str(&q, ":callbacks", r->callbacks);
    db_bind_i64(&q, ":received_ms", r->received_ms);
    db_bind_i64(&q, ":due_ms", r->due_ms);
    db_bind_i64(&q, ":next_ms", r->next_ms);
    return db_run(&q, err);
}

static bool nobody(const struct rights_asked *a)
{
    return a->pno == 0 && a->email.len == 0 && a->phone.len == 0;
}

// The desk may answer with a request that was there already: of the same person, from elsewhere. It is followed, but this
// side may not take it back.
static cu_code is_own(struct privacy_doors *p, const struct rights_receipt *receipt, cu_str foreign,
    enum rights_channel channel, struct cu_arena *a, bool *ret, struct cu_error *err)
{
    struct rights_row row;
    *ret = true;
    if (!receipt->known)
        return CU_OK;
    CU_TRY(rights_find(p->o.rights, receipt->id, a, &row, err));
    *ret = row.channel == channel && cu_str_eq(row.foreign_id, foreign);
    return CU_OK;
}

cu_code door_receive(struct privacy_doors *p, struct door_asked *a, struct cu_arena *arena, struct door_request *ret,
    bool *ret_known, struct cu_error *err)
{
    struct rights_receipt receipt = {.due_ms = cu_now_ms()};
    bool own = true;
    if (!p->o.rights)
        return cu_fail(err, CU_UNAVAILABLE, "", "the rights desk is not open");
    cu_code code = door_request_by_foreign(p, a->door, a->foreign_id, arena, ret, err);
    *ret_known = code == CU_OK;
    if (code != CU_NOT_FOUND)
        return code;
    a->asked.foreign_id = cu_arena_printf(arena, "%.*s/%.*s", CU_ARG(a->door->name), CU_ARG(a->foreign_id));
    if (!nobody(&a->asked)) {
        CU_TRY(rights_receive(p->o.rights, &a->asked, &receipt, err));
        CU_TRY(is_own(p, &receipt, a->asked.foreign_id, a->asked.channel, arena, &own, err));
    }
    int64_t now = cu_now_ms();
    struct door_request made = {.door = a->door->id,
        .foreign_id = a->foreign_id,
        .request = receipt.id,
        .own = own,
        .ended = nobody(&a->asked) ? DOOR_NOBODY : DOOR_GOES_ON,
        .callbacks = a->callbacks,
        .received_ms = now,
        .due_ms = receipt.due_ms,
        .next_ms = a->callbacks.len > 2 ? now : 0};
    code = people_store(p->o.people, write_request, &made, err);
    *ret_known = code == CU_CONFLICT; // the same message, at the same time
    if (code != CU_OK && code != CU_CONFLICT)
        return code;
    recipient_worker_poke(p->worker);
    return door_request_by_foreign(p, a->door, a->foreign_id, arena, ret, err);
}

// ---- following

cu_code door_rights(
    struct privacy_doors *p, const struct door_request *r, struct cu_arena *a, struct rights_row *ret, struct cu_error *err)
{
    if (!p->o.rights)
        return cu_fail(err, CU_UNAVAILABLE, "", "the rights desk is not open");
    if (r->ended == DOOR_NOBODY) {
        *ret = (struct rights_row){
            .state = RIGHTS_FULFILLED, .reason = "", .received_ms = r->received_ms, .due_ms = r->due_ms};
        return CU_OK;
    }
    CU_TRY(rights_find(p->o.rights, r->request, a, ret, err));
    if (ret->state != RIGHTS_DUPLICATE || ret->foreign_id.len == 0)
        return CU_OK;
    cu_str foreign = cu_arena_dup(a, ret->foreign_id);
    return rights_find_foreign(p->o.rights, ret->channel, foreign, a, ret, err);
}

static cu_code write_end(struct db *d, void *what, struct cu_error *err)
{
    const struct door_request *r = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_door_sql_request_end, &q, err));
    db_bind_i64(&q, ":id", r->id);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    return db_run(&q, err);
}

cu_code door_revoke(struct privacy_doors *p, const struct door_request *r, struct cu_error *err)
{
    struct door_request copy = *r;
    if (r->own && r->ended == DOOR_GOES_ON)
        CU_TRY(rights_revoke(p->o.rights, r->request, err));
    CU_TRY(people_store(p->o.people, write_end, &copy, err));
    recipient_worker_poke(p->worker);
    return CU_OK;
}

static cu_code write_said(struct db *d, void *what, struct cu_error *err)
{
    const struct door_request *r = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_door_sql_request_set, &q, err));
    db_bind_i64(&q, ":id", r->id);
    db_bind_str(&q, ":said", r->said);
    db_bind_i64(&q, ":next_ms", r->next_ms);
    db_bind_i64(&q, ":tries", r->tries);
    return db_run(&q, err);
}

cu_code door_request_store(struct privacy_doors *p, const struct door_request *r, struct cu_error *err)
{
    struct door_request copy = *r;
    return people_store(p->o.people, write_said, &copy, err);
}
