// SPDX-License-Identifier: Apache-2.0
// Sessions: reference tokens, stored as hashes. The id of a session stays; its token is new after every sign-in
// and every time that what it may do changes, so a token planted or copied before is worth nothing afterwards.
#include "session_rows.h"

#include "base/clock.h"
#include "session_sql.h"
#include "staff_rows.h"
#include "staff_sql.h"

#include <stdio.h>

// The oldest beyond `keep`, never the new one.
static cu_code delete_beyond(struct db *d, const struct db_statement *statement, int64_t staff_id, const uint8_t new[32],
    int64_t keep, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, statement, &q, err));
    db_bind_i64(&q, ":staff", staff_id);
    db_bind_blob(&q, ":new", new, 32);
    db_bind_i64(&q, ":keep", keep - 1);
    return db_run(&q, err);
}

cu_code session_sweep(struct db *d, struct cu_error *err)
{
    struct db_query q;
    int64_t now = cu_now_ms();
    CU_TRY(db_prepare(d, &session_sql_expire, &q, err));
    db_bind_i64(&q, ":idle_before", now - SESSION_IDLE_MS);
    db_bind_i64(&q, ":created_before", now - SESSION_MAX_MS);
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &session_sql_device_expire, &q, err));
    db_bind_i64(&q, ":before_ms", now - DEVICE_MS);
    return db_run(&q, err);
}

static cu_code insert_row(struct db *d, const struct new_session *n, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &session_sql_delete_by_hash, &q, err)); // what this browser had
    db_bind_blob(&q, ":hash", n->presented, 32);
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &session_sql_insert, &q, err));
    db_bind_blob(&q, ":id", n->id, sizeof n->id);
    db_bind_blob(&q, ":hash", n->hash, sizeof n->hash);
    db_bind_i64(&q, ":staff", n->staff_id);
    db_bind_str(&q, ":network", cu_str_of(n->network));
    db_bind_str(&q, ":browser", cu_str_of(n->browser));
    db_bind_str(&q, ":factor", cu_str_of(n->factor));
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    CU_TRY(db_run(&q, err));
    return delete_beyond(d, &session_sql_delete_beyond, n->staff_id, n->id, SESSIONS_MAX, err);
}

// The browser's token is new as well; whoever else signed in here before stays known by the new one.
static cu_code insert_device(struct db *d, const struct new_session *n, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &session_sql_device_rename, &q, err));
    db_bind_blob(&q, ":hash", n->device, sizeof n->device);
    db_bind_blob(&q, ":former", n->former_device, sizeof n->former_device);
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &session_sql_device_put, &q, err));
    db_bind_blob(&q, ":hash", n->device, sizeof n->device);
    db_bind_i64(&q, ":staff", n->staff_id);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    CU_TRY(db_run(&q, err));
    return delete_beyond(d, &session_sql_device_delete_beyond, n->staff_id, n->device, DEVICES_MAX, err);
}

static cu_code insert_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    struct staff s;
    struct db_query q;
    const struct new_session *n = context;
    CU_TRY(session_sweep(d, err));
    cu_code code = staff_load_in(d, n->staff_id, &s, err); // disabled a moment ago?
    if (code == CU_NOT_FOUND || (code == CU_OK && s.state != STAFF_ACTIVE))
        return cu_fail(err, CU_UNAUTHENTICATED, "", "this account cannot sign in");
    CU_TRY(code);
    CU_TRY(insert_row(d, n, err));
    CU_TRY(insert_device(d, n, err));
    CU_TRY(db_prepare(d, &staff_sql_signed_in, &q, err));
    db_bind_i64(&q, ":id", n->staff_id);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    return db_run(&q, err);
}

cu_code session_insert(struct govern *g, const struct new_session *n, struct cu_error *err)
{
    struct new_session copy = *n;
    return staff_change(g, insert_in, &copy, err);
}

// A session from the future (the clock was set back) is over: nobody knows how old it is.
static bool is_alive(int64_t created_ms, int64_t last_ms)
{
    int64_t now = cu_now_ms(), soon = now + SESSION_TOUCH_MS;
    return now - created_ms < SESSION_MAX_MS && now - last_ms < SESSION_IDLE_MS && created_ms <= soon && last_ms <= soon;
}

static cu_code load_row(struct db *d, const uint8_t hash[32], struct session *ret, bool *ret_former_limited,
    int64_t *ret_last_ms, struct cu_error *err)
{
    struct db_query q;
    bool found = false;
    CU_TRY(db_prepare(d, &session_sql_get, &q, err));
    db_bind_blob(&q, ":hash", hash, 32);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    if (db_step(&q)) {
        cu_str id = db_blob(&q, 0), factor = db_str(&q, 5), role = db_str(&q, 6);
        *ret = (struct session){.staff_id = db_i64(&q, 1), .proved_ms = db_i64(&q, 4), .former = db_i64(&q, 8) == 0};
        *ret_last_ms = db_i64(&q, 3);
        *ret_former_limited = db_i64(&q, 9) != 0;
        found = id.len == sizeof ret->id && is_alive(db_i64(&q, 2), *ret_last_ms) && cu_str_eqz(db_str(&q, 7), "active");
        if (found)
            memcpy(ret->id, id.ptr, sizeof ret->id);
        (void)snprintf(ret->factor, sizeof ret->factor, "%.*s", CU_ARG(factor));
        (void)snprintf(ret->role, sizeof ret->role, "%.*s", CU_ARG(role));
    }
    CU_TRY(db_end(&q, err));
    return found ? CU_OK : cu_fail(err, CU_UNAUTHENTICATED, "", "the session has ended; sign in again");
}

