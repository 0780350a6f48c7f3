// SPDX-License-Identifier: Apache-2.0
// bench_keys [PEOPLE [ERASED]]: the key tree of a shop (1,000,000 people, 20,000 of them erased): making,
// looking up, erasing, rotating, archives. Then the claim itself: somebody with an old copy of the tree and
// everything of today (root key, ratchet, epoch root) opens none of the erased, and every living person opens.
// Two flat alternatives beside it: wrapping one key, and re-wrapping all of them. A command, not a test.
#include "../tests/unit/store/keys_attack.h"

#include "base/clock.h"
#include "base/file.h"
#include "store/keys_archive.h"
#include "store/keys_holder.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PER_BATCH = 2000, LOOKS = 200000 };
static uint64_t people = 1000000, erased = 20000;
static struct keyring *keyring;
static char folder[] = "/var/tmp/custos-bench-XXXXXX";
static uint8_t *is_erased;
static struct seal_key *all;

static void must(cu_code code, const struct cu_error *err)
{
    if (code == CU_OK)
        return;
    fprintf(stderr, "bench_keys: %s\n", err->text);
    exit(1);
}

static const char *path_of(const char *name)
{
    static char paths[8][512];
    static unsigned next;
    char *path = paths[next++ % CU_COUNT(paths)];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static void print(const char *what, int64_t start_us, uint64_t count)
{
    double us = (double)(cu_mono_us() - start_us) / (double)count;
    printf("%-50s %10.0f/s %9.2f us\n", what, 1e6 / us, us);
}

static struct keys *open_keys(uint32_t cache_max)
{
    struct keys_options o = {
        .path = path_of("keys"), .ratchet_path = path_of("root.ratchet"), .keyring = keyring, .cache_max = cache_max};
    struct keys *k = NULL;
    struct cu_error err;
    int64_t start = cu_mono_us();
    must(keys_open(&o, &k, &err), &err);
    printf("%-50s %22.2f ms\n", "open", (double)(cu_mono_us() - start) / 1e3);
    return k;
}

static void make_all(struct keys *k)
{
    struct cu_error err;
    int64_t start = cu_mono_us();
    for (uint64_t i = 0; i < people; i++) {
        must(keys_get(k, i, true, &all[i], &err), &err);
        if (i % PER_BATCH == PER_BATCH - 1)
            must(keys_commit(k, &err), &err);
    }
    must(keys_commit(k, &err), &err);
    print("make, commit each 2,000", start, people);
}

// Every key is compared: a figure that is fast and wrong is worth nothing.
static void look(struct keys *k, const char *what, uint64_t step, uint64_t among)
{
    struct cu_error err;
    struct seal_key key;
    int64_t start = cu_mono_us();
    for (uint64_t i = 0; i < LOOKS; i++) {
        uint64_t subject = i * step % among;
        cu_code code = keys_get(k, subject, false, &key, &err);
        if (is_erased[subject] ? code != CU_ERASED : code != CU_OK || memcmp(&key, &all[subject], sizeof key) != 0) {
            fprintf(stderr, "bench_keys: subject %llu: code %d\n", (unsigned long long)subject, (int)code);
            exit(1);
        }
    }
    print(what, start, LOOKS);
}

static void flat(void)
{
    struct cu_error err;
    uint8_t wrapped[KEYRING_WRAPPED], key[32];
    int64_t start = cu_mono_us();
    for (uint64_t i = 0; i < LOOKS; i++)
        must(keyring_wrap(keyring, "flat", CU_NONE, all[i % people].bytes, wrapped, &err), &err);
    print("(flat alternative: wrap one key)", start, LOOKS);
    start = cu_mono_us();
    for (uint64_t i = 0; i < LOOKS; i++)
        must(keyring_unwrap(keyring, "flat", CU_NONE, wrapped, key, &err), &err);
    print("(flat alternative: unwrap one key)", start, LOOKS);
}

static void copy_file(const char *from, const char *to)
{
    char bytes[1 << 16];
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    size_t n = 0;
    while (in && out && (n = fread(bytes, 1, sizeof bytes, in)) > 0)
        (void)!fwrite(bytes, 1, n, out);
    if (in)
        (void)fclose(in);
    if (out)
        (void)fclose(out);
}

static void erase(struct keys *k)
{
    enum { SINGLE = 200, BATCH = 300 };
    struct cu_error err;
    uint64_t *gone = calloc(erased, sizeof *gone), count = 0;
    for (uint64_t i = 0; gone && count < erased; i++) {
        uint64_t subject = i * 7919 % people; // spread over the whole tree
        if (!is_erased[subject])
            gone[count++] = subject;
        is_erased[subject] = 1;
    }
    if (!gone)
        exit(1);
    int64_t start = cu_mono_us();
    for (uint64_t i = 0; i < SINGLE; i++)
        must(keys_erase(k, gone + i, 1, &err), &err);
    print("erase one, durable", start, SINGLE);
    start = cu_mono_us();
    for (uint64_t i = SINGLE; i < erased; i += BATCH)
        must(keys_erase(k, gone + i, erased - i < BATCH ? erased - i : BATCH, &err), &err);
    print("erase in batches of 300, durable", start, erased - SINGLE);
    free(gone);
}

struct hunt {
    uint64_t erased_opened, living_opened;
};

static void found(void *context, uint64_t index, unsigned tree, unsigned state, const uint8_t key[32])
{
    struct hunt *h = context;
    if (tree != 0 || state == 3 || index >= people || memcmp(key, all[index].bytes, 32) != 0)
        return;
    if (is_erased[index] == 1) {
        h->erased_opened++;
    } else if (is_erased[index] == 0) {
        h->living_opened++;
        is_erased[index] = 2; // counted once
    }
}

static void attack(void)
{
    struct epoch *e = NULL;
    struct cu_error err;
    struct hunt h = {0};
    struct attack a = {.found = found, .context = &h};
    const struct epoch_options o = {
        .path = path_of("keys/root"), .ratchet_path = path_of("root.ratchet"), .keyring = keyring, .read_only = true};
    must(epoch_open(&o, &e, &err), &err);
    bool good = attack_run(&a, path_of("keys/tree.db"), path_of("old.db"), epoch_values(e));
    epoch_close(e);
    printf("old copy + everything of today: %llu of %llu erased open; %llu of %llu living open (%llu old rows opened)%s\n",
        (unsigned long long)h.erased_opened, (unsigned long long)erased, (unsigned long long)h.living_opened,
        (unsigned long long)(people - erased), (unsigned long long)a.opened_rows[1],
        good && h.erased_opened == 0 && h.living_opened == people - erased ? "" : "   <-- WRONG");
}

static void others(struct keys *k)
{
    struct cu_error err;
    static struct keys_inventory v;
    char kit[KEYS_KIT_MAX];
    struct keys_archive_info info;
    int64_t start = cu_mono_us();
    must(keys_inventory(k, &v, &err), &err);
    printf("%-50s %22.2f ms  (%llu nodes, %.1f MB sealed, %llu erased)\n", "inventory", (double)(cu_mono_us() - start) / 1e3,
        (unsigned long long)v.trees[0].nodes, (double)v.trees[0].bytes / 1e6, (unsigned long long)v.trees[0].erased);
    start = cu_mono_us();
    must(keys_rotate_nodes(k, NULL, NULL, &err), &err);
    printf("%-50s %22.2f ms\n", "rotate every node, online", (double)(cu_mono_us() - start) / 1e3);
    must(keys_recovery_kit(k, kit, &err), &err);
    start = cu_mono_us();
    must(keys_archive_write(k, path_of("a.custos-keys"), &err), &err);
    printf("%-50s %22.2f ms\n", "write an archive", (double)(cu_mono_us() - start) / 1e3);
    start = cu_mono_us();
    must(keys_archive_verify(path_of("a.custos-keys"), keyring, &info, &err), &err);
    printf("%-50s %22.2f ms  (%.1f MB)\n", "verify it", (double)(cu_mono_us() - start) / 1e3, (double)info.bytes / 1e6);
}

// All messages there are, to a replica and its acknowledgement back, without a network between.
static uint64_t carry(struct keys *k, struct keys_holder *h)
{
    struct cu_error err;
    struct cu_buf m;
    uint64_t bytes = 0, epoch = 0;
    cu_buf_init(&m, KEYS_FEED_MESSAGE_MAX);
    for (;;) {
        uint8_t ack[KEYS_HOLDER_MESSAGE];
        bool last = false, acked = false;
        cu_buf_reset(&m);
        must(keys_feed_next(k, CU_LIT("bench"), &m, &last, &err), &err);
        if (m.len == 0)
            break;
        bytes += m.len;
        must(keys_holder_take(h, cu_buf_view(&m), ack, &acked, &err), &err);
        if (acked)
            must(keys_feed_ack(k, CU_LIT("bench"), (cu_str){(const char *)ack, sizeof ack}, &epoch, &err), &err);
    }
    cu_buf_clear(&m);
    return bytes;
}

static void replica(struct keys *k)
{
    enum { TIMES = 50 };
    struct cu_error err;
    char line[PEER_LINE_MAX];
    uint8_t seed[32], hello[KEYS_HOLDER_MESSAGE];
    struct keys_holder *h = NULL;
    const struct keys_holder_options o = {.folder = path_of("replica"), .identity = path_of("replica.key")};
    must(keys_holder_init(&o, line, &err), &err);
    must(keys_replica_add(k, CU_LIT("bench"), CU_LIT("127.0.0.1:1"), cu_str_of(line), &err), &err);
    must(keys_peer(k, line, seed, &err), &err);
    must(keys_holder_pair(&o, cu_str_of(line), &err), &err);
    must(keys_holder_open(&o, &h, &err), &err);
    must(keys_holder_hello(h, hello, &err), &err);
    must(keys_feed_hello(k, CU_LIT("bench"), (cu_str){(const char *)hello, sizeof hello}, &err), &err);
    int64_t start = cu_mono_us();
    uint64_t bytes = carry(k, h);
    printf("%-50s %22.2f ms  (%.1f MB)\n", "a replica takes the whole tree", (double)(cu_mono_us() - start) / 1e3,
        (double)bytes / 1e6);
    int64_t spent = 0;
    bytes = 0;
    for (uint64_t i = 0; i < TIMES; i++) {
        must(keys_erase(k, &(uint64_t){people - 1 - i * 9973 % people}, 1, &err), &err);
        start = cu_mono_us();
        bytes += carry(k, h);
        spent += cu_mono_us() - start;
    }
    printf("%-50s %22.2f ms  (%.1f kB)\n", "a replica follows one erasure, durable, and signs", (double)spent / TIMES / 1e3,
        (double)bytes / TIMES / 1e3);
    keys_holder_close(h);
}

static void clean(void)
{
    static const char *const names[] = {"keys/tree.db", "keys/tree.db-wal", "keys/tree.db-shm", "keys/root", "root.ratchet",
        "old.db", "old.db-wal", "old.db-shm", "a.custos-keys", "replica/tree.db", "replica/root", "replica/primary",
        "replica/lock", "replica.key", "replica.key.ratchet"};
    for (size_t i = 0; i < CU_COUNT(names); i++)
        (void)unlink(path_of(names[i]));
    (void)rmdir(path_of("replica"));
    (void)rmdir(path_of("keys"));
    (void)rmdir(folder);
}

int main(int argc, char **argv)
{
    static const uint8_t root[32] = {7};
    struct cu_error err;
    struct stat st;
    if (argc > 1)
        people = strtoull(argv[1], NULL, 10);
    if (argc > 2)
        erased = strtoull(argv[2], NULL, 10);
    is_erased = calloc(people, 1);
    all = calloc(people, sizeof *all);
    if (!is_erased || !all || people < 1000 || erased > people / 2 || erased < 500 || !mkdtemp(folder)) {
        fprintf(stderr, "bench_keys: at least 1,000 people, of them 500 to a half to erase\n");
        return 1;
    }
    must(keyring_from_bytes(root, &keyring, &err), &err);
    struct keys *k = open_keys(0);
    make_all(k);
    look(k, "look-up, cached", 1, 10000);
    keys_close(k);
    k = open_keys(64);
    look(k, "look-up, cold", 7919, people);
    look(k, "look-up, cold, in the order of numbers", 1, people);
    flat();
    keys_close(k);
    if (stat(path_of("keys/tree.db"), &st) == 0)
        printf("%-50s %22.1f MB\n", "tree.db", (double)st.st_size / 1e6);
    copy_file(path_of("keys/tree.db"), path_of("old.db"));
    k = open_keys(0);
    erase(k);
    look(k, "look-up after, cold, erased or living", 7919, people);
    keys_close(k);
    attack();
    for (uint64_t i = 0; i < people; i++)
        is_erased[i] = is_erased[i] == 1;
    k = open_keys(0);
    others(k);
    look(k, "look-up after rotation, cold", 7919, people);
    replica(k);
    keys_close(k);
    keyring_close(keyring);
    clean();
    return 0;
}
