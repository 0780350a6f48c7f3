// SPDX-License-Identifier: Apache-2.0
// Attribution, the pure part: paths and shares by hand, published Markov chains, random chains against counting every step of
// them by power iteration, sums that are exact.
#include "../store/store_test.h"

#include "insight/attribution.h"

#include <math.h>

#define DAY (INT64_C(86400) * 1000)
enum { A, B, C, DIRECT };

// "AABD": D is direct; a day between touches, the order a day after the last.
static size_t path_of(const char *text, struct attribution_touch *ret)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        ret[i] = (struct attribution_touch){.at_ms = (int64_t)(i + 1) * DAY, .key = (uint32_t)(text[i] - 'A'), .direct = text[i] == 'D'};
    return n;
}

static void transforms_as_snowplow_names_them(void **state)
{
    (void)state;
    static const struct {
        enum attribution_transform how;
        const char *before, *after;
    } cases[] = {
        {TRANSFORM_NONE, "AABA", "AABA"}, {TRANSFORM_UNIQUE, "AABA", "AABA"},
        {TRANSFORM_EXPOSURE, "AABBBA", "ABA"}, {TRANSFORM_EXPOSURE, "A", "A"}, {TRANSFORM_EXPOSURE, "", ""},
        {TRANSFORM_FIRST, "DABBCDCC", "DABC"}, {TRANSFORM_FIRST, "AAAA", "A"},
        {TRANSFORM_REMOVE_IF_LAST_AND_NOT_ALL, "DBDD", "DB"}, {TRANSFORM_REMOVE_IF_LAST_AND_NOT_ALL, "DDD", "DDD"},
        {TRANSFORM_REMOVE_IF_LAST_AND_NOT_ALL, "BDA", "BDA"}, {TRANSFORM_REMOVE_IF_LAST_AND_NOT_ALL, "", ""},
        {TRANSFORM_REMOVE_IF_NOT_ALL, "DBDD", "B"}, {TRANSFORM_REMOVE_IF_NOT_ALL, "DD", "DD"}, {TRANSFORM_REMOVE_IF_NOT_ALL, "ABD", "AB"},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        struct attribution_touch t[16];
        char after[16] = "";
        size_t n = attribution_path(cases[i].how, t, path_of(cases[i].before, t));
        for (size_t k = 0; k < n; k++)
            after[k] = (char)('A' + t[k].key);
        after[n] = 0;
        assert_string_equal(after, cases[i].after);
    }
}

static void shares_by_hand(void **state)
{
    (void)state;
    static const struct {
        enum attribution_model model;
        const char *path;
        int64_t shares[6];
    } cases[] = {
        {ATTRIBUTION_FIRST, "ABC", {1000000000, 0, 0}},
        {ATTRIBUTION_LAST, "ABC", {0, 0, 1000000000}},
        {ATTRIBUTION_LAST_NON_DIRECT, "ABD", {0, 1000000000, 0}},
        {ATTRIBUTION_LAST_NON_DIRECT, "DD", {0, 1000000000}},
        {ATTRIBUTION_LAST_NON_DIRECT, "A", {1000000000}},
        {ATTRIBUTION_LINEAR, "ABCA", {250000000, 250000000, 250000000, 250000000}},
        {ATTRIBUTION_LINEAR, "ABC", {333333333, 333333334, 333333333}},
        {ATTRIBUTION_POSITION, "A", {1000000000}},
        {ATTRIBUTION_POSITION, "AB", {500000000, 500000000}},
        {ATTRIBUTION_POSITION, "ABC", {400000000, 200000000, 400000000}},
        {ATTRIBUTION_POSITION, "ABCA", {400000000, 100000000, 100000000, 400000000}},
        // half-life of a day: 1/7, 2/7, 4/7
        {ATTRIBUTION_TIME_DECAY, "ABC", {142857143, 285714286, 571428571}},
        {ATTRIBUTION_TIME_DECAY, "A", {1000000000}},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        struct attribution_touch t[16];
        int64_t shares[16];
        size_t n = path_of(cases[i].path, t);
        attribution_share(cases[i].model, t, n, (int64_t)(n + 1) * DAY, DAY, shares);
        for (size_t k = 0; k < n; k++)
            assert_int_equal(shares[k], cases[i].shares[k]);
    }
}

