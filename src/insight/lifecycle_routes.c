// SPDX-License-Identifier: Apache-2.0
// The lifecycle stages as a whole: read, and replaced. All rules are checked before anything is changed.
#include "rfm_internal.h"

#include "rfm_sql.h"
#include "segment_routes.h"

#include <stdio.h>

// --- reading

static void write_stage(struct rfm *r, const struct lifecycle_stage *s, uint64_t people, struct cu_arena *a,
    struct json_writer *w)
{
    char name[AUDIENCE_NAME_MAX + 1];
    struct audience_row row;
    struct cu_error err = {.code = CU_OK};
    lifecycle_segment(s->number, name);
    bool there = audience_get(r->options.audiences, cu_str_of(name), a, &row, &err) == CU_OK;
    jw_object(w);
    jw_kz(w, "name", lifecycle_names[s->number]);
    jw_kz(w, "doc", s->doc);
    jw_kstr(w, "rule", there ? row.text : CU_LIT(""));
    jw_kz(w, "segment", name);
    jw_kstr(w, "fault", there && row.state == AUDIENCE_BROKEN ? row.fault : CU_NONE);
    jw_ki64(w, "people", (int64_t)people);
    jw_object_end(w);
}

cu_code lifecycle_get(struct request *rq, struct cu_error *err)
{
    struct rfm *r = rq->module;
    struct lifecycle_stage stages[LIFECYCLE_STAGES_MAX];
    uint64_t people[LIFECYCLE_STAGES_MAX];
    (void)pthread_mutex_lock(&r->lock);
    size_t count = r->stage_count;
    memcpy(stages, r->stages, sizeof stages);
    memcpy(people, r->in_stage, sizeof people);
    (void)pthread_mutex_unlock(&r->lock);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "stages");
    jw_array(&w);
    for (size_t i = 0; i < count; i++)
        write_stage(r, &stages[i], people[i], rq->arena, &w);
    jw_array_end(&w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

// --- replacing

struct given {
    uint8_t number;
    cu_str doc, rule;
};

static bool asks_for_stage(const struct seg_node *n)
{
    if (n->kind == SEG_FIELD && n->field.known && n->field.known->source == SEG_DERIVED &&
        n->field.known->derived == FACTS_LIFECYCLE)
        return true;
    for (uint32_t i = 0; i < n->child_count; i++) {
        if (asks_for_stage(n->children[i]))
            return true;
    }
    return false;
}

static cu_code check_rule(struct request *rq, const struct seg_catalog *c, cu_str rule, struct cu_error *err)
{
    struct seg_faults *faults = cu_arena_alloc(rq->arena, sizeof *faults);
    struct seg_node *root = NULL;
    if (!faults)
        return cu_fail(err, CU_MEMORY, "", "no memory for a rule");
    cu_code code = seg_parse_text(rule, c, rq->arena, &root, faults, err);
    if (code == CU_OK)
        code = seg_check(root, c, rq->arena, faults, err);
    if (code == CU_INVALID) {
        segment_faults_say(rq, faults);
        (void)cu_fail(err, CU_INVALID, "rule", "%s", faults->count ? faults->at[0].text : "the rule has a fault");
    }
    CU_TRY(code);
    if (asks_for_stage(root))
        return cu_fail(err, CU_INVALID, "rule", "a stage's rule cannot ask for the stage itself (the field lifecycle)");
    return CU_OK;
}

static cu_code read_stage(struct request *rq, const struct seg_catalog *c, json stage, struct given *given, size_t before,
    struct cu_error *err)
{
    struct given *g = &given[before];
    g->doc = json_str(json_get(stage, "doc"));
    g->rule = json_str(json_get(stage, "rule"));
    CU_TRY(lifecycle_number(json_str(json_get(stage, "name")), &g->number, err));
    for (size_t i = 0; i < before; i++) {
        if (given[i].number == g->number)
            return cu_fail(err, CU_INVALID, "name", "another stage has this name");
    }
    return check_rule(rq, c, g->rule, err);
}

static cu_code read_stages(struct request *rq, struct given *given, size_t *ret_count, struct cu_error *err)
{
    struct rfm *r = rq->module;
    const struct seg_catalog *c = audience_catalog(r->options.audiences);
    struct json_iter it = json_each(spec_get(&rq->body_values, "stages")->raw);
    cu_code code = c ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for the stages");
    *ret_count = 0;
    while (code == CU_OK && json_next(&it)) {
        code = read_stage(rq, c, it.value, given, *ret_count, err);
        if (code != CU_OK)
            cu_error_prefix(err, "/stages/%zu/", *ret_count);
        (*ret_count)++;
    }
    if (c)
        audience_catalog_done(r->options.audiences, c);
    return code;
}

static cu_code store_rows(struct db *d, const struct given *given, size_t count, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &rfm_sql_stages_end, &q, err));
    CU_TRY(db_run(&q, err));
    for (size_t i = 0; i < count; i++) {
        CU_TRY(db_prepare(d, &rfm_sql_stage_put, &q, err));
        db_bind_i64(&q, ":number", given[i].number);
        db_bind_str(&q, ":name", cu_str_of(lifecycle_names[given[i].number]));
        db_bind_str(&q, ":doc", given[i].doc.ptr ? given[i].doc : CU_LIT(""));
        db_bind_i64(&q, ":place", (int64_t)i);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

static cu_code store(struct rfm *r, const struct given *given, size_t count, struct cu_error *err)
{
    struct db *d = people_lock(r->options.people);
    cu_code code = people_begin(r->options.people, err);
    if (code == CU_OK)
        code = store_rows(d, given, count, err);
    if (code == CU_OK)
        code = people_commit(r->options.people, err);
    else
        people_rollback(r->options.people);
    people_unlock(r->options.people);
    return code;
}

static bool is_given(const struct given *given, size_t count, uint8_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (given[i].number == number)
            return true;
    }
    return false;
}

