// SPDX-License-Identifier: Apache-2.0
// The nodes in memory: finding, making, re-keying, forgetting. See keys_tree.h. Rows and bytes are in
// keys_node.c.
#include "keys_tree_private.h"

#include "base/clock.h"
#include "crypto/secret.h"

#include <assert.h>

struct keys_place keys_place_of(uint64_t subject, enum epoch_forest forest)
{
    uint8_t base = forest == EPOCH_VAULT ? KEYS_VAULT_TREE : 0;
    if (subject >> 32 == 0)
        return (struct keys_place){base, subject};
    unsigned top = 63 - (unsigned)__builtin_clzll(subject);
    return (struct keys_place){(uint8_t)(base + top - 31), subject - (UINT64_C(1) << top)};
}

uint64_t keys_subject_at(uint8_t tree, uint64_t index)
{
    unsigned t = tree % KEYS_VAULT_TREE;
    return t == 0 ? index : (UINT64_C(1) << (t + 31)) + index;
}

// --- the pool

static uint32_t home_of(uint8_t tree, uint8_t level, uint64_t index)
{
    uint64_t h = (index * 2 + 1) * 0x9e3779b97f4a7c15u ^ ((uint64_t)tree << 8 | level) * 0xff51afd7ed558ccdu;
    return (uint32_t)(h >> 32) % BUCKETS;
}

struct keys_node *tree_cached(struct keys_tree *t, uint8_t tree, uint8_t level, uint64_t index)
{
    for (uint32_t i = t->bucket[home_of(tree, level, index)]; i; i = t->node[i - 1].next) {
        struct keys_node *n = &t->node[i - 1];
        if (n->tree == tree && n->level == level && n->index == index) {
            n->used = true;
            return n;
        }
    }
    return NULL;
}

static void unlink_node(struct keys_tree *t, const struct keys_node *n)
{
    uint32_t *at = &t->bucket[home_of(n->tree, n->level, n->index)];
    while (&t->node[*at - 1] != n)
        at = &t->node[*at - 1].next;
    *at = n->next;
}

static bool grow(struct keys_tree *t)
{
    if (t->count == KEYS_NODES_MAX)
        return false;
    struct keys_secrets *chunk = secret_alloc(CHUNK * sizeof *chunk);
    if (!chunk)
        return false;
    t->chunk[t->count / CHUNK] = chunk;
    for (uint32_t i = 0; i < CHUNK; i++) {
        t->node[t->count + i] = (struct keys_node){.s = &chunk[i], .level = NO_LEVEL, .next = t->free};
        t->free = t->count + i + 1;
    }
    t->count += CHUNK;
    return true;
}

// The clock hand's next clean node, or NULL when all are dirty.
static struct keys_node *evict(struct keys_tree *t)
{
    for (uint32_t steps = 0; steps < 2 * t->count; steps++) {
        struct keys_node *n = &t->node[t->hand];
        t->hand = (t->hand + 1) % t->count;
        if (n->dirty)
            continue;
        if (!n->used) {
            unlink_node(t, n);
            return n;
        }
        n->used = false;
    }
    return NULL;
}

cu_code tree_take(
    struct keys_tree *t, uint8_t tree, uint8_t level, uint64_t index, struct keys_node **ret, struct cu_error *err)
{
    struct keys_node *n = NULL;
    if (t->free || grow(t)) {
        n = &t->node[t->free - 1];
        t->free = n->next;
    } else if (t->count > 0) {
        n = evict(t);
    }
    if (!n)
        return cu_fail(
            err, t->count == KEYS_NODES_MAX ? CU_BUSY : CU_MEMORY, "", "keys: no room for a node of the key tree");
    *n = (struct keys_node){.tree = tree, .level = level, .index = index, .epoch = t->epoch, .used = true, .s = n->s};
    uint32_t *bucket = &t->bucket[home_of(tree, level, index)];
    n->next = *bucket;
    *bucket = (uint32_t)(n - t->node) + 1;
    *ret = n;
    return CU_OK;
}

