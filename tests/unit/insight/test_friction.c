// SPDX-License-Identifier: Apache-2.0
// Friction against figures worked out by hand, and on random shops: bounds that always hold, and the same from any number of
// threads.
#include "../store/store_test.h"

#include "insight/friction.h"
#include "text/text.h"

#define MINUTE INT64_C(60000)
#define DAY INT64_C(86400000)

struct fixture {
    char *folder;
    struct timeline *t;
    uint64_t seq, random;
    struct cu_error err;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->folder = test_folder_fast();
    f->random = 17;
    const struct timeline_options options = {.folder = f->folder, .tail_max = 500};
    assert_ok(timeline_open(&options, &f->t, &f->err));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    timeline_close(f->t);
    test_folder_free(f->folder);
    free(f);
    return 0;
}

// One event of a person, in a minute of the second day.
static void add(struct fixture *f, uint32_t pno, int64_t minute, const char *name, const char *words)
{
    struct timeline_event e = {.pno = pno, .source = 1, .time_ms = DAY + minute * MINUTE, .seq = ++f->seq, .plain = cu_str_of(words)};
    assert_ok(timeline_kind(f->t, cu_str_of(name), &e.kind, &f->err));
    assert_ok(timeline_add(f->t, &e, &f->err));
}

static void run(struct fixture *f, const struct friction_question *q, unsigned threads, struct friction_answer *ret)
{
    const struct scan_limits l = {.threads = threads};
    struct scan_stats stats;
    assert_ok(timeline_publish(f->t, &f->err));
    assert_ok(friction_run(f->t, NULL, NULL, q, &l, ret, &stats, &f->err));
}

static const struct friction_question question = {
    .from_ms = DAY, .to_ms = 2 * DAY, .slow_ms = 2500, .has_average = true, .average = 5000};

static uint64_t hash(const char *text)
{
    return text ? timeline_text_hash(cu_str_of(text)) : 0;
}

static const struct friction_row *find(const struct friction_answer *a, enum friction_section s, uint64_t x, uint64_t y)
{
    for (size_t i = a->first[s]; i < a->first[s + 1]; i++) {
        assert_int_equal(a->rows[i].section, s);
        if (a->rows[i].a == x && a->rows[i].b == y)
            return &a->rows[i];
    }
    fail_msg("no such row in section %d", (int)s);
    return NULL;
}

static void expect_step(const struct friction_answer *a, uint64_t step, uint64_t visits, uint64_t dropped, int64_t lost)
{
    const struct friction_row *r = find(a, FRICTION_CHECKOUT, step, 0);
    assert_int_equal(r->met.visits, visits);
    assert_int_equal(r->stopped, dropped);
    assert_true(r->has_lost);
    assert_int_equal(r->lost, lost);
}

#define ORDER(p, m) add(f, p, m, "Order Completed", "{\"order_id\":\"o\"}")
#define CHECKOUT(p) add(f, p, 1, "Product Added", "{}"), add(f, p, 2, "Checkout Started", "{}")
#define SHIPPING(p) add(f, p, 3, "Checkout Step Viewed", "{\"step\":\"shipping\"}"), add(f, p, 4, "Checkout Step Completed", "{\"step\":\"shipping\"}")
#define PAYMENT(p) add(f, p, 5, "Payment Info Entered", "{}")
#define FAILED(p, m) add(f, p, m, "Payment Failed", "{\"payment_method\":\"card\",\"reason\":\"insufficient_funds\"}")

// Seven visits in the checkout: three order (6 after a refusal), 3 stops at shipping, 4 at once, 5 and 7 after refusals.
static void put_checkouts(struct fixture *f)
{
    for (uint32_t p = 1; p <= 7; p++)
        CHECKOUT(p);
    SHIPPING(1), SHIPPING(2), SHIPPING(3), SHIPPING(5), SHIPPING(6), SHIPPING(7);
    PAYMENT(1), PAYMENT(2), PAYMENT(5), PAYMENT(6), PAYMENT(7);
    FAILED(5, 6), FAILED(6, 6), FAILED(7, 6), FAILED(7, 7);
    ORDER(1, 8), ORDER(2, 8), ORDER(6, 8);
}

// Three carts, one with a refused coupon, one of the others with an order.
static void put_coupons(struct fixture *f)
{
    for (uint32_t p = 8; p <= 10; p++)
        add(f, p, 1, "Product Added", "{}");
    add(f, 8, 2, "Coupon Denied", "{\"coupon_id\":\"SPRING\",\"reason\":\"expired\"}");
    ORDER(10, 3);
}

