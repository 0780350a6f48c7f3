// SPDX-License-Identifier: Apache-2.0
// The text face, canonical: reading it again gives the same tree. One condition a line, brackets around groups
// inside groups, the tests of an event in brackets where nothing of the event follows them.
#include "segment_language.h"

// --- events

static void put_event(struct seg_printer *w, const struct seg_event *e, bool bracket)
{
    if (e->name.len > 0)
        seg_put_quoted(w->out, e->name);
    else
        cu_buf_z(w->out, "any event");
    if (e->where_count == 0)
        return;
    cu_buf_z(w->out, bracket ? " where (" : " where ");
    for (uint32_t i = 0; i < e->where_count; i++) {
        if (i > 0)
            cu_buf_z(w->out, " and ");
        seg_put_test(w, &e->where[i]);
    }
    if (bracket)
        cu_buf_char(w->out, ')');
}

static void put_window(struct seg_printer *w, const struct seg_window *win)
{
    if (win->kind == SEG_EVER)
        return;
    cu_buf_char(w->out, ' ');
    seg_put_window(w, win);
}

static bool once_at_least(const struct seg_test *t)
{
    return t->cmp == SEG_AT_LEAST && t->value_count == 1 && t->values[0].type == SEG_NUMBER &&
           t->values[0].number == 10000;
}

// Has "N times" words for this comparison?
static const char *times_words(const struct seg_test *t)
{
    if (t->value_count == 0 || t->values[0].type != SEG_NUMBER)
        return NULL;
    switch (t->cmp) {
    case SEG_IS:
        return t->value_count > 1 ? " exactly one of " : " exactly ";
    case SEG_IS_NOT:
        return t->value_count > 1 ? " not exactly one of " : " not exactly ";
    case SEG_LESS:
        return " less than ";
    case SEG_AT_MOST:
        return " at most ";
    case SEG_MORE:
        return " more than ";
    case SEG_AT_LEAST:
        return " at least ";
    case SEG_BETWEEN:
        return " between ";
    case SEG_CONTAINS:
    case SEG_CONTAINS_NOT:
    case SEG_STARTS:
    case SEG_ENDS:
    case SEG_KNOWN:
    case SEG_UNKNOWN:
    case SEG_WITHIN:
    case SEG_NOT_WITHIN:
    case SEG_ANNIVERSARY:
        break;
    }
    return NULL;
}

static void put_times(struct seg_printer *w, const struct seg_test *t)
{
    const struct seg_value *last = &t->values[t->value_count - 1];
    cu_buf_z(w->out, times_words(t));
    if (t->value_count > 1 && t->cmp != SEG_BETWEEN) {
        seg_put_list(w, t);
    } else {
        seg_put_value(w, &t->values[0], false);
        if (t->value_count > 1)
            cu_buf_z(w->out, " and ");
        if (t->value_count > 1)
            seg_put_value(w, last, false);
    }
    cu_buf_z(w->out, t->value_count == 1 && last->number == 10000 ? " time" : " times");
}

static void put_did(struct seg_printer *w, const struct seg_did *d, bool negative)
{
    bool once = once_at_least(&d->test);
    cu_buf_z(w->out, negative ? "did not " : "did ");
    put_event(w, &d->event, once && d->window.kind == SEG_EVER);
    if (!once)
        put_times(w, &d->test);
    put_window(w, &d->window);
}

static void put_measure(struct seg_printer *w, const struct seg_did *d)
{
    static const char *const names[] = {"number of ", "sum of ", "average of ", "minimum of ", "maximum of ",
        "distinct values of ", "first value of ", "last value of ", "days with ", "first time of ", "last time of "};
    cu_buf_z(w->out, names[d->measure]);
    if (seg_measure_of(d->measure)) {
        seg_put_name(w->out, d->test.field);
        cu_buf_z(w->out, " of ");
    }
    put_event(w, &d->event, d->window.kind == SEG_EVER);
    put_window(w, &d->window);
    cu_buf_char(w->out, ' ');
    seg_put_compare(w, &d->test);
}

static bool counted(const struct seg_node *n)
{
    return n->kind == SEG_DID && n->did.measure == SEG_COUNT && times_words(&n->did.test);
}

// --- sequences

static void put_length(struct seg_printer *w, int64_t ms)
{
    enum seg_unit unit = SEG_DAYS;
    while (unit > SEG_MINUTES && ms % seg_unit_ms(unit) != 0)
        unit--;
    int64_t n = ms / seg_unit_ms(unit);
    cu_str name = cu_str_of(seg_unit_names[unit]);
    cu_buf_printf(w->out, "%lld %.*s", (long long)n, (int)(n == 1 ? name.len - 1 : name.len), name.ptr);
}

