// SPDX-License-Identifier: Apache-2.0
// Rotation of the key of identifier tags: a job builds the rows of index.db anew, tagged under the next version of the
// key, in a table beside those in force, a thousand identifiers at a time under people_lock. What changes in the index
// meanwhile is noted and read again. When all are there, they take the place of the former rows in one transaction of
// index.db, with the version: cut short anywhere, one or the other is whole and in force. A restart begins anew.
//
// Invariants, between two steps
// 1. identifier_tag_next has a row for every identifier up to `after` as records.db has it, but for those in `touched`.
// 2. index_version is the version of every tag in identifier_tag. Both change together, under index_reader_lock, so a
//    reader whose tag is of the former version is told (index_lookup).
#include "internal.h"
#include "people_index_sql.h"
#include "people_sql.h"

#include "base/log.h"
#include "guard/admin.h"

enum { BUDGET_US = 250000, AT_ONCE = 1000 /* as the statement says */, TOUCHED_MAX = 1 << 20 };

uint32_t people_index_version(struct people *p)
{
    return index_version(p);
}

void reindex_clear(struct people *p)
{
    cu_free(p->reindex.touched);
    p->reindex = (struct reindex){.active = false};
}

void reindex_touch(struct people *p, int64_t identifier)
{
    struct reindex *x = &p->reindex;
    if (!x->active || x->lost)
        return;
    if (x->touched_count == x->touched_cap) {
        size_t cap = x->touched_cap ? x->touched_cap * 2 : 256;
        int64_t *touched = cap <= TOUCHED_MAX ? cu_realloc(x->touched, cap * sizeof *touched) : NULL;
        if (!touched) {
            x->lost = true;
            return;
        }
        x->touched = touched;
        x->touched_cap = cap;
    }
    x->touched[x->touched_count++] = identifier;
}

static cu_code run(struct people *p, const struct db_statement *s, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->index, s, &q, err));
    return db_run(&q, err);
}

static cu_code begin(struct people *p, uint32_t version, struct cu_error *err)
{
    struct db_query q;
    reindex_clear(p);
    CU_TRY(run(p, &people_index_sql_next_clear, err)); // of one that was cut short
    CU_TRY(db_prepare(p->records, &people_sql_identifiers_count, &q, err));
    uint64_t total = db_step(&q) ? (uint64_t)db_i64(&q, 0) : 0;
    CU_TRY(db_end(&q, err));
    p->reindex.active = true;
    p->reindex.version = version;
    p->reindex.total = total;
    return CU_OK;
}

// A value that does not open has no tag any more: its key is gone, or going. Any other failure ends the rotation, or a
// living person would not be found.
static cu_code put(struct people *p, struct db_query *row, struct cu_error *err)
{
    char kind[65];
    uint8_t tag[16];
    struct db_query q;
    cu_buf_reset(&p->scratch);
    cu_code code = identifier_open(p, (uint32_t)db_i64(row, 1), db_i64(row, 0), db_blob(row, 3), &p->scratch, err);
    if (code == CU_ERASED || code == CU_NOT_FOUND || code == CU_KEY || code == CU_CORRUPT)
        return CU_OK;
    CU_TRY(code);
    kinds_name(p, (uint16_t)db_i64(row, 2), kind);
    keyring_tag_version(p->keyring, p->reindex.version, kind, cu_buf_view(&p->scratch), tag);
    CU_TRY(db_prepare(p->index, &people_index_sql_next_put, &q, err));
    db_bind_blob(&q, ":tag", tag, 16);
    db_bind_i64(&q, ":pno", db_i64(row, 1));
    db_bind_i64(&q, ":kind", db_i64(row, 2));
    db_bind_i64(&q, ":identifier", db_i64(row, 0));
    return db_run(&q, err);
}

static cu_code put_again(struct people *p, int64_t identifier, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->index, &people_index_sql_next_remove, &q, err));
    db_bind_i64(&q, ":identifier", identifier);
    CU_TRY(db_run(&q, err));
    if (identifier > p->reindex.after)
        return CU_OK; // its turn comes
    CU_TRY(db_prepare(p->records, &people_sql_identifiers_from, &q, err));
    db_bind_i64(&q, ":after", identifier - 1);
    cu_code code = CU_OK;
    if (db_step(&q) && db_i64(&q, 0) == identifier)
        code = put(p, &q, err);
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end;
}

