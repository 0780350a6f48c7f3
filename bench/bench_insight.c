// SPDX-License-Identifier: Apache-2.0
// Questions of Insight as the console asks them: people and orders of records.db, a year and a half of visits (seeded), one person
// per 100 events. Today's set cold (the first of the process) and warm (kept); single reports, each worked out anew.
//
//   bench_insight [EVENTS] [--keep FOLDER] [--dump FILE] [--rounds N] [--only TEXT]
//
// --keep: the shop stays in FOLDER and is used again. --dump: the events as CSV for bench/duckdb/insight.mjs:
// person,time_ms,event,path,source,medium,order_id,total. What was sold is in cents.
#include "app/records_schema.h"
#include "base/clock.h"
#include "base/log.h"
#include "insight/query.h"
#include "insight/visit.h"
#include "people/columns.h"
#include "people/orders.h"
#include "store/timeline_admin.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY INT64_C(86400000)
enum { DAYS = 540, BATCH = 4000, PRODUCTS = 2000 };
static const char *const names[] = {"$page", "Product Viewed", "Product Added", "Checkout Started", "Order Completed"};
enum { PAGE, VIEWED, ADDED, CHECKOUT, ORDER, KINDS };
static const char *const sources[][2] = {{"", ""}, {"", ""}, {"google", "cpc"}, {"newsletter", "email"}, {"instagram", "social"}, {"bing", "organic"}};

struct bench {
    struct keyring *keyring;
    struct keys *keys;
    struct guard *guard;
    struct gate *gate;
    struct dictionary *dictionary;
    struct timeline *timeline;
    struct people *people;
    struct facts *facts;
    struct audiences *audiences;
    struct order_book *orders;
    struct insight_desk *desk;
    struct text_zone *zone;
    struct json_parser *parser;
    FILE *dump;
    uint64_t random, seq, events, order;
    uint32_t count, kinds[KINDS];
    int64_t now_ms;
};

static void need(cu_code code, const struct cu_error *err)
{
    if (code == CU_OK)
        return;
    fprintf(stderr, "%s: %s %s\n", cu_code_rows[code].name, err->field, err->text);
    exit(1);
}

static int64_t clock_of_shop(void *context) // the same shop each time
{
    return ((struct bench *)context)->now_ms;
}

static uint64_t below(struct bench *b, uint64_t n)
{
    b->random ^= b->random >> 12;
    b->random ^= b->random << 25;
    b->random ^= b->random >> 27;
    return (b->random * UINT64_C(2685821657736338717) >> 20) % n;
}

static double ms_since(int64_t us)
{
    return (double)(cu_mono_us() - us) / 1000;
}

// ---- the shop

static void make_people(struct bench *b)
{
    struct cu_error err = {.text = ""};
    for (uint32_t done = 0; done < b->count;) {
        (void)people_lock(b->people);
        need(people_begin(b->people, &err), &err);
        for (int i = 0; i < 5000 && done < b->count; i++, done++) {
            char value[32];
            uint32_t pno = 0;
            const struct evidence ev = {.source = 1, .seq = ++b->seq, .time_ms = b->now_ms - DAYS * DAY, .received_ms = b->now_ms};
            (void)snprintf(value, sizeof value, "u%u", done);
            const struct person_id id = {CU_LIT("anonymous_id"), cu_str_of(value)};
            need(people_identify(b->people, &id, 1, &ev, &pno, &err), &err);
        }
        need(people_commit(b->people, &err), &err);
        people_unlock(b->people);
    }
}

