// SPDX-License-Identifier: Apache-2.0
// The routes over definitions of segments: list, read, write, check, complete, preview. Module row
// insight_segment_module; instance: struct segments. People in segments: segment_people_routes.c.
#include "segment_desk.h"

#include "base/clock.h"

#include <stdio.h>

enum { TREND_DAYS = 30, USES_MAX = 200 };
static const int64_t day_ms = INT64_C(24) * 3600 * 1000;
static const char *const state_names[] = {[AUDIENCE_FILLING] = "filling", [AUDIENCE_LIVE] = "live",
    [AUDIENCE_BROKEN] = "broken"};

// --- faults and definitions

void segment_faults_write(struct json_writer *w, const struct seg_faults *f)
{
    jw_array(w);
    for (size_t i = 0; i < f->count && i < SEG_FAULTS_MAX; i++) {
        jw_object(w);
        jw_ki64(w, "at", f->at[i].at);
        jw_ki64(w, "length", f->at[i].len);
        jw_kz(w, "path", f->at[i].path);
        jw_kbool(w, "warning", f->at[i].warning);
        jw_kz(w, "text", f->at[i].text);
        jw_object_end(w);
    }
    jw_array_end(w);
}

void segment_faults_say(struct request *rq, const struct seg_faults *f)
{
    struct cu_buf out CU_AUTO_BUF = {0};
    struct json_writer w;
    cu_buf_init(&out, (size_t)64 << 10);
    jw_start(&w, &out);
    segment_faults_write(&w, f);
    cu_str text = cu_buf_code(&out, NULL) == CU_OK ? cu_arena_dup(rq->arena, cu_buf_view(&out)) : CU_NONE;
    if (text.ptr)
        request_problem_member(rq, "faults", text);
}

cu_code segment_definition(struct request *rq, const struct seg_catalog *c, bool say, struct seg_node **ret,
    struct seg_faults *faults,
    struct cu_error *err)
{
    const struct spec_values *v = &rq->body_values;
    bool text = spec_has(v, "text"), tree = spec_has(v, "definition");
    const char *name = text ? "text" : "definition";
    if (text == tree)
        return cu_fail(err, text ? CU_INVALID : CU_MISSING, "text",
            "the definition is given as text or as definition (JSON): one of both");
    faults->count = 0;
    cu_code code = text ? seg_parse_text(spec_str(v, "text"), c, rq->arena, ret, faults, err)
                        : seg_parse_json(spec_get(v, "definition")->raw, c, rq->arena, ret, faults, err);
    if (code == CU_OK)
        code = seg_check(*ret, c, rq->arena, faults, err);
    if (code != CU_INVALID)
        return code;
    const char *first = "the definition has a fault";
    for (size_t i = faults->count; i-- > 0;)
        first = faults->at[i].warning ? first : faults->at[i].text;
    if (say)
        segment_faults_say(rq, faults);
    return cu_fail(err, CU_INVALID, name, "%s", first);
}

// --- rows

static cu_code write_trend(struct segments *s, uint32_t number, struct json_writer *w, struct cu_error *err)
{
    struct audience_size sizes[TREND_DAYS];
    size_t count = 0;
    int64_t now = cu_now_ms();
    CU_TRY(audience_sizes(s->options.audiences, number, now - TREND_DAYS * day_ms, now, TREND_DAYS, sizes, &count, err));
    jw_key(w, "trend");
    jw_array(w);
    for (size_t i = 0; i < count; i++) {
        jw_object(w);
        jw_ktime(w, "at", sizes[i].at_ms);
        jw_ki64(w, "size", (int64_t)sizes[i].size);
        jw_object_end(w);
    }
    jw_array_end(w);
    return CU_OK;
}

