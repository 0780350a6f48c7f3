// SPDX-License-Identifier: Apache-2.0
// Rate limits: token buckets for any number of keys (addresses, e-mail hashes, sources) in a table
// of fixed size. A full table forgets the bucket that was idle longest among the few it may use, so
// an attacker with many keys can make a limit milder for strangers, never stricter.
// Threads: any.
#pragma once

#include "base/memory.h"

struct limit;
// `per_minute` tokens flow in, at most `burst` are saved up; both at least 1. NULL: out of memory.
struct limit *limit_new(uint32_t per_minute, uint32_t burst, uint32_t keys_max) CU_MUST;
void limit_free(struct limit *l); // NULL is fine
// Takes one token of the key's bucket. false: none left; *ret_wait_s (may be NULL) is then the
// whole seconds until one is there, at least 1: a Retry-After.
bool limit_take(struct limit *l, cu_str key, int64_t *ret_wait_s);
// Gives one back (an attempt that turned out to be harmless).
void limit_give(struct limit *l, cu_str key);
