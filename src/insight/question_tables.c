// SPDX-License-Identifier: Apache-2.0
// The tables of SQL and their columns, and the table of people: one row a person, with the fields that
// segments know too (facts.h), so that a question and a segment never differ. See question.h.
#include "question_private.h"

#include "people/sight.h"

#include <ctype.h>
#include <stdio.h>

enum { PEOPLE_PERSON, PEOPLE_FIELDS, ROW_TEXTS_MAX = 1024 * 1024 };

// ---- what tables share

bool question_id(struct question_ids *ids, uint32_t person, struct sql_value *ret)
{
    struct people *p = ids->t->o->people;
    if (person == 0)
        return false;
    if (ids->person != person) {
        struct cu_uuid id;
        if (!ids->d && people_read_take(p, &ids->d, NULL) != CU_OK)
            return false;
        if (people_uuid(p, ids->d, person, &id, NULL) != CU_OK)
            return false;
        cu_uuid_format(id, ids->text);
        ids->person = person;
    }
    *ret = (struct sql_value){.kind = SQL_TEXT, .text = {ids->text, 36}};
    return true;
}

cu_code question_person(struct question_ids *ids, cu_str text, uint32_t *ret, struct cu_error *err)
{
    struct people *p = ids->t->o->people;
    struct cu_uuid id;
    *ret = 0;
    if (!cu_uuid_parse(text, &id))
        return CU_OK;
    if (!ids->d)
        CU_TRY(people_read_take(p, &ids->d, err));
    cu_code code = people_by_uuid(p, ids->d, id, ret, err);
    return code == CU_NOT_FOUND || code == CU_ERASED ? CU_OK : code;
}

void question_ids_clear(struct question_ids *ids)
{
    if (ids->d)
        people_read_give(ids->t->o->people, ids->d);
    ids->d = NULL;
}

void question_time(int64_t ms, char room[TEXT_TIME_MAX], struct sql_value *ret)
{
    if (ms == INT64_MIN || ms == INT64_MAX) {
        *ret = (struct sql_value){.kind = SQL_NULL};
        return;
    }
    text_time_format(ms, room);
    *ret = (struct sql_value){.kind = SQL_TEXT, .text = cu_str_of(room)};
}

double question_money(int64_t minor, int exponent)
{
    double v = (double)minor;
    for (int i = 0; i < exponent; i++)
        v /= 10;
    return v;
}

static bool ordered_as_text(cu_str s)
{
    return s.len == 10 || (s.len == 24 && s.ptr[10] == 'T' && s.ptr[23] == 'Z');
}

void question_window(const struct sql_filter *filters, size_t count, int column, int64_t *from_ms, int64_t *to_ms)
{
    for (size_t i = 0; i < count; i++) {
        const struct sql_filter *f = &filters[i];
        int64_t ms;
        if (f->column != column || f->value.kind != SQL_TEXT || !ordered_as_text(f->value.text) || !text_time_parse(f->value.text, &ms))
            continue;
        if (f->compare != SQL_LT && f->compare != SQL_LE && ms > *from_ms)
            *from_ms = ms;
        if ((f->compare == SQL_LT || f->compare == SQL_LE || (f->compare == SQL_EQ && f->value.text.len == 24)) && ms + 1 < *to_ms)
            *to_ms = ms + 1;
    }
}

// ---- people

struct people_cursor {
    struct question_tables *t;
    struct question_ids ids;
    uint32_t at, only; // only: this person; 0: everybody
    bool done, facts;
    struct seg_fact *values;
    struct cu_arena *texts; // of the current row
    char room[TEXT_TIME_MAX];
};

cu_code question_people_open(void *context, const struct sql_filter *filters, size_t count, uint64_t used, void **ret,
    struct cu_error *err)
{
    const struct question_read *read = context;
    struct people_cursor *c = cu_calloc(1, sizeof *c);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    c->t = read->t;
    c->ids.t = read->t;
    c->values = cu_calloc(read->t->field_count + 1, sizeof *c->values);
    c->texts = cu_arena_new(ROW_TEXTS_MAX);
    if (!c->values || !c->texts) {
        question_people_close(c);
        return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    }
    c->t->opened |= read->bit;
    c->facts = used >> PEOPLE_FIELDS != 0;
    for (size_t i = 0; i < count; i++) {
        if (filters[i].column == PEOPLE_PERSON && filters[i].compare == SQL_EQ && filters[i].value.kind == SQL_TEXT) {
            cu_code code = question_person(&c->ids, filters[i].value.text, &c->only, err);
            c->done = c->only == 0;
            if (code != CU_OK) {
                question_people_close(c);
                return code;
            }
        }
    }
    *ret = c;
    return CU_OK;
}

