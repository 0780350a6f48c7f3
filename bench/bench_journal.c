// SPDX-License-Identifier: Apache-2.0
// How many records a second the journal makes durable, beside a bare append + fdatasync loop on the
// same disk in the same run. Usage: bench_journal [folder] [seconds per row]
#include "base/clock.h"
#include "base/file.h"
#include "crypto/keyring.h"
#include "store/journal.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define RECORD_BYTES 400
#define LATENCIES 4000000

static struct journal *journal;
static cu_str records[100];
static int64_t stop_us;

struct slot { // one submission in flight, like one HTTP request waiting for its answer
    struct journal_entry entry;
    struct producer *owner;
    int64_t started_us;
    struct slot *next;
};

struct producer { // a thread that keeps `count` submissions in flight
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ready_cond;
    struct slot *ready, *slots;
    size_t count, idle;
    uint32_t batch;
    uint64_t done, failed;
    uint32_t *latency_us;
    size_t latencies;
};

static void slot_done(struct journal_entry *e, cu_code status)
{
    struct slot *s = (struct slot *)e;
    struct producer *p = s->owner;
    int64_t took = cu_mono_us() - s->started_us;
    pthread_mutex_lock(&p->lock);
    if (status == CU_OK)
        p->done += e->count;
    else
        p->failed++;
    if (p->latencies < LATENCIES)
        p->latency_us[p->latencies++] = (uint32_t)took;
    s->next = p->ready;
    p->ready = s;
    if (!s->next)
        pthread_cond_signal(&p->ready_cond);
    pthread_mutex_unlock(&p->lock);
}

static struct slot *take_ready(struct producer *p)
{
    pthread_mutex_lock(&p->lock);
    while (!p->ready)
        pthread_cond_wait(&p->ready_cond, &p->lock);
    struct slot *s = p->ready;
    p->ready = NULL;
    pthread_mutex_unlock(&p->lock);
    return s;
}

static void *producer_main(void *context)
{
    struct producer *p = context;
    while (p->idle < p->count) {
        for (struct slot *s = take_ready(p), *next; s; s = next) {
            next = s->next;
            s->started_us = cu_mono_us();
            if (s->started_us >= stop_us || journal_submit(journal, &s->entry, NULL) != CU_OK)
                p->idle++;
        }
    }
    return NULL;
}

static void *reader_main(void *context)
{
    uint64_t *count = context;
    struct journal_reader *r;
    if (journal_reader_open(journal, journal_last_durable(journal) + 1, &r, NULL) != CU_OK)
        abort();
    struct journal_record record;
    bool more = true;
    while (more || cu_mono_us() < stop_us) {
        if (journal_next(r, 50, &record, &more, NULL) != CU_OK)
            abort();
        *count += more;
        if (more && record.seq % 100000 == 0)
            (void)!journal_release(journal, record.seq, NULL);
    }
    journal_reader_close(r);
    return NULL;
}

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void producer_init(struct producer *p, size_t in_flight, uint32_t batch)
{
    *p = (struct producer){.count = in_flight, .batch = batch};
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->ready_cond, NULL);
    p->slots = calloc(in_flight, sizeof *p->slots);
    p->latency_us = malloc(LATENCIES * sizeof *p->latency_us);
    if (!p->slots || !p->latency_us)
        abort();
    for (size_t i = 0; i < in_flight; i++) {
        p->slots[i] = (struct slot){
            .entry = {.records = records, .count = batch, .done = slot_done}, .owner = p};
        p->slots[i].next = p->ready;
        p->ready = &p->slots[i];
    }
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

