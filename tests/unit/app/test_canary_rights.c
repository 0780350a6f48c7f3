// SPDX-License-Identifier: Apache-2.0
// When the canary of rights runs: once a day at its hour in the shop's time zone, over changes of the clock, after a day that
// was missed, and not in a shop that was just made.
#include "../store/store_test.h"

#include "app/canary_rights_private.h"
#include "text/text.h"
#include "text/zone.h"

static int64_t at(const char *text)
{
    int64_t ms = 0;
    assert_true(text_time_parse(cu_str_of(text), &ms));
    return ms;
}

// Asked every minute from one moment to another: when did it run?
static size_t walk(struct canary_clock *c, const char *from, const char *to, int64_t *ran, size_t max)
{
    size_t count = 0;
    for (int64_t now = at(from); now < at(to); now += 60000) {
        if (!canary_due(c, now))
            continue;
        assert_true(count < max);
        ran[count++] = c->last_ms = now;
    }
    return count;
}

static void once_a_day_at_its_hour(void **state)
{
    (void)state;
    struct text_zone *z = text_zone_open("Europe/Berlin");
    struct canary_clock c = {.zone = z, .hour = 4, .first_ms = at("2026-01-01")};
    int64_t ran[400];
    size_t count = walk(&c, "2026-03-20", "2026-04-05", ran, CU_COUNT(ran)); // over the 29th: the clock is put forward
    assert_int_equal(count, 16);
    for (size_t i = 0; i < count; i++) {
        int64_t local = ran[i] + (int64_t)text_zone_offset(z, ran[i]) * 1000;
        assert_int_equal(local % 86400000, 4 * 3600000);
    }
    c.last_ms = 0;
    assert_int_equal(walk(&c, "2026-10-20", "2026-11-01", ran, CU_COUNT(ran)), 12); // and back on the 25th
    c = (struct canary_clock){.zone = z, .hour = 2, .first_ms = at("2026-01-01")};
    assert_int_equal(walk(&c, "2026-03-20", "2026-04-05", ran, CU_COUNT(ran)), 16); // an hour that one day does not have
    text_zone_close(z);
}

static void a_day_that_was_missed(void **state)
{
    (void)state;
    struct canary_clock c = {.hour = 4, .first_ms = at("2026-01-01"), .last_ms = at("2026-05-01T04:00:00Z")};
    assert_false(canary_due(&c, at("2026-05-01T04:30:00Z")));
    assert_false(canary_due(&c, at("2026-05-02T03:59:00Z")));
    assert_true(canary_due(&c, at("2026-05-02T04:00:00Z")));
    assert_true(canary_due(&c, at("2026-05-02T11:00:00Z"))); // it was off at four
    c.last_ms = at("2026-05-02T11:00:00Z");
    assert_false(canary_due(&c, at("2026-05-02T23:00:00Z")));
    assert_true(canary_due(&c, at("2026-05-03T04:00:00Z")));
}

static void not_in_a_new_shop(void **state)
{
    (void)state;
    struct canary_clock c = {.hour = 4, .first_ms = at("2026-05-01T03:00:00Z")};
    assert_false(canary_due(&c, at("2026-05-01T04:00:00Z")));
    assert_false(canary_due(&c, at("2026-05-01T12:00:00Z"))); // not its hour, and nothing was missed
    assert_true(canary_due(&c, at("2026-05-02T04:00:00Z")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(once_a_day_at_its_hour),
        cmocka_unit_test(a_day_that_was_missed),
        cmocka_unit_test(not_in_a_new_shop),
    };
    return cmocka_run_group_tests_name("app/canary_rights", tests, NULL, NULL);
}
