// SPDX-License-Identifier: Apache-2.0
// The service of imports: opening, uploads, what staff may ask of an import, and how it is printed.
// The work is done by the thread in import_job.c. See import.h for the invariants.
#include "import_job.h"

#include "base/clock.h"
#include "base/log.h"
#include "import_sql.h"
#include "text/text.h"

#include <errno.h>
#include <time.h>

// ---- opening

static bool wanted(const int64_t *numbers, size_t count, int64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (numbers[i] == number)
            return true;
    return false;
}

static cu_code wanted_files(struct imports *s, struct cu_arena *a, int64_t **ret, size_t *ret_count,
    size_t max, struct cu_error *err)
{
    struct db_query q;
    struct db *d = NULL;
    int64_t *numbers = cu_arena_alloc(a, (max + 1) * sizeof *numbers);
    size_t n = 0;
    if (!numbers)
        return cu_fail(err, CU_MEMORY, "", "No memory to list uploads.");
    CU_TRY(people_read_take(s->o.people, &d, err));
    cu_code code = db_prepare(d, &import_sql_uploads, &q, err);
    if (code == CU_OK) {
        while (db_step(&q) && n < max)
            numbers[n++] = db_i64(&q, 0);
        code = db_end(&q, err);
    }
    people_read_give(s->o.people, d);
    *ret = numbers;
    *ret_count = n;
    return code;
}

// Uploads that broke off, and files whose import ended between its two last steps.
static cu_code delete_orphans(struct imports *s, struct cu_error *err)
{
    enum { FILES_MAX = 100000 };
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16 << 20);
    int64_t *files = NULL, *keep = NULL;
    size_t file_count = 0, keep_count = 0, deleted = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "No memory to list uploads.");
    CU_TRY(spool_list(s->spool, a, &files, &file_count, err));
    CU_TRY(wanted_files(s, a, &keep, &keep_count, FILES_MAX, err));
    if (keep_count == FILES_MAX)
        return CU_OK; // too many to be sure
    for (size_t i = 0; i < file_count; i++) {
        if (wanted(keep, keep_count, files[i]))
            continue;
        CU_TRY(spool_delete(s->spool, files[i], err));
        deleted++;
    }
    if (deleted > 0)
        cu_log(CU_LOG_INFO, "import.orphans_deleted", CU_LI("files", deleted));
    return CU_OK;
}

cu_code imports_open(const struct imports_options *o, struct imports **ret, struct cu_error *err)
{
    struct imports *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "No memory for imports.");
    s->o = *o;
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_cond_init(&s->changed, NULL);
    const struct spool_options so = {.folder = o->spool_folder, .keyring = o->keyring};
    cu_code code = spool_open(&so, &s->spool, err);
    if (code == CU_OK)
        code = delete_orphans(s, err);
    if (code == CU_OK)
        code = import_thread_start(s, err);
    if (code != CU_OK) {
        imports_close(s);
        return code;
    }
    *ret = s;
    return CU_OK;
}

void imports_close(struct imports *s)
{
    if (!s)
        return;
    import_thread_stop(s);
    spool_close(s->spool);
    (void)pthread_cond_destroy(&s->changed);
    (void)pthread_mutex_destroy(&s->lock);
    cu_free(s);
}

// ---- uploads

cu_code import_upload_open(
    struct imports *s, struct request *rq, void **ret_upload, struct cu_error *err)
{
    struct spool_writer *w = NULL;
    (void)rq;
    CU_TRY(spool_create(s->spool, &w, err));
    *ret_upload = w;
    return CU_OK;
}

cu_code import_upload_write(struct imports *s, void *upload, cu_str bytes, struct cu_error *err)
{
    (void)s;
    return spool_append(upload, bytes.ptr, bytes.len, err);
}

cu_code import_upload_close(
    struct imports *s, void *upload, int64_t *ret_number, struct cu_error *err)
{
    (void)s;
    *ret_number = spool_writer_number(upload);
    return spool_finish(upload, err);
}

void import_upload_abort(struct imports *s, void *upload)
{
    (void)s;
    spool_abort(upload);
}

// ---- what staff may ask

static cu_code check_map(
    struct imports *s, enum import_kind kind, cu_str name, struct cu_error *err)
{
    const struct import_map *ready = import_map_find(name);
    enum import_kind of = ready ? ready->kind : kind;
    cu_str columns;
    struct db *d = NULL;
    if (name.len == 0)
        return CU_OK;
    if (!ready) {
        CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(2 << 20);
        CU_TRY(people_read_take(s->o.people, &d, err));
        cu_code code = import_map_load(d, name, a, &of, &columns, err);
        people_read_give(s->o.people, d);
        CU_TRY(code);
    }
    if (of != kind)
        return cu_fail(
            err, CU_CONFLICT, "map", "That map is for an import of %s.", import_kind_names[of]);
    return CU_OK;
}

static cu_code add(
    struct imports *s, const struct import_request *r, uint32_t *ret_number, struct cu_error *err)
{
    struct import_state n = {.kind = r->kind,
        .status = IMPORT_UPLOADED,
        .dry_run = r->dry_run,
        .dates = r->dates,
        .upload = r->upload,
        .created_ms = cu_now_ms(),
        .name = cu_str_sub(r->name, 0, 255)};
    if (r->map.len >= sizeof n.map)
        return cu_fail(
            err, CU_INVALID, "map", "The name of a map has at most %zu bytes.", sizeof n.map - 1);
    if (r->currency.len > 0 && text_currency_exponent(r->currency) < 0)
        return cu_fail(
            err, CU_INVALID, "currency", "A currency of three letters is expected, such as EUR.");
    CU_TRY(check_map(s, r->kind, r->map, err));
    if (r->map.len > 0)
        memcpy(n.map, r->map.ptr, r->map.len);
    if (r->currency.len > 0)
        memcpy(n.currency, r->currency.ptr, 3);
    CU_TRY(spool_size(s->spool, r->upload, &n.bytes, err));
    return import_state_insert(s->o.people, &n, ret_number, err);
}

