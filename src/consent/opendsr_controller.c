// SPDX-License-Identifier: Apache-2.0
// OpenDSR 2.0 as controller: orders to processors, questions about them, callbacks from them. What a processor says counts
// only when it is signed under a certificate for its domain; it is not parsed before.
#include "recipient_private.h"

#include "base/log.h"
#include "crypto/certsign.h"
#include "opendsr.h"
#include "recipient_sql.h"
#include "text/text.h"

#include <stdio.h>

enum { URL_MAX = 1024, BODY_MAX = 32768, FETCH_EVERY_MS = 300000 };

const struct opendsr_identity opendsr_identities[] = {{"email", "email"}, {"controller_customer_id", "user_id"},
    {"ios_advertising_id", "ios.idfa"}, {"ios_vendor_id", "ios.id"}, {"android_advertising_id", "android.idfa"},
    {"android_id", "android.id"}, {NULL, NULL}};

const char *opendsr_type_of(cu_str kind)
{
    for (const struct opendsr_identity *i = opendsr_identities; i->type; i++) {
        if (cu_str_eqz(kind, i->kind))
            return i->type;
    }
    return NULL;
}

const char *opendsr_kind_of(cu_str type)
{
    for (const struct opendsr_identity *i = opendsr_identities; i->type; i++) {
        if (cu_str_eqz(type, i->type))
            return i->kind;
    }
    return NULL;
}

// ---- certificates

// What is stored; when: of the last fetch, also of a failed one.
static cu_code certificate_known(
    struct recipients *r, int64_t id, struct cu_buf *out, int64_t *ret_ms, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = db_prepare(d, &recipient_sql_certificate_get, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":id", id);
        if (db_step(&q)) {
            cu_buf_str(out, db_is_null(&q, 0) ? CU_NONE : db_str(&q, 0));
            *ret_ms = db_i64(&q, 1);
        }
        code = db_end(&q, err);
    }
    people_read_give(r->o.people, d);
    return code == CU_OK ? cu_buf_code(out, err) : code;
}

struct keeping {
    int64_t id;
    cu_str pem;
};

static cu_code write_certificate(struct db *d, void *what, struct cu_error *err)
{
    const struct keeping *k = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_sql_certificate_set, &q, err));
    db_bind_i64(&q, ":id", k->id);
    db_bind_str(&q, ":certificate", k->pem);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    return db_run(&q, err);
}

static cu_code get(struct recipients *r, const char *url, struct outgoing_answer *ret, struct cu_error *err)
{
    const char *fault = "";
    const struct recipient_http h = {.method = "GET", .url = url};
    CU_TRY(recipient_http_send(r, &h, ret, &fault, err));
    return ret->status == 200 ? CU_OK : cu_fail(err, CU_UNAVAILABLE, "", "the processor answered %d", ret->status);
}

static void address(const struct recipient *to, const char *path, char ret[URL_MAX])
{
    cu_str base = to->url;
    while (base.len && base.ptr[base.len - 1] == '/')
        base.len--;
    (void)snprintf(ret, URL_MAX, "%.*s%s", CU_ARG(base), path);
}

struct discovery {
    char certificate_url[URL_MAX];
    bool erasure;
    bool kinds[16]; // by the rows of opendsr_identities, raw
};

static void read_discovery(json body, struct discovery *ret)
{
    (void)snprintf(ret->certificate_url, URL_MAX, "%.*s", CU_ARG(json_str(json_get(body, "processor_certificate"))));
    for (struct json_iter it = json_each(json_get(body, "supported_subject_request_types")); json_next(&it);)
        ret->erasure = ret->erasure || cu_str_eqz(json_str(it.value), "erasure");
    for (struct json_iter it = json_each(json_get(body, "supported_identities")); json_next(&it);) {
        for (size_t i = 0; opendsr_identities[i].type && i < CU_COUNT(ret->kinds); i++) {
            if (cu_str_eqz(json_str(json_get(it.value, "identity_type")), opendsr_identities[i].type) &&
                cu_str_eqz(json_str(json_get(it.value, "identity_format")), "raw"))
                ret->kinds[i] = true;
        }
    }
}

