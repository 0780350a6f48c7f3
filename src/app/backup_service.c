// SPDX-License-Identifier: Apache-2.0
// The thread that keeps backups. See backup_service.h.
#include "backup_service.h"

#include "backup_archive.h"
#include "backup_promise.h"
#include "backup_store.h"
#include "restore_state.h"
#include "store/journal_archive.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

enum { TASKS_MAX = 16, TICK_MS = 5000, PAUSE_MS_MAX = 300000 };
static const int64_t hour_ms = 3600 * 1000, day_ms = 24 * 3600 * 1000;

struct backups {
    struct engine *engine;
    char place[1024]; // "" none
    bool archive;
    struct archive sent;
    pthread_t thread;
    bool started, scheduled;
    atomic_bool stop;
    _Atomic int64_t progress, failing_since;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    struct backup_task tasks[TASKS_MAX]; // under the lock
    size_t task_count;
    bool working;
    int64_t pause_ms, carried_us; // carrying off: how long to wait after a failure
    int64_t tried_us; // the schedule: after a failure not every few seconds
    struct cu_metric *m_age, *m_failed;
};

// ---- one piece of work

static cu_code work_open(struct backups *b, const char *place, struct backup_work *w, struct cu_error *err)
{
    char shop[37];
    struct target *t = NULL;
    struct engine *e = b->engine;
    const struct target_options o = {.place = place[0] ? place : b->place, .data_folder = e->folder.path,
        .settings = &e->settings, .stop = &b->stop};
    cu_uuid_format(e->folder.id, shop);
    CU_TRY(target_open(&o, &t, err));
    backup_work_init(w, e, t);
    w->stop = &b->stop;
    w->progress = &b->progress;
    w->carries = !place[0] || !b->place[0] || strcmp(place, b->place) == 0;
    cu_code code = target_enter(t, shop, err);
    if (code == CU_OK)
        code = backup_key_open(e->folder.path, e->keyring, &w->key, err);
    return code;
}

static void work_close(struct backup_work *w)
{
    struct target *t = w->target;
    backup_work_clear(w);
    target_close(t);
}

static struct backup_policy policy_of(const struct engine *e)
{
    return (struct backup_policy){.keep = settings_i64(&e->settings, "backup_keep"),
        .key_days = settings_i64(&e->settings, "backup_key_days"), .now_ms = cu_now_ms()};
}

static void note_end(struct backups *b, const char *id, const struct backup_work *w, cu_code code,
    const struct cu_error *why)
{
    struct cu_error err = {0};
    if (backup_run_end(b->engine, id, &w->tally, code == CU_OK ? NULL : why->text, &err) != CU_OK)
        cu_log_error("backup.row_failed", &err);
    if (code == CU_OK) {
        cu_log(CU_LOG_INFO, "backup.done", CU_LS("id", id), CU_LI("bytes", w->tally.bytes), CU_LI("sent", w->tally.sent));
        return;
    }
    cu_metric_add(b->m_failed, 1);
    cu_log(CU_LOG_ERROR, "backup.failed", CU_LS("id", id), CU_LS("code", cu_code_rows[code].name), CU_LS("text", why->text));
}

static cu_code carry_off(struct backups *b, struct cu_error *err)
{
    struct backup_work w = {0};
    cu_code code = work_open(b, "", &w, err);
    if (code == CU_OK)
        code = promises_send(&w, err);
    if (code == CU_OK && b->archive)
        code = archive_send(&b->sent, &w, err);
    work_close(&w);
    return code;
}

static cu_code make(struct backups *b, const struct backup_task *t, struct cu_error *err)
{
    struct backup_work w = {0};
    atomic_store(&b->progress, 0);
    cu_code code = b->place[0] && b->scheduled ? carry_off(b, err) : CU_OK; // promises before anything else
    if (code == CU_OK)
        code = work_open(b, t->place, &w, err);
    if (code == CU_OK) {
        (void)snprintf(w.wanted_id, sizeof w.wanted_id, "%s", t->id);
        code = backup_make(&w, t->class_id, err);
    }
    note_end(b, t->id, &w, code, err);
    work_close(&w);
    return code;
}

