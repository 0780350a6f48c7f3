// SPDX-License-Identifier: Apache-2.0
// The keyring: the root secret (kept outside the data folder) and what is derived from it, in guarded
// memory. The root secret is two values of 32 random bytes: the root key, which wraps the epoch root
// of the key tree and is replaced by a rotation, and the family secret, from which everything else
// descends: family secret -> family (wrap, tag, mac) -> name. Derivation is keyed BLAKE2b by label
// (reference: Krawczyk 2010 extract-and-expand idea, libsodium crypto_kdf).
//
// A delegate is a keyring without the root secret, for the process that parses what strangers send: it
// can make every tag and every MAC and open journal and spool files, and nothing else.
// Source for the formats: docs/explanation/sealing.md.
#pragma once

#include "base/memory.h"

struct keyring; // any thread

// Makes a new random root key file, mode 0400, refusing to overwrite (CU_CONFLICT) and refusing a
// path inside data_folder (CU_INVALID). One line of text: "custos-root-2 <base64> <check>".
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
// A 16-byte public fingerprint of the family secret, stored in the folder to recognise the wrong key.
// It outlives a rotation of the root key.
void keyring_fingerprint(const struct keyring *k, uint8_t ret[16]);

// --- the root secret, for crypto/root*, crypto/shares* and store/keys* only

#define KEYRING_SECRET 64 // root key 32, family secret 32
#define KEYRING_SECRET_TEXT 113 // "custos-root-2 ", 88 characters, space, check of 8, newline, NUL
cu_code keyring_from_secret(
    const uint8_t secret[KEYRING_SECRET], struct keyring **ret, struct cu_error *err) CU_MUST;
// CU_KEY for a delegate, as the three below. The caller wipes it.
cu_code keyring_secret(
    const struct keyring *k, uint8_t ret[KEYRING_SECRET], struct cu_error *err) CU_MUST;
void keyring_secret_print(const uint8_t secret[KEYRING_SECRET], char ret[KEYRING_SECRET_TEXT]);
// CU_KEY: damaged, or not a root key's line. what names it in the error ("the root key file").
cu_code keyring_secret_parse(
    cu_str text, const char *what, uint8_t ret[KEYRING_SECRET], struct cu_error *err) CU_MUST;
// The same family secret under a new random root key: what a rotation of the root key makes.
cu_code keyring_successor(const struct keyring *k, struct keyring **ret, struct cu_error *err) CU_MUST;
// 16 bytes that recognise this root key; another after a rotation. Zero for a delegate.
void keyring_root_fingerprint(const struct keyring *k, uint8_t ret[16]);
// BLAKE2b-256(key = root key, "custos-epoch1", ratchet): what an epoch root is sealed under.
cu_code keyring_epoch_key(
    const struct keyring *k, const uint8_t ratchet[32], uint8_t ret[32], struct cu_error *err) CU_MUST;

// --- delegates

#define KEYRING_DELEGATE 144 // fingerprint 16; tag and mac family; wrap branches "journal", "spool"
// What a process needs that may not have the root secret. A delegate may be delegated again.
void keyring_delegate_bytes(const struct keyring *k, uint8_t ret[KEYRING_DELEGATE]);
cu_code keyring_from_delegate(
    const uint8_t bytes[KEYRING_DELEGATE], struct keyring **ret, struct cu_error *err) CU_MUST;

// --- use

// Wraps a 32-byte key under a branch ("journal", "subject", "spool", ...); bound to context bytes.
// Branches, kinds and MAC names are constants of the program or names of the dictionary; the first
// 64 keep their derived key, later ones derive it at each call. CU_KEY: a delegate under another
// branch than its two.
#define KEYRING_WRAPPED 72 // nonce 24, key 32, tag 16
cu_code keyring_wrap(const struct keyring *k, const char *branch, cu_str context,
    const uint8_t key[32], uint8_t ret[KEYRING_WRAPPED], struct cu_error *err) CU_MUST;
cu_code keyring_unwrap(const struct keyring *k, const char *branch, cu_str context,
    const uint8_t wrapped[KEYRING_WRAPPED], uint8_t ret_key[32],
    struct cu_error *err) CU_MUST; // CU_KEY

// Keyed tag of a normalised identifier: BLAKE2b-128 under tag -> "<kind>/<version>".
void keyring_tag(const struct keyring *k, const char *kind, cu_str normalised, uint8_t ret[16]);
// The same with a version of the key, which a rotation raises: 1 is keyring_tag, later ones are under
// tag -> "<kind>/v<version>/<version of the normal form>". No kind has a slash.
void keyring_tag_version(
    const struct keyring *k, uint32_t version, const char *kind, cu_str normalised, uint8_t ret[16]);
// A MAC for tokens, cursors and CSRF (BLAKE2b-256 under mac -> "<branch>").
void keyring_mac(const struct keyring *k, const char *branch, cu_str message, uint8_t ret[32]);

// For main(): no core dumps, no ptrace by other processes of the user
// (docs/explanation/sealing.md).
void keyring_harden_process(void);
