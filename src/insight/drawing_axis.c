// SPDX-License-Identifier: Apache-2.0
// Scale, axes, legend, texts: what all pictures share. See drawing.h.
#include "drawing_private.h"

#include "text/text.h"

#include <math.h>

static const char *const light[DRAWING_COLOURS] = {
    "#2563a8", "#b4570a", "#2a7a4b", "#8a4fb0", "#b3365b", "#5c6670", "#0f7580", "#7d6a00"};
static const char *const dark[DRAWING_COLOURS] = {
    "#6ea8f0", "#f0a15c", "#63c48d", "#c08ee0", "#f07f9f", "#a5b0ba", "#4fc3cf", "#d6bd3a"};

const char *drawing_colour(size_t i)
{
    return light[i % DRAWING_COLOURS];
}

void drawing_style(struct cu_buf *out)
{
    cu_buf_z(out, ".d-chart{font-family:system-ui,-apple-system,'Segoe UI',sans-serif}\n"
                  ".d-label{fill:#1b1f24}.d-label-line{stroke:#1b1f24}.d-strong{fill:#1b1f24}.d-big{fill:#1b1f24}.d-soft{"
                  "fill:#57606a}.d-grid{stroke:#d8dee4}.d-zero{stroke:#6e7781}\n"
                  ".d-good{fill:#1a6b2e}.d-bad{fill:#a8201a}.d-note{stroke:#6e7781}.d-paper{fill:#fff}\n");
    for (size_t i = 0; i < DRAWING_COLOURS; i++)
        cu_buf_printf(out, ".d-f%zu{fill:%s}.d-s%zu{stroke:%s}\n", i, light[i], i, light[i]);
    cu_buf_z(out, "@media (prefers-color-scheme:dark){\n"
                  ".d-label{fill:#e8ecf0}.d-label-line{stroke:#e8ecf0}.d-strong{fill:#e8ecf0}.d-big{fill:#e8ecf0}.d-soft{"
                  "fill:#a5b0ba}.d-grid{stroke:#38414b}.d-zero{stroke:#8b96a1}\n"
                  ".d-good{fill:#63c48d}.d-bad{fill:#f58e88}.d-note{stroke:#8b96a1}.d-paper{fill:#15191e}\n");
    for (size_t i = 0; i < DRAWING_COLOURS; i++)
        cu_buf_printf(out, ".d-f%zu{fill:%s}.d-s%zu{stroke:%s}\n", i, dark[i], i, dark[i]);
    cu_buf_z(out, "}\n");
}

static size_t letters_upto(cu_str s, size_t max) // bytes of the first `max` letters
{
    size_t at = 0;
    for (size_t letters = 0; at < s.len; at++) {
        if (((unsigned char)s.ptr[at] & 0xc0) != 0x80 && letters++ == max)
            break;
    }
    return at;
}

void drawing_words(double x, double y, const char *anchor, const char *kind, cu_str text, size_t max, struct cu_buf *out)
{
    bool soft = strcmp(kind, "soft") == 0, big = strcmp(kind, "big") == 0, strong = strcmp(kind, "strong") == 0;
    size_t room = letters_upto(text, max);
    const char *fill = soft                        ? "#57606a"
                       : strcmp(kind, "good") == 0 ? "#1a6b2e"
                       : strcmp(kind, "bad") == 0  ? "#a8201a"
                                                   : "#1b1f24";
    cu_buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"d-%s\" fill=\"%s\" font-size=\"%d\"%s>", x, y,
        anchor, kind, fill, big ? 34 : 12, big || strong ? " font-weight=\"600\"" : "");
    if (room < text.len)
        room = letters_upto(text, max > 1 ? max - 1 : 1);
    text_html(cu_str_sub(text, 0, room), out);
    cu_buf_z(out, room < text.len ? "…</text>\n" : "</text>\n");
}

// ---- scale

void drawing_scale(const struct drawing *d, double low, double high, struct drawing_plot *p)
{
    static const double rounds[] = {1, 2, 2.5, 5, 10};
    low = isfinite(low) && low < 0 ? low : 0;
    high = isfinite(high) && high > 0 ? high : 0;
    if (high == low)
        high = d->series_count && d->series[0].unit == METRIC_MONEY ? 1000 : 1; // nothing but zero: any scale will do
    double rough = (high - low) / 5, ten = pow(10, floor(log10(rough)));
    p->step = ten * 10;
    for (size_t i = 0; i < CU_COUNT(rounds); i++) {
        if (rough <= rounds[i] * ten * (1 + 1e-9)) {
            p->step = rounds[i] * ten;
            break;
        }
    }
    p->low = floor(low / p->step + 1e-9) * p->step;
    p->high = ceil(high / p->step - 1e-9) * p->step;
}

