// SPDX-License-Identifier: Apache-2.0
// The unwrapped keys in memory, for keys.c alone, which locks around it. At most `max` subjects;
// the keys lie in guarded memory that grows by doubling, and a clock hand evicts when it is full.
#pragma once

#include "crypto/seal.h"

struct keys_cache;
enum keys_state { KEYS_UNKNOWN, KEYS_LIVING, KEYS_RESTRICTED, KEYS_ERASED }; // restricted: with its key, too

struct keys_cache *keys_cache_new(uint32_t max) CU_MUST; // NULL when out of memory
void keys_cache_free(struct keys_cache *c);              // wipes; NULL is fine
enum keys_state keys_cache_get(struct keys_cache *c, uint64_t subject, struct seal_key *ret);
void keys_cache_put(
    struct keys_cache *c, uint64_t subject, const struct seal_key *key); // NULL: erased; else living
void keys_cache_restrict(struct keys_cache *c, uint64_t subject, bool on); // when its key is held
void keys_cache_clear(struct keys_cache *c);
uint32_t keys_cache_count(const struct keys_cache *c);
