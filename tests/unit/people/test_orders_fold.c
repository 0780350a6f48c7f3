// SPDX-License-Identifier: Apache-2.0
// Orders without a database: reading events, packed lines, money, and the fold's rules one by one.
#include "orders_test.h"

#include <stdlib.h>

static struct dictionary *dictionary;
static struct json_parser *parser;
static struct cu_arena *arena;

static int setup(void **state)
{
    (void)state;
    parser = json_parser_new(1 << 20);
    arena = cu_arena_new(64 << 20);
    return dictionary_load(CU_NONE, &dictionary, NULL) == CU_OK && parser && arena ? 0 : 1;
}

static int teardown(void **state)
{
    (void)state;
    dictionary_free(dictionary);
    json_parser_free(parser);
    cu_arena_free(arena);
    return 0;
}

static cu_code read_one(
    enum order_kind kind, const char *properties, struct order_message *m, struct cu_error *err)
{
    json v;
    order_message_init(m);
    cu_code code = json_parse(parser, cu_str_of(properties), &v, err);
    if (code != CU_OK)
        return code;
    const struct dict_event *e = dictionary_event(dictionary, cu_str_of(kind_event(kind)));
    code = order_message_read(kind, e, v, CU_LIT("EUR"), arena, m, err);
    // the parser's text goes with the next message
    m->order_id = cu_arena_dup(arena, m->order_id.ptr ? m->order_id : CU_LIT(""));
    m->version.refund_id =
        cu_arena_dup(arena, m->version.refund_id.ptr ? m->version.refund_id : CU_LIT(""));
    m->version.coupon = cu_arena_dup(arena, m->version.coupon.ptr ? m->version.coupon : CU_LIT(""));
    return code;
}

static int by_time(const void *a, const void *b)
{
    const struct order_version *x = a, *y = b;
    if (x->ev.time_ms != y->ev.time_ms)
        return x->ev.time_ms < y->ev.time_ms ? -1 : 1;
    return x->ev.seq < y->ev.seq ? -1 : x->ev.seq > y->ev.seq;
}

static struct order_version versions[64];

// Folds the messages as if they had arrived in this order.
static struct order_state fold_in(const struct said *says, const size_t *order, size_t count)
{
    struct order_state s;
    for (size_t i = 0; i < count; i++) {
        const struct said *say = &says[order ? order[i] : i];
        struct order_message m;
        char room[2048];
        assert_ok(read_one(say->kind, with_id(say->properties, "o", room), &m, NULL));
        versions[i] = m.version;
        versions[i].ev = (struct evidence){
            .time_ms = say->time_ms, .seq = i + 1, .import = say->import, .source = 1};
        versions[i].import_row = say->row;
        versions[i].pno = say->pno ? say->pno : 1;
        order_message_clear(&m);
    }
    qsort(versions, count, sizeof versions[0], by_time);
    order_fold(versions, count, "EUR", &s);
    return s;
}
#define FOLD(...)                                                                                  \
    fold_in((const struct said[]){__VA_ARGS__}, NULL,                                              \
        sizeof((const struct said[]){__VA_ARGS__}) / sizeof(struct said))

// ---- lines

static void test_lines_round_trip(void **state)
{
    (void)state;
    const struct order_line lines[] = {
        {CU_LIT("85123A"), CU_LIT(""), CU_LIT("WHITE HANGING HEART"), CU_NONE, CU_NONE, CU_NONE,
            CU_NONE, 60000, 25500},
        {CU_NONE, CU_NONE, CU_NONE, CU_NONE, CU_NONE, CU_NONE, CU_NONE, -10000, ORDER_NO_MONEY},
        {CU_LIT("p"), CU_LIT("s"), CU_LIT("ünïcödé"), CU_LIT("c"), CU_LIT("b"), CU_LIT("v"),
            CU_LIT("k"), 1, INT64_MAX},
        {CU_LIT("q"), CU_NONE, CU_NONE, CU_NONE, CU_NONE, CU_NONE, CU_NONE, INT64_MIN + 1, 0},
    };
    struct cu_buf packed;
    cu_buf_init(&packed, 4096);
    for (size_t i = 0; i < CU_COUNT(lines); i++)
        order_line_pack(&lines[i], &packed);
    cu_str rest = cu_buf_view(&packed);
    struct order_line got;
    bool bad = false;
    for (size_t i = 0; i < CU_COUNT(lines); i++) {
        assert_true(order_line_next(&rest, &got, &bad));
        assert_true(cu_str_eq(got.product_id, lines[i].product_id));
        assert_true(cu_str_eq(got.name, lines[i].name));
        assert_true(cu_str_eq(got.coupon, lines[i].coupon));
        assert_int_equal(
            got.sku.ptr == NULL, lines[i].sku.ptr == NULL); // absent and empty stay apart
        assert_true(got.quantity_e4 == lines[i].quantity_e4 && got.price_e4 == lines[i].price_e4);
    }
    assert_false(order_line_next(&rest, &got, &bad));
    assert_false(bad);
    // cut anywhere: never read beyond, and said to be bad unless cut between lines
    for (size_t len = 0; len < packed.len; len++) {
        char *copy = malloc(len ? len : 1);
        assert_non_null(copy);
        memcpy(copy, packed.ptr, len);
        rest = (cu_str){copy, len};
        bad = false;
        size_t n = 0;
        while (order_line_next(&rest, &got, &bad))
            n++;
        assert_true(n < CU_COUNT(lines));
        assert_true(bad || rest.len == 0);
        free(copy);
    }
    cu_buf_clear(&packed);
}

