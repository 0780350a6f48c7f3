// SPDX-License-Identifier: Apache-2.0
// Versions of the record of processing over a real database and audit log: one is kept when something differs and none
// when nothing does, also while memory and files fail at any place; in order, when the clock goes back; exports are counted
// once, also over a new start.
#pragma GCC diagnostic ignored "-Wunused-function" // this test needs no browsers
#include "staff_world.h"

#include "base/log.h"
#include "collect/sources.h"
#include "govern/register_internal.h"

static struct dictionary *dictionaries[2];

struct desk {
    struct auditing *auditing;
    struct sources *sources;
    struct registers *registers;
};

static struct desk open_desk(struct world *w)
{
    struct desk k = {.auditing = NULL};
    struct cu_error err = {.code = CU_OK};
    char *folder = test_path(w->folder, "audit");
    const struct auditing_options o = {
        .people = w->people, .govern = w->govern, .folder = folder, .shop_hours = "", .time_zone = "UTC"};
    assert_ok(auditing_open(&o, &k.auditing, &err));
    free(folder);
    assert_ok(sources_open(w->people, &k.sources, &err));
    const struct registers_options ro = {
        .auditing = k.auditing, .sources = k.sources, .shop_name = "Blue Lamp", .base_url = "https://shop.example"};
    assert_ok(registers_open(&ro, &k.registers, &err));
    return k;
}

static void close_desk(struct desk *k)
{
    registers_close(k->registers);
    sources_close(k->sources);
    auditing_close(k->auditing);
}

// Connections keep statements by their address.
static const struct db_statement count_versions = {"versions", "SELECT count(*) FROM register_snapshot"},
                                 disordered = {"disordered",
                                     "SELECT count(*) FROM register_snapshot a JOIN register_snapshot b ON b.id > a.id "
                                     "WHERE b.made_ms <= a.made_ms"},
                                 export_count = {"export_count",
                                     "SELECT count FROM register_export WHERE fields = 'id,email'"},
                                 export_people = {"export_people", "SELECT people FROM register_export"},
                                 export_rows = {"export_rows", "SELECT count(*) FROM register_export"};

static int64_t ask(struct world *w, const struct db_statement *s)
{
    struct db *d = NULL;
    struct db_query q;
    assert_ok(people_read_take(w->people, &d, NULL));
    assert_ok(db_prepare(d, s, &q, NULL));
    int64_t n = db_step(&q) ? db_i64(&q, 0) : -1;
    assert_ok(db_end(&q, NULL));
    people_read_give(w->people, d);
    return n;
}

static int64_t versions(struct world *w)
{
    return ask(w, &count_versions);
}

static void one_version_for_one_state(void **state)
{
    struct world *w = *state;
    struct cu_error err;
    struct desk k = open_desk(w);
    assert_ok(dictionary_load(CU_NONE, &dictionaries[0], &err));
    assert_ok(dictionary_load(
        CU_LIT("version: 1\npurposes:\n  raffle: {basis: consent, doc: Prizes.}\n"), &dictionaries[1], &err));
    people_set_dictionary(w->people, dictionaries[0]);
    for (int i = 0; i < 3; i++)
        assert_ok(registers_refresh(k.registers, &err));
    assert_int_equal(versions(w), 1);
    people_set_dictionary(w->people, dictionaries[1]);
    world_now -= 5000; // the clock went back
    assert_ok(registers_refresh(k.registers, &err));
    assert_ok(registers_refresh(k.registers, &err));
    assert_int_equal(versions(w), 2);
    assert_int_equal(ask(w, &disordered), 0);
    people_set_dictionary(w->people, dictionaries[0]);
    assert_ok(registers_refresh(k.registers, &err));
    assert_int_equal(versions(w), 3); // as it was before, but a version of its own: the difference is between times
    world_now += 10000;
    close_desk(&k);
}

static void exports_are_counted_once(void **state)
{
    struct world *w = *state;
    struct cu_error err;
    struct desk k = open_desk(w);
    struct guard_access access = {
        .actor = GUARD_STAFF, .actor_id = 4, .role = "owner", .purpose = "marketing", .action = "segments.export"};
    for (int i = 0; i < 5; i++) {
        guard_enter(&access);
        assert_ok(guard_note(w->guard, GUARD_DONE, NULL, 0,
            CU_LIT("{\"segment\":\"all\",\"purpose\":\"service\",\"fields\":\"id,email\",\"people\":7}"), true, &err));
        assert_ok(guard_note(w->guard, GUARD_DONE, NULL, 0, CU_NONE, true, &err)); // the dispatcher's own
        guard_enter_system("upkeep", "test");
        assert_ok(registers_refresh(k.registers, &err));
        if (i == 2) {
            close_desk(&k);
            k = open_desk(w);
            assert_ok(registers_refresh(k.registers, &err));
        }
    }
    assert_int_equal(ask(w, &export_count), 5);
    assert_int_equal(ask(w, &export_people), 35);
    assert_int_equal(ask(w, &export_rows), 1);
    assert_int_equal(versions(w), 4); // the first export; the others differ in nothing but their number
    close_desk(&k);
}

static void what_fails_keeps_nothing_half(void **state)
{
    struct world *w = *state;
    struct desk k = open_desk(w);
    int64_t before = versions(w), failed = 0;
    cu_log_set_level(CU_LOG_ERROR);
    for (int kind = 0; kind < 2; kind++) {
        for (uint64_t n = 1; n < 300; n += n < 80 ? 1 : 23) {
            struct cu_error err = {.code = CU_OK};
            people_set_dictionary(w->people, dictionaries[n % 2]);
            cu_fault_arm(kind ? CU_FAULT_IO : CU_FAULT_ALLOC, n, false);
            cu_code code = registers_refresh(k.registers, &err);
            cu_fault_disarm();
            int64_t now = versions(w);
            failed += code != CU_OK;
            assert_true(now == before || now == before + 1);
            assert_true(code != CU_OK || now == before + 1 || n == 1);
            assert_ok(registers_refresh(k.registers, &err));
            before = versions(w);
            assert_true(before - now <= 1);
        }
    }
    assert_true(failed > 20);
    close_desk(&k);
}

static int open_all(void **state)
{
    world_audited = true;
    return open_world(state);
}

static int close_all(void **state)
{
    int rc = close_world(state);
    dictionary_free(dictionaries[0]);
    dictionary_free(dictionaries[1]);
    return rc;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_version_for_one_state),
        cmocka_unit_test(exports_are_counted_once),
        cmocka_unit_test(what_fails_keeps_nothing_half),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
