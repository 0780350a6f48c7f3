// SPDX-License-Identifier: Apache-2.0
// Allocation, arenas, buffers. See memory.h.
#include "memory.h"

#include "fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void *cu_alloc(size_t size)
{
    if (cu_fault_hit(CU_FAULT_ALLOC))
        return NULL;
    return malloc(size ? size : 1);
}

void *cu_calloc(size_t count, size_t size)
{
    if (cu_fault_hit(CU_FAULT_ALLOC))
        return NULL;
    return calloc(count ? count : 1, size ? size : 1);
}

void *cu_realloc(void *old, size_t size)
{
    if (cu_fault_hit(CU_FAULT_ALLOC))
        return NULL;
    return realloc(old, size ? size : 1);
}

void cu_free(void *p)
{
    free(p);
}

// A block of an arena. In sanitizer builds every object gets a block of its own.
struct block {
    struct block *next;
    size_t size, used;
    _Alignas(16) char bytes[];
};

enum { BLOCK_FIRST = 4096, BLOCK_GROWTH_MAX = 1 << 20 };

struct cu_arena {
    struct block *blocks;
    size_t max, used, next_size;
};

struct cu_arena *cu_arena_new(size_t max)
{
    struct cu_arena *a = cu_calloc(1, sizeof *a);
    if (a) {
        a->max = max;
        a->next_size = BLOCK_FIRST;
    }
    return a;
}

static void free_blocks(struct block *b)
{
    while (b) {
        struct block *next = b->next;
        cu_free(b);
        b = next;
    }
}

void cu_arena_free(struct cu_arena *a)
{
    if (!a)
        return;
    free_blocks(a->blocks);
    cu_free(a);
}

void cu_arena_reset(struct cu_arena *a)
{
    a->used = 0;
#ifndef CU_ARENA_SPLIT
    // keep one block of moderate size: a burst must not stay in memory for ever
    struct block *keep = a->blocks;
    if (keep && keep->size <= BLOCK_GROWTH_MAX) {
        free_blocks(keep->next);
        keep->next = NULL;
        keep->used = 0;
        return;
    }
#endif
    free_blocks(a->blocks);
    a->blocks = NULL;
    a->next_size = BLOCK_FIRST;
}

static struct block *new_block(struct cu_arena *a, size_t need)
{
#ifdef CU_ARENA_SPLIT
    size_t size = need;
#else
    size_t size = need > a->next_size ? need : a->next_size;
    if (a->next_size < BLOCK_GROWTH_MAX)
        a->next_size *= 2;
#endif
    struct block *b = cu_alloc(sizeof *b + size);
    if (!b)
        return NULL;
    b->next = a->blocks;
    b->size = size;
    b->used = 0;
    a->blocks = b;
    return b;
}

void *cu_arena_alloc(struct cu_arena *a, size_t size)
{
    if (size > SIZE_MAX - 16)
        return NULL;
    size_t need = (size + 15) & ~(size_t)15;
    if (need == 0)
        need = 16;
    if (need > a->max || a->used > a->max - need)
        return NULL;
    struct block *b = a->blocks;
#ifdef CU_ARENA_SPLIT
    b = new_block(a, need);
#else
    if (!b || b->size - b->used < need)
        b = new_block(a, need);
#endif
    if (!b)
        return NULL;
    void *p = b->bytes + b->used;
    b->used += need;
    a->used += need;
    return memset(p, 0, need);
}

char *cu_arena_z(struct cu_arena *a, cu_str s)
{
    char *z = cu_arena_alloc(a, s.len + 1);
    if (z && s.len)
        memcpy(z, s.ptr, s.len);
    return z;
}

cu_str cu_arena_dup(struct cu_arena *a, cu_str s)
{
    char *z = cu_arena_z(a, s);
    return z ? (cu_str){z, s.len} : CU_NONE;
}

cu_str cu_arena_printf(struct cu_arena *a, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *z = n >= 0 ? cu_arena_alloc(a, (size_t)n + 1) : NULL;
    if (!z)
        return CU_NONE;
    va_start(args, fmt);
    (void)vsnprintf(z, (size_t)n + 1, fmt, args);
    va_end(args);
    return (cu_str){z, (size_t)n};
}

size_t cu_arena_used(const struct cu_arena *a)
{
    return a->used;
}

void cu_buf_init(struct cu_buf *b, size_t max)
{
    *b = (struct cu_buf){.max = max};
}

void cu_buf_clear(struct cu_buf *b)
{
    cu_free(b->ptr);
    cu_buf_init(b, b->max);
}

void cu_buf_wipe(struct cu_buf *b)
{
    if (b->ptr)
        explicit_bzero(b->ptr, b->cap);
    cu_buf_clear(b);
}

void cu_buf_reset(struct cu_buf *b)
{
    b->len = 0;
    b->failed = b->too_large = false;
}

char *cu_buf_room(struct cu_buf *b, size_t len)
{
    if (b->failed)
        return NULL;
    if (len > b->max || b->len > b->max - len) {
        b->failed = b->too_large = true;
        return NULL;
    }
    size_t need = b->len + len + 1;
    if (need > b->cap) {
        size_t cap = b->cap ? b->cap : 64;
        while (cap < need)
            cap *= 2;
        if (cap > b->max + 1)
            cap = b->max + 1;
        char *grown = cu_realloc(b->ptr, cap);
        if (!grown) {
            b->failed = true;
            return NULL;
        }
        b->ptr = grown;
        b->cap = cap;
    }
    return b->ptr + b->len;
}

void cu_buf_add(struct cu_buf *b, const void *bytes, size_t len)
{
    char *room = cu_buf_room(b, len);
    if (!room)
        return;
    if (len)
        memcpy(room, bytes, len);
    b->len += len;
    b->ptr[b->len] = 0;
}

void cu_buf_str(struct cu_buf *b, cu_str s)
{
    cu_buf_add(b, s.ptr, s.len);
}

void cu_buf_z(struct cu_buf *b, const char *z)
{
    cu_buf_add(b, z, strlen(z));
}

void cu_buf_char(struct cu_buf *b, char c)
{
    cu_buf_add(b, &c, 1);
}

void cu_buf_i64(struct cu_buf *b, int64_t v)
{
    char digits[24];
    char *p = digits + sizeof digits;
    uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
    do {
        *--p = (char)('0' + u % 10);
        u /= 10;
    } while (u);
    if (v < 0)
        *--p = '-';
    cu_buf_add(b, p, (size_t)(digits + sizeof digits - p));
}

void cu_buf_printf(struct cu_buf *b, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *room = n >= 0 ? cu_buf_room(b, (size_t)n) : NULL;
    if (!room)
        return;
    va_start(args, fmt);
    (void)vsnprintf(room, (size_t)n + 1, fmt, args);
    va_end(args);
    b->len += (size_t)n;
}

cu_str cu_buf_view(const struct cu_buf *b)
{
    return (cu_str){b->ptr ? b->ptr : "", b->len};
}

cu_code cu_buf_code(const struct cu_buf *b, struct cu_error *err)
{
    if (!b->failed)
        return CU_OK;
    if (b->too_large)
        return cu_fail(err, CU_TOO_LARGE, "", "larger than %zu bytes", b->max);
    return cu_fail(err, CU_MEMORY, "", "no memory for a buffer");
}
