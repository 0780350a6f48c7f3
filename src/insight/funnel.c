// SPDX-License-Identifier: Apache-2.0
// The kind of question "funnel": how far people, visits or what a property names get through a row of steps.
#include "funnel.h"

#include "funnel_fields.h"

#include <roaring/roaring.h>

static cu_code run(struct insight_query *q, struct json_writer *w, struct cu_error *err)
{
    struct funnel_plan *p = cu_calloc(1, sizeof *p);
    struct funnel_counts *c = cu_calloc(1, sizeof *c); // both too large for the stack
    cu_code code = p && c ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
    if (code == CU_OK) {
        p->q = q;
        code = funnel_plan_read(p, err);
        if (code == CU_OK)
            code = funnel_count_run(p, NULL, NULL, c, err);
        if (code == CU_OK)
            code = funnel_write(p, c, w, err);
        funnel_counts_clear(c);
        funnel_plan_clear(p);
    }
    cu_free(c);
    cu_free(p);
    return code;
}

// ---- the people behind a figure

static const char *const whats[] = {"reached", "dropped", NULL};
static const struct spec_field pick_fields[] = {
    {.name = "step",
        .type = SPEC_INT,
        .min = 1,
        .max = FUNNEL_STEPS_MAX,
        .required = true,
        .doc = "Number of the step, from 1."},
    {.name = "what",
        .type = SPEC_ENUM,
        .options = whats,
        .fallback = "reached",
        .doc = "Who reached it, or who reached the one before and not this."},
    {.name = "value",
        .type = SPEC_STRING,
        .max = 8192,
        .doc = "Only of this row of the breakdown; null: of those without a value."},
    {.name = NULL},
};

static cu_code pick_value(
    const struct funnel_plan *p, const struct spec_value *v, struct funnel_pick *pick, struct cu_error *err)
{
    if (!v->present && !json_is(v->raw, JSON_NULL))
        return CU_OK;
    if (p->by == FUNNEL_BY_NOTHING)
        return cu_fail(err, CU_INVALID, "/pick/value", "the question has no breakdown whose row this could be");
    pick->by_value = true;
    pick->value = FUNNEL_NO_VALUE;
    return v->present ? funnel_value_parse(p, v->text, &pick->value, err) : CU_OK;
}

static cu_code pick_read(const struct funnel_plan *p, json object, struct funnel_pick *pick, struct cu_error *err)
{
    struct spec_values v;
    cu_code code = spec_decode_json(pick_fields, object, &v, err);
    if (code != CU_OK) {
        cu_error_prefix(err, "/pick");
        return code;
    }
    int64_t step = spec_i64(&v, "step");
    pick->dropped = cu_str_eqz(spec_str(&v, "what"), "dropped");
    if (step > p->asked || p->place[step - 1] == 255 || (pick->dropped && p->place[step - 1] == 0))
        return cu_fail(err, CU_INVALID, "/pick/step",
            pick->dropped ? "a later step of this funnel is expected" : "a step of this funnel is expected, from 1 to %u",
            p->asked);
    pick->step = p->place[step - 1];
    return pick_value(p, spec_get(&v, "value"), pick, err);
}

static cu_code people(struct insight_query *q, json object, roaring_bitmap_t *ret, struct cu_error *err)
{
    struct funnel_plan *p = cu_calloc(1, sizeof *p);
    struct funnel_counts *c = cu_calloc(1, sizeof *c);
    struct funnel_pick pick = {0};
    cu_code code = p && c ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
    if (code == CU_OK) {
        p->q = q;
        code = funnel_plan_read(p, err);
        if (code == CU_OK)
            code = pick_read(p, object, &pick, err);
        if (code == CU_OK)
            code = funnel_count_run(p, &pick, ret, c, err);
        funnel_counts_clear(c);
        funnel_plan_clear(p);
    }
    cu_free(c);
    cu_free(p);
    return code;
}

const struct insight_kind insight_kind_funnel = {
    .name = "funnel",
    .doc = "How far people or visits get through a row of steps within a window, how long it takes them, where they stop.",
    .table = "steps",
    .body = funnel_body,
    .answer = funnel_answer,
    .run = run,
    .people = people,
    .pick_doc = "{\"step\": 2, \"what\": \"reached\" or \"dropped\", \"value\": of a row of the breakdown}",
};