static void shares_always_add_up(void **state)
{
    (void)state;
    static struct attribution_touch t[3000];
    static int64_t shares[3000];
    uint64_t seed = 11;
    for (int round = 0; round < 300; round++) {
        size_t n = 1 + test_random(&seed) % (round % 10 ? 20 : 3000);
        int64_t at = 0;
        for (size_t i = 0; i < n; i++) {
            at += (int64_t)(test_random(&seed) % (uint64_t)(40 * DAY));
            t[i] = (struct attribution_touch){at, (uint32_t)(test_random(&seed) % 5), test_random(&seed) % 3 == 0};
        }
        for (unsigned m = 0; m < ATTRIBUTION_MARKOV; m++) {
            int64_t sum = 0;
            attribution_share((enum attribution_model)m, t, n, at + DAY, 7 * DAY, shares);
            for (size_t i = 0; i < n; i++) {
                assert_true(shares[i] >= 0);
                sum += shares[i];
            }
            assert_int_equal(sum, ATTRIBUTION_WHOLE);
        }
    }
}

static void rounding_keeps_the_sum(void **state)
{
    (void)state;
    const attribution_wide thirds[] = {INT64_C(33333333333), INT64_C(33333333334), INT64_C(33333333333)};
    int64_t ret[64];
    uint32_t scratch[64];
    attribution_round(thirds, 3, 1000000000, 100, ret, scratch);
    assert_int_equal(ret[0], 33);
    assert_int_equal(ret[1], 34);
    assert_int_equal(ret[2], 33);
    uint64_t seed = 5;
    for (int round = 0; round < 500; round++) {
        attribution_wide parts[64], sum = 0;
        size_t n = 1 + test_random(&seed) % 64;
        for (size_t i = 0; i < n; i++) {
            parts[i] = (attribution_wide)(int64_t)(test_random(&seed) >> 20) - (round % 3 ? 0 : 1 << 20);
            sum += parts[i];
        }
        int64_t total = (int64_t)((sum + (sum < 0 ? -500 : 500)) / 1000), got = 0; // the sum rounded
        attribution_round(parts, n, 1000, total, ret, scratch);
        for (size_t i = 0; i < n; i++) {
            got += ret[i];
            assert_true(ret[i] * (attribution_wide)1000 - parts[i] < 1000 && parts[i] - ret[i] * (attribution_wide)1000 < 1000);
        }
        assert_int_equal(got, total);
    }
}

// --- chains

struct chain {
    struct attribution_chain c;
    double go[21 * 20], converted[20], value[20], ended[20];
};

static void chain_init(struct chain *x, size_t states)
{
    memset(x, 0, sizeof *x);
    x->c = (struct attribution_chain){states, x->go, x->converted, x->value, x->ended};
}

static void journey(struct chain *x, const char *path, double times, bool order, double value)
{
    size_t n = strlen(path);
    for (size_t i = 0; i < n; i++) {
        size_t from = i == 0 ? 0 : (size_t)(path[i - 1] - 'A') + 1;
        x->go[from * x->c.states + (size_t)(path[i] - 'A')] += times;
    }
    size_t last = (size_t)(path[n - 1] - 'A');
    *(order ? &x->converted[last] : &x->ended[last]) += times;
    x->value[last] += order ? times * value : 0;
}

static void assert_near(double a, double b)
{
    if (fabs(a - b) > 1e-9)
        fail_msg("%.12f is not %.12f", a, b);
}

// C1 > C2 > C3 with an order, C1 without, C2 > C3 without: removal effects 0.5, 1, 1, so 0.2, 0.4, 0.4 of the orders.
// (S. Bryl, Attribution model with R, part 1: Markov chains concept, analyzecore.com, 2016)
static void the_published_chain_of_three(void **state)
{
    (void)state;
    struct chain x;
    double effect[20], value[20], base = 0;
    chain_init(&x, 3);
    journey(&x, "ABC", 1, true, 10);
    journey(&x, "A", 1, false, 0);
    journey(&x, "BC", 1, false, 0);
    assert_ok(attribution_removal(&x.c, effect, value, &base, NULL));
    assert_near(base, 1.0 / 3);
    assert_near(effect[0], 0.5);
    assert_near(effect[1], 1);
    assert_near(effect[2], 1);
    assert_near(value[0], 0.5);
    assert_near(effect[0] / (effect[0] + effect[1] + effect[2]), 0.2);
}

