// SPDX-License-Identifier: Apache-2.0
// Random definitions that pass the check, of every kind of condition, comparison and window.
#pragma once

#include "segment_test.h"

struct dice {
    uint64_t state;
    struct language *l;
};

static inline uint32_t throw(struct dice * d, uint32_t sides)
{
    d->state = d->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((d->state >> 33) % sides);
}

static inline void *get(struct dice *d, size_t count, size_t size)
{
    void *p = cu_arena_alloc(d->l->arena, count * size);
    assert_non_null(p);
    return p;
}

static inline cu_str random_text(struct dice *d)
{
    static const char *const pieces[] = {"a", "Z", " ", "\"", "\\", "\n", "\t", "\r", "#", "(", "ü", "\xe2\x80\x9c",
        "\x01", ".", "and", "12", "2026-01-01", "%", "\xc2\xa0", "'"};
    char text[200];
    size_t len = 0, count = 1 + throw(d, 8);
    for (size_t i = 0; i < count; i++) {
        const char *piece = pieces[throw(d, CU_COUNT(pieces))];
        memcpy(text + len, piece, strlen(piece));
        len += strlen(piece);
    }
    return cu_arena_dup(d->l->arena, (cu_str){text, len});
}

static inline int64_t random_number(struct dice *d)
{
    int64_t v = throw(d, 4) == 0 ? (int64_t) throw(d, 2000000000) * 400000 : throw(d, 10000);
    v = throw(d, 2) ? v * 10000 : v * (throw(d, 2) ? 100 : 1);
    v = v / 10000 >= INT64_C(100000000000) ? v / 10000 * 10000 : v;
    return throw(d, 5) == 0 ? -v : v;
}

// Also where clocks are changed, and the very first moments of days.
static inline int64_t random_time(struct dice *d)
{
    int32_t day = (int32_t) throw(d, 120000) - 60000;
    switch (throw(d, 6)) {
    case 0:
        return text_zone_day_start(d->l->zone, day);
    case 1:
        return INT64_C(1761440400000) + ((int64_t) throw(d, 400) - 200) * 60000; // 2025-10-26, hours twice
    case 2:
        return INT64_C(1743296400000) + ((int64_t) throw(d, 400) - 200) * 60000; // 2025-03-30, an hour less
    case 3:
        return text_zone_day_start(d->l->zone, day) + (int64_t) throw(d, 86400) * 1000;
    case 4:
        return text_zone_day_start(d->l->zone, day) + throw(d, 86400000);
    default:
        return text_zone_day_start(d->l->zone, day) + (int64_t) throw(d, 1440) * 60000;
    }
}

static inline struct seg_window random_window(struct dice *d, bool times, bool anniversary)
{
    struct seg_window w = {.kind = SEG_LAST, .unit = (enum seg_unit) throw(d, 6), .a = 1 + (int32_t) throw(d, 90)};
    if (anniversary) {
        w.unit = SEG_DAYS + throw(d, 4);
        w.kind = throw(d, 2) ? SEG_NEXT : throw(d, 2) ? SEG_LAST : SEG_CALENDAR;
        return w;
    }
    switch (throw(d, 6)) {
    case 0:
        w.kind = times ? SEG_NEXT : SEG_LAST;
        break;
    case 1:
        w.kind = SEG_AGO;
        w.b = (int32_t) throw(d, (uint32_t)w.a);
        break;
    case 2:
        w.kind = SEG_BEFORE_AGO;
        break;
    case 3:
        w = (struct seg_window){.kind = SEG_CALENDAR, .unit = SEG_DAYS + throw(d, 4), .a = (int32_t) throw(d, 4)};
        break;
    case 4:
        w = (struct seg_window){.kind = SEG_DATES, .from_ms = random_time(d)};
        w.to_ms = w.from_ms + 1 + (int64_t) throw(d, 2000000000);
        if (throw(d, 2)) // up to the end of a day
            w.to_ms = text_zone_day_start(d->l->zone, text_zone_day(d->l->zone, w.to_ms) + 1);
        if (!times && throw(d, 3) == 0)
            w.from_ms = INT64_MIN;
        else if (!times && throw(d, 3) == 0)
            w.to_ms = INT64_MAX;
        break;
    default:
        break;
    }
    return w;
}

static inline struct seg_value random_value(struct dice *d, enum seg_type type, bool whole)
{
    struct seg_value v = {.type = type, .text = CU_NONE};
    if (type == SEG_TEXT)
        v.text = random_text(d);
    else if (type == SEG_NUMBER)
        v.number = whole ? (int64_t) throw(d, 100) * 10000 : random_number(d);
    else
        v.number = type == SEG_TIME ? random_time(d) : (int64_t) throw(d, 2);
    return v;
}

