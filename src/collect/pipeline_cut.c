// SPDX-License-Identifier: Apache-2.0
// A cut: one moment at which records, timeline and seen agree, for whoever copies them (backups). The
// pipeline's own thread makes it between two batches; the caller waits. See pipeline.h.
#include "pipeline_private.h"

#include "base/clock.h"

#include <errno.h>
#include <time.h>

struct pipeline_cut {
    pipeline_cut_fn *fn;
    void *context;
    struct cu_error err;
    cu_code code;
    bool taken, done; // taken: the pipeline's thread works on it
};

static cu_code run_cut(struct pipeline *p, pipeline_cut_fn *fn, void *context, struct cu_error *err)
{
    CU_TRY(batch_flush(p, err));
    (void)people_lock(p->o.people);
    cu_code code = fn(context, atomic_load(&p->position), err);
    people_unlock(p->o.people);
    return code;
}

void pipeline_cut_serve(struct pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    struct pipeline_cut *c = p->cut;
    if (c)
        c->taken = true;
    pthread_mutex_unlock(&p->lock);
    if (!c)
        return;
    cu_code code = p->batch.committed ? cu_fail(&c->err, CU_UNAVAILABLE, "", "storing events fails at this moment")
                                      : run_cut(p, c->fn, c->context, &c->err);
    pthread_mutex_lock(&p->lock);
    c->code = code;
    c->done = true;
    p->cut = NULL;
    pthread_cond_broadcast(&p->moved);
    pthread_mutex_unlock(&p->lock);
}

void pipeline_cut_refuse(struct pipeline *p)
{
    pthread_mutex_lock(&p->lock);
    if (p->cut) {
        p->cut->code = cu_fail(&p->cut->err, CU_UNAVAILABLE, "", "the server is stopping");
        p->cut->done = true;
        p->cut = NULL;
        pthread_cond_broadcast(&p->moved);
    }
    pthread_mutex_unlock(&p->lock);
}

static struct timespec in_ms(int64_t ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += ms % 1000 * 1000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

cu_code pipeline_cut(struct pipeline *p, int64_t wait_ms, pipeline_cut_fn *fn, void *context, struct cu_error *err)
{
    if (atomic_load(&p->stopping))
        return cu_fail(err, CU_UNAVAILABLE, "", "the server is stopping");
    if (!p->started)
        return run_cut(p, fn, context, err);
    struct pipeline_cut c = {.fn = fn, .context = context};
    struct timespec until = in_ms(wait_ms);
    pthread_mutex_lock(&p->lock);
    if (p->cut || atomic_load(&p->stopping)) {
        pthread_mutex_unlock(&p->lock);
        return cu_fail(err, CU_BUSY, "", "another backup takes its cut at this moment");
    }
    p->cut = &c;
    pthread_mutex_unlock(&p->lock);
    journal_wake(p->o.journal);
    pthread_mutex_lock(&p->lock);
    int rc = 0;
    while (!c.done && (rc == 0 || c.taken))
        rc = c.taken ? pthread_cond_wait(&p->moved, &p->lock) : pthread_cond_timedwait(&p->moved, &p->lock, &until);
    if (!c.done)
        p->cut = NULL;
    pthread_mutex_unlock(&p->lock);
    if (!c.done)
        return cu_fail(err, CU_TIMEOUT, "", "the pipeline did not come to a moment of rest; events are still taken in");
    if (c.code != CU_OK && err)
        *err = c.err;
    return c.code;
}
