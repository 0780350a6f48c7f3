// SPDX-License-Identifier: Apache-2.0
// Passwords, tokens and memory for keys. See secret.h. Parameters: 64 MiB and 2 passes (libsodium's
// "interactive") cost a guesser as much memory as us; the semaphore bounds what a flood of logins
// can take from us to 128 MiB.
#include "secret.h"

#include "crypto_internal.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/hash.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

#define PASSWORD_OPS crypto_pwhash_OPSLIMIT_INTERACTIVE
#define PASSWORD_MEMORY crypto_pwhash_MEMLIMIT_INTERACTIVE
#define PASSWORD_AT_ONCE 2
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

static pthread_mutex_t slots_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t slots_free = PTHREAD_COND_INITIALIZER;
static int slots_used;

static void slot_take(void)
{
    pthread_mutex_lock(&slots_lock);
    while (slots_used == PASSWORD_AT_ONCE)
        pthread_cond_wait(&slots_free, &slots_lock);
    slots_used++;
    pthread_mutex_unlock(&slots_lock);
}

static void slot_give(void)
{
    pthread_mutex_lock(&slots_lock);
    slots_used--;
    pthread_cond_signal(&slots_free);
    pthread_mutex_unlock(&slots_lock);
}

// The pepper: without the root key a stolen table of hashes cannot even be guessed against.
static void pepper(const struct keyring *k, cu_str password, uint8_t ret[32])
{
    keyring_mac(k, "pw-pepper/1", password, ret);
}

cu_code secret_password_hash(
    const struct keyring *k, cu_str password, char ret[SECRET_PASSWORD_MAX], struct cu_error *err)
{
    uint8_t peppered[32];
    char phc[SECRET_PASSWORD_MAX] = "";
    pepper(k, password, peppered);
    slot_take();
    int rc = cu_fault_hit(CU_FAULT_ALLOC)
                 ? -1
                 : crypto_pwhash_str_alg(phc, (const char *)peppered, sizeof peppered, PASSWORD_OPS,
                       PASSWORD_MEMORY, crypto_pwhash_ALG_ARGON2ID13);
    slot_give();
    sodium_memzero(peppered, sizeof peppered);
    if (rc != 0) // its only failure
        return cu_fail(err, CU_MEMORY, "", "no memory to hash a password");
    memcpy(ret, phc, sizeof phc);
    return CU_OK;
}

// Well-formed, with today's parameters, of no password: for callers who have no user to check.
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
                             "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

bool secret_password_check(const struct keyring *k, cu_str password, const char *stored)
{
    uint8_t peppered[32];
    char phc[crypto_pwhash_STRBYTES] =
        ""; // libsodium reads exactly a NUL-terminated string of this size
    bool known = stored != NULL && strlen(stored) < sizeof phc;
    const char *against = known ? stored : nobody;
    memcpy(phc, against, strlen(against) + 1);
    pepper(k, password, peppered);
    slot_take();
    bool same = crypto_pwhash_str_verify(phc, (const char *)peppered, sizeof peppered) == 0;
    slot_give();
    sodium_memzero(peppered, sizeof peppered);
    return same && known;
}

bool secret_password_stale(const char *stored)
{
    return crypto_pwhash_str_needs_rehash(stored, PASSWORD_OPS, PASSWORD_MEMORY) != 0;
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
