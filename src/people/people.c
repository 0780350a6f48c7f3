// SPDX-License-Identifier: Apache-2.0
// The instance: databases, the writing lock, batches, reading connections, hooks. What a batch
// changes in memory follows its commit or is undone with it. See people.h.
//
// Invariants of a commit
// 1. Order: keys, index.db, records.db. A key without a record is harmless; an index row without a
// record is
//    taken back by its generation (index.c).
// 2. After a failed commit nothing of the batch is left in memory: roster, caches, counters,
// numbers.
// 3. Keys of forgotten profiles are destroyed only after the commit that removed their rows
//    (forget_intent), and again at the next start when that was interrupted.
#include "internal.h"
#include "people_sql.h"

#include "base/log.h"

#include <assert.h>

struct db *people_lock(struct people *p)
{
    pthread_mutex_lock(&p->lock.mutex);
    uint64_t ticket = p->lock.next++;
    while (p->lock.serving != ticket)
        pthread_cond_wait(&p->lock.turn, &p->lock.mutex);
    pthread_mutex_unlock(&p->lock.mutex);
    return p->records;
}

void people_unlock(struct people *p)
{
    pthread_mutex_lock(&p->lock.mutex);
    p->lock.serving++;
    pthread_cond_broadcast(&p->lock.turn);
    pthread_mutex_unlock(&p->lock.mutex);
}

struct db *people_db(struct people *p)
{
    return p->records;
}

void people_changed(struct people *p, uint32_t pno)
{
    if (p->changed_count && p->changed[p->changed_count - 1] == pno)
        return;
    if (p->changed_count == p->changed_cap) {
        size_t cap = p->changed_cap ? p->changed_cap * 2 : 256;
        uint32_t *changed = cu_realloc(p->changed, cap * sizeof(*changed));
        if (!changed) {
            p->sticky = CU_MEMORY;
            return;
        }
        p->changed = changed;
        p->changed_cap = cap;
    }
    p->changed[p->changed_count++] = pno;
}

cu_code people_counters_load(struct people *p, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_meta_last_ids, &q, err));
    if (db_step(&q)) {
        p->next_identifier = db_i64(&q, 0) + 1;
        p->next_edge = db_i64(&q, 1) + 1;
        p->next_history = db_i64(&q, 2) + 1;
    }
    CU_TRY(db_end(&q, err));
    CU_TRY(db_prepare(p->records, &people_sql_meta, &q, err));
    if (db_step(&q)) {
        cu_str folder = db_blob(&q, 0);
        if (folder.len == sizeof(p->folder))
            memcpy(p->folder, folder.ptr, sizeof(p->folder));
        p->generation = db_i64(&q, 1);
        p->next_pno = p->next_pno_stored = (uint32_t)db_i64(&q, 2);
        p->touches.touched_seq = (uint64_t)db_i64(&q, 3);
    }
    return db_end(&q, err);
}

cu_code people_begin(struct people *p, struct cu_error *err)
{
    if (p->index_behind) {
        CU_TRY(index_repair(p, err));
        p->index_behind = false;
    }
    CU_TRY(db_begin(p->records, err));
    cu_code code = db_begin(p->index, err);
    if (code != CU_OK) {
        db_rollback(p->records);
        return code;
    }
    p->in_batch = true;
    p->sticky = CU_OK;
    return CU_OK;
}

static cu_code write_pending(struct people *p, struct cu_error *err)
{
    if (p->sticky != CU_OK)
        return cu_fail(err, p->sticky, "", "No memory for the counters of a batch.");
    CU_TRY(stats_before_commit(p, false, err));
    CU_TRY(undeclared_before_commit(p, err));
    if (p->next_pno != p->next_pno_stored) {
        struct db_query q;
        CU_TRY(db_prepare(p->records, &people_sql_meta_next_pno, &q, err));
        db_bind_i64(&q, ":next_pno", p->next_pno);
        CU_TRY(db_run(&q, err));
    }
    return index_stamp(p, err);
}

