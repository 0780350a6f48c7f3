// SPDX-License-Identifier: Apache-2.0
// The rules of identity, one by one: who is joined, who is not, and why.
#include "people_test.h"

static void anonymous_becomes_known(void **state)
{
    struct world *w = *state;
    uint32_t a = identify(w, "anonymous_id=a1", at(1000, 1));
    uint32_t u = identify(w, "user_id=u1 anonymous_id=a1", at(2000, 2));
    assert_int_equal(a, u); // the new id attaches to the profile that was there
    assert_int_equal(identify(w, "user_id=u1", at(3000, 3)), a);
    assert_int_equal(people_count(w->people), 1);
}

static void two_known_profiles_are_joined_by_an_event(void **state)
{
    struct world *w = *state;
    uint32_t a = identify(w, "anonymous_id=a1", at(1000, 1)), u = identify(w, "user_id=u1", at(2000, 2));
    assert_int_not_equal(a, u);
    assert_int_equal(people_count(w->people), 2);
    assert_int_equal(identify(w, "anonymous_id=a1 user_id=u1", at(3000, 3)), u); // of the strongest
    assert_int_equal(people_root(w->people, u), a);                              // the oldest gives the name
    assert_int_equal(people_count(w->people), 1);
}

static void a_shared_device_never_glues_users(void **state)
{
    struct world *w = *state;
    identify(w, "user_id=u1 anonymous_id=a1", at(1000, 1));
    uint32_t u2 = identify(w, "user_id=u2 anonymous_id=a1", at(2000, 2));
    assert_false(same_person(w, "user_id=u1", "user_id=u2"));
    assert_true(same_person(w, "user_id=u1", "anonymous_id=a1"));
    assert_int_equal(identify(w, "user_id=u2 anonymous_id=a1", at(3000, 3)), u2);
    // the same when both users are known before they share it
    identify(w, "user_id=u3", at(4000, 4));
    identify(w, "user_id=u4", at(5000, 5));
    identify(w, "user_id=u3 anonymous_id=b", at(6000, 6));
    identify(w, "user_id=u4 anonymous_id=b", at(7000, 7));
    assert_false(same_person(w, "user_id=u3", "user_id=u4"));
}

static void limits_hold_for_the_united_person(void **state)
{
    struct world *w = *state;
    char text[64];
    for (int i = 0; i < 6; i++) {
        snprintf(text, sizeof(text), "user_id=u email=m%d@example.net", i);
        identify(w, text, at(1000 + i, (uint64_t)i + 1));
    }
    assert_true(same_person(w, "user_id=u", "email=m4@example.net"));
    assert_int_equal(profile_of(w, "email=m5@example.net"), 0); // the sixth of five is ignored
    uint32_t own = identify(w, "email=m5@example.net", at(2000, 10));
    assert_int_not_equal(people_root(w->people, own), person_of(w, "user_id=u"));
    // three and three e-mail addresses do not make six
    identify(w, "phone=+4930111111 email=p1@example.net", at(3000, 11));
    identify(w, "phone=+4930111111 email=p2@example.net", at(3000, 12));
    identify(w, "phone=+4930111111 email=p3@example.net", at(3000, 13));
    identify(w, "phone=+4930222222 email=q1@example.net", at(3000, 14));
    identify(w, "phone=+4930222222 email=q2@example.net", at(3000, 15));
    identify(w, "phone=+4930222222 email=q3@example.net", at(3000, 16));
    identify(w, "phone=+4930111111 phone=+4930222222", at(3000, 17));
    assert_false(same_person(w, "phone=+4930111111", "phone=+4930222222"));
}

static void blocked_values_identify_nobody(void **state)
{
    struct world *w = *state;
    assert_int_equal(identify(w, "email=TEST@test.com", at(1000, 1)), 0);
    assert_int_equal(identify(w, "user_id=null", at(1000, 2)), 0);
    assert_int_equal(identify(w, "anonymous_id=00000000-0000-0000-0000-000000000000", at(1000, 3)), 0);
    assert_int_equal(identify(w, "email=not-an-address", at(1000, 4)), 0);
    uint32_t u = identify(w, "user_id=u1 email=test@test.com", at(1000, 5));
    assert_int_not_equal(u, 0);
    assert_int_not_equal(identify(w, "user_id=u2 email=test@test.com", at(1000, 6)), u);
    assert_int_equal(people_count(w->people), 2);
}

