// SPDX-License-Identifier: Apache-2.0
// Counters of profiles: visible after the commit, written in time, exact over rollbacks, crashes with replay,
// imports that are taken back; sums of orders; dictionary changes while people are there.
#include "people_test.h"

#include "base/log.h"

static int64_t events_of(struct world *w, uint32_t pno)
{
    struct roster_row row;
    return roster_get(&w->people->roster, pno, &row) ? (int64_t)row.events : -1;
}

static int64_t stored_events(struct world *w, uint32_t pno)
{
    struct roster_own own;
    unsigned flags = 0;
    assert_ok(profile_own(w->people, pno, &own, &flags, NULL));
    return (int64_t)own.events;
}

// Without waiting for the second after which a commit writes what waits.
static void hold_back(struct world *w)
{
    w->people->touches.flushed_us = cu_mono_us() + INT64_C(3600000000);
}

static void counts_are_seen_before_they_are_written(void **state)
{
    struct world *w = *state;
    hold_back(w);
    uint32_t p = identify(w, "user_id=u", at(5000, 1));
    identify(w, "user_id=u", at(3000, 2));
    assert_int_equal(events_of(w, p), 2);
    assert_int_equal(stored_events(w, p), 0);
    assert_int_equal(people_touched_seq(w->people), 0);
    assert_ok(people_flush(w->people, NULL));
    assert_int_equal(stored_events(w, p), 2);
    assert_int_equal(people_touched_seq(w->people), 2);
    struct roster_own own;
    unsigned flags = 0;
    assert_ok(profile_own(w->people, p, &own, &flags, NULL));
    assert_int_equal(own.first_ms, 3000);
    assert_int_equal(own.last_ms, 5000);
    assert_ok(people_flush(w->people, NULL)); // nothing waits: nothing is done
    assert_int_equal(stored_events(w, p), 2);
}

static void a_rollback_forgets_its_batch_only(void **state)
{
    struct world *w = *state;
    hold_back(w);
    uint32_t p = identify(w, "user_id=u", at(1000, 1));
    begin(w);
    identify_in(w, "user_id=u", at(9000, 2));
    identify_in(w, "user_id=u", at(9000, 3));
    people_rollback(w->people);
    people_unlock(w->people);
    assert_int_equal(events_of(w, p), 1);
    begin(w);
    identify_in(w, "user_id=u", at(9000, 2)); // comes again
    assert_ok(stats_flush_in(w->people, NULL)); // and is written in the middle
    identify_in(w, "user_id=u", at(9500, 3));
    people_rollback(w->people);
    people_unlock(w->people);
    assert_int_equal(events_of(w, p), 1);
    assert_int_equal(stored_events(w, p), 0);
    assert_int_equal(people_touched_seq(w->people), 0);
    begin(w);
    identify_in(w, "user_id=u", at(9000, 2));
    assert_ok(stats_flush_in(w->people, NULL));
    identify_in(w, "user_id=u", at(9500, 3)); // after the middle, in the same batch
    commit(w);
    assert_int_equal(events_of(w, p), 3);
    assert_ok(people_flush(w->people, NULL));
    assert_int_equal(stored_events(w, p), 3);
    assert_int_equal(people_touched_seq(w->people), 3);
}

// A crash loses what waited; the journal is read again from people_touched_seq on.
static void a_replay_counts_what_was_lost(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u", at(1000, 1));
    assert_ok(people_flush(w->people, NULL));
    hold_back(w);
    for (uint64_t seq = 2; seq <= 6; seq++)
        identify(w, "user_id=u", at(1000 * (int64_t)seq, seq));
    assert_int_equal(events_of(w, p), 6);
    w->people->touches.used = 0; // the crash: nothing waits any more
    world_close(w);
    world_open(w);
    assert_int_equal(events_of(w, p), 1);
    uint64_t from = people_touched_seq(w->people);
    assert_int_equal(from, 1);
    begin(w);
    for (uint64_t seq = 1; seq <= 6; seq++) { // one more than needed
        struct person_id id = {CU_LIT("user_id"), CU_LIT("u")};
        struct evidence ev = at(1000 * (int64_t)seq, seq);
        uint32_t found = 0;
        assert_ok(people_find(w->people, &id, 1, &found, NULL));
        people_touch(w->people, found, &ev);
    }
    commit(w);
    assert_int_equal(events_of(w, p), 6);
}

