// SPDX-License-Identifier: Apache-2.0
// Live segments: how long facts take to load, segments to fill, and, at so many events a second, how long after an event
// was received its segments are decided. The people are real ones of records.db, the events those of a shop (seeded).
// Usage: bench_audience [people] [events per person] [events a second] [seconds]
#include "app/records_schema.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "insight/audience.h"
#include "people/columns.h"
#include "people/orders.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *const kinds[] = {"Product Viewed", "Product Viewed", "Product Viewed", "Product Viewed",
    "Product Viewed", "Product Viewed",
    "Product Added", "Cart Viewed", "Order Completed", "Signed In"};
static const char *const segments[] = {
    "did \"Order Completed\" at least 2 times in the last 30 days",
    "did \"Product Viewed\" where product_id is \"p7\" in the last 7 days",
    "did not \"Order Completed\" between 60 and 30 days ago and did \"Product Viewed\" in the last 2 days",
    "sum of total of \"Order Completed\" in the last 90 days is more than 200",
    "\"Product Viewed\" then \"Order Completed\" within 3 days with the same product_id",
    "did \"Product Viewed\" in the last 10 minutes",
    "country is \"DE\" and did \"Cart Viewed\" in the last 1 hour",
    "days with \"Product Viewed\" in the last 30 days is at least 3",
    "in segment \"s0\" and not in segment \"s5\"",
    "country is one of (\"AT\", \"CH\") and plan is \"gold\"",
};
static uint64_t state = 88172645463325252u;
static uint64_t seq;
static struct timeline *timeline;
static struct people *people;
static uint32_t kind_of[CU_COUNT(kinds)];

static uint32_t dice(uint32_t sides)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 33) % sides;
}

static void need(cu_code code, const struct cu_error *err)
{
    if (code == CU_OK)
        return;
    fprintf(stderr, "%s %s\n", cu_code_rows[code].name, err->text);
    exit(1);
}

static double seconds_since(int64_t us)
{
    return (double)(cu_mono_us() - us) / 1e6;
}

static void make_people(uint32_t count, struct json_parser *parser)
{
    static const char *const countries[] = {"DE", "AT", "CH", "FR", "NL"};
    struct cu_error err = {.text = ""};
    for (uint32_t done = 0; done < count;) {
        (void)people_lock(people);
        need(people_begin(people, &err), &err);
        for (int i = 0; i < 5000 && done < count; i++, done++) {
            char value[32], traits[128];
            json v;
            uint32_t pno = 0;
            const struct evidence ev = {.source = 1, .seq = ++seq, .time_ms = cu_now_ms(), .received_ms = cu_now_ms()};
            (void)snprintf(value, sizeof value, "u%u", done);
            const struct person_id id = {CU_LIT("user_id"), cu_str_of(value)};
            need(people_identify(people, &id, 1, &ev, &pno, &err), &err);
            (void)snprintf(traits, sizeof traits, "{\"address\":{\"country\":\"%s\"},\"plan\":\"%s\",\"language\":\"de\"}",
                countries[dice(5)],
                dice(4) ? "none" : "gold");
            need(json_parse(parser, cu_str_of(traits), &v, &err), &err);
            need(people_traits(people, pno, v, &ev, &err), &err);
        }
        need(people_commit(people, &err), &err);
        people_unlock(people);
    }
}

static void add_event(uint32_t pno, int64_t time_ms, uint32_t *ret_kind)
{
    struct cu_error err = {.text = ""};
    char plain[96];
    uint32_t k = dice(CU_COUNT(kinds));
    int len = snprintf(plain, sizeof plain, "{\"product_id\":\"p%u\",\"total\":%u.5,\"price\":%u}", dice(200), dice(150),
        dice(100));
    const struct timeline_event e = {.pno = pno, .kind = kind_of[k], .source = 1, .time_ms = time_ms, .seq = ++seq,
        .plain = {plain, (size_t)len}};
    need(timeline_add(timeline, &e, &err), &err);
    *ret_kind = kind_of[k];
}

static void make_events(uint32_t count, uint32_t each)
{
    struct cu_error err = {.text = ""};
    const int64_t now_ms = cu_now_ms(), year_ms = INT64_C(365) * 86400000;
    uint64_t total = (uint64_t)count * each, batch = 0;
    for (uint64_t i = 0; i < total; i++) {
        uint32_t kind = 0;
        int64_t age = (int64_t)(((double)dice(1 << 20) / (1 << 20)) * ((double)dice(1 << 20) / (1 << 20)) * (double)year_ms);
        add_event(1 + dice(count), now_ms - age, &kind);
        if (++batch == 8000) {
            need(timeline_publish(timeline, &err), &err);
            batch = 0;
        }
    }
    need(timeline_publish(timeline, &err), &err);
}

static uint32_t define(struct audiences *a, const char *name, const char *text)
{
    struct cu_error err = {.text = ""};
    struct cu_arena *arena = cu_arena_new(1 << 24);
    struct seg_node *n = NULL;
    uint32_t number = 0;
    const struct seg_catalog *c = audience_catalog(a);
    need(seg_parse_text(cu_str_of(text), c, arena, &n, NULL, &err), &err);
    const struct audience_edit e = {.name = cu_str_of(name), .definition = n, .actor = -1};
    need(audience_put(a, &e, NULL, &number, &err), &err);
    audience_catalog_done(a, c);
    cu_arena_free(arena);
    return number;
}

static void print_lag(void)
{
    CU_AUTO_BUF struct cu_buf out;
    cu_buf_init(&out, 1 << 22);
    cu_metric_print(&out);
    cu_str rest = cu_buf_view(&out);
    while (rest.len) {
        cu_str line = cu_str_cut(&rest, '\n');
        if (cu_str_starts(line, CU_LIT("custos_audience_lag")) || cu_str_starts(line, CU_LIT("custos_facts_bytes")) ||
            cu_str_starts(line, CU_LIT("custos_audience_decided")) || cu_str_starts(line, CU_LIT("custos_audience_moves")))
            printf("  %.*s\n", CU_ARG(line));
    }
}

