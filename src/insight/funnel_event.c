// SPDX-License-Identifier: Apache-2.0
// Events with conditions, as funnels and paths name them: which column a property is, what its values are, and whether a row
// holds. Everything that cannot be asked is refused here, with the place in the question.
#include "funnel.h"

#include "people/columns.h"
#include "segment.h"
#include "segment_language.h"
#include "text/text.h"

#include <stdarg.h>
#include <stdio.h>

enum { VALUE_MAX = 512 };

static const char *const ops[] = {"is", "is_not", "contains", "starts", "ends", "at_least", "at_most", "present", NULL};
static const struct spec_field value_fields[] = {
    {.name = "", .type = SPEC_ANY, .max = VALUE_MAX, .doc = "A text, a number, true or false; of times a day or a time."},
    {.name = NULL},
};
const struct spec_field funnel_where_fields[] = {
    {.name = "property", .type = SPEC_STRING, .min = 1, .max = 255, .required = true,
        .doc = "Declared property of the event, of level P0 or P1; $context.<name> of any event."},
    {.name = "op", .type = SPEC_ENUM, .options = ops, .fallback = "is",
        .doc = "How it is compared. Texts ignore case and accents; is_not also holds where there is no value."},
    {.name = "values", .type = SPEC_ARRAY, .max = FUNNEL_VALUES_MAX, .fields = value_fields,
        .doc = "Any of these (is_not: none of these); one for at_least and at_most; nothing for present."},
    {.name = NULL},
};

bool funnel_note(struct funnel_plan *p, const char *fmt, ...)
{
    char text[400];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    for (uint32_t i = 0; i < p->note_count; i++) {
        if (strcmp(p->notes[i], text) == 0)
            return true;
    }
    if (p->note_count == FUNNEL_NOTES_MAX)
        return true;
    const char *kept = cu_arena_z(p->q->arena, cu_str_of(text));
    if (kept)
        p->notes[p->note_count++] = kept;
    return kept != NULL;
}

static cu_code no_memory(struct cu_error *err)
{
    return cu_fail(err, CU_MEMORY, "", "no memory for a question");
}

// ---- properties and columns

static enum seg_property_state find(struct funnel_plan *p, cu_str event, cu_str name, struct seg_property *ret)
{
    enum seg_property_state s = seg_catalog_property(p->catalog, event, name, ret);
    if (s != SEG_PROPERTY_FOUND || ret->field)
        return s;
    // "revenue" and "source" are what every event has in segments; here they are properties like others
    const struct dict_event *e = event.len ? dictionary_event(p->q->dictionary, event) : NULL;
    const struct dict_field *f = e ? dictionary_event_field(e, name) : NULL;
    if (!f)
        return SEG_PROPERTY_UNKNOWN;
    *ret = (struct seg_property){f->name, seg_type_of(f->type), f};
    return f->level > DICT_P1 ? SEG_PROPERTY_SEALED : SEG_PROPERTY_FOUND;
}

cu_code funnel_property(struct funnel_plan *p, cu_str event, cu_str name, struct scan_column *ret,
    const struct dict_field **ret_field, struct cu_error *err)
{
    const struct dict_event none = {.name = CU_LIT("")};
    struct seg_property found;
    struct timeline_column column;
    if (cu_str_eqz(event, "*"))
        event = CU_LIT("");
    switch (find(p, event, name, &found)) {
    case SEG_PROPERTY_SEALED:
        return cu_fail(err, CU_INVALID, "/property",
            "this property is personal (P2 or above) and sealed: figures can only be asked by properties of P0 and P1");
    case SEG_PROPERTY_PARTS:
        return cu_fail(err, CU_INVALID, "/property", "this property holds no single value: name one of its members");
    case SEG_PROPERTY_UNKNOWN:
        return cu_fail(err, CU_INVALID, "/property", event.len
            ? "the dictionary declares no such property of this event; what is not declared is sealed and cannot be asked"
            : "of any event only $context.<name> can be asked: name the event");
    case SEG_PROPERTY_FOUND:
        break;
    }
    if (!column_of_property(&none, found.field, p->q->arena, &column))
        return cu_fail(err, CU_INVALID, "/property", "this property has no column of its own");
    *ret = (struct scan_column){.path = found.path, .type = column.type};
    if (ret_field)
        *ret_field = found.field;
    return CU_OK;
}

static bool same_column(const struct scan_column *a, const struct scan_column *b)
{
    if (a->type != b->type || a->match != b->match || !cu_str_eq(a->path, b->path) || a->text_count != b->text_count)
        return false;
    for (size_t i = 0; i < a->text_count; i++) {
        if (!cu_str_eq(a->texts[i], b->texts[i]))
            return false;
    }
    return true;
}

