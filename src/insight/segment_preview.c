// SPDX-License-Identifier: Apache-2.0
// What an editor of definitions asks besides: the catalogue of fields and events, and how many people a definition would
// hold. The routes' rows are in segment_routes.c; instance: struct segments.
#include "segment_desk.h"

#include <stdio.h>
#include <stdlib.h>

enum { PREVIEW_MS = 80, SHOWN = 10, VALUES_MAX = 64, ROWS_MAX = 12 };
static const char breakdown_field[] = "address.country";

// --- the catalogue

static const char *type_name(enum seg_type t)
{
    static const char *const names[] = {[SEG_TEXT] = "text", [SEG_NUMBER] = "number", [SEG_TIME] = "time",
        [SEG_BOOLEAN] = "boolean"};
    return names[t];
}

static void write_field(struct json_writer *w, const struct seg_field *f)
{
    char level[4];
    (void)snprintf(level, sizeof level, "P%d", (int)f->level);
    jw_object(w);
    jw_kstr(w, "name", f->name);
    jw_kz(w, "type", type_name(f->type));
    jw_kz(w, "doc", f->doc ? f->doc : "");
    jw_key(w, "options");
    if (f->options) {
        jw_array(w);
        for (const char *const *o = f->options; *o; o++)
            jw_z(w, *o);
        jw_array_end(w);
    } else {
        jw_null(w);
    }
    jw_kz(w, "level", level);
    jw_object_end(w);
}

// Types as segments compare them; what has no single value is left out, its members stand by themselves.
static const char *property_type(const struct dict_field *f)
{
    switch (f->type) {
    case DICT_INTEGER:
    case DICT_NUMBER:
    case DICT_MONEY:
        return "number";
    case DICT_TIME:
    case DICT_DATE:
        return "time";
    case DICT_BOOLEAN:
        return "boolean";
    case DICT_OBJECT:
    case DICT_ARRAY:
    case DICT_ANY:
    case DICT_TYPE_COUNT:
        return NULL;
    case DICT_STRING:
    case DICT_EMAIL:
    case DICT_PHONE:
    case DICT_URL:
    case DICT_COUNTRY:
    case DICT_CURRENCY:
    case DICT_ENUM:
        break;
    }
    return "text";
}