static void put_forms(struct fixture *f)
{
    add(f, 11, 1, "Form Started", "{\"form\":\"checkout\"}");
    add(f, 11, 2, "Form Field Left", "{\"form\":\"checkout\",\"field\":\"name\"}");
    add(f, 11, 3, "Form Field Left", "{\"form\":\"checkout\",\"field\":\"phone\"}");
    add(f, 11, 4, "Rage Click", "{\"element\":\".buy\",\"clicks\":5,\"$context\":{\"page\":{\"path\":\"/a\"}}}");
    add(f, 11, 5, "Rage Click", "{\"element\":\".buy\",\"$context\":{\"page\":{\"path\":\"/a\"}}}");
    add(f, 12, 1, "Form Field Left", "{\"form\":\"checkout\",\"field\":\"name\"}");
    add(f, 12, 2, "Form Submitted", "{\"form\":\"checkout\"}");
    add(f, 12, 3, "Dead Click", "{\"element\":\"img\",\"$context\":{\"page\":{\"path\":\"/a\"}}}");
    add(f, 13, 1, "Form Started", "{\"form\":\"checkout\"}");
}

static void measured(struct fixture *f, uint32_t pno, int64_t minute, const char *name, int ms)
{
    char words[128];
    (void)snprintf(words, sizeof words, "{\"%s\":%d,\"$context\":{\"page\":{\"path\":\"/a\"}}}", name, ms);
    add(f, pno, minute, "Page Performance Measured", words);
}

// Of four visits of a page two were slow; one of the others ordered. A measurement alone is a visit too: something was shown.
static void put_times(struct fixture *f)
{
    measured(f, 14, 1, "lcp_ms", 1000);
    measured(f, 15, 1, "lcp_ms", 2000);
    ORDER(15, 2);
    measured(f, 16, 1, "lcp_ms", 4000);
    measured(f, 17, 1, "load_ms", 3000);
    measured(f, 17, 2, "lcp_ms", 1000);
}

static void put_searches(struct fixture *f)
{
    add(f, 18, 1, "Products Searched", "{\"term\":\"x\",\"results\":0}");
    add(f, 19, 1, "Products Searched", "{\"term\":\"x\",\"results\":0}");
    add(f, 20, 1, "Products Searched", "{\"term\":\"y\",\"results\":3}");
    add(f, 21, 1, "Products Searched", "{\"term\":\"y\",\"results\":5}");
    add(f, 22, 1, "Products Searched", "{\"term\":\"x\",\"results\":1}");
    ORDER(19, 2), ORDER(20, 2), ORDER(22, 2);
}

static void test_by_hand(void **state)
{
    struct fixture *f = *state;
    struct friction_answer a;
    put_checkouts(f), put_coupons(f), put_forms(f), put_times(f), put_searches(f);
    add(f, 30, -5, "Checkout Started", "{}"); // began the day before: in no figure of this day
    add(f, 30, 5, "Payment Info Entered", "{}");
    run(f, &question, 2, &a);
    assert_int_equal(a.visits.visits, 22);
    assert_int_equal(a.visits.converted, 8);
    assert_int_equal(a.people, 22);

    expect_step(&a, FRICTION_STEP_STARTED, 7, 1, 2143); // 1 x 3/7 x 50.00
    expect_step(&a, hash("shipping"), 6, 1, 2500);      // 1 x 3/6 x 50.00
    expect_step(&a, FRICTION_STEP_PAYMENT, 5, 2, 6000); // 2 x 3/5 x 50.00
    assert_true(a.rows[a.first[FRICTION_CHECKOUT]].a == FRICTION_STEP_STARTED);
    assert_true(a.rows[a.first[FRICTION_CHECKOUT] + 2].a == FRICTION_STEP_PAYMENT);

    const struct friction_row *r = find(&a, FRICTION_PAYMENTS, hash("card"), hash("insufficient_funds"));
    assert_int_equal(r->met.visits, 3);
    assert_int_equal(r->events, 4);
    assert_int_equal(r->comparable.visits, 4);
    assert_int_equal(r->comparable.converted, 2);
    assert_int_equal(r->lost, 2500); // 3 x (2/4 - 1/3) x 50.00
    r = find(&a, FRICTION_COUPONS, hash("SPRING"), hash("expired"));
    assert_int_equal(r->lost, 2500); // 1 x (1/2 - 0) x 50.00

    assert_int_equal(find(&a, FRICTION_FORMS, hash("checkout"), 0)->met.visits, 2);
    assert_int_equal(find(&a, FRICTION_FORMS, hash("checkout"), 0)->stopped, 1);
    assert_int_equal(find(&a, FRICTION_FORMS, hash("checkout"), hash("name"))->met.visits, 2);
    assert_int_equal(find(&a, FRICTION_FORMS, hash("checkout"), hash("name"))->stopped, 0);
    assert_int_equal(find(&a, FRICTION_FORMS, hash("checkout"), hash("phone"))->stopped, 1);
    assert_int_equal(find(&a, FRICTION_RAGE, hash("/a"), hash(".buy"))->met.visits, 1);
    assert_int_equal(find(&a, FRICTION_RAGE, hash("/a"), hash(".buy"))->events, 6);
    assert_int_equal(find(&a, FRICTION_DEAD, hash("/a"), hash("img"))->events, 1);

    r = find(&a, FRICTION_SLOW, hash("/a"), 0);
    assert_int_equal(r->met.visits, 4);
    assert_int_equal(r->bad.visits, 2);
    assert_int_equal(r->median_ms, 2000);
    assert_int_equal(r->p75_ms, 3000);
    assert_int_equal(r->lost, 5000); // 2 x (1/2 - 0) x 50.00
    r = find(&a, FRICTION_SEARCHES, hash("x"), 0);
    assert_int_equal(r->events, 3);
    assert_int_equal(r->bad_events, 2);
    assert_int_equal(r->lost, 1667); // 2 x (2/3 - 1/2) x 50.00
    // checkout 4 x 10643/4, coupons 2500, slow 2 x 2500, searches 1667; the refused payments are within the checkout
    assert_true(a.has_lost);
    assert_int_equal(a.lost_total, 10643 + 2500 + 5000 + 1667);
    friction_clear(&a);
}