static void values_are_compared_in_normal_form(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "email=Anna@Example.NET", at(1000, 1));
    assert_int_equal(identify(w, "email=anna@example.net", at(1000, 2)), p);
    uint32_t q = identify(w, "phone=+49-30/1234567", at(1000, 3));
    assert_int_equal(identify(w, "phone=0049301234567", at(1000, 4)), q);
    uint32_t u = identify(w, "user_id=Ab", at(1000, 5));
    assert_int_not_equal(identify(w, "user_id=ab", at(1000, 6)), u); // the shop's own ids are taken as they are
}

static void unknown_kinds_have_the_general_rule(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "loyalty_card=L1", at(1000, 1));
    assert_int_equal(identify(w, "LOYALTY_card=L1", at(1000, 2)), p);
    assert_int_equal(identify(w, "user_id=u loyalty_card=L1", at(1000, 3)), p);
    assert_int_equal(identify(w, "bad\tkind=L1", at(1000, 4)), 0);
    const struct dict_identifier *rule = dictionary_identifier(w->dictionary, CU_LIT("loyalty_card"));
    char text[64];
    for (int i = 2; i <= rule->limit + 1; i++) {
        snprintf(text, sizeof(text), "user_id=u loyalty_card=L%d", i);
        identify(w, text, at(1000, (uint64_t)i + 4));
    }
    snprintf(text, sizeof(text), "loyalty_card=L%d", rule->limit);
    assert_true(same_person(w, "user_id=u", text));
    snprintf(text, sizeof(text), "loyalty_card=L%d", rule->limit + 1);
    assert_int_equal(profile_of(w, text), 0);
}

static void kinds_have_an_end(void **state)
{
    struct world *w = *state;
    char text[64];
    begin(w);
    for (int i = 0; i < 400; i++) {
        snprintf(text, sizeof(text), "kind%d=v", i);
        identify_in(w, text, at(1000, (uint64_t)i + 1));
    }
    commit(w);
    assert_int_equal(w->people->kinds.count, PERSON_KINDS_MAX);
    assert_int_not_equal(profile_of(w, "kind10=v"), 0);
    assert_int_equal(profile_of(w, "kind399=v"), 0);
    assert_int_not_equal(identify(w, "kind399=v kind10=v", at(2000, 500)), 0);
}

static void the_order_of_members_does_not_matter(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "anonymous_id=a email=x@example.net user_id=u", at(1000, 1));
    assert_int_equal(identify(w, "user_id=u anonymous_id=a email=x@example.net", at(1000, 2)), p);
    struct person_id ids[PERSON_IDS_MAX];
    uint32_t found = 0;
    size_t n = parse_ids("anonymous_id=zzz user_id=u", ids);
    assert_ok(people_find(w->people, ids, n, &found, NULL));
    assert_int_equal(found, p);
    n = parse_ids("anonymous_id=a user_id=never-seen", ids);
    assert_ok(people_find(w->people, ids, n, &found, NULL)); // the strongest decides, also when it is gone
    assert_int_equal(found, 0);
}

static void alias_joins_and_renames(void **state)
{
    struct world *w = *state;
    struct evidence ev = at(1000, 1);
    uint32_t pno = 0;
    uint32_t a = identify(w, "anonymous_id=a", ev);
    begin(w);
    assert_ok(people_alias(w->people, (struct person_id){CU_NONE, CU_LIT("a")},
        (struct person_id){CU_LIT("user_id"), CU_LIT("u1")}, &ev, &pno, NULL));
    commit(w);
    assert_int_equal(pno, a);
    identify(w, "user_id=u2", at(2000, 2));
    begin(w); // a user is renamed: two user ids, said to be one
    assert_ok(people_alias(w->people, (struct person_id){CU_NONE, CU_LIT("u1")},
        (struct person_id){CU_LIT("user_id"), CU_LIT("u2")}, &ev, &pno, NULL));
    commit(w);
    assert_true(same_person(w, "user_id=u1", "user_id=u2"));
    assert_int_equal(pno, profile_of(w, "user_id=u2"));
    identify(w, "user_id=u9", at(3000, 3));
    begin(w); // but a shared device does not glue two users by alias either
    assert_ok(people_alias(w->people, (struct person_id){CU_LIT("anonymous_id"), CU_LIT("a")},
        (struct person_id){CU_LIT("user_id"), CU_LIT("u9")}, &ev, &pno, NULL));
    commit(w);
    assert_false(same_person(w, "user_id=u1", "user_id=u9"));
}

