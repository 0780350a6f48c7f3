// SPDX-License-Identifier: Apache-2.0
// Definitions as trees: numbering, comparing, copying, which segments they refer to.
#include "segment_language.h"

static void number_below(struct seg_node *n, uint32_t *next)
{
    n->number = (*next)++;
    for (uint32_t i = 0; i < n->child_count; i++)
        number_below(n->children[i], next);
}

void seg_number_nodes(struct seg_node *n)
{
    uint32_t next = 0;
    number_below(n, &next);
}

// --- equal

bool seg_window_equal(const struct seg_window *a, const struct seg_window *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case SEG_EVER:
        return true;
    case SEG_DATES:
        return a->from_ms == b->from_ms && a->to_ms == b->to_ms;
    case SEG_AGO:
        return a->unit == b->unit && a->a == b->a && a->b == b->b;
    case SEG_LAST:
    case SEG_NEXT:
    case SEG_BEFORE_AGO:
    case SEG_CALENDAR:
        break;
    }
    return a->unit == b->unit && a->a == b->a;
}

static bool value_equal(const struct seg_value *a, const struct seg_value *b)
{
    return a->type == b->type && (a->type == SEG_TEXT ? cu_str_eq(a->text, b->text) : a->number == b->number);
}

bool seg_test_equal(const struct seg_test *a, const struct seg_test *b)
{
    if (!cu_str_eq(a->field, b->field) || a->cmp != b->cmp || a->value_count != b->value_count ||
        !seg_window_equal(&a->window, &b->window))
        return false;
    for (uint32_t i = 0; i < a->value_count; i++)
        if (!value_equal(&a->values[i], &b->values[i]))
            return false;
    return true;
}

bool seg_event_equal(const struct seg_event *a, const struct seg_event *b)
{
    if (!cu_str_eq(a->name, b->name) || a->where_count != b->where_count)
        return false;
    for (uint32_t i = 0; i < a->where_count; i++)
        if (!seg_test_equal(&a->where[i], &b->where[i]))
            return false;
    return true;
}

static bool sequence_equal(const struct seg_sequence *a, const struct seg_sequence *b)
{
    if (a->step_count != b->step_count || a->same_count != b->same_count || a->without_count != b->without_count ||
        a->without_ms != b->without_ms || !seg_window_equal(&a->window, &b->window))
        return false;
    for (uint32_t i = 0; i < a->step_count; i++)
        if (a->steps[i].within_ms != b->steps[i].within_ms || !seg_event_equal(&a->steps[i].event, &b->steps[i].event))
            return false;
    for (uint32_t i = 0; i < a->same_count; i++)
        if (!cu_str_eq(a->same[i], b->same[i]))
            return false;
    for (uint32_t i = 0; i < a->without_count; i++)
        if (!seg_event_equal(&a->without[i], &b->without[i]))
            return false;
    return true;
}

static bool inside_equal(const struct seg_node *a, const struct seg_node *b)
{
    switch (a->kind) {
    case SEG_ALL:
    case SEG_ANY:
    case SEG_NOT:
    case SEG_EVERYBODY:
        break;
    case SEG_FIELD:
        return seg_test_equal(&a->field, &b->field);
    case SEG_DID:
        return a->did.measure == b->did.measure && seg_event_equal(&a->did.event, &b->did.event) &&
               seg_window_equal(&a->did.window, &b->did.window) && seg_test_equal(&a->did.test, &b->did.test);
    case SEG_SEQUENCE:
        return sequence_equal(&a->sequence, &b->sequence);
    case SEG_MEMBER:
        return a->member.state == b->member.state && cu_str_eq(a->member.segment, b->member.segment) &&
               seg_window_equal(&a->member.window, &b->member.window);
    case SEG_SAMPLE:
        return a->sample.permille == b->sample.permille && cu_str_eq(a->sample.seed, b->sample.seed);
    }
    return true;
}

bool seg_equal(const struct seg_node *a, const struct seg_node *b)
{
    if (a->kind != b->kind || a->child_count != b->child_count || !inside_equal(a, b))
        return false;
    for (uint32_t i = 0; i < a->child_count; i++)
        if (!seg_equal(a->children[i], b->children[i]))
            return false;
    return true;
}

