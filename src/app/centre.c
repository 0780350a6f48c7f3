// SPDX-License-Identifier: Apache-2.0
// The privacy centre as a module: its routes, and what its pages share. See centre.h.
#include "centre_private.h"

#include "base/log.h"
#include "centre_session_sql.h"

#include <stdio.h>

enum { SEND_EVERY_MS = 1000, ANSWER_MAX = 32 << 20 };

cu_code centre_open(const struct centre_options *o, struct centre **ret, struct cu_error *err)
{
    struct centre *c = cu_calloc(1, sizeof *c);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for the privacy centre");
    c->o = *o;
    (void)pthread_mutex_init(&c->lock, NULL);
    settings_base_url(&o->engine->settings, c->base_url, sizeof c->base_url);
    c->by_network = limit_new(6, 20, 4096);
    c->by_address = limit_new(1, 3, 16384);
    c->by_guess = limit_new(60, 120, 4096);
    if (!c->by_network || !c->by_address || !c->by_guess) {
        centre_close(c);
        return cu_fail(err, CU_MEMORY, "", "no memory for the privacy centre");
    }
    *ret = c;
    return CU_OK;
}

void centre_close(struct centre *c)
{
    if (!c)
        return;
    (void)pthread_mutex_destroy(&c->lock);
    limit_free(c->by_network);
    limit_free(c->by_address);
    limit_free(c->by_guess);
    cu_free(c);
}

// ---- what pages share

static bool is_post(const struct request *rq)
{
    return strcmp(rq->route->method, "POST") == 0;
}

// Nobody gets a machine's answer on a page: what failed is said in words, with the request's number for the shop.
static cu_code failed(struct visit *v, const struct cu_error *why, struct cu_error *err)
{
    if (cu_code_rows[why->code].http >= 500)
        cu_log(CU_LOG_ERROR, "centre.failed", CU_LS("route", v->rq->route->name),
            CU_LS("code", cu_code_rows[why->code].name), CU_LS("text", why->text));
    if (v->rq->response.header_count > 6) // hardly room for a page's own
        return cu_fail(err, why->code, "", "%s", why->text);
    if (why->code == CU_NOT_FOUND || why->code == CU_ERASED)
        return page_note(v, 404, T_GONE, T_GONE_TEXT, err);
    page_begin(v, cu_code_rows[why->code].http, CENTRE_OUTSIDE, T_FAILED);
    h_element(v, "p", why->code == CU_BUSY ? T_BUSY_TEXT : why->code == CU_CONFLICT ? T_CONFLICT_TEXT : T_FAILED_TEXT);
    h_raw(v, "<p class=\"soft\">");
    h_say_with(v, T_REQUEST_ID, v->rq->id);
    h_raw(v, "</p>\n");
    return page_end(v, err);
}

cu_code with_page(struct request *rq, visit_fn *fn, struct cu_error *err)
{
    struct visit v;
    struct cu_error why = {.code = CU_OK};
    visit_init(&v, rq);
    cu_code code = fn(&v, &why);
    if (code == CU_OK)
        return CU_OK;
    why.code = code;
    return failed(&v, &why, err);
}

cu_code with_visit(struct request *rq, visit_fn *fn, struct cu_error *err)
{
    struct visit v;
    struct cu_error why = {.code = CU_OK};
    visit_init(&v, rq);
    cu_code code = visit_find(&v, &why);
    if (code == CU_OK && !v.open)
        return page_note(&v, 403, T_NO_VISIT, T_NO_VISIT_TEXT, err);
    if (code == CU_OK && is_post(rq) && !visit_form_good(&v))
        return page_note(&v, 403, T_FORM_OLD, T_FORM_OLD_TEXT, err);
    if (code == CU_OK)
        code = fn(&v, &why);
    if (code == CU_OK)
        return CU_OK;
    why.code = code;
    return failed(&v, &why, err);
}

cu_code centre_read(struct visit *v, const char *rest, struct centre_answer *ret, struct cu_error *err)
{
    char target[128];
    cu_buf_init(&ret->text, ANSWER_MAX);
    ret->parser = json_parser_new(ANSWER_MAX);
    (void)snprintf(target, sizeof target, "/v1/people/%s%s", v->id, rest);
    if (!ret->parser)
        return cu_fail(err, CU_MEMORY, "", "no memory for a page");
    CU_TRY(dispatch_within(v->c->o.engine->dispatch, v->rq, cu_str_of(target), &ret->text, err));
    return json_parse(ret->parser, cu_buf_view(&ret->text), &ret->value, err);
}

void centre_answer_clear(struct centre_answer *a)
{
    cu_buf_wipe(&a->text);
    json_parser_free(a->parser);
    a->parser = NULL;
}

cu_code act_begin(struct visit *v, struct cu_error *err)
{
    return guard_note(people_guard(v->people), GUARD_ATTEMPT, v->subjects, v->count, CU_NONE, true, err);
}

