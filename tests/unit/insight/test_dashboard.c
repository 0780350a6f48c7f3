// SPDX-License-Identifier: Apache-2.0
// Dashboards without a server: the days of each period, when a letter is due over changes of the clock, answers of each kind as
// drawings (hidden, not there and shown figures told apart), and templates whose questions the kinds accept.
#include "insight/dashboard_answer.h"
#include "insight/dashboard_letter.h"
#include "../store/store_test.h"

#include "base/fault.h"

#include "insight/segment_window.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>

// ---- periods

static void assert_period(const char *name, const char *today, const char *from, const char *last)
{
    int64_t ms[3];
    int32_t got_from = 0, got_last = 0;
    assert_true(text_time_parse(cu_str_of(today), &ms[0]) && text_time_parse(cu_str_of(from), &ms[1]) && text_time_parse(cu_str_of(last), &ms[2]));
    assert_true(dashboard_period(cu_str_of(name), text_day_of(ms[0]), &got_from, &got_last));
    if (got_from != text_day_of(ms[1]) || got_last != text_day_of(ms[2]))
        print_error("%s on %s\n", name, today);
    assert_int_equal(got_from, text_day_of(ms[1]));
    assert_int_equal(got_last, text_day_of(ms[2]));
}

static void test_periods(void **state)
{
    (void)state;
    assert_period("today", "2026-11-22", "2026-11-22", "2026-11-22");
    assert_period("yesterday", "2026-03-01", "2026-02-28", "2026-02-28");
    assert_period("7d", "2026-11-22", "2026-11-16", "2026-11-22");
    assert_period("30d", "2026-11-22", "2026-10-24", "2026-11-22");
    assert_period("90d", "2026-11-22", "2026-08-25", "2026-11-22");
    assert_period("12m", "2026-11-22", "2025-11-23", "2026-11-22");
    assert_period("this_week", "2026-11-22", "2026-11-16", "2026-11-22"); // a Sunday: the week began on Monday
    assert_period("this_week", "2026-11-16", "2026-11-16", "2026-11-16");
    assert_period("last_week", "2026-11-22", "2026-11-09", "2026-11-15");
    assert_period("this_month", "2026-11-22", "2026-11-01", "2026-11-22");
    assert_period("last_month", "2026-01-31", "2025-12-01", "2025-12-31");
    assert_period("last_month", "2024-03-31", "2024-02-01", "2024-02-29");
    assert_period("this_quarter", "2026-11-22", "2026-10-01", "2026-11-22");
    assert_period("last_quarter", "2026-02-01", "2025-10-01", "2025-12-31");
    assert_period("this_year", "2026-11-22", "2026-01-01", "2026-11-22");
    assert_period("last_year", "2026-11-22", "2025-01-01", "2025-12-31");
    int32_t from = 0, last = 0;
    assert_false(dashboard_period(CU_LIT("fortnight"), 20000, &from, &last));
    for (int32_t today = 10000; today < 25000; today++) { // whatever the day: in order, and today at the latest
        for (size_t i = 0; dashboard_periods[i]; i++) {
            assert_true(dashboard_period(cu_str_of(dashboard_periods[i]), today, &from, &last));
            assert_true(from <= last && last <= today);
        }
    }
}

// ---- when a letter is due

static int64_t ms(const char *text)
{
    int64_t at = 0;
    assert_true(text_time_parse(cu_str_of(text), &at));
    return at;
}

static void assert_due(const char *zone, enum dashboard_every every, int hour, const char *now, const char *due, const char *next)
{
    struct text_zone *z = text_zone_open(zone);
    assert_non_null(z);
    int64_t got = dashboard_due(every, hour, z, ms(now)), got_next = dashboard_due_next(every, hour, z, ms(now));
    char text[TEXT_TIME_MAX], text_next[TEXT_TIME_MAX];
    text_time_format(got, text);
    text_time_format(got_next, text_next);
    if (got != ms(due) || got_next != ms(next))
        print_error("%s %d h at %s: due %s, next %s\n", zone, hour, now, text, text_next);
    assert_true(got == ms(due) && got_next == ms(next));
    text_zone_close(z);
}

