// SPDX-License-Identifier: Apache-2.0
// Promises on their way: rows of the table promise are carried to the backup target within seconds, and
// applied by a restore, so that nobody who was erased and no consent that was withdrawn comes back with an
// older backup. What identifies a person there is a public id and, in a second object that is destroyed after
// backup_key_days, keyed tags; both are sealed under the backup key.
#pragma once

#include "backup.h"
#include "people/promise.h"

// Carries off what waits: target, then the rows. Cheap when nothing waits.
cu_code promises_send(struct backup_work *w, struct cu_error *err) CU_MUST;
// Every promise in the target that is not kept in this backup yet, oldest first. In memory of the caller: cu_free.
cu_code promises_fetch(struct backup_work *w, const struct backup_manifest *m, struct promise **ret, size_t *ret_count,
    struct cu_error *err) CU_MUST;
// Drops tags older than before_tags_ms, and whole promises older than before_ms.
cu_code promises_expire(struct target *t, int64_t before_ms, int64_t before_tags_ms, int64_t *ret_count,
    struct cu_error *err) CU_MUST;
