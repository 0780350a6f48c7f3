// SPDX-License-Identifier: Apache-2.0
// Questions in SQL over tables that a program provides: what can be asked, what cannot, and that
// every limit holds. The table here is a row of numbers with a text and a time beside each.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store/sql.h"

#include <stdio.h>
#include <string.h>

#define ROWS 100000

struct numbers { // one open cursor
    int64_t at, to;
    char text[32];
};
static unsigned opened, closed;
static int64_t read_rows;
static struct sql_filter last_filters[16];
static size_t last_count;
static int64_t fail_at = -1;

static cu_code open_numbers(void *context, const struct sql_filter *filters, size_t count, uint64_t used, void **ret,
    struct cu_error *err)
{
    (void)context;
    (void)used;
    struct numbers *n = cu_calloc(1, sizeof *n);
    if (!n)
        return cu_fail(err, CU_MEMORY, "", "no memory");
    n->at = -1;
    n->to = ROWS;
    last_count = count;
    memcpy(last_filters, filters, count * sizeof *filters);
    for (size_t i = 0; i < count; i++) {
        if (filters[i].column == 0 && filters[i].compare == SQL_EQ && filters[i].value.kind == SQL_INT) {
            n->at = filters[i].value.number - 1;
            n->to = filters[i].value.number + 1;
        }
    }
    opened++;
    *ret = n;
    return CU_OK;
}

static cu_code next_number(void *cursor, bool *ret_row, struct cu_error *err)
{
    struct numbers *n = cursor;
    n->at++;
    read_rows++;
    if (n->at == fail_at)
        return cu_fail(err, CU_CORRUPT, "", "run 7, block 3: its checksum is wrong");
    *ret_row = n->at < n->to && n->at < ROWS;
    return CU_OK;
}

static void value_of(void *cursor, int column, struct sql_value *ret)
{
    struct numbers *n = cursor;
    (void)snprintf(n->text, sizeof n->text, "n%lld", (long long)n->at);
    if (column == 0)
        *ret = (struct sql_value){.kind = SQL_INT, .number = n->at};
    else if (column == 1)
        *ret = (struct sql_value){.kind = SQL_TEXT, .text = cu_str_of(n->text)};
    else if (n->at % 2)
        *ret = (struct sql_value){.kind = SQL_REAL, .real = (double)n->at / 2};
}

static void close_numbers(void *cursor)
{
    closed++;
    cu_free(cursor);
}

static const struct sql_column columns[] = {{"number", SQL_INT, "The number.", true}, {"name", SQL_TEXT, "Its name.", false},
    {"half", SQL_REAL, "Half of it, of odd ones.", false}};
static const struct sql_table tables[] = {{"numbers", "Numbers.", columns, 3, ROWS, open_numbers, next_number, value_of, close_numbers, NULL}};

static char answer[8192];

static cu_code write_columns(void *context, const char *const *names, size_t count, struct cu_error *err)
{
    (void)context;
    (void)err;
    for (size_t i = 0; i < count; i++)
        (void)snprintf(answer + strlen(answer), sizeof answer - strlen(answer), "%s%s", i ? "," : "", names[i]);
    return CU_OK;
}

static cu_code write_row(void *context, const struct sql_value *v, size_t count, struct cu_error *err)
{
    (void)context;
    (void)err;
    for (size_t i = 0; i < count && strlen(answer) < sizeof answer - 200; i++) {
        char *at = answer + strlen(answer);
        size_t room = sizeof answer - strlen(answer);
        const char *sep = i ? "," : ";";
        if (v[i].kind == SQL_INT)
            (void)snprintf(at, room, "%s%lld", sep, (long long)v[i].number);
        else if (v[i].kind == SQL_REAL)
            (void)snprintf(at, room, "%s%g", sep, v[i].real);
        else if (v[i].kind == SQL_TEXT)
            (void)snprintf(at, room, "%s%.*s", sep, CU_ARG(v[i].text));
        else
            (void)snprintf(at, room, "%s-", sep);
    }
    return CU_OK;
}

static const struct sql_limits wide = {.operations = 100000000, .ms = 20000, .rows = 1000, .memory = 64 << 20};

static cu_code ask_with(const char *sql, const struct sql_limits *l, struct sql_stats *stats, struct cu_error *err)
{
    struct sql *s = NULL;
    const struct sql_sink sink = {write_columns, write_row, NULL};
    answer[0] = 0;
    opened = closed = 0;
    read_rows = 0;
    memset(err, 0, sizeof *err);
    assert_int_equal(sql_open(tables, 1, &s, err), CU_OK);
    cu_code code = sql_ask(s, cu_str_of(sql), l, &sink, stats, err);
    sql_close(s);
    assert_int_equal(opened, closed);
    return code;
}

