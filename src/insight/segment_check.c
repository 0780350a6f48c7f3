// SPDX-License-Identifier: Apache-2.0
// Checking a definition against what there is: names of fields, events, properties and segments, windows, limits.
// Every fault is found; a part that has one is left as it was.
#include "segment_check_node.h"

#include "spec/suggest.h"

static void check_node(struct seg_checker *x, struct seg_node *n, unsigned depth);

struct seg_place seg_check_place(const struct seg_checker *x, uint32_t at, uint32_t len)
{
    return (struct seg_place){at, len, len ? "" : x->path.text};
}

// --- windows

static bool window_fits(const struct seg_window *w)
{
    int32_t most = seg_unit_most[w->unit];
    switch (w->kind) {
    case SEG_EVER:
        return true;
    case SEG_LAST:
    case SEG_NEXT:
    case SEG_BEFORE_AGO:
        return w->a >= 1 && w->a <= most;
    case SEG_AGO:
        return w->b >= 0 && w->a <= most && w->a >= 1;
    case SEG_CALENDAR:
        return w->a >= 0 && w->a <= most;
    case SEG_DATES:
        break;
    }
    return w->from_ms == INT64_MIN || w->to_ms == INT64_MAX ||
           w->to_ms - w->from_ms <= (int64_t)SEG_WINDOW_MAX_DAYS * 86400000;
}

void seg_check_window(struct seg_checker *x, struct seg_window *w, enum seg_window_use use, struct seg_place where)
{
    bool to_come = w->kind == SEG_NEXT;
    if (!window_fits(w))
        seg_fault(&x->sink, where, "A window is at least one and at most %d %s long.",
            seg_unit_most[w->kind == SEG_DATES ? SEG_DAYS : w->unit],
            seg_unit_names[w->kind == SEG_DATES ? SEG_DAYS : w->unit]);
    else if (w->kind == SEG_EVER && use != SEG_USE_EVENTS)
        seg_fault(&x->sink, where, "A window is expected, such as \"in the last 30 days\".");
    else if (to_come && use == SEG_USE_EVENTS)
        seg_fault(&x->sink, where, "What happened lies in the past: \"in the last 30 days\" is expected, not \"next\".");
    else if (w->kind == SEG_AGO && w->a <= w->b)
        seg_fault(&x->sink, where, "The larger number comes first: \"between 60 and 30 days ago\".");
    else if (w->kind == SEG_CALENDAR && w->unit < SEG_DAYS)
        seg_fault(&x->sink, where, "The calendar has days, weeks, months and years.");
    else if (w->kind == SEG_DATES && w->from_ms == INT64_MIN && w->to_ms == INT64_MAX)
        seg_fault(&x->sink, where, "A window of dates has a first day, a last day, or both.");
    else if (w->kind == SEG_DATES && w->from_ms >= w->to_ms)
        seg_fault(&x->sink, where, "The window ends before it begins.");
    else if (use == SEG_USE_ANNIVERSARY &&
             (!(w->kind == SEG_LAST || to_come || w->kind == SEG_CALENDAR) || w->unit < SEG_DAYS))
        seg_fault(&x->sink, where,
            "An anniversary is \"in the next 7 days\", \"in the last 7 days\", \"today\" or \"this month\".");
}

static void check_window(struct seg_checker *x, struct seg_window *w, const struct seg_node *n)
{
    size_t mark = seg_down(&x->path, "window");
    bool own = w->len > 0;
    seg_check_window(x, w, SEG_USE_EVENTS, seg_check_place(x, own ? w->at : n->at, own ? w->len : n->len));
    seg_up(&x->path, mark);
}

// --- fields of persons

