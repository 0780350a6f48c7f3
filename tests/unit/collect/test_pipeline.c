// SPDX-License-Identifier: Apache-2.0
// The pipeline, stage by stage: what becomes of every kind of call, of repetitions, of properties
// plain and personal, of consents and orders; what is refused or cannot be projected; the thread,
// waiting, the live feed and what may be released. Crashes and faults are in test_pipeline_crash.c.
#include "flow_test.h"

static struct rows rows;

static void test_every_call(void **state)
{
    struct flow *f = *state;
    static const struct {
        const char *event, *kind;
    } calls[] = {
        {"{\"type\":\"track\",\"event\":\"Product "
         "Viewed\",\"userId\":\"u\",\"properties\":{\"product_id\":\"p1\"}}",
            "Product Viewed"},
        {"{\"type\":\"track\",\"event\":\"viewed product\",\"userId\":\"u\"}",
            "Product Viewed"}, // alias
        {"{\"type\":\"track\",\"event\":\"  Made Up  \",\"userId\":\"u\"}", "Made Up"},
        {"{\"type\":\"identify\",\"userId\":\"u\",\"traits\":{\"email\":\"anna@example.org\"}}",
            "$identify"},
        {"{\"type\":\"page\",\"userId\":\"u\",\"name\":\"Home\",\"properties\":{\"path\":\"/\"}}",
            "$page"},
        {"{\"type\":\"screen\",\"userId\":\"u\",\"name\":\"Cart\"}", "$screen"},
        {"{\"type\":\"group\",\"userId\":\"u\",\"groupId\":\"g1\",\"traits\":{\"name\":\"Group\"}}",
            "$group"},
        {"{\"type\":\"alias\",\"userId\":\"u\",\"previousId\":\"a\"}", "$alias"},
    };
    for (size_t i = 0; i < CU_COUNT(calls); i++)
        (void)put_at(f, calls[i].event, 1000 + (int64_t)i);
    project(f);
    uint32_t pno = pno_of(f, "user_id", "u");
    rows_of(f, pno, &rows);
    assert_int_equal(rows.count, CU_COUNT(calls));
    for (size_t i = 0; i < CU_COUNT(calls); i++) {
        char room[256];
        const struct row *r = &rows.at[CU_COUNT(calls) - 1 - i];
        assert_string_equal(kind_name(f, r, room), calls[i].kind);
        assert_int_equal(r->event.time_ms, 1000 + (int64_t)i);
        assert_int_equal(r->event.seq, i + 1);
    }
    // traits live with the person, not in the event; a group's go with the event
    assert_null(strstr(rows.at[4].open, "anna@example.org"));
    assert_non_null(strstr(rows.at[1].open, "\"groupId\":\"g1\",\"traits\":{\"name\":\"Group\"}"));
    assert_non_null(strstr(rows.at[0].open, "\"previousId\":\"a\""));
    assert_non_null(strstr(rows.at[0].open, "{\"type\":\"alias\",\"received\":1007,"));
    assert_int_equal(pno_of(f, "anonymous_id", "a"), pno);
    assert_int_equal(pno_of(f, "email", "anna@example.org"), pno);
    assert_int_equal(query_one(f, "SELECT seq FROM pipeline_position"), CU_COUNT(calls));
    rows_clear(&rows);
}

static void test_repetitions_count_once(void **state)
{
    struct flow *f = *state;
    static const char *const event =
        "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"u\",\"messageId\":\"one\"}";
    struct record r = record_new(f, event, "one"), other = record_new(f, event, "two");
    for (int i = 0; i < 3; i++)
        (void)put_record(f, &r);
    project(f);
    (void)put_record(f, &r);
    r.source = 2; // from another source: the same message all the same
    (void)put_record(f, &r);
    (void)put_record(f, &other);
    project(f);
    assert_int_equal(timeline_count(f->timeline), 2);
    flow_close(f);
    flow_open(f);
    (void)put_record(f, &r);
    project(f);
    assert_int_equal(timeline_count(f->timeline), 2);
    flow_reopen_crashed(f);
    (void)put_record(f, &other);
    project(f);
    assert_int_equal(timeline_count(f->timeline), 2);
    assert_int_equal(query_one(f, "SELECT count(*) FROM quarantine"), 0);
}

// ---- plain and sealed

static void split_of(
    struct flow *f, const char *name, const char *properties, char *plain, char *sealed)
{
    char event[4096];
    (void)snprintf(event, sizeof event,
        "{\"type\":\"track\",\"event\":\"%s\",\"userId\":\"s\",\"properties\":%s}", name,
        properties);
    (void)put_at(f, event, 5000 + (int64_t)journal_last_durable(f->journal));
    project(f);
    rows_of(f, pno_of(f, "user_id", "s"), &rows);
    (void)snprintf(plain, 4096, "%s", rows.at[0].plain);
    const char *from = strstr(rows.at[0].open, "\"properties\":"),
               *to = strstr(rows.at[0].open, ",\"context\":");
    assert_non_null(from);
    assert_non_null(to);
    (void)snprintf(sealed, 4096, "%.*s", (int)(to - from) - 13, from + 13);
    rows_clear(&rows);
}

