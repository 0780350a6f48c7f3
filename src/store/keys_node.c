// SPDX-License-Identifier: Apache-2.0
// A node's bytes and its row. nonce 24, XChaCha20-Poly1305 of (64 states, 64 keys), tag 16; associated data
// "custos-node1", tree 1, level 1, index 8, epoch 8, big-endian: a row moved to another place, or an older
// row of the same place, does not open.
#include "keys_tree_private.h"

#include "keys_sql.h"

#include "crypto/keybox.h"
#include "crypto/secret.h"

#define AD_LEN (12 + 18)
_Static_assert(KEYS_NODE_SEALED == KEYS_NODE_PLAIN + KEYBOX_OVERHEAD, "a box");
_Static_assert(sizeof(struct keys_secrets) == 32 + KEYS_NODE_PLAIN, "keys and states lie together");

static void write_ad(uint8_t ad[AD_LEN], uint8_t tree, uint8_t level, uint64_t index, uint64_t epoch)
{
    memcpy(ad, "custos-node1", 12);
    ad[12] = tree;
    ad[13] = level;
    for (int i = 0; i < 8; i++) {
        ad[14 + i] = (uint8_t)(index >> (56 - 8 * i));
        ad[22 + i] = (uint8_t)(epoch >> (56 - 8 * i));
    }
}

// The entries as they are sealed: each its state and its key.
static void print_entries(const struct keys_secrets *s, uint8_t ret[KEYS_NODE_PLAIN])
{
    for (size_t i = 0; i < KEYS_FANOUT; i++) {
        ret[33 * i] = s->state[i];
        memcpy(ret + 33 * i + 1, s->key[i], 32);
    }
}

static void parse_entries(const uint8_t text[KEYS_NODE_PLAIN], struct keys_secrets *ret)
{
    for (size_t i = 0; i < KEYS_FANOUT; i++) {
        ret->state[i] = text[33 * i];
        memcpy(ret->key[i], text + 33 * i + 1, 32);
    }
}

void keys_node_seal(const struct keys_node *n, uint8_t ret[KEYS_NODE_SEALED])
{
    uint8_t ad[AD_LEN], text[KEYS_NODE_PLAIN];
    write_ad(ad, n->tree, n->level, n->index, n->epoch);
    print_entries(n->s, text);
    keybox_seal(n->s->own, (cu_str){(const char *)ad, sizeof ad}, text, sizeof text, ret);
    secret_wipe(text, sizeof text);
}

static cu_code open_row(struct keys_node *n, uint64_t epoch, cu_str sealed, const uint8_t key[32], struct cu_error *err)
{
    uint8_t ad[AD_LEN], text[KEYS_NODE_PLAIN];
    write_ad(ad, n->tree, n->level, n->index, epoch);
    bool good = sealed.len == KEYS_NODE_SEALED &&
                keybox_open(key, (cu_str){(const char *)ad, sizeof ad}, (const uint8_t *)sealed.ptr, sealed.len, text);
    if (good) {
        parse_entries(text, n->s);
        memcpy(n->s->own, key, 32);
        n->epoch = epoch;
    }
    secret_wipe(text, sizeof text);
    return good
               ? CU_OK
               : cu_fail(err, CU_CORRUPT, "", "keys: a node of the key tree does not open: damaged, moved or an older copy");
}

// The newest row that is not newer than the epoch in force: a later one belongs to an erasure under way, or
// to one that was cut short.
static cu_code read_row(struct keys_tree *t, struct keys_node *n, const uint8_t key[32], struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(t->read, &keys_sql_node, &q, err));
    db_bind_i64(&q, ":tree", n->tree);
    db_bind_i64(&q, ":level", n->level);
    db_bind_i64(&q, ":idx", (int64_t)n->index);
    db_bind_i64(&q, ":epoch", (int64_t)t->epoch);
    bool there = db_step(&q);
    cu_code code = there ? open_row(n, (uint64_t)db_i64(&q, 0), db_blob(&q, 1), key, err) : CU_OK;
    cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
    if (code != CU_OK || ended != CU_OK)
        return code != CU_OK ? code : ended;
    return there ? CU_OK : cu_fail(err, CU_CORRUPT, "", "keys: a node of the key tree is missing");
}

cu_code tree_load(struct keys_tree *t, uint8_t tree, uint8_t level, uint64_t index, const uint8_t key[32],
    struct keys_node **ret, struct cu_error *err)
{
    struct keys_node *n = tree_cached(t, tree, level, index);
    if (!n) {
        CU_TRY(tree_take(t, tree, level, index, &n, err));
        cu_code code = read_row(t, n, key, err);
        if (code != CU_OK) {
            tree_forget(t, n);
            return code;
        }
    }
    *ret = n;
    return CU_OK;
}
