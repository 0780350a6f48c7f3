// SPDX-License-Identifier: Apache-2.0
// Private to the files of roles: the shop's own rows, on a connection of the caller.
#pragma once

#include "role.h"

bool role_permission_of(cu_str name, enum spec_permission *ret); // false: unknown, or not one a role can have
bool role_purpose_of(cu_str name, uint32_t *ret_bit);            // false: unknown, or not for staff
cu_code role_list_in(struct db *d, struct cu_arena *a, struct role **ret, size_t *ret_count, struct cu_error *err) CU_MUST;
cu_code role_put(struct db *d, const struct role *r, int64_t by, struct cu_error *err) CU_MUST;
cu_code role_delete(struct db *d, const char *name, struct cu_error *err) CU_MUST;
cu_code role_staff(struct db *d, const char *name, int64_t *ret, struct cu_error *err) CU_MUST; // members of staff who have it
cu_code role_count(struct db *d, int64_t *ret, struct cu_error *err) CU_MUST;                   // of the shop's own
