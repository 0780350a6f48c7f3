// SPDX-License-Identifier: Apache-2.0
// SQLite behind named statements: values in and out, constraints and typed errors, transactions and
// snapshots, nested and unfinished queries, locks between connections. Files: test_db_files.c;
// failing memory and storage: test_db_fault.c.
#include "db_test.h"

#include "base/clock.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

static void test_values(void **state)
{
    (void)state;
    struct db *d = open_as(DB_WRITE);
    struct db_query q;
    assert_ok(insert(d, INT64_MAX, "", 0, NULL));
    assert_ok(insert(d, INT64_MIN, NULL, 5, NULL));
    assert_ok(db_prepare(d, &all_persons, &q, NULL));
    assert_true(db_step(&q));
    assert_true(db_i64(&q, 0) == INT64_MIN);
    assert_true(db_is_null(&q, 1));
    assert_null(db_str(&q, 1).ptr);
    assert_true(db_step(&q));
    assert_true(db_i64(&q, 0) == INT64_MAX);
    assert_false(db_is_null(&q, 1));
    assert_int_equal(db_str(&q, 1).len, 0);
    assert_false(db_step(&q));
    assert_false(db_step(&q)); // it does not start over
    assert_ok(db_end(&q, NULL));
    assert_int_equal(db_last_rowid(d), INT64_MIN);
    assert_int_equal(db_changes(d), 1);
    static const cu_str blobs[] = {{"\0a\0b", 4}, {"", 0}, {NULL, 0}};
    for (size_t i = 0; i < CU_COUNT(blobs); i++) {
        assert_ok(db_prepare(d, &add_note, &q, NULL));
        db_bind_i64(&q, ":pno", INT64_MAX);
        if (blobs[i].ptr)
            db_bind_blob(&q, ":body", blobs[i].ptr, blobs[i].len);
        else
            db_bind_null(&q, ":body");
        assert_ok(db_run(&q, NULL));
        assert_ok(db_prepare(d, &last_note, &q, NULL));
        assert_true(db_step(&q));
        assert_true(db_is_null(&q, 0) == (blobs[i].ptr == NULL));
        assert_int_equal(db_blob(&q, 0).len, blobs[i].len);
        if (blobs[i].len > 0)
            assert_memory_equal(db_blob(&q, 0).ptr, blobs[i].ptr, blobs[i].len);
        assert_ok(db_end(&q, NULL));
    }
    db_close(d);
}

// A statement keeps no binding from its last use.
static void test_unbound_again(void **state)
{
    (void)state;
    struct db *d = open_as(DB_WRITE);
    assert_ok(insert(d, 1, "kept?", 9, NULL));
    struct db_query q;
    assert_ok(db_prepare(d, &add_person, &q, NULL));
    db_bind_i64(&q, ":pno", 2);
    assert_ok(db_run(&q, NULL));
    assert_ok(db_prepare(d, &all_persons, &q, NULL));
    assert_true(db_step(&q) && db_step(&q));
    assert_true(db_is_null(&q, 1) && db_is_null(&q, 2));
    assert_ok(db_end(&q, NULL));
    db_close(d);
}

// db_run of a statement with rows runs to its end.
static void test_run_with_rows(void **state)
{
    (void)state;
    static const struct db_statement returning = {
        "returning", "INSERT INTO person (pno) VALUES (1), (2), (3) RETURNING pno"};
    struct db *d = open_as(DB_WRITE);
    struct db_query q;
    assert_ok(db_prepare(d, &returning, &q, NULL));
    assert_ok(db_run(&q, NULL));
    assert_int_equal(count(d), 3);
    db_close(d);
}

static void test_constraints(void **state)
{
    (void)state;
    struct db *d = open_as(DB_WRITE);
    struct cu_error err;
    struct db_query q;
    assert_ok(insert(d, 1, "secret name", 1, NULL));
    assert_int_equal(insert(d, 1, "other", 1, &err), CU_CONFLICT);
    assert_int_equal(insert(d, 2, "secret name", 1, &err), CU_CONFLICT);
    assert_non_null(strstr(err.text, "person.name")); // which constraint, and never the value
    assert_null(strstr(err.text, "secret"));
    assert_int_equal(insert(d, 3, "third", -1, &err), CU_CONFLICT);
    assert_ok(db_prepare(d, &add_note, &q, NULL));
    db_bind_i64(&q, ":pno", 77);
    db_bind_null(&q, ":body");
    assert_int_equal(db_run(&q, &err), CU_CONFLICT); // no such person
    assert_ok(insert(d, 4, "fourth", 1, NULL));      // the statement works again
    assert_int_equal(count(d), 2);
    db_close(d);
}

