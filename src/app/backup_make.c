// SPDX-License-Identifier: Apache-2.0
// Making a backup. The data class is a cut: at one moment between two batches of the pipeline, records,
// timeline and seen are durable up to the same journal record; their files are held, and then read while the
// shop goes on. So no part of the journal belongs into it, and no key: it may be kept for ever.
#include "backup.h"
#include "backup_promise.h"

#include "base/clock.h"
#include "base/file.h"
#include "people/promise.h"
#include "store/cut.h"
#include "store/db_copy.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

enum { CUT_ATTEMPTS = 300, CUT_PAUSE_MS = 500, PROMISE_ATTEMPTS = 40, SPOOL_HEAD = 128 };
#define PIECE_BUF_MAX ((size_t)(OBJECT_PLAIN_MAX) + 4096)
#define STAGE_SPARE ((uint64_t)512 << 20)

void backup_work_init(struct backup_work *w, struct engine *e, struct target *t)
{
    *w = (struct backup_work){.engine = e, .target = t};
    known_init(&w->known);
    backup_manifest_init(&w->manifest);
    cu_buf_init(&w->plain, PIECE_BUF_MAX);
    cu_buf_init(&w->sealed, PIECE_BUF_MAX);
}

void backup_work_clear(struct backup_work *w)
{
    backup_stage_clear(w);
    known_clear(&w->known);
    backup_manifest_clear(&w->manifest);
    cu_buf_clear(&w->plain);
    cu_buf_clear(&w->sealed);
    explicit_bzero(&w->key, sizeof w->key);
}

void backup_make_id(char ret[BACKUP_ID_MAX])
{
    char iso[32]; // 2026-11-21T10:15:00.123Z; milliseconds keep the order of ids made in one second
    uint8_t random[4];
    size_t n = 0;
    text_time_format(cu_now_ms(), iso);
    for (size_t i = 0; iso[i]; i++) {
        if (iso[i] != '-' && iso[i] != ':' && iso[i] != '.')
            ret[n++] = iso[i];
    }
    cu_random(random, sizeof random);
    (void)snprintf(ret + n, BACKUP_ID_MAX - n, "-%02x%02x%02x%02x", random[0], random[1], random[2], random[3]);
}

static void fill_head(struct backup_work *w, enum backup_class class_id)
{
    struct backup_manifest *m = &w->manifest;
    backup_manifest_clear(m);
    w->tally = (struct backup_tally){0};
    if (w->wanted_id[0])
        (void)snprintf(m->id, sizeof m->id, "%s", w->wanted_id);
    else
        backup_make_id(m->id);
    m->class_id = class_id;
    m->made_ms = cu_now_ms();
    cu_uuid_format(w->engine->folder.id, m->shop);
    memcpy(m->fingerprint, w->engine->folder.fingerprint, sizeof m->fingerprint);
    (void)snprintf(m->line, sizeof m->line, "%s", w->key.line);
    (void)snprintf(m->program, sizeof m->program, "%s", CUSTOS_VERSION);
    memcpy(m->wrapped_key, w->key.wrapped, sizeof m->wrapped_key);
}

// ---- the cut

struct moment {
    struct engine *engine;
    struct cut files;
    struct db_frozen records, audiences;
    uint64_t position;
    int64_t promise, waiting;
    bool last_attempt;
};

static void moment_clear(struct moment *m)
{
    db_thaw(&m->records);
    db_thaw(&m->audiences);
    cut_clear(&m->files);
}

// Called between two batches, under people_lock: must be quick.
static cu_code take_cut(void *context, uint64_t position, struct cu_error *err)
{
    struct moment *m = context;
    struct engine *e = m->engine;
    char path[FOLDER_PATH_MAX + 64];
    struct db *d = people_db(e->people);
    CU_TRY(promises_last(d, &m->promise, err));
    CU_TRY(promises_waiting(d, &m->waiting, err));
    if (m->waiting && !m->last_attempt) // their tags must not get into a backup
        return cu_fail(err, CU_LOCKED, "", "somebody is being erased at this moment");
    folder_file(&e->folder, "records.db", path);
    CU_TRY(db_freeze(path, records_schema(), d, &m->records, err));
    CU_TRY(audiences_freeze(e->audiences, &m->audiences, err));
    CU_TRY(timeline_cut(e->timeline, &m->files, err));
    CU_TRY(seen_cut(e->seen, &m->files, err));
    m->position = position;
    return CU_OK;
}

