// SPDX-License-Identifier: Apache-2.0
// Database files: settings of every connection, modes, migrations, foreign and damaged files, a
// read-only folder, a full disk, and that deleted bytes are gone.
#include "db_test.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>

static void test_settings(void **state)
{
    (void)state;
    static const struct setting { // the same for writer and reader unless said
        struct db_statement statement;
        const char *writer, *reader;
    } settings[] = {
        {{"1", "PRAGMA foreign_keys"}, "1", "1"},
        {{"2", "PRAGMA trusted_schema"}, "0", "0"},
        {{"3", "PRAGMA temp_store"}, "2", "2"}, // memory: no temporary file can hold a sorted name
        {{"4", "PRAGMA cell_size_check"}, "1", "1"},
        {{"5", "PRAGMA journal_mode"}, "wal", "wal"},
        {{"6", "PRAGMA user_version"}, "2", "2"},
        {{"7", "PRAGMA busy_timeout"}, "5000", "5000"},
        {{"8", "PRAGMA cache_size"}, "-8192", "-2048"},
        {{"9", "PRAGMA query_only"}, "0", "1"},
        {{"10", "PRAGMA synchronous"}, "2", "2"},
        {{"11", "PRAGMA secure_delete"}, "1", NULL},
    };
    struct db *w = open_as(DB_WRITE), *r = open_as(DB_READ);
    for (size_t i = 0; i < 2 * CU_COUNT(settings); i++) {
        const struct setting *s = &settings[i / 2];
        const char *expected = i % 2 ? s->reader : s->writer;
        struct db_query q;
        assert_ok(db_prepare(i % 2 ? r : w, &s->statement, &q, NULL));
        assert_true(db_step(&q));
        if (expected && !cu_str_eqz(db_str(&q, 0), expected))
            fail_msg("%s is %.*s, not %s", s->statement.sql, CU_ARG(db_str(&q, 0)), expected);
        assert_ok(db_end(&q, NULL));
    }
    db_close(r);
    db_close(w);
    db_close(NULL);
}

static void assert_private(const char *where, const char *name, void *context)
{
    (void)context;
    struct stat st;
    char *file = test_path(where, name);
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    free(file);
}

static void test_file_modes(void **state)
{
    (void)state;
    mode_t old = umask(0);
    struct db *d = open_as(DB_WRITE);
    assert_ok(insert(d, 1, "a", 1, NULL));
    assert_int_equal(
        test_each_file(folder, assert_private, NULL), 3); // the database, its log and index
    umask(old);
    db_close(d);
}

static void test_migrations(void **state)
{
    (void)state;
    struct db *d = NULL;
    struct cu_error err;
    d = open_as(DB_WRITE);
    assert_int_equal(db_version(d), 2);
    assert_ok(insert(d, 1, "old row", 1, NULL));
    db_close(d);
    d = open_as(DB_WRITE); // nothing to do
    db_close(d);
    assert_int_equal(
        db_open(path, &schema_3, DB_READ, &d, &err), CU_VERSION); // a reader does not migrate
    assert_ok(db_open(path, &schema_3, DB_WRITE, &d, &err));
    assert_int_equal(db_version(d), 3);
    assert_int_equal(count(d), 1);
    db_close(d);
    assert_int_equal(
        db_open(path, &schema_2, DB_WRITE, &d, &err), CU_VERSION); // written by a newer one
    assert_non_null(strstr(err.text, "newer"));
    assert_int_equal(db_open(path, &schema_2, DB_READ, &d, &err), CU_VERSION);
}

static void test_failing_migration(void **state)
{
    (void)state;
    const struct db_migration broken[] = {migrations[0], migrations[1],
        {3, "CREATE TABLE half (x INTEGER); DELETE FROM person; CREATE TABLE person (again "
            "INTEGER);"}};
    const struct db_schema schema = {"records", broken, 3};
    struct db *d = open_as(DB_WRITE);
    struct cu_error err;
    assert_ok(insert(d, 1, "kept", 1, NULL));
    db_close(d);
    assert_int_equal(db_open(path, &schema, DB_WRITE, &d, &err), CU_INTERNAL);
    d = open_as(DB_WRITE);
    assert_int_equal(db_version(d), 2);
    assert_int_equal(count(d), 1);
    db_close(d);
    assert_ok(db_open(path, &schema_3, DB_WRITE, &d, &err)); // `half` is not there
    db_close(d);
}

static void test_foreign_files(void **state)
{
    (void)state;
    static const struct db_schema keys = {"keys", migrations, 2};
    struct db *d = open_as(DB_WRITE);
    struct cu_error err;
    db_close(d);
    assert_int_equal(
        db_open(path, &keys, DB_WRITE, &d, &err), CU_VERSION); // records.db renamed keys.db
    test_folder_empty(folder);
    assert_int_equal(db_open(path, &schema_2, DB_READ, &d, &err), CU_NOT_FOUND);
    assert_int_not_equal(
        db_open("/nonexistent-folder/records.db", &schema_2, DB_WRITE, &d, &err), CU_OK);
    assert_int_not_equal(db_open(folder, &schema_2, DB_WRITE, &d, &err), CU_OK); // a folder
    assert_int_not_equal(db_open(folder, &schema_2, DB_READ, &d, &err), CU_OK);
    assert_false(test_exists(folder, "records.db")); // a reader makes nothing
    char garbage[8192];
    memset(garbage, 'g', sizeof garbage);
    test_write(folder, "records.db", garbage, sizeof garbage);
    assert_int_equal(db_open(path, &schema_2, DB_WRITE, &d, &err), CU_CORRUPT);
    assert_int_equal(db_open(path, &schema_2, DB_READ, &d, &err), CU_CORRUPT);
    struct test_bytes b = test_read(folder, "records.db");
    assert_int_equal(b.len, sizeof garbage); // and was left as it was
    assert_memory_equal(b.ptr, garbage, sizeof garbage);
    free(b.ptr);
}

