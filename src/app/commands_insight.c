// SPDX-License-Identifier: Apache-2.0
// Commands about figures: metrics, funnel. They ask POST /v1/insight/query, as the console does. commands_cohort.c has more.
#include "commands_insight.h"

#include "commands.h"
#include "engine.h"

// ---- asking

void insight_command_text(struct insight_command *q, const char *flag, const char *member)
{
    if (spec_has(&q->c->args, flag))
        jw_kstr(&q->w, member, spec_str(&q->c->args, flag));
}

void insight_command_begin(struct insight_command *q, struct command *c, const char *kind)
{
    *q = (struct insight_command){.c = c, .format = command_format_of(c)};
    cu_buf_init(&q->body, 128 << 10);
    jw_start(&q->w, &q->body);
    jw_object(&q->w);
    jw_kz(&q->w, "kind", kind);
    insight_command_text(q, "from", "from");
    insight_command_text(q, "to", "to");
    insight_command_text(q, "segment", "segment");
    jw_kbool(&q->w, "consented", spec_i64(&c->args, "consented") != 0);
    jw_kbool(&q->w, "shared", spec_i64(&c->args, "shared") != 0);
    jw_key(&q->w, "question");
    jw_object(&q->w);
}

// Without a server the folder was opened for this command: what is kept in memory is only now being read.
static cu_code open_and_wait(struct command *c, struct cu_error *err)
{
    CU_TRY(command_open(c, err));
    struct engine *e = api_engine(c->api);
    if (!e)
        return CU_OK;
    order_book_settle(e->order_book);
    if (spec_has(&c->args, "segment")) {
        facts_settle(e->facts);
        audiences_settle(e->audiences);
    }
    return CU_OK;
}

cu_code insight_command_ask(struct insight_command *q, bool *ret_done, struct cu_error *err)
{
    jw_object_end(&q->w);
    jw_object_end(&q->w);
    cu_code code = cu_buf_code(&q->body, err);
    if (code == CU_OK)
        code = open_and_wait(q->c, err);
    if (code == CU_OK)
        code = command_call(q->c, "POST", "/v1/insight/query", cu_buf_view(&q->body), &q->whole, err);
    cu_buf_wipe(&q->body);
    CU_TRY(code);
    q->answer = json_get(q->whole, "answer");
    q->currency = json_str(json_get(q->whole, "currency"));
    *ret_done = q->format == COMMAND_JSON;
    if (*ret_done) {
        json_print(&q->c->out, q->whole);
        cu_buf_char(&q->c->out, '\n');
    }
    return CU_OK;
}

void insight_command_notes(struct insight_command *q)
{
    int64_t left_out = 0, hidden = 0, small = 0;
    bool complete = true;
    struct cu_buf *out = &q->c->out;
    if (q->format != COMMAND_TABLE)
        return;
    (void)json_i64(json_get(q->whole, "left_out"), &left_out);
    (void)json_i64(json_get(q->whole, "hidden"), &hidden);
    (void)json_i64(json_get(q->whole, "small_group"), &small);
    (void)json_bool(json_get(q->whole, "complete"), &complete);
    cu_buf_printf(out, "\n%.*s to %.*s, %.*s, %.*s\n", CU_ARG(json_str(json_get(q->whole, "from"))),
        CU_ARG(json_str(json_get(q->whole, "to"))), CU_ARG(json_str(json_get(q->whole, "zone"))), CU_ARG(q->currency));
    if (left_out)
        cu_buf_printf(out, "%lld people do not allow analytics and are not counted.\n", (long long)left_out);
    if (hidden)
        cu_buf_printf(
            out, "%lld figures about fewer than %lld people are not shown.\n", (long long)hidden, (long long)small);
    if (!complete)
        cu_buf_z(out, "Damaged parts of the store of events were left out: the figures are too low.\n");
}

// ---- metrics

