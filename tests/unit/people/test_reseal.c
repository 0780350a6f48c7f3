// SPDX-License-Identifier: Apache-2.0
// Rows sealed anew after class keys were rotated: all of them, readable at any time, across restarts, failures and
// another rotation in between; who was erased meanwhile stays erased.
#include "people_test.h"

#include "base/fault.h"
#include "guard/admin.h"
#include "people/traits.h"

enum { PEOPLE = 150 };

static int64_t count_rows(struct world *w, const char *sql)
{
    static struct db_statement pool[64]; // statements are cached by address
    struct db_query q;
    size_t i = 0;
    while (i < 63 && pool[i].sql && strcmp(pool[i].sql, sql) != 0)
        i++;
    pool[i] = (struct db_statement){"test", sql};
    assert_ok(db_prepare(w->people->records, &pool[i], &q, NULL));
    assert_true(db_step(&q));
    int64_t n = db_i64(&q, 0);
    assert_ok(db_end(&q, NULL));
    return n;
}

// Bytes 2 to 7 of an envelope are its class and version.
#define OLD(table, column, class) "SELECT count(*) FROM " table " WHERE substr(" column ", 3, 6) = x'" class "00000001'"
static int64_t old_rows(struct world *w)
{
    return count_rows(w, OLD("identifier", "value", "0001")) +
           count_rows(w, OLD("trait_current", "value", "0002") " AND id % 16 <> 0") +
           count_rows(w, OLD("trait_history", "value", "0002") " AND grp <> 0") +
           count_rows(w, OLD("edge", "reason", "0005")) + count_rows(w, OLD("edge", "ended_reason", "0005")) +
           count_rows(w, OLD("order_version", "extras", "0008"));
}

static void make_people(struct world *w)
{
    char text[256];
    for (uint64_t i = 1; i <= PEOPLE; i++) {
        (void)snprintf(text, sizeof text, "user_id=u%llu anonymous_id=a%llu", (unsigned long long)i, (unsigned long long)i);
        begin(w);
        uint32_t pno = identify_in(w, text, at((int64_t)i * 1000, i));
        (void)snprintf(text, sizeof text, "{\"email\":\"u%llu@example.com\",\"first_name\":\"Anna\",\"address\":{\"city\":\"Berlin\"}}",
            (unsigned long long)i);
        traits_in(w, pno, text, at((int64_t)i * 1000, i));
        commit(w);
    }
    int64_t edge = 0;
    struct cu_uuid a = uuid_of(w, profile_of(w, "user_id=u1")), b = uuid_of(w, profile_of(w, "user_id=u2"));
    assert_ok(people_merge(w->people, a, b, CU_LIT("the same person"), -1, &edge, NULL));
    assert_ok(people_unmerge(w->people, a, edge, CU_LIT("they are two"), false, -1, NULL));
}

static void everybody_reads(struct world *w, uint64_t gone)
{
    char text[64], mail[64];
    for (uint64_t i = 1; i <= PEOPLE; i++) {
        (void)snprintf(text, sizeof text, "user_id=u%llu", (unsigned long long)i);
        (void)snprintf(mail, sizeof mail, "u%llu@example.com", (unsigned long long)i);
        uint32_t pno = profile_of(w, text), members[2] = {pno};
        if (i == gone) {
            assert_int_equal(pno, 0);
            continue;
        }
        assert_int_not_equal(pno, 0);
        struct cu_arena *arena = cu_arena_new(1 << 20);
        struct trait_view *views = NULL;
        size_t count = 0, found = 0;
        struct db *d = NULL;
        assert_ok(people_read_take(w->people, &d, NULL));
        assert_ok(traits_of_person(w->people, d, members, 1, TRAIT_ALL_GROUPS, arena, &views, &count, NULL));
        people_read_give(w->people, d);
        for (size_t k = 0; k < count; k++)
            found += cu_str_eqz(views[k].e.name, "email") && cu_str_eqz(views[k].e.value, mail);
        assert_int_equal(found, 1);
        cu_arena_free(arena);
    }
}

static void rotate(struct world *w)
{
    assert_ok(keys_class_rotate(w->keys, SEAL_IDENTIFIER, NULL));
    assert_ok(keys_class_rotate(w->keys, SEAL_CONTACT, NULL));
    assert_ok(keys_class_rotate(w->keys, SEAL_NOTES, NULL));
}