static cu_code commit_files(struct people *p, struct cu_error *err)
{
    CU_TRY(write_pending(p, err));
    CU_TRY(guard_commit(p->guard, err));
    CU_TRY(db_commit(p->index, err));
    cu_code code = db_commit(p->records, err);
    if (code != CU_OK && p->index_dirty)
        p->index_behind =
            true; // one batch ahead now; taken back at once, or before the next begins
    return code;
}

static void settle_memory(struct people *p)
{
    if (p->index_dirty)
        p->generation++;
    p->index_dirty = false;
    p->in_batch = false;
    p->next_pno_stored = p->next_pno;
    p->kinds.committed = p->kinds.count;
    changes_tell(p);
    roster_commit(&p->roster);
    stats_after_commit(p);
    undeclared_settle(p, true);
    for (size_t i = 0; i < p->changed_count && p->search; i++)
        search_mark(p->search, p->changed[i]);
    p->changed_count = 0;
}

cu_code people_commit(struct people *p, struct cu_error *err)
{
    cu_code code = commit_files(p, err);
    if (code != CU_OK) {
        people_rollback(p);
        if (p->index_behind && index_repair(p, NULL) == CU_OK)
            p->index_behind = false;
        return code;
    }
    settle_memory(p);
    if (p->forget_pending) {
        // The rows are gone; a failure here is finished by the next commit or start.
        struct cu_error late = {0};
        if (forget_finish(p, &late) != CU_OK)
            cu_log_error("people.forget_delayed", &late);
    }
    return CU_OK;
}

void people_rollback(struct people *p)
{
    if (!p->in_batch)
        return;
    db_rollback(p->records);
    db_rollback(p->index);
    guard_rollback(p->guard);
    p->in_batch = false;
    p->index_dirty = false;
    p->changed_count = 0;
    changes_keep(p);
    roster_rollback(&p->roster);
    changes_rolled_back(p);
    idcache_empty(&p->idcache);
    traits_forget_memo(p);
    kinds_rollback(p);
    stats_rollback(p);
    undeclared_settle(p, false);
    struct cu_error err = {0};
    uint64_t touched = p->touches.touched_seq;
    if (people_counters_load(p, &err) != CU_OK)
        cu_log_error("people.rollback", &err);
    p->touches.touched_seq = touched;
}

static cu_code flush_batch(struct people *p, struct cu_error *err)
{
    CU_TRY(people_begin(p, err));
    cu_code code = stats_flush_in(p, err);
    if (code == CU_OK)
        return people_commit(p, err);
    people_rollback(p);
    return code;
}

cu_code people_flush(struct people *p, struct cu_error *err)
{
    (void)people_lock(p);
    bool waiting = p->touches.used > 0 || p->forget_pending || p->index_behind;
    cu_code code = waiting ? flush_batch(p, err) : CU_OK;
    people_unlock(p);
    return code;
}

cu_code people_store(struct people *p, people_write *write, void *what, struct cu_error *err)
{
    struct db *d = people_lock(p);
    cu_code code = people_begin(p, err);
    if (code == CU_OK) {
        code = write(d, what, err);
        if (code == CU_OK)
            code = people_commit(p, err);
        else
            people_rollback(p);
    }
    people_unlock(p);
    return code;
}

cu_code people_read_take(struct people *p, struct db **ret, struct cu_error *err)
{
    *ret = NULL;
    pthread_mutex_lock(&p->readers.mutex);
    while (p->readers.idle_count == 0 && p->readers.open_count == PEOPLE_READERS_MAX)
        pthread_cond_wait(&p->readers.given, &p->readers.mutex);
    if (p->readers.idle_count)
        *ret = p->readers.idle[--p->readers.idle_count];
    else
        p->readers.open_count++;
    pthread_mutex_unlock(&p->readers.mutex);
    if (*ret)
        return CU_OK;
    cu_code code = db_open(p->records_path, p->records_schema, DB_READ, ret, err);
    if (code != CU_OK) {
        pthread_mutex_lock(&p->readers.mutex);
        p->readers.open_count--;
        pthread_cond_signal(&p->readers.given);
        pthread_mutex_unlock(&p->readers.mutex);
    }
    return code;
}

