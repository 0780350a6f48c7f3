// SPDX-License-Identifier: Apache-2.0
// Ways of all visits. Which nodes have a place of their own is known only when all were seen; so ways are kept as long as
// they are few, and a second scan adds up the links where they are many.
#include "path.h"

#include <roaring/roaring.h>
#include <stdlib.h>

#define NODES_MAX (1u << 20)       // different nodes of all columns, in one thread
#define WAYS_MAX (UINT32_C(1) << 22) // numbers kept of ways, in one thread

struct slot {
    uint64_t key; // 0: free
    uint32_t depth;
    struct path_count all, ended;
};
struct path_thread {
    const struct path_plan *p;
    const struct path_pick *pick;
    roaring_bitmap_t *people;
    struct path_count visits;
    struct slot *slots;
    size_t cap, count;
    uint64_t *ways; // person << 4 | count, ended in bit 63; then the keys
    size_t way_count, way_cap;
    bool ways_lost, no_memory, too_many;
    struct path_answer *second; // links are counted into it
    uint64_t person;
};

static void count_one(struct path_count *c, uint64_t person)
{
    c->visits++;
    c->people += c->last != person;
    c->last = person;
}

static void add_count(struct path_count *to, const struct path_count *from)
{
    to->visits += from->visits;
    to->people += from->people;
}

// ---- nodes

static struct slot *find(struct slot *slots, size_t cap, uint32_t depth, uint64_t key)
{
    size_t at = (key + depth * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xd6e8feb86659fd93) >> 32 & (cap - 1);
    while (slots[at].key != 0 && (slots[at].key != key || slots[at].depth != depth))
        at = (at + 1) & (cap - 1);
    return &slots[at];
}

static bool grow(struct path_thread *s)
{
    size_t cap = s->cap ? s->cap * 2 : 1024;
    struct slot *slots = cu_calloc(cap, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < s->cap; i++) {
        if (s->slots[i].key)
            *find(slots, cap, s->slots[i].depth, s->slots[i].key) = s->slots[i];
    }
    cu_free(s->slots);
    s->slots = slots;
    s->cap = cap;
    return true;
}

static struct slot *node_of(struct path_thread *s, uint32_t depth, uint64_t key)
{
    if ((s->count + 1) * 2 > s->cap && !grow(s)) {
        s->no_memory = true;
        return NULL;
    }
    struct slot *slot = find(s->slots, s->cap, depth, key);
    if (slot->key)
        return slot;
    if (s->count == NODES_MAX) {
        s->too_many = true;
        return NULL;
    }
    s->count++;
    slot->key = key;
    slot->depth = depth;
    return slot;
}

static bool add_nodes(struct path_thread *s, const struct path_way *way)
{
    count_one(&s->visits, s->person);
    for (uint32_t d = 0; d < way->count; d++) {
        struct slot *node = node_of(s, d, way->key[d]);
        if (!node)
            return false;
        count_one(&node->all, s->person);
        if (way->ended && d + 1 == way->count)
            count_one(&node->ended, s->person);
    }
    return true;
}

// ---- ways that are kept

static bool keep_way(struct path_thread *s, const struct path_way *way)
{
    if (s->ways_lost)
        return true;
    if (s->way_count + way->count + 1 > s->way_cap) {
        size_t cap = s->way_cap ? s->way_cap * 2 : 4096;
        uint64_t *more = cap > WAYS_MAX ? NULL : cu_realloc(s->ways, cap * sizeof *more);
        if (!more) { // a second scan then
            cu_free(s->ways);
            s->ways = NULL;
            s->ways_lost = true;
            return true;
        }
        s->ways = more;
        s->way_cap = cap;
    }
    s->ways[s->way_count++] = s->person << 4 | way->count;
    memcpy(s->ways + s->way_count, way->key, way->count * sizeof way->key[0]);
    s->way_count += way->count;
    return true;
}

// ---- links, once it is known which nodes are shown

static uint32_t place_of(const struct path_answer *a, uint32_t depth, uint64_t key)
{
    uint32_t other = 0;
    for (uint32_t i = 0; i < a->node_count[depth]; i++) {
        if (a->nodes[depth][i].key == key)
            return i;
        other = a->nodes[depth][i].key == PATH_OTHER ? i : other;
    }
    return other;
}

static void add_links(struct path_answer *a, const uint64_t *keys, uint32_t count, uint64_t person)
{
    for (uint32_t d = 0; d + 1 < count; d++)
        count_one(&a->links[d][place_of(a, d, keys[d])][place_of(a, d + 1, keys[d + 1])], person);
}

