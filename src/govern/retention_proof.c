// SPDX-License-Identifier: Apache-2.0
// The certificate of a run: what went by which rule, and the erasures that it made, noted in the audit log. See
// retention.h and consent/proof.h.
#include "retention_internal.h"

#include "base/clock.h"
#include "retention_sql.h"

#include <stdio.h>

enum { ERASURES_MAX = 20000 };

static void write_id(struct json_writer *w, struct cu_uuid id)
{
    char text[37];
    cu_uuid_format(id, text);
    jw_z(w, text);
}

static cu_code write_erasures(struct retention *r, const struct retention_run *run, struct json_writer *w,
    int64_t *ret_count, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret_count = 0;
    jw_key(w, "erasures");
    jw_array(w);
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = db_prepare(d, &retention_sql_erasures_of, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":run", run->id.bytes, sizeof run->id.bytes);
        while (db_step(&q)) {
            struct cu_uuid id;
            if (db_blob(&q, 0).len != sizeof id.bytes)
                continue;
            memcpy(id.bytes, db_blob(&q, 0).ptr, sizeof id.bytes);
            if (++*ret_count <= ERASURES_MAX)
                write_id(w, id);
        }
        code = db_end(&q, err);
    }
    people_read_give(r->o.people, d);
    jw_array_end(w);
    return code;
}

static cu_code print(struct retention *r, const struct retention_rule *rule, struct retention_run *run, struct cu_buf *out,
    struct cu_error *err)
{
    struct json_writer w;
    int64_t erasures = 0;
    char id[37];
    cu_uuid_format(run->id, id);
    jw_start(&w, out);
    jw_object(&w);
    jw_kz(&w, "type", "custos.retention/1");
    jw_kz(&w, "id", id);
    jw_kz(&w, "rule", run->rule);
    jw_kstr(&w, "what", rule ? rule->what : CU_LIT(""));
    jw_kstr(&w, "category", rule ? rule->category : CU_LIT(""));
    jw_kstr(&w, "basis", rule ? rule->basis : CU_LIT(""));
    jw_ki64(&w, "keep_days", run->keep_days);
    jw_ktime(&w, "before", run->before_ms == INT64_MAX ? INT64_MIN : run->before_ms); // null: all of it
    jw_ktime(&w, "started", run->started_ms);
    jw_ktime(&w, "finished", run->finished_ms);
    CU_TRY(write_erasures(r, run, &w, &erasures, err));
    if (rule && rule->kind == RETENTION_PEOPLE)
        run->people = run->rows = erasures; // counted by their certificates: also what a crash hid from the counter
    jw_ki64(&w, "people", run->people);
    jw_ki64(&w, "rows", run->rows);
    jw_ki64(&w, "spared", run->spared);
    jw_key(&w, "covers");
    jw_array(&w);
    for (size_t i = 0; rule && i < rule->cover_count; i++)
        jw_str(&w, rule->covers[i]);
    jw_array_end(&w);
    jw_key(&w, "cannot_prove");
    jw_array(&w);
    jw_z(&w, "that nobody copied the data before it was erased");
    jw_array_end(&w);
    jw_object_end(&w);
    return cu_buf_code(out, err);
}

static cu_code canonical(cu_str text, struct cu_buf *out, struct cu_error *err)
{
    json v;
    struct json_parser *p = json_parser_new(PROOF_DOCUMENT_MAX);
    cu_code code = p ? json_parse(p, text, &v, err) : cu_fail(err, CU_MEMORY, "", "no memory for a certificate");
    if (code == CU_OK)
        code = proof_canonical(v, out, err);
    json_parser_free(p);
    return code;
}

cu_code retention_issue(struct retention *r, const struct retention_rule *rule, struct retention_run *run,
    struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text, document;
    cu_buf_init(&text, PROOF_DOCUMENT_MAX);
    cu_buf_init(&document, PROOF_DOCUMENT_MAX);
    CU_TRY(print(r, rule, run, &text, err));
    CU_TRY(canonical(cu_buf_view(&text), &document, err));
    CU_TRY(proof_note(people_guard(r->o.people), "retention_certificate", cu_buf_view(&document), NULL, 0, err));
    run->document = cu_buf_view(&document);
    run->issued_ms = cu_now_ms();
    cu_code code = retention_run_put(r, run, err);
    run->document = CU_NONE;
    return code;
}

cu_code retention_certificate(struct retention *r, struct cu_uuid id, struct cu_buf *out, struct cu_error *err)
{
    struct retention_run run;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)2 * PROOF_DOCUMENT_MAX);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a certificate");
    CU_TRY(retention_run_get(r, id, a, &run, err));
    if (strcmp(run.state, "failed") == 0)
        return cu_fail(err, CU_NOT_FOUND, "id", "that run was given up; what it did stands in the list of runs");
    if (run.issued_ms < 0)
        return cu_fail(err, CU_UNAVAILABLE, "id", "the run is under way; ask again when it is done");
    return proof_print(people_guard(r->o.people), r->folder, run.document, run.started_ms - RETENTION_DAY_MS,
        run.issued_ms + RETENTION_DAY_MS, out, err);
}
