// SPDX-License-Identifier: Apache-2.0
// Messages signed under certificates: which certificates are believed, for whom, when; which files are taken.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "crypto/certsign.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define assert_ok(expr) assert_int_equal((expr), CU_OK)
static const int64_t now_ms = INT64_C(1790000000000), day_s = 86400;
static char folder[64];

static const char *file(const char *name)
{
    static char path[4][160];
    static int turn;
    turn = (turn + 1) % 4;
    (void)snprintf(path[turn], sizeof path[turn], "%s/%s", folder, name);
    return path[turn];
}

static void extend(X509 *x, int nid, const char *value)
{
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    assert_non_null(e);
    assert_int_equal(X509_add_ext(x, e, -1), 1);
    X509_EXTENSION_free(e);
}

struct kind { // of a certificate
    const char *domain, *usage;
    int from_days, to_days;
    bool ca;
};

static X509 *issue(const struct kind *k, EVP_PKEY *key, const char *issuer, EVP_PKEY *issuer_key)
{
    static long serial = 1;
    char text[128];
    X509 *x = X509_new();
    assert_non_null(x);
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
    ASN1_TIME_set(X509_getm_notBefore(x), (time_t)(now_ms / 1000 + k->from_days * day_s));
    ASN1_TIME_set(X509_getm_notAfter(x), (time_t)(now_ms / 1000 + k->to_days * day_s));
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)k->domain, -1, -1, 0);
    X509_NAME *by = X509_NAME_new();
    X509_NAME_add_entry_by_txt(by, "CN", MBSTRING_ASC, (const unsigned char *)issuer, -1, -1, 0);
    X509_set_issuer_name(x, by);
    X509_NAME_free(by);
    X509_set_pubkey(x, key);
    extend(x, NID_basic_constraints, k->ca ? "critical,CA:TRUE" : "CA:FALSE");
    if (k->usage)
        extend(x, NID_key_usage, k->usage);
    (void)snprintf(text, sizeof text, "DNS:%s", k->domain);
    if (!k->ca)
        extend(x, NID_subject_alt_name, text);
    assert_true(X509_sign(x, issuer_key, EVP_sha256()) > 0);
    return x;
}

static void write_certificate(const char *name, X509 *first, X509 *second)
{
    FILE *f = fopen(file(name), "w");
    assert_non_null(f);
    assert_int_equal(PEM_write_X509(f, first), 1);
    if (second)
        assert_int_equal(PEM_write_X509(f, second), 1);
    (void)fclose(f);
}

static void write_key(const char *name, EVP_PKEY *key)
{
    FILE *f = fopen(file(name), "w");
    assert_non_null(f);
    assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL), 1);
    (void)fclose(f);
    (void)chmod(file(name), 0600);
}

static EVP_PKEY *ca_key, *between_key, *key, *weak_key, *curve_key;
static const struct kind good = {"a.example", "digitalSignature", -1, 30, false};

static int setup(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/custos-test-XXXXXX");
    assert_non_null(mkdtemp(folder));
    ca_key = EVP_RSA_gen(2048);
    between_key = EVP_RSA_gen(2048);
    key = EVP_RSA_gen(2048);
    weak_key = EVP_RSA_gen(1024);
    curve_key = EVP_EC_gen("P-256");
    assert_true(ca_key && between_key && key && weak_key && curve_key);
    X509 *ca = issue(&(struct kind){"Authority", "critical,keyCertSign", -10, 100, true}, ca_key, "Authority", ca_key);
    write_certificate("ca.pem", ca, NULL);
    X509_free(ca);
    write_key("key.pem", key);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    char command[5][160];
    static const char *const names[] = {"ca.pem", "key.pem", "own.pem", "curve.pem", "both.pem"};
    for (size_t i = 0; i < CU_COUNT(names); i++) {
        (void)snprintf(command[i], sizeof command[i], "%s/%s", folder, names[i]);
        (void)unlink(command[i]);
    }
    (void)rmdir(folder);
    EVP_PKEY *const all[] = {ca_key, between_key, key, weak_key, curve_key};
    for (size_t i = 0; i < CU_COUNT(all); i++)
        EVP_PKEY_free(all[i]);
    return 0;
}

