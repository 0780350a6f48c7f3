// SPDX-License-Identifier: Apache-2.0
// The routes of breaches. See breach.h; their rows are in breach_rows.c.
#include "breach_internal.h"
#include "breach_sql.h"

#include "base/clock.h"

#include <stdio.h>

enum { FIRST_MS = 400, JOB_MS = 250, JOB_EVERY_MS = 1000, AHEAD_MS = 5 * 60 * 1000 };

int64_t breach_path_id(const struct request *rq)
{
    return spec_i64(&rq->path_values, "id");
}

// --- reading

cu_code breach_answer(struct breaches *b, struct request *rq, int64_t id, int status, struct cu_error *err)
{
    struct breach row;
    struct db *d = NULL;
    CU_TRY(people_read_take(b->people, &d, err));
    cu_code code = breach_load_in(b, d, id, true, rq->arena, &row, err);
    if (code == CU_OK) {
        struct json_writer w = request_json(rq, status);
        jw_object(&w);
        code = breach_members(b, d, &row, &w, err);
        jw_object_end(&w);
    }
    people_read_give(b->people, d);
    return code;
}

static cu_code get_one(struct request *rq, struct cu_error *err)
{
    return breach_answer(rq->module, rq, breach_path_id(rq), 200, err);
}

static cu_code write_list(struct breaches *b, struct db *d, struct request *rq, int64_t before, struct cu_error *err)
{
    int64_t limit = spec_i64(&rq->query_values, "limit"), count = 0, last = 0;
    struct db_query q;
    struct breach row;
    char next[24];
    cu_code code = CU_OK;
    cu_str state = spec_str(&rq->query_values, "state");
    CU_TRY(db_prepare(d, &breach_sql_list, &q, err));
    db_bind_i64(&q, ":before", before);
    db_bind_str(&q, ":state", state.len ? state : CU_LIT(""));
    db_bind_i64(&q, ":limit", limit);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (; code == CU_OK && db_step(&q); count++) {
        code = breach_row(b, &q, true, rq->arena, &row, err);
        jw_object(&w);
        breach_summary_write(&row, &w);
        jw_object_end(&w);
        last = row.id;
    }
    cu_code end = db_end(&q, err);
    jw_array_end(&w);
    (void)snprintf(next, sizeof next, "%lld", (long long)last);
    jw_kstr(&w, "next", count == limit ? cu_str_of(next) : CU_NONE);
    jw_object_end(&w);
    return code == CU_OK ? end : code;
}

static cu_code get_list(struct request *rq, struct cu_error *err)
{
    struct breaches *b = rq->module;
    struct db *d = NULL;
    int64_t before = INT64_MAX;
    if (spec_has(&rq->query_values, "cursor") && !cu_str_i64(spec_str(&rq->query_values, "cursor"), &before))
        return cu_fail(err, CU_INVALID, "cursor", "the value of `next` of an answer is accepted");
    CU_TRY(people_read_take(b->people, &d, err));
    cu_code code = write_list(b, d, rq, before, err);
    people_read_give(b->people, d);
    return code;
}

// --- making and changing

static cu_code take_times(const struct spec_values *v, struct breach *row, struct cu_error *err)
{
    int64_t latest = cu_now_ms() + AHEAD_MS;
    if (spec_has(v, "aware"))
        row->aware_ms = spec_i64(v, "aware");
    if (spec_has(v, "began"))
        row->began_ms = spec_i64(v, "began");
    if (spec_has(v, "ended"))
        row->ended_ms = spec_i64(v, "ended");
    if (row->aware_ms <= 0 || row->aware_ms > latest)
        return cu_fail(err, CU_INVALID, "/aware", "when it became known is accepted: now or before");
    if (row->began_ms > row->aware_ms)
        return cu_fail(err, CU_INVALID, "/began", "a breach begins before it becomes known");
    if (row->ended_ms && (row->ended_ms < row->began_ms || row->ended_ms > latest))
        return cu_fail(err, CU_INVALID, "/ended", "a time behind its beginning and not in the future is accepted");
    return CU_OK;
}

