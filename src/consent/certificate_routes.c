// SPDX-License-Identifier: Apache-2.0
// The routes of erasures: erasing with a certificate, reading certificates again. See certificate.h.
#include "certificate.h"
#include "certificate_sql.h"

#include "store/module.h"

enum { LIST_MAX = 200, FINISH_EVERY_MS = 60000 };
#define FILE_MAX ((size_t)4 * 1024 * 1024)

static struct cu_uuid uuid_of(const struct spec_values *v, const char *name)
{
    struct cu_uuid id = {{0}};
    (void)cu_uuid_parse(spec_str(v, name), &id);
    return id;
}

static cu_code answer_file(struct request *rq, int status, const struct cu_buf *file, struct cu_error *err)
{
    CU_TRY(cu_buf_code(file, err));
    rq->response.status = status;
    cu_buf_str(&rq->response.body, cu_buf_view(file));
    return CU_OK;
}

static cu_code post_erase(struct request *rq, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf file;
    const struct erasure e = {.id = spec_has(&rq->body_values, "request") ? uuid_of(&rq->body_values, "request") : cu_uuid7(),
        .person = uuid_of(&rq->path_values, "id"), .right = spec_str(&rq->body_values, "right"),
        .received_ms = spec_has(&rq->body_values, "received") ? spec_i64(&rq->body_values, "received") : rq->received_ms,
        .due_ms = spec_i64(&rq->body_values, "due")};
    cu_buf_init(&file, FILE_MAX);
    CU_TRY(certificate_erase(rq->module, &e, &file, err));
    return answer_file(rq, 201, &file, err);
}

static cu_code get_certificate(struct request *rq, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf file;
    cu_buf_init(&file, FILE_MAX);
    CU_TRY(certificate_print(rq->module, uuid_of(&rq->path_values, "id"), &file, err));
    return answer_file(rq, 200, &file, err);
}

struct page {
    struct json_writer w;
    int64_t limit, shown, last_ms;
    struct cu_uuid last;
};

static void write_row(struct page *p, struct db_query *q)
{
    char text[37];
    memcpy(p->last.bytes, db_blob(q, 0).ptr, sizeof p->last.bytes);
    cu_uuid_format(p->last, text);
    p->last_ms = db_i64(q, 5);
    jw_object(&p->w);
    jw_kz(&p->w, "id", text);
    jw_kstr(&p->w, "right", db_str(q, 1));
    jw_ktime(&p->w, "received", db_i64(q, 2));
    jw_ktime(&p->w, "due", db_i64(q, 3) ? db_i64(q, 3) : INT64_MIN);
    jw_ktime(&p->w, "asked", db_i64(q, 4));
    jw_ktime(&p->w, "issued", p->last_ms ? p->last_ms : INT64_MIN);
    jw_object_end(&p->w);
    p->shown++;
}

// The cursor is "<ms>.<id>" of the last row.
static bool cursor_read(cu_str text, int64_t *ms, struct cu_uuid *id)
{
    cu_str first = cu_str_cut(&text, '.');
    return cu_str_i64(first, ms) && cu_uuid_parse(text, id);
}

static cu_code get_list(struct request *rq, struct cu_error *err)
{
    struct certificates *c = rq->module;
    struct people *people = certificates_people(c);
    struct db *d = NULL;
    struct db_query q;
    struct page p = {.limit = spec_has(&rq->query_values, "limit") ? spec_i64(&rq->query_values, "limit") : 50};
    int64_t before = INT64_MAX;
    struct cu_uuid before_id;
    memset(before_id.bytes, 0xff, sizeof before_id.bytes);
    cu_str cursor = spec_str(&rq->query_values, "cursor");
    if (cursor.len && !cursor_read(cursor, &before, &before_id))
        return cu_fail(err, CU_INVALID, "cursor", "The cursor of another list.");
    CU_TRY(people_read_take(people, &d, err));
    p.w = request_json(rq, 200);
    jw_object(&p.w);
    jw_key(&p.w, "items");
    jw_array(&p.w);
    cu_code code = db_prepare(d, &certificate_sql_list, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":before_ms", before);
        db_bind_blob(&q, ":before_id", before_id.bytes, sizeof before_id.bytes);
        db_bind_i64(&q, ":limit", p.limit);
        while (db_step(&q))
            write_row(&p, &q);
        code = db_end(&q, err);
    }
    people_read_give(people, d);
    jw_array_end(&p.w);
    char id[37];
    cu_uuid_format(p.last, id);
    cu_str next = p.shown == p.limit ? cu_arena_printf(rq->arena, "%lld.%s", (long long)p.last_ms, id) : CU_NONE;
    jw_kstr(&p.w, "next", next);
    jw_object_end(&p.w);
    return code;
}

