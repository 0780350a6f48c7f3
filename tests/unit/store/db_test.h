// SPDX-License-Identifier: Apache-2.0
// What the tests of db.c share: a small schema in three versions, a folder, rows in and out.
#pragma once

#include "store_test.h"

#include "base/log.h"
#include "store/db.h"

static const struct db_migration migrations[] = {
    {1, "CREATE TABLE person (pno INTEGER PRIMARY KEY, name TEXT UNIQUE, age INTEGER CHECK (age >= "
        "0)) STRICT;"
        "CREATE TABLE note (id INTEGER PRIMARY KEY, pno INTEGER NOT NULL REFERENCES person(pno), "
        "body BLOB) STRICT;"},
    {2, "CREATE INDEX note_pno ON note(pno); ALTER TABLE person ADD COLUMN town TEXT;"},
    {3, "CREATE TABLE later (x INTEGER) STRICT;"},
};
static const struct db_schema schema_2 = {"records", migrations, 2},
                              schema_3 = {"records", migrations, 3};

static const struct db_statement add_person = {
    "add_person", "INSERT INTO person (pno, name, age) VALUES (:pno, :name, :age)"};
static const struct db_statement all_persons = {
    "all_persons", "SELECT pno, name, age FROM person ORDER BY pno"};
static const struct db_statement add_note = {
    "add_note", "INSERT INTO note (pno, body) VALUES (:pno, :body)"};
static const struct db_statement last_note = {
    "last_note", "SELECT body FROM note ORDER BY id DESC LIMIT 1"};
static const struct db_statement forget_all = {"forget_all", "DELETE FROM person"};

static char *folder, *path;

static inline int setup(void **state)
{
    (void)state;
    cu_log_set_level(CU_LOG_ERROR + 1);
    folder = test_folder_new();
    path = test_path(folder, "records.db");
    return 0;
}

static inline int teardown(void **state)
{
    (void)state;
    test_folder_free(folder);
    free(path);
    return 0;
}

static inline int empty(void **state) // before each test
{
    (void)state;
    test_folder_empty(folder);
    return 0;
}

static inline struct db *open_as(enum db_mode mode)
{
    struct db *d = NULL;
    assert_ok(db_open(path, &schema_2, mode, &d, NULL));
    return d;
}

static inline cu_code insert(
    struct db *d, int64_t pno, const char *name, int64_t age, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &add_person, &q, err));
    db_bind_i64(&q, ":pno", pno);
    db_bind_str(&q, ":name", cu_str_of(name));
    db_bind_i64(&q, ":age", age);
    return db_run(&q, err);
}

static inline int64_t count(struct db *d)
{
    struct db_query q;
    int64_t n = 0;
    assert_ok(db_prepare(d, &all_persons, &q, NULL));
    while (db_step(&q))
        n++;
    assert_ok(db_end(&q, NULL));
    return n;
}
