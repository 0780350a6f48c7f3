// SPDX-License-Identifier: Apache-2.0
// Routes of text messages: a number enrolled by a code, a code for a sign-in. See sms.h.
#include "sms_rows.h"

#include "base/clock.h"
#include "factor_sql.h"
#include "staff_rows.h"
#include "text/text.h"

static cu_code note(struct govern *g, const char *act, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf detail;
    cu_buf_init(&detail, 128);
    cu_buf_printf(&detail, "{\"factor\":\"sms\",\"act\":\"%s\"}", act);
    return guard_note(people_guard(g->options.people), GUARD_ATTEMPT, NULL, 0, cu_buf_view(&detail), true, err);
}

// ---- signing in

static cu_code send_for(struct govern *g, struct ticket *t, struct sign_in_step *step, struct cu_error *err)
{
    char code_text[SMS_DIGITS + 1];
    struct cu_buf number;
    int64_t now = cu_now_ms();
    if (step->sms_sent >= SMS_PER_SIGN_IN)
        return cu_fail(err, CU_BUSY, "", "up to %d messages are sent for one sign-in; begin again", SMS_PER_SIGN_IN);
    if (step->sms_sent && now - step->sms_ms < SMS_AGAIN_MS)
        return cu_fail(err, CU_BUSY, "", "a message is on its way; another one can be sent %d seconds after it",
            SMS_AGAIN_MS / 1000);
    cu_buf_init(&number, 512);
    cu_code code = sms_number(g, t->staff_id, &number, err);
    if (code == CU_OK) {
        sms_code_new(code_text);
        step->sms_sent++;
        step->sms_tries = 0;
        step->sms_ms = now;
        sms_code_hash(g, (cu_str){(const char *)t->hash, sizeof t->hash}, cu_str_of(code_text), step->sms_hash);
        sign_in_step_write(g, t, step); // counted and in force before it is on its way
        code = sms_send(g, t->staff_id, cu_buf_view(&number), code_text, err);
        secret_wipe(code_text, sizeof code_text);
    }
    cu_buf_wipe(&number);
    return code;
}

static cu_code ask(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct ticket t;
    struct sign_in_step step;
    CU_TRY(ticket_peek(g, rq, spec_str(&rq->body_values, "ticket"), "second_factor", &t, err));
    CU_TRY(sms_allowed(g, t.staff_id, err));
    sign_in_step_read(&t, &step);
    CU_TRY(sign_in_note(g, GUARD_ATTEMPT, "sms", t.staff_id, true, err));
    CU_TRY(send_for(g, &t, &step, err));
    rq->response.status = 204;
    return CU_OK;
}

// ---- enrolling: data of the enrolment are the code's hash, then the sealed number

struct sealing {
    int64_t staff_id;
    cu_str number;
    struct cu_buf *out;
};

static cu_code seal_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)d;
    const struct sealing *s = context;
    return sms_number_seal(g, s->staff_id, s->number, s->out, err);
}

static cu_code begin(struct govern *g, struct request *rq, cu_str number, struct cu_error *err)
{
    struct sealing sealing = {rq->caller.staff_id, number, NULL};
    char code_text[SMS_DIGITS + 1];
    uint8_t hash[32];
    struct cu_buf data;
    cu_buf_init(&data, ENROLMENT_DATA_MAX);
    sms_code_new(code_text);
    sms_code_hash(g, (cu_str){(const char *)rq->caller.session_hash, 32}, cu_str_of(code_text), hash);
    cu_buf_add(&data, hash, sizeof hash);
    sealing.out = &data;
    cu_code code = staff_change(g, seal_in, &sealing, err);
    if (code == CU_OK)
        code = cu_buf_code(&data, err);
    if (code == CU_OK)
        code = enrolment_begin(g, rq, "sms", cu_buf_view(&data), err);
    if (code == CU_OK)
        code = sms_send(g, rq->caller.staff_id, number, code_text, err);
    secret_wipe(code_text, sizeof code_text);
    cu_buf_wipe(&data);
    return code;
}

static cu_code enrol(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct cu_buf number;
    CU_TRY(sms_allowed(g, rq->caller.staff_id, err));
    cu_buf_init(&number, 64);
    cu_code code = CU_OK;
    if (!text_phone_normalise(spec_str(&rq->body_values, "number"), &number))
        code = cu_fail(err, CU_INVALID, "/number", "a number with its country code, like +49 170 1234567, is accepted");
    else if (!sms_gateway_serves(g->options.sms, cu_buf_view(&number)))
        code = cu_fail(err, CU_INVALID, "/number", "numbers of that country are not served: see the setting sms_prefixes");
    if (code == CU_OK)
        code = begin(g, rq, cu_buf_view(&number), err);
    cu_buf_wipe(&number);
    rq->response.status = code == CU_OK ? 204 : 0;
    return code;
}