static void pem_of(X509 *first, X509 *second, struct cu_buf *out)
{
    BIO *b = BIO_new(BIO_s_mem());
    char *text = NULL;
    assert_int_equal(PEM_write_bio_X509(b, first), 1);
    if (second)
        assert_int_equal(PEM_write_bio_X509(b, second), 1);
    cu_buf_init(out, CERTSIGN_PEM_MAX);
    long len = BIO_get_mem_data(b, &text);
    cu_buf_add(out, text, (size_t)len);
    BIO_free(b);
}

// The key that signs, and what the certificate says.
static cu_code check_with(const struct kind *k, EVP_PKEY *signer, const char *issuer, EVP_PKEY *issuer_key, const char *domain, char field[96])
{
    struct cu_buf pem;
    unsigned char signature[512];
    size_t len = sizeof signature;
    struct cu_error err = {0};
    cu_str message = CU_LIT("{\"request_status\":\"completed\"}");
    X509 *x = issue(k, signer, issuer, issuer_key);
    EVP_MD_CTX *m = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(m, NULL, EVP_sha256(), NULL, signer), 1);
    assert_int_equal(EVP_DigestSign(m, signature, &len, (const unsigned char *)message.ptr, message.len), 1);
    EVP_MD_CTX_free(m);
    pem_of(x, NULL, &pem);
    cu_code code = certsign_check(cu_buf_view(&pem), domain, file("ca.pem"), now_ms, message, (cu_str){(const char *)signature, len}, &err);
    memcpy(field, err.field, sizeof err.field);
    if (code == CU_OK) { // and no other message, no other signature
        assert_int_equal(certsign_check(cu_buf_view(&pem), domain, file("ca.pem"), now_ms, CU_LIT("{}"), (cu_str){(const char *)signature, len}, &err), CU_FORBIDDEN);
        assert_string_equal(err.field, "signature");
        for (size_t i = 0; i < len; i += 7) {
            signature[i] ^= 1;
            assert_int_equal(certsign_check(cu_buf_view(&pem), domain, file("ca.pem"), now_ms, message, (cu_str){(const char *)signature, len}, &err), CU_FORBIDDEN);
            signature[i] ^= 1;
        }
        assert_int_equal(certsign_check(cu_buf_view(&pem), domain, file("ca.pem"), now_ms, message, CU_NONE, &err), CU_FORBIDDEN);
    }
    cu_buf_clear(&pem);
    X509_free(x);
    return code;
}

static void only_what_an_authority_vouches_for(void **state)
{
    (void)state;
    char field[96];
    const struct kind over = {"a.example", "digitalSignature", -30, -1, false}, early = {"a.example", "digitalSignature", 1, 30, false},
        wildcard = {"*.example", "digitalSignature", -1, 30, false}, server = {"a.example", "keyEncipherment", -1, 30, false},
        silent = {"a.example", NULL, -1, 30, false}, longer = {"a.example.evil.example", "digitalSignature", -1, 30, false};
    assert_int_equal(check_with(&good, key, "Authority", ca_key, "a.example", field), CU_OK);
    assert_int_equal(check_with(&good, curve_key, "Authority", ca_key, "a.example", field), CU_OK);
    assert_int_equal(check_with(&silent, key, "Authority", ca_key, "a.example", field), CU_OK); // no usage: all
    const struct {
        const struct kind *kind;
        EVP_PKEY *key;
        const char *issuer;
        EVP_PKEY *issuer_key;
        const char *domain;
    } wrong[] = {{&good, key, "Authority", ca_key, "b.example"}, {&good, key, "Authority", ca_key, "x.a.example"},
        {&longer, key, "Authority", ca_key, "a.example"}, {&over, key, "Authority", ca_key, "a.example"},
        {&early, key, "Authority", ca_key, "a.example"}, {&server, key, "Authority", ca_key, "a.example"},
        {&good, key, "Authority", between_key, "a.example"}, {&good, key, "Somebody", between_key, "a.example"},
        {&good, key, "a.example", key, "a.example"}, {&good, weak_key, "Authority", ca_key, "a.example"},
        {&wildcard, key, "Authority", ca_key, "example"}};
    for (size_t i = 0; i < CU_COUNT(wrong); i++) {
        assert_int_equal(check_with(wrong[i].kind, wrong[i].key, wrong[i].issuer, wrong[i].issuer_key, wrong[i].domain, field), CU_FORBIDDEN);
        assert_string_equal(field, "certificate");
    }
    struct cu_error err = {0};
    assert_int_equal(certsign_check(CU_LIT("no PEM"), "a.example", file("ca.pem"), now_ms, CU_LIT("x"), CU_LIT("y"), &err), CU_FORBIDDEN);
    assert_int_equal(certsign_check(CU_NONE, "a.example", file("ca.pem"), now_ms, CU_LIT("x"), CU_LIT("y"), &err), CU_FORBIDDEN);
    assert_int_equal(check_with(&good, key, "Authority", ca_key, "a.example", field), CU_OK);
}

