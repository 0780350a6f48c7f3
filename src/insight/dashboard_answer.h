// SPDX-License-Identifier: Apache-2.0
// From the answer of a question (POST /v1/insight/query) to what is drawn. A figure that is null is hidden where the answer says
// that groups are hidden, and else not there.
#pragma once

#include "drawing.h"

#include "text/json.h"

struct dashboard_answer {
    json document;    // the whole answer
    enum drawing_show show;
    cu_str metric;    // of several figures, the one that is shown; NONE: the first
    cu_str title;
    const char *id;   // of the picture
    bool by_row;      // the question asks for a breakdown: without rows there is nothing to draw
};
// Strings and arrays are in the arena or in the document. CU_TOO_LARGE: more than can be drawn.
cu_code dashboard_answer_drawing(
    const struct dashboard_answer *a, struct cu_arena *arena, struct drawing *ret, struct cu_error *err) CU_MUST;

// ---- between dashboard_answer.c and dashboard_shape.c

struct answer_reader {
    const struct dashboard_answer *a;
    struct cu_arena *arena;
    struct drawing *d;
    json answer;
    bool hides;    // null means hidden
    bool no_room;
};
struct drawing_value answer_value(const struct answer_reader *r, json v);
// Values of an array, one for each of `count` labels; missing ones are not there.
const struct drawing_value *answer_values(struct answer_reader *r, json array, size_t count);
// Room for so many labels and series.
cu_str *answer_labels(struct answer_reader *r, size_t count);
struct drawing_series *answer_series(struct answer_reader *r, size_t count);
// Rows of objects: labels from a member, one series for each column.
struct answer_column {
    const char *member, *name;
    enum metric_unit unit;
};
void answer_rows(struct answer_reader *r, json rows, const char *label, const char *label_else,
    const struct answer_column *columns, size_t count);
// Kinds other than report; false: this kind has no picture.
bool answer_shape(struct answer_reader *r, cu_str kind);
