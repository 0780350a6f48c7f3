// SPDX-License-Identifier: Apache-2.0
// index.db: identifier tag -> profile. A separate file because it must never be in a backup. Called
// by identity.c and forget.c (writer) and by look-ups.
//
// Invariants
// 1. index.db commits before records.db. Each batch that changes it carries the next generation,
// which
//    both files store: they differ only when a crash or a failed write fell between the two
//    commits.
// 2. Rows know the batch that wrote them, and tag_before holds what the last batch removed or
// changed: so
//    the last batch can be taken back exactly (index_repair) when records.db did not follow.
// 3. Everything in it can be made again from records.db (people_rebuild_index).
#include "internal.h"
#include "people_index_schema_sql.h"
#include "people_index_sql.h"
#include "people_sql.h"

#include "base/file.h"
#include "base/log.h"
#include "guard/admin.h"
#include "text/text.h"

static int64_t batch_generation(const struct people *p)
{
    return p->generation + 1;
}

static cu_code first_change(struct people *p, struct cu_error *err)
{
    if (p->index_dirty)
        return CU_OK;
    struct db_query q;
    CU_TRY(db_prepare(p->index, &people_index_sql_remember_clear, &q, err));
    db_bind_i64(&q, ":generation", batch_generation(p));
    CU_TRY(db_run(&q, err));
    p->index_dirty = true;
    return CU_OK;
}

static cu_code remember(struct people *p, const uint8_t tag[16], struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->index, &people_index_sql_remember, &q, err));
    db_bind_blob(&q, ":tag", tag, 16);
    db_bind_i64(&q, ":generation", batch_generation(p));
    return db_run(&q, err);
}

static cu_code find_in(struct db *d, const uint8_t tag[16], struct index_row *ret, bool *ret_found,
    struct cu_error *err)
{
    struct db_query q;
    *ret_found = false;
    CU_TRY(db_prepare(d, &people_index_sql_find, &q, err));
    db_bind_blob(&q, ":tag", tag, 16);
    if (db_step(&q)) {
        *ret = (struct index_row){(uint32_t)db_i64(&q, 0), (uint16_t)db_i64(&q, 1), db_i64(&q, 2)};
        *ret_found = true;
    }
    return db_end(&q, err);
}

cu_code index_find(struct people *p, const uint8_t tag[16], struct index_row *ret, bool *ret_found,
    struct cu_error *err)
{
    return find_in(p->index, tag, ret, ret_found, err);
}

uint32_t index_version(struct people *p)
{
    return atomic_load(&p->tag_version);
}

cu_code index_lookup(struct people *p, const struct candidate *c, struct index_row *ret,
    bool *ret_found, struct cu_error *err)
{
    pthread_mutex_lock(&p->index_reader_lock);
    bool former = c->version != index_version(p);
    cu_code code = former ? CU_PRECONDITION : find_in(p->index_reader, c->tag, ret, ret_found, err);
    if (code != CU_OK)
        db_rollback(p->index_reader);
    pthread_mutex_unlock(&p->index_reader_lock);
    return code;
}

static cu_code put_row(struct people *p, const uint8_t tag[16], const struct index_row *row,
    int64_t generation, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->index, &people_index_sql_put, &q, err));
    db_bind_blob(&q, ":tag", tag, 16);
    db_bind_i64(&q, ":pno", row->pno);
    db_bind_i64(&q, ":kind", row->kind);
    db_bind_i64(&q, ":identifier", row->identifier);
    db_bind_i64(&q, ":generation", generation);
    return db_run(&q, err);
}

cu_code index_put(
    struct people *p, const uint8_t tag[16], const struct index_row *row, struct cu_error *err)
{
    CU_TRY(first_change(p, err));
    CU_TRY(remember(p, tag, err));
    reindex_touch(p, row->identifier);
    return put_row(p, tag, row, batch_generation(p), err);
}

