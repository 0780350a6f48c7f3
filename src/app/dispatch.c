// SPDX-License-Identifier: Apache-2.0
// The dispatcher. See dispatch.h.
#include "dispatch.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/metric.h"
#include "text/text.h"

#include <stdio.h>

enum { SLOTS = 1024, SEGMENTS_MAX = 12, INNER_ARENA_MAX = 1 << 20, INNER_ANSWER_MAX = 32 << 20, PROVED_MS = 5 * 60 * 1000 };

struct row {
    const struct spec_route *route;
    const struct dispatch_module *owner;
    bool pattern; // holds a {parameter}
};

struct dispatch {
    struct dispatch_options options;
    struct row *rows;
    size_t count;
    // exact paths by hash of the path; rows of one path stand side by side from the first
    uint16_t slots[SLOTS]; // index + 1
    struct cu_metric *refusals;
};

static size_t slot_of(cu_str path)
{
    return cu_hash64(path.ptr, path.len, 7) % SLOTS;
}

static void add_exact(struct dispatch *d, size_t index)
{
    cu_str path = cu_str_of(d->rows[index].route->path);
    size_t at = slot_of(path);
    while (d->slots[at])
        at = (at + 1) % SLOTS;
    d->slots[at] = (uint16_t)(index + 1);
}

cu_code dispatch_open(const struct dispatch_options *o, struct dispatch **ret, struct cu_error *err)
{
    struct dispatch *d = cu_calloc(1, sizeof *d);
    size_t total = 0;
    for (size_t m = 0; m < o->module_count; m++)
        total += o->modules[m].module->route_count;
    struct row *rows = cu_calloc(total, sizeof *rows);
    if (!d || !rows || total > SLOTS / 2) {
        cu_free(d);
        cu_free(rows);
        return cu_fail(err, CU_MEMORY, "", "no room for the routes");
    }
    d->options = *o;
    d->rows = rows;
    for (size_t m = 0; m < o->module_count; m++) {
        for (size_t r = 0; r < o->modules[m].module->route_count; r++) {
            const struct spec_route *route = &o->modules[m].module->routes[r];
            rows[d->count] = (struct row){route, &o->modules[m], strchr(route->path, '{') != NULL};
            if (!rows[d->count].pattern)
                add_exact(d, d->count);
            d->count++;
        }
    }
    d->refusals = cu_metric_get(CU_COUNTER, "custos_requests_forbidden_total", NULL,
        "Requests refused for lack of a session or a permission.");
    *ret = d;
    return CU_OK;
}

void dispatch_close(struct dispatch *d)
{
    if (!d)
        return;
    cu_free(d->rows);
    cu_free(d);
}

void dispatch_each(const struct dispatch *d, dispatch_visit *visit, void *context)
{
    for (size_t i = 0; i < d->count; i++)
        visit(context, d->rows[i].owner->module, d->rows[i].route);
}

static bool method_matches(const struct spec_route *route, cu_str method)
{
    if (cu_str_eqz(method, "OPTIONS"))
        return true;
    if (cu_str_eqz(method, "HEAD"))
        return strcmp(route->method, "GET") == 0;
    return cu_str_eqz(method, route->method);
}

static bool pattern_matches(const char *pattern, cu_str path)
{
    cu_str want = cu_str_of(pattern);
    while (want.ptr && path.ptr) {
        cu_str w = cu_str_cut(&want, '/'), p = cu_str_cut(&path, '/');
        bool parameter = w.len > 1 && w.ptr[0] == '{';
        if (parameter ? p.len == 0 : !cu_str_eq(w, p))
            return false;
    }
    return !want.ptr && !path.ptr;
}

