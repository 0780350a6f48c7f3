// SPDX-License-Identifier: Apache-2.0
// The text face: conditions about events, sequences, other segments, samples.
#include "segment_parse.h"

// --- did

static bool default_times(struct seg_parser *p, struct seg_did *d)
{
    struct seg_value *one = seg_alloc(&p->sink, p->arena, 1, sizeof *one);
    if (!one)
        return false;
    *one = (struct seg_value){.type = SEG_NUMBER, .number = 10000};
    d->test.cmp = SEG_AT_LEAST;
    d->test.values = one;
    d->test.value_count = 1;
    return true;
}

// "where ...", "at least 2 times" and a window, in any order, each once.
static bool read_parts(struct seg_parser *p, struct seg_did *d, bool times)
{
    for (;;) {
        bool had_where = d->event.where_count > 0, had_window = d->window.kind != SEG_EVER,
             had_times = d->test.value_count > 0;
        if (!seg_read_where(p, &d->event))
            return false;
        struct seg_window w = {.kind = SEG_EVER};
        struct seg_test t = {0};
        enum seg_when when = seg_read_when(p, &w, times ? &t : NULL);
        if (when == SEG_WHEN_FAULT)
            return false;
        if ((when == SEG_WHEN_WINDOW && had_window) || (when == SEG_WHEN_TIMES && had_times))
            return seg_fail(p, "One window and one number of times can be given.");
        if (when == SEG_WHEN_WINDOW)
            d->window = w;
        else if (when == SEG_WHEN_TIMES)
            d->test = t;
        else if (had_where == (d->event.where_count > 0))
            return true;
    }
}

static bool read_did(struct seg_parser *p, struct seg_node *n)
{
    bool negative = seg_words(p, "not");
    n->kind = SEG_DID;
    n->did = (struct seg_did){.measure = SEG_COUNT};
    if (!seg_read_event(p, &n->did.event) || !read_parts(p, &n->did, true))
        return false;
    if (n->did.test.value_count == 0 && !default_times(p, &n->did))
        return false;
    n->len = seg_since(p, n->at).len;
    return !negative || seg_wrap_not(p, n);
}

// --- measures

static const struct measure {
    const char *words;
    enum seg_measure measure;
    bool quiet;
} measures[] = {{"sum of", SEG_SUM, false}, {"average of", SEG_AVERAGE, false}, {"minimum of", SEG_MINIMUM, false},
    {"maximum of", SEG_MAXIMUM, false}, {"distinct values of", SEG_DISTINCT, false}, {"first value of", SEG_FIRST, false},
    {"last value of", SEG_LATEST, false}, {"days with", SEG_DAYS_ACTIVE, false}, {"first time of", SEG_FIRST_TIME, false},
    {"last time of", SEG_LAST_TIME, false}, {"distinct of", SEG_DISTINCT, true},
    {"different values of", SEG_DISTINCT, true}, {"number of different", SEG_DISTINCT, true},
    {"first of", SEG_FIRST, true}, {"last of", SEG_LATEST, true}, {"latest of", SEG_LATEST, true},
    {"number of", SEG_COUNT, true}, {"count of", SEG_COUNT, true}};

static bool take_measure(struct seg_parser *p, enum seg_measure *ret)
{
    for (size_t i = 0; i < CU_COUNT(measures); i++) {
        if (measures[i].quiet ? seg_quiet(p, measures[i].words) : seg_words(p, measures[i].words)) {
            *ret = measures[i].measure;
            return true;
        }
    }
    return false;
}

// "total of" comes before the event it is of: for completion the event is not known yet.
static bool read_of(struct seg_parser *p, enum seg_measure measure, cu_str *ret)
{
    seg_want(p, (struct seg_want){.kind = SEG_WANT_PROPERTY, .numbers = measure == SEG_SUM || measure == SEG_AVERAGE});
    return seg_read_name(p, "a property, such as total", ret) &&
           (seg_words(p, "of") || seg_expected(p, "\"of\" and the name of an event"));
}

