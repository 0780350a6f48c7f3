// SPDX-License-Identifier: Apache-2.0
// The tracking API from request to journal record: every path, envelopes, ids, pixels, settings
// documents and memory that runs out.
#include "door_world.h"

static void test_message_ids(void **state)
{
    (void)state;
    struct record r;
    uint8_t tags[4][16];
    static const char *const bodies[] = {TRACK,
        "{\"event\":\"Other\",\"userId\":\"v\",\"messageId\":\"m-1\"}",
        "{\"userId\":\"u\",\"event\":\"Seen\"}", "{\"userId\":\"u\",\"event\":\"Seen\"}"};
    for (int i = 0; i < 4; i++) {
        expect(i == 1 ? "/v1/track?writeKey=wk_sample" : "/v1/track", i == 1 ? NULL : with_key,
            cu_str_of(bodies[i]), 200, NULL);
        assert_true(next(&r));
        memcpy(tags[i], r.seen_tag, 16);
        assert_int_equal((r.flags & RECORD_SAMPLE) != 0, i == 1);
        if (i >= 2) // one was made and is in the text
            assert_true(cu_str_starts(r.event, CU_LIT("{\"type\":\"track\",\"messageId\":\"")));
        json call;
        struct cu_error err;
        assert_int_equal(json_parse(w.parser, r.event, &call, &err), CU_OK);
        assert_true(json_str(json_get(call, "messageId")).len > 0);
    }
    assert_memory_equal(tags[0], tags[1], 16); // one per shop, whatever the source
    assert_memory_not_equal(tags[2], tags[3], 16);
    // an id that is there but empty cannot be written beside it
    expect("/v1/track", with_key,
        CU_LIT("{\"userId\":\"u\",\"event\":\"Seen\",\"messageId\":null}"), 200, NULL);
    assert_true(next(&r));
    assert_true(cu_str_find_str(r.event, CU_LIT("\"messageId\":null")) > 0);
}

static void test_envelope_goes_with_every_record(void **state)
{
    (void)state;
    struct record r;
    const cu_str body = CU_LIT("{\"context\":{\"library\":{\"name\":\"analytics-node\",\"version\":"
                               "\"1\"},\"k\":\"\\u00e9\"},\"integrations\":{\"All\":true},"
                               "\"batch\":[{\"type\":\"page\",\"userId\":\"u\",\"timestamp\":"
                               "\"2026-11-21T10:00:00.000Z\"},"
                               "{\"type\":\"page\",\"userId\":\"v\"}],\"timestamp\":\"2026-11-"
                               "21T10:00:00.000Z\",\"sentAt\":\"2026-11-21T09:00:00.000Z\"}");
    expect("/v1/import", with_key, body, 200, "\"accepted\":2");
    for (int i = 0; i < 2; i++) {
        assert_true(next(&r));
        assert_true(cu_str_eqz(r.context,
            "{\"library\":{\"name\":\"analytics-node\",\"version\":\"1\"},\"k\":\"\xc3\xa9\"}"));
        assert_true(cu_str_eqz(r.integrations, "{\"All\":true}"));
        int64_t sent = 0, at = 0;
        assert_true(
            text_time_parse(CU_LIT("2026-11-21T09:00:00.000Z"), &sent) && r.sent_ms == sent);
        assert_true(text_time_parse(CU_LIT("2026-11-21T10:00:00.000Z"), &at));
        assert_true(i == 0 ? r.time_ms == at : r.time_ms == r.received_ms);
        assert_int_equal(r.flags, 0);
        assert_int_equal(r.ip.len, 0);
    }
    expect("/v1/batch", with_key,
        CU_LIT("{\"context\":{\"traits\":{\"email\":5.5}},\"batch\":[{\"type\":\"page\",\"userId\":"
               "\"u\"}]}"),
        400, "/context/traits/email");
}