double drawing_y(const struct drawing_plot *p, double v)
{
    double share = (v - p->low) / (p->high - p->low);
    return p->top + p->height * (1 - (share < 0 ? 0 : share > 1 ? 1 : share));
}

double drawing_x(const struct drawing_plot *p, size_t at, size_t count)
{
    return p->left + p->width * ((double)at + 0.5) / (double)(count ? count : 1);
}

static void grid(const struct drawing *d, const struct drawing_plot *p, struct cu_buf *out)
{
    enum metric_unit unit = d->series_count ? d->series[0].unit : METRIC_COUNT;
    for (int i = 0; i <= 2 * DRAWING_TICKS; i++) {
        double v = p->low + i * p->step, y = drawing_y(p, v);
        if (v > p->high + p->step / 2)
            break;
        CU_AUTO_BUF struct cu_buf text;
        bool zero = fabs(v) < p->step / 1e6;
        cu_buf_init(&text, 80);
        drawing_short(d, unit, zero ? 0 : v, &text);
        cu_buf_printf(out, "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\" stroke=\"%s\"/>\n", p->left,
            y, p->left + p->width, y, zero ? "d-zero" : "d-grid", zero ? "#6e7781" : "#d8dee4");
        drawing_words(p->left - 8, y + 4, "end", "soft", cu_buf_view(&text), 10, out);
    }
}

static void labels(const struct drawing *d, const struct drawing_plot *p, struct cu_buf *out)
{
    const size_t places = (size_t)(p->width / 80), every = (d->count + places - 1) / places;
    for (size_t i = 0; i < d->count; i += every ? every : 1) {
        CU_AUTO_BUF struct cu_buf text;
        cu_buf_init(&text, 4096);
        drawing_label(d, d->labels[i], &text);
        drawing_words(drawing_x(p, i, d->count), p->top + p->height + 18, "middle", "soft", cu_buf_view(&text), 14, out);
    }
}

static void notes(const struct drawing *d, const struct drawing_plot *p, struct cu_buf *out)
{
    for (size_t i = 0; i < d->note_count; i++) {
        if (d->notes[i].at >= d->count)
            continue;
        double x = drawing_x(p, d->notes[i].at, d->count);
        cu_buf_printf(out, "<g><title>");
        text_html(d->notes[i].text, out);
        cu_buf_printf(out,
            "</title><line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"d-note\" stroke=\"#6e7781\" "
            "stroke-dasharray=\"2 3\"/></g>\n",
            x, p->top, x, p->top + p->height);
    }
}

void drawing_axes(const struct drawing *d, const struct drawing_plot *p, struct cu_buf *out)
{
    grid(d, p, out);
    labels(d, p, out);
    notes(d, p, out);
}

void drawing_legend(const struct drawing *d, struct drawing_plot *p, struct cu_buf *out)
{
    double x = p->left;
    bool previous = d->series_count && d->series[0].previous;
    if (d->series_count < 2 && !previous)
        return;
    size_t shown = d->series_count < DRAWING_COLOURS ? d->series_count : DRAWING_COLOURS;
    for (size_t i = 0; i < shown; i++) {
        cu_str name = drawing_series_name(d, i);
        size_t room = letters_upto(name, 22), letters = 0;
        for (size_t k = 0; k < room; k++)
            letters += ((unsigned char)name.ptr[k] & 0xc0) != 0x80;
        double width = 26 + 7.0 * (double)letters;
        if (x + width > drawing_width(d) - DRAWING_RIGHT && x > p->left) {
            x = p->left;
            p->top += 18;
            p->height -= 18;
        }
        cu_buf_printf(out,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"10\" height=\"10\" rx=\"2\" class=\"d-f%zu\" fill=\"%s\"/>\n", x,
            p->top - 2, i, drawing_colour(i));
        drawing_words(x + 15, p->top + 7, "start", "soft", name, 22, out);
        x += width;
    }
    if (previous && x + 100 < drawing_width(d)) {
        cu_buf_printf(out,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"d-zero\" stroke=\"#6e7781\" "
            "stroke-width=\"1.5\"/>\n",
            x, p->top + 3, x + 12, p->top + 3);
        drawing_words(x + 17, p->top + 7, "start", "soft", CU_LIT("before"), 10, out);
    }
    p->top += 20;
    p->height -= 20;
}
