// SPDX-License-Identifier: Apache-2.0
// The drill: the newest data backup is restored into a temporary folder and tried out with the keys of today.
// Living people of it must open, erased ones must not. A backup that was never restored is a hope.
#include "backup_service.h"

#include "people/promise.h"
#include "restore.h"

#include "base/clock.h"
#include "base/file.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SAMPLE = 200, ERASED_MAX = 200, DEPTH_MAX = 4 };

struct tried {
    int64_t profiles, orders, sampled, opened, erased, erased_open, started_us;
    char trouble[300]; // first thing that was wrong
};

static void trouble(struct tried *t, const char *what, const struct cu_error *err)
{
    if (!t->trouble[0])
        (void)snprintf(t->trouble, sizeof t->trouble, "%s: %.200s", what, err->text);
}

static cu_code remove_tree(const char *folder, int depth, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16u << 20);
    const char **names = NULL;
    size_t count = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to clear a drill's folder");
    if (access(folder, F_OK) != 0)
        return CU_OK;
    CU_TRY(cu_dir_list(a, folder, &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        char path[2048];
        struct stat st;
        int n = snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (n < 0 || n >= (int)sizeof path || lstat(path, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
            CU_TRY(remove_tree(path, depth + 1, err));
        else
            CU_TRY(cu_file_unlink(path, err));
    }
    (void)rmdir(folder);
    return CU_OK;
}

// Somebody whom the live shop has forgotten since may be in the sample: then not opening is right.
static void try_one(struct engine *e, struct db *copy, uint32_t pno, struct tried *t)
{
    struct cu_error err = {0};
    cu_code code = promise_probe(e->people, copy, pno, &err);
    if (code == CU_NOT_FOUND || code == CU_ERASED)
        return;
    t->sampled++;
    if (code == CU_OK)
        t->opened++;
    else
        trouble(t, "somebody living does not open", &err);
}

static cu_code try_people(struct engine *e, struct db *copy, struct tried *t, struct cu_error *err)
{
    uint32_t erased[ERASED_MAX], last = 0;
    size_t count = 0;
    CU_TRY(promise_counts(copy, &t->profiles, &t->orders, err));
    for (uint32_t bit = 1u << 31; bit; bit >>= 1) { // the highest number there is
        uint32_t found = 0;
        CU_TRY(promise_profile_at(copy, last + bit, &found, err));
        if (found)
            last += bit;
    }
    for (int i = 0; i < SAMPLE && t->profiles > 0; i++) {
        uint32_t random = 0, pno = 0;
        cu_random(&random, sizeof random);
        CU_TRY(promise_profile_at(copy, 1 + random % (last ? last : 1), &pno, err));
        if (pno)
            try_one(e, copy, pno, t);
    }
    CU_TRY(promise_forgotten_in(e->people, copy, erased, ERASED_MAX, &count, err));
    for (size_t i = 0; i < count; i++) {
        struct cu_error why = {0};
        t->erased++;
        if (promise_probe(e->people, copy, erased[i], &why) == CU_OK) {
            t->erased_open++;
            (void)cu_fail(&why, CU_CORRUPT, "", "an erased person opens");
            trouble(t, "erasure", &why);
        }
    }
    return CU_OK;
}

static cu_code try_files(struct engine *e, const char *folder, struct tried *t, struct cu_error *err)
{
    char path[FOLDER_PATH_MAX + 128];
    struct db *copy = NULL;
    struct cu_error why = {0};
    (void)snprintf(path, sizeof path, "%s/timeline", folder);
    if (timeline_verify(path, &why) != CU_OK)
        trouble(t, "timeline", &why);
    (void)snprintf(path, sizeof path, "%s/seen", folder);
    if (seen_verify(path, &why) != CU_OK)
        trouble(t, "seen", &why);
    (void)snprintf(path, sizeof path, "%s/records.db", folder);
    if (db_open(path, records_schema(), DB_WRITE, &copy, &why) != CU_OK) {
        trouble(t, "records.db", &why);
        return CU_OK;
    }
    if (db_integrity(copy, &why) != CU_OK)
        trouble(t, "records.db", &why);
    cu_code code = try_people(e, copy, t, err);
    db_close(copy);
    return code;
}

static void print(const struct tried *t, const struct restore_report *r, struct cu_buf *out)
{
    struct json_writer w;
    jw_start(&w, out);
    jw_object(&w);
    jw_ki64(&w, "bytes", r->bytes);
    jw_ki64(&w, "profiles", t->profiles);
    jw_ki64(&w, "orders", t->orders);
    jw_ki64(&w, "sampled", t->sampled);
    jw_ki64(&w, "opened", t->opened);
    jw_ki64(&w, "erased", t->erased);
    jw_ki64(&w, "erased_open", t->erased_open);
    jw_ki64(&w, "ms", (cu_mono_us() - t->started_us) / 1000);
    if (t->trouble[0])
        jw_kz(&w, "error", t->trouble);
    jw_object_end(&w);
}

static cu_code restore_and_try(struct restore *r, struct engine *e, struct tried *t, struct cu_error *err)
{
    struct cu_error why = {0};
    CU_TRY(cu_dir_make(r->o->data, 0700, err));
    cu_code code = restore_files(r, &r->data, &why);
    if (code == CU_CORRUPT || code == CU_NOT_FOUND || code == CU_KEY) {
        trouble(t, "restoring", &why);
        return CU_OK;
    }
    return code == CU_OK ? try_files(e, r->o->data, t, err) : cu_fail(err, code, "", "%s", why.text);
}

cu_code backup_drill(struct backup_work *w, bool *ret_passed, char ret_backup[BACKUP_ID_MAX], struct cu_buf *ret_report,
    struct cu_error *err)
{
    struct engine *e = w->engine;
    char folder[FOLDER_PATH_MAX + 64];
    const char *place = settings_z(&e->settings, "backup_drill_folder");
    struct tried t = {.started_us = cu_mono_us()};
    struct restore_report report = {0};
    struct restore_options o = {.data = folder};
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, BACKUP_MANIFEST_MAX);
    (void)snprintf(folder, sizeof folder, "%s/backup.drill", place[0] ? place : e->folder.path);
    CU_TRY(remove_tree(folder, 0, err)); // of a drill that was broken off
    struct restore r = {.o = &o, .report = &report, .work = *w};
    CU_TRY(backup_choose(w->target, BACKUP_DATA, NULL, INT64_MAX, &r.data, &text, err));
    (void)snprintf(ret_backup, BACKUP_ID_MAX, "%s", r.data.id);
    cu_code code = backup_manifest_check(cu_buf_view(&text), &w->key.key, err);
    if (code == CU_OK)
        code = restore_and_try(&r, e, &t, err);
    w->plain = r.work.plain; // the buffers may have grown
    w->sealed = r.work.sealed;
    backup_manifest_clear(&r.data);
    struct cu_error late = {0};
    if (remove_tree(folder, 0, &late) != CU_OK && code == CU_OK)
        code = cu_fail(err, late.code, "", "the drill's folder cannot be cleared: %.180s", late.text);
    CU_TRY(code);
    print(&t, &report, ret_report);
    *ret_passed = !t.trouble[0];
    return cu_buf_code(ret_report, err);
}
