// SPDX-License-Identifier: Apache-2.0
// See keys_cache.h. Entries are dense (two arrays by number: what is public, and the keys in
// guarded memory); an index of numbers, open addressing, finds them by subject.
#include "keys_cache.h"

#include "crypto/secret.h"

#define CACHE_FIRST 256

struct entry {
    uint64_t subject;
    bool erased, restricted;
    bool used; // since the clock hand last passed
};

struct keys_cache {
    uint32_t max, cap, count, hand;
    struct entry *entries;
    struct seal_key *keys; // guarded
    uint32_t *index;       // entry number + 1, 0 = free; 2 * index_cap_of(cap) slots
};

// At least twice the entries, a power of two.
static uint32_t index_cap_of(uint32_t cap)
{
    uint32_t slots = 4;
    while (slots < cap * 2)
        slots *= 2;
    return slots;
}

static uint32_t home_of(const struct keys_cache *c, uint64_t subject)
{
    return (uint32_t)((subject * 0x9e3779b97f4a7c15u) >> 32) & (index_cap_of(c->cap) - 1);
}

// The slot that holds the subject, or the free one where it would go.
static uint32_t slot_of(const struct keys_cache *c, uint64_t subject)
{
    uint32_t mask = index_cap_of(c->cap) - 1, i = home_of(c, subject);
    while (c->index[i] && c->entries[c->index[i] - 1].subject != subject)
        i = (i + 1) & mask;
    return i;
}

// Gives the cache room for cap entries; false leaves it as it was.
static bool resize(struct keys_cache *c, uint32_t cap)
{
    struct keys_cache grown = *c;
    grown.cap = cap;
    grown.entries = cu_calloc(cap, sizeof *grown.entries);
    grown.index = cu_calloc(index_cap_of(cap), sizeof *grown.index);
    grown.keys = secret_alloc(cap * sizeof *grown.keys);
    if (!grown.entries || !grown.index || !grown.keys) {
        cu_free(grown.entries);
        cu_free(grown.index);
        secret_free(grown.keys);
        return false;
    }
    if (c->count > 0) {
        memcpy(grown.entries, c->entries, c->count * sizeof *c->entries);
        memcpy(grown.keys, c->keys, c->count * sizeof *c->keys);
    }
    for (uint32_t i = 0; i < c->count; i++)
        grown.index[slot_of(&grown, c->entries[i].subject)] = i + 1;
    cu_free(c->entries);
    cu_free(c->index);
    secret_free(c->keys);
    *c = grown;
    return true;
}

struct keys_cache *keys_cache_new(uint32_t max)
{
    struct keys_cache *c = cu_calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    c->max = max;
    if (resize(c, max < CACHE_FIRST ? max : CACHE_FIRST))
        return c;
    cu_free(c);
    return NULL;
}

void keys_cache_free(struct keys_cache *c)
{
    if (c == NULL)
        return;
    cu_free(c->entries);
    cu_free(c->index);
    secret_free(c->keys);
    cu_free(c);
}

enum keys_state keys_cache_get(struct keys_cache *c, uint64_t subject, struct seal_key *ret)
{
    uint32_t number = c->index[slot_of(c, subject)];
    if (number == 0)
        return KEYS_UNKNOWN;
    struct entry *e = &c->entries[number - 1];
    e->used = true;
    if (e->erased)
        return KEYS_ERASED;
    *ret = c->keys[number - 1];
    return e->restricted ? KEYS_RESTRICTED : KEYS_LIVING;
}

// Frees an index slot and moves later ones of its run back, so that no search ends too early.
static void unlink_slot(struct keys_cache *c, uint32_t free_slot)
{
    uint32_t mask = index_cap_of(c->cap) - 1;
    for (uint32_t i = (free_slot + 1) & mask; c->index[i]; i = (i + 1) & mask) {
        uint32_t home = home_of(c, c->entries[c->index[i] - 1].subject);
        if (((i - home) & mask) < ((i - free_slot) & mask))
            continue; // its home lies behind the free slot: it must stay
        c->index[free_slot] = c->index[i];
        free_slot = i;
    }
    c->index[free_slot] = 0;
}

// The number of an entry to write: a new one, or one the clock hand found unused for a round.
static uint32_t take_entry(struct keys_cache *c)
{
    if (c->count == c->cap && c->cap < c->max) {
        uint32_t cap = c->cap > c->max / 2 ? c->max : c->cap * 2;
        (void)resize(c, cap); // without memory it evicts instead
    }
    if (c->count < c->cap)
        return c->count++;
    while (c->entries[c->hand].used) {
        c->entries[c->hand].used = false;
        c->hand = (c->hand + 1) % c->cap;
    }
    uint32_t victim = c->hand;
    c->hand = (c->hand + 1) % c->cap;
    unlink_slot(c, slot_of(c, c->entries[victim].subject));
    return victim;
}

void keys_cache_put(struct keys_cache *c, uint64_t subject, const struct seal_key *key)
{
    uint32_t number = c->index[slot_of(c, subject)];
    if (number == 0) {
        number = take_entry(c) + 1;
        c->entries[number - 1].subject = subject;
        c->index[slot_of(c, subject)] = number;
    }
    struct entry *e = &c->entries[number - 1];
    e->erased = key == NULL;
    e->restricted = false;
    e->used = true;
    if (key)
        c->keys[number - 1] = *key;
    else
        seal_key_wipe(&c->keys[number - 1]);
}

void keys_cache_restrict(struct keys_cache *c, uint64_t subject, bool on)
{
    uint32_t number = c->index[slot_of(c, subject)];
    if (number > 0)
        c->entries[number - 1].restricted = on;
}

void keys_cache_clear(struct keys_cache *c)
{
    secret_wipe(c->keys, c->count * sizeof *c->keys);
    memset(c->index, 0, index_cap_of(c->cap) * sizeof *c->index);
    c->count = c->hand = 0;
}

uint32_t keys_cache_count(const struct keys_cache *c)
{
    return c->count;
}