// The declared P0 and P1 members of the context stand plain too, an event's own before the envelope's;
// nothing personal of it does, and the sealed context stays whole.
static void test_plain_context(void **state)
{
    struct flow *f = *state;
    static const struct {
        const char *context, *plain;
    } cases[] = {
        {"{}", "{\"sku\":\"s\"}"},
        {"{\"ip\":\"192.0.2.1\",\"userAgent\":\"x\",\"secret\":1}", "{\"sku\":\"s\",\"$context\":{\"device\":{\"class\":\"other\"}}}"},
        {"{\"locale\":\"de-DE\",\"campaign\":{\"source\":\"mail\",\"who\":\"Anna\"},\"location\":{\"city\":\"Ulm\",\"country\":\"DE\"}}",
            "{\"sku\":\"s\",\"$context\":{\"locale\":\"de-DE\",\"campaign\":{\"source\":\"mail\"},\"location\":{\"country\":\"DE\"}}}"},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        char event[1024], user[16];
        (void)snprintf(user, sizeof user, "c%zu", i);
        (void)snprintf(event, sizeof event,
            "{\"type\":\"track\",\"event\":\"Product Viewed\",\"userId\":\"%s\",\"properties\":{\"sku\":\"s\"},\"context\":%s}",
            user, cases[i].context);
        (void)put_at(f, event, 9000 + (int64_t)i);
        project(f);
        rows_of(f, pno_of(f, "user_id", user), &rows);
        assert_string_equal(rows.at[0].plain, cases[i].plain);
        assert_non_null(strstr(rows.at[0].open, cases[i].context));
        rows_clear(&rows);
    }
}

static void test_split_by_the_dictionary(void **state)
{
    struct flow *f = *state;
    static const struct {
        const char *event, *properties, *plain, *sealed;
    } cases[] = {
        {"Product Viewed", "{\"product_id\":\"p\",\"name\":\"Chair\",\"price\":12.5}",
            "{\"product_id\":\"p\",\"name\":\"Chair\",\"price\":12.5}", "{}"},
        {"Product Viewed", "{}", "{}", "{}"},
        {"Product Viewed", "{\"url\":\"https://x/?mail=a@b.de\",\"sku\":null}", "{\"sku\":null}",
            "{\"url\":\"https://x/?mail=a@b.de\"}"},
        {"Product Viewed", "{\"engraving\":\"For Anna\",\"sku\":\"s\"}", "{\"sku\":\"s\"}",
            "{\"engraving\":\"For Anna\"}"},
        // other spellings become the declared name; a second spelling does not become a second
        // member
        {"Product Viewed", "{\"productId\":\"p\"}", "{\"product_id\":\"p\"}", "{}"},
        {"Product Viewed", "{\"productId\":\"p\",\"product_id\":\"q\",\"Product Id\":\"r\"}",
            "{\"product_id\":\"p\"}", "{\"product_id\":\"q\",\"Product Id\":\"r\"}"},
        // a scalar's name does not let an object through
        {"Product Viewed", "{\"sku\":{\"mail\":\"a@b.de\"},\"name\":[\"x\"]}", "{}",
            "{\"sku\":{\"mail\":\"a@b.de\"},\"name\":[\"x\"]}"},
        // containers: whole when plain, whole in the sealed part and plain in part when mixed
        {"Cart Viewed",
            "{\"cart_id\":\"c\",\"products\":[{\"sku\":\"a\",\"price\":1},{\"sku\":\"b\"}]}",
            "{\"cart_id\":\"c\",\"products\":[{\"sku\":\"a\",\"price\":1},{\"sku\":\"b\"}]}", "{}"},
        {"Cart Viewed", "{\"products\":[{\"sku\":\"a\",\"note\":\"Anna\"},{\"sku\":\"b\"}]}",
            "{\"products\":[{\"sku\":\"a\"},{\"sku\":\"b\"}]}",
            "{\"products\":[{\"sku\":\"a\",\"note\":\"Anna\"},{\"sku\":\"b\"}]}"},
        {"Cart Viewed", "{\"products\":[\"anna\",{\"sku\":\"a\"}]}",
            "{\"products\":[{\"sku\":\"a\"}]}", "{\"products\":[\"anna\",{\"sku\":\"a\"}]}"},
        {"Cart Viewed", "{\"products\":null}", "{\"products\":null}", "{}"},
        {"Cart Viewed", "{\"products\":\"anna\"}", "{}", "{\"products\":\"anna\"}"},
        {"Cart Viewed", "{\"products\":[{\"productId\":\"a\",\"product_id\":\"b\"}]}",
            "{\"products\":[{\"product_id\":\"a\"}]}",
            "{\"products\":[{\"productId\":\"a\",\"product_id\":\"b\"}]}"},
        // nobody declared the event: all of it is sealed
        {"Made Up", "{\"product_id\":\"p\",\"x\":{\"y\":[1,2]}}", "{}",
            "{\"product_id\":\"p\",\"x\":{\"y\":[1,2]}}"},
    };
    for (int again = 0; again < 2; again++) { // the second time from the plans
        for (size_t i = 0; i < CU_COUNT(cases); i++) {
            char plain[4096], sealed[4096];
            split_of(f, cases[i].event, cases[i].properties, plain, sealed);
            if (strcmp(plain, cases[i].plain) != 0 || strcmp(sealed, cases[i].sealed) != 0)
                fail_msg("%s\n  plain  %s\n  sealed %s", cases[i].properties, plain, sealed);
        }
    }
}

