// SPDX-License-Identifier: Apache-2.0
// The thread that loads everybody's facts, a batch of profiles at a time. Invariants: facts_load.c.
#include "facts_private.h"

#include "base/log.h"
#include "base/metric.h"

#include <time.h>

unsigned facts_groups_wanted(const struct facts *f, bool unloaded)
{
    unsigned groups = 0;
    for (uint32_t i = 0; i < f->column_count; i++) {
        const struct facts_column *c = f->columns[i];
        if (!c->dropped && !c->consent && !(unloaded && c->loaded))
            groups |= c->group;
    }
    return groups;
}

static bool consents_unloaded(const struct facts *f)
{
    bool unloaded = false;
    for (uint32_t i = 0; i < f->column_count; i++)
        unloaded = unloaded || (f->columns[i]->consent && !f->columns[i]->dropped && !f->columns[i]->loaded);
    return unloaded;
}

static bool stopping(struct facts *f)
{
    pthread_mutex_lock(&f->touch);
    bool stop = f->stop;
    pthread_mutex_unlock(&f->touch);
    return stop;
}

static void pause_a_second(struct facts *f)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_mutex_lock(&f->touch);
    if (!f->stop)
        (void)pthread_cond_timedwait(&f->wake, &f->touch, &until);
    pthread_mutex_unlock(&f->touch);
}

// Everybody's; the columns that are there now are loaded afterwards.
static void load(struct facts *f, bool all)
{
    uint32_t end = people_end(f->o.people);
    pthread_mutex_lock(&f->update);
    uint32_t columns = f->column_count;
    unsigned groups = facts_groups_wanted(f, !all);
    unsigned what = (groups ? PEOPLE_TRAITS : 0U) | (all || consents_unloaded(f) ? PEOPLE_CONSENTS : 0U) |
                    (all ? (unsigned)(PEOPLE_ORDERS | PEOPLE_IDENTIFIERS | PEOPLE_JOINED) : 0U);
    pthread_mutex_unlock(&f->update);
    int64_t started_us = cu_mono_us();
    for (uint32_t first = 1; first < end && what && !stopping(f);) {
        uint32_t upto = end - first > FACTS_BATCH ? first + FACTS_BATCH : end;
        struct cu_error err = {0};
        if (facts_load_batch(f, first, upto, what, groups, all, &err) != CU_OK) {
            cu_log_error("facts.load", &err);
            pause_a_second(f);
            continue;
        }
        first = upto;
        pthread_mutex_lock(&f->touch);
        f->done = first - 1;
        f->total = end - 1;
        pthread_mutex_unlock(&f->touch);
    }
    pthread_mutex_lock(&f->update);
    for (uint32_t i = 0; i < columns && !stopping(f); i++)
        f->columns[i]->loaded = !f->columns[i]->dropped;
    pthread_mutex_unlock(&f->update);
    cu_metric_set(f->memory, (int64_t)facts_bytes(f));
    cu_log(CU_LOG_INFO, "facts.loaded", CU_LI("profiles", end ? end - 1 : 0), CU_LI("ms",
        (cu_mono_us() - started_us) / 1000),
        CU_LI("bytes", facts_bytes(f)));
}

void *facts_load_run(void *context)
{
    struct facts *f = context;
    guard_enter_system("index", "facts");
    pthread_mutex_lock(&f->touch);
    while (!f->stop) {
        if (!f->load) {
            pthread_cond_broadcast(&f->idle);
            pthread_cond_wait(&f->wake, &f->touch);
            continue;
        }
        bool all = f->load_all;
        f->load = f->load_all = false;
        f->loading = true;
        pthread_mutex_unlock(&f->touch);
        load(f, all);
        pthread_mutex_lock(&f->touch);
        f->loading = false;
    }
    pthread_cond_broadcast(&f->idle);
    pthread_mutex_unlock(&f->touch);
    guard_leave();
    return NULL;
}
