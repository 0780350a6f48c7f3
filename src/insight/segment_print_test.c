// SPDX-License-Identifier: Apache-2.0
// The text face, its parts: names, values, windows, comparisons.
#include "segment_parse.h"

bool seg_bare(cu_str name)
{
    struct seg_token t = seg_token_at(name, 0);
    return t.kind == SEG_WORD && t.len == name.len && !seg_reserved(name);
}

void seg_put_quoted(struct cu_buf *out, cu_str text)
{
    cu_buf_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\n' || c == '\t' || c == '\r') {
            cu_buf_char(out, '\\');
            c = c == '\n' ? 'n' : c == '\t' ? 't' : 'r';
        } else if (c == '"' || c == '\\') {
            cu_buf_char(out, '\\');
        }
        cu_buf_char(out, c);
    }
    cu_buf_char(out, '"');
}

void seg_put_name(struct cu_buf *out, cu_str name)
{
    if (seg_bare(name))
        cu_buf_str(out, name);
    else
        seg_put_quoted(out, name);
}

void seg_put_value(struct seg_printer *w, const struct seg_value *v, bool day)
{
    char text[SEG_NUMBER_TEXT > TEXT_TIME_MAX ? SEG_NUMBER_TEXT : TEXT_TIME_MAX];
    if (v->type == SEG_TEXT) {
        seg_put_quoted(w->out, v->text);
        return;
    }
    if (v->text.len > 0) { // as it was written: not yet checked
        cu_buf_str(w->out, v->text);
        return;
    }
    if (v->type == SEG_NUMBER)
        seg_number_print(v->number, text);
    else if (v->type == SEG_TIME)
        seg_time_print(v->number, w->zone, day, text);
    cu_buf_z(w->out, v->type == SEG_BOOLEAN ? (v->number ? "yes" : "no") : text);
}

// "(1, 2, 3)"; long lists go on in the next line.
void seg_put_list(struct seg_printer *w, const struct seg_test *t)
{
    cu_buf_char(w->out, '(');
    for (uint32_t i = 0; i < t->value_count; i++) {
        if (w->values > 0 && i == w->values) {
            cu_buf_printf(w->out, ", and %u more", t->value_count - i);
            break;
        }
        if (i > 0)
            cu_buf_z(w->out, w->values == 0 && w->out->len - w->line > 100 ? "," : ", ");
        if (i > 0 && w->values == 0 && w->out->len - w->line > 100) {
            cu_buf_char(w->out, '\n');
            w->line = w->out->len;
            cu_buf_printf(w->out, "%*s", (int)w->indent + 4, "");
        }
        seg_put_value(w, &t->values[i], seg_day_means_start(t->cmp));
    }
    cu_buf_char(w->out, ')');
}

// --- windows

static void put_span(struct cu_buf *out, int32_t n, enum seg_unit unit)
{
    cu_str name = cu_str_of(seg_unit_names[unit]);
    cu_buf_printf(out, "%d %.*s", (int)n, (int)(n == 1 ? name.len - 1 : name.len), name.ptr);
}

static void put_calendar(struct cu_buf *out, const struct seg_window *win)
{
    cu_str unit = cu_str_of(seg_unit_names[win->unit]);
    unit.len--;
    if (win->unit == SEG_DAYS && win->a >= 0 && win->a <= 1) {
        cu_buf_z(out, win->a == 0 ? "today" : "yesterday");
    } else if (win->a >= 0 && win->a <= 1) {
        cu_buf_printf(out, "%s %.*s", win->a == 0 ? "this" : "last", CU_ARG(unit));
    } else {
        cu_buf_printf(out, "in the whole %.*s ", CU_ARG(unit));
        put_span(out, win->a, win->unit);
        cu_buf_z(out, " ago");
    }
}

static void put_time(struct seg_printer *w, const char *before, int64_t ms, bool day)
{
    char text[TEXT_TIME_MAX];
    seg_time_print(ms, w->zone, day, text);
    cu_buf_printf(w->out, "%s%s", before, text);
}