static cu_code verify(struct backups *b, const struct backup_task *t, struct cu_error *err)
{
    struct backup_work w = {0};
    struct backup_check found = {0};
    char why[400];
    cu_code code = work_open(b, t->place, &w, err);
    if (code == CU_OK)
        code = backup_verify(&w, t->id, &found, err);
    work_close(&w);
    if (code == CU_OK && found.damage == 0)
        return backup_run_verified(b->engine, t->id, NULL, err);
    if (code == CU_OK)
        (void)snprintf(why, sizeof why, "%zu damaged: %s", found.damage, found.found[0].text);
    else
        (void)snprintf(why, sizeof why, "it could not be checked: %s", err->text);
    cu_log(CU_LOG_ERROR, "backup.verify", CU_LS("id", t->id), CU_LS("text", why));
    return backup_run_verified(b->engine, t->id, why, err);
}

static cu_code prune(struct backups *b, const struct backup_task *t, struct cu_error *err)
{
    struct backup_work w = {0};
    struct backup_pruned pruned;
    const struct backup_policy p = policy_of(b->engine);
    cu_code code = work_open(b, t->place, &w, err);
    if (code == CU_OK)
        code = backup_prune(&w, &p, &pruned, err);
    work_close(&w);
    if (code == CU_OK)
        cu_log(CU_LOG_INFO, "backup.pruned", CU_LI("backups", pruned.backups), CU_LI("pieces", pruned.pieces),
            CU_LI("bytes", pruned.bytes), CU_LI("others", pruned.others));
    return code;
}

static cu_code drill(struct backups *b, const struct backup_task *t, struct cu_error *err)
{
    struct backup_work w = {0};
    CU_AUTO_BUF struct cu_buf report;
    char id[BACKUP_ID_MAX] = "";
    bool passed = false;
    int64_t number = 0;
    cu_buf_init(&report, 64 << 10);
    CU_TRY(backup_drill_add(b->engine, &number, err));
    cu_code code = work_open(b, t->place, &w, err);
    if (code == CU_OK)
        code = backup_drill(&w, &passed, id, &report, err);
    work_close(&w);
    if (code != CU_OK) {
        struct json_writer j;
        cu_buf_reset(&report);
        jw_start(&j, &report);
        jw_object(&j);
        jw_kz(&j, "error", err->text);
        jw_object_end(&j);
    }
    cu_log(passed ? CU_LOG_INFO : CU_LOG_ERROR, "backup.drill", CU_LS("state", passed ? "passed" : "failed"));
    return backup_drill_end(b->engine, number, id, passed, cu_buf_view(&report), err);
}

static void run_task(struct backups *b, const struct backup_task *t)
{
    struct cu_error err = {0};
    cu_code code = CU_OK;
    switch (t->kind) {
    case BACKUP_TASK_MAKE:
        code = make(b, t, &err);
        break;
    case BACKUP_TASK_VERIFY:
        code = verify(b, t, &err);
        break;
    case BACKUP_TASK_PRUNE:
        code = prune(b, t, &err);
        break;
    case BACKUP_TASK_DRILL:
        code = drill(b, t, &err);
        break;
    default:
        break;
    }
    if (code != CU_OK && t->kind != BACKUP_TASK_MAKE)
        cu_log_error("backup.task_failed", &err);
}

// ---- what is due by itself

static void carry_off_when_due(struct backups *b)
{
    struct cu_error err = {0};
    if (b->pause_ms && cu_mono_us() - b->carried_us < b->pause_ms * 1000)
        return;
    b->carried_us = cu_mono_us();
    cu_code code = carry_off(b, &err);
    if (code == CU_OK) {
        if (b->pause_ms)
            cu_log(CU_LOG_INFO, "backup.target_back");
        b->pause_ms = 0;
        atomic_store(&b->failing_since, 0);
        return;
    }
    if (!b->pause_ms) {
        cu_log_error("backup.target_failing", &err);
        atomic_store(&b->failing_since, cu_now_ms());
    }
    b->pause_ms = b->pause_ms ? (b->pause_ms * 2 < PAUSE_MS_MAX ? b->pause_ms * 2 : PAUSE_MS_MAX) : TICK_MS;
}

