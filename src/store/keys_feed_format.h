// SPDX-License-Identifier: Apache-2.0
// The messages between a key store and its replicas, for keys_feed.c, keys_replicas.c and keys_holder*.c.
// Integers are big-endian; each message ends with an Ed25519 signature over all before it.
//
//   hello, 152: "custosRH", format 4, flags 4 (1: holds nothing), shop 16, epoch 8, gen 8, hash 32, told epoch 8
//   ack, 152:   "custosRA", format 4, zero 4, shop 16, epoch 8, gen 8, hash 32, time 8
//   chunk:      "custosRF", format 4, flags 4 (1: the last), shop 16, the replica's signing key 32, hash of the state
//               it goes on from 32, number 4, length of the records 4, epoch now 8, records, [the last: head]
//   records:    'N' tree 1, level 1, index 8, epoch 8, sealed 2152      'T' subject 8, expires 8 (as in archives)
//   head, 4392: epoch 8, gen 8, time 8, rows 8, flags 4 (1: ratchet), zero 4, shop 16, root fingerprint 16,
//               recovery public key 32, root secret sealed to it 112, ratchet wrapped by the root key 72, zero 8, slot 4096
// shop: fingerprint of the family secret. hash: BLAKE2b-256 of the head, zero for a replica that holds nothing.
#pragma once

#include "keys_archive_format.h"
#include "keys_feed.h"

#define FEED_FORMAT 1
#define FEED_HELLO "custosRH"
#define FEED_ACK "custosRA"
#define FEED_CHUNK "custosRF"
#define FEED_SHORT (88 + SIGN_SIGNATURE) // hello and ack
#define FEED_CHUNK_HEAD 112
#define FEED_RECORDS_MAX (1u << 20)
#define FEED_RECORD_MAX (ARCHIVE_NODE)

#define HEAD_EPOCH 0
#define HEAD_GEN 8
#define HEAD_TIME 16
#define HEAD_ROWS 24
#define HEAD_FLAGS 32
#define HEAD_SHOP 40
#define HEAD_ROOT 56
#define HEAD_RECOVERY 72
#define HEAD_SECRET 104
#define HEAD_RATCHET 216
#define HEAD_SLOT 296
#define FEED_HEAD (HEAD_SLOT + EPOCH_SLOT)

#define FEED_WRAP "replica" // branch of the ratchet's and the identity's wrapping

// What the ratchet is bound to: shop and epoch.
static inline cu_str feed_ratchet_context(const uint8_t shop[16], uint64_t epoch, uint8_t room[32])
{
    memcpy(room, "ratchet:", 8);
    memcpy(room + 8, shop, 16);
    archive_put(room + 24, 8, epoch);
    return (cu_str){(const char *)room, 32};
}