enum { METRIC_WORDS = 8, STEP_WORDS = 8 };
static const char *const metric_words[METRIC_WORDS] = {
    "metric", "metric2", "metric3", "metric4", "metric5", "metric6", "metric7", "metric8"};

static void put_value(struct grid *g, json value, cu_str unit, const struct insight_command *q)
{
    double real;
    if (cu_str_eqz(unit, "money"))
        grid_money(g, value, q->currency);
    else if (cu_str_eqz(unit, "share"))
        grid_share(g, value, q->format);
    else if (cu_str_eqz(unit, "number") && json_double(value, &real))
        grid_printf(g, "%.2f", real);
    else if (cu_str_eqz(unit, "seconds") && json_double(value, &real))
        grid_printf(g, "%.0f", real);
    else
        grid_i64(g, value);
}

static json element(json array, size_t at)
{
    struct json_iter it = json_each(array);
    for (size_t i = 0; json_next(&it); i++) {
        if (i == at)
            return it.value;
    }
    return (json){NULL, 0};
}

static void put_titles(struct grid *g, json metrics)
{
    for (struct json_iter it = json_each(metrics); json_next(&it);) {
        cu_str name = json_str(json_get(it.value, "name")), variant = json_str(json_get(it.value, "variant"));
        if (variant.len && !cu_str_eqz(variant, "default"))
            grid_printf(g, "%.*s:%.*s", CU_ARG(name), CU_ARG(variant));
        else
            grid_put(g, name);
    }
}

// One row: a value of each metric.
static void put_row(struct grid *g, json metrics, json values, const struct insight_command *q)
{
    struct json_iter value = json_each(values);
    for (struct json_iter it = json_each(metrics); json_next(&it);) {
        bool any = json_next(&value);
        put_value(g, any ? value.value : (json){NULL, 0}, json_str(json_get(it.value, "unit")), q);
    }
}

static void by_value(struct grid *g, const struct insight_command *q, json metrics)
{
    cu_str breakdown = spec_str(&q->c->args, "breakdown");
    grid_init(g, q->c, 2 + json_count(metrics));
    grid_put(g, breakdown);
    put_titles(g, metrics);
    grid_z(g, "people");
    for (struct json_iter it = json_each(json_get(q->answer, "rows")); json_next(&it);) {
        cu_str label = json_str(json_get(it.value, "label"));
        grid_put(g, label.len ? label : CU_LIT("(none)"));
        put_row(g, metrics, json_get(it.value, "values"), q);
        grid_i64(g, json_get(it.value, "people"));
    }
    json other = json_get(q->answer, "other");
    if (json_is(other, JSON_OBJECT)) {
        grid_z(g, "(other)");
        put_row(g, metrics, json_get(other, "values"), q);
        grid_i64(g, json_get(other, "people"));
    }
}

static void by_period(struct grid *g, const struct insight_command *q, json metrics)
{
    grid_init(g, q->c, 1 + json_count(metrics));
    grid_put(g, spec_str(&q->c->args, "by"));
    put_titles(g, metrics);
    size_t at = 0;
    for (struct json_iter it = json_each(json_get(q->answer, "periods")); json_next(&it); at++) {
        grid_put(g, json_str(it.value));
        for (struct json_iter m = json_each(metrics); json_next(&m);)
            put_value(g, element(json_get(m.value, "series"), at), json_str(json_get(m.value, "unit")), q);
    }
}

