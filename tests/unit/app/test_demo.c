// SPDX-License-Identifier: Apache-2.0
// The sample shop's generator: the same shop for the same seed, in order of time, every call one
// that the door takes unless it is faulty on purpose, nobody real, and a shop's proportions.
#include "app/demo_random.h"
#include "app/demo_shop.h"
#include "base/fault.h"
#include "base/hash.h"
#include "collect/door.h"
#include "collect/door_call.h"
#include "text/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#define END INT64_C(1795273200000) // 2026-11-21T15:00:00Z
#define DAY INT64_C(86400000)

static struct json_parser *parser;
static struct dictionary *dictionary;

static int setup(void **state)
{
    struct cu_error err;
    (void)state;
    parser = json_parser_new(1 << 20);
    assert_int_equal(dictionary_load(CU_LIT(""), &dictionary, &err), CU_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    json_parser_free(parser);
    dictionary_free(dictionary);
    return 0;
}

static struct demo_options options(uint32_t people)
{
    return (struct demo_options){.seed = 1, .people = people, .years = 2, .end_ms = END};
}

// ---- the same again

struct print { // a stream, summed up
    uint64_t hash, calls, stop_after, hash_there;
    int64_t last_ms;
};

static cu_code take_print(void *context, const struct demo_call *call, struct cu_error *err)
{
    struct print *p = context;
    (void)err;
    assert_true(call->time_ms >= p->last_ms);
    p->last_ms = call->time_ms;
    p->hash = cu_hash64(call->json.ptr, call->json.len, p->hash);
    if (++p->calls == p->stop_after)
        p->hash_there = p->hash;
    return CU_OK;
}

static struct print print_of(const struct demo_options *o, uint64_t stop_after)
{
    struct print p = {.stop_after = stop_after};
    struct demo_totals t;
    struct cu_error err;
    assert_int_equal(demo_generate(o, take_print, &p, &t, &err), CU_OK);
    assert_int_equal(t.calls, p.calls);
    assert_int_equal(t.calls, t.events + t.refused + t.set_aside);
    return p;
}

static void same_seed_same_bytes(void **state)
{
    (void)state;
    struct demo_options o = options(200), other;
    const struct print first = print_of(&o, 0), second = print_of(&o, 0);
    assert_true(first.calls > 5000);
    assert_int_equal(first.hash, second.hash);
    other = o;
    other.seed = 2;
    assert_int_not_equal(print_of(&other, 0).hash, first.hash);
    other = o;
    other.people = 201;
    assert_int_not_equal(print_of(&other, 0).hash, first.hash);
    other = o;
    other.years = 1;
    assert_int_not_equal(print_of(&other, 0).hash, first.hash);
    other = o;
    other.end_ms -= DAY;
    assert_int_not_equal(print_of(&other, 0).hash, first.hash);
}

// Running it again later on the same day only adds what has happened since.
static void a_later_end_continues(void **state)
{
    (void)state;
    struct demo_options o = options(400), later = o;
    const struct print first = print_of(&o, 0);
    later.end_ms = END + DAY / 3;
    const struct print longer = print_of(&later, first.calls);
    assert_true(longer.calls > first.calls);
    assert_int_equal(longer.hash_there, first.hash);
    assert_true(first.last_ms <= END);
}

// ---- each call

struct looking {
    const struct demo_options *o;
    uint64_t number, undeclared_on_purpose, faulty;
    int64_t last_ms, revenue, refunded;
    uint64_t orders, cancelled, refunds;
    size_t longest;
};

static bool declared_in(const struct dict_event *event, cu_str path)
{
    const struct dict_field *f =
        event ? dictionary_event_field(event, path) : dictionary_person_field(dictionary, path);
    return f != NULL;
}

// Is everything below declared? What a declared object may hold freely is not looked into.
static bool all_declared(const struct dict_event *event, json v, const char *prefix)
{
    char path[256];
    for (struct json_iter it = json_each(v); json_next(&it);) {
        (void)snprintf(path, sizeof path, "%s%.*s", prefix, CU_ARG(it.key));
        if (!declared_in(event, cu_str_of(path)))
            return false;
        size_t len = strlen(path);
        if (json_is(it.value, JSON_OBJECT) && strcmp(path, "consent") != 0) {
            (void)snprintf(path + len, sizeof path - len, ".");
            if (!all_declared(event, it.value, path))
                return false;
        }
        struct json_iter element = json_each(it.value);
        (void)snprintf(path + len, sizeof path - len, ".$.");
        while (json_is(it.value, JSON_ARRAY) && json_next(&element))
            if (json_is(element.value, JSON_OBJECT) && !all_declared(event, element.value, path))
                return false;
    }
    return true;
}

static bool is_declared(json call, enum door_type type)
{
    const struct dict_event *context = dictionary_event(dictionary, CU_LIT("$context"));
    const struct dict_event *event = NULL;
    char name[32];
    if (type == DOOR_TRACK) {
        event = dictionary_event(dictionary, json_str(json_get(call, "event")));
    } else {
        (void)snprintf(name, sizeof name, "$%s", door_type_name(type));
        event = dictionary_event(dictionary, cu_str_of(name));
    }
    bool person = type == DOOR_IDENTIFY;
    json values = json_get(call, person || type == DOOR_GROUP ? "traits" : "properties");
    return event && all_declared(person ? NULL : event, values, "") &&
           all_declared(context, json_get(call, "context"), "");
}

// Every @ stands before a domain nobody can have (RFC 2606), or in the one address that is none.
static void check_addresses(cu_str text)
{
    static const char *const good[] = {"example.com\"", "example.org\"", "example.net\"", "example\""};
    for (ptrdiff_t at; (at = cu_str_find(text, '@')) >= 0;) {
        bool fine = false;
        text = cu_str_sub(text, (size_t)at + 1, text.len);
        for (size_t i = 0; i < CU_COUNT(good); i++)
            fine = fine || cu_str_eq_nocase(cu_str_sub(text, 0, strlen(good[i])), cu_str_of(good[i]));
        assert_true(fine);
    }
}

static int64_t minor(json properties, const char *name)
{
    double v = 0;
    int64_t ret = 0;
    assert_true(json_double(json_get(properties, name), &v));
    assert_true(text_money_from_double(v, 2, &ret));
    return ret;
}

// price x quantity, less the discount, is what the order says it is.
static void check_sums(json p)
{
    int64_t list = 0;
    for (struct json_iter it = json_each(json_get(p, "products")); json_next(&it);) {
        int64_t quantity = 0;
        assert_true(json_i64(json_get(it.value, "quantity"), &quantity));
        assert_in_range(quantity, 1, 9);
        list += minor(it.value, "price") * quantity;
    }
    assert_in_range(json_count(json_get(p, "products")), 1, 5);
    assert_int_equal(minor(p, "subtotal"), list - minor(p, "discount"));
    assert_int_equal(minor(p, "revenue"), minor(p, "subtotal"));
    assert_int_equal(minor(p, "total"), minor(p, "subtotal") + minor(p, "shipping") + minor(p, "tax"));
}

static void count_order(struct looking *l, json call, enum demo_fate fate)
{
    cu_str event = json_str(json_get(call, "event"));
    json p = json_get(call, "properties");
    if (!cu_str_starts(event, CU_LIT("Order ")) || fate != DEMO_TAKEN)
        return;
    assert_true(json_str(json_get(p, "order_id")).len > 0);
    if (cu_str_eqz(event, "Order Refunded")) {
        l->refunds++;
        l->refunded += minor(p, "total");
        return;
    }
    check_sums(p);
    int64_t sign = cu_str_eqz(event, "Order Completed") ? 1 : cu_str_eqz(event, "Order Cancelled") ? -1 : 0;
    l->orders += sign > 0;
    l->cancelled += sign < 0;
    l->revenue += sign * minor(p, "revenue");
}

static void check_fate(const struct demo_call *call, json j, const struct door_call *looked, cu_code code)
{
    assert_int_equal(code == CU_OK, call->fate != DEMO_REFUSED);
    if (code != CU_OK)
        return;
    assert_int_equal(looked->time_ms, call->time_ms); // nothing for the door to correct
    if (is_declared(j, looked->type) == call->undeclared)
        print_error("%.*s\n", CU_ARG(call->json));
    assert_int_not_equal(is_declared(j, looked->type), call->undeclared);
}

static cu_code look(void *context, const struct demo_call *call, struct cu_error *err)
{
    struct looking *l = context;
    static const struct door_envelope envelope = {.has_library = true};
    struct door_call looked;
    struct cu_error why;
    json j;
    assert_true(call->json.len < DOOR_CALL_MAX);
    assert_int_equal(json_parse(parser, call->json, &j, err), CU_OK);
    cu_code code = door_call_check(dictionary, j, DOOR_ANY, &envelope, END, &looked, &why);
    check_fate(call, j, &looked, code);
    check_addresses(call->json);
    assert_true(call->time_ms >= l->last_ms && call->time_ms <= l->o->end_ms);
    // numbered: so never twice
    cu_str number = json_str(json_get(j, "messageId"));
    for (ptrdiff_t dash; (dash = cu_str_find(number, '-')) >= 0;)
        number = cu_str_sub(number, (size_t)dash + 1, number.len);
    int64_t n = 0;
    assert_true(cu_str_i64(number, &n));
    assert_int_equal(n, ++l->number);
    l->last_ms = call->time_ms;
    l->longest = call->json.len > l->longest ? call->json.len : l->longest;
    l->undeclared_on_purpose += call->undeclared;
    l->faulty += call->undeclared || call->fate != DEMO_TAKEN;
    count_order(l, j, call->fate);
    return CU_OK;
}

static void every_call_is_what_it_claims(void **state)
{
    (void)state;
    const struct demo_options o = options(600);
    struct looking l = {.o = &o};
    struct demo_totals t;
    struct cu_error err;
    assert_int_equal(demo_generate(&o, look, &l, &t, &err), CU_OK);
    assert_int_equal(l.number, t.calls);
    assert_int_equal(l.orders, t.orders + t.cancelled);
    assert_int_equal(l.cancelled, t.cancelled);
    assert_int_equal(l.refunds, t.refunds);
    assert_int_equal(l.revenue, t.revenue);
    assert_int_equal(l.refunded, t.refunded);
    assert_true(l.longest < 4096);
    assert_true(t.refused > 0 && t.set_aside > 0 && l.undeclared_on_purpose > 0);
    assert_in_range(l.faulty * 10000 / t.calls, 5, 40); // about 0.2 %
}

// ---- proportions

static void it_looks_like_a_shop(void **state)
{
    (void)state;
    const struct demo_options o = options(3000);
    struct print p = {0};
    struct demo_totals t;
    struct cu_error err;
    assert_int_equal(demo_generate(&o, take_print, &p, &t, &err), CU_OK);
    assert_in_range(t.people, 2950, 3000);
    assert_in_range(t.persons, t.people, t.people * 14 / 10);
    assert_in_range(t.calls / t.people, 45, 60);
    assert_in_range(t.sessions / t.people, 6, 9);
    assert_in_range((t.orders + t.cancelled) * 1000 / t.sessions, 22, 38); // conversion, per mille
    assert_in_range(t.revenue / (int64_t)t.orders, 5000, 7500);
    assert_in_range(t.refunds * 100 / t.orders, 3, 9);
    assert_in_range(t.cancelled * 1000 / t.orders, 10, 60);
    assert_true(t.refunded < t.revenue / 10);
    assert_true(t.refused + t.set_aside < t.calls / 500);
}

static void small_and_long_shops(void **state)
{
    (void)state;
    static const struct {
        uint32_t people, years;
    } shops[] = {{1, 1}, {2, 10}, {40, 10}, {400, 1}};
    for (size_t i = 0; i < CU_COUNT(shops); i++) {
        struct demo_options o = options(shops[i].people);
        o.years = shops[i].years;
        (void)print_of(&o, 0);
        o.end_ms = INT64_C(951782400000); // 2000-02-29
        (void)print_of(&o, 0);
    }
}

static void share_goes_from_nothing_to_all(void **state)
{
    (void)state;
    const struct demo_options o = options(1);
    uint32_t before = 0;
    for (int64_t day = -3; day < 735; day++) {
        uint32_t share = demo_share(&o, END - (732 - day) * DAY);
        assert_true(share >= before && share <= 1000);
        before = share;
    }
    assert_int_equal(demo_share(&o, END - 800 * DAY), 0);
    assert_true(demo_share(&o, END) >= 990);
}

// ---- options and failures

static void options_are_checked(void **state)
{
    (void)state;
    static const struct {
        uint32_t people, years;
        int64_t end_ms;
        const char *field;
    } bad[] = {{0, 2, END, "--people"}, {1000001, 2, END, "--people"}, {1, 0, END, "--years"},
        {1, 11, END, "--years"}, {1, 2, 0, "--end"}, {1, 2, INT64_MAX, "--end"}};
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        struct demo_options o = {.people = bad[i].people, .years = bad[i].years, .end_ms = bad[i].end_ms};
        struct print p = {0};
        struct demo_totals t;
        struct cu_error err;
        assert_int_equal(demo_generate(&o, take_print, &p, &t, &err), CU_INVALID);
        assert_string_equal(err.field, bad[i].field);
        assert_int_equal(p.calls, 0);
    }
}

