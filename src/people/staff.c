// SPDX-License-Identifier: Apache-2.0
// What staff decide about persons: merge, un-merge, delete. Each is one transaction under the lock,
// with the reason sealed. Called by the routes and by commands through them.
#include "internal.h"
#include "people_sql.h"

static struct evidence evidence_now(void)
{
    int64_t now = cu_now_ms();
    return (struct evidence){.time_ms = now, .received_ms = now};
}

static cu_code merge(struct people *p, struct cu_uuid a, struct cu_uuid b, cu_str reason,
    int64_t actor, int64_t *ret_edge, struct cu_error *err)
{
    uint32_t x = 0, y = 0;
    bool never = false;
    CU_TRY(people_by_uuid(p, p->records, a, &x, err));
    cu_code code = people_by_uuid(p, p->records, b, &y, err);
    if (code != CU_OK) {
        cu_error_prefix(err, "other/");
        return code;
    }
    if (x == y)
        return cu_fail(err, CU_CONFLICT, "other", "Both ids already belong to the same person.");
    CU_TRY(never_link_between(p, x, y, &never, err));
    if (never)
        return cu_fail(err, CU_CONFLICT, "other",
            "These two were parted with the order never to link them again.");
    if (roster_members(&p->roster, x, NULL, 0) + roster_members(&p->roster, y, NULL, 0) >
        PERSON_PROFILES_MAX)
        return cu_fail(
            err, CU_CONFLICT, "other", "A person has at most %u profiles.", PERSON_PROFILES_MAX);
    const struct edge_new e = {.x = x, .y = y, .how = EDGE_STAFF, .actor = actor, .reason = reason};
    struct evidence ev = evidence_now();
    return edge_insert(p, &e, &ev, ret_edge, err);
}

cu_code people_merge(struct people *p, struct cu_uuid a, struct cu_uuid b, cu_str reason,
    int64_t actor, int64_t *ret_edge, struct cu_error *err)
{
    (void)people_lock(p);
    cu_code code = people_begin(p, err);
    if (code == CU_OK) {
        code = merge(p, a, b, reason, actor, ret_edge, err);
        if (code == CU_OK)
            code = people_commit(p, err);
        else
            people_rollback(p);
    }
    people_unlock(p);
    return code;
}

static cu_code end_edge(
    struct people *p, int64_t edge, uint32_t a, cu_str reason, int64_t actor, struct cu_error *err)
{
    cu_buf_reset(&p->scratch);
    if (reason.len)
        CU_TRY(people_reason_seal(p, a, edge, 1, reason, &p->scratch, err));
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_edge_end, &q, err));
    db_bind_i64(&q, ":id", edge);
    db_bind_i64(&q, ":ms", cu_now_ms());
    db_bind_i64(&q, ":actor", actor);
    db_bind_blob(&q, ":reason", reason.len ? p->scratch.ptr : NULL, p->scratch.len);
    return db_run(&q, err);
}

static cu_code forbid_link(
    struct people *p, uint32_t a, uint32_t b, int64_t actor, struct cu_error *err)
{
    if (roster_root_w(&p->roster, a) == roster_root_w(&p->roster, b))
        return cu_fail(err, CU_CONFLICT, "never_link",
            "Other evidence still joins these two: end those merges first.");
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_never_link_add, &q, err));
    db_bind_i64(&q, ":a", a);
    db_bind_i64(&q, ":b", b);
    db_bind_i64(&q, ":at_ms", cu_now_ms());
    db_bind_i64(&q, ":actor", actor);
    CU_TRY(db_run(&q, err));
    CU_TRY(roster_set(&p->roster, a, ROSTER_NEVER, 0, err));
    return roster_set(&p->roster, b, ROSTER_NEVER, 0, err);
}

static cu_code unmerge(struct people *p, struct cu_uuid person, int64_t edge, cu_str reason,
    bool never_link, int64_t actor, struct cu_error *err)
{
    uint32_t root = 0, a = 0, b = 0, members[PERSON_PROFILES_MAX];
    CU_TRY(people_by_uuid(p, p->records, person, &root, err));
    struct db_query q;
    bool live = false;
    CU_TRY(db_prepare(p->records, &people_sql_edge_get, &q, err));
    db_bind_i64(&q, ":id", edge);
    if (db_step(&q)) {
        a = (uint32_t)db_i64(&q, 0);
        b = (uint32_t)db_i64(&q, 1);
        live = db_i64(&q, 2) == EDGE_LIVE;
    }
    CU_TRY(db_end(&q, err));
    if (!a || roster_root_w(&p->roster, a) != root)
        return cu_fail(err, CU_NOT_FOUND, "edge", "This person has no merge with that number.");
    if (!live)
        return cu_fail(err, CU_CONFLICT, "edge", "That merge has ended already.");
    size_t n = roster_members(&p->roster, root, members, CU_COUNT(members));
    CU_TRY(end_edge(p, edge, a, reason, actor, err));
    CU_TRY(edges_recompute(p, members, n < CU_COUNT(members) ? n : CU_COUNT(members), err));
    return never_link ? forbid_link(p, a, b, actor, err) : CU_OK;
}

cu_code people_unmerge(struct people *p, struct cu_uuid person, int64_t edge, cu_str reason,
    bool never_link, int64_t actor, struct cu_error *err)
{
    (void)people_lock(p);
    cu_code code = people_begin(p, err);
    if (code == CU_OK) {
        code = unmerge(p, person, edge, reason, never_link, actor, err);
        if (code == CU_OK)
            code = people_commit(p, err);
        else
            people_rollback(p);
    }
    people_unlock(p);
    return code;
}

static cu_code forget(struct people *p, struct cu_uuid person,
    uint32_t members[PERSON_PROFILES_MAX], size_t *ret_count, struct cu_error *err)
{
    uint32_t root = 0;
    CU_TRY(people_by_uuid(p, p->records, person, &root, err));
    size_t n = roster_members(&p->roster, root, members, PERSON_PROFILES_MAX);
    *ret_count = n = n < PERSON_PROFILES_MAX ? n : PERSON_PROFILES_MAX;
    for (size_t i = 0; i < n; i++)
        CU_TRY(forgotten_note(p, members[i], err));
    return profiles_vanish(p, members, n, true, err);
}

cu_code people_forget_person(struct people *p, struct cu_uuid person, struct cu_error *err)
{
    uint32_t members[PERSON_PROFILES_MAX];
    size_t n = 0;
    (void)people_lock(p);
    cu_code code = people_begin(p, err);
    if (code == CU_OK) {
        code = forget(p, person, members, &n, err);
        if (code == CU_OK)
            code = people_commit(p, err);
        else
            people_rollback(p);
    }
    for (size_t i = 0; i < n && code == CU_OK && p->search; i++)
        search_forget(p->search, members[i]);
    people_unlock(p);
    return code;
}