// What the person's event list shows of the two parts: every member once.
static void test_event_list_puts_the_parts_together(void **state)
{
    struct flow *f = *state;
    (void)put(f,
        "{\"type\":\"track\",\"event\":\"Cart "
        "Viewed\",\"userId\":\"u\",\"messageId\":\"m\",\"properties\":{\"cart_id\":\"c\",\"odd\":1,"
        "\"products\":[{\"sku\":\"a\",\"url\":\"https://x/"
        "?mail=a@b.de\"}]},\"context\":{\"locale\":\"de\"}}");
    project(f);
    const struct spec_route *route = NULL;
    for (size_t i = 0; i < people_module.route_count; i++) {
        if (strcmp(people_module.routes[i].path, "/v1/people/{id}/events") == 0)
            route = &people_module.routes[i];
    }
    assert_non_null(route);
    char uuid[37];
    struct cu_uuid id;
    struct db *d = NULL;
    struct cu_error err = {0};
    assert_ok(people_read_take(f->people, &d, NULL));
    assert_ok(people_uuid(f->people, d, pno_of(f, "user_id", "u"), &id, NULL));
    people_read_give(f->people, d);
    cu_uuid_format(id, uuid);
    struct request rq = {.arena = cu_arena_new(8 << 20),
        .json = f->json,
        .route = route,
        .module = f->people,
        .caller = {.kind = CALLER_LOCAL}};
    cu_buf_init(&rq.response.body, 8 << 20);
    rq.path_values.fields = route->path_fields;
    assert_ok(
        spec_decode_text(&route->path_fields[0], cu_str_of(uuid), &rq.path_values.at[0], NULL));
    assert_ok(spec_decode_query(route->query, CU_LIT(""), rq.arena, &rq.query_values, NULL));
    if (route->handler(&rq, &err) != CU_OK)
        fail_msg("%s", err.text);
    assert_non_null(strstr(rq.response.body.ptr, "\"event\":\"Cart Viewed\",\"type\":\"track\""));
    assert_non_null(strstr(rq.response.body.ptr, "\"received\":\"2023-11-14T22:13:20.000Z\""));
    assert_non_null(
        strstr(rq.response.body.ptr, "\"properties\":{\"cart_id\":\"c\",\"odd\":1,\"products\":[{"
                                     "\"sku\":\"a\",\"url\":\"https://x/?mail=a@b.de\"}]},"
                                     "\"context\":{\"locale\":\"de\"}"));
    cu_buf_clear(&rq.response.body);
    cu_arena_free(rq.arena);
}

// More different names than a plan or all plans hold: still split right.
static void test_many_names(void **state)
{
    struct flow *f = *state;
    char text[4096], plain[4096], sealed[4096];
    for (int i = 0; i < 400; i++) {
        (void)snprintf(text, sizeof text, "{\"x%d\":1,\"sku\":\"s\"}", i);
        split_of(f, "Product Viewed", text, plain, sealed);
        assert_string_equal(plain, "{\"sku\":\"s\"}");
    }
    for (int i = 0; i < 1100; i++) {
        (void)snprintf(
            text, sizeof text, "{\"type\":\"track\",\"event\":\"Made Up %d\",\"userId\":\"s\"}", i);
        (void)put_at(f, text, 1);
    }
    project(f);
    split_of(f, "Product Viewed", "{\"sku\":\"s\",\"y\":2}", plain, sealed);
    assert_string_equal(plain, "{\"sku\":\"s\"}");
    assert_string_equal(sealed, "{\"y\":2}");
}