static void test_lines_garbage(void **state)
{
    (void)state;
    uint64_t random = 7;
    for (int round = 0; round < 20000; round++) {
        unsigned char bytes[64];
        size_t len = (size_t)(orders_random(&random) % sizeof bytes);
        unsigned char *copy = malloc(len ? len : 1); // its own allocation: overruns are seen
        assert_non_null(copy);
        for (size_t i = 0; i < len; i++)
            copy[i] = (unsigned char)orders_random(&random);
        cu_str rest = {(const char *)copy, len};
        struct order_line got;
        bool bad = false;
        while (order_line_next(&rest, &got, &bad)) {
        }
        free(copy);
    }
}

static void test_line_totals(void **state)
{
    (void)state;
    static const struct {
        int64_t price_e4, quantity_e4;
        int exponent;
        bool good;
        int64_t total;
    } rows[] = {
        {25500, 60000, 2, true, 1530}, // 2.55 x 6
        {10, 10000, 2, true, 0},       // 0.001
        {50, 10000, 2, true, 1},       // 0.005 rounds away from zero
        {49, 10000, 2, true, 0},
        {-50, 10000, 2, true, -1},
        {50, -10000, 2, true, -1},
        {50, -30000, 2, true, -2},  // -0.015
        {15000, 10000, 0, true, 2}, // 1.5 yen
        {14999, 10000, 0, true, 1},
        {12345, 10000, 3, true, 1235}, // 1.2345 dinars: half away
        {100, 3333, 2, true, 0},
        {19900, 15000, 2, true, 299}, // 1.99 x 1.5 kg = 2.985
        {0, 90000, 2, true, 0},
        {INT64_C(9000000000000000), INT64_C(9000000000000000), 2, false, 0},
        {INT64_MAX, INT64_MAX, 0, false, 0},
        {INT64_C(900000000000000000), 10000, 2, true, INT64_C(9000000000000000)},
        {INT64_C(900000000000000051), 10000, 2, false, 0},
    };
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        struct order_line line = {.price_e4 = rows[i].price_e4, .quantity_e4 = rows[i].quantity_e4};
        int64_t total = 0;
        assert_int_equal(order_line_total(&line, rows[i].exponent, &total), rows[i].good);
        if (rows[i].good)
            assert_true(total == rows[i].total);
    }
}

// ---- reading

static void test_read_money(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        cu_code code;
        int64_t minor;
    } rows[] = {
        {"27.5", CU_OK, 2750},
        {"27", CU_OK, 2700},
        {"\"27.50\"", CU_OK, 2750},
        {"\" 27.5 \"", CU_OK, 2750},
        {"0", CU_OK, 0},
        {"-3.10", CU_OK, -310},
        {"0.1", CU_OK, 10},
        {"0.30000000000000004", CU_OK, 30},
        {"1.005", CU_OK, 101},
        {"1.0049", CU_OK, 100},
        {"null", CU_OK, ORDER_NO_MONEY},
        {"\"\"", CU_OK, ORDER_NO_MONEY},
        {"\"  \"", CU_OK, ORDER_NO_MONEY},
        {"1.00001", CU_INVALID, 0},
        {"\"1.00001\"", CU_INVALID, 0},
        {"\"abc\"", CU_INVALID, 0},
        {"\"1,5\"", CU_INVALID, 0},
        {"true", CU_INVALID, 0},
        {"[1]", CU_INVALID, 0},
        {"{}", CU_INVALID, 0},
        {"1e300", CU_INVALID, 0},
        {"9000000000000001", CU_INVALID, 0},
        {"1e15", CU_INVALID, 0},
        {"12345678901.23", CU_OK, 1234567890123},
    };
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        char text[128];
        struct order_message m;
        struct cu_error err = {0};
        (void)snprintf(text, sizeof text, "{\"order_id\":\"o\",\"total\":%s}", rows[i].value);
        cu_code code = read_one(C, text, &m, &err);
        if (code != rows[i].code ||
            (code == CU_OK && m.version.money[ORDER_TOTAL] != rows[i].minor))
            fail_msg(
                "%s: code %d, %lld", rows[i].value, code, (long long)m.version.money[ORDER_TOTAL]);
        if (code != CU_OK)
            assert_string_equal(err.field, "/properties/total");
        order_message_clear(&m);
    }
}

