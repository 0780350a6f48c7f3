// SPDX-License-Identifier: Apache-2.0
// The most recent groups in memory (journal_ring.h). Blocks are counted references; those nobody
// needs wait in a small pool, because a fresh 4 MiB block costs a thousand page faults.
#include "journal_ring.h"

#include <assert.h>

static void block_free(struct journal_block *b)
{
    explicit_bzero(b->bytes, b->cap); // plain records
    cu_free(b);
}

struct journal_block *journal_block_take(struct journal_ring *r, size_t len)
{
    for (uint32_t i = 0; i < r->pool_count; i++) {
        struct journal_block *b = r->pool[i];
        if (b->cap < len || b->cap / 4 > len + 4096)
            continue;
        r->pool[i] = r->pool[--r->pool_count];
        r->pool_bytes -= b->cap;
        b->references = 1;
        b->len = len;
        return b;
    }
    size_t cap = (len + 4095) / 4096 * 4096 - sizeof(struct journal_block) % 4096;
    if (cap < len)
        cap += 4096;
    struct journal_block *b = cu_alloc(sizeof *b + cap);
    if (b)
        *b = (struct journal_block){.cap = cap, .len = len, .references = 1};
    return b;
}

void journal_block_give(struct journal_ring *r, struct journal_block *b)
{
    if (!b)
        return;
    assert(b->references > 0);
    if (--b->references > 0)
        return;
    if (r->pool_count < JOURNAL_POOL_BLOCKS && r->pool_bytes + b->cap <= JOURNAL_POOL_BYTES) {
        r->pool[r->pool_count++] = b;
        r->pool_bytes += b->cap;
        return;
    }
    block_free(b);
}

static void pop_oldest(struct journal_ring *r)
{
    struct journal_block *b = r->groups[r->head];
    r->head = (r->head + 1) % JOURNAL_RING_GROUPS;
    r->count--;
    r->bytes -= b->cap;
    journal_block_give(r, b);
}

void journal_ring_push(struct journal_ring *r, struct journal_block *b)
{
    while (
        r->count > 0 && (r->count == JOURNAL_RING_GROUPS || r->bytes + b->cap > JOURNAL_RING_BYTES))
        pop_oldest(r);
    if (b->cap > JOURNAL_RING_BYTES)
        return;
    b->references++;
    r->groups[(r->head + r->count) % JOURNAL_RING_GROUPS] = b;
    r->count++;
    r->bytes += b->cap;
}

struct journal_block *journal_ring_find(struct journal_ring *r, uint64_t seq)
{
    uint32_t low = 0, high = r->count; // the first group whose end is above seq
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (r->groups[(r->head + middle) % JOURNAL_RING_GROUPS]->next_seq > seq)
            high = middle;
        else
            low = middle + 1;
    }
    if (low == r->count)
        return NULL;
    struct journal_block *b = r->groups[(r->head + low) % JOURNAL_RING_GROUPS];
    if (b->first_seq > seq)
        return NULL;
    b->references++;
    return b;
}

void journal_ring_forget(struct journal_ring *r, uint64_t below_seq)
{
    while (r->count > 0 && r->groups[r->head]->next_seq <= below_seq)
        pop_oldest(r);
}

void journal_ring_trim(struct journal_ring *r)
{
    while (r->count > 0)
        pop_oldest(r);
    while (r->pool_count > 0)
        block_free(r->pool[--r->pool_count]);
    r->pool_bytes = 0;
}