cu_code index_remove(struct people *p, const uint8_t tag[16], struct cu_error *err)
{
    struct index_row row;
    bool found = false;
    if (p->reindex.active)
        CU_TRY(index_find(p, tag, &row, &found, err));
    if (found)
        reindex_touch(p, row.identifier);
    CU_TRY(first_change(p, err));
    CU_TRY(remember(p, tag, err));
    struct db_query q;
    CU_TRY(db_prepare(p->index, &people_index_sql_remove, &q, err));
    db_bind_blob(&q, ":tag", tag, 16);
    return db_run(&q, err);
}

cu_code index_remove_identifier(struct people *p, int64_t identifier, struct cu_error *err)
{
    uint8_t tag[16];
    bool found = false;
    struct db_query q;
    CU_TRY(db_prepare(p->index, &people_index_sql_by_identifier, &q, err));
    db_bind_i64(&q, ":identifier", identifier);
    if (db_step(&q)) {
        cu_str t = db_blob(&q, 0);
        if (t.len == sizeof(tag)) {
            memcpy(tag, t.ptr, sizeof(tag));
            found = true;
        }
    }
    CU_TRY(db_end(&q, err));
    if (!found)
        return CU_OK;
    idcache_drop(&p->idcache, tag);
    return index_remove(p, tag, err);
}

cu_code index_stamp(struct people *p, struct cu_error *err)
{
    if (!p->index_dirty)
        return CU_OK;
    struct db_query q;
    CU_TRY(db_prepare(p->index, &people_index_sql_generation, &q, err));
    db_bind_i64(&q, ":generation", batch_generation(p));
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(p->records, &people_sql_meta_generation, &q, err));
    db_bind_i64(&q, ":generation", batch_generation(p));
    return db_run(&q, err);
}

static cu_code run_with_generation(
    struct people *p, const struct db_statement *s, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->index, s, &q, err));
    db_bind_i64(&q, ":generation", p->generation);
    return db_run(&q, err);
}

static cu_code take_back(struct people *p, struct cu_error *err)
{
    CU_TRY(run_with_generation(p, &people_index_sql_undo_new, err));
    CU_TRY(run_with_generation(p, &people_index_sql_undo_old, err));
    struct db_query q;
    CU_TRY(db_prepare(p->index, &people_index_sql_undo_clear, &q, err));
    CU_TRY(db_run(&q, err));
    return run_with_generation(p, &people_index_sql_generation, err);
}

cu_code index_repair(struct people *p, struct cu_error *err)
{
    CU_TRY(db_begin(p->index, err));
    cu_code code = take_back(p, err);
    if (code == CU_OK)
        code = db_commit(p->index, err);
    if (code != CU_OK)
        db_rollback(p->index);
    else
        cu_log(CU_LOG_WARN, "people.index_repaired", CU_LI("generation", p->generation));
    return code;
}

cu_code index_meta_set(struct people *p, int64_t generation, uint32_t version, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->index, &people_index_sql_meta_set, &q, err));
    db_bind_blob(&q, ":folder", p->folder, sizeof(p->folder));
    db_bind_i64(&q, ":generation", generation);
    db_bind_i64(&q, ":norm", TEXT_NORM_VERSION);
    db_bind_i64(&q, ":version", version);
    return db_run(&q, err);
}

// One thousand identifiers: opened, tagged, written. A value that does not open (its key is gone)
// has no tag any more; that is counted, not fatal.
static cu_code rebuild_step(struct people *p, int64_t *after, uint64_t *done, uint64_t *lost,
    bool *ret_more, struct cu_error *err)
{
    struct db_query q;
    *ret_more = false;
    CU_TRY(db_prepare(p->records, &people_sql_identifiers_from, &q, err));
    db_bind_i64(&q, ":after", *after);
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        *ret_more = true;
        *after = db_i64(&q, 0);
        struct index_row row = {(uint32_t)db_i64(&q, 1), (uint16_t)db_i64(&q, 2), *after};
        char kind[65];
        uint8_t tag[16];
        kinds_name(p, row.kind, kind);
        cu_buf_reset(&p->scratch);
        if (identifier_open(p, row.pno, row.identifier, db_blob(&q, 3), &p->scratch, NULL) !=
            CU_OK) {
            (*lost)++;
            continue;
        }
        keyring_tag_version(p->keyring, index_version(p), kind, cu_buf_view(&p->scratch), tag);
        code = put_row(p, tag, &row, p->generation, err);
        (*done)++;
    }
    cu_buf_wipe(&p->scratch);
    cu_code end = db_end(&q, err);
    return code != CU_OK ? code : end;
}

