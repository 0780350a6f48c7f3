// SPDX-License-Identifier: Apache-2.0
// Orders in a real folder: versions as rows, the same fold whatever the order of arrival, sums of
// persons and days, JSON, taking imports, people and sample data back, nothing personal in plain
// bytes.
#include "people_test.h"

#include "orders_test.h"

#include "base/log.h"
#include "text/text.h"

#include <sqlite3.h>

#define DAY INT64_C(86400000)

static int setup(void **state)
{
    cu_log_set_level(CU_LOG_ERROR + 1);
    (void)world_setup(state);
    struct world *w = *state;
    assert_ok(orders_open(w->people, CU_LIT("EUR"), NULL));
    return 0;
}

static int64_t project_in(struct world *w, uint32_t pno, enum order_kind kind,
    const char *properties, struct evidence ev, uint64_t row, cu_code expected)
{
    json v;
    int64_t revenue = -1;
    struct cu_error err = {0};
    assert_ok(json_parse(w->json, cu_str_of(properties), &v, NULL));
    cu_code code =
        orders_project(w->people, pno, cu_str_of(kind_event(kind)), v, &ev, row, &revenue, &err);
    if (code != expected)
        print_error("%s: %s %s\n", properties, err.field, err.text);
    assert_int_equal(code, expected);
    return revenue;
}

static int64_t project(struct world *w, uint32_t pno, enum order_kind kind, const char *properties,
    struct evidence ev, uint64_t row)
{
    begin(w);
    int64_t revenue = project_in(w, pno, kind, properties, ev, row, CU_OK);
    commit(w);
    return revenue;
}

// The orders of a profile as JSON, newest first; freed by the caller.
static struct cu_buf orders_json(
    struct world *w, uint32_t pno, int64_t before_ms, int limit, int64_t *ret_last)
{
    struct db *d = NULL;
    struct cu_buf out;
    struct json_writer jw;
    cu_buf_init(&out, 16 << 20);
    jw_start(&jw, &out);
    jw_array(&jw);
    assert_ok(people_read_take(w->people, &d, NULL));
    assert_ok(orders_of_person(w->people, d, &pno, 1, before_ms, limit, &(struct caller){.kind = CALLER_LOCAL}, &jw, ret_last, NULL));
    people_read_give(w->people, d);
    jw_array_end(&jw);
    assert_false(out.failed);
    return out;
}

static bool orders_are(struct world *w, uint32_t pno, const char *expected)
{
    struct cu_buf got = orders_json(w, pno, INT64_MAX, 100, NULL);
    bool same = cu_str_eqz(cu_buf_view(&got), expected);
    if (!same)
        print_error("got      %.*s\nexpected %s\n", CU_ARG(cu_buf_view(&got)), expected);
    cu_buf_clear(&got);
    return same;
}

static struct orders_totals totals(struct world *w, uint32_t pno)
{
    struct orders_totals t;
    struct db *d = NULL;
    assert_ok(people_read_take(w->people, &d, NULL));
    assert_ok(orders_totals_of(w->people, d, &pno, 1, &t, NULL));
    people_read_give(w->people, d);
    return t;
}

static int64_t query_one(struct world *w, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    char *path = test_path(w->folder, "records.db");
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    int64_t v = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    free(path);
    return v;
}

// ---- one order

static void test_one_order_as_json(void **state)
{
    struct world *w = *state;
    uint32_t pno = identify(w, "user_id=u1", at(5, 1));
    assert_int_equal(project(w, pno, C,
                         "{\"order_id\":\"A-1\",\"total\":27.5,\"shipping\":3,\"tax\":2,"
                         "\"discount\":2.5,\"coupon\":\"hasbros\",\"products\":["
                         "{\"product_id\":\"p1\",\"sku\":\"45790\",\"name\":\"Monopoly\",\"price\":"
                         "19,\"quantity\":1,\"category\":\"Games\"},"
                         "{\"product_id\":\"p2\",\"price\":0.001,\"quantity\":2.5}]}",
                         at(1700000000123, 2), 0),
        2250);
    assert_true(orders_are(w, pno,
        "[{\"order_id\":\"A-1\",\"placed\":\"2023-11-14T22:13:20.123Z\",\"status\":\"completed\","
        "\"credit_note\":false,\"total\":2750,"
        "\"revenue\":2250,\"shipping\":300,\"tax\":200,\"discount\":250,\"refunded\":0,"
        "\"currency\":\"EUR\",\"coupon\":\"hasbros\","
        "\"source\":1,\"lines\":[{\"product_id\":\"p1\",\"sku\":\"45790\",\"name\":\"Monopoly\","
        "\"category\":\"Games\",\"brand\":null,"
        "\"variant\":null,\"coupon\":null,\"quantity\":1,\"price\":1900,\"price_e4\":190000,"
        "\"total\":1900},{\"product_id\":\"p2\","
        "\"sku\":null,\"name\":null,\"category\":null,\"brand\":null,\"variant\":null,\"coupon\":"
        "null,\"quantity\":2.5,\"price\":0,"
        "\"price_e4\":10,\"total\":0}]}]"));
    struct orders_totals t = totals(w, pno);
    assert_int_equal(t.orders, 1);
    assert_int_equal(t.revenue, 2250);
    assert_int_equal(t.customers, 1);
    assert_int_equal(t.last_ms, 1700000000123);
}

