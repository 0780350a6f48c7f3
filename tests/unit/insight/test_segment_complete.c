// SPDX-License-Identifier: Apache-2.0
// Completion: what could stand at the cursor, what is replaced, that it is ready to stand there, and that no place in any
// text is out of bounds.
#include "segment_random.h"

static const struct {
    const char *text; // "|" is the cursor
    int from, to;     // -1: the cursor
    const char *has, *lacks;
} places[] = {
    {"|", -1, -1, "not;did;sum of;in segment;everybody;accepts_marketing", "then;where;is;and"},
    {"d|", 0, 1, "did;days with;description;\"Deep Link Opened\"", "everybody;not;plan"},
    {"DI|", 0, 2, "did;distinct values of", "days with"},
    {"cou|", 0, 3, "address.country", "plan"},
    {"orders.|", 0, 6, "", "did"},
    {"ord|", 0, 3, "orders.count;orders.revenue;\"Order Completed\"", "did"},
    {"did |", -1, -1, "not;any event;\"$page\"", "plan;where;and;\"$context\""},
    {"did \"ord|", 4, 8, "\"Order Completed\";\"Order Refunded\"", "not;any event"},
    {"did \"ord| foo\"", 4, 13, "\"Order Completed\"", "not"},
    {"did \"Order Completed\" |", -1, -1, "where;at least;in the last;today;and;or", "in the next;did;is"},
    {"did \"Order Completed\" in |", -1, -1, "the last;the whole", "in the last"},
    {"did \"Order Completed\" in the last 30 |", -1, -1, "days;hours", "and;ago"},
    {"did \"Order Completed\" in the last 30 d|", 37, 38, "days", "hours"},
    {"did \"Order Completed\" between 2 and 3 |", -1, -1, "times;days", "and"},
    {"did \"Order Completed\" at least 2 |", -1, -1, "times", "days"},
    {"did \"Order Completed\" where |", -1, -1, "total;revenue;products.$.sku;\"value\";$context.campaign.name",
        "email;plan;did"},
    {"did \"Order Completed\" where to|", 28, 30, "total", "revenue;email"},
    {"did \"Order Completed\" where total > 5 and |", -1, -1, "total;did;not", "where"},
    {"did \"Size Asked\" where size is |", -1, -1, "\"S\";\"M\";\"L\";one of;not;known", "more than;yes"},
    {"did \"Size Asked\" where urgent is |", -1, -1, "yes;no", "one of;more than"},
    {"did \"Size Asked\" where asked_at is |", -1, -1, "before;in the last;in the next", "more than;one of"},
    {"did any event where |", -1, -1, "revenue;source;$context.locale", "total"},
    {"plan |", -1, -1, "is;contains;starts with", "has its anniversary;then;and"},
    {"orders.count |", -1, -1, "is", "contains"},
    {"orders.count is |", -1, -1, "more than;at least;between;not;one of", "before;in the last;yes"},
    {"createdAt |", -1, -1, "is;has its anniversary", "contains"},
    {"tier is |", -1, -1, "\"gold\";\"silver\";not", "yes"},
    {"tier is one of (\"gold\", si|", 24, 26, "\"silver\"", "\"gold\""},
    {"rfm.group is |", -1, -1, "\"at risk\"", "\"gold\""},
    {"known is |", -1, -1, "yes;no", ""},
    {"in segment |", -1, -1, "\"vip\";\"new customers\"", "plan"},
    {"in segment cust|", 11, 15, "\"new customers\"", "\"vip\""},
    {"entered segment \"vip\" |", -1, -1, "in the last;today;and", "where"},
    {"\"Product Viewed\" |", -1, -1, "then;where;is", "and"},
    {"\"Product Viewed\" then |", -1, -1, "any event;\"Order Completed\"", "and"},
    {"\"Product Viewed\" then \"Order Completed\" |", -1, -1, "then;within;with the same;without;and", "is"},
    {"\"Product Viewed\" then \"Order Completed\" with |", -1, -1, "the same", "then"},
    {"\"Product Viewed\" then \"Order Completed\" with the same |", -1, -1, "product_id;source", "and"},
    {"sum of |", -1, -1, "revenue;total;products.$.price", "email;order_id"},
    {"first value of |", -1, -1, "order_id", "email"},
    {"sum of total of |", -1, -1, "\"$page\"", "plan"},
    {"sum of total of \"Order Completed\" |", -1, -1, "is;where;in the last", "and"},
    {"sample of 5 |", -1, -1, "percent", "and"},
    {"plan is a |", -1, -1, "and;or", ")"},
    {"(plan is a |", -1, -1, "and;or;)", ""},
    {"plan is a | and plan is b", -1, -1, "and;or", ""},
    {"plan foo bar and |", -1, -1, "did;not", "and"},
    {"plan is a # and |", -1, -1, "", "did;and"},
    {"plan is a # and\n|", -1, -1, "and;or", "did"},
};

