// SPDX-License-Identifier: Apache-2.0
// The writer's caches. See idcache.h; called by identity.c and edges.c.
#include "idcache.h"

#include "base/hash.h"

struct idcache_slot {
    struct idcache_tag entry;
    bool used;
};

cu_code idcache_init(struct idcache *c, struct cu_error *err)
{
    *c = (struct idcache){0};
    c->tags = cu_calloc(IDCACHE_SETS * 4u, sizeof(*c->tags));
    c->pairs = cu_calloc(IDCACHE_PAIRS, sizeof(*c->pairs));
    if (c->tags && c->pairs)
        return CU_OK;
    idcache_clear(c);
    return cu_fail(err, CU_MEMORY, "", "No memory for the cache of identifiers.");
}

void idcache_clear(struct idcache *c)
{
    cu_free(c->tags);
    cu_free(c->pairs);
    *c = (struct idcache){0};
}

void idcache_empty(struct idcache *c)
{
    if (!c->used)
        return;
    memset(c->tags, 0, IDCACHE_SETS * 4u * sizeof(*c->tags));
    idcache_pairs_empty(c);
    c->used = false;
}

void idcache_pairs_empty(struct idcache *c)
{
    memset(c->pairs, 0, IDCACHE_PAIRS * sizeof(*c->pairs));
}

// Tags are keyed hashes already: any of their bytes are evenly spread and unknown to a client.
static struct idcache_slot *set_of(struct idcache *c, const uint8_t tag[16])
{
    uint32_t h;
    memcpy(&h, tag, sizeof(h));
    return &c->tags[(h % IDCACHE_SETS) * 4u];
}

struct idcache_tag *idcache_find(struct idcache *c, const uint8_t tag[16])
{
    struct idcache_slot *set = set_of(c, tag);
    for (unsigned i = 0; i < 4; i++) {
        if (set[i].used && memcmp(set[i].entry.tag, tag, 16) == 0)
            return &set[i].entry;
    }
    return NULL;
}

struct idcache_tag *idcache_put(struct idcache *c, const struct idcache_tag *entry)
{
    struct idcache_slot *set = set_of(c, entry->tag), *slot = NULL;
    for (unsigned i = 0; i < 4 && !slot; i++) {
        if (set[i].used && memcmp(set[i].entry.tag, entry->tag, 16) == 0)
            slot = &set[i];
    }
    for (unsigned i = 0; i < 4 && !slot; i++) {
        if (!set[i].used)
            slot = &set[i];
    }
    if (!slot)
        slot = &set[c->turn++ % 4u];
    slot->entry = *entry;
    slot->used = true;
    c->used = true;
    return &slot->entry;
}

void idcache_drop(struct idcache *c, const uint8_t tag[16])
{
    struct idcache_slot *set = set_of(c, tag);
    for (unsigned i = 0; i < 4; i++) {
        if (set[i].used && memcmp(set[i].entry.tag, tag, 16) == 0)
            set[i].used = false;
    }
}

static struct idcache_pair *pair_slot(struct idcache *c, uint32_t a, uint32_t b)
{
    uint32_t key[2] = {a, b};
    return &c->pairs[cu_hash64(key, sizeof(key), 0) % IDCACHE_PAIRS];
}

struct idcache_pair *idcache_pair_find(struct idcache *c, uint32_t a, uint32_t b)
{
    struct idcache_pair *p = pair_slot(c, a, b);
    return p->state != IDCACHE_PAIR_NONE && p->a == a && p->b == b ? p : NULL;
}

void idcache_pair_put(struct idcache *c, const struct idcache_pair *pair)
{
    *pair_slot(c, pair->a, pair->b) = *pair;
    c->used = true;
}
