// SPDX-License-Identifier: Apache-2.0
// Bars: upright over time, lying for names; stacked; the steps of a funnel. See drawing.h.
#include "drawing_private.h"

#include <math.h>

enum { UPRIGHT_MAX = 300, ROW_HEIGHT = 26, ROWS_MAX = 30, NAME_WIDTH = 190 };

static void rect(double x, double y, double width, double height, size_t colour, const char *more, struct cu_buf *out)
{
    cu_buf_printf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"d-f%zu\" fill=\"%s\"%s/>\n", x, y,
        width > 0 ? width : 0, height > 0 ? height : 0, colour % DRAWING_COLOURS, drawing_colour(colour), more);
}

// ---- over time

static void sum_stack(const struct drawing *d, size_t at, double *up, double *down)
{
    *up = *down = 0;
    for (size_t i = 0; i < d->series_count; i++) {
        if (!drawing_is_shown(d->series[i].values[at]))
            continue;
        double v = d->series[i].values[at].v;
        *(v < 0 ? down : up) += v;
    }
}

static void stretch(const struct drawing *d, size_t shown, double *low, double *high)
{
    for (size_t at = 0; at < d->count; at++) {
        double up = 0, down = 0;
        if (d->show == DRAWING_STACKED)
            sum_stack(d, at, &up, &down);
        if (shown == 1 && d->series[0].previous && drawing_is_shown(d->series[0].previous[at])) {
            up = fmax(up, d->series[0].previous[at].v);
            down = fmin(down, d->series[0].previous[at].v);
        }
        for (size_t i = 0; d->show != DRAWING_STACKED && i < shown; i++) {
            if (drawing_is_shown(d->series[i].values[at])) {
                up = fmax(up, d->series[i].values[at].v);
                down = fmin(down, d->series[i].values[at].v);
            }
        }
        *high = fmax(*high, up);
        *low = fmin(*low, down);
    }
}

static void bar(const struct drawing_plot *p, double x, double width, double from, double to, size_t colour, bool partial,
    struct cu_buf *out)
{
    double top = drawing_y(p, fmax(from, to)), bottom = drawing_y(p, fmin(from, to));
    rect(x, top, width, bottom - top, colour, partial ? " fill-opacity=\"0.45\"" : "", out);
}

// One label's stack; what has no colour of its own is one piece at the end.
static void stack(const struct drawing *d, const struct drawing_plot *p, size_t at, double left, double room, bool partial,
    struct cu_buf *out)
{
    const size_t own = d->series_count > DRAWING_COLOURS ? DRAWING_COLOURS - 1 : d->series_count;
    double up = 0, down = 0, rest_up = 0, rest_down = 0;
    for (size_t i = 0; i < d->series_count; i++) {
        if (!drawing_is_shown(d->series[i].values[at]))
            continue;
        double v = d->series[i].values[at].v, *base = v < 0 ? &down : &up;
        if (i >= own) {
            *(v < 0 ? &rest_down : &rest_up) += v;
            continue;
        }
        bar(p, left, room, *base, *base + v, i, partial, out);
        *base += v;
    }
    if (rest_up > 0)
        bar(p, left, room, up, up + rest_up, own, partial, out);
    if (rest_down < 0)
        bar(p, left, room, down, down + rest_down, own, partial, out);
}

// What it was in the period before: a mark across the bar.
static void mark_before(
    const struct drawing *d, const struct drawing_plot *p, size_t at, double left, double room, struct cu_buf *out)
{
    const struct drawing_value *v = d->series[0].previous;
    if (d->series_count == 1 && v && drawing_is_shown(v[at]))
        cu_buf_printf(out,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"d-label-line\" stroke=\"#1b1f24\" "
            "stroke-width=\"1.5\"/>\n",
            left - 1, drawing_y(p, v[at].v), left + room + 1, drawing_y(p, v[at].v));
}

static void side_by_side(const struct drawing *d, const struct drawing_plot *p, size_t at, double left, double room,
    size_t shown, bool partial, struct cu_buf *out)
{
    double each = room / (double)shown;
    for (size_t i = 0; i < shown; i++) {
        if (drawing_is_shown(d->series[i].values[at]))
            bar(p, left + each * (double)i, each * (shown > 1 ? 0.92 : 1), 0, d->series[i].values[at].v, i, partial, out);
    }
}

static void upright(const struct drawing *d, struct cu_buf *out)
{
    struct drawing_plot p = {DRAWING_LEFT, DRAWING_TOP, drawing_width(d) - DRAWING_LEFT - DRAWING_RIGHT,
        DRAWING_HEIGHT - DRAWING_TOP - DRAWING_BOTTOM, 0, 0, 1};
    double low = 0, high = 0, place = p.width / (double)d->count, room = fmin(place * 0.76, 60);
    size_t shown = d->series_count < DRAWING_COLOURS ? d->series_count : DRAWING_COLOURS;
    stretch(d, shown, &low, &high);
    drawing_scale(d, low, high, &p);
    drawing_legend(d, &p, out);
    drawing_axes(d, &p, out);
    for (size_t at = 0; at < d->count; at++) {
        double left = drawing_x(&p, at, d->count) - room / 2;
        bool partial = at + d->partial >= d->count;
        if (d->show == DRAWING_STACKED)
            stack(d, &p, at, left, room, partial, out);
        else
            side_by_side(d, &p, at, left, room, shown, partial, out);
        mark_before(d, &p, at, left, room, out);
    }
}

// ---- names

static size_t rows_of(const struct drawing *d)
{
    return d->count < ROWS_MAX ? d->count : ROWS_MAX;
}

