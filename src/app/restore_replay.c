// SPDX-License-Identifier: Apache-2.0
// What happens to a restored folder before it may be served: people whose keys are gone leave it; the copies
// of the journal are appended to its new journal, record by record under the same numbers; and each promise is
// kept at the place where it was made, so that somebody who came, was erased and came again is told apart.
#include "restore.h"

#include "backup_archive.h"
#include "backup_promise.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "collect/record.h"
#include "store/journal_archive.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BATCH_RECORDS = 500, PROFILES_MAX = 256 };
#define BATCH_BYTES ((size_t)4 << 20)
#define PROJECT_MS_MAX (30 * 60 * 1000)

struct replay {
    struct restore *restore;
    struct engine *engine;
    struct promise *promises;
    size_t promise_count, promise_next;
    struct cu_buf bytes; // of the batch
    size_t offsets[BATCH_RECORDS + 1];
    uint32_t count;
    uint64_t last_seq; // appended so far
};

static cu_code flush(struct replay *p, struct cu_error *err)
{
    cu_str records[BATCH_RECORDS];
    if (p->count == 0)
        return CU_OK;
    p->offsets[p->count] = p->bytes.len;
    for (uint32_t i = 0; i < p->count; i++)
        records[i] = (cu_str){p->bytes.ptr + p->offsets[i], p->offsets[i + 1] - p->offsets[i]};
    uint64_t first = 0;
    cu_code code = CU_BUSY;
    for (int tries = 0; code == CU_BUSY && tries < 600; tries++) {
        code = journal_append_wait(p->engine->journal, records, p->count, &first, err);
        if (code == CU_BUSY) // the backlog is full: let the pipeline work it off
            (void)!pipeline_wait(p->engine->pipeline, p->last_seq, 1000, NULL);
    }
    CU_TRY(code);
    if (first != p->last_seq + 1)
        return cu_fail(err, CU_INTERNAL, "", "the new journal numbers its records otherwise");
    p->last_seq = first + p->count - 1;
    p->restore->report->replayed += p->count;
    p->count = 0;
    cu_buf_reset(&p->bytes);
    return CU_OK;
}

// ---- promises

static cu_code withdraw(struct replay *p, const struct promise *m, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    struct engine *e = p->engine;
    const struct evidence ev = {.time_ms = m->at_ms, .received_ms = cu_now_ms()};
    (void)people_lock(e->people);
    cu_code code = people_begin(e->people, err);
    for (size_t i = 0; i < count && code == CU_OK; i++) {
        code = gate_set(e->gate, pnos[i], cu_str_of(m->purpose), (enum gate_state)m->state, CU_LIT("kept promise"),
            CU_NONE, &ev, err);
        if (code == CU_NOT_FOUND || code == CU_CONFLICT)
            code = CU_OK; // the dictionary no longer has the purpose
    }
    if (code == CU_OK)
        code = people_commit(e->people, err);
    else
        people_rollback(e->people);
    people_unlock(e->people);
    return code;
}

static cu_code keep(struct replay *p, const struct promise *m, struct cu_error *err)
{
    uint32_t pnos[PROFILES_MAX];
    size_t count = 0;
    CU_TRY(promise_profiles(p->engine->people, m, pnos, PROFILES_MAX, &count, err));
    if (count == 0)
        return CU_OK; // nobody of that name is here
    if (m->kind == PROMISE_ERASED) {
        p->restore->report->erased += count;
        return promise_erase(p->engine->people, pnos, count, err);
    }
    p->restore->report->withdrawn++;
    return withdraw(p, m, pnos, count, err);
}

