// SPDX-License-Identifier: Apache-2.0
// What a text is in a column: 64 bits, the same for ever.
#include "scan.h"

#include "base/hash.h"

#define TEXT_SEED UINT64_C(0x637573746f730001)

uint64_t timeline_text_hash(cu_str text)
{
    uint64_t h = cu_hash64(text.ptr, text.len, TEXT_SEED);
    return h ? h : 1;
}
