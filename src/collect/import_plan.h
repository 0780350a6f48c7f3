// SPDX-License-Identifier: Apache-2.0
// A plan: a map laid over the columns a file really has. For every target (a "slot") the columns
// its value may come from, in order of preference, and how a cell becomes a JSON value there.
// Immutable while rows are read.
#pragma once

#include "import_maps.h"
#include "import_reader.h"
#include "import_value.h"

struct import_slot {
    enum import_to to;
    cu_str name;                    // trait path, property, purpose, kind of identifier
    const struct dict_field *field; // how the value is typed; NULL: undeclared, kept as text
    const uint32_t *columns;
    uint32_t count;
};

struct import_plan {
    enum import_kind kind;
    bool calls;              // each JSON line is a call: no slots
    enum import_dates dates; // how 3/4/2026 is meant in this file
    char currency[4];        // for orders whose rows name none; "" = the shop's own
    bool guarded;            // a mended file of bad rows: cells may begin with our apostrophe
    bool pending_is_unpaid;  // status "pending": a checkout, not an order (WooCommerce)
    char evidence[64];       // what a consent's evidence begins with: the map's name
    const struct dictionary *dictionary;
    const cu_str *columns; // names as in the file
    const cu_str *fields;  // per column, "" = left out
    uint32_t column_count;
    const struct import_slot *slots; // sorted by (to, name), so that nested traits stand together
    uint32_t slot_count;
};

struct import_mapping { // as a saved map or a request gives it
    cu_str column, field;
};

// mapping NULL: `ready` (may be NULL too: guessed from the names). Columns the mapping or the ready
// map does not name are guessed. CU_INVALID: an unknown field or column; CU_MISSING: a field that
// an import of this kind needs is not mapped; both name it in the text.
struct import_plan_options {
    enum import_kind kind;
    bool calls;
    const struct dictionary *dictionary;
    const cu_str *columns;
    uint32_t column_count;
    const struct import_map *ready;
    const struct import_mapping *mapping;
    size_t mapping_count;
    cu_str currency;
};
// Everything is in the arena; columns are copied. On CU_MISSING *ret is there nevertheless (to show
// the columns), but must not be run.
cu_code import_plan_make(const struct import_plan_options *o, struct cu_arena *a,
    struct import_plan **ret, struct cu_error *err) CU_MUST;
// The slots with this target: *ret_first and the count.
uint32_t import_plan_slots(
    const struct import_plan *p, enum import_to to, const struct import_slot **ret_first);

// What is wrong with a cell. Texts are constants: they never hold the value.
struct import_problem {
    uint32_t column; // IMPORT_NO_COLUMN: the whole row
    const char *code, *text;
};
#define IMPORT_NO_COLUMN UINT32_MAX

// The first cell of the slot that is not empty, trimmed. False when all are.
bool import_slot_cell(const struct import_plan *p, const struct import_slot *s,
    const struct import_row *row, cu_str *ret, uint8_t *ret_kind, uint32_t *ret_column);
// Appends the cell as a JSON value of the slot's type. False (with *ret_problem) when the cell does
// not fit; the value was then appended as text, for those who keep it.
bool import_slot_put(const struct import_plan *p, const struct import_slot *s, cu_str cell,
    uint8_t kind, struct cu_buf *out, struct import_problem *ret_problem);
