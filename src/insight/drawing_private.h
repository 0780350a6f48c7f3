// SPDX-License-Identifier: Apache-2.0
// Between the files that draw.
#pragma once

#include "drawing.h"

enum {
    DRAWING_WIDTH_LEAST = 640,
    DRAWING_WIDTH_MOST = 1200,
    DRAWING_HEIGHT = 260,
    DRAWING_LEFT = 64,
    DRAWING_RIGHT = 16,
    DRAWING_TOP = 14,
    DRAWING_BOTTOM = 30,
    DRAWING_TICKS = 8
};

// The rectangle that values are drawn in, and the scale of its height.
struct drawing_plot {
    double left, top, width, height;
    double low, high, step; // of the scale; low <= 0 <= high, step > 0
};
const char *drawing_colour(size_t i); // light
bool drawing_is_shown(struct drawing_value v);
cu_str drawing_series_name(const struct drawing *d, size_t i);

// Opens <svg>, with title and description; closes it.
void drawing_begin(const struct drawing *d, enum drawing_scheme scheme, int height, struct cu_buf *out);
void drawing_end(struct cu_buf *out);
// A text. anchor: "start", "middle", "end". kind: "label", "soft", "strong", "big". Cut at max letters, with "…".
void drawing_words(double x, double y, const char *anchor, const char *kind, cu_str text, size_t max, struct cu_buf *out);
// Round steps over low..high with zero in it.
void drawing_scale(const struct drawing *d, double low, double high, struct drawing_plot *p);
double drawing_y(const struct drawing_plot *p, double v);
double drawing_x(const struct drawing_plot *p, size_t at, size_t count); // the middle of a label's place
void drawing_axes(const struct drawing *d, const struct drawing_plot *p, struct cu_buf *out);
// Names of the series in their colours; the plot below gives way.
void drawing_legend(const struct drawing *d, struct drawing_plot *p, struct cu_buf *out);
void drawing_nothing(const struct drawing *d, struct cu_buf *out); // the sentence of an empty answer

void drawing_lines(const struct drawing *d, struct cu_buf *out);
void drawing_bars(const struct drawing *d, struct cu_buf *out);
void drawing_funnel(const struct drawing *d, struct cu_buf *out);
void drawing_heat(const struct drawing *d, struct cu_buf *out);
void drawing_flow(const struct drawing *d, struct cu_buf *out);
void drawing_number(const struct drawing *d, struct cu_buf *out);
void drawing_rows(const struct drawing *d, struct cu_buf *out);
int drawing_width(const struct drawing *d); // of the picture
int drawing_height(const struct drawing *d);
// A line through the values, thinned and with gaps; for a spark, too.
void drawing_path(const struct drawing *d, const struct drawing_value *v, const struct drawing_plot *p, size_t from,
    size_t to, const char *attributes, struct cu_buf *out);
