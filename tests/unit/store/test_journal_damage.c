// SPDX-License-Identifier: Apache-2.0
// The journal against damaged bytes: a tail torn at every offset is cut off and nothing else is
// lost; a flipped bit anywhere before it is refused with segment and offset, and changes nothing.
#include "store_test.h"

#include "base/log.h"
#include "store/journal.h"
#include "store/journal_file.h"
#include "store/journal_format.h"

#include "crypto/keyring.h"

static struct keyring *keyring;
static char *origin, *image; // a journal as it stands, and the copy that is damaged

#define RECORDS 6
static int64_t frame_at[RECORDS + 2]; // offsets of the frames of segment 1; [RECORDS] is the end

static cu_code image_open(struct journal **ret, struct cu_error *err)
{
    struct journal_options o = {.folder = image, .keyring = keyring, .segment_bytes_max = 8192};
    return journal_open(&o, ret, err);
}

static cu_str record_of(uint64_t n, char buffer[256])
{
    int len = snprintf(buffer, 256, "record %llu", (unsigned long long)n);
    memset(buffer + len, '.', 50 + n % 50);
    return (cu_str){buffer, (size_t)len + 50 + n % 50};
}

static void append_one(struct journal *j, uint64_t n)
{
    char buffer[256];
    cu_str record = record_of(n, buffer);
    uint64_t seq;
    assert_ok(journal_append_wait(j, &record, 1, &seq, NULL));
    assert_int_equal(seq, n);
}

static void expect_records(struct journal *j, uint64_t last)
{
    struct journal_reader *r;
    struct journal_record record;
    bool more;
    assert_int_equal(journal_last_durable(j), last);
    assert_ok(journal_reader_open(j, 1, &r, NULL));
    for (uint64_t n = 1; n <= last; n++) {
        char buffer[256];
        assert_ok(journal_next(r, 0, &record, &more, NULL));
        assert_true(more);
        assert_true(cu_str_eq(record.bytes, record_of(n, buffer)));
    }
    assert_ok(journal_next(r, 0, &record, &more, NULL));
    assert_false(more);
    journal_reader_close(r);
}

static void find_frames(const char *folder)
{
    struct journal_scan scan;
    assert_ok(journal_scan_open(folder, keyring, 1, &scan, NULL));
    for (size_t i = 0; i <= RECORDS; i++) {
        struct journal_frame f;
        enum journal_scan_result result;
        frame_at[i] = scan.offset;
        assert_ok(journal_scan_next(&scan, NULL, &f, &result, NULL));
        assert_int_equal(result == JOURNAL_SCAN_FRAME, i < RECORDS);
    }
    journal_scan_close(&scan);
}

// origin becomes a journal of RECORDS one-record frames, as kill -9 leaves it or closed in order.
static void make_origin(bool closed)
{
    struct journal *j;
    test_folder_empty(image);
    assert_ok(image_open(&j, NULL));
    for (uint64_t n = 1; n <= RECORDS; n++)
        append_one(j, n);
    if (closed)
        journal_close(j);
    test_folder_copy(image, origin);
    if (!closed)
        journal_close(j);
    find_frames(origin);
}

static int setup(void **state)
{
    (void)state;
    static const uint8_t root[32] = {3};
    origin = test_folder_fast();
    image = test_folder_fast();
    cu_log_set_level(CU_LOG_ERROR + 1);
    return (int)keyring_from_bytes(root, &keyring, NULL);
}

static int teardown(void **state)
{
    (void)state;
    keyring_close(keyring);
    test_folder_free(origin);
    test_folder_free(image);
    return 0;
}

enum tear { TEAR_CUT, TEAR_ZEROS, TEAR_GARBAGE, TEAR_SECTOR, TEARS };

// Damages segment 1 of image from offset on, as a power cut during the last write would.
static void tear(const struct test_bytes *whole, int64_t offset, enum tear how)
{
    struct test_bytes b = {.ptr = malloc(whole->len), .len = whole->len};
    memcpy(b.ptr, whole->ptr, whole->len);
    size_t from = (size_t)offset, end = (size_t)frame_at[RECORDS];
    if (how == TEAR_CUT)
        b.len = from;
    if (how == TEAR_ZEROS)
        memset(b.ptr + from, 0, end - from);
    if (how == TEAR_GARBAGE)
        for (size_t i = from; i < end; i++)
            b.ptr[i] = (uint8_t)(i * 151 + 17);
    if (how == TEAR_SECTOR) // the first part never reached the disk, what comes after did
        memset(b.ptr + frame_at[RECORDS - 1], 0, from + 1 - (size_t)frame_at[RECORDS - 1]);
    test_write(image, "0000000001.seg", b.ptr, b.len);
    free(b.ptr);
}

