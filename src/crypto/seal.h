// SPDX-License-Identifier: Apache-2.0
// Sealed groups (docs/explanation/sealing.md): personal values that are read together, sealed under
// a person's class key, bound to their row. Envelope: format, suite, class, class key version,
// nonce, key commitment, ciphertext padded to ISO/IEC 7816-4 buckets, tag. Suite 1
// XChaCha20-Poly1305 (libsodium), suite 2 AES-256-GCM (OpenSSL); the envelope's byte chooses when
// opening.
#pragma once

#include "base/memory.h"

enum seal_class { // which branch of the person's key
    SEAL_IDENTIFIER = 1,
    SEAL_CONTACT,
    SEAL_ADDRESS,
    SEAL_SENSITIVE,
    SEAL_NOTES,
    SEAL_BEHAVIOUR,
    SEAL_UNDECLARED,
    SEAL_ORDER,
    SEAL_QUARANTINE,
    SEAL_AUDIT, // seals nothing: the key under which a subject has its name in the audit log
    SEAL_CLASS_COUNT
};
enum seal_suite { SEAL_XCHACHA = 1, SEAL_AES_GCM = 2 };

struct seal_key { // a person's (subject's) key; wipe with seal_key_wipe
    uint8_t bytes[32];
};
void seal_key_wipe(struct seal_key *k);

struct seal_place {   // what the ciphertext is bound to (associated data)
    uint32_t table;   // a constant of the calling module
    uint64_t subject; // profile number or other owner
    uint64_t record;  // row id, seq, ...
    uint64_t version; // row version
};

#define SEAL_PLAIN_MAX (4 * 1024 * 1024) // of one group; beyond: CU_TOO_LARGE
#define SEAL_OVERHEAD 64                 // header 48, tag 16; besides the padding

// Appends the envelope to out (nothing is appended on failure); plain may not lie in out. compress:
// zstd level 1 before sealing when it reaches a smaller padding bucket (event properties). Whether
// it did is in the padding's marker, inside what is authenticated.
cu_code seal_group(const struct seal_key *key, enum seal_suite suite, enum seal_class class_id,
    const struct seal_place *place, cu_str plain, bool compress, struct cu_buf *out,
    struct cu_error *err) CU_MUST;
// The same under a later version of the class key (keys_class_version); seal_group is version 1.
cu_code seal_group_version(const struct seal_key *key, enum seal_suite suite, enum seal_class class_id,
    uint32_t version, const struct seal_place *place, cu_str plain, bool compress, struct cu_buf *out,
    struct cu_error *err) CU_MUST;
uint32_t seal_version_of(cu_str sealed); // of its class key; 0: not an envelope
enum seal_class seal_class_of(cu_str sealed); // SEAL_CLASS_COUNT: not an envelope
// Appends the plaintext to out, which needs room for the padding too (out->max of seal_size(length)
// suffices). CU_KEY: wrong key, class or nonce (commitment); CU_CORRUPT: altered,
// moved, or not an envelope.
cu_code seal_open(const struct seal_key *key, const struct seal_place *place, cu_str sealed,
    struct cu_buf *out, struct cu_error *err) CU_MUST;

// The subject's name in the audit log: 16 bytes that only this key can make again.
void seal_pseudonym(const struct seal_key *key, uint8_t ret[16]);

// The length a plaintext of len bytes has on disk, all included (without compression).
size_t seal_size(size_t len);

// Bulk sealing of frames and spool chunks: AES-256-GCM (OpenSSL, cipher fetched once, context kept)
// with a per-file key and a 96-bit counter nonce. out has len + 16 bytes and may be plain itself.
// The file key is random and used by one writer only; a counter is used ONCE per key, also across a
// crash: what was torn off a file's tail counts as used, so continue in a new file with a new key.
// One thread at a time.
struct seal_bulk;
cu_code seal_bulk_new(const uint8_t key[32], struct seal_bulk **ret, struct cu_error *err) CU_MUST;
void seal_bulk_free(struct seal_bulk *b);
cu_code seal_bulk_seal(struct seal_bulk *b, uint64_t counter, cu_str ad, cu_str plain, uint8_t *out,
    struct cu_error *err) CU_MUST;
cu_code seal_bulk_open(struct seal_bulk *b, uint64_t counter, cu_str ad, cu_str sealed,
    uint8_t *out,
    struct cu_error *err) CU_MUST; // CU_CORRUPT
