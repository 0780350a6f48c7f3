// SPDX-License-Identifier: Apache-2.0
// Sealed groups: the format pinned by an independent implementation, both suites, padding buckets,
// compression, binding to the row, and the refusal of every single changed byte.
#include "store/store_test.h"

#include "base/clock.h"
#include "crypto/seal.h"
#include "vectors.h"

#include <pthread.h>

static struct seal_key key; // 100, 101, ... as in vectors.py
static const struct seal_place place = {
    .table = 7, .subject = 0x0102030405060708, .record = 99, .version = 3};
static const enum seal_suite suites[] = {SEAL_XCHACHA, SEAL_AES_GCM};

static int setup(void **state)
{
    (void)state;
    for (int i = 0; i < 32; i++)
        key.bytes[i] = (uint8_t)(100 + i);
    return 0;
}

static void seal_into(struct cu_buf *out, enum seal_suite suite, cu_str plain, bool compress)
{
    assert_ok(seal_group(&key, suite, SEAL_CONTACT, &place, plain, compress, out, NULL));
}

static void assert_opens(cu_str sealed, cu_str expected)
{
    CU_AUTO_BUF struct cu_buf out;
    cu_buf_init(&out, SEAL_PLAIN_MAX * 2);
    cu_buf_z(&out, "kept"); // it appends
    assert_ok(seal_open(&key, &place, sealed, &out, NULL));
    assert_int_equal(out.len, 4 + expected.len);
    assert_memory_equal(out.ptr, "kept", 4);
    if (expected.len > 0)
        assert_memory_equal(out.ptr + 4, expected.ptr, expected.len);
    assert_int_equal(out.ptr[out.len], 0);
}

#define STR_OF(array) ((cu_str){(const char *)(array), sizeof(array)})

static void test_pinned(void **state)
{
    (void)state;
    char long_text[600];
    memset(long_text, 'x', sizeof long_text);
    assert_opens(STR_OF(vector_group_1), CU_LIT("{\"email\":\"someone@example.com\"}"));
    assert_opens(STR_OF(vector_group_2), CU_LIT("{\"email\":\"someone@example.com\"}"));
    assert_opens(STR_OF(vector_group_long), STR_OF(long_text));
}

// Key versions are read from the envelope: an older build opens what a newer one sealed.
static void test_other_key_version(void **state)
{
    (void)state;
    assert_int_equal(seal_version_of(STR_OF(vector_group_1)), 1);
    assert_int_equal(seal_version_of(STR_OF(vector_group_version_7)), 7);
    assert_int_equal(seal_version_of(CU_LIT("not an envelope")), 0);
    assert_opens(STR_OF(vector_group_version_7), CU_LIT("{\"email\":\"someone@example.com\"}"));
}