cu_code imports_add(
    struct imports *s, const struct import_request *r, uint32_t *ret_number, struct cu_error *err)
{
    struct cu_error ignored; // an upload nobody refers to is deleted at the next start
    cu_code code = add(s, r, ret_number, err);
    if (code == CU_OK)
        import_wake(s);
    else if (spool_delete(s->spool, r->upload, &ignored) != CU_OK)
        return code;
    return code;
}

static cu_code load(struct imports *s, uint32_t number, struct cu_arena *a,
    struct import_state *ret, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(s->o.people, &d, err));
    cu_code code = import_state_load(s->o.people, d, number, a, ret, err);
    people_read_give(s->o.people, d);
    return code;
}

cu_code imports_run(
    struct imports *s, uint32_t number, cu_str mapping_json, cu_str map, struct cu_error *err)
{
    struct import_state n;
    struct import_mapping *rows = NULL;
    size_t count = 0;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16 << 20);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "No memory to start an import.");
    CU_TRY(load(s, number, a, &n, err));
    bool other = mapping_json.len > 0 || map.len > 0;
    if ((n.status != IMPORT_READY && n.status != IMPORT_FAILED) || n.upload == 0)
        return cu_fail(err, CU_CONFLICT, "",
            "Only an import that is ready, or failed with its upload still there, can be started.");
    if (other && n.last_seq > 0)
        return cu_fail(err, CU_CONFLICT, "/mapping",
            "A part was imported already: start it with the same mapping, or revert it first.");
    if (map.len >= sizeof n.map)
        return cu_fail(err, CU_INVALID, "/map_name", "The name of a map has at most %zu bytes.",
            sizeof n.map - 1);
    CU_TRY(check_map(s, n.kind, map, err));
    if (mapping_json.len > 0)
        CU_TRY(import_mapping_parse(n.kind, mapping_json, a, &rows, &count, err));
    cu_str mapping = other ? mapping_json : n.mapping;
    enum import_status status = n.last_seq > 0 ? IMPORT_RUNNING : IMPORT_UPLOADED;
    CU_TRY(import_state_run(
        s->o.people, number, status, other ? map : cu_str_of(n.map), mapping, err));
    import_wake(s);
    return CU_OK;
}

cu_code imports_revert(struct imports *s, uint32_t number, struct cu_error *err)
{
    struct import_state n;
    CU_TRY(load(s, number, NULL, &n, err));
    bool something = n.status == IMPORT_RUNNING || n.status == IMPORT_DONE ||
                     n.status == IMPORT_REVERTING || (n.status == IMPORT_FAILED && !n.dry_run);
    if (!something)
        return cu_fail(
            err, CU_CONFLICT, "", "This import has brought nothing that could be taken back.");
    CU_TRY(import_state_status(s->o.people, number, IMPORT_REVERTING, err));
    atomic_store(&s->cancel, number);
    import_wake(s);
    return CU_OK;
}

static bool resting(enum import_status status)
{
    return status == IMPORT_READY || status == IMPORT_DONE || status == IMPORT_FAILED ||
           status == IMPORT_REVERTED;
}

static cu_code run_numbered(
    struct imports *s, const struct db_statement *statement, uint32_t number, struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_lock(s->o.people);
    cu_code code = db_prepare(d, statement, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":number", number);
        code = db_run(&q, err);
    }
    people_unlock(s->o.people);
    return code;
}

cu_code imports_forget(struct imports *s, uint32_t number, struct cu_error *err)
{
    struct import_state n;
    CU_TRY(load(s, number, NULL, &n, err));
    if (!resting(n.status))
        return cu_fail(
            err, CU_CONFLICT, "", "The import is at work; wait until it is done, or revert it.");
    CU_TRY(import_delete_bad_rows(s, number, err));
    CU_TRY(spool_delete(s->spool, n.upload, err));
    CU_TRY(import_state_forget(s->o.people, number, err));
    return run_numbered(s, &import_sql_forget_unused, number, err);
}

cu_code imports_wait(struct imports *s, uint32_t number, int64_t wait_ms, struct cu_error *err)
{
    int64_t until_us = cu_mono_us() + wait_ms * 1000;
    for (;;) {
        struct import_state n;
        CU_TRY(load(s, number, NULL, &n, err));
        if (resting(n.status))
            return CU_OK;
        if (cu_mono_us() >= until_us)
            return cu_fail(err, CU_TIMEOUT, "", "The import is still at work.");
        struct timespec at;
        (void)clock_gettime(CLOCK_REALTIME, &at);
        at.tv_nsec += 50 * 1000000;
        at.tv_sec += at.tv_nsec / 1000000000;
        at.tv_nsec %= 1000000000;
        (void)pthread_mutex_lock(&s->lock);
        (void)pthread_cond_timedwait(&s->changed, &s->lock, &at);
        (void)pthread_mutex_unlock(&s->lock);
    }
}
