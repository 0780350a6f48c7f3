// SPDX-License-Identifier: Apache-2.0
// What the tests of pipeline and quarantine share: a whole data folder behind the doors. Records
// are put into the journal as a door would; the pipeline runs batch by batch in the test's own
// thread unless it is started. A crash is a copy of the folder's files as they are, opened as a new
// folder.
#pragma once

#include "../store/store_test.h"

#include "base/hash.h"
#include "base/log.h"
#include "collect/pipeline_private.h"
#include "collect/quarantine.h"
#include "text/text.h"

#include <sqlite3.h>

extern const struct db_statement people_schema_sql_schema, orders_schema_sql_schema,
    consent_schema_sql_schema, sources_schema_sql_schema, pipeline_schema_sql_schema,
    import_schema_sql_schema, record_schema_sql_schema; // generated

struct flow {
    char *folder;
    struct keyring *keyring;
    struct keys *keys;
    struct guard *guard;
    struct timeline *timeline;
    struct people *people;
    struct dictionary *dictionary;
    struct json_parser *json;
    struct gate *gate;
    struct journal *journal;
    struct seen *seen;
    struct pipeline *pipeline;
    struct quarantine *quarantine;
    struct db_migration migrations[7];
    struct db_schema schema;
    uint32_t tail_max, seen_max, batch_max; // 0: defaults
};

static const char *const flow_folders[] = {"", "journal", "seen", "timeline", "keys"};

static inline cu_code flow_try_open(struct flow *f, struct cu_error *err)
{
    static const uint8_t root[32] = {9, 2, 3};
    const struct db_statement *const schemas[] = {&people_schema_sql_schema,
        &orders_schema_sql_schema, &consent_schema_sql_schema, &sources_schema_sql_schema,
        &pipeline_schema_sql_schema, &import_schema_sql_schema, &record_schema_sql_schema};
    for (int i = 0; i < 7; i++)
        f->migrations[i] = (struct db_migration){i + 1, schemas[i]->sql};
    f->schema = (struct db_schema){"records", f->migrations, 7};
    char *keys = test_path(f->folder, "keys"), *records = test_path(f->folder, "records.db"),
         *index = test_path(f->folder, "index.db"), *timeline = test_path(f->folder, "timeline"),
         *seen = test_path(f->folder, "seen"), *journal = test_path(f->folder, "journal");
    if (!f->dictionary)
        assert_ok(dictionary_load(CU_NONE, &f->dictionary, NULL));
    assert_ok(keyring_from_bytes(root, &f->keyring, NULL));
    assert_ok(
        keys_open(&(struct keys_options){.path = keys, .keyring = f->keyring}, &f->keys, NULL));
    assert_int_equal(guard_start_inside(&(struct guard_options){.keys = f->keys}, &f->guard, NULL), CU_OK);
    guard_enter_system("intake", "test");
    assert_ok(timeline_open(&(struct timeline_options){.folder = timeline, .tail_max = f->tail_max},
        &f->timeline, NULL));
    assert_ok(seen_open(
        &(struct seen_options){
            .folder = seen, .keep_ms = INT64_C(31) * 86400000, .memory_max = f->seen_max},
        &f->seen, NULL));
    const struct journal_options jo = {
        .folder = journal, .keyring = f->keyring, .segment_bytes_max = 256 * 1024};
    assert_ok(journal_open(&jo, &f->journal, NULL));
    const struct people_options po = {.records_path = records,
        .index_path = index,
        .records_schema = &f->schema,
        .keyring = f->keyring,
        .guard = f->guard,
        .timeline = f->timeline};
    if (people_open(&po, &f->people, err) != CU_OK)
        fail_msg("people_open: %s", err->text);
    people_set_dictionary(f->people, f->dictionary);
    assert_ok(orders_open(f->people, CU_LIT("EUR"), NULL));
    assert_ok(gate_open(f->people, &f->gate, NULL));
    const struct pipeline_options pio = {.journal = f->journal,
        .seen = f->seen,
        .people = f->people,
        .gate = f->gate,
        .batch_max = f->batch_max};
    cu_code code = pipeline_open(&pio, &f->pipeline, err);
    const struct quarantine_options qo = {.people = f->people, .journal = f->journal};
    assert_ok(quarantine_open(&qo, &f->quarantine, NULL));
    free(keys);
    free(records);
    free(index);
    free(timeline);
    free(seen);
    free(journal);
    return code;
}

