// SPDX-License-Identifier: Apache-2.0
// The kind of question "attribution": what is asked and what is answered.
#include "attribution_private.h"

#include <stdio.h>

static const char *const model_names[] = {"first", "last", "last_non_direct", "linear", "position", "time_decay", "markov", NULL};
static const char *const model_docs[] = {
    "The whole order goes to the first touch: the person's first visit within the look-back before the order.",
    "The whole order goes to the last touch.",
    "The whole order goes to the last touch that is not direct; to the last of all where all are direct.",
    "Every touch gets the same share.",
    "40 % to the first touch, 40 % to the last, 20 % shared among those between; of two touches half each, one gets all.",
    "Half as much for every half-life that a touch is older than the last one.",
    "Removal effect: by which share orders (and revenue) fall when every way through the channel ends without an order; shares are the "
    "effects divided by their sum. A chain of the first order over all journeys, also those without an order; solved as linear equations.",
};
static const char *const by_names[] = {"channel", "source", "campaign", NULL};
static const char *const transform_names[] = {"none", "exposure", "unique", "first", "remove_if_last_and_not_all", "remove_if_not_all", NULL};

static const struct spec_field model_options[] = {
    {.name = "", .type = SPEC_ENUM, .options = model_names, .doc = "A model."},
    {.name = NULL},
};
static const struct spec_field question_fields[] = {
    {.name = "models", .type = SPEC_ARRAY, .max = ATTRIBUTION_MODELS, .fields = model_options, .doc = "Models; default: all. Rows come by the first one."},
    {.name = "by", .type = SPEC_ENUM, .options = by_names, .fallback = "channel", .doc = "What orders are shared among."},
    {.name = "lookback_days", .type = SPEC_INT, .min = 1, .max = 366, .fallback = "30", .doc = "How long before an order a visit still counts as a touch."},
    {.name = "transform", .type = SPEC_ENUM, .options = transform_names, .fallback = "none",
        .doc = "What is done to each path before: exposure (of the same several times in a row the first), unique (nothing), first (of each the "
               "first only), remove_if_last_and_not_all (direct visits at the end go), remove_if_not_all (direct visits go)."},
    {.name = "half_life_days", .type = SPEC_INT, .min = 1, .max = 366, .fallback = "7", .doc = "Of time_decay."},
    {.name = "steps_max", .type = SPEC_INT, .min = 0, .max = ATTRIBUTION_PATH_MAX, .fallback = "0",
        .doc = "Only so many of the last touches count; 0: all (at most 500)."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = ATTRIBUTION_ROWS_MAX, .fallback = "50", .doc = "Rows at most; the rest is added up."},
    {.name = NULL},
};

