// SPDX-License-Identifier: Apache-2.0
// Between keys_tree.c (nodes in memory) and keys_node.c (their bytes and rows).
#pragma once

#include "keys_tree.h"

#define CHUNK 64
#define BUCKETS 16384
#define NO_LEVEL 255 // of a node that is free

struct keys_tree {
    struct db *read;
    uint64_t epoch;
    uint8_t (*root)[32]; // guarded: the epoch roots
    struct keys_secrets *chunk[KEYS_NODES_MAX / CHUNK];
    struct keys_node node[KEYS_NODES_MAX];
    uint32_t bucket[BUCKETS]; // number of the first node + 1
    uint32_t count, free, hand, dirty; // free: first free node + 1
};

struct keys_node *tree_cached(struct keys_tree *t, uint8_t tree, uint8_t level, uint64_t index); // NULL when it is not
cu_code tree_take(struct keys_tree *t, uint8_t tree, uint8_t level, uint64_t index, struct keys_node **ret,
    struct cu_error *err) CU_MUST; // room for a node, linked, its secrets not yet set
void tree_forget(struct keys_tree *t, struct keys_node *n);
// The node, from memory or from its row. key: what its parent holds. CU_CORRUPT: its row is missing,
// damaged, of another place or of another time.
cu_code tree_load(struct keys_tree *t, uint8_t tree, uint8_t level, uint64_t index, const uint8_t key[32],
    struct keys_node **ret, struct cu_error *err) CU_MUST;
