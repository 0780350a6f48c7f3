// SPDX-License-Identifier: Apache-2.0
// The text face: names, values, comparisons, "where ...".
#include "segment_parse.h"

// --- names

bool seg_read_name(struct seg_parser *p, const char *what, cu_str *ret)
{
    if (p->t.kind != SEG_STRING && (p->t.kind != SEG_WORD || seg_next_word(p, "and") || seg_next_word(p, "or")))
        return seg_expected(p, what);
    cu_str name = p->t.kind == SEG_STRING ? seg_unescape(&p->sink, p->arena, p->t.text) : p->t.text;
    if (name.len == 0 || name.len > SEG_NAME_MAX)
        return seg_fail(p, "A name has 1 to %u bytes.", SEG_NAME_MAX);
    *ret = p->t.kind == SEG_STRING ? name : seg_keep(&p->sink, p->arena, name);
    seg_advance(p);
    return p->sink.code != CU_MEMORY;
}

bool seg_read_event(struct seg_parser *p, struct seg_event *ret)
{
    *ret = (struct seg_event){.name = CU_LIT(""), .at = p->t.at};
    bool any = seg_words(p, "any event");
    if (!any)
        seg_want(p, (struct seg_want){.kind = SEG_WANT_EVENT});
    if (!any && !seg_read_name(p, "the name of an event, such as \"Order Completed\"", &ret->name))
        return false;
    ret->len = seg_since(p, ret->at).len;
    return true;
}

// --- values

static void want_value(struct seg_parser *p, const struct seg_scope *scope, cu_str field)
{
    seg_want(
        p, (struct seg_want){.kind = SEG_WANT_VALUE, .of_event = scope->of_event, .event = scope->event, .field = field});
}

// In front of a comma or bracket a word can only be a value: (DE, AT).
static bool element_ends(struct seg_token t)
{
    return t.kind == SEG_SIGN && (t.text.ptr[0] == ',' || t.text.ptr[0] == ')');
}

bool seg_read_value(struct seg_parser *p, const struct seg_scope *scope, cu_str field, struct seg_value *ret)
{
    static const char *const words[] = {"no", "yes", "false", "true"};
    const cu_str text = p->t.text;
    bool day = false;
    want_value(p, scope, field);
    *ret = (struct seg_value){.type = SEG_TEXT};
    if (p->t.kind == SEG_STRING) {
        ret->text = seg_unescape(&p->sink, p->arena, text);
    } else if (p->t.kind == SEG_FIGURE) {
        ret->type = SEG_NUMBER;
        enum seg_number_fault fault = seg_number_parse(text, &ret->number);
        if (fault != SEG_NUMBER_FINE)
            return seg_fail(p, "%s", seg_number_faults[fault]);
    } else if (p->t.kind == SEG_MOMENT) {
        ret->type = SEG_TIME;
        if (!seg_time_parse(text, p->zone, &ret->number, &day))
            return seg_fail(p, "This is no day of the years 1800 to 2999, such as 2026-01-31.");
    } else if (p->t.kind == SEG_WORD && seg_word_find(text, words, CU_COUNT(words)) >= 0) {
        ret->type = SEG_BOOLEAN;
        ret->number = seg_word_find(text, words, CU_COUNT(words)) & 1;
    } else if (p->t.kind != SEG_WORD || (seg_reserved(text) && !element_ends(seg_peek(p)))) {
        return seg_expected(p, "a value: a text in quotes, a number, a day such as 2026-01-31, yes or no");
    }
    if (p->t.kind != SEG_STRING)
        ret->text = seg_keep(&p->sink, p->arena, text);
    seg_advance(p);
    return p->sink.code != CU_MEMORY;
}

