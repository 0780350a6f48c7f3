// SPDX-License-Identifier: Apache-2.0
// The timeline: rows added a second (published every 2,000), one person's newest events while that
// goes on and after, rows scanned a second, counts per day, bytes on disk. The baseline is a bare
// write + fdatasync of the same bytes. Usage: bench_timeline [folder] [million rows]
#include "base/clock.h"
#include "base/file.h"
#include "store/timeline.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define PNOS 100000u
#define DAYS 730
#define PLAIN "{\"product_id\":\"sku-12345\",\"currency\":\"EUR\",\"quantity\":2,\"value\":1995}"

static char folder[4096];
static uint64_t state = 88172645463325252u;

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

static void need(cu_code code, const struct cu_error *err)
{
    if (code == CU_OK)
        return;
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

static long rss_kib(void)
{
    char line[256];
    long kib = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "VmRSS: %ld", &kib) == 1)
            break;
    if (f)
        (void)fclose(f);
    return kib;
}

static struct timeline_event event_of(uint64_t seq, const char *sealed)
{
    uint64_t r = random64();
    return (struct timeline_event){.pno = (uint32_t)(r % PNOS),
        .kind = 1 + (uint32_t)(r >> 40) % 12,
        .source = 1,
        .time_ms = (int64_t)(random64() % (UINT64_C(86400000) * DAYS)),
        .seq = seq,
        .revenue = (r >> 40) % 12 == 0 ? 1995 : 0,
        .plain = cu_str_of(PLAIN),
        .sealed = {sealed, 187}};
}

static bool count_visit(void *context, const struct timeline_event *e)
{
    uint64_t *sum = context;
    sum[0]++;
    sum[1] += e->kind;
    return true;
}

