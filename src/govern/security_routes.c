// SPDX-License-Identifier: Apache-2.0
// The own account: password, authenticator app, recovery codes. Every change ends the other sessions and gives this
// one a new token.
#include "base/clock.h"
#include "password.h"
#include "recovery.h"
#include "staff_routes.h"
#include "staff_rows.h"
#include "staff_sql.h"
#include "totp.h"

static cu_code only_staff(const struct request *rq, struct cu_error *err)
{
    return rq->caller.kind == CALLER_STAFF
               ? CU_OK
               : cu_fail(err, CU_FORBIDDEN, "", "only a member of staff has an account of their own");
}

// --- how it stands

static cu_code describe_totp(struct db *d, const struct staff *s, struct json_writer *w, struct cu_error *err)
{
    (void)d, (void)err;
    jw_key(w, "totp");
    jw_object(w);
    jw_ktime(w, "enrolled", s->totp_ms);
    jw_object_end(w);
    return CU_OK;
}

static cu_code describe_recovery(struct db *d, const struct staff *s, struct json_writer *w, struct cu_error *err)
{
    int64_t left = 0;
    CU_TRY(recovery_left_in(d, s->id, &left, err));
    jw_key(w, "recovery_codes");
    jw_object(w);
    jw_ki64(w, "left", left);
    jw_ktime(w, "made", s->recovery_ms);
    jw_object_end(w);
    return CU_OK;
}

// Passkeys and text messages say themselves how they stand; a build without them says that there are none.
static cu_code describe_others(
    struct govern *g, struct db *d, const struct staff *s, struct json_writer *w, struct cu_error *err)
{
    bool passkeys = false, sms = false;
    for (size_t i = 0; factors[i]; i++) {
        if (!factors[i]->describe)
            continue;
        passkeys |= strcmp(factors[i]->name, "passkey") == 0;
        sms |= strcmp(factors[i]->name, "sms") == 0;
        CU_TRY(factors[i]->describe(g, d, s->id, w, err));
    }
    if (!passkeys) {
        jw_key(w, "passkeys");
        jw_array(w);
        jw_array_end(w);
    }
    if (!sms) {
        jw_key(w, "sms");
        jw_object(w);
        jw_kstr(w, "number", CU_NONE);
        jw_object_end(w);
    }
    return CU_OK;
}

