// SPDX-License-Identifier: Apache-2.0
// The bytes of a slot and of a ratchet record. See keys_epoch_private.h. Integers are big-endian.
//
//   slot, 4,096 bytes                              ratchet record, 512 bytes
//   0    8   "custosER"                            0   8   "custosRT"
//   8    4   format 1                              8   4   format 1
//   12   4   flags: 1 = sealed under a ratchet     12  4   zero
//   16   8   epoch                                 16  8   epoch
//   24   16  fingerprint of the root key           24  32  value
//   40   24  nonce                                 56  452 zero
//   64   512 ciphertext of the values              508 4   CRC-32C of what is before
//   576  16  tag
//   592  3500 zero
//   4092 4   CRC-32C of what is before
#include "keys_epoch_private.h"

#include "base/hash.h"
#include "crypto/keybox.h"
#include "crypto/secret.h"

#define SLOT_MAGIC "custosER"
#define RECORD_MAGIC "custosRT"
#define FORMAT 1
#define AT_FINGERPRINT 24
#define AT_NONCE 40
#define VALUES 512
#define AT_CRC (EPOCH_SLOT - 4)
#define RECORD_CRC (RATCHET_RECORD - 4)

static void put32(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static void put64(uint8_t *p, uint64_t v)
{
    put32(p, (uint32_t)(v >> 32));
    put32(p + 4, (uint32_t)v);
}

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint64_t get64(const uint8_t *p)
{
    return (uint64_t)get32(p) << 32 | get32(p + 4);
}

// Epoch roots 64, recovery public key 32, three times 24, begun 4, zero 4, class versions 256, zero 128.
static void print_values(const struct epoch_values *v, uint8_t ret[VALUES])
{
    memset(ret, 0, VALUES);
    memcpy(ret, v->root, 64);
    memcpy(ret + 64, v->recovery_public, 32);
    put64(ret + 96, (uint64_t)v->recovery_made_ms);
    put64(ret + 104, (uint64_t)v->created_ms);
    put64(ret + 112, (uint64_t)v->root_since_ms);
    put32(ret + 120, v->begun);
    for (size_t i = 0; i < EPOCH_CLASSES; i++)
        put32(ret + 128 + 4 * i, v->class_version[i]);
}

static void parse_values(const uint8_t text[VALUES], struct epoch_values *ret)
{
    memcpy(ret->root, text, 64);
    memcpy(ret->recovery_public, text + 64, 32);
    ret->recovery_made_ms = (int64_t)get64(text + 96);
    ret->created_ms = (int64_t)get64(text + 104);
    ret->root_since_ms = (int64_t)get64(text + 112);
    ret->begun = get32(text + 120);
    for (size_t i = 0; i < EPOCH_CLASSES; i++)
        ret->class_version[i] = get32(text + 128 + 4 * i);
}

cu_code epoch_slot_seal(const struct epoch_values *v, uint64_t epoch, bool has_ratchet, const struct keyring *k,
    const uint8_t ratchet[32], uint8_t ret[EPOCH_SLOT], struct cu_error *err)
{
    uint8_t key[32], text[VALUES], fingerprint[16];
    CU_TRY(keyring_epoch_key(k, ratchet, key, err));
    memset(ret, 0, EPOCH_SLOT);
    memcpy(ret, SLOT_MAGIC, 8);
    put32(ret + 8, FORMAT);
    put32(ret + 12, has_ratchet ? 1 : 0);
    put64(ret + 16, epoch);
    keyring_root_fingerprint(k, fingerprint);
    memcpy(ret + AT_FINGERPRINT, fingerprint, sizeof fingerprint);
    print_values(v, text);
    keybox_seal(key, (cu_str){(const char *)ret, AT_NONCE}, text, VALUES, ret + AT_NONCE);
    put32(ret + AT_CRC, cu_crc32c(0, ret, AT_CRC));
    secret_wipe(key, sizeof key);
    secret_wipe(text, sizeof text);
    return CU_OK;
}

enum slot_state epoch_slot_state(const uint8_t slot[EPOCH_SLOT])
{
    if (keybox_is_zero(slot, EPOCH_SLOT))
        return SLOT_EMPTY;
    if (memcmp(slot, SLOT_MAGIC, 8) != 0 || get32(slot + AT_CRC) != cu_crc32c(0, slot, AT_CRC))
        return SLOT_TORN;
    return get32(slot + 8) == FORMAT ? SLOT_WHOLE : SLOT_NEWER;
}

uint64_t epoch_slot_number(const uint8_t slot[EPOCH_SLOT])
{
    return get64(slot + 16);
}

bool epoch_slot_has_ratchet(const uint8_t slot[EPOCH_SLOT])
{
    return get32(slot + 12) & 1;
}

void epoch_slot_fingerprint(const uint8_t slot[EPOCH_SLOT], uint8_t ret[16])
{
    memcpy(ret, slot + AT_FINGERPRINT, 16);
}

cu_code epoch_slot_open(const uint8_t slot[EPOCH_SLOT], const struct keyring *k, const uint8_t ratchet[32],
    struct epoch_values *ret, struct cu_error *err)
{
    uint8_t key[32], text[VALUES];
    CU_TRY(keyring_epoch_key(k, ratchet, key, err));
    bool good = keybox_open(key, (cu_str){(const char *)slot, AT_NONCE}, slot + AT_NONCE, VALUES + KEYBOX_OVERHEAD, text);
    if (good)
        parse_values(text, ret);
    secret_wipe(key, sizeof key);
    secret_wipe(text, sizeof text);
    return good ? CU_OK
                : cu_fail(err, CU_KEY, "root_key", "keys/root does not open under this root key and ratchet");
}

void ratchet_print(const struct ratchet *r, uint8_t ret[RATCHET_RECORD])
{
    memset(ret, 0, RATCHET_RECORD);
    memcpy(ret, RECORD_MAGIC, 8);
    put32(ret + 8, FORMAT);
    put64(ret + 16, r->epoch);
    memcpy(ret + 24, r->value, 32);
    put32(ret + RECORD_CRC, cu_crc32c(0, ret, RECORD_CRC));
}

bool ratchet_parse(const uint8_t record[RATCHET_RECORD], struct ratchet *ret)
{
    if (memcmp(record, RECORD_MAGIC, 8) != 0 || get32(record + 8) != FORMAT ||
        get32(record + RECORD_CRC) != cu_crc32c(0, record, RECORD_CRC))
        return false;
    ret->epoch = get64(record + 16);
    memcpy(ret->value, record + 24, 32);
    return true;
}

bool ratchet_run(struct ratchet *r, uint64_t epoch)
{
    if (epoch < r->epoch || epoch - r->epoch > RATCHET_STEPS_MAX)
        return false;
    for (; r->epoch < epoch; r->epoch++) {
        uint8_t next[32];
        keybox_hash(r->value, 32, next);
        memcpy(r->value, next, 32);
        secret_wipe(next, sizeof next);
    }
    return true;
}
