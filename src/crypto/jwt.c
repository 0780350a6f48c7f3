// SPDX-License-Identifier: Apache-2.0
// ID tokens checked. See jwt.h. The order is: form, header, the one key that fits, signature; only then
// is a claim looked at.
#include "jwt.h"

#include "secret.h"
#include "jwt_key.h"
#include "text/json.h"
#include "text/text.h"

static cu_code refuse(struct cu_error *err, const char *step, const char *text)
{
    return cu_fail(err, CU_INVALID, step, "%s", text);
}

// base64url without padding, as JOSE writes it; anything else is another token.
static bool decode_part(cu_str part, struct cu_buf *out)
{
    cu_buf_init(out, JWT_MAX);
    for (size_t i = 0; i < part.len; i++) {
        char c = part.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!letter)
            return false;
    }
    return part.len > 0 && text_base64_decode(part, out) && !out->failed;
}

static cu_code parse_object(struct json_parser *p, cu_str text, const char *step, json *ret, struct cu_error *err)
{
    if (json_parse(p, text, ret, NULL) != CU_OK || !json_is(*ret, JSON_OBJECT))
        return refuse(err, step, "it is no JSON object");
    return CU_OK;
}

struct reading {
    cu_str signed_part; // "header.payload" as sent
    struct cu_buf header, payload, signature;
    struct json_parser *parser, *keys;
};

static cu_code split(struct reading *r, cu_str token, struct cu_error *err)
{
    cu_str rest = token;
    cu_str header = cu_str_cut(&rest, '.'), payload = cu_str_cut(&rest, '.'), signature = rest;
    bool good = token.len <= JWT_MAX && signature.ptr && cu_str_find(signature, '.') < 0;
    r->signed_part = cu_str_sub(token, 0, header.len + 1 + payload.len);
    bool decoded =
        decode_part(header, &r->header) & decode_part(payload, &r->payload) & decode_part(signature, &r->signature);
    if (!good || !decoded)
        return refuse(err, "token", "a signed token of three parts, of up to 16 KiB, is accepted");
    return CU_OK;
}

// ---- the key

// A key that says nothing of its use or algorithm may be used for the algorithm of its type.
static bool key_fits(json key, const struct jwt_algorithm *a, cu_str kid)
{
    cu_str use = json_str(json_get(key, "use")), algorithm = json_str(json_get(key, "alg"));
    if (kid.ptr && !cu_str_eq(json_str(json_get(key, "kid")), kid))
        return false;
    return cu_str_eqz(json_str(json_get(key, "kty")), a->kty) && (!use.ptr || cu_str_eqz(use, "sig")) &&
           (!algorithm.ptr || cu_str_eqz(algorithm, a->name)) &&
           (!a->curve || cu_str_eqz(json_str(json_get(key, "crv")), a->curve));
}

static cu_code find_key(json jwks, const struct jwt_algorithm *a, cu_str kid, json *ret, struct cu_error *err)
{
    json keys = json_get(jwks, "keys");
    struct json_iter it = json_each(keys);
    int found = 0;
    if (!json_is(keys, JSON_ARRAY) || json_count(keys) > JWT_KEYS_MAX)
        return refuse(err, "key", "the provider's keys are no list of up to 32 keys");
    while (json_next(&it)) {
        if (json_is(it.value, JSON_OBJECT) && key_fits(it.value, a, kid)) {
            *ret = it.value;
            found++;
        }
    }
    return found == 1 ? CU_OK : refuse(err, "key", "not exactly one of the provider's keys fits the token");
}

static cu_code check_signature(struct reading *r, cu_str jwks, struct cu_error *err)
{
    json header, keys, key;
    CU_TRY(parse_object(r->parser, cu_buf_view(&r->header), "header", &header, err));
    if (!json_is(json_get(header, "crit"), JSON_ABSENT) || !json_is(json_get(header, "b64"), JSON_ABSENT))
        return refuse(err, "header", "the token asks for extensions that are not known here");
    const struct jwt_algorithm *a = jwt_algorithm_find(json_str(json_get(header, "alg")));
    if (!a)
        return refuse(err, "algorithm", "RS256, ES256 and EdDSA are accepted");
    cu_str kid = json_str(json_get(header, "kid"));
    if (kid.len > 255)
        return refuse(err, "header", "the name of the key is too long");
    CU_TRY(parse_object(r->keys, jwks, "key", &keys, err));
    CU_TRY(find_key(keys, a, kid, &key, err));
    switch (jwt_key_verify(a, key, r->signed_part, cu_buf_view(&r->signature))) {
    case JWT_KEY_GOOD:
        return CU_OK;
    case JWT_KEY_UNUSABLE:
        return refuse(err, "key", "the provider's key is damaged or too short");
    case JWT_KEY_WRONG:
        break;
    }
    return refuse(err, "signature", "the signature does not belong to the provider's key");
}

// ---- claims

