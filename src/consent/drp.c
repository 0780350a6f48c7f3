// SPDX-License-Identifier: Apache-2.0
// The Data Rights Protocol as covered business (https://github.com/consumer-reports-innovation-lab/data-rights-protocol):
// authorised agents of the network's directory bring requests of consumers, signed with Ed25519, libsodium's combined form
// in base64. Checked in the order of section 3.07: form, signature, agent, business, not before its time, not after it; then
// that the message was not here before. The other role, the agent, is not a shop's.
#include "drp.h"
#include "recipient_door_private.h"

#include "crypto/sign.h"
#include "text/text.h"

#include <stdio.h>

enum { BODY_MAX = 32768, WINDOW_MS = 600000, SKEW_MS = 30000, TEXT_MAX = 64 };

// ---- messages

cu_code drp_open(cu_str body, cu_str key, struct cu_buf *out, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf bytes;
    cu_buf_init(&bytes, BODY_MAX);
    if (!text_base64_decode(cu_str_trim(body), &bytes) || bytes.len < SIGN_SIGNATURE + 2)
        return cu_fail(err, CU_MALFORMED, "", "a signature and a JSON document after it, in base64, are accepted");
    cu_str message = {bytes.ptr + SIGN_SIGNATURE, bytes.len - SIGN_SIGNATURE};
    if (key.len != SIGN_PUBLIC || !sign_check((const uint8_t *)key.ptr, message, (const uint8_t *)bytes.ptr))
        return cu_fail(err, CU_FORBIDDEN, "signature", "the message is not signed with the key of this agent");
    cu_buf_str(out, message);
    return cu_buf_code(out, err);
}

static bool time_of(json message, const char *name, int64_t *ret)
{
    cu_str text = json_str(json_get(message, name));
    return text.len <= TEXT_MAX && text_time_parse(text, ret);
}

cu_code drp_check(json message, cu_str agent, cu_str business, int64_t now_ms, int64_t *ret_until_ms, struct cu_error *err)
{
    int64_t issued = 0, expires = 0;
    if (!cu_str_eq(json_str(json_get(message, "agent-id")), agent))
        return cu_fail(err, CU_FORBIDDEN, "agent-id", "the message is of another agent");
    if (!cu_str_eq(json_str(json_get(message, "business-id")), business))
        return cu_fail(err, CU_FORBIDDEN, "business-id", "the message is meant for another business");
    if (!time_of(message, "issued-at", &issued) || !time_of(message, "expires-at", &expires))
        return cu_fail(err, CU_INVALID, "issued-at", "issued-at and expires-at, ISO 8601, are needed");
    if (issued > now_ms + SKEW_MS)
        return cu_fail(err, CU_FORBIDDEN, "issued-at", "the message is from the future");
    if (expires <= now_ms)
        return cu_fail(err, CU_FORBIDDEN, "expires-at", "the message has expired");
    if (expires - issued > WINDOW_MS || expires < issued || now_ms - issued > WINDOW_MS + SKEW_MS)
        return cu_fail(err, CU_FORBIDDEN, "expires-at", "a message that is good for at most ten minutes is accepted");
    *ret_until_ms = expires + SKEW_MS;
    return CU_OK;
}

// ---- answering

static cu_code refuse(struct request *rq, cu_code code, const struct cu_error *why, struct cu_error *err)
{
    char number[16];
    int status = cu_code_rows[code].http;
    (void)snprintf(number, sizeof number, "%d", status);
    cu_buf_reset(&rq->response.body);
    struct json_writer w = request_json(rq, status);
    jw_object(&w);
    jw_kz(&w, "code", number);
    jw_kz(&w, "message", why->text);
    jw_kbool(&w, "fatal", code == CU_INVALID || code == CU_FORBIDDEN || code == CU_MALFORMED || code == CU_CONFLICT);
    jw_object_end(&w);
    return cu_buf_code(&rq->response.body, err);
}

static cu_code open_door(struct privacy_doors *p, struct cu_error *err)
{
    return p->business_id[0] ? CU_OK
                             : cu_fail(err, CU_NOT_FOUND, "",
                                   "the Data Rights Protocol is not open here: the setting drp_business_id opens it");
}

