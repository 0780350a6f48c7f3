// SPDX-License-Identifier: Apache-2.0
// Random definitions and people, dense where it hurts: around the edges of windows, at the same millisecond, on days of
// 23 and 25 hours, at the ends of months, with lists and absent values.
#pragma once

#include "oracle_rows.h"

struct o_random {
    uint64_t state;
    const struct o_world *world;
    struct cu_arena *arena; // of the definition
    int nodes;
    uint32_t number;
    int64_t anchor; // the moment about which everything happens
};

static inline uint64_t o_next(struct o_random *r)
{
    r->state ^= r->state << 13;
    r->state ^= r->state >> 7;
    r->state ^= r->state << 17;
    return r->state * UINT64_C(2685821657736338717);
}

static inline int o_pick(struct o_random *r, int n)
{
    return (int)((o_next(r) >> 33) % (uint64_t)n);
}

static inline void *o_take(struct o_random *r, size_t count, size_t size)
{
    void *ret = cu_arena_alloc(r->arena, count * size + 1);
    assert_non_null(ret);
    return ret;
}

static const char *const o_words[] = {"Shoe", "SHOE", "shoelace", "h\xc3\xa4t", "hat", "H\xc3\x84T", "red hat", "x"};
static const char *const o_parts[] = {"shoe", "HAT", "e", "hat", "s", "lace"};

// ---- definitions

static inline struct seg_window o_window(struct o_random *r, bool facts)
{
    static const enum seg_unit units[] = {
        SEG_MINUTES, SEG_HOURS, SEG_DAYS, SEG_DAYS, SEG_DAYS, SEG_WEEKS, SEG_MONTHS, SEG_MONTHS, SEG_YEARS};
    struct seg_window w = {.unit = units[o_pick(r, CU_COUNT(units))], .a = 1 + o_pick(r, 4)};
    switch (o_pick(r, facts ? 9 : 8)) {
    case 0:
        w.kind = SEG_EVER;
        break;
    case 1:
    case 2:
    case 3:
        w.kind = SEG_LAST;
        break;
    case 4:
        w.kind = SEG_AGO;
        w.b = w.a;
        w.a += 1 + o_pick(r, 3);
        break;
    case 5:
        w.kind = SEG_BEFORE_AGO;
        break;
    case 6:
        w.kind = SEG_CALENDAR;
        w.unit = (enum seg_unit)(SEG_DAYS + o_pick(r, 4));
        w.a = o_pick(r, 3);
        break;
    case 7:
        w.kind = SEG_DATES;
        w.from_ms = o_pick(r, 4) ? r->anchor - o_pick(r, 5) * INT64_C(43200000) : INT64_MIN;
        w.to_ms = o_pick(r, 4) ? r->anchor + (o_pick(r, 5) - 2) * INT64_C(21600000) : INT64_MAX;
        break;
    default:
        w.kind = SEG_NEXT;
    }
    return w;
}

static inline int64_t o_moment(struct o_random *r)
{
    static const int64_t steps[] = {60000, 3600000, 86400000, 86400000, INT64_C(604800000)};
    int64_t t = r->anchor;
    switch (o_pick(r, 6)) {
    case 0:
        t -= (int64_t)(o_next(r) % (3 * UINT64_C(86400000)));
        break;
    case 1: { // a local midnight
        struct tm tm = o_local(t);
        t = o_midnight(tm.tm_year, tm.tm_mon - (o_pick(r, 3) == 0), tm.tm_mday - o_pick(r, 4));
        break;
    }
    case 2:
        t = o_moved(t, -(1 + o_pick(r, 4)), o_pick(r, 3) ? SEG_MONTHS : SEG_YEARS);
        break;
    default:
        t -= o_pick(r, 5) * steps[o_pick(r, CU_COUNT(steps))];
    }
    return t + (o_pick(r, 3) - 1) * (o_pick(r, 4) ? 1 : 3600000);
}

