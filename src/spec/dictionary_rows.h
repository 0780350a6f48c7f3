// SPDX-License-Identifier: Apache-2.0
// Private to spec/: rows of the dictionary while they are loaded, and the tables of their
// attributes. The loader, the printer, the diff and the reference page all read these tables, so an
// attribute is declared once.
#pragma once

#include "dictionary.h"

#include <stdarg.h>

// --- Faults of a text: collected, so that a steward sees all at once.
#define DICT_FAULTS_MAX 50
struct dict_fault {
    cu_code code;
    uint32_t line, column;
    char row[96];
    char text[200];
};
struct dict_faults {
    size_t count; // all that were found; at[] holds the first DICT_FAULTS_MAX
    bool memory;  // no memory was left: nothing else is meant
    struct dict_fault at[DICT_FAULTS_MAX];
};
void dict_fault_add(struct dict_faults *f, cu_code code, uint32_t line, uint32_t column, cu_str row,
    const char *fmt, ...) CU_PRINTF(6, 7);

// --- The text as a tree (dictionary_yaml.c): bounded, no aliases, anchors or tags, no duplicate
// keys.
enum dict_yaml_kind { DICT_YAML_TEXT, DICT_YAML_MAP, DICT_YAML_LIST };
struct dict_yaml {
    enum dict_yaml_kind kind;
    bool plain; // TEXT without quotes: "~", "null" and "" then mean nothing
    cu_str key, text;
    uint32_t line, column; // from 1; of the key for a member
    uint32_t count;
    bool taken; // by the loader's first pass
    struct dict_yaml *first, *last, *next;
};
// NULL with faults when the text is not a mapping in acceptable YAML; an empty text gives an empty
// map.
struct dict_yaml *dict_yaml_parse(struct cu_arena *a, cu_str text, struct dict_faults *f);
bool dict_yaml_nothing(const struct dict_yaml *n);

// --- Rows
enum dict_kind {
    DICT_KIND_FIELD,
    DICT_KIND_EVENT,
    DICT_KIND_PURPOSE,
    DICT_KIND_IDENTIFIER,
    DICT_KIND_COUNT
};
struct dict_row;
struct dict_rows {
    struct dict_row *first, *last;
    uint32_t count;
};
struct dict_row {
    union {
        struct dict_field field;
        struct dict_event event;
        struct dict_purpose purpose;
        struct dict_identifier identifier;
    } is;
    cu_str elements;    // field: the set that describes an element of this array
    const cu_str *sets; // event: sets whose fields it has
    uint32_t set_count;
    uint32_t given; // bit per attribute of the kind's table
    uint32_t line, column;
    uint32_t layer;          // the last text that spoke of it: 1 defaults, 2 the shop's
    uint64_t hash;           // of the normalised name
    cu_str path;             // "events/Order Completed/total"
    const void *final;       // where the dictionary keeps it
    struct dict_rows fields; // of an event or a set
    struct dict_row *next;
};

// --- Attributes: what may stand in a row.
enum dict_attribute_type {
    DICT_ATTRIBUTE_TEXT,  // cu_str
    DICT_ATTRIBUTE_KEY,   // cu_str: lower-case words joined by dots
    DICT_ATTRIBUTE_WORD,  // enum: one of words
    DICT_ATTRIBUTE_INT64, // int64_t within min..max
    DICT_ATTRIBUTE_INT32, // int32_t within min..max
    DICT_ATTRIBUTE_LIST   // const cu_str * and uint32_t: at most max texts
};
struct dict_attribute {
    const char *name;
    enum dict_attribute_type type;
    size_t offset, count_offset; // into struct dict_row
    const char *const *words;    // WORD: NULL-terminated
    int64_t min, max;
    bool optional;    // of a purpose or an identifier: may be left out
    bool loader_only; // shapes the rows and is not printed with them
    const char *doc;
};
struct dict_kind_row {
    const char *word; // "a field"
    const struct dict_attribute *attributes;
    size_t count;
};
extern const struct dict_kind_row dict_kinds[DICT_KIND_COUNT];
extern const char *const dict_type_names[DICT_TYPE_COUNT + 1];
extern const char *const dict_level_names[];
extern const char *const dict_group_names[];
extern const char *const dict_collect_names[];
extern const char *const dict_basis_names[];

// The bit of an attribute in dict_row.given; asserts that the kind has it.
uint32_t dict_attribute_bit(enum dict_kind kind, const char *name);
cu_str dict_row_name(const struct dict_row *r); // every kind of row starts with its name
// The value at `row` (which may be a struct dict_field, dict_event ... itself) as JSON.
void dict_attribute_print(const struct dict_attribute *t, const void *row, struct json_writer *w);
void dict_attribute_copy(
    const struct dict_attribute *t, void *row, const void *from); // from NULL: zero
bool dict_attribute_equal(const struct dict_attribute *t, const void *a, const void *b);

// --- Names and the index (dictionary_index.c)
#define DICT_NAME_MAX 128
// Lower-case without "_", "-" and spaces; the length, or 0 when nothing is left or it does not fit.
size_t dict_normalise(cu_str name, char out[DICT_NAME_MAX]);
uint64_t dict_hash(cu_str name);    // of the normalised name; 0 when it has none
bool dict_same(cu_str a, cu_str b); // as names

struct dict_index;
struct dict_entry {
    uint64_t hash;
    cu_str key; // normalised
    const void *row;
    struct dict_index *below;
};
struct dict_index *dict_index_new(struct cu_arena *a); // NULL when out of memory
// Puts row under a name; with path, the name is split at dots. false when out of memory. A row that
// stands there already stays (names go in before aliases).
bool dict_index_put(
    struct cu_arena *a, struct dict_index *x, cu_str name, bool path, const void *row);
const struct dict_entry *dict_index_get(const struct dict_index *x, cu_str name);
const void *dict_index_find(const struct dict_index *x, cu_str name, bool path);

// --- Loading in steps
#define DICT_ROWS_MAX 20000
struct dict_draft {         // both layers merged, before sets are expanded
    struct cu_arena *arena; // for the work: trees, rows, paths
    struct cu_arena *keep;  // for what the dictionary keeps: texts and lists
    struct dict_faults *faults;
    uint32_t layer;
    struct dict_rows persons, events, purposes, identifiers, sets;
};
void dict_draft_merge(struct dict_draft *d, const struct dict_yaml *root); // dictionary_load.c
struct dict_row *dict_rows_find(const struct dict_rows *rows, cu_str name);
struct dict_row *dict_rows_add(
    struct dict_draft *d, struct dict_rows *rows, cu_str above, cu_str name); // NULL: memory
// Sets expanded, attributes inherited, every reference checked (dictionary_finish.c). Afterwards
// the draft's rows are complete, when no fault was added.
void dict_draft_finish(struct dict_draft *d);

struct dictionary {
    struct cu_arena *arena;
    const struct dict_field *persons;
    const struct dict_event *events;
    const struct dict_purpose *purposes;
    const struct dict_identifier *identifiers;
    size_t person_count, event_count, purpose_count, identifier_count;
    struct dict_index *person_index, *event_index, *purpose_index, *identifier_index;
    const struct dict_identifier *any_identifier; // the row "*"
    uint64_t version;
};
// The loader that tells every fault. NULL when there were any (or no memory: faults->memory).
struct dictionary *dict_load(cu_str text, struct dict_faults *f);
