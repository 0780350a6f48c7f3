// SPDX-License-Identifier: Apache-2.0
// The text face: what the grammar allows, however it is spelled; what printing makes of it; that reading what was printed
// gives the same definition, for random ones and for both faces; faults with their places; large and hostile texts.
#include "segment_random.h"

#include "base/clock.h"
#include "base/file.h"
#include "insight/segment_docs.h"

#include <stdlib.h>

// --- every construct, canonical: text printed as it was read

static const char *const canonical[] = {
    "everybody",
    "address.country is \"DE\"",
    "address.country is not \"DE\"",
    "address.country is one of (\"DE\", \"AT\")",
    "address.country is none of (\"DE\", \"AT\")",
    "orders.revenue is more than 100",
    "orders.revenue is at least 19.9",
    "orders.revenue is less than -5",
    "orders.revenue is at most 900000000000000",
    "orders.revenue is between 1 and 2.5",
    "orders.count is one of (1, 2, 3)",
    "plan contains \"pro\"",
    "plan contains one of (\"pro\", \"max\")",
    "plan does not contain \"pro\"",
    "plan contains none of (\"pro\", \"max\")",
    "plan starts with \"p\"",
    "plan ends with one of (\"o\", \"x\")",
    "plan is known",
    "plan is unknown",
    "accepts_marketing is yes",
    "accepts_marketing is no",
    "\"last\" is 5",
    "createdAt is before 2026-01-01",
    "createdAt is on or after 2026-01-01",
    "createdAt is after 2026-01-01 10:30",
    "createdAt is on or before 2026-01-01 10:30:15",
    "createdAt is in the last 30 days",
    "createdAt is in the last 1 month",
    "createdAt is not in the last 30 days",
    "createdAt is in the next 7 days",
    "createdAt is between 60 and 30 days ago",
    "createdAt is longer than 2 years ago",
    "createdAt is today",
    "createdAt is yesterday",
    "createdAt is this week",
    "createdAt is last month",
    "createdAt is in the whole month 3 months ago",
    "createdAt is from 2026-01-01 to 2026-01-31",
    "createdAt is from 2026-01-01 10:00 to 2026-01-31 12:30",
    "birthday has its anniversary in the next 7 days",
    "birthday has its anniversary today",
    "email.updated is in the last 1 year",
    "did \"Order Completed\"",
    "did not \"Order Completed\"",
    "did any event in the last 7 days",
    "did \"Order Completed\" at least 2 times in the last 30 days",
    "did \"Order Completed\" exactly 1 time",
    "did \"Order Completed\" exactly one of (1, 3) times",
    "did \"Order Completed\" not exactly 2 times",
    "did \"Order Completed\" between 2 and 5 times since 2026-01-01",
    "did \"Order Completed\" more than 2 times before 2026-01-01",
    "did \"Order Completed\" where (total is more than 50)",
    "did \"Order Completed\" where total is more than 50 and products.$.sku is \"A1\" in the last 7 days",
    "did \"Order Completed\" where (revenue is at least 10 and $context.campaign.source is \"news\")",
    "did not \"Order Completed\" where coupon is known between 60 and 30 days ago",
    "sum of total of \"Order Completed\" in the last 90 days is more than 200",
    "average of total of \"Order Completed\" is more than 200",
    "minimum of total of \"Order Completed\" is at least 5",
    "maximum of products.$.price of \"Order Completed\" where (coupon is \"A\") is at least 5",
    "distinct values of products.$.sku of \"Order Completed\" is at least 3",
    "first value of coupon of \"Order Completed\" is \"WELCOME\"",
    "last value of coupon of \"Order Completed\" is unknown",
    "days with \"Product Viewed\" in the last 30 days is at least 3",
    "first time of \"Order Completed\" is in the last 30 days",
    "last time of \"Order Completed\" in the last 2 years is before 2026-01-01",
    "\"Product Viewed\" then \"Order Completed\"",
    "\"Product Viewed\" then \"Order Completed\" within 3 days with the same product_id without \"Order Refunded\"",
    "\"Product Viewed\" where price is more than 50 then \"Cart Viewed\" within 1 hour then \"Order Completed\" where "
    "(total is 1)",
    "\"Signed Up\" then any event within 10 minutes in the last 30 days",
    "\"Order Completed\" then \"Order Completed\" without \"Order Refunded\" where (total is 1), \"Order Cancelled\" for "
    "7 days",
    "\"Signed Up\" then \"Order Completed\" without \"Order Refunded\" ever after",
    "in segment \"vip\"",
    "entered segment \"new customers\" in the last 7 days",
    "left segment \"vip\"",
    "sample of 10 %",
    "sample of 12.5 % by \"spring\"",
    "not orders.count is more than 1",
    "not not orders.count is more than 1",
    "orders.count is more than 1\nand (\n    in segment \"vip\"\n    or did \"Signed Up\"\n)",
    "not (\n    orders.count is 1\n    and not (\n        in segment \"vip\"\n        or did not \"Signed Up\"\n    )\n)",
};

