// SPDX-License-Identifier: Apache-2.0
// Imports as a whole, over a real journal, pipeline and database: what they bring, that a second
// one doubles nothing, that a revert takes back exactly one, and that interruptions neither lose
// nor double.
#include "import_world.h"

#include "base/fault.h"

#define RETAIL "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
static const char retail[] =
    RETAIL "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n"
           "536365,71053,LANTERN,6,2010-12-01 08:26:00,3.39,17850.0,United Kingdom\n"
           "536366,22633,WARMER,2,2010-12-01 08:28:00,1.85,17850.0,United Kingdom\n"
           "C536379,D,Discount,-1,2010-12-01 09:41:00,27.50,14527.0,United Kingdom\n"
           "536414,22139,,56,2010-12-01 11:52:00,1.00,,United Kingdom\n";

static void test_online_retail_twice_and_back(void **state)
{
    struct import_world *w = *state;
    uint32_t first = import_world_add(w, IMPORT_ORDERS, NULL, false, cu_str_of(retail));
    json v = import_world_rest(w, first);
    expect_status(w, v, "done");
    assert_true(cu_str_eqz(json_str(json_get(v, "map")), "online-retail"));
    assert_int_equal(number_in(v, "rows"), 5);
    assert_int_equal(number_in(v, "rows_ok"), 5);
    assert_int_equal(number_in(v, "created"), 4);
    assert_int_equal(number_in(v, "updated"), 0);
    struct orders_totals t = import_world_totals(w);
    assert_int_equal(t.orders, 3);
    assert_int_equal(t.revenue, 3564 + 370 + 5600);
    assert_int_equal(t.refunded, 2750);
    assert_int_equal(people_count(w->people), 2);
    // the same file again: nothing doubles
    uint32_t second = import_world_add(w, IMPORT_ORDERS, NULL, false, cu_str_of(retail));
    uint64_t events = timeline_count(w->timeline);
    assert_int_equal(events, 4);
    v = import_world_rest(w, second);
    expect_status(w, v, "done");
    assert_int_equal(timeline_count(w->timeline), events);
    assert_int_equal(number_in(v, "created"), 0);
    assert_int_equal(number_in(v, "updated"), 0);
    assert_int_equal(number_in(v, "unchanged"), 4);
    t = import_world_totals(w);
    assert_int_equal(t.orders, 3);
    assert_int_equal(t.revenue, 3564 + 370 + 5600);
    assert_int_equal(t.refunded, 2750);
    // taking the first back leaves what the second says
    WORLD_OK(imports_revert(w->imports, first, &world_error));
    expect_status(w, import_world_rest(w, first), "reverted");
    t = import_world_totals(w);
    assert_int_equal(t.orders, 3);
    assert_int_equal(t.revenue, 3564 + 370 + 5600);
    WORLD_OK(imports_revert(w->imports, second, &world_error));
    expect_status(w, import_world_rest(w, second), "reverted");
    t = import_world_totals(w);
    assert_int_equal(t.orders, 0);
    assert_int_equal(t.refunds, 0);
    assert_int_equal(people_count(w->people), 0);
    assert_int_equal(timeline_count(w->timeline), 0);
    assert_int_equal(imports_revert(w->imports, second, NULL), CU_CONFLICT);
}

static void test_what_changed_is_told(void **state)
{
    struct import_world *w = *state;
    (void)import_world_rest(w, import_world_add(w, IMPORT_ORDERS, NULL, false, cu_str_of(retail)));
    json v = import_world_rest(w,
        import_world_add(w, IMPORT_ORDERS, NULL, false,
            CU_LIT(RETAIL "536366,22633,WARMER,3,2010-12-01 08:28:00,1.85,17850.0,United Kingdom\n"
                          "536414,22139,,56,2010-12-01 11:52:00,1.00,,United Kingdom\n"
                          "600000,1,X,1,2010-12-02 08:28:00,1.00,1.0,France\n")));
    assert_int_equal(number_in(v, "created"), 1);
    assert_int_equal(number_in(v, "updated"), 1);
    assert_int_equal(number_in(v, "unchanged"), 1);
    (void)import_world_rest(
        w, import_world_add(w, IMPORT_PEOPLE, NULL, false,
               CU_LIT("user_id,email,first name\n1,one@example.org,One\n2,two@example.org,Two\n")));
    v = import_world_rest(w, import_world_add(w, IMPORT_PEOPLE, NULL, false,
                                 CU_LIT("user_id,email,first "
                                        "name\n1,one@example.org,One\n2,two@example.org,Zwei\n3,"
                                        "three@example.org,Three\n")));
    assert_int_equal(number_in(v, "created"), 1);
    assert_int_equal(number_in(v, "updated"), 1);
    assert_int_equal(number_in(v, "unchanged"), 1);
}

