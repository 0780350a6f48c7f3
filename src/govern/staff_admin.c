// SPDX-License-Identifier: Apache-2.0
// Who may do what to whom among staff, and one-time links. See staff_admin.h.
#include "staff_admin.h"

#include "base/clock.h"
#include "base/log.h"
#include "staff_sql.h"

int64_t staff_path_id(const struct request *rq)
{
    int64_t id = 0;
    return cu_str_i64(request_path_str(rq, "id"), &id) && id > 0 ? id : 0;
}

cu_code staff_caller_role(struct db *d, const struct request *rq, struct role *ret, struct cu_error *err)
{
    cu_str name = rq->caller.kind == CALLER_LOCAL ? CU_LIT("owner") : cu_str_of(rq->caller.role);
    return role_find_in(d, name, ret, err);
}

cu_code staff_load_other(struct db *d, const struct request *rq, struct staff *ret, struct role *ret_caller_role,
    struct cu_error *err)
{
    struct role theirs;
    CU_TRY(staff_load_in(d, staff_path_id(rq), ret, err));
    if (ret->state == STAFF_INVITED)
        return cu_fail(err, CU_NOT_FOUND, "", "no such member of staff");
    CU_TRY(staff_caller_role(d, rq, ret_caller_role, err));
    if (rq->caller.kind != CALLER_LOCAL && ret->id == rq->caller.staff_id)
        return cu_fail(err, CU_FORBIDDEN, "", "nobody does this to their own account; another member of staff can");
    cu_code code = role_find_in(d, cu_str_of(ret->role), &theirs, err);
    if (code == CU_NOT_FOUND) // a role that is gone is nobody's to protect
        return CU_OK;
    CU_TRY(code);
    if (!role_may_give(ret_caller_role, &theirs))
        return cu_fail(err, CU_FORBIDDEN, "", "your role may not look after an account with this role");
    return CU_OK;
}

cu_code staff_not_last_owner(struct db *d, const struct staff *s, struct cu_error *err)
{
    int64_t others = 0;
    if (strcmp(s->role, "owner") != 0)
        return CU_OK;
    CU_TRY(staff_count_in(d, &staff_sql_owners_besides, s->id, &others, err));
    return others > 0 ? CU_OK : cu_fail(err, CU_CONFLICT, "", "this is the last owner; make another one first");
}

cu_code staff_link_make(struct db *d, const char *kind, int64_t staff_id, int64_t made_by, int64_t lasts_ms,
    char ret_token[SECRET_TOKEN_MAX], struct cu_error *err)
{
    struct db_query q;
    uint8_t hash[32];
    int64_t now = cu_now_ms();
    CU_TRY(db_prepare(d, &staff_sql_link_delete_of, &q, err));
    db_bind_i64(&q, ":staff", staff_id);
    db_bind_str(&q, ":kind", cu_str_of(kind));
    CU_TRY(db_run(&q, err));
    secret_token_new(kind, ret_token);
    secret_token_hash(cu_str_of(ret_token), hash);
    CU_TRY(db_prepare(d, &staff_sql_link_insert, &q, err));
    db_bind_blob(&q, ":hash", hash, sizeof hash);
    db_bind_str(&q, ":kind", cu_str_of(kind));
    db_bind_i64(&q, ":staff", staff_id);
    db_bind_i64(&q, ":by", made_by);
    db_bind_i64(&q, ":now_ms", now);
    db_bind_i64(&q, ":expires_ms", now + lasts_ms);
    return db_run(&q, err);
}

cu_code staff_link_find(struct db *d, const char *kind, cu_str token, int64_t *ret_staff, int64_t *ret_expires_ms,
    struct cu_error *err)
{
    struct db_query q;
    uint8_t hash[32];
    bool good = false;
    secret_token_hash(token, hash);
    CU_TRY(db_prepare(d, &staff_sql_link_get, &q, err));
    db_bind_blob(&q, ":hash", hash, sizeof hash);
    db_bind_str(&q, ":kind", cu_str_of(kind));
    if (db_step(&q)) {
        *ret_staff = db_i64(&q, 0);
        *ret_expires_ms = db_i64(&q, 1);
        good =
            secret_token_wellformed(token, kind) && *ret_expires_ms > cu_now_ms() && !cu_str_eqz(db_str(&q, 2), "disabled");
    }
    CU_TRY(db_end(&q, err));
    return good ? CU_OK
                : cu_fail(err, CU_FORBIDDEN, "/token", "the link was used, is too old, or never was; ask for a new one");
}

cu_code staff_erase_key(struct govern *g, int64_t id, struct cu_error *err)
{
    const uint64_t subject = staff_place(STAFF_TABLE_EMAIL, id).subject;
    const struct guard_access former = guard_borrow_system("sign_in", "staff");
    (void)people_lock(g->options.people);
    cu_code code = guard_erase(people_guard(g->options.people), &subject, 1, err);
    people_unlock(g->options.people);
    guard_enter(&former);
    if (code != CU_OK)
        cu_log(CU_LOG_WARN, "staff.key_not_erased", CU_LI("staff", id), CU_LS("code", cu_code_rows[code].name));
    return code;
}