static void put_dates(struct seg_printer *w, const struct seg_window *win)
{
    int64_t last = 0;
    if (win->from_ms == INT64_MIN) {
        put_time(w, "before ", win->to_ms, true);
    } else if (win->to_ms == INT64_MAX) {
        put_time(w, "since ", win->from_ms, true);
    } else {
        put_time(w, "from ", win->from_ms, true);
        bool day = seg_last_day(win->to_ms, w->zone, &last);
        put_time(w, " to ", day ? last : win->to_ms, day);
    }
}

void seg_put_window(struct seg_printer *w, const struct seg_window *win)
{
    switch (win->kind) {
    case SEG_EVER:
        break;
    case SEG_LAST:
    case SEG_NEXT:
        cu_buf_z(w->out, win->kind == SEG_LAST ? "in the last " : "in the next ");
        put_span(w->out, win->a, win->unit);
        break;
    case SEG_AGO:
        cu_buf_printf(w->out, "between %d and ", (int)win->a);
        put_span(w->out, win->b, win->unit);
        cu_buf_z(w->out, " ago");
        break;
    case SEG_BEFORE_AGO:
        cu_buf_z(w->out, "longer than ");
        put_span(w->out, win->a, win->unit);
        cu_buf_z(w->out, " ago");
        break;
    case SEG_CALENDAR:
        put_calendar(w->out, win);
        break;
    case SEG_DATES:
        put_dates(w, win);
        break;
    }
}

// --- comparisons

static const struct words {
    const char *one, *many, *time;
} words[] = {
    [SEG_IS] = {"is ", "is one of ", "is "},
    [SEG_IS_NOT] = {"is not ", "is none of ", "is not "},
    [SEG_LESS] = {"is less than ", "", "is before "},
    [SEG_AT_MOST] = {"is at most ", "", "is on or before "},
    [SEG_MORE] = {"is more than ", "", "is after "},
    [SEG_AT_LEAST] = {"is at least ", "", "is on or after "},
    [SEG_BETWEEN] = {"is between ", "", "is between "},
    [SEG_CONTAINS] = {"contains ", "contains one of ", "contains "},
    [SEG_CONTAINS_NOT] = {"does not contain ", "contains none of ", "does not contain "},
    [SEG_STARTS] = {"starts with ", "starts with one of ", "starts with "},
    [SEG_ENDS] = {"ends with ", "ends with one of ", "ends with "},
    [SEG_KNOWN] = {"is known", "", ""},
    [SEG_UNKNOWN] = {"is unknown", "", ""},
    [SEG_WITHIN] = {"is ", "", ""},
    [SEG_NOT_WITHIN] = {"is not ", "", ""},
    [SEG_ANNIVERSARY] = {"has its anniversary ", "", ""},
};

void seg_put_compare(struct seg_printer *w, const struct seg_test *t)
{
    const struct words *x = &words[t->cmp];
    if (seg_cmp_windowed(t->cmp) || seg_cmp_plain(t->cmp) || t->value_count == 0) {
        cu_buf_z(w->out, x->one);
        if (seg_cmp_windowed(t->cmp))
            seg_put_window(w, &t->window);
        return;
    }
    if (t->value_count > 1 && t->cmp != SEG_BETWEEN) {
        cu_buf_z(w->out, x->many);
        seg_put_list(w, t);
        return;
    }
    cu_buf_z(w->out, t->values[0].type == SEG_TIME ? x->time : x->one);
    seg_put_value(w, &t->values[0], seg_day_means_start(t->cmp));
    if (t->cmp == SEG_BETWEEN && t->value_count > 1) {
        cu_buf_z(w->out, " and ");
        seg_put_value(w, &t->values[1], false);
    }
}

void seg_put_test(struct seg_printer *w, const struct seg_test *t)
{
    seg_put_name(w->out, t->field);
    cu_buf_char(w->out, ' ');
    seg_put_compare(w, t);
}