static inline int64_t o_value_of(struct o_random *r, enum seg_type type)
{
    switch (type) {
    case SEG_NUMBER:
        return o_pick(r, 3) ? o_pick(r, 4) * 10000 : o_pick(r, 40000) - 5000;
    case SEG_TIME:
        return o_moment(r);
    case SEG_BOOLEAN:
        return o_pick(r, 2);
    case SEG_TEXT:
        break;
    }
    return 0;
}

static inline enum seg_cmp o_cmp(struct o_random *r, enum seg_type type)
{
    static const enum seg_cmp texts[] = {
        SEG_IS, SEG_IS, SEG_IS_NOT, SEG_CONTAINS, SEG_CONTAINS_NOT, SEG_STARTS, SEG_ENDS, SEG_KNOWN, SEG_UNKNOWN};
    static const enum seg_cmp numbers[] = {SEG_IS, SEG_IS_NOT, SEG_LESS, SEG_AT_MOST, SEG_MORE, SEG_AT_LEAST,
        SEG_BETWEEN, SEG_KNOWN, SEG_UNKNOWN, SEG_WITHIN, SEG_WITHIN, SEG_NOT_WITHIN, SEG_ANNIVERSARY, SEG_ANNIVERSARY};
    switch (type) {
    case SEG_TEXT:
        return texts[o_pick(r, CU_COUNT(texts))];
    case SEG_NUMBER:
        return numbers[o_pick(r, 9)];
    case SEG_TIME:
        return numbers[o_pick(r, CU_COUNT(numbers))];
    case SEG_BOOLEAN:
        break;
    }
    return o_pick(r, 2) ? SEG_IS : SEG_IS_NOT;
}

static inline void o_fill_test(struct o_random *r, struct seg_test *t, enum seg_type type)
{
    t->type = type;
    t->cmp = o_cmp(r, type);
    if (t->cmp == SEG_WITHIN || t->cmp == SEG_NOT_WITHIN || t->cmp == SEG_ANNIVERSARY) {
        t->window = o_window(r, true);
        return;
    }
    if (t->cmp == SEG_KNOWN || t->cmp == SEG_UNKNOWN)
        return;
    t->value_count = t->cmp == SEG_BETWEEN                      ? 2
                     : type == SEG_TEXT || t->cmp <= SEG_IS_NOT ? 1 + (uint32_t)o_pick(r, 12) / 5
                                                                : 1;
    struct seg_value *v = o_take(r, t->value_count, sizeof *v);
    bool whole = t->cmp == SEG_IS || t->cmp == SEG_IS_NOT;
    for (uint32_t i = 0; i < t->value_count; i++)
        v[i] = (struct seg_value){type,
            cu_str_of(whole ? o_words[o_pick(r, CU_COUNT(o_words))] : o_parts[o_pick(r, CU_COUNT(o_parts))]),
            o_value_of(r, type)};
    if (t->cmp == SEG_BETWEEN && v[0].number > v[1].number) {
        struct seg_value first = v[0];
        v[0] = v[1];
        v[1] = first;
    }
    t->values = v;
}

static inline void o_property(struct o_random *r, cu_str event, bool numeric, struct seg_test *t)
{
    static const int numbers[] = {O_COSTS, O_PIECES, O_PRICE};
    struct seg_property p;
    const char *name = numeric ? o_paths[numbers[o_pick(r, 3)]] : o_paths[o_pick(r, O_PROPERTIES)];
    if (event.len == 0 || o_pick(r, 10) == 0)
        name = numeric || o_pick(r, 2) ? "revenue" : "source";
    assert_int_equal(seg_catalog_property(r->world->catalog, event, cu_str_of(name), &p), SEG_PROPERTY_FOUND);
    *t = (struct seg_test){.field = p.path, .property = p.field, .type = p.type};
}

static inline void o_event_test(struct o_random *r, cu_str event, struct seg_test *t)
{
    o_property(r, event, false, t);
    if (!cu_str_eqz(t->field, "source")) {
        o_fill_test(r, t, t->type);
        return;
    }
    struct seg_value *v = o_take(r, 1, sizeof *v);
    *v = (struct seg_value){.type = SEG_TEXT, .text = cu_str_of(o_pick(r, 3) ? o_sources[o_pick(r, 2)] : "nowhere")};
    t->cmp = o_pick(r, 2) ? SEG_IS : SEG_IS_NOT;
    t->values = v;
    t->value_count = 1;
}