static void test_read_lines(void **state)
{
    (void)state;
    struct order_message m;
    assert_ok(read_one(C,
        "{\"orderId\":\"A1\",\"products\":[{\"product_id\":\"p1\",\"name\":\"Uno – "
        "édition\",\"price\":0.001,\"quantity\":3},"
        "{\"productId\":77,\"price\":\"2.9900\",\"quantity\":\"1.5\",\"engraving\":\"For "
        "Anna\"},{\"sku\":\"s\",\"price\":4}]}",
        &m, NULL));
    assert_true(cu_str_eqz(m.order_id, "A1"));
    assert_int_equal(m.version.line_count, 3);
    assert_int_equal(m.version.line_sum, 0 + 449 + 400); // 0.003 -> 0; 4.485 -> 4.49
    assert_false(m.version.lines_unpriced);
    assert_int_equal(m.extras.len, 0);
    cu_str rest = cu_buf_view(&m.lines);
    struct order_line line;
    bool bad = false;
    assert_true(order_line_next(&rest, &line, &bad));
    assert_true(
        line.price_e4 == 10 && line.quantity_e4 == 30000 && cu_str_eqz(line.name, "Uno – édition"));
    assert_true(order_line_next(&rest, &line, &bad));
    assert_true(cu_str_eqz(line.product_id, "77") && line.quantity_e4 == 15000);
    assert_true(order_line_next(&rest, &line, &bad));
    assert_int_equal(line.quantity_e4, 10000); // one when absent
    // an engraving nobody declared is not kept plain
    assert_true(cu_str_find_str(cu_buf_view(&m.lines), CU_LIT("Anna")) < 0);
    order_message_clear(&m);
}

static void test_read_extras(void **state)
{
    (void)state;
    struct order_message m;
    assert_ok(read_one(C,
        "{\"order_id\":\"A1\",\"total\":5,\"email\":\"anna@example.org\",\"shipping_address\":{"
        "\"street\":\"Weg 1\"},"
        "\"coupon\":\"SUMMER\",\"note\":null}",
        &m, NULL));
    assert_true(cu_str_eqz(cu_buf_view(&m.extras),
        "{\"email\":\"anna@example.org\",\"shipping_address\":{\"street\":\"Weg 1\"}}"));
    assert_true(cu_str_eqz(m.version.coupon, "SUMMER"));
    order_message_clear(&m);
}

static void test_read_refusals(void **state)
{
    (void)state;
    static const struct {
        enum order_kind kind;
        const char *properties;
        cu_code code;
        const char *field;
    } rows[] = {
        {R, "{}", CU_MISSING, "/properties/order_id"},
        {X, "{\"order_id\":null}", CU_MISSING, "/properties/order_id"},
        {C, "{}", CU_OK, ""}, // an order that nobody can speak of again is still an order
        {C, "{\"order_id\":\"a\",\"currency\":\"EURO\"}", CU_INVALID, "/properties/currency"},
        {C, "{\"order_id\":\"a\",\"currency\":\"eur\"}", CU_OK, ""},
        {C, "{\"order_id\":\"a\",\"products\":{}}", CU_INVALID, "/properties/products"},
        {C, "{\"order_id\":\"a\",\"products\":[1]}", CU_INVALID, "/properties/products/0"},
        {C, "{\"order_id\":\"a\",\"products\":[{\"price\":1},{\"price\":1.23456}]}", CU_INVALID,
            "/properties/products/1/price"},
        {C, "{\"order_id\":\"a\",\"products\":[{\"quantity\":\"x\"}]}", CU_INVALID,
            "/properties/products/0/quantity"},
        {C, "{\"order_id\":\"a\",\"products\":[{\"price\":900000000000,\"quantity\":900000}]}",
            CU_INVALID, "/properties/products/0"},
        {C, "{\"order_id\":\"a\",\"products\":null,\"coupon\":[\"a\"]}", CU_OK, ""},
    };
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        struct order_message m;
        struct cu_error err = {0};
        cu_code code = read_one(rows[i].kind, rows[i].properties, &m, &err);
        if (code != rows[i].code || strcmp(err.field, rows[i].field) != 0)
            fail_msg("%s: code %d at %s", rows[i].properties, code, err.field);
        order_message_clear(&m);
    }
    char long_id[400] = "{\"order_id\":\"";
    memset(long_id + 13, 'x', 300);
    memcpy(long_id + 313, "\"}", 3);
    struct order_message m;
    assert_int_equal(read_one(C, long_id, &m, NULL), CU_TOO_LARGE);
    order_message_clear(&m);
}

