// SPDX-License-Identifier: Apache-2.0
// Recurring work. See jobs.h.
#include "jobs.h"

#include "base/clock.h"
#include "base/log.h"
#include "guard/guard.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

enum { JOBS_MAX = 64, TICK_MS = 500 };

struct jobs {
    struct {
        const struct spec_job *job;
        void *instance;
        int64_t due_us;
        bool failing; // logged once, until it succeeds again
    } list[JOBS_MAX];
    size_t count;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stop;
};

static void run(struct jobs *j, size_t i)
{
    struct cu_error err = {.code = CU_OK};
    const struct spec_job *job = j->list[i].job;
    guard_enter_system("upkeep", job->name);
    cu_code code = job->run(j->list[i].instance, &err);
    guard_leave();
    if (code != CU_OK && !j->list[i].failing)
        cu_log(CU_LOG_ERROR, "job.failed", CU_LS("job", job->name), CU_LS("code", cu_code_rows[code].name),
            CU_LS("text", err.text));
    else if (code == CU_OK && j->list[i].failing)
        cu_log(CU_LOG_INFO, "job.recovered", CU_LS("job", job->name));
    j->list[i].failing = code != CU_OK;
    j->list[i].due_us = cu_mono_us() + job->every_ms * 1000;
}

static bool wait_tick(struct jobs *j)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += TICK_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_mutex_lock(&j->lock);
    while (!j->stop && pthread_cond_timedwait(&j->wake, &j->lock, &until) != ETIMEDOUT) {
    }
    bool stop = j->stop;
    (void)pthread_mutex_unlock(&j->lock);
    return !stop;
}

static void *loop(void *context)
{
    struct jobs *j = context;
    while (wait_tick(j)) {
        int64_t now = cu_mono_us();
        for (size_t i = 0; i < j->count; i++) {
            if (now >= j->list[i].due_us)
                run(j, i);
        }
    }
    for (size_t i = 0; i < j->count; i++)
        run(j, i);
    return NULL;
}

cu_code jobs_start(const struct dispatch_module *modules, size_t count, struct jobs **ret, struct cu_error *err)
{
    struct jobs *j = cu_calloc(1, sizeof *j);
    if (!j)
        return cu_fail(err, CU_MEMORY, "", "no memory for jobs");
    for (size_t m = 0; m < count; m++) {
        for (size_t k = 0; k < modules[m].module->job_count && j->count < JOBS_MAX; k++) {
            const struct spec_job *job = &modules[m].module->jobs[k];
            j->list[j->count].job = job;
            j->list[j->count].instance = modules[m].instance;
            j->list[j->count++].due_us = cu_mono_us() + job->every_ms * 1000;
        }
    }
    pthread_condattr_t attr;
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&j->wake, &attr);
    (void)pthread_condattr_destroy(&attr);
    (void)pthread_mutex_init(&j->lock, NULL);
    if (pthread_create(&j->thread, NULL, loop, j) != 0) {
        cu_free(j);
        return cu_fail(err, CU_MEMORY, "", "cannot start the job thread");
    }
    *ret = j;
    return CU_OK;
}

void jobs_stop(struct jobs *j)
{
    if (!j)
        return;
    (void)pthread_mutex_lock(&j->lock);
    j->stop = true;
    (void)pthread_cond_signal(&j->wake);
    (void)pthread_mutex_unlock(&j->lock);
    (void)pthread_join(j->thread, NULL);
    (void)pthread_cond_destroy(&j->wake);
    (void)pthread_mutex_destroy(&j->lock);
    cu_free(j);
}
