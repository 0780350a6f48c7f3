// SPDX-License-Identifier: Apache-2.0
// bench_seal [SECONDS_PER_LINE]: sealing per second on one thread. Beside each figure
// stands the bare library call for the same bytes, measured in the same run: the difference is what
// the envelope (random nonce, class key, commitment, padding) costs. A command, not a test.
#include "base/clock.h"
#include "crypto/keyring.h"
#include "crypto/seal.h"
#include "crypto/secret.h"

#include <assert.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int64_t line_us = 400000;
static const struct seal_key key = {{1, 2, 3}};
static struct keyring *keyring;
static char text[65536];

// Runs fn in rounds until line_us has passed; microseconds per call.
typedef void work(void *context, uint64_t i);
static double measure(work *fn, void *context)
{
    uint64_t done = 0;
    int64_t start = cu_mono_us(), now = start;
    while (now - start < line_us) {
        for (int i = 0; i < 500; i++)
            fn(context, done++);
        now = cu_mono_us();
    }
    return (double)(now - start) / (double)done;
}

static void print(const char *what, double us, double baseline_us, const char *baseline)
{
    printf("%-34s %9.0f/s %8.2f us", what, 1e6 / us, us);
    if (baseline)
        printf("   %s %.2f us, x%.2f", baseline, baseline_us, us / baseline_us);
    printf("\n");
}

static void must(cu_code code, const struct cu_error *err)
{
    if (code == CU_OK)
        return;
    fprintf(stderr, "bench_seal: %s\n", err->text);
    exit(1);
}

struct group {
    enum seal_suite suite;
    size_t len;
    bool compress;
    struct cu_buf sealed, opened;
};

static const struct seal_place place = {1, 2, 3, 4};

static void seal_once(void *context, uint64_t i)
{
    struct group *g = context;
    struct cu_error err;
    (void)i;
    cu_buf_reset(&g->sealed);
    must(seal_group(&key, g->suite, SEAL_BEHAVIOUR, &place, (cu_str){text, g->len}, g->compress,
             &g->sealed, &err),
        &err);
}

static void open_once(void *context, uint64_t i)
{
    struct group *g = context;
    struct cu_error err;
    (void)i;
    cu_buf_reset(&g->opened);
    must(seal_open(&key, &place, cu_buf_view(&g->sealed), &g->opened, &err), &err);
}

static void raw_seal(void *context, uint64_t i)
{
    static uint8_t out[65536 + 16];
    static uint8_t nonce[24];
    memcpy(nonce, &i, sizeof i);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, (const uint8_t *)text,
        ((struct group *)context)->len, (const uint8_t *)text, 43, NULL, nonce, key.bytes);
}

static void raw_open(void *context, uint64_t i)
{
    static uint8_t sealed[65536 + 16], out[65536], nonce[24];
    size_t len = ((struct group *)context)->len;
    if (i == 0)
        crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, NULL, (const uint8_t *)text, len,
            (const uint8_t *)text, 43, NULL, nonce, key.bytes);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            out, NULL, NULL, sealed, len + 16, (const uint8_t *)text, 43, nonce, key.bytes) != 0)
        abort();
}

static void bench_groups(enum seal_suite suite, bool compress, const char *name)
{
    static const size_t sizes[] = {32, 128, 512, 1500};
    for (size_t i = 0; i < CU_COUNT(sizes); i++) {
        struct group g = {.suite = suite, .len = sizes[i], .compress = compress};
        char what[64];
        cu_buf_init(&g.sealed, 1 << 20);
        cu_buf_init(&g.opened, 1 << 20);
        snprintf(what, sizeof what, "seal %s %zu B", name, g.len);
        print(what, measure(seal_once, &g), measure(raw_seal, &g), "libsodium");
        snprintf(what, sizeof what, "open %s %zu B (%zu stored)", name, g.len, g.sealed.len);
        print(what, measure(open_once, &g), measure(raw_open, &g), "libsodium");
        cu_buf_clear(&g.sealed);
        cu_buf_clear(&g.opened);
    }
}

