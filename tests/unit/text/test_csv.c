// SPDX-License-Identifier: Apache-2.0
// The CSV reader against a naive parser, at every chunk boundary, and with each kind of bad row.
#include "text/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

// A source that hands out its bytes in pieces: first `first` bytes, then `step` at a time.
struct source {
    cu_str bytes;
    size_t at, first, step;
    int fail_after; // calls until it fails; -1 never
};

static cu_code source_fill(
    void *context, char *into, size_t room, size_t *ret_len, struct cu_error *err)
{
    struct source *s = context;
    if (s->fail_after == 0)
        return cu_fail(err, CU_IO, "", "the source broke");
    s->fail_after -= s->fail_after > 0;
    size_t want = s->at == 0 && s->first > 0 ? s->first : s->step;
    size_t n = s->bytes.len - s->at;
    n = n < want ? n : want;
    n = n < room ? n : room;
    memcpy(into, s->bytes.ptr + s->at, n);
    s->at += n;
    *ret_len = n;
    return CU_OK;
}

// Everything a reading gave, as text: "cell|cell\n" per row, "!fault raw\n" for a bad one.
static void read_all(cu_str bytes, size_t first, size_t step, char delimiter, struct cu_buf *out)
{
    struct source src = {bytes, 0, first, step, -1};
    struct csv_options o = {source_fill, &src, delimiter};
    struct csv_reader *r = NULL;
    assert_int_equal(csv_open(&o, &r, NULL), CU_OK);
    for (;;) {
        struct csv_row row;
        bool more = false;
        assert_int_equal(csv_next(r, &row, &more, NULL), CU_OK);
        if (!more)
            break;
        cu_buf_printf(out, "%d:", (int)row.number);
        if (row.fault != CSV_FINE)
            cu_buf_printf(out, "!%s ", csv_fault_name(row.fault));
        if (row.count == 0)
            cu_buf_str(out, cu_str_sub(row.raw, 0, 40));
        for (uint32_t i = 0; i < row.count; i++) {
            if (i)
                cu_buf_char(out, '\1');
            cu_buf_str(out, row.cells[i]);
        }
        cu_buf_char(out, '\n');
    }
    csv_close(r);
    assert_false(out->failed);
}

static void expect(const char *bytes, size_t len, const char *wanted)
{
    struct cu_buf out;
    cu_buf_init(&out, 1 << 20);
    // whole, byte by byte, and cut in two at every place
    for (size_t cut = 0; cut <= len + 1; cut++) {
        cu_buf_reset(&out);
        size_t first = cut < len ? cut : 0, step = cut == len + 1 ? 1 : len + 1;
        read_all((cu_str){bytes, len}, first, step, ',', &out);
        cu_buf_char(&out, '\0');
        assert_string_equal(out.ptr, wanted);
    }
    cu_buf_clear(&out);
}
#define EXPECT(bytes, wanted) expect(bytes, sizeof(bytes) - 1, wanted)

static void test_plain_rows(void **state)
{
    (void)state;
    EXPECT("", "");
    EXPECT("\n\r\n\r", "");
    EXPECT("a,b\n1,2\n", "1:a\1b\n2:1\1"
                         "2\n");
    EXPECT("a,b\n1,2", "1:a\1b\n2:1\1"
                       "2\n");
    EXPECT("a,b\r\n1,2\r\n", "1:a\1b\n2:1\1"
                             "2\n");
    EXPECT("a,b\r1,2\r", "1:a\1b\n2:1\1"
                         "2\n");
    EXPECT("a,b\n,\n", "1:a\1b\n2:\1\n");
    EXPECT("a\n\n\nb\n", "1:a\n4:b\n");
    EXPECT("a\r\n\r\nb\r\n", "1:a\n3:b\n");
    EXPECT("a\r\rb", "1:a\n3:b\n");
    EXPECT("a,b,", "1:a\1b\1\n");
}

