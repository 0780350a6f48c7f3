// SPDX-License-Identifier: Apache-2.0
// The tracking API from request to journal record: keys, bodies, limits, refusals, answers.
#include "door_world.h"

static void test_five_places_for_a_key(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        struct header headers[3];
        const char *body;
        int status;
    } cases[] = {
        {"/v1/track", {{"Authorization", BASIC}}, TRACK, 200},
        {"/v1/track", {{"authorization", "basic d2tfdGVzdA=="}}, TRACK, 200}, // without the colon
        {"/v1/track", {{"Authorization", "Basic d2tfdGVzdDpwYXNz"}}, TRACK, 200}, // with a password
        {"/v1/track", {{NULL, NULL}}, TRACK_WITH(KEY), 200},
        {"/v1/track", {{"Authorization", "Bearer eyJhbGciOi.x.y"}}, TRACK_WITH(KEY), 200},
        {"/v1/track", {{"Authorization", "Bearer " KEY}}, TRACK, 200},
        {"/v1/track", {{"X-Write-Key", KEY ":secret"}}, TRACK, 200},
        {"/v1/track", {{"X-Write-Key", KEY}}, TRACK, 200},
        {"/v1/track?writeKey=" KEY, {{NULL, NULL}}, TRACK, 200},
        {"/v1/track?a=b&writeKey=wk%5Ftest", {{NULL, NULL}}, TRACK, 200},
        // a header beats the body, both ways
        {"/v1/track", {{"X-Write-Key", KEY ":s"}}, TRACK_WITH("WK_ID:***"), 200},
        {"/v1/track", {{"Authorization", "Basic bm9ib2R5Og=="}}, TRACK_WITH(KEY), 401},
        {"/v1/track", {{"X-Write-Key", "nobody"}, {"Authorization", BASIC}}, TRACK, 401},
        {"/v1/track?writeKey=nobody", {{NULL, NULL}}, TRACK_WITH(KEY), 401},
        // an empty header says nothing
        {"/v1/track", {{"Authorization", "Basic Og=="}}, TRACK_WITH(KEY), 200},
        {"/v1/track", {{"X-Write-Key", ""}, {"Authorization", BASIC}}, TRACK, 200},
        {"/v1/track", {{"Authorization", "Digest x"}}, TRACK_WITH(KEY), 200},
        {"/v1/track", {{"Authorization", "Basic !!!"}}, TRACK, 401},
        {"/v1/track", {{NULL, NULL}}, TRACK, 401},
        {"/v1/track", {{NULL, NULL}}, TRACK_WITH("nobody"), 401},
        {"/v1/track", {{NULL, NULL}}, "{\"userId\":\"u\",\"event\":\"Seen\",\"writeKey\":7}", 401},
        {"/v1/track", {{NULL, NULL}}, TRACK_WITH("wk_off"), 403},
        {"/v1/track", {{"X-Write-Key", "wk_off"}}, TRACK, 403},
        {"/v1/batch", {{NULL, NULL}},
            "{\"writeKey\":\"" KEY "\",\"batch\":[{\"type\":\"page\",\"userId\":\"u\"}]}", 200},
        {"/v1/batch", {{NULL, NULL}},
            "{\"batch\":[{\"type\":\"page\",\"userId\":\"u\"}],\"writeKey\":\"" KEY "\"}", 200},
        {"/v1/batch", {{NULL, NULL}}, "{\"batch\":[{\"type\":\"page\",\"userId\":\"u\"}]}", 401},
        {"/beacon/v1/batch?writeKey=" KEY, {{NULL, NULL}},
            "{\"batch\":[{\"type\":\"page\",\"userId\":\"u\"}]}", 200},
    };
    size_t stored = 0;
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        expect(cases[i].path, cases[i].headers, cu_str_of(cases[i].body), cases[i].status,
            cases[i].status == 200 ? "\"success\":true" : NULL);
        stored += cases[i].status == 200;
    }
    assert_int_equal(skip_all(), stored); // nothing is kept for nobody
    char long_key[700] = "Basic ";
    memset(long_key + 6, 'A', 600);
    expect("/v1/track", (const struct header[]){{"Authorization", long_key}, {NULL, NULL}},
        CU_LIT(TRACK), 401, NULL);
}