// What the body says over what is stored; names of what it said go into `changed`.
static cu_code take_body(const struct spec_values *v, struct breach *row, struct json_writer *changed, struct cu_error *err)
{
    for (int i = 0; i < BREACH_TEXT_COUNT; i++) {
        if (!spec_has(v, breach_text_names[i]))
            continue;
        row->texts[i] = spec_str(v, breach_text_names[i]);
        jw_z(changed, breach_text_names[i]);
    }
    static const char *const others[] = {"kind", "risk", "keys_exposed", "aware", "began", "ended"};
    for (size_t i = 0; i < CU_COUNT(others); i++) {
        if (spec_has(v, others[i]))
            jw_z(changed, others[i]);
    }
    if (spec_has(v, "kind"))
        (void)snprintf(row->kind, sizeof row->kind, "%.*s", CU_ARG(spec_str(v, "kind")));
    if (spec_has(v, "risk"))
        (void)snprintf(row->risk, sizeof row->risk, "%.*s", CU_ARG(spec_str(v, "risk")));
    if (spec_has(v, "keys_exposed"))
        row->keys_exposed = spec_i64(v, "keys_exposed");
    return take_times(v, row, err);
}

struct change {
    struct breaches *b;
    struct request *rq;
    int64_t id;
};

static cu_code make_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct change *c = context;
    struct breach row = {.keys_exposed = -1, .made_ms = cu_now_ms(), .aware_ms = cu_now_ms()};
    struct breach_step step = {.what = "made", .note = CU_NONE};
    struct json_writer w;
    CU_AUTO_BUF struct cu_buf ignored;
    (void)g;
    cu_buf_init(&ignored, 4096);
    cu_buf_init(&step.detail, 64);
    jw_start(&w, &ignored);
    for (int i = 0; i < BREACH_TEXT_COUNT; i++)
        row.texts[i] = CU_LIT("");
    CU_TRY(take_body(&c->rq->body_values, &row, &w, err));
    CU_TRY(breach_store_in(c->b, d, &row, err));
    c->id = row.id;
    return breach_step_in(c->b, d, row.id, &step, err);
}

static cu_code post_make(struct request *rq, struct cu_error *err)
{
    struct change c = {.b = rq->module, .rq = rq};
    CU_TRY(staff_change(c.b->govern, make_in, &c, err));
    return breach_answer(c.b, rq, c.id, 201, err);
}

// A new state, when the body names one and the rules allow it.
static cu_code take_state(
    struct breaches *b, const struct spec_values *v, struct breach *row, struct json_writer *w, struct cu_error *err)
{
    struct breach_check checks[BREACH_CHECKS_MAX];
    enum breach_answer exempt = BREACH_UNKNOWN;
    size_t count = 0;
    struct breach_case c = {.from = row->state, .to = row->state};
    if (!spec_has(v, "state") || !breach_state_find(spec_str(v, "state"), &c.to) || c.to == c.from)
        return CU_OK;
    breach_exemption(b, row, checks, &count, &exempt);
    c.risk = cu_str_of(row->risk);
    c.reasons = row->texts[BREACH_REASONS];
    c.authority_told = row->authority_ms != 0;
    c.people_told = row->people_ms != 0;
    c.people_need = strcmp(row->risk, "high") == 0 && exempt != BREACH_YES;
    CU_TRY(breach_may_become(&c, err));
    jw_kz(w, "from", breach_state_names[c.from]);
    jw_kz(w, "to", breach_state_names[c.to]);
    row->state = c.to;
    row->closed_ms = c.to == BREACH_CLOSED ? cu_now_ms() : 0;
    return CU_OK;
}

static cu_code change_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct change *c = context;
    const struct spec_values *v = &c->rq->body_values;
    struct breach row;
    struct json_writer w;
    CU_AUTO_BUF struct cu_buf detail;
    (void)g;
    cu_buf_init(&detail, 4096);
    CU_TRY(breach_load_in(c->b, d, c->id, true, c->rq->arena, &row, err));
    jw_start(&w, &detail);
    jw_object(&w);
    jw_key(&w, "changed");
    jw_array(&w);
    CU_TRY(take_body(v, &row, &w, err));
    jw_array_end(&w);
    CU_TRY(take_state(c->b, v, &row, &w, err));
    jw_object_end(&w);
    const struct breach_step step = {
        .what = spec_has(v, "state") ? "state" : "changed", .detail = detail, .note = spec_str(v, "note")};
    CU_TRY(breach_store_in(c->b, d, &row, err));
    return breach_step_in(c->b, d, c->id, &step, err);
}

