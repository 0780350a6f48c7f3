// SPDX-License-Identifier: Apache-2.0
// What the tests of people/ share: a folder with keys, timeline and people in it that can be closed and
// opened again, evidence by numbers, and short ways to identify.
#pragma once

#include "../store/store_test.h"

#include "people/internal.h"

extern const struct db_statement people_schema_sql_schema, orders_schema_sql_schema; // generated

struct world {
    char *folder;
    struct keyring *keyring;
    struct keys *keys;
    struct guard *guard;
    struct timeline *timeline;
    struct people *people;
    struct dictionary *dictionary;
    struct json_parser *json;
    struct db_migration migrations[2];
    struct db_schema schema;
};

static inline void world_open(struct world *w)
{
    static const uint8_t root[32] = {1, 2, 3};
    w->migrations[0] = (struct db_migration){1, people_schema_sql_schema.sql};
    w->migrations[1] = (struct db_migration){2, orders_schema_sql_schema.sql};
    w->schema = (struct db_schema){"records", w->migrations, 2};
    char *keys = test_path(w->folder, "keys.db"), *records = test_path(w->folder, "records.db"),
         *index = test_path(w->folder, "index.db"), *timeline = test_path(w->folder, "timeline");
    assert_ok(keyring_from_bytes(root, &w->keyring, NULL));
    assert_ok(keys_open(&(struct keys_options){.path = keys, .keyring = w->keyring}, &w->keys, NULL));
    assert_int_equal(guard_start_inside(&(struct guard_options){.keys = w->keys}, &w->guard, NULL), CU_OK);
    guard_enter_system("intake", "test");
    assert_ok(timeline_open(&(struct timeline_options){.folder = timeline}, &w->timeline, NULL));
    struct cu_error err = {0};
    cu_code code = people_open(&(struct people_options){.records_path = records, .index_path = index,
                                   .records_schema = &w->schema, .keyring = w->keyring, .guard = w->guard, .timeline = w->timeline},
        &w->people, &err);
    if (code != CU_OK)
        print_error("people_open: %s %s\n", cu_code_rows[code].name, err.text);
    assert_int_equal(code, CU_OK);
    if (!w->dictionary)
        assert_ok(dictionary_load(CU_NONE, &w->dictionary, NULL));
    people_set_dictionary(w->people, w->dictionary);
    free(keys);
    free(records);
    free(index);
    free(timeline);
}

static inline void world_close(struct world *w)
{
    people_close(w->people);
    timeline_close(w->timeline);
    guard_stop(w->guard);
    keys_close(w->keys);
    keyring_close(w->keyring);
    w->people = NULL;
}

static inline void world_new(struct world *w)
{
    *w = (struct world){.folder = test_folder_new()};
    w->json = json_parser_new(1 << 20);
    assert_non_null(w->json);
    world_open(w);
}

static inline void world_free(struct world *w)
{
    if (w->people)
        world_close(w);
    dictionary_free(w->dictionary);
    json_parser_free(w->json);
    char *timeline = test_path(w->folder, "timeline");
    test_folder_free(timeline);
    test_folder_free(w->folder);
}

static inline int world_setup(void **state)
{
    struct world *w = calloc(1, sizeof(*w));
    assert_non_null(w);
    world_new(w);
    *state = w;
    return 0;
}

static inline int world_teardown(void **state)
{
    world_free(*state);
    free(*state);
    return 0;
}

static inline struct evidence at(int64_t time_ms, uint64_t seq)
{
    return (struct evidence){.source = 1, .seq = seq, .time_ms = time_ms, .received_ms = time_ms};
}

static inline struct evidence from_import(uint32_t import, int64_t time_ms, uint64_t seq)
{
    return (struct evidence){.source = 2, .import = import, .seq = seq, .time_ms = time_ms, .received_ms = time_ms};
}