static void test_bodies_are_known_by_their_first_bytes(void **state)
{
    (void)state;
    struct cu_buf gzip = squeeze(CU_LIT(TRACK), 15 + 16), zlib = squeeze(CU_LIT(TRACK), 15);
    const struct header form[] = {{"Authorization", BASIC},
        {"Content-Type", "application/x-www-form-urlencoded"}, {"Content-Encoding", "gzip"},
        {NULL, NULL}};
    const struct header text[] = {
        {"Authorization", BASIC}, {"Content-Type", "text/plain"}, {NULL, NULL}};
    const struct header deflate[] = {
        {"Authorization", BASIC}, {"Content-Encoding", "deflate"}, {NULL, NULL}};
    expect("/v1/track", form, cu_buf_view(&gzip), 200, NULL);
    expect("/v1/track", text, cu_buf_view(&gzip), 200, NULL); // nobody said it was compressed
    expect("/v1/track", form, CU_LIT(TRACK), 200, NULL); // a proxy unpacked it and kept the header
    expect("/v1/track", text, CU_LIT(TRACK), 200, NULL);
    expect("/v1/track", deflate, cu_buf_view(&zlib), 200, NULL);
    expect("/v1/track", text, CU_LIT("\xef\xbb\xbf" TRACK "\r\n"), 200, NULL);
    expect("/v1/track", text, CU_LIT("  \n" TRACK), 200, NULL);
    struct record r;
    for (int i = 0; i < 7; i++) {
        assert_true(next(&r));
        assert_true(cu_str_starts(r.event, CU_LIT("{\"type\":\"track\",\"userId\":\"u\"")));
    }
    assert_false(next(&r));
    // damage: refused, and kept as it came
    struct cu_buf cut = squeeze(CU_LIT(TRACK), 15 + 16);
    cut.len -= 5;
    expect("/v1/track", form, cu_buf_view(&cut), 400, "malformed");
    assert_true(next(&r));
    assert_int_equal(r.kind, RECORD_REFUSED);
    assert_int_equal(r.reason, CU_MALFORMED);
    assert_true(cu_str_eq(r.event, cu_buf_view(&cut)));
    expect("/v1/track", with_key, CU_LIT(""), 400, "empty");
    expect("/v1/track", with_key, CU_LIT(" \n"), 400, "empty");
    // a bomb costs no more than the limit
    char *zeros = calloc(1, 50 << 20);
    struct cu_buf bomb = squeeze((cu_str){zeros, 50 << 20}, 15 + 16);
    free(zeros);
    expect("/v1/batch", form, cu_buf_view(&bomb), 400, "too_large");
    cu_buf_clear(&bomb);
    cu_buf_clear(&cut);
    cu_buf_clear(&gzip);
    cu_buf_clear(&zlib);
}

static void test_size_of_one_call(void **state)
{
    (void)state;
    struct record r;
    char *exact = event_of(DOOR_CALL_MAX, ""), *over = event_of(DOOR_CALL_MAX + 1, "");
    expect("/v1/track", with_key, cu_str_of(exact), 200, NULL);
    assert_true(next(&r) && r.kind == RECORD_EVENT);
    expect("/v1/t", with_key, cu_str_of(over), 400, "\"code\":\"too_large\"");
    assert_true(next(&r));
    assert_int_equal(r.kind, RECORD_REFUSED);
    assert_int_equal(r.reason, CU_TOO_LARGE);
    assert_true(cu_str_eqz(r.event, over)); // whole
    char *huge = event_of(DOOR_BATCH_MAX + 1, "");
    expect("/v1/track", with_key, cu_str_of(huge), 400, "too_large");
    assert_false(next(&r)); // beyond what quarantine takes
    // the key only stands in a body that is too large to be looked into: still 400, and not kept
    char *keyed = malloc(DOOR_CALL_MAX + 200);
    (void)snprintf(keyed, DOOR_CALL_MAX + 200, "{\"writeKey\":\"" KEY "\",%s", over + 1);
    expect("/v1/track", NULL, cu_str_of(keyed), 400, "too_large");
    assert_true(next(&r) && r.kind == RECORD_REFUSED);
    free(exact);
    free(over);
    free(huge);
    free(keyed);
}

