// SPDX-License-Identifier: Apache-2.0
// Quarantine: rows from doors and pipeline, listed, shown, repaired, replayed once and only once,
// in the face of crashes; discarded for good; taken away with imports and sample data; sealed
// everywhere.
#include "flow_test.h"

static uint64_t refuse(struct flow *f, const char *event, cu_code reason, uint32_t source)
{
    char id[64];
    (void)snprintf(
        id, sizeof id, "refused%llu", (unsigned long long)journal_last_durable(f->journal));
    struct record r = record_new(f, event, id);
    r.kind = RECORD_REFUSED;
    r.reason = reason;
    r.field = CU_LIT("/userId");
    r.text = CU_LIT("userId or anonymousId is needed");
    r.source = source;
    return put_record(f, &r);
}

static cu_code call(struct flow *f, const char *name, const char *id, const char *query,
    const char *body, struct cu_buf *ret, struct cu_error *err)
{
    const struct spec_route *route = NULL;
    for (size_t i = 0; i < collect_quarantine_module.route_count; i++) {
        if (strcmp(collect_quarantine_module.routes[i].name, name) == 0)
            route = &collect_quarantine_module.routes[i];
    }
    assert_non_null(route);
    struct request rq = {.arena = cu_arena_new(8 << 20), .caller = {.kind = CALLER_LOCAL},
        .json = f->json,
        .route = route,
        .module = f->quarantine,
        .received_ms = 5000};
    cu_buf_init(&rq.response.body, 8 << 20);
    cu_code code = CU_OK;
    json v;
    if (id) {
        rq.path_values.fields = route->path_fields;
        code = spec_decode_text(&route->path_fields[0], cu_str_of(id), &rq.path_values.at[0], err);
    }
    if (code == CU_OK && route->query)
        code = spec_decode_query(
            route->query, cu_str_of(query ? query : ""), rq.arena, &rq.query_values, err);
    if (code == CU_OK && route->body) {
        code = json_parse(f->json, cu_str_of(body ? body : "{}"), &v, err);
        if (code == CU_OK)
            code = spec_decode_json(route->body, v, &rq.body_values, err);
    }
    if (code == CU_OK)
        code = route->handler(&rq, err);
    if (ret) {
        cu_buf_init(ret, 8 << 20);
        if (code == CU_OK)
            cu_buf_str(ret, cu_buf_view(&rq.response.body));
        cu_buf_char(ret, 0);
    }
    cu_buf_clear(&rq.response.body);
    cu_arena_free(rq.arena);
    return code;
}

static bool answers(struct flow *f, const char *name, const char *id, const char *query,
    const char *body, const char *part)
{
    struct cu_buf got;
    struct cu_error err = {0};
    cu_code code = call(f, name, id, query, body, &got, &err);
    bool right = code == CU_OK && strstr(got.ptr, part) != NULL;
    if (!right)
        print_error("%s: code %d %s %s\n%s\n", name, code, err.field, err.text, got.ptr);
    cu_buf_clear(&got);
    return right;
}

#define NO_ID                                                                                      \
    "{\"type\":\"track\",\"event\":\"X\",\"messageId\":\"mm1\",\"timestamp\":\"2023-11-14T00:00:"  \
    "00Z\"}"

