// SPDX-License-Identifier: Apache-2.0
// RFM: quantiles of type 7, classes one unit above a border, the eleven groups over the 25 cells; the CDNOW sample
// (2,357 customers with 6,919 orders, the published numbers) against figures worked out independently.
#include "insight/rfm.h"
#include "insight/fixtures_path.h"
#include "../store/store_test.h"
#include "text/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void test_quantiles_are_type_7(void **state)
{
    (void)state;
    static const int64_t ten[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, one[] = {42}, uneven[] = {1, 1, 1, 5, 100, 1000};
    static const double wanted[] = {1, 2.8, 4.6, 6.4, 8.2, 10};
    for (unsigned k = 0; k <= 5; k++)
        assert_true(fabs(rfm_quantile(ten, 10, k) - wanted[k]) < 1e-9);
    for (unsigned k = 0; k <= 5; k++)
        assert_true(rfm_quantile(one, 1, k) == 42);
    assert_true(rfm_quantile(uneven, 6, 1) == 1); // whole places are met exactly
    assert_true(rfm_quantile(uneven, 6, 3) == 5);
    assert_true(rfm_quantile(uneven, 6, 4) == 100);
    assert_true(isnan(rfm_quantile(NULL, 0, 2)));
}

static void test_the_groups_cover_every_cell_once(void **state)
{
    (void)state;
    struct cu_error err = {0};
    unsigned seen = 0;
    assert_int_equal(rfm_groups_check(rfm_group_defaults, &err), CU_OK);
    for (unsigned r = 1; r <= 5; r++) {
        for (unsigned fm = 1; fm <= 5; fm++) {
            assert_true(rfm_group_of(rfm_group_defaults, r, fm) < RFM_GROUPS);
            seen |= 1U << rfm_group_of(rfm_group_defaults, r, fm);
        }
    }
    assert_int_equal(seen, (1U << RFM_GROUPS) - 1);
    assert_string_equal(rfm_group_names[rfm_group_of(rfm_group_defaults, 5, 5)], "Champions");
    assert_string_equal(rfm_group_names[rfm_group_of(rfm_group_defaults, 1, 5)], "Cannot Lose Them");
    assert_string_equal(rfm_group_names[rfm_group_of(rfm_group_defaults, 1, 1)], "Lost");
    assert_null(rfm_group_names[RFM_GROUPS]);
}

static void test_gaps_and_overlaps_are_named(void **state)
{
    (void)state;
    struct rfm_border groups[RFM_GROUPS];
    struct cu_error err = {0};
    memcpy(groups, rfm_group_defaults, sizeof groups);
    groups[0].frequency_monetary[0] = 5; // Champions leave 5,4 to nobody
    assert_int_equal(rfm_groups_check(groups, &err), CU_INVALID);
    assert_non_null(strstr(err.text, "recency 5 with frequency and monetary 4 is in no group"));
    memcpy(groups, rfm_group_defaults, sizeof groups);
    groups[1].recency[1] = 5; // Loyal reaches into Champions
    assert_int_equal(rfm_groups_check(groups, &err), CU_INVALID);
    assert_non_null(strstr(err.text, "is in two groups: Champions and Loyal"));
    memcpy(groups, rfm_group_defaults, sizeof groups);
    groups[3].recency[0] = 0;
    assert_int_equal(rfm_groups_check(groups, &err), CU_INVALID);
    assert_non_null(strstr(err.text, "New Customers"));
    groups[3].recency[0] = 6;
    assert_int_equal(rfm_groups_check(groups, &err), CU_INVALID);
}

// Ten customers by hand: one buys most, most lately and for most.
static void test_a_small_shop(void **state)
{
    (void)state;
    struct rfm_customer c[10];
    struct rfm_cuts cuts;
    struct cu_error err = {0};
    for (uint32_t i = 0; i < 10; i++) // the last order i * 10 days ago, 10 - i orders, 100 euros each
        c[i] = (struct rfm_customer){.person = i + 1, .orders = 10 - i, .revenue = (int64_t)(10 - i) * 10000, .last_day = 1000 - (int32_t)i * 10};
    assert_int_equal(rfm_score(c, 10, 1000, 100, rfm_group_defaults, &cuts, &err), CU_OK);
    assert_true(fabs(cuts.recency[0] - 18) < 1e-9 && fabs(cuts.recency[3] - 72) < 1e-9);
    assert_true(fabs(cuts.frequency[0] - 2.8) < 1e-9 && fabs(cuts.monetary[3] - 82000) < 1e-6);
    assert_int_equal(c[0].recency, 5);
    assert_int_equal(c[0].frequency, 5);
    assert_int_equal(c[0].monetary, 5);
    assert_string_equal(rfm_group_names[c[0].group], "Champions");
    assert_int_equal(c[9].recency, 1);
    assert_int_equal(c[9].frequency, 1);
    assert_string_equal(rfm_group_names[c[9].group], "Lost");
    // 2 orders are below 2.8 + 1, 4 are not: a class begins one unit above its border
    assert_int_equal(c[8].frequency, 1);
    assert_int_equal(c[7].frequency, 1);
    assert_int_equal(c[6].frequency, 2);
    // nobody at all, and one alone
    assert_int_equal(rfm_score(NULL, 0, 1000, 100, rfm_group_defaults, &cuts, &err), CU_OK);
    assert_true(isnan(cuts.recency[0]));
    assert_int_equal(rfm_score(c, 1, 1000, 100, rfm_group_defaults, &cuts, &err), CU_OK);
    assert_int_equal(c[0].recency, 5);
    assert_int_equal(c[0].frequency, 1);
}

// A day later every recency is a day more and so is every border: nobody's class changes.
static void test_days_alone_change_nothing(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    struct rfm_customer now[COUNT], later[COUNT];
    struct rfm_cuts cuts;
    uint64_t random = 7;
    for (uint32_t i = 0; i < COUNT; i++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407U;
        now[i] = (struct rfm_customer){.person = i + 1, .orders = 1 + (uint32_t)(random >> 60), .revenue = (int64_t)(random >> 44),
            .last_day = (int32_t)(random >> 33 & 1023)};
        later[i] = now[i];
    }
    assert_int_equal(rfm_score(now, COUNT, 2000, 100, rfm_group_defaults, &cuts, NULL), CU_OK);
    assert_int_equal(rfm_score(later, COUNT, 2091, 100, rfm_group_defaults, &cuts, NULL), CU_OK);
    assert_memory_equal(now, later, sizeof now);
}

// --- CDNOW

struct cdnow {
    struct rfm_customer at[3000];
    size_t customers, orders;
    int64_t revenue;
};

static void add_line(struct cdnow *c, const char *line)
{
    uint32_t person = 0;
    char date[16], iso[16];
    double amount = 0;
    int64_t ms = 0, cents = 0;
    const char *at = line;
    char *end = NULL;
    person = (uint32_t)strtoul(at, &end, 10);
    (void)strtoul(end, &end, 10);
    while (*end == ' ')
        end++;
    memcpy(date, end, 8);
    (void)snprintf(iso, sizeof iso, "%.4s-%.2s-%.2s", date, date + 4, date + 6);
    (void)strtoul(end + 8, &end, 10);
    amount = strtod(end, &end);
    assert_true(text_time_parse(cu_str_of(iso), &ms));
    assert_true(text_money_from_double(amount, 2, &cents));
    struct rfm_customer *last = c->customers ? &c->at[c->customers - 1] : NULL;
    if (!last || last->person != person) {
        last = &c->at[c->customers++];
        *last = (struct rfm_customer){.person = person, .last_day = INT32_MIN};
    }
    last->orders++;
    last->revenue += cents;
    last->last_day = text_day_of(ms) > last->last_day ? text_day_of(ms) : last->last_day;
    c->orders++;
    c->revenue += cents;
}

static void assert_counts(const struct rfm_customer *c, size_t count, size_t offset, const unsigned wanted[5])
{
    unsigned seen[6] = {0};
    for (size_t i = 0; i < count; i++)
        seen[((const uint8_t *)&c[i])[offset]]++;
    for (unsigned k = 1; k <= 5; k++)
        assert_int_equal(seen[k], wanted[k - 1]);
}

static void test_cdnow(void **state)
{
    (void)state;
    static struct cdnow c;
    static const unsigned recency[] = {459, 478, 475, 471, 474}, frequency[] = {1205, 0, 406, 358, 388},
                          monetary[] = {518, 451, 461, 460, 467},
                          groups[RFM_GROUPS] = {437, 424, 147, 0, 0, 80, 332, 161, 8, 377, 391};
    struct rfm_cuts cuts;
    char line[128];
    int64_t end_ms = 0;
    FILE *f = fopen(CUSTOS_FIXTURES "/../../../shared/data/cdnow/CDNOW_sample.txt", "r");
    if (!f) {
        print_message("the CDNOW sample is not here\n");
        skip();
    }
    while (fgets(line, sizeof line, f))
        add_line(&c, line);
    fclose(f);
    assert_int_equal(c.customers, 2357); // as published
    assert_int_equal(c.orders, 6919);
    assert_int_equal(c.revenue, 24409194);
    assert_true(text_time_parse(CU_LIT("1998-07-01"), &end_ms));
    assert_int_equal(rfm_score(c.at, c.customers, text_day_of(end_ms), 100, rfm_group_defaults, &cuts, NULL), CU_OK);
    static const double days[] = {153, 443, 487, 513}, orders[] = {1, 1, 2, 4}, cents[] = {1536, 3195.8, 5925, 13043.6};
    for (int i = 0; i < RFM_CUTS; i++) {
        assert_true(fabs(cuts.recency[i] - days[i]) < 1e-9);
        assert_true(fabs(cuts.frequency[i] - orders[i]) < 1e-9);
        assert_true(fabs(cuts.monetary[i] - cents[i]) < 1e-6);
    }
    assert_counts(c.at, c.customers, offsetof(struct rfm_customer, recency), recency);
    assert_counts(c.at, c.customers, offsetof(struct rfm_customer, frequency), frequency);
    assert_counts(c.at, c.customers, offsetof(struct rfm_customer, monetary), monetary);
    unsigned seen[RFM_GROUPS] = {0};
    for (size_t i = 0; i < c.customers; i++)
        seen[c.at[i].group]++;
    for (int i = 0; i < RFM_GROUPS; i++)
        assert_int_equal(seen[i], groups[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_quantiles_are_type_7), cmocka_unit_test(test_the_groups_cover_every_cell_once),
        cmocka_unit_test(test_gaps_and_overlaps_are_named), cmocka_unit_test(test_a_small_shop),
        cmocka_unit_test(test_days_alone_change_nothing), cmocka_unit_test(test_cdnow)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
