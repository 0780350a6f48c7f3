// SPDX-License-Identifier: Apache-2.0
// One-time passwords. See otp.h. Authenticator apps know SHA-1, 30 seconds and six digits; HMAC does not rest on
// SHA-1's resistance to collisions.
#include "otp.h"

#include "secret.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <assert.h>

static const EVP_MD *digest_of(enum otp_hash hash)
{
    switch (hash) {
    case OTP_SHA256:
        return EVP_sha256();
    case OTP_SHA512:
        return EVP_sha512();
    case OTP_SHA1:
        break;
    }
    return EVP_sha1();
}

void otp_code(enum otp_hash hash, cu_str seed, uint64_t counter, int digits, char ret[OTP_DIGITS_MAX + 1])
{
    static const uint32_t powers[] = {1000000, 10000000, 100000000};
    uint8_t message[8], mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    assert(digits >= OTP_DIGITS && digits <= OTP_DIGITS_MAX);
    for (int i = 0; i < 8; i++)
        message[i] = (uint8_t)(counter >> (56 - 8 * i));
    bool made = HMAC(digest_of(hash), seed.ptr, (int)seed.len, message, sizeof message, mac, &len) != NULL;
    assert(made && len >= 20);
    const uint8_t *at = mac + (mac[len - 1] & 15); // dynamic truncation
    uint32_t value = ((uint32_t)(at[0] & 127) << 24) | ((uint32_t)at[1] << 16) | ((uint32_t)at[2] << 8) | at[3];
    value %= powers[digits - OTP_DIGITS];
    for (int i = digits; i-- > 0; value /= 10)
        ret[i] = (char)('0' + value % 10);
    ret[digits] = 0;
    secret_wipe(mac, sizeof mac);
}

int64_t otp_step(int64_t now_ms)
{
    return now_ms / 1000 / OTP_STEP_S;
}

// Apps show "123 456"; people type it as they see it.
static bool digits_of(cu_str code, char ret[OTP_DIGITS])
{
    size_t count = 0;
    for (size_t i = 0; i < code.len; i++) {
        if (code.ptr[i] == ' ')
            continue;
        if (code.ptr[i] < '0' || code.ptr[i] > '9' || count == OTP_DIGITS)
            return false;
        ret[count++] = code.ptr[i];
    }
    return count == OTP_DIGITS;
}

int64_t otp_match(cu_str seed, cu_str code, int64_t now_ms, int64_t after)
{
    char given[OTP_DIGITS] = "", right[OTP_DIGITS_MAX + 1];
    int64_t now = otp_step(now_ms), found = -1;
    bool plain = digits_of(code, given);
    for (int64_t step = now - 1; step <= now + 1; step++) { // all three, whichever matches
        otp_code(OTP_SHA1, seed, step < 0 ? 0 : (uint64_t)step, OTP_DIGITS, right);
        bool same = secret_equal(given, right, OTP_DIGITS);
        if (plain && same && step > after && found < 0)
            found = step;
    }
    secret_wipe(right, sizeof right);
    return found;
}

void otp_base32(cu_str bytes, struct cu_buf *out)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    uint32_t pending = 0;
    int bits = 0;
    for (size_t i = 0; i < bytes.len; i++) {
        pending = (pending << 8) | (uint8_t)bytes.ptr[i];
        bits += 8;
        for (; bits >= 5; bits -= 5)
            cu_buf_char(out, alphabet[pending >> (bits - 5) & 31]);
        pending &= (1u << bits) - 1;
    }
    if (bits > 0)
        cu_buf_char(out, alphabet[pending << (5 - bits) & 31]);
}