static void every_construct_is_read_and_printed(void **state)
{
    struct language *l = *state;
    for (size_t i = 0; i < CU_COUNT(canonical); i++) {
        struct seg_node *n = good_text(l, canonical[i]), *again = NULL;
        assert_string_equal(text_of(l, n), canonical[i]);
        const char *document = json_of(l, n);
        assert_int_equal(read_json(l, cu_str_of(document), &again), CU_OK);
        if (check(l, again) != CU_OK || !seg_equal(n, again))
            fail_msg("%s\n  is not %s: %s", canonical[i], json_of(l, again), l->err.text);
        cu_arena_reset(l->arena);
    }
}

// --- other spellings

static const char *const spellings[][2] = {
    {"COUNTRY IS \"DE\" AND Orders.Count > 2", "address.country is \"DE\"\nand orders.count is more than 2"},
    {"country = DE", "address.country is \"DE\""},
    {"country in (\"DE\")", NULL},
    {"country is in ('de', 'AT')", "address.country is one of (\"DE\", \"AT\")"},
    {"country is in (IN, AT, BY)", "address.country is one of (\"IN\", \"AT\", \"BY\")"},
    {"country are any of (de or NO)", "address.country is one of (\"DE\", \"NO\")"},
    {"country != \"DE\"", "address.country is not \"DE\""},
    {"country <> (\"DE\", \"AT\")", "address.country is none of (\"DE\", \"AT\")"},
    {"country is not one of (\"DE\", \"AT\")", "address.country is none of (\"DE\", \"AT\")"},
    {"orders.count >= 2.50", "orders.count is at least 2.5"},
    {"orders.count <= 2 or orders.count == 3 or orders.count < 1",
        "orders.count is at most 2\nor orders.count is 3\nor orders.count is less than 1"},
    {"orders.count is not more than 2", "orders.count is at most 2"},
    {"orders.count is not at least 2", "orders.count is less than 2"},
    {"orders.count is above 2", "orders.count is more than 2"},
    {"orders.count is \"12\"", "orders.count is 12"},
    {"company.id is 007", "company.id is \"007\""},
    {"plan is yes", "plan is \"yes\""},
    {"accepts_marketing is TRUE", "accepts_marketing is yes"},
    {"accepts_marketing = 0", "accepts_marketing is no"},
    {"plan is not known", "plan is unknown"},
    {"plan exists", "plan is known"},
    {"plan is \xe2\x80\x9epro\xe2\x80\x9c", "plan is \"pro\""},
    {"plan begins with pro", "plan starts with \"pro\""},
    {"plan is \"a\\\"b\\\\c\\n\"", "plan is \"a\\\"b\\\\c\\n\""},
    {"createdAt is after 2026-01-01", "createdAt is on or after 2026-01-02"},
    {"createdAt > 2026-03-28", "createdAt is on or after 2026-03-29"},
    {"createdAt is on or before 2026-01-01", "createdAt is before 2026-01-02"},
    {"createdAt is 2026-03-29", "createdAt is from 2026-03-29 to 2026-03-29"},
    {"createdAt is not on 2026-03-29", "createdAt is not from 2026-03-29 to 2026-03-29"},
    {"createdAt is between 2026-01-01 and 2026-01-31", "createdAt is from 2026-01-01 to 2026-01-31"},
    {"createdAt is since 2026-01-01", "createdAt is on or after 2026-01-01"},
    {"createdAt is not since 2026-01-01", "createdAt is before 2026-01-01"},
    {"createdAt is before \"2026-01-01 10:30\"", "createdAt is before 2026-01-01 10:30"},
    {"createdAt is before 2026-01-01T09:30:00Z", "createdAt is before 2026-01-01 10:30"},
    {"createdAt is before 2026-01-01 10:30:00.5+02:00", "createdAt is before 2026-01-01 09:30:00.500"},
    {"createdAt is more than 30 days ago", "createdAt is longer than 30 days ago"},
    {"createdAt is not between 60 and 30 days ago", "createdAt is not between 60 and 30 days ago"},
    {"createdAt is within the last 1 week", "createdAt is in the last 1 week"},
    {"did \"Completed Order\" 2 times", "did \"Order Completed\" exactly 2 times"},
    {"did order_completed once", "did \"Order Completed\" exactly 1 time"},
    {"did \"Order Completed\" in the last 30 day at least 2 times where total > 5",
        "did \"Order Completed\" where total is more than 5 at least 2 times in the last 30 days"},
    {"did \"Order Completed\" more than 30 days ago", "did \"Order Completed\" longer than 30 days ago"},
    {"did \"Order Completed\" between 2 weeks and 1 week ago", "did \"Order Completed\" between 2 and 1 week ago"},
    {"did \"Order Completed\" where sku is \"A\" and products.price > 5 today",
        "did \"Order Completed\" where products.$.sku is \"A\" and products.$.price is more than 5 today"},
    {"did \"Order Completed\" where total > 5 and did \"Signed Up\"",
        "did \"Order Completed\" where (total is more than 5)\nand did \"Signed Up\""},
    {"number of \"Order Completed\" in the last 30 days is at least 2",
        "did \"Order Completed\" at least 2 times in the last 30 days"},
    {"distinct of sku of \"Order Completed\" >= 3",
        "distinct values of products.$.sku of \"Order Completed\" is at least 3"},
    {"last of coupon of \"Order Completed\" is A", "last value of coupon of \"Order Completed\" is \"A\""},
    {"sum of total of \"Order Completed\" > 5 in the last 9 days",
        "sum of total of \"Order Completed\" in the last 9 days is more than 5"},
    {"$page then \"Signed Up\" within the last 3 days", "\"$page\" then \"Signed Up\" in the last 3 days"},
    {"\"Product Viewed\" then \"Order Completed\" in the last 9 days with same product_id",
        "\"Product Viewed\" then \"Order Completed\" with the same product_id in the last 9 days"},
    {"entered segment vip today", "entered segment \"vip\" today"},
    {"sample of 10 percent", "sample of 10 %"},
    {"everyone # all of them\n", "everybody"},
    {"# a comment first\ncountry is \"DE\" # and one behind", "address.country is \"DE\""},
    {"((country is \"DE\"))", "address.country is \"DE\""},
    {"(country is \"DE\" and plan is \"x\") and last is 5",
        "(\n    address.country is \"DE\"\n    and plan is \"x\"\n)\nand \"last\" is 5"},
    {"a.b is 1", NULL},
};

