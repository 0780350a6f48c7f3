// SPDX-License-Identifier: Apache-2.0
// The people behind a figure, a page at a time: labels as far as the caller sees them, announced to the guard before anything of
// them is opened (people_labels).
#include "query_private.h"

#include <roaring/roaring.h>
#include <stdio.h>

enum { PAGE_MAX = 200 };

static cu_code choose(const roaring_bitmap_t *people, uint32_t after, size_t limit, uint32_t *ret, size_t *ret_count, uint32_t *ret_last,
    struct cu_error *err)
{
    roaring_uint32_iterator_t *it = roaring_create_iterator(people);
    if (!it)
        return cu_fail(err, CU_MEMORY, "", "no memory for a list of people");
    bool there = (after == 0 || roaring_move_uint32_iterator_equalorlarger(it, after + 1)) && it->has_value;
    *ret_count = 0;
    while (there && *ret_count < limit) {
        ret[(*ret_count)++] = it->current_value;
        there = roaring_advance_uint32_iterator(it);
    }
    *ret_last = there ? ret[*ret_count - 1] : 0;
    roaring_free_uint32_iterator(it);
    return CU_OK;
}

static cu_code write_page(struct insight_query *q, struct request *rq, struct db *d, const uint32_t *people, size_t count, uint64_t all,
    uint32_t last, struct cu_error *err)
{
    struct people_label *labels = cu_arena_alloc(rq->arena, (count + 1) * sizeof *labels);
    struct cu_uuid *ids = cu_arena_alloc(rq->arena, (count + 1) * sizeof *ids);
    bool *there = cu_arena_alloc(rq->arena, count + 1);
    char text[40];
    if (!labels || !ids || !there)
        return cu_fail(err, CU_MEMORY, "", "no memory for a list of people");
    for (size_t i = 0; i < count; i++) {
        cu_code code = people_uuid(q->o->people, d, people[i], &ids[i], err);
        if (code != CU_OK && code != CU_NOT_FOUND)
            return code;
        there[i] = code == CU_OK; // erased meanwhile
    }
    CU_TRY(people_labels(q->o->people, d, people, count, &rq->caller, rq->arena, labels, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count; i++) {
        if (!there[i])
            continue;
        cu_uuid_format(ids[i], text);
        jw_object(&w);
        jw_kz(&w, "id", text);
        jw_kstr(&w, "label", labels[i].text.ptr ? labels[i].text : CU_LIT(""));
        jw_kz(&w, "shown", labels[i].shown);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_ki64(&w, "people", (int64_t)all);
    (void)snprintf(text, sizeof text, "%u", last);
    jw_kz(&w, "next", last ? text : NULL);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

cu_code desk_people_write(struct insight_query *q, struct request *rq, const roaring_bitmap_t *people, struct cu_error *err)
{
    uint32_t page[PAGE_MAX], last = 0;
    size_t count = 0;
    int64_t after = 0;
    cu_str cursor = spec_str(&rq->body_values, "cursor");
    struct db *d = NULL;
    if (cursor.len && (!cu_str_i64(cursor, &after) || after < 1 || after >= UINT32_MAX))
        return cu_fail(err, CU_INVALID, "/cursor", "the cursor of another list");
    CU_TRY(choose(people, (uint32_t)after, (size_t)spec_i64(&rq->body_values, "limit"), page, &count, &last, err));
    CU_TRY(people_read_take(q->o->people, &d, err));
    cu_code code = write_page(q, rq, d, page, count, roaring_bitmap_get_cardinality(people), last, err);
    people_read_give(q->o->people, d);
    return code;
}

static const char *const shown_names[] = {"full", "masked", "hidden", NULL};
static const struct spec_field person_fields[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "The person."},
    {.name = "label", .type = SPEC_STRING, .max = 4096, .doc = "Name or address, as far as this role sees it."},
    {.name = "shown", .type = SPEC_ENUM, .options = shown_names, .doc = "How much of the label is shown."},
    {.name = NULL},
};
const struct spec_field desk_people_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = PAGE_MAX, .fields = person_fields, .doc = "The people of this page."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .doc = "How many there are in all."},
    {.name = "next", .type = SPEC_STRING, .max = 64, .nullable = true, .doc = "Cursor of the next page; null: this is the last."},
    {.name = NULL},
};