static void in_all(struct grid *g, const struct insight_command *q, json metrics)
{
    bool compared = !cu_str_eqz(spec_str(&q->c->args, "compare"), "none");
    grid_init(g, q->c, compared ? 5 : 2);
    grid_z(g, "metric");
    grid_z(g, "value");
    if (compared) {
        grid_z(g, "before");
        grid_z(g, "change");
        grid_z(g, "significance");
    }
    for (struct json_iter it = json_each(metrics); json_next(&it);) {
        cu_str unit = json_str(json_get(it.value, "unit")), name = json_str(json_get(it.value, "name")),
               variant = json_str(json_get(it.value, "variant"));
        grid_printf(g, variant.len ? "%.*s:%.*s" : "%.*s%.*s", CU_ARG(name), CU_ARG(variant));
        put_value(g, json_get(it.value, "value"), unit, q);
        if (!compared)
            continue;
        put_value(g, json_get(it.value, "previous"), unit, q);
        grid_share(g, json_get(it.value, "change"), q->format);
        grid_put(g, json_str(json_path(it.value, "significance.words")));
    }
}

static cu_code catalogue(struct command *c, struct cu_error *err)
{
    json answer;
    enum command_format f = command_format_of(c);
    struct grid g;
    CU_TRY(command_call(c, "GET", "/v1/insight/metrics", CU_NONE, &answer, err));
    if (f == COMMAND_JSON) {
        json_print(&c->out, json_get(answer, "items"));
        cu_buf_char(&c->out, '\n');
        return CU_OK;
    }
    static const char *const titles[] = {"metric", "unit", "available", "variant", "of", "formula"};
    grid_init(&g, c, CU_COUNT(titles));
    for (size_t i = 0; i < CU_COUNT(titles); i++) {
        g.texts[i] = true;
        grid_z(&g, titles[i]);
    }
    for (struct json_iter it = json_each(json_get(answer, "items")); json_next(&it);) {
        bool available = true;
        (void)json_bool(json_get(it.value, "available"), &available);
        for (struct json_iter v = json_each(json_get(it.value, "variants")); json_next(&v);) {
            grid_put(&g, json_str(json_get(it.value, "name")));
            grid_put(&g, json_str(json_get(it.value, "unit")));
            grid_z(&g, available ? "yes" : "later");
            grid_put(&g, json_str(json_get(v.value, "name")));
            grid_put(&g, json_str(json_get(v.value, "vendor")));
            grid_put(&g, json_str(json_get(v.value, "formula")));
        }
    }
    return grid_print(&g, f, err);
}

static cu_code metrics(struct command *c, struct cu_error *err)
{
    struct insight_command q;
    struct grid g;
    bool done;
    if (!spec_has(&c->args, metric_words[0]))
        return catalogue(c, err);
    insight_command_begin(&q, c, "report");
    jw_key(&q.w, "metrics");
    jw_array(&q.w);
    for (size_t i = 0; i < METRIC_WORDS && spec_has(&c->args, metric_words[i]); i++)
        jw_str(&q.w, spec_str(&c->args, metric_words[i]));
    jw_array_end(&q.w);
    insight_command_text(&q, "by", "by");
    insight_command_text(&q, "compare", "compare");
    insight_command_text(&q, "breakdown", "breakdown");
    if (spec_has(&c->args, "limit"))
        jw_ki64(&q.w, "limit", spec_i64(&c->args, "limit"));
    CU_TRY(insight_command_ask(&q, &done, err));
    if (done)
        return CU_OK;
    json list = json_get(q.answer, "metrics");
    if (spec_has(&c->args, "breakdown"))
        by_value(&g, &q, list);
    else if (!cu_str_eqz(spec_str(&c->args, "by"), "total"))
        by_period(&g, &q, list);
    else
        in_all(&g, &q, list);
    CU_TRY(grid_print(&g, q.format, err));
    insight_command_notes(&q);
    return CU_OK;
}

// ---- funnel

static const char *const step_words[STEP_WORDS] = {"step", "step2", "step3", "step4", "step5", "step6", "step7", "step8"};

