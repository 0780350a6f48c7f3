// SPDX-License-Identifier: Apache-2.0
// Shamir shares of the root secret. See shares.h. The arithmetic is libgfshare's; its random numbers are
// ours, its result is proved by the set's hash.
#include "shares.h"

#include "crypto_internal.h"
#include "secret.h"

#include "base/clock.h"

#include <libgfshare.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>

#define MAGIC "custos-share-1 "
#define SET_ID 4     // random, of this cut
#define SET_PROOF 8  // of the secret, with the id
#define SET_TEXT (2 * (SET_ID + SET_PROOF))
#define BODY_TEXT 88 // base64 of 64 bytes
#define CHECK_TEXT 8 // base64 of 6 bytes

struct share {
    unsigned k, n, number;
    uint8_t set[SET_ID + SET_PROOF];
    uint8_t body[KEYRING_SECRET];
};

static void fill_random(unsigned char *bytes, unsigned int len)
{
    cu_random(bytes, len);
}

static void install(void)
{
    gfshare_fill_rand = fill_random; // the library has none of its own
}

static void start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    crypto_start();
    pthread_once(&once, install);
}

static void prove(const uint8_t id[SET_ID], const uint8_t secret[KEYRING_SECRET], uint8_t ret[SET_PROOF])
{
    uint8_t whole[16];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof whole);
    crypto_generichash_update(&state, (const uint8_t *)MAGIC, sizeof MAGIC - 1);
    crypto_generichash_update(&state, id, SET_ID);
    crypto_generichash_update(&state, secret, KEYRING_SECRET);
    crypto_generichash_final(&state, whole, sizeof whole);
    memcpy(ret, whole, SET_PROOF);
    secret_wipe(&state, sizeof state);
}

static void check_of(cu_str text, char ret[CHECK_TEXT + 1])
{
    uint8_t hash[16];
    crypto_generichash(hash, sizeof hash, (const uint8_t *)text.ptr, text.len, NULL, 0);
    sodium_bin2base64(ret, CHECK_TEXT + 1, hash, 6, sodium_base64_VARIANT_ORIGINAL);
}

static void print_share(const struct share *s, char ret[SHARE_TEXT_MAX])
{
    char set[SET_TEXT + 1], body[BODY_TEXT + 1], check[CHECK_TEXT + 1];
    sodium_bin2hex(set, sizeof set, s->set, sizeof s->set);
    sodium_bin2base64(body, sizeof body, s->body, sizeof s->body, sodium_base64_VARIANT_ORIGINAL);
    int len = snprintf(ret, SHARE_TEXT_MAX, MAGIC "%u %u %u %s %s", s->k, s->n, s->number, set, body);
    check_of((cu_str){ret, (size_t)len}, check);
    (void)snprintf(ret + len, SHARE_TEXT_MAX - (size_t)len, " %s", check);
    secret_wipe(body, sizeof body);
}

cu_code shares_cut(
    const uint8_t secret[KEYRING_SECRET], unsigned k, unsigned n, char ret[][SHARE_TEXT_MAX], struct cu_error *err)
{
    if (k < 2 || k > n || n > SHARES_MAX)
        return cu_fail(err, CU_INVALID, "", "2 to %d shares are accepted, and 2 to that many to open", SHARES_MAX);
    start();
    unsigned char numbers[SHARES_MAX];
    uint8_t copy[KEYRING_SECRET];
    for (unsigned i = 0; i < n; i++)
        numbers[i] = (unsigned char)(i + 1);
    gfshare_ctx *g = gfshare_ctx_init_enc(numbers, n, (unsigned char)k, KEYRING_SECRET);
    if (!g)
        return cu_fail(err, CU_MEMORY, "", "no memory to cut shares");
    memcpy(copy, secret, sizeof copy);
    gfshare_ctx_enc_setsecret(g, copy);
    secret_wipe(copy, sizeof copy);
    struct share s = {.k = k, .n = n};
    cu_random(s.set, SET_ID);
    prove(s.set, secret, s.set + SET_ID);
    for (unsigned i = 0; i < n; i++) {
        s.number = i + 1;
        gfshare_ctx_enc_getshare(g, (unsigned char)i, s.body);
        print_share(&s, ret[i]);
    }
    gfshare_ctx_free(g);
    secret_wipe(&s, sizeof s);
    return CU_OK;
}

static bool small_number(cu_str text, unsigned *ret)
{
    int64_t v = 0;
    if (!cu_str_i64(text, &v) || v < 1 || v > SHARES_MAX)
        return false;
    *ret = (unsigned)v;
    return true;
}

