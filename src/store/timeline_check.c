// SPDX-License-Identifier: Apache-2.0
// Checking a folder (timeline_admin.h), with no timeline open: manifest, kinds, every run. A running server may
// merge a run away under our eyes: then the runs that took its place are checked.
#include "timeline_admin.h"

#include "base/file.h"
#include "timeline_private.h"

struct check {
    const char *folder;
    timeline_damage *damage;
    timeline_progress *progress;
    void *context;
    struct cu_error *err; // the first damage
    bool damaged, stopped;
    uint64_t *checked;    // numbers of runs
    size_t count, cap;
    uint64_t rows, all;
};

static void found(struct check *c, const struct cu_error *why)
{
    if (!c->damaged && c->err)
        *c->err = *why;
    c->damaged = true;
    if (c->damage)
        c->damage(c->context, why->text);
}

static bool is_checked(const struct check *c, uint64_t number)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->checked[i] == number)
            return true;
    return false;
}

static cu_code remember(struct check *c, uint64_t number, struct cu_error *err)
{
    if (c->count == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 64;
        uint64_t *checked = cu_realloc(c->checked, cap * sizeof *checked);
        if (!checked)
            return cu_fail(err, CU_MEMORY, "", "no memory to check the timeline");
        c->checked = checked;
        c->cap = cap;
    }
    c->checked[c->count++] = number;
    return CU_OK;
}

static bool still_named(const struct check *c, uint64_t number)
{
    struct timeline_manifest m = {0};
    bool named = false;
    if (timeline_manifest_load(c->folder, &m, NULL) != CU_OK)
        return true;
    for (size_t i = 0; i < m.run_count; i++)
        named = named || m.runs[i].number == number;
    timeline_manifest_clear(&m);
    return named;
}

static cu_code check_run(struct check *c, const struct timeline_manifest_run *named, struct cu_error *err)
{
    struct timeline_run *run = NULL;
    struct cu_error why = {0};
    CU_TRY(remember(c, named->number, err));
    cu_code code = timeline_run_open(c->folder, named->number, named->rows, &run, &why);
    if (code == CU_OK)
        code = timeline_run_verify(run, c->damage, c->context, &why);
    else if (code == CU_CORRUPT && still_named(c, named->number) && c->damage)
        c->damage(c->context, why.text);
    else if (code == CU_CORRUPT && !still_named(c, named->number))
        code = CU_OK;
    timeline_run_unref(run);
    if (code == CU_CORRUPT) {
        if (!c->damaged && c->err)
            *c->err = why;
        c->damaged = true;
        code = CU_OK;
    } else if (code != CU_OK && err) {
        *err = why;
    }
    c->rows += named->rows;
    if (c->progress && !c->progress(c->context, c->rows, c->all))
        c->stopped = true;
    return code;
}

static cu_code check_new(struct check *c, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16u << 20);
    const char **names = NULL;
    size_t count = 0;
    struct cu_error why = {0};
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to check the timeline");
    cu_code code = cu_dir_list(a, c->folder, &names, &count, err);
    if (code == CU_OK && timeline_check_new(names, count, &why) != CU_OK)
        found(c, &why);
    return code == CU_NOT_FOUND ? CU_OK : code;
}

// All runs of the manifest as it is now that were not checked before. *ret_new: how many.
static cu_code check_once(struct check *c, size_t *ret_new, struct cu_error *err)
{
    struct timeline_manifest m = {0};
    struct cu_error why = {0};
    cu_code code = timeline_manifest_load(c->folder, &m, &why);
    *ret_new = 0;
    if (code == CU_NOT_FOUND)
        return check_new(c, err);
    if (code == CU_CORRUPT) {
        found(c, &why);
        return CU_OK;
    }
    if (code != CU_OK) {
        if (err)
            *err = why;
        return code;
    }
    c->all = 0;
    for (size_t i = 0; i < m.run_count; i++)
        c->all += m.runs[i].rows;
    for (size_t i = 0; i < m.run_count && code == CU_OK && !c->stopped; i++)
        if (!is_checked(c, m.runs[i].number)) {
            ++*ret_new;
            code = check_run(c, &m.runs[i], err);
        }
    timeline_manifest_clear(&m);
    return code;
}

cu_code timeline_check(const char *folder, timeline_damage *damage, timeline_progress *progress, void *context,
    struct cu_error *err)
{
    struct cu_error first = {0};
    struct check c = {.folder = folder, .damage = damage, .progress = progress, .context = context, .err = &first};
    size_t fresh = 1;
    cu_code code = CU_OK;
    for (int again = 0; fresh > 0 && again < 8 && code == CU_OK && !c.stopped; again++)
        code = check_once(&c, &fresh, err);
    struct cu_error why = {0};
    if (code == CU_OK && !c.stopped) {
        code = timeline_kinds_verify(folder, &why);
        if (code == CU_CORRUPT) {
            found(&c, &why);
            code = CU_OK;
        } else if (code != CU_OK && err) {
            *err = why;
        }
    }
    cu_free(c.checked);
    if (code == CU_OK && c.damaged) {
        if (err)
            *err = first;
        return CU_CORRUPT;
    }
    return code;
}

cu_code timeline_verify(const char *folder, struct cu_error *err)
{
    return timeline_check(folder, NULL, NULL, NULL, err);
}