static void test_whose_address_it_is(void **state)
{
    (void)state;
    struct record r;
    static const struct {
        const char *path;
        struct header headers[4];
        const char *body;
        bool person;
    } cases[] = {
        {"/v1/p",
            {{"Authorization", BASIC}, {"Origin", "https://shop.example"},
                {"User-Agent", "Mozilla/5.0 Z"}},
            "{\"anonymousId\":\"a\"}", true},
        {"/v1/p", {{"Authorization", BASIC}, {"User-Agent", "Mozilla/5.0 Z"}},
            "{\"anonymousId\":\"a\"}", true},
        {"/v1/p", {{"Authorization", BASIC}, {"User-Agent", "node"}}, "{\"anonymousId\":\"a\"}",
            false},
        {"/v1/p", {{"Authorization", BASIC}, {"User-Agent", "okhttp"}},
            "{\"anonymousId\":\"a\",\"channel\":\"mobile\"}", true},
        {"/v1/p", {{"Authorization", BASIC}, {"User-Agent", "Mozilla/5.0 Z"}},
            "{\"anonymousId\":\"a\",\"channel\":\"server\"}", false},
        {"/v1/p", {{"Authorization", BASIC}},
            "{\"anonymousId\":\"a\",\"context\":{\"direct\":true}}", true},
        {"/api/s/page", {{"X-Write-Key", KEY ":s"}, {"Origin", "https://x"}},
            "{\"anonymousId\":\"a\"}", true},
        {"/api/s/s2s/page", {{"X-Write-Key", KEY ":s"}, {"Origin", "https://x"}},
            "{\"anonymousId\":\"a\"}", false},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        expect(cases[i].path, cases[i].headers, cu_str_of(cases[i].body), 200, NULL);
        assert_true(next(&r));
        assert_true(cu_str_eqz(r.ip, cases[i].person ? "198.51.100.4" : ""));
        bool direct = strstr(cases[i].body, "direct") != NULL;
        assert_int_equal((r.flags & RECORD_CLIENT_SIDE) != 0, cases[i].person && !direct);
        if (cases[i].person && cases[i].headers[1].name &&
            strcmp(cases[i].headers[1].name, "User-Agent") == 0)
            assert_true(cu_str_eqz(r.user_agent, cases[i].headers[1].value));
    }
}

static void test_every_path(void **state)
{
    (void)state;
    static const struct {
        const char *path, *type;
    } singles[] = {
        {"/v1/identify", "identify"},
        {"/v1/track", "track"},
        {"/v1/page", "page"},
        {"/v1/screen", "screen"},
        {"/v1/group", "group"},
        {"/v1/alias", "alias"},
        {"/v1/i", "identify"},
        {"/v1/t", "track"},
        {"/v1/p", "page"},
        {"/v1/s", "screen"},
        {"/v1/g", "group"},
        {"/v1/a", "alias"},
        {"/api/s/identify", "identify"},
        {"/api/s/track", "track"},
        {"/api/s/page", "page"},
        {"/api/s/screen", "screen"},
        {"/api/s/group", "group"},
        {"/api/s/alias", "alias"},
        {"/api/s/s2s/track", "track"},
    };
    const cu_str call = CU_LIT("{\"userId\":\"u\",\"event\":\"E\",\"groupId\":\"g\",\"previousId\":"
                               "\"p\",\"messageId\":\"m\"}");
    for (size_t i = 0; i < CU_COUNT(singles); i++) {
        for (int slash = 0; slash < 2; slash++) {
            char path[64], start[64];
            struct record r;
            (void)snprintf(path, sizeof path, "%s%s", singles[i].path, slash ? "/" : "");
            (void)snprintf(start, sizeof start, "{\"type\":\"%s\",\"userId\"", singles[i].type);
            expect(path, with_key, call, 200, "{\"success\":true}");
            assert_true(
                next(&r) && r.kind == RECORD_EVENT && cu_str_starts(r.event, cu_str_of(start)));
        }
    }
    static const char *const batches[] = {"/v1/batch", "/v1/b", "/v1/import", "/beacon/v1/batch",
        "/v1/batch/", "/v1/b/", "/v1/import/", "/beacon/v1/batch/", "/api/s/batch",
        "/api/s/s2s/batch"};
    for (size_t i = 0; i < CU_COUNT(batches); i++)
        expect(batches[i], with_key, CU_LIT("{\"batch\":[{\"type\":\"page\",\"userId\":\"u\"}]}"),
            200, "\"accepted\":1");
    assert_int_equal(skip_all(), CU_COUNT(batches));
    expect("/v1/m", NULL, CU_LIT("{\"series\":[]}"), 200, "success"); // no key, nothing kept
    assert_int_equal(skip_all(), 0);
    for (size_t i = 0; i < collect_door_module.route_count; i++) {
        const struct spec_route *r = &collect_door_module.routes[i];
        assert_true(r->cors && r->permission == SPEC_WRITE_KEY && r->doc && r->handler && r->name);
        assert_true(r->body_kind == SPEC_BODY_NONE || r->body_max > 0);
    }
}

