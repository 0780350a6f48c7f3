// SPDX-License-Identifier: Apache-2.0
// The server's side of the key replicas. See key_replicas.h. Logs name a replica by its name, never by its
// address.
#include "key_replicas.h"

#include "base/log.h"
#include "base/metric.h"
#include "crypto/secret.h"
#include "guard/replicas.h"
#include "net/pinned.h"
#include "store/keys_holder.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

enum {
    CALL_MS = 5000,        // connecting, and the handshake
    ANSWER_MS = 120000,    // a replica stores a whole tree before it acknowledges
    LOOK_MS = 300,         // between two looks for news
    PING_MS = 15000,       // of a line without news
    PAUSE_LEAST_MS = 500,
    PAUSE_MOST_MS = 15000,
    REFUSED_MS = 60000,    // a refused one is asked again after that
    LIST_MS = 1000,
};

struct worker {
    struct key_replicas *all;
    pthread_t thread;
    bool running, ended;
    struct keys_replica replica;
    struct pinned *line;
    struct cu_buf frame;
    cu_code told; // of the last failure that was logged
};

struct key_replicas {
    struct engine *engine;
    pthread_mutex_t lock;
    pthread_cond_t news;
    bool stopping;
    uint64_t hurried; // how often
    pthread_t thread;
    struct worker worker[KEYS_REPLICAS_MAX];
};

// --- waiting

static void until(struct timespec *ret, int64_t ms)
{
    (void)clock_gettime(CLOCK_MONOTONIC, ret);
    ret->tv_sec += ms / 1000;
    ret->tv_nsec += (ms % 1000) * 1000000;
    if (ret->tv_nsec >= 1000000000) {
        ret->tv_sec++;
        ret->tv_nsec -= 1000000000;
    }
}

// False: this thread has to end. Returns early when somebody is in a hurry.
static bool rest(struct key_replicas *r, const struct worker *w, int64_t ms)
{
    struct timespec limit;
    until(&limit, ms);
    pthread_mutex_lock(&r->lock);
    uint64_t seen = r->hurried;
    int rc = 0;
    while (rc == 0 && !r->stopping && !(w && w->ended) && r->hurried == seen)
        rc = pthread_cond_timedwait(&r->news, &r->lock, &limit);
    bool go_on = !r->stopping && !(w && w->ended);
    pthread_mutex_unlock(&r->lock);
    return go_on;
}

void key_replicas_hurry(struct key_replicas *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->hurried++;
    pthread_cond_broadcast(&r->news);
    pthread_mutex_unlock(&r->lock);
}

// --- one replica

// Each kind of failure once, until it works again.
static void tell(struct worker *w, cu_code code, const struct cu_error *err)
{
    if (code == w->told)
        return;
    w->told = code;
    if (code == CU_OK)
        cu_log(CU_LOG_INFO, "keys.replica_follows", CU_LS("replica", w->replica.name));
    else
        cu_log(code == CU_UNAVAILABLE ? CU_LOG_WARN : CU_LOG_ERROR, "keys.replica_failed", CU_LS("replica", w->replica.name),
            CU_LS("code", cu_code_rows[code].name), CU_LS("text", err->text));
}

static cu_code greet(struct worker *w, struct cu_error *err)
{
    struct pinned_keys k;
    char line[PEER_LINE_MAX];
    CU_TRY(guard_peer(w->all->engine->guard, line, k.seed, err));
    memcpy(k.other, w->replica.public_keys.tls, 32);
    cu_code code = pinned_call(w->replica.address, &k, CALL_MS, &w->line, err);
    secret_wipe(k.seed, sizeof k.seed);
    CU_TRY(code);
    CU_TRY(pinned_receive(w->line, &w->frame, KEYS_HOLDER_MESSAGE, CALL_MS, err));
    return guard_feed_hello(w->all->engine->guard, w->replica.name, cu_buf_view(&w->frame), err);
}