static void test_envelope_and_request(void **state)
{
    struct flow *f = *state;
    struct record r = record_new(f,
        "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"u\",\"messageId\":\"m\",\"context\":{"
        "\"locale\":\"de\",\"page\":{\"url\":\"own\"}},"
        "\"integrations\":{\"All\":false}}",
        "e1");
    r.context =
        CU_LIT("{\"locale\":\"fr\",\"app\":{\"name\":\"shop\"},\"userAgent\":\"envelope\"}");
    r.integrations = CU_LIT("{\"All\":true,\"Mail\":true}");
    r.ip = CU_LIT("192.0.2.1");
    r.user_agent = CU_LIT("request");
    (void)put_record(f, &r);
    struct record bare =
        record_new(f, "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"u\"}", "e2");
    bare.time_ms++;
    (void)put_record(f, &bare);
    project(f);
    rows_of(f, pno_of(f, "user_id", "u"), &rows);
    assert_int_equal(rows.count, 2);
    assert_string_equal(rows.at[1].open,
        "{\"type\":\"track\",\"received\":1700000000000,\"messageId\":\"m\",\"properties\":{},"
        "\"context\":{\"locale\":\"de\",\"page\":{\"url\":\"own\"},"
        "\"app\":{\"name\":\"shop\"},\"userAgent\":\"envelope\",\"ip\":\"192.0.2.1\"},"
        "\"integrations\":{\"All\":false,\"Mail\":true}}");
    assert_string_equal(rows.at[0].open,
        "{\"type\":\"track\",\"received\":1700000000000,\"properties\":{},\"context\":{}}");
    rows_clear(&rows);
}

// Members are taken as they stand in the text: whatever stands in them, and however it is written.
static void test_members_as_they_stand(void **state)
{
    struct flow *f = *state;
    static const char *const events[] = {
        "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"u\",\"context\":{\"a\":\"}{\\\"][\\\\\"},"
        "\"integrations\":{\"b\":[{\"c\":\"]\"}]}}",
        " { \"userId\" : \"u\" ,\n\t\"context\" : { \"a\" : [ 1 , { } , [ ] ] } , \"nothing\": [ "
        "], \"event\":\"X\",\r\n\"type\":\"track\" , \"integrations\":{}  } ",
        "{\"con\\u0074ext\":{\"a\":1},\"\\\\\":\"\\\\\",\"userId\":\"u\",\"type\":\"track\","
        "\"event\":\"X\",\"n\":-1.5e3,\"t\":true,\"messageId\":\"\"}",
    };
    static const char *const sealed[] = {
        "\"properties\":{},\"context\":{\"a\":\"}{\\\"][\\\\\",\"ip\":\"i\"},\"integrations\":{"
        "\"b\":[{\"c\":\"]\"}]}}",
        "\"properties\":{},\"context\":{ \"a\" : [ 1 , { } , [ ] ] "
        ",\"ip\":\"i\"},\"integrations\":{}}",
        "\"messageId\":\"\",\"properties\":{},\"context\":{\"a\":1,\"ip\":\"i\"}}",
    };
    for (size_t i = 0; i < CU_COUNT(events); i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "as%zu", i);
        struct record r = record_new(f, events[i], id);
        r.ip = CU_LIT("i");
        r.time_ms += (int64_t)i;
        (void)put_record(f, &r);
    }
    project(f);
    rows_of(f, pno_of(f, "user_id", "u"), &rows);
    assert_int_equal(rows.count, CU_COUNT(events));
    for (size_t i = 0; i < CU_COUNT(events); i++) {
        json v;
        const char *got = rows.at[CU_COUNT(events) - 1 - i].open;
        if (!strstr(got, sealed[i]))
            fail_msg("%s", got);
        assert_ok(json_parse(f->json, cu_str_of(got), &v, NULL));
    }
    rows_clear(&rows);
}

static void test_undeclared_names_are_noted(void **state)
{
    struct flow *f = *state;
    (void)put(f, "{\"type\":\"track\",\"event\":\"Product "
                 "Viewed\",\"userId\":\"u\",\"properties\":{\"sku\":\"s\",\"odd\":1}}");
    (void)put(f, "{\"type\":\"track\",\"event\":\"Cart "
                 "Viewed\",\"userId\":\"u\",\"properties\":{\"products\":[{\"odder\":1}]}}");
    (void)put(
        f, "{\"type\":\"track\",\"event\":\"Made Up\",\"userId\":\"u\",\"properties\":{\"z\":1}}");
    project(f);
    flow_close(f);
    assert_int_equal(query_one(f, "SELECT count(*) FROM undeclared WHERE (scope, name) IN (VALUES "
                                  "('Product Viewed', 'odd'), "
                                  "('Cart Viewed', 'products.$.odder'), ('event', 'Made Up'))"),
        3);
    assert_int_equal(query_one(f, "SELECT count(*) FROM undeclared"), 3);
    flow_open(f);
}

// ---- whose

