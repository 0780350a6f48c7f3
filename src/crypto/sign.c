// SPDX-License-Identifier: Apache-2.0
// Ed25519 signatures and SHA-256. See sign.h.
#include "sign.h"

#include "base/file.h"
#include "crypto_internal.h"
#include "secret.h"
#include "text/text.h"

#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>
#include <sodium.h>

struct sign_key { // in guarded memory
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    uint8_t public_key[SIGN_PUBLIC];
};

#define FILE_WORD "custos-sign-1 "

// --- hashing: OpenSSL's, for the processor's own instructions; its state is kept per thread.

static pthread_once_t digest_once = PTHREAD_ONCE_INIT;
static pthread_key_t digest_key;
static EVP_MD *digest_sha256;

static void digest_end(void *context)
{
    EVP_MD_CTX_free(context);
}

static void digest_start(void)
{
    if (pthread_key_create(&digest_key, digest_end) == 0)
        digest_sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

static EVP_MD_CTX *digest_context(void)
{
    (void)pthread_once(&digest_once, digest_start);
    if (!digest_sha256)
        return NULL;
    EVP_MD_CTX *c = pthread_getspecific(digest_key);
    if (c)
        return c;
    c = EVP_MD_CTX_new();
    if (c && pthread_setspecific(digest_key, c) != 0) {
        EVP_MD_CTX_free(c);
        return NULL;
    }
    return c;
}

void sign_digest(cu_str a, cu_str b, uint8_t ret[32])
{
    EVP_MD_CTX *c = digest_context();
    if (c && EVP_DigestInit_ex2(c, digest_sha256, NULL) == 1 && EVP_DigestUpdate(c, a.ptr, a.len) == 1 &&
        EVP_DigestUpdate(c, b.ptr, b.len) == 1 && EVP_DigestFinal_ex(c, ret, NULL) == 1)
        return;
    crypto_hash_sha256_state plain; // no memory for OpenSSL: libsodium needs none
    (void)crypto_hash_sha256_init(&plain);
    (void)crypto_hash_sha256_update(&plain, (const unsigned char *)a.ptr, a.len);
    (void)crypto_hash_sha256_update(&plain, (const unsigned char *)b.ptr, b.len);
    (void)crypto_hash_sha256_final(&plain, ret);
}

void sign_hmac_sha1(cu_str key, cu_str message, uint8_t ret[20])
{
    unsigned len = 0;
    bool made = HMAC(EVP_sha1(), key.ptr, (int)key.len, (const unsigned char *)message.ptr, message.len, ret, &len) != NULL;
    assert(made && len == 20);
}

// --- keys

cu_code sign_key_from_seed(const uint8_t seed[SIGN_SEED], struct sign_key **ret, struct cu_error *err)
{
    crypto_start();
    struct sign_key *k = secret_alloc(sizeof *k);
    if (!k)
        return cu_fail(err, CU_MEMORY, "", "no memory for a signing key");
    (void)crypto_sign_seed_keypair(k->public_key, k->secret, seed);
    *ret = k;
    return CU_OK;
}

cu_code sign_key_new(struct sign_key **ret, struct cu_error *err)
{
    uint8_t seed[SIGN_SEED];
    crypto_start();
    randombytes_buf(seed, sizeof seed);
    cu_code code = sign_key_from_seed(seed, ret, err);
    secret_wipe(seed, sizeof seed);
    return code;
}

void sign_key_free(struct sign_key *k)
{
    secret_free(k);
}

void sign_key_public(const struct sign_key *k, uint8_t ret[SIGN_PUBLIC])
{
    memcpy(ret, k->public_key, SIGN_PUBLIC);
}

void sign_make(const struct sign_key *k, cu_str message, uint8_t ret[SIGN_SIGNATURE])
{
    (void)crypto_sign_detached(ret, NULL, (const unsigned char *)message.ptr, message.len, k->secret);
}

bool sign_check(const uint8_t public_key[SIGN_PUBLIC], cu_str message, const uint8_t signature[SIGN_SIGNATURE])
{
    crypto_start();
    return crypto_sign_verify_detached(signature, (const unsigned char *)message.ptr, message.len, public_key) == 0;
}

// --- at rest

cu_code sign_key_store(const struct sign_key *k, const struct keyring *ring, cu_str context, const char *path,
    struct cu_error *err)
{
    uint8_t seed[SIGN_SEED], wrapped[KEYRING_WRAPPED];
    CU_AUTO_BUF struct cu_buf line;
    (void)crypto_sign_ed25519_sk_to_seed(seed, k->secret);
    cu_code code = keyring_wrap(ring, "sign", context, seed, wrapped, err);
    secret_wipe(seed, sizeof seed);
    cu_buf_init(&line, 512);
    if (code == CU_OK) {
        cu_buf_z(&line, FILE_WORD);
        text_base64((cu_str){(const char *)wrapped, sizeof wrapped}, false, &line);
        cu_buf_char(&line, '\n');
        code = cu_buf_code(&line, err);
    }
    return code == CU_OK ? cu_file_replace(path, line.ptr, line.len, 0400, err) : code;
}

cu_code sign_key_load(const struct keyring *ring, cu_str context, const char *path, struct sign_key **ret,
    struct cu_error *err)
{
    uint8_t seed[SIGN_SEED];
    CU_AUTO_BUF struct cu_buf text, wrapped;
    cu_buf_init(&text, 512);
    cu_buf_init(&wrapped, 512);
    cu_code code = cu_file_read_all(path, &text, err);
    if (code == CU_TOO_LARGE)
        return cu_fail(err, CU_KEY, "", "the file of the signing key is damaged");
    CU_TRY(code);
    cu_str line = cu_buf_view(&text), word = CU_LIT(FILE_WORD);
    bool good = cu_str_starts(line, word) && cu_str_ends(line, CU_LIT("\n")) &&
                text_base64_decode(cu_str_sub(line, word.len, line.len - word.len - 1), &wrapped) &&
                wrapped.len == KEYRING_WRAPPED;
    if (!good || keyring_unwrap(ring, "sign", context, (const uint8_t *)wrapped.ptr, seed, NULL) != CU_OK)
        return cu_fail(err, CU_KEY, "", "the file of the signing key is damaged, or belongs to another root key or log");
    code = sign_key_from_seed(seed, ret, err);
    secret_wipe(seed, sizeof seed);
    return code;
}
