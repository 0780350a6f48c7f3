// SPDX-License-Identifier: Apache-2.0
// A segment's definition: one tree with three faces that round-trip (text, JSON, and the console's
// builder, which edits the JSON). The language is described in docs/reference/segments.md; this header is the tree.
//
// A definition is plain data in an arena: names as they were written (canonical after seg_check), values
// typed by the fields they are compared with. It knows nothing of people or events.
//
// Everything here is pure and bounded: time grows with the length of what is read, memory is the arena's
// (SEG_ARENA_MAX always suffices). A catalogue is immutable and shared by threads.
#pragma once

#include "spec/dictionary.h"
#include "text/json.h"
#include "text/zone.h"

#define SEG_DEPTH_MAX 16u      // nodes inside one another
#define SEG_NODES_MAX 200u     // nodes of one definition
#define SEG_TESTS_MAX 200u     // property tests of one definition, also those of steps and of what must not happen
#define SEG_VALUES_MAX 10000u  // values of one test
#define SEG_ALL_VALUES_MAX 50000u // values of one definition
#define SEG_EVENTS_MAX 8u      // steps of a sequence; events that must not happen; properties they share
#define SEG_NAME_MAX 255u      // bytes of a name
#define SEG_ARENA_MAX ((size_t)32 << 20)
#define SEG_TEXT_MAX (256u * 1024)
#define SEG_WINDOW_MAX_DAYS 36525

// --- values and tests

enum seg_type { SEG_TEXT, SEG_NUMBER, SEG_TIME, SEG_BOOLEAN };
struct seg_value {
    enum seg_type type;
    cu_str text;     // SEG_TEXT; of the others, until seg_check, how it was written
    int64_t number;  // SEG_NUMBER: ten-thousandths; SEG_TIME: ms since 1970; SEG_BOOLEAN: 0 or 1
};
enum seg_cmp {
    SEG_IS, SEG_IS_NOT,            // any type; several values: any of / none of them
    SEG_LESS, SEG_AT_MOST, SEG_MORE, SEG_AT_LEAST, SEG_BETWEEN, // numbers and times; between: both ends belong to it
    SEG_CONTAINS, SEG_CONTAINS_NOT, SEG_STARTS, SEG_ENDS,       // text, ignoring case and accents; several values: any of
    SEG_KNOWN, SEG_UNKNOWN,        // has a value or not; no values
    SEG_WITHIN, SEG_NOT_WITHIN,    // times: in the window / not (an absent value is in neither)
    SEG_ANNIVERSARY                // dates: month and day fall into the window's days: "last/next N days", "today"
};
// All comparisons but IS_NOT, CONTAINS_NOT and UNKNOWN are false for an absent value; those three are true.
// SEG_IS on text ignores case (text_fold).
// A whole day compared with a time means the day: seg_check makes "is 2026-01-01" a window of that day, "is after
// 2026-01-01" at least 2026-01-02, "is between 2026-01-01 and 2026-01-31" a window up to the end of the last day.

enum seg_unit { SEG_MINUTES, SEG_HOURS, SEG_DAYS, SEG_WEEKS, SEG_MONTHS, SEG_YEARS };
enum seg_window_kind {
    SEG_EVER,
    SEG_LAST,      // the last a units: rolling to the millisecond; months and years are calendar ones
    SEG_NEXT,      // the next a units (times in the future; anniversaries)
    SEG_AGO,       // between a and b units ago (a > b): "between 60 and 30 days ago"
    SEG_BEFORE_AGO,// longer than a units ago
    SEG_CALENDAR,  // a whole day, week (from Monday), month or year of the calendar: a = how many back (0: the current one)
    // from_ms <= time < to_ms, given as days or times in the shop's zone; INT64_MIN / INT64_MAX: open. Where the last
    // day is written (text "from A to B", JSON "to") it belongs to the window: to_ms is the start of the day after.
    SEG_DATES
};
struct seg_window {
    enum seg_window_kind kind;
    enum seg_unit unit;
    int32_t a, b;
    int64_t from_ms, to_ms;
    uint32_t at, len;    // where in the text
};
struct seg_test {
    // person: "address.country", "orders.count"; event: the path in the event's plain JSON: "total", "products.$.sku",
    // "$context.campaign.source", or what every event has: "revenue" (shop currency, major units), "source" (its name)
    cu_str field;
    enum seg_cmp cmp;
    const struct seg_value *values;
    uint32_t value_count;
    struct seg_window window; // SEG_WITHIN, SEG_NOT_WITHIN, SEG_ANNIVERSARY
    uint32_t at, len;    // where in the text; 0,0 when it came as JSON
    // by seg_check
    const struct seg_field *known; // of the catalogue (persons)
    const struct dict_field *property; // of the event (its name lacks "$context."); NULL: "revenue", "source"
    enum seg_type type;  // of the field or measure: values are of it
};

