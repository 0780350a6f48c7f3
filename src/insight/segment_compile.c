// SPDX-License-Identifier: Apache-2.0
// A checked definition becomes a program: names to kinds and columns, texts folded and sorted, numbers sorted,
// cheap parts before dear ones, and one plan of what to read for all of it.
#include "segment_program.h"

#include "people/columns.h"
#include "text/text.h"

#include <stdlib.h>

#define UNIT 10000 // numbers are ten-thousandths
#define PROGRAM_BYTES (SEG_ARENA_MAX * 3)

static cu_code no_memory(struct cu_error *err)
{
    return cu_fail(err, CU_MEMORY, "", "no memory to compile the definition");
}

static void *take(struct seg_program *p, size_t count, size_t size)
{
    return cu_arena_alloc(p->arena, count * size + 1);
}

// ---- values

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int by_text(const void *a, const void *b)
{
    return cu_str_cmp(*(const cu_str *)a, *(const cu_str *)b);
}

static cu_code numbers_of(
    struct seg_program *p, const struct seg_test *t, struct seg_check_value *c, struct cu_error *err)
{
    int64_t *numbers = take(p, t->value_count, sizeof *numbers);
    if (!numbers)
        return no_memory(err);
    for (uint32_t i = 0; i < t->value_count; i++)
        numbers[i] = t->values[i].number;
    if (t->cmp == SEG_IS || t->cmp == SEG_IS_NOT)
        qsort(numbers, t->value_count, sizeof *numbers, by_number);
    c->numbers = numbers;
    c->number_count = t->value_count;
    return CU_OK;
}

static cu_code texts_of(
    struct seg_program *p, const struct seg_test *t, struct seg_check_value *c, struct cu_error *err)
{
    cu_str *texts = take(p, t->value_count, sizeof *texts);
    if (!texts)
        return no_memory(err);
    for (uint32_t i = 0; i < t->value_count; i++) {
        CU_AUTO_BUF struct cu_buf folded;
        cu_buf_init(&folded, t->values[i].text.len * 4 + 64);
        text_fold(t->values[i].text, &folded);
        texts[i] = folded.failed ? CU_NONE : cu_arena_dup(p->arena, cu_buf_view(&folded));
        if (!texts[i].ptr)
            return no_memory(err);
    }
    qsort(texts, t->value_count, sizeof *texts, by_text);
    c->texts = texts;
    c->text_count = t->value_count;
    return CU_OK;
}

static bool needs(enum seg_cmp cmp, uint32_t values)
{
    if (cmp == SEG_KNOWN || cmp == SEG_UNKNOWN || cmp == SEG_WITHIN || cmp == SEG_NOT_WITHIN || cmp == SEG_ANNIVERSARY)
        return true;
    return values >= (cmp == SEG_BETWEEN ? 2 : 1);
}

static cu_code value_of(
    struct seg_program *p, const struct seg_test *t, struct seg_check_value *c, struct cu_error *err)
{
    *c = (struct seg_check_value){
        .cmp = t->cmp, .type = t->type, .column = SEG_COLUMN_NONE, .scale = 1, .window = t->window};
    if (!needs(t->cmp, t->value_count))
        return cu_fail(err, CU_INVALID, "definition", "a comparison has no value");
    const struct dict_field *f = t->known ? t->known->trait : t->property;
    c->date = t->type == SEG_TIME && f && f->type == DICT_DATE && !(t->known && t->known->source == SEG_TRAIT_UPDATED);
    return t->type == SEG_TEXT ? texts_of(p, t, c, err) : numbers_of(p, t, c, err);
}

// ---- columns

static bool same_texts(const struct scan_column *a, const struct scan_column *b)
{
    if (a->text_count != b->text_count)
        return false;
    for (size_t i = 0; i < a->text_count; i++)
        if (!cu_str_eq(a->texts[i], b->texts[i]))
            return false;
    return true;
}

