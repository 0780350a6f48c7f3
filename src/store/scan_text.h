// SPDX-License-Identifier: Apache-2.0
// Tests of texts. Worked out once per distinct text: per entry of a run's dictionary, and in a small memory per
// thread for texts that come one by one (rows in memory, values drawn from words).
#pragma once

#include "scan.h"

int64_t scan_text_value(
    const struct scan_column *c, cu_str text, uint64_t hash, struct cu_buf *scratch); // its hash, or 1 or 0

enum { SCAN_TEXT_CACHE = 1024 };
struct scan_text_cache { // direct-mapped by (column, hash)
    struct {
        uint64_t hash;
        uint32_t column, value;
    } slots[SCAN_TEXT_CACHE];
};
int64_t scan_text_cached(struct scan_text_cache *cache, const struct scan_column *columns, uint32_t column, cu_str text,
    uint64_t hash, struct cu_buf *scratch);
