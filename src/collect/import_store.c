// SPDX-License-Identifier: Apache-2.0
// Rows of the table import. What can hold personal data is sealed under a key of the import's own.
#include "import_store.h"

#include "base/clock.h"
#include "import_sql.h"

#include <stdio.h>

#define SEAL_TABLE_IMPORT 0x0600u
#define SUBJECT_IMPORT KEYS_FIRST(KEYS_IMPORTS) // + import number

const char *const import_status_names[IMPORT_STATUS_COUNT] = {
    "uploaded", "checking", "ready", "running", "done", "failed", "reverting", "reverted"};

enum sealed_part { SEALED_NAME = 1, SEALED_MAPPING, SEALED_REPORT };

static struct seal_place place_of(uint32_t number, enum sealed_part part)
{
    return (struct seal_place){.table = SEAL_TABLE_IMPORT,
        .subject = SUBJECT_IMPORT + number,
        .record = number,
        .version = (uint64_t)part};
}

// Under the lock: guard_commit makes the key durable before the row that needs it.
static cu_code seal_part(struct people *p, uint32_t number, enum sealed_part part, cu_str plain,
    struct cu_buf *out, struct cu_error *err)
{
    if (plain.len == 0)
        return CU_OK;
    const struct seal_place place = place_of(number, part);
    CU_TRY(guard_seal(people_guard(p), SEAL_QUARANTINE, &place, plain, true, out, err));
    return guard_commit(people_guard(p), err);
}

static cu_code open_part(struct people *p, uint32_t number, enum sealed_part part, cu_str sealed,
    struct cu_arena *a, cu_str *ret, struct cu_error *err)
{
    *ret = CU_NONE;
    if (sealed.len == 0 || !a)
        return CU_OK;
    struct cu_buf plain;
    cu_buf_init(&plain, SEAL_PLAIN_MAX);
    const struct seal_place place = place_of(number, part);
    cu_code code = guard_open(people_guard(p), &place, sealed, &plain, err);
    if (code == CU_OK) {
        *ret = cu_arena_dup(a, cu_buf_view(&plain));
        code = ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "No memory to read an import.");
    }
    cu_buf_wipe(&plain);
    return code;
}

static void copy_z(char *to, size_t size, cu_str from)
{
    (void)snprintf(to, size, "%.*s", CU_ARG(from));
}

static int64_t time_at(struct db_query *q, int column)
{
    return db_is_null(q, column) ? INT64_MIN : db_i64(q, column);
}

static void read_plain(struct db_query *q, struct import_state *s)
{
    s->number = (uint32_t)db_i64(q, 0);
    s->kind = (enum import_kind)db_i64(q, 1);
    s->status = (enum import_status)db_i64(q, 2);
    s->dry_run = db_i64(q, 3) != 0;
    copy_z(s->map, sizeof s->map, db_str(q, 4));
    copy_z(s->currency, sizeof s->currency, db_str(q, 5));
    s->dates = (enum import_dates)db_i64(q, 6);
    s->upload = db_is_null(q, 7) ? 0 : db_i64(q, 7);
    s->bytes = db_i64(q, 8);
    s->generation = db_i64(q, 9);
    s->created_ms = db_i64(q, 10);
    s->started_ms = time_at(q, 11);
    s->finished_ms = time_at(q, 12);
    s->bytes_done = db_i64(q, 13);
    uint64_t *const counts[] = {&s->rows_ok, &s->rows_bad, &s->settled, &s->last_seq, &s->made,
        &s->updated, &s->unchanged, &s->quarantined};
    for (int i = 0; i < (int)CU_COUNT(counts); i++)
        *counts[i] = (uint64_t)db_i64(q, 14 + i);
    copy_z(s->error_code, sizeof s->error_code, db_str(q, 22));
    copy_z(s->error_text, sizeof s->error_text, db_str(q, 23));
}