// *ret_path_known tells 405 from 404.
static const struct row *find(const struct dispatch *d, cu_str method, cu_str path, bool *ret_path_known)
{
    for (size_t at = slot_of(path); d->slots[at]; at = (at + 1) % SLOTS) {
        const struct row *row = &d->rows[d->slots[at] - 1];
        if (!cu_str_eqz(path, row->route->path))
            continue;
        *ret_path_known = true;
        if (method_matches(row->route, method))
            return row;
    }
    for (size_t i = 0; i < d->count; i++) {
        const struct row *row = &d->rows[i];
        if (!row->pattern || !pattern_matches(row->route->path, path))
            continue;
        *ret_path_known = true;
        if (method_matches(row->route, method))
            return row;
    }
    return NULL;
}

static cu_code decode_parameter(struct request *rq, const struct spec_field *fields, cu_str name, cu_str raw,
    struct cu_error *err)
{
    struct cu_buf text;
    cu_buf_init(&text, 1024);
    cu_code code = CU_OK;
    for (size_t i = 0; fields && fields[i].name; i++) {
        if (!cu_str_eqz(name, fields[i].name))
            continue;
        cu_str decoded = CU_NONE;
        if (text_url_decode(raw, false, &text))
            decoded = cu_arena_dup(rq->arena, cu_buf_view(&text));
        code = decoded.ptr ? spec_decode_text(&fields[i], decoded, &rq->path_values.at[i], err)
                           : cu_fail(err, CU_INVALID, fields[i].name, "percent-encoded UTF-8 is accepted");
    }
    cu_buf_clear(&text);
    return code;
}

static cu_code decode_path(struct request *rq, struct cu_error *err)
{
    cu_str pattern = cu_str_of(rq->route->path), path = rq->path;
    rq->path_values = (struct spec_values){.fields = rq->route->path_fields};
    while (pattern.ptr && path.ptr) {
        cu_str w = cu_str_cut(&pattern, '/'), p = cu_str_cut(&path, '/');
        if (w.len > 2 && w.ptr[0] == '{')
            CU_TRY(decode_parameter(rq, rq->route->path_fields, cu_str_sub(w, 1, w.len - 2), p, err));
    }
    return CU_OK;
}

cu_code dispatch_route(struct dispatch *d, struct request *rq, struct cu_error *err)
{
    bool path_known = false;
    const struct row *row = find(d, rq->method, rq->path, &path_known);
    if (!row && path_known)
        return cu_fail(err, CU_METHOD, "", "this path does not take that method");
    if (!row)
        return cu_fail(err, CU_NOT_FOUND, "", "no route has this path; GET /v1/openapi.json lists all");
    rq->route = row->route;
    rq->module = row->owner->instance;
    return CU_OK;
}

static cu_code check_permission(struct dispatch *d, struct request *rq, struct cu_error *err)
{
    enum spec_permission wanted = rq->route->permission;
    if (rq->caller.kind == CALLER_NOBODY) {
        cu_metric_add(d->refusals, 1);
        return cu_fail(err, CU_UNAUTHENTICATED, "", "sign in first");
    }
    if (wanted == SPEC_SESSION || (wanted != SPEC_NOBODY && rq->caller.permissions >> wanted & 1))
        return CU_OK;
    cu_metric_add(d->refusals, 1);
    return cu_fail(err, CU_FORBIDDEN, "", "this needs the permission %s", spec_permission_name(wanted));
}

static cu_code check_danger(struct dispatch *d, struct request *rq, struct cu_error *err)
{
    if (rq->route->reauth && rq->caller.kind == CALLER_STAFF && cu_now_ms() - rq->caller.proved_ms > PROVED_MS)
        return cu_fail(err, CU_FORBIDDEN, "reauth", "this is dangerous: prove that it is you, then repeat it within 5 minutes");
    if (!rq->route->four_eyes)
        return CU_OK;
    return d->options.approved ? d->options.approved(d->options.context, rq, err)
                               : cu_fail(err, CU_FORBIDDEN, "approval", "nobody can approve this here");
}

