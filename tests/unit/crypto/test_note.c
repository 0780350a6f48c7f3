// SPDX-License-Identifier: Apache-2.0
// Signatures, signed notes, checkpoints and cosignatures: the published example byte for byte, RFC 8032's
// vectors, SHA-256 of FIPS 180, every byte of a note changed, keys at rest.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/fault.h"
#include "base/file.h"
#include "crypto/note.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define assert_ok(expr) assert_int_equal((expr), CU_OK)
static const char example_key[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char example_seed[] = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
static const char example_text[] =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
static const char example_line[] =
    "\xe2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

static struct sign_key *key_of_base64(const char *text)
{
    struct cu_buf b;
    struct sign_key *k = NULL;
    cu_buf_init(&b, 128);
    assert_true(text_base64_decode(cu_str_of(text), &b));
    assert_int_equal(b.len, 33);
    assert_int_equal(b.ptr[0], 1);
    assert_ok(sign_key_from_seed((const uint8_t *)b.ptr + 1, &k, NULL));
    cu_buf_wipe(&b);
    return k;
}

static void hex_is(const void *bytes, size_t len, const char *hex)
{
    struct cu_buf b;
    cu_buf_init(&b, 512);
    text_hex((cu_str){bytes, len}, &b);
    assert_true(cu_str_eqz(cu_buf_view(&b), hex));
    cu_buf_clear(&b);
}

static void from_hex(const char *hex, uint8_t *ret, size_t len)
{
    struct cu_buf b;
    cu_buf_init(&b, 512);
    assert_true(text_hex_decode(cu_str_of(hex), &b));
    assert_int_equal(b.len, len);
    memcpy(ret, b.ptr, len);
    cu_buf_clear(&b);
}

static void test_primitives(void **state)
{
    (void)state;
    uint8_t digest[32], seed[32], public_key[32], signature[64];
    struct sign_key *k = NULL;
    sign_digest(CU_LIT("ab"), CU_LIT("c"), digest); // FIPS 180-4 example
    hex_is(digest, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sign_digest(CU_NONE, CU_NONE, digest);
    hex_is(digest, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    // RFC 8032, 7.1, TEST 2
    from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", seed, 32);
    assert_ok(sign_key_from_seed(seed, &k, NULL));
    sign_key_public(k, public_key);
    hex_is(public_key, 32, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    sign_make(k, CU_LIT("\x72"), signature);
    hex_is(signature, 64,
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00"
        "d291612bb0c00");
    assert_true(sign_check(public_key, CU_LIT("\x72"), signature));
    assert_false(sign_check(public_key, CU_LIT("\x73"), signature));
    signature[63] ^= 0x10; // not reduced
    assert_false(sign_check(public_key, CU_LIT("\x72"), signature));
    memset(public_key, 0, sizeof public_key); // a point of small order signs anything
    public_key[0] = 1;
    memset(signature, 0, sizeof signature);
    signature[0] = 1;
    assert_false(sign_check(public_key, CU_LIT("\x72"), signature));
    sign_key_free(k);
}

static void test_published_example(void **state)
{
    (void)state;
    struct note_key key;
    struct note n;
    struct cu_buf b;
    struct sign_key *secret = key_of_base64(example_seed);
    cu_buf_init(&b, NOTE_MAX);
    assert_ok(note_key_parse(cu_str_of(example_key), &key, NULL));
    assert_int_equal(key.hash, 0xc74f20a3);
    note_key_print(&key, &b);
    assert_true(cu_str_eqz(cu_buf_view(&b), example_key));
    cu_buf_reset(&b);
    note_sign(&key, secret, cu_str_of(example_text), 0, &b);
    assert_true(cu_str_eqz(cu_buf_view(&b), example_line));
    cu_buf_reset(&b);
    cu_buf_printf(&b, "%s\n%s", example_text, example_line);
    assert_ok(note_parse(cu_buf_view(&b), &n, NULL));
    assert_int_equal(n.count, 1);
    assert_true(cu_str_eqz(n.text, example_text));
    assert_true(note_signed_by(&n, &key, NULL));
    size_t found = 0;
    for (size_t at = 0; at < b.len; at++) { // every byte, every other value
        for (unsigned v = 1; v < 256; v++) {
            b.ptr[at] = (char)(b.ptr[at] ^ (char)v);
            found += note_parse(cu_buf_view(&b), &n, NULL) != CU_OK || !note_signed_by(&n, &key, NULL);
            b.ptr[at] = (char)(b.ptr[at] ^ (char)v);
        }
    }
    assert_int_equal(found, b.len * 255);
    char text[sizeof example_key];
    for (size_t at = 0; at + 1 < sizeof example_key; at++) {
        memcpy(text, example_key, sizeof text);
        text[at]++;
        assert_int_equal(note_key_parse(cu_str_of(text), &key, NULL), CU_MALFORMED);
        assert_int_equal(note_key_parse((cu_str){example_key, at}, &key, NULL), CU_MALFORMED);
    }
    cu_buf_clear(&b);
    sign_key_free(secret);
}

static void test_bad_notes(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "\n", "text\n", "text\n\n", "text\n\nno dash\n", "text\n\n\xe2\x80\x94 name\n",
        "text\n\n\xe2\x80\x94 name \n", "text\n\n\xe2\x80\x94 name AAAA\n", "text\n\n\xe2\x80\x94 na+me AAAAAAA=\n",
        "text\n\n\xe2\x80\x94 name AAAAAAA\n",
        "text\n\n\xe2\x80\x94 name AAAAAAA=", "te\rxt\n\n\xe2\x80\x94 name AAAAAAA=\n",
        "te\xffxt\n\n\xe2\x80\x94 name AAAAAAA=\n", "text\n\n\xe2\x80\x94  AAAAAAA=\n",
        "text\n\n\xe2\x80\x94 name AAAAAAB=\n"};
    struct note n;
    for (size_t i = 0; i < CU_COUNT(bad); i++)
        assert_int_equal(note_parse(cu_str_of(bad[i]), &n, NULL), CU_MALFORMED);
    assert_ok(note_parse(cu_str_of("text\n\n\xe2\x80\x94 name AAAAAAA=\n"), &n, NULL));
    struct cu_buf b;
    cu_buf_init(&b, NOTE_MAX * 2);
    cu_buf_z(&b, "text\n\n");
    for (int i = 0; i < NOTE_SIGNATURES_MAX + 1; i++)
        cu_buf_z(&b, "\xe2\x80\x94 name AAAAAAA=\n");
    assert_int_equal(note_parse(cu_buf_view(&b), &n, NULL), CU_MALFORMED);
    cu_buf_clear(&b);
}

static void test_checkpoints_and_cosignatures(void **state)
{
    (void)state;
    struct note_checkpoint c = {.origin = "shop.example/audit", .size = 20852163}, again;
    struct sign_key *log = key_of_base64(example_seed), *witness = NULL;
    struct note_key log_key, witness_key, wrong;
    struct note n;
    struct cu_buf b;
    uint8_t public_key[32];
    int64_t when = 0;
    cu_buf_init(&b, NOTE_MAX);
    for (size_t i = 0; i < sizeof c.root; i++)
        c.root[i] = (uint8_t)(i * 7);
    note_checkpoint_print(&c, &b);
    assert_ok(note_checkpoint_parse(cu_buf_view(&b), &again, NULL));
    assert_memory_equal(&c, &again, sizeof c);
    char text_z[256];
    cu_str text = {text_z, (size_t)snprintf(text_z, sizeof text_z, "%.*s", CU_ARG(cu_buf_view(&b)))};
    sign_key_public(log, public_key);
    assert_ok(note_key_make(CU_LIT("shop.example/audit"), NOTE_ED25519, public_key, &log_key, NULL));
    assert_ok(sign_key_new(&witness, NULL));
    sign_key_public(witness, public_key);
    assert_ok(note_key_make(CU_LIT("witness.example/w1"), NOTE_COSIGNATURE, public_key, &witness_key, NULL));
    assert_ok(note_key_make(CU_LIT("witness.example/w1"), NOTE_ED25519, public_key, &wrong, NULL));
    cu_buf_char(&b, '\n');
    note_sign(&log_key, log, text, 0, &b);
    note_sign(&witness_key, witness, text, 1790000000, &b);
    assert_ok(note_parse(cu_buf_view(&b), &n, NULL));
    assert_int_equal(n.count, 2);
    assert_true(note_signed_by(&n, &log_key, NULL));
    assert_true(note_signed_by(&n, &witness_key, &when));
    assert_int_equal(when, 1790000000);
    assert_false(note_signed_by(&n, &wrong, NULL)); // a witness is no log
    static const char *const bad[] = {"log\n1\n", "\n1\nAAAA\n", "log\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "log\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", "log\n+1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n",
        "log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "log\n\n\n"};
    for (size_t i = 0; i < CU_COUNT(bad); i++)
        assert_int_equal(note_checkpoint_parse(cu_str_of(bad[i]), &again, NULL), CU_MALFORMED);
    assert_ok(note_checkpoint_parse(CU_LIT("log\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nmore\n"), &again, NULL));
    cu_buf_clear(&b);
    sign_key_free(log);
    sign_key_free(witness);
}

static void test_keys_at_rest(void **state)
{
    (void)state;
    char folder[] = "/tmp/custos-note-XXXXXX", path[64];
    static const uint8_t root[32] = {1}, other_root[32] = {2};
    struct keyring *ring = NULL, *other = NULL;
    struct sign_key *k = NULL, *again = NULL;
    uint8_t a[32], b[32];
    struct stat st;
    struct cu_buf bytes;
    cu_buf_init(&bytes, 512);
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/sign.key", folder);
    assert_ok(keyring_from_bytes(root, &ring, NULL));
    assert_ok(keyring_from_bytes(other_root, &other, NULL));
    assert_ok(sign_key_new(&k, NULL));
    assert_int_equal(sign_key_load(ring, CU_LIT("log"), path, &again, NULL), CU_NOT_FOUND);
    assert_ok(sign_key_store(k, ring, CU_LIT("log"), path, NULL));
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0400);
    assert_ok(sign_key_load(ring, CU_LIT("log"), path, &again, NULL));
    sign_key_public(k, a);
    sign_key_public(again, b);
    assert_memory_equal(a, b, 32);
    sign_key_free(again);
    assert_int_equal(sign_key_load(ring, CU_LIT("another log"), path, &again, NULL), CU_KEY);
    assert_int_equal(sign_key_load(other, CU_LIT("log"), path, &again, NULL), CU_KEY);
    assert_ok(cu_file_read_all(path, &bytes, NULL));
    for (size_t i = 0; i < bytes.len; i += 3) {
        bytes.ptr[i] ^= 1;
        assert_ok(cu_file_replace(path, bytes.ptr, bytes.len, 0400, NULL));
        assert_int_equal(sign_key_load(ring, CU_LIT("log"), path, &again, NULL), CU_KEY);
        bytes.ptr[i] ^= 1;
    }
    for (uint64_t n = 1; n < 4; n++) { // no memory
        cu_fault_arm(CU_FAULT_ALLOC, n, true);
        cu_code code = sign_key_load(ring, CU_LIT("log"), path, &again, NULL);
        cu_fault_disarm();
        assert_true(code == CU_MEMORY || code == CU_KEY);
    }
    (void)unlink(path);
    (void)rmdir(folder);
    cu_buf_clear(&bytes);
    sign_key_free(k);
    keyring_close(ring);
    keyring_close(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_primitives),
        cmocka_unit_test(test_published_example),
        cmocka_unit_test(test_bad_notes),
        cmocka_unit_test(test_checkpoints_and_cosignatures),
        cmocka_unit_test(test_keys_at_rest),
    };
    return cmocka_run_group_tests_name("crypto/note", tests, NULL, NULL);
}
