// SPDX-License-Identifier: Apache-2.0
// Rows of orders become events: the ready maps on files as the shop systems write them, long
// orders, and orders with a row that cannot be used.
#include "import_help.h"

#include "text/json.h"

static void run(struct import_help *h, const char *map, const char *text)
{
    struct import_help_options o = {.kind = IMPORT_ORDERS, .map = map};
    struct cu_error err = {0};
    cu_code code = import_help_run(h, &o, cu_str_of(text), &err);
    if (code != CU_OK)
        fail_msg("%s: %s", cu_code_rows[code].name, err.text);
}

// The identify of an order goes by a hash of what it says.
static void hide_hashes(char *text)
{
    static const char start[] = "imp-7-p";
    char *to = text;
    for (const char *from = text; *from;) {
        if (strncmp(from, start, sizeof start - 1) == 0) {
            memcpy(to, "imp-7-pHASH", 11);
            to += 11;
            from += sizeof start - 1 + 16;
        } else {
            *to++ = *from++;
        }
    }
    *to = 0;
}

#define RETAIL "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

static void test_online_retail(void **state)
{
    struct import_help *h = *state;
    run(h, NULL,
        RETAIL "536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,2010-12-01 "
               "08:26:00,2.55,17850.0,United Kingdom\n"
               "536365,71053,\"LANTERN, \"\"METAL\"\"\",6,2010-12-01 08:26:00,3.39,17850.0,United "
               "Kingdom\n"
               "536366,22633,HAND WARMER,2,2010-12-01 08:28:00,1.85,17850.0,United Kingdom\n"
               "C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,14527.0,United Kingdom\n"
               "536414,22139,,56,2010-12-01 11:52:00,0.0,,United Kingdom\n");
    hide_hashes(h->out.ptr);
    assert_string_equal(h->out.ptr,
        "+ "
        "{\"type\":\"identify\",\"messageId\":\"imp-7-pHASH\",\"timestamp\":\"2010-12-01T08:26:00."
        "000Z\",\"userId\":\"17850\","
        "\"traits\":{\"address\":{\"country\":\"United Kingdom\"}},\"context\":{}}\n"
        "+ "
        "{\"type\":\"track\",\"messageId\":\"imp-7-2\",\"timestamp\":\"2010-12-01T08:26:00.000Z\","
        "\"userId\":\"17850\","
        "\"event\":\"Order "
        "Completed\",\"context\":{},\"properties\":{\"order_id\":\"536365\",\"products\":["
        "{\"name\":\"WHITE HANGING HEART T-LIGHT "
        "HOLDER\",\"price\":2.55,\"product_id\":\"85123A\",\"quantity\":6},"
        "{\"name\":\"LANTERN, "
        "\\\"METAL\\\"\",\"price\":3.39,\"product_id\":\"71053\",\"quantity\":6}]}}\n"
        // the same person with the same fields: no second identify
        "+ "
        "{\"type\":\"track\",\"messageId\":\"imp-7-4\",\"timestamp\":\"2010-12-01T08:28:00.000Z\","
        "\"userId\":\"17850\","
        "\"event\":\"Order "
        "Completed\",\"context\":{},\"properties\":{\"order_id\":\"536366\",\"products\":["
        "{\"name\":\"HAND WARMER\",\"price\":1.85,\"product_id\":\"22633\",\"quantity\":2}]}}\n"
        "+ "
        "{\"type\":\"identify\",\"messageId\":\"imp-7-pHASH\",\"timestamp\":\"2010-12-01T09:41:00."
        "000Z\",\"userId\":\"14527\","
        "\"traits\":{\"address\":{\"country\":\"United Kingdom\"}},\"context\":{}}\n"
        "+ "
        "{\"type\":\"track\",\"messageId\":\"imp-7-5\",\"timestamp\":\"2010-12-01T09:41:00.000Z\","
        "\"userId\":\"14527\","
        "\"event\":\"Order "
        "Refunded\",\"context\":{},\"properties\":{\"order_id\":\"C536379\",\"products\":["
        "{\"name\":\"Discount\",\"price\":27.5,\"product_id\":\"D\",\"quantity\":-1}]}}\n"
        // nobody's order: no identifier, no identify
        "+ "
        "{\"type\":\"track\",\"messageId\":\"imp-7-6\",\"timestamp\":\"2010-12-01T11:52:00.000Z\","
        "\"event\":\"Order "
        "Completed\",\"context\":{},\"properties\":{\"order_id\":\"536414\",\"products\":["
        "{\"price\":0,\"product_id\":\"22139\",\"quantity\":56}]}}\n");
    assert_int_equal(h->good, 5);
    assert_int_equal(h->bad, 0);
}

