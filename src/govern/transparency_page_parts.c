// SPDX-License-Identifier: Apache-2.0
// The sections of the transparency page that come out of its document. See transparency_page.c.
#include "transparency_private.h"

#include "text/text.h"

static bool is_shown(const struct transparency_page *p, const char *part)
{
    bool yes = true;
    return !json_bool(json_get(json_get(p->content, "shown"), part), &yes) || yes;
}

static void close_section(struct transparency_page *p)
{
    cu_buf_z(p->out, "</section>\n");
}

static void term(struct transparency_page *p, const char *word, cu_str text)
{
    if (!text.len)
        return;
    cu_buf_z(p->out, "<dt>");
    transparency_out(p, word);
    cu_buf_z(p->out, "</dt><dd>");
    transparency_escape(p, text);
    cu_buf_z(p->out, "</dd>");
}

static cu_str text_of(json object, const char *name)
{
    return json_str(json_get(object, name));
}

// ---- who is responsible

static bool is_web(cu_str url)
{
    return cu_str_starts(url, CU_LIT("https://")) || cu_str_starts(url, CU_LIT("http://"));
}

static void contact(struct transparency_page *p, json c)
{
    cu_str email = text_of(c, "email"), website = text_of(c, "website");
    cu_buf_z(p->out, "<dl>");
    term(p, "name", text_of(c, "name"));
    term(p, "address", text_of(c, "address"));
    term(p, "country", transparency_country(p->language, text_of(c, "country")));
    if (email.len) {
        cu_buf_z(p->out, "<dt>");
        transparency_out(p, "email");
        cu_buf_z(p->out, "</dt><dd><a href=\"mailto:");
        transparency_escape(p, email);
        cu_buf_z(p->out, "\">");
        transparency_escape(p, email);
        cu_buf_z(p->out, "</a></dd>");
    }
    term(p, "phone", text_of(c, "phone"));
    if (is_web(website)) {
        cu_buf_z(p->out, "<dt>");
        transparency_out(p, "website");
        cu_buf_z(p->out, "</dt><dd><a rel=\"noreferrer\" href=\"");
        transparency_escape(p, website);
        cu_buf_z(p->out, "\">");
        transparency_escape(p, website);
        cu_buf_z(p->out, "</a></dd>");
    }
    cu_buf_z(p->out, "</dl>\n");
}

static void responsible(struct transparency_page *p)
{
    static const char *const others[] = {"representative", "officer", "authority"};
    transparency_heading(p, "controller", "controller");
    contact(p, json_get(p->content, "controller"));
    for (size_t i = 0; i < CU_COUNT(others); i++) {
        json c = json_get(p->content, others[i]);
        if (!json_is(c, JSON_OBJECT))
            continue;
        cu_buf_z(p->out, "<h3>");
        transparency_out(p, others[i]);
        cu_buf_z(p->out, "</h3>\n");
        contact(p, c);
    }
    close_section(p);
}

// ---- what is collected

static void duration(struct transparency_page *p, int64_t days, const char *none)
{
    if (days == 0) {
        transparency_out(p, none);
        return;
    }
    bool years = days % 365 == 0;
    int64_t n = years ? days / 365 : days;
    cu_buf_printf(p->out, "%lld ", (long long)n);
    transparency_out(p, years ? n == 1 ? "year" : "years" : n == 1 ? "day" : "days");
}

static void item(struct transparency_page *p, json f)
{
    int64_t days = 0;
    bool first = true;
    (void)json_i64(json_get(f, "retention_days"), &days);
    cu_buf_z(p->out, "<li><strong>");
    transparency_escape(p, text_of(f, "name"));
    cu_buf_z(p->out, "</strong> ");
    transparency_escape(p, text_of(f, "doc"));
    cu_buf_z(p->out, " <span class=\"meta\">");
    transparency_out(p, "level");
    cu_buf_z(p->out, ": ");
    transparency_escape(p, transparency_word_of(p->language, "level", text_of(f, "level")));
    cu_buf_z(p->out, "; ");
    struct json_iter it = json_each(json_get(f, "purposes"));
    while (json_next(&it)) {
        if (first)
            transparency_out(p, "for");
        cu_buf_z(p->out, first ? " " : ", ");
        first = false;
        cu_buf_z(p->out, "<a href=\"#purpose-");
        transparency_escape(p, json_str(it.value));
        cu_buf_z(p->out, "\">");
        transparency_escape(p, json_str(it.value));
        cu_buf_z(p->out, "</a>");
    }
    cu_buf_z(p->out, first ? "" : "; ");
    transparency_out(p, "kept");
    cu_buf_z(p->out, ": ");
    duration(p, days, "as_long");
    cu_buf_z(p->out, "</span></li>\n");
}