static void test_pixel(void **state)
{
    (void)state;
    struct record r;
    struct call *c = ask("GET",
        "/pixel/v1/track?writeKey=" KEY
        "&userId=u%201&event=Seen&properties.price=3&properties.a.b=x%26y"
        "&properties.name=Z%C3%BCrich&messageId=m9",
        NULL, CU_LIT(""));
    assert_int_equal(c->rq.response.status, 200);
    assert_string_equal(c->rq.response.content_type, "image/gif");
    assert_true(cu_str_starts(answer_of(c), CU_LIT("GIF89a")) && answer_of(c).len == 43);
    end(c);
    assert_true(next(&r));
    assert_true(
        cu_str_eqz(r.event, "{\"type\":\"track\",\"event\":\"Seen\",\"messageId\":\"m9\","
                            "\"properties\":{\"a\":{\"b\":\"x&y\"},"
                            "\"name\":\"Z\xc3\xbcrich\",\"price\":\"3\"},\"userId\":\"u 1\"}"));
    assert_true((r.flags & RECORD_CLIENT_SIDE) != 0 && r.ip.len > 0);
    c = ask("GET", "/pixel/v1/page?writeKey=" KEY "&anonymousId=a", NULL, CU_LIT(""));
    assert_int_equal(c->rq.response.status, 200);
    end(c);
    assert_true(next(&r));
    static const struct {
        const char *query;
        int status;
    } bad[] = {{"", 401}, {"writeKey=no&userId=u", 401},
        {"writeKey=" KEY "&userId=%ff&event=x", 400},
        {"writeKey=" KEY "&a=1&a.b=2&userId=u&event=x", 400},
        {"writeKey=" KEY "&a..b=2&userId=u&event=x", 400},
        {"writeKey=" KEY "&a.b.c.d.e.f.g.h.i.j.k=2&userId=u&event=x", 400},
        {"writeKey=" KEY "&userId=u", 400}, {"writeKey=" KEY "&userId=%zz&event=x", 400}};
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        char path[256];
        (void)snprintf(path, sizeof path, "/pixel/v1/track?%s", bad[i].query);
        c = ask("GET", path, NULL, CU_LIT(""));
        if (c->rq.response.status != bad[i].status)
            print_error("%s: %d\n", path, c->rq.response.status);
        assert_int_equal(c->rq.response.status, bad[i].status);
        end(c);
    }
}

