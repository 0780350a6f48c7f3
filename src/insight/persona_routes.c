// SPDX-License-Identifier: Apache-2.0
// The personas. Module row insight_persona_module; instance: struct segments.
#include "persona.h"

static cu_code write_persona(struct segments *s, const struct audience_row *row, struct json_writer *w, struct cu_error *err)
{
    jw_object(w);
    jw_kz(w, "name", row->name);
    jw_kstr(w, "title", row->title.ptr ? row->title : CU_LIT(""));
    jw_kstr(w, "doc", row->doc.ptr ? row->doc : CU_LIT(""));
    jw_ki64(w, "size", (int64_t)row->size);
    jw_key(w, "notes");
    if (row->card.len)
        jw_raw(w, row->card);
    else
        jw_null(w);
    jw_key(w, "card");
    if (row->state == AUDIENCE_LIVE)
        CU_TRY(persona_card_write(s, row, w, err));
    else
        jw_null(w);
    jw_object_end(w);
    return CU_OK;
}

static cu_code get_list(struct request *rq, struct cu_error *err)
{
    struct segments *s = rq->module;
    struct audience_row *rows = NULL;
    size_t count = 0;
    CU_TRY(audience_list(s->options.audiences, rq->arena, &rows, &count, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].persona)
            CU_TRY(write_persona(s, &rows[i], &w, err));
    }
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }
static const struct spec_field value_fields[] = {
    {.name = "field", .type = SPEC_STRING, .max = 47, .doc = "What is counted: a field, or product, category, brand of what was bought."},
    {.name = "value", .type = SPEC_STRING, .max = 95, .doc = "The value."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .doc = "People looked at that have it."},
    {.name = "share", .type = SPEC_NUMBER, .max = 1, .doc = "Their share of those looked at."},
    {.name = "overall", .type = SPEC_NUMBER, .max = 1, .doc = "The share of everybody."},
    {.name = "index", .type = SPEC_NUMBER, .max = INT64_MAX, .doc = "share / overall: 2 means twice as frequent; 0 when nobody else has it."},
    END,
};
static const struct spec_field card_fields[] = {
    {.name = "who", .type = SPEC_ARRAY, .max = 12, .fields = value_fields, .doc = "Countries, languages, stages and groups, the most frequent first."},
    {.name = "buys", .type = SPEC_ARRAY, .max = 12, .fields = value_fields, .doc = "Products, categories and brands, the most frequent first."},
    {.name = "differs", .type = SPEC_ARRAY, .max = 10, .fields = value_fields, .doc = "What is more or less frequent than with everybody, the surest first."},
    {.name = "looked_at", .type = SPEC_INT, .max = INT64_MAX, .doc = "People looked at: all, or a stable sample."},
    {.name = "computed", .type = SPEC_TIME, .doc = "When; a card is kept for a quarter of an hour."},
    END,
};
static const struct spec_field persona_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = AUDIENCE_NAME_MAX, .doc = "Name of the segment."},
    {.name = "title", .type = SPEC_STRING, .max = 127, .doc = "What people call it."},
    {.name = "doc", .type = SPEC_STRING, .max = 2000, .doc = "What it is for."},
    {.name = "size", .type = SPEC_INT, .max = INT64_MAX, .doc = "Persons in it."},
    {.name = "notes", .type = SPEC_OBJECT, .max = 65536, .nullable = true, .doc = "What staff wrote on the card, or null."},
    {.name = "card", .type = SPEC_OBJECT, .max = 65536, .nullable = true, .fields = card_fields,
        .doc = "What its people are like; null while the segment is filling or broken."},
    END,
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = AUDIENCE_MAX, .fields = persona_fields, .doc = "The personas."},
    {.name = "next", .type = SPEC_STRING, .max = 80, .nullable = true, .doc = "Null: there are no more."},
    END,
};
static const struct spec_route routes[] = {
    {.name = "personas.list", .method = "GET", .path = "/v1/personas", .permission = SPEC_SEGMENTS_READ, .answer = list_answer,
        .doc = "The personas: segments with a card of who their people are, what they buy and how they differ.", .handler = get_list},
};
const struct module insight_persona_module = {
    .name = "personas",
    .doc = "Personas: named segments with a card.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
