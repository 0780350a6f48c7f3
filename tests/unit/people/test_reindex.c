// SPDX-License-Identifier: Apache-2.0
// The key of identifier tags is rotated: every look-up is right before, during and after; what changes meanwhile is in
// the new index; a restart and any failure leave one whole index or the other; former tags are nowhere in the file.
#include "people_test.h"

#include "base/fault.h"
#include "guard/admin.h"
#include "people/promise.h"

enum { PEOPLE = 700 }; // 4 identifiers each: several steps
static const struct {
    const char *name, *before, *after; // the number in between
} kinds[] = {{"user_id", "u", ""}, {"anonymous_id", "a", ""}, {"email", "u", "@example.com"}, {"shop.card", "c", ""}};

static int64_t number(struct db *d, const char *sql)
{
    static struct db_statement pool[16]; // statements are cached by address
    struct db_query q;
    size_t i = 0;
    while (i < 15 && pool[i].sql && strcmp(pool[i].sql, sql) != 0)
        i++;
    pool[i] = (struct db_statement){"test", sql};
    assert_ok(db_prepare(d, &pool[i], &q, NULL));
    int64_t n = db_step(&q) ? db_i64(&q, 0) : -1;
    assert_ok(db_end(&q, NULL));
    return n;
}

static void make_person(struct world *w, int i)
{
    char text[256];
    (void)snprintf(text, sizeof text, "user_id=u%d anonymous_id=a%d email=u%d@example.com shop.card=c%d", i, i, i, i);
    assert_int_not_equal(identify_in(w, text, at(i * 1000, (uint64_t)i)), 0);
}

static void make_people(struct world *w, int from, int to)
{
    begin(w);
    for (int i = from; i <= to; i++)
        make_person(w, i);
    commit(w);
}

static uint32_t found_as(struct world *w, size_t kind, int i)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%s=%s%d%s", kinds[kind].name, kinds[kind].before, i, kinds[kind].after);
    return profile_of(w, text);
}

static void all_are_found(struct world *w, int from, int to)
{
    for (int i = from; i <= to; i++) {
        uint32_t pno = found_as(w, 0, i);
        assert_int_not_equal(pno, 0);
        for (size_t k = 1; k < CU_COUNT(kinds); k++)
            assert_int_equal(found_as(w, k, i), pno);
    }
}

// The writer finds them, too: nobody is made twice.
static void nobody_is_made_twice(struct world *w, int from, int to)
{
    uint64_t before = people_count(w->people);
    make_people(w, from, to);
    assert_int_equal(people_count(w->people), before);
}

static void index_is_whole(struct world *w)
{
    struct people *p = w->people;
    assert_int_equal(number(p->index, "SELECT count(*) FROM identifier_tag"), number(p->records, "SELECT count(*) FROM identifier"));
    assert_int_equal(number(p->index, "SELECT tag_version FROM index_meta"), people_index_version(p));
    assert_int_equal(number(p->index, "SELECT generation FROM index_meta"), number(p->records, "SELECT generation FROM people_meta"));
}

static struct keys_index state_of(struct world *w)
{
    struct keys_index n;
    assert_ok(keys_index(w->keys, &n, NULL));
    return n;
}

static cu_code job(struct world *w)
{
    guard_enter_system("upkeep", "people-reindex");
    cu_code code = people_reindex(w->people, NULL);
    guard_enter_system("intake", "test");
    return code;
}

static void finish(struct world *w)
{
    for (int i = 0; i < 1000 && state_of(w).running; i++)
        assert_ok(job(w));
    struct keys_index n = state_of(w);
    assert_false(n.running);
    assert_int_equal(n.done, n.total);
    assert_int_equal(people_index_version(w->people), n.version);
    index_is_whole(w);
    assert_int_equal(number(w->people->index, "SELECT count(*) FROM identifier_tag_next"), 0);
}

// Is this tag anywhere in index.db, its log or its shared memory?
static bool stands_in(struct world *w, const char *name, const uint8_t tag[16])
{
    char *path = test_path(w->folder, name);
    FILE *f = fopen(path, "rb");
    free(path);
    if (!f)
        return false;
    static char bytes[8 << 20];
    size_t n = fread(bytes, 1, sizeof bytes, f);
    (void)fclose(f);
    assert_true(n < sizeof bytes);
    return memmem(bytes, n, tag, 16) != NULL;
}

static bool tag_stands(struct world *w, uint32_t version, const char *kind, const char *value)
{
    uint8_t tag[16];
    keyring_tag_version(w->keyring, version, kind, cu_str_of(value), tag);
    return stands_in(w, "index.db", tag) || stands_in(w, "index.db-wal", tag) || stands_in(w, "index.db-shm", tag);
}

static int tags_standing(struct world *w, uint32_t version)
{
    int count = 0;
    for (int i = 1; i <= PEOPLE; i += 7) {
        for (size_t k = 0; k < CU_COUNT(kinds); k++) {
            char text[64];
            (void)snprintf(text, sizeof text, "%s%d%s", kinds[k].before, i, kinds[k].after);
            count += tag_stands(w, version, kinds[k].name, text);
        }
    }
    return count;
}

