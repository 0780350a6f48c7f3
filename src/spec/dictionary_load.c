// SPDX-License-Identifier: Apache-2.0
// One text of the dictionary onto the rows that are there already: the built-in defaults first,
// then the shop's file. A row is found by its name, or by an alias when no row has the name; each
// attribute that is given replaces the one below, "~" takes it away. What sets mean comes later
// (dictionary_finish.c).

#include "dictionary_rows.h"

#include "suggest.h"

#include <stdio.h>

#define LIST_TEXT_MAX 200

struct dict_row *dict_rows_find(const struct dict_rows *rows, cu_str name)
{
    uint64_t hash = dict_hash(name);
    for (struct dict_row *r = rows->first; r; r = r->next)
        if (r->hash == hash && dict_same(dict_row_name(r), name))
            return r;
    return NULL;
}

struct dict_row *dict_rows_add(
    struct dict_draft *d, struct dict_rows *rows, cu_str above, cu_str name)
{
    struct dict_row *r = cu_arena_alloc(d->arena, sizeof *r);
    cu_str path = cu_arena_printf(d->arena, "%.*s/%.*s", CU_ARG(above), CU_ARG(name));
    cu_str kept = cu_arena_dup(d->keep, name);
    if (!r || !path.ptr || !kept.ptr) {
        d->faults->memory = true;
        return NULL;
    }
    r->is.field.name = kept;
    r->path = path;
    r->hash = dict_hash(name);
    r->layer = d->layer;
    if (rows->last)
        rows->last->next = r;
    else
        rows->first = r;
    rows->last = r;
    rows->count++;
    return r;
}

static struct dict_row *find_alias(const struct dict_rows *rows, enum dict_kind kind, cu_str name)
{
    for (struct dict_row *r = rows->first;
         r && (kind == DICT_KIND_FIELD || kind == DICT_KIND_EVENT); r = r->next) {
        bool field = kind == DICT_KIND_FIELD;
        const cu_str *aliases = field ? r->is.field.aliases : r->is.event.aliases;
        uint32_t count = field ? r->is.field.alias_count : r->is.event.alias_count;
        for (uint32_t i = 0; i < count; i++)
            if (dict_same(aliases[i], name))
                return r;
    }
    return NULL;
}

static void fault(
    struct dict_draft *d, const struct dict_yaml *n, cu_code code, cu_str row, const char *text)
{
    dict_fault_add(d->faults, code, n->line, n->column, row, "%s", text);
}

// --- One attribute

static cu_str keep_text(struct dict_draft *d, cu_str s)
{
    cu_str copy = cu_arena_dup(d->keep, s);
    if (!copy.ptr)
        d->faults->memory = true;
    return copy;
}

static void put(struct dict_row *r, size_t offset, const void *value, size_t size)
{
    memcpy((char *)r + offset, value, size);
}

static bool is_key(cu_str s)
{
    bool start = true;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (!start && (c == '_' || (c >= '0' && c <= '9')));
        if (!word && (c != '.' || start))
            return false;
        start = c == '.';
    }
    return !start;
}

static bool take_text(struct dict_draft *d, struct dict_row *r, const struct dict_attribute *t,
    const struct dict_yaml *n)
{
    cu_str s = cu_str_trim(n->text);
    if (n->kind != DICT_YAML_TEXT || s.len == 0 || s.len > (size_t)t->max) {
        dict_fault_add(d->faults, CU_INVALID, n->line, n->column, r->path,
            "\"%s\" has to be a text of 1 to %lld bytes.", t->name, (long long)t->max);
        return false;
    }
    if (t->type == DICT_ATTRIBUTE_KEY && !is_key(s)) {
        dict_fault_add(d->faults, CU_INVALID, n->line, n->column, r->path,
            "\"%s\" has to be lower-case words joined by dots, like user.contact.email.", t->name);
        return false;
    }
    cu_str copy = keep_text(d, s);
    put(r, t->offset, &copy, sizeof copy);
    return true;
}