static void spellings_mean_the_same(void **state)
{
    struct language *l = *state;
    for (size_t i = 0; i < CU_COUNT(spellings); i++) {
        struct seg_node *n = NULL;
        bool good = read_text(l, spellings[i][0], &n) == CU_OK && check(l, n) == CU_OK;
        if (good != (spellings[i][1] != NULL))
            fail_msg("%s: %s", spellings[i][0], good ? "accepted" : l->err.text);
        if (good && strcmp(text_of(l, n), spellings[i][1]) != 0)
            fail_msg("%s\n  became %s", spellings[i][0], l->out.ptr);
        cu_arena_reset(l->arena);
    }
}

static void precedence_is_and_before_or(void **state)
{
    struct language *l = *state;
    struct seg_node *n = good_text(l, "plan is a or plan is b and last is 5");
    assert_true(says(&l->faults, true, "brackets"));
    assert_int_equal(n->kind, SEG_ANY);
    assert_int_equal(n->child_count, 2);
    assert_int_equal(n->children[1]->kind, SEG_ALL);
    assert_int_equal(n->children[1]->children[0]->number, 3);
    (void)good_text(l, "plan is a or (plan is b and last is 5)");
    assert_int_equal(l->faults.count, 0);
}

// --- faults

static const struct {
    const char *text;
    uint32_t at;
    const char *says;
} wrong[] = {
    {"", 0, "a condition"},
    {"   # only a comment", 19, "the end of the text"},
    {"country", 7, "a comparison"},
    {"country is", 10, "a value"},
    {"country foo \"DE\"", 8, "Expected a comparison, such as is, is not, is more than, contains, but found \"foo\""},
    {"country is \"DE\" plan is \"x\"", 16, "\"and\" or \"or\""},
    {"country is \"DE\" or \"AT\"", 23, "one list"},
    {"(country is \"DE\"", 16, "closing bracket"},
    {"country is \"DE\")", 15, "\"and\" or \"or\""},
    {"country is (\"DE\" \"AT\")", 17, "a comma or a closing bracket"},
    {"country is one of \"DE\"", 18, "a list in brackets"},
    {"country is one of ()", 19, "a value"},
    {"country is \"DE", 11, "no closing quotation mark"},
    {"country is @", 11, "means nothing"},
    {"orders.count is 1.23456", 16, "four decimals"},
    {"orders.count is 9999999999999999999999", 16, "up to"},
    {"did", 3, "the name of an event"},
    {"did \"\"", 4, "1 to 255 bytes"},
    {"did \"Order Completed\" in the last days", 34, "in the last 1 days"},
    {"did \"Order Completed\" in the last", 33, "a number of days, such as 30"},
    {"did \"Order Completed\" in the last 1.5 days", 34, "a number of days, such as 30"},
    {"did \"Order Completed\" in the last 30", 36, "minutes, hours, days, weeks, months or years"},
    {"did \"Order Completed\" in the last month", 34, "\"last month\" of the calendar"},
    {"did \"Order Completed\" at least 2", 32, "\"times\""},
    {"did \"Order Completed\" between 60 and 30 days", 44, "\"ago\""},
    {"did \"Order Completed\" today yesterday", 37, "One window"},
    {"did \"Order Completed\" where", 27, "a property of the event"},
    {"did \"Order Completed\" where (total is 1 or total is 2)", 40, "joined by \"and\""},
    {"did \"Order Completed\" from 2026-01-01", 37, "\"to\" and the last day"},
    {"did \"Order Completed\" since 2026-13-01", 28, "a day such as"},
    {"did \"Order Completed\" in the whole month 2 days ago", 48, "number of months ago"},
    {"sum of total", 12, "\"of\""},
    {"sum of total of \"Order Completed\"", 33, "a comparison"},
    {"\"A\" then", 8, "the name of an event"},
    {"\"A\" where x is 1", 16, "\"then\""},
    {"\"A\" then \"B\" within 2 months", 28, "minutes, hours, days or weeks"},
    {"\"A\" then \"B\" with the same", 26, "a property that the steps share"},
    {"in segment", 10, "the name of a segment"},
    {"sample of", 9, "a percentage"},
    {"sample of 10", 12, "% behind the number"},
    {"sample of 10.55 %", 10, "at most one decimal"},
    {"not", 3, "a condition"},
    {"orders.count is not between 1 and 2", 35, "before the whole condition"},
    {"birthday has its anniversary soon", 29, "when, such as"},
};