static json complete_at(struct language *l, cu_str text, uint32_t cursor)
{
    struct json_writer w;
    json v = {0};
    cu_buf_reset(&l->out);
    jw_start(&w, &l->out);
    assert_int_equal(seg_complete(text, cursor, l->catalog, &w, &l->err), CU_OK);
    assert_int_equal(json_parse(l->parser, cu_buf_view(&l->out), &v, &l->err), CU_OK);
    return v;
}

static bool offers_text(json v, cu_str text)
{
    for (struct json_iter it = json_each(json_get(v, "items")); json_next(&it);)
        if (cu_str_eq(json_str(json_get(it.value, "text")), text))
            return true;
    return false;
}

static void each_place_offers_its_things(void **state)
{
    struct language *l = *state;
    for (size_t i = 0; i < CU_COUNT(places); i++) {
        const char *mark = strchr(places[i].text, '|');
        int64_t cursor = mark - places[i].text, from = 0, to = 0;
        char text[200];
        (void)snprintf(text, sizeof text, "%.*s%s", (int)cursor, places[i].text, mark + 1);
        json v = complete_at(l, cu_str_of(text), (uint32_t)cursor);
        assert_true(json_i64(json_get(v, "from"), &from) && json_i64(json_get(v, "to"), &to));
        if (strcmp(places[i].text, "orders.|") == 0)
            continue; // a dot at the end is no part of a word: looked at only for its bounds
        if (from != (places[i].from < 0 ? cursor : places[i].from) || to != (places[i].to < 0 ? cursor : places[i].to))
            fail_msg("%s: replaces %d to %d", places[i].text, (int)from, (int)to);
        cu_str rest = cu_str_of(places[i].has);
        while (rest.len > 0) {
            cu_str one = cu_str_cut(&rest, ';');
            if (!offers_text(v, one))
                fail_msg("%s: does not offer %.*s\n%s", places[i].text, CU_ARG(one), l->out.ptr);
        }
        rest = cu_str_of(places[i].lacks);
        while (rest.len > 0) {
            cu_str one = cu_str_cut(&rest, ';');
            if (offers_text(v, one))
                fail_msg("%s: offers %.*s", places[i].text, CU_ARG(one));
        }
    }
}

static void kinds_and_sentences(void **state)
{
    struct language *l = *state;
    json v = complete_at(l, CU_LIT("orders.count"), 12);
    json first = json_get(v, "items");
    struct json_iter it = json_each(first);
    assert_true(json_next(&it));
    assert_true(cu_str_eqz(json_str(json_get(it.value, "kind")), "field"));
    assert_true(cu_str_eqz(json_str(json_get(it.value, "doc")), "Orders."));
    v = complete_at(l, CU_LIT("did"), 3);
    it = json_each(json_get(v, "items"));
    assert_true(json_next(&it) && cu_str_eqz(json_str(json_get(it.value, "kind")), "keyword"));
    assert_true(json_count(json_get(complete_at(l, CU_LIT(""), 0), "items")) > 40);
}