static void test_list_and_show(void **state)
{
    struct flow *f = *state;
    (void)refuse(f, NO_ID, CU_MISSING, 7);
    (void)refuse(f, "{\"type\":\"track\"", CU_MALFORMED, 8);
    (void)refuse(f, "\xff\xfe not text", CU_MALFORMED, 8);
    (void)put(f, "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"null\"}");
    project(f);
    assert_true(answers(f, "quarantine.list", NULL, "", NULL,
        "\"counts\":[{\"code\":\"malformed\",\"count\":2},{\"code\":\"invalid\",\"count\":1},"));
    assert_true(answers(f, "quarantine.list", NULL, "limit=1", NULL, "{\"items\":[{\"id\":4,"));
    assert_true(answers(f, "quarantine.list", NULL, "limit=1", NULL, "\"next\":\"4\""));
    assert_true(
        answers(f, "quarantine.list", NULL, "limit=2&cursor=4", NULL, "{\"items\":[{\"id\":3,"));
    assert_true(answers(f, "quarantine.list", NULL, "limit=2&cursor=2", NULL, "\"next\":null"));
    assert_true(answers(f, "quarantine.list", NULL, "source=7", NULL,
        "{\"items\":[{\"id\":1,\"received\":\"2023-11-14T22:13:20.000Z\",\"source\":7,\"code\":"
        "\"missing\",\"field\":\"/userId\","
        "\"text\":\"userId or anonymousId is "
        "needed\",\"bytes\":81,\"status\":\"open\",\"seq\":1,\"import\":0}],\"next\":null,"
        "\"counts\":[{\"code\":\"missing\",\"count\":1}]}"));
    assert_true(
        answers(f, "quarantine.list", NULL, "code=invalid", NULL, "{\"items\":[{\"id\":4,"));
    assert_true(answers(f, "quarantine.list", NULL, "status=replayed", NULL, "{\"items\":[],"));
    assert_int_equal(call(f, "quarantine.list", NULL, "cursor=x", NULL, NULL, NULL), CU_INVALID);
    assert_true(answers(f, "quarantine.get", "1", NULL, NULL,
        "\"body\":\"{\\\"type\\\":\\\"track\\\",\\\"event\\\":\\\"X\\\","));
    assert_true(answers(f, "quarantine.get", "3", NULL, NULL,
        "\"body\":\"//4gbm90IHRleHQ=\",\"body_encoding\":\"base64\",\"shown\":\"full\"}"));
    assert_int_equal(call(f, "quarantine.get", "99", NULL, NULL, NULL, NULL), CU_NOT_FOUND);
}

static void test_repaired_and_replayed(void **state)
{
    struct flow *f = *state;
    (void)refuse(f, NO_ID, CU_MISSING, 7);
    project(f);
    struct cu_error err = {0};
    // as it is, it still does not pass, and says why
    assert_int_equal(call(f, "quarantine.replay", "1", NULL, "{}", NULL, &err), CU_MISSING);
    assert_string_equal(err.field, "/userId");
    assert_int_equal(call(f, "quarantine.replay", "1", NULL, "{\"body\":\"not json\"}", NULL, &err),
        CU_MALFORMED);
    assert_int_equal(
        call(f, "quarantine.replay", "1", NULL,
            "{\"body\":\"{\\\"type\\\":\\\"track\\\",\\\"event\\\":\\\"Order "
            "Completed\\\",\\\"userId\\\":\\\"u\\\","
            "\\\"properties\\\":{\\\"order_id\\\":\\\"o\\\",\\\"total\\\":1.23456}}\"}",
            NULL, &err),
        CU_INVALID);
    assert_string_equal(err.field, "/properties/total");
    assert_int_equal(query_one(f, "SELECT count(*) FROM quarantine WHERE status = 0"), 1);
    // repaired
    assert_true(answers(f, "quarantine.replay", "1", NULL,
        "{\"body\":\"{\\\"type\\\":\\\"track\\\",\\\"event\\\":\\\"X\\\",\\\"messageId\\\":"
        "\\\"mm1\\\",\\\"userId\\\":\\\"u\\\",\\\"timestamp\\\":\\\"2023-11-14T00:00:00Z\\\"}\"}",
        "\"status\":\"open\"")); // durable, but not projected yet
    project(f);
    assert_int_equal(
        query_one(f, "SELECT count(*) FROM quarantine WHERE status = 1 AND settled_seq = 2"), 1);
    assert_int_equal(timeline_count(f->timeline), 1);
    static struct rows rows;
    rows_of(f, pno_of(f, "user_id", "u"), &rows);
    assert_int_equal(rows.at[0].event.source, 7);
    assert_int_equal(
        rows.at[0].event.time_ms, 1699920000000); // its own time, not that of the replay
    rows_clear(&rows);
    assert_int_equal(call(f, "quarantine.replay", "1", NULL, "{}", NULL, &err), CU_CONFLICT);
    assert_int_equal(call(f, "quarantine.replay", "44", NULL, "{}", NULL, &err), CU_NOT_FOUND);
    // the client sends the repaired event, too: it is the same message
    struct record r = record_new(
        f, "{\"type\":\"track\",\"event\":\"X\",\"messageId\":\"mm1\",\"userId\":\"u\"}", "mm1");
    (void)put_record(f, &r);
    project(f);
    assert_int_equal(timeline_count(f->timeline), 1);
}