static cu_code column_add(struct seg_program *p, const struct scan_column *c, int *ret, struct cu_error *err)
{
    for (uint32_t i = 0; i < p->column_count; i++) {
        const struct scan_column *o = &p->columns[i];
        if (o->type == c->type && o->match == c->match && cu_str_eq(o->path, c->path) && same_texts(o, c)) {
            *ret = (int)i;
            return CU_OK;
        }
    }
    if (p->column_count == SCAN_COLUMNS_MAX)
        return cu_fail(err, CU_INVALID, "definition",
            "a definition may ask for at most %d different properties and texts of events; split it into segments and "
            "combine them",
            SCAN_COLUMNS_MAX);
    *ret = (int)p->column_count;
    p->columns[p->column_count++] = *c;
    return CU_OK;
}

static enum timeline_type column_type(const struct dict_field *f, enum seg_type type, struct seg_program *p)
{
    static const enum timeline_type of[] = {[SEG_TEXT] = TIMELINE_TEXT,
        [SEG_NUMBER] = TIMELINE_DECIMAL,
        [SEG_TIME] = TIMELINE_TIME,
        [SEG_BOOLEAN] = TIMELINE_BOOLEAN};
    const struct dict_event none = {.name = CU_LIT("")};
    struct timeline_column c;
    return f && column_of_property(&none, f, p->arena, &c) ? c.type : of[type];
}

static cu_code source_column(
    struct seg_program *p, const struct seg_test *t, struct seg_check_value *c, struct cu_error *err)
{
    c->column = SEG_COLUMN_SOURCE;
    p->wants |= SCAN_SOURCE;
    if (c->text_count == 0)
        return CU_OK;
    if (c->cmp != SEG_IS && c->cmp != SEG_IS_NOT)
        return cu_fail(err, CU_INVALID, "definition", "a source is compared with \"is\" or \"is not\"");
    struct seg_sources *s = take(p, 1, sizeof *s);
    int64_t *numbers = take(p, t->value_count, sizeof *numbers);
    if (!s || !numbers)
        return no_memory(err);
    *s = (struct seg_sources){t->values, t->value_count, numbers, p->sources};
    p->sources = s;
    c->numbers = numbers;
    c->number_count = t->value_count;
    return CU_OK;
}

static cu_code builtin_column(
    struct seg_program *p, const struct seg_test *t, struct seg_check_value *c, struct cu_error *err)
{
    if (!cu_str_eqz(t->field, "revenue"))
        return source_column(p, t, c, err);
    c->column = SEG_COLUMN_REVENUE;
    c->scale = UNIT / (p->with.minor_units > 0 ? p->with.minor_units : 100);
    p->wants |= SCAN_REVENUE | SCAN_FLAGS;
    return CU_OK;
}

// The column that a test of an event reads. raw: its values themselves (distinct, shared), not what they match.
static cu_code column_of(
    struct seg_program *p, const struct seg_test *t, bool raw, struct seg_check_value *c, struct cu_error *err)
{
    if (!t->property && (cu_str_eqz(t->field, "revenue") || cu_str_eqz(t->field, "source")))
        return builtin_column(p, t, c, err);
    struct scan_column column = {.path = t->field, .type = column_type(t->property, t->type, p)};
    if (column.type == TIMELINE_INTEGER)
        c->scale = UNIT;
    if (t->type == SEG_TEXT && !raw && c->text_count > 0) {
        static const enum scan_match of[] = {[SEG_IS] = SCAN_IS,
            [SEG_IS_NOT] = SCAN_IS,
            [SEG_CONTAINS] = SCAN_CONTAINS,
            [SEG_CONTAINS_NOT] = SCAN_CONTAINS,
            [SEG_STARTS] = SCAN_STARTS,
            [SEG_ENDS] = SCAN_ENDS};
        column.match = t->cmp <= SEG_ENDS ? of[t->cmp] : SCAN_VALUE;
        column.fold = true;
        column.texts = c->texts;
        column.text_count = c->text_count;
        c->matched = column.match != SCAN_VALUE;
    }
    return column_add(p, &column, &c->column, err);
}

// ---- filters

