// SPDX-License-Identifier: Apache-2.0
// See sms_gateway.h. A value is written into a template as the place asks for: percent-encoded into an
// address or a form, escaped into JSON, as it is into a header (without line breaks).
#include "sms_gateway.h"

#include "base/log.h"
#include "crypto/secret.h"
#include "text/json.h"
#include "text/text.h"

#include <stdio.h>

enum { TEMPLATE_MAX = 8192, HEADERS_MAX = 16, TIMEOUT_MS = 10000 };

struct sms_gateway {
    struct sms_options options;
    struct outgoing *out;
    char secret[SECRET_FILE_MAX];
};

// ---- templates

enum place { PLACE_URL, PLACE_FORM, PLACE_JSON, PLACE_RAW };
struct value {
    const char *name; // "{number}"
    cu_str text;
};

static void write_json(cu_str text, struct cu_buf *out)
{
    struct cu_buf quoted;
    struct json_writer w;
    cu_buf_init(&quoted, TEMPLATE_MAX);
    jw_start(&w, &quoted);
    jw_str(&w, text);
    if (quoted.len >= 2)
        cu_buf_add(out, quoted.ptr + 1, quoted.len - 2);
    cu_buf_wipe(&quoted);
}

static void write_value(cu_str text, enum place place, struct cu_buf *out)
{
    if (place == PLACE_JSON) {
        write_json(text, out);
    } else if (place == PLACE_RAW) {
        for (size_t i = 0; i < text.len; i++)
            cu_buf_char(out, (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i]);
    } else {
        text_url(text, out);
    }
}

static void expand(cu_str template, enum place place, const struct value *values, struct cu_buf *out)
{
    while (template.len) {
        const struct value *v = NULL;
        for (size_t i = 0; template.ptr[0] == '{' && values[i].name; i++) {
            if (cu_str_starts(template, cu_str_of(values[i].name)))
                v = &values[i];
        }
        if (v)
            write_value(v->text, place, out);
        else
            cu_buf_char(out, template.ptr[0]);
        size_t used = v ? strlen(v->name) : 1;
        template = cu_str_sub(template, used, template.len);
    }
}

// ---- opening

static bool says(const char *text, const char *part)
{
    return cu_str_find_str(cu_str_of(text), cu_str_of(part)) >= 0;
}

static cu_code check_http(const struct sms_options *o, struct cu_error *err)
{
    if (!o->url[0])
        return cu_fail(err, CU_INVALID, "sms_url", "the gateway's https address is needed");
    if (!says(o->url, "{number}") && !says(o->body, "{number}") && !says(o->headers, "{number}"))
        return cu_fail(err, CU_INVALID, "sms_body", "sms_url, sms_headers or sms_body must hold {number}");
    if (!says(o->url, "{text}") && !says(o->body, "{text}") && !says(o->headers, "{text}"))
        return cu_fail(err, CU_INVALID, "sms_body", "sms_url, sms_headers or sms_body must hold {text}");
    return CU_OK;
}

static cu_code check(const struct sms_options *o, const char *secret, struct cu_error *err)
{
    if (!says(o->text, "{code}"))
        return cu_fail(err, CU_INVALID, "sms_text", "the text must hold {code}");
    if (strcmp(o->kind, "http") == 0)
        return check_http(o, err);
    if (!o->account[0] || !o->from[0] || !secret[0])
        return cu_fail(err, CU_INVALID, "sms_account", "Twilio needs sms_account, sms_from and sms_secret_file");
    for (const char *p = o->account; *p; p++) { // it becomes a part of the address
        bool plain = (*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9');
        if (!plain)
            return cu_fail(
                err, CU_INVALID, "sms_account", "letters and digits, as Twilio shows the account, are accepted");
    }
    return CU_OK;
}

cu_code sms_gateway_open(
    const struct sms_options *o, struct outgoing *out, struct sms_gateway **ret, struct cu_error *err)
{
    *ret = NULL;
    if (strcmp(o->kind, "none") == 0)
        return CU_OK;
    struct sms_gateway *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "no memory for the gateway of text messages");
    s->options = *o;
    s->out = out;
    cu_code code = secret_file_read(o->secret_file, "sms_secret_file", s->secret, err);
    if (code == CU_OK)
        code = check(o, s->secret, err);
    if (code != CU_OK) {
        sms_gateway_close(s);
        return code;
    }
    *ret = s;
    return CU_OK;
}

void sms_gateway_close(struct sms_gateway *s)
{
    if (!s)
        return;
    secret_wipe(s->secret, sizeof s->secret);
    cu_free(s);
}

const struct sms_options *sms_gateway_options(const struct sms_gateway *s)
{
    return &s->options;
}

bool sms_gateway_serves(const struct sms_gateway *s, cu_str number)
{
    cu_str all = cu_str_of(s->options.prefixes);
    bool any = cu_str_trim(all).len == 0;
    while (!any && all.ptr) {
        cu_str prefix = cu_str_trim(cu_str_cut(&all, ','));
        any = prefix.len > 0 && cu_str_starts(number, prefix);
    }
    return any;
}

