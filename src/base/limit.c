// SPDX-License-Identifier: Apache-2.0
// Token buckets in a fixed table, four places per key. See limit.h.
#include "limit.h"

#include "base/clock.h"
#include "base/hash.h"

#include <pthread.h>

enum { WAYS = 4 };
#define TOKEN INT64_C(60000000) // one token in units of (microsecond x tokens per minute)

struct bucket {
    uint64_t key;  // hash; 0: free
    int64_t level; // saved up, in TOKEN units
    int64_t at_us;
};

struct limit {
    pthread_mutex_t lock;
    int64_t per_minute, level_max;
    uint64_t seed, sets; // sets: a power of two
    struct bucket *buckets;
};

struct limit *limit_new(uint32_t per_minute, uint32_t burst, uint32_t keys_max)
{
    struct limit *l = cu_calloc(1, sizeof *l);
    if (!l)
        return NULL;
    l->per_minute = per_minute ? per_minute : 1;
    l->level_max = (int64_t)(burst ? burst : 1) * TOKEN;
    for (l->sets = 1; l->sets * WAYS < keys_max;)
        l->sets *= 2;
    cu_random(&l->seed, sizeof l->seed);
    l->buckets = cu_calloc(l->sets * WAYS, sizeof *l->buckets);
    if (!l->buckets) {
        cu_free(l);
        return NULL;
    }
    (void)pthread_mutex_init(&l->lock, NULL);
    return l;
}

void limit_free(struct limit *l)
{
    if (!l)
        return;
    (void)pthread_mutex_destroy(&l->lock);
    cu_free(l->buckets);
    cu_free(l);
}

// The key's bucket, filled up to now; a new or re-used one is full.
static struct bucket *find(struct limit *l, cu_str key, int64_t now)
{
    uint64_t hash = cu_hash64(key.ptr, key.len, l->seed);
    hash += hash == 0;
    struct bucket *set = &l->buckets[(hash & (l->sets - 1)) * WAYS];
    struct bucket *oldest = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].key == hash) {
            int64_t idle = now - set[i].at_us, full = l->level_max - set[i].level;
            set[i].level = idle >= full / l->per_minute + 1 ? l->level_max
                                                            : set[i].level + idle * l->per_minute;
            if (set[i].level > l->level_max)
                set[i].level = l->level_max;
            set[i].at_us = now;
            return &set[i];
        }
        if (set[i].at_us < oldest->at_us)
            oldest = &set[i];
    }
    *oldest = (struct bucket){.key = hash, .level = l->level_max, .at_us = now};
    return oldest;
}

bool limit_take(struct limit *l, cu_str key, int64_t *ret_wait_s)
{
    (void)pthread_mutex_lock(&l->lock);
    struct bucket *b = find(l, key, cu_mono_us());
    bool there = b->level >= TOKEN;
    int64_t missing = TOKEN - b->level;
    if (there)
        b->level -= TOKEN;
    (void)pthread_mutex_unlock(&l->lock);
    if (!there && ret_wait_s) {
        int64_t per_second = l->per_minute * 1000000;
        *ret_wait_s = (missing + per_second - 1) / per_second;
    }
    return there;
}

void limit_give(struct limit *l, cu_str key)
{
    (void)pthread_mutex_lock(&l->lock);
    struct bucket *b = find(l, key, cu_mono_us());
    b->level = b->level > l->level_max - TOKEN ? l->level_max : b->level + TOKEN;
    (void)pthread_mutex_unlock(&l->lock);
}
