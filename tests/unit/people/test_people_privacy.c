// SPDX-License-Identifier: Apache-2.0
// Nothing personal in plain text on disk: canaries go in by every way people/ has, then every byte of the folder
// is searched for them, in several spellings; after a deletion nothing of them is left at all. And threads: readers
// of every kind beside a writer.
#include "people_test.h"

#include "base/log.h"
#include "people/list.h"
#include "people/search.h"
#include "people/traits.h"
#include "text/text.h"

static const char *const canaries[] = {"Kanarienvogel", "canary.user.77", "kanari@example.net", "4930998877", "canary-anon-5", "Canarystreet", "CanaryUndeclared",
    "canary value 9", "canary-reason", "CanaryProperty"};

static bool holds(const struct test_bytes *b, const char *needle, size_t len)
{
    for (size_t i = 0; i + len <= b->len; i++) {
        size_t k = 0;
        while (k < len && (b->ptr[i + k] | 0x20) == ((unsigned char)needle[k] | 0x20))
            k++;
        if (k == len)
            return true;
    }
    return false;
}

static void search_file(const char *folder, const char *name)
{
    struct test_bytes b = test_read(folder, name);
    for (size_t c = 0; c < CU_COUNT(canaries); c++) {
        struct cu_buf hex, base64;
        cu_str canary = cu_str_of(canaries[c]);
        char wide[128];
        cu_buf_init(&hex, 1000);
        cu_buf_init(&base64, 1000);
        text_hex(canary, &hex);
        text_base64(canary, true, &base64);
        for (size_t i = 0; i < canary.len; i++) {
            wide[2 * i] = canary.ptr[i];
            wide[2 * i + 1] = 0;
        }
        bool found = holds(&b, canary.ptr, canary.len) || holds(&b, hex.ptr, hex.len) || holds(&b, base64.ptr, base64.len - 2);
        if (found || memmem(b.ptr, b.len, wide, canary.len * 2))
            fail_msg("%s holds %s", name, canaries[c]);
        cu_buf_clear(&hex);
        cu_buf_clear(&base64);
    }
    free(b.ptr);
}

static void search_folder(const char *folder)
{
    DIR *d = opendir(folder);
    assert_non_null(d);
    size_t files = 0;
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        if (e->d_type == DT_REG) {
            search_file(folder, e->d_name);
            files++;
        }
    }
    closedir(d);
    assert_true(files >= 2);
}

static uint32_t put_canaries(struct world *w)
{
    uint32_t p = identify(w, "user_id=canary.user.77 email=Kanari@example.net phone=+4930998877 anonymous_id=canary-anon-5 card=canary-anon-5", at(1000, 1));
    give_traits(w, p,
        "{\"firstName\":\"Kanarienvogel\",\"email\":\"kanari@example.net\",\"address\":{\"street\":\"Canarystreet 5\"},\"gender\":\"Kanarienvogel\","
        "\"CanaryUndeclared kanari@example.net\":\"x\",\"favourite\":\"canary value 9\",\"company\":{\"name\":\"Kanarienvogel\"}}",
        at(1000, 1));
    give_traits(w, p, "{\"firstName\":\"Anna\",\"favourite\":null}", at(2000, 2)); // the old value is in the history
    uint32_t other = identify(w, "user_id=other", at(1000, 3));
    int64_t edge = 0;
    assert_ok(people_merge(w->people, uuid_of(w, p), uuid_of(w, other), CU_LIT("canary-reason one"), 1, &edge, NULL));
    assert_ok(people_unmerge(w->people, uuid_of(w, p), edge, CU_LIT("canary-reason two"), true, 1, NULL));
    struct cu_buf sealed;
    uint32_t kind = 0;
    cu_buf_init(&sealed, 10000);
    assert_ok(timeline_kind(w->timeline, CU_LIT("Product Viewed"), &kind, NULL));
    begin(w);
    assert_ok(people_event_seal(w->people, p, 4, CU_LIT("{\"properties\":{\"CanaryProperty\":\"canary value 9\"}}"), &sealed, NULL));
    commit(w);
    const struct timeline_event e = {.pno = p, .kind = kind, .time_ms = 3000, .seq = 4, .sealed = cu_buf_view(&sealed)};
    assert_ok(timeline_add(w->timeline, &e, NULL));
    assert_ok(timeline_flush(w->timeline, NULL));
    cu_buf_clear(&sealed);
    return p;
}

static void nothing_personal_is_on_disk(void **state)
{
    struct world *w = *state;
    char *timeline = test_path(w->folder, "timeline");
    uint32_t p = put_canaries(w);
    search_folder(w->folder);
    search_folder(timeline);
    assert_ok(people_forget_person(w->people, uuid_of(w, p), NULL));
    assert_int_equal(timeline_count(w->timeline), 0);
    search_folder(w->folder);
    world_close(w);
    search_folder(w->folder);
    free(timeline);
    world_open(w);
}

