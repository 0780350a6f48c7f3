// SPDX-License-Identifier: Apache-2.0
// The journal when calls fail: for every n the n-th allocation and the n-th file operation fails,
// once and from there on; and when the process is killed at random moments. What was acknowledged
// is there afterwards, in order and unharmed; what failed is not.
#include "store_test.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/journal.h"

#include "crypto/keyring.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

static struct keyring *keyring;
static char *folder;

static int setup(void **state)
{
    (void)state;
    static const uint8_t root[32] = {5};
    folder = test_folder_fast();
    cu_log_set_level(CU_LOG_ERROR + 1);
    return (int)keyring_from_bytes(root, &keyring, NULL);
}

static int teardown(void **state)
{
    (void)state;
    keyring_close(keyring);
    test_folder_free(folder);
    return 0;
}

static cu_code open_small(struct journal **ret, struct cu_error *err)
{
    struct journal_options o = {.folder = folder, .keyring = keyring, .segment_bytes_max = 2048};
    return journal_open(&o, ret, err);
}

enum { ATTEMPTS = 24 };
struct outcome { // what the scripted run was told
    bool acknowledged[ATTEMPTS];
    uint64_t seq[ATTEMPTS];
    uint64_t released;
};

static cu_str attempt_record(int i, char buffer[512])
{
    int n = snprintf(buffer, 512, "attempt %02d ", i);
    memset(buffer + n, 'z', 300);
    return (cu_str){buffer, (size_t)n + 300};
}

// Opens, appends over several segments, releases, reads, closes; never minds a failure.
static void scripted_run(struct outcome *o)
{
    struct journal *j = NULL;
    if (open_small(&j, NULL) != CU_OK)
        return;
    struct journal_reader *r = NULL;
    (void)!journal_reader_open(j, 1, &r, NULL);
    for (int i = 0; i < ATTEMPTS; i++) {
        char buffer[512];
        cu_str record = attempt_record(i, buffer);
        if (!o->acknowledged[i] && journal_append_wait(j, &record, 1, &o->seq[i], NULL) == CU_OK)
            o->acknowledged[i] = true;
        struct journal_record got;
        bool more;
        if (r && i % 3 == 0)
            (void)!journal_next(r, 0, &got, &more, NULL);
        if (i == ATTEMPTS / 2) {
            o->released = journal_last_durable(j) > 4 ? journal_last_durable(j) - 4 : 0;
            (void)!journal_release(j, o->released, NULL);
        }
    }
    journal_reader_close(r);
    journal_close(j);
}

// Every acknowledged record above the released ones is there; nothing else, unless ghosts are
// allowed: a disk that refuses everything after the write cannot be made to forget it.
static void check_outcome(const struct outcome *o, bool ghosts)
{
    struct journal *j = NULL;
    struct cu_error err = {0};
    assert_int_equal(open_small(&j, &err), CU_OK);
    uint64_t last = journal_last_durable(j), from = 1;
    struct journal_reader *r = NULL;
    while (from <= last && journal_reader_open(j, from, &r, NULL) != CU_OK)
        from++;
    assert_true(from <= o->released + 1);
    for (int i = 0; i < ATTEMPTS; i++) {
        if (o->acknowledged[i])
            assert_true(o->seq[i] <= last);
    }
    for (uint64_t seq = from; seq <= last; seq++) {
        struct journal_record record;
        bool more;
        assert_ok(journal_next(r, 0, &record, &more, NULL));
        assert_true(more);
        assert_int_equal(record.seq, seq);
        int i = atoi(record.bytes.ptr + 8);
        assert_in_range(i, 0, ATTEMPTS - 1);
        if (!ghosts || o->acknowledged[i]) {
            assert_true(o->acknowledged[i]);
            assert_int_equal(o->seq[i], seq);
        }
    }
    journal_reader_close(r);
    cu_str more = CU_LIT("attempt 00 again");
    uint64_t seq;
    assert_int_equal(journal_append_wait(j, &more, 1, &seq, &err), CU_OK);
    assert_int_equal(seq, last + 1);
    journal_close(j);
}

static void every_nth_fails(enum cu_fault_kind kind, bool persistent)
{
    for (uint64_t n = 1;; n++) {
        struct outcome o = {0};
        test_folder_empty(folder);
        cu_fault_arm(kind, n, persistent);
        scripted_run(&o);
        uint64_t seen = cu_fault_count(kind);
        cu_fault_disarm();
        check_outcome(&o, persistent);
        if (seen < n) {
            assert_true(n > 20);
            return; // the whole script ran without reaching the n-th
        }
    }
}

