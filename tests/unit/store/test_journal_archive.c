// SPDX-License-Identifier: Apache-2.0
// The journal copied out while it is written, and read back: part by part, across segments and releases,
// cut off anywhere, with a key that was destroyed, with each byte altered.
#include "store_test.h"

#include "crypto/keyring.h"
#include "store/journal_archive.h"

struct fixture {
    char *folder, *copy;
    struct keyring *keyring;
    struct journal *journal;
    struct cu_error err;
    uint64_t number, sent; // copied so far
    int64_t offset;
    uint64_t seen, seen_last; // by the visitor
};

static void start(struct fixture *f)
{
    const struct journal_options o = {.folder = f->folder, .keyring = f->keyring, .segment_bytes_max = 16384};
    assert_int_equal(journal_open(&o, &f->journal, &f->err), CU_OK);
}

static int setup(void **state)
{
    static const uint8_t root[32] = {7};
    struct fixture *f = calloc(1, sizeof *f);
    f->folder = test_folder_new();
    f->copy = test_folder_new();
    assert_ok(keyring_from_bytes(root, &f->keyring, NULL));
    start(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    journal_close(f->journal);
    keyring_close(f->keyring);
    test_folder_free(f->folder);
    test_folder_free(f->copy);
    free(f);
    return 0;
}

static void append(struct fixture *f, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        char text[600];
        memset(text, 'a' + (int)(i % 26), sizeof text);
        const cu_str record = {text, 100 + i * 37 % 400};
        assert_ok(journal_append_wait(f->journal, &record, 1, NULL, &f->err));
    }
}

static void put(const char *folder, uint64_t number, const char *suffix, cu_str bytes, int64_t at)
{
    char path[512];
    int fd = -1;
    (void)snprintf(path, sizeof path, "%s/%010llu%s", folder, (unsigned long long)number, suffix);
    assert_ok(cu_file_open(path, O_WRONLY | O_CREAT, 0600, &fd, NULL));
    assert_ok(cu_file_pwrite(fd, bytes.ptr, bytes.len, at, NULL));
    close(fd);
}

// Everything new, in parts of at most `most` bytes.
static void copy_out(struct fixture *f, int64_t most)
{
    bool more = true;
    while (more) {
        struct journal_part p;
        struct cu_buf bytes, key;
        cu_buf_init(&bytes, 1 << 20);
        cu_buf_init(&key, 4096);
        assert_ok(journal_part_next(f->journal, f->number, f->offset, most, &p, &bytes, &more, &f->err));
        if (more) {
            assert_int_equal(bytes.len, p.to - p.from);
            assert_ok(journal_part_key(f->journal, p.number, &key, &f->err));
            put(f->copy, p.number, ".seg", cu_buf_view(&bytes), p.from);
            put(f->copy, p.number, ".key", cu_buf_view(&key), 0);
            f->number = p.number;
            f->offset = p.to;
            if (p.whole)
                f->sent = p.last_seq;
        }
        cu_buf_clear(&bytes);
        cu_buf_clear(&key);
    }
}

static cu_code count(void *context, const struct journal_record *r, struct cu_error *err)
{
    struct fixture *f = context;
    (void)err;
    assert_true(f->seen == 0 || r->seq == f->seen_last + 1);
    f->seen++;
    f->seen_last = r->seq;
    return CU_OK;
}

static cu_code read_back(struct fixture *f, uint64_t from, uint64_t *ret_last)
{
    f->seen = f->seen_last = 0;
    return journal_archive_each(f->copy, f->keyring, from, count, f, ret_last, &f->err);
}

static void parts_make_the_whole(void **state)
{
    struct fixture *f = *state;
    uint64_t last = 0;
    assert_ok(read_back(f, 1, &last));
    assert_int_equal(last, 0);
    for (int round = 0; round < 6; round++) {
        append(f, 25);
        copy_out(f, round % 2 ? 1000 : 1 << 20);
        assert_int_equal(f->sent, (round + 1) * 25);
        assert_ok(read_back(f, 1, &last));
        assert_int_equal(f->seen, (round + 1) * 25);
    }
    assert_true(f->number > 2); // several segments
    assert_ok(read_back(f, 100, &last));
    assert_int_equal(f->seen, 51);
    assert_int_equal(last, 150);
    bool more = true;
    struct journal_part p;
    struct cu_buf bytes;
    cu_buf_init(&bytes, 1 << 20);
    assert_ok(journal_part_next(f->journal, f->number, f->offset, 1 << 20, &p, &bytes, &more, &f->err));
    assert_false(more);
    cu_buf_clear(&bytes);
}