static void test_due_times(void **state)
{
    (void)state;
    assert_due("UTC", DASHBOARD_DAILY, 7, "2026-11-22T06:59:59.999Z", "2026-11-21T07:00Z", "2026-11-22T07:00Z");
    assert_due("UTC", DASHBOARD_DAILY, 7, "2026-11-22T07:00Z", "2026-11-22T07:00Z", "2026-11-23T07:00Z");
    assert_due("Europe/Berlin", DASHBOARD_DAILY, 7, "2026-11-22T06:00Z", "2026-11-22T06:00Z", "2026-11-23T06:00Z");
    assert_due("Europe/Berlin", DASHBOARD_DAILY, 7, "2026-07-01T12:00Z", "2026-07-01T05:00Z", "2026-07-02T05:00Z");
    assert_due("Europe/Berlin", DASHBOARD_DAILY, 0, "2026-11-21T23:00Z", "2026-11-21T23:00Z", "2026-11-22T23:00Z");
    // the night that the clock jumps from 2 to 3, and the one in which 2 comes twice
    assert_due("Europe/Berlin", DASHBOARD_DAILY, 2, "2026-03-29T02:00Z", "2026-03-29T01:00Z", "2026-03-30T00:00Z");
    assert_due("America/New_York", DASHBOARD_DAILY, 2, "2026-03-08T08:00Z", "2026-03-08T07:00Z", "2026-03-09T06:00Z");
    assert_due("Europe/Berlin", DASHBOARD_DAILY, 3, "2026-03-29T02:00Z", "2026-03-29T01:00Z", "2026-03-30T01:00Z");
    assert_due("Europe/Berlin", DASHBOARD_WEEKLY, 7, "2026-11-22T12:00Z", "2026-11-16T06:00Z", "2026-11-23T06:00Z"); // Mondays
    assert_due("Europe/Berlin", DASHBOARD_WEEKLY, 7, "2026-11-23T05:59Z", "2026-11-16T06:00Z", "2026-11-23T06:00Z");
    assert_due("Asia/Kathmandu", DASHBOARD_MONTHLY, 0, "2026-11-30T18:14Z", "2026-10-31T18:15Z", "2026-11-30T18:15Z");
    assert_due("Asia/Kathmandu", DASHBOARD_MONTHLY, 23, "2026-03-01T00:00Z", "2026-02-01T17:15Z", "2026-03-01T17:15Z");
}

static void test_each_due_time_comes_once(void **state)
{
    (void)state;
    static const char *const zones[] = {"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo"};
    for (size_t i = 0; i < CU_COUNT(zones); i++) {
        struct text_zone *z = text_zone_open(zones[i]);
        for (int hour = 0; hour < 24; hour++) {
            int64_t served = 0;
            int count = 0;
            for (int64_t now = ms("2026-01-10T00:00Z"); now < ms("2027-01-10T00:00Z"); now += 1800000) {
                int64_t due = dashboard_due(DASHBOARD_DAILY, hour, z, now);
                assert_true(due <= now && now - due < INT64_C(26) * 3600000);
                assert_true(due >= served); // never back
                count += served && due > served;
                served = due;
                assert_true(dashboard_due_next(DASHBOARD_DAILY, hour, z, now) > now);
            }
            assert_true(count == 364 || count == 365);
        }
        text_zone_close(z);
    }
}

// ---- answers

static struct json_parser *parser;
static struct cu_arena *arena;

static struct drawing drawn_as(const char *document, enum drawing_show show, const char *metric)
{
    json v;
    struct drawing d;
    struct cu_error err = {.code = CU_OK};
    cu_arena_reset(arena);
    assert_int_equal(json_parse(parser, cu_str_of(document), &v, &err), CU_OK);
    const struct dashboard_answer a = {.document = v, .show = show, .metric = cu_str_of(metric), .title = CU_LIT("T"), .id = "t"};
    cu_code code = dashboard_answer_drawing(&a, arena, &d, &err);
    if (code != CU_OK)
        print_error("%s %s\n", err.field, err.text);
    assert_int_equal(code, CU_OK);
    struct cu_buf out;
    cu_buf_init(&out, 1 << 20);
    drawing_svg(&d, DRAWING_FILE, &out);
    drawing_table(&d, false, 100, &out);
    drawing_text(&d, 100, &out);
    assert_false(out.failed);
    cu_buf_clear(&out);
    return d;
}

