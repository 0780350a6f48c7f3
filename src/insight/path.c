// SPDX-License-Identifier: Apache-2.0
// The kind of question "paths": where visits go from an event or page, or where they came from.
#include "path.h"

#include <roaring/roaring.h>

static const char *const directions[] = {"forward", "backward", NULL};
static const char *const ways[] = {"event", "page", NULL};
static const struct spec_field start_fields[] = {
    {.name = "event", .type = SPEC_STRING, .min = 1, .max = 255, .doc = "Name of an event."},
    {.name = "page", .type = SPEC_STRING, .min = 1, .max = 2048, .doc = "Path of a page, such as /cart."},
    {.name = NULL},
};
static const struct spec_field body[] = {
    {.name = "start",
        .type = SPEC_OBJECT,
        .max = 4096,
        .fields = start_fields,
        .doc = "From where, the first time it happens in a visit; default: the visit's beginning (backward: its end)."},
    {.name = "direction",
        .type = SPEC_ENUM,
        .options = directions,
        .fallback = "forward",
        .doc = "Where visits go from there, or where they came from."},
    {.name = "by",
        .type = SPEC_ENUM,
        .options = ways,
        .fallback = "page",
        .doc = "Stations are events, or pages by their path."},
    {.name = "depth",
        .type = SPEC_INT,
        .min = 1,
        .max = PATH_DEPTH_MAX,
        .fallback = "4",
        .doc = "Stations after the start."},
    {.name = "branches",
        .type = SPEC_INT,
        .min = 1,
        .max = PATH_BRANCHES_MAX,
        .fallback = "5",
        .doc = "Stations shown at each depth; the rest is (other)."},
    {.name = "collapse", .type = SPEC_BOOL, .fallback = "true", .doc = "The same station several times in a row is one."},
    {.name = NULL},
};
static const struct spec_field node_fields[] = {
    {.name = "key",
        .type = SPEC_STRING,
        .max = 8192,
        .doc = "The event or path; (other): the rest added up; (none): pages without a path."},
    {.name = "label", .type = SPEC_STRING, .max = 8192, .doc = "How it is called."},
    {.name = "visits", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Visits that are here at this depth."},
    {.name = "ended",
        .type = SPEC_INT,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "Of them, those with nothing behind it (backward: before it)."},
    {.name = NULL},
};
static const struct spec_field column_fields[] = {
    {.name = "",
        .type = SPEC_ARRAY,
        .max = PATH_NODES,
        .fields = node_fields,
        .doc = "The stations of one depth, most visits first."},
    {.name = NULL},
};
static const struct spec_field link_fields[] = {
    {.name = "depth", .type = SPEC_INT, .max = PATH_DEPTH_MAX, .doc = "Of the station it leads to; the start is 0."},
    {.name = "from", .type = SPEC_STRING, .max = 8192, .doc = "Key in the column before."},
    {.name = "to", .type = SPEC_STRING, .max = 8192, .doc = "Key in this column."},
    {.name = "visits", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Visits that took it."},
    {.name = NULL},
};
static const struct spec_field note_fields[] = {
    {.name = "", .type = SPEC_STRING, .max = 512, .doc = "A sentence."},
    {.name = NULL},
};
static const struct spec_field answer[] = {
    {.name = "visits", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Visits with the start."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Different people among them."},
    {.name = "columns",
        .type = SPEC_ARRAY,
        .max = PATH_COLUMNS,
        .fields = column_fields,
        .doc = "By depth; the first holds the start."},
    {.name = "links",
        .type = SPEC_ARRAY,
        .max = PATH_DEPTH_MAX * PATH_NODES * PATH_NODES,
        .fields = link_fields,
        .doc = "From one column to the next."},
    {.name = "notes", .type = SPEC_ARRAY, .max = 4, .fields = note_fields, .doc = "What one should know of this answer."},
    {.name = NULL},
};

static cu_code read_start(struct path_plan *p, struct cu_error *err)
{
    struct spec_values v;
    if (!spec_has(&p->q->question, "start"))
        return CU_OK;
    CU_TRY(spec_decode_json(start_fields, spec_get(&p->q->question, "start")->raw, &v, err));
    if (spec_has(&v, "event") == spec_has(&v, "page"))
        return cu_fail(err, CU_INVALID, "/question/start", "either an event or a page is expected");
    p->start_given = true;
    p->start_page = spec_has(&v, "page");
    if (p->start_page) {
        p->start_path = timeline_text_hash(spec_str(&v, "page"));
        return CU_OK;
    }
    bool any = false;
    p->start_kind = insight_event(p->q, spec_str(&v, "event"), &any);
    p->start_given = !any;
    if (p->start_given && p->start_kind == 0)
        p->note = "The event at the start never came: no visit has it.";
    return CU_OK;
}

static cu_code plan_read(struct path_plan *p, struct insight_query *q, struct cu_error *err)
{
    const struct spec_values *v = &q->question;
    const struct visit_rules rules = {.gap_ms = VISIT_GAP_MS, .zone = q->o->zone};
    *p = (struct path_plan){.q = q};
    p->backward = cu_str_eqz(spec_str(v, "direction"), "backward");
    p->by_page = cu_str_eqz(spec_str(v, "by"), "page");
    p->collapse = spec_i64(v, "collapse") != 0;
    p->depth = (uint32_t)spec_i64(v, "depth");
    p->branches = (uint32_t)spec_i64(v, "branches");
    CU_TRY(read_start(p, err));
    return visit_maker_new(insight_timeline(q), q->dictionary, &rules, &p->maker, err);
}

static cu_code run(struct insight_query *q, struct json_writer *w, struct cu_error *err)
{
    struct path_plan p;
    struct path_answer *a = cu_calloc(1, sizeof *a);
    cu_code code = a ? plan_read(&p, q, err) : cu_fail(err, CU_MEMORY, "", "no memory for paths");
    if (code == CU_OK)
        code = path_run(&p, a, err);
    if (code == CU_OK)
        code = path_write(&p, a, w, err);
    if (a)
        visit_maker_free(p.maker);
    cu_free(a);
    return code;
}

static const struct spec_field pick_fields[] = {
    {.name = "depth", .type = SPEC_INT, .min = 0, .max = PATH_DEPTH_MAX, .required = true, .doc = "Column, the start is 0."},
    {.name = "key", .type = SPEC_STRING, .min = 1, .max = 8192, .required = true, .doc = "Key of the station."},
    {.name = NULL},
};

static cu_code people(struct insight_query *q, json object, roaring_bitmap_t *ret, struct cu_error *err)
{
    struct path_plan p;
    struct spec_values v;
    cu_code code = spec_decode_json(pick_fields, object, &v, err);
    if (code == CU_OK && cu_str_eqz(spec_str(&v, "key"), "(other)"))
        code = cu_fail(err, CU_INVALID, "/key", "the rest has no list of its own: ask with more branches");
    if (code != CU_OK) {
        cu_error_prefix(err, "/pick");
        return code;
    }
    code = plan_read(&p, q, err);
    struct path_pick pick = {.depth = (uint32_t)spec_i64(&v, "depth")};
    if (code == CU_OK)
        pick.key = path_key_of(&p, pick.depth, spec_str(&v, "key"));
    if (code == CU_OK && pick.key != 0 && pick.depth <= p.depth)
        code = path_people(&p, &pick, ret, err);
    visit_maker_free(p.maker);
    return code;
}

const struct insight_kind insight_kind_paths = {
    .name = "paths",
    .doc = "Where visits go from an event or page, or where they came from, station by station.",
    .table = "links",
    .body = body,
    .answer = answer,
    .run = run,
    .people = people,
    .pick_doc = "{\"depth\": 2, \"key\": \"/cart\"}",
};
