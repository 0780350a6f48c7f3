// SPDX-License-Identifier: Apache-2.0
// What an editor of definitions asks besides: the catalogue of fields and events, and how many people a definition would
// hold. The routes' rows are in segment_routes.c; instance: struct segments.
#include "segment_desk.h"

#include <stdio.h>

enum { PREVIEW_MS = 80 };

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
    CU_TRY(people_read_take(s->options.people, &d, err));
    cu_code code = segment_people_load(rq, d, p->sample, p->sample_count, &who, err);
    people_read_give(s->options.people, d);
    CU_TRY(code);
    jw_key(w, "sample");
    jw_array(w);
    for (size_t i = 0; i < p->sample_count; i++) {
        if (!who.there[i])
            continue;
        jw_object(w);
        segment_person_write(w, &who, i);
        jw_object_end(w);
    }
    jw_array_end(w);
    return CU_OK;
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
    jw_key(&w, "breakdown");
    jw_null(&w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

cu_code segment_post_preview(struct request *rq, struct cu_error *err)
{
    return segment_with_catalog(rq, write_preview, err);
}
