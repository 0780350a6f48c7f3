// SPDX-License-Identifier: Apache-2.0
// What a visitor sees of their record: overview, values, activity, who received it and who looked. See centre.h.
#include "centre_private.h"

#include "text/text.h"

#include <stdio.h>

enum { EVENT_PROPERTIES_MAX = 12, HISTORY_MAX = 200, WHY_MAX = 1 << 20 };

static const struct dictionary *dictionary_of(const struct visit *v)
{
    return people_dictionary(v->people);
}

// ---- overview

void centre_done(struct visit *v)
{
    static const struct {
        const char *name;
        enum centre_text text;
    } said[] = {{"correct", T_DONE_CORRECT}, {"waits", T_DONE_WAITS}, {"preference", T_DONE_PREFERENCE},
        {"withdraw", T_DONE_WITHDRAW}, {"asked", T_DONE_ASKED}, {"revoke", T_DONE_REVOKE}};
    for (size_t i = 0; i < CU_COUNT(said); i++) {
        if (!cu_str_eqz(spec_str(&v->rq->query_values, "done"), said[i].name))
            continue;
        h_raw(v, "<p class=\"note done\" role=\"status\">");
        h_say(v, said[i].text);
        h_raw(v, "</p>\n");
    }
}

static void entry(struct visit *v, const char *href, enum centre_text title, enum centre_text text)
{
    h_raw(v, "<article><h2>");
    h_link(v, href, title);
    h_raw(v, "</h2><p>");
    h_say(v, text);
    h_raw(v, "</p></article>\n");
}

cu_code centre_me(struct visit *v, struct cu_error *err)
{
    struct centre_answer a;
    cu_code code = centre_read(v, "", &a, err);
    if (code == CU_OK) {
        page_begin(v, 200, CENTRE_ME, T_OVERVIEW);
        centre_done(v);
        h_raw(v, "<p>");
        h_say_with(v, T_WELCOME, json_str(json_get(a.value, "label")));
        h_raw(v, "</p>\n<p>");
        h_say(v, T_WELCOME_END);
        h_raw(v, "</p>\n");
        entry(v, "/privacy/me/data", T_DATA, T_DATA_ABOUT);
        entry(v, "/privacy/me/activity", T_ACTIVITY, T_ACTIVITY_ABOUT);
        entry(v, "/privacy/me/consents", T_CONSENTS, T_CONSENTS_ABOUT);
        entry(v, "/privacy/me/access", T_ACCESS, T_ACCESS_ABOUT);
        entry(v, "/privacy/me/rights", T_RIGHTS, T_RIGHTS_ABOUT);
    }
    centre_answer_clear(&a);
    CU_TRY(code);
    return page_end(v, err);
}

// ---- values

static void source_row(struct visit *v, json number)
{
    int64_t n = 0;
    struct source s;
    if (!json_i64(number, &n) || n <= 0 || !sources_by_number(v->c->o.engine->sources, (uint32_t)n, &s))
        return;
    h_row(v, T_SOURCE, cu_str_of(s.name));
}

static void age_row(struct visit *v, json at, json days)
{
    int64_t n = 0;
    char text[24];
    h_row_begin(v, T_SINCE);
    h_moment(v, json_str(at));
    if (json_i64(days, &n) && n > 0) {
        (void)snprintf(text, sizeof text, "%lld", (long long)n);
        h_raw(v, " (");
        h_say_with(v, T_DAYS_AGO, cu_str_of(text));
        h_raw(v, ")");
    }
    h_row_end(v);
}

// What the value is for, and who receives it for that.
static void purposes_row(struct visit *v, const struct dict_field *f)
{
    const struct dictionary *d = dictionary_of(v);
    bool any = false;
    if (!f || f->purpose_count == 0)
        return;
    h_row_begin(v, T_PURPOSES);
    for (uint32_t i = 0; i < f->purpose_count; i++) {
        h_raw(v, i ? ", " : "");
        centre_purpose_title(v, f->purposes[i]);
    }
    h_row_end(v);
    for (uint32_t i = 0; i < f->purpose_count; i++) {
        const struct dict_purpose *p = dictionary_purpose(d, f->purposes[i]);
        for (uint32_t k = 0; p && k < p->recipient_count; k++) {
            if (!any)
                h_row_begin(v, T_RECIPIENTS);
            h_raw(v, any ? ", " : "");
            h_text(v, p->recipients[k]);
            any = true;
        }
    }
    if (any)
        h_row_end(v);
}