static void test_quotes(void **state)
{
    (void)state;
    EXPECT("\"a\",\"b\"\n", "1:a\1b\n");
    EXPECT("\"a,\n\r\nb\",c\n", "1:a,\n\r\nb\1c\n");
    EXPECT("\"a\"\"b\",\"\"\"\"\n", "1:a\"b\1\"\n");
    EXPECT("\"\",\"\"", "1:\1\n");
    EXPECT("5\" nail,x\n", "1:5\" nail\1x\n"); // a quote inside an unquoted cell is a character
    EXPECT("\"\"\"\"\"\",\"a\"\"\"\r\n", "1:\"\"\1a\"\n");
}

static void test_bad_rows_are_not_the_end(void **state)
{
    (void)state;
    EXPECT("a,b\n1\n1,2,3\n4,5\n", "1:a\1b\n2:!too_few_cells 1\n3:!too_many_cells 1\1"
                                   "2\1"
                                   "3\n4:4\1"
                                   "5\n");
    EXPECT("a,b\n\"5\" nail\",x\n1,2\n", "1:a\1b\n2:!stray_quote \"5\" nail\",x\n3:1\1"
                                         "2\n");
    EXPECT("a,b\n\"open,2\n3,4\n5,6\n", "1:a\1b\n2:!open_quote \"open,2\n3:3\1"
                                        "4\n4:5\1"
                                        "6\n");
    EXPECT("a,b\n1,\"", "1:a\1b\n2:!open_quote 1,\"\n");
    EXPECT("a,b\n1,\xff\n3,4\n", "1:a\1b\n2:!not_utf8 1,\xff\n3:3\1"
                                 "4\n");
    EXPECT("a,b\n\xc3\xa9,\xe2\x82\xac\n", "1:a\1b\n2:\xc3\xa9\1\xe2\x82\xac\n");
}

static void test_nul_is_refused(void **state)
{
    (void)state;
    static const char bytes[] = "a,b\n1,x\0y\n3,4\n";
    struct source src = {{bytes, sizeof bytes - 1}, 0, 0, 100, -1};
    struct csv_options o = {source_fill, &src, ','};
    struct csv_reader *r = NULL;
    assert_int_equal(csv_open(&o, &r, NULL), CU_OK);
    struct csv_row row;
    bool more;
    assert_int_equal(csv_next(r, &row, &more, NULL), CU_OK);
    assert_int_equal(csv_next(r, &row, &more, NULL), CU_OK);
    assert_int_equal(row.fault, CSV_NUL);
    assert_int_equal(row.count, 0);
    assert_int_equal(row.raw.len, 5);
    assert_int_equal(csv_next(r, &row, &more, NULL), CU_OK);
    assert_int_equal(row.fault, CSV_FINE);
    assert_int_equal(row.number, 3);
    csv_close(r);
}

static void test_limits(void **state)
{
    (void)state;
    struct cu_buf in, out;
    cu_buf_init(&in, 8 << 20);
    cu_buf_init(&out, 8 << 20);
    cu_buf_z(&in, "a,b\n");
    for (size_t i = 0; i < CSV_CELL_MAX + 1; i++)
        cu_buf_char(&in, 'x');
    cu_buf_z(&in, ",2\n\"");
    for (size_t i = 0; i < CSV_CELL_MAX; i++)
        cu_buf_char(&in, 'y');
    cu_buf_z(&in, "\",2\n");
    for (size_t i = 0; i < 3u * CSV_ROW_MAX; i++) // one endless line
        cu_buf_char(&in, 'z');
    cu_buf_z(&in, "\n1,2\n");
    for (size_t i = 0; i < CSV_COLUMNS_MAX; i++)
        cu_buf_z(&in, "1,");
    cu_buf_z(&in, "\n3,4\n");
    for (size_t i = 0; i < CSV_ROW_MAX + 100;
         i++) // a row just above the limit, its end in the window
        cu_buf_char(&in, i % 100 == 99 ? ',' : 'w');
    cu_buf_z(&in, "\n5,6\n");
    read_all(cu_buf_view(&in), 0, 65536, ',', &out);
    cu_buf_char(&out, '\0');
    const char *p = strchr(out.ptr, '\n') + 1;
    assert_int_equal(strncmp(p, "2:!cell_too_long xxxx", 20), 0);
    p = strchr(p, '\n') + 1;
    assert_int_equal(strncmp(p, "3:yyyy", 6), 0);
    p = strchr(p, '\n') + 1;
    assert_int_equal(strncmp(p, "4:!row_too_long zzzz", 20), 0);
    p = strchr(p, '\n') + 1;
    assert_int_equal(strncmp(p,
                         "5:1\1"
                         "2\n",
                         6),
        0);
    p = strchr(p, '\n') + 1;
    assert_int_equal(strncmp(p, "6:!too_many_columns 1,1,", 23), 0);
    p = strchr(p, '\n') + 1;
    assert_int_equal(strncmp(p,
                         "7:3\1"
                         "4\n",
                         6),
        0);
    p = strchr(p, '\n') + 1;
    assert_int_equal(strncmp(p, "8:!row_too_long wwww", 20), 0);
    p = strchr(p, '\n') + 1;
    assert_string_equal(p, "9:5\1"
                           "6\n");
    cu_buf_clear(&in);
    cu_buf_clear(&out);
}

