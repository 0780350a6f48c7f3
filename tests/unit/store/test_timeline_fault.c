// SPDX-License-Identifier: Apache-2.0
// The timeline when calls fail (the n-th allocation or file operation, for every n, once and from
// there on) and when the process is killed. Whatever happens: after a restart and a replay from the
// durable seq it holds exactly what the model holds, and removed rows stay removed.
#include "timeline_model.h"

#include "base/log.h"
#include "store/timeline_admin.h"

#include <signal.h>
#include <stdatomic.h>
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

#define ROWS 160
#define GONE_PNO 3u
#define REMOVE_AT 110

static struct model_event rows[ROWS];

static void make_rows(void)
{
    uint64_t random = 7;
    for (uint64_t i = 0; i < ROWS; i++) {
        rows[i] = model_random(i + 1, 8, &random);
        if (i >= REMOVE_AT && rows[i].e.pno == GONE_PNO)
            rows[i].e.pno++; // a removed profile number gets no more rows
    }
}

struct progress {       // what the script was told
    uint64_t published; // highest seq whose publish was asked for
    bool removal_asked, removal_done;
    uint64_t removed_to; // seqs up to here were there when the removal ran
};

// Adds what the model holds above the durable seq, as the pipeline does; a failed call is repeated
// twice.
static cu_code feed(struct timeline *t, struct progress *p, uint64_t to)
{
    for (uint64_t i = timeline_durable_seq(t); i < to; i++) {
        struct timeline_event v = model_view(&rows[i]);
        cu_code code = CU_MEMORY;
        for (int attempt = 0; attempt < 2 && code != CU_OK; attempt++)
            code = timeline_add(t, &v, NULL);
        if (code != CU_OK)
            return code;
        if (i % 10 == 9) {
            p->published = i + 1;
            (void)!timeline_publish(t, NULL);
        }
    }
    p->published = to;
    return timeline_publish(t, NULL);
}

static void scripted_run(struct progress *p)
{
    struct timeline_options o = {.folder = folder, .tail_max = 20};
    struct timeline *t = NULL;
    uint32_t pno = GONE_PNO;
    if (timeline_open(&o, &t, NULL) != CU_OK)
        return;
    (void)!timeline_set_columns(t, model_columns, 2, NULL); // without: the rows are drawn when they are merged
    cu_code code = feed(t, p, REMOVE_AT);
    if (code == CU_OK)
        (void)!timeline_set_columns(t, model_columns, CU_COUNT(model_columns), NULL);
    if (code == CU_OK) {
        p->removal_asked = true;
        p->removed_to = REMOVE_AT;
        p->removal_done = timeline_remove_people(t, &pno, 1, NULL) == CU_OK;
        code = feed(t, p, ROWS);
    }
    if (code == CU_OK)
        (void)!timeline_compact(t, NULL, NULL, NULL);
    timeline_close(t);
}

static bool model_of_gone(const struct timeline_event *e, uint32_t to)
{
    return e->pno == GONE_PNO && e->seq <= to;
}

static bool count_gone(void *context, const struct timeline_event *e)
{
    const struct progress *p = context;
    assert_false(e->seq <= p->removed_to);
    return true;
}

static bool count_row(void *context, const struct timeline_event *e)
{
    (void)e;
    ++*(size_t *)context;
    return true;
}

static void check(struct progress *p)
{
    struct timeline_options o = {.folder = folder, .tail_max = 20};
    struct timeline *t = NULL;
    struct cu_error err = {0};
    uint32_t pno = GONE_PNO;
    assert_int_equal(timeline_open(&o, &t, &err), CU_OK);
    assert_ok(timeline_set_columns(t, model_columns, CU_COUNT(model_columns), &err));
    if (p->removal_done) // before any replay: nothing of it is left
        assert_ok(timeline_person(t, &pno, 1, INT64_MAX, UINT64_MAX, count_gone, p, NULL));
    uint64_t durable = timeline_durable_seq(t);
    assert_ok(feed(t, p, ROWS));
    struct model m = {0};
    for (size_t i = 0; i < ROWS; i++)
        model_add(&m, &rows[i]);
    if (p->removal_asked && !p->removal_done) { // asked, not confirmed: asked again
        assert_ok(timeline_remove_people(t, &pno, 1, &err));
        model_remove(&m, model_of_gone, ROWS);
    } else if (p->removal_done) {
        assert_true(durable >= p->removed_to);
        model_remove(&m, model_of_gone, (uint32_t)p->removed_to);
    }
    expect_scan(t, &m, INT64_MIN, INT64_MAX, true);
    expect_days(t, &m, -40, 40, 0);
    assert_int_equal(timeline_count(t), m.count);
    timeline_close(t);
    assert_int_equal(timeline_verify(folder, &err), CU_OK);
    model_free(&m);
}

