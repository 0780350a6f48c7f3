// SPDX-License-Identifier: Apache-2.0
// Lines and areas. See drawing.h.
#include "drawing_private.h"

#include <math.h>

enum { BUCKETS = 280, THIN_FROM = 800 };

struct pen { // one line, with gaps
    struct cu_buf *path;
    bool down;
    double last_x, last_y;
    size_t run; // points since the pen came down
};

static void point(struct pen *n, double x, double y)
{
    cu_buf_printf(n->path, "%c%.1f %.1f", n->down ? 'L' : 'M', x, y);
    n->run = n->down ? n->run + 1 : 1;
    n->down = true;
    n->last_x = x;
    n->last_y = y;
}

static void lift(struct pen *n)
{
    if (n->down && n->run == 1) // a point between two gaps is seen all the same
        cu_buf_z(n->path, "m-2.5 0a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0");
    n->down = false;
}

static void add(
    struct pen *n, const struct drawing *d, const struct drawing_value *v, const struct drawing_plot *p, size_t at)
{
    if (drawing_is_shown(v[at]))
        point(n, drawing_x(p, at, d->count), drawing_y(p, v[at].v));
    else
        lift(n);
}

// First, lowest, highest and last of a bucket, in their order: no peak is lost.
static void add_bucket(struct pen *n, const struct drawing *d, const struct drawing_value *v, const struct drawing_plot *p,
    size_t from, size_t to)
{
    size_t low = from, high = from;
    for (size_t i = from; i < to; i++) {
        if (!drawing_is_shown(v[i])) {
            for (i = from; i < to; i++)
                add(n, d, v, p, i);
            return;
        }
        if (v[i].v < v[low].v)
            low = i;
        if (v[i].v > v[high].v)
            high = i;
    }
    const size_t order[] = {from, low < high ? low : high, low < high ? high : low, to - 1};
    for (size_t i = 0; i < CU_COUNT(order); i++) {
        if (i == 0 || order[i] != order[i - 1])
            add(n, d, v, p, order[i]);
    }
}

void drawing_path(const struct drawing *d, const struct drawing_value *v, const struct drawing_plot *p, size_t from,
    size_t to, const char *attributes, struct cu_buf *out)
{
    struct pen n = {.path = out};
    if (from >= to)
        return;
    size_t each = to - from > THIN_FROM ? (to - from + BUCKETS - 1) / BUCKETS : 1;
    cu_buf_printf(out, "<path fill=\"none\" stroke-linejoin=\"round\" stroke-linecap=\"round\" %s d=\"", attributes);
    for (size_t at = from; at < to; at += each) {
        if (each == 1)
            add(&n, d, v, p, at);
        else
            add_bucket(&n, d, v, p, at, at + each < to ? at + each : to);
    }
    lift(&n);
    cu_buf_z(out, "\"/>\n");
}

static void area(
    const struct drawing *d, const struct drawing_value *v, const struct drawing_plot *p, size_t i, struct cu_buf *out)
{
    const double zero = drawing_y(p, 0);
    size_t each = d->count > THIN_FROM ? (d->count + BUCKETS - 1) / BUCKETS : 1;
    bool down = false;
    double x = 0;
    cu_buf_printf(
        out, "<path class=\"d-f%zu\" fill=\"%s\" fill-opacity=\"0.14\" d=\"", i % DRAWING_COLOURS, drawing_colour(i));
    for (size_t at = 0; at < d->count; at += each) {
        if (!drawing_is_shown(v[at])) {
            if (down)
                cu_buf_printf(out, "V%.1fZ", zero);
            down = false;
            continue;
        }
        x = drawing_x(p, at, d->count);
        if (!down)
            cu_buf_printf(out, "M%.1f %.1f", x, zero);
        cu_buf_printf(out, "L%.1f %.1f", x, drawing_y(p, v[at].v));
        down = true;
    }
    if (down)
        cu_buf_printf(out, "V%.1fZ", zero);
    cu_buf_z(out, "\"/>\n");
}

static void stretch(const struct drawing *d, const struct drawing_value *v, double *low, double *high)
{
    for (size_t i = 0; v && i < d->count; i++) {
        if (!drawing_is_shown(v[i]))
            continue;
        *low = fmin(*low, v[i].v);
        *high = fmax(*high, v[i].v);
    }
}

static void one(const struct drawing *d, size_t i, const struct drawing_plot *p, struct cu_buf *out)
{
    const struct drawing_series *s = &d->series[i];
    const size_t whole = d->count - (d->partial < d->count ? d->partial : d->count);
    char attributes[160];
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, sizeof attributes);
    if (d->show == DRAWING_AREA)
        area(d, s->values, p, i, out);
    cu_buf_printf(&text, "class=\"d-s%zu\" stroke=\"%s\" stroke-width=\"2\"", i % DRAWING_COLOURS, drawing_colour(i));
    drawing_path(d, s->values, p, 0, whole, text.ptr ? text.ptr : "", out);
    if (whole < d->count) {
        cu_buf_z(&text, " stroke-dasharray=\"4 4\"");
        drawing_path(d, s->values, p, whole ? whole - 1 : 0, d->count, text.ptr ? text.ptr : "", out);
    }
}

void drawing_lines(const struct drawing *d, struct cu_buf *out)
{
    struct drawing_plot p = {DRAWING_LEFT, DRAWING_TOP, drawing_width(d) - DRAWING_LEFT - DRAWING_RIGHT,
        DRAWING_HEIGHT - DRAWING_TOP - DRAWING_BOTTOM, 0, 0, 1};
    double low = 0, high = 0;
    size_t shown = d->series_count < DRAWING_COLOURS ? d->series_count : DRAWING_COLOURS;
    for (size_t i = 0; i < shown; i++) {
        stretch(d, d->series[i].values, &low, &high);
        stretch(d, d->series[i].previous, &low, &high);
    }
    drawing_scale(d, low, high, &p);
    drawing_legend(d, &p, out);
    drawing_axes(d, &p, out);
    for (size_t i = 0; i < shown; i++) {
        if (d->series[i].previous)
            drawing_path(
                d, d->series[i].previous, &p, 0, d->count, "class=\"d-zero\" stroke=\"#6e7781\" stroke-width=\"1.2\"", out);
    }
    for (size_t i = 0; i < shown; i++)
        one(d, i, &p, out);
}
