// SPDX-License-Identifier: Apache-2.0
// Sealing rows anew after a class key was rotated: a job goes through the tables, some hundred rows at a time under
// people_lock, and gives the key process what is sealed under an older version. How far it came is remembered
// with the keys (guard_reseal), so a restart goes on there; what a crash repeats is found done. Readers need not know:
// both versions open at any time. Events in the timeline are never rewritten: they stay under the version of their day.
#include "internal.h"
#include "people_sql.h"

#include "base/log.h"
#include "guard/admin.h"

#include <stdio.h>

enum { ROWS = 200, BUDGET_US = 250000 }; // of one batch; of one run of the job

// A table with sealed values: rows in the order of their numbers, each with the place it is bound to.
static const struct table {
    const struct db_statement *next, *put, *count; // next: id, table, subject, record, version, sealed
} tables[] = {
    {&people_sql_reseal_identifiers, &people_sql_reseal_identifier, &people_sql_reseal_identifier_count},
    {&people_sql_reseal_currents, &people_sql_reseal_current, &people_sql_reseal_current_count},
    {&people_sql_reseal_histories, &people_sql_reseal_history, &people_sql_reseal_history_count},
    {&people_sql_reseal_reasons, &people_sql_reseal_reason, &people_sql_reseal_reason_count},
    {&people_sql_reseal_ended_reasons, &people_sql_reseal_ended_reason, &people_sql_reseal_reason_count},
    {&people_sql_reseal_orders, &people_sql_reseal_order, &people_sql_reseal_order_count},
};

struct batch {
    struct guard_item item[ROWS];
    int64_t id[ROWS];
    size_t count;     // of items: rows under an older version
    size_t looked;    // rows
    int64_t last;     // number of the last row looked at
    struct cu_buf sealed, fresh;
    size_t at[ROWS];  // in sealed
};

static bool is_old(const struct keys_reseal *r, cu_str sealed)
{
    enum seal_class class_id = seal_class_of(sealed);
    return class_id < SEAL_CLASS_COUNT && seal_version_of(sealed) < r->class_version[class_id];
}

static cu_code read_rows(struct people *p, const struct keys_reseal *r, struct batch *b, struct cu_error *err)
{
    struct db_query q;
    b->count = b->looked = 0;
    b->last = r->row;
    cu_buf_reset(&b->sealed);
    CU_TRY(db_prepare(p->records, tables[r->step].next, &q, err));
    db_bind_i64(&q, ":after", r->row);
    db_bind_i64(&q, ":some", ROWS);
    while (b->looked < ROWS && db_step(&q)) {
        cu_str sealed = db_blob(&q, 5);
        b->last = db_i64(&q, 0);
        b->looked++;
        if (!is_old(r, sealed))
            continue;
        b->id[b->count] = b->last;
        b->at[b->count] = b->sealed.len;
        b->item[b->count++] = (struct guard_item){.class_id = SEAL_IDENTIFIER,
            .place = {(uint32_t)db_i64(&q, 1), (uint64_t)db_i64(&q, 2), (uint64_t)db_i64(&q, 3), (uint64_t)db_i64(&q, 4)},
            .bytes.len = sealed.len};
        cu_buf_str(&b->sealed, sealed);
    }
    CU_TRY(db_end(&q, err));
    CU_TRY(cu_buf_code(&b->sealed, err));
    for (size_t i = 0; i < b->count; i++)
        b->item[i].bytes.ptr = b->sealed.ptr + b->at[i];
    return CU_OK;
}

// A value that does not open (its person was just erased) is left as it is: it opens no more in either form.
static cu_code write_rows(struct people *p, const struct db_statement *put, const struct batch *b, struct cu_error *err)
{
    for (size_t i = 0; i < b->count; i++) {
        const struct guard_item *item = &b->item[i];
        struct db_query q;
        if (item->code != CU_OK || item->len == 0)
            continue;
        CU_TRY(db_prepare(p->records, put, &q, err));
        db_bind_i64(&q, ":id", b->id[i]);
        db_bind_blob(&q, ":value", b->fresh.ptr + item->at, item->len);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

// Under the lock. Nothing is begun when there is nothing to write.
static cu_code one_batch(struct people *p, const struct keys_reseal *r, struct batch *b, struct cu_error *err)
{
    CU_TRY(read_rows(p, r, b, err));
    if (b->count == 0)
        return CU_OK;
    cu_buf_reset(&b->fresh);
    CU_TRY(guard_reseal_many(p->guard, b->item, b->count, &b->fresh, err));
    CU_TRY(people_begin(p, err));
    cu_code code = write_rows(p, tables[r->step].put, b, err);
    if (code == CU_OK)
        return people_commit(p, err);
    people_rollback(p);
    return code;
}

static cu_code count_all(struct people *p, uint64_t *ret, struct cu_error *err)
{
    *ret = 0;
    for (size_t i = 0; i < CU_COUNT(tables); i++) {
        struct db_query q;
        CU_TRY(db_prepare(p->records, tables[i].count, &q, err));
        if (db_step(&q))
            *ret += (uint64_t)db_i64(&q, 0);
        CU_TRY(db_end(&q, err));
    }
    return CU_OK;
}

static cu_code next_batch(struct people *p, struct keys_reseal *r, struct batch *b, struct cu_error *err)
{
    (void)people_lock(p);
    cu_code code = r->total == 0 ? count_all(p, &r->total, err) : CU_OK;
    if (code == CU_OK)
        code = one_batch(p, r, b, err);
    people_unlock(p);
    CU_TRY(code);
    r->done += b->looked;
    r->row = b->last;
    if (b->looked < ROWS) {
        r->step++;
        r->row = 0;
    }
    if (r->step == CU_COUNT(tables)) {
        r->running = false;
        r->step = 0;
    }
    return CU_OK;
}

static cu_code work(struct people *p, struct keys_reseal *r, struct batch *b, struct cu_error *err)
{
    int64_t until_us = cu_mono_us() + BUDGET_US;
    cu_code code = CU_OK;
    while (code == CU_OK && r->running && cu_mono_us() < until_us)
        code = next_batch(p, r, b, err);
    if (code != CU_OK)
        return code;
    code = guard_reseal_put(p->guard, r, err);
    if (code == CU_PRECONDITION) // another rotation: the next run begins anew
        return CU_OK;
    if (code == CU_OK && !r->running)
        cu_log(CU_LOG_INFO, "people.resealed", CU_LI("rows", (int64_t)r->done));
    return code;
}

cu_code people_reseal(struct people *p, struct cu_error *err)
{
    struct keys_reseal r;
    cu_code asked = guard_reseal(p->guard, &r, err);
    if (asked != CU_OK)
        return asked;
    if (!r.running || r.step >= CU_COUNT(tables))
        return CU_OK;
    struct batch *b = cu_calloc(1, sizeof *b);
    if (!b)
        return cu_fail(err, CU_MEMORY, "", "No memory to seal rows anew.");
    cu_buf_init(&b->sealed, (size_t)ROWS * (SEAL_PLAIN_MAX / 16));
    cu_buf_init(&b->fresh, (size_t)ROWS * (SEAL_PLAIN_MAX / 16));
    cu_code code = work(p, &r, b, err);
    cu_buf_clear(&b->sealed);
    cu_buf_clear(&b->fresh);
    cu_free(b);
    return code;
}
