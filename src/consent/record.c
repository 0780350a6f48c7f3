// SPDX-License-Identifier: Apache-2.0
// Records of consent: their documents, the notes that prove them, receipts. See record.h.
#include "record_private.h"

#include "record_sql.h"
#include "text/text.h"

#include <stdio.h>

enum { BATCH_MAX = 1024 };

void record_read(struct db_query *q, struct record_row *r)
{
    *r = (struct record_row){.id = db_i64(q, 0), .pno = (uint32_t)db_i64(q, 1), .heard = (enum gate_heard)db_i64(q, 3),
        .state = (enum gate_state)db_i64(q, 4), .time_ms = db_i64(q, 5), .wording = db_i64(q, 8), .policy = db_i64(q, 14),
        .generation = db_i64(q, 15), .until_ms = db_i64(q, 16), .batch = db_i64(q, 17), .evidence = db_i64(q, 18) != 0,
        .received_ms = db_i64(q, 19)};
    static const int columns[RECORD_WORDS] = {2, 6, 9, 10, 11, 12, 13};
    for (int i = 0; i < RECORD_WORDS; i++)
        (void)snprintf(r->words[i], sizeof r->words[i], "%.*s", CU_ARG(db_str(q, columns[i])));
    if (db_blob(q, 7).len == sizeof r->record.bytes)
        memcpy(r->record.bytes, db_blob(q, 7).ptr, sizeof r->record.bytes);
}

// ---- the document

static const char *const party_types[] = {"", "person's client", "person", "staff", "import", "browser signal", "rule"};

static const char *dpv_status(enum gate_state s, bool consent)
{
    static const char *const by_consent[GATE_STATE_COUNT] = {"dpv:ConsentUnknown", "dpv:ConsentGiven", "dpv:ConsentRefused",
        "dpv:ConsentWithdrawn", "dpv:ConsentUnknown", "dpv:ConsentRequested", "dpv:RenewedConsentGiven", "dpv:ConsentExpired",
        "dpv:ConsentInvalidated", "dpv:ConsentInvalidated"};
    if (!consent)
        return s == GATE_GRANTED ? "dpv:OptInStatus" : "dpv:OptOutStatus";
    return by_consent[s];
}

static void print_words(const struct record_row *r, struct json_writer *w)
{
    static const char *const names[RECORD_WORDS] = {"purpose", "method", "language", "form", "button", "channel", "recipient"};
    for (int i = 1; i < RECORD_WORDS; i++)
        jw_kz(w, names[i], r->words[i]);
}