static void test_replayed_twice_counts_once(void **state)
{
    struct flow *f = *state;
    (void)refuse(f, "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"u\"}", CU_INVALID,
        7); // no messageId: the row stands for it
    project(f);
    // two members of staff at once: both are in the journal before the first is projected
    assert_ok(quarantine_replay(f->quarantine, 1, CU_NONE, NULL));
    assert_ok(quarantine_replay(f->quarantine, 1, CU_NONE, NULL));
    project(f);
    assert_int_equal(timeline_count(f->timeline), 1);
    assert_int_equal(query_one(f, "SELECT settled_seq FROM quarantine"), 2);
    // also after a crash that takes the timeline's memory
    flow_reopen_crashed(f);
    assert_int_equal(timeline_count(f->timeline), 1);
    // and with different repairs
    (void)refuse(f, NO_ID, CU_MISSING, 7);
    project(f);
    assert_ok(quarantine_replay(f->quarantine, 2,
        CU_LIT("{\"type\":\"track\",\"event\":\"X\",\"messageId\":\"a\",\"userId\":\"u\"}"), NULL));
    assert_ok(quarantine_replay(f->quarantine, 2,
        CU_LIT("{\"type\":\"track\",\"event\":\"X\",\"messageId\":\"b\",\"userId\":\"u\"}"), NULL));
    flow_reopen_crashed(f);
    project(f);
    assert_int_equal(timeline_count(f->timeline), 2);
}

static void test_poison_is_replayed(void **state)
{
    struct flow *f = *state;
    // its messageId is remembered from the first time; the replay is not a repetition of it
    struct record r = record_new(
        f, "{\"type\":\"track\",\"event\":\"X\",\"messageId\":\"p1\",\"userId\":\"null\"}", "p1");
    r.flags = RECORD_SAMPLE;
    r.import = 5;
    r.import_row = 9;
    r.context = CU_LIT("{\"locale\":\"de\"}");
    (void)put_record(f, &r);
    project(f);
    assert_int_equal(
        query_one(
            f, "SELECT count(*) FROM quarantine WHERE origin = 1 AND sample = 1 AND import = 5"),
        1);
    assert_ok(quarantine_replay(f->quarantine, 1,
        CU_LIT("{\"type\":\"track\",\"event\":\"X\",\"messageId\":\"p1\",\"userId\":\"u\"}"),
        NULL));
    project(f);
    static struct rows rows;
    rows_of(f, pno_of(f, "user_id", "u"), &rows);
    assert_int_equal(rows.count, 1);
    assert_int_equal(rows.at[0].event.flags, TIMELINE_SAMPLE); // what the door knew of it stays
    assert_int_equal(rows.at[0].event.import, 5);
    assert_non_null(strstr(rows.at[0].open, "\"locale\":\"de\""));
    rows_clear(&rows);
    flow_reopen_crashed(f);
    assert_int_equal(timeline_count(f->timeline), 1);
    // a replay that is poison again: the old row is settled, the new one is open
    (void)put(f, "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"null\"}");
    project(f);
    assert_ok(quarantine_replay(f->quarantine, 2, CU_NONE, NULL));
    project(f);
    assert_int_equal(query_one(f, "SELECT count(*) FROM quarantine WHERE status = 0"), 1);
    assert_int_equal(query_one(f, "SELECT count(*) FROM quarantine"), 3);
    // the event the client repaired came first: the replay is the repetition
    (void)refuse(f, NO_ID, CU_MISSING, 7);
    struct record repaired = record_new(
        f, "{\"type\":\"track\",\"event\":\"X\",\"messageId\":\"mm1\",\"userId\":\"u\"}", "mm1");
    (void)put_record(f, &repaired);
    project(f);
    assert_ok(quarantine_replay(f->quarantine, 4,
        CU_LIT("{\"type\":\"track\",\"event\":\"X\",\"messageId\":\"mm1\",\"userId\":\"u\"}"),
        NULL));
    project(f);
    assert_int_equal(timeline_count(f->timeline), 2);
    assert_int_equal(query_one(f, "SELECT status FROM quarantine WHERE id = 4"), 1);
}

