// SPDX-License-Identifier: Apache-2.0
// text/json: reading through simdjson, refusals, splitting batches, writing.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "text/json.h"

#include <stdio.h>

static struct json_parser *parser;

static int make_parser(void **state)
{
    (void)state;
    parser = json_parser_new(1 << 20);
    return parser ? 0 : 1;
}

static int free_parser(void **state)
{
    (void)state;
    json_parser_free(parser);
    return 0;
}

static json parse(const char *text)
{
    json v = {NULL, 0};
    struct cu_error err;
    assert_int_equal(json_parse(parser, cu_str_of(text), &v, &err), CU_OK);
    return v;
}

static void reads_values(void **state)
{
    (void)state;
    json v = parse("{\"a\":{\"b\":[1,2.5,\"x\\u00e9\",null,true]},\"big\":18446744073709551615,\"n\":-3.0}");
    json b = json_path(v, "a.b");
    assert_int_equal(json_count(b), 5);
    int64_t i = 0;
    double d = 0;
    bool flag = false;
    struct json_iter it = json_each(b);
    assert_true(json_next(&it) && json_i64(it.value, &i) && i == 1);
    assert_true(json_next(&it) && !json_i64(it.value, &i) && json_double(it.value, &d) && d > 2.4);
    assert_true(json_next(&it) && cu_str_eqz(json_str(it.value), "x\xc3\xa9"));
    assert_true(json_next(&it) && json_is(it.value, JSON_NULL));
    assert_true(json_next(&it) && json_bool(it.value, &flag) && flag);
    assert_false(json_next(&it));
    assert_true(json_i64(json_get(v, "n"), &i) && i == -3);
    assert_int_equal(json_type_of(json_get(v, "big")), JSON_DOUBLE);
    assert_int_equal(json_type_of(json_get(v, "absent")), JSON_ABSENT);
    assert_null(json_str(json_get(v, "big")).ptr);
    size_t members = 0;
    for (it = json_each(v); json_next(&it);)
        members += it.key.len > 0;
    assert_int_equal(members, 3);
}

static void refuses(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "{", "{\"a\":1,\"a\":2}", "[{\"x\":{\"k\":1,\"k\":1}}]", "\"\\u0000\"", "{\"a\\u0000\":1}",
        "\"\xff\xfe\"", "01", "[1,]", "nul", "{\"a\":1}x", "1e999"};
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        json v;
        struct cu_error err;
        assert_int_equal(json_parse(parser, cu_str_of(bad[i]), &v, &err), CU_MALFORMED);
    }
    char deep[300];
    memset(deep, '[', 150);
    memset(deep + 150, ']', 149);
    deep[299] = 0;
    json v;
    assert_int_equal(json_parse(parser, cu_str_of(deep), &v, NULL), CU_MALFORMED);
    assert_int_equal(json_parse(parser, CU_LIT("\"\\\\u0000\""), &v, NULL), CU_OK); // an escaped backslash, no NUL
}

static void refuses_duplicates_among_many(void **state)
{
    (void)state;
    struct cu_buf b;
    cu_buf_init(&b, 1 << 16);
    cu_buf_char(&b, '{');
    for (int i = 0; i < 100; i++)
        cu_buf_printf(&b, "\"k%d\":%d,", i, i);
    cu_buf_z(&b, "\"k50\":1}");
    json v;
    assert_int_equal(json_parse(parser, cu_buf_view(&b), &v, NULL), CU_MALFORMED);
    b.ptr[b.len - 5] = 'x';
    assert_int_equal(json_parse(parser, cu_buf_view(&b), &v, NULL), CU_OK);
    cu_buf_clear(&b);
}

static void too_large(void **state)
{
    (void)state;
    struct json_parser *small = json_parser_new(10);
    json v;
    assert_int_equal(json_parse(small, CU_LIT("[1,2,3,4,5,6]"), &v, NULL), CU_TOO_LARGE);
    json_parser_free(small);
}

