// SPDX-License-Identifier: Apache-2.0
// The set of seen messageIds against a naive one: random checks with repeats, restarts with replay,
// merges, ageing; failing calls for every n; kill -9. A verdict once given is given again.
#include "store_test.h"

#include "base/log.h"
#include "store/seen.h"
#include "store/seen_run.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#define DAY INT64_C(86400000)

struct fixture {
    char *folder;
    struct seen *s;
    struct seen_options options;
    struct cu_error err;
    uint64_t *first; // the model: first[n] = seq that carried tag n first, 0 = none
    size_t tags;
    uint64_t seq, random;
    uint64_t *carried; // carried[seq] = number of the tag
    uint64_t *verdict; // verdict[seq]
};

#define SEQS 70000

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->folder = test_folder_fast();
    f->options = (struct seen_options){.folder = f->folder, .memory_max = 500};
    f->tags = 20000;
    f->first = calloc(f->tags, sizeof *f->first);
    f->carried = calloc(SEQS + 1, sizeof *f->carried);
    f->verdict = calloc(SEQS + 1, sizeof *f->verdict);
    f->random = 31;
    assert_int_equal(seen_open(&f->options, &f->s, &f->err), CU_OK);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    seen_close(f->s);
    test_folder_free(f->folder);
    free(f->first);
    free(f->carried);
    free(f->verdict);
    free(f);
    return 0;
}

static seen_tag tag_of(uint64_t n)
{
    seen_tag t;
    uint64_t state = n * 2 + 12345, a = test_random(&state), b = test_random(&state);
    memcpy(t.bytes, &a, 8);
    memcpy(t.bytes + 8, &b, 8);
    return t;
}

static int64_t time_of(uint64_t seq)
{
    return INT64_C(1700000000000) + (int64_t)seq;
}

static void check(struct fixture *f, uint64_t n)
{
    uint64_t first = 0, seq = ++f->seq;
    assert_int_equal(seen_check_add(f->s, tag_of(n), seq, time_of(seq), &first, &f->err), CU_OK);
    if (f->first[n] == 0)
        f->first[n] = seq;
    f->carried[seq] = n;
    f->verdict[seq] = first;
    assert_int_equal(first, f->first[n]);
}

static void restart(struct fixture *f)
{
    seen_close(f->s);
    assert_int_equal(seen_open(&f->options, &f->s, &f->err), CU_OK);
    uint64_t durable = seen_durable_seq(f->s);
    assert_true(durable <= f->seq);
    uint64_t from = durable > 100 ? durable - 100 : 1; // the pipeline's own position may be older
    for (uint64_t seq = from; seq <= f->seq; seq++) {
        uint64_t first;
        assert_ok(
            seen_check_add(f->s, tag_of(f->carried[seq]), seq, time_of(seq), &first, &f->err));
        assert_int_equal(first, f->verdict[seq]);
    }
}

static void expect_count(struct fixture *f)
{
    uint64_t want = 0;
    for (size_t i = 0; i < f->tags; i++)
        want += f->first[i] != 0;
    assert_int_equal(seen_count(f->s), want);
}

static void test_against_the_model(void **state)
{
    struct fixture *f = *state;
    for (int step = 0; step < 45000; step++) {
        uint64_t r = test_random(&f->random);
        check(f, r % f->tags);
        if (r % 1001 == 7)
            restart(f);
        if (r % 701 == 9) {
            assert_ok(seen_flush(f->s, &f->err));
            assert_int_equal(seen_durable_seq(f->s), f->seq);
        }
        if (step % 5000 == 0)
            expect_count(f);
    }
    expect_count(f);
    restart(f);
    expect_count(f);
    for (uint64_t n = 0; n < f->tags; n++)
        check(f, n);
    assert_ok(seen_flush(f->s, &f->err));
    assert_ok(seen_verify(f->folder, &f->err));
    assert_true(test_each_file(f->folder, NULL, NULL) < 60); // merged: not one run per flush
}

