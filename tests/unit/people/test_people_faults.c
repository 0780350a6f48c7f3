// SPDX-License-Identifier: Apache-2.0
// Crashes and failures: the n-th allocation and the n-th file operation fail, for every n, in every kind of
// write; then everything is as before or as after, in the running process and after a new start, the index
// agrees with the records, and what was deleted is gone with its keys.
#include "people_test.h"

#include "base/log.h"
#include "people/traits.h"

static const char *const watched[] = {"user_id=u1", "user_id=u2", "user_id=u3", "user_id=u4", "anonymous_id=a1", "anonymous_id=a2",
    "email=e1@example.net", "email=e2@example.net", "phone=+49301234567"};

static int64_t number(struct db *d, const char *sql)
{
    static struct db_statement pool[64]; // statements are cached by address
    struct db_query q;
    size_t i = 0;
    while (i < 63 && pool[i].sql && strcmp(pool[i].sql, sql) != 0)
        i++;
    pool[i] = (struct db_statement){"test", sql};
    assert_ok(db_prepare(d, &pool[i], &q, NULL));
    int64_t n = db_step(&q) ? db_i64(&q, 0) : -1;
    assert_ok(db_end(&q, NULL));
    return n;
}

// Every identifier is found under its tag, and nothing else is in the index.
static void index_agrees(struct world *w)
{
    static const struct db_statement all = {"all", "SELECT id, pno, kind, value FROM identifier"};
    struct people *p = w->people;
    struct db_query q;
    int64_t rows = 0;
    assert_ok(db_prepare(p->records, &all, &q, NULL));
    while (db_step(&q)) {
        struct cu_buf plain;
        struct index_row row;
        uint8_t tag[16];
        bool found = false;
        char kind[65];
        cu_buf_init(&plain, 1000);
        assert_ok(identifier_open(p, (uint32_t)db_i64(&q, 1), db_i64(&q, 0), db_blob(&q, 3), &plain, NULL));
        kinds_name(p, (uint16_t)db_i64(&q, 2), kind);
        keyring_tag(p->keyring, kind, cu_buf_view(&plain), tag);
        assert_ok(index_find(p, tag, &row, &found, NULL));
        assert_true(found);
        assert_int_equal(row.pno, db_i64(&q, 1));
        assert_int_equal(row.identifier, db_i64(&q, 0));
        cu_buf_wipe(&plain);
        rows++;
    }
    assert_ok(db_end(&q, NULL));
    assert_int_equal(number(p->index, "SELECT count(*) FROM identifier_tag"), rows);
    assert_int_equal(number(p->index, "SELECT generation FROM index_meta"), number(p->records, "SELECT generation FROM people_meta"));
}

// Who is who and what is known, as text.
static void digest(struct world *w, struct cu_buf *out)
{
    struct people *p = w->people;
    cu_buf_reset(out);
    for (size_t i = 0; i < CU_COUNT(watched); i++) {
        uint32_t pno = profile_of(w, watched[i]);
        cu_buf_printf(out, "%s:%u/%u ", watched[i], pno, pno ? people_root(p, pno) : 0);
    }
    for (uint32_t pno = 1; pno < p->next_pno; pno++) {
        struct roster_row row;
        if (!roster_get(&p->roster, pno, &row) || people_root(p, pno) != pno)
            continue;
        uint32_t members[PERSON_PROFILES_MAX];
        size_t n = roster_members(&p->roster, pno, members, CU_COUNT(members)), count = 0;
        CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(1 << 20);
        struct trait_view *t = NULL;
        cu_buf_printf(out, "\n%u: %zu profiles %u events %u orders last %lld flags %u", pno, n, row.events, row.orders, (long long)row.last_ms,
            row.flags & 0xf7u);
        assert_ok(traits_of_person(p, p->records, members, n, TRAIT_ALL_GROUPS, a, &t, &count, NULL));
        for (size_t i = 0; i < count; i++)
            cu_buf_printf(out, " %.*s=%.*s", CU_ARG(t[i].e.name), CU_ARG(t[i].e.value));
    }
    cu_buf_printf(out, "\n%d persons, %d history, %d edges", (int)people_count(p), (int)number(p->records, "SELECT count(*) FROM trait_history"),
        (int)number(p->records, "SELECT count(*) FROM edge"));
    assert_false(out->failed);
}

