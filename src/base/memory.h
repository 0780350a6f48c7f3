// SPDX-License-Identifier: Apache-2.0
// Memory: checked allocation with fault injection, bounded arenas, growable bounded buffers.
#pragma once

#include "error.h"

// As malloc/calloc/realloc, but every call can be made to fail by tests (fault.h). NULL on failure.
void *cu_alloc(size_t size) CU_MUST;
void *cu_calloc(size_t count, size_t size) CU_MUST;
void *cu_realloc(void *old, size_t size) CU_MUST;
void cu_free(void *p);

// An arena: allocations live until cu_arena_free or cu_arena_reset; never more than max bytes.
// In sanitizer builds each object is its own malloc, so overruns are seen. Not thread-safe.
struct cu_arena;
struct cu_arena *cu_arena_new(size_t max) CU_MUST; // NULL when out of memory
void cu_arena_free(struct cu_arena *a);            // NULL is fine
void cu_arena_reset(struct cu_arena *a);           // forgets all objects, keeps a first block
void *cu_arena_alloc(struct cu_arena *a, size_t size) CU_MUST;  // zeroed, 16-aligned; NULL over max
char *cu_arena_z(struct cu_arena *a, cu_str s) CU_MUST;         // NUL-terminated copy
cu_str cu_arena_dup(struct cu_arena *a, cu_str s) CU_MUST;      // copy; ptr NULL on failure
cu_str cu_arena_printf(struct cu_arena *a, const char *fmt, ...) CU_PRINTF(2, 3) CU_MUST;
size_t cu_arena_used(const struct cu_arena *a);

// A growable buffer with a compulsory maximum. Appends after a failure are ignored; look at
// `failed` (or cu_buf_code) once, at the end. ptr is NUL-terminated whenever len > 0.
struct cu_buf {
    char *ptr;
    size_t len, cap, max;
    bool failed;
    bool too_large; // why it failed: the maximum, not a lack of memory
};
void cu_buf_init(struct cu_buf *b, size_t max);
void cu_buf_clear(struct cu_buf *b);  // frees; the buffer can be used again
void cu_buf_wipe(struct cu_buf *b);   // overwrites with zeros, then frees: for personal plaintext
void cu_buf_reset(struct cu_buf *b);  // len = 0, keeps the memory
void cu_buf_add(struct cu_buf *b, const void *bytes, size_t len);
void cu_buf_str(struct cu_buf *b, cu_str s);
void cu_buf_z(struct cu_buf *b, const char *z);
void cu_buf_char(struct cu_buf *b, char c);
void cu_buf_i64(struct cu_buf *b, int64_t v);
void cu_buf_printf(struct cu_buf *b, const char *fmt, ...) CU_PRINTF(2, 3);
char *cu_buf_room(struct cu_buf *b, size_t len); // room for len more bytes at the end, or NULL
cu_str cu_buf_view(const struct cu_buf *b);
cu_code cu_buf_code(const struct cu_buf *b, struct cu_error *err); // OK, MEMORY or TOO_LARGE

#define CU_AUTO_BUF __attribute__((cleanup(cu_buf_clear)))
static inline void cu_arena_cleanup(struct cu_arena **a)
{
    cu_arena_free(*a);
}
#define CU_AUTO_ARENA __attribute__((cleanup(cu_arena_cleanup)))
