// SPDX-License-Identifier: Apache-2.0
// What layers above are told after a commit, and the snapshots of who belongs together: complete, after the commit only,
// and right over merges, un-merges, deletions, rollbacks and lack of memory.
#include "people_test.h"

#include "base/fault.h"
#include "people/known.h"
#include "people/orders.h"
#include "store/scan.h"

struct told {
    struct world *w;
    struct people_change at[4096];
    size_t count, calls, lost;
};

static void hear(void *ctx, const struct people_change *changes, size_t count)
{
    struct told *t = ctx;
    t->calls++;
    if (!changes) {
        t->lost++;
        return;
    }
    for (size_t i = 0; i < count && t->count < CU_COUNT(t->at); i++)
        t->at[t->count++] = changes[i];
}

static unsigned said_of(const struct told *t, uint32_t pno)
{
    unsigned what = 0;
    for (size_t i = 0; i < t->count; i++)
        what |= t->at[i].pno == pno ? t->at[i].what : 0;
    return what;
}

static struct told *listen_to(struct world *w)
{
    struct told *t = calloc(1, sizeof(*t));
    assert_non_null(t);
    t->w = w;
    people_on_change(w->people, hear, t);
    return t;
}

static void facts_are_told_after_the_commit(void **state)
{
    struct world *w = *state;
    struct told *t = listen_to(w);
    begin(w);
    uint32_t p = identify_in(w, "user_id=u", at(1000, 1));
    traits_in(w, p, "{\"email\":\"a@example.com\",\"address\":{\"country\":\"DE\"}}", at(1000, 1));
    assert_int_equal(t->calls, 0);
    commit(w);
    assert_int_equal(said_of(t, p), PEOPLE_JOINED | PEOPLE_COUNTERS | PEOPLE_TRAITS | PEOPLE_IDENTIFIERS);
    t->count = 0;
    identify(w, "user_id=u", at(2000, 2));
    assert_int_equal(said_of(t, p), PEOPLE_COUNTERS);
    t->count = 0;
    give_traits(w, p, "{\"address\":{\"country\":\"DE\"}}", at(3000, 3)); // nothing new
    assert_int_equal(said_of(t, p), 0);
    begin(w);
    people_note(w->people, p, PEOPLE_CONSENTS);
    people_note(w->people, 0, PEOPLE_CONSENTS); // nobody
    commit(w);
    assert_int_equal(said_of(t, p), PEOPLE_CONSENTS);
    assert_int_equal(said_of(t, 0), 0);
    free(t);
}

static void merges_name_everybody_concerned(void **state)
{
    struct world *w = *state;
    uint32_t a = identify(w, "user_id=a", at(1000, 1)), b = identify(w, "user_id=b", at(1000, 2)),
             c = identify(w, "user_id=c", at(1000, 3));
    struct told *t = listen_to(w);
    int64_t ab = 0, bc = 0;
    assert_ok(people_merge(w->people, uuid_of(w, b), uuid_of(w, c), CU_LIT("same"), -1, &bc, NULL));
    assert_true(said_of(t, b) & PEOPLE_JOINED);
    assert_true(said_of(t, c) & PEOPLE_JOINED);
    assert_false(said_of(t, a) & PEOPLE_JOINED);
    t->count = 0;
    assert_ok(people_merge(w->people, uuid_of(w, a), uuid_of(w, b), CU_LIT("same"), -1, &ab, NULL));
    assert_true(said_of(t, a) & said_of(t, b) & said_of(t, c) & PEOPLE_JOINED);
    t->count = 0;
    assert_ok(people_unmerge(w->people, uuid_of(w, a), ab, CU_LIT("not"), false, -1, NULL));
    assert_true(said_of(t, a) & said_of(t, b) & PEOPLE_JOINED);
    t->count = 0;
    assert_ok(people_forget_person(w->people, uuid_of(w, b), NULL));
    assert_true(said_of(t, b) & said_of(t, c) & PEOPLE_JOINED);
    assert_false(said_of(t, a) & PEOPLE_JOINED);
    free(t);
}