static void torn_at(const struct test_bytes *whole, int64_t offset, enum tear how)
{
    struct journal *j = NULL;
    struct cu_error err = {0};
    test_folder_copy(origin, image);
    tear(whole, offset, how);
    struct journal_check check;
    assert_ok(journal_verify(image, keyring, &check, &err));
    assert_int_equal(check.records, RECORDS - 1);
    assert_int_equal(image_open(&j, &err), CU_OK);
    expect_records(j, RECORDS - 1);
    append_one(j, RECORDS);
    expect_records(j, RECORDS);
    journal_close(j);
    assert_ok(image_open(&j, &err));
    expect_records(j, RECORDS);
    journal_close(j);
}

static void test_torn_tail_at_every_byte(void **state)
{
    (void)state;
    make_origin(false);
    struct test_bytes whole = test_read(origin, "0000000001.seg");
    for (int how = 0; how < TEARS; how++)
        for (int64_t at = frame_at[RECORDS - 1]; at < frame_at[RECORDS]; at++) {
            bool only_padding_lost = how == TEAR_ZEROS && at >= frame_at[RECORDS] - JOURNAL_ALIGN;
            if (!only_padding_lost) // zeros over zeros change nothing
                torn_at(&whole, at, (enum tear)how);
        }
    free(whole.ptr);
}

static void expect_refused(int64_t offset)
{
    struct journal *j = NULL;
    struct cu_error err = {0};
    uint64_t before = test_folder_sum(image);
    assert_int_equal(image_open(&j, &err), CU_CORRUPT);
    char want[96];
    snprintf(want, sizeof want, "segment 0000000001 is damaged at offset %lld", (long long)offset);
    assert_non_null(strstr(err.text, want));
    struct journal_check check;
    assert_int_equal(journal_verify(image, keyring, &check, &err), CU_CORRUPT);
    assert_int_equal(test_folder_sum(image), before);
}

// Flips one bit in every byte before `end` of segment 1; each is refused at its frame.
static void flip_all(int64_t end)
{
    struct test_bytes b = test_read(origin, "0000000001.seg");
    test_folder_copy(origin, image);
    size_t frame = 0;
    for (size_t i = 0; i < (size_t)end; i++) {
        while (frame < RECORDS && (int64_t)i >= frame_at[frame + 1])
            frame++;
        uint8_t bit = (uint8_t)(1 << i % 8);
        b.ptr[i] ^= bit;
        test_write(image, "0000000001.seg", b.ptr, b.len);
        expect_refused(i < JOURNAL_SEGMENT_HEADER ? 0 : frame_at[frame]);
        b.ptr[i] ^= bit;
    }
    free(b.ptr);
}

static void test_flipped_bit_before_the_tail(void **state)
{
    (void)state;
    make_origin(false);
    flip_all(frame_at[RECORDS - 1]);
}

static void test_flipped_bit_after_clean_close(void **state)
{
    (void)state;
    make_origin(true);
    flip_all(frame_at[RECORDS]); // the last frame is protected by the end mark
}

static void test_flipped_bit_after_recovery(void **state)
{
    (void)state;
    make_origin(false);
    struct journal *j;
    test_folder_copy(origin, image);
    assert_ok(image_open(&j, NULL)); // recovers, writes the end mark, makes no new segment
    test_folder_copy(image, origin);
    journal_close(j);
    flip_all(frame_at[RECORDS]);
}

static void test_flipped_bit_in_an_older_segment(void **state)
{
    (void)state;
    make_origin(false);
    struct journal *j;
    test_folder_copy(origin, image);
    assert_ok(image_open(&j, NULL));
    append_one(j, RECORDS + 1); // segment 2
    test_folder_copy(image, origin);
    journal_close(j);
    flip_all(frame_at[RECORDS]);
}

static void test_key_file_damage(void **state)
{
    (void)state;
    make_origin(true);
    struct test_bytes b = test_read(origin, "0000000001.key");
    for (size_t i = 0; i < b.len; i++) {
        struct journal *j = NULL;
        struct cu_error err = {0};
        test_folder_copy(origin, image);
        b.ptr[i] ^= 1;
        test_write(image, "0000000001.key", b.ptr, b.len);
        b.ptr[i] ^= 1;
        uint64_t before = test_folder_sum(image);
        assert_int_equal(image_open(&j, &err), CU_CORRUPT);
        assert_non_null(strstr(err.text, "0000000001"));
        assert_int_equal(test_folder_sum(image), before);
    }
    free(b.ptr);
}

