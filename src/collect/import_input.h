// SPDX-License-Identifier: Apache-2.0
// The bytes of an upload, on their way from the sealed spool file to the reader of rows: unpacked
// (gzip, zstd; recognised by their first bytes) and turned into UTF-8, a piece at a time. Memory
// does not depend on the size of the file or on how far it expands.
#pragma once

#include "store/spool.h"
#include "text/encoding.h"

struct import_input;
cu_code import_input_open(
    struct spool *s, int64_t number, struct import_input **ret, struct cu_error *err) CU_MUST;
void import_input_close(struct import_input *in); // NULL is fine; wipes
// A csv_fill. CU_MALFORMED: damaged compression, or an encoding that is not read; CU_TOO_LARGE: a
// file that expands more than 1,000 times beyond its first GiB.
cu_code import_input_fill(
    void *input, char *into, size_t room, size_t *ret_len, struct cu_error *err);
int64_t import_input_done(const struct import_input *in);         // bytes of the upload read so far
const char *import_input_encoding(const struct import_input *in); // as known so far
const char *import_input_compression(const struct import_input *in); // "none", "gzip", "zstd"
