// SPDX-License-Identifier: Apache-2.0
// Hashing passwords of staff and checking one. See password.h.
#include "password.h"

#include "base/clock.h"
#include "base/log.h"
#include "staff_rows.h"
#include "staff_sql.h"

#include <stdio.h>

// --- what a hash costs: measured once per shop, kept in records.db

static cu_code read_cost(struct db *d, struct secret_cost *ret, struct cu_error *err)
{
    static const char *const names[] = {"argon2_memory_kib", "argon2_passes"};
    uint32_t *const values[] = {&ret->memory_kib, &ret->passes};
    *ret = (struct secret_cost){0, 0};
    for (size_t i = 0; i < CU_COUNT(names); i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, &staff_sql_setting_get, &q, err));
        db_bind_str(&q, ":name", cu_str_of(names[i]));
        if (db_step(&q) && db_i64(&q, 0) > 0 && db_i64(&q, 0) <= 4 << 20)
            *values[i] = (uint32_t)db_i64(&q, 0);
        CU_TRY(db_end(&q, err));
    }
    return CU_OK;
}

static cu_code write_cost(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct secret_cost *c = context;
    const struct {
        const char *name;
        int64_t value;
    } rows[] = {{"argon2_memory_kib", c->memory_kib}, {"argon2_passes", c->passes}};
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, &staff_sql_setting_put, &q, err));
        db_bind_str(&q, ":name", cu_str_of(rows[i].name));
        db_bind_i64(&q, ":value", rows[i].value);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

static cu_code find_cost(struct govern *g, struct secret_cost *ret, struct cu_error *err)
{
    struct db *d = NULL;
    if (g->options.password_cost.memory_kib) {
        *ret = g->options.password_cost;
        return CU_OK;
    }
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = read_cost(d, ret, err);
    people_read_give(g->options.people, d);
    CU_TRY(code);
    if (ret->memory_kib >= SECRET_COST_LEAST.memory_kib && ret->passes > 0)
        return CU_OK;
    CU_TRY(secret_cost_tune(ret, err));
    cu_log(CU_LOG_INFO, "password.cost", CU_LI("memory_kib", ret->memory_kib), CU_LI("passes", ret->passes));
    return staff_change(g, write_cost, ret, err);
}

static cu_code cost_of(struct govern *g, struct secret_cost *ret, struct cu_error *err)
{
    cu_code code = CU_OK;
    (void)pthread_mutex_lock(&g->cost_lock);
    if (!g->cost.memory_kib)
        code = find_cost(g, &g->cost, err);
    if (code != CU_OK)
        g->cost.memory_kib = 0;
    *ret = g->cost;
    (void)pthread_mutex_unlock(&g->cost_lock);
    return code;
}

// --- hashing

static cu_code hash(struct govern *g, cu_str password, bool first, char ret[SECRET_PASSWORD_MAX], struct cu_error *err)
{
    struct secret_cost cost;
    struct password_text normal;
    cu_code code = cost_of(g, &cost, err);
    if (code == CU_OK && !password_normalise(password, &normal))
        code = cu_fail(err, CU_INVALID, "/password", "at most %d bytes of text are accepted", PASSWORD_BYTES_MAX);
    if (code == CU_OK)
        code = secret_password_hash(
            people_keyring(g->options.people), (cu_str){normal.text, normal.len}, &cost, first, ret, err);
    secret_wipe(&normal, sizeof normal);
    return code;
}

cu_code password_hash_new(struct govern *g, cu_str password, cu_str email, size_t least, char ret[SECRET_PASSWORD_MAX],
    struct cu_error *err)
{
    CU_TRY(password_check_new(g, password, email, least, err));
    return hash(g, password, true, ret, err);
}

cu_code password_store(struct db *d, int64_t staff_id, const char *hashed, bool is_long, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &staff_sql_set_password, &q, err));
    db_bind_i64(&q, ":id", staff_id);
    db_bind_str(&q, ":password", cu_str_of(hashed));
    db_bind_i64(&q, ":long", is_long);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    return db_run(&q, err);
}

struct rehash {
    int64_t staff_id;
    const char *former;
    char hash[SECRET_PASSWORD_MAX];
};

static cu_code rehash_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct rehash *r = context;
    struct db_query q;
    CU_TRY(db_prepare(d, &staff_sql_rehash_password, &q, err));
    db_bind_i64(&q, ":id", r->staff_id);
    db_bind_str(&q, ":password", cu_str_of(r->hash));
    db_bind_str(&q, ":former", cu_str_of(r->former));
    return db_run(&q, err);
}

// After a good check. That it fails does not matter to who signs in: the old hash still works.
static void refresh(struct govern *g, int64_t staff_id, cu_str password, const char *stored)
{
    struct secret_cost cost;
    struct rehash r = {.staff_id = staff_id, .former = stored};
    struct cu_error err;
    if (cost_of(g, &cost, &err) != CU_OK || !secret_password_stale(stored, &cost))
        return;
    if (hash(g, password, true, r.hash, &err) != CU_OK || staff_change(g, rehash_in, &r, &err) != CU_OK)
        cu_log_error("password.rehash", &err);
}

// --- checking

static cu_code check(struct govern *g, cu_str password, const char *stored, bool first, bool *ret, struct cu_error *err)
{
    struct password_text normal;
    bool text = password_normalise(password, &normal); // else empty: that is nobody's
    cu_str given = {normal.text, normal.len};
    cu_code code = secret_password_check(people_keyring(g->options.people), given, stored, first, ret, err);
    secret_wipe(&normal, sizeof normal);
    *ret = *ret && text;
    return code;
}