static void test_identifiers(void **state)
{
    struct flow *f = *state;
    (void)put(f,
        "{\"type\":\"track\",\"event\":\"X\",\"userId\":4711,\"anonymousId\":\"a1\"}"); // a number
                                                                                        // as an id
    (void)put(f,
        "{\"type\":\"track\",\"event\":\"X\",\"anonymousId\":\"a1\",\"context\":{\"externalIds\":["
        "{\"id\":\"c9\",\"type\":\"shopify_customer_id\",\"collection\":\"users\",\"encoding\":"
        "\"none\"},"
        "{\"id\":\"g1\",\"type\":\"group_number\",\"collection\":\"groups\"},{\"id\":\"h1\","
        "\"type\":\"hashed\",\"encoding\":\"sha256\"},"
        "{\"type\":\"empty\"},\"nonsense\",{\"id\":5,\"type\":\"plain_number\"}]}}");
    (void)put(f, "{\"type\":\"identify\",\"anonymousId\":\"a1\",\"context\":{\"traits\":{\"email\":"
                 "\"Rudder@Example.org \"}},\"traits\":{\"phone\":\"+49 170 1\"}}");
    (void)put(f, "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"4711\",\"context\":{\"device\":{"
                 "\"id\":\"dev1\"},\"traits\":{\"email\":\"not@an.id\"}}}");
    project(f);
    uint32_t pno = pno_of(f, "user_id", "4711");
    assert_true(pno > 0);
    assert_int_equal(pno_of(f, "anonymous_id", "a1"), pno);
    assert_int_equal(pno_of(f, "shopify_customer_id", "c9"), pno);
    assert_int_equal(pno_of(f, "plain_number", "5"), pno);
    assert_int_equal(pno_of(f, "email", "rudder@example.org"), pno);
    assert_int_equal(pno_of(f, "group_number", "g1"), 0);
    assert_int_equal(pno_of(f, "hashed", "h1"), 0);
    assert_int_equal(pno_of(f, "email", "not@an.id"), 0);
    rows_of(f, pno, &rows);
    assert_int_equal(rows.count, 4);
    rows_clear(&rows);
}

static void test_nobody(void **state)
{
    struct flow *f = *state;
    struct record r = record_new(f,
        "{\"type\":\"track\",\"event\":\"Order "
        "Completed\",\"properties\":{\"order_id\":\"G\",\"total\":5,\"email\":\"x@y.de\"}}",
        "n1");
    r.flags = RECORD_NOBODY;
    r.import = 3;
    r.import_row = 7;
    (void)put_record(f, &r);
    project(f);
    assert_int_equal(timeline_count(f->timeline), 1);
    rows_of(f, 0, &rows);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.at[0].event.revenue, 500);
    assert_int_equal(rows.at[0].event.import, 3);
    assert_non_null(strstr(rows.at[0].open, "x@y.de"));
    rows_clear(&rows);
    assert_int_equal(query_one(f, "SELECT count(*) FROM orders WHERE pno = 0 AND total = 500"), 1);
    assert_int_equal(query_one(f, "SELECT import_row FROM order_version"), 7);
    assert_int_equal(query_one(f, "SELECT count(*) FROM profile"), 0);
}

// ---- consent, traits, orders

static void test_consent_on_the_way(void **state)
{
    struct flow *f = *state;
    (void)put_at(f,
        "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"u\",\"context\":{\"consent\":{"
        "\"categoryPreferences\":{\"Analytics\":true}}}}",
        1000);
    struct record r = record_new(f, "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"v\"}", "c2");
    r.context = CU_LIT("{\"consent\":{\"categoryPreferences\":{\"Analytics\":false}}}");
    (void)put_record(f, &r);
    (void)put_at(f,
        "{\"type\":\"track\",\"event\":\"Segment Consent Preference "
        "Updated\",\"userId\":\"w\",\"context\":{\"consent\":{\"categoryPreferences\":{}}}}",
        1000);
    (void)put_at(f,
        "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"x\",\"context\":{\"consent\":null}}",
        1000);
    project(f);
    static const char *const sql =
        "SELECT state FROM consent_state WHERE purpose = 'analytics' AND pno = ";
    static const struct {
        const char *user;
        enum gate_state expected;
    } people[] = {{"u", GATE_GRANTED}, {"v", GATE_REFUSED}, {"w", GATE_REFUSED}};
    for (size_t i = 0; i < CU_COUNT(people); i++) {
        char text[128];
        (void)snprintf(text, sizeof text, "%s%u", sql, pno_of(f, "user_id", people[i].user));
        assert_int_equal(query_one(f, text), people[i].expected);
    }
    assert_int_equal(
        query_one(f, "SELECT count(*) FROM consent_evidence WHERE heard = 2") > 0, true);
    char text[128];
    (void)snprintf(text, sizeof text, "SELECT count(*) FROM consent_state WHERE pno = %u",
        pno_of(f, "user_id", "x"));
    assert_int_equal(query_one(f, text), 0);
}

static void test_group_trait(void **state)
{
    struct flow *f = *state;
    (void)put(f, "{\"type\":\"group\",\"userId\":\"u\",\"groupId\":\"acme\"}");
    (void)put(f, "{\"type\":\"group\",\"userId\":\"u\",\"groupId\":77}");
    project(f);
    assert_int_equal(query_one(f, "SELECT count(*) FROM quarantine"), 0);
    assert_true(query_one(f, "SELECT count(*) FROM trait_history") >= 1);
}

