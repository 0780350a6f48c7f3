// SPDX-License-Identifier: Apache-2.0
// From what was gathered to the rows of the answer: costs beside them, which are shown, their names, the Markov model, rounded
// figures whose sums are exact, small groups.
#include "attribution_private.h"

#include <stdlib.h>

// --- costs

static void keep_text(struct attribution_costs *c, uint64_t key, cu_str text)
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
    struct attribution_costs *c = context;
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

// Costs name no source, and are those of everybody.
bool attribution_has_costs(const struct attribution_question *a)
{
    return a->by != ATTRIBUTION_BY_SOURCE && !a->q->among && a->q->o->spend;
}

static cu_code take_costs(const struct attribution_question *a, struct attribution_tally *tally, struct attribution_costs *c, struct cu_error *err)
{
    *c = (struct attribution_costs){.a = a, .tally = tally, .cap = 2000};
    c->texts = cu_arena_alloc(a->q->arena, c->cap * sizeof *c->texts);
    if (!c->texts)
        return cu_fail(err, CU_MEMORY, "", "no memory for advertising costs");
    if (!attribution_has_costs(a))
        return CU_OK;
    CU_TRY(spend_each(a->q->o->spend, a->q->from_day, a->q->to_day, take_cost, c, err));
    return c->failed ? cu_fail(err, CU_MEMORY, "", "no memory for advertising costs") : CU_OK;
}

// --- rows that are shown

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

static bool alloc_shown(struct cu_arena *a, size_t rows, struct attribution_shown *s)
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

static cu_code choose(const struct attribution_question *a, const struct attribution_tally *t, struct attribution_shown *s, struct cu_error *err)
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
    struct attribution_shown *s;
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

static void name_special(const struct attribution_question *a, struct attribution_shown *s, size_t i)
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

static cu_code name_rows(const struct attribution_question *a, const struct attribution_costs *c, struct attribution_shown *s, struct cu_error *err)
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

static bool make_chain(struct cu_arena *a, const struct attribution_tally *t, const struct attribution_shown *s, struct attribution_chain *c)
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
static void share_by_effect(const struct attribution_found *f, struct attribution_shown *s)
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

static cu_code run_markov(const struct attribution_question *a, const struct attribution_found *f, struct attribution_shown *s, struct cu_error *err)
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

// --- figures

static cu_code round_all(const struct attribution_question *a, const struct attribution_found *f, struct attribution_shown *s, struct cu_error *err)
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
static cu_code hide(const struct attribution_question *a, const struct attribution_found *f, struct attribution_shown *s, struct cu_error *err)
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

cu_code attribution_show(const struct attribution_question *a, struct attribution_found *f, struct attribution_costs *costs,
    struct attribution_shown *ret, struct cu_error *err)
{
    CU_TRY(take_costs(a, &f->tally, costs, err));
    CU_TRY(choose(a, &f->tally, ret, err));
    CU_TRY(name_rows(a, costs, ret, err));
    CU_TRY(run_markov(a, f, ret, err));
    CU_TRY(round_all(a, f, ret, err));
    return hide(a, f, ret, err);
}
