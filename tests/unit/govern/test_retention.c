// SPDX-License-Identifier: Apache-2.0
// Retention: the table of reasons in all its combinations and at its edges, rules from a dictionary, and runs under
// failing memory and storage: whatever fails, in the end the same is gone, once, with a certificate.
#pragma GCC diagnostic ignored "-Wunused-function" // this test needs no browsers
#include "staff_world.h"

#include "base/log.h"
#include "govern/retention_internal.h"
#include "consent/legal_clock.h"
#include "govern/usage_internal.h"

static const int64_t day = INT64_C(86400000);

static int64_t date(int year, int month, int d)
{
    return legal_day_of(year, month, d) * day;
}

// --- reasons

static struct retention_facts nobody(void)
{
    int64_t now = date(2026, 6, 15);
    return (struct retention_facts){.now_ms = now, .inactive_ms = now - 1000 * day, .last_ms = INT64_MIN,
        .last_order_ms = INT64_MIN,
        .pending_order_ms = INT64_MIN, .order_years = 10};
}

static const char *winner(const struct retention_facts *f)
{
    const struct retention_reason *r = retention_reason_of(f, NULL);
    return r ? r->code : "";
}

static void the_first_reason_wins(void **state)
{
    (void)state;
    static const char *const order[] = {"legal_hold", "restricted", "request_open", "decoy", "order_pending", "recent",
        "statutory"};
    for (unsigned bits = 0; bits < 1u << CU_COUNT(order); bits++) {
        struct retention_facts f = nobody();
        const char *want = "";
        uint32_t all = 0;
        f.held = bits & 1;
        f.restricted = bits >> 1 & 1;
        f.request_open = bits >> 2 & 1;
        f.decoy = bits >> 3 & 1;
        f.pending_order_ms = bits >> 4 & 1 ? f.now_ms - day : INT64_MIN;
        f.last_ms = bits >> 5 & 1 ? f.now_ms - day : f.now_ms - 2000 * day;
        f.last_order_ms = bits >> 6 & 1 ? f.now_ms - 2000 * day : INT64_MIN;
        for (size_t i = CU_COUNT(order); i-- > 0;)
            want = bits >> i & 1 ? order[i] : want;
        const struct retention_reason *r = retention_reason_of(&f, &all);
        assert_string_equal(r ? r->code : "", want);
        assert_int_equal(all, bits); // the table is in this order
    }
    size_t n = 0;
    for (; retention_reasons[n].code; n++) {
        assert_string_equal(retention_reasons[n].code, order[n]);
        assert_true(retention_reasons[n].source[0] && retention_reasons[n].doc[0]);
    }
    assert_int_equal(n, CU_COUNT(order));
    assert_true(n < RETENTION_REASONS_MAX);
}

static void reasons_at_their_edges(void **state)
{
    (void)state;
    struct retention_facts f = nobody();
    assert_string_equal(winner(&f), ""); // never heard of
    f.last_ms = f.inactive_ms;
    assert_string_equal(winner(&f), "recent");
    f.last_ms--;
    assert_string_equal(winner(&f), "");
    // an order of 2015 has to be kept until the end of 2025, one of 2016 until the end of 2026
    f.last_order_ms = date(2016, 1, 1) - 1;
    assert_string_equal(winner(&f), "");
    f.last_order_ms = date(2016, 1, 1);
    assert_string_equal(winner(&f), "statutory");
    f.now_ms = date(2027, 1, 1) - 1;
    assert_string_equal(winner(&f), "statutory");
    f.now_ms = date(2027, 1, 1);
    assert_string_equal(winner(&f), "");
    f.order_years = 0;
    f.now_ms = date(2016, 2, 1);
    assert_string_equal(winner(&f), "");
    f.pending_order_ms = f.now_ms - 365 * day;
    assert_string_equal(winner(&f), "order_pending");
    f.pending_order_ms--;
    assert_string_equal(winner(&f), "");
    assert_int_equal(retention_order_until(date(2024, 2, 29), 10), date(2035, 1, 1));
    assert_int_equal(retention_order_until(-1, 1), date(1971, 1, 1)); // the last moment of 1969
    assert_int_equal(retention_order_until(0, 0), date(1971, 1, 1));
}

// --- rules

static const char shop[] = "version: 1\npersons:\n"
    "  shoe_size: {type: number, level: P2, category: user.demographic, purposes: [service], retention_days: 100, owner: "
        "sales, doc: Shoe.}\n"
    "  hat_size: {type: number, level: P1, category: user.demographic, purposes: [analytics], retention_days: 100, owner: "
        "care, doc: Hat.}\n"
    "  glove: {type: number, level: P1, category: user.demographic, purposes: [service], retention_days: 50, doc: Glove.}\n"
    "  scarf: {type: number, level: P1, category: user.demographic, purposes: [service], retention_days: 50, collect: no, "
        "doc: Scarf.}\n"
    "events:\n  Fitting Booked: {category: user.fitting, purposes: [service], retention_days: 10, owner: sales, doc: "
        "Fitting.}\n";