static void prepare(struct world *w)
{
    identify(w, "user_id=u1 anonymous_id=a1", at(1000, 1));
    give_traits(w, profile_of(w, "user_id=u1"), "{\"firstName\":\"Anna\",\"language\":\"de\"}", at(1000, 1));
    uint32_t u2 = identify(w, "user_id=u2", at(2000, 2));
    identify(w, "email=e1@example.net", at(2500, 3));
    identify(w, "user_id=u2 email=e1@example.net", at(3000, 4));
    give_traits(w, u2, "{\"lastName\":\"Zwei\"}", at(3000, 4));
    begin(w);
    uint32_t i = identify_in(w, "user_id=u3 phone=+49301234567", from_import(5, 4000, 5));
    traits_in(w, i, "{\"firstName\":\"Import\"}", from_import(5, 4000, 5));
    identify_in(w, "user_id=u1 email=e2@example.net", from_import(5, 4000, 6));
    commit(w);
    assert_ok(people_flush(w->people, NULL));
}

// --- the writes

static cu_code write_events(struct world *w, struct cu_error *err)
{
    struct people *p = w->people;
    struct evidence ev = at(9000, 100);
    struct person_id ids[PERSON_IDS_MAX];
    json traits;
    uint32_t pno = 0;
    assert_ok(json_parse(w->json, CU_LIT("{\"firstName\":\"Vier\",\"plan x\":\"y\",\"gender\":\"d\"}"), &traits, NULL));
    (void)people_lock(p);
    cu_code code = people_begin(p, err);
    if (code == CU_OK) {
        code = people_identify(p, ids, parse_ids("user_id=u4 anonymous_id=a2 strange_kind=1", ids), &ev, &pno, err);
        if (code == CU_OK)
            code = people_traits(p, pno, traits, &ev, err);
        if (code == CU_OK) {
            people_touch(p, pno, &ev);
            people_count_orders(p, pno, 1, 1000);
            people_undeclared_note(p, CU_LIT("Event"), CU_LIT("name"), &ev);
            code = people_identify(p, ids, parse_ids("user_id=u1 phone=+49301234567", ids), &ev, &pno, err); // joins, splits
        }
        if (code == CU_OK)
            code = people_identify(p, ids, parse_ids("email=e2@example.net", ids), &ev, &pno, err); // out of the import's hands
        if (code == CU_OK)
            code = people_commit(p, err);
        else
            people_rollback(p);
    }
    people_unlock(p);
    return code;
}

static struct cu_uuid person_id(struct world *w, const char *text)
{
    struct cu_uuid id = {0};
    struct db_query q;
    extern const struct db_statement people_sql_profile_get;
    assert_ok(db_prepare(w->people->records, &people_sql_profile_get, &q, NULL));
    db_bind_i64(&q, ":pno", person_of(w, text));
    assert_true(db_step(&q));
    memcpy(id.bytes, db_blob(&q, 0).ptr, 16);
    assert_ok(db_end(&q, NULL));
    return id;
}

static struct cu_uuid first_id, second_id;
static int64_t some_edge;

static cu_code write_merge(struct world *w, struct cu_error *err)
{
    int64_t edge = 0;
    return people_merge(w->people, first_id, second_id, CU_LIT("reason"), 1, &edge, err);
}

static cu_code write_unmerge(struct world *w, struct cu_error *err)
{
    return people_unmerge(w->people, second_id, some_edge, CU_LIT("reason"), true, 1, err);
}

static cu_code write_delete(struct world *w, struct cu_error *err)
{
    return people_forget_person(w->people, second_id, err);
}

static cu_code write_revert(struct world *w, struct cu_error *err)
{
    cu_code code = CU_OK;
    for (bool done = false; !done && code == CU_OK;) {
        (void)people_lock(w->people);
        code = people_begin(w->people, err);
        if (code == CU_OK) {
            code = people_forget_import(w->people, 5, &done, err);
            if (code == CU_OK)
                code = people_commit(w->people, err);
            else
                people_rollback(w->people);
        }
        people_unlock(w->people);
    }
    return code;
}

