// SPDX-License-Identifier: Apache-2.0
// The vectors of Project Wycheproof (tests/vectors/wycheproof) against our own wrappers: both suites of sealed groups,
// small boxes, signatures of the log and of replicas, HMAC, and the three algorithms of ID tokens. What is called invalid
// has to be refused, what is called valid taken, and sealing has to give the very bytes.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/file.h"
#include "crypto/crypto_internal.h"
#include "crypto/jwt_key.h"
#include "crypto/keybox.h"
#include "crypto/object.h"
#include "crypto/sign.h"
#include "text/json.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FILE_MAX = 2 << 20, BYTES_MAX = 65536 };
enum verdict { VALID, INVALID, EITHER };

struct vector {
    json group, test;
    int64_t id;
    enum verdict verdict;
    int64_t key_bits, iv_bits, tag_bits;
};
struct bytes {
    uint8_t at[BYTES_MAX];
    size_t len;
};

static void hex(json v, const char *name, struct bytes *ret)
{
    cu_str s = json_str(json_get(v, name));
    ret->len = s.len / 2;
    assert_true(s.len % 2 == 0 && ret->len <= BYTES_MAX);
    for (size_t i = 0; i < ret->len; i++) {
        unsigned byte = 0;
        assert_int_equal(sscanf(s.ptr + 2 * i, "%2x", &byte), 1);
        ret->at[i] = (uint8_t)byte;
    }
}

static int64_t number(json v, const char *name)
{
    int64_t n = 0;
    (void)json_i64(json_get(v, name), &n);
    return n;
}

// The name of this file is relative to the folder of the build, from where it is started or not.
static void path_of(const char *name, char ret[4096])
{
    char exe[2048] = "", here[1024] = __FILE__;
    assert_true(readlink("/proc/self/exe", exe, sizeof exe - 1) > 0);
    for (int i = 0; i < 3; i++)
        *strrchr(exe, '/') = 0;
    for (int i = 0; i < 3; i++)
        *strrchr(here, '/') = 0;
    (void)snprintf(ret, 4096, "%s%s%s/vectors/wycheproof/%s.json", here[0] == '/' ? "" : exe, here[0] == '/' ? "" : "/", here, name);
}

// Calls fn for each test of a file; fn says whether it was taken, or -1 for one that is not ours.
typedef int check(const struct vector *v);
static void run(const char *name, size_t least, check *fn)
{
    char path[4096];
    struct cu_buf text;
    struct json_parser *parser = json_parser_new(FILE_MAX);
    json file;
    size_t done = 0, wrong = 0;
    cu_buf_init(&text, FILE_MAX);
    path_of(name, path);
    assert_int_equal(cu_file_read_all(path, &text, NULL), CU_OK);
    assert_int_equal(json_parse(parser, cu_buf_view(&text), &file, NULL), CU_OK);
    struct json_iter groups = json_each(json_get(file, "testGroups"));
    while (json_next(&groups)) {
        struct json_iter tests = json_each(json_get(groups.value, "tests"));
        while (json_next(&tests)) {
            cu_str said = json_str(json_get(tests.value, "result"));
            struct vector v = {.group = groups.value, .test = tests.value, .id = number(tests.value, "tcId"),
                .verdict = cu_str_eqz(said, "valid") ? VALID : cu_str_eqz(said, "invalid") ? INVALID : EITHER,
                .key_bits = number(groups.value, "keySize"), .iv_bits = number(groups.value, "ivSize"),
                .tag_bits = number(groups.value, "tagSize")};
            int taken = fn(&v);
            if (taken < 0)
                continue;
            done++;
            if ((v.verdict == VALID && !taken) || (v.verdict == INVALID && taken)) {
                wrong++;
                print_error("%s: test %lld was %s\n", name, (long long)v.id, taken ? "taken" : "refused");
            }
        }
    }
    assert_int_equal(wrong, 0);
    assert_true(done >= least);
    json_parser_free(parser);
    cu_buf_clear(&text);
}

static int aead(const struct vector *v, unsigned suite_byte, int64_t iv_bits)
{
    static struct bytes key, iv, aad, msg, ct, tag;
    static uint8_t text[BYTES_MAX + SUITE_TAG], plain[BYTES_MAX];
    const struct suite *suite = suite_of(suite_byte);
    struct suite_keys keys = {.encryption = {0}};
    uint8_t nonce[SUITE_NONCE] = {0};
    if (v->key_bits != 256 || v->iv_bits != iv_bits || v->tag_bits != 128)
        return -1;
    hex(v->test, "key", &key);
    hex(v->test, "iv", &iv);
    hex(v->test, "aad", &aad);
    hex(v->test, "msg", &msg);
    hex(v->test, "ct", &ct);
    hex(v->test, "tag", &tag);
    memcpy(keys.encryption, key.at, 32);
    memcpy(nonce, iv.at, iv.len);
    cu_str ad = {(const char *)aad.at, aad.len};
    memcpy(text, ct.at, ct.len);
    memcpy(text + ct.len, tag.at, tag.len);
    bool opened = suite->decrypt(&keys, nonce, ad, text, ct.len, plain) == CU_OK;
    if (v->verdict != VALID)
        return opened;
    memcpy(text, msg.at, msg.len);
    assert_int_equal(suite->encrypt(&keys, nonce, ad, text, msg.len), CU_OK);
    return opened && memcmp(plain, msg.at, msg.len) == 0 && memcmp(text, ct.at, ct.len) == 0 &&
           memcmp(text + msg.len, tag.at, tag.len) == 0;
}

