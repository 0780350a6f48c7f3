// SPDX-License-Identifier: Apache-2.0
// Counting for imports, called by the pipeline's stages. See import_tally.h.
#include "import_tally.h"

#include "import_sql.h"

bool import_tally_add(struct import_tally *t, uint32_t import, enum import_effect effect)
{
    uint32_t i = 0;
    if (effect == IMPORT_EFFECT_NONE)
        return true;
    while (i < t->count && t->at[i].import != import)
        i++;
    if (i == IMPORT_TALLY_MAX)
        return false;
    if (i == t->count) {
        t->at[i].import = import;
        t->at[i].created = t->at[i].updated = 0;
        t->count++;
    }
    t->at[i].created += effect == IMPORT_EFFECT_CREATED;
    t->at[i].updated += effect == IMPORT_EFFECT_UPDATED;
    return true;
}

cu_code import_tally_store(struct import_tally *t, struct db *d, struct cu_error *err)
{
    for (uint32_t i = 0; i < t->count; i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, &import_sql_tally_add, &q, err));
        db_bind_i64(&q, ":number", t->at[i].import);
        db_bind_i64(&q, ":created", (int64_t)t->at[i].created);
        db_bind_i64(&q, ":updated", (int64_t)t->at[i].updated);
        CU_TRY(db_run(&q, err));
    }
    t->count = 0;
    return CU_OK;
}

cu_code import_repeats_order(struct db *d, uint64_t seq, bool *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &import_sql_repeats_order, &q, err));
    db_bind_i64(&q, ":seq", (int64_t)seq);
    *ret = db_step(&q) && db_i64(&q, 0) != 0;
    return db_end(&q, err);
}
