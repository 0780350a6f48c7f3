// SPDX-License-Identifier: Apache-2.0
// The journal: round trips, restarts, segments, release, readers, limits. What happens when bytes
// are damaged is in test_journal_damage.c, failing calls and kills in test_journal_fault.c.
#include "store_test.h"

#include "store/journal.h"
#include "store/journal_format.h"

#include "crypto/keyring.h"

#include <pthread.h>
#include <semaphore.h>
#include <time.h>

struct fixture {
    char *folder;
    struct keyring *keyring;
    struct journal *journal;
    struct journal_options options;
    struct cu_error err;
};

static int setup(void **state)
{
    static const uint8_t root[32] = {7};
    struct fixture *f = calloc(1, sizeof *f);
    f->folder = test_folder_new();
    assert_ok(keyring_from_bytes(root, &f->keyring, NULL));
    f->options = (struct journal_options){
        .folder = f->folder, .keyring = f->keyring, .segment_bytes_max = 16384};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    journal_close(f->journal);
    keyring_close(f->keyring);
    test_folder_free(f->folder);
    free(f);
    return 0;
}

static void start(struct fixture *f)
{
    assert_int_equal(journal_open(&f->options, &f->journal, &f->err), CU_OK);
}

static void restart(struct fixture *f)
{
    journal_close(f->journal);
    f->journal = NULL;
    start(f);
}

// Record number n is n itself and filler whose length depends on n.
static cu_str record_of(uint64_t n, char buffer[1024])
{
    int len = snprintf(buffer, 1024, "record %llu ", (unsigned long long)n);
    size_t total = (size_t)len + (size_t)(n * 37 % 700);
    memset(buffer + len, (int)('a' + n % 26), total - (size_t)len);
    return (cu_str){buffer, total};
}

static void append(struct fixture *f, uint64_t from, uint32_t count)
{
    char buffers[16][1024];
    cu_str records[16];
    assert_true(count <= 16);
    for (uint32_t i = 0; i < count; i++)
        records[i] = record_of(from + i, buffers[i]);
    uint64_t first = 0;
    assert_ok(journal_append_wait(f->journal, records, count, &first, &f->err));
    assert_int_equal(first, from);
}

static void expect_next(struct journal_reader *r, uint64_t n)
{
    struct journal_record record;
    char buffer[1024];
    bool more = false;
    struct cu_error err = {0};
    assert_int_equal(journal_next(r, 0, &record, &more, &err), CU_OK);
    assert_true(more);
    cu_str want = record_of(n, buffer);
    assert_int_equal(record.seq, n);
    assert_true(cu_str_eq(record.bytes, want));
}

static void expect_end(struct journal_reader *r)
{
    struct journal_record record;
    bool more = true;
    assert_ok(journal_next(r, 0, &record, &more, NULL));
    assert_false(more);
}

static void expect_all(struct fixture *f, uint64_t from, uint64_t to)
{
    struct journal_reader *r;
    assert_int_equal(journal_reader_open(f->journal, from, &r, &f->err), CU_OK);
    for (uint64_t n = from; n <= to; n++)
        expect_next(r, n);
    expect_end(r);
    journal_reader_close(r);
}

