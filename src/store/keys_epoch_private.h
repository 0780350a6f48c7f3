// SPDX-License-Identifier: Apache-2.0
// Between keys_epoch.c (files, order of writing) and keys_epoch_format.c (bytes).
#pragma once

#include "keys_epoch.h"

#define RATCHET_RECORD 512
// How far a ratchet file may lag behind keys/root: an old copy of it beside the newest folder is harmless
// (it opens only what is in force), but a damaged epoch must not keep the start busy for hours.
#define RATCHET_STEPS_MAX UINT64_C(20000000)

struct ratchet {
    uint64_t epoch;
    uint8_t value[32];
};
enum slot_state { SLOT_EMPTY, SLOT_TORN, SLOT_WHOLE, SLOT_NEWER };

cu_code epoch_slot_seal(const struct epoch_values *v, uint64_t epoch, bool has_ratchet, const struct keyring *k,
    const uint8_t ratchet[32], uint8_t ret[EPOCH_SLOT], struct cu_error *err) CU_MUST;
enum slot_state epoch_slot_state(const uint8_t slot[EPOCH_SLOT]);
void ratchet_print(const struct ratchet *r, uint8_t ret[RATCHET_RECORD]);
bool ratchet_parse(const uint8_t record[RATCHET_RECORD], struct ratchet *ret);
bool ratchet_run(struct ratchet *r, uint64_t epoch); // forward by BLAKE2b-256; false: past it, or too far
