// SPDX-License-Identifier: Apache-2.0
// Certificate and key, replaceable. See tls.h.
#include "tls.h"

#include "base/clock.h"

#include <pthread.h>

enum { CHAIN_MAX = 16 };
#define HANDSHAKE_US_MAX INT64_C(300000000) // far beyond what the server lets a handshake take

struct pair {
    struct pair *next; // retired ones
    gnutls_pcert_st certs[CHAIN_MAX];
    unsigned count;
    gnutls_privkey_t key;
    int64_t retired_us;
};

struct tls {
    pthread_mutex_t lock;
    char *cert_path, *key_path;
    struct pair *current, *retired;
};

static void pair_free(struct pair *p)
{
    if (!p)
        return;
    for (unsigned i = 0; i < p->count; i++)
        gnutls_pcert_deinit(&p->certs[i]);
    if (p->key)
        gnutls_privkey_deinit(p->key);
    cu_free(p);
}

// GnuTLS itself compares certificate and key when they are put together.
static bool belong_together(const char *cert_path, const char *key_path)
{
    gnutls_certificate_credentials_t both;
    if (gnutls_certificate_allocate_credentials(&both) < 0)
        return false;
    int rc = gnutls_certificate_set_x509_key_file(both, cert_path, key_path, GNUTLS_X509_FMT_PEM);
    gnutls_certificate_free_credentials(both);
    return rc >= 0;
}

static bool read_pair(const char *cert_path, const char *key_path, struct pair *p)
{
    unsigned count = CHAIN_MAX;
    if (gnutls_pcert_list_import_x509_file(
            p->certs, &count, cert_path, GNUTLS_X509_FMT_PEM, NULL, NULL, 0) < 0)
        return false;
    p->count = count;
    gnutls_datum_t text = {NULL, 0};
    if (gnutls_load_file(key_path, &text) < 0)
        return false;
    bool ok = gnutls_privkey_init(&p->key) >= 0 &&
              gnutls_privkey_import_x509_raw(p->key, &text, GNUTLS_X509_FMT_PEM, NULL, 0) >= 0;
    gnutls_memset(text.data, 0, text.size);
    gnutls_free(text.data);
    return ok;
}

static cu_code pair_load(const struct tls *t, struct pair **ret, struct cu_error *err)
{
    struct pair *p = cu_calloc(1, sizeof *p);
    if (!p)
        return cu_fail(err, CU_MEMORY, "", "no memory for a certificate");
    if (!belong_together(t->cert_path, t->key_path) || !read_pair(t->cert_path, t->key_path, p)) {
        pair_free(p);
        return cu_fail(err, CU_INVALID, "tls_cert",
            "certificate and key must be readable PEM files that belong together");
    }
    *ret = p;
    return CU_OK;
}

static char *copy(const char *z)
{
    size_t size = strlen(z) + 1;
    char *made = cu_alloc(size);
    return made ? memcpy(made, z, size) : NULL;
}

cu_code tls_open(
    const char *cert_path, const char *key_path, struct tls **ret, struct cu_error *err)
{
    struct tls *t = cu_calloc(1, sizeof *t);
    if (!t)
        return cu_fail(err, CU_MEMORY, "", "no memory for TLS");
    (void)pthread_mutex_init(&t->lock, NULL);
    t->cert_path = copy(cert_path);
    t->key_path = copy(key_path);
    cu_code code = t->cert_path && t->key_path ? pair_load(t, &t->current, err)
                                               : cu_fail(err, CU_MEMORY, "", "no memory for TLS");
    if (code != CU_OK) {
        tls_close(t);
        return code;
    }
    *ret = t;
    return CU_OK;
}

cu_code tls_reload(struct tls *t, struct cu_error *err)
{
    struct pair *fresh = NULL;
    CU_TRY(pair_load(t, &fresh, err));
    int64_t now = cu_mono_us();
    (void)pthread_mutex_lock(&t->lock);
    t->current->retired_us = now;
    t->current->next = t->retired;
    t->retired = t->current;
    t->current = fresh;
    // newest first: everything behind the first that is old enough is older still
    struct pair **at = &t->retired;
    while (*at && now - (*at)->retired_us <= HANDSHAKE_US_MAX)
        at = &(*at)->next;
    struct pair *gone = *at;
    *at = NULL;
    (void)pthread_mutex_unlock(&t->lock);
    while (gone) {
        struct pair *next = gone->next;
        pair_free(gone);
        gone = next;
    }
    return CU_OK;
}

void tls_close(struct tls *t)
{
    if (!t)
        return;
    pair_free(t->current);
    while (t->retired) {
        struct pair *next = t->retired->next;
        pair_free(t->retired);
        t->retired = next;
    }
    (void)pthread_mutex_destroy(&t->lock);
    cu_free(t->cert_path);
    cu_free(t->key_path);
    cu_free(t);
}

void tls_current(
    struct tls *t, gnutls_pcert_st **ret_certs, unsigned *ret_count, gnutls_privkey_t *ret_key)
{
    (void)pthread_mutex_lock(&t->lock);
    *ret_certs = t->current->certs;
    *ret_count = t->current->count;
    *ret_key = t->current->key;
    (void)pthread_mutex_unlock(&t->lock);
}