static void correct_link(struct visit *v, const struct dict_field *f)
{
    struct cu_buf name;
    if (!f || f->type == DICT_OBJECT || f->type == DICT_ARRAY || f->type == DICT_ANY)
        return;
    cu_buf_init(&name, 1024);
    text_url(f->name, &name);
    h_raw(v, "<p><a href=\"/privacy/me/correct/");
    h_text(v, cu_buf_view(&name));
    h_raw(v, "\">");
    h_say(v, T_CORRECT);
    h_raw(v, " <span class=\"soft\">(");
    h_words(v, f->name);
    h_raw(v, ")</span></a></p>\n");
    cu_buf_clear(&name);
}

static void trait(struct visit *v, json t)
{
    const struct dict_field *f = dictionary_person_field(dictionary_of(v), json_str(json_get(t, "name")));
    h_raw(v, "<article><h3>");
    h_words(v, json_str(json_get(t, "name")));
    h_raw(v, "</h3>\n<dl>");
    h_row_begin(v, T_VALUE);
    h_value(v, json_get(t, "value"));
    h_row_end(v);
    cu_str doc = json_str(json_get(t, "doc"));
    if (doc.len) {
        h_row_begin(v, T_MEANING);
        h_raw(v, "<span lang=\"en\">"); // the dictionary is written once, in English
        h_text(v, doc);
        h_raw(v, "</span>");
        h_row_end(v);
    }
    source_row(v, json_get(t, "source"));
    age_row(v, json_get(t, "at"), json_get(t, "age_days"));
    purposes_row(v, f);
    h_raw(v, "</dl>\n");
    correct_link(v, f);
    h_raw(v, "</article>\n");
}

static void identifiers(struct visit *v, json list)
{
    struct json_iter it = json_each(list);
    h_element(v, "h2", T_IDENTIFIERS);
    h_element(v, "p", T_IDENTIFIERS_TEXT);
    h_raw(v, "<ul>\n");
    while (json_next(&it)) {
        h_raw(v, "<li>");
        h_words(v, json_str(json_get(it.value, "kind")));
        h_raw(v, ": ");
        h_value(v, json_get(it.value, "value"));
        h_raw(v, "</li>\n");
    }
    h_raw(v, "</ul>\n");
}

// Which clauses of the segment hold for the person, and what was compared.
static void print_why(struct visit *v, json answer)
{
    struct json_iter it = json_each(json_get(answer, "nodes"));
    bool any = false, holds = false;
    while (json_next(&it)) {
        cu_str measured = json_str(json_get(it.value, "measured"));
        if (!json_bool(json_get(it.value, "holds"), &holds) || !holds || measured.len == 0)
            continue;
        if (!any)
            h_row_begin(v, T_WHY);
        h_raw(v, any ? "<br>" : "");
        h_raw(v, "<span lang=\"en\">");
        h_text(v, json_str(json_get(it.value, "text")));
        h_raw(v, " (");
        h_text(v, measured);
        h_raw(v, ")</span>");
        any = true;
    }
    if (any)
        h_row_end(v);
}

static void segment_why(struct visit *v, cu_str name)
{
    struct audience_row row;
    struct json_writer w;
    struct cu_error err;
    json value;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, WHY_MAX);
    jw_start(&w, &text);
    struct audiences *all = v->c->o.engine->audiences;
    struct json_parser *parser = json_parser_new(WHY_MAX);
    if (parser && audience_get(all, name, v->rq->arena, &row, &err) == CU_OK &&
        audience_why(all, row.number, v->pno, cu_now_ms(), &w, &err) == CU_OK &&
        json_parse(parser, cu_buf_view(&text), &value, &err) == CU_OK)
        print_why(v, value);
    json_parser_free(parser);
}

static cu_code inferred(struct visit *v, struct cu_error *err)
{
    struct centre_answer a;
    cu_code code = centre_read(v, "/segments", &a, err);
    if (code == CU_OK) {
        struct json_iter it = json_each(json_get(a.value, "items"));
        h_element(v, "h2", T_INFERRED);
        h_element(v, "p", json_count(json_get(a.value, "items")) ? T_INFERRED_TEXT : T_INFERRED_NONE);
        while (json_next(&it)) {
            cu_str title = json_str(json_get(it.value, "title")), name = json_str(json_get(it.value, "name"));
            h_raw(v, "<article><h3>");
            h_text(v, title.len ? title : name);
            h_raw(v, "</h3>\n<dl>");
            age_row(v, json_get(it.value, "since"), (json){0});
            segment_why(v, name);
            h_raw(v, "</dl></article>\n");
        }
    }
    centre_answer_clear(&a);
    return code;
}

