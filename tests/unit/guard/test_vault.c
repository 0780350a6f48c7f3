// SPDX-License-Identifier: Apache-2.0
// The statutory vault through the guard, in both forms: it outlives an erasure, opens for few purposes, is in the log,
// ends with its term in every copy; and sealing anew.
#include "guard_test.h"

#include "guard/vault.h"
#include "guard/audit_read.h"

static int64_t now_ms;
static int64_t clock_now(void *context)
{
    (void)context;
    return now_ms;
}

static bool count_vault(void *context, uint64_t index, cu_str entry)
{
    (void)index;
    *(size_t *)context += memmem(entry.ptr, entry.len, "\"vault\":true", 12) != NULL;
    return true;
}

static size_t entries(const struct world *w)
{
    struct audit_reader *r = NULL;
    size_t count = 0;
    uint64_t next = 0;
    const struct audit_filter all = {.actor_id = -1};
    assert_ok(audit_reader_open(w->audit, &r, NULL));
    assert_ok(audit_search(r, &all, UINT64_MAX, 1000, count_vault, &count, &next, NULL));
    audit_reader_close(r);
    return count;
}

static void vault(bool separate)
{
    struct world w;
    struct cu_buf sealed, plain;
    struct cu_error err;
    const struct seal_place place = place_of(5);
    const uint64_t subject = 5;
    size_t gone = 0, lens[5];
    world_open(&w, separate);
    now_ms = 1800000000000;
    cu_clock_inject(clock_now, NULL);
    cu_buf_init(&sealed, 1 << 20);
    cu_buf_init(&plain, 1 << 20);
    seal_people(&w, 5, &plain, lens);
    cu_buf_reset(&plain);
    assert_int_equal(guard_vault_open(w.guard, &place, CU_LIT("x"), &plain, &err), CU_FORBIDDEN); // nobody said who
    guard_enter_system("intake", "test");
    assert_int_equal(guard_vault_seal(w.guard, SEAL_ORDER, &place, 0, CU_LIT("x"), &sealed, &err), CU_INVALID);
    assert_int_equal(guard_vault_seal(w.guard, SEAL_ORDER, &place, now_ms, CU_LIT("x"), &sealed, &err), CU_INVALID);
    assert_ok(guard_vault_seal(w.guard, SEAL_ORDER, &place, now_ms + 1000, CU_LIT("invoice 2024-881"), &sealed, NULL));
    assert_ok(guard_commit(w.guard, NULL));
    assert_ok(guard_erase(w.guard, &subject, 1, NULL));
    assert_true(guard_is_erased(w.guard, subject));
    // what is kept by law is still there, for those who may
    enter_staff("marketer", "marketing", 3);
    assert_int_equal(guard_vault_open(w.guard, &place, cu_buf_view(&sealed), &plain, &err), CU_REFUSED);
    enter_staff("support", "support", 4);
    assert_int_equal(guard_vault_open(w.guard, &place, cu_buf_view(&sealed), &plain, &err), CU_REFUSED);
    assert_int_equal(entries(&w), 0);
    enter_staff("privacy_officer", "rights", 5);
    assert_ok(guard_vault_open(w.guard, &place, cu_buf_view(&sealed), &plain, NULL));
    assert_true(cu_str_eqz(cu_buf_view(&plain), "invoice 2024-881"));
    assert_int_equal(entries(&w), 1);
    assert_int_equal(guard_vault_expire(w.guard, &gone, &err), CU_FORBIDDEN);
    struct seal_place other = place;
    other.record++;
    assert_int_equal(guard_vault_open(w.guard, &other, cu_buf_view(&sealed), &plain, &err), CU_CORRUPT);
    other = place_of(6);
    assert_int_equal(guard_vault_open(w.guard, &other, cu_buf_view(&sealed), &plain, &err), CU_NOT_FOUND);
    // the term ends
    guard_enter_system("upkeep", "vault-expire");
    assert_ok(guard_vault_expire(w.guard, &gone, NULL));
    assert_int_equal(gone, 0);
    now_ms += 1000;
    assert_ok(guard_vault_expire(w.guard, &gone, NULL));
    assert_int_equal(gone, 1);
    assert_int_equal(guard_vault_open(w.guard, &place, cu_buf_view(&sealed), &plain, &err), CU_ERASED);
    assert_int_equal(guard_vault_seal(w.guard, SEAL_ORDER, &place, now_ms + 9000, CU_LIT("again"), &plain, &err), CU_ERASED);
    world_stop(&w);
    assert_ok(world_start(&w, separate, NULL));
    guard_enter_system("upkeep", "test");
    assert_int_equal(guard_vault_open(w.guard, &place, cu_buf_view(&sealed), &plain, &err), CU_ERASED);
    cu_buf_clear(&sealed);
    cu_buf_clear(&plain);
    world_close(&w);
}

