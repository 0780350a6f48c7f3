// SPDX-License-Identifier: Apache-2.0
// The epoch root's file (DATA/keys/root, two slots) and the ratchet beside the root key, for keys*.c only.
// One writer at a time (keys.c locks). Bytes: docs/explanation/sealing.md.
//
// What holds at every moment, also at every crash:
//  E1  There is a slot that opens under the root key and the ratchet, or the ratchet run forward to the
//      slot's epoch. The newest such slot is in force.
//  E2  A slot comes in force only by a whole write of itself: a torn one fails its checksum, and the one
//      before it is still in force.
//  E3  The ratchet passes epoch e only after a slot of a later epoch was written and synced in the same
//      call. So it never runs past what is on the disk.
//  E4  When epoch_advance or epoch_settle returned CU_OK, no other slot than the one in force holds
//      anything, and the ratchet is at its epoch: with a ratchet, earlier slots, from wherever, open no more.
#pragma once

#include "crypto/keyring.h"
#include "crypto/seal.h"

#define EPOCH_CLASSES 64
enum epoch_forest { EPOCH_PEOPLE, EPOCH_VAULT, EPOCH_FORESTS }; // one epoch root each

struct epoch_values { // what a slot holds; lies in guarded memory or is wiped
    uint8_t root[EPOCH_FORESTS][32];
    uint8_t recovery_public[32]; // zero: no kit was made
    int64_t recovery_made_ms, created_ms, root_since_ms;
    uint32_t begun; // the tree has its first rows: from here on their absence is damage
    uint32_t class_version[EPOCH_CLASSES];
};

struct epoch;
struct epoch_options {
    const char *path, *ratchet_path; // ratchet_path NULL: none
    const struct keyring *keyring, *next;
    bool read_only;
};
// CU_NOT_FOUND: there is no slot at all (a new store, or one whose making was cut short): epoch_create.
// CU_KEY, CU_CORRUPT: as keys_open.
cu_code epoch_open(const struct epoch_options *o, struct epoch **ret, struct cu_error *err) CU_MUST;
// Makes both files with fresh epoch roots. A ratchet that is there already is kept and gone on from.
cu_code epoch_create(const struct epoch_options *o, struct epoch **ret, struct cu_error *err) CU_MUST;
void epoch_close(struct epoch *e); // NULL is fine
uint64_t epoch_number(const struct epoch *e);
const struct epoch_values *epoch_values(const struct epoch *e);
const struct keyring *epoch_keyring(const struct epoch *e); // the one in force
bool epoch_has_ratchet(const struct epoch *e);
// The next epoch with these values, sealed under keyring (NULL: the one in force). On a failure epoch_settle
// has to be called before anything else; either epoch may then be in force.
cu_code epoch_advance(struct epoch *e, const struct epoch_values *values, const struct keyring *keyring,
    struct cu_error *err) CU_MUST;
// Reads both files again, finds what is in force and finishes what was begun. Repeat it until it succeeds.
cu_code epoch_settle(struct epoch *e, struct cu_error *err) CU_MUST;

// For archives: the slot's bytes and the ratchet's value that opens it.
#define EPOCH_SLOT 4096
void epoch_slot(const struct epoch *e, uint8_t ret[EPOCH_SLOT]);
void epoch_ratchet(const struct epoch *e, uint8_t ret[32]);
// Writes both files anew from an archive's; CU_CONFLICT when one exists.
cu_code epoch_restore(const char *path, const char *ratchet_path, const uint8_t slot[EPOCH_SLOT],
    const uint8_t ratchet[32], struct cu_error *err) CU_MUST;
uint64_t epoch_slot_number(const uint8_t slot[EPOCH_SLOT]);
bool epoch_slot_has_ratchet(const uint8_t slot[EPOCH_SLOT]);
void epoch_slot_fingerprint(const uint8_t slot[EPOCH_SLOT], uint8_t ret[16]);
// A ratchet file's value run forward to an epoch. CU_KEY: missing, damaged, or past it already.
cu_code epoch_ratchet_read(const char *path, uint64_t epoch, uint8_t ret[32], struct cu_error *err) CU_MUST;
// CU_KEY when the slot does not open so.
cu_code epoch_slot_open(const uint8_t slot[EPOCH_SLOT], const struct keyring *k, const uint8_t ratchet[32],
    struct epoch_values *ret, struct cu_error *err) CU_MUST;