void tree_forget(struct keys_tree *t, struct keys_node *n)
{
    unlink_node(t, n);
    if (n->dirty)
        t->dirty--;
    n->dirty = false;
    secret_wipe(n->s, sizeof *n->s);
    n->next = t->free;
    n->level = NO_LEVEL;
    t->free = (uint32_t)(n - t->node) + 1;
}

cu_code keys_tree_new(struct db *read, struct keys_tree **ret, struct cu_error *err)
{
    struct keys_tree *t = cu_calloc(1, sizeof *t);
    if (!t)
        return cu_fail(err, CU_MEMORY, "", "keys: no memory for the key tree");
    t->read = read;
    t->root = secret_alloc(EPOCH_FORESTS * 32);
    if (!t->root) {
        cu_free(t);
        return cu_fail(err, CU_MEMORY, "", "keys: no memory for the key tree");
    }
    *ret = t;
    return CU_OK;
}

void keys_tree_free(struct keys_tree *t)
{
    if (!t)
        return;
    for (uint32_t i = 0; i < t->count / CHUNK; i++)
        secret_free(t->chunk[i]);
    secret_free(t->root);
    cu_free(t);
}

void keys_tree_clear(struct keys_tree *t)
{
    for (uint32_t i = 0; i < t->count; i++) {
        if (t->node[i].level != NO_LEVEL &&
            tree_cached(t, t->node[i].tree, t->node[i].level, t->node[i].index) == &t->node[i])
            tree_forget(t, &t->node[i]);
    }
}

void keys_tree_advance(struct keys_tree *t, uint64_t epoch, const uint8_t root[EPOCH_FORESTS][32])
{
    t->epoch = epoch;
    memcpy(t->root, root, EPOCH_FORESTS * 32);
}

void keys_tree_enter(struct keys_tree *t, uint64_t epoch, const uint8_t root[EPOCH_FORESTS][32])
{
    keys_tree_clear(t);
    keys_tree_advance(t, epoch, root);
}

// --- paths

static cu_code top_of(struct keys_tree *t, uint8_t tree, struct keys_node **ret, struct cu_error *err)
{
    uint8_t forest = tree >= KEYS_VAULT_TREE ? EPOCH_VAULT : EPOCH_PEOPLE;
    return tree_load(t, (uint8_t)(forest * KEYS_VAULT_TREE), KEYS_TOP, 0, t->root[forest], ret, err);
}

// The number of the node at a level that a place lies below.
static uint64_t index_at(struct keys_place at, unsigned level)
{
    return level + 1 >= KEYS_DEPTH_MAX ? 0 : at.index >> (6 * (level + 1));
}

static bool fits(uint64_t index, unsigned depth)
{
    return depth >= KEYS_DEPTH_MAX || index >> (6 * depth) == 0;
}

cu_code keys_tree_find(struct keys_tree *t, struct keys_place at, struct keys_node **ret, struct cu_error *err)
{
    struct keys_node *n = tree_cached(t, at.tree, 0, at.index / KEYS_FANOUT);
    if (n) {
        *ret = n;
        return CU_OK;
    }
    CU_TRY(top_of(t, at.tree, &n, err));
    unsigned depth = n->s->state[at.tree % KEYS_VAULT_TREE], child = at.tree % KEYS_VAULT_TREE;
    if (depth == 0 || !fits(at.index, depth))
        return cu_fail(err, CU_NOT_FOUND, "", "keys: the subject has no key");
    for (unsigned level = depth; level-- > 0;) {
        if (n->s->state[child] == ENTRY_NONE)
            return cu_fail(err, CU_NOT_FOUND, "", "keys: the subject has no key");
        uint8_t key[32];
        memcpy(key, n->s->key[child], 32); // the parent may leave when its child needs the room
        cu_code code = tree_load(t, at.tree, (uint8_t)level, index_at(at, level), key, &n, err);
        secret_wipe(key, sizeof key);
        CU_TRY(code);
        child = (unsigned)(at.index >> (6 * level)) % KEYS_FANOUT;
    }
    *ret = n;
    return CU_OK;
}

void keys_tree_touch(struct keys_tree *t, struct keys_node *n)
{
    t->dirty += !n->dirty;
    n->dirty = true;
}

