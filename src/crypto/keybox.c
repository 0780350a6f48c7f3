// SPDX-License-Identifier: Apache-2.0
// See keybox.h.
#include "keybox.h"

#include "crypto_internal.h"

#include "base/clock.h"

#include <sodium.h>

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
_Static_assert(KEYBOX_OVERHEAD == NONCE + crypto_aead_xchacha20poly1305_ietf_ABYTES, "nonce, tag");
_Static_assert(sizeof(struct keybox_hash) >= sizeof(crypto_generichash_state), "the library's state fits");

void keybox_seal(const uint8_t key[32], cu_str ad, const void *plain, size_t len, uint8_t *ret)
{
    crypto_start();
    cu_random(ret, NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        ret + NONCE, NULL, plain, len, (const uint8_t *)ad.ptr, ad.len, NULL, ret, key);
}

bool keybox_open(const uint8_t key[32], cu_str ad, const uint8_t *box, size_t len, void *ret)
{
    crypto_start();
    return len >= KEYBOX_OVERHEAD && crypto_aead_xchacha20poly1305_ietf_decrypt(ret, NULL, NULL, box + NONCE, len - NONCE,
                                         (const uint8_t *)ad.ptr, ad.len, box, key) == 0;
}

void keybox_hash(const void *bytes, size_t len, uint8_t ret[32])
{
    crypto_start();
    crypto_generichash(ret, 32, bytes, len, NULL, 0);
}

static crypto_generichash_state *state_of(struct keybox_hash *h)
{
    return (crypto_generichash_state *)(void *)h->state;
}

void keybox_hash_start(struct keybox_hash *h)
{
    crypto_start();
    crypto_generichash_init(state_of(h), NULL, 0, 32);
}

void keybox_hash_add(struct keybox_hash *h, const void *bytes, size_t len)
{
    crypto_generichash_update(state_of(h), bytes, len);
}

void keybox_hash_end(struct keybox_hash *h, uint8_t ret[32])
{
    crypto_generichash_final(state_of(h), ret, 32);
}

bool keybox_is_zero(const void *bytes, size_t len)
{
    return sodium_is_zero(bytes, len) != 0;
}
