// SPDX-License-Identifier: Apache-2.0
// Routes of passkeys: options and credentials in the JSON of Web Authentication Level 3.
#include "base/log.h"
#include "factor_sql.h"
#include "passkey_rows.h"
#include "staff_routes.h"
#include "text/text.h"

#include <stdio.h>

enum { PART_MAX = 24 * 1024, TIMEOUT_MS = 120000 };

// ---- the site

struct site {
    char rp_id[WEBAUTHN_RP_MAX], origin[WEBAUTHN_ORIGIN_MAX];
};

static cu_code site_of(struct govern *g, struct site *ret, struct cu_error *err)
{
    if (webauthn_rp_of(cu_str_of(g->base_url), ret->rp_id, ret->origin, err) == CU_OK)
        return CU_OK;
    if (err)
        err->code = CU_CONFLICT;
    return CU_CONFLICT;
}

static void write_bytes(struct json_writer *w, const char *name, const void *bytes, size_t len)
{
    struct cu_buf text;
    cu_buf_init(&text, 2048);
    text_base64((cu_str){bytes, len}, true, &text);
    jw_kstr(w, name, cu_buf_view(&text));
    cu_buf_wipe(&text);
}

static cu_code write_descriptor(void *context, const struct passkey_row *row, struct cu_error *err)
{
    (void)err;
    struct json_writer *w = context;
    jw_object(w);
    jw_kz(w, "type", "public-key");
    write_bytes(w, "id", row->credential.ptr, row->credential.len);
    jw_object_end(w);
    return CU_OK;
}

// The passkeys of that account as descriptors; for nobody an empty list: the browser offers what it has.
static cu_code write_descriptors(
    struct govern *g, struct json_writer *w, const char *name, int64_t staff_id, struct cu_error *err)
{
    struct db *d = NULL;
    cu_code code = CU_OK;
    jw_key(w, name);
    jw_array(w);
    if (staff_id) {
        CU_TRY(people_read_take(g->options.people, &d, err));
        code = passkey_each(d, staff_id, write_descriptor, w, err);
        people_read_give(g->options.people, d);
    }
    jw_array_end(w);
    return code;
}

// ---- what the browser sends

static cu_code take_part(json credential, const char *path, const char *field, struct cu_buf *out, struct cu_error *err)
{
    cu_str text = json_str(json_path(credential, path));
    cu_buf_init(out, PART_MAX);
    if (text.len == 0 || !text_base64_decode(text, out) || out->failed)
        return cu_fail(err, CU_INVALID, field, "base64url as PublicKeyCredential.toJSON() writes it is accepted");
    return CU_OK;
}

static cu_code check_type(json credential, struct cu_error *err)
{
    cu_str id = json_str(json_get(credential, "id")), raw = json_str(json_get(credential, "rawId"));
    if (!cu_str_eqz(json_str(json_get(credential, "type")), "public-key") || (raw.ptr && !cu_str_eq(id, raw)))
        return cu_fail(err, CU_INVALID, "/credential", "a public-key credential, as the browser made it, is accepted");
    return CU_OK;
}

// ---- enrolling

static void write_user(struct json_writer *w, const struct passkey_user *u, cu_str email)
{
    jw_key(w, "user");
    jw_object(w);
    write_bytes(w, "id", u->handle, sizeof u->handle);
    jw_kstr(w, "name", email);
    jw_kstr(w, "displayName", email);
    jw_object_end(w);
}

