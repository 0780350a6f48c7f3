// SPDX-License-Identifier: Apache-2.0
// Fields of one group as bytes: what is sealed in trait_current and trait_history. Each entry knows its
// value, when it was said, by whom, and which evidence can take it back. Newest wins by (at_ms, seq).
//
// Format: byte 1, then per entry u8 type (+ 128: misfit), u16 name length, u32 value length, i64 at_ms, u64 seq, u32 source,
// i64 origin (little-endian), name, value.
#pragma once

#include "base/memory.h"

enum fold_type { FOLD_NULL, FOLD_TEXT, FOLD_JSON /* numbers, booleans, arrays, objects as JSON text */ };
struct fold_entry {
    cu_str name, value;
    enum fold_type type;
    bool misfit; // has a declared name, but did not fit that row: nobody's until it is sent again
    uint32_t source;
    int64_t at_ms, origin;
    uint64_t seq;
};
struct fold_reader {
    cu_str rest;
    bool damaged;
};
#define FOLD_NAME_MAX 512u

void fold_start(struct cu_buf *out);
void fold_put(struct cu_buf *out, const struct fold_entry *e);
struct fold_reader fold_read(cu_str bytes); // empty bytes: no entries
bool fold_next(struct fold_reader *r, struct fold_entry *ret); // views into bytes; false at the end or when damaged
bool fold_find(cu_str bytes, cu_str name, struct fold_entry *ret);
bool fold_same_value(const struct fold_entry *a, const struct fold_entry *b);
bool fold_newer(const struct fold_entry *a, const struct fold_entry *b); // a wins over b, also when equally old
// old with the entries of delta laid over it, each where it is newer.
void fold_merge(cu_str old, cu_str delta, struct cu_buf *out);
