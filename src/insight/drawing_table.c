// SPDX-License-Identifier: Apache-2.0
// The figures of a drawing as a table: in a page, in a letter, as lines of text. See drawing.h.
#include "drawing_private.h"

#include "text/text.h"

#include <math.h>

// A drawing as rows and columns of text, whatever it shows.
struct grid {
    const struct drawing *d;
    size_t rows, columns; // columns without the first, which names the row
};

static bool by_series(const struct drawing *d) // a row is a series
{
    return d->show == DRAWING_HEAT || d->show == DRAWING_NUMBER;
}

static bool with_previous(const struct drawing *d)
{
    return d->series_count && d->series[0].previous;
}

static struct grid grid_of(const struct drawing *d)
{
    struct grid g = {d, d->count, d->series_count * (with_previous(d) ? 2 : 1)};
    if (d->show == DRAWING_FLOW)
        return (struct grid){d, d->link_count, 2};
    if (d->show == DRAWING_FUNNEL)
        g.columns = 2;
    if (d->show == DRAWING_NUMBER)
        return (struct grid){d, d->series_count, 3};
    if (d->show == DRAWING_HEAT)
        return (struct grid){d, d->series_count, d->count + 1};
    return g;
}

static const char *row_word(const struct drawing *d)
{
    static const char *const words[] = {"Figure", "Period", "Period", "", "Period", "", "Step", "Group", "From"};
    if (d->row_word)
        return d->row_word;
    if (d->days && !by_series(d))
        return "Period";
    return words[d->show][0] ? words[d->show] : "Name";
}

static void head(const struct grid *g, size_t column, struct cu_buf *out)
{
    static const char *const number[] = {"Now", "Before", "Change"}, *const flow[] = {"To", "Visits"},
                             *const funnel[] = {"Reached", "Of the first"};
    const struct drawing *d = g->d;
    if (d->show == DRAWING_NUMBER || d->show == DRAWING_FLOW || d->show == DRAWING_FUNNEL) {
        cu_buf_z(out, d->show == DRAWING_NUMBER ? number[column] : d->show == DRAWING_FLOW ? flow[column] : funnel[column]);
        return;
    }
    if (d->show == DRAWING_HEAT) {
        if (column == 0)
            cu_buf_z(out, "People");
        else
            cu_buf_str(out, d->labels[column - 1]);
        return;
    }
    size_t i = with_previous(d) ? column / 2 : column;
    cu_buf_str(out, drawing_series_name(d, i));
    if (with_previous(d) && column % 2)
        cu_buf_z(out, " before");
}

static void row_name(const struct grid *g, size_t row, struct cu_buf *out)
{
    const struct drawing *d = g->d;
    if (d->show == DRAWING_FLOW)
        cu_buf_str(out, d->links[row].from < d->node_count ? d->nodes[d->links[row].from].label : CU_NONE);
    else if (by_series(d))
        cu_buf_str(out, drawing_series_name(d, row));
    else
        cu_buf_str(out, d->labels[row]); // a date stays whole in a table
}

static struct drawing_value value_at(const struct grid *g, size_t row, size_t column, enum metric_unit *unit)
{
    const struct drawing *d = g->d;
    const struct drawing_value none = {0, DRAWING_NONE};
    if (d->show == DRAWING_FLOW) {
        *unit = METRIC_COUNT;
        return d->links[row].value;
    }
    if (d->show == DRAWING_NUMBER) {
        const struct drawing_series *s = &d->series[row];
        *unit = column == 2 ? METRIC_SHARE : s->unit;
        return column == 0 ? s->value : column == 1 ? s->before : s->change;
    }
    if (d->show == DRAWING_HEAT) {
        *unit = column == 0 ? METRIC_COUNT : d->series[row].unit;
        return column == 0 ? d->series[row].size : d->series[row].values[column - 1];
    }
    if (d->show == DRAWING_FUNNEL && column == 1) {
        struct drawing_value first = d->series[0].values[0], v = d->series[0].values[row];
        *unit = METRIC_SHARE;
        if (!drawing_is_shown(first) || !drawing_is_shown(v) || first.v <= 0)
            return none;
        return (struct drawing_value){v.v / first.v, DRAWING_SHOWN};
    }
    const struct drawing_series *s = &d->series[with_previous(d) ? column / 2 : column];
    *unit = s->unit;
    if (with_previous(d) && column % 2)
        return s->previous ? s->previous[row] : none;
    return s->values[row];
}

static void cell(const struct grid *g, size_t row, size_t column, struct cu_buf *out)
{
    enum metric_unit unit = METRIC_COUNT;
    if (g->d->show == DRAWING_FLOW && column == 0) {
        cu_buf_str(out, g->d->links[row].to < g->d->node_count ? g->d->nodes[g->d->links[row].to].label : CU_NONE);
        return;
    }
    struct drawing_value v = value_at(g, row, column, &unit);
    if (g->d->show == DRAWING_NUMBER && column == 2 && drawing_is_shown(v))
        drawing_change(v, out);
    else
        drawing_figure(g->d, unit, v, out);
}