static void unknown_field(struct seg_checker *x, const struct seg_test *t, struct seg_place where)
{
    const struct dictionary *d = seg_catalog_dictionary(x->catalog);
    const struct dict_field *row = dictionary_person_field(d, t->field), *rows = NULL;
    const struct seg_field *fields = NULL;
    struct spec_nearest near = spec_nearest_to(t->field);
    char shown[SEG_SHOWN], meant[SEG_MEANT];
    if (t->field.len == 0) {
        seg_fault(&x->sink, where, "The name of a field is expected, such as address.country or orders.count.");
        return;
    }
    if (row) {
        seg_fault(
            &x->sink, where, "This field holds several values in one; only its members can be tested, if it has any.");
        return;
    }
    for (size_t i = 0, count = seg_catalog_fields(x->catalog, &fields); i < count; i++)
        spec_nearest_offer(&near, fields[i].name);
    for (size_t i = 0, count = dictionary_person_fields(d, &rows); i < count; i++)
        for (uint32_t k = 0; k < rows[i].alias_count; k++)
            if (seg_catalog_field(x->catalog, rows[i].aliases[k]))
                spec_nearest_offer(&near, rows[i].aliases[k]);
    seg_fault(&x->sink, where, "There is no field%s of persons%s", seg_shown(t->field, shown),
        seg_meant(spec_nearest_best(&near), meant)[0] ? meant : ".");
}

static void check_field(struct seg_checker *x, struct seg_test *t)
{
    const struct seg_field *f = t->field.len ? seg_catalog_field(x->catalog, t->field) : NULL;
    if (!f) {
        unknown_field(x, t, seg_check_place(x, t->at, t->len));
        return;
    }
    t->known = f;
    t->field = f->name;
    const struct seg_compared c = {
        .type = f->type, .row = f->source == SEG_TRAIT ? f->trait : NULL, .options = f->options};
    seg_check_compare(x, t, &c);
}

// --- events

static void unknown_property(struct seg_checker *x, const struct seg_event *e, cu_str name, struct seg_place where)
{
    struct spec_nearest near = spec_nearest_to(name);
    char shown[SEG_SHOWN], meant[SEG_MEANT];
    if (name.len == 0) {
        seg_fault(&x->sink, where, "The name of a property is expected, such as total or revenue.");
        return;
    }
    spec_nearest_offer(&near, CU_LIT("revenue"));
    spec_nearest_offer(&near, CU_LIT("source"));
    for (uint32_t i = 0; e->known && i < e->known->field_count; i++)
        spec_nearest_offer(&near, e->known->fields[i].name);
    seg_fault(&x->sink, where, "%s has no property%s%s",
        e->known      ? "This event"
        : e->name.len ? "An event that nobody declared"
                      : "\"Any event\"",
        seg_shown(name, shown),
        seg_meant(spec_nearest_best(&near), meant)[0] ? meant : ": it can be declared in the dictionary.");
}

static bool find_property(
    struct seg_checker *x, const struct seg_event *e, cu_str name, struct seg_place where, struct seg_property *ret)
{
    switch (seg_catalog_property(x->catalog, e->name, name, ret)) {
    case SEG_PROPERTY_FOUND:
        return true;
    case SEG_PROPERTY_UNKNOWN:
        unknown_property(x, e, name, where);
        break;
    case SEG_PROPERTY_SEALED:
        seg_fault(&x->sink, where, "This property is personal (level P%d) and sealed: only P0 and P1 can be tested.",
            (int)ret->field->level);
        break;
    case SEG_PROPERTY_PARTS:
        seg_fault(
            &x->sink, where, "This property holds several values in one; its members can be tested, if it has any.");
        break;
    }
    return false;
}

static void check_property_test(struct seg_checker *x, const struct seg_event *e, struct seg_test *t)
{
    struct seg_property p;
    if (++x->counts.tests > SEG_TESTS_MAX) {
        if (x->counts.tests == SEG_TESTS_MAX + 1)
            seg_fault(&x->sink, seg_check_place(x, t->at, t->len), "A definition has at most %u tests of properties.",
                SEG_TESTS_MAX);
        return;
    }
    if (!find_property(x, e, t->field, seg_check_place(x, t->at, t->len), &p))
        return;
    t->field = p.path;
    t->property = p.field;
    const struct seg_compared c = {.type = p.type, .row = p.field};
    seg_check_compare(x, t, &c);
}

