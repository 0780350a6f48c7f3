// SPDX-License-Identifier: Apache-2.0
// Facts: what each kind of field says, folded over profiles; read again when touched and only then; sealed fields while they
// are wanted; another dictionary; lack of memory; nothing left in memory of what was dropped.
#include "audience_test.h"

#include "base/fault.h"

#define DAY (INT64_C(86400) * 1000)

static int64_t now(struct shop *s)
{
    return atomic_load(&s->now_ms);
}

static const struct seg_field *field(struct shop *s, const char *name)
{
    const struct seg_catalog *c = audience_catalog(s->audiences);
    const struct seg_field *f = seg_catalog_field(c, cu_str_of(name));
    audience_catalog_done(s->audiences, c);
    if (!f)
        fail_msg("no field %s", name);
    return f;
}

// One field of a person as text: "-" when it is not known; lists with commas.
static const char *fact(struct shop *s, uint32_t person, const char *name)
{
    static char out[256];
    audiences_settle(s->audiences); // also the catalogue: a field lives as long as it
    const struct seg_field *f = field(s, name);
    struct seg_fact v;
    facts_of(s->facts, person, &f, 1, &v);
    if (!v.known)
        (void)snprintf(out, sizeof out, "-");
    else if (f->type == SEG_TEXT)
        (void)snprintf(out, sizeof out, "%.*s", CU_ARG(v.value.text));
    else
        (void)snprintf(out, sizeof out, "%lld", (long long)v.value.number);
    for (uint32_t i = 0; i < v.more_count; i++) {
        size_t len = strlen(out);
        (void)snprintf(out + len, sizeof out - len, ",%.*s", CU_ARG(v.more[i].text));
    }
    facts_done(s->facts);
    return out;
}

static void each_kind_of_field(void **state)
{
    struct shop *s = *state;
    uint32_t p = shop_event(s, "user_id=u anonymous_id=a", "Signed Up", now(s), "{}",
        "{\"address\":{\"country\":\"de\"},\"accepts_marketing\":true,\"total_spent\":12.345,\"createdAt\":\"2026-01-02T03:04:05Z\","
        "\"company\":{\"employee_count\":7}}");
    assert_string_equal(fact(s, p, "country"), "DE");
    assert_string_equal(fact(s, p, "accepts_marketing"), "1");
    assert_string_equal(fact(s, p, "total_spent"), "123450");
    assert_string_equal(fact(s, p, "createdAt"), "1767323045000");
    assert_string_equal(fact(s, p, "company.employee_count"), "70000");
    assert_string_equal(fact(s, p, "plan"), "-");
    assert_string_equal(fact(s, p, "known"), "1");
    assert_string_equal(fact(s, p, "events.count"), "10000");
    assert_string_equal(fact(s, p, "seen.last"), "1780000000000");
    assert_non_null(strstr(fact(s, p, "identifiers"), "user_id"));
    assert_non_null(strstr(fact(s, p, "identifiers"), "anonymous_id"));
    assert_string_equal(fact(s, p, "consent.marketing_email"), "unknown");
    assert_string_equal(fact(s, p, "orders.count"), "0");
    assert_string_equal(fact(s, p, "orders.average"), "-");
    shop_event(s, "user_id=u", "Order Completed", now(s) - DAY,
        "{\"order_id\":\"1\",\"revenue\":10.01,\"currency\":\"EUR\"}", NULL);
    shop_event(s, "user_id=u", "Order Completed", now(s), "{\"order_id\":\"2\",\"revenue\":20,\"currency\":\"EUR\"}", NULL);
    shop_event(s, "user_id=u", "Order Completed", now(s), "{\"order_id\":\"3\",\"revenue\":99,\"currency\":\"USD\"}", NULL);
    shop_event(s, "user_id=u", "Order Refunded", now(s), "{\"order_id\":\"2\",\"total\":5,\"currency\":\"EUR\"}", NULL);
    assert_string_equal(fact(s, p, "orders.count"), "20000");
    assert_string_equal(fact(s, p, "orders.revenue"), "300100");
    assert_string_equal(fact(s, p, "orders.average"), "150050");
    assert_string_equal(fact(s, p, "orders.refunded"), "50000");
    assert_string_equal(fact(s, p, "orders.first"), "1779913600000");
    assert_string_equal(fact(s, p, "orders.last"), "1780000000000");
    assert_true(facts_id_hash(s->facts, p) != 0);
    const struct facts_rfm rfm = {5, 4, 3, 0, 255};
    assert_ok(facts_set_rfm(s->facts, p, &rfm, NULL));
    assert_string_equal(fact(s, p, "rfm.recency"), "50000");
    assert_string_equal(fact(s, p, "rfm.monetary"), "30000");
    assert_string_not_equal(fact(s, p, "rfm.group"), "-");
    assert_string_equal(fact(s, p, "lifecycle"), "-");
}