static bool read_measure(struct seg_parser *p, struct seg_node *n, enum seg_measure measure)
{
    struct seg_did *d = &n->did;
    n->kind = SEG_DID;
    *d = (struct seg_did){.measure = measure};
    if (seg_measure_of(measure) && !read_of(p, measure, &d->test.field))
        return false;
    if (!seg_read_event(p, &d->event) || !read_parts(p, d, false))
        return false;
    const struct seg_scope scope = {seg_measure_of(measure), d->event.name};
    d->test.at = p->t.at;
    if (!seg_read_compare(p, &scope, &d->test))
        return false;
    d->test.len = seg_since(p, d->test.at).len;
    return d->window.kind != SEG_EVER || seg_read_when(p, &d->window, NULL) != SEG_WHEN_FAULT;
}

// --- sequences

static bool read_length(struct seg_parser *p, int64_t *ret)
{
    int32_t n = 0;
    enum seg_unit unit = SEG_DAYS;
    if (!seg_read_span(p, &n, &unit))
        return false;
    if (unit > SEG_WEEKS || n < 1 || n > seg_unit_most[unit])
        return seg_fail(p, "A span of minutes, hours, days or weeks is expected, from 1 to a hundred years.");
    *ret = n * seg_unit_ms(unit);
    return true;
}

static bool window_within(const struct seg_parser *p)
{
    struct seg_token next = seg_peek(p);
    return next.kind == SEG_WORD && cu_str_eq_nocase(next.text, CU_LIT("the"));
}

static bool read_steps(struct seg_parser *p, struct seg_sequence *s)
{
    struct seg_step steps[SEG_EVENTS_MAX];
    uint32_t count = 0;
    do {
        if (count == SEG_EVENTS_MAX)
            return seg_fail(p, "A sequence has at most %u steps.", SEG_EVENTS_MAX);
        struct seg_step *step = &steps[count++];
        *step = (struct seg_step){.within_ms = 0};
        if (!seg_read_event(p, &step->event) || !seg_read_where(p, &step->event))
            return false;
        if (count > 1 && !(seg_next_word(p, "within") && window_within(p)) && seg_words(p, "within") &&
            !read_length(p, &step->within_ms))
            return false;
        if (count > 1 && !seg_read_where(p, &step->event))
            return false;
    } while (seg_words(p, "then"));
    if (count < 2)
        return seg_expected(p, "\"then\" and the next event");
    s->steps = seg_alloc(&p->sink, p->arena, count, sizeof *s->steps);
    if (!s->steps)
        return false;
    memcpy(s->steps, steps, count * sizeof *steps);
    s->step_count = count;
    return true;
}

static bool read_same(struct seg_parser *p, struct seg_sequence *s)
{
    s->same = seg_alloc(&p->sink, p->arena, SEG_EVENTS_MAX, sizeof *s->same);
    do {
        if (!s->same || s->same_count == SEG_EVENTS_MAX)
            return s->same && seg_fail(p, "At most %u properties are shared.", SEG_EVENTS_MAX);
        seg_want(p, (struct seg_want){.kind = SEG_WANT_PROPERTY, .event = s->steps[0].event.name});
        if (!seg_read_name(p, "a property that the steps share, such as product_id", &s->same[s->same_count]))
            return false;
        s->same_count++;
    } while (seg_sign(p, ","));
    return true;
}

static bool read_without(struct seg_parser *p, struct seg_sequence *s)
{
    s->without = seg_alloc(&p->sink, p->arena, SEG_EVENTS_MAX, sizeof *s->without);
    do {
        if (!s->without || s->without_count == SEG_EVENTS_MAX)
            return s->without && seg_fail(p, "At most %u events must not happen.", SEG_EVENTS_MAX);
        struct seg_event *e = &s->without[s->without_count];
        if (!seg_read_event(p, e) || !seg_read_where(p, e))
            return false;
        s->without_count++;
    } while (seg_sign(p, ","));
    if (seg_words(p, "ever after"))
        s->without_ms = INT64_MAX;
    else if (seg_words(p, "for"))
        return read_length(p, &s->without_ms);
    return true;
}

