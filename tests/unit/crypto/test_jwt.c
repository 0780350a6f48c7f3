// SPDX-License-Identifier: Apache-2.0
// ID tokens right and wrong: each wrong one is refused by the step that must see it. Signatures of the
// RFCs as known answers.
#include "jwt_vectors.h"

#include "crypto/jwt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

#define NOW INT64_C(1795000000000)

static const struct jwt_expect expected = {{"https://id.example", 18}, {"custos", 6}, {"n0nce", 5}, NOW};

static cu_code check(const char *token, const char *keys, const struct jwt_expect *e, struct jwt_claims *ret,
    struct cu_arena *a, struct cu_error *err)
{
    return jwt_verify(cu_str_of(token), cu_str_of(keys), e, a, ret, err);
}

static void vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < CU_COUNT(jwt_vectors); i++) {
        const struct jwt_vector *v = &jwt_vectors[i];
        CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(65536);
        struct jwt_claims c = {0};
        struct cu_error err = {0};
        cu_code code = check(v->token, v->keys, &expected, &c, a, &err);
        if (v->step[0] == 0 && code != CU_OK)
            fail_msg("%s: refused at %s", v->name, err.field);
        if (v->step[0] && (code != CU_INVALID || strcmp(err.field, v->step) != 0))
            fail_msg("%s: %s instead of %s", v->name, code == CU_OK ? "accepted" : err.field, v->step);
        if (code != CU_OK)
            continue;
        assert_true(cu_str_eqz(c.subject, "u1"));
        assert_true(cu_str_eqz(c.email, "a@example.com"));
        if (c.email_verified != (strchr(v->flags, 'v') != NULL) || c.many_factors != (strchr(v->flags, 'm') != NULL))
            fail_msg("%s: read wrongly", v->name);
    }
}

// RFC 7515 A.2 and A.3, RFC 8037 A.4: the signature is good, so that a later step refuses them.
static void known_answers(void **state)
{
    (void)state;
    static const struct {
        const char *step, *token, *keys;
    } rows[] = {
        {"aud",
            "eyJhbGciOiJSUzI1NiJ9."
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
            "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_"
            "O8W2Fp5jujGbds9uJdbF9CUAr7t1"
            "dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--"
            "xi12jzDw"
            "usC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_"
            "IoypGlUPQGe77Rw",
            "{\"keys\":[{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\""
            "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-"
            "SFd2lZS-pCg"
            "NMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-"
            "UTo7WTBEMa2R2CapHg665x"
            "smtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_"
            "h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
            "\"}]}"},
        {"aud",
            "eyJhbGciOiJFUzI1NiJ9."
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
            "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
            "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}"},
        {"claims",
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
            "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"},
    };
    const struct jwt_expect joe = {CU_LIT("joe"), CU_LIT("custos"), CU_LIT("n"), NOW};
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(65536);
        struct jwt_claims c;
        struct cu_error err;
        assert_int_equal(check(rows[i].token, rows[i].keys, &joe, &c, a, &err), CU_INVALID);
        assert_string_equal(err.field, rows[i].step);
    }
}

// What was not asked for is not accepted: an empty expectation matches nothing.
static void nothing_expected_nothing_accepted(void **state)
{
    (void)state;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(65536);
    struct jwt_claims c;
    struct cu_error err;
    struct jwt_expect e = expected;
    e.nonce = CU_NONE;
    assert_int_equal(check(jwt_vectors[0].token, ALL_KEYS, &e, &c, a, &err), CU_INVALID);
    assert_string_equal(err.field, "nonce");
    e = expected;
    e.issuer = CU_NONE;
    assert_int_equal(check(jwt_vectors[0].token, ALL_KEYS, &e, &c, a, &err), CU_INVALID);
    assert_string_equal(err.field, "iss");
}

// Every character of a good token matters (the last one of a part carries bits that say nothing).
static void every_character_matters(void **state)
{
    (void)state;
    char token[2048];
    (void)snprintf(token, sizeof token, "%s", jwt_vectors[6].token);
    for (size_t i = 0; token[i]; i++) {
        CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(65536);
        struct jwt_claims c;
        if (token[i + 1] == '.' || token[i + 1] == 0)
            continue;
        char was = token[i];
        token[i] = was == 'A' ? 'B' : 'A';
        assert_int_equal(check(token, ALL_KEYS, &expected, &c, a, NULL), CU_INVALID);
        token[i] = was;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),
        cmocka_unit_test(known_answers),
        cmocka_unit_test(nothing_expected_nothing_accepted),
        cmocka_unit_test(every_character_matters),
    };
    return cmocka_run_group_tests_name("crypto/jwt", tests, NULL, NULL);
}
