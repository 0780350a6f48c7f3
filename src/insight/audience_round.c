// SPDX-License-Identifier: Apache-2.0
// The deciding thread: takes news, facts that changed and deadlines that came, makes of them whom to decide for what,
// and decides. See audience.c for the invariants.
#include "audience_private.h"

#include "base/log.h"
#include "base/metric.h"

#include <stdlib.h>
#include <time.h>

enum { NEWS_ROUND = 16384, DUE_ROUND = 4096, SLICE = 256, WAIT_MS = 200, RETRY_MS = 1000 };

struct touched {
    uint32_t person;
    struct audience_set set;
};
struct round {
    struct audiences *a;
    struct touched *at;
    size_t count, cap;
    bool lost; // no memory: everybody
    int64_t *received;
    size_t received_count;
};

static void add(struct round *r, uint32_t person, const struct audience_set *set)
{
    if (r->count && r->at[r->count - 1].person == person) {
        set_unite(&r->at[r->count - 1].set, set);
        return;
    }
    if (r->count == r->cap) {
        size_t cap = r->cap ? r->cap * 2 : 1024;
        struct touched *at = cu_realloc(r->at, cap * sizeof *at);
        if (!at) {
            r->lost = true;
            return;
        }
        r->at = at;
        r->cap = cap;
    }
    r->at[r->count++] = (struct touched){person, *set};
}

// --- what happened

// A program was made before anybody sent an event of this kind: it learns of it.
static bool mentions(const struct seg_event *e, cu_str name)
{
    return cu_str_eq(e->name, name);
}

static bool asks_for_event(const struct seg_node *n, cu_str name)
{
    bool found = false;
    if (n->kind == SEG_DID)
        return mentions(&n->did.event, name);
    for (uint32_t i = 0; n->kind == SEG_SEQUENCE && i < n->sequence.step_count && !found; i++)
        found = mentions(&n->sequence.steps[i].event, name);
    for (uint32_t i = 0; n->kind == SEG_SEQUENCE && i < n->sequence.without_count && !found; i++)
        found = mentions(&n->sequence.without[i], name);
    for (uint32_t i = 0; i < n->child_count && !found; i++)
        found = asks_for_event(n->children[i], name);
    return found;
}

static cu_code renew(struct audiences *a, uint32_t at, struct cu_error *err)
{
    struct audience_slot *old = a->view->slot[at], *fresh = NULL;
    CU_TRY(audience_slot_new(a, seg_program_node(old->program), old->catalog, old->number, old->version, old->live, &fresh,
        err));
    pthread_mutex_lock(&a->lock);
    struct audience_def *d = audience_def_numbered(a, old->number);
    bool current = d && d->slot == old;
    if (current) {
        d->slot = fresh;
        atomic_fetch_add(&fresh->references, 1);
    }
    pthread_mutex_unlock(&a->lock);
    a->view->slot[at] = fresh;
    audience_slot_give(old); // the view's
    if (current)
        audience_slot_give(old); // the definition's
    return CU_OK;
}

static void learn_kind(struct audiences *a, uint32_t kind)
{
    cu_str name = timeline_kind_name(people_timeline(a->o.people), kind);
    struct cu_error err = {.text = ""};
    if (kind < a->view->kind_count && a->view->kind_known[kind])
        return;
    for (uint32_t i = 0; i < a->view->count && name.ptr; i++) {
        const struct seg_program *p = a->view->slot[i]->program;
        bool any_kind = seg_program_kind(p, UINT32_MAX); // then it is not to be seen whether it knows this one
        if ((seg_program_kind(p, kind) && !any_kind) || !asks_for_event(seg_program_node(p), name))
            continue;
        if (renew(a, i, &err) != CU_OK) { // made good when the view is made anew
            cu_log_error("audience.kind", &err);
            pthread_mutex_lock(&a->lock);
            a->everybody = true;
            pthread_mutex_unlock(&a->lock);
        }
        audience_plans_forget(a);
    }
}

static void take_fact(void *context, uint32_t person, uint64_t bits)
{
    struct round *r = context;
    struct audience_set set = {{0}};
    struct audience_view *v = r->a->view;
    if (person == 0) {
        pthread_mutex_lock(&r->a->lock);
        r->a->everybody = true;
        pthread_mutex_unlock(&r->a->lock);
        return;
    }
    if (bits == FACTS_ALL) {
        add(r, person, &v->all);
        return;
    }
    for (uint32_t i = 0; i < v->count; i++) {
        if (v->slot[i]->bits & bits)
            set_add(&set, i);
    }
    if (set_any(&set))
        add(r, person, &set);
}

