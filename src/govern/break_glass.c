// SPDX-License-Identifier: Apache-2.0
// Break-glass: opening it, applying it to a request, and who opened it. See break_glass.h.
#include "break_glass.h"

#include "approval_internal.h"
#include "base/clock.h"
#include "break_glass_sql.h"

#define OPEN_MS (INT64_C(15) * 60 * 1000)
#define KEEP_MS (INT64_C(400) * 24 * 3600 * 1000)
#define REASON_TABLE 0x676c6173u // "glas"
#define PERSON_PATH "/v1/people/{id}"
enum { OPEN_MAX = 5, LIST_MAX = 200, MEMBERS_MAX = 1000 };

// --- applying

static bool reads_one_person(const struct request *rq)
{
    return rq->caller.kind == CALLER_STAFF && strcmp(rq->route->method, "GET") == 0 &&
           cu_str_starts(cu_str_of(rq->route->path), CU_LIT(PERSON_PATH));
}

// The id as it stands in the path: the dispatcher decodes it later and refuses what is no id.
static bool id_in_path(const struct request *rq, struct cu_uuid *ret)
{
    cu_str rest = rq->path;
    for (int i = 0; i < 3; i++)
        (void)cu_str_cut(&rest, '/');
    return rest.ptr && cu_uuid_parse(cu_str_cut(&rest, '/'), ret);
}

static cu_code is_open(struct govern *g, struct db *d, const struct request *rq, struct cu_uuid id, bool *ret,
    struct cu_error *err)
{
    struct db_query q;
    uint32_t pnos[OPEN_MAX], root = 0;
    size_t count = 0;
    CU_TRY(db_prepare(d, &break_glass_sql_open_of, &q, err));
    db_bind_blob(&q, ":session", rq->caller.session_hash, sizeof rq->caller.session_hash);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    while (count < OPEN_MAX && db_step(&q))
        pnos[count++] = (uint32_t)db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    if (count == 0 || people_by_uuid(g->options.people, d, id, &root, NULL) != CU_OK)
        return CU_OK; // nobody's id: the route says so
    for (size_t i = 0; i < count; i++)
        *ret = *ret || people_root(g->options.people, pnos[i]) == root;
    return CU_OK;
}

cu_code break_glass_apply(struct govern *g, struct request *rq, struct cu_error *err)
{
    struct cu_uuid id;
    struct db *d = NULL;
    bool open = false;
    if (!reads_one_person(rq) || !(rq->caller.permissions >> SPEC_BREAK_GLASS & 1) || !id_in_path(rq, &id))
        return CU_OK;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = is_open(g, d, rq, id, &open, err);
    people_read_give(g->options.people, d);
    if (code == CU_OK && open) {
        rq->caller.break_glass = true;
        memset(rq->caller.view, SPEC_VIEW_FULL, sizeof rq->caller.view);
    }
    return code;
}

// --- opening

struct opening {
    const struct request *rq;
    struct cu_uuid id;
    uint32_t root;
    int64_t until_ms;
};

static cu_code count_open(struct db *d, int64_t staff, struct cu_error *err)
{
    struct db_query q;
    int64_t count = 0;
    CU_TRY(db_prepare(d, &break_glass_sql_open_count, &q, err));
    db_bind_i64(&q, ":staff", staff);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    if (db_step(&q))
        count = db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    return count < OPEN_MAX ? CU_OK : cu_fail(err, CU_BUSY, "", "%d people are unmasked for you already; wait 15 minutes",
        OPEN_MAX);
}