bool seg_read_sequence(struct seg_parser *p, struct seg_node *n)
{
    struct seg_sequence *s = &n->sequence;
    bool going = true;
    n->kind = SEG_SEQUENCE;
    *s = (struct seg_sequence){.window = {.kind = SEG_EVER}};
    if (!read_steps(p, s))
        return false;
    while (going) {
        if (s->same_count == 0 && (seg_words(p, "with the same") || seg_quiet(p, "with same"))) {
            if (!read_same(p, s))
                return false;
        } else if (s->without_count == 0 && seg_words(p, "without")) {
            if (!read_without(p, s))
                return false;
        } else {
            enum seg_when when = s->window.kind == SEG_EVER ? seg_read_when(p, &s->window, NULL) : SEG_WHEN_NONE;
            if (when == SEG_WHEN_FAULT)
                return false;
            going = when != SEG_WHEN_NONE;
        }
    }
    return true;
}

// --- other segments, samples, everybody

static bool read_member(struct seg_parser *p, struct seg_node *n, enum seg_member_state state)
{
    n->kind = SEG_MEMBER;
    n->member.state = state;
    n->member.window = (struct seg_window){.kind = SEG_EVER};
    seg_want(p, (struct seg_want){.kind = SEG_WANT_SEGMENT});
    if (!seg_read_name(p, "the name of a segment, such as \"vip\"", &n->member.segment))
        return false;
    return state == SEG_IN || seg_read_when(p, &n->member.window, NULL) != SEG_WHEN_FAULT;
}

static bool read_sample(struct seg_parser *p, struct seg_node *n)
{
    int64_t percent = 0;
    n->kind = SEG_SAMPLE;
    n->sample.permille = 0;
    n->sample.seed = CU_LIT("");
    if (p->t.kind != SEG_FIGURE || seg_number_parse(p->t.text, &percent) != SEG_NUMBER_FINE || percent % 1000 != 0 ||
        percent > 10000000 || percent < -1000000)
        return seg_expected(p, "a percentage with at most one decimal, such as 10 %");
    n->sample.permille = (int32_t)(percent / 1000);
    seg_advance(p);
    if (!seg_sign(p, "%") && !seg_words(p, "percent"))
        return seg_expected(p, "% behind the number");
    return !seg_words(p, "by") || seg_read_name(p, "the name of the sample in quotes", &n->sample.seed);
}

static enum seg_took took(bool good)
{
    return good ? SEG_TOOK : SEG_TOOK_FAULT;
}

enum seg_took seg_read_special(struct seg_parser *p, struct seg_node *n)
{
    enum seg_measure measure = SEG_COUNT;
    if (p->t.kind != SEG_WORD && p->t.kind != SEG_END)
        return SEG_TOOK_NOTHING;
    if (seg_compare_next(p, seg_peek(p)))
        return SEG_TOOK_NOTHING; // a field that is called like a word of the language
    if (seg_words(p, "did"))
        return took(read_did(p, n));
    if (take_measure(p, &measure))
        return took(read_measure(p, n, measure));
    if (seg_words(p, "in segment") || seg_quiet(p, "is in segment") || seg_quiet(p, "in the segment"))
        return took(read_member(p, n, SEG_IN));
    if (seg_words(p, "entered segment"))
        return took(read_member(p, n, SEG_ENTERED));
    if (seg_words(p, "left segment"))
        return took(read_member(p, n, SEG_LEFT));
    if (seg_words(p, "sample of"))
        return took(read_sample(p, n));
    if (seg_words(p, "everybody") || seg_quiet(p, "everyone")) {
        n->kind = SEG_EVERYBODY;
        return SEG_TOOK;
    }
    return SEG_TOOK_NOTHING;
}