static cu_code ping(struct worker *w, struct cu_error *err)
{
    CU_TRY(pinned_send(w->line, (cu_str){"", 0}, err));
    CU_TRY(pinned_receive(w->line, &w->frame, KEYS_HOLDER_MESSAGE, CALL_MS, err));
    return w->frame.len == 0 ? CU_OK : cu_fail(err, CU_MALFORMED, "", "the replica answered something else than it was asked");
}

// A replica that stores a whole tree takes its time; whoever stops the server does not wait for it.
static cu_code wait_for_answer(struct worker *w, struct cu_error *err)
{
    for (int waited_ms = 0; waited_ms < ANSWER_MS; waited_ms += LOOK_MS) {
        if (pinned_ready(w->line, LOOK_MS))
            return CU_OK;
        if (!rest(w->all, w, 0))
            break;
    }
    return cu_fail(err, CU_UNAVAILABLE, "", "the replica does not acknowledge");
}

// All that is new now. *ret_sent: whether there was anything.
static cu_code send_news(struct worker *w, bool *ret_sent, struct cu_error *err)
{
    struct guard *g = w->all->engine->guard;
    *ret_sent = false;
    for (;;) {
        bool last = false;
        cu_buf_reset(&w->frame);
        CU_TRY(guard_feed_next(g, w->replica.name, &w->frame, &last, err));
        if (w->frame.len == 0)
            return CU_OK;
        *ret_sent = true;
        CU_TRY(pinned_send(w->line, cu_buf_view(&w->frame), err));
        if (!last)
            continue;
        CU_TRY(wait_for_answer(w, err));
        CU_TRY(pinned_receive(w->line, &w->frame, KEYS_HOLDER_MESSAGE, CALL_MS, err));
        CU_TRY(guard_feed_ack(g, w->replica.name, cu_buf_view(&w->frame), err));
        tell(w, CU_OK, err);
    }
}

// A line until it breaks, or this thread has to end (CU_OK).
static cu_code follow(struct worker *w, struct cu_error *err)
{
    int64_t quiet_since = cu_mono_us();
    CU_TRY(greet(w, err));
    tell(w, CU_OK, err);
    do {
        bool sent = false;
        CU_TRY(send_news(w, &sent, err));
        if (sent)
            quiet_since = cu_mono_us();
        if (cu_mono_us() - quiet_since > PING_MS * INT64_C(1000)) {
            CU_TRY(ping(w, err));
            quiet_since = cu_mono_us();
        }
    } while (rest(w->all, w, LOOK_MS));
    return CU_OK;
}

static void *run_worker(void *context)
{
    struct worker *w = context;
    int64_t pause = PAUSE_LEAST_MS;
    guard_enter_system("upkeep", "keys.replica");
    cu_buf_init(&w->frame, KEYS_FEED_MESSAGE_MAX);
    do {
        struct cu_error err = {.code = CU_OK};
        int64_t began = cu_mono_us();
        cu_code code = follow(w, &err);
        pinned_close(w->line);
        w->line = NULL;
        if (code == CU_OK)
            break;
        tell(w, code, &err);
        if (cu_mono_us() - began > PAUSE_MOST_MS * INT64_C(1000)) // it worked for a while
            pause = PAUSE_LEAST_MS;
        else
            pause = pause * 2 < PAUSE_MOST_MS ? pause * 2 : PAUSE_MOST_MS;
        if (code == CU_CONFLICT)
            pause = REFUSED_MS;
    } while (rest(w->all, w, pause));
    cu_buf_clear(&w->frame);
    guard_leave();
    return NULL;
}

// --- all of them

static void end_worker(struct key_replicas *r, struct worker *w)
{
    if (!w->running)
        return;
    pthread_mutex_lock(&r->lock);
    w->ended = true;
    pthread_cond_broadcast(&r->news);
    pthread_mutex_unlock(&r->lock);
    (void)pthread_join(w->thread, NULL);
    *w = (struct worker){.running = false};
}