static void test_whole_batches(void **state)
{
    struct flow *f = *state;
    (void)refuse(f, "{\"batch\":[", CU_MALFORMED, 7);
    project(f);
    static const char *const batch =
        "{\"sentAt\":\"2023-11-14T22:13:20Z\",\"context\":{\"locale\":\"fr\"},\"batch\":[{\"type\":"
        "\"track\",\"event\":\"A\",\"userId\":\"u\",\"messageId\":\"b1\"},"
        "{\"type\":\"track\",\"event\":\"B\",\"userId\":\"u\",\"context\":{\"locale\":\"it\"}},{"
        "\"type\":\"page\",\"anonymousId\":\"z\"}]}";
    struct cu_error err = {0};
    assert_int_equal(quarantine_replay(f->quarantine, 1,
                         CU_LIT("{\"batch\":[{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u\"},"
                                "{\"type\":\"track\",\"event\":\"B\"}]}"),
                         &err),
        CU_MISSING);
    assert_string_equal(err.field, "/batch/1/userId");
    assert_int_equal(
        quarantine_replay(f->quarantine, 1, CU_LIT("{\"batch\":[]}"), &err), CU_TOO_LARGE);
    assert_ok(quarantine_replay(f->quarantine, 1, cu_str_of(batch), NULL));
    assert_ok(quarantine_replay(
        f->quarantine, 1, cu_str_of(batch), NULL)); // the second time everything is a repetition
    project(f);
    assert_int_equal(timeline_count(f->timeline), 3);
    assert_int_equal(query_one(f, "SELECT count(*) FROM quarantine WHERE status = 1"), 1);
    static struct rows rows;
    rows_of(f, pno_of(f, "user_id", "u"), &rows);
    assert_int_equal(rows.count, 2);
    assert_non_null(strstr(rows.at[1].open, "\"locale\":\"fr\""));
    assert_non_null(strstr(rows.at[0].open, "\"locale\":\"it\""));
    rows_clear(&rows);
}

static void test_replay_all(void **state)
{
    struct flow *f = *state;
    char text[256];
    for (int i = 0; i < 450; i++) { // more than one step
        (void)snprintf(text, sizeof text,
            i % 3 ? "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"u%d\"}"
                  : "{\"type\":\"track\",\"n\":%d}",
            i);
        (void)refuse(f, text, i % 3 ? CU_INVALID : CU_MISSING, 7 + (uint32_t)(i % 2));
    }
    project(f);
    assert_true(answers(f, "quarantine.replay_all", NULL, NULL,
        "{\"code\":\"invalid\",\"source\":7}", "{\"replayed\":150,\"refused\":0}"));
    project(f);
    assert_true(answers(
        f, "quarantine.replay_all", NULL, NULL, "{}", "{\"replayed\":150,\"refused\":150}"));
    project(f);
    assert_int_equal(timeline_count(f->timeline), 300);
    assert_true(answers(f, "quarantine.replay_all", NULL, NULL, "{\"code\":\"nothing\"}",
        "{\"replayed\":0,\"refused\":0}"));
    assert_int_equal(query_one(f, "SELECT count(*) FROM quarantine WHERE status = 0"), 150);
}