static void test_other_events_do_nothing(void **state)
{
    struct world *w = *state;
    json v;
    int64_t revenue = 7;
    struct evidence ev = at(1, 1);
    begin(w);
    assert_ok(json_parse(w->json, CU_LIT("{\"order_id\":\"x\"}"), &v, NULL));
    static const char *const names[] = {
        "Order", "Order Completed ", "order completed", "Product Viewed", "", "Orders Completed"};
    for (size_t i = 0; i < CU_COUNT(names); i++) {
        assert_ok(orders_project(w->people, 1, cu_str_of(names[i]), v, &ev, 0, &revenue, NULL));
        assert_int_equal(revenue, 0);
    }
    commit(w);
    assert_int_equal(query_one(w, "SELECT count(*) FROM orders"), 0);
}

static void test_three_doors_one_order(void **state)
{
    struct world *w = *state;
    uint32_t pno = identify(w, "user_id=u1", at(5, 1));
    static const char *const p = "{\"order_id\":\"A\",\"total\":10}";
    assert_int_equal(project(w, pno, C, p, at(1000, 2), 0), 1000);           // client
    assert_int_equal(project(w, pno, C, p, at(1001, 3), 0), 0);              // webhook
    assert_int_equal(project(w, pno, C, p, from_import(1, 1000, 4), 17), 0); // import
    struct orders_totals t = totals(w, pno);
    assert_int_equal(t.orders, 1);
    assert_int_equal(t.revenue, 1000);
    assert_int_equal(query_one(w, "SELECT count(*) FROM order_version"), 3);
    assert_int_equal(query_one(w, "SELECT orders FROM profile"), 1);
    assert_int_equal(query_one(w, "SELECT revenue FROM profile"), 1000);
    // an update changes what counts, by the difference
    assert_int_equal(project(w, pno, U, "{\"order_id\":\"A\",\"total\":8}", at(1005, 5), 0), -200);
    assert_int_equal(project(w, pno, X, "{\"order_id\":\"A\"}", at(1006, 6), 0), -800);
    assert_int_equal(query_one(w, "SELECT orders FROM profile"), 0);
    assert_int_equal(query_one(w, "SELECT revenue FROM profile"), 0);
    t = totals(w, pno);
    assert_int_equal(t.orders, 0);
    assert_int_equal(t.cancelled, 1);
    // what each event added is remembered for replays
    int64_t added[5], sum = 0;
    struct db *d = NULL;
    assert_ok(people_read_take(w->people, &d, NULL));
    for (uint64_t seq = 2; seq <= 6; seq++) {
        assert_ok(orders_revenue_of(w->people, d, seq, &added[seq - 2], NULL));
        sum += added[seq - 2];
    }
    assert_int_equal(added[0], 1000);
    assert_int_equal(added[3], -200);
    assert_int_equal(sum, 0);
    assert_ok(orders_revenue_of(w->people, d, 99, &sum, NULL));
    assert_int_equal(sum, 0);
    people_read_give(w->people, d);
}

static void test_order_without_id(void **state)
{
    struct world *w = *state;
    uint32_t pno = identify(w, "user_id=u1", at(5, 1));
    assert_int_equal(project(w, pno, C, "{\"total\":10}", at(1000, 2), 0), 1000);
    assert_int_equal(project(w, pno, C, "{\"total\":10}", at(1000, 3), 0), 1000);
    assert_int_equal(totals(w, pno).orders, 2);
}