static void test_orders_on_the_way(void **state)
{
    struct flow *f = *state;
    static const char *const p =
        "\"userId\":\"u\",\"properties\":{\"order_id\":\"A\",\"total\":20,\"shipping\":5}}";
    char text[512];
    (void)snprintf(text, sizeof text, "{\"type\":\"track\",\"event\":\"Order Completed\",%s", p);
    (void)put_at(f, text, 1000);
    (void)snprintf(text, sizeof text, "{\"type\":\"track\",\"event\":\"Completed Order\",%s",
        p); // alias, another messageId
    (void)put_at(f, text, 1001);
    (void)put_at(f,
        "{\"type\":\"track\",\"event\":\"Order "
        "Refunded\",\"userId\":\"u\",\"properties\":{\"order_id\":\"A\",\"total\":3}}",
        1002);
    (void)put_at(f,
        "{\"type\":\"track\",\"event\":\"Order "
        "Cancelled\",\"userId\":\"u\",\"properties\":{\"order_id\":\"A\"}}",
        1003);
    project(f);
    rows_of(f, pno_of(f, "user_id", "u"), &rows);
    assert_int_equal(rows.count, 4);
    static const int64_t revenue[] = {-1500, 0, 0, 1500}; // newest first
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(rows.at[i].event.revenue, revenue[i]);
        assert_int_equal(
            rows.at[i].event.flags & TIMELINE_HAS_REVENUE, revenue[i] ? TIMELINE_HAS_REVENUE : 0);
    }
    rows_clear(&rows);
    assert_int_equal(
        query_one(f, "SELECT count(*) FROM orders WHERE status = 4 AND revenue = 0"), 1);
}

static void test_sample_and_import_marks(void **state)
{
    struct flow *f = *state;
    struct record r = record_new(f, "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"u\"}", "s");
    r.flags = RECORD_SAMPLE;
    r.source = 4;
    r.import = 12;
    (void)put_record(f, &r);
    project(f);
    rows_of(f, pno_of(f, "user_id", "u"), &rows);
    assert_int_equal(rows.at[0].event.flags, TIMELINE_SAMPLE);
    assert_int_equal(rows.at[0].event.source, 4);
    assert_int_equal(rows.at[0].event.import, 12);
    rows_clear(&rows);
}

// ---- what cannot be projected

static void test_poison_goes_to_quarantine(void **state)
{
    struct flow *f = *state;
    static const struct {
        const char *event, *code, *field;
    } cases[] = {
        {"not json", "malformed", ""},
        {"[]", "invalid", ""},
        {"{\"type\":\"track\",\"event\":\"X\",\"userId\":\"a\",\"userId\":\"b\"}", "malformed", ""},
        {"{\"type\":\"watch\",\"userId\":\"a\"}", "invalid", "/type"},
        {"{\"userId\":\"a\",\"event\":\"X\"}", "invalid", "/type"},
        {"{\"type\":\"track\",\"userId\":\"a\"}", "missing", "/event"},
        {"{\"type\":\"track\",\"event\":\"X\"}", "missing", "/userId"},
        {"{\"type\":\"track\",\"event\":\"X\",\"userId\":\"null\"}", "invalid", "/userId"},
        {"{\"type\":\"track\",\"event\":\"X\",\"userId\":\"\",\"anonymousId\":\"undefined\"}",
            "invalid", "/userId"},
        {"{\"type\":\"track\",\"event\":\"Order "
         "Completed\",\"userId\":\"a\",\"properties\":{\"order_id\":\"o\",\"total\":1.23456}}",
            "invalid", "/properties/total"},
        {"{\"type\":\"track\",\"event\":\"Order Refunded\",\"userId\":\"a\",\"properties\":{}}",
            "missing", "/properties/order_id"},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        (void)put(f, "{\"type\":\"track\",\"event\":\"Good\",\"userId\":\"good\"}");
        (void)put(f, cases[i].event);
    }
    (void)put(f, "{\"type\":\"track\",\"event\":\"Good\",\"userId\":\"good\"}");
    project(f);
    assert_int_equal(timeline_count(f->timeline), CU_COUNT(cases) + 1);
    assert_int_equal(
        query_one(f, "SELECT count(*) FROM profile"), 1); // nothing of the bad ones stays
    assert_int_equal(query_one(f, "SELECT count(*) FROM orders"), 0);
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        char sql[256];
        (void)snprintf(sql, sizeof sql,
            "SELECT count(*) FROM quarantine WHERE seq = %zu AND code = '%s' AND field = '%s' AND "
            "origin = 1 AND status = 0",
            2 * i + 2, cases[i].code, cases[i].field);
        if (query_one(f, sql) != 1)
            fail_msg("%s", cases[i].event);
    }
}