static void test_an_order_is_taken_whole_or_not_at_all(void **state)
{
    struct import_help *h = *state;
    run(h, "online-retail",
        RETAIL "1,A,x,1,2010-12-01 08:00:00,1.00,1,UK\n"
               "2,A,x,1,2010-12-01 08:00:00,1.00,1,UK\n"
               "2,B,x,1,2010-12-01 08:00:00,1.23456,1,UK\n" // five decimals
               "2,C,x,1,2010-12-01 08:00:00,1.00,1,UK\n"
               "3,A,x,many,2010-12-01 08:00:00,1.00,1,UK\n"
               "4,A,x,1,yesterday,1.00,1,UK\n"
               "5,A,x,1,,1.00,1,UK\n"
               ",A,x,1,2010-12-01 08:00:00,1.00,1,UK\n"
               "6,A,x,1,2010-12-01 08:00:00,1.00,1,UK\n"
               "6,A,x,1,2010-12-01\n" // ragged, in the middle of its order
               "6,B,x,1,2010-12-01 08:00:00,1.00,1,UK\n"
               "7,A,x,1,2010-12-01 08:00:00,1.00,1,UK\n"
               "8,\"A\" b,x,1,2010-12-01 08:00:00,1.00,1,UK\n" // stray quote, between orders
               "9,A,x,1,2010-12-01 08:00:00,1.00,1,UK\n");
    struct cu_buf kept;
    cu_buf_init(&kept, 4096);
    for (char *line = strtok(h->out.ptr, "\n"); line; line = strtok(NULL, "\n")) {
        const char *id = strstr(line, "\"order_id\":\"");
        if (line[0] == '!' || strstr(line, "\"track\""))
            cu_buf_printf(
                &kept, "%.*s;", line[0] == '!' ? 100 : 1, line[0] == '!' ? line : id + 12);
    }
    assert_string_equal(kept.ptr,
        "1;! 3 order_refused;! 4 invalid;! 5 order_refused;! 6 invalid;! 7 invalid;! 8 missing;! 9 "
        "missing;"
        "! 10 order_refused;! 11 too_few_cells;! 12 order_refused;7;! 14 stray_quote;9;");
    assert_int_equal(h->good, 3);
    assert_int_equal(h->bad, 11);
    cu_buf_clear(&kept);
}

static void test_long_orders_go_on_in_further_events(void **state)
{
    struct import_help *h = *state;
    struct cu_buf text;
    cu_buf_init(&text, 4 << 20);
    cu_buf_z(&text, "order_id,date,sku,quantity,price,total,email\n");
    for (int i = 0; i < 1200; i++)
        cu_buf_printf(&text, "A1,2024-01-01,sku-%d,1,1.50,1800.00,jane@example.org\n", i);
    cu_buf_z(&text, "A2,2024-01-02,x,1,1.00,1.00,jane@example.org\n");
    run(h, NULL, text.ptr);
    struct json_parser *parser = json_parser_new(1 << 20);
    int pieces = 0, lines = 0, with_total = 0;
    for (char *line = strtok(h->out.ptr, "\n"); line; line = strtok(NULL, "\n")) {
        json call;
        assert_int_equal(json_parse(parser, cu_str_of(line + 2), &call, NULL), CU_OK);
        assert_true(strlen(line) < IMPORT_CALL_MAX);
        if (!cu_str_eqz(json_str(json_path(call, "properties.order_id")), "A1"))
            continue;
        pieces++;
        lines += (int)json_count(json_path(call, "properties.products"));
        with_total += json_type_of(json_path(call, "properties.total")) != JSON_ABSENT;
        assert_true(json_count(json_path(call, "properties.products")) <= IMPORT_LINES_MAX);
        assert_int_equal(json_count(json_path(call, "context.externalIds")), 1);
    }
    assert_true(pieces >= 3);
    assert_int_equal(lines, 1200);
    assert_int_equal(with_total, 1); // totals are said once, lines add up
    assert_int_equal(h->good, 1201);
    json_parser_free(parser);
    cu_buf_clear(&text);
}

