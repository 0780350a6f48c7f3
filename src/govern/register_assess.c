// SPDX-License-Identifier: Apache-2.0
// The register of assessments: data protection impact (GDPR 35), balancing of a legitimate interest (6(1)(f)), transfer
// impact (46). Each has an owner, a state, what it is about, and a day on which it is looked at again.
#include "register_internal.h"
#include "register_sql.h"

#include "base/clock.h"

static const char *const kinds[] = {"dpia", "lia", "tia", NULL};
static const char *const states[] = {"draft", "in_review", "approved", "rejected", "retired", NULL};
static const char *const risks[] = {"low", "medium", "high", NULL};

static cu_code read_row(struct db_query *q, struct cu_arena *a, struct register_assessment *ret, struct cu_error *err)
{
    cu_str *const texts[] = {&ret->name, &ret->kind, &ret->title, &ret->owner, &ret->state, &ret->risk, &ret->purposes,
        &ret->recipient, &ret->summary};
    bool good = true;
    for (int i = 0; i < (int)CU_COUNT(texts); i++) {
        *texts[i] = cu_arena_dup(a, db_str(q, i).len ? db_str(q, i) : CU_LIT(""));
        good = good && texts[i]->ptr;
    }
    ret->review_ms = db_i64(q, 9);
    ret->decided_ms = db_i64(q, 10);
    ret->made_ms = db_i64(q, 11);
    ret->changed_ms = db_i64(q, 12);
    ret->actor = cu_arena_dup(a, db_str(q, 13));
    ret->actor_id = db_i64(q, 14);
    return good && ret->actor.ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for assessments");
}

cu_code register_assessments(
    struct db *d, struct cu_arena *a, struct register_assessment **ret, size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    struct register_assessment *rows = cu_arena_alloc(a, REGISTER_ASSESSMENTS_MAX * sizeof *rows);
    *ret_count = 0;
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for assessments");
    CU_TRY(db_prepare(d, &register_sql_assessments, &q, err));
    while (code == CU_OK && *ret_count < REGISTER_ASSESSMENTS_MAX && db_step(&q))
        code = read_row(&q, a, &rows[(*ret_count)++], err);
    cu_code end = db_end(&q, err);
    *ret = rows;
    return code == CU_OK ? end : code;
}

static void list_write(cu_str list, struct json_writer *w)
{
    jw_array(w);
    while (list.len > 0)
        jw_str(w, cu_str_trim(cu_str_cut(&list, ',')));
    jw_array_end(w);
}

static void row_write(
    struct registers *r, const struct register_assessment *x, struct audit_names *names, struct json_writer *w)
{
    jw_object(w);
    jw_kstr(w, "name", x->name);
    jw_kstr(w, "kind", x->kind);
    jw_kstr(w, "title", x->title);
    jw_kstr(w, "owner", x->owner);
    jw_kstr(w, "state", x->state);
    jw_kstr(w, "risk", x->risk.len ? x->risk : CU_NONE);
    jw_key(w, "purposes");
    list_write(x->purposes, w);
    jw_kstr(w, "recipient", x->recipient.len ? x->recipient : CU_NONE);
    jw_kstr(w, "summary", x->summary);
    jw_ktime(w, "review", x->review_ms ? x->review_ms : INT64_MIN);
    jw_ktime(w, "decided", x->decided_ms ? x->decided_ms : INT64_MIN);
    jw_ktime(w, "made", x->made_ms);
    jw_ktime(w, "changed", x->changed_ms);
    jw_key(w, "by");
    audit_write_actor(r->options.auditing, x->actor, x->actor_id, names, w);
    jw_object_end(w);
}

cu_code register_get_assessments(struct request *rq, struct cu_error *err)
{
    struct registers *r = rq->module;
    struct register_assessment *rows = NULL;
    struct audit_names names = {.count = 0};
    struct db *d = NULL;
    size_t count = 0;
    CU_TRY(people_read_take(r->people, &d, err));
    cu_code code = register_assessments(d, rq->arena, &rows, &count, err);
    people_read_give(r->people, d);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count; i++)
        row_write(r, &rows[i], &names, &w);
    jw_array_end(&w);
    jw_object_end(&w);
    return CU_OK;
}

