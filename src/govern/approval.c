// SPDX-License-Identifier: Apache-2.0
// Approvals: which rules are in force, whether an act was approved. See approval.h; the routes are in
// approval_routes.c.
#include "approval_internal.h"

#include "approval_sql.h"
#include "base/clock.h"

#include <stdio.h>

enum { APPROVERS_MIN = 2 };

const struct approval_kind approval_kinds[] = {
    {"bulk_export", "Taking rows of many people out of the system."},
    {"bulk_erase", "Deleting people, sample data or what an import brought."},
    {"dictionary", "Changing the data dictionary without a proposal that somebody reviews."},
    {"keys", "Rotating keys and making recovery kits."},
    {"role_grant", "Inviting staff, giving and changing roles, changing these rules."},
    {NULL, NULL},
};

bool approval_kind_find(cu_str name, const char **ret)
{
    for (const struct approval_kind *k = approval_kinds; k->name; k++) {
        if (cu_str_eqz(name, k->name)) {
            *ret = k->name;
            return true;
        }
    }
    return false;
}

// --- rules

cu_code approval_rule(struct db *d, const char *kind, bool *ret_on, struct cu_error *err)
{
    struct db_query q;
    *ret_on = true;
    CU_TRY(db_prepare(d, &approval_sql_rule_get, &q, err));
    db_bind_str(&q, ":kind", cu_str_of(kind));
    if (db_step(&q))
        *ret_on = db_i64(&q, 0) != 0;
    return db_end(&q, err);
}

static cu_code count_approvers(struct db *d, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    *ret = 0;
    CU_TRY(db_prepare(d, &approval_sql_active_roles, &q, err));
    while (code == CU_OK && db_step(&q)) {
        struct role role;
        code = role_find_in(d, db_str(&q, 0), &role, err);
        if (code == CU_OK && role.permissions >> SPEC_APPROVE & 1)
            *ret += db_i64(&q, 1);
        if (code == CU_NOT_FOUND)
            code = CU_OK; // a role that is gone gives nothing
    }
    cu_code end = db_end(&q, err);
    return code == CU_OK ? end : code;
}

static cu_code facts_in(struct db *d, struct approval_facts *ret, struct cu_error *err)
{
    *ret = (struct approval_facts){.wanted = false};
    for (const struct approval_kind *k = approval_kinds; k->name; k++) {
        bool on = false;
        CU_TRY(approval_rule(d, k->name, &on, err));
        ret->wanted = ret->wanted || on;
    }
    return count_approvers(d, &ret->approvers, err);
}

cu_code approval_facts(struct govern *g, struct approval_facts *ret, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = facts_in(d, ret, err);
    people_read_give(g->options.people, d);
    return code;
}

static cu_code in_force(struct db *d, const char *kind, bool *ret, struct cu_error *err)
{
    int64_t approvers = 0;
    CU_TRY(approval_rule(d, kind, ret, err));
    if (*ret)
        CU_TRY(count_approvers(d, &approvers, err));
    *ret = *ret && approvers >= APPROVERS_MIN;
    return CU_OK;
}

// --- the act

struct act {
    const char *kind;
    int64_t by;
    uint8_t hash[32];
    char target[APPROVAL_TARGET_MAX];
    struct cu_uuid approval; // that the request names
};

static cu_code describe(struct govern *g, struct request *rq, struct act *ret, struct cu_error *err)
{
    struct cu_buf text;
    *ret = (struct act){.kind = rq->route->four_eyes, .by = rq->caller.staff_id};
    int n = snprintf(ret->target, sizeof ret->target, "%.*s %.*s", CU_ARG(rq->method), CU_ARG(rq->path));
    if (n < 0 || (size_t)n >= sizeof ret->target)
        return cu_fail(err, CU_TOO_LARGE, "", "this address is too long to be approved");
    cu_buf_init(&text, rq->body.len + rq->query.len + sizeof ret->target + 32);
    cu_buf_printf(&text, "%s\n%zu\n", ret->target, rq->query.len); // lengths: no two acts have one text
    cu_buf_str(&text, rq->query);
    cu_buf_char(&text, '\n');
    cu_buf_str(&text, rq->body);
    cu_code code = cu_buf_code(&text, err);
    if (code == CU_OK)
        keyring_mac(people_keyring(g->options.people), "approval", cu_buf_view(&text), ret->hash);
    cu_buf_wipe(&text);
    return code;
}

static cu_code keep_draft(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct act *a = context;
    struct db_query q;
    (void)g;
    CU_TRY(db_prepare(d, &approval_sql_draft_expire, &q, err));
    db_bind_i64(&q, ":before_ms", cu_now_ms() - APPROVAL_DRAFT_MS);
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &approval_sql_draft_put, &q, err));
    db_bind_i64(&q, ":by", a->by);
    db_bind_str(&q, ":target", cu_str_of(a->target));
    db_bind_str(&q, ":kind", cu_str_of(a->kind));
    db_bind_blob(&q, ":act", a->hash, sizeof a->hash);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    return db_run(&q, err);
}