static void write_event(struct json_writer *w, const struct dict_event *e)
{
    jw_object(w);
    jw_kstr(w, "name", e->name);
    jw_kstr(w, "doc", e->doc.ptr ? e->doc : CU_LIT(""));
    jw_key(w, "properties");
    jw_array(w);
    for (uint32_t i = 0; i < e->field_count; i++) {
        const struct dict_field *f = &e->fields[i];
        if (f->level > DICT_P1 || !property_type(f))
            continue;
        jw_object(w);
        jw_kstr(w, "name", f->name);
        jw_kz(w, "type", property_type(f));
        jw_kstr(w, "doc", f->doc.ptr ? f->doc : CU_LIT(""));
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}

static cu_code write_catalog(struct request *rq, const struct seg_catalog *c, struct cu_error *err)
{
    struct segments *s = rq->module;
    const struct seg_field *fields = NULL;
    const struct dict_event *events = NULL;
    struct audience_row *rows = NULL;
    size_t count = seg_catalog_fields(c, &fields), row_count = 0;
    const struct dictionary *dictionary = people_dictionary(s->options.people);
    CU_TRY(audience_list(s->options.audiences, rq->arena, &rows, &row_count, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "fields");
    jw_array(&w);
    for (size_t i = 0; i < count; i++)
        write_field(&w, &fields[i]);
    jw_array_end(&w);
    jw_key(&w, "events");
    jw_array(&w);
    size_t event_count = dictionary ? dictionary_events(dictionary, &events) : 0;
    for (size_t i = 0; i < event_count; i++)
        write_event(&w, &events[i]);
    jw_array_end(&w);
    jw_key(&w, "segments");
    jw_array(&w);
    for (size_t i = 0; i < row_count; i++)
        jw_z(&w, rows[i].name);
    jw_array_end(&w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

cu_code segment_get_catalog(struct request *rq, struct cu_error *err)
{
    return segment_with_catalog(rq, write_catalog, err);
}

// --- preview

static const struct seg_node *node_of(const struct seg_node *n, uint32_t number)
{
    if (n->number == number)
        return n;
    for (uint32_t i = 0; i < n->child_count; i++) {
        const struct seg_node *found = node_of(n->children[i], number);
        if (found)
            return found;
    }
    return NULL;
}

static cu_code write_clauses(const struct seg_node *root, const struct seg_catalog *c, const struct audience_preview *p,
    struct json_writer *w, struct cu_error *err)
{
    struct cu_buf line CU_AUTO_BUF = {0};
    cu_buf_init(&line, (size_t)64 << 10);
    jw_key(w, "clauses");
    jw_array(w);
    for (size_t i = 0; i < p->clause_count; i++) {
        const struct seg_node *n = node_of(root, p->clause[i].number);
        cu_buf_reset(&line);
        if (n)
            seg_print_one(n, c, &line);
        CU_TRY(cu_buf_code(&line, err));
        jw_object(w);
        jw_ki64(w, "number", p->clause[i].number);
        jw_kstr(w, "text", line.len ? cu_buf_view(&line) : CU_LIT(""));
        jw_ki64(w, "people", (int64_t)p->clause[i].people);
        jw_object_end(w);
    }
    jw_array_end(w);
    return CU_OK;
}

static cu_code write_sample(struct request *rq, const struct audience_preview *p, struct json_writer *w,
    struct cu_error *err)
{
    struct segments *s = rq->module;
    struct segment_people who;
    struct db *d = NULL;
    size_t count = p->sample_count < SHOWN ? p->sample_count : SHOWN;
    CU_TRY(people_read_take(s->options.people, &d, err));
    cu_code code = segment_people_load(rq, d, p->sample, count, &who, err);
    people_read_give(s->options.people, d);
    CU_TRY(code);
    jw_key(w, "sample");
    jw_array(w);
    for (size_t i = 0; i < count; i++) {
        if (!who.there[i])
            continue;
        jw_object(w);
        segment_person_write(w, &who, i);
        jw_object_end(w);
    }
    jw_array_end(w);
    return CU_OK;
}

// --- what those who are in it are like: by country, of up to AUDIENCE_SAMPLE of them, scaled to all

struct value {
    char text[64];
    uint64_t people;
};
struct values {
    struct value at[VALUES_MAX];
    size_t count;
    uint64_t unknown, rest;
};

static void count_value(struct values *v, cu_str text)
{
    size_t i = 0;
    text = cu_str_sub(text, 0, sizeof v->at[0].text - 1);
    while (i < v->count && !cu_str_eqz(text, v->at[i].text))
        i++;
    if (i == VALUES_MAX) {
        v->rest++;
        return;
    }
    if (i == v->count) {
        (void)snprintf(v->at[i].text, sizeof v->at[i].text, "%.*s", CU_ARG(text));
        v->at[i].people = 0;
        v->count++;
    }
    v->at[i].people++;
}

static int by_people(const void *a, const void *b)
{
    const struct value *x = a, *y = b;
    return x->people != y->people ? (x->people < y->people ? 1 : -1) : strcmp(x->text, y->text);
}

static void write_value(struct json_writer *w, cu_str text, uint64_t people, const struct audience_preview *p)
{
    if (people == 0)
        return;
    jw_object(w);
    jw_kstr(w, "value", text);
    jw_ki64(w, "people", (int64_t)((people * p->people + p->sample_count / 2) / p->sample_count));
    jw_object_end(w);
}

static void write_breakdown(struct request *rq, const struct seg_catalog *c, const struct audience_preview *p, struct json_writer *w)
{
    struct segments *s = rq->module;
    const struct seg_field *field = seg_catalog_field(c, cu_str_of(breakdown_field));
    struct values v = {.count = 0};
    jw_key(w, "breakdown");
    if (!field || p->sample_count == 0 || !field->trait || sight_field(&rq->caller, field->trait) != SPEC_VIEW_FULL) {
        jw_null(w);
        return;
    }
    for (size_t i = 0; i < p->sample_count; i++) {
        struct seg_fact fact;
        facts_of(s->options.facts, p->sample[i], &field, 1, &fact);
        if (fact.known)
            count_value(&v, fact.value.text);
        else
            v.unknown++;
        facts_done(s->options.facts);
    }
    if (v.count)
        qsort(v.at, v.count, sizeof *v.at, by_people);
    jw_object(w);
    jw_kz(w, "field", breakdown_field);
    jw_key(w, "rows");
    jw_array(w);
    for (size_t i = 0; i < v.count; i++) {
        if (i < ROWS_MAX)
            write_value(w, cu_str_of(v.at[i].text), v.at[i].people, p);
        else
            v.rest += v.at[i].people;
    }
    write_value(w, CU_LIT("(other)"), v.rest, p);
    write_value(w, CU_NONE, v.unknown, p);
    jw_array_end(w);
    jw_object_end(w);
}

static cu_code write_preview(struct request *rq, const struct seg_catalog *c, struct cu_error *err)
{
    struct segments *s = rq->module;
    struct seg_faults *faults = cu_arena_alloc(rq->arena, sizeof *faults);
    struct audience_preview *p = cu_arena_alloc(rq->arena, sizeof *p);
    struct seg_node *root = NULL;
    if (!faults || !p)
        return cu_fail(err, CU_MEMORY, "", "no memory for a preview");
    CU_TRY(segment_definition(rq, c, true, &root, faults, err));
    CU_TRY(audience_preview(s->options.audiences, root, PREVIEW_MS, NULL, p, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "people", (int64_t)p->people);
    jw_kbool(&w, "whole", p->whole);
    jw_ki64(&w, "low", (int64_t)p->low);
    jw_ki64(&w, "high", (int64_t)p->high);
    jw_ki64(&w, "total", (int64_t)p->total);
    jw_key(&w, "took_ms");
    jw_double(&w, (double)p->took_us / 1000.0);
    CU_TRY(write_sample(rq, p, &w, err));
    CU_TRY(write_clauses(root, c, p, &w, err));
    write_breakdown(rq, c, p, &w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

cu_code segment_post_preview(struct request *rq, struct cu_error *err)
{
    return segment_with_catalog(rq, write_preview, err);
}
