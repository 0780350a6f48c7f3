// SPDX-License-Identifier: Apache-2.0
// Shared by the files of crypto/ only.
#pragma once

#include "seal.h"

// Chooses libsodium's implementations for this processor. Every entry to the library calls it;
// after the first time it is one load.
void crypto_start(void);

static inline void put_be16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

static inline void put_be32(uint8_t *p, uint32_t v)
{
    put_be16(p, (uint16_t)(v >> 16));
    put_be16(p + 2, (uint16_t)v);
}

static inline void put_be64(uint8_t *p, uint64_t v)
{
    put_be32(p, (uint32_t)(v >> 32));
    put_be32(p + 4, (uint32_t)v);
}

static inline uint16_t get_be16(const uint8_t *p)
{
    return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t get_be32(const uint8_t *p)
{
    return (uint32_t)get_be16(p) << 16 | get_be16(p + 2);
}

// One suite of algorithms, chosen by the envelope's suite byte (seal_suite.c).
#define SUITE_NONCE 24
#define SUITE_TAG 16
struct suite_keys {
    uint8_t encryption[32];
    uint8_t commitment[16];
};
struct suite {
    size_t nonce_used; // random bytes of the nonce field; the rest is zero
    // Person's key -> class key -> the keys of one envelope. CU_MEMORY only.
    cu_code (*derive)(const struct seal_key *key, uint16_t class_id, uint32_t class_version,
        const uint8_t nonce[SUITE_NONCE], struct suite_keys *ret);
    // In place; the tag follows the text. CU_MEMORY only.
    cu_code (*encrypt)(const struct suite_keys *keys, const uint8_t nonce[SUITE_NONCE], cu_str ad,
        uint8_t *text, size_t len);
    // text has len bytes and the tag behind; CU_CORRUPT leaves nothing of the plaintext in out.
    cu_code (*decrypt)(const struct suite_keys *keys, const uint8_t nonce[SUITE_NONCE], cu_str ad,
        const uint8_t *text, size_t len, uint8_t *out);
};
const struct suite *suite_of(unsigned suite_byte); // NULL: unknown

// What a thread keeps between calls so that a call allocates nothing (seal_thread.c).
struct evp_cipher_ctx_st;
struct evp_mac_ctx_st;
struct ZSTD_CCtx_s;
struct ZSTD_DCtx_s;
struct seal_thread {
    struct evp_cipher_ctx_st *cipher;
    struct evp_mac_ctx_st *mac;
    struct ZSTD_CCtx_s *compress;
    struct ZSTD_DCtx_s *decompress;
    uint8_t *scratch;
    size_t scratch_cap;
};
// Each returns NULL when out of memory. Freed when the thread ends.
struct evp_cipher_ctx_st *seal_thread_cipher(void);
struct evp_mac_ctx_st *seal_thread_mac(void); // HMAC-SHA-384, key not set
struct ZSTD_CCtx_s *seal_thread_compress(void);
struct ZSTD_DCtx_s *seal_thread_decompress(void);
uint8_t *seal_thread_scratch(size_t len);
void seal_thread_scratch_wipe(size_t len); // what was used of it

struct evp_cipher_st;
const struct evp_cipher_st *crypto_aes_gcm(
    void); // AES-256-GCM, fetched once; NULL when OpenSSL has none
