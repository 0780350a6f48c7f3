// SPDX-License-Identifier: Apache-2.0
// The kinds "cohort", "value", "churn" and "rfm_movement" from the inside: memory that fails at every place, credit notes, and
// what may be hidden without following from what is shown.
#include "audience_test.h"

#include "insight/buyer.h"
#include "insight/query.h"

#include <roaring/roaring.h>

#define HOUR INT64_C(3600000)
#define DAY (24 * HOUR)
enum { USERS = 40 };

struct world {
    struct shop *s;
    struct order_book *book;
    struct insight_desk *desk;
    struct caller caller;
    struct cu_buf out;
    struct json_parser *json;
};

static int setup(void **state)
{
    void *shop = NULL;
    struct world *w = calloc(1, sizeof *w);
    if (!w || shop_setup(&shop) != 0)
        return -1;
    w->s = shop;
    w->json = json_parser_new(16 << 20);
    cu_buf_init(&w->out, 16 << 20);
    const struct order_book_options bo = {.people = w->s->people, .zone = w->s->zone, .currency = "EUR"};
    assert_ok(order_book_open(&bo, &w->book, NULL));
    const struct insight_desk_options o = {.people = w->s->people, .facts = w->s->facts, .audiences = w->s->audiences,
        .orders = w->book, .zone = w->s->zone, .zone_name = "Europe/Berlin", .currency = "EUR", .small_group = 10};
    assert_ok(insight_desk_open(&o, &w->desk, NULL));
    w->caller = (struct caller){.kind = CALLER_LOCAL, .permissions = UINT64_MAX};
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    void *shop = w->s;
    insight_desk_close(w->desk);
    order_book_close(w->book);
    json_parser_free(w->json);
    cu_buf_clear(&w->out);
    free(w);
    return shop_teardown(&shop);
}

static uint32_t order(struct world *w, uint32_t user, const char *id, int64_t at_ms, const char *amount)
{
    char ids[80], text[300];
    (void)snprintf(ids, sizeof ids, "user_id=u%u", user);
    (void)snprintf(text, sizeof text,
        "{\"order_id\":\"%s\",\"total\":%s,\"products\":[{\"product_id\":\"p%u\",\"name\":\"Product\",\"price\":1,\"quantity\":1}]}", id,
        amount, user % 5);
    return shop_event(w->s, ids, "Order Completed", at_ms, text, NULL);
}

static void fill(struct world *w)
{
    int64_t now = cu_now_ms();
    for (uint32_t u = 0; u < USERS; u++) {
        char id[40], ids[40];
        (void)snprintf(ids, sizeof ids, "user_id=u%u", u);
        (void)shop_event(w->s, ids, "Product Viewed", now - 100 * DAY + u * HOUR, "{\"product_id\":\"p\"}", NULL);
        for (uint32_t k = 0; k <= u % 4; k++) {
            (void)snprintf(id, sizeof id, "o%u-%u", u, k);
            (void)order(w, u, id, now - 99 * DAY + u * HOUR + k * 20 * DAY, "12.5");
        }
    }
    assert_ok(timeline_publish(w->s->timeline, NULL));
    order_book_settle(w->book);
}

static void query_of(struct world *w, const char *kind, const char *question, int64_t small_group, struct insight_query *q)
{
    struct cu_error err = {.text = ""};
    json body;
    int32_t today = text_zone_day(w->s->zone, cu_now_ms());
    *q = (struct insight_query){.desk = w->desk, .o = insight_desk_options(w->desk), .kind = insight_kind_find(cu_str_of(kind)),
        .caller = &w->caller, .dictionary = w->s->dictionary, .from_day = today - 119, .to_day = today + 1, .small_group = small_group};
    q->from_ms = text_zone_day_start(w->s->zone, q->from_day);
    q->to_ms = text_zone_day_start(w->s->zone, q->to_day);
    q->arena = cu_arena_new(64 << 20);
    q->limits.threads = 2;
    assert_ok(json_parse(w->json, cu_str_of(question), &body, NULL));
    if (spec_decode_json(q->kind->body, body, &q->question, &err) != CU_OK)
        fail_msg("%s: %s", err.field, err.text);
    assert_ok(people_persons_take(w->s->people, &q->persons, NULL));
}

static void query_end(struct world *w, struct insight_query *q)
{
    people_persons_give(w->s->people, q->persons);
    cu_arena_free(q->arena);
}

static cu_code run(struct world *w, struct insight_query *q)
{
    struct json_writer jw;
    struct cu_error err = {.text = ""};
    cu_buf_clear(&w->out);
    cu_buf_init(&w->out, 16 << 20);
    jw_start(&jw, &w->out);
    jw_object(&jw);
    cu_code code = q->kind->run(q, &jw, &err);
    jw_object_end(&jw);
    return code == CU_OK ? cu_buf_code(&w->out, &err) : code;
}

static void test_faults(void **state)
{
    static const struct { const char *kind, *question; } asked[] = {{"cohort", "{}"}, {"cohort", "{\"start\":\"*\",\"return\":\"*\"}"},
        {"cohort", "{\"start\":\"Product Viewed\",\"measure\":\"revenue\"}"}, {"cohort", "{\"return\":\"Product Viewed\"}"},
        {"cohort", "{\"acquired\":{\"dimension\":\"channel\",\"in\":[\"direct\"]}}"}, {"value", "{}"}, {"value", "{\"by\":\"channel\"}"},
        {"value", "{\"by\":\"first_product\",\"limit\":2}"}, {"churn", "{}"}, {"rfm_movement", "{}"}};
    struct world *w = *state;
    fill(w);
    for (size_t i = 0; i < CU_COUNT(asked); i++) {
        bool good = false;
        for (uint64_t n = 1; n < 3000 && !good; n++) {
            struct insight_query q;
            query_of(w, asked[i].kind, asked[i].question, 0, &q);
            cu_fault_arm(CU_FAULT_ALLOC, n, false);
            cu_code code = run(w, &q);
            good = cu_fault_count(CU_FAULT_ALLOC) < n;
            cu_fault_disarm();
            assert_true(code == CU_OK || code == CU_MEMORY);
            assert_true(!good || code == CU_OK);
            query_end(w, &q);
        }
        assert_true(good);
    }
}

