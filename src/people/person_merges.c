// SPDX-License-Identifier: Apache-2.0
// The merge history of a person as JSON: every edge, live or ended, with what it rests on. Called
// by person_view.c.
#include "view.h"
#include "people_sql.h"

#include <stdio.h>

static bool is_member(const struct person *who, uint32_t pno)
{
    for (size_t i = 0; i < who->count; i++) {
        if (who->pnos[i] == pno)
            return true;
    }
    return false;
}

static cu_code write_profile_id(
    struct db *d, const char *name, uint32_t pno, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    struct cu_uuid id = {0};
    CU_TRY(db_prepare(d, &people_sql_profile_get, &q, err));
    db_bind_i64(&q, ":pno", pno);
    if (db_step(&q) && db_blob(&q, 0).len == sizeof(id.bytes))
        memcpy(id.bytes, db_blob(&q, 0).ptr, sizeof(id.bytes));
    CU_TRY(db_end(&q, err));
    write_uuid(w, name, id);
    return CU_OK;
}

static void write_actor(struct json_writer *w, const char *name, bool present, int64_t actor)
{
    char text[32];
    if (!present) {
        jw_kz(w, name, NULL);
        return;
    }
    snprintf(text, sizeof(text), "staff:%lld", (long long)actor);
    jw_kz(w, name, actor == 0 ? "rules" : actor < 0 ? "local" : text);
}

static cu_code open_reason(struct people *p, uint32_t pno, int64_t edge, uint64_t part,
    cu_str sealed, struct cu_buf *out, struct cu_error *err)
{
    const struct seal_place place = {PEOPLE_SEAL_REASON, pno, (uint64_t)edge, part};
    return guard_open(p->guard, &place, sealed, out, err);
}

// The reason of the end when it has ended, else that of the merge.
static cu_code write_reason(struct people *p, struct db_query *q, struct sight *sight, struct json_writer *w,
    struct cu_error *err)
{
    bool ended = !db_is_null(q, 14);
    int column = ended ? 14 : 11;
    bool none = db_is_null(q, column);
    enum spec_view shown = none ? SPEC_VIEW_FULL : sight_level(sight->caller, SIGHT_UNDECLARED);
    sight->masked += shown == SPEC_VIEW_MASK;
    sight->hidden += shown == SPEC_VIEW_NONE;
    jw_kz(w, "reason_shown", sight_name(shown));
    jw_key(w, "reason");
    if (none || shown == SPEC_VIEW_NONE) {
        jw_null(w);
        return CU_OK;
    }
    struct cu_buf plain;
    cu_buf_init(&plain, 8192);
    cu_code code = open_reason(
        p, (uint32_t)db_i64(q, 1), db_i64(q, 0), ended, db_blob(q, column), &plain, err);
    if (code == CU_OK)
        sight_print(w, shown, MASK_TEXT, cu_buf_view(&plain));
    cu_buf_wipe(&plain);
    return code;
}

static cu_code write_merge(struct people *p, struct db *d, struct db_query *q, struct sight *sight,
    struct json_writer *w, struct cu_error *err)
{
    static const char *const evidence[] = {"", "event", "alias", "staff", "import"};
    char kind[65];
    int64_t how = db_i64(q, 4);
    kinds_name(p, (uint16_t)db_i64(q, 5), kind);
    jw_object(w);
    jw_ki64(w, "edge", db_i64(q, 0));
    CU_TRY(write_profile_id(d, "a", (uint32_t)db_i64(q, 1), w, err));
    CU_TRY(write_profile_id(d, "b", (uint32_t)db_i64(q, 2), w, err));
    jw_kz(w, "kind", kind[0] ? kind : NULL);
    jw_kz(w, "evidence", how > 0 && how < (int64_t)CU_COUNT(evidence) ? evidence[how] : "");
    jw_ktime(w, "at", db_i64(q, 7));
    write_actor(w, "actor", true, db_i64(q, 8));
    jw_kbool(w, "live", db_i64(q, 3) == EDGE_LIVE);
    jw_ktime(w, "ended_at", db_is_null(q, 12) ? INT64_MIN : db_i64(q, 12));
    write_actor(w, "ended_by", !db_is_null(q, 13), db_i64(q, 13));
    CU_TRY(write_reason(p, q, sight, w, err));
    jw_object_end(w);
    return CU_OK;
}

cu_code person_merges_write(struct people *p, struct db *d, const struct person *who,
    struct sight *sight, struct json_writer *w, struct cu_error *err)
{
    for (size_t i = 0; i < who->count; i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, &people_sql_edges_of, &q, err));
        db_bind_i64(&q, ":pno", who->pnos[i]);
        cu_code code = CU_OK;
        while (code == CU_OK && db_step(&q)) {
            uint32_t a = (uint32_t)db_i64(&q, 1);
            if (db_i64(&q, 3) != EDGE_REFUSED &&
                (a == who->pnos[i] || !is_member(who, a))) // each once
                code = write_merge(p, d, &q, sight, w, err);
        }
        cu_code end = db_end(&q, err);
        CU_TRY(code != CU_OK ? code : end);
    }
    return CU_OK;
}
