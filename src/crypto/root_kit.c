// SPDX-License-Identifier: Apache-2.0
// The recovery kit. See root_kit.h.
#include "root_kit.h"

#include "secret.h"

#include "base/clock.h"

#include <sodium.h>
#include <stdio.h>

#define KEY_LINE "custos-recovery-1 "
#define ROOT_LINE "custos-recovery-root-1 "
#define CHECK_TEXT 8

static void check_of(cu_str text, char ret[CHECK_TEXT + 1])
{
    uint8_t hash[16];
    crypto_generichash(hash, sizeof hash, (const uint8_t *)text.ptr, text.len, NULL, 0);
    sodium_bin2base64(ret, CHECK_TEXT + 1, hash, 6, sodium_base64_VARIANT_ORIGINAL);
}

static size_t print_line(const char *name, const uint8_t *bytes, size_t len, char *ret, size_t room)
{
    char body[256], check[CHECK_TEXT + 1];
    sodium_bin2base64(body, sizeof body, bytes, len, sodium_base64_VARIANT_ORIGINAL);
    size_t n = (size_t)snprintf(ret, room, "%s%s", name, body);
    check_of((cu_str){ret, n}, check);
    n += (size_t)snprintf(ret + n, room - n, " %s\n", check);
    secret_wipe(body, sizeof body);
    return n;
}

void kit_make(const uint8_t secret[KEYRING_SECRET], uint8_t ret_public[KIT_PUBLIC], char ret[KIT_MAX])
{
    uint8_t seed[crypto_box_SEEDBYTES], key[KIT_SECRET], sealed[KIT_SEALED(KEYRING_SECRET)];
    cu_random(seed, sizeof seed);
    crypto_box_seed_keypair(ret_public, key, seed);
    kit_seal(ret_public, secret, KEYRING_SECRET, sealed);
    memset(ret, 0, KIT_MAX);
    size_t n = print_line(KEY_LINE, key, sizeof key, ret, KIT_MAX);
    (void)print_line(ROOT_LINE, sealed, sizeof sealed, ret + n, KIT_MAX - n);
    secret_wipe(seed, sizeof seed);
    secret_wipe(key, sizeof key);
}

static bool parse_line(cu_str line, uint8_t ret[KIT_SECRET])
{
    char check[CHECK_TEXT + 1];
    size_t len = 0;
    if (!cu_str_starts(line, CU_LIT(KEY_LINE)) || line.len < sizeof KEY_LINE + CHECK_TEXT)
        return false;
    size_t end = line.len - CHECK_TEXT - 1;
    check_of(cu_str_sub(line, 0, end), check);
    if (line.ptr[end] != ' ' || memcmp(check, line.ptr + end + 1, CHECK_TEXT) != 0)
        return false;
    return sodium_base642bin(ret, KIT_SECRET, line.ptr + sizeof KEY_LINE - 1, end - (sizeof KEY_LINE - 1), NULL, &len, NULL,
               sodium_base64_VARIANT_ORIGINAL) == 0 &&
           len == KIT_SECRET;
}

cu_code kit_parse(cu_str text, uint8_t ret_secret_key[KIT_SECRET], struct cu_error *err)
{
    while (text.len > 0) {
        cu_str line = cu_str_trim(cu_str_cut(&text, '\n'));
        if (!cu_str_starts(line, CU_LIT(KEY_LINE)))
            continue;
        return parse_line(line, ret_secret_key)
                   ? CU_OK
                   : cu_fail(err, CU_KEY, "recovery_kit", "the recovery kit's first line is damaged");
    }
    return cu_fail(
        err, CU_KEY, "recovery_kit", "that is no recovery kit: a line beginning with custos-recovery-1 is needed");
}

void kit_seal(const uint8_t public_key[KIT_PUBLIC], const void *bytes, size_t len, uint8_t *ret)
{
    (void)crypto_box_seal(ret, bytes, len, public_key); // fails for no key that a kit has
}

cu_code kit_open(const uint8_t secret_key[KIT_SECRET], const uint8_t *sealed, size_t len, uint8_t *ret, struct cu_error *err)
{
    uint8_t public_key[KIT_PUBLIC];
    crypto_scalarmult_base(public_key, secret_key);
    if (crypto_box_seal_open(ret, sealed, len, public_key, secret_key) == 0)
        return CU_OK;
    return cu_fail(err, CU_KEY, "recovery_kit", "this recovery kit is older or newer than the archive, or of another shop");
}
