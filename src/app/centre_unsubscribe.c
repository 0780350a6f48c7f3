// SPDX-License-Identifier: Apache-2.0
// The link in a message that ends it (RFC 8058). GET shows a page and changes nothing; POST ends the one purpose at once,
// with no cookie and no visit, as often as it is sent. It opens nothing else. See centre.h.
#include "centre_private.h"

static cu_code dead(struct visit *v, struct cu_error *err)
{
    if (visit_too_many(v, v->c->by_guess))
        return page_note(v, 429, T_BUSY, T_BUSY_TEXT, err);
    return page_note(v, 404, T_LINK_DEAD, T_UNSUBSCRIBE_DEAD, err);
}

// *ret: the purpose; NULL: the link is none, or the purpose is no longer declared: then nothing is sent for it either.
static cu_code look(struct visit *v, struct centre_link *l, const struct dict_purpose **ret, struct cu_error *err)
{
    *ret = NULL;
    cu_code code = centre_link_look(v->c->o.engine->centre_links, request_path_str(v->rq, "token"), l, err);
    if (code == CU_OK && l->purpose == CENTRE_LINK_UNSUBSCRIBE)
        *ret = dictionary_purpose(people_dictionary(v->people), cu_str_of(l->subject));
    return code == CU_NOT_FOUND ? CU_OK : code;
}

cu_code centre_unsubscribe_page(struct visit *v, struct cu_error *err)
{
    struct centre_link l;
    struct centre_wording w;
    const struct dict_purpose *p = NULL;
    CU_TRY(look(v, &l, &p, err));
    if (!p)
        return dead(v, err);
    CU_TRY(centre_wording(v, p->name, &w, err));
    page_begin(v, 200, CENTRE_OUTSIDE, T_UNSUBSCRIBE);
    h_element(v, "p", T_UNSUBSCRIBE_TEXT);
    h_raw(v, "<article><h2>");
    centre_purpose_title(v, p->name);
    h_raw(v, "</h2>\n");
    centre_purpose_text(v, p, w.text, cu_str_of(centre_language_codes[v->language]));
    h_raw(v, "</article>\n<form method=\"post\">\n"); // to this address
    h_hidden(v, "List-Unsubscribe", CU_LIT("One-Click"));
    h_button(v, T_UNSUBSCRIBE_BUTTON, "");
    h_raw(v, "<p>");
    h_link(v, "/privacy", T_UNSUBSCRIBE_MORE);
    h_raw(v, "</p>\n");
    return page_end(v, err);
}

// Whether the newest that was said of the purpose ended it already: then saying it again adds nothing.
static cu_code is_ended(struct visit *v, cu_str purpose, bool *ret, struct cu_error *err)
{
    struct centre_answer a;
    *ret = false;
    cu_code code = centre_read(v, "/consents?limit=100", &a, err);
    struct json_iter it = code == CU_OK ? json_each(json_get(a.value, "items")) : (struct json_iter){.at = 0};
    while (code == CU_OK && json_next(&it)) {
        if (!cu_str_eq(json_str(json_get(it.value, "purpose")), purpose))
            continue;
        cu_str state = json_str(json_get(it.value, "state"));
        *ret = json_str(json_get(it.value, "only_channel")).len == 0 &&
               json_str(json_get(it.value, "only_recipient")).len == 0 &&
               (cu_str_eqz(state, "withdrawn") || cu_str_eqz(state, "refused"));
        break;
    }
    centre_answer_clear(&a);
    return code;
}

cu_code centre_unsubscribe(struct visit *v, struct cu_error *err)
{
    struct centre_link l;
    const struct dict_purpose *p = NULL;
    bool ended = false;
    CU_TRY(look(v, &l, &p, err));
    if (!p)
        return dead(v, err);
    if (!cu_str_eqz(visit_field(v, "List-Unsubscribe", 16), "One-Click"))
        return page_note(v, 400, T_FORM_OLD, T_FORM_OLD_TEXT, err);
    CU_TRY(visit_enter(v, NULL, l.pno, err));
    CU_TRY(is_ended(v, p->name, &ended, err));
    const struct centre_said said = {.purpose = p->name,
        .state = GATE_WITHDRAWN,
        .method = "one-click",
        .form = CENTRE_FORM_VERSION " unsubscribe",
        .button = centre_say(v->language, T_UNSUBSCRIBE_BUTTON)};
    if (!ended)
        CU_TRY(centre_say_purposes(v, &said, 1, err));
    return page_note(v, 200, T_UNSUBSCRIBED, T_UNSUBSCRIBED_TEXT, err);
}
