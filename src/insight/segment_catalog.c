// SPDX-License-Identifier: Apache-2.0
// What definitions may speak of: the fields of persons (traits of the dictionary, when each was last
// written, and derived ones), and the properties of events. Built once per dictionary, then only read.
#include "segment_language.h"

#include "base/hash.h"

#include <stdlib.h>

enum { NAME_MAX_BYTES = 255, ARENA_MAX = 64 << 20 };

struct seg_catalog {
    struct cu_arena *arena;
    struct seg_catalog_options o;
    struct seg_field *fields;
    size_t field_count;
    uint32_t *slots;                  // field + 1 by the hash of its plain name
    size_t slot_count;                // a power of two
    const struct dict_event *context; // "$context"
    cu_str *context_paths;            // "$context." before the name of each of its fields
};

static size_t plain(cu_str name, char out[NAME_MAX_BYTES])
{
    size_t len = 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c == '_' || c == '-' || c == ' ')
            continue;
        if (len == NAME_MAX_BYTES)
            return 0;
        out[len++] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
    }
    return len;
}

bool seg_same_name(cu_str a, cu_str b)
{
    char x[NAME_MAX_BYTES], y[NAME_MAX_BYTES];
    size_t len = plain(a, x);
    return len > 0 && len == plain(b, y) && memcmp(x, y, len) == 0;
}

enum seg_type seg_type_of(enum dict_type t)
{
    switch (t) {
    case DICT_INTEGER:
    case DICT_NUMBER:
    case DICT_MONEY:
        return SEG_NUMBER;
    case DICT_BOOLEAN:
        return SEG_BOOLEAN;
    case DICT_TIME:
    case DICT_DATE:
        return SEG_TIME;
    case DICT_STRING:
    case DICT_EMAIL:
    case DICT_PHONE:
    case DICT_URL:
    case DICT_COUNTRY:
    case DICT_CURRENCY:
    case DICT_ENUM:
    case DICT_OBJECT:
    case DICT_ARRAY:
    case DICT_ANY:
    case DICT_TYPE_COUNT:
        break;
    }
    return SEG_TEXT;
}

// --- finding fields

static size_t slot_of(const struct seg_catalog *c, cu_str name)
{
    char key[NAME_MAX_BYTES];
    size_t len = plain(name, key), mask = c->slot_count - 1;
    size_t i = (size_t)cu_hash64(key, len, 0) & mask;
    while (c->slots[i] && !seg_same_name(c->fields[c->slots[i] - 1].name, name))
        i = (i + 1) & mask;
    return i;
}

static const struct seg_field *field_named(const struct seg_catalog *c, cu_str name)
{
    if (name.len == 0 || name.len > NAME_MAX_BYTES)
        return NULL;
    uint32_t found = c->slots[slot_of(c, name)];
    return found ? &c->fields[found - 1] : NULL;
}

const struct seg_field *seg_catalog_field(const struct seg_catalog *c, cu_str name)
{
    static const cu_str updated = {".updated", 8};
    const struct seg_field *f = field_named(c, name);
    const struct dict_field *trait;
    if (f)
        return f;
    if (name.len > updated.len && cu_str_eq_nocase(cu_str_sub(name, name.len - updated.len, updated.len), updated)) {
        char whole[NAME_MAX_BYTES + 1];
        trait = dictionary_person_field(c->o.dictionary, cu_str_sub(name, 0, name.len - updated.len));
        if (!trait || trait->name.len + updated.len > NAME_MAX_BYTES)
            return NULL;
        memcpy(whole, trait->name.ptr, trait->name.len);
        memcpy(whole + trait->name.len, updated.ptr, updated.len);
        return field_named(c, (cu_str){whole, trait->name.len + updated.len});
    }
    trait = dictionary_person_field(c->o.dictionary, name);
    return trait ? field_named(c, trait->name) : NULL;
}

size_t seg_catalog_fields(const struct seg_catalog *c, const struct seg_field **ret)
{
    *ret = c->fields;
    return c->field_count;
}

const struct dictionary *seg_catalog_dictionary(const struct seg_catalog *c)
{
    return c->o.dictionary;
}

const struct text_zone *seg_catalog_zone(const struct seg_catalog *c)
{
    return c ? c->o.zone : NULL;
}

const struct seg_catalog_options *seg_catalog_asked(const struct seg_catalog *c)
{
    return &c->o;
}

// --- building

