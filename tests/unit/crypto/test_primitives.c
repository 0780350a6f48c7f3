// SPDX-License-Identifier: Apache-2.0
// The libraries do what their standards say, on this machine and with these build flags: published
// test vectors of every primitive that crypto/ uses.
#include "store/store_test.h"

#include "crypto/secret.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <sodium.h>
#include <stdio.h>

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

// Any flipped bit of text, tag, nonce, associated data or key, and any other length, is refused (the kinds of
// changed vectors that Wycheproof has).
static void test_xchacha_refuses_changes(void **state)
{
    (void)state;
    uint8_t all[32 + 24 + 12 + 40 + 16], out[64];
    uint8_t *key = all, *nonce = all + 32, *ad = all + 56, *sealed = all + 68;
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (uint8_t)(i * 7);
    crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, (const uint8_t *)sunscreen, 40, ad, 12, NULL, nonce, key);
    for (size_t bit = 0; bit < 8 * sizeof all; bit++) {
        all[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed, 56, ad, 12, nonce, key), 0);
        all[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    for (size_t len = 0; len < 56; len++)
        assert_int_not_equal(crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed, len, ad, 12, nonce, key), 0);
    assert_int_not_equal(crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed, 56, ad, 11, nonce, key), 0);
    assert_int_equal(crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed, 56, ad, 12, nonce, key), 0);
}

static bool gcm_opens(const uint8_t *all)
{
    uint8_t out[64], tag[16];
    int n = 0;
    memcpy(tag, all + 96, 16);
    EVP_CIPHER_CTX *e = EVP_CIPHER_CTX_new();
    bool good = EVP_DecryptInit_ex(e, EVP_aes_256_gcm(), NULL, all, all + 32) == 1 &&
                EVP_DecryptUpdate(e, NULL, &n, all + 44, 12) == 1 && EVP_DecryptUpdate(e, out, &n, all + 56, 40) == 1 &&
                EVP_CIPHER_CTX_ctrl(e, EVP_CTRL_AEAD_SET_TAG, 16, tag) == 1 && EVP_DecryptFinal_ex(e, out + n, &n) == 1;
    EVP_CIPHER_CTX_free(e);
    return good;
}

