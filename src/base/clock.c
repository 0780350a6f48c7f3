// SPDX-License-Identifier: Apache-2.0
// Time, randomness and UUIDs. See clock.h.
#include "clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static _Atomic(int64_t (*)(void *)) injected_now;
static void *injected_context;

int64_t cu_now_ms(void)
{
    int64_t (*now)(void *) = atomic_load_explicit(&injected_now, memory_order_acquire);
    if (now)
        return now(injected_context);
    struct timespec t;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t cu_mono_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void cu_clock_inject(int64_t (*now_ms)(void *ctx), void *ctx)
{
    injected_context = ctx;
    atomic_store_explicit(&injected_now, now_ms, memory_order_release);
}

static pthread_mutex_t random_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool random_injected;
static uint64_t random_state;

// SplitMix64 (Steele, Lea, Flood 2014): only for tests.
static uint64_t injected_next(void)
{
    uint64_t z = (random_state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void random_from_injected(unsigned char *p, size_t len)
{
    (void)pthread_mutex_lock(&random_lock);
    while (len > 0) {
        uint64_t v = injected_next();
        size_t n = len < sizeof v ? len : sizeof v;
        memcpy(p, &v, n);
        p += n;
        len -= n;
    }
    (void)pthread_mutex_unlock(&random_lock);
}

static void random_from_system(unsigned char *p, size_t len)
{
    while (len > 0) {
        ssize_t n = getrandom(p, len, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            abort(); // no randomness: going on would make guessable keys
        p += n;
        len -= (size_t)n;
    }
}

// A system call for each nonce would cost more than the sealing: each thread takes a little ahead, and
// wipes what it has given away. Nothing here forks.
static void random_from_stock(unsigned char *p, size_t len)
{
    enum { STOCK = 1024 };
    static __thread unsigned char stock[STOCK];
    static __thread size_t left;
    if (left < len) {
        random_from_system(stock, sizeof stock);
        left = sizeof stock;
    }
    left -= len;
    memcpy(p, stock + left, len);
    explicit_bzero(stock + left, len);
}

void cu_random(void *bytes, size_t len)
{
    if (atomic_load_explicit(&random_injected, memory_order_relaxed))
        random_from_injected(bytes, len);
    else if (len <= 64)
        random_from_stock(bytes, len);
    else
        random_from_system(bytes, len);
}

void cu_random_inject(uint64_t seed)
{
    (void)pthread_mutex_lock(&random_lock);
    random_state = seed;
    atomic_store(&random_injected, seed != 0);
    (void)pthread_mutex_unlock(&random_lock);
}

struct cu_uuid cu_uuid7(void)
{
    // RFC 9562 6.2 method 1: a 12-bit counter in rand_a keeps ids of one millisecond in order
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static uint64_t last_ms;
    static uint32_t counter;
    struct cu_uuid id;
    cu_random(id.bytes, sizeof id.bytes);
    uint64_t ms = (uint64_t)cu_now_ms();
    (void)pthread_mutex_lock(&lock);
    if (ms > last_ms) {
        last_ms = ms;
        counter = id.bytes[6] & 0x7u; // a small random start leaves room to count
    } else if (++counter > 0xfff) {
        last_ms++;
        counter = 0;
    }
    ms = last_ms;
    uint32_t count = counter;
    (void)pthread_mutex_unlock(&lock);
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
    id.bytes[6] = (uint8_t)(0x70 | (count >> 8));
    id.bytes[7] = (uint8_t)count;
    id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

void cu_uuid_format(struct cu_uuid id, char out[37])
{
    static const char digits[] = "0123456789abcdef";
    char *p = out;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        *p++ = digits[id.bytes[i] >> 4];
        *p++ = digits[id.bytes[i] & 15];
    }
    *p = 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool cu_uuid_parse(cu_str s, struct cu_uuid *ret)
{
    if (s.len != 36)
        return false;
    struct cu_uuid id;
    size_t at = 0;
    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            if (s.ptr[at++] != '-')
                return false;
        }
        int high = hex_digit(s.ptr[at]), low = hex_digit(s.ptr[at + 1]);
        if (high < 0 || low < 0)
            return false;
        id.bytes[i] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    *ret = id;
    return true;
}
