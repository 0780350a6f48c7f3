// SPDX-License-Identifier: Apache-2.0
// Receipts: the document of a record, its path to the root that was noted for its batch, and the note's own proof.
#include "record_private.h"

#include "record_sql.h"

#include <stdio.h>

struct stored {
    const struct ledger_hash *at;
    size_t count;
};

static cu_code get_hash(void *context, uint64_t position, struct ledger_hash *ret, struct cu_error *err)
{
    const struct stored *s = context;
    if (position >= s->count)
        return cu_fail(err, CU_CORRUPT, "", "a batch of records is damaged");
    *ret = s->at[position];
    return CU_OK;
}

static cu_code print_path(struct stored *s, size_t records, cu_str document, struct json_writer *w, struct cu_error *err)
{
    struct ledger_hash leaf;
    struct ledger_proof path;
    uint64_t index = 0;
    ledger_hash_leaf(document, &leaf);
    while (index < records && !ledger_hash_equal(&s->at[ledger_position(0, index)], &leaf))
        index++;
    if (index == records)
        return cu_fail(err, CU_CORRUPT, "", "the record is not what was noted");
    CU_TRY(ledger_proof_inclusion(index, records, get_hash, s, &path, err));
    jw_key(w, "batch");
    jw_object(w);
    jw_ki64(w, "index", (int64_t)index);
    jw_key(w, "inclusion");
    jw_array(w);
    for (size_t i = 0; i < path.count; i++) {
        char hex[65];
        for (size_t k = 0; k < LEDGER_HASH; k++)
            (void)snprintf(hex + 2 * k, 3, "%02x", path.at[i].bytes[k]);
        jw_z(w, hex);
    }
    jw_array_end(w);
    return CU_OK;
}

// {"document":<record>,"proof":{...of the batch, "batch":{"document":{..},"index":..,"inclusion":[..]}}}
static cu_code print_receipt(struct gate *g, cu_str record, cu_str batch, struct stored *s, int64_t noted_ms, struct cu_buf *out,
    struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf file;
    json v;
    int64_t records = 0;
    struct json_writer w;
    cu_buf_init(&file, PROOF_DOCUMENT_MAX);
    CU_TRY(proof_print(people_guard(g->people), g->audit_folder, batch, noted_ms - 60000, noted_ms + 600000, &file, err));
    struct json_parser *p = json_parser_new(PROOF_DOCUMENT_MAX);
    cu_code code = p ? json_parse(p, cu_buf_view(&file), &v, err) : cu_fail(err, CU_MEMORY, "", "no memory for a receipt");
    if (code == CU_OK) {
        (void)json_i64(json_path(v, "document.records"), &records);
        jw_start(&w, out);
        jw_object(&w);
        jw_key(&w, "document");
        jw_raw(&w, record);
        jw_key(&w, "proof");
        jw_object(&w);
        struct json_iter it = json_each(json_get(v, "proof"));
        while (json_next(&it)) {
            jw_keys(&w, it.key);
            jw_value(&w, it.value);
        }
        code = print_path(s, (size_t)records, record, &w, err);
        if (code == CU_OK) {
            jw_key(&w, "document");
            jw_raw(&w, batch);
            jw_object_end(&w);
            jw_object_end(&w);
            jw_object_end(&w);
        }
    }
    json_parser_free(p);
    return code == CU_OK ? cu_buf_code(out, err) : code;
}

static cu_code row_of(struct db *d, struct cu_uuid record, struct record_row *ret, bool *ret_found, struct cu_error *err)
{
    struct db_query q;
    *ret_found = false;
    CU_TRY(db_prepare(d, &record_sql_get, &q, err));
    db_bind_blob(&q, ":record", record.bytes, sizeof record.bytes);
    if (db_step(&q)) {
        record_read(&q, ret);
        *ret_found = true;
    }
    return db_end(&q, err);
}

cu_code record_find(struct gate *g, struct db *d, struct cu_uuid record, struct record_place *ret, struct cu_error *err)
{
    struct record_row r = {.pno = 0};
    (void)g;
    CU_TRY(row_of(d, record, &r, &ret->found, err));
    ret->pno = r.pno;
    return CU_OK;
}

static cu_code receipt_from(struct gate *g, struct db *d, const struct record_row *r, struct cu_buf *out, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf record, batch, hashes;
    struct db_query q;
    int64_t noted_ms = 0;
    cu_buf_init(&record, PROOF_DOCUMENT_MAX);
    cu_buf_init(&batch, 4096);
    cu_buf_init(&hashes, PROOF_DOCUMENT_MAX);
    CU_TRY(record_document(g, d, r, &record, err));
    CU_TRY(db_prepare(d, &record_sql_batch_get, &q, err));
    db_bind_i64(&q, ":id", r->batch);
    if (db_step(&q)) {
        noted_ms = db_i64(&q, 0);
        cu_buf_str(&batch, db_str(&q, 1));
        cu_buf_str(&hashes, db_blob(&q, 2));
    }
    CU_TRY(db_end(&q, err));
    CU_TRY(cu_buf_code(&hashes, err));
    struct stored s = {(const struct ledger_hash *)(const void *)hashes.ptr, hashes.len / sizeof(struct ledger_hash)};
    return print_receipt(g, cu_buf_view(&record), cu_buf_view(&batch), &s, noted_ms, out, err);
}

cu_code record_receipt(struct gate *g, struct cu_uuid record, struct cu_buf *out, struct cu_error *err)
{
    struct record_row r = {.batch = 0};
    struct db *d = NULL;
    bool found = false;
    for (int attempt = 0; attempt < 2; attempt++) {
        CU_TRY(people_read_take(g->people, &d, err));
        cu_code code = row_of(d, record, &r, &found, err);
        if (code == CU_OK && !found)
            code = cu_fail(err, CU_NOT_FOUND, "record", "no consent has this record id");
        if (code == CU_OK && r.batch > 0) {
            code = receipt_from(g, d, &r, out, err);
            people_read_give(g->people, d);
            return code;
        }
        people_read_give(g->people, d);
        CU_TRY(code);
        CU_TRY(record_note_all(g, err));
    }
    return cu_fail(err, CU_UNAVAILABLE, "record", "the record is not in the audit log yet; ask again in a moment");
}
