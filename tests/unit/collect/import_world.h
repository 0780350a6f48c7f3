// SPDX-License-Identifier: Apache-2.0
// A whole data folder for tests of imports: journal, pipeline, people, orders, gate, sources and
// the import service over real files, which can be closed and opened again.
#pragma once

#include "base/file.h"
#include "collect/import.h"
#include "collect/pipeline.h"
#include "crypto/keyring.h"
#include "people/orders.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

extern const struct db_statement people_schema_sql_schema, orders_schema_sql_schema,
    consent_schema_sql_schema, sources_schema_sql_schema, pipeline_schema_sql_schema,
    import_schema_sql_schema, record_schema_sql_schema;

struct import_world {
    char folder[64];
    struct keyring *keyring;
    struct keys *keys;
    struct guard *guard;
    struct timeline *timeline;
    struct people *people;
    struct dictionary *dictionary;
    struct gate *gate;
    struct sources *sources;
    struct journal *journal;
    struct seen *seen;
    struct pipeline *pipeline;
    struct imports *imports;
    struct db_migration migrations[7];
    struct db_schema schema;
    struct json_parser *json;
    struct cu_buf text;
};

static inline void import_world_path(const struct import_world *w, const char *name, char ret[128])
{
    (void)snprintf(ret, 128, "%s/%s", w->folder, name);
}

#define WORLD_OK(expr)                                                                             \
    do {                                                                                           \
        struct cu_error world_error = {0};                                                         \
        cu_code world_code = (expr);                                                               \
        if (world_code != CU_OK)                                                                   \
            fail_msg("%s: %s %s", #expr, cu_code_rows[world_code].name, world_error.text);         \
    } while (0)

static inline void import_world_stores(struct import_world *w)
{
    static const uint8_t root[32] = {7, 7, 7};
    char keys[128], records[128], index[128], timeline[128], journal[128], seen[128];
    import_world_path(w, "keys", keys);
    import_world_path(w, "records.db", records);
    import_world_path(w, "index.db", index);
    import_world_path(w, "timeline", timeline);
    import_world_path(w, "journal", journal);
    import_world_path(w, "seen", seen);
    WORLD_OK(keyring_from_bytes(root, &w->keyring, &world_error));
    WORLD_OK(keys_open(
        &(struct keys_options){.path = keys, .keyring = w->keyring}, &w->keys, &world_error));
    assert_int_equal(guard_start_inside(&(struct guard_options){.keys = w->keys}, &w->guard, NULL), CU_OK);
    guard_enter_system("intake", "test");
    WORLD_OK(
        timeline_open(&(struct timeline_options){.folder = timeline}, &w->timeline, &world_error));
    WORLD_OK(journal_open(&(struct journal_options){.folder = journal, .keyring = w->keyring},
        &w->journal, &world_error));
    WORLD_OK(seen_open(&(struct seen_options){.folder = seen}, &w->seen, &world_error));
    const struct people_options po = {.records_path = records,
        .index_path = index,
        .records_schema = &w->schema,
        .keyring = w->keyring,
        .guard = w->guard,
        .timeline = w->timeline};
    WORLD_OK(people_open(&po, &w->people, &world_error));
}

static inline void import_world_open(struct import_world *w)
{
    char spool[128];
    import_world_path(w, "spool", spool);
    import_world_stores(w);
    people_set_dictionary(w->people, w->dictionary);
    WORLD_OK(orders_open(w->people, CU_LIT("EUR"), &world_error));
    WORLD_OK(gate_open(w->people, &w->gate, &world_error));
    WORLD_OK(sources_open(w->people, &w->sources, &world_error));
    const struct pipeline_options po = {
        .journal = w->journal, .seen = w->seen, .people = w->people, .gate = w->gate};
    WORLD_OK(pipeline_open(&po, &w->pipeline, &world_error));
    const struct imports_options io = {.people = w->people,
        .gate = w->gate,
        .sources = w->sources,
        .journal = w->journal,
        .pipeline = w->pipeline,
        .keyring = w->keyring,
        .spool_folder = spool};
    WORLD_OK(imports_open(&io, &w->imports, &world_error));
    WORLD_OK(pipeline_start(w->pipeline, &world_error));
}

static inline void import_world_close(struct import_world *w)
{
    pipeline_stop(w->pipeline);
    imports_close(w->imports);
    pipeline_close(w->pipeline);
    sources_close(w->sources);
    gate_close(w->gate);
    people_close(w->people);
    timeline_close(w->timeline);
    seen_close(w->seen);
    journal_close(w->journal);
    guard_stop(w->guard);
    guard_leave();
    keys_close(w->keys);
    keyring_close(w->keyring);
}

static inline int import_world_setup(void **state)
{
    const struct db_statement *const files[] = {&people_schema_sql_schema,
        &orders_schema_sql_schema, &consent_schema_sql_schema, &sources_schema_sql_schema,
        &pipeline_schema_sql_schema, &import_schema_sql_schema, &record_schema_sql_schema};
    struct import_world *w = calloc(1, sizeof *w);
    for (int i = 0; i < 7; i++)
        w->migrations[i] = (struct db_migration){i + 1, files[i]->sql};
    w->schema = (struct db_schema){"records", w->migrations, 7};
    (void)snprintf(w->folder, sizeof w->folder, "/tmp/custos-test-imports-XXXXXX");
    assert_non_null(mkdtemp(w->folder));
    WORLD_OK(dictionary_load(CU_LIT(""), &w->dictionary, &world_error));
    w->json = json_parser_new(8 << 20);
    cu_buf_init(&w->text, 64 << 20);
    import_world_open(w);
    *state = w;
    return 0;
}

static inline void import_world_remove(const char *path)
{
    DIR *d = opendir(path);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        char inner[4096];
        struct stat st;
        (void)snprintf(inner, sizeof inner, "%.3000s/%.255s", path, e->d_name);
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0 || lstat(inner, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode))
            import_world_remove(inner);
        else
            (void)unlink(inner);
    }
    if (d)
        (void)closedir(d);
    (void)rmdir(path);
}