static void test_flush_without_entries_moves_on(void **state)
{
    struct fixture *f = *state;
    check(f, 1);
    assert_ok(seen_flush(f->s, &f->err));
    for (int i = 0; i < 10; i++)
        check(f, 1); // nothing but repeats
    assert_int_equal(seen_durable_seq(f->s), 1);
    assert_ok(seen_flush(f->s, &f->err));
    assert_int_equal(seen_durable_seq(f->s), 11); // the journal may let them go
    restart(f);
    assert_int_equal(seen_durable_seq(f->s), 11);
}

static void test_smaller_seq_wins(void **state)
{
    struct fixture *f = *state;
    uint64_t first;
    assert_ok(seen_check_add(f->s, tag_of(1), 100, time_of(1), &first, &f->err));
    assert_ok(seen_flush(f->s, &f->err));
    assert_ok(seen_check_add(f->s, tag_of(1), 50, time_of(1), &first, &f->err));
    assert_int_equal(first, 50);
    assert_ok(seen_flush(f->s, &f->err));
    assert_ok(seen_check_add(f->s, tag_of(1), 100, time_of(1), &first, &f->err));
    assert_int_equal(first, 50);
    assert_int_equal(seen_check_add(f->s, tag_of(1), 0, time_of(1), &first, &f->err), CU_INVALID);
}

// Tags that agree in their first 8 bytes fill several blocks: the index alone cannot tell them
// apart.
static void test_equal_prefixes(void **state)
{
    struct fixture *f = *state;
    f->options.memory_max = 4000;
    seen_close(f->s);
    assert_ok(seen_open(&f->options, &f->s, &f->err));
    uint64_t first;
    for (int round = 0; round < 2; round++) {
        for (uint64_t i = 1; i <= 3000; i++) {
            seen_tag t = tag_of(5);
            uint64_t tail = (i % 3 == 0 ? i : i * UINT64_C(0x9e3779b97f4a7c15));
            memcpy(t.bytes + 8, &tail, 8);
            assert_ok(
                seen_check_add(f->s, t, i + (uint64_t)round * 5000, time_of(i), &first, &f->err));
            assert_int_equal(first, i);
        }
        assert_ok(seen_flush(f->s, &f->err));
    }
    assert_ok(seen_verify(f->folder, &f->err));
}

static void test_old_entries_leave(void **state)
{
    struct fixture *f = *state;
    uint64_t first, n = 0;
    f->options.memory_max = 100;
    seen_close(f->s);
    assert_ok(seen_open(&f->options, &f->s, &f->err));
    for (int64_t day = 0; day < 120; day++) // 200 a day for 120 days
        for (int i = 0; i < 200; i++, n++)
            assert_ok(
                seen_check_add(f->s, tag_of(n), n + 1, time_of(0) + day * DAY, &first, &f->err));
    assert_ok(seen_flush(f->s, &f->err));
    assert_in_range(seen_count(f->s), 31 * 200, 42 * 200); // at least 31 days, and little more
    for (uint64_t k = n - 30 * 200; k < n; k++) {
        assert_ok(seen_check_add(f->s, tag_of(k), n + 1, time_of(0) + 119 * DAY, &first, &f->err));
        assert_int_equal(first, k + 1);
    }
}

static void test_filter_and_merge_at_size(void **state)
{
    struct fixture *f = *state;
    f->options.memory_max = 20000;
    seen_close(f->s);
    assert_ok(seen_open(&f->options, &f->s, &f->err));
    uint64_t first;
    for (uint64_t n = 1; n <= 300000; n++) {
        assert_ok(seen_check_add(f->s, tag_of(n), n, time_of(n), &first, &f->err));
        assert_int_equal(first, n);
    }
    for (uint64_t n = 1; n <= 300000; n += 7) {
        assert_ok(seen_check_add(f->s, tag_of(n), 400000, time_of(n), &first, &f->err));
        assert_int_equal(first, n);
    }
    assert_int_equal(seen_count(f->s), 300000);
}

