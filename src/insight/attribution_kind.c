// SPDX-License-Identifier: Apache-2.0
// The kind of question "attribution": what is asked, which rows are shown, the Markov model over them, the answer.
#include "attribution_private.h"

#include <stdio.h>
#include <stdlib.h>

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
    {.name = "spend", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "What it cost in the period, minor units; null by source."},
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

// --- costs

struct costs {
    const struct attribution_question *a;
    struct attribution_tally *tally;
    struct spend_text {
        uint64_t key;
        cu_str text;
    } *texts; // campaigns that cost something, visited or not
    size_t count, cap;
    uint64_t no_rate;
    bool failed;
};

static void keep_text(struct costs *c, uint64_t key, cu_str text)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->texts[i].key == key)
            return;
    }
    if (c->count == c->cap)
        return; // its label comes from visits, or is not known
    c->texts[c->count].key = key;
    c->texts[c->count].text = cu_arena_dup(c->a->q->arena, text);
    c->failed = c->failed || !c->texts[c->count].text.ptr;
    c->count++;
}

static bool take_cost(void *context, const struct spend_row *row, bool no_rate)
{
    struct costs *c = context;
    uint64_t key = (uint64_t)row->channel;
    c->no_rate += no_rate;
    if (c->a->by == ATTRIBUTION_BY_CAMPAIGN) {
        key = row->campaign.len ? timeline_text_hash(row->campaign) : ATTRIBUTION_NO_CAMPAIGN;
        if (row->campaign.len)
            keep_text(c, key, row->campaign);
    }
    uint32_t at = attribution_tally_row(c->tally, key);
    c->failed = c->failed || at == UINT32_MAX || __builtin_add_overflow(c->tally->rows[at].spend, row->amount, &c->tally->rows[at].spend);
    return !c->failed;
}

static cu_code take_costs(const struct attribution_question *a, struct attribution_tally *tally, struct costs *c, struct cu_error *err)
{
    *c = (struct costs){.a = a, .tally = tally, .cap = 2000};
    c->texts = cu_arena_alloc(a->q->arena, c->cap * sizeof *c->texts);
    if (!c->texts)
        return cu_fail(err, CU_MEMORY, "", "no memory for advertising costs");
    if (a->by == ATTRIBUTION_BY_SOURCE || !a->q->o->spend)
        return CU_OK;
    CU_TRY(spend_each(a->q->o->spend, a->q->from_day, a->q->to_day, take_cost, c, err));
    return c->failed ? cu_fail(err, CU_MEMORY, "", "no memory for advertising costs") : CU_OK;
}

// --- rows that are shown

struct shown {
    struct attribution_row *rows;
    size_t count, more;
    uint32_t *of;       // of each row of the tally: its shown one
    cu_str *value, *label;
    int64_t (*orders)[ATTRIBUTION_MODELS];  // hundredths
    int64_t (*revenue)[ATTRIBUTION_MODELS]; // minor units
    bool (*hidden)[ATTRIBUTION_MODELS], *visits_hidden;
    double *effect, *value_effect;
};

struct ranking {
    const struct attribution_row *rows;
    enum attribution_model model;
};

static int by_rank(const void *x, const void *y, void *context)
{
    const struct ranking *r = context;
    const struct attribution_row *a = &r->rows[*(const uint32_t *)x], *b = &r->rows[*(const uint32_t *)y];
    enum attribution_model m = r->model == ATTRIBUTION_MARKOV ? ATTRIBUTION_LINEAR : r->model;
    bool special_a = a->key >= ATTRIBUTION_NO_CAMPAIGN, special_b = b->key >= ATTRIBUTION_NO_CAMPAIGN;
    if (special_a != special_b)
        return special_a ? 1 : -1;
    if (a->orders[m] != b->orders[m])
        return a->orders[m] > b->orders[m] ? -1 : 1;
    if (a->buyers[r->model] != b->buyers[r->model])
        return a->buyers[r->model] > b->buyers[r->model] ? -1 : 1;
    if (a->visits != b->visits)
        return a->visits > b->visits ? -1 : 1;
    return a->key < b->key ? -1 : a->key > b->key;
}

