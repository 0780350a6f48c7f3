// SPDX-License-Identifier: Apache-2.0
// Objects of a backup. See object.h for the format and why the nonce is fixed.
#include "object.h"

#include "seal.h"
#include "secret.h"

#include <sodium.h>

enum { HEAD = 40, HASH_AT = 8 };
static const char magic[8] = {'C', 'U', 'S', 'O', 'B', 'J', '1', '\n'};

static void derive(const struct object_key *key, const char *label, const uint8_t *more, uint8_t ret[32])
{
    crypto_generichash_state s;
    (void)crypto_generichash_init(&s, key->bytes, sizeof key->bytes, 32);
    (void)crypto_generichash_update(&s, (const uint8_t *)label, strlen(label));
    if (more)
        (void)crypto_generichash_update(&s, more, 32);
    (void)crypto_generichash_final(&s, ret, 32);
    secret_wipe(&s, sizeof s);
}

static void hash_of_content(const struct object_key *key, cu_str plain, uint8_t ret[32])
{
    uint8_t naming[32];
    derive(key, "custos-object-name", NULL, naming);
    (void)crypto_generichash(ret, 32, (const uint8_t *)plain.ptr, plain.len, naming, sizeof naming);
    secret_wipe(naming, sizeof naming);
}

static cu_code sealing_of(const struct object_key *key, const uint8_t hash[32], struct seal_bulk **ret,
    struct cu_error *err)
{
    uint8_t own[32];
    derive(key, "custos-object-seal", hash, own);
    cu_code code = seal_bulk_new(own, ret, err);
    secret_wipe(own, sizeof own);
    return code;
}

void object_hash(cu_str bytes, uint8_t ret[32])
{
    (void)crypto_generichash(ret, 32, (const uint8_t *)bytes.ptr, bytes.len, NULL, 0);
}

void object_mac(const struct object_key *key, cu_str bytes, uint8_t ret[32])
{
    uint8_t own[32];
    derive(key, "custos-manifest-mac", NULL, own);
    (void)crypto_generichash(ret, 32, (const uint8_t *)bytes.ptr, bytes.len, own, sizeof own);
    secret_wipe(own, sizeof own);
}

void object_sha256_hex(cu_str bytes, char ret[65])
{
    uint8_t hash[32];
    (void)crypto_hash_sha256(hash, (const uint8_t *)bytes.ptr, bytes.len);
    (void)sodium_bin2hex(ret, 65, hash, sizeof hash);
}

bool object_is(const uint8_t name[32], cu_str stored)
{
    uint8_t hash[32];
    object_hash(stored, hash);
    return sodium_memcmp(hash, name, sizeof hash) == 0;
}

cu_code object_seal(const struct object_key *key, cu_str plain, struct cu_buf *out, uint8_t ret_name[32],
    struct cu_error *err)
{
    if (plain.len > OBJECT_PLAIN_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "a piece of a backup has at most %u bytes", OBJECT_PLAIN_MAX);
    uint8_t hash[32];
    struct seal_bulk *seal = NULL;
    cu_buf_reset(out);
    hash_of_content(key, plain, hash);
    cu_buf_add(out, magic, sizeof magic);
    cu_buf_add(out, hash, sizeof hash);
    char *room = cu_buf_room(out, plain.len + OBJECT_OVERHEAD - HEAD);
    CU_TRY(cu_buf_code(out, err));
    if (!room)
        return cu_fail(err, CU_MEMORY, "", "no memory for a piece of a backup");
    CU_TRY(sealing_of(key, hash, &seal, err));
    cu_code code = seal_bulk_seal(seal, 0, (cu_str){out->ptr, HEAD}, plain, (uint8_t *)room, err);
    seal_bulk_free(seal);
    CU_TRY(code);
    out->len += plain.len + OBJECT_OVERHEAD - HEAD;
    object_hash(cu_buf_view(out), ret_name);
    return CU_OK;
}

cu_code object_open(const struct object_key *key, const uint8_t name[32], cu_str stored, struct cu_buf *out,
    struct cu_error *err)
{
    cu_buf_reset(out);
    if (stored.len < OBJECT_OVERHEAD || memcmp(stored.ptr, magic, sizeof magic) != 0 || !object_is(name, stored))
        return cu_fail(err, CU_CORRUPT, "", "its bytes are not what they were when it was stored");
    const uint8_t *hash = (const uint8_t *)stored.ptr + HASH_AT;
    struct seal_bulk *seal = NULL;
    uint8_t again[32];
    char *room = cu_buf_room(out, stored.len - OBJECT_OVERHEAD + 1);
    if (!room)
        return cu_fail(err, CU_MEMORY, "", "no memory for a piece of a backup");
    CU_TRY(sealing_of(key, hash, &seal, err));
    cu_code code = seal_bulk_open(seal, 0, (cu_str){stored.ptr, HEAD},
        (cu_str){stored.ptr + HEAD, stored.len - HEAD}, (uint8_t *)room, NULL);
    seal_bulk_free(seal);
    if (code == CU_MEMORY)
        return cu_fail(err, code, "", "no memory for a piece of a backup");
    if (code != CU_OK) // the name fits, so nobody altered it
        return cu_fail(err, CU_KEY, "", "it was sealed under another backup key");
    out->len += stored.len - OBJECT_OVERHEAD;
    hash_of_content(key, cu_buf_view(out), again);
    return sodium_memcmp(again, hash, sizeof again) == 0
               ? CU_OK
               : cu_fail(err, CU_CORRUPT, "", "its content is not what its name says");
}

void object_hmac_sha256(cu_str key, cu_str message, uint8_t ret[32])
{
    crypto_auth_hmacsha256_state s;
    (void)crypto_auth_hmacsha256_init(&s, (const uint8_t *)key.ptr, key.len);
    (void)crypto_auth_hmacsha256_update(&s, (const uint8_t *)message.ptr, message.len);
    (void)crypto_auth_hmacsha256_final(&s, ret);
    secret_wipe(&s, sizeof s);
}