static void a_rollback_is_told_to_those_who_may_have_looked(void **state)
{
    struct world *w = *state;
    uint32_t a = identify(w, "user_id=a anonymous_id=x", at(1000, 1)), b = identify(w, "anonymous_id=y", at(1000, 2));
    struct told *t = listen_to(w);
    begin(w);
    identify_in(w, "user_id=a anonymous_id=y", at(2000, 3));
    assert_int_equal(people_root(w->people, b), a);
    assert_int_equal(t->calls, 0);
    people_rollback(w->people);
    people_unlock(w->people);
    assert_int_equal(people_root(w->people, b), b);
    assert_true(said_of(t, a) & said_of(t, b) & PEOPLE_JOINED);
    assert_int_equal(t->lost, 0);
    free(t);
}

static bool same_as_roster(struct world *w, const struct scan_persons *s)
{
    for (uint32_t pno = 1; pno < s->end; pno++) {
        uint32_t members[64], root = 0;
        size_t n = people_profiles(w->people, pno, members, CU_COUNT(members)), ring = 1;
        root = n ? people_root(w->people, pno) : 0;
        if (s->root[pno] != root)
            return false;
        for (uint32_t m = s->next[pno]; m && m != pno; m = s->next[m])
            ring++;
        if (n && ring != n)
            return false;
    }
    return true;
}

static void snapshots_follow_the_roster(void **state)
{
    struct world *w = *state;
    const struct scan_persons *none = NULL, *first = NULL, *again = NULL, *later = NULL;
    assert_ok(people_persons_take(w->people, &none, NULL));
    uint32_t a = identify(w, "user_id=a", at(1000, 1));
    for (int i = 0; i < 40; i++) {
        char ids[64];
        (void)snprintf(ids, sizeof(ids), "user_id=%c anonymous_id=d%d", 'a' + i % 3, i);
        identify(w, ids, at(1000, (uint64_t)i + 2));
        (void)snprintf(ids, sizeof(ids), "anonymous_id=lone%d", i);
        identify(w, ids, at(1000, (uint64_t)i + 100));
    }
    assert_ok(people_persons_take(w->people, &first, NULL));
    assert_true(same_as_roster(w, first));
    identify(w, "user_id=a", at(9000, 300)); // counters only
    assert_ok(people_persons_take(w->people, &again, NULL));
    assert_ptr_equal(first, again);
    int64_t edge = 0;
    assert_ok(people_merge(w->people, uuid_of(w, a), uuid_of(w, profile_of(w, "anonymous_id=lone3")), CU_LIT("same"), -1, &edge, NULL));
    assert_ok(people_forget_person(w->people, uuid_of(w, profile_of(w, "anonymous_id=lone4")), NULL));
    uint32_t end = first->end;
    assert_ok(people_persons_take(w->people, &later, NULL));
    assert_ptr_not_equal(first, later);
    assert_int_equal(first->end, end); // the old one stays as it was
    assert_true(same_as_roster(w, later));
    assert_false(same_as_roster(w, first));
    people_persons_give(w->people, none);
    people_persons_give(w->people, first);
    people_persons_give(w->people, again);
    people_persons_give(w->people, later);
    people_persons_give(w->people, NULL);
}

