// SPDX-License-Identifier: Apache-2.0
// Which properties of events the timeline keeps as columns: every declared one of P0 and P1 that holds a
// single value, also within the elements of a list. Called when a dictionary comes into force.
#include "columns.h"

#include <stdio.h>

static bool type_of(const struct dict_field *f, enum timeline_type *ret)
{
    static const struct {
        enum dict_type from;
        enum timeline_type to;
    } rows[] = {{DICT_STRING, TIMELINE_TEXT}, {DICT_ENUM, TIMELINE_TEXT}, {DICT_URL, TIMELINE_TEXT}, {DICT_COUNTRY, TIMELINE_TEXT},
        {DICT_CURRENCY, TIMELINE_TEXT}, {DICT_INTEGER, TIMELINE_INTEGER}, {DICT_NUMBER, TIMELINE_DECIMAL},
        {DICT_MONEY, TIMELINE_DECIMAL}, {DICT_BOOLEAN, TIMELINE_BOOLEAN}, {DICT_TIME, TIMELINE_TIME}, {DICT_DATE, TIMELINE_TIME}};
    if (f->level > DICT_P1)
        return false;
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        if (rows[i].from == f->type) {
            *ret = rows[i].to;
            return true;
        }
    }
    return false;
}

bool column_of_property(const struct dict_event *e, const struct dict_field *f, struct cu_arena *a, struct timeline_column *ret)
{
    bool context = cu_str_eqz(e->name, "$context");
    if (!type_of(f, &ret->type))
        return false;
    ret->path = f->name;
    if (context) {
        static const char prefix[] = "$context.";
        char *path = cu_arena_alloc(a, sizeof prefix - 1 + f->name.len);
        if (!path)
            return false;
        memcpy(path, prefix, sizeof prefix - 1);
        memcpy(path + sizeof prefix - 1, f->name.ptr, f->name.len);
        ret->path = (cu_str){path, sizeof prefix - 1 + f->name.len};
    }
    return true;
}

static bool among(const struct timeline_column *columns, size_t count, const struct timeline_column *c)
{
    for (size_t i = 0; i < count; i++) {
        if (columns[i].type == c->type && cu_str_eq(columns[i].path, c->path))
            return true;
    }
    return false;
}

size_t columns_of_dictionary(const struct dictionary *d, struct cu_arena *a, struct timeline_column ret[TIMELINE_COLUMNS_MAX])
{
    const struct dict_event *events = NULL;
    size_t event_count = dictionary_events(d, &events), count = 0;
    for (size_t i = 0; i < event_count; i++) {
        for (uint32_t k = 0; k < events[i].field_count && count < TIMELINE_COLUMNS_MAX; k++) {
            struct timeline_column c;
            if (column_of_property(&events[i], &events[i].fields[k], a, &c) && !among(ret, count, &c))
                ret[count++] = c;
        }
    }
    return count;
}

cu_code columns_follow(struct timeline *t, const struct dictionary *d, struct cu_error *err)
{
    struct cu_arena *a = cu_arena_new(64 * 1024);
    struct timeline_column *columns = cu_alloc(TIMELINE_COLUMNS_MAX * sizeof *columns);
    cu_code code = a && columns ? timeline_set_columns(t, columns, columns_of_dictionary(d, a, columns), err)
                                : cu_fail(err, CU_MEMORY, "", "no memory for the columns of the timeline");
    cu_free(columns);
    cu_arena_free(a);
    return code;
}
