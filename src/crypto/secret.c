// SPDX-License-Identifier: Apache-2.0
// Passwords, tokens and memory for keys. See secret.h.
#include "secret.h"

#include "crypto_internal.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/hash.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { AT_ONCE = 2, WAITING_MAX = 1, TUNE_PASSES_MAX = 12 };
_Static_assert(SECRET_PASSWORD_MAX >= crypto_pwhash_STRBYTES, "the PHC string fits");

static void start(void)
{
    if (sodium_init() < 0)
        abort(); // no random numbers: nothing here may run
}

void crypto_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start);
}

// Turns at the hash. Whoever waits holds a worker thread, so few may wait, and a browser that signed in before
// goes first: a flood from elsewhere does not keep it out.
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int used, waiting, waiting_first;
} turns = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0};

static cu_code turn_take(bool first, struct cu_error *err)
{
    cu_code code = CU_OK;
    (void)pthread_mutex_lock(&turns.lock);
    int *waiting = first ? &turns.waiting_first : &turns.waiting;
    if (!first && turns.used == AT_ONCE && turns.waiting >= WAITING_MAX) {
        code = cu_fail(err, CU_BUSY, "", "too many sign in at this moment; try again in 2 seconds");
    } else {
        (*waiting)++;
        while (turns.used == AT_ONCE || (!first && turns.waiting_first > 0))
            (void)pthread_cond_wait(&turns.changed, &turns.lock);
        (*waiting)--;
        turns.used++;
    }
    (void)pthread_mutex_unlock(&turns.lock);
    return code;
}

static void turn_give(void)
{
    (void)pthread_mutex_lock(&turns.lock);
    turns.used--;
    (void)pthread_cond_broadcast(&turns.changed);
    (void)pthread_mutex_unlock(&turns.lock);
}

// The pepper: without the root key a stolen table of hashes cannot even be guessed against.
static void pepper(const struct keyring *k, cu_str password, uint8_t ret[32])
{
    keyring_mac(k, "pw-pepper/1", password, ret);
}

static size_t bytes_of(const struct secret_cost *cost)
{
    return (size_t)cost->memory_kib * 1024;
}

cu_code secret_password_hash(const struct keyring *k, cu_str password, const struct secret_cost *cost, bool first,
    char ret[SECRET_PASSWORD_MAX], struct cu_error *err)
{
    uint8_t peppered[32];
    char phc[SECRET_PASSWORD_MAX] = "";
    crypto_start();
    CU_TRY(turn_take(first, err));
    pepper(k, password, peppered);
    int rc = cu_fault_hit(CU_FAULT_ALLOC) ? -1
                                          : crypto_pwhash_str_alg(phc, (const char *)peppered, sizeof peppered, cost->passes,
                                                bytes_of(cost), crypto_pwhash_ALG_ARGON2ID13);
    turn_give();
    sodium_memzero(peppered, sizeof peppered);
    if (rc != 0) // its only failure
        return cu_fail(err, CU_MEMORY, "", "no memory to hash a password");
    memcpy(ret, phc, sizeof phc);
    return CU_OK;
}

// libsodium says EINVAL for a password that does not match, and nothing for want of memory.
static cu_code verify(
    const char phc[crypto_pwhash_STRBYTES], const uint8_t peppered[32], bool *ret_right, struct cu_error *err)
{
    errno = 0;
    int rc = cu_fault_hit(CU_FAULT_ALLOC) ? -1 : crypto_pwhash_str_verify(phc, (const char *)peppered, 32);
    int why = errno;
    bool damaged = rc != 0 && crypto_pwhash_str_needs_rehash(phc, 1, crypto_pwhash_MEMLIMIT_MIN) < 0;
    if (rc != 0 && why != EINVAL && !damaged)
        return cu_fail(err, CU_MEMORY, "", "no memory to check a password");
    *ret_right = rc == 0;
    return CU_OK;
}

cu_code secret_password_check(const struct keyring *k, cu_str password, const char *stored, bool first, bool *ret_right,
    struct cu_error *err)
{
    uint8_t peppered[32];
    char phc[crypto_pwhash_STRBYTES] = ""; // libsodium reads exactly this many bytes
    crypto_start();
    *ret_right = false;
    if (strlen(stored) >= sizeof phc)
        return CU_OK;
    memcpy(phc, stored, strlen(stored) + 1);
    CU_TRY(turn_take(first, err));
    pepper(k, password, peppered);
    cu_code code = verify(phc, peppered, ret_right, err);
    turn_give();
    sodium_memzero(peppered, sizeof peppered);
    return code;
}

bool secret_password_stale(const char *stored, const struct secret_cost *cost)
{
    return crypto_pwhash_str_needs_rehash(stored, cost->passes, bytes_of(cost)) != 0;
}

