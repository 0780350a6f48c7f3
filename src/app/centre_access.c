// SPDX-License-Identifier: Apache-2.0
// Who receives a visitor's data, and who looked at the record. See centre.h.
#include "centre_private.h"

#include "consent/recipient.h"
#include "text/text.h"

#include <stdio.h>

enum { LOOKS_MAX = 100, PAGES_MAX = 20 };

// ---- recipients: named by purposes of the dictionary, or in the register

static bool serves(cu_str purposes, cu_str purpose)
{
    while (purposes.ptr) {
        if (cu_str_eq(cu_str_trim(cu_str_cut(&purposes, ',')), purpose))
            return true;
    }
    return false;
}

static void registered(struct visit *v, const struct recipient_row *r)
{
    h_raw(v, "<li>");
    h_text(v, r->title.len ? r->title : r->name);
    if (r->country.len) {
        h_raw(v, " (");
        h_text(v, r->country);
        h_raw(v, ")");
    }
    if (r->contact.len) {
        h_raw(v, ", ");
        h_text(v, r->contact);
    }
    h_raw(v, "</li>\n");
}

// Whether there are any.
static bool of_purpose(struct visit *v, const struct dict_purpose *p, const struct recipient_row *rows, size_t count)
{
    size_t n = p->recipient_count;
    for (size_t i = 0; i < count; i++)
        n += rows[i].enabled && serves(rows[i].purposes, p->name);
    if (n == 0)
        return false;
    h_raw(v, "<article><h3>");
    centre_purpose_title(v, p->name);
    h_raw(v, "</h3><ul>\n");
    for (uint32_t i = 0; i < p->recipient_count; i++) {
        h_raw(v, "<li>");
        h_text(v, p->recipients[i]);
        h_raw(v, "</li>\n");
    }
    for (size_t i = 0; i < count; i++) {
        if (rows[i].enabled && serves(rows[i].purposes, p->name))
            registered(v, &rows[i]);
    }
    h_raw(v, "</ul></article>\n");
    return true;
}

static cu_code recipients(struct visit *v, struct cu_error *err)
{
    const struct dict_purpose *all = NULL;
    struct recipient_row *rows = NULL;
    size_t count = dictionary_purposes(people_dictionary(v->people), &all), registered_count = 0;
    bool any = false;
    CU_TRY(recipients_list(v->c->o.engine->recipients, v->rq->arena, &rows, &registered_count, err));
    h_element(v, "h2", T_RECEIVED);
    h_element(v, "p", T_RECEIVED_TEXT);
    for (size_t i = 0; i < count; i++)
        any = of_purpose(v, &all[i], rows, registered_count) || any;
    if (!any)
        h_element(v, "p", T_RECEIVED_NONE);
    return CU_OK;
}

// ---- who looked

static void english(struct visit *v, enum centre_text name, cu_str value)
{
    if (value.len == 0)
        return;
    h_row_begin(v, name);
    h_raw(v, "<span lang=\"en\">"); // names of the program's
    h_text(v, value);
    h_raw(v, "</span>");
    h_row_end(v);
}

static void look(struct visit *v, json e)
{
    static const struct {
        const char *kind;
        enum centre_text text;
    } kinds[] = {{"staff", T_BY_STAFF}, {"token", T_BY_TOKEN}, {"local", T_BY_LOCAL}, {"system", T_BY_SYSTEM}};
    cu_str kind = json_str(json_get(json_get(e, "actor"), "kind")), role = json_str(json_get(e, "role"));
    h_raw(v, "<article><h3>");
    h_moment(v, json_str(json_get(e, "time")));
    h_raw(v, "</h3>\n<dl>");
    h_row_begin(v, T_WHO);
    for (size_t i = 0; i < CU_COUNT(kinds); i++) {
        if (cu_str_eqz(kind, kinds[i].kind))
            h_say(v, kinds[i].text);
    }
    if (role.len) {
        h_raw(v, " (<span lang=\"en\">");
        h_words(v, role);
        h_raw(v, "</span>)");
    }
    h_row_end(v);
    english(v, T_FOR, json_str(json_get(e, "purpose")));
    english(v, T_ACT, json_str(json_get(e, "action")));
    english(v, T_FIELDS, json_str(json_get(e, "fields")));
    h_raw(v, "</dl></article>\n");
}

struct looks {
    int shown, own;
};

static cu_code page_of(struct visit *v, struct looks *l, char cursor[32], struct cu_error *err)
{
    struct centre_answer a;
    char rest[80];
    (void)snprintf(rest, sizeof rest, cursor[0] ? "/audit?limit=200&cursor=%s" : "/audit?limit=200", cursor);
    cu_code code = centre_read(v, rest, &a, err);
    if (code == CU_OK) {
        struct json_iter it = json_each(json_get(a.value, "items"));
        while (json_next(&it) && l->shown < LOOKS_MAX) {
            bool own = cu_str_eqz(json_str(json_get(json_get(it.value, "actor"), "kind")), "person");
            l->own += own;
            l->shown += !own;
            if (!own)
                look(v, it.value);
        }
        (void)snprintf(cursor, 32, "%.*s", CU_ARG(json_str(json_get(a.value, "next"))));
    }
    centre_answer_clear(&a);
    return code;
}

// The visitor's own looks are counted, so that they do not hide those of others.
cu_code centre_access(struct visit *v, struct cu_error *err)
{
    struct looks l = {.shown = 0};
    char cursor[32] = "", own[16];
    page_begin(v, 200, CENTRE_ACCESS, T_ACCESS);
    CU_TRY(recipients(v, err));
    h_element(v, "h2", T_LOOKED);
    for (int page = 0; page < PAGES_MAX && l.shown < LOOKS_MAX; page++) {
        CU_TRY(page_of(v, &l, cursor, err));
        if (!cursor[0])
            break;
    }
    if (l.shown == 0)
        h_element(v, "p", T_LOOKED_NONE);
    (void)snprintf(own, sizeof own, "%d", l.own);
    h_raw(v, "<p class=\"soft\">");
    h_say_with(v, T_LOOKED_OWN, cu_str_of(own));
    h_raw(v, "</p>\n");
    return page_end(v, err);
}