static inline struct seg_event o_which(struct o_random *r)
{
    struct seg_event e = {.name = o_pick(r, 8) ? cu_str_of(o_names[o_pick(r, 3)]) : CU_LIT("")};
    if (o_pick(r, 30) == 0)
        e.name = CU_LIT("Other");
    e.where_count = o_pick(r, 3) ? 0 : 1 + (uint32_t)o_pick(r, 2);
    e.where = o_take(r, e.where_count, sizeof *e.where);
    for (uint32_t i = 0; i < e.where_count; i++)
        o_event_test(r, e.name, &e.where[i]);
    return e;
}

static inline void o_random_did(struct o_random *r, struct seg_did *d)
{
    d->event = o_which(r);
    d->window = o_window(r, false);
    d->measure = o_pick(r, 3) ? (enum seg_measure)o_pick(r, SEG_LAST_TIME + 1) : SEG_COUNT;
    enum seg_type type = SEG_NUMBER;
    if (d->measure == SEG_FIRST || d->measure == SEG_LATEST || d->measure == SEG_DISTINCT) {
        o_property(r, d->event.name, false, &d->test);
        if (d->measure == SEG_DISTINCT)
            d->test.type = SEG_NUMBER;
        else if (cu_str_eqz(d->test.field, "source")) {
            o_event_test(r, CU_LIT(""), &d->test);
            return;
        }
        type = d->test.type;
    } else if (d->measure == SEG_SUM || d->measure == SEG_AVERAGE || d->measure == SEG_MINIMUM ||
               d->measure == SEG_MAXIMUM)
        o_property(r, d->event.name, true, &d->test);
    else if (d->measure == SEG_FIRST_TIME || d->measure == SEG_LAST_TIME)
        type = SEG_TIME;
    o_fill_test(r, &d->test, type);
    bool always =
        d->measure == SEG_COUNT || d->measure == SEG_SUM || d->measure == SEG_DISTINCT || d->measure == SEG_DAYS_ACTIVE;
    if (always && (d->test.cmp == SEG_KNOWN || d->test.cmp == SEG_UNKNOWN)) {
        static const struct seg_value one = {.type = SEG_NUMBER, .number = 10000};
        d->test.cmp = SEG_AT_LEAST;
        d->test.values = &one;
        d->test.value_count = 1;
    }
}

static inline void o_random_sequence(struct o_random *r, struct seg_sequence *q)
{
    static const int64_t gaps[] = {0, 0, 60000, 3600000, 86400000, INT64_C(259200000)};
    static const char *const same[] = {"sku", "items.$.code", "pieces", "sort", "source"};
    q->step_count = 2 + (uint32_t)o_pick(r, 5) / 2;
    q->steps = o_take(r, q->step_count, sizeof *q->steps);
    for (uint32_t i = 0; i < q->step_count; i++) {
        q->steps[i].event = o_which(r);
        if (q->steps[i].event.name.len == 0)
            q->steps[i].event = (struct seg_event){.name = CU_LIT("Seen")};
        q->steps[i].within_ms = gaps[o_pick(r, CU_COUNT(gaps))];
    }
    q->same_count = (uint32_t)(o_pick(r, 5) + 1) / 3;
    q->same = o_take(r, q->same_count, sizeof *q->same);
    for (uint32_t i = 0; i < q->same_count; i++)
        q->same[i] = cu_str_of(same[o_pick(r, CU_COUNT(same))]);
    q->without_count = (uint32_t)(o_pick(r, 5) + 1) / 3;
    q->without = o_take(r, q->without_count, sizeof *q->without);
    for (uint32_t i = 0; i < q->without_count; i++)
        q->without[i] = o_which(r);
    q->without_ms = q->without_count == 0 ? 0 : o_pick(r, 3) ? gaps[o_pick(r, CU_COUNT(gaps))] : INT64_MAX;
    q->window = o_window(r, false);
}