// Segments of stages that are no more; one that another segment asks for stays, as an ordinary one.
static void drop_former(struct rfm *r, const struct lifecycle_stage *former, size_t former_count,
    const struct given *given, size_t count)
{
    for (size_t i = 0; i < former_count; i++) {
        char name[AUDIENCE_NAME_MAX + 1];
        struct cu_error unused = {.code = CU_OK};
        if (is_given(given, count, former[i].number))
            continue;
        lifecycle_segment(former[i].number, name);
        cu_code code = audience_drop(r->options.audiences, cu_str_of(name), &unused);
        (void)code;
    }
}

cu_code lifecycle_put(struct request *rq, struct cu_error *err)
{
    struct rfm *r = rq->module;
    struct given given[LIFECYCLE_STAGES_MAX];
    struct lifecycle_stage former[LIFECYCLE_STAGES_MAX];
    size_t count = 0;
    CU_TRY(read_stages(rq, given, &count, err));
    (void)pthread_mutex_lock(&r->lock);
    size_t former_count = r->stage_count;
    memcpy(former, r->stages, sizeof former);
    (void)pthread_mutex_unlock(&r->lock);
    for (size_t i = 0; i < count; i++) {
        cu_code code = lifecycle_put_rule(r, given[i].number, given[i].rule, rq->caller.staff_id, err);
        if (code != CU_OK)
            cu_error_prefix(err, "/stages/%zu", i);
        CU_TRY(code);
    }
    CU_TRY(store(r, given, count, err));
    (void)pthread_mutex_lock(&r->lock);
    cu_code code = lifecycle_load(r, err);
    r->stages_changed = true;
    (void)pthread_cond_broadcast(&r->changed);
    (void)pthread_mutex_unlock(&r->lock);
    CU_TRY(code);
    drop_former(r, former, former_count, given, count);
    audiences_settle(r->options.audiences);
    rfm_settle(r);
    return lifecycle_get(rq, err);
}

// --- rows

#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }
static const struct spec_field stage_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = LIFECYCLE_NAME_MAX,
        .doc = "Name of the stage, as the field lifecycle has it."},
    {.name = "doc", .type = SPEC_STRING, .max = 239, .doc = "Who is in it."},
    {.name = "rule", .type = SPEC_STRING, .max = SEG_TEXT_MAX, .doc = "The rule in the language of segments."},
    {.name = "segment", .type = SPEC_STRING, .max = AUDIENCE_NAME_MAX,
        .doc = "The segment of everybody for whom the rule holds, whatever holds before it."},
    {.name = "fault", .type = SPEC_STRING, .max = 1023, .nullable = true,
        .doc = "What the dictionary broke in the rule, or null."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .doc = "Persons whose stage it is."},
    END,
};
const struct spec_field lifecycle_answer[] = {
    {.name = "stages", .type = SPEC_ARRAY, .max = LIFECYCLE_STAGES_MAX, .fields = stage_fields,
        .doc = "The stages in their order."},
    END,
};
static const struct spec_field given_fields[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = LIFECYCLE_NAME_MAX, .required = true,
        .doc = "Name of the stage: small letters, digits, spaces and -."},
    {.name = "doc", .type = SPEC_STRING, .max = 239, .doc = "Who is in it."},
    {.name = "rule", .type = SPEC_STRING, .min = 1, .max = SEG_TEXT_MAX, .required = true,
        .doc = "The rule in the language of segments."},
    END,
};
const struct spec_field lifecycle_body[] = {
    {.name = "stages", .type = SPEC_ARRAY, .min = 1, .max = LIFECYCLE_STAGES_MAX, .fields = given_fields, .required = true,
        .doc = "The stages in their order; the first whose rule holds is a person's stage."},
    END,
};