static cu_code insert_row(struct govern *g, struct db *d, struct opening *o, struct cu_error *err)
{
    struct db_query q;
    struct cu_buf sealed;
    const struct caller *c = &o->rq->caller;
    o->id = cu_uuid7();
    o->until_ms = cu_now_ms() + OPEN_MS;
    cu_buf_init(&sealed, 8192);
    cu_code code = reason_seal(g, REASON_TABLE, c->staff_id, o->id, spec_str(&o->rq->body_values, "reason"), &sealed, err);
    if (code == CU_OK)
        code = db_prepare(d, &break_glass_sql_insert, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":id", o->id.bytes, sizeof o->id.bytes);
        db_bind_blob(&q, ":session", c->session_hash, sizeof c->session_hash);
        db_bind_i64(&q, ":staff", c->staff_id);
        db_bind_i64(&q, ":pno", o->root);
        db_bind_blob(&q, ":reason", sealed.ptr, sealed.len);
        db_bind_i64(&q, ":now_ms", cu_now_ms());
        db_bind_i64(&q, ":until_ms", o->until_ms);
        code = db_run(&q, err);
    }
    cu_buf_wipe(&sealed);
    return code;
}

static cu_code open_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct opening *o = context;
    struct db_query q;
    CU_TRY(count_open(d, o->rq->caller.staff_id, err));
    CU_TRY(db_prepare(d, &break_glass_sql_expire, &q, err));
    db_bind_i64(&q, ":before_ms", cu_now_ms() - KEEP_MS);
    CU_TRY(db_run(&q, err));
    return insert_row(g, d, o, err);
}

static cu_code find_person(struct govern *g, struct request *rq, uint32_t **ret, size_t *ret_count, uint32_t *ret_root,
    struct cu_error *err)
{
    struct cu_uuid id;
    struct db *d = NULL;
    if (!cu_uuid_parse(request_path_str(rq, "id"), &id))
        return cu_fail(err, CU_INVALID, "id", "a person's id is a UUID");
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = people_by_uuid(g->options.people, d, id, ret_root, err);
    if (code == CU_OK)
        code = people_members(g->options.people, d, *ret_root, rq->arena, ret, ret_count, err);
    people_read_give(g->options.people, d);
    return code;
}

// The entry names the person and is durable before the glass is broken; that it was done is the dispatcher's entry,
// from which the alarm is raised (alert_rules.c).
static cu_code note(struct govern *g, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    uint64_t subjects[MEMBERS_MAX];
    size_t n = 0;
    for (; n < count && n < MEMBERS_MAX; n++)
        subjects[n] = pnos[n];
    return guard_note(people_guard(g->options.people), GUARD_ATTEMPT, subjects, n, CU_LIT("{\"minutes\":15}"), true, err);
}

static cu_code open_glass(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct opening o = {.rq = rq};
    uint32_t *pnos = NULL;
    size_t count = 0;
    if (rq->caller.kind != CALLER_STAFF)
        return cu_fail(err, CU_FORBIDDEN, "",
            "this takes a member of staff who is signed in, not a token or the local operator");
    CU_TRY(find_person(g, rq, &pnos, &count, &o.root, err));
    CU_TRY(note(g, pnos, count, err));
    CU_TRY(staff_change(g, open_in, &o, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ktime(&w, "until", o.until_ms);
    jw_object_end(&w);
    return CU_OK;
}

// --- who opened it

struct opened {
    struct cu_uuid id;
    int64_t staff, at_ms, until_ms;
    cu_str sealed;
};

static cu_code read_opened(struct db *d, uint32_t pno, struct cu_arena *a, struct opened *list, size_t *count,
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &break_glass_sql_of_person, &q, err));
    db_bind_i64(&q, ":pno", pno);
    db_bind_i64(&q, ":limit", LIST_MAX);
    while (*count < LIST_MAX && db_step(&q)) {
        struct opened *o = &list[*count];
        cu_str id = db_blob(&q, 0);
        *o = (struct opened){.staff = db_i64(&q, 1), .sealed = cu_arena_dup(a, db_blob(&q, 2)), .at_ms = db_i64(&q, 3),
            .until_ms = db_i64(&q, 4)};
        if (id.len == sizeof o->id.bytes && o->sealed.ptr) {
            memcpy(o->id.bytes, id.ptr, sizeof o->id.bytes);
            (*count)++;
        }
    }
    return db_end(&q, err);
}

