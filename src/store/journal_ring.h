// SPDX-License-Identifier: Apache-2.0
// The most recent groups in memory, so that a reader that keeps up neither reads nor decrypts what
// was just written. Bounded in bytes and in groups; a reader that falls behind reads the files.
// Not locked: every call happens under the journal's lock.
#pragma once

#include "base/memory.h"

#define JOURNAL_RING_BYTES (8u << 20)
#define JOURNAL_RING_GROUPS 4096u
#define JOURNAL_POOL_BYTES (8u << 20)
#define JOURNAL_POOL_BLOCKS 16u

struct journal_block { // the plain records of one group
    uint64_t first_seq, next_seq;
    size_t cap, len;
    uint32_t references;
    uint8_t bytes[];
};

struct journal_ring {
    struct journal_block *groups[JOURNAL_RING_GROUPS]; // circular: oldest at head
    uint32_t head, count;
    size_t bytes;                                    // capacity of all groups in it
    struct journal_block *pool[JOURNAL_POOL_BLOCKS]; // blocks to use again
    uint32_t pool_count;
    size_t pool_bytes;
};

// A block with room for len bytes and one reference; NULL when out of memory.
struct journal_block *journal_block_take(struct journal_ring *r, size_t len);
void journal_block_give(
    struct journal_ring *r, struct journal_block *b); // drops a reference; NULL is fine
// Puts a block that continues the ring's sequence in, taking its own reference.
void journal_ring_push(struct journal_ring *r, struct journal_block *b);
// The group holding seq with a reference added, or NULL.
struct journal_block *journal_ring_find(struct journal_ring *r, uint64_t seq);
void journal_ring_forget(
    struct journal_ring *r, uint64_t below_seq); // groups every reader has passed
void journal_ring_trim(struct journal_ring *r);  // gives all memory back
