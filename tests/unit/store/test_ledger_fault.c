// SPDX-License-Identifier: Apache-2.0
// The ledger when calls fail: for every n the n-th allocation and the n-th file operation, once and
// from there on; and when the process is killed at random moments. What was acknowledged is there
// afterwards at its index; what was refused is not, but for what a dead disk could not be told.
#include "store_test.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/ledger.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

static char *folder;

static int setup(void **state)
{
    (void)state;
    folder = test_folder_fast();
    cu_log_set_level(CU_LOG_ERROR + 1);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_free(folder);
    return 0;
}

enum { ATTEMPTS = 20 };
struct outcome {
    bool acknowledged[ATTEMPTS];
    uint64_t index[ATTEMPTS];
};

static cu_str attempt_text(int i, char buffer[200])
{
    int n = snprintf(buffer, 200, "attempt %02d ", i);
    memset(buffer + n, 'z', 120);
    return (cu_str){buffer, (size_t)n + 120};
}

static cu_code open_small(struct ledger **ret, struct cu_error *err)
{
    struct ledger_options o = {.folder = folder, .segment_bytes_max = 600};
    return ledger_open(&o, ret, err);
}

static void scripted_run(struct outcome *o)
{
    struct ledger *l = NULL;
    struct ledger_hash root;
    struct ledger_proof proof;
    struct cu_buf out;
    char buffer[200];
    cu_buf_init(&out, 4096);
    if (open_small(&l, NULL) != CU_OK)
        return;
    for (int i = 0; i < ATTEMPTS; i++) {
        o->acknowledged[i] = ledger_append(l, attempt_text(i, buffer), true, &o->index[i], NULL) == CU_OK;
        uint64_t size = ledger_size(l);
        if (size == 0)
            continue;
        cu_buf_reset(&out);
        (void)!ledger_read(l, size / 2, &out, NULL);
        (void)!ledger_root(l, size, &root, NULL);
        (void)!ledger_inclusion(l, size / 3, size, &proof, NULL);
    }
    cu_buf_clear(&out);
    ledger_close(l);
}

