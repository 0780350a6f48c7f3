// SPDX-License-Identifier: Apache-2.0
// Routes of approvals: the rules, asking, deciding. See approval.h.
#include "approval_internal.h"

#include "approval_sql.h"
#include "base/clock.h"

#include <stdio.h>

// --- rules

static cu_code read_rules(struct govern *g, bool *ret, struct cu_error *err)
{
    struct db *d = NULL;
    cu_code code = CU_OK;
    CU_TRY(people_read_take(g->options.people, &d, err));
    for (size_t i = 0; approval_kinds[i].name && code == CU_OK; i++)
        code = approval_rule(d, approval_kinds[i].name, &ret[i], err);
    people_read_give(g->options.people, d);
    return code;
}

static void write_rule(struct json_writer *w, const struct approval_kind *k, bool on)
{
    jw_object(w);
    jw_kz(w, "kind", k->name);
    jw_kz(w, "doc", k->doc);
    jw_kbool(w, "on", on);
    jw_object_end(w);
}

static cu_code list_rules(struct request *rq, struct cu_error *err)
{
    bool on[16] = {false};
    CU_TRY(read_rules(rq->module, on, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; approval_kinds[i].name; i++)
        write_rule(&w, &approval_kinds[i], on[i]);
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code store_rule(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct request *rq = context;
    struct db_query q;
    (void)g;
    CU_TRY(db_prepare(d, &approval_sql_rule_put, &q, err));
    db_bind_str(&q, ":kind", request_path_str(rq, "kind"));
    db_bind_i64(&q, ":on", spec_i64(&rq->body_values, "on") != 0);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_i64(&q, ":by", rq->caller.staff_id);
    return db_run(&q, err);
}

static cu_code put_rule(struct request *rq, struct cu_error *err)
{
    const char *kind = NULL;
    if (!approval_kind_find(request_path_str(rq, "kind"), &kind))
        return cu_fail(err, CU_NOT_FOUND, "kind", "no rule has this name; GET /v1/approval-rules lists them");
    CU_TRY(staff_change(rq->module, store_rule, rq, err));
    struct json_writer w = request_json(rq, 200);
    for (size_t i = 0; approval_kinds[i].name; i++) {
        if (approval_kinds[i].name == kind)
            write_rule(&w, &approval_kinds[i], spec_i64(&rq->body_values, "on") != 0);
    }
    return CU_OK;
}

// --- a row

struct row {
    struct cu_uuid id;
    cu_str kind, target, state, sealed;
    int64_t asked_by, asked_ms, decided_by, decided_ms;
};

static cu_code read_row(struct db_query *q, struct cu_arena *a, struct row *ret, struct cu_error *err)
{
    cu_str id = db_blob(q, 0);
    *ret = (struct row){.kind = cu_arena_dup(a, db_str(q, 1)), .target = cu_arena_dup(a, db_str(q, 2)),
        .sealed = cu_arena_dup(a, db_blob(q, 3)), .asked_by = db_i64(q, 4), .asked_ms = db_i64(q, 5),
        .state = cu_arena_dup(a, db_str(q, 6)), .decided_by = db_is_null(q, 7) ? 0 : db_i64(q, 7),
        .decided_ms = db_is_null(q, 8) ? INT64_MIN : db_i64(q, 8)};
    if (id.len == sizeof ret->id.bytes)
        memcpy(ret->id.bytes, id.ptr, sizeof ret->id.bytes);
    if (!ret->kind.ptr || !ret->target.ptr || !ret->state.ptr || !ret->sealed.ptr)
        return cu_fail(err, CU_MEMORY, "", "no memory for the approvals");
    return CU_OK;
}

static cu_str state_of(const struct row *r)
{
    bool open = cu_str_eqz(r->state, "waiting") || cu_str_eqz(r->state, "approved");
    return open && cu_now_ms() - r->asked_ms >= APPROVAL_MS ? CU_LIT("expired") : r->state;
}

static cu_code write_row(struct govern *g, struct json_writer *w, const struct row *r, struct cu_error *err)
{
    char id[37];
    struct cu_buf reason;
    cu_buf_init(&reason, 4096);
    cu_code code = reason_open(g, APPROVAL_TABLE, r->asked_by, r->id, r->sealed, &reason, err);
    cu_uuid_format(r->id, id);
    jw_object(w);
    jw_kz(w, "id", id);
    jw_kstr(w, "kind", r->kind);
    jw_kstr(w, "reason", reason.len ? cu_buf_view(&reason) : CU_LIT(""));
    jw_kstr(w, "target", r->target);
    staff_name_write(g, w, "asked_by", r->asked_by);
    jw_ktime(w, "asked", r->asked_ms);
    jw_ktime(w, "expires", r->asked_ms + APPROVAL_MS);
    jw_kstr(w, "state", state_of(r));
    staff_name_write(g, w, "decided_by", r->decided_by);
    jw_ktime(w, "decided", r->decided_ms);
    jw_object_end(w);
    cu_buf_wipe(&reason);
    return code;
}

// --- listing: who may decide sees all, everybody their own

static cu_code read_rows(struct db *d, const struct request *rq, struct row *rows, size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    bool all = rq->caller.permissions >> SPEC_APPROVE & 1;
    *ret_count = 0;
    CU_TRY(db_prepare(d, &approval_sql_list, &q, err));
    db_bind_i64(&q, ":by", all ? 0 : rq->caller.staff_id);
    db_bind_i64(&q, ":limit", APPROVAL_LIST_MAX);
    while (code == CU_OK && *ret_count < APPROVAL_LIST_MAX && db_step(&q))
        code = read_row(&q, rq->arena, &rows[(*ret_count)++], err);
    cu_code end = db_end(&q, err);
    return code == CU_OK ? end : code;
}

static cu_code list_approvals(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct db *d = NULL;
    size_t count = 0;
    struct row *rows = cu_arena_alloc(rq->arena, APPROVAL_LIST_MAX * sizeof *rows);
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for the approvals");
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = read_rows(d, rq, rows, &count, err);
    people_read_give(g->options.people, d);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count; i++)
        CU_TRY(write_row(g, &w, &rows[i], err));
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code load_row(struct govern *g, struct request *rq, struct cu_uuid id, struct row *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    bool found = false;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = db_prepare(d, &approval_sql_get, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":id", id.bytes, sizeof id.bytes);
        found = db_step(&q);
        code = found ? read_row(&q, rq->arena, ret, err) : CU_OK;
        cu_code end = db_end(&q, err);
        code = code == CU_OK ? end : code;
    }
    people_read_give(g->options.people, d);
    if (code == CU_OK && !found)
        return cu_fail(err, CU_NOT_FOUND, "id", "no approval has this id");
    return code;
}

static cu_code answer_row(struct request *rq, int status, struct cu_uuid id, struct cu_error *err)
{
    struct row r;
    CU_TRY(load_row(rq->module, rq, id, &r, err));
    struct json_writer w = request_json(rq, status);
    return write_row(rq->module, &w, &r, err);
}

// --- asking

struct asking {
    const struct request *rq;
    struct cu_uuid id;
    uint8_t act[32];
    char kind[32];
};

// The act as it was refused a moment ago: nobody asks for what they did not try.
static cu_code find_draft(struct db *d, struct asking *a, struct cu_error *err)
{
    struct db_query q;
    bool found = false;
    CU_TRY(db_prepare(d, &approval_sql_draft_get, &q, err));
    db_bind_i64(&q, ":by", a->rq->caller.staff_id);
    db_bind_str(&q, ":target", spec_str(&a->rq->body_values, "target"));
    db_bind_i64(&q, ":after_ms", cu_now_ms() - APPROVAL_DRAFT_MS);
    if (db_step(&q) && db_blob(&q, 1).len == sizeof a->act) {
        cu_str kind = db_str(&q, 0);
        (void)snprintf(a->kind, sizeof a->kind, "%.*s", CU_ARG(kind));
        memcpy(a->act, db_blob(&q, 1).ptr, sizeof a->act);
        found = true;
    }
    CU_TRY(db_end(&q, err));
    return found ? CU_OK
                 : cu_fail(err, CU_NOT_FOUND, "/target",
                     "do it first: what was refused in the last 15 minutes can be asked for");
}

// The same act asked for twice is one approval. *ret_new false: it is there already.
static cu_code find_open(struct db *d, struct asking *a, bool *ret_new, struct cu_error *err)
{
    struct db_query q;
    int64_t waiting = 0;
    *ret_new = true;
    CU_TRY(db_prepare(d, &approval_sql_open_of, &q, err));
    db_bind_i64(&q, ":by", a->rq->caller.staff_id);
    db_bind_blob(&q, ":act", a->act, sizeof a->act);
    db_bind_i64(&q, ":after_ms", cu_now_ms() - APPROVAL_MS);
    if (db_step(&q) && db_blob(&q, 0).len == sizeof a->id.bytes) {
        memcpy(a->id.bytes, db_blob(&q, 0).ptr, sizeof a->id.bytes);
        *ret_new = false;
    }
    CU_TRY(db_end(&q, err));
    CU_TRY(db_prepare(d, &approval_sql_waiting_of, &q, err));
    db_bind_i64(&q, ":by", a->rq->caller.staff_id);
    db_bind_i64(&q, ":after_ms", cu_now_ms() - APPROVAL_MS);
    if (db_step(&q))
        waiting = db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    if (*ret_new && waiting >= APPROVAL_WAITING_MAX)
        return cu_fail(err, CU_CONFLICT, "", "%d requests of yours wait already", APPROVAL_WAITING_MAX);
    return CU_OK;
}

static cu_code insert_row(struct govern *g, struct db *d, struct asking *a, struct cu_error *err)
{
    struct db_query q;
    struct cu_buf sealed;
    int64_t by = a->rq->caller.staff_id;
    a->id = cu_uuid7();
    cu_buf_init(&sealed, 8192);
    cu_code code =
        reason_seal(g, APPROVAL_TABLE, by, a->id, spec_str(&a->rq->body_values, "reason"), &sealed, err);
    if (code == CU_OK)
        code = db_prepare(d, &approval_sql_insert, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":id", a->id.bytes, sizeof a->id.bytes);
        db_bind_str(&q, ":kind", cu_str_of(a->kind));
        db_bind_blob(&q, ":act", a->act, sizeof a->act);
        db_bind_str(&q, ":target", spec_str(&a->rq->body_values, "target"));
        db_bind_blob(&q, ":reason", sealed.ptr, sealed.len);
        db_bind_i64(&q, ":by", by);
        db_bind_i64(&q, ":now_ms", cu_now_ms());
        code = db_run(&q, err);
    }
    cu_buf_wipe(&sealed);
    return code;
}

