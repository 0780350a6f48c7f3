// SPDX-License-Identifier: Apache-2.0
// Passkeys made and used: the steps of the specification. See webauthn.h.
#include "webauthn.h"

#include "secret.h"
#include "text/json.h"
#include "text/text.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <openssl/evp.h>
#include <stdio.h>

static cu_code refuse(struct cu_error *err, const char *step, const char *text)
{
    return cu_fail(err, CU_INVALID, step, "%s", text);
}

// ---- client data

static cu_code check_client(const struct webauthn_expect *e, json data, const char *type, struct cu_error *err)
{
    char text[64] = "";
    struct cu_buf challenge;
    cu_buf_init(&challenge, 64);
    text_base64((cu_str){(const char *)e->challenge, sizeof e->challenge}, true, &challenge);
    (void)snprintf(text, sizeof text, "%.*s", CU_ARG(cu_buf_view(&challenge)));
    cu_buf_wipe(&challenge);
    cu_str given = json_str(json_get(data, "challenge"));
    bool foreign = false;
    if (!cu_str_eqz(json_str(json_get(data, "type")), type))
        return refuse(err, "type", "this was made for another kind of act");
    if (text[0] == 0 || given.len != strlen(text) || !secret_equal(given.ptr, text, given.len))
        return refuse(err, "challenge", "the challenge is not the one that was asked");
    if (!cu_str_eqz(json_str(json_get(data, "origin")), e->origin))
        return refuse(err, "origin", "it was made on another site than public_url says");
    json cross = json_get(data, "crossOrigin");
    if (!json_is(json_get(data, "topOrigin"), JSON_ABSENT) ||
        (!json_is(cross, JSON_ABSENT) && (!json_bool(cross, &foreign) || foreign)))
        return refuse(err, "cross_origin", "it was made inside another site's page");
    return CU_OK;
}

static cu_code check_client_data(const struct webauthn_expect *e, cu_str text, const char *type, struct cu_error *err)
{
    if (text.len == 0 || text.len > WEBAUTHN_INPUT_MAX)
        return refuse(err, "client_data", "client data of up to 16 KiB are accepted");
    struct json_parser *parser = json_parser_new(WEBAUTHN_INPUT_MAX + 1024);
    if (!parser)
        return cu_fail(err, CU_MEMORY, "", "no memory to read client data");
    json data;
    cu_code code = json_parse(parser, text, &data, NULL);
    if (code != CU_OK || !json_is(data, JSON_OBJECT))
        code = refuse(err, "client_data", "client data are a JSON object");
    else
        code = check_client(e, data, type, err);
    json_parser_free(parser);
    return code;
}

// ---- authenticator data

static cu_code check_flags(
    const struct webauthn_expect *e, cu_str bytes, bool attested, struct authenticator_data *ret, struct cu_error *err)
{
    uint8_t rp[32];
    if (bytes.len > WEBAUTHN_INPUT_MAX || !authenticator_data_read(bytes, ret) ||
        attested != !!(ret->flags & WEBAUTHN_AT))
        return refuse(err, "authenticator_data", "the authenticator's data are cut off, too long or of another form");
    secret_token_hash(cu_str_of(e->rp_id), rp);
    if (!secret_equal(rp, ret->rp_id_hash, sizeof rp))
        return refuse(err, "rp_id", "it belongs to another site");
    if (!(ret->flags & WEBAUTHN_UP))
        return refuse(err, "user_present", "nobody touched the authenticator");
    if (e->user_verification && !(ret->flags & WEBAUTHN_UV))
        return refuse(err, "user_verified", "the authenticator did not verify who used it (PIN, finger, face)");
    if ((ret->flags & WEBAUTHN_BS) && !(ret->flags & WEBAUTHN_BE))
        return refuse(err, "backup", "a passkey that cannot be backed up says it is");
    return CU_OK;
}

// ---- keys