static void test_bytes_that_are_no_record(void **state)
{
    struct flow *f = *state;
    const cu_str junk = CU_LIT("\x07 these are not a record");
    uint64_t seq = 0;
    assert_ok(journal_append_wait(f->journal, &junk, 1, &seq, NULL));
    (void)put(f, "{\"type\":\"track\",\"event\":\"Good\",\"userId\":\"good\"}");
    for (int i = 0; i < 20; i++) { // damage is looked at more than once before it is believed
        struct cu_error err = {0};
        size_t count = 0;
        assert_true(batch_run(f->pipeline, 0, &count, &err) <= CU_CODE_COUNT);
    }
    assert_int_equal(timeline_count(f->timeline), 1);
    assert_int_equal(query_one(f, "SELECT count(*) FROM quarantine WHERE code = 'corrupt'"), 1);
    struct cu_buf body;
    struct db *d = NULL;
    cu_buf_init(&body, 4096);
    assert_ok(people_read_take(f->people, &d, NULL));
    assert_ok(quarantine_body(f->quarantine, d, 1, &body, NULL));
    people_read_give(f->people, d);
    assert_true(cu_str_eq(cu_buf_view(&body), junk));
    cu_buf_clear(&body);
}

static const char *order_by(const char *user, char room[512])
{
    (void)snprintf(room, 512,
        "{\"type\":\"track\",\"event\":\"Order "
        "Completed\",\"userId\":\"%s\",\"properties\":{\"order_id\":\"A\",\"total\":1}}",
        user);
    return room;
}

// A record that fails after it wrote something: the batch is taken back, what stands before it is
// committed, it goes alone, what follows goes on; its own traces vanish.
static void test_poison_that_had_written(void **state)
{
    struct flow *f = *state;
    char text[512];
    for (int i = 0; i < 1000; i++) { // as many messages as one order takes
        (void)put_at(f, order_by("owner", text), 1000 + i);
    }
    project(f);
    (void)put(f, "{\"type\":\"track\",\"event\":\"Before\",\"userId\":\"b1\"}");
    uint64_t first = put(f, order_by("intruder", text));
    (void)put(f, "{\"type\":\"track\",\"event\":\"Between\",\"userId\":\"b2\"}");
    uint64_t second = put(f, order_by("second intruder", text));
    (void)put(f, "{\"type\":\"track\",\"event\":\"After\",\"userId\":\"b3\"}");
    project(f);
    assert_int_equal(timeline_count(f->timeline), 1003);
    assert_int_equal(pno_of(f, "user_id", "intruder") + pno_of(f, "user_id", "second intruder"), 0);
    assert_true(
        pno_of(f, "user_id", "b1") && pno_of(f, "user_id", "b2") && pno_of(f, "user_id", "b3"));
    char sql[128];
    (void)snprintf(sql, sizeof sql,
        "SELECT count(*) FROM quarantine WHERE code = 'too_large' AND seq IN (%llu, %llu)",
        (unsigned long long)first, (unsigned long long)second);
    assert_int_equal(query_one(f, sql), 2);
    assert_int_equal(query_one(f, "SELECT count(*) FROM quarantine"), 2);
}

static void test_refused_by_a_door(void **state)
{
    struct flow *f = *state;
    struct record r = record_new(f, "{\"type\":\"track\",\"event\":\"canarysecret\"", "refused");
    r.kind = RECORD_REFUSED;
    r.reason = CU_MALFORMED;
    r.field = CU_LIT("/batch/3");
    r.text = CU_LIT("not JSON");
    (void)put_record(f, &r);
    (void)put_record(f, &r); // the client tries again
    r.seen_tag[0] ^= 1;
    r.source = 9;
    (void)put_record(f, &r);
    project(f);
    assert_int_equal(timeline_count(f->timeline), 0);
    assert_int_equal(query_one(f, "SELECT count(*) FROM quarantine WHERE origin = 0 AND code = "
                                  "'malformed' AND field = '/batch/3' AND size = 38"),
        2);
    for (size_t i = 0; i < CU_COUNT(flow_folders);
         i++) { // sealed in the journal and in the database
        char *folder = test_path(f->folder, flow_folders[i]);
        DIR *dir = opendir(folder);
        for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
            if (e->d_name[0] == '.' || e->d_type == DT_DIR)
                continue;
            struct test_bytes b = test_read(folder, e->d_name);
            assert_null(memmem(b.ptr, b.len, "canarysecret", 12));
            free(b.ptr);
        }
        closedir(dir);
        free(folder);
    }
}

// ---- the thread and its questions

