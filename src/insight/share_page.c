// SPDX-License-Identifier: Apache-2.0
// A shared dashboard as a page: pictures inside of it, each with its figures as a table. No script; everything that is not the
// program's own text is escaped. See dashboard.h.
#include "dashboard_private.h"

#include "base/log.h"
#include "text/text.h"

#include <stdio.h>

enum { TABLE_ROWS = 200 };

void share_style(struct cu_buf *out)
{
    cu_buf_z(out,
        ":root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d8dee4;--act:#1f5fa8}\n"
        "@media "
        "(prefers-color-scheme:dark){:root{--paper:#15191e;--ink:#e8ecf0;--soft:#a5b0ba;--line:#38414b;--act:#7db4f2}}\n"
        "*{box-sizing:border-box}body{margin:0 auto;max-width:80rem;padding:1rem 1.25rem "
        "3rem;background:var(--paper);color:var(--ink);"
        "font:1rem/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}\n"
        "h1{font-size:1.6rem;line-height:1.25;margin:.2rem 0}h2{font-size:1.05rem;margin:0 0 "
        ".5rem}.soft{color:var(--soft)}\n"
        ".tiles{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:1rem;margin-top:1.25rem}\n"
        ".tiles article{border:1px solid var(--line);border-radius:.5rem;padding:1rem;min-width:0;grid-column:span 2}\n"
        ".tiles .w1{grid-column:span 1}.tiles .w3{grid-column:span 3}.tiles .w4{grid-column:span 4}\n"
        "figure{margin:0;overflow-x:auto}svg{max-width:100%;height:auto;display:block}\n"
        "details{margin-top:.5rem}summary{color:var(--act);cursor:pointer;min-height:1.75rem}.wide{overflow-x:auto}\n"
        "table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}caption{position:"
        "absolute;left:-99rem}\n"
        "th,td{padding:.25rem .6rem;border-top:1px solid var(--line);text-align:right}th:first-child{text-align:left}\n"
        "thead th{border-top:0;color:var(--soft);font-weight:600}tbody th{font-weight:400;overflow-wrap:anywhere}\n"
        "footer{margin-top:2rem;border-top:1px solid var(--line);padding-top:.75rem;color:var(--soft);font-size:.9rem}\n"
        ":focus-visible{outline:.2rem solid var(--act);outline-offset:.15rem}\n"
        "@media (max-width:60rem){.tiles article,.tiles .w1,.tiles .w3{grid-column:span 2}.tiles .w4{grid-column:span 4}}\n"
        "@media (max-width:40rem){.tiles{display:block}.tiles article{margin-bottom:1rem}.w2 "
        "svg{max-width:none;width:34rem}.w3 svg,.w4 svg{max-width:none;width:56rem}}\n"
        "@media print{details>*{display:block}article{break-inside:avoid}body{max-width:none}}\n");
    drawing_style(out);
}

static void page_begin(const struct dashboards *d, cu_str title, struct cu_buf *out)
{
    cu_buf_z(out, "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                  "content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"robots\" content=\"noindex, nofollow\"><title>");
    text_html(title, out);
    if (d->shop_name[0]) {
        cu_buf_z(out, " – ");
        text_html(cu_str_of(d->shop_name), out);
    }
    cu_buf_z(
        out, "</title>\n<link rel=\"stylesheet\" href=\"/shared/style.css\"></head>\n<body>\n<header><p class=\"soft\">");
    text_html(cu_str_of(d->shop_name), out);
    cu_buf_z(out, "</p>\n<h1>");
    text_html(title, out);
    cu_buf_z(out, "</h1></header>\n<main>\n");
}

void share_plain_page(const struct dashboards *d, const char *title, const char *text, struct cu_buf *out)
{
    page_begin(d, cu_str_of(title), out);
    cu_buf_z(out, "<p>");
    text_html(cu_str_of(text), out);
    cu_buf_z(out, "</p>\n</main>\n</body></html>\n");
}

void dashboard_days(const struct dashboards *d, const struct dashboard *b, struct cu_buf *out)
{
    const struct insight_desk_options *o = insight_desk_options(d->o.desk);
    int32_t from = 0, last = 0;
    char text[TEXT_TIME_MAX];
    if (!dashboard_period(b->period, text_zone_day(o->zone, cu_now_ms()), &from, &last))
        return;
    text_time_format(text_day_start(from), text);
    cu_buf_printf(out, "%.10s", text);
    text_time_format(text_day_start(last), text);
    if (from != last)
        cu_buf_printf(out, " to %.10s", text);
}