static void take_news(struct round *r, const struct audience_news *n)
{
    struct audiences *a = r->a;
    uint32_t root = people_root(a->o.people, n->pno);
    if (n->what & (AUDIENCE_FACTS | AUDIENCE_JOINED)) {
        add(r, root, &a->view->all);
        if (root != n->pno)
            add(r, n->pno, &a->view->all);
    }
    if (!n->kind)
        return;
    learn_kind(a, n->kind);
    const struct audience_set *set = audience_view_kind(a->view, n->kind);
    if (set_any(set))
        add(r, root, set);
}

// News of the queue, at most so many. Their times of receipt are kept until they are decided.
static size_t take_queue(struct round *r)
{
    struct audiences *a = r->a;
    pthread_mutex_lock(&a->lock);
    size_t count = a->news_count < NEWS_ROUND ? a->news_count : NEWS_ROUND;
    struct audience_news *mine = count ? cu_alloc(count * sizeof *mine) : NULL;
    if (mine) {
        memcpy(mine, a->news, count * sizeof *mine);
        a->news_count -= count;
        memmove(a->news, a->news + count, a->news_count * sizeof *mine);
    }
    struct audience_change *changes = a->changes;
    size_t change_count = a->change_count;
    a->changes = NULL;
    a->change_count = a->change_cap = 0;
    size_t left = a->news_count;
    pthread_mutex_unlock(&a->lock);
    cu_metric_set(a->waiting, (int64_t)left);
    r->received = mine ? cu_alloc(count * sizeof *r->received) : NULL;
    for (size_t i = 0; i < count && mine; i++) {
        take_news(r, &mine[i]);
        if (mine[i].received_ms && r->received)
            r->received[r->received_count++] = mine[i].received_ms;
    }
    for (size_t i = 0; i < change_count; i++)
        take_fact(r, changes[i].person, changes[i].bits);
    cu_free(mine);
    cu_free(changes);
    return count + change_count;
}

static void take_due(struct round *r)
{
    struct audiences *a = r->a;
    struct audience_due d;
    for (int i = 0; i < DUE_ROUND && due_pop(a, a->now_ms, &d); i++) {
        struct audience_set set = {{0}};
        set_add(&set, audience_place(a->view, d.number));
        add(r, d.person, &set);
    }
}

// --- people who wait to be decided anew

static struct audience_set set_of(const struct audience_view *v, const struct audience_backlog *b)
{
    struct audience_set set = {{0}};
    for (uint32_t i = 0; i < b->count; i++) {
        uint32_t at = audience_place(v, b->numbers[i]);
        if (at != UINT32_MAX)
            set_add(&set, at);
    }
    return set;
}

static void take_backlog(struct round *r)
{
    struct audience_backlog *b = r->a->backlog;
    uint32_t some[SLICE];
    if (!b)
        return;
    const struct audience_set set = set_of(r->a->view, b);
    roaring_uint32_iterator_t *it = roaring_create_iterator(b->people);
    uint32_t count = it ? roaring_read_uint32_iterator(it, some, SLICE) : 0;
    if (it)
        roaring_free_uint32_iterator(it);
    for (uint32_t i = 0; i < count; i++) {
        roaring_bitmap_remove(b->people, some[i]);
        add(r, some[i], &set);
    }
    if (!roaring_bitmap_is_empty(b->people))
        return;
    r->a->backlog = b->next;
    audience_set_free(b->people);
    cu_free(b);
}

// people is taken over.
static void add_backlog(struct audiences *a, roaring_bitmap_t *people, const uint32_t *numbers, uint32_t count)
{
    if (!people || roaring_bitmap_is_empty(people) || !count) {
        audience_set_free(people);
        return;
    }
    struct audience_backlog *b = cu_calloc(1, sizeof *b), **end = &a->backlog;
    if (!b) {
        audience_set_free(people);
        pthread_mutex_lock(&a->lock);
        a->everybody = true;
        pthread_mutex_unlock(&a->lock);
        return;
    }
    b->people = people;
    b->count = count;
    memcpy(b->numbers, numbers, count * sizeof *numbers);
    while (*end)
        end = &(*end)->next;
    *end = b;
}

// --- passes over everybody

static bool facts_are_ready(struct audiences *a)
{
    struct facts_progress p;
    facts_status(a->o.facts, &p);
    return p.ready;
}

static struct audience_job *plan_job(struct audiences *a, bool everybody)
{
    struct audience_job *j = cu_calloc(1, sizeof *j);
    if (!j)
        return NULL;
    j->dirty = roaring_bitmap_create();
    j->now_ms = a->now_ms;
    for (uint32_t i = 0; i < a->view->count; i++) {
        struct audience_live *l = a->view->slot[i]->live;
        bool fresh = !l->filled;
        if (!fresh && !everybody)
            continue;
        j->slot[j->count] = a->view->slot[i];
        atomic_fetch_add(&j->slot[j->count]->references, 1);
        j->fresh[j->count] = fresh;
        j->due[j->count].item = sizeof(uint32_t);
        j->result[j->count] = roaring_bitmap_create();
        if (!j->result[j->count++] || !j->dirty) {
            audience_job_free(j);
            return NULL;
        }
    }
    return j;
}

