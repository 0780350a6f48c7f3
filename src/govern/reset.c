// SPDX-License-Identifier: Apache-2.0
// A new password by a link that another member of staff makes and hands over. It replaces the password only: whoever
// has a second factor is asked for it as ever.
#include "base/clock.h"
#include "password.h"
#include "staff_admin.h"
#include "staff_routes.h"
#include "staff_sql.h"

struct making {
    const struct request *rq;
    char token[SECRET_TOKEN_MAX];
};

// Without a second factor the link alone is the account: only who may do all of that may make it.
static cu_code make_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct making *m = context;
    struct staff s;
    struct role by, theirs;
    struct standing standing;
    CU_TRY(staff_load_other(d, m->rq, &s, &by, err));
    if (s.state != STAFF_ACTIVE)
        return cu_fail(err, CU_CONFLICT, "", "the account is disabled; enable it first");
    CU_TRY(standing_of(g, d, &s, &standing, err));
    if (role_find_in(d, cu_str_of(s.role), &theirs, NULL) == CU_OK && !standing.enrolled && !role_covers(&by, &theirs))
        return cu_fail(err, CU_FORBIDDEN, "", "they have no second factor and may do more than you: ask an owner");
    return staff_link_make(d, "reset", s.id, m->rq->caller.staff_id, RESET_MS, m->token, err);
}

static cu_code make(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct making m = {.rq = rq};
    cu_str link;
    CU_TRY(staff_change(g, make_in, &m, err));
    cu_code code = govern_link(g, rq->arena, "reset", m.token, &link, err);
    secret_wipe(m.token, sizeof m.token);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 201);
    jw_object(&w);
    jw_kstr(&w, "link", link);
    jw_object_end(&w);
    return CU_OK;
}

struct reset {
    cu_str token;
    int64_t id;
    bool is_long;
    char hash[SECRET_PASSWORD_MAX];
};

// Whose link it is, and how long their password has to be.
static cu_code find(struct govern *g, struct request *rq, struct staff *ret, size_t *ret_least, struct cu_error *err)
{
    struct db *d = NULL;
    struct attempt a;
    struct standing standing;
    int64_t id = 0, expires_ms = 0;
    CU_TRY(throttle_attempt(g, rq, THROTTLE_LINK, 0, &a, err));
    CU_TRY(throttle_take(g, &a, err));
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = staff_link_find(d, "reset", spec_str(&rq->body_values, "token"), &id, &expires_ms, err);
    if (code == CU_OK)
        code = staff_load_in(d, id, ret, err);
    if (code == CU_OK)
        code = standing_of(g, d, ret, &standing, err);
    people_read_give(g->options.people, d);
    throttle_settle(g, &a, code);
    CU_TRY(code);
    *ret_least = standing.enrolled ? PASSWORD_MIN_WITH_FACTOR : PASSWORD_MIN_ALONE;
    return CU_OK;
}

static cu_code reset_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct reset *r = context;
    struct db_query q;
    struct staff s;
    struct standing standing;
    int64_t expires_ms = 0;
    CU_TRY(staff_link_find(d, "reset", r->token, &r->id, &expires_ms, err));
    CU_TRY(staff_load_in(d, r->id, &s, err));
    CU_TRY(standing_of(g, d, &s, &standing, err));
    if (!standing.enrolled && !r->is_long)
        return cu_fail(err, CU_INVALID, "/password", "at least %d characters are accepted", PASSWORD_MIN_ALONE);
    CU_TRY(password_store(d, r->id, r->hash, r->is_long, err));
    CU_TRY(db_prepare(d, &staff_sql_link_delete_of, &q, err));
    db_bind_i64(&q, ":staff", r->id);
    db_bind_str(&q, ":kind", CU_LIT("reset"));
    CU_TRY(db_run(&q, err));
    return session_end_others(d, r->id, NULL, err);
}

static cu_code use(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct reset r = {.token = spec_str(&rq->body_values, "token")};
    struct staff s;
    struct cu_buf email;
    size_t least = 0;
    cu_str password = spec_str(&rq->body_values, "password");
    CU_TRY(find(g, rq, &s, &least, err));
    cu_buf_init(&email, 512);
    cu_code code = staff_email_open(g, &s, &email, err);
    if (code == CU_OK)
        code = password_hash_new(g, password, cu_buf_view(&email), least, r.hash, err);
    cu_buf_wipe(&email);
    CU_TRY(code);
    r.is_long = password_is_long(password);
    code = sign_in_note(g, GUARD_DONE, "reset", s.id, true, err);
    if (code == CU_OK)
        code = staff_change(g, reset_in, &r, err);
    secret_wipe(r.hash, sizeof r.hash);
    CU_TRY(code);
    return sign_in_continue(g, rq, r.id, "password", err);
}

static const struct spec_field reset_body[] = {
    {.name = "token", .type = SPEC_STRING, .min = 1, .max = SECRET_TOKEN_MAX, .required = true, .secret = true,
        .doc = "The token of the link."},
    {.name = "password", .type = SPEC_STRING, .min = 1, .max = GOVERN_PASSWORD_MAX, .required = true, .secret = true,
        .doc = "At least 15 characters of any kind; 8 with a second factor."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "staff.reset_link", .method = "POST", .path = "/v1/staff/{id}/reset-link",
        .permission = SPEC_STAFF_WRITE, .reauth = true, .path_fields = staff_id_path, .answer = link_answer,
        .doc = "Makes a link by which somebody sets a new password; the older one ends.", .handler = make},
    {.name = "password.reset", .method = "POST", .path = "/v1/password-reset", .permission = SPEC_PUBLIC,
        .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = reset_body, .answer = sign_in_answer,
        .doc = "Sets a new password by a reset link; goes on like signing in, with the second factor.",
        .handler = use},
};

const struct module govern_reset_module = {
    .name = "reset",
    .doc = "New passwords by a link.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
