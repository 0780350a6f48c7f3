// SPDX-License-Identifier: Apache-2.0
// The envelope of a sealed group: layout, padding, compression. The algorithms are in seal_suite.c.
//
//   off len
//   0   1   format = 0x01
//   1   1   suite
//   2   2   class
//   4   4   class key version
//   8   24  nonce (suite 2: 12 used, 12 zero)
//   32  16  key commitment
//   48  n   ciphertext of: content, marker (0x80 as it is, 0x81 zstd), zeros up to the bucket
//   48+n 16 tag
//   associated data = "custos1", bytes 0..7, table 4, subject 8, record 8, version 8
//
// Integers are big-endian. docs/explanation/sealing.md says why each part is there.
#include "seal.h"

#include "crypto_internal.h"

#include "base/clock.h"

#include <assert.h>
#include <sodium.h>
#include <zstd.h>

#define FORMAT 0x01
#define HEADER 48
#define AT_NONCE 8
#define AT_COMMITMENT 32
#define AT_TEXT HEADER
#define FIRST_VERSION 1 // of class keys; store/keys.h counts the later ones
#define MARK_PLAIN 0x80     // ISO/IEC 7816-4
#define MARK_ZSTD 0x81
#define COMPRESS_MIN 512
#define AD_LEN (7 + 8 + 28)
_Static_assert(SEAL_OVERHEAD == HEADER + SUITE_TAG, "said in the header");

void seal_key_wipe(struct seal_key *k)
{
    sodium_memzero(k, sizeof *k);
}

// The padded length for len bytes and their marker: powers of two up to 512, then four steps per
// doubling, which gives away two bits of a length's size class and costs an eighth on average.
static size_t bucket_of(size_t len)
{
    size_t need = len + 1, bucket = 32;
    while (bucket < need && bucket < 512)
        bucket *= 2;
    if (need <= bucket)
        return bucket;
    unsigned octave = 63 - (unsigned)__builtin_clzll(need - 1);
    size_t step = (size_t)1 << (octave - 2);
    return (need + step - 1) / step * step;
}

size_t seal_size(size_t len)
{
    return bucket_of(len) + SEAL_OVERHEAD;
}

static void write_ad(uint8_t ad[AD_LEN], const uint8_t *header, const struct seal_place *place)
{
    memcpy(ad, "custos1", 7);
    memcpy(ad + 7, header, 8);
    put_be32(ad + 15, place->table);
    put_be64(ad + 19, place->subject);
    put_be64(ad + 27, place->record);
    put_be64(ad + 35, place->version);
}

// Compresses into at most `room` bytes; 0 when it does not fit there (or cannot be done: then the
// group is simply sealed as it is).
static size_t compress_into(cu_str plain, uint8_t *out, size_t room)
{
    ZSTD_CCtx *c = seal_thread_compress();
    size_t n = c ? ZSTD_compressCCtx(c, out, room, plain.ptr, plain.len, 1) : 0;
    return ZSTD_isError(n) ? 0 : n;
}

// Writes content, marker and zeros; returns the padded length.
static size_t write_content(cu_str plain, bool compress, uint8_t *out)
{
    size_t padded = bucket_of(plain.len), len = 0;
    uint8_t marker = MARK_PLAIN;
    if (compress && plain.len >= COMPRESS_MIN)
        len = compress_into(plain, out, padded - 1);
    if (len > 0 && bucket_of(len) < padded) {
        marker = MARK_ZSTD;
        padded = bucket_of(len);
    } else {
        len = plain.len;
        if (len > 0)
            memcpy(out, plain.ptr, len);
    }
    out[len] = marker;
    memset(out + len + 1, 0, padded - len - 1);
    return padded;
}

cu_code seal_group(const struct seal_key *key, enum seal_suite suite, enum seal_class class_id,
    const struct seal_place *place, cu_str plain, bool compress, struct cu_buf *out,
    struct cu_error *err)
{
    return seal_group_version(key, suite, class_id, FIRST_VERSION, place, plain, compress, out, err);
}

