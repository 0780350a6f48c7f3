// SPDX-License-Identifier: Apache-2.0
// A funnel's question, read into a plan: steps, order, window, what must not happen, whom it is asked of, what the answer is
// broken down by.
#include "funnel.h"

#include "base/clock.h"
#include "funnel_fields.h"
#include "segment.h"

#include <stdlib.h>

#define DAY_S INT64_C(86400)

const char *const funnel_dimensions[] = {
    "channel", "source", "medium", "campaign", "referrer", "landing", "device", "country", NULL};

uint64_t funnel_dimension_of(int dimension, const struct visit *v)
{
    const uint64_t values[] = {
        (uint64_t)v->channel + 1, v->source, v->medium, v->campaign, v->referrer_host, v->landing, v->device, v->country};
    return values[dimension];
}

enum visit_column funnel_dimension_column(int dimension)
{
    static const enum visit_column columns[] = {VISIT_SOURCE, VISIT_SOURCE, VISIT_MEDIUM, VISIT_CAMPAIGN, VISIT_REFERRER,
        VISIT_LANDING, VISIT_DEVICE, VISIT_COUNTRY};
    return columns[dimension];
}

static int word_of(cu_str text, const char *const *words)
{
    for (int i = 0; words[i]; i++) {
        if (cu_str_eqz(text, words[i]))
            return i;
    }
    return -1;
}

static cu_code at(cu_code code, struct cu_error *err, const char *place)
{
    if (code != CU_OK)
        cu_error_prefix(err, "%s", place);
    return code;
}

static cu_code at_step(cu_code code, struct cu_error *err, const char *list, uint32_t i)
{
    if (code != CU_OK)
        cu_error_prefix(err, "/%s/%u", list, i);
    return code;
}

static json member(const struct funnel_plan *p, const char *name)
{
    return spec_get(&p->q->question, name)->raw;
}

static bool given(const struct funnel_plan *p, const char *name)
{
    return spec_has(&p->q->question, name) && !json_is(member(p, name), JSON_NULL);
}

// ---- whom it is asked of, and by what it is broken down

static cu_code read_unit(struct funnel_plan *p, struct cu_error *err)
{
    static const char *const units[] = {"person", "visit", NULL};
    struct spec_values v;
    if (!given(p, "by"))
        return CU_OK;
    json by = member(p, "by");
    if (json_is(by, JSON_STRING)) {
        int unit = word_of(json_str(by), units);
        if (unit < 0)
            return cu_fail(err, CU_INVALID, "/by", "person, visit, or {\"property\": name} is expected");
        p->unit = unit == 1 ? FUNNEL_VISIT : FUNNEL_PERSON;
        p->visits = unit == 1;
        return CU_OK;
    }
    CU_TRY(at(spec_decode_json(funnel_property_fields, by, &v, err), err, "/by"));
    p->unit = FUNNEL_PROPERTY;
    p->unit_property = spec_str(&v, "property");
    return CU_OK;
}

static cu_code read_dimension(struct funnel_plan *p, cu_str name, struct cu_error *err)
{
    p->by = FUNNEL_BY_DIMENSION;
    p->dimension = word_of(name, funnel_dimensions);
    p->visits = true;
    if (p->dimension < 0)
        return cu_fail(err, CU_INVALID, "/breakdown",
            "a funnel is broken down by channel, source, medium, campaign, referrer, landing, device, "
            "country, or by {\"property\": name} of its first step");
    return CU_OK;
}

static cu_code read_breakdown(struct funnel_plan *p, struct cu_error *err)
{
    struct spec_values v;
    p->rows_max = (uint32_t)spec_i64(&p->q->question, "limit");
    if (!given(p, "breakdown"))
        return CU_OK;
    json by = member(p, "breakdown");
    if (json_is(by, JSON_STRING))
        return read_dimension(p, json_str(by), err);
    CU_TRY(at(spec_decode_json(funnel_breakdown_fields, by, &v, err), err, "/breakdown"));
    if (spec_has(&v, "property") == spec_has(&v, "dimension"))
        return cu_fail(err, CU_INVALID, "/breakdown", "either a property or a dimension is expected");
    p->first_touch = cu_str_eqz(spec_str(&v, "touch"), "first");
    if (spec_has(&v, "dimension"))
        return read_dimension(p, spec_str(&v, "dimension"), err);
    p->by = FUNNEL_BY_PROPERTY;
    p->by_path = spec_str(&v, "property");
    return CU_OK;
}

// ---- steps

static const struct { const char *event, *label; } ready_shop[] = {
    {"Product Viewed", "Product viewed"}, {"Product Added", "Added to cart"}, {"Checkout Started", "Checkout started"},
    {"Order Completed", "Ordered"},
};

