// SPDX-License-Identifier: Apache-2.0
// The table of cohorts: hand-made cases, a naive second implementation over random people in zones with daylight saving, and
// the published figures of CDNOW (23,570 customers of the first quarter of 1997, 69,659 purchases).
#include "insight/cohort.h"
#include "insight/fixtures_path.h"
#include "../store/store_test.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t at(const char *text)
{
    int64_t ms = 0;
    assert_true(text_time_parse(cu_str_of(text), &ms));
    return ms;
}

static int32_t day_of(const char *text)
{
    return text_day_of(at(text));
}

struct act {
    int64_t at_ms, amount;
};

static void feed(const struct cohort_rules *r, uint32_t person, const struct act *acts, size_t count, struct cohort_table *t,
    const struct cohort_pick *pick)
{
    static struct cohort_person p;
    struct cohort_start start = COHORT_NEVER;
    for (size_t i = 0; i < count; i++)
        cohort_start_at(&start, r, acts[i].at_ms);
    if (!cohort_begin(&p, r, &start))
        return;
    for (size_t i = 0; i < count; i++)
        cohort_return(&p, acts[i].at_ms, acts[i].amount);
    cohort_end(&p, person, t, pick);
}

static struct cohort_rules rules(
    enum retention_period period, enum cohort_mode mode, uint32_t periods, const char *from, const char *to)
{
    struct cohort_rules r = {.period = period, .mode = mode, .periods = periods};
    assert_int_equal(cohort_edges(&r, NULL, day_of(from), day_of(to) + 1, NULL), CU_OK);
    return r;
}

// ---- by hand

static void test_modes(void **state)
{
    (void)state;
    static struct cohort_table t;
    struct act acts[] = {{at("2026-01-31T23:00:00Z"), 100}, {at("2026-02-01T01:00:00Z"), 50}, {at("2026-02-20"), 25},
        {at("2026-04-30"), -10}};
    struct cohort_rules r = rules(RETENTION_MONTH, COHORT_BRACKET, 4, "2026-01-15", "2026-02-03");
    assert_int_equal(r.cohorts, 2); // whole periods
    t = (struct cohort_table){0};
    feed(&r, 7, acts, 4, &t, NULL);
    assert_int_equal(t.size[0], 1);
    assert_int_equal(t.size[1], 0);
    static const uint64_t people[] = {1, 1, 0, 1}, orders[] = {1, 2, 0, 1};
    static const int64_t amounts[] = {100, 75, 0, -10}, summed[] = {100, 175, 175, 165};
    assert_memory_equal(t.people[0], people, sizeof people);
    assert_memory_equal(t.orders[0], orders, sizeof orders);
    assert_memory_equal(t.amount[0], amounts, sizeof amounts);
    r.cumulative = true;
    t = (struct cohort_table){0};
    feed(&r, 7, acts, 4, &t, NULL);
    cohort_table_sum_up(&t, &r);
    static const uint64_t ever[] = {1, 1, 1, 1};
    assert_memory_equal(t.people[0], ever, sizeof ever);
    assert_memory_equal(t.amount[0], summed, sizeof summed);

    r = rules(RETENTION_MONTH, COHORT_ROLLING, 4, "2026-01-15", "2026-01-15");
    t = (struct cohort_table){0};
    feed(&r, 7, acts, 4, &t, NULL);
    assert_memory_equal(t.people[0], ever, sizeof ever); // March too: came later

    // blocks of 30 days from 23:00: 1 February is in the own one, 30 April 00:00 is 88 days and an hour later
    r = rules(RETENTION_MONTH, COHORT_ROLLING_24H, 4, "2026-01-15", "2026-01-15");
    t = (struct cohort_table){0};
    feed(&r, 7, acts, 4, &t, NULL);
    static const uint64_t blocks[] = {3, 0, 1, 0};
    assert_memory_equal(t.orders[0], blocks, sizeof blocks);
}

static void test_rolling_is_rounded_to_hours(void **state)
{
    (void)state;
    static struct cohort_table t;
    struct act acts[] = {{at("2026-03-01T10:59:00Z"), 0}, {at("2026-03-02T10:01:00Z"), 0}, {at("2026-03-04T09:59:59Z"), 0}};
    struct cohort_rules r = rules(RETENTION_DAY, COHORT_ROLLING_24H, 4, "2026-03-01", "2026-03-01");
    t = (struct cohort_table){0};
    feed(&r, 1, acts, 3, &t, NULL);
    static const uint64_t people[] = {1, 1, 1, 0}; // 23 h 2 min later, but in the hour that is 24 h later
    assert_memory_equal(t.people[0], people, sizeof people);
}

