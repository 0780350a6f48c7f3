// SPDX-License-Identifier: Apache-2.0
// The frame of a picture, and the tile of one number. See drawing.h.
#include "drawing_private.h"

#include "text/text.h"

#include <math.h>

enum { NUMBER_WIDTH = 320 }; // a quarter of a page: half as wide as the others, so that words stay as large

int drawing_width(const struct drawing *d)
{
    if (d->show == DRAWING_NUMBER)
        return NUMBER_WIDTH;
    return d->width < DRAWING_WIDTH_LEAST  ? DRAWING_WIDTH_LEAST
           : d->width > DRAWING_WIDTH_MOST ? DRAWING_WIDTH_MOST
                                           : d->width;
}

static bool is_empty(const struct drawing *d)
{
    if (d->show == DRAWING_FLOW)
        return d->node_count == 0;
    if (d->show == DRAWING_NUMBER)
        return d->series_count == 0;
    return d->series_count == 0 || d->count == 0;
}

// What a screen reader says of it besides its title: the shape in a sentence; the figures are in the table.
static void describe(const struct drawing *d, struct cu_buf *out)
{
    double low = HUGE_VAL, high = -HUGE_VAL;
    const struct drawing_series *s = d->series_count ? &d->series[0] : NULL;
    if (d->doc.len) {
        text_html(d->doc, out);
        cu_buf_char(out, ' ');
    }
    if (is_empty(d)) {
        cu_buf_z(out, "No figures for this period.");
        return;
    }
    if (d->show == DRAWING_NUMBER || d->show == DRAWING_FLOW || d->show == DRAWING_HEAT) {
        size_t count = d->show == DRAWING_FLOW ? d->node_count : d->series_count;
        cu_buf_printf(out, "%zu %s%s.", count,
            d->show == DRAWING_FLOW   ? "place"
            : d->show == DRAWING_HEAT ? "row"
                                      : "figure",
            count == 1 ? "" : "s");
        return;
    }
    for (size_t i = 0; i < d->count; i++) {
        if (drawing_is_shown(s->values[i])) {
            low = fmin(low, s->values[i].v);
            high = fmax(high, s->values[i].v);
        }
    }
    cu_buf_printf(out, "%zu value%s", d->count, d->count == 1 ? "" : "s");
    if (low <= high) {
        CU_AUTO_BUF struct cu_buf text;
        cu_buf_init(&text, 1000);
        cu_buf_z(&text, "; lowest ");
        drawing_figure(d, s->unit, (struct drawing_value){low, DRAWING_SHOWN}, &text);
        cu_buf_z(&text, ", highest ");
        drawing_figure(d, s->unit, (struct drawing_value){high, DRAWING_SHOWN}, &text);
        text_html(cu_buf_view(&text), out);
    }
    cu_buf_z(out, d->partial ? ". The last is not over yet." : ".");
}

// A screen reader cannot point at a line.
static void describe_notes(const struct drawing *d, struct cu_buf *out)
{
    for (size_t i = 0; i < d->note_count; i++) {
        CU_AUTO_BUF struct cu_buf text;
        cu_buf_init(&text, 4096);
        if (d->notes[i].at >= d->count)
            continue;
        cu_buf_char(&text, ' ');
        drawing_label(d, d->labels[d->notes[i].at], &text);
        cu_buf_printf(&text, ": %.*s.", CU_ARG(d->notes[i].text));
        text_html(cu_buf_view(&text), out);
    }
}

void drawing_begin(const struct drawing *d, enum drawing_scheme scheme, int height, struct cu_buf *out)
{
    const char *id = d->id && d->id[0] ? d->id : "chart";
    const int width = drawing_width(d);
    cu_buf_printf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"d-chart\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
        "role=\"img\" "
        "aria-labelledby=\"%s-t %s-d\" font-family=\"system-ui,sans-serif\">\n<title id=\"%s-t\">",
        width, height, width, height, id, id, id);
    text_html(d->title, out);
    cu_buf_printf(out, "</title><desc id=\"%s-d\">", id);
    describe(d, out);
    describe_notes(d, out);
    cu_buf_z(out, "</desc>\n");
    if (scheme == DRAWING_FILE) {
        cu_buf_z(out, "<style>");
        drawing_style(out);
        cu_buf_z(out, "</style>\n");
    }
    if (scheme != DRAWING_PAGE)
        cu_buf_printf(out, "<rect width=\"%d\" height=\"%d\" class=\"d-paper\" fill=\"#fff\"/>\n", width, height);
}

void drawing_end(struct cu_buf *out)
{
    cu_buf_z(out, "</svg>\n");
}