static void faults_say_where_and_what(void **state)
{
    struct language *l = *state;
    for (size_t i = 0; i < CU_COUNT(wrong); i++) {
        struct seg_node *n = NULL;
        cu_code code = read_text(l, wrong[i].text, &n);
        if (code != CU_INVALID || n || l->faults.count == 0 || l->faults.at[0].at != wrong[i].at ||
            !strstr(l->faults.at[0].text, wrong[i].says) || strncmp(l->err.text, l->faults.at[0].text, 200) != 0)
            fail_msg("%s\n  at %u: %s", wrong[i].text, l->faults.at[0].at,
                l->faults.count ? l->faults.at[0].text : "no fault");
    }
}

static void several_faults_are_found(void **state)
{
    struct language *l = *state;
    struct seg_node *n = NULL;
    const char *text =
        "country is and (plan foo or did or (orders.count is)) and sample of 5 and did \"A\" in the last x";
    assert_int_equal(read_text(l, text, &n), CU_INVALID);
    assert_int_equal(l->faults.count, 6);
    static const uint32_t at[] = {11, 21, 32, 51, 70, 94};
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(l->faults.at[i].at, at[i]);
    // more than there is room for
    cu_buf_reset(&l->out);
    for (int i = 0; i < 100; i++)
        cu_buf_z(&l->out, "plan foo and ");
    assert_int_equal(read_text(l, l->out.ptr, &n), CU_INVALID);
    assert_int_equal(l->faults.count, SEG_FAULTS_MAX);
    assert_int_equal(seg_parse_text(CU_LIT("plan foo"), l->catalog, l->arena, &n, NULL, NULL), CU_INVALID);
}

