// SPDX-License-Identifier: Apache-2.0
// Choosing in a slot: the first rule whose segment holds; a hold-out group of the right size that stays the same and
// differs from slot to slot. The arithmetic of persona cards.
#include "insight/persona.h"
#include "insight/slot.h"
#include "../store/store_test.h"

#include <math.h>

static void test_the_first_rule_that_holds(void **state)
{
    (void)state;
    const struct slot_rule rules[] = {{.segment = "vip", .number = 7}, {.segment = "gone", .number = 0}, {.segment = "shoes", .number = 3}};
    const struct slot slot = {.name = "hero", .rules = rules, .rule_count = CU_COUNT(rules)};
    static const uint32_t both[] = {2, 3, 7}, shoes[] = {3}, other[] = {1, 2, 8};
    assert_ptr_equal(slot_choose(&slot, both, CU_COUNT(both)), &rules[0]);
    assert_ptr_equal(slot_choose(&slot, shoes, CU_COUNT(shoes)), &rules[2]);
    assert_null(slot_choose(&slot, other, CU_COUNT(other)));
    assert_null(slot_choose(&slot, NULL, 0));
}

static void test_the_hold_out_group(void **state)
{
    (void)state;
    const struct slot hero = {.name = "hero", .hold_out_permille = 100}, banner = {.name = "banner", .hold_out_permille = 100};
    const struct slot nobody = {.name = "hero"}, everybody = {.name = "hero", .hold_out_permille = 1000};
    unsigned in_hero = 0, in_banner = 0, in_both = 0;
    for (uint32_t person = 1; person <= 100000; person++) {
        bool a = slot_holds_out(&hero, person), b = slot_holds_out(&banner, person);
        assert_int_equal(a, slot_holds_out(&hero, person));
        assert_false(slot_holds_out(&nobody, person));
        assert_true(slot_holds_out(&everybody, person));
        in_hero += a;
        in_banner += b;
        in_both += a && b;
    }
    // five standard deviations
    assert_true(in_hero > 9525 && in_hero < 10475);
    assert_true(in_banner > 9525 && in_banner < 10475);
    assert_true(in_both > 840 && in_both < 1160);
}

static void test_a_larger_hold_out_group_keeps_the_smaller(void **state)
{
    (void)state;
    const struct slot small = {.name = "hero", .hold_out_permille = 50}, large = {.name = "hero", .hold_out_permille = 200};
    for (uint32_t person = 1; person <= 20000; person++)
        assert_true(!slot_holds_out(&small, person) || slot_holds_out(&large, person));
}

static void test_what_differs(void **state)
{
    (void)state;
    struct persona_table *t = cu_calloc(1, sizeof *t);
    assert_non_null(t);
    t->people = 200;
    t->all = 1000;
    persona_count(t, "country", CU_LIT("DE"), true, 120);
    persona_count(t, "country", CU_LIT("DE"), false, 300);
    persona_count(t, "country", CU_LIT("FR"), true, 60);
    persona_count(t, "country", CU_LIT("FR"), false, 310);
    persona_count(t, "language", CU_LIT("DE"), true, 2); // another field with the same text
    persona_count(t, "country", CU_LIT("IS"), true, 4);
    persona_count(t, "country", CU_LIT("IS"), false, 4);
    assert_int_equal(t->count, 4);
    assert_true(fabs(persona_index(t, &t->at[0]) - 2) < 1e-9);
    assert_true(persona_differs(t, &t->at[0]));
    assert_false(persona_differs(t, &t->at[1])); // 30 % against 31 %
    assert_false(persona_differs(t, &t->at[2])); // nobody of everybody has it
    assert_false(persona_differs(t, &t->at[3])); // too few
    cu_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_the_first_rule_that_holds), cmocka_unit_test(test_the_hold_out_group),
        cmocka_unit_test(test_a_larger_hold_out_group_keeps_the_smaller), cmocka_unit_test(test_what_differs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
