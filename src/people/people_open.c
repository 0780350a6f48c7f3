// SPDX-License-Identifier: Apache-2.0
// Opening and closing the instance: files, the roster, the index, interrupted deletions. See
// people.h.
#include "internal.h"
#include "people_sql.h"

#include "base/log.h"

#define SCRATCH_MAX ((size_t)4 * 1024 * 1024) // one sealed group

static char *copy_z(const char *z)
{
    size_t n = strlen(z) + 1;
    char *p = cu_alloc(n);
    if (p)
        memcpy(p, z, n);
    return p;
}

static cu_code meta_make(struct people *p, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_meta, &q, err));
    bool there = db_step(&q);
    CU_TRY(db_end(&q, err));
    if (there)
        return CU_OK;
    uint8_t folder[16];
    cu_random(folder, sizeof(folder));
    CU_TRY(db_prepare(p->records, &people_sql_meta_make, &q, err));
    db_bind_blob(&q, ":folder", folder, sizeof(folder));
    return db_run(&q, err);
}

static cu_code open_parts(struct people *p, struct cu_error *err)
{
    if (!p->records_path || !p->index_path)
        return cu_fail(err, CU_MEMORY, "", "No memory to open people.");
    CU_TRY(roster_init(&p->roster, err));
    CU_TRY(idcache_init(&p->idcache, err));
    CU_TRY(undeclared_init(p, err));
    CU_TRY(traits_init(p, err));
    CU_TRY(db_open(p->records_path, p->records_schema, DB_WRITE, &p->records, err));
    CU_TRY(meta_make(p, err));
    CU_TRY(people_counters_load(p, err));
    p->touches.seen_seq = p->touches.committed_seq = p->touches.touched_seq;
    CU_TRY(kinds_load(p, err));
    CU_TRY(index_open(p, err));
    CU_TRY(roster_load(p, err));
    CU_TRY(undeclared_load(p, err));
    return forget_finish(p, err);
}

cu_code people_open(const struct people_options *o, struct people **ret, struct cu_error *err)
{
    *ret = NULL;
    struct people *p = cu_calloc(1, sizeof(*p));
    if (!p)
        return cu_fail(err, CU_MEMORY, "", "No memory to open people.");
    p->keyring = o->keyring;
    atomic_store(&p->tag_version, 1);
    p->guard = o->guard;
    p->timeline = o->timeline;
    p->records_schema = o->records_schema;
    p->records_path = copy_z(o->records_path);
    p->index_path = copy_z(o->index_path);
    pthread_mutex_init(&p->lock.mutex, NULL);
    pthread_cond_init(&p->lock.turn, NULL);
    pthread_mutex_init(&p->readers.mutex, NULL);
    pthread_cond_init(&p->readers.given, NULL);
    pthread_mutex_init(&p->index_reader_lock, NULL);
    pthread_mutex_init(&p->kinds.lock, NULL);
    pthread_mutex_init(&p->undeclared.lock, NULL);
    pthread_mutex_init(&p->persons.lock, NULL);
    cu_buf_init(&p->scratch, SCRATCH_MAX);
    cu_buf_init(&p->ids, CANDIDATES_BUF_MAX * 2);
    cu_code code = open_parts(p, err);
    if (code != CU_OK) {
        people_close(p);
        return code;
    }
    cu_log(CU_LOG_INFO, "people.opened", CU_LI("persons", people_count(p)),
        CU_LI("profiles", p->next_pno - 1));
    *ret = p;
    return CU_OK;
}

static void close_files(struct people *p)
{
    for (uint32_t i = 0; i < p->readers.idle_count; i++)
        db_close(p->readers.idle[i]);
    db_close(p->index_reader);
    db_close(p->index);
    db_close(p->records);
}

void people_close(struct people *p)
{
    if (!p)
        return;
    search_free(p->search);
    if (p->records && p->index && p->index_reader && !p->in_batch) {
        struct cu_error err = {0};
        if (people_flush(p, &err) != CU_OK)
            cu_log_error("people.close", &err);
    }
    people_rollback(p);
    close_files(p);
    stats_clear(p);
    undeclared_close(p);
    traits_clear(p);
    roster_clear(&p->roster);
    idcache_clear(&p->idcache);
    cu_buf_wipe(&p->scratch);
    cu_buf_wipe(&p->ids);
    cu_free(p->changed);
    changes_clear(p);
    reindex_clear(p);
    pthread_mutex_destroy(&p->lock.mutex);
    pthread_cond_destroy(&p->lock.turn);
    pthread_mutex_destroy(&p->readers.mutex);
    pthread_cond_destroy(&p->readers.given);
    pthread_mutex_destroy(&p->index_reader_lock);
    pthread_mutex_destroy(&p->kinds.lock);
    pthread_mutex_destroy(&p->undeclared.lock);
    pthread_mutex_destroy(&p->persons.lock);
    cu_free(p->records_path);
    cu_free(p->index_path);
    cu_free(p);
}
