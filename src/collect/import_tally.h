// SPDX-License-Identifier: Apache-2.0
// What imports did, counted by the pipeline in the transaction that does it: neither a crash nor a
// second try can count twice. And whether an import only repeats what is known of an order, so that
// the same file imported twice puts nothing into the timeline twice.
#pragma once

#include "store/db.h"

enum import_effect { IMPORT_EFFECT_NONE, IMPORT_EFFECT_CREATED, IMPORT_EFFECT_UPDATED };

#define IMPORT_TALLY_MAX 8 // imports in one batch; more are counted after a store
struct import_tally {      // zeroed: empty
    struct {
        uint32_t import;
        uint64_t created, updated;
    } at[IMPORT_TALLY_MAX];
    uint32_t count;
};
// False when the tally is full: store it first.
bool import_tally_add(struct import_tally *t, uint32_t import, enum import_effect effect);
cu_code import_tally_store(
    struct import_tally *t, struct db *d, struct cu_error *err) CU_MUST; // and empties it
// Does the order message of this seq say what an older message of another import or door said
// already? Decided from stored rows alone: a replay decides the same.
cu_code import_repeats_order(struct db *d, uint64_t seq, bool *ret, struct cu_error *err) CU_MUST;
