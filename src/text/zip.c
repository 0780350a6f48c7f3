// SPDX-License-Identifier: Apache-2.0
// ZIP archives. See zip.h.
#include "zip.h"

#include <stdio.h>
#include <zlib.h>

enum { LOCAL = 0x04034b50, CENTRAL = 0x02014b50, DIRECTORY_END = 0x06054b50 };
enum { VERSION = 20, UTF8_NAMES = 0x800, DEFLATED = 8, NO_DATE = 0x21 /* 1 January 1980 */ };

static void u16(struct cu_buf *b, uint32_t v)
{
    cu_buf_char(b, (char)(v & 0xff));
    cu_buf_char(b, (char)(v >> 8 & 0xff));
}

static void u32(struct cu_buf *b, uint32_t v)
{
    u16(b, v & 0xffff);
    u16(b, v >> 16);
}

void zip_start(struct zip *z, struct cu_buf *out)
{
    *z = (struct zip){.out = out, .start = out->len};
}

// What local header and directory say alike of a member.
static void common(struct zip *z, size_t i)
{
    u16(z->out, VERSION);
    u16(z->out, UTF8_NAMES);
    u16(z->out, DEFLATED);
    u16(z->out, 0);
    u16(z->out, NO_DATE);
    u32(z->out, z->members[i].crc);
    u32(z->out, z->members[i].packed);
    u32(z->out, z->members[i].whole);
    u16(z->out, (uint32_t)strlen(z->members[i].name));
    u16(z->out, 0);
}

// Raw deflate, as ZIP wants it. CU_NONE: no memory.
static cu_str deflated(cu_str bytes, char **ret)
{
    z_stream s = {.next_in = (Bytef *)(uintptr_t)bytes.ptr, .avail_in = (uInt)bytes.len};
    if (deflateInit2(&s, Z_BEST_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return CU_NONE;
    uLong room = deflateBound(&s, bytes.len);
    *ret = cu_alloc(room + 1);
    s.next_out = (Bytef *)*ret;
    s.avail_out = (uInt)room;
    int rc = *ret ? deflate(&s, Z_FINISH) : Z_MEM_ERROR;
    size_t len = s.total_out;
    (void)deflateEnd(&s);
    return rc == Z_STREAM_END ? (cu_str){*ret, len} : CU_NONE;
}

cu_code zip_add(struct zip *z, const char *name, cu_str bytes, struct cu_error *err)
{
    char *memory = NULL;
    if (z->count == ZIP_MEMBERS_MAX || strlen(name) >= sizeof z->members[0].name || bytes.len > UINT32_MAX / 2)
        return cu_fail(err, CU_TOO_LARGE, "", "the archive holds too much for one file");
    cu_str packed = deflated(bytes, &memory);
    if (!packed.ptr) {
        cu_free(memory);
        return cu_fail(err, CU_MEMORY, "", "no memory for an archive");
    }
    size_t i = z->count++;
    (void)snprintf(z->members[i].name, sizeof z->members[i].name, "%s", name);
    z->members[i].at = (uint32_t)(z->out->len - z->start);
    z->members[i].crc = (uint32_t)crc32(0, (const Bytef *)bytes.ptr, (uInt)bytes.len);
    z->members[i].packed = (uint32_t)packed.len;
    z->members[i].whole = (uint32_t)bytes.len;
    u32(z->out, LOCAL);
    common(z, i);
    cu_buf_z(z->out, name);
    cu_buf_str(z->out, packed);
    cu_free(memory);
    return cu_buf_code(z->out, err);
}

cu_code zip_end(struct zip *z, struct cu_error *err)
{
    size_t at = z->out->len;
    for (size_t i = 0; i < z->count; i++) {
        u32(z->out, CENTRAL);
        u16(z->out, VERSION);
        common(z, i);
        u16(z->out, 0); // comment
        u16(z->out, 0); // disk
        u16(z->out, 0);
        u32(z->out, 0);
        u32(z->out, z->members[i].at);
        cu_buf_z(z->out, z->members[i].name);
    }
    size_t size = z->out->len - at;
    u32(z->out, DIRECTORY_END);
    u16(z->out, 0);
    u16(z->out, 0);
    u16(z->out, (uint32_t)z->count);
    u16(z->out, (uint32_t)z->count);
    u32(z->out, (uint32_t)size);
    u32(z->out, (uint32_t)(at - z->start));
    u16(z->out, 0);
    return cu_buf_code(z->out, err);
}