static void test_nothing(void **state)
{
    struct fixture *f = *state;
    struct friction_answer a;
    run(f, &question, 1, &a);
    assert_int_equal(a.count, 0);
    assert_int_equal(a.lost_total, 0);
    friction_clear(&a);
    // no orders: no average, and nothing is estimated
    put_checkouts(f);
    struct friction_question q = question;
    q.has_average = false;
    q.average = 0;
    run(f, &q, 1, &a);
    assert_true(a.count > 0 && !a.has_lost && !a.rows[0].has_lost);
    friction_clear(&a);
}

static void random_shop(struct fixture *f, int events)
{
    static const char *const kinds[] = {"$page", "Product Added", "Checkout Started", "Checkout Step Viewed", "Payment Info Entered",
        "Payment Failed", "Coupon Denied", "Form Field Left", "Form Submitted", "Rage Click", "Dead Click", "Page Performance Measured",
        "Products Searched", "Order Completed"};
    for (int i = 0; i < events; i++) {
        char words[400];
        (void)snprintf(words, sizeof words,
            "{\"step\":\"s%u\",\"payment_method\":\"m%u\",\"reason\":\"r%u\",\"coupon_id\":\"c%u\",\"form\":\"f%u\",\"field\":\"g%u\",\"element\":\"e%u\","
            "\"lcp_ms\":%u,\"results\":%u,\"term\":\"t%u\",\"$context\":{\"page\":{\"path\":\"/%u\"}}}",
            (unsigned)(test_random(&f->random) % 4), (unsigned)(test_random(&f->random) % 3), (unsigned)(test_random(&f->random) % 3),
            (unsigned)(test_random(&f->random) % 3), (unsigned)(test_random(&f->random) % 3), (unsigned)(test_random(&f->random) % 5),
            (unsigned)(test_random(&f->random) % 3), (unsigned)(test_random(&f->random) % 70000), (unsigned)(test_random(&f->random) % 3),
            (unsigned)(test_random(&f->random) % 4), (unsigned)(test_random(&f->random) % 6));
        add(f, 1 + (uint32_t)(test_random(&f->random) % 60), (int64_t)(test_random(&f->random) % 2000) - 200,
            kinds[(test_random(&f->random) >> 20) % CU_COUNT(kinds)], words);
    }
}

static void test_random_shops(void **state)
{
    struct fixture *f = *state;
    for (int round = 0; round < 5; round++) {
        struct friction_answer one, many;
        random_shop(f, 700);
        run(f, &question, 1, &one);
        run(f, &question, 3, &many);
        assert_int_equal(one.count, many.count);
        assert_int_equal(one.lost_total, many.lost_total);
        assert_memory_equal(one.rows, many.rows, one.count * sizeof *one.rows);
        uint64_t without = one.visits.visits - one.visits.converted;
        assert_true(one.lost_total >= 0 && one.lost_total <= (int64_t)(without * 5000));
        for (size_t i = 0; i < one.count; i++) {
            const struct friction_row *r = &one.rows[i];
            assert_true(r->lost >= 0 && r->lost <= (int64_t)(r->met.visits * 5000));
            assert_true(r->met.converted <= r->met.visits && r->bad.visits <= r->met.visits && r->people <= r->met.visits + r->stopped);
            assert_true(r->stopped <= r->met.visits && r->median_ms <= r->p75_ms && r->events >= r->met.visits);
        }
        friction_clear(&one);
        friction_clear(&many);
    }
}

static void test_faults(void **state)
{
    struct fixture *f = *state;
    random_shop(f, 200);
    assert_ok(timeline_publish(f->t, &f->err));
    bool good = false;
    for (uint64_t n = 1; n < 400 && !good; n++) {
        struct friction_answer a;
        struct scan_stats stats;
        const struct scan_limits l = {.threads = 1};
        cu_fault_arm(CU_FAULT_ALLOC, n, false);
        cu_code code = friction_run(f->t, NULL, NULL, &question, &l, &a, &stats, &f->err);
        cu_fault_arm(CU_FAULT_ALLOC, 0, false);
        good = code == CU_OK && n > 60;
        assert_true(code == CU_OK || (code == CU_MEMORY && !a.rows));
        friction_clear(&a);
    }
    assert_true(good);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {T(test_by_hand), T(test_nothing), T(test_random_shops), T(test_faults)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