static inline struct seg_node *o_random_node(struct o_random *r, int depth);

static inline void o_random_group(struct o_random *r, struct seg_node *n, int depth)
{
    n->child_count = n->kind == SEG_NOT ? 1 : 1 + (uint32_t)o_pick(r, 4);
    struct seg_node **children = o_take(r, n->child_count, sizeof *children);
    for (uint32_t i = 0; i < n->child_count; i++)
        children[i] = o_random_node(r, depth + 1);
    n->children = children;
}

static inline struct seg_node *o_random_node(struct o_random *r, int depth)
{
    static const enum seg_kind leaves[] = {SEG_DID, SEG_DID, SEG_DID, SEG_DID, SEG_SEQUENCE, SEG_SEQUENCE, SEG_FIELD,
        SEG_FIELD, SEG_MEMBER, SEG_SAMPLE, SEG_EVERYBODY};
    struct seg_node *n = o_take(r, 1, sizeof *n);
    n->number = r->number++;
    n->kind = depth < 3 && o_pick(r, 3) == 0 ? (enum seg_kind)o_pick(r, 3) : leaves[o_pick(r, CU_COUNT(leaves))];
    switch (n->kind) {
    case SEG_ALL:
    case SEG_ANY:
    case SEG_NOT:
        o_random_group(r, n, depth);
        break;
    case SEG_FIELD:
        n->field.known = seg_catalog_field(r->world->catalog, cu_str_of(o_fields[o_pick(r, O_FIELDS)]));
        assert_non_null(n->field.known);
        n->field.field = n->field.known->name;
        o_fill_test(r, &n->field, n->field.known->type);
        break;
    case SEG_DID:
        o_random_did(r, &n->did);
        break;
    case SEG_SEQUENCE:
        o_random_sequence(r, &n->sequence);
        break;
    case SEG_MEMBER:
        n->member.segment = cu_str_of(o_segments[o_pick(r, O_SEGMENTS)]);
        n->member.state = (enum seg_member_state)o_pick(r, 3);
        n->member.window = o_window(r, false);
        break;
    case SEG_SAMPLE:
        n->sample.permille = 1 + o_pick(r, 999);
        n->sample.seed = o_pick(r, 2) ? CU_LIT("a") : CU_LIT("");
        break;
    case SEG_EVERYBODY:
        break;
    }
    return n;
}

// ---- people

static inline struct o_values o_some(
    struct o_random *r, enum seg_type type, int most, const char *const *words, int word_count)
{
    struct o_values v = {.count = o_pick(r, 5) ? 1 + o_pick(r, most) : 0};
    for (int i = 0; i < v.count; i++) {
        if (type == SEG_TEXT)
            v.text[i] = words[o_pick(r, word_count)];
        else
            v.number[i] = o_value_of(r, type);
    }
    return v;
}

static inline int64_t o_day_of(struct o_random *r) // a date: often near today, of another year; 29 February
{
    struct tm tm = o_local(r->anchor);
    struct tm day = {.tm_year = tm.tm_year - (o_pick(r, 3) ? 0 : 2 + o_pick(r, 30)),
        .tm_mon = tm.tm_mon + o_pick(r, 3) - 1,
        .tm_mday = tm.tm_mday + o_pick(r, 7) - 3};
    if (o_pick(r, 5) == 0)
        day = (struct tm){.tm_year = 104, .tm_mon = 1, .tm_mday = 29};
    return (int64_t)timegm(&day) * 1000;
}

