// SPDX-License-Identifier: Apache-2.0
// Routes of sessions: sign in, second factor, who am I, prove it again, list and end.
#include "base/clock.h"
#include "base/log.h"
#include "password.h"
#include "session_rows.h"
#include "session_sql.h"
#include "staff_routes.h"
#include "text/text.h"

#include <stdio.h>

// --- the answer

static cu_code load_answer(struct govern *g, struct request *rq, struct cu_buf *email, struct standing *standing,
    struct cu_error *err)
{
    struct staff s;
    struct db *d = NULL;
    *standing = (struct standing){.postpone_until_ms = INT64_MIN};
    if (rq->caller.kind != CALLER_STAFF)
        return CU_OK;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = staff_load_in(d, rq->caller.staff_id, &s, err);
    if (code == CU_OK)
        code = standing_of(g, d, &s, standing, err);
    people_read_give(g->options.people, d);
    return code == CU_OK ? staff_email_open(g, &s, email, err) : code;
}

static void write_permissions(struct json_writer *w, uint64_t permissions)
{
    jw_key(w, "permissions");
    jw_array(w);
    for (int p = SPEC_SESSION; p < SPEC_PERMISSION_COUNT; p++) {
        if (permissions >> p & 1)
            jw_z(w, spec_permission_name((enum spec_permission)p));
    }
    jw_array_end(w);
}

static void write_purposes(struct json_writer *w, const struct role *role)
{
    jw_key(w, "purposes");
    jw_array(w);
    for (const struct guard_purpose *p = guard_purposes; p->name; p++) {
        if (role->purposes >> (p - guard_purposes) & 1)
            jw_z(w, p->name);
    }
    jw_array_end(w);
}

static void write_state(struct json_writer *w, const char *state, const char *ticket, uint32_t enrolled)
{
    jw_kz(w, "state", state);
    jw_kstr(w, "ticket", cu_str_of(ticket));
    jw_key(w, "factors");
    jw_array(w);
    for (size_t i = 0; factors[i]; i++) {
        if (enrolled >> i & 1)
            jw_z(w, factors[i]->name);
    }
    jw_array_end(w);
}

cu_code session_write(struct govern *g, struct request *rq, int status, struct cu_error *err)
{
    char csrf[48];
    struct cu_buf email;
    struct standing standing;
    struct role role = {.purposes = 0};
    bool local = rq->caller.kind != CALLER_STAFF;
    const char *role_name = local ? "owner" : rq->caller.role;
    cu_buf_init(&email, 512);
    cu_code code = load_answer(g, rq, &email, &standing, err);
    if (code == CU_OK && role_find(g, cu_str_of(role_name), &role, NULL) != CU_OK)
        role.purposes = 0;
    if (code == CU_OK) {
        session_csrf(g, rq->caller.session_hash, csrf);
        struct json_writer w = request_json(rq, status);
        jw_object(&w);
        if (rq->route->answer == sign_in_answer)
            write_state(&w, "signed_in", NULL, 0);
        jw_key(&w, "staff");
        jw_object(&w);
        jw_ki64(&w, "id", rq->caller.staff_id);
        jw_kstr(&w, "email", local ? CU_NONE : cu_buf_view(&email));
        jw_kz(&w, "role", role_name);
        jw_object_end(&w);
        jw_kz(&w, "csrf", csrf);
        write_permissions(&w, rq->caller.permissions);
        jw_kz(&w, "purpose", rq->caller.purpose);
        write_purposes(&w, &role);
        jw_key(&w, "second_factor");
        standing_write(&w, &standing);
        jw_key(&w, "shop");
        jw_object(&w);
        jw_kz(&w, "name", g->options.shop_name);
        jw_kz(&w, "currency", g->options.currency);
        jw_kz(&w, "timezone", g->options.time_zone);
        jw_object_end(&w);
        jw_object_end(&w);
    }
    cu_buf_wipe(&email);
    return code;
}

// --- signing in

