// SPDX-License-Identifier: Apache-2.0
// Edges: what joins two profiles into one person, as evidence that can be ended or taken back.
// Called by identity.c, the staff actions (staff.c) and forget.c, under people_lock inside a
// transaction.
//
// Invariants
// 1. The persons of the roster are the connected components of the edges in state LIVE.
// 2. There is at most one LIVE and one REFUSED row per pair; ended ones stay as history.
// 3. A LIVE row's origins (its own and confirmation rows) are all that said so; the row goes when
// the
//    last one is taken back. An own origin of 0 covers every other: it is never taken back.
#include "internal.h"
#include "people_sql.h"

#define REFUSED_MAX 100 // refused links remembered per profile and side

int64_t evidence_origin(const struct evidence *ev)
{
    return (int64_t)ev->import + (ev->sample ? ORIGIN_SAMPLE : 0);
}

cu_code confirmation_covers(struct people *p, int entity, int64_t id, int64_t own, int64_t origin,
    bool *ret, struct cu_error *err)
{
    *ret = own == 0 || own == origin;
    if (*ret)
        return CU_OK;
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_confirmation_has, &q, err));
    db_bind_i64(&q, ":entity", entity);
    db_bind_i64(&q, ":id", id);
    db_bind_i64(&q, ":origin", origin);
    *ret = db_step(&q);
    return db_end(&q, err);
}

static cu_code set_origin(
    struct people *p, int entity, int64_t id, int64_t origin, struct cu_error *err)
{
    const struct db_statement *s =
        entity == CONFIRM_IDENTIFIER ? &people_sql_identifier_origin : &people_sql_edge_origin;
    struct db_query q;
    CU_TRY(db_prepare(p->records, s, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_i64(&q, ":origin", origin);
    return db_run(&q, err);
}

cu_code confirmation_add(
    struct people *p, int entity, int64_t id, int64_t own, int64_t origin, struct cu_error *err)
{
    bool covered = false;
    CU_TRY(confirmation_covers(p, entity, id, own, origin, &covered, err));
    if (covered)
        return CU_OK;
    struct db_query q;
    if (origin != 0) {
        CU_TRY(db_prepare(p->records, &people_sql_confirmation_add, &q, err));
        db_bind_i64(&q, ":entity", entity);
        db_bind_i64(&q, ":id", id);
        db_bind_i64(&q, ":origin", origin);
        return db_run(&q, err);
    }
    CU_TRY(set_origin(p, entity, id, 0, err));
    CU_TRY(db_prepare(p->records, &people_sql_confirmation_clear, &q, err));
    db_bind_i64(&q, ":entity", entity);
    db_bind_i64(&q, ":id", id);
    return db_run(&q, err);
}

cu_code people_reason_seal(struct people *p, uint32_t pno, int64_t edge, int part, cu_str text,
    struct cu_buf *out, struct cu_error *err)
{
    const struct seal_place place = {PEOPLE_SEAL_REASON, pno, (uint64_t)edge, (uint64_t)part};
    return guard_seal(p->guard, SEAL_NOTES, &place, text, false, out, err);
}

static void order_pair(uint32_t x, uint32_t y, uint32_t *a, uint32_t *b)
{
    *a = x < y ? x : y;
    *b = x < y ? y : x;
}

static cu_code insert_row(struct people *p, const struct edge_new *e, int state,
    const struct evidence *ev, int64_t *ret_id, struct cu_error *err)
{
    uint32_t a, b;
    order_pair(e->x, e->y, &a, &b);
    int64_t id = p->next_edge;
    cu_buf_reset(&p->scratch);
    if (e->reason.len)
        CU_TRY(people_reason_seal(p, a, id, 0, e->reason, &p->scratch, err));
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_edge_add, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_i64(&q, ":a", a);
    db_bind_i64(&q, ":b", b);
    db_bind_i64(&q, ":state", state);
    db_bind_i64(&q, ":evidence", e->how);
    db_bind_i64(&q, ":kind", e->kind);
    db_bind_i64(&q, ":rules", (int64_t)p->kinds.version);
    db_bind_i64(&q, ":at_ms", ev->time_ms);
    db_bind_i64(&q, ":actor", e->actor);
    db_bind_i64(&q, ":source", ev->source);
    db_bind_i64(&q, ":seq", (int64_t)ev->seq);
    db_bind_i64(&q, ":origin", e->origin);
    db_bind_blob(&q, ":reason", e->reason.len ? p->scratch.ptr : NULL, p->scratch.len);
    CU_TRY(db_run(&q, err));
    p->next_edge++;
    *ret_id = id;
    return CU_OK;
}

cu_code edge_insert(struct people *p, const struct edge_new *e, const struct evidence *ev,
    int64_t *ret_id, struct cu_error *err)
{
    uint32_t a, b;
    order_pair(e->x, e->y, &a, &b);
    struct db_query q; // a link the rules once refused is now made: the refusal is no news any more
    CU_TRY(db_prepare(p->records, &people_sql_edge_refused_drop, &q, err));
    db_bind_i64(&q, ":a", a);
    db_bind_i64(&q, ":b", b);
    CU_TRY(db_run(&q, err));
    CU_TRY(insert_row(p, e, EDGE_LIVE, ev, ret_id, err));
    CU_TRY(roster_join(&p->roster, a, b, err));
    idcache_pair_put(
        &p->idcache, &(struct idcache_pair){a, b, e->origin, *ret_id, IDCACHE_PAIR_LIVE});
    return CU_OK;
}

// The LIVE row of a pair into the cache, or the REFUSED one; NULL in *ret when there is neither.
static cu_code load_pair(
    struct people *p, uint32_t a, uint32_t b, struct idcache_pair **ret, struct cu_error *err)
{
    *ret = idcache_pair_find(&p->idcache, a, b);
    if (*ret)
        return CU_OK;
    struct db_query q;
    struct idcache_pair pair = {.a = a, .b = b};
    CU_TRY(db_prepare(p->records, &people_sql_edge_pair, &q, err));
    db_bind_i64(&q, ":a", a);
    db_bind_i64(&q, ":b", b);
    if (db_step(&q)) {
        pair.edge = db_i64(&q, 0);
        pair.state = db_i64(&q, 1) == EDGE_LIVE ? IDCACHE_PAIR_LIVE : IDCACHE_PAIR_REFUSED;
        pair.origin = db_i64(&q, 2);
    }
    CU_TRY(db_end(&q, err));
    // A refusal is not put into the cache from here: edge_refuse does, once it has been judged
    // anew.
    if (pair.state == IDCACHE_PAIR_LIVE) {
        idcache_pair_put(&p->idcache, &pair);
        *ret = idcache_pair_find(&p->idcache, a, b);
    }
    return CU_OK;
}

cu_code edge_ensure(struct people *p, uint32_t x, uint32_t y, enum edge_evidence how, uint16_t kind,
    const struct evidence *ev, struct cu_error *err)
{
    uint32_t a, b;
    order_pair(x, y, &a, &b);
    int64_t origin = evidence_origin(ev), id = 0;
    struct idcache_pair *pair = NULL;
    CU_TRY(load_pair(p, a, b, &pair, err));
    if (!pair || pair->state != IDCACHE_PAIR_LIVE) {
        const struct edge_new e = {.x = a, .y = b, .how = how, .kind = kind, .origin = origin};
        return edge_insert(p, &e, ev, &id, err);
    }
    if (pair->origin == 0 || pair->origin == origin)
        return CU_OK;
    struct db_query q; // the cached origin is one it has, not the row's own
    int64_t own = pair->origin;
    CU_TRY(db_prepare(p->records, &people_sql_edge_get, &q, err));
    db_bind_i64(&q, ":id", pair->edge);
    if (db_step(&q))
        own = db_i64(&q, 3);
    CU_TRY(db_end(&q, err));
    CU_TRY(confirmation_add(p, CONFIRM_EDGE, pair->edge, own, origin, err));
    pair->origin = own == 0 ? 0 : origin;
    return CU_OK;
}

static cu_code many_refused(
    struct people *p, uint32_t a, uint32_t b, bool *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_edge_refused_count, &q, err));
    db_bind_i64(&q, ":a", a);
    db_bind_i64(&q, ":b", b);
    *ret = db_step(&q) && (db_i64(&q, 0) >= REFUSED_MAX || db_i64(&q, 1) >= REFUSED_MAX);
    return db_end(&q, err);
}

