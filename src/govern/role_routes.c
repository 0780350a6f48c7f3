// SPDX-License-Identifier: Apache-2.0
// Routes of roles: the whole table, and the shop's own rows. See role.h.
#include "role_internal.h"

#include "role_sql.h"
#include "staff.h"

#include <stdio.h>

static const char *const level_names[SPEC_LEVELS] = {"P0", "P1", "P2", "P3", "P4"};

// --- writing

static void write_role(struct json_writer *w, const struct role *r, int64_t staff)
{
    jw_object(w);
    jw_kz(w, "name", r->name);
    jw_kz(w, "doc", r->doc);
    jw_kbool(w, "builtin", r->builtin);
    jw_key(w, "permissions");
    jw_array(w);
    for (int p = SPEC_SESSION; p < SPEC_PERMISSION_COUNT; p++) {
        if (r->permissions >> p & 1)
            jw_z(w, spec_permission_name((enum spec_permission)p));
    }
    jw_array_end(w);
    jw_key(w, "view");
    jw_object(w);
    for (size_t i = 0; i < SPEC_LEVELS; i++)
        jw_kz(w, level_names[i], role_view_name((enum spec_view)r->view[i]));
    jw_object_end(w);
    jw_key(w, "purposes");
    jw_array(w);
    jw_z(w, r->purpose); // the default stands first
    for (const struct guard_purpose *p = guard_purposes; p->name; p++) {
        if (r->purposes >> (p - guard_purposes) & 1 && strcmp(p->name, r->purpose) != 0)
            jw_z(w, p->name);
    }
    jw_array_end(w);
    jw_kz(w, "second_factor", r->second_factor ? "required" : "optional");
    jw_ki64(w, "staff", staff);
    jw_object_end(w);
}

