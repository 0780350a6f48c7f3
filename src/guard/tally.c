// SPDX-License-Identifier: Apache-2.0
// Counts of what the program opened. See tally.h.
#include "tally.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdio.h>

enum { ROWS_MAX = 64 };
static const int64_t minute_us = 60 * 1000000;

struct row {
    char purpose[24], action[64];
    uint64_t opened;
};
struct tally {
    pthread_mutex_t lock;
    struct row rows[ROWS_MAX]; // the last takes what finds no room
    size_t count;
    int64_t written_us;
    bool any;
};

struct tally *tally_new(void)
{
    struct tally *t = cu_calloc(1, sizeof *t);
    if (!t)
        return NULL;
    pthread_mutex_init(&t->lock, NULL);
    t->written_us = cu_mono_us();
    return t;
}

void tally_free(struct tally *t)
{
    if (!t)
        return;
    pthread_mutex_destroy(&t->lock);
    cu_free(t);
}

static struct row *row_of(struct tally *t, const struct guard_access *a)
{
    for (size_t i = 0; i < t->count; i++) {
        if (strcmp(t->rows[i].action, a->action) == 0 && strcmp(t->rows[i].purpose, a->purpose) == 0)
            return &t->rows[i];
    }
    if (t->count == ROWS_MAX)
        return &t->rows[ROWS_MAX - 1];
    struct row *r = &t->rows[t->count++];
    *r = (struct row){.opened = 0};
    (void)snprintf(r->purpose, sizeof r->purpose, "%s", a->purpose);
    (void)snprintf(r->action, sizeof r->action, "%s", t->count == ROWS_MAX ? "others" : a->action);
    return r;
}

void tally_add(struct tally *t, const struct guard_access *a, size_t opened)
{
    pthread_mutex_lock(&t->lock);
    row_of(t, a)->opened += opened;
    t->any = t->any || opened > 0;
    pthread_mutex_unlock(&t->lock);
}

static cu_code write_row(const struct row *r, struct audit *audit, struct cu_error *err)
{
    char detail[64];
    struct guard_access a = {.actor = GUARD_SYSTEM};
    (void)snprintf(a.purpose, sizeof a.purpose, "%s", r->purpose);
    (void)snprintf(a.action, sizeof a.action, "%s", r->action);
    int n = snprintf(detail, sizeof detail, "{\"opened\":%llu}", (unsigned long long)r->opened);
    const struct audit_entry e = {.access = &a, .outcome = GUARD_DONE, .detail = {detail, (size_t)n}};
    return audit_append(audit, &e, false, NULL, err);
}

cu_code tally_write(struct tally *t, struct audit *audit, bool end, struct cu_error *err)
{
    cu_code code = CU_OK;
    pthread_mutex_lock(&t->lock);
    if (t->any && (end || cu_mono_us() - t->written_us >= minute_us)) {
        for (size_t i = 0; i < t->count && code == CU_OK; i++) {
            if (audit && t->rows[i].opened > 0)
                code = write_row(&t->rows[i], audit, err);
            if (code == CU_OK)
                t->rows[i].opened = 0;
        }
        if (code == CU_OK) {
            t->any = false;
            t->count = 0;
            t->written_us = cu_mono_us();
        }
    }
    pthread_mutex_unlock(&t->lock);
    return code;
}