static void test_an_open_quote_costs_one_line_of_a_large_file(void **state)
{
    (void)state;
    struct cu_buf in;
    cu_buf_init(&in, 8 << 20);
    cu_buf_z(&in, "a,b\n1,\"oops\n");
    for (int i = 0; i < 300000; i++)
        cu_buf_z(&in, "12345,67890\n");
    struct source src = {cu_buf_view(&in), 0, 0, 30000, -1};
    struct csv_options o = {source_fill, &src, ','};
    struct csv_reader *r = NULL;
    assert_int_equal(csv_open(&o, &r, NULL), CU_OK);
    uint64_t good = 0, bad = 0;
    for (;;) {
        struct csv_row row;
        bool more = false;
        assert_int_equal(csv_next(r, &row, &more, NULL), CU_OK);
        if (!more)
            break;
        good += row.fault == CSV_FINE;
        bad += row.fault == CSV_OPEN_QUOTE && row.number == 2;
    }
    assert_int_equal(good, 300001);
    assert_int_equal(bad, 1);
    csv_close(r);
    cu_buf_clear(&in);
}

static void test_source_errors_come_through(void **state)
{
    (void)state;
    struct source src = {CU_LIT("a,b\n1,2\n"), 0, 0, 4, 1};
    struct csv_options o = {source_fill, &src, 0};
    struct csv_reader *r = NULL;
    assert_int_equal(csv_open(&o, &r, NULL), CU_OK);
    struct csv_row row;
    bool more;
    struct cu_error err;
    assert_int_equal(csv_next(r, &row, &more, &err), CU_IO);
    csv_close(r);
}

static void test_restart(void **state)
{
    (void)state;
    struct source src = {CU_LIT("a,b\n1,2\n"), 0, 0, 100, -1};
    struct csv_options o = {source_fill, &src, 0};
    struct csv_reader *r = NULL;
    struct csv_row row;
    bool more;
    assert_int_equal(csv_open(&o, &r, NULL), CU_OK);
    for (int round = 0; round < 3; round++) {
        assert_int_equal(csv_next(r, &row, &more, NULL), CU_OK);
        assert_int_equal(row.number, 1);
        assert_int_equal(row.count, round == 1 ? 3 : 2);
        src = (struct source){
            round == 0 ? CU_LIT("x;y;z") : CU_LIT("a,b\n1,2\n"), 0, 0, 100, -1};
        csv_restart(r);
    }
    csv_close(r);
}