static void splits_batches(void **state)
{
    (void)state;
    const char *text = "{\"sentAt\":\"x\",\"batch\":[ {\"a\":[1,{\"b\":\"]\"}]} , 5, \"s\\\"\" ,[1,2],null],\"z\":{}}";
    cu_str spans[3];
    size_t count = 0;
    struct cu_error err;
    assert_int_equal(json_split_array(parser, cu_str_of(text), "batch", spans, 3, &count, &err), CU_OK);
    assert_int_equal(count, 5);
    assert_true(cu_str_eqz(cu_str_trim(spans[0]), "{\"a\":[1,{\"b\":\"]\"}]}"));
    assert_true(spans[0].ptr > text && spans[0].ptr < text + strlen(text));
    assert_true(cu_str_eqz(cu_str_trim(spans[1]), "5"));
    assert_int_equal(json_split_array(parser, CU_LIT("{\"x\":1}"), "batch", spans, 3, &count, &err), CU_MISSING);
    assert_int_equal(json_split_array(parser, CU_LIT("{\"batch\":{}}"), "batch", spans, 3, &count, &err), CU_MISSING);
    assert_int_equal(json_split_array(parser, CU_LIT("{\"batch\":[{\"a\":1}"), "batch", spans, 3, &count, &err), CU_MALFORMED);
}

static void prints_what_it_read(void **state)
{
    (void)state;
    const char *text = "{\"a\":[1,-2.5,\"q\\\"\\\\\\n\\u0001\",null,false,{}],\"b\":{\"c\":[]},\"d\":0.1}";
    struct cu_buf out;
    cu_buf_init(&out, 1000);
    json_print(&out, parse(text));
    assert_string_equal(out.ptr, text);
    cu_buf_clear(&out);
}

static void writes(void **state)
{
    (void)state;
    struct cu_buf out;
    struct json_writer w;
    cu_buf_init(&out, 1000);
    jw_start(&w, &out);
    jw_object(&w);
    jw_kstr(&w, "none", CU_NONE);
    jw_ktime(&w, "t", 0);
    jw_ktime(&w, "never", INT64_MIN);
    jw_key(&w, "x");
    jw_array(&w);
    jw_double(&w, 1.0 / 0.0 * 0.0);
    jw_i64(&w, INT64_MIN);
    jw_raw(&w, CU_LIT("{}"));
    jw_array_end(&w);
    jw_object_end(&w);
    assert_string_equal(out.ptr,
        "{\"none\":null,\"t\":\"1970-01-01T00:00:00.000Z\",\"never\":null,\"x\":[null,-9223372036854775808,{}]}");
    cu_buf_clear(&out);
}

// Every way a double can be written reads back as the same double.
static void doubles_round_trip(void **state)
{
    (void)state;
    static const struct {
        double v;
        const char *text;
    } known[] = {{19.99, "19.99"}, {-0.05, "-0.05"}, {0.0001, "0.0001"}, {3.0, "3"}, {-0.0, "-0"}, {0.00005, "5e-05"},
        {0.1 + 0.2, "0.30000000000000004"}, {1e21, "1e+21"}, {99999999999.9999, "99999999999.9999"}, {-7.5, "-7.5"}};
    struct cu_buf out;
    struct json_writer w;
    cu_buf_init(&out, 1000);
    for (size_t i = 0; i < CU_COUNT(known); i++) {
        cu_buf_reset(&out);
        jw_start(&w, &out);
        jw_double(&w, known[i].v);
        assert_string_equal(out.ptr, known[i].text);
    }
    for (int64_t i = -200000; i < 200000; i += 3) {
        double v = (double)i / 1e4, back = 0;
        cu_buf_reset(&out);
        jw_start(&w, &out);
        jw_double(&w, v);
        assert_true(json_double(parse(out.ptr), &back));
        assert_memory_equal(&back, &v, sizeof v);
    }
    cu_buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_values),
        cmocka_unit_test(refuses),
        cmocka_unit_test(refuses_duplicates_among_many),
        cmocka_unit_test(too_large),
        cmocka_unit_test(splits_batches),
        cmocka_unit_test(prints_what_it_read),
        cmocka_unit_test(writes),
        cmocka_unit_test(doubles_round_trip),
    };
    return cmocka_run_group_tests_name("json", tests, make_parser, free_parser);
}
