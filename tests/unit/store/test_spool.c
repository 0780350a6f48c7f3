// SPDX-License-Identifier: Apache-2.0
// Spool files: what goes in comes out, nothing readable lies on the disk, damage is seen, and every
// failing operation leaves no file behind.
#include "store/spool.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "crypto/keyring.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

struct fixture {
    char folder[64];
    struct keyring *keyring;
    struct spool *spool;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    static const uint8_t root[32] = {1, 2, 3};
    (void)snprintf(f->folder, sizeof f->folder, "/tmp/custos-test-spool-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    assert_int_equal(keyring_from_bytes(root, &f->keyring, NULL), CU_OK);
    struct spool_options o = {.folder = f->folder, .keyring = f->keyring, .free_bytes_min = -1};
    assert_int_equal(spool_open(&o, &f->spool, NULL), CU_OK);
    *state = f;
    return 0;
}

static size_t files_in(const char *folder)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(1 << 20);
    const char **names;
    size_t count = 0;
    assert_int_equal(cu_dir_list(a, folder, &names, &count, NULL), CU_OK);
    return count;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(1 << 20);
    int64_t *numbers;
    size_t count;
    assert_int_equal(spool_list(f->spool, a, &numbers, &count, NULL), CU_OK);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(spool_delete(f->spool, numbers[i], NULL), CU_OK);
    spool_close(f->spool);
    keyring_close(f->keyring);
    assert_int_equal(rmdir(f->folder), 0);
    free(f);
    return 0;
}

// Byte i of every test file.
static uint8_t pattern(size_t i)
{
    return (uint8_t)(i * 31 + i / 251);
}

static int64_t write_file(struct fixture *f, size_t len, size_t piece)
{
    struct spool_writer *w = NULL;
    assert_int_equal(spool_create(f->spool, &w, NULL), CU_OK);
    int64_t number = spool_writer_number(w);
    uint8_t *bytes = malloc(len + 1);
    for (size_t i = 0; i < len; i++)
        bytes[i] = pattern(i);
    for (size_t at = 0; at < len; at += piece)
        assert_int_equal(
            spool_append(w, bytes + at, at + piece < len ? piece : len - at, NULL), CU_OK);
    assert_int_equal(spool_writer_size(w), len);
    assert_int_equal(spool_finish(w, NULL), CU_OK);
    free(bytes);
    return number;
}

static cu_code check_file(struct fixture *f, int64_t number, size_t len, size_t from, size_t piece)
{
    struct spool_reader *r = NULL;
    cu_code code = spool_read_open(f->spool, number, SPOOL_WHOLE, &r, NULL);
    if (code != CU_OK)
        return code;
    if (from > 0)
        code = spool_seek(r, (int64_t)from, NULL);
    uint8_t *bytes = malloc(piece);
    size_t at = from < len ? from : len;
    for (; code == CU_OK;) {
        size_t n = 0;
        code = spool_read(r, bytes, piece, &n, NULL);
        if (code != CU_OK || n == 0)
            break;
        for (size_t i = 0; i < n; i++)
            assert_int_equal(bytes[i], pattern(at + i));
        at += n;
        assert_int_equal(spool_tell(r), at);
    }
    free(bytes);
    spool_read_close(r);
    if (code == CU_OK)
        assert_int_equal(at, len);
    return code;
}

static void test_round_trips(void **state)
{
    struct fixture *f = *state;
    static const size_t lens[] = {
        0, 1, 100, SPOOL_CHUNK - 1, SPOOL_CHUNK, SPOOL_CHUNK + 1, 5 * SPOOL_CHUNK + 7};
    for (size_t i = 0; i < CU_COUNT(lens); i++) {
        int64_t number = write_file(f, lens[i], i % 2 ? 1000 : 200000);
        assert_int_equal(check_file(f, number, lens[i], 0, 777), CU_OK);
        assert_int_equal(check_file(f, number, lens[i], 0, 1 << 20), CU_OK);
        int64_t size = -1;
        assert_int_equal(spool_size(f->spool, number, &size, NULL), CU_OK);
        assert_int_equal(size, lens[i]);
    }
}

static void test_seek_to_any_place(void **state)
{
    struct fixture *f = *state;
    size_t len = 3 * SPOOL_CHUNK + 100;
    int64_t number = write_file(f, len, 10000);
    static const size_t places[] = {0, 1, SPOOL_CHUNK - 1, SPOOL_CHUNK, SPOOL_CHUNK + 1,
        2 * SPOOL_CHUNK, 3 * SPOOL_CHUNK + 99, 3 * SPOOL_CHUNK + 100, 10 * SPOOL_CHUNK};
    for (size_t i = 0; i < CU_COUNT(places); i++)
        assert_int_equal(check_file(f, number, len, places[i], 50000), CU_OK);
}

