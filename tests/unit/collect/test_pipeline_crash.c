// SPDX-License-Identifier: Apache-2.0
// Nothing lost, nothing twice: a stream of every kind of record is projected with crashes between
// batches, with each file operation and many allocations failing, with other batch sizes; people,
// orders, consents, quarantine and the timeline must come out as without any of it.
#include "flow_test.h"

// ---- the stream: record i is the same in every run

static const char *event_of(size_t i, char room[1024])
{
    uint64_t random = 1000 + i * 7919, r = 0;
    for (int k = 0; k < 3; k++)
        r = test_random(&random);
    unsigned user = (unsigned)(r >> 8) % 7, order = (unsigned)(r >> 16) % 5,
             amount = (unsigned)(r >> 24) % 90 + 1;
    switch (r % 12) {
    case 0:
        (void)snprintf(room, 1024,
            "{\"type\":\"identify\",\"userId\":\"u%u\",\"anonymousId\":\"a%u\",\"traits\":{"
            "\"email\":\"u%u@example.org\",\"age\":%u}}",
            user, (unsigned)(r >> 40) % 20, user, amount);
        break;
    case 1:
    case 2:
        (void)snprintf(room, 1024,
            "{\"type\":\"track\",\"event\":\"Order "
            "Completed\",\"userId\":\"u%u\",\"properties\":{\"order_id\":\"o%u\",\"products\":"
            "[{\"product_id\":\"p\",\"price\":%u,\"quantity\":2}],\"note\":\"secret\"}}",
            user, order, amount);
        break;
    case 3:
        (void)snprintf(room, 1024,
            "{\"type\":\"track\",\"event\":\"Order "
            "Refunded\",\"userId\":\"u%u\",\"properties\":{\"order_id\":\"o%u\",\"total\":%u}}",
            user, order, amount % 5 + 1);
        break;
    case 4:
        (void)snprintf(room, 1024,
            "{\"type\":\"track\",\"event\":\"X\",\"anonymousId\":\"a%u\",\"context\":{\"consent\":{"
            "\"categoryPreferences\":{\"Analytics\":%s}}}}",
            (unsigned)(r >> 40) % 20, amount % 2 ? "true" : "false");
        break;
    case 5:
        (void)snprintf(room, 1024,
            "{\"type\":\"track\",\"event\":\"Order "
            "Completed\",\"userId\":\"u%u\",\"properties\":{\"order_id\":\"o\",\"total\":\"x\"}}",
            user);
        break;
    case 6:
        (void)snprintf(room, 1024, "{\"type\":\"alias\",\"userId\":\"u%u\",\"previousId\":\"a%u\"}",
            user, (unsigned)(r >> 40) % 20);
        break;
    default:
        (void)snprintf(room, 1024,
            "{\"type\":\"track\",\"event\":\"Product "
            "Viewed\",\"anonymousId\":\"a%u\",\"properties\":{\"sku\":\"s%u\",\"query\":\"q\"}}",
            (unsigned)(r >> 40) % 20, amount);
    }
    return room;
}

static void put_nth(struct flow *f, size_t i)
{
    char event[1024], id[32];
    // every ninth is the repetition of an earlier one, every eleventh was refused by its door
    (void)snprintf(id, sizeof id, "id%zu", i % 9 == 8 ? i / 2 : i);
    struct record r = record_new(f, event_of(i, event), id);
    r.time_ms = 1700000000000 + (int64_t)i * 3600000;
    r.source = 1 + (uint32_t)(i % 3);
    if (i % 11 == 10) {
        r.kind = RECORD_REFUSED;
        r.reason = CU_INVALID;
        r.text = CU_LIT("refused");
    }
    assert_int_equal(put_record(f, &r), i + 1);
}

// ---- what came out

struct summing {
    struct flow *flow;
    uint64_t sum, rows, last_seq_seen[1024];
};

static bool sum_row(void *context, const struct timeline_event *e)
{
    struct summing *s = context;
    struct cu_buf open;
    cu_str name = timeline_kind_name(s->flow->timeline, e->kind);
    cu_buf_init(&open, 1 << 20);
    assert_ok(people_event_open(s->flow->people, e->pno, e->seq, e->sealed, &open, NULL));
    uint64_t h = cu_hash64(name.ptr, name.len, e->seq) ^ cu_hash64(e->plain.ptr, e->plain.len, 1) ^
                 cu_hash64(open.ptr, open.len, 2) ^ (uint64_t)e->time_ms * 31 ^
                 (uint64_t)e->revenue * 17 ^ e->flags ^ e->source << 8 ^ (uint64_t)e->pno << 32;
    s->sum += cu_hash64(&h, sizeof h, 3);
    assert_true(e->seq < CU_COUNT(s->last_seq_seen));
    if (s->last_seq_seen[e->seq]++)
        fail_msg("record %llu is twice in the timeline", (unsigned long long)e->seq);
    s->rows++;
    cu_buf_clear(&open);
    return true;
}