static cu_code patch_one(struct request *rq, struct cu_error *err)
{
    struct change c = {.b = rq->module, .rq = rq, .id = breach_path_id(rq)};
    CU_TRY(staff_change(c.b->govern, change_in, &c, err));
    return breach_answer(c.b, rq, c.id, 200, err);
}

// --- told

// Later than 72 hours needs the reasons (33(1)); telling the authority is a state, telling people is not.
static cu_code tell(const struct spec_values *v, struct breach *row, struct cu_error *err)
{
    int64_t at = spec_has(v, "at") ? spec_i64(v, "at") : cu_now_ms();
    if (at < row->aware_ms || at > cu_now_ms() + AHEAD_MS)
        return cu_fail(err, CU_INVALID, "/at", "a time between becoming aware and now is accepted");
    if (!cu_str_eqz(spec_str(v, "whom"), "authority")) {
        row->people_ms = row->people_ms ? row->people_ms : at;
        return CU_OK;
    }
    if (at > row->due_ms && row->texts[BREACH_LATE].len == 0)
        return cu_fail(err, CU_MISSING, "/late_reason",
            "telling the authority later than 72 hours needs reasons (GDPR 33(1)): set late_reason first");
    row->authority_ms = row->authority_ms ? row->authority_ms : at;
    if (row->state == BREACH_OPEN || row->state == BREACH_ASSESSED)
        row->state = BREACH_NOTIFIED;
    return CU_OK;
}

static cu_code told_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct change *c = context;
    const struct spec_values *v = &c->rq->body_values;
    struct breach row;
    struct json_writer w;
    CU_AUTO_BUF struct cu_buf detail;
    (void)g;
    cu_buf_init(&detail, 2048);
    CU_TRY(breach_load_in(c->b, d, c->id, true, c->rq->arena, &row, err));
    CU_TRY(tell(v, &row, err));
    jw_start(&w, &detail);
    jw_object(&w);
    jw_ktime(&w, "at", spec_has(v, "at") ? spec_i64(v, "at") : cu_now_ms());
    jw_kstr(&w, "reference", spec_str(v, "reference"));
    jw_ki64(&w, "people", spec_i64(v, "people"));
    jw_object_end(&w);
    bool authority = cu_str_eqz(spec_str(v, "whom"), "authority");
    const struct breach_step step = {
        .what = authority ? "told_authority" : "told_people", .detail = detail, .note = spec_str(v, "note")};
    CU_TRY(breach_store_in(c->b, d, &row, err));
    return breach_step_in(c->b, d, c->id, &step, err);
}

static cu_code post_notified(struct request *rq, struct cu_error *err)
{
    struct change c = {.b = rq->module, .rq = rq, .id = breach_path_id(rq)};
    CU_TRY(staff_change(c.b->govern, told_in, &c, err));
    return breach_answer(c.b, rq, c.id, 200, err);
}

// --- whose records

static cu_code person_pno(struct breaches *b, struct db *d, const struct spec_values *v, int64_t *ret, struct cu_error *err)
{
    struct cu_uuid id;
    uint32_t root = 0;
    *ret = 0;
    if (!spec_has(v, "person"))
        return CU_OK;
    if (!cu_uuid_parse(spec_str(v, "person"), &id))
        return cu_fail(err, CU_INVALID, "/person", "a person's id is a UUID");
    CU_TRY(people_by_uuid(b->people, d, id, &root, err));
    *ret = root;
    return CU_OK;
}

static cu_code room_for_query(struct db *d, const struct change *c, struct cu_error *err)
{
    struct breach_query *queries = cu_calloc(BREACH_QUERIES_MAX, sizeof *queries);
    size_t count = 0;
    if (!queries)
        return cu_fail(err, CU_MEMORY, "", "no memory for a breach");
    cu_code code = breach_queries(d, c->id, queries, &count, err);
    cu_free(queries);
    if (code == CU_OK && count == BREACH_QUERIES_MAX)
        return cu_fail(
            err, CU_CONFLICT, "/replace", "%d questions belong to this breach already; replace them", BREACH_QUERIES_MAX);
    return code;
}

