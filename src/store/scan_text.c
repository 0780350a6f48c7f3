// SPDX-License-Identifier: Apache-2.0
// Tests of texts (scan_text.h).
#include "scan_text.h"

#include "text/text.h"

static bool matches(enum scan_match match, cu_str text, cu_str test)
{
    switch (match) {
    case SCAN_IS:
        return cu_str_eq(text, test);
    case SCAN_CONTAINS:
        return cu_str_find_str(text, test) >= 0;
    case SCAN_STARTS:
        return cu_str_starts(text, test);
    case SCAN_ENDS:
        return cu_str_ends(text, test);
    case SCAN_VALUE:
        break;
    }
    return false;
}

static bool matches_folded(const struct scan_column *c, cu_str text, struct cu_buf *scratch)
{
    for (size_t i = 0; i < c->text_count; i++) { // scratch: the text folded, then the test folded
        cu_buf_reset(scratch);
        text_fold(text, scratch);
        size_t len = scratch->len;
        text_fold(c->texts[i], scratch);
        cu_str folded = {scratch->ptr, len}, test = {len < scratch->len ? scratch->ptr + len : "", scratch->len - len};
        if (!scratch->failed && matches(c->match, folded, test))
            return true;
    }
    return false;
}

int64_t scan_text_value(const struct scan_column *c, cu_str text, uint64_t hash, struct cu_buf *scratch)
{
    if (c->match == SCAN_VALUE)
        return (int64_t)hash;
    if (c->fold)
        return matches_folded(c, text, scratch);
    for (size_t i = 0; i < c->text_count; i++)
        if (matches(c->match, text, c->texts[i]))
            return 1;
    return 0;
}

int64_t scan_text_cached(struct scan_text_cache *cache, const struct scan_column *columns, uint32_t column, cu_str text,
    uint64_t hash, struct cu_buf *scratch)
{
    if (columns[column].match == SCAN_VALUE)
        return (int64_t)hash;
    size_t at = (hash ^ hash >> 32 ^ column * 97u) % SCAN_TEXT_CACHE;
    if (cache->slots[at].hash != hash || cache->slots[at].column != column) {
        cache->slots[at].value = (uint32_t)scan_text_value(&columns[column], text, hash, scratch);
        cache->slots[at].hash = hash; // never 0
        cache->slots[at].column = column;
    }
    return cache->slots[at].value;
}
