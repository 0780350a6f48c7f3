// SPDX-License-Identifier: Apache-2.0
// What a caller sees of a value: the level its dictionary row gives it, and the caller's view of that level
// (spec/request.h). Full, masked by its kind (mask.h), or hidden. The local operator sees all.
//
// The rules
//  - What nobody declared counts as P3; so does what staff write about a person (reasons of merges).
//  - An identifier has the level of the person field that it also is, else P2.
//  - A hidden value with a row is null; a hidden one that nobody declared is left out with its name, which
//    could itself say something. Both are counted.
//  - Searching by beginnings or roughly would tell a masked value letter by letter: it is for those who see
//    every field that is searched in full. Others find only exactly what they know already, and only
//    by identifiers that they see at least masked.
//  - Raw bytes (a refused event that cannot be read, rows of a file) cannot be masked: they are for
//    those who see every level that the dictionary uses, and at least P3.
#pragma once

#include "mask.h"
#include "spec/dictionary.h"
#include "spec/request.h"

#define SIGHT_UNDECLARED DICT_P3

enum spec_view sight_level(const struct caller *c, enum dict_level level);
enum spec_view sight_field(const struct caller *c, const struct dict_field *f); // NULL: undeclared
enum dict_level sight_identifier_level(const struct dictionary *d, cu_str kind);
bool sight_all(const struct caller *c);                                // every level in full
bool sight_raw(const struct caller *c, const struct dictionary *d);
bool sight_any_sealed(const struct caller *c);                         // anything at all of P2 and above
// By beginnings of words and roughly: every field that the search index holds.
bool sight_search(const struct caller *c, const struct dictionary *d);
const char *sight_name(enum spec_view v); // "full", "masked", "hidden": as answers write it
extern const char *const sight_names[];   // NULL-terminated, for answers' rows
enum spec_view sight_least(enum spec_view a, enum spec_view b);
enum mask_kind sight_mask(const struct dict_field *f);
enum mask_kind sight_identifier_mask(const struct dictionary *d, cu_str kind);
// Text as seen: itself, its mask in the arena, or CU_NONE. CU_NONE stays so.
cu_str sight_text(enum spec_view v, enum mask_kind kind, cu_str text, struct cu_arena *a);
void sight_print(struct json_writer *w, enum spec_view v, enum mask_kind kind, cu_str text); // as a JSON value

// JSON as seen: properties, traits, contexts. Counts what was masked and hidden.
struct sight {
    const struct caller *caller;
    const struct dictionary *dictionary;
    const char *leave; // sight_properties passes this member over; NULL: none
    uint32_t masked, hidden;
};
// The members of object by the rows of event (NULL: nobody declared it), inside an open object. skip: an object
// whose member names are left out (they are written from elsewhere), or an absent value.
void sight_properties(struct sight *s, const struct dict_event *event, json object, json skip, struct json_writer *w);
void sight_context(struct sight *s, json context, struct json_writer *w); // inside an open object
// A whole call of the tracking API ("type", "event", "traits", "properties" ...) as one JSON value.
void sight_call(struct sight *s, json call, struct json_writer *w);
// The least that any value was shown as: full when nothing was masked or hidden.
enum spec_view sight_least_shown(const struct sight *s);