static void test_every_start(void **state)
{
    (void)state;
    static struct cohort_table t;
    struct act acts[] = {{at("2026-03-01"), 0}, {at("2026-03-02"), 0}, {at("2026-03-04"), 0}};
    struct cohort_rules r = rules(RETENTION_DAY, COHORT_BRACKET, 4, "2026-03-01", "2026-03-04");
    r.every = true;
    t = (struct cohort_table){0};
    feed(&r, 1, acts, 3, &t, NULL);
    // ClickHouse: SELECT retention(day = 1, day = 2, day = 3, day = 4) is [1, 1, 0, 1]; from the 2nd on [1, 0, 1]
    static const uint64_t sizes[] = {1, 1, 0, 1}, first[] = {1, 1, 0, 1}, second[] = {1, 0, 1, 0};
    assert_memory_equal(t.size, sizes, sizeof sizes);
    assert_memory_equal(t.people[0], first, sizeof first);
    assert_memory_equal(t.people[1], second, sizeof second);
}

static void test_complete(void **state)
{
    (void)state;
    struct cohort_rules r = rules(RETENTION_WEEK, COHORT_BRACKET, 3, "2026-03-04", "2026-03-10");
    assert_int_equal(r.cohorts, 2);
    assert_int_equal(r.edges[0], at("2026-03-02")); // a Monday
    assert_int_equal(cohort_complete(&r, 0, at("2026-03-08T23:59:59Z")), 0);
    assert_int_equal(cohort_complete(&r, 0, at("2026-03-09")), 1);
    assert_int_equal(cohort_complete(&r, 1, at("2026-03-23")), 2);
    assert_int_equal(cohort_complete(&r, 1, at("2027-03-23")), 3);
    assert_false(cohort_begun(&r, 1, 1, at("2026-03-15T23:59:59Z")));
    assert_true(cohort_begun(&r, 1, 1, at("2026-03-16")));
    r.mode = COHORT_ROLLING_24H; // the last of the cohort began at its end
    assert_int_equal(cohort_complete(&r, 0, at("2026-03-15")), 0);
    assert_int_equal(cohort_complete(&r, 0, at("2026-03-16")), 1);
}

static void test_limits(void **state)
{
    (void)state;
    struct cohort_rules r = {.period = RETENTION_DAY, .periods = 64};
    struct cu_error err;
    assert_int_equal(cohort_edges(&r, NULL, 0, 64, &err), CU_OK);
    assert_int_equal(r.cohorts, 64);
    assert_int_equal(cohort_edges(&r, NULL, 0, 65, &err), CU_TOO_LARGE);
    assert_string_equal(err.field, "/from");
    assert_int_equal(cohort_add(INT64_MAX, 1), INT64_MAX);
    assert_int_equal(cohort_add(INT64_MIN, -1), INT64_MIN);
}

// ---- against a naive one

static int64_t period_number(enum retention_period period, const struct text_zone *zone, int64_t at_ms)
{
    time_t local = (time_t)((at_ms + INT64_C(1000) * text_zone_offset(zone, at_ms)) / 1000);
    struct tm tm;
    assert_non_null(gmtime_r(&local, &tm));
    if (period == RETENTION_MONTH)
        return tm.tm_year * 12 + tm.tm_mon;
    int64_t day = (local - (tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec)) / 86400;
    return period == RETENTION_DAY ? day : (day - (tm.tm_wday + 6) % 7 + 3) / 7;
}

struct naive {
    uint64_t size, people[COHORTS_MAX], orders[COHORTS_MAX];
    int64_t amount[COHORTS_MAX];
};

// The row of one cohort by one person, straight from the definitions.
static void naive_row(const struct cohort_rules *r, const struct text_zone *zone, int64_t origin, uint32_t cohort,
    const struct act *acts, size_t count, struct naive *n)
{
    int64_t first = acts[0].at_ms, mine = period_number(r->period, zone, first) - origin;
    bool in = mine == cohort, came[COHORTS_MAX] = {false}, later = false;
    for (size_t i = 0; r->every && i < count; i++)
        in = in || period_number(r->period, zone, acts[i].at_ms) - origin == cohort;
    if (!in)
        return;
    n->size++;
    for (size_t i = 0; i < count; i++) {
        int64_t k = period_number(r->period, zone, acts[i].at_ms) - origin - cohort;
        if (r->mode == COHORT_ROLLING_24H)
            k = (acts[i].at_ms / 3600000 - first / 3600000) / (r->period == RETENTION_DAY       ? 24
                                                                  : r->period == RETENTION_WEEK ? 168
                                                                                                : 720);
        for (int64_t c = 0; c < r->periods; c++)
            came[c] = came[c] || (r->mode == COHORT_ROLLING && c > 0 ? k >= c : k == c);
        for (int64_t c = 0; c < r->periods && k >= 0; c++) {
            if (c == k || (r->cumulative && k < c)) {
                n->orders[c]++;
                n->amount[c] += acts[i].amount;
            }
        }
    }
    for (uint32_t c = 0; c < r->periods; c++) {
        bool all = true;
        for (uint32_t i = 1; i <= c; i++)
            all = all && came[i];
        later = later || (c > 0 && came[c]);
        n->people[c] += r->cumulative && c > 0 ? later : r->mode == COHORT_FULL && c > 0 ? all : came[c];
    }
}