static void undeclared_event(struct seg_checker *x, const struct seg_event *e, struct seg_place where)
{
    const struct dict_event *rows = NULL;
    struct spec_nearest near = spec_nearest_to(e->name);
    char shown[SEG_SHOWN], meant[SEG_MEANT];
    for (size_t i = 0, count = dictionary_events(seg_catalog_dictionary(x->catalog), &rows); i < count; i++)
        if (!cu_str_eqz(rows[i].name, "$context"))
            spec_nearest_offer(&near, rows[i].name);
    seg_warn(&x->sink, where, "Nobody declared the event%s%s", seg_shown(e->name, shown),
        seg_meant(spec_nearest_best(&near), meant)[0] ? meant : ": only calls by that very name are counted.");
}

static void check_event(struct seg_checker *x, struct seg_event *e, const struct seg_node *n)
{
    size_t name = seg_down(&x->path, "event");
    struct seg_place where = seg_check_place(x, e->len ? e->at : n->at, e->len ? e->len : n->len);
    e->known = e->name.len ? dictionary_event(seg_catalog_dictionary(x->catalog), e->name) : NULL;
    bool context = e->known && cu_str_eqz(e->known->name, "$context");
    if (context)
        seg_fault(&x->sink, where, "$context is no event: its members are properties, such as $context.campaign.source.");
    else if (e->known)
        e->name = e->known->name;
    else if (e->name.len > 0)
        undeclared_event(x, e, where);
    seg_up(&x->path, name);
    if (context)
        return;
    for (uint32_t i = 0; i < e->where_count && x->sink.code != CU_MEMORY; i++) {
        size_t mark = seg_down(&x->path, "where"), element = seg_down_at(&x->path, i);
        check_property_test(x, e, &e->where[i]);
        seg_up(&x->path, element);
        seg_up(&x->path, mark);
    }
}

// --- measures

static bool measure_type(struct seg_checker *x, struct seg_did *d, struct seg_place where, struct seg_compared *ret)
{
    struct seg_property p = {CU_NONE, SEG_NUMBER, NULL};
    *ret = (struct seg_compared){.type = SEG_NUMBER};
    d->test.property = NULL;
    if (seg_measure_of(d->measure)) {
        if (!find_property(x, &d->event, d->test.field, where, &p))
            return false;
        d->test.field = p.path;
        d->test.property = p.field;
    }
    switch (d->measure) {
    case SEG_COUNT:
    case SEG_DISTINCT:
    case SEG_DAYS_ACTIVE:
        ret->whole = true;
        return true;
    case SEG_SUM:
    case SEG_AVERAGE:
        if (p.type != SEG_NUMBER)
            seg_fault(&x->sink, where, "Only numbers can be added up; this property is %s.", seg_type_name(p.type));
        return p.type == SEG_NUMBER;
    case SEG_MINIMUM:
    case SEG_MAXIMUM:
        if (p.type != SEG_NUMBER && p.type != SEG_TIME)
            seg_fault(
                &x->sink, where, "Only numbers and times have a minimum; this property is %s.", seg_type_name(p.type));
        ret->type = p.type;
        return p.type == SEG_NUMBER || p.type == SEG_TIME;
    case SEG_FIRST:
    case SEG_LATEST:
        ret->type = p.type;
        ret->row = p.field;
        return true;
    case SEG_FIRST_TIME:
    case SEG_LAST_TIME:
        ret->type = SEG_TIME;
        break;
    }
    return true;
}