static cu_code keep_asked(struct funnel_plan *p, const struct funnel_event *e, bool leave_out, struct cu_error *err)
{
    uint32_t i = p->asked++;
    p->asked_event[i] = e->name;
    p->asked_label[i] = e->label;
    p->asked_seen[i] = e->seen;
    p->place[i] = 255;
    if (!e->seen &&
        !funnel_note(p,
            leave_out ? "\"%.*s\" never came: the step is left out." : "\"%.*s\" never came: nobody reaches this step.",
            CU_ARG(e->name)))
        return cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
    if (e->seen || !leave_out) {
        p->place[i] = (uint8_t)p->steps;
        p->events[p->steps++] = *e;
    }
    return CU_OK;
}

static cu_code read_ready(struct funnel_plan *p, struct cu_error *err)
{
    for (size_t i = 0; i < CU_COUNT(ready_shop); i++) {
        struct funnel_event e = {
            .name = cu_str_of(ready_shop[i].event), .label = cu_str_of(ready_shop[i].label), .same = {-1, -1, -1}};
        e.kind = insight_event(p->q, e.name, &e.any);
        e.seen = e.kind != 0;
        CU_TRY(keep_asked(p, &e, true, err));
    }
    return CU_OK;
}

static cu_code read_steps(struct funnel_plan *p, struct cu_error *err)
{
    if (given(p, "ready") == given(p, "steps"))
        return cu_fail(err, given(p, "ready") ? CU_INVALID : CU_MISSING, "/steps",
            "either steps or a ready funnel is expected: {\"ready\": \"shop\"}");
    if (given(p, "ready"))
        return read_ready(p, err);
    for (struct json_iter it = json_each(member(p, "steps")); json_next(&it);) {
        struct funnel_event e;
        CU_TRY(at_step(funnel_event_read(p, it.value, &e, err), err, "steps", p->asked));
        CU_TRY(keep_asked(p, &e, false, err));
    }
    return CU_OK;
}

// ---- what must not happen

// Where the chain stands between two asked steps; steps that were left out count as the one before.
static uint32_t place_of(const struct funnel_plan *p, uint32_t asked)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < asked; i++)
        n += p->place[i] != 255;
    return n;
}

static cu_code read_ban(struct funnel_plan *p, json object, struct cu_error *err)
{
    struct funnel_event *e = &p->events[p->steps + p->rules.ban_count];
    int64_t from = 1, to = (int64_t)p->asked;
    CU_TRY(funnel_event_read(p, object, e, err));
    (void)json_i64(json_get(object, "from_step"), &from);
    if (!json_is(json_get(object, "to_step"), JSON_ABSENT) && !json_is(json_get(object, "to_step"), JSON_NULL))
        (void)json_i64(json_get(object, "to_step"), &to);
    if (from >= to || to > (int64_t)p->asked)
        return cu_fail(err, CU_INVALID, "/to_step", "a later step of the funnel is expected, from 2 to %u", p->asked);
    if (!e->seen && !funnel_note(p, "\"%.*s\" never came: it excludes nobody.", CU_ARG(e->name)))
        return cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
    uint32_t first = place_of(p, (uint32_t)from), last = place_of(p, (uint32_t)to);
    p->rules.bans[p->rules.ban_count++] = (struct funnel_ban){first > 0 ? first - 1 : 0, last > 0 ? last - 1 : 0};
    return CU_OK;
}

static cu_code read_bans(struct funnel_plan *p, struct cu_error *err)
{
    for (struct json_iter it = json_each(member(p, "exclude")); given(p, "exclude") && json_next(&it);)
        CU_TRY(at_step(read_ban(p, it.value, err), err, "exclude", p->rules.ban_count));
    p->events_count = p->steps + p->rules.ban_count;
    return CU_OK;
}

// ---- rules

static bool steps_share_events(const struct funnel_plan *p)
{
    for (uint32_t i = 0; i < p->steps; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (p->events[i].any || p->events[k].any || (p->events[i].kind != 0 && p->events[i].kind == p->events[k].kind))
                return true;
        }
    }
    return false;
}