static void write_algorithms(struct json_writer *w)
{
    static const int algorithms[] = {WEBAUTHN_EDDSA, WEBAUTHN_ES256, WEBAUTHN_RS256};
    jw_key(w, "pubKeyCredParams");
    jw_array(w);
    for (size_t i = 0; i < CU_COUNT(algorithms); i++) {
        jw_object(w);
        jw_kz(w, "type", "public-key");
        jw_ki64(w, "alg", algorithms[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static cu_code write_creation(struct govern *g, struct request *rq, const struct site *site, const uint8_t challenge[32],
    const struct passkey_user *u, cu_str email, struct cu_error *err)
{
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "publicKey");
    jw_object(&w);
    jw_key(&w, "rp");
    jw_object(&w);
    jw_kz(&w, "id", site->rp_id);
    jw_kz(&w, "name", g->options.shop_name && g->options.shop_name[0] ? g->options.shop_name : "Custos");
    jw_object_end(&w);
    write_user(&w, u, email);
    write_bytes(&w, "challenge", challenge, WEBAUTHN_CHALLENGE);
    write_algorithms(&w);
    jw_ki64(&w, "timeout", TIMEOUT_MS);
    CU_TRY(write_descriptors(g, &w, "excludeCredentials", u->staff_id, err));
    jw_key(&w, "authenticatorSelection");
    jw_object(&w);
    jw_kz(&w, "residentKey", "preferred");
    jw_kz(&w, "userVerification", "preferred");
    jw_object_end(&w);
    jw_kz(&w, "attestation", "none");
    jw_object_end(&w);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code enrol_options(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct site site;
    struct passkey_user u = {.staff_id = rq->caller.staff_id};
    uint8_t challenge[WEBAUTHN_CHALLENGE];
    struct cu_buf email;
    CU_TRY(site_of(g, &site, err));
    cu_random(challenge, sizeof challenge);
    CU_TRY(enrolment_begin(g, rq, "passkey", (cu_str){(const char *)challenge, sizeof challenge}, err));
    CU_TRY(passkey_user(g, &u, err));
    cu_buf_init(&email, 512);
    cu_code code = staff_email(g, u.staff_id, &email, err);
    if (code == CU_OK)
        code = write_creation(g, rq, &site, challenge, &u, cu_buf_view(&email), err);
    cu_buf_wipe(&email);
    return code;
}

static cu_code note(struct govern *g, enum guard_outcome outcome, const char *what, const char *why, struct cu_error *err)
{
    char detail[96];
    int n = snprintf(detail, sizeof detail, "{\"factor\":\"passkey\",\"%s\":\"%s\"}", what, why);
    return guard_note(people_guard(g->options.people), outcome, NULL, 0, (cu_str){detail, (size_t)n}, true, err);
}

static cu_code read_made(struct govern *g, struct request *rq, struct webauthn_credential *ret, struct cu_error *err)
{
    struct site site;
    struct enrolment begun;
    struct webauthn_expect e = {.user_verification = false};
    json credential = spec_get(&rq->body_values, "credential")->raw;
    CU_TRY(site_of(g, &site, err));
    CU_TRY(enrolment_try(g, rq, "passkey", 1, &begun, err)); // a challenge is good for one answer
    if (begun.len != sizeof e.challenge)
        return cu_fail(err, CU_CONFLICT, "", "begin again");
    memcpy(e.challenge, begun.data, sizeof e.challenge);
    e.rp_id = site.rp_id;
    e.origin = site.origin;
    struct cu_buf client, object = {0};
    CU_TRY(check_type(credential, err));
    cu_code code = take_part(credential, "response.clientDataJSON", "/credential/response/clientDataJSON", &client, err);
    if (code == CU_OK)
        code = take_part(credential, "response.attestationObject", "/credential/response/attestationObject", &object, err);
    if (code == CU_OK) {
        code = webauthn_register(&e, cu_buf_view(&client), cu_buf_view(&object), ret, err);
        if (code == CU_INVALID && err)
            cu_error_prefix(err, "/credential/");
    }
    cu_buf_clear(&client);
    cu_buf_clear(&object);
    return code;
}

static cu_code enrol(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct webauthn_credential c;
    struct passkey_making m = {.rq = rq, .name = cu_str_trim(spec_str(&rq->body_values, "name")), .credential = &c};
    if (m.name.len == 0)
        return cu_fail(err, CU_INVALID, "/name", "a name of up to %d characters is accepted", PASSKEY_NAME_MAX);
    CU_TRY(read_made(g, rq, &c, err));
    CU_TRY(note(g, GUARD_ATTEMPT, "act", "enrol", err));
    CU_TRY(passkey_make(g, &m, err));
    CU_TRY(session_prove(g, rq, "passkey", err));
    struct json_writer w = request_json(rq, 201);
    jw_object(&w);
    jw_ki64(&w, "id", m.id);
    enrolment_write_codes(&w, m.made_codes ? m.codes : NULL);
    jw_object_end(&w);
    secret_wipe(m.codes, sizeof m.codes);
    return CU_OK;
}

static cu_code remove_one(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    CU_TRY(note(g, GUARD_ATTEMPT, "act", "remove", err));
    CU_TRY(passkey_remove(g, rq, spec_i64(&rq->path_values, "id"), err));
    CU_TRY(session_rotate(g, rq, err));
    rq->response.status = 204;
    return CU_OK;
}

// ---- signing in

static cu_code write_request(struct govern *g, struct request *rq, const struct site *site, const char *ticket,
    const struct sign_in_step *step, int64_t staff_id, struct cu_error *err)
{
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kz(&w, "ticket", ticket);
    jw_key(&w, "publicKey");
    jw_object(&w);
    write_bytes(&w, "challenge", step->challenge, sizeof step->challenge);
    jw_ki64(&w, "timeout", TIMEOUT_MS);
    jw_kz(&w, "rpId", site->rp_id);
    CU_TRY(write_descriptors(g, &w, "allowCredentials", staff_id, err));
    jw_kz(&w, "userVerification", staff_id ? "preferred" : "required");
    jw_object_end(&w);
    jw_object_end(&w);
    return CU_OK;
}

// Whoever has no account can ask, too: not so often that tickets of others would be pushed out.
static cu_code admit_stranger(struct govern *g, struct request *rq, struct cu_error *err)
{
    char network[48];
    int64_t wait_s = 0;
    guard_network_of(rq->remote_ip, network);
    if (limit_take(g->strength, cu_str_of(network), &wait_s))
        return CU_OK;
    return cu_fail(err, CU_BUSY, "", "too many sign-ins from this network; try again in %d seconds", (int)wait_s);
}

static cu_code sign_in_options(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct site site;
    struct ticket t;
    struct sign_in_step step = {.challenged = true};
    char token[SECRET_TOKEN_MAX];
    cu_str given = spec_str(&rq->body_values, "ticket");
    CU_TRY(site_of(g, &site, err));
    if (given.len) {
        CU_TRY(ticket_peek(g, rq, given, "second_factor", &t, err));
        sign_in_step_read(&t, &step);
        step.challenged = true;
        cu_random(step.challenge, sizeof step.challenge);
        sign_in_step_write(g, &t, &step);
        (void)snprintf(token, sizeof token, "%.*s", CU_ARG(given));
        return write_request(g, rq, &site, token, &step, t.staff_id, err);
    }
    CU_TRY(admit_stranger(g, rq, err));
    cu_random(step.challenge, sizeof step.challenge);
    CU_TRY(ticket_create(g, rq, 0, "passkey", "", (cu_str){(const char *)&step, sizeof step}, token, err));
    return write_request(g, rq, &site, token, &step, 0, err);
}

struct received {
    struct cu_buf id, handle, client, data, signature;
};

static cu_code receive(json credential, struct received *r, struct cu_error *err)
{
    CU_TRY(check_type(credential, err));
    CU_TRY(take_part(credential, "id", "/credential/id", &r->id, err));
    CU_TRY(take_part(credential, "response.clientDataJSON", "/credential/response/clientDataJSON", &r->client, err));
    CU_TRY(take_part(credential, "response.authenticatorData", "/credential/response/authenticatorData", &r->data, err));
    CU_TRY(take_part(credential, "response.signature", "/credential/response/signature", &r->signature, err));
    if (json_is(json_path(credential, "response.userHandle"), JSON_STRING))
        CU_TRY(take_part(credential, "response.userHandle", "/credential/response/userHandle", &r->handle, err));
    return CU_OK;
}

static void received_clear(struct received *r)
{
    struct cu_buf *const all[] = {&r->id, &r->handle, &r->client, &r->data, &r->signature};
    for (size_t i = 0; i < CU_COUNT(all); i++)
        cu_buf_clear(all[i]);
}

// The challenge leaves the ticket before anything is verified: it is good for one answer.
static cu_code take_challenge(
    struct govern *g, struct request *rq, struct ticket *t, struct webauthn_expect *e, struct cu_error *err)
{
    struct sign_in_step step;
    cu_str token = spec_str(&rq->body_values, "ticket");
    bool second = ticket_try(g, rq, token, "second_factor", t, NULL) == CU_OK;
    if (!second)
        CU_TRY(ticket_try(g, rq, token, "passkey", t, err));
    sign_in_step_read(t, &step);
    if (!step.challenged)
        return cu_fail(err, CU_UNAUTHENTICATED, "/ticket", "ask for new options first: a challenge is good for one answer");
    memcpy(e->challenge, step.challenge, sizeof e->challenge);
    e->user_verification = !second;
    step.challenged = false;
    memset(step.challenge, 0, sizeof step.challenge);
    sign_in_step_write(g, t, &step);
    return CU_OK;
}

// Throttled, verified; a refusal is noted with the step that saw it.
static cu_code verify(struct govern *g, struct request *rq, struct passkey_use *u, struct cu_error *err)
{
    struct attempt a;
    struct cu_error why = {0};
    CU_TRY(throttle_attempt(g, rq, THROTTLE_FACTOR, u->staff_id, &a, err));
    CU_TRY(throttle_take(g, &a, err));
    cu_code code = passkey_use(g, u, &why);
    if (code == CU_OK) {
        throttle_good(g, &a);
        return CU_OK;
    }
    if (code != CU_INVALID) {
        if (err)
            *err = why;
        return code;
    }
    if (sign_in_note(g, GUARD_REFUSED, "passkey", u->staff_id ? u->staff_id : u->found_staff, false, NULL) != CU_OK ||
        note(g, GUARD_REFUSED, "step", why.field, NULL) != CU_OK)
        cu_log(CU_LOG_WARN, "audit.refusal_not_noted", CU_LS("route", rq->route->name));
    return cu_fail(err, CU_UNAUTHENTICATED, "/credential", "%s", why.text);
}

static cu_code sign_in(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct site site;
    struct ticket t;
    struct webauthn_credential room = {0};
    struct received r = {0};
    struct passkey_use u = {.credential = &room};
    CU_TRY(site_of(g, &site, err));
    CU_TRY(take_challenge(g, rq, &t, &u.expect, err));
    u.expect.rp_id = site.rp_id;
    u.expect.origin = site.origin;
    u.staff_id = t.staff_id;
    cu_code code = receive(spec_get(&rq->body_values, "credential")->raw, &r, err);
    if (code == CU_OK) {
        u.id = cu_buf_view(&r.id);
        u.handle = cu_buf_view(&r.handle);
        u.client_data = cu_buf_view(&r.client);
        u.authenticator_data = cu_buf_view(&r.data);
        u.signature = cu_buf_view(&r.signature);
        code = verify(g, rq, &u, err);
    }
    received_clear(&r);
    if (code == CU_OK)
        code = ticket_use(g, &t, err);
    if (code == CU_OK)
        code = session_create(g, rq, u.found_staff, "passkey", err);
    return code == CU_OK ? session_write(g, rq, 201, err) : code;
}

static const struct spec_field options_body[] = {
    {.name = "ticket", .type = SPEC_STRING, .min = 1, .max = SECRET_TOKEN_MAX, .secret = true,
        .doc = "The ticket of a sign-in that waits for its second factor; without it the passkey alone signs in."},
    {.name = NULL},
};
static const struct spec_field sign_in_body[] = {
    {.name = "ticket", .type = SPEC_STRING, .min = 1, .max = SECRET_TOKEN_MAX, .required = true, .secret = true,
        .doc = "The ticket that came with the options."},
    {.name = "credential", .type = SPEC_OBJECT, .max = 65536, .required = true,
        .doc = "What navigator.credentials.get() gave, as its toJSON() writes it."},
    {.name = NULL},
};
static const struct spec_field enrol_body[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = PASSKEY_NAME_MAX, .required = true,
        .doc = "What you call this passkey."},
    {.name = "credential", .type = SPEC_OBJECT, .max = 65536, .required = true,
        .doc = "What navigator.credentials.create() gave, as its toJSON() writes it."},
    {.name = NULL},
};
static const struct spec_field code_element[] = {
    {.name = "", .type = SPEC_STRING, .max = RECOVERY_TEXT, .doc = "A code that signs in once in place of a second factor."},
    {.name = NULL},
};
static const struct spec_field enrol_answer[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "The passkey's number."},
    {.name = "recovery_codes", .type = SPEC_ARRAY, .max = RECOVERY_CODES, .nullable = true, .fields = code_element,
        .doc = "Ten recovery codes, shown once, when there were none; else null."},
    {.name = NULL},
};
static const struct spec_field creation_answer[] = {
    {.name = "publicKey", .type = SPEC_OBJECT, .max = 65536,
        .doc = "PublicKeyCredentialCreationOptionsJSON of Web Authentication."},
    {.name = NULL},
};
static const struct spec_field options_answer[] = {
    {.name = "ticket", .type = SPEC_STRING, .max = SECRET_TOKEN_MAX, .doc = "To be sent with the credential."},
    {.name = "publicKey", .type = SPEC_OBJECT, .max = 65536,
        .doc = "PublicKeyCredentialRequestOptionsJSON of Web Authentication."},
    {.name = NULL},
};
static const struct spec_field id_path[] = {
    {.name = "id", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .required = true, .doc = "The passkey's number."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "session.passkey_options", .method = "POST", .path = "/v1/session/passkey/options", .permission = SPEC_PUBLIC,
        .body_kind = SPEC_BODY_JSON, .body_max = 1024, .body = options_body, .answer = options_answer,
        .doc = "A challenge for a passkey: as second step of a sign-in, or alone.", .handler = sign_in_options},
    {.name = "session.passkey", .method = "POST", .path = "/v1/session/passkey", .permission = SPEC_PUBLIC,
        .body_kind = SPEC_BODY_JSON, .body_max = 65536, .body = sign_in_body, .answer = session_answer,
        .doc = "Signs in with a passkey: sets the session cookie.", .handler = sign_in},
    {.name = "security.passkey_options", .method = "POST", .path = "/v1/security/passkeys/options",
        .permission = SPEC_SESSION,
        .reauth = true, .body_kind = SPEC_BODY_NONE, .answer = creation_answer, .doc = "A challenge to make a passkey with.",
        .handler = enrol_options},
    {.name = "security.passkey_add", .method = "POST", .path = "/v1/security/passkeys", .permission = SPEC_SESSION,
        .body_kind = SPEC_BODY_JSON, .body_max = 65536, .body = enrol_body, .answer = enrol_answer,
        .doc = "Adds a passkey to the own account.", .handler = enrol},
    {.name = "security.passkey_remove", .method = "DELETE", .path = "/v1/security/passkeys/{id}", .permission = SPEC_SESSION,
        .reauth = true, .path_fields = id_path, .doc = "Removes a passkey from the own account.", .handler = remove_one},
};

const struct module govern_passkey_module = {
    .name = "passkeys",
    .doc = "Passkeys (Web Authentication) as second factor and alone.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = factor_sql_all,
};