static bool is_due(struct backups *b, enum backup_class class_id, int64_t every_ms)
{
    int64_t newest = 0;
    struct cu_error err = {0};
    cu_code code = backup_run_newest(b->engine, class_id, b->place, &newest, &err);
    if (code == CU_OK && class_id == BACKUP_DATA)
        cu_metric_set(b->m_age, newest ? (cu_now_ms() - newest) / 1000 : -1);
    return code == CU_OK && every_ms > 0 && cu_now_ms() - newest >= every_ms;
}

static bool have_data(struct backups *b)
{
    int64_t newest = 0;
    struct cu_error err = {0};
    return backup_run_newest(b->engine, BACKUP_DATA, b->place, &newest, &err) == CU_OK && newest > 0;
}

static void make_due(struct backups *b, enum backup_class class_id)
{
    struct backup_task t = {.kind = BACKUP_TASK_MAKE, .class_id = class_id};
    struct cu_error err = {0};
    backup_make_id(t.id);
    if (backup_run_add(b->engine, t.id, class_id, b->place, &err) == CU_OK)
        run_task(b, &t);
    else
        cu_log_error("backup.row_failed", &err);
}

// Keys follow data at once, so that every data backup finds the keys of its people, and once a day besides.
static void run_schedule(struct backups *b)
{
    int64_t every_ms = settings_i64(&b->engine->settings, "backup_every_hours") * hour_ms;
    int64_t drill_ms = settings_i64(&b->engine->settings, "backup_drill_days") * day_ms;
    int64_t drilled = 0;
    struct cu_error err = {0};
    if (b->tried_us && cu_mono_us() - b->tried_us < PAUSE_MS_MAX * 1000)
        return;
    bool data = is_due(b, BACKUP_DATA, every_ms);
    bool keys = data || is_due(b, BACKUP_KEYS, every_ms && every_ms < day_ms ? every_ms : every_ms ? day_ms : 0);
    if (data || keys)
        b->tried_us = cu_mono_us();
    if (data)
        make_due(b, BACKUP_DATA);
    if (keys)
        make_due(b, BACKUP_KEYS);
    if (data) {
        make_due(b, BACKUP_CONFIGURATION);
        run_task(b, &(struct backup_task){.kind = BACKUP_TASK_PRUNE});
    }
    if (drill_ms > 0 && backup_drill_newest(b->engine, &drilled, &err) == CU_OK && cu_now_ms() - drilled >= drill_ms &&
        have_data(b) && !atomic_load(&b->stop)) {
        b->tried_us = cu_mono_us();
        run_task(b, &(struct backup_task){.kind = BACKUP_TASK_DRILL});
    }
}

// ---- the thread

static bool take_task(struct backups *b, struct backup_task *ret)
{
    struct timespec until;
    bool got = false;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += TICK_MS / 1000;
    (void)pthread_mutex_lock(&b->lock);
    b->working = false;
    (void)pthread_cond_broadcast(&b->wake);
    int rc = 0;
    while (b->task_count == 0 && rc == 0 && !atomic_load(&b->stop))
        rc = pthread_cond_timedwait(&b->wake, &b->lock, &until);
    if (b->task_count && !atomic_load(&b->stop)) {
        *ret = b->tasks[0];
        b->task_count--;
        memmove(b->tasks, b->tasks + 1, b->task_count * sizeof b->tasks[0]);
        got = b->working = true;
    }
    (void)pthread_mutex_unlock(&b->lock);
    return got;
}

static void *loop(void *context)
{
    struct backups *b = context;
    struct backup_task t;
    guard_enter_system("upkeep", "backup");
    while (!atomic_load(&b->stop)) {
        if (take_task(b, &t))
            run_task(b, &t);
        if (atomic_load(&b->stop) || !b->place[0] || !b->scheduled)
            continue;
        carry_off_when_due(b);
        run_schedule(b);
    }
    guard_leave();
    return NULL;
}