static cu_code discover(struct recipients *r, const struct recipient *to, struct json_parser *parser, struct discovery *ret,
    struct cu_error *err)
{
    char url[URL_MAX];
    json body;
    struct outgoing_answer answer = {0};
    *ret = (struct discovery){.erasure = false};
    address(to, "/discovery", url);
    cu_code code = get(r, url, &answer, err);
    if (code == CU_OK)
        code = json_parse(parser, cu_buf_view(&answer.body), &body, err);
    if (code == CU_OK)
        read_discovery(body, ret);
    outgoing_answer_clear(&answer);
    return code;
}

static cu_code write_tried(struct db *d, void *what, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_sql_certificate_tried, &q, err));
    db_bind_i64(&q, ":id", *(const int64_t *)what);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    return db_run(&q, err);
}

// Whether it is to be trusted is looked at each time it is used, not here.
static cu_code certificate_keep(struct recipients *r, const struct recipient *to, const char *url, struct cu_error *err)
{
    struct outgoing_answer answer = {0};
    cu_code code = get(r, url, &answer, err);
    if (code == CU_OK && answer.body.len > CERTSIGN_PEM_MAX)
        code = cu_fail(err, CU_TOO_LARGE, "", "the certificate is larger than any");
    if (code == CU_OK && !text_utf8_valid(cu_buf_view(&answer.body)))
        code = cu_fail(err, CU_MALFORMED, "", "the certificate is not PEM");
    struct keeping k = {to->row.number, code == CU_OK ? cu_buf_view(&answer.body) : CU_NONE};
    if (code == CU_OK)
        code = people_store(r->o.people, write_certificate, &k, err);
    outgoing_answer_clear(&answer);
    return code;
}

static cu_code certificate_fetch(
    struct recipients *r, const struct recipient *to, struct json_parser *parser, struct cu_error *err)
{
    struct discovery found;
    int64_t id = to->row.number;
    CU_TRY(people_store(r->o.people, write_tried, &id, err));
    CU_TRY(discover(r, to, parser, &found, err));
    return certificate_keep(r, to, found.certificate_url, err);
}

// Before the first order goes out: its first callback may be here sooner than the order's own answer.
static void certificate_ahead(const struct recipient_call *c, const struct discovery *found)
{
    struct cu_error err = {.code = CU_OK};
    struct cu_buf pem;
    int64_t known_ms = 0;
    cu_buf_init(&pem, CERTSIGN_PEM_MAX);
    cu_code code = certificate_known(c->r, c->to->row.number, &pem, &known_ms, &err);
    if (code == CU_OK && pem.len == 0)
        code = certificate_keep(c->r, c->to, found->certificate_url, &err);
    if (code != CU_OK) // the answer's signature will say so, too
        cu_log(CU_LOG_WARN, "opendsr.certificate_not_fetched", CU_LS("text", err.text));
    cu_buf_clear(&pem);
}

static cu_code check_once(struct recipients *r, const struct recipient *to, cu_str message, cu_str signature,
    int64_t *ret_ms, struct cu_error *err)
{
    char domain[256];
    CU_AUTO_BUF struct cu_buf pem;
    CU_AUTO_BUF struct cu_buf bytes;
    cu_buf_init(&pem, CERTSIGN_PEM_MAX);
    cu_buf_init(&bytes, CERTSIGN_SIGNATURE_MAX);
    (void)snprintf(domain, sizeof domain, "%.*s", CU_ARG(to->domain));
    CU_TRY(certificate_known(r, to->row.number, &pem, ret_ms, err));
    if (!text_base64_decode(cu_str_trim(signature), &bytes))
        return cu_fail(err, CU_FORBIDDEN, "signature", "a signature as base64 is accepted");
    return certsign_check(cu_buf_view(&pem), domain, r->ca_file, cu_now_ms(), message, cu_buf_view(&bytes), err);
}

