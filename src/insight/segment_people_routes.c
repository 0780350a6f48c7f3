// SPDX-License-Identifier: Apache-2.0
// The routes over the people in segments: who, why, who came and went, sizes, overlaps. Module row
// insight_segment_people_module; instance: struct segments. Taking them out: segment_export.c.
#include "segment_export.h"

#include "base/clock.h"

#include <stdio.h>

enum { LIST_MAX = 200, LOOKED_AT_MAX = 5000, OVERLAP_MAX = 12, SIZES_MAX = 400, NODES_BYTES = 1 << 20 };
static const int64_t day_ms = INT64_C(24) * 3600 * 1000;

// --- who is in it

struct since {
    bool found;
    int64_t at_ms;
};

static bool take_since(void *context, uint32_t number, const struct audience_move *m)
{
    struct since *s = context;
    (void)number;
    s->found = m->entered;
    s->at_ms = m->at_ms;
    return false;
}

static cu_code since_of(struct segments *s, uint32_t number, uint32_t person, int64_t *ret_ms, struct cu_error *err)
{
    struct since found = {false, INT64_MIN};
    char cursor[65] = "";
    CU_TRY(audience_history(s->options.audiences, number, person, cursor, 1, take_since, &found, err));
    *ret_ms = found.found ? found.at_ms : INT64_MIN;
    return CU_OK;
}

struct page {
    uint32_t people[LIST_MAX];
    size_t count, limit;
    uint32_t last; // person the next page begins behind; 0: the end
    cu_str purpose;
};

static cu_code permitted(struct segments *s, struct db *d, struct request *rq, uint32_t person, cu_str purpose,
    enum gate_reason *ret,
    struct cu_error *err)
{
    uint32_t *pnos = NULL;
    size_t count = 0;
    CU_TRY(people_members(s->options.people, d, person, rq->arena, &pnos, &count, err));
    *ret = GATE_PERSON_ERASED;
    cu_code code = gate_check(s->options.gate, d, pnos, count, purpose, &rq->caller, ret, err);
    return code == CU_REFUSED ? CU_OK : code;
}

static cu_code choose(struct segments *s, struct db *d, struct request *rq, const roaring_bitmap_t *people, uint32_t after,
    struct page *page, struct cu_error *err)
{
    roaring_uint32_iterator_t *it = roaring_create_iterator(people);
    size_t looked_at = 0;
    cu_code code = it ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for the people of a segment");
    bool there = it && (after == 0 || roaring_move_uint32_iterator_equalorlarger(it, after + 1)) && it->has_value;
    while (code == CU_OK && there && page->count < page->limit && looked_at++ < LOOKED_AT_MAX) {
        enum gate_reason reason = GATE_OK;
        page->last = it->current_value;
        if (page->purpose.len)
            code = permitted(s, d, rq, page->last, page->purpose, &reason, err);
        if (reason == GATE_OK)
            page->people[page->count++] = page->last;
        there = roaring_advance_uint32_iterator(it);
    }
    if (!there)
        page->last = 0;
    if (it)
        roaring_free_uint32_iterator(it);
    return code;
}

struct counting {
    struct segments *segments;
    const struct purpose_view *view;
    struct held_back *held;
};

static bool count_one(uint32_t person, void *context)
{
    struct counting *c = context;
    enum gate_reason reason = segment_may(c->segments, c->view, person);
    c->held->by[reason]++;
    c->held->count += reason != GATE_OK;
    return true;
}

static cu_code count_held_back(struct segments *s, const roaring_bitmap_t *people, cu_str purpose, struct held_back *ret,
    struct cu_error *err)
{
    struct purpose_view view;
    const struct seg_catalog *c = NULL;
    memset(ret, 0, sizeof *ret);
    CU_TRY(segment_catalog_of(s, &c, err));
    cu_code code = segment_purpose(s, c, purpose, &view, err);
    struct counting counting = {s, &view, ret};
    if (code == CU_OK)
        (void)roaring_iterate(people, count_one, &counting);
    audience_catalog_done(s->options.audiences, c);
    return code;
}