static void unlink_in(const char *folder, const char *name)
{
    char *path = test_path(folder, name);
    assert_int_equal(unlink(path), 0);
    free(path);
}

static void expect_missing_is_refused(const char *name)
{
    struct journal *j = NULL;
    struct cu_error err = {0};
    test_folder_copy(origin, image);
    unlink_in(image, name);
    uint64_t before = test_folder_sum(image);
    assert_int_equal(image_open(&j, &err), CU_CORRUPT);
    assert_int_equal(test_folder_sum(image), before);
}

static void test_missing_files(void **state)
{
    (void)state;
    struct journal *j;
    test_folder_empty(image);
    assert_ok(image_open(&j, NULL));
    for (uint64_t n = 1; n <= 200; n++)
        append_one(j, n);
    journal_close(j);
    test_folder_copy(image, origin);
    assert_true(test_exists(origin, "0000000004.seg"));
    expect_missing_is_refused("0000000001.seg");
    expect_missing_is_refused("0000000001.key");
    expect_missing_is_refused("0000000002.seg");
    expect_missing_is_refused("0000000003.key");
    test_folder_copy(origin, image); // both files of a segment in the middle
    unlink_in(image, "0000000003.seg");
    unlink_in(image, "0000000003.key");
    struct cu_error err = {0};
    assert_int_equal(image_open(&j, &err), CU_CORRUPT);
    assert_non_null(strstr(err.text, "segment 0000000002"));
}

static void test_swapped_segments(void **state)
{
    (void)state; // a segment under another's name does not open
    struct journal *j;
    struct cu_error err = {0};
    test_folder_copy(origin, image);
    struct test_bytes b = test_read(image, "0000000002.seg");
    test_write(image, "0000000003.seg", b.ptr, b.len);
    free(b.ptr);
    assert_int_equal(image_open(&j, &err), CU_CORRUPT);
    b = test_read(origin, "0000000002.key");
    test_folder_copy(origin, image);
    test_write(image, "0000000003.key", b.ptr, b.len);
    free(b.ptr);
    assert_int_equal(image_open(&j, &err), CU_CORRUPT);
}

// A release or the making of a segment that was cut short at any point is finished or undone.
static void test_half_done_release_and_roll(void **state)
{
    (void)state;
    struct journal *j;
    struct cu_error err = {0};
    uint8_t released[JOURNAL_KEY_FILE];
    make_origin(true);
    test_folder_copy(origin, image);
    assert_ok(image_open(&j, &err));
    append_one(j, RECORDS + 1);
    journal_close(j);
    test_folder_copy(image, origin);

    journal_key_put_released(1, released); // key destroyed, segment still there
    test_write(image, "0000000001.key", released, sizeof released);
    assert_ok(image_open(&j, &err));
    struct journal_reader *r;
    assert_int_equal(journal_reader_open(j, 1, &r, &err), CU_NOT_FOUND);
    assert_ok(journal_reader_open(j, RECORDS + 1, &r, &err));
    journal_reader_close(r);
    journal_close(j);
    assert_false(test_exists(image, "0000000001.seg"));
    assert_false(test_exists(image, "0000000001.key"));

    test_folder_copy(origin, image); // segment gone, key file still there
    test_write(image, "0000000001.key", released, sizeof released);
    unlink_in(image, "0000000001.seg");
    assert_ok(image_open(&j, &err));
    journal_close(j);
    assert_false(test_exists(image, "0000000001.key"));

    test_folder_copy(origin, image); // a new segment of which only key and temporary file exist
    struct test_bytes b = test_read(origin, "0000000002.key");
    test_write(image, "0000000003.key.new", b.ptr, b.len);
    test_write(image, "0000000003.tmp", b.ptr, b.len);
    free(b.ptr);
    assert_ok(image_open(&j, &err));
    expect_records(j, RECORDS + 1);
    journal_close(j);
    assert_false(test_exists(image, "0000000003.tmp"));
    assert_false(test_exists(image, "0000000003.key.new"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_torn_tail_at_every_byte),
        cmocka_unit_test(test_flipped_bit_before_the_tail),
        cmocka_unit_test(test_flipped_bit_after_clean_close),
        cmocka_unit_test(test_flipped_bit_after_recovery),
        cmocka_unit_test(test_flipped_bit_in_an_older_segment),
        cmocka_unit_test(test_key_file_damage),
        cmocka_unit_test(test_missing_files),
        cmocka_unit_test(test_swapped_segments),
        cmocka_unit_test(test_half_done_release_and_roll),
    };
    return cmocka_run_group_tests_name("journal damage", tests, setup, teardown);
}