cu_code segment_row_write(struct segments *s, const struct audience_row *row, struct json_writer *w, struct cu_error *err)
{
    jw_kz(w, "name", row->name);
    jw_kstr(w, "title", row->title.ptr ? row->title : CU_LIT(""));
    jw_kstr(w, "doc", row->doc.ptr ? row->doc : CU_LIT(""));
    jw_kz(w, "state", state_names[row->state]);
    jw_kstr(w, "fault", row->state == AUDIENCE_BROKEN ? row->fault : CU_NONE);
    jw_ki64(w, "filled", row->state == AUDIENCE_FILLING ? row->filled_permille : 1000);
    jw_ki64(w, "size", (int64_t)row->size);
    CU_TRY(write_trend(s, row->number, w, err));
    jw_kbool(w, "persona", row->persona);
    jw_ktime(w, "created", row->created_ms);
    jw_ktime(w, "changed", row->changed_ms);
    jw_ki64(w, "version", row->version);
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
        if (segment_reserved(cu_str_of(rows[i].name)))
            continue;
        jw_object(&w);
        CU_TRY(segment_row_write(s, &rows[i], &w, err));
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

// --- one

static void write_uses(struct json_writer *w, const struct seg_node *root)
{
    cu_str names[USES_MAX];
    size_t count = root ? seg_members(root, names, USES_MAX) : 0;
    jw_key(w, "uses");
    jw_array(w);
    for (size_t i = 0; i < count && i < USES_MAX; i++)
        jw_str(w, names[i]);
    jw_array_end(w);
}

static bool uses(const struct audience_row *row, const char *name, const struct seg_catalog *c, struct cu_arena *scratch)
{
    cu_str names[USES_MAX];
    struct seg_node *root = NULL;
    struct cu_error err = {.code = CU_OK};
    cu_arena_reset(scratch);
    if (cu_str_find_str(row->text, cu_str_of(name)) < 0 || seg_parse_text(row->text, c, scratch, &root, NULL, &err) != CU_OK)
        return false;
    size_t count = seg_members(root, names, USES_MAX);
    for (size_t i = 0; i < count && i < USES_MAX; i++) {
        if (cu_str_eqz(names[i], name))
            return true;
    }
    return false;
}

static cu_code write_used_by(struct segments *s, struct request *rq, const struct audience_row *row,
    const struct seg_catalog *c,
    struct json_writer *w, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *scratch = cu_arena_new((size_t)8 << 20);
    struct audience_row *rows = NULL;
    size_t count = 0;
    if (!scratch)
        return cu_fail(err, CU_MEMORY, "", "no memory for segments");
    CU_TRY(audience_list(s->options.audiences, rq->arena, &rows, &count, err));
    jw_key(w, "used_by");
    jw_array(w);
    for (size_t i = 0; i < count; i++) {
        if (uses(&rows[i], row->name, c, scratch))
            jw_z(w, rows[i].name);
    }
    jw_array_end(w);
    return CU_OK;
}

// A definition that the dictionary broke is given as far as it can be read: its text always.
static cu_code write_one(struct request *rq, const struct audience_row *row, const struct seg_catalog *c, int status,
    struct cu_error *err)
{
    struct segments *s = rq->module;
    struct seg_node *root = NULL;
    struct cu_error unused = {.code = CU_OK};
    if (seg_parse_text(row->text, c, rq->arena, &root, NULL, &unused) != CU_OK)
        root = NULL;
    struct json_writer w = request_json(rq, status);
    jw_object(&w);
    CU_TRY(segment_row_write(s, row, &w, err));
    jw_kstr(&w, "text", row->text);
    jw_key(&w, "definition");
    if (root)
        seg_print_json(root, c, &w);
    else
        jw_null(&w);
    jw_key(&w, "card");
    if (row->card.len)
        jw_raw(&w, row->card);
    else
        jw_null(&w);
    CU_TRY(write_used_by(s, rq, row, c, &w, err));
    write_uses(&w, root);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code answer_one(struct request *rq, int status, struct cu_error *err)
{
    struct segments *s = rq->module;
    struct audience_row row;
    const struct seg_catalog *c = NULL;
    CU_TRY(segment_of_path(rq, &row, err));
    CU_TRY(segment_catalog_of(s, &c, err));
    cu_code code = write_one(rq, &row, c, status, err);
    audience_catalog_done(s->options.audiences, c);
    return code;
}

static cu_code get_one(struct request *rq, struct cu_error *err)
{
    return answer_one(rq, 200, err);
}

// --- writing

static cu_code check_name(cu_str name, struct cu_error *err)
{
    bool good = name.len > 0 && name.len <= AUDIENCE_NAME_MAX && name.ptr[0] >= 'a' && name.ptr[0] <= 'z';
    for (size_t i = 0; i < name.len && good; i++) {
        char c = name.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
    if (!good)
        return cu_fail(err, CU_INVALID, "name", "small letters, digits, _ and - are accepted, a letter first, "
            "at most %u bytes",
            AUDIENCE_NAME_MAX);
    static const char *const paths[] = {"catalog", "check", "complete", "overlap", "preview"}; // of this API
    for (size_t i = 0; i < CU_COUNT(paths); i++) {
        if (cu_str_eqz(name, paths[i]))
            return cu_fail(err, CU_INVALID, "name", "this name is a path of the API; another one is accepted");
    }
    if (segment_reserved(name))
        return cu_fail(err, CU_INVALID, "name", "names that begin with " LIFECYCLE_PREFIX " are the lifecycle "
            "stages'; change them there");
    return CU_OK;
}

static cu_code card_text(struct request *rq, cu_str *ret, struct cu_error *err)
{
    struct cu_buf out CU_AUTO_BUF = {0};
    const struct spec_value *v = spec_get(&rq->body_values, "card");
    *ret = CU_NONE;
    if (!v->present)
        return CU_OK;
    cu_buf_init(&out, (size_t)64 << 10);
    json_print(&out, v->raw);
    CU_TRY(cu_buf_code(&out, err));
    *ret = cu_arena_dup(rq->arena, cu_buf_view(&out));
    return ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for the card");
}

static cu_code put_with(struct request *rq, const struct seg_catalog *c, struct cu_error *err)
{
    struct segments *s = rq->module;
    const struct spec_values *v = &rq->body_values;
    struct seg_faults *faults = cu_arena_alloc(rq->arena, sizeof *faults);
    struct seg_node *root = NULL;
    uint32_t number = 0;
    if (!faults)
        return cu_fail(err, CU_MEMORY, "", "no memory for a segment");
    CU_TRY(segment_definition(rq, c, true, &root, faults, err));
    struct audience_edit e = {.name = request_path_str(rq, "name"), .title = cu_str_trim(spec_str(v, "title")),
        .doc = spec_has(v, "doc") ? spec_str(v, "doc") : CU_LIT(""), .persona = spec_i64(v, "persona") != 0,
        .definition = root,
        .if_version = (uint32_t)spec_i64(v, "version"), .actor = rq->caller.staff_id};
    CU_TRY(card_text(rq, &e.card, err));
    cu_code code = audience_put(s->options.audiences, &e, faults, &number, err);
    if (code == CU_INVALID && faults->count)
        segment_faults_say(rq, faults);
    return code;
}

static cu_code put_one(struct request *rq, struct cu_error *err)
{
    struct segments *s = rq->module;
    const struct seg_catalog *c = NULL;
    CU_TRY(check_name(request_path_str(rq, "name"), err));
    CU_TRY(segment_catalog_of(s, &c, err));
    cu_code code = put_with(rq, c, err);
    audience_catalog_done(s->options.audiences, c);
    CU_TRY(code);
    CU_TRY(segments_refresh(s, err));
    return answer_one(rq, spec_i64(&rq->body_values, "version") == 0 ? 201 : 200, err);
}

static cu_code delete_one(struct request *rq, struct cu_error *err)
{
    struct segments *s = rq->module;
    CU_TRY(check_name(request_path_str(rq, "name"), err));
    CU_TRY(audience_drop(s->options.audiences, request_path_str(rq, "name"), err));
    CU_TRY(segments_refresh(s, err));
    rq->response.status = 204;
    return CU_OK;
}

// --- checking and completing

static cu_code write_check(struct request *rq, const struct seg_catalog *c, struct cu_error *err)
{
    struct seg_faults *faults = cu_arena_alloc(rq->arena, sizeof *faults);
    struct cu_buf text CU_AUTO_BUF = {0};
    struct seg_node *root = NULL;
    if (!faults)
        return cu_fail(err, CU_MEMORY, "", "no memory for a definition");
    cu_code code = segment_definition(rq, c, false, &root, faults, err);
    if (code != CU_OK && (code != CU_INVALID || faults->count == 0))
        return code;
    bool good = code == CU_OK;
    cu_buf_init(&text, SEG_TEXT_MAX * 4);
    if (good)
        seg_print_text(root, c, &text);
    CU_TRY(cu_buf_code(&text, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kbool(&w, "ok", good);
    jw_key(&w, "faults");
    segment_faults_write(&w, faults);
    jw_kstr(&w, "text", good ? cu_buf_view(&text) : CU_NONE);
    jw_key(&w, "definition");
    if (good)
        seg_print_json(root, c, &w);
    else
        jw_null(&w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

cu_code segment_with_catalog(struct request *rq, segment_asking *fn, struct cu_error *err)
{
    struct segments *s = rq->module;
    const struct seg_catalog *c = NULL;
    CU_TRY(segment_catalog_of(s, &c, err));
    cu_code code = fn(rq, c, err);
    audience_catalog_done(s->options.audiences, c);
    return code;
}

static cu_code post_check(struct request *rq, struct cu_error *err)
{
    return segment_with_catalog(rq, write_check, err);
}

static cu_code write_completion(struct request *rq, const struct seg_catalog *c, struct cu_error *err)
{
    cu_str text = spec_str(&rq->body_values, "text");
    int64_t cursor = spec_i64(&rq->body_values, "cursor");
    if (cursor > (int64_t)text.len)
        return cu_fail(err, CU_INVALID, "/cursor", "a place in the text is accepted: 0 to %zu", text.len);
    struct json_writer w = request_json(rq, 200);
    CU_TRY(seg_complete(text.ptr ? text : CU_LIT(""), (uint32_t)cursor, c, &w, err));
    return cu_buf_code(w.out, err);
}

static cu_code post_complete(struct request *rq, struct cu_error *err)
{
    return segment_with_catalog(rq, write_completion, err);
}

// --- rows

static const struct spec_route routes[] = {
    {.name = "segments.list", .method = "GET", .path = "/v1/segments", .permission = SPEC_SEGMENTS_READ,
        .answer = segment_list_answer, .doc = "All segments with their sizes.", .handler = get_list},
    {.name = "segments.get", .method = "GET", .path = "/v1/segments/{name}", .permission = SPEC_SEGMENTS_READ,
        .path_fields = segment_path, .answer = segment_one_answer,
            .doc = "One segment with its definition.", .handler = get_one},
    {.name = "segments.put", .method = "PUT", .path = "/v1/segments/{name}", .permission = SPEC_SEGMENTS_WRITE,
        .path_fields = segment_path, .body_kind = SPEC_BODY_JSON, .body_max = 4 << 20, .body = segment_put_body,
        .answer = segment_one_answer, .doc = "Makes a segment, or changes it.", .handler = put_one},
    {.name = "segments.delete", .method = "DELETE", .path = "/v1/segments/{name}", .permission = SPEC_SEGMENTS_WRITE,
        .path_fields = segment_path, .doc = "Deletes a segment and its history.", .handler = delete_one},
    {.name = "segments.check", .method = "POST", .path = "/v1/segments/check", .permission = SPEC_SEGMENTS_READ,
        .body_kind = SPEC_BODY_JSON, .body_max = 4 << 20, .body = segment_definition_body, .answer = segment_check_answer,
        .doc = "What is wrong with a definition, and its faces as text and JSON.", .handler = post_check},
    {.name = "segments.complete", .method = "POST", .path = "/v1/segments/complete", .permission = SPEC_SEGMENTS_READ,
        .body_kind = SPEC_BODY_JSON, .body_max = 1 << 20, .body = segment_complete_body, .answer = segment_complete_answer,
        .doc = "What could stand at a place of a definition's text.", .handler = post_complete},
    {.name = "segments.catalog", .method = "GET", .path = "/v1/segments/catalog", .permission = SPEC_SEGMENTS_READ,
        .answer = segment_catalog_answer,
            .doc = "The fields, events and segments that definitions can ask for.", .handler = segment_get_catalog},
    {.name = "segments.preview", .method = "POST", .path = "/v1/segments/preview", .permission = SPEC_SEGMENTS_READ,
        .body_kind = SPEC_BODY_JSON, .body_max = 4 << 20, .body = segment_definition_body, .answer = segment_preview_answer,
        .doc = "How many people a definition would hold, and some of them; an estimate when not all could be "
            "looked at in time.",
        .handler = segment_post_preview},
};

static cu_code refresh_job(void *instance, struct cu_error *err)
{
    return segments_refresh(instance, err);
}

static const struct spec_job jobs[] = {
    {"segment-names", "Reads the names of segments again, should another way have changed them.", 10000, refresh_job},
};

const struct module insight_segment_module = {
    .name = "segments",
    .doc = "Segments: definitions of groups of people, whose members are always current.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
};