typedef cu_code drp_act(struct request *rq, const struct door *d, struct cu_error *err);

static cu_code serve(struct request *rq, drp_act *act, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    struct cu_error why = {.code = CU_OK};
    struct door d;
    cu_code code = open_door(p, &why);
    if (code == CU_OK)
        code = door_by_token(p, rq, "drp", &d, &why);
    if (code == CU_OK)
        code = act(rq, &d, &why);
    if (code == CU_OK)
        return CU_OK;
    if (cu_code_rows[code].http < 500)
        return refuse(rq, code, &why, err);
    if (err)
        *err = why;
    return code;
}

struct door_said drp_say(const struct door_request *r, const struct rights_row *row)
{
    if (r->ended == DOOR_TAKEN_BACK)
        return (struct door_said){"revoked", "", true};
    if (r->ended == DOOR_NOBODY)
        return (struct door_said){"denied", "no_match", true};
    const char *status = rights_drp_status(row->state, row->reason), *reason = rights_drp_reason(row->state, row->reason);
    bool going = strcmp(status, "open") == 0 || strcmp(status, "in_progress") == 0;
    if (strcmp(status, "open") == 0) // 3.03 [1]: the business itself has it already
        status = "in_progress";
    return (struct door_said){status, reason ? reason : "", !going};
}

static void write_status(
    struct privacy_doors *p, const struct door_request *r, const struct rights_row *row, struct json_writer *w)
{
    char id[37], url[DOOR_URL_MAX];
    struct door_said said = drp_say(r, row);
    bool proof = strcmp(said.reason, "need_user_verification") == 0;
    cu_uuid_format(r->request, id);
    (void)snprintf(url, sizeof url, "%s/privacy", p->base_url);
    jw_object(w);
    jw_kz(w, "request_id", id);
    jw_ktime(w, "received_at", r->received_ms);
    jw_ktime(w, "expected_by", row->due_ms);
    jw_kstr(w, "agent_request_id", cu_str_starts(r->foreign_id, CU_LIT("~")) ? CU_NONE : r->foreign_id);
    jw_kstr(w, "processing_details",
        row->extended ? CU_LIT("The answer needs more time than usual; the person was told why.") : CU_NONE);
    jw_kz(w, "status", said.status);
    jw_kstr(w, "reason", said.reason[0] ? cu_str_of(said.reason) : CU_NONE);
    jw_kstr(w, "user_verification_url", proof ? cu_str_of(url) : CU_NONE);
    jw_object_end(w);
}

static cu_code answer(struct request *rq, const struct door_request *r, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    struct rights_row row;
    CU_TRY(door_rights(p, r, rq->arena, &row, err));
    struct json_writer w = request_json(rq, 200);
    write_status(p, r, &row, &w);
    return CU_OK;
}

cu_code drp_back(struct privacy_doors *p, const struct door *d, const struct door_request *r, const struct rights_row *row,
    cu_str url, struct cu_arena *a, struct cu_buf *body, const char *headers[4], struct cu_error *err)
{
    (void)d, (void)url, (void)a, (void)headers;
    struct json_writer w;
    jw_start(&w, body);
    write_status(p, r, row, &w);
    return cu_buf_code(body, err);
}

// ---- exercising

static enum rights_right right_of(cu_str exercise)
{
    static const struct {
        const char *name;
        enum rights_right right;
    } rows[] = {{"access", RIGHTS_ACCESS}, {"access:categories", RIGHTS_ACCESS}, {"access:specific", RIGHTS_ACCESS},
        {"deletion", RIGHTS_ERASURE}, {"sale:opt_out", RIGHTS_OPT_OUT}, {"sale:opt-out", RIGHTS_OPT_OUT}};
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        if (cu_str_eqz(exercise, rows[i].name))
            return rows[i].right;
    }
    return 0;
}