static void items(struct transparency_page *p, json list, const char *word)
{
    size_t count = json_count(list);
    if (count == 0)
        return;
    cu_buf_z(p->out, "<details><summary>");
    transparency_out(p, word);
    cu_buf_printf(p->out, " (%zu)</summary><ul class=\"items\">\n", count);
    struct json_iter it = json_each(list);
    while (json_next(&it))
        item(p, it.value);
    cu_buf_z(p->out, "</ul></details>\n");
}

static void data(struct transparency_page *p)
{
    transparency_heading(p, "data", "data");
    cu_buf_z(p->out, "<p>");
    transparency_out(p, "data_lead");
    cu_buf_z(p->out, "</p>\n");
    struct json_iter it = json_each(json_get(p->content, "data"));
    while (json_next(&it)) {
        cu_buf_z(p->out, "<h3>");
        transparency_escape(p, transparency_word_of(p->language, "category", text_of(it.value, "name")));
        cu_buf_z(p->out, "</h3>\n");
        items(p, json_get(it.value, "fields"), "fields");
        items(p, json_get(it.value, "events"), "events");
    }
    cu_buf_z(p->out, "<h3>");
    transparency_out(p, "sources");
    cu_buf_z(p->out, "</h3><ul>\n");
    it = json_each(json_get(p->content, "sources"));
    while (json_next(&it)) {
        cu_buf_z(p->out, "<li>");
        transparency_escape(p, transparency_word_of(p->language, "source", json_str(it.value)));
        cu_buf_z(p->out, "</li>\n");
    }
    cu_buf_z(p->out, "</ul>\n");
    close_section(p);
}

// ---- why

static void purpose(struct transparency_page *p, json v)
{
    int64_t days = 0;
    cu_str basis = text_of(v, "basis"), balancing = transparency_text(p->language, json_get(v, "balancing"));
    (void)json_i64(json_get(v, "validity_days"), &days);
    cu_buf_z(p->out, "<h3 id=\"purpose-");
    transparency_escape(p, text_of(v, "name"));
    cu_buf_z(p->out, "\">");
    transparency_escape(p, text_of(v, "name"));
    cu_buf_z(p->out, "</h3>\n<p>");
    transparency_escape(p, text_of(v, "doc"));
    cu_buf_z(p->out, "</p>\n<dl>");
    term(p, "basis", transparency_word_of(p->language, "basis", basis));
    if (cu_str_eqz(basis, "legitimate_interest"))
        term(p, "balancing", balancing.len ? balancing : transparency_word(p->language, "balancing_none"));
    if (cu_str_eqz(basis, "consent")) {
        cu_buf_z(p->out, "<dt>");
        transparency_out(p, "validity");
        cu_buf_z(p->out, "</dt><dd>");
        duration(p, days, "until_withdrawn");
        cu_buf_z(p->out, "</dd>");
        term(p, "wording", transparency_text(p->language, json_get(v, "wordings")));
    }
    cu_buf_z(p->out, "</dl>\n");
}

static void purposes(struct transparency_page *p)
{
    transparency_heading(p, "purposes", "purposes");
    struct json_iter it = json_each(json_get(p->content, "purposes"));
    while (json_next(&it))
        purpose(p, it.value);
    close_section(p);
}

// ---- who receives