static bool parse_share(cu_str line, struct share *ret)
{
    char check[CHECK_TEXT + 1];
    size_t set_len = 0, body_len = 0;
    if (line.len < sizeof MAGIC + CHECK_TEXT || line.len >= SHARE_TEXT_MAX || memcmp(line.ptr, MAGIC, sizeof MAGIC - 1) != 0)
        return false;
    check_of(cu_str_sub(line, 0, line.len - CHECK_TEXT - 1), check);
    if (memcmp(check, line.ptr + line.len - CHECK_TEXT, CHECK_TEXT) != 0)
        return false;
    cu_str rest = cu_str_sub(line, sizeof MAGIC - 1, line.len);
    cu_str k = cu_str_cut(&rest, ' '), n = cu_str_cut(&rest, ' '), number = cu_str_cut(&rest, ' ');
    cu_str set = cu_str_cut(&rest, ' '), body = cu_str_cut(&rest, ' ');
    return small_number(k, &ret->k) && small_number(n, &ret->n) && small_number(number, &ret->number) && ret->k >= 2 &&
           ret->k <= ret->n && ret->number <= ret->n &&
           sodium_hex2bin(ret->set, sizeof ret->set, set.ptr, set.len, NULL, &set_len, NULL) == 0 &&
           set_len == sizeof ret->set &&
           sodium_base642bin(ret->body, sizeof ret->body, body.ptr, body.len, NULL, &body_len, NULL,
               sodium_base64_VARIANT_ORIGINAL) == 0 &&
           body_len == sizeof ret->body;
}

static bool is_there(const struct share *s, unsigned count, unsigned number)
{
    for (unsigned i = 0; i < count; i++) {
        if (s[i].number == number)
            return true;
    }
    return false;
}

// The different shares of the text; a share given twice counts once.
static cu_code read_shares(cu_str text, struct share ret[SHARES_MAX], unsigned *ret_count, struct cu_error *err)
{
    unsigned count = 0, number = 0;
    while (text.len > 0) {
        cu_str line = cu_str_trim(cu_str_cut(&text, '\n'));
        struct share s;
        number++;
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (!parse_share(line, &s))
            return cu_fail(err, CU_KEY, "root_key", "line %u is not a share, or is damaged", number);
        if (count > 0 && (s.k != ret[0].k || s.n != ret[0].n || memcmp(s.set, ret[0].set, sizeof s.set) != 0)) {
            secret_wipe(&s, sizeof s);
            return cu_fail(err, CU_KEY, "root_key", "the share in line %u belongs to another set", number);
        }
        if (count < SHARES_MAX && !is_there(ret, count, s.number))
            ret[count++] = s;
        secret_wipe(&s, sizeof s);
    }
    *ret_count = count;
    return CU_OK;
}

static cu_code combine(struct share *s, uint8_t ret[KEYRING_SECRET], struct cu_error *err)
{
    unsigned char numbers[SHARES_MAX];
    uint8_t secret[KEYRING_SECRET], proof[SET_PROOF];
    for (unsigned i = 0; i < s[0].k; i++)
        numbers[i] = (unsigned char)s[i].number;
    gfshare_ctx *g = gfshare_ctx_init_dec(numbers, s[0].k, KEYRING_SECRET);
    if (!g)
        return cu_fail(err, CU_MEMORY, "", "no memory to join shares");
    for (unsigned i = 0; i < s[0].k; i++)
        gfshare_ctx_dec_giveshare(g, (unsigned char)i, s[i].body);
    gfshare_ctx_dec_extract(g, secret);
    gfshare_ctx_free(g);
    prove(s[0].set, secret, proof);
    bool good = sodium_memcmp(proof, s[0].set + SET_ID, SET_PROOF) == 0;
    if (good)
        memcpy(ret, secret, sizeof secret);
    secret_wipe(secret, sizeof secret);
    return good ? CU_OK : cu_fail(err, CU_KEY, "root_key", "the shares do not make the root key they were cut from");
}

cu_code shares_join(cu_str text, uint8_t ret[KEYRING_SECRET], struct cu_error *err)
{
    struct share s[SHARES_MAX];
    unsigned count = 0;
    start();
    cu_code code = read_shares(text, s, &count, err);
    if (code == CU_OK && count == 0)
        code = cu_fail(err, CU_KEY, "root_key", "there is no share");
    else if (code == CU_OK && count < s[0].k)
        code =
            cu_fail(err, CU_KEY, "root_key", "%u of %u shares are there; %u more are needed", count, s[0].k, s[0].k - count);
    else if (code == CU_OK)
        code = combine(s, ret, err);
    secret_wipe(s, sizeof s);
    return code;
}
