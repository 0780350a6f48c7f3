// SPDX-License-Identifier: Apache-2.0
// What the routes over segments take and answer, as rows. The handlers: segment_routes.c, segment_people_routes.c.
#include "segment_desk.h"

#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }
#define NEXT                                                                                       \
    {                                                                                              \
        .name = "next", .type = SPEC_STRING, .max = 80, .nullable = true, .doc = "Cursor of the next page, or null." \
    }
#define PERSON                                                                                     \
    {.name = "id", .type = SPEC_UUID, .nullable = true, .doc = "The person; null for one that was erased meanwhile."}, \
        {.name = "label", .type = SPEC_STRING, .max = 1023,                                         \
            .doc = "What the person is called, as far as the caller sees it."},                     \
    {                                                                                              \
        .name = "shown", .type = SPEC_ENUM, .options = sight_names, .doc = "How much of it is shown." \
    }

static const char *const state_options[] = {"filling", "live", "broken", NULL};
static const char *const type_options[] = {"text", "number", "time", "boolean", NULL};
static const char *const level_options[] = {"P0", "P1", "P2", "P3", "P4", NULL};

const struct spec_field segment_path[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = AUDIENCE_NAME_MAX, .required = true,
        .doc = "Name of the segment."},
    END,
};
static const struct spec_field name_element[] = {
    {.name = "", .type = SPEC_STRING, .max = AUDIENCE_NAME_MAX, .doc = "Name of a segment."},
    END,
};

// --- rows

static const struct spec_field trend_fields[] = {
    {.name = "at", .type = SPEC_TIME, .doc = "When."},
    {.name = "size", .type = SPEC_INT, .max = INT64_MAX, .doc = "Persons then."},
    END,
};
#define ROW                                                                                        \
    {.name = "name", .type = SPEC_STRING, .max = AUDIENCE_NAME_MAX, .doc = "Name, as definitions refer to it."}, \
        {.name = "title", .type = SPEC_STRING, .max = 127, .doc = "What people call it."},          \
        {.name = "doc", .type = SPEC_STRING, .max = 2000, .doc = "What it is for."},                \
        {.name = "state", .type = SPEC_ENUM, .options = state_options,                              \
            .doc = "filling: people are being decided; broken: a change of the dictionary broke the definition."}, \
        {.name = "fault", .type = SPEC_STRING, .max = 1023, .nullable = true,                       \
            .doc = "What to mend in a broken definition, or null."},                                \
        {.name = "filled", .type = SPEC_INT, .max = 1000, .doc = "How far it is filled, per mille."}, \
        {.name = "size", .type = SPEC_INT, .max = INT64_MAX, .doc = "Persons in it now."},          \
        {.name = "trend", .type = SPEC_ARRAY, .max = 30, .fields = trend_fields, .doc = "Sizes over the last 30 days."}, \
        {.name = "persona", .type = SPEC_BOOL, .doc = "It is shown among the personas."},           \
        {.name = "created", .type = SPEC_TIME, .doc = "When it was made."},                         \
        {.name = "changed", .type = SPEC_TIME, .doc = "When its definition or description last changed."}, \
    {                                                                                              \
        .name = "version", .type = SPEC_INT, .max = UINT32_MAX, .doc = "Counts changes; to be given with the next one." \
    }
