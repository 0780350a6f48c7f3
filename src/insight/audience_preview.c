// SPDX-License-Identifier: Apache-2.0
// Asking without storing: how many people a definition holds for, now. Everybody is looked at when that fits the budget;
// else people in a fixed scattered order for as long as it lasts, and the whole is estimated from them. See audience.h.
#include "audience_private.h"

#include <math.h>

#define MEMBERS_MAX 1024u
enum { THREADS_MAX = 8, SLICE = 64, SAMPLE = AUDIENCE_SAMPLE };
#define ROWS_PER_MS 60000   // of a scan over everybody, as a first guess; what takes longer is cut off
#define PEOPLE_PER_MS 4000

struct asking {
    struct audiences *a;
    struct audience_slot *slot;
    const struct scan_persons *persons;
    const atomic_bool *cancel;
    uint32_t nodes;
    int64_t now_ms, ends_us;
    atomic_uint next; // of the scattered order
    uint32_t mask;    // its length, a power of two, less one
};
struct counter { // one thread's
    struct asking *asking;
    struct scan_reader *reader;
    uint64_t people, persons, rows;
    uint64_t clause[SEG_NODES_MAX];
    uint32_t sample[SAMPLE]; // of those in it, with the least scattered numbers
    uint32_t order[SAMPLE];
    size_t sample_count;
    cu_code code;
    struct cu_error err;
};

static struct seg_stay stay(void *context, uint32_t segment, uint32_t person)
{
    const struct counter *c = context;
    struct audiences *a = c->asking->a;
    pthread_rwlock_rdlock(&a->members);
    struct seg_stay ret = audience_stay_of(segment < a->shown_count ? a->shown[segment] : NULL, person);
    bool tracked = segment < a->shown_count && a->shown[segment] && a->shown[segment]->tracked;
    pthread_rwlock_unlock(&a->members);
    struct cu_error err;
    if (!tracked && c->asking->slot->times) { // nobody asked for it yet: from the disk, slowly
        bool in = ret.in;
        if (history_stay_at(a, segment, person, c->asking->now_ms, &ret, &err) == CU_OK)
            ret.in = in;
    }
    return ret;
}

// Odd multipliers permute the numbers below a power of two, so neighbours (people of the same day) are spread evenly.
static uint32_t scattered(uint32_t i, uint32_t mask)
{
    i = (i * 0x9e3779b1u) & mask;
    i ^= i >> 7;
    return (i * 0x85ebca6bu) & mask;
}

static uint32_t order_of(uint32_t person)
{
    uint32_t h = person * 0x9e3779b1u;
    h ^= h >> 15;
    return h * 0x85ebca6bu;
}

static void keep_sample(struct counter *c, uint32_t person)
{
    uint32_t order = order_of(person);
    size_t at = c->sample_count;
    while (at && c->order[at - 1] > order)
        at--;
    if (at == SAMPLE)
        return;
    size_t last = c->sample_count < SAMPLE ? c->sample_count++ : SAMPLE - 1;
    for (size_t i = last; i > at; i--) {
        c->sample[i] = c->sample[i - 1];
        c->order[i] = c->order[i - 1];
    }
    c->sample[at] = person;
    c->order[at] = order;
}

static void count_one(struct counter *c, uint32_t person, const struct scan_rows *rows)
{
    struct asking *q = c->asking;
    struct seg_fact facts[SEG_NODES_MAX];
    bool holds[SEG_NODES_MAX];
    const struct seg_person p = {.person = person, .id_hash = facts_id_hash(q->a->o.facts, person), .rows = rows,
        .facts = facts,
        .stay = stay, .context = c};
    facts_get(q->a->o.facts, person, q->slot->places, q->slot->field_count, facts);
    seg_eval_nodes(q->slot->program, &p, q->now_ms, holds, q->nodes);
    facts_done(q->a->o.facts);
    c->persons++;
    for (uint32_t i = 0; i < q->nodes; i++)
        c->clause[i] += holds[i];
    if (q->nodes && holds[0]) {
        c->people++;
        keep_sample(c, person);
    }
}

// --- everybody

static bool visit(void *state, const struct scan_rows *rows)
{
    struct counter *c = state;
    c->rows += rows->count;
    count_one(c, rows->person, rows->count ? rows : NULL);
    return true;
}

