// SPDX-License-Identifier: Apache-2.0
// Routes of signing in through the identity provider. Between the two of them stands one cookie, the only
// one that a redirect from another site may bring along (SameSite=Lax); state, nonce and the PKCE verifier
// are derived from it, so that nothing is stored for strangers and nothing fits another browser.
#include "oidc_module.h"

#include "base/clock.h"
#include "base/log.h"
#include "factor_sql.h"
#include "text/text.h"

#include <stdio.h>

#define COOKIE "__Host-custos-oidc"
enum { BETWEEN_MS = 10 * 60 * 1000, COOKIE_TEXT = 128 };

// ---- what hangs on the cookie: "<time in ms>.<token>"

struct between {
    char state[OIDC_TEXT_MAX], nonce[OIDC_TEXT_MAX], verifier[OIDC_TEXT_MAX];
};

static void derive(struct govern *g, const char *what, cu_str cookie, char ret[OIDC_TEXT_MAX])
{
    uint8_t mac[32];
    struct cu_buf text;
    cu_buf_init(&text, 64);
    keyring_mac(people_keyring(g->options.people), what, cookie, mac);
    text_base64((cu_str){(const char *)mac, sizeof mac}, true, &text);
    (void)snprintf(ret, OIDC_TEXT_MAX, "%.*s", CU_ARG(cu_buf_view(&text)));
    cu_buf_wipe(&text);
    secret_wipe(mac, sizeof mac);
}

static void derive_all(struct govern *g, cu_str cookie, struct between *ret)
{
    derive(g, "oidc-state", cookie, ret->state);
    derive(g, "oidc-nonce", cookie, ret->nonce);
    derive(g, "oidc-pkce", cookie, ret->verifier);
}

static void challenge_of(const char *verifier, char ret[OIDC_TEXT_MAX])
{
    uint8_t hash[32];
    struct cu_buf text;
    cu_buf_init(&text, 64);
    secret_token_hash(cu_str_of(verifier), hash);
    text_base64((cu_str){(const char *)hash, sizeof hash}, true, &text);
    (void)snprintf(ret, OIDC_TEXT_MAX, "%.*s", CU_ARG(cu_buf_view(&text)));
    cu_buf_clear(&text);
}

static bool cookie_alive(cu_str cookie)
{
    int64_t made = 0;
    cu_str rest = cookie, time_text = cu_str_cut(&rest, '.');
    int64_t now = cu_now_ms();
    return cookie.len < COOKIE_TEXT && cu_str_i64(time_text, &made) && made <= now && now - made < BETWEEN_MS &&
           secret_token_wellformed(rest, "oidc");
}