static cu_code read_modes(struct funnel_plan *p, struct cu_error *err)
{
    static const unsigned bits[] = {
        FUNNEL_STRICT_ORDER, FUNNEL_STRICT_INCREASE, FUNNEL_STRICT_DEDUPLICATION, FUNNEL_STRICT_ONCE, FUNNEL_STRICT_REENTRY};
    unsigned modes = 0;
    if (!given(p, "modes"))
        modes = steps_share_events(p) ? FUNNEL_STRICT_ONCE : 0;
    for (struct json_iter it = json_each(member(p, "modes")); given(p, "modes") && json_next(&it);)
        modes |= bits[word_of(json_str(it.value), funnel_mode_names)];
    if (cu_str_eqz(spec_str(&p->q->question, "order"), "strict"))
        modes |= FUNNEL_STRICT_ORDER;
    if ((modes & FUNNEL_STRICT_REENTRY) && !(modes & FUNNEL_STRICT_ORDER))
        return cu_fail(err, CU_INVALID, "/modes", "allow_reentry is a mode of the strict order");
    p->rules.modes = modes;
    return CU_OK;
}

static cu_code read_rules(struct funnel_plan *p, struct cu_error *err)
{
    const struct spec_values *v = &p->q->question;
    struct funnel_rules *r = &p->rules;
    CU_TRY(read_modes(p, err));
    r->steps = p->steps;
    r->any_order = cu_str_eqz(spec_str(v, "order"), "any");
    r->never_again = cu_str_eqz(spec_str(v, "restart"), "never");
    r->attempts = spec_i64(v, "reentry") != 0;
    r->whole = cu_str_eqz(spec_str(v, "exclusion"), "person");
    p->whole_period = cu_str_eqz(spec_str(v, "finish"), "period");
    if (given(p, "window_s") && given(p, "window_ms"))
        return cu_fail(err, CU_INVALID, "/window_ms", "the window is given in seconds or in milliseconds, not both");
    r->window_ms = p->unit == FUNNEL_VISIT ? VISIT_MAX_MS : 7 * DAY_S * 1000;
    if (given(p, "window_s"))
        r->window_ms = spec_i64(v, "window_s") * 1000;
    if (given(p, "window_ms"))
        r->window_ms = spec_i64(v, "window_ms");
    if (r->whole && r->attempts)
        return cu_fail(err, CU_INVALID, "/exclusion", "where every attempt counts, what is excluded ends the attempt");
    if (!r->any_order)
        return CU_OK;
    if (r->modes & ~(unsigned)FUNNEL_STRICT_ONCE)
        return cu_fail(err, CU_INVALID, "/modes", "without an order only strict_once can be asked");
    if (r->ban_count)
        return cu_fail(
            err, CU_INVALID, "/exclude", "what lies between two steps can only be excluded where steps have an order");
    return r->attempts || r->never_again ? cu_fail(err, CU_INVALID, r->attempts ? "/reentry" : "/restart",
                                               "steps without an order have no first one that begins anew")
                                         : CU_OK;
}

// ---- properties that join rows

static cu_code read_same_of(struct funnel_plan *p, cu_str name, uint32_t k, struct cu_error *err)
{
    bool text = false, any = false;
    for (uint32_t i = 0; i < p->events_count; i++) {
        struct funnel_event *e = &p->events[i];
        struct scan_column c;
        cu_code code = funnel_property(p, e->any ? CU_LIT("*") : e->name, name, &c, NULL, err);
        if (code == CU_INVALID && i >= p->steps)
            continue; // what must not happen need not have it: then it ends every chain
        if (code != CU_OK)
            return code;
        if (any && text != (c.type == TIMELINE_TEXT))
            return cu_fail(
                err, CU_INVALID, "", "this property is a text in one step and a number in another: they are never the same");
        any = true;
        text = c.type == TIMELINE_TEXT;
        e->scale[k] = c.type == TIMELINE_INTEGER ? 10000 : 1;
        CU_TRY(funnel_column(p, &c, &e->same[k], err));
    }
    return CU_OK;
}

static cu_code read_same(struct funnel_plan *p, struct cu_error *err)
{
    for (struct json_iter it = json_each(member(p, "same")); given(p, "same") && json_next(&it); p->same_count++)
        CU_TRY(at_step(read_same_of(p, json_str(it.value), p->same_count, err), err, "same", p->same_count));
    return CU_OK;
}

static cu_code read_unit_columns(struct funnel_plan *p, struct cu_error *err)
{
    for (uint32_t i = 0; p->unit == FUNNEL_PROPERTY && i < p->steps; i++) {
        struct scan_column c;
        int column;
        bool known = false;
        uint32_t type = p->unit_column_count ? p->columns.at[p->unit_columns[0]].type : 0;
        CU_TRY(at(funnel_property(p, p->events[i].any ? CU_LIT("*") : p->events[i].name, p->unit_property, &c, NULL, err),
            err, "/by"));
        if (p->unit_column_count && c.type != type)
            return cu_fail(
                err, CU_INVALID, "/by", "this property is of another type in each step: its values are never the same");
        CU_TRY(funnel_column(p, &c, &column, err));
        for (uint32_t k = 0; k < p->unit_column_count; k++)
            known = known || p->unit_columns[k] == column;
        if (!known)
            p->unit_columns[p->unit_column_count++] = column;
    }
    return CU_OK;
}

