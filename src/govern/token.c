// SPDX-License-Identifier: Apache-2.0
// API tokens: made, listed, ended, and recognised in requests. See token.h.
#include "token.h"

#include "base/clock.h"
#include "base/log.h"
#include "text/text.h"
#include "token_sql.h"

#include <stdio.h>

enum { NAMES_MAX = 512, PREFIX = 9, LIST_MAX = 1000 };
static const int64_t day_ms = INT64_C(24) * 3600 * 1000;
#define BIT(p) (UINT64_C(1) << SPEC_##p)

// What needs a person, and is never a token's.
#define NOT_FOR_TOKENS                                                                                                   \
    (BIT(NOBODY) | BIT(PUBLIC) | BIT(WRITE_KEY) | BIT(SESSION) | BIT(TOKENS) | BIT(STAFF_WRITE) | BIT(ROLES_WRITE) |     \
        BIT(APPROVE) | BIT(BREAK_GLASS) | BIT(KEYS))

static bool permission_of(cu_str name, uint64_t *ret_bit)
{
    for (int p = SPEC_SESSION + 1; p < SPEC_PERMISSION_COUNT; p++) {
        *ret_bit = UINT64_C(1) << p;
        if (cu_str_eqz(name, spec_permission_name((enum spec_permission)p)))
            return (*ret_bit & NOT_FOR_TOKENS) == 0;
    }
    return false;
}

static uint64_t permissions_of(cu_str names)
{
    uint64_t all = 0, bit = 0;
    while (names.ptr) {
        if (permission_of(cu_str_cut(&names, ','), &bit))
            all |= bit;
    }
    return all;
}

// ---- recognising

struct found {
    int64_t id, staff, expires_ms, used_day;
    uint64_t permissions;
    char role[ROLE_NAME_MAX + 1];
    bool active;
};

static cu_code find_in(struct db *d, cu_str token, struct found *ret, struct cu_error *err)
{
    uint8_t hash[32];
    struct db_query q;
    secret_token_hash(token, hash);
    CU_TRY(db_prepare(d, &token_sql_find, &q, err));
    db_bind_blob(&q, ":hash", hash, sizeof hash);
    *ret = (struct found){0};
    if (db_step(&q)) {
        cu_str role = db_str(&q, 5);
        ret->id = db_i64(&q, 0);
        ret->staff = db_i64(&q, 1);
        ret->permissions = permissions_of(db_str(&q, 2));
        ret->expires_ms = db_i64(&q, 3);
        ret->used_day = db_i64(&q, 4);
        (void)snprintf(ret->role, sizeof ret->role, "%.*s", CU_ARG(role));
        ret->active = cu_str_eqz(db_str(&q, 6), "active");
    }
    return db_end(&q, err);
}

static cu_code touch_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct found *f = context;
    struct db_query q;
    CU_TRY(db_prepare(d, &token_sql_touch, &q, err));
    db_bind_i64(&q, ":id", f->id);
    db_bind_i64(&q, ":day", f->used_day);
    return db_run(&q, err);
}

static cu_code load(struct govern *g, cu_str token, struct found *ret, struct role *ret_role, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = find_in(d, token, ret, err);
    bool good = code == CU_OK && ret->id && ret->active && ret->expires_ms > cu_now_ms();
    if (good)
        code = role_find_in(d, cu_str_of(ret->role), ret_role, err);
    people_read_give(g->options.people, d);
    if (code == CU_NOT_FOUND || (code == CU_OK && !good))
        return cu_fail(err, CU_UNAUTHENTICATED, "", "the token is unknown, expired or ended");
    return code;
}

// Noted as the token's: the dispatcher notes refusals of its own only.
static cu_code refuse_machine(struct govern *g, struct request *rq, struct cu_error *err)
{
    struct guard_access a = {.actor = GUARD_TOKEN, .actor_id = rq->caller.token_id};
    (void)snprintf(a.role, sizeof a.role, "%s", rq->caller.role);
    (void)snprintf(a.purpose, sizeof a.purpose, "%s", rq->caller.purpose);
    (void)snprintf(a.action, sizeof a.action, "%s", rq->route->name);
    (void)snprintf(a.request_id, sizeof a.request_id, "%.*s", CU_ARG(rq->id));
    guard_network_of(rq->remote_ip, a.network);
    guard_enter(&a);
    if (guard_note(people_guard(g->options.people), GUARD_REFUSED, NULL, 0, CU_LIT("{\"code\":\"forbidden\"}"), false,
            NULL) != CU_OK)
        cu_log(CU_LOG_WARN, "audit.refusal_not_noted", CU_LS("route", rq->route->name));
    guard_leave();
    return cu_fail(err, CU_FORBIDDEN, "", "this needs a person: a token cannot do it");
}

