// SPDX-License-Identifier: Apache-2.0
// The data dictionary: every person field, event, event property, purpose and identifier kind is one
// row of DATA/dictionary.yaml over the built-in defaults (spec/dictionary_default.yaml, embedded).
// A loaded dictionary is immutable and shared by threads; a change loads a new one.
#pragma once

#include "base/memory.h"
#include "text/json.h"

enum dict_type {
    DICT_STRING, DICT_INTEGER, DICT_NUMBER, DICT_MONEY, DICT_BOOLEAN, DICT_TIME, DICT_DATE, DICT_EMAIL, DICT_PHONE,
    DICT_URL, DICT_COUNTRY, DICT_CURRENCY, DICT_ENUM, DICT_OBJECT, DICT_ARRAY, DICT_TYPE_COUNT
};
// P0 public, P1 internal (plain columns); P2 personal, P3 sensitive personal, P4 special category: sealed.
enum dict_level { DICT_P0, DICT_P1, DICT_P2, DICT_P3, DICT_P4 };
enum dict_group { // how fields of P2 and above are sealed together (crypto/seal.h classes)
    DICT_GROUP_NONE, DICT_GROUP_CONTACT, DICT_GROUP_ADDRESS, DICT_GROUP_SENSITIVE, DICT_GROUP_BEHAVIOUR, DICT_GROUP_UNDECLARED
};
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
    cu_str owner, doc;
    cu_str identifier;       // kind of identifier this trait also is ("email", "phone"), or NONE
    const cu_str *aliases;   // other spellings ("first_name"); matching ignores case
    uint32_t alias_count;
};
struct dict_event {
    cu_str name;             // "Order Completed"; calls without a name: "$identify", "$page", "$screen", "$group", "$alias"
    const cu_str *aliases;   // "Completed Order"
    uint32_t alias_count;
    cu_str category, owner, doc;
    const cu_str *purposes;
    uint32_t purpose_count;
    int32_t retention_days;
    const struct dict_field *fields;
    uint32_t field_count;
};
struct dict_purpose {
    cu_str name, doc;
    enum dict_basis basis;
    const cu_str *categories; // names of client consent categories that stand for it ("Advertising", "C0004")
    uint32_t category_count;
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
// text: the shop's YAML (empty: defaults alone). Errors name line and column and the row ("events/Order Completed").
cu_code dictionary_load(cu_str text, struct dictionary **ret, struct cu_error *err) CU_MUST;
void dictionary_free(struct dictionary *d);
cu_str dictionary_default_text(void);   // the embedded defaults
cu_str dictionary_starter_text(void);   // what `custos init` writes: version and commented examples
uint64_t dictionary_version(const struct dictionary *d); // hash of the effective rows

const struct dict_field *dictionary_person_field(const struct dictionary *d, cu_str name); // alias and case aware
const struct dict_event *dictionary_event(const struct dictionary *d, cu_str name);        // alias aware
const struct dict_field *dictionary_event_field(const struct dict_event *e, cu_str name);
const struct dict_purpose *dictionary_purpose(const struct dictionary *d, cu_str name);
const struct dict_identifier *dictionary_identifier(const struct dictionary *d, cu_str kind);
bool dictionary_blocked(const struct dict_identifier *k, cu_str normalised);
size_t dictionary_person_fields(const struct dictionary *d, const struct dict_field **ret);
size_t dictionary_events(const struct dictionary *d, const struct dict_event **ret);
size_t dictionary_purposes(const struct dictionary *d, const struct dict_purpose **ret);
size_t dictionary_identifiers(const struct dictionary *d, const struct dict_identifier **ret);

// Checks one value against its row: CU_INVALID with what would be accepted. null is always accepted.
cu_code dictionary_check_value(const struct dict_field *f, json value, const char *pointer, struct cu_error *err) CU_MUST;
// All declared properties of an event / traits of a person; the first fault, with its JSON pointer below `pointer`.
cu_code dictionary_check_properties(const struct dict_event *e, json properties, const char *pointer, struct cu_error *err) CU_MUST;
cu_code dictionary_check_traits(const struct dictionary *d, json traits, const char *pointer, struct cu_error *err) CU_MUST;
void dictionary_print_json(const struct dictionary *d, struct cu_buf *out); // for the API and `dictionary show --json`