static bool grow_values(struct seg_parser *p, uint32_t count)
{
    if (count >= SEG_VALUES_MAX || ++p->counts.values > SEG_ALL_VALUES_MAX)
        return seg_fail(p, "A test has at most %u values, a definition %u.", SEG_VALUES_MAX, SEG_ALL_VALUES_MAX);
    if (count < p->value_room)
        return true;
    size_t room = p->value_room ? p->value_room * 2 : 16;
    struct seg_value *grown = cu_realloc(p->values, room * sizeof *grown);
    if (!grown) {
        p->sink.code = cu_fail(p->sink.err, CU_MEMORY, "", "no memory for the definition of a segment");
        return false;
    }
    p->values = grown;
    p->value_room = room;
    return true;
}

static bool keep_values(struct seg_parser *p, struct seg_test *t, uint32_t count)
{
    struct seg_value *values = seg_alloc(&p->sink, p->arena, count, sizeof *values);
    if (!values)
        return false;
    memcpy(values, p->values, count * sizeof *values);
    t->values = values;
    t->value_count = count;
    return true;
}

bool seg_read_list(struct seg_parser *p, const struct seg_scope *scope, struct seg_test *t)
{
    uint32_t count = 0;
    if (!seg_sign(p, "("))
        return seg_expected(p, "a list in brackets, such as (\"DE\", \"AT\")");
    do {
        if (!grow_values(p, count) || !seg_read_value(p, scope, t->field, &p->values[count]))
            return false;
        count++;
    } while (seg_sign(p, ",") || seg_quiet(p, "or"));
    if (!seg_sign(p, ")"))
        return seg_expected(p, "a comma or a closing bracket");
    return keep_values(p, t, count);
}

static bool read_one(struct seg_parser *p, const struct seg_scope *scope, struct seg_test *t)
{
    return grow_values(p, 0) && seg_read_value(p, scope, t->field, &p->values[0]) && keep_values(p, t, 1);
}

// One value, or a list with or without "one of" before it.
static bool read_some(struct seg_parser *p, const struct seg_scope *scope, struct seg_test *t)
{
    if (seg_words(p, "one of") || seg_quiet(p, "any of") || seg_quiet(p, "in"))
        return seg_read_list(p, scope, t);
    return p->t.kind == SEG_SIGN && p->t.text.ptr[0] == '(' ? seg_read_list(p, scope, t) : read_one(p, scope, t);
}

// --- comparisons

static bool with(struct seg_parser *p, const struct seg_scope *scope, struct seg_test *t, enum seg_cmp cmp)
{
    t->cmp = cmp;
    if (cmp == SEG_IS || cmp == SEG_IS_NOT || (cmp >= SEG_CONTAINS && cmp <= SEG_ENDS))
        return read_some(p, scope, t);
    return read_one(p, scope, t);
}

static bool plain(struct seg_test *t, enum seg_cmp cmp)
{
    t->cmp = cmp;
    return true;
}

// Behind "between": two values, or "60 and 30 days ago".
static bool read_between(struct seg_parser *p, const struct seg_scope *scope, struct seg_test *t, uint32_t at)
{
    struct seg_value v[2];
    enum seg_unit unit = SEG_DAYS;
    t->cmp = SEG_BETWEEN;
    if (!seg_read_value(p, scope, t->field, &v[0]) ||
        !(seg_words(p, "and") || seg_expected(p, "\"and\" and the second value")) ||
        !seg_read_value(p, scope, t->field, &v[1]))
        return false;
    if (v[0].type == SEG_NUMBER && v[1].type == SEG_NUMBER && seg_read_unit(p, &unit)) {
        bool whole = v[0].number % 10000 == 0 && v[1].number % 10000 == 0 && v[0].number >= 0 && v[1].number >= 0 &&
                     v[0].number / 10000 <= INT32_MAX && v[1].number / 10000 <= INT32_MAX;
        if (!whole || !seg_words(p, "ago"))
            return seg_expected(p, "\"ago\" behind two whole numbers");
        t->cmp = SEG_WITHIN;
        t->window = (struct seg_window){.kind = SEG_AGO,
            .unit = unit,
            .a = (int32_t)(v[0].number / 10000),
            .b = (int32_t)(v[1].number / 10000),
            .at = at,
            .len = seg_since(p, at).len};
        return true;
    }
    if (!grow_values(p, 1))
        return false;
    memcpy(p->values, v, sizeof v);
    return keep_values(p, t, 2);
}

