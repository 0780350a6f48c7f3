// SPDX-License-Identifier: Apache-2.0
// Keys of a JSON Web Key Set and signatures under them. See jwt_key.h.
#include "jwt_key.h"

#include "text/text.h"

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

enum { PART_MAX = 1024, RSA_BITS_MIN = 2048, RSA_BITS_MAX = 8192, COORDINATE = 32 };

static const struct jwt_algorithm algorithms[] = {
    {"RS256", "RSA", NULL}, {"ES256", "EC", "P-256"}, {"EdDSA", "OKP", "Ed25519"}};

const struct jwt_algorithm *jwt_algorithm_find(cu_str name)
{
    for (size_t i = 0; i < CU_COUNT(algorithms); i++) {
        if (cu_str_eqz(name, algorithms[i].name))
            return &algorithms[i];
    }
    return NULL;
}

static bool part_of(json key, const char *name, struct cu_buf *out)
{
    cu_str text = json_str(json_get(key, name));
    cu_buf_init(out, PART_MAX + 1);
    return text.len > 0 && text_base64_decode(text, out) && out->len > 0;
}

static EVP_PKEY *make_key(const char *type, OSSL_PARAM *params)
{
    EVP_PKEY_CTX *c = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *key = NULL;
    if (!c || !params || EVP_PKEY_fromdata_init(c) != 1 || EVP_PKEY_fromdata(c, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(c);
    return key;
}

static EVP_PKEY *rsa_key(json key)
{
    struct cu_buf n, e;
    EVP_PKEY *made = NULL;
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    BIGNUM *modulus = NULL, *exponent = NULL;
    bool good = part_of(key, "n", &n) & part_of(key, "e", &e);
    if (good && build && (modulus = BN_bin2bn((const unsigned char *)n.ptr, (int)n.len, NULL)) != NULL &&
        (exponent = BN_bin2bn((const unsigned char *)e.ptr, (int)e.len, NULL)) != NULL &&
        BN_num_bits(modulus) >= RSA_BITS_MIN && BN_num_bits(modulus) <= RSA_BITS_MAX && BN_is_odd(exponent) &&
        BN_num_bits(exponent) > 1 && BN_num_bits(exponent) <= 64 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
        OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, exponent) == 1) {
        OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
        made = make_key("RSA", params);
        OSSL_PARAM_free(params);
    }
    BN_free(modulus);
    BN_free(exponent);
    OSSL_PARAM_BLD_free(build);
    cu_buf_clear(&n);
    cu_buf_clear(&e);
    return made;
}

static EVP_PKEY *ec_key(json key)
{
    struct cu_buf x, y;
    EVP_PKEY *made = NULL;
    bool good = part_of(key, "x", &x) & part_of(key, "y", &y);
    if (good && x.len == COORDINATE && y.len == COORDINATE) {
        uint8_t point[1 + 2 * COORDINATE] = {4};
        char curve[] = "prime256v1";
        memcpy(point + 1, x.ptr, COORDINATE);
        memcpy(point + 1 + COORDINATE, y.ptr, COORDINATE);
        OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
            OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point), OSSL_PARAM_construct_end()};
        made = make_key("EC", params); // refuses what is no point of the curve
    }
    cu_buf_clear(&x);
    cu_buf_clear(&y);
    return made;
}

static EVP_PKEY *ed_key(json key)
{
    struct cu_buf x;
    EVP_PKEY *made = NULL;
    if (part_of(key, "x", &x) && x.len == COORDINATE)
        made = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, (const unsigned char *)x.ptr, x.len);
    cu_buf_clear(&x);
    return made;
}

// JOSE writes r and s one behind the other, OpenSSL wants DER. *ret: freed by the caller.
static int ecdsa_der(cu_str signature, unsigned char **ret)
{
    int len = 0;
    ECDSA_SIG *sig = ECDSA_SIG_new();
    if (sig && signature.len == 2 * COORDINATE) {
        const unsigned char *p = (const unsigned char *)signature.ptr;
        BIGNUM *r = BN_bin2bn(p, COORDINATE, NULL), *s = BN_bin2bn(p + COORDINATE, COORDINATE, NULL);
        if (r && s && ECDSA_SIG_set0(sig, r, s) == 1) {
            len = i2d_ECDSA_SIG(sig, ret);
        } else {
            BN_free(r);
            BN_free(s);
        }
    }
    ECDSA_SIG_free(sig);
    return len;
}

static bool verify(EVP_PKEY *key, const EVP_MD *md, cu_str text, const unsigned char *signature, size_t len)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    bool good = c && EVP_DigestVerifyInit(c, NULL, md, NULL, key) == 1 &&
                EVP_DigestVerify(c, signature, len, (const unsigned char *)text.ptr, text.len) == 1;
    EVP_MD_CTX_free(c);
    return good;
}

enum jwt_key_result jwt_key_verify(const struct jwt_algorithm *a, json key, cu_str text, cu_str signature)
{
    bool elliptic = strcmp(a->kty, "EC") == 0, edwards = strcmp(a->kty, "OKP") == 0;
    EVP_PKEY *pkey = elliptic ? ec_key(key) : edwards ? ed_key(key) : rsa_key(key);
    bool good = false;
    if (!pkey)
        return JWT_KEY_UNUSABLE;
    if (elliptic) {
        unsigned char *der = NULL;
        int len = ecdsa_der(signature, &der);
        good = len > 0 && verify(pkey, EVP_sha256(), text, der, (size_t)len);
        OPENSSL_free(der);
    } else {
        good = verify(pkey, edwards ? NULL : EVP_sha256(), text, (const unsigned char *)signature.ptr, signature.len);
    }
    EVP_PKEY_free(pkey);
    return good ? JWT_KEY_GOOD : JWT_KEY_WRONG;
}
