// SPDX-License-Identifier: Apache-2.0
// Fast non-cryptographic hashing (tables, checksums). Not for anything an attacker may choose
// without a random seed; keyed tags are in crypto/.
#pragma once

#include "str.h"

uint64_t cu_hash64(const void *bytes, size_t len, uint64_t seed); // wyhash-like mixing
uint32_t cu_crc32c(uint32_t crc, const void *bytes, size_t len);  // Castagnoli; start with 0; SSE4.2 when present