static void copy_hash(struct db_query *q, int column, char ret[SECRET_PASSWORD_MAX])
{
    cu_str stored = db_str(q, column);
    (void)snprintf(ret, SECRET_PASSWORD_MAX, "%.*s", CU_ARG(stored));
}

cu_code password_is_right(struct govern *g, int64_t staff_id, cu_str password, bool first, bool *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    char stored[SECRET_PASSWORD_MAX] = "";
    *ret = false;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = db_prepare(d, &staff_sql_password_of, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":id", staff_id);
        if (db_step(&q))
            copy_hash(&q, 0, stored);
        code = db_end(&q, err);
    }
    people_read_give(g->options.people, d);
    if (code == CU_OK)
        code = check(g, password, stored, first, ret, err);
    if (code == CU_OK && *ret)
        refresh(g, staff_id, password, stored);
    return code;
}

struct candidate {
    int64_t id;
    bool active;                     // may sign in, if the password is right
    char stored[SECRET_PASSWORD_MAX]; // their hash, or somebody else's: the time must not tell which
};

// The same statements with the same number of rows run for everybody. Whose hash stands in for a stranger's depends
// on the address, so that hashes of different costs are spread over unknown addresses as they are over known ones.
static cu_code find_candidate(struct db *d, const uint8_t tag[16], struct candidate *ret, struct cu_error *err)
{
    struct db_query q;
    int64_t stand_in = 0;
    *ret = (struct candidate){.id = 0};
    CU_TRY(db_prepare(d, &staff_sql_candidate, &q, err));
    db_bind_blob(&q, ":email_tag", tag, 16);
    db_bind_i64(&q, ":nth", tag[0] << 8 | tag[1]);
    if (db_step(&q)) {
        ret->id = db_i64(&q, 0);
        stand_in = db_i64(&q, 1);
    }
    CU_TRY(db_end(&q, err));
    CU_TRY(db_prepare(d, &staff_sql_credentials, &q, err));
    db_bind_i64(&q, ":id", ret->id ? ret->id : stand_in);
    if (db_step(&q)) {
        copy_hash(&q, 1, ret->stored);
        ret->active = ret->id && cu_str_eqz(db_str(&q, 0), "active") && ret->stored[0];
    }
    return db_end(&q, err);
}

static cu_code load_candidate(struct govern *g, const uint8_t tag[16], struct candidate *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct secret_cost cost;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = find_candidate(d, tag, ret, err);
    people_read_give(g->options.people, d);
    CU_TRY(code);
    if (ret->stored[0])
        return CU_OK;
    CU_TRY(cost_of(g, &cost, err)); // no staff yet, or no password: well-formed, of nobody
    (void)snprintf(ret->stored, sizeof ret->stored,
        "$argon2id$v=19$m=%u,t=%u,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", cost.memory_kib,
        cost.passes);
    return CU_OK;
}

cu_code password_sign_in(
    struct govern *g, struct request *rq, cu_str email, cu_str password, int64_t *ret_id, struct cu_error *err)
{
    struct attempt a = {.lane = THROTTLE_PASSWORD};
    struct candidate who;
    bool right = false;
    // an address that is none takes the same way as an unknown one
    cu_code code = staff_email_tag(g, email, a.account, err);
    if (code == CU_INVALID)
        memset(a.account, 0xff, sizeof a.account);
    else
        CU_TRY(code);
    guard_network_of(rq->remote_ip, a.network);
    CU_TRY(load_candidate(g, a.account, &who, err));
    CU_TRY(session_device_known(g, rq, who.id, &a.known, a.device, err));
    CU_TRY(throttle_take(g, &a, err));
    code = check(g, password, who.stored, a.known, &right, err);
    if (code == CU_OK && (!right || !who.active))
        code = cu_fail(err, CU_UNAUTHENTICATED, "", "the address or the password is not right");
    throttle_settle(g, &a, code);
    if (code == CU_OK) {
        refresh(g, who.id, password, who.stored);
        *ret_id = who.id;
    } else if (code == CU_UNAUTHENTICATED) {
        if (sign_in_note(g, GUARD_REFUSED, "password", who.id, false, NULL) != CU_OK)
            cu_log(CU_LOG_WARN, "audit.refusal_not_noted", CU_LS("route", "session.create"));
    }
    secret_wipe(who.stored, sizeof who.stored);
    return code;
}

cu_code password_prove(struct govern *g, struct request *rq, cu_str password, const char *field, struct cu_error *err)
{
    struct attempt a;
    bool right = false;
    CU_TRY(throttle_attempt(g, rq, THROTTLE_PASSWORD, rq->caller.staff_id, &a, err));
    CU_TRY(throttle_take(g, &a, err));
    cu_code code = password_is_right(g, rq->caller.staff_id, password, true, &right, err);
    if (code == CU_OK && !right)
        code = cu_fail(err, CU_FORBIDDEN, field, "this is not your password");
    throttle_settle(g, &a, code);
    if (code == CU_FORBIDDEN && sign_in_note(g, GUARD_REFUSED, "password", rq->caller.staff_id, false, NULL) != CU_OK)
        cu_log(CU_LOG_WARN, "audit.refusal_not_noted", CU_LS("route", rq->route->name));
    return code;
}
