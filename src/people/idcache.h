// SPDX-License-Identifier: Apache-2.0
// Two bounded caches in front of the databases, for the one writing thread: identifier tag -> profile,
// and pair of profiles -> what is stored about their link. They hold committed and uncommitted state
// of the running batch alike, so a rollback empties them.
#pragma once

#include "base/memory.h"

struct idcache_tag {
    uint8_t tag[16];
    int64_t identifier; // row number in records.db
    uint32_t pno;
    uint32_t import;    // origin it is known to have (see origin in people_schema.sql)
    int32_t first_day, day; // first and last day seen
    uint16_t kind;
    bool sample, anchor;
};
enum idcache_pair_state { IDCACHE_PAIR_NONE, IDCACHE_PAIR_LIVE, IDCACHE_PAIR_REFUSED };
struct idcache_pair {
    uint32_t a, b;     // a < b
    int64_t origin;    // LIVE: an origin the edge is known to have
    int64_t edge;
    enum idcache_pair_state state;
};
struct idcache_slot;
struct idcache {
    struct idcache_slot *tags;  // sets of 4
    struct idcache_pair *pairs; // direct mapped
    uint32_t turn;
    bool used;
};

#define IDCACHE_SETS 65536u
#define IDCACHE_PAIRS 65536u

cu_code idcache_init(struct idcache *c, struct cu_error *err) CU_MUST;
void idcache_clear(struct idcache *c); // frees
void idcache_empty(struct idcache *c); // forgets everything
struct idcache_tag *idcache_find(struct idcache *c, const uint8_t tag[16]); // NULL; valid until the next put
struct idcache_tag *idcache_put(struct idcache *c, const struct idcache_tag *entry);
void idcache_drop(struct idcache *c, const uint8_t tag[16]);
struct idcache_pair *idcache_pair_find(struct idcache *c, uint32_t a, uint32_t b); // NULL
void idcache_pair_put(struct idcache *c, const struct idcache_pair *pair);
void idcache_pairs_empty(struct idcache *c); // after anything that may turn a refusal into a link