static const struct {
    int32_t algorithm;
    int64_t type;
} kinds[] = {
    {WEBAUTHN_EDDSA, COSE_KTY_OKP},
    {WEBAUTHN_ES256, COSE_KTY_EC2},
    {WEBAUTHN_RS256, COSE_KTY_RSA},
};

static cu_code algorithm_of(cu_str cose, int32_t *ret, struct cu_error *err)
{
    struct cbor c = {(const uint8_t *)cose.ptr, cose.len};
    struct cbor_item map, item;
    int64_t type = 0, algorithm = 0;
    if (cbor_next(&c, &map) && cbor_find_number(&map, 1, &item) && cbor_number(&item, &type) &&
        cbor_find_number(&map, 3, &item) && cbor_number(&item, &algorithm)) {
        for (size_t i = 0; i < CU_COUNT(kinds); i++) {
            if (kinds[i].algorithm == algorithm && kinds[i].type == type) {
                *ret = kinds[i].algorithm;
                return CU_OK;
            }
        }
    }
    return refuse(err, "algorithm", "keys of EdDSA, ES256 and RS256 are accepted");
}

// A key in the form fido_assert_verify wants, and whether it is one (a point of its curve, a modulus).
struct public_key {
    es256_pk_t *es256;
    eddsa_pk_t *eddsa;
    rs256_pk_t *rs256;
    const void *any;
    EVP_PKEY *evp;
};

static void public_key_free(struct public_key *k)
{
    es256_pk_free(&k->es256);
    eddsa_pk_free(&k->eddsa);
    rs256_pk_free(&k->rs256);
    EVP_PKEY_free(k->evp);
}

static bool public_key_load(const struct webauthn_credential *c, struct public_key *k)
{
    if (c->algorithm == WEBAUTHN_ES256) {
        k->any = k->es256 = es256_pk_new();
        if (k->es256 && es256_pk_from_ptr(k->es256, c->key, c->key_len) == FIDO_OK)
            k->evp = es256_pk_to_EVP_PKEY(k->es256);
    } else if (c->algorithm == WEBAUTHN_EDDSA) {
        k->any = k->eddsa = eddsa_pk_new();
        if (k->eddsa && eddsa_pk_from_ptr(k->eddsa, c->key, c->key_len) == FIDO_OK)
            k->evp = eddsa_pk_to_EVP_PKEY(k->eddsa);
    } else if (c->algorithm == WEBAUTHN_RS256) {
        k->any = k->rs256 = rs256_pk_new();
        if (k->rs256 && rs256_pk_from_ptr(k->rs256, c->key, c->key_len) == FIDO_OK)
            k->evp = rs256_pk_to_EVP_PKEY(k->rs256);
    }
    return k->evp != NULL;
}

static cu_code check_key(const struct webauthn_credential *c, struct cu_error *err)
{
    struct public_key k = {0};
    bool good = public_key_load(c, &k);
    if (good && EVP_PKEY_get_id(k.evp) == EVP_PKEY_EC) { // not every pair of numbers is a point of the curve
        EVP_PKEY_CTX *check = EVP_PKEY_CTX_new(k.evp, NULL);
        good = check && EVP_PKEY_public_check(check) == 1;
        EVP_PKEY_CTX_free(check);
    }
    public_key_free(&k);
    return good ? CU_OK : refuse(err, "key", "the public key is none");
}

// ---- making

// libfido2 takes the statement's algorithm as it is: that it is the key's is ours to check.
static cu_code check_statement(fido_cred_t *cred, cu_str format, const struct cbor_item *statement, struct cu_error *err)
{
    if (cu_str_eqz(format, "none"))
        return statement->value == 0 ? CU_OK : refuse(err, "format", "an attestation of form none has no statement");
    struct cbor_item chain, item;
    int64_t algorithm = 0;
    if (!cu_str_eqz(format, "packed") || cbor_find_text(statement, "x5c", &chain))
        return refuse(err, "format", "attestations of form none, or packed without a certificate, are accepted");
    if (!cbor_find_text(statement, "alg", &item) || !cbor_number(&item, &algorithm) ||
        algorithm != fido_cred_type(cred) || fido_cred_set_fmt(cred, "packed") != FIDO_OK ||
        fido_cred_set_attstmt(cred, (const uint8_t *)statement->raw.ptr, statement->raw.len) != FIDO_OK ||
        fido_cred_verify_self(cred) != FIDO_OK)
        return refuse(err, "signature", "the attestation's signature does not belong to the key");
    return CU_OK;
}