static void test_refund_by_products_takes_the_orders_prices(void **state)
{
    struct world *w = *state;
    uint32_t pno = identify(w, "user_id=u1", at(5, 1));
    static const char *const refund =
        "{\"order_id\":\"A\",\"products\":[{\"product_id\":\"p\",\"quantity\":2},{\"sku\":\"s2\","
        "\"quantity\":1},{\"product_id\":\"unknown\"}]}";
    static const char *const order =
        "{\"order_id\":\"A\",\"products\":[{\"product_id\":\"p\",\"price\":3.5,\"quantity\":5},{"
        "\"sku\":\"s2\",\"price\":1,\"quantity\":1}]}";
    // the refund first, then the order; and the other way round
    (void)project(w, pno, R, refund, at(2000, 2), 0);
    assert_int_equal(totals(w, pno).refunded, 0);
    assert_int_equal(project(w, pno, C, order, at(1000, 3), 0), 1850);
    assert_int_equal(totals(w, pno).refunded, 800);
    (void)project(w, pno, C,
        "{\"order_id\":\"B\",\"products\":[{\"product_id\":\"p\",\"price\":3.5,\"quantity\":5},{"
        "\"sku\":\"s2\",\"price\":1}]}",
        at(1000, 4), 0);
    (void)project(w, pno, R,
        "{\"order_id\":\"B\",\"products\":[{\"product_id\":\"p\",\"quantity\":2},{\"sku\":\"s2\"}]"
        "}",
        at(2000, 5), 0);
    assert_int_equal(totals(w, pno).refunded, 1600);
    assert_int_equal(totals(w, pno).refunds, 2);
    assert_int_equal(totals(w, pno).revenue, 3700); // revenue is before refunds
}

static void test_refund_before_order_is_hidden(void **state)
{
    struct world *w = *state;
    uint32_t pno = identify(w, "user_id=u1", at(5, 1));
    (void)project(w, pno, R, "{\"order_id\":\"A\"}", at(2000, 2), 0);
    assert_true(orders_are(w, pno, "[]"));
    assert_int_equal(totals(w, pno).orders + totals(w, pno).refunds, 0);
    assert_int_equal(project(w, pno, C, "{\"order_id\":\"A\",\"total\":9}", at(1000, 3), 0), 900);
    assert_int_equal(totals(w, pno).refunded, 900);
}

static void test_versions_are_bounded(void **state)
{
    struct world *w = *state;
    uint32_t pno = identify(w, "user_id=u1", at(5, 1));
    begin(w);
    for (uint64_t i = 0; i < ORDER_VERSIONS_MAX; i++)
        (void)project_in(
            w, pno, C, "{\"order_id\":\"A\",\"total\":9}", at((int64_t)i, 10 + i), 0, CU_OK);
    (void)project_in(w, pno, C, "{\"order_id\":\"A\",\"total\":9}", at(99, 5000), 0, CU_TOO_LARGE);
    commit(w);
    assert_int_equal(totals(w, pno).revenue, 900);
}

// ---- arrival

static const struct said story[] = {
    {C, 100,
        "{\"total\":40,\"shipping\":4,\"coupon\":\"A\",\"products\":[{\"product_id\":\"p\","
        "\"price\":18,\"quantity\":2}]}",
        0, 0, 1},
    {C, 101, "{\"total\":40,\"tax\":3}", 0, 0, 2},
    {C, 90,
        "{\"products\":[{\"product_id\":\"p\",\"price\":18},{\"product_id\":\"r\",\"price\":0.5}]}",
        3, 10, 0},
    {C, 91, "{\"products\":[{\"product_id\":\"q\",\"price\":18}]}", 3, 40, 0},
    {U, 120, "{\"coupon\":\"B\"}", 0, 0, 1},
    {R, 130, "{\"products\":[{\"product_id\":\"p\"}]}", 0, 0, 1},
    {R, 131, "{\"total\":6,\"refund_id\":\"x\"}", 0, 0, 1},
    {X, 150, "{\"total\":44}", 0, 0, 1},
};

static struct evidence evidence_of(const struct said *s, uint64_t seq)
{
    return (struct evidence){.source = 1,
        .import = s->import,
        .seq = seq,
        .time_ms = s->time_ms,
        .received_ms = 1000 + (int64_t)seq};
}

