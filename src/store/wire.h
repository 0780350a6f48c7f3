// SPDX-License-Identifier: Apache-2.0
// Little-endian integers at unaligned places, for the file formats of this folder.
#pragma once

#include <stdint.h>
#include <string.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the store formats are little-endian; add byte swaps before building here"
#endif

static inline void wire_put32(uint8_t *at, uint32_t v)
{
    memcpy(at, &v, sizeof v);
}

static inline void wire_put64(uint8_t *at, uint64_t v)
{
    memcpy(at, &v, sizeof v);
}

static inline uint32_t wire_get32(const uint8_t *at)
{
    uint32_t v;
    memcpy(&v, at, sizeof v);
    return v;
}

static inline uint64_t wire_get64(const uint8_t *at)
{
    uint64_t v;
    memcpy(&v, at, sizeof v);
    return v;
}