static cu_code write_ticket(struct govern *g, struct request *rq, int64_t staff_id, const char *factor, uint32_t enrolled,
    struct cu_error *err)
{
    char token[SECRET_TOKEN_MAX];
    CU_TRY(ticket_create(g, rq, staff_id, "second_factor", factor, CU_NONE, token, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    write_state(&w, "second_factor", token, enrolled);
    static const char *const others[] = {"staff", "csrf", "permissions", "purpose", "purposes", "second_factor", "shop"};
    for (size_t i = 0; i < CU_COUNT(others); i++) {
        jw_key(&w, others[i]);
        jw_null(&w);
    }
    jw_object_end(&w);
    secret_wipe(token, sizeof token);
    return CU_OK;
}

cu_code sign_in_continue(struct govern *g, struct request *rq, int64_t staff_id, const char *factor, struct cu_error *err)
{
    struct db *d = NULL;
    uint32_t enrolled = 0, second = 0;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = factor_enrolled(g, d, staff_id, &enrolled, err);
    people_read_give(g->options.people, d);
    CU_TRY(code);
    for (size_t i = 0; factors[i]; i++)
        second |= factors[i]->backup ? 0 : enrolled & UINT32_C(1) << i;
    if (second)
        return write_ticket(g, rq, staff_id, factor, enrolled, err);
    CU_TRY(session_create(g, rq, staff_id, factor, err));
    return session_write(g, rq, 201, err);
}

static cu_code sign_in(struct request *rq, struct cu_error *err)
{
    int64_t id = 0;
    CU_TRY(password_sign_in(
        rq->module, rq, spec_str(&rq->body_values, "email"), spec_str(&rq->body_values, "password"), &id, err));
    return sign_in_continue(rq->module, rq, id, "password", err);
}

// Counts the attempt, checks the code, notes a refusal.
static cu_code check_factor(struct govern *g, struct request *rq, int64_t staff_id, const struct factor *f, cu_str ticket,
    cu_str code_text, struct cu_error *err)
{
    struct attempt a;
    CU_TRY(throttle_attempt(g, rq, THROTTLE_FACTOR, staff_id, &a, err));
    CU_TRY(throttle_take(g, &a, err));
    cu_code code = f->check(g, rq, staff_id, ticket, code_text, err);
    throttle_settle(g, &a, code);
    if (code == CU_UNAUTHENTICATED && sign_in_note(g, GUARD_REFUSED, f->name, staff_id, false, NULL) != CU_OK)
        cu_log(CU_LOG_WARN, "audit.refusal_not_noted", CU_LS("route", rq->route->name));
    return code;
}

static const struct factor *asked_factor(struct request *rq, struct cu_error *err)
{
    const struct factor *f = factor_find(spec_str(&rq->body_values, "factor"));
    if (!f || !f->check) {
        (void)cu_fail(err, CU_INVALID, "/factor", "a factor whose code can be typed is accepted: totp, recovery, sms");
        return NULL;
    }
    return f;
}

static cu_code second_factor(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct ticket t;
    cu_str token = spec_str(&rq->body_values, "ticket");
    const struct factor *f = asked_factor(rq, err);
    if (!f)
        return CU_INVALID;
    CU_TRY(ticket_try(g, rq, token, "second_factor", &t, err));
    CU_TRY(check_factor(g, rq, t.staff_id, f, token, spec_str(&rq->body_values, "code"), err));
    CU_TRY(ticket_use(g, &t, err));
    CU_TRY(session_create(g, rq, t.staff_id, f->name, err));
    return session_write(g, rq, 201, err);
}

// 403, not 401: the session goes on.
static cu_code reauth(struct request *rq, struct cu_error *err)
{
    const struct factor *f = NULL;
    rq->response.status = 204;
    if (rq->caller.kind != CALLER_STAFF)
        return CU_OK;
    if (spec_has(&rq->body_values, "password")) {
        CU_TRY(password_prove(rq->module, rq, spec_str(&rq->body_values, "password"), "/password", err));
        return session_prove(rq->module, rq, "password", err);
    }
    if (!spec_has(&rq->body_values, "factor") || !spec_has(&rq->body_values, "code"))
        return cu_fail(err, CU_MISSING, "/password", "either password, or factor and code");
    f = asked_factor(rq, err);
    if (!f)
        return CU_INVALID;
    cu_code code = check_factor(rq->module, rq, rq->caller.staff_id, f, CU_NONE, spec_str(&rq->body_values, "code"), err);
    if (code == CU_UNAUTHENTICATED)
        return cu_fail(err, CU_FORBIDDEN, "/code", "the code is not right, too old, or was used already");
    CU_TRY(code);
    return session_prove(rq->module, rq, f->name, err);
}

static cu_code who(struct request *rq, struct cu_error *err)
{
    return session_write(rq->module, rq, 200, err);
}

static cu_code sign_out(struct request *rq, struct cu_error *err)
{
    if (rq->caller.kind == CALLER_STAFF)
        CU_TRY(session_end(rq->module, rq->caller.session_hash, err));
    CU_TRY(request_header_add(
        rq, "Set-Cookie", CU_LIT("__Host-custos=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")));
    rq->response.status = 204;
    return CU_OK;
}

// --- listing and ending

static void write_row(struct json_writer *w, struct db_query *q, const uint8_t current[32])
{
    cu_str id = db_blob(q, 0);
    struct cu_buf hex;
    cu_buf_init(&hex, 64);
    text_hex(cu_str_sub(id, 0, SESSION_NAME), &hex);
    jw_object(w);
    jw_kstr(w, "id", cu_buf_view(&hex));
    jw_kbool(w, "current", id.len == 32 && secret_equal(id.ptr, current, 32));
    jw_ktime(w, "created", db_i64(q, 1));
    jw_ktime(w, "last", db_i64(q, 2));
    jw_kstr(w, "network", db_str(q, 3));
    jw_kstr(w, "browser", db_str(q, 4));
    jw_kstr(w, "factor", db_str(q, 5));
    jw_object_end(w);
    cu_buf_clear(&hex);
}

static cu_code list_in(struct request *rq, struct db *d, struct cu_error *err)
{
    struct db_query q;
    int64_t now = cu_now_ms();
    CU_TRY(db_prepare(d, &session_sql_list, &q, err));
    db_bind_i64(&q, ":staff", rq->caller.staff_id);
    db_bind_i64(&q, ":idle_since", now - SESSION_IDLE_MS);
    db_bind_i64(&q, ":created_since", now - SESSION_MAX_MS);
    db_bind_i64(&q, ":limit", SESSIONS_MAX);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    while (db_step(&q))
        write_row(&w, &q, rq->caller.session_hash);
    jw_array_end(&w);
    jw_kstr(&w, "next", CU_NONE);
    jw_object_end(&w);
    return db_end(&q, err);
}

static cu_code list(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct db *d = NULL;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = list_in(rq, d, err);
    people_read_give(g->options.people, d);
    return code;
}

static cu_code end_one(struct request *rq, struct cu_error *err)
{
    uint8_t name[SESSION_NAME];
    struct cu_buf bytes;
    cu_buf_init(&bytes, 64);
    bool good = text_hex_decode(request_path_str(rq, "id"), &bytes) && bytes.len == sizeof name;
    if (good)
        memcpy(name, bytes.ptr, sizeof name);
    cu_buf_clear(&bytes);
    if (!good)
        return cu_fail(err, CU_NOT_FOUND, "", "no such session");
    CU_TRY(session_end_named(rq->module, rq->caller.staff_id, name, err));
    rq->response.status = 204;
    return CU_OK;
}

static cu_code end_others_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct request *rq = context;
    return session_end_others(d, rq->caller.staff_id, rq->caller.session_hash, err);
}

static cu_code end_others(struct request *rq, struct cu_error *err)
{
    CU_TRY(staff_change(rq->module, end_others_in, rq, err));
    rq->response.status = 204;
    return CU_OK;
}

// --- rows

static const struct spec_field sign_in_body[] = {
    {.name = "email", .type = SPEC_STRING, .min = 1, .max = 254, .required = true, .doc = "The address of the account."},
    {.name = "password", .type = SPEC_STRING, .min = 1, .max = GOVERN_PASSWORD_MAX, .required = true, .secret = true,
        .doc = "Its password."},
    {.name = NULL},
};
static const char *const typed_factors[] = {"totp", "recovery", "sms", NULL};
static const struct spec_field second_factor_body[] = {
    {.name = "ticket", .type = SPEC_STRING, .min = 1, .max = SECRET_TOKEN_MAX, .required = true, .secret = true,
        .doc = "The ticket that signing in answered."},
    {.name = "factor", .type = SPEC_ENUM, .options = typed_factors, .required = true, .doc = "Which second factor."},
    {.name = "code", .type = SPEC_STRING, .min = 1, .max = 64, .required = true, .secret = true, .doc = "Its code."},
    {.name = NULL},
};
static const struct spec_field reauth_body[] = {
    {.name = "password", .type = SPEC_STRING, .min = 1, .max = GOVERN_PASSWORD_MAX, .secret = true,
        .doc = "The own password; or:"},
    {.name = "factor", .type = SPEC_ENUM, .options = typed_factors, .doc = "a second factor"},
    {.name = "code", .type = SPEC_STRING, .min = 1, .max = 64, .secret = true, .doc = "and its code."},
    {.name = NULL},
};
static const struct spec_field id_path[] = {
    {.name = "id", .type = SPEC_STRING, .min = 32, .max = 32, .doc = "The session, as in the list."},
    {.name = NULL},
};
static const struct spec_field staff_fields[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "The member of staff; 0 for the local operator."},
    {.name = "email", .type = SPEC_STRING, .max = 254, .nullable = true,
        .doc = "The account's address; null for the local operator."},
    {.name = "role", .type = SPEC_STRING, .max = 31, .doc = "The role."},
    {.name = NULL},
};
static const struct spec_field shop_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 127, .doc = "The shop's name."},
    {.name = "currency", .type = SPEC_STRING, .max = 3, .doc = "The shop's currency, ISO 4217."},
    {.name = "timezone", .type = SPEC_STRING, .max = 63, .doc = "The shop's time zone, tz database name."},
    {.name = NULL},
};
static const struct spec_field permission_element[] = {
    {.name = "", .type = SPEC_STRING, .max = 31, .doc = "Name of a permission."},
    {.name = NULL},
};
static const struct spec_field purpose_element[] = {
    {.name = "", .type = SPEC_STRING, .max = 31, .doc = "Name of a purpose."},
    {.name = NULL},
};
const struct spec_field standing_fields[] = {
    {.name = "required", .type = SPEC_BOOL, .doc = "Whether the role requires a second factor."},
    {.name = "enrolled", .type = SPEC_BOOL, .doc = "Whether one is set up."},
    {.name = "postpone_until", .type = SPEC_TIME, .nullable = true,
        .doc = "Until when an owner may do without; null: not at all."},
    {.name = NULL},
};
static const struct spec_field factor_element[] = {
    {.name = "", .type = SPEC_STRING, .max = 31, .doc = "Name of a factor."},
    {.name = NULL},
};
// clang-format off
#define SESSION_MEMBERS(null)                                                                                          \
    {.name = "staff", .type = SPEC_OBJECT, .max = 1024, .nullable = null, .fields = staff_fields,                      \
        .doc = "Who is signed in."},                                                                                   \
    {.name = "csrf", .type = SPEC_STRING, .max = 47, .nullable = null,                                                 \
        .doc = "To be sent as X-CSRF-Token with every change."},                                                       \
    {.name = "permissions", .type = SPEC_ARRAY, .max = SPEC_PERMISSION_COUNT, .nullable = null,                        \
        .fields = permission_element, .doc = "What this session may do."},                                             \
    {.name = "purpose", .type = SPEC_STRING, .max = 23, .nullable = null,                                              \
        .doc = "What the work is for unless X-Custos-Purpose says another."},                                          \
    {.name = "purposes", .type = SPEC_ARRAY, .max = 16, .nullable = null, .fields = purpose_element,                   \
        .doc = "What X-Custos-Purpose may say."},                                                                      \
    {.name = "second_factor", .type = SPEC_OBJECT, .max = 1024, .nullable = null, .fields = standing_fields,           \
        .doc = "How the account stands to the second factor."},                                                        \
    {.name = "shop", .type = SPEC_OBJECT, .max = 1024, .nullable = null, .fields = shop_fields, .doc = "The shop."}