cu_code seal_group_version(const struct seal_key *key, enum seal_suite suite_byte, enum seal_class class_id,
    uint32_t version, const struct seal_place *place, cu_str plain, bool compress, struct cu_buf *out,
    struct cu_error *err)
{
    crypto_start();
    const struct suite *suite = suite_of(suite_byte);
    assert(suite != NULL && class_id > 0 && class_id < SEAL_CLASS_COUNT);
    if (plain.len > SEAL_PLAIN_MAX)
        return cu_fail(
            err, CU_TOO_LARGE, "", "a sealed group holds at most %d bytes", SEAL_PLAIN_MAX);
    uint8_t *e = (uint8_t *)cu_buf_room(out, seal_size(plain.len));
    if (e == NULL)
        return cu_buf_code(out, err);
    e[0] = FORMAT;
    e[1] = (uint8_t)suite_byte;
    put_be16(e + 2, (uint16_t)class_id);
    put_be32(e + 4, version);
    memset(e + AT_NONCE, 0, SUITE_NONCE);
    cu_random(e + AT_NONCE, suite->nonce_used);
    size_t padded = write_content(plain, compress, e + AT_TEXT);
    struct suite_keys keys;
    uint8_t ad[AD_LEN];
    write_ad(ad, e, place);
    cu_code code = suite->derive(key, (uint16_t)class_id, version, e + AT_NONCE, &keys);
    if (code == CU_OK) {
        memcpy(e + AT_COMMITMENT, keys.commitment, sizeof keys.commitment);
        code = suite->encrypt(
            &keys, e + AT_NONCE, (cu_str){(const char *)ad, sizeof ad}, e + AT_TEXT, padded);
    }
    sodium_memzero(&keys, sizeof keys);
    if (code != CU_OK) {
        sodium_memzero(e, HEADER + padded);
        return cu_fail(err, code, "", "no memory to seal a group");
    }
    out->len += HEADER + padded + SUITE_TAG;
    out->ptr[out->len] = '\0';
    return CU_OK;
}

// Finds the marker behind the content: *ret_len is what stands before it.
static bool unpad(const uint8_t *text, size_t padded, size_t *ret_len, bool *ret_compressed)
{
    size_t i = padded;
    while (i > 0 && text[i - 1] == 0)
        i--;
    if (i == 0 || (text[i - 1] != MARK_PLAIN && text[i - 1] != MARK_ZSTD))
        return false;
    *ret_compressed = text[i - 1] == MARK_ZSTD;
    *ret_len = i - 1;
    return true;
}

// The opened text at the end of out is a zstd frame: puts what it holds in its place.
static cu_code decompress_in_place(struct cu_buf *out, size_t len, struct cu_error *err)
{
    unsigned long long size = ZSTD_getFrameContentSize(out->ptr + out->len, len);
    if (size > SEAL_PLAIN_MAX) // also its two error values
        return cu_fail(err, CU_CORRUPT, "", "a sealed group holds a damaged frame");
    ZSTD_DCtx *d = seal_thread_decompress();
    uint8_t *scratch = d ? seal_thread_scratch(len) : NULL;
    if (scratch == NULL)
        return cu_fail(err, CU_MEMORY, "", "no memory to open a sealed group");
    memcpy(scratch, out->ptr + out->len, len);
    char *room = cu_buf_room(out, (size_t)size);
    size_t n = room ? ZSTD_decompressDCtx(d, room, (size_t)size, scratch, len) : 0;
    seal_thread_scratch_wipe(len);
    if (room == NULL)
        return cu_buf_code(out, err);
    if (n != size) {
        sodium_memzero(room, (size_t)size);
        return cu_fail(err, CU_CORRUPT, "", "a sealed group holds a damaged frame");
    }
    out->len += n;
    return CU_OK;
}