const struct spec_field segment_answer[] = {ROW, END};
const struct spec_field segment_one_answer[] = {
    ROW,
    {.name = "text", .type = SPEC_STRING, .max = SEG_TEXT_MAX, .doc = "The definition as text."},
    {.name = "definition", .type = SPEC_OBJECT, .max = 4 << 20, .nullable = true,
        .doc = "The definition as JSON (docs/reference/segments.md); null when the text cannot be read any more."},
    {.name = "card", .type = SPEC_OBJECT, .max = 65536, .nullable = true,
        .doc = "What staff wrote on the persona's card, or null."},
    {.name = "used_by", .type = SPEC_ARRAY, .max = AUDIENCE_MAX, .fields = name_element,
        .doc = "Segments that ask for this one."},
    {.name = "uses", .type = SPEC_ARRAY, .max = AUDIENCE_MAX, .fields = name_element,
        .doc = "Segments that this one asks for."},
    END,
};
const struct spec_field segment_list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = AUDIENCE_MAX, .fields = segment_answer, .doc = "The segments."},
    NEXT,
    END,
};
#define DEFINITION                                                                                 \
    {.name = "text", .type = SPEC_STRING, .min = 1, .max = SEG_TEXT_MAX,                            \
        .doc = "The definition as text; or `definition`."},                                         \
    {                                                                                              \
        .name = "definition", .type = SPEC_OBJECT, .max = 4 << 20, .doc = "The definition as JSON; or `text`." \
    }
const struct spec_field segment_put_body[] = {
    {.name = "title", .type = SPEC_STRING, .min = 1, .max = 127, .required = true, .doc = "What people call it."},
    {.name = "doc", .type = SPEC_STRING, .max = 2000, .doc = "What it is for."},
    DEFINITION,
    {.name = "persona", .type = SPEC_BOOL, .doc = "Show it among the personas."},
    {.name = "card", .type = SPEC_OBJECT, .max = 65536, .doc = "What staff write on the persona's card, any members."},
    {.name = "version", .type = SPEC_INT, .max = UINT32_MAX, .fallback = "0",
        .doc = "The version that was read; 0 for a new segment."},
    END,
};
const struct spec_field segment_definition_body[] = {DEFINITION, END};

// --- checking, completing, the catalogue

const struct spec_field segment_faults_fields[] = {
    {.name = "at", .type = SPEC_INT, .max = UINT32_MAX, .doc = "Where in the text, in bytes."},
    {.name = "length", .type = SPEC_INT, .max = UINT32_MAX, .doc = "How many bytes; 0 when the definition came as JSON."},
    {.name = "path", .type = SPEC_STRING, .max = 95, .doc = "Where in the JSON, as a pointer; empty for a text."},
    {.name = "warning", .type = SPEC_BOOL, .doc = "It works, but surely not as meant."},
    {.name = "text", .type = SPEC_STRING, .max = 239, .doc = "What is wrong and what would be accepted."},
    END,
};
const struct spec_field segment_check_answer[] = {
    {.name = "ok", .type = SPEC_BOOL, .doc = "It can be stored; there may be warnings."},
    {.name = "faults", .type = SPEC_ARRAY, .max = SEG_FAULTS_MAX, .fields = segment_faults_fields,
        .doc = "Faults and warnings."},
    {.name = "text", .type = SPEC_STRING, .max = SEG_TEXT_MAX * 4, .nullable = true, .doc = "The canonical text, or null."},
    {.name = "definition", .type = SPEC_OBJECT, .max = 4 << 20, .nullable = true, .doc = "The canonical JSON, or null."},
    END,
};
const struct spec_field segment_complete_body[] = {
    {.name = "text", .type = SPEC_STRING, .max = SEG_TEXT_MAX, .required = true, .doc = "The text as far as it is written."},
    {.name = "cursor", .type = SPEC_INT, .max = SEG_TEXT_MAX, .required = true, .doc = "Where the writer is, in bytes."},
    END,
};
static const char *const kind_options[] = {"field", "event", "property", "segment", "keyword", "value", NULL};
static const struct spec_field completion_fields[] = {
    {.name = "text", .type = SPEC_STRING, .max = 1023, .doc = "What could stand there, quoted where it must be."},
    {.name = "kind", .type = SPEC_ENUM, .options = kind_options, .doc = "What it is."},
    {.name = "doc", .type = SPEC_STRING, .max = 4095, .doc = "One sentence about it; may be empty."},
    END,
};
const struct spec_field segment_complete_answer[] = {
    {.name = "from", .type = SPEC_INT, .max = SEG_TEXT_MAX, .doc = "First byte to be replaced."},
    {.name = "to", .type = SPEC_INT, .max = SEG_TEXT_MAX, .doc = "One past the last."},
    {.name = "items", .type = SPEC_ARRAY, .max = 50, .fields = completion_fields,
        .doc = "What could stand there, the likeliest first."},
    END,
};
static const struct spec_field option_element[] = {
    {.name = "", .type = SPEC_STRING, .max = 255, .doc = "A value."},
    END,
};
static const struct spec_field field_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 255, .doc = "Name of the field."},
    {.name = "type", .type = SPEC_ENUM, .options = type_options, .doc = "What it is compared with."},
    {.name = "doc", .type = SPEC_STRING, .max = 4095, .doc = "What it says."},
    {.name = "options", .type = SPEC_ARRAY, .max = 1000, .nullable = true, .fields = option_element,
        .doc = "The values it can have, or null."},
    {.name = "level", .type = SPEC_ENUM, .options = level_options, .doc = "Its level of protection."},
    END,
};
static const struct spec_field property_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 255, .doc = "Name of the property."},
    {.name = "type", .type = SPEC_ENUM, .options = type_options, .doc = "What it is compared with."},
    {.name = "doc", .type = SPEC_STRING, .max = 4095, .doc = "What it says."},
    END,
};
static const struct spec_field event_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 255, .doc = "Name of the event."},
    {.name = "doc", .type = SPEC_STRING, .max = 4095, .doc = "When it happens."},
    {.name = "properties", .type = SPEC_ARRAY, .max = 1000, .fields = property_fields, .doc = "What can be tested of it."},
    END,
};
const struct spec_field segment_catalog_answer[] = {
    {.name = "fields", .type = SPEC_ARRAY, .max = 10000, .fields = field_fields, .doc = "What is known of people."},
    {.name = "events", .type = SPEC_ARRAY, .max = 10000, .fields = event_fields, .doc = "The declared events."},
    {.name = "segments", .type = SPEC_ARRAY, .max = AUDIENCE_MAX, .fields = name_element,
        .doc = "Names of all segments, stages included."},
    END,
};