// Behind "more than": a value, or "30 days ago".
static bool read_more(struct seg_parser *p, const struct seg_scope *scope, struct seg_test *t, uint32_t at)
{
    enum seg_unit unit = SEG_DAYS;
    if (!with(p, scope, t, SEG_MORE))
        return false;
    const struct seg_value v = t->values[0];
    if (v.type != SEG_NUMBER || !seg_read_unit(p, &unit))
        return true;
    if (v.number % 10000 != 0 || v.number < 0 || v.number / 10000 > INT32_MAX || !seg_words(p, "ago"))
        return seg_expected(p, "\"ago\" behind a whole number");
    t->cmp = SEG_WITHIN;
    t->values = NULL;
    t->value_count = 0;
    t->window = (struct seg_window){
        .kind = SEG_BEFORE_AGO, .unit = unit, .a = (int32_t)(v.number / 10000), .at = at, .len = seg_since(p, at).len};
    return true;
}

struct phrase {
    const char *words;
    enum seg_cmp cmp;
    bool quiet;
};
static const struct phrase order[] = { // behind "is"
    {"at least", SEG_AT_LEAST, false}, {"less than", SEG_LESS, false}, {"at most", SEG_AT_MOST, false},
    {"after", SEG_MORE, false}, {"on or after", SEG_AT_LEAST, false}, {"on or before", SEG_AT_MOST, false},
    {"before", SEG_LESS, false}, {"fewer than", SEG_LESS, true}, {"smaller than", SEG_LESS, true},
    {"below", SEG_LESS, true}, {"under", SEG_LESS, true}, {"earlier than", SEG_LESS, true}, {"up to", SEG_AT_MOST, true},
    {"greater than", SEG_MORE, true}, {"above", SEG_MORE, true}, {"over", SEG_MORE, true}, {"later than", SEG_MORE, true},
    {"equal to", SEG_IS, true}, {"on", SEG_IS, true}};

static bool take_order(struct seg_parser *p, bool offer, enum seg_cmp *ret)
{
    for (size_t i = 0; i < CU_COUNT(order); i++) {
        if (order[i].quiet || !offer ? seg_quiet(p, order[i].words) : seg_words(p, order[i].words)) {
            *ret = order[i].cmp;
            return true;
        }
    }
    return false;
}

// A window as what follows "is" or "is not"; NONE: there is none. "is before" compares, it is no window.
static enum seg_when read_is_window(struct seg_parser *p, struct seg_test *t, enum seg_cmp cmp)
{
    if (seg_next_word(p, "before"))
        return SEG_WHEN_NONE;
    enum seg_when when = seg_read_window(p, &t->window);
    if (when == SEG_WHEN_WINDOW)
        t->cmp = cmp;
    else if (when == SEG_WHEN_NONE)
        t->window = (struct seg_window){.kind = SEG_EVER};
    return when;
}

static enum seg_cmp opposite(enum seg_cmp cmp)
{
    static const enum seg_cmp turned[] = {[SEG_IS] = SEG_IS_NOT,
        [SEG_IS_NOT] = SEG_IS,
        [SEG_LESS] = SEG_AT_LEAST,
        [SEG_AT_MOST] = SEG_MORE,
        [SEG_MORE] = SEG_AT_MOST,
        [SEG_AT_LEAST] = SEG_LESS};
    return turned[cmp];
}