static cu_code add_query(struct change *c, struct db *d, struct cu_error *err)
{
    const struct spec_values *v = &c->rq->body_values;
    struct db_query q;
    int64_t pno = 0, now = cu_now_ms();
    int64_t to = spec_has(v, "to") ? spec_i64(v, "to") : now; // what is read of the breach later does not belong to it
    bool staff = spec_has(v, "staff"), token = spec_has(v, "token");
    if (staff && token)
        return cu_fail(err, CU_INVALID, "/token", "either staff or token is accepted");
    if (spec_i64(v, "from") >= to)
        return cu_fail(err, CU_INVALID, "/from", "a time before `to` is accepted");
    CU_TRY(person_pno(c->b, d, v, &pno, err));
    if (spec_i64(v, "replace"))
        CU_TRY(staff_run(d, &breach_sql_queries_remove, ":breach", c->id, err));
    CU_TRY(room_for_query(d, c, err));
    CU_TRY(db_prepare(d, &breach_sql_query_add, &q, err));
    db_bind_i64(&q, ":breach", c->id);
    db_bind_i64(&q, ":from_ms", spec_i64(v, "from"));
    db_bind_i64(&q, ":to_ms", to);
    db_bind_str(&q, ":actor", staff ? CU_LIT("staff") : token ? CU_LIT("token") : CU_LIT(""));
    db_bind_i64(&q, ":actor_id", staff ? spec_i64(v, "staff") : spec_i64(v, "token"));
    db_bind_str(&q, ":action", spec_has(v, "route") ? spec_str(v, "route") : CU_LIT(""));
    db_bind_str(&q, ":fields", spec_has(v, "field") ? spec_str(v, "field") : CU_LIT(""));
    db_bind_i64(&q, ":pno", pno);
    db_bind_i64(&q, ":made_ms", now);
    return db_run(&q, err);
}

static cu_code scope_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct change *c = context;
    struct breach row;
    struct db_query q;
    struct breach_step step = {.what = "scope", .note = CU_NONE};
    (void)g;
    cu_buf_init(&step.detail, 64);
    CU_TRY(breach_load_in(c->b, d, c->id, false, c->rq->arena, &row, err));
    CU_TRY(add_query(c, d, err));
    CU_TRY(db_prepare(d, &breach_sql_run_set, &q, err));
    db_bind_i64(&q, ":id", c->id);
    db_bind_str(&q, ":run", CU_LIT("waiting"));
    CU_TRY(db_run(&q, err));
    return breach_step_in(c->b, d, c->id, &step, err);
}

// The first piece is done at once: a small shop has its answer with this call, a large one asks again.
static cu_code post_scope(struct request *rq, struct cu_error *err)
{
    struct change c = {.b = rq->module, .rq = rq, .id = breach_path_id(rq)};
    bool waiting = true;
    (void)pthread_mutex_lock(&c.b->running);
    cu_code code = staff_change(c.b->govern, scope_in, &c, err);
    if (code == CU_OK)
        breach_run_stop(c.b); // what runs begins again, with the new question
    (void)pthread_mutex_unlock(&c.b->running);
    CU_TRY(code);
    CU_TRY(breach_scope_work(c.b, FIRST_MS, &waiting, err));
    return breach_answer(c.b, rq, c.id, 200, err);
}

static cu_code job_mail(void *module, struct cu_error *err)
{
    return breach_mail_work(module, JOB_MS, err);
}

static cu_code job_scope(void *module, struct cu_error *err)
{
    bool waiting = false;
    return breach_scope_work(module, JOB_MS, &waiting, err);
}

// --- the people

static void person_write(struct breaches *b, const struct breach_field_names *names, const struct breach_person *who,
    const struct breach_shown *shown, struct json_writer *w)
{
    jw_object(w);
    jw_kstr(w, "id", shown->id[0] ? cu_str_of(shown->id) : CU_NONE);
    jw_kstr(w, "label", shown->label);
    jw_kstr(w, "email", shown->email);
    jw_kstr(w, "phone", shown->phone);
    jw_kz(w, "shown", shown->shown);
    jw_ktime(w, "first", who->first_ms);
    jw_ktime(w, "last", who->last_ms);
    jw_ki64(w, "acts", who->acts);
    jw_key(w, "fields");
    jw_array(w);
    for (size_t i = 0; i < names->count; i++) {
        if (who->fields >> i & 1 && names->at[i][0])
            jw_z(w, names->at[i]);
    }
    jw_array_end(w);
    jw_key(w, "categories");
    jw_array(w);
    for (size_t i = 0; i < names->count; i++) {
        if (who->fields >> i & 1 && names->at[i][0])
            jw_str(w, breach_datum_of(people_dictionary(b->people), cu_str_of(names->at[i])).category);
    }
    jw_array_end(w);
    jw_object_end(w);
}