static void check_did(struct seg_checker *x, struct seg_node *n)
{
    struct seg_did *d = &n->did;
    struct seg_place where = seg_check_place(x, d->test.len ? d->test.at : n->at, d->test.len ? d->test.len : n->len);
    struct seg_compared c;
    check_event(x, &d->event, n);
    check_window(x, &d->window, n);
    if (!measure_type(x, d, where, &c))
        return;
    if (seg_cmp_plain(d->test.cmp) && (c.whole || d->measure == SEG_SUM)) {
        seg_fault(&x->sink, where, "A number of things is always known: \"is at least 1\" asks whether there is any.");
        return;
    }
    if (d->test.len == 0) {
        d->test.at = n->at;
        d->test.len = n->len;
    }
    seg_check_compare(x, &d->test, &c);
}

// --- sequences

// The name that leads to a property of every step: the one without a list, if any step has it.
static void check_same(struct seg_checker *x, const struct seg_sequence *s, cu_str *name, struct seg_place where)
{
    struct seg_property first, p;
    cu_str best = *name;
    for (uint32_t i = 0; i < s->step_count; i++) {
        if (!find_property(x, &s->steps[i].event, *name, where, &p))
            return;
        if (i == 0) {
            first = p;
            best = p.path;
        } else if (p.type != first.type) {
            seg_fault(&x->sink, where, "The property is %s in one step and %s in another.", seg_type_name(first.type),
                seg_type_name(p.type));
            return;
        } else if (p.path.len < best.len) {
            best = p.path;
        }
    }
    for (uint32_t i = 0; i < s->step_count; i++)
        if (seg_catalog_property(x->catalog, s->steps[i].event.name, best, &p) != SEG_PROPERTY_FOUND)
            return; // stays as it was written
    *name = best;
}

static void check_steps(struct seg_checker *x, struct seg_node *n, struct seg_place where)
{
    struct seg_sequence *s = &n->sequence;
    const int64_t most = (int64_t)SEG_WINDOW_MAX_DAYS * 86400000;
    if (s->step_count < 2 || s->step_count > SEG_EVENTS_MAX) {
        seg_fault(&x->sink, where, "A sequence has 2 to %u steps.", SEG_EVENTS_MAX);
        return;
    }
    for (uint32_t i = 0; i < s->step_count; i++) {
        size_t mark = seg_down(&x->path, "steps"), element = seg_down_at(&x->path, i);
        struct seg_step *step = &s->steps[i];
        check_event(x, &step->event, n);
        if (i == 0 && step->within_ms != 0)
            seg_fault(&x->sink, where, "\"within\" is the time since the step before; the first has none.");
        else if (step->within_ms < 0 || step->within_ms > most || step->within_ms % 60000 != 0)
            seg_fault(&x->sink, where, "\"within\" is at least a minute and at most a hundred years.");
        seg_up(&x->path, element);
        seg_up(&x->path, mark);
    }
}

static void check_sequence(struct seg_checker *x, struct seg_node *n)
{
    struct seg_sequence *s = &n->sequence;
    struct seg_place where = seg_check_place(x, n->at, n->len);
    check_steps(x, n, where);
    for (uint32_t i = 0; i < s->same_count && i < SEG_EVENTS_MAX; i++)
        check_same(x, s, &s->same[i], where);
    if (s->same_count > SEG_EVENTS_MAX || s->without_count > SEG_EVENTS_MAX)
        seg_fault(&x->sink, where, "At most %u properties are shared, at most %u events must not happen.", SEG_EVENTS_MAX,
            SEG_EVENTS_MAX);
    for (uint32_t i = 0; i < s->without_count && i < SEG_EVENTS_MAX; i++) {
        size_t mark = seg_down(&x->path, "without"), element = seg_down_at(&x->path, i);
        check_event(x, &s->without[i], n);
        seg_up(&x->path, element);
        seg_up(&x->path, mark);
    }
    if (s->without_ms != 0 && s->without_count == 0)
        seg_fault(&x->sink, where, "\"without\" names no event.");
    check_window(x, &s->window, n);
}

// --- other segments

struct offering {
    struct spec_nearest near;
};

static void offer(void *context, cu_str name)
{
    struct offering *o = context;
    spec_nearest_offer(&o->near, name);
}