static inline void o_random_event(struct o_random *r, struct o_event *e)
{
    static const char *const skus[] = {"A", "B", "C"};
    *e = (struct o_event){.name = o_names[o_pick(r, 15) % 4], .time_ms = o_moment(r), .seq = 0};
    if (o_pick(r, 6) == 0)
        e->time_ms = r->anchor + 1 + o_pick(r, 3) * INT64_C(40000000); // not yet
    e->source = o_pick(r, 3) ? o_sources[o_pick(r, 2)] : NULL;
    e->has_revenue = o_pick(r, 3) > 0;
    e->revenue = e->has_revenue ? o_pick(r, 4) * 10000 + o_pick(r, 2) * 100 : 0;
    e->property[O_SORT] = o_some(r, SEG_TEXT, 1, o_words, CU_COUNT(o_words));
    e->property[O_SKU] = o_some(r, SEG_TEXT, 1, skus, CU_COUNT(skus));
    e->property[O_CODES] = o_some(r, SEG_TEXT, O_VALUES, skus, CU_COUNT(skus));
    e->property[O_COSTS] = o_some(r, SEG_NUMBER, O_VALUES, NULL, 0);
    e->property[O_PIECES] = o_some(r, SEG_NUMBER, 1, NULL, 0);
    e->property[O_PIECES].number[0] = e->property[O_PIECES].number[0] / 10000 * 10000;
    e->property[O_PRICE] = o_some(r, SEG_NUMBER, 1, NULL, 0);
    e->property[O_WHEN] = o_some(r, SEG_TIME, 1, NULL, 0);
    if (o_pick(r, 3) == 0)
        e->property[O_WHEN].number[0] = 2 * r->anchor - o_moment(r); // to come
    e->property[O_DUE] = o_some(r, SEG_TIME, 1, NULL, 0);
    e->property[O_DUE].number[0] = o_day_of(r);
    e->property[O_GIFT] = o_some(r, SEG_BOOLEAN, 1, NULL, 0);
}

static inline int o_by_time(const void *a, const void *b)
{
    const struct o_event *x = a, *y = b;
    if (x->time_ms != y->time_ms)
        return x->time_ms < y->time_ms ? -1 : 1;
    return x->seq < y->seq ? -1 : 1;
}

static inline void o_random_person(struct o_random *r, struct o_person *p, int most)
{
    *p = (struct o_person){.id_hash = o_next(r), .events = o_pick(r, most + 1)};
    for (int i = 0; i < p->events; i++) {
        o_random_event(r, &p->event[i]);
        if (i > 0 && o_pick(r, 5) == 0)
            p->event[i].time_ms = p->event[i - 1].time_ms;
        p->event[i].seq = o_next(r) >> 8 << 8 | (uint64_t)i;
    }
    qsort(p->event, (size_t)p->events, sizeof p->event[0], o_by_time);
    for (int i = 0; i < O_FIELDS; i++) {
        p->field[i] = seg_catalog_field(r->world->catalog, cu_str_of(o_fields[i]));
        p->fact[i] = o_some(r, p->field[i]->type, i == O_FIELDS - 1 ? O_VALUES : 1, o_words, CU_COUNT(o_words));
        if (p->field[i]->trait->type == DICT_DATE)
            p->fact[i].number[0] = o_day_of(r);
        else if (p->field[i]->type == SEG_TIME && o_pick(r, 2))
            p->fact[i].number[0] = 2 * r->anchor - o_moment(r);
    }
    for (int i = 0; i < O_SEGMENTS; i++) {
        p->in[i] = o_pick(r, 2);
        p->entered[i] = o_pick(r, 3) ? o_moment(r) : INT64_MIN;
        p->left[i] = o_pick(r, 3) ? o_moment(r) : INT64_MIN;
    }
}

// A moment at which something may turn: the ends of months, the days the clock changes, any.
static inline int64_t o_anchor(struct o_random *r)
{
    static const struct {
        int year, month, day;
    } days[] = {{126, 2, 29}, {126, 9, 25}, {126, 2, 8}, {126, 10, 1}, {127, 11, 31}, {128, 1, 28}, {128, 1, 29},
        {128, 2, 1}, {127, 1, 28}, {127, 2, 31}, {126, 4, 31}, {126, 6, 15}};
    int i = o_pick(r, CU_COUNT(days));
    int64_t t = o_midnight(days[i].year, days[i].month, days[i].day + o_pick(r, 3) - 1);
    return t + (o_pick(r, 4) ? (int64_t)(o_next(r) % 86400000) : o_pick(r, 25) * INT64_C(3600000));
}