static void test_every_allocation_fails_once(void **state)
{
    (void)state;
    every_nth_fails(CU_FAULT_ALLOC, false);
}

static void test_every_allocation_fails_from_there(void **state)
{
    (void)state;
    every_nth_fails(CU_FAULT_ALLOC, true);
}

static void test_every_file_operation_fails_once(void **state)
{
    (void)state;
    every_nth_fails(CU_FAULT_IO, false);
}

static void test_every_file_operation_fails_from_there(void **state)
{
    (void)state;
    every_nth_fails(CU_FAULT_IO, true);
}

// Recovery itself is interrupted by a failure at every operation: nothing is lost, the next open
// works.
static void test_recovery_fails_everywhere(void **state)
{
    (void)state;
    char *crashed = test_folder_fast();
    struct outcome o = {0};
    test_folder_empty(folder);
    struct journal *j;
    assert_ok(open_small(&j, NULL));
    for (int i = 0; i < ATTEMPTS; i++) {
        char buffer[512];
        cu_str record = attempt_record(i, buffer);
        assert_ok(journal_append_wait(j, &record, 1, &o.seq[i], NULL));
        o.acknowledged[i] = true;
    }
    test_folder_copy(folder, crashed);
    journal_close(j);
    for (int kind = 0; kind < CU_FAULT_KINDS; kind++) {
        for (uint64_t n = 1;; n++) {
            test_folder_copy(crashed, folder);
            cu_fault_arm((enum cu_fault_kind)kind, n, false);
            cu_code code = open_small(&j, NULL);
            uint64_t seen = cu_fault_count((enum cu_fault_kind)kind);
            cu_fault_disarm();
            if (code == CU_OK)
                journal_close(j);
            check_outcome(&o, false);
            if (seen < n)
                break;
        }
    }
    test_folder_free(crashed);
}

static void test_full_disk_comes_back(void **state)
{
    (void)state;
    struct journal *j;
    struct cu_error err = {0};
    char buffer[512];
    cu_str record = attempt_record(1, buffer);
    test_folder_empty(folder);
    assert_ok(open_small(&j, NULL));
    assert_ok(journal_append_wait(j, &record, 1, NULL, &err));
    cu_fault_arm(CU_FAULT_IO, 1, true); // writes answer ENOSPC
    assert_int_equal(journal_append_wait(j, &record, 1, NULL, &err), CU_FULL);
    int refused_at_once = 0;
    for (int i = 0; i < 50; i++)
        refused_at_once += journal_append_wait(j, &record, 1, NULL, &err) != CU_OK;
    assert_int_equal(refused_at_once, 50);
    cu_fault_disarm();
    struct journal_reader *r;
    struct journal_record got;
    bool more;
    assert_ok(journal_reader_open(j, 1, &r, NULL)); // reading goes on meanwhile
    assert_ok(journal_next(r, 0, &got, &more, NULL));
    assert_true(more);
    struct timespec pause = {0, 250000000};
    nanosleep(&pause, NULL);
    uint64_t seq;
    assert_ok(journal_append_wait(j, &record, 1, &seq, &err)); // the probe goes through
    assert_int_equal(seq, 2);
    assert_ok(journal_append_wait(j, &record, 1, &seq, &err));
    journal_reader_close(r);
    journal_close(j);
}

// Nobody sends while the server says that it is not ready: the journal looks for itself.
static void test_full_disk_comes_back_without_a_submission(void **state)
{
    (void)state;
    struct journal *j;
    struct cu_error err = {0};
    char buffer[512];
    cu_str record = attempt_record(1, buffer);
    test_folder_empty(folder);
    assert_ok(open_small(&j, NULL));
    assert_int_equal(journal_failing(j), CU_OK);
    cu_fault_arm(CU_FAULT_IO, 1, true);
    assert_int_not_equal(journal_append_wait(j, &record, 1, NULL, &err), CU_OK);
    assert_int_not_equal(journal_failing(j), CU_OK);
    const struct timespec longer_than_a_look = {3, 0}, pause = {0, 50000000};
    nanosleep(&longer_than_a_look, NULL);
    assert_int_not_equal(journal_failing(j), CU_OK); // it looked, and it still fails
    cu_fault_disarm();
    for (int i = 0; i < 100 && journal_failing(j) != CU_OK; i++)
        nanosleep(&pause, NULL);
    assert_int_equal(journal_failing(j), CU_OK);
    uint64_t seq;
    assert_ok(journal_append_wait(j, &record, 1, &seq, &err));
    assert_int_equal(seq, 1);
    journal_close(j);
    assert_ok(open_small(&j, NULL)); // and the folder is sound
    assert_int_equal(journal_last_durable(j), 1);
    journal_close(j);
}

