// SPDX-License-Identifier: Apache-2.0
// A file written from start to end through one buffer: the runs of seen and timeline. Nothing is
// durable before outfile_end.
#pragma once

#include "base/memory.h"

struct outfile {
    int fd; // -1: not open
    char *buffer;
    size_t size, len;
    int64_t offset; // of the buffer's first byte in the file
};
void outfile_init(struct outfile *o); // closed, so that outfile_clear may come at any time
// Creates or empties the file; writes go out buffer_bytes at a time.
cu_code outfile_open(struct outfile *o, const char *path, size_t buffer_bytes, struct cu_error *err) CU_MUST;
cu_code outfile_add(struct outfile *o, const void *bytes, size_t len, struct cu_error *err) CU_MUST;
int64_t outfile_at(const struct outfile *o); // where the next byte goes
cu_code outfile_end(struct outfile *o, struct cu_error *err) CU_MUST; // all out, fsync
void outfile_clear(struct outfile *o);                                // closes and frees
