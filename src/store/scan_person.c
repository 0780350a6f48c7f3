// SPDX-License-Identifier: Apache-2.0
// The rows of one person, in the caller's thread (scan_reader, scan_person).
#include "scan_gather.h"
#include "scan_pile.h"

struct scan_reader {
    struct timeline *t;
    struct scan_gather *gather;
    struct scan_pile pile;
    const struct scan_plan *plan; // of this call
    cu_code code;
    struct cu_error *err;
};

cu_code scan_reader_new(struct timeline *t, struct scan_reader **ret, struct cu_error *err)
{
    struct scan_reader *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory to read a person's events");
    r->t = t;
    scan_pile_init(&r->pile);
    *ret = r;
    return CU_OK;
}

void scan_reader_free(struct scan_reader *r)
{
    if (!r)
        return;
    scan_gather_free(r->gather);
    scan_pile_clear(&r->pile);
    cu_free(r);
}

static bool take_row(void *context, const struct timeline_event *e)
{
    struct scan_reader *r = context;
    if (e->time_ms < r->plan->from_ms)
        return false;
    if (scan_gather_wants(r->plan, e->kind, e->time_ms))
        r->code = scan_pile_add(&r->pile, 0, e, r->err);
    if (r->plan->rows_max && r->pile.count > r->plan->rows_max)
        r->code = cu_fail(r->err, CU_TOO_LARGE, "", "the person has more than %llu such events",
            (unsigned long long)r->plan->rows_max);
    return r->code == CU_OK;
}

cu_code scan_person(struct scan_reader *r, const struct scan_plan *plan, const uint32_t *pnos, size_t count,
    const struct scan_rows **ret, struct cu_error *err)
{
    scan_gather_free(r->gather);
    r->gather = NULL;
    scan_pile_reset(&r->pile);
    r->plan = plan;
    r->err = err;
    r->code = CU_OK;
    CU_TRY(scan_gather_new(plan, &r->gather, err));
    CU_TRY(timeline_person(r->t, pnos, count, plan->to_ms, 0, take_row, r, err));
    CU_TRY(r->code);
    uint32_t root = count > 0 ? pnos[0] : 0;
    for (size_t i = 1; i < count; i++)
        root = pnos[i] < root ? pnos[i] : root;
    scan_gather_start(r->gather, root);
    for (size_t i = r->pile.count; i > 0; i--) { // the newest came first
        struct timeline_event e = scan_pile_event(&r->pile, i - 1);
        CU_TRY(scan_gather_add(r->gather, &e, err));
    }
    *ret = scan_gather_rows(r->gather);
    return CU_OK;
}
