// SPDX-License-Identifier: Apache-2.0
// Alerts: each rule at its edge, by a clock that is moved by hand; the job over a real audit log, within 60
// seconds, told once, also after a new start; time zones.
#pragma GCC diagnostic ignored "-Wunused-function" // this test needs no browsers
#include "staff_world.h"

#include "base/log.h"
#include "govern/alert_rules.h"
#include "govern/audit.h"
#include "text/text.h"

// --- the rules alone

struct bench {
    struct alert_rules *rules;
    struct json_parser *json;
    uint64_t index;
    int64_t now_ms;
};

static struct bench bench_open(int64_t people, int64_t failures, const char *hours, const char *zone)
{
    struct bench b = {.now_ms = 1795000000000}; // 2026-11-18T11:06:40Z
    struct cu_error err;
    const struct alert_limits limits = {.people_per_hour = people, .sign_in_failures = failures};
    assert_int_equal(alert_rules_open(&limits, hours, zone, &b.rules, &err), CU_OK);
    b.json = json_parser_new(65536);
    assert_non_null(b.json);
    return b;
}

static void bench_close(struct bench *b)
{
    alert_rules_close(b->rules);
    json_parser_free(b->json);
}

// The kinds of the alerts that this entry raises, joined.
static const char *look(struct bench *b, const char *rest)
{
    static char kinds[128];
    char entry[4096], time[TEXT_TIME_MAX];
    struct alert raised[ALERTS_PER_ENTRY];
    json parsed;
    text_time_format(b->now_ms, time);
    int n = snprintf(entry, sizeof entry, "{\"v\":1,\"time\":\"%s\",%s}", time, rest);
    assert_int_equal(json_parse(b->json, (cu_str){entry, (size_t)n}, &parsed, NULL), CU_OK);
    size_t count = alert_rules_look(b->rules, b->index++, parsed, raised);
    assert_true(count <= ALERTS_PER_ENTRY);
    kinds[0] = 0;
    for (size_t i = 0; i < count; i++) {
        json detail;
        (void)snprintf(kinds + strlen(kinds), sizeof kinds - strlen(kinds), "%s ", raised[i].kind);
        assert_int_equal(json_parse(b->json, cu_str_of(raised[i].detail), &detail, NULL), CU_OK);
    }
    return kinds;
}

static const char *look_read(struct bench *b, int staff, int person)
{
    char text[256];
    (void)snprintf(text, sizeof text,
        "\"actor\":\"staff\",\"id\":%d,\"action\":\"people.show\",\"outcome\":\"done\",\"people\":[\"%032x\"]", staff,
        person);
    return look(b, text);
}

static void mass_reading(void **state)
{
    (void)state;
    struct bench b = bench_open(10, 0, "", "UTC");
    for (int i = 1; i <= 10; i++)
        assert_string_equal(look_read(&b, 1, i), "");
    assert_string_equal(look_read(&b, 1, 5), ""); // known already
    assert_string_equal(look_read(&b, 2, 11), ""); // somebody else
    assert_string_equal(look_read(&b, 1, 11), "mass_read ");
    assert_string_equal(look_read(&b, 1, 12), ""); // told
    b.now_ms += 61 * 60000; // the hour is over
    for (int i = 1; i <= 10; i++)
        assert_string_equal(look_read(&b, 1, 100 + i), "");
    b.now_ms += 30 * 60000;
    assert_string_equal(look_read(&b, 1, 200), "mass_read "); // still within an hour of those
    b.now_ms += 29 * 60000; // those are just in it still; another hour by the clock, so it is told again
    assert_string_equal(look_read(&b, 1, 201), "mass_read ");
    b.now_ms += 10 * 60000; // only two left
    for (int i = 1; i <= 8; i++)
        assert_string_equal(look_read(&b, 1, 300 + i), "");
    assert_string_equal(
        look(&b, "\"actor\":\"system\",\"id\":0,\"action\":\"x\",\"outcome\":\"done\",\"people\":[\"00\"]"), "");
    bench_close(&b);
}

