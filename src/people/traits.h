// SPDX-License-Identifier: Apache-2.0
// Private to people/: traits on their way from JSON to sealed groups and back.
#pragma once

#include "fold.h"
#include "internal.h"
#include "sight.h"

#define TRAIT_GROUPS 6    // 0 plain (P0, P1), then enum dict_group
#define TRAIT_GROUP_MAX ((size_t)512 * 1024) // bytes of one group of one profile

struct trait { // one field of one call
    cu_str name;  // canonical, or the dotted path as it was sent
    int group;    // 0 .. TRAIT_GROUPS-1
    enum fold_type type;
    cu_str value;
    bool misfit;     // see fold.h
    bool superseded; // the same call has the field again
};
struct trait_list {
    struct trait *at;
    size_t count, max;
    struct cu_arena *arena;
};
// Flattens and normalises the members of traits; names nobody declared are noted in the register.
cu_code traits_flatten(struct people *p, json traits, const struct evidence *ev, struct trait_list *ret, struct cu_error *err) CU_MUST;
// A row of the history that nobody sent: source 0.
cu_code traits_history_put(struct people *p, uint32_t pno, int group, int64_t at_ms, cu_str plain, struct cu_error *err) CU_MUST;
int trait_group_of(const struct dict_field *f); // NULL: undeclared

cu_code trait_group_seal(struct people *p, uint32_t pno, int group, uint32_t table, uint64_t record, uint64_t version, cu_str plain,
    struct cu_buf *out, struct cu_error *err) CU_MUST;
cu_code trait_group_open(struct people *p, uint32_t pno, int group, uint32_t table, uint64_t record, uint64_t version, cu_str stored,
    struct cu_buf *out, struct cu_error *err) CU_MUST; // appends

// The fold over profiles and groups of a person, newest wins; names are canonical by the dictionary of
// now (so a name classified later counts as declared). Cleared fields are left out. All in the arena.
struct trait_view {
    struct fold_entry e;
    const struct dict_field *field; // NULL: undeclared
};
#define TRAIT_ALL_GROUPS 0x3fu
#define TRAIT_CONTACT_GROUP (1u << DICT_GROUP_CONTACT)
cu_code traits_of_person(struct people *p, struct db *d, const uint32_t *pnos, size_t count, unsigned groups, struct cu_arena *a,
    struct trait_view **ret, size_t *ret_count, struct cu_error *err) CU_MUST;
cu_str trait_text(const struct trait_view *t, size_t count, const char *name); // CU_NONE unless it is text
cu_str trait_display_name(struct cu_arena *a, const struct trait_view *t, size_t count); // name, or first + last; may be empty
// As far as it is shown; e->type FOLD_NULL prints null.
void trait_value_print(struct json_writer *w, const struct fold_entry *e, const struct dict_field *field, enum spec_view shown);
// What was ever said about a field ("" : all), newest first, as elements of an array.
cu_code traits_history_print(struct people *p, struct db *d, const uint32_t *pnos, size_t count, cu_str field, struct sight *sight,
    struct cu_arena *a, struct json_writer *w, struct cu_error *err) CU_MUST;

// What a person is called in a list (person_label.c), as far as the caller sees it: name, e-mail address, sign-in name
// or number. A person of whom the caller may see none of these is "Person 1a2b", by the id; one who has none "Visitor 1a2b".
#define LABEL_PROFILES_MAX 16u // profiles looked at
struct person_label {
    cu_str text, email;         // email CU_NONE: none, or hidden
    enum spec_view text_shown;
    enum spec_view shown;       // the least of the two
};
cu_code person_label(struct people *p, struct db *d, const uint32_t *pnos, size_t count, const struct caller *c, struct cu_arena *a,
    struct person_label *ret, struct cu_error *err) CU_MUST;