static void many_profiles_force_a_flush(void **state)
{
    struct world *w = *state;
    hold_back(w);
    begin(w);
    for (uint32_t i = 1; i <= 70000; i++) {
        struct evidence ev = at(1000, i);
        people_touch(w->people, i, &ev); // numbers without a profile are counted for nobody
    }
    commit(w);
    assert_int_equal(people_touched_seq(w->people), 70000);
    assert_int_equal(w->people->touches.used, 0);
    assert_true(w->people->touches.cap <= 32768); // and its memory is given back
}

static void order_sums_follow_their_batch(void **state)
{
    struct world *w = *state;
    struct roster_row row;
    uint32_t p = identify(w, "user_id=u", at(1000, 1)), q = identify(w, "user_id=v", at(1000, 2));
    begin(w);
    people_count_orders(w->people, p, 2, 5000);
    people_count_orders(w->people, p, -1, -1500);
    people_count_orders(w->people, q, 1, 100);
    people_count_orders(w->people, 0, 1, 100);
    commit(w);
    assert_true(roster_get(&w->people->roster, p, &row));
    assert_int_equal(row.orders, 1);
    assert_int_equal(row.revenue, 3500);
    begin(w);
    people_count_orders(w->people, p, 5, 99);
    people_rollback(w->people);
    people_unlock(w->people);
    int64_t edge = 0;
    assert_ok(people_merge(w->people, uuid_of(w, p), uuid_of(w, q), CU_NONE, 1, &edge, NULL));
    assert_true(roster_get(&w->people->roster, q, &row));
    assert_int_equal(row.orders, 2);
    assert_int_equal(row.revenue, 3600);
    begin(w);
    people_count_orders(w->people, q, 1, 1); // while they are one
    commit(w);
    assert_ok(people_unmerge(w->people, uuid_of(w, p), edge, CU_NONE, false, 1, NULL));
    assert_true(roster_get(&w->people->roster, q, &row));
    assert_int_equal(row.revenue, 101);
    world_close(w);
    world_open(w);
    assert_true(roster_get(&w->people->roster, p, &row));
    assert_int_equal(row.revenue, 3500);
}

static void an_import_takes_its_counts_along(void **state)
{
    struct world *w = *state;
    hold_back(w);
    uint32_t p = identify(w, "user_id=u", at(5000, 1));
    for (uint64_t i = 2; i < 12; i++)
        identify(w, "user_id=u", from_import(3, (int64_t)i * 100, i));
    struct roster_row row;
    assert_true(roster_get(&w->people->roster, p, &row));
    assert_int_equal(row.events, 11);
    assert_int_equal(row.first_ms, 200);
    revert_import(w, 3); // while they still wait in memory
    assert_true(roster_get(&w->people->roster, p, &row));
    assert_int_equal(row.events, 1);
    assert_int_equal(row.first_ms, 5000);
}

static void the_counters_of_the_forgotten_do_not_come_back(void **state)
{
    struct world *w = *state;
    hold_back(w);
    uint32_t p = identify(w, "user_id=u", at(5000, 1));
    assert_ok(people_forget_person(w->people, uuid_of(w, p), NULL));
    assert_ok(people_flush(w->people, NULL));
    static const struct db_statement s = {"left", "SELECT count(*) FROM profile_stat"};
    struct db_query q;
    assert_ok(db_prepare(w->people->records, &s, &q, NULL));
    assert_true(db_step(&q));
    assert_int_equal(db_i64(&q, 0), 0);
    assert_ok(db_end(&q, NULL));
}