// "30m", "12h", "7d", "2w" in seconds.
static cu_code window_of(cu_str text, int64_t *ret, struct cu_error *err)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
    int64_t number = 0;
    for (size_t i = 0; text.len > 1 && i + 1 < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9' || number > 1000000)
            number = INT64_MIN / 2;
        number = number < 0 ? number : number * 10 + (text.ptr[i] - '0');
    }
    for (size_t i = 0; i < CU_COUNT(units) && number > 0; i++) {
        if (text.ptr[text.len - 1] == units[i].unit) {
            *ret = number * units[i].seconds;
            return CU_OK;
        }
    }
    return cu_fail(err, CU_INVALID, "--window", "a number with s, m, h, d or w is accepted: 30m, 12h, 7d");
}

static cu_code put_steps(struct insight_command *q, struct cu_error *err)
{
    const struct spec_values *v = &q->c->args;
    int64_t window = 0;
    if (spec_has(v, "ready") == spec_has(v, step_words[0]))
        return cu_fail(err, CU_MISSING, "step", "name the steps, two or more events, or --ready shop");
    insight_command_text(q, "ready", "ready");
    if (spec_has(v, step_words[0])) {
        jw_key(&q->w, "steps");
        jw_array(&q->w);
        for (size_t i = 0; i < STEP_WORDS && spec_has(v, step_words[i]); i++) {
            jw_object(&q->w);
            jw_kstr(&q->w, "event", spec_str(v, step_words[i]));
            jw_object_end(&q->w);
        }
        jw_array_end(&q->w);
    }
    if (spec_has(v, "window")) {
        CU_TRY(window_of(spec_str(v, "window"), &window, err));
        jw_ki64(&q->w, "window_s", window);
    }
    insight_command_text(q, "order", "order");
    insight_command_text(q, "by", "by");
    insight_command_text(q, "breakdown", "breakdown");
    return CU_OK;
}

static void put_duration(struct grid *g, json seconds)
{
    double s;
    if (!json_double(seconds, &s))
        grid_z(g, "");
    else if (s >= 2 * 86400)
        grid_printf(g, "%.1f d", s / 86400);
    else if (s >= 2 * 3600)
        grid_printf(g, "%.1f h", s / 3600);
    else if (s >= 120)
        grid_printf(g, "%.1f min", s / 60);
    else
        grid_printf(g, "%.0f s", s);
}

static void steps_table(struct grid *g, const struct insight_command *q)
{
    static const char *const titles[] = {"step", "reached", "of first", "of previous", "dropped", "median time"};
    grid_init(g, q->c, CU_COUNT(titles));
    for (size_t i = 0; i < CU_COUNT(titles); i++)
        grid_z(g, titles[i]);
    for (struct json_iter it = json_each(json_get(q->answer, "steps")); json_next(&it);) {
        cu_str label = json_str(json_get(it.value, "label"));
        grid_put(g, label.len ? label : json_str(json_get(it.value, "event")));
        grid_i64(g, json_get(it.value, "reached"));
        grid_share(g, json_get(it.value, "share_of_first"), q->format);
        grid_share(g, json_get(it.value, "share_of_previous"), q->format);
        grid_i64(g, json_get(it.value, "dropped"));
        if (q->format == COMMAND_CSV)
            grid_i64(g, json_path(it.value, "seconds.median"));
        else
            put_duration(g, json_path(it.value, "seconds.median"));
    }
}

static void rows_table(struct grid *g, const struct insight_command *q)
{
    json steps = json_get(q->answer, "steps");
    grid_init(g, q->c, 1 + json_count(steps));
    grid_put(g, spec_str(&q->c->args, "breakdown"));
    for (struct json_iter it = json_each(steps); json_next(&it);)
        grid_put(g, json_str(json_get(it.value, "event")));
    for (struct json_iter it = json_each(json_get(q->answer, "rows")); json_next(&it);) {
        cu_str label = json_str(json_get(it.value, "label"));
        grid_put(g, label.len ? label : CU_LIT("(none)"));
        struct json_iter reached = json_each(json_get(it.value, "reached"));
        for (size_t i = 0; i < json_count(steps); i++)
            grid_i64(g, json_next(&reached) ? reached.value : (json){NULL, 0});
    }
}

