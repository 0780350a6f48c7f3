// SPDX-License-Identifier: Apache-2.0
// Signed notes and checkpoints of transparency logs, as the C2SP texts signed-note, tlog-checkpoint and
// tlog-cosignature have them. A note is a text whose last byte is a newline, an empty line, and signature
// lines "— NAME BASE64". Parsing is strict: one byte changed anywhere is found, by form or by signature.
#pragma once

#include "sign.h"

#define NOTE_MAX 16384 // bytes of a whole note
#define NOTE_NAME_MAX 128
#define NOTE_SIGNATURES_MAX 16
#define NOTE_KEY_MAX (NOTE_NAME_MAX + 64) // of a verifier key as text

enum note_kind { NOTE_ED25519 = 1, NOTE_COSIGNATURE = 4 }; // the algorithm byte

struct note_key { // a verifier key: "NAME+HASH+BASE64"
    char name[NOTE_NAME_MAX];
    enum note_kind kind;
    uint32_t hash; // first bytes of SHA-256(name, newline, kind, public key)
    uint8_t public_key[SIGN_PUBLIC];
};
// CU_INVALID for a name that is empty, too long, or holds white space, '+' or control characters.
cu_code note_key_make(cu_str name, enum note_kind kind, const uint8_t public_key[SIGN_PUBLIC], struct note_key *ret,
    struct cu_error *err) CU_MUST;
cu_code note_key_parse(cu_str text, struct note_key *ret, struct cu_error *err) CU_MUST; // CU_MALFORMED
void note_key_print(const struct note_key *k, struct cu_buf *out);

struct note_signature {
    cu_str name, line; // line: with its newline
    uint32_t hash;
    size_t len; // of bytes
    uint8_t bytes[8 + SIGN_SIGNATURE]; // a cosignature's time and signature, or a signature; longer ones: len 0
};
struct note {
    cu_str text; // with its last newline; views into what was parsed
    size_t count;
    struct note_signature at[NOTE_SIGNATURES_MAX];
};
cu_code note_parse(cu_str bytes, struct note *ret, struct cu_error *err) CU_MUST; // CU_MALFORMED
// Has the note a good signature of this key? Cosignatures: *ret_time (may be NULL) is when it was seen.
bool note_signed_by(const struct note *n, const struct note_key *k, int64_t *ret_time_s);
// Appends a signature line of the key over text (NOTE_ED25519), or a cosignature of that time.
void note_sign(const struct note_key *k, const struct sign_key *secret, cu_str text, int64_t time_s, struct cu_buf *out);

// A checkpoint's text: origin, size, root, each a line; further lines are allowed and not read.
struct note_checkpoint {
    char origin[NOTE_NAME_MAX];
    uint64_t size;
    uint8_t root[32];
};
void note_checkpoint_print(const struct note_checkpoint *c, struct cu_buf *out);
cu_code note_checkpoint_parse(cu_str text, struct note_checkpoint *ret, struct cu_error *err) CU_MUST; // CU_MALFORMED