static struct retention_rule *named(struct retention_rule *rules, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rules[i].name, name) == 0)
            return &rules[i];
    return NULL;
}

static void rules_follow_from_the_dictionary(void **state)
{
    (void)state;
    struct dictionary *d = NULL;
    struct retention_rule rules[RETENTION_RULES_MAX];
    size_t count = 0, covered = 0;
    struct cu_arena *a = cu_arena_new((size_t)16 << 20);
    assert_ok(dictionary_load(cu_str_of(shop), &d, NULL));
    assert_ok(retention_rules_of(d, a, rules, &count, NULL));
    const struct retention_rule *r = named(rules, count, "fields.user.demographic.100");
    assert_non_null(r);
    assert_true(r->declared && !r->on && r->cover_count == 2 && r->kind == RETENTION_FIELDS);
    assert_true(cu_str_eqz(r->owner, "several"));
    assert_true(cu_str_eqz(r->basis, "consent: analytics; contract: service"));
    r = named(rules, count, "fields.user.demographic.50");
    assert_true(r && r->cover_count == 1 && cu_str_eqz(r->covers[0], "glove")); // what is not collected has its own
    r = named(rules, count, "stopped.scarf");
    assert_true(r && r->on && r->kind == RETENTION_STOPPED);
    assert_int_equal(retention_before(r, 0, world_now), INT64_MAX);
    r = named(rules, count, "events.user.fitting.10");
    assert_true(r && r->cover_count == 1 && r->keep_min == 10);
    assert_non_null(named(rules, count, "people.inactive"));
    assert_non_null(named(rules, count, "quarantine.open"));
    for (size_t i = 0; i < count; i++) { // each once, nothing on by itself but what was stopped
        assert_ptr_equal(named(rules, count, rules[i].name), &rules[i]);
        assert_true(rules[i].what.len && rules[i].basis.len && rules[i].category.len);
        assert_int_equal(rules[i].on, rules[i].kind == RETENTION_STOPPED);
        covered += rules[i].kind == RETENTION_EVENTS ? rules[i].cover_count : 0;
    }
    const struct dict_event *events = NULL;
    size_t n = dictionary_events(d, &events), kept = 0;
    for (size_t i = 0; i < n; i++)
        kept += events[i].retention_days > 0 && !cu_str_eqz(events[i].name, "$context");
    assert_int_equal(covered, kept); // every event with a time is in exactly one rule
    cu_arena_free(a);
    dictionary_free(d);
}

static void times_are_whole_days(void **state)
{
    (void)state;
    const struct retention_rule rule = {.kind = RETENTION_EVENTS};
    int64_t midnight = date(2026, 6, 15);
    assert_int_equal(retention_before(&rule, 10, midnight), midnight - 10 * day);
    assert_int_equal(retention_before(&rule, 10, midnight + day - 1), midnight - 10 * day);
    assert_int_equal(retention_before(&rule, 30000, date(2026, 6, 15) + 5), midnight - 30000 * day); // before 1970
}

static void names_are_found_as_words(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name;
        bool there;
    } cases[] = {{"firstName is Anna", "firstname", true}, {"average is 3", "age", false}, {"age > 3", "age", true},
        {"address.city is Ulm", "city", false}, {"address.city.updated within 3 days", "address.city", true}, {"", "age",
            false},
        {"\"age\":1", "age", true}, {"page_age", "age", false}, {"age_group", "age", false}, {"did Order Completed",
            "Order Completed", true}};
    for (size_t i = 0; i < CU_COUNT(cases); i++)
        assert_int_equal(usage_mentions(cu_str_of(cases[i].text), cu_str_of(cases[i].name)), cases[i].there);
}

// --- runs

struct shop {
    struct world *w;
    struct dictionary *dictionary;
    struct certificates *certificates;
    struct retention *retention;
    uint32_t old, recent;
    uint64_t seq;
};

static void open_retention(struct shop *s)
{
    char *folder = test_path(s->w->folder, "audit");
    assert_ok(certificates_open(&(struct certificates_options){.people = s->w->people, .audit_folder = folder,
        .archive_days = 7}, &s->certificates, NULL));
    assert_ok(retention_open(&(struct retention_options){.people = s->w->people, .certificates = s->certificates,
        .audit_folder = folder}, &s->retention, NULL));
    free(folder);
}