static cu_code read_exercise(
    json message, const struct door *d, struct cu_arena *arena, struct door_asked *ret, struct cu_error *err)
{
    cu_str regime = json_str(json_get(message, "regime")), callback = json_str(json_get(message, "status_callback"));
    ret->asked.right = right_of(json_str(json_get(message, "exercise")));
    ret->asked.regime = cu_str_eqz(regime, "ccpa") ? RIGHTS_CCPA : cu_str_eqz(regime, "gdpr") ? RIGHTS_GDPR : 0;
    ret->foreign_id = json_str(json_get(message, "agent-request-id"));
    if (!ret->asked.right)
        return cu_fail(err, CU_INVALID, "exercise",
            "access, access:categories, access:specific, deletion or sale:opt_out is supported");
    if (regime.len && !ret->asked.regime)
        return cu_fail(err, CU_INVALID, "regime", "ccpa or gdpr is accepted, or none");
    if (ret->foreign_id.len > DOOR_FOREIGN_MAX || cu_str_starts(ret->foreign_id, CU_LIT("~")))
        return cu_fail(
            err, CU_INVALID, "agent-request-id", "at most %d bytes, not beginning with ~, are accepted", DOOR_FOREIGN_MAX);
    if (callback.len && !door_calls_back_to(d, callback))
        return cu_fail(err, CU_INVALID, "status_callback", "an https address at a host of this agent's door is accepted");
    if (callback.len) {
        struct cu_buf text;
        struct json_writer w;
        cu_buf_init(&text, DOOR_URL_MAX * 2);
        jw_start(&w, &text);
        jw_array(&w);
        jw_str(&w, callback);
        jw_array_end(&w);
        ret->callbacks = cu_arena_dup(arena, cu_buf_view(&text));
        cu_buf_clear(&text);
    } else {
        ret->callbacks = CU_LIT("[]");
    }
    return ret->callbacks.ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a request");
}

// An address counts as proved when the agent says that it was, by the network's rules.
static cu_code read_person(struct privacy_doors *p, json message, struct rights_asked *a, struct cu_error *err)
{
    bool email_proved = false, phone_proved = false, several = false;
    uint32_t by_email = 0, by_phone = 0;
    CU_AUTO_BUF struct cu_buf norm;
    cu_buf_init(&norm, 512);
    cu_str email = json_str(json_get(message, "email")), phone = json_str(json_get(message, "phone_number"));
    (void)json_bool(json_get(message, "email_verified"), &email_proved);
    (void)json_bool(json_get(message, "phone_number_verified"), &phone_proved);
    if (email.len && text_email_normalise(email, &norm)) {
        a->email = email;
        CU_TRY(door_person(p, &(struct person_id){CU_LIT("email"), email}, 1, &by_email, &several, err));
    }
    cu_buf_reset(&norm);
    if (phone.len && text_phone_normalise(phone, &norm)) {
        a->phone = phone;
        CU_TRY(door_person(p, &(struct person_id){CU_LIT("phone"), phone}, 1, &by_phone, &several, err));
    }
    if (by_email && by_phone && by_email != by_phone) {
        a->detail =
            CU_LIT("The e-mail address and the phone number lead to different people; whom it is about has to be decided.");
        return CU_OK;
    }
    a->pno = by_email ? by_email : by_phone;
    a->verified = (by_email && email_proved) || (by_phone && phone_proved);
    return CU_OK;
}

static cu_str own_name(struct cu_arena *arena)
{
    char id[37];
    cu_uuid_format(cu_uuid7(), id);
    return cu_arena_printf(arena, "~%s", id); // the agent gave none
}

static cu_code fresh(struct privacy_doors *p, int64_t door, cu_str body, int64_t until_ms, struct cu_error *err)
{
    bool seen = false;
    CU_AUTO_BUF struct cu_buf bytes; // the same signature may be written in base64 in several ways
    cu_buf_init(&bytes, BODY_MAX);
    if (!text_base64_decode(cu_str_trim(body), &bytes) || bytes.len < SIGN_SIGNATURE)
        return cu_fail(err, CU_MALFORMED, "", "base64 is accepted");
    CU_TRY(door_seen(p, door, (cu_str){bytes.ptr, SIGN_SIGNATURE}, until_ms, &seen, err));
    return seen ? cu_fail(err, CU_CONFLICT, "", "this message was taken before; sign a new one") : CU_OK;
}

