// SPDX-License-Identifier: Apache-2.0
// What is derived from the root secret: families, and in them keys for wrapping, tags and MACs. The
// root key's file is in keyring_file.c. Everything secret lies in one guarded allocation.
#include "keyring.h"

#include "crypto_internal.h"
#include "secret.h"

#include "base/clock.h"
#include "text/text.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>

// Domain separation: a name used as a branch, as an identifier kind and as a MAC gives three keys.
enum family { FAMILY_WRAP, FAMILY_TAG, FAMILY_MAC, FAMILY_COUNT };
static const char *const family_label[] = {"family/wrap", "family/tag", "family/mac"};
static const char *const delegated[] = {"journal", "spool"}; // of the wrap family

#define BRANCHES_MAX 64
#define BRANCH_NAME_MAX 47 // longer names are derived at each call

struct branch {
    enum family family;
    char name[BRANCH_NAME_MAX + 1];
    uint8_t key[32];
};

struct secrets {
    _Alignas(64) uint8_t root[32]; // 64: guarded memory is only as aligned as its size
    uint8_t family_secret[32];
    uint8_t family[FAMILY_COUNT][32];
    uint8_t fingerprint[16];
    struct branch branches[BRANCHES_MAX];
};

struct keyring {
    struct secrets *secrets;
    bool is_delegate; // no root key, no family secret, no wrap family
    pthread_mutex_t lock; // for adding a branch
    atomic_uint branch_count;
};
_Static_assert(KEYRING_DELEGATE == 16 + 4 * 32, "fingerprint, two families, two branches");

static void derive(const uint8_t key[32], const char *label, const char *suffix, uint8_t ret[32])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, key, 32, 32);
    crypto_generichash_update(&state, (const uint8_t *)label, strlen(label));
    crypto_generichash_update(&state, (const uint8_t *)suffix, strlen(suffix));
    crypto_generichash_final(&state, ret, 32);
    sodium_memzero(&state, sizeof state);
}

static void derive_branch(
    const struct keyring *k, enum family family, const char *name, uint8_t ret[32])
{
    // The normalisation's version is part of a tag's label: changing it is a new index.
    char version[16] = "";
    if (family == FAMILY_TAG)
        snprintf(version, sizeof version, "/%d", TEXT_NORM_VERSION);
    derive(k->secrets->family[family], name, version, ret);
}

static const uint8_t *find_branch(
    const struct keyring *k, unsigned from, unsigned to, enum family family, const char *name)
{
    for (unsigned i = from; i < to; i++) {
        const struct branch *b = &k->secrets->branches[i];
        if (b->family == family && strcmp(b->name, name) == 0)
            return b->key;
    }
    return NULL;
}

// The key of a branch: kept, or derived into scratch, which the caller wipes either way. Entries
// are written before the count that publishes them, and never change: readers take no lock.
static const uint8_t *branch_key(
    const struct keyring *kept, enum family family, const char *name, uint8_t scratch[32])
{
    struct keyring *k = (struct keyring *)(uintptr_t)kept; // the cache is not part of its value
    unsigned count = atomic_load_explicit(&k->branch_count, memory_order_acquire);
    const uint8_t *key = find_branch(k, 0, count, family, name);
    if (key)
        return key;
    derive_branch(k, family, name, scratch);
    if (count == BRANCHES_MAX || strlen(name) > BRANCH_NAME_MAX)
        return scratch;
    pthread_mutex_lock(&k->lock);
    unsigned now = atomic_load_explicit(&k->branch_count, memory_order_relaxed);
    if (now < BRANCHES_MAX && find_branch(k, count, now, family, name) == NULL) {
        struct branch *b = &k->secrets->branches[now];
        b->family = family;
        memcpy(b->name, name, strlen(name) + 1);
        memcpy(b->key, scratch, 32);
        atomic_store_explicit(&k->branch_count, now + 1, memory_order_release);
    }
    pthread_mutex_unlock(&k->lock);
    return scratch;
}

static cu_code make(struct keyring **ret, struct cu_error *err)
{
    crypto_start();
    struct keyring *k = cu_calloc(1, sizeof *k);
    struct secrets *s = k ? secret_alloc(sizeof *s) : NULL;
    if (s == NULL) {
        cu_free(k);
        return cu_fail(err, CU_MEMORY, "", "no memory for the keyring");
    }
    k->secrets = s;
    pthread_mutex_init(&k->lock, NULL);
    *ret = k;
    return CU_OK;
}