static void test_read_currency_exponents(void **state)
{
    (void)state;
    struct order_message m;
    assert_ok(read_one(C, "{\"order_id\":\"a\",\"total\":1500,\"currency\":\"jpy\"}", &m, NULL));
    assert_int_equal(m.version.money[ORDER_TOTAL], 1500);
    assert_string_equal(m.version.currency, "JPY");
    order_message_clear(&m);
    assert_ok(read_one(
        C, "{\"total\":1.2345,\"currency\":\"KWD\",\"order_id\":9007199254740993}", &m, NULL));
    assert_int_equal(m.version.money[ORDER_TOTAL], 1235);
    assert_true(cu_str_eqz(m.order_id, "9007199254740993")); // a number as an id keeps every digit
    order_message_clear(&m);
}

// ---- the fold

static void test_revenue_definition(void **state)
{
    (void)state;
    static const struct {
        const char *properties;
        int64_t revenue, total;
    } rows[] = {
        {"{\"revenue\":22.5,\"total\":27.5,\"shipping\":3,\"tax\":2,\"discount\":2.5,\"subtotal\":"
         "22.5}",
            2250, 2750},
        {"{\"revenue\":22.5,\"shipping\":3,\"tax\":2}", 2250, 2750},
        {"{\"revenue\":22.5}", 2250, 2250},
        // subtotal is after discounts ...
        {"{\"subtotal\":22.5,\"discount\":2.5}", 2250, 2250},
        {"{\"subtotal\":22.5,\"discount\":2.5,\"total\":27.5,\"shipping\":3,\"tax\":2}", 2250,
            2750},
        // ... unless the total shows that it is not
        {"{\"subtotal\":25,\"discount\":2.5,\"total\":27.5,\"shipping\":3,\"tax\":2}", 2250, 2750},
        {"{\"subtotal\":25,\"discount\":2.5,\"total\":22.5}", 2250, 2250},
        {"{\"total\":27.5,\"shipping\":3,\"tax\":2}", 2250, 2750},
        {"{\"total\":27.5}", 2750, 2750},
        {"{\"products\":[{\"price\":19,\"quantity\":1},{\"price\":3,\"quantity\":2}]}", 2500, 2500},
        {"{\"products\":[{\"price\":19},{\"price\":3,\"quantity\":2}],\"discount\":2.5,"
         "\"shipping\":3,\"tax\":2}",
            2250, 2750},
        {"{\"products\":[{\"price\":19}],\"total\":30}", 3000,
            3000}, // what is given is not computed
        {"{\"revenue\":0,\"total\":0}", 0, 0},
        {"{}", 0, 0},
    };
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        struct order_state s = FOLD({C, 1000, rows[i].properties, 0, 0, 0});
        if (s.revenue != rows[i].revenue || s.total != rows[i].total)
            fail_msg("%s: revenue %lld, total %lld", rows[i].properties, (long long)s.revenue,
                (long long)s.total);
        assert_int_equal(s.status, ORDER_IS_COMPLETED);
        assert_true(s.in_shop_currency);
    }
}

static void test_completed_by_several_doors_counts_once(void **state)
{
    (void)state;
    struct order_state s = FOLD({C, 1000, "{\"total\":10,\"coupon\":\"A\"}", 0, 0, 0},
        {C, 1001, "{\"total\":10,\"shipping\":2}", 0, 0, 0},
        {C, 900, "{\"total\":9,\"tax\":1,\"coupon\":\"B\"}", 1, 5, 0});
    assert_int_equal(s.total, 1000);
    assert_int_equal(s.revenue, 700); // newest field by field: total 10, shipping 2, tax 1
    assert_int_equal(s.placed_ms, 900);
    assert_true(cu_str_eqz(s.coupon, "A"));
}