static void test_thread_wait_and_feed(void **state)
{
    struct flow *f = *state;
    struct pipeline_recent feed[8];
    assert_int_equal(pipeline_recent(f->pipeline, 0, feed, 8), 0);
    assert_ok(pipeline_start(f->pipeline, NULL));
    uint64_t seq = 0;
    for (int i = 0; i < 20; i++)
        seq = put(f, i == 18 ? "broken" : "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"u\"}");
    assert_ok(pipeline_wait(f->pipeline, seq, 20000, NULL));
    assert_int_equal(timeline_count(f->timeline), 19);
    assert_int_equal(pipeline_wait(f->pipeline, seq + 1, 10, NULL), CU_TIMEOUT);
    assert_true(pipeline_ready(f->pipeline));
    assert_int_equal(pipeline_recent(f->pipeline, 0, feed, 8), 8); // the newest, oldest first
    assert_int_equal(feed[0].seq, seq - 7);
    assert_int_equal(feed[7].seq, seq);
    assert_int_equal(feed[6].refused, 1);
    assert_int_equal(feed[6].pno + feed[6].kind, 0);
    assert_int_equal(feed[7].refused, 0);
    assert_true(feed[7].pno > 0 && feed[7].kind > 0 && feed[7].source == 1);
    assert_int_equal(pipeline_recent(f->pipeline, seq - 2, feed, 8), 2);
    assert_int_equal(pipeline_recent(f->pipeline, seq, feed, 8), 0);
    assert_int_equal(pipeline_recent(f->pipeline, 0, feed, 1), 1);
    assert_int_equal(feed[0].seq, seq);
    pipeline_stop(f->pipeline);
    // stopping flushes: nothing needs to be replayed, all of the journal may go
    assert_int_equal(pipeline_releasable(f->pipeline), seq);
    assert_int_equal(
        query_one(f, "SELECT min(timeline, seen, touched) FROM pipeline_position"), (int64_t)seq);
}

static void test_ring_wraps(void **state)
{
    struct flow *f = *state;
    static struct pipeline_recent feed[2000];
    for (int i = 0; i < 1100; i++)
        (void)put(f, "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"u\"}");
    project(f);
    assert_int_equal(pipeline_recent(f->pipeline, 0, feed, 2000), 1024);
    assert_int_equal(feed[0].seq, 77);
    assert_int_equal(feed[1023].seq, 1100);
}

static void test_release_waits_for_every_projection(void **state)
{
    struct flow *f = *state;
    const struct spec_job *job = &collect_pipeline_module.jobs[0];
    assert_int_equal(pipeline_releasable(f->pipeline), 0);
    uint64_t seq = 0;
    for (int i = 0; i < 10; i++)
        seq = put(f, "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"u\"}");
    project(f);
    assert_int_equal(pipeline_releasable(f->pipeline), 0); // in memory only so far
    assert_ok(job->run(f->pipeline, NULL));
    assert_ok(batch_flush(f->pipeline, NULL));
    assert_int_equal(pipeline_releasable(f->pipeline), seq);
    assert_ok(job->run(f->pipeline, NULL));
    // repetitions alone leave nothing in any memory, so they may go as soon as that is stored
    struct record r = record_new(f, "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"u\"}", "m1");
    for (int i = 0; i < 3; i++)
        seq = put_record(f, &r);
    project(f);
    (void)put_record(f, &r);
    project(f);
    assert_int_equal(pipeline_releasable(f->pipeline), seq);
}

static void test_journal_of_another_time(void **state)
{
    struct flow *f = *state;
    for (int i = 0; i < 10; i++)
        (void)put(f, "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"u\"}");
    project(f);
    flow_close(f);
    char *journal = test_path(f->folder, "journal"), *aside = flow_folder_new(),
         *copy = test_path(aside, "journal");
    test_folder_copy(journal, copy);
    test_folder_empty(journal); // records.db is ahead of an empty journal
    struct cu_error err = {0};
    assert_int_equal(flow_try_open(f, &err), CU_CORRUPT);
    assert_null(f->pipeline);
    flow_close(f);
    test_folder_copy(copy, journal);
    free(journal);
    free(copy);
    flow_folder_free(aside);
    flow_open(f);
}

#define T(name) cmocka_unit_test_setup_teardown(name, flow_setup, flow_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_every_call),
        T(test_repetitions_count_once),
        T(test_split_by_the_dictionary),
        T(test_plain_context),
        T(test_event_list_puts_the_parts_together),
        T(test_many_names),
        T(test_envelope_and_request),
        T(test_members_as_they_stand),
        T(test_undeclared_names_are_noted),
        T(test_identifiers),
        T(test_nobody),
        T(test_consent_on_the_way),
        T(test_group_trait),
        T(test_orders_on_the_way),
        T(test_sample_and_import_marks),
        T(test_poison_goes_to_quarantine),
        T(test_bytes_that_are_no_record),
        T(test_poison_that_had_written),
        T(test_refused_by_a_door),
        T(test_thread_wait_and_feed),
        T(test_ring_wraps),
        T(test_release_waits_for_every_projection),
        T(test_journal_of_another_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
