// SPDX-License-Identifier: Apache-2.0
// The provider: what it publishes, the code exchanged for a token, the token checked. See oidc.h.
#include "oidc.h"

#include "base/clock.h"
#include "base/limit.h"
#include "base/log.h"
#include "crypto/secret.h"
#include "text/json.h"
#include "text/text.h"

#include <pthread.h>
#include <stdio.h>

enum { AT_ONCE = 2, SILENT_MS = 3000, PER_MINUTE = 60, BURST = 240, NETWORKS = 4096 };
enum { DOCUMENT_MAX = 128 * 1024, FRESH_MS = 3600 * 1000, KEYS_AGAIN_MS = 2000, TIMEOUT_MS = 8000 };
#define STALE_MS (INT64_C(24) * 3600 * 1000) // a provider that is away for a while: what it published before

struct published {
    char authorization[OIDC_ADDRESS_MAX], token[OIDC_ADDRESS_MAX], keys[OIDC_ADDRESS_MAX];
    bool post_secret; // the secret goes into the body, not into a header
    bool says_issuer; // its answers carry iss (RFC 9207)
};
struct oidc {
    struct oidc_options options;
    struct outgoing *out;
    char secret[SECRET_FILE_MAX];
    pthread_mutex_t lock; // over what is below; never held while the provider is asked
    struct published published;
    int64_t published_ms, keys_ms; // 0: never
    struct cu_buf keys;
    int under_way;     // calls; strangers can cause some: they must not hold up all workers
    int64_t silent_ms; // when it last did not answer
    struct limit *by_network;
};

static cu_code refuse(struct cu_error *err, const char *step, const char *text)
{
    return cu_fail(err, CU_INVALID, step, "%s", text);
}

// ---- opening

cu_code oidc_open(const struct oidc_options *options, struct outgoing *out, struct oidc **ret, struct cu_error *err)
{
    *ret = NULL;
    if (!options->issuer[0])
        return CU_OK;
    if (!options->client_id[0])
        return cu_fail(err, CU_INVALID, "oidc_client_id", "the client's name at the provider is needed with oidc_issuer");
    struct oidc *o = cu_calloc(1, sizeof *o);
    if (!o)
        return cu_fail(err, CU_MEMORY, "", "no memory for the identity provider");
    o->options = *options;
    o->out = out;
    (void)pthread_mutex_init(&o->lock, NULL);
    cu_buf_init(&o->keys, DOCUMENT_MAX);
    o->by_network = limit_new(PER_MINUTE, BURST, NETWORKS);
    cu_code code = secret_file_read(options->secret_file, "oidc_client_secret_file", o->secret, err);
    if (code == CU_OK && !o->by_network)
        code = cu_fail(err, CU_MEMORY, "", "no memory for the identity provider");
    if (code != CU_OK) {
        oidc_close(o);
        return code;
    }
    *ret = o;
    return CU_OK;
}

void oidc_close(struct oidc *o)
{
    if (!o)
        return;
    (void)pthread_mutex_destroy(&o->lock);
    cu_buf_clear(&o->keys);
    limit_free(o->by_network);
    secret_wipe(o->secret, sizeof o->secret);
    cu_free(o);
}

const struct oidc_options *oidc_options(const struct oidc *o)
{
    return &o->options;
}

bool oidc_admits(struct oidc *o, cu_str network, int64_t *ret_wait_s)
{
    return limit_take(o->by_network, network, ret_wait_s);
}

// ---- asking

// A provider that does not answer is left alone for a moment; few calls at once.
static bool may_ask(struct oidc *o)
{
    (void)pthread_mutex_lock(&o->lock);
    int64_t since = cu_now_ms() - o->silent_ms;
    bool may = o->under_way < AT_ONCE && !(o->silent_ms && since >= 0 && since < SILENT_MS);
    o->under_way += may;
    (void)pthread_mutex_unlock(&o->lock);
    return may;
}

