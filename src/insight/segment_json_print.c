// SPDX-License-Identifier: Apache-2.0
// The JSON face of definitions: writing. What is left out reads back as it was.
#include "segment_language.h"

static void print_node(const struct seg_node *n, const struct text_zone *z, struct json_writer *w);

static void print_span(const char *name, int64_t n, enum seg_unit unit, struct json_writer *w)
{
    jw_key(w, name);
    jw_object(w);
    jw_ki64(w, "n", n);
    jw_kz(w, "unit", seg_unit_names[unit]);
    jw_object_end(w);
}

// A length is written in days where it is whole days, else in hours, else in minutes.
static void print_length(const char *name, int64_t ms, struct json_writer *w)
{
    enum seg_unit unit = SEG_DAYS;
    while (unit > SEG_MINUTES && ms % seg_unit_ms(unit) != 0)
        unit--;
    print_span(name, ms / seg_unit_ms(unit), unit, w);
}

static void print_time(const char *name, int64_t ms, const struct text_zone *z, bool day, struct json_writer *w)
{
    char text[TEXT_TIME_MAX];
    seg_time_print(ms, z, day, text);
    jw_kz(w, name, text);
}

// The last day belongs to the window, so its name is that of the day before its end.
static void print_dates(const struct seg_window *win, const struct text_zone *z, struct json_writer *w)
{
    jw_key(w, "dates");
    jw_object(w);
    if (win->from_ms != INT64_MIN)
        print_time("from", win->from_ms, z, true, w);
    if (win->to_ms != INT64_MAX) {
        int64_t start = 0;
        if (seg_last_day(win->to_ms, z, &start))
            print_time("to", start, z, true, w);
        else
            print_time("to", win->to_ms, z, false, w);
    }
    jw_object_end(w);
}

static void print_window(const char *name, const struct seg_window *win, const struct text_zone *z, struct json_writer *w)
{
    static const char *const calendar[] = {"minute", "hour", "day", "week", "month", "year"};
    if (win->kind == SEG_EVER)
        return;
    jw_key(w, name);
    jw_object(w);
    switch (win->kind) {
    case SEG_EVER:
        break;
    case SEG_LAST:
        print_span("last", win->a, win->unit, w);
        break;
    case SEG_NEXT:
        print_span("next", win->a, win->unit, w);
        break;
    case SEG_AGO:
        jw_key(w, "ago");
        jw_object(w);
        jw_ki64(w, "from", win->a);
        jw_ki64(w, "to", win->b);
        jw_kz(w, "unit", seg_unit_names[win->unit]);
        jw_object_end(w);
        break;
    case SEG_BEFORE_AGO:
        print_span("before_ago", win->a, win->unit, w);
        break;
    case SEG_CALENDAR:
        jw_key(w, "calendar");
        jw_object(w);
        jw_kz(w, "unit", calendar[win->unit]);
        jw_ki64(w, "back", win->a);
        jw_object_end(w);
        break;
    case SEG_DATES:
        print_dates(win, z, w);
        break;
    }
    jw_object_end(w);
}

static void print_value(const struct seg_value *v, enum seg_cmp cmp, const struct text_zone *z, struct json_writer *w)
{
    char text[SEG_NUMBER_TEXT > TEXT_TIME_MAX ? SEG_NUMBER_TEXT : TEXT_TIME_MAX];
    switch (v->type) {
    case SEG_TEXT:
        jw_str(w, v->text.ptr ? v->text : CU_LIT(""));
        break;
    case SEG_NUMBER:
        seg_number_print(v->number, text);
        jw_raw(w, cu_str_of(text));
        break;
    case SEG_BOOLEAN:
        jw_bool(w, v->number != 0);
        break;
    case SEG_TIME:
        seg_time_print(v->number, z, seg_day_means_start(cmp), text);
        jw_str(w, v->text.len ? v->text : cu_str_of(text));
        break;
    }
}

static void print_compare(const struct seg_test *t, const char *window, const struct text_zone *z, struct json_writer *w)
{
    jw_kz(w, "test", seg_cmp_names[t->cmp]);
    if (t->value_count > 0) {
        jw_key(w, "values");
        jw_array(w);
        for (uint32_t i = 0; i < t->value_count; i++)
            print_value(&t->values[i], t->cmp, z, w);
        jw_array_end(w);
    }
    print_window(window, &t->window, z, w);
}

static void print_test(const struct seg_test *t, const struct text_zone *z, struct json_writer *w)
{
    jw_kstr(w, "field", t->field.ptr ? t->field : CU_LIT(""));
    print_compare(t, "window", z, w);
}

