// SPDX-License-Identifier: Apache-2.0
// Warnings about a definition that is right but surely not meant so: conditions that nobody or everybody meets.
// Looks at neighbours only, never at data.
#include "segment_language.h"

static struct seg_place place_of(const struct seg_node *n)
{
    return (struct seg_place){n->at, n->len, ""};
}

// --- two tests of one field, both of which must hold

struct range { // lo <= value <= hi, of numbers and times
    int64_t lo, hi;
};

static bool range_of(const struct seg_test *t, struct range *ret)
{
    if (t->value_count == 0 || (t->type != SEG_NUMBER && t->type != SEG_TIME))
        return false;
    int64_t v = t->values[0].number;
    *ret = (struct range){INT64_MIN, INT64_MAX};
    switch (t->cmp) {
    case SEG_IS:
        *ret = (struct range){v, v};
        return t->value_count == 1;
    case SEG_LESS:
        ret->hi = v - 1;
        return true;
    case SEG_AT_MOST:
        ret->hi = v;
        return true;
    case SEG_MORE:
        ret->lo = v + 1;
        return true;
    case SEG_AT_LEAST:
        ret->lo = v;
        return true;
    case SEG_BETWEEN:
        *ret = (struct range){v, t->values[1].number};
        return true;
    case SEG_IS_NOT:
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
    return false;
}

static bool share_value(const struct seg_test *a, const struct seg_test *b)
{
    if ((uint64_t)a->value_count * b->value_count > 1000)
        return true; // nobody looks through such lists here
    for (uint32_t i = 0; i < a->value_count; i++)
        for (uint32_t k = 0; k < b->value_count; k++)
            if (a->type == SEG_TEXT ? cu_str_eq_nocase(a->values[i].text, b->values[k].text)
                                    : a->values[i].number == b->values[k].number)
                return true;
    return false;
}

// Does a list of values hold more than one at a time? Then "is A" and "is B" can both be.
static bool single(const struct seg_test *t)
{
    bool list = t->known && (t->known->source == SEG_DERIVED || (t->known->trait && t->known->trait->type >= DICT_ARRAY));
    return !list || t->type == SEG_NUMBER || t->type == SEG_TIME;
}

static bool contradict(const struct seg_test *a, const struct seg_test *b)
{
    struct range x, y;
    if (!cu_str_eq(a->field, b->field) || !single(a))
        return false;
    if (a->cmp == SEG_UNKNOWN || b->cmp == SEG_UNKNOWN) {
        enum seg_cmp other = a->cmp == SEG_UNKNOWN ? b->cmp : a->cmp;
        return other != SEG_UNKNOWN && other != SEG_IS_NOT && other != SEG_CONTAINS_NOT;
    }
    if (range_of(a, &x) && range_of(b, &y))
        return x.lo > y.hi || y.lo > x.hi;
    if (a->cmp == SEG_IS && b->cmp == SEG_IS)
        return !share_value(a, b);
    if (a->cmp == SEG_IS && b->cmp == SEG_IS_NOT && a->value_count == 1)
        return share_value(a, b);
    return b->cmp == SEG_IS && a->cmp == SEG_IS_NOT && b->value_count == 1 && share_value(a, b);
}

static bool is_opposite(const struct seg_node *a, const struct seg_node *b)
{
    return (a->kind == SEG_NOT && seg_equal(a->children[0], b)) || (b->kind == SEG_NOT && seg_equal(b->children[0], a));
}

// Every person, or none, whatever is known of them?
static bool is_everybody(const struct seg_node *n)
{
    if (n->kind == SEG_DID && n->did.measure == SEG_COUNT && n->did.test.cmp == SEG_AT_LEAST)
        return n->did.test.values[0].number <= 0;
    return n->kind == SEG_EVERYBODY;
}

static bool is_nobody(const struct seg_node *n)
{
    struct range r;
    if (n->kind == SEG_NOT)
        return is_everybody(n->children[0]);
    if (n->kind != SEG_DID || n->did.measure > SEG_COUNT || !range_of(&n->did.test, &r))
        return false;
    return r.hi < 0;
}

// --- neighbours

static void lint_pair(const struct seg_node *n, const struct seg_node *a, const struct seg_node *b, struct seg_sink *s)
{
    if (seg_equal(a, b))
        seg_warn(s, place_of(b), "The same condition stands here twice.");
    else if (is_opposite(a, b))
        seg_warn(s, place_of(b),
            n->kind == SEG_ALL ? "Nobody can meet this condition and its opposite."
                               : "Everybody meets this condition or its opposite.");
    else if (n->kind == SEG_ALL && a->kind == SEG_FIELD && b->kind == SEG_FIELD && contradict(&a->field, &b->field))
        seg_warn(s, place_of(b), "Nobody can meet both conditions on this field; is \"or\" meant?");
}

static void lint_group(const struct seg_node *n, struct seg_sink *s)
{
    for (uint32_t i = 0; i < n->child_count; i++) {
        const struct seg_node *c = n->children[i];
        if (is_everybody(c))
            seg_warn(s, place_of(c),
                n->kind == SEG_ANY ? "Everybody meets this condition, and so the whole \"or\"."
                                   : "Everybody meets this condition: it leaves nobody out.");
        for (uint32_t k = 0; k < i; k++)
            lint_pair(n, n->children[k], c, s);
    }
}

static void lint_where(const struct seg_event *e, struct seg_sink *s)
{
    for (uint32_t i = 0; i < e->where_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (cu_str_find_str(e->where[i].field, CU_LIT(".$")) < 0 && contradict(&e->where[k], &e->where[i]))
                seg_warn(s, (struct seg_place){e->where[i].at, e->where[i].len, ""},
                    "No event can meet both tests of this property.");
}

void seg_lint(const struct seg_node *n, struct seg_sink *s)
{
    if (n->kind == SEG_ALL || n->kind == SEG_ANY)
        lint_group(n, s);
    if (is_nobody(n))
        seg_warn(s, place_of(n), "Nobody can meet this condition.");
    else if (n->kind == SEG_DID && is_everybody(n))
        seg_warn(s, place_of(n), "Everybody meets this condition: \"at least 1 times\" may be meant, or \"did not\".");
    if (n->kind == SEG_DID)
        lint_where(&n->did.event, s);
    for (uint32_t i = 0; n->kind == SEG_SEQUENCE && i < n->sequence.step_count; i++)
        lint_where(&n->sequence.steps[i].event, s);
    for (uint32_t i = 0; i < n->child_count; i++)
        seg_lint(n->children[i], s);
}