static void what_is_not_copied_is_held(void **state)
{
    struct fixture *f = *state;
    struct journal_reader *r = NULL;
    uint64_t last = 0;
    append(f, 120);
    journal_hold(f->journal, 0);
    assert_ok(journal_release(f->journal, 120, &f->err));
    assert_ok(journal_reader_open(f->journal, 1, &r, &f->err)); // still there
    journal_reader_close(r);
    copy_out(f, 1 << 20);
    journal_hold(f->journal, f->sent);
    assert_ok(journal_release(f->journal, 120, &f->err));
    assert_int_equal(journal_reader_open(f->journal, 1, &r, &f->err), CU_NOT_FOUND);
    append(f, 30);
    copy_out(f, 1 << 20);
    assert_ok(read_back(f, 1, &last));
    assert_int_equal(last, 150);
}

static void a_destroyed_key_ends_it(void **state)
{
    struct fixture *f = *state;
    char path[512];
    uint64_t last = 0;
    append(f, 100);
    copy_out(f, 1 << 20);
    (void)snprintf(path, sizeof path, "%s/0000000001.key", f->copy);
    assert_int_equal(unlink(path), 0);
    assert_ok(read_back(f, 1, &last));
    assert_int_equal(last, 0);
    assert_int_equal(f->seen, 0);
}

static void damage_is_found_and_a_torn_end_is_none(void **state)
{
    struct fixture *f = *state;
    uint64_t last = 0;
    char path[512];
    append(f, 12);
    copy_out(f, 1 << 20);
    (void)snprintf(path, sizeof path, "%s/0000000001.seg", f->copy);
    struct cu_buf whole;
    cu_buf_init(&whole, 1 << 20);
    assert_ok(cu_file_read_all(path, &whole, NULL));
    for (size_t i = 0; i < whole.len; i++) { // padding between frames is nobody's
        whole.ptr[i] ^= 1;
        put(f->copy, 1, ".seg", cu_buf_view(&whole), 0);
        whole.ptr[i] ^= 1;
        cu_code code = read_back(f, 1, &last);
        assert_true(code == CU_CORRUPT || (code == CU_OK && f->seen == 12));
    }
    for (size_t len = 64; len < whole.len; len += 7) { // broken off while it was copied
        assert_int_equal(truncate(path, 0), 0);
        put(f->copy, 1, ".seg", (cu_str){whole.ptr, len}, 0);
        assert_ok(read_back(f, 1, &last));
        assert_true(last < 12);
    }
    cu_buf_clear(&whole);
}

static void a_new_journal_begins_where_it_should(void **state)
{
    struct fixture *f = *state;
    uint64_t first = 0;
    char *folder = test_folder_new();
    const cu_str record = CU_LIT("the next one");
    journal_close(f->journal);
    assert_ok(journal_begin(folder, f->keyring, 4711, &f->err));
    assert_int_equal(journal_begin(folder, f->keyring, 4711, &f->err), CU_CONFLICT);
    const struct journal_options o = {.folder = folder, .keyring = f->keyring, .segment_bytes_max = 16384};
    assert_ok(journal_open(&o, &f->journal, &f->err));
    assert_int_equal(journal_last_durable(f->journal), 4710);
    assert_ok(journal_append_wait(f->journal, &record, 1, &first, &f->err));
    assert_int_equal(first, 4711);
    journal_close(f->journal);
    start(f);
    test_folder_free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(parts_make_the_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_copied_is_held, setup, teardown),
        cmocka_unit_test_setup_teardown(a_destroyed_key_ends_it, setup, teardown),
        cmocka_unit_test_setup_teardown(damage_is_found_and_a_torn_end_is_none, setup, teardown),
        cmocka_unit_test_setup_teardown(a_new_journal_begins_where_it_should, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