static void print_figure(const struct drawing *g, struct cu_buf *out)
{
    bool table_only = g->show == DRAWING_TABLE;
    if (!table_only) {
        cu_buf_z(out, "<figure tabindex=\"0\">");
        drawing_svg(g, DRAWING_PAGE, out);
        cu_buf_z(out, "</figure>\n<details><summary>Figures as a table</summary>");
    }
    cu_buf_z(out, "<div class=\"wide\" role=\"group\" tabindex=\"0\" aria-label=\"");
    text_html(g->title, out);
    cu_buf_z(out, "\">\n");
    drawing_table(g, false, TABLE_ROWS, out);
    cu_buf_z(out, table_only ? "</div>\n" : "</div></details>\n");
}

static void print_tile(struct dashboards *d, const struct dashboard *b, json tile, size_t index, struct cu_buf *out)
{
    const struct caller house = dashboard_house();
    struct dashboard_figure f;
    struct cu_error err = {.code = CU_OK};
    char id[24];
    int64_t width = 2;
    (void)json_i64(json_get(tile, "width"), &width);
    if (width < 2 && !cu_str_eqz(json_str(json_get(tile, "show")), "number"))
        width = 2; // words in a chart would be too small
    (void)snprintf(id, sizeof id, "t%zu", index);
    cu_buf_printf(out, "<article class=\"w%d\"><h2>", (int)width);
    text_html(json_str(json_get(tile, "title")), out);
    cu_buf_z(out, "</h2>\n");
    if (dashboard_tile_ask(d, &house, b, tile, id, false, &f, &err) == CU_OK) {
        f.drawing.bare = true;
        f.drawing.width = width == 4 ? 1200 : width == 3 ? 900 : 0;
        print_figure(&f.drawing, out);
        dashboard_figure_clear(&f);
    } else {
        cu_log(CU_LOG_WARN, "shares.tile_failed", CU_LS("code", cu_code_rows[err.code].name), CU_LS("field", err.field),
            CU_LS("text", err.text));
        cu_buf_z(out, "<p class=\"soft\">This figure cannot be shown now.</p>\n");
    }
    cu_buf_z(out, "</article>\n");
}

static void print_foot(struct dashboards *d, const struct share *s, struct cu_buf *out)
{
    const struct insight_desk_options *o = insight_desk_options(d->o.desk);
    char now[TEXT_TIME_MAX], until[TEXT_TIME_MAX];
    text_time_format(cu_now_ms(), now);
    text_time_format(s->until_ms, until);
    cu_buf_z(out, "</main>\n<footer><p>");
    if (o->small_group > 1)
        cu_buf_printf(out, "Figures about fewer than %lld people are not shown. ", (long long)o->small_group);
    cu_buf_printf(out,
        "Days are days of %s. Made at <time datetime=\"%s\">%.10s %.5s UTC</time>; the link works until <time "
        "datetime=\"%s\">%.10s</time>.",
        o->zone_name, now, now, now + 11, until, until);
    cu_buf_z(out, "</p></footer>\n</body></html>\n");
}

cu_code share_page_print(
    struct dashboards *d, const struct dashboard *b, const struct share *s, struct cu_buf *out, struct cu_error *err)
{
    json tiles;
    struct json_parser *parser = json_parser_new(DASHBOARD_BODY_MAX * 2);
    cu_code code = parser ? json_parse(parser, b->tiles, &tiles, err) : cu_fail(err, CU_MEMORY, "", "no memory for a page");
    if (code == CU_OK) {
        page_begin(d, b->title, out);
        cu_buf_z(out, "<p class=\"soft\">");
        dashboard_days(d, b, out);
        cu_buf_z(out, "</p>\n");
        if (b->doc.len) {
            cu_buf_z(out, "<p>");
            text_html(b->doc, out);
            cu_buf_z(out, "</p>\n");
        }
        cu_buf_z(out, "<div class=\"tiles\">\n");
        struct json_iter it = json_each(tiles);
        for (size_t i = 0; json_next(&it); i++)
            print_tile(d, b, it.value, i, out);
        cu_buf_z(out, "</div>\n");
        print_foot(d, s, out);
        code = cu_buf_code(out, err);
    }
    json_parser_free(parser);
    return code;
}
