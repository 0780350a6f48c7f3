// SPDX-License-Identifier: Apache-2.0
// Taking evidence of orders back: of people who are deleted, of an import that is reverted, of
// sample data. What remains is folded again, so an order another door also told of stays as that
// door told it. Called under people_lock inside a transaction.
#include "orders_internal.h"

#include "orders_sql.h"

#define FORGET_STEP 500 // orders per step

struct forgetting {
    const struct db_statement *find,
        *forget;      // orders with such evidence; that evidence of one order
    const char *name; // parameter of both, or NULL
    int64_t value;
};

static cu_code find_orders(struct db *d, const struct forgetting *f, int64_t *numbers,
    size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    *ret_count = 0;
    CU_TRY(db_prepare(d, f->find, &q, err));
    if (f->name)
        db_bind_i64(&q, f->name, f->value);
    db_bind_i64(&q, ":limit", FORGET_STEP);
    while (db_step(&q))
        numbers[(*ret_count)++] = db_i64(&q, 0);
    return db_end(&q, err);
}

static cu_code forget_step(
    struct people *p, const struct forgetting *f, bool *ret_done, struct cu_error *err)
{
    struct db *d = people_db(p);
    int64_t numbers[FORGET_STEP];
    size_t count = 0;
    CU_TRY(find_orders(d, f, numbers, &count, err));
    for (size_t i = 0; i < count; i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, f->forget, &q, err));
        db_bind_i64(&q, ":number", numbers[i]);
        if (f->name)
            db_bind_i64(&q, f->name, f->value);
        CU_TRY(db_run(&q, err));
        CU_TRY(order_refold(p, d, numbers[i], err));
    }
    *ret_done = count < FORGET_STEP;
    return CU_OK;
}

cu_code orders_forget_people(
    struct people *p, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct forgetting f = {
            &orders_sql_numbers_of_person, &orders_sql_forget_person, ":pno", pnos[i]};
        bool done = pnos[i] == 0; // guest orders are nobody's
        while (!done)
            CU_TRY(forget_step(p, &f, &done, err));
    }
    return CU_OK;
}

cu_code orders_forget_import(
    struct people *p, uint32_t import, bool *ret_done, struct cu_error *err)
{
    const struct forgetting f = {
        &orders_sql_numbers_of_import, &orders_sql_forget_import, ":import", import};
    return forget_step(p, &f, ret_done, err);
}

cu_code orders_forget_sample(struct people *p, bool *ret_done, struct cu_error *err)
{
    const struct forgetting f = {&orders_sql_numbers_of_sample, &orders_sql_forget_sample, NULL, 0};
    return forget_step(p, &f, ret_done, err);
}

struct old_order {
    int64_t number;
    uint32_t pno;
};

static cu_code find_old(struct db *d, int64_t before_ms, int64_t after, struct old_order *ret, size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    *ret_count = 0;
    CU_TRY(db_prepare(d, &orders_sql_numbers_before, &q, err));
    db_bind_i64(&q, ":before_ms", before_ms);
    db_bind_i64(&q, ":after", after);
    db_bind_i64(&q, ":limit", FORGET_STEP);
    while (*ret_count < FORGET_STEP && db_step(&q))
        ret[(*ret_count)++] = (struct old_order){db_i64(&q, 0), (uint32_t)db_i64(&q, 1)};
    return db_end(&q, err);
}

cu_code orders_forget_before(struct people *p, int64_t before_ms, orders_goes *goes, void *context, int64_t *after,
    uint64_t *ret_orders, struct cu_error *err)
{
    struct db *d = people_db(p);
    struct old_order old[FORGET_STEP];
    size_t count = 0;
    *ret_orders = 0;
    CU_TRY(find_old(d, before_ms, *after, old, &count, err));
    for (size_t i = 0; i < count; i++) {
        struct db_query q;
        *after = old[i].number;
        if (old[i].pno && goes && !goes(context, old[i].pno))
            continue;
        CU_TRY(db_prepare(d, &orders_sql_forget_whole, &q, err));
        db_bind_i64(&q, ":number", old[i].number);
        CU_TRY(db_run(&q, err));
        CU_TRY(order_refold(p, d, old[i].number, err));
        ++*ret_orders;
    }
    if (count < FORGET_STEP)
        *after = 0;
    return CU_OK;
}

cu_code orders_count_before(
    struct db *d, int64_t before_ms, int64_t *ret_orders, int64_t *ret_people, struct cu_error *err)
{
    struct db_query q;
    *ret_orders = *ret_people = 0;
    CU_TRY(db_prepare(d, &orders_sql_count_before, &q, err));
    db_bind_i64(&q, ":before_ms", before_ms);
    if (db_step(&q)) {
        *ret_orders = db_i64(&q, 0);
        *ret_people = db_i64(&q, 1);
    }
    return db_end(&q, err);
}