cu_code token_authenticate(struct govern *g, struct request *rq, bool *ret_found, struct cu_error *err)
{
    const cu_str scheme = CU_LIT("Bearer ");
    cu_str header = request_header(rq, "Authorization");
    struct found f;
    struct role role;
    *ret_found = header.len > scheme.len && cu_str_eq_nocase(cu_str_sub(header, 0, scheme.len), scheme);
    if (!*ret_found)
        return CU_OK;
    cu_str token = cu_str_trim(cu_str_sub(header, scheme.len, header.len));
    if (!secret_token_wellformed(token, "cust"))
        return cu_fail(err, CU_UNAUTHENTICATED, "", "the token is unknown, expired or ended");
    CU_TRY(load(g, token, &f, &role, err));
    struct caller *c = &rq->caller;
    *c = (struct caller){.kind = CALLER_TOKEN, .staff_id = f.staff, .token_id = f.id};
    CU_TRY(role_apply(&role, request_header(rq, "X-Custos-Purpose"), c, err));
    c->permissions &= f.permissions & ~NOT_FOR_TOKENS;
    int64_t today = cu_now_ms() / day_ms;
    if (f.used_day != today) {
        f.used_day = today;
        if (staff_change(g, touch_in, &f, NULL) != CU_OK) // a full disk does not stop readers
            cu_log(CU_LOG_WARN, "token.use_not_stored", CU_LI("token", f.id));
    }
    return rq->route->permission == SPEC_SESSION || rq->route->reauth ? refuse_machine(g, rq, err) : CU_OK;
}

// ---- making and ending

struct making {
    int64_t staff, expires_ms, id;
    uint8_t hash[32];
    char token[SECRET_TOKEN_MAX], names[NAMES_MAX];
    cu_str name;
};

static cu_code make_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    struct making *m = context;
    struct db_query q;
    int64_t count = 0, now = cu_now_ms();
    CU_TRY(db_prepare(d, &token_sql_expire, &q, err));
    db_bind_i64(&q, ":before_ms", now - 30 * day_ms); // ended ones stay listed for a month
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &token_sql_count_of, &q, err));
    db_bind_i64(&q, ":staff", m->staff);
    if (db_step(&q))
        count = db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    if (count >= TOKENS_PER_STAFF_MAX)
        return cu_fail(
            err, CU_CONFLICT, "", "up to %d tokens of one account are accepted; end one first", TOKENS_PER_STAFF_MAX);
    CU_TRY(db_prepare(d, &token_sql_insert, &q, err));
    db_bind_blob(&q, ":hash", m->hash, sizeof m->hash);
    db_bind_str(&q, ":prefix", (cu_str){m->token, PREFIX});
    db_bind_str(&q, ":name", m->name);
    db_bind_i64(&q, ":staff", m->staff);
    db_bind_str(&q, ":permissions", cu_str_of(m->names));
    db_bind_i64(&q, ":now_ms", now);
    db_bind_i64(&q, ":expires_ms", m->expires_ms);
    CU_TRY(db_run(&q, err));
    m->id = db_last_rowid(d);
    return db_changes(d) ? CU_OK : cu_fail(err, CU_FORBIDDEN, "", "only an active member of staff can make a token");
}

