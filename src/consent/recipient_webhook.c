// SPDX-License-Identifier: Apache-2.0
// Orders as signed webhooks, and as letters. See recipient_private.h.
#include "recipient_private.h"
#include "recipient_webhook.h"

#include "crypto/object.h"
#include "crypto/secret.h"
#include "text/text.h"

#include <stdio.h>

enum { BODY_MAX = 32768, KEY_MAX = 512, LETTER_PAUSE_MS = 3 * 86400000 };

cu_code recipient_webhook_sign(
    cu_str secret, cu_str id, int64_t time_s, cu_str body, struct cu_buf *out, struct cu_error *err)
{
    struct cu_buf key, text;
    uint8_t mac[32];
    cu_buf_init(&key, KEY_MAX);
    cu_buf_init(&text, BODY_MAX + 256);
    if (!cu_str_starts(secret, CU_LIT("whsec_")) || !text_base64_decode(cu_str_sub(secret, 6, secret.len), &key)) {
        cu_buf_reset(&key);
        cu_buf_str(&key, secret);
    }
    cu_buf_printf(&text, "%.*s.%lld.", CU_ARG(id), (long long)time_s);
    cu_buf_str(&text, body);
    cu_code code = cu_buf_code(&text, err);
    if (code == CU_OK)
        code = cu_buf_code(&key, err);
    if (code == CU_OK) {
        object_hmac_sha256(cu_buf_view(&key), cu_buf_view(&text), mac);
        cu_buf_z(out, "v1,");
        text_base64((cu_str){(const char *)mac, sizeof mac}, false, out);
        code = cu_buf_code(out, err);
    }
    cu_buf_wipe(&key);
    cu_buf_wipe(&text);
    return code;
}

static void write_body(const struct recipient_call *c, int64_t now_ms, struct cu_buf *out)
{
    struct json_writer w;
    char id[37], type[48];
    cu_uuid_format(c->order->uuid, id);
    (void)snprintf(type, sizeof type, "privacy.%s", rights_right_name(c->order->right));
    jw_start(&w, out);
    jw_object(&w);
    jw_kz(&w, "type", type);
    jw_ktime(&w, "timestamp", now_ms);
    jw_key(&w, "data");
    jw_object(&w);
    jw_kz(&w, "order", id);
    jw_kz(&w, "right", rights_right_name(c->order->right));
    jw_ktime(&w, "due", c->order->due_ms);
    jw_ki64(&w, "reminder", c->order->sent_ms ? c->order->reminders + 1 : 0);
    jw_key(&w, "identifiers");
    jw_value(&w, c->ids);
    jw_object_end(&w);
    jw_object_end(&w);
}

// What a 2xx says: {"status": "completed"} that it is done, "pending" or "in_progress" that it is at work, else nothing.
static enum recipient_state answer_state(const struct recipient_call *c, const struct outgoing_answer *a)
{
    json body;
    cu_str status = CU_NONE;
    if (a->body.len && json_parse(c->json, cu_buf_view(&a->body), &body, NULL) == CU_OK)
        status = json_str(json_get(body, "status"));
    if (cu_str_eqz(status, "completed") || cu_str_eqz(status, "done"))
        return RECIPIENT_DONE;
    return cu_str_eqz(status, "pending") || cu_str_eqz(status, "in_progress") ? RECIPIENT_ACKNOWLEDGED : RECIPIENT_SENT;
}

static cu_code post(const struct recipient_call *c, const char *url, cu_str body, int64_t now_ms,
    struct recipient_sent *ret, struct cu_error *err)
{
    char id[64], name[37], time[48];
    const char *fault = "";
    struct outgoing_answer answer = {0};
    struct cu_buf signature;
    cu_buf_init(&signature, 256);
    cu_uuid_format(c->order->uuid, name);
    (void)snprintf(id, sizeof id, "webhook-id: %s", name);
    (void)snprintf(time, sizeof time, "webhook-timestamp: %lld", (long long)(now_ms / 1000));
    cu_buf_z(&signature, "webhook-signature: ");
    cu_code code = recipient_webhook_sign(c->secret, cu_str_of(name), now_ms / 1000, body, &signature, err);
    const struct recipient_http h = {.method = "POST", .url = url, .body = body, .headers = {id, time, signature.ptr}};
    if (code == CU_OK && recipient_http_send(c->r, &h, &answer, &fault, err) != CU_OK)
        *ret = (struct recipient_sent){.state = RECIPIENT_FAILED, .fault = fault};
    else if (code == CU_OK && answer.status / 100 == 2)
        *ret = (struct recipient_sent){.state = answer_state(c, &answer), .fault = ""};
    else if (code == CU_OK)
        *ret = (struct recipient_sent){.state = RECIPIENT_FAILED, .fault = answer.status == 410 ? "gone" : "refused"};
    outgoing_answer_clear(&answer);
    cu_buf_clear(&signature);
    return code;
}

