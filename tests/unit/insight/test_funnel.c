// SPDX-License-Identifier: Apache-2.0
// The kinds "funnel" and "paths" from the inside: the people behind each figure, small groups as sums, rows of many values,
// and memory that fails at every place.
#include "audience_test.h"

#include "insight/funnel.h"
#include "insight/path.h"

#include <roaring/roaring.h>

#define MINUTE INT64_C(60000)
#define DAY (1440 * MINUTE)
enum { USERS = 60 };
static const char *const names[] = {"Product Viewed", "Product Added", "Checkout Started", "Order Completed"};

struct world {
    struct shop *s;
    struct insight_desk *desk;
    struct caller caller;
    struct cu_buf out;
    struct json_parser *json;
    uint32_t pno[USERS];
    uint32_t far[USERS]; // steps that were done, one a minute
};

static int setup(void **state)
{
    void *shop = NULL;
    struct world *w = calloc(1, sizeof *w);
    if (!w || shop_setup(&shop) != 0)
        return -1;
    w->s = shop;
    w->json = json_parser_new(1 << 20);
    cu_buf_init(&w->out, 16 << 20);
    const struct insight_desk_options o = {.people = w->s->people, .facts = w->s->facts, .audiences = w->s->audiences,
        .zone = w->s->zone, .zone_name = "Europe/Berlin", .currency = "EUR", .small_group = 10};
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
    json_parser_free(w->json);
    cu_buf_clear(&w->out);
    free(w);
    return shop_teardown(&shop);
}

static void fill(struct world *w)
{
    int64_t begins = cu_now_ms() - 3 * DAY;
    for (uint32_t u = 0; u < USERS; u++) {
        char ids[80];
        (void)snprintf(ids, sizeof ids, "user_id=u%u", u);
        w->far[u] = 1 + u % 4;
        for (uint32_t i = 0; i < w->far[u]; i++) {
            char text[200];
            (void)snprintf(text, sizeof text,
                "{\"product_id\":\"p%u\",\"order_id\":\"o%u\",\"$context\":{\"page\":{\"path\":\"/p%u\"}}}", u % 7, u,
                u % 7);
            w->pno[u] = shop_event(w->s, ids, names[i], begins + (int64_t)u * MINUTE * 10 + (int64_t)i * MINUTE, text, NULL);
        }
    }
    assert_ok(timeline_publish(w->s->timeline, NULL));
}