static void test_numbers_grow_and_are_not_reused(void **state)
{
    struct fixture *f = *state;
    int64_t a = write_file(f, 10, 10), b = write_file(f, 10, 10);
    assert_true(b > a);
    assert_true(b < (1ll << 53));
    assert_int_equal(spool_delete(f->spool, b, NULL), CU_OK);
    spool_close(f->spool);
    struct spool_options o = {.folder = f->folder, .keyring = f->keyring, .free_bytes_min = -1};
    assert_int_equal(spool_open(&o, &f->spool, NULL), CU_OK);
    assert_true(write_file(f, 10, 10) > b);
    assert_int_equal(
        spool_read_open(f->spool, b, SPOOL_WHOLE, &(struct spool_reader *){0}, NULL), CU_NOT_FOUND);
    assert_int_equal(spool_delete(f->spool, b, NULL), CU_OK); // absent is fine
}

static void path_of(const struct fixture *f, int64_t number, char path[128])
{
    (void)snprintf(path, 128, "%s/%016lld.spool", f->folder, (long long)number);
}

static void test_no_plaintext_on_disk(void **state)
{
    struct fixture *f = *state;
    static const char canary[] = "canary.person@example.com";
    struct spool_writer *w = NULL;
    assert_int_equal(spool_create(f->spool, &w, NULL), CU_OK);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(spool_append(w, canary, sizeof canary, NULL), CU_OK);
    int64_t number = spool_writer_number(w);
    assert_int_equal(spool_finish(w, NULL), CU_OK);
    char path[128];
    path_of(f, number, path);
    struct cu_buf bytes;
    cu_buf_init(&bytes, 1 << 20);
    assert_int_equal(cu_file_read_all(path, &bytes, NULL), CU_OK);
    assert_true(bytes.len > 5000 * sizeof canary);
    assert_int_equal(cu_str_find_str(cu_buf_view(&bytes), CU_LIT("canary")), -1);
    cu_buf_clear(&bytes);
}

static void test_every_flipped_or_missing_byte_is_seen(void **state)
{
    struct fixture *f = *state;
    size_t len = SPOOL_CHUNK + 500;
    int64_t number = write_file(f, len, len);
    char path[128];
    path_of(f, number, path);
    struct cu_buf good;
    cu_buf_init(&good, 1 << 20);
    assert_int_equal(cu_file_read_all(path, &good, NULL), CU_OK);
    int fd = open(path, O_RDWR);
    for (size_t i = 0; i < good.len; i += i < 400 ? 1 : 97) {
        char flipped = (char)(good.ptr[i] ^ 0x10);
        assert_int_equal(pwrite(fd, &flipped, 1, (off_t)i), 1);
        assert_int_not_equal(check_file(f, number, len, 0, 4096), CU_OK);
        assert_int_equal(pwrite(fd, good.ptr + i, 1, (off_t)i), 1);
    }
    assert_int_equal(check_file(f, number, len, 0, 4096), CU_OK);
    for (size_t cut = good.len; cut-- > 0; cut -= cut > 1000 ? 555 : 0) {
        assert_int_equal(ftruncate(fd, (off_t)cut), 0);
        assert_int_not_equal(check_file(f, number, len, 0, 4096), CU_OK);
    }
    (void)close(fd);
    cu_buf_clear(&good);
}

static void test_frames_do_not_fit_other_files(void **state)
{
    struct fixture *f = *state;
    int64_t a = write_file(f, 100, 100), b = write_file(f, 100, 100);
    char path_a[128], path_b[128];
    path_of(f, a, path_a);
    path_of(f, b, path_b);
    struct cu_buf bytes;
    cu_buf_init(&bytes, 1 << 20);
    assert_int_equal(cu_file_read_all(path_a, &bytes, NULL), CU_OK);
    assert_int_equal(cu_file_replace(path_b, bytes.ptr, bytes.len, 0600, NULL), CU_OK);
    assert_int_equal(check_file(f, b, 100, 0, 100), CU_CORRUPT);
    assert_int_equal(check_file(f, a, 100, 0, 100), CU_OK);
    cu_buf_clear(&bytes);
}

static void test_the_wrong_root_key_is_named(void **state)
{
    struct fixture *f = *state;
    int64_t number = write_file(f, 100, 100);
    static const uint8_t other_root[32] = {9};
    struct keyring *other = NULL;
    struct spool *s = NULL;
    assert_int_equal(keyring_from_bytes(other_root, &other, NULL), CU_OK);
    struct spool_options o = {.folder = f->folder, .keyring = other, .free_bytes_min = -1};
    assert_int_equal(spool_open(&o, &s, NULL), CU_OK);
    assert_int_equal(
        spool_read_open(s, number, SPOOL_WHOLE, &(struct spool_reader *){0}, NULL), CU_KEY);
    spool_close(s);
    keyring_close(other);
}

static size_t readable(struct fixture *f, int64_t number, enum spool_part part, cu_code *ret_code)
{
    struct spool_reader *r = NULL;
    size_t total = 0, n = 1;
    *ret_code = spool_read_open(f->spool, number, part, &r, NULL);
    uint8_t *bytes = malloc(SPOOL_CHUNK);
    while (*ret_code == CU_OK && n > 0) {
        *ret_code = spool_read(r, bytes, SPOOL_CHUNK, &n, NULL);
        total += *ret_code == CU_OK ? n : 0;
    }
    free(bytes);
    spool_read_close(r);
    return total;
}