#define HEAD(kind, hidden) "{\"kind\":\"" kind "\",\"currency\":\"EUR\",\"small_group\":10,\"hidden\":" hidden ",\"answer\":"
static const char report_text[] = HEAD("report", "1")
    "{\"periods\":[\"2026-11-01\",\"2026-11-02\"],\"partial\":1,\"metrics\":["
    "{\"name\":\"revenue\",\"variant\":\"goods\",\"unit\":\"money\",\"value\":5000,\"previous\":4000,\"change\":0.25,\"series\":[3000,2000],"
    "\"previous_series\":[1000,3000]},"
    "{\"name\":\"orders\",\"variant\":\"placed\",\"unit\":\"count\",\"value\":12,\"previous\":null,\"change\":null,\"series\":[12,null],\"previous_series\":[]}],"
    "\"rows\":[]}}";

static void test_a_report(void **state)
{
    (void)state;
    struct drawing d = drawn_as(report_text, DRAWING_NUMBER, NULL);
    assert_int_equal(d.series_count, 1);
    assert_true(cu_str_eqz(d.series[0].name, "Revenue"));
    assert_true(d.series[0].value.v == 5000 && d.series[0].before.v == 4000 && d.series[0].change.v == 0.25);
    assert_int_equal(d.series[0].good, METRIC_UP);
    d = drawn_as(report_text, DRAWING_NUMBER, "orders");
    assert_true(d.series[0].value.v == 12 && d.series[0].unit == METRIC_COUNT);
    assert_int_equal(d.series[0].before.state, DRAWING_HIDDEN);
    assert_int_equal(d.series[0].change.state, DRAWING_NONE);
    d = drawn_as(report_text, DRAWING_LINE, NULL); // one scale: money alone
    assert_int_equal(d.series_count, 1);
    assert_int_equal(d.count, 2);
    assert_int_equal(d.partial, 1);
    assert_non_null(d.series[0].previous);
    d = drawn_as(report_text, DRAWING_TABLE, NULL);
    assert_int_equal(d.series_count, 2);
    assert_int_equal(d.series[1].values[1].state, DRAWING_HIDDEN);
    d = drawn_as(report_text, DRAWING_HEAT, NULL); // what it has no picture for is a table
    assert_int_equal(d.show, DRAWING_TABLE);
}

static void test_a_broken_down_report(void **state)
{
    (void)state;
    static const char text[] = HEAD("report", "0")
        "{\"periods\":[\"2026-11-01\"],\"partial\":0,\"metrics\":[{\"name\":\"revenue\",\"unit\":\"money\",\"value\":9,\"series\":[9]},"
        "{\"name\":\"orders\",\"unit\":\"count\",\"value\":3,\"series\":[3]}],"
        "\"rows\":[{\"value\":\"email\",\"label\":\"E-mail\",\"values\":[7,2],\"people\":2},{\"value\":\"\",\"label\":\"\",\"values\":[2,null],\"people\":1}],"
        "\"other\":{\"value\":\"(other)\",\"label\":\"Other\",\"values\":[1,1],\"people\":1}}}";
    struct drawing d = drawn_as(text, DRAWING_BARS, "orders");
    assert_int_equal(d.series_count, 1);
    assert_true(cu_str_eqz(d.labels[0], "E-mail") && cu_str_eqz(d.labels[1], "(none)"));
    assert_true(d.series[0].values[0].v == 2);
    assert_int_equal(d.series[0].values[1].state, DRAWING_NONE); // nothing is hidden in this answer
    assert_true(d.count == 3 && cu_str_eqz(d.labels[2], "Other") && d.series[0].values[2].v == 1);
    d = drawn_as(text, DRAWING_TABLE, NULL);
    assert_int_equal(d.series_count, 2);
    d = drawn_as(text, DRAWING_NUMBER, NULL);
    assert_true(d.series[0].value.v == 9);
    static const char small[] = HEAD("report", "3")
        "{\"periods\":[\"2026-11-01\"],\"partial\":0,\"metrics\":[{\"name\":\"orders\",\"unit\":\"count\",\"value\":9,\"series\":[9]}],\"rows\":["
        "{\"value\":\"(hidden)\",\"label\":\"Hidden\",\"values\":[null]},{\"value\":\"a\",\"label\":\"A\",\"values\":[20]},"
        "{\"value\":\"(hidden)\",\"label\":\"Hidden\",\"values\":[0]},{\"value\":\"(hidden)\",\"label\":\"Hidden\",\"values\":[null]}]}}";
    d = drawn_as(small, DRAWING_BARS, NULL); // small groups without a name and a figure are one row
    assert_int_equal(d.count, 3);
    assert_true(cu_str_eqz(d.labels[0], "Hidden (2)") && cu_str_eqz(d.labels[1], "A") && d.series[0].values[2].v == 0);
    json v; // a breakdown of nothing is nothing, and not the sum of all
    assert_int_equal(json_parse(parser, cu_str_of(report_text), &v, NULL), CU_OK);
    const struct dashboard_answer a = {.document = v, .show = DRAWING_BARS, .by_row = true};
    assert_int_equal(dashboard_answer_drawing(&a, arena, &d, NULL), CU_OK);
    assert_int_equal(d.count, 0);
}

