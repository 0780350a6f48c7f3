// SPDX-License-Identifier: Apache-2.0
// Questions asked of everybody, over a shop that is made up: the same for the same number of events (seeded).
//
//   bench_scan FOLDER EVENTS [--dump FILE] [--threads N] [--rounds N] [--compact yes] [--cpu yes] [--only QUESTION]
//
// FOLDER: where the timeline is (not the shop's data folder); when it holds that many events already it is used as it
// is. EVENTS: 1e6, 1e7, 1e8. --dump: the same events as CSV, for other engines:
// person,time_ms,event,product_id,category,price,total,channel,products (products: ids with | between).
// --compact: merges all runs first, as they are after a quiet night. One person per 20 events, two years, a shop that
// grows; few people do most. No baseline inside: see bench/run.
#include "base/clock.h"
#include "insight/machines.h"
#include "store/timeline_admin.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define DAY INT64_C(86400000)
#define BEGINS (INT64_C(20000) * DAY) // 2024-10-04
#define DAYS 730
enum { PRODUCTS = 5000, CATEGORIES = 24, CHANNELS = 8, LINES = 3 };
static const char *const kind_names[] = {"$page", "Product Viewed", "Product Added", "Checkout Started",
    "Order Completed", "Product List Viewed", "Email Opened", "Signed In"};
enum { PAGE, VIEWED, ADDED, CHECKOUT, ORDER, LIST, OPENED, SIGNED_IN, KINDS };
static const char *const channels[CHANNELS] = {
    "search", "direct", "newsletter", "social", "affiliate", "display", "marketplace", "store"};

struct bench {
    struct timeline *t;
    const char *folder;
    uint64_t events, people, random, seq;
    FILE *dump;
    uint32_t kinds[KINDS];
    unsigned threads;
    int rounds;
    bool compact;
};

static uint64_t random64(struct bench *b)
{
    b->random ^= b->random >> 12;
    b->random ^= b->random << 25;
    b->random ^= b->random >> 27;
    return b->random * UINT64_C(2685821657736338717);
}

static double random01(struct bench *b)
{
    return (double)(random64(b) >> 11) * 0x1p-53;
}

static uint64_t below(struct bench *b, uint64_t n)
{
    return (random64(b) >> 20) % n;
}