// A hundred orders told the same story in different orders of arrival come out the same, with their
// lines, and the sum of what each event added is what the order is worth.
static void test_any_order_of_arrival(void **state)
{
    struct world *w = *state;
    uint32_t pnos[3] = {
        0, identify(w, "user_id=u1", at(5, 1)), identify(w, "user_id=u2", at(5, 2))};
    uint64_t random = 99, seq = 10;
    for (unsigned subset = 1; subset < 1U << CU_COUNT(story); subset += 3) {
        char first[4096] = "";
        for (int round = 0; round < 3; round++) {
            size_t order[CU_COUNT(story)], count = 0;
            char id[32], room[2048];
            int64_t added = 0;
            (void)snprintf(id, sizeof id, "S%x-%d", subset, round);
            for (size_t i = 0; i < CU_COUNT(story); i++) {
                if (subset & 1U << i)
                    order[count++] = i;
            }
            if (round > 0)
                shuffle(order, count, &random);
            begin(w);
            for (size_t i = 0; i < count; i++) {
                const struct said *s = &story[order[i]];
                added += project_in(w, pnos[s->pno], s->kind, with_id(s->properties, id, room),
                    evidence_of(s, seq++), s->row, CU_OK);
            }
            commit(w);
            struct db *d = people_lock(w->people);
            struct order_state got;
            int64_t number = 0;
            assert_ok(order_load(d, cu_str_of(id), &number, &got, NULL));
            people_unlock(w->people);
            assert_int_equal(added, got.revenue);
            char now[4096];
            (void)snprintf(now, sizeof now, "%d %u %lld %s %lld %lld %lld %lld %lld", got.status,
                got.pno, (long long)got.placed_ms, got.currency, (long long)got.total,
                (long long)got.revenue, (long long)got.shipping, (long long)got.tax,
                (long long)got.refunded);
            char sql[256];
            (void)snprintf(sql, sizeof sql,
                "SELECT coalesce(sum(line_hash %% 1000003), 0) FROM order_version WHERE number = "
                "%lld AND lines_live = 1",
                (long long)number);
            (void)snprintf(now + strlen(now), 64, " %lld", (long long)query_one(w, sql));
            if (round == 0)
                memcpy(first, now, sizeof now);
            else if (strcmp(first, now) != 0)
                fail_msg("subset %x: %s, then %s", subset, first, now);
        }
    }
    // the persons' own sums agree with a count over the orders
    assert_int_equal(query_one(w, "SELECT sum(revenue) FROM profile"),
        query_one(w, "SELECT sum(revenue) FROM orders WHERE pno > 0"));
    assert_int_equal(query_one(w, "SELECT sum(orders) FROM profile"),
        query_one(w, "SELECT count(*) FROM orders WHERE pno > 0 AND status BETWEEN 1 AND 3"));
}

// ---- taking back

static void revert(struct world *w, uint32_t import)
{
    for (bool done = false; !done;) {
        begin(w);
        assert_ok(orders_forget_import(w->people, import, &done, NULL));
        commit(w);
    }
    revert_import(w, import);
}

static void test_import_append_replace_revert(void **state)
{
    struct world *w = *state;
    uint32_t pno = identify(w, "user_id=u1", at(5, 1));
    static const char *const
        a = "{\"order_id\":\"A\",\"products\":[{\"product_id\":\"a\",\"price\":1},{\"product_id\":"
            "\"b\",\"price\":2}]}",
        *const b = "{\"order_id\":\"A\",\"products\":[{\"product_id\":\"c\",\"price\":4}]}",
        *const again = "{\"order_id\":\"A\",\"products\":[{\"product_id\":\"z\",\"price\":9}]}";
    assert_int_equal(project(w, pno, C, a, from_import(1, 50, 2), 10), 300);
    assert_int_equal(project(w, pno, C, b, from_import(1, 50, 3), 80), 400);
    assert_int_equal(totals(w, pno).revenue, 700);
    struct cu_buf before = orders_json(w, pno, INT64_MAX, 10, NULL);
    // the same file again, then another one, both taken back: exactly as before
    assert_int_equal(project(w, pno, C, a, from_import(2, 50, 4), 10), -400);
    assert_int_equal(project(w, pno, C, b, from_import(2, 50, 5), 80), 400);
    assert_int_equal(project(w, pno, C, again, from_import(3, 60, 6), 4), 200);
    (void)project(w, pno, R, "{\"order_id\":\"A\",\"total\":1}", from_import(3, 61, 7), 5);
    assert_int_equal(totals(w, pno).revenue, 900);
    assert_int_equal(totals(w, pno).refunded, 100);
    revert(w, 3);
    assert_int_equal(totals(w, pno).revenue, 700);
    assert_int_equal(totals(w, pno).refunded, 0);
    revert(w, 2);
    struct cu_buf after = orders_json(w, pno, INT64_MAX, 10, NULL);
    assert_true(cu_str_eq(cu_buf_view(&before), cu_buf_view(&after)));
    cu_buf_clear(&before);
    cu_buf_clear(&after);
    revert(w, 1);
    assert_true(orders_are(w, pno, "[]"));
    assert_int_equal(query_one(w, "SELECT count(*) FROM orders") +
                         query_one(w, "SELECT count(*) FROM order_version"),
        0);
}

