// SPDX-License-Identifier: Apache-2.0
// The roster against arrays: joins, parted profiles, counts, flags and rollbacks in random order.
#include "people_test.h"

#define PROFILES 60

struct naive {
    bool exists[PROFILES], known[PROFILES], sample[PROFILES];
    int made, group[PROFILES]; // same number: same person
    int64_t first[PROFILES], last[PROFILES], revenue[PROFILES], orders[PROFILES], events[PROFILES]; // each profile's own
};

static int pick(uint64_t *random, int below)
{
    return (int)(test_random(random) % (uint64_t)below);
}

static int naive_root(const struct naive *n, int pno)
{
    for (int i = 1; i < PROFILES; i++) {
        if (n->exists[i] && n->group[i] == n->group[pno])
            return i;
    }
    return pno;
}

static void check(struct roster *r, const struct naive *n)
{
    uint64_t persons = 0;
    for (int pno = 1; pno < PROFILES; pno++) {
        struct roster_row row;
        if (!n->exists[pno]) {
            assert_false(roster_get(r, (uint32_t)pno, &row));
            continue;
        }
        int root = naive_root(n, pno), members = 0;
        int64_t first = INT64_MAX, last = INT64_MIN, revenue = 0, orders = 0, events = 0;
        bool known = false, sample = true;
        for (int i = 1; i < PROFILES; i++) {
            if (!n->exists[i] || n->group[i] != n->group[pno])
                continue;
            members++;
            first = n->first[i] < first ? n->first[i] : first;
            last = n->last[i] > last ? n->last[i] : last;
            revenue += n->revenue[i];
            orders += n->orders[i];
            events += n->events[i];
            known = known || n->known[i];
            sample = sample && n->sample[i];
        }
        persons += root == pno;
        assert_int_equal(roster_root(r, (uint32_t)pno), root);
        assert_true(roster_get(r, (uint32_t)pno, &row));
        assert_int_equal(row.first_ms, first);
        assert_int_equal(row.last_ms, last);
        assert_int_equal(row.revenue, revenue);
        assert_int_equal(row.orders, orders);
        assert_int_equal(row.events, events);
        assert_int_equal((row.flags & ROSTER_PERSON_KNOWN) != 0, known);
        assert_int_equal((row.flags & ROSTER_PERSON_SAMPLE) != 0, sample);
        uint32_t list[PROFILES];
        assert_int_equal(roster_members(r, (uint32_t)pno, list, PROFILES), members);
        for (int i = 1; i < members; i++)
            assert_true(list[i - 1] < list[i]);
        assert_int_equal(list[0], root);
    }
    assert_int_equal(roster_persons(r), persons);
}

static struct roster_own own_of(const struct naive *n, int pno)
{
    return (struct roster_own){n->first[pno], n->last[pno], n->revenue[pno], (uint64_t)n->events[pno], (uint32_t)n->orders[pno]};
}

// Un-merge as edges_recompute does it: everybody alone, then those joined that stay together.
static void part(struct roster *r, struct naive *n, int pno, uint64_t *random)
{
    uint32_t members[PROFILES];
    size_t count = roster_members(r, (uint32_t)pno, members, PROFILES);
    int groups[2] = {n->group[pno], 1000 + pick(random, 1000000)};
    for (size_t i = 0; i < count; i++) {
        struct roster_own own = own_of(n, (int)members[i]);
        assert_ok(roster_isolate(r, members[i], &own, NULL));
        n->group[members[i]] = groups[pick(random, 2)];
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (n->group[members[i]] == n->group[members[k]])
                assert_ok(roster_join(r, members[i], members[k], NULL));
        }
    }
}