static cu_code write_people(
    struct breaches *b, struct db *d, struct request *rq, const struct breach *row, uint32_t after, struct cu_error *err)
{
    size_t limit = (size_t)spec_i64(&rq->query_values, "limit"), count = 0;
    struct breach_person *who = cu_arena_alloc(rq->arena, (limit + 1) * sizeof *who);
    struct breach_shown *shown = cu_arena_alloc(rq->arena, (limit + 1) * sizeof *shown);
    struct breach_field_names *names = cu_arena_alloc(rq->arena, sizeof *names);
    char next[24];
    if (!who || !shown || !names)
        return cu_fail(err, CU_MEMORY, "", "no memory for the people of a breach");
    CU_TRY(breach_fields_load(d, row->id, names, err));
    CU_TRY(breach_persons(b, d, row->id, after, who, limit, &count, err));
    CU_TRY(breach_show(b, d, &rq->caller, who, count, rq->arena, shown, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count; i++)
        person_write(b, names, &who[i], &shown[i], &w);
    jw_array_end(&w);
    (void)snprintf(next, sizeof next, "%u", count ? who[count - 1].pno : 0);
    jw_kstr(&w, "next", count == limit ? cu_str_of(next) : CU_NONE);
    jw_kz(&w, "state", row->run[0] ? row->run : "none");
    jw_ki64(&w, "people", row->persons);
    jw_ki64(&w, "unknown", row->unknown);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code get_affected(struct request *rq, struct cu_error *err)
{
    struct breaches *b = rq->module;
    struct db *d = NULL;
    struct breach row;
    int64_t after = 0;
    if (spec_has(&rq->query_values, "cursor") &&
        (!cu_str_i64(spec_str(&rq->query_values, "cursor"), &after) || after < 0 || after > UINT32_MAX))
        return cu_fail(err, CU_INVALID, "cursor", "the value of `next` of an answer is accepted");
    CU_TRY(people_read_take(b->people, &d, err));
    cu_code code = breach_load_in(b, d, breach_path_id(rq), false, rq->arena, &row, err);
    if (code == CU_OK && !(rq->caller.permissions >> SPEC_PEOPLE_READ & 1))
        code = cu_fail(err, CU_FORBIDDEN, "", "this needs the permission %s, too", spec_permission_name(SPEC_PEOPLE_READ));
    if (code == CU_OK)
        code = write_people(b, d, rq, &row, (uint32_t)after, err);
    people_read_give(b->people, d);
    return code;
}

// --- letters

static cu_code write_letters(struct breaches *b, struct db *d, struct request *rq, struct cu_error *err)
{
    struct breach row;
    CU_TRY(breach_load_in(b, d, breach_path_id(rq), true, rq->arena, &row, err));
    const char *language = cu_arena_z(rq->arena, spec_str(&rq->query_values, "language"));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (int people = 0; people < 2; people++) {
        CU_AUTO_BUF struct cu_buf subject, text;
        cu_buf_init(&subject, 4096);
        cu_buf_init(&text, BREACH_TEXTS_MAX);
        CU_TRY(breach_letter_draft(b, d, &row, language, people, &subject, &text, err));
        jw_object(&w);
        jw_kz(&w, "kind", people ? "people" : "authority");
        jw_kz(&w, "language", language);
        jw_kstr(&w, "subject", cu_buf_view(&subject));
        jw_kstr(&w, "text", cu_buf_view(&text));
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code get_letters(struct request *rq, struct cu_error *err)
{
    struct breaches *b = rq->module;
    struct db *d = NULL;
    CU_TRY(people_read_take(b->people, &d, err));
    cu_code code = write_letters(b, d, rq, err);
    people_read_give(b->people, d);
    return code;
}

// --- rows

#define BODY(fields_) .body_kind = SPEC_BODY_JSON, .body_max = (int64_t)8 * BREACH_TEXTS_MAX, .body = fields_
static const struct spec_route routes[] = {
    {.name = "breaches.list",
        .method = "GET",
        .path = "/v1/breaches",
        .permission = SPEC_GOVERN_READ,
        .query = breach_list_query,
        .answer = breach_list_answer,
        .doc = "Every breach of personal data, newest first, with its 72-hour clock.",
        .handler = get_list},
    {.name = "breaches.make",
        .method = "POST",
        .path = "/v1/breaches",
        .permission = SPEC_GOVERN_WRITE,
        BODY(breach_make_body),
        .answer = breach_answer_fields,
        .doc = "Records a breach; its clock runs from the moment it became known.",
        .handler = post_make},
    {.name = "breaches.show",
        .method = "GET",
        .path = "/v1/breaches/{id}",
        .permission = SPEC_GOVERN_READ,
        .path_fields = breach_id_path,
        .answer = breach_answer_fields,
        .doc = "One breach with everything known of it and every step taken.",
        .handler = get_one},
    {.name = "breaches.change",
        .method = "PATCH",
        .path = "/v1/breaches/{id}",
        .permission = SPEC_GOVERN_WRITE,
        .path_fields = breach_id_path,
        BODY(breach_change_body),
        .answer = breach_answer_fields,
        .doc = "Adds what was found out, or moves a breach to its next state.",
        .handler = patch_one},
    {.name = "breaches.scope",
        .method = "POST",
        .path = "/v1/breaches/{id}/scope",
        .permission = SPEC_GOVERN_WRITE,
        .path_fields = breach_id_path,
        BODY(breach_scope_body),
        .answer = breach_answer_fields,
        .doc = "Asks the audit log whose records belong to a breach; a large shop reads the progress with GET.",
        .handler = post_scope},
    {.name = "breaches.affected",
        .method = "GET",
        .path = "/v1/breaches/{id}/affected",
        .permission = SPEC_GOVERN_READ,
        .path_fields = breach_id_path,
        .query = breach_affected_query,
        .answer = breach_affected_answer,
        .doc = "The people whose records were opened, with contact as far as the caller sees it.",
        .handler = get_affected},
    {.name = "breaches.letters",
        .method = "GET",
        .path = "/v1/breaches/{id}/letters",
        .permission = SPEC_GOVERN_READ,
        .path_fields = breach_id_path,
        .query = breach_letters_query,
        .answer = breach_letters_answer,
        .doc = "Drafts of the letters to the authority and to the people.",
        .handler = get_letters},
    {.name = "breaches.send",
        .method = "POST",
        .path = "/v1/breaches/{id}/letters/send",
        .permission = SPEC_GOVERN_WRITE,
        .reauth = true,
        .path_fields = breach_id_path,
        BODY(breach_mail_body),
        .answer = breach_answer_fields,
        .doc = "Sends a letter to all people of a breach, through the shop's mail server.",
        .handler = breach_post_mail},
    {.name = "breaches.pack",
        .method = "GET",
        .path = "/v1/breaches/{id}/pack",
        .permission = SPEC_GOVERN_READ,
        .path_fields = breach_id_path,
        .doc = "The evidence as one ZIP file, which custos verify checks.",
        .handler = breach_pack},
    {.name = "breaches.notified",
        .method = "POST",
        .path = "/v1/breaches/{id}/notified",
        .permission = SPEC_GOVERN_WRITE,
        .path_fields = breach_id_path,
        BODY(breach_notified_body),
        .answer = breach_answer_fields,
        .doc = "Notes that the authority or the people were told.",
        .handler = post_notified},
};
static const struct spec_job jobs[] = {
    {.name = "breach-scope",
        .doc = "Goes on asking the audit log whose records belong to a breach.",
        .every_ms = JOB_EVERY_MS,
        .run = job_scope},
    {.name = "breach-mail", .doc = "Goes on writing to the people of a breach.", .every_ms = JOB_EVERY_MS, .run = job_mail},
};
static const char *const personal[] = {"breach_person", "breach_query", NULL};
const struct module govern_breach_module = {
    .name = "breaches",
    .doc = "Breaches of personal data: the clock, the people, the letters, the evidence.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = breach_sql_all,
    .personal_tables = personal,
};