static void test_import_reverted_under_live_messages(void **state)
{
    struct world *w = *state;
    uint32_t pno = identify(w, "user_id=u1", at(5, 1));
    (void)project(w, pno, C, "{\"order_id\":\"A\",\"total\":10}", at(100, 2), 0);
    struct cu_buf before = orders_json(w, pno, INT64_MAX, 10, NULL);
    (void)project(
        w, pno, U, "{\"order_id\":\"A\",\"total\":50,\"coupon\":\"x\"}", from_import(4, 200, 3), 1);
    (void)project(w, pno, X, "{\"order_id\":\"A\"}", from_import(4, 200, 4), 2);
    assert_int_equal(totals(w, pno).orders, 0);
    revert(w, 4);
    struct cu_buf after = orders_json(w, pno, INT64_MAX, 10, NULL);
    assert_true(cu_str_eq(cu_buf_view(&before), cu_buf_view(&after)));
    assert_int_equal(query_one(w, "SELECT revenue FROM profile"), 1000);
    cu_buf_clear(&before);
    cu_buf_clear(&after);
}

static void test_large_import_reverts_in_steps(void **state)
{
    struct world *w = *state;
    uint32_t pno = identify(w, "user_id=u1", at(5, 1));
    begin(w);
    for (uint64_t i = 0; i < 1203; i++) {
        char text[64];
        (void)snprintf(
            text, sizeof text, "{\"order_id\":\"I%llu\",\"total\":1}", (unsigned long long)i);
        (void)project_in(w, pno, C, text, from_import(6, 100, 100 + i), i + 1, CU_OK);
    }
    commit(w);
    int steps = 0;
    for (bool done = false; !done; steps++) {
        begin(w);
        assert_ok(orders_forget_import(w->people, 6, &done, NULL));
        commit(w);
    }
    assert_int_equal(steps, 3);
    assert_int_equal(query_one(w, "SELECT count(*) FROM orders"), 0);
}

static void test_sample_data_goes(void **state)
{
    struct world *w = *state;
    uint32_t pno = identify(w, "user_id=u1", at(5, 1));
    struct evidence sample = at(100, 2);
    sample.sample = true;
    (void)project(w, pno, C, "{\"order_id\":\"S\",\"total\":10}", sample, 0);
    (void)project(w, pno, C, "{\"order_id\":\"L\",\"total\":3}", at(100, 3), 0);
    bool done = false;
    begin(w);
    assert_ok(orders_forget_sample(w->people, &done, NULL));
    commit(w);
    assert_true(done);
    assert_int_equal(totals(w, pno).revenue, 300);
}

static void test_deleting_a_person(void **state)
{
    struct world *w = *state;
    uint32_t a = identify(w, "user_id=u1", at(5, 1)), b = identify(w, "user_id=u2", at(5, 2));
    (void)project(w, a, C, "{\"order_id\":\"A\",\"total\":10,\"email\":\"canary@example.org\"}",
        at(100, 3), 0);
    (void)project(w, b, C, "{\"order_id\":\"B\",\"total\":10}", at(100, 4), 0);
    (void)project(w, b, C, "{\"order_id\":\"AB\",\"total\":7}", at(100, 5), 0);
    (void)project(w, a, C, "{\"order_id\":\"AB\",\"total\":8}", at(101, 6), 0);
    assert_int_equal(totals(w, a).revenue, 1800);
    assert_ok(people_forget_person(w->people, uuid_of(w, a), NULL));
    assert_int_equal(query_one(w, "SELECT count(*) FROM order_version WHERE pno = 1"), 0);
    assert_int_equal(query_one(w, "SELECT count(*) FROM orders WHERE order_id = 'A'"), 0);
    // what another person's message told of the shared order stays theirs
    assert_int_equal(totals(w, b).revenue, 1700);
}