static void test_updated_replaces_totals(void **state)
{
    (void)state;
    struct order_state s =
        FOLD({C, 1, "{\"revenue\":22.5,\"total\":27.5,\"shipping\":3,\"tax\":2}", 0, 0, 0},
            {U, 2, "{\"total\":32.5}", 0, 0, 0});
    assert_int_equal(s.total, 3250);
    assert_int_equal(s.revenue, 2750); // computed again, the old revenue does not stay
    // an update that says nothing of money changes none
    s = FOLD({C, 1, "{\"revenue\":22.5,\"total\":27.5}", 0, 0, 0},
        {U, 2, "{\"coupon\":\"X\"}", 0, 0, 0});
    assert_int_equal(s.revenue, 2250);
    // new lines without totals: computed from the lines
    s = FOLD({C, 1, "{\"total\":10,\"products\":[{\"price\":10}]}", 0, 0, 0},
        {U, 2, "{\"products\":[{\"price\":4,\"quantity\":2}]}", 0, 0, 0});
    assert_int_equal(s.total, 800);
    // an update alone (a shop whose webhook only knows updates) is an order
    s = FOLD({U, 7, "{\"total\":5}", 0, 0, 0});
    assert_int_equal(s.status, ORDER_IS_COMPLETED);
    assert_int_equal(s.placed_ms, 7);
    // placing is the completion's time, also when an update is older
    s = FOLD({U, 7, "{\"total\":5}", 0, 0, 0}, {C, 9, "{\"total\":5}", 0, 0, 0});
    assert_int_equal(s.placed_ms, 9);
}

static void test_refunds(void **state)
{
    (void)state;
    static const struct {
        struct said says[4];
        size_t count;
        enum order_status status;
        int64_t refunded;
    } rows[] = {
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{}", 0, 0, 0}}, 2, ORDER_IS_REFUNDED, 2000},
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"total\":5}", 0, 0, 0}}, 2,
            ORDER_IS_PARTIALLY_REFUNDED, 500},
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"amount\":5}", 0, 0, 0}}, 2,
            ORDER_IS_PARTIALLY_REFUNDED, 500},
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"revenue\":5}", 0, 0, 0}}, 2,
            ORDER_IS_PARTIALLY_REFUNDED, 500},
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"value\":\"5.00\"}", 0, 0, 0}}, 2,
            ORDER_IS_PARTIALLY_REFUNDED, 500},
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"total\":-5}", 0, 0, 0}}, 2,
            ORDER_IS_PARTIALLY_REFUNDED, 500},
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"total\":20}", 0, 0, 0}}, 2,
            ORDER_IS_REFUNDED, 2000},
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"total\":5}", 0, 0, 0},
             {R, 3, "{\"total\":5}", 0, 0, 0}},
            3, ORDER_IS_PARTIALLY_REFUNDED, 1000},
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"total\":15}", 0, 0, 0},
             {R, 3, "{\"total\":15}", 0, 0, 0}},
            3, ORDER_IS_REFUNDED, 2000}, // never beyond the total
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"total\":5}", 0, 0, 0},
             {R, 3, "{}", 0, 0, 0}},
            3, ORDER_IS_REFUNDED, 2000},
        // the same refund told twice
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"total\":5,\"refund_id\":\"r1\"}", 0, 0, 0},
             {R, 3, "{\"total\":5,\"refund_id\":\"r1\"}", 0, 0, 0}},
            3, ORDER_IS_PARTIALLY_REFUNDED, 500},
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"total\":5,\"refund_id\":\"r1\"}", 0, 0, 0},
             {R, 3, "{\"total\":7,\"refund_id\":\"r1\"}", 0, 0, 0}}, // corrected: the newer counts
            3, ORDER_IS_PARTIALLY_REFUNDED, 700},
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"total\":5,\"refund_id\":\"r1\"}", 0, 0, 0},
             {R, 3, "{\"total\":5,\"refund_id\":\"r2\"}", 0, 0, 0}},
            3, ORDER_IS_PARTIALLY_REFUNDED, 1000},
        // imports: the same rows again, in the same or another import
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"total\":5}", 1, 7, 0},
             {R, 2, "{\"total\":5}", 1, 7, 0}},
            3, ORDER_IS_PARTIALLY_REFUNDED, 500},
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"total\":5}", 1, 7, 0},
             {R, 2, "{\"total\":5}", 2, 9, 0}},
            3, ORDER_IS_PARTIALLY_REFUNDED, 500},
        {{{C, 1, "{\"total\":20}", 0, 0, 0}, {R, 2, "{\"total\":5}", 1, 7, 0},
             {R, 2, "{\"total\":5}", 1, 8, 0}},
            3, ORDER_IS_PARTIALLY_REFUNDED, 1000},
        {{{R, 2, "{\"total\":5}", 1, 7, 0}, {R, 2, "{\"total\":5}", 1, 8, 0},
             {R, 2, "{\"total\":5}", 2, 7, 0}, {C, 1, "{\"total\":20}", 0, 0, 0}},
            4, ORDER_IS_PARTIALLY_REFUNDED,
            1000}, // two equal refunds; a second import of one of them
        // before the order is heard of: nothing yet
        {{{R, 2, "{\"total\":5}", 0, 0, 0}}, 1, ORDER_IS_PENDING, 0},
        {{{R, 2, "{}", 0, 0, 0}}, 1, ORDER_IS_PENDING, 0},
        {{{R, 2, "{\"total\":5}", 0, 0, 0}, {C, 9, "{\"total\":20}", 0, 0, 0}}, 2,
            ORDER_IS_PARTIALLY_REFUNDED, 500},
        // by lines
        {{{C, 1, "{\"total\":20}", 0, 0, 0},
             {R, 2, "{\"products\":[{\"price\":3,\"quantity\":2}]}", 0, 0, 0}},
            2, ORDER_IS_PARTIALLY_REFUNDED, 600},
        {{{C, 1, "{\"total\":20}", 0, 0, 0},
             {R, 2, "{\"products\":[{\"price\":3,\"quantity\":-2}]}", 0, 0, 0}},
            2, ORDER_IS_PARTIALLY_REFUNDED, 600},
        {{{C, 1, "{\"total\":0}", 0, 0, 0}, {R, 2, "{}", 0, 0, 0}}, 2, ORDER_IS_REFUNDED, 0},
    };
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        struct order_state s = fold_in(rows[i].says, NULL, rows[i].count);
        if (s.status != rows[i].status || s.refunded != rows[i].refunded)
            fail_msg("row %zu: status %d, refunded %lld", i, s.status, (long long)s.refunded);
    }
}