static void add(struct bench *b, uint32_t pno, int64_t time, int kind, const char *const *source)
{
    char words[700], order[24] = "", total[16] = "";
    struct cu_error err = {.text = ""};
    unsigned product = (unsigned)(below(b, PRODUCTS) * below(b, PRODUCTS) / PRODUCTS);
    int64_t revenue = 0;
    int n = 0;
    if (kind == ORDER) {
        unsigned price = 499 + (product * 7919u) % 15000u;
        (void)snprintf(order, sizeof order, "o%llu", (unsigned long long)++b->order);
        (void)snprintf(total, sizeof total, "%u.%02u", price / 100, price % 100);
        n = snprintf(words, sizeof words, "{\"order_id\":\"%s\",\"total\":%s,\"products\":[{\"product_id\":\"p%u\",\"category\":\"c%u\",\"price\":%s}],", order,
            total, product, product % 24, total);
    } else {
        n = snprintf(words, sizeof words, kind == PAGE ? "{" : "{\"product_id\":\"p%u\",", product);
    }
    (void)snprintf(words + n, sizeof words - (size_t)n, "\"$context\":{\"page\":{\"path\":\"/%u\"},\"device\":{\"class\":\"%s\"}%s%s%s%s%s}}", product % 300,
        pno % 3 ? "phone" : "desktop", source[0][0] ? ",\"campaign\":{\"source\":\"" : "", source[0], source[0][0] ? "\",\"medium\":\"" : "", source[1],
        source[0][0] ? "\"}" : "");
    const struct evidence ev = {.source = 1, .seq = ++b->seq, .time_ms = time, .received_ms = time};
    people_touch(b->people, pno, &ev);
    if (kind == ORDER) {
        json v;
        need(json_parse(b->parser, cu_str_of(words), &v, &err), &err);
        need(orders_project(b->people, pno, CU_LIT("Order Completed"), v, &ev, 0, &revenue, &err), &err);
    }
    const struct timeline_event e = {.pno = pno, .kind = b->kinds[kind], .source = 1, .time_ms = time, .seq = ev.seq, .revenue = revenue,
        .flags = kind == ORDER ? TIMELINE_HAS_REVENUE : 0, .plain = cu_str_of(words)};
    need(timeline_add(b->timeline, &e, &err), &err);
    if (b->dump)
        fprintf(b->dump, "%u,%lld,%s,/%u,%s,%s,%s,%s\n", pno, (long long)time, names[kind], product % 300, source[0], source[1], order, total);
}

static void visit_shop(struct bench *b, int64_t time)
{
    uint32_t pno = 1 + (uint32_t)(below(b, 3) ? below(b, b->count) : below(b, b->count) * below(b, b->count) / b->count);
    const char *const *source = sources[below(b, CU_COUNT(sources))];
    uint64_t views = 1 + below(b, 8);
    static const char *const nothing[2] = {"", ""};
    for (uint64_t i = 0; i < views; i++)
        add(b, pno, time += 3000 + (int64_t)below(b, 60000), i % 2 ? VIEWED : PAGE, i ? nothing : source);
    if (below(b, 100) < 15) {
        add(b, pno, time += 9000, ADDED, nothing);
        if (below(b, 100) < 50) {
            add(b, pno, time += 9000, CHECKOUT, nothing);
            if (below(b, 100) < 60)
                add(b, pno, time += 60000, ORDER, nothing);
        }
    }
}

static void make_shop(struct bench *b)
{
    struct cu_error err = {.text = ""};
    int64_t at = cu_mono_us();
    make_people(b);
    printf("people           %.1f s\n", ms_since(at) / 1000);
    at = cu_mono_us();
    uint64_t first = b->seq;
    while (b->seq - first < b->events) {
        (void)people_lock(b->people);
        need(people_begin(b->people, &err), &err);
        for (uint64_t until = b->seq + BATCH; b->seq < until && b->seq - first < b->events;) {
            double age = (double)(b->seq - first) / (double)b->events;
            visit_shop(b, b->now_ms - DAYS * DAY + (int64_t)(age * (double)(DAYS * DAY)));
        }
        need(people_commit(b->people, &err), &err);
        people_unlock(b->people);
        need(timeline_publish(b->timeline, &err), &err);
    }
    need(people_flush(b->people, &err), &err);
    need(timeline_flush(b->timeline, &err), &err);
    printf("events, orders   %.1f s (%llu orders)\n", ms_since(at) / 1000, (unsigned long long)b->order);
    at = cu_mono_us();
    need(timeline_compact(b->timeline, NULL, NULL, &err), &err);
    printf("merged           %.1f s\n", ms_since(at) / 1000);
}