static cu_code take_credential(const struct webauthn_expect *e, cu_str client_data, cu_str authdata,
    const struct authenticator_data *d, fido_cred_t *cred, struct webauthn_credential *ret, struct cu_error *err)
{
    struct webauthn_credential c = {.counter = d->counter,
        .backup_eligible = d->flags & WEBAUTHN_BE,
        .backed_up = d->flags & WEBAUTHN_BS,
        .user_verified = d->flags & WEBAUTHN_UV};
    CU_TRY(algorithm_of(d->key, &c.algorithm, err));
    if (!cred || fido_cred_set_type(cred, c.algorithm) != FIDO_OK || fido_cred_set_rp(cred, e->rp_id, NULL) != FIDO_OK ||
        fido_cred_set_clientdata(cred, (const uint8_t *)client_data.ptr, client_data.len) != FIDO_OK)
        return cu_fail(err, CU_MEMORY, "", "no memory to read a passkey");
    if (fido_cred_set_authdata_raw(cred, (const uint8_t *)authdata.ptr, authdata.len) != FIDO_OK ||
        fido_cred_pubkey_len(cred) > sizeof c.key || fido_cred_id_len(cred) != d->id.len)
        return refuse(err, "key", "the public key is none");
    memcpy(c.id, d->id.ptr, d->id.len);
    c.id_len = d->id.len;
    memcpy(c.aaguid, d->aaguid, sizeof c.aaguid);
    c.key_len = fido_cred_pubkey_len(cred);
    memcpy(c.key, fido_cred_pubkey_ptr(cred), c.key_len);
    CU_TRY(check_key(&c, err));
    *ret = c;
    return CU_OK;
}

cu_code webauthn_register(const struct webauthn_expect *e, cu_str client_data, cu_str attestation_object,
    struct webauthn_credential *ret, struct cu_error *err)
{
    struct cbor c = {(const uint8_t *)attestation_object.ptr, attestation_object.len};
    struct cbor_item object, format, statement, authdata;
    struct authenticator_data d;
    CU_TRY(check_client_data(e, client_data, "webauthn.create", err));
    if (attestation_object.len > WEBAUTHN_INPUT_MAX || !cbor_next(&c, &object) || c.left != 0 ||
        !cbor_find_text(&object, "fmt", &format) || format.major != CBOR_TEXT ||
        !cbor_find_text(&object, "attStmt", &statement) || statement.major != CBOR_MAP ||
        !cbor_find_text(&object, "authData", &authdata) || authdata.major != CBOR_BYTES)
        return refuse(err, "attestation", "the attestation object is cut off or of another form");
    CU_TRY(check_flags(e, authdata.bytes, true, &d, err));
    fido_cred_t *cred = fido_cred_new();
    struct webauthn_credential made;
    cu_code code = take_credential(e, client_data, authdata.bytes, &d, cred, &made, err);
    if (code == CU_OK)
        code = check_statement(cred, format.bytes, &statement, err);
    fido_cred_free(&cred);
    if (code == CU_OK)
        *ret = made;
    return code;
}

// ---- using

