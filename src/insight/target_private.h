// SPDX-License-Identifier: Apache-2.0
// What the files target*.c and annotation.c share. Others use target.h.
#pragma once

#include "metric.h"
#include "target.h"

#include <stdatomic.h>

struct targets {
    struct targets_options o;
    atomic_bool started;
};
struct target_row { // texts in the caller's arena
    cu_str name, title, metric, filters, segment, tell, state, fault;
    enum target_period period;
    enum target_sort kind;
    double value, current, reached, low, high; // NaN: none
    int64_t version, checked_ms;
};
extern const char *const target_periods[], *const target_kinds[]; // names, NULL-terminated
struct db_query;
cu_code target_row_of(struct db_query *q, struct cu_arena *a, struct target_row *ret, struct cu_error *err); // columns of "every" and "one"
cu_code targets_all(struct targets *t, struct cu_arena *a, struct target_row **ret, size_t *ret_count, struct cu_error *err);
bool target_leaves(cu_str tell); // something of it goes to a letter or a webhook

// --- target_watch.c: looks at one target and keeps what it found; caller of the house
cu_code target_watch(struct targets *t, const struct target_row *row, struct cu_error *err);
cu_code targets_watch(void *instance, struct cu_error *err); // the job
// --- target_tell.c
cu_code targets_tell(void *instance, struct cu_error *err); // the job
cu_code target_place_check(struct targets *t, cu_str place, int64_t caller, struct cu_buf *out, struct cu_error *err); // appends how it is kept
// --- annotation.c
cu_code annotations_get(struct request *rq, struct cu_error *err);
cu_code annotations_post(struct request *rq, struct cu_error *err);
cu_code annotations_delete(struct request *rq, struct cu_error *err);