static cu_code former(struct visit *v, struct cu_error *err)
{
    struct centre_answer a;
    cu_code code = centre_read(v, "/history", &a, err);
    if (code == CU_OK) {
        struct json_iter it = json_each(json_get(a.value, "items"));
        h_element(v, "h2", T_HISTORY);
        h_element(v, "p", T_HISTORY_TEXT);
        h_raw(v, "<ul>\n");
        for (int i = 0; i < HISTORY_MAX && json_next(&it); i++) {
            h_raw(v, "<li>");
            h_words(v, json_str(json_get(it.value, "field")));
            h_raw(v, ": ");
            h_value(v, json_get(it.value, "value"));
            h_raw(v, " (");
            h_moment(v, json_str(json_get(it.value, "at")));
            h_raw(v, ")</li>\n");
        }
        h_raw(v, "</ul>\n");
    }
    centre_answer_clear(&a);
    return code;
}

cu_code centre_data(struct visit *v, struct cu_error *err)
{
    struct centre_answer a;
    cu_code code = centre_read(v, "", &a, err);
    if (code == CU_OK) {
        page_begin(v, 200, CENTRE_DATA, T_DATA);
        centre_done(v);
        h_element(v, "p", T_DATA_TEXT);
        h_element(v, "h2", T_VALUES);
        struct json_iter it = json_each(json_get(a.value, "traits"));
        while (json_next(&it))
            trait(v, it.value);
        if (json_count(json_get(a.value, "traits")) == 0)
            h_element(v, "p", T_NOTHING);
        identifiers(v, json_get(a.value, "identifiers"));
        code = inferred(v, err);
    }
    if (code == CU_OK)
        code = former(v, err);
    centre_answer_clear(&a);
    CU_TRY(code);
    return page_end(v, err);
}

// ---- orders and events

static void money(struct visit *v, json minor, cu_str currency)
{
    int64_t n = 0;
    struct cu_buf text;
    if (!json_i64(minor, &n))
        return;
    cu_buf_init(&text, 64);
    text_money_format(n, text_currency_exponent(currency), &text);
    h_text(v, cu_buf_view(&text));
    h_raw(v, " ");
    h_text(v, currency);
    cu_buf_clear(&text);
}

static void order(struct visit *v, json o)
{
    h_raw(v, "<article><h3>");
    h_say_with(v, T_ORDER, json_str(json_get(o, "order_id")));
    h_raw(v, "</h3>\n<dl>");
    h_row_begin(v, T_WHEN);
    h_moment(v, json_str(json_get(o, "placed")));
    h_row_end(v);
    h_row_begin(v, T_TOTAL);
    money(v, json_get(o, "total"), json_str(json_get(o, "currency")));
    h_row_end(v);
    struct json_iter it = json_each(json_get(o, "lines"));
    h_row_begin(v, T_GOODS);
    for (bool first = true; json_next(&it); first = false) {
        cu_str name = json_str(json_get(it.value, "name")), sku = json_str(json_get(it.value, "sku"));
        h_raw(v, first ? "" : ", ");
        h_value(v, json_get(it.value, "quantity"));
        h_raw(v, " × ");
        h_text(v, name.len ? name : sku);
    }
    h_row_end(v);
    h_raw(v, "</dl></article>\n");
}

static void event(struct visit *v, json e)
{
    h_raw(v, "<article><h3>");
    h_text(v, json_str(json_get(e, "event")));
    h_raw(v, "</h3>\n<dl>");
    h_row_begin(v, T_WHEN);
    h_moment(v, json_str(json_get(e, "time")));
    h_row_end(v);
    source_row(v, json_get(e, "source"));
    struct json_iter it = json_each(json_get(e, "properties"));
    for (int i = 0; i < EVENT_PROPERTIES_MAX && json_next(&it); i++) {
        h_raw(v, "<dt>");
        h_words(v, it.key);
        h_raw(v, "</dt><dd>");
        h_value(v, it.value);
        h_raw(v, "</dd>\n");
    }
    h_raw(v, "</dl></article>\n");
}

static cu_code section(struct visit *v, const char *rest, enum centre_text title, enum centre_text none,
    void (*each)(struct visit *v, json item), struct cu_error *err)
{
    struct centre_answer a;
    cu_code code = centre_read(v, rest, &a, err);
    if (code == CU_OK) {
        struct json_iter it = json_each(json_get(a.value, "items"));
        h_element(v, "h2", title);
        if (json_count(json_get(a.value, "items")) == 0)
            h_element(v, "p", none);
        while (json_next(&it))
            each(v, it.value);
    }
    centre_answer_clear(&a);
    return code;
}

cu_code centre_activity(struct visit *v, struct cu_error *err)
{
    page_begin(v, 200, CENTRE_ACTIVITY, T_ACTIVITY);
    h_element(v, "p", T_ACTIVITY_TEXT);
    CU_TRY(section(v, "/orders?limit=50", T_ORDERS, T_NOTHING, order, err));
    CU_TRY(section(v, "/events?limit=50", T_EVENTS, T_NOTHING, event, err));
    return page_end(v, err);
}