static cu_code job_finish(void *module, struct cu_error *err)
{
    return certificates_finish(module, err);
}

#define END {0}
static const struct spec_field person_path[] = {{.name = "id", .type = SPEC_UUID, .required = true, .doc = "The person's id."}, END};
static const struct spec_field id_path[] = {{.name = "id", .type = SPEC_UUID, .required = true, .doc = "The erasure's id."}, END};
static const struct spec_field erase_body[] = {
    {.name = "right", .type = SPEC_STRING, .min = 1, .max = 64, .fallback = "gdpr-17(1)(b)", .doc = "On what ground: gdpr-17(1)(b), ccpa-1798.105 ..."},
    {.name = "request", .type = SPEC_UUID, .doc = "Id of the request this answers: sent again, it gives the same certificate."},
    {.name = "received", .type = SPEC_TIME, .doc = "When the person asked; default: now."},
    {.name = "due", .type = SPEC_TIME, .doc = "By when the law wants an answer."},
    END,
};
static const struct spec_field file_answer[] = {
    {.name = "document", .type = SPEC_ANY, .max = 1, .doc = "The certificate in its canonical form."},
    {.name = "proof", .type = SPEC_ANY, .max = 1, .doc = "That it was noted in the audit log: custos verify checks it without this server."},
    END,
};
static const struct spec_field list_query[] = {
    {.name = "cursor", .type = SPEC_STRING, .max = 64, .doc = "From the page before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = LIST_MAX, .doc = "Rows of a page; 50 unless said."},
    END,
};
static const struct spec_field item_fields[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "Id of the erasure."},
    {.name = "right", .type = SPEC_STRING, .max = 64, .doc = "On what ground."},
    {.name = "received", .type = SPEC_TIME, .doc = "When it was asked for."},
    {.name = "due", .type = SPEC_TIME, .nullable = true, .doc = "By when the law wanted it."},
    {.name = "asked", .type = SPEC_TIME, .doc = "When it began."},
    {.name = "issued", .type = SPEC_TIME, .nullable = true, .doc = "When the certificate was made; null while it is under way."},
    END,
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_MAX, .fields = item_fields, .doc = "Newest first."},
    {.name = "next", .type = SPEC_STRING, .max = 64, .nullable = true, .doc = "Cursor of the next page."},
    END,
};
static const struct spec_route routes[] = {
    {.name = "people.erase", .method = "POST", .path = "/v1/people/{id}/erase", .permission = SPEC_PEOPLE_ERASE, .reauth = true,
        .path_fields = person_path, .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = erase_body, .answer = file_answer,
        .doc = "Erases a person everywhere and answers the certificate.", .handler = post_erase},
    {.name = "erasures.list", .method = "GET", .path = "/v1/erasures", .permission = SPEC_PEOPLE_ERASE, .query = list_query,
        .answer = list_answer, .doc = "Erasures, newest first; they name nobody.", .handler = get_list},
    {.name = "erasures.certificate", .method = "GET", .path = "/v1/erasures/{id}/certificate", .permission = SPEC_PEOPLE_ERASE,
        .path_fields = id_path, .answer = file_answer, .doc = "The certificate of an erasure, with a proof of now.", .handler = get_certificate},
};
static const struct spec_job jobs[] = {
    {.name = "erasures", .doc = "Finishes erasures that a crash or a failing disk left half done.", .every_ms = FINISH_EVERY_MS, .run = job_finish},
};

const struct module consent_certificate_module = {
    .name = "erasures",
    .doc = "Erasing people, with certificates that a stranger can check.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = certificate_sql_all,
};
