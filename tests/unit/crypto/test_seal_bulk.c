// SPDX-License-Identifier: Apache-2.0
// Bulk frames: AES-256-GCM with the counter as nonce, pinned by published and by own vectors; bound
// to their counter and associated data; every changed byte refused.
#include "store/store_test.h"

#include "crypto/seal.h"
#include "vectors.h"

static struct seal_bulk *make(const uint8_t key[32])
{
    struct seal_bulk *b = NULL;
    assert_ok(seal_bulk_new(key, &b, NULL));
    return b;
}

static void test_pinned(void **state)
{
    (void)state;
    // McGrew and Viega, case 14: key and nonce zero, that is counter 0.
    static const uint8_t expected[32] = {0xce, 0xa7, 0x40, 0x3d, 0x4d, 0x60, 0x6b, 0x6e, 0x07, 0x4e,
        0xc5, 0xd3, 0xba, 0xf3, 0x9d, 0x18, 0xd0, 0xd1, 0xc8, 0xa7, 0x99, 0x99, 0x6b, 0xf0, 0x26,
        0x5b, 0x98, 0xb5, 0xd4, 0x8a, 0xb9, 0x19};
    static const uint8_t zero[32];
    uint8_t key[32], out[32];
    struct seal_bulk *b = make(zero);
    assert_ok(seal_bulk_seal(b, 0, CU_NONE, (cu_str){(const char *)zero, 16}, out, NULL));
    assert_memory_equal(out, expected, 32);
    seal_bulk_free(b);
    for (int i = 0; i < 32; i++)
        key[i] = (uint8_t)(100 + i);
    b = make(key);
    assert_ok(seal_bulk_seal(b, 258, CU_LIT("its header"), CU_LIT("a frame"), out, NULL));
    assert_memory_equal(out, vector_bulk, sizeof vector_bulk);
    seal_bulk_free(b);
    seal_bulk_free(NULL);
}

static void test_round_trip(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 15, 16, 17, 1000, 65536, 1 << 20};
    static const uint8_t key[32] = {3};
    struct seal_bulk *b = make(key);
    uint8_t *plain = malloc(1 << 20), *sealed = malloc((1 << 20) + 16), *back = malloc(1 << 20);
    for (size_t i = 0; i < 1 << 20; i++)
        plain[i] = (uint8_t)(i * 31);
    for (size_t i = 0; i < CU_COUNT(sizes); i++) {
        cu_str text = {(const char *)plain, sizes[i]};
        assert_ok(seal_bulk_seal(b, i, CU_LIT("ad"), text, sealed, NULL));
        assert_ok(seal_bulk_open(
            b, i, CU_LIT("ad"), (cu_str){(const char *)sealed, sizes[i] + 16}, back, NULL));
        assert_memory_equal(back, plain, sizes[i]);
        memcpy(back, plain, sizes[i]); // sealing in place gives the same bytes
        uint8_t *in_place = malloc(sizes[i] + 16);
        if (sizes[i] > 0)
            memcpy(in_place, plain, sizes[i]);
        assert_ok(seal_bulk_seal(
            b, i, CU_LIT("ad"), (cu_str){(const char *)in_place, sizes[i]}, in_place, NULL));
        assert_memory_equal(in_place, sealed, sizes[i] + 16);
        free(in_place);
    }
    free(plain);
    free(sealed);
    free(back);
    seal_bulk_free(b);
}

static void test_refusals(void **state)
{
    (void)state;
    static const uint8_t key[32] = {3}, other_key[32] = {4};
    struct seal_bulk *b = make(key), *other = make(other_key);
    uint8_t sealed[40 + 16], out[40], zero[40] = {0};
    char text[40];
    memset(text, 't', sizeof text);
    assert_ok(seal_bulk_seal(b, 7, CU_LIT("ad"), (cu_str){text, sizeof text}, sealed, NULL));
    cu_str whole = {(const char *)sealed, sizeof sealed};
    struct cu_error err;
    assert_int_equal(seal_bulk_open(b, 8, CU_LIT("ad"), whole, out, &err), CU_CORRUPT);
    assert_memory_equal(out, zero, sizeof out); // nothing of an unverified text stays
    assert_int_equal(
        seal_bulk_open(b, 7 + (1ull << 32), CU_LIT("ad"), whole, out, &err), CU_CORRUPT);
    assert_int_equal(seal_bulk_open(b, 7, CU_LIT("bd"), whole, out, &err), CU_CORRUPT);
    assert_int_equal(seal_bulk_open(b, 7, CU_NONE, whole, out, &err), CU_CORRUPT);
    assert_int_equal(seal_bulk_open(other, 7, CU_LIT("ad"), whole, out, &err), CU_CORRUPT);
    for (size_t len = 0; len < whole.len; len++)
        assert_int_equal(
            seal_bulk_open(b, 7, CU_LIT("ad"), (cu_str){whole.ptr, len}, out, &err), CU_CORRUPT);
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 0x40;
        assert_int_equal(seal_bulk_open(b, 7, CU_LIT("ad"), whole, out, &err), CU_CORRUPT);
        sealed[i] ^= 0x40;
    }
    assert_ok(seal_bulk_open(b, 7, CU_LIT("ad"), whole, out, &err)); // a refusal spoils nothing
    assert_memory_equal(out, text, sizeof text);
    assert_int_equal(
        seal_bulk_seal(b, 9, CU_LIT("ad"), (cu_str){text, (size_t)1 << 31}, sealed, &err),
        CU_TOO_LARGE);
    seal_bulk_free(b);
    seal_bulk_free(other);
}

static void test_no_memory(void **state)
{
    (void)state;
    static const uint8_t key[32] = {3};
    struct seal_bulk *b = NULL;
    cu_fault_arm(CU_FAULT_ALLOC, 1, false);
    assert_int_equal(seal_bulk_new(key, &b, NULL), CU_MEMORY);
    cu_fault_disarm();
    assert_null(b);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(test_pinned),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_no_memory),
    };
    return cmocka_run_group_tests(all, NULL, NULL);
}
