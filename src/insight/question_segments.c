// SPDX-License-Identifier: Apache-2.0
// The tables of segments and of who is in them. See question.h.
#include "question_private.h"

#include <roaring/roaring.h>

enum { SEGMENT_NAME, SEGMENT_TITLE, SEGMENT_STATE, SEGMENT_SIZE };
const struct sql_column question_segment_columns[] = {
    {"segment", SQL_TEXT, "Name of the segment.", false},
    {"title", SQL_TEXT, "What people call it.", false},
    {"state", SQL_TEXT, "live, filling or broken.", false},
    {"size", SQL_INT, "Persons in it now.", false},
};
const size_t question_segment_column_count = CU_COUNT(question_segment_columns);
enum { MEMBER_SEGMENT, MEMBER_PERSON };
const struct sql_column question_member_columns[] = {
    {"segment", SQL_TEXT, "Name of the segment.", true},
    {"person", SQL_TEXT, "The person's id.", true},
};
const size_t question_member_column_count = CU_COUNT(question_member_columns);

struct rows { // the segments of one moment
    struct cu_arena *arena;
    struct audience_row *at;
    size_t count;
};

static cu_code rows_load(const struct question_tables *t, struct rows *ret, struct cu_error *err)
{
    ret->arena = cu_arena_new((size_t)16 * 1024 * 1024);
    if (!ret->arena)
        return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    return audience_list(t->o->audiences, ret->arena, &ret->at, &ret->count, err);
}

// ---- segments

struct segments_cursor {
    struct rows rows;
    size_t at; // one past the current row
};

cu_code question_segments_open(void *context, const struct sql_filter *filters, size_t count, uint64_t used, void **ret,
    struct cu_error *err)
{
    const struct question_read *read = context;
    (void)filters;
    (void)count;
    (void)used;
    struct segments_cursor *c = cu_calloc(1, sizeof *c);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    read->t->opened |= read->bit;
    cu_code code = rows_load(read->t, &c->rows, err);
    if (code != CU_OK) {
        question_segments_close(c);
        return code;
    }
    *ret = c;
    return CU_OK;
}

cu_code question_segments_next(void *cursor, bool *ret_row, struct cu_error *err)
{
    struct segments_cursor *c = cursor;
    (void)err;
    *ret_row = c->at < c->rows.count;
    c->at += *ret_row;
    return CU_OK;
}

void question_segments_value(void *cursor, int column, struct sql_value *ret)
{
    static const char *const states[] = {[AUDIENCE_FILLING] = "filling", [AUDIENCE_LIVE] = "live", [AUDIENCE_BROKEN] = "broken"};
    struct segments_cursor *c = cursor;
    const struct audience_row *r = &c->rows.at[c->at - 1];
    *ret = (struct sql_value){.kind = SQL_TEXT};
    if (column == SEGMENT_NAME)
        ret->text = cu_str_of(r->name);
    else if (column == SEGMENT_TITLE)
        ret->text = r->title;
    else if (column == SEGMENT_STATE)
        ret->text = cu_str_of(states[r->state]);
    else
        *ret = (struct sql_value){.kind = SQL_INT, .number = (int64_t)r->size};
}

void question_segments_close(void *cursor)
{
    struct segments_cursor *c = cursor;
    cu_arena_free(c->rows.arena);
    cu_free(c);
}

// ---- members

struct members_cursor {
    const struct question_tables *t;
    struct question_ids ids;
    struct rows rows;
    size_t at;           // one past the segment that is read
    cu_str segment;      // only this one; CU_NONE: all
    uint32_t only;       // only this person; 0: all
    bool nobody;         // the person asked for does not exist
    roaring_bitmap_t *people;
    roaring_uint32_iterator_t *each;
    uint32_t person;
};

static void members_drop(struct members_cursor *c)
{
    if (c->each)
        roaring_free_uint32_iterator(c->each);
    if (c->people)
        roaring_bitmap_free(c->people);
    c->each = NULL;
    c->people = NULL;
}

static cu_code members_filter(struct members_cursor *c, const struct sql_filter *filters, size_t count, struct cu_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (filters[i].compare != SQL_EQ || filters[i].value.kind != SQL_TEXT)
            continue;
        if (filters[i].column == MEMBER_SEGMENT) {
            c->segment = cu_arena_dup(c->rows.arena, filters[i].value.text);
        } else {
            CU_TRY(question_person(&c->ids, filters[i].value.text, &c->only, err));
            c->nobody = c->only == 0;
        }
    }
    return CU_OK;
}

cu_code question_members_open(void *context, const struct sql_filter *filters, size_t count, uint64_t used, void **ret,
    struct cu_error *err)
{
    const struct question_read *read = context;
    (void)used;
    struct members_cursor *c = cu_calloc(1, sizeof *c);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    c->t = read->t;
    c->ids.t = read->t;
    read->t->opened |= read->bit;
    cu_code code = rows_load(read->t, &c->rows, err);
    if (code == CU_OK)
        code = members_filter(c, filters, count, err);
    if (code != CU_OK) {
        question_members_close(c);
        return code;
    }
    *ret = c;
    return CU_OK;
}

// The next segment that is asked for; false: there is none.
static cu_code members_advance(struct members_cursor *c, bool *ret, struct cu_error *err)
{
    members_drop(c);
    *ret = false;
    while (c->at < c->rows.count && !*ret) {
        const struct audience_row *r = &c->rows.at[c->at++];
        if (c->segment.ptr && !cu_str_eqz(c->segment, r->name))
            continue;
        CU_TRY(audience_people(c->t->o->audiences, r->number, &c->people, err));
        c->each = roaring_create_iterator(c->people);
        if (!c->each)
            return cu_fail(err, CU_MEMORY, "", "no memory for a question");
        *ret = true;
    }
    return CU_OK;
}

cu_code question_members_next(void *cursor, bool *ret_row, struct cu_error *err)
{
    struct members_cursor *c = cursor;
    *ret_row = false;
    while (!c->nobody) {
        if (!c->each) {
            bool more = false;
            CU_TRY(members_advance(c, &more, err));
            if (!more)
                return CU_OK;
        } else {
            roaring_advance_uint32_iterator(c->each);
        }
        if (c->only && c->each->has_value && c->each->current_value < c->only)
            (void)roaring_move_uint32_iterator_equalorlarger(c->each, c->only);
        if (c->each->has_value && (!c->only || c->each->current_value == c->only)) {
            c->person = c->each->current_value;
            *ret_row = true;
            return CU_OK;
        }
        members_drop(c);
    }
    return CU_OK;
}

void question_members_value(void *cursor, int column, struct sql_value *ret)
{
    struct members_cursor *c = cursor;
    *ret = (struct sql_value){.kind = SQL_NULL};
    if (column == MEMBER_SEGMENT)
        *ret = (struct sql_value){.kind = SQL_TEXT, .text = cu_str_of(c->rows.at[c->at - 1].name)};
    else
        (void)question_id(&c->ids, c->person, ret);
}

void question_members_close(void *cursor)
{
    struct members_cursor *c = cursor;
    members_drop(c);
    question_ids_clear(&c->ids);
    cu_arena_free(c->rows.arena);
    cu_free(c);
}