static const struct spec_field model_answer[] = {
    {.name = "model", .type = SPEC_ENUM, .options = model_names, .doc = "The model."},
    {.name = "orders", .type = SPEC_NUMBER, .min = 0, .max = INT64_MAX, .nullable = true, .doc = "Orders, in hundredths; all rows together are exactly the attributed ones."},
    {.name = "revenue", .type = SPEC_INT, .min = INT64_MIN, .max = INT64_MAX, .nullable = true, .doc = "Revenue before refunds, minor units; all rows together are exactly that of the attributed orders."},
    {.name = "cost_per_order", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Spend by orders; null without either."},
    {.name = "roas", .type = SPEC_NUMBER, .min = INT64_MIN, .max = INT64_MAX, .nullable = true, .doc = "Revenue by spend; null without spend."},
    {.name = "roi", .type = SPEC_NUMBER, .min = INT64_MIN, .max = INT64_MAX, .nullable = true, .doc = "Revenue less spend, by spend; null without spend."},
    {.name = NULL},
};
static const struct spec_field row_answer[] = {
    {.name = "value", .type = SPEC_STRING, .max = 1024, .doc = "Name of the channel, source or campaign; empty: none; (other): what is beyond the rows."},
    {.name = "label", .type = SPEC_STRING, .max = 1024, .doc = "As people read it."},
    {.name = "spend", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "What it cost in the period, minor units; null by source, and where only some people are counted (costs are those of everybody)."},
    {.name = "visits", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Visits that began in the period."},
    {.name = "models", .type = SPEC_ARRAY, .max = ATTRIBUTION_MODELS, .fields = model_answer, .doc = "As asked."},
    {.name = NULL},
};
static const struct spec_field removal_answer[] = {
    {.name = "value", .type = SPEC_STRING, .max = 1024, .doc = "As of the rows."},
    {.name = "effect", .type = SPEC_NUMBER, .max = 1, .nullable = true, .doc = "By which share orders fall without it."},
    {.name = NULL},
};
static const struct spec_field answer_fields[] = {
    {.name = "orders", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Orders placed in the period that count."},
    {.name = "revenue", .type = SPEC_INT, .min = INT64_MIN, .max = INT64_MAX, .nullable = true, .doc = "Their revenue before refunds, minor units."},
    {.name = "unattributed", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Orders without a visit within the look-back, also those of guests: in no row."},
    {.name = "unattributed_revenue", .type = SPEC_INT, .min = INT64_MIN, .max = INT64_MAX, .nullable = true, .doc = "Their revenue."},
    {.name = "no_rate", .type = SPEC_INT, .max = INT64_MAX, .doc = "Orders in a currency without a rate: they are counted, their revenue is 0."},
    {.name = "spend_no_rate", .type = SPEC_INT, .max = INT64_MAX, .doc = "Costs in a currency without a rate: in no figure."},
    {.name = "rows", .type = SPEC_ARRAY, .max = ATTRIBUTION_ROWS_MAX + 1, .fields = row_answer, .doc = "Most orders by the first model first."},
    {.name = "rows_more", .type = SPEC_INT, .max = INT64_MAX, .doc = "How many are added up in (other)."},
    {.name = "formulas", .type = SPEC_OBJECT, .max = 16384, .doc = "How each figure is made, by its name."},
    {.name = "removal", .type = SPEC_ARRAY, .max = ATTRIBUTION_ROWS_MAX + 1, .fields = removal_answer, .doc = "Removal effects of the Markov model, where asked."},
    {.name = NULL},
};

static unsigned option_of(cu_str name, const char *const *options)
{
    unsigned i = 0;
    while (options[i] && !cu_str_eqz(name, options[i]))
        i++;
    return i;
}

static cu_code read_question(struct insight_query *q, struct attribution_question *a, struct cu_error *err)
{
    const struct spec_values *v = &q->question;
    *a = (struct attribution_question){.q = q, .first_model = ATTRIBUTION_MODELS,
        .by = (enum attribution_by)option_of(spec_str(v, "by"), by_names),
        .transform = (enum attribution_transform)option_of(spec_str(v, "transform"), transform_names),
        .lookback_ms = spec_i64(v, "lookback_days") * INT64_C(86400000), .half_life_ms = spec_i64(v, "half_life_days") * INT64_C(86400000),
        .steps_max = (size_t)spec_i64(v, "steps_max"), .limit = (size_t)spec_i64(v, "limit")};
    struct json_iter it = json_each(spec_get(v, "models")->raw);
    size_t at = 0;
    for (; spec_has(v, "models") && json_next(&it); at++) {
        unsigned model = option_of(json_str(it.value), model_names);
        char field[40];
        (void)snprintf(field, sizeof field, "/question/models/%zu", at);
        if (model == ATTRIBUTION_MODELS)
            return cu_fail(err, CU_INVALID, field, "first, last, last_non_direct, linear, position, time_decay and markov are accepted");
        if (a->first_model == ATTRIBUTION_MODELS)
            a->first_model = (enum attribution_model)model;
        a->models[model] = true;
    }
    if (a->first_model == ATTRIBUTION_MODELS) {
        a->first_model = ATTRIBUTION_FIRST;
        for (size_t m = 0; m < ATTRIBUTION_MODELS; m++)
            a->models[m] = true;
    }
    return CU_OK;
}

// --- the answer

static void key_or_null(struct json_writer *w, const char *name, bool null, int64_t value)
{
    jw_key(w, name);
    if (null)
        jw_null(w);
    else
        jw_i64(w, value);
}

static void write_hundredths(struct json_writer *w, const char *name, bool null, int64_t value)
{
    char text[32];
    jw_key(w, name);
    if (null) {
        jw_null(w);
        return;
    }
    int n = snprintf(text, sizeof text, value % 100 ? "%lld.%02lld" : "%lld", (long long)(value / 100), (long long)(value % 100));
    jw_raw(w, (cu_str){text, (size_t)n});
}

static void write_ratio(struct json_writer *w, const char *name, bool null, int64_t top, int64_t bottom)
{
    jw_key(w, name);
    if (null || bottom == 0)
        jw_null(w);
    else
        jw_double(w, (double)top / (double)bottom);
}

static void write_model(const struct attribution_question *a, const struct attribution_shown *s, size_t i, size_t m, struct json_writer *w)
{
    bool hidden = s->hidden[i][m], costs = attribution_has_costs(a) && s->rows[i].spend > 0;
    int64_t orders = s->orders[i][m], revenue = s->revenue[i][m], spend = s->rows[i].spend;
    attribution_wide each = orders ? ((attribution_wide)spend * 200 + orders) / ((attribution_wide)orders * 2) : 0; // half up
    jw_object(w);
    jw_kz(w, "model", model_names[m]);
    write_hundredths(w, "orders", hidden, orders);
    key_or_null(w, "revenue", hidden, revenue);
    key_or_null(w, "cost_per_order", hidden || !costs || orders == 0, (int64_t)each);
    write_ratio(w, "roas", hidden || !costs, revenue, spend);
    write_ratio(w, "roi", hidden || !costs, revenue - spend, spend);
    jw_object_end(w);
}

// Models in the order in which they were asked for.
static void write_models(const struct attribution_question *a, const struct attribution_shown *s, size_t i, struct json_writer *w)
{
    const struct spec_values *v = &a->q->question;
    bool written[ATTRIBUTION_MODELS] = {false};
    struct json_iter it = json_each(spec_get(v, "models")->raw);
    jw_key(w, "models");
    jw_array(w);
    while (spec_has(v, "models") && json_next(&it)) {
        unsigned m = option_of(json_str(it.value), model_names);
        if (!written[m])
            write_model(a, s, i, m, w);
        written[m] = true;
    }
    for (size_t m = 0; m < ATTRIBUTION_MODELS; m++) {
        if (a->models[m] && !written[m])
            write_model(a, s, i, m, w);
    }
    jw_array_end(w);
}

static void write_rows(const struct attribution_question *a, const struct attribution_shown *s, struct json_writer *w)
{
    jw_key(w, "rows");
    jw_array(w);
    for (size_t i = 0; i < s->count; i++) {
        jw_object(w);
        jw_kstr(w, "value", s->value[i]);
        jw_kstr(w, "label", s->label[i]);
        key_or_null(w, "spend", !attribution_has_costs(a), s->rows[i].spend);
        key_or_null(w, "visits", s->visits_hidden[i], (int64_t)s->rows[i].visits);
        write_models(a, s, i, w);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_ki64(w, "rows_more", (int64_t)s->more);
}

static void write_formulas(const struct attribution_question *a, struct json_writer *w)
{
    jw_key(w, "formulas");
    jw_object(w);
    for (size_t m = 0; m < ATTRIBUTION_MODELS; m++) {
        if (a->models[m])
            jw_kz(w, model_names[m], model_docs[m]);
    }
    jw_kz(w, "orders", "Orders placed in the period that are not cancelled; each is shared among the visits of its person within the look-back.");
    jw_kz(w, "revenue", "Goods after discounts, before refunds, without shipping and tax.");
    jw_kz(w, "unattributed", "Orders without a visit within the look-back, and those of guests.");
    jw_kz(w, "cost_per_order", "spend / orders");
    jw_kz(w, "roas", "revenue / spend");
    jw_kz(w, "roi", "(revenue - spend) / spend");
    jw_object_end(w);
}

static void write_removal(const struct attribution_question *a, const struct attribution_shown *s, struct json_writer *w)
{
    jw_key(w, "removal");
    jw_array(w);
    for (size_t i = 0; i < s->count && a->models[ATTRIBUTION_MARKOV]; i++) {
        jw_object(w);
        jw_kstr(w, "value", s->value[i]);
        jw_key(w, "effect");
        if (s->hidden[i][ATTRIBUTION_MARKOV])
            jw_null(w);
        else
            jw_double(w, s->effect[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_answer(const struct attribution_question *a, const struct attribution_found *f, const struct attribution_costs *c, const struct attribution_shown *s, struct json_writer *w)
{
    bool none = s->hidden[s->count][a->first_model], few = insight_small(a->q, f->buyers + f->unattributed_people);
    for (size_t m = 0; m < ATTRIBUTION_MODELS; m++)
        none = none || s->hidden[s->count][m];
    key_or_null(w, "orders", few, (int64_t)f->total_orders);
    key_or_null(w, "revenue", few, f->total_revenue);
    key_or_null(w, "unattributed", few || none, (int64_t)(f->total_orders - f->attributed));
    key_or_null(w, "unattributed_revenue", few || none, f->total_revenue - f->attributed_revenue);
    jw_ki64(w, "no_rate", (int64_t)f->no_rate);
    jw_ki64(w, "spend_no_rate", (int64_t)c->no_rate);
    write_rows(a, s, w);
    write_formulas(a, w);
    write_removal(a, s, w);
}

static cu_code answer(const struct attribution_question *a, struct attribution_found *f, struct json_writer *w, struct cu_error *err)
{
    struct attribution_shown s = {0};
    struct attribution_costs costs;
    CU_TRY(attribution_gather(a, f, err));
    CU_TRY(attribution_show(a, f, &costs, &s, err));
    write_answer(a, f, &costs, &s, w);
    return CU_OK;
}

static cu_code run(struct insight_query *q, struct json_writer *w, struct cu_error *err)
{
    struct attribution_question a;
    struct attribution_found f = {0};
    CU_TRY(read_question(q, &a, err));
    cu_code code = answer(&a, &f, w, err);
    attribution_found_free(&f);
    return code;
}

extern const struct insight_kind insight_kind_attribution;
const struct insight_kind insight_kind_attribution = {
    .name = "attribution",
    .doc = "Which channels, sources or campaigns brought the orders of the period, by several models, with cost per order and return on spend.",
    .body = question_fields,
    .answer = answer_fields,
    .run = run,
};
