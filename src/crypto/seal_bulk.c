// SPDX-License-Identifier: Apache-2.0
// Bulk sealing for files of frames: AES-256-GCM under a random key per file, the nonce a counter of
// its one writer. The key schedule is made once; a frame costs its nonce, its bytes and its tag.
#include "crypto_internal.h"

#include <limits.h>
#include <openssl/evp.h>
#include <sodium.h>

struct seal_bulk {
    EVP_CIPHER_CTX *seal, *open;
};

cu_code seal_bulk_new(const uint8_t key[32], struct seal_bulk **ret, struct cu_error *err)
{
    struct seal_bulk *b = cu_calloc(1, sizeof *b);
    const EVP_CIPHER *cipher = crypto_aes_gcm();
    if (b) {
        b->seal = EVP_CIPHER_CTX_new();
        b->open = EVP_CIPHER_CTX_new();
    }
    if (b == NULL || cipher == NULL || b->seal == NULL || b->open == NULL ||
        EVP_EncryptInit_ex(b->seal, cipher, NULL, key, NULL) != 1 ||
        EVP_DecryptInit_ex(b->open, cipher, NULL, key, NULL) != 1) {
        seal_bulk_free(b);
        return cu_fail(err, CU_MEMORY, "", "no memory to seal a file");
    }
    *ret = b;
    return CU_OK;
}

void seal_bulk_free(struct seal_bulk *b)
{
    if (b == NULL)
        return;
    EVP_CIPHER_CTX_free(b->seal); // cleanses the key schedule
    EVP_CIPHER_CTX_free(b->open);
    cu_free(b);
}

static void nonce_of(uint64_t counter, uint8_t nonce[12])
{
    memset(nonce, 0, 4);
    put_be64(nonce + 4, counter);
}

cu_code seal_bulk_seal(struct seal_bulk *b, uint64_t counter, cu_str ad, cu_str plain, uint8_t *out,
    struct cu_error *err)
{
    if (plain.len > INT_MAX - SUITE_TAG || ad.len > INT_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "a sealed frame is smaller than 2 GiB");
    uint8_t nonce[12];
    int n = 0;
    nonce_of(counter, nonce);
    bool done =
        EVP_EncryptInit_ex(b->seal, NULL, NULL, NULL, nonce) == 1 &&
        (ad.len == 0 ||
            EVP_EncryptUpdate(b->seal, NULL, &n, (const uint8_t *)ad.ptr, (int)ad.len) == 1) &&
        (plain.len == 0 ||
            EVP_EncryptUpdate(b->seal, out, &n, (const uint8_t *)plain.ptr, (int)plain.len) == 1) &&
        EVP_EncryptFinal_ex(b->seal, out + plain.len, &n) == 1 &&
        EVP_CIPHER_CTX_ctrl(b->seal, EVP_CTRL_AEAD_GET_TAG, SUITE_TAG, out + plain.len) == 1;
    return done ? CU_OK : cu_fail(err, CU_INTERNAL, "", "a frame could not be sealed");
}

cu_code seal_bulk_open(struct seal_bulk *b, uint64_t counter, cu_str ad, cu_str sealed,
    uint8_t *out, struct cu_error *err)
{
    if (sealed.len < SUITE_TAG || sealed.len > INT_MAX || ad.len > INT_MAX)
        return cu_fail(err, CU_CORRUPT, "", "the bytes are not a sealed frame");
    const uint8_t *text = (const uint8_t *)sealed.ptr;
    size_t len = sealed.len - SUITE_TAG;
    uint8_t nonce[12], tag[SUITE_TAG];
    int n = 0;
    nonce_of(counter, nonce);
    memcpy(tag, text + len, sizeof tag);
    bool done = EVP_DecryptInit_ex(b->open, NULL, NULL, NULL, nonce) == 1 &&
                (ad.len == 0 || EVP_DecryptUpdate(b->open, NULL, &n, (const uint8_t *)ad.ptr,
                                    (int)ad.len) == 1) &&
                (len == 0 || EVP_DecryptUpdate(b->open, out, &n, text, (int)len) == 1) &&
                EVP_CIPHER_CTX_ctrl(b->open, EVP_CTRL_AEAD_SET_TAG, SUITE_TAG, tag) == 1 &&
                EVP_DecryptFinal_ex(b->open, out + len, &n) == 1;
    if (done)
        return CU_OK;
    sodium_memzero(out, len); // GCM decrypts before it verifies
    return cu_fail(err, CU_CORRUPT, "", "a sealed frame was altered or stands at another place");
}
