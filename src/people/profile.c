// SPDX-License-Identifier: Apache-2.0
// Profiles and their identifiers: making, attaching, sealing, and reading what the roster needs at
// start. Called by identity.c, edges.c, forget.c and index.c; decides nothing.
#include "internal.h"
#include "people_sql.h"

#include "text/text.h"

enum { PROFILE_KNOWN = 1, PROFILE_SAMPLE = 2 }; // profile.flags

cu_code identifier_seal(struct people *p, uint32_t pno, int64_t id, cu_str value,
    struct cu_buf *out, struct cu_error *err)
{
    const struct seal_place place = {PEOPLE_SEAL_IDENTIFIER, pno, (uint64_t)id, 0};
    return guard_seal(p->guard, SEAL_IDENTIFIER, &place, value, false, out, err);
}

cu_code identifier_open(struct people *p, uint32_t pno, int64_t id, cu_str sealed,
    struct cu_buf *out, struct cu_error *err)
{
    const struct seal_place place = {PEOPLE_SEAL_IDENTIFIER, pno, (uint64_t)id, 0};
    return guard_open(p->guard, &place, sealed, out, err);
}

static unsigned stored_flags(unsigned roster)
{
    return (roster & ROSTER_KNOWN ? (unsigned)PROFILE_KNOWN : 0u) |
           (roster & ROSTER_SAMPLE ? (unsigned)PROFILE_SAMPLE : 0u);
}

static unsigned roster_flags_of(int64_t stored)
{
    return (stored & PROFILE_KNOWN ? (unsigned)ROSTER_KNOWN : 0u) |
           (stored & PROFILE_SAMPLE ? (unsigned)ROSTER_SAMPLE : 0u);
}

static cu_code store_flags(struct people *p, uint32_t pno, unsigned roster, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_profile_flags, &q, err));
    db_bind_i64(&q, ":pno", pno);
    db_bind_i64(&q, ":flags", stored_flags(roster));
    return db_run(&q, err);
}

cu_code profile_make(struct people *p, const struct evidence *ev, int64_t origin, uint32_t *ret_pno,
    struct cu_error *err)
{
    if (p->next_pno >= UINT32_MAX - ROSTER_CHUNK)
        return cu_fail(err, CU_FULL, "", "No more profile numbers are left in this folder.");
    uint32_t pno = p->next_pno;
    unsigned flags = origin >= ORIGIN_SAMPLE ? (unsigned)ROSTER_SAMPLE : 0u;
    struct cu_uuid id = cu_uuid7();
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_profile_add, &q, err));
    db_bind_i64(&q, ":pno", pno);
    db_bind_blob(&q, ":uuid", id.bytes, sizeof(id.bytes));
    db_bind_i64(&q, ":flags", stored_flags(flags));
    db_bind_i64(&q, ":created_ms", ev->received_ms);
    db_bind_i64(&q, ":source", ev->source);
    db_bind_i64(&q, ":seq", (int64_t)ev->seq);
    CU_TRY(db_run(&q, err));
    CU_TRY(roster_add(&p->roster, pno, flags, err));
    p->next_pno++;
    p->tally.profiles++;
    *ret_pno = pno;
    return CU_OK;
}

// A profile becomes known with its first strong identifier, and is no sample any more with the
// first evidence that is none.
static cu_code raise_flags(
    struct people *p, uint32_t pno, uint16_t kind, int64_t origin, struct cu_error *err)
{
    unsigned old = roster_flags_w(&p->roster, pno);
    unsigned set = p->kinds.at[kind].weak ? 0u : (unsigned)ROSTER_KNOWN;
    unsigned clear = origin < ORIGIN_SAMPLE ? (unsigned)ROSTER_SAMPLE : 0u;
    if ((old & set) == set && !(old & clear))
        return CU_OK;
    CU_TRY(roster_set(&p->roster, pno, set, clear, err));
    return store_flags(p, pno, roster_flags_w(&p->roster, pno), err);
}

cu_code profile_known(struct people *p, uint32_t pno, struct cu_error *err)
{
    unsigned old = roster_flags_w(&p->roster, pno);
    if (old & ROSTER_KNOWN)
        return CU_OK;
    CU_TRY(roster_set(&p->roster, pno, ROSTER_KNOWN, 0, err));
    return store_flags(p, pno, old | (unsigned)ROSTER_KNOWN, err);
}

