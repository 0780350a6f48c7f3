// SPDX-License-Identifier: Apache-2.0
// Rows of people and events become calls; consents with and without evidence; what is kept as text
// and what is refused; and every column name a shop system writes has a place.
#include "import_help.h"

#include <zlib.h>
#include <zstd.h>

static void run(struct import_help *h, enum import_kind kind, const char *map, const char *text)
{
    struct import_help_options o = {.kind = kind, .map = map};
    struct cu_error err = {0};
    cu_code code = import_help_run(h, &o, cu_str_of(text), &err);
    if (code != CU_OK)
        fail_msg("%s: %s", cu_code_rows[code].name, err.text);
}

static bool has(const struct import_help *h, const char *part)
{
    return strstr(h->out.ptr, part) != NULL;
}

static void test_guessed_people(void **state)
{
    struct import_help *h = *state;
    run(h, IMPORT_PEOPLE, NULL,
        "Customer ID;First name;surname;E-Mail;Phone;ZIP;city;Favourite "
        "colour;newsletter;updated_at\n"
        "17;Ann;Lee;Ann@Example.org;+49 30 1234567;10115;Berlin;blue;yes;2024-01-31 10:00:00\n"
        ";;;;030 1234567;;;;;\n"
        ";;;not-an-address;;;;;;\n"
        ";Joe;;joe@example.org;;;;;perhaps;\n"
        "18;;;not-an-address;12;;;;;\n");
    assert_true(has(h,
        "\"messageId\":\"imp-7-2\",\"timestamp\":\"2024-01-31T10:00:00.000Z\",\"userId\":\"17\","
        "\"traits\":{"
        "\"Favourite colour\":\"blue\",\"address\":{\"city\":\"Berlin\",\"postalCode\":\"10115\"},"
        "\"email\":\"Ann@Example.org\",\"firstName\":\"Ann\",\"lastName\":\"Lee\",\"phone\":\"+49 "
        "30 1234567\"}"));
    assert_true(has(h, "\"consent\":{\"purposes\":{\"marketing_email\":true}}"));
    assert_true(has(h, "! 3 no_identifier\n~ 4 invalid\n! 4 no_identifier\n! 5 invalid\n"));
    // a number of the person is enough: the odd address is kept as text and noted
    assert_true(has(h, "~ 6 invalid\n+ "
                       "{\"type\":\"identify\",\"messageId\":\"imp-7-6\",\"timestamp\":\"2023-11-"
                       "14T22:13:20.000Z\","
                       "\"userId\":\"18\",\"traits\":{\"email\":\"not-an-address\",\"phone\":"
                       "\"12\"},\"context\":{}}"));
    assert_int_equal(h->good, 2);
    assert_int_equal(h->bad, 3);
}

static void test_mailchimp_consents(void **state)
{
    struct import_help *h = *state;
    run(h, IMPORT_PEOPLE, NULL,
        "Email Address,First Name,Last "
        "Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LAST_CHANGED,LEID,EUID,"
        "TAGS\n"
        "ann@example.org,Ann,Lee,5,2019-02-03 04:05:06,192.0.2.1,2019-02-03 "
        "04:06:00,192.0.2.2,2020-01-01 00:00:00,1,abc,\"\"\"vip\"\"\"\n"
        "bob@example.org,Bob,,2,,,,,2020-01-01 00:00:00,2,def,\n");
    assert_true(has(h, "\"messageId\":\"imp-7-2\",\"timestamp\":\"2020-01-01T00:00:00.000Z\","
                       "\"traits\":{\"MEMBER_RATING\":\"5\","));
    assert_true(has(h, "{\"id\":\"abc\",\"type\":\"mailchimp_id\""));
    // the consent is a call of its own at the time it was given
    assert_true(has(h, "\"messageId\":\"imp-7-2-k0\",\"timestamp\":\"2019-02-03T04:05:06.000Z\""));
    assert_true(has(h, "\"consent\":{\"purposes\":{\"marketing_email\":true},\"evidence\":"
                       "\"mailchimp-audience: given "
                       "2019-02-03T04:05:06.000Z; 192.0.2.1, 192.0.2.2\"}"));
    assert_false(has(h, "imp-7-3-k")); // nothing is said of Bob's consent
    run(h, IMPORT_PEOPLE, NULL,
        "Email Address,First Name,UNSUB_TIME,UNSUB_REASON,OPTIN_TIME,LEID,EUID\n"
        "ann@example.org,Ann,2021-05-06 07:08:09,spam,2019-02-03 04:05:06,1,abc\n");
    assert_true(has(h, "\"timestamp\":\"2021-05-06T07:08:09.000Z\""));
    assert_true(has(h, "\"consent\":{\"purposes\":{\"marketing_email\":false},\"evidence\":"
                       "\"mailchimp-audience: withdrawn "
                       "2021-05-06T07:08:09.000Z\"}"));
}