// ---- purchases

struct seen {
    uint32_t person;
    size_t count;
    int64_t amounts[8];
};

static bool see(void *context, uint32_t person, const struct purchase *p, size_t count)
{
    struct seen *s = context;
    if (person != s->person)
        return true;
    s->count = count;
    for (size_t i = 0; i < count && i < CU_COUNT(s->amounts); i++)
        s->amounts[i] = p[i].amount;
    return false;
}

static void test_credit_notes(void **state)
{
    struct world *w = *state;
    struct insight_query q;
    const struct book_view *v;
    int64_t begins = cu_now_ms() - 50 * DAY;
    struct seen s = {.person = 0};
    fill(w);
    (void)order(w, 500, "early-credit", begins - DAY, "-3"); // nothing before it
    (void)order(w, 500, "first", begins, "100");
    (void)order(w, 500, "credit", begins + DAY, "-40");
    (void)order(w, 500, "credit-again", begins + 2 * DAY, "-80");
    s.person = order(w, 500, "second", begins + 3 * DAY, "50");
    order_book_settle(w->book);
    query_of(w, "churn", "{}", 0, &q);
    assert_ok(order_book_take(w->book, &v, NULL));
    assert_ok(buyers_each(&q, v, INT64_MAX, see, &s, NULL));
    assert_int_equal(s.count, 2);
    assert_int_equal(s.amounts[0], -2000);
    assert_int_equal(s.amounts[1], 5000);
    assert_ok(buyers_each(&q, v, begins + 2 * DAY, see, &s, NULL)); // as it stood then
    assert_int_equal(s.count, 1);
    assert_int_equal(s.amounts[0], 6000);
    roaring_bitmap_t *others = roaring_bitmap_of(1, s.person + 1);
    q.among = others;
    s.count = 0;
    assert_ok(buyers_each(&q, v, INT64_MAX, see, &s, NULL));
    assert_int_equal(s.count, 0);
    q.among = NULL;
    roaring_bitmap_free(others);
    order_book_give(w->book, v);
    query_end(w, &q);
    assert_int_equal(buyer_ratio(311111, 2), 155556); // 3111.11 / 2 is 1555.56
    assert_int_equal(buyer_ratio(-311111, 2), -155556);
    assert_int_equal(buyer_ratio(10, 3), 3);
    assert_int_equal(buyer_ratio(-11, 3), -4);
    assert_int_equal(buyer_ratio(7, 0), 0);
}

// ---- small groups

static int64_t number(json v)
{
    int64_t n = -1;
    (void)json_i64(v, &n);
    return n; // -1: null
}

// Neither a figure, nor what is left of the size, nor the difference of two neighbours is one to nine people.
static void expect_hidden(struct world *w, const char *question, bool one_way)
{
    struct insight_query q;
    json answer;
    query_of(w, "cohort", question, 10, &q);
    assert_ok(run(w, &q));
    query_end(w, &q);
    assert_ok(json_parse(w->json, cu_buf_view(&w->out), &answer, NULL));
    for (struct json_iter c = json_each(json_get(answer, "cohorts")); json_next(&c);) {
        int64_t size = number(json_get(c.value, "size")), before = size;
        assert_true(size <= 0 || size >= 10);
        for (struct json_iter v = json_each(json_get(c.value, "values")); json_next(&v);) {
            int64_t n = number(v.value);
            if (n < 0)
                continue;
            assert_true(n == 0 || n >= 10);
            assert_true(size == n || size - n >= 10);
            if (one_way)
                assert_true(before == n || llabs(before - n) >= 10);
            before = n;
        }
    }
}

static void test_hiding(void **state)
{
    struct world *w = *state;
    fill(w);
    for (uint32_t u = 100; u < 160; u++) { // a larger cohort, with few who come often
        char id[40];
        for (uint32_t k = 0; k < 1U + (u % 7 == 0 ? 1U : 0U) + (u % 3 == 0 ? 2U : 0U); k++) {
            (void)snprintf(id, sizeof id, "more%u-%u", u, k);
            (void)order(w, u, id, cu_now_ms() - 98 * DAY + (int64_t)k * 15 * DAY, "3");
        }
    }
    order_book_settle(w->book);
    expect_hidden(w, "{\"period\":\"month\",\"periods\":6}", false);
    expect_hidden(w, "{\"period\":\"week\",\"periods\":12}", false);
    expect_hidden(w, "{\"period\":\"week\",\"periods\":12,\"mode\":\"rolling\"}", true);
    expect_hidden(w, "{\"period\":\"week\",\"periods\":12,\"mode\":\"full\"}", true);
    expect_hidden(w, "{\"period\":\"week\",\"periods\":12,\"cumulative\":true}", true);
    expect_hidden(w, "{\"period\":\"week\",\"periods\":12,\"mode\":\"rolling_24h\",\"cumulative\":true}", true);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {T(test_faults), T(test_credit_notes), T(test_hiding)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