// Keeps the promises made up to this record; before that everything up to it must have taken effect.
static cu_code keep_until(struct replay *p, uint64_t seq, struct cu_error *err)
{
    if (p->promise_next >= p->promise_count || p->promises[p->promise_next].seq > seq)
        return CU_OK;
    CU_TRY(flush(p, err));
    CU_TRY(pipeline_wait(p->engine->pipeline, p->last_seq, PROJECT_MS_MAX, err));
    while (p->promise_next < p->promise_count && p->promises[p->promise_next].seq <= seq)
        CU_TRY(keep(p, &p->promises[p->promise_next++], err));
    return CU_OK;
}

// ---- the journal

static cu_code replay_record(void *context, const struct journal_record *r, struct cu_error *err)
{
    struct replay *p = context;
    struct record what;
    CU_TRY(record_decode(r->bytes, &what, err));
    if (what.received_ms > p->restore->o->at_ms)
        return CU_NOT_FOUND; // enough
    CU_TRY(keep_until(p, r->seq - 1, err));
    if (p->count == BATCH_RECORDS || p->bytes.len + r->bytes.len > BATCH_BYTES)
        CU_TRY(flush(p, err));
    p->offsets[p->count++] = p->bytes.len;
    cu_buf_str(&p->bytes, r->bytes);
    return cu_buf_code(&p->bytes, err);
}

static cu_code remove_copies(const char *folder, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16u << 20);
    const char **names = NULL;
    size_t count = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to remove copies of the journal");
    CU_TRY(cu_dir_list(a, folder, &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        char path[FOLDER_PATH_MAX + 400];
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        CU_TRY(cu_file_unlink(path, err));
    }
    (void)rmdir(folder);
    return CU_OK;
}

static cu_code replay_journal(struct replay *p, struct cu_error *err)
{
    struct restore *r = p->restore;
    char folder[FOLDER_PATH_MAX + 64];
    uint64_t last = 0;
    folder_file(&p->engine->folder, "restore.journal", folder);
    CU_TRY(archive_fetch(&r->work, r->data.line, p->last_seq, folder, err));
    CU_TRY(journal_archive_each(folder, p->engine->keyring, p->last_seq + 1, replay_record, p, &last, err));
    CU_TRY(flush(p, err));
    return remove_copies(folder, err);
}

static int by_seq(const void *a, const void *b)
{
    const struct promise *x = a, *y = b;
    if (x->seq != y->seq)
        return x->seq < y->seq ? -1 : 1;
    return x->at_ms < y->at_ms ? -1 : x->at_ms > y->at_ms;
}

static cu_code replay_all(struct replay *p, struct cu_error *err)
{
    struct restore *r = p->restore;
    uint32_t next = 0;
    CU_TRY(promise_fences(p->engine->people, &r->report->fenced, err));
    CU_TRY(promise_raise_numbers(p->engine->people, &next, err));
    CU_TRY(promises_fetch(&r->work, &r->data, &p->promises, &p->promise_count, err));
    if (p->promise_count)
        qsort(p->promises, p->promise_count, sizeof *p->promises, by_seq);
    CU_TRY(keep_until(p, p->last_seq, err));
    if (!r->o->without_journal)
        CU_TRY(replay_journal(p, err));
    CU_TRY(pipeline_wait(p->engine->pipeline, p->last_seq, PROJECT_MS_MAX, err));
    return keep_until(p, UINT64_MAX, err); // promises outlive every point in time
}

cu_code restore_replay(struct restore *r, struct engine *e, struct cu_error *err)
{
    struct replay *p = cu_calloc(1, sizeof *p);
    if (!p)
        return cu_fail(err, CU_MEMORY, "", "no memory to replay the journal");
    *p = (struct replay){.restore = r, .engine = e, .last_seq = r->data.position};
    cu_buf_init(&p->bytes, BATCH_BYTES + (2u << 20));
    r->report->position = r->data.position;
    cu_code code = replay_all(p, err);
    r->report->last_seq = p->last_seq;
    cu_buf_wipe(&p->bytes);
    if (p->promises)
        explicit_bzero(p->promises, p->promise_count * sizeof *p->promises);
    cu_free(p->promises);
    cu_free(p);
    return code;
}