static void test_settings_documents(void **state)
{
    (void)state;
    const struct header host[] = {{"Host", "data.shop.example:8443"}, {NULL, NULL}};
    struct call *c = ask("GET", "/v1/projects/" KEY "/settings", host, CU_LIT(""));
    assert_int_equal(c->rq.response.status, 200);
    assert_true(cu_str_starts(answer_of(c),
        CU_LIT("{\"integrations\":{\"Segment.io\":{\"apiKey\":\"" KEY
               "\",\"apiHost\":\"data.shop.example:8443/v1\",\"protocol\":\"http\"")));
    assert_true(cu_str_find_str(answer_of(c), CU_LIT("\"metrics\":{\"sampleRate\":0}")) > 0);
    assert_true(answer_header(c, "Cache-Control").len > 0);
    end(c);
    static const struct {
        const char *path, *host;
        int status;
    } others[] = {{"/v1/projects/wk_off/settings", "x", 200},
        {"/v1/projects/nobody/settings", "x", 404}, {"/v1/projects/" KEY "/settings", "x\"y", 400},
        {"/v1/projects/" KEY "/settings", "", 400},
        {"/v1/projects/" KEY "/settings/", "[::1]:80", 200},
        {"/analytics.js/v1/" KEY "/analytics.min.js", "x", 404}};
    for (size_t i = 0; i < CU_COUNT(others); i++) {
        const struct header h[] = {{"Host", others[i].host}, {NULL, NULL}};
        c = ask("GET", others[i].path, h, CU_LIT(""));
        assert_int_equal(c->rq.response.status, others[i].status);
        end(c);
    }
    static const struct {
        const char *path, *authorization;
        int status;
        const char *part;
    } rudder[] = {
        {"/sourceConfig/?p=npm&v=3.34.1&writeKey=" KEY, BASIC, 200, "\"id\":\"source-7\""},
        {"/sourceConfig?writeKey=" KEY, "", 200, "\"enabled\":true"},
        {"/sourceConfig/", BASIC, 200, "\"destinations\":[]"},
        {"/sourceConfig/?writeKey=wk_off", "", 200, "\"enabled\":false"},
        {"/sourceConfig/?writeKey=no", "", 401, NULL},
        {"/sourceConfig/", "", 401, NULL},
    };
    for (size_t i = 0; i < CU_COUNT(rudder); i++) {
        const struct header h[] = {{"Authorization", rudder[i].authorization}, {NULL, NULL}};
        c = ask("GET", rudder[i].path, h, CU_LIT(""));
        assert_int_equal(c->rq.response.status, rudder[i].status);
        assert_true(
            !rudder[i].part || cu_str_find_str(answer_of(c), cu_str_of(rudder[i].part)) > 0);
        assert_true(cu_str_find_str(answer_of(c), CU_LIT("\"shop\"")) < 0);
        end(c);
    }
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    const cu_str body = CU_LIT(
        "{\"context\":{\"a\":1},\"batch\":[{\"type\":\"page\",\"userId\":\"u\"},{\"type\":"
        "\"track\"},"
        "{\"userId\":\"u\",\"type\":\"identify\",\"traits\":{\"email\":\"zoe@example.com\"}}]}");
    struct cu_buf gzip = squeeze(body, 15 + 16);
    expect("/v1/batch", with_key, cu_buf_view(&gzip), 200, NULL);
    assert_int_equal(skip_all(), 3);
    bool done = false;
    for (uint64_t nth = 1; !done && nth < 300; nth++) {
        cu_fault_arm(CU_FAULT_ALLOC, nth + 1, false); // the request's own arena comes first
        struct call *c = ask("POST", "/v1/batch", with_key, cu_buf_view(&gzip));
        done = cu_fault_count(CU_FAULT_ALLOC) < nth + 1;
        cu_fault_disarm();
        int status = c->rq.response.status;
        assert_true(status == 200 || status == 500 || status == 429);
        end(c);
        assert_int_equal(skip_all(), status == 200 ? 3 : 0); // all or nothing
    }
    assert_true(done);
    cu_buf_clear(&gzip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_message_ids, setup, teardown),
        cmocka_unit_test_setup_teardown(test_envelope_goes_with_every_record, setup, teardown),
        cmocka_unit_test_setup_teardown(test_whose_address_it_is, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_path, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pixel, setup, teardown),
        cmocka_unit_test_setup_teardown(test_settings_documents, setup, teardown),
        cmocka_unit_test_setup_teardown(test_every_allocation_may_fail, setup, teardown),
    };
    return cmocka_run_group_tests_name("collect/door_paths", tests, NULL, NULL);
}
