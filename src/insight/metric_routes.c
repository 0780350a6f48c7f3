// SPDX-License-Identifier: Apache-2.0
// What can be asked for: the metrics with their formulas, and the dimensions.
#include "dimension.h"
#include "metric_parts.h"

#include "spec/request.h"

static const char *const unit_names[] = {"count", "money", "share", "seconds", "number", NULL};
static const char *const good_names[] = {"neither", "up", "down", NULL};
static const char *const source_names[] = {"orders", "visits", "people", "later", NULL};

static void write_variants(struct json_writer *w, const struct metric *m)
{
    jw_key(w, "variants");
    jw_array(w);
    for (const struct metric_variant *v = m->variants; v->name; v++) {
        jw_object(w);
        jw_kz(w, "name", v->name);
        jw_kz(w, "vendor", v->vendor);
        jw_kz(w, "formula", v->formula);
        jw_kz(w, "numerator", v->numerator);
        jw_kz(w, "denominator", v->denominator);
        jw_object_end(w);
    }
    jw_array_end(w);
}

cu_code insight_get_metrics(struct request *rq, struct cu_error *err)
{
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (const struct metric *m = metrics; m->name; m++) {
        jw_object(&w);
        jw_kz(&w, "name", m->name);
        jw_kz(&w, "title", m->title);
        jw_kz(&w, "doc", m->doc);
        jw_kz(&w, "unit", unit_names[m->unit]);
        jw_kz(&w, "good", good_names[m->good]);
        jw_kz(&w, "of", source_names[m->source]);
        jw_kbool(&w, "available", m->source != METRIC_LATER);
        write_variants(&w, m);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

cu_code insight_get_dimensions(struct request *rq, struct cu_error *err)
{
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < DIMENSION_COUNT; i++) {
        jw_object(&w);
        jw_kz(&w, "name", dimensions[i].name);
        jw_kz(&w, "title", dimensions[i].title);
        jw_kz(&w, "doc", dimensions[i].doc);
        jw_key(&w, "of");
        jw_array(&w);
        for (unsigned bit = 0; bit < 3; bit++) {
            if (dimensions[i].of >> bit & 1)
                jw_z(&w, source_names[bit]);
        }
        jw_array_end(&w);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static const struct spec_field variant_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 40, .doc = "To be given behind a colon: `revenue:net`."},
    {.name = "vendor", .type = SPEC_STRING, .max = 80, .doc = "Who counts this way; empty: nobody in particular."},
    {.name = "formula", .type = SPEC_STRING, .max = 400, .doc = "The formula in words."},
    {.name = "numerator", .type = SPEC_STRING, .max = 200, .doc = "What is counted or added up."},
    {.name = "denominator", .type = SPEC_STRING, .max = 200, .doc = "What it is divided by; empty: by nothing."},
    {.name = NULL},
};
static const struct spec_field metric_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 40, .doc = "To be given in `metrics`."},
    {.name = "title", .type = SPEC_STRING, .max = 80, .doc = "For people."},
    {.name = "doc", .type = SPEC_STRING, .max = 400, .doc = "What it says."},
    {.name = "unit", .type = SPEC_ENUM, .options = unit_names,
        .doc = "Of its values: whole numbers, minor units of the shop's currency, shares of 0 to 1, seconds, numbers with decimals."},
    {.name = "good", .type = SPEC_ENUM, .options = good_names, .doc = "Which direction is good."},
    {.name = "of", .type = SPEC_ENUM, .options = source_names, .doc = "What it is about."},
    {.name = "available", .type = SPEC_BOOL, .doc = "false: its place is kept for a later version."},
    {.name = "variants", .type = SPEC_ARRAY, .max = 20, .fields = variant_fields, .doc = "Ways to count it; the first is the default."},
    {.name = NULL},
};
const struct spec_field insight_metrics_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 200, .fields = metric_fields, .doc = "The metrics."},
    {.name = NULL},
};
static const struct spec_field of_fields[] = {
    {.name = "", .type = SPEC_ENUM, .options = source_names, .doc = "orders, visits or people."},
    {.name = NULL},
};
static const struct spec_field dimension_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 40, .doc = "To be given as `breakdown` or in `filters`."},
    {.name = "title", .type = SPEC_STRING, .max = 80, .doc = "For people."},
    {.name = "doc", .type = SPEC_STRING, .max = 400, .doc = "What it is."},
    {.name = "of", .type = SPEC_ARRAY, .max = 3, .fields = of_fields, .doc = "Which metrics it divides; the others are null in its rows."},
    {.name = NULL},
};
const struct spec_field insight_dimensions_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 100, .fields = dimension_fields, .doc = "The dimensions."},
    {.name = NULL},
};
