// SPDX-License-Identifier: Apache-2.0
// The two suites of algorithms an envelope may name. Suite 1, the default: libsodium's
// XChaCha20-Poly1305 and BLAKE2b. Suite 2, for those who must use NIST's: OpenSSL's AES-256-GCM and
// HKDF-SHA-384. Each derives person's key -> class key -> encryption key and commitment.
#include "crypto_internal.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <sodium.h>

#define GROUP_LABEL "custos-grp"
#define GROUP_LABEL_LEN (sizeof GROUP_LABEL - 1)
_Static_assert(sizeof(struct suite_keys) == 48, "both halves come from one derivation of 48 bytes");

static cu_code sodium_derive(const struct seal_key *key, uint16_t class_id, uint32_t class_version,
    const uint8_t nonce[SUITE_NONCE], struct suite_keys *ret)
{
    uint8_t class_key[32], message[GROUP_LABEL_LEN + SUITE_NONCE];
    uint64_t subkey = (uint64_t)class_id << 32 | class_version;
    crypto_kdf_derive_from_key(class_key, sizeof class_key, subkey, "custosCL", key->bytes);
    memcpy(message, GROUP_LABEL, GROUP_LABEL_LEN);
    memcpy(message + GROUP_LABEL_LEN, nonce, SUITE_NONCE);
    crypto_generichash(
        (uint8_t *)ret, sizeof *ret, message, sizeof message, class_key, sizeof class_key);
    sodium_memzero(class_key, sizeof class_key);
    return CU_OK;
}

static cu_code sodium_encrypt(const struct suite_keys *keys, const uint8_t nonce[SUITE_NONCE],
    cu_str ad, uint8_t *text, size_t len)
{
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        text, NULL, text, len, (const uint8_t *)ad.ptr, ad.len, NULL, nonce, keys->encryption);
    return CU_OK;
}

static cu_code sodium_decrypt(const struct suite_keys *keys, const uint8_t nonce[SUITE_NONCE],
    cu_str ad, const uint8_t *text, size_t len, uint8_t *out)
{
    // Verifies before it decrypts: nothing of a forged text reaches out.
    int rc = crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, text, len + SUITE_TAG,
        (const uint8_t *)ad.ptr, ad.len, nonce, keys->encryption);
    return rc == 0 ? CU_OK : CU_CORRUPT;
}

// HKDF-Expand (RFC 5869) for at most 48 bytes is one block: HMAC(key, info || 0x01). The extract
// step may be left out, for every key here is uniformly random (section 3.3 there).
static cu_code hkdf_expand(const uint8_t key[32], cu_str info, uint8_t *ret, size_t len)
{
    EVP_MAC_CTX *mac = seal_thread_mac();
    static char digest[] = "SHA384";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    uint8_t block[48];
    size_t got = 0;
    bool done = mac && EVP_MAC_init(mac, key, 32, params) == 1 &&
                EVP_MAC_update(mac, (const uint8_t *)info.ptr, info.len) == 1 &&
                EVP_MAC_update(mac, (const uint8_t[]){1}, 1) == 1 &&
                EVP_MAC_final(mac, block, &got, sizeof block) == 1 && got == sizeof block;
    if (done)
        memcpy(ret, block, len);
    sodium_memzero(block, sizeof block);
    return done ? CU_OK : CU_MEMORY;
}

static cu_code openssl_derive(const struct seal_key *key, uint16_t class_id, uint32_t class_version,
    const uint8_t nonce[SUITE_NONCE], struct suite_keys *ret)
{
    uint8_t class_key[32], class_info[12 + 6], group_info[GROUP_LABEL_LEN + SUITE_NONCE];
    memcpy(class_info, "custos-class", 12);
    put_be16(class_info + 12, class_id);
    put_be32(class_info + 14, class_version);
    memcpy(group_info, GROUP_LABEL, GROUP_LABEL_LEN);
    memcpy(group_info + GROUP_LABEL_LEN, nonce, SUITE_NONCE);
    cu_code code = hkdf_expand(key->bytes, (cu_str){(const char *)class_info, sizeof class_info},
        class_key, sizeof class_key);
    if (code == CU_OK)
        code = hkdf_expand(class_key, (cu_str){(const char *)group_info, sizeof group_info},
            (uint8_t *)ret, sizeof *ret);
    sodium_memzero(class_key, sizeof class_key);
    return code;
}

static cu_code openssl_encrypt(const struct suite_keys *keys, const uint8_t nonce[SUITE_NONCE],
    cu_str ad, uint8_t *text, size_t len)
{
    EVP_CIPHER_CTX *c = seal_thread_cipher();
    int n = 0;
    bool done = c && EVP_EncryptInit_ex(c, crypto_aes_gcm(), NULL, keys->encryption, nonce) == 1 &&
                EVP_EncryptUpdate(c, NULL, &n, (const uint8_t *)ad.ptr, (int)ad.len) == 1 &&
                EVP_EncryptUpdate(c, text, &n, text, (int)len) == 1 &&
                EVP_EncryptFinal_ex(c, text + len, &n) == 1 &&
                EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, SUITE_TAG, text + len) == 1;
    return done ? CU_OK : CU_MEMORY;
}

static cu_code openssl_decrypt(const struct suite_keys *keys, const uint8_t nonce[SUITE_NONCE],
    cu_str ad, const uint8_t *text, size_t len, uint8_t *out)
{
    EVP_CIPHER_CTX *c = seal_thread_cipher();
    int n = 0;
    uint8_t tag[SUITE_TAG];
    memcpy(tag, text + len, sizeof tag);
    if (c == NULL || EVP_DecryptInit_ex(c, crypto_aes_gcm(), NULL, keys->encryption, nonce) != 1)
        return CU_MEMORY;
    bool done = EVP_DecryptUpdate(c, NULL, &n, (const uint8_t *)ad.ptr, (int)ad.len) == 1 &&
                EVP_DecryptUpdate(c, out, &n, text, (int)len) == 1 &&
                EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, SUITE_TAG, tag) == 1 &&
                EVP_DecryptFinal_ex(c, out + len, &n) == 1;
    if (!done)
        sodium_memzero(out, len); // GCM decrypts before it verifies
    return done ? CU_OK : CU_CORRUPT;
}

static const struct suite suites[] = {
    [SEAL_XCHACHA] =
        {
            .nonce_used = 24,
            .derive = sodium_derive,
            .encrypt = sodium_encrypt,
            .decrypt = sodium_decrypt,
        },
    [SEAL_AES_GCM] =
        {
            .nonce_used = 12,
            .derive = openssl_derive,
            .encrypt = openssl_encrypt,
            .decrypt = openssl_decrypt,
        },
};

const struct suite *suite_of(unsigned suite_byte)
{
    return suite_byte < CU_COUNT(suites) && suites[suite_byte].derive ? &suites[suite_byte] : NULL;
}