// What the facts say of the person, copied: the facts go on changing while the row is looked at.
static void read_facts(struct people_cursor *c)
{
    cu_arena_reset(c->texts);
    facts_of(c->t->o->facts, c->at, c->t->fields, c->t->field_count, c->values);
    for (size_t i = 0; i < c->t->field_count; i++) {
        struct seg_fact *f = &c->values[i];
        if (!f->known || c->t->fields[i]->type != SEG_TEXT)
            continue;
        cu_str all = cu_arena_dup(c->texts, f->value.text);
        for (uint32_t k = 0; k < f->more_count; k++) // a list: "email, user_id"
            all = cu_arena_printf(c->texts, "%.*s, %.*s", CU_ARG(all), CU_ARG(f->more[k].text));
        f->value.text = all;
    }
    facts_done(c->t->o->facts);
}

cu_code question_people_next(void *cursor, bool *ret_row, struct cu_error *err)
{
    (void)err;
    struct people_cursor *c = cursor;
    const struct scan_persons *p = c->t->persons;
    *ret_row = false;
    if (c->done)
        return CU_OK;
    if (c->only) {
        c->at = c->only;
        c->done = true;
    } else {
        do
            c->at++;
        while (c->at < p->end && p->root[c->at] != c->at);
        if (c->at >= p->end)
            return CU_OK;
    }
    if (c->facts)
        read_facts(c);
    *ret_row = true;
    return CU_OK;
}

static void fact_value(const struct seg_field *f, const struct seg_fact *fact, char room[TEXT_TIME_MAX], struct sql_value *ret)
{
    *ret = (struct sql_value){.kind = SQL_NULL};
    if (!fact->known)
        return;
    switch (f->type) {
    case SEG_TEXT:
        *ret = (struct sql_value){.kind = SQL_TEXT, .text = fact->value.text};
        break;
    case SEG_NUMBER:
        if (fact->value.number % 10000 == 0)
            *ret = (struct sql_value){.kind = SQL_INT, .number = fact->value.number / 10000};
        else
            *ret = (struct sql_value){.kind = SQL_REAL, .real = (double)fact->value.number / 10000};
        break;
    case SEG_TIME:
        question_time(fact->value.number, room, ret);
        break;
    case SEG_BOOLEAN:
        *ret = (struct sql_value){.kind = SQL_INT, .number = fact->value.number};
        break;
    }
}

void question_people_value(void *cursor, int column, struct sql_value *ret)
{
    struct people_cursor *c = cursor;
    *ret = (struct sql_value){.kind = SQL_NULL};
    if (column == PEOPLE_PERSON) {
        (void)question_id(&c->ids, c->at, ret);
        return;
    }
    size_t i = (size_t)column - PEOPLE_FIELDS;
    if (i < c->t->field_count && sight_level(c->t->caller, c->t->fields[i]->level) == SPEC_VIEW_FULL)
        fact_value(c->t->fields[i], &c->values[i], c->room, ret);
}

void question_people_close(void *cursor)
{
    struct people_cursor *c = cursor;
    question_ids_clear(&c->ids);
    cu_arena_free(c->texts);
    cu_free(c->values);
    cu_free(c);
}

// ---- the schema

// "address.country" becomes address_country; a name that is taken gets trait_ in front.
static char *column_name(const struct question_tables *t, const struct sql_column *before, size_t count, const struct seg_field *f)
{
    for (int attempt = 0; attempt < 2; attempt++) {
        cu_str s = cu_arena_printf(t->arena, "%s%.*s", attempt ? "trait_" : "", CU_ARG(f->name));
        if (!s.ptr)
            return NULL;
        char *name = cu_arena_z(t->arena, s);
        if (!name)
            return NULL;
        for (char *c = name; *c; c++)
            *c = isalnum((unsigned char)*c) ? (char)tolower((unsigned char)*c) : '_';
        size_t i = 0;
        while (i < count && strcmp(before[i].name, name) != 0)
            i++;
        if (i == count)
            return name;
    }
    return NULL;
}