static void test_sniff(void **state)
{
    (void)state;
    assert_int_equal(csv_sniff(CU_LIT("a;b;c\n1,5;2;3\n")), ';');
    assert_int_equal(csv_sniff(CU_LIT("a,b,c\n1,2,3\n")), ',');
    assert_int_equal(csv_sniff(CU_LIT("a\tb\n1,2\t3\n")), '\t');
    assert_int_equal(csv_sniff(CU_LIT("a|b|c\n1|2|3\n")), '|');
    assert_int_equal(csv_sniff(CU_LIT("\"a,b,c,d\";x\n1;2\n")), ';');
    assert_int_equal(csv_sniff(CU_LIT("only\n1\n")), ',');
    assert_int_equal(csv_sniff(CU_LIT("")), ',');
    assert_int_equal(csv_sniff(CU_LIT("a;b")), ';');
    struct cu_buf out;
    cu_buf_init(&out, 100);
    read_all(CU_LIT("a;b\n1;2\n"), 0, 100, 0, &out);
    assert_string_equal(out.ptr, "1:a\1b\n2:1\1"
                                 "2\n");
    cu_buf_clear(&out);
}

static void test_writing_and_the_formula_guard(void **state)
{
    (void)state;
    struct cu_buf out;
    cu_buf_init(&out, 1000);
    static const char *const cells[] = {
        "a", "", "b,c", "d\"e", "f\ng", "=1+1", "-5", "+49", "@x", "\tx", "\rx", "'x"};
    for (size_t i = 0; i < CU_COUNT(cells); i++)
        csv_put(&out, cu_str_of(cells[i]), ',', true);
    csv_put_end(&out);
    csv_put(&out, CU_LIT("-5"), ',', false);
    assert_string_equal(out.ptr, "a,\"\",\"b,c\",\"d\"\"e\",\"f\ng\",\"'=1+1\",\"'-5\",\"'+49\",\"'"
                                 "@x\",\"'\tx\",\"'\rx\",'x\r\n-5");
    cu_buf_clear(&out);
    assert_true(cu_str_eqz(csv_unguard(CU_LIT("'-5")), "-5"));
    assert_true(cu_str_eqz(csv_unguard(CU_LIT("'x")), "'x"));
    assert_true(cu_str_eqz(csv_unguard(CU_LIT("'")), "'"));
}

static uint64_t dice_state = 42;
static uint32_t dice(uint32_t sides)
{
    dice_state = dice_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(dice_state >> 33) % sides;
}

// What was written is read back, whatever the cells hold and however the bytes arrive.
static void test_round_trips(void **state)
{
    (void)state;
    static const char alphabet[] = "ab,;\"\n\r '=-\xc3\xa9";
    struct cu_buf text, cell, wanted, got;
    cu_buf_init(&text, 1 << 20);
    cu_buf_init(&cell, 100);
    cu_buf_init(&wanted, 1 << 20);
    cu_buf_init(&got, 1 << 20);
    for (int round = 0; round < 3000; round++) {
        cu_buf_reset(&text);
        cu_buf_reset(&wanted);
        cu_buf_reset(&got);
        uint32_t columns = 1 + dice(4), rows = 1 + dice(5);
        char delimiter = ",;\t|"[dice(4)];
        for (uint32_t y = 0; y < rows; y++) {
            cu_buf_printf(&wanted, "%u:", y + 1);
            for (uint32_t x = 0; x < columns; x++) {
                cu_buf_reset(&cell);
                for (uint32_t n = dice(6); n > 0; n--) {
                    char c = alphabet[dice(sizeof alphabet - 3)];
                    if (dice(8) == 0)
                        cu_buf_z(&cell, "\xc3\xa9");
                    else
                        cu_buf_char(&cell, c);
                }
                csv_put(&text, cu_buf_view(&cell), delimiter, false);
                if (x)
                    cu_buf_char(&wanted, '\1');
                cu_buf_str(&wanted, cu_buf_view(&cell));
            }
            cu_buf_z(&text, round & 1 ? "\r\n" : "\n");
            cu_buf_char(&wanted, '\n');
        }
        read_all(cu_buf_view(&text), dice(20), 1 + dice(30), delimiter, &got);
        assert_int_equal(got.len, wanted.len);
        assert_memory_equal(got.ptr, wanted.ptr, wanted.len);
    }
    cu_buf_clear(&text);
    cu_buf_clear(&cell);
    cu_buf_clear(&wanted);
    cu_buf_clear(&got);
}