static cu_code get_in(struct request *rq, struct db *d, struct cu_error *err)
{
    struct staff s;
    struct standing standing;
    CU_TRY(staff_load_in(d, rq->caller.staff_id, &s, err));
    CU_TRY(standing_of(rq->module, d, &s, &standing, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "password");
    jw_object(&w);
    jw_ktime(&w, "changed", s.password_ms);
    jw_object_end(&w);
    CU_TRY(describe_totp(d, &s, &w, err));
    CU_TRY(describe_recovery(d, &s, &w, err));
    CU_TRY(describe_others(rq->module, d, &s, &w, err));
    jw_key(&w, "second_factor");
    standing_write(&w, &standing);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code get(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct db *d = NULL;
    CU_TRY(only_staff(rq, err));
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = get_in(rq, d, err);
    people_read_give(g->options.people, d);
    return code;
}

// --- the password

struct change {
    const struct request *rq;
    cu_str code;
    bool is_long;
    char hash[SECRET_PASSWORD_MAX];
    char codes[RECOVERY_CODES][RECOVERY_TEXT];
    bool made_codes;
};

static cu_code end_others(struct db *d, const struct change *c, struct cu_error *err)
{
    return session_end_others(d, c->rq->caller.staff_id, c->rq->caller.session_hash, err);
}

static cu_code load_standing(struct govern *g, struct db *d, int64_t id, struct staff *ret, struct standing *standing,
    struct cu_error *err)
{
    CU_TRY(staff_load_in(d, id, ret, err));
    return standing_of(g, d, ret, standing, err);
}

static cu_code set_password_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct change *c = context;
    struct staff s;
    struct standing standing;
    CU_TRY(load_standing(g, d, c->rq->caller.staff_id, &s, &standing, err));
    if (!standing.enrolled && !c->is_long)
        return cu_fail(err, CU_INVALID, "/password", "at least %d characters are accepted", PASSWORD_MIN_ALONE);
    CU_TRY(password_store(d, s.id, c->hash, c->is_long, err));
    return end_others(d, c, err);
}

static cu_code set_password(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct change c = {.rq = rq};
    struct cu_buf email;
    cu_str password = spec_str(&rq->body_values, "password");
    CU_TRY(only_staff(rq, err));
    CU_TRY(password_prove(g, rq, spec_str(&rq->body_values, "current"), "/current", err));
    c.is_long = password_is_long(password);
    cu_buf_init(&email, 512);
    cu_code code = staff_email(g, rq->caller.staff_id, &email, err);
    if (code == CU_OK)
        code = password_hash_new(g, password, cu_buf_view(&email), PASSWORD_MIN_WITH_FACTOR, c.hash, err);
    cu_buf_wipe(&email);
    if (code == CU_OK)
        code = staff_change(g, set_password_in, &c, err);
    secret_wipe(c.hash, sizeof c.hash);
    CU_TRY(code);
    rq->response.status = 204;
    return session_prove(g, rq, "password", err);
}

// How good a password is. Anybody may ask, so it is limited; whoever is signed in is judged as their account is.
static size_t least_for(struct govern *g, struct request *rq, struct cu_buf *email)
{
    struct staff s;
    struct standing standing;
    struct db *d = NULL;
    struct cu_error ignored;
    size_t least = PASSWORD_MIN_ALONE;
    if (govern_authenticate(g, rq, &ignored) != CU_OK || rq->caller.kind != CALLER_STAFF)
        return least;
    if (people_read_take(g->options.people, &d, NULL) != CU_OK)
        return least;
    if (load_standing(g, d, rq->caller.staff_id, &s, &standing, NULL) == CU_OK) {
        least = standing.enrolled ? PASSWORD_MIN_WITH_FACTOR : PASSWORD_MIN_ALONE;
        if (staff_email_open(g, &s, email, NULL) != CU_OK)
            cu_buf_reset(email);
    }
    people_read_give(g->options.people, d);
    return least;
}

static cu_code strength(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct password_verdict v;
    struct cu_buf email;
    cu_str words[PASSWORD_CONTEXT_MAX];
    char network[48];
    int64_t wait_s = 0;
    guard_network_of(rq->remote_ip, network);
    if (!limit_take(g->strength, cu_str_of(network), &wait_s))
        return cu_fail(err, CU_BUSY, "", "too many questions; ask again in %d seconds", (int)wait_s);
    cu_buf_init(&email, 512);
    size_t least = least_for(g, rq, &email);
    size_t count = password_context(g, cu_buf_view(&email), words, PASSWORD_CONTEXT_MAX);
    struct json_iter it = json_each(spec_get(&rq->body_values, "context")->raw);
    while (count < PASSWORD_CONTEXT_MAX && json_next(&it))
        words[count++] = json_str(it.value);
    password_judge(spec_str(&rq->body_values, "password"), least, words, count, &v);
    cu_buf_wipe(&email);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "score", v.score);
    jw_kbool(&w, "acceptable", v.acceptable);
    jw_kstr(&w, "reason", v.reason[0] ? cu_str_of(v.reason) : CU_NONE);
    jw_object_end(&w);
    return CU_OK;
}

// --- the authenticator app

static void write_offer(struct request *rq, const struct totp_offer *o)
{
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kstr(&w, "secret", cu_buf_view(&o->secret));
    jw_kstr(&w, "uri", cu_buf_view(&o->uri));
    jw_kstr(&w, "qr", cu_buf_view(&o->qr));
    jw_object_end(&w);
}

static cu_code totp_begin(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct totp_offer o;
    struct cu_buf email;
    CU_TRY(only_staff(rq, err));
    cu_buf_init(&email, 512);
    cu_buf_init(&o.secret, 64);
    cu_buf_init(&o.uri, 2048);
    cu_buf_init(&o.qr, 1 << 18);
    cu_code code = staff_email(g, rq->caller.staff_id, &email, err);
    if (code == CU_OK)
        code = totp_offer(g, rq->caller.staff_id, cu_buf_view(&email), &o, err);
    if (code == CU_OK)
        write_offer(rq, &o);
    cu_buf_wipe(&email);
    cu_buf_wipe(&o.secret);
    cu_buf_wipe(&o.uri);
    cu_buf_wipe(&o.qr);
    return code;
}

static void write_codes(struct request *rq, struct change *c)
{
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "recovery_codes");
    if (c->made_codes) {
        jw_array(&w);
        for (size_t i = 0; i < RECOVERY_CODES; i++)
            jw_z(&w, c->codes[i]);
        jw_array_end(&w);
    } else {
        jw_null(&w);
    }
    jw_object_end(&w);
    secret_wipe(c->codes, sizeof c->codes);
}

// Whoever sets up a first factor gets recovery codes with it.
static cu_code confirm_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct change *c = context;
    int64_t left = 0, id = c->rq->caller.staff_id;
    CU_TRY(totp_confirm_in(g, d, id, c->code, err));
    CU_TRY(recovery_left_in(d, id, &left, err));
    if (left == 0) {
        CU_TRY(recovery_make_in(d, id, c->codes, err));
        c->made_codes = true;
    }
    return end_others(d, c, err);
}