static void test_the_other_kinds(void **state)
{
    (void)state;
    struct drawing d = drawn_as(HEAD("funnel", "0") "{\"steps\":[{\"event\":\"A\",\"label\":\"\",\"reached\":100,\"share_of_first\":1},{\"event\":\"B\",\"label\":\"Buy\",\"reached\":40}],"
        "\"entered\":100,\"converted\":40,\"trend\":[{\"from\":\"2026-11-01\",\"entered\":4,\"converted\":1,\"partial\":true}]}}", DRAWING_FUNNEL, NULL);
    assert_int_equal(d.count, 2);
    assert_true(cu_str_eqz(d.labels[0], "A") && cu_str_eqz(d.labels[1], "Buy") && d.series[0].values[1].v == 40);
    d = drawn_as(HEAD("funnel", "0") "{\"steps\":[],\"entered\":100,\"converted\":40,\"trend\":[{\"from\":\"2026-11-01\",\"entered\":4,\"converted\":1,\"partial\":true}]}}",
        DRAWING_LINE, NULL);
    assert_int_equal(d.partial, 1);
    assert_int_equal(d.series_count, 2);
    d = drawn_as(HEAD("funnel", "0") "{\"steps\":[],\"entered\":100,\"converted\":40,\"trend\":[]}}", DRAWING_NUMBER, NULL);
    assert_true(d.series[0].value.v == 0.4);
    d = drawn_as(HEAD("paths", "0") "{\"visits\":10,\"columns\":[[{\"key\":\"a\",\"label\":\"Home\",\"visits\":10,\"ended\":2}],[{\"key\":\"a\",\"label\":\"Cart\",\"visits\":8,\"ended\":8}]],"
        "\"links\":[{\"depth\":0,\"from\":\"a\",\"to\":\"a\",\"visits\":8},{\"depth\":0,\"from\":\"x\",\"to\":\"a\",\"visits\":8}]}}", DRAWING_FLOW, NULL);
    assert_int_equal(d.node_count, 2);
    assert_int_equal(d.link_count, 1);
    d = drawn_as(HEAD("cohort", "1") "{\"period\":\"month\",\"mode\":\"bracket\",\"measure\":\"people\",\"cohorts\":[{\"from\":\"2026-09-01\",\"size\":20,\"values\":[20,5,null],\"complete\":2},"
        "{\"from\":\"2026-10-01\",\"size\":null,\"values\":[null,null,null],\"complete\":1}],\"total\":[20,5,null],\"total_size\":[20,20,null],\"average\":[1,0.25,null]}}",
        DRAWING_HEAT, NULL);
    assert_int_equal(d.series_count, 2);
    assert_true(cu_str_eqz(d.series[0].name, "2026-09") && d.series[0].values[1].v == 0.25);
    assert_int_equal(d.series[1].size.state, DRAWING_HIDDEN);
    assert_int_equal(d.series[1].values[0].state, DRAWING_HIDDEN);
    assert_int_equal(d.series[1].values[2].state, DRAWING_NONE); // not over yet
    d = drawn_as(HEAD("churn", "0") "{\"customers\":9,\"bands\":[{\"name\":\"lost\",\"title\":\"Lost\",\"people\":9,\"revenue\":100}],\"revenue_at_risk\":100}}", DRAWING_BARS, NULL);
    assert_true(cu_str_eqz(d.labels[0], "Lost") && d.series[0].values[0].v == 9 && d.series_count == 1);
    d = drawn_as(HEAD("value", "0") "{\"value_per_customer\":700,\"curves\":[{\"value\":\"a\",\"label\":\"A\",\"customers\":20,\"cumulative\":[1,2,null],\"complete\":2}]}}", DRAWING_LINE, NULL);
    assert_true(d.count == 3 && d.series[0].unit == METRIC_MONEY && d.series[0].values[1].v == 2);
    d = drawn_as(HEAD("rfm_movement", "0") "{\"groups\":[\"best\",\"lost\"],\"moves\":[{\"from\":null,\"to\":\"best\",\"people\":3},{\"from\":\"best\",\"to\":\"lost\",\"people\":2}],"
        "\"before\":[2,0],\"after\":[3,2]}}", DRAWING_FLOW, NULL);
    assert_int_equal(d.node_count, 4);
    assert_int_equal(d.link_count, 2);
    d = drawn_as(HEAD("attribution", "0") "{\"orders\":3,\"revenue\":300,\"rows\":[{\"value\":\"email\",\"label\":\"E-mail\",\"models\":[{\"model\":\"first\",\"orders\":1,\"revenue\":100},"
        "{\"model\":\"last\",\"orders\":2,\"revenue\":200}]}]}}", DRAWING_BARS, "last");
    assert_true(d.series_count == 1 && cu_str_eqz(d.series[0].name, "last") && d.series[0].values[0].v == 200);
}