static void test_bad_sql(void **state)
{
    (void)state;
    static const struct db_statement wrong = {"wrong", "SELECT nothing FROM nowhere"};
    struct db *d = open_as(DB_WRITE);
    struct cu_error err;
    struct db_query q;
    assert_int_equal(db_prepare(d, &wrong, &q, &err), CU_INTERNAL);
    assert_non_null(strstr(err.text, "records: wrong: "));
    db_close(d);
}

// A name the statement does not have is a bug of ours: the process stops before it does harm.
static void test_unknown_parameter(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        struct db *d = NULL;
        struct db_query q;
        (void)!freopen("/dev/null", "w", stderr);
        (void)signal(SIGABRT, SIG_DFL);
        if (db_open(path, &schema_2, DB_WRITE, &d, NULL) == CU_OK &&
            db_prepare(d, &add_person, &q, NULL) == CU_OK)
            db_bind_i64(&q, ":surname", 1);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void test_too_large_row(void **state)
{
    (void)state;
    static const struct db_statement huge = {"huge", "SELECT zeroblob(100000000)"};
    struct db *d = open_as(DB_WRITE);
    struct db_query q;
    assert_ok(db_prepare(d, &huge, &q, NULL));
    assert_false(db_step(&q));
    assert_int_equal(db_end(&q, NULL), CU_TOO_LARGE);
    assert_ok(db_prepare(d, &add_note, &q, NULL)); // a failed binding is told at the end, too
    db_bind_blob(&q, ":body", "never read", 100000000);
    db_bind_i64(&q, ":pno", 1);
    assert_false(db_step(&q));
    assert_int_equal(db_end(&q, NULL), CU_TOO_LARGE);
    db_close(d);
}

static void test_transactions(void **state)
{
    (void)state;
    struct db *d = open_as(DB_WRITE), *r = open_as(DB_READ);
    assert_false(db_in_transaction(d));
    db_rollback(d); // fine
    assert_ok(db_begin(d, NULL));
    assert_true(db_in_transaction(d));
    assert_ok(insert(d, 1, "a", 1, NULL));
    assert_int_equal(count(d), 1);
    assert_int_equal(count(r), 0); // not before the commit
    db_rollback(d);
    assert_false(db_in_transaction(d));
    assert_int_equal(count(d), 0);
    assert_ok(db_begin(d, NULL));
    assert_ok(insert(d, 1, "a", 1, NULL));
    assert_ok(db_commit(d, NULL));
    assert_int_equal(count(r), 1);
    assert_ok(db_begin(d, NULL));
    assert_ok(insert(d, 2, "b", 1, NULL));
    db_close(d); // rolls back
    assert_int_equal(count(r), 1);
    db_close(r);
}

// The reader's snapshot holds for as long as its query lasts.
static void test_snapshot(void **state)
{
    (void)state;
    struct db *d = open_as(DB_WRITE), *r = open_as(DB_READ);
    struct db_query q;
    for (int i = 1; i <= 3; i++)
        assert_ok(insert(d, i, NULL, 1, NULL));
    assert_ok(db_prepare(r, &all_persons, &q, NULL));
    assert_true(db_step(&q));
    assert_ok(insert(d, 4, NULL, 1, NULL));
    int rows = 1;
    while (db_step(&q))
        rows++;
    assert_int_equal(rows, 3);
    assert_ok(db_end(&q, NULL));
    assert_int_equal(count(r), 4);
    db_close(r);
    db_close(d);
}

static void test_nested_query(void **state)
{
    (void)state;
    struct db *d = open_as(DB_WRITE);
    for (int i = 1; i <= 4; i++)
        assert_ok(insert(d, i, NULL, 1, NULL));
    struct db_query q;
    int64_t inner = 0, outer = 0;
    assert_ok(db_prepare(d, &all_persons, &q, NULL));
    while (db_step(&q)) {
        outer++;
        inner += count(d); // the same statement inside its own loop
    }
    assert_ok(db_end(&q, NULL));
    assert_int_equal(outer, 4);
    assert_int_equal(inner, 16);
    db_close(d);
}

// An error path that returned without db_end: db_rollback ends its query, so the log is free again.
static void test_unfinished_query(void **state)
{
    (void)state;
    struct db *d = open_as(DB_WRITE), *r = open_as(DB_READ);
    struct db_query q, nested;
    assert_ok(insert(d, 1, NULL, 1, NULL));
    assert_ok(db_prepare(r, &all_persons, &q, NULL));
    assert_true(db_step(&q));
    assert_ok(insert(d, 2, NULL, 1, NULL));
    db_rollback(r);
    assert_ok(db_checkpoint(d, NULL)); // would wait for the reader and fail
    assert_int_equal(count(r), 2);
    assert_ok(db_prepare(r, &all_persons, &q, NULL));
    assert_ok(db_prepare(r, &all_persons, &nested, NULL));
    assert_true(db_step(&nested));
    assert_ok(insert(d, 3, NULL, 1, NULL));
    db_rollback(r); // a nested one as well
    assert_ok(db_checkpoint(d, NULL));
    assert_ok(db_prepare(r, &all_persons, &q, NULL));
    assert_ok(db_prepare(r, &all_persons, &nested, NULL));
    assert_true(db_step(&nested));
    db_close(r); // both left open: closed all the same
    db_close(d);
}

static void test_many_statements(void **state)
{
    (void)state;
    enum { MANY = 500 };
    static struct db_statement rows[MANY];
    static char sql[MANY][32];
    struct db *d = open_as(DB_WRITE);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < MANY; i++) {
            struct db_query q;
            snprintf(sql[i], sizeof sql[i], "SELECT %d", i);
            rows[i] = (struct db_statement){"n", sql[i]};
            assert_ok(db_prepare(d, &rows[i], &q, NULL));
            assert_true(db_step(&q));
            assert_int_equal(db_i64(&q, 0), i);
            assert_ok(db_end(&q, NULL));
        }
    db_close(d);
}