// --- preview

static const struct spec_field sample_fields[] = {PERSON, END};
static const struct spec_field clause_fields[] = {
    {.name = "number", .type = SPEC_INT, .max = SEG_NODES_MAX, .doc = "Number of the clause, in reading order."},
    {.name = "text", .type = SPEC_STRING, .max = 65535, .doc = "The clause."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .doc = "Persons looked at for whom it holds."},
    END,
};
static const struct spec_field breakdown_row_fields[] = {
    {.name = "value", .type = SPEC_STRING, .max = 255, .nullable = true, .doc = "A value; null: unknown."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .doc = "Persons that have it; an estimate from up to 1,000 of those who are in it."},
    END,
};
static const struct spec_field breakdown_fields[] = {
    {.name = "field", .type = SPEC_STRING, .max = 255, .doc = "By which field."},
    {.name = "rows", .type = SPEC_ARRAY, .max = 20, .fields = breakdown_row_fields, .doc = "The most frequent values."},
    END,
};
const struct spec_field segment_preview_answer[] = {
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .doc = "How many it holds, or the estimate."},
    {.name = "whole", .type = SPEC_BOOL, .doc = "Everybody was looked at; else a stable sample."},
    {.name = "low", .type = SPEC_INT, .max = INT64_MAX, .doc = "Lower end of the estimate's 95 % interval."},
    {.name = "high", .type = SPEC_INT, .max = INT64_MAX, .doc = "Upper end."},
    {.name = "total", .type = SPEC_INT, .max = INT64_MAX, .doc = "All persons there are."},
    {.name = "took_ms", .type = SPEC_NUMBER, .max = 1000000, .doc = "How long it took, in milliseconds."},
    {.name = "sample", .type = SPEC_ARRAY, .max = 10, .fields = sample_fields, .doc = "Some of them."},
    {.name = "clauses", .type = SPEC_ARRAY, .max = SEG_NODES_MAX, .fields = clause_fields,
        .doc = "For how many each clause holds."},
    {.name = "breakdown", .type = SPEC_OBJECT, .max = 65536, .nullable = true, .fields = breakdown_fields,
        .doc = "What those who are in it are like, or null."},
    END,
};

