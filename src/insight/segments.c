// SPDX-License-Identifier: Apache-2.0
// The desk behind the routes over segments: opening, names, what many handlers do. See segment_desk.h.
#include "segment_desk.h"

#include "persona.h"

#include <stdio.h>

cu_code segments_open(const struct segments_options *o, struct segments **ret, struct cu_error *err)
{
    struct segments *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "no memory for segments");
    s->options = *o;
    (void)pthread_rwlock_init(&s->lock, NULL);
    cu_code code = persona_cards_open(s, &s->cards, err);
    if (code == CU_OK)
        code = segments_refresh(s, err);
    if (code != CU_OK) {
        segments_close(s);
        return code;
    }
    *ret = s;
    return CU_OK;
}

void segments_close(struct segments *s)
{
    if (!s)
        return;
    persona_cards_close(s->cards);
    cu_free(s->names);
    (void)pthread_rwlock_destroy(&s->lock);
    cu_free(s);
}

bool segment_reserved(cu_str name)
{
    return cu_str_starts(name, CU_LIT(LIFECYCLE_PREFIX));
}

// --- names

static size_t copy_names(const struct audience_row *rows, size_t count, struct segment_name *ret)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        if (segment_reserved(cu_str_of(rows[i].name)))
            continue;
        size_t at = n++;
        for (; at > 0 && ret[at - 1].number > rows[i].number; at--)
            ret[at] = ret[at - 1];
        ret[at].number = rows[i].number;
        (void)snprintf(ret[at].name, sizeof ret[at].name, "%s", rows[i].name);
        (void)snprintf(ret[at].title, sizeof ret[at].title, "%.*s", CU_ARG(rows[i].title));
    }
    return n;
}

cu_code segments_refresh(struct segments *s, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)64 << 20);
    struct audience_row *rows = NULL;
    size_t count = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for the names of segments");
    CU_TRY(audience_list(s->options.audiences, a, &rows, &count, err));
    struct segment_name *names = cu_calloc(count + 1, sizeof *names);
    if (!names)
        return cu_fail(err, CU_MEMORY, "", "no memory for the names of segments");
    size_t n = copy_names(rows, count, names);
    (void)pthread_rwlock_wrlock(&s->lock);
    struct segment_name *former = s->names;
    s->names = names;
    s->name_count = n;
    (void)pthread_rwlock_unlock(&s->lock);
    cu_free(former);
    return CU_OK;
}