static void check_member(struct seg_checker *x, struct seg_node *n)
{
    const struct seg_catalog_options *o = seg_catalog_asked(x->catalog);
    struct seg_place where = seg_check_place(x, n->at, n->len);
    struct offering names = {spec_nearest_to(n->member.segment)};
    char shown[SEG_SHOWN], meant[SEG_MEANT];
    if (n->member.segment.len == 0) {
        seg_fault(&x->sink, where, "The name of a segment is expected, such as in segment \"vip\".");
    } else if (o->segment && !o->segment(o->context, n->member.segment)) {
        if (o->segments)
            o->segments(o->context, offer, &names);
        seg_fault(&x->sink, where, "There is no segment%s%s", seg_shown(n->member.segment, shown),
            seg_meant(spec_nearest_best(&names.near), meant)[0] ? meant : ".");
    }
    if (n->member.state == SEG_IN && n->member.window.kind != SEG_EVER)
        seg_fault(&x->sink, where, "\"in segment\" is now; \"entered segment\" and \"left segment\" have a window.");
    else
        check_window(x, &n->member.window, n);
}

// --- nodes

static void check_inside(struct seg_checker *x, struct seg_node *n, unsigned depth)
{
    static const char *const names[] = {"all", "any", "not"};
    size_t mark = seg_down(&x->path, names[n->kind]);
    if (n->child_count == 0 || (n->kind == SEG_NOT && n->child_count != 1))
        seg_fault(&x->sink, seg_check_place(x, n->at, n->len), "At least one condition is expected.");
    for (uint32_t i = 0; i < n->child_count && x->counts.nodes <= SEG_NODES_MAX; i++) {
        size_t element = n->kind == SEG_NOT ? x->path.len : seg_down_at(&x->path, i);
        check_node(x, n->children[i], depth + 1);
        seg_up(&x->path, element);
    }
    seg_up(&x->path, mark);
}

static void check_kind(struct seg_checker *x, struct seg_node *n)
{
    size_t mark = x->path.len;
    switch (n->kind) {
    case SEG_ALL:
    case SEG_ANY:
    case SEG_NOT:
    case SEG_EVERYBODY:
        break;
    case SEG_FIELD:
        check_field(x, &n->field);
        break;
    case SEG_DID:
        (void)seg_down(&x->path, "did");
        check_did(x, n);
        break;
    case SEG_SEQUENCE:
        (void)seg_down(&x->path, "sequence");
        check_sequence(x, n);
        break;
    case SEG_MEMBER:
        (void)seg_down(&x->path, "member");
        check_member(x, n);
        break;
    case SEG_SAMPLE:
        (void)seg_down(&x->path, "sample");
        if (n->sample.permille < 1 || n->sample.permille > 999)
            seg_fault(&x->sink, seg_check_place(x, n->at, n->len), "A sample is from 0.1 to 99.9 %% of everybody.");
        break;
    }
    seg_up(&x->path, mark);
}

static void check_node(struct seg_checker *x, struct seg_node *n, unsigned depth)
{
    if (x->sink.code == CU_MEMORY)
        return;
    if (depth > SEG_DEPTH_MAX || ++x->counts.nodes > SEG_NODES_MAX) {
        seg_fault(&x->sink, seg_check_place(x, n->at, n->len),
            "A definition has at most %u conditions, at most %u inside one another.", SEG_NODES_MAX, SEG_DEPTH_MAX);
        return;
    }
    if (n->kind <= SEG_NOT)
        check_inside(x, n, depth);
    else
        check_kind(x, n);
}

cu_code seg_check(
    struct seg_node *n, const struct seg_catalog *c, struct cu_arena *a, struct seg_faults *faults, struct cu_error *err)
{
    struct seg_checker x = {.catalog = c, .zone = seg_catalog_zone(c), .arena = a};
    seg_sink_open(&x.sink, faults, err);
    check_node(&x, n, 1);
    if (x.sink.code != CU_OK)
        return x.sink.code;
    seg_number_nodes(n);
    seg_lint(n, &x.sink);
    return CU_OK;
}