static cu_code refuse_tenth(void *context, const struct demo_call *call, struct cu_error *err)
{
    int *count = context;
    (void)call;
    return ++*count == 10 ? cu_fail(err, CU_BUSY, "", "enough") : CU_OK;
}

static void the_sink_may_end_it(void **state)
{
    (void)state;
    const struct demo_options o = options(50);
    struct demo_totals t = {.calls = 77};
    struct cu_error err;
    int count = 0;
    assert_int_equal(demo_generate(&o, refuse_tenth, &count, &t, &err), CU_BUSY);
    assert_int_equal(count, 10);
    assert_int_equal(t.calls, 77); // untouched
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    const struct demo_options o = options(8);
    cu_code code = CU_MEMORY;
    uint64_t nth = 0;
    while (code != CU_OK && nth < 5000) {
        struct print p = {0};
        struct demo_totals t;
        struct cu_error err = {.code = CU_OK};
        cu_fault_arm(CU_FAULT_ALLOC, ++nth, false);
        code = demo_generate(&o, take_print, &p, &t, &err);
        uint64_t seen = cu_fault_count(CU_FAULT_ALLOC);
        cu_fault_disarm();
        assert_true(code == CU_OK ? seen < nth : code == CU_MEMORY);
    }
    assert_int_equal(code, CU_OK);
    assert_true(nth > 5);
}