// Appends the opened text to out, without its padding.
static cu_code take_content(struct cu_buf *out, size_t padded, struct cu_error *err)
{
    size_t len = 0;
    bool compressed = false;
    if (!unpad((const uint8_t *)out->ptr + out->len, padded, &len, &compressed))
        return cu_fail(err, CU_CORRUPT, "", "a sealed group is padded wrongly");
    if (compressed)
        CU_TRY(decompress_in_place(out, len, err));
    else
        out->len += len;
    out->ptr[out->len] = '\0';
    return CU_OK;
}

static cu_code open_text(const struct suite *suite, const struct suite_keys *keys,
    const struct seal_place *place, const uint8_t *e, size_t padded, struct cu_buf *out,
    struct cu_error *err)
{
    if (sodium_memcmp(keys->commitment, e + AT_COMMITMENT, sizeof keys->commitment) != 0)
        return cu_fail(err, CU_KEY, "", "a sealed group belongs to another key");
    uint8_t *text = (uint8_t *)cu_buf_room(out, padded);
    if (text == NULL)
        return cu_buf_code(out, err);
    uint8_t ad[AD_LEN];
    write_ad(ad, e, place);
    cu_code code = suite->decrypt(
        keys, e + AT_NONCE, (cu_str){(const char *)ad, sizeof ad}, e + AT_TEXT, padded, text);
    if (code == CU_CORRUPT)
        return cu_fail(err, code, "", "a sealed group was altered or belongs to another row");
    return code == CU_OK ? CU_OK : cu_fail(err, code, "", "no memory to open a sealed group");
}

uint32_t seal_version_of(cu_str sealed)
{
    return sealed.len > SEAL_OVERHEAD && sealed.ptr[0] == FORMAT ? get_be32((const uint8_t *)sealed.ptr + 4) : 0;
}

enum seal_class seal_class_of(cu_str sealed)
{
    const uint8_t *e = (const uint8_t *)sealed.ptr;
    unsigned class_id = sealed.len > SEAL_OVERHEAD && e[0] == FORMAT ? (unsigned)e[2] << 8 | e[3] : 0;
    return class_id > 0 && class_id < SEAL_CLASS_COUNT ? (enum seal_class)class_id : SEAL_CLASS_COUNT;
}

cu_code seal_open(const struct seal_key *key, const struct seal_place *place, cu_str sealed,
    struct cu_buf *out, struct cu_error *err)
{
    crypto_start();
    const uint8_t *e = (const uint8_t *)sealed.ptr;
    const struct suite *suite =
        sealed.len > SEAL_OVERHEAD && e[0] == FORMAT ? suite_of(e[1]) : NULL;
    if (suite == NULL || sealed.len > seal_size(SEAL_PLAIN_MAX))
        return cu_fail(err, CU_CORRUPT, "", "the bytes are not a sealed group");
    size_t padded = sealed.len - SEAL_OVERHEAD;
    struct suite_keys keys;
    cu_code code = suite->derive(key, get_be16(e + 2), get_be32(e + 4), e + AT_NONCE, &keys);
    if (code != CU_OK)
        return cu_fail(err, code, "", "no memory to open a sealed group");
    code = open_text(suite, &keys, place, e, padded, out, err);
    sodium_memzero(&keys, sizeof keys);
    return code == CU_OK ? take_content(out, padded, err) : code;
}

void seal_pseudonym(const struct seal_key *key, uint8_t ret[16])
{
    static const char label[] = "custos-audit";
    uint8_t class_key[32];
    crypto_kdf_derive_from_key(class_key, sizeof class_key, (uint64_t)SEAL_AUDIT << 32 | 1, "custosCL", key->bytes);
    crypto_generichash(ret, 16, (const uint8_t *)label, sizeof label - 1, class_key, sizeof class_key);
    sodium_memzero(class_key, sizeof class_key);
}
