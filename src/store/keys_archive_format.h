// SPDX-License-Identifier: Apache-2.0
// The bytes of a key archive, for keys_archive*.c. Integers are big-endian.
//   0     8    "custosKA"
//   8     4    format 1
//   12    4    flags: 1 = there is a ratchet
//   16    8    made, ms since 1970
//   24    8    epoch
//   32    16   fingerprint of the family secret
//   48    16   fingerprint of the root key
//   64    32   recovery public key; zero: none
//   96    4096 the epoch root's slot, as in keys/root
//   4192  112  the root secret, sealed to the recovery key (crypto_box_seal); zero: none
//   4304  80   the ratchet's value, sealed to the recovery key; zero: none
//   4384  ...  records: 'N' tree 1, level 1, index 8, epoch 8, sealed 2152
//              and      'T' subject 8, expires 8 (ms): terms of the vault
//   end   41   'E' number of nodes 8, then the MAC: mac family, name "key-archive", over BLAKE2b-256 of all before
#pragma once

#include "keys_archive.h"
#include "keys_tree.h"

#define ARCHIVE_MAGIC "custosKA"
#define ARCHIVE_FORMAT 1
#define ARCHIVE_SLOT 96
#define ARCHIVE_ROOT (ARCHIVE_SLOT + EPOCH_SLOT)
#define ARCHIVE_RATCHET (ARCHIVE_ROOT + 112)
#define ARCHIVE_HEAD (ARCHIVE_RATCHET + 80)
#define ARCHIVE_NODE (19 + KEYS_NODE_SEALED)
#define ARCHIVE_TERM 17
#define ARCHIVE_END (9 + 32)

static inline void archive_put(uint8_t *p, size_t len, uint64_t v)
{
    for (size_t i = 0; i < len; i++)
        p[i] = (uint8_t)(v >> (8 * (len - 1 - i)));
}

static inline uint64_t archive_get(const uint8_t *p, size_t len)
{
    uint64_t v = 0;
    for (size_t i = 0; i < len; i++)
        v = v << 8 | p[i];
    return v;
}

// keys_open.c: the rows of a store, made when mode is DB_WRITE and there are none.
cu_code keys_open_rows(const char *path, enum db_mode mode, struct db **ret, struct cu_error *err) CU_MUST;
// keys_archive_read.c, for keys_holder_restore.c too: the root key's file; whether a store can be made at the
// target, and the paths of its two files.
cu_code keys_write_root(const char *path, const uint8_t secret[KEYRING_SECRET], struct cu_error *err) CU_MUST;
cu_code keys_restore_check(
    const struct keys_archive_restore *r, bool has_ratchet, char root[4096], char tree[4096], struct cu_error *err) CU_MUST;
