// SPDX-License-Identifier: Apache-2.0
// A small world for the oracle: a dictionary, a catalogue, kinds of events; and the rows that a plan asks for, made
// from the oracle's people the plain way.
#pragma once

#include "insight/segment_eval.h"
#include "oracle.h"

#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

#define O_ROW ", purposes: [analytics], retention_days: 100, owner: test"
static const char o_dictionary[] =
    "version: 1\n"
    "persons:\n"
    "  land: {type: string, max: 64, level: P1, category: user" O_ROW ", doc: A country.}\n"
    "  score: {type: number, level: P1, category: user" O_ROW ", doc: A score.}\n"
    "  joined: {type: time, level: P1, category: user" O_ROW ", doc: When it began.}\n"
    "  born: {type: date, level: P1, category: user" O_ROW ", doc: A birthday.}\n"
    "  member: {type: boolean, level: P1, category: user" O_ROW ", doc: Yes or no.}\n"
    "  groups: {type: string, max: 64, level: P1, category: user" O_ROW ", doc: A list in the tests.}\n"
    "sets:\n"
    "  part:\n"
    "    code: {type: string, max: 64, level: P1, doc: A code.}\n"
    "    cost: {type: number, level: P1, doc: A cost.}\n"
    "  thing:\n"
    "    sort: {type: string, max: 64, level: P1, doc: A sort.}\n"
    "    sku: {type: string, max: 64, level: P1, doc: A number.}\n"
    "    items: {type: array, max: 10, elements: part, level: P1, doc: A list.}\n"
    "    pieces: {type: integer, min: \"-1000\", max: 1000, level: P1, doc: A count.}\n"
    "    price: {type: number, level: P1, doc: A price.}\n"
    "    moment: {type: time, level: P1, doc: A time.}\n"
    "    due: {type: date, level: P1, doc: A day.}\n"
    "    gift: {type: boolean, level: P1, doc: Yes or no.}\n"
    "events:\n"
    "  Seen: {sets: [thing], category: user" O_ROW ", doc: It was seen.}\n"
    "  Bought: {sets: [thing], category: user" O_ROW ", doc: It was bought.}\n"
    "  Returned: {sets: [thing], category: user" O_ROW ", doc: It came back.}\n"
    "  Other: {sets: [thing], category: user" O_ROW ", doc: Something else.}\n";
static const char *const o_names[] = {"Seen", "Bought", "Returned", "Other"};
static const char *const o_fields[O_FIELDS] = {"land", "score", "joined", "born", "member", "groups"};
static const char *const o_sources[] = {"web", "till"};

struct o_world {
    char folder[64];
    struct dictionary *dictionary;
    struct seg_catalog *catalog;
    struct timeline *timeline;
    struct text_zone *zone;
};

static inline bool o_is_segment(void *context, cu_str name)
{
    (void)context;
    for (int i = 0; i < O_SEGMENTS; i++)
        if (cu_str_eqz(name, o_segments[i]))
            return true;
    return false;
}

