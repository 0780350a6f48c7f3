// SPDX-License-Identifier: Apache-2.0
// The envelopes. See rate.h. An actor's hour begins with the first person opened and ends for all of them
// at once; within it each person counts once, however often the record is read.
#include "rate.h"

#include "base/clock.h"
#include "base/hash.h"

#include <pthread.h>

enum { ACTORS_MAX = 256, SLOTS_FIRST = 256 };
static const int64_t hour_ms = 3600 * 1000, minute_ms = 60 * 1000;

// People within an hour. What a role does in its busiest hour, with room; who needs more is marketing to
// many at once (segments, not single records) or taking the file away.
static const struct {
    const char *role;
    uint32_t people;
} envelopes[] = {
    {"owner", 5000},
    {"privacy_officer", 2000},
    {"data_steward", 2000},
    {"marketer", 2000},
    {"support_agent", 300},
    {"administrator", 100},
    {"analyst", 100},
    {"auditor", 100},
};
enum { OTHER_ROLE = 500, TOKEN = 5000 };

struct actor {
    enum guard_actor kind;
    int64_t id, since_ms, told_ms;
    uint64_t *slots; // open addressing; 0 is empty, so a subject is kept as itself plus one
    uint32_t slot_count, people;
};

struct rate {
    pthread_mutex_t lock;
    uint64_t seed;
    struct actor actors[ACTORS_MAX];
};

struct rate *rate_new(void)
{
    struct rate *r = cu_calloc(1, sizeof *r);
    if (!r)
        return NULL;
    cu_random(&r->seed, sizeof r->seed);
    pthread_mutex_init(&r->lock, NULL);
    return r;
}

void rate_free(struct rate *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < ACTORS_MAX; i++)
        cu_free(r->actors[i].slots);
    pthread_mutex_destroy(&r->lock);
    cu_free(r);
}

static uint32_t envelope_of(const struct guard_access *a)
{
    if (a->actor == GUARD_TOKEN)
        return TOKEN;
    if (a->actor != GUARD_STAFF) // the program itself; who holds the folder and the key; a person, at one record
        return 0;
    for (size_t i = 0; i < CU_COUNT(envelopes); i++) {
        if (strcmp(a->role, envelopes[i].role) == 0)
            return envelopes[i].people;
    }
    return OTHER_ROLE;
}

// The actor's row; the one whose hour began first makes room for a new one.
static struct actor *actor_of(struct rate *r, const struct guard_access *a, int64_t now_ms)
{
    struct actor *oldest = &r->actors[0], *found = NULL;
    for (size_t i = 0; i < ACTORS_MAX && !found; i++) {
        struct actor *at = &r->actors[i];
        if (at->kind == a->actor && at->id == a->actor_id)
            found = at;
        else if (at->since_ms < oldest->since_ms)
            oldest = at;
    }
    if (!found) {
        found = oldest;
        found->kind = a->actor;
        found->id = a->actor_id;
        found->since_ms = 0;
        found->told_ms = 0;
    }
    if (found->since_ms == 0 || now_ms - found->since_ms >= hour_ms || now_ms < found->since_ms) {
        found->since_ms = now_ms;
        found->people = 0;
        if (found->slots)
            memset(found->slots, 0, found->slot_count * sizeof *found->slots);
    }
    return found;
}

static uint64_t *slot_of(const struct rate *r, uint64_t *slots, uint32_t slot_count, uint64_t subject)
{
    uint64_t kept = subject + 1;
    uint32_t at = (uint32_t)cu_hash64(&kept, sizeof kept, r->seed) & (slot_count - 1);
    while (slots[at] != 0 && slots[at] != kept)
        at = (at + 1) & (slot_count - 1);
    return &slots[at];
}

// Room for `more` people, at most half full.
static cu_code make_room(const struct rate *r, struct actor *a, uint32_t more, struct cu_error *err)
{
    uint32_t wanted = a->slot_count ? a->slot_count : SLOTS_FIRST;
    while (wanted / 2 < a->people + more)
        wanted *= 2;
    if (wanted == a->slot_count)
        return CU_OK;
    uint64_t *slots = cu_calloc(wanted, sizeof *slots);
    if (!slots)
        return cu_fail(err, CU_MEMORY, "", "no memory to count what was opened");
    for (uint32_t i = 0; i < a->slot_count; i++) {
        if (a->slots[i])
            *slot_of(r, slots, wanted, a->slots[i] - 1) = a->slots[i];
    }
    cu_free(a->slots);
    a->slots = slots;
    a->slot_count = wanted;
    return CU_OK;
}

static cu_code take(struct rate *r, struct actor *a, const uint64_t *subjects, uint32_t count, uint32_t limit,
    struct cu_error *err)
{
    uint32_t new_ones = 0;
    CU_TRY(make_room(r, a, count, err));
    for (uint32_t i = 0; i < count; i++)
        new_ones += *slot_of(r, a->slots, a->slot_count, subjects[i]) == 0;
    if (a->people + new_ones > limit)
        return CU_BUSY;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t *slot = slot_of(r, a->slots, a->slot_count, subjects[i]);
        a->people += *slot == 0;
        *slot = subjects[i] + 1;
    }
    return CU_OK;
}

cu_code rate_take(struct rate *r, const struct guard_access *a, const uint64_t *subjects, size_t count,
    struct rate_answer *ret, struct cu_error *err)
{
    *ret = (struct rate_answer){.limit = envelope_of(a)};
    if (ret->limit == 0 || count == 0)
        return CU_OK;
    int64_t now_ms = cu_now_ms();
    pthread_mutex_lock(&r->lock);
    struct actor *actor = actor_of(r, a, now_ms);
    cu_code code = count > ret->limit ? CU_BUSY : take(r, actor, subjects, (uint32_t)count, ret->limit, err);
    if (code == CU_BUSY) {
        ret->wait_s = (actor->since_ms + hour_ms - now_ms + 999) / 1000;
        ret->first = now_ms - actor->told_ms >= minute_ms || now_ms < actor->told_ms;
        if (ret->first)
            actor->told_ms = now_ms;
    }
    pthread_mutex_unlock(&r->lock);
    if (code == CU_BUSY)
        return cu_fail(err, CU_BUSY, "", "more than %u people an hour are not opened for this role; try again in %lld minutes",
            ret->limit, (long long)(ret->wait_s + 59) / 60);
    return code;
}