static void every_nth_fails(enum cu_fault_kind kind, bool persistent)
{
    make_rows();
    for (uint64_t n = 1;; n++) {
        struct progress p = {0};
        test_folder_empty(folder);
        cu_fault_arm(kind, n, persistent);
        scripted_run(&p);
        uint64_t seen = cu_fault_count(kind);
        cu_fault_disarm();
        check(&p);
        if (seen + 40 < n) { // the merger's own operations vary a little from run to run
            assert_true(n > 100);
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

// Readers that fail give an error, not a short answer.
static void test_reading_fails_everywhere(void **state)
{
    (void)state;
    make_rows();
    test_folder_empty(folder);
    struct timeline_options o = {.folder = folder, .tail_max = 20};
    struct timeline *t;
    struct progress p = {0};
    assert_ok(timeline_open(&o, &t, NULL));
    assert_ok(feed(t, &p, ROWS));
    assert_ok(timeline_flush(t, NULL));
    timeline_close(t); // the merger is quiet after a moment in which it has nothing to do
    o.tail_max = 1000;
    assert_ok(timeline_open(&o, &t, NULL));
    struct timespec pause = {0, 50000000};
    nanosleep(&pause, NULL);
    for (int kind = 0; kind < CU_FAULT_KINDS; kind++) {
        bool failed = true;
        for (uint64_t n = 1; failed; n++) {
            size_t seen = 0;
            uint32_t pnos[8] = {0, 1, 2, 3, 4, 5, 6, 7};
            cu_fault_arm((enum cu_fault_kind)kind, n, false);
            cu_code code = timeline_scan(t, INT64_MIN, INT64_MAX, true, count_row, &seen, NULL);
            bool scanned = code == CU_OK;
            if (scanned)
                assert_int_equal(seen, ROWS);
            seen = 0;
            if (scanned)
                code = timeline_person(t, pnos, 8, INT64_MAX, UINT64_MAX, count_row, &seen, NULL);
            if (scanned && code == CU_OK)
                assert_int_equal(seen, ROWS);
            failed = code != CU_OK;
            cu_fault_disarm();
        }
    }
    timeline_close(t);
}

struct shared {
    _Atomic uint64_t removed_to;  // every even pno's rows up to this seq were removed
    _Atomic uint64_t removing_to; // a removal of them was begun
};

static void child_main(struct shared *s)
{
    struct timeline_options o = {.folder = folder, .tail_max = 500};
    struct timeline *t;
    if (timeline_open(&o, &t, NULL) != CU_OK ||
        timeline_set_columns(t, model_columns, CU_COUNT(model_columns), NULL) != CU_OK)
        _exit(1);
    uint64_t random = 5;
    uint32_t even[4] = {0, 2, 4, 6};
    for (uint64_t seq = 1;; seq++) { // the same rows in every life; durable ones are ignored
        struct model_event e = model_random(seq, 8, &random);
        struct timeline_event v = model_view(&e);
        if (timeline_add(t, &v, NULL) != CU_OK)
            _exit(1);
        if (seq % 100 == 0 && timeline_publish(t, NULL) != CU_OK)
            _exit(1);
        if (seq % 3000 == 0 && seq > atomic_load(&s->removed_to)) {
            atomic_store(&s->removing_to, seq);
            if (timeline_remove_people(t, even, 4, NULL) != CU_OK)
                _exit(1);
            atomic_store(&s->removed_to, seq);
        }
    }
}

struct kill_check {
    uint64_t removed_to, removing_to, durable;
    size_t odd_seen, even_seen;
    bool *seen;
};

static bool kill_visit(void *context, const struct timeline_event *e)
{
    struct kill_check *c = context;
    assert_true(e->seq <= c->durable);
    assert_false(c->seen[e->seq]);
    c->seen[e->seq] = true;
    if (e->pno % 2 == 0)
        assert_true(e->seq > c->removed_to);
    return true;
}

static void check_after_kill(struct shared *s)
{
    struct timeline_options o = {.folder = folder};
    struct timeline *t;
    struct cu_error err = {0};
    assert_int_equal(timeline_open(&o, &t, &err), CU_OK);
    struct kill_check c = {.removed_to = atomic_load(&s->removed_to),
        .removing_to = atomic_load(&s->removing_to),
        .durable = timeline_durable_seq(t)};
    assert_true(c.durable >= c.removed_to);
    c.seen = calloc(c.durable + 1, sizeof *c.seen);
    assert_ok(timeline_scan(t, INT64_MIN, INT64_MAX, true, kill_visit, &c, &err));
    uint64_t random = 5;
    for (uint64_t seq = 1; seq <= c.durable; seq++) {
        struct model_event e = model_random(seq, 8, &random);
        bool maybe_removed = e.e.pno % 2 == 0 && c.removing_to > 0;
        if (!maybe_removed)
            assert_true(c.seen[seq]);
    }
    free(c.seen);
    timeline_close(t);
    assert_int_equal(timeline_verify(folder, &err), CU_OK);
}

static void test_kill_loop(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(s, MAP_FAILED);
    uint64_t random = 77;
    for (int round = 0; round < 20; round++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0)
            child_main(s);
        struct timespec pause = {0, (long)(10000000 + test_random(&random) % 150000000)};
        nanosleep(&pause, NULL);
        assert_int_equal(kill(child, SIGKILL), 0);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        check_after_kill(s);
    }
    munmap(s, sizeof *s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_allocation_fails_once),
        cmocka_unit_test(test_every_allocation_fails_from_there),
        cmocka_unit_test(test_every_file_operation_fails_once),
        cmocka_unit_test(test_every_file_operation_fails_from_there),
        cmocka_unit_test(test_reading_fails_everywhere),
        cmocka_unit_test(test_kill_loop),
    };
    return cmocka_run_group_tests_name("timeline faults", tests, setup, teardown);
}