cu_code recipient_webhook(const struct recipient_call *c, struct recipient_sent *ret, struct cu_error *err)
{
    int64_t now = cu_now_ms();
    struct cu_buf body, url;
    if (c->secret.len == 0) {
        *ret = (struct recipient_sent){.state = RECIPIENT_ESCALATED, .fault = "no_secret"};
        return CU_OK;
    }
    cu_buf_init(&body, BODY_MAX);
    cu_buf_init(&url, OUTGOING_URL_MAX);
    write_body(c, now, &body);
    cu_buf_str(&url, c->to->url);
    cu_code code = cu_buf_code(&body, err);
    if (code == CU_OK)
        code = cu_buf_code(&url, err);
    if (code == CU_OK)
        code = post(c, url.ptr ? url.ptr : "", cu_buf_view(&body), now, ret, err);
    cu_buf_wipe(&body);
    cu_buf_clear(&url);
    return code;
}

// ---- letters

static void write_asked(enum rights_right right, struct cu_buf *out)
{
    const char *text =
        "The person named below objected. Please stop using the personal data that we passed to you about them for "
        "advertising, and do not sell or share it.";
    if (right == RIGHTS_ERASURE)
        text = "Please erase the personal data that we passed to you about the person named below, and any copies of it.";
    else if (right == RIGHTS_RESTRICTION)
        text = "Please restrict the processing of the personal data that we passed to you about the person named below: "
               "keep it, "
               "and use it for nothing until we tell you otherwise.";
    else if (right == RIGHTS_RECTIFICATION)
        text =
            "The personal data that we passed to you about the person named below was corrected. Please replace your copy; "
            "we send the correct data on request.";
    cu_buf_z(out, text);
}

static void write_names(json ids, struct cu_buf *out)
{
    for (struct json_iter kinds = json_each(ids); json_next(&kinds);) {
        for (struct json_iter values = json_each(kinds.value); json_next(&values);)
            cu_buf_printf(out, "    %.*s: %.*s\n", CU_ARG(kinds.key), CU_ARG(json_str(values.value)));
    }
}

struct mail {
    const struct recipient_call *c;
    struct letter letter;
};

static cu_code write_letter(struct db *d, void *what, struct cu_error *err)
{
    (void)d;
    const struct mail *m = what;
    return m->c->r->o.send(m->c->r->o.send_context, &m->letter, err);
}

static void write_text(const struct recipient_call *c, struct cu_buf *out)
{
    char id[37], due[TEXT_TIME_MAX];
    cu_uuid_format(c->order->uuid, id);
    text_time_format(c->order->due_ms, due);
    if (c->order->sent_ms)
        cu_buf_z(out, "This is a reminder; we have no answer from you yet.\n\n");
    write_asked(c->order->right, out);
    cu_buf_z(out, "\n\n");
    write_names(c->ids, out);
    cu_buf_printf(
        out, "\nPlease tell us by %.10s that it is done, and name this number: %s\n\n%s\n", due, id, c->r->shop_name);
}

cu_code recipient_letter(const struct recipient_call *c, struct recipient_sent *ret, struct cu_error *err)
{
    struct cu_buf text;
    char subject[120], id[37];
    *ret = (struct recipient_sent){.state = RECIPIENT_ESCALATED, .fault = "by_hand"};
    if (!c->r->o.send || c->to->row.contact.len == 0)
        return CU_OK;
    cu_uuid_format(c->order->uuid, id);
    (void)snprintf(subject, sizeof subject, "Personal data: %s (%s)", rights_right_name(c->order->right), id);
    cu_buf_init(&text, BODY_MAX);
    write_text(c, &text);
    struct mail m = {.c = c,
        .letter = {.to = c->to->row.contact,
            .kind = CU_LIT("recipient_order"),
            .language = CU_LIT("en"),
            .subject = cu_str_of(subject),
            .text = cu_buf_view(&text),
            .outlives = true}};
    cu_code code = cu_buf_code(&text, err);
    if (code == CU_OK)
        code = people_store(c->r->o.people, write_letter, &m, err);
    cu_buf_wipe(&text);
    if (code == CU_UNAVAILABLE || code == CU_NOT_FOUND)
        return CU_OK; // no mail server, or no address: by hand
    CU_TRY(code);
    *ret = (struct recipient_sent){.state = RECIPIENT_SENT, .fault = "", .pause_ms = LETTER_PAUSE_MS}; // people read these
    return CU_OK;
}