// Two producers, in_flight submissions altogether, and a reader that follows (the projector).
static void row(size_t in_flight, uint32_t batch, int64_t seconds)
{
    struct producer p[2];
    pthread_t reader;
    uint64_t read = 0;
    int64_t started = cu_mono_us();
    stop_us = started + seconds * 1000000;
    if (pthread_create(&reader, NULL, reader_main, &read) != 0)
        abort();
    for (int i = 0; i < 2; i++) {
        producer_init(&p[i], in_flight / 2, batch);
        if (pthread_create(&p[i].thread, NULL, producer_main, &p[i]) != 0)
            abort();
    }
    for (int i = 0; i < 2; i++)
        pthread_join(p[i].thread, NULL);
    double took = (double)(cu_mono_us() - started) / 1e6;
    pthread_join(reader, NULL);
    size_t n = p[0].latencies;
    uint32_t *all = p[0].latency_us;
    qsort(all, n, sizeof *all, by_value);
    printf("journal, batches of %3u, %4zu in flight: %8.0f records/s, %7.0f submissions/s, p50 "
           "%6.2f ms, p99 %6.2f ms, "
           "reader %8.0f/s, RSS %ld KiB%s\n",
        batch, in_flight, (double)(p[0].done + p[1].done) / took,
        (double)(p[0].done + p[1].done) / batch / took, all[n / 2] / 1e3, all[n * 99 / 100] / 1e3,
        (double)read / took, rss_kib(), p[0].failed + p[1].failed ? " FAILURES" : "");
    for (int i = 0; i < 2; i++) {
        free(p[i].slots);
        free(p[i].latency_us);
    }
}

// The baseline: no journal, no sealing, no checksum; one thread appends and syncs.
static void bare_row(const char *folder, size_t bytes, size_t per_sync, int64_t seconds)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/bare", folder);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    char *buffer = calloc(1, bytes);
    uint32_t *latency = malloc(LATENCIES * sizeof *latency);
    size_t n = 0;
    if (fd < 0 || !buffer || !latency)
        abort();
    int64_t started = cu_mono_us(), now = started, end = started + seconds * 1000000;
    while (now < end && n < LATENCIES) {
        if (write(fd, buffer, bytes) != (ssize_t)bytes || fdatasync(fd) != 0)
            abort();
        int64_t then = now;
        now = cu_mono_us();
        latency[n++] = (uint32_t)(now - then);
    }
    qsort(latency, n, sizeof *latency, by_value);
    printf("bare append + fdatasync of %7zu bytes:  %8.0f records/s, %7.0f syncs/s,       p50 "
           "%6.2f ms, p99 %6.2f ms\n",
        bytes, (double)(n * per_sync) / ((double)(now - started) / 1e6),
        (double)n / ((double)(now - started) / 1e6), latency[n / 2] / 1e3,
        latency[n * 99 / 100] / 1e3);
    free(latency);
    free(buffer);
    (void)close(fd);
    (void)unlink(path);
}

static void remove_journal(const char *folder)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(1 << 20);
    const char **names = NULL;
    size_t count = 0;
    if (!a || cu_dir_list(a, folder, &names, &count, NULL) != CU_OK)
        return;
    for (size_t i = 0; i < count; i++) {
        cu_str path = cu_arena_printf(a, "%s/%s", folder, names[i]);
        (void)!unlink(path.ptr);
    }
    (void)!rmdir(folder);
}

int main(int argc, char **argv)
{
    const char *base = argc > 1 ? argv[1] : "/tmp";
    int64_t seconds = argc > 2 ? atoi(argv[2]) : 3;
    char folder[4096];
    static char bytes[RECORD_BYTES];
    static const uint8_t root[32] = {1};
    snprintf(folder, sizeof folder, "%s/custos-bench-XXXXXX", base);
    if (!mkdtemp(folder))
        return 1;
    cu_random(bytes, sizeof bytes);
    for (size_t i = 0; i < CU_COUNT(records); i++)
        records[i] = (cu_str){bytes, sizeof bytes};
    struct keyring *keyring;
    struct cu_error err = {0};
    if (keyring_from_bytes(root, &keyring, &err) != CU_OK)
        return 1;
    struct journal_options o = {.folder = folder, .keyring = keyring};
    if (journal_open(&o, &journal, &err) != CU_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    printf("idle RSS %ld KiB\n", rss_kib());
    bare_row(folder, RECORD_BYTES, 1, seconds);
    bare_row(folder, 100 * RECORD_BYTES, 100, seconds);
    row(2, 1, seconds);
    row(64, 1, seconds);
    row(256, 1, seconds);
    row(1024, 1, seconds);
    row(8, 100, seconds);
    row(32, 100, seconds);
    (void)sleep(3);
    printf("idle RSS after the bursts %ld KiB\n", rss_kib());
    int64_t closing = cu_mono_us();
    journal_close(journal);
    if (journal_open(&o, &journal, &err) != CU_OK)
        return 1;
    printf("close and open again: %lld ms\n", (long long)((cu_mono_us() - closing) / 1000));
    journal_close(journal);
    keyring_close(keyring);
    remove_journal(folder);
    return 0;
}
