// SPDX-License-Identifier: Apache-2.0
// Paths: columns of places, and bands between them as wide as what went there. See drawing.h.
#include "drawing_private.h"

#include "text/text.h"

#include <math.h>

enum { COLUMNS_MAX = 9, NODES_MAX = 200, TOP = 16, HEIGHT = 350, GAP = 8, NODE_WIDTH = 12 };

struct box { // where a node is drawn, and how much of its sides is used up
    double x, y, height, out_y, in_y;
    bool drawn;
};
struct flow {
    const struct drawing *d;
    struct box boxes[NODES_MAX];
    size_t count, columns;
    double scale, column_width;
};

static double value_of(struct drawing_value v)
{
    return drawing_is_shown(v) && v.v > 0 ? v.v : 0;
}

static void measure(struct flow *f)
{
    double sums[COLUMNS_MAX] = {0};
    size_t nodes[COLUMNS_MAX] = {0};
    f->scale = 1e300;
    for (size_t i = 0; i < f->count; i++) {
        size_t c = f->d->nodes[i].column;
        if (c >= COLUMNS_MAX)
            continue;
        sums[c] += value_of(f->d->nodes[i].value);
        nodes[c]++;
        f->columns = c + 1 > f->columns ? c + 1 : f->columns;
    }
    for (size_t c = 0; c < f->columns; c++) {
        double room = HEIGHT - TOP - GAP * (double)nodes[c];
        if (sums[c] > 0)
            f->scale = fmin(f->scale, fmax(room, 40) / sums[c]);
    }
    if (f->scale >= 1e300)
        f->scale = 0;
    f->column_width = (double)(drawing_width(f->d) - 20) / (double)(f->columns ? f->columns : 1);
}

static void place(struct flow *f)
{
    double y[COLUMNS_MAX];
    for (size_t c = 0; c < COLUMNS_MAX; c++)
        y[c] = TOP;
    for (size_t i = 0; i < f->count; i++) {
        size_t c = f->d->nodes[i].column;
        struct box *b = &f->boxes[i];
        if (c >= COLUMNS_MAX)
            continue;
        *b = (struct box){.x = 10 + f->column_width * (double)c,
            .y = y[c],
            .height = fmax(value_of(f->d->nodes[i].value) * f->scale, 2),
            .drawn = true};
        b->in_y = b->out_y = b->y;
        y[c] += b->height + GAP;
    }
}

static void band(struct flow *f, const struct drawing_link *l, struct cu_buf *out)
{
    if (l->from >= f->count || l->to >= f->count || !f->boxes[l->from].drawn || !f->boxes[l->to].drawn)
        return;
    struct box *a = &f->boxes[l->from], *b = &f->boxes[l->to];
    double height = value_of(l->value) * f->scale;
    if (height <= 0)
        return;
    double x0 = a->x + NODE_WIDTH, x1 = b->x, middle = (x0 + x1) / 2, y0 = a->out_y + height / 2, y1 = b->in_y + height / 2;
    a->out_y += height;
    b->in_y += height;
    cu_buf_printf(out,
        "<path fill=\"none\" class=\"d-s0\" stroke=\"%s\" stroke-opacity=\"0.25\" stroke-width=\"%.1f\" d=\"M%.1f %.1fC%.1f "
        "%.1f %.1f %.1f %.1f %.1f\"/>\n",
        drawing_colour(0), fmax(height, 0.5), x0, y0, middle, y0, middle, y1, x1, y1);
}

void drawing_flow(const struct drawing *d, struct cu_buf *out)
{
    struct flow f = {.d = d, .count = d->node_count < NODES_MAX ? d->node_count : NODES_MAX};
    measure(&f);
    place(&f);
    for (size_t i = 0; i < d->link_count; i++)
        band(&f, &d->links[i], out);
    for (size_t i = 0; i < f.count; i++) {
        const struct box *b = &f.boxes[i];
        CU_AUTO_BUF struct cu_buf text;
        cu_buf_init(&text, 8192);
        if (!b->drawn)
            continue;
        cu_buf_str(&text, d->nodes[i].label);
        cu_buf_z(&text, ": ");
        drawing_figure(d, METRIC_COUNT, d->nodes[i].value, &text);
        cu_buf_z(out, "<g><title>");
        text_html(cu_buf_view(&text), out);
        cu_buf_printf(out,
            "</title><rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" class=\"d-f0\" fill=\"%s\"/></g>\n", b->x,
            b->y, NODE_WIDTH, b->height, drawing_colour(0));
        if (b->height >= 9)
            drawing_words(b->x + NODE_WIDTH + 4, b->y + b->height / 2 + 4, "start", "label", d->nodes[i].label,
                (size_t)(f.column_width > 60 ? (f.column_width - 20) / 7 : 5), out);
    }
}
