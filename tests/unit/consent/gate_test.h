// SPDX-License-Identifier: Apache-2.0
// What the tests of the gate share: a folder with people and the gate in it, and short ways to
// speak.
#pragma once

#include "../store/store_test.h"

#include "base/log.h"
#include "consent/gate_internal.h"

#include <sqlite3.h>

extern const struct db_statement people_schema_sql_schema, orders_schema_sql_schema,
    consent_schema_sql_schema, record_schema_sql_schema; // generated

struct shop {
    char *folder;
    struct keyring *keyring;
    struct keys *keys;
    struct guard *guard;
    struct timeline *timeline;
    struct people *people;
    struct dictionary *dictionary;
    struct json_parser *json;
    struct gate *gate;
    struct db_migration migrations[4];
    struct db_schema schema;
    uint64_t seq;
};

static inline void shop_open(struct shop *s)
{
    static const uint8_t root[32] = {1, 2, 3};
    const struct db_statement *const schemas[] = {
        &people_schema_sql_schema, &orders_schema_sql_schema, &consent_schema_sql_schema, &record_schema_sql_schema};
    for (int i = 0; i < 4; i++)
        s->migrations[i] = (struct db_migration){i + 1, schemas[i]->sql};
    s->schema = (struct db_schema){"records", s->migrations, 4};
    char *keys = test_path(s->folder, "keys"), *records = test_path(s->folder, "records.db"),
         *index = test_path(s->folder, "index.db"), *timeline = test_path(s->folder, "timeline");
    assert_ok(keyring_from_bytes(root, &s->keyring, NULL));
    assert_ok(
        keys_open(&(struct keys_options){.path = keys, .keyring = s->keyring}, &s->keys, NULL));
    assert_int_equal(guard_start_inside(&(struct guard_options){.keys = s->keys}, &s->guard, NULL), CU_OK);
    guard_enter_system("intake", "test");
    assert_ok(timeline_open(&(struct timeline_options){.folder = timeline}, &s->timeline, NULL));
    const struct people_options o = {.records_path = records,
        .index_path = index,
        .records_schema = &s->schema,
        .keyring = s->keyring,
        .guard = s->guard,
        .timeline = s->timeline};
    assert_ok(people_open(&o, &s->people, NULL));
    people_set_dictionary(s->people, s->dictionary);
    assert_ok(gate_open(s->people, &s->gate, NULL));
    free(keys);
    free(records);
    free(index);
    free(timeline);
}

static inline void shop_close(struct shop *s)
{
    people_close(s->people);
    gate_close(s->gate);
    timeline_close(s->timeline);
    guard_stop(s->guard);
    guard_leave();
    keys_close(s->keys);
    keyring_close(s->keyring);
}

// A dictionary with one purpose of each basis, and two that share a category.
static const char *const shop_dictionary =
    "version: 1\n"
    "purposes:\n"
    "  post: {basis: contract, categories: [Post], doc: Sending parcels.}\n"
    "  books: {basis: legal_obligation, categories: [Books], doc: Bookkeeping.}\n"
    "  fraud: {basis: legitimate_interest, categories: [Fraud], doc: Fraud.}\n"
    "  both: {basis: consent, categories: [One, Two], doc: Needs both.}\n"
    "  quiet: {basis: consent, categories: [], doc: No category stands for it.}\n";

static inline int shop_setup(void **state)
{
    cu_log_set_level(CU_LOG_ERROR + 1);
    struct shop *s = calloc(1, sizeof *s);
    struct cu_error err = {0};
    assert_non_null(s);
    s->folder = test_folder_new();
    s->json = json_parser_new(1 << 20);
    s->seq = 1;
    if (dictionary_load(cu_str_of(shop_dictionary), &s->dictionary, &err) != CU_OK)
        fail_msg("%s: %s", err.field, err.text);
    shop_open(s);
    *state = s;
    return 0;
}

static inline int shop_teardown(void **state)
{
    struct shop *s = *state;
    shop_close(s);
    dictionary_free(s->dictionary);
    json_parser_free(s->json);
    char *timeline = test_path(s->folder, "timeline");
    test_folder_free(timeline);
    test_folder_free(s->folder);
    free(s);
    return 0;
}

static inline struct evidence at(struct shop *s, int64_t time_ms)
{
    return (struct evidence){
        .source = 1, .seq = s->seq++, .time_ms = time_ms, .received_ms = time_ms};
}

static inline uint32_t person(struct shop *s, const char *user_id)
{
    const struct person_id id = {CU_LIT("user_id"), cu_str_of(user_id)};
    struct evidence ev = at(s, 1);
    uint32_t pno = 0;
    (void)people_lock(s->people);
    assert_ok(people_begin(s->people, NULL));
    assert_ok(people_identify(s->people, &id, 1, &ev, &pno, NULL));
    assert_ok(people_commit(s->people, NULL));
    people_unlock(s->people);
    return pno;
}

static inline cu_code hear_as(
    struct shop *s, uint32_t pno, const char *consent, enum gate_heard heard, struct evidence ev)
{
    json v;
    assert_ok(json_parse(s->json, cu_str_of(consent), &v, NULL));
    (void)people_lock(s->people);
    assert_ok(people_begin(s->people, NULL));
    cu_code code = gate_project(s->gate, pno, v, heard, &ev, NULL);
    if (code == CU_OK)
        assert_ok(people_commit(s->people, NULL));
    else
        people_rollback(s->people);
    people_unlock(s->people);
    return code;
}

static inline void hear(struct shop *s, uint32_t pno, const char *consent, int64_t time_ms)
{
    assert_ok(hear_as(s, pno, consent, GATE_BY_CONTEXT, at(s, time_ms)));
}

static inline cu_code staff_says(struct shop *s, uint32_t pno, const char *purpose,
    enum gate_state state, const char *proof, int64_t time_ms)
{
    const struct evidence ev = {.time_ms = time_ms, .received_ms = time_ms};
    (void)people_lock(s->people);
    assert_ok(people_begin(s->people, NULL));
    cu_code code = gate_set(
        s->gate, pno, cu_str_of(purpose), state, CU_LIT("staff"), cu_str_of(proof), &ev, NULL);
    if (code == CU_OK)
        assert_ok(people_commit(s->people, NULL));
    else
        people_rollback(s->people);
    people_unlock(s->people);
    return code;
}

static inline enum gate_state state_of(struct shop *s, uint32_t pno, const char *purpose)
{
    struct gate_folded f;
    char method[40];
    struct db *d = NULL;
    assert_ok(people_read_take(s->people, &d, NULL));
    assert_ok(gate_state_of(s->gate, d, &pno, 1, cu_str_of(purpose), &f, method, NULL));
    people_read_give(s->people, d);
    return f.state;
}

static inline int64_t count_of(struct shop *s, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    char *path = test_path(s->folder, "records.db");
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    int64_t v = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    free(path);
    return v;
}