// What was typed may be anything: a message repeats plain words only.
static void messages_repeat_no_values(void **state)
{
    struct language *l = *state;
    struct seg_node *n = NULL;
    assert_int_equal(read_text(l, "email is \"anna@example.com\" \"anna@example.com\" or x \"secret\"", &n), CU_INVALID);
    for (size_t i = 0; i < l->faults.count; i++)
        assert_null(strstr(l->faults.at[i].text, "anna"));
    n = NULL;
    assert_int_equal(read_text(l, "orders.count is \"anna@example.com\"", &n), CU_OK);
    assert_int_equal(check(l, n), CU_INVALID);
    assert_null(strstr(l->err.text, "anna"));
}

// --- random definitions

static void same_after(struct language *l, const struct seg_node *n, struct seg_node *again, const char *face)
{
    if (!seg_equal(n, again)) {
        print_message("%s\n", l->out.ptr);
        fail_msg("reading the %s again gave %s", face, json_of(l, again));
    }
}

static void one_round(struct language *l, struct dice *d)
{
    uint32_t nodes = 0;
    struct seg_node *n = random_node(d, 1, &nodes), *again = NULL;
    l->faults.count = 0;
    // reading what was printed gives the same, unchecked
    if (read_text(l, text_of(l, n), &again) != CU_OK)
        fail_msg("%s\n  at %u: %s", l->out.ptr, l->faults.at[0].at, l->err.text);
    same_after(l, n, again, "text");
    if (check(l, n) != CU_OK)
        fail_msg("%s\n  %s", text_of(l, n), l->err.text);
    struct seg_node *copy = seg_copy(n, l->arena);
    assert_true(copy && seg_equal(copy, n));
    // checked: checking again changes nothing, and both faces come back
    assert_int_equal(check(l, copy), CU_OK);
    same_after(l, n, copy, "copy");
    if (read_text(l, text_of(l, n), &again) != CU_OK || check(l, again) != CU_OK)
        fail_msg("%s\n  %s", l->out.ptr, l->err.text);
    same_after(l, n, again, "checked text");
    if (read_json(l, cu_str_of(json_of(l, n)), &again) != CU_OK || check(l, again) != CU_OK)
        fail_msg("%s\n  %s: %s", l->out.ptr, l->err.field, l->err.text);
    same_after(l, n, again, "JSON");
}