// --- changing

struct putting {
    struct registers *r;
    struct request *rq;
    struct register_assessment row;
};

// Purposes have to be the dictionary's: an assessment of nothing is none. By commas, into the arena.
static cu_code take_purposes(struct putting *p, struct cu_error *err)
{
    const struct dictionary *dict = people_dictionary(p->r->people);
    struct json_iter it = json_each(spec_get(&p->rq->body_values, "purposes")->raw);
    CU_AUTO_BUF struct cu_buf list;
    cu_buf_init(&list, 65536);
    while (json_next(&it)) {
        cu_str name = json_str(it.value);
        if (!dictionary_purpose(dict, name))
            return cu_fail(err, CU_INVALID, "/purposes", "names of the dictionary's purposes are accepted");
        if (list.len)
            cu_buf_char(&list, ',');
        cu_buf_str(&list, dictionary_purpose(dict, name)->name);
    }
    CU_TRY(cu_buf_code(&list, err));
    p->row.purposes = cu_arena_dup(p->rq->arena, list.len ? cu_buf_view(&list) : CU_LIT(""));
    return p->row.purposes.ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for an assessment");
}

static bool name_good(cu_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (i > 0 && (c == '-' || c == '_'))))
            return false;
    }
    return name.len > 0;
}

static cu_str text_of(const struct spec_values *v, const char *name)
{
    return spec_has(v, name) ? spec_str(v, name) : CU_LIT("");
}

static cu_code take_body(struct putting *p, struct cu_error *err)
{
    const struct spec_values *v = &p->rq->body_values;
    struct register_assessment *x = &p->row;
    x->name = request_path_str(p->rq, "name");
    if (!name_good(x->name))
        return cu_fail(err, CU_INVALID, "name", "small letters, digits, - and _ are accepted");
    x->kind = spec_str(v, "kind");
    x->title = spec_str(v, "title");
    x->owner = spec_str(v, "owner");
    x->state = spec_str(v, "state");
    x->risk = text_of(v, "risk");
    x->recipient = text_of(v, "recipient");
    x->summary = text_of(v, "summary");
    x->review_ms = spec_i64(v, "review");
    CU_TRY(take_purposes(p, err));
    if (cu_str_eqz(x->kind, "tia") ? x->recipient.len == 0 : x->purposes.len == 0)
        return cu_fail(err, CU_MISSING, cu_str_eqz(x->kind, "tia") ? "/recipient" : "/purposes",
            "a transfer impact assessment names its recipient, another one its purposes");
    bool approved = cu_str_eqz(x->state, "approved");
    if (approved && (x->summary.len == 0 || x->review_ms == 0))
        return cu_fail(err, CU_MISSING, x->review_ms ? "/summary" : "/review",
            "what is approved has a summary and a day of its next review");
    return CU_OK;
}

// When it was decided: kept while the state stays.
static cu_code decided_at(struct putting *p, struct db *d, struct cu_error *err)
{
    struct db_query q;
    bool decided = cu_str_eqz(p->row.state, "approved") || cu_str_eqz(p->row.state, "rejected");
    int64_t count = 0;
    CU_TRY(db_prepare(d, &register_sql_assessment, &q, err));
    db_bind_str(&q, ":name", p->row.name);
    bool there = db_step(&q);
    if (there && decided && cu_str_eq(db_str(&q, 4), p->row.state))
        p->row.decided_ms = db_i64(&q, 10);
    CU_TRY(db_end(&q, err));
    if (decided && p->row.decided_ms == 0)
        p->row.decided_ms = cu_now_ms();
    if (there)
        return CU_OK;
    CU_TRY(staff_count_in(d, &register_sql_assessment_count, 0, &count, err));
    return count < REGISTER_ASSESSMENTS_MAX
               ? CU_OK
               : cu_fail(err, CU_CONFLICT, "name", "at most %d assessments are kept", REGISTER_ASSESSMENTS_MAX);
}