struct write {
    const char *name;
    cu_code (*run)(struct world *w, struct cu_error *err);
    bool steps; // may stop half way, and goes on when it is called again
};
static const struct write writes[] = {
    {"events", write_events, false},
    {"merge", write_merge, false},
    {"unmerge", write_unmerge, false},
    {"delete", write_delete, false},
    {"revert", write_revert, true},
};

static bool same(const struct cu_buf *a, const struct cu_buf *b)
{
    return a->len == b->len && memcmp(a->ptr, b->ptr, a->len) == 0;
}

static void one_write(const struct write *x, enum cu_fault_kind kind, bool persistent, uint64_t step)
{
    uint64_t n = 1;
    for (bool finished = false; !finished;) {
        struct world w;
        struct cu_buf before, now;
        cu_buf_init(&before, 100000);
        cu_buf_init(&now, 100000);
        world_new(&w);
        prepare(&w);
        first_id = person_id(&w, "user_id=u1");
        second_id = person_id(&w, "user_id=u2");
        some_edge = number(w.people->records, "SELECT id FROM edge WHERE state = 0 ORDER BY id LIMIT 1");
        digest(&w, &before);
        for (int again = 0; again < 12 && !finished; again++, n += step) { // a few faults per folder
            struct cu_error err = {0};
            cu_fault_arm(kind, n, persistent);
            cu_code code = x->run(&w, &err);
            uint64_t seen = cu_fault_count(kind);
            cu_fault_disarm();
            finished = seen < n;
            if (code == CU_OK && !finished) { // it went through in spite of the fault (deletion is finished later)
                n += step;
                break;
            }
            assert_int_equal(code == CU_OK, finished);
            if (w.people->index_behind) { // the next batch repairs it
                begin(&w);
                commit(&w);
            }
            digest(&w, &now);
            if (!finished && !x->steps && !same(&before, &now)) {
                print_error("%s fault %d at %d:\n%s\n--- now\n%s\n", x->name, (int)kind, (int)n, before.ptr, now.ptr);
                fail();
            }
            index_agrees(&w);
        }
        digest(&w, &before);
        world_close(&w);
        world_open(&w);
        digest(&w, &now);
        assert_int_equal(number(w.people->records, "SELECT count(*) FROM forget_intent"), 0);
        if (x->run == write_delete && profile_of(&w, "user_id=u2") == 0) {
            uint32_t root = 0;
            assert_int_equal(people_by_uuid(w.people, w.people->records, second_id, &root, NULL), CU_ERASED);
            assert_true(keys_is_erased(w.keys, 2) && keys_is_erased(w.keys, 3));
        } else if (!same(&before, &now)) {
            print_error("%s fault %d at %d, after a start:\n%s\n--- now\n%s\n", x->name, (int)kind, (int)n, before.ptr, now.ptr);
            fail();
        }
        index_agrees(&w);
        struct cu_error err = {0};
        cu_code last = x->run(&w, &err); // and it can be done
        assert_true(last == CU_OK || last == CU_CONFLICT || last == CU_ERASED);
        index_agrees(&w);
        cu_buf_clear(&before);
        cu_buf_clear(&now);
        world_free(&w);
        if (n > 20000)
            fail_msg("%s never finished", x->name);
    }
    print_message("# %s: %d faults of kind %d%s\n", x->name, (int)n, (int)kind, persistent ? ", persistent" : "");
}

// The intake path fails at every n; what staff do at every fourth, or with CUSTOS_TEST_LONG at each.
static void all_writes(enum cu_fault_kind kind, bool persistent, uint64_t step)
{
    for (size_t i = 0; i < CU_COUNT(writes); i++)
        one_write(&writes[i], kind, persistent, i == 0 || getenv("CUSTOS_TEST_LONG") ? step : 4 * step);
}

static void every_file_operation_fails(void **state)
{
    (void)state;
    all_writes(CU_FAULT_IO, false, 1);
}

static void the_disk_stays_full(void **state)
{
    (void)state;
    all_writes(CU_FAULT_IO, true, 2);
}

static void every_allocation_fails(void **state)
{
    (void)state;
    all_writes(CU_FAULT_ALLOC, false, 1);
}

// --- the index

static void copy_file(const char *folder, const char *from, const char *to)
{
    struct test_bytes b = test_read(folder, from);
    char *path = test_path(folder, to);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(b.ptr, 1, b.len, f), b.len);
    assert_int_equal(fclose(f), 0);
    free(b.ptr);
    free(path);
}