static void print_event(const struct seg_event *e, const struct text_zone *z, struct json_writer *w)
{
    jw_kstr(w, "event", e->name.ptr ? e->name : CU_LIT(""));
    if (e->where_count == 0)
        return;
    jw_key(w, "where");
    jw_array(w);
    for (uint32_t i = 0; i < e->where_count; i++) {
        jw_object(w);
        print_test(&e->where[i], z, w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void print_did(const struct seg_did *d, const struct text_zone *z, struct json_writer *w)
{
    print_event(&d->event, z, w);
    print_window("window", &d->window, z, w);
    jw_kz(w, "measure", seg_measure_names[d->measure]);
    if (d->test.field.len > 0)
        jw_kstr(w, "of", d->test.field);
    print_compare(&d->test, "test_window", z, w);
}

static void print_events(const struct seg_sequence *s, const struct text_zone *z, struct json_writer *w)
{
    jw_key(w, "steps");
    jw_array(w);
    for (uint32_t i = 0; i < s->step_count; i++) {
        jw_object(w);
        print_event(&s->steps[i].event, z, w);
        if (s->steps[i].within_ms > 0)
            print_length("within", s->steps[i].within_ms, w);
        jw_object_end(w);
    }
    jw_array_end(w);
    if (s->without_count == 0)
        return;
    jw_key(w, "without");
    jw_array(w);
    for (uint32_t i = 0; i < s->without_count; i++) {
        jw_object(w);
        print_event(&s->without[i], z, w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void print_sequence(const struct seg_sequence *s, const struct text_zone *z, struct json_writer *w)
{
    print_events(s, z, w);
    if (s->same_count > 0) {
        jw_key(w, "same");
        jw_array(w);
        for (uint32_t i = 0; i < s->same_count; i++)
            jw_str(w, s->same[i]);
        jw_array_end(w);
    }
    if (s->without_ms == INT64_MAX)
        jw_kz(w, "without_for", "ever");
    else if (s->without_ms > 0)
        print_length("without_for", s->without_ms, w);
    print_window("window", &s->window, z, w);
}

static void print_children(const char *name, const struct seg_node *n, const struct text_zone *z, struct json_writer *w)
{
    jw_key(w, name);
    jw_array(w);
    for (uint32_t i = 0; i < n->child_count; i++)
        print_node(n->children[i], z, w);
    jw_array_end(w);
}

static void print_object(const char *name, const struct seg_node *n, const struct text_zone *z, struct json_writer *w)
{
    jw_key(w, name);
    jw_object(w);
    if (n->kind == SEG_DID) {
        print_did(&n->did, z, w);
    } else if (n->kind == SEG_SEQUENCE) {
        print_sequence(&n->sequence, z, w);
    } else if (n->kind == SEG_MEMBER) {
        jw_kstr(w, "segment", n->member.segment);
        jw_kz(w, "state", seg_member_names[n->member.state]);
        print_window("window", &n->member.window, z, w);
    } else {
        char percent[SEG_NUMBER_TEXT];
        seg_number_print((int64_t)n->sample.permille * 1000, percent);
        jw_key(w, "percent");
        jw_raw(w, cu_str_of(percent));
        if (n->sample.seed.len > 0)
            jw_kstr(w, "seed", n->sample.seed);
    }
    jw_object_end(w);
}

static void print_node(const struct seg_node *n, const struct text_zone *z, struct json_writer *w)
{
    jw_object(w);
    switch (n->kind) {
    case SEG_ALL:
        print_children("all", n, z, w);
        break;
    case SEG_ANY:
        print_children("any", n, z, w);
        break;
    case SEG_NOT:
        jw_key(w, "not");
        print_node(n->children[0], z, w);
        break;
    case SEG_EVERYBODY:
        jw_kbool(w, "everybody", true);
        break;
    case SEG_FIELD:
        print_test(&n->field, z, w);
        break;
    case SEG_DID:
        print_object("did", n, z, w);
        break;
    case SEG_SEQUENCE:
        print_object("sequence", n, z, w);
        break;
    case SEG_MEMBER:
        print_object("member", n, z, w);
        break;
    case SEG_SAMPLE:
        print_object("sample", n, z, w);
        break;
    }
    jw_object_end(w);
}

void seg_print_json(const struct seg_node *n, const struct seg_catalog *c, struct json_writer *w)
{
    print_node(n, seg_catalog_zone(c), w);
}