void act_end(struct visit *v, cu_code code)
{
    enum guard_outcome outcome = code == CU_OK ? GUARD_DONE : GUARD_FAILED;
    if (guard_note(people_guard(v->people), outcome, v->subjects, v->count, CU_NONE, false, NULL) != CU_OK)
        cu_log(CU_LOG_WARN, "audit.outcome_not_noted", CU_LS("route", v->rq->route->name));
}

bool visit_too_many(struct visit *v, struct limit *l)
{
    char network[48];
    int64_t wait_s = 0;
    guard_network_of(v->rq->remote_ip, network);
    if (limit_take(l, cu_str_of(network), &wait_s))
        return false;
    cu_str wait = cu_arena_printf(v->rq->arena, "%lld", (long long)wait_s);
    if (wait.ptr && request_header_add(v->rq, "Retry-After", wait) != CU_OK)
        cu_log(CU_LOG_DEBUG, "centre.no_retry_after");
    return true;
}

// ---- routes

static cu_code get_style(struct request *rq, struct cu_error *err)
{
    rq->response.status = 200;
    rq->response.content_type = "text/css; charset=utf-8";
    rq->response.static_body = cu_str_of(centre_style);
    CU_TRY(request_header_add(rq, "Cache-Control", CU_LIT("public, max-age=3600")));
    (void)err;
    return CU_OK;
}

static cu_code leave(struct visit *v, struct cu_error *err)
{
    CU_TRY(visit_end(v, err));
    v->open = false;
    return page_note(v, 200, T_LEFT, T_LEFT_TEXT, err);
}

#define VISIT(name, fn)                                       \
    static cu_code name(struct request *rq, struct cu_error *err) \
    {                                                         \
        return with_visit(rq, fn, err);                       \
    }
#define OPEN(name, fn)                                        \
    static cu_code name(struct request *rq, struct cu_error *err) \
    {                                                         \
        return with_page(rq, fn, err);                        \
    }
OPEN(get_start, centre_start)
OPEN(post_link, centre_ask_link)
OPEN(get_link, centre_look)
OPEN(post_enter, centre_enter)
OPEN(get_certificate, centre_certificate)
OPEN(get_unsubscribe, centre_unsubscribe_page)
OPEN(post_unsubscribe, centre_unsubscribe)
VISIT(get_me, centre_me)
VISIT(get_data, centre_data)
VISIT(get_activity, centre_activity)
VISIT(get_access, centre_access)
VISIT(get_consents, centre_consents)
VISIT(get_receipt, centre_receipt)
VISIT(get_rights, centre_rights)
VISIT(get_correct, centre_correct_page)
VISIT(get_erase, centre_erase_page)
VISIT(post_preference, centre_preference)
VISIT(post_withdraw, centre_withdraw)
VISIT(post_correct, centre_correct)
VISIT(post_ask, centre_ask)
VISIT(post_revoke, centre_revoke)
VISIT(post_archive, centre_archive)
VISIT(post_erase, centre_erase)
VISIT(post_leave, leave)

static cu_code job_send(void *module, struct cu_error *err)
{
    return centre_send_links(module, err);
}

#define END {.name = NULL}
static const struct spec_field page_query[] = {
    {.name = "language", .type = SPEC_STRING, .max = 8, .doc = "en, de or fr; remembered."},
    {.name = "done", .type = SPEC_STRING, .max = 20, .doc = "What was done just now, for a line on the page."},
    END,
};
static const struct spec_field token_path[] = {
    {.name = "token", .type = SPEC_STRING, .min = 1, .max = 64, .required = true, .secret = true,
        .doc = "The token of the link."},
    END,
};
static const struct spec_field field_path[] = {
    {.name = "field", .type = SPEC_STRING, .min = 1, .max = 255, .required = true,
        .doc = "Name of a field of the dictionary."},
    END,
};
#define ID(n, d) {{.name = n, .type = SPEC_UUID, .required = true, .doc = d}, END}
static const struct spec_field record_path[] = ID("record", "Id of the record.");
static const struct spec_field certificate_path[] = ID("id", "Id of the erasure.");
static const struct spec_field person_path[] = ID("id", "The person.");

#define PROVED(what)                                                                        \
    {.name = "document", .type = SPEC_ANY, .max = 1, .doc = what " in its canonical form."}, \
    {.name = "proof", .type = SPEC_ANY, .max = 1,                                            \
        .doc = "That it is in the audit log: custos verify checks it without this server."}, \
    END
static const struct spec_field receipt_answer[] = {PROVED("The record of the consent")};
static const struct spec_field certificate_answer[] = {PROVED("The certificate")};

static const struct spec_field purpose_path[] = {
    {.name = "id", .type = SPEC_UUID, .required = true, .doc = "The person."},
    {.name = "purpose", .type = SPEC_STRING, .min = 1, .max = 63, .required = true, .doc = "A purpose that rests on consent."},
    END,
};

