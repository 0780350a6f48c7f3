// SPDX-License-Identifier: Apache-2.0
// The background thread: everybody decided for new, changed or doubtful segments in one pass over the timeline, and
// definitions read again when the dictionary changed. What a pass finds is handed to the deciding thread, which shows it.
#include "audience_private.h"

#include "base/log.h"

void audience_job_free(struct audience_job *j)
{
    if (!j)
        return;
    for (uint32_t i = 0; i < j->count; i++) {
        audience_slot_give(j->slot[i]);
        audience_set_free(j->result[i]);
        array_clear(&j->due[i], &j->bytes);
    }
    audience_set_free(j->dirty);
    cu_free(j);
}

struct pass {
    struct audiences *a;
    struct audience_job *job;
    struct audience_plan *plan;
    uint32_t first, end; // of the job's segments
    pthread_mutex_t lock; // due
    atomic_bool failed;
};
struct worker { // one thread of a pass
    struct pass *pass;
    roaring_bitmap_t *in[AUDIENCE_MAX];
    bool now[AUDIENCE_MAX]; // of the person looked at
    struct seg_fact facts[SEG_NODES_MAX];
};

static struct seg_stay stay(void *context, uint32_t segment, uint32_t person)
{
    const struct worker *w = context;
    const struct audience_job *j = w->pass->job;
    struct audiences *a = w->pass->a;
    uint32_t at = 0;
    while (at < j->count && j->slot[at]->number != segment)
        at++;
    pthread_rwlock_rdlock(&a->members);
    const struct audience_live *l = segment < a->shown_count ? a->shown[segment] : NULL;
    struct seg_stay ret = audience_stay_of(l, person);
    pthread_rwlock_unlock(&a->members);
    if (at < j->count) // decided by this pass: of those behind this scan, by an earlier one
        ret.in = at >= w->pass->first ? w->now[at] : roaring_bitmap_contains(j->result[at], person);
    return ret;
}

static void note_due(struct pass *p, uint32_t at, uint32_t person, int64_t until_ms)
{
    int64_t second = until_ms / 1000;
    pthread_mutex_lock(&p->lock);
    uint32_t *item = array_at(&p->job->due[at], person, true, &p->job->bytes);
    pthread_mutex_unlock(&p->lock);
    if (item)
        *item = second < 1 ? 1 : second > UINT32_MAX ? UINT32_MAX : (uint32_t)second;
    else
        atomic_store(&p->failed, true);
}

static bool visit(void *state, const struct scan_rows *rows)
{
    struct worker *w = state;
    struct pass *p = w->pass;
    uint64_t id_hash = facts_id_hash(p->a->o.facts, rows->person);
    for (uint32_t at = p->first; at < p->end; at++) {
        const struct audience_slot *s = p->job->slot[at];
        const uint16_t *map = p->plan->map[at];
        struct seg_answer answer = {.until_ms = INT64_MAX};
        const struct seg_person person = {.person = rows->person, .id_hash = id_hash, .rows = map ? rows : NULL,
            .columns = map,
            .facts = w->facts, .stay = stay, .context = w};
        facts_get(p->a->o.facts, rows->person, s->places, s->field_count, w->facts);
        seg_eval(s->program, &person, p->job->now_ms, &answer);
        facts_done(p->a->o.facts);
        w->now[at] = answer.in;
        if (answer.in)
            roaring_bitmap_add(w->in[at], rows->person);
        if (answer.until_ms != INT64_MAX)
            note_due(p, at, rows->person, answer.until_ms);
    }
    return !atomic_load(&p->failed);
}

static void free_workers(struct worker **workers, unsigned count)
{
    for (unsigned t = 0; workers && t < count; t++) {
        for (uint32_t i = 0; workers[t] && i < AUDIENCE_MAX; i++)
            audience_set_free(workers[t]->in[i]);
        cu_free(workers[t]);
    }
    cu_free(workers);
}

static struct worker **make_workers(struct pass *p, unsigned count)
{
    struct worker **workers = cu_calloc(count, sizeof *workers);
    for (unsigned t = 0; workers && t < count; t++) {
        workers[t] = cu_calloc(1, sizeof **workers);
        bool made = workers[t] != NULL;
        if (made)
            workers[t]->pass = p;
        for (uint32_t i = p->first; made && i < p->end; i++)
            made = (workers[t]->in[i] = roaring_bitmap_create()) != NULL;
        if (!made) {
            free_workers(workers, count);
            return NULL;
        }
    }
    return workers;
}