// With the certificate that is known; when that does not fit (any more), with the one the processor shows now, at most
// every five minutes, since anybody may send what is not signed.
static cu_code check(struct recipients *r, const struct recipient *to, struct json_parser *parser, cu_str message,
    cu_str signature, struct cu_error *err)
{
    int64_t known_ms = 0, now = cu_now_ms();
    cu_code code = check_once(r, to, message, signature, &known_ms, err);
    if (code != CU_FORBIDDEN || (known_ms && now - known_ms < FETCH_EVERY_MS))
        return code;
    if (certificate_fetch(r, to, parser, err) != CU_OK) {
        cu_log(CU_LOG_WARN, "opendsr.certificate_not_fetched", CU_LS("text", err ? err->text : ""));
        return cu_fail(err, CU_FORBIDDEN, "certificate", "the certificate of the processor cannot be fetched");
    }
    return check_once(r, to, message, signature, &known_ms, err);
}

// ---- orders

struct heads {
    char signature[CERTSIGN_SIGNATURE_MAX * 2];
    char domain[256];
};

static void keep_header(void *context, cu_str name, cu_str value)
{
    struct heads *h = context;
    if (cu_str_eq_nocase(name, CU_LIT("X-OpenDSR-Signature")))
        (void)snprintf(h->signature, sizeof h->signature, "%.*s", CU_ARG(value));
    else if (cu_str_eq_nocase(name, CU_LIT("X-OpenDSR-Processor-Domain")))
        (void)snprintf(h->domain, sizeof h->domain, "%.*s", CU_ARG(cu_str_trim(value)));
}

static cu_code answered(
    const struct recipient_call *c, const struct heads *h, const struct outgoing_answer *a, struct cu_error *err)
{
    if (!cu_str_eq_nocase(cu_str_of(h->domain), c->to->domain))
        return cu_fail(err, CU_FORBIDDEN, "domain", "the answer names another domain");
    return check(c->r, c->to, c->json, cu_buf_view(&a->body), cu_str_of(h->signature), err);
}

static cu_code call(const struct recipient_call *c, const char *method, const char *path, cu_str body, struct heads *heads,
    struct outgoing_answer *ret, const char **ret_fault, struct cu_error *err)
{
    char url[URL_MAX], token[RECIPIENT_SECRET_MAX + 32];
    struct recipient_http h = {.method = method, .url = url, .body = body, .answer_header = keep_header, .context = heads};
    address(c->to, path, url);
    if (c->secret.len) {
        (void)snprintf(token, sizeof token, "Authorization: Bearer %.*s", CU_ARG(c->secret));
        h.headers[0] = token;
    }
    return recipient_http_send(c->r, &h, ret, ret_fault, err);
}

static struct recipient_sent state_of(cu_str status)
{
    if (cu_str_eqz(status, "completed"))
        return (struct recipient_sent){.state = RECIPIENT_DONE, .fault = ""};
    if (cu_str_eqz(status, "cancelled"))
        return (struct recipient_sent){.state = RECIPIENT_ESCALATED, .fault = "cancelled"};
    if (cu_str_eqz(status, "pending") || cu_str_eqz(status, "in_progress"))
        return (struct recipient_sent){.state = RECIPIENT_ACKNOWLEDGED, .fault = ""};
    return (struct recipient_sent){.state = RECIPIENT_FAILED, .fault = "answer"};
}

static cu_code ask(const struct recipient_call *c, struct recipient_sent *ret, struct cu_error *err)
{
    char path[64], id[37];
    json body;
    struct heads heads = {.signature = ""};
    struct outgoing_answer answer = {0};
    const char *fault = "";
    cu_uuid_format(c->order->uuid, id);
    (void)snprintf(path, sizeof path, "/requests/%s", id);
    if (call(c, "GET", path, CU_NONE, &heads, &answer, &fault, err) != CU_OK)
        *ret = (struct recipient_sent){.state = RECIPIENT_FAILED, .fault = fault};
    else if (answer.status != 200)
        *ret = (struct recipient_sent){.state = RECIPIENT_FAILED, .fault = "refused"};
    else if (answered(c, &heads, &answer, err) != CU_OK)
        *ret = (struct recipient_sent){.state = RECIPIENT_FAILED, .fault = "signature"};
    else if (json_parse(c->json, cu_buf_view(&answer.body), &body, err) != CU_OK ||
             !cu_str_eqz(json_str(json_get(body, "subject_request_id")), id))
        *ret = (struct recipient_sent){.state = RECIPIENT_FAILED, .fault = "answer"};
    else
        *ret = state_of(json_str(json_get(body, "request_status")));
    outgoing_answer_clear(&answer);
    return CU_OK;
}

