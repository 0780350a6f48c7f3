// SPDX-License-Identifier: Apache-2.0
// Encodings of files people upload: UTF-8, UTF-16 and Windows-1252 (of which the printable part of
// ISO-8859-1 is a subset) are turned into UTF-8 while they stream; anything else is refused with an
// answer that names what the bytes look like. No I/O, no allocation.
#pragma once

#include "base/error.h"

enum text_encoding {
    TEXT_ASCII, // nothing but ASCII so far: decided at the first other byte
    TEXT_UTF8,
    TEXT_UTF16LE,
    TEXT_UTF16BE,
    TEXT_WINDOWS_1252,
};
const char *text_encoding_name(enum text_encoding e); // "UTF-8", "windows-1252" ...

// Bytes a decision looks at. Callers hand over at least this much unless the input ends before.
#define TEXT_ENCODING_SAMPLE 32768

struct text_decoder {
    enum text_encoding encoding;
    bool started; // the head was looked at and a byte order mark skipped
};
void text_decoder_init(struct text_decoder *d);

// Appends decoded UTF-8 for a prefix of `in` to out (at most room bytes) and says how much was used
// and written. `end`: nothing follows `in`. Uses nothing when it needs a longer `in` to decide or
// to complete a character. UTF-8 is passed on as it is: whoever cuts rows says which row is
// malformed. CU_MALFORMED: not text, or an encoding that is not read here; the text names it.
cu_code text_decode(struct text_decoder *d, cu_str in, bool end, char *out, size_t room,
    size_t *ret_used, size_t *ret_len, struct cu_error *err) CU_MUST;
