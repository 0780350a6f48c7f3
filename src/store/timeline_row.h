// SPDX-License-Identifier: Apache-2.0
// One row of the timeline as it stands in memory, its order, and the set of rows that a removal under
// way hides.
#pragma once

#include "base/hash.h"
#include "timeline.h"
#include "wire.h"

struct timeline_row {
    uint32_t pno, kind;
    int64_t time_ms;
    uint64_t seq;
    int64_t revenue;
    uint32_t source, import, flags;
    uint32_t plain_len;
    uint64_t bytes_at; // rows of the tail: the address of plain and sealed
    uint32_t sealed_len;
    uint32_t value_count;
    const struct timeline_tail_value *values; // rows of the tail: timeline_block.h
};

static inline int timeline_row_cmp(const struct timeline_row *a, const struct timeline_row *b)
{
    if (a->pno != b->pno)
        return a->pno < b->pno ? -1 : 1;
    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? -1 : 1;
    return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static inline size_t timeline_row_bytes(const struct timeline_row *r)
{
    return (size_t)r->plain_len + r->sealed_len;
}

// The row as the visitor sees it.
static inline struct timeline_event timeline_row_event(const struct timeline_row *r, cu_str plain, cu_str sealed)
{
    return (struct timeline_event){
        .pno = r->pno,
        .kind = r->kind,
        .source = r->source,
        .import = r->import,
        .time_ms = r->time_ms,
        .seq = r->seq,
        .revenue = r->revenue,
        .flags = r->flags,
        .plain = plain,
        .sealed = sealed,
    };
}

static inline int32_t timeline_day(int64_t time_ms) // days since 1970 in UTC, also before it
{
    int64_t day = time_ms / 86400000;
    return (int32_t)(time_ms % 86400000 < 0 ? day - 1 : day);
}

// What a removal names: sorted numbers. Almost always empty.
struct timeline_hidden {
    uint32_t *pnos, *imports, *sources;
    size_t pno_count, import_count, source_count;
    // Borrowed, and never in the manifest: what a step of timeline_expire leaves out, sorted by kind.
    const struct timeline_expiry *old;
    size_t old_count;
    const uint32_t *spared; // profiles that keep them, sorted
    size_t spared_count;
};

bool timeline_hidden_any(const struct timeline_hidden *h);
bool timeline_hidden_row(const struct timeline_hidden *h, const struct timeline_row *r);
void timeline_hidden_clear(struct timeline_hidden *h);
cu_code timeline_hidden_copy(
    const struct timeline_hidden *from, struct timeline_hidden *ret, struct cu_error *err) CU_MUST;
// A sorted copy of numbers into *list; for building a set.
cu_code timeline_hidden_list(
    const uint32_t *numbers, size_t count, uint32_t **ret, struct cu_error *err) CU_MUST;