static cu_code scan(struct pass *p, const struct scan_persons *persons, struct cu_error *err)
{
    struct scan_plan plan = p->plan->plan;
    struct scan_stats stats = {0};
    static const uint32_t no_kind = UINT32_MAX;
    if (p->plan->none) { // nothing but facts: everybody without a row
        plan = (struct scan_plan){.kinds = &no_kind, .kind_count = 1, .from_ms = 0, .to_ms = 1};
    }
    plan.also_without_rows = true;
    plan.cancel = &p->job->cancel;
    plan.progress = &p->job->permille;
    unsigned threads = scan_threads(&plan);
    struct worker **workers = make_workers(p, threads);
    if (!workers)
        return cu_fail(err, CU_MEMORY, "", "no memory to fill segments");
    cu_code code = timeline_scan_people(people_timeline(p->a->o.people), &plan, persons, visit, (void *const *)workers,
        threads, &stats, err);
    if (code == CU_OK && stats.cancelled)
        code = cu_fail(err, CU_UNAVAILABLE, "", "the server is stopping");
    if (code == CU_OK && atomic_load(&p->failed))
        code = cu_fail(err, CU_MEMORY, "", "no memory to fill segments");
    for (unsigned t = 0; t < threads && code == CU_OK; t++) {
        for (uint32_t i = p->first; i < p->end; i++)
            roaring_bitmap_or_inplace(p->job->result[i], workers[t]->in[i]);
    }
    free_workers(workers, threads);
    return code;
}

// As many segments at a time as their columns allow.
static cu_code run_job(struct audiences *a, struct audience_job *j, struct cu_error *err)
{
    const struct scan_persons *persons = NULL;
    struct pass p = {.a = a, .job = j};
    cu_code code = CU_OK;
    pthread_mutex_init(&p.lock, NULL);
    while (code == CU_OK && p.first < j->count) {
        p.plan = audience_plan_new();
        if (!p.plan) {
            code = cu_fail(err, CU_MEMORY, "", "no memory to fill segments");
            break;
        }
        for (p.end = p.first; p.end < j->count && code == CU_OK; p.end++) {
            if (!audience_plan_add(p.plan, p.end, j->slot[p.end]->program, j->now_ms, &code))
                break;
        }
        if (code == CU_OK)
            code = people_persons_take(a->o.people, &persons, err);
        if (code == CU_OK)
            code = scan(&p, persons, err);
        people_persons_give(a->o.people, persons);
        persons = NULL;
        audience_plan_clear(p.plan);
        p.first = p.end;
    }
    pthread_mutex_destroy(&p.lock);
    return code;
}

static void do_job(struct audiences *a, struct audience_job *j)
{
    struct cu_error err = {.text = ""};
    int64_t started_us = cu_mono_us();
    j->code = run_job(a, j, &err);
    if (j->code != CU_OK && !atomic_load(&j->cancel))
        cu_log_error("audience.fill", &err);
    else
        cu_log(CU_LOG_INFO, "audience.filled", CU_LI("segments", j->count), CU_LI("ms", (cu_mono_us() - started_us) / 1000));
}

static void read_again(struct audiences *a)
{
    struct cu_error err = {.text = ""};
    pthread_mutex_lock(&a->edit);
    facts_dictionary(a->o.facts);
    if (audience_rows_load(a, &err) != CU_OK)
        cu_log_error("audience.dictionary", &err);
    pthread_mutex_unlock(&a->edit);
}

void *audience_work_run(void *context)
{
    struct audiences *a = context;
    guard_enter_system("index", "segments");
    pthread_mutex_lock(&a->lock);
    while (!a->stop) {
        struct audience_job *j = a->job_ready ? a->job : NULL;
        bool dictionary = a->dictionary && !a->job;
        if (!j && !dictionary) {
            pthread_cond_wait(&a->work, &a->lock);
            continue;
        }
        a->job_ready = false;
        pthread_mutex_unlock(&a->lock);
        if (j)
            do_job(a, j);
        else
            read_again(a);
        pthread_mutex_lock(&a->lock);
        if (j) {
            j->finished = true;
        } else {
            a->dictionary = false;
            a->everybody = true;
        }
        pthread_cond_broadcast(&a->wake);
    }
    pthread_mutex_unlock(&a->lock);
    guard_leave();
    return NULL;
}