static cu_code filter_of(struct seg_program *p, const struct seg_event *e, struct seg_filter *f, struct cu_error *err)
{
    struct seg_check_value *tests = take(p, e->where_count, sizeof *tests);
    if (!tests)
        return no_memory(err);
    *f = (struct seg_filter){
        .any = e->name.len == 0, .name = e->name, .tests = tests, .test_count = e->where_count, .next = p->filters};
    for (uint32_t i = 0; i < e->where_count; i++) {
        CU_TRY(value_of(p, &e->where[i], &tests[i], err));
        CU_TRY(column_of(p, &e->where[i], false, &tests[i], err));
        f->moving |= tests[i].cmp == SEG_WITHIN || tests[i].cmp == SEG_NOT_WITHIN || tests[i].cmp == SEG_ANNIVERSARY;
    }
    p->filters = f;
    p->filter_count++;
    return CU_OK;
}

static bool of_property(enum seg_measure m)
{
    return m != SEG_COUNT && m != SEG_DAYS_ACTIVE && m != SEG_FIRST_TIME && m != SEG_LAST_TIME;
}

static cu_code did_of(struct seg_program *p, struct seg_part *part, struct cu_error *err)
{
    const struct seg_did *did = &part->node->did;
    part->did = take(p, 1, sizeof *part->did);
    if (!part->did)
        return no_memory(err);
    CU_TRY(filter_of(p, &did->event, &part->did->filter, err));
    struct seg_test value = did->test;
    if (!of_property(did->measure) || did->measure == SEG_DISTINCT)
        value.type = did->measure == SEG_FIRST_TIME || did->measure == SEG_LAST_TIME ? SEG_TIME : SEG_NUMBER;
    CU_TRY(value_of(p, &value, &part->did->value, err));
    if (!of_property(did->measure))
        return CU_OK;
    if (did->measure == SEG_DISTINCT) { // the property's own type: numbers are what they are counted as
        value.type = did->test.property ? seg_type_of(did->test.property->type) : SEG_TEXT;
        part->did->value.date = false;
    }
    return column_of(p, &value, did->measure == SEG_DISTINCT, &part->did->value, err);
}

// ---- sequences

static cu_code shared_of(struct seg_program *p, struct seg_part *part, uint32_t step, struct cu_error *err)
{
    const struct seg_sequence *q = &part->node->sequence;
    for (uint32_t i = 0; i < q->same_count; i++) {
        struct seg_property found = {.path = q->same[i], .type = SEG_TEXT};
        struct seg_check_value c = {.cmp = SEG_KNOWN, .scale = 1};
        if (seg_catalog_property(p->with.catalog, q->steps[step].event.name, q->same[i], &found) != SEG_PROPERTY_FOUND)
            found = (struct seg_property){.path = q->same[i], .type = SEG_TEXT};
        struct seg_test t = {.field = found.path, .property = found.field, .type = found.type};
        CU_TRY(column_of(p, &t, true, &c, err));
        part->sequence->shared[step][i] = c.column;
        part->sequence->shared_scale[step][i] = c.scale;
    }
    return CU_OK;
}

static cu_code sequence_of(struct seg_program *p, struct seg_part *part, struct cu_error *err)
{
    const struct seg_sequence *q = &part->node->sequence;
    struct seg_part_sequence *s = part->sequence = take(p, 1, sizeof *s);
    if (!s)
        return no_memory(err);
    if (q->step_count < 1 || q->step_count > SEG_EVENTS_MAX || q->without_count > SEG_EVENTS_MAX ||
        q->same_count > SEG_SHARED_MAX)
        return cu_fail(err, CU_INVALID, "definition", "a sequence has at most %u steps", SEG_EVENTS_MAX);
    s->steps = take(p, q->step_count, sizeof *s->steps);
    s->without = take(p, q->without_count, sizeof *s->without);
    s->shared = take(p, q->step_count, sizeof *s->shared);
    s->shared_scale = take(p, q->step_count, sizeof *s->shared_scale);
    if (!s->steps || !s->without || !s->shared || !s->shared_scale)
        return no_memory(err);
    for (uint32_t i = 0; i < q->step_count; i++) {
        CU_TRY(filter_of(p, &q->steps[i].event, &s->steps[i], err));
        CU_TRY(shared_of(p, part, i, err));
        s->moving |= s->steps[i].moving;
    }
    for (uint32_t i = 0; i < q->without_count; i++) {
        CU_TRY(filter_of(p, &q->without[i], &s->without[i], err));
        s->moving |= s->without[i].moving;
    }
    return CU_OK;
}