static void test_rows_that_disagree_on_the_total(void **state)
{
    struct import_help *h = *state;
    run(h, NULL,
        "order_id,date,sku,quantity,price,total\n1,2024-01-01,a,1,5,5.00\n1,2024-01-01,b,1,7,7.00\n"
        "2,2024-01-01,a,1,5,12.00\n2,2024-01-01,b,1,7,12\n");
    assert_non_null(strstr(h->out.ptr, "! 2 order_refused\n! 3 conflict\n"));
    assert_int_equal(h->bad, 2);
    assert_int_equal(h->good, 2);
}

#define SHOPIFY                                                                                    \
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts "                 \
    "Marketing,Currency,Subtotal,Shipping,"                                                        \
    "Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem "               \
    "quantity,Lineitem name,"                                                                      \
    "Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem "   \
    "taxable,"                                                                                     \
    "Lineitem fulfillment status,Billing Name,Billing Street,Billing City,Billing Zip,Billing "    \
    "Country,Notes,"                                                                               \
    "Cancelled at,Payment Method,Refunded Amount,Vendor,Id,Tags\n"

static void test_shopify_orders(void **state)
{
    struct import_help *h = *state;
    run(h, NULL,
        SHOPIFY "#1001,jane@example.com,paid,2024-03-01 10:00:05 "
                "+0100,fulfilled,,yes,EUR,45.00,5.00,4.50,54.50,SUMMER10,5.00,Standard,"
                "2024-03-01 10:00:00 +0100,2,Blue shirt,20.00,,BS-1,true,true,fulfilled,Jane "
                "Doe,Main 1,Berlin,10115,DE,,,"
                "PayPal,0.00,Shirts Ltd,450789469,\n"
                "#1001,jane@example.com,,,,,,,,,,,,,,2024-03-01 10:00:00 +0100,1,Red "
                "hat,10.00,,RH-1,true,true,fulfilled,,,,,,,,,,"
                "Hats Ltd,,\n"
                "#1002,joe@example.com,refunded,,,,no,EUR,10.00,0.00,0.00,10.00,,0.00,,2024-03-02 "
                "10:00:00 +0100,1,Cap,10.00,,C-1,"
                "true,true,pending,Joe Roe,,,,,,2024-03-03 09:00:00 +0100,PayPal,10.00,Hats "
                "Ltd,450789470,\n");
    const char *p = h->out.ptr;
    assert_non_null(strstr(p, "\"traits\":{\"address\":{\"city\":\"Berlin\",\"country\":\"DE\","
                              "\"postalCode\":\"10115\"},\"email\":\"jane@example.com\","
                              "\"name\":\"Jane "
                              "Doe\"},\"context\":{\"externalIds\":[{\"id\":\"jane@example.com\","
                              "\"type\":\"email\",\"collection\":"
                              "\"users\",\"encoding\":\"none\"}],\"consent\":{\"purposes\":{"
                              "\"marketing_email\":true}}}}"));
    assert_non_null(strstr(p, "\"properties\":{\"order_id\":\"#1001\",\"coupon\":\"SUMMER10\","
                              "\"currency\":\"EUR\",\"discount\":5,\"payment_method\":"
                              "\"PayPal\",\"shipping\":5,\"shipping_method\":\"Standard\","
                              "\"shopify_order_id\":\"450789469\",\"subtotal\":45,"
                              "\"tax\":4.5,\"total\":54.5,\"products\":[{\"brand\":\"Shirts "
                              "Ltd\",\"name\":\"Blue shirt\",\"price\":20,\"quantity\":2,"
                              "\"sku\":\"BS-1\"},{\"brand\":\"Hats Ltd\",\"name\":\"Red "
                              "hat\",\"price\":10,\"quantity\":1,\"sku\":\"RH-1\"}]}}"));
    assert_non_null(strstr(p, "\"timestamp\":\"2024-03-01T09:00:00.000Z\""));
    assert_non_null(strstr(p, "\"messageId\":\"imp-7-4-r\",\"timestamp\":\"2024-03-03T08:00:00."
                              "000Z\",\"event\":\"Order Refunded\""));
    assert_non_null(strstr(p,
        "\"properties\":{\"order_id\":\"#1002\",\"total\":10,\"refund_id\":\"#1002-refunded\"}"));
    assert_non_null(strstr(p, "\"messageId\":\"imp-7-4-c\",\"timestamp\":\"2024-03-03T08:00:00."
                              "000Z\",\"event\":\"Order Cancelled\""));
    assert_int_equal(h->good, 3);
    assert_int_equal(h->bad, 0);
}

