// SPDX-License-Identifier: Apache-2.0
// Connections per address in an open-addressed table. See visitors.h.
#include "visitors.h"

#include "base/clock.h"
#include "base/hash.h"

#include <netinet/in.h>
#include <pthread.h>

struct place {
    uint64_t key; // hash of the address; 0: free
    uint32_t count;
};

struct visitors {
    pthread_mutex_t lock;
    uint32_t per_address;
    uint64_t seed, mask;
    struct place *places;
};

struct visitors *visitors_new(uint32_t per_address, uint32_t places)
{
    struct visitors *v = cu_calloc(1, sizeof *v);
    if (!v)
        return NULL;
    uint64_t size = 64;
    while (size < (uint64_t)places * 2)
        size *= 2;
    v->mask = size - 1;
    v->per_address = per_address;
    cu_random(&v->seed, sizeof v->seed);
    v->places = cu_calloc(size, sizeof *v->places);
    if (!v->places) {
        cu_free(v);
        return NULL;
    }
    (void)pthread_mutex_init(&v->lock, NULL);
    return v;
}

void visitors_free(struct visitors *v)
{
    if (!v)
        return;
    (void)pthread_mutex_destroy(&v->lock);
    cu_free(v->places);
    cu_free(v);
}

// 0: not an internet address, so nothing to count.
static uint64_t key_of(const struct visitors *v, const struct sockaddr *from)
{
    uint8_t bytes[9] = {0};
    if (from->sa_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, from, sizeof in);
        memcpy(bytes, &in.sin_addr, 4);
    } else if (from->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;
        memcpy(&in6, from, sizeof in6);
        bool mapped = IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr);
        bytes[8] = !mapped;
        memcpy(bytes, in6.sin6_addr.s6_addr + (mapped ? 12 : 0), mapped ? 4 : 8);
    } else {
        return 0;
    }
    uint64_t key = cu_hash64(bytes, sizeof bytes, v->seed);
    return key ? key : 1;
}

// The address's place, or the free one where it belongs; NULL when the table is full.
static struct place *find(struct visitors *v, uint64_t key)
{
    for (uint64_t i = 0; i <= v->mask; i++) {
        struct place *p = &v->places[(key + i) & v->mask];
        if (p->key == key || p->key == 0)
            return p;
    }
    return NULL;
}

// Frees a place and moves back those behind it that could no longer be found (Knuth, TAOCP 3, 6.4
// algorithm R).
static void remove_place(struct visitors *v, uint64_t hole)
{
    v->places[hole] = (struct place){0};
    for (uint64_t i = (hole + 1) & v->mask; v->places[i].key; i = (i + 1) & v->mask) {
        uint64_t home = v->places[i].key & v->mask;
        if (((i - home) & v->mask) < ((i - hole) & v->mask))
            continue; // its home lies behind the hole: it is found as it stands
        v->places[hole] = v->places[i];
        v->places[i] = (struct place){0};
        hole = i;
    }
}

bool visitors_may_enter(struct visitors *v, const struct sockaddr *from)
{
    uint64_t key = key_of(v, from);
    if (key == 0)
        return true;
    (void)pthread_mutex_lock(&v->lock);
    const struct place *p = find(v, key);
    bool may = !p || p->count < v->per_address;
    (void)pthread_mutex_unlock(&v->lock);
    return may;
}

static void change(struct visitors *v, const struct sockaddr *from, bool enters)
{
    uint64_t key = key_of(v, from);
    if (key == 0)
        return;
    (void)pthread_mutex_lock(&v->lock);
    struct place *p = find(v, key);
    if (p && enters) {
        p->key = key;
        p->count++;
    } else if (p && p->key == key && --p->count == 0) {
        remove_place(v, (uint64_t)(p - v->places));
    }
    (void)pthread_mutex_unlock(&v->lock);
}

void visitors_enter(struct visitors *v, const struct sockaddr *from)
{
    change(v, from, true);
}

void visitors_leave(struct visitors *v, const struct sockaddr *from)
{
    change(v, from, false);
}