static void one_round(uint64_t *seed, int round, struct text_zone *const zones[3])
{
    enum { PEOPLE = 60, ACTS = 12 };
    static struct cohort_table t;
    static struct naive want[COHORTS_MAX];
    struct text_zone *zone = zones[round % 3];
    struct cohort_rules r = {.period = (enum retention_period)(round % 3),
        .mode = (enum cohort_mode)((test_random(seed) >> 20) % 4),
        .periods = 1 + (uint32_t)((test_random(seed) >> 20) % 12)};
    r.every = r.mode != COHORT_ROLLING_24H && (test_random(seed) >> 20) % 2;
    r.cumulative = r.mode != COHORT_ROLLING && r.mode != COHORT_FULL && (test_random(seed) >> 20) % 2;
    int32_t from = day_of("2026-01-20") + (int32_t)((test_random(seed) >> 20) % 60);
    assert_int_equal(cohort_edges(&r, zone, from, from + 1 + (int32_t)((test_random(seed) >> 20) % 50), NULL), CU_OK);
    memset(&t, 0, sizeof t);
    memset(want, 0, sizeof want);
    int64_t origin = period_number(r.period, zone, r.edges[0]);
    struct cohort_pick pick = {(uint32_t)(test_random(seed) >> 20) % r.cohorts,
        (uint32_t)(test_random(seed) >> 20) % r.periods, roaring_bitmap_create()};
    for (uint32_t person = 1; person <= PEOPLE; person++) {
        struct act acts[ACTS];
        size_t count = 1 + (test_random(seed) >> 20) % ACTS;
        int64_t time = at("2026-01-01") + (int64_t)((test_random(seed) >> 16) % (UINT64_C(100) * 86400)) * 1000;
        for (size_t i = 0; i < count; i++) {
            acts[i] = (struct act){time, (int64_t)((test_random(seed) >> 20) % 1000) - 200};
            time += (int64_t)((test_random(seed) >> 16) % (UINT64_C(20) * 86400)) * 1000;
        }
        feed(&r, person, acts, count, &t, &pick);
        for (uint32_t c = 0; c < r.cohorts; c++)
            naive_row(&r, zone, origin, c, acts, count, &want[c]);
    }
    cohort_table_sum_up(&t, &r);
    for (uint32_t c = 0; c < r.cohorts; c++) {
        assert_int_equal(t.size[c], want[c].size);
        assert_memory_equal(t.people[c], want[c].people, sizeof want[c].people);
        assert_memory_equal(t.orders[c], want[c].orders, sizeof want[c].orders);
        assert_memory_equal(t.amount[c], want[c].amount, sizeof want[c].amount);
    }
    uint64_t cell = pick.column == 0 ? want[pick.cohort].size : want[pick.cohort].people[pick.column];
    assert_int_equal(roaring_bitmap_get_cardinality(pick.among), cell);
    roaring_bitmap_free(pick.among);
}

static void test_random_people(void **state)
{
    (void)state;
    struct text_zone *zones[3] = {NULL, text_zone_open("Europe/Berlin"), text_zone_open("America/New_York")};
    uint64_t seed = 4711;
    for (int round = 0; round < 400; round++)
        one_round(&seed, round, zones);
    text_zone_close(zones[1]);
    text_zone_close(zones[2]);
}

