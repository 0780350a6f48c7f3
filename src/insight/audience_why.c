// SPDX-License-Identifier: Apache-2.0
// Why somebody is in a segment or not, at any moment; and keeping when people entered and left where a segment asks for it.
#include "audience_private.h"

#include "base/log.h"

#define MEMBERS_MAX 1024u

struct past { // who was in what at that moment
    struct audiences *a;
    int64_t at_ms;
    bool now;
    cu_code code;
    struct cu_error *err;
};

static struct seg_stay stay(void *context, uint32_t segment, uint32_t person)
{
    struct past *p = context;
    struct seg_stay ret = {.entered_ms = INT64_MIN, .left_ms = INT64_MIN};
    cu_code code = history_stay_at(p->a, segment, person, p->at_ms, &ret, p->err);
    if (code != CU_OK)
        p->code = code;
    if (p->now) // what waits for the disk counts too
        ret.in = audience_has(p->a, segment, person);
    return ret;
}

static struct audience_slot *slot_of(struct audiences *a, uint32_t number, cu_code *ret, struct cu_error *err)
{
    pthread_mutex_lock(&a->lock);
    const struct audience_def *d = audience_def_numbered(a, number);
    struct audience_slot *s = d ? d->slot : NULL;
    if (s)
        atomic_fetch_add(&s->references, 1);
    pthread_mutex_unlock(&a->lock);
    if (!d)
        *ret = cu_fail(err, CU_NOT_FOUND, "name", "there is no such segment");
    else if (!s)
        *ret = cu_fail(err, CU_CONFLICT, "name",
            "the segment's definition does not fit the dictionary any more: mend it first");
    return s;
}

static cu_code explain(struct audiences *a, struct audience_slot *s, uint32_t person, int64_t at_ms,
    struct scan_reader *reader,
    struct json_writer *w, struct cu_error *err)
{
    uint32_t members[MEMBERS_MAX];
    size_t count = people_profiles(a->o.people, person, members, MEMBERS_MAX);
    struct seg_fact facts[SEG_NODES_MAX];
    struct scan_plan plan = {0};
    const struct scan_rows *rows = NULL;
    struct past past = {a, at_ms, at_ms >= cu_now_ms() - 1000, CU_OK, err};
    if (!count)
        return cu_fail(err, CU_NOT_FOUND, "id", "there is no such person");
    if (seg_program_plan(s->program, at_ms, &plan)) {
        plan.wants |= SCAN_SEQ;
        CU_TRY(scan_person(reader, &plan, members, count < MEMBERS_MAX ? count : MEMBERS_MAX, &rows, err));
    }
    const struct seg_person p = {.person = members[0], .id_hash = facts_id_hash(a->o.facts, members[0]), .rows = rows,
        .facts = facts,
        .stay = stay, .context = &past};
    facts_get(a->o.facts, members[0], s->places, s->field_count, facts);
    cu_code code = seg_explain(s->program, &p, at_ms, w, err);
    facts_done(a->o.facts);
    return code == CU_OK ? past.code : code;
}

cu_code audience_why(struct audiences *a, uint32_t number, uint32_t person, int64_t at_ms, struct json_writer *w,
    struct cu_error *err)
{
    cu_code code = CU_OK;
    struct scan_reader *reader = NULL;
    struct audience_slot *s = slot_of(a, number, &code, err);
    if (!s)
        return code;
    code = scan_reader_new(people_timeline(a->o.people), &reader, err);
    if (code == CU_OK)
        code = explain(a, s, person, at_ms, reader, w, err);
    scan_reader_free(reader);
    audience_slot_give(s);
    return code;
}

// --- stays

static void track(struct audiences *a, struct audience_live *l)
{
    struct facts_array stays = {.item = sizeof(struct audience_stay)};
    struct cu_error err = {.text = ""};
    size_t bytes = 0;
    history_flush(a);
    if (history_stays(a, l->number, &stays, &bytes, &err) != CU_OK) { // tried again with the next view
        cu_log_error("audience.stays", &err);
        array_clear(&stays, &bytes);
        return;
    }
    pthread_rwlock_wrlock(&a->members);
    l->stays = stays;
    l->tracked = true;
    a->bytes += bytes;
    pthread_rwlock_unlock(&a->members);
}

void audience_track(struct audiences *a)
{
    for (uint32_t i = 0; i < a->view->count; i++) {
        const struct audience_slot *s = a->view->slot[i];
        for (uint32_t k = 0; s->times && k < s->dep_count; k++) {
            pthread_rwlock_rdlock(&a->members);
            struct audience_live *l = s->deps[k] < a->shown_count ? a->shown[s->deps[k]] : NULL;
            l = l && !l->tracked ? audience_live_take(l) : NULL;
            pthread_rwlock_unlock(&a->members);
            if (l)
                track(a, l);
            audience_live_give(l);
            uint32_t at = audience_place(a->view, s->deps[k]);
            pthread_rwlock_wrlock(&a->members);
            if (at != UINT32_MAX && !a->view->slot[at]->live->filled) // from its first day on
                a->view->slot[at]->live->tracked = true;
            pthread_rwlock_unlock(&a->members);
        }
    }
}
