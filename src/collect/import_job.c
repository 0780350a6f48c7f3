// SPDX-License-Identifier: Apache-2.0
// The thread of imports: takes the next import that has something to do and does it. What an import
// has to do is its status in the database, so a restart goes on where the last process stopped.
#include "import_job.h"

#include "base/clock.h"
#include "base/log.h"
#include "pipeline.h"

#include <errno.h>
#include <time.h>

enum { WAIT_MS = 500, RETRY_MS = 5000 };

void import_wake(struct imports *s)
{
    (void)pthread_mutex_lock(&s->lock);
    s->wakes++;
    (void)pthread_cond_broadcast(&s->changed);
    (void)pthread_mutex_unlock(&s->lock);
}

// An import came to rest: whoever waits for one looks again.
static void announce(struct imports *s)
{
    (void)pthread_mutex_lock(&s->lock);
    (void)pthread_cond_broadcast(&s->changed);
    (void)pthread_mutex_unlock(&s->lock);
}

// Sleeps until woken, stopped, or (wait_ms > 0) the time is over.
static void rest(struct imports *s, uint64_t wakes_before, int64_t wait_ms)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += wait_ms / 1000;
    (void)pthread_mutex_lock(&s->lock);
    while (s->wakes == wakes_before && !atomic_load(&s->stopping)) {
        if (wait_ms <= 0)
            (void)pthread_cond_wait(&s->changed, &s->lock);
        else if (pthread_cond_timedwait(&s->changed, &s->lock, &until) == ETIMEDOUT)
            break;
    }
    (void)pthread_mutex_unlock(&s->lock);
}

static uint64_t wakes_now(struct imports *s)
{
    (void)pthread_mutex_lock(&s->lock);
    uint64_t wakes = s->wakes;
    (void)pthread_mutex_unlock(&s->lock);
    return wakes;
}

static cu_code find_source(struct imports *s, struct cu_error *err)
{
    enum { MOST = 512 };
    if (s->source)
        return CU_OK;
    struct source made, *rows = cu_alloc(MOST * sizeof *rows);
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "No memory to list sources.");
    size_t count = sources_list(s->o.sources, rows, MOST);
    for (size_t i = 0; i < count && !s->source; i++)
        if (strcmp(rows[i].kind, "import") == 0)
            s->source = rows[i].number;
    cu_free(rows);
    if (s->source)
        return CU_OK;
    CU_TRY(sources_create(s->o.sources, CU_LIT("Imports"), CU_LIT("import"), false, &made, err));
    s->source = made.number;
    return CU_OK;
}

cu_code import_delete_bad_rows(struct imports *s, uint32_t number, struct cu_error *err)
{
    struct import_bad_part parts[IMPORT_BAD_PARTS_MAX];
    size_t count = 0;
    struct db *d = NULL;
    CU_TRY(people_read_take(s->o.people, &d, err));
    cu_code code = import_bad_parts(d, number, parts, &count, err);
    people_read_give(s->o.people, d);
    for (size_t i = 0; code == CU_OK && i < count; i++)
        code = spool_delete(s->spool, parts[i].upload, err);
    return code == CU_OK ? import_bad_parts_delete(s->o.people, number, err) : code;
}

// ---- finishing

static cu_code wait_until_projected(struct import_run *r, struct cu_error *err)
{
    cu_code code = r->imports->o.pipeline && r->state->last_seq ? CU_TIMEOUT : CU_OK;
    while (code == CU_TIMEOUT) {
        if (import_run_stopping(r))
            return cu_fail(err, CU_UNAVAILABLE, "", "The import was interrupted.");
        code = pipeline_wait(r->imports->o.pipeline, r->state->last_seq, WAIT_MS, err);
    }
    return code;
}

// Invariant 3: counts and the end are stored before the upload goes; a crash in between leaves a
// file that the next start deletes.
static cu_code finish_run(struct import_run *r, struct cu_error *err)
{
    struct people *p = r->imports->o.people;
    struct import_state *s = r->state;
    CU_TRY(wait_until_projected(r, err));
    CU_TRY(import_count_effects(p, s, err));
    CU_TRY(import_state_counts(p, s, err));
    CU_TRY(import_run_store_report(r, err));
    CU_TRY(import_state_finish(p, s->number, IMPORT_DONE, NULL, err));
    CU_TRY(import_state_upload_gone(p, s->number, err));
    sources_count(
        r->imports->o.sources, r->imports->source, s->rows_ok, s->rows_bad, cu_now_ms(), NULL);
    return spool_delete(r->imports->spool, s->upload, err);
}

// ---- one import

static cu_code begin(struct import_run *r, enum import_status status, struct cu_error *err)
{
    struct import_state *s = r->state;
    CU_TRY(import_delete_bad_rows(r->imports, s->number, err));
    CU_TRY(import_state_begin(r->imports->o.people, s->number, status, cu_now_ms(), err));
    s->status = status;
    s->rows_ok = s->rows_bad = s->settled = s->last_seq = 0;
    return CU_OK;
}