static void test_answers(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *answer;
    } cases[] = {
        {"SELECT number, name, half FROM numbers WHERE number IN (4, 7)", "number,name,half;4,n4,-;7,n7,3.5"},
        {"SELECT count(*) AS n, sum(number) FROM numbers", "n,sum(number);100000,4999950000"},
        {"WITH odd AS (SELECT number FROM numbers WHERE number % 2) SELECT count(*) c FROM odd -- words", "c;50000"},
        {"SELECT a.number n FROM numbers a JOIN numbers b ON b.number = a.number + 1 WHERE a.number BETWEEN 3 AND 5 ORDER BY 1 DESC;", "n;5;4;3"},
        {"SELECT json_extract('{\"a\":[1,2]}', '$.a[1]') x", "x;2"},
        {"SELECT strftime('%Y', '2026-01-02T00:00:00.000Z') y", "y;2026"},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        struct sql_stats stats;
        struct cu_error err;
        if (ask_with(cases[i].sql, &wide, &stats, &err) != CU_OK || strcmp(answer, cases[i].answer) != 0)
            fail_msg("%s\n  %s\n  %s", cases[i].sql, answer, err.text);
    }
}

static void test_conditions_reach_the_table(void **state)
{
    (void)state;
    struct sql_stats stats;
    struct cu_error err;
    assert_int_equal(ask_with("SELECT name FROM numbers WHERE number = 77777 AND name > 'a'", &wide, &stats, &err), CU_OK);
    assert_string_equal(answer, "name;n77777");
    assert_int_equal(last_count, 1);
    assert_int_equal(last_filters[0].column, 0);
    assert_in_range(read_rows, 1, 3);
}

static void test_only_one_reading_question(void **state)
{
    (void)state;
    static const char *const refused[] = {"", "  -- nothing", "DELETE FROM numbers", "CREATE TABLE t (a)", "PRAGMA user_version",
        "PRAGMA compile_options", "ATTACH 'x.db' AS x", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE numbers", "VACUUM INTO 'x.db'",
        "BEGIN", "SELECT load_extension('x')", "SELECT * FROM pragma_compile_options()", "SELECT writefile('x', 'y')",
        "SELECT readfile('/etc/passwd')", "SELECT nobody FROM numbers", "SELECT * FROM persons", "SELEC 1", "SELECT ?1",
        "CREATE VIRTUAL TABLE x USING numbers"};
    for (size_t i = 0; i < CU_COUNT(refused); i++) {
        struct sql_stats stats;
        struct cu_error err;
        cu_code code = ask_with(refused[i], &wide, &stats, &err);
        if ((code != CU_INVALID && code != CU_MISSING) || strcmp(err.field, "sql") != 0 || !err.text[0])
            fail_msg("%s: %s %s: %s", refused[i], cu_code_rows[code].name, err.text, answer);
    }
}

static void test_limits(void **state)
{
    (void)state;
    struct sql_stats stats;
    struct cu_error err;
    struct sql_limits l = wide;
    l.rows = 3;
    assert_int_equal(ask_with("SELECT number FROM numbers", &l, &stats, &err), CU_OK);
    assert_true(stats.truncated);
    assert_int_equal(stats.rows, 3);
    l = wide;
    l.operations = 100000;
    assert_int_equal(ask_with("SELECT count(*) FROM numbers a, numbers b", &l, &stats, &err), CU_TOO_LARGE);
    assert_in_range(stats.operations, 100000, 110000);
    l = wide;
    l.operations = UINT64_MAX;
    l.ms = 50;
    assert_int_equal(ask_with("SELECT count(*) FROM numbers a, numbers b", &l, &stats, &err), CU_TIMEOUT);
    atomic_bool cancel;
    atomic_init(&cancel, true);
    l = wide;
    l.cancel = &cancel;
    assert_int_equal(ask_with("SELECT count(*) FROM numbers", &l, &stats, &err), CU_UNAVAILABLE);
    l = wide;
    l.memory = 1 << 20;
    assert_int_equal(ask_with("SELECT DISTINCT name || 'so that it takes some memory' FROM numbers ORDER BY 1 DESC", &l, &stats, &err), CU_TOO_LARGE);
}

static void test_a_table_that_fails(void **state)
{
    (void)state;
    struct sql_stats stats;
    struct cu_error err;
    fail_at = 500;
    assert_int_equal(ask_with("SELECT count(*) FROM numbers", &wide, &stats, &err), CU_CORRUPT);
    assert_string_equal(err.text, "run 7, block 3: its checksum is wrong");
    fail_at = -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_answers), cmocka_unit_test(test_conditions_reach_the_table),
        cmocka_unit_test(test_only_one_reading_question), cmocka_unit_test(test_limits), cmocka_unit_test(test_a_table_that_fails)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
