// SPDX-License-Identifier: Apache-2.0
// Records of a person, receipts, and what is done in the background. See record.h.
#include "record_private.h"

#include "base/log.h"
#include "record_sql.h"

enum { RECORDS_MAX = 1000, NOTE_EVERY_MS = 1000, EXPIRE_EVERY_MS = 10000 };
#define RECEIPT_MAX ((size_t)4 * 1024 * 1024)

// ---- starting

static char *copy(const char *z)
{
    size_t len = z ? strlen(z) : 0;
    char *s = cu_calloc(1, len + 1);
    if (s && len)
        memcpy(s, z, len);
    return s;
}

static void on_dictionary(void *context, const struct dictionary *d)
{
    (void)d;
    struct cu_error err;
    cu_code code = policy_sync(context, &err);
    if (code != CU_OK) // the version in force stays the old one; the next change or start tries again
        cu_log(CU_LOG_ERROR, "policy.not_made", CU_LS("code", cu_code_rows[code].name));
}

cu_code record_start(struct gate *g, const struct record_options *o, struct cu_error *err)
{
    g->shop_name = copy(o->shop_name);
    g->shop_url = copy(o->base_url);
    g->audit_folder = copy(o->audit_folder);
    if (!g->shop_name || !g->shop_url || !g->audit_folder)
        return cu_fail(err, CU_MEMORY, "", "no memory for records of consent");
    g->consent_age = o->consent_age;
    g->key_good = o->key_good;
    g->key_context = o->key_context;
    g->expired_ms = cu_now_ms();
    g->started = true;
    people_on_dictionary(g->people, on_dictionary, g);
    return policy_sync(g, err);
}

// ---- reading

static void print_row(const struct record_row *r, struct json_writer *w)
{
    static const char *const heard[] = {"", "client", "person", "staff", "import", "signal", "rule"};
    static const char *const names[RECORD_WORDS] = {"purpose", "method", "language", "form", "button", "channel", "recipient"};
    char id[37];
    cu_uuid_format(r->record, id);
    jw_object(w);
    jw_kz(w, "record", id);
    for (int i = 0; i < RECORD_WORDS; i++)
        jw_kz(w, names[i], r->words[i]);
    jw_kz(w, "state", gate_state_name(r->state));
    jw_kz(w, "said_by", heard[r->heard]);
    jw_ktime(w, "time", r->time_ms);
    jw_ktime(w, "until", r->until_ms ? r->until_ms : INT64_MIN);
    jw_ki64(w, "wording", r->wording);
    jw_ki64(w, "policy", r->policy);
    jw_kbool(w, "evidence", r->evidence);
    jw_kbool(w, "noted", r->batch > 0);
    jw_object_end(w);
}

static cu_code rows_of(struct gate *g, struct request *rq, struct db *d, const uint32_t *pnos, size_t count, struct json_writer *w,
    struct cu_error *err)
{
    // newest first over all profiles: each comes sorted, so the next is the newest of their heads
    struct record_row *rows = cu_arena_alloc(rq->arena, sizeof *rows * RECORDS_MAX);
    size_t n = 0;
    (void)g;
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for this list");
    for (size_t i = 0; i < count; i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, &record_sql_of_profile, &q, err));
        db_bind_i64(&q, ":pno", pnos[i]);
        db_bind_i64(&q, ":limit", RECORDS_MAX);
        while (db_step(&q)) {
            struct record_row r;
            record_read(&q, &r);
            size_t at = n < RECORDS_MAX ? n++ : RECORDS_MAX - 1;
            if (at == RECORDS_MAX - 1 && n == RECORDS_MAX && rows[at].time_ms > r.time_ms && rows[at].id)
                break;
            for (; at > 0 && rows[at - 1].time_ms < r.time_ms; at--)
                rows[at] = rows[at - 1];
            rows[at] = r;
        }
        CU_TRY(db_end(&q, err));
    }
    for (size_t i = 0; i < n; i++)
        print_row(&rows[i], w);
    return CU_OK;
}

