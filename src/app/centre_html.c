// SPDX-License-Identifier: Apache-2.0
// The pages' frame and small parts. Everything that is not the program's own text goes through h_text. See centre.h.
#include "centre_private.h"

#include "text/text.h"

#include <stdio.h>

// Stricter than the console's: no script at all.
#define POLICY "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

void h_raw(struct visit *v, const char *html)
{
    cu_buf_z(v->out, html);
}

void h_text(struct visit *v, cu_str text)
{
    if (text.len)
        text_html(text, v->out);
}

void h_z(struct visit *v, const char *text)
{
    h_text(v, cu_str_of(text));
}

void h_say(struct visit *v, enum centre_text t)
{
    h_z(v, centre_say(v->language, t));
}

void h_say_with(struct visit *v, enum centre_text t, cu_str with)
{
    cu_str text = cu_str_of(centre_say(v->language, t));
    ptrdiff_t at = cu_str_find_str(text, CU_LIT("{}"));
    if (at < 0) {
        h_text(v, text);
        return;
    }
    h_text(v, cu_str_sub(text, 0, (size_t)at));
    h_text(v, with);
    h_text(v, cu_str_sub(text, (size_t)at + 2, text.len));
}

void h_element(struct visit *v, const char *tag, enum centre_text t)
{
    cu_buf_printf(v->out, "<%s>", tag);
    h_say(v, t);
    cu_buf_printf(v->out, "</%s>\n", tag);
}

void h_link(struct visit *v, const char *href, enum centre_text t)
{
    cu_buf_printf(v->out, "<a href=\"%s\">", href);
    h_say(v, t);
    h_raw(v, "</a>");
}

void h_date(struct visit *v, int64_t ms)
{
    char iso[TEXT_TIME_MAX];
    text_time_format(ms, iso);
    int month = (iso[5] - '0') * 10 + iso[6] - '0', day = (iso[8] - '0') * 10 + iso[9] - '0';
    cu_buf_printf(v->out, "<time datetime=\"%.10s\">%d%s %s %.4s</time>", iso, day, v->language == CENTRE_DE ? "." : "",
        centre_month(v->language, month), iso);
}

void h_moment(struct visit *v, cu_str iso)
{
    int64_t ms = 0;
    char text[TEXT_TIME_MAX];
    if (!text_time_parse(iso, &ms))
        return;
    h_date(v, ms);
    text_time_format(ms, text);
    cu_buf_printf(v->out, ", %.5s UTC", text + 11);
}

void h_row_begin(struct visit *v, enum centre_text name)
{
    h_element(v, "dt", name);
    h_raw(v, "<dd>");
}

void h_row_end(struct visit *v)
{
    h_raw(v, "</dd>\n");
}

void h_row(struct visit *v, enum centre_text name, cu_str value)
{
    if (value.len == 0)
        return;
    h_row_begin(v, name);
    h_text(v, value);
    h_row_end(v);
}

void h_words(struct visit *v, cu_str name)
{
    char text[256];
    size_t n = 0;
    if (2 * name.len > sizeof text) { // as it is: a cut could fall into a character
        h_text(v, name);
        return;
    }
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool capital = c >= 'A' && c <= 'Z';
        if (capital && i > 0 && name.ptr[i - 1] >= 'a' && name.ptr[i - 1] <= 'z')
            text[n++] = ' ';
        if (c == '_' || c == '.' || c == '$')
            c = ' ';
        else if (n == 0 && c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        else if (capital && n > 0 && text[n - 1] == ' ')
            c = (char)(c - 'A' + 'a');
        text[n++] = c;
    }
    h_text(v, (cu_str){text, n});
}

void h_value(struct visit *v, json value)
{
    struct cu_buf text;
    bool yes = false;
    if (json_is(value, JSON_STRING)) {
        h_text(v, json_str(value));
    } else if (json_bool(value, &yes)) {
        h_say(v, yes ? T_YES : T_NO);
    } else if (!json_is(value, JSON_NULL) && !json_is(value, JSON_ABSENT)) {
        cu_buf_init(&text, 65536);
        json_print(&text, value);
        h_text(v, cu_buf_view(&text));
        cu_buf_wipe(&text);
    }
}

// ---- forms

void h_form(struct visit *v, const char *action)
{
    cu_buf_printf(v->out, "<form method=\"post\" action=\"%s\">\n", action);
    if (v->open)
        h_hidden(v, "csrf", cu_str_of(v->csrf));
}

void h_hidden(struct visit *v, const char *name, cu_str value)
{
    cu_buf_printf(v->out, "<input type=\"hidden\" name=\"%s\" value=\"", name);
    h_text(v, value);
    h_raw(v, "\">\n");
}