// ---- sums and pages

struct days {
    int count;
    int32_t day[4];
    struct orders_totals t[4];
};

static bool visit_day(void *context, int32_t day, const struct orders_totals *t)
{
    struct days *got = context;
    got->day[got->count] = day;
    got->t[got->count++] = *t;
    return got->count < 4;
}

static void test_days_and_currencies(void **state)
{
    struct world *w = *state;
    uint32_t a = identify(w, "user_id=u1", at(5, 1)), b = identify(w, "user_id=u2", at(5, 2));
    (void)project(w, a, C, "{\"order_id\":\"1\",\"total\":10}", at(10 * DAY, 3), 0);
    (void)project(w, a, C, "{\"order_id\":\"2\",\"total\":20}", at(11 * DAY - 1, 4), 0);
    (void)project(w, b, C, "{\"order_id\":\"3\",\"total\":30}", at(10 * DAY + 5, 5), 0);
    (void)project(w, 0, C, "{\"order_id\":\"4\",\"total\":40}", at(10 * DAY + 5, 6), 0); // a guest
    (void)project(
        w, b, C, "{\"order_id\":\"5\",\"total\":50,\"currency\":\"USD\"}", at(10 * DAY + 5, 7), 0);
    (void)project(w, b, C, "{\"order_id\":\"6\",\"total\":60}", at(11 * DAY, 8), 0);
    (void)project(w, b, X, "{\"order_id\":\"6\"}", at(11 * DAY + 1, 9), 0);
    (void)project(w, a, R, "{\"order_id\":\"1\",\"total\":4}", at(12 * DAY, 10),
        0); // counts on the day of placing
    (void)project(w, 0, R, "{\"order_id\":\"C9\",\"products\":[{\"price\":2,\"quantity\":-3}]}",
        from_import(1, 11 * DAY, 11), 7);
    struct days got = {0};
    struct db *d = NULL;
    assert_ok(people_read_take(w->people, &d, NULL));
    assert_ok(orders_days(w->people, d, 10, 12, visit_day, &got, NULL));
    assert_int_equal(got.count, 2);
    assert_int_equal(got.day[0], 10);
    assert_int_equal(got.t[0].orders, 4);
    assert_int_equal(got.t[0].revenue, 10000);
    assert_int_equal(got.t[0].customers, 2);
    assert_int_equal(got.t[0].refunds, 1);
    assert_int_equal(got.t[0].refunded, 400);
    assert_int_equal(got.t[0].other, 1);
    assert_int_equal(got.day[1], 11);
    assert_int_equal(got.t[1].orders, 0);
    assert_int_equal(got.t[1].cancelled, 1);
    assert_int_equal(got.t[1].revenue, 0);
    assert_int_equal(got.t[1].refunded, 600);
    got.count = 0;
    assert_ok(orders_days(w->people, d, 11, 11, visit_day, &got, NULL));
    assert_ok(orders_days(w->people, d, -5, 10, visit_day, &got, NULL));
    assert_int_equal(got.count, 0);
    people_read_give(w->people, d);
    struct orders_totals t = totals(w, b);
    assert_int_equal(t.orders, 1);
    assert_int_equal(t.other, 1);
    assert_int_equal(t.revenue, 3000);
}

static void test_pages(void **state)
{
    struct world *w = *state;
    uint32_t pno = identify(w, "user_id=u1", at(5, 1));
    begin(w);
    for (uint64_t i = 0; i < 30; i++) { // five at each time
        char text[64];
        (void)snprintf(
            text, sizeof text, "{\"order_id\":\"P%llu\",\"total\":1}", (unsigned long long)i);
        (void)project_in(w, pno, C, text, at(1000 + (int64_t)(i / 5), 100 + i), 0, CU_OK);
    }
    commit(w);
    int64_t before = INT64_MAX;
    size_t seen = 0, pages = 0;
    while (before != INT64_MIN) {
        struct cu_buf page = orders_json(w, pno, before, 3, &before);
        json v;
        assert_ok(json_parse(w->json, cu_buf_view(&page), &v, NULL));
        seen += json_count(v);
        assert_true(json_count(v) <= 5);
        cu_buf_clear(&page);
        pages++;
    }
    assert_int_equal(seen, 30);
    assert_int_equal(pages, 7); // six full ones and the empty end
}

