// SPDX-License-Identifier: Apache-2.0
// The whole way: random people's events are written to a real timeline as the words a shop sends, and definitions are
// evaluated over what the scan reads back by the program's own plan. The oracle judges. Guards the bargain between
// compiled columns and the scan: paths, types, folding, lists, kinds, the oldest time.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle_random.h"
#include "people/columns.h"

#define PEOPLE 40
#define DEFINITIONS 250

static void put_time(struct json_writer *w, const char *name, int64_t ms, bool date)
{
    char text[TEXT_TIME_MAX];
    text_time_format(ms, text);
    jw_kstr(w, name, cu_str_sub(cu_str_of(text), 0, date ? 10 : TEXT_TIME_MAX));
}

static void put_number(struct json_writer *w, const char *name, int64_t ten_thousandths)
{
    jw_key(w, name);
    jw_double(w, (double)ten_thousandths / 10000.0);
}

static void put_items(struct json_writer *w, const struct o_event *e)
{
    const struct o_values *codes = &e->property[O_CODES], *costs = &e->property[O_COSTS];
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < O_VALUES; i++) {
        jw_object(w);
        if (i < codes->count)
            jw_kz(w, "code", codes->text[i]);
        if (i < costs->count)
            put_number(w, "cost", costs->number[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void put_words(struct cu_buf *b, const struct o_event *e)
{
    const struct o_values *v = e->property;
    struct json_writer w;
    cu_buf_reset(b);
    jw_start(&w, b);
    jw_object(&w);
    if (v[O_SORT].count)
        jw_kz(&w, "sort", v[O_SORT].text[0]);
    if (v[O_SKU].count)
        jw_kz(&w, "sku", v[O_SKU].text[0]);
    put_items(&w, e);
    if (v[O_PIECES].count)
        put_number(&w, "pieces", v[O_PIECES].number[0]);
    if (v[O_PRICE].count)
        put_number(&w, "price", v[O_PRICE].number[0]);
    if (v[O_WHEN].count)
        put_time(&w, "moment", v[O_WHEN].number[0], false);
    if (v[O_DUE].count)
        put_time(&w, "due", v[O_DUE].number[0], true);
    if (v[O_GIFT].count)
        jw_kbool(&w, "gift", v[O_GIFT].number[0] != 0);
    jw_object_end(&w);
}

// Events of all people by seq, as a journal brings them; pno i + 1 is person i.
static void write_people(struct o_world *w, struct o_person *people)
{
    struct cu_error err = {0};
    struct cu_buf b;
    uint64_t seq = 0;
    cu_buf_init(&b, 1 << 16);
    for (uint32_t i = 0; i < PEOPLE; i++)
        for (int k = 0; k < people[i].events; k++) {
            struct o_event *e = &people[i].event[k];
            e->seq = ++seq;
            struct timeline_event row = {.pno = i + 1,
                .time_ms = e->time_ms,
                .seq = seq,
                .revenue = e->revenue / 100,
                .flags = e->has_revenue ? TIMELINE_HAS_REVENUE : 0,
                .source = e->source ? o_source_number(NULL, cu_str_of(e->source)) : 0};
            put_words(&b, e);
            row.plain = cu_buf_view(&b);
            assert_int_equal(timeline_kind(w->timeline, cu_str_of(e->name), &row.kind, &err), CU_OK);
            if (timeline_add(w->timeline, &row, &err) != CU_OK)
                fail_msg("%s", err.text);
        }
    assert_int_equal(timeline_publish(w->timeline, &err), CU_OK);
    cu_buf_clear(&b);
}

static void check_person(const struct o_world *w, struct scan_reader *reader, const struct seg_program *program,
    const struct seg_node *n, const struct o_person *p, uint32_t pno, int64_t now)
{
    static struct o_rows rows;
    struct scan_plan plan;
    struct cu_error err = {0};
    o_rows(&rows, w, p, program, now, false); // for the facts
    struct seg_answer plain, a;
    seg_eval(program, &rows.person, now, &plain);
    if (seg_program_plan(program, now, &plan) && scan_person(reader, &plan, &pno, 1, &rows.person.rows, &err) != CU_OK)
        fail_msg("%s", err.text);
    seg_eval(program, &rows.person, now, &a);
    assert_int_equal(a.in, o_holds(n, p, now));
    assert_int_equal(a.until_ms, plain.until_ms);
}

static void walk(bool flushed, bool columns)
{
    static struct o_person people[PEOPLE];
    struct cu_error err = {0};
    struct o_world w;
    struct scan_reader *reader = NULL;
    o_world_open(&w, "Europe/Berlin");
    if (columns)
        assert_int_equal(columns_follow(w.timeline, w.dictionary, &err), CU_OK);
    struct o_random r = {.state = 4242, .world = &w};
    r.anchor = o_anchor(&r);
    for (int i = 0; i < PEOPLE; i++)
        o_random_person(&r, &people[i], 12);
    write_people(&w, people);
    if (flushed)
        assert_int_equal(timeline_flush(w.timeline, &err), CU_OK);
    assert_int_equal(scan_reader_new(w.timeline, &reader, &err), CU_OK);
    for (int d = 0; d < DEFINITIONS; d++) {
        r.arena = cu_arena_new(SEG_ARENA_MAX);
        assert_non_null(r.arena);
        r.number = 0;
        struct seg_node *n = o_random_node(&r, 1);
        struct seg_program *program = o_compile(&w, n);
        for (int i = 0; i < 6; i++) {
            uint32_t at = (uint32_t)o_pick(&r, PEOPLE);
            check_person(&w, reader, program, n, &people[at], at + 1, r.anchor + o_pick(&r, 3) * INT64_C(40000000));
        }
        seg_program_free(program);
        cu_arena_free(r.arena);
    }
    scan_reader_free(reader);
    o_world_close(&w);
}

static void test_in_memory(void **state)
{
    (void)state;
    walk(false, false);
}

static void test_in_runs_without_columns(void **state)
{
    (void)state;
    walk(true, false);
}

static void test_in_runs_with_columns(void **state)
{
    (void)state;
    walk(true, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_in_memory), cmocka_unit_test(test_in_runs_without_columns),
        cmocka_unit_test(test_in_runs_with_columns)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