struct confirming {
    const struct request *rq;
    cu_str sealed;
};

static cu_code confirm_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct confirming *c = context;
    struct db_query q;
    CU_TRY(enrolment_end_in(d, c->rq, "sms", err));
    CU_TRY(db_prepare(d, &factor_sql_sms_put, &q, err));
    db_bind_i64(&q, ":staff", c->rq->caller.staff_id);
    db_bind_blob(&q, ":number_sealed", c->sealed.ptr, c->sealed.len);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    CU_TRY(db_run(&q, err));
    return session_end_others(d, c->rq->caller.staff_id, c->rq->caller.session_hash, err);
}

static cu_code confirm(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    struct enrolment begun;
    uint8_t hash[32];
    CU_TRY(sms_allowed(g, rq->caller.staff_id, err));
    CU_TRY(enrolment_try(g, rq, "sms", SMS_TRIES, &begun, err));
    sms_code_hash(g, (cu_str){(const char *)rq->caller.session_hash, 32}, spec_str(&rq->body_values, "code"), hash);
    if (begun.len <= sizeof hash || !secret_equal(hash, begun.data, sizeof hash))
        return cu_fail(err, CU_INVALID, "/code", "the code of the last message is accepted, three times, within 5 minutes");
    struct confirming c = {rq, {(const char *)begun.data + sizeof hash, begun.len - sizeof hash}};
    CU_TRY(note(g, "enrol", err));
    CU_TRY(staff_change(g, confirm_in, &c, err));
    CU_TRY(session_prove(g, rq, "sms", err));
    rq->response.status = 204;
    return CU_OK;
}

static cu_code remove_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct request *rq = context;
    CU_TRY(sms_factor.remove(g, d, rq->caller.staff_id, err));
    return enrolment_removed_in(g, d, rq, err);
}

static cu_code take_away(struct request *rq, struct cu_error *err)
{
    struct govern *g = rq->module;
    CU_TRY(note(g, "remove", err));
    CU_TRY(staff_change(g, remove_in, rq, err));
    CU_TRY(session_rotate(g, rq, err));
    rq->response.status = 204;
    return CU_OK;
}

static const struct spec_field ask_body[] = {
    {.name = "ticket", .type = SPEC_STRING, .min = 1, .max = SECRET_TOKEN_MAX, .required = true, .secret = true,
        .doc = "The ticket of the sign-in that waits for its second factor."},
    {.name = NULL},
};
static const struct spec_field enrol_body[] = {
    {.name = "number", .type = SPEC_STRING, .min = 5, .max = 32, .required = true, .secret = true,
        .doc = "The number with its country code. Whoever takes it over (SIM swap) gets the codes: a passkey or an app is safer."},
    {.name = NULL},
};
static const struct spec_field confirm_body[] = {
    {.name = "code", .type = SPEC_STRING, .min = SMS_DIGITS, .max = SMS_DIGITS, .required = true, .secret = true,
        .doc = "The eight digits of the message."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "session.sms", .method = "POST", .path = "/v1/session/sms",
        .permission = SPEC_PUBLIC, .body_kind = SPEC_BODY_JSON,
        .body_max = 1024, .body = ask_body, .doc = "Sends a code by text message for a sign-in that waits for it.",
        .handler = ask},
    {.name = "security.sms", .method = "POST", .path = "/v1/security/sms", .permission = SPEC_SESSION, .reauth = true,
        .body_kind = SPEC_BODY_JSON, .body_max = 1024, .body = enrol_body,
        .doc = "Sends a code to a number, to use it as second factor; not for roles that give rights or hold keys.",
        .handler = enrol},
    {.name = "security.sms_confirm", .method = "POST", .path = "/v1/security/sms/confirm", .permission = SPEC_SESSION,
        .body_kind = SPEC_BODY_JSON, .body_max = 1024, .body = confirm_body,
        .doc = "Enrols the number by the code sent to it.",
        .handler = confirm},
    {.name = "security.sms_remove", .method = "DELETE", .path = "/v1/security/sms", .permission = SPEC_SESSION,
        .reauth = true,
        .doc = "Removes the number.", .handler = take_away},
};

const struct module govern_sms_module = {
    .name = "sms",
    .doc = "Codes by text message as a second factor.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