static bool take_word(struct dict_draft *d, struct dict_row *r, const struct dict_attribute *t,
    const struct dict_yaml *n)
{
    struct spec_nearest near = spec_nearest_to(n->text);
    char list[120];
    size_t len = 0;
    for (unsigned i = 0; t->words[i]; i++) {
        cu_str word = cu_str_of(t->words[i]);
        if (n->kind == DICT_YAML_TEXT && cu_str_eq_nocase(n->text, word)) {
            put(r, t->offset, &i, sizeof i);
            return true;
        }
        spec_nearest_offer(&near, word);
        int more = snprintf(list + len, sizeof list - len, "%s%s", i ? ", " : "", t->words[i]);
        if (more > 0 && (size_t)more < sizeof list - len)
            len += (size_t)more;
    }
    list[len] = 0;
    cu_str best = n->kind == DICT_YAML_TEXT ? spec_nearest_best(&near) : CU_NONE;
    dict_fault_add(d->faults, CU_INVALID, n->line, n->column, r->path,
        "\"%s\" has to be one of %s%s%.*s%s.", t->name, list, best.len ? " (did you mean " : "",
        CU_ARG(best), best.len ? "?)" : "");
    return false;
}

static bool take_whole(struct dict_draft *d, struct dict_row *r, const struct dict_attribute *t,
    const struct dict_yaml *n)
{
    int64_t value = 0;
    bool good = n->kind == DICT_YAML_TEXT && cu_str_i64(n->text, &value);
    if (!good || value < t->min || value > t->max) {
        dict_fault_add(d->faults, CU_INVALID, n->line, n->column, r->path,
            "\"%s\" has to be a whole number from %lld to %lld.", t->name, (long long)t->min,
            (long long)t->max);
        return false;
    }
    int32_t small = (int32_t)value;
    if (t->type == DICT_ATTRIBUTE_INT64)
        put(r, t->offset, &value, sizeof value);
    else
        put(r, t->offset, &small, sizeof small);
    return true;
}

// [a, b], or one text for a list of one.
static bool take_list(struct dict_draft *d, struct dict_row *r, const struct dict_attribute *t,
    const struct dict_yaml *n)
{
    uint32_t count = n->kind == DICT_YAML_LIST ? n->count : 1;
    const struct dict_yaml *one = n->kind == DICT_YAML_LIST ? n->first : n;
    if (n->kind == DICT_YAML_MAP || count > (uint32_t)t->max) {
        dict_fault_add(d->faults, CU_INVALID, n->line, n->column, r->path,
            "\"%s\" has to be a list of at most %lld texts, like [one, two].", t->name,
            (long long)t->max);
        return false;
    }
    cu_str *list = cu_arena_alloc(d->keep, sizeof *list * (count ? count : 1));
    if (!list) {
        d->faults->memory = true;
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        cu_str s = cu_str_trim(one->text);
        if (one->kind != DICT_YAML_TEXT || s.len == 0 || s.len > LIST_TEXT_MAX) {
            dict_fault_add(d->faults, CU_INVALID, one->line, one->column, r->path,
                "Each entry of \"%s\" has to be a text of 1 to %d bytes.", t->name, LIST_TEXT_MAX);
            return false;
        }
        list[i] = keep_text(d, s);
        one = n->kind == DICT_YAML_LIST ? one->next : NULL;
    }
    const cu_str *kept = list;
    put(r, t->offset, &kept, sizeof kept);
    put(r, t->count_offset, &count, sizeof count);
    return true;
}

static void take_attribute(struct dict_draft *d, struct dict_row *r, const struct dict_attribute *t,
    uint32_t bit, const struct dict_yaml *n)
{
    bool good = false;
    if (dict_yaml_nothing(n)) {
        dict_attribute_copy(t, r, NULL);
        r->given &= ~bit;
        return;
    }
    switch (t->type) {
    case DICT_ATTRIBUTE_TEXT:
    case DICT_ATTRIBUTE_KEY:
        good = take_text(d, r, t, n);
        break;
    case DICT_ATTRIBUTE_WORD:
        good = take_word(d, r, t, n);
        break;
    case DICT_ATTRIBUTE_INT64:
    case DICT_ATTRIBUTE_INT32:
        good = take_whole(d, r, t, n);
        break;
    case DICT_ATTRIBUTE_LIST:
        good = take_list(d, r, t, n);
        break;
    }
    if (good)
        r->given |= bit;
}

