// SPDX-License-Identifier: Apache-2.0
// Withdrawn consents: a recipient that had a person's data for nothing but purposes the person consented to, none of which
// stands any more, is told to erase it. Statements are looked through in the order of their numbers; how far is stored, so
// that a crash loses none. The order's request is the id of the newest consent that ended: however often and in however many
// statements it is withdrawn, it is told once, and again only after the person consented again.
#include "recipient_private.h"

#include "recipient_sql.h"

enum { BATCH = 32, ARENA_MAX = 4 << 20, BEHIND_MAX = 5000, BACK = 1000 };

struct withdrawal {
    int64_t id, received_ms;
    uint32_t pno;
    cu_str purpose;
};

struct consent { // the newest there was
    int64_t id;
    struct cu_uuid record;
};

struct batch {
    struct recipients *r;
    struct cu_arena *arena;
    struct withdrawal at[BATCH];
    size_t count;
    int64_t cursor, last;
};

static cu_code read_cursor(struct db *d, struct batch *b, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_sql_cursor_get, &q, err));
    if (db_step(&q)) {
        b->cursor = db_i64(&q, 0);
        b->last = db_i64(&q, 1);
    }
    CU_TRY(db_end(&q, err));
    if (b->last < b->cursor) // the newest were forgotten, and their numbers are given out again
        b->cursor = b->last > BACK ? b->last - BACK : 0;
    return CU_OK;
}

static cu_code read_batch(struct db *d, struct batch *b, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(read_cursor(d, b, err));
    CU_TRY(db_prepare(d, &recipient_sql_withdrawals, &q, err));
    db_bind_i64(&q, ":after", b->cursor);
    while (b->count < BATCH && db_step(&q)) {
        struct withdrawal *w = &b->at[b->count++];
        *w = (struct withdrawal){.id = db_i64(&q, 0),
            .pno = (uint32_t)db_i64(&q, 1),
            .purpose = cu_arena_dup(b->arena, db_str(&q, 2)),
            .received_ms = db_i64(&q, 3)};
    }
    return db_end(&q, err);
}

// Does the person consent now? One profile that refused counts for all; silence of all is no consent.
static cu_code stands(struct db *d, cu_str purpose, const uint32_t *pnos, size_t count, bool *ret, struct cu_error *err)
{
    struct db_query q;
    bool given = false, taken = false;
    for (size_t i = 0; i < count; i++) {
        CU_TRY(db_prepare(d, &recipient_sql_states_of, &q, err));
        db_bind_i64(&q, ":pno", pnos[i]);
        db_bind_str(&q, ":purpose", purpose);
        if (db_step(&q)) {
            int64_t state = db_i64(&q, 0);
            given = given || state == GATE_GRANTED || state == GATE_RECONFIRMED;
            taken = taken || state == GATE_REFUSED || state == GATE_WITHDRAWN;
        }
        CU_TRY(db_end(&q, err));
    }
    *ret = given && !taken;
    return CU_OK;
}

static cu_code newest(
    struct db *d, cu_str purpose, const uint32_t *pnos, size_t count, struct consent *ret, struct cu_error *err)
{
    struct db_query q;
    for (size_t i = 0; i < count; i++) {
        CU_TRY(db_prepare(d, &recipient_sql_consent_newest, &q, err));
        db_bind_i64(&q, ":pno", pnos[i]);
        db_bind_str(&q, ":purpose", purpose);
        if (db_step(&q) && db_i64(&q, 0) > ret->id && db_blob(&q, 1).len == sizeof ret->record.bytes) {
            ret->id = db_i64(&q, 0);
            memcpy(ret->record.bytes, db_blob(&q, 1).ptr, sizeof ret->record.bytes);
        }
        CU_TRY(db_end(&q, err));
    }
    return CU_OK;
}

// *ret: it had the data for consented purposes alone, this one among them, and none stands.
static cu_code lost_all(struct batch *b, struct db *d, const struct withdrawal *w, const struct recipient *to,
    const uint32_t *pnos, size_t count, struct consent *ret_consent, bool *ret, struct cu_error *err)
{
    bool named = false, any = false;
    cu_str purposes = to->row.purposes;
    *ret = false;
    while (purposes.len) {
        cu_str name = cu_str_trim(cu_str_cut(&purposes, ','));
        const struct dict_purpose *p = dictionary_purpose(people_dictionary(b->r->o.people), name);
        if (p && p->basis != DICT_CONSENT)
            return CU_OK;
        named = named || cu_str_eq(name, w->purpose);
        CU_TRY(newest(d, name, pnos, count, ret_consent, err));
        if (!any)
            CU_TRY(stands(d, name, pnos, count, &any, err));
    }
    *ret = named && ret_consent->id && !any;
    return CU_OK;
}

static cu_code tell_of(struct batch *b, struct db *d, const struct withdrawal *w, const struct recipient *all, size_t count,
    struct cu_error *err)
{
    uint32_t *pnos = NULL;
    size_t members = 0;
    CU_TRY(people_members(b->r->o.people, d, w->pno, b->arena, &pnos, &members, err));
    for (size_t i = 0; i < count; i++) {
        bool lost = false;
        struct consent last = {.id = 0};
        if (!all[i].row.enabled || all[i].made_ms > w->received_ms) // it got nothing before it was there
            continue;
        CU_TRY(lost_all(b, d, w, &all[i], pnos, members, &last, &lost, err));
        if (lost)
            CU_TRY(recipient_tell_one(b->r, d, last.record, w->pno, &all[i], RIGHTS_ERASURE, b->arena, err));
    }
    return CU_OK;
}

static cu_code write_batch(struct db *d, void *what, struct cu_error *err)
{
    struct batch *b = what;
    struct recipient *all = NULL;
    struct db_query q;
    size_t count = 0;
    CU_TRY(recipient_each(d, b->arena, &all, &count, err));
    for (size_t i = 0; i < b->count && count; i++) {
        cu_code code = tell_of(b, d, &b->at[i], all, count, err);
        if (code != CU_OK && code != CU_NOT_FOUND && code != CU_ERASED) // forgotten meanwhile: whoever erased told them
            return code;
    }
    CU_TRY(db_prepare(d, &recipient_sql_cursor_set, &q, err));
    db_bind_i64(&q, ":evidence", b->count == BATCH ? b->at[BATCH - 1].id : b->last);
    return db_run(&q, err);
}

cu_code recipient_withdrawals(struct recipients *r, struct cu_error *err)
{
    struct db *d = NULL;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(ARENA_MAX);
    struct batch *b = a ? cu_arena_alloc(a, sizeof *b) : NULL;
    if (!b)
        return cu_fail(err, CU_MEMORY, "", "no memory for withdrawals");
    b->r = r;
    b->arena = a;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = read_batch(d, b, err);
    people_read_give(r->o.people, d);
    CU_TRY(code);
    if (b->count == 0 && b->last - b->cursor < BEHIND_MAX)
        return CU_OK; // nothing to write
    return people_store(r->o.people, write_batch, b, err);
}
