// SPDX-License-Identifier: Apache-2.0
// The kind "report": metrics by period, compared, broken down, filtered. See report_private.h.
#include "report_private.h"

#include <roaring/roaring.h>
#include <stdlib.h>

static cu_code compute(struct report *r, struct cu_error *err)
{
    CU_TRY(report_cells_init(r, &r->all, err));
    CU_TRY(report_scan(r, err));
    CU_TRY(report_first_seen(r, err));
    return report_orders(r, err);
}

static int ascending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

// There were more values than are kept apart: once more, for those that came out first.
static cu_code compute_again(struct report *r, struct cu_error *err)
{
    struct report_row *rows = NULL, other;
    size_t count = 0, more = 0;
    CU_TRY(report_top(r, &rows, &count, &other, &more, err));
    uint64_t *only = cu_arena_alloc(r->q->arena, (count + 1) * sizeof *only);
    if (!only)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    for (size_t i = 0; i < count; i++)
        only[i] = rows[i].key;
    qsort(only, count, sizeof *only, ascending);
    r->only = only;
    r->only_count = count;
    report_cells_clear(&r->all);
    cu_free(r->join);
    r->join = NULL;
    r->join_count = 0;
    return compute(r, err);
}

static cu_code answer(struct report *r, struct json_writer *w, struct cu_error *err)
{
    CU_TRY(compute(r, err));
    if (r->all.pruned)
        CU_TRY(compute_again(r, err));
    return report_write(r, w, err);
}

static cu_code run(struct insight_query *q, struct json_writer *w, struct cu_error *err)
{
    struct report *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    cu_code code = report_read(q, r, err);
    if (code == CU_OK)
        code = answer(r, w, err);
    report_cells_clear(&r->all);
    cu_free(r->join);
    for (size_t i = 0; i < r->filter_count; i++) {
        if (r->filter[i].people)
            roaring_bitmap_free(r->filter[i].people);
    }
    cu_free(r);
    return code;
}

const struct insight_kind insight_kind_report = {
    .name = "report",
    .doc = "Metrics by period, compared with the period before or the year before, broken down by a dimension and filtered.",
    .body = report_question_fields,
    .answer = report_answer_fields,
    .run = run,
};