// The names in the order of the table, each once; all of them must be the caller's.
static cu_code take_permissions(const struct request *rq, char ret[NAMES_MAX], struct cu_error *err)
{
    uint64_t wanted = 0, bit = 0;
    size_t len = 0;
    struct json_iter it = json_each(spec_get(&rq->body_values, "permissions")->raw);
    while (json_next(&it)) {
        if (!permission_of(json_str(it.value), &bit) || !(rq->caller.permissions & bit))
            return cu_fail(err, CU_INVALID, "/permissions",
                "permissions of your own that a token can have are accepted: `available` of GET /v1/tokens");
        wanted |= bit;
    }
    if (!wanted)
        return cu_fail(err, CU_INVALID, "/permissions", "at least one permission is needed");
    for (int p = 0; p < SPEC_PERMISSION_COUNT; p++) {
        if (wanted >> p & 1)
            len += (size_t)snprintf(
                ret + len, NAMES_MAX - len, "%s%s", len ? "," : "", spec_permission_name((enum spec_permission)p));
    }
    return CU_OK;
}

static cu_code create(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct making m = {.staff = rq->caller.staff_id, .name = cu_str_trim(spec_str(&rq->body_values, "name"))};
    char detail[64];
    if (rq->caller.kind != CALLER_STAFF)
        return cu_fail(err, CU_FORBIDDEN, "", "only a signed-in member of staff can make a token: it ends with its maker");
    if (m.name.len == 0)
        return cu_fail(err, CU_INVALID, "/name", "a name of up to %d characters is accepted", TOKEN_NAME_MAX);
    CU_TRY(take_permissions(rq, m.names, err));
    m.expires_ms = cu_now_ms() + spec_i64(&rq->body_values, "expires_days") * day_ms;
    secret_token_new("cust", m.token);
    secret_token_hash(cu_str_of(m.token), m.hash);
    CU_TRY(staff_change(g, make_in, &m, err));
    int n = snprintf(detail, sizeof detail, "{\"token\":%lld}", (long long)m.id);
    CU_TRY(guard_note(people_guard(g->options.people), GUARD_DONE, NULL, 0, (cu_str){detail, (size_t)n}, false, err));
    struct json_writer w = request_json(rq, 201);
    jw_object(&w);
    jw_ki64(&w, "id", m.id);
    jw_kz(&w, "token", m.token);
    jw_ktime(&w, "expires", m.expires_ms);
    jw_object_end(&w);
    secret_wipe(m.token, sizeof m.token);
    return CU_OK;
}

static bool sees_all(const struct request *rq)
{
    return rq->caller.kind == CALLER_LOCAL || (rq->caller.permissions & BIT(STAFF_WRITE));
}

static void write_names(struct json_writer *w, const char *name, uint64_t permissions)
{
    jw_key(w, name);
    jw_array(w);
    for (int p = 0; p < SPEC_PERMISSION_COUNT; p++) {
        if (permissions >> p & 1)
            jw_z(w, spec_permission_name((enum spec_permission)p));
    }
    jw_array_end(w);
}

static void write_row(struct json_writer *w, struct db_query *q)
{
    jw_object(w);
    jw_ki64(w, "id", db_i64(q, 0));
    jw_kstr(w, "name", db_str(q, 1));
    jw_kstr(w, "prefix", db_str(q, 2));
    write_names(w, "permissions", permissions_of(db_str(q, 3)));
    jw_ktime(w, "created", db_i64(q, 4));
    jw_ktime(w, "expires", db_i64(q, 5));
    jw_ktime(w, "last_used", db_is_null(q, 6) ? INT64_MIN : db_i64(q, 6) * day_ms);
    jw_ki64(w, "made_by", db_i64(q, 7));
    jw_object_end(w);
}

static cu_code list_in(struct db *d, struct request *rq, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &token_sql_list, &q, err));
    db_bind_i64(&q, ":all", sees_all(rq));
    db_bind_i64(&q, ":staff", rq->caller.staff_id);
    db_bind_i64(&q, ":limit", LIST_MAX);
    while (db_step(&q))
        write_row(w, &q);
    return db_end(&q, err);
}

static cu_code list(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct db *d = NULL;
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    write_names(&w, "available", rq->caller.permissions & ~NOT_FOR_TOKENS & (BIT(PERMISSION_COUNT) - 1));
    jw_key(&w, "items");
    jw_array(&w);
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = list_in(d, rq, &w, err);
    people_read_give(g->options.people, d);
    jw_array_end(&w);
    jw_key(&w, "next");
    jw_null(&w);
    jw_object_end(&w);
    return code;
}

struct ending {
    int64_t id, staff;
    bool all;
};