static cu_code rebuild_rows(struct people *p, people_progress *fn, void *ctx, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_identifiers_count, &q, err));
    uint64_t total = db_step(&q) ? (uint64_t)db_i64(&q, 0) : 0, done = 0, lost = 0;
    CU_TRY(db_end(&q, err));
    int64_t after = 0;
    bool more = true;
    while (more) {
        CU_TRY(db_begin(p->index, err));
        for (int i = 0; i < 20 && more; i++)
            CU_TRY(rebuild_step(p, &after, &done, &lost, &more, err));
        CU_TRY(db_commit(p->index, err));
        if (fn)
            fn(ctx, done + lost, total);
        cu_log(CU_LOG_INFO, "people.index_rebuilding", CU_LI("done", done), CU_LI("total", total));
    }
    if (lost)
        cu_log(CU_LOG_WARN, "people.index_values_lost", CU_LI("count", lost));
    return CU_OK;
}

static cu_code rebuild(struct people *p, people_progress *fn, void *ctx, struct cu_error *err)
{
    static const struct db_statement *const clear[] = {
        &people_index_sql_clear, &people_index_sql_undo_clear, &people_index_sql_next_clear};
    CU_TRY(db_begin(p->index, err));
    for (size_t i = 0; i < CU_COUNT(clear); i++) {
        struct db_query q;
        CU_TRY(db_prepare(p->index, clear[i], &q, err));
        CU_TRY(db_run(&q, err));
    }
    CU_TRY(index_meta_set(p, -1, index_version(p), err)); // until the last row is there, a new start begins again
    CU_TRY(db_commit(p->index, err));
    CU_TRY(rebuild_rows(p, fn, ctx, err));
    CU_TRY(db_begin(p->index, err));
    CU_TRY(index_meta_set(p, p->generation, index_version(p), err));
    return db_commit(p->index, err);
}

cu_code people_rebuild_index(struct people *p, people_progress *fn, void *ctx, struct cu_error *err)
{
    (void)people_lock(p);
    reindex_clear(p);
    cu_code code = rebuild(p, fn, ctx, err);
    if (code != CU_OK)
        db_rollback(p->index);
    idcache_empty(&p->idcache);
    people_unlock(p);
    return code;
}

cu_code index_open(struct people *p, struct cu_error *err)
{
    const struct db_migration migrations[] = {
        {1, people_index_schema_sql_schema.sql}, {2, people_index_schema_sql_versions.sql}};
    const struct db_schema schema = {"index", migrations, CU_COUNT(migrations)};
    CU_TRY(db_open(p->index_path, &schema, DB_WRITE, &p->index, err));
    struct db_query q;
    bool ours = false;
    int64_t generation = -1;
    CU_TRY(db_prepare(p->index, &people_index_sql_meta, &q, err));
    if (db_step(&q)) {
        cu_str folder = db_blob(&q, 0);
        generation = db_i64(&q, 1);
        ours = folder.len == sizeof(p->folder) &&
               memcmp(folder.ptr, p->folder, sizeof(p->folder)) == 0 &&
               db_i64(&q, 2) == TEXT_NORM_VERSION;
        atomic_store(&p->tag_version, (uint32_t)db_i64(&q, 3));
    }
    CU_TRY(db_end(&q, err));
    if (ours && generation == p->generation + 1) {
        CU_TRY(index_repair(p, err));
    } else if (!ours || generation != p->generation) {
        struct keys_index wanted;
        CU_TRY(guard_index(p->guard, &wanted, err));
        atomic_store(&p->tag_version, wanted.version);
        cu_code code = rebuild(p, NULL, NULL, err);
        if (code != CU_OK) {
            db_rollback(p->index);
            return code;
        }
    }
    return db_open(p->index_path, &schema, DB_READ, &p->index_reader, err);
}
