// SPDX-License-Identifier: Apache-2.0
// A dashboard as a letter. Every text that is not the program's own is escaped; nothing is fetched from anywhere when it is read.
// See dashboard_letter.h.
#include "dashboard_letter.h"

#include "base/log.h"
#include "text/text.h"

#include <stdio.h>

enum {
    TEXT_MAX = 512 * 1024,
    HTML_MAX = 1024 * 1024,
    PICTURE_MAX = 256 * 1024,
    PICTURES_BYTES_MAX = 1024 * 1024,
    ROWS = 31
};

static void open_letter(struct dashboard_letter *l)
{
    *l = (struct dashboard_letter){.picture_count = 0};
    cu_buf_init(&l->subject, 900);
    cu_buf_init(&l->text, TEXT_MAX);
    cu_buf_init(&l->html, HTML_MAX);
    for (size_t i = 0; i < LETTER_PICTURES_MAX; i++)
        cu_buf_init(&l->pictures_text[i], PICTURE_MAX);
}

void dashboard_letter_clear(struct dashboard_letter *l)
{
    cu_buf_clear(&l->subject);
    cu_buf_clear(&l->text);
    cu_buf_clear(&l->html);
    for (size_t i = 0; i < LETTER_PICTURES_MAX; i++)
        cu_buf_clear(&l->pictures_text[i]);
}

static void escaped(struct dashboard_letter *l, cu_str text)
{
    if (text.len)
        text_html(text, &l->html);
}

// The picture beside the HTML; false: there is no room for it, and the bars must do.
static bool add_picture(struct dashboard_letter *l, const struct drawing *g)
{
    const size_t i = l->picture_count;
    if (i == LETTER_PICTURES_MAX || g->show == DRAWING_TABLE)
        return false;
    struct cu_buf *b = &l->pictures_text[i];
    drawing_svg(g, DRAWING_LIGHT, b);
    if (b->failed || l->picture_bytes + b->len > PICTURES_BYTES_MAX) {
        cu_buf_clear(b);
        return false;
    }
    (void)snprintf(l->names[i], sizeof l->names[i], "chart-%zu", i + 1);
    l->pictures[i] = (struct letter_picture){cu_str_of(l->names[i]), CU_LIT("image/svg+xml"), cu_buf_view(b)};
    l->picture_bytes += b->len;
    l->picture_count++;
    return true;
}

static void print_number(struct dashboard_letter *l, const struct drawing *g)
{
    if (g->series_count == 0)
        return;
    const struct drawing_series *s = &g->series[0];
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 200);
    cu_buf_z(&l->html, "<p style=\"margin:0 0 4px;font-size:28px;font-weight:bold\">");
    drawing_figure(g, s->unit, s->value, &text);
    escaped(l, cu_buf_view(&text));
    cu_buf_z(&l->html, "</p>\n");
}

static void print_tile(struct dashboard_letter *l, const struct drawing *g)
{
    if (g->show == DRAWING_NUMBER)
        print_number(l, g);
    if (g->show != DRAWING_NUMBER && add_picture(l, g)) {
        cu_buf_printf(&l->html,
            "<img src=\"cid:%s@letter\" width=\"600\" alt=\"A chart; its figures follow.\" "
            "style=\"display:block;max-width:100%%;height:auto\">\n",
            l->names[l->picture_count - 1]);
    }
    drawing_table(g, true, ROWS, &l->html);
    drawing_text(g, ROWS, &l->text);
}

static void ask_tile(struct dashboards *d, const struct dashboard *b, json tile, size_t index, struct dashboard_letter *l)
{
    const struct caller house = dashboard_house();
    struct dashboard_figure f;
    struct cu_error err = {.code = CU_OK};
    char id[24];
    cu_str title = json_str(json_get(tile, "title"));
    (void)snprintf(id, sizeof id, "t%zu", index);
    cu_buf_z(&l->html,
        "<tr><td style=\"padding:16px 0;border-top:1px solid #d8dee4\"><h2 style=\"margin:0 0 8px;font-size:16px\">");
    escaped(l, title);
    cu_buf_z(&l->html, "</h2>\n");
    cu_buf_printf(&l->text, "\n%.*s\n", CU_ARG(title));
    if (dashboard_tile_ask(d, &house, b, tile, id, true, &f, &err) == CU_OK) {
        print_tile(l, &f.drawing);
        dashboard_figure_clear(&f);
    } else {
        cu_log(CU_LOG_WARN, "dashboards.tile_failed", CU_LS("code", cu_code_rows[err.code].name), CU_LS("field", err.field),
            CU_LS("text", err.text));
        cu_buf_z(&l->html, "<p>This figure cannot be shown now.</p>\n");
        cu_buf_z(&l->text, "This figure cannot be shown now.\n");
    }
    cu_buf_z(&l->html, "</td></tr>\n");
}