static bool verify(const struct webauthn_expect *e, cu_str client_data, cu_str authdata, cu_str signature,
    const struct webauthn_credential *c)
{
    struct public_key k = {0};
    fido_assert_t *a = fido_assert_new();
    bool good = a && public_key_load(c, &k) && fido_assert_set_count(a, 1) == FIDO_OK &&
                fido_assert_set_rp(a, e->rp_id) == FIDO_OK &&
                fido_assert_set_clientdata(a, (const uint8_t *)client_data.ptr, client_data.len) == FIDO_OK &&
                fido_assert_set_authdata_raw(a, 0, (const uint8_t *)authdata.ptr, authdata.len) == FIDO_OK &&
                fido_assert_set_sig(a, 0, (const uint8_t *)signature.ptr, signature.len) == FIDO_OK &&
                fido_assert_set_up(a, FIDO_OPT_TRUE) == FIDO_OK &&
                fido_assert_set_uv(a, e->user_verification ? FIDO_OPT_TRUE : FIDO_OPT_OMIT) == FIDO_OK &&
                fido_assert_verify(a, 0, c->algorithm, k.any) == FIDO_OK;
    fido_assert_free(&a);
    public_key_free(&k);
    return good;
}

cu_code webauthn_assert(const struct webauthn_expect *e, cu_str client_data, cu_str authenticator_data, cu_str signature,
    struct webauthn_credential *c, struct cu_error *err)
{
    struct authenticator_data d;
    CU_TRY(check_client_data(e, client_data, "webauthn.get", err));
    CU_TRY(check_flags(e, authenticator_data, false, &d, err));
    if (signature.len == 0 || signature.len > 1024 || !verify(e, client_data, authenticator_data, signature, c))
        return refuse(err, "signature", "the signature does not belong to the passkey");
    if (!!(d.flags & WEBAUTHN_BE) != c->backup_eligible)
        return refuse(err, "backup", "whether the passkey can be backed up changed");
    if ((d.counter || c->counter) && d.counter <= c->counter)
        return refuse(err, "counter", "the passkey was used somewhere else since: there may be a copy of it");
    c->counter = d.counter;
    c->backed_up = d.flags & WEBAUTHN_BS;
    c->user_verified = d.flags & WEBAUTHN_UV;
    return CU_OK;
}

// ---- the site

static bool is_name_char(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-' || ch == '.';
}

cu_code webauthn_rp_of(
    cu_str public_url, char ret_rp_id[WEBAUTHN_RP_MAX], char ret_origin[WEBAUTHN_ORIGIN_MAX], struct cu_error *err)
{
    bool secure = cu_str_starts(public_url, CU_LIT("https://")), plain = cu_str_starts(public_url, CU_LIT("http://"));
    cu_str rest = cu_str_sub(public_url, secure ? 8 : 7, public_url.len);
    cu_str place = cu_str_cut(&rest, '/');
    cu_str port = place, host = cu_str_cut(&port, ':');
    char name[WEBAUTHN_RP_MAX];
    int64_t number = 0;
    bool letters = false, good = (secure || plain) && host.len > 0 && host.len < sizeof name;
    for (size_t i = 0; good && i < host.len; i++) {
        name[i] = host.ptr[i] >= 'A' && host.ptr[i] <= 'Z' ? (char)(host.ptr[i] | 0x20) : host.ptr[i];
        good = is_name_char(name[i]);
        letters = letters || (name[i] >= 'a' && name[i] <= 'z');
    }
    name[good ? host.len : 0] = 0;
    good = good && letters && (!port.ptr || (cu_str_i64(port, &number) && number > 0 && number < 65536)) &&
           (secure || strcmp(name, "localhost") == 0);
    if (!good)
        return cu_fail(err, CU_INVALID, "public_url",
            "passkeys need public_url with a host name and https, like https://custos.example.com");
    bool usual = !port.ptr || number == (secure ? 443 : 80);
    (void)snprintf(ret_rp_id, WEBAUTHN_RP_MAX, "%s", name);
    (void)snprintf(ret_origin, WEBAUTHN_ORIGIN_MAX, "%s://%s%s%.*s", secure ? "https" : "http", name, usual ? "" : ":",
        usual ? 0 : (int)port.len, usual ? "" : port.ptr);
    return CU_OK;
}
