// SPDX-License-Identifier: Apache-2.0
// Rows of proposals. See proposal_internal.h.
#include "proposal_internal.h"

#include "approval_internal.h"
#include "base/clock.h"
#include "proposal_sql.h"

void proposal_read(struct db_query *q, struct cu_arena *a, struct proposal *ret)
{
    cu_str id = db_blob(q, 0);
    *ret = (struct proposal){.form = cu_arena_dup(a, db_str(q, 1)), .change = cu_arena_dup(a, db_str(q, 2)),
        .base = cu_arena_dup(a, db_str(q, 3)), .state = cu_arena_dup(a, db_str(q, 4)),
        .target = db_is_null(q, 5) ? CU_NONE : cu_arena_dup(a, db_str(q, 5)), .diff = cu_arena_dup(a, db_str(q, 6)),
        .why_sealed = cu_arena_dup(a, db_blob(q, 7)), .note_sealed = db_is_null(q, 8) ? CU_NONE : cu_arena_dup(a, db_blob(q,
            8)),
        .made_by = db_i64(q, 9), .made_ms = db_i64(q, 10), .decided_by = db_is_null(q, 11) ? -1 : db_i64(q, 11),
        .decided_ms = db_is_null(q, 12) ? -1 : db_i64(q, 12), .own = db_i64(q, 13) != 0};
    if (id.len == sizeof ret->id.bytes)
        memcpy(ret->id.bytes, id.ptr, id.len);
}

cu_code proposal_get(struct proposals *p, struct cu_uuid id, struct cu_arena *a, struct proposal *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    bool found = false;
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = db_prepare(d, &proposal_sql_get, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":id", id.bytes, sizeof id.bytes);
        found = db_step(&q);
        if (found)
            proposal_read(&q, a, ret);
        code = db_end(&q, err);
    }
    people_read_give(p->o.people, d);
    if (code == CU_OK && !found)
        return cu_fail(err, CU_NOT_FOUND, "id", "no proposal has this id");
    return code;
}

struct putting {
    struct proposals *p;
    const struct proposal *row;
    cu_str why;
};

static cu_code put(struct db *d, void *what, struct cu_error *err)
{
    const struct putting *s = what;
    const struct proposal *row = s->row;
    CU_AUTO_BUF struct cu_buf sealed;
    struct db_query q;
    cu_buf_init(&sealed, 4 * PROPOSAL_WHY_MAX + 1024);
    CU_TRY(db_prepare(d, &proposal_sql_waiting, &q, err));
    int64_t waiting = db_step(&q) ? db_i64(&q, 0) : 0;
    CU_TRY(db_end(&q, err));
    if (waiting >= PROPOSAL_WAITING_MAX)
        return cu_fail(err, CU_CONFLICT, "", "%d proposals wait already; decide some of them first", PROPOSAL_WAITING_MAX);
    CU_TRY(reason_seal(s->p->o.govern, PROPOSAL_TABLE, row->made_by, row->id, s->why, &sealed, err));
    CU_TRY(db_prepare(d, &proposal_sql_put, &q, err));
    db_bind_blob(&q, ":id", row->id.bytes, sizeof row->id.bytes);
    db_bind_str(&q, ":form", row->form);
    db_bind_str(&q, ":change", row->change.ptr ? row->change : CU_LIT(""));
    db_bind_str(&q, ":base", row->base);
    db_bind_blob(&q, ":why", sealed.ptr, sealed.len);
    db_bind_i64(&q, ":by", row->made_by);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_str(&q, ":diff", row->diff);
    return db_run(&q, err);
}

cu_code proposal_put(struct proposals *p, const struct proposal *row, cu_str why, struct cu_error *err)
{
    struct putting s = {p, row, why};
    return people_store(p->o.people, put, &s, err);
}

struct moving {
    struct proposals *p;
    const struct proposal_move *m;
};