static void open_shop(struct bench *b, const char *folder)
{
    static const uint8_t root[32] = {7};
    static const char *const files[] = {"keys", "records.db", "index.db", "timeline", "audiences.db"};
    char path[5][512];
    struct cu_error err = {.text = ""};
    for (size_t i = 0; i < CU_COUNT(files); i++)
        (void)snprintf(path[i], sizeof path[i], "%s/%s", folder, files[i]);
    (void)mkdir(path[3], 0700);
    b->zone = text_zone_open("Europe/Berlin");
    b->parser = json_parser_new(1 << 20);
    need(keyring_from_bytes(root, &b->keyring, &err), &err);
    need(keys_open(&(struct keys_options){.path = path[0], .keyring = b->keyring}, &b->keys, &err), &err);
    need(guard_start_inside(&(struct guard_options){.keys = b->keys}, &b->guard, &err), &err);
    guard_enter_system("intake", "bench");
    need(timeline_open(&(struct timeline_options){.folder = path[3]}, &b->timeline, &err), &err);
    const struct people_options po = {.records_path = path[1], .index_path = path[2], .records_schema = records_schema(), .keyring = b->keyring,
        .guard = b->guard, .timeline = b->timeline};
    need(people_open(&po, &b->people, &err), &err);
    need(dictionary_load(CU_NONE, &b->dictionary, &err), &err);
    people_set_dictionary(b->people, b->dictionary);
    need(columns_follow(b->timeline, b->dictionary, &err), &err);
    need(orders_open(b->people, CU_LIT("EUR"), &err), &err);
    need(gate_open(b->people, &b->gate, &err), &err);
    for (size_t i = 0; i < KINDS; i++)
        need(timeline_kind(b->timeline, cu_str_of(names[i]), &b->kinds[i], &err), &err);
    if (timeline_count(b->timeline) == 0)
        make_shop(b);
    const struct facts_options fo = {.people = b->people, .gate = b->gate, .zone = b->zone};
    need(facts_open(&fo, &b->facts, &err), &err);
    const struct audiences_options ao = {.people = b->people, .gate = b->gate, .facts = b->facts, .path = path[4], .zone = b->zone};
    need(audiences_open(&ao, &b->audiences, &err), &err);
    int64_t at = cu_mono_us();
    need(order_book_open(&(struct order_book_options){.people = b->people, .zone = b->zone, .currency = "EUR"}, &b->orders, &err), &err);
    order_book_settle(b->orders);
    printf("order book       %.1f s, %.0f MiB\n", ms_since(at) / 1000, (double)order_book_bytes(b->orders) / 1048576);
    const struct insight_desk_options o = {.people = b->people, .facts = b->facts, .audiences = b->audiences, .orders = b->orders, .zone = b->zone,
        .zone_name = "Europe/Berlin", .currency = "EUR", .small_group = 10};
    need(insight_desk_open(&o, &b->desk, &err), &err);
}

static void close_shop(struct bench *b)
{
    insight_desk_close(b->desk);
    order_book_close(b->orders);
    audiences_close(b->audiences);
    facts_close(b->facts);
    people_close(b->people);
    gate_close(b->gate);
    timeline_close(b->timeline);
    guard_stop(b->guard);
    keys_close(b->keys);
    keyring_close(b->keyring);
    dictionary_free(b->dictionary);
    json_parser_free(b->parser);
    text_zone_close(b->zone);
}

// ---- the questions

static const char *const today[] = {
    "{\"kind\":\"report\",\"question\":{\"metrics\":[\"revenue\",\"orders\",\"average_order_value\",\"conversion_rate\",\"active_customers\","
    "\"new_customers\",\"visits\"],\"compare\":\"previous\"}}",
    "{\"kind\":\"report\",\"question\":{\"metrics\":[\"revenue\",\"visits\"],\"breakdown\":\"channel\",\"by\":\"total\",\"limit\":8}}",
    "{\"kind\":\"funnel\",\"question\":{\"ready\":\"shop\"}}",
};
static const struct { const char *name, *question; int days; } reports[] = {
    {"revenue by day, 30 days", "\"metrics\":[\"revenue\",\"orders\",\"average_order_value\"],\"compare\":\"previous\"", 30},
    {"revenue by month, a year", "\"metrics\":[\"revenue\",\"orders\",\"average_order_value\"],\"by\":\"month\",\"compare\":\"year\"", 365},
    {"visits by day, 30 days", "\"metrics\":[\"visits\",\"visitors\",\"bounce_rate\",\"time_on_site\"],\"compare\":\"previous\"", 30},
    {"visits by week, 90 days", "\"metrics\":[\"visits\",\"visitors\"],\"by\":\"week\"", 90},
    {"conversion by channel, 30 days", "\"metrics\":[\"conversion_rate\",\"visits\",\"revenue\"],\"breakdown\":\"channel\",\"by\":\"total\"", 30},
    {"revenue by landing page, 30 days", "\"metrics\":[\"revenue\",\"visits\"],\"breakdown\":\"landing\",\"by\":\"total\"", 30},
    {"top products, 30 days", "\"metrics\":[\"revenue\",\"units\",\"orders\"],\"breakdown\":\"product\",\"by\":\"total\"", 30},
    {"active, new, returning, 30 days", "\"metrics\":[\"active_customers\",\"new_customers\",\"returning_customers\"],\"compare\":\"previous\"", 30},
    {"retention and churn by week, 90 days", "\"metrics\":[\"retention_rate\",\"churn_rate\"],\"by\":\"week\"", 90},
    {"repeat purchases, a year", "\"metrics\":[\"repeat_purchase_rate\",\"new_customer_revenue_share\"],\"by\":\"month\"", 365},
    {"revenue of one channel, 30 days", "\"metrics\":[\"revenue\",\"visits\"],\"filters\":[{\"dimension\":\"channel\",\"in\":[\"email\"]}]", 30},
};