// ---- nothing personal on disk, faults

static bool folder_holds(const char *folder, const char *needle)
{
    DIR *dir = opendir(folder);
    bool found = false;
    for (struct dirent *e = dir ? readdir(dir) : NULL; e && !found; e = readdir(dir)) {
        if (e->d_name[0] == '.' || e->d_type == DT_DIR)
            continue;
        struct test_bytes b = test_read(folder, e->d_name);
        found = memmem(b.ptr, b.len, needle, strlen(needle)) != NULL;
        free(b.ptr);
    }
    if (dir)
        closedir(dir);
    return found;
}

static void test_personal_properties_are_sealed(void **state)
{
    struct world *w = *state;
    uint32_t pno = identify(w, "user_id=u1", at(5, 1));
    static const char *const p =
        "{\"order_id\":\"A\",\"total\":10,\"email\":\"canary-mail@example.org\",\"shipping_"
        "address\":"
        "{\"street\":\"Canarystreet "
        "17\"},\"note\":\"canarynote\",\"coupon\":\"PLAINCOUPON\",\"products\":"
        "[{\"product_id\":\"p\",\"name\":\"Plain "
        "Name\",\"price\":1,\"engraving\":\"canaryengraving\"}]}";
    (void)project(w, pno, C, p, at(100, 2), 0);
    (void)project(
        w, 0, C, "{\"order_id\":\"G\",\"total\":10,\"note\":\"canaryguest\"}", at(100, 3), 0);
    static const char *const canaries[] = {
        "canary-mail", "Canarystreet", "canarynote", "canaryengraving", "canaryguest"};
    for (size_t i = 0; i < CU_COUNT(canaries); i++)
        assert_false(folder_holds(w->folder, canaries[i]));
    assert_true(folder_holds(w->folder, "PLAINCOUPON")); // the scan does find what is plain
    assert_true(folder_holds(w->folder, "Plain Name"));
    assert_int_equal(
        query_one(w, "SELECT count(*) FROM order_version WHERE extras IS NOT NULL"), 2);
}

// The n-th allocation fails, for every n: a typed error, a rollback, and the same order afterwards.
static void test_every_allocation_fails(void **state)
{
    struct world *w = *state;
    uint32_t pno = identify(w, "user_id=u1", at(5, 1));
    (void)project(w, pno, C,
        "{\"order_id\":\"A\",\"total\":10,\"products\":[{\"product_id\":\"p\",\"price\":5}]}",
        at(100, 2), 0);
    static const char *const refund =
        "{\"order_id\":\"A\",\"note\":\"n\",\"products\":[{\"product_id\":\"p\"}]}";
    for (uint64_t n = 1; n < 10000; n++) {
        json v;
        int64_t revenue = 0;
        struct evidence ev = at(200, 3);
        assert_ok(json_parse(w->json, cu_str_of(refund), &v, NULL));
        begin(w);
        cu_fault_arm(CU_FAULT_ALLOC, n, false);
        struct cu_error err = {0};
        cu_code code =
            orders_project(w->people, pno, CU_LIT("Order Refunded"), v, &ev, 0, &revenue, &err);
        bool hit = cu_fault_count(CU_FAULT_ALLOC) >= n;
        cu_fault_disarm();
        if (hit && code == CU_OK) { // the failure was not on the way; nothing may be half there
            people_rollback(w->people);
        } else if (code != CU_OK) {
            assert_int_equal(code, CU_MEMORY);
            people_rollback(w->people);
        }
        if (!hit) {
            commit(w);
            break;
        }
        people_unlock(w->people);
        assert_int_equal(totals(w, pno).refunded, 0);
        assert_true(n < 9999);
    }
    assert_int_equal(totals(w, pno).refunded, 500);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, world_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_one_order_as_json),
        T(test_other_events_do_nothing),
        T(test_three_doors_one_order),
        T(test_order_without_id),
        T(test_refund_by_products_takes_the_orders_prices),
        T(test_refund_before_order_is_hidden),
        T(test_versions_are_bounded),
        T(test_any_order_of_arrival),
        T(test_import_append_replace_revert),
        T(test_import_reverted_under_live_messages),
        T(test_large_import_reverts_in_steps),
        T(test_sample_data_goes),
        T(test_deleting_a_person),
        T(test_days_and_currencies),
        T(test_pages),
        T(test_personal_properties_are_sealed),
        T(test_every_allocation_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