static void cache_candidate(struct people *p, const struct candidate *c, int64_t origin)
{
    struct idcache_tag entry = {.identifier = c->identifier,
        .pno = c->pno,
        .kind = c->kind,
        .anchor = c->anchor,
        .import = (uint32_t)origin,
        .sample = origin >= ORIGIN_SAMPLE,
        .first_day = c->first_day,
        .day = c->day};
    memcpy(entry.tag, c->tag, sizeof(entry.tag));
    (void)idcache_put(&p->idcache, &entry);
}

static cu_code insert_identifier(
    struct people *p, const struct candidate *c, const struct evidence *ev, struct cu_error *err)
{
    cu_buf_reset(&p->scratch);
    CU_TRY(identifier_seal(p, c->pno, c->identifier, c->value, &p->scratch, err));
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_identifier_add, &q, err));
    db_bind_i64(&q, ":id", c->identifier);
    db_bind_i64(&q, ":pno", c->pno);
    db_bind_i64(&q, ":kind", c->kind);
    db_bind_i64(&q, ":anchor", c->anchor);
    db_bind_blob(&q, ":value", p->scratch.ptr, p->scratch.len);
    db_bind_i64(&q, ":origin", evidence_origin(ev));
    db_bind_i64(&q, ":source", ev->source);
    db_bind_i64(&q, ":seq", (int64_t)ev->seq);
    db_bind_i64(&q, ":ms", ev->time_ms);
    return db_run(&q, err);
}

cu_code identifier_attach(struct people *p, struct candidate *c, uint32_t pno, bool anchor,
    const struct evidence *ev, struct cu_error *err)
{
    c->pno = pno;
    c->anchor = anchor;
    c->identifier = p->next_identifier;
    c->first_day = c->day = text_day_of(ev->time_ms);
    CU_TRY(insert_identifier(p, c, ev, err));
    p->next_identifier++;
    const struct index_row row = {pno, c->kind, c->identifier};
    CU_TRY(index_put(p, c->tag, &row, err));
    int64_t origin = evidence_origin(ev);
    cache_candidate(p, c, origin);
    CU_TRY(raise_flags(p, pno, c->kind, origin, err));
    people_note(p, pno, PEOPLE_IDENTIFIERS);
    if (!p->kinds.at[c->kind].weak)
        people_changed(p, pno);
    return CU_OK;
}

cu_code identifier_confirm(struct people *p, struct candidate *c, int64_t own,
    const struct evidence *ev, struct cu_error *err)
{
    int64_t origin = evidence_origin(ev);
    CU_TRY(confirmation_add(p, CONFIRM_IDENTIFIER, c->identifier, own, origin, err));
    cache_candidate(p, c, own == 0 ? 0 : origin);
    return raise_flags(p, c->pno, c->kind, origin, err);
}

// Moves an identifier out of a profile that only an import put it into: what it was linked by
// becomes an edge with the same origins, so that taking the import back parts exactly these two.
cu_code identifier_split(struct people *p, struct candidate *c, int64_t own,
    const struct evidence *ev, struct cu_error *err)
{
    uint32_t old = c->pno, pno = 0;
    int64_t edge = 0;
    CU_TRY(profile_make(p, ev, own, &pno, err));
    const struct edge_new e = {
        .x = old, .y = pno, .how = EDGE_SPLIT, .kind = c->kind, .origin = own};
    CU_TRY(edge_insert(p, &e, ev, &edge, err));
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_confirmation_copy, &q, err));
    db_bind_i64(&q, ":entity", CONFIRM_IDENTIFIER);
    db_bind_i64(&q, ":id", c->identifier);
    db_bind_i64(&q, ":to_entity", CONFIRM_EDGE);
    db_bind_i64(&q, ":to_id", edge);
    CU_TRY(db_run(&q, err));
    cu_buf_reset(&p->scratch);
    CU_TRY(identifier_seal(p, pno, c->identifier, c->value, &p->scratch, err));
    CU_TRY(db_prepare(p->records, &people_sql_identifier_move, &q, err));
    db_bind_i64(&q, ":id", c->identifier);
    db_bind_i64(&q, ":pno", pno);
    db_bind_blob(&q, ":value", p->scratch.ptr, p->scratch.len);
    CU_TRY(db_run(&q, err));
    const struct index_row row = {pno, c->kind, c->identifier};
    CU_TRY(index_put(p, c->tag, &row, err));
    c->pno = pno;
    c->anchor = true;
    people_changed(p, old);
    people_changed(p, pno);
    people_note(p, old, PEOPLE_IDENTIFIERS);
    people_note(p, pno, PEOPLE_IDENTIFIERS);
    CU_TRY(raise_flags(p, pno, c->kind, own, err));
    CU_TRY(profile_flags_refresh(p, old, err));
    return identifier_confirm(p, c, own, ev, err);
}

