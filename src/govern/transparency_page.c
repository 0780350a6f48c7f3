// SPDX-License-Identifier: Apache-2.0
// The transparency page as HTML: frame, badges, statistics. No script; everything but words of the table is escaped.
// See transparency_private.h; the sections out of the document are in transparency_page_parts.c.
#include "transparency_private.h"

#include "text/text.h"

#include <stdio.h>

void transparency_escape(struct transparency_page *p, cu_str text)
{
    text_html(text, p->out);
}

void transparency_out(struct transparency_page *p, const char *word)
{
    text_html(transparency_word(p->language, word), p->out);
}

void transparency_date(struct transparency_page *p, int64_t ms)
{
    char text[TEXT_TIME_MAX];
    text_time_format(ms, text);
    cu_buf_printf(p->out, "<time datetime=\"%.10s\">%.10s</time>", text, text);
}

void transparency_heading(struct transparency_page *p, const char *id, const char *word)
{
    cu_buf_printf(p->out, "<section id=\"%s\" aria-labelledby=\"h-%s\">\n<h2 id=\"h-%s\">", id, id, id);
    transparency_out(p, word);
    cu_buf_z(p->out, "</h2>\n");
}

static void languages(struct transparency_page *p, const char *path)
{
    static const char *const own[] = {"English", "Deutsch", "Français"};
    cu_buf_z(p->out, "<nav class=\"languages\" aria-label=\"");
    transparency_out(p, "language");
    cu_buf_z(p->out, "\"><ul>");
    for (int l = 0; l < TRANSPARENCY_LANGUAGES; l++)
        cu_buf_printf(p->out, "<li><a href=\"%s%slanguage=%s\" hreflang=\"%s\" lang=\"%s\"%s>%s</a></li>", path,
            strchr(path, '?') ? "&amp;" : "?", transparency_languages[l], transparency_languages[l],
            transparency_languages[l], l == (int)p->language ? " aria-current=\"true\"" : "", own[l]);
    cu_buf_z(p->out, "</ul></nav>\n");
}

void transparency_head(struct transparency_page *p, const char *title, const char *path)
{
    cu_str shop = json_str(json_get(json_get(p->content, "controller"), "name"));
    cu_buf_printf(p->out, "<!doctype html>\n<html lang=\"%s\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\">\n<title>", transparency_languages[p->language]);
    transparency_out(p, title);
    cu_buf_z(p->out, " – ");
    transparency_escape(p, shop);
    cu_buf_z(p->out, "</title>\n<link rel=\"stylesheet\" href=\"/transparency/style.css\">"
                     "<link rel=\"alternate\" type=\"application/json\" href=\"/transparency.json\"></head>\n<body>\n<a "
                     "class=\"skip\" href=\"#main\">");
    transparency_out(p, "skip");
    cu_buf_z(p->out, "</a>\n<header>\n<p class=\"shop\">");
    transparency_escape(p, shop);
    cu_buf_z(p->out, "</p>\n");
    languages(p, path);
    cu_buf_z(p->out, "</header>\n<main id=\"main\">\n<h1>");
    transparency_out(p, title);
    cu_buf_z(p->out, "</h1>\n");
}

void transparency_foot(struct transparency_page *p)
{
    const char *l = transparency_languages[p->language];
    cu_buf_printf(p->out, "</main>\n<footer><p><a href=\"/transparency?language=%s\">", l);
    transparency_out(p, "title");
    cu_buf_printf(p->out, "</a> · <a href=\"/transparency/versions?language=%s\">", l);
    transparency_out(p, "history");
    cu_buf_printf(p->out, "</a> · <a href=\"/transparency.json?language=%s\">", l);
    transparency_out(p, "machine");
    cu_buf_z(p->out, "</a></p></footer>\n</body></html>\n");
}

// ---- figures

static void print_badges(struct transparency_page *p)
{
    static const char *const marks[] = {"✓", "!", "✗", "–"};
    struct transparency_badge badges[TRANSPARENCY_BADGES];
    transparency_badges(p->live, cu_now_ms(), badges);
    transparency_heading(p, "badges", "badges");
    cu_buf_z(p->out, "<p>");
    transparency_out(p, "badges_lead");
    cu_buf_z(p->out, "</p>\n<ul class=\"badges\">\n");
    for (size_t i = 0; i < TRANSPARENCY_BADGES; i++) {
        CU_AUTO_BUF struct cu_buf text;
        cu_buf_init(&text, 200);
        transparency_badge_text(p->language, &badges[i], &text);
        const char *colour = transparency_colours[badges[i].colour];
        cu_buf_printf(p->out,
            "<li class=\"%s\" data-badge=\"%s\"><span class=\"mark\" aria-hidden=\"true\">%s</span> <span class=\"what\">",
            colour, badges[i].name, marks[badges[i].colour]);
        transparency_escape(p, transparency_word_of(p->language, "badge", cu_str_of(badges[i].name)));
        cu_buf_z(p->out, "</span> <strong>");
        transparency_escape(p, cu_buf_view(&text));
        cu_buf_z(p->out, "</strong>");
        if (badges[i].colour != TRANSPARENCY_GREY) {
            cu_buf_z(p->out, " <span class=\"state\">");
            transparency_escape(p, transparency_word_of(p->language, "colour", cu_str_of(colour)));
            cu_buf_z(p->out, "</span>");
        }
        cu_buf_z(p->out, "</li>\n");
    }
    cu_buf_z(p->out, "</ul></section>\n");
}