// A step that fails leaves the version before it, with all its rows.
static void test_reader_cannot_write(void **state)
{
    (void)state;
    struct db *w = open_as(DB_WRITE), *r = open_as(DB_READ);
    struct cu_error err;
    assert_int_equal(insert(r, 1, "x", 1, &err), CU_FULL); // read-only
    assert_int_equal(count(w), 0);
    db_close(r);
    db_close(w);
}

static void test_locked(void **state)
{
    (void)state;
    struct db *a = open_as(DB_WRITE), *b = open_as(DB_WRITE);
    struct cu_error err;
    assert_ok(db_begin(a, NULL));
    int64_t start = cu_mono_us();
    assert_int_equal(db_begin(b, &err), CU_LOCKED);
    assert_true(cu_mono_us() - start >= DB_BUSY_MS * 900);
    assert_false(db_in_transaction(b));
    db_rollback(a);
    assert_ok(db_begin(b, NULL));
    assert_ok(db_commit(b, NULL));
    db_close(a);
    db_close(b);
}

// A file may not grow beyond what the process may write: what a full disk looks like. In a child,
// since the limit stays.
// secure_delete and a truncated log: what was deleted is in no file any more.
static void *write_rows(void *context)
{
    int base = *(int *)context;
    struct db *d = open_as(DB_WRITE);
    for (int i = 0; i < 50; i++) {
        assert_ok(db_begin(d, NULL));
        assert_ok(insert(d, base + i, NULL, 1, NULL));
        assert_ok(db_commit(d, NULL));
    }
    db_close(d);
    return NULL;
}

static void test_two_writers_take_turns(void **state)
{
    (void)state;
    struct db *d = open_as(DB_WRITE);
    pthread_t threads[2];
    int bases[2] = {0, 1000};
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_rows, &bases[i]), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(count(d), 100);
    db_close(d);
}

// A failure inside a transaction, even of a SELECT, makes SQLite end all of it. What follows must
// not be stored row by row, and the commit must not succeed. What is done to a database in
// test_faults; stops at the first failure, as the program does. For every n: the n-th allocation or
// file operation fails, once or from there on.

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test_setup(test_values, empty),
        cmocka_unit_test_setup(test_unbound_again, empty),
        cmocka_unit_test_setup(test_run_with_rows, empty),
        cmocka_unit_test_setup(test_constraints, empty),
        cmocka_unit_test_setup(test_bad_sql, empty),
        cmocka_unit_test_setup(test_unknown_parameter, empty),
        cmocka_unit_test_setup(test_too_large_row, empty),
        cmocka_unit_test_setup(test_transactions, empty),
        cmocka_unit_test_setup(test_snapshot, empty),
        cmocka_unit_test_setup(test_nested_query, empty),
        cmocka_unit_test_setup(test_unfinished_query, empty),
        cmocka_unit_test_setup(test_many_statements, empty),
        cmocka_unit_test_setup(test_reader_cannot_write, empty),
        cmocka_unit_test_setup(test_locked, empty),
        cmocka_unit_test_setup(test_two_writers_take_turns, empty),
    };
    return cmocka_run_group_tests(all, setup, teardown);
}