static cu_code totp_end(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct change c = {.rq = rq, .code = spec_str(&rq->body_values, "code")};
    struct attempt a;
    CU_TRY(only_staff(rq, err));
    CU_TRY(throttle_attempt(g, rq, THROTTLE_FACTOR, rq->caller.staff_id, &a, err));
    CU_TRY(throttle_take(g, &a, err));
    cu_code code = staff_change(g, confirm_in, &c, err);
    throttle_settle(g, &a, code);
    if (code == CU_UNAUTHENTICATED) // the session goes on
        return cu_fail(err, CU_INVALID, "/code", "the code is not right, or too old; wait for the next one");
    CU_TRY(code);
    CU_TRY(session_prove(g, rq, "totp", err));
    write_codes(rq, &c);
    return CU_OK;
}

// The last factor goes only when the password is good enough without one.
static cu_code remove_totp_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct change *c = context;
    struct staff s;
    struct standing standing;
    int64_t id = c->rq->caller.staff_id;
    CU_TRY(totp_factor.remove(g, d, id, err));
    CU_TRY(load_standing(g, d, id, &s, &standing, err));
    if (!standing.enrolled && !s.password_long)
        return cu_fail(err, CU_CONFLICT, "", "without a second factor your password needs %d characters; change it first",
            PASSWORD_MIN_ALONE);
    return end_others(d, c, err);
}

static cu_code totp_remove(struct request *rq, struct cu_error *err)
{
    struct change c = {.rq = rq};
    CU_TRY(only_staff(rq, err));
    CU_TRY(staff_change(rq->module, remove_totp_in, &c, err));
    rq->response.status = 204;
    return session_rotate(rq->module, rq, err);
}

static cu_code make_codes_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    struct change *c = context;
    CU_TRY(recovery_make_in(d, c->rq->caller.staff_id, c->codes, err));
    c->made_codes = true;
    return end_others(d, c, err);
}

static cu_code make_codes(struct request *rq, struct cu_error *err)
{
    struct change c = {.rq = rq};
    CU_TRY(only_staff(rq, err));
    CU_TRY(staff_change(rq->module, make_codes_in, &c, err));
    CU_TRY(session_rotate(rq->module, rq, err));
    write_codes(rq, &c);
    return CU_OK;
}

// --- rows