struct frame {
    struct seal_bulk *bulk;
    size_t len;
};

static void bulk_once(void *context, uint64_t i)
{
    static uint8_t out[65536 + 16];
    struct frame *f = context;
    struct cu_error err;
    must(seal_bulk_seal(f->bulk, i, CU_LIT("frame header"), (cu_str){text, f->len}, out, &err),
        &err);
}

static void raw_gcm(void *context, uint64_t i)
{
    static crypto_aead_aes256gcm_state state;
    static uint8_t out[65536 + 16];
    uint8_t nonce[12] = {0};
    if (i == 0)
        crypto_aead_aes256gcm_beforenm(&state, key.bytes);
    memcpy(nonce, &i, sizeof i);
    crypto_aead_aes256gcm_encrypt_afternm(out, NULL, (const uint8_t *)text,
        ((struct frame *)context)->len, (const uint8_t *)text, 12, NULL, nonce, &state);
}

static void bench_bulk(void)
{
    static const size_t sizes[] = {512, 4096, 65536};
    struct cu_error err;
    for (size_t i = 0; i < CU_COUNT(sizes); i++) {
        struct frame f = {.len = sizes[i]};
        char what[64];
        must(seal_bulk_new(key.bytes, &f.bulk, &err), &err);
        double us = measure(bulk_once, &f);
        snprintf(what, sizeof what, "bulk frame %zu B (%d MB/s)", f.len, (int)((double)f.len / us));
        if (crypto_aead_aes256gcm_is_available())
            print(what, us, measure(raw_gcm, &f), "libsodium AES-GCM");
        else
            print(what, us, 0, NULL);
        seal_bulk_free(f.bulk);
    }
}

static void tag_once(void *context, uint64_t i)
{
    uint8_t tag[16];
    (void)context;
    memcpy(text, &i, sizeof i);
    keyring_tag(keyring, "email", (cu_str){text, 24}, tag);
}

static void raw_blake(void *context, uint64_t i)
{
    uint8_t tag[16];
    (void)context;
    memcpy(text, &i, sizeof i);
    crypto_generichash(tag, 16, (const uint8_t *)text, 24, key.bytes, 32);
}

static void bench_password(void)
{
    char phc[SECRET_PASSWORD_MAX];
    struct cu_error err;
    struct secret_cost cost;
    char what[64];
    must(secret_cost_tune(&cost, &err), &err);
    int64_t start = cu_mono_us();
    for (int i = 0; i < 5; i++)
        must(secret_password_hash(keyring, CU_LIT("correct horse"), &cost, false, phc, &err), &err);
    (void)snprintf(what, sizeof what, "password: Argon2id %u MiB, %u passes", cost.memory_kib / 1024, cost.passes);
    print(what, (double)(cu_mono_us() - start) / 5, 0, NULL);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        line_us = (int64_t)(atof(argv[1]) * 1e6);
    uint8_t root[32] = {7};
    struct cu_error err;
    must(keyring_from_bytes(root, &keyring, &err), &err);
    for (size_t i = 0; i < sizeof text; i++) // like event properties: names repeat, values vary
        text[i] = i % 97 < 80 ? "{\"product_id\":\"P-\",\"name\":\"Lamp\",\"price\":1990,"
                                "\"quantity\":1,\"url\":\"https://\"}"[i % 80 % 78]
                              : (char)('a' + i * i % 26);
    bench_groups(SEAL_XCHACHA, false, "suite 1");
    bench_groups(SEAL_XCHACHA, true, "suite 1 zstd");
    bench_groups(SEAL_AES_GCM, false, "suite 2");
    bench_bulk();
    print("blind index tag", measure(tag_once, NULL), measure(raw_blake, NULL), "BLAKE2b");
    bench_password();
    keyring_close(keyring);
    return 0;
}