static void test_synced_part_of_a_broken_off_file(void **state)
{
    struct fixture *f = *state;
    struct spool_writer *w = NULL;
    cu_code code;
    assert_int_equal(spool_create(f->spool, &w, NULL), CU_OK);
    int64_t number = spool_writer_number(w);
    assert_int_equal(readable(f, number, SPOOL_SYNCED, &code), 0);
    assert_int_equal(spool_append(w, "first", 5, NULL), CU_OK);
    assert_int_equal(spool_sync(w, NULL), CU_OK);
    assert_int_equal(spool_append(w, "second", 6, NULL), CU_OK);
    assert_int_equal(spool_sync(w, NULL), CU_OK);
    assert_int_equal(spool_sync(w, NULL), CU_OK); // nothing new is fine
    assert_int_equal(spool_append(w, "lost", 4, NULL), CU_OK);
    spool_leave(w);
    assert_int_equal(readable(f, number, SPOOL_SYNCED, &code), 11);
    assert_int_equal(code, CU_OK);
    (void)readable(f, number, SPOOL_WHOLE, &code);
    assert_int_equal(code, CU_CORRUPT);
    char path[128];
    path_of(f, number, path);
    int fd = open(path, O_WRONLY | O_APPEND);
    assert_int_equal(write(fd, "torn tail torn tail torn tail", 29), 29);
    (void)close(fd);
    assert_int_equal(readable(f, number, SPOOL_SYNCED, &code), 11);
    assert_int_equal(code, CU_OK);
}

static void test_deleting_destroys_the_key_first(void **state)
{
    struct fixture *f = *state;
    int64_t number = write_file(f, 100, 100);
    char path[128], kept[140];
    path_of(f, number, path);
    (void)snprintf(kept, sizeof kept, "%s.kept", path);
    assert_int_equal(link(path, kept), 0);
    assert_int_equal(spool_delete(f->spool, number, NULL), CU_OK);
    assert_int_equal(rename(kept, path), 0);
    cu_code code = check_file(f, number, 100, 0, 100);
    assert_true(code == CU_KEY || code == CU_CORRUPT);
}

static void test_too_little_free_space(void **state)
{
    struct fixture *f = *state;
    struct spool *s = NULL;
    struct spool_options o = {
        .folder = f->folder, .keyring = f->keyring, .free_bytes_min = INT64_MAX};
    assert_int_equal(spool_open(&o, &s, NULL), CU_OK);
    struct spool_writer *w = NULL;
    assert_int_equal(spool_create(s, &w, NULL), CU_OK);
    struct cu_error err;
    assert_int_equal(spool_append(w, "x", 1, &err), CU_FULL);
    spool_abort(w);
    spool_close(s);
    assert_int_equal(files_in(f->folder), 0);
}

static cu_code one_upload(struct fixture *f, const uint8_t *bytes, size_t len)
{
    struct spool_writer *w = NULL;
    CU_TRY(spool_create(f->spool, &w, NULL));
    cu_code code = spool_append(w, bytes, len, NULL);
    if (code == CU_OK)
        code = spool_sync(w, NULL);
    if (code != CU_OK) {
        spool_abort(w);
        return code;
    }
    return spool_finish(w, NULL);
}

static void test_each_failing_operation_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    size_t len = 3 * SPOOL_CHUNK;
    uint8_t *bytes = calloc(1, len);
    for (int kind = 0; kind < CU_FAULT_KINDS; kind++) {
        for (uint64_t n = 1; n < 100; n++) {
            cu_fault_arm((enum cu_fault_kind)kind, n, false);
            cu_code code = one_upload(f, bytes, len);
            bool reached = cu_fault_count((enum cu_fault_kind)kind) >= n;
            cu_fault_disarm();
            assert_true(reached ? code != CU_OK : code == CU_OK);
            if (!reached) {
                assert_int_equal(files_in(f->folder), 1);
                break;
            }
            assert_int_equal(files_in(f->folder), 0);
        }
        CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(1 << 20);
        int64_t *numbers;
        size_t count;
        assert_int_equal(spool_list(f->spool, a, &numbers, &count, NULL), CU_OK);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(spool_delete(f->spool, numbers[i], NULL), CU_OK);
    }
    free(bytes);
}

#define WITH_SPOOL(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SPOOL(test_round_trips),
        WITH_SPOOL(test_seek_to_any_place),
        WITH_SPOOL(test_numbers_grow_and_are_not_reused),
        WITH_SPOOL(test_no_plaintext_on_disk),
        WITH_SPOOL(test_every_flipped_or_missing_byte_is_seen),
        WITH_SPOOL(test_frames_do_not_fit_other_files),
        WITH_SPOOL(test_the_wrong_root_key_is_named),
        WITH_SPOOL(test_synced_part_of_a_broken_off_file),
        WITH_SPOOL(test_deleting_destroys_the_key_first),
        WITH_SPOOL(test_too_little_free_space),
        WITH_SPOOL(test_each_failing_operation_leaves_nothing),
    };
    return cmocka_run_group_tests_name("spool", tests, NULL, NULL);
}