static void test_cancelled(void **state)
{
    (void)state;
    struct order_state s = FOLD({C, 1, "{\"total\":20}", 0, 0, 0}, {X, 2, "{}", 0, 0, 0});
    assert_int_equal(s.status, ORDER_IS_CANCELLED);
    assert_int_equal(s.revenue, 0);
    assert_int_equal(s.total, 2000);
    // it stays cancelled: a webhook that repeats the completion later does not bring it back
    s = FOLD({C, 1, "{\"total\":20}", 0, 0, 0}, {X, 2, "{}", 0, 0, 0},
        {C, 3, "{\"total\":20}", 0, 0, 0}, {R, 4, "{}", 0, 0, 0});
    assert_int_equal(s.status, ORDER_IS_CANCELLED);
    assert_int_equal(s.revenue + s.refunded, 0);
    // alone, it repeats the order
    s = FOLD({X, 2, "{\"total\":20,\"products\":[{\"price\":20}]}", 0, 0, 0});
    assert_int_equal(s.status, ORDER_IS_CANCELLED);
    assert_int_equal(s.total, 2000);
    assert_true(versions[0].lines_live);
    // its amounts do not replace those of the order
    s = FOLD({C, 1, "{\"total\":20}", 0, 0, 0}, {X, 2, "{\"total\":0}", 0, 0, 0});
    assert_int_equal(s.total, 2000);
}

static void test_credit_notes(void **state)
{
    (void)state;
    static const char *const lines =
        "{\"products\":[{\"product_id\":\"D\",\"price\":27.5,\"quantity\":-1}]}";
    static const enum order_kind kinds[] = {C, U, R, X};
    for (size_t i = 0; i < CU_COUNT(kinds); i++) { // whatever the importer calls it
        struct order_state s = fold_in(&(struct said){kinds[i], 5, lines, 3, 9, 0}, NULL, 1);
        assert_int_equal(s.status, ORDER_IS_CREDIT_NOTE);
        assert_int_equal(s.total, -2750);
        assert_int_equal(s.refunded, 2750);
        assert_int_equal(s.revenue, 0);
        assert_true(versions[0].lines_live);
    }
    // in pieces, and the same file imported twice
    struct order_state s = FOLD({R, 5, lines, 3, 9, 0},
        {R, 5, "{\"products\":[{\"price\":1,\"quantity\":-2}]}", 3, 12, 0}, {R, 5, lines, 4, 9, 0},
        {R, 5, "{\"products\":[{\"price\":1,\"quantity\":-2}]}", 4, 12, 0});
    assert_int_equal(s.refunded, 2950);
    assert_int_equal(s.total, -2950);
}