static void test_size_of_a_batch(void **state)
{
    (void)state;
    struct cu_buf body;
    struct record r;
    cu_buf_init(&body, 4 << 20);
    char *big = event_of(40406, "\"type\":\"track\",");
    cu_buf_printf(&body,
        "{\"batch\":[{\"type\":\"page\",\"userId\":\"a\"},%s,{\"type\":\"page\",\"userId\":\"c\"}]"
        "}",
        big);
    expect("/v1/batch", with_key, cu_buf_view(&body), 200,
        "{\"success\":true,\"refused\":[{\"index\":1,\"code\":\"too_large\",\"field\":\"\","
        "\"text\":\"one call has at most "
        "32768 bytes\"}],\"accepted\":2}");
    assert_true(next(&r) && r.kind == RECORD_EVENT);
    assert_true(next(&r) && r.kind == RECORD_REFUSED && cu_str_eqz(r.event, big));
    assert_true(next(&r) && r.kind == RECORD_EVENT);
    free(big);

    cu_buf_reset(&body);
    cu_buf_z(&body, "{\"batch\":[");
    for (int i = 0; i < DOOR_BATCH_EVENTS_MAX + 3; i++)
        cu_buf_printf(&body, "%s{\"type\":\"page\",\"userId\":%d}", i ? "," : "", i);
    cu_buf_z(&body, "]}");
    expect("/v1/batch", with_key, cu_buf_view(&body), 200, "\"accepted\":2500");
    int events = 0, refused = 0;
    while (next(&r)) {
        events += r.kind == RECORD_EVENT;
        refused += r.kind == RECORD_REFUSED && r.reason == CU_TOO_LARGE;
    }
    assert_int_equal(events, 2500);
    assert_int_equal(refused, 3);

    cu_buf_reset(&body); // more than anybody could mean
    cu_buf_z(&body, "{\"batch\":[0");
    for (int i = 0; i < 10000; i++)
        cu_buf_z(&body, ",0");
    cu_buf_z(&body, "]}");
    expect("/v1/batch", with_key, cu_buf_view(&body), 400, "too_large");
    assert_true(next(&r) && r.kind == RECORD_REFUSED && cu_str_eq(r.event, cu_buf_view(&body)));

    cu_buf_reset(&body); // exactly 500 KB, then one byte more
    cu_buf_z(&body, "{\"batch\":[{\"type\":\"page\",\"userId\":\"u\"}],\"x\":\"");
    while (body.len < DOOR_BATCH_MAX - 2)
        cu_buf_char(&body, 'p');
    cu_buf_z(&body, "\"}");
    assert_int_equal(body.len, DOOR_BATCH_MAX);
    expect("/v1/batch", with_key, cu_buf_view(&body), 200, "\"accepted\":1");
    body.len -= 2;
    cu_buf_z(&body, "p\"}");
    expect("/v1/batch", with_key, cu_buf_view(&body), 400, "too_large");
    assert_int_equal(skip_all(), 1);
    // a large envelope context times many calls
    cu_buf_reset(&body);
    cu_buf_z(&body, "{\"context\":{\"x\":\"");
    for (int i = 0; i < 20000; i++)
        cu_buf_char(&body, 'c');
    cu_buf_z(&body, "\"},\"batch\":[");
    for (int i = 0; i < 2000; i++)
        cu_buf_printf(&body, "%s{\"type\":\"page\",\"userId\":%d}", i ? "," : "", i);
    cu_buf_z(&body, "]}");
    expect("/v1/batch", with_key, cu_buf_view(&body), 400, "context");
    assert_int_equal(skip_all(), 1);
    cu_buf_clear(&body);
}