cu_code profile_own(struct people *p, uint32_t pno, struct roster_own *ret, unsigned *ret_flags,
    struct cu_error *err)
{
    *ret = (struct roster_own){.first_ms = INT64_MAX, .last_ms = INT64_MIN};
    *ret_flags = 0;
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_stat_sum, &q, err));
    db_bind_i64(&q, ":pno", pno);
    if (db_step(&q)) {
        ret->first_ms = db_i64(&q, 0);
        ret->last_ms = db_i64(&q, 1);
        ret->events = (uint64_t)db_i64(&q, 2);
    }
    CU_TRY(db_end(&q, err));
    CU_TRY(db_prepare(p->records, &people_sql_profile_get, &q, err));
    db_bind_i64(&q, ":pno", pno);
    if (db_step(&q)) {
        *ret_flags = roster_flags_of(db_i64(&q, 1));
        ret->orders = (uint32_t)db_i64(&q, 5);
        ret->revenue = db_i64(&q, 6);
    }
    return db_end(&q, err);
}

cu_code profile_flags_refresh(struct people *p, uint32_t pno, struct cu_error *err)
{
    unsigned flags = ROSTER_SAMPLE;
    bool any = false;
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_identifier_origins_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    while (db_step(&q)) {
        any = true;
        if (!p->kinds.at[(uint16_t)db_i64(&q, 0) % PERSON_KINDS_MAX].weak)
            flags |= (unsigned)ROSTER_KNOWN;
        if (db_i64(&q, 1) < ORIGIN_SAMPLE)
            flags &= ~(unsigned)ROSTER_SAMPLE;
    }
    CU_TRY(db_end(&q, err));
    if (!any)
        return CU_OK;
    CU_TRY(db_prepare(p->records, &people_sql_trait_current_has, &q, err));
    db_bind_i64(&q, ":id", (int64_t)pno * 16 + DICT_GROUP_CONTACT);
    if (db_step(&q))
        flags |= (unsigned)ROSTER_KNOWN;
    CU_TRY(db_end(&q, err));
    const unsigned both = ROSTER_KNOWN | ROSTER_SAMPLE;
    CU_TRY(roster_set(&p->roster, pno, flags & both, ~flags & both, err));
    return store_flags(p, pno, flags, err);
}

static cu_code load_profiles(struct people *p, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_profiles_all, &q, err));
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        uint32_t pno = (uint32_t)db_i64(&q, 0);
        code = roster_add(&p->roster, pno, roster_flags_of(db_i64(&q, 1)), err);
        const struct roster_own own = {.first_ms = INT64_MAX,
            .last_ms = INT64_MIN,
            .orders = (uint32_t)db_i64(&q, 2),
            .revenue = db_i64(&q, 3)};
        if (code == CU_OK)
            code = roster_count(&p->roster, pno, &own, err);
        roster_commit(&p->roster);
    }
    cu_code end = db_end(&q, err);
    return code != CU_OK ? code : end;
}

static cu_code load_stats(struct people *p, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_stats_all, &q, err));
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        const struct roster_own own = {
            .first_ms = db_i64(&q, 1), .last_ms = db_i64(&q, 2), .events = (uint64_t)db_i64(&q, 3)};
        code = roster_count(&p->roster, (uint32_t)db_i64(&q, 0), &own, err);
        roster_commit(&p->roster);
    }
    cu_code end = db_end(&q, err);
    return code != CU_OK ? code : end;
}

static cu_code load_links(
    struct people *p, const struct db_statement *s, bool never, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->records, s, &q, err));
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        uint32_t a = (uint32_t)db_i64(&q, 0), b = (uint32_t)db_i64(&q, 1);
        if (!never) {
            code = roster_join(&p->roster, a, b, err);
        } else {
            code = roster_set(&p->roster, a, ROSTER_NEVER, 0, err);
            if (code == CU_OK)
                code = roster_set(&p->roster, b, ROSTER_NEVER, 0, err);
        }
        roster_commit(&p->roster);
    }
    cu_code end = db_end(&q, err);
    return code != CU_OK ? code : end;
}

cu_code roster_load(struct people *p, struct cu_error *err)
{
    CU_TRY(load_profiles(p, err));
    CU_TRY(load_stats(p, err));
    CU_TRY(load_links(p, &people_sql_edges_live, false, err));
    return load_links(p, &people_sql_never_links, true, err);
}