static cu_code put_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct putting *p = context;
    const struct register_assessment *x = &p->row;
    const struct guard_access *who = guard_current();
    struct db_query q;
    (void)g;
    CU_TRY(decided_at(p, d, err));
    CU_TRY(db_prepare(d, &register_sql_assessment_put, &q, err));
    db_bind_str(&q, ":name", x->name);
    db_bind_str(&q, ":kind", x->kind);
    db_bind_str(&q, ":title", x->title);
    db_bind_str(&q, ":owner", x->owner);
    db_bind_str(&q, ":state", x->state);
    db_bind_str(&q, ":risk", x->risk);
    db_bind_str(&q, ":purposes", x->purposes);
    db_bind_str(&q, ":recipient", x->recipient);
    db_bind_str(&q, ":summary", x->summary);
    db_bind_i64(&q, ":review_ms", x->review_ms);
    db_bind_i64(&q, ":decided_ms", x->decided_ms);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_str(&q, ":actor", cu_str_of(audit_actor_names[who->actor]));
    db_bind_i64(&q, ":actor_id", who->actor_id);
    return db_run(&q, err);
}

static cu_code answer_row(struct registers *r, struct request *rq, struct cu_error *err)
{
    struct register_assessment row;
    struct audit_names names = {.count = 0};
    struct db *d = NULL;
    struct db_query q;
    bool there = false;
    CU_TRY(people_read_take(r->people, &d, err));
    cu_code code = db_prepare(d, &register_sql_assessment, &q, err);
    if (code == CU_OK) {
        db_bind_str(&q, ":name", request_path_str(rq, "name"));
        there = db_step(&q);
        code = there ? read_row(&q, rq->arena, &row, err) : CU_OK;
        cu_code end = db_end(&q, err);
        code = code == CU_OK ? end : code;
    }
    people_read_give(r->people, d);
    CU_TRY(code);
    if (!there)
        return cu_fail(err, CU_NOT_FOUND, "name", "no assessment has this name");
    struct json_writer w = request_json(rq, 200);
    row_write(r, &row, &names, &w);
    return CU_OK;
}

cu_code register_put_assessment(struct request *rq, struct cu_error *err)
{
    struct putting p = {.r = rq->module, .rq = rq};
    CU_TRY(take_body(&p, err));
    CU_TRY(staff_change(p.r->govern, put_in, &p, err));
    CU_TRY(registers_refresh(p.r, err));
    return answer_row(p.r, rq, err);
}

static cu_code delete_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct request *rq = context;
    struct db_query q;
    (void)g;
    CU_TRY(db_prepare(d, &register_sql_assessment_remove, &q, err));
    db_bind_str(&q, ":name", request_path_str(rq, "name"));
    CU_TRY(db_run(&q, err));
    return db_changes(d) == 1 ? CU_OK : cu_fail(err, CU_NOT_FOUND, "name", "no assessment has this name");
}

cu_code register_delete_assessment(struct request *rq, struct cu_error *err)
{
    struct registers *r = rq->module;
    CU_TRY(staff_change(r->govern, delete_in, rq, err));
    CU_TRY(registers_refresh(r, err));
    rq->response.status = 204;
    return CU_OK;
}

// --- rows

#define END                                                                                                                 \
    {                                                                                                                       \
        .name = NULL                                                                                                        \
    }
#define WORD(name_, max_, doc_)                                                                                             \
    {                                                                                                                       \
        .name = name_, .type = SPEC_STRING, .max = max_, .doc = doc_                                                        \
    }
