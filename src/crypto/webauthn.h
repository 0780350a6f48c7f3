// SPDX-License-Identifier: Apache-2.0
// Passkeys: what a browser hands over when a passkey is made or used, checked step by step as W3C Web
// Authentication Level 2, sections 7.1 and 7.2, prescribe. Signatures and keys through libfido2; what
// libfido2 leaves to its caller (client data, exact lengths, flags of backup, counters) is done here.
// Pure functions: whoever calls keeps challenges (single use), rows and the audit log.
//
// Errors: CU_INVALID, with the name of the step that failed as field: "client_data", "type", "challenge",
// "origin", "cross_origin", "attestation", "format", "authenticator_data", "rp_id", "user_present",
// "user_verified", "backup", "algorithm", "key", "signature", "counter". CU_MEMORY.
#pragma once

#include "base/memory.h"

enum {
    WEBAUTHN_CHALLENGE = 32,
    WEBAUTHN_ID_MIN = 16,
    WEBAUTHN_ID_MAX = 1023,
    WEBAUTHN_KEY_MAX = 320,
    WEBAUTHN_INPUT_MAX = 16 * 1024 // of each part
};
// COSE numbers of what is accepted, in order of preference.
enum { WEBAUTHN_EDDSA = -8, WEBAUTHN_ES256 = -7, WEBAUTHN_RS256 = -257 };

struct webauthn_expect {
    const char *rp_id;  // "shop.example"
    const char *origin; // "https://shop.example", exactly as the browser writes it
    uint8_t challenge[WEBAUTHN_CHALLENGE];
    bool user_verification; // required
};
struct webauthn_credential {
    uint8_t id[WEBAUTHN_ID_MAX];
    size_t id_len;
    int32_t algorithm;
    uint8_t key[WEBAUTHN_KEY_MAX]; // as libfido2 keeps it
    size_t key_len;
    uint32_t counter;
    bool backup_eligible, backed_up, user_verified;
    uint8_t aaguid[16]; // model of the authenticator; zeros when it does not say
};

// A new passkey. Attestation: none, or a self attestation whose signature is then verified.
cu_code webauthn_register(const struct webauthn_expect *e, cu_str client_data, cu_str attestation_object,
    struct webauthn_credential *ret, struct cu_error *err) CU_MUST;
// A use of `c`, which gets its new counter and flags; unchanged on failure. The counter must grow unless both are 0.
cu_code webauthn_assert(const struct webauthn_expect *e, cu_str client_data, cu_str authenticator_data, cu_str signature,
    struct webauthn_credential *c, struct cu_error *err) CU_MUST;
// rp id and origin of a public address: "https://Shop.example:8443/x" gives "shop.example" and
// "https://shop.example:8443". CU_INVALID: no host name (an address of numbers has no passkeys), or plain http
// to anything but localhost.
#define WEBAUTHN_RP_MAX 254
#define WEBAUTHN_ORIGIN_MAX 280
cu_code webauthn_rp_of(cu_str public_url, char ret_rp_id[WEBAUTHN_RP_MAX], char ret_origin[WEBAUTHN_ORIGIN_MAX],
    struct cu_error *err) CU_MUST;

// --- webauthn_cbor.c: the little CBOR (RFC 8949) of passkeys, read strictly: definite lengths, no tags, no floats,
// no trailing bytes.

struct cbor {
    const uint8_t *at;
    size_t left;
};
enum cbor_major { CBOR_UINT, CBOR_NEGATIVE, CBOR_BYTES, CBOR_TEXT, CBOR_ARRAY, CBOR_MAP, CBOR_TAG, CBOR_SIMPLE };
struct cbor_item {
    enum cbor_major major;
    uint64_t value;   // number, or count of bytes, elements, pairs
    cu_str bytes;     // BYTES, TEXT
    struct cbor body; // ARRAY, MAP: what is inside
    cu_str raw;       // the whole item
};
bool cbor_next(struct cbor *c, struct cbor_item *ret); // reads one item, whatever is inside
// A map's value by name or by number; false when absent or there twice.
bool cbor_find_text(const struct cbor_item *map, const char *name, struct cbor_item *ret);
bool cbor_find_number(const struct cbor_item *map, int64_t number, struct cbor_item *ret);
bool cbor_number(const struct cbor_item *i, int64_t *ret);

struct authenticator_data {
    const uint8_t *rp_id_hash; // 32 bytes
    uint8_t flags;
    uint32_t counter;
    const uint8_t *aaguid; // attested ones only
    cu_str id, key;
};
enum {
    WEBAUTHN_UP = 0x01, // a person was there
    WEBAUTHN_UV = 0x04, // and was verified
    WEBAUTHN_BE = 0x08, // the passkey can be backed up
    WEBAUTHN_BS = 0x10, // and is
    WEBAUTHN_AT = 0x40, // a key follows
    WEBAUTHN_ED = 0x80  // extensions follow
};
bool authenticator_data_read(cu_str bytes, struct authenticator_data *ret); // all of it, to the last byte
