// SPDX-License-Identifier: Apache-2.0
// Charts as SVG and the same figures as tables, made by the server: for links, letters and pictures of tiles. Pure: the same
// drawing gives the same bytes. Nothing in it refers to anything outside; every text is escaped.
//
// Colours: every shape has the light colour as an attribute, which is all that a mail program reads, and a class. A page's
// style sheet, or the style inside of a picture, makes both schemes out of the classes (drawing_style).
//
// What is drawn is never more than was answered: a figure that is hidden (a small group) or not there is a gap, and is named
// in the table. Periods that are not over are dashed. More points than pixels are thinned so that the highest and the lowest stay.
#pragma once

#include "metric.h"

enum drawing_show {
    DRAWING_NUMBER,
    DRAWING_LINE,
    DRAWING_AREA,
    DRAWING_BARS,
    DRAWING_STACKED,
    DRAWING_TABLE,
    DRAWING_FUNNEL,
    DRAWING_HEAT,
    DRAWING_FLOW
};
bool drawing_show_find(cu_str name, enum drawing_show *ret); // "number" ...
enum drawing_scheme {
    DRAWING_LIGHT, // attributes only: mail programs
    DRAWING_FILE,  // with its own style, light and dark
    DRAWING_PAGE   // classes for the page's sheet, which has drawing_style()
};
enum drawing_state { DRAWING_NONE, DRAWING_SHOWN, DRAWING_HIDDEN };
struct drawing_value {
    double v; // METRIC_MONEY: minor units
    enum drawing_state state;
};
struct drawing_series {
    cu_str name;
    enum metric_unit unit;
    const struct drawing_value *values;   // one for each label
    const struct drawing_value *previous; // NULL: none
    struct drawing_value value, before;   // the whole period, and the one before
    struct drawing_value change;          // share
    enum metric_good good;
    struct drawing_value size;            // HEAT: people of the row
};
struct drawing_node {
    size_t column;
    cu_str label;
    struct drawing_value value;
};
struct drawing_link {
    size_t from, to; // nodes
    struct drawing_value value;
};
struct drawing_note { // on one label: a campaign began
    size_t at;
    cu_str text;
};
struct drawing { // strings and arrays belong to the caller
    enum drawing_show show;
    const char *id;      // unique in its page; [a-z0-9-]
    cu_str title, doc;   // doc may be empty
    int width;           // of the picture in units of its words, 640 to 1200; 0: 640
    bool bare;           // the title stands above it already
    cu_str currency;
    int64_t small_group; // for the words "fewer than N people"
    const cu_str *labels; // along the axis; rows of bars; steps; columns of a heat table
    size_t count;
    bool days;           // labels are dates, "2026-11-01" or "2026-11-01T13"
    const struct drawing_series *series; // lines; HEAT: rows
    size_t series_count;
    size_t partial;      // that many labels at the end are periods that are not over
    const struct drawing_node *nodes; // FLOW
    size_t node_count;
    const struct drawing_link *links;
    size_t link_count;
    const struct drawing_note *notes;
    size_t note_count;
    const char *row_word; // heading of the first column of the table; NULL: by what is shown
};
enum { DRAWING_POINTS_MAX = 20000, DRAWING_SERIES_MAX = 400, DRAWING_COLOURS = 8 };

// The picture, appended.
void drawing_svg(const struct drawing *d, enum drawing_scheme scheme, struct cu_buf *out);
// The figures as a table in HTML. mail: with attributes instead of classes, and with bars made of cells, which every mail program
// shows. At most rows_max rows; how many more there are is said.
void drawing_table(const struct drawing *d, bool mail, size_t rows_max, struct cu_buf *out);
// The figures as lines of plain text.
void drawing_text(const struct drawing *d, size_t rows_max, struct cu_buf *out);
// CSS for the classes of DRAWING_PAGE, light and dark.
void drawing_style(struct cu_buf *out);

// ---- words and figures

// "1,234.50 EUR", "12.3 %", "3 min 20 s", "fewer than 10 people", "–"
void drawing_figure(const struct drawing *d, enum metric_unit unit, struct drawing_value v, struct cu_buf *out);
// For an axis: short, "1.2k".
void drawing_short(const struct drawing *d, enum metric_unit unit, double v, struct cu_buf *out);
// "2026-11-01" -> "1 Nov"; others as they are.
void drawing_label(const struct drawing *d, cu_str label, struct cu_buf *out);
// "+12.3 %"
void drawing_change(struct drawing_value change, struct cu_buf *out);
