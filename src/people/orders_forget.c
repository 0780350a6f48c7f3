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
