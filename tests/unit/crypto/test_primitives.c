// SPDX-License-Identifier: Apache-2.0
// The libraries do what their standards say, on this machine and with these build flags: published
// test vectors of every primitive that crypto/ uses.
#include "store/store_test.h"

#include "crypto/secret.h"

#include <openssl/evp.h>
#include <sodium.h>

static size_t unhex(const char *hex, uint8_t *ret, size_t max)
{
    size_t len = 0;
    assert_int_equal(sodium_hex2bin(ret, max, hex, strlen(hex), NULL, &len, NULL), 0);
    return len;
}

static void assert_hex(const uint8_t *bytes, size_t len, const char *hex)
{
    uint8_t expected[256];
    assert_int_equal(unhex(hex, expected, sizeof expected), len);
    assert_memory_equal(bytes, expected, len);
}

static const char sunscreen[] =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
    "sunscreen would be it.";
#define SUNSCREEN_LEN (sizeof sunscreen - 1)

// RFC 8439, 2.8.2.
static void test_chacha20_poly1305(void **state)
{
    (void)state;
    uint8_t key[32], nonce[12], ad[12], out[SUNSCREEN_LEN + 16];
    unhex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", key, sizeof key);
    unhex("070000004041424344454647", nonce, sizeof nonce);
    unhex("50515253c0c1c2c3c4c5c6c7", ad, sizeof ad);
    crypto_aead_chacha20poly1305_ietf_encrypt(
        out, NULL, (const uint8_t *)sunscreen, SUNSCREEN_LEN, ad, sizeof ad, NULL, nonce, key);
    assert_hex(out, sizeof out,
        "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da"
        "92728b"
        "1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b48"
        "31d7bc"
        "3ff4def08e4b7a9de576d26586cec64b6116"
        "1ae10b594f09e26a7e902ecbd0600691");
}

// draft-irtf-cfrg-xchacha, A.3.1.
static void test_xchacha20_poly1305(void **state)
{
    (void)state;
    uint8_t key[32], nonce[24], ad[12], out[SUNSCREEN_LEN + 16], back[SUNSCREEN_LEN];
    unhex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", key, sizeof key);
    unhex("404142434445464748494a4b4c4d4e4f5051525354555657", nonce, sizeof nonce);
    unhex("50515253c0c1c2c3c4c5c6c7", ad, sizeof ad);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        out, NULL, (const uint8_t *)sunscreen, SUNSCREEN_LEN, ad, sizeof ad, NULL, nonce, key);
    assert_hex(out, sizeof out,
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4e"
        "da7e39"
        "ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565"
        "d3fff9"
        "21f9664c97637da9768812f615c68b13b52e"
        "c0875924c1c7987947deafd8780acf49");
    assert_int_equal(crypto_aead_xchacha20poly1305_ietf_decrypt(
                         back, NULL, NULL, out, sizeof out, ad, sizeof ad, nonce, key),
        0);
    assert_memory_equal(back, sunscreen, SUNSCREEN_LEN);
}

struct gcm_case {
    const char *key, *nonce, *text, *ad, *sealed; // sealed with its tag
};
// McGrew and Viega, "The Galois/Counter Mode of Operation", cases 13 to 16 (NIST's AES-256
// examples).
static const struct gcm_case gcm_cases[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
        "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
        "00000000000000000000000000000000", "",
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
        "",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
        "b094dac5d93471bdec1a502270e3cc6c"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
        "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
        "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        "76fc6ece0f4e1768cddf8853bb2d551b"},
};

static void test_aes_256_gcm(void **state)
{
    (void)state;
    for (size_t i = 0; i < CU_COUNT(gcm_cases); i++) {
        const struct gcm_case *c = &gcm_cases[i];
        uint8_t key[32], nonce[12], text[64], ad[32], out[80];
        int n = 0;
        unhex(c->key, key, sizeof key);
        unhex(c->nonce, nonce, sizeof nonce);
        size_t len = unhex(c->text, text, sizeof text), ad_len = unhex(c->ad, ad, sizeof ad);
        EVP_CIPHER_CTX *e = EVP_CIPHER_CTX_new();
        assert_int_equal(EVP_EncryptInit_ex(e, EVP_aes_256_gcm(), NULL, key, nonce), 1);
        if (ad_len > 0)
            assert_int_equal(EVP_EncryptUpdate(e, NULL, &n, ad, (int)ad_len), 1);
        if (len > 0)
            assert_int_equal(EVP_EncryptUpdate(e, out, &n, text, (int)len), 1);
        assert_int_equal(EVP_EncryptFinal_ex(e, out + len, &n), 1);
        assert_int_equal(EVP_CIPHER_CTX_ctrl(e, EVP_CTRL_AEAD_GET_TAG, 16, out + len), 1);
        EVP_CIPHER_CTX_free(e);
        assert_hex(out, len + 16, c->sealed);
    }
}

// The BLAKE2 authors' blake2b-kat, keyed, empty message; and RFC 7693's "abc".
static void test_blake2b(void **state)
{
    (void)state;
    uint8_t key[64], out[64];
    for (int i = 0; i < 64; i++)
        key[i] = (uint8_t)i;
    crypto_generichash(out, 64, NULL, 0, key, 64);
    assert_hex(out, 64,
        "10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786"
        "b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568");
    crypto_generichash(out, 64, (const uint8_t *)"abc", 3, NULL, 0);
    assert_hex(out, 64,
        "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
        "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
}

// FIPS 180-2, appendix B.
static void test_sha256(void **state)
{
    (void)state;
    uint8_t out[32];
    secret_token_hash(CU_LIT("abc"), out);
    assert_hex(out, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    secret_token_hash(CU_LIT(""), out);
    assert_hex(out, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// The reference implementation's own test (phc-winner-argon2, src/test.c): argon2id, version 1.3,
// 64 MiB, 2 passes, 1 lane: our parameters exactly.
static void test_argon2id(void **state)
{
    (void)state;
    uint8_t out[32], salt[16] = "somesaltsomesalt";
    char phc[crypto_pwhash_STRBYTES] =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    assert_int_equal(crypto_pwhash_str_verify(phc, "password", 8), 0);
    assert_int_not_equal(crypto_pwhash_str_verify(phc, "Password", 8), 0);
    assert_int_equal(crypto_pwhash_OPSLIMIT_INTERACTIVE, 2);
    assert_int_equal(crypto_pwhash_MEMLIMIT_INTERACTIVE, 64 << 20);
    assert_int_equal(crypto_pwhash(out, sizeof out, "password", 8, salt, 2, 64 << 20,
                         crypto_pwhash_ALG_ARGON2ID13),
        0);
}

static int setup(void **state)
{
    (void)state;
    return sodium_init() < 0;
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(test_chacha20_poly1305),
        cmocka_unit_test(test_xchacha20_poly1305),
        cmocka_unit_test(test_aes_256_gcm),
        cmocka_unit_test(test_blake2b),
        cmocka_unit_test(test_sha256),
        cmocka_unit_test(test_argon2id),
    };
    return cmocka_run_group_tests(all, setup, NULL);
}