// clang-format on
const struct spec_field session_answer[] = {
    SESSION_MEMBERS(false),
    {.name = NULL},
};
// Ways in that may ask for a second factor: then all but the first three are null.
static const char *const states[] = {"signed_in", "second_factor", NULL};
const struct spec_field sign_in_answer[] = {
    {.name = "state", .type = SPEC_ENUM, .options = states, .doc = "Whether this was all, or a second factor is wanted."},
    {.name = "ticket", .type = SPEC_STRING, .max = SECRET_TOKEN_MAX, .nullable = true,
        .doc = "To be sent with the second factor, within 5 minutes, by this browser."},
    {.name = "factors", .type = SPEC_ARRAY, .max = 16, .fields = factor_element, .doc = "What is set up and asked for."},
    SESSION_MEMBERS(true),
    {.name = NULL},
};
static const struct spec_field row_fields[] = {
    {.name = "id", .type = SPEC_STRING, .max = 32, .doc = "Name of the session."},
    {.name = "current", .type = SPEC_BOOL, .doc = "Whether it is this one."},
    {.name = "created", .type = SPEC_TIME, .doc = "When it began."},
    {.name = "last", .type = SPEC_TIME, .doc = "Last use, to the minute."},
    {.name = "network", .type = SPEC_STRING, .max = 47,
        .doc = "The address it began from, cut to its network; empty on this machine."},
    {.name = "browser", .type = SPEC_STRING, .max = 39, .doc = "Browser and system, as the browser says."},
    {.name = "factor", .type = SPEC_STRING, .max = 15, .doc = "What proved it last."},
    {.name = NULL},
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = SESSIONS_MAX, .fields = row_fields,
        .doc = "The own sessions, the last used first."},
    {.name = "next", .type = SPEC_STRING, .max = 255, .nullable = true, .doc = "Always null."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "session.create", .method = "POST", .path = "/v1/session", .permission = SPEC_PUBLIC,
        .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = sign_in_body, .answer = sign_in_answer,
        .doc = "Signs in: sets the session cookie (201), or answers a ticket for the second factor (200).",
        .handler = sign_in},
    {.name = "session.second_factor", .method = "POST", .path = "/v1/session/second-factor",
        .permission = SPEC_PUBLIC, .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = second_factor_body,
        .answer = session_answer, .doc = "The second step of signing in.", .handler = second_factor},
    {.name = "session.reauth", .method = "POST", .path = "/v1/session/reauth", .permission = SPEC_SESSION,
        .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = reauth_body,
        .doc = "Proves again who sits there; dangerous acts are possible for 5 minutes.", .handler = reauth},
    {.name = "session.get", .method = "GET", .path = "/v1/session", .permission = SPEC_SESSION,
        .answer = session_answer, .doc = "Who is signed in, and what they may do.", .handler = who},
    {.name = "session.delete", .method = "DELETE", .path = "/v1/session", .permission = SPEC_SESSION,
        .doc = "Signs out: ends the session.", .handler = sign_out},
    {.name = "sessions.list", .method = "GET", .path = "/v1/sessions", .permission = SPEC_SESSION,
        .answer = list_answer, .doc = "The own sessions.", .handler = list},
    {.name = "sessions.delete", .method = "DELETE", .path = "/v1/sessions/{id}", .permission = SPEC_SESSION,
        .path_fields = id_path, .doc = "Ends one of the own sessions.", .handler = end_one},
    {.name = "sessions.delete_others", .method = "DELETE", .path = "/v1/sessions", .permission = SPEC_SESSION,
        .doc = "Ends all other own sessions and forgets the browsers they came from.", .handler = end_others},
};

const struct module govern_session_module = {
    .name = "session",
    .doc = "Signing in and out, the own sessions.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = session_sql_all,
};