void h_button(struct visit *v, enum centre_text t, const char *kind)
{
    cu_buf_printf(v->out, kind[0] ? "<button class=\"%s\">" : "<button>", kind);
    h_say(v, t);
    h_raw(v, "</button>\n</form>\n");
}

// ---- the frame

static const struct {
    enum centre_page page;
    const char *href;
    enum centre_text title;
} places[] = {
    {CENTRE_ME, "/privacy/me", T_OVERVIEW},
    {CENTRE_DATA, "/privacy/me/data", T_DATA},
    {CENTRE_ACTIVITY, "/privacy/me/activity", T_ACTIVITY},
    {CENTRE_CONSENTS, "/privacy/me/consents", T_CONSENTS},
    {CENTRE_ACCESS, "/privacy/me/access", T_ACCESS},
    {CENTRE_RIGHTS, "/privacy/me/rights", T_RIGHTS},
};

static void navigation(struct visit *v, enum centre_page page)
{
    h_raw(v, "<nav aria-label=\"");
    h_say(v, T_PAGES);
    h_raw(v, "\"><ul>\n");
    for (size_t i = 0; i < CU_COUNT(places); i++) {
        cu_buf_printf(
            v->out, "<li><a href=\"%s\"%s>", places[i].href, places[i].page == page ? " aria-current=\"page\"" : "");
        h_say(v, places[i].title);
        h_raw(v, "</a></li>\n");
    }
    h_raw(v, "</ul></nav>\n");
}

static void languages(struct visit *v)
{
    h_raw(v, "<nav aria-label=\"");
    h_say(v, T_LANGUAGE);
    h_raw(v, "\"><ul>\n");
    for (int i = 0; i < CENTRE_LANGUAGES; i++) {
        cu_buf_printf(v->out, "<li><a href=\"?language=%s\" lang=\"%s\" hreflang=\"%s\"%s>%s</a></li>\n",
            centre_language_codes[i], centre_language_codes[i], centre_language_codes[i],
            i == (int)v->language ? " aria-current=\"true\"" : "", centre_language_names[i]);
    }
    h_raw(v, "</ul></nav>\n");
}

void page_begin(struct visit *v, int status, enum centre_page page, enum centre_text title)
{
    v->rq->response.status = status;
    v->rq->response.content_type = "text/html; charset=utf-8";
    cu_buf_reset(v->out);
    cu_buf_printf(v->out,
        "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" "
        "content=\"noindex, nofollow\">\n<title>",
        centre_language_codes[v->language]);
    h_say(v, title);
    h_raw(v, " · ");
    h_z(v, settings_z(&v->c->o.engine->settings, "shop_name"));
    h_raw(v, "</title>\n<link rel=\"stylesheet\" href=\"/privacy/style.css\">\n</head>\n<body>\n<a class=\"skip\" "
             "href=\"#main\">");
    h_say(v, T_SKIP);
    h_raw(v, "</a>\n<header>\n<p>");
    h_z(v, settings_z(&v->c->o.engine->settings, "shop_name"));
    h_raw(v, " · ");
    h_say(v, T_CENTRE);
    h_raw(v, "</p>\n");
    if (strcmp(v->rq->route->method, "GET") == 0)
        languages(v);
    h_raw(v, "</header>\n");
    if (v->open)
        navigation(v, page);
    h_raw(v, "<main id=\"main\" tabindex=\"-1\">\n");
    h_element(v, "h1", title);
}

cu_code page_end(struct visit *v, struct cu_error *err)
{
    h_raw(v, "</main>\n<footer>\n");
    if (v->open) {
        h_form(v, "/privacy/me/leave");
        h_button(v, T_LEAVE, "quiet");
    }
    h_element(v, "p", T_FOOT);
    h_raw(v, "</footer>\n</body>\n</html>\n");
    CU_TRY(request_header_add(v->rq, "Content-Security-Policy", CU_LIT(POLICY)));
    CU_TRY(request_header_add(v->rq, "Vary", CU_LIT("Accept-Language, Cookie")));
    return cu_buf_code(v->out, err);
}

cu_code page_note(struct visit *v, int status, enum centre_text title, enum centre_text text, struct cu_error *err)
{
    page_begin(v, status, CENTRE_OUTSIDE, title);
    h_element(v, "p", text);
    h_raw(v, "<p>");
    h_link(v, v->open ? "/privacy/me" : "/privacy", v->open ? T_BACK : T_NEW_LINK);
    h_raw(v, "</p>\n");
    return page_end(v, err);
}

cu_code page_go(struct visit *v, const char *to, struct cu_error *err)
{
    v->rq->response.status = 303;
    cu_buf_reset(v->out);
    return request_header_add(v->rq, "Location", cu_str_of(to)) == CU_OK
               ? CU_OK
               : cu_fail(err, CU_MEMORY, "", "no memory for an answer");
}
