// SPDX-License-Identifier: Apache-2.0
// Different values, counted on the stack. Up to SEG_DISTINCT_MAX of them in one pass; of more, the values are
// brought again for each part of the number space: do { add all } while (seg_distinct_again(..)).
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEG_DISTINCT_MAX 2048
#define SEG_DISTINCT_SLOTS 4096u // 32 KiB
#define SEG_DISTINCT_PARTS_MAX (1u << 12)

struct seg_distinct {
    uint64_t slot[SEG_DISTINCT_SLOTS]; // mixed values; 0: free
    uint32_t used;
    bool zero;           // the value that mixes to 0
    bool full;           // this part has too many: it is split
    uint32_t parts, part;
    uint64_t counted;    // of the parts before
};
enum seg_distinct_add { SEG_DISTINCT_NEW, SEG_DISTINCT_KNOWN, SEG_DISTINCT_LATER /* of another part, or no room */ };

// splitmix64's finisher: one to one, so different values stay different.
static inline uint64_t seg_mix(uint64_t v)
{
    v = (v ^ (v >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    v = (v ^ (v >> 27)) * UINT64_C(0x94d049bb133111eb);
    return v ^ (v >> 31);
}

void seg_distinct_init(struct seg_distinct *d);
enum seg_distinct_add seg_distinct_add(struct seg_distinct *d, uint64_t value);
bool seg_distinct_again(struct seg_distinct *d);
uint64_t seg_distinct_count(const struct seg_distinct *d);