static cu_code new_node(struct keys_tree *t, uint8_t tree, uint8_t level, uint64_t index, struct keys_node **ret,
    struct cu_error *err)
{
    CU_TRY(tree_take(t, tree, level, index, ret, err));
    secret_wipe((*ret)->s, sizeof *(*ret)->s);
    cu_random((*ret)->s->own, 32);
    keys_tree_touch(t, *ret);
    return CU_OK;
}

// A tree that is too shallow gets new roots above its old one.
static cu_code deepen(struct keys_tree *t, struct keys_node *top, struct keys_place at, struct cu_error *err)
{
    unsigned slot = at.tree % KEYS_VAULT_TREE;
    while (top->s->state[slot] == 0 || !fits(at.index, top->s->state[slot])) {
        struct keys_node *root = NULL;
        uint8_t depth = top->s->state[slot];
        keys_tree_touch(t, top); // and so it stays
        CU_TRY(new_node(t, at.tree, depth, 0, &root, err));
        if (depth > 0) {
            root->s->state[0] = ENTRY_LIVING;
            memcpy(root->s->key[0], top->s->key[slot], 32);
        }
        memcpy(top->s->key[slot], root->s->own, 32);
        top->s->state[slot] = (uint8_t)(depth + 1);
    }
    return CU_OK;
}

cu_code keys_tree_make(struct keys_tree *t, struct keys_place at, bool all, struct keys_node **ret, struct cu_error *err)
{
    if (t->dirty > KEYS_DIRTY_MAX)
        return cu_fail(err, CU_BUSY, "", "keys: more new keys than fit into one batch");
    struct keys_node *parent = NULL;
    CU_TRY(top_of(t, at.tree, &parent, err));
    CU_TRY(deepen(t, parent, at, err));
    unsigned child = at.tree % KEYS_VAULT_TREE;
    for (unsigned level = parent->s->state[child]; level-- > 0;) {
        struct keys_node *n = NULL;
        bool was_dirty = parent->dirty, there = parent->s->state[child] != ENTRY_NONE;
        uint64_t index = index_at(at, level);
        keys_tree_touch(t, parent); // it must not leave meanwhile
        cu_code code = there ? tree_load(t, at.tree, (uint8_t)level, index, parent->s->key[child], &n, err)
                             : new_node(t, at.tree, (uint8_t)level, index, &n, err);
        if (code == CU_OK && !there) {
            parent->s->state[child] = ENTRY_LIVING;
            memcpy(parent->s->key[child], n->s->own, 32);
        }
        if (!was_dirty && !all && (there || code != CU_OK)) {
            parent->dirty = false;
            t->dirty--;
        }
        CU_TRY(code);
        child = (unsigned)(at.index >> (6 * level)) % KEYS_FANOUT;
        parent = n;
    }
    if (all)
        keys_tree_touch(t, parent);
    *ret = parent;
    return CU_OK;
}

// --- re-keying

// Gives the dirty nodes of one level new keys and tells their parents.
static void rekey_level(struct keys_tree *t, unsigned level, uint64_t epoch)
{
    for (uint32_t i = 0; i < t->count; i++) {
        struct keys_node *n = &t->node[i], *top = NULL;
        if (!n->dirty || n->level != level)
            continue;
        unsigned forest = n->tree / KEYS_VAULT_TREE, slot = n->tree % KEYS_VAULT_TREE,
                 child = (unsigned)n->index % KEYS_FANOUT;
        top = tree_cached(t, (uint8_t)(forest * KEYS_VAULT_TREE), KEYS_TOP, 0);
        assert(top && top->dirty);
        bool is_root = top->s->state[slot] == level + 1;
        struct keys_node *parent = is_root ? top : tree_cached(t, n->tree, (uint8_t)(level + 1), n->index / KEYS_FANOUT);
        assert(parent && parent->dirty);
        cu_random(n->s->own, 32);
        memcpy(parent->s->key[is_root ? slot : child], n->s->own, 32);
        n->epoch = epoch;
    }
}

