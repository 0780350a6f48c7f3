// SPDX-License-Identifier: Apache-2.0
// Invitations: an account without a password, and a link that gives it one. The link is shown once to who invites.
#include "base/clock.h"
#include "password.h"
#include "staff_admin.h"
#include "staff_routes.h"
#include "staff_sql.h"

#include <stdio.h>

struct invite {
    const struct request *rq;
    uint8_t tag[16];
    int64_t id, expires_ms;
    char token[SECRET_TOKEN_MAX];
};

static cu_code find_invited(struct db *d, const uint8_t tag[16], int64_t *ret_id, struct cu_error *err)
{
    struct db_query q;
    bool invited = false;
    CU_TRY(db_prepare(d, &staff_sql_by_tag, &q, err));
    db_bind_blob(&q, ":email_tag", tag, 16);
    if (db_step(&q)) {
        invited = cu_str_eqz(db_str(&q, 1), "invited");
        *ret_id = db_i64(&q, 0);
    }
    CU_TRY(db_end(&q, err));
    return *ret_id == 0 || invited
               ? CU_OK
               : cu_fail(err, CU_CONFLICT, "/email", "this address belongs to a member of staff already");
}

static cu_code set_invited_role(struct db *d, int64_t id, const char *role, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &staff_sql_invited_role, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_str(&q, ":role", cu_str_of(role));
    return db_run(&q, err);
}

// Inviting somebody again makes a new link and ends the old one.
static cu_code invite_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct invite *i = context;
    struct role by, wanted;
    int64_t open = 0;
    cu_code code = role_find_in(d, spec_str(&i->rq->body_values, "role"), &wanted, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, CU_INVALID, "/role", "a role of GET /v1/roles is accepted");
    CU_TRY(code);
    CU_TRY(staff_caller_role(d, i->rq, &by, err));
    if (!role_may_give(&by, &wanted))
        return cu_fail(err, CU_FORBIDDEN, "/role", "your role may not give this role");
    CU_TRY(staff_count_in(d, &staff_sql_invited_count, 0, &open, err));
    if (open >= STAFF_MAX)
        return cu_fail(err, CU_CONFLICT, "", "at most %d invitations are open at a time; delete some", STAFF_MAX);
    CU_TRY(find_invited(d, i->tag, &i->id, err));
    if (i->id)
        CU_TRY(set_invited_role(d, i->id, wanted.name, err));
    else
        CU_TRY(staff_insert(g, d, spec_str(&i->rq->body_values, "email"), wanted.name, STAFF_INVITED, &i->id, err));
    i->expires_ms = cu_now_ms() + INVITATION_MS;
    return staff_link_make(d, "invitation", i->id, i->rq->caller.staff_id, INVITATION_MS, i->token, err);
}

static cu_code create(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct invite i = {.rq = rq};
    cu_str link;
    CU_TRY(staff_email_tag(g, spec_str(&rq->body_values, "email"), i.tag, err));
    CU_TRY(staff_change(g, invite_in, &i, err));
    cu_code code = govern_link(g, rq->arena, "invite", i.token, &link, err);
    secret_wipe(i.token, sizeof i.token);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 201);
    jw_object(&w);
    jw_ki64(&w, "id", i.id);
    jw_kstr(&w, "link", link);
    jw_ktime(&w, "expires", i.expires_ms);
    jw_object_end(&w);
    return CU_OK;
}

// --- the list

struct open_invitation {
    struct staff who;
    int64_t created_ms, expires_ms, made_by;
};

static cu_code write_invitation(
    struct govern *g, const struct open_invitation *o, struct json_writer *w, struct cu_error *err)
{
    struct cu_buf email;
    cu_buf_init(&email, 512);
    cu_code code = staff_email_open(g, &o->who, &email, err);
    if (code == CU_OK) {
        jw_object(w);
        jw_ki64(w, "id", o->who.id);
        jw_kstr(w, "email", cu_buf_view(&email));
        jw_kz(w, "role", o->who.role);
        jw_ktime(w, "created", o->created_ms);
        jw_ktime(w, "expires", o->expires_ms);
        jw_ki64(w, "invited_by", o->made_by);
        jw_object_end(w);
    }
    cu_buf_wipe(&email);
    return code;
}

static void read_invitation(struct db_query *q, struct open_invitation *ret)
{
    cu_str sealed = db_blob(q, 1), role = db_str(q, 2);
    *ret = (struct open_invitation){.who.id = db_i64(q, 0), .created_ms = db_i64(q, 3), .expires_ms = db_i64(q, 4),
        .made_by = db_i64(q, 5)};
    (void)snprintf(ret->who.role, sizeof ret->who.role, "%.*s", CU_ARG(role));
    ret->who.sealed_len = sealed.len <= sizeof ret->who.sealed ? sealed.len : 0;
    if (ret->who.sealed_len)
        memcpy(ret->who.sealed, sealed.ptr, ret->who.sealed_len);
}