void people_read_give(struct people *p, struct db *d)
{
    if (!d)
        return;
    db_rollback(d);
    pthread_mutex_lock(&p->readers.mutex);
    p->readers.idle[p->readers.idle_count++] = d;
    pthread_cond_signal(&p->readers.given);
    pthread_mutex_unlock(&p->readers.mutex);
}

void people_set_dictionary(struct people *p, const struct dictionary *d)
{
    (void)people_lock(p);
    kinds_apply_dictionary(p, d);
    traits_forget_memo(p);
    idcache_pairs_empty(&p->idcache); // other limits: what was refused may be accepted
    people_unlock(p);
    for (size_t i = 0; i < p->dictionary_hook_count; i++)
        p->dictionary_hook[i].fn(p->dictionary_hook[i].ctx, d);
}

const struct dictionary *people_dictionary(struct people *p)
{
    return atomic_load(&p->dictionary);
}

struct keyring *people_keyring(struct people *p)
{
    return p->keyring;
}

struct guard *people_guard(struct people *p)
{
    return p->guard;
}

struct timeline *people_timeline(struct people *p)
{
    return p->timeline;
}

uint64_t people_count(struct people *p)
{
    return roster_persons(&p->roster);
}

uint32_t people_root(struct people *p, uint32_t pno)
{
    return roster_root(&p->roster, pno);
}

void people_on_forget(struct people *p, people_forget_fn *fn, void *ctx)
{
    assert(p->forget_count < PEOPLE_HOOKS_MAX); // who is not told keeps what should be gone
    p->forget[p->forget_count++] = (struct people_hook){fn, ctx};
}

void people_set_hold(struct people *p, people_hold_fn *fn, void *ctx)
{
    p->hold = fn;
    p->hold_ctx = ctx;
}

cu_code people_check_hold(struct people *p, uint32_t pno, struct cu_error *err)
{
    bool held = false;
    if (p->hold)
        CU_TRY(p->hold(p->hold_ctx, pno, &held, err));
    return held ? cu_fail(err, CU_CONFLICT, "id", "this person's data is held for a legal claim; release the hold at the request first") : CU_OK;
}

void people_set_gate(struct people *p, people_gate_fn *fn, void *ctx)
{
    p->gate = fn;
    p->gate_ctx = ctx;
}

void people_set_consent_view(struct people *p, people_consent_fn *fn, void *ctx)
{
    p->consents = fn;
    p->consents_ctx = ctx;
}

static struct seal_place event_place(uint32_t pno, uint64_t seq)
{
    return (struct seal_place){PEOPLE_SEAL_EVENT, pno ? pno : PEOPLE_SUBJECT_NOBODY, seq, 0};
}

cu_code people_event_seal(struct people *p, uint32_t pno, uint64_t seq, cu_str plain,
    struct cu_buf *out, struct cu_error *err)
{
    const struct seal_place place = event_place(pno, seq);
    return guard_seal(p->guard, SEAL_BEHAVIOUR, &place, plain, true, out, err);
}

struct guard_item people_event_item(uint32_t pno, uint64_t seq, cu_str plain)
{
    return (struct guard_item){.class_id = SEAL_BEHAVIOUR, .place = event_place(pno, seq), .bytes = plain, .compress = true};
}

cu_code people_event_open(struct people *p, uint32_t pno, uint64_t seq, cu_str sealed,
    struct cu_buf *out, struct cu_error *err)
{
    const struct seal_place place = event_place(pno, seq);
    return guard_open(p->guard, &place, sealed, out, err);
}