// A row of the dictionary that holds one value or a list of plain ones.
static bool testable(const struct dict_field *f, const struct dict_field *rows, size_t count)
{
    if (f->type == DICT_OBJECT || cu_str_find_str(f->name, CU_LIT(".$")) >= 0)
        return false;
    if (f->type != DICT_ARRAY)
        return true;
    for (size_t i = 0; i < count; i++)
        if (rows[i].name.len > f->name.len + 2 && cu_str_starts(rows[i].name, f->name) &&
            cu_str_starts(cu_str_sub(rows[i].name, f->name.len, 2), CU_LIT(".$")))
            return false;
    return true;
}

static bool add_options(struct seg_catalog *c, const struct dict_field *f, struct seg_field *to)
{
    if (f->type != DICT_ENUM || f->option_count == 0)
        return true;
    const char **list = cu_arena_alloc(c->arena, ((size_t)f->option_count + 1) * sizeof *list);
    for (uint32_t i = 0; list && i < f->option_count; i++) {
        list[i] = cu_arena_z(c->arena, f->options[i]);
        if (!list[i])
            return false;
    }
    to->options = list;
    return list != NULL;
}

static bool add_trait(struct seg_catalog *c, const struct dict_field *f)
{
    struct seg_field *to = &c->fields[c->field_count];
    cu_str doc = cu_arena_dup(c->arena, f->doc);
    *to = (struct seg_field){.name = f->name,
        .type = seg_type_of(f->type),
        .source = SEG_TRAIT,
        .trait = f,
        .doc = doc.ptr,
        .level = f->level};
    if (!doc.ptr || !add_options(c, f, to))
        return false;
    cu_str name = cu_arena_printf(c->arena, "%.*s.updated", CU_ARG(f->name));
    doc = cu_arena_printf(c->arena, "When %.*s was last written.", CU_ARG(f->name));
    if (!name.ptr || !doc.ptr)
        return false;
    to[1] = (struct seg_field){
        .name = name, .type = SEG_TIME, .source = SEG_TRAIT_UPDATED, .trait = f, .doc = doc.ptr, .level = DICT_P1};
    c->field_count += 2;
    return true;
}

static int by_name(const void *x, const void *y)
{
    const struct seg_field *a = x, *b = y;
    return cu_str_cmp(a->name, b->name);
}

static bool add_fields(struct seg_catalog *c)
{
    const struct dict_field *rows = NULL;
    size_t count = dictionary_person_fields(c->o.dictionary, &rows), most = count * 2 + c->o.derived_count;
    c->fields = cu_arena_alloc(c->arena, (most + 1) * sizeof *c->fields);
    for (c->slot_count = 16; c->slot_count < most * 2; c->slot_count *= 2) {
    }
    c->slots = cu_arena_alloc(c->arena, c->slot_count * sizeof *c->slots);
    if (!c->fields || !c->slots)
        return false;
    for (size_t i = 0; i < c->o.derived_count; i++)
        c->fields[c->field_count++] = c->o.derived[i];
    for (size_t i = 0; i < count; i++)
        if (testable(&rows[i], rows, count) && !add_trait(c, &rows[i]))
            return false;
    qsort(c->fields, c->field_count, sizeof *c->fields, by_name);
    for (size_t i = 0; i < c->field_count; i++) {
        size_t slot = slot_of(c, c->fields[i].name);
        bool derived = c->fields[i].source == SEG_DERIVED;
        if (!c->slots[slot] || derived) // where names collide, the derived field is meant
            c->slots[slot] = (uint32_t)i + 1;
    }
    return true;
}

static bool add_context(struct seg_catalog *c)
{
    c->context = dictionary_event(c->o.dictionary, CU_LIT("$context"));
    if (!c->context)
        return true;
    c->context_paths = cu_arena_alloc(c->arena, ((size_t)c->context->field_count + 1) * sizeof *c->context_paths);
    for (uint32_t i = 0; c->context_paths && i < c->context->field_count; i++) {
        c->context_paths[i] = cu_arena_printf(c->arena, "$context.%.*s", CU_ARG(c->context->fields[i].name));
        if (!c->context_paths[i].ptr)
            return false;
    }
    return c->context_paths != NULL;
}

cu_code seg_catalog_open(const struct seg_catalog_options *o, struct seg_catalog **ret, struct cu_error *err)
{
    struct seg_catalog *c = cu_calloc(1, sizeof *c);
    if (c) {
        c->o = *o;
        c->arena = cu_arena_new(ARENA_MAX);
    }
    if (!c || !c->arena || !add_fields(c) || !add_context(c)) {
        seg_catalog_close(c);
        return cu_fail(err, CU_MEMORY, "", "no memory for the fields of segments");
    }
    *ret = c;
    return CU_OK;
}

