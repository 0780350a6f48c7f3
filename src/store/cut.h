// SPDX-License-Identifier: Apache-2.0
// A cut: the files that make up a store at one moment, held so that they can be read later while the
// store goes on. Small files that are replaced are copied; large immutable ones are held by an open
// descriptor, which keeps their bytes even after merging has unlinked them. Called by backups.
#pragma once

#include "base/memory.h"

struct cut_file {
    char name[64];  // path inside the data folder: "timeline/0000000007.rows"
    int fd;         // -1: bytes
    int64_t from;   // first byte in the descriptor
    int64_t size;
    uint8_t *bytes; // copied
};
struct cut {
    struct cut_file *files;
    size_t count, cap;
};
void cut_init(struct cut *c);
void cut_clear(struct cut *c); // closes and frees
// A copy of these bytes under that name.
cu_code cut_add_bytes(struct cut *c, const char *name, cu_str bytes, struct cu_error *err) CU_MUST;
// The file folder/file by descriptor, as it is long now. CU_NOT_FOUND, CU_TOO_LARGE for more than 4,096 files.
cu_code cut_add_file(struct cut *c, const char *folder, const char *file, const char *name, struct cu_error *err) CU_MUST;
// The file folder/file copied now (at most 64 MiB). CU_NOT_FOUND.
cu_code cut_add_copy(struct cut *c, const char *folder, const char *file, const char *name, struct cu_error *err) CU_MUST;
// len bytes at offset; the caller stays within size.
cu_code cut_read(const struct cut_file *f, void *at, size_t len, int64_t offset, struct cu_error *err) CU_MUST;

struct timeline;
struct seen;
struct spool;
// What each store consists of at this moment. Nothing above its durable seq is in it.
cu_code timeline_cut(struct timeline *t, struct cut *c, struct cu_error *err) CU_MUST; // timeline_cut.c
cu_code seen_cut(struct seen *s, struct cut *c, struct cu_error *err) CU_MUST;         // seen_cut.c
