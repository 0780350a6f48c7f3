// SPDX-License-Identifier: Apache-2.0
// Forgetting: what happens after rows are gone. Keys and events are in other files than records.db,
// so the deleting transaction leaves intents, which are carried out after its commit and again at
// the next start when that was interrupted. Called by people_commit and people_open.
#include "internal.h"
#include "people_sql.h"

#include "base/log.h"

#define INTENTS_AT_ONCE 1000

struct intents {
    uint32_t all[INTENTS_AT_ONCE], timeline[INTENTS_AT_ONCE];
    uint64_t subjects[INTENTS_AT_ONCE];
    size_t count, timeline_count;
};

static cu_code read_intents(struct people *p, struct intents *in, struct cu_error *err)
{
    struct db_query q;
    in->count = in->timeline_count = 0;
    CU_TRY(db_prepare(p->records, &people_sql_forget_intents, &q, err));
    while (db_step(&q) && in->count < INTENTS_AT_ONCE) {
        uint32_t pno = (uint32_t)db_i64(&q, 0);
        in->subjects[in->count] = pno;
        in->all[in->count++] = pno;
        if (db_i64(&q, 1))
            in->timeline[in->timeline_count++] = pno;
    }
    return db_end(&q, err);
}

static cu_code drop_intents(struct people *p, const struct intents *in, struct cu_error *err)
{
    CU_TRY(db_begin(p->records, err));
    cu_code code = CU_OK;
    for (size_t i = 0; i < in->count && code == CU_OK; i++) {
        struct db_query q;
        code = db_prepare(p->records, &people_sql_forget_intent_done, &q, err);
        if (code == CU_OK) {
            db_bind_i64(&q, ":pno", in->all[i]);
            code = db_run(&q, err);
        }
    }
    if (code == CU_OK)
        code = db_commit(p->records, err);
    if (code != CU_OK)
        db_rollback(p->records);
    return code;
}

// Each step may be repeated. The key goes first: from then on nothing that remains can be read.
cu_code forget_finish(struct people *p, struct cu_error *err)
{
    struct intents *in = cu_alloc(sizeof(*in));
    if (!in)
        return cu_fail(err, CU_MEMORY, "", "No memory to finish a deletion.");
    cu_code code = CU_OK;
    bool person = false; // somebody was deleted: not an import taken back
    for (;;) {
        code = read_intents(p, in, err);
        if (code != CU_OK || in->count == 0)
            break;
        person = person || in->timeline_count > 0;
        code = guard_erase(p->guard, in->subjects, in->count, err);
        if (code == CU_OK && in->timeline_count)
            code = timeline_remove_people(p->timeline, in->timeline, in->timeline_count, err);
        if (code == CU_OK)
            code = drop_intents(p, in, err);
        if (code != CU_OK)
            break;
    }
    cu_free(in);
    if (code != CU_OK)
        return code;
    p->forget_pending = false;
    if (!person)
        return CU_OK;
    // Deleted rows leave the write-ahead logs, too; a reader that stands in the way only delays that,
    // and what they hold is sealed under a key that is no more.
    struct cu_error late = {0};
    if (db_checkpoint(p->records, &late) != CU_OK || db_checkpoint(p->index, &late) != CU_OK)
        cu_log_error("people.forget_checkpoint", &late);
    return CU_OK;
}