static void has_asked(struct oidc *o, bool answered)
{
    (void)pthread_mutex_lock(&o->lock);
    o->under_way--;
    o->silent_ms = answered ? 0 : cu_now_ms();
    (void)pthread_mutex_unlock(&o->lock);
}

static cu_code ask(
    struct oidc *o, struct outgoing_call *call, struct outgoing_answer *ret, const char *what, struct cu_error *err)
{
    struct cu_error why;
    call->timeout_ms_max = TIMEOUT_MS;
    call->answer_bytes_max = DOCUMENT_MAX;
    if (!may_ask(o))
        return cu_fail(err, CU_UNAVAILABLE, what, "the identity provider is busy, or did not answer a moment ago");
    cu_code code = outgoing_send(o->out, call, ret, &why);
    has_asked(o, code == CU_OK);
    if (code == CU_OK && ret->status == 200)
        return CU_OK;
    cu_log(CU_LOG_WARN, "oidc.no_answer", CU_LS("what", what), CU_LS("failure", outgoing_failure_name(ret->failure)),
        CU_LI("status", ret->status));
    return cu_fail(err, CU_UNAVAILABLE, what, "the identity provider does not answer as it should");
}

static cu_code fetch(struct oidc *o, const char *url, const char *what, struct outgoing_answer *ret, struct cu_error *err)
{
    static const char *const headers[] = {"Accept: application/json"};
    struct outgoing_call call = {.method = "GET", .url = url, .headers = headers, .header_count = 1};
    return ask(o, &call, ret, what, err);
}

// ---- discovery

static bool take_address(json document, const char *name, char ret[OIDC_ADDRESS_MAX])
{
    cu_str text = json_str(json_get(document, name));
    bool good = text.len > 0 && text.len < OIDC_ADDRESS_MAX;
    if (good)
        (void)snprintf(ret, OIDC_ADDRESS_MAX, "%.*s", CU_ARG(text));
    return good;
}

static bool lists(json list, const char *wanted)
{
    bool found = false;
    struct json_iter it = json_each(list);
    while (json_is(list, JSON_ARRAY) && json_next(&it))
        found = found || cu_str_eqz(json_str(it.value), wanted);
    return found;
}

static cu_code read_published(const struct oidc *o, cu_str text, struct published *ret, struct cu_error *err)
{
    struct json_parser *parser = json_parser_new(DOCUMENT_MAX + 1024);
    json d;
    bool says = false;
    if (!parser)
        return cu_fail(err, CU_MEMORY, "", "no memory to read what the provider publishes");
    *ret = (struct published){.post_secret = false};
    bool good = json_parse(parser, text, &d, NULL) == CU_OK &&
                cu_str_eqz(json_str(json_get(d, "issuer")), o->options.issuer) &&
                take_address(d, "authorization_endpoint", ret->authorization) &&
                take_address(d, "token_endpoint", ret->token) && take_address(d, "jwks_uri", ret->keys);
    if (good) {
        json methods = json_get(d, "token_endpoint_auth_methods_supported");
        ret->post_secret = lists(methods, "client_secret_post") && !lists(methods, "client_secret_basic");
        ret->says_issuer = json_bool(json_get(d, "authorization_response_iss_parameter_supported"), &says) && says;
    }
    json_parser_free(parser);
    return good ? CU_OK
                : refuse(err, "discovery",
                      "what the provider publishes lacks an address, or names another issuer than oidc_issuer");
}

static cu_code discover(struct oidc *o, struct published *ret, struct cu_error *err)
{
    char url[OIDC_ADDRESS_MAX];
    struct outgoing_answer answer = {0};
    size_t len = strlen(o->options.issuer);
    (void)snprintf(url, sizeof url, "%.*s/.well-known/openid-configuration",
        (int)(o->options.issuer[len - 1] == '/' ? len - 1 : len), o->options.issuer);
    cu_code code = fetch(o, url, "discovery", &answer, err);
    if (code == CU_OK)
        code = read_published(o, cu_buf_view(&answer.body), ret, err);
    outgoing_answer_clear(&answer);
    return code;
}

