// SPDX-License-Identifier: Apache-2.0
// Somebody who has the present root key, the present ratchet, the present key store and an old copy of it,
// and wants the keys of people erased since. Every node row of either is tried under every key that any
// opened row holds for its place, from the tops under the present epoch roots. Written from the description
// of the format, with libsodium alone, so that it is a second reading of it.
#pragma once

#include "store/keys_epoch.h"

#include <sodium.h>
#include <sqlite3.h>
#include <string.h>

struct attack {
    sqlite3_stmt *rows[2]; // of the present store and of the old copy
    uint64_t opened_rows[2];
    // called for each key found at a leaf: state as it is sealed there
    void (*found)(void *context, uint64_t subject_index, unsigned tree, unsigned state, const uint8_t key[32]);
    void *context;
};

static inline bool attack_open(uint8_t plain[64 * 33], const uint8_t *sealed, int len, unsigned tree, unsigned level,
    uint64_t index, uint64_t epoch, const uint8_t key[32])
{
    uint8_t ad[30] = "custos-node1";
    ad[12] = (uint8_t)tree;
    ad[13] = (uint8_t)level;
    for (unsigned i = 0; i < 8; i++) {
        ad[14 + i] = (uint8_t)(index >> (56 - 8 * i));
        ad[22 + i] = (uint8_t)(epoch >> (56 - 8 * i));
    }
    return len == 24 + 64 * 33 + 16 && crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed + 24,
                                           (unsigned long long)len - 24, ad, sizeof ad, sealed, key) == 0;
}

static inline void attack_node(struct attack *a, unsigned tree, unsigned level, uint64_t index, const uint8_t key[32]);

static inline void attack_entries(struct attack *a, unsigned tree, unsigned level, uint64_t index, const uint8_t plain[64 * 33])
{
    for (unsigned i = 0; i < 64; i++) {
        unsigned state = plain[33 * i];
        const uint8_t *key = plain + 33 * i + 1;
        if (state == 0)
            continue;
        if (level == 63)
            attack_node(a, tree + i, state - 1, 0, key);
        else if (level > 0)
            attack_node(a, tree, level - 1, index * 64 + i, key);
        else
            a->found(a->context, index * 64 + i, tree, state, key);
    }
}

static inline void attack_node(struct attack *a, unsigned tree, unsigned level, uint64_t index, const uint8_t key[32])
{
    uint8_t plain[64 * 33];
    for (int side = 0; side < 2; side++) {
        sqlite3_stmt *s = a->rows[side];
        for (int64_t nth = 0;; nth++) { // a place may have several rows
            (void)sqlite3_reset(s);
            (void)sqlite3_bind_int64(s, 1, tree);
            (void)sqlite3_bind_int64(s, 2, level);
            (void)sqlite3_bind_int64(s, 3, (int64_t)index);
            (void)sqlite3_bind_int64(s, 4, nth);
            if (sqlite3_step(s) != SQLITE_ROW)
                break;
            if (!attack_open(plain, sqlite3_column_blob(s, 1), sqlite3_column_bytes(s, 1), tree, level, index,
                    (uint64_t)sqlite3_column_int64(s, 0), key))
                continue;
            a->opened_rows[side]++;
            attack_entries(a, tree, level, index, plain);
        }
    }
}

// now, old: files tree.db. False when a file cannot be read.
static inline bool attack_run(struct attack *a, const char *now, const char *old, const struct epoch_values *v)
{
    sqlite3 *db[2] = {NULL, NULL};
    const char *path[2] = {now, old};
    bool good = true;
    for (int i = 0; i < 2; i++)
        good = good && sqlite3_open_v2(path[i], &db[i], SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
               sqlite3_prepare_v2(db[i],
                   "SELECT epoch, sealed FROM node WHERE tree = ? AND level = ? AND idx = ? ORDER BY epoch LIMIT 1 OFFSET ?", -1,
                   &a->rows[i], NULL) == SQLITE_OK;
    for (unsigned forest = 0; good && forest < EPOCH_FORESTS; forest++)
        attack_node(a, forest * 64, 63, 0, v->root[forest]);
    for (int i = 0; i < 2; i++) {
        sqlite3_finalize(a->rows[i]);
        sqlite3_close(db[i]);
    }
    return good;
}