static cu_code act_exercise(struct request *rq, const struct door *d, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    struct door_asked a = {.door = d, .asked.channel = RIGHTS_BY_DRP};
    struct door_request made;
    struct cu_buf text;
    json message;
    int64_t until = 0;
    bool known = false;
    cu_buf_init(&text, BODY_MAX);
    cu_code code = drp_open(rq->body, d->key, &text, err);
    if (code == CU_OK)
        code = json_parse(rq->json, cu_buf_view(&text), &message, err);
    cu_buf_wipe(&text);
    CU_TRY(code);
    CU_TRY(drp_check(message, d->name, cu_str_of(p->business_id), cu_now_ms(), &until, err));
    CU_TRY(fresh(p, d->id, rq->body, until, err));
    CU_TRY(read_exercise(message, d, rq->arena, &a, err));
    CU_TRY(read_person(p, message, &a.asked, err));
    if (a.foreign_id.len == 0)
        a.foreign_id = own_name(rq->arena);
    CU_TRY(door_receive(p, &a, rq->arena, &made, &known, err)); // known: the agent asks again, and is told how far it is
    return answer(rq, &made, err);
}

static cu_code post_exercise(struct request *rq, struct cu_error *err)
{
    return serve(rq, act_exercise, err);
}

static cu_code request_of(struct request *rq, const struct door *d, struct door_request *ret, struct cu_error *err)
{
    struct cu_uuid id;
    cu_code code = cu_uuid_parse(request_path_str(rq, "id"), &id)
                       ? door_request_by_id(rq->module, d, id, rq->arena, ret, err)
                       : CU_NOT_FOUND;
    return code == CU_NOT_FOUND ? cu_fail(err, CU_FORBIDDEN, "request_id", "this agent has no such request") : code;
}

static cu_code act_status(struct request *rq, const struct door *d, struct cu_error *err)
{
    struct door_request r;
    CU_TRY(request_of(rq, d, &r, err));
    return answer(rq, &r, err);
}

static cu_code get_request(struct request *rq, struct cu_error *err)
{
    return serve(rq, act_status, err);
}

static cu_code act_revoke(struct request *rq, const struct door *d, struct cu_error *err)
{
    struct door_request r;
    struct cu_buf text;
    json message;
    cu_buf_init(&text, BODY_MAX);
    cu_code code = drp_open(rq->body, d->key, &text, err);
    if (code == CU_OK)
        code = json_parse(rq->json, cu_buf_view(&text), &message, err);
    cu_buf_wipe(&text);
    CU_TRY(code);
    CU_TRY(request_of(rq, d, &r, err));
    CU_TRY(door_revoke(rq->module, &r, err));
    CU_TRY(request_of(rq, d, &r, err));
    return answer(rq, &r, err);
}

static cu_code delete_request(struct request *rq, struct cu_error *err)
{
    return serve(rq, act_revoke, err);
}

// ---- keys between two

static cu_code setup(struct request *rq, char token[80], struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    struct door d;
    struct cu_buf text;
    json message;
    int64_t until = 0;
    CU_TRY(open_door(p, err));
    CU_TRY(door_by_name(p, request_path_str(rq, "id"), rq->arena, &d, err));
    if (!d.enabled || !cu_str_eqz(d.kind, "drp"))
        return cu_fail(err, CU_FORBIDDEN, "agent-id", "this agent is not known here");
    cu_buf_init(&text, BODY_MAX);
    cu_code code = drp_open(rq->body, d.key, &text, err);
    if (code == CU_OK)
        code = json_parse(rq->json, cu_buf_view(&text), &message, err);
    cu_buf_clear(&text);
    CU_TRY(code);
    CU_TRY(drp_check(message, d.name, cu_str_of(p->business_id), cu_now_ms(), &until, err));
    CU_TRY(fresh(p, d.id, rq->body, until, err));
    return door_token_new(p, d.id, "cdrp", token, err);
}