static void test_discard(void **state)
{
    struct flow *f = *state;
    (void)refuse(f, NO_ID, CU_MISSING, 7);
    (void)refuse(f, "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"u\"}", CU_INVALID, 7);
    project(f);
    assert_ok(call(f, "quarantine.discard", "1", NULL, NULL, NULL, NULL));
    assert_true(answers(f, "quarantine.get", "1", NULL, NULL, "\"body\":null"));
    assert_int_equal(query_one(f, "SELECT body IS NULL FROM quarantine WHERE id = 1"), 1);
    assert_int_equal(quarantine_replay(f->quarantine, 1, CU_NONE, NULL), CU_ERASED);
    assert_int_equal(call(f, "quarantine.discard", "9", NULL, NULL, NULL, NULL), CU_NOT_FOUND);
    assert_ok(
        call(f, "quarantine.discard", "1", NULL, NULL, NULL, NULL)); // again: nothing more to do
    // discarded while its replay is under way: the replay does not come after all
    assert_ok(quarantine_replay(f->quarantine, 2, CU_NONE, NULL));
    assert_ok(quarantine_discard(f->quarantine, 2, NULL));
    project(f);
    assert_int_equal(timeline_count(f->timeline), 0);
    (void)refuse(f, "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"v\"}", CU_INVALID, 7);
    project(f);
    assert_ok(quarantine_replay(f->quarantine, 3, CU_NONE, NULL));
    project(f);
    assert_int_equal(quarantine_discard(f->quarantine, 3, NULL), CU_CONFLICT);
}

static void test_forgetting(void **state)
{
    struct flow *f = *state;
    struct record r =
        record_new(f, "{\"type\":\"track\",\"event\":\"X\",\"userId\":\"null\"}", "f1");
    r.import = 6;
    (void)put_record(f, &r);
    r.seen_tag[3] ^= 1;
    r.import = 0;
    r.flags = RECORD_SAMPLE;
    (void)put_record(f, &r);
    r.seen_tag[4] ^= 1;
    r.flags = 0;
    (void)put_record(f, &r);
    project(f);
    (void)people_lock(f->people);
    assert_ok(people_begin(f->people, NULL));
    assert_ok(quarantine_forget_import(f->people, 6, NULL));
    assert_ok(people_commit(f->people, NULL));
    people_unlock(f->people);
    assert_int_equal(query_one(f, "SELECT count(*) FROM quarantine"), 2);
    (void)people_lock(f->people);
    assert_ok(people_begin(f->people, NULL));
    assert_ok(quarantine_forget_import(f->people, 0, NULL)); // not an import
    assert_ok(quarantine_forget_sample(f->people, NULL));
    assert_ok(people_commit(f->people, NULL));
    people_unlock(f->people);
    assert_int_equal(query_one(f, "SELECT count(*) FROM quarantine"), 1);
}

static void test_large_bodies(void **state)
{
    struct flow *f = *state;
    size_t size = 500 * 1024;
    char *text = malloc(size + 1);
    assert_non_null(text);
    memset(text, 'x', size);
    text[size] = 0;
    (void)refuse(f, text, CU_TOO_LARGE, 7);
    project(f);
    struct cu_buf body;
    struct db *d = NULL;
    cu_buf_init(&body, 1 << 20);
    assert_ok(people_read_take(f->people, &d, NULL));
    assert_ok(quarantine_body(f->quarantine, d, 1, &body, NULL));
    people_read_give(f->people, d);
    assert_true(cu_str_eq(cu_buf_view(&body), (cu_str){text, size}));
    cu_buf_clear(&body);
    assert_true(answers(f, "quarantine.get", "1", NULL, NULL, "\"bytes\":512000"));
    free(text);
}

#define T(name) cmocka_unit_test_setup_teardown(name, flow_setup, flow_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_list_and_show),
        T(test_repaired_and_replayed),
        T(test_replayed_twice_counts_once),
        T(test_poison_is_replayed),
        T(test_whole_batches),
        T(test_replay_all),
        T(test_discard),
        T(test_forgetting),
        T(test_large_bodies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