static void without_memory_nothing_is_lost(void **state)
{
    struct world *w = *state;
    uint32_t a = identify(w, "user_id=a", at(1000, 1));
    struct told *t = listen_to(w);
    bool stored = false;
    for (int64_t n = 1; !stored && n < 400; n++) {
        struct cu_error err = {0};
        begin(w);
        t->count = 0;
        cu_fault_arm(CU_FAULT_ALLOC, (uint64_t)n, false);
        people_note(w->people, a, PEOPLE_ORDERS);
        cu_code code = people_commit(w->people, &err);
        cu_fault_disarm();
        people_unlock(w->people);
        stored = code == CU_OK;
        assert_int_equal(said_of(t, a) & PEOPLE_ORDERS, stored ? PEOPLE_ORDERS : 0);
    }
    assert_true(stored);
    const struct scan_persons *s = NULL;
    cu_fault_arm(CU_FAULT_ALLOC, 1, true);
    struct cu_error err = {0};
    assert_int_equal(people_persons_take(w->people, &s, &err), CU_MEMORY);
    cu_fault_disarm();
    assert_ok(people_persons_take(w->people, &s, NULL));
    people_persons_give(w->people, s);
    free(t);
}

// --- known.h

struct seen_traits {
    char text[2048];
};

static cu_code see_trait(void *ctx, const struct known_trait *t, struct cu_error *err)
{
    struct seen_traits *s = ctx;
    size_t len = strlen(s->text);
    (void)err;
    (void)snprintf(s->text + len, sizeof(s->text) - len, "%u:%.*s=%.*s%s;", t->pno, CU_ARG(t->field->name), CU_ARG(t->value),
        t->cleared ? "(cleared)" : "");
    return CU_OK;
}

static cu_code see_kind(void *ctx, uint32_t pno, uint32_t kind, struct cu_error *err)
{
    (void)err;
    ((uint32_t *)ctx)[pno] |= 1u << kind;
    return CU_OK;
}

static cu_code see_id(void *ctx, uint32_t pno, struct cu_uuid id, struct cu_error *err)
{
    (void)err;
    ((struct cu_uuid *)ctx)[pno] = id;
    return CU_OK;
}

static void ranges_are_read_as_stored(void **state)
{
    struct world *w = *state;
    uint32_t a = identify(w, "user_id=a", at(1000, 1)), b = identify(w, "anonymous_id=b", at(1000, 2)),
             c = identify(w, "user_id=c", at(1000, 3));
    give_traits(w, a, "{\"email\":\"a@example.com\",\"nobody\":\"declared\",\"company\":{\"industry\":\"shoes\"}}", at(1000, 4));
    give_traits(w, b, "{\"company\":{\"industry\":\"hats\"}}", at(1000, 5));
    give_traits(w, b, "{\"company\":{\"industry\":null}}", at(2000, 6));
    struct db *d = NULL;
    struct seen_traits plain = {""}, both = {""};
    assert_ok(people_read_take(w->people, &d, NULL));
    assert_ok(known_traits(w->people, d, w->dictionary, 0, c + 1, 1, see_trait, &plain, NULL));
    assert_ok(known_traits(w->people, d, w->dictionary, a, b, 1u | 1u << DICT_GROUP_CONTACT, see_trait, &both, NULL));
    assert_null(strstr(plain.text, "declared"));
    assert_null(strstr(plain.text, "example.com"));
    assert_non_null(strstr(both.text, "email=a@example.com"));
    uint32_t kinds[8] = {0};
    struct cu_uuid ids[8];
    assert_ok(known_kinds(w->people, d, 0, c + 1, see_kind, kinds, NULL));
    assert_true(kinds[a] && kinds[b] && kinds[a] != kinds[b] && kinds[c] == kinds[a]);
    assert_ok(known_ids(w->people, d, 0, c + 1, see_id, ids, NULL));
    struct cu_uuid of_b = uuid_of(w, b);
    assert_memory_equal(ids[b].bytes, of_b.bytes, 16);
    people_read_give(w->people, d);
    assert_int_equal(known_minor_digits(), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(facts_are_told_after_the_commit, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(merges_name_everybody_concerned, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(a_rollback_is_told_to_those_who_may_have_looked, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(snapshots_follow_the_roster, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(without_memory_nothing_is_lost, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(ranges_are_read_as_stored, world_setup, world_teardown),
    };
    return cmocka_run_group_tests_name("people/changes", tests, NULL, NULL);
}
