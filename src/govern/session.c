// SPDX-License-Identifier: Apache-2.0
// Sessions: reference tokens, stored as hashes; who the caller of a request is; CSRF.
#include "staff.h"

#include "base/clock.h"
#include "govern_sql.h"
#include "text/text.h"

#include <stdio.h>

#define COOKIE "__Host-custos"

cu_code govern_open(const struct govern_options *o, struct govern **ret, struct cu_error *err)
{
    struct govern *g = cu_calloc(1, sizeof *g);
    if (!g)
        return cu_fail(err, CU_MEMORY, "", "no memory for staff access");
    g->options = *o;
    g->by_account = limit_new(6, 10, 4096);
    g->by_network = limit_new(60, 100, 4096);
    if (!g->by_account || !g->by_network) {
        govern_close(g);
        return cu_fail(err, CU_MEMORY, "", "no memory for staff access");
    }
    *ret = g;
    return CU_OK;
}

void govern_close(struct govern *g)
{
    if (!g)
        return;
    limit_free(g->by_account);
    limit_free(g->by_network);
    cu_free(g);
}

// Roles to permissions: the one table. A permission a role lacks is refused before the handler runs.
static const struct {
    const char *role;
    uint64_t permissions;
} roles[] = {
    {"owner", ~UINT64_C(0) & ~(UINT64_C(1) << SPEC_NOBODY) & ~(UINT64_C(1) << SPEC_WRITE_KEY)},
};

uint64_t govern_permissions_of(cu_str role)
{
    for (size_t i = 0; i < CU_COUNT(roles); i++) {
        if (cu_str_eqz(role, roles[i].role))
            return roles[i].permissions;
    }
    return 0;
}

static cu_code insert_session(struct db *d, const uint8_t hash[32], int64_t staff_id,
    struct cu_error *err)
{
    struct db_query q;
    int64_t now = cu_now_ms();
    CU_TRY(db_prepare(d, &govern_sql_session_expire, &q, err));
    db_bind_i64(&q, ":idle_before", now - SESSION_IDLE_MS);
    db_bind_i64(&q, ":created_before", now - SESSION_MAX_MS);
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &govern_sql_session_insert, &q, err));
    db_bind_blob(&q, ":hash", hash, 32);
    db_bind_i64(&q, ":staff", staff_id);
    db_bind_i64(&q, ":now_ms", now);
    return db_run(&q, err);
}

cu_code session_create(struct govern *g, int64_t staff_id, char ret_token[SECRET_TOKEN_MAX],
    struct session *ret, struct cu_error *err)
{
    secret_token_new("session", ret_token);
    secret_token_hash(cu_str_of(ret_token), ret->hash);
    cu_code code = insert_session(people_lock(g->options.people), ret->hash, staff_id, err);
    people_unlock(g->options.people);
    CU_TRY(code);
    return session_find(g, cu_str_of(ret_token), ret, err);
}

static cu_code load_session(struct db *d, struct session *ret, int64_t *ret_last_ms,
    struct cu_error *err)
{
    struct db_query q;
    bool found = false;
    int64_t now = cu_now_ms();
    CU_TRY(db_prepare(d, &govern_sql_session_get, &q, err));
    db_bind_blob(&q, ":hash", ret->hash, sizeof ret->hash);
    if (db_step(&q)) {
        ret->staff_id = db_i64(&q, 0);
        *ret_last_ms = db_i64(&q, 2);
        found = now - db_i64(&q, 1) < SESSION_MAX_MS && now - *ret_last_ms < SESSION_IDLE_MS;
        cu_str role = db_str(&q, 3);
        (void)snprintf(ret->role, sizeof ret->role, "%.*s", CU_ARG(role));
    }
    CU_TRY(db_end(&q, err));
    if (!found)
        return cu_fail(err, CU_UNAUTHENTICATED, "", "the session has ended; sign in again");
    return CU_OK;
}

static cu_code run_on_session(struct govern *g, const struct db_statement *statement,
    const uint8_t hash[32], bool with_now, struct cu_error *err)
{
    struct db_query q;
    cu_code code = db_prepare(people_lock(g->options.people), statement, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":hash", hash, 32);
        if (with_now)
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
    secret_token_hash(token, ret->hash);
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = load_session(d, ret, &last_ms, err);
    people_read_give(g->options.people, d);
    CU_TRY(code);
    if (cu_now_ms() - last_ms > SESSION_TOUCH_MS)
        return run_on_session(g, &govern_sql_session_touch, ret->hash, true, err);
    return CU_OK;
}

cu_code session_end(struct govern *g, const uint8_t hash[32], struct cu_error *err)
{
    return run_on_session(g, &govern_sql_session_delete, hash, false, err);
}

void session_csrf(struct govern *g, const uint8_t hash[32], char ret[48])
{
    uint8_t mac[32];
    struct cu_buf out;
    cu_buf_init(&out, 64);
    keyring_mac(people_keyring(g->options.people), "csrf", (cu_str){(const char *)hash, 32}, mac);
    text_base64((cu_str){(const char *)mac, sizeof mac}, true, &out);
    (void)snprintf(ret, 48, "%.*s", CU_ARG(cu_buf_view(&out)));
    cu_buf_clear(&out);
}

static cu_str cookie_of(struct request *rq)
{
    cu_str all = request_header(rq, "Cookie");
    while (all.ptr) {
        cu_str pair = cu_str_trim(cu_str_cut(&all, ';'));
        cu_str name = cu_str_cut(&pair, '=');
        if (cu_str_eqz(name, COOKIE))
            return pair;
    }
    return CU_NONE;
}

// Fetch metadata as the base, the session's token as the proof (OWASP CSRF cheat sheet).
static cu_code check_csrf(struct govern *g, struct request *rq, const struct session *s,
    struct cu_error *err)
{
    if (cu_str_eqz(rq->method, "GET") || cu_str_eqz(rq->method, "HEAD"))
        return CU_OK;
    cu_str site = request_header(rq, "Sec-Fetch-Site");
    cu_str token = request_header(rq, "X-CSRF-Token");
    char expected[48];
    session_csrf(g, s->hash, expected);
    bool foreign = site.ptr && !cu_str_eqz(site, "same-origin") && !cu_str_eqz(site, "none");
    if (foreign || token.len != strlen(expected) ||
        !secret_equal(token.ptr, expected, token.len))
        return cu_fail(err, CU_FORBIDDEN, "", "the header X-CSRF-Token must carry the session's token");
    return CU_OK;
}

cu_code govern_authenticate(struct govern *g, struct request *rq, struct cu_error *err)
{
    cu_str token = cookie_of(rq);
    struct session s;
    if (!token.ptr || !secret_token_wellformed(token, "session"))
        return CU_OK;
    struct cu_error ignored;
    cu_code code = session_find(g, token, &s, &ignored);
    if (code == CU_UNAUTHENTICATED)
        return CU_OK; // an ended session is no session: public routes still answer
    if (code != CU_OK) {
        *err = ignored;
        return code;
    }
    CU_TRY(check_csrf(g, rq, &s, err));
    rq->caller.kind = CALLER_STAFF;
    rq->caller.staff_id = s.staff_id;
    rq->caller.permissions = govern_permissions_of(cu_str_of(s.role));
    memset(rq->caller.view, SPEC_VIEW_FULL, sizeof rq->caller.view);
    (void)snprintf(rq->caller.role, sizeof rq->caller.role, "%s", s.role);
    (void)snprintf(rq->caller.purpose, sizeof rq->caller.purpose, "support");
    memcpy(rq->caller.session_hash, s.hash, sizeof s.hash);
    return CU_OK;
}
