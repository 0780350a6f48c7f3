// SPDX-License-Identifier: Apache-2.0
// Maps: which column of a file means which field. Ready ones for the exports shops have, a guess
// for every other file, and the names of all fields a column can be mapped to (the table behind the
// console's list and docs/how-to/import.md).
#pragma once

#include "spec/dictionary.h"

enum import_kind { IMPORT_PEOPLE, IMPORT_ORDERS, IMPORT_EVENTS, IMPORT_KINDS };
extern const char *const import_kind_names[IMPORT_KINDS + 1]; // NULL-terminated
bool import_kind_of(cu_str name, enum import_kind *ret);

// Where a value can go.
enum import_to {
    IMPORT_TO_NOTHING,
    IMPORT_TO_USER_ID,
    IMPORT_TO_ANONYMOUS_ID,
    IMPORT_TO_ID,             // id.<kind>: another identifier
    IMPORT_TO_TRAIT,          // trait.<name>
    IMPORT_TO_CONSENT,        // consent.<purpose>: yes or no
    IMPORT_TO_CONSENT_TIME,   // consent_time.<purpose>: when it was given
    IMPORT_TO_CONSENT_PROOF,  // consent_proof.<purpose>: text that goes into the evidence
    IMPORT_TO_WITHDRAWN_TIME, // withdrawn_time.<purpose>: when it was withdrawn
    IMPORT_TO_TIME,
    IMPORT_TO_ORDER_ID,
    IMPORT_TO_INVOICE, // an order id; numbers beginning with C are credit notes
    IMPORT_TO_STATUS,
    IMPORT_TO_CANCELLED_AT,
    IMPORT_TO_REFUNDED,    // amount refunded so far
    IMPORT_TO_PROPERTY,    // property.<name>
    IMPORT_TO_LINE,        // line.<name>
    IMPORT_TO_LINE_ITEM,   // a packed product line: "name:..|sku:..|quantity:..|total:.."
    IMPORT_TO_COUPON_ITEM, // a packed coupon: "code:..|amount:.."
    IMPORT_TO_EVENT,
    IMPORT_TO_TYPE,
    IMPORT_TO_MESSAGE_ID,
    IMPORT_TO_COUNT
};
struct import_to_row {
    const char *field; // "user_id"; with a name behind it: "trait."
    unsigned kinds;    // mask of 1 << enum import_kind
    const char *doc;
};
extern const struct import_to_row import_to_rows[IMPORT_TO_COUNT];
// "trait.firstName" -> IMPORT_TO_TRAIT, "firstName"; "" -> nothing. CU_INVALID names the field.
cu_code import_field_parse(enum import_kind kind, cu_str field, enum import_to *ret,
    cu_str *ret_name, struct cu_error *err) CU_MUST;

struct import_map_row {
    const char *column; // compared ignoring case and signs; a * at its end stands for anything
    const char *field;
};
struct import_map {
    const char *name;
    enum import_kind kind;
    const char *doc;
    const struct import_map_row *rows; // in order of preference where two columns have one field
    const char *const *signature;      // columns that give the export away; NULL-terminated
};
extern const struct import_map import_builtin_maps[];
extern const size_t import_builtin_map_count;
#define IMPORT_MAP_CALLS "segment-jsonl" // no columns: each line is a call of the tracking API

const struct import_map *import_map_find(cu_str name); // NULL: not a ready one
// The ready map of this kind whose signature is all there; NULL when none is.
const struct import_map *import_map_recognise(
    enum import_kind kind, const cu_str *columns, uint32_t count);
bool import_column_eq(cu_str column, cu_str wanted);
// A guess for one column from its name alone: the field, in the arena; "" for columns of our own
// bad-row files.
cu_str import_guess(
    enum import_kind kind, const struct dictionary *d, cu_str column, struct cu_arena *a);
