// SPDX-License-Identifier: Apache-2.0
// What others send to the doors: any bytes as a message of the Data Rights Protocol, as its signed document, and as a certificate
// with a signature. Nothing that is not signed is ever let through.
#include "consent/drp.h"
#include "crypto/certsign.h"
#include "crypto/sign.h"
#include "text/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static struct sign_key *key;
static uint8_t public_key[SIGN_PUBLIC];
static struct json_parser *parser;

static void as_document(cu_str text)
{
    json v;
    int64_t until = 0;
    struct cu_error err;
    if (json_parse(parser, text, &v, &err) != CU_OK)
        return;
    cu_code code = drp_check(v, CU_LIT("A"), CU_LIT("B"), 1790000000000, &until, &err);
    demand(code == CU_OK || code == CU_FORBIDDEN || code == CU_INVALID);
    demand(code != CU_OK || (until > 1790000000000 && until <= 1790000000000 + 700000));
}

// Signed by the right key it opens to what was signed.
static void as_signed(cu_str text)
{
    uint8_t signature[SIGN_SIGNATURE];
    struct cu_buf raw, body, out;
    struct cu_error err;
    cu_buf_init(&raw, 1 << 16);
    cu_buf_init(&body, 1 << 17);
    cu_buf_init(&out, 1 << 16);
    sign_make(key, text, signature);
    cu_buf_add(&raw, signature, sizeof signature);
    cu_buf_str(&raw, text);
    text_base64(cu_buf_view(&raw), false, &body);
    cu_code code = drp_open(cu_buf_view(&body), (cu_str){(const char *)public_key, sizeof public_key}, &out, &err);
    demand(text.len < 2 || text.len > 32000 || (code == CU_OK && cu_str_eq(cu_buf_view(&out), text)));
    cu_buf_clear(&raw);
    cu_buf_clear(&body);
    cu_buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t seed[32] = {1};
    struct cu_error err;
    struct cu_buf out;
    if (!key) {
        demand(sign_key_from_seed(seed, &key, &err) == CU_OK);
        sign_key_public(key, public_key);
        parser = json_parser_new(1 << 16);
        demand(parser != NULL);
    }
    cu_str text = {(const char *)data, size};
    if (size > 60000)
        return 0;
    cu_buf_init(&out, 1 << 16);
    demand(drp_open(text, (cu_str){(const char *)public_key, sizeof public_key}, &out, &err) != CU_OK);
    demand(out.len == 0);
    cu_buf_clear(&out);
    as_document(text);
    as_signed(text);
    demand(certsign_check(text, "a.example", "/nonexistent", 1790000000000, CU_LIT("{}"), text, &err) == CU_FORBIDDEN);
    return 0;
}
