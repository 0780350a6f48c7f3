// SPDX-License-Identifier: Apache-2.0
// From a request to its caller and back: cookies, CSRF, what the session may do, the making of a session.
#include "session_rows.h"
#include "token.h"

#include "base/clock.h"
#include "text/text.h"

#include <stdio.h>

#define COOKIE "__Host-custos"
#define DEVICE_COOKIE "__Host-custos-device"
#define COOKIE_RULES "Path=/; Secure; HttpOnly; SameSite=Strict"

// --- cookies

cu_str session_cookie(struct request *rq, const char *name)
{
    cu_str all = request_header(rq, "Cookie");
    while (all.ptr) {
        cu_str pair = cu_str_trim(cu_str_cut(&all, ';'));
        cu_str found = cu_str_cut(&pair, '=');
        if (cu_str_eqz(found, name))
            return pair;
    }
    return CU_NONE;
}

static cu_code set_cookie(struct request *rq, const char *name, const char *value, int64_t seconds, struct cu_error *err)
{
    cu_str cookie = cu_arena_printf(rq->arena, "%s=%s; " COOKIE_RULES "; Max-Age=%lld", name, value, (long long)seconds);
    if (!cookie.ptr)
        return cu_fail(err, CU_MEMORY, "", "no memory for a cookie");
    return request_header_add(rq, "Set-Cookie", cookie);
}

static bool device_of(struct request *rq, uint8_t ret_hash[32])
{
    cu_str token = session_cookie(rq, DEVICE_COOKIE);
    if (!token.ptr || !secret_token_wellformed(token, "device"))
        return false;
    secret_token_hash(token, ret_hash);
    return true;
}

static cu_code new_device(struct request *rq, uint8_t ret_hash[32], struct cu_error *err)
{
    char token[SECRET_TOKEN_MAX];
    secret_token_new("device", token);
    secret_token_hash(cu_str_of(token), ret_hash);
    return set_cookie(rq, DEVICE_COOKIE, token, DEVICE_MS / 1000, err);
}

cu_code session_device(struct request *rq, uint8_t ret_hash[32], struct cu_error *err)
{
    return device_of(rq, ret_hash) ? CU_OK : new_device(rq, ret_hash, err);
}

cu_code session_device_known(struct govern *g, struct request *rq, int64_t staff_id, bool *ret, uint8_t ret_hash[32],
    struct cu_error *err)
{
    *ret = false;
    memset(ret_hash, 0, 32);
    return device_of(rq, ret_hash) ? session_device_find(g, ret_hash, staff_id, ret, err) : CU_OK;
}