static void random_definitions_round_trip(void **state)
{
    struct language *l = *state;
    const char *seed = getenv("SEGMENT_SEED"); // other definitions than the usual ones
    struct dice d = {seed ? strtoull(seed, NULL, 10) : 20261122, l};
    for (int i = 0; i < 10000; i++) {
        one_round(l, &d);
        cu_arena_reset(l->arena);
    }
}

static void one_line_each(void **state)
{
    struct language *l = *state;
    struct seg_node *n =
        good_text(l, "plan is one of (a, b, c, d, e, f, g, h, i, k) and not (did \"Signed Up\" or last is 5)");
    static const char *const lines[] = {"all of",
        "plan is one of (\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\", and 2 more)", "not", "any of",
        "did \"Signed Up\"", "\"last\" is 5"};
    const struct seg_node *order[] = {n, n->children[0], n->children[1], n->children[1]->children[0],
        n->children[1]->children[0]->children[0], n->children[1]->children[0]->children[1]};
    for (uint32_t i = 0; i < 6; i++) {
        cu_buf_reset(&l->out);
        seg_print_one(order[i], l->catalog, &l->out);
        assert_string_equal(l->out.ptr, lines[i]);
        assert_int_equal(order[i]->number, i);
    }
}

// --- large and hostile

static int64_t read_large(struct language *l, cu_code expected, const char *text)
{
    struct seg_node *n = NULL;
    int64_t start = cu_mono_us();
    cu_code code = seg_parse_text(cu_buf_view(&l->out), l->catalog, l->arena, &n, &l->faults, &l->err);
    int64_t took = (cu_mono_us() - start) / 1000;
    if (code != expected || (text && !strstr(l->err.text, text)))
        fail_msg("%s: %s", cu_code_rows[code].name, l->err.text);
    if (took > 3000)
        fail_msg("%zu bytes took %lld ms", l->out.len, (long long)took);
    cu_arena_reset(l->arena);
    return took;
}

static void fill(struct language *l, const char *before, const char *piece, const char *after)
{
    cu_buf_reset(&l->out);
    cu_buf_z(&l->out, before);
    while (l->out.len + strlen(piece) + strlen(after) <= SEG_TEXT_MAX)
        cu_buf_z(&l->out, piece);
    cu_buf_z(&l->out, after);
}

static void large_texts_take_little_time(void **state)
{
    struct language *l = *state;
    static const char *const pieces[] = {"(", ")", "not ", "and ", "or ", "()", "\"", "\"a\" ", "a ", "did ",
        "did \"A\" where ", "plan is 1 and ", "plan is 1 or (", "is ", "in the ", "between ", "(plan is (", "\"A\" then ",
        "1 ", "- ", "#", "\\", "'\\", "2026-01-01 ", "x is 1 and not (", "a.b", "\xe2\x80\x9c",
        "did \"A\" where (x is 1 and y is 2) and "};
    for (size_t i = 0; i < CU_COUNT(pieces); i++) {
        fill(l, "", pieces[i], "");
        (void)read_large(l, CU_INVALID, NULL);
        fill(l, "plan is one of (", pieces[i], "");
        (void)read_large(l, CU_INVALID, NULL);
    }
    fill(l, "plan is \"", "x", "\"");
    (void)read_large(l, CU_OK, NULL);
    fill(l, "everybody", " ", "");
    (void)read_large(l, CU_OK, NULL);
    cu_buf_reset(&l->out);
    for (int i = 0; i < 70; i++)
        cu_buf_z(&l->out, "(");
    (void)read_large(l, CU_INVALID, "at most 64");
    fill(l, "", "\xff", "");
    (void)read_large(l, CU_INVALID, "UTF-8");
    cu_buf_char(&l->out, 'x');
    (void)read_large(l, CU_INVALID, "262144 bytes");
}