static cu_code measure(const struct secret_cost *cost, int64_t *ret_us, struct cu_error *err)
{
    static const uint8_t salt[crypto_pwhash_SALTBYTES];
    uint8_t out[32];
    int64_t best = INT64_MAX;
    for (int i = 0; i < 2; i++) { // the better of two: a busy moment must not make passwords weak
        int64_t from = cu_mono_us();
        if (crypto_pwhash(
                out, sizeof out, "measured", 8, salt, cost->passes, bytes_of(cost), crypto_pwhash_ALG_ARGON2ID13) != 0)
            return cu_fail(err, CU_MEMORY, "", "no memory to hash a password");
        int64_t took = cu_mono_us() - from;
        if (took < best)
            best = took;
    }
    *ret_us = best;
    return CU_OK;
}

// Memory is what a guesser's hardware has least of: 64 MiB, and as many passes as fit 150 ms. A machine too slow
// for two passes of it takes less memory.
cu_code secret_cost_tune(struct secret_cost *ret, struct cu_error *err)
{
    static const struct secret_cost smaller[] = {{46 * 1024, 1}, {32 * 1024, 2}};
    struct secret_cost cost = {64 * 1024, 2};
    int64_t us = 0;
    crypto_start();
    CU_TRY(measure(&cost, &us, err));
    if (us <= 250000) {
        int64_t passes = us > 0 ? 150000 * 2 / us : TUNE_PASSES_MAX;
        cost.passes = passes < 2 ? 2 : passes > TUNE_PASSES_MAX ? TUNE_PASSES_MAX : (uint32_t)passes;
        *ret = cost;
        return CU_OK;
    }
    for (size_t i = 0; i < CU_COUNT(smaller); i++) {
        CU_TRY(measure(&smaller[i], &us, err));
        *ret = smaller[i];
        if (us <= 250000)
            return CU_OK;
    }
    *ret = SECRET_COST_LEAST;
    return CU_OK;
}

#define TOKEN_BODY 43 // base64url of 32 bytes, without padding
#define TOKEN_CHECK 6
#define TOKEN_PREFIX_MAX (SECRET_TOKEN_MAX - 2 - TOKEN_BODY - TOKEN_CHECK)

// Six base-62 digits of a CRC: enough for a scanner to tell a token from a word, no secret.
static void token_check(const char *text, size_t len, char ret[TOKEN_CHECK])
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    uint32_t crc = cu_crc32c(0, text, len);
    for (int i = TOKEN_CHECK - 1; i >= 0; i--) {
        ret[i] = digits[crc % 62];
        crc /= 62;
    }
}

void secret_token_new(const char *prefix, char ret[SECRET_TOKEN_MAX])
{
    crypto_start();
    size_t len = strlen(prefix);
    assert(len > 0 && len <= TOKEN_PREFIX_MAX);
    uint8_t bytes[32];
    cu_random(bytes, sizeof bytes);
    memcpy(ret, prefix, len);
    ret[len++] = '_';
    sodium_bin2base64(
        ret + len, TOKEN_BODY + 1, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    len += TOKEN_BODY;
    token_check(ret, len, ret + len);
    ret[len + TOKEN_CHECK] = '\0';
    sodium_memzero(bytes, sizeof bytes);
}

bool secret_token_wellformed(cu_str token, const char *prefix)
{
    size_t len = strlen(prefix);
    if (token.len != len + 1 + TOKEN_BODY + TOKEN_CHECK || memcmp(token.ptr, prefix, len) != 0 ||
        token.ptr[len] != '_')
        return false;
    char check[TOKEN_CHECK];
    token_check(token.ptr, token.len - TOKEN_CHECK, check);
    return memcmp(check, token.ptr + token.len - TOKEN_CHECK, TOKEN_CHECK) == 0;
}

void secret_token_hash(cu_str token, uint8_t ret[32])
{
    crypto_start();
    crypto_hash_sha256(ret, (const uint8_t *)token.ptr, token.len);
}

bool secret_equal(const void *a, const void *b, size_t len)
{
    return sodium_memcmp(a, b, len) == 0;
}

void *secret_alloc(size_t size)
{
    crypto_start();
    if (cu_fault_hit(CU_FAULT_ALLOC))
        return NULL;
    void *p = sodium_malloc(size);
    if (p)
        memset(p, 0, size); // libsodium fills it with garbage
    return p;
}

void secret_free(void *p)
{
    sodium_free(p);
}

void secret_wipe(void *p, size_t len)
{
    sodium_memzero(p, len);
}

cu_code secret_file_read(const char *path, const char *setting, char ret[SECRET_FILE_MAX], struct cu_error *err)
{
    struct stat st;
    struct cu_buf text;
    ret[0] = 0;
    if (!path || !path[0])
        return CU_OK;
    if (stat(path, &st) != 0 || (st.st_mode & 077) != 0)
        return cu_fail(err, CU_KEY, setting, "a file that only its owner can read (mode 0400 or 0600) is accepted");
    cu_buf_init(&text, SECRET_FILE_MAX - 1);
    cu_code code = cu_file_read_all(path, &text, NULL);
    if (code == CU_OK)
        (void)snprintf(ret, SECRET_FILE_MAX, "%.*s", CU_ARG(cu_str_trim(cu_buf_view(&text))));
    cu_buf_wipe(&text);
    return code == CU_OK ? CU_OK : cu_fail(err, CU_KEY, setting, "a file of at most %d bytes that can be read is accepted", SECRET_FILE_MAX - 1);
}