// Who agreed must still be there and still be somebody who may.
static cu_code check_decider(struct db *d, const struct act *a, struct cu_error *err)
{
    struct db_query q;
    struct staff s;
    struct role role;
    int64_t by = 0;
    CU_TRY(db_prepare(d, &approval_sql_get, &q, err));
    db_bind_blob(&q, ":id", a->approval.bytes, sizeof a->approval.bytes);
    if (db_step(&q))
        by = db_i64(&q, 7);
    CU_TRY(db_end(&q, err));
    cu_code code = by ? staff_load_in(d, by, &s, err) : CU_NOT_FOUND;
    if (code == CU_OK)
        code = role_find_in(d, cu_str_of(s.role), &role, err);
    if (code == CU_NOT_FOUND || (code == CU_OK && (s.state != STAFF_ACTIVE || !(role.permissions >> SPEC_APPROVE & 1))))
        return cu_fail(err, CU_FORBIDDEN, "approval", "who approved this may not do so any more; ask again");
    return code;
}

static cu_code use(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct act *a = context;
    struct db_query q;
    (void)g;
    CU_TRY(check_decider(d, a, err));
    CU_TRY(db_prepare(d, &approval_sql_use, &q, err));
    db_bind_blob(&q, ":id", a->approval.bytes, sizeof a->approval.bytes);
    db_bind_i64(&q, ":by", a->by);
    db_bind_blob(&q, ":act", a->hash, sizeof a->hash);
    db_bind_i64(&q, ":after_ms", cu_now_ms() - APPROVAL_MS);
    CU_TRY(db_run(&q, err));
    if (db_changes(d) == 1)
        return CU_OK;
    return cu_fail(err, CU_FORBIDDEN, "approval",
        "that approval is not for exactly this act, or is used, refused or too old");
}

cu_code approval_check(struct govern *g, struct request *rq, struct cu_error *err)
{
    struct db *d = NULL;
    struct act a;
    bool wanted = true;
    cu_str named = request_header(rq, "X-Custos-Approval");
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = in_force(d, rq->route->four_eyes, &wanted, err);
    people_read_give(g->options.people, d);
    CU_TRY(code);
    if (!wanted)
        return CU_OK;
    CU_TRY(describe(g, rq, &a, err));
    if (named.ptr && !cu_uuid_parse(cu_str_trim(named), &a.approval))
        return cu_fail(err, CU_FORBIDDEN, "approval", "X-Custos-Approval carries the id of an approval");
    if (named.ptr)
        return staff_change(g, use, &a, err);
    CU_TRY(staff_change(g, keep_draft, &a, err));
    return cu_fail(err, CU_FORBIDDEN, "approval",
        "a second member of staff has to approve this (%s): ask at POST /v1/approvals",
        a.kind);
}

// --- reasons

static struct seal_place reason_place(uint32_t table, int64_t staff_id, struct cu_uuid id)
{
    struct seal_place place = staff_place(table, staff_id);
    memcpy(&place.record, id.bytes, 8);
    memcpy(&place.version, id.bytes + 8, 8);
    return place;
}

cu_code reason_seal(struct govern *g, uint32_t table, int64_t staff_id, struct cu_uuid id, cu_str reason, struct cu_buf *out,
    struct cu_error *err)
{
    const struct seal_place place = reason_place(table, staff_id, id);
    const struct guard_access former = guard_borrow_system("sign_in", "reason");
    cu_code code = guard_seal(people_guard(g->options.people), SEAL_NOTES, &place, reason, false, out, err);
    guard_enter(&former);
    return code;
}

cu_code reason_open(struct govern *g, uint32_t table, int64_t staff_id, struct cu_uuid id, cu_str sealed, struct cu_buf *out,
    struct cu_error *err)
{
    const struct seal_place place = reason_place(table, staff_id, id);
    const struct guard_access former = guard_borrow_system("sign_in", "reason");
    cu_code code = guard_open(people_guard(g->options.people), &place, sealed, out, err);
    guard_enter(&former);
    return code == CU_ERASED || code == CU_NOT_FOUND ? CU_OK : code;
}

void staff_name_write(struct govern *g, struct json_writer *w, const char *name, int64_t staff_id)
{
    struct cu_buf email;
    cu_buf_init(&email, 512);
    jw_key(w, name);
    if (staff_id <= 0) {
        jw_null(w);
    } else if (staff_email(g, staff_id, &email, NULL) == CU_OK) {
        jw_str(w, cu_buf_view(&email));
    } else {
        cu_buf_reset(&email);
        cu_buf_printf(&email, "staff:%lld", (long long)staff_id);
        jw_str(w, cu_buf_view(&email));
    }
    cu_buf_wipe(&email);
}