void seg_catalog_close(struct seg_catalog *c)
{
    if (!c)
        return;
    cu_arena_free(c->arena);
    cu_free(c);
}

// --- properties of events

// Is `path` ("products.$.sku") what "products.sku" or "sku" means? 2: the whole way, 1: its last part, 0: no.
static int element_match(cu_str path, cu_str name)
{
    char whole[NAME_MAX_BYTES + 1];
    size_t len = 0, last = 0;
    if (path.len > NAME_MAX_BYTES)
        return 0;
    for (size_t i = 0; i < path.len; i++) {
        if (path.ptr[i] == '.' && i + 2 < path.len && path.ptr[i + 1] == '$' && path.ptr[i + 2] == '.') {
            i++; // the "$" and one of its dots go
            last = len + 1;
            continue;
        }
        whole[len++] = path.ptr[i];
    }
    if (last == 0)
        return 0;
    if (seg_same_name((cu_str){whole, len}, name))
        return 2;
    return seg_same_name((cu_str){whole + last, len - last}, name) ? 1 : 0;
}

static const struct dict_field *element_named(const struct dict_event *e, cu_str name)
{
    const struct dict_field *best = NULL;
    int best_match = 0;
    bool twice = false;
    for (uint32_t i = 0; i < e->field_count; i++) {
        int match = element_match(e->fields[i].name, name);
        if (match == 0 || match < best_match)
            continue;
        twice = match == best_match;
        best = &e->fields[i];
        best_match = match;
    }
    return twice ? NULL : best;
}

static enum seg_property_state judge(const struct dict_field *f, cu_str path, struct seg_property *ret)
{
    *ret = (struct seg_property){path, seg_type_of(f->type), f};
    if (f->level >= DICT_P2)
        return SEG_PROPERTY_SEALED;
    switch (f->type) {
    case DICT_OBJECT:
    case DICT_ARRAY:
    case DICT_ANY:
    case DICT_EMAIL: // never plain, even where somebody declared them so
    case DICT_PHONE:
    case DICT_TYPE_COUNT:
        return SEG_PROPERTY_PARTS;
    case DICT_STRING:
    case DICT_INTEGER:
    case DICT_NUMBER:
    case DICT_MONEY:
    case DICT_BOOLEAN:
    case DICT_TIME:
    case DICT_DATE:
    case DICT_URL:
    case DICT_COUNTRY:
    case DICT_CURRENCY:
    case DICT_ENUM:
        break;
    }
    return SEG_PROPERTY_FOUND;
}

static enum seg_property_state of_context(const struct seg_catalog *c, cu_str name, struct seg_property *ret)
{
    const struct dict_field *f = c->context ? dictionary_event_field(c->context, name) : NULL;
    if (!f || f < c->context->fields || f >= c->context->fields + c->context->field_count)
        return SEG_PROPERTY_UNKNOWN;
    return judge(f, c->context_paths[f - c->context->fields], ret);
}

enum seg_property_state seg_catalog_property(
    const struct seg_catalog *c, cu_str event, cu_str name, struct seg_property *ret)
{
    static const cu_str context = {"$context.", 9};
    *ret = (struct seg_property){CU_NONE, SEG_TEXT, NULL};
    if (name.len == 0 || name.len > NAME_MAX_BYTES)
        return SEG_PROPERTY_UNKNOWN;
    if (cu_str_eq_nocase(cu_str_sub(name, 0, context.len), context))
        return of_context(c, cu_str_sub(name, context.len, name.len), ret);
    if (seg_same_name(name, CU_LIT("revenue"))) {
        *ret = (struct seg_property){CU_LIT("revenue"), SEG_NUMBER, NULL};
        return SEG_PROPERTY_FOUND;
    }
    if (seg_same_name(name, CU_LIT("source"))) {
        *ret = (struct seg_property){CU_LIT("source"), SEG_TEXT, NULL};
        return SEG_PROPERTY_FOUND;
    }
    const struct dict_event *e = event.len ? dictionary_event(c->o.dictionary, event) : NULL;
    const struct dict_field *f = e ? dictionary_event_field(e, name) : NULL;
    if (e && !f)
        f = element_named(e, name);
    return f ? judge(f, f->name, ret) : SEG_PROPERTY_UNKNOWN;
}