static void check_outcome(const struct outcome *o, bool ghosts)
{
    struct ledger *l = NULL;
    struct cu_error err = {0};
    struct cu_buf out;
    char buffer[200];
    cu_buf_init(&out, 4096);
    if (open_small(&l, &err) != CU_OK)
        fail_msg("%s", err.text);
    uint64_t size = ledger_size(l), known = 0;
    for (int i = 0; i < ATTEMPTS; i++) {
        if (!o->acknowledged[i])
            continue;
        known++;
        cu_buf_reset(&out);
        assert_ok(ledger_read(l, o->index[i], &out, NULL));
        assert_true(cu_str_eq(cu_buf_view(&out), attempt_text(i, buffer)));
    }
    assert_true(ghosts ? size >= known : size == known);
    uint64_t index = 0;
    assert_ok(ledger_append(l, CU_LIT("once more"), true, &index, NULL));
    assert_int_equal(index, size);
    ledger_close(l);
    struct ledger_report r = {.at_count = 0};
    if (ledger_verify(folder, &r, NULL, NULL, &err) != CU_OK)
        fail_msg("%s", err.text);
    assert_int_equal(r.size, size + 1);
    cu_buf_clear(&out);
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
            for (int i = 0; i < ATTEMPTS; i++)
                assert_true(o.acknowledged[i]);
            return;
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

static void test_every_operation_fails_once(void **state)
{
    (void)state;
    every_nth_fails(CU_FAULT_IO, false);
}

static void test_every_operation_fails_from_there(void **state)
{
    (void)state;
    every_nth_fails(CU_FAULT_IO, true);
}

// Refused while the disk fails, and nothing of it is in the log when it is back: in the same process.
static void test_recovers_when_there_is_room(void **state)
{
    (void)state;
    struct ledger *l = NULL;
    char buffer[200];
    test_folder_empty(folder);
    assert_ok(open_small(&l, NULL));
    uint64_t expected = 0;
    for (int round = 0; round < 12; round++) {
        uint64_t index = 0;
        assert_ok(ledger_append(l, attempt_text(round, buffer), true, &index, NULL));
        assert_int_equal(index, expected++);
        cu_fault_arm(CU_FAULT_IO, 1 + (uint64_t)round % 3, true);
        struct cu_error err = {0};
        cu_code code = ledger_append(l, CU_LIT("not now"), true, &index, &err);
        if (code == CU_OK) { // the fault comes later: with the next one
            expected++;
            code = ledger_append(l, CU_LIT("not now"), true, &index, &err);
        }
        assert_true(code == CU_FULL || code == CU_IO);
        assert_int_equal(err.code, code);
        assert_ok(ledger_append(l, CU_LIT("patient"), false, NULL, NULL)); // kept, and tried again
        assert_int_not_equal(ledger_flush(l, NULL), CU_OK);
        assert_true(ledger_waiting(l));
        cu_fault_disarm();
        assert_ok(ledger_flush(l, NULL));
        assert_false(ledger_waiting(l));
        assert_int_equal(ledger_size(l), ++expected);
    }
    cu_fault_arm(CU_FAULT_IO, 1, true); // what nobody waits for is bounded
    cu_code code = CU_OK;
    size_t kept = 0;
    while ((code = ledger_append(l, attempt_text(0, buffer), false, NULL, NULL)) == CU_OK)
        kept++;
    assert_int_equal(code, CU_FULL);
    assert_in_range(kept, 1000, LEDGER_WAITING_MAX / 120);
    cu_fault_disarm();
    assert_ok(ledger_flush(l, NULL));
    assert_int_equal(ledger_size(l), expected + kept);
    ledger_close(l);
    struct ledger_report r = {.at_count = 0};
    assert_ok(ledger_verify(folder, &r, NULL, NULL, NULL));
    assert_int_equal(r.size, expected + kept);
}

// --- killed at random moments

struct shared { // with the child
    _Atomic uint64_t acknowledged;
};

static void child(struct shared *s, uint64_t from)
{
    struct ledger *l = NULL;
    if (open_small(&l, NULL) != CU_OK || ledger_size(l) < from)
        _exit(3);
    for (uint64_t i = ledger_size(l);; i++) {
        char text[64];
        int n = snprintf(text, sizeof text, "entry %llu", (unsigned long long)i);
        uint64_t index = 0;
        if (ledger_append(l, (cu_str){text, (size_t)n}, true, &index, NULL) != CU_OK || index != i)
            _exit(4);
        s->acknowledged = i + 1;
    }
}

static void test_killed(void **state)
{
    (void)state;
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(s != MAP_FAILED);
    test_folder_empty(folder);
    const char *rounds_text = getenv("CRASH_ROUNDS");
    int rounds = rounds_text ? atoi(rounds_text) : 15;
    uint64_t random = 77;
    for (int round = 0; round < rounds; round++) {
        uint64_t before = s->acknowledged;
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            child(s, before);
        struct timespec wait = {.tv_nsec = (long)(2000000 + test_random(&random) % 40000000)};
        (void)nanosleep(&wait, NULL);
        (void)kill(pid, SIGKILL);
        int status = 0;
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status));
        struct ledger_report r = {.at_count = 0};
        struct cu_error err = {0};
        if (s->acknowledged > 0) {
            if (ledger_verify(folder, &r, NULL, NULL, &err) != CU_OK)
                fail_msg("%s", err.text);
            assert_true(r.size >= s->acknowledged);
        }
    }
    assert_true(s->acknowledged > 20);
    (void)munmap(s, sizeof *s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_fails_once),
        cmocka_unit_test(test_every_allocation_fails_from_there),
        cmocka_unit_test(test_every_operation_fails_once),
        cmocka_unit_test(test_every_operation_fails_from_there),
        cmocka_unit_test(test_recovers_when_there_is_room),
        cmocka_unit_test(test_killed),
    };
    return cmocka_run_group_tests_name("store/ledger_fault", tests, setup, teardown);
}