static void test_vault_inside(void **state)
{
    (void)state;
    vault(false);
}

static void test_vault_of_a_key_process(void **state)
{
    (void)state;
    vault(true);
}

static void reseal(bool separate)
{
    enum { PEOPLE = 20 };
    struct world w;
    struct cu_buf sealed, fresh, plain;
    struct guard_item items[PEOPLE];
    size_t lens[PEOPLE], at = 0;
    struct cu_error err;
    world_open(&w, separate);
    cu_buf_init(&sealed, 1 << 20);
    cu_buf_init(&fresh, 1 << 20);
    cu_buf_init(&plain, 1 << 20);
    seal_people(&w, PEOPLE, &sealed, lens);
    for (size_t i = 0; i < PEOPLE; i++) {
        items[i] = (struct guard_item){.place = place_of(i + 1), .bytes = {sealed.ptr + at, lens[i]}};
        at += lens[i];
    }
    guard_enter_system("upkeep", "people-reseal");
    assert_ok(guard_reseal_many(w.guard, items, PEOPLE, &fresh, NULL));
    assert_int_equal(fresh.len, 0); // there was no rotation
    assert_ok(guard_keys_rotate(w.guard, GUARD_ROTATE_CLASS, SEAL_CONTACT, NULL));
    assert_ok(guard_erase(w.guard, &(uint64_t){3}, 1, NULL));
    items[6].place.version++; // a row that somebody moved
    assert_ok(guard_reseal_many(w.guard, items, PEOPLE, &fresh, &err));
    for (size_t i = 0; i < PEOPLE; i++) {
        assert_int_equal(items[i].code, i == 2 ? CU_ERASED : i == 6 ? CU_CORRUPT : CU_OK);
        if (items[i].code != CU_OK)
            continue;
        cu_str anew = {fresh.ptr + items[i].at, items[i].len};
        assert_int_equal(seal_version_of(anew), 2);
        assert_int_equal(seal_class_of(anew), SEAL_CONTACT);
        cu_buf_reset(&plain);
        assert_ok(guard_open(w.guard, &items[i].place, anew, &plain, NULL));
        assert_true(cu_str_eqz(cu_buf_view(&plain), "anna@example.com"));
    }
    struct keys_reseal r;
    assert_ok(guard_reseal(w.guard, &r, NULL));
    assert_true(r.running && r.class_version[SEAL_CONTACT] == 2 && r.class_version[SEAL_NOTES] == 1);
    r.step = 3;
    r.row = INT64_MAX - 5;
    r.done = 7;
    assert_ok(guard_reseal_put(w.guard, &r, NULL));
    world_stop(&w);
    assert_ok(world_start(&w, separate, NULL));
    guard_enter_system("upkeep", "people-reseal");
    struct keys_reseal after;
    assert_ok(guard_reseal(w.guard, &after, NULL));
    assert_true(after.running && after.step == 3 && after.row == INT64_MAX - 5 && after.done == 7);
    enter_staff("owner", "operations", 1);
    assert_int_equal(guard_reseal_many(w.guard, items, 1, &fresh, &err), CU_FORBIDDEN);
    cu_buf_clear(&sealed);
    cu_buf_clear(&fresh);
    cu_buf_clear(&plain);
    world_close(&w);
}

static void test_reseal_inside(void **state)
{
    (void)state;
    reseal(false);
}

static void test_reseal_of_a_key_process(void **state)
{
    (void)state;
    reseal(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vault_inside),
        cmocka_unit_test(test_vault_of_a_key_process),
        cmocka_unit_test(test_reseal_inside),
        cmocka_unit_test(test_reseal_of_a_key_process),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