// Crash loop: a child appends from four threads and notes what was acknowledged in shared memory.
enum { THREADS = 4, PER_THREAD = 20000 };
struct shared {
    _Atomic uint64_t seq[THREADS][PER_THREAD]; // of that thread's i-th record, once acknowledged
    _Atomic uint64_t released;
};

struct appender {
    struct journal *journal;
    struct shared *shared;
    int number;
};

static void *appender_main(void *context)
{
    struct appender *a = context;
    for (uint32_t i = 0; i < PER_THREAD; i++) {
        if (atomic_load(&a->shared->seq[a->number][i]) != 0)
            continue; // acknowledged in an earlier life
        char bytes[128];
        int n = snprintf(bytes, sizeof bytes, "%d %u some more bytes to fill it", a->number, i);
        cu_str record = {bytes, (size_t)n};
        uint64_t seq;
        if (journal_append_wait(a->journal, &record, 1, &seq, NULL) == CU_OK)
            atomic_store(&a->shared->seq[a->number][i], seq);
    }
    return NULL;
}

static void child_main(struct shared *shared)
{
    struct journal_options o = {.folder = folder, .keyring = keyring, .segment_bytes_max = 32768};
    struct journal *j;
    if (journal_open(&o, &j, NULL) != CU_OK)
        _exit(1);
    struct appender a[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        a[i] = (struct appender){j, shared, i};
        if (pthread_create(&threads[i], NULL, appender_main, &a[i]) != 0)
            _exit(1);
    }
    for (;;) { // releases what is old, so that this too is interrupted
        uint64_t last = journal_last_durable(j);
        if (last > 1500) {
            atomic_store(&shared->released, last - 1500);
            (void)!journal_release(j, last - 1500, NULL);
        }
        struct timespec pause = {0, 2000000};
        nanosleep(&pause, NULL);
    }
}

static void check_after_kill(struct shared *shared)
{
    struct journal_options o = {.folder = folder, .keyring = keyring, .segment_bytes_max = 32768};
    struct journal *j;
    struct cu_error err = {0};
    assert_int_equal(journal_open(&o, &j, &err), CU_OK);
    uint64_t from = atomic_load(&shared->released) + 1, last = journal_last_durable(j);
    uint64_t *found = calloc(THREADS * PER_THREAD, sizeof *found);
    struct journal_reader *r;
    assert_int_equal(journal_reader_open(j, from, &r, &err), CU_OK);
    for (uint64_t seq = from; seq <= last; seq++) {
        struct journal_record record;
        bool more;
        int thread;
        unsigned index;
        char text[128];
        assert_int_equal(journal_next(r, 0, &record, &more, &err), CU_OK);
        assert_true(more);
        assert_int_equal(record.seq, seq);
        assert_true(record.bytes.len < sizeof text);
        memcpy(text, record.bytes.ptr, record.bytes.len);
        text[record.bytes.len] = 0;
        assert_int_equal(sscanf(text, "%d %u", &thread, &index), 2);
        found[(size_t)thread * PER_THREAD + index] = seq;
    }
    journal_reader_close(r);
    journal_close(j);
    for (int t = 0; t < THREADS; t++)
        for (size_t i = 0; i < PER_THREAD; i++) {
            uint64_t seq = atomic_load(&shared->seq[t][i]);
            if (seq >= from)
                assert_int_equal(found[(size_t)t * PER_THREAD + i], seq);
        }
    free(found);
}

static void test_kill_loop(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct shared *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(shared, MAP_FAILED);
    uint64_t random = 42;
    for (int round = 0; round < 20; round++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            child_main(shared);
        struct timespec pause = {0, (long)(10000000 + test_random(&random) % 120000000)};
        nanosleep(&pause, NULL);
        assert_int_equal(kill(child, SIGKILL), 0);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        check_after_kill(shared);
    }
    munmap(shared, sizeof *shared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_fails_once),
        cmocka_unit_test(test_every_allocation_fails_from_there),
        cmocka_unit_test(test_every_file_operation_fails_once),
        cmocka_unit_test(test_every_file_operation_fails_from_there),
        cmocka_unit_test(test_recovery_fails_everywhere),
        cmocka_unit_test(test_full_disk_comes_back),
        cmocka_unit_test(test_full_disk_comes_back_without_a_submission),
        cmocka_unit_test(test_kill_loop),
    };
    return cmocka_run_group_tests_name("journal faults", tests, setup, teardown);
}