// Whatever is in an answer, nothing but a drawing or an error comes of it.
static void test_answers_that_are_none(void **state)
{
    (void)state;
    static const char *const kinds[] = {"report", "funnel", "paths", "cohort", "value", "churn", "rfm_movement", "attribution", "friction"};
    static const char *const answers[] = {"null", "{}", "[]", "7", "{\"steps\":7,\"columns\":{},\"cohorts\":[1],\"curves\":[null],\"bands\":\"x\",\"rows\":[[]],\"moves\":[{}],\"metrics\":[3]}",
        "{\"periods\":[1,2],\"metrics\":[{\"series\":7}],\"rows\":[{}],\"columns\":[[{}],[{}]],\"links\":[{\"depth\":-1}],\"groups\":[1],\"checkout\":[{}]}"};
    for (size_t k = 0; k < CU_COUNT(kinds); k++) {
        for (size_t i = 0; i < CU_COUNT(answers); i++) {
            char text[1024];
            (void)snprintf(text, sizeof text, "{\"kind\":\"%s\",\"answer\":%s}", kinds[k], answers[i]);
            for (int show = DRAWING_NUMBER; show <= DRAWING_FLOW; show++)
                (void)drawn_as(text, (enum drawing_show)show, i % 2 ? "x" : NULL);
        }
    }
    json v;
    struct drawing d;
    struct cu_error err;
    assert_int_equal(json_parse(parser, CU_LIT("{\"kind\":\"other\",\"answer\":{}}"), &v, NULL), CU_OK);
    const struct dashboard_answer a = {.document = v};
    assert_int_equal(dashboard_answer_drawing(&a, arena, &d, &err), CU_INVALID);
    assert_string_equal(err.field, "/show");
}

