// SPDX-License-Identifier: Apache-2.0
// Double opt-in: somebody signed up for a purpose, and a letter to their address asks whether it was them. Asking is a record
// (requested), the button on the link's page is one (granted, by the person), with the wording that stood there. Until then
// nothing is permitted. See centre.h.
#include "centre_private.h"

#include <stdio.h>

static const int64_t valid_ms = INT64_C(7) * 86400000;

// ---- asking

struct asking {
    struct centre *c;
    struct request *rq;
    const struct dict_purpose *purpose;
    enum centre_language language;
    uint32_t root, *pnos;
    size_t count;
};

static cu_code load(struct asking *a, struct cu_error *err)
{
    struct people *p = a->c->o.engine->people;
    struct cu_uuid id;
    struct db *d = NULL;
    if (!cu_uuid_parse(request_path_str(a->rq, "id"), &id))
        return cu_fail(err, CU_INVALID, "id", "a person's id is a UUID");
    a->purpose = dictionary_purpose(people_dictionary(p), request_path_str(a->rq, "purpose"));
    if (!a->purpose || a->purpose->basis != DICT_CONSENT)
        return cu_fail(err, CU_NOT_FOUND, "purpose", "a purpose of the dictionary that rests on consent is expected");
    if (!a->c->o.send)
        return cu_fail(err, CU_UNAVAILABLE, "mail_host", "no mail server is set, so nobody can be asked by letter");
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = people_by_uuid(p, d, id, &a->root, err);
    if (code == CU_OK)
        code = people_members(p, d, a->root, a->rq->arena, &a->pnos, &a->count, err);
    people_read_give(p, d);
    CU_TRY(code);
    return people_announce(p, a->pnos, a->count, "email,consents", err);
}

static cu_code write_letter(const struct asking *a, const char *token, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf subject, text, link;
    const char *shop = settings_z(&a->c->o.engine->settings, "shop_name");
    cu_buf_init(&subject, 512);
    cu_buf_init(&text, 4096);
    cu_buf_init(&link, 512);
    cu_buf_printf(&link, "%s/privacy/l/%s", a->c->base_url, token);
    centre_fill(a->language, T_CONFIRM_SUBJECT, cu_str_of(shop), &subject);
    centre_fill(a->language, T_CONFIRM_LETTER, cu_buf_view(&link), &text);
    cu_buf_printf(&text, "\n\n%s\n", shop);
    CU_TRY(cu_buf_code(&subject, err));
    CU_TRY(cu_buf_code(&text, err));
    CU_TRY(cu_buf_code(&link, err));
    const struct letter l = {.pno = a->root, .kind = CU_LIT("double_opt_in"), .language = cu_str_of(centre_language_codes[a->language]),
        .subject = cu_buf_view(&subject), .text = cu_buf_view(&text)};
    return a->c->o.send(a->c->o.send_context, &l, err);
}

static cu_code ask_locked(const struct asking *a, struct cu_error *err)
{
    char token[CENTRE_TOKEN_MAX];
    struct centre_link link = {.purpose = CENTRE_LINK_CONFIRM, .pno = a->root, .once = true, .valid_ms = valid_ms};
    const struct evidence ev = {.time_ms = a->rq->received_ms, .received_ms = a->rq->received_ms};
    const struct gate_saying s = {.purpose = a->purpose->name, .state = GATE_REQUESTED, .method = CU_LIT("double opt-in"),
        .language = cu_str_of(centre_language_codes[a->language]), .form = spec_str(&a->rq->body_values, "form"), .channel = CU_LIT("e-mail")};
    (void)snprintf(link.subject, sizeof link.subject, "%.*s", CU_ARG(a->purpose->name));
    for (size_t i = 0; i < a->count; i++)
        CU_TRY(gate_say(a->c->o.engine->gate, a->pnos[i], &s, &ev, err));
    CU_TRY(centre_link_make(a->c->o.engine->centre_links, &link, token, err));
    return write_letter(a, token, err);
}

cu_code centre_post_consent_request(struct request *rq, struct cu_error *err)
{
    struct asking a = {.c = rq->module, .rq = rq, .language = centre_language_find(spec_str(&rq->body_values, "language"))};
    struct people *p = a.c->o.engine->people;
    if (a.language == CENTRE_LANGUAGES)
        a.language = 0;
    CU_TRY(load(&a, err));
    (void)people_lock(p);
    cu_code code = people_begin(p, err);
    if (code == CU_OK) {
        code = ask_locked(&a, err);
        if (code == CU_OK) {
            code = people_commit(p, err);
        } else {
            people_rollback(p);
            gate_rolled_back(a.c->o.engine->gate);
        }
    }
    people_unlock(p);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 202);
    jw_object(&w);
    jw_ktime(&w, "until", rq->received_ms + valid_ms);
    jw_object_end(&w);
    return CU_OK;
}

static const char *const languages[] = {"en", "de", "fr", NULL};
const struct spec_field centre_consent_request_body[] = {
    {.name = "language", .type = SPEC_ENUM, .options = languages, .fallback = "en", .doc = "Language of the letter."},
    {.name = "form", .type = SPEC_STRING, .max = 100, .doc = "Form or page where the person signed up, with its version."},
    {.name = NULL},
};
const struct spec_field centre_consent_request_answer[] = {
    {.name = "until", .type = SPEC_TIME, .doc = "Until when the link in the letter works."},
    {.name = NULL},
};

// ---- the link

cu_code centre_confirm_page(struct visit *v, const struct centre_link *l, struct cu_error *err)
{
    struct centre_wording w;
    const struct dict_purpose *p = dictionary_purpose(people_dictionary(v->people), cu_str_of(l->subject));
    if (!p)
        return page_note(v, 404, T_LINK_DEAD, T_LINK_DEAD_TEXT, err);
    CU_TRY(centre_wording(v, p->name, &w, err));
    page_begin(v, 200, CENTRE_OUTSIDE, T_CONFIRM);
    h_element(v, "p", T_CONFIRM_TEXT);
    h_raw(v, "<article><h2>");
    centre_purpose_title(v, p->name);
    h_raw(v, "</h2>\n");
    centre_purpose_text(v, p, w.text, cu_str_of(centre_language_codes[v->language]));
    h_raw(v, "</article>\n<form method=\"post\">\n"); // to this address
    h_hidden(v, "redeem", CU_LIT("1"));
    h_button(v, T_CONFIRM_BUTTON, "");
    return page_end(v, err);
}

cu_code centre_confirmed(struct visit *v, const struct centre_link *l, struct cu_error *err)
{
    struct centre_wording w;
    const struct dict_purpose *p = dictionary_purpose(people_dictionary(v->people), cu_str_of(l->subject));
    if (!p || visit_enter(v, NULL, l->pno, err) != CU_OK)
        return page_note(v, 404, T_LINK_DEAD, T_LINK_DEAD_TEXT, err);
    CU_TRY(centre_wording(v, p->name, &w, err));
    const struct centre_said said = {.purpose = p->name,
        .state = GATE_GRANTED,
        .method = "double opt-in",
        .form = CENTRE_FORM_VERSION " confirm",
        .button = centre_say(v->language, T_CONFIRM_BUTTON),
        .wording = w.id};
    CU_TRY(centre_say_purposes(v, &said, 1, err));
    return page_note(v, 200, T_CONFIRMED, T_CONFIRMED_TEXT, err);
}