cu_code backups_start(struct backups *b, bool scheduled, struct cu_error *err)
{
    (void)pthread_mutex_lock(&b->lock);
    b->scheduled = b->scheduled || scheduled;
    cu_code code = CU_OK;
    if (!b->started && !restore_state_pending(b->engine->folder.path)) {
        if (pthread_create(&b->thread, NULL, loop, b) != 0)
            code = cu_fail(err, CU_MEMORY, "", "the backup thread did not start");
        b->started = code == CU_OK;
    }
    (void)pthread_mutex_unlock(&b->lock);
    return code;
}

void backups_stop(struct backups *b)
{
    if (!b || !b->started)
        return;
    (void)pthread_mutex_lock(&b->lock);
    atomic_store(&b->stop, true);
    (void)pthread_cond_broadcast(&b->wake);
    (void)pthread_mutex_unlock(&b->lock);
    (void)pthread_join(b->thread, NULL);
    b->started = false;
}

// ---- open, close, ask

static cu_code configure(struct backups *b, struct cu_error *err)
{
    const struct settings *s = &b->engine->settings;
    const char *folder = settings_z(s, "backup_folder"), *bucket = settings_z(s, "backup_s3_bucket");
    if (folder[0] && bucket[0])
        return cu_fail(err, CU_INVALID, "backup_s3_bucket", "either a folder or a bucket is accepted, not both");
    (void)snprintf(b->place, sizeof b->place, "%s%s", bucket[0] ? "s3://" : "", bucket[0] ? bucket : folder);
    b->archive = b->place[0] && settings_i64(s, "backup_journal") != 0 && !restore_state_pending(b->engine->folder.path);
    if (b->archive)
        journal_hold(b->engine->journal, 0); // nothing goes before it was sent
    return CU_OK;
}

cu_code backups_open(struct engine *e, struct backups **ret, struct cu_error *err)
{
    struct backups *b = cu_calloc(1, sizeof *b);
    if (!b)
        return cu_fail(err, CU_MEMORY, "", "no memory for backups");
    b->engine = e;
    pthread_condattr_t attr;
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&b->wake, &attr);
    (void)pthread_condattr_destroy(&attr);
    (void)pthread_mutex_init(&b->lock, NULL);
    b->m_age = cu_metric_get(CU_GAUGE, "custos_backup_age_seconds", NULL,
        "Age of the newest data backup; -1: there is none.");
    b->m_failed = cu_metric_get(CU_COUNTER, "custos_backup_failures_total", NULL, "Backups that failed.");
    cu_code code = configure(b, err);
    if (code == CU_OK)
        code = backup_rows_broken_off(e, err);
    if (code != CU_OK) {
        backups_close(b);
        return code;
    }
    *ret = b;
    return CU_OK;
}

void backups_close(struct backups *b)
{
    if (!b)
        return;
    backups_stop(b);
    (void)pthread_cond_destroy(&b->wake);
    (void)pthread_mutex_destroy(&b->lock);
    cu_free(b);
}

cu_code backups_ask(struct backups *b, const struct backup_task *t, struct cu_error *err)
{
    if (!t->place[0] && !b->place[0])
        return cu_fail(err, CU_MISSING, "backup_folder", "no place for backups is set: backup_folder or backup_s3_bucket");
    CU_TRY(backups_start(b, false, err));
    (void)pthread_mutex_lock(&b->lock);
    bool room = b->task_count < TASKS_MAX;
    if (room) {
        b->tasks[b->task_count++] = *t;
        (void)pthread_cond_broadcast(&b->wake);
    }
    (void)pthread_mutex_unlock(&b->lock);
    return room ? CU_OK : cu_fail(err, CU_BUSY, "", "enough backups wait already");
}

bool backups_idle(struct backups *b)
{
    (void)pthread_mutex_lock(&b->lock);
    bool idle = b->task_count == 0 && !b->working;
    (void)pthread_mutex_unlock(&b->lock);
    return idle;
}

int64_t backups_progress(struct backups *b)
{
    return atomic_load(&b->progress);
}

struct engine *backups_engine(struct backups *b)
{
    return b->engine;
}

const char *backups_place(const struct backups *b)
{
    return b->place;
}

int64_t backups_failing_since(struct backups *b)
{
    return atomic_load(&b->failing_since);
}