// Behind "is not".
static bool read_is_not(struct seg_parser *p, const struct seg_scope *scope, struct seg_test *t)
{
    uint32_t at = p->t.at;
    enum seg_cmp cmp = SEG_IS;
    if (seg_words(p, "known") || seg_quiet(p, "set"))
        return plain(t, SEG_UNKNOWN);
    if (seg_quiet(p, "unknown") || seg_quiet(p, "missing"))
        return plain(t, SEG_KNOWN);
    if (seg_words(p, "between")) {
        if (!read_between(p, scope, t, at))
            return false;
        if (t->cmp != SEG_WITHIN)
            return seg_fail(p, "Values are not negated so: write \"not\" before the whole condition.");
        t->cmp = SEG_NOT_WITHIN;
        return true;
    }
    if (seg_quiet(p, "more than")) {
        if (!read_more(p, scope, t, at))
            return false;
        t->cmp = t->cmp == SEG_WITHIN ? SEG_NOT_WITHIN : SEG_AT_MOST;
        return true;
    }
    enum seg_when when = read_is_window(p, t, SEG_NOT_WITHIN);
    if (when != SEG_WHEN_NONE)
        return when == SEG_WHEN_WINDOW;
    return take_order(p, false, &cmp) ? with(p, scope, t, opposite(cmp)) : with(p, scope, t, SEG_IS_NOT);
}

// Behind "is".
static bool read_is(struct seg_parser *p, const struct seg_scope *scope, struct seg_test *t)
{
    uint32_t at = p->t.at;
    enum seg_cmp cmp = SEG_IS;
    want_value(p, scope, t->field);
    if (seg_words(p, "not"))
        return read_is_not(p, scope, t);
    if (seg_words(p, "none of")) {
        t->cmp = SEG_IS_NOT;
        return seg_read_list(p, scope, t);
    }
    if (seg_words(p, "known") || seg_quiet(p, "set"))
        return plain(t, SEG_KNOWN);
    if (seg_words(p, "unknown") || seg_quiet(p, "missing"))
        return plain(t, SEG_UNKNOWN);
    if (seg_words(p, "between"))
        return read_between(p, scope, t, at);
    if (seg_words(p, "more than"))
        return read_more(p, scope, t, at);
    if (take_order(p, true, &cmp))
        return with(p, scope, t, cmp);
    enum seg_when when = read_is_window(p, t, SEG_WITHIN);
    if (when != SEG_WHEN_NONE)
        return when == SEG_WHEN_WINDOW;
    return with(p, scope, t, SEG_IS);
}

static bool read_contains(struct seg_parser *p, const struct seg_scope *scope, struct seg_test *t)
{
    if (seg_words(p, "none of")) {
        t->cmp = SEG_CONTAINS_NOT;
        return seg_read_list(p, scope, t);
    }
    return with(p, scope, t, seg_quiet(p, "not") ? SEG_CONTAINS_NOT : SEG_CONTAINS);
}

static bool read_anniversary(struct seg_parser *p, struct seg_test *t)
{
    enum seg_when when = seg_read_window(p, &t->window);
    t->cmp = SEG_ANNIVERSARY;
    return when == SEG_WHEN_WINDOW ||
           (when == SEG_WHEN_NONE && seg_expected(p, "when, such as in the next 7 days or today"));
}

static bool read_sign(struct seg_parser *p, enum seg_cmp *ret)
{
    static const struct {
        const char *sign;
        enum seg_cmp cmp;
    } signs[] = {{"=", SEG_IS}, {"==", SEG_IS}, {"!=", SEG_IS_NOT}, {"<>", SEG_IS_NOT}, {"<=", SEG_AT_MOST},
        {"<", SEG_LESS}, {">=", SEG_AT_LEAST}, {">", SEG_MORE}};
    for (size_t i = 0; i < CU_COUNT(signs); i++) {
        if (seg_sign(p, signs[i].sign)) {
            *ret = signs[i].cmp;
            return true;
        }
    }
    return false;
}

