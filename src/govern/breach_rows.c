// SPDX-License-Identifier: Apache-2.0
// What the routes of breaches accept and answer (spec/spec.h). See breach_routes.c.
#include "breach_internal.h"

#define END                                                                                                                 \
    {                                                                                                                       \
        .name = NULL                                                                                                        \
    }
#define TIME_OR_NULL(name_, doc_)                                                                                           \
    {                                                                                                                       \
        .name = name_, .type = SPEC_TIME, .nullable = true, .doc = doc_                                                     \
    }
#define NUMBER(name_, doc_)                                                                                                 \
    {                                                                                                                       \
        .name = name_, .type = SPEC_INT, .max = INT64_MAX, .doc = doc_                                                      \
    }
#define WORD(name_, max_, doc_)                                                                                             \
    {                                                                                                                       \
        .name = name_, .type = SPEC_STRING, .max = max_, .doc = doc_                                                        \
    }
#define WORD_OR_NULL(name_, max_, doc_)                                                                                     \
    {                                                                                                                       \
        .name = name_, .type = SPEC_STRING, .max = max_, .nullable = true, .doc = doc_                                      \
    }

const struct spec_field breach_id_path[] = {
    {.name = "id", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .required = true, .doc = "Number of the breach."},
    END,
};

// --- what is told

#define TEXTS                                                                                                               \
    {.name = "facts", .type = SPEC_STRING, .max = BREACH_TEXT_MAX, .doc = "What happened (33(3)(a))."},                     \
        {.name = "effects", .type = SPEC_STRING, .max = BREACH_TEXT_MAX, .doc = "What may follow from it (33(3)(c))."},     \
        {.name = "measures",                                                                                                \
            .type = SPEC_STRING,                                                                                            \
            .max = BREACH_TEXT_MAX,                                                                                         \
            .doc = "What was done and is proposed, and what people can do (33(3)(d))."},                                    \
        {.name = "late_reason",                                                                                             \
            .type = SPEC_STRING,                                                                                            \
            .max = BREACH_TEXT_MAX,                                                                                         \
            .doc = "Why the authority is told later than 72 hours (33(1))."},                                               \
        {.name = "reasons",                                                                                                 \
            .type = SPEC_STRING,                                                                                            \
            .max = BREACH_TEXT_MAX,                                                                                         \
            .doc = "Why the authority or the people are not told."},                                                        \
        {.name = "risk",                                                                                                    \
            .type = SPEC_ENUM,                                                                                              \
            .options = breach_risks,                                                                                        \
            .doc = "Of the people's rights and freedoms: none, risk (tell the authority), high (tell the people, too)."},   \
        {.name = "keys_exposed", .type = SPEC_BOOL, .doc = "Whether keys got out, too; absent: not known."},                \
        {.name = "aware", .type = SPEC_TIME, .doc = "When it became known: the clock runs from here; default now."},        \
        {.name = "began", .type = SPEC_TIME, .doc = "When the breach began."},                                              \
    {                                                                                                                       \
        .name = "ended", .type = SPEC_TIME, .doc = "When it ended."                                                         \
    }
#define KIND_DOC                                                                                                            \
    "account (somebody misused access), storage (a disk or backup got out), transmission, keys, loss (gone or changed), "   \
    "other."

const struct spec_field breach_make_body[] = {
    {.name = "title",
        .type = SPEC_STRING,
        .min = 1,
        .max = BREACH_TITLE_MAX,
        .required = true,
        .doc = "What it is called here."},
    {.name = "kind", .type = SPEC_ENUM, .options = breach_kinds, .required = true, .doc = KIND_DOC},
    TEXTS,
    END,
};
const struct spec_field breach_change_body[] = {
    {.name = "title", .type = SPEC_STRING, .min = 1, .max = BREACH_TITLE_MAX, .doc = "What it is called here."},
    {.name = "kind", .type = SPEC_ENUM, .options = breach_kinds, .doc = KIND_DOC},
    TEXTS,
    {.name = "state",
        .type = SPEC_ENUM,
        .options = breach_state_names,
        .doc = "The next state: open, assessed, notified, no_risk, closed."},
    {.name = "note", .type = SPEC_STRING, .max = BREACH_NOTE_MAX, .doc = "For the list of steps."},
    END,
};
const struct spec_field breach_notified_body[] = {
    {.name = "whom",
        .type = SPEC_ENUM,
        .options = (const char *const[]){"authority", "people", NULL},
        .required = true,
        .doc = "Who was told."},
    {.name = "at", .type = SPEC_TIME, .doc = "When; default now."},
    {.name = "reference",
        .type = SPEC_STRING,
        .max = BREACH_REFERENCE_MAX,
        .doc = "The authority's number, or how people were told."},
    {.name = "people", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .doc = "How many people were told."},
    {.name = "note", .type = SPEC_STRING, .max = BREACH_NOTE_MAX, .doc = "For the list of steps."},
    END,
};
const struct spec_field breach_scope_body[] = {
    {.name = "from", .type = SPEC_TIME, .required = true, .doc = "Entries of the log at or after this time."},
    {.name = "to", .type = SPEC_TIME, .doc = "Entries before this time; default now."},
    {.name = "staff", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .doc = "Only what this member of staff did."},
    {.name = "token", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .doc = "Only what was done with this API token."},
    {.name = "route",
        .type = SPEC_STRING,
        .min = 1,
        .max = 63,
        .doc = "Only this act, such as people.show; ending in a dot: all below."},
    {.name = "field",
        .type = SPEC_STRING,
        .min = 1,
        .max = 255,
        .doc = "Only where one of these was read, by commas: orders,events."},
    {.name = "person", .type = SPEC_UUID, .doc = "Only about this person."},
    {.name = "replace", .type = SPEC_BOOL, .doc = "Instead of the questions asked before; else in addition to them."},
    END,
};