static cu_code load_session(
    struct govern *g, struct db *d, const uint8_t hash[32], struct session *ret, int64_t *ret_last_ms, struct cu_error *err)
{
    struct staff s;
    struct standing standing = {.limited = false};
    bool former_limited = false;
    CU_TRY(load_row(d, hash, ret, &former_limited, ret_last_ms, err));
    CU_TRY(staff_load_in(d, ret->staff_id, &s, err));
    CU_TRY(standing_of(g, d, &s, &standing, err));
    bool elsewhere = strcmp(ret->factor, "oidc_mfa") == 0; // the identity provider asked for a second factor
    ret->limited = (standing.limited && !elsewhere) || (ret->former && former_limited);
    if (ret->former)
        ret->proved_ms = 0;
    return CU_OK;
}

static cu_code touch(struct govern *g, const uint8_t id[32], struct cu_error *err)
{
    struct db_query q;
    cu_code code = db_prepare(people_lock(g->options.people), &session_sql_touch, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":id", id, 32);
        db_bind_i64(&q, ":now_ms", cu_now_ms());
        code = db_run(&q, err);
    }
    people_unlock(g->options.people);
    return code;
}

cu_code session_find(struct govern *g, cu_str token, struct session *ret, struct cu_error *err)
{
    struct db *d = NULL;
    int64_t last_ms = 0;
    uint8_t hash[32];
    secret_token_hash(token, hash);
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = load_session(g, d, hash, ret, &last_ms, err);
    people_read_give(g->options.people, d);
    CU_TRY(code);
    return cu_now_ms() - last_ms > SESSION_TOUCH_MS ? touch(g, ret->id, err) : CU_OK;
}

cu_code session_end(struct govern *g, const uint8_t id[32], struct cu_error *err)
{
    struct db_query q;
    cu_code code = db_prepare(people_lock(g->options.people), &session_sql_delete, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":id", id, 32);
        code = db_run(&q, err);
    }
    people_unlock(g->options.people);
    return code;
}

cu_code session_end_named(struct govern *g, int64_t staff_id, const uint8_t name[SESSION_NAME], struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_lock(g->options.people);
    cu_code code = db_prepare(d, &session_sql_delete_named, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":staff", staff_id);
        db_bind_blob(&q, ":name", name, SESSION_NAME);
        code = db_run(&q, err);
    }
    bool ended = code == CU_OK && db_changes(d) > 0;
    people_unlock(g->options.people);
    if (code == CU_OK && !ended)
        return cu_fail(err, CU_NOT_FOUND, "", "no such session");
    return code;
}

cu_code session_end_others(struct db *d, int64_t staff_id, const uint8_t *keep, struct cu_error *err)
{
    static const uint8_t none[32];
    struct db_query q;
    CU_TRY(db_prepare(d, &session_sql_delete_of, &q, err));
    db_bind_i64(&q, ":staff", staff_id);
    db_bind_blob(&q, ":keep", keep ? keep : none, 32);
    CU_TRY(db_run(&q, err));
    return staff_run(d, &session_sql_device_delete_of, ":staff", staff_id, err);
}

struct rotation {
    const uint8_t *id;
    uint8_t hash[32];
    const char *factor; // proved by it; NULL: not proved
    bool limited;
};

static cu_code rotate_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct rotation *r = context;
    struct db_query q;
    int64_t now = cu_now_ms();
    CU_TRY(db_prepare(d, &session_sql_rotate, &q, err));
    db_bind_blob(&q, ":id", r->id, 32);
    db_bind_blob(&q, ":hash", r->hash, sizeof r->hash);
    db_bind_i64(&q, ":until_ms", now + SESSION_FORMER_MS);
    db_bind_i64(&q, ":limited", r->limited);
    db_bind_i64(&q, ":now_ms", now);
    CU_TRY(db_run(&q, err));
    if (db_changes(d) == 0)
        return cu_fail(err, CU_UNAUTHENTICATED, "", "the session has ended; sign in again");
    if (!r->factor)
        return CU_OK;
    CU_TRY(db_prepare(d, &session_sql_prove, &q, err));
    db_bind_blob(&q, ":id", r->id, 32);
    db_bind_i64(&q, ":now_ms", now);
    db_bind_str(&q, ":factor", cu_str_of(r->factor));
    return db_run(&q, err);
}

cu_code session_renew(struct govern *g, const uint8_t id[32], bool limited, const char *factor,
    char ret_token[SECRET_TOKEN_MAX], struct cu_error *err)
{
    struct rotation r = {.id = id, .factor = factor, .limited = limited};
    secret_token_new("session", ret_token);
    secret_token_hash(cu_str_of(ret_token), r.hash);
    return staff_change(g, rotate_in, &r, err);
}

cu_code session_device_find(struct govern *g, const uint8_t hash[32], int64_t staff_id, bool *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret = false;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = db_prepare(d, &session_sql_device_get, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":hash", hash, 32);
        db_bind_i64(&q, ":staff", staff_id);
        db_bind_i64(&q, ":since_ms", cu_now_ms() - DEVICE_MS);
        *ret = db_step(&q);
        code = db_end(&q, err);
    }
    people_read_give(g->options.people, d);
    return code;
}