static void test_import_pieces(void **state)
{
    (void)state;
    static const char *const a = "{\"products\":[{\"product_id\":\"a\",\"price\":1},{\"product_"
                                 "id\":\"b\",\"price\":2}]}",
                             *const b = "{\"products\":[{\"product_id\":\"c\",\"price\":4}]}";
    struct order_state s = FOLD({C, 5, a, 1, 10, 0}, {C, 5, b, 1, 90, 0});
    assert_int_equal(s.total, 700); // appended
    // the same rows again after a crash
    s = FOLD({C, 5, a, 1, 10, 0}, {C, 5, b, 1, 90, 0}, {C, 5, b, 1, 90, 0});
    assert_int_equal(s.total, 700);
    // another import replaces, when equal or newer
    s = FOLD({C, 5, a, 1, 10, 0}, {C, 5, b, 1, 90, 0}, {C, 5, a, 2, 10, 0}, {C, 5, b, 2, 90, 0});
    assert_int_equal(s.total, 700);
    s = FOLD({C, 5, a, 1, 10, 0}, {C, 5, b, 1, 90, 0}, {C, 5, b, 2, 3, 0});
    assert_int_equal(s.total, 400);
    s = FOLD({C, 5, a, 1, 10, 0}, {C, 5, b, 1, 90, 0}, {C, 4, b, 2, 3, 0});
    assert_int_equal(s.total, 700);
    // pieces with different times (a file whose rows are minutes apart)
    s = FOLD({C, 5, a, 1, 10, 0}, {C, 65, b, 1, 90, 0}, {C, 60, b, 2, 90, 0});
    assert_int_equal(s.total, 700);
    // totals with the first rows only: the later piece belongs to that whole
    s = FOLD({C, 5, "{\"total\":9,\"products\":[{\"price\":1}]}", 1, 10, 0}, {C, 5, b, 1, 90, 0});
    assert_int_equal(s.total, 900);
    assert_true(versions[0].lines_live && versions[1].lines_live);
    // two wholes in one import of events do not add up
    s = FOLD({C, 5, "{\"total\":9,\"products\":[{\"price\":9}]}", 1, 10, 0},
        {C, 6, "{\"total\":9,\"products\":[{\"price\":9}]}", 1, 11, 0});
    assert_false(versions[0].lines_live);
    assert_true(versions[1].lines_live);
    // nor does the same message told twice without totals
    s = FOLD({C, 5, a, 1, 10, 0}, {C, 6, a, 1, 11, 0});
    assert_int_equal(s.total, 300);
    // live messages never append
    s = FOLD({C, 5, a, 0, 0, 0}, {C, 6, b, 0, 0, 0});
    assert_int_equal(s.total, 400);
}

static void test_currencies(void **state)
{
    (void)state;
    struct order_state s = FOLD({C, 1, "{\"total\":20,\"currency\":\"USD\"}", 0, 0, 0});
    assert_string_equal(s.currency, "USD");
    assert_false(s.in_shop_currency);
    // the newest named counts; amounts of the other are left out
    s = FOLD({C, 1, "{\"total\":20,\"currency\":\"USD\"}", 0, 0, 0},
        {U, 2, "{\"total\":18,\"currency\":\"EUR\"}", 0, 0, 0},
        {R, 3, "{\"total\":5,\"currency\":\"USD\"}", 0, 0, 0}, {R, 4, "{\"total\":6}", 0, 0, 0});
    assert_string_equal(s.currency, "EUR");
    assert_int_equal(s.total, 1800);
    assert_int_equal(s.refunded, 600);
    // without a name it is the shop's, and fits only currencies of the same decimals
    s = FOLD({C, 1, "{\"total\":20}", 0, 0, 0},
        {U, 2, "{\"coupon\":\"x\",\"currency\":\"JPY\"}", 0, 0, 0});
    assert_string_equal(s.currency, "JPY");
    assert_int_equal(s.total, 0);
    // a refund does not change the order's currency
    s = FOLD({C, 1, "{\"total\":20,\"currency\":\"EUR\"}", 0, 0, 0},
        {R, 9, "{\"total\":5,\"currency\":\"USD\"}", 0, 0, 0});
    assert_string_equal(s.currency, "EUR");
}