cu_code keyring_from_secret(
    const uint8_t secret[KEYRING_SECRET], struct keyring **ret, struct cu_error *err)
{
    struct keyring *k = NULL;
    uint8_t whole[32];
    CU_TRY(make(&k, err));
    memcpy(k->secrets->root, secret, 32);
    memcpy(k->secrets->family_secret, secret + 32, 32);
    for (size_t i = 0; i < FAMILY_COUNT; i++)
        derive(k->secrets->family_secret, family_label[i], "", k->secrets->family[i]);
    derive(k->secrets->family_secret, "fingerprint", "", whole);
    memcpy(k->secrets->fingerprint, whole, 16);
    sodium_memzero(whole, sizeof whole);
    *ret = k;
    return CU_OK;
}

cu_code keyring_from_bytes(const uint8_t root[32], struct keyring **ret, struct cu_error *err)
{
    uint8_t secret[KEYRING_SECRET];
    memcpy(secret, root, 32);
    derive(root, "custos-family", "", secret + 32);
    cu_code code = keyring_from_secret(secret, ret, err);
    sodium_memzero(secret, sizeof secret);
    return code;
}

void keyring_close(struct keyring *k)
{
    if (k == NULL)
        return;
    secret_free(k->secrets);
    pthread_mutex_destroy(&k->lock);
    cu_free(k);
}

void keyring_fingerprint(const struct keyring *k, uint8_t ret[16])
{
    memcpy(ret, k->secrets->fingerprint, 16);
}

static cu_code need_root(const struct keyring *k, struct cu_error *err)
{
    return k->is_delegate ? cu_fail(err, CU_KEY, "", "this process does not hold the root key") : CU_OK;
}

cu_code keyring_secret(const struct keyring *k, uint8_t ret[KEYRING_SECRET], struct cu_error *err)
{
    CU_TRY(need_root(k, err));
    memcpy(ret, k->secrets->root, 32);
    memcpy(ret + 32, k->secrets->family_secret, 32);
    return CU_OK;
}

cu_code keyring_successor(const struct keyring *k, struct keyring **ret, struct cu_error *err)
{
    uint8_t secret[KEYRING_SECRET];
    CU_TRY(keyring_secret(k, secret, err));
    cu_random(secret, 32);
    cu_code code = keyring_from_secret(secret, ret, err);
    sodium_memzero(secret, sizeof secret);
    return code;
}

void keyring_root_fingerprint(const struct keyring *k, uint8_t ret[16])
{
    uint8_t whole[32] = {0};
    if (!k->is_delegate)
        derive(k->secrets->root, "root-fingerprint", "", whole);
    memcpy(ret, whole, 16);
    sodium_memzero(whole, sizeof whole);
}

cu_code keyring_epoch_key(
    const struct keyring *k, const uint8_t ratchet[32], uint8_t ret[32], struct cu_error *err)
{
    static const char label[] = "custos-epoch1";
    CU_TRY(need_root(k, err));
    crypto_generichash_state state;
    crypto_generichash_init(&state, k->secrets->root, 32, 32);
    crypto_generichash_update(&state, (const uint8_t *)label, sizeof label - 1);
    crypto_generichash_update(&state, ratchet, 32);
    crypto_generichash_final(&state, ret, 32);
    sodium_memzero(&state, sizeof state);
    return CU_OK;
}

void keyring_delegate_bytes(const struct keyring *k, uint8_t ret[KEYRING_DELEGATE])
{
    uint8_t scratch[32];
    memcpy(ret, k->secrets->fingerprint, 16);
    memcpy(ret + 16, k->secrets->family[FAMILY_TAG], 32);
    memcpy(ret + 48, k->secrets->family[FAMILY_MAC], 32);
    for (size_t i = 0; i < CU_COUNT(delegated); i++)
        memcpy(ret + 80 + 32 * i, branch_key(k, FAMILY_WRAP, delegated[i], scratch), 32);
    sodium_memzero(scratch, sizeof scratch);
}

