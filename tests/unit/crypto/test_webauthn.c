// SPDX-License-Identifier: Apache-2.0
// Passkeys made and used rightly and wrongly: each wrong one is refused by the step that must see it.
#include "webauthn_vectors.h"

#include "crypto/webauthn.h"
#include "text/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static struct webauthn_expect expect(bool uv)
{
    struct webauthn_expect e = {.rp_id = "custos.example", .origin = "https://custos.example", .user_verification = uv};
    memset(e.challenge, 7, sizeof e.challenge);
    return e;
}

static void unhex(const char *hex, struct cu_buf *ret)
{
    cu_buf_init(ret, 1 << 16);
    assert_true(text_hex_decode(cu_str_of(hex), ret));
}

static cu_code run(const struct webauthn_vector *v, struct webauthn_credential *c, struct cu_error *err)
{
    struct cu_buf parts[5];
    const char *const texts[] = {v->create_client, v->attestation, v->use_client, v->authenticator_data, v->signature};
    size_t count = v->use_client ? 5 : 2;
    for (size_t i = 0; i < count; i++)
        unhex(texts[i], &parts[i]);
    struct webauthn_expect e = expect(false);
    cu_code code = webauthn_register(&e, cu_buf_view(&parts[0]), cu_buf_view(&parts[1]), c, err);
    if (v->use_client) {
        assert_int_equal(code, CU_OK);
        struct webauthn_credential before = *c;
        e = expect(v->uv);
        code = webauthn_assert(&e, cu_buf_view(&parts[2]), cu_buf_view(&parts[3]), cu_buf_view(&parts[4]), c, err);
        if (code != CU_OK)
            assert_memory_equal(&before, c, sizeof before);
    }
    for (size_t i = 0; i < count; i++)
        cu_buf_clear(&parts[i]);
    return code;
}

static void vectors(void **state)
{
    (void)state;
    for (size_t i = 0; i < CU_COUNT(webauthn_vectors); i++) {
        const struct webauthn_vector *v = &webauthn_vectors[i];
        static struct webauthn_credential c;
        struct cu_error err = {0};
        memset(&c, 0, sizeof c);
        cu_code code = run(v, &c, &err);
        if (v->step[0] == 0 && code != CU_OK)
            fail_msg("%s: refused at %s", v->name, err.field);
        if (v->step[0] && (code != CU_INVALID || strcmp(err.field, v->step) != 0))
            fail_msg("%s: %s instead of %s", v->name, code == CU_OK ? "accepted" : err.field, v->step);
    }
}

static const struct webauthn_vector *named(const char *name)
{
    for (size_t i = 0; i < CU_COUNT(webauthn_vectors); i++) {
        if (strcmp(webauthn_vectors[i].name, name) == 0)
            return &webauthn_vectors[i];
    }
    fail_msg("no vector %s", name);
    return NULL;
}

static void what_is_kept(void **state)
{
    (void)state;
    static struct webauthn_credential c;
    assert_int_equal(run(named("made with EdDSA"), &c, NULL), CU_OK);
    assert_int_equal(c.algorithm, WEBAUTHN_EDDSA);
    assert_int_equal(c.id_len, 32);
    assert_int_equal(c.key_len, 32);
    assert_true(c.backup_eligible && c.backed_up && c.user_verified);
    assert_int_equal(run(named("not backed up"), &c, NULL), CU_OK);
    assert_false(c.backup_eligible || c.backed_up || c.user_verified);
    assert_int_equal(run(named("counter jumps"), &c, NULL), CU_OK);
    assert_int_equal(c.counter, 4000000000);
}