// --- people

static const struct spec_field member_fields[] = {
    PERSON,
    {.name = "since", .type = SPEC_TIME, .nullable = true,
        .doc = "When the person last entered; null when that is not known."},
    END,
};
static const struct spec_field reason_fields[] = {
    {.name = "reason", .type = SPEC_STRING, .max = 31, .doc = "Why: a reason of the gate."},
    {.name = "count", .type = SPEC_INT, .max = INT64_MAX, .doc = "How many."},
    END,
};
static const struct spec_field held_back_fields[] = {
    {.name = "count", .type = SPEC_INT, .max = INT64_MAX,
        .doc = "Persons of the segment that may not be used for the purpose."},
    {.name = "reasons", .type = SPEC_ARRAY, .max = GATE_REASON_COUNT, .fields = reason_fields, .doc = "Why."},
    END,
};
const struct spec_field segment_people_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 200, .fields = member_fields, .doc = "Persons in it."},
    NEXT,
    {.name = "held_back", .type = SPEC_OBJECT, .max = 4096, .nullable = true, .fields = held_back_fields,
        .doc = "With a purpose, on the first page: how many of the whole segment are held back and why."},
    END,
};
static const struct spec_field why_event_fields[] = {
    {.name = "seq", .type = SPEC_INT, .max = INT64_MAX, .doc = "Number of the event."},
    {.name = "time", .type = SPEC_TIME, .doc = "When it happened."},
    {.name = "event", .type = SPEC_STRING, .max = 255, .doc = "Its name."},
    END,
};
static const struct spec_field why_node_fields[] = {
    {.name = "number", .type = SPEC_INT, .max = SEG_NODES_MAX, .doc = "Number of the clause, in reading order."},
    {.name = "text", .type = SPEC_STRING, .max = 65535, .doc = "The clause."},
    {.name = "holds", .type = SPEC_BOOL, .doc = "It holds for the person at that moment."},
    {.name = "measured", .type = SPEC_STRING, .max = 1023, .nullable = true, .doc = "What was compared, or null."},
    {.name = "since", .type = SPEC_TIME, .nullable = true, .doc = "Since when, as far as it is known."},
    {.name = "until", .type = SPEC_TIME, .nullable = true, .doc = "Until when, if nothing new comes; null: for ever."},
    {.name = "events", .type = SPEC_ARRAY, .max = 10, .fields = why_event_fields, .doc = "The events that decided it."},
    END,
};
const struct spec_field segment_why_answer[] = {
    {.name = "in", .type = SPEC_BOOL, .doc = "The person is in the segment at that moment."},
    {.name = "until", .type = SPEC_TIME, .nullable = true, .doc = "Until when, if nothing new comes; null: for ever."},
    {.name = "nodes", .type = SPEC_ARRAY, .max = SEG_NODES_MAX, .fields = why_node_fields,
        .doc = "The clauses, in reading order."},
    END,
};
static const struct spec_field move_fields[] = {
    PERSON,
    {.name = "at", .type = SPEC_TIME, .doc = "When."},
    {.name = "entered", .type = SPEC_BOOL, .doc = "Entered; else left."},
    END,
};
const struct spec_field segment_history_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 200, .fields = move_fields, .doc = "Who entered and left, newest first."},
    NEXT,
    END,
};
static const struct spec_field size_fields[] = {
    {.name = "at", .type = SPEC_TIME, .doc = "End of the interval."},
    {.name = "size", .type = SPEC_INT, .max = INT64_MAX, .doc = "Persons then."},
    {.name = "entered", .type = SPEC_INT, .max = INT64_MAX, .doc = "Persons that entered in the interval."},
    {.name = "left", .type = SPEC_INT, .max = INT64_MAX, .doc = "Persons that left in the interval."},
    END,
};
const struct spec_field segment_sizes_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 400, .fields = size_fields, .doc = "Sizes over time, oldest first."},
    NEXT,
    END,
};
static const struct spec_field sized_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = AUDIENCE_NAME_MAX, .doc = "Name of the segment."},
    {.name = "size", .type = SPEC_INT, .max = INT64_MAX, .doc = "Persons in it."},
    END,
};
static const struct spec_field pair_fields[] = {
    {.name = "a", .type = SPEC_STRING, .max = AUDIENCE_NAME_MAX, .doc = "One segment."},
    {.name = "b", .type = SPEC_STRING, .max = AUDIENCE_NAME_MAX, .doc = "The other."},
    {.name = "both", .type = SPEC_INT, .max = INT64_MAX, .doc = "Persons in both."},
    END,
};
const struct spec_field segment_overlap_answer[] = {
    {.name = "segments", .type = SPEC_ARRAY, .max = 12, .fields = sized_fields, .doc = "The segments asked for."},
    {.name = "pairs", .type = SPEC_ARRAY, .max = 66, .fields = pair_fields, .doc = "Each two of them."},
    END,
};
static const struct spec_field of_person_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = AUDIENCE_NAME_MAX, .doc = "Name of the segment."},
    {.name = "title", .type = SPEC_STRING, .max = 127, .doc = "What people call it."},
    {.name = "since", .type = SPEC_TIME, .nullable = true,
        .doc = "When the person last entered; null when that is not known."},
    END,
};
const struct spec_field segment_person_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = AUDIENCE_MAX, .fields = of_person_fields,
        .doc = "The segments the person is in."},
    NEXT,
    END,
};