static cu_code read_by_column(struct funnel_plan *p, struct cu_error *err)
{
    struct scan_column c;
    if (p->by != FUNNEL_BY_PROPERTY || p->steps == 0)
        return CU_OK;
    if (p->rules.any_order)
        return cu_fail(
            err, CU_INVALID, "/breakdown", "steps without an order have no first one whose property could be asked");
    CU_TRY(at(funnel_property(p, p->events[0].any ? CU_LIT("*") : p->events[0].name, p->by_path, &c, &p->by_field, err), err,
        "/breakdown"));
    p->by_path = c.path;
    return funnel_column(p, &c, &p->by_column, err);
}

// ---- what is scanned

static cu_code make_masks(struct funnel_plan *p, struct cu_error *err)
{
    p->mask_end = 1;
    for (uint32_t i = 0; i < p->events_count; i++)
        p->mask_end = p->events[i].kind >= p->mask_end ? p->events[i].kind + 1 : p->mask_end;
    p->masks = cu_calloc(p->mask_end, sizeof *p->masks);
    if (!p->masks)
        return cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
    p->all_kinds = p->visits || (p->rules.modes & FUNNEL_STRICT_ORDER);
    p->by_kind = true;
    for (uint32_t i = 0; i < p->events_count; i++) {
        const struct funnel_event *e = &p->events[i];
        uint32_t bit = UINT32_C(1) << (i < p->steps ? i : FUNNEL_BAN_SHIFT + i - p->steps);
        p->all_kinds = p->all_kinds || e->any;
        p->by_kind = p->by_kind && !e->any && e->test_count == 0;
        if (e->any)
            p->mask_any |= bit;
        if (e->kind == 0)
            continue;
        if (p->masks[e->kind] == 0)
            p->kinds[p->kind_count++] = e->kind;
        p->masks[e->kind] |= bit;
    }
    return CU_OK;
}

static cu_code make_periods(struct funnel_plan *p, struct cu_error *err)
{
    static const char *const names[] = {"day", "week", "month", NULL};
    const struct insight_query *q = p->q;
    if (!given(p, "trend"))
        return CU_OK;
    enum retention_period period = (enum retention_period)word_of(spec_str(&q->question, "trend"), names);
    size_t most = (size_t)(q->to_day - q->from_day) + 2;
    p->edges = cu_arena_alloc(q->arena, (most + 1) * sizeof *p->edges);
    if (!p->edges)
        return cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
    p->trend = true;
    for (uint32_t i = 0; i <= most; i++) {
        p->edges[i] = retention_edge(q->o->zone, period, q->from_ms, i);
        if (p->edges[i] >= q->to_ms) {
            p->period_count = i;
            break;
        }
    }
    return CU_OK;
}

static cu_code read_all(struct funnel_plan *p, struct cu_error *err)
{
    const struct seg_catalog_options o = {.dictionary = p->q->dictionary, .zone = p->q->o->zone};
    CU_TRY(seg_catalog_open(&o, &p->catalog, err));
    CU_TRY(read_unit(p, err));
    CU_TRY(read_breakdown(p, err));
    for (uint32_t i = 0; p->visits && i < VISIT_COLUMNS; i++)
        p->columns.at[p->columns.count++] = visit_columns[i];
    CU_TRY(read_steps(p, err));
    CU_TRY(read_bans(p, err));
    CU_TRY(read_rules(p, err));
    CU_TRY(read_same(p, err));
    CU_TRY(read_unit_columns(p, err));
    CU_TRY(read_by_column(p, err));
    CU_TRY(make_masks(p, err));
    return make_periods(p, err);
}

cu_code funnel_plan_read(struct funnel_plan *p, struct cu_error *err)
{
    cu_code code = read_all(p, err);
    if (code != CU_OK)
        cu_error_prefix(err, "/question");
    const struct visit_rules rules = {.gap_ms = VISIT_GAP_MS, .zone = p->q->o->zone};
    if (code == CU_OK && (p->visits || p->mask_any || (p->rules.modes & FUNNEL_STRICT_ORDER)))
        code = visit_maker_new(insight_timeline(p->q), p->q->dictionary, &rules, &p->maker, err);
    return code;
}

void funnel_plan_clear(struct funnel_plan *p)
{
    visit_maker_free(p->maker);
    seg_catalog_close(p->catalog);
    cu_free(p->masks);
}