static cu_code print_notice(struct db *d, const struct record_row *r, cu_str policy, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    uint8_t digest[32];
    char hex[65];
    sign_digest(policy, CU_NONE, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    jw_key(w, "notice");
    jw_object(w);
    jw_ki64(w, "policy", r->policy);
    jw_kz(w, "policy_sha256", policy.len ? hex : "");
    jw_ki64(w, "wording", r->wording);
    CU_TRY(db_prepare(d, &record_sql_wording, &q, err));
    db_bind_i64(&q, ":id", r->wording);
    bool known = db_step(&q);
    jw_ki64(w, "wording_version", known ? db_i64(&q, 0) : 0);
    jw_kstr(w, "wording_sha256", known ? db_str(&q, 1) : CU_LIT(""));
    jw_object_end(w);
    return db_end(&q, err);
}

// Members of ISO/IEC TS 27560 that the policy answers: what is processed, why, by whom, for whom, how long.
static void print_processing(json policy, const struct record_row *r, struct json_writer *w)
{
    static const char *const taken[] = {"doc", "fields", "events", "recipients", "retention_days"};
    struct json_iter it = json_each(json_get(policy, "purposes"));
    json found = json_get(policy, "");
    const cu_str key = cu_str_of(r->words[0]), purpose = gate_key_purpose(key);
    const struct gate_part part = gate_key_part(key);
    while (json_next(&it)) {
        if (cu_str_eq(json_str(json_get(it.value, "name")), purpose))
            found = it.value;
    }
    cu_str basis = json_str(json_get(found, "basis"));
    jw_key(w, "processing");
    jw_object(w);
    jw_kstr(w, "purpose", purpose);
    jw_kstr(w, "only_channel", part.channel);
    jw_kstr(w, "only_recipient", part.recipient);
    jw_kz(w, "lawful_basis", cu_str_eqz(basis, "legitimate_interest") ? "dpv:LegitimateInterest" : "dpv:Consent");
    for (size_t i = 0; i < CU_COUNT(taken); i++) {
        jw_key(w, taken[i]);
        json v = json_get(found, taken[i]);
        json_is(v, JSON_ABSENT) ? jw_null(w) : jw_value(w, v);
    }
    jw_kz(w, "withdrawal", "At any time, as easily as it was given: by the shop's privacy page or by telling the shop.");
    jw_object_end(w);
}

static cu_code print_record(struct gate *g, struct db *d, const struct record_row *r, cu_str policy_bytes, json policy,
    struct json_writer *w, struct cu_error *err)
{
    struct cu_uuid person;
    char id[37], subject[37];
    CU_TRY(people_uuid(g->people, d, r->pno, &person, err));
    cu_uuid_format(r->record, id);
    cu_uuid_format(person, subject);
    jw_object(w);
    jw_kz(w, "@context", "https://w3id.org/dpv/dpv.jsonld");
    jw_kz(w, "@type", "dpv:ConsentRecord");
    jw_kz(w, "schema_version", "ISO/IEC TS 27560:2023; custos-consent-1");
    jw_kz(w, "record_id", id);
    jw_kz(w, "pii_principal_id", subject);
    CU_TRY(print_notice(d, r, policy_bytes, w, err));
    print_processing(policy, r, w);
    jw_key(w, "controller");
    json controller = json_get(policy, "controller");
    json_is(controller, JSON_OBJECT) ? jw_value(w, controller) : jw_null(w);
    jw_key(w, "event");
    jw_object(w);
    jw_kz(w, "state", gate_state_name(r->state));
    jw_kz(w, "dpv_status", dpv_status(r->state, true));
    jw_ktime(w, "time", r->time_ms);
    jw_ktime(w, "received", r->received_ms);
    jw_ktime(w, "valid_until", r->until_ms ? r->until_ms : INT64_MIN);
    jw_kz(w, "said_by", party_types[r->heard]);
    jw_kbool(w, "evidence_kept", r->evidence);
    print_words(r, w);
    jw_object_end(w);
    jw_object_end(w);
    return CU_OK;
}

cu_code record_document(struct gate *g, struct db *d, const struct record_row *r, struct cu_buf *out, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf policy, text;
    struct json_parser *parsers[2] = {json_parser_new(PROOF_DOCUMENT_MAX), json_parser_new(PROOF_DOCUMENT_MAX)};
    json v = {NULL, 0}, whole;
    int64_t made_ms = 0;
    struct json_writer w;
    cu_buf_init(&policy, PROOF_DOCUMENT_MAX);
    cu_buf_init(&text, PROOF_DOCUMENT_MAX);
    cu_code code = parsers[0] && parsers[1] ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a record");
    if (code == CU_OK) {
        code = policy_text(d, r->policy, &policy, &made_ms, err);
        if (code == CU_NOT_FOUND) { // said before there was a policy
            cu_buf_str(&policy, CU_LIT("{}"));
            code = cu_buf_code(&policy, err);
        }
    }
    if (code == CU_OK)
        code = json_parse(parsers[0], cu_buf_view(&policy), &v, err);
    jw_start(&w, &text);
    if (code == CU_OK)
        code = print_record(g, d, r, cu_buf_view(&policy), v, &w, err);
    if (code == CU_OK)
        code = cu_buf_code(&text, err);
    if (code == CU_OK)
        code = json_parse(parsers[1], cu_buf_view(&text), &whole, err);
    if (code == CU_OK)
        code = proof_canonical(whole, out, err);
    json_parser_free(parsers[0]);
    json_parser_free(parsers[1]);
    return code;
}

// ---- notes

struct tree { // as a ledger stores it
    struct ledger_edge edge;
    struct ledger_hash *at;
    size_t count;
    int64_t ids[BATCH_MAX];
    size_t records;
};

static cu_code gather(struct gate *g, struct db *d, struct tree *t, struct cu_error *err)
{
    struct db_query q;
    CU_AUTO_BUF struct cu_buf document;
    cu_buf_init(&document, PROOF_DOCUMENT_MAX);
    CU_TRY(db_prepare(d, &record_sql_unnoted, &q, err));
    db_bind_i64(&q, ":after", 0);
    db_bind_i64(&q, ":limit", BATCH_MAX);
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        struct record_row r;
        struct ledger_hash leaf;
        record_read(&q, &r);
        cu_buf_reset(&document);
        code = record_document(g, d, &r, &document, err);
        if (code != CU_OK)
            break;
        ledger_hash_leaf(cu_buf_view(&document), &leaf);
        t->count += ledger_edge_add(&t->edge, &leaf, t->at + t->count);
        t->ids[t->records++] = r.id;
    }
    cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : ended;
}

