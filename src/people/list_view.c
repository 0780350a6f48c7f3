// SPDX-License-Identifier: Apache-2.0
// A page of persons as JSON. Called by people_routes.c; the choice is made in list.c.
#include "search.h"
#include "view.h"

static cu_str country_of(const struct trait_view *t, size_t count)
{
    return trait_text(t, count, "address.country");
}

// A person the gate refuses is listed without anything that says who it is.
static cu_code write_person(struct people *p, struct db *d, struct request *rq,
    const struct list_item *item, struct json_writer *w, struct cu_error *err)
{
    struct cu_uuid id;
    uint32_t *pnos = NULL;
    size_t count = 0, n = 0;
    struct trait_view *t = NULL;
    cu_str label = CU_LIT("Restricted"), email = CU_NONE;
    cu_code code = people_uuid(p, d, item->pno, &id, err);
    if (code == CU_NOT_FOUND)
        return CU_OK; // came or went between choosing and reading
    CU_TRY(code);
    CU_TRY(people_members(p, d, item->pno, rq->arena, &pnos, &count, err));
    code = person_permitted(p, d, pnos, count, rq, err);
    bool permitted = code == CU_OK;
    if (code != CU_OK && code != CU_REFUSED)
        return code;
    if (permitted) {
        CU_TRY(person_label(p, d, pnos, count, rq->arena, &label, &email, err));
        CU_TRY(
            traits_of_person(p, d, pnos, count < 16 ? count : 16, 1u << 0, rq->arena, &t, &n, err));
    }
    jw_object(w);
    write_uuid(w, "id", id);
    jw_kstr(w, "label", label);
    jw_kstr(w, "email", email);
    jw_kstr(w, "country", permitted ? country_of(t, n) : CU_NONE);
    jw_ktime(w, "first_seen", item->row.first_ms == INT64_MAX ? INT64_MIN : item->row.first_ms);
    jw_ktime(w, "last_seen", item->row.last_ms);
    jw_ki64(w, "orders", item->row.orders);
    jw_ki64(w, "revenue", item->row.revenue);
    jw_ki64(w, "events", item->row.events);
    jw_kbool(w, "known", item->row.flags & ROSTER_PERSON_KNOWN);
    jw_kbool(w, "sample", item->row.flags & ROSTER_PERSON_SAMPLE);
    jw_object_end(w);
    return CU_OK;
}

static void write_progress(struct people *p, struct json_writer *w)
{
    struct people_search_progress s;
    people_search_status(p, &s);
    jw_key(w, "search");
    jw_object(w);
    jw_kbool(w, "ready", s.ready);
    jw_ki64(w, "indexed", (int64_t)s.indexed);
    jw_ki64(w, "total", (int64_t)s.total);
    jw_object_end(w);
}

cu_code list_write(struct people *p, struct db *d, struct request *rq, const struct list_query *l,
    struct cu_error *err)
{
    if (!p->gate)
        return cu_fail(err, CU_REFUSED, "", "No gate is set: nobody may be read.");
    struct list_page *page = cu_arena_alloc(rq->arena, sizeof(*page));
    if (!page)
        return cu_fail(err, CU_MEMORY, "", "No memory for a list.");
    CU_TRY(list_choose(p, d, l, page, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (uint32_t i = 0; i < page->count; i++)
        CU_TRY(write_person(p, d, rq, &page->at[i], &w, err));
    jw_array_end(&w);
    jw_kz(&w, "next", page->next[0] ? page->next : NULL);
    jw_ki64(&w, "total", (int64_t)page->total);
    write_progress(p, &w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}
