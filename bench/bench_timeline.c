// SPDX-License-Identifier: Apache-2.0
// The timeline on shop events: events added a second (typed columns drawn, published every 2,000), one person's
// newest events while that goes on and after, rows scanned a second, counts per day, merging, removing a person,
// bytes by column, opening. Beside it: a bare write + fdatasync of the same words, and a plain array of rows sorted
// in memory as the baseline of reading. Usage: bench_timeline [folder] [million events] [persons]
#include "base/clock.h"
#include "base/file.h"
#include "store/timeline_admin.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define DAYS 730
#define DAY_MS INT64_C(86400000)

static char folder[4096];
static uint64_t state = 88172645463325252u;
static uint32_t persons = 100000;

static uint64_t random64(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static double seconds_since(int64_t started_us)
{
    return (double)(cu_mono_us() - started_us) / 1e6;
}

static double cpu_seconds(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void need(cu_code code, const struct cu_error *err)
{
    if (code == CU_OK)
        return;
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

static long memory_kib(const char *field)
{
    char line[256], name[64];
    long kib = 0, value;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "%63[^:]: %ld", name, &value) == 2 && strcmp(name, field) == 0)
            kib = value;
    if (f)
        (void)fclose(f);
    return kib;
}

// ---- events of a shop

#define C(p, t)                                                                                                        \
    {                                                                                                                  \
        .path = {p, sizeof(p) - 1}, .type = t                                                                          \
    }
static const struct timeline_column columns[] = {C("product_id", TIMELINE_TEXT), C("category", TIMELINE_TEXT),
    C("price", TIMELINE_DECIMAL), C("currency", TIMELINE_TEXT), C("quantity", TIMELINE_INTEGER),
    C("order_id", TIMELINE_TEXT), C("total", TIMELINE_DECIMAL), C("products.$.product_id", TIMELINE_TEXT),
    C("products.$.price", TIMELINE_DECIMAL), C("path", TIMELINE_TEXT), C("campaign.source", TIMELINE_TEXT),
    C("campaign.medium", TIMELINE_TEXT), C("device", TIMELINE_TEXT), C("logged_in", TIMELINE_BOOLEAN)};

static const char *const categories[] = {"Shoes", "Jackets", "Trousers", "Shirts", "Bags", "Hats", "Socks", "Belts"};
static const char *const sources[] = {"google", "newsletter", "instagram", "partner"};
static const char *const devices[] = {"phone", "desktop", "tablet"};

static size_t campaign(char *at, size_t size, uint64_t r)
{
    if (r % 5 != 0)
        return (size_t)snprintf(at, size, ",\"device\":\"%s\"}", devices[r / 5 % 3]);
    return (size_t)snprintf(at, size, ",\"device\":\"%s\",\"campaign\":{\"source\":\"%s\",\"medium\":\"%s\"}}",
        devices[r / 5 % 3], sources[r / 15 % 4], r / 60 % 2 ? "cpc" : "email");
}

static size_t words_of(char *at, size_t size, uint32_t kind, uint64_t seq)
{
    uint64_t r = random64(), product = r % 5000 * (r / 7 % 5000) / 5000; // popular ones more often
    unsigned price = 5 + (unsigned)(product * 37 % 195);
    const char *category = categories[product % 8];
    int n;
    if (kind == 1)
        n = snprintf(at, size, "{\"path\":\"/c/%s/%u\",\"logged_in\":%s", category, (unsigned)(r >> 40) % 20,
            r >> 50 & 1 ? "true" : "false");
    else if (kind == 4)
        n = snprintf(at, size,
            "{\"order_id\":\"o-%llu\",\"total\":%u.90,\"currency\":\"EUR\",\"products\":[{\"product_id\":\"sku-%05u\","
            "\"price\":%u.95,"
            "\"quantity\":1},{\"product_id\":\"sku-%05u\",\"price\":%u.95,\"quantity\":2}]",
            (unsigned long long)seq, price * 3, (unsigned)product, price, (unsigned)(product * 7 % 5000), price);
    else
        n = snprintf(at, size,
            "{\"product_id\":\"sku-%05u\",\"category\":\"%s\",\"price\":%u.95,\"currency\":\"EUR\"%s",
            (unsigned)product, category, price, kind == 3 ? ",\"quantity\":1" : "");
    return (size_t)n + campaign(at + n, size - (size_t)n, random64());
}

static struct timeline_event event_of(uint64_t seq, uint64_t all, char words[1024])
{
    static const uint8_t kinds[16] = {1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 5, 4};
    uint64_t r = random64();
    uint32_t kind = kinds[r % 16];
    int64_t late =
        r >> 20 & 63 ? (int64_t)(random64() % 5000) : (int64_t)(random64() % (30 * DAY_MS)); // 1 of 64 is late
    return (struct timeline_event){.pno = 1 + (uint32_t)((r >> 32) % persons),
        .kind = kind,
        .source = 1 + (uint32_t)(r >> 28) % 3,
        .time_ms = INT64_C(1700000000000) + (int64_t)((double)seq / (double)all * (double)(DAY_MS * DAYS)) - late,
        .seq = seq,
        .revenue = kind == 4 ? 990 + (int64_t)(r >> 40) % 20000 : 0,
        .flags = kind == 4 ? TIMELINE_HAS_REVENUE : 0,
        .plain = {words, words_of(words, 1024, kind, seq)}};
}

static double generator_cost(uint64_t rows)
{
    char words[1024];
    uint64_t sum = 0, n = rows < 500000 ? rows : 500000, before = state;
    double started = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
    for (uint64_t seq = 1; seq <= n; seq++)
        sum += event_of(seq, rows, words).plain.len;
    double each = (cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - started) / (double)n;
    printf("words of an event: %.1f bytes (making one costs %.0f ns, taken off below)\n", (double)sum / (double)n,
        each * 1e9);
    state = before;
    return each;
}

static void add_rows(struct timeline *t, uint64_t rows)
{
    char words[1024];
    struct cu_error err = {0};
    double making = generator_cost(rows), cpu = cpu_seconds(CLOCK_THREAD_CPUTIME_ID),
           all_cpu = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
    int64_t started = cu_mono_us(), worst = 0;
    for (uint64_t seq = 1; seq <= rows; seq++) {
        struct timeline_event e = event_of(seq, rows, words);
        need(timeline_add(t, &e, &err), &err);
        if (seq % 2000 == 0) {
            int64_t before = cu_mono_us();
            need(timeline_publish(t, &err), &err);
            worst = cu_mono_us() - before > worst ? cu_mono_us() - before : worst;
        }
    }
    need(timeline_publish(t, &err), &err);
    double took = seconds_since(started) - making * (double)rows;
    cpu = cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - cpu - making * (double)rows;
    all_cpu = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - all_cpu - making * (double)rows;
    printf("add, publish every 2,000: %.0f events/s by the clock, %.0f events/s of the adding core (%.0f with merging "
           "counted);"
           " worst publish %lld ms; RSS %ld MiB, of it own %ld MiB\n",
        (double)rows / took, (double)rows / cpu, (double)rows / all_cpu, (long long)worst / 1000,
        memory_kib("VmRSS") / 1024, memory_kib("RssAnon") / 1024);
}

static void bare_writes(uint64_t rows)
{
    char path[4200];
    static char block[2000 * 180];
    snprintf(path, sizeof path, "%s/bare", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int64_t started = cu_mono_us();
    for (uint64_t n = 0; n < rows; n += 2000)
        if (fd < 0 || write(fd, block, sizeof block) != (ssize_t)sizeof block || fdatasync(fd) != 0)
            exit(1);
    printf("baseline: bare write + fdatasync of 180 bytes an event, 2,000 at a time: %.0f events/s\n",
        (double)rows / seconds_since(started));
    (void)close(fd);
    (void)unlink(path);
}

// ---- reading

static bool count_visit(void *context, const struct timeline_event *e)
{
    uint64_t *sum = context;
    sum[0]++;
    sum[1] += e->kind;
    return true;
}

static bool page_visit(void *context, const struct timeline_event *e)
{
    (void)e;
    return ++*(uint64_t *)context < 50;
}

static bool day_visit(void *context, int32_t day, uint32_t kind, uint64_t count, int64_t revenue)
{
    (void)day, (void)kind, (void)revenue;
    *(uint64_t *)context += count;
    return true;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void read_people(struct timeline *t, const char *when)
{
    enum { READS = 20000 };
    static int64_t took[READS];
    struct cu_error err = {0};
    uint64_t rows = 0;
    int64_t started = cu_mono_us();
    for (int i = 0; i < READS; i++) {
        uint32_t pno = 1 + (uint32_t)(random64() % persons);
        int64_t before = cu_mono_us();
        uint64_t seen = 0;
        need(timeline_person(t, &pno, 1, INT64_MAX, UINT64_MAX, page_visit, &seen, &err), &err);
        took[i] = cu_mono_us() - before;
        rows += seen;
    }
    double all = seconds_since(started);
    qsort(took, READS, sizeof *took, by_value);
    printf("one person's newest 50 (%s): %.0f reads/s, p50 %lld us, p99 %lld us (aim: 100), %.1f events each\n", when,
        READS / all, (long long)took[READS / 2], (long long)took[READS * 99 / 100], (double)rows / READS);
}

static void scan(struct timeline *t, int days, bool with_bytes, uint64_t all)
{
    struct cu_error err = {0};
    uint64_t sum[2] = {0};
    int64_t to = INT64_C(1700000000000) + DAY_MS * DAYS, started = cu_mono_us();
    need(timeline_scan(t, to - DAY_MS * days, to, with_bytes, count_visit, sum, &err), &err);
    double took = seconds_since(started);
    printf("row by row in order, %3d days%s: %llu events in %.0f ms, %.1f M rows/s passed\n", days,
        with_bytes ? " with words" : "", (unsigned long long)sum[0], took * 1e3, (double)all / took / 1e6);
}

static void days(struct timeline *t, int count)
{
    struct cu_error err = {0};
    uint64_t sum = 0;
    int64_t started = cu_mono_us();
    int32_t last = (int32_t)(INT64_C(1700000000000) / DAY_MS) + DAYS;
    need(timeline_days(t, last - count, last + 1, 0, day_visit, &sum, &err), &err);
    printf("counts of %3d days: %.2f ms (%llu events)\n", count, seconds_since(started) * 1e3, (unsigned long long)sum);
}

// ---- the folder

static void print_use(void *context, const struct timeline_column_use *use)
{
    double rows = (double)*(const uint64_t *)context;
    printf("  %-26.*s %-8s %6.2f bytes an event", CU_ARG(use->name), use->type, (double)use->bytes / rows);
    if (use->texts > 0)
        printf(" (%llu texts: %.2f)", (unsigned long long)use->texts, (double)use->text_bytes / rows);
    printf("\n");
}

static void stats(struct timeline *t, uint64_t rows)
{
    struct timeline_stats s;
    struct cu_error err = {0};
    need(timeline_stats(t, &s, print_use, &rows, &err), &err);
    printf("on disk: %.1f bytes an event (aim: 40), %llu runs in %llu groups, %llu blocks\n",
        (double)s.bytes / (double)rows, (unsigned long long)s.runs, (unsigned long long)s.groups,
        (unsigned long long)s.blocks);
}

static void wait_for_merger(struct timeline *t)
{
    struct timeline_stats s, before = {0};
    int64_t started = cu_mono_us();
    for (int quiet = 0; quiet < 10;) {
        struct timespec pause = {0, 200000000};
        nanosleep(&pause, NULL);
        need(timeline_stats(t, &s, NULL, NULL, NULL), &(struct cu_error){0});
        quiet = s.bytes == before.bytes ? quiet + 1 : 0;
        before = s;
    }
    printf("the merger was behind by %.1f s\n", seconds_since(started) - 2.0);
}

static void remove_one(struct timeline *t, uint32_t pno)
{
    struct cu_error err = {0};
    int64_t started = cu_mono_us();
    need(timeline_remove_people(t, &pno, 1, &err), &err);
    printf("removing one person, bytes gone from every file: %.0f ms (before: 1,300 ms at 2 M rows)\n",
        seconds_since(started) * 1e3);
}

static void clean_up(void)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(4 << 20);
    const char **names = NULL;
    size_t count = 0;
    if (!a || cu_dir_list(a, folder, &names, &count, NULL) != CU_OK)
        return;
    for (size_t i = 0; i < count; i++) {
        cu_str path = cu_arena_printf(a, "%s/%s", folder, names[i]);
        if (path.ptr)
            (void)!unlink(path.ptr);
    }
    (void)!rmdir(folder);
}

int main(int argc, char **argv)
{
    uint64_t rows = (argc > 2 ? (uint64_t)atoi(argv[2]) : 2) * 1000000u;
    persons = argc > 3 ? (uint32_t)atoi(argv[3]) : persons;
    snprintf(folder, sizeof folder, "%s/custos-bench-XXXXXX", argc > 1 ? argv[1] : "/tmp");
    if (!mkdtemp(folder))
        return 1;
    setvbuf(stdout, NULL, _IOLBF, 0);
    struct timeline_options o = {.folder = folder};
    struct timeline *t;
    struct cu_error err = {0};
    need(timeline_open(&o, &t, &err), &err);
    need(timeline_set_columns(t, columns, CU_COUNT(columns), &err), &err);
    bare_writes(rows < 1000000 ? rows : 1000000);
    add_rows(t, rows);
    read_people(t, "merging goes on");
    wait_for_merger(t);
    read_people(t, "quiet");
    scan(t, 30, false, rows);
    scan(t, DAYS, false, rows);
    scan(t, DAYS, true, rows);
    days(t, 30);
    days(t, DAYS);
    remove_one(t, persons / 2);
    remove_one(t, 17);
    need(timeline_flush(t, &err), &err);
    stats(t, rows);
    int64_t started = cu_mono_us();
    need(timeline_compact(t, NULL, NULL, &err), &err);
    printf("merging all of it: %.2f M events/s\n", (double)rows / seconds_since(started) / 1e6);
    stats(t, rows);
    read_people(t, "compacted");
    remove_one(t, persons / 3);
    timeline_close(t);
    started = cu_mono_us();
    need(timeline_open(&o, &t, &err), &err);
    printf("open: %.1f ms, RSS %ld MiB\n", seconds_since(started) * 1e3, memory_kib("VmRSS") / 1024);
    timeline_close(t);
    clean_up();
    return 0;
}