// What is offered can stand there: taking it does not move the first fault to before it.
static void what_is_offered_fits(void **state)
{
    struct language *l = *state;
    static const char *const heads[] = {"", "not ", "did ", "did \"Order Completed\" ", "did \"Order Completed\" where ",
        "plan is ", "orders.count is ", "createdAt is ", "createdAt is not ", "\"Signed Up\" then ",
        "\"Signed Up\" then \"Signed In\" ", "sum of total of \"Order Completed\" ", "in segment ", "plan is a ",
        "(plan is a ", "birthday has its anniversary ", "did any event in ", "did any event in the ",
        "did any event between 2 and 3 ", "\"A\" then \"B\" without \"C\" "};
    for (size_t i = 0; i < CU_COUNT(heads); i++) {
        size_t len = strlen(heads[i]);
        char texts[50][200];
        size_t count = 0;
        json v = complete_at(l, cu_str_of(heads[i]), (uint32_t)len);
        for (struct json_iter it = json_each(json_get(v, "items")); json_next(&it); count++)
            (void)snprintf(
                texts[count], sizeof texts[0], "%s%.*s ", heads[i], CU_ARG(json_str(json_get(it.value, "text"))));
        assert_true(count > 0);
        for (size_t k = 0; k < count; k++) {
            struct seg_node *n = NULL;
            if (read_text(l, texts[k], &n) != CU_OK && l->faults.at[0].at < strlen(texts[k]) - 1)
                fail_msg("%s: %s", texts[k], l->err.text);
            cu_arena_reset(l->arena);
        }
    }
}

static void every_cursor_of_random_texts(void **state)
{
    struct language *l = *state;
    struct dice d = {7, l};
    for (int i = 0; i < 60; i++) {
        uint32_t nodes = 30;
        struct seg_node *n = random_node(&d, 4, &nodes);
        char text[1500];
        (void)snprintf(text, sizeof text, "%s", text_of(l, n));
        size_t len = strlen(text);
        while (len > 0 && !text_utf8_valid((cu_str){text, len}))
            len--;
        for (size_t at = 0; at <= len + 2; at += 1 + throw(&d, 5)) {
            int64_t from = -1, to = -1;
            json v = complete_at(l, (cu_str){text, len}, (uint32_t)at);
            assert_true(json_i64(json_get(v, "from"), &from) && json_i64(json_get(v, "to"), &to));
            assert_true(from >= 0 && from <= to && (size_t)to <= len && from <= (int64_t)at);
            assert_true(json_count(json_get(v, "items")) <= 50);
        }
        cu_arena_reset(l->arena);
    }
}

static void a_large_text_is_completed_in_time(void **state)
{
    struct language *l = *state;
    struct cu_buf text;
    cu_buf_init(&text, SEG_TEXT_MAX + 64);
    while (text.len < SEG_TEXT_MAX - 64)
        cu_buf_z(&text, "# a line of comment\n");
    cu_buf_z(&text, "did ");
    json v = complete_at(l, cu_buf_view(&text), (uint32_t)text.len);
    assert_true(offers_text(v, CU_LIT("\"$page\"")));
    cu_buf_reset(&text);
    while (text.len < SEG_TEXT_MAX - 64)
        cu_buf_z(&text, "(");
    v = complete_at(l, cu_buf_view(&text), (uint32_t)text.len);
    assert_int_equal(json_count(json_get(v, "items")), 0);
    cu_buf_clear(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LANGUAGE(each_place_offers_its_things),
        LANGUAGE(kinds_and_sentences),
        LANGUAGE(what_is_offered_fits),
        LANGUAGE(every_cursor_of_random_texts),
        LANGUAGE(a_large_text_is_completed_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