static cu_code publish(struct oidc *o, struct published *ret, struct cu_error *err)
{
    int64_t now = cu_now_ms();
    (void)pthread_mutex_lock(&o->lock);
    int64_t age = o->published_ms ? now - o->published_ms : INT64_MAX;
    *ret = o->published;
    (void)pthread_mutex_unlock(&o->lock);
    if (age >= 0 && age < FRESH_MS)
        return CU_OK;
    struct published fresh;
    cu_code code = discover(o, &fresh, err);
    if (code == CU_UNAVAILABLE && age >= 0 && age < STALE_MS)
        return CU_OK;
    CU_TRY(code);
    (void)pthread_mutex_lock(&o->lock);
    o->published = *ret = fresh;
    o->published_ms = now;
    (void)pthread_mutex_unlock(&o->lock);
    return CU_OK;
}

// ---- keys

static cu_code keep_keys(struct oidc *o, cu_str text, struct cu_error *err)
{
    (void)pthread_mutex_lock(&o->lock);
    cu_buf_reset(&o->keys);
    cu_buf_str(&o->keys, text);
    o->keys_ms = cu_now_ms();
    cu_code code = cu_buf_code(&o->keys, err);
    (void)pthread_mutex_unlock(&o->lock);
    return code;
}

// A copy of the provider's keys in the arena; asked for again when they are older than `age_ms`.
static cu_code keys(
    struct oidc *o, const struct published *p, int64_t age_ms, struct cu_arena *arena, cu_str *ret, struct cu_error *err)
{
    (void)pthread_mutex_lock(&o->lock);
    int64_t age = o->keys_ms ? cu_now_ms() - o->keys_ms : INT64_MAX;
    *ret = age >= 0 && age < age_ms ? cu_arena_dup(arena, cu_buf_view(&o->keys)) : CU_NONE;
    (void)pthread_mutex_unlock(&o->lock);
    if (ret->ptr)
        return CU_OK;
    struct outgoing_answer answer = {0};
    cu_code code = fetch(o, p->keys, "keys", &answer, err);
    if (code == CU_OK) {
        *ret = cu_arena_dup(arena, cu_buf_view(&answer.body));
        code = ret->ptr ? keep_keys(o, *ret, err) : cu_fail(err, CU_MEMORY, "", "no memory for the provider's keys");
    }
    outgoing_answer_clear(&answer);
    return code;
}

// ---- where the browser goes

static void add_pair(struct cu_buf *out, const char *name, cu_str value)
{
    cu_buf_z(out, name);
    cu_buf_char(out, '=');
    text_url(value, out);
}

cu_code oidc_address(struct oidc *o, const struct oidc_start *s, struct cu_buf *out, struct cu_error *err)
{
    struct published p;
    CU_TRY(publish(o, &p, err));
    const char *scheme = strncmp(o->options.issuer, "http://", 7) == 0 ? "http://" : "https://"; // as the issuer's
    if (strncmp(p.authorization, scheme, strlen(scheme)) != 0)
        return refuse(err, "discovery", "the provider's sign-in page has no https address");
    cu_buf_z(out, p.authorization);
    cu_buf_char(out, strchr(p.authorization, '?') ? '&' : '?');
    const char *const pairs[][2] = {{"response_type", "code"}, {"&client_id", o->options.client_id},
        {"&redirect_uri", s->redirect_uri}, {"&scope", "openid email"}, {"&state", s->state}, {"&nonce", s->nonce},
        {"&code_challenge", s->challenge}, {"&code_challenge_method", "S256"}};
    for (size_t i = 0; i < CU_COUNT(pairs); i++)
        add_pair(out, pairs[i][0], cu_str_of(pairs[i][1]));
    return cu_buf_code(out, err);
}

// ---- the code exchanged