// ---- sending

struct message {
    struct cu_buf text, url, body, headers; // headers: one after the other, each NUL-terminated
    const char *rows[HEADERS_MAX];
    size_t count;
};

static void message_clear(struct message *m)
{
    struct cu_buf *const all[] = {&m->text, &m->url, &m->body, &m->headers};
    for (size_t i = 0; i < CU_COUNT(all); i++)
        cu_buf_wipe(all[i]);
}

static void add_header(struct message *m, size_t at[HEADERS_MAX], cu_str template, const struct value *values)
{
    if (template.len == 0 || m->count == HEADERS_MAX)
        return;
    at[m->count++] = m->headers.len;
    expand(template, PLACE_RAW, values, &m->headers);
    cu_buf_char(&m->headers, '\0');
}

static void write_http(const struct sms_gateway *s, const struct value *values, struct message *m)
{
    const struct sms_options *o = &s->options;
    size_t at[HEADERS_MAX];
    cu_str lines = cu_str_of(o->headers);
    expand(cu_str_of(o->url), PLACE_URL, values, &m->url);
    expand(cu_str_of(o->body), o->form ? PLACE_FORM : PLACE_JSON, values, &m->body);
    if (o->body[0])
        add_header(m, at,
            o->form ? CU_LIT("Content-Type: application/x-www-form-urlencoded")
                    : CU_LIT("Content-Type: application/json"),
            values);
    while (lines.ptr)
        add_header(m, at, cu_str_trim(cu_str_cut(&lines, '\n')), values);
    for (size_t i = 0; i < m->count; i++)
        m->rows[i] = m->headers.ptr ? m->headers.ptr + at[i] : "";
}

// POST /2010-04-01/Accounts/{account}/Messages.json; a From of "MG..." names a messaging service.
static void write_twilio(const struct sms_gateway *s, const struct value *values, struct message *m)
{
    const struct sms_options *o = &s->options;
    const char *base = o->url[0] ? o->url : "https://api.twilio.com";
    cu_buf_printf(&m->url, "%s/2010-04-01/Accounts/%s/Messages.json", base, o->account);
    expand(CU_LIT("To={number}&Body={text}&"), PLACE_FORM, values, &m->body);
    cu_buf_z(&m->body, strncmp(o->from, "MG", 2) == 0 ? "MessagingServiceSid=" : "From=");
    text_url(cu_str_of(o->from), &m->body);
    m->rows[m->count++] = "Content-Type: application/x-www-form-urlencoded";
}

static cu_code post(struct sms_gateway *s, const struct message *m, struct cu_error *err)
{
    bool twilio = strcmp(s->options.kind, "twilio") == 0;
    struct outgoing_call call = {.method = twilio ? "POST" : s->options.method,
        .url = m->url.ptr,
        .headers = m->rows,
        .header_count = m->count,
        .user = twilio ? s->options.account : NULL,
        .password = s->secret,
        .body = cu_buf_view(&m->body),
        .timeout_ms_max = TIMEOUT_MS,
        .answer_bytes_max = 65536};
    struct outgoing_answer answer;
    struct cu_error why;
    cu_code code = outgoing_send(s->out, &call, &answer, &why);
    bool taken = code == CU_OK && answer.status >= 200 && answer.status < 300;
    if (!taken)
        cu_log(CU_LOG_WARN, "sms.not_sent", CU_LS("failure", outgoing_failure_name(answer.failure)),
            CU_LI("status", answer.status));
    outgoing_answer_clear(&answer);
    return taken
               ? CU_OK
               : cu_fail(err, CU_UNAVAILABLE, "", "the text message could not be sent; use another factor, or try later");
}

cu_code sms_gateway_send(struct sms_gateway *s, cu_str number, cu_str code_text, struct cu_error *err)
{
    struct message m = {.count = 0};
    struct cu_buf *const all[] = {&m.text, &m.url, &m.body, &m.headers};
    for (size_t i = 0; i < CU_COUNT(all); i++)
        cu_buf_init(all[i], TEMPLATE_MAX);
    const struct value in_text[] = {{"{code}", code_text}, {"{shop}", cu_str_of(s->options.shop_name)}, {NULL, CU_NONE}};
    expand(cu_str_of(s->options.text), PLACE_RAW, in_text, &m.text);
    const struct value values[] = {
        {"{number}", number}, {"{text}", cu_buf_view(&m.text)}, {"{secret}", cu_str_of(s->secret)}, {NULL, CU_NONE}};
    if (strcmp(s->options.kind, "twilio") == 0)
        write_twilio(s, values, &m);
    else
        write_http(s, values, &m);
    cu_code code = CU_OK;
    for (size_t i = 0; code == CU_OK && i < CU_COUNT(all); i++)
        code = cu_buf_code(all[i], err);
    if (code == CU_OK)
        code = post(s, &m, err);
    message_clear(&m);
    return code;
}
