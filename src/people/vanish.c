// SPDX-License-Identifier: Apache-2.0
// Removing every row of profiles inside a transaction: the common part of deleting a person
// (staff.c) and of taking an import back (revert.c). Keys and events follow after the commit
// (forget.c).
#include "internal.h"
#include "people_sql.h"
#include "promise.h"

cu_code forgotten_note(struct people *p, uint32_t pno, struct cu_error *err)
{
    struct db_query q;
    uint8_t uuid[16];
    CU_TRY(db_prepare(p->records, &people_sql_profile_get, &q, err));
    db_bind_i64(&q, ":pno", pno);
    bool found = db_step(&q) && db_blob(&q, 0).len == sizeof(uuid);
    if (found)
        memcpy(uuid, db_blob(&q, 0).ptr, sizeof(uuid));
    CU_TRY(db_end(&q, err));
    if (!found)
        return CU_OK;
    CU_TRY(db_prepare(p->records, &people_sql_forgotten_add, &q, err));
    db_bind_blob(&q, ":uuid", uuid, sizeof(uuid));
    db_bind_i64(&q, ":at_ms", cu_now_ms());
    return db_run(&q, err);
}

cu_code identifier_unindex(
    struct people *p, uint32_t pno, int64_t id, uint16_t kind, cu_str sealed, struct cu_error *err)
{
    char name[65];
    uint8_t tag[16];
    cu_buf_reset(&p->plain);
    if (identifier_open(p, pno, id, sealed, &p->plain, NULL) != CU_OK)
        return index_remove_identifier(p, id, err); // its key is gone: found by number instead
    kinds_name(p, kind, name);
    keyring_tag_version(p->keyring, index_version(p), name, cu_buf_view(&p->plain), tag);
    idcache_drop(&p->idcache, tag);
    return index_remove(p, tag, err);
}

static cu_code unindex_all(struct people *p, uint32_t pno, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_identifiers_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q))
        code =
            identifier_unindex(p, pno, db_i64(&q, 0), (uint16_t)db_i64(&q, 1), db_blob(&q, 2), err);
    cu_code end = db_end(&q, err);
    return code != CU_OK ? code : end;
}

static cu_code vanish(struct people *p, uint32_t pno, bool timeline, struct cu_error *err)
{
    static const struct db_statement *const steps[] = {&people_sql_forget_confirmations,
        &people_sql_forget_identifiers, &people_sql_forget_edges, &people_sql_never_link_forget,
        &people_sql_trait_history_forget, &people_sql_trait_current_forget, &people_sql_stat_delete,
        &people_sql_profile_delete};
    struct db_query q;
    CU_TRY(unindex_all(p, pno, err));
    for (size_t i = 0; i < CU_COUNT(steps); i++) {
        CU_TRY(db_prepare(p->records, steps[i], &q, err));
        db_bind_i64(&q, ":pno", pno);
        CU_TRY(db_run(&q, err));
    }
    CU_TRY(db_prepare(p->records, &people_sql_forget_intent_add, &q, err));
    db_bind_i64(&q, ":pno", pno);
    db_bind_i64(&q, ":timeline", timeline);
    CU_TRY(db_run(&q, err));
    p->forget_pending = true;
    people_changed(p, pno);
    return roster_remove(&p->roster, pno, err);
}

cu_code profiles_vanish(
    struct people *p, const uint32_t *pnos, size_t count, bool timeline, struct cu_error *err)
{
    for (size_t i = 0; i < count; i++) // while the rows are there
        CU_TRY(promise_note(p, PROMISE_ERASED, pnos[i], 0, 0, CU_NONE, err));
    CU_TRY(stats_flush_in(p, err)); // counters that wait would come back as rows of nobody
    for (size_t i = 0; i < p->forget_count; i++)
        CU_TRY(p->forget[i].fn(p->forget[i].ctx, pnos, count, err));
    for (size_t i = 0; i < count; i++)
        CU_TRY(vanish(p, pnos[i], timeline, err));
    idcache_pairs_empty(&p->idcache);
    traits_forget_memo(p);
    return CU_OK;
}