static const struct spec_field strength_context[] = {
    {.name = "", .type = SPEC_STRING, .max = 254, .doc = "A word that a password should not rest on."},
    {.name = NULL},
};
static const struct spec_field strength_body[] = {
    {.name = "password", .type = SPEC_STRING, .max = 1024, .required = true, .secret = true,
        .doc = "The password to judge; it is not kept."},
    {.name = "context", .type = SPEC_ARRAY, .max = 8, .fields = strength_context,
        .doc = "Words it should not rest on, like an address."},
    {.name = NULL},
};
static const struct spec_field strength_answer[] = {
    {.name = "score", .type = SPEC_INT, .min = 0, .max = 4,
        .doc = "0: guessed at once; 4: beyond guessing. At most 1 when it is not accepted."},
    {.name = "acceptable", .type = SPEC_BOOL,
        .doc = "Whether it would be accepted: of this session's account, else of one without a second factor."},
    {.name = "reason", .type = SPEC_STRING, .max = 200, .nullable = true,
        .doc = "What is wrong or could be better, or null."},
    {.name = NULL},
};
static const struct spec_field password_body[] = {
    {.name = "current", .type = SPEC_STRING, .min = 1, .max = GOVERN_PASSWORD_MAX, .required = true, .secret = true,
        .doc = "The present password."},
    {.name = "password", .type = SPEC_STRING, .min = 1, .max = GOVERN_PASSWORD_MAX, .required = true, .secret = true,
        .doc = "The new one: at least 15 characters of any kind; 8 with a second factor."},
    {.name = NULL},
};
static const struct spec_field code_body[] = {
    {.name = "code", .type = SPEC_STRING, .min = 1, .max = 16, .required = true, .secret = true,
        .doc = "What the app shows."},
    {.name = NULL},
};
static const struct spec_field offer_answer[] = {
    {.name = "secret", .type = SPEC_STRING, .max = 64, .doc = "The seed in base 32, for typing; shown only here."},
    {.name = "uri", .type = SPEC_STRING, .max = 2048, .doc = "The same as otpauth: address."},
    {.name = "qr", .type = SPEC_STRING, .max = 1 << 18, .doc = "The same as QR code: an SVG."},
    {.name = NULL},
};
static const struct spec_field recovery_element[] = {
    {.name = "", .type = SPEC_STRING, .max = RECOVERY_TEXT, .doc = "A code, good once."},
    {.name = NULL},
};
static const struct spec_field codes_answer[] = {
    {.name = "recovery_codes", .type = SPEC_ARRAY, .max = RECOVERY_CODES, .nullable = true,
        .fields = recovery_element, .doc = "New recovery codes, shown only here; null when the old ones stay."},
    {.name = NULL},
};
static const struct spec_field password_fields[] = {
    {.name = "changed", .type = SPEC_TIME, .nullable = true, .doc = "When it was set."},
    {.name = NULL},
};
static const struct spec_field totp_fields[] = {
    {.name = "enrolled", .type = SPEC_TIME, .nullable = true, .doc = "Since when, or null."},
    {.name = NULL},
};
static const struct spec_field recovery_fields[] = {
    {.name = "left", .type = SPEC_INT, .max = RECOVERY_CODES, .doc = "How many were not used yet."},
    {.name = "made", .type = SPEC_TIME, .nullable = true, .doc = "When they were made, or null."},
    {.name = NULL},
};
static const struct spec_field passkey_fields[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "The passkey."},
    {.name = "name", .type = SPEC_STRING, .max = 254, .doc = "What its owner calls it."},
    {.name = "created", .type = SPEC_TIME, .doc = "Since when."},
    {.name = "last_used", .type = SPEC_TIME, .nullable = true, .doc = "When it signed in last, or null."},
    {.name = NULL},
};
static const struct spec_field sms_fields[] = {
    {.name = "number", .type = SPEC_STRING, .max = 31, .nullable = true,
        .doc = "The number's first and last digits, or null."},
    {.name = NULL},
};
static const struct spec_field security_answer[] = {
    {.name = "password", .type = SPEC_OBJECT, .max = 1024, .fields = password_fields, .doc = "The password."},
    {.name = "totp", .type = SPEC_OBJECT, .max = 1024, .fields = totp_fields, .doc = "The authenticator app."},
    {.name = "recovery_codes", .type = SPEC_OBJECT, .max = 1024, .fields = recovery_fields, .doc = "Recovery codes."},
    {.name = "passkeys", .type = SPEC_ARRAY, .max = 64, .fields = passkey_fields, .doc = "Passkeys."},
    {.name = "sms", .type = SPEC_OBJECT, .max = 1024, .fields = sms_fields, .doc = "Codes by text message."},
    {.name = "second_factor", .type = SPEC_OBJECT, .max = 1024, .fields = standing_fields,
        .doc = "How the account stands to the second factor."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "password.strength", .method = "POST", .path = "/v1/password-strength", .permission = SPEC_PUBLIC,
        .body_kind = SPEC_BODY_JSON, .body_max = 8192, .body = strength_body, .answer = strength_answer,
        .doc = "How good a password is, and why not better.", .handler = strength},
    {.name = "security.get", .method = "GET", .path = "/v1/security", .permission = SPEC_SESSION,
        .answer = security_answer, .doc = "The own password and factors.", .handler = get},
    {.name = "security.password", .method = "PUT", .path = "/v1/security/password", .permission = SPEC_SESSION,
        .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = password_body,
        .doc = "Sets a new password; ends the other sessions.", .handler = set_password},
    {.name = "security.totp", .method = "POST", .path = "/v1/security/totp", .permission = SPEC_SESSION,
        .reauth = true, .answer = offer_answer,
        .doc = "Offers a seed for an authenticator app; in force once confirmed.", .handler = totp_begin},
    {.name = "security.totp_confirm", .method = "POST", .path = "/v1/security/totp/confirm",
        .permission = SPEC_SESSION, .body_kind = SPEC_BODY_JSON, .body_max = 1024, .body = code_body,
        .answer = codes_answer, .doc = "Confirms the app by its first code; ends the other sessions.",
        .handler = totp_end},
    {.name = "security.totp_delete", .method = "DELETE", .path = "/v1/security/totp", .permission = SPEC_SESSION,
        .reauth = true, .doc = "Removes the authenticator app; ends the other sessions.", .handler = totp_remove},
    {.name = "security.recovery_codes", .method = "POST", .path = "/v1/security/recovery-codes",
        .permission = SPEC_SESSION, .reauth = true, .answer = codes_answer,
        .doc = "Makes ten new recovery codes; the old ones end.", .handler = make_codes},
};

const struct module govern_security_module = {
    .name = "security",
    .doc = "The own password and second factors.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