static void very_many_readers(void **state)
{
    (void)state;
    struct bench b = bench_open(50000, 0, "", "UTC");
    size_t told = 0;
    for (int i = 0; i < 150000; i++) { // more than the table holds: it stays bounded and keeps going
        told += look_read(&b, i % 3, i)[0] != 0;
        b.now_ms += 5;
    }
    for (int i = 0; i < 3000; i++)
        told += look_read(&b, 5000 + i, 1)[0] != 0; // more actors than it holds
    assert_true(told <= 6);
    bench_close(&b);
}

static void exports_at_night(void **state)
{
    (void)state;
    static const char export[] = "\"actor\":\"token\",\"id\":3,\"action\":\"people.export\",\"outcome\":\"attempt\"";
    struct bench b = bench_open(0, 0, "07-20", "UTC");
    assert_string_equal(look(&b, export), ""); // 11:06
    b.now_ms += INT64_C(9) * 3600000 - 7 * 60000; // 19:59
    assert_string_equal(look(&b, export), "");
    b.now_ms += 60000;
    assert_string_equal(look(&b, export), "night_export ");
    assert_string_equal(look(&b, export), "");
    b.now_ms += INT64_C(11) * 3600000; // 07:00
    assert_string_equal(look(&b, export), "");
    b.now_ms -= 60000;
    assert_string_equal(look(&b, export), "night_export ");
    assert_string_equal(look(&b, "\"actor\":\"token\",\"id\":4,\"action\":\"people.export\",\"outcome\":\"refused\""), "");
    assert_string_equal(look(&b, "\"actor\":\"token\",\"id\":4,\"action\":\"people.show\",\"outcome\":\"done\""), "");
    bench_close(&b);
    b = bench_open(0, 0, "22-06", "UTC"); // a night shop
    assert_string_equal(look(&b, export), "night_export ");
    b.now_ms += INT64_C(12) * 3600000;
    assert_string_equal(look(&b, export), "");
    bench_close(&b);
    static const char *const bad[] = {"7-20", "07-25", "24-07", "07-07", "ab-cd", "07:20", "-1-20", "+1-20"};
    struct cu_error err;
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        const struct alert_limits limits = {.people_per_hour = 1};
        struct alert_rules *r = NULL;
        assert_int_equal(alert_rules_open(&limits, bad[i], "UTC", &r, &err), CU_INVALID);
    }
}

static void decoys_and_broken_glass(void **state)
{
    (void)state;
    struct bench b = bench_open(0, 0, "", "UTC");
    uint8_t decoys[2][16] = {{0}};
    decoys[1][15] = 0x2a;
    assert_int_equal(alert_rules_decoys(b.rules, (const uint8_t(*)[16])decoys, 2, NULL), CU_OK);
    assert_string_equal(look_read(&b, 1, 41), "");
    assert_string_equal(look_read(&b, 1, 42), "decoy ");
    assert_string_equal(look_read(&b, 1, 42), "");
    assert_string_equal(look_read(&b, 2, 42), "decoy ");
    assert_string_equal(look(&b, "\"actor\":\"system\",\"id\":0,\"action\":\"x\",\"outcome\":\"done\",\"people\":["
                                 "\"0000000000000000000000000000002a\"]"),
        "");
    static const char list[] = "\"actor\":\"staff\",\"id\":8,\"action\":\"people.list\",\"outcome\":\"done\",\"people\":["
                               "\"01\",\"02\",\"03\",\"04\",\"05\","
                               "\"06\",\"07\",\"08\",\"0000000000000000000000000000002a\"]";
    assert_string_equal(look(&b, list), "decoy "); // in a list: once a day
    b.now_ms += 3 * 3600000;
    assert_string_equal(look(&b, list), "");
    b.now_ms += INT64_C(24) * 3600000;
    assert_string_equal(look(&b, list), "decoy ");
    static const char opened[] = "\"actor\":\"staff\",\"id\":9,\"action\":\"people.break_glass\",\"outcome\":\"done\"";
    static const char used[] =
        "\"actor\":\"staff\",\"id\":9,\"action\":\"people.show\",\"outcome\":\"done\",\"break_glass\":true";
    assert_string_equal(look(&b, opened), "break_glass ");
    assert_string_equal(look(&b, used), "");
    assert_string_equal(look(&b, opened), "break_glass "); // each one
    b.now_ms += 3600000;
    assert_string_equal(look(&b, used), "break_glass "); // and use without one that was seen
    bench_close(&b);
}

