// SPDX-License-Identifier: Apache-2.0
// Key archives: the K class of backups. One file holds a consistent copy of the key tree and of the epoch
// root's slot. The slot stays sealed under the root key AND the ratchet of its epoch; that ratchet value,
// and the root secret, are in the file sealed to the recovery public key. So an archive opens
//   * with the recovery kit alone, or
//   * with the root key and a ratchet that has not moved on since (nobody was erased), or
//   * in passphrase mode (no ratchet) with the root key.
// Whoever can open an archive reads people erased since it was made: that is why archives are destroyed
// after k_days (1 to 30, default 7), and why an erasure is final only then. A restored archive must replay
// the erasures since (the caller's work, before anything is served).
// A shop with a key replica needs no archives. Format: docs/explanation/sealing.md.
#pragma once

#include "keys.h"

#define KEYS_ARCHIVE_SUFFIX ".custos-keys"
#define KEYS_ARCHIVE_DAYS_DEFAULT 7
#define KEYS_ARCHIVE_DAYS_MAX 30

// Writes a new file (0600; CU_CONFLICT when it exists), durably, while the store works on. CU_CONFLICT,
// field "recovery_kit", when there is a ratchet and no recovery kit was made yet: nobody could open it.
cu_code keys_archive_write(struct keys *k, const char *path, struct cu_error *err) CU_MUST;

struct keys_archive_info {
    int64_t made_ms;
    uint64_t epoch, nodes, bytes;
    uint8_t root_fingerprint[16];
    bool ratchet; // opening needs the kit, or the ratchet of that epoch
};
// Reads the whole file and checks it: CU_CORRUPT for any changed, missing or added byte, CU_VERSION for a
// newer format, CU_KEY when it belongs to another shop. keyring may be a delegate.
cu_code keys_archive_verify(const char *path, const struct keyring *keyring, struct keys_archive_info *ret,
    struct cu_error *err) CU_MUST;

struct keys_archive_restore {
    const char *path;                // the archive
    const char *kit;                 // the recovery kit's text, or NULL
    const struct keyring *keyring;   // the root key, or NULL: it is taken from the archive by the kit
    const char *ratchet_from;        // a ratchet file to try instead of the kit, or NULL; only read
    const char *target;              // folder DATA/keys to make; CU_CONFLICT when it exists and is not empty
    const char *target_ratchet;      // the ratchet file to make, CU_CONFLICT when it exists; NULL: only read back
    const char *target_root;         // the root key file to make from the kit, or NULL
};
// Makes a key store of the archive. CU_KEY: neither kit nor ratchet opens it. keys_open then opens it.
cu_code keys_archive_restore(const struct keys_archive_restore *r, struct cu_error *err) CU_MUST;

// Destroys (overwrites, removes) the archives of a folder that are older than days; *ret_count of them.
// Other files are not touched. For a job, daily at least.
cu_code keys_archive_expire(const char *folder, int days, int64_t now_ms, size_t *ret_count,
    struct cu_error *err) CU_MUST;
