// SPDX-License-Identifier: Apache-2.0
// Where the root secret comes from at start. The setting root_key is one of
//   PATH               a file, mode 0400, outside the data folder (keyring_file.c)
//   passphrase:PATH    Argon2id of a passphrase; salt, parameters and the sealed secret in the file PATH
//   credential:NAME    $CREDENTIALS_DIRECTORY/NAME: LoadCredentialEncrypted= of systemd, so a TPM2 where one is
//   shares:PATH        k of n share texts (shares.h), one a line, in the file PATH
// The passphrase is read from the file descriptor CUSTOS_PASSPHRASE_FD, the file CUSTOS_PASSPHRASE_FILE, or
// the terminal. Everything that is wrong, missing or damaged is CU_KEY, field root_key, with a sentence.
#pragma once

#include "keyring.h"

enum root_kind { ROOT_FILE, ROOT_PASSPHRASE, ROOT_CREDENTIAL, ROOT_SHARES };
extern const char *const root_kind_names[]; // "file", "passphrase", "credential", "shares"

#define ROOT_PATH_MAX 1024
struct root_source {
    enum root_kind kind;
    char place[ROOT_PATH_MAX];        // the path, or the credential's name
    char ratchet[ROOT_PATH_MAX + 16]; // file of the ratchet (keys_options.ratchet_path); "": none (passphrase)
};

// setting: as above, "" for default_path (a file). The ratchet lies at PATH.ratchet for a file, beside the
// default file for a credential and for shares. CU_INVALID when the setting is not one of the four forms or
// a path lies inside data_folder.
cu_code root_parse(const char *setting, const char *default_path, const char *data_folder,
    struct root_source *ret, struct cu_error *err) CU_MUST;
// For a new shop: makes the key file, or asks for a passphrase twice and makes its file; a credential must
// be there already; CU_INVALID for shares, which are made of an existing root key.
cu_code root_create(const struct root_source *s, const char *data_folder, struct cu_error *err) CU_MUST;
void root_destroy(const struct root_source *s); // what root_create made, when the shop could not be made
// *ret_next: the successor when a rotation was not finished (give it to keys_options.next), else NULL.
cu_code root_open(const struct root_source *s, struct keyring **ret, struct keyring **ret_next,
    struct cu_error *err) CU_MUST;

// --- rotation of the root key. The steps of which the middle one is keys_rotate_root:
//   root_rotate_begin   makes the successor and stores it durably beside the present one
//   root_rotate_end     puts the successor in force and destroys the old root key
// CU_CONFLICT for credentials and shares: theirs is outside Custos (`custos keys rotate root` says how).
cu_code root_rotate_begin(const struct root_source *s, const struct keyring *now, struct keyring **ret_next,
    struct cu_error *err) CU_MUST;
// in_force: keys_root_fingerprint. Also after root_open gave a successor: finishes or gives up, whichever
// the key store says. Fine when nothing is pending.
cu_code root_rotate_end(const struct root_source *s, const uint8_t in_force[16], struct cu_error *err) CU_MUST;

// --- passphrase files, for tests and the command line

// Argon2id at least 64 MiB and 2 passes. A new file, 0600, refusing to overwrite.
struct root_cost {
    uint32_t memory_kib, passes;
};
extern const struct root_cost root_cost_default; // 256 MiB, 3 passes
cu_code root_passphrase_write(const char *path, cu_str passphrase, const struct root_cost *cost,
    const uint8_t secret[KEYRING_SECRET], struct cu_error *err) CU_MUST;
cu_code root_passphrase_read(const char *path, cu_str passphrase, uint8_t ret[KEYRING_SECRET],
    struct cu_error *err) CU_MUST;