static void test_months(void **state)
{
    (void)state;
    assert_int_equal(retention_months(day_of("2026-01-31"), day_of("2026-02-27")), 0);
    assert_int_equal(retention_months(day_of("2026-01-31"), day_of("2026-02-28")), 1);
    assert_int_equal(retention_months(day_of("2026-01-31"), day_of("2026-03-30")), 1);
    assert_int_equal(retention_months(day_of("2026-01-31"), day_of("2026-03-31")), 2);
    assert_int_equal(retention_months(day_of("2024-02-29"), day_of("2025-02-28")), 12);
    assert_int_equal(retention_months(day_of("2025-12-15"), day_of("2026-01-14")), 0);
    assert_int_equal(retention_months(day_of("2025-12-15"), day_of("2026-01-15")), 1);
    assert_int_equal(retention_months(day_of("2026-01-15"), day_of("2025-12-15")), 0);
    int32_t year, month;
    retention_month_of(day_of("1997-03-31"), &year, &month);
    assert_int_equal(year, 1997);
    assert_int_equal(month, 3);
}

// ---- CDNOW

struct customer {
    uint32_t person;
    struct act acts[512];
    size_t count;
};

// " 00001 19970101  1   11.77", and the sample's second number.
static bool read_line(FILE *f, bool sample, uint32_t *person, struct act *ret)
{
    char line[128], iso[16], *end = NULL;
    if (!fgets(line, sizeof line, f))
        return false;
    *person = (uint32_t)strtoul(line, &end, 10);
    if (sample)
        (void)strtoul(end, &end, 10);
    unsigned long date = strtoul(end, &end, 10);
    (void)strtoul(end, &end, 10);
    (void)snprintf(iso, sizeof iso, "%04lu-%02lu-%02lu", date / 10000 % 10000, date / 100 % 100, date % 100);
    assert_true(text_money_from_double(strtod(end, NULL), 2, &ret->amount));
    ret->at_ms = at(iso);
    return true;
}

static size_t feed_file(FILE *f, bool sample, const struct cohort_rules *r, struct cohort_table *t)
{
    static struct customer c;
    struct act act;
    uint32_t person;
    size_t customers = 0;
    c = (struct customer){0};
    while (read_line(f, sample, &person, &act)) {
        if (person != c.person && c.count) {
            feed(r, c.person, c.acts, c.count, t, NULL);
            customers++;
            c.count = 0;
        }
        c.person = person;
        assert_true(c.count < CU_COUNT(c.acts));
        c.acts[c.count++] = act;
    }
    feed(r, c.person, c.acts, c.count, t, NULL);
    return customers + 1;
}

static uint64_t sum_of(const uint64_t *values, uint32_t count)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += values[i];
    return sum;
}

static void test_cdnow(void **state)
{
    (void)state;
    static struct cohort_table t;
    struct cohort_rules r = rules(RETENTION_MONTH, COHORT_BRACKET, 18, "1997-01-01", "1997-03-31");
    FILE *f =
        popen("zstd -dcq " CUSTOS_FIXTURES "/../../../shared/data/cdnow/CDNOW_master.txt.zst 2>/dev/null | tail -n +2", "r");
    assert_non_null(f);
    int first = fgetc(f);
    if (first == EOF) {
        (void)pclose(f);
        print_message("CDNOW is not here\n");
        skip();
    }
    (void)ungetc(first, f);
    t = (struct cohort_table){0};
    assert_int_equal(feed_file(f, false, &r, &t), 23570); // as published
    (void)pclose(f);
    assert_int_equal(t.size[0], 7846); // January, February, March 1997
    assert_int_equal(t.size[1], 8476);
    assert_int_equal(t.size[2], 7248);
    // worked out by another program
    static const uint64_t returned[3][6] = {
        {7846, 1157, 964, 810, 679, 736}, {8476, 1312, 980, 783, 847, 786}, {7248, 1032, 752, 756, 674, 564}};
    static const int64_t amounts[3][3] = {
        {29906017, 6104169, 5068375}, {31854834, 6258703, 4924770}, {27988449, 5292129, 3465318}};
    uint64_t orders = 0;
    int64_t amount = 0;
    for (uint32_t c = 0; c < 3; c++) {
        orders += sum_of(t.orders[c], r.periods);
        for (uint32_t k = 0; k < r.periods; k++)
            amount += t.amount[c][k];
    }
    assert_int_equal(orders, 69659); // as published
    assert_int_equal(amount, 250031563); // $2,500,315.63
    for (uint32_t c = 0; c < 3; c++) {
        assert_memory_equal(t.people[c], returned[c], sizeof returned[c]);
        assert_memory_equal(t.amount[c], amounts[c], sizeof amounts[c]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_modes), cmocka_unit_test(test_rolling_is_rounded_to_hours),
        cmocka_unit_test(test_every_start), cmocka_unit_test(test_complete), cmocka_unit_test(test_limits),
        cmocka_unit_test(test_random_people), cmocka_unit_test(test_months), cmocka_unit_test(test_cdnow)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