static const char *const columns[] = {"received", "fulfilled", "denied", "open", "median_days"};

static void print_right(struct transparency_page *p, json figures)
{
    cu_str right = json_str(json_get(figures, "right")), word = transparency_word_of(p->language, "right_name", right);
    cu_buf_z(p->out, "<tr><th scope=\"row\">");
    transparency_escape(p, word.ptr ? word : right);
    cu_buf_z(p->out, "</th>");
    for (size_t i = 0; i < CU_COUNT(columns); i++) {
        int64_t v = 0;
        double real = 0;
        json cell = json_get(figures, columns[i]);
        if (json_i64(cell, &v))
            cu_buf_printf(p->out, "<td>%lld</td>", (long long)v);
        else if (json_double(cell, &real))
            cu_buf_printf(p->out, "<td>%.1f</td>", real);
        else
            cu_buf_z(p->out, "<td>–</td>");
    }
    cu_buf_z(p->out, "</tr>\n");
}

static void print_table(struct transparency_page *p, json rights)
{
    cu_buf_z(p->out,
        "<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-labelledby=\"h-statistics\"><table><thead><tr><td></td>");
    for (size_t i = 0; i < CU_COUNT(columns); i++) {
        cu_buf_z(p->out, "<th scope=\"col\">");
        transparency_out(p, columns[i]);
        cu_buf_z(p->out, "</th>");
    }
    cu_buf_z(p->out, "</tr></thead><tbody>\n");
    struct json_iter it = json_each(rights);
    while (json_next(&it))
        print_right(p, it.value);
    cu_buf_z(p->out, "</tbody></table></div>\n");
}

static void print_statistics(struct transparency_page *p)
{
    json v;
    struct json_parser *parser = json_parser_new(TRANSPARENCY_FIGURES_MAX);
    if (parser && p->live->figures[0] && json_parse(parser, cu_str_of(p->live->figures), &v, NULL) == CU_OK) {
        transparency_heading(p, "statistics", "statistics");
        if (json_count(json_get(v, "rights"))) {
            print_table(p, json_get(v, "rights"));
        } else {
            cu_buf_z(p->out, "<p>");
            transparency_out(p, "statistics_none");
            cu_buf_z(p->out, "</p>\n");
        }
        cu_buf_z(p->out, "</section>\n");
    }
    json_parser_free(parser);
}

static bool is_shown(const struct transparency_page *p, const char *part)
{
    bool yes = true;
    return !json_bool(json_get(json_get(p->content, "shown"), part), &yes) || yes;
}

void transparency_print_figures(struct transparency_page *p)
{
    if (p->live && is_shown(p, "badges"))
        print_badges(p);
    if (p->live && is_shown(p, "statistics"))
        print_statistics(p);
}

// ---- the whole page

static void print_lead(struct transparency_page *p)
{
    cu_str intro = transparency_text(p->language, json_get(p->content, "texts"));
    if (intro.len) {
        cu_buf_z(p->out, "<p class=\"intro\">");
        transparency_escape(p, intro);
        cu_buf_z(p->out, "</p>\n");
    }
    cu_buf_z(p->out, "<p>");
    transparency_out(p, "generated");
    cu_buf_z(p->out, "</p>\n<p class=\"version\">");
    transparency_out(p, "version");
    cu_buf_printf(p->out, " %lld ", (long long)p->version);
    transparency_out(p, "of");
    cu_buf_char(p->out, ' ');
    transparency_date(p, p->made_ms);
    if (p->newest > p->version) {
        cu_buf_z(p->out, ". <strong>");
        transparency_out(p, "older");
        cu_buf_printf(p->out, "</strong> <a href=\"/transparency?language=%s\">", transparency_languages[p->language]);
        transparency_out(p, "newest");
        cu_buf_printf(p->out, "</a> · <a href=\"/transparency/diff?from=%lld&amp;to=%lld&amp;language=%s\">",
            (long long)p->version, (long long)p->newest, transparency_languages[p->language]);
        transparency_out(p, "diff_title");
        cu_buf_z(p->out, "</a>");
    }
    cu_buf_z(p->out, "</p>\n");
}

static void print_proof(struct transparency_page *p)
{
    transparency_heading(p, "proof", "proof");
    cu_buf_z(p->out, "<p>");
    transparency_out(p, "proof_how");
    cu_buf_printf(p->out, " <code>custos verify proof.json</code></p>\n<p><a href=\"/transparency/%lld/proof.json\">",
        (long long)p->version);
    transparency_out(p, "proof");
    cu_buf_z(p->out, "</a></p></section>\n");
}

void transparency_print_page(struct transparency_page *p)
{
    char path[48];
    (void)snprintf(path, sizeof path, p->live ? "/transparency" : "/transparency/%lld", (long long)p->version);
    transparency_head(p, "title", path);
    print_lead(p);
    transparency_print_figures(p);
    transparency_print_parts(p);
    print_proof(p);
    transparency_foot(p);
}