// --- personas

static const struct spec_field value_fields[] = {
    {.name = "field", .type = SPEC_STRING, .max = 47,
        .doc = "What is counted: a field, or product, category, brand of what was bought."},
    {.name = "value", .type = SPEC_STRING, .max = 95, .doc = "The value."},
    {.name = "text", .type = SPEC_STRING, .max = 255, .doc = "The line as a sentence."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .doc = "People looked at that have it."},
    {.name = "share", .type = SPEC_NUMBER, .max = 1, .doc = "Their share of those looked at."},
    {.name = "overall", .type = SPEC_NUMBER, .max = 1, .doc = "The share of everybody."},
    {.name = "index", .type = SPEC_NUMBER, .max = INT64_MAX,
        .doc = "share / overall: 2 means twice as frequent; 0 when nobody else has it."},
    END,
};
static const struct spec_field card_fields[] = {
    {.name = "who", .type = SPEC_ARRAY, .max = 12, .fields = value_fields,
        .doc = "Countries, languages, stages and groups, the most frequent first."},
    {.name = "buys", .type = SPEC_ARRAY, .max = 12, .fields = value_fields,
        .doc = "Products, categories and brands, the most frequent first."},
    {.name = "differs", .type = SPEC_ARRAY, .max = 10, .fields = value_fields,
        .doc = "What is more or less frequent than with everybody, the surest first."},
    {.name = "looked_at", .type = SPEC_INT, .max = INT64_MAX, .doc = "People looked at: all, or a stable sample."},
    {.name = "computed", .type = SPEC_TIME, .doc = "When; a card is kept for a quarter of an hour."},
    END,
};
static const struct spec_field persona_fields[] = {
    ROW,
    {.name = "notes", .type = SPEC_OBJECT, .max = 65536, .nullable = true, .doc = "What staff wrote on the card, or null."},
    {.name = "card", .type = SPEC_OBJECT, .max = 65536, .nullable = true, .fields = card_fields,
        .doc = "What its people are like; null while the segment is filling or broken."},
    END,
};
const struct spec_field segment_personas_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = AUDIENCE_MAX, .fields = persona_fields, .doc = "The personas."},
    NEXT,
    END,
};