static cu_code end_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct ending *e = context;
    struct db_query q;
    CU_TRY(db_prepare(d, &token_sql_delete, &q, err));
    db_bind_i64(&q, ":id", e->id);
    db_bind_i64(&q, ":all", e->all);
    db_bind_i64(&q, ":staff", e->staff);
    CU_TRY(db_run(&q, err));
    return db_changes(d) ? CU_OK : cu_fail(err, CU_NOT_FOUND, "", "no such token");
}

static cu_code end(struct request *rq, struct cu_error *err)
{
    struct ending e = {.id = spec_i64(&rq->path_values, "id"), .staff = rq->caller.staff_id, .all = sees_all(rq)};
    CU_TRY(staff_change(rq->module, end_in, &e, err));
    rq->response.status = 204;
    return CU_OK;
}

static const struct spec_field permission_names[] = {
    {.name = "", .type = SPEC_STRING, .min = 1, .max = 31, .doc = "Name of a permission."},
    {.name = NULL},
};
static const struct spec_field create_body[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = TOKEN_NAME_MAX, .required = true,
        .doc = "What the token is for; no name of a person."},
    {.name = "permissions", .type = SPEC_ARRAY, .max = SPEC_PERMISSION_COUNT, .required = true, .fields = permission_names,
        .doc = "What it may do; at most what its maker may."},
    {.name = "expires_days", .type = SPEC_INT, .min = 1, .max = TOKEN_DAYS_MAX, .fallback = "90",
        .doc = "Days until it ends."},
    {.name = NULL},
};
static const struct spec_field create_answer[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "The token's number."},
    {.name = "token", .type = SPEC_STRING, .max = SECRET_TOKEN_MAX, .doc = "The token: shown this once and stored nowhere."},
    {.name = "expires", .type = SPEC_TIME, .doc = "When it ends."},
    {.name = NULL},
};
static const struct spec_field item_fields[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "The token's number, as the audit log has it."},
    {.name = "name", .type = SPEC_STRING, .max = TOKEN_NAME_MAX, .doc = "What it is for."},
    {.name = "prefix", .type = SPEC_STRING, .max = PREFIX, .doc = "Its first characters, to recognise it by."},
    {.name = "permissions", .type = SPEC_ARRAY, .max = SPEC_PERMISSION_COUNT, .fields = permission_names,
        .doc = "What it may do at most."},
    {.name = "created", .type = SPEC_TIME, .doc = "When it was made."},
    {.name = "expires", .type = SPEC_TIME, .doc = "When it ends or ended."},
    {.name = "last_used", .type = SPEC_TIME, .nullable = true, .doc = "The day it was used last; null: never."},
    {.name = "made_by", .type = SPEC_INT, .max = INT64_MAX, .doc = "The member of staff who made it."},
    {.name = NULL},
};
static const struct spec_field list_answer[] = {
    {.name = "available", .type = SPEC_ARRAY, .max = SPEC_PERMISSION_COUNT, .fields = permission_names,
        .doc = "What a token of the caller can have."},
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_MAX, .fields = item_fields,
        .doc = "The newest first; those of others only with staff_write."},
    {.name = "next", .type = SPEC_STRING, .max = 1, .nullable = true, .doc = "Always null: all are listed."},
    {.name = NULL},
};
static const struct spec_field id_path[] = {
    {.name = "id", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .required = true, .doc = "The token's number."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "tokens.list", .method = "GET", .path = "/v1/tokens", .permission = SPEC_TOKENS, .answer = list_answer,
        .doc = "API tokens, with what they may do and the day of their last use.", .handler = list},
    {.name = "tokens.create", .method = "POST", .path = "/v1/tokens", .permission = SPEC_TOKENS, .reauth = true,
        .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = create_body, .answer = create_answer,
        .doc = "Makes an API token, for Authorization: Bearer; it is shown once.", .handler = create},
    {.name = "tokens.delete", .method = "DELETE", .path = "/v1/tokens/{id}", .permission = SPEC_TOKENS,
        .path_fields = id_path,
        .doc = "Ends a token at once.", .handler = end},
};

const struct module govern_token_module = {
    .name = "tokens",
    .doc = "API tokens for programs: scoped, hashed, expiring, ending with their maker.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = token_sql_all,
};