// RFC 6749 2.3.1: name and secret are form-encoded before they become user and password.
struct client {
    struct cu_buf user, password, body;
};

static void client_init(struct client *c)
{
    cu_buf_init(&c->user, 4096);
    cu_buf_init(&c->password, 4096);
    cu_buf_init(&c->body, 16384);
}

static void client_clear(struct client *c)
{
    cu_buf_wipe(&c->user);
    cu_buf_wipe(&c->password);
    cu_buf_wipe(&c->body);
}

static void write_client(const struct oidc *o, const struct published *p, const struct oidc_answer *a, struct client *c)
{
    add_pair(&c->body, "grant_type", CU_LIT("authorization_code"));
    add_pair(&c->body, "&code", a->code);
    add_pair(&c->body, "&redirect_uri", cu_str_of(a->redirect_uri));
    add_pair(&c->body, "&code_verifier", cu_str_of(a->verifier));
    if (o->secret[0] && !p->post_secret) {
        text_url(cu_str_of(o->options.client_id), &c->user);
        text_url(cu_str_of(o->secret), &c->password);
        return;
    }
    add_pair(&c->body, "&client_id", cu_str_of(o->options.client_id));
    if (o->secret[0])
        add_pair(&c->body, "&client_secret", cu_str_of(o->secret));
}

static cu_code take_token(cu_str text, struct cu_arena *arena, cu_str *ret, struct cu_error *err)
{
    struct json_parser *parser = json_parser_new(DOCUMENT_MAX + 1024);
    json d;
    *ret = CU_NONE;
    if (parser && json_parse(parser, text, &d, NULL) == CU_OK) {
        cu_str token = json_str(json_get(d, "id_token"));
        if (token.len && token.len <= JWT_MAX)
            *ret = cu_arena_dup(arena, token);
    }
    json_parser_free(parser);
    return ret->ptr ? CU_OK : refuse(err, "token", "the provider's answer holds no ID token");
}

static cu_code exchange(struct oidc *o, const struct published *p, const struct oidc_answer *a, struct cu_arena *arena,
    cu_str *ret, struct cu_error *err)
{
    static const char *const headers[] = {"Content-Type: application/x-www-form-urlencoded", "Accept: application/json"};
    struct client c;
    struct outgoing_answer answer = {0};
    client_init(&c);
    write_client(o, p, a, &c);
    cu_code code = cu_buf_code(&c.body, err);
    if (code == CU_OK) {
        struct outgoing_call call = {.method = "POST",
            .url = p->token,
            .headers = headers,
            .header_count = CU_COUNT(headers),
            .user = c.user.ptr,
            .password = c.password.ptr,
            .body = cu_buf_view(&c.body)};
        code = ask(o, &call, &answer, "exchange", err);
    }
    if (code == CU_OK)
        code = take_token(cu_buf_view(&answer.body), arena, ret, err);
    outgoing_answer_clear(&answer);
    client_clear(&c);
    return code;
}

cu_code oidc_redeem(
    struct oidc *o, const struct oidc_answer *a, struct cu_arena *arena, struct jwt_claims *ret, struct cu_error *err)
{
    struct published p;
    struct cu_error why = {0};
    cu_str token, known;
    struct jwt_expect e = {
        cu_str_of(o->options.issuer), cu_str_of(o->options.client_id), cu_str_of(a->nonce), cu_now_ms()};
    CU_TRY(publish(o, &p, err));
    CU_TRY(exchange(o, &p, a, arena, &token, err));
    CU_TRY(keys(o, &p, FRESH_MS, arena, &known, err));
    cu_code code = jwt_verify(token, known, &e, arena, ret, &why);
    if (code == CU_INVALID && strcmp(why.field, "key") == 0) { // it has changed its keys
        CU_TRY(keys(o, &p, KEYS_AGAIN_MS, arena, &known, err));
        code = jwt_verify(token, known, &e, arena, ret, &why);
    }
    if (code != CU_OK && err)
        *err = why;
    return code;
}