bool segments_named(struct segments *s, uint32_t number, struct segment_name *ret)
{
    bool found = false;
    (void)pthread_rwlock_rdlock(&s->lock);
    size_t low = 0, high = s->name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (s->names[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < s->name_count && s->names[low].number == number) {
        *ret = s->names[low];
        found = true;
    }
    (void)pthread_rwlock_unlock(&s->lock);
    return found;
}

// --- what handlers share

cu_code segment_of_path(struct request *rq, struct audience_row *ret, struct cu_error *err)
{
    struct segments *s = rq->module;
    return audience_get(s->options.audiences, request_path_str(rq, "name"), rq->arena, ret, err);
}

cu_code segments_with_reader(struct request *rq, segment_reading *fn, struct cu_error *err)
{
    struct segments *s = rq->module;
    struct db *d = NULL;
    CU_TRY(people_read_take(s->options.people, &d, err));
    cu_code code = fn(s, d, rq, err);
    people_read_give(s->options.people, d);
    return code;
}

cu_code segment_catalog_of(struct segments *s, const struct seg_catalog **ret, struct cu_error *err)
{
    *ret = audience_catalog(s->options.audiences);
    return *ret ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for the fields of segments");
}

cu_code segment_read_person(struct segments *s, struct request *rq, struct db *d, cu_str text, uint32_t *ret_root,
    struct cu_error *err)
{
    struct cu_uuid id;
    uint32_t *pnos = NULL;
    size_t count = 0;
    if (!cu_uuid_parse(text, &id))
        return cu_fail(err, CU_INVALID, "id", "an id like 01890a5d-ac96-774b-bcce-b302099a8057 is accepted");
    CU_TRY(people_by_uuid(s->options.people, d, id, ret_root, err));
    CU_TRY(people_members(s->options.people, d, *ret_root, rq->arena, &pnos, &count, err));
    CU_TRY(gate_check(s->options.gate, d, pnos, count, CU_LIT("service"), &rq->caller, NULL, err));
    return people_announce(s->options.people, pnos, count, "segments", err);
}

cu_code segment_person(struct request *rq, struct db *d, uint32_t *ret_root, struct cu_error *err)
{
    return segment_read_person(rq->module, rq, d, request_path_str(rq, "id"), ret_root, err);
}

cu_code segment_people_load(struct request *rq, struct db *d, const uint32_t *people, size_t count,
    struct segment_people *ret,
    struct cu_error *err)
{
    struct segments *s = rq->module;
    ret->labels = cu_arena_alloc(rq->arena, (count + 1) * sizeof *ret->labels);
    ret->ids = cu_arena_alloc(rq->arena, (count + 1) * sizeof *ret->ids);
    ret->there = cu_arena_alloc(rq->arena, (count + 1) * sizeof *ret->there);
    if (!ret->labels || !ret->ids || !ret->there)
        return cu_fail(err, CU_MEMORY, "", "no memory for the people of a segment");
    for (size_t i = 0; i < count; i++) {
        cu_code code = people_uuid(s->options.people, d, people[i], &ret->ids[i], err);
        if (code != CU_OK && code != CU_NOT_FOUND)
            return code;
        ret->there[i] = code == CU_OK;
    }
    return people_labels(s->options.people, d, people, count, &rq->caller, rq->arena, ret->labels, err);
}

void segment_person_write(struct json_writer *w, const struct segment_people *p, size_t i)
{
    char id[37];
    cu_uuid_format(p->ids[i], id);
    jw_kstr(w, "id", p->there[i] ? cu_str_of(id) : CU_NONE);
    jw_kstr(w, "label", p->there[i] && p->labels[i].text.ptr ? p->labels[i].text : CU_LIT(""));
    jw_kz(w, "shown", p->labels[i].shown);
}

// --- purposes

cu_code segment_purpose(struct segments *s, const struct seg_catalog *c, cu_str purpose, struct purpose_view *ret,
    struct cu_error *err)
{
    char name[128];
    ret->dictionary = people_dictionary(s->options.people);
    ret->purpose = purpose;
    if (!cu_str_eqz(purpose, "service") && (!ret->dictionary || !dictionary_purpose(ret->dictionary, purpose)))
        return cu_fail(err, CU_INVALID, "purpose", "no purpose of the dictionary has this name");
    int n = snprintf(name, sizeof name, "consent.%.*s", CU_ARG(purpose));
    ret->field = n > 0 && n < (int)sizeof name ? seg_catalog_field(c, cu_str_of(name)) : NULL;
    return CU_OK;
}

enum gate_reason segment_may(struct segments *s, const struct purpose_view *v, uint32_t person)
{
    struct seg_fact fact = {.known = false};
    enum gate_state state = GATE_UNKNOWN;
    if (gate_is_restricted(s->options.gate, person))
        return GATE_RESTRICTED;
    if (v->field) {
        facts_of(s->options.facts, person, &v->field, 1, &fact);
        for (int i = GATE_UNKNOWN; fact.known && i < GATE_STATE_COUNT; i++) {
            if (cu_str_eqz(fact.value.text, gate_state_name((enum gate_state)i)))
                state = (enum gate_state)i;
        }
        facts_done(s->options.facts);
    }
    return gate_weigh(v->dictionary, v->purpose, state);
}

void segment_held_back_write(struct json_writer *w, const struct held_back *h)
{
    jw_object(w);
    jw_ki64(w, "count", (int64_t)h->count);
    jw_key(w, "reasons");
    jw_array(w);
    for (int i = GATE_OK + 1; i < GATE_REASON_COUNT; i++) {
        if (h->by[i] == 0)
            continue;
        jw_object(w);
        jw_kz(w, "reason", gate_reason_name((enum gate_reason)i));
        jw_ki64(w, "count", (int64_t)h->by[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}
