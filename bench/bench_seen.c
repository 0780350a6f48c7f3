// SPDX-License-Identifier: Apache-2.0
// The set of seen messageIds: checks a second while it grows, with everything in it, of new and of
// repeated ids; memory and disk an entry. The baseline is a hash table that holds all in memory.
// Usage: bench_seen [folder] [million entries]
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "store/seen.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char folder[4096];

static seen_tag tag_of(uint64_t n)
{
    seen_tag t;
    uint64_t a = cu_hash64(&n, sizeof n, 1), b = cu_hash64(&n, sizeof n, 2);
    memcpy(t.bytes, &a, 8);
    memcpy(t.bytes + 8, &b, 8);
    return t;
}

static long status_kib(const char *what)
{
    char line[256];
    long kib = 0;
    size_t len = strlen(what);
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, what, len) == 0)
            kib = atol(line + len + 1);
    if (f)
        (void)fclose(f);
    return kib;
}

static double cpu_us(void) // of this thread: what the checks cost when others use the machine, too
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void need(cu_code code, const struct cu_error *err)
{
    if (code == CU_OK)
        return;
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

// Checks ids from .. from+count-1 at seqs from seq on; 31 days go by over all of them.
static void row(struct seen *s, const char *what, uint64_t from, uint64_t step, uint64_t count,
    uint64_t seq, uint64_t all)
{
    struct cu_error err = {0};
    uint64_t repeated = 0, first;
    int64_t started = cu_mono_us(), worst = 0, before = started;
    double cpu = cpu_us();
    for (uint64_t i = 0; i < count; i++) {
        int64_t now = INT64_C(1700000000000) +
                      (int64_t)((double)(from + i * step) / (double)all * 29 * 86400000.0);
        need(seen_check_add(s, tag_of(from + i * step), seq + i, now, &first, &err), &err);
        repeated += first != seq + i;
        if (i % 1024 == 0) {
            int64_t after = cu_mono_us();
            worst = after - before > worst ? after - before : worst;
            before = after;
        }
    }
    double took = (double)(cu_mono_us() - started) / 1e6;
    printf("%-34s %8.0f checks/s (%.2f us CPU each), %llu repeated, worst 1,024 in %lld ms, RSS "
           "%ld MiB\n",
        what, (double)count / took, (cpu_us() - cpu) / (double)count, (unsigned long long)repeated,
        (long long)worst / 1000, status_kib("VmRSS:") / 1024);
}

static void baseline(uint64_t count)
{
    size_t cap = 1;
    while (cap * 7 / 10 < count)
        cap *= 2;
    seen_tag *slots = calloc(cap, sizeof *slots);
    static const seen_tag empty;
    if (!slots)
        return;
    int64_t started = cu_mono_us();
    for (uint64_t n = 1; n <= count; n++) {
        seen_tag t = tag_of(n);
        size_t at = (size_t)cu_hash64(&t, sizeof t, 0) & (cap - 1);
        while (memcmp(&slots[at], &empty, sizeof t) != 0 && memcmp(&slots[at], &t, sizeof t) != 0)
            at = (at + 1) & (cap - 1);
        slots[at] = t;
    }
    printf("baseline, plain table in memory:   %8.0f checks/s, %zu MiB, nothing durable\n",
        (double)count / ((double)(cu_mono_us() - started) / 1e6), cap * sizeof *slots >> 20);
    free(slots);
}

static void remove_folder(uint64_t entries)
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
        (void)!unlink(path.ptr);
    }
    (void)!rmdir(folder);
    printf("on disk: %.1f bytes an entry in %zu files\n", (double)bytes / (double)entries, count);
}

int main(int argc, char **argv)
{
    uint64_t entries = (argc > 2 ? (uint64_t)atoi(argv[2]) : 10) * 1000000u;
    snprintf(folder, sizeof folder, "%s/custos-bench-XXXXXX", argc > 1 ? argv[1] : "/tmp");
    if (!mkdtemp(folder))
        return 1;
    struct seen_options o = {.folder = folder};
    struct seen *s;
    struct cu_error err = {0};
    baseline(entries < 10000000 ? entries : 10000000);
    need(seen_open(&o, &s, &err), &err);
    row(s, "growing to size, all new", 1, 1, entries, 1, entries);
    (void)sleep(5);
    row(s, "at size, new ids", entries + 1, 1, 500000, entries + 1, entries);
    row(s, "at size, repeats from everywhere", 1, entries / 200000, 200000, entries + 600000,
        entries);
    row(s, "at size, repeats of the newest", entries + 1, 1, 400000, entries + 900000, entries);
    int64_t started = cu_mono_us();
    need(seen_flush(s, &err), &err);
    printf("flush %lld ms; %llu entries\n", (long long)(cu_mono_us() - started) / 1000,
        (unsigned long long)seen_count(s));
    seen_close(s);
    started = cu_mono_us();
    need(seen_open(&o, &s, &err), &err);
    printf("open %.1f ms, RSS %ld MiB\n", (double)(cu_mono_us() - started) / 1e3,
        status_kib("VmRSS:") / 1024);
    seen_close(s);
    remove_folder(entries + 500000);
    return 0;
}
