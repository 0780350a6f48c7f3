// SPDX-License-Identifier: Apache-2.0
// The database when calls fail: for every n the n-th allocation or file operation, once or from
// there on. What was committed is there, what was not is not, and the file is sound.
#include "db_test.h"

static void test_lost_transaction(void **state)
{
    (void)state;
    static const struct db_statement sort = {
        "sort", "SELECT name FROM person ORDER BY age, name || name"};
    unsigned lost = 0;
    struct db *d = open_as(DB_WRITE);
    for (int i = 1; i <= 50; i++)
        assert_ok(insert(d, i, NULL, i % 3, NULL));
    for (uint64_t n = 1; n < 60; n++) {
        struct db_query before, q;
        struct cu_error err;
        assert_ok(db_begin(d, NULL));
        assert_ok(insert(d, 100, NULL, 1, NULL));
        assert_ok(
            db_prepare(d, &add_person, &before, NULL)); // prepared before, run after the failure
        cu_fault_arm(CU_FAULT_ALLOC, n, true);
        cu_code code = db_prepare(d, &sort, &q, &err);
        if (code == CU_OK) {
            while (db_step(&q))
                continue;
            code = db_end(&q, &err);
        }
        cu_fault_disarm();
        if (db_in_transaction(d)) {
            assert_ok(db_end(&before, NULL));
            db_rollback(d);
            continue;
        }
        lost++;
        assert_int_equal(code, CU_MEMORY);
        db_bind_i64(&before, ":pno", 101);
        assert_int_equal(db_run(&before, &err), CU_IO);
        assert_int_equal(insert(d, 102, NULL, 1, &err), CU_IO);
        assert_int_equal(db_commit(d, &err), CU_IO);
        assert_int_equal(count(d), 50);
        assert_ok(insert(d, 103, NULL, 1, NULL)); // and now it is an ordinary connection again
        struct db_query undo;
        static const struct db_statement remove = {"remove", "DELETE FROM person WHERE pno = 103"};
        assert_ok(db_prepare(d, &remove, &undo, NULL));
        assert_ok(db_run(&undo, NULL));
    }
    assert_true(lost > 0);
    db_close(d);
}

static cu_code script(int *ret_committed, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(db_open(path, &schema_3, DB_WRITE, &d, err));
    cu_code code = CU_OK;
    for (int batch = 0; batch < 2 && code == CU_OK; batch++) {
        code = db_begin(d, err);
        for (int i = 0; i < 5 && code == CU_OK; i++)
            code = insert(d, batch * 5 + i + 1, NULL, 1, err);
        if (code == CU_OK)
            code = db_commit(d, err);
        else
            db_rollback(d);
        if (code == CU_OK)
            *ret_committed = (batch + 1) * 5;
    }
    if (code == CU_OK)
        code = db_checkpoint(d, err);
    db_close(d);
    return code;
}

static void assert_consistent(int committed)
{
    struct db *d = NULL;
    assert_ok(db_open(path, &schema_3, DB_WRITE, &d, NULL));
    assert_ok(db_integrity(d, NULL));
    int64_t rows = count(d);
    // All that was committed; a failed commit may turn out to have reached the disk, whole.
    assert_true(rows == committed || rows == committed + 5);
    db_close(d);
}

static void test_faults(void **state)
{
    (void)state;
    for (int kind = 0; kind < CU_FAULT_KINDS; kind++)
        for (int persistent = 0; persistent < 2; persistent++) {
            uint64_t n = 0, seen = UINT64_MAX;
            do {
                int committed = 0;
                struct cu_error err = {0};
                test_folder_empty(folder);
                n += kind == CU_FAULT_ALLOC && persistent ? 23
                                                          : 1; // every n fails once; some for good
                cu_fault_arm((enum cu_fault_kind)kind, n, persistent);
                cu_code code = script(&committed, &err);
                seen = cu_fault_count((enum cu_fault_kind)kind);
                cu_fault_disarm();
                if (code != CU_OK && code != CU_MEMORY && code != CU_IO && code != CU_FULL)
                    fail_msg("kind %d, n %llu: %s", kind, (unsigned long long)n, err.text);
                assert_consistent(committed);
            } while (seen >= n);
            assert_true(n > 20);
        }
}

// Thousands of databases are made and synced: in memory, where a sync costs nothing.
static int setup_in_memory(void **state)
{
    if (access("/dev/shm", W_OK) == 0)
        (void)setenv("TMPDIR", "/dev/shm", 0);
    return setup(state);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test_setup(test_lost_transaction, empty),
        cmocka_unit_test_setup(test_faults, empty),
    };
    return cmocka_run_group_tests(all, setup_in_memory, teardown);
}
