// SPDX-License-Identifier: Apache-2.0
// Routes of staff: who works here, their roles, their end. Every change ends the sessions of whom it concerns.
#include "staff_routes.h"

#include "recovery.h"
#include "staff_admin.h"
#include "staff_sql.h"

// --- the list

static cu_code write_member(struct govern *g, struct request *rq, struct db *d, const struct staff *s, struct json_writer *w,
    struct cu_error *err)
{
    struct cu_buf email;
    uint32_t enrolled = 0;
    cu_buf_init(&email, 512);
    cu_code code = factor_enrolled(g, d, s->id, &enrolled, err);
    if (code == CU_OK)
        code = staff_email_open(g, s, &email, err);
    if (code == CU_OK) {
        jw_object(w);
        jw_ki64(w, "id", s->id);
        jw_kstr(w, "email", cu_buf_view(&email));
        jw_kz(w, "role", s->role);
        jw_kz(w, "state", staff_state_name(s->state));
        jw_ktime(w, "created", s->created_ms);
        jw_ktime(w, "last_sign_in", s->last_sign_in_ms);
        jw_key(w, "factors");
        jw_array(w);
        for (size_t i = 0; factors[i]; i++) {
            if (enrolled >> i & 1)
                jw_z(w, factors[i]->name);
        }
        jw_array_end(w);
        jw_kbool(w, "self", rq->caller.kind == CALLER_STAFF && rq->caller.staff_id == s->id);
        jw_object_end(w);
    }
    cu_buf_wipe(&email);
    return code;
}

static cu_code list_in(struct request *rq, struct db *d, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    struct staff *rows = cu_arena_alloc(rq->arena, STAFF_MAX * sizeof *rows);
    size_t count = 0;
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for the list");
    CU_TRY(db_prepare(d, &staff_sql_list, &q, err));
    db_bind_i64(&q, ":limit", STAFF_MAX);
    while (count < STAFF_MAX && db_step(&q))
        staff_read_row(&q, &rows[count++]);
    CU_TRY(db_end(&q, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count && code == CU_OK; i++)
        code = write_member(rq->module, rq, d, &rows[i], &w, err);
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

// --- changes

// What they made and was not used yet ends with their right to make it.
static cu_code end_of_access(struct db *d, int64_t staff_id, struct cu_error *err)
{
    CU_TRY(staff_run(d, &staff_sql_link_delete_by, ":id", staff_id, err));
    return session_end_others(d, staff_id, NULL, err);
}

static cu_code set_text(struct db *d, const struct db_statement *statement, const char *name, cu_str value, int64_t id,
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, statement, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_str(&q, name, value);
    return db_run(&q, err);
}

static cu_code change_role(struct db *d, const struct staff *s, const struct role *by, cu_str name, struct cu_error *err)
{
    struct role wanted;
    cu_code code = role_find_in(d, name, &wanted, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, CU_INVALID, "/role", "a role of GET /v1/roles is accepted");
    CU_TRY(code);
    if (!role_may_give(by, &wanted))
        return cu_fail(err, CU_FORBIDDEN, "/role", "your role may not give this role");
    if (!cu_str_eqz(name, "owner"))
        CU_TRY(staff_not_last_owner(d, s, err));
    return set_text(d, &staff_sql_set_role, ":role", name, s->id, err);
}

static cu_code update_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct request *rq = context;
    struct staff s;
    struct role by;
    CU_TRY(staff_load_other(d, rq, &s, &by, err));
    if (spec_has(&rq->body_values, "role"))
        CU_TRY(change_role(d, &s, &by, spec_str(&rq->body_values, "role"), err));
    if (spec_has(&rq->body_values, "state")) {
        cu_str state = spec_str(&rq->body_values, "state");
        if (cu_str_eqz(state, "disabled"))
            CU_TRY(staff_not_last_owner(d, &s, err));
        CU_TRY(set_text(d, &staff_sql_set_state, ":state", state, s.id, err));
    }
    return end_of_access(d, s.id, err);
}

static cu_code update(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct staff s;
    struct db *d = NULL;
    if (!spec_has(&rq->body_values, "role") && !spec_has(&rq->body_values, "state"))
        return cu_fail(err, CU_MISSING, "/role", "role, state or both");
    CU_TRY(staff_change(g, update_in, rq, err));
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = staff_load_in(d, staff_path_id(rq), &s, err);
    if (code == CU_OK) {
        struct json_writer w = request_json(rq, 200);
        code = write_member(g, rq, d, &s, &w, err);
    }
    people_read_give(g->options.people, d);
    return code;
}

static cu_code delete_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct request *rq = context;
    struct staff s;
    struct role by;
    CU_TRY(staff_load_other(d, rq, &s, &by, err));
    CU_TRY(staff_not_last_owner(d, &s, err));
    CU_TRY(end_of_access(d, s.id, err));
    return staff_run(d, &staff_sql_delete, ":id", s.id, err);
}