static cu_code cut_now(struct backup_work *w, struct moment *m, struct cu_error *err)
{
    cu_code code = CU_LOCKED;
    for (int attempt = 1; code == CU_LOCKED && attempt <= CUT_ATTEMPTS; attempt++) {
        moment_clear(m);
        *m = (struct moment){.engine = w->engine, .last_attempt = attempt > PROMISE_ATTEMPTS};
        cut_init(&m->files);
        if (w->carries)
            CU_TRY(promises_send(w, err));
        code = pipeline_cut(w->engine->pipeline, BACKUP_CUT_MS_MAX, take_cut, m, err);
        if (code == CU_LOCKED)
            (void)nanosleep(&(struct timespec){.tv_nsec = CUT_PAUSE_MS * 1000000}, NULL);
        if (w->stop && atomic_load(w->stop))
            return cu_fail(err, CU_UNAVAILABLE, "", "the server is stopping");
    }
    return code;
}

// ---- files

static cu_code read_cut(void *context, void *at, size_t len, int64_t offset, struct cu_error *err)
{
    return cut_read(context, at, len, offset, err);
}

static cu_code read_frozen(void *context, void *at, size_t len, int64_t offset, struct cu_error *err)
{
    return db_frozen_read(context, at, len, offset, err);
}

static cu_code store_cut(struct backup_work *w, struct cut *c, struct cu_error *err)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct backup_source from = {read_cut, &c->files[i]};
        CU_TRY(backup_file_store(w, c->files[i].name, c->files[i].size, BACKUP_PIECE_FILE, &from, err));
    }
    return CU_OK;
}

static cu_code open_stage(struct backup_work *w, int64_t bytes, struct cu_error *err)
{
    struct statvfs fs;
    if (!target_is_slow(w->target))
        return CU_OK;
    folder_file(&w->engine->folder, "backup.stage", w->stage);
    CU_TRY(cu_dir_make(w->stage, 0700, err));
    if (statvfs(w->stage, &fs) == 0 && (uint64_t)fs.f_bavail * fs.f_frsize < (uint64_t)bytes + STAGE_SPARE)
        return cu_fail(err, CU_FULL, "", "the data disk has no room to hold records.db while it is sent");
    return CU_OK;
}

static cu_code store_records(struct backup_work *w, struct moment *m, struct cu_error *err)
{
    const struct backup_source from = {read_frozen, &m->records};
    CU_TRY(open_stage(w, m->records.bytes, err));
    cu_code code = backup_file_store(w, "records.db", m->records.bytes, BACKUP_PIECE_PAGES, &from, err);
    db_thaw(&m->records); // the sooner, the smaller its log stays
    if (code == CU_OK)
        code = backup_stage_send(w, err);
    backup_stage_clear(w);
    return code;
}

// Who entered and left segments when: data like any other, and not to be worked out again.
static cu_code store_audiences(struct backup_work *w, struct moment *m, struct cu_error *err)
{
    const struct backup_source from = {read_frozen, &m->audiences};
    cu_code code = backup_file_store(w, "audiences.db", m->audiences.bytes, BACKUP_PIECE_PAGES, &from, err);
    db_thaw(&m->audiences);
    return code;
}