static cu_code ask_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct asking *a = context;
    struct db_query q;
    bool is_new = true;
    CU_TRY(find_draft(d, a, err));
    CU_TRY(find_open(d, a, &is_new, err));
    if (!is_new)
        return CU_OK;
    CU_TRY(db_prepare(d, &approval_sql_expire, &q, err));
    db_bind_i64(&q, ":before_ms", cu_now_ms() - APPROVAL_KEEP_MS);
    CU_TRY(db_run(&q, err));
    return insert_row(g, d, a, err);
}

static cu_code person_only(const struct request *rq, struct cu_error *err)
{
    if (rq->caller.kind == CALLER_STAFF)
        return CU_OK;
    return cu_fail(err, CU_FORBIDDEN, "",
        "this takes a member of staff who is signed in, not a token or the local operator");
}

static cu_code ask(struct request *rq, struct cu_error *err)
{
    struct asking a = {.rq = rq};
    CU_TRY(person_only(rq, err));
    CU_TRY(staff_change(rq->module, ask_in, &a, err));
    return answer_row(rq, 201, a.id, err);
}

// --- deciding

struct deciding {
    const struct request *rq;
    struct cu_uuid id;
    const char *state;
};

static cu_code decide_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct deciding *c = context;
    struct db_query q;
    (void)g;
    CU_TRY(db_prepare(d, &approval_sql_decide, &q, err));
    db_bind_blob(&q, ":id", c->id.bytes, sizeof c->id.bytes);
    db_bind_str(&q, ":state", cu_str_of(c->state));
    db_bind_i64(&q, ":by", c->rq->caller.staff_id);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_i64(&q, ":after_ms", cu_now_ms() - APPROVAL_MS);
    CU_TRY(db_run(&q, err));
    return db_changes(d) == 1 ? CU_OK : cu_fail(err, CU_CONFLICT, "",
        "it has been decided already, or is older than 24 hours");
}