static uint32_t make_person(struct shop *s, const char *id, int days_ago)
{
    struct person_id who = {CU_LIT("user_id"), cu_str_of(id)};
    struct json_parser *p = json_parser_new(1 << 16);
    json traits;
    uint32_t pno = 0;
    struct evidence ev = {.source = 1, .seq = ++s->seq, .time_ms = world_now - days_ago * day, .received_ms = world_now};
    (void)people_lock(s->w->people);
    assert_ok(people_begin(s->w->people, NULL));
    assert_ok(people_identify(s->w->people, &who, 1, &ev, &pno, NULL));
    assert_ok(json_parse(p, CU_LIT("{\"shoe_size\":41,\"firstName\":\"Anna\"}"), &traits, NULL));
    assert_ok(people_traits(s->w->people, pno, traits, &ev, NULL));
    people_touch(s->w->people, pno, &ev);
    assert_ok(people_commit(s->w->people, NULL));
    people_unlock(s->w->people);
    json_parser_free(p);
    return pno;
}

static void add_event(struct shop *s, uint32_t pno, int days_ago)
{
    uint32_t kind = 0;
    assert_ok(timeline_kind(s->w->timeline, CU_LIT("Fitting Booked"), &kind, NULL));
    const struct timeline_event e = {.pno = pno, .kind = kind, .source = 1, .seq = ++s->seq,
        .time_ms = world_now - days_ago * day};
    assert_ok(timeline_add(s->w->timeline, &e, NULL));
    assert_ok(timeline_publish(s->w->timeline, NULL));
}

static struct shop shop_new(void)
{
    struct shop s = {.seq = 0};
    void *state = NULL;
    world_audited = true;
    assert_int_equal(open_world(&state), 0);
    s.w = state;
    assert_ok(dictionary_load(cu_str_of(shop), &s.dictionary, NULL));
    people_set_dictionary(s.w->people, s.dictionary);
    s.old = make_person(&s, "old", 2000);
    s.recent = make_person(&s, "recent", 5);
    for (int i = 0; i < 5; i++) {
        add_event(&s, s.old, 1500 + i);
        add_event(&s, s.recent, i);
    }
    assert_ok(timeline_flush(s.w->timeline, NULL));
    open_retention(&s);
    guard_enter_system("upkeep", "retention");
    return s;
}

static void shop_free(struct shop *s)
{
    void *state = s->w;
    retention_close(s->retention);
    certificates_close(s->certificates);
    guard_enter_system("intake", "test");
    assert_int_equal(close_world(&state), 0);
    dictionary_free(s->dictionary);
}

static void switch_on(struct shop *s, const char *name)
{
    struct retention_rule rule;
    struct cu_arena *a = cu_arena_new((size_t)16 << 20);
    assert_ok(retention_rule_find(s->retention, cu_str_of(name), a, &rule, NULL));
    rule.on = true;
    rule.next_ms = world_now;
    assert_ok(retention_rule_put(s->retention, &rule, 0, NULL));
    cu_arena_free(a);
}

static void work(struct shop *s)
{
    struct cu_error err = {.text = ""};
    bool busy = true;
    for (int i = 0; busy; i++) {
        assert_true(i < 200);
        cu_code code = retention_tick(s->retention, &busy, &err);
        if (code != CU_OK)
            print_error("%s\n", err.text);
        assert_int_equal(code, CU_OK);
    }
}

static int64_t scalar(struct shop *s, const struct db_statement *statement)
{
    struct db *d = NULL;
    struct db_query q;
    assert_ok(people_read_take(s->w->people, &d, NULL));
    assert_ok(db_prepare(d, statement, &q, NULL));
    int64_t n = db_step(&q) ? db_i64(&q, 0) : -1;
    assert_ok(db_end(&q, NULL));
    people_read_give(s->w->people, d);
    return n;
}

static const struct db_statement runs = {"runs", "SELECT count(*) FROM retention_run"},
    issued = {"issued", "SELECT count(*) FROM retention_run WHERE state = 'done' AND issued_ms IS NOT NULL"},
    rows = {"rows", "SELECT sum(row_count) FROM retention_run"}, shoes = {"shoes",
        "SELECT count(*) FROM trait_history WHERE pno = 1"},
    profiles = {"profiles", "SELECT count(*) FROM profile"}, erasures = {"erasures",
        "SELECT count(*) FROM erasure WHERE issued_ms > 0"};

static void check_events(struct shop *s)
{
    assert_int_equal(timeline_count(s->w->timeline), 5);
    assert_int_equal(scalar(s, &rows), 5);
}

static void check_people(struct shop *s)
{
    assert_int_equal(scalar(s, &profiles), 1);
    assert_int_equal(scalar(s, &erasures), 1);
    assert_true(guard_is_erased(s->w->guard, s->old));
}