cu_code import_state_load(struct people *p, struct db *d, uint32_t number, struct cu_arena *a,
    struct import_state *ret, struct cu_error *err)
{
    struct db_query q;
    *ret = (struct import_state){0};
    CU_TRY(db_prepare(d, &import_sql_get, &q, err));
    db_bind_i64(&q, ":number", number);
    bool found = db_step(&q);
    cu_code code = CU_OK;
    if (found) {
        read_plain(&q, ret);
        code = open_part(p, number, SEALED_NAME, db_blob(&q, 24), a, &ret->name, err);
        if (code == CU_OK)
            code = open_part(p, number, SEALED_MAPPING, db_blob(&q, 25), a, &ret->mapping, err);
        if (code == CU_OK)
            code = open_part(p, number, SEALED_REPORT, db_blob(&q, 26), a, &ret->report, err);
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    if (code == CU_OK && end == CU_OK && !found)
        return cu_fail(err, CU_NOT_FOUND, "number", "There is no import of that number.");
    return code != CU_OK ? code : end;
}

// One statement with :number and perhaps one sealed part.
static cu_code set_sealed(struct people *p, struct db *d, const struct db_statement *statement,
    uint32_t number, enum sealed_part part, cu_str plain, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf sealed;
    struct db_query q;
    cu_buf_init(&sealed, SEAL_PLAIN_MAX + 4096);
    CU_TRY(seal_part(p, number, part, plain, &sealed, err));
    CU_TRY(db_prepare(d, statement, &q, err));
    db_bind_i64(&q, ":number", number);
    if (plain.len > 0)
        db_bind_blob(&q, ":sealed", sealed.ptr, sealed.len);
    else
        db_bind_null(&q, ":sealed");
    return db_run(&q, err);
}

static cu_code insert_row(struct people *p, struct db *d, const struct import_state *s,
    uint32_t *ret_number, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &import_sql_insert, &q, err));
    db_bind_i64(&q, ":kind", s->kind);
    db_bind_i64(&q, ":status", s->status);
    db_bind_i64(&q, ":dry_run", s->dry_run);
    db_bind_str(&q, ":map", cu_str_of(s->map));
    db_bind_str(&q, ":currency", cu_str_of(s->currency));
    db_bind_i64(&q, ":dates", s->dates);
    db_bind_i64(&q, ":upload", s->upload);
    db_bind_i64(&q, ":bytes", s->bytes);
    db_bind_i64(&q, ":created_ms", s->created_ms);
    CU_TRY(db_run(&q, err));
    *ret_number = (uint32_t)db_last_rowid(d);
    return set_sealed(p, d, &import_sql_set_sealed_name, *ret_number, SEALED_NAME, s->name, err);
}

// A transaction of our own under the lock.
static struct db *lock_begin(struct people *p, cu_code *ret, struct cu_error *err)
{
    struct db *d = people_lock(p);
    *ret = db_begin(d, err);
    return d;
}

static cu_code unlock_end(struct people *p, struct db *d, cu_code code, struct cu_error *err)
{
    if (code == CU_OK)
        code = db_commit(d, err);
    if (code != CU_OK)
        db_rollback(d);
    people_unlock(p);
    return code;
}

cu_code import_state_insert(
    struct people *p, const struct import_state *s, uint32_t *ret_number, struct cu_error *err)
{
    cu_code code;
    struct db *d = lock_begin(p, &code, err);
    if (code == CU_OK)
        code = insert_row(p, d, s, ret_number, err);
    return unlock_end(p, d, code, err);
}

cu_code import_state_status(
    struct people *p, uint32_t number, enum import_status status, struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_lock(p);
    cu_code code = db_prepare(d, &import_sql_set_status, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":number", number);
        db_bind_i64(&q, ":status", status);
        code = db_run(&q, err);
    }
    people_unlock(p);
    return code;
}

static cu_code run_row(struct people *p, struct db *d, uint32_t number, enum import_status status,
    cu_str map, cu_str mapping, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf sealed;
    struct db_query q;
    cu_buf_init(&sealed, SEAL_PLAIN_MAX + 4096);
    CU_TRY(seal_part(p, number, SEALED_MAPPING, mapping, &sealed, err));
    CU_TRY(db_prepare(d, &import_sql_set_run, &q, err));
    db_bind_i64(&q, ":number", number);
    db_bind_i64(&q, ":status", status);
    db_bind_str(&q, ":map", map.ptr ? map : CU_LIT(""));
    if (sealed.len > 0)
        db_bind_blob(&q, ":mapping", sealed.ptr, sealed.len);
    else
        db_bind_null(&q, ":mapping");
    return db_run(&q, err);
}

cu_code import_state_run(struct people *p, uint32_t number, enum import_status status, cu_str map,
    cu_str mapping, struct cu_error *err)
{
    cu_code code;
    struct db *d = lock_begin(p, &code, err);
    if (code == CU_OK)
        code = run_row(p, d, number, status, map, mapping, err);
    return unlock_end(p, d, code, err);
}

cu_code import_state_begin(struct people *p, uint32_t number, enum import_status status,
    int64_t now_ms, struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_lock(p);
    cu_code code = db_prepare(d, &import_sql_begin, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":number", number);
        db_bind_i64(&q, ":status", status);
        db_bind_i64(&q, ":started_ms", now_ms);
        code = db_run(&q, err);
    }
    people_unlock(p);
    return code;
}