static inline void flow_open(struct flow *f)
{
    struct cu_error err = {0};
    cu_code code = flow_try_open(f, &err);
    if (code != CU_OK)
        fail_msg("pipeline_open: %s %s", cu_code_rows[code].name, err.text);
}

static inline void flow_close(struct flow *f)
{
    quarantine_close(f->quarantine);
    pipeline_close(f->pipeline);
    f->pipeline = NULL;
    journal_close(f->journal);
    seen_close(f->seen);
    people_close(f->people);
    gate_close(f->gate);
    timeline_close(f->timeline);
    guard_stop(f->guard);
    guard_leave();
    keys_close(f->keys);
    keyring_close(f->keyring);
}

static inline char *flow_folder_new(void)
{
    char *folder = test_folder_new();
    for (size_t i = 1; i < CU_COUNT(flow_folders); i++) {
        char *path = test_path(folder, flow_folders[i]);
        assert_int_equal(mkdir(path, 0700), 0);
        free(path);
    }
    return folder;
}

static inline void flow_folder_free(char *folder)
{
    for (size_t i = 1; i < CU_COUNT(flow_folders); i++)
        test_folder_free(test_path(folder, flow_folders[i]));
    test_folder_free(folder);
}

static inline void flow_copy_file(const char *folder, const char *name, void *to)
{
    struct stat st;
    char *path = test_path(folder, name);
    bool there = stat(path, &st) == 0 && S_ISREG(st.st_mode);
    FILE *file = there ? fopen(path, "rb") : NULL; // it may go away while we look
    free(path);
    if (!file)
        return;
    char *bytes = malloc((size_t)st.st_size + 1);
    assert_non_null(bytes);
    size_t len = fread(bytes, 1, (size_t)st.st_size, file);
    (void)fclose(file);
    if (strstr(name, "-shm") == NULL)
        test_write(to, name, bytes, len);
    free(bytes);
}

// Names and sizes: changes when a background thread replaces a file.
static inline void flow_look_one(const char *folder, const char *name, void *sum)
{
    struct stat st = {0};
    char *path = test_path(folder, name);
    *(uint64_t *)sum +=
        cu_hash64(name, strlen(name), stat(path, &st) == 0 ? (uint64_t)st.st_size : 1);
    free(path);
}

// What a crash now would leave on disk. The files are those of a living instance; its merging
// threads may be at work, so a folder that changed while it was copied is copied again.
static inline char *flow_crash(const struct flow *f)
{
    char *copy = flow_folder_new();
    for (size_t i = 0; i < CU_COUNT(flow_folders); i++) {
        char *from = test_path(f->folder, flow_folders[i]), *to = test_path(copy, flow_folders[i]);
        uint64_t before = 0, after = 1;
        while (before != after) {
            before = after = 0;
            if (i > 0)
                test_folder_empty(to);
            test_each_file(from, flow_look_one, &before);
            test_each_file(from, flow_copy_file, to);
            test_each_file(from, flow_look_one, &after);
        }
        free(from);
        free(to);
    }
    return copy;
}

// The living instance ends without being asked; the folder goes on as the copy.
static inline void flow_reopen_crashed(struct flow *f)
{
    char *copy = flow_crash(f);
    flow_close(f);
    flow_folder_free(f->folder);
    f->folder = copy;
    flow_open(f);
}

static inline int flow_setup(void **state)
{
    struct flow *f = calloc(1, sizeof *f);
    assert_non_null(f);
    cu_log_set_level(CU_LOG_ERROR + 1);
    f->folder = flow_folder_new();
    f->json = json_parser_new(4 << 20);
    flow_open(f);
    *state = f;
    return 0;
}

static inline int flow_teardown(void **state)
{
    struct flow *f = *state;
    cu_fault_disarm();
    flow_close(f);
    dictionary_free(f->dictionary);
    json_parser_free(f->json);
    flow_folder_free(f->folder);
    free(f);
    return 0;
}

