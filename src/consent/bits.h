// SPDX-License-Identifier: Apache-2.0
// Numbers as bits as base64url text, as the consent strings of the advertising industry write them (IAB TCF, GPP): six
// bits a letter, most significant first. Nothing is allocated while reading.
#pragma once

#include "base/memory.h"

struct bit_reader {
    cu_str text;
    size_t at;   // next bit
    bool failed; // something beyond the end was asked for
};
// CU_MALFORMED for letters outside base64url.
cu_code bit_reader_open(cu_str text, struct bit_reader *ret, struct cu_error *err) CU_MUST;
uint64_t bits_take(struct bit_reader *r, unsigned count); // at most 64; 0 beyond the end
uint64_t bits_take_fibonacci(struct bit_reader *r);       // up to 2^31; failed beyond
size_t bits_left(const struct bit_reader *r);

enum bits_pad {
    BITS_PAD_24,  // zeros up to whole bytes of whole base64 groups (TCF)
    BITS_PAD_8_6  // zeros up to a byte, then up to a letter (GPP)
};
struct bit_writer {
    struct cu_buf *out;
    unsigned letter, used; // of the letter under way
    size_t bits;           // written so far
};
void bit_writer_open(struct bit_writer *w, struct cu_buf *out);
void bits_put(struct bit_writer *w, uint64_t value, unsigned count);
void bits_put_fibonacci(struct bit_writer *w, uint32_t value); // at least 1
void bits_close(struct bit_writer *w, enum bits_pad pad);
