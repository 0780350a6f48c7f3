// SPDX-License-Identifier: Apache-2.0
// Small sealed things that are no groups of values: nodes of the key tree, the epoch root, archives.
// A box is nonce 24, XChaCha20-Poly1305 of the content, tag 16, under a 32-byte key, with associated data.
#pragma once

#include "base/memory.h"

#define KEYBOX_OVERHEAD 40 // nonce, tag
void keybox_seal(const uint8_t key[32], cu_str ad, const void *plain, size_t len, uint8_t *ret); // len + KEYBOX_OVERHEAD
// ret has len - KEYBOX_OVERHEAD bytes; false leaves nothing of the content there.
bool keybox_open(const uint8_t key[32], cu_str ad, const uint8_t *box, size_t len, void *ret) CU_MUST;

void keybox_hash(const void *bytes, size_t len, uint8_t ret[32]); // BLAKE2b-256, without a key
struct keybox_hash {                                              // the same, in parts
    _Alignas(64) uint8_t state[384];
};
void keybox_hash_start(struct keybox_hash *h);
void keybox_hash_add(struct keybox_hash *h, const void *bytes, size_t len);
void keybox_hash_end(struct keybox_hash *h, uint8_t ret[32]);

bool keybox_is_zero(const void *bytes, size_t len); // in constant time