static void the_newest_of_all_profiles_counts(void **state)
{
    struct shop *s = *state;
    int64_t edge = 0;
    uint32_t a = shop_event(s, "user_id=a", "Signed Up", now(s), "{}", "{\"plan\":\"old\",\"language\":\"de\"}");
    atomic_fetch_add(&s->now_ms, 1000);
    uint32_t b = shop_event(s, "user_id=b", "Signed Up", now(s), "{}", "{\"plan\":\"new\"}");
    assert_string_equal(fact(s, a, "plan"), "old");
    assert_ok(people_merge(s->people, shop_uuid(s, a), shop_uuid(s, b), CU_LIT("same"), -1, &edge, NULL));
    assert_string_equal(fact(s, a, "plan"), "new");
    assert_string_equal(fact(s, a, "language"), "de");
    assert_string_equal(fact(s, a, "events.count"), "20000");
    assert_string_equal(fact(s, b, "plan"), "-"); // no person any more
    assert_ok(people_unmerge(s->people, shop_uuid(s, a), edge, CU_LIT("not"), false, -1, NULL));
    assert_string_equal(fact(s, a, "plan"), "old");
    assert_string_equal(fact(s, b, "plan"), "new");
    shop_event(s, "user_id=a", NULL, now(s), NULL, "{\"plan\":null}");
    assert_string_equal(fact(s, a, "plan"), "-");
    assert_ok(people_forget_person(s->people, shop_uuid(s, b), NULL));
    assert_string_equal(fact(s, b, "plan"), "-");
}

static void sealed_fields_are_there_while_wanted(void **state)
{
    struct shop *s = *state;
    uint32_t p = shop_event(s, "user_id=u", "Signed Up", now(s), "{}",
        "{\"age\":33,\"tags\":[\"vip\",\"press\"],\"email\":\"a@example.com\"}");
    const struct seg_field *wanted[2] = {field(s, "age"), field(s, "email")};
    assert_string_equal(fact(s, p, "age"), "-");
    assert_ok(facts_want(s->facts, wanted, 2, NULL));
    facts_settle(s->facts);
    assert_string_equal(fact(s, p, "age"), "330000");
    assert_string_equal(fact(s, p, "email"), "a@example.com");
    shop_event(s, "user_id=u", NULL, now(s), NULL, "{\"age\":34}");
    assert_string_equal(fact(s, p, "age"), "340000");
    assert_ok(facts_keep(s->facts, wanted, 1, NULL));
    assert_string_equal(fact(s, p, "age"), "340000");
    assert_string_equal(fact(s, p, "email"), "-");
    assert_ok(facts_keep(s->facts, NULL, 0, NULL));
    assert_string_equal(fact(s, p, "age"), "-");
}

