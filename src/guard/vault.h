// SPDX-License-Identifier: Apache-2.0
// The statutory vault: what the law demands to keep of a person although they were erased, or whose processing is
// restricted. It is sealed under keys of its own (store/keys.h: a forest of its own, with an epoch root of its own), each
// with a term; when the term is over the key is destroyed as an erased person's, and with it whatever was
// sealed, wherever copies lie. No path leads from it to marketing or analytics: it opens for purposes that open
// restricted people only, each opening by staff is in the audit log, and counts for the rate.
//
// The caller keeps the sealed bytes where it likes. A place must be the vault's own: no other value may be bound to it.
#pragma once

#include "guard.h"

#define GUARD_VAULT_MAX 60000 // bytes of one value

// expires_ms: kept at least until then; a later term of the same subject prolongs all of it. The key is durable after
// guard_commit, as with guard_seal: within a batch, under people_lock, before the caller's row. CU_ERASED: the subject's vault has expired; it stays so.
cu_code guard_vault_seal(struct guard *g, enum seal_class class_id, const struct seal_place *place, int64_t expires_ms, cu_str plain,
    struct cu_buf *out, struct cu_error *err) CU_MUST;
// CU_REFUSED: this purpose opens no vault; CU_NOT_FOUND, CU_ERASED, CU_KEY, CU_CORRUPT as guard_open.
cu_code guard_vault_open(struct guard *g, const struct seal_place *place, cu_str sealed, struct cu_buf *out,
    struct cu_error *err) CU_MUST;
// Destroys the keys whose term is over; the program's own work only. *ret_count of them.
cu_code guard_vault_expire(struct guard *g, size_t *ret_count, struct cu_error *err) CU_MUST;