static void test_a_dry_run_stores_nothing(void **state)
{
    struct import_world *w = *state;
    uint32_t number = import_world_add(w, IMPORT_ORDERS, NULL, true,
        CU_LIT(RETAIL "1,A,x,1,2010-12-01 08:26:00,1.23456,5,UK\n2,A,x,1,2010-12-01 "
                      "08:26:00,1.00,5,UK\n3,A,x\n"));
    json v = import_world_rest(w, number);
    expect_status(w, v, "ready");
    assert_int_equal(number_in(v, "rows_ok"), 1);
    assert_int_equal(number_in(v, "rows_bad"), 2);
    assert_int_equal(number_in(v, "fault_count"), 1);
    struct json_iter it = json_each(json_get(v, "columns"));
    bool told = false;
    while (json_next(&it)) {
        if (!cu_str_eqz(json_str(json_get(it.value, "name")), "UnitPrice"))
            continue;
        struct json_iter fault = json_each(json_get(it.value, "faults"));
        assert_true(json_next(&fault));
        assert_int_equal(number_in(fault.value, "row"), 2);
        assert_true(cu_str_eqz(json_str(json_get(fault.value, "code")), "invalid"));
        assert_true(cu_str_eqz(json_str(json_get(it.value, "field")), "line.price"));
        told = true;
    }
    assert_true(told);
    assert_int_equal(journal_last_durable(w->journal), 0);
    assert_int_equal(people_count(w->people), 0);
    // started as it was checked
    WORLD_OK(imports_run(w->imports, number, CU_NONE, CU_NONE, &world_error));
    v = import_world_rest(w, number);
    expect_status(w, v, "done");
    assert_int_equal(number_in(v, "created"), 1);
    assert_int_equal(number_in(v, "rows_bad"), 2);
    assert_int_equal(imports_run(w->imports, number, CU_NONE, CU_NONE, NULL), CU_CONFLICT);
}

static void test_a_mapping_makes_it_ready(void **state)
{
    struct import_world *w = *state;
    static const char text[] =
        "beleg;artikel;menge;betrag;wann;wer\n17;A-1;2;3,50;31.12.2024;anna@example.org\n";
    uint32_t number = import_world_add(w, IMPORT_ORDERS, NULL, true, cu_str_of(text));
    json v = import_world_rest(w, number);
    expect_status(w, v, "ready");
    assert_true(cu_str_eqz(json_str(json_get(v, "error_code")), "missing"));
    assert_true(cu_str_eqz(json_str(json_get(v, "delimiter")), ";"));
    assert_int_equal(imports_run(w->imports, number,
                         CU_LIT("[{\"column\":\"beleg\",\"field\":\"nonsense\"}]"), CU_NONE, NULL),
        CU_INVALID);
    assert_int_equal(
        imports_run(w->imports, number, CU_NONE, CU_LIT("no such map"), NULL), CU_NOT_FOUND);
    WORLD_OK(imports_run(w->imports, number,
        CU_LIT("[{\"column\":\"beleg\",\"field\":\"order_id\"},{\"column\":\"artikel\",\"field\":"
               "\"line.sku\"},"
               "{\"column\":\"menge\",\"field\":\"line.quantity\"},{\"column\":\"betrag\","
               "\"field\":\"line.price\"},"
               "{\"column\":\"wann\",\"field\":\"time\"},{\"column\":\"wer\",\"field\":\"trait."
               "email\"}]"),
        CU_NONE, &world_error));
    v = import_world_rest(w, number);
    expect_status(w, v, "done");
    assert_int_equal(import_world_totals(w).revenue, 700);
    assert_int_equal(people_count(w->people), 1);
}