static inline void o_world_open(struct o_world *w, const char *zone)
{
    struct cu_error err = {0};
    (void)snprintf(w->folder, sizeof w->folder, "/tmp/custos-eval-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    o_zone(zone);
    w->zone = text_zone_open(zone);
    assert_non_null(w->zone);
    if (dictionary_load(cu_str_of(o_dictionary), &w->dictionary, &err) != CU_OK)
        fail_msg("%s: %s", err.field, err.text);
    struct seg_catalog_options o = {.dictionary = w->dictionary, .segment = o_is_segment, .zone = w->zone};
    assert_int_equal(seg_catalog_open(&o, &w->catalog, &err), CU_OK);
    struct timeline_options t = {.folder = w->folder};
    assert_int_equal(timeline_open(&t, &w->timeline, &err), CU_OK);
    for (size_t i = 0; i < CU_COUNT(o_names); i++) {
        uint32_t kind;
        assert_int_equal(timeline_kind(w->timeline, cu_str_of(o_names[i]), &kind, &err), CU_OK);
    }
}

static inline void o_world_close(struct o_world *w)
{
    char command[128];
    timeline_close(w->timeline);
    seg_catalog_close(w->catalog);
    dictionary_free(w->dictionary);
    text_zone_close(w->zone);
    (void)snprintf(command, sizeof command, "rm -r '%s'", w->folder);
    assert_int_equal(system(command), 0);
}

static inline uint32_t o_segment_number(void *context, cu_str name)
{
    (void)context;
    for (uint32_t i = 0; i < O_SEGMENTS; i++)
        if (cu_str_eqz(name, o_segments[i]))
            return i + 1;
    return 0;
}

static inline uint32_t o_source_number(void *context, cu_str name)
{
    (void)context;
    for (uint32_t i = 0; i < CU_COUNT(o_sources); i++)
        if (cu_str_eqz(name, o_sources[i]))
            return i + 7;
    return 0;
}

static inline struct seg_program *o_compile(const struct o_world *w, const struct seg_node *n)
{
    struct seg_compile o = {.catalog = w->catalog,
        .timeline = w->timeline,
        .zone = w->zone,
        .segment = o_segment_number,
        .source = o_source_number};
    struct seg_program *p = NULL;
    struct cu_error err = {0};
    if (seg_compile(n, &o, &p, &err) != CU_OK)
        fail_msg("%s", err.text);
    return p;
}

// ---- rows

#define O_CELLS (O_EVENTS * O_VALUES)
#define O_COLUMNS (SCAN_COLUMNS_MAX + 1)
struct o_rows {
    int64_t time_ms[O_EVENTS], revenue[O_EVENTS];
    uint32_t kind[O_EVENTS], source[O_EVENTS], flags[O_EVENTS];
    uint64_t seq[O_EVENTS];
    uint32_t first[O_COLUMNS][O_EVENTS + 1];
    int64_t value[O_COLUMNS][O_CELLS];
    uint16_t columns[O_COLUMNS];
    struct seg_fact facts[O_FIELDS];
    struct seg_value more[O_FIELDS][O_VALUES];
    struct seg_person person;
    const struct o_person *of;
    _Alignas(struct scan_rows) char rows[sizeof(struct scan_rows) + O_COLUMNS * sizeof(struct scan_cells)];
};

static inline int64_t o_cell(const struct scan_column *c, const struct o_values *v, int i)
{
    static const enum seg_cmp of[] = {
        [SCAN_IS] = SEG_IS, [SCAN_CONTAINS] = SEG_CONTAINS, [SCAN_STARTS] = SEG_STARTS, [SCAN_ENDS] = SEG_ENDS};
    if (c->type == TIMELINE_INTEGER)
        return v->number[i] / 10000;
    if (c->type != TIMELINE_TEXT)
        return v->number[i];
    if (c->match == SCAN_VALUE)
        return (int64_t)cu_hash64(v->text[i], strlen(v->text[i]), 5);
    for (size_t k = 0; k < c->text_count; k++)
        if (o_text_matches(of[c->match], v->text[i], c->texts[k]))
            return 1;
    return 0;
}

static inline struct seg_stay o_stay(void *context, uint32_t segment, uint32_t person)
{
    const struct o_person *p = context;
    assert_int_equal(person, 1);
    return (struct seg_stay){p->in[segment - 1], p->entered[segment - 1], p->left[segment - 1]};
}

static inline void o_facts(struct o_rows *r, const struct seg_program *program)
{
    const struct seg_field *const *fields;
    size_t count = seg_program_fields(program, &fields);
    memset(r->facts, 0, sizeof r->facts);
    for (size_t i = 0; i < count; i++)
        for (int f = 0; f < O_FIELDS; f++) {
            const struct o_values *v = &r->of->fact[f];
            if (r->of->field[f] != fields[i] || v->count == 0)
                continue;
            for (int k = 0; k < v->count; k++)
                r->more[i][k] = (struct seg_value){fields[i]->type, cu_str_of(v->text[k]), v->number[k]};
            r->facts[i] = (struct seg_fact){true, r->more[i][0], r->more[i] + 1, (uint32_t)v->count - 1};
        }
}

static inline bool o_wanted(const struct scan_plan *plan, uint32_t kind)
{
    if (!plan->kinds)
        return true;
    for (size_t i = 0; i < plan->kind_count; i++)
        if (plan->kinds[i] == kind)
            return true;
    return false;
}

// The rows that a program asks for at now. widened: as of a plan merged with others': older rows and other kinds are
// there too, and the columns stand elsewhere.
static inline void o_rows(struct o_rows *r, const struct o_world *w, const struct o_person *p,
    const struct seg_program *program, int64_t now, bool widened)
{
    struct scan_plan plan;
    struct scan_rows *rows = (struct scan_rows *)r->rows;
    bool any = seg_program_plan(program, now, &plan);
    r->of = p;
    *rows = (struct scan_rows){.person = 1,
        .time_ms = r->time_ms,
        .kind = r->kind,
        .seq = r->seq,
        .revenue = r->revenue,
        .source = r->source,
        .flags = r->flags};
    r->person = (struct seg_person){.person = 1,
        .id_hash = p->id_hash,
        .rows = any ? rows : NULL,
        .facts = r->facts,
        .stay = o_stay,
        .context = (void *)(uintptr_t)p,
        .columns = widened ? r->columns : NULL};
    o_facts(r, program);
    for (size_t c = 0; any && c < plan.column_count; c++) {
        r->columns[c] = (uint16_t)(widened ? plan.column_count - c : c);
        rows->column[r->columns[c]] = (struct scan_cells){r->first[r->columns[c]], r->value[r->columns[c]]};
    }
    for (int i = 0; any && i < p->events; i++) {
        const struct o_event *e = &p->event[i];
        uint32_t kind = timeline_kind_find(w->timeline, cu_str_of(e->name)), n = (uint32_t)rows->count;
        if (!widened && (!o_wanted(&plan, kind) || e->time_ms < plan.from_ms || e->time_ms >= plan.to_ms))
            continue;
        rows->count++;
        r->time_ms[n] = e->time_ms;
        r->kind[n] = kind;
        r->seq[n] = e->seq;
        r->revenue[n] = e->revenue / 100;
        r->flags[n] = e->has_revenue ? TIMELINE_HAS_REVENUE : 0;
        r->source[n] = e->source ? o_source_number(NULL, cu_str_of(e->source)) : 0;
        for (size_t c = 0; c < plan.column_count; c++) {
            uint16_t at = r->columns[c];
            struct o_values v = o_of(e, plan.columns[c].path);
            if (n == 0)
                r->first[at][0] = 0;
            r->first[at][n + 1] = r->first[at][n] + (uint32_t)v.count;
            for (int k = 0; k < v.count; k++)
                r->value[at][r->first[at][n] + (uint32_t)k] = o_cell(&plan.columns[c], &v, k);
        }
    }
}

static inline struct seg_answer o_eval(
    const struct o_world *w, const struct o_person *p, const struct seg_program *program, int64_t now, bool widened)
{
    static struct o_rows r;
    struct seg_answer a;
    o_rows(&r, w, p, program, now, widened);
    seg_eval(program, &r.person, now, &a);
    return a;
}