static cu_code funnel(struct command *c, struct cu_error *err)
{
    struct insight_command q;
    struct grid g;
    bool done;
    insight_command_begin(&q, c, "funnel");
    cu_code code = put_steps(&q, err);
    if (code != CU_OK) {
        cu_buf_wipe(&q.body);
        return code;
    }
    CU_TRY(insight_command_ask(&q, &done, err));
    if (done)
        return CU_OK;
    if (spec_has(&c->args, "breakdown"))
        rows_table(&g, &q);
    else
        steps_table(&g, &q);
    CU_TRY(grid_print(&g, q.format, err));
    insight_command_notes(&q);
    return CU_OK;
}

static const char *const bys[] = {"total", "hour", "day", "week", "month", NULL},
                         *const compares[] = {"none", "previous", "year", NULL},
                         *const orders[] = {"ordered", "strict", "any", NULL}, *const units[] = {"person", "visit", NULL},
                         *const ready[] = {"shop", NULL};
#define WORD(word) {.name = word, .type = SPEC_STRING, .min = 1, .max = 255, .positional = true, .doc = "One more."}
static const struct spec_field metrics_args[] = {
    {.name = "metric",
        .type = SPEC_STRING,
        .min = 1,
        .max = 80,
        .positional = true,
        .doc = "A metric, as \"revenue\" or \"average_order_value:shopify\"; without one, all there are are listed."},
    WORD("metric2"),
    WORD("metric3"),
    WORD("metric4"),
    WORD("metric5"),
    WORD("metric6"),
    WORD("metric7"),
    WORD("metric8"),
    {.name = "by",
        .type = SPEC_ENUM,
        .options = bys,
        .fallback = "total",
        .doc = "Rows of the table: one for each of these."},
    {.name = "compare",
        .type = SPEC_ENUM,
        .options = compares,
        .fallback = "none",
        .doc = "With the days before, or those of a year before."},
    {.name = "breakdown",
        .type = SPEC_STRING,
        .min = 1,
        .max = 40,
        .doc = "One row for each value of a dimension, as \"channel\"."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = 1000, .doc = "At most this many rows of the breakdown."},
    INSIGHT_COMMAND_FLAGS,
};
static const struct spec_field funnel_args[] = {
    {.name = "step", .type = SPEC_STRING, .min = 1, .max = 255, .positional = true, .doc = "An event."},
    WORD("step2"),
    WORD("step3"),
    WORD("step4"),
    WORD("step5"),
    WORD("step6"),
    WORD("step7"),
    WORD("step8"),
    {.name = "ready", .type = SPEC_ENUM, .options = ready, .doc = "A ready funnel instead of steps."},
    {.name = "window",
        .type = SPEC_STRING,
        .min = 2,
        .max = 12,
        .doc = "From the first step to the last at most: 30m, 12h, 7d."},
    {.name = "order",
        .type = SPEC_ENUM,
        .options = orders,
        .doc = "ordered: others may lie between; strict: none; any order."},
    {.name = "by", .type = SPEC_ENUM, .options = units, .doc = "Whether people or visits are counted."},
    {.name = "breakdown",
        .type = SPEC_STRING,
        .min = 1,
        .max = 40,
        .doc = "One row for each value of a dimension, as \"channel\"."},
    INSIGHT_COMMAND_FLAGS,
};
const struct spec_command commands_insight[] = {
    {.name = "metrics",
        .doc = "Lists the metrics with their formulas, or prints their values.",
        .args = metrics_args,
        .example = "custos metrics revenue orders --by week --from 2026-10-01 --compare previous --data shop",
        .run = metrics},
    {.name = "funnel",
        .doc = "How many people get from one step to the next.",
        .args = funnel_args,
        .example = "custos funnel \"Product Viewed\" \"Order Completed\" --window 7d --data shop",
        .run = funnel},
    {.name = NULL},
};