static void test_a_bad_file_fails_with_the_reason(void **state)
{
    struct import_world *w = *state;
    json v =
        import_world_rest(w, import_world_add(w, IMPORT_PEOPLE, NULL, false, CU_LIT("PK\003\004")));
    expect_status(w, v, "failed");
    assert_true(cu_str_eqz(json_str(json_get(v, "error_code")), "malformed"));
    assert_true(cu_str_find_str(json_str(json_get(v, "error")), CU_LIT("Excel")) >= 0);
    v = import_world_rest(
        w, import_world_add(w, IMPORT_PEOPLE, NULL, false, CU_LIT("colour\nred\n")));
    expect_status(w, v, "failed");
    const struct import_request r = {.kind = IMPORT_PEOPLE,
        .map = CU_LIT("online-retail"),
        .upload = import_world_upload(w, CU_LIT("x"))};
    uint32_t number;
    size_t files = files_under(w, "spool");
    assert_int_equal(imports_add(w->imports, &r, &number, NULL), CU_CONFLICT);
    assert_int_equal(files_under(w, "spool"), files - 1);
}

static void big_file(struct cu_buf *out, int orders)
{
    cu_buf_z(out, RETAIL);
    for (int i = 0; i < orders; i++) {
        for (int k = 0; k < 1 + i % 7; k++)
            cu_buf_printf(out, "%d,SKU-%d,THING %d,%d,2011-%02d-%02d 10:%02d:00,1.25,%d.0,France\n",
                100000 + i, k, k, 1 + k, 1 + i % 12, 1 + i % 28, i % 60, 1 + i % 500);
        if (i % 97 == 0)
            cu_buf_printf(out, "%d,BAD,THING,x,2011-01-01 10:00:00,1.25,1,France\n", 900000 + i);
    }
}

// Closed at any moment and opened again: every order once, every bad row once.
static void test_interruptions_neither_lose_nor_double(void **state)
{
    struct import_world *w = *state;
    enum { ORDERS = 6000 };
    struct cu_buf file;
    cu_buf_init(&file, 32 << 20);
    big_file(&file, ORDERS);
    uint32_t number = import_world_add(w, IMPORT_ORDERS, NULL, false, cu_buf_view(&file));
    json v = import_world_show(w, number);
    for (int round = 0; round < 12; round++) {
        (void)usleep((useconds_t)(20000 + round * 35000));
        import_world_close(w);
        import_world_open(w);
        v = import_world_show(w, number);
        if (cu_str_eqz(json_str(json_get(v, "status")), "done"))
            break;
    }
    v = import_world_rest(w, number);
    expect_status(w, v, "done");
    int64_t bad = (ORDERS + 96) / 97, rows = number_in(v, "rows");
    assert_int_equal(number_in(v, "rows_bad"), bad);
    assert_int_equal(number_in(v, "rows_ok"), rows - bad);
    assert_int_equal(number_in(v, "created"), ORDERS);
    assert_int_equal(number_in(v, "quarantined"), 0);
    assert_int_equal(import_world_totals(w).orders, ORDERS);
    assert_int_equal(people_count(w->people), 500);
    assert_int_equal(timeline_count(w->timeline), ORDERS); // what rows say of people is no event
    cu_buf_clear(&file);
}

// The disk fills up in the middle: the import fails or waits, and goes on when there is room again.
static void test_a_full_disk_in_the_middle(void **state)
{
    struct import_world *w = *state;
    enum { ORDERS = 8000 };
    struct cu_buf file;
    cu_buf_init(&file, 32 << 20);
    big_file(&file, ORDERS);
    uint32_t number = import_world_add(w, IMPORT_ORDERS, NULL, false, cu_buf_view(&file));
    while (journal_last_durable(w->journal) < 1000)
        (void)usleep(1000);
    cu_fault_arm(CU_FAULT_IO, 5, true);
    (void)usleep(300000);
    cu_fault_disarm();
    for (int i = 0; i < 3; i++) {
        json v = import_world_rest(w, number);
        if (cu_str_eqz(json_str(json_get(v, "status")), "done"))
            break;
        expect_status(w, v, "failed");
        assert_true(number_in(v, "rows") >= 0);
        assert_int_equal(imports_run(w->imports, number, CU_LIT("[]"), CU_NONE, NULL), CU_CONFLICT);
        WORLD_OK(imports_run(w->imports, number, CU_NONE, CU_NONE, &world_error));
    }
    json v = import_world_rest(w, number);
    expect_status(w, v, "done");
    assert_int_equal(number_in(v, "created"), ORDERS);
    assert_int_equal(number_in(v, "rows_bad"), (ORDERS + 96) / 97);
    assert_int_equal(import_world_totals(w).orders, ORDERS);
    assert_int_equal(timeline_count(w->timeline), ORDERS);
    cu_buf_clear(&file);
}

