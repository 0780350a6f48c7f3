// SPDX-License-Identifier: Apache-2.0
// Files: every write, sync, rename and open that must not be lost goes through here, so that each
// can be made to fail in tests (fault.h) and errors become typed codes (ENOSPC -> CU_FULL).
// Paths are never personal data.
#pragma once

#include "memory.h"

cu_code cu_file_open(const char *path, int flags, int mode, int *ret_fd, struct cu_error *err) CU_MUST;
cu_code cu_file_write(int fd, const void *bytes, size_t len, struct cu_error *err) CU_MUST; // all of it
cu_code cu_file_pwrite(int fd, const void *bytes, size_t len, int64_t offset, struct cu_error *err) CU_MUST;
// Reads exactly len bytes at offset; CU_CORRUPT when the file ends before.
cu_code cu_file_pread(int fd, void *bytes, size_t len, int64_t offset, struct cu_error *err) CU_MUST;
cu_code cu_file_sync(int fd, struct cu_error *err) CU_MUST;     // fsync
cu_code cu_file_datasync(int fd, struct cu_error *err) CU_MUST; // fdatasync
cu_code cu_file_truncate(int fd, int64_t size, struct cu_error *err) CU_MUST;
cu_code cu_file_allocate(int fd, int64_t size, struct cu_error *err) CU_MUST; // posix_fallocate
cu_code cu_file_size(int fd, int64_t *ret, struct cu_error *err) CU_MUST;
cu_code cu_file_rename(const char *from, const char *to, struct cu_error *err) CU_MUST; // + folder fsync
cu_code cu_file_unlink(const char *path, struct cu_error *err) CU_MUST;                 // absent is OK
cu_code cu_dir_make(const char *path, int mode, struct cu_error *err) CU_MUST;          // existing is OK
cu_code cu_dir_sync(const char *path, struct cu_error *err) CU_MUST;
// The whole file into b (CU_TOO_LARGE beyond b->max, CU_NOT_FOUND when absent).
cu_code cu_file_read_all(const char *path, struct cu_buf *b, struct cu_error *err) CU_MUST;
// Writes path atomically: temporary file beside it, fsync, rename, folder fsync.
cu_code cu_file_replace(const char *path, const void *bytes, size_t len, int mode, struct cu_error *err) CU_MUST;
// The names in a folder, sorted, without "." and ".."; *ret and its strings live in the arena.
cu_code cu_dir_list(struct cu_arena *a, const char *path, const char ***ret, size_t *ret_count,
    struct cu_error *err) CU_MUST;

static inline void cu_fd_cleanup(int *fd)
{
    extern int close(int);
    if (*fd >= 0)
        (void)close(*fd);
}
#define CU_AUTO_FD __attribute__((cleanup(cu_fd_cleanup)))
