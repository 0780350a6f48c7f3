// SPDX-License-Identifier: Apache-2.0
// Administration of the keys, done by whoever holds them; the caller's permission was checked before. Each
// act is in the audit log before it happens, with the access of this thread. What they do: store/keys.h.
#pragma once

#include "guard.h"

// Restriction of processing (GDPR Art. 18), durable on return: staff then open these people only for
// purposes whose row says opens_restricted. CU_ERASED when one of them is erased: nothing is changed.
cu_code guard_restrict(struct guard *g, const uint64_t *subjects, size_t count, bool on, struct cu_error *err) CU_MUST;
bool guard_is_restricted(struct guard *g, uint64_t subject); // true also when it cannot be asked

cu_code guard_keys_inventory(struct guard *g, struct keys_inventory *ret, struct cu_error *err) CU_MUST;
enum guard_rotation { GUARD_ROTATE_ROOT, GUARD_ROTATE_NODES, GUARD_ROTATE_CLASS, GUARD_ROTATE_SIGNING, GUARD_ROTATE_INDEX };
// Returns when it is done; of class and index, when what follows is begun (people/). class_id: for GUARD_ROTATE_CLASS. CU_CONFLICT: a root key that comes from outside.
cu_code guard_keys_rotate(struct guard *g, enum guard_rotation kind, enum seal_class class_id, struct cu_error *err) CU_MUST;
// A new recovery kit, once; wiped by the caller.
cu_code guard_keys_kit(struct guard *g, char ret[KEYS_KIT_MAX], struct cu_error *err) CU_MUST;
// Writes a key archive (store/keys_archive.h) as DATA/keys/archives/NAME, the one folder besides its own that
// the key process may write; the caller moves it to where it belongs. name: letters, digits, '.', '_', '-'.
cu_code guard_keys_archive(struct guard *g, const char *name, struct cu_error *err) CU_MUST;
// keys_reseal, keys_reseal_put: how far the rows have been sealed anew since a class was rotated.
cu_code guard_reseal(struct guard *g, struct keys_reseal *ret, struct cu_error *err) CU_MUST;
cu_code guard_reseal_put(struct guard *g, const struct keys_reseal *r, struct cu_error *err) CU_MUST;
// keys_index, keys_index_put: how far the index of identifiers is under its new key.
cu_code guard_index(struct guard *g, struct keys_index *ret, struct cu_error *err) CU_MUST;
cu_code guard_index_put(struct guard *g, const struct keys_index *n, struct cu_error *err) CU_MUST;
// A checkpoint of the audit log now, when it has grown.
cu_code guard_audit_sign(struct guard *g, struct cu_error *err) CU_MUST;