static cu_code write_opened(struct govern *g, struct json_writer *w, const struct opened *o, struct cu_error *err)
{
    struct cu_buf reason;
    cu_buf_init(&reason, 8192);
    cu_code code = reason_open(g, REASON_TABLE, o->staff, o->id, o->sealed, &reason, err);
    jw_object(w);
    staff_name_write(g, w, "staff", o->staff);
    jw_ktime(w, "at", o->at_ms);
    jw_ktime(w, "until", o->until_ms);
    jw_kstr(w, "reason", reason.len ? cu_buf_view(&reason) : CU_LIT(""));
    jw_object_end(w);
    cu_buf_wipe(&reason);
    return code;
}

static cu_code list_opened(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    uint32_t *pnos = NULL, root = 0;
    size_t count = 0, n = 0;
    struct db *d = NULL;
    struct opened *list = cu_arena_alloc(rq->arena, LIST_MAX * sizeof *list);
    if (!list)
        return cu_fail(err, CU_MEMORY, "", "no memory for the list");
    CU_TRY(find_person(g, rq, &pnos, &count, &root, err));
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = CU_OK;
    for (size_t i = 0; i < count && code == CU_OK; i++)
        code = read_opened(d, pnos[i], rq->arena, list, &n, err);
    people_read_give(g->options.people, d);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < n; i++)
        CU_TRY(write_opened(g, &w, &list[i], err));
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return CU_OK;
}

// --- the end of a person

static cu_code forget(void *ctx, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    struct govern *g = ctx;
    for (size_t i = 0; i < count; i++) {
        struct db_query q;
        CU_TRY(db_prepare(people_db(g->options.people), &break_glass_sql_forget, &q, err));
        db_bind_i64(&q, ":pno", pnos[i]);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

void break_glass_open(struct govern *g)
{
    people_on_forget(g->options.people, forget, g);
}

// --- rows

static const struct spec_field id_path[] = {
    {.name = "id", .type = SPEC_UUID, .required = true, .doc = "The person: the id of any of its profiles."},
    {.name = NULL},
};
static const struct spec_field open_body[] = {
    {.name = "reason", .type = SPEC_STRING, .min = 10, .max = APPROVAL_REASON_MAX, .required = true,
        .doc = "Why it cannot wait; stored sealed, shown to those who read the audit log."},
    {.name = NULL},
};
static const struct spec_field open_answer[] = {
    {.name = "until", .type = SPEC_TIME, .doc = "Until when this session sees this person unmasked."},
    {.name = NULL},
};
static const struct spec_field opened_fields[] = {
    {.name = "staff", .type = SPEC_STRING, .max = 254, .nullable = true, .doc = "Who."},
    {.name = "at", .type = SPEC_TIME, .doc = "When."},
    {.name = "until", .type = SPEC_TIME, .doc = "Until when."},
    {.name = "reason", .type = SPEC_STRING, .max = APPROVAL_REASON_MAX,
        .doc = "The reason given; empty when its author was removed."},
    {.name = NULL},
};
static const struct spec_field opened_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_MAX, .fields = opened_fields, .doc = "Newest first, per profile."},
    {.name = "next", .type = SPEC_STRING, .max = 1, .nullable = true, .doc = "Always null."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "people.break_glass", .method = "POST", .path = PERSON_PATH "/break-glass", .permission = SPEC_BREAK_GLASS,
        .reauth = true, .body_kind = SPEC_BODY_JSON, .body_max = 8192, .path_fields = id_path, .body = open_body,
        .answer = open_answer, .doc = "Shows this person unmasked to this session for 15 minutes, and raises an alarm.",
        .handler = open_glass},
    {.name = "people.unmasked", .method = "GET", .path = PERSON_PATH "/break-glass", .permission = SPEC_AUDIT_READ,
        .path_fields = id_path, .answer = opened_answer, .doc = "Who saw this person unmasked in an emergency, and why.",
        .handler = list_opened},
};
static const char *const personal_tables[] = {"break_glass", NULL};

const struct module govern_break_glass_module = {
    .name = "break-glass",
    .doc = "One person unmasked in an emergency, with a reason and an alarm.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = break_glass_sql_all,
    .personal_tables = personal_tables,
};
