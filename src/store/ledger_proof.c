// SPDX-License-Identifier: Apache-2.0
// Merkle tree arithmetic. See ledger_proof.h. Names follow RFC 6962: a range [lo, hi) splits at the
// largest power of two smaller than its length.
#include "ledger_proof.h"

#include "crypto/sign.h"

#include <assert.h>

void ledger_hash_leaf(cu_str entry, struct ledger_hash *ret)
{
    sign_digest((cu_str){"\0", 1}, entry, ret->bytes);
}

void ledger_hash_node(const struct ledger_hash *l, const struct ledger_hash *r, struct ledger_hash *ret)
{
    char text[1 + LEDGER_HASH];
    text[0] = 1;
    memcpy(text + 1, l->bytes, LEDGER_HASH);
    sign_digest((cu_str){text, sizeof text}, (cu_str){(const char *)r->bytes, LEDGER_HASH}, ret->bytes);
}

bool ledger_hash_equal(const struct ledger_hash *a, const struct ledger_hash *b)
{
    return memcmp(a->bytes, b->bytes, LEDGER_HASH) == 0;
}

// n leaves have n hashes of level 0, n/2 of level 1 and so on.
uint64_t ledger_stored(uint64_t size)
{
    return 2 * size - (uint64_t)__builtin_popcountll(size);
}

uint64_t ledger_position(unsigned level, uint64_t n)
{
    uint64_t last_leaf = ((n + 1) << level) - 1; // which completes the subtree
    return ledger_stored(last_leaf) + level;
}

size_t ledger_edge_add(struct ledger_edge *e, const struct ledger_hash *leaf, struct ledger_hash *ret)
{
    size_t count = 1;
    unsigned level = 0;
    ret[0] = *leaf;
    for (uint64_t n = e->size; n & 1; n >>= 1, level++, count++)
        ledger_hash_node(&e->at[level], &ret[count - 1], &ret[count]);
    e->at[level] = ret[count - 1];
    e->size++;
    return count;
}

void ledger_edge_root(const struct ledger_edge *e, struct ledger_hash *ret)
{
    bool first = true;
    if (e->size == 0)
        sign_digest(CU_NONE, CU_NONE, ret->bytes);
    for (unsigned level = 0; level < LEDGER_LEVELS; level++) {
        if (!(e->size >> level & 1))
            continue;
        if (first)
            *ret = e->at[level];
        else
            ledger_hash_node(&e->at[level], ret, ret);
        first = false;
    }
}

cu_code ledger_edge_load(uint64_t size, ledger_get_hash *get, void *context, struct ledger_edge *ret, struct cu_error *err)
{
    *ret = (struct ledger_edge){.size = size};
    for (unsigned level = 0; level < LEDGER_LEVELS; level++) {
        if (size >> level & 1)
            CU_TRY(get(context, ledger_position(level, (size >> level) - 1), &ret->at[level], err));
    }
    return CU_OK;
}

static unsigned log2_of(uint64_t n)
{
    return 63u - (unsigned)__builtin_clzll(n);
}

// MTH(D[lo:hi]); lo is a multiple of the smallest power of two that is not below the length, as every
// range of the recursion is.
static cu_code range_hash(uint64_t lo, uint64_t hi, ledger_get_hash *get, void *context, struct ledger_hash *ret,
    struct cu_error *err)
{
    struct ledger_hash parts[LEDGER_LEVELS];
    size_t count = 0;
    while (lo < hi) {
        unsigned level = log2_of(hi - lo);
        CU_TRY(get(context, ledger_position(level, lo >> level), &parts[count++], err));
        lo += UINT64_C(1) << level;
    }
    assert(count > 0);
    *ret = parts[--count];
    while (count > 0)
        ledger_hash_node(&parts[--count], ret, ret);
    return CU_OK;
}

// The largest power of two smaller than n; n is at least 2.
static uint64_t split(uint64_t n)
{
    return UINT64_C(1) << log2_of(n - 1);
}

static void reverse(struct ledger_proof *p)
{
    for (size_t i = 0; i < p->count / 2; i++) {
        struct ledger_hash h = p->at[i];
        p->at[i] = p->at[p->count - 1 - i];
        p->at[p->count - 1 - i] = h;
    }
}