static cu_code list_in(struct request *rq, struct db *d, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    struct open_invitation *rows = cu_arena_alloc(rq->arena, STAFF_MAX * sizeof *rows);
    size_t count = 0;
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for the list");
    CU_TRY(db_prepare(d, &staff_sql_invitations, &q, err));
    db_bind_i64(&q, ":limit", STAFF_MAX);
    while (count < STAFF_MAX && db_step(&q))
        read_invitation(&q, &rows[count++]);
    CU_TRY(db_end(&q, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count && code == CU_OK; i++)
        code = write_invitation(rq->module, &rows[i], &w, err);
    jw_array_end(&w);
    jw_kstr(&w, "next", CU_NONE);
    jw_object_end(&w);
    return code;
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

static cu_code delete_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct request *rq = context;
    struct staff s;
    CU_TRY(staff_load_in(d, staff_path_id(rq), &s, err));
    if (s.state != STAFF_INVITED)
        return cu_fail(err, CU_NOT_FOUND, "", "no such invitation");
    return staff_run(d, &staff_sql_delete, ":id", s.id, err);
}

static cu_code delete(struct request *rq, struct cu_error *err)
{
    CU_TRY(staff_change(rq->module, delete_in, rq, err));
    rq->response.status = 204;
    return staff_erase_key(rq->module, staff_path_id(rq), err);
}

// --- for the invited

static cu_code find(struct govern *g, struct request *rq, struct staff *ret, int64_t *ret_expires_ms, struct cu_error *err)
{
    struct db *d = NULL;
    struct attempt a;
    int64_t id = 0;
    CU_TRY(throttle_attempt(g, rq, THROTTLE_LINK, 0, &a, err));
    CU_TRY(throttle_take(g, &a, err));
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = staff_link_find(d, "invitation", spec_str(&rq->body_values, "token"), &id, ret_expires_ms, err);
    if (code == CU_OK)
        code = staff_load_in(d, id, ret, err);
    people_read_give(g->options.people, d);
    throttle_settle(g, &a, code);
    return code;
}

static cu_code check(struct request *rq, struct cu_error *err)
{
    struct staff s;
    struct cu_buf email;
    int64_t expires_ms = 0;
    CU_TRY(find(rq->module, rq, &s, &expires_ms, err));
    cu_buf_init(&email, 512);
    cu_code code = staff_email_open(rq->module, &s, &email, err);
    if (code == CU_OK) {
        struct json_writer w = request_json(rq, 200);
        jw_object(&w);
        jw_kstr(&w, "email", cu_buf_view(&email));
        jw_kz(&w, "role", s.role);
        jw_ktime(&w, "expires", expires_ms);
        jw_object_end(&w);
    }
    cu_buf_wipe(&email);
    return code;
}

struct acceptance {
    cu_str token;
    int64_t id;
    bool is_long;
    char hash[SECRET_PASSWORD_MAX];
};

static cu_code accept_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    struct acceptance *a = context;
    struct db_query q;
    int64_t expires_ms = 0;
    CU_TRY(staff_link_find(d, "invitation", a->token, &a->id, &expires_ms, err));
    CU_TRY(password_store(d, a->id, a->hash, a->is_long, err));
    CU_TRY(db_prepare(d, &staff_sql_link_delete_of, &q, err));
    db_bind_i64(&q, ":staff", a->id);
    db_bind_str(&q, ":kind", CU_LIT("invitation"));
    return db_run(&q, err);
}

static cu_code accept(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct acceptance a = {.token = spec_str(&rq->body_values, "token")};
    struct staff s;
    struct cu_buf email;
    int64_t expires_ms = 0;
    cu_str password = spec_str(&rq->body_values, "password");
    CU_TRY(find(g, rq, &s, &expires_ms, err));
    cu_buf_init(&email, 512);
    cu_code code = staff_email_open(g, &s, &email, err);
    if (code == CU_OK) // no factor is set up yet, so the password has to stand alone
        code = password_hash_new(g, password, cu_buf_view(&email), PASSWORD_MIN_ALONE, a.hash, err);
    cu_buf_wipe(&email);
    CU_TRY(code);
    a.is_long = password_is_long(password);
    code = sign_in_note(g, GUARD_DONE, "invitation", s.id, true, err);
    if (code == CU_OK)
        code = staff_change(g, accept_in, &a, err);
    secret_wipe(a.hash, sizeof a.hash);
    CU_TRY(code);
    CU_TRY(session_create(g, rq, a.id, "password", err));
    return session_write(g, rq, 201, err);
}

