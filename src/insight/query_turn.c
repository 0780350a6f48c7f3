// SPDX-License-Identifier: Apache-2.0
// Turns: questions are worked out by all cores, so only a few at once; others wait a little, then are sent away with a sentence.
#include "query_private.h"

#include <errno.h>
#include <time.h>

enum { WAIT_S = 15 };

cu_code desk_turn_take(struct insight_desk *d, struct cu_error *err)
{
    struct timespec until;
    cu_code code = CU_OK;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += WAIT_S;
    (void)pthread_mutex_lock(&d->lock);
    if (d->waiting >= DESK_WAITING_MAX)
        code = cu_fail(err, CU_BUSY, "", "many questions wait already; ask again in a moment");
    d->waiting++;
    while (code == CU_OK && d->running >= DESK_RUNNING_MAX) {
        if (pthread_cond_timedwait(&d->free, &d->lock, &until) == ETIMEDOUT)
            code = cu_fail(err, CU_BUSY, "", "other questions took too long; ask again in a moment");
    }
    d->waiting--;
    d->running += code == CU_OK;
    (void)pthread_mutex_unlock(&d->lock);
    return code;
}

void desk_turn_give(struct insight_desk *d)
{
    (void)pthread_mutex_lock(&d->lock);
    d->running--;
    (void)pthread_cond_signal(&d->free);
    (void)pthread_mutex_unlock(&d->lock);
}
