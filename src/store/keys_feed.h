// SPDX-License-Identifier: Apache-2.0
// Key replicas, the primary's side: which there are, what each is sent, what each acknowledged. A replica
// (keys_holder.h) holds the rows of the present tree and the slot of the present epoch, as they lie in
// DATA/keys, and the ratchet wrapped by the root key: without the root secret it opens nothing. It never
// keeps an older epoch than the one it acknowledged.
//
// Whoever carries the messages between the two (app/key_replicas.c, over TLS) sees sealed bytes and can
// alter nothing: what the primary says is signed by a key that only the key process holds, what the replica
// says by the replica's. Each message of the primary names the state it goes on from, so that none can be
// repeated, left out or given to another replica.
//   replica: hello (what I hold)    primary: chunks (rows it lacks ... the last with the head)    replica: ack
// Formats: keys_feed_format.h. Threads: any.
#pragma once

#include "crypto/peer.h"
#include "keys.h"

#define KEYS_REPLICAS_MAX 8
#define KEYS_REPLICA_NAME 32
#define KEYS_REPLICA_ADDRESS 128
#define KEYS_FEED_MESSAGE_MAX (2u << 20)

enum keys_replica_state {
    KEYS_REPLICA_NEW,     // never acknowledged anything
    KEYS_REPLICA_CURRENT, // acknowledged what there is now
    KEYS_REPLICA_BEHIND,
    KEYS_REPLICA_AHEAD,   // refused: it knows a later epoch than this store, which is an old copy
    KEYS_REPLICA_OTHER    // refused: it holds the keys of another history, or of another shop
};
extern const char *const keys_replica_states[]; // "new", "current", "behind", "ahead", "other"

struct keys_replica {
    char name[KEYS_REPLICA_NAME], address[KEYS_REPLICA_ADDRESS];
    struct peer_public public_keys;
    enum keys_replica_state state;
    uint64_t epoch;     // last acknowledged; 0: none
    int64_t acked_ms;   // 0: never
    int64_t added_ms;
};
struct keys_replicas {
    struct keys_replica at[KEYS_REPLICAS_MAX];
    size_t count;
    uint64_t epoch; // of the store now
};
cu_code keys_replicas(struct keys *k, struct keys_replicas *ret, struct cu_error *err) CU_MUST;
// name: letters, digits, '-', '_'. address: "host:port". line: peer.h. CU_INVALID; CU_CONFLICT: the name or the
// key is there already; CU_BUSY: there are KEYS_REPLICAS_MAX.
cu_code keys_replica_add(struct keys *k, cu_str name, cu_str address, cu_str line, struct cu_error *err) CU_MUST;
cu_code keys_replica_remove(struct keys *k, cu_str name, struct cu_error *err) CU_MUST; // CU_NOT_FOUND
// The line by which replicas know this store (made when there is none yet), and the seed of its TLS key,
// which whoever carries the messages needs. The caller wipes it.
cu_code keys_peer(struct keys *k, char ret_line[PEER_LINE_MAX], uint8_t ret_tls_seed[32], struct cu_error *err) CU_MUST;

// --- messages, of one replica at a time in this order

// What the replica says it holds. CU_CONFLICT: refused, noted as its state: it is ahead of this store, or of
// another history. CU_MALFORMED, CU_FORBIDDEN: not this replica's word.
cu_code keys_feed_hello(struct keys *k, cu_str name, cu_str hello, struct cu_error *err) CU_MUST;
// The next message for it, appended to out; nothing when it has all there is, or has to answer first.
// *ret_last: this one wants an acknowledgement.
cu_code keys_feed_next(struct keys *k, cu_str name, struct cu_buf *out, bool *ret_last, struct cu_error *err) CU_MUST;
// Durable on return. *ret_epoch: what it acknowledged, or 0 when that is no other epoch than it had.
cu_code keys_feed_ack(struct keys *k, cu_str name, cu_str ack, uint64_t *ret_epoch, struct cu_error *err) CU_MUST;