void keys_tree_rekey(struct keys_tree *t, uint64_t epoch, uint8_t root[EPOCH_FORESTS][32])
{
    uint64_t levels = 0;
    for (uint32_t i = 0; i < t->count; i++)
        levels |= t->node[i].dirty ? UINT64_C(1) << t->node[i].level : 0;
    for (unsigned level = 0; level < KEYS_DEPTH_MAX; level++) {
        if (levels >> level & 1)
            rekey_level(t, level, epoch);
    }
    for (uint8_t forest = 0; forest < EPOCH_FORESTS; forest++) {
        struct keys_node *top = tree_cached(t, (uint8_t)(forest * KEYS_VAULT_TREE), KEYS_TOP, 0);
        if (!top || !top->dirty)
            continue;
        cu_random(root[forest], 32);
        memcpy(top->s->own, root[forest], 32);
        top->epoch = epoch;
    }
}

// --- storing

uint32_t keys_tree_dirty(const struct keys_tree *t)
{
    return t->dirty;
}

cu_code keys_tree_each_dirty(struct keys_tree *t, keys_tree_store *fn, void *context, struct cu_error *err)
{
    uint32_t left = t->dirty;
    for (uint32_t i = 0; i < t->count && left > 0; i++) {
        uint8_t sealed[KEYS_NODE_SEALED];
        if (!t->node[i].dirty)
            continue;
        keys_node_seal(&t->node[i], sealed);
        CU_TRY(fn(context, &t->node[i], sealed, err));
        left--;
    }
    return CU_OK;
}

void keys_tree_stored(struct keys_tree *t)
{
    for (uint32_t i = 0; i < t->count && t->dirty > 0; i++) {
        t->dirty -= t->node[i].dirty;
        t->node[i].dirty = false;
    }
}

void keys_tree_drop(struct keys_tree *t)
{
    for (uint32_t i = 0; i < t->count && t->dirty > 0; i++) {
        if (t->node[i].dirty)
            tree_forget(t, &t->node[i]);
    }
}

cu_code keys_tree_begin(struct keys_tree *t, struct cu_error *err)
{
    for (uint8_t forest = 0; forest < EPOCH_FORESTS; forest++) {
        struct keys_node *top = NULL;
        CU_TRY(new_node(t, (uint8_t)(forest * KEYS_VAULT_TREE), KEYS_TOP, 0, &top, err));
        memcpy(top->s->own, t->root[forest], 32);
    }
    return CU_OK;
}

// --- walking

struct walk {
    struct keys_tree *t;
    struct keys_place from;
    keys_tree_leaf *fn;
    void *context;
    bool ended;
};

static cu_code walk_node(
    struct walk *w, uint8_t tree, unsigned level, uint64_t index, const uint8_t key[32], struct cu_error *err)
{
    struct keys_node *n = NULL;
    CU_TRY(tree_load(w->t, tree, (uint8_t)level, index, key, &n, err));
    if (level == 0) {
        w->ended = !w->fn(w->context, n);
        return CU_OK;
    }
    struct keys_secrets copy = *n->s; // the node may leave while its children are read
    cu_code code = CU_OK;
    for (unsigned i = 0; i < KEYS_FANOUT && code == CU_OK && !w->ended; i++) {
        uint64_t child = index * KEYS_FANOUT + i, last = ((child + 1) << (6 * level)) - 1;
        if (copy.state[i] != ENTRY_NONE && (tree != w->from.tree || last >= w->from.index))
            code = walk_node(w, tree, level - 1, child, copy.key[i], err);
    }
    secret_wipe(&copy, sizeof copy);
    return code;
}

cu_code keys_tree_walk(struct keys_tree *t, enum epoch_forest forest, struct keys_place from, keys_tree_leaf *fn,
    void *context, struct cu_error *err)
{
    struct walk w = {.t = t, .from = from, .fn = fn, .context = context};
    for (unsigned i = 0; i < KEYS_FANOUT && !w.ended; i++) {
        struct keys_node *top = NULL;
        uint8_t tree = (uint8_t)((unsigned)forest * KEYS_VAULT_TREE + i), key[32];
        CU_TRY(top_of(t, tree, &top, err));
        if (tree < from.tree || top->s->state[i] == 0)
            continue;
        memcpy(key, top->s->key[i], 32);
        cu_code code = walk_node(&w, tree, top->s->state[i] - 1u, 0, key, err);
        secret_wipe(key, sizeof key);
        CU_TRY(code);
    }
    return CU_OK;
}
