// SPDX-License-Identifier: Apache-2.0
// What the audit log costs: entries a second from one and from eight threads, beside a bare append + fdatasync
// loop on the same disk; a person read through the guard with and without it; proofs, search and verification of
// a million entries. Usage: bench_audit [folder] [seconds per row] [entries]
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "crypto/keyring.h"
#include "guard/audit_read.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define ENTRY_BYTES 330 // of a read of one person
enum { THREADS_MAX = 8, PEOPLE = 2000, NEWS = 20000 };

static char base[512];
static double seconds = 2;
static struct keyring *keyring;

static void must(cu_code code, const struct cu_error *err)
{
    if (code == CU_OK)
        return;
    (void)fprintf(stderr, "bench_audit: %s\n", err->text);
    abort();
}

CU_PRINTF(2, 3) static void row(const char *what, const char *format, ...)
{
    char text[128];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)printf("  %-58s %s\n", what, text);
    (void)fflush(stdout);
}

static struct guard_access access_of(int64_t id)
{
    struct guard_access a = {.actor = GUARD_STAFF,
        .actor_id = id,
        .role = "support",
        .purpose = "support",
        .action = "people.show",
        .network = "192.0.2.0/24",
        .request_id = "018f3b1e-7c00-7000-8000-000000000001"};
    return a;
}

static void put(struct audit *a, int64_t id, const uint8_t person[1][16], bool wait)
{
    struct guard_access access = access_of(id);
    struct audit_entry e = {.access = &access, .outcome = GUARD_DONE, .people = person, .people_count = 1,
        .fields = CU_LIT("label,traits,identifiers,merges,consents,orders")};
    struct cu_error err = {0};
    must(audit_append(a, &e, wait, NULL, &err), &err);
}

// --- appends

struct appender {
    pthread_t thread;
    struct audit *audit;
    int64_t until_us;
    uint64_t done;
};

static void *append_until(void *context)
{
    struct appender *p = context;
    uint8_t person[1][16];
    cu_random(person, sizeof person);
    for (; cu_mono_us() < p->until_us; p->done++)
        put(p->audit, 1, (const uint8_t(*)[16])person, true);
    return NULL;
}

static double appends(struct audit *a, int threads)
{
    struct appender list[THREADS_MAX];
    uint64_t done = 0;
    int64_t started = cu_mono_us();
    for (int i = 0; i < threads; i++) {
        list[i] = (struct appender){.audit = a, .until_us = started + (int64_t)(seconds * 1e6)};
        (void)pthread_create(&list[i].thread, NULL, append_until, &list[i]);
    }
    for (int i = 0; i < threads; i++) {
        (void)pthread_join(list[i].thread, NULL);
        done += list[i].done;
    }
    return (double)done * 1e6 / (double)(cu_mono_us() - started);
}

static double bare_syncs(void)
{
    char path[600], bytes[ENTRY_BYTES];
    int fd = -1;
    struct cu_error err = {0};
    uint64_t done = 0;
    memset(bytes, 'x', sizeof bytes);
    (void)snprintf(path, sizeof path, "%s/bare", base);
    must(cu_file_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600, &fd, &err), &err);
    int64_t started = cu_mono_us();
    for (; cu_mono_us() < started + (int64_t)(seconds * 1e6); done++) {
        must(cu_file_write(fd, bytes, sizeof bytes, &err), &err);
        must(cu_file_datasync(fd, &err), &err);
    }
    (void)close(fd);
    (void)unlink(path);
    return (double)done * 1e6 / (double)(cu_mono_us() - started);
}

// --- a person read through the guard

struct shop {
    struct keys *keys;
    struct guard *guard;
    struct cu_buf sealed[6]; // groups of one person
};