// A parser of the obvious kind, over the whole text at once, for text without NUL and bad UTF-8.
// Rows with broken quotes are compared by their fault and start only.
static void naive(const char *p, size_t len, struct cu_buf *out)
{
    size_t at = 0, expected = 0, number = 0;
    while (at < len) {
        if (p[at] == '\n' || p[at] == '\r') {
            number++;
            at += p[at] == '\r' && at + 1 < len && p[at + 1] == '\n' ? 2 : 1;
            continue;
        }
        size_t start = at, cells = 1, stop = 0;
        const char *fault = "";
        struct cu_buf row;
        cu_buf_init(&row, 100000);
        for (bool fresh = true;; fresh = false) {
            if (fresh || p[at - 1] == ',') {
                if (at < len && p[at] == '"') {
                    for (at++;; at++) {
                        if (at >= len) {
                            fault = "!open_quote ";
                            break;
                        }
                        if (p[at] == '"') {
                            if (at + 1 < len && p[at + 1] == '"')
                                at++;
                            else
                                break;
                        }
                        cu_buf_char(&row, p[at]);
                    }
                    at++;
                    if (!*fault && at < len && p[at] != ',' && p[at] != '\n' && p[at] != '\r')
                        fault = "!stray_quote ";
                } else {
                    while (at < len && p[at] != ',' && p[at] != '\n' && p[at] != '\r')
                        cu_buf_char(&row, p[at++]);
                }
            }
            if (*fault || at >= len || p[at] == '\n' || p[at] == '\r')
                break;
            at++;
            cells++;
            cu_buf_char(&row, '\1');
        }
        stop = strcmp(fault, "!open_quote ") == 0 ? start : at;
        while (stop < len && p[stop] != '\n' && p[stop] != '\r')
            stop++;
        if (!*fault && expected == 0)
            expected = cells;
        if (!*fault && cells != expected)
            fault = cells < expected ? "!too_few_cells " : "!too_many_cells ";
        cu_buf_printf(out, "%zu:%s", ++number, fault);
        bool broken = strstr(fault, "quote") != NULL;
        cu_buf_str(
            out, broken ? cu_str_sub((cu_str){p + start, stop - start}, 0, 40) : cu_buf_view(&row));
        cu_buf_char(out, '\n');
        cu_buf_clear(&row);
        at = stop;
        if (at < len)
            at += p[at] == '\r' && at + 1 < len && p[at + 1] == '\n' ? 2 : 1;
    }
}

static void test_against_a_naive_parser(void **state)
{
    (void)state;
    static const char alphabet[] = "ab,,\"\"\n\r";
    struct cu_buf wanted, got;
    cu_buf_init(&wanted, 1 << 16);
    cu_buf_init(&got, 1 << 16);
    for (int round = 0; round < 60000; round++) {
        char text[24];
        size_t len = dice(sizeof text);
        for (size_t i = 0; i < len; i++)
            text[i] = alphabet[dice(sizeof alphabet - 1)];
        cu_buf_reset(&wanted);
        cu_buf_reset(&got);
        naive(text, len, &wanted);
        read_all((cu_str){text, len}, dice(10), 1 + dice(10), ',', &got);
        if (wanted.len != got.len ||
            memcmp(wanted.ptr ? wanted.ptr : "", got.ptr ? got.ptr : "", got.len) != 0)
            fail_msg("for <%.*s>\nwanted <%.*s>\ngot <%.*s>", (int)len, text,
                CU_ARG(cu_buf_view(&wanted)), CU_ARG(cu_buf_view(&got)));
    }
    cu_buf_clear(&wanted);
    cu_buf_clear(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_rows),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_bad_rows_are_not_the_end),
        cmocka_unit_test(test_nul_is_refused),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_an_open_quote_costs_one_line_of_a_large_file),
        cmocka_unit_test(test_source_errors_come_through),
        cmocka_unit_test(test_restart),
        cmocka_unit_test(test_sniff),
        cmocka_unit_test(test_writing_and_the_formula_guard),
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_against_a_naive_parser),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