// ---- into the journal

static inline struct record record_new(struct flow *f, const char *event, const char *message_id)
{
    struct record r = {.kind = RECORD_EVENT,
        .source = 1,
        .received_ms = 1700000000000,
        .sent_ms = INT64_MIN,
        .time_ms = 1700000000000,
        .event = cu_str_of(event)};
    keyring_tag(f->keyring, "message", cu_str_of(message_id), r.seen_tag);
    return r;
}

static inline uint64_t put_record(struct flow *f, const struct record *r)
{
    struct cu_buf bytes;
    uint64_t seq = 0;
    cu_buf_init(&bytes, 2 << 20);
    record_encode(r, &bytes);
    assert_false(bytes.failed);
    const cu_str one = cu_buf_view(&bytes);
    assert_ok(journal_append_wait(f->journal, &one, 1, &seq, NULL));
    cu_buf_clear(&bytes);
    return seq;
}

// An event with a messageId of its own.
static inline uint64_t put(struct flow *f, const char *event)
{
    char id[64];
    (void)snprintf(
        id, sizeof id, "m%llu", (unsigned long long)journal_last_durable(f->journal) + 1);
    struct record r = record_new(f, event, id);
    return put_record(f, &r);
}

static inline uint64_t put_at(struct flow *f, const char *event, int64_t time_ms)
{
    char id[64];
    (void)snprintf(
        id, sizeof id, "m%llu", (unsigned long long)journal_last_durable(f->journal) + 1);
    struct record r = record_new(f, event, id);
    r.time_ms = r.received_ms = time_ms;
    return put_record(f, &r);
}

// ---- through the pipeline

static inline cu_code project_some(struct flow *f, struct cu_error *err)
{
    size_t count = 1;
    while (count > 0) {
        cu_code code = batch_run(f->pipeline, 0, &count, err);
        if (code != CU_OK)
            return code;
    }
    return CU_OK;
}

static inline void project(struct flow *f)
{
    struct cu_error err = {0};
    cu_code code = project_some(f, &err);
    if (code != CU_OK)
        fail_msg("batch: %s %s %s", cu_code_rows[code].name, err.field, err.text);
    assert_int_equal(pipeline_position(f->pipeline), journal_last_durable(f->journal));
}

// ---- looking

static inline int64_t query_one(struct flow *f, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    char *path = test_path(f->folder, "records.db");
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    int64_t v = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    free(path);
    return v;
}

static inline uint32_t pno_of(struct flow *f, const char *kind, const char *value)
{
    uint32_t pno = 0;
    assert_ok(people_lookup(
        f->people, (struct person_id){cu_str_of(kind), cu_str_of(value)}, &pno, NULL));
    return pno;
}

struct row {
    struct timeline_event event;
    char *plain, *sealed, *open; // open: the sealed part as JSON
};
struct rows {
    struct flow *flow;
    struct row at[512];
    size_t count;
};

static inline bool rows_visit(void *context, const struct timeline_event *e)
{
    struct rows *rows = context;
    struct row *r = &rows->at[rows->count++];
    struct cu_buf open;
    cu_buf_init(&open, 4 << 20);
    r->event = *e;
    r->plain = strndup(e->plain.len ? e->plain.ptr : "", e->plain.len);
    assert_ok(people_event_open(rows->flow->people, e->pno, e->seq, e->sealed, &open, NULL));
    r->open = strndup(open.ptr ? open.ptr : "", open.len);
    cu_buf_clear(&open);
    return rows->count < CU_COUNT(rows->at);
}

static inline void rows_clear(struct rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->at[i].plain);
        free(rows->at[i].open);
    }
    rows->count = 0;
}

static inline void rows_of(struct flow *f, uint32_t pno, struct rows *ret) // newest first
{
    ret->flow = f;
    ret->count = 0;
    assert_ok(timeline_person(f->timeline, &pno, 1, INT64_MAX, UINT64_MAX, rows_visit, ret, NULL));
}

static inline const char *kind_name(struct flow *f, const struct row *r, char room[256])
{
    (void)snprintf(room, 256, "%.*s", CU_ARG(timeline_kind_name(f->timeline, r->event.kind)));
    return room;
}