static void test_refusals_are_kept_whole(void **state)
{
    (void)state;
    static const struct {
        const char *path, *body;
        cu_code reason;
        const char *field, *kept; // NULL: the body as it came
    } cases[] = {
        {"/v1/track", "{\"userId\":\"u\"}", CU_MISSING, "/event",
            "{\"type\":\"track\",\"userId\":\"u\"}"},
        {"/v1/track", "{\"type\":\"track\",\"userId\":\"u\"}", CU_MISSING, "/event", NULL},
        {"/v1/identify", "{}", CU_MISSING, "/userId", "{\"type\":\"identify\"}"},
        {"/v1/identify", "not json", CU_MALFORMED, "", NULL},
        {"/v1/identify", "[1]", CU_INVALID, "", NULL},
        {"/v1/identify", "{\"userId\":\"u\",\"userId\":\"v\"}", CU_MALFORMED, "", NULL},
        {"/v1/identify", "{\"userId\":\"u\\u0000\"}", CU_MALFORMED, "", NULL},
        {"/v1/identify", "{\"userId\":\"\xff\xfe\"}", CU_MALFORMED, "", NULL},
        {"/v1/identify", "{\"userId\":\"u\",\"traits\":{\"email\":\"nope\"}}", CU_INVALID,
            "/traits/email",
            "{\"type\":\"identify\",\"userId\":\"u\",\"traits\":{\"email\":\"nope\"}}"},
        {"/v1/batch", "{\"batch\":7}", CU_MISSING, "", NULL},
        {"/v1/batch", "[]", CU_MALFORMED, "", NULL},
        {"/v1/batch", "{\"batch\":[{}]", CU_MALFORMED, "", NULL},
        {"/v1/batch", "{\"batch\":[{\"type\":\"page\",\"userId\":\"u\"}],\"a\":1,\"a\":2}",
            CU_MALFORMED, "", NULL},
        {"/v1/batch", "{\"batch\":[{\"type\":\"page\",\"userId\":\"u\"}],\"batch\":[]}",
            CU_MALFORMED, "", NULL},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        struct record r;
        expect(cases[i].path, with_key, cu_str_of(cases[i].body), 400, "request_id");
        bool kept = next(&r);
        if (!kept || r.kind != RECORD_REFUSED || !cu_str_eqz(r.field, cases[i].field))
            print_error("%s: kept %d, field %.*s\n", cases[i].body, kept, CU_ARG(r.field));
        assert_true(kept && r.kind == RECORD_REFUSED && cu_str_eqz(r.field, cases[i].field));
        assert_true(r.reason == cases[i].reason ||
                    (cases[i].reason == CU_MALFORMED && r.reason == CU_MISSING));
        assert_true(cu_str_eqz(r.event, cases[i].kept ? cases[i].kept : cases[i].body));
        assert_true(r.text.len > 0);
        assert_int_equal(r.source, 7);
    }
    assert_true(
        counted.refused == CU_COUNT(cases) && counted.accepted == 0 && counted.last_error[0] != 0);
    // the same fault again can be told from another one
    struct record r;
    uint8_t first[16], second[16], third[16];
    expect("/v1/track", with_key, CU_LIT("{\"userId\":\"u\"}"), 400, NULL);
    assert_true(next(&r));
    memcpy(first, r.seen_tag, 16);
    expect("/v1/track", with_key, CU_LIT("{\"userId\":\"u\"}"), 400, NULL);
    assert_true(next(&r));
    memcpy(second, r.seen_tag, 16);
    expect("/v1/track?writeKey=wk_sample", NULL, CU_LIT("{\"userId\":\"u\"}"), 400, NULL);
    assert_true(next(&r));
    memcpy(third, r.seen_tag, 16);
    assert_memory_equal(first, second, 16);
    assert_memory_not_equal(first, third, 16);
}

