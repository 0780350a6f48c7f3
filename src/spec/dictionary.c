// SPDX-License-Identifier: Apache-2.0
// The dictionary as the rest of the house sees it: loading (defaults, then the shop's text),
// look-ups and the list of rows. Immutable once loaded, so any thread may read it.

#include "dictionary_rows.h"

#include "base/hash.h"

#include <assert.h>

#define KEEP_MAX ((size_t)64 << 20)
#define WORK_MAX ((size_t)256 << 20)

extern const unsigned char dictionary_default_bytes[];
extern const size_t dictionary_default_size;
extern const unsigned char dictionary_starter_bytes[];
extern const size_t dictionary_starter_size;

cu_str dictionary_default_text(void)
{
    return (cu_str){(const char *)dictionary_default_bytes, dictionary_default_size};
}

cu_str dictionary_starter_text(void)
{
    return (cu_str){(const char *)dictionary_starter_bytes, dictionary_starter_size};
}

// --- From rows to arrays

static void *array_of(struct dictionary *n, const struct dict_rows *rows, size_t size)
{
    return cu_arena_alloc(n->arena, size * (rows->count ? rows->count : 1));
}

// A name that stands for two rows: the row's own name wins over an alias, the shop's alias over a
// built-in one; anything else is a fault of the text.
static bool index_aliases(struct dictionary *n, struct dict_draft *d, struct dict_index *x,
    const struct dict_rows *rows, bool path, uint32_t layer)
{
    for (const struct dict_row *r = rows->first; r; r = r->next) {
        const cu_str *aliases = path ? r->is.field.aliases : r->is.event.aliases;
        uint32_t count = path ? r->is.field.alias_count : r->is.event.alias_count;
        for (uint32_t i = 0; r->layer == layer && i < count; i++) {
            const void *there = dict_index_find(x, aliases[i], path);
            const struct dict_row *other = rows->first;
            while (there && other && other->final != there)
                other = other->next;
            if (other && there && other != r && other->layer == layer &&
                !dict_same(dict_row_name(other), aliases[i]))
                dict_fault_add(d->faults, CU_CONFLICT, r->line, r->column, r->path,
                    "One of its aliases stands for \"%.*s\" already.",
                    CU_ARG(dict_row_name(other)));
            char plain[DICT_NAME_MAX];
            if (dict_normalise(aliases[i], plain) &&
                !dict_index_put(n->arena, x, aliases[i], path, r->final))
                return false;
        }
    }
    return true;
}

// Names first, then the shop's aliases, then the built-in ones. with_aliases: fields and events.
static struct dict_index *index_rows(struct dictionary *n, struct dict_draft *d,
    const struct dict_rows *rows, bool path, bool with_aliases)
{
    struct dict_index *x = dict_index_new(n->arena);
    for (const struct dict_row *r = rows->first; x && r; r = r->next)
        if (!dict_index_put(n->arena, x, dict_row_name(r), path, r->final))
            return NULL;
    for (uint32_t layer = 2; x && with_aliases && layer > 0; layer--)
        if (!index_aliases(n, d, x, rows, path, layer))
            return NULL;
    return x;
}

static const struct dict_field *build_fields(struct dictionary *n, struct dict_rows *rows)
{
    struct dict_field *fields = array_of(n, rows, sizeof *fields);
    size_t i = 0;
    for (struct dict_row *r = rows->first; fields && r; r = r->next, i++) {
        fields[i] = r->is.field;
        r->final = &fields[i];
    }
    return fields;
}

static bool build_events(struct dictionary *n, struct dict_draft *d)
{
    struct dict_event *events = array_of(n, &d->events, sizeof *events);
    size_t i = 0;
    for (struct dict_row *r = d->events.first; events && r; r = r->next, i++) {
        r->is.event.fields = build_fields(n, &r->fields);
        r->is.event.field_count = r->fields.count;
        r->is.event.index = r->is.event.fields ? index_rows(n, d, &r->fields, true, true) : NULL;
        if (!r->is.event.index)
            return false;
        events[i] = r->is.event;
        r->final = &events[i];
    }
    n->events = events;
    n->event_count = d->events.count;
    return events != NULL;
}

static bool build(struct dictionary *n, struct dict_draft *d)
{
    struct dict_purpose *purposes = array_of(n, &d->purposes, sizeof *purposes);
    struct dict_identifier *identifiers = array_of(n, &d->identifiers, sizeof *identifiers);
    if (!purposes || !identifiers)
        return false;
    size_t i = 0;
    for (struct dict_row *r = d->purposes.first; r; r = r->next) {
        purposes[i] = r->is.purpose;
        r->final = &purposes[i++];
    }
    i = 0;
    for (struct dict_row *r = d->identifiers.first; r; r = r->next) {
        identifiers[i] = r->is.identifier;
        r->final = &identifiers[i++];
    }
    n->purposes = purposes;
    n->purpose_count = d->purposes.count;
    n->identifiers = identifiers;
    n->identifier_count = d->identifiers.count;
    n->persons = build_fields(n, &d->persons);
    n->person_count = d->persons.count;
    if (!n->persons || !build_events(n, d))
        return false;
    n->person_index = index_rows(n, d, &d->persons, true, true);
    n->event_index = index_rows(n, d, &d->events, false, true);
    n->purpose_index = index_rows(n, d, &d->purposes, false, false);
    n->identifier_index = index_rows(n, d, &d->identifiers, false, false);
    if (!n->person_index || !n->event_index || !n->purpose_index || !n->identifier_index)
        return false;
    n->any_identifier = dict_index_find(n->identifier_index, CU_LIT("*"), false);
    return true;
}