static bool says(json list, cu_str wanted)
{
    if (json_is(list, JSON_STRING))
        return cu_str_eq(json_str(list), wanted);
    bool found = false;
    struct json_iter it = json_each(list);
    while (json_is(list, JSON_ARRAY) && json_next(&it))
        found = found || cu_str_eq(json_str(it.value), wanted);
    return found;
}

static cu_code check_audience(json claims, const struct jwt_expect *e, struct cu_error *err)
{
    json audience = json_get(claims, "aud"), party = json_get(claims, "azp");
    bool named = !json_is(party, JSON_ABSENT);
    if (!says(audience, e->audience))
        return refuse(err, "aud", "the token was made for somebody else");
    if (named ? !cu_str_eq(json_str(party), e->audience) : json_is(audience, JSON_ARRAY) && json_count(audience) > 1)
        return refuse(err, "azp", "the token was made for somebody else too");
    return CU_OK;
}

static cu_code check_times(json claims, int64_t now_ms, struct cu_error *err)
{
    const double now = (double)now_ms / 1000, leeway = JWT_LEEWAY_MS / 1000.0;
    double until = 0, since = 0, from = 0;
    if (!json_double(json_get(claims, "exp"), &until) || until + leeway <= now)
        return refuse(err, "exp", "the token has expired");
    if (!json_double(json_get(claims, "iat"), &since) || since - leeway > now || since + JWT_AGE_MS / 1000.0 < now)
        return refuse(err, "iat", "the token was not made just now");
    json before = json_get(claims, "nbf");
    if (!json_is(before, JSON_ABSENT) && (!json_double(before, &from) || from - leeway > now))
        return refuse(err, "nbf", "the token is not valid yet");
    return CU_OK;
}

static cu_code check_claims(json claims, const struct jwt_expect *e, struct cu_error *err)
{
    cu_str nonce = json_str(json_get(claims, "nonce"));
    if (e->issuer.len == 0 || !cu_str_eq(json_str(json_get(claims, "iss")), e->issuer))
        return refuse(err, "iss", "the token is of another provider");
    CU_TRY(check_audience(claims, e, err));
    CU_TRY(check_times(claims, e->now_ms, err));
    if (e->nonce.len == 0 || nonce.len != e->nonce.len || !secret_equal(nonce.ptr, e->nonce.ptr, nonce.len))
        return refuse(err, "nonce", "the token belongs to another sign-in");
    cu_str subject = json_str(json_get(claims, "sub"));
    if (subject.len == 0 || subject.len > 255)
        return refuse(err, "sub", "the token names nobody");
    return CU_OK;
}

// RFC 8176 "mfa" and the acr values of OpenID EAP, PAPE and REFEDS for more than one factor.
static bool many_factors(json claims)
{
    static const char *const classes[] = {"mfa", "phr", "phrh", "https://refeds.org/profile/mfa",
        "http://schemas.openid.net/pape/policies/2007/06/multi-factor"};
    cu_str acr = json_str(json_get(claims, "acr"));
    json amr = json_get(claims, "amr");
    bool found = json_is(amr, JSON_ARRAY) && says(amr, CU_LIT("mfa"));
    for (size_t i = 0; i < CU_COUNT(classes); i++)
        found = found || cu_str_eqz(acr, classes[i]);
    return found;
}

static cu_code read_claims(
    struct reading *r, const struct jwt_expect *e, struct cu_arena *arena, struct jwt_claims *ret, struct cu_error *err)
{
    json claims;
    CU_TRY(parse_object(r->parser, cu_buf_view(&r->payload), "claims", &claims, err));
    CU_TRY(check_claims(claims, e, err));
    struct jwt_claims c = {.many_factors = many_factors(claims)};
    cu_str email = json_str(json_get(claims, "email"));
    bool verified = false;
    c.email_verified = json_bool(json_get(claims, "email_verified"), &verified) && verified;
    c.subject = cu_arena_dup(arena, json_str(json_get(claims, "sub")));
    if (email.len)
        c.email = cu_arena_dup(arena, email);
    if (!c.subject.ptr || (email.len && !c.email.ptr))
        return cu_fail(err, CU_MEMORY, "", "no memory for a token's claims");
    *ret = c;
    return CU_OK;
}

cu_code jwt_verify(cu_str token, cu_str jwks, const struct jwt_expect *e, struct cu_arena *arena, struct jwt_claims *ret,
    struct cu_error *err)
{
    struct reading r = {0};
    cu_code code = split(&r, token, err);
    if (code == CU_OK) {
        r.parser = json_parser_new(JWT_MAX + 1024);
        r.keys = json_parser_new(jwks.len + 1024);
        if (!r.parser || !r.keys)
            code = cu_fail(err, CU_MEMORY, "", "no memory to check a token");
    }
    if (code == CU_OK)
        code = check_signature(&r, jwks, err);
    if (code == CU_OK)
        code = read_claims(&r, e, arena, ret, err);
    json_parser_free(r.parser);
    json_parser_free(r.keys);
    cu_buf_wipe(&r.header);
    cu_buf_wipe(&r.payload);
    cu_buf_wipe(&r.signature);
    return code;
}
