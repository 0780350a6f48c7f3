// SPDX-License-Identifier: Apache-2.0
// Every statement is a record, and every record can be proved. A record's document (ISO/IEC TS 27560 fields, DPV
// JSON-LD) is made from its row and the policy in force then; its hash is a leaf of a small Merkle tree over the records
// noted together, whose root stands in the audit log (proof.h): a second after it was stored, or when it is asked for.
// policy.c keeps wordings and policies; a change of them is a new version.
#pragma once

#include "gate_internal.h"
#include "proof.h"

struct record_options {
    const char *audit_folder; // DATA/audit
    const char *shop_name, *base_url;
    int32_t consent_age;      // years; 0: nobody is too young
    // Is this a write key of a source that is switched on? For the browser's question (consent mode).
    bool (*key_good)(void *context, cu_str key);
    void *key_context;
};
// After gate_open, once the dictionary is set: makes the policy in force, listens for other dictionaries.
cu_code record_start(struct gate *g, const struct record_options *o, struct cu_error *err) CU_MUST;

// Notes what is not noted yet; with the access of this thread.
cu_code record_note_all(struct gate *g, struct cu_error *err) CU_MUST;
// Tells whoever keeps states in memory (people_on_change) of consents that ended by the clock since the last call.
cu_code record_expire(struct gate *g, struct cu_error *err) CU_MUST;
struct record_place { // where a record stands
    uint32_t pno;
    bool found;
};
cu_code record_find(struct gate *g, struct db *d, struct cu_uuid record, struct record_place *ret, struct cu_error *err) CU_MUST;
// The receipt: {"document":..,"proof":..}. CU_NOT_FOUND. Not under the lock.
cu_code record_receipt(struct gate *g, struct cu_uuid record, struct cu_buf *out, struct cu_error *err) CU_MUST;

// ---- policy.c

// The policy from the dictionary and the wordings in force; a version when it differs from the newest. Not under the lock.
cu_code policy_sync(struct gate *g, struct cu_error *err) CU_MUST;
cu_code policy_load(struct gate *g, struct db *d, struct cu_error *err) CU_MUST; // into memory
// A version's canonical JSON, appended. CU_NOT_FOUND.
cu_code policy_text(struct db *d, int64_t version, struct cu_buf *out, int64_t *ret_made_ms, struct cu_error *err) CU_MUST;
// The policy that another dictionary would make, with the wordings in force: for policy_diff. Appended.
cu_code policy_preview(struct gate *g, struct db *d, const struct dictionary *dictionary, struct cu_buf *out, struct cu_error *err) CU_MUST;
// [{"purpose","attribute","before","after","material"}]; *ret_material: at least one is.
cu_code policy_diff(cu_str before, cu_str after, struct json_writer *w, bool *ret_material, struct cu_error *err) CU_MUST;

extern const struct module consent_record_module, consent_list_module, consent_policy_module, consent_signal_module; // instance: struct gate *