static void test_gcm_refuses_changes(void **state)
{
    (void)state;
    uint8_t all[32 + 12 + 12 + 40 + 16];
    int n = 0;
    for (size_t i = 0; i < sizeof all; i++)
        all[i] = (uint8_t)(i * 5);
    EVP_CIPHER_CTX *e = EVP_CIPHER_CTX_new();
    assert_int_equal(EVP_EncryptInit_ex(e, EVP_aes_256_gcm(), NULL, all, all + 32), 1);
    assert_int_equal(EVP_EncryptUpdate(e, NULL, &n, all + 44, 12), 1);
    assert_int_equal(EVP_EncryptUpdate(e, all + 56, &n, (const uint8_t *)sunscreen, 40), 1);
    assert_int_equal(EVP_EncryptFinal_ex(e, all + 96, &n), 1);
    assert_int_equal(EVP_CIPHER_CTX_ctrl(e, EVP_CTRL_AEAD_GET_TAG, 16, all + 96), 1);
    EVP_CIPHER_CTX_free(e);
    assert_true(gcm_opens(all));
    for (size_t bit = 0; bit < 8 * sizeof all; bit++) {
        all[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(gcm_opens(all));
        all[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

// RFC 4231, test cases 1 and 2; and RFC 5869's expand step over it as seal_suite.c uses it, against OpenSSL's own.
static void test_hmac_and_hkdf_sha384(void **state)
{
    (void)state;
    uint8_t key[48], out[48], expanded[48];
    unsigned n = 0;
    memset(key, 0x0b, 20);
    assert_non_null(HMAC(EVP_sha384(), key, 20, (const uint8_t *)"Hi There", 8, out, &n));
    assert_hex(out, 48,
        "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6");
    assert_non_null(HMAC(EVP_sha384(), "Jefe", 4, (const uint8_t *)"what do ya want for nothing?", 28, out, &n));
    assert_hex(out, 48,
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649");
    const uint8_t info[] = "custos-grp\1"; // the block's number is its last byte
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)i;
    assert_non_null(HMAC(EVP_sha384(), key, 32, info, 11, out, &n));
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
    size_t len = sizeof expanded;
    assert_int_equal(EVP_PKEY_derive_init(c), 1);
    assert_int_equal(EVP_PKEY_CTX_set_hkdf_mode(c, EVP_PKEY_HKDEF_MODE_EXPAND_ONLY), 1);
    assert_int_equal(EVP_PKEY_CTX_set_hkdf_md(c, EVP_sha384()), 1);
    assert_int_equal(EVP_PKEY_CTX_set1_hkdf_key(c, key, 32), 1);
    assert_int_equal(EVP_PKEY_CTX_add1_hkdf_info(c, info, 10), 1);
    assert_int_equal(EVP_PKEY_derive(c, expanded, &len), 1);
    EVP_PKEY_CTX_free(c);
    assert_memory_equal(out, expanded, 48);
}

// RFC 8032, 7.1: tests 1 to 3; then what must be refused: changed, malleable (S + L), a small-order key.
static void test_ed25519(void **state)
{
    (void)state;
    static const char *const cases[][4] = {
        {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
        {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
    };
    uint8_t seed[32], expected[32], public_key[32], secret_key[64], text[2], signature[64], order[32], one[32] = {1};
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        unhex(cases[i][0], seed, 32);
        unhex(cases[i][1], expected, 32);
        size_t len = unhex(cases[i][2], text, 2);
        crypto_sign_seed_keypair(public_key, secret_key, seed);
        assert_memory_equal(public_key, expected, 32);
        crypto_sign_detached(signature, NULL, text, len, secret_key);
        assert_hex(signature, 64, cases[i][3]);
        assert_int_equal(crypto_sign_verify_detached(signature, text, len, public_key), 0);
        for (size_t bit = 0; bit < 512; bit += 3) {
            signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
            assert_int_not_equal(crypto_sign_verify_detached(signature, text, len, public_key), 0);
            signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
    unhex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010", order, 32);
    unsigned carry = 0;
    for (size_t i = 0; i < 32; i++) {
        carry += signature[32 + i] + (unsigned)order[i];
        signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_int_not_equal(crypto_sign_verify_detached(signature, text, 2, public_key), 0);
    memset(signature, 0, 64);
    signature[0] = 1; // R = identity, S = 0 under the identity as key: a forgery for every text
    assert_int_not_equal(crypto_sign_verify_detached(signature, text, 2, one), 0);
}

// RFC 7748, 6.1; and that a point of small order gives no shared key.
static void test_x25519(void **state)
{
    (void)state;
    uint8_t bob[32], alice_public[32], bob_public[32], shared[32], zero[32] = {0};
    unhex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb", bob, 32);
    crypto_scalarmult_base(bob_public, bob);
    assert_hex(bob_public, 32, "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    unhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a", alice_public, 32);
    assert_int_equal(crypto_scalarmult(shared, bob, alice_public), 0);
    assert_hex(shared, 32, "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    assert_int_not_equal(crypto_scalarmult(shared, bob, zero), 0);
}

// The reference tool of Debian, where it is there: the parameters a passphrase file may have (p = 1, as
// libsodium's).
static void test_argon2id_against_the_tool(void **state)
{
    (void)state;
    static const unsigned cases[][2] = {{2, 16}, {3, 16}, {1, 15}, {3, 17}}; // passes, log2 of KiB
    if (access("/usr/bin/argon2", X_OK) != 0)
        skip();
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        char command[160], line[128] = "";
        uint8_t out[32];
        snprintf(command, sizeof command, "printf 'a long enough sentence' | argon2 somesaltsomesalt -id -t %u -m %u -p 1 -l 32 -r",
            cases[i][0], cases[i][1]);
        FILE *tool = popen(command, "r");
        assert_non_null(tool);
        assert_non_null(fgets(line, sizeof line, tool));
        assert_int_equal(pclose(tool), 0);
        line[strcspn(line, "\n")] = '\0';
        assert_int_equal(crypto_pwhash(out, sizeof out, "a long enough sentence", 22, (const uint8_t *)"somesaltsomesalt", cases[i][0],
                             (size_t)1024 << cases[i][1], crypto_pwhash_ALG_ARGON2ID13),
            0);
        assert_hex(out, sizeof out, line);
    }
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
        cmocka_unit_test(test_argon2id_against_the_tool),
        cmocka_unit_test(test_xchacha_refuses_changes),
        cmocka_unit_test(test_gcm_refuses_changes),
        cmocka_unit_test(test_hmac_and_hkdf_sha384),
        cmocka_unit_test(test_ed25519),
        cmocka_unit_test(test_x25519),
    };
    return cmocka_run_group_tests(all, setup, NULL);
}