static bool same(const struct keys_replica *a, const struct keys_replica *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->address, b->address) == 0 &&
           memcmp(&a->public_keys, &b->public_keys, sizeof a->public_keys) == 0 && a->added_ms == b->added_ms;
}

static bool listed(const struct keys_replicas *all, const struct keys_replica *one)
{
    for (size_t i = 0; i < all->count; i++) {
        if (same(&all->at[i], one))
            return true;
    }
    return false;
}

static void start_worker(struct key_replicas *r, const struct keys_replica *replica)
{
    struct worker *empty = NULL;
    for (size_t i = 0; i < KEYS_REPLICAS_MAX; i++) {
        struct worker *w = &r->worker[i];
        if (w->running && same(&w->replica, replica))
            return;
        if (!w->running && !empty)
            empty = w;
    }
    if (!empty)
        return;
    *empty = (struct worker){.all = r, .replica = *replica, .told = CU_CODE_COUNT};
    empty->running = pthread_create(&empty->thread, NULL, run_worker, empty) == 0;
    if (!empty->running)
        cu_log(CU_LOG_ERROR, "keys.replica_no_thread", CU_LS("replica", replica->name));
}

static void set_metrics(const struct keys_replica *k, int64_t lag, bool refused)
{
    char label[64];
    (void)snprintf(label, sizeof label, "replica=\"%s\"", k->name);
    cu_metric_set(cu_metric_get(CU_GAUGE, "custos_key_replica_lag_epochs", label,
                      "Epochs of the keys that a replica has not acknowledged; an erasure is pending while it is above 0."),
        lag);
    cu_metric_set(cu_metric_get(CU_GAUGE, "custos_key_replica_refused", label,
                      "1: the replica is ahead of this folder, or of another history, and gets nothing."),
        refused);
}

static void follow_list(struct key_replicas *r, const struct keys_replicas *all)
{
    for (size_t i = 0; i < KEYS_REPLICAS_MAX; i++) {
        struct worker *w = &r->worker[i];
        if (!w->running || listed(all, &w->replica))
            continue;
        set_metrics(&w->replica, 0, false);
        end_worker(r, w);
    }
    for (size_t i = 0; i < all->count; i++) {
        const struct keys_replica *k = &all->at[i];
        start_worker(r, k);
        set_metrics(k, (int64_t)(all->epoch > k->epoch ? all->epoch - k->epoch : 0), k->state >= KEYS_REPLICA_AHEAD);
    }
}

static void *run(void *context)
{
    struct key_replicas *r = context;
    struct keys_replicas *all = cu_alloc(sizeof *all);
    guard_enter_system("upkeep", "keys.replicas");
    do {
        struct cu_error err;
        if (all && guard_replicas(r->engine->guard, all, &err) == CU_OK)
            follow_list(r, all);
    } while (rest(r, NULL, LIST_MS));
    for (size_t i = 0; i < KEYS_REPLICAS_MAX; i++)
        end_worker(r, &r->worker[i]);
    cu_free(all);
    guard_leave();
    return NULL;
}

static void release(struct key_replicas *r)
{
    pthread_cond_destroy(&r->news);
    pthread_mutex_destroy(&r->lock);
    cu_free(r);
}

cu_code key_replicas_start(struct engine *e, struct key_replicas **ret, struct cu_error *err)
{
    struct key_replicas *r = cu_calloc(1, sizeof *r);
    pthread_condattr_t monotonic;
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory for the key replicas");
    r->engine = e;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->news, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&r->thread, NULL, run, r) != 0) {
        release(r);
        return cu_fail(err, CU_MEMORY, "", "no thread for the key replicas");
    }
    *ret = r;
    return CU_OK;
}

void key_replicas_stop(struct key_replicas *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->stopping = true;
    pthread_cond_broadcast(&r->news);
    pthread_mutex_unlock(&r->lock);
    (void)pthread_join(r->thread, NULL);
    release(r);
}