static int xchacha(const struct vector *v)
{
    return aead(v, SEAL_XCHACHA, 192);
}

static int aes_gcm(const struct vector *v)
{
    return aead(v, SEAL_AES_GCM, 96);
}

static int box(const struct vector *v)
{
    static struct bytes key, iv, aad, msg, ct, tag;
    static uint8_t whole[BYTES_MAX + KEYBOX_OVERHEAD], plain[BYTES_MAX];
    if (v->key_bits != 256 || v->iv_bits != 192 || v->tag_bits != 128)
        return -1;
    hex(v->test, "key", &key);
    hex(v->test, "iv", &iv);
    hex(v->test, "aad", &aad);
    hex(v->test, "msg", &msg);
    hex(v->test, "ct", &ct);
    hex(v->test, "tag", &tag);
    memcpy(whole, iv.at, 24);
    memcpy(whole + 24, ct.at, ct.len);
    memcpy(whole + 24 + ct.len, tag.at, 16);
    bool opened = keybox_open(key.at, (cu_str){(const char *)aad.at, aad.len}, whole, ct.len + KEYBOX_OVERHEAD, plain);
    return opened && (v->verdict != VALID || memcmp(plain, msg.at, msg.len) == 0);
}

static int hmac(const struct vector *v)
{
    static struct bytes key, msg, tag;
    uint8_t own[32];
    hex(v->test, "key", &key);
    hex(v->test, "msg", &msg);
    hex(v->test, "tag", &tag);
    object_hmac_sha256((cu_str){(const char *)key.at, key.len}, (cu_str){(const char *)msg.at, msg.len}, own);
    return tag.len <= 32 && memcmp(own, tag.at, tag.len) == 0;
}

static int signature(const struct vector *v)
{
    static struct bytes key, msg, sig;
    json public_key = json_get(v->group, "publicKey");
    hex(public_key, "pk", &key);
    hex(v->test, "msg", &msg);
    hex(v->test, "sig", &sig);
    assert_int_equal(key.len, SIGN_PUBLIC);
    if (sig.len != SIGN_SIGNATURE) // its callers know no other
        return 0;
    return sign_check(key.at, (cu_str){(const char *)msg.at, msg.len}, sig.at);
}

static int token(const struct vector *v, const char *algorithm, const char *member)
{
    static struct bytes msg, sig;
    json jwk = json_get(v->group, member);
    if (json_is(jwk, JSON_ABSENT))
        return -1;
    hex(v->test, "msg", &msg);
    hex(v->test, "sig", &sig);
    return jwt_key_verify(jwt_algorithm_find(cu_str_of(algorithm)), jwk, (cu_str){(const char *)msg.at, msg.len},
               (cu_str){(const char *)sig.at, sig.len}) == JWT_KEY_GOOD;
}

static int es256(const struct vector *v)
{
    return token(v, "ES256", "publicKeyJwk");
}

static int eddsa(const struct vector *v)
{
    return token(v, "EdDSA", "publicKeyJwk");
}

// Not every file has the key as a JWK; its numbers are there.
static int rs256(const struct vector *v)
{
    static struct bytes n, e, msg, sig;
    struct cu_buf text;
    struct json_parser *parser = json_parser_new(1 << 16);
    json key, parts = json_get(v->group, "publicKey");
    hex(parts, "modulus", &n);
    hex(parts, "publicExponent", &e);
    size_t from = n.at[0] == 0; // the sign of the DER number
    hex(v->test, "msg", &msg);
    hex(v->test, "sig", &sig);
    cu_buf_init(&text, 1 << 16);
    cu_buf_z(&text, "{\"kty\":\"RSA\",\"n\":\"");
    text_base64((cu_str){(const char *)n.at + from, n.len - from}, true, &text);
    cu_buf_z(&text, "\",\"e\":\"");
    text_base64((cu_str){(const char *)e.at, e.len}, true, &text);
    cu_buf_z(&text, "\"}");
    assert_int_equal(json_parse(parser, cu_buf_view(&text), &key, NULL), CU_OK);
    bool taken = jwt_key_verify(jwt_algorithm_find(CU_LIT("RS256")), key, (cu_str){(const char *)msg.at, msg.len},
                     (cu_str){(const char *)sig.at, sig.len}) == JWT_KEY_GOOD;
    json_parser_free(parser);
    cu_buf_clear(&text);
    return taken;
}

static void test_xchacha20_poly1305(void **state)
{
    (void)state;
    run("xchacha20_poly1305_test", 250, xchacha);
}

static void test_boxes(void **state)
{
    (void)state;
    run("xchacha20_poly1305_test", 250, box);
}

static void test_aes_256_gcm(void **state)
{
    (void)state;
    run("aes_gcm_test", 60, aes_gcm);
}

static void test_hmac_sha256(void **state)
{
    (void)state;
    run("hmac_sha256_test", 170, hmac);
}

static void test_ed25519(void **state)
{
    (void)state;
    run("ed25519_test", 140, signature);
}

static void test_tokens(void **state)
{
    (void)state;
    run("ecdsa_secp256r1_sha256_p1363_test", 200, es256);
    run("ed25519_test", 140, eddsa);
    run("rsa_signature_2048_sha256_test", 200, rs256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_xchacha20_poly1305), cmocka_unit_test(test_boxes),
        cmocka_unit_test(test_aes_256_gcm), cmocka_unit_test(test_hmac_sha256), cmocka_unit_test(test_ed25519),
        cmocka_unit_test(test_tokens)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