static enum guard_actor actor_of(enum caller_kind kind)
{
    switch (kind) {
    case CALLER_STAFF:
        return GUARD_STAFF;
    case CALLER_TOKEN:
        return GUARD_TOKEN;
    case CALLER_LOCAL:
        return GUARD_LOCAL;
    case CALLER_PERSON:
        return GUARD_PERSON;
    case CALLER_NOBODY:
        break;
    }
    return GUARD_NOBODY;
}

// From here to the answer this thread works for the caller; the guard refuses it everything else.
static void enter(const struct request *rq)
{
    const struct caller *c = &rq->caller;
    struct guard_access a = {.actor = actor_of(c->kind), .break_glass = c->break_glass};
    a.actor_id = c->kind == CALLER_TOKEN ? c->token_id : c->staff_id;
    (void)snprintf(a.role, sizeof a.role, "%s", c->role);
    (void)snprintf(a.purpose, sizeof a.purpose, "%s", c->kind == CALLER_LOCAL && !c->purpose[0] ? "operations" : c->purpose);
    (void)snprintf(a.action, sizeof a.action, "%s", rq->route->name);
    (void)snprintf(a.request_id, sizeof a.request_id, "%.*s", CU_ARG(rq->id));
    guard_network_of(rq->remote_ip, a.network);
    guard_enter(&a);
}

static bool for_anyone(const struct spec_route *r)
{
    return r->permission == SPEC_PUBLIC || r->permission == SPEC_WRITE_KEY;
}

static cu_code note(struct dispatch *d, enum guard_outcome outcome, cu_code why, bool wait, struct cu_error *err)
{
    char detail[64];
    if (!d->options.guard)
        return CU_OK;
    int n = snprintf(detail, sizeof detail, "{\"code\":\"%s\"}", cu_code_rows[why].name);
    return guard_note(d->options.guard, outcome, NULL, 0, why == CU_OK ? CU_NONE : (cu_str){detail, (size_t)n}, wait, err);
}

cu_code dispatch_permit(struct dispatch *d, struct request *rq, struct cu_error *err)
{
    if (for_anyone(rq->route))
        return CU_OK;
    if (rq->caller.kind == CALLER_LOCAL) {
        rq->caller.permissions = ~UINT64_C(0);
        memset(rq->caller.view, SPEC_VIEW_FULL, sizeof rq->caller.view);
        return CU_OK;
    }
    CU_TRY(d->options.authenticate(d->options.context, rq, err));
    cu_code code = check_permission(d, rq, err);
    if (code == CU_OK)
        code = check_danger(d, rq, err);
    if (code != CU_OK && rq->caller.kind != CALLER_NOBODY) {
        enter(rq);
        if (note(d, GUARD_REFUSED, code, false, NULL) != CU_OK)
            cu_log(CU_LOG_WARN, "audit.refusal_not_noted", CU_LS("route", rq->route->name));
        guard_leave();
    }
    return code;
}

cu_code dispatch_admit(struct dispatch *d, struct request *rq, struct cu_error *err)
{
    const struct spec_route *r = rq->route;
    CU_TRY(dispatch_permit(d, rq, err));
    if (r->path_fields)
        CU_TRY(decode_path(rq, err));
    if (r->permission == SPEC_WRITE_KEY && !r->may_wait)
        return CU_OK; // the doors read their own queries: clients send anything
    return spec_decode_query(r->query, rq->query, rq->arena, &rq->query_values, err);
}

static cu_code decode_body(struct request *rq, struct cu_error *err)
{
    const struct spec_route *r = rq->route;
    if (r->body_kind != SPEC_BODY_JSON)
        return CU_OK;
    json body;
    cu_str text = rq->body.len ? rq->body : CU_LIT("{}");
    CU_TRY(json_parse(rq->json, text, &body, err));
    return spec_decode_json(r->body, body, &rq->body_values, err);
}

static bool changes(const struct spec_route *r)
{
    return !for_anyone(r) && strcmp(r->method, "GET") != 0;
}