static void link_kept(struct path_answer *a, const struct path_thread *s)
{
    for (size_t i = 0; i < s->way_count;) {
        uint32_t count = (uint32_t)(s->ways[i] & 15);
        add_links(a, s->ways + i + 1, count, s->ways[i] >> 4);
        i += count + 1;
    }
}

// ---- the scan

static bool one_visit(void *context, const struct scan_rows *rows, const struct visit *v)
{
    struct path_thread *s = context;
    struct path_way way;
    if (v->start_ms < s->p->q->from_ms || v->start_ms >= s->p->q->to_ms || !path_way_of(s->p, rows, v, &way))
        return true;
    if (s->pick) {
        if (s->pick->depth < way.count && way.key[s->pick->depth] == s->pick->key)
            roaring_bitmap_add(s->people, rows->person);
        return true;
    }
    if (s->second) {
        add_links(s->second, way.key, way.count, s->person);
        return true;
    }
    return add_nodes(s, &way) && keep_way(s, &way);
}

static bool one_person(void *state, const struct scan_rows *rows)
{
    struct path_thread *s = state;
    s->person++;
    return visit_each(s->p->maker, rows, one_visit, s);
}

static void scan_of(const struct path_plan *p, struct scan_plan *ret)
{
    scan_plan_limits(ret, &p->q->limits);
    ret->from_ms = p->q->from_ms - VISIT_CONTEXT_MS;
    ret->to_ms = p->q->to_ms + VISIT_MAX_MS;
    ret->columns = visit_columns;
    ret->column_count = VISIT_COLUMNS;
}

static cu_code scan(const struct path_plan *p, struct path_thread *threads, unsigned count, struct cu_error *err)
{
    struct scan_plan plan;
    struct scan_stats stats = {0};
    void *states[SCAN_THREADS_MAX];
    scan_of(p, &plan);
    for (unsigned i = 0; i < count; i++)
        states[i] = &threads[i];
    CU_TRY(timeline_scan_people(insight_timeline(p->q), &plan, p->q->persons, one_person, states, count, &stats, err));
    p->q->damaged_blocks += stats.damaged_blocks;
    if (stats.cancelled)
        return cu_fail(err, CU_TIMEOUT, "", "the question was cancelled");
    for (unsigned i = 0; i < count; i++) {
        if (threads[i].no_memory)
            return cu_fail(err, CU_MEMORY, "", "no memory for paths");
        if (threads[i].too_many)
            return cu_fail(err, CU_TOO_LARGE, "/question/by",
                "more than %u different pages: ask by event, for fewer steps or a shorter period", NODES_MAX);
    }
    return CU_OK;
}

// ---- which nodes are shown

static int most(const void *a, const void *b)
{
    const struct slot *x = a, *y = b;
    if (x->depth != y->depth)
        return x->depth < y->depth ? -1 : 1;
    if (x->all.visits != y->all.visits)
        return x->all.visits > y->all.visits ? -1 : 1;
    return x->key < y->key ? -1 : x->key > y->key;
}

static cu_code join(struct path_thread *threads, unsigned count, struct path_answer *ret, struct cu_error *err)
{
    struct path_thread *all = &threads[0];
    ret->visits = all->visits;
    for (unsigned i = 1; i < count; i++) {
        add_count(&ret->visits, &threads[i].visits);
        for (size_t k = 0; k < threads[i].cap; k++) {
            const struct slot *from = &threads[i].slots[k];
            struct slot *to = from->key ? node_of(all, from->depth, from->key) : NULL;
            if (!from->key)
                continue;
            if (!to)
                return all->too_many ? cu_fail(err, CU_TOO_LARGE, "/question/by",
                                           "more than %u different pages: ask by event, for fewer steps or a shorter period",
                                           NODES_MAX)
                                     : cu_fail(err, CU_MEMORY, "", "no memory for paths");
            add_count(&to->all, &from->all);
            add_count(&to->ended, &from->ended);
        }
    }
    return CU_OK;
}

// Small groups have no place of their own: they are in the rest.
static void choose(const struct path_plan *p, struct path_thread *all, struct path_answer *ret)
{
    size_t count = 0;
    for (size_t i = 0; i < all->cap; i++) {
        if (all->slots[i].key)
            all->slots[count++] = all->slots[i];
    }
    if (count > 1)
        qsort(all->slots, count, sizeof *all->slots, most);
    for (size_t i = 0; i < count; i++) {
        const struct slot *s = &all->slots[i];
        uint32_t *n = &ret->node_count[s->depth], other = 0;
        struct path_node *column = ret->nodes[s->depth];
        if (*n < p->branches && !insight_small(p->q, s->all.people) && s->key != PATH_OTHER) {
            column[(*n)++] = (struct path_node){.key = s->key, .all = s->all, .ended = s->ended};
            continue;
        }
        while (other < *n && column[other].key != PATH_OTHER)
            other++;
        if (other == *n)
            column[(*n)++] = (struct path_node){.key = PATH_OTHER};
        add_count(&column[other].all, &s->all);
        add_count(&column[other].ended, &s->ended);
    }
}