static cu_code set_cookie(struct request *rq, const char *value, int seconds, struct cu_error *err)
{
    cu_str line =
        cu_arena_printf(rq->arena, COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=%d", value, seconds);
    return line.ptr ? request_header_add(rq, "Set-Cookie", line) : cu_fail(err, CU_MEMORY, "", "no memory for a cookie");
}

static cu_code redirect(struct request *rq, cu_str to)
{
    rq->response.status = 302;
    CU_TRY(request_header_add(rq, "Cache-Control", CU_LIT("no-store")));
    return request_header_add(rq, "Location", to);
}

static cu_code redirect_uri(struct govern *g, char ret[400], struct cu_error *err)
{
    int n = snprintf(ret, 400, "%s/v1/oidc/callback", g->base_url);
    return n > 0 && n < 400
               ? CU_OK
               : cu_fail(err, CU_CONFLICT, "public_url", "public_url is needed to sign in through a provider");
}

// ---- there

static cu_code describe(struct request *rq, struct cu_error *err)
{
    const struct govern *g = rq->module;
    (void)err;
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kbool(&w, "enabled", g->options.oidc != NULL);
    jw_kstr(&w, "name", g->options.oidc ? cu_str_of(oidc_options(g->options.oidc)->name) : CU_NONE);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code failed(struct request *rq)
{
    return redirect(rq, CU_LIT("/#oidc-failed"));
}

static cu_code admit(struct govern *g, struct request *rq, struct cu_error *err)
{
    char network[48];
    int64_t wait_s = 0;
    if (!g->options.oidc)
        return cu_fail(err, CU_NOT_FOUND, "", "no identity provider is set up");
    guard_network_of(rq->remote_ip, network);
    if (!oidc_admits(g->options.oidc, cu_str_of(network), &wait_s))
        return cu_fail(err, CU_BUSY, "", "too many sign-ins from this network; try again in %d seconds", (int)wait_s);
    return CU_OK;
}

static cu_code start(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct between b;
    char token[SECRET_TOKEN_MAX], cookie[COOKIE_TEXT], uri[400], challenge[OIDC_TEXT_MAX];
    struct cu_buf address;
    CU_TRY(admit(g, rq, err));
    CU_TRY(redirect_uri(g, uri, err));
    secret_token_new("oidc", token);
    (void)snprintf(cookie, sizeof cookie, "%lld.%s", (long long)cu_now_ms(), token);
    derive_all(g, cu_str_of(cookie), &b);
    challenge_of(b.verifier, challenge);
    const struct oidc_start s = {uri, b.state, b.nonce, challenge};
    cu_buf_init(&address, 8192);
    cu_code code = oidc_address(g->options.oidc, &s, &address, err);
    if (code == CU_OK)
        code = set_cookie(rq, cookie, BETWEEN_MS / 1000, err);
    if (code == CU_OK)
        code = redirect(rq, cu_buf_view(&address));
    else if (code == CU_UNAVAILABLE || code == CU_INVALID)
        code = failed(rq); // the log says why
    cu_buf_clear(&address);
    secret_wipe(&b, sizeof b);
    return code;
}

// ---- and back

static cu_code find_staff(struct govern *g, cu_str email, int64_t *ret, struct cu_error *err)
{
    uint8_t tag[16];
    struct db *d = NULL;
    struct db_query q;
    *ret = 0;
    if (staff_email_tag(g, email, tag, NULL) != CU_OK)
        return CU_OK; // no address: nobody
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = db_prepare(d, &factor_sql_staff_by_tag, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":email_tag", tag, sizeof tag);
        if (db_step(&q))
            *ret = db_i64(&q, 0);
        code = db_end(&q, err);
    }
    people_read_give(g->options.people, d);
    return code;
}

// The step that refused, and whose sign-in it was when that is known.
static cu_code refuse(struct govern *g, struct request *rq, int64_t staff_id, const char *step)
{
    char detail[96];
    int n = snprintf(
        detail, sizeof detail, "{\"factor\":\"oidc\",\"staff\":%lld,\"step\":\"%s\"}", (long long)staff_id, step);
    cu_log(CU_LOG_WARN, "oidc.refused", CU_LS("step", step));
    if (guard_note(people_guard(g->options.people), GUARD_REFUSED, NULL, 0, (cu_str){detail, (size_t)n}, false, NULL) !=
        CU_OK)
        cu_log(CU_LOG_WARN, "audit.refusal_not_noted", CU_LS("route", rq->route->name));
    return failed(rq);
}

// One factor was all the provider asked for: the ticket of those who have a second one here goes along behind "#".
static cu_code ask_second(struct govern *g, struct request *rq, int64_t staff_id, uint32_t enrolled, struct cu_error *err)
{
    char token[SECRET_TOKEN_MAX], to[256];
    size_t len;
    CU_TRY(ticket_create(g, rq, staff_id, "second_factor", "oidc", CU_NONE, token, err));
    len = (size_t)snprintf(to, sizeof to, "/#second-factor=%s&factors=", token);
    for (size_t i = 0, n = 0; factors[i]; i++) {
        if (enrolled >> i & 1 && len < sizeof to)
            len += (size_t)snprintf(to + len, sizeof to - len, "%s%s", n++ ? "," : "", factors[i]->name);
    }
    secret_wipe(token, sizeof token);
    return redirect(rq, cu_str_of(to));
}

static cu_code sign_in(struct govern *g, struct request *rq, int64_t staff_id, bool many_factors, struct cu_error *err)
{
    struct db *d = NULL;
    uint32_t enrolled = 0, second = 0;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = factor_enrolled(g, d, staff_id, &enrolled, err);
    people_read_give(g->options.people, d);
    CU_TRY(code);
    for (size_t i = 0; factors[i]; i++)
        second |= factors[i]->backup ? 0 : enrolled & UINT32_C(1) << i;
    if (second && !many_factors)
        return ask_second(g, rq, staff_id, enrolled, err);
    CU_TRY(session_create(g, rq, staff_id, many_factors ? "oidc_mfa" : "oidc", err));
    return redirect(rq, CU_LIT("/"));
}

static cu_code redeem(
    struct govern *g, struct request *rq, const struct between *b, struct jwt_claims *ret, struct cu_error *err)
{
    char uri[400];
    CU_TRY(redirect_uri(g, uri, err));
    struct oidc_answer a = {spec_str(&rq->query_values, "code"), uri, b->verifier, b->nonce};
    return oidc_redeem(g->options.oidc, &a, rq->arena, ret, err);
}

// What the browser brings, before anybody is asked: NULL when it is right, else the step.
static const char *check_answer(struct govern *g, struct request *rq, struct between *ret)
{
    const struct oidc_options *o = oidc_options(g->options.oidc);
    const struct spec_values *v = &rq->query_values;
    cu_str cookie = session_cookie(rq, COOKIE), state = spec_str(v, "state"), issuer = spec_str(v, "iss");
    if (!cookie_alive(cookie))
        return "cookie";
    derive_all(g, cookie, ret);
    if (state.len != strlen(ret->state) || !secret_equal(state.ptr, ret->state, state.len))
        return "state";
    if (issuer.ptr && !cu_str_eqz(issuer, o->issuer)) // RFC 9207: another provider's answer
        return "issuer";
    if (spec_has(v, "error"))
        return "provider";
    return spec_str(v, "code").len ? NULL : "code";
}

static cu_code callback(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct between b = {.state = ""};
    struct jwt_claims claims = {.subject = CU_NONE};
    struct cu_error why = {0};
    int64_t staff_id = 0;
    CU_TRY(admit(g, rq, err));
    CU_TRY(set_cookie(rq, "", 0, err)); // one answer
    const char *wrong = check_answer(g, rq, &b);
    if (wrong)
        return refuse(g, rq, 0, wrong);
    cu_code code = redeem(g, rq, &b, &claims, &why);
    secret_wipe(&b, sizeof b);
    if (code != CU_OK)
        return refuse(g, rq, 0, why.field[0] ? why.field : cu_code_rows[code].name);
    if (!claims.email.len || !claims.email_verified)
        return refuse(g, rq, 0, "email");
    CU_TRY(find_staff(g, claims.email, &staff_id, err));
    if (!staff_id)
        return refuse(g, rq, 0, "staff");
    code = sign_in(g, rq, staff_id, claims.many_factors || oidc_options(g->options.oidc)->trust, &why);
    if (code == CU_UNAUTHENTICATED)
        return refuse(g, rq, staff_id, "staff");
    if (code != CU_OK && err)
        *err = why;
    return code;
}

static const struct spec_field oidc_answer[] = {
    {.name = "enabled", .type = SPEC_BOOL, .doc = "Whether an identity provider is set up."},
    {.name = "name", .type = SPEC_STRING, .max = 80, .nullable = true, .doc = "What it is called."},
    {.name = NULL},
};
static const struct spec_field callback_query[] = {
    {.name = "code", .type = SPEC_STRING, .max = 4096, .secret = true, .doc = "The authorization code."},
    {.name = "state", .type = SPEC_STRING, .max = 256, .secret = true, .doc = "What the sign-in began with."},
    {.name = "iss", .type = SPEC_STRING, .max = 1024, .doc = "The provider that answers (RFC 9207)."},
    {.name = "error", .type = SPEC_STRING, .max = 256, .doc = "Why the provider signed nobody in."},
    {.name = "error_description", .type = SPEC_STRING, .max = 4096, .doc = "The same in words; not read."},
    {.name = "error_uri", .type = SPEC_STRING, .max = 4096, .doc = "A page about it; not read."},
    {.name = "session_state", .type = SPEC_STRING, .max = 1024, .doc = "Sent by some providers; not read."},
    {.name = "scope", .type = SPEC_STRING, .max = 4096, .doc = "Sent by some providers; not read."},
    {.name = "authuser", .type = SPEC_STRING, .max = 256, .doc = "Sent by some providers; not read."},
    {.name = "prompt", .type = SPEC_STRING, .max = 256, .doc = "Sent by some providers; not read."},
    {.name = "hd", .type = SPEC_STRING, .max = 256, .doc = "Sent by some providers; not read."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "oidc.get", .method = "GET", .path = "/v1/oidc", .permission = SPEC_PUBLIC, .answer = oidc_answer,
        .doc = "Whether staff can sign in through an identity provider.", .handler = describe},
    {.name = "oidc.start", .method = "GET", .path = "/v1/oidc/start", .permission = SPEC_PUBLIC,
        .doc = "Sends the browser to the identity provider.", .handler = start},
    {.name = "oidc.callback", .method = "GET", .path = "/v1/oidc/callback", .permission = SPEC_PUBLIC,
        .query = callback_query,
        .doc = "Where the identity provider sends the browser back to; signs in.", .handler = callback},
};

const struct module govern_oidc_module = {
    .name = "oidc",
    .doc = "Signing in through an identity provider (OpenID Connect).",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