static void test_woocommerce_orders(void **state)
{
    struct import_help *h = *state;
    run(h, NULL,
        "order_id,order_number,order_date,status,shipping_total,tax_total,discount_total,order_"
        "total,order_subtotal,order_currency,"
        "customer_id,billing_email,billing_first_name,coupon_items,meta:_x,line_item_1,line_item_"
        "2\n"
        "11,11,2024-05-01 09:00:00,completed,4.90,3.00,2.00,27.90,24.00,EUR,5,ann@example.org,Ann,"
        "code:MAY|amount:2.00,z,name:Tea|product_id:7|sku:T-7|quantity:3|total:11.00|sub_total:12."
        "00,"
        "name:Cup|product_id:8|sku:|quantity:1|total:11.00|sub_total:12.00\n"
        "12,12,2024-05-02 "
        "09:00:00,wc-pending,0,0,0,5.00,5.00,EUR,0,bob@example.org,Bob,,,name:Tea|quantity:1|total:"
        "5.00,\n"
        "13,13,2024-05-03 "
        "09:00:00,cancelled,0,0,0,5.00,5.00,EUR,0,bob@example.org,Bob,,,name:Tea|quantity:1|total:"
        "5.00,\n"
        "14,14,2024-05-03 "
        "09:00:00,refunded,0,0,0,5.00,5.00,EUR,0,bob@example.org,Bob,,,name:Tea|quantity:1|total:5."
        "00,\n"
        "15,15,2024-05-03 09:00:00,completed,0,0,0,5.00,5.00,EUR,0,bob@example.org,Bob,,,Tea for "
        "two,\n");
    const char *p = h->out.ptr;
    assert_non_null(strstr(p, "\"properties\":{\"order_id\":\"11\",\"currency\":\"EUR\","
                              "\"discount\":2,\"shipping\":4.9,\"subtotal\":24,\"tax\":3,"
                              "\"total\":27.9,\"coupon\":\"MAY\",\"products\":[{\"product_id\":"
                              "\"7\",\"sku\":\"T-7\",\"name\":\"Tea\",\"price\":4.0000,"
                              "\"quantity\":3},{\"product_id\":\"8\",\"name\":\"Cup\",\"price\":12."
                              "0000,\"quantity\":1}]}}"));
    assert_non_null(strstr(p, "{\"id\":\"5\",\"type\":\"woocommerce_customer_id\""));
    assert_non_null(strstr(p, "\"event\":\"Checkout Started\""));
    assert_non_null(strstr(p, "\"messageId\":\"imp-7-4-c\""));
    assert_non_null(strstr(p, "\"properties\":{\"order_id\":\"13\"}"));
    assert_non_null(strstr(p, "\"messageId\":\"imp-7-5-r\""));
    assert_non_null(strstr(p, "! 6 invalid\n"));
    assert_int_equal(h->good, 4);
    assert_int_equal(h->bad, 1);
}

