// SPDX-License-Identifier: Apache-2.0
// Hashing and checksums. See hash.h.
#include "hash.h"

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

static uint64_t mix(uint64_t a, uint64_t b)
{
    __extension__ unsigned __int128 m = (unsigned __int128)a * b;
    return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static uint64_t read64(const unsigned char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

uint64_t cu_hash64(const void *bytes, size_t len, uint64_t seed)
{
    // multiply-and-fold as in wyhash (Wang Yi, 2019)
    static const uint64_t k0 = UINT64_C(0xa0761d6478bd642f), k1 = UINT64_C(0xe7037ed1a0b428db);
    const unsigned char *p = bytes;
    uint64_t h = seed ^ k0;
    size_t left = len;
    for (; left >= 16; left -= 16, p += 16)
        h = mix(read64(p) ^ k1, read64(p + 8) ^ h);
    uint64_t a = 0, b = 0;
    if (left >= 8) {
        a = read64(p);
        p += 8;
        left -= 8;
    }
    if (left)
        memcpy(&b, p, left);
    return mix(k1 ^ len, mix(a ^ k1, b ^ h));
}

static uint32_t crc_soft(uint32_t crc, const unsigned char *p, size_t len)
{
    crc = ~crc;
    for (size_t i = 0; i < len; i++) {
        crc ^= p[i];
        for (int k = 0; k < 8; k++)
            crc = (crc >> 1) ^ (UINT32_C(0x82f63b78) & (0u - (crc & 1u)));
    }
    return ~crc;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) static uint32_t crc_sse42(uint32_t crc, const unsigned char *p,
    size_t len)
{
    uint64_t c = ~crc;
    for (; len >= 8; len -= 8, p += 8)
        c = _mm_crc32_u64(c, read64(p));
    uint32_t c32 = (uint32_t)c;
    for (; len > 0; len--, p++)
        c32 = _mm_crc32_u8(c32, *p);
    return ~c32;
}
#endif

uint32_t cu_crc32c(uint32_t crc, const void *bytes, size_t len)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2"))
        return crc_sse42(crc, bytes, len);
#endif
    return crc_soft(crc, bytes, len);
}