// "user_id=u1 anonymous_id=a" -> identifiers; a value without kind is refused by the test.
static inline size_t parse_ids(const char *text, struct person_id ids[PERSON_IDS_MAX])
{
    cu_str rest = cu_str_of(text);
    size_t n = 0;
    while (rest.len) {
        cu_str word = cu_str_cut(&rest, ' ');
        if (word.len == 0)
            continue;
        ids[n].kind = cu_str_cut(&word, '=');
        ids[n++].value = word;
    }
    return n;
}

static inline void begin(struct world *w)
{
    (void)people_lock(w->people);
    assert_ok(people_begin(w->people, NULL));
}

static inline void commit(struct world *w)
{
    struct cu_error err = {0};
    cu_code code = people_commit(w->people, &err);
    if (code != CU_OK)
        print_error("commit: %s %s\n", cu_code_rows[code].name, err.text);
    assert_int_equal(code, CU_OK);
    people_unlock(w->people);
}

// Within a batch.
static inline uint32_t identify_in(struct world *w, const char *text, struct evidence ev)
{
    struct person_id ids[PERSON_IDS_MAX];
    struct cu_error err = {0};
    uint32_t pno = 0;
    size_t n = parse_ids(text, ids);
    cu_code code = people_identify(w->people, ids, n, &ev, &pno, &err);
    if (code != CU_OK)
        print_error("identify: %s %s\n", cu_code_rows[code].name, err.text);
    assert_int_equal(code, CU_OK);
    people_touch(w->people, pno, &ev);
    return pno;
}

// A batch of one event.
static inline uint32_t identify(struct world *w, const char *text, struct evidence ev)
{
    begin(w);
    uint32_t pno = identify_in(w, text, ev);
    commit(w);
    return pno;
}

static inline uint32_t profile_of(struct world *w, const char *text)
{
    struct person_id ids[PERSON_IDS_MAX];
    uint32_t pno = 0;
    assert_int_equal(parse_ids(text, ids), 1);
    assert_ok(people_lookup(w->people, ids[0], &pno, NULL));
    return pno;
}

static inline uint32_t person_of(struct world *w, const char *text)
{
    uint32_t pno = profile_of(w, text);
    return pno ? people_root(w->people, pno) : 0;
}

static inline bool same_person(struct world *w, const char *a, const char *b)
{
    uint32_t x = person_of(w, a), y = person_of(w, b);
    return x && x == y;
}

static inline struct cu_uuid uuid_of(struct world *w, uint32_t pno)
{
    struct db *d = NULL;
    struct cu_uuid id;
    assert_ok(people_read_take(w->people, &d, NULL));
    assert_ok(people_uuid(w->people, d, pno, &id, NULL));
    people_read_give(w->people, d);
    return id;
}

static inline void traits_in(struct world *w, uint32_t pno, const char *text, struct evidence ev)
{
    json traits;
    struct cu_error err = {0};
    assert_ok(json_parse(w->json, cu_str_of(text), &traits, NULL));
    cu_code code = people_traits(w->people, pno, traits, &ev, &err);
    if (code != CU_OK)
        print_error("traits: %s %s\n", cu_code_rows[code].name, err.text);
    assert_int_equal(code, CU_OK);
}

static inline void give_traits(struct world *w, uint32_t pno, const char *text, struct evidence ev)
{
    begin(w);
    traits_in(w, pno, text, ev);
    commit(w);
}

static inline void revert_import(struct world *w, uint32_t import)
{
    for (bool done = false; !done;) {
        struct cu_error err = {0};
        begin(w);
        cu_code code = import ? people_forget_import(w->people, import, &done, &err) : people_forget_sample(w->people, &done, &err);
        if (code != CU_OK)
            print_error("revert: %s %s\n", cu_code_rows[code].name, err.text);
        assert_int_equal(code, CU_OK);
        commit(w);
    }
}

// The only live edge of a person with other evidence of merges: the newest.
static inline int64_t newest_edge(struct world *w)
{
    return w->people->next_edge - 1;
}