// --- the tree

enum seg_kind { SEG_ALL, SEG_ANY, SEG_NOT, SEG_EVERYBODY, SEG_FIELD, SEG_DID, SEG_SEQUENCE, SEG_MEMBER, SEG_SAMPLE };
enum seg_measure {
    SEG_COUNT, SEG_SUM, SEG_AVERAGE, SEG_MINIMUM, SEG_MAXIMUM, SEG_DISTINCT, // of `of`; count of events
    SEG_FIRST, SEG_LATEST,   // the property's value in the first / last matching event
    SEG_DAYS_ACTIVE,         // different days (shop's zone) with a matching event
    SEG_FIRST_TIME, SEG_LAST_TIME, // of the matching events
};
struct seg_event { // which events
    cu_str name;                 // "Order Completed", "$page"; "" : any event
    struct seg_test *where;      // all must hold
    uint32_t where_count;
    uint32_t at, len;            // where in the text
    const struct dict_event *known; // by seg_check; NULL: any event, or one that nobody declared
};
struct seg_did { // "did E where .. in W", with a measure compared with a value
    struct seg_event event;
    struct seg_window window;
    enum seg_measure measure;
    // test.field: `of` (NONE for count, days, times; test.property as in where); cmp and values.
    // "did E" alone: count at least 1
    struct seg_test test;
};
struct seg_step {
    struct seg_event event;
    int64_t within_ms;           // after the step before; 0: any time after (never the same event)
};
struct seg_sequence {
    struct seg_step *steps;      // 2..8
    uint32_t step_count;
    // Properties that all steps share; lists match when they have an element in common. The path of each step's event
    // is seg_catalog_property(catalog, event, same): "product_id" of "Order Completed" is "products.$.product_id".
    cu_str *same;
    uint32_t same_count;
    struct seg_event *without;   // none of these between the first and the last step, and `without_ms` behind the last
    uint32_t without_count;
    int64_t without_ms;          // 0: only between the steps; INT64_MAX: ever after too
    struct seg_window window;    // all steps are in it
};
enum seg_member_state { SEG_IN, SEG_ENTERED, SEG_LEFT };
struct seg_node {
    enum seg_kind kind;
    struct seg_node *const *children; // ALL, ANY: 1..n; NOT: 1
    uint32_t child_count;
    union {
        struct seg_test field;
        struct seg_did did;
        struct seg_sequence sequence;
        struct {
            cu_str segment;           // its name
            enum seg_member_state state;
            struct seg_window window; // ENTERED, LEFT
        } member;
        struct {
            int32_t permille;         // 1..999 of people, by a stable hash of the person's id
            cu_str seed;
        } sample;
    };
    uint32_t at, len;                 // where in the text
    uint32_t number;                  // in reading order from 0 (parents before children); explanations name nodes by it
};

// --- what fields there are

enum seg_source { SEG_TRAIT, SEG_TRAIT_UPDATED /* "email.updated" */, SEG_DERIVED };
struct seg_field {
    cu_str name;                 // as written in definitions
    enum seg_type type;
    enum seg_source source;
    const struct dict_field *trait;
    int derived;                 // enum facts_derived, of SEG_DERIVED
    const char *doc;
    const char *const *options;  // closed list of values, NULL-terminated; or NULL
    enum dict_level level;
};
struct seg_catalog; // fields of persons (traits and derived), events, names of segments
struct seg_catalog_options {
    const struct dictionary *dictionary;
    const struct seg_field *derived; // insight/facts.h
    size_t derived_count;
    // Names of segments, for completion and checking; may be NULL.
    bool (*segment)(void *context, cu_str name);
    void (*segments)(void *context, void (*each)(void *c, cu_str name), void *c);
    void *context;
    const struct text_zone *zone; // dates in texts are days of this zone
};
cu_code seg_catalog_open(const struct seg_catalog_options *o, struct seg_catalog **ret, struct cu_error *err) CU_MUST;
void seg_catalog_close(struct seg_catalog *c);
const struct seg_field *seg_catalog_field(const struct seg_catalog *c, cu_str name); // aliases too; NULL
size_t seg_catalog_fields(const struct seg_catalog *c, const struct seg_field **ret); // by name
const struct dictionary *seg_catalog_dictionary(const struct seg_catalog *c);
const struct text_zone *seg_catalog_zone(const struct seg_catalog *c);