static void one_change(struct roster *r, struct naive *n, uint64_t *random)
{
    int what = pick(random, 12), x = 1 + pick(random, PROFILES - 1), y = 1 + pick(random, PROFILES - 1);
    if (!n->exists[x]) {
        bool known = pick(random, 2), sample = pick(random, 2);
        assert_ok(roster_add(r, (uint32_t)x, (known ? (unsigned)ROSTER_KNOWN : 0u) | (sample ? (unsigned)ROSTER_SAMPLE : 0u), NULL));
        n->exists[x] = true;
        n->known[x] = known;
        n->sample[x] = sample;
        n->group[x] = 2000000 + n->made++;
        n->first[x] = INT64_MAX;
        n->last[x] = INT64_MIN;
        n->revenue[x] = n->orders[x] = n->events[x] = 0;
    } else if (what < 4 && n->exists[y]) {
        assert_ok(roster_join(r, (uint32_t)x, (uint32_t)y, NULL));
        int from = n->group[y], to = n->group[x];
        for (int i = 1; i < PROFILES; i++)
            n->group[i] = n->group[i] == from ? to : n->group[i];
    } else if (what < 8) {
        int64_t when = pick(random, 10000);
        struct roster_own add = {when, when, pick(random, 200) - 100, (uint64_t)pick(random, 3), (uint32_t)pick(random, 3)};
        assert_ok(roster_count(r, (uint32_t)x, &add, NULL));
        n->first[x] = when < n->first[x] ? when : n->first[x];
        n->last[x] = when > n->last[x] ? when : n->last[x];
        n->revenue[x] += add.revenue;
        n->events[x] += (int64_t)add.events;
        n->orders[x] += add.orders;
    } else if (what < 9) {
        assert_ok(roster_set(r, (uint32_t)x, ROSTER_KNOWN, ROSTER_SAMPLE, NULL));
        n->known[x] = true;
        n->sample[x] = false;
    } else if (what < 11) {
        part(r, n, x, random);
    } else { // a profile vanishes alone
        struct roster_own own = own_of(n, x);
        uint32_t members[PROFILES];
        size_t count = roster_members(r, (uint32_t)x, members, PROFILES);
        assert_ok(roster_isolate(r, (uint32_t)x, &own, NULL));
        assert_ok(roster_remove(r, (uint32_t)x, NULL));
        n->exists[x] = false;
        for (size_t i = 0; i < count; i++) {
            own = own_of(n, (int)members[i]);
            if (members[i] != (uint32_t)x)
                assert_ok(roster_isolate(r, members[i], &own, NULL));
        }
        for (size_t i = 0; i < count; i++) {
            for (size_t k = 0; k < i; k++) {
                if (members[i] != (uint32_t)x && members[k] != (uint32_t)x)
                    assert_ok(roster_join(r, members[i], members[k], NULL));
            }
        }
    }
}

static void agrees_with_arrays(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct roster r;
        struct naive n = {0}, before;
        uint64_t random = seed * 77777;
        assert_ok(roster_init(&r, NULL));
        for (int batch = 0; batch < 60; batch++) {
            before = n;
            for (int i = 0; i < 8; i++)
                one_change(&r, &n, &random);
            if (pick(&random, 4) == 0) {
                roster_rollback(&r);
                n = before;
            } else {
                check(&r, &n);
                roster_commit(&r);
            }
            check(&r, &n);
        }
        roster_clear(&r);
    }
}

static void unknown_numbers_are_harmless(void **state)
{
    (void)state;
    struct roster r;
    struct roster_row row;
    struct roster_own own = {0};
    uint32_t list[2];
    assert_ok(roster_init(&r, NULL));
    assert_int_equal(roster_root(&r, 99), 99);
    assert_false(roster_get(&r, 99, &row));
    assert_false(roster_get(&r, UINT32_MAX, &row));
    assert_int_equal(roster_members(&r, 99, list, 2), 1);
    assert_ok(roster_join(&r, 5, 6, NULL));
    assert_ok(roster_count(&r, 5, &own, NULL));
    assert_ok(roster_set(&r, 5, ROSTER_KNOWN, 0, NULL));
    assert_ok(roster_remove(&r, 5, NULL));
    assert_ok(roster_isolate(&r, 5, &own, NULL));
    assert_int_equal(roster_add(&r, UINT32_MAX, 0, NULL), CU_FULL);
    assert_int_equal(roster_persons(&r), 0);
    assert_ok(roster_add(&r, 100000, 0, NULL)); // far from the others: a piece of its own
    assert_int_equal(roster_end(&r), 100001);
    assert_int_equal(roster_persons(&r), 1);
    roster_clear(&r);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (uint64_t nth = 1;; nth++) {
        struct roster r;
        struct naive n = {0};
        bool failed = false;
        cu_fault_arm(CU_FAULT_ALLOC, nth, false);
        if (roster_init(&r, NULL) != CU_OK) {
            cu_fault_disarm();
            continue;
        }
        for (uint32_t pno = 1; pno < 50 && !failed; pno++) {
            failed = roster_add(&r, pno * 1000, ROSTER_KNOWN, NULL) != CU_OK;
            if (!failed && pno > 1)
                failed = roster_join(&r, pno * 1000, 1000, NULL) != CU_OK;
        }
        uint64_t seen = cu_fault_count(CU_FAULT_ALLOC);
        cu_fault_disarm();
        if (failed)
            roster_rollback(&r);
        else
            roster_commit(&r);
        if (failed)
            check(&r, &n);
        else
            assert_int_equal(roster_persons(&r), 1);
        roster_clear(&r);
        if (seen < nth)
            break;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_arrays),
        cmocka_unit_test(unknown_numbers_are_harmless),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