static void print_head(struct dashboards *d, const struct dashboard *b, struct dashboard_letter *l)
{
    CU_AUTO_BUF struct cu_buf days;
    cu_buf_init(&days, 64);
    dashboard_days(d, b, &days);
    cu_buf_printf(&l->subject, "%.*s: %.*s", CU_ARG(b->title), CU_ARG(cu_buf_view(&days)));
    cu_buf_printf(&l->text, "%.*s\n%s\n%.*s\n", CU_ARG(b->title), d->shop_name, CU_ARG(cu_buf_view(&days)));
    cu_buf_z(&l->html, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"color-scheme\" "
                       "content=\"light\"><title>");
    escaped(l, b->title);
    cu_buf_z(&l->html, "</title></head>\n<body "
                       "style=\"margin:0;padding:16px;background:#ffffff;color:#1b1f24;font-family:Arial,Helvetica,sans-"
                       "serif;font-size:14px\">\n"
                       "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" width=\"640\" "
                       "align=\"center\" style=\"max-width:640px\">\n"
                       "<tr><td><p style=\"margin:0;color:#57606a\">");
    escaped(l, cu_str_of(d->shop_name));
    cu_buf_z(&l->html, "</p><h1 style=\"margin:4px 0;font-size:22px\">");
    escaped(l, b->title);
    cu_buf_z(&l->html, "</h1><p style=\"margin:0 0 16px;color:#57606a\">");
    escaped(l, cu_buf_view(&days));
    cu_buf_z(&l->html, "</p></td></tr>\n");
}

static void print_foot(struct dashboards *d, const struct dashboard *b, struct dashboard_letter *l)
{
    const struct insight_desk_options *o = insight_desk_options(d->o.desk);
    CU_AUTO_BUF struct cu_buf link;
    cu_buf_init(&link, 1024);
    cu_buf_printf(&link, "%s/#/dashboards/%.*s", d->base_url, CU_ARG(b->name));
    cu_buf_z(&l->html, "<tr><td style=\"padding:16px 0;border-top:1px solid #d8dee4;color:#57606a\"><p style=\"margin:0 0 "
                       "8px\"><a href=\"");
    escaped(l, cu_buf_view(&link));
    cu_buf_z(&l->html, "\" style=\"color:#1f5fa8\">Open this dashboard</a></p>\n<p style=\"margin:0\">");
    if (o->small_group > 1) {
        cu_buf_printf(&l->html, "Figures about fewer than %lld people are not shown. ", (long long)o->small_group);
        cu_buf_printf(&l->text, "\nFigures about fewer than %lld people are not shown. Days are days of %s.\n",
            (long long)o->small_group, o->zone_name);
    }
    cu_buf_z(&l->html, "Days are days of ");
    escaped(l, cu_str_of(o->zone_name));
    cu_buf_z(&l->html, ".</p></td></tr>\n</table></body></html>\n");
    cu_buf_printf(&l->text, "\nOpen this dashboard: %.*s\n", CU_ARG(cu_buf_view(&link)));
}

cu_code dashboard_letter_make(
    struct dashboards *d, const struct dashboard *b, struct dashboard_letter *ret, struct cu_error *err)
{
    json tiles;
    struct json_parser *parser = json_parser_new(DASHBOARD_BODY_MAX * 2);
    open_letter(ret);
    cu_code code =
        parser ? json_parse(parser, b->tiles, &tiles, err) : cu_fail(err, CU_MEMORY, "", "no memory for a letter");
    if (code == CU_OK) {
        const struct guard_access former = guard_borrow_system("analytics", "dashboards.letter");
        print_head(d, b, ret);
        struct json_iter it = json_each(tiles);
        for (size_t i = 0; json_next(&it); i++)
            ask_tile(d, b, it.value, i, ret);
        print_foot(d, b, ret);
        guard_enter(&former);
        code = cu_buf_code(&ret->html, err);
    }
    if (code == CU_OK)
        code = cu_buf_code(&ret->text, err);
    json_parser_free(parser);
    return code;
}

cu_code dashboard_letter_hand(struct dashboards *d, const struct dashboard_letter *l, cu_str to, struct cu_error *err)
{
    const struct letter letter = {.to = to,
        .kind = CU_LIT("dashboard"),
        .language = CU_LIT("en"),
        .subject = cu_buf_view(&l->subject),
        .text = cu_buf_view(&l->text),
        .html = cu_buf_view(&l->html),
        .pictures = l->pictures,
        .picture_count = l->picture_count};
    return d->o.send(d->o.send_context, &letter, err);
}