cu_code edge_refuse(struct people *p, uint32_t x, uint32_t y, enum edge_evidence how, uint16_t kind,
    const struct evidence *ev, struct cu_error *err)
{
    uint32_t a, b;
    order_pair(x, y, &a, &b);
    if (idcache_pair_find(&p->idcache, a, b))
        return CU_OK;
    struct db_query q;
    bool stored = false;
    CU_TRY(db_prepare(p->records, &people_sql_edge_pair, &q, err));
    db_bind_i64(&q, ":a", a);
    db_bind_i64(&q, ":b", b);
    stored = db_step(&q);
    CU_TRY(db_end(&q, err));
    if (!stored) // a client that mixes everybody with everybody must not fill the table
        CU_TRY(many_refused(p, a, b, &stored, err));
    if (stored)
        return CU_OK;
    int64_t id = 0;
    const struct edge_new e = {
        .x = a, .y = b, .how = how, .kind = kind, .origin = evidence_origin(ev)};
    return insert_row(p, &e, EDGE_REFUSED, ev, &id, err);
}

cu_code never_link_between(
    struct people *p, uint32_t x, uint32_t y, bool *ret, struct cu_error *err)
{
    uint32_t members[PERSON_PROFILES_MAX];
    uint32_t root = roster_root_w(&p->roster, y);
    size_t n = roster_members(&p->roster, x, members, CU_COUNT(members));
    *ret = false;
    for (size_t i = 0; i < n && i < CU_COUNT(members) && !*ret; i++) {
        if (!(roster_flags_w(&p->roster, members[i]) & ROSTER_NEVER))
            continue;
        struct db_query q;
        CU_TRY(db_prepare(p->records, &people_sql_never_link_of, &q, err));
        db_bind_i64(&q, ":pno", members[i]);
        while (!*ret && db_step(&q))
            *ret = roster_root_w(&p->roster, (uint32_t)db_i64(&q, 0)) == root;
        CU_TRY(db_end(&q, err));
    }
    return CU_OK;
}

cu_code edges_recompute(
    struct people *p, const uint32_t *members, size_t count, struct cu_error *err)
{
    CU_TRY(stats_flush_in(p, err)); // own figures are read from the tables
    for (size_t i = 0; i < count; i++) {
        struct roster_own own;
        unsigned flags = 0;
        CU_TRY(profile_own(p, members[i], &own, &flags, err));
        CU_TRY(roster_isolate(&p->roster, members[i], &own, err));
    }
    for (size_t i = 0; i < count; i++) {
        struct db_query q;
        CU_TRY(db_prepare(p->records, &people_sql_edges_live_of, &q, err));
        db_bind_i64(&q, ":pno", members[i]);
        cu_code code = CU_OK;
        while (code == CU_OK && db_step(&q))
            code = roster_join(&p->roster, members[i], (uint32_t)db_i64(&q, 1), err);
        cu_code end = db_end(&q, err);
        CU_TRY(code != CU_OK ? code : end);
    }
    idcache_pairs_empty(&p->idcache);
    return CU_OK;
}