static cu_code print_person(struct gate *g, struct request *rq, struct db *d, struct cu_uuid id, struct cu_error *err)
{
    uint32_t root = 0, *pnos = NULL;
    size_t count = 0;
    CU_TRY(people_by_uuid(g->people, d, id, &root, err));
    CU_TRY(people_members(g->people, d, root, rq->arena, &pnos, &count, err));
    CU_TRY(gate_check(g, d, pnos, count, CU_LIT("service"), &rq->caller, NULL, err));
    CU_TRY(people_announce(g->people, pnos, count, "consents", err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "consents");
    jw_array(&w);
    CU_TRY(gate_print(g, d, pnos, count, &w, err));
    jw_array_end(&w);
    jw_key(&w, "items");
    jw_array(&w);
    CU_TRY(rows_of(g, rq, d, pnos, count, &w, err));
    jw_array_end(&w);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code get_person(struct request *rq, struct cu_error *err)
{
    struct gate *g = rq->module;
    struct cu_uuid id;
    struct db *d = NULL;
    if (!cu_uuid_parse(request_path_str(rq, "id"), &id))
        return cu_fail(err, CU_INVALID, "id", "a person's id is a UUID");
    CU_TRY(people_read_take(g->people, &d, err));
    cu_code code = print_person(g, rq, d, id, err);
    people_read_give(g->people, d);
    return code;
}

static cu_code may_read(struct gate *g, struct request *rq, struct db *d, struct cu_uuid record, struct cu_error *err)
{
    struct record_place place;
    uint32_t *pnos = NULL;
    size_t count = 0;
    CU_TRY(record_find(g, d, record, &place, err));
    if (!place.found)
        return cu_fail(err, CU_NOT_FOUND, "record", "no consent has this record id");
    CU_TRY(people_members(g->people, d, place.pno, rq->arena, &pnos, &count, err));
    CU_TRY(gate_check(g, d, pnos, count, CU_LIT("service"), &rq->caller, NULL, err));
    return people_announce(g->people, pnos, count, "consents", err);
}

static cu_code get_receipt(struct request *rq, struct cu_error *err)
{
    struct gate *g = rq->module;
    struct cu_uuid record;
    struct db *d = NULL;
    CU_AUTO_BUF struct cu_buf file;
    cu_buf_init(&file, RECEIPT_MAX);
    if (!cu_uuid_parse(request_path_str(rq, "record"), &record))
        return cu_fail(err, CU_INVALID, "record", "a record's id is a UUID");
    CU_TRY(people_read_take(g->people, &d, err));
    cu_code code = may_read(g, rq, d, record, err);
    people_read_give(g->people, d);
    CU_TRY(code);
    CU_TRY(record_receipt(g, record, &file, err));
    rq->response.status = 200;
    cu_buf_str(&rq->response.body, cu_buf_view(&file));
    return CU_OK;
}

static cu_code job_note(void *module, struct cu_error *err)
{
    return record_note_all(module, err);
}

static cu_code job_expire(void *module, struct cu_error *err)
{
    return record_expire(module, err);
}

#define END {.name = NULL}
static const struct spec_field person_path[] = {{.name = "id", .type = SPEC_UUID, .required = true, .doc = "The person."}, END};
static const struct spec_field record_path[] = {{.name = "record", .type = SPEC_UUID, .required = true, .doc = "Id of the record."}, END};
static const struct spec_field consent_fields[] = {
    {.name = "purpose", .type = SPEC_STRING, .max = 100, .doc = "Name of the purpose."},
    {.name = "state", .type = SPEC_STRING, .max = 20, .doc = "The most restrictive of the person's profiles, now."},
    {.name = "basis", .type = SPEC_STRING, .max = 40, .doc = "The legal basis the dictionary gives it."},
    {.name = "since", .type = SPEC_TIME, .nullable = true, .doc = "Since when, or null."},
    {.name = "method", .type = SPEC_STRING, .max = 40, .nullable = true, .doc = "How it was said, or null."},
    {.name = "proven", .type = SPEC_BOOL, .doc = "Whether there is evidence."},
    {.name = "allowed", .type = SPEC_BOOL, .doc = "Whether the gate would let this purpose pass."},
    {.name = "until", .type = SPEC_TIME, .nullable = true, .doc = "When the consent ends by itself, or null."},
    {.name = "ask_again", .type = SPEC_TIME, .nullable = true, .doc = "From when on the person may be asked again, or null."},
    END,
};
#define WORD(field, says) {.name = field, .type = SPEC_STRING, .max = 127, .doc = says}
static const struct spec_field record_fields[] = {
    {.name = "record", .type = SPEC_UUID, .doc = "Id of the record."},
    WORD("purpose", "The purpose."),
    WORD("method", "How it was said."),
    WORD("language", "Language of what was shown, if known."),
    WORD("form", "Form or page, if known."),
    WORD("button", "What was pressed, if known."),
    WORD("channel", "Where, if known."),
    WORD("recipient", "For which recipient, where that was asked."),
    WORD("state", "What was said."),
    WORD("said_by", "client, person, staff, import, signal or rule."),
    {.name = "time", .type = SPEC_TIME, .doc = "When."},
    {.name = "until", .type = SPEC_TIME, .nullable = true, .doc = "Until when it holds, or null."},
    {.name = "wording", .type = SPEC_INT, .max = INT64_C(1) << 53, .doc = "Number of the wording that was shown; 0: not known."},
    {.name = "policy", .type = SPEC_INT, .max = UINT32_MAX, .doc = "Version of the policy then."},
    {.name = "evidence", .type = SPEC_BOOL, .doc = "Whether evidence is kept, sealed."},
    {.name = "noted", .type = SPEC_BOOL, .doc = "Whether it is in the audit log already."},
    END,
};
static const struct spec_field person_answer[] = {
    {.name = "consents", .type = SPEC_ARRAY, .max = 256, .fields = consent_fields, .doc = "How it stands, per purpose."},
    {.name = "items", .type = SPEC_ARRAY, .max = RECORDS_MAX, .fields = record_fields, .doc = "The newest records, newest first."},
    END,
};
static const struct spec_field receipt_answer[] = {
    {.name = "document", .type = SPEC_ANY, .max = 1, .doc = "The record (ISO/IEC TS 27560, DPV) in its canonical form."},
    {.name = "proof", .type = SPEC_ANY, .max = 1, .doc = "That it is in the audit log: custos verify checks it without this server."},
    END,
};
static const struct spec_route routes[] = {
    {.name = "people.consents", .method = "GET", .path = "/v1/people/{id}/consents", .permission = SPEC_PEOPLE_READ,
        .path_fields = person_path, .answer = person_answer, .doc = "What a person consented to, and every record of it.",
        .handler = get_person},
    {.name = "consents.receipt", .method = "GET", .path = "/v1/consents/{record}/receipt", .permission = SPEC_PEOPLE_READ,
        .path_fields = record_path, .answer = receipt_answer, .doc = "The receipt of a consent, with its proof.", .handler = get_receipt},
};
static const struct spec_job jobs[] = {
    {.name = "consent_records", .doc = "Notes records of consent in the audit log.", .every_ms = NOTE_EVERY_MS, .run = job_note},
    {.name = "consent_expiry", .doc = "Tells segments of consents that ended.", .every_ms = EXPIRE_EVERY_MS, .run = job_expire},
};
const struct module consent_record_module = {
    .name = "records",
    .doc = "Records of consent and their receipts.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = record_sql_all,
};