static void print_batch(const struct ledger_hash *root, size_t records, struct cu_buf *out)
{
    char hex[65];
    struct json_writer w;
    for (size_t i = 0; i < LEDGER_HASH; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", root->bytes[i]);
    jw_start(&w, out);
    jw_object(&w);
    jw_ki64(&w, "records", (int64_t)records);
    jw_kz(&w, "root", hex);
    jw_object_end(&w);
}

static cu_code mark(struct gate *g, const struct tree *t, cu_str document, int64_t noted_ms, struct cu_error *err)
{
    struct db *d = people_db(g->people);
    struct db_query q;
    CU_TRY(db_prepare(d, &record_sql_batch_add, &q, err));
    db_bind_i64(&q, ":noted_ms", noted_ms);
    db_bind_str(&q, ":document", document);
    db_bind_blob(&q, ":hashes", t->at, t->count * sizeof *t->at);
    CU_TRY(db_run(&q, err));
    int64_t batch = db_last_rowid(d);
    for (size_t i = 0; i < t->records; i++) {
        CU_TRY(db_prepare(d, &record_sql_mark, &q, err));
        db_bind_i64(&q, ":batch", batch);
        db_bind_i64(&q, ":id", t->ids[i]);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

static cu_code note_some(struct gate *g, struct tree *t, struct cu_error *err)
{
    struct ledger_hash root;
    struct db *d = NULL;
    CU_AUTO_BUF struct cu_buf document;
    cu_buf_init(&document, 1024);
    t->edge.size = t->count = t->records = 0;
    CU_TRY(people_read_take(g->people, &d, err));
    cu_code code = gather(g, d, t, err);
    people_read_give(g->people, d);
    if (code != CU_OK || t->records == 0)
        return code;
    ledger_edge_root(&t->edge, &root);
    print_batch(&root, t->records, &document);
    const int64_t noted_ms = cu_now_ms();
    CU_TRY(proof_note(people_guard(g->people), "consent_records", cu_buf_view(&document), NULL, 0, err));
    (void)people_lock(g->people);
    code = people_begin(g->people, err);
    if (code == CU_OK) {
        code = mark(g, t, cu_buf_view(&document), noted_ms, err);
        if (code == CU_OK)
            code = people_commit(g->people, err);
        else
            people_rollback(g->people);
    }
    people_unlock(g->people);
    return code;
}

cu_code record_note_all(struct gate *g, struct cu_error *err)
{
    struct tree *t = cu_calloc(1, sizeof *t);
    if (t)
        t->at = cu_alloc((size_t)2 * BATCH_MAX * sizeof *t->at);
    cu_code code = t && t->at ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to note records");
    (void)pthread_mutex_lock(&g->noting);
    do {
        if (code == CU_OK)
            code = note_some(g, t, err);
    } while (code == CU_OK && t->records == BATCH_MAX);
    (void)pthread_mutex_unlock(&g->noting);
    if (t)
        cu_free(t->at);
    cu_free(t);
    return code;
}

cu_code record_expire(struct gate *g, struct cu_error *err)
{
    struct db_query q;
    const int64_t now_ms = cu_now_ms();
    struct db *d = people_lock(g->people);
    cu_code code = people_begin(g->people, err);
    if (code == CU_OK) {
        code = db_prepare(d, &record_sql_ended, &q, err);
        if (code == CU_OK) {
            db_bind_i64(&q, ":from_ms", g->expired_ms);
            db_bind_i64(&q, ":to_ms", now_ms);
            while (db_step(&q))
                people_note(g->people, (uint32_t)db_i64(&q, 0), PEOPLE_CONSENTS);
            code = db_end(&q, err);
        }
        if (code == CU_OK)
            code = people_commit(g->people, err);
        else
            people_rollback(g->people);
    }
    if (code == CU_OK)
        g->expired_ms = now_ms;
    people_unlock(g->people);
    return code;
}