// ---- HTML

static void escaped(const struct grid *g, size_t row, size_t column, bool heading, struct cu_buf *out)
{
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 8192);
    if (heading)
        head(g, column, &text);
    else if (column == SIZE_MAX)
        row_name(g, row, &text);
    else
        cell(g, row, column, &text);
    if (text.len)
        text_html(cu_buf_view(&text), out);
}

// How long the bar of a row is in a letter, of 100; -1: no bars.
static int bar_of(const struct grid *g, size_t row)
{
    const struct drawing *d = g->d;
    double most = 0;
    enum metric_unit unit;
    if (by_series(d) || d->show == DRAWING_FLOW || g->columns == 0)
        return -1;
    for (size_t i = 0; i < g->rows; i++) {
        struct drawing_value v = value_at(g, i, 0, &unit);
        if (drawing_is_shown(v))
            most = fmax(most, v.v);
    }
    struct drawing_value v = value_at(g, row, 0, &unit);
    return most > 0 && drawing_is_shown(v) && v.v > 0 ? (int)ceil(v.v / most * 100) : 0;
}

static void bar_cell(const struct grid *g, size_t row, struct cu_buf *out)
{
    int bar = bar_of(g, row);
    if (bar < 0)
        return;
    cu_buf_z(out, "<td width=\"120\" style=\"padding:2px 8px\">");
    if (bar > 0)
        cu_buf_printf(out,
            "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" width=\"%d\"><tr><td "
            "height=\"10\" bgcolor=\"%s\" "
            "style=\"background:%s;font-size:1px;line-height:10px\">&nbsp;</td></tr></table>",
            bar, drawing_colour(0), drawing_colour(0));
    cu_buf_z(out, "</td>");
}

static void body_row(const struct grid *g, size_t row, bool mail, struct cu_buf *out)
{
    cu_buf_z(out, mail ? "<tr><td style=\"padding:2px 8px;border-top:1px solid #d8dee4\">" : "<tr><th scope=\"row\">");
    escaped(g, row, SIZE_MAX, false, out);
    cu_buf_z(out, mail ? "</td>" : "</th>");
    if (mail)
        bar_cell(g, row, out);
    for (size_t k = 0; k < g->columns; k++) {
        cu_buf_z(out, mail ? "<td align=\"right\" style=\"padding:2px 8px;border-top:1px solid #d8dee4\">" : "<td>");
        escaped(g, row, k, false, out);
        cu_buf_z(out, "</td>");
    }
    cu_buf_z(out, "</tr>\n");
}

void drawing_table(const struct drawing *d, bool mail, size_t rows_max, struct cu_buf *out)
{
    const struct grid g = grid_of(d);
    const size_t rows = g.rows < rows_max ? g.rows : rows_max;
    if (g.rows == 0 || g.columns == 0) {
        cu_buf_z(out, "<p>No figures for this period.</p>\n");
        return;
    }
    cu_buf_z(out, mail ? "<table cellpadding=\"0\" cellspacing=\"0\" border=\"0\" "
                         "style=\"border-collapse:collapse;font-size:14px\">\n<tr><th align=\"left\" "
                         "style=\"padding:2px 8px\">"
                       : "<table><caption>");
    if (!mail) {
        text_html(d->title, out);
        cu_buf_z(out, "</caption>\n<thead><tr><th scope=\"col\">");
    }
    text_html(cu_str_of(row_word(d)), out);
    cu_buf_z(out, "</th>");
    if (mail && bar_of(&g, 0) >= 0)
        cu_buf_z(out, "<th></th>");
    for (size_t k = 0; k < g.columns; k++) {
        cu_buf_z(out, mail ? "<th align=\"right\" style=\"padding:2px 8px\">" : "<th scope=\"col\">");
        escaped(&g, 0, k, true, out);
        cu_buf_z(out, "</th>");
    }
    cu_buf_z(out, mail ? "</tr>\n" : "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < rows; i++)
        body_row(&g, i, mail, out);
    cu_buf_z(out, mail ? "</table>\n" : "</tbody></table>\n");
    if (rows < g.rows)
        cu_buf_printf(out, "<p>And %zu more.</p>\n", g.rows - rows);
}

// ---- text

void drawing_text(const struct drawing *d, size_t rows_max, struct cu_buf *out)
{
    const struct grid g = grid_of(d);
    const size_t rows = g.rows < rows_max ? g.rows : rows_max;
    if (g.rows == 0 || g.columns == 0) {
        cu_buf_z(out, "No figures for this period.\n");
        return;
    }
    for (size_t i = 0; i < rows; i++) {
        row_name(&g, i, out);
        cu_buf_z(out, ": ");
        for (size_t k = 0; k < g.columns; k++) {
            cu_buf_z(out, k ? "; " : "");
            if (g.columns > 1) {
                head(&g, k, out);
                cu_buf_char(out, ' ');
            }
            cell(&g, i, k, out);
        }
        cu_buf_char(out, '\n');
    }
    if (rows < g.rows)
        cu_buf_printf(out, "and %zu more\n", g.rows - rows);
}
