// SPDX-License-Identifier: Apache-2.0
// Receipts, and what is done in the background. See record.h; lists: record_list.c.
#include "record_private.h"

#include "base/log.h"
#include "record_sql.h"

enum { NOTE_EVERY_MS = 1000, EXPIRE_EVERY_MS = 10000 };
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

// ---- receipts

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
static const struct spec_field record_path[] = {{.name = "record", .type = SPEC_UUID, .required = true, .doc = "Id of the record."}, END};
static const struct spec_field receipt_answer[] = {
    {.name = "document", .type = SPEC_ANY, .max = 1, .doc = "The record (ISO/IEC TS 27560, DPV) in its canonical form."},
    {.name = "proof", .type = SPEC_ANY, .max = 1, .doc = "That it is in the audit log: custos verify checks it without this server."},
    END,
};
static const struct spec_route routes[] = {
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
