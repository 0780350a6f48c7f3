// SPDX-License-Identifier: Apache-2.0
// A page of persons as JSON. Called by people_routes.c; the choice is made in list.c.
#include "search.h"
#include "view.h"

static cu_str country_of(const struct trait_view *t, size_t count)
{
    return trait_text(t, count, "address.country");
}

struct listed_person {
    const struct list_item *item;
    struct cu_uuid id;
    uint32_t *pnos;
    size_t count; // looked at; 0: the gate refused
};

// Who is on the page, as far as they are still there, and whom the gate lets through.
static cu_code load_persons(struct people *p, struct db *d, struct request *rq, const struct list_page *page,
    struct listed_person *ret, size_t *ret_count, struct cu_error *err)
{
    *ret_count = 0;
    for (uint32_t i = 0; i < page->count; i++) {
        struct listed_person *who = &ret[*ret_count];
        *who = (struct listed_person){.item = &page->at[i]};
        cu_code code = people_uuid(p, d, who->item->pno, &who->id, err);
        if (code == CU_NOT_FOUND)
            continue; // came or went between choosing and reading
        CU_TRY(code);
        CU_TRY(people_members(p, d, who->item->pno, rq->arena, &who->pnos, &who->count, err));
        code = person_permitted(p, d, who->pnos, who->count, &rq->caller, err);
        if (code != CU_OK && code != CU_REFUSED)
            return code;
        if (code == CU_REFUSED)
            who->count = 0;
        if (who->count > LABEL_PROFILES_MAX)
            who->count = LABEL_PROFILES_MAX;
        (*ret_count)++;
    }
    return CU_OK;
}

// One entry in the audit log before anything is opened: for the whole page, or for as many of its persons as the guard
// remembers at a time. *ret: how many were announced.
#define ANNOUNCED_AT_ONCE 480u
static cu_code announce_some(struct people *p, const struct listed_person *who, size_t count, size_t *ret,
    struct cu_error *err)
{
    uint32_t pnos[ANNOUNCED_AT_ONCE];
    size_t n = 0, i = 0;
    for (; i < count && n + who[i].count <= ANNOUNCED_AT_ONCE; i++) {
        if (who[i].count)
            memcpy(pnos + n, who[i].pnos, who[i].count * sizeof(*pnos));
        n += who[i].count;
    }
    *ret = i;
    return people_announce(p, pnos, n, "label,email,country", err);
}

static enum spec_view country_shown(struct people *p, const struct caller *c)
{
    const struct dictionary *dict = people_dictionary(p);
    return sight_field(c, dict ? dictionary_person_field(dict, CU_LIT("address.country")) : NULL);
}

// A person the gate refuses is listed without anything that says who it is.
static cu_code write_person(struct people *p, struct db *d, struct request *rq, const struct listed_person *who,
    struct json_writer *w, struct cu_error *err)
{
    size_t n = 0;
    struct trait_view *t = NULL;
    struct person_label label = {.text = CU_LIT("Restricted"), .shown = SPEC_VIEW_NONE};
    const struct roster_row *row = &who->item->row;
    enum spec_view country = country_shown(p, &rq->caller);
    if (who->count) {
        CU_TRY(person_label(p, d, who->pnos, who->count, &rq->caller, rq->arena, &label, err));
        CU_TRY(traits_of_person(p, d, who->pnos, who->count, 1u << 0, rq->arena, &t, &n, err));
    }
    jw_object(w);
    write_uuid(w, "id", who->id);
    jw_kstr(w, "label", label.text);
    jw_kstr(w, "email", label.email);
    jw_key(w, "country");
    sight_print(w, country, MASK_ALL, who->count ? country_of(t, n) : CU_NONE);
    jw_kz(w, "shown", sight_name(sight_least(label.shown, country)));
    jw_ktime(w, "first_seen", row->first_ms == INT64_MAX ? INT64_MIN : row->first_ms);
    jw_ktime(w, "last_seen", row->last_ms);
    jw_ki64(w, "orders", row->orders);
    jw_ki64(w, "revenue", row->revenue);
    jw_ki64(w, "events", row->events);
    jw_kbool(w, "known", row->flags & ROSTER_PERSON_KNOWN);
    jw_kbool(w, "sample", row->flags & ROSTER_PERSON_SAMPLE);
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
    struct listed_person *who = cu_arena_alloc(rq->arena, LIST_LIMIT_MAX * sizeof(*who));
    size_t count = 0;
    if (!page || !who)
        return cu_fail(err, CU_MEMORY, "", "No memory for a list.");
    CU_TRY(list_choose(p, d, l, page, err));
    CU_TRY(load_persons(p, d, rq, page, who, &count, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t from = 0, some = 0; from < count; from += some) {
        CU_TRY(announce_some(p, who + from, count - from, &some, err));
        for (size_t i = 0; i < some; i++)
            CU_TRY(write_person(p, d, rq, &who[from + i], &w, err));
    }
    jw_array_end(&w);
    jw_kz(&w, "next", page->next[0] ? page->next : NULL);
    jw_ki64(&w, "total", (int64_t)page->total);
    write_progress(p, &w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}