static void a_chain_over_one_between(void **state)
{
    (void)state;
    struct certsign *c = NULL;
    struct cu_buf signature;
    cu_str message = CU_LIT("text");
    X509 *between = issue(&(struct kind){"Between", "critical,keyCertSign", -10, 100, true}, between_key, "Authority", ca_key);
    X509 *own = issue(&good, key, "Between", between_key);
    write_certificate("own.pem", own, between);
    cu_buf_init(&signature, CERTSIGN_SIGNATURE_MAX);
    assert_ok(certsign_open(file("own.pem"), file("key.pem"), &c, NULL));
    assert_ok(certsign_make(c, message, &signature, NULL));
    assert_ok(certsign_check(certsign_pem(c), "a.example", file("ca.pem"), now_ms, message, cu_buf_view(&signature), NULL));
    certsign_close(c);
    struct cu_buf alone;
    pem_of(own, NULL, &alone);
    assert_int_equal(certsign_check(cu_buf_view(&alone), "a.example", file("ca.pem"), now_ms, message, cu_buf_view(&signature), NULL), CU_FORBIDDEN);
    cu_buf_clear(&alone);
    cu_buf_clear(&signature);
    X509_free(own);
    X509_free(between);
}

static void refused(const char *certificate, const char *key_file, const char *field)
{
    struct certsign *c = NULL;
    struct cu_error err = {0};
    assert_int_equal(certsign_open(file(certificate), file(key_file), &c, &err), CU_KEY);
    assert_string_equal(err.field, field);
}

static void files_that_do_not_fit(void **state)
{
    (void)state;
    X509 *own = issue(&good, key, "Authority", ca_key), *curve = issue(&good, curve_key, "Authority", ca_key);
    write_certificate("own.pem", own, NULL);
    write_certificate("curve.pem", curve, NULL);
    refused("curve.pem", "key.pem", "certificate"); // another key's
    refused("own.pem", "own.pem", "key");           // 0644, and no key
    (void)chmod(file("key.pem"), 0640);
    refused("own.pem", "key.pem", "key"); // others can read it
    (void)chmod(file("key.pem"), 0600);
    FILE *f = fopen(file("both.pem"), "w");
    assert_non_null(f);
    assert_int_equal(PEM_write_X509(f, own), 1);
    assert_int_equal(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL), 1);
    (void)fclose(f);
    refused("both.pem", "key.pem", "certificate"); // it would be shown to everybody
    X509_free(own);
    X509_free(curve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_an_authority_vouches_for),
        cmocka_unit_test(a_chain_over_one_between),
        cmocka_unit_test(files_that_do_not_fit),
    };
    return cmocka_run_group_tests_name("certsign", tests, setup, teardown);
}