// Events of the people as the pipeline hands them over: a batch every 20 ms.
static void live(struct audiences *a, uint32_t count, uint32_t rate, uint32_t seconds)
{
    struct cu_error err = {.text = ""};
    struct audience_news news[4096];
    const uint32_t each = rate / 50;
    int64_t begun_us = cu_mono_us();
    for (uint32_t b = 0; b < seconds * 50; b++) {
        int64_t due_us = begun_us + (int64_t)b * 20000, wait_us = due_us - cu_mono_us();
        if (wait_us > 0)
            (void)usleep((useconds_t)wait_us);
        int64_t now_ms = cu_now_ms();
        uint32_t n = each < CU_COUNT(news) ? each : CU_COUNT(news);
        for (uint32_t i = 0; i < n; i++) {
            uint32_t pno = 1 + dice(count);
            news[i] = (struct audience_news){.pno = pno, .received_ms = now_ms - 10};
            add_event(pno, now_ms, &news[i].kind);
        }
        need(timeline_publish(timeline, &err), &err);
        audiences_news(a, news, n);
    }
    audiences_settle(a);
    printf("live: %u events in %.1f s (asked: %u a second)\n", each * seconds * 50, seconds_since(begun_us), rate);
}

int main(int argc, char **argv)
{
    uint32_t count = argc > 1 ? (uint32_t)atoi(argv[1]) : 100000, each = argc > 2 ? (uint32_t)atoi(argv[2]) : 10,
             rate = argc > 3 ? (uint32_t)atoi(argv[3]) : 10000, seconds = argc > 4 ? (uint32_t)atoi(argv[4]) : 10;
    static const uint8_t root[32] = {7};
    char folder[] = "/tmp/custos-bench-XXXXXX", path[6][96];
    static const char *const names[] = {"keys", "records.db", "index.db", "timeline", "audiences.db"};
    struct cu_error err = {.text = ""};
    struct keyring *keyring = NULL;
    struct keys *keys = NULL;
    struct guard *guard = NULL;
    struct gate *gate = NULL;
    struct dictionary *dictionary = NULL;
    struct facts *facts = NULL;
    struct audiences *a = NULL;
    struct json_parser *parser = json_parser_new(1 << 20);
    struct text_zone *zone = text_zone_open("Europe/Berlin");
    if (!mkdtemp(folder) || !parser || !zone)
        return 1;
    for (size_t i = 0; i < CU_COUNT(names); i++)
        (void)snprintf(path[i], sizeof path[i], "%s/%s", folder, names[i]);
    (void)mkdir(path[3], 0700);
    cu_log_set_level(CU_LOG_INFO);
    need(keyring_from_bytes(root, &keyring, &err), &err);
    need(keys_open(&(struct keys_options){.path = path[0], .keyring = keyring}, &keys, &err), &err);
    need(guard_start_inside(&(struct guard_options){.keys = keys}, &guard, &err), &err);
    guard_enter_system("intake", "bench");
    need(timeline_open(&(struct timeline_options){.folder = path[3]}, &timeline, &err), &err);
    const struct people_options po = {.records_path = path[1], .index_path = path[2], .records_schema = records_schema(),
        .keyring = keyring, .guard = guard, .timeline = timeline};
    need(people_open(&po, &people, &err), &err);
    need(dictionary_load(CU_NONE, &dictionary, &err), &err);
    people_set_dictionary(people, dictionary);
    need(columns_follow(timeline, dictionary, &err), &err);
    need(orders_open(people, CU_LIT("EUR"), &err), &err);
    need(gate_open(people, &gate, &err), &err);
    for (size_t i = 0; i < CU_COUNT(kinds); i++)
        need(timeline_kind(timeline, cu_str_of(kinds[i]), &kind_of[i], &err), &err);

    int64_t at_us = cu_mono_us();
    make_people(count, parser);
    printf("people: %u in %.1f s\n", count, seconds_since(at_us));
    at_us = cu_mono_us();
    make_events(count, each);
    printf("events: %llu in %.1f s\n", (unsigned long long)count * each, seconds_since(at_us));
    at_us = cu_mono_us();
    need(facts_open(&(struct facts_options){.people = people, .gate = gate, .zone = zone}, &facts, &err), &err);
    facts_settle(facts);
    printf("facts of everybody: %.2f s, %.1f MiB\n", seconds_since(at_us), (double)facts_bytes(facts) / (1 << 20));
    const struct audiences_options ao = {.people = people, .gate = gate, .facts = facts, .path = path[4], .zone = zone};
    need(audiences_open(&ao, &a, &err), &err);
    need(audiences_start(a, &err), &err);
    at_us = cu_mono_us();
    for (size_t i = 0; i < CU_COUNT(segments); i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "s%zu", i);
        (void)define(a, name, segments[i]);
    }
    audiences_settle(a);
    printf("%zu segments filled: %.2f s\n", CU_COUNT(segments), seconds_since(at_us));
    live(a, count, rate, seconds);
    print_lag();
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("memory: %ld MiB at most\n", usage.ru_maxrss / 1024);
    audiences_close(a);
    facts_close(facts);
    people_close(people);
    gate_close(gate);
    timeline_close(timeline);
    guard_stop(guard);
    keys_close(keys);
    keyring_close(keyring);
    dictionary_free(dictionary);
    json_parser_free(parser);
    text_zone_close(zone);
    (void)fflush(stdout);
    char command[160];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command) != 0;
}