static cu_code decide(struct request *rq, const char *state, struct cu_error *err)
{
    struct deciding c = {.rq = rq, .state = state};
    struct row r;
    CU_TRY(person_only(rq, err));
    if (!cu_uuid_parse(request_path_str(rq, "id"), &c.id))
        return cu_fail(err, CU_INVALID, "id", "an approval's id is a UUID");
    CU_TRY(load_row(rq->module, rq, c.id, &r, err));
    if (r.asked_by == rq->caller.staff_id)
        return cu_fail(err, CU_FORBIDDEN, "", "somebody else has to decide what you asked for");
    CU_TRY(staff_change(rq->module, decide_in, &c, err));
    return answer_row(rq, 200, c.id, err);
}

static cu_code approve(struct request *rq, struct cu_error *err)
{
    return decide(rq, "approved", err);
}

static cu_code refuse(struct request *rq, struct cu_error *err)
{
    return decide(rq, "refused", err);
}

// --- rows

static const struct spec_field rule_fields[] = {
    {.name = "kind", .type = SPEC_STRING, .max = 31, .doc = "The kind of act."},
    {.name = "doc", .type = SPEC_STRING, .max = 255, .doc = "What belongs to it."},
    {.name = "on", .type = SPEC_BOOL, .doc = "Whether a second member of staff has to approve; in force once two can."},
    {.name = NULL},
};
static const struct spec_field rules_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 16, .fields = rule_fields, .doc = "The kinds."},
    {.name = "next", .type = SPEC_STRING, .max = 1, .nullable = true, .doc = "Always null: the list is whole."},
    {.name = NULL},
};
static const struct spec_field kind_path[] = {
    {.name = "kind", .type = SPEC_STRING, .min = 1, .max = 31, .required = true, .doc = "The kind of act."},
    {.name = NULL},
};
static const struct spec_field rule_body[] = {
    {.name = "on", .type = SPEC_BOOL, .required = true, .doc = "Whether a second member of staff has to approve."},
    {.name = NULL},
};
static const char *const states[] = {"waiting", "approved", "refused", "used", "expired", NULL};
static const struct spec_field approval_fields[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "The approval; goes into the header X-Custos-Approval."},
    {.name = "kind", .type = SPEC_STRING, .max = 31, .doc = "The kind of act."},
    {.name = "reason", .type = SPEC_STRING, .max = APPROVAL_REASON_MAX,
        .doc = "Why it is asked for; empty when its author was removed."},
    {.name = "target", .type = SPEC_STRING, .max = APPROVAL_TARGET_MAX, .doc = "The act: method and path."},
    {.name = "asked_by", .type = SPEC_STRING, .max = 254, .nullable = true, .doc = "Who asks."},
    {.name = "asked", .type = SPEC_TIME, .doc = "When."},
    {.name = "expires", .type = SPEC_TIME, .doc = "When it can be used no more."},
    {.name = "state", .type = SPEC_ENUM, .options = states, .doc = "What became of it."},
    {.name = "decided_by", .type = SPEC_STRING, .max = 254, .nullable = true, .doc = "Who decided, or null."},
    {.name = "decided", .type = SPEC_TIME, .nullable = true, .doc = "When, or null."},
    {.name = NULL},
};
static const struct spec_field approvals_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = APPROVAL_LIST_MAX, .fields = approval_fields, .doc = "Newest first."},
    {.name = "next", .type = SPEC_STRING, .max = 1, .nullable = true,
        .doc = "Always null: older ones are in the audit log."},
    {.name = NULL},
};
static const struct spec_field ask_body[] = {
    {.name = "kind", .type = SPEC_STRING, .max = 31, .doc = "The kind of act, for the reader; that of the route counts."},
    {.name = "target", .type = SPEC_STRING, .min = 3, .max = APPROVAL_TARGET_MAX - 1, .required = true,
        .doc = "Method and path of what was just refused: \"POST /v1/keys/rotate\"."},
    {.name = "reason", .type = SPEC_STRING, .min = 3, .max = APPROVAL_REASON_MAX, .required = true,
        .doc = "Why; stored sealed, shown to those who decide."},
    {.name = NULL},
};
static const struct spec_field id_path[] = {
    {.name = "id", .type = SPEC_UUID, .required = true, .doc = "The approval."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "approval_rules.list", .method = "GET", .path = "/v1/approval-rules", .permission = SPEC_STAFF_READ,
        .answer = rules_answer, .doc = "Which acts need a second member of staff.", .handler = list_rules},
    {.name = "approval_rules.put", .method = "PUT", .path = "/v1/approval-rules/{kind}", .permission = SPEC_ROLES_WRITE,
        .reauth = true, .four_eyes = "role_grant", .body_kind = SPEC_BODY_JSON, .body_max = 1024, .path_fields = kind_path,
        .body = rule_body, .answer = rule_fields, .doc = "Turns a rule on or off.", .handler = put_rule},
    {.name = "approvals.list", .method = "GET", .path = "/v1/approvals", .permission = SPEC_SESSION,
        .answer = approvals_answer, .doc = "What was asked for: all for those who approve, else one's own.",
        .handler = list_approvals},
    {.name = "approvals.ask", .method = "POST", .path = "/v1/approvals", .permission = SPEC_SESSION,
        .body_kind = SPEC_BODY_JSON, .body_max = 8192, .body = ask_body, .answer = approval_fields,
        .doc = "Asks for an act that was just refused for want of an approval.", .handler = ask},
    {.name = "approvals.approve", .method = "POST", .path = "/v1/approvals/{id}/approve", .permission = SPEC_APPROVE,
        .reauth = true, .path_fields = id_path, .answer = approval_fields,
        .doc = "Agrees to exactly that act, once; never by who asked.", .handler = approve},
    {.name = "approvals.refuse", .method = "POST", .path = "/v1/approvals/{id}/refuse", .permission = SPEC_APPROVE,
        .path_fields = id_path, .answer = approval_fields, .doc = "Refuses it; never by who asked.", .handler = refuse},
};

static const char *const personal_tables[] = {"approval", NULL};

const struct module govern_approval_module = {
    .name = "approvals",
    .doc = "Four eyes: acts that a second member of staff has to approve.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = approval_sql_all,
    .personal_tables = personal_tables,
};