static void test_revert_while_it_runs(void **state)
{
    struct import_world *w = *state;
    struct cu_buf file;
    cu_buf_init(&file, 32 << 20);
    big_file(&file, 20000);
    uint32_t number = import_world_add(w, IMPORT_ORDERS, NULL, false, cu_buf_view(&file));
    while (!cu_str_eqz(json_str(json_get(import_world_show(w, number), "status")), "running"))
        (void)usleep(2000);
    (void)usleep(100000);
    WORLD_OK(imports_revert(w->imports, number, &world_error));
    import_world_close(w); // and a restart in the middle of it
    import_world_open(w);
    expect_status(w, import_world_rest(w, number), "reverted");
    assert_int_equal(import_world_totals(w).orders, 0);
    assert_int_equal(people_count(w->people), 0);
    assert_int_equal(timeline_count(w->timeline), 0);
    // what stays after a restart is nothing, too
    import_world_close(w);
    import_world_open(w);
    assert_int_equal(timeline_count(w->timeline), 0);
    assert_int_equal(people_count(w->people), 0);
    cu_buf_clear(&file);
}

static void test_events_once_whatever_the_door(void **state)
{
    struct import_world *w = *state;
    static const char lines[] =
        "{\"type\":\"track\",\"event\":\"Product "
        "Viewed\",\"userId\":\"1\",\"timestamp\":\"2024-01-01T00:00:00Z\",\"messageId\":\"m1\"}\n"
        "{\"type\":\"page\",\"userId\":\"1\",\"timestamp\":\"2024-01-01T00:00:01Z\",\"messageId\":"
        "\"m2\"}\n"
        "{\"type\":\"track\",\"event\":\"Order "
        "Completed\",\"userId\":\"1\",\"timestamp\":\"2024-01-01T00:00:02Z\",\"messageId\":\"m3\","
        "\"properties\":{\"order_id\":\"9\",\"total\":\"12.34567\"}}\n";
    uint32_t first = import_world_add(w, IMPORT_EVENTS, NULL, false, cu_str_of(lines));
    json v = import_world_rest(w, first);
    expect_status(w, v, "done");
    assert_true(cu_str_eqz(json_str(json_get(v, "map")), "segment-jsonl"));
    assert_int_equal(number_in(v, "rows_ok"), 2);
    assert_int_equal(number_in(v, "rows_bad"), 1); // five decimals
    assert_int_equal(timeline_count(w->timeline), 2);
    (void)import_world_rest(w, import_world_add(w, IMPORT_EVENTS, NULL, false, cu_str_of(lines)));
    assert_int_equal(timeline_count(w->timeline), 2); // the same messageIds
    WORLD_OK(imports_revert(w->imports, first, &world_error));
    (void)import_world_rest(w, first);
    assert_int_equal(timeline_count(w->timeline), 0);
    // after a revert the file can come again
    (void)import_world_rest(w, import_world_add(w, IMPORT_EVENTS, NULL, false, cu_str_of(lines)));
    assert_int_equal(timeline_count(w->timeline), 2);
}

static void test_tables_of_events_once(void **state)
{
    struct import_world *w = *state;
    static const char rows[] =
        "event,timestamp,user_id,sku\n"
        "Product Viewed,2024-01-01 10:00:00,1,a\n"
        "Product Viewed,2024-01-01 10:00:00,1,a\n" // twice in the file: two events
        "Product Viewed,2024-01-01 10:00:05,2,b\n";
    json v = import_world_rest(w, import_world_add(w, IMPORT_EVENTS, NULL, false, cu_str_of(rows)));
    assert_int_equal(number_in(v, "created"), 3);
    assert_int_equal(timeline_count(w->timeline), 3);
    v = import_world_rest(w, import_world_add(w, IMPORT_EVENTS, NULL, false, cu_str_of(rows)));
    assert_int_equal(number_in(v, "created"), 0);
    assert_int_equal(number_in(v, "unchanged"), 3);
    assert_int_equal(timeline_count(w->timeline), 3);
}

