// SPDX-License-Identifier: Apache-2.0
// Decompression of request bodies, bounded by the output's maximum: a small body that would swell
// beyond it costs no more memory and time than the maximum itself.
#pragma once

#include "base/memory.h"

bool inflate_looks_gzip(cu_str bytes); // starts with 1f 8b
bool inflate_looks_zlib(cu_str bytes); // a valid zlib header (RFC 1950)
// gzip (also of several members) or zlib, told apart by their first bytes. Appends to out.
// CU_TOO_LARGE: beyond out->max; CU_MALFORMED: damaged, cut off or followed by other bytes.
cu_code inflate_body(cu_str bytes, struct cu_buf *out, struct cu_error *err) CU_MUST;
