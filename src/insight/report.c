// SPDX-License-Identifier: Apache-2.0
// The kind "report": metrics by period, compared, broken down, filtered. See report_private.h.
#include "report_private.h"

#include <roaring/roaring.h>
#include <stdlib.h>

// ---- who was first seen when: of everybody, from memory

cu_code report_first_seen(struct report *r, struct cu_error *err)
{
    uint64_t keys[REPORT_KEYS_MAX];
    if (!report_needs(r, PART_SEEN_FIRST) || r->by_visit)
        return CU_OK;
    struct report_aim *a = cu_calloc(1, sizeof *a);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    a->cells = &r->all;
    bool rows = r->broken_down && dimensions[r->breakdown].way == DIMENSION_BY_PERSON;
    for (uint32_t person = 1; person < r->q->persons->end; person++) {
        struct people_figures f;
        if (r->q->persons->root[person] != person || !people_figures(r->q->o->people, person, &f) || !report_person_passes(r, person))
            continue;
        for (size_t i = 0; i < r->spans; i++) {
            if (f.first_ms < r->span[i].from_ms || f.first_ms >= r->span[i].to_ms || !report_status_passes(r, REPORT_NEW))
                continue;
            size_t key_count = 0;
            if (rows && r->breakdown == DIMENSION_SEGMENT)
                key_count = report_person_keys(r, person, keys, REPORT_KEYS_MAX);
            else if (rows)
                keys[key_count++] = REPORT_KEY_FIRST + REPORT_NEW;
            a->person = person;
            a->count = 0;
            report_aim_at(a, i, report_period_of(&r->span[i], f.first_ms), keys, key_count);
            report_mark(a, PART_SEEN_FIRST);
        }
    }
    cu_free(a);
    return r->all.no_memory ? cu_fail(err, CU_MEMORY, "", "no memory for a report") : CU_OK;
}

// ---- the answer

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