static uint64_t sum_query(struct flow *f, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    uint64_t sum = 0;
    char *path = test_path(f->folder, "records.db");
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        uint64_t h = 0;
        for (int i = 0; i < sqlite3_column_count(q); i++) {
            const void *bytes = sqlite3_column_blob(q, i);
            h = cu_hash64(bytes ? bytes : "", (size_t)sqlite3_column_bytes(q, i), h + 1);
        }
        sum += h;
    }
    sqlite3_finalize(q);
    sqlite3_close(db);
    free(path);
    return sum;
}

struct outcome {
    uint64_t timeline, rows, orders, versions, people, quarantine, consents;
};

static struct outcome look(struct flow *f)
{
    struct outcome o;
    struct summing s = {.flow = f};
    assert_ok(people_flush(f->people, NULL));
    assert_ok(timeline_scan(f->timeline, INT64_MIN, INT64_MAX, true, sum_row, &s, NULL));
    o.timeline = s.sum;
    o.rows = s.rows;
    o.orders = sum_query(
        f, "SELECT order_id, pno, status, placed_ms, total, revenue, refunded FROM orders");
    o.versions =
        sum_query(f, "SELECT seq, kind, pno, added, lines_live, line_sum FROM order_version");
    o.people = sum_query(f, "SELECT p.pno, p.orders, p.revenue, s.events, s.first_ms, s.last_ms "
                            "FROM profile p JOIN profile_stat s USING (pno)");
    o.quarantine = sum_query(f, "SELECT seq, code, origin, size, status FROM quarantine");
    o.consents = sum_query(f, "SELECT pno, purpose, state, since_ms FROM consent_state");
    assert_int_equal(query_one(f, "SELECT sum(events) FROM profile_stat"),
        (int64_t)s.rows); // every row belongs to somebody here
    return o;
}

static void same_outcome(
    const struct outcome *a, const struct outcome *b, const char *what, uint64_t n)
{
    if (memcmp(a, b, sizeof *a) == 0)
        return;
    print_error(
        "rows %llu/%llu timeline %d orders %d versions %d people %d quarantine %d consents %d\n",
        (unsigned long long)a->rows, (unsigned long long)b->rows, a->timeline == b->timeline,
        a->orders == b->orders, a->versions == b->versions, a->people == b->people,
        a->quarantine == b->quarantine, a->consents == b->consents);
    fail_msg("%s %llu: another outcome", what, (unsigned long long)n);
}

static struct outcome expected_of(size_t count)
{
    void *state = NULL;
    (void)flow_setup(&state);
    struct flow *f = state;
    for (size_t i = 0; i < count; i++)
        put_nth(f, i);
    project(f);
    struct outcome o = look(f);
    (void)flow_teardown(&state);
    return o;
}

// ---- crashes between batches

static void test_crashes_anywhere(void **state)
{
    enum { COUNT = 260 };
    (void)state;
    const struct outcome expected = expected_of(COUNT);
    assert_true(expected.rows > 120);
    for (uint64_t seed = 1; seed <= 6; seed++) {
        void *own = NULL;
        uint64_t random = seed;
        struct flow *f = calloc(1, sizeof *f);
        assert_non_null(f);
        f->folder = flow_folder_new();
        f->json = json_parser_new(1 << 20);
        f->tail_max = seed % 2 ? 16 : 4096; // runs are written often, or never
        f->seen_max = seed % 3 ? 32 : 4096;
        f->batch_max = 1 + (uint32_t)(seed * 13 % 40);
        flow_open(f);
        for (size_t i = 0; i < COUNT;) {
            size_t some = 1 + (size_t)(test_random(&random) % 40);
            for (; some > 0 && i < COUNT; some--, i++)
                put_nth(f, i);
            for (uint64_t batches = test_random(&random) % 6; batches > 0; batches--) {
                size_t count = 0;
                assert_ok(batch_run(f->pipeline, 0, &count, NULL));
            }
            switch (test_random(&random) % 5) {
            case 0:
                flow_reopen_crashed(f);
                break;
            case 1:
                assert_ok(batch_flush(f->pipeline, NULL));
                break;
            case 2:
                assert_ok(journal_release(f->journal, pipeline_releasable(f->pipeline), NULL));
                flow_reopen_crashed(f);
                break;
            default:
                break;
            }
        }
        flow_reopen_crashed(f);
        project(f);
        struct outcome got = look(f);
        same_outcome(&expected, &got, "seed", seed);
        flow_reopen_crashed(f);
        got = look(f);
        same_outcome(&expected, &got, "reopened, seed", seed);
        own = f;
        (void)flow_teardown(&own);
    }
}

// ---- faults at every point

enum { STREAM = 48, BEFORE = 12 };