static void recipient(struct transparency_page *p, json r)
{
    cu_str country = text_of(r, "country"), website = text_of(r, "website"),
           role = transparency_word_of(p->language, "role", text_of(r, "role"));
    bool first = true;
    cu_buf_z(p->out, "<li><strong>");
    transparency_escape(p, text_of(r, "title"));
    cu_buf_z(p->out, "</strong>");
    if (country.len) {
        cu_buf_z(p->out, " (");
        transparency_escape(p, transparency_country(p->language, country));
        cu_buf_z(p->out, ")");
    }
    cu_buf_z(p->out, " <span class=\"meta\">");
    transparency_escape(p, role);
    struct json_iter it = json_each(json_get(r, "purposes"));
    while (json_next(&it)) {
        if (first) {
            cu_buf_z(p->out, role.len ? "; " : "");
            transparency_out(p, "for");
        }
        cu_buf_z(p->out, first ? " " : ", ");
        first = false;
        transparency_escape(p, json_str(it.value));
    }
    if (is_web(website)) {
        cu_buf_z(p->out, "; <a rel=\"noreferrer\" href=\"");
        transparency_escape(p, website);
        cu_buf_z(p->out, "\">");
        transparency_escape(p, website);
        cu_buf_z(p->out, "</a>");
    }
    cu_buf_z(p->out, "</span></li>\n");
}

static void recipients(struct transparency_page *p)
{
    json list = json_get(p->content, "recipients");
    size_t outside = 0;
    transparency_heading(p, "recipients", "recipients");
    struct json_iter it = json_each(list);
    cu_buf_z(p->out, json_count(list) ? "<ul class=\"items\">\n" : "<p>");
    while (json_next(&it))
        recipient(p, it.value);
    if (!json_count(list))
        transparency_out(p, "recipients_none");
    cu_buf_z(p->out, json_count(list) ? "</ul>\n<h3 id=\"transfers\">" : "</p>\n<h3 id=\"transfers\">");
    transparency_out(p, "transfers");
    cu_buf_z(p->out, "</h3>\n");
    it = json_each(list);
    while (json_next(&it)) {
        cu_str country = text_of(it.value, "country");
        if (!country.len || transparency_country_is_safe(country))
            continue;
        cu_buf_z(p->out, outside++ ? "<li><strong>" : "<ul class=\"items\"><li><strong>");
        transparency_escape(p, transparency_country(p->language, country));
        cu_buf_z(p->out, "</strong>: ");
        transparency_escape(p, text_of(it.value, "title"));
        cu_buf_z(p->out, " <span class=\"meta\">");
        transparency_out(p, "safeguard");
        cu_buf_z(p->out, ": ");
        transparency_escape(p, transparency_word_of(p->language, "safeguard", text_of(it.value, "safeguard")));
        cu_buf_z(p->out, "</span></li>\n");
    }
    cu_buf_z(p->out, outside ? "</ul>\n" : "<p>");
    if (!outside) {
        transparency_out(p, "transfers_none");
        cu_buf_z(p->out, "</p>\n");
    }
    close_section(p);
}

// ---- who has access

static void looked(struct transparency_page *p, cu_str role)
{
    for (size_t i = 0; p->live && i < p->live->role_count; i++) {
        if (!cu_str_eqz(role, p->live->roles[i].role))
            continue;
        cu_buf_printf(p->out, "; %lld ", (long long)p->live->roles[i].reads);
        transparency_out(p, "reads");
        cu_buf_z(p->out, ", ");
        transparency_out(p, "last_read");
        cu_buf_char(p->out, ' ');
        transparency_date(p, p->live->roles[i].last_ms);
    }
}

static void role(struct transparency_page *p, json r)
{
    cu_str name = text_of(r, "name"), word = transparency_word_of(p->language, "staff", name), view = text_of(r, "view");
    int64_t persons = 0;
    bool records = false;
    (void)json_i64(json_get(r, "persons"), &persons);
    (void)json_bool(json_get(r, "records"), &records);
    cu_buf_z(p->out, "<li><strong>");
    transparency_escape(p, word.ptr ? word : text_of(r, "doc"));
    cu_buf_printf(p->out, "</strong>: %lld ", (long long)persons);
    transparency_out(p, persons == 1 ? "person" : "persons");
    cu_buf_z(p->out, " <span class=\"meta\">");
    transparency_out(p, "sees");
    cu_buf_char(p->out, ' ');
    if (!records)
        transparency_out(p, "no_records");
    for (size_t i = DICT_P2; records && i < view.len; i++) {
        const char level[3] = {'P', (char)('0' + i), 0};
        cu_buf_z(p->out, i > DICT_P2 ? ", " : "");
        transparency_escape(p, transparency_word_of(p->language, "level", cu_str_of(level)));
        cu_buf_char(p->out, ' ');
        transparency_escape(p, transparency_word_of(p->language, "sees", cu_str_sub(view, i, 1)));
    }
    looked(p, name);
    cu_buf_z(p->out, "</span></li>\n");
}