// --- One row

static void fault_attribute(
    struct dict_draft *d, const struct dict_row *r, enum dict_kind kind, const struct dict_yaml *n)
{
    const struct dict_kind_row *k = &dict_kinds[kind];
    struct spec_nearest near = spec_nearest_to(n->key);
    char list[140];
    size_t len = 0;
    for (size_t i = 0; i < k->count; i++) {
        spec_nearest_offer(&near, cu_str_of(k->attributes[i].name));
        int more =
            snprintf(list + len, sizeof list - len, "%s%s", i ? ", " : "", k->attributes[i].name);
        if (more > 0 && (size_t)more < sizeof list - len)
            len += (size_t)more;
    }
    list[len] = 0;
    cu_str best = spec_nearest_best(&near);
    if (best.len)
        dict_fault_add(d->faults, CU_UNKNOWN_FIELD, n->line, n->column, r->path,
            "No such attribute of %s; did you mean \"%.*s\"?", k->word, CU_ARG(best));
    else
        dict_fault_add(d->faults, CU_UNKNOWN_FIELD, n->line, n->column, r->path,
            "Attributes of %s are %s%s.", k->word, list, kind == DICT_KIND_EVENT ? ", fields" : "");
}

static void merge_rows(struct dict_draft *d, enum dict_kind kind, struct dict_rows *rows,
    cu_str above, struct dict_yaml *n);

static void merge_row(
    struct dict_draft *d, enum dict_kind kind, struct dict_row *r, const struct dict_yaml *n)
{
    const struct dict_kind_row *k = &dict_kinds[kind];
    if (n->kind != DICT_YAML_MAP) {
        fault(d, n, CU_INVALID, r->path,
            "A row is a mapping of attributes, like {type: string, level: P1}.");
        return;
    }
    for (struct dict_yaml *m = n->first; m && !d->faults->memory; m = m->next) {
        uint32_t i = 0;
        while (i < k->count && !cu_str_eqz(m->key, k->attributes[i].name))
            i++;
        if (i < k->count)
            take_attribute(d, r, &k->attributes[i], 1u << i, m);
        else if (kind == DICT_KIND_EVENT && cu_str_eqz(m->key, "fields"))
            merge_rows(d, DICT_KIND_FIELD, &r->fields, r->path, m);
        else
            fault_attribute(d, r, kind, m);
    }
}

static bool name_is_good(cu_str name, enum dict_kind kind)
{
    char plain[DICT_NAME_MAX];
    bool star = kind == DICT_KIND_IDENTIFIER && cu_str_eqz(name, "*");
    if (!star && (name.len > DICT_NAME_MAX || dict_normalise(name, plain) == 0))
        return false;
    for (size_t i = 0; i < name.len; i++)
        if ((unsigned char)name.ptr[i] < 0x20 || name.ptr[i] == 0x7f || name.ptr[i] == '/')
            return false;
    cu_str rest = name;
    while (kind == DICT_KIND_FIELD && rest.ptr)
        if (dict_normalise(cu_str_cut(&rest, '.'), plain) == 0)
            return false;
    return true;
}

static void take_row(struct dict_draft *d, enum dict_kind kind, struct dict_rows *rows,
    cu_str above, struct dict_row *r, struct dict_yaml *n)
{
    n->taken = true;
    if (r && r->layer == d->layer && r->line) {
        dict_fault_add(d->faults, CU_CONFLICT, n->line, n->column, r->path,
            "The same row stands in line %u already; upper case, \"_\", \"-\" and spaces make no "
            "difference.",
            r->line);
        return;
    }
    if (!r)
        r = dict_rows_add(d, rows, above, n->key);
    if (!r)
        return;
    r->layer = d->layer;
    r->line = n->line;
    r->column = n->column;
    merge_row(d, kind, r, n);
}

