// SPDX-License-Identifier: Apache-2.0
// A backup's manifest: what it consists of, piece by piece, and how to know that nothing was changed.
// Two lines of text. The first is JSON and says nothing personal: names of files, sizes, names of pieces.
// The second is "BLAKE2b-256 of the first, hex" and "its MAC under the backup key, hex": the first lets anybody
// find damage, the second nobody but the shop can make.
#pragma once

#include "base/memory.h"
#include "crypto/object.h"

struct keyring;
#define BACKUP_FORMAT 1
#define BACKUP_ID_MAX 40
#define BACKUP_MANIFEST_MAX ((size_t)256 << 20)
#define BACKUP_PIECE_FILE (64ll << 20)    // of an immutable file
#define BACKUP_PIECE_PAGES (256ll << 10)  // of records.db, whose pages change here and there

enum backup_class { BACKUP_DATA, BACKUP_KEYS, BACKUP_CONFIGURATION, BACKUP_CLASSES };
extern const char *const backup_class_names[]; // "data", "keys", "configuration", NULL

struct backup_file {
    char name[64]; // path inside the data folder
    int64_t size, piece; // the last piece is what is left
    uint8_t (*pieces)[32];
    size_t piece_count;
};
struct backup_manifest {
    char id[BACKUP_ID_MAX];     // "20261121T101500Z-1a2b3c4d"
    enum backup_class class_id;
    char shop[37];              // the folder's uuid
    uint8_t fingerprint[16];    // of the root key
    char line[17];              // which life of the folder: journal and promises have one each
    char program[24];
    int64_t made_ms;
    uint64_t position;          // BACKUP_DATA: journal record up to which it holds
    int64_t promise;            // BACKUP_DATA: promises up to this one are kept in it
    uint8_t wrapped_key[72];    // the backup key under the root key
    struct backup_file *files;
    size_t file_count, file_cap;
};

void backup_manifest_init(struct backup_manifest *m);
void backup_manifest_clear(struct backup_manifest *m);
// A file with room for its pieces; the names are filled in by the caller. Valid until the next one.
cu_code backup_manifest_add(struct backup_manifest *m, const char *name, int64_t size, int64_t piece,
    struct backup_file **ret, struct cu_error *err) CU_MUST;
cu_code backup_manifest_write(const struct backup_manifest *m, const struct object_key *key, struct cu_buf *out,
    struct cu_error *err) CU_MUST;
// CU_VERSION: made by a newer Custos; CU_CORRUPT: altered or cut off, CU_MALFORMED: not a manifest. The MAC is
// checked by backup_manifest_check, once the key is known. ret is to be cleared only after CU_OK.
cu_code backup_manifest_read(cu_str text, struct backup_manifest *ret, struct cu_error *err) CU_MUST;
// CU_CORRUPT: somebody who does not have the key wrote it.
cu_code backup_manifest_check(cu_str text, const struct object_key *key, struct cu_error *err) CU_MUST;
int64_t backup_piece_len(const struct backup_file *f, size_t piece); // plain bytes of a piece
void backup_object_name(const uint8_t name[32], char ret[80]);       // "objects/ab/abcd..."
void backup_manifest_name(const char *id, char ret[64]);             // "backups/ID.manifest"

// --- the backup key: random, made once, wrapped under the root secret (branch "spool", context "backup"), in
// DATA/backup.key and in every
// manifest. It seals what is not personal in a backup a second time.
struct backup_key {
    struct object_key key;
    uint8_t wrapped[72];
    char line[17];
};
// Reads DATA/backup.key, or makes one. CU_KEY: it belongs to another root key; then renew makes a new one (older
// backups keep theirs in their manifests).
cu_code backup_key_open(const char *data_folder, const struct keyring *keyring, struct backup_key *ret,
    struct cu_error *err) CU_MUST;
cu_code backup_key_store(const char *data_folder, const struct backup_key *k, struct cu_error *err) CU_MUST;
void backup_key_new_line(struct backup_key *k); // a new life: after a restore
cu_code backup_key_of_manifest(const struct backup_manifest *m, const struct keyring *keyring, struct backup_key *ret,
    struct cu_error *err) CU_MUST;
