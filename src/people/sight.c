// SPDX-License-Identifier: Apache-2.0
// Levels, views, and which mask a row asks for. See sight.h; JSON is sight_json.c.
#include "sight.h"

#include "reads.h"

const char *const sight_names[] = {"full", "masked", "hidden", NULL};

enum spec_view sight_level(const struct caller *c, enum dict_level level)
{
    if (c->kind == CALLER_LOCAL)
        return SPEC_VIEW_FULL;
    return (unsigned)level < SPEC_LEVELS && c->kind != CALLER_NOBODY ? (enum spec_view)c->view[level] : SPEC_VIEW_NONE;
}

enum spec_view sight_field(const struct caller *c, const struct dict_field *f)
{
    enum spec_view v = sight_level(c, f ? f->level : SIGHT_UNDECLARED);
    if (f && v != SPEC_VIEW_NONE)
        reads_note(f);
    return v;
}

// The person field that is also an identifier of this kind; NULL: none.
static const struct dict_field *field_of_kind(const struct dictionary *d, cu_str kind)
{
    const struct dict_field *fields = NULL;
    size_t count = d ? dictionary_person_fields(d, &fields) : 0;
    for (size_t i = 0; i < count; i++) {
        if (fields[i].identifier.len && cu_str_eq(fields[i].identifier, kind))
            return &fields[i];
    }
    return NULL;
}

enum dict_level sight_identifier_level(const struct dictionary *d, cu_str kind)
{
    const struct dict_field *f = field_of_kind(d, kind);
    return f && f->level > DICT_P2 ? f->level : DICT_P2;
}

static enum spec_view least_from(const struct caller *c, enum dict_level from)
{
    enum spec_view least = SPEC_VIEW_FULL;
    for (int level = (int)from; level < SPEC_LEVELS; level++)
        least = sight_least(least, sight_level(c, (enum dict_level)level));
    return least;
}

bool sight_all(const struct caller *c)
{
    return least_from(c, DICT_P0) == SPEC_VIEW_FULL;
}

bool sight_any_sealed(const struct caller *c)
{
    for (int level = DICT_P2; level < SPEC_LEVELS; level++) {
        if (sight_level(c, (enum dict_level)level) != SPEC_VIEW_NONE)
            return true;
    }
    return false;
}

static bool sees_fields(const struct caller *c, const struct dict_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (sight_field(c, &fields[i]) != SPEC_VIEW_FULL)
            return false;
    }
    return true;
}

bool sight_raw(const struct caller *c, const struct dictionary *d)
{
    const struct dict_field *fields = NULL;
    const struct dict_event *events = NULL;
    bool sees = sight_level(c, DICT_P2) == SPEC_VIEW_FULL && sight_level(c, SIGHT_UNDECLARED) == SPEC_VIEW_FULL;
    size_t count = d ? dictionary_person_fields(d, &fields) : 0;
    sees = sees && sees_fields(c, fields, count);
    count = d ? dictionary_events(d, &events) : 0;
    for (size_t i = 0; i < count && sees; i++)
        sees = sees_fields(c, events[i].fields, events[i].field_count);
    return sees;
}

bool sight_search(const struct caller *c, const struct dictionary *d)
{
    // what search_source.c puts into the index
    static const char *const searched[] = {"name", "firstName", "lastName", "email", "phone", "username", "company.name"};
    if (sight_level(c, DICT_P2) != SPEC_VIEW_FULL)
        return false;
    for (size_t i = 0; d && i < CU_COUNT(searched); i++) {
        const struct dict_field *f = dictionary_person_field(d, cu_str_of(searched[i]));
        if (f && sight_field(c, f) != SPEC_VIEW_FULL)
            return false;
    }
    const struct dict_identifier *kinds = NULL;
    size_t count = d ? dictionary_identifiers(d, &kinds) : 0;
    for (size_t i = 0; i < count; i++) {
        if (sight_level(c, sight_identifier_level(d, kinds[i].kind)) != SPEC_VIEW_FULL)
            return false;
    }
    return true;
}

const char *sight_name(enum spec_view v)
{
    return v == SPEC_VIEW_FULL ? sight_names[0] : v == SPEC_VIEW_MASK ? sight_names[1] : sight_names[2];
}

enum spec_view sight_least(enum spec_view a, enum spec_view b)
{
    return a < b ? a : b;
}

enum mask_kind sight_mask(const struct dict_field *f)
{
    if (!f)
        return MASK_TEXT;
    switch (f->type) {
    case DICT_EMAIL:
        return MASK_EMAIL;
    case DICT_PHONE:
        return MASK_PHONE;
    case DICT_DATE:
    case DICT_TIME:
        return MASK_DATE;
    case DICT_STRING:
        return cu_str_starts(f->category, CU_LIT("user.name")) ? MASK_NAME : MASK_TEXT;
    case DICT_INTEGER:
    case DICT_NUMBER:
    case DICT_MONEY:
    case DICT_BOOLEAN:
    case DICT_URL:
    case DICT_COUNTRY:
    case DICT_CURRENCY:
    case DICT_ENUM: // a first letter would often tell which one
    case DICT_OBJECT:
    case DICT_ARRAY:
    case DICT_ANY:
    case DICT_TYPE_COUNT:
        break;
    }
    return MASK_ALL;
}

enum mask_kind sight_identifier_mask(const struct dictionary *d, cu_str kind)
{
    const struct dict_field *f = field_of_kind(d, kind);
    return f ? sight_mask(f) : MASK_TEXT;
}

cu_str sight_text(enum spec_view v, enum mask_kind kind, cu_str text, struct cu_arena *a)
{
    if (v == SPEC_VIEW_FULL || !text.ptr)
        return text;
    if (v != SPEC_VIEW_MASK)
        return CU_NONE;
    struct cu_buf out;
    cu_buf_init(&out, 1024);
    mask_print(kind, text, &out);
    cu_str masked = out.failed ? CU_LIT(MASK_HIDDEN) : cu_arena_dup(a, cu_buf_view(&out));
    cu_buf_wipe(&out);
    return masked.ptr ? masked : CU_LIT(MASK_HIDDEN);
}

void sight_print(struct json_writer *w, enum spec_view v, enum mask_kind kind, cu_str text)
{
    struct cu_buf out;
    if (v == SPEC_VIEW_FULL || !text.ptr) {
        jw_str(w, text);
        return;
    }
    if (v != SPEC_VIEW_MASK) {
        jw_null(w);
        return;
    }
    cu_buf_init(&out, 1024);
    mask_print(kind, text, &out);
    jw_str(w, out.failed ? CU_LIT(MASK_HIDDEN) : cu_buf_view(&out));
    cu_buf_wipe(&out);
}