cu_code ledger_proof_root(uint64_t size, ledger_get_hash *get, void *context, struct ledger_hash *ret, struct cu_error *err)
{
    if (size > 0)
        return range_hash(0, size, get, context, ret, err);
    sign_digest(CU_NONE, CU_NONE, ret->bytes);
    return CU_OK;
}

cu_code ledger_proof_inclusion(uint64_t index, uint64_t size, ledger_get_hash *get, void *context, struct ledger_proof *ret,
    struct cu_error *err)
{
    if (index >= size)
        return cu_fail(err, CU_INVALID, "index", "an index below the size is accepted");
    uint64_t lo = 0, hi = size;
    ret->count = 0;
    while (hi - lo > 1) {
        uint64_t k = split(hi - lo);
        bool left = index - lo < k;
        CU_TRY(range_hash(left ? lo + k : lo, left ? hi : lo + k, get, context, &ret->at[ret->count++], err));
        if (left)
            hi = lo + k;
        else
            lo += k;
    }
    reverse(ret);
    return CU_OK;
}

cu_code ledger_proof_consistency(uint64_t from, uint64_t to, ledger_get_hash *get, void *context, struct ledger_proof *ret,
    struct cu_error *err)
{
    if (from > to)
        return cu_fail(err, CU_INVALID, "from_size", "a size not above the other is accepted");
    ret->count = 0;
    if (from == 0 || from == to)
        return CU_OK;
    uint64_t lo = 0, hi = to, m = from;
    bool whole = true; // the old tree is the range itself so far: its hash is known to whoever asks
    while (m != hi - lo) {
        uint64_t k = split(hi - lo);
        bool left = m <= k;
        CU_TRY(range_hash(left ? lo + k : lo, left ? hi : lo + k, get, context, &ret->at[ret->count++], err));
        if (left) {
            hi = lo + k;
        } else {
            lo += k;
            m -= k;
            whole = false;
        }
    }
    if (!whole)
        CU_TRY(range_hash(lo, hi, get, context, &ret->at[ret->count++], err));
    reverse(ret);
    return CU_OK;
}

bool ledger_inclusion_holds(const struct ledger_hash *leaf, uint64_t index, uint64_t size, const struct ledger_proof *proof,
    const struct ledger_hash *root)
{
    if (index >= size)
        return false;
    uint64_t fn = index, sn = size - 1;
    struct ledger_hash r = *leaf;
    for (size_t i = 0; i < proof->count; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            ledger_hash_node(&proof->at[i], &r, &r);
            for (; !(fn & 1) && fn != 0; fn >>= 1)
                sn >>= 1;
        } else {
            ledger_hash_node(&r, &proof->at[i], &r);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && ledger_hash_equal(&r, root);
}

bool ledger_consistency_holds(uint64_t from, uint64_t to, const struct ledger_proof *proof,
    const struct ledger_hash *root_from, const struct ledger_hash *root_to)
{
    if (from > to)
        return false;
    if (from == 0)
        return proof->count == 0;
    if (from == to)
        return proof->count == 0 && ledger_hash_equal(root_from, root_to);
    bool known = (from & (from - 1)) == 0; // a complete tree: its own root starts the path
    if (!known && proof->count == 0)
        return false;
    size_t at = known ? 0 : 1;
    struct ledger_hash fr = known ? *root_from : proof->at[0], sr = fr;
    uint64_t fn = from - 1, sn = to - 1;
    for (; fn & 1; fn >>= 1)
        sn >>= 1;
    for (; at < proof->count; at++) {
        if (sn == 0)
            return false;
        if ((fn & 1) || fn == sn) {
            ledger_hash_node(&proof->at[at], &fr, &fr);
            ledger_hash_node(&proof->at[at], &sr, &sr);
            for (; !(fn & 1) && fn != 0; fn >>= 1)
                sn >>= 1;
        } else {
            ledger_hash_node(&sr, &proof->at[at], &sr);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && ledger_hash_equal(&fr, root_from) && ledger_hash_equal(&sr, root_to);
}
