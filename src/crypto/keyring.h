// SPDX-License-Identifier: Apache-2.0
// The keyring: the root key (kept outside the data folder) and what is derived from it, in guarded
// memory. Derivation is keyed BLAKE2b by label (reference: Krawczyk 2010 extract-and-expand idea,
// libsodium crypto_kdf). Source for the formats: docs/explanation/sealing.md.
#pragma once

#include "base/memory.h"

struct keyring; // any thread

// Makes a new random root key file, mode 0400, refusing to overwrite (CU_CONFLICT) and refusing a
// path inside data_folder (CU_INVALID). One line of text: "custos-root-1 <base64> <check>".
cu_code keyring_create_file(
    const char *path, const char *data_folder, struct cu_error *err) CU_MUST;
// CU_INVALID when path lies inside data_folder, links and ".." resolved; for a path given at start.
cu_code keyring_check_place(
    const char *path, const char *data_folder, struct cu_error *err) CU_MUST;
// CU_KEY when absent, unreadable, readable by anyone but its owner (mode & 077), or damaged.
cu_code keyring_open_file(const char *path, struct keyring **ret, struct cu_error *err) CU_MUST;
cu_code keyring_from_bytes(
    const uint8_t root[32], struct keyring **ret, struct cu_error *err) CU_MUST; // tests
void keyring_close(struct keyring *k); // wipes; NULL is fine
// A 16-byte public fingerprint of the root key, stored in the folder to recognise the wrong key.
void keyring_fingerprint(const struct keyring *k, uint8_t ret[16]);

// Wraps a 32-byte key under a branch ("journal", "subject", "spool", ...); bound to context bytes.
// Branches, kinds and MAC names are constants of the program or names of the dictionary; the first
// 64 keep their derived key, later ones derive it at each call.
#define KEYRING_WRAPPED 72 // nonce 24, key 32, tag 16
cu_code keyring_wrap(const struct keyring *k, const char *branch, cu_str context,
    const uint8_t key[32], uint8_t ret[KEYRING_WRAPPED], struct cu_error *err) CU_MUST;
cu_code keyring_unwrap(const struct keyring *k, const char *branch, cu_str context,
    const uint8_t wrapped[KEYRING_WRAPPED], uint8_t ret_key[32],
    struct cu_error *err) CU_MUST; // CU_KEY

// Keyed tag of a normalised identifier: BLAKE2b-128 under KDF(root, "bidx/<kind>/<version>").
void keyring_tag(const struct keyring *k, const char *kind, cu_str normalised, uint8_t ret[16]);
// A MAC for tokens, cursors and CSRF (BLAKE2b-256 under KDF(root, "mac/<branch>")).
void keyring_mac(const struct keyring *k, const char *branch, cu_str message, uint8_t ret[32]);

// For main(): no core dumps, no ptrace by other processes of the user
// (docs/explanation/sealing.md).
void keyring_harden_process(void);
