// SPDX-License-Identifier: Apache-2.0
// Commands about cohorts: retention (who comes back, as shares), cohort (people, orders, money).
#include "commands.h"
#include "commands_insight.h"

static void put_question(struct insight_command *q)
{
    static const char *const texts[][2] = {{"start", "start"}, {"return", "return"}, {"by", "period"}, {"mode", "mode"},
        {"entry", "entry"}, {"measure", "measure"}};
    for (size_t i = 0; i < CU_COUNT(texts); i++) {
        const struct spec_field *f = q->c->row->args;
        while (f->name && !cu_str_eqz(cu_str_of(f->name), texts[i][0]))
            f++;
        if (f->name) // not every command has every flag
            insight_command_text(q, texts[i][0], texts[i][1]);
    }
    jw_ki64(&q->w, "periods", spec_i64(&q->c->args, "periods"));
    jw_kbool(&q->w, "cumulative", spec_i64(&q->c->args, "cumulative") != 0);
}

// A figure that may still grow has a mark: its period is not over for the whole cohort.
static void put_cell(
    struct grid *g, const struct insight_command *q, json value, json size, bool shares, bool money, bool partial)
{
    int64_t n, of;
    size_t at = g->at;
    if (shares && json_i64(value, &n) && json_i64(size, &of) && of > 0)
        grid_printf(
            g, q->format == COMMAND_CSV ? "%.6g" : "%.1f %%", (double)n / (double)of * (q->format == COMMAND_CSV ? 1 : 100));
    else if (shares)
        grid_z(g, "");
    else if (money)
        grid_money(g, value, q->currency);
    else
        grid_i64(g, value);
    if (partial && q->format == COMMAND_TABLE && at < g->at && g->cells[at].len) {
        g->at = at;
        cu_str text = g->cells[at];
        grid_printf(g, "%.*s*", CU_ARG(text));
    }
}

static void put_cohort(struct grid *g, const struct insight_command *q, json cohort, bool shares, bool money)
{
    int64_t complete = 0, at = 0;
    json size = json_get(cohort, "size");
    (void)json_i64(json_get(cohort, "complete"), &complete);
    grid_put(g, json_str(json_get(cohort, "from")));
    grid_i64(g, size);
    for (struct json_iter it = json_each(json_get(cohort, "values")); json_next(&it); at++)
        put_cell(g, q, it.value, size, shares, money, at >= complete);
}

static void put_total(struct grid *g, const struct insight_command *q, bool shares, bool money)
{
    struct json_iter size = json_each(json_get(q->answer, "total_size"));
    bool first = true;
    grid_z(g, shares ? "average" : "total");
    for (struct json_iter it = json_each(json_get(q->answer, "total")); json_next(&it);) {
        json of = json_next(&size) ? size.value : (json){NULL, 0};
        if (first)
            grid_i64(g, of);
        first = false;
        put_cell(g, q, it.value, of, shares, money, false);
    }
}

static cu_code table(struct command *c, bool shares, struct cu_error *err)
{
    struct insight_command q;
    struct grid g;
    bool done;
    insight_command_begin(&q, c, "cohort");
    put_question(&q);
    CU_TRY(insight_command_ask(&q, &done, err));
    if (done)
        return CU_OK;
    size_t periods = (size_t)spec_i64(&c->args, "periods");
    cu_str measure = json_str(json_get(q.answer, "measure"));
    bool money = cu_str_starts(measure, CU_LIT("revenue"));
    grid_init(&g, c, 2 + periods);
    grid_put(&g, json_str(json_get(q.answer, "period")));
    grid_z(&g, "people");
    for (size_t i = 0; i < periods; i++)
        grid_printf(&g, "%zu", i);
    for (struct json_iter it = json_each(json_get(q.answer, "cohorts")); json_next(&it);)
        put_cohort(&g, &q, it.value, shares, money);
    put_total(&g, &q, shares, money);
    CU_TRY(grid_print(&g, q.format, err));
    insight_command_notes(&q);
    if (q.format == COMMAND_TABLE)
        cu_buf_printf(&c->out, "* may still grow. %s: over cohorts whose column is over.\n", shares ? "average" : "total");
    return CU_OK;
}

static cu_code retention(struct command *c, struct cu_error *err)
{
    return table(c, true, err);
}

static cu_code cohort(struct command *c, struct cu_error *err)
{
    return table(c, false, err);
}

static const char *const periods[] = {"day", "week", "month", NULL},
                         *const modes[] = {"bracket", "rolling", "rolling_24h", "full", NULL},
                         *const measures[] = {"people", "orders", "revenue", "revenue_per_person", NULL},
                         *const entries[] = {"first", "every", NULL};
#define COHORT_ARGS                                                                                                         \
    {.name = "by",                                                                                                          \
        .type = SPEC_ENUM,                                                                                                  \
        .options = periods,                                                                                                 \
        .fallback = "month",                                                                                                \
        .doc = "Periods of the shop's zone; weeks begin on Monday."},                                                       \
        {.name = "mode",                                                                                                    \
            .type = SPEC_ENUM,                                                                                              \
            .options = modes,                                                                                               \
            .fallback = "bracket",                                                                                          \
            .doc = "bracket: in that period; rolling: in it or later; full: in each up to it; rolling_24h: blocks " \
                   "of 24 h, 7 d or 30 d from the own start."},                                                                \
        {.name = "entry",                                                                                                   \
            .type = SPEC_ENUM,                                                                                              \
            .options = entries,                                                                                             \
            .fallback = "first",                                                                                            \
            .doc = "first: in the cohort of the first start ever; every: in that of each period with a start."},            \
        {.name = "periods",                                                                                                 \
            .type = SPEC_INT,                                                                                               \
            .min = 1,                                                                                                       \
            .max = 64,                                                                                                      \
            .fallback = "12",                                                                                               \
            .doc = "Columns, the cohort's own period included."},                                                           \
        {.name = "cumulative", .type = SPEC_BOOL, .doc = "Up to and with each column."}, INSIGHT_COMMAND_FLAGS
static const struct spec_field retention_args[] = {
    {.name = "start",
        .type = SPEC_STRING,
        .min = 1,
        .max = 255,
        .fallback = "*",
        .doc = "What begins: an event's name, \"*\" for any, or \"order\" for an order that counts."},
    {.name = "return",
        .type = SPEC_STRING,
        .min = 1,
        .max = 255,
        .fallback = "*",
        .doc = "What counts as a return, likewise."},
    COHORT_ARGS,
};
static const struct spec_field cohort_args[] = {
    {.name = "start",
        .type = SPEC_STRING,
        .min = 1,
        .max = 255,
        .fallback = "order",
        .doc = "What begins, as of `custos retention`."},
    {.name = "return",
        .type = SPEC_STRING,
        .min = 1,
        .max = 255,
        .fallback = "order",
        .doc = "What counts as a return, likewise."},
    {.name = "measure",
        .type = SPEC_ENUM,
        .options = measures,
        .fallback = "people",
        .doc = "People who returned, their orders, revenue less refunds, or this by person of the cohort."},
    COHORT_ARGS,
};
const struct spec_command commands_cohort[] = {
    {.name = "retention",
        .doc = "Which share of the people of each period came back in later ones.",
        .args = retention_args,
        .example = "custos retention --start \"Product Viewed\" --return order --by week --periods 8 --data shop",
        .run = retention},
    {.name = "cohort",
        .doc = "What the people of each period did in later ones: people, orders, revenue.",
        .args = cohort_args,
        .example = "custos cohort --measure revenue_per_person --cumulative --from 2026-01-01 --data shop",
        .run = cohort},
    {.name = NULL},
};
