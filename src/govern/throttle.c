// SPDX-License-Identifier: Apache-2.0
// Throttling of attempts. Three counts, each of consecutive failures: of an account from browsers it does not know,
// of an account from one browser it knows, and of a network. An attacker who fails on an account all day makes
// strangers wait, not the owner's own browser. Unknown accounts are counted like known ones: the answers are alike.
//
// In memory, four places per key, like base/limit: a full table forgets whoever failed longest ago.
#include "staff.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/metric.h"
#include "throttle.h"

enum { WAYS = 4, SETS = 4096, FREE_ACCOUNT = 5, FREE_NETWORK = 30, DOUBLINGS = 7 };
static const int64_t first_wait_ms = 30 * 1000, longest_wait_ms = 3600 * 1000, forget_ms = INT64_C(24) * 3600 * 1000;

struct count {
    uint64_t key; // hash; 0: free
    int64_t until_ms, last_ms;
    uint32_t failures;
};
struct throttle {
    pthread_mutex_t lock;
    uint64_t seed;
    struct cu_metric *refused;
    struct count counts[SETS][WAYS];
};

struct throttle *throttle_new(void)
{
    struct throttle *t = cu_calloc(1, sizeof *t);
    if (!t)
        return NULL;
    (void)pthread_mutex_init(&t->lock, NULL);
    cu_random(&t->seed, sizeof t->seed);
    t->refused = cu_metric_get(CU_COUNTER, "custos_sign_in_throttled_total", NULL, "Attempts to sign in that had to wait.");
    return t;
}

void throttle_free(struct throttle *t)
{
    if (!t)
        return;
    (void)pthread_mutex_destroy(&t->lock);
    cu_free(t);
}

static struct count *find(struct throttle *t, uint64_t key, int64_t now)
{
    struct count *set = t->counts[key % SETS], *oldest = set;
    key += key == 0;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].key == key) {
            if (now - set[i].last_ms > forget_ms || now < set[i].last_ms - forget_ms)
                set[i].failures = 0;
            return &set[i];
        }
        if (set[i].last_ms < oldest->last_ms)
            oldest = &set[i];
    }
    *oldest = (struct count){.key = key, .last_ms = now};
    return oldest;
}

static void add_failure(struct count *c, uint32_t free_failures, int64_t now)
{
    c->failures++;
    c->last_ms = now;
    if (c->failures < free_failures)
        return;
    uint32_t doublings = c->failures - free_failures;
    int64_t wait = doublings > DOUBLINGS ? longest_wait_ms : first_wait_ms << doublings;
    c->until_ms = now + (wait > longest_wait_ms ? longest_wait_ms : wait);
}

struct counts_of {
    struct count *account, *network; // NULL: not counted
};

static struct counts_of counts_of(struct throttle *t, const struct attempt *a, int64_t now)
{
    struct counts_of ret = {NULL, NULL};
    uint8_t bytes[1 + 1 + sizeof a->account + sizeof a->device] = {'a', (uint8_t)a->lane};
    static const uint8_t nobody[sizeof a->account];
    memcpy(bytes + 2, a->account, sizeof a->account);
    if (a->known)
        memcpy(bytes + 2 + sizeof a->account, a->device, sizeof a->device);
    if (memcmp(a->account, nobody, sizeof nobody) != 0)
        ret.account = find(t, cu_hash64(bytes, sizeof bytes, t->seed), now);
    if (!a->known && a->network[0])
        ret.network = find(t, cu_hash64(a->network, strlen(a->network), t->seed ^ 1), now);
    return ret;
}

// A clock that was set back makes nobody wait longer than the longest.
static int64_t wait_of(const struct count *c, int64_t now)
{
    return c && c->until_ms > now && c->until_ms <= now + longest_wait_ms ? c->until_ms - now : 0;
}

cu_code throttle_take(struct govern *g, const struct attempt *a, struct cu_error *err)
{
    struct throttle *t = g->throttle;
    int64_t now = cu_now_ms();
    (void)pthread_mutex_lock(&t->lock);
    struct counts_of of = counts_of(t, a, now);
    int64_t wait = wait_of(of.account, now), other = wait_of(of.network, now);
    wait = other > wait ? other : wait;
    if (wait == 0 && of.account)
        add_failure(of.account, FREE_ACCOUNT, now);
    if (wait == 0 && of.network)
        add_failure(of.network, FREE_NETWORK, now);
    (void)pthread_mutex_unlock(&t->lock);
    if (wait == 0)
        return CU_OK;
    cu_metric_add(t->refused, 1);
    return cu_fail(err, CU_BUSY, "", "too many attempts; try again in %d seconds", (int)((wait + 999) / 1000));
}

// Taken back one: the next wait is measured from what is left.
static void take_back(struct count *c, uint32_t free_failures)
{
    if (!c || c->failures == 0)
        return;
    c->failures--;
    if (c->failures < free_failures)
        c->until_ms = 0;
}

static void good(struct govern *g, const struct attempt *a)
{
    struct throttle *t = g->throttle;
    int64_t now = cu_now_ms();
    (void)pthread_mutex_lock(&t->lock);
    struct counts_of of = counts_of(t, a, now);
    if (of.account)
        *of.account = (struct count){.key = of.account->key, .last_ms = now};
    // somebody who signs in is no proof that nobody guesses from there: only this one is taken back
    take_back(of.network, FREE_NETWORK);
    (void)pthread_mutex_unlock(&t->lock);
}

static void untried(struct govern *g, const struct attempt *a)
{
    struct throttle *t = g->throttle;
    (void)pthread_mutex_lock(&t->lock);
    struct counts_of of = counts_of(t, a, cu_now_ms());
    take_back(of.account, FREE_ACCOUNT);
    take_back(of.network, FREE_NETWORK);
    (void)pthread_mutex_unlock(&t->lock);
}

void throttle_settle(struct govern *g, const struct attempt *a, cu_code code)
{
    if (code == CU_OK)
        good(g, a);
    else if (code != CU_UNAUTHENTICATED && code != CU_FORBIDDEN)
        untried(g, a);
}

cu_code throttle_attempt(struct govern *g, struct request *rq, enum throttle_lane lane, int64_t staff_id,
    struct attempt *ret, struct cu_error *err)
{
    uint8_t tag[16];
    *ret = (struct attempt){.lane = lane};
    guard_network_of(rq->remote_ip, ret->network);
    if (!staff_id)
        return CU_OK;
    keyring_tag(people_keyring(g->options.people), "staff_number", (cu_str){(const char *)&staff_id, sizeof staff_id}, tag);
    memcpy(ret->account, tag, sizeof tag);
    return session_device_known(g, rq, staff_id, &ret->known, ret->device, err);
}
