// SPDX-License-Identifier: Apache-2.0
// What each thread keeps for sealing: contexts of OpenSSL and zstd and one scratch buffer, made at
// first use and freed when the thread ends, so that a call allocates and fetches nothing. Also the
// two OpenSSL algorithms themselves, fetched once (fetching per call triples the cost).
#include "crypto_internal.h"

#include "base/fault.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <zstd.h>

#define SCRATCH_KEPT_MAX (256 * 1024) // a larger scratch is given back after use

static EVP_CIPHER *aes_gcm;
static EVP_MAC *hmac;

static void fetch(void)
{
    aes_gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
}

static void fetch_once(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, fetch);
}

const struct evp_cipher_st *crypto_aes_gcm(void)
{
    fetch_once();
    return aes_gcm;
}

static _Thread_local struct seal_thread *mine;
static pthread_key_t at_thread_end;

static void thread_free(void *p)
{
    struct seal_thread *t = p;
    EVP_CIPHER_CTX_free(t->cipher);
    EVP_MAC_CTX_free(t->mac);
    ZSTD_freeCCtx(t->compress);
    ZSTD_freeDCtx(t->decompress);
    cu_free(t->scratch); // wiped after each use
    cu_free(t);
    mine = NULL;
}

static void make_thread_key(void)
{
    if (pthread_key_create(&at_thread_end, thread_free) != 0)
        abort(); // at most 1,024 keys per process; the program makes a handful
}

static struct seal_thread *get(void)
{
    if (mine)
        return mine;
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make_thread_key);
    struct seal_thread *t = cu_calloc(1, sizeof *t);
    if (t && pthread_setspecific(at_thread_end, t) != 0) {
        cu_free(t);
        t = NULL;
    }
    mine = t;
    return t;
}

// OpenSSL and zstd allocate for themselves; tests make these fail here.
#define MAKE(slot, expr)                                                                           \
    ((slot) != NULL || (!cu_fault_hit(CU_FAULT_ALLOC) && ((slot) = (expr)) != NULL))

struct evp_cipher_ctx_st *seal_thread_cipher(void)
{
    struct seal_thread *t = get();
    return t && MAKE(t->cipher, EVP_CIPHER_CTX_new()) ? t->cipher : NULL;
}

struct evp_mac_ctx_st *seal_thread_mac(void)
{
    fetch_once();
    struct seal_thread *t = get();
    return t && MAKE(t->mac, EVP_MAC_CTX_new(hmac)) ? t->mac : NULL;
}

struct ZSTD_CCtx_s *seal_thread_compress(void)
{
    struct seal_thread *t = get();
    return t && MAKE(t->compress, ZSTD_createCCtx()) ? t->compress : NULL;
}

struct ZSTD_DCtx_s *seal_thread_decompress(void)
{
    struct seal_thread *t = get();
    return t && MAKE(t->decompress, ZSTD_createDCtx()) ? t->decompress : NULL;
}

uint8_t *seal_thread_scratch(size_t len)
{
    struct seal_thread *t = get();
    if (t == NULL)
        return NULL;
    if (len > t->scratch_cap) {
        cu_free(t->scratch);
        t->scratch = cu_alloc(len);
        t->scratch_cap = t->scratch ? len : 0;
    }
    return t->scratch;
}

void seal_thread_scratch_wipe(size_t len)
{
    struct seal_thread *t = mine;
    sodium_memzero(t->scratch, len);
    if (t->scratch_cap <= SCRATCH_KEPT_MAX)
        return;
    cu_free(t->scratch);
    t->scratch = NULL;
    t->scratch_cap = 0;
}