static void flip_some(const char *folder, const char *name, void *context)
{
    struct fixture *f = context;
    struct test_bytes b = test_read(folder, name);
    for (size_t i = 0; i < b.len; i += 1 + b.len / 150) {
        struct cu_error err = {0};
        b.ptr[i] ^= (uint8_t)(1 << i % 8);
        test_write(folder, name, b.ptr, b.len);
        assert_int_equal(seen_verify(f->folder, &err), CU_CORRUPT);
        b.ptr[i] ^= (uint8_t)(1 << i % 8);
    }
    test_write(folder, name, b.ptr, b.len);
    free(b.ptr);
}

static void test_damage(void **state)
{
    struct fixture *f = *state;
    for (uint64_t n = 0; n < 450; n++)
        check(f, n);
    assert_ok(seen_flush(f->s, &f->err));
    seen_close(f->s);
    f->s = NULL;
    assert_ok(seen_verify(f->folder, &f->err));
    test_each_file(f->folder, flip_some, f);
    const char *names[] = {"manifest", "0000000001.tags", "0000000001.filter"};
    for (size_t i = 0; i < CU_COUNT(names); i++) {
        struct test_bytes b = test_read(f->folder, names[i]);
        char *path = test_path(f->folder, names[i]);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(seen_open(&f->options, &f->s, &f->err), CU_CORRUPT);
        assert_int_equal(seen_verify(f->folder, &f->err), CU_CORRUPT);
        test_write(f->folder, names[i], b.ptr, b.len);
        free(path);
        free(b.ptr);
    }
    test_write(f->folder, "0000000077.tags", "litter", 6);
    assert_ok(seen_open(&f->options, &f->s, &f->err));
    assert_false(test_exists(f->folder, "0000000077.tags"));
    expect_count(f);
}

static void test_filter_bits(void **state)
{
    (void)state;
    uint8_t block[SEEN_FILTER_BLOCK] = {0};
    size_t wrong = 0;
    for (uint64_t n = 0; n < 40; n++) {
        seen_tag t = tag_of(n);
        seen_filter_set(block, &t);
    }
    for (uint64_t n = 0; n < 100000; n++) {
        seen_tag t = tag_of(n);
        bool has = seen_filter_has(block, &t);
        assert_true(n >= 40 || has);
        wrong += n >= 40 && has;
    }
    assert_true(wrong < 1500); // 12 bits an entry: about 0.4 %, blocks vary
}

// ---- failing calls

enum { SCRIPT_SEQS = 900, SCRIPT_TAGS = 500 };

static uint64_t script_tag(uint64_t seq)
{
    return seq * 7919 % SCRIPT_TAGS * (seq % 3 != 0);
}

static uint64_t script_first(uint64_t seq)
{
    for (uint64_t i = 1; i < seq; i++)
        if (script_tag(i) == script_tag(seq))
            return i;
    return seq;
}

// Feeds seqs from `from`; a failed check is repeated once, as the pipeline repeats its batch.
static bool script_feed(struct seen *s, uint64_t from)
{
    for (uint64_t seq = from; seq <= SCRIPT_SEQS; seq++) {
        uint64_t first = 0;
        cu_code code = CU_MEMORY;
        for (int attempt = 0; attempt < 2 && code != CU_OK; attempt++)
            code = seen_check_add(s, tag_of(script_tag(seq)), seq, time_of(seq), &first, NULL);
        if (code != CU_OK)
            return false;
        static uint64_t known[SCRIPT_SEQS + 1];
        if (known[seq] == 0)
            known[seq] = script_first(seq);
        assert_int_equal(first, known[seq]);
    }
    return true;
}

