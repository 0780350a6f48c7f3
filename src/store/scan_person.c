// SPDX-License-Identifier: Apache-2.0
// The rows of one person, in the caller's thread (scan_reader, scan_person).
#include "scan_source.h"

struct scan_reader {
    struct timeline *t;
    struct scan_batch pile, other;
    struct scan_rows *rows;
    size_t room; // columns rows has room for
};

cu_code scan_reader_new(struct timeline *t, struct scan_reader **ret, struct cu_error *err)
{
    struct scan_reader *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory to read a person's events");
    r->t = t;
    scan_batch_init(&r->pile, SCAN_SEQ, 0);
    scan_batch_init(&r->other, SCAN_SEQ, 0);
    *ret = r;
    return CU_OK;
}

void scan_reader_free(struct scan_reader *r)
{
    if (!r)
        return;
    scan_batch_clear(&r->pile);
    scan_batch_clear(&r->other);
    cu_free(r->rows);
    cu_free(r);
}

// Arrays for this plan; those there are already stay when they fit.
static cu_code prepare(struct scan_reader *r, const struct scan_plan *plan, struct cu_error *err)
{
    unsigned wants = plan->wants | SCAN_SEQ;
    if (r->pile.wants != wants || r->pile.column_count != plan->column_count) {
        scan_batch_clear(&r->pile);
        scan_batch_clear(&r->other);
        scan_batch_init(&r->pile, wants, plan->column_count);
        scan_batch_init(&r->other, wants, plan->column_count);
    }
    scan_batch_reset(&r->pile);
    if (r->rows && r->room >= plan->column_count)
        return CU_OK;
    cu_free(r->rows);
    r->room = plan->column_count;
    r->rows = cu_alloc(sizeof *r->rows + r->room * sizeof r->rows->column[0]);
    return r->rows ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to read a person's events");
}

static cu_code read_profiles(
    struct scan_reader *r, struct scan_desk *d, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    const struct scan_plan *plan = d->shared->plan;
    uint64_t rows_read = 0;
    for (size_t i = 0; i < count; i++) {
        if (pnos[i] != 0)
            CU_TRY(scan_profile(d, pnos[i], &r->pile, &rows_read, err));
        if (plan->rows_max && rows_read > plan->rows_max)
            return cu_fail(
                err, CU_TOO_LARGE, "", "the person has more than %llu events", (unsigned long long)plan->rows_max);
    }
    CU_TRY(scan_batch_sort(&r->pile, &r->other, err));
    scan_batch_words(&r->pile);
    return CU_OK;
}

cu_code scan_person(struct scan_reader *r, const struct scan_plan *plan, const uint32_t *pnos, size_t count,
    const struct scan_rows **ret, struct cu_error *err)
{
    struct scan_sources s;
    struct scan_desk *d;
    CU_TRY(scan_sources_open(r->t, plan, NULL, pnos, count, &s, err));
    cu_code code = prepare(r, plan, err);
    if (code == CU_OK)
        code = scan_desk_open(&s, &d, err);
    if (code == CU_OK) {
        code = read_profiles(r, d, pnos, count, err);
        scan_desk_close(d);
    }
    scan_sources_close(&s);
    CU_TRY(code);
    uint32_t root = count > 0 ? pnos[0] : 0;
    for (size_t i = 1; i < count; i++)
        root = pnos[i] < root ? pnos[i] : root;
    scan_batch_show(&r->pile, plan->wants, root, 0, r->pile.count, r->rows);
    *ret = r->rows;
    return CU_OK;
}