cu_code funnel_column(struct funnel_plan *p, const struct scan_column *c, int *ret, struct cu_error *err)
{
    for (uint32_t i = 0; i < p->columns.count; i++) {
        if (same_column(&p->columns.at[i], c)) {
            *ret = (int)i;
            return CU_OK;
        }
    }
    if (p->columns.count == SCAN_COLUMNS_MAX)
        return cu_fail(
            err, CU_TOO_LARGE, "", "at most %d different properties and lists of values in one question", SCAN_COLUMNS_MAX);
    *ret = (int)p->columns.count;
    p->columns.at[p->columns.count++] = *c;
    return CU_OK;
}

// ---- values

static cu_str text_of(struct funnel_plan *p, json v)
{
    if (json_is(v, JSON_STRING))
        return cu_arena_dup(p->q->arena, json_str(v));
    if (!json_is(v, JSON_INT) && !json_is(v, JSON_DOUBLE) && !json_is(v, JSON_BOOL))
        return CU_NONE;
    CU_AUTO_BUF struct cu_buf b;
    cu_buf_init(&b, VALUE_MAX);
    json_print(&b, v);
    return b.failed ? CU_NONE : cu_arena_dup(p->q->arena, cu_buf_view(&b));
}

static cu_code texts_into(struct funnel_plan *p, json values, struct scan_column *c, struct cu_error *err)
{
    cu_str *texts = cu_arena_alloc(p->q->arena, (json_count(values) + 1) * sizeof *texts);
    size_t n = 0;
    if (!texts)
        return no_memory(err);
    for (struct json_iter it = json_each(values); json_next(&it); n++) {
        texts[n] = text_of(p, it.value);
        if (!texts[n].ptr)
            return cu_fail(err, CU_INVALID, "/values", "a text is expected");
    }
    c->texts = texts;
    c->text_count = n;
    return CU_OK;
}

// In the unit of the column: numbers as its scale has them.
static bool number_of(json v, enum timeline_type type, const struct text_zone *zone, int64_t *ret, bool *ret_day)
{
    bool truth = false;
    cu_str s = json_str(v);
    *ret_day = false;
    switch (type) {
    case TIMELINE_BOOLEAN:
        if (json_bool(v, &truth) || cu_str_eqz(s, "true") || cu_str_eqz(s, "yes")) {
            *ret = truth || s.len > 0;
            return true;
        }
        *ret = 0;
        return cu_str_eqz(s, "false") || cu_str_eqz(s, "no");
    case TIMELINE_TIME:
        return s.ptr && seg_time_parse(s, zone, ret, ret_day);
    case TIMELINE_INTEGER:
    case TIMELINE_DECIMAL:
        return (s.ptr ? seg_number_parse(cu_str_trim(s), ret) : seg_number_json(v, ret)) == SEG_NUMBER_FINE;
    case TIMELINE_TEXT:
        break;
    }
    return false;
}

static const char *wanted_of(enum timeline_type type)
{
    if (type == TIMELINE_BOOLEAN)
        return "true or false is expected";
    return type == TIMELINE_TIME ? "a day like 2026-11-21 or a time is expected" : "a number is expected";
}

static cu_code numbers_into(
    struct funnel_plan *p, json values, const struct scan_column *c, bool date, struct funnel_test *t, struct cu_error *err)
{
    int64_t *numbers = cu_arena_alloc(p->q->arena, (json_count(values) + 1) * sizeof *numbers);
    uint32_t n = 0;
    bool day = false;
    if (!numbers)
        return no_memory(err);
    for (struct json_iter it = json_each(values); json_next(&it); n++) {
        if (!number_of(it.value, c->type, date ? NULL : p->q->o->zone, &numbers[n], &day))
            return cu_fail(err, CU_INVALID, "/values", "%s", wanted_of(c->type));
        if (day && t->op == FUNNEL_AT_MOST)
            numbers[n] = seg_day_after(numbers[n], date ? NULL : p->q->o->zone) - 1; // to the end of the day
        else if (day && t->op != FUNNEL_AT_LEAST && !date)
            return cu_fail(err, CU_INVALID, "/values", "a time is compared with a day by at_least and at_most");
    }
    t->values = numbers;
    t->value_count = n;
    return CU_OK;
}

// ---- one test

static bool suits(enum funnel_op op, enum timeline_type type)
{
    if (op == FUNNEL_PRESENT || op == FUNNEL_IS || op == FUNNEL_IS_NOT)
        return true;
    if (op == FUNNEL_AT_LEAST || op == FUNNEL_AT_MOST)
        return type != TIMELINE_TEXT && type != TIMELINE_BOOLEAN;
    return type == TIMELINE_TEXT;
}

static cu_code check_count(enum funnel_op op, size_t count, struct cu_error *err)
{
    if (op == FUNNEL_PRESENT)
        return count == 0 ? CU_OK : cu_fail(err, CU_INVALID, "/values", "\"present\" has no values");
    if (op == FUNNEL_AT_LEAST || op == FUNNEL_AT_MOST)
        return count == 1 ? CU_OK : cu_fail(err, CU_INVALID, "/values", "\"%s\" has one value", ops[op]);
    return count > 0 ? CU_OK : cu_fail(err, CU_INVALID, "/values", "at least one value is needed");
}

