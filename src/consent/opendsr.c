// SPDX-License-Identifier: Apache-2.0
// OpenDSR 2.0 as processor: controllers (a marketplace, another Custos) bring requests of persons and are called back.
// Every answer is signed (X-OpenDSR-Signature); what is refused is refused in the protocol's own form (7.6).
#include "opendsr.h"
#include "recipient_door_private.h"

#include "text/text.h"

#include <stdio.h>

enum { ANSWER_MAX = 262144, IDENTITIES_MAX = 20, TIME_MAX_BYTES = 40 };

// ---- answering

static cu_code sign(struct privacy_doors *p, cu_str body, struct cu_buf *out, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf bytes;
    cu_buf_init(&bytes, CERTSIGN_SIGNATURE_MAX);
    CU_TRY(certsign_make(p->sign, body, &bytes, err));
    text_base64(cu_buf_view(&bytes), false, out);
    return cu_buf_code(out, err);
}

static cu_code signed_answer(struct request *rq, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, CERTSIGN_SIGNATURE_MAX * 2);
    CU_TRY(cu_buf_code(&rq->response.body, err));
    CU_TRY(sign(p, cu_buf_view(&rq->response.body), &text, err));
    CU_TRY(request_header_add(rq, "X-OpenDSR-Processor-Domain", cu_str_of(p->domain)));
    return request_header_add(rq, "X-OpenDSR-Signature", cu_buf_view(&text));
}

// The protocol's error object; nothing about the person is in a message here.
static cu_code refuse(struct request *rq, cu_code code, const struct cu_error *why, struct cu_error *err)
{
    int status = cu_code_rows[code].http;
    cu_buf_reset(&rq->response.body);
    struct json_writer w = request_json(rq, status);
    jw_object(&w);
    jw_key(&w, "error");
    jw_object(&w);
    jw_ki64(&w, "code", status);
    jw_kz(&w, "message", why->text);
    jw_key(&w, "errors");
    jw_array(&w);
    jw_object(&w);
    jw_kz(&w, "domain", why->field[0] ? why->field : "request");
    jw_kz(&w, "reason", cu_code_rows[code].name);
    jw_kz(&w, "message", why->text);
    jw_object_end(&w);
    jw_array_end(&w);
    jw_object_end(&w);
    jw_object_end(&w);
    return cu_buf_code(&rq->response.body, err);
}

typedef cu_code opendsr_act(struct request *rq, const struct door *d, struct cu_error *err);

static cu_code open_door(struct privacy_doors *p, struct cu_error *err)
{
    return p->sign ? CU_OK
                   : cu_fail(err, CU_NOT_FOUND, "",
                         "OpenDSR is not open here: the settings opendsr_certificate and opendsr_key open it");
}

static cu_code serve(struct request *rq, opendsr_act *act, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    struct cu_error why = {.code = CU_OK};
    struct door d;
    cu_code code = open_door(p, &why);
    if (code == CU_OK)
        code = door_by_token(p, rq, "opendsr", &d, &why);
    if (code == CU_OK)
        code = act(rq, &d, &why);
    if (code == CU_OK)
        code = signed_answer(rq, &why);
    if (code == CU_OK)
        return CU_OK;
    if (cu_code_rows[code].http < 500)
        return refuse(rq, code, &why, err);
    if (err)
        *err = why;
    return code;
}

// ---- discovery