static void open_shop(struct shop *s, struct audit *audit)
{
    char path[600], ratchet[600];
    struct cu_error err = {0};
    (void)snprintf(path, sizeof path, "%s/keys-%d", base, audit != NULL);
    (void)snprintf(ratchet, sizeof ratchet, "%s/ratchet-%d", base, audit != NULL);
    must(keys_open(&(struct keys_options){.path = path, .ratchet_path = ratchet, .keyring = keyring}, &s->keys, &err), &err);
    must(guard_start_inside(&(struct guard_options){.keys = s->keys, .audit = audit}, &s->guard, &err), &err);
    guard_enter_system("intake", "bench");
    for (uint64_t pno = 1; pno <= PEOPLE; pno++) {
        for (uint32_t g = 0; g < CU_COUNT(s->sealed); g++) {
            struct seal_place place = {.table = 1, .subject = pno, .record = g};
            struct cu_buf *out = &s->sealed[g], once;
            cu_buf_init(&once, 4096);
            if (pno == 1)
                cu_buf_init(out, 4096);
            must(guard_seal(s->guard, SEAL_CONTACT, &place,
                     CU_LIT("{\"email\":\"somebody@example.com\",\"name\":\"Some Body\"}"), false, pno == 1 ? out : &once,
                     &err),
                &err);
            cu_buf_clear(&once);
        }
    }
    must(guard_commit(s->guard, &err), &err);
    guard_leave();
}

static void close_shop(struct shop *s)
{
    for (size_t g = 0; g < CU_COUNT(s->sealed); g++)
        cu_buf_clear(&s->sealed[g]);
    guard_stop(s->guard);
    keys_close(s->keys);
}

// What the guard does for one page of one person: announce, open its groups.
static double read_us(struct shop *s)
{
    struct cu_error err = {0};
    struct cu_buf out;
    uint64_t subject = 1, done = 0;
    cu_buf_init(&out, 65536);
    int64_t started = cu_mono_us();
    for (; cu_mono_us() < started + (int64_t)(seconds * 1e6); done++) {
        struct guard_access access = access_of(1);
        guard_enter(&access);
        must(guard_announce(s->guard, &subject, 1, CU_LIT("label,traits"), &err), &err);
        for (uint32_t g = 0; g < CU_COUNT(s->sealed); g++) {
            struct seal_place place = {.table = 1, .subject = 1, .record = g};
            cu_buf_reset(&out);
            must(guard_open(s->guard, &place, cu_buf_view(&s->sealed[g]), &out, &err), &err);
        }
        guard_leave();
    }
    cu_buf_clear(&out);
    return (double)(cu_mono_us() - started) / (double)done;
}

// --- a million entries

static bool count_hit(void *context, uint64_t index, cu_str entry)
{
    (void)index, (void)entry;
    return ++*(int *)context < 50;
}

static double search_ms(struct audit_reader *r, const struct audit_filter *f)
{
    struct cu_error err = {0};
    uint64_t next = 0;
    int hits = 0;
    int64_t started = cu_mono_us();
    must(audit_search(r, f, UINT64_MAX, UINT64_MAX, count_hit, &hits, &next, &err), &err);
    return (double)(cu_mono_us() - started) / 1000;
}

static void proofs(struct audit_reader *r, uint64_t size)
{
    struct cu_error err = {0};
    struct ledger_proof p;
    enum { ROUNDS = 2000 };
    int64_t started = cu_mono_us();
    for (uint64_t i = 0; i < ROUNDS; i++)
        must(ledger_inclusion(audit_reader_ledger(r), i * 7919 % size, size, &p, &err), &err);
    double inclusion = (double)(cu_mono_us() - started) / ROUNDS;
    size_t hashes = p.count;
    started = cu_mono_us();
    for (uint64_t i = 0; i < ROUNDS; i++)
        must(ledger_consistency(audit_reader_ledger(r), 1 + i * 7919 % size, size, &p, &err), &err);
    row("inclusion proof; consistency proof", "%.1f us; %.1f us", inclusion, (double)(cu_mono_us() - started) / ROUNDS);
    row("hashes of an inclusion proof", "%.0f (%.0f bytes)", (double)hashes, (double)(hashes * LEDGER_HASH));
}

