// SPDX-License-Identifier: Apache-2.0
// What browsers and identity providers hand over to sign in: any bytes as attestation object, authenticator
// data, signature, ID token or key set. None of them may be accepted as signed; what a new passkey is
// read from stays within its limits. The first byte chooses.

#include "crypto/jwt.h"
#include "crypto/webauthn.h"
#include "text/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static const struct webauthn_expect expect = {.rp_id = "custos.example", .origin = "https://custos.example"};
#define CLIENT(type)                                                                                                         \
    CU_LIT("{\"type\":\"" type "\",\"challenge\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"origin\":\"https://custos.example\"}")

static void make(cu_str bytes)
{
    static struct webauthn_credential c;
    struct cu_error err;
    if (webauthn_register(&expect, CLIENT("webauthn.create"), bytes, &c, &err) != CU_OK)
        return;
    demand(c.id_len >= WEBAUTHN_ID_MIN && c.id_len <= WEBAUTHN_ID_MAX && c.key_len > 0 && c.key_len <= WEBAUTHN_KEY_MAX);
    demand(!c.backed_up || c.backup_eligible);
}

static void use(cu_str bytes)
{
    // the base point of P-256: nobody's key
    static const char key[] = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e16"
                              "2bce33576b315ececbb6406837bf51f5";
    static struct webauthn_credential c;
    struct cu_buf point;
    size_t cut = bytes.len > 40 ? 37 : bytes.len / 2;
    cu_buf_init(&point, 128);
    demand(text_hex_decode(cu_str_of(key), &point));
    c = (struct webauthn_credential){.algorithm = WEBAUTHN_ES256, .key_len = 64};
    memcpy(c.key, point.ptr, 64);
    cu_buf_clear(&point);
    struct cu_error err;
    cu_code code = webauthn_assert(&expect, CLIENT("webauthn.get"), cu_str_sub(bytes, 0, cut), cu_str_sub(bytes, cut, bytes.len), &c, &err);
    demand(code != CU_OK && c.counter == 0);
}

static void read_parts(cu_str bytes)
{
    struct authenticator_data d;
    struct cbor rest = {(const uint8_t *)bytes.ptr, bytes.len};
    struct cbor_item item;
    if (authenticator_data_read(bytes, &d) && (d.flags & WEBAUTHN_AT))
        demand(d.id.len <= WEBAUTHN_ID_MAX && d.key.len <= bytes.len);
    while (cbor_next(&rest, &item))
        demand(item.raw.len > 0 && item.raw.len <= bytes.len && item.bytes.len <= item.raw.len);
}

static void token(cu_str text, cu_str keys)
{
    const struct jwt_expect e = {CU_LIT("https://id.example"), CU_LIT("custos"), CU_LIT("n"), INT64_C(1795000000000)};
    struct cu_arena *arena = cu_arena_new(65536);
    struct jwt_claims claims;
    struct cu_error err;
    demand(arena != NULL && jwt_verify(text, keys, &e, arena, &claims, &err) != CU_OK);
    cu_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char keys[] = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                               "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"},"
                               "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}";
    static const char good[] = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UifQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8I"
                               "SlSApmWQxfKTUJqPP3-Kg6NU1Q";
    if (size == 0)
        return 0;
    cu_str bytes = {(const char *)data + 1, size - 1};
    switch (data[0] % 5) {
    case 0:
        make(bytes);
        break;
    case 1:
        use(bytes);
        break;
    case 2:
        read_parts(bytes);
        break;
    case 3:
        token(bytes, cu_str_of(keys));
        break;
    default:
        token(cu_str_of(good), bytes);
        break;
    }
    return 0;
}