#define ROUTE(n, m, p, h, d) .name = "centre." n, .method = m, .path = p, .permission = SPEC_PUBLIC, .handler = h, .doc = d
#define PAGE .query = page_query
#define FORM .body_kind = SPEC_BODY_RAW, .body_max = CENTRE_FORM_MAX
static const struct spec_route routes[] = {
    {ROUTE("start", "GET", "/privacy", get_start, "The front door: asks for an address to send a link to."), PAGE},
    {ROUTE("style", "GET", "/privacy/style.css", get_style, "The style sheet of the privacy centre.")},
    {ROUTE("ask_link", "POST", "/privacy/link", post_link,
         "Sends a link to an address that is known; the answer is the same when it is not."),
        FORM},
    {ROUTE("link", "GET", "/privacy/l/{token}", get_link, "What a link is for, with a button; changes nothing."),
        PAGE, .path_fields = token_path},
    {ROUTE("enter", "POST", "/privacy/l/{token}", post_enter,
         "Redeems a link: begins a visit, confirms an address or a consent, or hands out an archive."),
        FORM, .path_fields = token_path},
    {ROUTE("me", "GET", "/privacy/me", get_me, "The visitor's overview."), PAGE},
    {ROUTE("data", "GET", "/privacy/me/data", get_data,
         "Everything held: values with source, age, purpose and recipients, and what was inferred."),
        PAGE},
    {ROUTE("activity", "GET", "/privacy/me/activity", get_activity, "Orders and the newest events."), PAGE},
    {ROUTE("consents", "GET", "/privacy/me/consents", get_consents,
         "What the data may be used for, with the wordings shown then and receipts."),
        PAGE},
    {ROUTE("access", "GET", "/privacy/me/access", get_access, "Who receives the data, and who looked."), PAGE},
    {ROUTE("rights", "GET", "/privacy/me/rights", get_rights,
         "What the visitor can ask for, and what was asked before with its clocks."),
        PAGE},
    {ROUTE("erase_page", "GET", "/privacy/me/erase", get_erase, "Asks for the word that confirms an erasure."), PAGE},
    {ROUTE("correct_page", "GET", "/privacy/me/correct/{field}", get_correct, "The form that corrects one value."),
        PAGE, .path_fields = field_path},
    {ROUTE("receipt", "GET", "/privacy/me/receipt/{record}", get_receipt,
         "The receipt of one of the visitor's consents, as a file."),
        PAGE, .path_fields = record_path, .answer = receipt_answer},
    {ROUTE("preference", "POST", "/privacy/me/preference", post_preference, "Allows or forbids one purpose."), FORM},
    {ROUTE("withdraw", "POST", "/privacy/me/withdraw", post_withdraw, "Takes every consent back."), FORM},
    {ROUTE("correct", "POST", "/privacy/me/correct/{field}", post_correct, "Corrects one value."),
        FORM, .path_fields = field_path},
    {ROUTE("ask", "POST", "/privacy/me/ask", post_ask, "Asks for restriction, objects to direct marketing, complains."),
        FORM},
    {ROUTE("revoke", "POST", "/privacy/me/revoke", post_revoke, "Takes a request back that is still open."), FORM},
    {ROUTE("archive", "POST", "/privacy/me/archive", post_archive, "Everything held as one ZIP file."), FORM},
    {ROUTE("erase", "POST", "/privacy/me/erase", post_erase, "Erases the visitor, who typed the word."), FORM},
    {ROUTE("leave", "POST", "/privacy/me/leave", post_leave, "Ends the visit."), FORM},
    {ROUTE("certificate", "GET", "/privacy/certificate/{id}", get_certificate,
         "The certificate of an erasure, for who has its id; it names nobody."),
        PAGE, .path_fields = certificate_path, .answer = certificate_answer},
    {ROUTE("unsubscribe_page", "GET", "/u/{token}", get_unsubscribe, "What a link in a message would end; changes nothing."),
        PAGE, .path_fields = token_path},
    {ROUTE("unsubscribe", "POST", "/u/{token}", post_unsubscribe, "Ends it at once, without a cookie (RFC 8058)."),
        FORM, .path_fields = token_path},
    {.name = "people.privacy_link", .method = "POST", .path = "/v1/people/{id}/privacy-link",
        .permission = SPEC_RIGHTS_WRITE, .reauth = true, .path_fields = person_path, .body_kind = SPEC_BODY_JSON,
        .body_max = 1024, .body = centre_staff_body,
        .answer = centre_staff_answer,
        .doc = "Makes a link to the privacy centre, to hand over by a channel that is known to be the person's.",
        .handler = centre_post_staff_link},
    {.name = "people.consent_request", .method = "POST", .path = "/v1/people/{id}/consents/{purpose}/request",
        .permission = SPEC_PEOPLE_WRITE, .path_fields = purpose_path, .body_kind = SPEC_BODY_JSON, .body_max = 1024,
        .body = centre_consent_request_body, .answer = centre_consent_request_answer,
        .doc = "Double opt-in: asks the person by letter whether they consent to a purpose.",
        .handler = centre_post_consent_request},
};
static const struct spec_job jobs[] = {
    {.name = "centre-letters", .doc = "Sends the links that were asked for at the privacy centre.",
        .every_ms = SEND_EVERY_MS, .run = job_send},
};
const struct module app_centre_module = {
    .name = "centre",
    .doc = "The privacy centre: pages for the people whose data this is.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = centre_session_sql_all,
};
