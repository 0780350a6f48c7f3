// SPDX-License-Identifier: Apache-2.0
// The recovery kit's text, for store/keys*.c. Two lines, each with a check that tells a damaged one:
//   custos-recovery-1 <base64 of the X25519 secret key, 32> <check>
//   custos-recovery-root-1 <base64 of the root secret sealed to it (crypto_box_seal), 112> <check>
// The first line opens every archive made since; both together are the root key.
#pragma once

#include "keyring.h"

#define KIT_MAX 512
#define KIT_PUBLIC 32
#define KIT_SECRET 32
#define KIT_SEALED(len) ((len) + 48)
void kit_make(const uint8_t secret[KEYRING_SECRET], uint8_t ret_public[KIT_PUBLIC], char ret[KIT_MAX]);
// CU_KEY: the first line is missing or damaged.
cu_code kit_parse(cu_str text, uint8_t ret_secret_key[KIT_SECRET], struct cu_error *err) CU_MUST;
void kit_seal(const uint8_t public_key[KIT_PUBLIC], const void *bytes, size_t len, uint8_t *ret); // KIT_SEALED(len)
// CU_KEY: the kit is of another key pair, or the bytes are damaged.
cu_code kit_open(
    const uint8_t secret_key[KIT_SECRET], const uint8_t *sealed, size_t len, uint8_t *ret, struct cu_error *err) CU_MUST;