static void more_rows(const struct drawing *d, double y, struct cu_buf *out)
{
    if (d->count <= ROWS_MAX)
        return;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 80);
    cu_buf_printf(&text, "and %zu more, in the table", d->count - ROWS_MAX);
    drawing_words(NAME_WIDTH, y + 12, "start", "soft", cu_buf_view(&text), 60, out);
}

static void row(const struct drawing *d, size_t at, double zero, double scale, double y, struct cu_buf *out)
{
    const struct drawing_series *s = &d->series[0];
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 8192);
    drawing_label(d, d->labels[at], &text);
    drawing_words(NAME_WIDTH - 10, y + 15, "end", "label", cu_buf_view(&text), 26, out);
    cu_buf_reset(&text);
    double v = drawing_is_shown(s->values[at]) ? s->values[at].v : 0, length = fabs(v) * scale,
           x = v < 0 ? zero - length : zero;
    if (drawing_is_shown(s->values[at]))
        rect(x, y + 4, length > 0 && length < 1 ? 1 : length, ROW_HEIGHT - 10, 0, " rx=\"2\"", out);
    drawing_figure(d, s->unit, s->values[at], &text);
    drawing_words(v < 0 ? zero + 6 : x + length + 6, y + 15, "start", "soft", cu_buf_view(&text), 24, out);
}

static void lying(const struct drawing *d, struct cu_buf *out)
{
    const struct drawing_series *s = &d->series[0];
    const double width = drawing_width(d) - NAME_WIDTH - 130;
    double low = 0, high = 0;
    for (size_t i = 0; i < rows_of(d); i++) {
        if (drawing_is_shown(s->values[i])) {
            high = fmax(high, s->values[i].v);
            low = fmin(low, s->values[i].v);
        }
    }
    double scale = high > low ? width / (high - low) : 0, zero = NAME_WIDTH - low * scale;
    for (size_t i = 0; i < rows_of(d); i++)
        row(d, i, zero, scale, DRAWING_TOP + (double)i * ROW_HEIGHT, out);
    more_rows(d, DRAWING_TOP + (double)rows_of(d) * ROW_HEIGHT, out);
}

void drawing_bars(const struct drawing *d, struct cu_buf *out)
{
    bool stands = d->days || d->show == DRAWING_STACKED;
    if (stands && d->count > UPRIGHT_MAX)
        drawing_lines(d, out); // more bars than can be told apart
    else if (stands)
        upright(d, out);
    else
        lying(d, out);
}

// ---- funnel: what reached each step, beside what was lost on the way to it

static void step(const struct drawing *d, size_t at, double first, double y, struct cu_buf *out)
{
    const struct drawing_series *s = &d->series[0];
    const double width = drawing_width(d) - NAME_WIDTH - 170;
    bool shown = drawing_is_shown(s->values[at]);
    double share = shown && first > 0 ? s->values[at].v / first : 0;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 8192);
    cu_buf_printf(&text, "%zu. %.*s", at + 1, CU_ARG(d->labels[at]));
    drawing_words(NAME_WIDTH - 10, y + 19, "end", "label", cu_buf_view(&text), 26, out);
    cu_buf_reset(&text);
    rect(NAME_WIDTH, y + 2, width, 24, 0, " fill-opacity=\"0.12\" rx=\"2\"", out);
    if (shown)
        rect(NAME_WIDTH, y + 2, width * (share > 1 ? 1 : share), 24, 0, " rx=\"2\"", out);
    drawing_figure(d, s->unit, s->values[at], &text);
    if (shown && first > 0 && at > 0) {
        cu_buf_z(&text, " (");
        drawing_figure(d, METRIC_SHARE, (struct drawing_value){share, DRAWING_SHOWN}, &text);
        cu_buf_char(&text, ')');
    }
    drawing_words(NAME_WIDTH + width + 8, y + 19, "start", "strong", cu_buf_view(&text), 24, out);
}

void drawing_funnel(const struct drawing *d, struct cu_buf *out)
{
    double first = drawing_is_shown(d->series[0].values[0]) ? d->series[0].values[0].v : 0;
    for (size_t i = 0; i < rows_of(d); i++)
        step(d, i, first, DRAWING_TOP + (double)i * 36, out);
}

// ---- heights of what lies

static int rows_height(const struct drawing *d, int each)
{
    return DRAWING_TOP * 2 + (int)rows_of(d) * each + (d->count > ROWS_MAX ? 20 : 0);
}

enum { HEAT_ROWS_MAX = 40 };
int drawing_height(const struct drawing *d)
{
    bool empty = d->series_count == 0 || d->count == 0;
    switch (d->show) {
    case DRAWING_FLOW:
        return d->node_count ? 380 : 90;
    case DRAWING_NUMBER:
        return 160;
    case DRAWING_FUNNEL:
        return empty ? 90 : rows_height(d, 36);
    case DRAWING_TABLE:
        return empty ? 90 : rows_height(d, ROW_HEIGHT) + ROW_HEIGHT;
    case DRAWING_HEAT:
        return empty ? 90 : 40 + 24 * (int)(d->series_count < HEAT_ROWS_MAX ? d->series_count : HEAT_ROWS_MAX);
    case DRAWING_BARS:
        return empty ? 90 : d->days ? DRAWING_HEIGHT : rows_height(d, ROW_HEIGHT);
    case DRAWING_LINE:
    case DRAWING_AREA:
    case DRAWING_STACKED:
        break;
    }
    return empty ? 90 : DRAWING_HEIGHT;
}