static void test_layout(void **state)
{
    (void)state;
    for (size_t s = 0; s < CU_COUNT(suites); s++) {
        CU_AUTO_BUF struct cu_buf out;
        cu_buf_init(&out, 4096);
        seal_into(&out, suites[s], CU_LIT("abc"), false);
        const uint8_t *e = (const uint8_t *)out.ptr;
        assert_int_equal(out.len, 48 + 32 + 16);
        assert_int_equal(e[0], 1);
        assert_int_equal(e[1], suites[s]);
        assert_memory_equal(e + 2, "\0\2", 2);
        assert_memory_equal(e + 4, "\0\0\0\1", 4);
        if (suites[s] == SEAL_AES_GCM)
            assert_memory_equal(e + 20, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
        else
            assert_memory_not_equal(e + 20, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
    }
}

static void test_round_trip_sizes(void **state)
{
    (void)state;
    static char text[5000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * 7 % 251); // also zeros and 0x80 at the end
    CU_AUTO_BUF struct cu_buf out;
    cu_buf_init(&out, 1 << 20);
    for (size_t len = 0; len <= sizeof text; len += len < 700 ? 1 : 97)
        for (size_t s = 0; s < CU_COUNT(suites); s++) {
            cu_buf_reset(&out);
            seal_into(&out, suites[s], (cu_str){text, len}, len % 2);
            assert_true(out.len <= seal_size(len));
            assert_opens(cu_buf_view(&out), (cu_str){text, len});
        }
}

static void test_tricky_endings(void **state)
{
    (void)state;
    static const cu_str texts[] = {
        {"\x80", 1}, {"\x81", 1}, {"\0\0\0", 3}, {"\x80\0\0", 3}, {"a\x81\0", 3}};
    for (size_t i = 0; i < CU_COUNT(texts); i++) {
        CU_AUTO_BUF struct cu_buf out;
        cu_buf_init(&out, 4096);
        seal_into(&out, SEAL_XCHACHA, texts[i], false);
        assert_opens(cu_buf_view(&out), texts[i]);
    }
}

static void test_buckets(void **state)
{
    (void)state;
    static const struct {
        size_t len, padded;
    } cases[] = {{0, 32}, {31, 32}, {32, 64}, {63, 64}, {64, 128}, {127, 128}, {128, 256},
        {255, 256}, {256, 512}, {511, 512}, {512, 640}, {639, 640}, {640, 768}, {767, 768},
        {768, 896}, {896, 1024}, {1023, 1024}, {1024, 1280}, {2047, 2048}, {2048, 2560},
        {SEAL_PLAIN_MAX, SEAL_PLAIN_MAX / 4 * 5}};
    for (size_t i = 0; i < CU_COUNT(cases); i++)
        assert_int_equal(seal_size(cases[i].len), cases[i].padded + SEAL_OVERHEAD);
    size_t before = 0;
    for (size_t len = 0; len < 100000;
         len++) { // never shorter than needed, never shrinking, at most a quarter more
        size_t padded = seal_size(len) - SEAL_OVERHEAD;
        assert_true(padded > len && padded >= before);
        assert_true(len < 512 || padded <= len + len / 4 + 1);
        before = padded;
    }
}

static void test_seals_differ(void **state)
{
    (void)state;
    for (size_t s = 0; s < CU_COUNT(suites); s++) {
        CU_AUTO_BUF struct cu_buf a;
        CU_AUTO_BUF struct cu_buf b;
        cu_buf_init(&a, 4096);
        cu_buf_init(&b, 4096);
        seal_into(&a, suites[s], CU_LIT("the same"), false);
        seal_into(&b, suites[s], CU_LIT("the same"), false);
        assert_memory_not_equal(a.ptr + 8, b.ptr + 8, 12);   // nonce
        assert_memory_not_equal(a.ptr + 32, b.ptr + 32, 16); // commitment
        assert_memory_not_equal(a.ptr + 48, b.ptr + 48, 32);
        assert_null(memmem(a.ptr, a.len, "the same", 8));
    }
}

static cu_code open_code(const struct seal_key *k, const struct seal_place *p, cu_str sealed)
{
    CU_AUTO_BUF struct cu_buf out;
    cu_buf_init(&out, SEAL_PLAIN_MAX * 2);
    struct cu_error err = {0};
    cu_code code = seal_open(k, p, sealed, &out, &err);
    assert_int_equal(out.len, 0);
    assert_int_equal(err.code, code);
    return code;
}

static void test_bound_to_place(void **state)
{
    (void)state;
    for (size_t s = 0; s < CU_COUNT(suites); s++) {
        CU_AUTO_BUF struct cu_buf out;
        cu_buf_init(&out, 4096);
        seal_into(&out, suites[s], CU_LIT("abc"), false);
        struct seal_place moved[4] = {place, place, place, place};
        moved[0].table++;
        moved[1].subject ^= 1ull << 63;
        moved[2].record = 0;
        moved[3].version--;
        for (int i = 0; i < 4; i++)
            assert_int_equal(open_code(&key, &moved[i], cu_buf_view(&out)), CU_CORRUPT);
        // Fields do not run into one another: record and version exchanged is another place.
        struct seal_place swapped = {place.table, place.subject, place.version, place.record};
        assert_int_equal(open_code(&key, &swapped, cu_buf_view(&out)), CU_CORRUPT);
    }
}

static void test_wrong_key(void **state)
{
    (void)state;
    for (size_t s = 0; s < CU_COUNT(suites); s++) {
        CU_AUTO_BUF struct cu_buf out;
        cu_buf_init(&out, 4096);
        seal_into(&out, suites[s], CU_LIT("abc"), false);
        for (int bit = 0; bit < 256; bit += 37) {
            struct seal_key wrong = key;
            wrong.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
            assert_int_equal(open_code(&wrong, &place, cu_buf_view(&out)), CU_KEY);
        }
    }
}

// Every bit of every byte: header, nonce and commitment give CU_KEY or CU_CORRUPT, text and tag
// CU_CORRUPT; nothing is ever appended.
static void test_every_flip_is_refused(void **state)
{
    (void)state;
    static char text[300];
    memset(text, 'p', sizeof text);
    for (size_t s = 0; s < CU_COUNT(suites); s++)
        for (int compress = 0; compress < 2; compress++) {
            CU_AUTO_BUF struct cu_buf out;
            cu_buf_init(&out, 4096);
            seal_into(&out, suites[s], STR_OF(text), compress);
            for (size_t i = 0; i < out.len; i++)
                for (int bit = 0; bit < 8; bit++) {
                    out.ptr[i] = (char)(out.ptr[i] ^ 1 << bit);
                    cu_code code = open_code(&key, &place, cu_buf_view(&out));
                    assert_true(code == CU_CORRUPT || (code == CU_KEY && i < 48));
                    out.ptr[i] = (char)(out.ptr[i] ^ 1 << bit);
                }
            assert_opens(cu_buf_view(&out), STR_OF(text));
        }
}

static void test_every_cut_is_refused(void **state)
{
    (void)state;
    for (size_t s = 0; s < CU_COUNT(suites); s++) {
        CU_AUTO_BUF struct cu_buf out;
        cu_buf_init(&out, 4096);
        seal_into(&out, suites[s], CU_LIT("abc"), false);
        for (size_t len = 0; len < out.len; len++)
            assert_int_equal(open_code(&key, &place, (cu_str){out.ptr, len}), CU_CORRUPT);
        cu_buf_char(&out, 'x');
        assert_int_equal(open_code(&key, &place, cu_buf_view(&out)), CU_CORRUPT);
    }
    assert_int_equal(open_code(&key, &place, CU_NONE), CU_CORRUPT);
}

// Authenticated, but not what seal_group writes: refused all the same, nothing appended.
static void test_wrong_content(void **state)
{
    (void)state;
    const cu_str bad[] = {STR_OF(vector_bad_empty), STR_OF(vector_bad_marker),
        STR_OF(vector_bad_frame), STR_OF(vector_bad_huge), STR_OF(vector_bad_short)};
    for (size_t i = 0; i < CU_COUNT(bad); i++)
        assert_int_equal(open_code(&key, &place, bad[i]), CU_CORRUPT);
}

// A class is a branch of the person's key: the same bytes under another class id do not open.
static void test_classes_have_their_keys(void **state)
{
    (void)state;
    CU_AUTO_BUF struct cu_buf out;
    cu_buf_init(&out, 4096);
    seal_into(&out, SEAL_XCHACHA, CU_LIT("abc"), false);
    for (int c = 0; c < 12; c++) {
        out.ptr[3] = (char)c;
        if (c != SEAL_CONTACT)
            assert_int_equal(open_code(&key, &place, cu_buf_view(&out)), CU_KEY);
    }
}

static void test_compression(void **state)
{
    (void)state;
    static char text[3000], noise[3000];
    uint64_t random = 7;
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = "{\"product_id\":\"P-1\",\"price\":1990}"[i % 33];
        noise[i] = (char)test_random(&random);
    }
    for (size_t s = 0; s < CU_COUNT(suites); s++) {
        CU_AUTO_BUF struct cu_buf out;
        cu_buf_init(&out, 1 << 16);
        seal_into(&out, suites[s], STR_OF(text), true);
        assert_true(out.len < 400);
        assert_opens(cu_buf_view(&out), STR_OF(text));
        cu_buf_reset(&out);
        seal_into(&out, suites[s], STR_OF(text), false);
        assert_int_equal(out.len, seal_size(sizeof text));
        cu_buf_reset(&out);
        seal_into(&out, suites[s], STR_OF(noise), true); // does not help: stored as it is
        assert_int_equal(out.len, seal_size(sizeof noise));
        assert_opens(cu_buf_view(&out), STR_OF(noise));
        cu_buf_reset(&out);
        seal_into(&out, suites[s], (cu_str){text, 191}, true); // too short to try
        assert_int_equal(out.len, seal_size(191));
    }
}

static void test_too_large(void **state)
{
    (void)state;
    CU_AUTO_BUF struct cu_buf plain;
    CU_AUTO_BUF struct cu_buf out;
    cu_buf_init(&plain, SEAL_PLAIN_MAX + 1);
    cu_buf_init(&out, SEAL_PLAIN_MAX * 2);
    char *room = cu_buf_room(&plain, SEAL_PLAIN_MAX + 1);
    assert_non_null(room);
    memset(room, 'z', SEAL_PLAIN_MAX + 1);
    struct cu_error err;
    assert_int_equal(seal_group(&key, SEAL_XCHACHA, SEAL_NOTES, &place,
                         (cu_str){room, SEAL_PLAIN_MAX + 1}, true, &out, &err),
        CU_TOO_LARGE);
    assert_int_equal(out.len, 0);
    assert_ok(seal_group(
        &key, SEAL_XCHACHA, SEAL_NOTES, &place, (cu_str){room, SEAL_PLAIN_MAX}, true, &out, &err));
    assert_true(out.len < 2048);
    assert_opens(cu_buf_view(&out), (cu_str){room, SEAL_PLAIN_MAX});
    CU_AUTO_BUF struct cu_buf small; // a caller's limit holds for what was compressed, too
    cu_buf_init(&small, 4096);
    assert_int_equal(seal_open(&key, &place, cu_buf_view(&out), &small, &err), CU_TOO_LARGE);
    assert_int_equal(small.len, 0);
    CU_AUTO_BUF struct cu_buf tiny;
    cu_buf_init(&tiny, 20);
    assert_int_equal(
        seal_group(&key, SEAL_XCHACHA, SEAL_NOTES, &place, CU_LIT("x"), false, &tiny, &err),
        CU_TOO_LARGE);
    assert_int_equal(tiny.len, 0);
}

static void test_key_wipe(void **state)
{
    (void)state;
    struct seal_key k = key;
    static const struct seal_key zero;
    seal_key_wipe(&k);
    assert_memory_equal(&k, &zero, sizeof k);
}

// A thread of its own, so that its contexts are made under the fault; n = 1, 2, ... until it
// passes.
struct fault_run {
    uint64_t nth;
    enum seal_suite suite;
    cu_code seal_code, open_code;
};

static void *run_faulted(void *context)
{
    struct fault_run *r = context;
    static char text[1000];
    struct cu_buf sealed, out;
    cu_buf_init(&sealed, 1 << 16);
    cu_buf_init(&out, 1 << 16);
    memset(text, 'q', sizeof text);
    cu_fault_arm(CU_FAULT_ALLOC, r->nth, false);
    r->seal_code =
        seal_group(&key, r->suite, SEAL_CONTACT, &place, STR_OF(text), true, &sealed, NULL);
    r->open_code =
        r->seal_code == CU_OK ? seal_open(&key, &place, cu_buf_view(&sealed), &out, NULL) : CU_OK;
    cu_fault_disarm();
    if (r->seal_code != CU_OK)
        assert_int_equal(sealed.len, 0);
    else if (r->open_code != CU_OK)
        assert_int_equal(out.len, 0);
    else
        assert_int_equal(out.len, sizeof text);
    cu_buf_clear(&sealed);
    cu_buf_clear(&out);
    return NULL;
}

static void test_no_memory(void **state)
{
    (void)state;
    for (size_t s = 0; s < CU_COUNT(suites); s++) {
        uint64_t failed = 0;
        for (uint64_t n = 1; n < 20; n++) {
            struct fault_run r = {.nth = n, .suite = suites[s]};
            pthread_t thread;
            assert_int_equal(pthread_create(&thread, NULL, run_faulted, &r), 0);
            assert_int_equal(pthread_join(thread, NULL), 0);
            assert_true(r.seal_code == CU_OK || r.seal_code == CU_MEMORY);
            assert_true(r.open_code == CU_OK || r.open_code == CU_MEMORY);
            failed += r.seal_code != CU_OK || r.open_code != CU_OK;
        }
        // Failing to compress is not a failure; buffers, the decompressor and suite 2's contexts
        // are.
        assert_true(failed >= 4);
    }
}

struct fault_open {
    uint64_t nth;
    cu_str sealed;
    cu_code code;
};

static void *open_faulted(void *context)
{
    struct fault_open *f = context;
    cu_fault_arm(CU_FAULT_ALLOC, f->nth, false);
    f->code = open_code(&key, &place, f->sealed);
    cu_fault_disarm();
    return NULL;
}

// In a thread that never sealed: contexts are missing when the opening needs them.
static void test_open_without_memory(void **state)
{
    (void)state;
    CU_AUTO_BUF struct cu_buf packed;
    cu_buf_init(&packed, 4096);
    char text[1000];
    memset(text, 'q', sizeof text);
    seal_into(&packed, SEAL_XCHACHA, STR_OF(text), true);
    for (int which = 0; which < 2; which++)
        for (uint64_t n = 1; n <= 3; n++) {
            struct fault_open f = {n, which ? cu_buf_view(&packed) : STR_OF(vector_group_2), CU_OK};
            pthread_t thread;
            assert_int_equal(pthread_create(&thread, NULL, open_faulted, &f), 0);
            assert_int_equal(pthread_join(thread, NULL), 0);
            assert_int_equal(f.code, CU_MEMORY);
        }
}

// Text that compresses to half its size: more than the scratch a thread may keep.
static void test_large_compressed(void **state)
{
    (void)state;
    enum { LEN = 2000000 };
    char *text = malloc(LEN);
    uint64_t random = 5;
    assert_non_null(text);
    for (size_t i = 0; i < LEN; i++)
        text[i] = "0123456789abcdef"[test_random(&random) % 16];
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, SEAL_PLAIN_MAX * 2);
    seal_into(&sealed, SEAL_XCHACHA, (cu_str){text, LEN}, true);
    assert_true(sealed.len < LEN * 3 / 4 && sealed.len > 300000);
    assert_opens(cu_buf_view(&sealed), (cu_str){text, LEN});
    assert_opens(cu_buf_view(&sealed), (cu_str){text, LEN});
    free(text);
}