// The next thousand.
static cu_code put_some(struct people *p, int64_t *after, uint64_t *count, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    *after = p->reindex.after;
    *count = 0;
    CU_TRY(db_prepare(p->records, &people_sql_identifiers_from, &q, err));
    db_bind_i64(&q, ":after", *after);
    while (code == CU_OK && db_step(&q)) {
        *after = db_i64(&q, 0);
        (*count)++;
        code = put(p, &q, err);
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end;
}

static cu_code put_rows(struct people *p, uint64_t *ret_count, struct cu_error *err)
{
    struct reindex *x = &p->reindex;
    int64_t after = 0;
    CU_TRY(db_begin(p->index, err));
    cu_code code = CU_OK;
    for (size_t i = 0; i < x->touched_count && code == CU_OK; i++)
        code = put_again(p, x->touched[i], err);
    if (code == CU_OK)
        code = put_some(p, &after, ret_count, err);
    if (code == CU_OK)
        code = db_commit(p->index, err);
    cu_buf_wipe(&p->scratch);
    if (code != CU_OK) {
        db_rollback(p->index);
        return code;
    }
    x->after = after;
    x->done += *ret_count;
    x->touched_count = 0;
    return CU_OK;
}

static cu_code take_rows(struct people *p, struct cu_error *err)
{
    static const struct db_statement *const steps[] = {&people_index_sql_clear, &people_index_sql_undo_clear,
        &people_index_sql_next_take, &people_index_sql_next_clear};
    for (size_t i = 0; i < CU_COUNT(steps); i++)
        CU_TRY(run(p, steps[i], err));
    return index_meta_set(p, p->generation, p->reindex.version, err);
}

// The rows take their place. What is beside the index is what records.db has: an index that was a batch ahead is so no more.
static cu_code put_in_force(struct people *p, struct cu_error *err)
{
    CU_TRY(db_begin(p->index, err));
    cu_code code = take_rows(p, err);
    if (code != CU_OK) {
        db_rollback(p->index);
        return code;
    }
    pthread_mutex_lock(&p->index_reader_lock);
    code = db_commit(p->index, err);
    if (code == CU_OK)
        atomic_store(&p->tag_version, p->reindex.version);
    pthread_mutex_unlock(&p->index_reader_lock);
    CU_TRY(code);
    p->index_behind = false;
    idcache_empty(&p->idcache);
    return CU_OK;
}

static cu_code step(struct people *p, bool *ret_done, struct cu_error *err)
{
    uint64_t count = 0;
    *ret_done = false;
    if (p->reindex.lost)
        CU_TRY(begin(p, p->reindex.version, err));
    CU_TRY(put_rows(p, &count, err));
    if (count >= AT_ONCE)
        return CU_OK;
    CU_TRY(put_in_force(p, err));
    reindex_clear(p);
    *ret_done = true;
    return CU_OK;
}

cu_code reindex_at_once(struct people *p, uint32_t version, struct cu_error *err)
{
    bool done = false;
    if (version == index_version(p))
        return CU_OK;
    cu_code code = begin(p, version, err);
    while (code == CU_OK && !done)
        code = step(p, &done, err);
    if (code != CU_OK)
        reindex_clear(p);
    return code;
}

// --- the job

static cu_code locked_step(struct people *p, struct keys_index *n, bool *ret_done, struct cu_error *err)
{
    (void)people_lock(p);
    cu_code code = CU_OK;
    if (!p->reindex.active || p->reindex.version != n->version)
        code = begin(p, n->version, err);
    n->total = p->reindex.total;
    if (code == CU_OK)
        code = step(p, ret_done, err);
    if (code != CU_OK)
        reindex_clear(p); // the next run begins anew
    n->done = *ret_done ? n->total : p->reindex.done;
    if (n->done > n->total)
        n->total = n->done; // some came meanwhile
    people_unlock(p);
    return code;
}

static cu_code build(struct people *p, struct keys_index *n, int64_t budget_us, struct cu_error *err)
{
    int64_t until_us = cu_mono_us() + budget_us;
    cu_code code = CU_OK;
    bool done = false;
    n->running = true;
    do
        code = locked_step(p, n, &done, err);
    while (code == CU_OK && !done && cu_mono_us() < until_us);
    return code;
}

// Former tags are overwritten in the file, but stand in its log until that is emptied.
static cu_code wipe_log(struct people *p, struct cu_error *err)
{
    (void)people_lock(p);
    pthread_mutex_lock(&p->index_reader_lock);
    cu_code code = db_checkpoint(p->index, err);
    pthread_mutex_unlock(&p->index_reader_lock);
    people_unlock(p);
    return code;
}

cu_code reindex_run(struct people *p, int64_t budget_us, struct cu_error *err)
{
    struct keys_index n;
    CU_TRY(guard_index(p->guard, &n, err));
    if (n.version < index_version(p) && !n.running) { // keys of an older archive: the next rotation goes above it
        n.version = index_version(p);
        cu_code code = guard_index_put(p->guard, &n, err);
        return code == CU_PRECONDITION ? CU_OK : code;
    }
    if (n.version < index_version(p))
        n.version = index_version(p) + 1;
    if (n.version > index_version(p))
        CU_TRY(build(p, &n, budget_us, err));
    else if (!n.running)
        return CU_OK;
    if (n.version == index_version(p)) {
        CU_TRY(wipe_log(p, err));
        n.running = false;
        if (n.total == 0)
            n.done = n.total = 1; // nobody yet: that is done, too
        cu_log(CU_LOG_INFO, "people.reindexed", CU_LI("version", n.version), CU_LI("identifiers", (int64_t)n.done));
    }
    cu_code code = guard_index_put(p->guard, &n, err);
    return code == CU_PRECONDITION ? CU_OK : code; // another rotation: the next run begins anew
}

cu_code people_reindex(struct people *p, struct cu_error *err)
{
    return reindex_run(p, BUDGET_US, err);
}
