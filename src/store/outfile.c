// SPDX-License-Identifier: Apache-2.0
// A file written from start to end. See outfile.h.
#include "outfile.h"

#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

void outfile_init(struct outfile *o)
{
    *o = (struct outfile){.fd = -1};
}

cu_code outfile_open(struct outfile *o, const char *path, size_t buffer_bytes, struct cu_error *err)
{
    o->buffer = cu_alloc(buffer_bytes);
    if (!o->buffer)
        return cu_fail(err, CU_MEMORY, "", "no memory to write a file");
    o->size = buffer_bytes;
    return cu_file_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600, &o->fd, err);
}

static cu_code flush(struct outfile *o, struct cu_error *err)
{
    CU_TRY(cu_file_pwrite(o->fd, o->buffer, o->len, o->offset, err));
    o->offset += (int64_t)o->len;
    o->len = 0;
    return CU_OK;
}

cu_code outfile_add(struct outfile *o, const void *bytes, size_t len, struct cu_error *err)
{
    const char *p = bytes;
    while (len > 0) {
        size_t n = o->size - o->len < len ? o->size - o->len : len;
        memcpy(o->buffer + o->len, p, n);
        o->len += n;
        p += n;
        len -= n;
        if (o->len == o->size)
            CU_TRY(flush(o, err));
    }
    return CU_OK;
}

int64_t outfile_at(const struct outfile *o)
{
    return o->offset + (int64_t)o->len;
}

cu_code outfile_end(struct outfile *o, struct cu_error *err)
{
    CU_TRY(flush(o, err));
    return cu_file_sync(o->fd, err);
}

void outfile_clear(struct outfile *o)
{
    if (o->fd >= 0)
        (void)close(o->fd);
    cu_free(o->buffer);
    outfile_init(o);
}