void drawing_nothing(const struct drawing *d, struct cu_buf *out)
{
    drawing_words(drawing_width(d) / 2.0, 48, "middle", "soft", CU_LIT("No figures for this period."), 60, out);
}

// ---- one number

static void spark(const struct drawing *d, struct cu_buf *out)
{
    const struct drawing_series *s = &d->series[0];
    struct drawing_plot p = {12, 112, 296, 40, 0, 0, 1};
    double low = 0, high = 0;
    size_t shown = 0;
    for (size_t i = 0; i < d->count; i++)
        shown += drawing_is_shown(s->values[i]);
    if (d->count < 2 || shown < d->count * 4 / 5) // a line of gaps shows no course
        return;
    for (size_t i = 0; i < d->count; i++) {
        if (drawing_is_shown(s->values[i])) {
            low = fmin(low, s->values[i].v);
            high = fmax(high, s->values[i].v);
        }
    }
    drawing_scale(d, low, high, &p);
    drawing_path(d, s->values, &p, 0, d->count, "class=\"d-s0\" stroke=\"#2563a8\" stroke-width=\"2\"", out);
}

void drawing_number(const struct drawing *d, struct cu_buf *out)
{
    const struct drawing_series *s = &d->series[0];
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 1000);
    if (!d->bare)
        drawing_words(16, 26, "start", "soft", d->title, 40, out);
    drawing_figure(d, s->unit, s->value, &text);
    drawing_words(16, 70, "start", s->value.state == DRAWING_HIDDEN ? "label" : "big", cu_buf_view(&text), 20, out);
    cu_buf_reset(&text);
    if (drawing_is_shown(s->change)) {
        bool up = s->change.v > 0, same = fabs(s->change.v) < 0.0005;
        const char *kind = same || s->good == METRIC_NEITHER ? "soft" : up == (s->good == METRIC_UP) ? "good" : "bad";
        cu_buf_z(&text, same ? "" : up ? "▲ " : "▼ ");
        drawing_change(s->change, &text);
        drawing_words(16, 98, "start", kind, cu_buf_view(&text), 20, out);
        cu_buf_reset(&text);
    }
    if (s->before.state != DRAWING_NONE) {
        cu_buf_z(&text, "before: ");
        drawing_figure(d, s->unit, s->before, &text);
        drawing_words(drawing_is_shown(s->change) ? 110 : 16, 98, "start", "soft", cu_buf_view(&text),
            drawing_is_shown(s->change) ? 28 : 40, out);
    }
    spark(d, out);
}

// A chart along an axis of which every figure is hidden or 0: an empty chart would look like nothing had happened.
static bool is_all_hidden(const struct drawing *d)
{
    bool hidden = false;
    if (d->show == DRAWING_NUMBER || d->show == DRAWING_FLOW || d->show == DRAWING_TABLE || d->show == DRAWING_HEAT ||
        d->show == DRAWING_FUNNEL)
        return false;
    for (size_t i = 0; i < d->series_count; i++) {
        for (size_t k = 0; k < d->count; k++) {
            if (drawing_is_shown(d->series[i].values[k]) && d->series[i].values[k].v != 0)
                return false;
            hidden = hidden || d->series[i].values[k].state == DRAWING_HIDDEN;
        }
    }
    return hidden;
}

static void say_all_hidden(const struct drawing *d, struct cu_buf *out)
{
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 200);
    cu_buf_z(&text, "Each of these figures is about ");
    drawing_figure(d, METRIC_COUNT, (struct drawing_value){0, DRAWING_HIDDEN}, &text);
    cu_buf_char(&text, '.');
    drawing_words(drawing_width(d) / 2.0, drawing_height(d) / 2.0, "middle", "soft", cu_buf_view(&text), 80, out);
}

void drawing_svg(const struct drawing *d, enum drawing_scheme scheme, struct cu_buf *out)
{
    drawing_begin(d, scheme, drawing_height(d), out);
    if (is_all_hidden(d)) {
        say_all_hidden(d, out);
        drawing_end(out);
        return;
    }
    if (is_empty(d)) {
        drawing_nothing(d, out);
        drawing_end(out);
        return;
    }
    switch (d->show) {
    case DRAWING_NUMBER:
        drawing_number(d, out);
        break;
    case DRAWING_LINE:
    case DRAWING_AREA:
        drawing_lines(d, out);
        break;
    case DRAWING_BARS:
    case DRAWING_STACKED:
        drawing_bars(d, out);
        break;
    case DRAWING_TABLE:
        drawing_rows(d, out);
        break;
    case DRAWING_FUNNEL:
        drawing_funnel(d, out);
        break;
    case DRAWING_HEAT:
        drawing_heat(d, out);
        break;
    case DRAWING_FLOW:
        drawing_flow(d, out);
        break;
    }
    drawing_end(out);
}