static void merge_and_unmerge_by_staff(void **state)
{
    struct world *w = *state;
    uint32_t a = identify(w, "user_id=u1", at(1000, 1)), b = identify(w, "user_id=u2", at(2000, 2));
    struct cu_uuid ua = uuid_of(w, a), ub = uuid_of(w, b), now;
    struct cu_error err = {0};
    int64_t edge = 0;
    assert_ok(people_merge(w->people, ua, ub, CU_LIT("told us at the counter"), 7, &edge, NULL));
    assert_true(same_person(w, "user_id=u1", "user_id=u2"));
    now = uuid_of(w, b);
    assert_memory_equal(now.bytes, ua.bytes, 16); // known by the oldest
    assert_int_equal(people_merge(w->people, ua, ub, CU_NONE, 7, &edge, &err), CU_CONFLICT);
    assert_int_equal(people_unmerge(w->people, ua, edge + 5, CU_NONE, false, 7, &err), CU_NOT_FOUND);
    assert_ok(people_unmerge(w->people, ub, edge, CU_LIT("was wrong"), true, 7, NULL)); // any member's id will do
    assert_false(same_person(w, "user_id=u1", "user_id=u2"));
    now = uuid_of(w, b);
    assert_memory_equal(now.bytes, ub.bytes, 16); // ids are stable
    assert_int_equal(people_unmerge(w->people, ua, edge, CU_NONE, false, 7, &err), CU_CONFLICT);
    assert_int_equal(people_merge(w->people, ua, ub, CU_NONE, 7, &edge, &err), CU_CONFLICT); // never link
    identify(w, "anonymous_id=a user_id=u1", at(3000, 3));
    identify(w, "email=e@example.net user_id=u2", at(3000, 4));
    identify(w, "email=e@example.net anonymous_id=a", at(3000, 5));
    assert_false(same_person(w, "user_id=u1", "user_id=u2"));
}

static void never_link_holds_over_third_parties(void **state)
{
    struct world *w = *state;
    identify(w, "email=a@example.net", at(1000, 1));
    identify(w, "email=b@example.net", at(1000, 2));
    identify(w, "email=a@example.net email=b@example.net", at(1000, 3));
    assert_true(same_person(w, "email=a@example.net", "email=b@example.net"));
    struct cu_uuid id = uuid_of(w, person_of(w, "email=a@example.net"));
    assert_ok(people_unmerge(w->people, id, newest_edge(w), CU_NONE, true, -1, NULL));
    identify(w, "email=a@example.net anonymous_id=x", at(1000, 4));
    identify(w, "email=b@example.net anonymous_id=x", at(1000, 5));
    assert_false(same_person(w, "email=a@example.net", "email=b@example.net"));
    assert_true(same_person(w, "email=a@example.net", "anonymous_id=x"));
    world_close(w); // and over a restart
    world_open(w);
    identify(w, "email=b@example.net anonymous_id=x", at(1000, 6));
    assert_false(same_person(w, "email=a@example.net", "email=b@example.net"));
}

