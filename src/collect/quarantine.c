// SPDX-License-Identifier: Apache-2.0
// Rows of the quarantine: put there by the pipeline, opened and settled again. See quarantine.h.
// What staff does with them is in quarantine_replay.c and quarantine_routes.c.
#include "quarantine_private.h"

#include "quarantine_sql.h"

#define QUARANTINE_SEAL_TABLE 0x5155524eU      // "QURN"
#define QUARANTINE_SUBJECT KEYS_FIRST(KEYS_SOURCES) // + source number
#define QUARANTINE_BODY_MAX (4 * 1024 * 1024)

static struct seal_place place_of(uint32_t source, uint64_t seq)
{
    return (struct seal_place){.table = QUARANTINE_SEAL_TABLE,
        .subject = QUARANTINE_SUBJECT + source,
        .record = seq,
        .version = 1};
}

cu_code quarantine_put(struct people *p, const struct quarantine_entry *e, struct cu_error *err)
{
    const struct record none = {.received_ms = e->now_ms}, *r = e->record ? e->record : &none;
    const struct seal_place place = place_of(r->source, e->seq);
    CU_AUTO_BUF struct cu_buf sealed;
    struct db_query q;
    cu_buf_init(&sealed, QUARANTINE_BODY_MAX);
    CU_TRY(guard_seal(people_guard(p), SEAL_QUARANTINE, &place, e->bytes, true, &sealed, err));
    CU_TRY(db_prepare(people_db(p), &quarantine_sql_put, &q, err));
    db_bind_i64(&q, ":seq", (int64_t)e->seq);
    db_bind_i64(&q, ":source", r->source);
    db_bind_i64(&q, ":import", r->import);
    db_bind_i64(&q, ":received_ms", e->now_ms);
    db_bind_i64(&q, ":origin", e->by_door ? 0 : 1);
    db_bind_str(&q, ":code", cu_str_of(cu_code_rows[e->why->code].name));
    db_bind_str(&q, ":field", cu_str_of(e->why->field));
    db_bind_str(&q, ":text", cu_str_of(e->why->text));
    db_bind_i64(&q, ":size", (int64_t)(e->record ? r->event.len : e->bytes.len));
    db_bind_i64(&q, ":sample", (r->flags & RECORD_SAMPLE) != 0);
    db_bind_blob(&q, ":body", sealed.ptr, sealed.len);
    return db_run(&q, err);
}

cu_code quarantine_find(
    struct db *d, uint64_t id, bool *ret_found, struct quarantine_row *ret, struct cu_error *err)
{
    struct db_query q;
    *ret_found = false;
    CU_TRY(db_prepare(d, &quarantine_sql_find, &q, err));
    db_bind_i64(&q, ":id", (int64_t)id);
    if (db_step(&q)) {
        *ret_found = true;
        *ret = (struct quarantine_row){(uint64_t)db_i64(&q, 0), (uint64_t)db_i64(&q, 1),
            (enum quarantine_status)db_i64(&q, 2)};
    }
    return db_end(&q, err);
}

cu_code quarantine_settle(
    struct db *d, uint64_t id, uint64_t seq, int64_t now_ms, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &quarantine_sql_settle, &q, err));
    db_bind_i64(&q, ":id", (int64_t)id);
    db_bind_i64(&q, ":seq", (int64_t)seq);
    db_bind_i64(&q, ":now", now_ms);
    return db_run(&q, err);
}

cu_code quarantine_seqs(
    struct db *d, uint64_t from_seq, uint64_t **ret, size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    uint64_t *seqs = NULL;
    size_t count = 0, capacity = 0;
    bool memory = true;
    CU_TRY(db_prepare(d, &quarantine_sql_seqs, &q, err));
    db_bind_i64(&q, ":from", (int64_t)from_seq);
    while (memory && db_step(&q)) {
        if (count == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            uint64_t *more = cu_realloc(seqs, capacity * sizeof *more);
            memory = more != NULL;
            seqs = more ? more : seqs;
        }
        if (memory)
            seqs[count++] = (uint64_t)db_i64(&q, 0);
    }
    cu_code code = db_end(&q, err);
    if (code == CU_OK && !memory)
        code = cu_fail(err, CU_MEMORY, "", "no memory for the quarantine");
    if (code != CU_OK) {
        cu_free(seqs);
        return code;
    }
    *ret = seqs;
    *ret_count = count;
    return CU_OK;
}

cu_code quarantine_forget_import(struct people *p, uint32_t import, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(people_db(p), &quarantine_sql_forget_import, &q, err));
    db_bind_i64(&q, ":import", import);
    return db_run(&q, err);
}

cu_code quarantine_forget_sample(struct people *p, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(people_db(p), &quarantine_sql_forget_sample, &q, err));
    return db_run(&q, err);
}

// ---- opening

cu_code quarantine_record(struct people *p, struct db *d, uint64_t id, struct cu_buf *ret_bytes,
    enum quarantine_status *ret_status, struct cu_error *err)
{
    struct db_query q;
    uint32_t source = 0;
    uint64_t seq = 0;
    bool found = false;
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, QUARANTINE_BODY_MAX);
    CU_TRY(db_prepare(d, &quarantine_sql_body, &q, err));
    db_bind_i64(&q, ":id", (int64_t)id);
    if (db_step(&q)) {
        found = true;
        source = (uint32_t)db_i64(&q, 0);
        seq = (uint64_t)db_i64(&q, 1);
        *ret_status = (enum quarantine_status)db_i64(&q, 2);
        cu_buf_str(&sealed, db_blob(&q, 3));
    }
    CU_TRY(db_end(&q, err));
    CU_TRY(cu_buf_code(&sealed, err));
    if (!found)
        return cu_fail(err, CU_NOT_FOUND, "id", "nothing is in quarantine under that number");
    if (sealed.len == 0)
        return cu_fail(err, CU_ERASED, "id", "it was discarded");
    const struct seal_place place = place_of(source, seq);
    return guard_open(people_guard(p), &place, cu_buf_view(&sealed), ret_bytes, err);
}

cu_code quarantine_body(
    struct quarantine *q, struct db *d, uint64_t id, struct cu_buf *body, struct cu_error *err)
{
    enum quarantine_status status = QUARANTINE_OPEN;
    struct cu_error quiet;
    struct cu_buf bytes;
    struct record r;
    cu_buf_init(&bytes, QUARANTINE_BODY_MAX);
    cu_code code = quarantine_record(q->o.people, d, id, &bytes, &status, err);
    if (code == CU_OK) {
        bool decoded = record_decode(cu_buf_view(&bytes), &r, &quiet) == CU_OK;
        cu_buf_str(body, decoded ? r.event : cu_buf_view(&bytes));
        code = cu_buf_code(body, err);
    }
    cu_buf_wipe(&bytes);
    return code;
}

cu_code quarantine_open(
    const struct quarantine_options *o, struct quarantine **ret, struct cu_error *err)
{
    struct quarantine *q = cu_calloc(1, sizeof *q);
    if (!q)
        return cu_fail(err, CU_MEMORY, "", "no memory for the quarantine");
    q->o = *o;
    *ret = q;
    return CU_OK;
}

void quarantine_close(struct quarantine *q)
{
    cu_free(q);
}