static void other_rules_hold_from_then_on(void **state)
{
    struct world *w = *state;
    struct dictionary *next = NULL;
    identify(w, "user_id=u1 anonymous_id=a", at(1000, 1));
    identify(w, "user_id=u2 anonymous_id=a", at(1000, 2));
    identify(w, "user_id=u2 anonymous_id=a", at(1000, 3));
    assert_false(same_person(w, "user_id=u1", "user_id=u2"));
    uint64_t version = w->people->kinds.version;
    assert_ok(dictionary_load(CU_LIT("version: 1\nidentifiers:\n  user_id: {limit: 2}\n"), &next, NULL));
    people_set_dictionary(w->people, next);
    assert_int_not_equal(w->people->kinds.version, version);
    identify(w, "user_id=u2 anonymous_id=a", at(1000, 4)); // what was refused is judged anew
    assert_true(same_person(w, "user_id=u1", "user_id=u2"));
    people_set_dictionary(w->people, w->dictionary);
    dictionary_free(next);
    identify(w, "user_id=u2", at(1000, 5));
    assert_true(same_person(w, "user_id=u1", "user_id=u2")); // evidence stays; a dry run says what changes
}

static void nothing_goes_without_a_dictionary(void **state)
{
    struct world *w = *state;
    struct person_id id = {CU_LIT("user_id"), CU_LIT("u")};
    struct evidence ev = at(1, 1);
    uint32_t pno = 0;
    atomic_store(&w->people->dictionary, NULL);
    begin(w);
    assert_int_equal(people_identify(w->people, &id, 1, &ev, &pno, NULL), CU_UNAVAILABLE);
    people_rollback(w->people);
    people_unlock(w->people);
    people_set_dictionary(w->people, w->dictionary);
    begin(w);
    assert_ok(people_identify(w->people, &id, 0, &ev, &pno, NULL));
    assert_int_equal(pno, 0);
    assert_ok(people_identify(w->people, &id, 1, &ev, &pno, NULL));
    commit(w);
    assert_int_equal(pno, 1);
}

static void absurd_identifiers_are_refused_or_taken_whole(void **state)
{
    struct world *w = *state;
    char longest[IDENTIFIER_VALUE_MAX + 2];
    struct evidence ev = at(1, 1);
    uint32_t pno = 0;
    memset(longest, 'x', sizeof(longest));
    const struct {
        cu_str kind, value;
        bool taken;
    } tries[] = {
        {CU_LIT("user_id"), {longest, IDENTIFIER_VALUE_MAX}, true},
        {CU_LIT("user_id"), {longest, IDENTIFIER_VALUE_MAX + 1}, false},
        {CU_LIT("user_id"), CU_LIT("tab\there"), false},
        {CU_LIT("user_id"), CU_LIT("   "), false},
        {CU_LIT("user_id"), CU_LIT(" \xc3\xa4\xc3\xb6 "), true},
        {CU_LIT(""), CU_LIT("value"), false},
        {CU_LIT("kind with space"), CU_LIT("value"), false},
        {CU_LIT("anna@example.net"), CU_LIT("value"), false}, // kinds are kept in plain text
        {CU_LIT("a.b:c-d_1"), CU_LIT("value"), true},
    };
    begin(w);
    for (size_t i = 0; i < CU_COUNT(tries); i++) {
        struct person_id id = {tries[i].kind, tries[i].value};
        assert_ok(people_identify(w->people, &id, 1, &ev, &pno, NULL));
        assert_int_equal(pno != 0, tries[i].taken);
    }
    struct person_id many[PERSON_IDS_MAX + 10];
    static char values[PERSON_IDS_MAX + 10][16];
    for (size_t i = 0; i < CU_COUNT(many); i++) {
        snprintf(values[i], sizeof(values[i]), "many-%zu", i);
        many[i] = (struct person_id){CU_LIT("anonymous_id"), cu_str_of(values[i])};
    }
    assert_ok(people_identify(w->people, many, CU_COUNT(many), &ev, &pno, NULL)); // the first sixteen
    commit(w);
    assert_int_equal(profile_of(w, "anonymous_id=many-15"), pno);
    assert_int_equal(profile_of(w, "anonymous_id=many-16"), 0);
}

int main(void)
{
    cu_log_set_level(CU_LOG_ERROR);
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(counts_are_seen_before_they_are_written),
        T(a_rollback_forgets_its_batch_only),
        T(a_replay_counts_what_was_lost),
        T(many_profiles_force_a_flush),
        T(order_sums_follow_their_batch),
        T(an_import_takes_its_counts_along),
        T(the_counters_of_the_forgotten_do_not_come_back),
        T(other_rules_hold_from_then_on),
        T(nothing_goes_without_a_dictionary),
        T(absurd_identifiers_are_refused_or_taken_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