// Invitations nobody took within a month after their end: the address is forgotten.
cu_code invitation_sweep(struct govern *g, struct cu_error *err)
{
    int64_t ids[100];
    size_t count = 0;
    struct db_query q;
    struct db *d = people_lock(g->options.people);
    cu_code code = db_prepare(d, &staff_sql_invitations_dead, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":before_ms", cu_now_ms() - INT64_C(30) * 24 * 3600 * 1000);
        while (count < CU_COUNT(ids) && db_step(&q))
            ids[count++] = db_i64(&q, 0);
        code = db_end(&q, err);
    }
    for (size_t i = 0; i < count && code == CU_OK; i++)
        code = staff_run(d, &staff_sql_delete, ":id", ids[i], err);
    people_unlock(g->options.people);
    for (size_t i = 0; i < count && code == CU_OK; i++)
        code = staff_erase_key(g, ids[i], err);
    return code;
}

// --- rows

static const struct spec_field create_body[] = {
    {.name = "email", .type = SPEC_EMAIL, .max = 254, .required = true, .doc = "Whom to invite."},
    {.name = "role", .type = SPEC_STRING, .min = 1, .max = ROLE_NAME_MAX, .required = true,
        .doc = "The role they will have."},
    {.name = NULL},
};
static const struct spec_field token_body[] = {
    {.name = "token", .type = SPEC_STRING, .min = 1, .max = SECRET_TOKEN_MAX, .required = true, .secret = true,
        .doc = "The token of the link."},
    {.name = NULL},
};
static const struct spec_field accept_body[] = {
    {.name = "token", .type = SPEC_STRING, .min = 1, .max = SECRET_TOKEN_MAX, .required = true, .secret = true,
        .doc = "The token of the link."},
    {.name = "password", .type = SPEC_STRING, .min = 1, .max = GOVERN_PASSWORD_MAX, .required = true, .secret = true,
        .doc = "At least 15 characters of any kind."},
    {.name = NULL},
};
static const struct spec_field create_answer[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "The invitation; later the member of staff."},
    {.name = "link", .type = SPEC_STRING, .max = 512, .doc = "The one-time link to hand over; it is shown only here."},
    {.name = "expires", .type = SPEC_TIME, .doc = "Until when it works."},
    {.name = NULL},
};
static const struct spec_field check_answer[] = {
    {.name = "email", .type = SPEC_STRING, .max = 254, .doc = "Whom the invitation is for."},
    {.name = "role", .type = SPEC_STRING, .max = ROLE_NAME_MAX, .doc = "The role they will have."},
    {.name = "expires", .type = SPEC_TIME, .doc = "Until when the link works."},
    {.name = NULL},
};
static const struct spec_field invitation_fields[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "The invitation."},
    {.name = "email", .type = SPEC_STRING, .max = 254, .doc = "Who was invited."},
    {.name = "role", .type = SPEC_STRING, .max = ROLE_NAME_MAX, .doc = "The role they will have."},
    {.name = "created", .type = SPEC_TIME, .doc = "When the link was made."},
    {.name = "expires", .type = SPEC_TIME, .doc = "Until when it works."},
    {.name = "invited_by", .type = SPEC_INT, .max = INT64_MAX,
        .doc = "The member of staff who made it; 0: the local operator."},
    {.name = NULL},
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = STAFF_MAX, .fields = invitation_fields,
        .doc = "Invitations nobody has accepted yet."},
    {.name = "next", .type = SPEC_STRING, .max = 255, .nullable = true, .doc = "Always null."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "invitations.list", .method = "GET", .path = "/v1/invitations", .permission = SPEC_STAFF_READ,
        .answer = list_answer, .doc = "Open invitations.", .handler = list},
    {.name = "invitations.create", .method = "POST", .path = "/v1/invitations", .permission = SPEC_STAFF_WRITE,
        .reauth = true, .four_eyes = "role_grant", .body_kind = SPEC_BODY_JSON, .body_max = 1024, .body = create_body,
        .answer = create_answer, .doc = "Invites somebody: answers the link to hand over.", .handler = create},
    {.name = "invitations.delete", .method = "DELETE", .path = "/v1/invitations/{id}", .permission = SPEC_STAFF_WRITE,
        .path_fields = staff_id_path, .doc = "Takes an invitation back.", .handler = delete},
    {.name = "invitations.check", .method = "POST", .path = "/v1/invitations/check", .permission = SPEC_PUBLIC,
        .body_kind = SPEC_BODY_JSON, .body_max = 1024, .body = token_body, .answer = check_answer,
        .doc = "Whom an invitation's link is for.", .handler = check},
    {.name = "invitations.accept", .method = "POST", .path = "/v1/invitations/accept", .permission = SPEC_PUBLIC,
        .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = accept_body, .answer = session_answer,
        .doc = "Accepts an invitation with a password, and signs in.", .handler = accept},
};

const struct module govern_invitation_module = {
    .name = "invitations",
    .doc = "Inviting staff.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