static cu_code work(struct import_run *r, struct cu_error *err)
{
    struct import_state *s = r->state;
    bool resumes = s->status == IMPORT_RUNNING;
    CU_TRY(import_run_open(r, true, err));
    if (!resumes)
        CU_TRY(begin(r, s->dry_run ? IMPORT_CHECKING : IMPORT_RUNNING, err));
    if (!s->dry_run)
        CU_TRY(find_source(r->imports, err));
    CU_TRY(import_run_store_report(r, err));
    CU_TRY(import_run_rows(r, err));
    if (!s->dry_run)
        return finish_run(r, err);
    CU_TRY(import_run_store_report(r, err));
    return import_state_finish(r->imports->o.people, s->number, IMPORT_READY, NULL, err);
}

// A checked file whose columns do not suffice waits for a mapping; everything else has failed.
static cu_code settle_failure(
    struct import_run *r, const struct cu_error *why, struct cu_error *err)
{
    struct import_state *s = r->state;
    bool mappable = s->dry_run && r->plan && (why->code == CU_MISSING || why->code == CU_INVALID);
    cu_log(CU_LOG_WARN, "import.failed", CU_LI("import", s->number),
        CU_LS("code", cu_code_rows[why->code].name));
    CU_TRY(import_run_note_failure(r, err));
    CU_TRY(import_run_store_report(r, err));
    return import_state_finish(
        r->imports->o.people, s->number, mappable ? IMPORT_READY : IMPORT_FAILED, why, err);
}

static void end_live(struct imports *s)
{
    (void)pthread_mutex_lock(&s->lock);
    s->live = (struct import_live){0};
    (void)pthread_mutex_unlock(&s->lock);
}

static cu_code run_import(struct imports *s, struct import_state *state, struct cu_error *err)
{
    struct import_run r = {.imports = s, .state = state};
    struct cu_error why = {0};
    cu_log(CU_LOG_INFO, "import.begins", CU_LI("import", state->number),
        CU_LI("settled", state->settled));
    cu_code code = work(&r, &why);
    why.code = code;
    if (code != CU_OK && code != CU_UNAVAILABLE)
        code = settle_failure(&r, &why, err);
    else if (code == CU_OK)
        cu_log(CU_LOG_INFO, "import.done", CU_LI("import", state->number),
            CU_LI("rows", state->rows_ok), CU_LI("bad", state->rows_bad));
    import_run_close(&r);
    end_live(s);
    return code == CU_UNAVAILABLE ? CU_OK : code;
}

static cu_code revert(struct imports *s, struct import_state *state, struct cu_error *err)
{
    cu_code code = import_revert_all(s, state, err);
    if (code == CU_UNAVAILABLE)
        return CU_OK;
    CU_TRY(code);
    atomic_store(&s->cancel, 0);
    state->made = state->updated = state->unchanged = state->quarantined = 0;
    CU_TRY(import_state_counts(s->o.people, state, err));
    cu_log(CU_LOG_INFO, "import.reverted", CU_LI("import", state->number));
    return import_state_finish(s->o.people, state->number, IMPORT_REVERTED, NULL, err);
}

static cu_code give_up(struct imports *s, uint32_t number, struct cu_error *err)
{
    struct cu_error why;
    cu_code code = cu_fail(&why, CU_CORRUPT, "", "What is stored of the import cannot be opened.");
    cu_log(CU_LOG_ERROR, "import.unreadable", CU_LI("import", number));
    return import_state_finish(
        s->o.people, number, IMPORT_FAILED, code == CU_OK ? NULL : &why, err);
}

// *ret_idle: there was nothing to do.
static cu_code next(struct imports *s, bool *ret_idle, struct cu_error *err)
{
    uint32_t number = 0;
    struct import_state state;
    struct db *d = NULL;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16 << 20);
    CU_TRY(import_next_work(s->o.people, &number, err));
    *ret_idle = number == 0;
    if (number == 0)
        return CU_OK;
    CU_TRY(people_read_take(s->o.people, &d, err));
    cu_code code = import_state_load(s->o.people, d, number, a, &state, err);
    bool unreadable = code == CU_KEY || code == CU_CORRUPT || code == CU_ERASED;
    if (unreadable) // what is sealed is not needed to take it back
        code = import_state_load(s->o.people, d, number, NULL, &state, err);
    people_read_give(s->o.people, d);
    CU_TRY(code);
    if (unreadable && state.status != IMPORT_REVERTING) // it must not hold up the others
        return give_up(s, number, err);
    return state.status == IMPORT_REVERTING ? revert(s, &state, err) : run_import(s, &state, err);
}

static void *thread_main(void *context)
{
    struct imports *s = context;
    guard_enter_system("intake", "import");
    while (!atomic_load(&s->stopping)) {
        struct cu_error err = {0};
        bool idle = true;
        uint64_t wakes = wakes_now(s);
        cu_code code = next(s, &idle, &err);
        if (code != CU_OK)
            cu_log_error("import.stuck", &err);
        announce(s);
        if (code != CU_OK || idle)
            rest(s, wakes, code != CU_OK ? RETRY_MS : 0);
    }
    return NULL;
}

cu_code import_thread_start(struct imports *s, struct cu_error *err)
{
    if (pthread_create(&s->thread, NULL, thread_main, s) != 0)
        return cu_fail(err, CU_MEMORY, "", "The thread of imports could not be started.");
    s->started = true;
    return CU_OK;
}

void import_thread_stop(struct imports *s)
{
    if (!s->started)
        return;
    atomic_store(&s->stopping, true);
    import_wake(s);
    (void)pthread_join(s->thread, NULL);
    s->started = false;
}