static void failed_sign_ins(void **state)
{
    (void)state;
    static const char failed[] = "\"actor\":\"nobody\",\"id\":0,\"action\":\"session.create\",\"outcome\":\"refused\","
                                 "\"detail\":{\"factor\":\"password\",\"staff\":0},\"network\":\"192.0.2.0/24\"";
    static const char known[] = "\"actor\":\"nobody\",\"id\":0,\"action\":\"session.create\",\"outcome\":\"refused\","
                                "\"detail\":{\"factor\":\"password\",\"staff\":7}";
    struct bench b = bench_open(0, 3, "", "UTC");
    for (int i = 0; i < 3; i++)
        assert_string_equal(look(&b, failed), "");
    assert_string_equal(look(&b, failed), "sign_in_failures ");
    assert_string_equal(look(&b, failed), "");
    for (int i = 0; i < 3; i++)
        assert_string_equal(look(&b, known), "");
    assert_string_equal(look(&b, known), "sign_in_failures ");
    b.now_ms += 3600000;
    assert_string_equal(look(&b, failed), "");
    bench_close(&b);
}

static void zones(void **state)
{
    (void)state;
    static const struct {
        const char *zone, *time;
        int32_t offset;
    } cases[] = {{"UTC", "2026-07-01T00:00:00Z", 0}, {"Europe/Berlin", "2026-01-15T12:00:00Z", 3600},
        {"Europe/Berlin", "2026-07-15T12:00:00Z", 7200}, {"Europe/Berlin", "2026-03-29T00:59:59Z", 3600},
        {"Europe/Berlin", "2026-03-29T01:00:00Z", 7200}, {"America/New_York", "2026-12-01T00:00:00Z", -18000},
        {"Asia/Kolkata", "2026-12-01T00:00:00Z", 19800}, {"Nowhere/At_all", "2026-12-01T00:00:00Z", 0},
        {"../../../etc/passwd", "2026-12-01T00:00:00Z", 0}, {"Europe/Berlin", "2060-07-15T12:00:00Z", 7200},
        {"Europe/Berlin", "2060-01-15T12:00:00Z", 3600}};
    if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK) != 0)
        skip();
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        struct text_zone *z = text_zone_open(cases[i].zone);
        int64_t ms = 0;
        assert_non_null(z);
        assert_true(text_time_parse(cu_str_of(cases[i].time), &ms));
        if (text_zone_offset(z, ms) != cases[i].offset)
            fail_msg("%s at %s: %d", cases[i].zone, cases[i].time, text_zone_offset(z, ms));
        text_zone_close(z);
    }
}

// --- the job over a real log

static struct auditing *open_auditing(struct world *w)
{
    struct auditing *a = NULL;
    struct cu_error err = {.code = CU_OK};
    char *folder = test_path(w->folder, "audit");
    struct auditing_options o = {.people = w->people,
        .govern = w->govern,
        .folder = folder,
        .shop_hours = "07-20",
        .time_zone = "UTC",
        .people_per_hour = 5,
        .sign_in_failures = 5};
    if (auditing_open(&o, &a, &err) != CU_OK)
        fail_msg("%s", err.text);
    free(folder);
    return a;
}

static void watch(struct auditing *a)
{
    struct cu_error err = {.code = CU_OK};
    guard_enter_system("upkeep", "alerts");
    if (govern_alert_module.jobs[0].run(a, &err) != CU_OK)
        fail_msg("%s", err.text);
    guard_leave();
}