static size_t write_identities(const struct recipient_call *c, const struct discovery *known, struct json_writer *w)
{
    size_t written = 0;
    for (size_t i = 0; opendsr_identities[i].type; i++) {
        if (!known->kinds[i])
            continue;
        for (struct json_iter it = json_each(json_get(c->ids, opendsr_identities[i].kind)); json_next(&it); written++) {
            jw_object(w);
            jw_kz(w, "identity_type", opendsr_identities[i].type);
            jw_kstr(w, "identity_value", json_str(it.value));
            jw_kz(w, "identity_format", "raw");
            jw_object_end(w);
        }
    }
    return written;
}

static size_t write_request(const struct recipient_call *c, const struct discovery *known, struct cu_buf *out)
{
    struct json_writer w;
    char id[37], callback[URL_MAX];
    cu_uuid_format(c->order->uuid, id);
    (void)snprintf(callback, sizeof callback, "%s" OPENDSR_CALLBACKS, c->r->base_url);
    jw_start(&w, out);
    jw_object(&w);
    jw_kz(&w, "regulation", "gdpr");
    jw_kz(&w, "subject_request_id", id);
    jw_kz(&w, "subject_request_type", "erasure");
    jw_ktime(&w, "submitted_time", c->order->made_ms);
    jw_key(&w, "subject_identities");
    jw_array(&w);
    size_t written = write_identities(c, known, &w);
    jw_array_end(&w);
    jw_kz(&w, "api_version", OPENDSR_VERSION);
    jw_key(&w, "status_callback_urls");
    jw_array(&w);
    jw_z(&w, callback);
    jw_array_end(&w);
    jw_object_end(&w);
    return written;
}

static cu_code place(const struct recipient_call *c, cu_str body, struct recipient_sent *ret, struct cu_error *err)
{
    struct heads heads = {.signature = ""};
    struct outgoing_answer answer = {0};
    const char *fault = "";
    if (call(c, "POST", "/requests", body, &heads, &answer, &fault, err) != CU_OK)
        *ret = (struct recipient_sent){.state = RECIPIENT_FAILED, .fault = fault};
    else if (answer.status == 400 || answer.status == 409) // perhaps it has it, and its answer was lost
        (void)ask(c, ret, err);
    else if (answer.status / 100 != 2)
        *ret = (struct recipient_sent){.state = RECIPIENT_FAILED, .fault = "refused"};
    else if (answered(c, &heads, &answer, err) != CU_OK) // it has it; whether it is its word must be seen
        *ret = (struct recipient_sent){.state = RECIPIENT_SENT, .fault = "signature"};
    else
        *ret = (struct recipient_sent){.state = RECIPIENT_ACKNOWLEDGED, .fault = ""};
    outgoing_answer_clear(&answer);
    return CU_OK;
}

cu_code recipient_opendsr(const struct recipient_call *c, struct recipient_sent *ret, struct cu_error *err)
{
    struct discovery known;
    struct cu_buf body;
    if (c->order->sent_ms)
        return ask(c, ret, err);
    if (c->order->right != RIGHTS_ERASURE) { // the protocol knows no other thing to tell
        *ret = (struct recipient_sent){.state = RECIPIENT_ESCALATED, .fault = "not_in_protocol"};
        return CU_OK;
    }
    if (discover(c->r, c->to, c->json, &known, err) != CU_OK) {
        *ret = (struct recipient_sent){.state = RECIPIENT_FAILED, .fault = "discovery"};
        return CU_OK;
    }
    if (!known.erasure) {
        *ret = (struct recipient_sent){.state = RECIPIENT_ESCALATED, .fault = "not_supported"};
        return CU_OK;
    }
    certificate_ahead(c, &known);
    cu_buf_init(&body, BODY_MAX);
    size_t written = write_request(c, &known, &body);
    cu_code code = cu_buf_code(&body, err);
    if (code == CU_OK && written == 0)
        *ret = (struct recipient_sent){.state = RECIPIENT_ESCALATED, .fault = "no_identity"};
    else if (code == CU_OK)
        code = place(c, cu_buf_view(&body), ret, err);
    cu_buf_wipe(&body);
    return code;
}

