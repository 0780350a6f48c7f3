// SPDX-License-Identifier: Apache-2.0
// Bounded decompression with zlib. See inflate.h.
#include "inflate.h"

#define ZLIB_CONST
#include <zlib.h>

enum { WINDOW_AUTO = 15 + 32 /* gzip or zlib by their header */, STEP_MIN = 4096 };

bool inflate_looks_gzip(cu_str b)
{
    return b.len >= 2 && (unsigned char)b.ptr[0] == 0x1f && (unsigned char)b.ptr[1] == 0x8b;
}

bool inflate_looks_zlib(cu_str b)
{
    if (b.len < 2)
        return false;
    unsigned head = (unsigned)(unsigned char)b.ptr[0] << 8 | (unsigned char)b.ptr[1];
    return (head >> 8 & 0x0f) == 8 && head >> 12 <= 7 && head % 31 == 0;
}

static void *zlib_alloc(void *unused, unsigned count, unsigned size)
{
    (void)unused;
    return cu_calloc(count, size);
}

static void zlib_free(void *unused, void *p)
{
    (void)unused;
    cu_free(p);
}

// Room for the next step: twice what is there, never beyond the maximum. One byte more than the
// maximum is never given, so an output of exactly the maximum is told from one that goes on.
static size_t next_step(const struct cu_buf *out, size_t input)
{
    size_t want = out->len > 0 ? out->len : input * 4;
    if (want < STEP_MIN)
        want = STEP_MIN;
    size_t left = out->max - out->len;
    return want < left ? want : left;
}

static cu_code too_large(struct cu_error *err, size_t max)
{
    return cu_fail(
        err, CU_TOO_LARGE, "", "the body is larger than %zu bytes when decompressed", max);
}

// Runs one stream to its end. *ret_end says whether the end was seen.
static cu_code run(z_stream *z, struct cu_buf *out, bool *ret_end, struct cu_error *err)
{
    unsigned char probe; // where the byte goes that would be one too many
    for (;;) {
        size_t room = next_step(out, z->avail_in);
        char *to = room ? cu_buf_room(out, room) : (char *)&probe;
        if (!to)
            return cu_buf_code(out, err);
        z->next_out = (unsigned char *)to;
        z->avail_out = room ? (unsigned)room : 1;
        int rc = inflate(z, Z_NO_FLUSH);
        if (!room && z->avail_out == 0)
            return too_large(err, out->max);
        if (room)
            out->len += room - z->avail_out;
        if (rc == Z_STREAM_END) {
            *ret_end = true;
            return CU_OK;
        }
        if (rc == Z_MEM_ERROR)
            return cu_fail(err, CU_MEMORY, "", "no memory to decompress");
        if (rc != Z_OK && rc != Z_BUF_ERROR)
            return cu_fail(err, CU_MALFORMED, "", "the compressed body is damaged");
        if (z->avail_in == 0 && z->avail_out > 0)
            return cu_fail(err, CU_MALFORMED, "", "the compressed body is cut off");
    }
}

cu_code inflate_body(cu_str bytes, struct cu_buf *out, struct cu_error *err)
{
    if (bytes.len > UINT32_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "the body is too large to decompress");
    z_stream z = {.zalloc = zlib_alloc, .zfree = zlib_free};
    z.next_in = (const unsigned char *)bytes.ptr;
    z.avail_in = (unsigned)bytes.len;
    if (inflateInit2(&z, WINDOW_AUTO) != Z_OK)
        return cu_fail(err, CU_MEMORY, "", "no memory to decompress");
    cu_code code = CU_OK;
    bool more = true;
    while (code == CU_OK && more) {
        bool end = false;
        code = run(&z, out, &end, err);
        cu_str rest = {(const char *)z.next_in, z.avail_in};
        more = code == CU_OK && end && rest.len > 0;
        if (more && (!inflate_looks_gzip(bytes) || !inflate_looks_gzip(rest))) {
            code = cu_fail(err, CU_MALFORMED, "", "bytes follow the end of the compressed body");
        } else if (more) { // RFC 1952 2.2: a gzip file is one member or several
            (void)inflateReset(&z);
        }
    }
    (void)inflateEnd(&z);
    if (out->ptr && code == CU_OK)
        out->ptr[out->len] = 0;
    return code;
}