static void *seal_in_thread(void *context)
{
    enum seal_suite suite = *(const enum seal_suite *)context;
    char text[400];
    struct cu_buf sealed;
    struct cu_buf out;
    cu_buf_init(&sealed, 1 << 16);
    cu_buf_init(&out, 1 << 16);
    for (int i = 0; i < 200; i++) {
        memset(text, i, sizeof text);
        cu_buf_reset(&sealed);
        cu_buf_reset(&out);
        struct seal_place p = {1, (uint64_t)i, 2, 3};
        assert_ok(seal_group(&key, suite, SEAL_ORDER, &p, STR_OF(text), i % 2, &sealed, NULL));
        assert_ok(seal_open(&key, &p, cu_buf_view(&sealed), &out, NULL));
        assert_memory_equal(out.ptr, text, sizeof text);
    }
    cu_buf_clear(&sealed);
    cu_buf_clear(&out);
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, seal_in_thread, (void *)(uintptr_t)&suites[i % 2]),
            0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test(test_pinned),
        cmocka_unit_test(test_other_key_version),
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_round_trip_sizes),
        cmocka_unit_test(test_tricky_endings),
        cmocka_unit_test(test_buckets),
        cmocka_unit_test(test_seals_differ),
        cmocka_unit_test(test_bound_to_place),
        cmocka_unit_test(test_wrong_key),
        cmocka_unit_test(test_every_flip_is_refused),
        cmocka_unit_test(test_every_cut_is_refused),
        cmocka_unit_test(test_wrong_content),
        cmocka_unit_test(test_classes_have_their_keys),
        cmocka_unit_test(test_compression),
        cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_key_wipe),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_open_without_memory),
        cmocka_unit_test(test_large_compressed),
        cmocka_unit_test(test_threads),
    };
    return cmocka_run_group_tests(all, setup, NULL);
}