static void limits_hold(void **state)
{
    struct language *l = *state;
    cu_buf_reset(&l->out);
    cu_buf_z(&l->out, "orders.count is one of (0");
    for (int i = 1; i < 10000; i++)
        cu_buf_printf(&l->out, ", %d", i);
    cu_buf_z(&l->out, ")");
    (void)read_large(l, CU_OK, NULL);
    l->out.len--;
    cu_buf_z(&l->out, ", 5)");
    (void)read_large(l, CU_INVALID, "at most 10000 values");
    cu_buf_reset(&l->out);
    for (int i = 0; i < 199; i++)
        cu_buf_z(&l->out, i ? " and last is 5" : "last is 5");
    (void)read_large(l, CU_OK, NULL);
    cu_buf_z(&l->out, " and last is 5");
    (void)read_large(l, CU_INVALID, "at most 200 conditions");
    cu_buf_reset(&l->out);
    for (int i = 0; i < 15; i++)
        cu_buf_z(&l->out, "not ");
    cu_buf_z(&l->out, "last is 5");
    (void)read_large(l, CU_OK, NULL);
    cu_buf_reset(&l->out);
    for (int i = 0; i < 16; i++)
        cu_buf_z(&l->out, "not ");
    cu_buf_z(&l->out, "last is 5");
    (void)read_large(l, CU_INVALID, "at most 16 inside");
    cu_buf_reset(&l->out);
    cu_buf_z(&l->out, "did any event where revenue is 1");
    for (int i = 1; i < 201; i++)
        cu_buf_z(&l->out, " and revenue is 1");
    (void)read_large(l, CU_INVALID, "at most 200 tests");
}

// Every value of a list of ten thousand comes back.
static void a_long_list_round_trips(void **state)
{
    struct language *l = *state;
    struct seg_node *n = NULL, *again = NULL;
    cu_buf_reset(&l->out);
    cu_buf_z(&l->out, "plan is one of (\"a0\"");
    for (int i = 1; i < 10000; i++)
        cu_buf_printf(&l->out, ",\"a%d\"", i);
    cu_buf_z(&l->out, ")");
    n = good_text(l, l->out.ptr);
    const char *printed = text_of(l, n);
    for (const char *line = printed; line; line = strchr(line + 1, '\n'))
        assert_true(strcspn(line + 1, "\n") < 125);
    assert_int_equal(read_text(l, printed, &again), CU_OK);
    assert_true(seg_equal(n, again));
    assert_int_equal(read_json(l, cu_str_of(json_of(l, n)), &again), CU_OK);
    assert_true(seg_equal(n, again));
}

// --- the manual: every example of docs/reference/segments.md is a definition

static void examples_of_the_manual(void **state)
{
    struct language *l = *state;
    struct cu_buf doc;
    size_t examples = 0;
    cu_buf_init(&doc, 1 << 20);
    assert_int_equal(cu_file_read_all(CUSTOS_SEGMENTS_DOC, &doc, &l->err), CU_OK);
    for (char *at = strstr(doc.ptr, "```segment\n"); at; at = strstr(at, "```segment\n")) {
        at += strlen("```segment\n");
        char *end = strstr(at, "```");
        assert_non_null(end);
        *end = 0;
        struct seg_node *n = good_text(l, at), *again = NULL;
        for (size_t i = 0; i < l->faults.count; i++)
            if (!strstr(l->faults.at[i].text, "brackets make plain"))
                fail_msg("%s\n  %s", at, l->faults.at[i].text);
        assert_int_equal(read_text(l, text_of(l, n), &again), CU_OK);
        assert_int_equal(check(l, again), CU_OK);
        assert_true(seg_equal(n, again));
        at = end + 3;
        examples++;
    }
    assert_true(examples > 20);
    cu_buf_clear(&doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LANGUAGE(every_construct_is_read_and_printed),
        LANGUAGE(spellings_mean_the_same),
        LANGUAGE(precedence_is_and_before_or),
        LANGUAGE(faults_say_where_and_what),
        LANGUAGE(several_faults_are_found),
        LANGUAGE(messages_repeat_no_values),
        LANGUAGE(random_definitions_round_trip),
        LANGUAGE(one_line_each),
        LANGUAGE(large_texts_take_little_time),
        LANGUAGE(limits_hold),
        LANGUAGE(a_long_list_round_trips),
        LANGUAGE(examples_of_the_manual),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