static void every_kind_is_found_and_no_former_tag(void **state)
{
    struct world *w = *state;
    make_people(w, 1, PEOPLE);
    assert_int_equal(people_index_version(w->people), 1);
    assert_int_equal(tags_standing(w, 1), 400);
    assert_ok(job(w)); // nothing to do
    assert_int_equal(people_index_version(w->people), 1);
    for (uint32_t version = 2; version <= 3; version++) {
        assert_ok(keys_index_rotate(w->keys, NULL));
        all_are_found(w, 1, PEOPLE);
        finish(w);
        assert_int_equal(people_index_version(w->people), version);
        all_are_found(w, 1, PEOPLE);
        nobody_is_made_twice(w, 1, PEOPLE);
        assert_int_equal(tags_standing(w, version - 1), 0);
        assert_int_equal(tags_standing(w, version), 400);
    }
    world_close(w);
    world_open(w);
    assert_int_equal(people_index_version(w->people), 3);
    all_are_found(w, 1, PEOPLE);
    make_people(w, PEOPLE + 1, PEOPLE + 10);
    all_are_found(w, 1, PEOPLE + 10);
    world_close(w); // without its file it is built under the key in force
    char *path = test_path(w->folder, "index.db");
    assert_int_equal(unlink(path), 0);
    free(path);
    world_open(w);
    assert_int_equal(people_index_version(w->people), 3);
    all_are_found(w, 1, PEOPLE + 10);
    index_is_whole(w);
}

// With no budget a run is one step: everything happens between two.
static void changes_meanwhile(void **state)
{
    struct world *w = *state;
    int made = PEOPLE, erased = 0, runs = 0;
    make_people(w, 1, made);
    assert_ok(keys_index_rotate(w->keys, NULL));
    while (state_of(w).running && runs < 100) {
        guard_enter_system("upkeep", "people-reindex");
        assert_ok(reindex_run(w->people, 0, NULL));
        guard_enter_system("intake", "test");
        runs++;
        make_people(w, made + 1, made + 20);
        made += 20;
        assert_ok(people_forget_person(w->people, uuid_of(w, found_as(w, 0, ++erased)), NULL));
        char text[96]; // one more identifier for somebody whose row is there already
        (void)snprintf(text, sizeof text, "user_id=u%d phone=+4930111%04d", 600 + runs, runs);
        identify(w, text, at(5000, 5));
        all_are_found(w, erased + 1, made);
    }
    assert_true(runs > 2 && runs < 20);
    finish(w);
    all_are_found(w, erased + 1, made);
    nobody_is_made_twice(w, erased + 1, made);
    for (int i = 1; i <= erased; i++)
        assert_int_equal(found_as(w, 0, i), 0);
    for (int i = 1; i <= runs; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "phone=+4930111%04d", i);
        assert_int_equal(profile_of(w, text), found_as(w, 0, 600 + i));
    }
}

// A promise names people by tags of its day: they are found whatever the index is under.
static void promises_of_every_version(void **state)
{
    struct world *w = *state;
    struct promise rows[3];
    size_t count = 0;
    make_people(w, 1, 20);
    for (int i = 1; i <= 3; i++) {
        begin(w);
        assert_ok(promise_note(w->people, PROMISE_CONSENT, found_as(w, 0, i), 0, 1, CU_LIT("newsletter"), NULL));
        commit(w);
        assert_ok(keys_index_rotate(w->keys, NULL));
        finish(w);
    }
    struct db *d = NULL;
    assert_ok(people_read_take(w->people, &d, NULL));
    assert_ok(promises_read(d, 0, rows, CU_COUNT(rows), &count, NULL));
    people_read_give(w->people, d);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        uint32_t pno = 0;
        size_t found = 0;
        assert_int_equal(rows[i].tag_version, i + 1);
        assert_int_equal(rows[i].tag_count, 4);
        memset(rows[i].uuid.bytes, 7, sizeof rows[i].uuid.bytes); // made anew: another id
        assert_ok(promise_profiles(w->people, &rows[i], &pno, 1, &found, NULL));
        assert_int_equal(found, 1);
        assert_int_equal(pno, found_as(w, 0, (int)i + 1));
        all_are_found(w, 1, 20);
        index_is_whole(w);
    }
    assert_int_equal(people_index_version(w->people), 3);
    assert_ok(job(w)); // back up to the key in force
    finish(w);
    assert_int_equal(people_index_version(w->people), 4);
    all_are_found(w, 1, 20);
}

static void failures(struct world *w, enum cu_fault_kind kind)
{
    uint64_t n = 1;
    make_people(w, 1, 60);
    for (bool met = true; met; n = n < 60 ? n + 1 : n * 5 / 4 + 1) {
        if (!state_of(w).running)
            assert_ok(keys_index_rotate(w->keys, NULL));
        guard_enter_system("upkeep", "people-reindex");
        cu_fault_arm(kind, n, n % 2 == 0);
        cu_code code = people_reindex(w->people, NULL);
        met = cu_fault_count(kind) >= n;
        cu_fault_disarm();
        guard_enter_system("intake", "test");
        assert_true(code == CU_OK || code == CU_MEMORY || code == CU_IO || code == CU_FULL || code == CU_CORRUPT);
        if (n % 3 == 0) {
            world_close(w);
            world_open(w);
        }
        all_are_found(w, 1, 60);
        index_is_whole(w);
        if (n % 4 == 0)
            nobody_is_made_twice(w, 1, 60);
    }
    finish(w);
    all_are_found(w, 1, 60);
}

static void failing_files(void **state)
{
    failures(*state, CU_FAULT_IO);
}

static void failing_memory(void **state)
{
    failures(*state, CU_FAULT_ALLOC);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {T(every_kind_is_found_and_no_former_tag), T(changes_meanwhile),
        T(promises_of_every_version), T(failing_files), T(failing_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
