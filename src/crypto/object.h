// SPDX-License-Identifier: Apache-2.0
// Objects of a backup: pieces of files, sealed so that equal pieces give equal objects (they are stored
// once) and whoever holds the storage sees lengths alone. The key of an object is derived from the
// backup key and a keyed hash of its content, so one key seals one content and nothing else; that is why
// the nonce may be fixed. An object's name is the plain hash of its stored bytes: anybody can check it.
//
//   off  len
//   0    8    "CUSOBJ1\n"
//   8    32   BLAKE2b-256 of the content, keyed with the naming key
//   40   n    AES-256-GCM of the content, associated data: the 40 bytes before it
//   40+n 16   tag
//
// naming key = BLAKE2b-256(key = backup key, "custos-object-name"); object key = BLAKE2b-256(key =
// backup key, "custos-object-seal" and the 32 bytes).
#pragma once

#include "base/memory.h"

#define OBJECT_OVERHEAD 56
#define OBJECT_PLAIN_MAX (64u << 20)

struct object_key { // wipe with secret_wipe
    uint8_t bytes[32];
};
// Replaces out's content by the object of plain. CU_TOO_LARGE, CU_MEMORY.
cu_code object_seal(const struct object_key *key, cu_str plain, struct cu_buf *out, uint8_t ret_name[32],
    struct cu_error *err) CU_MUST;
// Replaces out's content by what was sealed. CU_CORRUPT: the bytes are not the object of that name, or were
// altered; CU_KEY: sealed under another backup key.
cu_code object_open(const struct object_key *key, const uint8_t name[32], cu_str stored, struct cu_buf *out,
    struct cu_error *err) CU_MUST;
// Are these the bytes of that name? Needs no key.
bool object_is(const uint8_t name[32], cu_str stored);
void object_hash(cu_str bytes, uint8_t ret[32]);                                   // BLAKE2b-256, plain
void object_mac(const struct object_key *key, cu_str bytes, uint8_t ret[32]);      // of manifests
void object_sha256_hex(cu_str bytes, char ret[65]);                                // for S3 requests
void object_hmac_sha256(cu_str key, cu_str message, uint8_t ret[32]);              // the same
