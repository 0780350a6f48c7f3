// SPDX-License-Identifier: Apache-2.0
// Routes of staff access: set-up, sign in, who am I, sign out.
#include "govern_sql.h"
#include "staff.h"

static cu_code write_session(struct govern *g, struct request *rq, int status, int64_t staff_id,
    const uint8_t hash[32], uint64_t permissions, struct cu_error *err)
{
    char csrf[48];
    struct cu_buf email;
    cu_buf_init(&email, 512);
    if (staff_id) {
        cu_code code = staff_email(g, staff_id, &email, err);
        if (code != CU_OK) {
            cu_buf_wipe(&email);
            return code;
        }
    }
    session_csrf(g, hash, csrf);
    struct json_writer w = request_json(rq, status);
    jw_object(&w);
    jw_key(&w, "staff");
    jw_object(&w);
    jw_ki64(&w, "id", staff_id);
    jw_kstr(&w, "email", staff_id ? cu_buf_view(&email) : CU_NONE);
    jw_kz(&w, "role", "owner");
    jw_object_end(&w);
    jw_kz(&w, "csrf", csrf);
    jw_key(&w, "permissions");
    jw_array(&w);
    for (int p = SPEC_SESSION; p < SPEC_PERMISSION_COUNT; p++) {
        if (permissions >> p & 1)
            jw_z(&w, spec_permission_name((enum spec_permission)p));
    }
    jw_array_end(&w);
    jw_key(&w, "shop");
    jw_object(&w);
    jw_kz(&w, "name", g->options.shop_name);
    jw_kz(&w, "currency", g->options.currency);
    jw_kz(&w, "timezone", g->options.time_zone);
    jw_object_end(&w);
    jw_object_end(&w);
    cu_buf_wipe(&email);
    return CU_OK;
}

static cu_code open_session(struct govern *g, struct request *rq, int status, int64_t staff_id,
    struct cu_error *err)
{
    char token[SECRET_TOKEN_MAX];
    struct session s;
    CU_TRY(session_create(g, staff_id, token, &s, err));
    cu_str cookie = cu_arena_printf(rq->arena,
        "__Host-custos=%s; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=%d", token,
        SESSION_MAX_MS / 1000);
    if (!cookie.ptr)
        return cu_fail(err, CU_MEMORY, "", "no memory for a cookie");
    CU_TRY(request_header_add(rq, "Set-Cookie", cookie));
    return write_session(g, rq, status, staff_id, s.hash, govern_permissions_of(cu_str_of(s.role)), err);
}

static cu_code setup_state(struct request *rq, struct cu_error *err)
{
    int64_t staff = 0;
    CU_TRY(staff_count(rq->module, &staff, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kbool(&w, "needed", staff == 0);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code setup(struct request *rq, struct cu_error *err)
{
    int64_t id = 0;
    CU_TRY(staff_create_owner(rq->module, spec_str(&rq->body_values, "token"),
        spec_str(&rq->body_values, "email"), spec_str(&rq->body_values, "password"), &id, err));
    return open_session(rq->module, rq, 201, id, err);
}

static cu_code sign_in(struct request *rq, struct cu_error *err)
{
    int64_t id = 0;
    CU_TRY(staff_sign_in(rq->module, spec_str(&rq->body_values, "email"),
        spec_str(&rq->body_values, "password"), rq->remote_ip, &id, err));
    return open_session(rq->module, rq, 201, id, err);
}

static cu_code who(struct request *rq, struct cu_error *err)
{
    return write_session(rq->module, rq, 200, rq->caller.staff_id, rq->caller.session_hash,
        rq->caller.permissions, err);
}

static cu_code sign_out(struct request *rq, struct cu_error *err)
{
    if (rq->caller.kind == CALLER_STAFF)
        CU_TRY(session_end(rq->module, rq->caller.session_hash, err));
    CU_TRY(request_header_add(rq, "Set-Cookie",
        CU_LIT("__Host-custos=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")));
    rq->response.status = 204;
    return CU_OK;
}

static const struct spec_field setup_body[] = {
    {.name = "token", .type = SPEC_STRING, .min = 1, .max = SECRET_TOKEN_MAX, .required = true, .secret = true,
        .doc = "The token of the one-time set-up link."},
    {.name = "email", .type = SPEC_EMAIL, .max = 254, .required = true, .doc = "The owner's e-mail address."},
    {.name = "password", .type = SPEC_STRING, .min = GOVERN_PASSWORD_MIN, .max = GOVERN_PASSWORD_MAX, .required = true,
        .secret = true, .doc = "15 to 256 characters of any kind; a sentence is a good password."},
    {.name = NULL},
};
static const struct spec_field sign_in_body[] = {
    {.name = "email", .type = SPEC_STRING, .min = 1, .max = 254, .required = true, .doc = "The address of the account."},
    {.name = "password", .type = SPEC_STRING, .min = 1, .max = GOVERN_PASSWORD_MAX, .required = true, .secret = true,
        .doc = "Its password."},
    {.name = NULL},
};
static const struct spec_field staff_fields[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "The member of staff; 0 for the local operator."},
    {.name = "email", .type = SPEC_STRING, .max = 254, .nullable = true, .doc = "The account's address; null for the local operator."},
    {.name = "role", .type = SPEC_STRING, .max = 15, .doc = "The role."},
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
static const struct spec_field session_answer[] = {
    {.name = "staff", .type = SPEC_OBJECT, .max = 1024, .fields = staff_fields, .doc = "Who is signed in."},
    {.name = "csrf", .type = SPEC_STRING, .max = 47, .doc = "To be sent as X-CSRF-Token with every change."},
    {.name = "permissions", .type = SPEC_ARRAY, .max = SPEC_PERMISSION_COUNT, .fields = permission_element, .doc = "What this session may do."},
    {.name = "shop", .type = SPEC_OBJECT, .max = 1024, .fields = shop_fields, .doc = "The shop."},
    {.name = NULL},
};
static const struct spec_field setup_answer[] = {
    {.name = "needed", .type = SPEC_BOOL, .doc = "true while there is no owner yet."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "setup.state", .method = "GET", .path = "/v1/setup", .permission = SPEC_PUBLIC, .answer = setup_answer,
        .doc = "Whether the shop still needs its owner.", .handler = setup_state},
    {.name = "setup.create", .method = "POST", .path = "/v1/setup", .permission = SPEC_PUBLIC, .body_kind = SPEC_BODY_JSON,
        .body_max = 4096, .body = setup_body, .answer = session_answer,
        .doc = "Makes the owner with the one-time set-up link and signs in.", .handler = setup},
    {.name = "session.create", .method = "POST", .path = "/v1/session", .permission = SPEC_PUBLIC,
        .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = sign_in_body, .answer = session_answer,
        .doc = "Signs in: sets the session cookie.", .handler = sign_in},
    {.name = "session.get", .method = "GET", .path = "/v1/session", .permission = SPEC_SESSION, .answer = session_answer,
        .doc = "Who is signed in, and what they may do.", .handler = who},
    {.name = "session.delete", .method = "DELETE", .path = "/v1/session", .permission = SPEC_SESSION,
        .doc = "Signs out: ends the session.", .handler = sign_out},
};

const struct module govern_module = {
    .name = "govern",
    .doc = "Staff access: set-up, passwords, sessions, roles.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = govern_sql_all,
};