static void many(struct audit *a, const char *folder, uint64_t entries)
{
    struct cu_error err = {0};
    uint8_t person[1][16] = {{0}};
    struct audit_reader *r = NULL;
    struct audit_report report;
    uint64_t size = 0;
    int64_t started = cu_mono_us();
    for (uint64_t i = 0; i < entries; i++) {
        memcpy(person[0], &i, sizeof i);
        put(a, (int64_t)(i % 30), (const uint8_t(*)[16])person, i % 2000 == 1999);
    }
    row("entries nobody waits for, in groups", "%.0f/s", (double)entries * 1e6 / (double)(cu_mono_us() - started));
    must(audit_sign(a, &err), &err);
    must(audit_reader_open(folder, &r, &err), &err);
    must(audit_reader_refresh(r, &size, &err), &err);
    row("entries", "%.0f", (double)size);
    uint64_t rare = 17;
    memset(person, 0, sizeof person);
    memcpy(person[0], &rare, sizeof rare);
    row("search: nothing found", "%.0f ms",
        search_ms(r, &(struct audit_filter){.action = CU_LIT("nothing"), .actor_id = -1}));
    row("search: who looked at this person (the oldest entry)", "%.0f ms",
        search_ms(r, &(struct audit_filter){.people = (const uint8_t(*)[16])person, .people_count = 1, .actor_id = -1}));
    row("search: newest 50 of a member of staff", "%.1f ms",
        search_ms(r, &(struct audit_filter){.actor = GUARD_STAFF, .actor_id = 7}));
    row("search: an hour of long ago", "%.1f ms",
        search_ms(r, &(struct audit_filter){.to_ms = 1700000000000, .actor_id = -1}));
    row("search: the same again, with the segments' times known", "%.1f ms",
        search_ms(r, &(struct audit_filter){.to_ms = 1700000000000, .actor_id = -1}));
    proofs(r, size);
    audit_reader_close(r);
    started = cu_mono_us();
    must(audit_verify(folder, NULL, NULL, 0, &report, NULL, NULL, &err), &err);
    double took = (double)(cu_mono_us() - started) / 1e6;
    row("verify all", "%.2f s, %.0f MB/s", took, (double)report.bytes / 1e6 / took);
}

int main(int argc, char **argv)
{
    static const uint8_t root[32] = {7};
    char folder[600], command[700];
    struct cu_error err = {0};
    struct audit *audit = NULL;
    struct shop with, without;
    uint64_t entries = argc > 3 ? strtoull(argv[3], NULL, 10) : 1000000;
    (void)snprintf(base, sizeof base, "%s/custos-bench-XXXXXX", argc > 1 ? argv[1] : "/var/tmp");
    seconds = argc > 2 ? strtod(argv[2], NULL) : 2;
    cu_log_set_level(CU_LOG_ERROR);
    if (!mkdtemp(base))
        return 1;
    must(keyring_from_bytes(root, &keyring, &err), &err);
    (void)snprintf(folder, sizeof folder, "%s/audit", base);
    must(audit_open(&(struct audit_options){.folder = folder, .keyring = keyring}, &audit, &err), &err);
    double bare = bare_syncs(), one = appends(audit, 1), eight = appends(audit, 8);
    row("baseline: write + fdatasync of 330 bytes", "%.0f/s", bare);
    row("entries, durable, 1 thread", "%.0f/s (%.2f of the baseline)", one, one / bare);
    row("entries, durable, 8 threads", "%.0f/s (%.2f of the baseline)", eight, eight / bare);
    open_shop(&without, NULL);
    open_shop(&with, audit);
    double off = read_us(&without), on = read_us(&with);
    row("one person of 6 groups through the guard, audit off", "%.1f us", off);
    row("the same, audit on: entry durable before the answer", "%.1f us (%.0f %% of it audit)", on, 100 * (on - off) / on);
    close_shop(&with);
    close_shop(&without);
    many(audit, folder, entries);
    audit_close(audit);
    keyring_close(keyring);
    (void)snprintf(command, sizeof command, "%s", base);
    (void)execlp("rm", "rm", "-rf", command, (char *)NULL);
    return 1;
}