static inline int import_world_teardown(void **state)
{
    struct import_world *w = *state;
    import_world_close(w);
    dictionary_free(w->dictionary);
    json_parser_free(w->json);
    cu_buf_clear(&w->text);
    import_world_remove(w->folder);
    free(w);
    return 0;
}

static inline int64_t import_world_upload(struct import_world *w, cu_str bytes)
{
    void *upload = NULL;
    int64_t number = 0;
    WORLD_OK(import_upload_open(w->imports, NULL, &upload, &world_error));
    WORLD_OK(import_upload_write(w->imports, upload, bytes, &world_error));
    WORLD_OK(import_upload_close(w->imports, upload, &number, &world_error));
    return number;
}

static inline uint32_t import_world_add(
    struct import_world *w, enum import_kind kind, const char *map, bool dry_run, cu_str bytes)
{
    uint32_t number = 0;
    const struct import_request r = {.kind = kind,
        .map = cu_str_of(map ? map : ""),
        .name = CU_LIT("file.csv"),
        .dry_run = dry_run,
        .upload = import_world_upload(w, bytes)};
    WORLD_OK(imports_add(w->imports, &r, &number, &world_error));
    return number;
}

// The import's JSON, parsed; valid until the next call.
static inline json import_world_show(struct import_world *w, uint32_t number)
{
    struct json_writer out;
    json v;
    cu_buf_reset(&w->text);
    jw_start(&out, &w->text);
    WORLD_OK(imports_print(w->imports, number, &out, &world_error));
    WORLD_OK(json_parse(w->json, cu_buf_view(&w->text), &v, &world_error));
    return v;
}

static inline json import_world_rest(struct import_world *w, uint32_t number)
{
    WORLD_OK(imports_wait(w->imports, number, 60000, &world_error));
    return import_world_show(w, number);
}

static inline int64_t number_in(json v, const char *name)
{
    int64_t n = -1;
    (void)json_i64(json_get(v, name), &n);
    return n;
}

static inline void expect_status(struct import_world *w, json v, const char *status)
{
    if (!cu_str_eqz(json_str(json_get(v, "status")), status))
        fail_msg("not %s: %.*s", status, CU_ARG(cu_buf_view(&w->text)));
}

static inline bool add_day(void *context, int32_t day, const struct orders_totals *t)
{
    struct orders_totals *sum = context;
    (void)day;
    sum->orders += t->orders;
    sum->refunds += t->refunds;
    sum->cancelled += t->cancelled;
    sum->revenue += t->revenue;
    sum->refunded += t->refunded;
    return true;
}

static inline struct orders_totals import_world_totals(struct import_world *w)
{
    struct orders_totals sum = {0};
    struct db *d = NULL;
    WORLD_OK(people_read_take(w->people, &d, &world_error));
    WORLD_OK(orders_days(w->people, d, -100000, 100000, add_day, &sum, &world_error));
    people_read_give(w->people, d);
    return sum;
}

static inline size_t files_under(struct import_world *w, const char *name)
{
    char path[128];
    const char **names;
    size_t count = 0;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(1 << 20);
    import_world_path(w, name, path);
    WORLD_OK(cu_dir_list(a, path, &names, &count, &world_error));
    return count;
}

#define WITH_IMPORTS(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, import_world_setup, import_world_teardown)
