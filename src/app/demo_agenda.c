// SPDX-License-Identifier: Apache-2.0
// The agenda of the sample shop: what is due next, over all people. A binary heap of small entries;
// equal moments come in a fixed order, so that a seed has one story only.
#include "demo_private.h"

static bool comes_before(const struct demo_entry *a, const struct demo_entry *b)
{
    if (a->ms != b->ms)
        return a->ms < b->ms;
    return a->person != b->person ? a->person < b->person : a->what < b->what;
}

bool demo_agenda_add(struct demo_agenda *a, struct demo_entry e)
{
    if (a->count == a->cap) {
        size_t cap = a->cap ? a->cap * 2 : 4096;
        struct demo_entry *heap = cu_realloc(a->heap, cap * sizeof *heap);
        if (!heap)
            return false;
        a->heap = heap;
        a->cap = cap;
    }
    size_t at = a->count++;
    for (; at > 0 && comes_before(&e, &a->heap[(at - 1) / 2]); at = (at - 1) / 2)
        a->heap[at] = a->heap[(at - 1) / 2];
    a->heap[at] = e;
    return true;
}

bool demo_agenda_next(struct demo_agenda *a, struct demo_entry *ret)
{
    if (a->count == 0)
        return false;
    *ret = a->heap[0];
    const struct demo_entry last = a->heap[--a->count];
    size_t at = 0;
    for (size_t child = 1; child < a->count; child = 2 * at + 1) {
        if (child + 1 < a->count && comes_before(&a->heap[child + 1], &a->heap[child]))
            child++;
        if (!comes_before(&a->heap[child], &last))
            break;
        a->heap[at] = a->heap[child];
        at = child;
    }
    a->heap[at] = last;
    return true;
}