static void deletion_leaves_no_row(void **state)
{
    static const struct {
        const char *sql;
        int64_t left;
    } tables[] = {{"SELECT count(*) FROM profile", 1}, {"SELECT count(*) FROM identifier", 1}, {"SELECT count(*) FROM edge", 0},
        {"SELECT count(*) FROM never_link", 0}, {"SELECT count(*) FROM trait_history", 0}, {"SELECT count(*) FROM trait_current", 0},
        {"SELECT count(*) FROM profile_stat", 1}, {"SELECT count(*) FROM confirmation", 0}, {"SELECT count(*) FROM forget_intent", 0},
        {"SELECT count(*) FROM forgotten", 1}};
    static struct db_statement statements[CU_COUNT(tables)];
    struct world *w = *state;
    uint32_t p = put_canaries(w);
    assert_ok(people_forget_person(w->people, uuid_of(w, p), NULL));
    assert_true(keys_is_erased(w->keys, p));
    for (size_t i = 0; i < CU_COUNT(tables); i++) {
        struct db_query q;
        statements[i] = (struct db_statement){"count", tables[i].sql};
        assert_ok(db_prepare(w->people->records, &statements[i], &q, NULL));
        assert_true(db_step(&q));
        if (db_i64(&q, 0) != tables[i].left)
            fail_msg("%s: %d", tables[i].sql, (int)db_i64(&q, 0));
        assert_ok(db_end(&q, NULL));
    }
}

// --- threads

struct reader {
    struct world *w;
    atomic_bool *stop;
    int what;
    uint64_t done;
};

static void read_list(struct world *w, struct db *d, const char *q)
{
    struct list_page *page = malloc(sizeof(*page));
    const struct list_query l = {.q = cu_str_of(q), .limit = 20};
    assert_ok(list_choose(w->people, d, &l, page, NULL));
    free(page);
}

static void *read_much(void *arg)
{
    struct reader *r = arg;
    struct people *p = r->w->people;
    guard_enter_system("index", "test");
    while (!atomic_load(r->stop)) {
        struct db *d = NULL;
        struct cu_buf out;
        uint32_t pno = 1 + (uint32_t)(r->done % 50);
        cu_buf_init(&out, 10000);
        assert_ok(people_read_take(p, &d, NULL));
        if (r->what == 0)
            read_list(r->w, d, "");
        if (r->what == 1)
            read_list(r->w, d, "anna 1");
        if (r->what == 2) {
            cu_code code = people_label(p, d, pno, &out, NULL);
            assert_true(code == CU_OK || code == CU_NOT_FOUND || code == CU_ERASED);
        }
        people_read_give(p, d);
        if (r->what == 3) {
            uint32_t found = 0;
            assert_ok(people_lookup(p, (struct person_id){CU_LIT("user_id"), CU_LIT("u7")}, &found, NULL));
            (void)people_root(p, found);
            (void)people_count(p);
        }
        cu_buf_wipe(&out);
        r->done++;
    }
    return NULL;
}

static void readers_beside_a_writer(void **state)
{
    struct world *w = *state;
    atomic_bool stop = false;
    pthread_t threads[4];
    struct reader readers[4];
    assert_ok(people_search_start(w->people, NULL));
    for (int i = 0; i < 4; i++) {
        readers[i] = (struct reader){w, &stop, i, 0};
        assert_int_equal(pthread_create(&threads[i], NULL, read_much, &readers[i]), 0);
    }
    for (int round = 0; round < 30; round++) {
        begin(w);
        for (int i = 0; i < 20; i++) {
            char text[100];
            snprintf(text, sizeof(text), "user_id=u%d anonymous_id=a%d", i + round % 7, i + round % 11);
            uint32_t p = identify_in(w, text, at(1000 * round, (uint64_t)(round * 20 + i + 1)));
            snprintf(text, sizeof(text), "{\"firstName\":\"Anna %d\",\"odd %d\":1}", round, i);
            traits_in(w, p, text, at(1000 * round, (uint64_t)(round * 20 + i + 1)));
        }
        if (round % 5 == 4) {
            people_rollback(w->people);
            people_unlock(w->people);
        } else {
            commit(w);
        }
        uint32_t victim = profile_of(w, "user_id=u3");
        if (round % 10 == 9 && victim)
            assert_ok(people_forget_person(w->people, uuid_of(w, victim), NULL));
    }
    atomic_store(&stop, true);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        assert_true(readers[i].done > 0);
    }
    people_search_settle(w->people);
}

static atomic_int turn_takers;

static void *take_turn(void *arg)
{
    struct people *p = arg;
    for (int i = 0; i < 200; i++) {
        (void)people_lock(p);
        assert_int_equal(atomic_fetch_add(&turn_takers, 1), 0);
        atomic_fetch_sub(&turn_takers, 1);
        people_unlock(p);
    }
    return NULL;
}

static void the_lock_is_for_one_and_in_turn(void **state)
{
    struct world *w = *state;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_turn, w->people), 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

int main(void)
{
    cu_log_set_level(CU_LOG_ERROR);
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(nothing_personal_is_on_disk),
        T(deletion_leaves_no_row),
        T(readers_beside_a_writer),
        T(the_lock_is_for_one_and_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
