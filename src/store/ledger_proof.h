// SPDX-License-Identifier: Apache-2.0
// The arithmetic of an RFC 6962 Merkle tree: hashes, where a stored hash stands, roots and proofs of
// any size out of O(log n) stored hashes, and the checks a stranger makes. Pure but for the caller's
// way of getting a stored hash.
//
// Stored hashes are those of all complete subtrees, in the order in which they became complete: leaf
// n, then every subtree that n completes, from small to large. Their places never change.
#pragma once

#include "base/memory.h"

#define LEDGER_HASH 32
#define LEDGER_LEVELS 64
#define LEDGER_PROOF_MAX 130

struct ledger_hash {
    uint8_t bytes[LEDGER_HASH];
};
struct ledger_proof {
    size_t count;
    struct ledger_hash at[LEDGER_PROOF_MAX]; // from the leaf towards the root, as RFC 6962 lists them
};
// The right edge of a tree: the hash of the complete subtree of each bit of its size.
struct ledger_edge {
    uint64_t size;
    struct ledger_hash at[LEDGER_LEVELS];
};

void ledger_hash_leaf(cu_str entry, struct ledger_hash *ret); // SHA-256(0x00 entry)
void ledger_hash_node(
    const struct ledger_hash *l, const struct ledger_hash *r, struct ledger_hash *ret); // SHA-256(0x01 l r)
bool ledger_hash_equal(const struct ledger_hash *a, const struct ledger_hash *b);

uint64_t ledger_stored(uint64_t size);                   // hashes stored for a tree of that size
uint64_t ledger_position(unsigned level, uint64_t n);    // of the n-th complete subtree of 2^level leaves
// Adds a leaf; writes the hashes to be stored (leaf first) to ret, at most LEDGER_LEVELS; how many.
size_t ledger_edge_add(struct ledger_edge *e, const struct ledger_hash *leaf, struct ledger_hash *ret);
void ledger_edge_root(const struct ledger_edge *e, struct ledger_hash *ret); // size 0: SHA-256 of nothing

typedef cu_code ledger_get_hash(void *context, uint64_t position, struct ledger_hash *ret, struct cu_error *err);
cu_code ledger_edge_load(
    uint64_t size, ledger_get_hash *get, void *context, struct ledger_edge *ret, struct cu_error *err) CU_MUST;
// CU_INVALID for an index beyond the size, or sizes the wrong way round.
cu_code ledger_proof_root(
    uint64_t size, ledger_get_hash *get, void *context, struct ledger_hash *ret, struct cu_error *err) CU_MUST;
cu_code ledger_proof_inclusion(uint64_t index, uint64_t size, ledger_get_hash *get, void *context, struct ledger_proof *ret,
    struct cu_error *err) CU_MUST;
cu_code ledger_proof_consistency(uint64_t from, uint64_t to, ledger_get_hash *get, void *context, struct ledger_proof *ret,
    struct cu_error *err) CU_MUST;

// RFC 9162, 2.1.3.2 and 2.1.4.2.
bool ledger_inclusion_holds(const struct ledger_hash *leaf, uint64_t index, uint64_t size, const struct ledger_proof *proof,
    const struct ledger_hash *root) CU_MUST;
bool ledger_consistency_holds(uint64_t from, uint64_t to, const struct ledger_proof *proof,
    const struct ledger_hash *root_from, const struct ledger_hash *root_to) CU_MUST;
