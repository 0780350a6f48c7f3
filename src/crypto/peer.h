// SPDX-License-Identifier: Apache-2.0
// Two machines of one owner that know each other by key: a key store and its replica. Each has a secret
// seed of 32 random bytes; from it descend the key of its TLS certificate and the key that signs what it
// says (both Ed25519). Their public halves are one line of text, which an owner carries from one machine to
// the other by hand: there is no authority and no name in between.
//   custos-replica-1 <base64 of: TLS public key 32, signing public key 32> <check>
//   custos-primary-1 <the same>
#pragma once

#include "sign.h"

#define PEER_SEED 32
#define PEER_PUBLIC 64      // TLS key 32, signing key 32
#define PEER_LINE_MAX 128

enum peer_kind { PEER_PRIMARY, PEER_REPLICA };

struct peer_public {
    uint8_t tls[32], sign[32];
};
void peer_public_of(const uint8_t seed[PEER_SEED], struct peer_public *ret);
// Public and secret half of an Ed25519 key from its seed; the secret half is to be wiped.
void peer_keypair(const uint8_t seed[32], uint8_t ret_public[32], uint8_t ret_secret[32]);
void peer_tls_seed(const uint8_t seed[PEER_SEED], uint8_t ret[32]); // of the Ed25519 key of the certificate
cu_code peer_sign(const uint8_t seed[PEER_SEED], cu_str message, uint8_t ret[SIGN_SIGNATURE], struct cu_error *err) CU_MUST;

void peer_line_print(enum peer_kind kind, const struct peer_public *p, char ret[PEER_LINE_MAX]); // without a newline
// CU_INVALID, field `field`: not such a line, of the other kind, or damaged.
cu_code peer_line_parse(enum peer_kind kind, cu_str line, const char *field, struct peer_public *ret, struct cu_error *err) CU_MUST;

// A replica's seed in a file of its own, mode 0400: "custos-replica-identity-1 <base64> <check>". Making
// refuses to overwrite (CU_CONFLICT). Reading: CU_NOT_FOUND, CU_KEY.
cu_code peer_seed_create(const char *path, uint8_t ret[PEER_SEED], struct cu_error *err) CU_MUST;
cu_code peer_seed_read(const char *path, uint8_t ret[PEER_SEED], struct cu_error *err) CU_MUST;