// People of several rows together are at least those of the largest: for hiding, not for showing.
static void add_rest(struct attribution_row *into, const struct attribution_row *from)
{
    for (size_t m = 0; m < ATTRIBUTION_MODELS; m++) {
        into->orders[m] += from->orders[m];
        into->revenue[m] += from->revenue[m];
        into->buyers[m] = from->buyers[m] > into->buyers[m] ? from->buyers[m] : into->buyers[m];
    }
    into->visits += from->visits;
    into->visitors = from->visitors > into->visitors ? from->visitors : into->visitors;
    into->converted += from->converted;
    into->ended += from->ended;
    into->value += from->value;
    into->spend += from->spend;
}

static bool alloc_shown(struct cu_arena *a, size_t rows, struct shown *s)
{
    size_t n = s->count + 1;
    s->rows = cu_arena_alloc(a, n * sizeof *s->rows);
    s->of = cu_arena_alloc(a, (rows + 1) * sizeof *s->of);
    s->value = cu_arena_alloc(a, n * sizeof *s->value);
    s->label = cu_arena_alloc(a, n * sizeof *s->label);
    s->orders = cu_arena_alloc(a, n * sizeof *s->orders);
    s->revenue = cu_arena_alloc(a, n * sizeof *s->revenue);
    s->hidden = cu_arena_alloc(a, (n + 1) * sizeof *s->hidden);
    s->visits_hidden = cu_arena_alloc(a, n * sizeof *s->visits_hidden);
    s->effect = cu_arena_alloc(a, n * sizeof *s->effect);
    s->value_effect = cu_arena_alloc(a, n * sizeof *s->value_effect);
    return s->rows && s->of && s->value && s->label && s->orders && s->revenue && s->hidden && s->visits_hidden && s->effect && s->value_effect;
}

static cu_code choose(const struct attribution_question *a, const struct attribution_tally *t, struct shown *s, struct cu_error *err)
{
    struct ranking r = {t->rows, a->first_model};
    uint32_t *order = cu_arena_alloc(a->q->arena, (t->count + 1) * sizeof *order);
    bool all = t->count <= a->limit;
    s->count = all ? t->count : a->limit + 1;
    s->more = all ? 0 : t->count - a->limit;
    if (!order || !alloc_shown(a->q->arena, t->count, s))
        return cu_fail(err, CU_MEMORY, "", "no memory for the rows of an answer");
    for (size_t i = 0; i < t->count; i++)
        order[i] = (uint32_t)i;
    if (t->count)
        qsort_r(order, t->count, sizeof *order, by_rank, &r);
    for (size_t i = 0; i < t->count; i++) {
        size_t at = all || i < a->limit ? i : a->limit;
        s->of[order[i]] = (uint32_t)at;
        if (all || i < a->limit)
            s->rows[at] = t->rows[order[i]];
        else
            add_rest(&s->rows[at], &t->rows[order[i]]);
    }
    if (!all)
        s->rows[a->limit].key = ATTRIBUTION_OTHER;
    return CU_OK;
}

// --- names

struct naming {
    const struct attribution_question *a;
    struct shown *s;
    bool failed;
};

static bool name_text(void *context, cu_str text, uint64_t hash, uint64_t rows)
{
    struct naming *n = context;
    (void)rows;
    for (size_t i = 0; i < n->s->count; i++) {
        if (n->s->rows[i].key != hash || n->s->value[i].ptr)
            continue;
        n->s->value[i] = n->s->label[i] = cu_arena_dup(n->a->q->arena, text);
        n->failed = n->failed || !n->s->value[i].ptr;
    }
    return !n->failed;
}

static void name_special(const struct attribution_question *a, struct shown *s, size_t i)
{
    uint64_t key = s->rows[i].key;
    if (key == ATTRIBUTION_OTHER) {
        s->value[i] = CU_LIT("(other)");
        s->label[i] = CU_LIT("Other");
    } else if (key == ATTRIBUTION_NO_CAMPAIGN) {
        s->value[i] = CU_LIT("(costs of no campaign)");
        s->label[i] = CU_LIT("Costs of no campaign");
    } else if (a->by == ATTRIBUTION_BY_CHANNEL) {
        s->value[i] = cu_str_of(channel_name((enum channel)key));
        s->label[i] = cu_str_of(channel_label((enum channel)key));
    } else if (key == 0) {
        s->value[i] = CU_LIT("");
        s->label[i] = a->by == ATTRIBUTION_BY_SOURCE ? CU_LIT("No source") : CU_LIT("No campaign");
    }
}