static void test_whose(void **state)
{
    (void)state;
    struct order_state s = FOLD({C, 1, "{\"total\":1}", 0, 0, 11},
        {C, 2, "{\"total\":1}", 0, 0, 12}, {R, 3, "{\"total\":1}", 0, 0, 13});
    assert_int_equal(s.pno, 12); // the newest that speaks of the purchase
    s = FOLD({R, 3, "{\"total\":1}", 0, 0, 13});
    assert_int_equal(s.pno, 13);
}

// ---- any order of arrival

static const struct said story[] = {
    {C, 100,
        "{\"total\":40,\"shipping\":4,\"coupon\":\"A\",\"products\":[{\"product_id\":\"p\","
        "\"price\":18,\"quantity\":2}]}",
        0, 0, 5},
    {C, 101, "{\"total\":40,\"tax\":3}", 0, 0, 6},
    {C, 90, "{\"products\":[{\"product_id\":\"p\",\"price\":18}]}", 3, 10, 0},
    {C, 91, "{\"products\":[{\"product_id\":\"q\",\"price\":18}]}", 3, 40, 0},
    {U, 120, "{\"total\":44,\"coupon\":\"B\"}", 0, 0, 5},
    {R, 130, "{\"total\":5,\"refund_id\":\"x\"}", 0, 0, 5},
    {R, 131, "{\"total\":6,\"refund_id\":\"x\"}", 0, 0, 5},
    {R, 140, "{\"total\":7}", 0, 0, 5},
    {X, 150, "{\"total\":44}", 0, 0, 5},
};

static bool same_state(const struct order_state *a, const struct order_state *b)
{
    return a->status == b->status && a->pno == b->pno && a->placed_ms == b->placed_ms &&
           a->total == b->total && a->revenue == b->revenue && a->shipping == b->shipping &&
           a->tax == b->tax && a->refunded == b->refunded && a->discount == b->discount &&
           strcmp(a->currency, b->currency) == 0 && cu_str_eq(a->coupon, b->coupon);
}

// Every subset of a story, in several orders of arrival: always the same order.
static void test_any_order_of_arrival(void **state)
{
    (void)state;
    uint64_t random = 42;
    for (unsigned subset = 1; subset < 1U << CU_COUNT(story); subset++) {
        size_t order[CU_COUNT(story)], count = 0;
        for (size_t i = 0; i < CU_COUNT(story); i++) {
            if (subset & 1U << i)
                order[count++] = i;
        }
        struct order_state first = fold_in(story, order, count);
        for (int round = 0; round < 4; round++) {
            shuffle(order, count, &random);
            struct order_state again = fold_in(story, order, count);
            if (!same_state(&first, &again))
                fail_msg("subset %x depends on the order of arrival", subset);
        }
        assert_true(first.refunded >= 0 && first.refunded <= llabs(first.total));
        if (subset & 1U << 8)
            assert_int_equal(first.status, ORDER_IS_CANCELLED);
    }
}

// Saying everything twice (another door, the same times) changes nothing.
static void test_repetition_changes_nothing(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 7; n++) { // up to the refund with an id; one without is a second refund
        struct said doubled[2 * CU_COUNT(story)];
        memcpy(doubled, story, n * sizeof *story);
        memcpy(doubled + n, story, n * sizeof *story);
        struct order_state once = fold_in(story, NULL, n), twice = fold_in(doubled, NULL, 2 * n);
        assert_true(same_state(&once, &twice));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_round_trip),
        cmocka_unit_test(test_lines_garbage),
        cmocka_unit_test(test_line_totals),
        cmocka_unit_test(test_read_money),
        cmocka_unit_test(test_read_lines),
        cmocka_unit_test(test_read_extras),
        cmocka_unit_test(test_read_refusals),
        cmocka_unit_test(test_read_currency_exponents),
        cmocka_unit_test(test_revenue_definition),
        cmocka_unit_test(test_completed_by_several_doors_counts_once),
        cmocka_unit_test(test_updated_replaces_totals),
        cmocka_unit_test(test_refunds),
        cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_credit_notes),
        cmocka_unit_test(test_import_pieces),
        cmocka_unit_test(test_currencies),
        cmocka_unit_test(test_whose),
        cmocka_unit_test(test_any_order_of_arrival),
        cmocka_unit_test(test_repetition_changes_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