static void remove_file(const char *folder, const char *name)
{
    char *path = test_path(folder, name);
    (void)unlink(path);
    free(path);
}

static void an_absent_index_is_made_again(void **state)
{
    struct world *w = *state;
    prepare(w);
    world_close(w);
    remove_file(w->folder, "index.db");
    world_open(w);
    index_agrees(w);
    assert_int_not_equal(profile_of(w, "email=e1@example.net"), 0);
}

static void an_index_of_another_folder_is_not_believed(void **state)
{
    struct world *w = *state, other;
    world_new(&other);
    identify(&other, "user_id=u1", at(1, 1));
    identify(&other, "user_id=u2", at(1, 2));
    world_close(&other);
    struct test_bytes b = test_read(other.folder, "index.db");
    prepare(w);
    world_close(w);
    char *path = test_path(w->folder, "index.db");
    FILE *f = fopen(path, "wb");
    assert_int_equal(fwrite(b.ptr, 1, b.len, f), b.len);
    fclose(f);
    free(path);
    free(b.ptr);
    world_open(w);
    index_agrees(w);
    world_open(&other);
    world_free(&other);
}

static void an_index_one_batch_ahead_is_taken_back(void **state)
{
    struct world *w = *state;
    prepare(w);
    world_close(w);
    copy_file(w->folder, "records.db", "records.before");
    world_open(w);
    begin(w);
    identify_in(w, "user_id=u4", at(9000, 50));
    identify_in(w, "email=e2@example.net", at(9000, 51)); // a row that moves
    commit(w);
    world_close(w);
    copy_file(w->folder, "records.before", "records.db"); // as if the second commit had been lost
    world_open(w);
    index_agrees(w);
    assert_int_equal(profile_of(w, "user_id=u4"), 0);
    world_close(w);
    copy_file(w->folder, "index.db", "index.before");
    world_open(w);
    assert_ok(people_forget_person(w->people, uuid_of(w, person_of(w, "user_id=u2")), NULL));
    world_close(w);
    copy_file(w->folder, "index.before", "index.db"); // an older index: behind, so made again
    world_open(w);
    index_agrees(w);
    assert_int_equal(profile_of(w, "user_id=u2"), 0);
}

static void numbers_of_the_forgotten_stay_unused(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u1", at(1000, 1));
    struct cu_uuid id = uuid_of(w, p);
    assert_ok(people_forget_person(w->people, id, NULL));
    world_close(w);
    world_open(w);
    uint32_t root = 0;
    assert_int_equal(people_by_uuid(w->people, w->people->records, id, &root, NULL), CU_ERASED);
    assert_int_not_equal(identify(w, "user_id=u1", at(2000, 2)), p); // the same human may come again, as somebody new
    struct seal_key key;
    assert_int_equal(keys_get(w->keys, p, true, &key, NULL), CU_ERASED);
}

static cu_code failing_hook(void *ctx, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    (void)pnos;
    *(size_t *)ctx += count;
    return cu_fail(err, CU_IO, "", "hook");
}

static void a_hook_that_fails_stops_the_deletion(void **state)
{
    struct world *w = *state;
    size_t asked = 0;
    prepare(w);
    people_on_forget(w->people, failing_hook, &asked);
    struct cu_uuid id = uuid_of(w, person_of(w, "user_id=u2"));
    assert_int_equal(people_forget_person(w->people, id, NULL), CU_IO);
    assert_int_equal(asked, 2); // both profiles of the person
    assert_int_not_equal(profile_of(w, "user_id=u2"), 0);
    assert_false(keys_is_erased(w->keys, 2));
    index_agrees(w);
}

int main(void)
{
    cu_log_set_level(CU_LOG_ERROR + 1);
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_operation_fails),
        cmocka_unit_test(the_disk_stays_full),
        cmocka_unit_test(every_allocation_fails),
        T(an_absent_index_is_made_again),
        T(an_index_of_another_folder_is_not_believed),
        T(an_index_one_batch_ahead_is_taken_back),
        T(numbers_of_the_forgotten_stay_unused),
        T(a_hook_that_fails_stops_the_deletion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