static cu_code name_rows(const struct attribution_question *a, const struct costs *c, struct shown *s, struct cu_error *err)
{
    struct naming n = {a, s, false};
    uint64_t *hashes = cu_arena_alloc(a->q->arena, (s->count + 1) * sizeof *hashes);
    size_t count = 0;
    if (!hashes)
        return cu_fail(err, CU_MEMORY, "", "no memory for the names of an answer");
    for (size_t i = 0; i < s->count; i++) {
        name_special(a, s, i);
        if (!s->value[i].ptr)
            hashes[count++] = s->rows[i].key;
    }
    for (size_t i = 0; i < c->count && count; i++)
        (void)name_text(&n, c->texts[i].text, c->texts[i].key, 0);
    cu_str path = visit_columns[a->by == ATTRIBUTION_BY_SOURCE ? VISIT_SOURCE : VISIT_CAMPAIGN].path;
    if (count)
        CU_TRY(timeline_texts_of(insight_timeline(a->q), path, hashes, count, name_text, &n, err));
    for (size_t i = 0; i < s->count; i++) {
        if (!s->value[i].ptr) // its bytes went meanwhile
            s->value[i] = s->label[i] = CU_LIT("(unknown)");
    }
    return n.failed ? cu_fail(err, CU_MEMORY, "", "no memory for the names of an answer") : CU_OK;
}

// --- the Markov model

static bool make_chain(struct cu_arena *a, const struct attribution_tally *t, const struct shown *s, struct attribution_chain *c)
{
    size_t n = s->count;
    *c = (struct attribution_chain){n, cu_arena_alloc(a, ((n + 1) * n + 1) * sizeof(double)), cu_arena_alloc(a, (n + 1) * sizeof(double)),
        cu_arena_alloc(a, (n + 1) * sizeof(double)), cu_arena_alloc(a, (n + 1) * sizeof(double))};
    if (!c->go || !c->converted || !c->value || !c->ended)
        return false;
    for (size_t i = 0; i < t->pair_count; i++) {
        const struct attribution_pair *p = &t->pairs[i];
        size_t from = p->from ? s->of[p->from - 1] + (size_t)1 : 0;
        c->go[from * n + s->of[p->to]] += (double)p->count;
    }
    for (size_t i = 0; i < n; i++) {
        c->converted[i] = (double)s->rows[i].converted;
        c->ended[i] = (double)s->rows[i].ended;
        c->value[i] = (double)s->rows[i].value;
    }
    return true;
}

// What was attributed, shared by the effects; each share is the difference of two rounded sums, so that they add up.
static void share_by_effect(const struct attribution_found *f, struct shown *s)
{
    double effects = 0, values = 0, effect = 0, value = 0;
    int64_t orders = 0;
    attribution_wide revenue = 0, all = (attribution_wide)f->attributed_revenue * ATTRIBUTION_WHOLE;
    for (size_t i = 0; i < s->count; i++) {
        effects += s->effect[i];
        values += s->value_effect[i];
    }
    const double *worth = values > 0 ? s->value_effect : s->effect;
    values = values > 0 ? values : effects;
    size_t last = s->count;
    while (last > 0 && s->effect[last - 1] <= 0 && worth[last - 1] <= 0)
        last--;
    for (size_t i = 0; i < last && effects > 0; i++) {
        effect += s->effect[i];
        value += worth[i];
        long double of_orders = i + 1 == last ? 1 : (long double)effect / (long double)effects, of_value = i + 1 == last ? 1 : (long double)value / (long double)values;
        int64_t orders_upto = (int64_t)(of_orders * (long double)((int64_t)f->attributed * ATTRIBUTION_WHOLE));
        attribution_wide revenue_upto = (attribution_wide)(of_value * (long double)all);
        if (i + 1 == last)
            revenue_upto = all;
        s->rows[i].orders[ATTRIBUTION_MARKOV] = orders_upto - orders;
        s->rows[i].revenue[ATTRIBUTION_MARKOV] = revenue_upto - revenue;
        orders = orders_upto;
        revenue = revenue_upto;
    }
}

static cu_code run_markov(const struct attribution_question *a, const struct attribution_found *f, struct shown *s, struct cu_error *err)
{
    struct attribution_chain c;
    double base = 0;
    if (!a->models[ATTRIBUTION_MARKOV])
        return CU_OK;
    if (!make_chain(a->q->arena, &f->tally, s, &c))
        return cu_fail(err, CU_MEMORY, "", "no memory for the paths of journeys");
    CU_TRY(attribution_removal(&c, s->effect, s->value_effect, &base, err));
    share_by_effect(f, s);
    return CU_OK;
}

