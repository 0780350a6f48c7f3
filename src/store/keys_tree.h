// SPDX-License-Identifier: Apache-2.0
// The nodes of the key tree in memory, for keys*.c only, which lock around it (tree_lock; see
// keys_private.h). A node has 64 entries of a state and a 32-byte key: at level 0 the subjects' keys, above
// it the keys of the nodes below, at the top (one node per forest, level KEYS_TOP) the keys of the trees'
// root nodes, their depth in the place of the state. A node is sealed under its own key, which its parent
// holds; the top's key is the epoch root.
//
// A dirty node differs from its row. It stays in memory until it was stored, or is dropped; clean ones
// leave when room is needed. Nodes lie in guarded memory that grows in chunks.
#pragma once

#include "db.h"
#include "keys_epoch.h"

#define KEYS_FANOUT 64
#define KEYS_TOP 63
#define KEYS_VAULT_TREE 64    // trees of the vault are numbered from here
#define KEYS_NODE_PLAIN (KEYS_FANOUT * 33)
#define KEYS_NODE_SEALED (24 + KEYS_NODE_PLAIN + 16)
#define KEYS_NODES_MAX 8192   // in memory, 17 MB
#define KEYS_DIRTY_MAX 4096   // beyond: commit before more are made
#define KEYS_DEPTH_MAX 11     // 64^11 > 2^63

enum keys_entry { ENTRY_NONE, ENTRY_LIVING, ENTRY_RESTRICTED, ENTRY_ERASED };

struct keys_secrets { // guarded
    uint8_t own[32];
    uint8_t key[KEYS_FANOUT][32];
    uint8_t state[KEYS_FANOUT]; // enum keys_entry; at the top the depth of the tree, 0: there is none
};
struct keys_node {
    uint8_t tree, level;
    bool dirty, used;
    uint64_t index, epoch; // epoch: of the row, or of the row to come
    struct keys_secrets *s;
    uint32_t next; // in its hash chain; number + 1
};

// Where a subject's key lies. Numbers below 2^32 are tree 0; above, each power of two is a tree of its own,
// so that sparse ranges stay shallow: 2^32 nobody's, 2^33 sources, 2^34 staff, 2^35 imports ...
struct keys_place {
    uint8_t tree;
    uint64_t index;
};
struct keys_place keys_place_of(uint64_t subject, enum epoch_forest forest);
uint64_t keys_subject_at(uint8_t tree, uint64_t index);

struct keys_tree;
// read: the connection that rows are read through; not owned.
cu_code keys_tree_new(struct db *read, struct keys_tree **ret, struct cu_error *err) CU_MUST;
void keys_tree_free(struct keys_tree *t); // wipes; NULL is fine
// Which epoch's rows are read, and the epoch roots that open the tops; forgets every node.
void keys_tree_enter(struct keys_tree *t, uint64_t epoch, const uint8_t root[EPOCH_FORESTS][32]);
void keys_tree_advance(struct keys_tree *t, uint64_t epoch, const uint8_t root[EPOCH_FORESTS][32]); // keeps the nodes

// The node of a place at level 0. CU_NOT_FOUND: the path is not there. Valid until the next call.
cu_code keys_tree_find(struct keys_tree *t, struct keys_place at, struct keys_node **ret, struct cu_error *err) CU_MUST;
// The same, making what is missing of the path; new and changed nodes are dirty under epoch. all: every
// node of the path becomes dirty (for keys_tree_rekey). CU_BUSY: too many are dirty; commit first.
cu_code keys_tree_make(
    struct keys_tree *t, struct keys_place at, bool all, struct keys_node **ret, struct cu_error *err) CU_MUST;
void keys_tree_touch(struct keys_tree *t, struct keys_node *n); // it was changed
// Gives every dirty node, and the tops with dirty nodes below them, new keys, up to new epoch roots in
// root; rows will be of `epoch`. Every path to a dirty node has to be dirty.
void keys_tree_rekey(struct keys_tree *t, uint64_t epoch, uint8_t root[EPOCH_FORESTS][32]);
uint32_t keys_tree_dirty(const struct keys_tree *t);
// Calls fn for each dirty node, sealed.
typedef cu_code keys_tree_store(
    void *context, const struct keys_node *n, const uint8_t sealed[KEYS_NODE_SEALED], struct cu_error *err);
cu_code keys_tree_each_dirty(struct keys_tree *t, keys_tree_store *fn, void *context, struct cu_error *err) CU_MUST;
void keys_tree_stored(struct keys_tree *t); // the dirty ones are clean now
void keys_tree_drop(struct keys_tree *t);   // the dirty ones are forgotten
void keys_tree_clear(struct keys_tree *t);  // all are forgotten and wiped
// Empty tops under fresh epoch roots, dirty: for a new store.
cu_code keys_tree_begin(struct keys_tree *t, struct cu_error *err) CU_MUST;
// Calls fn for every node at level 0 of a forest, in order from tree and leaf `from`; fn answers false to end.
typedef bool keys_tree_leaf(void *context, const struct keys_node *n);
cu_code keys_tree_walk(struct keys_tree *t, enum epoch_forest forest, struct keys_place from, keys_tree_leaf *fn,
    void *context, struct cu_error *err) CU_MUST;

void keys_node_seal(const struct keys_node *n, uint8_t ret[KEYS_NODE_SEALED]);