static bool read_compare(struct seg_parser *p, const struct seg_scope *scope, struct seg_test *t)
{
    enum seg_cmp cmp = SEG_IS;
    if (read_sign(p, &cmp))
        return with(p, scope, t, cmp);
    if (seg_words(p, "is") || seg_quiet(p, "are") || seg_quiet(p, "was"))
        return read_is(p, scope, t);
    if (seg_words(p, "contains") || seg_quiet(p, "contain") || seg_quiet(p, "includes"))
        return read_contains(p, scope, t);
    if (seg_words(p, "does not contain") || seg_quiet(p, "do not contain"))
        return with(p, scope, t, SEG_CONTAINS_NOT);
    if (seg_words(p, "starts with") || seg_quiet(p, "begins with"))
        return with(p, scope, t, SEG_STARTS);
    if (seg_words(p, "ends with"))
        return with(p, scope, t, SEG_ENDS);
    if (seg_words(p, "has its anniversary") || seg_quiet(p, "has anniversary"))
        return read_anniversary(p, t);
    if (seg_quiet(p, "exists"))
        return plain(t, SEG_KNOWN);
    if (seg_quiet(p, "equals"))
        return with(p, scope, t, SEG_IS);
    if (seg_next_word(p, "and") || seg_next_word(p, "or") || p->t.kind == SEG_END)
        return seg_expected(p, "a comparison such as is \"DE\"; several values are one list: is one of (\"DE\", \"AT\")");
    return seg_expected(p, "a comparison, such as is, is not, is more than, contains");
}

bool seg_read_compare(struct seg_parser *p, const struct seg_scope *scope, struct seg_test *t)
{
    p->subject = scope;
    p->subject_field = t->field;
    bool good = read_compare(p, scope, t);
    p->subject = NULL;
    p->subject_field = CU_NONE;
    return good;
}

// --- where

bool seg_compare_next(const struct seg_parser *p, struct seg_token t)
{
    static const char *const words[] = {"is", "are", "was", "contains", "contain", "includes", "does", "do", "starts",
        "begins", "ends", "has", "exists", "equals"};
    (void)p;
    if (t.kind == SEG_SIGN)
        return t.text.ptr[0] == '=' || t.text.ptr[0] == '<' || t.text.ptr[0] == '>' || t.text.ptr[0] == '!';
    return t.kind == SEG_WORD && seg_word_find(t.text, words, CU_COUNT(words)) >= 0;
}

// "and" belongs to the tests of an event as long as a name and a comparison follow.
static bool and_test(struct seg_parser *p, const struct seg_scope *scope)
{
    const struct seg_token first = p->t;
    const uint32_t end = p->end;
    if (!seg_words(p, "and"))
        return false;
    seg_want(p, (struct seg_want){.kind = SEG_WANT_PROPERTY, .event = scope->event});
    if ((p->t.kind == SEG_WORD || p->t.kind == SEG_STRING) && seg_compare_next(p, seg_peek(p)))
        return true;
    p->t = first;
    p->end = end;
    return false;
}

static bool read_tests(struct seg_parser *p, struct seg_event *e, bool bracket)
{
    static const char *const example = "a property of the event, such as total";
    const struct seg_scope scope = {true, e->name};
    struct seg_test tests[SEG_TESTS_MAX];
    uint32_t count = 0;
    do {
        if (++p->counts.tests > SEG_TESTS_MAX)
            return seg_fail(p, "A definition has at most %u tests of properties.", SEG_TESTS_MAX);
        struct seg_test *t = &tests[count++];
        *t = (struct seg_test){.at = p->t.at};
        seg_want(p, (struct seg_want){.kind = SEG_WANT_PROPERTY, .event = e->name});
        if (!seg_read_name(p, example, &t->field) || !seg_read_compare(p, &scope, t))
            return false;
        t->len = seg_since(p, t->at).len;
    } while (bracket ? seg_words(p, "and") : and_test(p, &scope));
    e->where = seg_alloc(&p->sink, p->arena, count, sizeof *e->where);
    if (!e->where)
        return false;
    memcpy(e->where, tests, count * sizeof *tests);
    e->where_count = count;
    return true;
}

bool seg_read_where(struct seg_parser *p, struct seg_event *e)
{
    if (e->where_count > 0 || !seg_words(p, "where"))
        return true;
    if (!seg_sign(p, "("))
        return read_tests(p, e, false);
    if (!read_tests(p, e, true))
        return false;
    if (seg_next_word(p, "or"))
        return seg_fail(p, "The tests of one event are joined by \"and\"; for \"or\" write two conditions.");
    return seg_sign(p, ")") || seg_expected(p, "\"and\" or a closing bracket");
}