// ---- chance

static void waiting_times_have_their_mean(void **state)
{
    (void)state;
    struct demo_random r = {42};
    int64_t sum = 0, longer = 0;
    for (int i = 0; i < 100000; i++) {
        int64_t v = demo_exponential(&r, 1000000);
        assert_in_range(v, 0, 22500000);
        sum += v;
        longer += v > 1000000;
    }
    assert_in_range(sum / 100000, 985000, 1015000);
    assert_in_range(longer, 36300, 37300); // 1/e of them
    assert_true(demo_exponential(&r, INT64_C(1200) * DAY) >= 0);
}

static void picks_follow_their_weights(void **state)
{
    (void)state;
    static const uint16_t weights[] = {0, 700, 0, 299, 1};
    struct demo_random r = {7};
    int counts[5] = {0};
    for (int i = 0; i < 100000; i++)
        counts[demo_pick(&r, weights, CU_COUNT(weights))]++;
    assert_int_equal(counts[0] + counts[2], 0);
    assert_in_range(counts[1], 69000, 71000);
    assert_in_range(counts[4], 50, 160);
}

static void rhythm_knows_nights_and_seasons(void **state)
{
    (void)state;
    const int64_t monday = INT64_C(1795392000000); // 2026-11-23
    uint64_t sum = 0;
    for (int64_t h = 0; h < 24 * 365; h++) {
        uint32_t v = demo_rhythm(monday + h * 3600000);
        assert_in_range(v, 0, 1024);
        sum += v;
    }
    assert_in_range(sum / (24 * 365), 270, 320);
    assert_true(demo_rhythm(monday + 4 * 3600000) * 10 < demo_rhythm(monday + 20 * 3600000));
    assert_true(demo_rhythm(monday + 6 * DAY) > demo_rhythm(monday + 5 * DAY)); // Sunday, Saturday
    assert_int_equal(demo_month(monday), 10);
    assert_int_equal(demo_month(INT64_C(1767225600000) + DAY), 0); // 2026-01-02
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_seed_same_bytes),
        cmocka_unit_test(a_later_end_continues),
        cmocka_unit_test_setup_teardown(every_call_is_what_it_claims, setup, teardown),
        cmocka_unit_test(it_looks_like_a_shop),
        cmocka_unit_test(small_and_long_shops),
        cmocka_unit_test(share_goes_from_nothing_to_all),
        cmocka_unit_test(options_are_checked),
        cmocka_unit_test(the_sink_may_end_it),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(waiting_times_have_their_mean),
        cmocka_unit_test(picks_follow_their_weights),
        cmocka_unit_test(rhythm_knows_nights_and_seasons),
    };
    return cmocka_run_group_tests_name("demo", tests, NULL, NULL);
}