// Rows by name first, so that an alias that the text takes away from a row is free for a row of its
// own.
static void merge_rows(struct dict_draft *d, enum dict_kind kind, struct dict_rows *rows,
    cu_str above, struct dict_yaml *n)
{
    if (n->kind != DICT_YAML_MAP) {
        if (!dict_yaml_nothing(n))
            fault(d, n, CU_INVALID, above, "A mapping of rows by their names is expected.");
        return;
    }
    for (struct dict_yaml *m = n->first; m && !d->faults->memory; m = m->next) {
        struct dict_row *r = NULL;
        if (!name_is_good(m->key, kind)) {
            m->taken = true;
            fault(d, m, CU_INVALID, above,
                "A name is 1 to 128 bytes without control characters and \"/\".");
        } else if ((r = dict_rows_find(rows, m->key))) {
            take_row(d, kind, rows, above, r, m);
        }
    }
    for (struct dict_yaml *m = n->first; m && !d->faults->memory; m = m->next) {
        if (m->taken)
            continue;
        struct dict_row *r = dict_rows_find(rows, m->key);
        take_row(d, kind, rows, above, r ? r : find_alias(rows, kind, m->key), m);
    }
    if (rows->count > DICT_ROWS_MAX)
        fault(d, n, CU_TOO_LARGE, above, "More rows than a dictionary can hold.");
}

// --- The whole text

static void merge_sets(struct dict_draft *d, struct dict_yaml *n)
{
    for (struct dict_yaml *m = n->kind == DICT_YAML_MAP ? n->first : NULL; m && !d->faults->memory;
         m = m->next) {
        struct dict_row *set = dict_rows_find(&d->sets, m->key);
        if (!name_is_good(m->key, DICT_KIND_EVENT)) {
            fault(d, m, CU_INVALID, CU_LIT("sets"),
                "A name is 1 to 128 bytes without control characters and \"/\".");
            continue;
        }
        if (!set)
            set = dict_rows_add(d, &d->sets, CU_LIT("sets"), m->key);
        if (set)
            merge_rows(d, DICT_KIND_FIELD, &set->fields, set->path, m);
    }
    if (n->kind != DICT_YAML_MAP && !dict_yaml_nothing(n))
        fault(d, n, CU_INVALID, CU_LIT("sets"), "A mapping of sets by their names is expected.");
}

static void merge_section(struct dict_draft *d, struct dict_yaml *n)
{
    static const char *const names[] = {
        "version", "persons", "events", "purposes", "identifiers", "sets"};
    struct spec_nearest near = spec_nearest_to(n->key);
    if (cu_str_eqz(n->key, "persons"))
        merge_rows(d, DICT_KIND_FIELD, &d->persons, CU_LIT("persons"), n);
    else if (cu_str_eqz(n->key, "events"))
        merge_rows(d, DICT_KIND_EVENT, &d->events, CU_LIT("events"), n);
    else if (cu_str_eqz(n->key, "purposes"))
        merge_rows(d, DICT_KIND_PURPOSE, &d->purposes, CU_LIT("purposes"), n);
    else if (cu_str_eqz(n->key, "identifiers"))
        merge_rows(d, DICT_KIND_IDENTIFIER, &d->identifiers, CU_LIT("identifiers"), n);
    else if (cu_str_eqz(n->key, "sets"))
        merge_sets(d, n);
    else if (!cu_str_eqz(n->key, "version")) {
        for (size_t i = 0; i < CU_COUNT(names); i++)
            spec_nearest_offer(&near, cu_str_of(names[i]));
        cu_str best = spec_nearest_best(&near);
        dict_fault_add(d->faults, CU_UNKNOWN_FIELD, n->line, n->column, CU_NONE,
            "%s%.*s%sKnown here: version, persons, events, purposes, identifiers, sets.",
            best.len ? "Did you mean \"" : "", CU_ARG(best), best.len ? "\"? " : "");
    }
}

void dict_draft_merge(struct dict_draft *d, const struct dict_yaml *root)
{
    const struct dict_yaml *first = root->first;
    if (first && !cu_str_eqz(first->key, "version"))
        fault(d, first, CU_MISSING, CU_NONE,
            "The first line has to say which form the text has: \"version: 1\".");
    else if (first && (first->kind != DICT_YAML_TEXT || !cu_str_eqz(first->text, "1")))
        fault(d, first, CU_VERSION, CU_NONE,
            "Version 1 of the dictionary's form is what this program reads.");
    for (struct dict_yaml *n = root->first; n && !d->faults->memory; n = n->next)
        merge_section(d, n);
}