static void test_shopify_customers(void **state)
{
    struct import_help *h = *state;
    run(h, IMPORT_PEOPLE, NULL,
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address "
        "Company,Default Address Address1,"
        "Default Address Address2,Default Address City,Default Address Province Code,Default "
        "Address Country Code,"
        "Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total "
        "Orders,Note,Tax Exempt,Tags\n"
        "'6543210987654,Ann,Lee,ann@example.com,yes,,Main 1,,Berlin,BE,DE,'10115,'+49 30 "
        "1234567,,no,\"1,234.50\",3,,no,vip\n");
    assert_true(has(h, "{\"id\":\"6543210987654\",\"type\":\"shopify_customer_id\""));
    assert_true(has(h, "\"phone\":\"+49 30 1234567\""));
    assert_true(has(h, "\"orders_count\":3"));
    assert_true(has(h, "\"total_spent\":1234.5"));
    assert_true(has(h, "\"tax_exempt\":false"));
    assert_true(has(h, "\"consent\":{\"purposes\":{\"marketing_email\":true}}"));
    assert_true(has(h, "\"consent\":{\"purposes\":{\"marketing_sms\":false}}"));
    assert_int_equal(h->good, 1);
}

static void test_woocommerce_customers_never_bring_secrets(void **state)
{
    struct import_help *h = *state;
    run(h, IMPORT_PEOPLE, NULL,
        "ID,customer_id,user_login,user_pass,user_email,user_registered,first_name,last_name,roles,"
        "billing_city,session_tokens\n"
        "5,5,annlee,$P$Bhash,ann@example.org,2020-01-01 10:00:00,Ann,Lee,customer,Berlin,secret\n");
    assert_true(has(h, "\"createdAt\":\"2020-01-01T10:00:00.000Z\""));
    assert_true(has(h, "\"username\":\"annlee\""));
    assert_false(has(h, "hash"));
    assert_false(has(h, "secret"));
}

static void test_events_as_a_table(void **state)
{
    struct import_help *h = *state;
    run(h, IMPORT_EVENTS, NULL,
        "event,timestamp,user_id,email,sku,message_id\n"
        "Product Viewed,2024-01-01 10:00:00,17,ann@example.org,A-1,m-1\n"
        ",2024-01-01 10:00:00,17,,,\n"
        "Product Viewed,,17,,,\n"
        "Product Viewed,2024-01-01 10:00:00,,,,\n");
    assert_true(has(h,
        "+ "
        "{\"type\":\"track\",\"messageId\":\"m-1\",\"timestamp\":\"2024-01-01T10:00:00.000Z\","
        "\"userId\":\"17\","
        "\"event\":\"Product "
        "Viewed\",\"context\":{\"externalIds\":[{\"id\":\"ann@example.org\",\"type\":\"email\","));
    assert_true(has(h, "\"properties\":{\"sku\":\"A-1\"}}"));
    assert_true(has(h, "! 3 missing\n! 4 missing\n! 5 no_identifier\n"));
}

static void test_calls(void **state)
{
    struct import_help *h = *state;
    struct import_help_options o = {.kind = IMPORT_EVENTS, .calls = true, .map = IMPORT_MAP_CALLS};
    assert_int_equal(
        import_help_run(h, &o,
            CU_LIT("{\"type\":\"track\",\"event\":\"A\",\"userId\":\"1\",\"timestamp\":\"2024-01-"
                   "01T00:00:00Z\",\"messageId\":\"x\"}\n"
                   "{\"type\":\"page\",\"anonymousId\":\"z\",\"originalTimestamp\":\"2024-01-01T00:"
                   "00:00Z\"}\r\n"
                   "{\"type\":\"track\",\"userId\":\"1\",\"timestamp\":\"2024-01-01T00:00:00Z\"}\n"
                   "{\"type\":\"dance\",\"userId\":\"1\",\"timestamp\":\"2024-01-01T00:00:00Z\"}\n"
                   "{\"type\":\"page\",\"timestamp\":\"2024-01-01T00:00:00Z\"}\n"
                   "{\"type\":\"page\",\"userId\":5}\n"
                   "{\"type\":\"page\",\"type\":\"page\",\"userId\":\"5\"}\n"
                   "{\"type\":\"identify\",\"userId\":5,\"timestamp\":\"2024-01-01T00:00:00Z\"}"),
            NULL),
        CU_OK);
    assert_true(has(h, "+ {\"type\":\"track\",\"event\":\"A\""));
    assert_true(has(h, "! 3 invalid\n! 4 invalid\n! 5 invalid\n! 6 invalid\n! 7 malformed\n+ "));
    assert_int_equal(h->good, 3);
}