// ---- parts

static uint32_t fact_of(struct seg_program *p, const struct seg_field *field)
{
    for (uint32_t i = 0; i < p->field_count; i++)
        if (p->fields[i] == field)
            return i;
    p->fields[p->field_count] = field;
    return p->field_count++;
}

static void member_add(struct seg_program *p, uint32_t segment)
{
    for (uint32_t i = 0; i < p->member_count; i++)
        if (p->members[i] == segment)
            return;
    p->members[p->member_count++] = segment;
}

static cu_code leaf_of(struct seg_program *p, struct seg_part *part, struct cu_error *err)
{
    const struct seg_node *n = part->node;
    switch (n->kind) {
    case SEG_FIELD:
        if (!n->field.known)
            return cu_fail(err, CU_INVALID, "definition", "the definition was not checked: a field is not known");
        part->fact = fact_of(p, n->field.known);
        return value_of(p, &n->field, &part->value, err);
    case SEG_DID:
        part->cost = 2;
        return did_of(p, part, err);
    case SEG_SEQUENCE:
        part->cost = 3;
        return sequence_of(p, part, err);
    case SEG_MEMBER:
        part->cost = 1;
        part->segment = p->with.segment ? p->with.segment(p->with.context, n->member.segment) : 0;
        if (part->segment == 0)
            return cu_fail(err, CU_INVALID, "definition", "there is no segment \"%.*s\"", CU_ARG(n->member.segment));
        member_add(p, part->segment);
        return CU_OK;
    case SEG_ALL:
    case SEG_ANY:
    case SEG_NOT:
    case SEG_EVERYBODY:
    case SEG_SAMPLE:
        break;
    }
    return CU_OK;
}

static cu_code part_of(
    struct seg_program *p, const struct seg_node *n, uint32_t depth, struct seg_part **ret, struct cu_error *err)
{
    struct seg_part *part = take(p, 1, sizeof *part);
    if (!part)
        return no_memory(err);
    if (p->part_count == SEG_NODES_MAX || depth > SEG_DEPTH_MAX || n->number != p->part_count)
        return cu_fail(err, CU_INVALID, "definition", "a definition has at most %u conditions, %u deep", SEG_NODES_MAX,
            SEG_DEPTH_MAX);
    p->parts[p->part_count++] = part;
    part->node = n;
    CU_TRY(leaf_of(p, part, err));
    if (n->child_count > 0 && !(part->children = take(p, n->child_count, sizeof(struct seg_part *))))
        return no_memory(err);
    for (uint32_t i = 0; i < n->child_count; i++) {
        struct seg_part *child;
        CU_TRY(part_of(p, n->children[i], depth + 1, &child, err));
        uint32_t at = part->child_count++;
        for (; at > 0 && part->children[at - 1]->cost > child->cost; at--)
            part->children[at] = part->children[at - 1];
        part->children[at] = child;
        part->cost = part->cost > child->cost ? part->cost : child->cost;
    }
    *ret = part;
    return CU_OK;
}

// ---- the program

cu_code seg_compile(
    const struct seg_node *checked, const struct seg_compile *o, struct seg_program **ret, struct cu_error *err)
{
    struct seg_program *p = cu_calloc(1, sizeof *p);
    if (!p)
        return no_memory(err);
    p->with = *o;
    p->arena = cu_arena_new(PROGRAM_BYTES);
    p->definition = p->arena ? seg_copy(checked, p->arena) : NULL;
    cu_code code = p->definition ? part_of(p, p->definition, 0, &p->root, err) : no_memory(err);
    if (code == CU_OK)
        code = seg_program_refresh(p, err);
    if (code != CU_OK) {
        seg_program_free(p);
        return code;
    }
    *ret = p;
    return CU_OK;
}

void seg_program_free(struct seg_program *p)
{
    if (!p)
        return;
    cu_arena_free(p->arena);
    cu_free(p->kinds);
    cu_free(p);
}