static cu_code checkpoint_rows(struct db *d, const struct import_state *s, int64_t bad_part,
    int64_t bad_bytes, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &import_sql_checkpoint, &q, err));
    db_bind_i64(&q, ":number", s->number);
    db_bind_i64(&q, ":bytes_done", s->bytes_done);
    db_bind_i64(&q, ":rows_ok", (int64_t)s->rows_ok);
    db_bind_i64(&q, ":rows_bad", (int64_t)s->rows_bad);
    db_bind_i64(&q, ":settled", (int64_t)s->settled);
    db_bind_i64(&q, ":last_seq", (int64_t)s->last_seq);
    CU_TRY(db_run(&q, err));
    if (bad_part == 0)
        return CU_OK;
    CU_TRY(db_prepare(d, &import_sql_bad_part_bytes, &q, err));
    db_bind_i64(&q, ":number", s->number);
    db_bind_i64(&q, ":upload", bad_part);
    db_bind_i64(&q, ":bytes", bad_bytes);
    return db_run(&q, err);
}

cu_code import_state_checkpoint(struct people *p, const struct import_state *s, int64_t bad_part,
    int64_t bad_bytes, struct cu_error *err)
{
    cu_code code;
    struct db *d = lock_begin(p, &code, err);
    if (code == CU_OK)
        code = checkpoint_rows(d, s, bad_part, bad_bytes, err);
    return unlock_end(p, d, code, err);
}

cu_code import_state_finish(struct people *p, uint32_t number, enum import_status status,
    const struct cu_error *why, struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_lock(p);
    cu_code code = db_prepare(d, &import_sql_finish, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":number", number);
        db_bind_i64(&q, ":status", status);
        db_bind_i64(&q, ":finished_ms", cu_now_ms());
        db_bind_str(&q, ":error_code", why ? cu_str_of(cu_code_rows[why->code].name) : CU_LIT(""));
        db_bind_str(&q, ":error_text", why ? cu_str_of(why->text) : CU_LIT(""));
        code = db_run(&q, err);
    }
    people_unlock(p);
    return code;
}

cu_code import_state_report(
    struct people *p, uint32_t number, enum import_dates dates, cu_str report, struct cu_error *err)
{
    cu_code code;
    struct db_query q;
    struct db *d = lock_begin(p, &code, err);
    if (code == CU_OK)
        code = set_sealed(p, d, &import_sql_set_report, number, SEALED_REPORT, report, err);
    if (code == CU_OK)
        code = db_prepare(d, &import_sql_set_dates, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":number", number);
        db_bind_i64(&q, ":dates", dates);
        code = db_run(&q, err);
    }
    return unlock_end(p, d, code, err);
}

cu_code import_state_counts(struct people *p, const struct import_state *s, struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_lock(p);
    cu_code code = db_prepare(d, &import_sql_set_counts, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":number", s->number);
        db_bind_i64(&q, ":made", (int64_t)s->made);
        db_bind_i64(&q, ":updated", (int64_t)s->updated);
        db_bind_i64(&q, ":unchanged", (int64_t)s->unchanged);
        db_bind_i64(&q, ":quarantined", (int64_t)s->quarantined);
        code = db_run(&q, err);
    }
    people_unlock(p);
    return code;
}

static cu_code run_numbered(
    struct people *p, const struct db_statement *statement, uint32_t number, struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_lock(p);
    cu_code code = db_prepare(d, statement, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":number", number);
        code = db_run(&q, err);
    }
    people_unlock(p);
    return code;
}

cu_code import_state_upload_gone(struct people *p, uint32_t number, struct cu_error *err)
{
    return run_numbered(p, &import_sql_upload_gone, number, err);
}

cu_code import_state_forget(struct people *p, uint32_t number, struct cu_error *err)
{
    uint64_t subject = SUBJECT_IMPORT + number;
    CU_TRY(run_numbered(p, &import_sql_forget, number, err));
    return guard_erase(people_guard(p), &subject, 1, err);
}

cu_code import_bad_parts_delete(struct people *p, uint32_t number, struct cu_error *err)
{
    return run_numbered(p, &import_sql_bad_parts_delete, number, err);
}

cu_code import_bad_part_add(struct people *p, uint32_t number, int64_t upload, struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_lock(p);
    cu_code code = db_prepare(d, &import_sql_bad_part_add, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":number", number);
        db_bind_i64(&q, ":upload", upload);
        code = db_run(&q, err);
    }
    people_unlock(p);
    return code;
}

cu_code import_bad_parts(struct db *d, uint32_t number, struct import_bad_part *ret,
    size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    size_t n = 0;
    CU_TRY(db_prepare(d, &import_sql_bad_parts, &q, err));
    db_bind_i64(&q, ":number", number);
    while (n < IMPORT_BAD_PARTS_MAX && db_step(&q))
        ret[n++] = (struct import_bad_part){db_i64(&q, 0), db_i64(&q, 1)};
    *ret_count = n;
    return db_end(&q, err);
}