static void begin_job(struct audiences *a)
{
    bool unfilled = false;
    for (uint32_t i = 0; i < a->view->count; i++)
        unfilled = unfilled || (!a->view->slot[i]->live->filled && !a->view->slot[i]->live->catching);
    pthread_mutex_lock(&a->lock);
    bool everybody = a->everybody, wanted = !a->job && (everybody || unfilled) && !a->dictionary;
    pthread_mutex_unlock(&a->lock);
    if (!wanted || a->backlog || a->now_us < a->retry_us || !facts_are_ready(a))
        return;
    struct audience_job *j = plan_job(a, everybody);
    pthread_mutex_lock(&a->lock);
    if (j) {
        a->job = j;
        a->job_ready = true;
        if (everybody)
            a->everybody = false;
        pthread_cond_broadcast(&a->work);
    }
    pthread_mutex_unlock(&a->lock);
}

static void take_deadlines(struct audiences *a, struct audience_live *l, struct facts_array *from)
{
    for (uint32_t c = 0; c < from->chunk_count; c++) {
        const uint32_t *piece = from->chunks[c];
        for (uint32_t i = 0; piece && i < FACTS_CHUNK; i++) {
            uint32_t *mine = piece[i] ? array_at(&l->due, c * FACTS_CHUNK + i, true, &a->bytes) : NULL;
            if (mine && (*mine == 0 || piece[i] < *mine))
                *mine = piece[i];
        }
    }
}

// What the pass found of one segment. A new one's people are these, still unseen; of one that was decided before, whoever
// differs is decided again (also who was decided meanwhile): the deciding thread has the last word.
static void take_result(struct audiences *a, struct audience_job *j, uint32_t i)
{
    struct audience_live *l = j->slot[i]->live;
    uint32_t at = audience_place(a->view, l->number);
    if (at == UINT32_MAX || a->view->slot[at]->live != l)
        return; // changed or dropped meanwhile
    take_deadlines(a, l, &j->due[i]);
    if (j->fresh[i]) {
        pthread_rwlock_wrlock(&a->members);
        roaring_bitmap_t *before = l->people;
        l->people = j->result[i];
        pthread_rwlock_unlock(&a->members);
        j->result[i] = before;
        l->catching = true;
        return;
    }
    roaring_bitmap_t *differ = roaring_bitmap_xor(j->result[i], l->people);
    add_backlog(a, differ, &l->number, 1);
}

static void end_job(struct audiences *a)
{
    uint32_t fresh[AUDIENCE_MAX], count = 0;
    pthread_mutex_lock(&a->lock);
    struct audience_job *j = a->job && a->job->finished ? a->job : NULL;
    pthread_mutex_unlock(&a->lock);
    if (!j || j->finished_here)
        return;
    j->finished_here = true;
    if (j->code != CU_OK) { // tried again after a while
        a->retry_us = cu_mono_us() + RETRY_MS * 1000;
        pthread_mutex_lock(&a->lock);
        for (uint32_t i = 0; i < j->count; i++)
            a->everybody = a->everybody || !j->fresh[i];
        a->job = NULL;
        pthread_cond_broadcast(&a->work);
        pthread_mutex_unlock(&a->lock);
        audience_job_free(j);
        return;
    }
    for (uint32_t i = 0; i < j->count; i++) {
        take_result(a, j, i);
        if (j->fresh[i])
            fresh[count++] = j->slot[i]->number;
    }
    due_sweep(a);
    if (count)
        add_backlog(a, roaring_bitmap_copy(j->dirty), fresh, count);
}

static void publish(struct audiences *a, const struct audience_job *j, uint32_t at)
{
    struct audience_slot *s = a->view->slot[at];
    uint32_t numbers[AUDIENCE_MAX], count = 0;
    roaring_bitmap_t *moved = NULL;
    s->live->catching = false;
    s->live->filled = true;
    audience_publish(a, s->live, &moved);
    for (uint32_t i = 0; i < a->view->count; i++) {
        const struct audience_slot *d = a->view->slot[i];
        bool same_pass = false;
        for (uint32_t k = 0; k < j->count; k++)
            same_pass = same_pass || (j->slot[k]->live == d->live && j->fresh[k]);
        if (set_has(&a->view->dependents[at], i) && (!same_pass || d->times))
            numbers[count++] = d->number;
    }
    add_backlog(a, moved, numbers, count);
}

