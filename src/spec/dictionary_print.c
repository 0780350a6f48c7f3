// SPDX-License-Identifier: Apache-2.0
// The dictionary as JSON: all rows, the difference between two, and every fault of a text.
// Attributes come from the tables of dictionary_rows.c, so a new one appears here by itself.

#include "dictionary_rows.h"

#include <stdio.h>

static void print_attributes(struct json_writer *w, enum dict_kind kind, const void *row)
{
    const struct dict_kind_row *k = &dict_kinds[kind];
    for (size_t i = 0; i < k->count; i++) {
        if (k->attributes[i].loader_only)
            continue;
        jw_key(w, k->attributes[i].name);
        dict_attribute_print(&k->attributes[i], row, w);
    }
}

static void print_fields(
    struct json_writer *w, const char *key, const struct dict_field *fields, size_t count)
{
    jw_key(w, key);
    jw_array(w);
    for (size_t i = 0; i < count; i++) {
        jw_object(w);
        jw_kstr(w, "name", fields[i].name);
        print_attributes(w, DICT_KIND_FIELD, &fields[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
}

void dictionary_print_members(const struct dictionary *d, struct json_writer *w)
{
    char version[24];
    snprintf(version, sizeof version, "%016llx", (unsigned long long)d->version);
    jw_kz(w, "version", version);
    print_fields(w, "persons", d->persons, d->person_count);
    jw_key(w, "events");
    jw_array(w);
    for (size_t i = 0; i < d->event_count; i++) {
        jw_object(w);
        jw_kstr(w, "name", d->events[i].name);
        print_attributes(w, DICT_KIND_EVENT, &d->events[i]);
        print_fields(w, "fields", d->events[i].fields, d->events[i].field_count);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_key(w, "purposes");
    jw_array(w);
    for (size_t i = 0; i < d->purpose_count; i++) {
        jw_object(w);
        jw_kstr(w, "name", d->purposes[i].name);
        print_attributes(w, DICT_KIND_PURPOSE, &d->purposes[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_key(w, "identifiers");
    jw_array(w);
    for (size_t i = 0; i < d->identifier_count; i++) {
        jw_object(w);
        jw_kstr(w, "kind", d->identifiers[i].kind);
        print_attributes(w, DICT_KIND_IDENTIFIER, &d->identifiers[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
}

void dictionary_print_json(const struct dictionary *d, struct cu_buf *out)
{
    struct json_writer w;
    jw_start(&w, out);
    jw_object(&w);
    dictionary_print_members(d, &w);
    jw_object_end(&w);
}

// --- Differences

struct differ {
    struct json_writer *w;
    const char *section;
    cu_str event; // fields: of which event
};

static void open_change(const struct differ *f, cu_str name, const char *change)
{
    CU_AUTO_BUF struct cu_buf row;
    cu_buf_init(&row, 1024);
    cu_buf_z(&row, f->section);
    if (f->event.len)
        cu_buf_printf(&row, "/%.*s", CU_ARG(f->event));
    cu_buf_printf(&row, "/%.*s", CU_ARG(name));
    jw_object(f->w);
    jw_kstr(f->w, "row", cu_buf_view(&row));
    if (row.failed)
        f->w->out->failed = true; // no memory: the whole answer says so
    jw_kz(f->w, "change", change);
    jw_key(f->w, "attributes");
    jw_array(f->w);
}

static void close_change(const struct differ *f)
{
    jw_array_end(f->w);
    jw_object_end(f->w);
}

// before or after may be NULL: the row is new or gone. Nothing is written when both are the same.
static void diff_row(
    const struct differ *f, enum dict_kind kind, cu_str name, const void *before, const void *after)
{
    const struct dict_kind_row *k = &dict_kinds[kind];
    bool open = !before || !after;
    if (open)
        open_change(f, name, before ? "removed" : "added");
    for (size_t i = 0; i < k->count; i++) {
        const struct dict_attribute *t = &k->attributes[i];
        if (t->loader_only || (before && after && dict_attribute_equal(t, before, after)))
            continue;
        if (!open)
            open_change(f, name, "changed");
        open = true;
        jw_object(f->w);
        jw_kz(f->w, "name", t->name);
        jw_key(f->w, "before");
        before ? dict_attribute_print(t, before, f->w) : jw_null(f->w);
        jw_key(f->w, "after");
        after ? dict_attribute_print(t, after, f->w) : jw_null(f->w);
        jw_object_end(f->w);
    }
    if (open)
        close_change(f);
}

struct rows { // any of the four arrays
    const char *first;
    size_t count, size;
    const struct dict_index *index;
    bool path;
};

static cu_str name_of(const void *row)
{
    cu_str name;
    memcpy(&name, row, sizeof name); // every kind of row starts with its name
    return name;
}

// The row of the same name, not one that has it as an alias.
static const void *same_row(const struct rows *in, cu_str name)
{
    const void *row = in->index ? dict_index_find(in->index, name, in->path) : NULL;
    return row && dict_same(name_of(row), name) ? row : NULL;
}

static void diff_rows(
    const struct differ *f, enum dict_kind kind, struct rows before, struct rows after)
{
    for (size_t i = 0; i < before.count; i++) {
        const void *row = before.first + i * before.size;
        diff_row(f, kind, name_of(row), row, same_row(&after, name_of(row)));
    }
    for (size_t i = 0; i < after.count; i++) {
        const void *row = after.first + i * after.size;
        if (!same_row(&before, name_of(row)))
            diff_row(f, kind, name_of(row), NULL, row);
    }
}

#define ROWS(array, n, x, by_path)                                                                 \
    ((struct rows){(const char *)(array), (n), sizeof *(array), (x), (by_path)})

static void diff_event_fields(
    struct json_writer *w, const struct dict_event *before, const struct dict_event *after)
{
    static const struct rows none = {0};
    struct differ f = {w, "events", before ? before->name : after->name};
    diff_rows(&f, DICT_KIND_FIELD,
        before ? ROWS(before->fields, before->field_count, before->index, true) : none,
        after ? ROWS(after->fields, after->field_count, after->index, true) : none);
}

void dictionary_diff_json(
    const struct dictionary *before, const struct dictionary *after, struct cu_buf *out)
{
    struct json_writer w;
    jw_start(&w, out);
    jw_array(&w);
    struct rows events_before =
        ROWS(before->events, before->event_count, before->event_index, false);
    struct rows events_after = ROWS(after->events, after->event_count, after->event_index, false);
    diff_rows(&(struct differ){&w, "persons", CU_NONE}, DICT_KIND_FIELD,
        ROWS(before->persons, before->person_count, before->person_index, true),
        ROWS(after->persons, after->person_count, after->person_index, true));
    diff_rows(
        &(struct differ){&w, "events", CU_NONE}, DICT_KIND_EVENT, events_before, events_after);
    for (size_t i = 0; i < before->event_count; i++)
        diff_event_fields(&w, &before->events[i], same_row(&events_after, before->events[i].name));
    for (size_t i = 0; i < after->event_count; i++)
        if (!same_row(&events_before, after->events[i].name))
            diff_event_fields(&w, NULL, &after->events[i]);
    diff_rows(&(struct differ){&w, "purposes", CU_NONE}, DICT_KIND_PURPOSE,
        ROWS(before->purposes, before->purpose_count, before->purpose_index, false),
        ROWS(after->purposes, after->purpose_count, after->purpose_index, false));
    diff_rows(&(struct differ){&w, "identifiers", CU_NONE}, DICT_KIND_IDENTIFIER,
        ROWS(before->identifiers, before->identifier_count, before->identifier_index, false),
        ROWS(after->identifiers, after->identifier_count, after->identifier_index, false));
    jw_array_end(&w);
}

// --- Faults

static void print_faults(struct json_writer *w, const struct dict_faults *f)
{
    jw_ki64(w, "error_count", (int64_t)f->count);
    jw_key(w, "errors");
    jw_array(w);
    for (size_t i = 0; i < f->count && i < DICT_FAULTS_MAX; i++) {
        jw_object(w);
        jw_ki64(w, "line", f->at[i].line);
        jw_ki64(w, "column", f->at[i].column);
        jw_kz(w, "row", f->at[i].row);
        jw_kz(w, "code", cu_code_rows[f->at[i].code].name);
        jw_kz(w, "text", f->at[i].text);
        jw_object_end(w);
    }
    jw_array_end(w);
}

cu_code dictionary_check_text_json(
    cu_str text, const struct dictionary *current, struct cu_buf *out, struct cu_error *err)
{
    struct dict_faults *f = cu_calloc(1, sizeof *f);
    struct dictionary *n = f ? dict_load(text, f) : NULL;
    if (!f || (!n && f->memory)) {
        cu_free(f);
        return cu_fail(err, CU_MEMORY, "", "No memory was left for the dictionary.");
    }
    struct json_writer w;
    jw_start(&w, out);
    jw_object(&w);
    jw_kbool(&w, "ok", n != NULL);
    print_faults(&w, f);
    jw_key(&w, "diff");
    if (n && current)
        dictionary_diff_json(current, n, out);
    else
        cu_buf_z(out, "[]");
    jw_object_end(&w);
    dictionary_free(n);
    cu_free(f);
    return cu_buf_code(out, err);
}