// ---- callbacks

static cu_str head(struct request *rq, const char *name, const char *former)
{
    cu_str value = request_header(rq, name);
    return value.len ? value : request_header(rq, former);
}

// Who calls, and that it is them: nothing of the body is parsed before.
static cu_code authentic(struct request *rq, struct recipient *ret, struct cu_error *err)
{
    struct recipients *r = rq->module;
    struct db *d = NULL;
    cu_str domain = cu_str_trim(head(rq, "X-OpenDSR-Processor-Domain", "X-OpenGDPR-Processor-Domain"));
    cu_str signature = head(rq, "X-OpenDSR-Signature", "X-OpenGDPR-Signature");
    if (domain.len == 0 || domain.len > 253 || signature.len == 0)
        return cu_fail(err, CU_UNAUTHENTICATED, "", "X-OpenDSR-Processor-Domain and X-OpenDSR-Signature are needed");
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = recipient_by_domain(d, domain, rq->arena, ret, err);
    people_read_give(r->o.people, d);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, CU_UNAUTHENTICATED, "", "this domain is not a processor of this shop");
    CU_TRY(code);
    const struct guard_access former = guard_borrow_system("rights", "opendsr callback");
    code = check(r, ret, rq->json, rq->body, signature, err);
    guard_enter(&former);
    return code;
}

static cu_code order_of(struct recipients *r, struct request *rq, const struct recipient *from, json body,
    struct recipient_order *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct cu_uuid id;
    struct recipient to;
    char callback[URL_MAX];
    (void)snprintf(callback, sizeof callback, "%s" OPENDSR_CALLBACKS, r->base_url);
    if (!cu_str_eqz(json_str(json_get(body, "status_callback_url")), callback))
        return cu_fail(err, CU_FORBIDDEN, "/status_callback_url", "this callback is meant for another address");
    if (!cu_uuid_parse(json_str(json_get(body, "subject_request_id")), &id))
        return cu_fail(err, CU_INVALID, "/subject_request_id", "the id of a request that was sent is accepted");
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = recipient_order_by_uuid(d, id, rq->arena, ret, err);
    if (code == CU_OK)
        code = recipient_by_id(d, ret->recipient, rq->arena, &to, err);
    people_read_give(r->o.people, d);
    CU_TRY(code);
    return cu_str_eq(to.domain, from->domain) // a processor may stand in the register more than once
               ? CU_OK
               : cu_fail(err, CU_NOT_FOUND, "/subject_request_id", "this processor has no such request");
}

cu_code recipient_callback(struct request *rq, struct cu_error *err)
{
    struct recipients *r = rq->module;
    struct recipient from;
    struct recipient_order order;
    json body;
    CU_TRY(authentic(rq, &from, err));
    CU_TRY(json_parse(rq->json, rq->body, &body, err));
    CU_TRY(order_of(r, rq, &from, body, &order, err));
    struct recipient_sent said = state_of(json_str(json_get(body, "request_status")));
    if (said.state == RECIPIENT_FAILED)
        return cu_fail(err, CU_INVALID, "/request_status", "pending, in_progress, completed or cancelled is accepted");
    recipient_weigh(&order, &said, cu_now_ms());
    const struct guard_access former = guard_borrow_system("rights", "opendsr callback");
    cu_code code = recipient_order_store(r, &order, err);
    guard_enter(&former);
    rq->response.status = 202;
    return code;
}