// What is wrong is for the agent and the shop to find out between them: 403, and not a word (2.05.1).
static cu_code post_agent(struct request *rq, struct cu_error *err)
{
    char token[80];
    cu_code code = setup(rq, token, err);
    if (code != CU_OK && cu_code_rows[code].http >= 500)
        return code;
    if (code != CU_OK) {
        rq->response.status = 403;
        return CU_OK;
    }
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kstr(&w, "agent-id", request_path_str(rq, "id"));
    jw_kz(&w, "token", token);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code act_agent(struct request *rq, const struct door *d, struct cu_error *err)
{
    if (!cu_str_eq(d->name, request_path_str(rq, "id")))
        return cu_fail(err, CU_FORBIDDEN, "agent-id", "the token is of another agent");
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code get_agent(struct request *rq, struct cu_error *err)
{
    return serve(rq, act_agent, err);
}

// ---- rows

#define END {0}
static const struct spec_field id_path[] = {
    {.name = "id", .type = SPEC_STRING, .max = 64, .required = true, .doc = "The request's or the agent's id."}, END};
static const struct spec_field status_answer[] = {
    {.name = "request_id", .type = SPEC_UUID, .doc = "The request's id here."},
    {.name = "received_at", .type = SPEC_TIME, .doc = "When it came in."},
    {.name = "expected_by", .type = SPEC_TIME, .doc = "By when the law wants an answer."},
    {.name = "agent_request_id", .type = SPEC_STRING, .max = DOOR_FOREIGN_MAX, .nullable = true,
        .doc = "The agent's own name of it."},
    {.name = "processing_details", .type = SPEC_STRING, .max = 200, .nullable = true, .doc = "Why it takes longer."},
    {.name = "status", .type = SPEC_STRING, .max = 20, .doc = "in_progress, fulfilled, denied, revoked or expired."},
    {.name = "reason", .type = SPEC_STRING, .max = 40, .nullable = true,
        .doc = "need_user_verification, no_match, claim_not_covered ..."},
    {.name = "user_verification_url", .type = SPEC_STRING, .max = DOOR_URL_MAX, .nullable = true,
        .doc = "Where the person can show who they are."},
    END,
};
static const struct spec_field agent_answer[] = {
    {.name = "agent-id", .type = SPEC_STRING, .max = DOOR_NAME_MAX, .doc = "As presented."},
    {.name = "token", .type = SPEC_STRING, .max = 80, .doc = "For Authorization: Bearer; the one before ends."},
    END,
};
static const struct spec_field no_answer[] = {END};
#define DRP_BODY .permission = SPEC_PUBLIC, .body_kind = SPEC_BODY_RAW, .body_max = BODY_MAX
static const struct spec_route routes[] = {
    {.name = "drp.exercise", .method = "POST", .path = "/drp/v1/data-rights-request", DRP_BODY, .answer = status_answer,
        .doc = "Data Rights Protocol: an agent brings a signed request of a consumer.", .handler = post_exercise},
    {.name = "drp.exercise.slash", .method = "POST", .path = "/drp/v1/data-rights-request/", DRP_BODY, .hidden = true,
        .answer = status_answer, .doc = "The same, as version 0.9.2 wrote it.", .handler = post_exercise},
    {.name = "drp.status", .method = "GET", .path = "/drp/v1/data-rights-request/{id}",
        .permission = SPEC_PUBLIC, .path_fields = id_path,
        .answer = status_answer, .doc = "Data Rights Protocol: how far a request is.", .handler = get_request},
    {.name = "drp.revoke", .method = "DELETE", .path = "/drp/v1/data-rights-request/{id}", DRP_BODY, .path_fields = id_path,
        .answer = status_answer, .doc = "Data Rights Protocol: takes a request back; signed.", .handler = delete_request},
    {.name = "drp.agent_setup", .method = "POST", .path = "/drp/v1/agent/{id}",
        DRP_BODY, .path_fields = id_path, .answer = agent_answer,
        .doc = "Data Rights Protocol: a signed message is exchanged for a token.", .handler = post_agent},
    {.name = "drp.agent", .method = "GET", .path = "/drp/v1/agent/{id}", .permission = SPEC_PUBLIC, .path_fields = id_path,
        .answer = no_answer, .doc = "Data Rights Protocol: whether a token is still good.", .handler = get_agent},
};

const struct module consent_drp_module = {
    .name = "drp",
    .doc = "The Data Rights Protocol as covered business: requests that authorised agents bring.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