static void another_dictionary_is_followed(void **state)
{
    struct shop *s = *state;
    static const char number[] = "version: 1\npersons:\n  shoe: {type: integer, min: 0, max: 99, level: P1, category: user, purposes: "
                                 "[service], owner: sales, doc: Size.}\n";
    static const char sealed[] = "version: 1\npersons:\n  shoe: {type: integer, min: 0, max: 99, level: P2, group: contact, category: user, "
                                 "purposes: [service], owner: sales, doc: Size.}\n";
    s->former[s->former_count++] = s->dictionary;
    assert_ok(dictionary_load(cu_str_of(number), &s->dictionary, NULL));
    people_set_dictionary(s->people, s->dictionary);
    uint32_t p = shop_event(s, "user_id=u", "Signed Up", now(s), "{}", "{\"shoe\":44}");
    assert_string_equal(fact(s, p, "shoe"), "440000");
    s->former[s->former_count++] = s->dictionary;
    assert_ok(dictionary_load(cu_str_of(sealed), &s->dictionary, NULL));
    people_set_dictionary(s->people, s->dictionary);
    assert_string_equal(fact(s, p, "shoe"), "-"); // personal now: nobody asked for it
}

static void everybody_is_loaded_at_start(void **state)
{
    struct shop *s = *state;
    char ids[32], traits[64];
    uint32_t p[3000 / 10];
    int64_t edge = 0;
    for (int i = 0; i < 300; i++) {
        (void)snprintf(ids, sizeof ids, "user_id=u%d", i);
        (void)snprintf(traits, sizeof traits, "{\"plan\":\"plan %d\"}", i % 7);
        p[i] = shop_event(s, ids, NULL, now(s), NULL, i % 3 ? traits : NULL);
    }
    assert_ok(people_merge(s->people, shop_uuid(s, p[3]), shop_uuid(s, p[4]), CU_LIT("same"), -1, &edge, NULL));
    shop_restart(s, true);
    struct facts_progress progress;
    facts_settle(s->facts);
    facts_status(s->facts, &progress);
    assert_true(progress.ready);
    assert_int_equal(progress.done, progress.total);
    for (int i = 0; i < 300; i++) {
        (void)snprintf(traits, sizeof traits, "plan %d", i % 7);
        assert_string_equal(fact(s, p[i], "plan"), i == 3 ? "plan 4" : i == 4 || i % 3 == 0 ? "-" : traits);
    }
    assert_true(s->facts->texts.used < 40); // each text once
}

static void ignore(void *context, uint32_t person, uint64_t bits)
{
    (void)person;
    *(uint64_t *)context |= bits;
}

static void lack_of_memory_loses_nothing(void **state)
{
    struct shop *s = *state;
    uint32_t p = shop_event(s, "user_id=u", "Signed Up", now(s), "{}", "{\"plan\":\"gold\"}");
    (void)fact(s, p, "plan");
    struct facts *f = NULL;
    const struct facts_options fo = {.people = s->people, .gate = s->gate, .zone = s->zone};
    for (uint64_t n = 1; n < 200; n++) { // opening fails whole
        struct cu_error err = {.text = ""};
        cu_fault_arm(CU_FAULT_ALLOC, n, false);
        cu_code code = facts_open(&fo, &f, &err);
        cu_fault_disarm();
        if (code == CU_OK) {
            facts_settle(f);
            break;
        }
        assert_int_equal(code, CU_MEMORY);
    }
    assert_non_null(f);
    for (uint64_t n = 1; n < 60; n++) {
        const struct people_change change = {p, PEOPLE_JOINED};
        struct cu_error err = {.text = ""};
        uint64_t bits = 0;
        facts_touch(f, &change, 1);
        cu_fault_arm(CU_FAULT_ALLOC, n, false);
        cu_code code = facts_refresh(f, ignore, &bits, &err);
        cu_fault_disarm();
        if (code != CU_OK) {
            assert_true(facts_waiting(f)); // it is still to be read
            assert_ok(facts_refresh(f, ignore, &bits, NULL));
        }
        assert_true(bits == FACTS_ALL || !facts_waiting(f));
    }
    facts_close(f);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {T(each_kind_of_field), T(the_newest_of_all_profiles_counts),
        T(sealed_fields_are_there_while_wanted),
        T(another_dictionary_is_followed), T(everybody_is_loaded_at_start), T(lack_of_memory_loses_nothing)};
    return cmocka_run_group_tests_name("insight/facts", tests, NULL, NULL);
}
