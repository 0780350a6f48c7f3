// SPDX-License-Identifier: Apache-2.0
// See recipient_worker.h.
#include "recipient_worker.h"

#include "guard/guard.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

enum { TICK_NS = 500000000 };

struct recipient_worker {
    const char *action;
    void (*run)(void *context);
    void *context;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool poked;
    atomic_bool ending;
};

static void wait_turn(struct recipient_worker *w)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += TICK_NS;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_mutex_lock(&w->lock);
    while (!w->poked && !atomic_load(&w->ending) && pthread_cond_timedwait(&w->wake, &w->lock, &until) != ETIMEDOUT) {
    }
    w->poked = false;
    (void)pthread_mutex_unlock(&w->lock);
}

static void *loop(void *context)
{
    struct recipient_worker *w = context;
    for (wait_turn(w); !atomic_load(&w->ending); wait_turn(w)) {
        guard_enter_system("rights", w->action);
        w->run(w->context);
        guard_leave();
    }
    return NULL;
}

static void destroy(struct recipient_worker *w)
{
    (void)pthread_cond_destroy(&w->wake);
    (void)pthread_mutex_destroy(&w->lock);
    cu_free(w);
}

cu_code recipient_worker_start(
    const char *action, void (*run)(void *context), void *context, struct recipient_worker **ret, struct cu_error *err)
{
    struct recipient_worker *w = cu_calloc(1, sizeof *w);
    if (!w)
        return cu_fail(err, CU_MEMORY, "", "no memory for a thread");
    *w = (struct recipient_worker){.action = action, .run = run, .context = context};
    pthread_condattr_t attr;
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&w->wake, &attr);
    (void)pthread_condattr_destroy(&attr);
    (void)pthread_mutex_init(&w->lock, NULL);
    if (pthread_create(&w->thread, NULL, loop, w) != 0) {
        destroy(w);
        return cu_fail(err, CU_MEMORY, "", "cannot start a thread");
    }
    *ret = w;
    return CU_OK;
}

static void signal_it(struct recipient_worker *w, bool end)
{
    (void)pthread_mutex_lock(&w->lock);
    w->poked = true;
    if (end)
        atomic_store(&w->ending, true);
    (void)pthread_cond_signal(&w->wake);
    (void)pthread_mutex_unlock(&w->lock);
}

void recipient_worker_poke(struct recipient_worker *w)
{
    if (w)
        signal_it(w, false);
}

void recipient_worker_stop(struct recipient_worker *w)
{
    if (!w)
        return;
    signal_it(w, true);
    (void)pthread_join(w->thread, NULL);
    destroy(w);
}

bool recipient_worker_ending(const struct recipient_worker *w)
{
    return w && atomic_load(&w->ending);
}