static void need(cu_code code, const struct cu_error *err)
{
    if (code == CU_OK)
        return;
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

// ---- the shop

static unsigned price_of(unsigned product) // minor units
{
    return 499 + (product * 7919u) % 15000u;
}

struct words {
    int product, channel;
    unsigned total;
    int lines[LINES];
    int line_count;
};

static size_t write_words(char at[512], int kind, const struct words *w)
{
    int n = 0;
    if (kind == VIEWED || kind == ADDED)
        n = snprintf(at, 512,
            "{\"product_id\":\"p-%05d\",\"category\":\"category-%02d\",\"price\":%u.%02u,\"quantity\":1}", w->product,
            w->product % CATEGORIES, price_of((unsigned)w->product) / 100, price_of((unsigned)w->product) % 100);
    else if (kind == PAGE)
        n = snprintf(at, 512, "{\"path\":\"/c/category-%02d\"}", w->product % CATEGORIES);
    else if (kind == LIST)
        n = snprintf(at, 512, "{\"category\":\"category-%02d\"}", w->product % CATEGORIES);
    else if (kind == ORDER) {
        n = snprintf(at, 512, "{\"channel\":\"%s\",\"total\":%u.%02u,\"products\":[", channels[w->channel],
            w->total / 100, w->total % 100);
        for (int i = 0; i < w->line_count; i++)
            n += snprintf(at + n, 512 - (size_t)n, "%s{\"product_id\":\"p-%05d\",\"price\":%u.%02u}", i ? "," : "",
                w->lines[i], price_of((unsigned)w->lines[i]) / 100, price_of((unsigned)w->lines[i]) % 100);
        n += snprintf(at + n, 512 - (size_t)n, "]}");
    }
    return (size_t)n;
}

static void dump_event(const struct bench *b, uint32_t pno, int64_t time, int kind, const struct words *w)
{
    unsigned price = price_of((unsigned)w->product);
    fprintf(b->dump, "%u,%lld,%s,", pno, (long long)time, kind_names[kind]);
    if (kind == VIEWED || kind == ADDED)
        fprintf(b->dump, "p-%05d,category-%02d,%u.%02u,,,\n", w->product, w->product % CATEGORIES, price / 100, price % 100);
    else if (kind == LIST)
        fprintf(b->dump, ",category-%02d,,,,\n", w->product % CATEGORIES);
    else if (kind == ORDER) {
        fprintf(b->dump, ",,,%u.%02u,%s,", w->total / 100, w->total % 100, channels[w->channel]);
        for (int i = 0; i < w->line_count; i++)
            fprintf(b->dump, "%sp-%05d", i ? "|" : "", w->lines[i]);
        fputc('\n', b->dump);
    } else {
        fputs(",,,,,\n", b->dump);
    }
}

static void add(struct bench *b, uint32_t pno, int64_t time, int kind, const struct words *w)
{
    char words[512];
    struct cu_error err;
    struct timeline_event e = {.pno = pno, .kind = b->kinds[kind], .source = 1, .time_ms = time, .seq = ++b->seq};
    e.plain = (cu_str){words, write_words(words, kind, w)};
    if (kind == ORDER) {
        e.revenue = w->total;
        e.flags = TIMELINE_HAS_REVENUE;
    }
    need(timeline_add(b->t, &e, &err), &err);
    if (b->seq % 2000 == 0)
        need(timeline_publish(b->t, &err), &err);
    if (b->dump)
        dump_event(b, pno, time, kind, w);
}

static int product(struct bench *b) // few products are seen most
{
    double u = random01(b);
    return (int)(PRODUCTS * u * u * u);
}

static void checkout(struct bench *b, uint32_t pno, int64_t *time, struct words *w)
{
    if (below(b, 100) < 45)
        return;
    add(b, pno, *time += 20000 + (int64_t)below(b, 90000), CHECKOUT, w);
    if (below(b, 100) < 35)
        return;
    w->channel = (int)(CHANNELS * random01(b) * random01(b));
    w->line_count = 1 + (int)below(b, LINES);
    w->total = 0;
    for (int i = 0; i < w->line_count; i++) {
        w->lines[i] = i ? product(b) : w->product;
        w->total += price_of((unsigned)w->lines[i]);
    }
    add(b, pno, *time += 30000 + (int64_t)below(b, 200000), ORDER, w);
}

static void visit_shop(struct bench *b, int64_t time, double age)
{
    double people = (double)b->people * (0.05 + 0.95 * age), u = random01(b); // who is there by now
    uint32_t pno = 1 + (uint32_t)(below(b, 4) ? people * u * u : people * (0.98 + 0.02 * u));
    struct words w = {.product = product(b)};
    if (below(b, 12) == 0)
        add(b, pno, time += 1000, OPENED, &w);
    uint64_t pages = 1 + below(b, 3), views = below(b, 5);
    for (uint64_t i = 0; i < pages && b->seq < b->events; i++)
        add(b, pno, time += 3000 + (int64_t)below(b, 60000), i ? LIST : PAGE, &w);
    for (uint64_t i = 0; i < views && b->seq < b->events; i++) {
        w.product = product(b);
        add(b, pno, time += 5000 + (int64_t)below(b, 60000), VIEWED, &w);
    }
    if (below(b, 20) == 0)
        add(b, pno, time += 4000, SIGNED_IN, &w);
    if (views > 0 && below(b, 100) < 22) {
        add(b, pno, time += 9000, ADDED, &w);
        checkout(b, pno, &time, &w);
    }
}

static void make_shop(struct bench *b)
{
    struct cu_error err;
    int64_t started = cu_mono_us();
    while (b->seq < b->events) {
        double age = (double)b->seq / (double)b->events;
        visit_shop(b, BEGINS + (int64_t)(age * DAYS * (double)DAY), age);
    }
    need(timeline_publish(b->t, &err), &err);
    need(timeline_flush(b->t, &err), &err);
    double seconds = (double)(cu_mono_us() - started) / 1e6;
    printf("made             %.1f s, %.0f events/s (with making them up)\n", seconds, (double)b->seq / seconds);
}

// ---- the questions

static double took_ms(int64_t started)
{
    return (double)(cu_mono_us() - started) / 1000;
}

// --cpu: the processor time of all threads as well, which other people's work on the machine changes less.
static bool show_cpu;
static double cpu_best = 1e12;

static double cpu_ms(void)
{
    struct rusage u;
    (void)getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

static void print(const char *name, double best_ms, const char *answer)
{
    if (show_cpu && cpu_best < 1e12)
        printf("(%.2f ms of processor) ", cpu_best);
    cpu_best = 1e12;
    printf("%-16s %9.*f ms   %s\n", name, best_ms < 1 ? 4 : 2, best_ms, answer);
}

static void ask_funnel(const struct bench *b)
{
    struct funnel_step steps[4] = {
        {b->kinds[VIEWED], -1}, {b->kinds[ADDED], -1}, {b->kinds[CHECKOUT], -1}, {b->kinds[ORDER], -1}};
    struct funnel_question q = {.steps = steps, .step_count = 4, .from_ms = 0, .to_ms = INT64_MAX, .window_ms = 7 * DAY};
    struct funnel_answer a;
    struct scan_stats stats;
    struct scan_limits l = {.threads = b->threads};
    struct cu_error err;
    double best = 1e12;
    for (int i = 0; i < b->rounds; i++) {
        int64_t started = cu_mono_us();
        double cpu = cpu_ms();
        need(funnel_run(b->t, NULL, &q, &l, &a, &stats, &err), &err);
        best = fmin(best, took_ms(started));
        cpu_best = fmin(cpu_best, cpu_ms() - cpu);
    }
    char text[200];
    (void)snprintf(text, sizeof text, "reached %llu %llu %llu %llu", (unsigned long long)a.reached[0],
        (unsigned long long)a.reached[1], (unsigned long long)a.reached[2], (unsigned long long)a.reached[3]);
    print("funnel 4x7d", best, text);
}

static void ask_retention(const struct bench *b)
{
    struct retention_question q = {.period = RETENTION_WEEK, .from_ms = BEGINS + 540 * DAY, .periods = 13};
    static struct retention_answer a;
    struct scan_stats stats;
    struct scan_limits l = {.threads = b->threads};
    struct cu_error err;
    double best = 1e12;
    for (int i = 0; i < b->rounds; i++) {
        int64_t started = cu_mono_us();
        double cpu = cpu_ms();
        need(retention_run(b->t, NULL, &q, &l, &a, &stats, &err), &err);
        best = fmin(best, took_ms(started));
        cpu_best = fmin(cpu_best, cpu_ms() - cpu);
    }
    char text[200];
    (void)snprintf(text, sizeof text, "first cohort %llu, back after 1 week %llu, after 12 %llu",
        (unsigned long long)a.cohort[0], (unsigned long long)a.returned[0][1], (unsigned long long)a.returned[0][12]);
    print("retention 13x13", best, text);
}

static void ask_breakdown(const struct bench *b)
{
    struct breakdown_question q = {
        .kind = b->kinds[ORDER], .to_ms = INT64_MAX, .path = CU_LIT("channel"), .with_revenue = true};
    struct scan_stats stats;
    struct scan_limits l = {.threads = b->threads};
    struct cu_error err;
    char text[200] = "";
    double best = 1e12;
    for (int i = 0; i < b->rounds; i++) {
        CU_AUTO_ARENA struct cu_arena *arena = cu_arena_new(1 << 20);
        struct breakdown_row *rows;
        size_t count;
        int64_t started = cu_mono_us();
        double cpu = cpu_ms();
        need(breakdown_run(b->t, NULL, &q, &l, arena, &rows, &count, &stats, &err), &err);
        best = fmin(best, took_ms(started));
        cpu_best = fmin(cpu_best, cpu_ms() - cpu);
        if (count > 0)
            (void)snprintf(text, sizeof text, "%zu rows, \"%.*s\" %llu people %llu orders", count, CU_ARG(rows[0].text),
                (unsigned long long)rows[0].persons, (unsigned long long)rows[0].events);
    }
    print("by channel", best, text);
}

static bool page_of_50(void *context, const struct timeline_event *e)
{
    uint64_t *n = context;
    (void)e;
    return ++*n % 50 != 0;
}

static void ask_people(struct bench *b)
{
    enum { ASKED = 200 };
    struct cu_error err;
    struct scan_reader *reader;
    struct scan_plan plan = {.from_ms = INT64_MIN, .to_ms = INT64_MAX, .kinds = &b->kinds[ORDER], .kind_count = 1};
    uint64_t n = 0, rows = 0;
    uint32_t pnos[ASKED];
    for (size_t i = 0; i < ASKED; i++)
        pnos[i] = 1 + (uint32_t)below(b, b->people / 4);
    for (int warm = 0; warm < 2; warm++) {
        int64_t started = cu_mono_us();
        for (size_t i = 0; i < ASKED; i++) {
            n = 0;
            need(timeline_person(b->t, &pnos[i], 1, INT64_MAX, UINT64_MAX, page_of_50, &n, &err), &err);
            rows += n;
        }
        char text[100];
        (void)snprintf(text, sizeof text, "%.1f events each", (double)rows / ASKED / (warm + 1));
        print(warm ? "last 50, again" : "last 50", took_ms(started) / ASKED, text);
    }
    need(scan_reader_new(b->t, &reader, &err), &err);
    int64_t started = cu_mono_us();
    for (size_t i = 0; i < ASKED; i++) {
        const struct scan_rows *r;
        need(scan_person(reader, &plan, &pnos[i], 1, &r, &err), &err);
    }
    print("one's orders", took_ms(started) / ASKED, "");
    scan_reader_free(reader);
}

static int64_t folder_bytes(const char *folder)
{
    int64_t sum = 0;
    DIR *d = opendir(folder);
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
        struct stat st;
        if (fstatat(dirfd(d), e->d_name, &st, 0) == 0 && S_ISREG(st.st_mode))
            sum += st.st_size;
    }
    if (d)
        (void)closedir(d);
    return sum;
}

static void set_columns(struct bench *b)
{
    const struct timeline_column columns[] = {{CU_LIT("product_id"), TIMELINE_TEXT},
        {CU_LIT("category"), TIMELINE_TEXT}, {CU_LIT("price"), TIMELINE_DECIMAL},
        {CU_LIT("quantity"), TIMELINE_INTEGER}, {CU_LIT("path"), TIMELINE_TEXT}, {CU_LIT("channel"), TIMELINE_TEXT},
        {CU_LIT("total"), TIMELINE_DECIMAL}, {CU_LIT("products.$.product_id"), TIMELINE_TEXT},
        {CU_LIT("products.$.price"), TIMELINE_DECIMAL}};
    struct cu_error err;
    need(timeline_set_columns(b->t, columns, CU_COUNT(columns), &err), &err);
}

static void compact(struct bench *b)
{
    struct cu_error err;
    int64_t started = cu_mono_us();
    need(timeline_compact(b->t, NULL, NULL, &err), &err);
    print("compacted", took_ms(started), "");
}

static void open_shop(struct bench *b)
{
    struct cu_error err;
    struct timeline_options options = {.folder = b->folder};
    (void)mkdir(b->folder, 0700);
    int64_t started = cu_mono_us();
    need(timeline_open(&options, &b->t, &err), &err);
    print("open", took_ms(started), "");
    set_columns(b);
    for (size_t i = 0; i < KINDS; i++)
        need(timeline_kind(b->t, cu_str_of(kind_names[i]), &b->kinds[i], &err), &err);
}

static bool asked(const char *only, const char *question)
{
    return !only || strcmp(only, question) == 0;
}

int main(int argc, char **argv)
{
    const char *only = NULL;
    struct bench b = {.random = 20261122, .rounds = 5};
    if (argc < 3) {
        fprintf(stderr, "usage: bench_scan FOLDER EVENTS [--dump FILE] [--threads N] [--rounds N] [--compact yes]\n"
                        "       [--cpu yes] [--only funnel|retention|channel|people]\n");
        return 2;
    }
    b.folder = argv[1];
    b.events = (uint64_t)strtod(argv[2], NULL);
    b.people = b.events / 20 + 1;
    for (int i = 3; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--dump") == 0)
            b.dump = fopen(argv[i + 1], "w");
        else if (strcmp(argv[i], "--threads") == 0)
            b.threads = (unsigned)atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--rounds") == 0)
            b.rounds = atoi(argv[i + 1]);
        else if (strcmp(argv[i], "--compact") == 0)
            b.compact = true;
        else if (strcmp(argv[i], "--cpu") == 0)
            show_cpu = true;
        else if (strcmp(argv[i], "--only") == 0)
            only = argv[i + 1];
    }
    if (b.dump)
        fputs("person,time_ms,event,product_id,category,price,total,channel,products\n", b.dump);
    open_shop(&b);
    if (timeline_count(b.t) < b.events)
        make_shop(&b);
    if (b.dump)
        (void)fclose(b.dump);
    if (b.compact)
        compact(&b);
    printf("events           %llu, people %llu\n", (unsigned long long)timeline_count(b.t), (unsigned long long)b.people);
    printf("on disk          %.1f bytes/event\n", (double)folder_bytes(b.folder) / (double)timeline_count(b.t));
    if (asked(only, "funnel"))
        ask_funnel(&b);
    if (asked(only, "retention"))
        ask_retention(&b);
    if (asked(only, "channel"))
        ask_breakdown(&b);
    if (asked(only, "people"))
        ask_people(&b);
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("peak memory      %ld MiB\n", usage.ru_maxrss / 1024);
    timeline_close(b.t);
    return 0;
}
