// SPDX-License-Identifier: Apache-2.0
// One person decided for some segments: the events read once, by the plans of all of them laid over one another, then
// each in the order of what they ask for. Deciding thread only.
#include "audience_private.h"

#include "base/log.h"
#include "base/metric.h"

#define MEMBERS_MAX 1024u

struct asking { // for the callback of a program
    struct audiences *a;
    bool catching;
};

static struct seg_stay stay(void *context, uint32_t segment, uint32_t person)
{
    const struct asking *ask = context;
    struct audiences *a = ask->a;
    uint32_t place = ask->catching ? audience_place(a->view, segment) : UINT32_MAX;
    const struct audience_live *unseen = place == UINT32_MAX ? NULL : a->view->slot[place]->live;
    pthread_rwlock_rdlock(&a->members);
    const struct audience_live *l = segment < a->shown_count ? a->shown[segment] : NULL;
    struct seg_stay ret = audience_stay_of(unseen && unseen->catching ? unseen : l, person);
    pthread_rwlock_unlock(&a->members);
    return ret;
}

void audience_plans_forget(struct audiences *a)
{
    audience_plan_clear(a->plan);
    a->plan = NULL;
}

struct audience_plan *audience_plan_new(void)
{
    struct audience_plan *p = cu_calloc(1, sizeof *p);
    struct cu_arena *arena = p ? cu_arena_new((size_t)1 << 20) : NULL;
    if (!arena) {
        cu_free(p);
        return NULL;
    }
    p->arena = arena;
    p->none = true;
    return p;
}

// The plan of the segments of this set, or of as many from `first` on as fit together; *ret_end: behind them.
static struct audience_plan *plan_for(struct audiences *a, const struct audience_set *set, uint32_t first,
    uint32_t *ret_end, cu_code *code)
{
    if (first == 0 && a->plan && a->plan_now_ms == a->now_ms && memcmp(&a->plan_set, set, sizeof *set) == 0) {
        *ret_end = a->plan_end;
        return a->plan;
    }
    audience_plans_forget(a);
    struct audience_plan *p = audience_plan_new();
    uint32_t at = first;
    if (!p) {
        *code = CU_MEMORY;
        return NULL;
    }
    for (; at < a->view->count && *code == CU_OK; at++) {
        if (set_has(set, at) && !audience_plan_add(p, at, a->view->slot[at]->program, a->now_ms, code))
            break;
    }
    a->plan = p;
    a->plan_set = *set;
    a->plan_now_ms = first == 0 ? a->now_ms : INT64_MIN;
    *ret_end = a->plan_end = at;
    return p;
}

// Decides segment `at`; does the membership change? `in` tells how.
static bool decide_one(struct audiences *a, uint32_t person, uint32_t at, const struct scan_rows *rows, const uint16_t *map,
    uint64_t id_hash, bool *ret_in)
{
    struct audience_slot *s = a->view->slot[at];
    struct seg_fact facts[SEG_NODES_MAX];
    struct asking ask = {a, s->live->catching};
    struct seg_answer answer = {.until_ms = INT64_MAX};
    const struct seg_person p = {.person = person, .id_hash = id_hash, .rows = rows, .columns = map, .facts = facts,
        .stay = stay,
        .context = &ask};
    facts_get(a->o.facts, person, s->places, s->field_count, facts);
    seg_eval(s->program, &p, a->now_ms, &answer);
    facts_done(a->o.facts);
    due_set(a, s->live, person, answer.until_ms);
    bool was = roaring_bitmap_contains(s->live->people, person); // only this thread changes it
    cu_metric_add(a->decided, 1);
    *ret_in = answer.in;
    return was != answer.in;
}

struct deciding {
    uint32_t person;
    struct audience_set wanted, need; // need: and those that depend on them
    struct audience_set changed;
    uint32_t members[MEMBERS_MAX];
    size_t member_count;
    uint64_t id_hash;
};

static void decide_some(struct audiences *a, struct deciding *d, const struct audience_plan *p, const struct scan_rows *rows,
    uint32_t first, uint32_t end)
{
    for (uint32_t at = first; at < end; at++) {
        bool in = false;
        if (!set_has(&d->wanted, at))
            continue;
        struct audience_live *l = a->view->slot[at]->live;
        if (!decide_one(a, d->person, at, p->map[at] ? rows : NULL, p->map[at], d->id_hash, &in))
            continue;
        audience_move_to(a, l, d->person, in);
        set_unite(&d->wanted, &a->view->dependents[at]); // they come behind, and are in the plan
        for (uint32_t i = 0; i < AUDIENCE_WORDS; i++)
            d->wanted.word[i] &= d->need.word[i];
    }
}

// Whom nobody decided yet is decided by the pass over everybody; it hears of what happened meanwhile.
static void leave_out_unfilled(struct audiences *a, struct audience_set *set)
{
    for (uint32_t at = 0; at < a->view->count; at++) {
        const struct audience_live *l = a->view->slot[at]->live;
        if (!l->filled && !l->catching)
            set->word[at / 64] &= ~(UINT64_C(1) << (at % 64));
    }
}

static cu_code read_and_decide(struct audiences *a, struct deciding *d, struct cu_error *err)
{
    for (uint32_t first = 0, end = 0; first < a->view->count; first = end) {
        cu_code code = CU_OK;
        const struct scan_rows *rows = NULL;
        const struct audience_plan *p = plan_for(a, &d->need, first, &end, &code);
        if (code != CU_OK)
            return cu_fail(err, code, "", "no memory to decide about segments");
        if (!p->none)
            CU_TRY(scan_person(a->reader, &p->plan, d->members, d->member_count, &rows, err));
        if (rows)
            cu_metric_add(a->rows, (int64_t)rows->count);
        decide_some(a, d, p, rows, first, end);
    }
    return CU_OK;
}

void audience_decide(struct audiences *a, uint32_t person, const struct audience_set *set)
{
    struct deciding d = {.person = person, .wanted = *set};
    struct cu_error err = {.text = ""};
    if (a->job && !a->job->finished_here)
        roaring_bitmap_add(a->job->dirty, person);
    d.member_count = people_profiles(a->o.people, person, d.members, MEMBERS_MAX);
    if (d.member_count == 0 || d.members[0] != person) {
        audience_leave_all(a, person);
        return;
    }
    if (d.member_count > MEMBERS_MAX)
        d.member_count = MEMBERS_MAX;
    leave_out_unfilled(a, &d.wanted);
    d.need = d.wanted;
    for (uint32_t at = 0; at < a->view->count; at++) {
        if (set_has(&d.wanted, at))
            set_unite(&d.need, &a->view->closure[at]);
    }
    leave_out_unfilled(a, &d.need);
    if (!set_any(&d.wanted))
        return;
    d.id_hash = facts_id_hash(a->o.facts, person);
    if (read_and_decide(a, &d, &err) != CU_OK) {
        cu_log_error("audience.decide", &err);
        pthread_mutex_lock(&a->lock);
        a->everybody = true; // looked at again
        pthread_mutex_unlock(&a->lock);
    }
}