static void access_section(struct transparency_page *p)
{
    transparency_heading(p, "access", "access");
    cu_buf_z(p->out, "<p>");
    transparency_out(p, "access_lead");
    cu_buf_z(p->out, "</p>\n<ul class=\"items\">\n");
    struct json_iter it = json_each(json_get(p->content, "access"));
    while (json_next(&it))
        role(p, it.value);
    cu_buf_z(p->out, "</ul>\n");
    close_section(p);
}

static void security(struct transparency_page *p)
{
    transparency_heading(p, "security", "security");
    cu_buf_z(p->out, "<ul>\n");
    struct json_iter it = json_each(json_get(p->content, "security"));
    while (json_next(&it)) {
        cu_buf_z(p->out, "<li>");
        transparency_escape(p, transparency_word_of(p->language, "step", json_str(it.value)));
        cu_buf_z(p->out, "</li>\n");
    }
    cu_buf_z(p->out, "</ul>\n");
    close_section(p);
}

// ---- rights

static void rights(struct transparency_page *p)
{
    static const char *const all[] = {"right.access", "right.rectification", "right.erasure", "right.restriction",
        "right.portability", "right.objection", "right.withdrawal", "right.complaint"};
    cu_str email = text_of(json_get(p->content, "controller"), "email");
    transparency_heading(p, "rights", "rights");
    cu_buf_z(p->out, "<ul>\n");
    for (size_t i = 0; i < CU_COUNT(all); i++) {
        cu_buf_z(p->out, "<li>");
        transparency_out(p, all[i]);
        cu_buf_z(p->out, "</li>\n");
    }
    cu_buf_z(p->out, "</ul>\n<p>");
    transparency_out(p, "rights_lead");
    cu_buf_z(p->out, " <a class=\"act\" href=\"/privacy\">");
    transparency_out(p, "rights_link");
    cu_buf_z(p->out, "</a></p>\n<p>");
    transparency_out(p, "rights_mail");
    cu_buf_z(p->out, " <a href=\"mailto:");
    transparency_escape(p, email);
    cu_buf_z(p->out, "\">");
    transparency_escape(p, email);
    cu_buf_z(p->out, "</a></p>\n<h3>");
    transparency_out(p, "gpc");
    cu_buf_z(p->out, "</h3>\n<p>");
    transparency_out(p, "gpc_text");
    cu_buf_z(p->out, "</p>\n<h3>");
    transparency_out(p, "automated");
    cu_buf_z(p->out, "</h3>\n<p>");
    cu_str automated = transparency_text(p->language, json_get(p->content, "automated"));
    transparency_escape(p, automated.len ? automated : transparency_word(p->language, "automated_none"));
    cu_buf_z(p->out, "</p>\n");
    close_section(p);
}

static void planned(struct transparency_page *p)
{
    json list = json_get(p->content, "planned");
    transparency_heading(p, "planned", "planned");
    cu_buf_z(p->out, json_count(list) ? "<ul>\n" : "<p>");
    struct json_iter it = json_each(list);
    while (json_next(&it)) {
        cu_buf_z(p->out, "<li><strong>");
        transparency_escape(p, text_of(it.value, "date"));
        cu_buf_z(p->out, "</strong> ");
        transparency_escape(p, transparency_text(p->language, json_get(it.value, "texts")));
        cu_buf_z(p->out, "</li>\n");
    }
    if (!json_count(list))
        transparency_out(p, "planned_none");
    cu_buf_z(p->out, json_count(list) ? "</ul>\n" : "</p>\n");
    close_section(p);
}

void transparency_print_parts(struct transparency_page *p)
{
    responsible(p);
    if (is_shown(p, "fields"))
        data(p);
    purposes(p);
    recipients(p);
    if (is_shown(p, "access"))
        access_section(p);
    if (is_shown(p, "security"))
        security(p);
    rights(p);
    planned(p);
}