static bool running(struct world *w)
{
    struct keys_reseal r;
    assert_ok(keys_reseal(w->keys, &r, NULL));
    return r.running;
}

static void finish(struct world *w)
{
    guard_enter_system("upkeep", "people-reseal");
    for (int i = 0; i < 1000 && running(w); i++)
        assert_ok(people_reseal(w->people, NULL));
    assert_false(running(w));
    guard_enter_system("intake", "test");
}

static void all_rows_are_sealed_anew(void **state)
{
    struct world *w = *state;
    make_people(w);
    assert_false(running(w));
    int64_t before = old_rows(w), addresses = count_rows(w, OLD("trait_current", "value", "0003"));
    assert_true(before > 4 * PEOPLE && addresses >= PEOPLE);
    rotate(w);
    assert_true(running(w));
    finish(w);
    assert_int_equal(old_rows(w), 0);
    assert_int_equal(count_rows(w, OLD("trait_current", "value", "0003")), addresses); // a class that was not rotated
    struct keys_reseal r;
    assert_ok(keys_reseal(w->keys, &r, NULL));
    assert_true(r.done >= (uint64_t)before && r.done == r.total);
    everybody_reads(w, 0);
    world_close(w);
    world_open(w);
    everybody_reads(w, 0);
    assert_ok(people_rebuild_index(w->people, NULL, NULL, NULL)); // opens every identifier
    everybody_reads(w, 0);
}

static void only_the_program_does_it(void **state)
{
    struct world *w = *state;
    struct cu_error err;
    make_people(w);
    rotate(w);
    struct guard_access a = {.actor = GUARD_STAFF, .actor_id = 1, .role = "owner", .purpose = "operations", .action = "x"};
    guard_enter(&a);
    assert_int_equal(people_reseal(w->people, &err), CU_FORBIDDEN);
    guard_enter_system("intake", "test");
    assert_true(running(w));
}

// Any failure leaves rows under one version or the other, each whole; a restart goes on.
static void failures(struct world *w, enum cu_fault_kind kind)
{
    uint64_t n = 1;
    make_people(w);
    rotate(w);
    for (bool met = true; met; n = n * 4 / 3 + 1) {
        guard_enter_system("upkeep", "people-reseal");
        cu_fault_arm(kind, n, n % 2 == 0);
        cu_code code = people_reseal(w->people, NULL);
        met = cu_fault_count(kind) >= n;
        cu_fault_disarm();
        guard_enter_system("intake", "test");
        assert_true(code == CU_OK || code == CU_MEMORY || code == CU_IO || code == CU_FULL || code == CU_CORRUPT);
        if (n % 3 == 0) {
            world_close(w);
            world_open(w);
        }
        if (!running(w))
            rotate(w);
        everybody_reads(w, 0);
    }
    rotate(w);
    finish(w);
    assert_int_equal(old_rows(w), 0);
    everybody_reads(w, 0);
}

static void failing_files(void **state)
{
    failures(*state, CU_FAULT_IO);
}

static void failing_memory(void **state)
{
    failures(*state, CU_FAULT_ALLOC);
}

static void another_rotation_and_an_erasure_amid(void **state)
{
    struct world *w = *state;
    make_people(w);
    rotate(w);
    struct keys_reseal former;
    assert_ok(keys_reseal(w->keys, &former, NULL));
    cu_clock_inject(NULL, NULL);
    while (cu_now_ms() == former.started_ms) {
    }
    assert_ok(keys_class_rotate(w->keys, SEAL_ORDER, NULL));
    former.done = 5;
    assert_int_equal(keys_reseal_put(w->keys, &former, NULL), CU_PRECONDITION);
    assert_ok(people_forget_person(w->people, uuid_of(w, profile_of(w, "user_id=u7")), NULL));
    finish(w);
    assert_int_equal(old_rows(w), 0);
    everybody_reads(w, 7);
}

#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {T(all_rows_are_sealed_anew), T(only_the_program_does_it), T(failing_files),
        T(failing_memory), T(another_rotation_and_an_erasure_amid)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