static void every_nth_fails(struct fixture *f, enum cu_fault_kind kind, bool persistent)
{
    f->options.memory_max = 60;
    seen_close(f->s);
    f->s = NULL;
    for (uint64_t n = 1;; n++) {
        struct seen *s = NULL;
        test_folder_empty(f->folder);
        cu_fault_arm(kind, n, persistent);
        if (seen_open(&f->options, &s, NULL) == CU_OK) {
            if (script_feed(s, 1))
                (void)!seen_flush(s, NULL);
            seen_close(s);
        }
        uint64_t asked = cu_fault_count(kind);
        cu_fault_disarm();
        assert_int_equal(seen_open(&f->options, &s, &f->err), CU_OK);
        assert_true(script_feed(s, seen_durable_seq(s) + 1));
        assert_true(script_feed(s, 1)); // and the same verdicts for all of it
        assert_ok(seen_flush(s, &f->err));
        seen_close(s);
        assert_int_equal(seen_verify(f->folder, &f->err), CU_OK);
        if (asked + 40 < n) { // the merger's own operations vary a little from run to run
            assert_true(n > 40);
            return;
        }
    }
}

static void test_every_allocation_fails(void **state)
{
    every_nth_fails(*state, CU_FAULT_ALLOC, false);
}

static void test_every_allocation_fails_from_there(void **state)
{
    every_nth_fails(*state, CU_FAULT_ALLOC, true);
}

static void test_every_file_operation_fails(void **state)
{
    every_nth_fails(*state, CU_FAULT_IO, false);
}

static void test_every_file_operation_fails_from_there(void **state)
{
    every_nth_fails(*state, CU_FAULT_IO, true);
}

// ---- kill -9

static void child_main(const struct fixture *f, _Atomic uint64_t *durable)
{
    struct seen *s;
    if (seen_open(&f->options, &s, NULL) != CU_OK)
        _exit(1);
    for (uint64_t seq = seen_durable_seq(s) + 1;; seq++) {
        uint64_t first;
        if (seen_check_add(s, tag_of(seq / 2), seq, time_of(seq), &first, NULL) != CU_OK)
            _exit(1);
        if (first != (seq > 2 ? seq / 2 * 2 : seq))
            _exit(2);
        atomic_store(durable, seen_durable_seq(s));
    }
}

static void test_kill_loop(void **state)
{
    struct fixture *f = *state;
    seen_close(f->s);
    f->s = NULL;
    _Atomic uint64_t *durable =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(durable, MAP_FAILED);
    uint64_t random = 11;
    for (int round = 0; round < 20; round++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            child_main(f, durable);
        struct timespec pause = {0, (long)(5000000 + test_random(&random) % 90000000)};
        nanosleep(&pause, NULL);
        assert_int_equal(kill(child, SIGKILL), 0);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        struct seen *s;
        assert_ok(seen_verify(f->folder, &f->err));
        assert_int_equal(seen_open(&f->options, &s, &f->err), CU_OK);
        uint64_t have = seen_durable_seq(s);
        assert_true(have >= atomic_load(durable));
        for (uint64_t seq = 2; seq <= have; seq += 1 + have / 2000) {
            uint64_t first;
            assert_ok(seen_check_add(s, tag_of(seq / 2), seq, time_of(seq), &first, &f->err));
            assert_int_equal(first, seq / 2 * 2);
        }
        seen_close(s);
    }
    munmap((void *)(uintptr_t)durable, 4096);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_against_the_model),
        T(test_flush_without_entries_moves_on),
        T(test_smaller_seq_wins),
        T(test_equal_prefixes),
        T(test_old_entries_leave),
        T(test_filter_and_merge_at_size),
        T(test_damage),
        cmocka_unit_test(test_filter_bits),
        T(test_every_allocation_fails),
        T(test_every_allocation_fails_from_there),
        T(test_every_file_operation_fails),
        T(test_every_file_operation_fails_from_there),
        T(test_kill_loop),
    };
    cu_log_set_level(CU_LOG_ERROR + 1);
    return cmocka_run_group_tests_name("seen", tests, NULL, NULL);
}
