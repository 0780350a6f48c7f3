// SPDX-License-Identifier: Apache-2.0
// Different values in bounded memory (segment_distinct.h).
#include "segment_distinct.h"

#include <string.h>

static void clear(struct seg_distinct *d)
{
    memset(d->slot, 0, sizeof d->slot);
    d->used = 0;
    d->zero = d->full = false;
}

void seg_distinct_init(struct seg_distinct *d)
{
    clear(d);
    d->parts = 1;
    d->part = 0;
    d->counted = 0;
}

enum seg_distinct_add seg_distinct_add(struct seg_distinct *d, uint64_t value)
{
    uint64_t v = seg_mix(value);
    if (d->full || (v & (d->parts - 1)) != d->part)
        return SEG_DISTINCT_LATER;
    if (v == 0) {
        bool known = d->zero;
        d->zero = true;
        return known ? SEG_DISTINCT_KNOWN : SEG_DISTINCT_NEW;
    }
    uint64_t at = (v >> 40) & (SEG_DISTINCT_SLOTS - 1);
    while (d->slot[at] != 0 && d->slot[at] != v)
        at = (at + 1) & (SEG_DISTINCT_SLOTS - 1);
    if (d->slot[at] == v)
        return SEG_DISTINCT_KNOWN;
    if (d->used >= SEG_DISTINCT_MAX && d->parts < SEG_DISTINCT_PARTS_MAX) {
        d->full = true;
        return SEG_DISTINCT_LATER;
    }
    if (d->used >= SEG_DISTINCT_SLOTS - 1)
        return SEG_DISTINCT_LATER; // only values that were made for it come so far
    d->slot[at] = v;
    d->used++;
    return SEG_DISTINCT_NEW;
}

// A part that was too large: everything anew in parts of a quarter of the size, at most ten times.
bool seg_distinct_again(struct seg_distinct *d)
{
    if (d->full) {
        d->parts *= 4;
        d->part = 0;
        d->counted = 0;
        clear(d);
        return true;
    }
    d->counted += d->used + d->zero;
    clear(d);
    return ++d->part < d->parts;
}

uint64_t seg_distinct_count(const struct seg_distinct *d)
{
    return d->counted;
}