// A folder in the middle of the stream: some records projected, the others waiting.
static char *template_new(void)
{
    void *state = NULL;
    (void)flow_setup(&state);
    struct flow *f = state;
    for (size_t i = 0; i < BEFORE; i++)
        put_nth(f, i);
    project(f);
    for (size_t i = BEFORE; i < STREAM; i++)
        put_nth(f, i);
    char *copy = flow_crash(f);
    (void)flow_teardown(&state);
    return copy;
}

static char *folder_copy(const char *from)
{
    const struct flow f = {.folder = (char *)(uintptr_t)from};
    return flow_crash(&f);
}

// Arms the fault, lets the pipeline run, takes the fault away; then goes on in the same process or
// in a new one over what a crash would leave. Returns false when the fault was not reached any
// more.
static bool run_with_fault(const char *template, enum cu_fault_kind kind, uint64_t n,
    bool persistent, bool crash, const struct outcome *expected)
{
    struct flow *f = calloc(1, sizeof *f);
    void *state = f;
    struct cu_error err = {0};
    assert_non_null(f);
    f->folder = folder_copy(template);
    f->json = json_parser_new(1 << 20);
    f->batch_max = 20;
    f->tail_max = 16;
    f->seen_max = 16;
    flow_open(f);
    cu_fault_arm(kind, n, persistent);
    cu_code code = project_some(f, &err);
    if (code == CU_OK)
        code = batch_flush(f->pipeline, &err);
    bool hit = cu_fault_count(kind) >= n;
    cu_fault_disarm();
    if (code != CU_OK && code != CU_IO && code != CU_FULL && code != CU_MEMORY &&
        code != CU_CORRUPT && code != CU_LOCKED && code != CU_INTERNAL)
        fail_msg("fault %llu: %s %s", (unsigned long long)n, cu_code_rows[code].name, err.text);
    if (crash)
        flow_reopen_crashed(f);
    project(f);
    struct outcome got = look(f);
    same_outcome(expected, &got, crash ? "crashed at" : "failed at", n);
    (void)flow_teardown(&state);
    return hit;
}

static void every_fault(
    enum cu_fault_kind kind, bool persistent, bool crash, uint64_t all_until, uint64_t step_percent)
{
    const struct outcome expected = expected_of(STREAM);
    char *template = template_new();
    uint64_t n = 1;
    while (run_with_fault(template, kind, n, persistent, crash, &expected))
        n += n < all_until ? 1 : 1 + n * step_percent / 100;
    flow_folder_free(template);
    assert_true(n > 20);
}

static void test_every_file_operation_fails_once(void **state)
{
    (void)state;
    every_fault(CU_FAULT_IO, false, false, 60, 7);
}

static void test_every_file_operation_fails_from_there_on(void **state)
{
    (void)state;
    every_fault(CU_FAULT_IO, true, true, 40, 9);
}

static void test_allocations_fail_once(void **state)
{
    (void)state;
    every_fault(CU_FAULT_ALLOC, false, false, 20, 11);
}

static void test_allocations_fail_from_there_on(void **state)
{
    (void)state;
    every_fault(CU_FAULT_ALLOC, true, true, 10, 17);
}

// Storage fails while the thread runs: readiness falls, nothing is lost, it goes on when storage is
// back.
static void test_thread_backs_off_and_recovers(void **state)
{
    struct flow *f = *state;
    put_nth(f, 0);
    assert_ok(pipeline_start(f->pipeline, NULL));
    assert_ok(pipeline_wait(f->pipeline, 1, 20000, NULL));
    for (size_t i = 1; i < 5; i++)
        put_nth(f, i);
    assert_ok(pipeline_wait(f->pipeline, 5, 20000, NULL));
    // the journal itself must go on, so the lock stands for storage that does not answer
    char *path = test_path(f->folder, "records.db");
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    put_nth(f, 5);
    for (int i = 0; i < 400 && pipeline_ready(f->pipeline); i++)
        (void)usleep(50000);
    assert_false(pipeline_ready(f->pipeline));
    assert_int_equal(pipeline_position(f->pipeline), 5);
    assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_ok(pipeline_wait(f->pipeline, 6, 30000, NULL));
    for (int i = 0; i < 100 && !pipeline_ready(f->pipeline); i++)
        (void)usleep(50000);
    assert_true(pipeline_ready(f->pipeline));
    sqlite3_close(other);
    free(path);
    pipeline_stop(f->pipeline);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crashes_anywhere),
        cmocka_unit_test(test_every_file_operation_fails_once),
        cmocka_unit_test(test_every_file_operation_fails_from_there_on),
        cmocka_unit_test(test_allocations_fail_once),
        cmocka_unit_test(test_allocations_fail_from_there_on),
        cmocka_unit_test_setup_teardown(
            test_thread_backs_off_and_recovers, flow_setup, flow_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