// --- figures and the answer

static cu_code round_all(const struct attribution_question *a, const struct attribution_found *f, struct shown *s, struct cu_error *err)
{
    attribution_wide *parts = cu_arena_alloc(a->q->arena, (s->count + 1) * sizeof *parts);
    int64_t *whole = cu_arena_alloc(a->q->arena, (s->count + 1) * sizeof *whole);
    uint32_t *scratch = cu_arena_alloc(a->q->arena, (s->count + 1) * sizeof *scratch);
    if (!parts || !whole || !scratch)
        return cu_fail(err, CU_MEMORY, "", "no memory for the figures of an answer");
    for (size_t m = 0; m < ATTRIBUTION_MODELS; m++) {
        for (size_t i = 0; i < s->count; i++)
            parts[i] = s->rows[i].orders[m];
        attribution_round(parts, s->count, ATTRIBUTION_WHOLE / 100, (int64_t)f->attributed * 100, whole, scratch);
        for (size_t i = 0; i < s->count; i++) {
            s->orders[i][m] = whole[i];
            parts[i] = s->rows[i].revenue[m];
        }
        attribution_round(parts, s->count, ATTRIBUTION_WHOLE, f->attributed_revenue, whole, scratch);
        for (size_t i = 0; i < s->count; i++)
            s->revenue[i][m] = whole[i];
    }
    return CU_OK;
}

// Groups of each model are its rows and who is in none; of visits its rows.
static cu_code hide(const struct attribution_question *a, const struct attribution_found *f, struct shown *s, struct cu_error *err)
{
    uint64_t *people = cu_arena_alloc(a->q->arena, (s->count + 2) * sizeof *people);
    bool *hidden = cu_arena_alloc(a->q->arena, (s->count + 2) * sizeof *hidden);
    if (!people || !hidden)
        return cu_fail(err, CU_MEMORY, "", "no memory for the figures of an answer");
    for (size_t m = 0; m < ATTRIBUTION_MODELS; m++) {
        if (!a->models[m])
            continue;
        for (size_t i = 0; i < s->count; i++)
            people[i] = s->rows[i].buyers[m];
        people[s->count] = f->unattributed_people;
        insight_hide(a->q, people, s->count + 1, hidden);
        for (size_t i = 0; i <= s->count; i++)
            s->hidden[i][m] = hidden[i];
    }
    for (size_t i = 0; i < s->count; i++)
        people[i] = s->rows[i].visitors;
    insight_hide(a->q, people, s->count, s->visits_hidden);
    return CU_OK;
}

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

static void write_model(const struct attribution_question *a, const struct shown *s, size_t i, size_t m, struct json_writer *w)
{
    bool hidden = s->hidden[i][m], costs = a->by != ATTRIBUTION_BY_SOURCE && s->rows[i].spend > 0;
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
static void write_models(const struct attribution_question *a, const struct shown *s, size_t i, struct json_writer *w)
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

static void write_rows(const struct attribution_question *a, const struct shown *s, struct json_writer *w)
{
    jw_key(w, "rows");
    jw_array(w);
    for (size_t i = 0; i < s->count; i++) {
        jw_object(w);
        jw_kstr(w, "value", s->value[i]);
        jw_kstr(w, "label", s->label[i]);
        key_or_null(w, "spend", a->by == ATTRIBUTION_BY_SOURCE, s->rows[i].spend);
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

static void write_removal(const struct attribution_question *a, const struct shown *s, struct json_writer *w)
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

static void write_answer(const struct attribution_question *a, const struct attribution_found *f, const struct costs *c, const struct shown *s, struct json_writer *w)
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
    struct shown s = {0};
    struct costs costs;
    CU_TRY(attribution_gather(a, f, err));
    CU_TRY(take_costs(a, &f->tally, &costs, err));
    CU_TRY(choose(a, &f->tally, &s, err));
    CU_TRY(name_rows(a, &costs, &s, err));
    CU_TRY(run_markov(a, f, &s, err));
    CU_TRY(round_all(a, f, &s, err));
    CU_TRY(hide(a, f, &s, err));
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