// Every allocation fails once: an error or a buffer that says so, and nothing else.
static void test_no_memory(void **state)
{
    (void)state;
    static const char *const texts[] = {report_text,
        HEAD("cohort", "0") "{\"period\":\"month\",\"measure\":\"people\",\"cohorts\":[{\"from\":\"2026-09-01\",\"size\":20,\"values\":[20,5],\"complete\":2}]}}",
        HEAD("paths", "0") "{\"columns\":[[{\"key\":\"a\",\"visits\":10}],[{\"key\":\"b\",\"visits\":8}]],\"links\":[{\"depth\":0,\"from\":\"a\",\"to\":\"b\",\"visits\":8}]}}",
        HEAD("attribution", "0") "{\"rows\":[{\"value\":\"email\",\"models\":[{\"model\":\"first\",\"revenue\":100}]}]}}"};
    for (size_t i = 0; i < CU_COUNT(texts); i++) {
        for (int show = DRAWING_NUMBER; show <= DRAWING_FLOW; show++) {
            json v;
            assert_int_equal(json_parse(parser, cu_str_of(texts[i]), &v, NULL), CU_OK);
            bool whole = false;
            for (uint64_t nth = 1; !whole; nth++) {
                struct drawing d;
                struct cu_buf out;
                struct cu_arena *own = cu_arena_new(1 << 20);
                const struct dashboard_answer a = {.document = v, .show = (enum drawing_show)show, .title = CU_LIT("T"), .id = "t"};
                cu_buf_init(&out, 1 << 20);
                cu_fault_arm(CU_FAULT_ALLOC, nth, false);
                cu_code code = dashboard_answer_drawing(&a, own, &d, NULL);
                if (code == CU_OK) {
                    drawing_svg(&d, DRAWING_FILE, &out);
                    drawing_table(&d, true, 100, &out);
                    drawing_text(&d, 100, &out);
                }
                whole = cu_fault_count(CU_FAULT_ALLOC) < nth;
                cu_fault_disarm();
                cu_buf_clear(&out);
                cu_arena_free(own);
            }
        }
    }
}

// ---- templates

static void check_tile(cu_str template, json tile)
{
    struct spec_values values;
    struct cu_error err = {.code = CU_OK};
    json query = json_get(tile, "query");
    const struct insight_kind *kind = insight_kind_find(json_str(json_get(query, "kind")));
    if (!kind || spec_decode_json(kind->body, json_get(query, "question"), &values, &err) != CU_OK)
        print_error("template %.*s, tile %.*s: %s %s\n", CU_ARG(template), CU_ARG(json_str(json_get(tile, "id"))), err.field, kind ? err.text : "no such kind");
    assert_non_null(kind);
    assert_int_equal(err.code, CU_OK);
}

static void test_templates_ask_what_can_be_answered(void **state)
{
    (void)state;
    json v;
    struct json_writer w;
    struct cu_buf text;
    cu_buf_init(&text, 1 << 20);
    jw_start(&w, &text);
    jw_array(&w);
    dashboard_templates_print(&w);
    jw_array_end(&w);
    assert_int_equal(json_parse(parser, cu_buf_view(&text), &v, NULL), CU_OK);
    assert_int_equal(json_count(v), 5);
    struct json_iter it = json_each(v);
    while (json_next(&it)) {
        struct json_iter tiles = json_each(json_get(it.value, "tiles"));
        assert_true(json_count(json_get(it.value, "tiles")) >= 4);
        while (json_next(&tiles))
            check_tile(json_str(json_get(it.value, "name")), tiles.value);
    }
    cu_buf_clear(&text);
}

static int set_up(void **state)
{
    (void)state;
    parser = json_parser_new(1 << 20);
    arena = cu_arena_new(1 << 24);
    return parser && arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    json_parser_free(parser);
    cu_arena_free(arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_periods),
        cmocka_unit_test(test_due_times),
        cmocka_unit_test(test_each_due_time_comes_once),
        cmocka_unit_test(test_a_report),
        cmocka_unit_test(test_a_broken_down_report),
        cmocka_unit_test(test_the_other_kinds),
        cmocka_unit_test(test_answers_that_are_none),
        cmocka_unit_test(test_no_memory),
        cmocka_unit_test(test_templates_ask_what_can_be_answered),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