static cu_code delete(struct request *rq, struct cu_error *err)
{
    CU_TRY(staff_change(rq->module, delete_in, rq, err));
    rq->response.status = 204;
    return staff_erase_key(rq->module, staff_path_id(rq), err);
}

static cu_code end_sessions_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct request *rq = context;
    struct staff s;
    struct role by;
    CU_TRY(staff_load_other(d, rq, &s, &by, err));
    return session_end_others(d, s.id, NULL, err);
}

static cu_code end_sessions(struct request *rq, struct cu_error *err)
{
    CU_TRY(staff_change(rq->module, end_sessions_in, rq, err));
    rq->response.status = 204;
    return CU_OK;
}

// A password too short to stand alone goes with the factors: such an account then needs a reset link.
static cu_code remove_factors_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct request *rq = context;
    struct staff s;
    struct role by;
    CU_TRY(staff_load_other(d, rq, &s, &by, err));
    for (size_t i = 0; factors[i]; i++)
        CU_TRY(factors[i]->remove(g, d, s.id, err));
    CU_TRY(staff_run(d, &staff_sql_revoke_short_password, ":id", s.id, err));
    return session_end_others(d, s.id, NULL, err);
}

static cu_code remove_factors(struct request *rq, struct cu_error *err)
{
    CU_TRY(staff_change(rq->module, remove_factors_in, rq, err));
    rq->response.status = 204;
    return CU_OK;
}

// --- rows

const struct spec_field staff_id_path[] = {
    {.name = "id", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .doc = "The number of the member of staff."},
    {.name = NULL},
};
static const char *const states[] = {"active", "disabled", NULL};
static const struct spec_field update_body[] = {
    {.name = "role", .type = SPEC_STRING, .min = 1, .max = ROLE_NAME_MAX, .doc = "The new role."},
    {.name = "state", .type = SPEC_ENUM, .options = states, .doc = "Whether they may sign in."},
    {.name = NULL},
};
static const struct spec_field factor_element[] = {
    {.name = "", .type = SPEC_STRING, .max = 31, .doc = "Name of a factor."},
    {.name = NULL},
};
static const struct spec_field member_fields[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "Number of the member of staff; never given twice."},
    {.name = "email", .type = SPEC_STRING, .max = 254, .doc = "Their address."},
    {.name = "role", .type = SPEC_STRING, .max = ROLE_NAME_MAX, .doc = "Their role."},
    {.name = "state", .type = SPEC_ENUM, .options = states, .doc = "Whether they may sign in."},
    {.name = "created", .type = SPEC_TIME, .doc = "When the account was made."},
    {.name = "last_sign_in", .type = SPEC_TIME, .nullable = true, .doc = "When they signed in last, or null."},
    {.name = "factors", .type = SPEC_ARRAY, .max = 16, .fields = factor_element, .doc = "Second factors they have set up."},
    {.name = "self", .type = SPEC_BOOL, .doc = "Whether it is the caller."},
    {.name = NULL},
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = STAFF_MAX, .fields = member_fields, .doc = "Everybody who works here."},
    {.name = "next", .type = SPEC_STRING, .max = 255, .nullable = true, .doc = "Always null."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "staff.list", .method = "GET", .path = "/v1/staff", .permission = SPEC_STAFF_READ, .answer = list_answer,
        .doc = "Who works here, with role and second factors.", .handler = list},
    {.name = "staff.update", .method = "PATCH", .path = "/v1/staff/{id}", .permission = SPEC_STAFF_WRITE,
        .reauth = true, .four_eyes = "role_grant", .path_fields = staff_id_path, .body_kind = SPEC_BODY_JSON,
        .body_max = 1024, .body = update_body, .answer = member_fields,
        .doc = "Gives another role, disables or enables an account; ends its sessions.", .handler = update},
    {.name = "staff.delete", .method = "DELETE", .path = "/v1/staff/{id}", .permission = SPEC_STAFF_WRITE,
        .reauth = true, .path_fields = staff_id_path, .doc = "Deletes an account for good.", .handler = delete},
    {.name = "staff.end_sessions", .method = "DELETE", .path = "/v1/staff/{id}/sessions",
        .permission = SPEC_STAFF_WRITE, .path_fields = staff_id_path, .doc = "Signs somebody out everywhere.",
        .handler = end_sessions},
    {.name = "staff.remove_factors", .method = "DELETE", .path = "/v1/staff/{id}/factors",
        .permission = SPEC_STAFF_WRITE, .reauth = true, .four_eyes = "role_grant", .path_fields = staff_id_path,
        .doc = "Removes all second factors of somebody who lost them; ends their sessions.",
        .handler = remove_factors},
};

const struct module govern_staff_module = {
    .name = "staff",
    .doc = "Who works here.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = staff_sql_all,
};