// The rows themselves, not the text: comments and order of attributes do not make a new version.
static bool number_version(struct dictionary *n)
{
    CU_AUTO_BUF struct cu_buf text;
    struct json_writer w;
    cu_buf_init(&text, KEEP_MAX);
    jw_start(&w, &text);
    jw_object(&w);
    dictionary_print_members(n, &w);
    jw_object_end(&w);
    if (text.failed)
        return false;
    n->version = cu_hash64(text.ptr, text.len, 1);
    return true;
}

// --- Loading

static void merge_text(struct dict_draft *d, cu_str text, uint32_t layer)
{
    d->layer = layer;
    const struct dict_yaml *root =
        d->faults->memory ? NULL : dict_yaml_parse(d->arena, text, d->faults);
    if (root)
        dict_draft_merge(d, root);
}

struct dictionary *dict_load(cu_str text, struct dict_faults *f)
{
    CU_AUTO_ARENA struct cu_arena *work = cu_arena_new(WORK_MAX);
    struct cu_arena *keep = cu_arena_new(KEEP_MAX);
    struct dictionary *n = keep ? cu_arena_alloc(keep, sizeof *n) : NULL;
    if (!work || !n) {
        f->memory = true;
        cu_arena_free(keep);
        return NULL;
    }
    n->arena = keep;
    struct dict_draft d = {.arena = work, .keep = keep, .faults = f};
    merge_text(&d, dictionary_default_text(), 1);
    merge_text(&d, text, 2);
    if (!f->memory && f->count == 0)
        dict_draft_finish(&d);
    if (!f->memory && f->count == 0 && (!build(n, &d) || !number_version(n)))
        f->memory = true;
    if (f->memory || f->count > 0) {
        cu_arena_free(keep);
        return NULL;
    }
    return n;
}

cu_code dictionary_load(cu_str text, struct dictionary **ret, struct cu_error *err)
{
    struct dict_faults *f = cu_calloc(1, sizeof *f);
    struct dictionary *n = f ? dict_load(text, f) : NULL;
    cu_code code = CU_OK;
    if (n) {
        *ret = n;
    } else if (!f || f->memory) {
        code = cu_fail(err, CU_MEMORY, "", "No memory was left for the dictionary.");
    } else {
        const struct dict_fault *first = &f->at[0];
        code = cu_fail(err, first->code, first->row, "line %u, column %u: %s", first->line,
            first->column, first->text);
    }
    cu_free(f);
    return code;
}

void dictionary_free(struct dictionary *d)
{
    if (d)
        cu_arena_free(d->arena); // d itself lives in it
}

// --- Look-ups

uint64_t dictionary_version(const struct dictionary *d)
{
    return d->version;
}

const struct dict_field *dictionary_person_field(const struct dictionary *d, cu_str name)
{
    return dict_index_find(d->person_index, name, true);
}

const struct dict_event *dictionary_event(const struct dictionary *d, cu_str name)
{
    return dict_index_find(d->event_index, name, false);
}

const struct dict_field *dictionary_event_field(const struct dict_event *e, cu_str name)
{
    return dict_index_find(e->index, name, true);
}

const struct dict_purpose *dictionary_purpose(const struct dictionary *d, cu_str name)
{
    return dict_index_find(d->purpose_index, name, false);
}

const struct dict_identifier *dictionary_identifier(const struct dictionary *d, cu_str kind)
{
    const struct dict_identifier *k = dict_index_find(d->identifier_index, kind, false);
    return k ? k : d->any_identifier;
}

size_t dictionary_person_fields(const struct dictionary *d, const struct dict_field **ret)
{
    *ret = d->persons;
    return d->person_count;
}

size_t dictionary_events(const struct dictionary *d, const struct dict_event **ret)
{
    *ret = d->events;
    return d->event_count;
}

size_t dictionary_purposes(const struct dictionary *d, const struct dict_purpose **ret)
{
    *ret = d->purposes;
    return d->purpose_count;
}

size_t dictionary_identifiers(const struct dictionary *d, const struct dict_identifier **ret)
{
    *ret = d->identifiers;
    return d->identifier_count;
}

// --- Values that identify nobody

static bool only_filler(cu_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!memchr("0-+._ ", s.ptr[i], 6))
            return false;
    return true;
}

bool dictionary_blocked(const struct dict_identifier *k, cu_str normalised)
{
    static const char *const nobody[] = {"null", "nil", "none", "nan", "undefined", "unknown",
        "anonymous", "anon", "guest", "n/a", "na", "not set", "(not set)", "not_set", "true",
        "false", "-1", "[object object]", "{}", "[]", "test", "user", "customer", "visitor",
        "default", "string"};
    cu_str s = cu_str_trim(normalised);
    if (only_filler(s))
        return true;
    for (size_t i = 0; i < CU_COUNT(nobody); i++)
        if (cu_str_eq_nocase(s, cu_str_of(nobody[i])))
            return true;
    for (uint32_t i = 0; i < k->blocked_count; i++)
        if (cu_str_eq_nocase(s, k->blocked[i]))
            return true;
    return false;
}