static cu_code get_discovery(struct request *rq, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    char url[DOOR_URL_MAX];
    CU_TRY(open_door(p, err));
    (void)snprintf(url, sizeof url, "%s/opendsr/v2/certificate.pem", p->base_url);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kz(&w, "api_version", OPENDSR_VERSION);
    jw_key(&w, "supported_identities");
    jw_array(&w);
    for (const struct opendsr_identity *i = opendsr_identities; i->type; i++) {
        jw_object(&w);
        jw_kz(&w, "identity_type", i->type);
        jw_kz(&w, "identity_format", "raw");
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_key(&w, "supported_subject_request_types");
    jw_array(&w);
    jw_z(&w, "access");
    jw_z(&w, "portability");
    jw_z(&w, "erasure");
    jw_array_end(&w);
    jw_kz(&w, "processor_certificate", url);
    jw_object_end(&w);
    return signed_answer(rq, err);
}

static cu_code get_certificate(struct request *rq, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    CU_TRY(open_door(p, err));
    rq->response.status = 200;
    rq->response.content_type = "application/x-pem-file";
    cu_buf_str(&rq->response.body, certsign_pem(p->sign));
    return CU_OK;
}

// ---- taking requests

struct wish {
    struct door_asked a;
    struct person_id ids[IDENTITIES_MAX];
    size_t id_count, given;
    int64_t submitted_ms;
};

static cu_code read_identity(json v, struct wish *ret, struct cu_error *err)
{
    cu_str type = json_str(json_get(v, "identity_type")), value = json_str(json_get(v, "identity_value"));
    cu_str format = json_str(json_get(v, "identity_format"));
    const char *kind = opendsr_kind_of(type);
    if (type.len == 0 || value.len == 0 || value.len > 512 || format.len == 0)
        return cu_fail(
            err, CU_INVALID, "subject_identities", "identity_type, identity_value and identity_format are needed");
    if (++ret->given > IDENTITIES_MAX)
        return cu_fail(err, CU_INVALID, "subject_identities", "at most %d are accepted", IDENTITIES_MAX);
    if (!kind || !cu_str_eqz(format, "raw"))
        return CU_OK; // not in discovery; others may do
    ret->ids[ret->id_count++] = (struct person_id){cu_str_of(kind), value};
    if (cu_str_eqz(type, "email"))
        ret->a.asked.email = value;
    return CU_OK;
}

static cu_code read_callbacks(json list, const struct door *d, struct cu_arena *arena, cu_str *ret, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text;
    struct json_writer w;
    cu_buf_init(&text, (size_t)DOOR_URL_MAX * (DOOR_CALLBACKS_MAX + 1));
    if (json_count(list) > DOOR_CALLBACKS_MAX)
        return cu_fail(err, CU_INVALID, "status_callback_urls", "at most %d are accepted", DOOR_CALLBACKS_MAX);
    jw_start(&w, &text);
    jw_array(&w);
    for (struct json_iter it = json_each(list); json_next(&it);) {
        if (!door_calls_back_to(d, json_str(it.value)))
            return cu_fail(err, CU_INVALID, "status_callback_urls",
                "https addresses at the hosts of this controller's door are accepted");
        jw_str(&w, json_str(it.value));
    }
    jw_array_end(&w);
    CU_TRY(cu_buf_code(&text, err));
    *ret = cu_arena_dup(arena, cu_buf_view(&text));
    return ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a request");
}

static bool uuid_good(cu_str text, struct cu_uuid *ret)
{
    bool lower = true;
    for (size_t i = 0; i < text.len; i++)
        lower = lower && !(text.ptr[i] >= 'A' && text.ptr[i] <= 'Z');
    return lower && cu_uuid_parse(text, ret) && ret->bytes[6] >> 4 == 4;
}

static cu_code read_words(json body, struct wish *ret, struct cu_error *err)
{
    cu_str type = json_str(json_get(body, "subject_request_type")), law = json_str(json_get(body, "regulation"));
    cu_str version = json_str(json_get(body, "api_version")), time = json_str(json_get(body, "submitted_time"));
    struct rights_asked *a = &ret->a.asked;
    a->right = cu_str_eqz(type, "erasure")       ? RIGHTS_ERASURE
               : cu_str_eqz(type, "access")      ? RIGHTS_ACCESS
               : cu_str_eqz(type, "portability") ? RIGHTS_PORTABILITY
                                                 : 0;
    a->regime = cu_str_eqz(law, "gdpr") ? RIGHTS_GDPR : cu_str_eqz(law, "ccpa") ? RIGHTS_CCPA : 0;
    if (!a->right)
        return cu_fail(err, CU_INVALID, "subject_request_type", "erasure, access or portability is accepted");
    if (!a->regime)
        return cu_fail(err, CU_INVALID, "regulation", "gdpr or ccpa is accepted");
    if (version.len && !cu_str_starts(version, CU_LIT("2.")))
        return cu_fail(err, CU_INVALID, "api_version", "version " OPENDSR_VERSION " is spoken here");
    if (time.len > TIME_MAX_BYTES || !text_time_parse(time, &ret->submitted_ms) ||
        ret->submitted_ms > cu_now_ms() + 86400000)
        return cu_fail(
            err, CU_INVALID, "submitted_time", "when the person asked (RFC 3339), not in the future, is accepted");
    return CU_OK;
}

static cu_code read_wish(struct request *rq, const struct door *d, struct wish *ret, struct cu_error *err)
{
    json body;
    struct cu_uuid id;
    CU_TRY(json_parse(rq->json, rq->body, &body, err));
    ret->a.door = d;
    ret->a.foreign_id = json_str(json_get(body, "subject_request_id"));
    if (!uuid_good(ret->a.foreign_id, &id))
        return cu_fail(err, CU_INVALID, "subject_request_id", "a lower-case UUID of version 4 is accepted");
    CU_TRY(read_words(body, ret, err));
    for (struct json_iter it = json_each(json_get(body, "subject_identities")); json_next(&it);)
        CU_TRY(read_identity(it.value, ret, err));
    if (ret->id_count == 0)
        return cu_fail(err, CU_INVALID, "subject_identities", "an identity of a type and format of discovery is needed");
    return read_callbacks(json_get(body, "status_callback_urls"), d, rq->arena, &ret->a.callbacks, err);
}

static cu_code act_create(struct request *rq, const struct door *d, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    struct wish *wish = cu_arena_alloc(rq->arena, sizeof *wish);
    struct door_request made;
    bool several = false, known = false;
    CU_AUTO_BUF struct cu_buf encoded;
    cu_buf_init(&encoded, OPENDSR_BODY_MAX * 2);
    if (!wish)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    CU_TRY(read_wish(rq, d, wish, err));
    struct rights_asked *a = &wish->a.asked;
    CU_TRY(door_person(p, wish->ids, wish->id_count, &a->pno, &several, err));
    a->channel = RIGHTS_BY_OPENDSR;
    a->received_ms = wish->submitted_ms;
    a->verified = a->pno != 0; // the controller looked who asks (OpenDSR 3.1), and we know whom it means
    if (several)
        a->detail = CU_LIT("The identities of this request lead to several people; whom it is about has to be decided.");
    CU_TRY(door_receive(p, &wish->a, rq->arena, &made, &known, err));
    if (known)
        return cu_fail(err, CU_INVALID, "subject_request_id", "a request with this id was taken already");
    text_base64(rq->body, false, &encoded);
    struct json_writer w = request_json(rq, 201);
    jw_object(&w);
    jw_kstr(&w, "controller_id", d->name);
    jw_ktime(&w, "expected_completion_time", made.due_ms);
    jw_ktime(&w, "received_time", made.received_ms);
    jw_kstr(&w, "encoded_request", cu_buf_view(&encoded));
    jw_kstr(&w, "subject_request_id", made.foreign_id);
    jw_object_end(&w);
    return cu_buf_code(&encoded, err);
}

static cu_code post_request(struct request *rq, struct cu_error *err)
{
    return serve(rq, act_create, err);
}

// ---- asking and cancelling

struct door_said opendsr_say(const struct door_request *r, const struct rights_row *row)
{
    const char *status = r->ended == DOOR_TAKEN_BACK ? "cancelled"
                         : r->ended == DOOR_NOBODY   ? "completed"
                                                     : rights_opendsr_status(row->state, row->reason);
    return (struct door_said){status, "", strcmp(status, "completed") == 0 || strcmp(status, "cancelled") == 0};
}

static void write_status(const struct door *d, const struct door_request *r, const struct rights_row *row, cu_str callback,
    struct json_writer *w)
{
    jw_object(w);
    jw_kstr(w, "controller_id", d->name);
    jw_ktime(w, "expected_completion_time", row->due_ms);
    if (callback.len)
        jw_kstr(w, "status_callback_url", callback);
    jw_kstr(w, "subject_request_id", r->foreign_id);
    jw_kz(w, "request_status", opendsr_say(r, row).status);
    jw_kz(w, "api_version", OPENDSR_VERSION);
    jw_object_end(w);
}

static cu_code find(
    struct request *rq, const struct door *d, struct door_request *ret, struct rights_row *ret_row, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    CU_TRY(door_request_by_foreign(p, d, request_path_str(rq, "id"), rq->arena, ret, err));
    return door_rights(p, ret, rq->arena, ret_row, err);
}

static cu_code act_status(struct request *rq, const struct door *d, struct cu_error *err)
{
    struct door_request r;
    struct rights_row row;
    CU_TRY(find(rq, d, &r, &row, err));
    struct json_writer w = request_json(rq, 200);
    write_status(d, &r, &row, CU_NONE, &w);
    return CU_OK;
}

static cu_code get_request(struct request *rq, struct cu_error *err)
{
    return serve(rq, act_status, err);
}

static cu_code act_cancel(struct request *rq, const struct door *d, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    struct door_request r;
    struct rights_row row;
    CU_TRY(find(rq, d, &r, &row, err));
    if (opendsr_say(&r, &row).final)
        return cu_fail(err, CU_CONFLICT, "request_status", "what is completed or cancelled cannot be cancelled");
    CU_TRY(door_revoke(p, &r, err)); // also what is in progress here, as long as nothing was done
    struct json_writer w = request_json(rq, 202);
    jw_object(&w);
    jw_kstr(&w, "controller_id", d->name);
    jw_ktime(&w, "received_time", cu_now_ms());
    jw_kstr(&w, "subject_request_id", r.foreign_id);
    jw_kz(&w, "api_version", OPENDSR_VERSION);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code delete_request(struct request *rq, struct cu_error *err)
{
    return serve(rq, act_cancel, err);
}

cu_code opendsr_back(struct privacy_doors *p, const struct door *d, const struct door_request *r,
    const struct rights_row *row, cu_str url, struct cu_arena *a, struct cu_buf *body, const char *headers[4],
    struct cu_error *err)
{
    struct json_writer w;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, CERTSIGN_SIGNATURE_MAX * 2);
    CU_TRY(open_door(p, err));
    jw_start(&w, body);
    write_status(d, r, row, url, &w);
    CU_TRY(cu_buf_code(body, err));
    CU_TRY(sign(p, cu_buf_view(body), &text, err));
    cu_str domain = cu_arena_printf(a, "X-OpenDSR-Processor-Domain: %s", p->domain);
    cu_str signature = cu_arena_printf(a, "X-OpenDSR-Signature: %s", text.ptr);
    headers[0] = cu_arena_z(a, domain);
    headers[1] = cu_arena_z(a, signature);
    return headers[0] && headers[1] ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a callback");
}

// ---- rows

#define END {0}
static const struct spec_field id_path[] = {
    {.name = "id", .type = SPEC_STRING, .max = 64, .required = true,
        .doc = "subject_request_id, as the controller made it."}, END};
static const struct spec_field identity_fields[] = {
    {.name = "identity_type", .type = SPEC_STRING, .max = 40,
        .doc = "What names a person: email, controller_customer_id ..."},
    {.name = "identity_format", .type = SPEC_STRING, .max = 10,
        .doc = "Always raw: hashes of addresses cannot be looked up here."},
    END,
};
static const struct spec_field word[] = {{.name = "", .type = SPEC_STRING, .max = 40, .doc = "A type of requests."}, END};
static const struct spec_field discovery_answer[] = {
    {.name = "api_version", .type = SPEC_STRING, .max = 10, .doc = "The version that is spoken."},
    {.name = "supported_identities", .type = SPEC_ARRAY, .max = 20, .fields = identity_fields,
        .doc = "How a person can be named."},
    {.name = "supported_subject_request_types", .type = SPEC_ARRAY, .max = 3, .fields = word, .doc = "What can be asked."},
    {.name = "processor_certificate", .type = SPEC_STRING, .max = DOOR_URL_MAX,
        .doc = "Where the certificate is that answers are signed under."},
    END,
};
static const struct spec_field create_answer[] = {
    {.name = "controller_id", .type = SPEC_STRING, .max = DOOR_NAME_MAX, .doc = "The controller's name here."},
    {.name = "expected_completion_time", .type = SPEC_TIME, .doc = "By when the law wants it done."},
    {.name = "received_time", .type = SPEC_TIME, .doc = "When it came in."},
    {.name = "encoded_request", .type = SPEC_STRING, .max = OPENDSR_BODY_MAX * 2,
        .doc = "The body as it came, base64; do not store it."},
    {.name = "subject_request_id", .type = SPEC_STRING, .max = 36, .doc = "As the controller made it."},
    END,
};
static const struct spec_field status_answer[] = {
    {.name = "controller_id", .type = SPEC_STRING, .max = DOOR_NAME_MAX, .doc = "The controller's name here."},
    {.name = "expected_completion_time", .type = SPEC_TIME, .doc = "By when the law wants it done."},
    {.name = "subject_request_id", .type = SPEC_STRING, .max = 36, .doc = "As the controller made it."},
    {.name = "request_status", .type = SPEC_STRING, .max = 20, .doc = "pending, in_progress, completed or cancelled."},
    {.name = "api_version", .type = SPEC_STRING, .max = 10, .doc = "The version that is spoken."},
    END,
};
static const struct spec_field cancel_answer[] = {
    {.name = "controller_id", .type = SPEC_STRING, .max = DOOR_NAME_MAX, .doc = "The controller's name here."},
    {.name = "received_time", .type = SPEC_TIME, .doc = "When the cancellation came in."},
    {.name = "subject_request_id", .type = SPEC_STRING, .max = 36, .doc = "As the controller made it."},
    {.name = "api_version", .type = SPEC_STRING, .max = 10, .doc = "The version that is spoken."},
    END,
};
static const struct spec_route routes[] = {
    {.name = "opendsr.discovery", .method = "GET", .path = "/opendsr/v2/discovery",
        .permission = SPEC_PUBLIC, .answer = discovery_answer,
        .doc = "OpenDSR: what requests are taken here.", .handler = get_discovery},
    {.name = "opendsr.certificate", .method = "GET", .path = "/opendsr/v2/certificate.pem", .permission = SPEC_PUBLIC,
        .doc = "OpenDSR: the certificate that answers and callbacks are signed under.", .handler = get_certificate},
    {.name = "opendsr.create", .method = "POST", .path = "/opendsr/v2/requests",
        .permission = SPEC_PUBLIC, .body_kind = SPEC_BODY_RAW,
        .body_max = OPENDSR_BODY_MAX, .answer = create_answer,
        .doc = "OpenDSR: a controller brings a request of a person; its door's token is needed.",
        .handler = post_request},
    {.name = "opendsr.create.slash", .method = "POST", .path = "/opendsr/v2/requests/", .permission = SPEC_PUBLIC,
        .hidden = true, .body_kind = SPEC_BODY_RAW, .body_max = OPENDSR_BODY_MAX, .answer = create_answer,
        .doc = "The same, as some write it.",
        .handler = post_request},
    {.name = "opendsr.status", .method = "GET", .path = "/opendsr/v2/requests/{id}",
        .permission = SPEC_PUBLIC, .path_fields = id_path,
        .answer = status_answer, .doc = "OpenDSR: how far a request is.", .handler = get_request},
    {.name = "opendsr.cancel", .method = "DELETE", .path = "/opendsr/v2/requests/{id}",
        .permission = SPEC_PUBLIC, .path_fields = id_path,
        .answer = cancel_answer, .doc = "OpenDSR: takes back a request that is pending.", .handler = delete_request},
};

const struct module consent_opendsr_module = {
    .name = "opendsr",
    .doc = "OpenDSR 2.0 as processor: requests that controllers bring.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