cu_code keyring_from_delegate(
    const uint8_t bytes[KEYRING_DELEGATE], struct keyring **ret, struct cu_error *err)
{
    struct keyring *k = NULL;
    CU_TRY(make(&k, err));
    k->is_delegate = true;
    memcpy(k->secrets->fingerprint, bytes, 16);
    memcpy(k->secrets->family[FAMILY_TAG], bytes + 16, 32);
    memcpy(k->secrets->family[FAMILY_MAC], bytes + 48, 32);
    for (size_t i = 0; i < CU_COUNT(delegated); i++) {
        struct branch *b = &k->secrets->branches[i];
        b->family = FAMILY_WRAP;
        memcpy(b->name, delegated[i], strlen(delegated[i]) + 1);
        memcpy(b->key, bytes + 80 + 32 * i, 32);
    }
    atomic_store(&k->branch_count, (unsigned)CU_COUNT(delegated));
    *ret = k;
    return CU_OK;
}

#define WRAP_NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define WRAP_CONTEXT_MAX 256
_Static_assert(KEYRING_WRAPPED == WRAP_NONCE + 32 + crypto_aead_xchacha20poly1305_ietf_ABYTES,
    "nonce, key, tag");

// "custos-wrap1" and the context; the branch is bound by its key.
static size_t wrap_ad(cu_str context, uint8_t ad[12 + WRAP_CONTEXT_MAX])
{
    assert(context.len <= WRAP_CONTEXT_MAX);
    memcpy(ad, "custos-wrap1", 12);
    if (context.len > 0)
        memcpy(ad + 12, context.ptr, context.len);
    return 12 + context.len;
}

static cu_code check_branch(const struct keyring *k, const char *branch, struct cu_error *err)
{
    for (size_t i = 0; k->is_delegate && i < CU_COUNT(delegated); i++) {
        if (strcmp(branch, delegated[i]) == 0)
            return CU_OK;
    }
    return need_root(k, err);
}

cu_code keyring_wrap(const struct keyring *k, const char *branch, cu_str context,
    const uint8_t key[32], uint8_t ret[KEYRING_WRAPPED], struct cu_error *err)
{
    CU_TRY(check_branch(k, branch, err));
    uint8_t scratch[32], ad[12 + WRAP_CONTEXT_MAX];
    size_t ad_len = wrap_ad(context, ad);
    cu_random(ret, WRAP_NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(ret + WRAP_NONCE, NULL, key, 32, ad, ad_len, NULL,
        ret, branch_key(k, FAMILY_WRAP, branch, scratch));
    sodium_memzero(scratch, sizeof scratch);
    return CU_OK;
}

cu_code keyring_unwrap(const struct keyring *k, const char *branch, cu_str context,
    const uint8_t wrapped[KEYRING_WRAPPED], uint8_t ret_key[32], struct cu_error *err)
{
    CU_TRY(check_branch(k, branch, err));
    uint8_t scratch[32], key[32], ad[12 + WRAP_CONTEXT_MAX];
    size_t ad_len = wrap_ad(context, ad);
    int rc = crypto_aead_xchacha20poly1305_ietf_decrypt(key, NULL, NULL, wrapped + WRAP_NONCE,
        KEYRING_WRAPPED - WRAP_NONCE, ad, ad_len, wrapped,
        branch_key(k, FAMILY_WRAP, branch, scratch));
    sodium_memzero(scratch, sizeof scratch);
    if (rc == 0)
        memcpy(ret_key, key, 32);
    sodium_memzero(key, sizeof key);
    if (rc != 0)
        return cu_fail(
            err, CU_KEY, "", "a %s key does not open: another root key, or damaged", branch);
    return CU_OK;
}

void keyring_tag(const struct keyring *k, const char *kind, cu_str normalised, uint8_t ret[16])
{
    uint8_t scratch[32];
    crypto_generichash(ret, 16, (const uint8_t *)normalised.ptr, normalised.len,
        branch_key(k, FAMILY_TAG, kind, scratch), 32);
    sodium_memzero(scratch, sizeof scratch);
}

void keyring_tag_version(
    const struct keyring *k, uint32_t version, const char *kind, cu_str normalised, uint8_t ret[16])
{
    char name[96];
    if (version > 1)
        snprintf(name, sizeof name, "%.80s/v%u", kind, version);
    keyring_tag(k, version > 1 ? name : kind, normalised, ret);
}

void keyring_mac(const struct keyring *k, const char *branch, cu_str message, uint8_t ret[32])
{
    uint8_t scratch[32];
    crypto_generichash(ret, 32, (const uint8_t *)message.ptr, message.len,
        branch_key(k, FAMILY_MAC, branch, scratch), 32);
    sodium_memzero(scratch, sizeof scratch);
}

void keyring_harden_process(void)
{
    // Both are best effort: a refusal leaves the process as the system made it.
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
}