static void test_currency_of_the_import(void **state)
{
    struct import_help *h = *state;
    struct import_help_options o = {
        .kind = IMPORT_ORDERS, .map = "online-retail", .currency = "gbp"};
    assert_int_equal(
        import_help_run(h, &o, CU_LIT(RETAIL "1,A,x,1,2010-12-01 08:00:00,1.00,1,UK\n"), NULL),
        CU_OK);
    assert_non_null(strstr(h->out.ptr, "\"order_id\":\"1\",\"currency\":\"GBP\""));
}

static void test_ambiguous_dates(void **state)
{
    struct import_help *h = *state;
    static const char text[] =
        "order_id,date,sku,quantity,price\n1,3/4/2024,a,1,5\n2,3/25/2024,a,1,5\n";
    run(h, NULL, text);
    assert_non_null(strstr(h->out.ptr, "! 2 ambiguous_date\n"));
    assert_int_equal(h->good, 1);
    struct import_help_options o = {.kind = IMPORT_ORDERS, .dates = IMPORT_DATES_MDY};
    assert_int_equal(import_help_run(h, &o, cu_str_of(text), NULL), CU_OK);
    assert_non_null(strstr(h->out.ptr, "2024-03-04T00:00:00.000Z"));
    assert_int_equal(h->good, 2);
}

static void test_json_lines_as_a_table(void **state)
{
    struct import_help *h = *state;
    run(h, NULL,
        "{\"order_id\":12,\"date\":\"2024-01-01\",\"customer\":{\"email\":\"a@example.org\"},"
        "\"total\":9.5,\"currency\":\"EUR\","
        "\"products\":[{\"sku\":\"a\",\"price\":9.5,\"quantity\":1}]}\n"
        "\n"
        "{\"order_id\":13,\"date\":\"2024-01-01\",\"total\":1.23456}\n"
        "[1]\n{broken\n");
    assert_non_null(strstr(h->out.ptr, "\"order_id\":\"12\",\"currency\":\"EUR\",\"products\":[{"));
    assert_non_null(
        strstr(h->out.ptr, "\"externalIds\":[{\"id\":\"a@example.org\",\"type\":\"email\""));
    assert_non_null(
        strstr(h->out.ptr, "\"products\":[{\"sku\":\"a\",\"price\":9.5,\"quantity\":1}]"));
    assert_non_null(strstr(h->out.ptr, "! 3 invalid\n! 4 malformed\n! 5 malformed\n"));
}

static void test_what_is_missing_is_named(void **state)
{
    struct import_help *h = *state;
    struct import_help_options o = {.kind = IMPORT_ORDERS};
    struct cu_error err = {0};
    assert_int_equal(
        import_help_run(h, &o, CU_LIT("date,sku,price\n2024-01-01,a,1\n"), &err), CU_MISSING);
    assert_non_null(strstr(err.text, "order_id"));
    assert_int_equal(
        import_help_run(h, &o, CU_LIT("order_id,sku,price\n1,a,1\n"), &err), CU_MISSING);
    assert_non_null(strstr(err.text, "time"));
    struct import_mapping wrong = {CU_LIT("sku"), CU_LIT("line.\"sku")};
    o.mapping = &wrong;
    o.mapping_count = 1;
    assert_int_equal(
        import_help_run(h, &o, CU_LIT("order_id,date,sku\n1,2024-01-01,a\n"), &err), CU_INVALID);
    wrong = (struct import_mapping){CU_LIT("nowhere"), CU_LIT("line.sku")};
    assert_int_equal(
        import_help_run(h, &o, CU_LIT("order_id,date,sku\n1,2024-01-01,a\n"), &err), CU_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IMPORT_HELP(test_online_retail),
        IMPORT_HELP(test_an_order_is_taken_whole_or_not_at_all),
        IMPORT_HELP(test_long_orders_go_on_in_further_events),
        IMPORT_HELP(test_rows_that_disagree_on_the_total),
        IMPORT_HELP(test_shopify_orders),
        IMPORT_HELP(test_woocommerce_orders),
        IMPORT_HELP(test_currency_of_the_import),
        IMPORT_HELP(test_ambiguous_dates),
        IMPORT_HELP(test_json_lines_as_a_table),
        IMPORT_HELP(test_what_is_missing_is_named),
    };
    return cmocka_run_group_tests_name("import_orders", tests, NULL, NULL);
}