static inline void random_compare(struct dice *d, struct seg_test *t, enum seg_type type, bool whole, bool windows)
{
    static const enum seg_cmp of[4][12] = {
        {SEG_IS, SEG_IS_NOT, SEG_CONTAINS, SEG_CONTAINS_NOT, SEG_STARTS, SEG_ENDS, SEG_KNOWN, SEG_UNKNOWN},
        {SEG_IS, SEG_IS_NOT, SEG_LESS, SEG_AT_MOST, SEG_MORE, SEG_AT_LEAST, SEG_BETWEEN, SEG_AT_LEAST},
        {SEG_LESS, SEG_AT_MOST, SEG_MORE, SEG_AT_LEAST, SEG_BETWEEN, SEG_WITHIN, SEG_NOT_WITHIN, SEG_ANNIVERSARY},
        {SEG_IS, SEG_IS_NOT, SEG_KNOWN, SEG_UNKNOWN, SEG_IS, SEG_IS, SEG_IS, SEG_IS}};
    t->cmp = of[type][throw(d, 8)];
    (void)windows;
    if (seg_cmp_windowed(t->cmp)) {
        t->window = random_window(d, true, t->cmp == SEG_ANNIVERSARY);
        return;
    }
    if (seg_cmp_plain(t->cmp))
        return;
    bool many = t->cmp == SEG_IS || t->cmp == SEG_IS_NOT || (t->cmp >= SEG_CONTAINS && t->cmp <= SEG_ENDS);
    uint32_t count = t->cmp == SEG_BETWEEN          ? 2
                     : !many || type == SEG_BOOLEAN ? 1
                                                    : 1 + throw(d, throw(d, 20) == 0 ? 60 : 3);
    struct seg_value *v = get(d, count, sizeof *v);
    for (uint32_t i = 0; i < count; i++)
        v[i] = random_value(d, type, whole);
    if (t->cmp == SEG_BETWEEN && v[0].number > v[1].number) {
        struct seg_value swap = v[0];
        v[0] = v[1];
        v[1] = swap;
    }
    t->values = v;
    t->value_count = count;
}

struct thing {
    const char *name;
    enum seg_type type;
};
static const struct thing person_things[] = {{"plan", SEG_TEXT}, {"email", SEG_TEXT}, {"orders.count", SEG_NUMBER},
    {"total_spent", SEG_NUMBER}, {"createdAt", SEG_TIME}, {"birthday", SEG_TIME}, {"email.updated", SEG_TIME},
    {"accepts_marketing", SEG_BOOLEAN}, {"last", SEG_NUMBER}, {"known", SEG_BOOLEAN}};
static const struct thing order_things[] = {{"order_id", SEG_TEXT}, {"total", SEG_NUMBER}, {"products.$.sku", SEG_TEXT},
    {"products.$.price", SEG_NUMBER}, {"revenue", SEG_NUMBER}, {"source", SEG_TEXT},
    {"$context.campaign.source", SEG_TEXT}, {"value", SEG_NUMBER}};
static const struct thing size_things[] = {{"asked_at", SEG_TIME}, {"urgent", SEG_BOOLEAN}, {"revenue", SEG_NUMBER}};
static const struct thing any_things[] = {
    {"revenue", SEG_NUMBER}, {"$context.campaign.name", SEG_TEXT}, {"source", SEG_TEXT}};

struct happening {
    const char *name;
    const struct thing *things;
    uint32_t count;
};
static const struct happening happenings[] = {{"Order Completed", order_things, CU_COUNT(order_things)},
    {"Size Asked", size_things, CU_COUNT(size_things)}, {"", any_things, CU_COUNT(any_things)},
    {"Never \"Declared\"\\", any_things, CU_COUNT(any_things)}};

static inline const struct happening *random_event(struct dice *d, struct seg_event *e, uint32_t tests)
{
    const struct happening *h = &happenings[throw(d, CU_COUNT(happenings))];
    *e = (struct seg_event){.name = cu_str_of(h->name), .where_count = tests};
    e->where = tests ? get(d, tests, sizeof *e->where) : NULL;
    for (uint32_t i = 0; i < tests; i++) {
        const struct thing *t = &h->things[throw(d, h->count)];
        e->where[i].field = cu_str_of(t->name);
        random_compare(d, &e->where[i], t->type, false, true);
    }
    return h;
}