static void test_damaged_page(void **state)
{
    (void)state;
    struct db *d = open_as(DB_WRITE);
    struct cu_error err;
    char name[200];
    memset(name, 'n', sizeof name);
    for (int i = 0; i < 400; i++) {
        snprintf(name, 20, "%d", i);
        name[strlen(name)] = 'n';
        name[sizeof name - 1] = '\0';
        assert_ok(insert(d, i, name, 1, NULL));
    }
    assert_ok(db_integrity(d, NULL));
    db_close(d);
    struct test_bytes b = test_read(folder, "records.db");
    assert_true(b.len > 10 * 4096);
    for (size_t page = 5; page < b.len / 4096; page += 3)
        memset(b.ptr + page * 4096, 0xff, 64); // headers of several pages
    test_write(folder, "records.db", b.ptr, b.len);
    free(b.ptr);
    d = open_as(DB_READ);
    assert_int_equal(db_integrity(d, &err), CU_CORRUPT);
    struct db_query q;
    assert_ok(db_prepare(d, &all_persons, &q, NULL));
    while (db_step(&q))
        continue;
    assert_int_equal(db_end(&q, &err), CU_CORRUPT);
    db_close(d);
}

static void test_dangling_row(void **state)
{
    (void)state;
    struct db *d = open_as(DB_WRITE);
    db_close(d);
    sqlite3 *raw = NULL;
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(raw, "INSERT INTO note (pno) VALUES (5)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
    d = open_as(DB_READ);
    assert_int_equal(db_integrity(d, NULL), CU_CORRUPT);
    db_close(d);
}

static void test_disk_full(void **state)
{
    (void)state;
    struct db *d = open_as(DB_WRITE);
    assert_ok(insert(d, 1, "first", 1, NULL));
    db_close(d);
    pid_t child = fork();
    if (child == 0) {
        struct cu_error err;
        struct db *c = NULL;
        (void)signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &(struct rlimit){200 * 1024, 200 * 1024});
        if (db_open(path, &schema_2, DB_WRITE, &c, &err) != CU_OK || db_begin(c, &err) != CU_OK)
            _exit(1);
        cu_code code = CU_OK;
        static char name[5000];
        memset(name, 'n', sizeof name - 1);
        for (int i = 2; i < 3000 && code == CU_OK; i++) {
            snprintf(name, 10, "%09d", i);
            name[9] = 'n';
            code = insert(c, i, name, 1, &err);
        }
        if (code == CU_OK)
            code = db_commit(c, &err);
        db_rollback(c);
        bool intact = count(c) == 1;
        db_close(c);
        _exit((code == CU_FULL || code == CU_IO) && intact ? 0 : 2); // EFBIG is no ENOSPC
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    d = open_as(DB_WRITE);
    assert_int_equal(count(d), 1);
    assert_ok(db_integrity(d, NULL));
    db_close(d);
}

static void test_read_only_folder(void **state)
{
    (void)state;
    struct db *d = open_as(DB_WRITE);
    struct cu_error err;
    db_close(d);
    if (geteuid() == 0) { // root may write anywhere: as another user, in a child
        assert_int_equal(chmod(folder, 0555), 0);
        pid_t child = fork();
        if (child == 0) {
            if (setuid(65534) != 0)
                _exit(0);
            _exit(db_open(path, &schema_2, DB_WRITE, &d, &err) == CU_FULL ? 0 : 1);
        }
        int status = -1;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(chmod(folder, 0700), 0);
        assert_int_equal(status, 0);
        return;
    }
    assert_int_equal(chmod(path, 0400), 0);
    assert_int_equal(db_open(path, &schema_2, DB_WRITE, &d, &err), CU_FULL);
    assert_int_equal(chmod(path, 0600), 0);
}

static void test_deleted_bytes_are_gone(void **state)
{
    (void)state;
    static const char needle[] = "a-needle-that-must-vanish";
    struct db *d = open_as(DB_WRITE);
    struct db_query q;
    char name[64];
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "%s-%d", needle, i);
        assert_ok(insert(d, i * 7919 % 500, name, 1, NULL));
    }
    assert_ok(db_prepare(d, &forget_all, &q, NULL));
    assert_ok(db_run(&q, NULL));
    assert_int_equal(db_changes(d), 500);
    assert_ok(db_checkpoint(d, NULL));
    static const char *const names[] = {"records.db", "records.db-wal"};
    for (size_t i = 0; i < CU_COUNT(names); i++) {
        struct test_bytes b = test_read(folder, names[i]);
        assert_null(memmem(b.ptr, b.len, needle, sizeof needle - 1));
        assert_true(i == 0 || b.len == 0);
        free(b.ptr);
    }
    db_close(d);
}

int main(void)
{
    const struct CMUnitTest all[] = {
        cmocka_unit_test_setup(test_settings, empty),
        cmocka_unit_test_setup(test_file_modes, empty),
        cmocka_unit_test_setup(test_migrations, empty),
        cmocka_unit_test_setup(test_failing_migration, empty),
        cmocka_unit_test_setup(test_foreign_files, empty),
        cmocka_unit_test_setup(test_damaged_page, empty),
        cmocka_unit_test_setup(test_dangling_row, empty),
        cmocka_unit_test_setup(test_disk_full, empty),
        cmocka_unit_test_setup(test_read_only_folder, empty),
        cmocka_unit_test_setup(test_deleted_bytes_are_gone, empty),
    };
    return cmocka_run_group_tests(all, setup, teardown);
}