static cu_code everybody(struct asking *q, struct counter *counters, unsigned *ret_threads, bool *ret_whole,
    struct cu_error *err)
{
    static const uint32_t no_kind = UINT32_MAX;
    struct scan_plan plan = {0};
    struct scan_stats stats = {0};
    void *states[THREADS_MAX];
    if (!seg_program_plan(q->slot->program, q->now_ms, &plan))
        plan = (struct scan_plan){.kinds = &no_kind, .kind_count = 1, .from_ms = 0, .to_ms = 1};
    plan.also_without_rows = true;
    plan.cancel = q->cancel;
    plan.ends_ms = q->ends_us == INT64_MAX ? 0 : q->ends_us / 1000;
    plan.threads = scan_threads(&plan) < THREADS_MAX ? 0 : THREADS_MAX;
    *ret_threads = scan_threads(&plan);
    for (unsigned t = 0; t < *ret_threads; t++)
        states[t] = &counters[t];
    cu_code code = timeline_scan_people(people_timeline(q->a->o.people), &plan, q->persons, visit, states, *ret_threads,
        &stats, err);
    *ret_whole = code == CU_OK && !stats.cancelled;
    return code == CU_TIMEOUT ? CU_OK : code;
}

// --- as many as there is time for

static cu_code look_at(struct counter *c, uint32_t person, struct cu_error *err)
{
    struct asking *q = c->asking;
    uint32_t members[MEMBERS_MAX];
    size_t count = 0;
    struct scan_plan plan = {0};
    const struct scan_rows *rows = NULL;
    uint32_t m = person;
    do {
        members[count++] = m;
        m = q->persons->next[m];
    } while (m && m != person && count < MEMBERS_MAX);
    if (seg_program_plan(q->slot->program, q->now_ms, &plan))
        CU_TRY(scan_person(c->reader, &plan, members, count, &rows, err));
    c->rows += rows ? rows->count : 0;
    count_one(c, person, rows);
    return CU_OK;
}

static void *sample_run(void *context)
{
    struct counter *c = context;
    struct asking *q = c->asking;
    while (c->code == CU_OK && cu_mono_us() < q->ends_us && !(q->cancel && atomic_load(q->cancel))) {
        uint32_t from = atomic_fetch_add(&q->next, SLICE);
        if (from > q->mask)
            break;
        for (uint32_t i = from; i < from + SLICE && i <= q->mask && c->code == CU_OK; i++) {
            uint32_t person = scattered(i, q->mask);
            if (person < q->persons->end && person && q->persons->root[person] == person)
                c->code = look_at(c, person, &c->err);
        }
    }
    return NULL;
}

static cu_code sample(struct asking *q, struct counter *counters, unsigned threads, struct cu_error *err)
{
    pthread_t thread[THREADS_MAX];
    cu_code code = CU_OK;
    unsigned started = 0;
    q->mask = 1;
    while (q->mask < q->persons->end)
        q->mask = q->mask * 2 + 1;
    for (unsigned t = 0; t < threads && code == CU_OK; t++)
        code = scan_reader_new(people_timeline(q->a->o.people), &counters[t].reader, err);
    for (unsigned t = 1; t < threads && code == CU_OK; t++, started++) {
        if (pthread_create(&thread[t], NULL, sample_run, &counters[t]) != 0)
            break;
    }
    if (code == CU_OK)
        (void)sample_run(&counters[0]);
    for (unsigned t = 1; t <= started; t++)
        pthread_join(thread[t], NULL);
    for (unsigned t = 0; t < threads; t++) {
        if (code == CU_OK && counters[t].code != CU_OK) {
            code = counters[t].code;
            if (err)
                *err = counters[t].err;
        }
        scan_reader_free(counters[t].reader);
        counters[t].reader = NULL;
    }
    return code;
}

// --- the answer

static void sum_up(const struct asking *q, const struct counter *counters, unsigned threads, struct audience_preview *ret)
{
    struct counter all = {.asking = NULL};
    for (unsigned t = 0; t < threads; t++) {
        all.people += counters[t].people;
        ret->persons += counters[t].persons;
        ret->rows_read += counters[t].rows;
        for (uint32_t i = 0; i < q->nodes; i++)
            ret->clause[i].people += counters[t].clause[i];
        for (size_t i = 0; i < counters[t].sample_count; i++)
            keep_sample(&all, counters[t].sample[i]);
    }
    ret->people = all.people;
    ret->clause_count = q->nodes;
    for (uint32_t i = 0; i < q->nodes; i++)
        ret->clause[i].number = i;
    memcpy(ret->sample, all.sample, all.sample_count * sizeof *all.sample);
    ret->sample_count = all.sample_count;
}

// Wilson's interval at 95 %, narrowed for a sample that is a good part of the whole.
static void estimate(struct audience_preview *ret)
{
    double n = (double)ret->persons, total = (double)ret->total, k = (double)ret->people;
    ret->low = ret->high = ret->people;
    if (ret->whole)
        return;
    ret->high = ret->total;
    if (ret->persons == 0)
        return;
    const double z = 1.959963985;
    double left = total > n ? (total - n) / (total > 1 ? total - 1 : 1) : 0;
    double m = left > 0 ? n / left : n; // as if so many had been looked at of endlessly many
    double p = k / n, centre = (p + z * z / (2 * m)) / (1 + z * z / m);
    double half = z / (1 + z * z / m) * sqrt(p * (1 - p) / m + z * z / (4 * m * m));
    double low = floor((centre - half) * total), high = ceil((centre + half) * total);
    ret->people = (uint64_t)llround(p * total);
    ret->low = low < k ? (uint64_t)k : (uint64_t)low;
    ret->high = high > total ? ret->total : (uint64_t)high;
}

