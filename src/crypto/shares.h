// SPDX-License-Identifier: Apache-2.0
// The root secret cut into n shares of which any k make it again (Shamir over GF(2^8), libgfshare); fewer
// than k say nothing about it. A share is one line of text:
//   custos-share-1 <k> <n> <number> <set> <base64 of 64 bytes> <check>
// The check tells a damaged line; the set, 8 bytes of an unkeyed hash of the secret, tells shares of
// different cuts or secrets apart and proves the result.
#pragma once

#include "keyring.h"

#define SHARES_MAX 32
#define SHARE_TEXT_MAX 160
// 2 <= k <= n <= SHARES_MAX, else CU_INVALID.
cu_code shares_cut(const uint8_t secret[KEYRING_SECRET], unsigned k, unsigned n,
    char ret[][SHARE_TEXT_MAX], struct cu_error *err) CU_MUST;
// text: share lines; empty lines and lines that begin with # are skipped. CU_KEY: a damaged line (by its
// number), too few (how many are missing), shares of different sets.
cu_code shares_join(cu_str text, uint8_t ret[KEYRING_SECRET], struct cu_error *err) CU_MUST;