// Every bit of what is signed, and of the signature, matters.
static void every_bit_matters(void **state)
{
    (void)state;
    static struct webauthn_credential c, made;
    const struct webauthn_vector *v = named("used with ES256");
    struct cu_buf parts[3];
    const char *const texts[] = {v->use_client, v->authenticator_data, v->signature};
    assert_int_equal(run(v, &made, NULL), CU_OK);
    made.counter = 4;
    for (int i = 0; i < 3; i++)
        unhex(texts[i], &parts[i]);
    struct webauthn_expect e = expect(true);
    c = made;
    assert_int_equal(
        webauthn_assert(&e, cu_buf_view(&parts[0]), cu_buf_view(&parts[1]), cu_buf_view(&parts[2]), &c, NULL), CU_OK);
    for (int p = 0; p < 3; p++) {
        for (size_t i = 0; i < parts[p].len * 8; i++) {
            parts[p].ptr[i / 8] = (char)(parts[p].ptr[i / 8] ^ (1 << i % 8));
            c = made;
            if (webauthn_assert(&e, cu_buf_view(&parts[0]), cu_buf_view(&parts[1]), cu_buf_view(&parts[2]), &c, NULL) ==
                CU_OK)
                fail_msg("part %d, bit %zu changed and accepted", p, i);
            parts[p].ptr[i / 8] = (char)(parts[p].ptr[i / 8] ^ (1 << i % 8));
        }
    }
    for (int i = 0; i < 3; i++)
        cu_buf_clear(&parts[i]);
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    static struct webauthn_credential c;
    const struct webauthn_vector *v = named("made with RS256, self attestation");
    struct webauthn_expect e = expect(false);
    struct cu_buf client, object;
    unhex(v->create_client, &client);
    unhex(v->attestation, &object);
    for (size_t len = 0; len < object.len; len++) {
        char *exact = cu_alloc(len + 1); // its end is where the sanitizer looks
        memcpy(exact, object.ptr, len);
        char *cut = cu_realloc(exact, len ? len : 1);
        assert_int_equal(webauthn_register(&e, cu_buf_view(&client), (cu_str){cut, len}, &c, NULL), CU_INVALID);
        cu_free(cut);
    }
    for (size_t len = 0; len < client.len; len++)
        assert_int_equal(webauthn_register(&e, (cu_str){client.ptr, len}, cu_buf_view(&object), &c, NULL), CU_INVALID);
    cu_buf_clear(&client);
    cu_buf_clear(&object);
}

// A key of one kind never verifies under the name of another.
static void algorithms_are_not_confused(void **state)
{
    (void)state;
    static const char *const names[] = {"used with ES256", "used with EdDSA", "used with RS256"};
    static const int32_t algorithms[] = {WEBAUTHN_ES256, WEBAUTHN_EDDSA, WEBAUTHN_RS256, 0, 5, -65535};
    for (size_t n = 0; n < CU_COUNT(names); n++) {
        static struct webauthn_credential c, made;
        const struct webauthn_vector *v = named(names[n]);
        assert_int_equal(run(v, &made, NULL), CU_OK);
        struct cu_buf client, data, signature;
        unhex(v->use_client, &client);
        unhex(v->authenticator_data, &data);
        unhex(v->signature, &signature);
        struct webauthn_expect e = expect(true);
        for (size_t a = 0; a < CU_COUNT(algorithms); a++) {
            c = made;
            c.counter = 0;
            c.algorithm = algorithms[a];
            cu_code code =
                webauthn_assert(&e, cu_buf_view(&client), cu_buf_view(&data), cu_buf_view(&signature), &c, NULL);
            assert_int_equal(code, algorithms[a] == made.algorithm ? CU_OK : CU_INVALID);
        }
        cu_buf_clear(&client);
        cu_buf_clear(&data);
        cu_buf_clear(&signature);
    }
}

static void sites(void **state)
{
    (void)state;
    static const struct {
        const char *url, *rp_id, *origin;
    } rows[] = {
        {"https://custos.example", "custos.example", "https://custos.example"},
        {"https://Custos.Example/", "custos.example", "https://custos.example"},
        {"https://custos.example:443/x", "custos.example", "https://custos.example"},
        {"https://custos.example:8443", "custos.example", "https://custos.example:8443"},
        {"http://localhost:8080", "localhost", "http://localhost:8080"},
        {"http://localhost:80/", "localhost", "http://localhost"},
        {"http://custos.example", NULL, NULL},
        {"https://192.0.2.1", NULL, NULL},
        {"https://[::1]:8080", NULL, NULL},
        {"http://127.0.0.1:8080", NULL, NULL},
        {"https://user@custos.example", NULL, NULL},
        {"https://custos.example:0", NULL, NULL},
        {"https://custos.example:99999", NULL, NULL},
        {"https://custos.example:x", NULL, NULL},
        {"https://", NULL, NULL},
        {"ftp://custos.example", NULL, NULL},
        {"", NULL, NULL},
    };
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        char rp_id[WEBAUTHN_RP_MAX], origin[WEBAUTHN_ORIGIN_MAX];
        struct cu_error err;
        cu_code code = webauthn_rp_of(cu_str_of(rows[i].url), rp_id, origin, &err);
        assert_int_equal(code, rows[i].rp_id ? CU_OK : CU_INVALID);
        if (code == CU_OK) {
            assert_string_equal(rp_id, rows[i].rp_id);
            assert_string_equal(origin, rows[i].origin);
        } else {
            assert_string_equal(err.field, "public_url");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(vectors),
        cmocka_unit_test(what_is_kept),
        cmocka_unit_test(every_bit_matters),
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(algorithms_are_not_confused),
        cmocka_unit_test(sites),
    };
    return cmocka_run_group_tests_name("crypto/webauthn", tests, NULL, NULL);
}
