// SPDX-License-Identifier: Apache-2.0
// Shared by keys*.c. What holds at every moment:
//  K1  A key in the cache is stored, or is part of the batch under way; when that batch is lost the whole
//      cache is wiped.
//  K2  A fence is in the cache before keys_erase returns. A key read before a fence was made is not put into
//      the cache after it (`fences` counts them).
//  K3  A commit that would lack a key handed out since the last one fails (`lost`).
//  T1  Every node that the epoch root in force leads to has a row that opens, of its epoch or of an earlier
//      one; rows of a later epoch belong to a change under way or cut short.
//  T2  A change of keys (erasing, re-keying) is: rows of the next epoch, committed and synced; then the next
//      epoch (keys_epoch.h, E1 to E4); then the rows it supersedes are deleted. Cut short before the second
//      it has not happened, after it it has; what is left is tidied up by settling, at the next start or
//      before the next use.
//  T3  In a change every node on the path from an erased key to the epoch root gets a new random key. So the
//      old rows of these nodes lead to the old epoch root and to nothing else.
//  T4  Making keys changes rows in place, of the same epoch under the same node keys: an older copy of such
//      a row holds fewer keys, never an erased one.
//  T5  While a change's outcome is unknown (`unsettled`) no key is handed out but from the cache, which was
//      wiped when that began.
// Locks, in this order: write_lock (one writer; held over syncs), tree_lock (nodes and the reading
// connection; never held over a sync), cache_lock (never held over I/O).
#pragma once

#include "keys.h"
#include "keys_cache.h"
#include "keys_feed.h"
#include "keys_sql.h"
#include "keys_tree.h"

#include <pthread.h>
#include <stdatomic.h>

#define KEYS_TERMS_MAX 256
#define KEYS_AT_ONCE 300 // subjects of one epoch: their paths fit into memory at any depth

struct keys_term {
    uint64_t subject;
    int64_t expires_ms;
};
struct feed_state { // what a replica holds
    uint64_t epoch, gen;
    uint8_t hash[32];
};
struct keys_feed { // what is being sent to one
    char name[KEYS_REPLICA_NAME]; // "": free
    struct peer_public replica;
    struct feed_state base;
    int64_t node_gen, node_row, term_gen, term_row; // of the last one sent
    uint32_t number;
    bool waits; // for its acknowledgement
};
struct keys {
    bool read_only;
    char *root_path, *tree_path;
    pthread_mutex_t write_lock, tree_lock, cache_lock;
    struct epoch *epoch;
    struct db *write, *read;
    struct keys_tree *tree;
    struct keys_cache *cache;
    uint64_t fences; // under cache_lock
    bool lost;       // keys were handed out that are gone; under write_lock
    uint32_t pending; // keys made since the last commit; under write_lock
    struct keys_term term[KEYS_TERMS_MAX];
    size_t term_count;
    struct keys_feed feed[KEYS_REPLICAS_MAX]; // under write_lock
    atomic_bool unsettled;
    atomic_uint class_version[SEAL_CLASS_COUNT];
};

// All under write_lock.
cu_code keys_writable(struct keys *k, struct cu_error *err) CU_MUST; // settles first; CU_FULL when opened read-only
cu_code keys_store_pending(struct keys *k, struct cu_error *err) CU_MUST;
cu_code keys_settle(struct keys *k, struct cu_error *err) CU_MUST;
// The values in force, changed by the caller, as the next epoch; keyring NULL: the same root key.
cu_code keys_next_epoch(
    struct keys *k, const struct epoch_values *v, const struct keyring *keyring, struct cu_error *err) CU_MUST;
// Re-keys the paths of some leaves in one epoch; erase: and destroys those subjects' keys. At most
// KEYS_AT_ONCE. Nothing is pending.
cu_code keys_change(struct keys *k, enum epoch_forest forest, const uint64_t *subjects, size_t count, bool erase,
    struct cu_error *err) CU_MUST;
// One row of the replicas. Under write_lock. CU_NOT_FOUND.
struct replica_row {
    struct keys_replica r;
    struct feed_state acked, offered;
    char refused[8]; // name of a state, "": not
};
cu_code keys_replica_row(struct keys *k, cu_str name, struct replica_row *ret, struct cu_error *err) CU_MUST;
cu_code keys_generation(struct keys *k, uint64_t *ret, struct cu_error *err) CU_MUST;
cu_code keys_link_seed(struct keys *k, uint8_t ret[PEER_SEED], struct cu_error *err) CU_MUST; // wiped by the caller
void keys_give_up(struct keys *k); // the batch under way, or a change that failed