const struct spec_field register_assess_path[] = {
    {.name = "name",
        .type = SPEC_STRING,
        .min = 1,
        .max = REGISTER_NAME_MAX,
        .required = true,
        .doc = "Name of the assessment: small letters, digits, - and _."},
    END,
};
static const struct spec_field purpose_element[] = {
    {.name = "", .type = SPEC_STRING, .min = 1, .max = 64, .doc = "A purpose."}, END};
const struct spec_field register_assess_body[] = {
    {.name = "kind",
        .type = SPEC_ENUM,
        .options = kinds,
        .required = true,
        .doc = "dpia (impact, 35), lia (balancing of an interest, 6(1)(f)), tia (transfer, 46)."},
    {.name = "title",
        .type = SPEC_STRING,
        .min = 1,
        .max = REGISTER_TITLE_MAX,
        .required = true,
        .doc = "What it is about."},
    {.name = "owner",
        .type = SPEC_STRING,
        .min = 1,
        .max = REGISTER_NAME_MAX,
        .required = true,
        .doc = "The role or team that answers for it; no person's name."},
    {.name = "state",
        .type = SPEC_ENUM,
        .options = states,
        .fallback = "draft",
        .doc = "draft, in_review, approved, rejected, retired."},
    {.name = "risk", .type = SPEC_ENUM, .options = risks, .doc = "What remains of the risk: low, medium, high."},
    {.name = "purposes", .type = SPEC_ARRAY, .max = 200, .fields = purpose_element, .doc = "The purposes it is about."},
    {.name = "recipient", .type = SPEC_STRING, .max = REGISTER_NAME_MAX, .doc = "The recipient of a transfer."},
    {.name = "summary",
        .type = SPEC_STRING,
        .max = REGISTER_SUMMARY_MAX,
        .doc = "What was weighed, what follows, what was decided."},
    {.name = "review", .type = SPEC_TIME, .doc = "When it is looked at again."},
    END,
};
#define ROW                                                                                                                 \
    WORD("name", REGISTER_NAME_MAX, "Its name."), WORD("kind", 7, "dpia, lia or tia."),                                     \
        WORD("title", REGISTER_TITLE_MAX, "What it is about."),                                                             \
        WORD("owner", REGISTER_NAME_MAX, "The role or team that answers for it."), WORD("state", 15, "How far it is."),     \
        {.name = "risk", .type = SPEC_STRING, .max = 7, .nullable = true, .doc = "What remains of the risk."},              \
        {.name = "purposes",                                                                                                \
            .type = SPEC_ARRAY,                                                                                             \
            .max = 200,                                                                                                     \
            .fields = purpose_element,                                                                                      \
            .doc = "The purposes it is about."},                                                                            \
        {.name = "recipient",                                                                                               \
            .type = SPEC_STRING,                                                                                            \
            .max = REGISTER_NAME_MAX,                                                                                       \
            .nullable = true,                                                                                               \
            .doc = "The recipient of a transfer."},                                                                         \
        WORD("summary", REGISTER_SUMMARY_MAX, "What was decided, and why."),                                                \
        {.name = "review", .type = SPEC_TIME, .nullable = true, .doc = "When it is looked at again."},                      \
        {.name = "decided", .type = SPEC_TIME, .nullable = true, .doc = "When it was approved or rejected."},               \
        {.name = "made", .type = SPEC_TIME, .doc = "When it was begun."},                                                   \
        {.name = "changed", .type = SPEC_TIME, .doc = "When it was changed last."},                                         \
    {                                                                                                                       \
        .name = "by", .type = SPEC_OBJECT, .max = 1024, .fields = audit_actor_fields, .doc = "Who changed it last."         \
    }
const struct spec_field register_assess_answer[] = {ROW, END};
static const struct spec_field item_fields[] = {ROW, END};
const struct spec_field register_assess_list_answer[] = {
    {.name = "items",
        .type = SPEC_ARRAY,
        .max = REGISTER_ASSESSMENTS_MAX,
        .fields = item_fields,
        .doc = "Assessments, by name."},
    END,
};