// When everybody who moved meanwhile is decided, all segments of the pass are shown, in the order of what they ask for.
static void finish_job(struct audiences *a)
{
    struct audience_job *j = a->job;
    if (!j || !j->finished_here || a->backlog)
        return;
    for (uint32_t at = 0; at < a->view->count; at++) {
        if (a->view->slot[at]->live->catching)
            publish(a, j, at);
    }
    pthread_mutex_lock(&a->lock);
    a->job = NULL;
    pthread_cond_broadcast(&a->work);
    pthread_mutex_unlock(&a->lock);
    audience_job_free(j);
}

// --- rounds

static int by_person(const void *a, const void *b)
{
    const struct touched *x = a, *y = b;
    return x->person < y->person ? -1 : x->person > y->person;
}

static void decide_all(struct round *r)
{
    struct audiences *a = r->a;
    if (r->count)
        qsort(r->at, r->count, sizeof *r->at, by_person);
    for (size_t i = 0; i < r->count;) {
        struct touched t = r->at[i++];
        while (i < r->count && r->at[i].person == t.person)
            set_unite(&t.set, &r->at[i++].set);
        audience_decide(a, t.person, &t.set);
    }
    if (r->lost) {
        pthread_mutex_lock(&a->lock);
        a->everybody = true;
        pthread_mutex_unlock(&a->lock);
    }
    int64_t now_ms = cu_now_ms();
    for (size_t i = 0; i < r->received_count; i++)
        cu_metric_observe_us(a->lag, now_ms > r->received[i] ? (now_ms - r->received[i]) * 1000 : 0);
}

static void renew_view(struct audiences *a)
{
    struct audience_view *v = NULL;
    struct cu_error err = {.text = ""};
    pthread_mutex_lock(&a->lock);
    bool stale = a->stale;
    pthread_mutex_unlock(&a->lock);
    if (!stale && a->view)
        return;
    if (audience_view_build(a, &v, &err) != CU_OK) {
        cu_log_error("audience.view", &err);
        return;
    }
    audience_plans_forget(a);
    audience_view_free(a->view);
    a->view = v;
    audience_track(a);
    due_sweep(a);
}

// Something was done that may have made more to do.
static bool one_round(struct audiences *a)
{
    struct round r = {.a = a};
    struct cu_error err = {.text = ""};
    (void)audience_now(a);
    a->now_us = cu_mono_us();
    renew_view(a);
    if (!a->view)
        return false;
    if (!a->facts_ready && !(a->facts_ready = facts_are_ready(a)))
        return false; // nothing is decided by facts that are not there yet
    size_t taken = take_queue(&r);
    bool waiting = facts_waiting(a->o.facts);
    cu_code code = facts_refresh(a->o.facts, take_fact, &r, &err);
    if (code != CU_OK)
        cu_log_error("audience.facts", &err);
    take_due(&r);
    take_backlog(&r);
    decide_all(&r);
    bool some = r.count > 0 || taken || (waiting && code == CU_OK);
    cu_free(r.at);
    cu_free(r.received);
    end_job(a);
    finish_job(a);
    begin_job(a);
    return some;
}

// Under lock.
static bool nothing_waits(struct audiences *a)
{
    bool rest = !a->news_count && !a->change_count && !a->stale && !a->dictionary && !a->everybody && !a->job &&
        !a->backlog &&
                a->facts_ready;
    for (uint32_t i = 0; rest && a->view && i < a->view->count; i++)
        rest = a->view->slot[i]->live->filled;
    return rest && a->view && !(a->heap.count && a->heap.at[0].until_ms <= a->now_ms);
}

static int64_t wait_ms(struct audiences *a)
{
    int64_t until_ms = a->heap.count ? a->heap.at[0].until_ms - cu_now_ms() : WAIT_MS;
    return until_ms < 1 ? 1 : until_ms > WAIT_MS ? WAIT_MS : until_ms;
}

static void wait_for_news(struct audiences *a, int64_t ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)(ms * 1000000);
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    (void)pthread_cond_timedwait(&a->wake, &a->lock, &until);
}

void *audience_decide_run(void *context)
{
    struct audiences *a = context;
    guard_enter_system("index", "segments");
    pthread_mutex_lock(&a->lock);
    while (!a->stop) {
        uint64_t asked = a->asked;
        pthread_mutex_unlock(&a->lock);
        bool some = one_round(a);
        bool more = facts_waiting(a->o.facts);
        pthread_mutex_lock(&a->lock);
        if (some || a->stop)
            continue;
        if (!more && asked > a->settled && nothing_waits(a)) {
            a->settled = asked;
            pthread_cond_broadcast(&a->idle);
        }
        if (!a->news_count && asked == a->asked)
            wait_for_news(a, asked > a->settled ? 2 : wait_ms(a));
    }
    pthread_mutex_unlock(&a->lock);
    guard_leave();
    return NULL;
}