static void rest_last(struct path_answer *a)
{
    for (uint32_t d = 0; d < PATH_COLUMNS; d++) {
        for (uint32_t i = 0; i + 1 < a->node_count[d]; i++) {
            if (a->nodes[d][i].key != PATH_OTHER)
                continue;
            struct path_node rest = a->nodes[d][i];
            a->nodes[d][i] = a->nodes[d][i + 1];
            a->nodes[d][i + 1] = rest;
        }
    }
}

// ---- all of it

static void add_answer(struct path_answer *to, const struct path_answer *from)
{
    for (uint32_t d = 0; d < PATH_DEPTH_MAX; d++)
        for (uint32_t i = 0; i < PATH_NODES; i++)
            for (uint32_t k = 0; k < PATH_NODES; k++)
                add_count(&to->links[d][i][k], &from->links[d][i][k]);
}

static cu_code link_again(
    const struct path_plan *p, struct path_thread *threads, unsigned count, struct path_answer *ret, struct cu_error *err)
{
    struct path_answer *parts = cu_calloc(count, sizeof *parts);
    if (!parts)
        return cu_fail(err, CU_MEMORY, "", "no memory for paths");
    for (unsigned i = 0; i < count; i++) {
        memcpy(parts[i].nodes, ret->nodes, sizeof ret->nodes);
        memcpy(parts[i].node_count, ret->node_count, sizeof ret->node_count);
        threads[i].second = &parts[i];
        threads[i].person = 0;
    }
    cu_code code = scan(p, threads, count, err);
    for (unsigned i = 0; code == CU_OK && i < count; i++)
        add_answer(ret, &parts[i]);
    cu_free(parts);
    return code;
}

static cu_code link_all(
    const struct path_plan *p, struct path_thread *threads, unsigned count, struct path_answer *ret, struct cu_error *err)
{
    for (unsigned i = 0; i < count; i++) {
        if (threads[i].ways_lost)
            return link_again(p, threads, count, ret, err);
    }
    for (unsigned i = 0; i < count; i++) {
        for (uint32_t d = 0; d < PATH_DEPTH_MAX; d++)
            for (uint32_t k = 0; k < PATH_NODES * PATH_NODES; k++)
                ret->links[d][k / PATH_NODES][k % PATH_NODES].last = 0; // persons are numbered anew in each thread
        link_kept(ret, &threads[i]);
    }
    return CU_OK;
}

cu_code path_run(const struct path_plan *p, struct path_answer *ret, struct cu_error *err)
{
    struct scan_plan plan;
    scan_of(p, &plan);
    unsigned count = scan_threads(&plan);
    struct path_thread *threads = cu_calloc(count, sizeof *threads);
    cu_code code = threads ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for paths");
    for (unsigned i = 0; code == CU_OK && i < count; i++)
        threads[i].p = p;
    if (code == CU_OK)
        code = scan(p, threads, count, err);
    if (code == CU_OK)
        code = join(threads, count, ret, err);
    if (code == CU_OK) {
        choose(p, &threads[0], ret);
        rest_last(ret);
        code = link_all(p, threads, count, ret, err);
    }
    for (unsigned i = 0; threads && i < count; i++) {
        cu_free(threads[i].slots);
        cu_free(threads[i].ways);
    }
    cu_free(threads);
    return code;
}

cu_code path_people(
    const struct path_plan *p, const struct path_pick *pick, struct roaring_bitmap_s *ret, struct cu_error *err)
{
    struct scan_plan plan;
    scan_of(p, &plan);
    unsigned count = scan_threads(&plan), made = 0;
    struct path_thread *threads = cu_calloc(count, sizeof *threads);
    cu_code code = threads ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for paths");
    for (; code == CU_OK && made < count; made++) {
        threads[made] = (struct path_thread){.p = p, .pick = pick, .people = roaring_bitmap_create()};
        if (!threads[made].people)
            code = cu_fail(err, CU_MEMORY, "", "no memory for paths");
    }
    if (code == CU_OK)
        code = scan(p, threads, count, err);
    for (unsigned i = 0; i < made; i++) {
        if (code == CU_OK)
            roaring_bitmap_or_inplace(ret, threads[i].people);
        if (threads[i].people)
            roaring_bitmap_free(threads[i].people);
    }
    cu_free(threads);
    return code;
}