static void put_sequence(struct seg_printer *w, const struct seg_sequence *s)
{
    for (uint32_t i = 0; i < s->step_count; i++) {
        const struct seg_step *step = &s->steps[i];
        if (i > 0)
            cu_buf_z(w->out, " then ");
        put_event(w, &step->event, i + 1 == s->step_count && step->within_ms == 0);
        if (step->within_ms > 0) {
            cu_buf_z(w->out, " within ");
            put_length(w, step->within_ms);
        }
    }
    for (uint32_t i = 0; i < s->same_count; i++) {
        cu_buf_z(w->out, i == 0 ? " with the same " : ", ");
        seg_put_name(w->out, s->same[i]);
    }
    for (uint32_t i = 0; i < s->without_count; i++) {
        cu_buf_z(w->out, i == 0 ? " without " : ", ");
        put_event(w, &s->without[i], true);
    }
    if (s->without_ms == INT64_MAX) {
        cu_buf_z(w->out, " ever after");
    } else if (s->without_ms > 0) {
        cu_buf_z(w->out, " for ");
        put_length(w, s->without_ms);
    }
    put_window(w, &s->window);
}

// --- single conditions

static void put_member(struct seg_printer *w, const struct seg_node *n)
{
    static const char *const states[] = {"in segment ", "entered segment ", "left segment "};
    cu_buf_z(w->out, states[n->member.state]);
    seg_put_quoted(w->out, n->member.segment);
    put_window(w, &n->member.window);
}

static void put_sample(struct seg_printer *w, const struct seg_node *n)
{
    char percent[SEG_NUMBER_TEXT];
    seg_number_print((int64_t)n->sample.permille * 1000, percent);
    cu_buf_printf(w->out, "sample of %s %%", percent);
    if (n->sample.seed.len > 0) {
        cu_buf_z(w->out, " by ");
        seg_put_quoted(w->out, n->sample.seed);
    }
}

static void put_single(struct seg_printer *w, const struct seg_node *n)
{
    switch (n->kind) {
    case SEG_ALL:
        cu_buf_z(w->out, "all of");
        break;
    case SEG_ANY:
        cu_buf_z(w->out, "any of");
        break;
    case SEG_NOT:
        cu_buf_z(w->out, "not");
        break;
    case SEG_EVERYBODY:
        cu_buf_z(w->out, "everybody");
        break;
    case SEG_FIELD:
        seg_put_test(w, &n->field);
        break;
    case SEG_DID:
        if (counted(n))
            put_did(w, &n->did, false);
        else
            put_measure(w, &n->did);
        break;
    case SEG_SEQUENCE:
        put_sequence(w, &n->sequence);
        break;
    case SEG_MEMBER:
        put_member(w, n);
        break;
    case SEG_SAMPLE:
        put_sample(w, n);
        break;
    }
}

// --- the tree

static const struct seg_node *unwrapped(const struct seg_node *n)
{
    while ((n->kind == SEG_ALL || n->kind == SEG_ANY) && n->child_count == 1)
        n = n->children[0];
    return n;
}

static void new_line(struct seg_printer *w)
{
    cu_buf_char(w->out, '\n');
    w->line = w->out->len;
    cu_buf_printf(w->out, "%*s", (int)w->indent, "");
}

static void put_node(struct seg_printer *w, const struct seg_node *n);

static void put_children(struct seg_printer *w, const struct seg_node *n)
{
    for (uint32_t i = 0; i < n->child_count; i++) {
        if (i > 0)
            new_line(w);
        if (i > 0)
            cu_buf_z(w->out, n->kind == SEG_ALL ? "and " : "or ");
        put_node(w, n->children[i]);
    }
}

// A condition inside another: groups get brackets.
static void put_node(struct seg_printer *w, const struct seg_node *n)
{
    n = unwrapped(n);
    while (n->kind == SEG_NOT && n->child_count == 1) {
        const struct seg_node *inner = unwrapped(n->children[0]);
        if (counted(inner)) {
            put_did(w, &inner->did, true);
            return;
        }
        cu_buf_z(w->out, "not ");
        n = inner;
    }
    if (n->kind > SEG_NOT) {
        put_single(w, n);
        return;
    }
    cu_buf_char(w->out, '(');
    w->indent += 4;
    new_line(w);
    put_children(w, n);
    w->indent -= 4;
    new_line(w);
    cu_buf_char(w->out, ')');
}

void seg_print_text(const struct seg_node *n, const struct seg_catalog *c, struct cu_buf *out)
{
    struct seg_printer w = {.out = out, .zone = seg_catalog_zone(c), .line = out->len};
    n = unwrapped(n);
    if (n->kind == SEG_ALL || n->kind == SEG_ANY)
        put_children(&w, n);
    else
        put_node(&w, n);
}

void seg_print_one(const struct seg_node *n, const struct seg_catalog *c, struct cu_buf *out)
{
    struct seg_printer w = {.out = out, .zone = seg_catalog_zone(c), .values = 8};
    put_single(&w, n);
}