static inline void random_did(struct dice *d, struct seg_node *n)
{
    struct seg_did *x = &n->did;
    const struct happening *h = random_event(d, &x->event, throw(d, 3));
    x->window = throw(d, 2) ? random_window(d, false, false) : (struct seg_window){.kind = SEG_EVER};
    x->measure = throw(d, 2) ? SEG_COUNT : (enum seg_measure) throw(d, SEG_MEASURE_COUNT);
    enum seg_type type = SEG_NUMBER;
    bool whole = x->measure == SEG_COUNT || x->measure == SEG_DISTINCT || x->measure == SEG_DAYS_ACTIVE;
    if (seg_measure_of(x->measure)) {
        const struct thing *t = &h->things[throw(d, h->count)];
        if (x->measure <= SEG_MAXIMUM && t->type != SEG_NUMBER)
            t = &any_things[0];
        x->test.field = cu_str_of(t->name);
        type = x->measure == SEG_DISTINCT ? SEG_NUMBER : t->type;
    }
    if (x->measure >= SEG_FIRST_TIME)
        type = SEG_TIME;
    random_compare(d, &x->test, type, whole, true);
}

static inline int64_t random_length(struct dice *d)
{
    return (1 + (int64_t) throw(d, 5000)) * (throw(d, 2) ? 60000 : throw(d, 2) ? 3600000 : 86400000);
}

static inline void random_sequence(struct dice *d, struct seg_node *n)
{
    struct seg_sequence *s = &n->sequence;
    *s = (struct seg_sequence){.step_count = 2 + throw(d, 3), .without_count = throw(d, 3)};
    s->steps = get(d, s->step_count, sizeof *s->steps);
    for (uint32_t i = 0; i < s->step_count; i++) {
        (void)random_event(d, &s->steps[i].event, throw(d, 3));
        s->steps[i].within_ms = i > 0 && throw(d, 2) ? random_length(d) : 0;
    }
    s->same_count = throw(d, 3);
    s->same = s->same_count ? get(d, s->same_count, sizeof *s->same) : NULL;
    for (uint32_t i = 0; i < s->same_count; i++)
        s->same[i] = i ? CU_LIT("$context.campaign.name") : CU_LIT("source");
    s->without = s->without_count ? get(d, s->without_count, sizeof *s->without) : NULL;
    for (uint32_t i = 0; i < s->without_count; i++)
        (void)random_event(d, &s->without[i], throw(d, 2));
    if (s->without_count > 0)
        s->without_ms = throw(d, 3) == 0 ? INT64_MAX : throw(d, 2) ? random_length(d) : 0;
    if (throw(d, 2))
        s->window = random_window(d, false, false);
}

static inline struct seg_node *random_node(struct dice *d, unsigned depth, uint32_t *nodes);

static inline void random_children(struct dice *d, struct seg_node *n, uint32_t count, unsigned depth, uint32_t *nodes)
{
    struct seg_node **children = get(d, count, sizeof *children);
    for (uint32_t i = 0; i < count; i++)
        children[i] = random_node(d, depth + 1, nodes);
    n->children = children;
    n->child_count = count;
}

static inline void random_single(struct dice *d, struct seg_node *n)
{
    const struct thing *t = &person_things[throw(d, CU_COUNT(person_things))];
    switch (throw(d, 7)) {
    case 0:
        n->kind = SEG_SEQUENCE;
        random_sequence(d, n);
        break;
    case 1:
        n->kind = SEG_MEMBER;
        n->member.segment = throw(d, 2) ? CU_LIT("vip") : CU_LIT("new customers");
        n->member.state = (enum seg_member_state) throw(d, 3);
        if (n->member.state != SEG_IN && throw(d, 2))
            n->member.window = random_window(d, false, false);
        break;
    case 2:
        n->kind = SEG_SAMPLE;
        n->sample.permille = 1 + (int32_t) throw(d, 999);
        n->sample.seed = throw(d, 2) ? random_text(d) : CU_LIT("");
        break;
    case 3:
    case 4:
        n->kind = SEG_DID;
        random_did(d, n);
        break;
    default:
        n->kind = SEG_FIELD;
        n->field.field = cu_str_of(t->name);
        random_compare(d, &n->field, t->type, false, true);
        break;
    }
}

static inline struct seg_node *random_node(struct dice *d, unsigned depth, uint32_t *nodes)
{
    struct seg_node *n = get(d, 1, sizeof *n);
    uint32_t kind = depth > 5 || *nodes > 40 ? 9 : throw(d, 10);
    (*nodes)++;
    if (kind < 3) {
        n->kind = kind == 0 ? SEG_ANY : SEG_ALL;
        random_children(d, n, 2 + throw(d, 3), depth, nodes);
    } else if (kind == 3) {
        n->kind = SEG_NOT;
        random_children(d, n, 1, depth, nodes);
    } else if (kind == 4 && throw(d, 3) == 0) {
        n->kind = SEG_EVERYBODY;
    } else {
        random_single(d, n);
    }
    return n;
}
