// SPDX-License-Identifier: Apache-2.0
// Holding the files of a store. See cut.h.
#include "cut.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

enum { FILES_MAX = 4096, PATH_LEN = 4096 };
#define COPY_MAX ((size_t)64 << 20)

void cut_init(struct cut *c)
{
    *c = (struct cut){0};
}

void cut_clear(struct cut *c)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->files[i].fd >= 0)
            (void)close(c->files[i].fd);
        cu_free(c->files[i].bytes);
    }
    cu_free(c->files);
    *c = (struct cut){0};
}

static cu_code room(struct cut *c, const char *name, struct cut_file **ret, struct cu_error *err)
{
    if (c->count == FILES_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "a backup holds at most %d files", FILES_MAX);
    if (c->count == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 64;
        struct cut_file *files = cu_realloc(c->files, cap * sizeof *files);
        if (!files)
            return cu_fail(err, CU_MEMORY, "", "no memory for the list of files of a backup");
        c->files = files;
        c->cap = cap;
    }
    struct cut_file *f = &c->files[c->count];
    *f = (struct cut_file){.fd = -1};
    if (snprintf(f->name, sizeof f->name, "%s", name) >= (int)sizeof f->name)
        return cu_fail(err, CU_TOO_LARGE, "", "a file's name is too long for a backup");
    *ret = f;
    return CU_OK;
}

cu_code cut_add_bytes(struct cut *c, const char *name, cu_str bytes, struct cu_error *err)
{
    struct cut_file *f = NULL;
    CU_TRY(room(c, name, &f, err));
    f->bytes = cu_alloc(bytes.len + 1);
    if (!f->bytes)
        return cu_fail(err, CU_MEMORY, "", "no memory to copy a small file");
    if (bytes.len)
        memcpy(f->bytes, bytes.ptr, bytes.len);
    f->size = (int64_t)bytes.len;
    c->count++;
    return CU_OK;
}

cu_code cut_add_copy(struct cut *c, const char *folder, const char *file, const char *name, struct cu_error *err)
{
    char path[PATH_LEN];
    CU_AUTO_BUF struct cu_buf b;
    cu_buf_init(&b, COPY_MAX);
    (void)snprintf(path, sizeof path, "%s/%s", folder, file);
    CU_TRY(cu_file_read_all(path, &b, err));
    return cut_add_bytes(c, name, cu_buf_view(&b), err);
}

cu_code cut_add_file(struct cut *c, const char *folder, const char *file, const char *name, struct cu_error *err)
{
    char path[PATH_LEN];
    struct cut_file *f = NULL;
    CU_TRY(room(c, name, &f, err));
    (void)snprintf(path, sizeof path, "%s/%s", folder, file);
    CU_TRY(cu_file_open(path, O_RDONLY | O_CLOEXEC, 0, &f->fd, err));
    c->count++; // closed by cut_clear from here on
    return cu_file_size(f->fd, &f->size, err);
}

cu_code cut_read(const struct cut_file *f, void *at, size_t len, int64_t offset, struct cu_error *err)
{
    if (f->fd >= 0)
        return cu_file_pread(f->fd, at, len, f->from + offset, err);
    memcpy(at, f->bytes + offset, len);
    return CU_OK;
}
