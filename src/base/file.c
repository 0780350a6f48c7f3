// SPDX-License-Identifier: Apache-2.0
// Files with typed errors and injectable faults. See file.h.
#include "file.h"

#include "fault.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// An injected fault looks like a full disk or a failing one, in turn by what is asked.
static bool fault(int as_errno)
{
    if (!cu_fault_hit(CU_FAULT_IO))
        return false;
    errno = as_errno;
    return true;
}

// The last part of a path, for messages: the folder's own path stays out of errors shown to clients.
static const char *tail(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

cu_code cu_file_open(const char *path, int flags, int mode, int *ret_fd, struct cu_error *err)
{
    int fd = fault(EIO) ? -1 : open(path, flags | O_CLOEXEC, mode);
    if (fd < 0)
        return cu_fail_errno(err, "cannot open %s", tail(path));
    *ret_fd = fd;
    return CU_OK;
}

cu_code cu_file_write(int fd, const void *bytes, size_t len, struct cu_error *err)
{
    const char *p = bytes;
    while (len > 0) {
        ssize_t n = fault(ENOSPC) ? -1 : write(fd, p, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cu_fail_errno(err, "cannot write");
        p += n;
        len -= (size_t)n;
    }
    return CU_OK;
}

cu_code cu_file_pwrite(int fd, const void *bytes, size_t len, int64_t offset, struct cu_error *err)
{
    const char *p = bytes;
    while (len > 0) {
        ssize_t n = fault(ENOSPC) ? -1 : pwrite(fd, p, len, offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cu_fail_errno(err, "cannot write");
        p += n;
        offset += n;
        len -= (size_t)n;
    }
    return CU_OK;
}

cu_code cu_file_pread(int fd, void *bytes, size_t len, int64_t offset, struct cu_error *err)
{
    char *p = bytes;
    while (len > 0) {
        ssize_t n = fault(EIO) ? -1 : pread(fd, p, len, offset);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cu_fail_errno(err, "cannot read");
        if (n == 0)
            return cu_fail(err, CU_CORRUPT, "", "the file ends before it should");
        p += n;
        offset += n;
        len -= (size_t)n;
    }
    return CU_OK;
}

cu_code cu_file_sync(int fd, struct cu_error *err)
{
    if (fault(EIO) || fsync(fd) != 0)
        return cu_fail_errno(err, "cannot sync");
    return CU_OK;
}

cu_code cu_file_datasync(int fd, struct cu_error *err)
{
    if (fault(EIO) || fdatasync(fd) != 0)
        return cu_fail_errno(err, "cannot sync");
    return CU_OK;
}

cu_code cu_file_truncate(int fd, int64_t size, struct cu_error *err)
{
    if (fault(EIO) || ftruncate(fd, size) != 0)
        return cu_fail_errno(err, "cannot truncate");
    return CU_OK;
}

cu_code cu_file_allocate(int fd, int64_t size, struct cu_error *err)
{
    int e = fault(ENOSPC) ? ENOSPC : posix_fallocate(fd, 0, size);
    if (e == 0)
        return CU_OK;
    errno = e;
    return cu_fail_errno(err, "cannot reserve space");
}

cu_code cu_file_size(int fd, int64_t *ret, struct cu_error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return cu_fail_errno(err, "cannot stat");
    *ret = st.st_size;
    return CU_OK;
}

static cu_code sync_parent(const char *path, struct cu_error *err)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    if (!slash)
        return cu_dir_sync(".", err);
    size_t n = (size_t)(slash - path);
    if (n >= sizeof folder)
        return cu_fail(err, CU_INVALID, "", "a path is longer than %zu bytes", sizeof folder - 1);
    memcpy(folder, path, n);
    folder[n] = 0;
    return cu_dir_sync(n ? folder : "/", err);
}

cu_code cu_file_rename(const char *from, const char *to, struct cu_error *err)
{
    if (fault(EIO) || rename(from, to) != 0)
        return cu_fail_errno(err, "cannot rename %s", tail(from));
    return sync_parent(to, err);
}

cu_code cu_file_unlink(const char *path, struct cu_error *err)
{
    if (fault(EIO) || (unlink(path) != 0 && errno != ENOENT))
        return cu_fail_errno(err, "cannot remove %s", tail(path));
    return CU_OK;
}

cu_code cu_dir_make(const char *path, int mode, struct cu_error *err)
{
    if (fault(EIO) || (mkdir(path, (mode_t)mode) != 0 && errno != EEXIST))
        return cu_fail_errno(err, "cannot make the folder %s", tail(path));
    return CU_OK;
}

cu_code cu_dir_sync(const char *path, struct cu_error *err)
{
    CU_AUTO_FD int fd = -1;
    CU_TRY(cu_file_open(path, O_RDONLY | O_DIRECTORY, 0, &fd, err));
    return cu_file_sync(fd, err);
}

cu_code cu_file_read_all(const char *path, struct cu_buf *b, struct cu_error *err)
{
    CU_AUTO_FD int fd = -1;
    CU_TRY(cu_file_open(path, O_RDONLY, 0, &fd, err));
    for (;;) {
        if (b->len >= b->max)
            return cu_fail(err, CU_TOO_LARGE, "", "%s is larger than %zu bytes", tail(path), b->max);
        size_t want = b->max - b->len < 65536 ? b->max - b->len : 65536;
        char *room = cu_buf_room(b, want);
        if (!room)
            return cu_fail(err, CU_MEMORY, "", "no memory to read %s", tail(path));
        ssize_t n = fault(EIO) ? -1 : read(fd, room, want);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return cu_fail_errno(err, "cannot read %s", tail(path));
        if (n == 0) {
            *room = 0;
            return CU_OK;
        }
        b->len += (size_t)n;
    }
}

static cu_code write_beside(const char *temporary, const void *bytes, size_t len, int mode,
    struct cu_error *err)
{
    CU_AUTO_FD int fd = -1;
    CU_TRY(cu_file_open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode, &fd, err));
    CU_TRY(cu_file_write(fd, bytes, len, err));
    return cu_file_sync(fd, err);
}

cu_code cu_file_replace(const char *path, const void *bytes, size_t len, int mode,
    struct cu_error *err)
{
    char temporary[4096];
    int n = snprintf(temporary, sizeof temporary, "%s.new", path);
    if (n < 0 || (size_t)n >= sizeof temporary)
        return cu_fail(err, CU_INVALID, "", "a path is longer than %zu bytes", sizeof temporary - 1);
    cu_code code = write_beside(temporary, bytes, len, mode, err);
    if (code == CU_OK)
        code = cu_file_rename(temporary, path, err);
    if (code != CU_OK)
        (void)unlink(temporary);
    return code;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

cu_code cu_dir_list(struct cu_arena *a, const char *path, const char ***ret, size_t *ret_count,
    struct cu_error *err)
{
    DIR *d = fault(EIO) ? NULL : opendir(path);
    if (!d)
        return cu_fail_errno(err, "cannot list %s", tail(path));
    size_t count = 0, room = 0;
    const char **names = NULL;
    cu_code code = CU_OK;
    for (struct dirent *e = readdir(d); e; e = readdir(d)) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        if (count == room) {
            size_t grown = room ? room * 2 : 32;
            const char **more = cu_arena_alloc(a, grown * sizeof *more);
            if (!more) {
                code = cu_fail(err, CU_MEMORY, "", "no memory to list a folder");
                break;
            }
            if (count)
                memcpy(more, names, count * sizeof *more);
            names = more;
            room = grown;
        }
        names[count] = cu_arena_z(a, cu_str_of(e->d_name));
        if (!names[count]) {
            code = cu_fail(err, CU_MEMORY, "", "no memory to list a folder");
            break;
        }
        count++;
    }
    (void)closedir(d);
    if (code != CU_OK)
        return code;
    if (count)
        qsort(names, count, sizeof *names, by_name);
    *ret = names;
    *ret_count = count;
    return CU_OK;
}