static enum sql_kind kind_of(enum seg_type t)
{
    return t == SEG_NUMBER ? SQL_REAL : t == SEG_BOOLEAN ? SQL_INT : SQL_TEXT;
}

static cu_code people_columns(struct question_tables *t, const struct seg_catalog *catalog, struct sql_column **ret, size_t *ret_count,
    struct cu_error *err)
{
    const struct seg_field *all = NULL;
    size_t count = seg_catalog_fields(catalog, &all), n = PEOPLE_FIELDS;
    struct sql_column *c = cu_arena_alloc(t->arena, (count + PEOPLE_FIELDS) * sizeof *c);
    t->fields = cu_arena_alloc(t->arena, (count + 1) * sizeof *t->fields);
    if (!c || !t->fields)
        return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    c[PEOPLE_PERSON] = (struct sql_column){"person", SQL_TEXT, "The person's id.", true};
    for (size_t i = 0; i < count; i++) {
        if (all[i].level > DICT_P1 || all[i].source == SEG_TRAIT_UPDATED)
            continue;
        c[n].name = column_name(t, c, n, &all[i]);
        c[n].kind = kind_of(all[i].type);
        c[n].doc = all[i].doc ? all[i].doc : all[i].trait ? cu_arena_z(t->arena, all[i].trait->doc) : "";
        if (!c[n].name)
            continue; // both names are taken
        t->fields[t->field_count++] = &all[i];
        n++;
    }
    *ret = c;
    *ret_count = n;
    return CU_OK;
}

static void add(struct question_tables *t, struct sql_table table)
{
    struct question_read *read = cu_arena_alloc(t->arena, sizeof *read);
    if (!read || t->table_count == QUESTION_TABLES_MAX)
        return;
    *read = (struct question_read){t, UINT32_C(1) << t->table_count};
    table.context = read;
    t->tables[t->table_count++] = table;
}

#define READING(x) .open = question_##x##_open, .next = question_##x##_next, .value = question_##x##_value, .close = question_##x##_close

cu_code question_tables_open(const struct questions_options *o, const struct caller *caller, struct cu_arena *a,
    struct question_tables *ret, struct cu_error *err)
{
    struct sql_column *columns = NULL;
    size_t count = 0;
    *ret = (struct question_tables){.o = o, .caller = caller, .arena = a};
    ret->exponent = text_currency_exponent(cu_str_of(o->currency));
    ret->exponent = ret->exponent < 0 ? 2 : ret->exponent;
    const struct seg_catalog *catalog = audience_catalog(o->audiences);
    if (!catalog)
        return cu_fail(err, CU_UNAVAILABLE, "", "the dictionary is not loaded yet");
    cu_code code = people_columns(ret, catalog, &columns, &count, err);
    audience_catalog_done(o->audiences, catalog);
    CU_TRY(code);
    CU_TRY(audience_persons(o->audiences, &ret->persons, err));
    double people = (double)people_count(o->people), events = (double)timeline_count(people_timeline(o->people));
    add(ret, (struct sql_table){.name = "people", .doc = "One row a person: what is declared P0 or P1, and what follows from orders and events.",
        .columns = columns, .column_count = count, .rows = people, READING(people)});
    add(ret, (struct sql_table){.name = "events", .doc = "One row an event, with its declared P0 and P1 properties as JSON.",
        .columns = question_event_columns, .column_count = question_event_column_count, .rows = events, READING(events)});
    add(ret, (struct sql_table){.name = "orders", .doc = "One row an order, as folded from every message about it.",
        .columns = question_order_columns, .column_count = question_order_column_count, .rows = people, READING(orders)});
    add(ret, (struct sql_table){.name = "segments", .doc = "One row a segment.",
        .columns = question_segment_columns, .column_count = question_segment_column_count, .rows = 50, READING(segments)});
    add(ret, (struct sql_table){.name = "segment_members", .doc = "One row for each person in each segment.",
        .columns = question_member_columns, .column_count = question_member_column_count, .rows = people, READING(members)});
    return CU_OK;
}

void question_tables_close(struct question_tables *t)
{
    if (t->persons)
        audience_persons_done(t->o->audiences, t->persons);
    t->persons = NULL;
}