// Google Ads alone 2 orders, mailing alone 1, Google Ads > mailing 1, Google Ads without 1: 0.75 and 0.5, so 2.4 and 1.6 orders.
// (S. Puzyrov, Markov chain attribution: simple explanation of removal effect, serhiipuzyrov.com, 2019)
static void the_published_chain_of_two(void **state)
{
    (void)state;
    struct chain x;
    double effect[20], value[20], base = 0;
    chain_init(&x, 2);
    journey(&x, "A", 2, true, 1);
    journey(&x, "B", 1, true, 1);
    journey(&x, "AB", 1, true, 1);
    journey(&x, "A", 1, false, 0);
    assert_ok(attribution_removal(&x.c, effect, value, &base, NULL));
    assert_near(base, 0.8);
    assert_near(effect[0], 0.75);
    assert_near(effect[1], 0.5);
    assert_near(4 * effect[0] / (effect[0] + effect[1]), 2.4);
    assert_near(4 * effect[1] / (effect[0] + effect[1]), 1.6);
}

static void chains_without_much(void **state)
{
    (void)state;
    struct chain x;
    double effect[20] = {0}, value[20] = {0}, base = 5;
    chain_init(&x, 0);
    assert_ok(attribution_removal(&x.c, effect, value, &base, NULL));
    assert_near(base, 0);
    chain_init(&x, 2); // nobody ever ordered
    journey(&x, "AB", 3, false, 0);
    assert_ok(attribution_removal(&x.c, effect, value, &base, NULL));
    assert_near(effect[0] + effect[1] + base, 0);
    chain_init(&x, 2); // everybody, and only by A; over and over
    journey(&x, "AAAAA", 3, true, 0);
    assert_ok(attribution_removal(&x.c, effect, value, &base, NULL));
    assert_near(base, 1);
    assert_near(effect[0], 1);
    assert_near(effect[1], 0);
    assert_near(value[0], 0);
    x.c.states = ATTRIBUTION_STATES_MAX + 1;
    assert_int_equal(attribution_removal(&x.c, effect, value, &base, NULL), CU_TOO_LARGE);
}

// Step by step until next to nothing is on its way.
static void walk(const struct chain *x, size_t removed, double *ret_order, double *ret_value)
{
    size_t n = x->c.states;
    double at[20] = {0}, starts = 0;
    *ret_order = *ret_value = 0;
    for (size_t i = 0; i < n; i++)
        starts += x->go[i];
    for (size_t i = 0; i < n; i++)
        at[i] = i == removed || starts <= 0 ? 0 : x->go[i] / starts;
    for (int step = 0; step < 20000; step++) {
        double next[20] = {0}, moving = 0;
        for (size_t i = 0; i < n; i++) {
            double total = x->converted[i] + x->ended[i];
            for (size_t k = 0; k < n; k++)
                total += x->go[(i + 1) * n + k];
            if (at[i] <= 0 || total <= 0)
                continue;
            *ret_order += at[i] * x->converted[i] / total;
            *ret_value += at[i] * x->value[i] / total;
            for (size_t k = 0; k < n; k++)
                next[k] += k == removed ? 0 : at[i] * x->go[(i + 1) * n + k] / total;
        }
        for (size_t i = 0; i < n; i++)
            moving += at[i] = next[i];
        if (moving < 1e-15)
            return;
    }
}

static void random_chains_against_walking_them(void **state)
{
    (void)state;
    uint64_t seed = 3;
    for (int round = 0; round < 200; round++) {
        struct chain x;
        double effect[20], value[20], base = 0, order0 = 0, value0 = 0;
        size_t n = 1 + test_random(&seed) % 12, journeys = 1 + test_random(&seed) % 60;
        chain_init(&x, n);
        for (size_t j = 0; j < journeys; j++) {
            char path[32] = "";
            size_t len = 1 + test_random(&seed) % 8;
            for (size_t i = 0; i < len; i++)
                path[i] = (char)('A' + (char)(test_random(&seed) % n));
            journey(&x, path, 1 + (double)(test_random(&seed) % 4), test_random(&seed) % 3 == 0, (double)(test_random(&seed) % 10000));
        }
        assert_ok(attribution_removal(&x.c, effect, value, &base, NULL));
        walk(&x, SIZE_MAX, &order0, &value0);
        assert_near(base, order0);
        for (size_t i = 0; i < n; i++) {
            double order = 0, worth = 0;
            walk(&x, i, &order, &worth);
            assert_near(effect[i], order0 > 0 ? 1 - order / order0 : 0);
            assert_near(value[i], value0 > 0 ? 1 - worth / value0 : 0);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transforms_as_snowplow_names_them),
        cmocka_unit_test(shares_by_hand),
        cmocka_unit_test(shares_always_add_up),
        cmocka_unit_test(rounding_keeps_the_sum),
        cmocka_unit_test(the_published_chain_of_three),
        cmocka_unit_test(the_published_chain_of_two),
        cmocka_unit_test(chains_without_much),
        cmocka_unit_test(random_chains_against_walking_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