static double ask(struct bench *b, const char *body)
{
    struct cu_error err = {.text = ""};
    const struct caller caller = {.kind = CALLER_LOCAL, .permissions = UINT64_MAX};
    CU_AUTO_BUF struct cu_buf out;
    cu_buf_init(&out, 64 << 20);
    int64_t at = cu_mono_us();
    need(insight_ask(b->desk, &caller, cu_str_of(body), &out, &err), &err);
    double ms = ms_since(at);
    if (getenv("BENCH_ANSWERS"))
        printf("%.*s\n", (int)(out.len < 1500 ? out.len : 1500), out.ptr);
    return ms;
}

static void ask_today(struct bench *b)
{
    for (int round = 0; round < 3; round++) {
        double sum = 0, each[CU_COUNT(today)];
        for (size_t i = 0; i < CU_COUNT(today); i++)
            sum += each[i] = ask(b, today[i]);
        printf("%-38s %8.1f ms  (%.1f, %.1f, %.1f)\n", round == 0 ? "today, cold" : "today, warm", sum, each[0], each[1], each[2]);
    }
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void ask_reports(struct bench *b, int rounds, const char *only)
{
    double *all = calloc(CU_COUNT(reports) * (size_t)rounds + 1, sizeof *all), *one = calloc((size_t)rounds + 1, sizeof *one);
    size_t n = 0;
    for (size_t i = 0; all && one && i < CU_COUNT(reports); i++) {
        if (only && !strstr(reports[i].name, only))
            continue;
        for (int k = 0; k < rounds; k++) {
            char body[700];
            int64_t from = b->now_ms - (int64_t)(reports[i].days - 1) * DAY;
            char day[TEXT_TIME_MAX];
            text_time_format(from, day);
            (void)snprintf(body, sizeof body, "{\"kind\":\"report\",\"from\":\"%.10s\",\"question\":{%s,\"limit\":%d}}", day, reports[i].question,
                50 + k); // another limit: not the same question, so none is kept
            one[k] = all[n++] = ask(b, body);
        }
        qsort(one, (size_t)rounds, sizeof *one, ascending);
        printf("%-38s %8.1f ms  p50, %.1f ms most\n", reports[i].name, one[rounds / 2], one[rounds - 1]);
    }
    if (all && n > 0) {
        qsort(all, n, sizeof *all, ascending);
        printf("%-38s %8.1f ms  p50, %.1f ms p95\n", "single reports", all[n / 2], all[n * 95 / 100]);
    }
    free(all);
    free(one);
}

int main(int argc, char **argv)
{
    struct bench b = {.random = 88172645463325252u, .events = 1000000};
    char made[] = "/var/tmp/custos-insight-XXXXXX";
    const char *keep = NULL, *only = NULL;
    int rounds = 5, at = 1;
    if (argc > 1 && argv[1][0] != '-')
        b.events = (uint64_t)strtod(argv[at++], NULL);
    for (; at + 1 < argc; at += 2) {
        if (strcmp(argv[at], "--keep") == 0)
            keep = argv[at + 1];
        else if (strcmp(argv[at], "--only") == 0)
            only = argv[at + 1];
        else if (strcmp(argv[at], "--rounds") == 0)
            rounds = atoi(argv[at + 1]);
        else if (strcmp(argv[at], "--dump") == 0)
            b.dump = fopen(argv[at + 1], "w");
    }
    b.count = (uint32_t)(b.events / 100 > 100 ? b.events / 100 : 100);
    b.now_ms = INT64_C(1780000000000); // 2026-05-28
    cu_clock_inject(clock_of_shop, &b);
    cu_log_set_level(CU_LOG_ERROR);
    const char *folder = keep ? keep : mkdtemp(made);
    if (!folder)
        return 1;
    (void)mkdir(folder, 0700);
    if (b.dump)
        fputs("person,time_ms,event,path,source,medium,order_id,total\n", b.dump);
    open_shop(&b, folder);
    if (b.dump)
        (void)fclose(b.dump);
    ask_today(&b);
    ask_reports(&b, rounds < 1 ? 1 : rounds, only);
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("memory                                 %ld MiB at most\n", usage.ru_maxrss / 1024);
    close_shop(&b);
    (void)fflush(stdout);
    char command[600];
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return keep ? 0 : system(command) != 0;
}