static cu_code ask(struct asking *q, int64_t budget_ms, struct audience_preview *ret, struct cu_error *err)
{
    int64_t begun_us = cu_mono_us();
    struct counter *counters = cu_calloc(THREADS_MAX, sizeof *counters);
    unsigned threads = 1;
    bool whole = false;
    cu_code code = CU_OK;
    if (!counters)
        return cu_fail(err, CU_MEMORY, "", "no memory to look at people");
    for (unsigned t = 0; t < THREADS_MAX; t++)
        counters[t].asking = q;
    struct scan_plan plan = {0};
    bool events = seg_program_plan(q->slot->program, q->now_ms, &plan);
    uint64_t guess_ms = (events ? timeline_count(people_timeline(q->a->o.people)) / ROWS_PER_MS
        : 0) + ret->total / PEOPLE_PER_MS;
    bool try_all = budget_ms == 0 || (int64_t)guess_ms < budget_ms;
    q->ends_us = budget_ms ? begun_us + budget_ms * 1000 : INT64_MAX;
    if (try_all)
        code = everybody(q, counters, &threads, &whole, err);
    bool cancelled = q->cancel && atomic_load(q->cancel);
    if (code == CU_OK && !whole && !cancelled) {
        memset(counters, 0, THREADS_MAX * sizeof *counters);
        for (unsigned t = 0; t < THREADS_MAX; t++)
            counters[t].asking = q;
        threads = scan_threads(&plan) < THREADS_MAX ? scan_threads(&plan) : THREADS_MAX;
        q->ends_us = cu_mono_us() + (try_all ? budget_ms / 2 : budget_ms) * 1000;
        code = sample(q, counters, threads, err);
        whole = atomic_load(&q->next) > q->mask;
    }
    if (code == CU_OK && cancelled)
        code = cu_fail(err, CU_UNAVAILABLE, "", "the question was withdrawn");
    if (code == CU_OK) {
        sum_up(q, counters, threads, ret);
        ret->whole = whole;
        estimate(ret);
    }
    cu_free(counters);
    return code;
}

static uint32_t count_nodes(const struct seg_node *n)
{
    uint32_t count = 1;
    for (uint32_t i = 0; i < n->child_count; i++)
        count += count_nodes(n->children[i]);
    return count;
}

// Fields of P2 and above are loaded when somebody asks for them first.
static cu_code wait_for_facts(struct audiences *a, int64_t budget_ms, const atomic_bool *cancel, struct cu_error *err)
{
    int64_t ends_us = cu_mono_us() + (budget_ms ? budget_ms : 60000) * 1000;
    struct facts_progress p;
    for (facts_status(a->o.facts, &p); !p.ready; facts_status(a->o.facts, &p)) {
        if (cu_mono_us() > ends_us || (cancel && atomic_load(cancel)))
            return cu_fail(err, CU_UNAVAILABLE, "",
                "what is known of people is being loaded (%llu of %llu); ask again in a moment",
                (unsigned long long)p.done, (unsigned long long)p.total);
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    return CU_OK;
}

cu_code audience_preview(struct audiences *a, const struct seg_node *checked, int64_t budget_ms, const atomic_bool *cancel,
    struct audience_preview *ret, struct cu_error *err)
{
    int64_t started_us = cu_mono_us();
    struct audience_catalog *c = audience_catalog_take(a);
    struct asking *q = cu_calloc(1, sizeof *q);
    *ret = (struct audience_preview){.total = people_count(a->o.people)};
    cu_code code = c && q ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to look at people");
    if (code == CU_OK) {
        q->a = a;
        q->cancel = cancel;
        q->now_ms = cu_now_ms();
        q->nodes = count_nodes(checked);
        code = audience_slot_new(a, checked, c, 0, 0, NULL, &q->slot, err);
    }
    if (code == CU_OK)
        code = wait_for_facts(a, budget_ms, cancel, err);
    if (code == CU_OK)
        code = people_persons_take(a->o.people, &q->persons, err);
    if (code == CU_OK)
        code = ask(q, budget_ms, ret, err);
    if (q) {
        people_persons_give(a->o.people, q->persons);
        audience_slot_give(q->slot);
    }
    cu_free(q);
    if (c)
        audience_catalog_give(a, c);
    ret->took_us = cu_mono_us() - started_us;
    return code;
}