static void check_fields(struct shop *s)
{
    const struct people_field_limit limit = {CU_LIT("shoe_size"), INT64_MAX};
    struct people_fields_found found;
    struct db *d = NULL;
    assert_ok(people_read_take(s->w->people, &d, NULL));
    assert_ok(people_fields_count(s->w->people, d, &limit, 1, 0, people_end(s->w->people), NULL, NULL, &found, NULL));
    people_read_give(s->w->people, d);
    assert_int_equal(found.profiles, 1); // who said it five days ago
    assert_int_equal(scalar(s, &rows), 1);
}

struct kind {
    const char *rule;
    void (*check)(struct shop *s);
};
static const struct kind kinds[] = {
    {"events.user.fitting.10", check_events}, {"fields.user.demographic.100", check_fields}, {"people.inactive",
        check_people}};

// The stopped field has a run of its own, which finds nothing.
static void check_ended(struct shop *s, const struct kind *k)
{
    assert_int_equal(scalar(s, &runs), 2);
    assert_int_equal(scalar(s, &issued), 2);
    k->check(s);
}

static void a_run_of_each_kind(void **state)
{
    (void)state;
    for (size_t k = 0; k < CU_COUNT(kinds); k++) {
        struct shop s = shop_new();
        switch_on(&s, kinds[k].rule);
        work(&s);
        check_ended(&s, &kinds[k]);
        work(&s); // nothing is due before tomorrow
        assert_int_equal(scalar(&s, &runs), 2);
        world_now += day;
        work(&s);
        assert_int_equal(scalar(&s, &runs), 3);
        world_now -= day;
        shop_free(&s);
    }
}

static void whatever_fails_the_end_is_the_same(void **state)
{
    (void)state;
    static const enum cu_fault_kind faults[] = {CU_FAULT_ALLOC, CU_FAULT_IO};
    for (size_t k = 0; k < CU_COUNT(kinds); k++) {
        for (size_t f = 0; f < CU_COUNT(faults); f++) {
            uint64_t step = 1, failed = 0;
            bool last = false;
            for (uint64_t nth = 1; !last; nth += step, step = step * 3 / 2 + 1) {
                struct shop s = shop_new();
                switch_on(&s, kinds[k].rule);
                bool busy = true;
                cu_code code = CU_OK;
                cu_fault_arm(faults[f], nth, false);
                for (int i = 0; i < 20 && busy && code == CU_OK; i++)
                    code = retention_tick(s.retention, &busy, NULL);
                last = cu_fault_count(faults[f]) < nth;
                cu_fault_disarm();
                failed += code != CU_OK;
                if (nth % 2) { // now and then the process ends, too
                    retention_close(s.retention);
                    certificates_close(s.certificates);
                    open_retention(&s);
                }
                work(&s);
                check_ended(&s, &kinds[k]);
                shop_free(&s);
            }
            assert_true(failed > 0);
        }
    }
}

static void who_is_held_keeps_everything(void **state)
{
    (void)state;
    static const struct db_statement hold = {"hold",
        "INSERT INTO rights_hold (pno, request, since_ms, actor) VALUES (1, 1, 1, 0)"};
    struct shop s = shop_new();
    struct db_query q;
    struct db *d = people_lock(s.w->people);
    assert_ok(people_begin(s.w->people, NULL));
    assert_ok(db_prepare(d, &hold, &q, NULL));
    assert_ok(db_run(&q, NULL));
    assert_ok(people_commit(s.w->people, NULL));
    people_unlock(s.w->people);
    assert_int_equal(s.old, 1);
    int64_t before = scalar(&s, &shoes);
    for (size_t k = 0; k < CU_COUNT(kinds); k++)
        switch_on(&s, kinds[k].rule);
    work(&s);
    assert_int_equal(timeline_count(s.w->timeline), 10);
    assert_int_equal(scalar(&s, &shoes), before);
    assert_int_equal(scalar(&s, &profiles), 2);
    assert_int_equal(scalar(&s, &rows), 0);
    static const struct db_statement spared = {"spared", "SELECT count(*) FROM retention_run WHERE spared = 1"};
    assert_int_equal(scalar(&s, &spared), 3); // and every run says that somebody was spared
    shop_free(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_reason_wins),
        cmocka_unit_test(reasons_at_their_edges),
        cmocka_unit_test(rules_follow_from_the_dictionary),
        cmocka_unit_test(times_are_whole_days),
        cmocka_unit_test(names_are_found_as_words),
        cmocka_unit_test(a_run_of_each_kind),
        cmocka_unit_test(who_is_held_keeps_everything),
        cmocka_unit_test(whatever_fails_the_end_is_the_same),
    };
    cu_log_set_level(CU_LOG_ERROR + 1);
    return cmocka_run_group_tests_name("retention", tests, NULL, NULL);
}
