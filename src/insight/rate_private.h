// SPDX-License-Identifier: Apache-2.0
// Shared by rate.c and rate_routes.c.
#pragma once

#include "rate.h"

#include <pthread.h>

struct rates {
    struct people *people;
    char currency[4];
    pthread_rwlock_t lock;
    struct rate_row *rows; // by base, currency, day
    size_t count;
    pthread_mutex_t hook;
    rates_changed *changed;
    void *context;
};
cu_code rates_read_again(struct rates *r, struct cu_error *err) CU_MUST; // from records.db, and tells
