// SPDX-License-Identifier: Apache-2.0
// The pipeline alone: events of known people out of the journal into people, seen and timeline,
// small ones and whole browser events of 1 KB; wall time and the thread's own time. Twice: with the keys
// inside this process, and in a key process of its own, as `custos serve` has it. The baseline
// reads the same records and parses their JSON, which nothing that projects can do without. Usage:
// bench_pipeline [folder] [events]
#include "base/log.h"
#include "collect/pipeline_private.h"
#include "guard/process.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern const struct db_statement people_schema_sql_schema, orders_schema_sql_schema,
    consent_schema_sql_schema, sources_schema_sql_schema, pipeline_schema_sql_schema,
    record_schema_sql_schema; // generated

enum { USERS = 2000, GROUP = 500 };

static struct {
    struct keyring *keyring;
    struct guard *guard;
    struct timeline *timeline;
    struct seen *seen;
    struct journal *journal;
    struct people *people;
    struct gate *gate;
    struct dictionary *dictionary;
    struct pipeline *pipeline;
} b;

static void must(cu_code code, const struct cu_error *err)
{
    if (code == CU_OK)
        return;
    (void)fprintf(stderr, "%s: %s\n", cu_code_rows[code].name, err->text);
    exit(1);
}

static const char *path_of(const char *folder, const char *name)
{
    static char paths[8][4096];
    static unsigned next;
    char *path = paths[next++ % CU_COUNT(paths)];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

// As guard_start does it, but for the program: a child of this one serves.
static void start_key_process(const struct guard_place *place)
{
    int ends[2];
    struct cu_error err = {0};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        exit(1);
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        _exit(guard_serve(ends[1], true, &err) == CU_OK ? 0 : 1);
    }
    (void)close(ends[1]);
    must(guard_connect(ends[0], pid, place, &b.guard, &err), &err);
}

static void open_guard(const char *folder, bool separate)
{
    static struct root_source root;
    char safe[4096];
    struct cu_error err = {0};
    (void)snprintf(safe, sizeof safe, "%s.safe", folder);
    (void)mkdir(safe, 0700);
    (void)snprintf(root.place, sizeof root.place, "%.900s/root.key", safe);
    (void)snprintf(root.ratchet, sizeof root.ratchet, "%.900s/root.key.ratchet", safe);
    must(keyring_create_file(root.place, folder, &err), &err);
    const struct guard_place place = {.root = &root, .keys = path_of(folder, "keys"), .audit = ""};
    if (separate)
        start_key_process(&place);
    else
        must(guard_start(&place, false, &b.guard, &err), &err);
    must(guard_delegate(b.guard, &b.keyring, &err), &err);
}

static void open_all(const char *folder, bool separate)
{
    static struct db_migration migrations[6];
    static const struct db_schema schema = {"records", migrations, CU_COUNT(migrations)};
    const struct db_statement *const schemas[] = {&people_schema_sql_schema,
        &orders_schema_sql_schema, &consent_schema_sql_schema, &sources_schema_sql_schema,
        &pipeline_schema_sql_schema, &record_schema_sql_schema};
    for (int i = 0; i < 6; i++)
        migrations[i] = (struct db_migration){i + 1, schemas[i]->sql};
    struct cu_error err = {0};
    must(dictionary_load(CU_NONE, &b.dictionary, &err), &err);
    open_guard(folder, separate);
    guard_enter_system("intake", "bench");
    must(timeline_open(
             &(struct timeline_options){.folder = path_of(folder, "timeline")}, &b.timeline, &err),
        &err);
    must(seen_open(&(struct seen_options){.folder = path_of(folder, "seen")}, &b.seen, &err), &err);
    must(journal_open(
             &(struct journal_options){.folder = path_of(folder, "journal"), .keyring = b.keyring},
             &b.journal, &err),
        &err);
    const struct people_options po = {.records_path = path_of(folder, "records.db"),
        .index_path = path_of(folder, "index.db"),
        .records_schema = &schema,
        .keyring = b.keyring,
        .guard = b.guard,
        .timeline = b.timeline};
    must(people_open(&po, &b.people, &err), &err);
    people_set_dictionary(b.people, b.dictionary);
    must(orders_open(b.people, CU_LIT("EUR"), &err), &err);
    must(gate_open(b.people, &b.gate, &err), &err);
    const struct pipeline_options pio = {
        .journal = b.journal, .seen = b.seen, .people = b.people, .gate = b.gate};
    must(pipeline_open(&pio, &b.pipeline, &err), &err);
}

static int small_event(char *out, size_t room, size_t i, unsigned user)
{
    return snprintf(out, room,
        "{\"type\":\"track\",\"event\":\"Product "
        "Viewed\",\"userId\":\"user-%u\",\"messageId\":\"m%zu\",\"properties\":"
        "{\"product_id\":\"p-%zu\",\"price\":18.99,\"quantity\":1}}",
        user, i, i % 1000);
}