static void test_batch_refuses_per_event(void **state)
{
    (void)state;
    struct record r;
    const cu_str body = CU_LIT("{\"batch\":[{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u\"}, "
                               "5 ,{\"type\":\"track\",\"userId\":\"u\"},"
                               "{\"type\":\"identify\",\"userId\":\"u\",\"traits\":{\"email\":"
                               "\"x\"}},{\"type\":\"page\",\"anonymousId\":\"a\"}],"
                               "\"sentAt\":\"2026-11-21T10:00:00.000Z\"}");
    struct call *c = ask("POST", "/v1/batch", with_key, body);
    assert_int_equal(c->rq.response.status, 200);
    json answer;
    struct cu_error err;
    assert_int_equal(json_parse(w.parser, answer_of(c), &answer, &err), CU_OK);
    int64_t accepted = 0;
    assert_true(json_i64(json_get(answer, "accepted"), &accepted) && accepted == 2);
    static const struct {
        int64_t index;
        const char *code, *field;
    } wanted[] = {{1, "invalid", ""}, {2, "missing", "/event"}, {3, "invalid", "/traits/email"}};
    struct json_iter it = json_each(json_get(answer, "refused"));
    for (size_t i = 0; i < CU_COUNT(wanted); i++) {
        int64_t index = -1;
        assert_true(json_next(&it) && json_i64(json_get(it.value, "index"), &index));
        assert_int_equal(index, wanted[i].index);
        assert_true(cu_str_eqz(json_str(json_get(it.value, "code")), wanted[i].code));
        assert_true(cu_str_eqz(json_str(json_get(it.value, "field")), wanted[i].field));
    }
    assert_false(json_next(&it));
    end(c);
    int kinds[5];
    for (int i = 0; i < 5; i++) { // in the order of the batch
        assert_true(next(&r));
        kinds[i] = r.kind;
    }
    assert_false(next(&r));
    assert_true(kinds[0] == RECORD_EVENT && kinds[1] == RECORD_REFUSED &&
                kinds[2] == RECORD_REFUSED && kinds[3] == RECORD_REFUSED &&
                kinds[4] == RECORD_EVENT);
    assert_true(counted.accepted == 2 && counted.refused == 3);
    expect("/v1/batch", with_key, CU_LIT("{\"batch\":[]}"), 200,
        "{\"success\":true,\"refused\":[],\"accepted\":0}");
    assert_false(next(&r));
}

static void test_full_journal_says_when_to_come_back(void **state)
{
    struct cu_error err;
    struct journal *small = NULL;
    char folder[96];
    (void)state;
    (void)snprintf(folder, sizeof folder, "%s/small", w.folder);
    struct journal_options o = {.folder = folder,
        .keyring = w.keyring,
        .segment_bytes_max = 1 << 20,
        .backlog_bytes_max = 600};
    assert_int_equal(journal_open(&o, &small, &err), CU_OK);
    struct door_options d = {.journal = small, .keyring = w.keyring, .dictionary = dictionary_now};
    struct door *mine = w.door;
    assert_int_equal(door_open(&d, &w.door, &err), CU_OK);
    int busy = 0;
    for (int i = 0; i < 20; i++) { // nobody projects, so the backlog grows until it is full
        struct call *c = ask("POST", i % 2 ? "/v1/track" : "/v1/identify", with_key, CU_LIT(TRACK));
        if (c->rq.response.status == 429) {
            int64_t seconds = 0;
            assert_true(cu_str_i64(answer_header(c, "Retry-After"), &seconds) && seconds >= 1 &&
                        seconds <= 5);
            assert_true(cu_str_find_str(answer_of(c), CU_LIT("\"code\":\"busy\"")) > 0);
            busy++;
        }
        end(c);
    }
    assert_true(busy > 0 && busy < 20);
    door_close(w.door);
    w.door = mine;
    journal_close(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_five_places_for_a_key, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_bodies_are_known_by_their_first_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_size_of_one_call, setup, teardown),
        cmocka_unit_test_setup_teardown(test_size_of_a_batch, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusals_are_kept_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(test_batch_refuses_per_event, setup, teardown),
        cmocka_unit_test_setup_teardown(test_full_journal_says_when_to_come_back, setup, teardown),
    };
    return cmocka_run_group_tests_name("collect/door", tests, NULL, NULL);
}