static void unmerge_with_other_evidence_says_so(void **state)
{
    struct world *w = *state;
    identify(w, "email=a@example.net", at(1000, 1));
    identify(w, "phone=+493012345", at(1000, 2));
    identify(w, "anonymous_id=x", at(1000, 3));
    identify(w, "email=a@example.net phone=+493012345", at(1000, 4));
    int64_t first = newest_edge(w);
    identify(w, "email=a@example.net anonymous_id=x", at(1000, 5));
    identify(w, "phone=+493012345 anonymous_id=x", at(1000, 6));
    struct cu_uuid id = uuid_of(w, person_of(w, "anonymous_id=x"));
    struct cu_error err = {0};
    assert_int_equal(people_unmerge(w->people, id, first, CU_NONE, true, 1, &err), CU_CONFLICT);
    assert_true(same_person(w, "email=a@example.net", "phone=+493012345")); // nothing was changed
    assert_ok(people_unmerge(w->people, id, first, CU_NONE, false, 1, NULL));
    assert_true(same_person(w, "email=a@example.net", "phone=+493012345"));
    assert_ok(people_unmerge(w->people, id, first + 2, CU_NONE, true, 1, NULL));
    assert_false(same_person(w, "anonymous_id=x", "phone=+493012345"));
}

static void a_known_id_needs_no_database(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u1 anonymous_id=a1", at(1000, 1));
    begin(w);
    identify_in(w, "user_id=u1 anonymous_id=a1", at(2000, 2));
    struct db *records = w->people->records, *index = w->people->index;
    w->people->records = w->people->index = NULL; // any query would crash
    assert_int_equal(identify_in(w, "user_id=u1 anonymous_id=a1", at(3000, 3)), p);
    w->people->records = records;
    w->people->index = index;
    commit(w);
}

static void states_survive_a_restart(void **state)
{
    struct world *w = *state;
    identify(w, "anonymous_id=a", at(1000, 1));
    identify(w, "user_id=u", at(86400000LL * 3, 2));
    identify(w, "user_id=u anonymous_id=a", at(5000, 3));
    struct roster_row before, after;
    assert_true(roster_get(&w->people->roster, 2, &before));
    world_close(w);
    world_open(w);
    assert_true(roster_get(&w->people->roster, 2, &after));
    assert_int_equal(after.first_ms, before.first_ms);
    assert_int_equal(after.last_ms, before.last_ms);
    assert_int_equal(after.events, 3);
    assert_int_equal(after.flags & ROSTER_PERSON_KNOWN, ROSTER_PERSON_KNOWN);
    assert_true(same_person(w, "user_id=u", "anonymous_id=a"));
    assert_int_equal(people_touched_seq(w->people), 3);
    begin(w); // replayed: counted once
    struct evidence ev = at(5000, 3);
    people_touch(w->people, 2, &ev);
    commit(w);
    assert_true(roster_get(&w->people->roster, 2, &after));
    assert_int_equal(after.events, 3);
}

static void a_rolled_back_batch_leaves_nothing(void **state)
{
    struct world *w = *state;
    uint32_t kept = identify(w, "user_id=u1", at(1000, 1));
    begin(w);
    uint32_t lost = identify_in(w, "user_id=u2 newkind=k", at(2000, 2));
    identify_in(w, "user_id=u1 anonymous_id=a", at(2000, 3));
    traits_in(w, kept, "{\"firstName\":\"Anna\",\"odd\":1}", at(2000, 3));
    people_rollback(w->people);
    people_unlock(w->people);
    assert_int_equal(people_count(w->people), 1);
    assert_int_equal(profile_of(w, "user_id=u2"), 0);
    assert_int_equal(profile_of(w, "anonymous_id=a"), 0);
    assert_int_equal(identify(w, "user_id=u2 newkind=k", at(2000, 2)), lost); // replay gives the same
    struct roster_row row;
    assert_true(roster_get(&w->people->roster, kept, &row));
    assert_int_equal(row.events, 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(anonymous_becomes_known),
        T(two_known_profiles_are_joined_by_an_event),
        T(a_shared_device_never_glues_users),
        T(limits_hold_for_the_united_person),
        T(blocked_values_identify_nobody),
        T(values_are_compared_in_normal_form),
        T(unknown_kinds_have_the_general_rule),
        T(kinds_have_an_end),
        T(the_order_of_members_does_not_matter),
        T(alias_joins_and_renames),
        T(merge_and_unmerge_by_staff),
        T(never_link_holds_over_third_parties),
        T(unmerge_with_other_evidence_says_so),
        T(a_known_id_needs_no_database),
        T(states_survive_a_restart),
        T(a_rolled_back_batch_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