// What changes something is in the audit log before it happens: what cannot be logged does not happen.
// What is read of people is noted by the guard when it is opened.
static cu_code handle(struct dispatch *d, struct request *rq, struct cu_error *err)
{
    enter(rq);
    cu_code code = changes(rq->route) ? note(d, GUARD_ATTEMPT, CU_OK, true, err) : CU_OK;
    bool attempted = code == CU_OK && changes(rq->route);
    if (code == CU_OK)
        code = rq->route->handler(rq, err);
    if (attempted && note(d, code == CU_OK ? GUARD_DONE : GUARD_FAILED, code, false, NULL) != CU_OK)
        cu_log(CU_LOG_WARN, "audit.outcome_not_noted", CU_LS("route", rq->route->name));
    guard_leave();
    return code;
}

void dispatch_serve(struct dispatch *d, struct request *rq)
{
    struct cu_error err = {.code = CU_OK};
    cu_log(CU_LOG_DEBUG, "request.route", CU_LS("route", rq->route->name));
    cu_code code = dispatch_admit(d, rq, &err);
    if (code == CU_OK)
        code = decode_body(rq, &err);
    if (code == CU_OK)
        code = handle(d, rq, &err);
    if (rq->deferred)
        return;
    if (code == CU_OK)
        code = cu_buf_code(&rq->response.body, &err);
    if (code == CU_OK)
        return;
    if (cu_code_rows[code].http >= 500)
        cu_log(CU_LOG_ERROR, "request.failed", CU_LS("route", rq->route->name),
            CU_LS("code", cu_code_rows[code].name), CU_LS("text", err.text));
    err.code = code;
    request_problem(rq, &err);
}

// Somebody at their own record reads that record, whatever an inner target says.
static cu_code check_own(const struct request *rq, struct cu_error *err)
{
    struct cu_uuid id;
    if (rq->caller.kind != CALLER_PERSON)
        return CU_OK;
    bool own = cu_str_starts(cu_str_of(rq->route->path), CU_LIT("/v1/people/{id}")) && cu_uuid_parse(request_path_str(rq, "id"), &id) &&
               memcmp(id.bytes, rq->caller.person.bytes, sizeof id.bytes) == 0;
    return own ? CU_OK : cu_fail(err, CU_FORBIDDEN, "", "a person reads their own record and no other");
}

// The guard's access stays the outer request's: one act of one caller, whatever it reads.
cu_code dispatch_within(struct dispatch *d, const struct request *outer, cu_str target, struct cu_buf *out, struct cu_error *err)
{
    struct request rq = {.method = CU_LIT("GET"), .query = target, .id = outer->id, .remote_ip = outer->remote_ip, .tls = outer->tls,
        .received_ms = outer->received_ms, .caller = outer->caller, .arena = cu_arena_new(INNER_ARENA_MAX), .json = json_parser_new(INNER_ANSWER_MAX)};
    rq.path = cu_str_cut(&rq.query, '?');
    cu_buf_init(&rq.response.body, INNER_ANSWER_MAX);
    cu_code code = rq.arena && rq.json ? dispatch_route(d, &rq, err) : cu_fail(err, CU_MEMORY, "", "no memory for an answer");
    if (code == CU_OK)
        code = check_permission(d, &rq, err);
    if (code == CU_OK && rq.route->path_fields)
        code = decode_path(&rq, err);
    if (code == CU_OK)
        code = check_own(&rq, err);
    if (code == CU_OK)
        code = spec_decode_query(rq.route->query, rq.query, rq.arena, &rq.query_values, err);
    if (code == CU_OK)
        code = rq.route->handler(&rq, err);
    if (code == CU_OK) {
        cu_buf_str(out, cu_buf_view(&rq.response.body));
        code = cu_buf_code(out, err);
    }
    cu_buf_wipe(&rq.response.body);
    json_parser_free(rq.json);
    cu_arena_free(rq.arena);
    return code;
}