// A property of an event, by any of its names. event "": any event, which has only what every event has.
enum seg_property_state {
    SEG_PROPERTY_FOUND,
    SEG_PROPERTY_UNKNOWN,
    SEG_PROPERTY_SEALED, // P2 and above: it cannot be tested
    SEG_PROPERTY_PARTS,  // no single value of one type: an object or a list (its members can be tested), or "any"
};
struct seg_property {
    cu_str path;     // canonical, as in seg_test.field; lives as long as the catalogue's dictionary and the catalogue
    enum seg_type type;
    const struct dict_field *field; // NULL: "revenue", "source"
};
enum seg_property_state seg_catalog_property(const struct seg_catalog *c, cu_str event, cu_str name,
    struct seg_property *ret);
enum seg_type seg_type_of(enum dict_type t); // how values of a dictionary's type are compared

// --- faces

struct seg_fault { // what is wrong, where, and what would be accepted
    uint32_t at, len;  // bytes of the text (of JSON: 0,0 and path says where)
    char path[96];     // JSON pointer
    bool warning;      // it works, but surely not as meant
    char text[240];
};
#define SEG_FAULTS_MAX 20
struct seg_faults {
    struct seg_fault at[SEG_FAULTS_MAX];
    size_t count;
};
// CU_INVALID with the first fault in err and all found in faults (may be NULL; parsing starts the list anew, checking
// adds to it; warnings alone are CU_OK). Syntax only. c gives the zone that dates are days of (NULL: UTC).
cu_code seg_parse_text(cu_str text, const struct seg_catalog *c, struct cu_arena *a, struct seg_node **ret,
    struct seg_faults *faults, struct cu_error *err) CU_MUST;
cu_code seg_parse_json(json value, const struct seg_catalog *c, struct cu_arena *a, struct seg_node **ret,
    struct seg_faults *faults, struct cu_error *err) CU_MUST;
// Resolves names, types the values, makes names canonical. A window of zero or beyond SEG_WINDOW_MAX_DAYS, a text compared
// with a number, an unknown field: faults; an event that nobody declared: a warning, its properties: faults.
// Cycles are the audience's to find. Checking twice changes nothing.
cu_code seg_check(struct seg_node *n, const struct seg_catalog *c, struct cu_arena *a, struct seg_faults *faults,
    struct cu_error *err) CU_MUST;
void seg_print_text(const struct seg_node *n, const struct seg_catalog *c, struct cu_buf *out); // canonical, in lines
void seg_print_json(const struct seg_node *n, const struct seg_catalog *c, struct json_writer *w);
// This node without its children, one line; of long lists the first values.
void seg_print_one(const struct seg_node *n, const struct seg_catalog *c, struct cu_buf *out);
bool seg_equal(const struct seg_node *a, const struct seg_node *b); // the same definition, wherever it was written
// A copy of everything but what the catalogue and dictionary own (known, property). NULL: no memory.
struct seg_node *seg_copy(const struct seg_node *n, struct cu_arena *a) CU_MUST;
// Different names of segments this one refers to: how many there are; ret holds the first max of them.
size_t seg_members(const struct seg_node *n, cu_str *ret, size_t max);
// What could stand at this place, at most 50 things: {"from","to","items":[{"text","kind","doc"}]}, kind: field, event,
// property, segment, keyword, value. from..to are the bytes to replace; text is ready to stand there (quoted if need be).
cu_code seg_complete(cu_str text, uint32_t cursor, const struct seg_catalog *c, struct json_writer *w,
    struct cu_error *err) CU_MUST;