static void test_orphans_and_forgetting(void **state)
{
    struct import_world *w = *state;
    (void)import_world_upload(w, CU_LIT("nobody imports this"));
    uint32_t number = import_world_add(w, IMPORT_ORDERS, NULL, true, cu_str_of(retail));
    (void)import_world_rest(w, number);
    assert_int_equal(files_under(w, "spool"), 3); // the orphan, the upload, bad rows
    import_world_close(w);
    import_world_open(w);
    assert_int_equal(files_under(w, "spool"), 2);
    WORLD_OK(imports_forget(w->imports, number, &world_error));
    assert_int_equal(files_under(w, "spool"), 0);
    struct json_writer out;
    jw_start(&out, &w->text);
    assert_int_equal(
        imports_print(w->imports, number, &out, NULL), CU_NOT_FOUND); // it had stored nothing
    number = import_world_add(w, IMPORT_ORDERS, NULL, false, cu_str_of(retail));
    (void)import_world_rest(w, number);
    // bad rows only: the upload goes once the import is done
    for (int i = 0; i < 100 && files_under(w, "spool") > 1; i++)
        (void)usleep(10000);
    assert_int_equal(files_under(w, "spool"), 1);
    WORLD_OK(imports_forget(w->imports, number, &world_error));
    expect_status(w, import_world_show(w, number), "done");
    assert_int_equal(files_under(w, "spool"), 0);
    assert_int_equal(import_world_totals(w).orders, 3);
}

static void scan_for(const char *path, const char *canary)
{
    DIR *d = opendir(path);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        char inner[400];
        struct stat st;
        (void)snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
        if (e->d_name[0] == '.' || stat(inner, &st) != 0)
            continue;
        if (S_ISDIR(st.st_mode)) {
            scan_for(inner, canary);
            continue;
        }
        struct cu_buf bytes;
        cu_buf_init(&bytes, 256 << 20);
        WORLD_OK(cu_file_read_all(inner, &bytes, &world_error));
        if (bytes.len > 0 && memmem(bytes.ptr, bytes.len, canary, strlen(canary)))
            fail_msg("%s holds %s", inner, canary);
        cu_buf_clear(&bytes);
    }
    (void)closedir(d);
}

static void test_no_plaintext_in_the_folder(void **state)
{
    struct import_world *w = *state;
    uint32_t number = import_world_add(w, IMPORT_PEOPLE, NULL, true,
        CU_LIT("email,first "
               "name,canarycolumn\ncanary.person@example.org,Canarina,x\n,Canarina,nothing\nzz,"
               "\"Canarina\" broken,x\n"));
    json v = import_world_rest(w, number);
    expect_status(w, v, "ready");
    assert_int_equal(number_in(v, "rows_bad"), 2);
    // the samples shown to staff hide the letters
    assert_true(cu_str_find_str(cu_buf_view(&w->text), CU_LIT("canary.person")) < 0);
    assert_true(cu_str_find_str(cu_buf_view(&w->text), CU_LIT("c\xe2\x80\xa2")) >= 0);
    scan_for(w->folder, "anarina");
    scan_for(w->folder, "canary");
    WORLD_OK(imports_run(w->imports, number, CU_NONE, CU_NONE, &world_error));
    expect_status(w, import_world_rest(w, number), "done");
    scan_for(w->folder, "anarina");
    scan_for(w->folder, "canary.person");
    import_world_close(w);
    scan_for(w->folder, "anarina");
    scan_for(w->folder, "canary.person");
    import_world_open(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_IMPORTS(test_online_retail_twice_and_back),
        WITH_IMPORTS(test_what_changed_is_told),
        WITH_IMPORTS(test_a_dry_run_stores_nothing),
        WITH_IMPORTS(test_a_mapping_makes_it_ready),
        WITH_IMPORTS(test_a_bad_file_fails_with_the_reason),
        WITH_IMPORTS(test_interruptions_neither_lose_nor_double),
        WITH_IMPORTS(test_a_full_disk_in_the_middle),
        WITH_IMPORTS(test_revert_while_it_runs),
        WITH_IMPORTS(test_events_once_whatever_the_door),
        WITH_IMPORTS(test_tables_of_events_once),
        WITH_IMPORTS(test_orphans_and_forgetting),
        WITH_IMPORTS(test_no_plaintext_in_the_folder),
    };
    return cmocka_run_group_tests_name("import_job", tests, NULL, NULL);
}