// What uploads and imports hold, without the keys in the files' heads: those are of class K.
static cu_code spool_bodies(struct engine *e, struct cut *c, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16u << 20);
    char folder[FOLDER_PATH_MAX + 64], name[64];
    const char **names = NULL;
    size_t count = 0;
    folder_file(&e->folder, "spool", folder);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to list the spool");
    if (access(folder, F_OK) != 0)
        return CU_OK;
    CU_TRY(cu_dir_list(a, folder, &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(names[i]);
        if (len < 7 || len > 40 || strcmp(names[i] + len - 6, ".spool") != 0)
            continue;
        (void)snprintf(name, sizeof name, "spool/%.*s.body", (int)(len - 6), names[i]);
        cu_code code = cut_add_file(c, folder, names[i], name, err);
        if (code == CU_NOT_FOUND)
            continue; // deleted meanwhile
        CU_TRY(code);
        struct cut_file *f = &c->files[c->count - 1];
        f->from = SPOOL_HEAD;
        f->size = f->size > SPOOL_HEAD ? f->size - SPOOL_HEAD : 0;
    }
    return CU_OK;
}

// The audit log only grows and holds no personal value, so it is data: what is there is copied, and what a
// crash could have left at its end is cut by whoever opens it.
static cu_code audit_files(struct engine *e, struct cut *c, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16u << 20);
    char folder[FOLDER_PATH_MAX + 64], path[FOLDER_PATH_MAX + 128], name[64];
    const char **names = NULL;
    size_t count = 0;
    struct stat st;
    folder_file(&e->folder, "audit", folder);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to list the audit log");
    if (access(folder, F_OK) != 0)
        return CU_OK;
    CU_TRY(cu_dir_list(a, folder, &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (strlen(names[i]) > 50 || lstat(path, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        (void)snprintf(name, sizeof name, "audit/%s", names[i]);
        CU_TRY(cut_add_file(c, folder, names[i], name, err));
    }
    return CU_OK;
}

static cu_code make_data(struct backup_work *w, struct cu_error *err)
{
    struct moment m = {0};
    cu_code code = cut_now(w, &m, err);
    if (code == CU_OK) {
        w->manifest.position = m.position;
        w->manifest.promise = m.promise;
        w->manifest.made_ms = cu_now_ms();
        code = store_records(w, &m, err);
    }
    if (code == CU_OK)
        code = store_audiences(w, &m, err);
    if (code == CU_OK)
        code = spool_bodies(w->engine, &m.files, err);
    if (code == CU_OK)
        code = audit_files(w->engine, &m.files, err);
    if (code == CU_OK)
        code = store_cut(w, &m.files, err);
    moment_clear(&m);
    return code;
}

static cu_code make_keys(struct backup_work *w, struct cu_error *err)
{
    struct cut c;
    cut_init(&c);
    cu_code code = backup_archive_store(w, err);
    if (code == CU_OK)
        code = backup_spool_heads(w->engine, &c, err);
    if (code == CU_OK)
        code = store_cut(w, &c, err);
    cut_clear(&c);
    return code;
}

static cu_code make_configuration(struct backup_work *w, struct cu_error *err)
{
    static const char *const names[] = {"custos.id", "custos.yaml", "dictionary.yaml", "audit.pub"};
    struct cut c;
    cu_code code = CU_OK;
    cut_init(&c);
    for (size_t i = 0; i < CU_COUNT(names) && code == CU_OK; i++) {
        code = cut_add_copy(&c, w->engine->folder.path, names[i], names[i], err);
        if (code == CU_NOT_FOUND)
            code = CU_OK;
    }
    if (code == CU_OK)
        code = store_cut(w, &c, err);
    cut_clear(&c);
    return code;
}

cu_code backup_make(struct backup_work *w, enum backup_class class_id, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text;
    char name[64];
    cu_buf_init(&text, BACKUP_MANIFEST_MAX);
    if (w->known.cap == 0)
        CU_TRY(known_load(&w->known, w->target, NULL, NULL, err));
    fill_head(w, class_id);
    CU_TRY(class_id == BACKUP_DATA   ? make_data(w, err)
           : class_id == BACKUP_KEYS ? make_keys(w, err)
                                     : make_configuration(w, err));
    CU_TRY(target_settle(w->target, err)); // every piece is durable before the manifest names it
    CU_TRY(backup_manifest_write(&w->manifest, &w->key.key, &text, err));
    backup_manifest_name(w->manifest.id, name);
    return target_put(w->target, name, cu_buf_view(&text), true, err);
}