static cu_code test_read(struct funnel_plan *p, cu_str event, json where, struct funnel_test *t, struct cu_error *err)
{
    static const enum scan_match matches[] = {
        SCAN_IS, SCAN_IS, SCAN_CONTAINS, SCAN_STARTS, SCAN_ENDS, SCAN_VALUE, SCAN_VALUE, SCAN_VALUE};
    struct spec_values v;
    struct scan_column c;
    const struct dict_field *f = NULL;
    CU_TRY(spec_decode_json(funnel_where_fields, where, &v, err));
    cu_str op = spec_str(&v, "op");
    json values = spec_get(&v, "values")->raw;
    size_t count = spec_has(&v, "values") ? json_count(values) : 0;
    *t = (struct funnel_test){.op = FUNNEL_IS};
    for (int i = 0; ops[i]; i++) {
        if (cu_str_eqz(op, ops[i]))
            t->op = (enum funnel_op)i;
    }
    CU_TRY(funnel_property(p, event, spec_str(&v, "property"), &c, &f, err));
    if (!suits(t->op, c.type))
        return cu_fail(err, CU_INVALID, "/op",
            c.type == TIMELINE_TEXT      ? "a text is compared with is, is_not, contains, starts, ends or present"
            : c.type == TIMELINE_BOOLEAN ? "yes or no is compared with is, is_not or present"
                                         : "a number or time is compared with is, is_not, at_least, at_most or present");
    CU_TRY(check_count(t->op, count, err));
    if (t->op != FUNNEL_PRESENT && c.type == TIMELINE_TEXT) {
        c.match = matches[t->op];
        c.fold = true;
        t->matched = true;
        CU_TRY(texts_into(p, values, &c, err));
    } else if (t->op != FUNNEL_PRESENT) {
        CU_TRY(numbers_into(p, values, &c, f->type == DICT_DATE, t, err));
    }
    if (c.type == TIMELINE_INTEGER)
        t->scale = 10000;
    else
        t->scale = 1;
    return funnel_column(p, &c, &t->column, err);
}

cu_code funnel_event_read(struct funnel_plan *p, json object, struct funnel_event *ret, struct cu_error *err)
{
    cu_str name = json_str(json_get(object, "event")), label = json_str(json_get(object, "label"));
    const struct dict_event *row = dictionary_event(p->q->dictionary, name);
    *ret = (struct funnel_event){.any = false};
    ret->name = cu_arena_dup(p->q->arena, row ? row->name : name);
    ret->label = cu_arena_dup(p->q->arena, label.len ? label : ret->name);
    if (!ret->name.ptr || !ret->label.ptr)
        return no_memory(err);
    ret->kind = insight_event(p->q, name, &ret->any);
    ret->seen = ret->any || ret->kind != 0;
    for (uint32_t i = 0; i < FUNNEL_SAME_MAX; i++)
        ret->same[i] = -1;
    for (struct json_iter it = json_each(json_get(object, "where")); json_next(&it); ret->test_count++) {
        if (ret->test_count == FUNNEL_WHERE_MAX)
            return cu_fail(err, CU_TOO_LARGE, "/where", "at most %d conditions of one event", FUNNEL_WHERE_MAX);
        cu_code code = test_read(p, ret->any ? CU_LIT("*") : ret->name, it.value, &ret->tests[ret->test_count], err);
        if (code != CU_OK) {
            cu_error_prefix(err, "/where/%u", ret->test_count);
            return code;
        }
    }
    return CU_OK;
}

// ---- asked of a row

static bool number_holds(const struct funnel_test *t, int64_t value)
{
    value *= t->scale;
    if (t->op == FUNNEL_AT_LEAST)
        return value >= t->values[0];
    if (t->op == FUNNEL_AT_MOST)
        return value <= t->values[0];
    for (uint32_t i = 0; i < t->value_count; i++) {
        if (value == t->values[i])
            return true;
    }
    return false;
}

static bool test_holds(const struct funnel_test *t, const struct scan_rows *rows, size_t row)
{
    const struct scan_cells *c = &rows->column[t->column];
    bool any = false;
    for (uint32_t v = c->first[row]; v < c->first[row + 1] && !any; v++)
        any = t->op == FUNNEL_PRESENT || (t->matched ? c->value[v] == 1 : number_holds(t, c->value[v]));
    return t->op == FUNNEL_IS_NOT ? !any : any;
}

bool funnel_event_holds(const struct funnel_event *e, const struct scan_rows *rows, size_t row)
{
    for (uint32_t i = 0; i < e->test_count; i++) {
        if (!test_holds(&e->tests[i], rows, row))
            return false;
    }
    return true;
}