static void test_too_large_rows(void **state)
{
    struct import_help *h = *state;
    struct cu_buf text;
    cu_buf_init(&text, 1 << 20);
    cu_buf_z(&text, "email,story\nann@example.org,");
    for (int i = 0; i < 40000; i++)
        cu_buf_char(&text, 'x');
    cu_buf_z(&text, "\nbob@example.org,short\n");
    run(h, IMPORT_PEOPLE, NULL, text.ptr);
    assert_true(has(h, "! 2 too_large\n+ "));
    assert_int_equal(h->good, 1);
    cu_buf_clear(&text);
}

static void test_members_are_never_written_twice(void **state)
{
    struct import_help *h = *state;
    run(h, IMPORT_PEOPLE, NULL, "email,company,company name\nann@example.org,Acme,Acme Ltd\n");
    assert_true(has(h, "\"company\":\"Acme\",\"company.name\":\"Acme Ltd\""));
}

static void expect_refused(
    struct import_help *h, enum import_kind kind, cu_str text, cu_code code, const char *word)
{
    struct import_help_options o = {.kind = kind};
    struct cu_error err = {0};
    assert_int_equal(import_help_run(h, &o, text, &err), code);
    if (!strstr(err.text, word))
        fail_msg("<%s> does not say <%s>", err.text, word);
}

static void test_files_that_are_refused_say_why(void **state)
{
    struct import_help *h = *state;
    expect_refused(h, IMPORT_PEOPLE, CU_LIT(""), CU_MALFORMED, "empty");
    expect_refused(h, IMPORT_PEOPLE, CU_LIT("\n \n"), CU_MALFORMED, "empty");
    expect_refused(h, IMPORT_PEOPLE, CU_LIT("ann@example.org,Ann\n"), CU_MALFORMED,
        "column 1 looks like a value");
    expect_refused(h, IMPORT_PEOPLE, CU_LIT("email,Email\n"), CU_INVALID, "same name");
    expect_refused(h, IMPORT_PEOPLE, CU_LIT("email,,name\n"), CU_INVALID, "no name");
    expect_refused(h, IMPORT_PEOPLE, CU_LIT("[{\"email\":\"x\"}]"), CU_MALFORMED, "JSON array");
    expect_refused(h, IMPORT_PEOPLE, CU_LIT("<html>"), CU_MALFORMED, "HTML");
    expect_refused(h, IMPORT_PEOPLE, CU_LIT("PK\003\004xxxx"), CU_MALFORMED, "Excel");
    expect_refused(h, IMPORT_PEOPLE, CU_LIT("\x1f\x8b broken"), CU_MALFORMED, "gzip");
    expect_refused(h, IMPORT_PEOPLE, CU_LIT("\x28\xb5\x2f\xfd broken"), CU_MALFORMED, "zstd");
    expect_refused(h, IMPORT_PEOPLE, CU_LIT("colour,size\nred,5\n"), CU_MISSING, "identifier");
    expect_refused(h, IMPORT_EVENTS, CU_LIT("event,user_id\nA,1\n"), CU_MISSING, "time");
}

