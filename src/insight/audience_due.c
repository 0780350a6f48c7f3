// SPDX-License-Identifier: Apache-2.0
// Deadlines: when to look at a person again although nothing came. Deciding thread only. Invariants 6 to 9 of audience.c.
#include "audience_private.h"

#define HORIZON_MS (INT64_C(3600) * 1000 + 60 * 1000)
#define RETRY_MS 1000

static bool heap_room(struct audience_heap *h)
{
    if (h->count < h->cap)
        return true;
    size_t cap = h->cap ? h->cap * 2 : 1024;
    struct audience_due *at = cu_realloc(h->at, cap * sizeof *at);
    if (!at)
        return false;
    h->at = at;
    h->cap = cap;
    return true;
}

static void push(struct audiences *a, const struct audience_due *d)
{
    struct audience_heap *h = &a->heap;
    if (!heap_room(h)) { // it stands in the array: the next sweep, soon, finds it
        int64_t soon = a->now_ms + RETRY_MS;
        h->horizon_ms = h->horizon_ms < soon ? h->horizon_ms : soon;
        return;
    }
    size_t at = h->count++;
    while (at && h->at[(at - 1) / 2].until_ms > d->until_ms) {
        h->at[at] = h->at[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    h->at[at] = *d;
}

static struct audience_due pop(struct audience_heap *h)
{
    struct audience_due top = h->at[0], last = h->at[--h->count];
    size_t at = 0;
    for (;;) {
        size_t child = at * 2 + 1;
        if (child + 1 < h->count && h->at[child + 1].until_ms < h->at[child].until_ms)
            child++;
        if (child >= h->count || h->at[child].until_ms >= last.until_ms)
            break;
        h->at[at] = h->at[child];
        at = child;
    }
    h->at[at] = last;
    return top;
}

static uint32_t second_of(int64_t ms)
{
    int64_t s = ms / 1000;
    return s < 1 ? 1 : s > UINT32_MAX ? UINT32_MAX : (uint32_t)s;
}

void due_set(struct audiences *a, struct audience_live *l, uint32_t person, int64_t until_ms)
{
    bool never = until_ms == INT64_MAX;
    uint32_t *item = array_at(&l->due, person, !never, &a->bytes);
    if (never) {
        if (item)
            *item = 0;
        return;
    }
    if (!item) { // no memory: everybody is looked at again
        pthread_mutex_lock(&a->lock);
        a->everybody = true;
        pthread_mutex_unlock(&a->lock);
        return;
    }
    if (until_ms <= a->now_ms)
        until_ms = a->now_ms + 1;
    uint32_t second = second_of(until_ms);
    if (*item && second > *item)
        return; // it is looked at earlier, and says then how long that holds
    *item = second;
    if (until_ms < a->heap.horizon_ms)
        push(a, &(struct audience_due){until_ms, person, l->number});
}

static void sweep_one(struct audiences *a, const struct audience_live *l)
{
    for (uint32_t c = 0; c < l->due.chunk_count; c++) {
        const uint32_t *piece = l->due.chunks[c];
        for (uint32_t i = 0; piece && i < FACTS_CHUNK; i++) {
            int64_t until_ms = (int64_t)piece[i] * 1000;
            if (piece[i] && until_ms < a->heap.horizon_ms)
                push(a, &(struct audience_due){until_ms, c * FACTS_CHUNK + i, l->number});
        }
    }
}

void due_sweep(struct audiences *a)
{
    a->heap.count = 0;
    a->heap.horizon_ms = a->now_ms + HORIZON_MS;
    for (uint32_t i = 0; a->view && i < a->view->count; i++)
        sweep_one(a, a->view->slot[i]->live);
    a->heap.swept = a->heap.count;
}

bool due_pop(struct audiences *a, int64_t now_ms, struct audience_due *ret)
{
    struct audience_heap *h = &a->heap;
    if (now_ms + 60 * 1000 > h->horizon_ms || h->count > h->swept * 2 + 65536)
        due_sweep(a);
    while (h->count && h->at[0].until_ms <= now_ms) {
        struct audience_due d = pop(h);
        uint32_t place = audience_place(a->view, d.number);
        uint32_t *item = place == UINT32_MAX ? NULL : array_at(&a->view->slot[place]->live->due, d.person, false, NULL);
        if (!item || *item != second_of(d.until_ms))
            continue; // what it stood for was decided meanwhile
        *item = 0;
        *ret = d;
        return true;
    }
    return false;
}
