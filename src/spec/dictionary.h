// SPDX-License-Identifier: Apache-2.0
// The data dictionary: every person field, event, event property, purpose and identifier kind is one
// row of DATA/dictionary.yaml over the built-in defaults (spec/dictionary_default.yaml, embedded).
// A loaded dictionary is immutable and shared by threads; a change loads a new one.
#pragma once

#include "derive.h"
#include "text/json.h"

enum dict_type {
    DICT_STRING, DICT_INTEGER, DICT_NUMBER, DICT_MONEY, DICT_BOOLEAN, DICT_TIME, DICT_DATE, DICT_EMAIL, DICT_PHONE,
    DICT_URL, DICT_COUNTRY, DICT_CURRENCY, DICT_ENUM, DICT_OBJECT, DICT_ARRAY, DICT_ANY, DICT_TYPE_COUNT
};
// P0 public, P1 internal (plain columns); P2 personal, P3 sensitive personal, P4 special category: sealed.
enum dict_level { DICT_P0, DICT_P1, DICT_P2, DICT_P3, DICT_P4 };
enum dict_group { // how fields of P2 and above are sealed together (crypto/seal.h classes)
    DICT_GROUP_NONE, DICT_GROUP_CONTACT, DICT_GROUP_ADDRESS, DICT_GROUP_SENSITIVE, DICT_GROUP_BEHAVIOUR, DICT_GROUP_UNDECLARED
};
enum dict_collect { DICT_COLLECT_YES, DICT_COLLECT_NO };
enum dict_basis { DICT_CONSENT, DICT_CONTRACT, DICT_LEGAL_OBLIGATION, DICT_LEGITIMATE_INTEREST };

struct dict_field {
    cu_str name;    // "email", "address.city"; array elements as "products.$.price"
    enum dict_type type;
    int64_t min, max;        // length of text, value of numbers, elements of arrays
    const cu_str *options;   // ENUM
    uint32_t option_count;
    cu_str category;         // fideslang key, "user.contact.email"
    enum dict_level level;
    enum dict_group group;
    const cu_str *purposes;
    uint32_t purpose_count;
    int32_t retention_days;  // 0: as long as the person
    enum dict_collect collect; // fields of persons; no: what is sent is dropped, and values that are there are erased
    cu_str owner, doc;
    cu_str identifier;       // kind of identifier this trait also is ("email", "phone"), or NONE
    const cu_str *aliases;   // other spellings ("first_name"); matching ignores case
    uint32_t alias_count;
    // Of events: where no client sends it, it is worked out of these fields of the same event, before they are sealed.
    const cu_str *from;      // names as their rows have them
    uint32_t from_count;
    enum dict_derive as;
};
struct dict_event {
    // "Order Completed"; calls without a name: "$identify", "$page", "$screen", "$group" (its traits),
    // "$alias"; "$context": the members of context of any call.
    cu_str name;
    const cu_str *aliases;   // "Completed Order"
    uint32_t alias_count;
    cu_str category, owner, doc;
    const cu_str *purposes;
    uint32_t purpose_count;
    int32_t retention_days;
    const struct dict_field *fields;
    uint32_t field_count;
    const struct dict_index *index; // private to spec/: finds fields by name
};
struct dict_purpose {
    cu_str name, doc;
    enum dict_basis basis;
    const cu_str *categories; // names of client consent categories that stand for it ("Advertising", "C0004")
    uint32_t category_count;
    const cu_str *recipients; // who receives the data for it, by name or kind
    uint32_t recipient_count;
    int32_t validity_days;    // how long a consent holds; 0: until it is withdrawn
};
struct dict_identifier {
    cu_str kind;             // "user_id", "email", "phone", "anonymous_id", "shopify_customer_id" ...
    int32_t priority;        // 1 is the strongest
    int32_t limit;           // different values of this kind one person may have
    const cu_str *blocked;   // values that never identify (compared after normalising, ignoring case);
    uint32_t blocked_count;  // built in besides: empty, only zeros/dashes, "null", "undefined", "anonymous", ...
    cu_str doc;
};

struct dictionary;
// text: the shop's YAML (empty: defaults alone), at most DICTIONARY_TEXT_MAX bytes. err->field is the row
// ("events/Order Completed/total"), err->text starts with the place ("line 12, column 5: ..."): the first fault.
#define DICTIONARY_TEXT_MAX (1024 * 1024)
cu_code dictionary_load(cu_str text, struct dictionary **ret, struct cu_error *err) CU_MUST;
void dictionary_free(struct dictionary *d);
cu_str dictionary_default_text(void);   // the embedded defaults
cu_str dictionary_starter_text(void);   // what `custos init` writes: version and commented examples
uint64_t dictionary_version(const struct dictionary *d); // hash of the effective rows

// Names match ignoring case, "_", "-" and spaces (firstName, first_name, "First Name") and by alias. Nested
// fields by dotted path. NULL when nobody declared the name.
const struct dict_field *dictionary_person_field(const struct dictionary *d, cu_str name);
const struct dict_event *dictionary_event(const struct dictionary *d, cu_str name);
const struct dict_field *dictionary_event_field(const struct dict_event *e, cu_str name);
const struct dict_purpose *dictionary_purpose(const struct dictionary *d, cu_str name);
// Kinds nobody declared get the row "*" (its priority and limit hold for each such kind by itself).
const struct dict_identifier *dictionary_identifier(const struct dictionary *d, cu_str kind);
bool dictionary_blocked(const struct dict_identifier *k, cu_str normalised);
size_t dictionary_person_fields(const struct dictionary *d, const struct dict_field **ret);
size_t dictionary_events(const struct dictionary *d, const struct dict_event **ret);
size_t dictionary_purposes(const struct dictionary *d, const struct dict_purpose **ret);
size_t dictionary_identifiers(const struct dictionary *d, const struct dict_identifier **ret);

// Checks one value against its row: CU_INVALID with what would be accepted. null and, for other types
// than text, "" are always accepted. As loose as real clients are: numbers may be text, text may be a number.
cu_code dictionary_check_value(const struct dict_field *f, json value, const char *pointer, struct cu_error *err) CU_MUST;
// All declared properties of an event / traits of a person; the first fault, with its JSON pointer below `pointer`.
cu_code dictionary_check_properties(const struct dict_event *e, json properties, const char *pointer, struct cu_error *err) CU_MUST;
cu_code dictionary_check_traits(const struct dictionary *d, json traits, const char *pointer, struct cu_error *err) CU_MUST;
void dictionary_print_json(const struct dictionary *d, struct cu_buf *out); // for the API and `dictionary show --json`
void dictionary_print_members(const struct dictionary *d, struct json_writer *w); // the same inside an open object
// What changes from `before` to `after`, as a JSON array in fixed order:
// [{"row":"events/Order Completed/total","change":"added"|"removed"|"changed","attributes":[{"name","before","after"}]}]
void dictionary_diff_json(const struct dictionary *before, const struct dictionary *after, struct cu_buf *out);
// Every fault of a text (the first 50), not only the first: {"ok":bool,"error_count":n,"errors":[{"line","column",
// "row","code","text"}],"diff":[...]}; diff is against `current` (may be NULL) and empty unless ok.
cu_code dictionary_check_text_json(cu_str text, const struct dictionary *current, struct cu_buf *out, struct cu_error *err) CU_MUST;
