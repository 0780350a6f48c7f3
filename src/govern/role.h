// SPDX-License-Identifier: Apache-2.0
// Roles: what a member of staff may do, how much of each protection level they see, and what their work
// may be for. One row each, here for the eight built-in roles and in records.db for a shop's own. This is
// the one table: sessions, tokens, the dispatcher, masking and the roles page all read it.
//
// The rules
//  - A role that is not found may do nothing: fail closed.
//  - Nobody makes a role that may do, see or work for more than their own role (role_covers), and only an
//    owner gives or takes the role of owner (role_may_give).
//  - The levels above a masked one are never shown in more detail: views fall from P0 to P4.
#pragma once

#include "govern.h"

enum { ROLE_NAME_MAX = 31, ROLE_DOC_MAX = 240, ROLES_BUILTIN_MAX = 8, ROLES_CUSTOM_MAX = 64 };
struct role {
    char name[ROLE_NAME_MAX + 1]; // lower case, digits, "_"; begins with a letter
    char doc[ROLE_DOC_MAX + 1];   // one sentence
    bool builtin;
    uint64_t permissions;         // bit per enum spec_permission; always has SPEC_SESSION
    uint8_t view[SPEC_LEVELS];    // enum spec_view
    uint32_t purposes;            // bit per row of guard_purposes
    char purpose[24];             // the one in force when the caller says none
    bool second_factor;           // required
};

// CU_NOT_FOUND: there is no such role (then the caller may do nothing).
cu_code role_find(struct govern *g, cu_str name, struct role *ret, struct cu_error *err) CU_MUST;
// The same on a connection the caller holds already: never hold one and call role_find.
cu_code role_find_in(struct db *d, cu_str name, struct role *ret, struct cu_error *err) CU_MUST;
// Built-in ones first, in the table's order, then the shop's own by name; in the arena.
cu_code role_list(struct govern *g, struct cu_arena *a, struct role **ret, size_t *ret_count, struct cu_error *err) CU_MUST;
bool role_builtin(cu_str name, struct role *ret); // false: not one of them
size_t role_builtins(struct role ret[ROLES_BUILTIN_MAX]);

// Fills role, permissions, view and purpose of a caller. purpose: what the caller says the work is for (header
// X-Custos-Purpose), CU_NONE or "": the role's first. CU_FORBIDDEN, field "purpose": the role may not work for it.
cu_code role_apply(const struct role *r, cu_str purpose, struct caller *c, struct cu_error *err) CU_MUST;
// Whether `of` may do, see and work for everything that `wanted` may.
bool role_covers(const struct role *of, const struct role *wanted);
// Whether staff of the role `giver` may invite somebody as `given`, or give or take it from somebody else.
// Nobody changes their own role: that check needs the ids and is the caller's.
bool role_may_give(const struct role *giver, const struct role *given);

// As the API writes it.
const char *role_view_name(enum spec_view v); // "none", "mask", "full"

extern const struct module govern_role_module; // instance: struct govern