static cu_code write_page(struct segments *s, struct db *d, struct request *rq, uint32_t number, const struct page *page,
    const struct held_back *held, struct cu_error *err)
{
    struct segment_people who;
    char next[16];
    CU_TRY(segment_people_load(rq, d, page->people, page->count, &who, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < page->count; i++) {
        int64_t since_ms = INT64_MIN;
        CU_TRY(since_of(s, number, page->people[i], &since_ms, err));
        jw_object(&w);
        segment_person_write(&w, &who, i);
        jw_ktime(&w, "since", since_ms);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    (void)snprintf(next, sizeof next, "%u", page->last);
    jw_kz(&w, "next", page->last ? next : NULL);
    jw_key(&w, "held_back");
    if (held)
        segment_held_back_write(&w, held);
    else
        jw_null(&w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code read_people(struct segments *s, struct db *d, struct request *rq, struct cu_error *err)
{
    const struct spec_values *q = &rq->query_values;
    struct audience_row row;
    struct held_back held;
    roaring_bitmap_t *people = NULL;
    int64_t after = 0;
    struct page *page = cu_arena_alloc(rq->arena, sizeof *page);
    if (!page)
        return cu_fail(err, CU_MEMORY, "", "no memory for the people of a segment");
    page->limit = (size_t)spec_i64(q, "limit");
    page->purpose = spec_str(q, "purpose");
    cu_str cursor = spec_str(q, "cursor");
    if (cursor.len && (!cu_str_i64(cursor, &after) || after < 1 || after >= UINT32_MAX))
        return cu_fail(err, CU_INVALID, "cursor", "the cursor of another list");
    CU_TRY(segment_of_path(rq, &row, err));
    CU_TRY(audience_people(s->options.audiences, row.number, &people, err));
    bool first = page->purpose.len && after == 0;
    cu_code code = first ? count_held_back(s, people, page->purpose, &held, err) : CU_OK;
    if (code == CU_OK)
        code = choose(s, d, rq, people, (uint32_t)after, page, err);
    roaring_bitmap_free(people);
    return code == CU_OK ? write_page(s, d, rq, row.number, page, first ? &held : NULL, err) : code;
}

static cu_code get_people(struct request *rq, struct cu_error *err)
{
    return segments_with_reader(rq, read_people, err);
}

// --- why

static cu_code read_why(struct segments *s, struct db *d, struct request *rq, struct cu_error *err)
{
    struct audience_row row;
    uint32_t person = 0;
    int64_t at = spec_has(&rq->query_values, "at") ? spec_i64(&rq->query_values, "at") : cu_now_ms();
    CU_TRY(segment_of_path(rq, &row, err));
    CU_TRY(segment_person(rq, d, &person, err));
    struct json_writer w = request_json(rq, 200);
    CU_TRY(audience_why(s->options.audiences, row.number, person, at, &w, err));
    return cu_buf_code(w.out, err);
}

static cu_code get_why(struct request *rq, struct cu_error *err)
{
    return segments_with_reader(rq, read_why, err);
}

// --- who came and went

struct moves {
    struct audience_move at[LIST_MAX];
    size_t count;
};

static bool take_move(void *context, uint32_t number, const struct audience_move *m)
{
    struct moves *moves = context;
    (void)number;
    moves->at[moves->count++] = *m;
    return moves->count < LIST_MAX;
}

static cu_code write_moves(struct db *d, struct request *rq, const struct moves *moves, const char *cursor,
    struct cu_error *err)
{
    struct segment_people who;
    uint32_t people[LIST_MAX];
    for (size_t i = 0; i < moves->count; i++)
        people[i] = moves->at[i].person;
    CU_TRY(segment_people_load(rq, d, people, moves->count, &who, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < moves->count; i++) {
        jw_object(&w);
        segment_person_write(&w, &who, i);
        jw_ktime(&w, "at", moves->at[i].at_ms);
        jw_kbool(&w, "entered", moves->at[i].entered);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_kz(&w, "next", cursor[0] ? cursor : NULL);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code read_history(struct segments *s, struct db *d, struct request *rq, struct cu_error *err)
{
    const struct spec_values *q = &rq->query_values;
    struct audience_row row;
    struct moves *moves = cu_arena_alloc(rq->arena, sizeof *moves);
    char cursor[65];
    uint32_t person = 0;
    if (!moves)
        return cu_fail(err, CU_MEMORY, "", "no memory for the history of a segment");
    CU_TRY(segment_of_path(rq, &row, err));
    if (spec_has(q, "person")) {
        struct cu_uuid id;
        if (!cu_uuid_parse(spec_str(q, "person"), &id))
            return cu_fail(err, CU_INVALID, "person", "an id of a person is accepted");
        CU_TRY(people_by_uuid(s->options.people, d, id, &person, err));
    }
    (void)snprintf(cursor, sizeof cursor, "%.*s", CU_ARG(spec_str(q, "cursor")));
    CU_TRY(audience_history(s->options.audiences, row.number, person, cursor, (size_t)spec_i64(q, "limit"), take_move,
        moves, err));
    return write_moves(d, rq, moves, cursor, err);
}

static cu_code get_history(struct request *rq, struct cu_error *err)
{
    return segments_with_reader(rq, read_history, err);
}

// --- sizes and overlaps

static cu_code get_sizes(struct request *rq, struct cu_error *err)
{
    struct segments *s = rq->module;
    const struct spec_values *q = &rq->query_values;
    struct audience_row row;
    struct audience_size *sizes = cu_arena_alloc(rq->arena, SIZES_MAX * sizeof *sizes);
    size_t count = 0;
    if (!sizes)
        return cu_fail(err, CU_MEMORY, "", "no memory for the sizes of a segment");
    int64_t to = spec_has(q, "to") ? spec_i64(q, "to") : cu_now_ms();
    int64_t from = spec_has(q, "from") ? spec_i64(q, "from") : to - 30 * day_ms;
    if (from >= to)
        return cu_fail(err, CU_INVALID, "from", "a time before `to` is accepted");
    CU_TRY(segment_of_path(rq, &row, err));
    CU_TRY(audience_sizes(s->options.audiences, row.number, from, to, (size_t)spec_i64(q, "points"), sizes, &count, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count; i++) {
        jw_object(&w);
        jw_ktime(&w, "at", sizes[i].at_ms);
        jw_ki64(&w, "size", (int64_t)sizes[i].size);
        jw_ki64(&w, "entered", (int64_t)sizes[i].entered);
        jw_ki64(&w, "left", (int64_t)sizes[i].left);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

struct overlap {
    struct audience_row row[OVERLAP_MAX];
    roaring_bitmap_t *people[OVERLAP_MAX];
    size_t count;
};

static cu_code load_overlap(struct request *rq, struct overlap *o, struct cu_error *err)
{
    struct segments *s = rq->module;
    cu_str names = spec_str(&rq->query_values, "names");
    while (names.ptr) {
        cu_str name = cu_str_trim(cu_str_cut(&names, ','));
        if (o->count == OVERLAP_MAX)
            return cu_fail(err, CU_TOO_LARGE, "names", "at most %d segments are compared at once", OVERLAP_MAX);
        cu_code code = audience_get(s->options.audiences, name, rq->arena, &o->row[o->count], err);
        if (code == CU_NOT_FOUND)
            return cu_fail(err, CU_NOT_FOUND, "names", "no segment has one of these names");
        CU_TRY(code);
        CU_TRY(audience_people(s->options.audiences, o->row[o->count].number, &o->people[o->count], err));
        o->count++;
    }
    return CU_OK;
}

static cu_code write_overlap(struct request *rq, const struct overlap *o, struct cu_error *err)
{
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "segments");
    jw_array(&w);
    for (size_t i = 0; i < o->count; i++) {
        jw_object(&w);
        jw_kz(&w, "name", o->row[i].name);
        jw_ki64(&w, "size", (int64_t)roaring_bitmap_get_cardinality(o->people[i]));
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_key(&w, "pairs");
    jw_array(&w);
    for (size_t i = 0; i < o->count; i++) {
        for (size_t k = i + 1; k < o->count; k++) {
            jw_object(&w);
            jw_kz(&w, "a", o->row[i].name);
            jw_kz(&w, "b", o->row[k].name);
            jw_ki64(&w, "both", (int64_t)roaring_bitmap_and_cardinality(o->people[i], o->people[k]));
            jw_object_end(&w);
        }
    }
    jw_array_end(&w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code get_overlap(struct request *rq, struct cu_error *err)
{
    struct overlap *o = cu_arena_alloc(rq->arena, sizeof *o);
    if (!o)
        return cu_fail(err, CU_MEMORY, "", "no memory for an overlap");
    cu_code code = load_overlap(rq, o, err);
    if (code == CU_OK)
        code = write_overlap(rq, o, err);
    for (size_t i = 0; i < OVERLAP_MAX; i++) {
        if (o->people[i])
            roaring_bitmap_free(o->people[i]);
    }
    return code;
}

// --- of one person

static cu_code read_of_person(struct segments *s, struct db *d, struct request *rq, struct cu_error *err)
{
    uint32_t numbers[AUDIENCE_MAX], person = 0;
    CU_TRY(segment_person(rq, d, &person, err));
    size_t count = audiences_of(s->options.audiences, person, numbers, AUDIENCE_MAX);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count && i < AUDIENCE_MAX; i++) {
        struct segment_name name;
        int64_t since_ms = INT64_MIN;
        if (!segments_named(s, numbers[i], &name))
            continue;
        CU_TRY(since_of(s, numbers[i], person, &since_ms, err));
        jw_object(&w);
        jw_kz(&w, "name", name.name);
        jw_kz(&w, "title", name.title);
        jw_ktime(&w, "since", since_ms);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code get_of_person(struct request *rq, struct cu_error *err)
{
    return segments_with_reader(rq, read_of_person, err);
}

// --- rows

#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }
#define CURSOR                                                                                     \
    {                                                                                              \
        .name = "cursor", .type = SPEC_STRING, .max = 64, .doc = "The `next` of the page before."  \
    }
#define LIMIT                                                                                      \
    {                                                                                              \
        .name = "limit", .type = SPEC_INT, .min = 1, .max = LIST_MAX, .fallback = "50", .doc = "How many at most." \
    }
static const struct spec_field people_query[] = {
    CURSOR,
    LIMIT,
    {.name = "purpose", .type = SPEC_STRING, .min = 1, .max = 64,
        .doc = "Only persons that may be used for this purpose of the dictionary."},
    END,
};
static const struct spec_field history_query[] = {
    CURSOR,
    LIMIT,
    {.name = "person", .type = SPEC_UUID, .doc = "Only the moves of this person."},
    END,
};
static const struct spec_field sizes_query[] = {
    {.name = "from", .type = SPEC_TIME, .doc = "From when; default 30 days before `to`."},
    {.name = "to", .type = SPEC_TIME, .doc = "Until when; default now."},
    {.name = "points", .type = SPEC_INT, .min = 1, .max = SIZES_MAX, .fallback = "30", .doc = "How many intervals."},
    END,
};
static const struct spec_field overlap_query[] = {
    {.name = "names", .type = SPEC_STRING, .min = 1, .max = 900, .required = true,
        .doc = "Names of segments, with commas between them."},
    END,
};
static const struct spec_field why_path[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = AUDIENCE_NAME_MAX, .required = true,
        .doc = "Name of the segment."},
    {.name = "id", .type = SPEC_UUID, .required = true, .doc = "The person: the id of any of its profiles."},
    END,
};
static const struct spec_field why_query[] = {
    {.name = "at", .type = SPEC_TIME, .doc = "As of when; default now. Events are taken as they are known now."},
    END,
};
static const struct spec_field person_path[] = {
    {.name = "id", .type = SPEC_UUID, .required = true, .doc = "The person: the id of any of its profiles."},
    END,
};

static const struct spec_route routes[] = {
    {.name = "segments.people", .method = "GET", .path = "/v1/segments/{name}/people", .permission = SPEC_SEGMENTS_READ,
        .path_fields = segment_path, .query = people_query, .answer = segment_people_answer, .doc = "Who is in a segment.",
        .handler = get_people},
    {.name = "segments.why", .method = "GET", .path = "/v1/segments/{name}/people/{id}/why",
        .permission = SPEC_SEGMENTS_READ,
        .path_fields = why_path, .query = why_query, .answer = segment_why_answer,
        .doc = "Why a person is in a segment or not, now or at an earlier moment: each clause and the events "
            "that decided it.",
        .handler = get_why},
    {.name = "segments.history", .method = "GET", .path = "/v1/segments/{name}/history", .permission = SPEC_SEGMENTS_READ,
        .path_fields = segment_path, .query = history_query, .answer = segment_history_answer,
            .doc = "Who entered and left, and when.",
        .handler = get_history},
    {.name = "segments.sizes", .method = "GET", .path = "/v1/segments/{name}/sizes", .permission = SPEC_SEGMENTS_READ,
        .path_fields = segment_path, .query = sizes_query, .answer = segment_sizes_answer,
            .doc = "How large a segment was over time.",
        .handler = get_sizes},
    {.name = "segments.overlap", .method = "GET", .path = "/v1/segments/overlap", .permission = SPEC_SEGMENTS_READ,
        .query = overlap_query, .answer = segment_overlap_answer, .doc = "How many people segments have in common.",
        .handler = get_overlap},
    {.name = "segments.export", .method = "POST", .path = "/v1/segments/{name}/export", .permission = SPEC_PEOPLE_EXPORT,
        .four_eyes = "bulk_export", .path_fields = segment_path, .body_kind = SPEC_BODY_JSON, .body_max = 65536,
        .body = segment_export_body,
        .doc = "The people of a segment that may be used for a purpose, as a file; the header "
            "X-Custos-Held-Back says how many may not.",
        .handler = segment_export},
    {.name = "segments.of_person", .method = "GET", .path = "/v1/people/{id}/segments", .permission = SPEC_SEGMENTS_READ,
        .path_fields = person_path, .answer = segment_person_answer,
            .doc = "The segments a person is in.", .handler = get_of_person},
};
const struct module insight_segment_people_module = {
    .name = "segment_people",
    .doc = "The people in segments: who, why, since when; and taking them out.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