// --- what is answered

#define SUMMARY                                                                                                             \
    NUMBER("id", "Number of the breach."), WORD("title", BREACH_TITLE_MAX, "What it is called here."),                      \
        WORD("kind", 15, KIND_DOC), WORD("state", 15, "open, assessed, notified, no_risk or closed."),                      \
        WORD_OR_NULL("risk", 7, "none, risk or high; null while it is not assessed."),                                      \
        {.name = "made", .type = SPEC_TIME, .doc = "When it was recorded."}, TIME_OR_NULL("began", "When it began."),       \
        TIME_OR_NULL("ended", "When it ended."), {.name = "aware", .type = SPEC_TIME, .doc = "When it became known."},      \
        {.name = "due", .type = SPEC_TIME, .doc = "72 hours later: by then the authority is told."},                        \
        NUMBER("used_permille", "How much of the 72 hours is used; stands still once the authority was told."),             \
        {.name = "over", .type = SPEC_BOOL, .doc = "Whether they are over."},                                               \
        TIME_OR_NULL("authority_told", "When the authority was told."),                                                     \
        TIME_OR_NULL("people_told", "When the people were told."), TIME_OR_NULL("closed", "When it was closed."),           \
        NUMBER("people", "People whose records were opened, as the log says."),                                             \
        NUMBER("unknown", "Names in the log of people who are not here any more.")

static const struct spec_field item_fields[] = {SUMMARY, END};
static const char *const state_options[] = {"open", "assessed", "notified", "no_risk", "closed", NULL};
const struct spec_field breach_list_query[] = {
    {.name = "state", .type = SPEC_ENUM, .options = state_options, .doc = "Only breaches in this state."},
    {.name = "cursor", .type = SPEC_STRING, .min = 1, .max = 20, .doc = "`next` of the answer before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = 200, .fallback = "50", .doc = "At most this many."},
    END,
};
const struct spec_field breach_list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 200, .fields = item_fields, .doc = "Breaches, newest first."},
    WORD_OR_NULL("next", 20, "Cursor of what follows; null at the end."),
    END,
};