static void bind_or_null(struct db_query *q, const char *name, cu_str v)
{
    if (v.ptr)
        db_bind_str(q, name, v);
    else
        db_bind_null(q, name);
}

static cu_code move(struct db *d, void *what, struct cu_error *err)
{
    const struct moving *s = what;
    const struct proposal_move *m = s->m;
    CU_AUTO_BUF struct cu_buf sealed;
    struct db_query q;
    cu_buf_init(&sealed, 4 * PROPOSAL_WHY_MAX + 1024);
    if (m->note.len) // bound to another table than the reason: both may be of the same member of staff
        CU_TRY(reason_seal(s->p->o.govern, PROPOSAL_TABLE + 1, m->by, m->id, m->note, &sealed, err));
    CU_TRY(db_prepare(d, &proposal_sql_move, &q, err));
    db_bind_blob(&q, ":id", m->id.bytes, sizeof m->id.bytes);
    db_bind_str(&q, ":from", cu_str_of(m->from));
    db_bind_str(&q, ":to", cu_str_of(m->to));
    bind_or_null(&q, ":target", m->target);
    bind_or_null(&q, ":diff", m->diff);
    db_bind_blob(&q, ":note", sealed.len ? sealed.ptr : NULL, sealed.len);
    db_bind_i64(&q, ":decides", m->decides);
    db_bind_i64(&q, ":own", m->own);
    db_bind_i64(&q, ":by", m->by);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    CU_TRY(db_run(&q, err));
    return db_changes(d) == 1 ? CU_OK : cu_fail(err, CU_CONFLICT, "", "it has been decided already");
}

cu_code proposal_move(struct proposals *p, const struct proposal_move *m, struct cu_error *err)
{
    struct moving s = {p, m};
    return people_store(p->o.people, move, &s, err);
}

static cu_code count_writers(struct db *d, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    *ret = 0;
    CU_TRY(db_prepare(d, &proposal_sql_writers, &q, err));
    while (code == CU_OK && db_step(&q)) {
        struct role role;
        code = role_find_in(d, db_str(&q, 0), &role, err);
        if (code == CU_OK && (role.permissions >> SPEC_DICTIONARY_WRITE & 1 || role.permissions >> SPEC_APPROVE & 1))
            *ret += db_i64(&q, 1);
        if (code == CU_NOT_FOUND)
            code = CU_OK; // a role that is gone gives nothing
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code == CU_OK ? end : code;
}

cu_code proposal_reviewers(struct proposals *p, int64_t *ret, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = count_writers(d, ret, err);
    people_read_give(p->o.people, d);
    return code;
}

// --- after a crash

struct settling {
    char version[17];
    bool any;
};

static cu_code settle_one(struct db *d, void *what, struct cu_error *err)
{
    struct settling *s = what;
    struct db_query q;
    struct cu_uuid id = {{0}};
    bool applied = false;
    CU_TRY(db_prepare(d, &proposal_sql_applying, &q, err));
    s->any = db_step(&q) && db_blob(&q, 0).len == sizeof id.bytes;
    if (s->any) {
        memcpy(id.bytes, db_blob(&q, 0).ptr, sizeof id.bytes);
        applied = cu_str_eqz(db_str(&q, 1), s->version);
    }
    CU_TRY(db_end(&q, err));
    if (!s->any)
        return CU_OK;
    CU_TRY(db_prepare(d, &proposal_sql_settle, &q, err));
    db_bind_blob(&q, ":id", id.bytes, sizeof id.bytes);
    db_bind_str(&q, ":to", applied ? CU_LIT("applied") : CU_LIT("waiting"));
    return db_run(&q, err);
}

cu_code proposal_settle(struct proposals *p, struct cu_error *err)
{
    struct settling s = {.any = true};
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, DICTIONARY_TEXT_MAX);
    CU_TRY(catalogue_text(p->o.catalogue, &text, s.version, err));
    while (s.any)
        CU_TRY(people_store(p->o.people, settle_one, &s, err));
    return CU_OK;
}
