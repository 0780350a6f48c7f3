// SPDX-License-Identifier: Apache-2.0
// Between keys_holder.c (messages), keys_holder_files.c (slots, ratchet, making) and keys_holder_restore.c.
#pragma once

#include "db.h"
#include "keys_epoch_private.h"
#include "keys_feed_format.h"
#include "keys_holder.h"

struct holder_files {
    int slot_fd, ratchet_fd;
    int slot_place, ratchet_place; // in force; -1: none is
    bool slot_clean, ratchet_clean;
    uint8_t slot[EPOCH_SLOT], ratchet[KEYRING_WRAPPED]; // those in force
};
// Finds what belongs to the epoch (0: nothing) and wipes all else. CU_CORRUPT.
cu_code holder_files_open(struct holder_files *f, const char *folder, const char *identity, uint64_t epoch, bool has_ratchet,
    struct cu_error *err) CU_MUST;
void holder_files_close(struct holder_files *f);
// Writes slot and ratchet (NULL: none) of an epoch beside those in force, synced.
cu_code holder_files_write(struct holder_files *f, uint64_t epoch, const uint8_t slot[EPOCH_SLOT], const uint8_t *ratchet,
    struct cu_error *err) CU_MUST;
void holder_files_enter(struct holder_files *f, const uint8_t slot[EPOCH_SLOT], const uint8_t *ratchet); // it is in force now
// Overwrites what is not in force.
cu_code holder_files_settle(struct holder_files *f, struct cu_error *err) CU_MUST;

struct keys_holder {
    struct db *db;
    struct holder_files files;
    int lock_fd;
    uint8_t (*seed)[PEER_SEED]; // guarded
    struct peer_public own, primary;
    uint64_t epoch, gen, told_epoch;
    int64_t told_ms;
    uint8_t hash[32];
    uint8_t head[HEAD_SLOT]; // all of it but the slot; the ratchet's place is zero
    uint32_t number;         // of the message that is awaited
};
// The identity's path, or the default beside the folder.
cu_code holder_identity(const struct keys_holder_options *o, char ret[4096], struct cu_error *err) CU_MUST;
cu_code holder_path(const char *folder, const char *name, char ret[4096], struct cu_error *err) CU_MUST;
