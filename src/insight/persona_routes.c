// SPDX-License-Identifier: Apache-2.0
// The personas. Module row insight_persona_module; instance: struct segments.
#include "persona.h"

static cu_code write_persona(struct segments *s, const struct audience_row *row, struct json_writer *w, struct cu_error *err)
{
    jw_object(w);
    CU_TRY(segment_row_write(s, row, w, err));
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

static const struct spec_route routes[] = {
    {.name = "personas.list", .method = "GET", .path = "/v1/personas", .permission = SPEC_SEGMENTS_READ,
        .answer = segment_personas_answer,
        .doc = "The personas: segments with a card of who their people are, what they buy and how they differ.",
        .handler = get_list},
};
const struct module insight_persona_module = {
    .name = "personas",
    .doc = "Personas: named segments with a card.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