static void test_headers(void **state)
{
    (void)state;
    struct journal_segment_header h = {.number = 9, .first_seq = 77, .salt = 5, .created_ms = -3},
                                  got;
    uint8_t segment[JOURNAL_SEGMENT_HEADER], frame[JOURNAL_FRAME_HEADER];
    journal_segment_header_put(&h, segment);
    assert_true(journal_segment_header_get(segment, &got));
    assert_memory_equal(&h, &got, sizeof h);
    struct journal_frame x = {.first_seq = 8, .counter = 1, .plain_len = 100, .count = 2}, back;
    journal_frame_put(&x, 5, frame);
    assert_true(journal_frame_get(frame, 5, &back));
    assert_int_equal(back.plain_len, 100);
    assert_false(journal_frame_get(frame, 6, &back)); // another life of the file
    for (size_t bit = 0; bit < sizeof segment * 8; bit++) {
        segment[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(journal_segment_header_get(segment, &got));
        segment[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t bit = 0; bit < sizeof frame * 8; bit++) {
        frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(journal_frame_get(frame, 5, &back));
        frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    assert_int_equal(journal_frame_size(&x) % JOURNAL_ALIGN, 0);
}

static void test_names(void **state)
{
    (void)state;
    uint64_t n = 0;
    assert_true(journal_name_number("0000000007.seg", ".seg", &n));
    assert_int_equal(n, 7);
    assert_true(journal_name_number("12345678901.seg", ".seg", &n));
    assert_false(journal_name_number("0000000000.seg", ".seg", &n));
    assert_false(journal_name_number("7.seg", ".seg", &n));
    assert_false(journal_name_number("0000000007.key", ".seg", &n));
    assert_false(journal_name_number("0000000007.seg.tmp", ".seg", &n));
    assert_false(journal_name_number("9999999999999999999.seg", ".seg", &n));
    assert_false(journal_name_number("spare.seg", ".seg", &n));
}

static void test_round_trip(void **state)
{
    struct fixture *f = *state;
    start(f);
    assert_int_equal(journal_last_durable(f->journal), 0);
    append(f, 1, 1);
    append(f, 2, 10);
    append(f, 12, 1);
    assert_int_equal(journal_last_durable(f->journal), 12);
    expect_all(f, 1, 12);
    expect_all(f, 5, 12); // from the middle of a group
    expect_all(f, 12, 12);
    expect_all(f, 13, 12); // from the future
}

static void test_restarts_go_on(void **state)
{
    struct fixture *f = *state;
    start(f);
    expect_all(f, 1, 0);
    uint64_t last = 0;
    for (int round = 0; round < 6; round++) {
        for (int i = 0; i < 4; i++, last += 3)
            append(f, last + 1, 3);
        expect_all(f, 1, last);
        restart(f);
        assert_int_equal(journal_last_durable(f->journal), last);
        expect_all(f, 1, last);
        restart(f); // once more without having written
    }
    struct journal_check check;
    journal_close(f->journal);
    f->journal = NULL;
    assert_ok(journal_verify(f->folder, f->keyring, &check, &f->err));
    assert_int_equal(check.records, last);
    assert_int_equal(check.first_seq, 1);
    assert_int_equal(check.last_seq, last);
    assert_int_equal(check.torn_bytes, 0);
    assert_int_equal(check.segments, 6);
}

static void test_nothing_plain_on_disk(void **state)
{
    struct fixture *f = *state;
    start(f);
    cu_str canary = CU_LIT("canary.person@example.com");
    assert_ok(journal_append_wait(f->journal, &canary, 1, NULL, &f->err));
    struct test_bytes b = test_read(f->folder, "0000000001.seg");
    assert_null(memmem(b.ptr, b.len, canary.ptr, canary.len));
    free(b.ptr);
}

static void test_rolls_segments(void **state)
{
    struct fixture *f = *state;
    start(f);
    uint64_t last = 0;
    for (; last < 400; last += 8)
        append(f, last + 1, 8);
    assert_true(test_exists(f->folder, "0000000005.seg"));
    expect_all(f, 1, last);
    expect_all(f, 333, last);
    restart(f);
    expect_all(f, 1, last);
}

static void test_large_submission(void **state)
{
    struct fixture *f = *state;
    start(f);
    size_t size = JOURNAL_RECORD_MAX;
    char *big = malloc(size);
    memset(big, 'x', size);
    cu_str records[12]; // 12 MiB: more than a segment, a group and the ring
    for (size_t i = 0; i < 12; i++)
        records[i] = (cu_str){big, size - i};
    struct journal_reader *r;
    assert_ok(journal_reader_open(f->journal, 1, &r, NULL));
    assert_ok(journal_append_wait(f->journal, records, 12, NULL, &f->err));
    cu_str small = CU_LIT("small");
    assert_ok(journal_append_wait(f->journal, &small, 1, NULL, &f->err));
    struct journal_record record;
    bool more;
    for (size_t i = 0; i < 13; i++) {
        assert_ok(journal_next(r, 0, &record, &more, &f->err));
        assert_true(more);
        assert_int_equal(record.bytes.len, i < 12 ? size - i : 5);
    }
    journal_reader_close(r);
    free(big);
}

static void test_follower_and_laggard(void **state)
{
    struct fixture *f = *state;
    start(f);
    struct journal_reader *fast, *slow;
    assert_ok(journal_reader_open(f->journal, 1, &fast, NULL));
    assert_ok(journal_reader_open(f->journal, 1, &slow, NULL));
    uint64_t slow_next = 1;
    for (uint64_t n = 1; n <= 3000; n += 10) {
        append(f, n, 10);
        for (uint64_t k = n; k < n + 10; k++)
            expect_next(fast, k);
        expect_end(fast);
        if (n % 500 == 1)
            for (int i = 0; i < 300 && slow_next < n; i++)
                expect_next(slow, slow_next++);
    }
    while (slow_next <= 3000)
        expect_next(slow, slow_next++);
    expect_end(slow);
    journal_reader_close(fast);
    journal_reader_close(slow);
}

static void test_release(void **state)
{
    struct fixture *f = *state;
    start(f);
    uint64_t last = 0;
    for (; last < 300; last += 10)
        append(f, last + 1, 10);
    struct journal_reader *r;
    assert_ok(journal_reader_open(f->journal, 150, &r, NULL));
    expect_next(r, 150);
    assert_ok(journal_release(f->journal, 149, &f->err));
    assert_false(test_exists(f->folder, "0000000001.seg"));
    assert_false(test_exists(f->folder, "0000000001.key"));
    assert_true(test_exists(f->folder, "spare.seg"));
    for (uint64_t n = 151; n <= last; n++)
        expect_next(r, n); // nobody released those
    journal_reader_close(r);
    assert_int_equal(journal_reader_open(f->journal, 1, &r, &f->err), CU_NOT_FOUND);
    assert_ok(journal_release(f->journal, last, &f->err));
    assert_ok(journal_release(f->journal, last, &f->err));
    append(f, last + 1, 5);
    restart(f);
    append(f, last + 6, 5);
    expect_all(f, last + 1, last + 10);
    assert_ok(journal_release(f->journal, last + 10, &f->err));
    restart(f);
    assert_int_equal(journal_last_durable(f->journal), last + 10);
    append(f, last + 11, 1); // the sequence never starts again
}

static void test_spare_is_reused(void **state)
{
    struct fixture *f = *state;
    start(f);
    uint64_t last = 0;
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 12; i++, last += 10)
            append(f, last + 1, 10);
        assert_ok(journal_release(f->journal, last, &f->err));
        assert_true(test_each_file(f->folder, NULL, NULL) <= 3); // segment, key, spare
    }
    uint64_t kept = last - 5;
    expect_all(f, kept, last);
    restart(f);
    expect_all(f, kept, last);
}

static void test_old_segment_is_rolled_by_release(void **state)
{
    struct fixture *f = *state;
    f->options.segment_ms_max = 1;
    start(f);
    append(f, 1, 5);
    struct timespec pause = {0, 5000000};
    nanosleep(&pause, NULL);
    assert_ok(journal_release(f->journal, 4, &f->err)); // record 5 is still wanted
    assert_true(test_exists(f->folder, "0000000001.seg"));
    assert_ok(journal_release(f->journal, 5, &f->err));
    assert_false(test_exists(f->folder, "0000000001.seg"));
    assert_false(test_exists(f->folder, "0000000001.key"));
    append(f, 6, 1);
    restart(f);
    nanosleep(&pause, NULL);
    assert_ok(journal_release(f->journal, 6, &f->err)); // also what an earlier run left
    assert_false(test_exists(f->folder, "0000000002.seg"));
    append(f, 7, 1);
    expect_all(f, 7, 7);
}

static void test_limits(void **state)
{
    struct fixture *f = *state;
    start(f);
    cu_str empty = {"", 0}, ok = CU_LIT("x");
    assert_int_equal(journal_append_wait(f->journal, &empty, 1, NULL, &f->err), CU_INVALID);
    assert_int_equal(journal_append_wait(f->journal, &ok, 0, NULL, &f->err), CU_INVALID);
    assert_int_equal(
        journal_append_wait(f->journal, &ok, JOURNAL_COUNT_MAX + 1, NULL, &f->err), CU_INVALID);
    char *big = calloc(1, JOURNAL_RECORD_MAX + 1);
    cu_str large = {big, JOURNAL_RECORD_MAX + 1};
    assert_int_equal(journal_append_wait(f->journal, &large, 1, NULL, &f->err), CU_TOO_LARGE);
    cu_str many[40];
    for (size_t i = 0; i < 40; i++)
        many[i] = (cu_str){big, JOURNAL_RECORD_MAX};
    assert_int_equal(journal_append_wait(f->journal, many, 40, NULL, &f->err), CU_TOO_LARGE);
    free(big);
    append(f, 1, 1);
}

struct slow_entry {
    struct journal_entry entry;
    sem_t entered, *go;
    cu_code status;
};

static void slow_done(struct journal_entry *e, cu_code status)
{
    struct slow_entry *s = (struct slow_entry *)e;
    s->status = status;
    sem_post(&s->entered);
    if (s->go)
        sem_wait(s->go);
}

static void slow_init(struct slow_entry *s, const cu_str *record, sem_t *go)
{
    *s = (struct slow_entry){.entry = {.records = record, .count = 1, .done = slow_done}, .go = go};
    sem_init(&s->entered, 0, 0);
}

static void test_queue_is_bounded(void **state)
{
    struct fixture *f = *state;
    f->options.queue_bytes_max = 1000;
    start(f);
    char bytes[96] = "waiting";
    cu_str record = {bytes, sizeof bytes};
    sem_t go;
    sem_init(&go, 0, 0);
    struct slow_entry first, rest[20];
    slow_init(&first, &record, &go);
    assert_ok(journal_submit(f->journal, &first.entry, &f->err));
    sem_wait(&first.entered); // the writer now stands still in done()
    int accepted = 0;
    cu_code code = CU_OK;
    for (; accepted < 20; accepted++) {
        slow_init(&rest[accepted], &record, NULL);
        code = journal_submit(f->journal, &rest[accepted].entry, &f->err);
        if (code != CU_OK)
            break;
    }
    assert_int_equal(code, CU_BUSY);
    assert_in_range(accepted, 8, 10);
    sem_post(&go);
    for (int i = 0; i < accepted; i++) {
        sem_wait(&rest[i].entered);
        assert_int_equal(rest[i].status, CU_OK);
        assert_int_equal(rest[i].entry.first_seq, (uint64_t)i + 2);
    }
    assert_ok(journal_append_wait(f->journal, &record, 1, NULL, &f->err));
    sem_destroy(&go);
}

static void test_backlog_is_bounded(void **state)
{
    struct fixture *f = *state;
    f->options.backlog_bytes_max = 40000;
    start(f);
    char bytes[2000] = "kept";
    cu_str record = {bytes, sizeof bytes};
    cu_code code = CU_OK;
    int n = 0;
    for (; code == CU_OK && n < 50; n++)
        code = journal_append_wait(f->journal, &record, 1, NULL, &f->err);
    assert_int_equal(code, CU_BUSY);
    assert_in_range(n, 15, 21);
    restart(f); // what is on disk counts after a restart too
    assert_int_equal(journal_append_wait(f->journal, &record, 1, NULL, &f->err), CU_BUSY);
    assert_ok(journal_release(f->journal, journal_last_durable(f->journal), &f->err));
    assert_ok(journal_append_wait(f->journal, &record, 1, NULL, &f->err));
}

struct submitter {
    struct fixture *f;
    pthread_t thread;
    int number;
    uint64_t seqs[300];
};

static void *submitter_main(void *context)
{
    struct submitter *s = context;
    for (uint64_t i = 0; i < CU_COUNT(s->seqs); i++) {
        char a[64], b[64];
        int an = snprintf(a, sizeof a, "%d/%llu/a", s->number, (unsigned long long)i);
        int bn = snprintf(b, sizeof b, "%d/%llu/b", s->number, (unsigned long long)i);
        cu_str records[2] = {{a, (size_t)an}, {b, (size_t)bn}};
        if (journal_append_wait(s->f->journal, records, 2, &s->seqs[i], NULL) != CU_OK)
            abort();
    }
    return NULL;
}

static void *follower_main(void *context)
{
    struct fixture *f = context;
    struct journal_reader *r;
    uint64_t want = 1;
    if (journal_reader_open(f->journal, 1, &r, NULL) != CU_OK)
        abort();
    while (want <= 8 * 600) {
        struct journal_record record;
        bool more;
        if (journal_next(r, 1000, &record, &more, NULL) != CU_OK || (more && record.seq != want))
            abort();
        want += more;
    }
    journal_reader_close(r);
    return NULL;
}

static void test_eight_submitters_share_commits(void **state)
{
    struct fixture *f = *state;
    start(f);
    struct submitter s[8];
    pthread_t follower;
    assert_int_equal(pthread_create(&follower, NULL, follower_main, f), 0);
    for (int i = 0; i < 8; i++) {
        s[i] = (struct submitter){.f = f, .number = i};
        assert_int_equal(pthread_create(&s[i].thread, NULL, submitter_main, &s[i]), 0);
    }
    for (int i = 0; i < 10; i++) { // doctor may look while the server writes
        struct journal_check check = {0};
        assert_int_equal(journal_verify(f->folder, f->keyring, &check, &f->err), CU_OK);
    }
    for (int i = 0; i < 8; i++)
        pthread_join(s[i].thread, NULL);
    pthread_join(follower, NULL);
    struct journal_reader *r;
    assert_ok(journal_reader_open(f->journal, 1, &r, NULL));
    size_t next[8] = {0};
    for (uint64_t seq = 1; seq <= 8 * 600; seq += 2) {
        struct journal_record record;
        bool more;
        char want[64];
        assert_ok(journal_next(r, 0, &record, &more, NULL));
        int who = record.bytes.ptr[0] - '0'; // each thread's own records are in its order
        assert_int_equal(s[who].seqs[next[who]], seq);
        snprintf(want, sizeof want, "%d/%zu/a", who, next[who]++);
        assert_true(cu_str_eqz(record.bytes, want));
        assert_ok(journal_next(r, 0, &record, &more, NULL)); // a submission stays together
        assert_int_equal(record.bytes.ptr[record.bytes.len - 1], 'b');
    }
    expect_end(r);
    journal_reader_close(r);
}

static void *waker_main(void *context)
{
    struct timespec pause = {0, 20000000};
    nanosleep(&pause, NULL);
    journal_wake(context);
    return NULL;
}

static void test_waiting(void **state)
{
    struct fixture *f = *state;
    start(f);
    struct journal_reader *r;
    struct journal_record record;
    bool more = true;
    assert_ok(journal_reader_open(f->journal, 1, &r, NULL));
    assert_ok(journal_next(r, 10, &record, &more, NULL)); // times out
    assert_false(more);
    pthread_t waker;
    assert_int_equal(pthread_create(&waker, NULL, waker_main, f->journal), 0);
    assert_ok(journal_next(r, 60000, &record, &more, NULL)); // woken long before
    assert_false(more);
    pthread_join(waker, NULL);
    journal_reader_close(r);
}

static void test_wrong_keyring(void **state)
{
    struct fixture *f = *state;
    start(f);
    append(f, 1, 3);
    journal_close(f->journal);
    f->journal = NULL;
    static const uint8_t root[32] = {8};
    struct keyring *other;
    assert_ok(keyring_from_bytes(root, &other, NULL));
    uint64_t before = test_folder_sum(f->folder);
    f->options.keyring = other;
    assert_int_equal(journal_open(&f->options, &f->journal, &f->err), CU_KEY);
    assert_int_equal(test_folder_sum(f->folder), before);
    f->options.keyring = f->keyring;
    keyring_close(other);
    start(f);
    expect_all(f, 1, 3);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_names),
        T(test_round_trip),
        T(test_restarts_go_on),
        T(test_nothing_plain_on_disk),
        T(test_rolls_segments),
        T(test_large_submission),
        T(test_follower_and_laggard),
        T(test_release),
        T(test_spare_is_reused),
        T(test_old_segment_is_rolled_by_release),
        T(test_limits),
        T(test_queue_is_bounded),
        T(test_backlog_is_bounded),
        T(test_eight_submitters_share_commits),
        T(test_waiting),
        T(test_wrong_keyring),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
