// SPDX-License-Identifier: Apache-2.0
// Signatures under X.509 certificates, through OpenSSL. See certsign.h.
#include "certsign.h"

#include "base/file.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <sys/stat.h>

enum { CHAIN_MAX = 8, AUTH_LEVEL = 2 /* RSA of 2048 bits, SHA-2 */ };

struct certsign {
    EVP_PKEY *key;
    struct cu_buf pem;
};

static X509 *read_certificate(BIO *from)
{
    X509 *made = PEM_read_bio_X509(from, NULL, NULL, NULL);
    if (!made)
        ERR_clear_error();
    return made;
}

static cu_code read_key(const char *path, EVP_PKEY **ret, struct cu_error *err)
{
    struct stat st;
    struct cu_buf text;
    if (stat(path, &st) != 0 || (st.st_mode & 077) != 0)
        return cu_fail(err, CU_KEY, "key", "a file that only its owner can read (mode 0400 or 0600) is accepted");
    cu_buf_init(&text, CERTSIGN_PEM_MAX);
    cu_code code = cu_file_read_all(path, &text, err);
    BIO *from = code == CU_OK ? BIO_new_mem_buf(text.ptr, (int)text.len) : NULL;
    *ret = from ? PEM_read_bio_PrivateKey(from, NULL, NULL, NULL) : NULL;
    BIO_free(from);
    ERR_clear_error();
    cu_buf_wipe(&text);
    CU_TRY(code);
    return *ret ? CU_OK : cu_fail(err, CU_KEY, "key", "a private key as PEM, without a password, is accepted");
}

static cu_code read_pair(struct certsign *c, const char *certificate_file, const char *key_file, struct cu_error *err)
{
    CU_TRY(cu_file_read_all(certificate_file, &c->pem, err));
    CU_TRY(read_key(key_file, &c->key, err));
    BIO *from = BIO_new_mem_buf(c->pem.ptr, (int)c->pem.len);
    X509 *own = from ? read_certificate(from) : NULL;
    bool fits = own && X509_check_private_key(own, c->key) == 1;
    X509_free(own);
    BIO_free(from);
    ERR_clear_error();
    if (cu_str_find_str(cu_buf_view(&c->pem), CU_LIT("PRIVATE KEY")) >= 0) // it is shown to everybody
        return cu_fail(
            err, CU_KEY, "certificate", "a file of certificates alone is accepted; the key has a file of its own");
    return fits ? CU_OK : cu_fail(err, CU_KEY, "certificate", "the certificate of that key, as PEM, is accepted");
}

cu_code certsign_open(const char *certificate_file, const char *key_file, struct certsign **ret, struct cu_error *err)
{
    struct certsign *c = cu_calloc(1, sizeof *c);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for a certificate");
    cu_buf_init(&c->pem, CERTSIGN_PEM_MAX);
    cu_code code = read_pair(c, certificate_file, key_file, err);
    if (code != CU_OK) {
        certsign_close(c);
        return code;
    }
    *ret = c;
    return CU_OK;
}

void certsign_close(struct certsign *c)
{
    if (!c)
        return;
    EVP_PKEY_free(c->key);
    cu_buf_clear(&c->pem);
    cu_free(c);
}

cu_str certsign_pem(const struct certsign *c)
{
    return cu_buf_view(&c->pem);
}

cu_code certsign_make(const struct certsign *c, cu_str message, struct cu_buf *out, struct cu_error *err)
{
    unsigned char made[CERTSIGN_SIGNATURE_MAX];
    size_t len = sizeof made;
    EVP_MD_CTX *m = EVP_MD_CTX_new();
    bool good = m && EVP_DigestSignInit(m, NULL, EVP_sha256(), NULL, c->key) == 1 &&
                EVP_DigestSign(m, made, &len, (const unsigned char *)message.ptr, message.len) == 1;
    EVP_MD_CTX_free(m);
    ERR_clear_error();
    if (!good)
        return cu_fail(err, CU_KEY, "key", "this key makes no signatures with SHA-256; RSA and EC keys do");
    cu_buf_add(out, made, len);
    return cu_buf_code(out, err);
}

// ---- checking

struct chain {
    X509 *leaf;
    STACK_OF(X509) * between;
};

static void chain_clear(struct chain *c)
{
    X509_free(c->leaf);
    sk_X509_pop_free(c->between, X509_free);
}

static bool chain_read(cu_str pem, struct chain *ret)
{
    X509 *next = NULL;
    BIO *from = pem.len && pem.len <= CERTSIGN_PEM_MAX ? BIO_new_mem_buf(pem.ptr, (int)pem.len) : NULL;
    *ret = (struct chain){.leaf = from ? read_certificate(from) : NULL, .between = sk_X509_new_null()};
    bool good = ret->leaf && ret->between;
    for (int i = 0; good && i < CHAIN_MAX && (next = read_certificate(from)) != NULL; i++) {
        good = sk_X509_push(ret->between, next) > 0;
        if (!good)
            X509_free(next);
    }
    BIO_free(from);
    return good;
}

static bool trust(X509_STORE *store, const char *ca_file)
{
    if (ca_file && ca_file[0])
        return X509_STORE_load_file(store, ca_file) == 1;
    return X509_STORE_set_default_paths(store) == 1;
}

static bool chain_good(const struct chain *c, const char *domain, const char *ca_file, int64_t now_ms)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *x = X509_STORE_CTX_new();
    bool good = store && x && X509_self_signed(c->leaf, 0) == 0 && trust(store, ca_file) &&
                X509_STORE_CTX_init(x, store, c->leaf, c->between) == 1;
    if (good) {
        X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(x);
        X509_VERIFY_PARAM_set_auth_level(p, AUTH_LEVEL);
        X509_VERIFY_PARAM_set_time(p, (time_t)(now_ms / 1000));
        X509_VERIFY_PARAM_set_hostflags(p, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        good = X509_VERIFY_PARAM_set1_host(p, domain, 0) == 1 && X509_verify_cert(x) == 1 &&
               (X509_get_key_usage(c->leaf) & KU_DIGITAL_SIGNATURE) != 0; // all bits when it does not say
    }
    X509_STORE_CTX_free(x);
    X509_STORE_free(store);
    return good;
}

static bool signature_good(const struct chain *c, cu_str message, cu_str signature)
{
    EVP_PKEY *key = X509_get0_pubkey(c->leaf);
    EVP_MD_CTX *m = EVP_MD_CTX_new();
    bool good = key && m && signature.len && EVP_DigestVerifyInit(m, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestVerify(m, (const unsigned char *)signature.ptr, signature.len, (const unsigned char *)message.ptr,
                    message.len) == 1;
    EVP_MD_CTX_free(m);
    return good;
}

cu_code certsign_check(cu_str pem, const char *domain, const char *ca_file, int64_t now_ms, cu_str message,
    cu_str signature, struct cu_error *err)
{
    struct chain c;
    cu_code code = CU_OK;
    if (!chain_read(pem, &c) || !chain_good(&c, domain, ca_file, now_ms))
        code =
            cu_fail(err, CU_FORBIDDEN, "certificate", "a certificate of a trusted authority for that domain is accepted");
    else if (!signature_good(&c, message, signature))
        code = cu_fail(err, CU_FORBIDDEN, "signature", "the signature is not of this message under that certificate");
    chain_clear(&c);
    ERR_clear_error();
    return code;
}