static void write_words(struct json_writer *w)
{
    jw_key(w, "permissions");
    jw_array(w);
    for (int p = SPEC_SESSION; p < SPEC_PERMISSION_COUNT; p++) {
        jw_object(w);
        jw_kz(w, "name", spec_permission_name((enum spec_permission)p));
        jw_kz(w, "doc", spec_permission_doc((enum spec_permission)p));
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_key(w, "levels");
    jw_array(w);
    for (size_t i = 0; i < SPEC_LEVELS; i++)
        jw_z(w, level_names[i]);
    jw_array_end(w);
    jw_key(w, "purposes");
    jw_array(w);
    for (const struct guard_purpose *p = guard_purposes; p->name; p++) {
        if (!p->staff)
            continue;
        jw_object(w);
        jw_kz(w, "name", p->name);
        jw_kz(w, "doc", p->doc);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static cu_code write_all(struct db *d, struct request *rq, struct cu_error *err)
{
    struct role *roles = NULL;
    size_t count = 0;
    CU_TRY(role_list_in(d, rq->arena, &roles, &count, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    write_words(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count; i++) {
        int64_t staff = 0;
        CU_TRY(role_staff(d, roles[i].name, &staff, err));
        write_role(&w, &roles[i], staff);
    }
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code list_roles(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct db *d = NULL;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = write_all(d, rq, err);
    people_read_give(g->options.people, d);
    return code;
}

// --- reading a row of the body

static cu_code read_name(cu_str name, struct role *ret, struct cu_error *err)
{
    bool good = name.len >= 2 && name.len <= ROLE_NAME_MAX && name.ptr[0] >= 'a' && name.ptr[0] <= 'z';
    for (size_t i = 0; good && i < name.len; i++) {
        char c = name.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
    if (!good)
        return cu_fail(err, CU_INVALID, "/name", "2 to %d small letters, digits and \"_\", a letter first, are accepted",
            ROLE_NAME_MAX);
    (void)snprintf(ret->name, sizeof ret->name, "%.*s", CU_ARG(name));
    return CU_OK;
}

static cu_code read_permissions(json names, struct role *ret, struct cu_error *err)
{
    struct json_iter it = json_each(names);
    ret->permissions = UINT64_C(1) << SPEC_SESSION;
    for (size_t i = 0; json_next(&it); i++) {
        enum spec_permission p;
        char field[32];
        (void)snprintf(field, sizeof field, "/permissions/%zu", i);
        if (!role_permission_of(json_str(it.value), &p))
            return cu_fail(err, CU_INVALID, field, "names of permissions are accepted; GET /v1/roles lists them");
        ret->permissions |= UINT64_C(1) << p;
    }
    return CU_OK;
}

static cu_code read_purposes(json names, struct role *ret, struct cu_error *err)
{
    struct json_iter it = json_each(names);
    for (size_t i = 0; json_next(&it); i++) {
        uint32_t bit = 0;
        char field[32];
        (void)snprintf(field, sizeof field, "/purposes/%zu", i);
        cu_str name = json_str(it.value);
        if (!role_purpose_of(name, &bit))
            return cu_fail(err, CU_INVALID, field, "names of purposes are accepted; GET /v1/roles lists them");
        ret->purposes |= bit;
        if (!ret->purpose[0])
            (void)snprintf(ret->purpose, sizeof ret->purpose, "%.*s", CU_ARG(name));
    }
    return ret->purposes ? CU_OK : cu_fail(err, CU_INVALID, "/purposes", "a role works for at least one purpose");
}

static cu_code read_level(cu_str name, size_t level, uint8_t *ret, struct cu_error *err)
{
    char field[16];
    (void)snprintf(field, sizeof field, "/view/%s", level_names[level]);
    for (int v = SPEC_VIEW_NONE; v <= SPEC_VIEW_FULL; v++) {
        if (!cu_str_eqz(name, role_view_name((enum spec_view)v)))
            continue;
        *ret = (uint8_t)v;
        return CU_OK;
    }
    return cu_fail(err, CU_INVALID, field, "full, mask or none is accepted");
}

// What is not named is not seen. P0 and P1 are the plain columns that every figure is made of.
static cu_code read_view(json view, struct role *ret, struct cu_error *err)
{
    struct json_iter it = json_each(view);
    ret->view[DICT_P0] = ret->view[DICT_P1] = SPEC_VIEW_FULL;
    while (json_next(&it)) {
        size_t level = 0;
        while (level < SPEC_LEVELS && !cu_str_eqz(it.key, level_names[level]))
            level++;
        if (level == SPEC_LEVELS)
            return cu_fail(err, CU_UNKNOWN_FIELD, "/view", "P0 to P4 are accepted");
        CU_TRY(read_level(json_str(it.value), level, &ret->view[level], err));
    }
    if (ret->view[DICT_P0] != SPEC_VIEW_FULL || ret->view[DICT_P1] != SPEC_VIEW_FULL)
        return cu_fail(err, CU_INVALID, "/view/P1",
            "P0 and P1 are always full: take analytics_read and people_read away instead");
    for (size_t i = 1; i < SPEC_LEVELS; i++) {
        if (ret->view[i] > ret->view[i - 1])
            return cu_fail(err, CU_INVALID, "/view", "a higher level is never shown in more detail than a lower one");
    }
    return CU_OK;
}

static cu_code read_role(const struct request *rq, cu_str name, struct role *ret, struct cu_error *err)
{
    const struct spec_values *v = &rq->body_values;
    cu_str doc = spec_str(v, "doc");
    *ret = (struct role){.second_factor = !cu_str_eqz(spec_str(v, "second_factor"), "optional")};
    CU_TRY(read_name(name, ret, err));
    (void)snprintf(ret->doc, sizeof ret->doc, "%.*s", CU_ARG(doc));
    CU_TRY(read_permissions(spec_get(v, "permissions")->raw, ret, err));
    CU_TRY(read_purposes(spec_get(v, "purposes")->raw, ret, err));
    return read_view(spec_get(v, "view")->raw, ret, err);
}

// --- changing

struct change {
    const struct request *rq;
    struct role role;
    bool is_new;
    int64_t staff;
};

// Nobody makes, or lets somebody have, what they do not have themselves.
static cu_code check_covers(struct db *d, const struct change *c, struct cu_error *err)
{
    struct role own;
    if (c->rq->caller.kind == CALLER_LOCAL)
        return CU_OK;
    CU_TRY(role_find_in(d, cu_str_of(c->rq->caller.role), &own, err));
    own.permissions &= c->rq->caller.permissions; // a token has fewer
    if (!c->role.second_factor && strcmp(own.name, "owner") != 0)
        return cu_fail(err, CU_FORBIDDEN, "/second_factor", "only an owner makes a role that needs no second factor");
    if (role_covers(&own, &c->role))
        return CU_OK;
    return cu_fail(err, CU_FORBIDDEN, "", "a role may do, see and work for at most what your own role does");
}

static cu_code store_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct change *c = context;
    struct role former;
    int64_t count = 0;
    (void)g;
    cu_code found = role_find_in(d, cu_str_of(c->role.name), &former, err);
    if (found != CU_OK && found != CU_NOT_FOUND)
        return found;
    if (found == CU_OK && former.builtin)
        return cu_fail(err, CU_CONFLICT, "name", "a built-in role cannot be changed; make one of your own");
    if (c->is_new && found == CU_OK)
        return cu_fail(err, CU_CONFLICT, "/name", "there is a role of this name already");
    if (!c->is_new && found != CU_OK)
        return found;
    CU_TRY(role_count(d, &count, err));
    if (c->is_new && count >= ROLES_CUSTOM_MAX)
        return cu_fail(err, CU_CONFLICT, "", "at most %d roles of one's own", ROLES_CUSTOM_MAX);
    CU_TRY(check_covers(d, c, err));
    if (!c->is_new && strcmp(c->rq->caller.role, c->role.name) == 0)
        return cu_fail(err, CU_FORBIDDEN, "name", "nobody changes the role they have");
    CU_TRY(role_put(d, &c->role, c->rq->caller.staff_id, err));
    return role_staff(d, c->role.name, &c->staff, err);
}

static cu_code store(struct request *rq, int status, struct change *c, struct cu_error *err)
{
    CU_TRY(staff_change(rq->module, store_in, c, err));
    struct json_writer w = request_json(rq, status);
    write_role(&w, &c->role, c->staff);
    return CU_OK;
}

static cu_code post_role(struct request *rq, struct cu_error *err)
{
    struct change c = {.rq = rq, .is_new = true};
    CU_TRY(read_role(rq, spec_str(&rq->body_values, "name"), &c.role, err));
    return store(rq, 201, &c, err);
}

static cu_code put_role(struct request *rq, struct cu_error *err)
{
    struct change c = {.rq = rq};
    CU_TRY(read_role(rq, request_path_str(rq, "name"), &c.role, err));
    return store(rq, 200, &c, err);
}

static cu_code delete_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct change *c = context;
    (void)g;
    CU_TRY(role_find_in(d, request_path_str(c->rq, "name"), &c->role, err));
    if (c->role.builtin)
        return cu_fail(err, CU_CONFLICT, "name", "a built-in role cannot be removed");
    CU_TRY(role_staff(d, c->role.name, &c->staff, err));
    if (c->staff > 0)
        return cu_fail(err, CU_CONFLICT, "name",
            "%lld members of staff or invitations have this role; give them another first",
            (long long)c->staff);
    return role_delete(d, c->role.name, err);
}

static cu_code remove_role(struct request *rq, struct cu_error *err)
{
    struct change c = {.rq = rq};
    CU_TRY(staff_change(rq->module, delete_in, &c, err));
    rq->response.status = 204;
    return CU_OK;
}

// --- rows

static const char *const view_names[] = {"full", "mask", "none", NULL};
static const char *const second_factor_names[] = {"required", "optional", NULL};
static const struct spec_field word_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 31, .doc = "Its name."},
    {.name = "doc", .type = SPEC_STRING, .max = 255, .doc = "What it means."},
    {.name = NULL},
};
static const struct spec_field name_element[] = {
    {.name = "", .type = SPEC_STRING, .max = 31, .doc = "A name of the list."},
    {.name = NULL},
};
#define LEVEL(level, text)                                                                                             \
    {                                                                                                                  \
        .name = level, .type = SPEC_ENUM, .options = view_names, .doc = text                                           \
    }
static const struct spec_field view_fields[] = {
    LEVEL("P0", "Public values: always full."),
    LEVEL("P1", "Internal values: always full."),
    LEVEL("P2", "Personal values: names, addresses, numbers."),
    LEVEL("P3", "Sensitive values, and everything nobody declared."),
    LEVEL("P4", "Special categories."),
    {.name = NULL},
};
#define ROLE_FIELDS                                                                                                    \
    {.name = "doc", .type = SPEC_STRING, .min = 1, .max = ROLE_DOC_MAX, .required = true,                              \
        .doc = "One sentence: what it is for."},                                                                       \
        {.name = "permissions", .type = SPEC_ARRAY, .max = SPEC_PERMISSION_COUNT, .fields = name_element,              \
            .required = true, .doc = "What it may do."},                                                               \
        {.name = "view", .type = SPEC_OBJECT, .max = 256, .fields = view_fields, .required = true,                     \
            .doc = "How much of each protection level it sees; what is not named from P2 on is not seen."},            \
        {.name = "purposes", .type = SPEC_ARRAY, .max = 16, .fields = name_element, .required = true,                  \
            .doc = "What its work may be for; the first is taken when a request names none."},                         \
    {                                                                                                                  \
        .name = "second_factor", .type = SPEC_ENUM, .options = second_factor_names, .fallback = "required",            \
        .doc = "Whether its holders need a second factor."                                                             \
    }
static const struct spec_field post_body[] = {
    {.name = "name", .type = SPEC_STRING, .min = 2, .max = ROLE_NAME_MAX, .required = true,
        .doc = "Small letters, digits and \"_\"; never changes."},
    ROLE_FIELDS,
    {.name = NULL},
};
static const struct spec_field put_body[] = {
    ROLE_FIELDS,
    {.name = NULL},
};
static const struct spec_field role_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = ROLE_NAME_MAX, .doc = "The role."},
    {.name = "doc", .type = SPEC_STRING, .max = ROLE_DOC_MAX, .doc = "What it is for."},
    {.name = "builtin", .type = SPEC_BOOL, .doc = "Part of the program: it cannot be changed."},
    {.name = "permissions", .type = SPEC_ARRAY, .max = SPEC_PERMISSION_COUNT, .fields = name_element,
        .doc = "What it may do."},
    {.name = "view", .type = SPEC_OBJECT, .max = 256, .fields = view_fields,
        .doc = "How much of each protection level it sees."},
    {.name = "purposes", .type = SPEC_ARRAY, .max = 16, .fields = name_element,
        .doc = "What its work may be for; the first is the default."},
    {.name = "second_factor", .type = SPEC_ENUM, .options = second_factor_names,
        .doc = "Whether its holders need a second factor."},
    {.name = "staff", .type = SPEC_INT, .max = INT64_MAX, .doc = "How many members of staff and invitations have it."},
    {.name = NULL},
};
static const struct spec_field list_answer[] = {
    {.name = "permissions", .type = SPEC_ARRAY, .max = SPEC_PERMISSION_COUNT, .fields = word_fields,
        .doc = "All permissions."},
    {.name = "levels", .type = SPEC_ARRAY, .max = SPEC_LEVELS, .fields = name_element, .doc = "All protection levels."},
    {.name = "purposes", .type = SPEC_ARRAY, .max = 16, .fields = word_fields, .doc = "All purposes of staff."},
    {.name = "items", .type = SPEC_ARRAY, .max = ROLES_BUILTIN_MAX + ROLES_CUSTOM_MAX, .fields = role_fields,
        .doc = "The roles: built-in ones first."},
    {.name = "next", .type = SPEC_STRING, .max = 1, .nullable = true, .doc = "Always null: the list is whole."},
    {.name = NULL},
};
static const struct spec_field name_path[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = ROLE_NAME_MAX, .required = true, .doc = "The role."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "roles.list", .method = "GET", .path = "/v1/roles", .permission = SPEC_STAFF_READ, .answer = list_answer,
        .doc = "The one table: what each role may do, see and work for.", .handler = list_roles},
    {.name = "roles.create", .method = "POST", .path = "/v1/roles", .permission = SPEC_ROLES_WRITE, .reauth = true,
        .four_eyes = "role_grant", .body_kind = SPEC_BODY_JSON, .body_max = 8192, .body = post_body, .answer = role_fields,
        .doc = "Makes a role with at most one's own rights.", .handler = post_role},
    {.name = "roles.put", .method = "PUT", .path = "/v1/roles/{name}", .permission = SPEC_ROLES_WRITE, .reauth = true,
        .four_eyes = "role_grant", .body_kind = SPEC_BODY_JSON, .body_max = 8192, .path_fields = name_path, .body = put_body,
        .answer = role_fields, .doc = "Changes a role of the shop's own; it holds for its staff at once.",
            .handler = put_role},
    {.name = "roles.delete", .method = "DELETE", .path = "/v1/roles/{name}", .permission = SPEC_ROLES_WRITE, .reauth = true,
        .four_eyes = "role_grant", .path_fields = name_path, .doc = "Removes a role that nobody has.",
            .handler = remove_role},
};

const struct module govern_role_module = {
    .name = "roles",
    .doc = "What staff may do, how much they see, and what their work may be for.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = role_sql_all,
};