static bool page_visit(void *context, const struct timeline_event *e)
{
    uint64_t *seen = context;
    (void)e;
    return ++*seen < 50;
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

static void add_rows(struct timeline *t, uint64_t rows)
{
    static char sealed[187];
    struct cu_error err = {0};
    int64_t started = cu_mono_us(), worst = 0;
    for (uint64_t seq = 1; seq <= rows; seq++) {
        struct timeline_event e = event_of(seq, sealed);
        need(timeline_add(t, &e, &err), &err);
        if (seq % 2000 == 0) {
            int64_t before = cu_mono_us();
            need(timeline_publish(t, &err), &err);
            worst = cu_mono_us() - before > worst ? cu_mono_us() - before : worst;
        }
    }
    need(timeline_publish(t, &err), &err);
    printf("add, publish every 2,000: %9.0f rows/s, worst publish %lld ms, RSS %ld KiB\n",
        (double)rows / seconds_since(started), (long long)worst / 1000, rss_kib());
}

static void bare_writes(uint64_t rows)
{
    char path[4200];
    static char block[2000 * (64 + sizeof PLAIN + 187)];
    snprintf(path, sizeof path, "%s/bare", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int64_t started = cu_mono_us();
    for (uint64_t n = 0; n < rows; n += 2000)
        if (fd < 0 || write(fd, block, sizeof block) != (ssize_t)sizeof block || fdatasync(fd) != 0)
            exit(1);
    printf("bare write + fdatasync of the same bytes: %9.0f rows/s\n",
        (double)rows / seconds_since(started));
    (void)close(fd);
    (void)unlink(path);
}

static void read_people(struct timeline *t, const char *when)
{
    enum { READS = 20000 };
    static int64_t took[READS];
    struct cu_error err = {0};
    uint64_t rows = 0;
    int64_t started = cu_mono_us();
    for (int i = 0; i < READS; i++) {
        uint32_t pno = (uint32_t)(random64() % PNOS);
        int64_t before = cu_mono_us();
        uint64_t seen = 0;
        need(timeline_person(t, &pno, 1, INT64_MAX, UINT64_MAX, page_visit, &seen, &err), &err);
        took[i] = cu_mono_us() - before;
        rows += seen;
    }
    double all = seconds_since(started);
    qsort(took, READS, sizeof *took, by_value);
    printf("one person's newest 50 (%s): %.0f reads/s, p50 %lld us, p99 %lld us, %.1f rows each\n",
        when, READS / all, (long long)took[READS / 2], (long long)took[READS * 99 / 100],
        (double)rows / READS);
}

static void scan(struct timeline *t, int days, bool with_bytes, uint64_t all)
{
    struct cu_error err = {0};
    uint64_t sum[2] = {0};
    int64_t to = INT64_C(86400000) * DAYS, started = cu_mono_us();
    need(timeline_scan(t, to - INT64_C(86400000) * days, to, with_bytes, count_visit, sum, &err),
        &err);
    double took = seconds_since(started);
    printf("scan of %3d days%s: %8llu rows in %6.1f ms, %5.1f M rows/s visited, %5.1f M rows/s "
           "passed\n",
        days, with_bytes ? " with bytes" : "           ", (unsigned long long)sum[0], took * 1e3,
        (double)sum[0] / took / 1e6, (double)all / took / 1e6);
}

static void days(struct timeline *t, int count)
{
    struct cu_error err = {0};
    uint64_t sum = 0;
    int64_t started = cu_mono_us();
    need(timeline_days(t, DAYS - count, DAYS, 0, day_visit, &sum, &err), &err);
    printf("counts of %3d days: %.1f ms (%llu events)\n", count, seconds_since(started) * 1e3,
        (unsigned long long)sum);
}

static void remove_folder(bool only_count, uint64_t rows)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(1 << 20);
    const char **names = NULL;
    size_t count = 0;
    int64_t bytes = 0;
    if (!a || cu_dir_list(a, folder, &names, &count, NULL) != CU_OK)
        return;
    for (size_t i = 0; i < count; i++) {
        struct stat st;
        cu_str path = cu_arena_printf(a, "%s/%s", folder, names[i]);
        if (stat(path.ptr, &st) == 0)
            bytes += st.st_size;
        if (!only_count)
            (void)!unlink(path.ptr);
    }
    if (only_count)
        printf("on disk: %.1f bytes a row (of which plain and sealed %zu)\n",
            (double)bytes / (double)rows, sizeof PLAIN - 1 + 187);
    else
        (void)!rmdir(folder);
}

int main(int argc, char **argv)
{
    uint64_t rows = (argc > 2 ? (uint64_t)atoi(argv[2]) : 2) * 1000000u;
    snprintf(folder, sizeof folder, "%s/custos-bench-XXXXXX", argc > 1 ? argv[1] : "/tmp");
    if (!mkdtemp(folder))
        return 1;
    struct timeline_options o = {.folder = folder};
    struct timeline *t;
    struct cu_error err = {0};
    need(timeline_open(&o, &t, &err), &err);
    bare_writes(rows < 1000000 ? rows : 1000000);
    add_rows(t, rows);
    read_people(t, "merging goes on");
    (void)sleep(3);
    read_people(t, "quiet");
    scan(t, 30, false, rows);
    scan(t, 365, false, rows);
    scan(t, DAYS, false, rows);
    scan(t, 30, true, rows);
    days(t, 30);
    days(t, DAYS);
    uint32_t pno = 17;
    int64_t started = cu_mono_us();
    need(timeline_remove_people(t, &pno, 1, &err), &err);
    printf("removing one person, bytes rewritten: %.0f ms\n", seconds_since(started) * 1e3);
    need(timeline_flush(t, &err), &err);
    remove_folder(true, rows);
    timeline_close(t);
    started = cu_mono_us();
    need(timeline_open(&o, &t, &err), &err);
    printf("open: %.1f ms, RSS %ld KiB\n", seconds_since(started) * 1e3, rss_kib());
    timeline_close(t);
    remove_folder(false, rows);
    return 0;
}