static void test_encodings(void **state)
{
    struct import_help *h = *state;
    static const char plain[] = "email,city\nann@example.org,K\xc3\xb6ln\n";
    static const char latin[] = "email,city\nann@example.org,K\xf6ln\n";
    static const char bom[] = "\xef\xbb\xbf"
                              "email,city\r\nann@example.org,K\xc3\xb6ln\r\n";
    const char *texts[] = {plain, latin, bom};
    for (size_t i = 0; i < CU_COUNT(texts); i++)
        for (h->step = 1; h->step < 100; h->step += 30) {
            run(h, IMPORT_PEOPLE, NULL, texts[i]);
            assert_true(has(h, "\"city\":\"K\xc3\xb6ln\""));
        }
    char wide[200];
    size_t n = 0;
    for (const char *p = "\xff\xfe"; *p; p++)
        wide[n++] = *p;
    for (const char *p = latin; *p; p++) {
        wide[n++] = *p;
        wide[n++] = 0;
    }
    struct import_help_options o = {.kind = IMPORT_PEOPLE};
    assert_int_equal(import_help_run(h, &o, (cu_str){wide, n}, NULL), CU_OK);
    assert_true(has(h, "\"city\":\"K\xc3\xb6ln\""));
    static const char nul[] =
        "email,city\nann@example.org,x\0y\nbob@example.org,\xff\xff\nzoe@example.org,K\xc3\xb6ln\n";
    assert_int_equal(import_help_run(h, &o, (cu_str){nul, sizeof nul - 1}, NULL), CU_OK);
    assert_true(has(h, "! 2 nul\n"));
}

static size_t gzip(cu_str in, char *out, size_t room)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)in.ptr;
    z.avail_in = (unsigned)in.len;
    z.next_out = (unsigned char *)out;
    z.avail_out = (unsigned)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    (void)deflateEnd(&z);
    return z.total_out;
}

static void test_compressed_files(void **state)
{
    struct import_help *h = *state;
    struct import_help_options o = {.kind = IMPORT_PEOPLE};
    struct cu_buf text;
    cu_buf_init(&text, 8 << 20);
    cu_buf_z(&text, "email,name\n");
    for (int i = 0; i < 20000; i++)
        cu_buf_printf(&text, "p%d@example.org,Person %d\n", i, i * 7919 % 20011);
    size_t room = text.len + 1000, n;
    char *packed = malloc(room);
    cu_str half = cu_str_sub(cu_buf_view(&text), 0, text.len / 2);
    cu_str rest = cu_str_sub(cu_buf_view(&text), text.len / 2, text.len);
    // two members one after the other are one file
    n = gzip(half, packed, room);
    n += gzip(rest, packed + n, room - n);
    assert_int_equal(import_help_run(h, &o, (cu_str){packed, n}, NULL), CU_OK);
    assert_int_equal(h->good, 20000);
    assert_int_equal(import_help_run(h, &o, (cu_str){packed, n - 5}, NULL), CU_MALFORMED);
    packed[n / 3] = (char)(packed[n / 3] ^ 0x55);
    assert_int_equal(import_help_run(h, &o, (cu_str){packed, n}, NULL), CU_MALFORMED);
    n = ZSTD_compress(packed, room, half.ptr, half.len, 3);
    n += ZSTD_compress(packed + n, room - n, rest.ptr, rest.len, 3);
    assert_int_equal(import_help_run(h, &o, (cu_str){packed, n}, NULL), CU_OK);
    assert_int_equal(h->good, 20000);
    assert_int_equal(import_help_run(h, &o, (cu_str){packed, n - 5}, NULL), CU_MALFORMED);
    free(packed);
    cu_buf_clear(&text);
}

// One line that expands from next to nothing: memory stays bounded and the line is a bad row.
static void test_a_decompression_bomb_is_one_bad_row(void **state)
{
    struct import_help *h = *state;
    struct import_help_options o = {.kind = IMPORT_PEOPLE};
    size_t len = 64u << 20;
    char *zeros = calloc(1, len), *packed = malloc(1 << 20);
    memset(zeros, 'a', len);
    memcpy(zeros, "email\n", 6);
    size_t n = ZSTD_compress(packed, 1 << 20, zeros, len, 1);
    assert_false(ZSTD_isError(n));
    assert_int_equal(import_help_run(h, &o, (cu_str){packed, n}, NULL), CU_OK);
    assert_string_equal(h->out.ptr, "! 2 row_too_long\n");
    free(zeros);
    free(packed);
}

#define HELP IMPORT_HELP
int main(void)
{
    const struct CMUnitTest tests[] = {
        HELP(test_guessed_people),
        HELP(test_mailchimp_consents),
        HELP(test_shopify_customers),
        HELP(test_woocommerce_customers_never_bring_secrets),
        HELP(test_events_as_a_table),
        HELP(test_calls),
        HELP(test_too_large_rows),
        HELP(test_members_are_never_written_twice),
        HELP(test_files_that_are_refused_say_why),
        HELP(test_encodings),
        HELP(test_compressed_files),
        HELP(test_a_decompression_bomb_is_one_bad_row),
    };
    return cmocka_run_group_tests_name("import_people", tests, NULL, NULL);
}