// --- copy. `good` goes false when memory ends.

struct copying {
    struct cu_arena *a;
    bool good;
};

static void *copy_of(struct copying *c, const void *from, size_t count, size_t size)
{
    if (count == 0 || !c->good)
        return NULL;
    void *to = cu_arena_alloc(c->a, count * size);
    if (to)
        memcpy(to, from, count * size);
    else
        c->good = false;
    return to;
}

static void copy_text(struct copying *c, cu_str *s)
{
    if (!s->ptr || !c->good)
        return;
    *s = s->len ? cu_arena_dup(c->a, *s) : CU_LIT("");
    c->good = s->ptr != NULL;
}

static void copy_test(struct copying *c, struct seg_test *t)
{
    copy_text(c, &t->field);
    struct seg_value *values = copy_of(c, t->values, t->value_count, sizeof *values);
    for (uint32_t i = 0; values && i < t->value_count; i++)
        copy_text(c, &values[i].text);
    t->values = values;
}

static void copy_event(struct copying *c, struct seg_event *e)
{
    copy_text(c, &e->name);
    e->where = copy_of(c, e->where, e->where_count, sizeof *e->where);
    for (uint32_t i = 0; e->where && i < e->where_count; i++)
        copy_test(c, &e->where[i]);
}

static void copy_sequence(struct copying *c, struct seg_sequence *s)
{
    s->steps = copy_of(c, s->steps, s->step_count, sizeof *s->steps);
    for (uint32_t i = 0; s->steps && i < s->step_count; i++)
        copy_event(c, &s->steps[i].event);
    s->same = copy_of(c, s->same, s->same_count, sizeof *s->same);
    for (uint32_t i = 0; s->same && i < s->same_count; i++)
        copy_text(c, &s->same[i]);
    s->without = copy_of(c, s->without, s->without_count, sizeof *s->without);
    for (uint32_t i = 0; s->without && i < s->without_count; i++)
        copy_event(c, &s->without[i]);
}

static void copy_inside(struct copying *c, struct seg_node *n)
{
    switch (n->kind) {
    case SEG_ALL:
    case SEG_ANY:
    case SEG_NOT:
    case SEG_EVERYBODY:
        break;
    case SEG_FIELD:
        copy_test(c, &n->field);
        break;
    case SEG_DID:
        copy_event(c, &n->did.event);
        copy_test(c, &n->did.test);
        break;
    case SEG_SEQUENCE:
        copy_sequence(c, &n->sequence);
        break;
    case SEG_MEMBER:
        copy_text(c, &n->member.segment);
        break;
    case SEG_SAMPLE:
        copy_text(c, &n->sample.seed);
        break;
    }
}

static struct seg_node *copy_node(struct copying *c, const struct seg_node *n)
{
    struct seg_node *to = copy_of(c, n, 1, sizeof *n);
    if (!to)
        return NULL;
    copy_inside(c, to);
    struct seg_node **children = copy_of(c, (const void *)n->children, n->child_count, sizeof *children);
    for (uint32_t i = 0; children && i < n->child_count; i++)
        children[i] = copy_node(c, n->children[i]);
    to->children = children;
    return to;
}

struct seg_node *seg_copy(const struct seg_node *n, struct cu_arena *a)
{
    struct copying c = {a, true};
    struct seg_node *copy = copy_node(&c, n);
    return c.good ? copy : NULL;
}

// --- other segments

static void members_below(const struct seg_node *n, cu_str *ret, size_t max, size_t *count)
{
    if (n->kind == SEG_MEMBER) {
        for (size_t i = 0; i < *count && i < max; i++)
            if (cu_str_eq(ret[i], n->member.segment))
                return;
        if (*count < max)
            ret[*count] = n->member.segment;
        (*count)++;
    }
    for (uint32_t i = 0; i < n->child_count; i++)
        members_below(n->children[i], ret, max, count);
}

size_t seg_members(const struct seg_node *n, cu_str *ret, size_t max)
{
    size_t count = 0;
    members_below(n, ret, max, &count);
    return count;
}
