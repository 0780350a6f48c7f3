// SPDX-License-Identifier: Apache-2.0
// Cohorts as a heat table, and plain rows. See drawing.h.
#include "drawing_private.h"

#include <math.h>

enum {
    NAME_WIDTH = 96,
    PEOPLE_WIDTH = 60,
    CELL_HEIGHT = 24,
    ROWS_MAX = 40,
    COLUMNS_MAX = 14,
    LINES_MAX = 30,
    LINE_HEIGHT = 26
};

// Light text on full colour would need a second colour of words in each scheme: the fill stays light enough for one.
static const double strongest = 0.55;

static void cell(const struct drawing *d, const struct drawing_series *s, size_t at, double x, double y, double width,
    double most, struct cu_buf *out)
{
    struct drawing_value v = s->values[at];
    if (v.state == DRAWING_NONE)
        return;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 80);
    double share = drawing_is_shown(v) && most > 0 && v.v > 0 ? v.v / most : 0;
    cu_buf_printf(out,
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\" class=\"d-f0\" fill=\"%s\" fill-opacity=\"%.3f\"/>\n", x,
        y, width - 2, CELL_HEIGHT - 2, drawing_colour(0), 0.04 + (strongest - 0.04) * share);
    if (v.state == DRAWING_HIDDEN)
        cu_buf_printf(&text, "< %lld", (long long)d->small_group);
    else if (s->unit == METRIC_SHARE)
        cu_buf_printf(&text, "%.0f %%", v.v * 100);
    else
        drawing_short(d, s->unit, v.v, &text);
    drawing_words(x + width / 2 - 1, y + 15, "middle", "label", cu_buf_view(&text), 8, out);
}

void drawing_heat(const struct drawing *d, struct cu_buf *out)
{
    const size_t columns = d->count < COLUMNS_MAX ? d->count : COLUMNS_MAX,
                 rows = d->series_count < ROWS_MAX ? d->series_count : ROWS_MAX;
    const double left = NAME_WIDTH + PEOPLE_WIDTH, width = (drawing_width(d) - left - 4) / (double)columns;
    double most = 0;
    for (size_t i = 0; i < rows; i++) {
        for (size_t k = 0; k < columns; k++) {
            if (drawing_is_shown(d->series[i].values[k]))
                most = fmax(most, d->series[i].values[k].v);
        }
    }
    for (size_t k = 0; k < columns; k++)
        drawing_words(left + width * ((double)k + 0.5), 18, "middle", "soft", d->labels[k], 8, out);
    for (size_t i = 0; i < rows; i++) {
        CU_AUTO_BUF struct cu_buf text;
        double y = 26 + (double)i * CELL_HEIGHT;
        cu_buf_init(&text, 4096);
        cu_buf_str(&text, drawing_series_name(d, i));
        drawing_words(NAME_WIDTH - 8, y + 15, "end", "label", cu_buf_view(&text), 12, out);
        cu_buf_reset(&text);
        if (d->series[i].size.state == DRAWING_HIDDEN)
            cu_buf_printf(&text, "< %lld", (long long)d->small_group);
        else
            drawing_figure(d, METRIC_COUNT, d->series[i].size, &text);
        drawing_words(left - 10, y + 15, "end", "soft", cu_buf_view(&text), 10, out);
        for (size_t k = 0; k < columns; k++)
            cell(d, &d->series[i], k, left + width * (double)k, y, width, most, out);
    }
}

// ---- rows of text: the picture of a table

void drawing_rows(const struct drawing *d, struct cu_buf *out)
{
    const size_t columns = d->series_count < 4 ? d->series_count : 4, rows = d->count < LINES_MAX ? d->count : LINES_MAX;
    const double name = 220, width = (drawing_width(d) - name - DRAWING_RIGHT) / (double)columns;
    for (size_t k = 0; k < columns; k++)
        drawing_words(name + width * (double)(k + 1), 26, "end", "strong", drawing_series_name(d, k), 22, out);
    for (size_t i = 0; i < rows; i++) {
        double y = 26 + (double)(i + 1) * LINE_HEIGHT;
        CU_AUTO_BUF struct cu_buf text;
        cu_buf_init(&text, 8192);
        drawing_label(d, d->labels[i], &text);
        cu_buf_printf(out, "<line x1=\"8\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" class=\"d-grid\" stroke=\"#d8dee4\"/>\n",
            y - 18, drawing_width(d) - 8, y - 18);
        drawing_words(8, y, "start", "label", cu_buf_view(&text), 34, out);
        for (size_t k = 0; k < columns; k++) {
            cu_buf_reset(&text);
            drawing_figure(d, d->series[k].unit, d->series[k].values[i], &text);
            drawing_words(name + width * (double)(k + 1), y, "end", "label", cu_buf_view(&text), 24, out);
        }
    }
    if (d->count > rows) {
        CU_AUTO_BUF struct cu_buf text;
        cu_buf_init(&text, 80);
        cu_buf_printf(&text, "and %zu more", d->count - rows);
        drawing_words(8, 26 + (double)(rows + 1) * LINE_HEIGHT - 6, "start", "soft", cu_buf_view(&text), 40, out);
    }
}