static int browser_event(char *out, size_t room, size_t i, unsigned user)
{
    return snprintf(out, room,
        "{\"type\":\"track\",\"event\":\"Product "
        "Viewed\",\"userId\":\"user-%u\",\"anonymousId\":\"8a7e0f3c-5b1e-4c55-9d0e-%012u\","
        "\"messageId\":\"ajs-next-%zu\",\"timestamp\":\"2026-11-14T22:13:20.000Z\",\"properties\":{"
        "\"product_id\":\"p-%zu\",\"sku\":\"G-32\","
        "\"category\":\"Games\",\"name\":\"Monopoly: 3rd "
        "Edition\",\"brand\":\"Hasbro\",\"price\":18.99,\"quantity\":1,\"currency\":\"EUR\","
        "\"url\":\"https://www.example.com/product/"
        "path\"},\"context\":{\"library\":{\"name\":\"analytics.js\",\"version\":\"npm:next-1.84."
        "3\"},"
        "\"locale\":\"en-US\",\"timezone\":\"Europe/Berlin\",\"page\":{\"path\":\"/product/"
        "path\",\"referrer\":\"\",\"search\":\"\","
        "\"title\":\"Product\",\"url\":\"https://www.example.com/product/"
        "path\"},\"userAgent\":\"Mozilla/5.0 (X11; Linux x86_64) "
        "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 "
        "Safari/537.36\",\"campaign\":{\"source\":\"newsletter\"}}}",
        user, user, i, i % 1000);
}

static void put(size_t from, size_t count, bool browser)
{
    static struct cu_buf bufs[GROUP];
    struct cu_error err = {0};
    for (size_t at = 0; at < count;) {
        cu_str records[GROUP];
        uint32_t n = 0;
        uint64_t first = 0;
        for (; n < GROUP && at < count; n++, at++) {
            char event[2048];
            size_t i = from + at;
            unsigned user = (unsigned)((i * 2654435761U >> 7) % USERS);
            int len = browser ? browser_event(event, sizeof event, i, user)
                              : small_event(event, sizeof event, i, user);
            struct record r = {.kind = RECORD_EVENT,
                .source = 1,
                .received_ms = 1700000000000 + (int64_t)i * 10,
                .sent_ms = INT64_MIN,
                .time_ms = 1700000000000 + (int64_t)i * 10,
                .event = {event, (size_t)len}};
            memcpy(r.seen_tag, &(uint64_t){(uint64_t)i * UINT64_C(0x9e3779b97f4a7c15)}, 8);
            memcpy(r.seen_tag + 8, &i, 8);
            if (bufs[n].max == 0)
                cu_buf_init(&bufs[n], 1 << 20);
            cu_buf_reset(&bufs[n]);
            record_encode(&r, &bufs[n]);
            records[n] = cu_buf_view(&bufs[n]);
        }
        must(journal_append_wait(b.journal, records, n, &first, &err), &err);
    }
}

static double seconds(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void print(const char *what, size_t count, double wall, double own)
{
    (void)printf("%-46s %9.0f events/s, %9.0f in a second of the thread's own time\n", what,
        (double)count / wall, (double)count / own);
}

static void project(const char *what, size_t count)
{
    double wall = seconds(CLOCK_MONOTONIC), own = seconds(CLOCK_THREAD_CPUTIME_ID);
    for (size_t n = 1; n > 0;) {
        struct cu_error err = {0};
        must(batch_run(b.pipeline, 0, &n, &err), &err);
    }
    if (what)
        print(what, count, seconds(CLOCK_MONOTONIC) - wall, seconds(CLOCK_THREAD_CPUTIME_ID) - own);
}

static void baseline(const char *what, size_t count)
{
    struct journal_reader *reader = NULL;
    struct journal_record record;
    struct json_parser *parser = json_parser_new(1 << 20);
    struct cu_error err = {0};
    bool more = true;
    must(journal_reader_open(b.journal, journal_last_durable(b.journal) - count + 1, &reader, &err),
        &err);
    double wall = seconds(CLOCK_MONOTONIC), own = seconds(CLOCK_THREAD_CPUTIME_ID);
    for (;;) {
        struct record r;
        json event;
        must(journal_next(reader, 0, &record, &more, &err), &err);
        if (!more)
            break;
        must(record_decode(record.bytes, &r, &err), &err);
        must(json_parse(parser, r.event, &event, &err), &err);
    }
    print(what, count, seconds(CLOCK_MONOTONIC) - wall, seconds(CLOCK_THREAD_CPUTIME_ID) - own);
    journal_reader_close(reader);
    json_parser_free(parser);
}

static void close_all(void)
{
    pipeline_close(b.pipeline);
    journal_close(b.journal);
    people_close(b.people);
    gate_close(b.gate);
    seen_close(b.seen);
    timeline_close(b.timeline);
    guard_stop(b.guard);
    keyring_close(b.keyring);
    dictionary_free(b.dictionary);
}

static void run(const char *base, bool separate, size_t count)
{
    char folder[4096];
    size_t from = 0;
    (void)snprintf(folder, sizeof folder, "%s/%s", base, separate ? "separate" : "inside");
    (void)mkdir(folder, 0700);
    open_all(folder, separate);
    (void)printf("keys %s\n", separate ? "in a key process" : "inside this process");
    for (int browser = 0; browser < 2; browser++) {
        put(from, USERS * (size_t)3, browser); // everybody is known before the measurement
        project(NULL, 0);
        from += USERS * (size_t)3;
        put(from, count, browser);
        from += count;
        project(browser ? "  projected: browser events of 1 KB" : "  projected: plain behaviour events", count);
        baseline("    baseline: read and parsed only", count);
    }
    close_all();
}

int main(int argc, char **argv)
{
    char made[] = "/tmp/custos-bench-XXXXXX";
    const char *folder = argc > 1 ? argv[1] : mkdtemp(made);
    size_t count = argc > 2 ? (size_t)strtoull(argv[2], NULL, 10) : 200000;
    cu_log_set_level(CU_LOG_ERROR);
    (void)mkdir(folder, 0700);
    run(folder, false, count);
    run(folder, true, count);
    return 0;
}