void session_browser(cu_str user_agent, char ret[40])
{
    static const char *const browsers[][2] = {{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"},
        {"FxiOS/", "Firefox"}, {"SamsungBrowser/", "Samsung Internet"}, {"Chrome/", "Chrome"}, {"CriOS/", "Chrome"},
        {"Safari/", "Safari"}};
    static const char *const systems[][2] = {{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iOS"},
        {"iPad", "iPadOS"}, {"CrOS", "ChromeOS"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"}};
    const char *browser = "another program", *system = NULL;
    for (size_t i = CU_COUNT(browsers); i-- > 0;) {
        if (cu_str_find_str(user_agent, cu_str_of(browsers[i][0])) >= 0)
            browser = browsers[i][1];
    }
    for (size_t i = CU_COUNT(systems); i-- > 0;) {
        if (cu_str_find_str(user_agent, cu_str_of(systems[i][0])) >= 0)
            system = systems[i][1];
    }
    (void)snprintf(ret, 40, "%s%s%s", browser, system ? " on " : "", system ? system : "");
}

// --- CSRF

void session_csrf(struct govern *g, const uint8_t id[32], char ret[48])
{
    uint8_t mac[32];
    struct cu_buf out;
    cu_buf_init(&out, 64);
    keyring_mac(people_keyring(g->options.people), "csrf", (cu_str){(const char *)id, 32}, mac);
    text_base64((cu_str){(const char *)mac, sizeof mac}, true, &out);
    (void)snprintf(ret, 48, "%.*s", CU_ARG(cu_buf_view(&out)));
    cu_buf_clear(&out);
}

static bool only_reads(const struct request *rq)
{
    return cu_str_eqz(rq->method, "GET") || cu_str_eqz(rq->method, "HEAD");
}

// Fetch metadata says where a request comes from; browsers without it send an Origin. Programs send neither.
static bool is_foreign(struct govern *g, struct request *rq)
{
    cu_str site = request_header(rq, "Sec-Fetch-Site"), origin = request_header(rq, "Origin"), host = origin;
    if (site.ptr)
        return !cu_str_eqz(site, "same-origin") && !cu_str_eqz(site, "none");
    if (!origin.ptr || cu_str_eqz(origin, g->base_url))
        return false;
    ptrdiff_t at = cu_str_find_str(origin, CU_LIT("://"));
    host = at < 0 ? CU_NONE : cu_str_sub(origin, (size_t)at + 3, origin.len);
    return !host.ptr || !cu_str_eq_nocase(host, request_header(rq, "Host"));
}

// Fetch metadata as the base, the session's token as the proof (OWASP CSRF cheat sheet).
static cu_code check_csrf(struct govern *g, struct request *rq, const struct session *s, struct cu_error *err)
{
    if (only_reads(rq))
        return CU_OK;
    cu_str token = request_header(rq, "X-CSRF-Token");
    char expected[48];
    session_csrf(g, s->id, expected);
    if (is_foreign(g, rq) || token.len != strlen(expected) || !secret_equal(token.ptr, expected, token.len))
        return cu_fail(err, CU_FORBIDDEN, "", "the header X-CSRF-Token must carry the session's token");
    return CU_OK;
}

// --- the caller

// A role that is gone gives nothing; a session without its second factor reaches only the own account.
static cu_code fill_caller(
    struct govern *g, struct request *rq, const struct session *s, cu_str purpose, struct cu_error *err)
{
    struct role role;
    struct caller *c = &rq->caller;
    *c = (struct caller){.kind = CALLER_STAFF, .staff_id = s->staff_id, .proved_ms = s->proved_ms};
    memcpy(c->session_hash, s->id, sizeof s->id);
    cu_code code = role_find(g, cu_str_of(s->role), &role, err);
    if (code == CU_OK)
        CU_TRY(role_apply(&role, purpose, c, err));
    else if (code == CU_NOT_FOUND)
        (void)snprintf(c->purpose, sizeof c->purpose, "operations");
    else
        return code;
    if (s->limited) {
        c->permissions &= UINT64_C(1) << SPEC_SESSION;
        memset(c->view, SPEC_VIEW_NONE, sizeof c->view);
    }
    return CU_OK;
}

cu_code govern_authenticate(struct govern *g, struct request *rq, struct cu_error *err)
{
    cu_str token = session_cookie(rq, COOKIE);
    struct session s;
    bool program = false;
    CU_TRY(token_authenticate(g, rq, &program, err));
    if (program || !token.ptr || !secret_token_wellformed(token, "session"))
        return CU_OK;
    struct cu_error ignored;
    cu_code code = session_find(g, token, &s, &ignored);
    if (code == CU_UNAUTHENTICATED || (code == CU_OK && s.former && !only_reads(rq)))
        return CU_OK; // an ended session is no session: public routes still answer
    if (code != CU_OK) {
        *err = ignored;
        return code;
    }
    CU_TRY(check_csrf(g, rq, &s, err));
    return fill_caller(g, rq, &s, request_header(rq, "X-Custos-Purpose"), err);
}

// --- making, renewing

static void enter(const struct request *rq)
{
    struct guard_access a = *guard_current(); // action, network and request id are the dispatcher's
    a.actor = GUARD_STAFF;
    a.actor_id = rq->caller.staff_id;
    (void)snprintf(a.role, sizeof a.role, "%s", rq->caller.role);
    (void)snprintf(a.purpose, sizeof a.purpose, "%s", rq->caller.purpose);
    guard_enter(&a);
}

static cu_code describe(struct request *rq, int64_t staff_id, const char *factor, char ret_token[SECRET_TOKEN_MAX],
    struct new_session *ret, struct cu_error *err)
{
    cu_str presented = session_cookie(rq, COOKIE);
    *ret = (struct new_session){.staff_id = staff_id};
    cu_random(ret->id, sizeof ret->id);
    secret_token_new("session", ret_token);
    secret_token_hash(cu_str_of(ret_token), ret->hash);
    if (presented.ptr)
        secret_token_hash(presented, ret->presented);
    guard_network_of(rq->remote_ip, ret->network);
    session_browser(request_header(rq, "User-Agent"), ret->browser);
    (void)snprintf(ret->factor, sizeof ret->factor, "%s", factor);
    CU_TRY(set_cookie(rq, COOKIE, ret_token, SESSION_MAX_MS / 1000, err));
    (void)device_of(rq, ret->former_device);
    return new_device(rq, ret->device, err);
}

// On failure the answer carries cookies that lead nowhere; the browser is signed out, which it is anyway.
cu_code session_create(struct govern *g, struct request *rq, int64_t staff_id, const char *factor, struct cu_error *err)
{
    char token[SECRET_TOKEN_MAX];
    struct staff s;
    struct new_session n;
    struct session made;
    if (!only_reads(rq) && is_foreign(g, rq)) // another site must not sign a browser in either, to whatever account
        return cu_fail(err, CU_FORBIDDEN, "", "sign in on the page of the shop itself");
    cu_code code = staff_load(g, staff_id, &s, err);
    if (code == CU_NOT_FOUND || (code == CU_OK && s.state != STAFF_ACTIVE))
        return cu_fail(err, CU_UNAUTHENTICATED, "", "this account cannot sign in");
    CU_TRY(code);
    struct session who = {.staff_id = staff_id};
    (void)snprintf(who.role, sizeof who.role, "%s", s.role);
    CU_TRY(fill_caller(g, rq, &who, CU_NONE, err));
    enter(rq);
    CU_TRY(sign_in_note(g, GUARD_DONE, factor, staff_id, true, err)); // what cannot be logged does not happen
    CU_TRY(describe(rq, staff_id, factor, token, &n, err));
    code = session_insert(g, &n, err);
    if (code == CU_OK)
        code = session_find(g, cu_str_of(token), &made, err);
    secret_wipe(token, sizeof token);
    CU_TRY(code);
    return fill_caller(g, rq, &made, CU_NONE, err);
}

static cu_code renew(struct govern *g, struct request *rq, const char *factor, struct cu_error *err)
{
    char token[SECRET_TOKEN_MAX];
    struct session s;
    char purpose[sizeof rq->caller.purpose];
    if (rq->caller.kind != CALLER_STAFF)
        return CU_OK; // the local operator has no session
    memcpy(purpose, rq->caller.purpose, sizeof purpose);
    bool limited = !(rq->caller.permissions & ~(UINT64_C(1) << SPEC_SESSION));
    cu_code code = session_renew(g, rq->caller.session_hash, limited, factor, token, err);
    if (code == CU_OK)
        code = set_cookie(rq, COOKIE, token, SESSION_MAX_MS / 1000, err);
    if (code == CU_OK)
        code = session_find(g, cu_str_of(token), &s, err);
    secret_wipe(token, sizeof token);
    CU_TRY(code);
    return fill_caller(g, rq, &s, cu_str_of(purpose), err);
}

cu_code session_rotate(struct govern *g, struct request *rq, struct cu_error *err)
{
    return renew(g, rq, NULL, err);
}

cu_code session_prove(struct govern *g, struct request *rq, const char *factor, struct cu_error *err)
{
    return renew(g, rq, factor, err);
}