static int64_t raised(struct world *w, const char *kind)
{
    static const struct db_statement count = {
        "count", "SELECT count(*) FROM alert WHERE kind = :kind AND raised_ms = :now_ms"};
    struct db *d = NULL;
    struct db_query q;
    assert_ok(people_read_take(w->people, &d, NULL));
    assert_ok(db_prepare(d, &count, &q, NULL));
    db_bind_str(&q, ":kind", cu_str_of(kind));
    db_bind_i64(&q, ":now_ms", world_now);
    assert_true(db_step(&q));
    int64_t n = db_i64(&q, 0);
    assert_ok(db_end(&q, NULL));
    people_read_give(w->people, d);
    return n;
}

static void note(struct world *w, const char *action, int count)
{
    for (int i = 0; i < count; i++) {
        uint8_t person[1][16];
        cu_random(person, sizeof person);
        struct guard_access access = {.actor = GUARD_STAFF, .actor_id = 4, .role = "analyst", .purpose = "analytics"};
        (void)snprintf(access.action, sizeof access.action, "%s", action);
        struct audit_entry e = {
            .access = &access, .outcome = GUARD_DONE, .people = (const uint8_t(*)[16])person, .people_count = 1};
        assert_ok(audit_append(w->audit, &e, true, NULL, NULL));
    }
}

static void the_job(void **state)
{
    struct world *w = *state;
    struct auditing *a = open_auditing(w);
    assert_true(govern_alert_module.jobs[0].every_ms <= 60000); // that is the promise
    watch(a);
    note(w, "people.show", 5);
    watch(a);
    assert_int_equal(raised(w, "mass_read"), 0);
    note(w, "people.show", 1);
    watch(a);
    assert_int_equal(raised(w, "mass_read"), 1);
    world_now += 20 * 60000;
    note(w, "people.show", 1);
    auditing_close(a); // a new start knows the last hour, and what was told
    a = open_auditing(w);
    watch(a);
    assert_int_equal(raised(w, "mass_read"), 0);
    world_now += 50 * 60000; // the next hour: two people so far
    note(w, "people.show", 3);
    watch(a);
    assert_int_equal(raised(w, "mass_read"), 0);
    note(w, "people.show", 2);
    watch(a);
    assert_int_equal(raised(w, "mass_read"), 1);
    world_now += INT64_C(9) * 3600000; // 21:17
    note(w, "people.export", 1);
    watch(a);
    assert_int_equal(raised(w, "night_export"), 1);
    auditing_close(a);
}

static void a_log_that_fails(void **state)
{
    struct world *w = *state;
    struct auditing *a = open_auditing(w);
    watch(a);
    assert_int_equal(raised(w, "audit_failing"), 0);
    struct guard_access access = {.actor = GUARD_STAFF, .actor_id = 4, .purpose = "support", .action = "people.show"};
    struct cu_error err;
    guard_enter(&access);
    cu_fault_arm(CU_FAULT_IO, 1, true);
    assert_int_equal(guard_note(w->guard, GUARD_ATTEMPT, NULL, 0, CU_NONE, true, &err), CU_UNAVAILABLE);
    cu_fault_disarm();
    guard_leave();
    watch(a);
    assert_int_equal(raised(w, "audit_failing"), 1);
    watch(a);
    assert_int_equal(raised(w, "audit_failing"), 1);
    guard_enter(&access);
    assert_ok(guard_note(w->guard, GUARD_ATTEMPT, NULL, 0, CU_NONE, true, &err));
    guard_leave();
    auditing_close(a);
}

int main(void)
{
    world_audited = true;
    cu_log_set_level(CU_LOG_ERROR + 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mass_reading),
        cmocka_unit_test(very_many_readers),
        cmocka_unit_test(exports_at_night),
        cmocka_unit_test(decoys_and_broken_glass),
        cmocka_unit_test(failed_sign_ins),
        cmocka_unit_test(zones),
        cmocka_unit_test_setup_teardown(the_job, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_log_that_fails, open_world, close_world),
    };
    return cmocka_run_group_tests_name("govern/alerts", tests, NULL, NULL);
}