// A question as the desk makes it, by hand.
static void query_of(struct world *w, const char *kind, const char *question, struct insight_query *q)
{
    struct cu_error err = {.text = ""};
    json body;
    *q = (struct insight_query){.desk = w->desk,
        .o = insight_desk_options(w->desk),
        .kind = insight_kind_find(cu_str_of(kind)),
        .caller = &w->caller,
        .dictionary = w->s->dictionary,
        .from_day = text_zone_day(w->s->zone, cu_now_ms()) - 29,
        .to_day = text_zone_day(w->s->zone, cu_now_ms()) + 1};
    q->from_ms = text_zone_day_start(w->s->zone, q->from_day);
    q->to_ms = text_zone_day_start(w->s->zone, q->to_day);
    q->arena = cu_arena_new(64 << 20);
    q->limits.threads = 1;
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

static cu_code pick(struct world *w, const char *kind, const char *question, const char *object, uint64_t *ret)
{
    struct insight_query q;
    struct json_parser *parser = json_parser_new(4096);
    roaring_bitmap_t *people = roaring_bitmap_create();
    json value;
    query_of(w, kind, question, &q);
    assert_ok(json_parse(parser, cu_str_of(object), &value, NULL));
    cu_code code = q.kind->people(&q, value, people, NULL);
    *ret = roaring_bitmap_get_cardinality(people);
    roaring_bitmap_free(people);
    json_parser_free(parser);
    query_end(w, &q);
    return code;
}

#define SHOP "{\"ready\":\"shop\"}"
#define BY_PRODUCT "{\"ready\":\"shop\",\"breakdown\":{\"property\":\"product_id\"}}"

static void test_people(void **state)
{
    struct world *w = *state;
    uint64_t n = 0;
    fill(w);
    for (uint32_t step = 1; step <= 4; step++) {
        char object[80];
        uint64_t reached = 0, dropped = 0;
        for (uint32_t u = 0; u < USERS; u++) {
            reached += w->far[u] >= step;
            dropped += w->far[u] + 1 == step;
        }
        (void)snprintf(object, sizeof object, "{\"step\":%u}", step);
        assert_ok(pick(w, "funnel", SHOP, object, &n));
        assert_int_equal(n, reached);
        (void)snprintf(object, sizeof object, "{\"step\":%u,\"what\":\"dropped\"}", step);
        if (step == 1) {
            assert_int_equal(pick(w, "funnel", SHOP, object, &n), CU_INVALID);
            continue;
        }
        assert_ok(pick(w, "funnel", SHOP, object, &n));
        assert_int_equal(n, dropped);
    }
    assert_ok(pick(w, "funnel", BY_PRODUCT, "{\"step\":1,\"value\":\"p3\"}", &n));
    assert_int_equal(n, 9); // 3, 10, .. 59
    assert_ok(pick(w, "funnel", BY_PRODUCT, "{\"step\":1,\"value\":null}", &n));
    assert_int_equal(n, 0);
    assert_ok(pick(w, "funnel", "{\"ready\":\"shop\",\"by\":\"visit\",\"breakdown\":\"channel\"}",
        "{\"step\":4,\"value\":\"direct\"}", &n));
    assert_int_equal(n, 15);
    assert_int_equal(pick(w, "funnel", SHOP, "{\"step\":1,\"value\":\"p3\"}", &n), CU_INVALID);
    assert_int_equal(pick(w, "funnel", SHOP, "{\"step\":5}", &n), CU_INVALID);
    assert_int_equal(pick(w, "funnel", SHOP, "{}", &n), CU_MISSING);
    assert_ok(pick(w, "paths", "{\"by\":\"event\",\"start\":{\"event\":\"Product Viewed\"}}",
        "{\"depth\":2,\"key\":\"Checkout Started\"}", &n));
    assert_int_equal(n, 30);
    assert_ok(pick(w, "paths", "{\"by\":\"event\"}", "{\"depth\":2,\"key\":\"Never Sent\"}", &n));
    assert_int_equal(n, 0);
    assert_int_equal(pick(w, "paths", "{\"by\":\"event\"}", "{\"depth\":1,\"key\":\"(other)\"}", &n), CU_INVALID);
}

// Who stopped between two shown figures is their difference: never one to nine people, whatever the figures.
static void test_hiding(void **state)
{
    struct world *w = *state;
    for (int round = 0; round < 20000; round++) {
        struct insight_query q = {.small_group = 10};
        uint64_t people[6], last = dice(w->s, 200);
        bool hidden[6];
        uint32_t steps = 1 + dice(w->s, 6), before = UINT32_MAX;
        for (uint32_t i = 0; i < steps; i++) {
            people[i] = last;
            last -= dice(w->s, 3) ? (last > 12 ? dice(w->s, 13) : 0) : dice(w->s, (uint32_t)last + 1);
        }
        funnel_hide(&q, people, steps, hidden);
        for (uint32_t i = 0; i < steps; i++) {
            if (hidden[i])
                continue;
            assert_true(people[i] == 0 || people[i] >= 10);
            if (before != UINT32_MAX)
                assert_true(people[before] == people[i] || people[before] - people[i] >= 10);
            before = i;
        }
        assert_int_equal(hidden[0], people[0] > 0 && people[0] < 10);
        q = (struct insight_query){.small_group = 0};
        funnel_hide(&q, people, steps, hidden);
        assert_false(hidden[steps - 1]);
    }
}

static void test_tally(void **state)
{
    (void)state;
    struct cu_arena *a = cu_arena_new(64 << 20);
    struct funnel_tally *one = funnel_tally_new(3), *two = funnel_tally_new(3);
    struct funnel_row_counts *rows, other, none;
    size_t count = 0, more = 0;
    assert_true(one && two);
    for (uint64_t person = 1; person <= 20000; person++) {
        struct funnel_tally *t = person % 2 ? one : two;
        uint64_t value = person % 5000 + 1;
        assert_true(funnel_tally_add(t, value, 1 + (uint32_t)(person % 3), person));
        assert_true(funnel_tally_add(t, value, 1, person)); // once more, not so far
        assert_true(person % 10 || funnel_tally_add(t, FUNNEL_NO_VALUE, 2, person));
    }
    assert_true(funnel_tally_add(one, 7, 3, 1));
    assert_true(funnel_tally_join(one, two));
    assert_ok(funnel_tally_rows(one, 100, a, &rows, &count, &more, &other, &none, NULL));
    assert_int_equal(count, 100);
    assert_int_equal(more, 4900);
    assert_int_equal(rows[0].value, 7); // the most
    assert_int_equal(rows[0].reached[0], 9);
    assert_int_equal(rows[0].people[0], 5);
    assert_int_equal(none.people[1], 2000);
    uint64_t units = other.reached[0];
    for (size_t i = 0; i < count; i++)
        units += rows[i].reached[0];
    assert_int_equal(units, 40001);
    funnel_tally_free(one);
    funnel_tally_free(two);
    cu_arena_free(a);
}

static void test_faults(void **state)
{
    static const struct { const char *kind, *question;
    } asked[] = {
        {"funnel", "{\"ready\":\"shop\",\"trend\":\"day\",\"breakdown\":{\"property\":\"product_id\"}}"},
        {"funnel", "{\"ready\":\"shop\",\"by\":\"visit\",\"breakdown\":\"channel\",\"order\":\"strict\"}"},
        {"funnel", "{\"steps\":[{\"event\":\"Product Viewed\"},{\"event\":\"Product "
                   "Added\"}],\"same\":[\"product_id\"],\"by\":{\"property\":\"product_id\"}}"},
        {"paths", "{\"by\":\"event\"}"},
        {"paths", "{\"by\":\"page\",\"direction\":\"backward\"}"},
    };
    struct world *w = *state;
    fill(w);
    for (size_t i = 0; i < CU_COUNT(asked); i++) {
        bool good = false;
        for (uint64_t n = 1; n < 3000 && !good; n++) {
            struct insight_query q;
            struct json_writer jw;
            struct cu_error err = {.text = ""};
            query_of(w, asked[i].kind, asked[i].question, &q);
            cu_buf_reset(&w->out);
            jw_start(&jw, &w->out);
            cu_fault_arm(CU_FAULT_ALLOC, n, false);
            jw_object(&jw);
            cu_code code = q.kind->run(&q, &jw, &err);
            jw_object_end(&jw);
            good = cu_fault_count(CU_FAULT_ALLOC) < n;
            cu_fault_disarm();
            if (code == CU_OK)
                code = cu_buf_code(&w->out, &err);
            assert_true(code == CU_OK || code == CU_MEMORY);
            cu_buf_clear(&w->out);
            cu_buf_init(&w->out, 16 << 20);
            query_end(w, &q);
        }
        assert_true(good);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {T(test_people), T(test_hiding), T(test_tally), T(test_faults)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