static const struct spec_field query_fields[] = {
    TIME_OR_NULL("from", "Entries at or after this time."),
    TIME_OR_NULL("to", "Entries before this time."),
    {.name = "actor",
        .type = SPEC_OBJECT,
        .max = 1024,
        .nullable = true,
        .fields = audit_actor_fields,
        .doc = "Whose acts; null: anybody's."},
    WORD_OR_NULL("action", 63, "Which act; null: any."),
    WORD_OR_NULL("fields", 255, "Where one of these was read; null: any."),
    WORD("person", 15, "any, one, or erased: somebody who was erased since."),
    NUMBER("entries", "Entries of the log it brought."),
    END,
};
const struct spec_field breach_scope_fields[] = {
    WORD("state", 15, "none, waiting (it is being asked), done or failed."),
    NUMBER("progress_permille", "How far it is."),
    TIME_OR_NULL("done", "When the log was asked last."),
    NUMBER("entries", "Entries of the log that belong to it."),
    NUMBER("names", "Different names in them; a person may have several."),
    NUMBER("people", "People who were found for them."),
    NUMBER("unknown", "Names of people who are not here any more: erased since."),
    NUMBER("erased", "Records of those found, erased since."),
    {.name = "cut", .type = SPEC_BOOL, .doc = "There were more than a million names: ask for less."},
    {.name = "queries", .type = SPEC_ARRAY, .max = BREACH_QUERIES_MAX, .fields = query_fields, .doc = "What was asked."},
    END,
};
static const struct spec_field check_fields[] = {
    WORD("name", 63, "Name of the check."),
    {.name = "speaks_for", .type = SPEC_BOOL, .doc = "Whether it speaks for the exemption."},
    WORD("text", 255, "What was found."),
    END,
};
static const struct spec_field exemption_fields[] = {
    WORD("answer", 7, "yes: what got out cannot be read, so people need not be told for that reason; no; unknown."),
    WORD("source", 31, "Where the law says so."),
    {.name = "checks",
        .type = SPEC_ARRAY,
        .max = BREACH_CHECKS_MAX,
        .fields = check_fields,
        .doc = "What it was computed from."},
    END,
};
static const struct spec_field step_fields[] = {
    {.name = "at", .type = SPEC_TIME, .doc = "When."},
    {.name = "by", .type = SPEC_OBJECT, .max = 1024, .fields = audit_actor_fields, .doc = "By whom."},
    WORD("what", 31, "made, changed, state, scope, scope_done, told_authority, mail, told_people or pack."),
    {.name = "detail", .type = SPEC_OBJECT, .max = 4096, .doc = "Names and numbers that belong to it."},
    WORD_OR_NULL("note", BREACH_NOTE_MAX, "What was noted."),
    END,
};
static const struct spec_field act_element[] = {WORD("", 31, "An act."), END};
const struct spec_field breach_answer_fields[] = {
    SUMMARY,
    WORD_OR_NULL("facts", BREACH_TEXT_MAX, "What happened."),
    WORD_OR_NULL("effects", BREACH_TEXT_MAX, "What may follow from it."),
    WORD_OR_NULL("measures", BREACH_TEXT_MAX, "What was done and is proposed."),
    WORD_OR_NULL("late_reason", BREACH_TEXT_MAX, "Why the authority is told late."),
    WORD_OR_NULL("reasons", BREACH_TEXT_MAX, "Why somebody is not told."),
    {.name = "keys_exposed", .type = SPEC_BOOL, .nullable = true, .doc = "Whether keys got out; null: not known."},
    {.name = "scope",
        .type = SPEC_OBJECT,
        .max = 65536,
        .fields = breach_scope_fields,
        .doc = "What was asked of the audit log, and what it said."},
    {.name = "data",
        .type = SPEC_ARRAY,
        .max = BREACH_FIELDS_MAX + 1,
        .fields = breach_data_fields,
        .doc = "What was opened, of how many."},
    {.name = "exemption",
        .type = SPEC_OBJECT,
        .max = 8192,
        .fields = exemption_fields,
        .doc = "Whether encryption makes telling people needless."},
    {.name = "mail",
        .type = SPEC_OBJECT,
        .max = 4096,
        .nullable = true,
        .fields = breach_mail_fields,
        .doc = "The letter that was sent to the people last."},
    {.name = "acts",
        .type = SPEC_ARRAY,
        .max = 16,
        .fields = act_element,
        .doc = "What is possible now: states, tell_authority, tell_people."},
    {.name = "steps",
        .type = SPEC_ARRAY,
        .max = 2000,
        .fields = step_fields,
        .doc = "Everything that was done, oldest first."},
    END,
};

// --- people, letters

static const struct spec_field name_element[] = {WORD("", 80, "A name."), END};
static const struct spec_field person_fields[] = {
    {.name = "id", .type = SPEC_UUID, .nullable = true, .doc = "The person; null: erased a moment ago."},
    WORD("label", 400, "What the person is called, as far as the caller sees it."),
    WORD_OR_NULL("email", 254, "Address to write to, as far as the caller sees it."),
    WORD_OR_NULL("phone", 63, "Number, likewise."),
    WORD("shown", 15, "full, masked or hidden."),
    {.name = "first", .type = SPEC_TIME, .doc = "When the record was opened first."},
    {.name = "last", .type = SPEC_TIME, .doc = "And last."},
    NUMBER("acts", "How many entries of the log name the person."),
    {.name = "fields", .type = SPEC_ARRAY, .max = BREACH_FIELDS_MAX + 1, .fields = name_element, .doc = "What was opened."},
    {.name = "categories",
        .type = SPEC_ARRAY,
        .max = BREACH_FIELDS_MAX + 1,
        .fields = name_element,
        .doc = "Its data categories, one for each."},
    END,
};
const struct spec_field breach_affected_query[] = {
    {.name = "cursor", .type = SPEC_STRING, .min = 1, .max = 20, .doc = "`next` of the answer before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = 200, .fallback = "50", .doc = "At most this many."},
    END,
};
const struct spec_field breach_affected_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 200, .fields = person_fields, .doc = "People."},
    WORD_OR_NULL("next", 20, "Cursor of what follows; null at the end."),
    WORD("state", 15, "Of the question to the log: none, waiting, done, failed."),
    NUMBER("people", "How many there are."),
    NUMBER("unknown", "Names of people who are not here any more."),
    END,
};
static const struct spec_field letter_fields[] = {
    WORD("kind", 15, "authority or people."),
    WORD("language", 7, "Its language."),
    WORD("subject", 1000, "Its subject."),
    WORD("text", BREACH_TEXTS_MAX, "Its text; what is not known says so."),
    END,
};
const struct spec_field breach_letters_query[] = {
    {.name = "language", .type = SPEC_ENUM, .options = breach_languages, .fallback = "en", .doc = "Of the letters."},
    END,
};
const struct spec_field breach_letters_answer[] = {
    {.name = "items",
        .type = SPEC_ARRAY,
        .max = 2,
        .fields = letter_fields,
        .doc = "The letter to the authority and the one to the people."},
    END,
};
